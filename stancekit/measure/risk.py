"""What is wrong among the statements that a model is surest of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stancekit.errors import InvalidInputError
from stancekit.measure.bootstrap import bootstrap, canonical_order, few_groups_notes, group_notes, told_interval
from stancekit.measure.inputs import Settings, check_flags, check_labels, check_scores, check_truth, cluster_numbers
from stancekit.measure.metrics import macro, ratio
from stancekit.measure.reliability_results import RiskCoverage, RiskCurve
from stancekit.measure.results import Estimate

__all__ = ["RiskCoverage", "risk_coverage"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Rows = NDArray[np.intp]

LEVELS = tuple(round(1 - 0.05 * step, 2) for step in range(20))


def risk_coverage(  # noqa: PLR0913 - the data, what groups them, and five settings with defaults
    truth: ArrayLike,
    scores: ArrayLike,
    decisions: ArrayLike,
    *,
    labels: Sequence[str],
    thresholds: ArrayLike = 0.5,
    groups: Iterable[object] | None = None,
    coverage: Sequence[float] = LEVELS,
    n_bootstrap: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> RiskCoverage:
    """Measure what a model gets wrong among the statements that it is surest of.

    Parameters
    ----------
    truth : array-like of shape (n_statements, n_labels)
        1, 0, and NaN where a statement was not annotated for a label.
    scores : array-like of shape (n_statements, n_labels)
        Calibrated probabilities, from 0 to 1.
    decisions : array-like of bool, of shape (n_statements, n_labels)
        What the model asserts, abstention apart.
    labels : sequence of str, of length n_labels
        The names of the columns, in their order.
    thresholds : array-like of shape (n_labels,) or (n_statements, n_labels), or float, default=0.5
        The score from which a label is asserted; one a statement where several models were tested, as in
        cross-validation. The further a score lies from it, the surer the model is; see the notes.
    groups : iterable of hashable, of length n_statements, optional
        The speech or document of each statement; each statement is its own group without it.
    coverage : sequence of float
        Shares of the statements to answer, above 0 up to 1; by default from 1 down to 0.05 in steps of 0.05.
    n_bootstrap : int, default=1000
        Number of replicates; 0 leaves the intervals out.
    confidence : float, default=0.95
        Of the intervals.
    seed : int, default=0
        Of the resampling.

    Returns
    -------
    RiskCoverage
        For each label, and their mean: error and F1 at each level, and the area under the curve of errors.

    Raises
    ------
    InvalidInputError
        On shapes that differ, truth other than 1, 0 and NaN, scores or thresholds outside [0, 1], decisions that are
        not bool, levels out of range, or settings out of range.

    Notes
    -----
    Risk-coverage curves: El-Yaniv and Wiener 2010, JMLR 11; Geifman and El-Yaniv 2017, NeurIPS. How sure the model is
    of a label is the way from the threshold to the score, as a share of the way to the end of the scale on that side:
    0 at the threshold, 1 at the scores 0 and 1. With a threshold of 0.5 that is the order of ``max(score, 1 - score)``;
    with a low one, as rare labels have, the plain distance would put a doubtful yes before a certain no.

    Each label answers for its own surest statements; at least so many are taken that the level is reached, statements
    that are equally sure together. The area (AURC) is the mean of the error over all levels from one statement to all;
    in a replicate groups count as often as they were drawn. F1 is undefined where the statements left neither carry
    the label nor are given it.

    Examples
    --------
    >>> truth, scores = [[1], [0], [1], [0]], [[0.9], [0.1], [0.4], [0.3]]
    >>> decisions = [[True], [False], [False], [False]]
    >>> curve = risk_coverage(truth, scores, decisions, labels=["a"], coverage=[1, 0.75], n_bootstrap=0).per_label["a"]
    >>> [point.value for point in curve.error], round(curve.aurc.value, 4)
    ([0.25, 0.0], 0.0625)
    """
    names = check_labels(labels)
    settings = Settings(n_bootstrap=n_bootstrap, confidence=confidence, seed=seed)
    levels = _check_levels(coverage)
    known = check_truth(truth, names)
    asserted = check_flags("decisions", decisions, names, len(known))
    given = check_scores("scores", scores, names, len(known))
    distance = _distance(given, _check_thresholds(thresholds, names, known))
    content = np.hstack([np.nan_to_num(known, nan=-1.0), asserted, distance])
    order = canonical_order(content, cluster_numbers(groups, len(known)))
    ladders = [
        _Ladder.of(known[order.rows, i], asserted[order.rows, i], distance[order.rows, i], order.clusters)
        for i in range(len(names))
    ]
    values = bootstrap(
        lambda weights: np.stack([ladder.measure(weights, levels) for ladder in ladders], axis=1),
        n_clusters=order.n_clusters,
        n_rows=len(known),
        n_bootstrap=n_bootstrap,
        seed=seed,
    )
    return RiskCoverage(
        labels=names,
        n_statements=len(known),
        n_groups=order.n_clusters,
        coverage=tuple(levels.tolist()),
        per_label={label: _curve(values[:, i], settings) for i, label in enumerate(names)},
        macro=_curve(macro(values), settings),
        n_bootstrap=int(n_bootstrap),
        confidence=float(confidence),
        seed=int(seed),
        notes=(
            *group_notes(order.n_clusters, n_bootstrap),
            *few_groups_notes(names, ~np.isnan(known[order.rows]), order.clusters),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Ladder:
    """One label's annotated statements, the surest first.

    Attributes
    ----------
    clusters : array of int, of shape (n_annotated,)
        The group of each statement.
    counts : array of shape (4, n_annotated)
        Each statement's wrong decision, truth, assertion, and right assertion, as 0 and 1.
    ends : array of int, of shape (n_annotated,)
        For each statement, the last one that is as sure.
    """

    clusters: Rows
    counts: Floats
    ends: Rows

    @classmethod
    def of(cls, truth: Floats, asserted: Flags, distance: Floats, clusters: Rows) -> _Ladder:
        known = np.flatnonzero(~np.isnan(truth))
        order = known[np.argsort(-distance[known], kind="stable")]
        yes, said = truth[order] == 1, asserted[order]
        falling = -distance[order]
        return cls(
            clusters=clusters[order],
            counts=np.stack([yes != said, yes, said, yes & said]).astype(np.float64),
            ends=np.searchsorted(falling, falling, side="right") - 1,
        )

    def measure(self, weights: Floats, levels: Floats) -> Floats:
        """Give error and F1 at each level and the area, of shape (n_weightings, 2 * n_levels + 1)."""
        if not len(self.ends):
            return np.full((len(weights), 2 * len(levels) + 1), np.nan)
        drawn = weights[:, self.clusters]
        seen = np.cumsum(drawn, axis=1)
        sums = [np.cumsum(drawn * count, axis=1)[:, self.ends] for count in self.counts]
        risk = ratio(sums[0], seen[:, self.ends], np.nan)
        stops = np.stack([_first_at(seen, level) for level in levels], axis=1)
        wrong, yes, said, right = (np.take_along_axis(each, stops, axis=1) for each in (risk, *sums[1:]))
        f1 = ratio(2 * right, yes + said, np.nan)
        area = ratio((drawn * np.nan_to_num(risk)).sum(axis=1), seen[:, -1], np.nan)
        return np.concatenate([wrong, f1, area[:, None]], axis=1)


def _distance(scores: Floats, thresholds: Floats) -> Floats:
    """Give the share of the way from the threshold to the end of the scale that lies on the score's side."""
    above = ratio(scores - thresholds, 1 - thresholds, 1.0)
    below = ratio(thresholds - scores, thresholds, 1.0)
    return np.where(scores >= thresholds, above, below)


