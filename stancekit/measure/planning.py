"""How many statements to annotate for intervals of a given width, and in which strata."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stancekit.errors import InvalidInputError
from stancekit.measure.coded import Coded, encode
from stancekit.measure.corrected import Predicted
from stancekit.measure.designs import Sampling, declare
from stancekit.measure.inputs import check_between, check_count, check_labels, check_scores, count_rows
from stancekit.measure.planning_spreads import (
    Allocation,
    Floats,
    Ints,
    Pilot,
    Spread,
    as_need,
    group_spread,
    moments_of,
    neyman,
    take_pilot,
)
from stancekit.measure.prevalence_inputs import Gaps, annotated_for
from stancekit.measure.prevalence_results import Need, Plan, StratumPlan

_CLUSTERED = "with clusters the numbers hold for statements drawn from clusters as the pilot's were"
_ALL = "all"


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
    only: Sequence[str] | None = None,
    gaps: Gaps | None = None,
) -> Plan:
    """Tell from a pilot sample how many statements to annotate for intervals of a given width.

    The residuals of the pilot say what an annotated statement tells; the interval is that of `prevalence`, at the
    share that the pilot gives. Strata get numbers in proportion to their size times the standard deviation of their
    residuals (Neyman 1934, Journal of the Royal Statistical Society 97, 558-625), the mean of the labels' variances,
    each relative to the whole; one average statement is added to each stratum, since few errors are seen in a pilot.

    With `groups` the same is told for each group: how many of its statements it takes, and how many of them in each
    stratum, from its own annotations and ten statements like those of all groups. What is still to annotate is drawn
    with `crossed` as strata and `Plan.to_draw` as sizes, and `prevalence` is told the same strata: then each group has
    its number for certain. The slope is that of the pilot; where the model is much better in some groups than in
    others, that of the sample to come differs, and so will the widths.

    Parameters
    ----------
    predicted, gold, labels, strata, clusters, groups, confidence, only, gaps
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
    _check_wanted(width, confidence)
    found = annotated_for(gold, names, len(values), only=only, gaps=gaps)
    if design not in ("random", "stratified"):
        raise InvalidInputError(f"design is {design!r}; plans are made for 'random' and 'stratified'")
    sampling = declare(len(values), design=design, strata=strata, clusters=clusters)
    pilots = [take_pilot(values[:, column], found.gold[:, column], sampling, names[column]) for column in found.columns]
    allocate = neyman([pilot.ours for pilot in pilots])
    columns = {name: encode(f"groups[{name!r}]", column, len(values)) for name, column in (groups or {}).items()}
    by_column = {name: _plan_groups(pilots, sampling, column, width, confidence) for name, column in columns.items()}
    needs = {one.label: as_need(one.ours, one.gold, allocate, _have(one), width, confidence) for one in pilots}
    return Plan(
        width=width,
        confidence=confidence,
        n_statements=len(values),
        per_label=needs,
        groups={name: {value: one.needs for value, one in plans.items()} for name, plans in by_column.items()},
        strata={} if sampling.strata is None else _strata(sampling, pilots, allocate, needs),
        group_strata={name: {value: one.strata for value, one in plans.items()} for name, plans in by_column.items()},
        notes=(*found.notes, *(() if clusters is None else (_CLUSTERED,))),
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
            moments=moments_of(rest - chances @ rest, chances)[:, None],
            marked=np.array([flagged]),
            shares=np.array([share]),
            predicted=Predicted(mean=flagged, mean_square=flagged),
            share=share,
            slope=slope,
        )

    need = as_need(of(slope), of(0.0), lambda n: np.array([n]), np.array([0]), width, confidence)
    return Plan(width=width, confidence=confidence, n_statements=n_statements, per_label={label: need})


