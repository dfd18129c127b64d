"""Thin edges: the command line."""
