"""Whether scores can be taken at their word, and whether abstentions keep their promise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stancekit.measure.bootstrap import Order, bootstrap, canonical_order, few_groups_notes, group_notes, interval
from stancekit.measure.inputs import (
    Settings,
    check_between,
    check_flags,
    check_labels,
    check_scores,
    check_truth,
    cluster_numbers,
    slice_rows,
)
from stancekit.measure.metrics import equal_mass_bins, ratio
from stancekit.measure.reliability_results import (
    ConformalCoverage,
    LabelCoverage,
    LabelReliability,
    Reliability,
    ReliabilityBin,
)
from stancekit.measure.results import Estimate
from stancekit.measure.shares import share

__all__ = ["ConformalCoverage", "Reliability", "conformal_coverage", "reliability"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Rows = NDArray[np.intp]


def reliability(
    truth: ArrayLike,
    scores: ArrayLike,
    *,
    labels: Sequence[str],
    groups: Iterable[object] | None = None,
    n_bootstrap: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
    n_bins: int = 10,
) -> Reliability:
    """Set each label's scores beside the share of statements that carries it.

    Parameters
    ----------
    truth : array-like of shape (n_statements, n_labels)
        1, 0, and NaN where a statement was not annotated for a label.
    scores : array-like of shape (n_statements, n_labels)
        Calibrated probabilities, from 0 to 1.
    labels : sequence of str, of length n_labels
        The names of the columns, in their order.
    groups : iterable of hashable, of length n_statements, optional
        The speech or document of each statement; each statement is its own group without it.
    n_bootstrap : int, default=1000
        Number of replicates; 0 leaves the error's interval and its debiased value out.
    confidence : float, default=0.95
        Of the intervals.
    seed : int, default=0
        Of the resampling.
    n_bins : int, default=10
        Bins at most; see `evaluate`.

    Returns
    -------
    Reliability
        For each label the bins of its reliability diagram, and its calibration error.

    Raises
    ------
    InvalidInputError
        On shapes that differ, truth other than 1, 0 and NaN, scores outside [0, 1], or settings out of range.

    Notes
    -----
    The error is that of `evaluate`: bins of equal mass, and the distance between mean score and share of positives
    averaged over statements. It is biased upwards (Kumar, Liang and Ma 2019, NeurIPS; Roelofs et al. 2022, AISTATS).
    `debiased` takes off the bias that a bootstrap of whole groups shows (Efron and Tibshirani 1993, An Introduction
    to the Bootstrap, chapter 10); its interval is the basic bootstrap interval (Davison and Hinkley 1997, Bootstrap
    Methods and their Application, section 5.2), which allows for the bias too, cut off at 0. It begins at 0 where the
    error is no larger than chance brings about: than that share, `confidence`, of the errors of replicates whose bins
    are shifted to be right on average. The mean of those is `noise`. Near perfect calibration some of the bias stays.
    With few statements the interval is too narrow, and the upper end of `evaluate`'s is the safer bound.

    The interval of a bin is Wilson's for the number of independent statements (`stancekit.measure.shares`).

    Examples
    --------
    >>> result = reliability([[1], [0], [0], [1]], [[0.8], [0.3], [0.1], [0.6]], labels=["a"])
    >>> only = result.per_label["a"]
    >>> round(only.error, 2), only.bins[0].n, round(only.bins[0].mean_score, 2), only.bins[0].observed.value
    (0.05, 4, 0.45, 0.5)
    """
    names = check_labels(labels)
    settings = Settings(n_bootstrap=n_bootstrap, confidence=confidence, seed=seed, n_bins=n_bins)
    known = check_truth(truth, names)
    given = check_scores("scores", scores, names, len(known))
    order = canonical_order(np.hstack([np.nan_to_num(known, nan=-1.0), given]), cluster_numbers(groups, len(known)))
    known, given = known[order.rows], given[order.rows]
    return Reliability(
        labels=names,
        n_statements=len(known),
        n_groups=order.n_clusters,
        per_label={
            label: _label_reliability(known[:, i], given[:, i], order, settings) for i, label in enumerate(names)
        },
        n_bootstrap=int(n_bootstrap),
        confidence=float(confidence),
        seed=int(seed),
        n_bins=int(n_bins),
        notes=(
            *group_notes(order.n_clusters, n_bootstrap),
            *few_groups_notes(names, ~np.isnan(known), order.clusters),
        ),
    )


def conformal_coverage(
    truth: ArrayLike,
    decisions: ArrayLike,
    abstained: ArrayLike,
    *,
    labels: Sequence[str],
    promised: float = 0.9,
    groups: Iterable[object] | None = None,
    slices: Mapping[str, Iterable[object]] | None = None,
    confidence: float = 0.95,
) -> ConformalCoverage:
    """Measure whether the abstentions keep their promise.

    Parameters
    ----------
    truth : array-like of shape (n_statements, n_labels)
        1, 0, and NaN where a statement was not annotated for a label.
    decisions, abstained : array-like of bool, of shape (n_statements, n_labels)
        What the model asserts, abstention apart, and where it would not say.
    labels : sequence of str, of length n_labels
        The names of the columns, in their order.
    promised : float, default=0.9
        One less the error level of the abstention, between 0 and 1.
    groups : iterable of hashable, of length n_statements, optional
        The speech or document of each statement; each statement is its own group without it.
    slices : mapping of str to iterable of length n_statements, optional
        Columns such as source: the same shares for the statements of each of their values.
    confidence : float, default=0.95
        Of the intervals.

    Returns
    -------
    ConformalCoverage
        For each label, as a whole and by slices: the share of positives not ruled out, of negatives not asserted.

    Raises
    ------
    InvalidInputError
        On shapes that differ, truth other than 1, 0 and NaN, flags that are not bool, or settings out of range.

    Notes
    -----
    Label-conditional split conformal prediction promises both shares for statements that are exchangeable with those
    that it was calibrated on (Vovk 2012, ACML), pooled over sources. It promises nothing for one source alone, or for
    a source never seen: that is what the slices are for. Intervals are Wilson's for the number of independent
    statements (`stancekit.measure.shares`).

    Examples
    --------
    >>> decisions, abstained = [[True], [False], [False]], [[False], [True], [False]]
    >>> result = conformal_coverage([[1], [1], [0]], decisions, abstained, labels=["a"])
    >>> result.whole["a"].positives.value, result.whole["a"].negatives.value
    (1.0, 1.0)
    """
    names = check_labels(labels)
    settings = Settings(n_bootstrap=0, confidence=confidence, seed=0)
    check_between("promised", promised, 0.9)
    known = check_truth(truth, names)
    asserted = check_flags("decisions", decisions, names, len(known))
    silent = check_flags("abstained", abstained, names, len(known))
    clusters = cluster_numbers(groups, len(known))

    def covered(rows: Rows) -> dict[str, LabelCoverage]:
        return {
            label: _label_coverage(known[rows, i], asserted[rows, i], silent[rows, i], clusters[rows], settings)
            for i, label in enumerate(names)
        }

    return ConformalCoverage(
        labels=names,
        promised=float(promised),
        whole=covered(np.arange(len(known))),
        slices={
            column: {value: covered(rows) for value, rows in values.items()}
            for column, values in slice_rows(slices, len(known)).items()
        },
        confidence=float(confidence),
    )


def _label_reliability(truth: Floats, scores: Floats, order: Order, settings: Settings) -> LabelReliability:
    known = np.flatnonzero(~np.isnan(truth))
    truth, scores, clusters = truth[known], scores[known], order.clusters[known]
    bins = equal_mass_bins(scores, settings.n_bins) if len(known) else np.zeros(0, dtype=np.intp)
    gaps = _gaps(scores - truth, bins, clusters, order.n_clusters, settings)
    error = np.abs(gaps).sum(axis=1)
    noise = np.abs(gaps[1:] - gaps[0]).sum(axis=1)
    return LabelReliability(
        n=len(known),
        n_positive=int(truth.sum()),
        bins=tuple(_bin(truth[bins == b], scores[bins == b], clusters[bins == b], settings) for b in np.unique(bins)),
        error=float(error[0]),
        debiased=_debias(error, noise, settings.confidence),
        noise=float(np.nanmean(noise)) if len(noise) and len(known) else float("nan"),
    )


def _gaps(excess: Floats, bins: Rows, clusters: Rows, n_clusters: int, settings: Settings) -> Floats:
    """Give each bin's score less truth as a share of all statements, of shape (1 + n_bootstrap, n_bins)."""
    tallies = np.zeros((n_clusters, int(bins.max(initial=0)) + 2))
    np.add.at(tallies, (clusters, bins), excess)
    tallies[:, -1] = np.bincount(clusters, minlength=n_clusters)

    def gaps(weights: Floats) -> Floats:
        sums = weights @ tallies
        return ratio(sums[:, :-1], np.broadcast_to(sums[:, -1:], sums[:, :-1].shape), np.nan)

    return bootstrap(
        gaps, n_clusters=n_clusters, n_rows=n_clusters, n_bootstrap=settings.n_bootstrap, seed=settings.seed
    )


