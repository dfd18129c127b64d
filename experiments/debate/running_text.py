"""How good the models of the package are in running text: ``python -m experiments.debate.running_text``.

The UN rows of the cross-validation were mostly drawn by keyword, so that the stances are there to be found; in
speeches as they are, most statements take none. Here the models label the random sample of the debate, each statement
counting for as many as it stands for. After `experiments.debate.frame`; writes ``running_text.json`` beside this file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.corpora import un_speeches
from experiments.debate.frame import Frame, checksum_of, read_frame
from experiments.debate.learned import annotated, softly_labelled
from experiments.debate.sample import Sample, read_sample, weights_of
from stancekit import load
from stancekit.model import StanceModel

RESULTS = Path(__file__).parent / "running_text.json"
COMMAND = "python -m experiments.debate.running_text"
MODELS = ("encoder", "network", "linear")
N_BOOTSTRAP = 2000

Floats = NDArray[np.float64]
Row = dict[str, Any]


def figures(truth: Floats, decided: NDArray[np.bool_], weights: Floats) -> Floats:
    """Give precision, recall and F1 of each label, each statement counting by its weight.

    Parameters
    ----------
    truth, decided : ndarray of shape (n_statements, n_labels)
        Annotated, and asserted.
    weights : ndarray of shape (n_statements,)

    Returns
    -------
    ndarray of shape (3, n_labels)
        0 where nothing is asserted or nothing is there.

    Examples
    --------
    >>> truth, decided = np.array([[1.0], [0.0], [1.0]]), np.array([[True], [True], [False]])
    >>> figures(truth, decided, np.array([1.0, 3.0, 1.0])).round(2).ravel().tolist()
    [0.25, 0.5, 0.33]
    """
    hits, said, there = (weights @ one for one in (truth * decided, decided.astype(float), truth))
    return np.stack(
        [hits / np.maximum(said, 1e-12), hits / np.maximum(there, 1e-12), 2 * hits / np.maximum(said + there, 1e-12)]
    )


def measure_model(model: StanceModel, frame: Frame, sample: Sample, seed: int = 0) -> Row:
    """Measure a model on the statements that it was not trained on, with intervals of a bootstrap within strata."""
    texts = texts_of(frame, sample)
    kept = ~(model.was_trained_on(texts) | annotated() | softly_labelled())
    rows = np.flatnonzero(kept)
    scores = model.predict_proba([texts[row] for row in rows])
    decided, truth = model.calibration.decide(scores), sample.truth[rows][:, : len(model.labels)]
    weights, mine = weights_of(frame, sample.rows[rows]), sample.strata[rows]
    draws = np.array(
        [figures(truth[d], decided[d], weights[d]) for d in draws_within(mine, seed=seed, n_draws=N_BOOTSTRAP)]
    )
    found = figures(truth, decided, weights)
    return {
        "n": len(rows),
        "n_positive": dict(zip(model.labels, truth.sum(axis=0).astype(int).tolist(), strict=True)),
        "macro_f1": estimate(found[2].mean(), draws[:, 2].mean(axis=1)),
        "per_label": {
            label: {
                name: estimate(found[i, column], draws[:, i, column])
                for i, name in enumerate(("precision", "recall", "f1"))
            }
            for column, label in enumerate(model.labels)
        },
        "mean_score": dict(zip(model.labels, (weights @ scores / weights.sum()).round(5).tolist(), strict=True)),
        "share": dict(zip(model.labels, (weights @ truth / weights.sum()).round(5).tolist(), strict=True)),
    }


def texts_of(frame: Frame, sample: Sample) -> list[str]:
    """Give the statements of the sample."""
    speeches = un_speeches()
    return [
        speeches[str(frame.speeches[frame.speech[row]])][frame.start[row] : frame.end[row]]
        for row in sample.rows.tolist()
    ]


def draws_within(mine: NDArray[np.str_], *, seed: int, n_draws: int) -> list[NDArray[np.intp]]:
    """Draw statements anew within their strata, from the names of these."""
    rng = np.random.default_rng(seed)
    parts = [np.flatnonzero(mine == name) for name in np.unique(mine)]
    return [np.concatenate([part[rng.integers(0, len(part), len(part))] for part in parts]) for _ in range(n_draws)]


def estimate(value: float, draws: Floats) -> list[float]:
    """Give a figure and the 95 % interval of its draws, in four digits."""
    low, high = np.quantile(draws, [0.025, 0.975])
    return [round(float(end), 4) for end in (value, low, high)]


def measure() -> Mapping[str, Row]:
    """Measure the models that can run here."""
    frame = read_frame()
    sample = read_sample(frame)
    names = [name for name in MODELS if name != "encoder" or find_spec("onnxruntime") is not None]
    return {name: {"checksum": checksum_of(name), **measure_model(load(name), frame, sample)} for name in names}


def main() -> int:
    """Measure, and write what was found."""
    RESULTS.write_text(json.dumps(measure(), indent=1) + "\n", encoding="utf-8")
    print(f"wrote {RESULTS.name}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
