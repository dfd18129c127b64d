"""Shares with intervals that hold for few statements, for shares of 0 and 1, and for statements in groups."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from stancekit.measure.results import Estimate

_NO_WIDTH = 1e-12


def share(hits: NDArray[np.bool_], clusters: NDArray[np.intp], confidence: float) -> Estimate:
    """Give a share and its interval.

    The score interval of Wilson (1927, JASA 22), as Brown, Cai and DasGupta (2001, Statistical Science 16) advise,
    with the number of statements that drawn one by one would tell as much: the number of statements divided by the
    design effect of the groups (Kish 1965, Survey Sampling), and fewer still where there are few groups, by the squared
    ratio of Student's quantiles for the statements and for the groups (Korn and Graubard 1998, Survey Methodology 24).
    Where all statements agree no design effect can be seen, and the groups are counted.

    Parameters
    ----------
    hits : array of bool, of shape (n_statements,)
        Which statements count.
    clusters : array of int, of shape (n_statements,)
        The group of each statement, from 0.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    Estimate
        NaN without statements.

    Examples
    --------
    >>> estimate = share(np.array([True] * 9 + [False]), np.arange(10), 0.95)
    >>> estimate.value, round(estimate.low, 2), round(estimate.high, 2)
    (0.9, 0.6, 0.98)
    """
    if not len(hits):
        return Estimate(value=float("nan"), low=float("nan"), high=float("nan"))
    value = float(np.mean(hits))
    low, high = _wilson(value, _effective_size(hits, clusters, confidence), NormalDist().inv_cdf((1 + confidence) / 2))
    return Estimate(value=value, low=min(low, value), high=max(high, value))


def size_for_width(value: float, width: float, confidence: float) -> float:
    """Give how many statements, drawn one by one, give a share an interval of this width: Wilson's, solved for them.

    Parameters
    ----------
    value : float
        The share, from 0 to 1.
    width : float
        Of the interval, from 0 to 1.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    float
        NaN for a width of 0, which no number of them gives. It may be more than a corpus has: Wilson's interval knows
        nothing of how many there are.

    Examples
    --------
    >>> estimate = share(np.array([True] * 3 + [False] * 97), np.arange(100), 0.95)
    >>> round(size_for_width(0.03, estimate.high - estimate.low, 0.95))
    100
    """
    square = NormalDist().inv_cdf((1 + confidence) / 2) ** 2
    # (width / 2)^2 (1 + square / n)^2 = square (value (1 - value) / n + square / 4n^2), a quadratic equation in 1 / n
    a = square * square * (width * width - 1) / 4
    b = square * (width * width / 2 - value * (1 - value))
    c = width * width / 4
    if width < _NO_WIDTH or width >= 1:
        return float("nan") if width < _NO_WIDTH else 0.0
    root = float(np.sqrt(b * b - 4 * a * c))
    return (root - b) / (2 * c) if b <= 0 else 2 * a / (-b - root)  # the form that takes no difference of like numbers


def _wilson(value: float, n: float, z: float) -> tuple[float, float]:
    middle = (value + z * z / (2 * n)) / (1 + z * z / n)
    half = z * float(np.sqrt(value * (1 - value) / n + z * z / (4 * n * n))) / (1 + z * z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def _effective_size(hits: NDArray[np.bool_], clusters: NDArray[np.intp], confidence: float) -> float:
    """Give the number of statements divided by the design effect of the groups, at most their number."""
    n, value = len(hits), float(np.mean(hits))
    n_groups = len(np.unique(clusters))
    sums = np.bincount(clusters, hits - value)
    if value in (0.0, 1.0) or n_groups == 1:
        return float(n_groups)
    variance = float(sums @ sums) / n**2 * n_groups / (n_groups - 1)
    drawn_one_by_one = value * (1 - value) / (n - 1)
    size = n * min(1.0, drawn_one_by_one / variance) if variance > 0 else float(n)
    upper = (1 + confidence) / 2
    return size * float(stdtrit(n - 1, upper) / stdtrit(n_groups - 1, upper)) ** 2
