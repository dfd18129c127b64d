"""TweetEval's score and two stricter ones, with bootstrap intervals stratified by target.

TweetEval's `evaluation_script.py` pools the predictions of the five targets and takes the mean of two F1, of
"against" and of "favor" (Barbieri et al. 2020, TweetEval, Findings of EMNLP, section 3; the official score of
SemEval-2016 task 6: Mohammad et al. 2016, section 4).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from experiments.tweeteval.data import LABELS, Numbers
from stancekit.measure.bootstrap import interval, p_value

Floats = NDArray[np.float64]
Predictions = Mapping[str, Numbers]

FIGURES = ("f_avg", "macro_targets", "macro_labels")
CONFIDENCE = 0.95


class Scorer:
    """Scores of systems on the same tweets and on the same replicates of them.

    Parameters
    ----------
    truth : mapping of str to ndarray of int of shape (n_tweets,)
        Places in `LABELS`, by target.
    n_bootstrap, seed : int
        Replicates in which each target keeps its number of tweets, and where the drawing starts.

    Examples
    --------
    >>> truth = {"atheism": np.array([1, 2, 0, 1])}
    >>> scorer = Scorer(truth, n_bootstrap=100, seed=0)
    >>> scorer.figures([{"atheism": np.array([1, 2, 0, 0])}])["f_avg"][0]
    83.33
    """

    def __init__(self, truth: Predictions, *, n_bootstrap: int = 2000, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        self.truth = truth
        self.weights = {
            target: np.vstack([np.ones(len(labels)), _draw(rng, n_bootstrap, len(labels))])
            for target, labels in truth.items()
        }

    def values(self, runs: Sequence[Predictions]) -> dict[str, Floats]:
        """Give each figure in per cent, its mean over runs, of shape (1 + n_bootstrap,)."""
        tables = [self._tables(predictions) for predictions in runs]
        return {name: np.mean([figure(table, name) for table in tables], axis=0) for name in FIGURES}

    def figures(self, runs: Sequence[Predictions]) -> dict[str, list[float]]:
        """Give each figure as value, low, high."""
        return {name: _rounded([v[0], *interval(v, CONFIDENCE)]) for name, v in self.values(runs).items()}

    def differences(self, runs: Sequence[Predictions], base: Sequence[Predictions]) -> dict[str, list[float]]:
        """Give each figure's difference to another system as value, low, high, with its p-value."""
        ours, theirs = self.values(runs), self.values(base)
        gaps = {name: np.round(ours[name] - theirs[name], 10) for name in FIGURES}
        return {
            name: [*_rounded([gap[0], *interval(gap, CONFIDENCE)]), round(p_value(gap), 4)]
            for name, gap in gaps.items()
        }

    def per_target(self, runs: Sequence[Predictions]) -> dict[str, float]:
        """Give the mean of the F1 of "against" and "favor" of each target, in per cent, mean over runs."""
        tables = np.mean([f_avg(self._tables(predictions)[:1]) for predictions in runs], axis=0)
        return dict(zip(self.truth, _rounded(100 * tables[0]), strict=True))

    def _tables(self, predictions: Predictions) -> Floats:
        """Count (truth, prediction) on every replicate, of shape (1 + n_bootstrap, n_targets, 3, 3)."""
        counts = []
        for target, labels in self.truth.items():
            cells = np.eye(len(LABELS) ** 2)[labels * len(LABELS) + predictions[target]]
            counts.append((self.weights[target] @ cells).reshape(-1, len(LABELS), len(LABELS)))
        return np.asarray(np.stack(counts, axis=1))


def figure(tables: Floats, name: str) -> Floats:
    """Give one of `FIGURES` in per cent from counts of shape (n, n_targets, 3, 3), of shape (n,)."""
    if name == "macro_targets":
        return np.asarray(100 * f_avg(tables).mean(axis=-1))
    pooled = tables.sum(axis=1)
    return 100 * (f_avg(pooled) if name == "f_avg" else f1(pooled).mean(axis=-1))


def f1(tables: Floats) -> Floats:
    """Give F1 of each label from counts of shape (..., 3, 3), 0 where a label occurs nowhere."""
    hits = np.diagonal(tables, axis1=-2, axis2=-1)
    return np.asarray(2 * hits / np.maximum(tables.sum(axis=-1) + tables.sum(axis=-2), 1e-9))


def f_avg(tables: Floats) -> Floats:
    """Give the mean of the F1 of "against" and "favor" from counts of shape (..., 3, 3)."""
    return np.asarray(f1(tables)[..., 1:].mean(axis=-1))


def pooled_f_avg(truth: Sequence[Numbers], predicted: Sequence[Numbers]) -> float:
    """Give TweetEval's score in per cent.

    Examples
    --------
    >>> round(pooled_f_avg([np.array([1, 2])], [np.array([1, 0])]), 1)
    50.0
    """
    table = np.zeros((len(LABELS), len(LABELS)))
    np.add.at(table, (np.concatenate(truth), np.concatenate(predicted)), 1)
    return 100 * float(f_avg(table))


def _draw(rng: np.random.Generator, n: int, size: int) -> Floats:
    """Draw `size` tweets with replacement, n times, and count them, of shape (n, size)."""
    return rng.multinomial(size, np.full(size, 1 / size), size=n).astype(np.float64)


def _rounded(values: Sequence[float] | Floats) -> list[float]:
    return [round(float(value), 2) for value in values]
