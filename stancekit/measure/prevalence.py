"""The share of each label in a corpus, from a model's labels for all of it and annotations of a random sample."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stancekit.errors import InvalidInputError, place, too_few_annotated, unknown_option
from stancekit.measure.coded import Coded, encode
from stancekit.measure.designs import Sampling, declare
from stancekit.measure.inputs import MISSING, check_between, check_gold, check_labels, check_scores, count_rows
from stancekit.measure.prevalence_estimates import LabelSample, Pair, Part, as_change, as_share
from stancekit.measure.prevalence_inputs import Gaps, annotated_for
from stancekit.measure.prevalence_results import GroupDifference, Prevalence, Share, Shares
from stancekit.measure.randomness import check_random
from stancekit.measure.results import Estimate

Floats = NDArray[np.float64]
Population = Literal["corpus", "larger"]
Previous = Literal["previous"]
Differences = Mapping[str, Sequence[tuple[object, object] | Previous] | Previous]

LEAST_GOLD = 30
"""Annotated statements below which no interval is given."""
UNDECLARED = (
    "no correction and no intervals: how the annotated statements were drawn was not declared. Say design='random', "
    "'stratified' or 'probability' if chance alone chose them; statements that were chosen by score, uncertainty or "
    "keyword cannot tell a share"
)


def prevalence(  # noqa: PLR0913 - all that a design consists of
    predicted: ArrayLike,
    gold: ArrayLike,
    *,
    labels: Sequence[str],
    design: str | None = None,
    strata: Iterable[object] | None = None,
    clusters: Iterable[object] | None = None,
    drawn: str = "statements",
    probabilities: ArrayLike | None = None,
    groups: Mapping[str, Iterable[object]] | None = None,
    differences: Differences | None = None,
    confidence: float = 0.95,
    population: Population = "corpus",
    slope: float | None = None,
    fixed_size: bool = False,
    only: Sequence[str] | None = None,
    gaps: Gaps | None = None,
) -> Prevalence:
    """Estimate the share of each label in a corpus and in groups of it, with intervals that hold.

    Counting a model's labels counts its errors too, and no number of statements makes up for them. Annotations of a
    random sample say how far the count is off. The share is the mean of the predictions times a slope, plus the mean
    in the sample of what the predictions miss: the difference and regression estimators of survey sampling (Särndal,
    Swensson & Wretman 1992, Model Assisted Survey Sampling, chapter 6), known as prediction-powered inference
    (Angelopoulos et al. 2023, Science 382, 669-674) with power tuning (Angelopoulos, Duchi & Zrnic 2023, arXiv
    2311.01453). The model may be bad: then the interval is about that of the annotations alone. Training on
    the sample spoils it; statements of the corpus that the model was trained on do no harm where the sample was drawn
    from all of the corpus, since then it holds them at the same rate.

    Variances come from influence values, summed over clusters inside strata; shares of groups are ratios, and the
    slope is that of the whole sample. Intervals are of a kind that holds for rare labels
    (`stancekit.measure.rare.deviations`, checked by `experiments.prevalence_simulation`), with quantiles of
    Student's t. With given probabilities the variance is that of a draw in which each statement was drawn or not by a
    chance of its own (a Poisson draw); where `fixed_size` says that the number was fixed, Hájek's approximation for
    draws that are else as random as can be (1964, Annals of Mathematical Statistics 35, 1491-1523), which is smaller.

    Parameters
    ----------
    predicted : array-like of shape (n_statements, n_labels)
        The model's labels (bool) or scores (0 to 1) for every statement of the corpus.
    gold : array-like of shape (n_statements, n_labels)
        1, 0, and NaN for statements that were not annotated. A label that is NaN in all of them is left out of the
        result, with a note; one that is NaN in some of the annotated statements is an error, unless `gaps` allows it.
    labels : sequence of str, of length n_labels
        The columns.
    design : "random", "stratified" or "probability", optional
        How the annotated statements were drawn. Without it there is only the uncorrected share.
    strata : iterable of length n_statements, optional
        The stratum of every statement; with design "stratified", where the number drawn in each was fixed.
    clusters : iterable of length n_statements, optional
        Speech or document of every statement, whose statements resemble each other: where whole ones were drawn, or
        with population "larger". Of a corpus of which statements were drawn one by one intervals hold without them, and
        are wider with them, the more so the fewer documents there are.
    drawn : "statements" or "clusters", default="statements"
        Whether statements were drawn, or whole clusters.
    probabilities : array-like of shape (n_statements,), optional
        The chance of every statement to be drawn; with design "probability". NaN is allowed where a statement was not
        annotated, but then the sample cannot be tested.
    groups : mapping of str to iterable of length n_statements, optional
        Columns by whose values shares are given too.
    differences : mapping of str to list of (a, b) or "previous", optional
        For columns of `groups`: pairs of values, whose difference is that of b less a; "previous", alone or among
        the pairs, is each value less the one before it, where statements without a value are left out.
    confidence : float, default=0.95
        Of the intervals.
    population : "corpus" or "larger", default="corpus"
        Whether the intervals speak of the corpus itself, of which the sample is a part, or of something larger that
        the corpus is a random sample of, as in ppi-python. The latter takes memory for each group times statement,
        and no strata: in something larger their sizes are unknown.
    slope : float, optional
        How much the predictions count, from 0 to 1; None tunes it for each label.
    fixed_size : bool, default=False
        With design "probability": whether the number of statements, or clusters, to draw was fixed beforehand (in each
        stratum, where there are strata). False is right for Poisson draws, and safe for the others.
    only : sequence of str, optional
        The labels that annotators looked for, where `gold` holds zeros for others too. Those are left out.
    gaps : "random", optional
        Says that chance alone left annotated statements blank for some labels, such as a label that was looked for in
        a random half of them.

    Returns
    -------
    Prevalence

    Raises
    ------
    InvalidInputError
        On other shapes or values, named by row and label; on a statement that is annotated for one label and blank for
        another; on a design that lacks what it needs, or options that need one; where a stratum of the corpus has fewer
        than two annotated units and is more than these, or a label fewer than 30 annotated statements; and where the
        annotated statements cannot be a sample of the declared kind.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.random((2000, 1)) < 0.1
    >>> model = np.where(rng.random((2000, 1)) < 0.9, truth, ~truth)  # one label in ten is wrong
    >>> from stancekit.measure.drawing import draw_sample
    >>> sample = draw_sample(2000, 300)
    >>> gold = np.full((2000, 1), np.nan)
    >>> gold[sample.rows] = truth[sample.rows]
    >>> found = prevalence(model, gold, labels=["against"], design=sample.design).per_label["against"]
    >>> round(found.uncorrected, 3), round(float(truth.mean()), 3)
    (0.172, 0.105)
    >>> round(found.corrected.low, 3), round(found.corrected.high, 3)
    (0.082, 0.125)
    """
    names = check_labels(labels)
    values = check_scores("predicted", predicted, names, count_rows("predicted", predicted))
    if population not in ("corpus", "larger"):
        raise unknown_option("population", population, ["corpus", "larger"])
    check_between("confidence", confidence, 0.95)
    confidence = float(confidence)
    _check_mapping("groups", groups)
    _check_mapping("differences", differences)
    columns = {name: encode(f"groups[{name!r}]", column, len(values)) for name, column in (groups or {}).items()}
    pairs = list(dict.fromkeys(_pairs(columns, differences or {})))
    slope = _checked_slope(slope)
    if design is None:
        given = {"strata": strata, "clusters": clusters, "probabilities": probabilities, "differences": differences}
        options = {"slope": slope is not None, "drawn": drawn != "statements", "fixed_size": fixed_size}
        options |= {"population": population != "corpus", "only": only is not None, "gaps": gaps is not None}
        options |= {name: one is not None for name, one in given.items()}
        if asked := sorted(name for name, is_given in options.items() if is_given):
            raise InvalidInputError(f"{', '.join(asked)} can do nothing without a design; declare how rows were drawn")
        return _uncorrected(values, check_gold(gold, names, len(values)), names, columns, confidence)
    annotated = annotated_for(gold, names, len(values), only=only, gaps=gaps)
    sampling = declare(
        len(values),
        design=design,
        strata=strata,
        clusters=clusters,
        probabilities=probabilities,
        drawn=drawn,
        finite=population == "corpus",
        fixed_size=fixed_size,
    )
    samples = [
        _sample(values[:, column], annotated.gold[:, column], sampling, names[column], slope)
        for column in annotated.columns
    ]
    return _assemble(samples, sampling, columns, pairs, confidence, annotated.notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A difference that was asked for, by the numbers of the two values."""

    column: str
    a: int
    b: int


