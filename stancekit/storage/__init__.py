"""Model directories: a checked manifest and arrays; reading one executes nothing.

``config.json`` (codebook, features, calibration, provenance, hashes of the other files),
``weights.safetensors``, ``golden.json`` (statements with the scores that every later version must give)
and ``README.md`` (the card).
"""

from stancekit.storage.loading import GoldenCheck, built_in_models, check_golden, load
from stancekit.storage.manifest import FORMAT_VERSION
from stancekit.storage.saving import check_free, save

__all__ = ["FORMAT_VERSION", "GoldenCheck", "built_in_models", "check_free", "check_golden", "load", "save"]
