"""Pure functions on the text of statements."""
