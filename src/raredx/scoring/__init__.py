"""Columns in, outcomes and tiers out; each file answers one question."""
