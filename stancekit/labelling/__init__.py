"""The labelling loop: what is shown next, what coders said, kept in one file that survives a kill."""