def _check_mapping(name: str, value: object) -> None:
    if value is not None and not isinstance(value, Mapping):
        raise InvalidInputError(f"{name} is {type(value).__name__}; expected a mapping from names, such as 'year'")


def _checked_slope(slope: float | None) -> float | None:
    if slope is not None and not (isinstance(slope, Real) and 0 <= slope <= 1):
        raise InvalidInputError(f"slope is {slope!r}; expected a number from 0 to 1, or None to tune it")
    return None if slope is None else float(slope)


def _sample(predicted: Floats, gold: Floats, sampling: Sampling, label: str, slope: float | None) -> LabelSample:
    rows = np.flatnonzero(~np.isnan(gold))
    if len(rows) < LEAST_GOLD:
        raise too_few_annotated(len(rows), label, least=LEAST_GOLD)
    if sampling.probabilities is not None and np.isnan(sampling.probabilities[rows]).any():
        row = int(rows[np.argmax(np.isnan(sampling.probabilities[rows]))])
        raise InvalidInputError(f"there is no probability{place(row)}, which is annotated; give the chance it had")
    if sampling.whole_clusters:
        _check_whole(rows, sampling, label)
    sampling.check_strata(rows)
    check_random(predicted, rows, sampling, label)
    return LabelSample.of(label, predicted, gold, rows, sampling, slope)


