"""Data at rest: arrays and what they mean."""
