"""Numba kernels: bare arrays in, preallocated arrays out."""
