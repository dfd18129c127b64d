"""Figures of decisions and scores, computed for many weightings of the groups at once.

All figures but average precision are functions of sums over statements, so the sums are taken once for
each group and a weighting costs one row of a matrix product. Average precision runs down one presorted
order of the scores with the weights.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FIGURES = (
    "precision",
    "recall",
    "f1",
    "average_precision",
    "mcc",
    "calibration_error",
    "decided",
    "f1_decided",
)

# Under this, the error of a bin's mean (about 0.1 for 20 statements) hides any miscalibration.
LEAST_IN_BIN = 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """Annotations and one model's output, ready to be measured.

    Attributes
    ----------
    truth, scores : array of float64, of shape (n_statements, n_labels)
        Truth is 1, 0, or NaN where a statement was not annotated; scores lie in [0, 1].
    decisions, decided : array of bool, of shape (n_statements, n_labels)
        What the model asserts, and where it did not abstain.
    """

    truth: Array
    scores: Array
    decisions: NDArray[np.bool_]
    decided: NDArray[np.bool_]

    def take(self, rows: NDArray[np.intp]) -> Sample:
        """Give the sample of some rows, in the order of `rows`."""
        return Sample(
            truth=self.truth[rows],
            scores=self.scores[rows],
            decisions=self.decisions[rows],
            decided=self.decided[rows],
        )

    def content(self) -> Array:
        """Give all that is measured as one array without NaN, of shape (n_statements, 4 * n_labels)."""
        known = np.nan_to_num(self.truth, nan=-1.0)
        return np.hstack([known, self.scores, self.decisions, self.decided])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranking:
    """One label's annotated statements by falling score, as average precision reads them.

    Attributes
    ----------
    clusters : array of int, of shape (n_annotated,)
        The group of each statement, the highest score first.
    ends : array of int, of shape (n_steps,)
        For each score that a positive has, the position of the last statement with that score.
    hits : array of int, of shape (n_positive,)
        The positions of the positives.
    hit_ends : array of int, of shape (n_steps,)
        For each of `ends`, the last positive at or before it, as a position in `hits`.
    """

    clusters: NDArray[np.intp]
    ends: NDArray[np.intp]
    hits: NDArray[np.intp]
    hit_ends: NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Meter:
    """A sample summed up by group, so that any weighting of the groups is measured quickly.

    Attributes
    ----------
    tallies : array of shape (n_clusters, n_labels, 8 + n_bins)
        Sums by group: annotated, positive, asserted and rightly asserted statements, the same four
        among the decided ones, and in each bin the sum of score less truth.
    rankings : tuple of Ranking, of length n_labels
    """

    tallies: Array
    rankings: tuple[Ranking, ...]

    def measure(self, weights: Array) -> Array:
        """Compute every figure for every weighting of the groups.

        Parameters
        ----------
        weights : array of shape (n_weightings, n_clusters)
            How often each group counts; whole numbers of 0 and above.

        Returns
        -------
        array of shape (n_weightings, n_labels + 1, n_figures)
            Figures in the order of `FIGURES`; the last row pools the labels, and holds precision, recall
            and F1 alone. NaN where a figure is undefined.
        """
        sums = np.tensordot(weights, self.tallies, axes=1)
        ap = np.stack([_average_precision(ranking, weights) for ranking in self.rankings], axis=1)
        pooled = np.full((len(weights), 1, len(FIGURES)), np.nan)
        pooled[:, 0, :3] = _precision_recall_f1(sums[..., :4].sum(axis=1))
        return np.concatenate([_label_figures(sums, ap), pooled], axis=1)


def make_meter(sample: Sample, clusters: NDArray[np.intp], n_clusters: int, n_bins: int = 10) -> Meter:
    """Sum a sample up by group.

    Parameters
    ----------
    sample : Sample
        Annotations and output for n_statements.
    clusters : array of int, of shape (n_statements,)
        The group of each statement, from 0 to ``n_clusters - 1``.
    n_clusters, n_bins : int
        Number of groups, and of bins of the calibration error at most.

    Returns
    -------
    Meter

    Examples
    --------
    >>> yes = np.array([[True], [False], [True]])
    >>> sample = Sample(truth=np.array([[1.0], [0.0], [0.0]]), scores=np.array([[0.9], [0.2], [0.6]]),
    ...                 decisions=yes, decided=np.ones((3, 1), dtype=bool))
    >>> meter = make_meter(sample, np.array([0, 1, 2]), 3)
    >>> meter.measure(np.ones((1, 3)))[0, 0, :3].tolist()  # precision, recall, F1
    [0.5, 1.0, 0.6666666666666666]
    """
    columns = range(sample.truth.shape[1])
    tallies = [_label_tallies(sample, column, clusters, n_clusters, n_bins) for column in columns]
    rankings = [_rank(sample.truth[:, c], sample.scores[:, c], clusters) for c in columns]
    return Meter(tallies=np.stack(tallies, axis=1), rankings=tuple(rankings))


def macro(values: Array) -> Array:
    """Average figures over labels.

    The labels for which a figure is defined on the sample itself (the first row) enter its mean; a
    replicate in which one of them is undefined has no mean, so that all replicates average the same labels.

    Parameters
    ----------
    values : array of shape (1 + n_bootstrap, n_labels, n_figures)

    Returns
    -------
    array of shape (1 + n_bootstrap, n_figures)

    Examples
    --------
    >>> macro(np.array([[[0.5, np.nan], [0.7, 0.2]]])).tolist()
    [[0.6, 0.2]]
    """
    defined = ~np.isnan(values[0])
    totals = np.where(defined, values, 0.0).sum(axis=1)
    return ratio(totals, np.broadcast_to(defined.sum(axis=0).astype(np.float64), totals.shape), np.nan)


def _label_figures(sums: Array, ap: Array) -> Array:
    """Turn sums of shape (..., 8 + n_bins) into figures of shape (..., n_figures)."""
    n = sums[..., 0]
    figures = [
        *np.moveaxis(_precision_recall_f1(sums[..., :4]), -1, 0),
        ap,
        _mcc(sums[..., :4]),
        ratio(np.abs(sums[..., 8:]).sum(axis=-1), n, np.nan),
        ratio(sums[..., 4], n, np.nan),
        _precision_recall_f1(sums[..., 4:8])[..., 2],
    ]
    return np.stack(figures, axis=-1)


def _precision_recall_f1(counts: Array) -> Array:
    """Read annotated, positive, asserted and hit statements, on the last axis; shape (..., 3).

    Where nothing is asserted, precision and F1 are 0, and so is F1 where nothing is positive either:
    scikit-learn's ``zero_division=0``. Recall without positives is undefined, all three without annotation.
    """
    n, positive, asserted, hit = np.moveaxis(counts, -1, 0)
    scores = [
        ratio(hit, asserted, 0.0),
        ratio(hit, positive, np.nan),
        ratio(2 * hit, positive + asserted, 0.0),
    ]
    return np.where(n[..., None] > 0, np.stack(scores, axis=-1), np.nan)


def _mcc(counts: Array) -> Array:
    """Matthews' correlation: 0 where the model says one thing of all, NaN where the truth is one thing."""
    n, positive, asserted, hit = np.moveaxis(counts, -1, 0)
    truth_spread, model_spread = positive * (n - positive), asserted * (n - asserted)
    correlation = ratio(n * hit - positive * asserted, np.sqrt(truth_spread * model_spread), 0.0)
    return np.where(truth_spread > 0, correlation, np.nan)


