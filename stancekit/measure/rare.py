"""Intervals for sums of rare events: few statements carry a label, and fewer are those on which the model errs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Up to so many events Wilson's lower end is too high: Brown, Cai and DasGupta (2001), section 4.1.1.
_FEW_EVENTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """What could have been drawn and was not.

    Attributes
    ----------
    rise, fall : float
        What one more statement with the label that the model misses adds to the share, and what one more that the
        model labels wrongly takes from it.
    room_above, room_below : float
        How far the share can rise and fall.
    """

    rise: float
    fall: float
    room_above: float
    room_below: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Sums of the second and third powers of what raises an estimate, and of what lowers it.

    Attributes
    ----------
    raising, raising_third : float
        Of what raises it.
    lowering, lowering_third : float
        Of the absolute values of what lowers it.
    """

    raising: float
    raising_third: float
    lowering: float
    lowering_third: float

    @classmethod
    def of(cls, influence: NDArray[np.float64]) -> Moments:
        """Take the moments of influence values.

        Examples
        --------
        >>> Moments.of(np.array([2.0, -1.0, -1.0]))
        Moments(raising=4.0, raising_third=8.0, lowering=2.0, lowering_third=2.0)
        """
        up, down = np.maximum(influence, 0.0), np.maximum(-influence, 0.0)
        return cls(
            raising=float(up @ up),
            raising_third=float((up * up) @ up),
            lowering=float(down @ down),
            lowering_third=float((down * down) @ down),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far an interval goes from its estimate.

    Attributes
    ----------
    down, up : float
        Both 0 or above.
    """

    down: float
    up: float


def deviations(influence: NDArray[np.float64] | Moments, events: Events, quantile: float) -> Reach:
    """Give how far the interval reaches down and up.

    What raises the estimate and what lowers it are two sums of rare events. Each has an interval like that of Wilson
    (1927, JASA 22), with the variance there would be at the end of the interval in place of that at the estimate:
    with more events it grows by their third moment over their second. One event of each kind that was not drawn is
    counted with those that were, so that no interval is empty where the sample shows no error; and for three events
    or fewer the end with less of them is that of Brown, Cai and DasGupta (2001, Statistical Science 16, 101-133,
    section 4.1.1). The two are put together as Zou and Donner do (2008, Statistics in Medicine 27, 1693-1702). Without
    predictions it comes to Wilson's interval, but for terms of lower order.

    Parameters
    ----------
    influence : array of shape (n_units,), or Moments
        What each unit adds to the error of the estimate.
    events : Events
        What could have been drawn.
    quantile : float
        Of the normal or Student's t distribution.

    Returns
    -------
    Reach

    Examples
    --------
    >>> events = Events(rise=0.01, fall=0.0, room_above=1.0, room_below=0.0)
    >>> reach = deviations(np.zeros(100), events, 1.96)
    >>> reach.down, round(reach.up, 3)
    (0.0, 0.037)
    """
    sums = influence if isinstance(influence, Moments) else Moments.of(influence)
    above = _ends(sums.raising, sums.raising_third, events.rise, events.room_above, quantile)
    below = _ends(sums.lowering, sums.lowering_third, events.fall, events.room_below, quantile)
    return Reach(down=joined(above.down, below.up), up=joined(above.up, below.down))


def joined(one: float, other: float, correlation: float = 0.0) -> float:
    """Put two deviations of a difference together.

    Examples
    --------
    >>> joined(3.0, 4.0)
    5.0
    """
    return float(np.sqrt(max(0.0, one * one + other * other - 2 * correlation * one * other)))


def quantile_of_t(confidence: float, freedom: int) -> float:
    """Give the quantile of Student's t for a two-sided interval.

    Examples
    --------
    >>> round(quantile_of_t(0.95, 10), 3)
    2.228
    """
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1 + confidence) / 2))


def chance_of_count(count: int, n: int, marked: int, total: int) -> float:
    """Give the two-sided p-value of a count in a simple random sample: twice the smaller tail, hypergeometric.

    Parameters
    ----------
    count, n : int
        Marked statements among those drawn, and statements drawn.
    marked, total : int
        Marked statements in the corpus, and all.

    Returns
    -------
    float

    Examples
    --------
    >>> round(chance_of_count(2, 2, 5, 10), 3)
    0.444
    """
    counts = np.arange(max(0, n - (total - marked)), min(n, marked) + 1)
    logs = _log_choose(marked, counts) + _log_choose(total - marked, n - counts)
    odds = np.exp(logs - logs.max())
    odds /= odds.sum()
    return float(min(1.0, 2 * min(odds[counts <= count].sum(), odds[counts >= count].sum())))


def bound_on_chance(distance: float, variance: float, largest: float) -> float:
    """Bound the two-sided p-value of a sum by Bernstein's inequality, which no skewness fools.

    It holds for draws without replacement too (Hoeffding 1963, JASA 58, section 6).

    Parameters
    ----------
    distance, variance, largest : float
        Of the sum from its expectation, its variance, and the largest deviation of one part.

    Returns
    -------
    float

    Examples
    --------
    >>> bound_on_chance(0.0, 1.0, 1.0)
    1.0
    """
    scale = variance + largest * abs(distance) / 3
    if scale <= 0:
        return 1.0 if distance == 0 else 0.0
    return float(min(1.0, 2 * np.exp(-distance * distance / 2 / scale)))


def _log_choose(n: ArrayLike, k: ArrayLike) -> NDArray[np.float64]:
    from scipy.special import gammaln

    n, k = np.asarray(n, dtype=np.float64), np.asarray(k, dtype=np.float64)
    found: NDArray[np.float64] = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return found


def _ends(variance: float, third: float, unseen: float, room: float, quantile: float) -> Reach:
    """Give how far the sum of events of one kind may lie above what was seen and below."""
    size = variance + unseen * unseen
    above = _root(variance, (third + unseen**3) / size if size > 0 else 0.0, room, quantile)
    if variance <= 0:
        return Reach(down=0.0, up=above.up)
    typical = third / variance  # with what was not drawn it would be too large: the variance would fall too fast
    down = _root(variance, typical, room, quantile).down
    n_seen = variance / typical**2
    if n_seen <= _FEW_EVENTS:
        down = max(down, typical * (n_seen - _fewest(n_seen, quantile)))
    return Reach(down=down, up=above.up)


def _root(variance: float, typical: float, room: float, quantile: float) -> Reach:
    """Give where the distance is the quantile times the standard deviation that there would be at that distance."""
    lean = quantile * quantile * typical
    bend = 1 + (lean / room if room > 0 else 0.0)
    root = float(np.sqrt(lean * lean + 4 * bend * quantile * quantile * variance))
    return Reach(down=(root - lean) / (2 * bend), up=(root + lean) / (2 * bend))


def _fewest(n_seen: float, quantile: float) -> float:
    """Give the lower end for so many events: that of a Poisson distribution, at twice the tail."""
    from scipy.special import gammaincinv, ndtr

    return float(gammaincinv(n_seen, 2 * ndtr(-quantile)))
