"""Make the model that lies in the package: ``python -m experiments.default_model``.

With ``--check`` the model is made in a temporary folder and compared with the one in the package, byte by
byte; the exit code is 1 where they differ.
"""

from __future__ import annotations

import argparse
import filecmp
import sys
import tempfile
from pathlib import Path

from experiments import soft_labels
from experiments.corpora import ROOT
from experiments.data import data_sha256, load_annotated
from experiments.linear import make_classifier
from experiments.run import read_configs
from stancekit import save
from stancekit.training.train import train

PLACE = ROOT / "stancekit" / "models" / "linear"
FILES = ("config.json", "weights.safetensors", "golden.json", "README.md")


def make(path: Path) -> Path:
    """Train the default model on everything that is annotated, and write it to `path`."""
    data = load_annotated()
    facts = {
        "data": "annotated UN speeches, news and diplomatic statements, and authored statements (see data/README.md)",
        "data_sha256": data_sha256(),
        "command": "python -m experiments.default_model",
    }
    config = read_configs()["default"]
    pseudo = soft_labels.read(data, n=config["n_pseudo"], weight=config["weight"])
    features = make_classifier(config, data).features
    training = train(data.statements, data.codebook, slices=["dataset"], facts=facts, pseudo=pseudo, features=features)
    return save(training.model, path, overwrite=True)


def differing(path: Path) -> list[str]:
    """Name the files in which the model at `path` differs from the one in the package."""
    return [file for file in FILES if not filecmp.cmp(path / file, PLACE / file, shallow=False)]


def main(arguments: list[str] | None = None) -> int:
    """Make or check the default model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the package instead of replacing it")
    if not parser.parse_args(arguments).check:
        print(make(PLACE))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        different = differing(make(Path(folder) / "linear"))
    print(f"differs in {different}" if different else "the same, byte by byte")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
