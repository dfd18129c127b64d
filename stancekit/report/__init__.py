"""Measured results as text; formats, never computes."""
