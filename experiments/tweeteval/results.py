"""The results file: what each system said of the test tweets, how it was chosen, and its figures."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from experiments.corpora import ROOT
from experiments.tweeteval.data import Target
from experiments.tweeteval.scoring import Predictions, Scorer

Row = dict[str, Any]

CONFIGS = ROOT / "experiments" / "tweeteval" / "configs.yaml"
RESULTS = ROOT / "experiments" / "tweeteval" / "results.json"
FORMAT = 1
BASE = "svm"  # what the others are compared with
ALONE = "tuned"  # the name of the fine-tuned encoders without the row they are averaged with
DIGITS = 4  # of probabilities
PACKAGES = ("stancekit", "numpy", "scikit-learn")
ENCODER_PACKAGES = ("torch", "transformers", "sentence-transformers")


def read_configs() -> dict[str, Row]:
    """Read the configurations by name, in file order."""
    return dict(yaml.safe_load(CONFIGS.read_text(encoding="utf-8")))


def read_results(path: Path) -> Row:
    """Read the results, or begin new ones."""
    if not path.exists():
        return {"format": FORMAT, "rows": {}}
    found: Row = json.loads(path.read_text(encoding="utf-8"))
    return found


def write_results(path: Path, results: Row, configs: Mapping[str, Row]) -> None:
    """Write the rows in the order of the configurations; rows without one are dropped."""
    rows = {name: results["rows"][name] for name in configs if name in results["rows"]}
    path.write_text(as_json(results | {"rows": rows}), encoding="utf-8")


def as_json(value: object, depth: int = 0) -> str:
    """Write JSON, one key a line down to the fourth level: short to read and to compare."""
    if not isinstance(value, dict) or depth == 4 or not value:
        return json.dumps(value, ensure_ascii=False)
    pad = " " * (depth + 1)
    lines = [f"{pad}{json.dumps(key)}: {as_json(item, depth + 1)}" for key, item in value.items()]
    return "{\n" + ",\n".join(lines) + "\n" + " " * depth + "}" + ("\n" if depth == 0 else "")


def config_sha256(name: str, configs: Mapping[str, Row]) -> str:
    """Give the hash by which a row knows its configuration, and that of the row it builds on."""
    config = configs[name]
    parts = [config, configs[config["frozen"]]] if "frozen" in config else [config]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def outdated(results: Row, configs: Mapping[str, Row], data: str | None = None) -> list[str]:
    """Name the rows that were made from another configuration, or from other tweets where `data` is given."""
    return [
        name
        for name, config in configs.items()
        if (row := results["rows"].get(name)) is not None
        and (row["config_sha256"] != config_sha256(name, configs) or (data and row["data_sha256"] != data))
    ]


def unfinished(results: Row, configs: Mapping[str, Row]) -> list[str]:
    """Name the rows that are missing, or lack a seed."""
    rows = results["rows"]
    return [name for name in configs if name not in rows or len(rows[name]["runs"]) < len(seeds(configs[name]))]


def seeds(config: Mapping[str, Any]) -> list[int]:
    """Give the seeds of a configuration's runs."""
    return list(config.get("seeds", [0]))


def versions(config: Row) -> dict[str, str]:
    """Give the versions of Python and of the packages that a system needs."""
    packages = (*PACKAGES, *ENCODER_PACKAGES) if "encoder" in config else PACKAGES
    return {"python": platform.python_version(), **{package: version(package) for package in packages}}


def written(predictions: Predictions) -> dict[str, str]:
    """Write predictions as one digit a tweet, by target."""
    return {target: "".join(map(str, labels)) for target, labels in predictions.items()}


def read(predictions: Mapping[str, str]) -> Predictions:
    """Read what `written` wrote."""
    return {target: np.array(list(digits), dtype=np.intp) for target, digits in predictions.items()}


def rounded(probabilities: NDArray[np.float64]) -> list[list[float]]:
    """Round probabilities as they are stored."""
    return [[round(number, DIGITS) for number in row] for row in probabilities.tolist()]


def describe(targets: Sequence[Target]) -> dict[str, dict[str, list[int]]]:
    """Count tweets by target, part and label."""
    return {
        target.name: {
            part: np.bincount(getattr(target, part).labels, minlength=3).tolist() for part in ("train", "val", "test")
        }
        for target in targets
    }


def measure(results: Row, targets: Sequence[Target], scorer: Scorer | None = None) -> Row:
    """Give all figures of all rows, and their differences to the baseline's."""
    scorer = scorer or Scorer({target.name: target.test.labels for target in targets})
    said = {name: _said(row, "predictions") for name, row in results["rows"].items()}
    for row in results["rows"].values():
        if "alone" in next(iter(row["runs"].values())):
            said[ALONE] = _said(row, "alone")
    return {
        name: {
            **scorer.figures(runs),
            "per_target": scorer.per_target(runs),
            "each_run": [round(scorer.figures([run])["f_avg"][0], 2) for run in runs],
            "difference": scorer.differences(runs, said[BASE]) if BASE in said and name != BASE else None,
        }
        for name, runs in said.items()
    }


def _said(row: Row, what: str) -> list[Predictions]:
    return [read(run[what]) for run in row["runs"].values()]
