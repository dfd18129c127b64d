"""How heads of a configuration rank running text: ``python -m experiments.debate.ranking``, or with names of some.

Heads learn from all that their configuration names (``experiments/configs.yaml``) and rank the random sample of the
debate, each statement counting for as many as it stands for. Average precision needs no threshold, so that nothing is
tuned. After `experiments.debate.frame`; writes ``ranking.json`` beside this file, and keeps there what it does not
measure anew.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from experiments import linear
from experiments.configs import read_configs
from experiments.data import data_sha256, load_annotated
from experiments.debate.frame import Frame, read_frame
from experiments.debate.running_text import draws_within, estimate, texts_of
from experiments.debate.sample import Sample, read_sample, weights_of
from experiments.encoder import kept_sha256
from stancekit.text.identity import fingerprint

RESULTS = Path(__file__).parent / "ranking.json"
COMMAND = "python -m experiments.debate.ranking"
OUTSIDE = {"n_pseudo": 96_000, "teacher": "outside"}  # all that the outside teacher labelled
CONFIGS = ("gold-0", "default", "outside")
_N_DRAWS = 1000

Floats = NDArray[np.float64]
Row = dict[str, Any]


def measure(name: str, frame: Frame, sample: Sample) -> Row:
    """Fit the heads of a configuration, and measure how they rank the statements that they did not learn from."""
    data = load_annotated()
    learned = {fingerprint(text) for text in data.statements.texts}
    texts = texts_of(frame, sample)
    rows = np.array([row for row, text in enumerate(texts) if fingerprint(text) not in learned])
    config = config_of(name)
    margins = linear.margins_of(config, data, [texts[row] for row in rows])
    truth, weights = sample.truth[rows][:, : margins.shape[1]], weights_of(frame, sample.rows[rows])
    draws = draws_within(sample.strata[rows], seed=0, n_draws=_N_DRAWS)
    found = precisions(truth, margins, weights)
    drawn = np.array([precisions(truth[draw], margins[draw], weights[draw]) for draw in draws])
    return {
        "data_sha256": data_sha256(),
        "teacher_sha256": kept_sha256(config),
        "n": len(rows),
        "macro": estimate(found.mean(), drawn.mean(axis=1)),
        "per_label": {
            label: estimate(found[column], drawn[:, column]) for column, label in enumerate(data.codebook.labels)
        },
    }


def config_of(name: str) -> Row:
    """Give a configuration; that of the outside teacher is the default's with its labels."""
    configs = read_configs()
    return configs["default"] | OUTSIDE if name == "outside" else configs[name]


def precisions(truth: Floats, margins: Floats, weights: Floats) -> Floats:
    """Give the average precision of each label, each statement counting by its weight.

    Parameters
    ----------
    truth, margins : ndarray of shape (n_statements, n_labels)
    weights : ndarray of shape (n_statements,)

    Returns
    -------
    ndarray of shape (n_labels,)

    Examples
    --------
    >>> truth, margins = np.array([[1.0], [0.0], [1.0]]), np.array([[2.0], [1.0], [0.0]])
    >>> precisions(truth, margins, np.array([1.0, 2.0, 1.0])).tolist()
    [0.75]
    """
    return np.array(
        [
            average_precision_score(truth[:, column], margins[:, column], sample_weight=weights)
            for column in range(truth.shape[1])
        ]
    )


def main(arguments: list[str] | None = None) -> int:
    """Measure some configurations, or all that the page shows."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="configurations; all that the page shows")
    options = parser.parse_args(arguments)
    if unknown := sorted({*options.names} - {*CONFIGS}):
        parser.error(f"unknown configuration {unknown}; expected some of {list(CONFIGS)}")
    found = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    frame = read_frame()
    sample = read_sample(frame)
    for name in options.names or CONFIGS:
        found[name] = measure(name, frame, sample)
        ordered = {one: found[one] for one in CONFIGS if one in found}
        RESULTS.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")
        print(f"{name}: {found[name]['macro']}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