def _first_at(seen: Floats, level: float) -> Rows:
    """Give the place at which each weighting has seen its share of the statements."""
    # A share such as 0.35 of 20 statements is a whisker more than 7 in floating point.
    return np.asarray(np.argmax(seen >= level * seen[:, -1:] - 1e-9, axis=1))


def _curve(values: Floats, settings: Settings) -> RiskCurve:
    """Turn values of shape (1 + n_bootstrap, 2 * n_levels + 1) into a curve."""
    estimates = tuple(_estimate(values[:, column], settings) for column in range(values.shape[1]))
    n_levels = len(estimates) // 2
    return RiskCurve(error=estimates[:n_levels], f1=estimates[n_levels:-1], aurc=estimates[-1])


def _estimate(values: Floats, settings: Settings) -> Estimate:
    low, high = told_interval(values, settings.confidence)
    return Estimate(value=float(values[0]), low=low, high=high)


def _as_numbers(name: str, values: ArrayLike) -> Floats:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidInputError(f"{name} is {values!r}; expected numbers ({error})") from error


def _check_levels(coverage: Sequence[float]) -> Floats:
    levels = _as_numbers("coverage", coverage)
    if levels.ndim != 1 or not len(levels) or not ((levels > 0) & (levels <= 1)).all():
        raise InvalidInputError(f"coverage is {coverage!r}; expected shares above 0 up to 1, such as [1, 0.9, 0.8]")
    return levels


def _check_thresholds(thresholds: ArrayLike, labels: tuple[str, ...], like: Floats) -> Floats:
    values = _as_numbers("thresholds", thresholds)
    if values.ndim < 2:
        if values.ndim == 1 and len(values) != len(labels):
            raise InvalidInputError(f"thresholds has length {len(values)}; expected {len(labels)}, one for each label")
        values = np.broadcast_to(values, like.shape)
    return check_scores("thresholds", values, labels, len(like))
