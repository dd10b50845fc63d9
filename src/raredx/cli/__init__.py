"""Words and exit codes; no genetics."""
