"""Make the models of n-grams that lie in the package: ``python -m experiments.default_model``, or with a model's name.

With ``--check`` the model is made in a temporary folder and compared with the one in the package, byte by
byte; the exit code is 1 where they differ. numpy's exponentials differ in their last digits from one kind of processor
to another, and so do sums in single precision, in which the network is trained: the bytes are those of one machine.
"""

from __future__ import annotations

import argparse
import filecmp
import sys
import tempfile
from pathlib import Path

from experiments import soft_labels
from experiments.configs import read_configs
from experiments.corpora import ROOT
from experiments.data import data_sha256, load_annotated
from experiments.linear import make_classifier
from stancekit import save
from stancekit.training.train import train

PLACE = ROOT / "stancekit" / "models"
CONFIGS = {"linear": "default", "network": "network"}  # of each model, its configuration in configs.yaml
COMMANDS = {"linear": "python -m experiments.default_model", "network": "python -m experiments.default_model network"}
FILES = ("config.json", "weights.safetensors", "golden.json", "README.md")


def make(name: str, path: Path) -> Path:
    """Train a model on everything that is annotated, and write it to `path`."""
    data = load_annotated()
    facts = {
        "data": "annotated UN speeches, news and diplomatic statements, and authored statements (see data/README.md)",
        "data_sha256": data_sha256(),
        "command": COMMANDS[name],
    }
    if name == "network":
        facts["word_vectors"] = "counted on UN speeches, with all-MiniLM-L6-v2's pieces of words (Apache-2.0)"
    config = read_configs()[CONFIGS[name]]
    pseudo = soft_labels.read(data, n=config["n_pseudo"], weight=config["weight"])
    features = make_classifier(config, data).features
    training = train(data.statements, data.codebook, slices=["dataset"], facts=facts, pseudo=pseudo, features=features)
    return save(training.model, path, overwrite=True)


def differing(name: str, path: Path) -> list[str]:
    """Name the files in which the model at `path` differs from the one in the package."""
    return [file for file in FILES if not filecmp.cmp(path / file, PLACE / name / file, shallow=False)]


def main(arguments: list[str] | None = None) -> int:
    """Make or check a model."""
    parser = argparse.ArgumentParser(prog="python -m experiments.default_model", description=__doc__)
    parser.add_argument("name", nargs="?", choices=list(CONFIGS), default="linear", help="which one (linear)")
    parser.add_argument("--check", action="store_true", help="compare with the package instead of replacing it")
    options = parser.parse_args(arguments)
    if not options.check:
        print(make(options.name, PLACE / options.name))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        different = differing(options.name, make(options.name, Path(folder) / options.name))
    print(f"differs in {different}" if different else "the same, byte by byte")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
