"""The labelling page: one coder's session in a browser, on this machine alone."""