def _average_precision(ranking: Ranking, weights: Array) -> Array:
    """Sum the steps of recall times the precision there, ties in one step; shape (n_weightings,)."""
    if not len(ranking.hits):
        return np.full(len(weights), np.nan)
    ordered = weights[:, ranking.clusters]
    seen = np.cumsum(ordered, axis=1)[:, ranking.ends]
    hits = np.cumsum(ordered[:, ranking.hits], axis=1)[:, ranking.hit_ends]
    steps = np.diff(hits, axis=1, prepend=0.0)
    return ratio((steps * ratio(hits, seen, 0.0)).sum(axis=1), hits[:, -1], np.nan)


def ratio(numerator: Array, denominator: Array, otherwise: float) -> Array:
    """Divide where the denominator is above 0, and give something else where it is not.

    Examples
    --------
    >>> ratio(np.array([1.0, 1.0]), np.array([2.0, 0.0]), -1.0).tolist()
    [0.5, -1.0]
    """
    result = np.full(np.shape(numerator), otherwise)
    np.divide(numerator, denominator, out=result, where=denominator > 0)
    return result


def _label_tallies(sample: Sample, column: int, clusters: NDArray[np.intp], n_clusters: int, n_bins: int) -> Array:
    """Give one label's sums by group, of shape (n_clusters, 8 + n_bins)."""
    known = np.flatnonzero(~np.isnan(sample.truth[:, column]))
    truth, scores = sample.truth[known, column], sample.scores[known, column]
    asserted = sample.decisions[known, column]
    counts = np.stack([np.ones(len(known)), truth, asserted, truth * asserted], axis=1)
    rows = np.zeros((len(known), 8 + n_bins))
    rows[:, :4] = counts
    rows[:, 4:8] = counts * sample.decided[known, column, None]
    rows[np.arange(len(known)), 8 + equal_mass_bins(scores, n_bins)] = scores - truth
    sums = np.zeros((n_clusters, 8 + n_bins))
    np.add.at(sums, clusters[known], rows)
    return sums


def equal_mass_bins(scores: Array, n_bins: int) -> NDArray[np.intp]:
    """Give each score its bin; equal scores share one, so that bins do not depend on the rows' order.

    Examples
    --------
    >>> equal_mass_bins(np.linspace(0, 1, 1000), 2)[[0, 999]].tolist()
    [0, 1]
    """
    n_used = max(1, min(n_bins, len(scores) // LEAST_IN_BIN))
    firsts = np.arange(1, n_used) * len(scores) // n_used
    edges = np.unique(np.sort(scores)[firsts])
    return np.searchsorted(edges, scores, side="right")


def _rank(truth: Array, scores: Array, clusters: NDArray[np.intp]) -> Ranking:
    known = np.flatnonzero(~np.isnan(truth))
    order = known[np.argsort(-scores[known], kind="stable")]
    falling, hits = scores[order], np.flatnonzero(truth[order] == 1)
    ends = np.searchsorted(-falling, np.unique(-falling[hits]), side="right") - 1
    hit_ends = np.searchsorted(hits, ends, side="right") - 1
    return Ranking(clusters=clusters[order], ends=ends, hits=hits, hit_ends=hit_ends)