def width_to_expect(n: int, *, n_statements: int, share: float = 0.5, confidence: float = 0.95) -> float:
    """Tell how wide the interval of a share will be from so many statements drawn at random, without a model.

    Parameters
    ----------
    n : int
        Statements to be annotated, 2 at least.
    n_statements : int
        Size of the corpus.
    share : float, default=0.5
        Of the label in the corpus, above 0 and below 1; the interval of a half is the widest.
    confidence : float, default=0.95
        Of the interval.

    Returns
    -------
    float
        Of the whole interval.

    Raises
    ------
    InvalidInputError
        On a sample that is larger than the corpus, and on values out of their range.

    Examples
    --------
    >>> round(width_to_expect(100, n_statements=10_000), 2)
    0.2
    """
    _check_rates(share, 1.0, 1.0)
    _check_wanted(0.5, confidence)  # there is no width to check
    check_count("n", n, 2)
    check_count("n_statements", n_statements, n)
    chances = np.array([share, 1 - share])
    spread = Spread(
        sizes=np.array([n_statements]),
        moments=moments_of(np.array([1 - share, -share]), chances)[:, None],
        marked=np.array([share]),
        shares=np.array([share]),
        predicted=Predicted(mean=share, mean_square=share),
        share=share,
        slope=0.0,
    )
    return spread.width(np.array([n]), confidence)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Cells:
    """How many statements there are, and are annotated, of each group in each stratum.

    Attributes
    ----------
    sizes, have : array of int, of shape (n_groups, n_strata)
        Statements of the corpus, and annotated ones of the label that has most of them.
    marked : sequence of array of shape (n_groups, n_strata)
        For each label: means of the squares of the predictions.
    """

    sizes: Ints
    have: Ints
    marked: Sequence[Floats]

    @classmethod
    def of(cls, pilots: Sequence[Pilot], sampling: Sampling, column: Coded) -> _Cells:
        strata = sampling.stratum_codes
        n_strata = int(strata.max()) + 1
        cells, shape = column.codes * n_strata + strata, (len(column.names), n_strata)
        n_cells = shape[0] * n_strata
        sizes = np.bincount(cells, minlength=n_cells)
        return cls(
            sizes=sizes.reshape(shape),
            have=np.bincount(cells[_most_annotated(pilots)], minlength=n_cells).reshape(shape),
            marked=[
                (np.bincount(cells, one.sample.predicted**2, minlength=n_cells) / np.maximum(sizes, 1)).reshape(shape)
                for one in pilots
            ],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _GroupPlan:
    """What one group takes: for each label, and in each stratum."""

    needs: Mapping[str, Need]
    strata: Mapping[str, StratumPlan]


def _plan_groups(
    pilots: Sequence[Pilot], sampling: Sampling, column: Coded, width: float, confidence: float
) -> dict[str, _GroupPlan]:
    cells = _Cells.of(pilots, sampling, column)
    parts = [pilot.sample.parts(column) for pilot in pilots]
    names = (_ALL,) if sampling.strata is None else sampling.strata.names
    found = {}
    for code, value in enumerate(column.names):
        there = cells.sizes[code] > 0
        kept = [name for name, is_there in zip(names, there, strict=True) if is_there]
        ours, gold = (
            [
                group_spread(spread, pilot.sample, part[code], cells.sizes[code], marked[code])
                for spread, pilot, part, marked in zip(spreads, pilots, parts, cells.marked, strict=True)
            ]
            for spreads in ([pilot.ours for pilot in pilots], [pilot.gold for pilot in pilots])
        )
        allocate = neyman(ours)
        needs = {
            pilot.label: as_need(mine, alone, allocate, _annotated(pilot, column, code, there), width, confidence)
            for pilot, mine, alone in zip(pilots, ours, gold, strict=True)
        }
        strata = _divide(kept, cells.sizes[code, there], cells.have[code, there], allocate, needs)
        found[value] = _GroupPlan(needs=needs, strata=strata)
    return found


def _annotated(pilot: Pilot, column: Coded, code: int, there: NDArray[np.bool_]) -> Ints:
    mine = pilot.sample.rows[column.codes[pilot.sample.rows] == code]
    return np.bincount(pilot.sample.sampling.stratum_codes[mine], minlength=len(there))[there]


def _have(pilot: Pilot) -> Ints:
    return np.bincount(pilot.sample.sampling.stratum_codes[pilot.sample.rows], minlength=len(pilot.ours.sizes))


def _most_annotated(pilots: Sequence[Pilot]) -> Ints:
    return max((pilot.sample.rows for pilot in pilots), key=len)


def _strata(
    sampling: Sampling, pilots: Sequence[Pilot], allocate: Allocation, needs: Mapping[str, Need]
) -> dict[str, StratumPlan]:
    assert sampling.strata is not None  # asked for by the only caller
    sizes = np.bincount(sampling.stratum_codes)
    have = np.bincount(sampling.stratum_codes[_most_annotated(pilots)], minlength=len(sizes))
    return _divide(sampling.strata.names, sizes, have, allocate, needs)


def _divide(
    names: Sequence[str], sizes: Ints, have: Ints, allocate: Allocation, needs: Mapping[str, Need]
) -> dict[str, StratumPlan]:
    """Divide the most that a label needs."""
    taken = np.max([allocate(need.n_needed) for need in needs.values()], axis=0)
    return {
        name: StratumPlan(n=int(sizes[i]), n_annotated=int(have[i]), n_needed=int(max(taken[i], have[i])))
        for i, name in enumerate(names)
    }


def _check_wanted(width: float, confidence: float) -> None:
    check_between("width", width, 0.02)
    check_between("confidence", confidence, 0.95)


def _check_rates(share: float, precision: float, recall: float) -> None:
    check_between("share", share, 0.1)
    for name, value in {"precision": precision, "recall": recall}.items():
        if not isinstance(value, Real) or not 0 < value <= 1:
            raise InvalidInputError(f"{name} is {value!r}; expected a number above 0 and at most 1")
