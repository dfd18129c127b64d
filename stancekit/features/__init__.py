"""Feature extractors: text in, numbers out."""