def _debias(error: Floats, noise: Floats, confidence: float) -> Estimate:
    """Take off the bias that replicates show; see `reliability`."""
    low, high = interval(error, confidence)
    if np.isnan(low):
        return Estimate(value=float("nan"), low=low, high=high)
    value = max(0.0, 2 * float(error[0]) - float(np.nanmean(error[1:])))
    by_chance = error[0] <= np.nanquantile(noise, confidence)
    bottom = 0.0 if by_chance else max(0.0, 2 * float(error[0]) - high)
    return Estimate(value=value, low=min(bottom, value), high=max(2 * float(error[0]) - low, value))


def _bin(truth: Floats, scores: Floats, clusters: Rows, settings: Settings) -> ReliabilityBin:
    return ReliabilityBin(
        n=len(truth),
        low=float(scores.min()),
        high=float(scores.max()),
        mean_score=float(scores.mean()),
        observed=share(truth == 1, clusters, settings.confidence),
    )


def _label_coverage(
    truth: Floats, asserted: Flags, abstained: Flags, clusters: Rows, settings: Settings
) -> LabelCoverage:
    def covered(rows: Flags, hits: Flags) -> Estimate:
        return share(hits[rows], clusters[rows], settings.confidence)

    return LabelCoverage(
        n_positive=int((truth == 1).sum()),
        n_negative=int((truth == 0).sum()),
        positives=covered(truth == 1, asserted | abstained),
        negatives=covered(truth == 0, ~asserted | abstained),
        abstained=covered(~np.isnan(truth), abstained),
    )
