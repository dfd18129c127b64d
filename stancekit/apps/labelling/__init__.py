"""The labelling loop in a terminal: a screen, plain lines, and how it stands."""
