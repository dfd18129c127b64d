"""Results of behaviour tests as Markdown."""

from __future__ import annotations

import math

from stancekit.measure.behaviour_results import Behaviour, CapabilityResult, Failure, Miss, Shift
from stancekit.measure.results import Estimate
from stancekit.text.markdown import Markup, bullets, cell, table
from stancekit.text.wording import counted

UNDEFINED = "–"


def behaviour_markdown(behaviour: Behaviour, n_failures: int = 0) -> str:
    """Write the results of behaviour tests as Markdown: a table of capabilities, one of shifts, and failures.

    Parameters
    ----------
    behaviour : Behaviour
        As `stancekit.measure.behaviour.check_behaviour` gives it.
    n_failures : int, default=0
        Failures to show for each capability, at most.

    Returns
    -------
    str
        Failure rates and their intervals in per cent; ``–`` where an interval is withheld.

    Examples
    --------
    >>> import stancekit
    >>> cases = [case for case in stancekit.read_behaviour() if case.capability == "negation"]
    >>> print(behaviour_markdown(stancekit.check_behaviour(stancekit.load(), cases)).splitlines()[2])
    | capability | kind | checks | groups | failures | failure rate, % |
    """
    blocks = [_headline(behaviour), _capability_table(behaviour)]
    moved = [result for result in behaviour.capabilities if result.shifts]
    if moved:
        blocks += ["How far scores move where nothing should move:", _shift_table(moved)]
    for result in behaviour.capabilities:
        failures = behaviour.examples(result, n_failures)
        if failures:
            blocks += [f"### {cell(result.capability)} ({result.kind})", *bullets(list(map(_failure, failures)))]
    return "\n\n".join(blocks) + "\n"


def failure_line(failure: Failure) -> str:
    """Write a failure as an item of a list."""
    return bullets([_failure(failure)])[0]


def per_cent(estimate: Estimate) -> Markup:
    """Write a share and its interval in per cent.

    Examples
    --------
    >>> per_cent(Estimate(value=0.25, low=0.1251, high=0.5))
    '25.0 [12.5, 50.0]'
    """
    if math.isnan(estimate.value):
        return Markup(UNDEFINED)
    ends = UNDEFINED if math.isnan(estimate.low) else f"{100 * estimate.low:.1f}, {100 * estimate.high:.1f}"
    return Markup(f"{100 * estimate.value:.1f} [{ends}]")


def _headline(behaviour: Behaviour) -> str:
    n_checks = sum(result.n_checks for result in behaviour.capabilities)
    n_failures = sum(result.n_failures for result in behaviour.capabilities)
    size = f"{counted(n_checks, 'check')} of {counted(len(behaviour.capabilities), 'capability', 'capabilities')}"
    return f"{size}, {counted(n_failures, 'failure')}; {behaviour.confidence * 100:.4g} % intervals over groups."


def _capability_table(behaviour: Behaviour) -> str:
    rows = [
        [
            result.capability,
            result.kind,
            *(f"{n:,}" for n in (result.n_checks, result.n_groups, result.n_failures)),
            per_cent(result.rate),
        ]
        for result in behaviour.capabilities
    ]
    return table(["capability", "kind", "checks", "groups", "failures", "failure rate, %"], rows, n_text=2)


def _shift_table(results: list[CapabilityResult]) -> str:
    rows = [
        [result.capability, label, *_shift_cells(shift)] for result in results for label, shift in result.shifts.items()
    ]
    return table(["capability", "label", "mean shift", "largest shift", "threshold crossed, %"], rows, n_text=2)


def _shift_cells(shift: Shift) -> list[str]:
    return [f"{shift.mean:.3f}", f"{shift.largest:.3f}", per_cent(shift.crossed)]


def _failure(failure: Failure) -> str:
    became = failure.text if failure.base is None else f"{failure.base} → {failure.text}"
    return f"{became}: {'; '.join(map(_miss, failure.misses))}"


def _miss(miss: Miss) -> str:
    score = f"{miss.score:.2f}" if miss.base_score is None else f"{miss.base_score:.2f} → {miss.score:.2f}"
    return f"{miss.label} {score}, expected {miss.expected}"
