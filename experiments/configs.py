"""The configurations of ``configs.yaml``: one experiment a name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import yaml

from experiments.corpora import ROOT

CONFIGS = ROOT / "experiments" / "configs.yaml"

Row = dict[str, Any]


def read_configs() -> dict[str, Row]:
    """Read the configurations by name, in file order."""
    return dict(yaml.safe_load(CONFIGS.read_text(encoding="utf-8")))


def config_sha256(config: Mapping[str, Any]) -> str:
    """Give the hash by which a row knows its configuration."""
    return hashlib.sha256(json.dumps(config, sort_keys=True).encode()).hexdigest()[:16]
