"""What annotated statements tell of a share, and how many of them an interval of a given width takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stancekit.errors import InvalidInputError
from stancekit.measure.corrected import TINY, Predicted, unseen_events
from stancekit.measure.designs import Sampling
from stancekit.measure.drawing import proportional
from stancekit.measure.prevalence import LEAST_GOLD
from stancekit.measure.prevalence_estimates import LabelSample, Part
from stancekit.measure.prevalence_results import Need
from stancekit.measure.randomness import check_random
from stancekit.measure.rare import Moments, deviations, quantile_of_t

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Allocation = Callable[[int], Ints]

# Few annotations of a group say little of it: then it is planned for like the whole.
_LIKE_ALL = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spread:
    """What a statement of each stratum adds to the error of a share, on average.

    Attributes
    ----------
    sizes : array of int, of shape (n_strata,)
        Statements of the corpus.
    moments : array of shape (4, n_strata)
        Means of the second and third powers of what raises the estimate, and of what lowers it.
    marked : array of shape (n_strata,)
        Means of the squares of the predictions.
    predicted : Predicted
        What the model says of the corpus.
    shares : array of shape (n_strata,)
        The share expected in each stratum.
    share, slope : float
        The share expected in all, and how much the predictions count.
    least : float
        The least share that is taken for possible, since some of what the pilot lacks may be there.
    clumping : float
        Design effect of clusters, 1 or above.
    """

    sizes: Ints
    moments: Floats
    marked: Floats
    predicted: Predicted
    shares: Floats
    share: float
    slope: float
    least: float = TINY
    clumping: float = 1.0

    def mirrored(self) -> Spread:
        """Give that of the share of statements without the label; predictions are taken to be 0 or 1."""
        return replace(
            self,
            moments=self.moments[[2, 3, 0, 1]],
            marked=1 - self.marked,
            predicted=self.predicted.mirrored(),
            shares=1 - self.shares,
            share=1 - self.share,
        )

    def width(self, taken: Ints, confidence: float) -> float:
        """Give the width of the interval to expect from so many annotated statements in each stratum."""
        if self.share > 0.5 + TINY:
            return self.mirrored().width(taken, confidence)
        parts = self.sizes / self.sizes.sum() / taken
        left = 1 - taken / self.sizes
        square = taken * parts**2 * left * self.clumping
        cube = taken * parts**3 * left**1.5 * self.clumping**2
        up, up_third, down, down_third = self.moments * [square, cube, square, cube]
        sums = Moments(
            raising=up.sum(), raising_third=up_third.sum(), lowering=down.sum(), lowering_third=down_third.sum()
        )
        rise = float(cube.sum() / square.sum()) if square.sum() > 0 else 0.0
        labelled = parts * taken * parts * self.marked  # where the model labels, by what it counts
        fall = float(labelled @ (parts * left**0.5)) / float(labelled.sum()) if labelled.any() else rise / self.clumping
        quantile = quantile_of_t(confidence, max(1, int(taken.sum()) - len(taken)))
        events = unseen_events(
            rise, fall * self.clumping, self.predicted, slope=self.slope, value=self.share, quantile=quantile
        )
        reach = deviations(sums, events, quantile)
        return min(1.0, self.share + reach.up) - max(0.0, self.share - reach.down)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pilot:
    """One label of the pilot, with and without the model."""

    label: str
    sample: LabelSample
    ours: Spread
    gold: Spread


def take_pilot(predicted: Floats, gold: Floats, sampling: Sampling, label: str) -> Pilot:
    """Take one label of the pilot.

    Raises
    ------
    InvalidInputError
        Where it has fewer than 30 annotated statements, or cannot be a random sample.
    """
    rows = np.flatnonzero(~np.isnan(gold))
    if len(rows) < LEAST_GOLD:
        raise InvalidInputError(
            f"{len(rows)} statements are annotated for {label!r}; a pilot needs {LEAST_GOLD}, or plan from error rates"
        )
    sampling.check_strata(rows)
    check_random(predicted, rows, sampling, label)
    sample = LabelSample.of(label, predicted, gold, rows, sampling)
    return Pilot(label=label, sample=sample, ours=_spread(sample, sample.slope), gold=_spread(sample, 0.0))


def _spread(sample: LabelSample, slope: float) -> Spread:
    strata = sample.sampling.stratum_codes
    mine = strata[sample.rows]
    sizes, counts = np.bincount(strata), np.bincount(mine)
    rest = sample.truth - slope * sample.predicted[sample.rows]
    rest = rest - (np.bincount(mine, rest) / counts)[mine]
    weights = sample.drawn.weights / sample.drawn.weights.sum()
    average = moments_of(rest, weights)
    own = np.stack([np.bincount(mine, part, minlength=len(sizes)) for part in _powers(rest)])
    estimate = replace(sample, slope=slope).estimate(sample.whole(), 0.95, LEAST_GOLD).corrected
    assert estimate is not None  # there are annotated statements
    alone = float((weights * rest) ** 2 @ sample.drawn.remaining)
    least = 0.5 / len(rest)
    positive = np.bincount(mine, sample.truth, minlength=len(sizes))
    return Spread(
        sizes=sizes,
        marked=np.bincount(strata, sample.predicted * sample.predicted) / sizes,
        shares=(positive + float(weights @ sample.truth)) / (counts + 1),
        least=least,
        moments=(own + average[:, None]) / (counts + 1),
        predicted=sample.whole().predicted,
        share=min(1 - least, max(estimate.value, least)),
        slope=slope,
        clumping=1.0 if sample.drawn.singly or alone <= TINY**2 else max(1.0, estimate.variance / alone),
    )


def group_spread(pilot: Spread, sample: LabelSample, part: Part, sizes: Ints, marked: Floats) -> Spread:
    """Give what a statement of each stratum adds in a group, from its own annotations and ten statements like all.

    Parameters
    ----------
    pilot : Spread
        Of all groups.
    sample : LabelSample
        The pilot.
    part : Part
        The group.
    sizes : array of int, of shape (n_strata,)
        Its statements in each stratum; strata without any are left out.
    marked : array of shape (n_strata,)
        Means of the squares of their predictions.

    Returns
    -------
    Spread
    """
    rows = sample.rows[part.inside]
    strata, truth = sample.sampling.stratum_codes[rows], sample.truth[part.inside]
    counts = np.bincount(strata, minlength=len(sizes))
    rest = truth - pilot.slope * sample.predicted[rows]
    rest = rest - (np.bincount(strata, rest, minlength=len(sizes)) / np.maximum(counts, 1))[strata]
    own = np.stack([np.bincount(strata, power, minlength=len(sizes)) for power in _powers(rest)])
    positive = np.bincount(strata, truth, minlength=len(sizes))
    shares = (positive + _LIKE_ALL * pilot.shares) / (counts + _LIKE_ALL)
    there = sizes > 0
    return replace(
        pilot,
        sizes=sizes[there],
        moments=((own + _LIKE_ALL * pilot.moments) / (counts + _LIKE_ALL))[:, there],
        marked=marked[there],
        shares=shares[there],
        predicted=part.predicted,
        share=min(1 - pilot.least, max(pilot.least, float(shares @ sizes) / float(sizes.sum()))),
    )


def _powers(rest: Floats) -> list[Floats]:
    up, down = np.maximum(rest, 0.0), np.maximum(-rest, 0.0)
    return [up**2, up**3, down**2, down**3]


def neyman(spreads: Sequence[Spread]) -> Allocation:
    """Divide in proportion to size times standard deviation; labels count by their variance relative to the whole."""
    sizes = spreads[0].sizes
    shares = sizes / sizes.sum()
    variances = [spread.moments[0] + spread.moments[2] for spread in spreads]
    relative = np.mean([one / max(float(shares @ one), TINY) for one in variances], axis=0)
    wanted = sizes * np.sqrt(relative)
    return lambda n: proportional(n, wanted, sizes)


def moments_of(rest: Floats, weights: Floats) -> Floats:
    """Give the weighted means of the powers of what raises a share, and of what lowers it."""
    return np.array([float(weights @ part) for part in _powers(rest)])


def as_need(ours: Spread, gold: Spread, allocate: Allocation, have: Ints, width: float, confidence: float) -> Need:
    """Say how many statements it takes with and without the model, and how many more."""
    needed, without = (_fewest(spread, allocate, width, confidence) for spread in (ours, gold))
    return Need(
        share=ours.share,
        n_needed=needed,
        n_annotated=int(have.sum()),
        n_more=int(np.maximum(0, allocate(needed) - have).sum()),
        n_without_model=without,
    )


def _fewest(spread: Spread, allocate: Allocation, width: float, confidence: float) -> int:
    """Find the smallest sample whose interval is as narrow as is wanted, from 30 statements and 2 a stratum on."""
    total = int(spread.sizes.sum())
    low, high = max(min(LEAST_GOLD, total), int(np.minimum(2, spread.sizes).sum())), total
    while low < high:
        middle = (low + high) // 2
        if spread.width(allocate(middle), confidence) <= width:
            high = middle
        else:
            low = middle + 1
    return low
