"""Behaviour tests: what a model does with cases whose right answer is known, or must not change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stancekit.errors import InvalidInputError, unknown_label
from stancekit.measure.behaviour_cases import BehaviourCase, Kind, all_texts, read_behaviour
from stancekit.measure.behaviour_results import Behaviour, CapabilityResult, Failure, Miss, Shift
from stancekit.measure.inputs import check_between
from stancekit.measure.models import model_output
from stancekit.measure.results import Estimate
from stancekit.measure.shares import share
from stancekit.model import StanceModel

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Output:
    """Scores and decisions of every statement, found by its text."""

    labels: tuple[str, ...]
    row_of: Mapping[str, int]
    scores: Floats
    asserted: Flags

    def columns(self, labels: Iterable[str]) -> list[int]:
        """Give the columns of those of the labels that the model predicts, in the model's order."""
        return [self.labels.index(label) for label in self.labels if label in set(labels)]

    def rows(self, texts: Sequence[str]) -> list[int]:
        return [self.row_of[text] for text in texts]


@dataclass(slots=True, kw_only=True, eq=False)
class _Tally:
    """The checks of one capability as they come."""

    failed: list[bool] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    shifts: list[Floats] = field(default_factory=list)
    crossed: list[Flags] = field(default_factory=list)
    by_name: dict[str, list[Floats]] = field(default_factory=dict)


def check_behaviour(
    model: StanceModel,
    cases: Iterable[BehaviourCase] | None = None,
    *,
    confidence: float = 0.95,
) -> Behaviour:
    """Run behaviour tests on a model.

    Parameters
    ----------
    model : StanceModel
        The model. Its codebook must have every label that the cases name; labels that it does not
        predict are left out of the checks.
    cases : iterable of BehaviourCase, optional
        As `read_behaviour` gives them; without them those in the package.
    confidence : float, default=0.95
        Of the intervals, between 0 and 1.

    Returns
    -------
    Behaviour
        For each capability the share of checks that failed. What the model asserts goes by its
        thresholds; abstentions do not count, as in `evaluate`.

    Raises
    ------
    InvalidInputError
        When there are no cases, a case names a label that the codebook does not have, or `confidence` is out of
        its range.

    Notes
    -----
    Minimum functionality, invariance and direction tests of Ribeiro et al. (2020, ACL). Intervals are those of
    Wilson with the design effect of the groups (`stancekit.measure.shares`): the checks made of one statement are not
    independent.

    Examples
    --------
    >>> import stancekit
    >>> case = BehaviourCase(capability="plain", kind="mft", group="1", text="Lift the embargo, it is illegal.",
    ...                      expected=("anti-sanction",))
    >>> result = check_behaviour(stancekit.load(), [case]).capabilities[0]
    >>> result.n_failures, result.rate.value
    (0, 0.0)
    """
    check_between("confidence", confidence, 0.95)
    cases = tuple(read_behaviour() if cases is None else cases)
    _check_labels(cases, model)
    output = _output(model, cases)
    tallies: dict[tuple[str, Kind], _Tally] = {}
    failures = []
    for case in cases:
        failures += _run(case, output, tallies.setdefault((case.capability, case.kind), _Tally()))
    order = {key: place for place, key in enumerate(tallies)}
    return Behaviour(
        labels=output.labels,
        capabilities=tuple(
            _sum_up(key, tally, output.labels, confidence) for key, tally in tallies.items() if tally.failed
        ),
        failures=tuple(sorted(failures, key=lambda failure: order[failure.capability, failure.kind])),
        confidence=float(confidence),
    )


def _check_labels(cases: Sequence[BehaviourCase], model: StanceModel) -> None:
    if not cases:
        raise InvalidInputError("there are no behaviour cases; expected at least one")
    known = {stance.label for stance in model.codebook.stances}
    for row, case in enumerate(cases):
        for label, name in case.named_labels():
            if label not in known:
                error = unknown_label(label, known, row=row, field=name)
                raise InvalidInputError(f"the cases do not fit the model: {error}; give cases with its labels")


def _output(model: StanceModel, cases: Sequence[BehaviourCase]) -> _Output:
    texts = all_texts(cases)
    output = model_output(model, texts)
    return _Output(
        labels=model.labels,
        row_of={text: row for row, text in enumerate(texts)},
        scores=np.asarray(output.scores),
        asserted=np.asarray(output.decisions),
    )


