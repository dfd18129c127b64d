"""How many statements to annotate for intervals of a given width, and in which strata."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stancekit.errors import InvalidInputError
from stancekit.measure.coded import Coded, encode
from stancekit.measure.corrected import TINY, Predicted, unseen_events
from stancekit.measure.designs import Sampling, declare
from stancekit.measure.drawing import proportional
from stancekit.measure.inputs import Settings, check_count, check_gold, check_labels, check_scores, count_rows
from stancekit.measure.prevalence import LEAST_GOLD
from stancekit.measure.prevalence_estimates import LabelSample, Part
from stancekit.measure.prevalence_results import Need, Plan, StratumPlan
from stancekit.measure.randomness import check_random
from stancekit.measure.rare import Moments, deviations, quantile_of_t

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Allocation = Callable[[int], Ints]

_CLUSTERED = "with clusters the numbers hold for statements drawn from clusters as the pilot's were"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spread:
    """What a statement of each stratum adds to the error of a share, on average.

    Attributes
    ----------
    sizes : array of int, of shape (n_strata,)
        Statements of the corpus.
    moments : array of shape (4, n_strata)
        Means of the second and third powers of what raises the estimate, and of what lowers it.
    predicted : Predicted
        What the model says of the corpus.
    share, slope : float
        The share expected, and how much the predictions count.
    clumping : float
        Design effect of clusters, 1 or above.
    """

    sizes: Ints
    moments: Floats
    predicted: Predicted
    share: float
    slope: float
    clumping: float = 1.0

    def width(self, taken: Ints, confidence: float) -> float:
        """Give the width of the interval to expect from so many annotated statements in each stratum."""
        parts = self.sizes / self.sizes.sum() / taken
        left = 1 - taken / self.sizes
        square = taken * parts**2 * left * self.clumping
        cube = taken * parts**3 * left**1.5 * self.clumping**2
        up, up_third, down, down_third = self.moments * [square, cube, square, cube]
        sums = Moments(
            raising=up.sum(), raising_third=up_third.sum(), lowering=down.sum(), lowering_third=down_third.sum()
        )
        jump = float(cube.sum() / square.sum()) if square.sum() > 0 else 0.0
        quantile = quantile_of_t(confidence, max(1, int(taken.sum()) - len(taken)))
        events = unseen_events(jump, self.predicted, slope=self.slope, value=self.share, quantile=quantile)
        reach = deviations(sums, events, quantile)
        return min(1.0, self.share + reach.up) - max(0.0, self.share - reach.down)


def plan(  # noqa: PLR0913 - a design, and what is wanted
    predicted: ArrayLike,
    gold: ArrayLike,
    *,
    labels: Sequence[str],
    width: float,
    design: str = "random",
    strata: Iterable[object] | None = None,
    clusters: Iterable[object] | None = None,
    groups: Mapping[str, Iterable[object]] | None = None,
    confidence: float = 0.95,
) -> Plan:
    """Tell from a pilot sample how many statements to annotate for intervals of a given width.

    The residuals of the pilot say what an annotated statement tells; the interval is that of `prevalence`, at the
    share that the pilot gives. Strata get numbers in proportion to their size times the standard deviation of their
    residuals (Neyman 1934, Journal of the Royal Statistical Society 97, 558-625), the mean of the labels' variances,
    each relative to the whole; one average statement is added to each stratum, since few errors are seen in a pilot.

    Parameters
    ----------
    predicted, gold, labels, strata, clusters, groups, confidence
        As in `prevalence`; clusters are those that statements are drawn from.
    width : float
        Of the whole interval: 0.02 for a share known to one per cent on either side.
    design : "random" or "stratified", default="random"
        How the pilot was drawn, and the rest is to be.

    Returns
    -------
    Plan

    Raises
    ------
    InvalidInputError
        As `prevalence`; on another design, or a width that is not between 0 and 1.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.random((5000, 1)) < 0.1
    >>> model = np.where(rng.random((5000, 1)) < 0.95, truth, ~truth)
    >>> gold = np.full((5000, 1), np.nan)
    >>> gold[:200] = truth[:200]  # in random order already
    >>> need = plan(model, gold, labels=["against"], width=0.04).per_label["against"]
    >>> need.n_needed < need.n_without_model
    True
    """
    names = check_labels(labels)
    values = check_scores("predicted", predicted, names, count_rows("predicted", predicted))
    marked = check_gold(gold, names, len(values))
    _check_wanted(width, confidence)
    if design not in ("random", "stratified"):
        raise InvalidInputError(f"design is {design!r}; plans are made for 'random' and 'stratified'")
    sampling = declare(len(values), design=design, strata=strata, clusters=clusters)
    samples = [_pilot(values[:, i], marked[:, i], sampling, label) for i, label in enumerate(names)]
    sizes = np.bincount(sampling.stratum_codes)
    allocate = _neyman(samples, sizes)
    columns = {name: encode(f"groups[{name!r}]", column, len(values)) for name, column in (groups or {}).items()}
    needs = {one.label: _need(one, allocate, sizes, width, confidence) for one in samples}
    return Plan(
        width=width,
        confidence=confidence,
        n_statements=len(values),
        per_label=needs,
        groups={name: _group_needs(samples, column, width, confidence) for name, column in columns.items()},
        strata={} if sampling.strata is None else _strata(sampling, samples, allocate, needs),
        notes=() if clusters is None else (_CLUSTERED,),
    )


def plan_from_rates(
    *,
    width: float,
    share: float,
    precision: float,
    recall: float,
    n_statements: int,
    label: str = "label",
    confidence: float = 0.95,
) -> Plan:
    """Tell from assumed error rates how many statements to annotate at random, before there is a pilot.

    Parameters
    ----------
    width : float
        Of the whole interval.
    share : float
        Of the label in the corpus, above 0 and below 1.
    precision, recall : float
        Of the model on this corpus, above 0 and at most 1.
    n_statements : int
        Size of the corpus.
    label : str, default="label"
        What to call it.
    confidence : float, default=0.95
        Of the interval.

    Returns
    -------
    Plan

    Raises
    ------
    InvalidInputError
        On rates out of their range, or that contradict one another.

    Examples
    --------
    >>> found = plan_from_rates(width=0.02, share=0.05, precision=0.9, recall=0.8, n_statements=50_000)
    >>> found.per_label["label"].n_needed < found.per_label["label"].n_without_model
    True
    """
    _check_wanted(width, confidence)
    _check_rates(share, precision, recall)
    check_count("n_statements", n_statements, 1)
    hits = share * recall
    false = hits * (1 - precision) / precision
    if share + false > 1:
        raise InvalidInputError(
            f"share {share!r}, precision {precision!r} and recall {recall!r} contradict one another: the model would "
            "label more statements than there are"
        )
    flagged = hits + false
    spread = flagged * (1 - flagged)
    slope = min(1.0, max(0.0, (hits - share * flagged) / spread)) if spread > 0 else 0.0
    chances = np.array([hits, share - hits, false, 1 - share - false])
    sizes = np.array([n_statements])

    def of(slope: float) -> Spread:
        rest = np.array([1 - slope, 1.0, -slope, 0.0])
        return Spread(
            sizes=sizes,
            moments=_moments(rest - chances @ rest, chances)[:, None],
            predicted=Predicted(mean=flagged, mean_square=flagged),
            share=share,
            slope=slope,
        )

    need = _as_need(of(slope), of(0.0), lambda n: np.array([n]), np.array([0]), width, confidence)
    return Plan(width=width, confidence=confidence, n_statements=n_statements, per_label={label: need})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Pilot:
    """One label of the pilot, with and without the model."""

    label: str
    sample: LabelSample
    ours: Spread
    gold: Spread


def _pilot(predicted: Floats, gold: Floats, sampling: Sampling, label: str) -> _Pilot:
    rows = np.flatnonzero(~np.isnan(gold))
    if len(rows) < LEAST_GOLD:
        raise InvalidInputError(
            f"{len(rows)} statements are annotated for {label!r}; a pilot needs {LEAST_GOLD}, or plan from error rates"
        )
    check_random(predicted, rows, sampling, label)
    sample = LabelSample.of(label, predicted, gold, rows, sampling)
    return _Pilot(label=label, sample=sample, ours=_spread(sample, sample.slope), gold=_spread(sample, 0.0))


def _spread(sample: LabelSample, slope: float) -> Spread:
    strata = sample.sampling.stratum_codes
    mine = strata[sample.rows]
    sizes, counts = np.bincount(strata), np.bincount(mine)
    rest = sample.truth - slope * sample.predicted[sample.rows]
    rest = rest - (np.bincount(mine, rest) / counts)[mine]
    weights = sample.drawn.weights / sample.drawn.weights.sum()
    average = _moments(rest, weights)
    own = np.stack([np.bincount(mine, part, minlength=len(sizes)) for part in _powers(rest)])
    estimate = replace(sample, slope=slope).estimate(sample.whole(), 0.95, LEAST_GOLD).corrected
    assert estimate is not None  # there are annotated statements
    alone = float((weights * rest) ** 2 @ sample.drawn.remaining)
    return Spread(
        sizes=sizes,
        moments=(own + average[:, None]) / (counts + 1),
        predicted=sample.whole().predicted,
        share=min(1 - TINY, max(estimate.value, 0.5 / len(rest))),
        slope=slope,
        clumping=1.0 if sample.drawn.singly or alone <= TINY**2 else max(1.0, estimate.variance / alone),
    )


def _powers(rest: Floats) -> list[Floats]:
    up, down = np.maximum(rest, 0.0), np.maximum(-rest, 0.0)
    return [up**2, up**3, down**2, down**3]


def _moments(rest: Floats, weights: Floats) -> Floats:
    return np.array([float(weights @ part) for part in _powers(rest)])


def _neyman(pilots: Sequence[_Pilot], sizes: Ints) -> Allocation:
    """Divide in proportion to size times standard deviation; labels count by their variance relative to the whole."""
    shares = sizes / sizes.sum()
    variances = [pilot.ours.moments[0] + pilot.ours.moments[2] for pilot in pilots]
    relative = np.mean([one / max(float(shares @ one), TINY) for one in variances], axis=0)
    wanted = sizes * np.sqrt(relative)
    return lambda n: proportional(n, wanted, sizes)


def _need(pilot: _Pilot, allocate: Allocation, sizes: Ints, width: float, confidence: float) -> Need:
    have = np.bincount(pilot.sample.sampling.stratum_codes[pilot.sample.rows], minlength=len(sizes))
    return _as_need(pilot.ours, pilot.gold, allocate, have, width, confidence)


def _group_needs(
    pilots: Sequence[_Pilot], column: Coded, width: float, confidence: float
) -> dict[str, dict[str, Need]]:
    parts = {pilot.label: pilot.sample.parts(column) for pilot in pilots}
    return {
        value: {pilot.label: _group_need(pilot, parts[pilot.label][code], width, confidence) for pilot in pilots}
        for code, value in enumerate(column.names)
    }


def _group_need(pilot: _Pilot, part: Part, width: float, confidence: float) -> Need:
    """Plan for a group as for the corpus, with as many statements and, roughly, its own share."""
    mine = pilot.sample.truth[part.inside]
    whole = pilot.gold.share
    share = (float(mine.sum()) + whole) / (len(mine) + 1)
    size = np.array([part.n])

    def of(spread: Spread) -> Spread:
        parts = spread.sizes / spread.sizes.sum()
        scale = share * (1 - share) / (whole * (1 - whole))
        return replace(
            spread,
            sizes=size,
            moments=(spread.moments @ parts)[:, None] * scale,
            predicted=part.predicted,
            share=share,
        )

    return _as_need(of(pilot.ours), of(pilot.gold), lambda n: np.array([n]), np.array([len(mine)]), width, confidence)


def _as_need(ours: Spread, gold: Spread, allocate: Allocation, have: Ints, width: float, confidence: float) -> Need:
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


def _strata(
    sampling: Sampling, pilots: Sequence[_Pilot], allocate: Allocation, needs: Mapping[str, Need]
) -> dict[str, StratumPlan]:
    assert sampling.strata is not None  # asked for by the only caller
    sizes = np.bincount(sampling.stratum_codes)
    taken = np.max([allocate(need.n_needed) for need in needs.values()], axis=0)
    rows = max((pilot.sample.rows for pilot in pilots), key=len)
    have = np.bincount(sampling.stratum_codes[rows], minlength=len(sizes))
    return {
        name: StratumPlan(n=int(sizes[code]), n_annotated=int(have[code]), n_needed=int(max(taken[code], have[code])))
        for code, name in enumerate(sampling.strata.names)
    }


def _check_wanted(width: float, confidence: float) -> None:
    if not isinstance(width, int | float) or not 0 < width < 1:
        raise InvalidInputError(f"width is {width!r}; expected a number between 0 and 1, such as 0.02")
    Settings(n_bootstrap=0, confidence=confidence, seed=0)


def _check_rates(share: float, precision: float, recall: float) -> None:
    if not isinstance(share, int | float) or not 0 < share < 1:
        raise InvalidInputError(f"share is {share!r}; expected a number above 0 and below 1")
    for name, value in {"precision": precision, "recall": recall}.items():
        if not isinstance(value, int | float) or not 0 < value <= 1:
            raise InvalidInputError(f"{name} is {value!r}; expected a number above 0 and at most 1")
