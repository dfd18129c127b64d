"""Predict whole tables, frames and data sets: rows in, the same rows with labels and scores out."""
