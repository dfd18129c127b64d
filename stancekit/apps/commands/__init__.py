"""One module a command: `add` describes its options, `run` reads them and makes one library call."""
