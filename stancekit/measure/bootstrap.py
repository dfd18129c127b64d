"""The cluster bootstrap: replicates of a statistic, intervals and p-values.

Statements of one speech or document resemble each other, so whole groups are drawn with replacement
and keep all their statements (Field & Welsh 2007, Bootstrapping clustered data, JRSS B 69; Davison &
Hinkley 1997, Bootstrap Methods and their Application, section 3.8). A replicate is a row of counts, how
often each group was drawn, and statistics are computed from those counts as weights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Statistic = Callable[[NDArray[np.float64]], NDArray[np.float64]]

# A replicate without a single positive has no average precision. Up to a tenth of such replicates may be
# left out of an interval, which three groups with positives are enough for.
LEAST_DEFINED = 0.9
FEW_GROUPS = 20
BLOCK = 1_000_000
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Order:
    """Rows and groups in an order that their contents alone decide.

    Attributes
    ----------
    rows : array of int, of shape (n_statements,)
        Which row comes first, second, and so on.
    clusters : array of int, of shape (n_statements,)
        The group's number of each of these rows: 0, 1, 2, ... without gaps.
    n_clusters : int
        Number of groups.
    """

    rows: NDArray[np.intp]
    clusters: NDArray[np.intp]
    n_clusters: int


def canonical_order(content: NDArray[np.float64], clusters: NDArray[np.intp]) -> Order:
    """Order groups and rows by what they hold, so that neither names nor the rows' order change a draw.

    Parameters
    ----------
    content : array of shape (n_statements, n_columns), without NaN
        All that is measured of each row.
    clusters : array of int, of shape (n_statements,)
        The group of each row, by any numbers.

    Returns
    -------
    Order
        Groups that hold the same rows may change places: nothing measured tells them apart.

    Examples
    --------
    >>> canonical_order(np.array([[0.9], [0.2], [0.4]]), np.array([7, 3, 7])).rows.tolist()
    [1, 2, 0]
    """
    ranks = _ranks(content)
    by_cluster = np.lexsort((ranks, clusters))
    _, numbers, sizes = np.unique(clusters, return_inverse=True, return_counts=True)
    members = np.split(ranks[by_cluster], np.cumsum(sizes)[:-1])
    keys = [tuple(member.tolist()) for member in members]
    place = np.empty(len(keys), dtype=np.intp)
    place[sorted(range(len(keys)), key=keys.__getitem__)] = np.arange(len(keys))
    rows = np.lexsort((ranks, place[numbers]))
    return Order(rows=rows, clusters=place[numbers][rows], n_clusters=len(keys))


def bootstrap(
    statistic: Statistic, *, n_clusters: int, n_rows: int, n_bootstrap: int, seed: int
) -> NDArray[np.float64]:
    """Compute a statistic on the sample itself and on replicates of it.

    Parameters
    ----------
    statistic : callable
        Takes weights of shape (n_replicates, n_clusters), gives an array of shape (n_replicates, ...).
    n_clusters, n_rows : int
        Number of groups, and of statements in them (which bounds the memory of a block of replicates).
    n_bootstrap, seed : int
        Number of replicates, and where the drawing starts.

    Returns
    -------
    array of shape (1 + n_bootstrap, ...)
        First the sample's own value, then the replicates; no replicates with fewer than two groups.

    Examples
    --------
    >>> sizes = np.array([[1.0], [2.0], [3.0]])
    >>> values = bootstrap(lambda w: w @ sizes, n_clusters=3, n_rows=6, n_bootstrap=100, seed=0)
    >>> values.shape, float(values[0, 0])
    ((101, 1), 6.0)
    """
    blocks = [statistic(np.ones((1, n_clusters)))]
    rng = np.random.default_rng(seed)
    size = max(1, BLOCK // n_rows)
    for start in range(0, n_bootstrap if n_clusters > 1 else 0, size):
        blocks.append(statistic(_draw(rng, min(size, n_bootstrap - start), n_clusters)))
    return np.concatenate(blocks)


def interval(values: NDArray[np.float64], confidence: float) -> tuple[float, float]:
    """Give the percentile interval (Efron & Tibshirani 1993, An Introduction to the Bootstrap, chapter 13).

    Parameters
    ----------
    values : array of shape (1 + n_bootstrap,)
        The sample's value and its replicates; replicates that are NaN are left out.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    low, high : float
        NaN where the sample's value is, or where fewer than nine tenths of the replicates are defined.

    Examples
    --------
    >>> interval(np.array([0.5, 0.3, 0.4, 0.5, 0.6, 0.7]), 0.5)
    (0.4, 0.6)
    """
    if np.isnan(values[0]) or _defined_share(values) < LEAST_DEFINED:
        return float("nan"), float("nan")
    defined = values[1:][~np.isnan(values[1:])]
    low, high = np.quantile(defined, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


def told_interval(values: NDArray[np.float64], confidence: float) -> tuple[float, float]:
    """Give the interval of `interval`, and NaN where `is_point`: a figure of 1 in nearly every draw is no certainty."""
    return (float("nan"), float("nan")) if is_point(values, confidence) else interval(values, confidence)


def is_point(values: NDArray[np.float64], confidence: float) -> bool:
    """Tell whether the interval has no width, so that the draws cannot tell how far the sample's value may be off.

    That is so where every draw gives the sample's value, or all but a few: a draw without positives has an F1 of 0.

    Parameters
    ----------
    values : array of shape (1 + n_bootstrap,)
        The sample's value and its replicates.
    confidence : float
        Nominal coverage of the interval.

    Examples
    --------
    >>> is_point(np.array([1.0, 1.0, np.nan, 1.0]), 0.95), is_point(np.array([1.0]), 0.95)
    (True, False)
    >>> is_point(np.array([1.0] * 500 + [0.0]), 0.95)
    True
    """
    if np.isnan(values[0]) or np.isnan(values[1:]).all():
        return False
    tail = (1 - confidence) / 2
    return bool(np.ptp(np.nanquantile(values[1:], [tail, 1 - tail])) < _ROUNDING)


def p_value(values: NDArray[np.float64]) -> float:
    """Give the two-sided p-value of the hypothesis that a difference is zero.

    Twice the smaller share of replicates on either side of zero (Liu & Singh 1997, Notions of limiting P
    values based on data depth and bootstrap, JASA 92), the test that belongs to the percentile interval:
    it is below 0.05 where the 95 % interval leaves zero out, but for rounding. One is added to both
    counts, so that no p-value is zero (Davison & Hinkley 1997, chapter 4).

    Parameters
    ----------
    values : array of shape (1 + n_bootstrap,)
        The sample's difference and its replicates.

    Returns
    -------
    float
        From 2 / (n_bootstrap + 1) to 1; NaN where `interval` withholds the interval.

    Examples
    --------
    >>> p_value(np.array([0.2] + [0.1] * 98 + [-0.1]))
    0.04
    """
    if np.isnan(interval(values, 0.5)[0]):
        return float("nan")
    replicates = values[1:][~np.isnan(values[1:])]
    rarer = min(np.sum(replicates <= 0), np.sum(replicates >= 0))
    return min(1.0, 2.0 * (1 + int(rarer)) / (len(replicates) + 1))


def group_notes(n_clusters: int, n_bootstrap: int) -> list[str]:
    """Say why intervals are withheld, or should be read with care, as a whole."""
    if n_bootstrap == 0:
        return ["intervals left out: n_bootstrap is 0"]
    if n_clusters < 2:
        return ["intervals withheld: 1 group, and the bootstrap needs at least 2"]
    if n_clusters < FEW_GROUPS:
        return [
            f"{n_clusters} groups: with so few, intervals tend to be too narrow "
            "(Cameron, Gelbach and Miller 2008, Review of Economics and Statistics 90)"
        ]
    return []


def few_groups_notes(
    subjects: Sequence[str], known: NDArray[np.bool_], clusters: NDArray[np.intp], *, done: str = "annotated"
) -> list[str]:
    """Say of what was annotated in few of the groups alone that its intervals tend to be too narrow.

    Parameters
    ----------
    subjects : sequence of str, of length n_subjects
        Labels, or whatever was annotated.
    known : ndarray of bool of shape (n_statements, n_subjects)
        Whether a statement was.
    clusters : ndarray of shape (n_statements,)
        The group of each statement.
    done : str
        What was done to the statements.

    Examples
    --------
    >>> few_groups_notes(["a"], np.arange(40)[:, None] < 4, np.arange(40))
    ['a: annotated in 4 of the 40 groups; with so few, intervals tend to be too narrow']
    """
    n_clusters = len(np.unique(clusters))
    counts = [len(np.unique(clusters[column])) for column in known.T]
    return [
        f"{subject}: {done} in {count} of the {n_clusters} groups; with so few, intervals tend to be too narrow"
        for subject, count in zip(subjects, counts, strict=True)
        if 2 <= count < FEW_GROUPS <= n_clusters
    ]


def withheld_note(values: NDArray[np.float64], figure: str, subject: str) -> list[str]:
    """Say that too many replicates of a figure are undefined, where they are."""
    defined = _defined_share(values)
    if np.isnan(values[0]) or len(values) < 2 or defined >= LEAST_DEFINED:
        return []
    name = figure.replace("_", " ")
    return [f"{subject}: interval of {name} withheld, undefined in {1 - defined:.0%} of the replicates"]


def _defined_share(values: NDArray[np.float64]) -> float:
    return float(np.mean(~np.isnan(values[1:]))) if len(values) > 1 else 0.0


def _ranks(content: NDArray[np.float64]) -> NDArray[np.intp]:
    """Give each row its place among the different rows, in ascending order."""
    order = np.lexsort(content.T)
    ordered = content[order]
    differs = np.any(ordered[1:] != ordered[:-1], axis=1)
    ranks = np.empty(len(content), dtype=np.intp)
    ranks[order] = np.concatenate(([0], np.cumsum(differs)))
    return ranks


def _draw(rng: np.random.Generator, n: int, n_clusters: int) -> NDArray[np.float64]:
    """Draw n times n_clusters groups with replacement and count them, of shape (n, n_clusters)."""
    drawn = rng.integers(n_clusters, size=(n, n_clusters)) + np.arange(n)[:, None] * n_clusters
    return np.bincount(drawn.ravel(), minlength=n * n_clusters).reshape(n, n_clusters).astype(np.float64)