def _run(case: BehaviourCase, output: _Output, tally: _Tally) -> list[Failure]:
    """Check one case, add it to its capability's tally, and give what failed."""
    if case.kind == "mft":
        wanted = _wanted(case, output)
        checks = [(case.text, _functionality(case, wanted, output))] if wanted else []
    elif case.kind == "inv":
        checks = [(text, _invariance(case.text, text, output)) for text in case.texts]
        _measure_shifts(case, output, tally)
    elif output.columns(case.direction):
        checks = [(text, _direction(case, text, output)) for text in case.texts]
    else:
        return []
    tally.failed += [bool(misses) for _, misses in checks]
    tally.groups += [case.group] * len(checks)
    base = None if case.kind == "mft" else case.text
    return [
        Failure(
            capability=case.capability, kind=case.kind, group=case.group, text=text, base=base, misses=tuple(misses)
        )
        for text, misses in checks
        if misses
    ]


def _wanted(case: BehaviourCase, output: _Output) -> dict[int, bool]:
    """Say of each predicted label that a case is about whether it must be asserted."""
    others = set(output.labels) - set(case.expected)
    wanted = dict.fromkeys(output.columns(others if case.forbidden is None else case.forbidden), False)
    return wanted | dict.fromkeys(output.columns(case.expected), True)


def _functionality(case: BehaviourCase, wanted: Mapping[int, bool], output: _Output) -> list[Miss]:
    (row,) = output.rows([case.text])
    return [
        Miss(
            label=output.labels[column],
            expected="asserted" if yes else "not asserted",
            score=float(output.scores[row, column]),
        )
        for column, yes in sorted(wanted.items())
        if output.asserted[row, column] != yes
    ]


def _invariance(base: str, text: str, output: _Output) -> list[Miss]:
    first, second = output.rows([base, text])
    flipped = np.flatnonzero(output.asserted[first] != output.asserted[second]).tolist()
    return [_moved(column, "unchanged", first, second, output) for column in flipped]


def _direction(case: BehaviourCase, text: str, output: _Output) -> list[Miss]:
    first, second = output.rows([case.text, text])
    misses = []
    for column in output.columns(case.direction):
        way = case.direction[output.labels[column]]
        gain = output.scores[second, column] - output.scores[first, column]
        wrong_way = (gain if way == "down" else -gain) > case.tolerance
        if wrong_way or (case.flip and output.asserted[second, column] != (way == "up")):
            misses.append(_moved(column, way, first, second, output))
    return misses


def _moved(column: int, expected: str, first: int, second: int, output: _Output) -> Miss:
    return Miss(
        label=output.labels[column],
        expected=expected,
        score=float(output.scores[second, column]),
        base_score=float(output.scores[first, column]),
    )


def _measure_shifts(case: BehaviourCase, output: _Output, tally: _Tally) -> None:
    first, *others = output.rows([case.text, *case.texts])
    tally.shifts += list(output.scores[others] - output.scores[first])
    tally.crossed += list(output.asserted[others] != output.asserted[first])
    if case.names:
        scores = output.scores[[first, *others]]
        for name, gap in zip(case.names, scores - scores.mean(axis=0), strict=True):
            tally.by_name.setdefault(name, []).append(gap)


def _sum_up(key: tuple[str, Kind], tally: _Tally, labels: tuple[str, ...], confidence: float) -> CapabilityResult:
    sizes = np.abs(np.array(tally.shifts))
    shifts = {
        label: Shift(
            mean=float(sizes[:, column].mean()),
            largest=float(sizes[:, column].max()),
            crossed=_share([bool(row[column]) for row in tally.crossed], tally.groups, confidence),
        )
        for column, label in enumerate(labels if tally.shifts else ())
    }
    by_name = {
        name: dict(zip(labels, np.mean(gaps, axis=0).tolist(), strict=True)) for name, gaps in tally.by_name.items()
    }
    return CapabilityResult(
        capability=key[0],
        kind=key[1],
        n_checks=len(tally.failed),
        n_groups=len(set(tally.groups)),
        n_failures=sum(tally.failed),
        rate=_share(tally.failed, tally.groups, confidence),
        shifts=shifts,
        by_name=by_name,
    )


def _share(flags: Sequence[bool], groups: Sequence[str], confidence: float) -> Estimate:
    """Give the share of flags that are set, with its interval over groups."""
    _, clusters = np.unique(np.array(groups, dtype=str), return_inverse=True)
    return share(np.array(flags, dtype=bool), clusters, confidence)
