"""The arithmetic of corrected shares: estimates, and the influence values from which everything else follows.

The estimate is the difference estimator of survey sampling (Särndal, Swensson & Wretman 1992, Model Assisted Survey
Sampling, chapter 6), which prediction-powered inference found again for models (Angelopoulos, Bates, Fannjiang, Jordan
& Zrnic 2023, Science 382, 669-674); its slope is tuned as in PPI++ (Angelopoulos, Duchi & Zrnic 2023, arXiv
2311.01453), which in a finite corpus is the regression estimator.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from stancekit.measure.rare import Events, Reach, deviations, joined

Floats = NDArray[np.float64]

TINY = 1e-14
"""What is nothing but rounding, beside shares."""
FEW_FREEDOM = 8
"""Degrees of freedom up to which differences keep ends of Wilson's kind; settled by simulation."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Centre:
    """What it takes to centre units in their strata.

    Attributes
    ----------
    roots : array of shape (n_units,)
        Square root of what remains of the variance of each unit.
    squares : array of shape (n_strata,)
        Their sums of squares; 1 where nothing remains.
    scale : array of shape (n_units,)
        Square root of n / (n - 1), where n are the units of the stratum that were not certain to be drawn.
    """

    roots: Floats
    squares: Floats
    scale: Floats

    @classmethod
    def of(cls, drawn: Drawn) -> Centre:
        """Take it from how the statements were drawn."""
        roots = drawn.kept
        if not drawn.singly:
            remaining = np.bincount(drawn.units, drawn.remaining, minlength=len(drawn.strata))
            roots = np.sqrt(remaining / np.bincount(drawn.units, minlength=len(drawn.strata)))
        squares, counts = np.bincount(drawn.strata, roots * roots), np.bincount(drawn.strata, roots > 0)
        scale = np.sqrt(counts / np.maximum(counts - 1, 1))
        return cls(roots=roots, squares=np.where(squares > 0, squares, 1.0), scale=scale[drawn.strata])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawn:
    """The annotated statements and how they were drawn.

    Attributes
    ----------
    weights : array of shape (n,)
        Statements of the corpus that each one stands for: one over its inclusion probability.
    remaining : array of shape (n,)
        Share of the variance that remains in a finite corpus: one less the sampling fraction; or ones.
    units : array of int, of shape (n,)
        The unit of each statement, from 0 without gaps; a unit lies in one stratum.
    strata : array of int, of shape (n_units,)
        The stratum of each unit, from 0 without gaps.
    apart : bool
        Whether each unit was drawn or not by a chance of its own, so that their number was left to chance (a Poisson
        draw), and was not fixed beforehand.
    kept : array of shape (n,)
        Square root of `remaining`.
    centre : Centre
        For the variance.
    """

    weights: Floats
    remaining: Floats
    units: NDArray[np.intp]
    strata: NDArray[np.intp]
    apart: bool = False
    kept: Floats = field(init=False, repr=False)
    centre: Centre = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # The same for all groups and labels, so not to be computed anew for each.
        object.__setattr__(self, "kept", np.sqrt(self.remaining))
        object.__setattr__(self, "centre", Centre.of(self))

    @property
    def singly(self) -> bool:
        """Whether each statement is a unit of its own."""
        return len(self.strata) == len(self.units)

    def n_units(self, inside: NDArray[np.bool_] | None = None) -> int:
        """Give the number of units; with `inside` of those with a statement in it."""
        if inside is None:
            return len(self.strata)
        return int(inside.sum()) if self.singly else int(np.count_nonzero(np.bincount(self.units, inside)))

    def degrees_of_freedom(self, inside: NDArray[np.bool_] | None = None) -> float:
        """Give the degrees of freedom, units less strata, of all or of what is inside; at least 1.

        Units that were certain to be drawn tell nothing of the variance, and do not count. Where units stand for
        unequal numbers of statements few of them carry most of the variance, so their number is the effective one of
        Kish (1965, Survey Sampling): the square of the sum of the sizes over the sum of their squares.
        """
        open_ = self.remaining > 0 if inside is None else inside & (self.remaining > 0)
        if self.singly:
            strata = np.bincount(self.strata[open_])
            return max(1.0, float(open_.sum() - np.count_nonzero(strata)))
        sizes = np.bincount(self.units, self.weights * open_, minlength=len(self.strata))
        sums, squares = np.bincount(self.strata, sizes), np.bincount(self.strata, sizes * sizes)
        there = sums > 0
        return max(1.0, float((sums[there] ** 2 / squares[there] - 1).sum()))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Predicted:
    """What the model says of all statements of the corpus, or of a group.

    Attributes
    ----------
    mean, mean_square : float
        Of the predictions.
    weight : float, optional
        Statements of the corpus that an annotated one stands for, less what a finite corpus leaves of its variance, on
        average where the predictions are. None where it is not known; then it is that of the sample.
    influence : array of shape (n_units + n_others,) or None
        Where the corpus is itself a sample of something larger: what each unit of `Drawn`, then each of the other
        units of the corpus, adds to the mean. None where the corpus is all there is.
    """

    mean: float
    mean_square: float
    weight: float | None = None
    influence: Floats | None = None

    def mirrored(self) -> Predicted:
        """Give what it says of not having the label, from predictions between 0 and 1."""
        return Predicted(
            mean=1 - self.mean,
            mean_square=1 - 2 * self.mean + self.mean_square,
            influence=None if self.influence is None else -self.influence,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Corrected:
    """An estimated share, or a difference of two.

    Attributes
    ----------
    value, low, high : float
        The estimate and the ends of its interval.
    influence : array of shape (n_units,)
        What each unit adds to the error: the sum of its squares is the variance, that of products a covariance.
    events : Events, optional
        What could have been drawn and was not; None for a difference.
    quantile, freedom : float
        Quantile of the interval, and degrees of freedom of the variance.
    """

    value: float
    low: float
    high: float
    influence: Floats
    events: Events | None = None
    quantile: float = math.nan
    freedom: float = math.inf

    @property
    def variance(self) -> float:
        """The estimated variance."""
        return float(self.influence @ self.influence)

    def mirrored(self) -> Corrected:
        """Give the share of the statements without the label."""
        assert self.events is not None  # a difference has no such share
        return replace(
            self,
            value=1 - self.value,
            low=1 - self.high,
            high=1 - self.low,
            influence=-self.influence,
            events=self.events.mirrored(),
        )


def tune(truth: Floats, predicted: Floats, drawn: Drawn) -> float:
    """Give the slope by which predictions count: the one that makes the variance least, from 0 to 1.

    It is the regression coefficient inside strata, with the spread of the predictions in the sample below. With the
    spread in the corpus, which PPI++ takes, the slope of a rare label would follow the number of its predictions that
    happen to be in the sample, and the share would come out too low: by 1/n, where n statements are annotated.

    Where the predictions are all alike inside strata, as they are in strata by what the model says, no slope changes
    the share of the corpus; that of a group errs by how many of each stratum it happens to have in the sample, and the
    coefficient is that between strata. Where all are alike the slope cannot be told, and the model is taken at its
    word.

    Parameters
    ----------
    truth, predicted : array of shape (n,)
        Of the annotated statements.
    drawn : Drawn
        How they were drawn.

    Returns
    -------
    float

    Examples
    --------
    >>> drawn = Drawn(weights=np.ones(4), remaining=np.ones(4), units=np.arange(4), strata=np.zeros(4, dtype=int))
    >>> round(tune(np.array([1.0, 0.0, 0.0, 1.0]), np.array([1.0, 0.0, 0.0, 0.0]), drawn), 3)
    0.667
    """
    strata = drawn.strata[drawn.units]
    importance = drawn.weights**2 * drawn.remaining
    for parts in (strata, np.zeros_like(strata)):
        inside = centred(predicted, parts)
        spread = float(importance @ (inside * inside))
        if spread > TINY * float(importance.sum()):
            return min(1.0, max(0.0, float(importance @ (inside * centred(truth, parts))) / spread))
    return 1.0


def correct(
    truth: Floats,
    predicted: Floats,
    drawn: Drawn,
    corpus: Predicted,
    *,
    slope: float,
    quantile: float,
    freedom: float = math.inf,
    inside: NDArray[np.bool_] | None = None,
) -> Corrected:
    """Estimate a share and its interval.

    What is rare may be missing from the sample. In shares above one half that is the statements without the label, so
    that theirs is estimated, and turned round.

    Parameters
    ----------
    truth, predicted : array of shape (n,)
        Of all annotated statements.
    drawn : Drawn
        How they were drawn.
    corpus : Predicted
        What the model says of the corpus, or of the group.
    slope : float
        How much the predictions count, from 0 (not at all) to 1.
    quantile : float
        Of Student's t, for the interval.
    freedom : float, optional
        Degrees of freedom that the quantile is for.
    inside : array of bool, of shape (n,), optional
        The annotated statements of the group; the others count as drawn in vain.

    Returns
    -------
    Corrected
        Value and ends from 0 to 1.

    Examples
    --------
    >>> drawn = Drawn(weights=np.ones(9), remaining=np.ones(9), units=np.arange(9), strata=np.zeros(9, dtype=int))
    >>> truth = np.array([1.0, 1.0] + [0.0] * 7)
    >>> found = correct(truth, truth, drawn, Predicted(mean=0.25, mean_square=0.25), slope=1.0, quantile=2.0)
    >>> found.value, found.low < 0.25 < found.high
    (0.25, True)
    """
    weights = drawn.weights if inside is None else drawn.weights * inside
    total = float(weights.sum())
    weights = weights / total
    rest = truth - slope * predicted
    mean = float(weights @ rest)
    value = slope * corpus.mean + mean
    if value > 0.5 + TINY:
        others = correct(
            1 - truth,
            1 - predicted,
            drawn,
            corpus.mirrored(),
            slope=slope,
            quantile=quantile,
            freedom=freedom,
            inside=inside,
        )
        return others.mirrored()
    value = max(0.0, value)
    single = weights * (rest - mean)
    influence = _by_unit(single, drawn)
    clumping = _clumping(single, influence, drawn)
    rise = _typical_jump(weights, drawn) * clumping
    fall = rise if corpus.weight is None else corpus.weight / total * clumping
    if corpus.influence is not None:
        whole = slope * corpus.influence
        whole[: len(influence)] += influence
        influence = whole
    events = unseen_events(rise, fall, corpus, slope=slope, value=value, quantile=quantile)
    reach = deviations(influence, events, quantile)
    return Corrected(
        value=value,
        low=max(0.0, value - reach.down),
        high=min(1.0, value + reach.up),
        influence=influence,
        events=events,
        quantile=quantile,
        freedom=freedom,
    )


def difference(a: Corrected, b: Corrected) -> Corrected:
    """Estimate by how much the second share is above the first, with their covariance.

    The ends are put together from those of the two shares (Zou & Donner 2008, Statistics in Medicine 27, 1693-1702;
    with a correlation: Zou 2007, Psychological Methods 12, 399-413), so they are as good for rare labels. Put together
    from ends of Wilson's kind they hold too often where events are few, since these lie too high, and in a difference
    that is too far on both sides; so they are put together from ends by mid-P values (Berry & Armitage 1995, The
    Statistician 44, 417-423). With few degrees of freedom Wilson's excess makes up for variances that come out too
    small, and less of it is taken away.

    Examples
    --------
    >>> a = Corrected(value=0.1, low=0.05, high=0.2, influence=np.array([0.03, 0.0]))
    >>> b = Corrected(value=0.3, low=0.2, high=0.4, influence=np.array([0.0, 0.05]))
    >>> found = difference(a, b)
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
    (0.2, 0.059, 0.312)
    """
    scale = float(np.sqrt(a.variance * b.variance))
    correlation = float(a.influence @ b.influence) / scale if scale > TINY**2 else 0.0
    value = b.value - a.value
    of_a, of_b = _for_difference(a), _for_difference(b)
    down = joined(of_b.down, of_a.up, correlation)
    up = joined(of_b.up, of_a.down, correlation)
    return Corrected(
        value=value, low=max(-1.0, value - down), high=min(1.0, value + up), influence=b.influence - a.influence
    )


def unseen_events(
    rise: float, fall: float, corpus: Predicted, *, slope: float, value: float, quantile: float
) -> Events:
    """Say what one statement more that the model misses, or labels wrongly, would do to a share.

    Parameters
    ----------
    rise : float
        What one more positive that the model misses adds to the share.
    fall : float
        What one more statement that is wrongly labelled takes from it, were the predictions counted in full. It can
        only lie where the model labels, which in strata by score is where a statement counts for little.
    corpus : Predicted
        What the model says of the corpus.
    slope, value, quantile : float
        How much that counts, the share, and the quantile of the interval.

    Returns
    -------
    Events

    Examples
    --------
    >>> unseen_events(0.01, 0.01, Predicted(mean=0.2, mean_square=0.2), slope=0.5, value=0.2, quantile=2.0).rise
    0.01
    """
    wrong = slope * corpus.mean
    fall = fall * slope * corpus.mean_square / corpus.mean if wrong > 0 else 0.0
    if fall > 0 and wrong < value:
        # No more can be labelled wrongly than the model labels. Taken in full, the interval would miss the share too
        # often where the sample has few predictions; not taken, too seldom. A fifth is what a simulation settled.
        fall = 1 / (1 / fall + quantile**2 * (1 / wrong - 1 / value) / 5)
    return Events(rise=rise, fall=fall, room_above=1 - value, room_below=value)


def _for_difference(one: Corrected) -> Reach:
    """Give how far a share reaches down and up in a difference."""
    if one.events is None:
        return Reach(down=one.value - one.low, up=one.high - one.value)
    reach = deviations(one.influence, one.events, one.quantile, mid_p=max(0.0, 1 - FEW_FREEDOM / one.freedom))
    return Reach(down=min(reach.down, one.value), up=min(reach.up, 1 - one.value))


def centred(values: Floats, strata: NDArray[np.intp]) -> Floats:
    """Give values less the mean of their stratum; strata are numbered from 0 without gaps."""
    means = np.bincount(strata, values) / np.bincount(strata)
    found: Floats = values - means[strata]
    return found


def _by_unit(single: Floats, drawn: Drawn) -> Floats:
    """Sum over units, centre in strata, and scale so that the sum of squares is the variance.

    A fixed number of units is centred as Hájek does (1964, Annals of Mathematical Statistics 35, 1491-1523): on the
    mean weighted by what remains of each one's variance, which for equal chances is the plain mean. A number left to
    chance is not centred. Units that were certain to be drawn count for nothing in either.
    """
    kept = single * drawn.kept
    sums: Floats = kept
    if not drawn.singly:
        sums = np.bincount(drawn.units, kept, minlength=len(drawn.strata)).astype(np.float64)
    if not drawn.apart:
        centre = drawn.centre
        sums = sums - centre.roots * (np.bincount(drawn.strata, centre.roots * sums) / centre.squares)[drawn.strata]
    found: Floats = sums * drawn.centre.scale
    return found


def _typical_jump(weights: Floats, drawn: Drawn) -> float:
    """Give what one more positive adds, where positives that the sample lacks are as likely in any stratum."""
    squares = weights * weights
    return float(squares @ weights / squares.sum() * np.sqrt(squares @ drawn.remaining / squares.sum()))


def _clumping(single: Floats, influence: Floats, drawn: Drawn) -> float:
    """Give the design effect of the units, at least 1; 1 where no error shows."""
    alone = 0.0 if drawn.singly else float(single * single @ drawn.remaining)
    return max(1.0, float(influence @ influence) / alone) if alone > TINY**2 else 1.0
