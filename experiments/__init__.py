"""Experiments behind every figure in the documentation; run from the repository's root."""