def _check_whole(rows: NDArray[np.intp], sampling: Sampling, label: str) -> None:
    """See that most of what was drawn is annotated: scattered statements are no sample of clusters."""
    units = sampling.unit_codes
    n_drawn = int(np.isin(units, np.unique(units[rows])).sum())
    if 2 * len(rows) < n_drawn:
        raise InvalidInputError(
            f"drawn='clusters', but only {len(rows):,} of the {n_drawn:,} statements in clusters with an annotation "
            f"are annotated for {label!r}; if statements were drawn, leave drawn out"
        )


def _assemble(
    samples: Sequence[LabelSample],
    sampling: Sampling,
    columns: Mapping[str, Coded],
    pairs: Sequence[_Asked],
    confidence: float,
    notes: tuple[str, ...],
) -> Prevalence:
    """Put the shares of all labels together."""
    parts: dict[str | None, list[list[Part]]] = {None: [[sample.whole()] for sample in samples]}
    parts |= {name: [sample.parts(column) for sample in samples] for name, column in columns.items()}
    pair_lists: dict[str | None, list[list[Pair]]] = {
        name: [
            [sample.estimate(part, confidence, LEAST_GOLD) for part in found]
            for sample, found in zip(samples, by_label, strict=True)
        ]
        for name, by_label in parts.items()
    }
    labels = tuple(sample.label for sample in samples)

    def difference(asked: _Asked) -> GroupDifference:
        pairs_of = pair_lists[asked.column]
        changes = {label: as_change(pairs_of[i][asked.a], pairs_of[i][asked.b]) for i, label in enumerate(labels)}
        names = columns[asked.column].names
        return GroupDifference(column=asked.column, a=names[asked.a], b=names[asked.b], per_label=changes)

    def shares(name: str | None, code: int) -> Shares:
        found = {
            label: as_share(samples[i], parts[name][i][code], pair_lists[name][i][code], confidence)
            for i, label in enumerate(labels)
        }
        return Shares(n=next(iter(found.values())).n, per_label=found)

    return Prevalence(
        labels=labels,
        design=sampling.design,
        drawn="clusters" if sampling.whole_clusters else "statements",
        population="corpus" if sampling.finite else "larger",
        confidence=confidence,
        n_strata=None if sampling.strata is None else len(sampling.strata.names),
        n_clusters=None if sampling.clusters is None else len(sampling.clusters.names),
        whole=shares(None, 0),
        groups={
            name: {value: shares(name, code) for code, value in enumerate(column.names)}
            for name, column in columns.items()
        },
        differences=tuple(map(difference, pairs)),
        notes=(*notes, *_notes(samples, sampling)),
    )


