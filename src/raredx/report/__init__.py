"""Candidate table out; nothing is computed here."""
