"""Intervals for sums of rare events: few statements carry a label, and fewer are those on which the model errs."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Up to so many events Wilson's lower end is too high: Brown, Cai and DasGupta (2001), section 4.1.1.
_FEW_EVENTS = 3
_ROUNDING = 1e-14


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

    def mirrored(self) -> Events:
        """Give those of the statements without the label."""
        return Events(rise=self.fall, fall=self.rise, room_above=self.room_below, room_below=self.room_above)


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


def deviations(
    influence: NDArray[np.float64] | Moments, events: Events, quantile: float, *, mid_p: float = 0.0
) -> Reach:
    """Give how far the interval reaches down and up.

    What raises the estimate and what lowers it are two sums of rare events. Each has an interval like that of Wilson
    (1927, JASA 22), with the variance there would be at the end of the interval in place of that at the estimate:
    with more events it grows by their third moment over their second. One event of each kind that was not drawn is
    counted with those that were, so that no interval is empty where the sample shows no error; and for three events
    or fewer the end with less of them is that of Brown, Cai and DasGupta (2001, Statistical Science 16, 101-133,
    section 4.1.1). The two are put together as Zou and Donner do (2008, Statistics in Medicine 27, 1693-1702). Without
    predictions it comes to Wilson's interval, but for terms of lower order.

    Wilson's ends for few events lie too high, both of them: by about half an event. In the interval of one share that
    evens out, in the difference of two it does not, and for these the ends can be moved to those of the mid-P interval
    of a Poisson mean (Lancaster 1961, JASA 56, 223-234; Berry & Armitage 1995, The Statistician 44, 417-423).

    Parameters
    ----------
    influence : array of shape (n_units,), or Moments
        What each unit adds to the error of the estimate.
    events : Events
        What could have been drawn.
    quantile : float
        Of the normal or Student's t distribution.
    mid_p : float, default=0
        How far the ends are moved to those by mid-P values: 0 is not at all, 1 is all the way.

    Returns
    -------
    Reach

    Examples
    --------
    >>> events = Events(rise=0.01, fall=0.0, room_above=1.0, room_below=0.0)
    >>> reach = deviations(np.zeros(100), events, 1.96)
    >>> reach.down, round(reach.up, 3)
    (0.0, 0.037)
    >>> round(deviations(np.zeros(100), events, 1.96, mid_p=1.0).up, 3)
    0.029
    """
    sums = influence if isinstance(influence, Moments) else Moments.of(influence)
    above = _ends(sums.raising, sums.raising_third, events.rise, events.room_above, quantile, mid_p)
    below = _ends(sums.lowering, sums.lowering_third, events.fall, events.room_below, quantile, mid_p)
    return Reach(down=joined(above.down, below.up), up=joined(above.up, below.down))


def joined(one: float, other: float, correlation: float = 0.0) -> float:
    """Put two deviations of a difference together.

    Examples
    --------
    >>> joined(3.0, 4.0)
    5.0
    """
    return float(np.sqrt(max(0.0, one * one + other * other - 2 * correlation * one * other)))


def quantile_of_t(confidence: float, freedom: float) -> float:
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


def _ends(variance: float, third: float, unseen: float, room: float, quantile: float, mid_p: float) -> Reach:
    """Give how far the sum of events of one kind may lie above what was seen and below."""
    size = variance + unseen * unseen
    largest = (third + unseen**3) / size if size > 0 else 0.0
    up = _root(variance, largest, room, quantile).up
    if mid_p > 0 and largest > _ROUNDING:
        up -= mid_p * largest * _excess_above(variance / largest**2, quantile) / _bend(largest, room, quantile)
    # With what was not drawn it would be too large: the variance would fall too fast.
    typical = third / variance if variance > 0 else 0.0
    down = _root(variance, typical, room, quantile).down
    if typical <= _ROUNDING:
        return Reach(down=down, up=up)
    n_seen = variance / typical**2
    if n_seen <= _FEW_EVENTS:
        down = max(down, typical * (n_seen - _fewest(n_seen, quantile)))
    if mid_p > 0:
        # Sums of squares and cubes never make less than one event of it.
        down += mid_p * typical * _excess_below(max(1.0, n_seen), quantile) / _bend(typical, room, quantile)
    return Reach(down=down, up=up)


def _root(variance: float, typical: float, room: float, quantile: float) -> Reach:
    """Give where the distance is the quantile times the standard deviation that there would be at that distance."""
    lean, bend = quantile * quantile * typical, _bend(typical, room, quantile)
    root = float(np.sqrt(lean * lean + 4 * bend * quantile * quantile * variance))
    return Reach(down=(root - lean) / (2 * bend), up=(root + lean) / (2 * bend))


def _bend(typical: float, room: float, quantile: float) -> float:
    """Give what holds a sum of events back where there is room for few."""
    return 1 + (quantile * quantile * typical / room if room > 0 else 0.0)


def _excess_above(n_seen: float, quantile: float) -> float:
    """Give by how many events Wilson's upper end for so many lies above that by mid-P values."""
    return n_seen + _root(n_seen, 1.0, 0.0, quantile).up - _mid_p(n_seen, quantile, above=True)


def _excess_below(n_seen: float, quantile: float) -> float:
    """Give by how many events the lower end for few, or Wilson's, lies above that by mid-P values."""
    fewest = n_seen - _root(n_seen, 1.0, 0.0, quantile).down
    if n_seen <= _FEW_EVENTS:
        fewest = min(fewest, _fewest(n_seen, quantile))
    return fewest - _mid_p(n_seen, quantile, above=False)


def _mid_p(n_seen: float, quantile: float, *, above: bool) -> float:
    """Give an end for the mean of a Poisson distribution, where half of the chance of what was seen is beyond it.

    Two of Newton's steps from between the exact ends leave an error below a millionth.
    """
    from scipy.special import gammainc, gammaincc, gammainccinv, gammaincinv, ndtr

    tail = float(ndtr(-quantile))
    side = gammaincc if above else gammainc
    mean = float(gammainccinv(n_seen + 0.7, tail) if above else gammaincinv(n_seen + 0.4, tail))
    for _ in range(2):
        beyond = float(side(n_seen + 1, mean) + side(n_seen, mean)) / 2
        slope = mean * (_density(n_seen + 1, mean) + _density(n_seen, mean)) / 2 / beyond
        mean *= math.exp(math.log(beyond / tail) / (slope if above else -slope))
    return mean


def _density(shape: float, mean: float) -> float:
    """Give the density of the gamma distribution, by which the tails of Poisson distributions change."""
    return math.exp((shape - 1) * math.log(mean) - mean - math.lgamma(shape)) if shape > 0 else 0.0


def _fewest(n_seen: float, quantile: float) -> float:
    """Give the lower end for so many events: that of a Poisson distribution, at twice the tail."""
    from scipy.special import gammaincinv, ndtr

    return float(gammaincinv(n_seen, 2 * ndtr(-quantile)))
