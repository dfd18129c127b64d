"""Model directories: a checked manifest and arrays; reading one executes nothing.

``config.json`` (codebook, features, calibration, provenance, hashes of the other files),
``weights.safetensors``, ``golden.json`` (statements with the scores that every later version must give)
and ``README.md`` (the card).
"""
