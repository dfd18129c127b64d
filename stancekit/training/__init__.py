"""Training on labelled statements."""
