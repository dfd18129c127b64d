"""Measures of models and labels: how good, and how sure."""