def _notes(samples: Sequence[LabelSample], sampling: Sampling) -> tuple[str, ...]:
    sizes = {sample.label: len(sample.rows) for sample in samples}
    notes = []
    if len(set(sizes.values())) > 1:
        said = ", ".join(f"{n:,} for {label!r}" for label, n in sizes.items())
        notes.append(f"labels differ in how many statements were annotated ({said}); the gaps are taken as random")
    if sampling.probabilities is not None and np.isnan(sampling.probabilities).any():
        notes.append(
            "whether the sample is random was not tested, since some statements that were not drawn have no probability"
        )
    return tuple(notes)


def _uncorrected(
    predicted: Floats, gold: Floats, labels: tuple[str, ...], columns: Mapping[str, Coded], confidence: float
) -> Prevalence:
    """Give what counting the model's labels says, and why nothing more."""
    everything = Coded(codes=np.zeros(len(predicted), dtype=np.intp), names=("all",))
    groups = {
        name: dict(zip(column.names, _counted(predicted, gold, labels, column), strict=True))
        for name, column in columns.items()
    }
    return Prevalence(
        labels=labels,
        design=None,
        drawn="statements",
        population="corpus",
        confidence=confidence,
        n_strata=None,
        n_clusters=None,
        whole=_counted(predicted, gold, labels, everything)[0],
        groups=groups,
        notes=(UNDECLARED,),
    )


def _counted(predicted: Floats, gold: Floats, labels: tuple[str, ...], column: Coded) -> list[Shares]:
    """Give the uncorrected shares of each value of a column."""
    sizes = column.sizes()
    by_label = [_count_label(predicted[:, i], gold[:, i], column) for i in range(len(labels))]
    return [
        Shares(n=int(n), per_label={label: found[code] for label, found in zip(labels, by_label, strict=True)})
        for code, n in enumerate(sizes)
    ]


def _count_label(predicted: Floats, gold: Floats, column: Coded) -> list[Share]:
    nothing = Estimate(value=float("nan"), low=float("nan"), high=float("nan"))
    sizes, n_values = column.sizes(), len(column.names)
    n_gold = np.bincount(column.codes, ~np.isnan(gold), minlength=n_values)
    n_positive = np.bincount(column.codes, gold == 1, minlength=n_values)
    means = np.bincount(column.codes, predicted, minlength=n_values) / sizes
    return [
        Share(
            n=int(sizes[code]),
            n_gold=int(n_gold[code]),
            n_positive=int(n_positive[code]),
            corrected=nothing,
            gold=nothing,
            uncorrected=float(means[code]),
            standard_error=float("nan"),
            slope=float("nan"),
            effective_size=float("nan"),
        )
        for code in range(n_values)
    ]


def _pairs(columns: Mapping[str, Coded], differences: Differences) -> Iterator[_Asked]:
    for name, wanted in differences.items():
        if name not in columns:
            raise InvalidInputError(
                f"differences has {name!r}, which is none of the groups; expected {sorted(columns)}"
            )
        names = columns[name].names
        for pair in [wanted] if isinstance(wanted, str) else wanted:
            if pair == "previous":
                known = len(names) - (MISSING in names)  # it is the last of them, and no value before or after another
                yield from (_Asked(column=name, a=code, b=code + 1) for code in range(known - 1))
                continue
            if isinstance(pair, str) or not isinstance(pair, Sequence) or len(pair) != 2:
                raise InvalidInputError(f"differences[{name!r}] has {pair!r}; expected a pair of values, or 'previous'")
            for value in pair:
                if str(value) not in names:
                    raise unknown_option(f"value of {name!r}", value, names)
            if str(pair[0]) == str(pair[1]):
                raise InvalidInputError(f"differences[{name!r}] has {pair!r}, twice the same; expected two values")
            yield _Asked(column=name, a=names.index(str(pair[0])), b=names.index(str(pair[1])))
