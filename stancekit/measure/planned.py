"""How many to draw of each stratum, out of a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stancekit.errors import InvalidInputError
from stancekit.measure.coded import cell_name
from stancekit.measure.prevalence_results import Need, Plan, StratumPlan

_ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSizes:
    """What a plan says of one draw.

    Attributes
    ----------
    n : int
        How many to draw.
    sizes, annotated : mapping of str to int, or None
        How many of each stratum to draw, and how many the plan had annotated ones of; None without strata.
    n_annotated : int
        Annotated statements that the plan counted.
    """

    n: int
    sizes: Mapping[str, int] | None
    annotated: Mapping[str, int] | None
    n_annotated: int


def planned_sizes(plan: Plan, strata: Sequence[str], *, besides: bool) -> PlannedSizes:
    """Take the numbers to draw out of a plan.

    Parameters
    ----------
    plan : Plan
        What `stancekit.plan` gave.
    strata : sequence of str
        The columns to draw by: none, that of the plan's strata, one that it was made by, or such a one and the plan's
        strata.
    besides : bool
        Whether what is annotated stays in the sample, or all is drawn anew.

    Returns
    -------
    PlannedSizes

    Raises
    ------
    InvalidInputError
        When the plan does not divide like that, or asks for nothing more.

    Examples
    --------
    >>> import stancekit
    >>> plan = stancekit.plan_from_rates(width=0.04, share=0.1, precision=0.8, recall=0.8, n_statements=50_000)
    >>> planned_sizes(plan, [], besides=True).n == plan.n_more
    True
    """
    cells = _cells(plan, list(strata))
    if cells is None:
        needs = plan.per_label.values()
        n = max((need.n_more if besides else need.n_needed for need in needs), default=0)
        annotated = max((need.n_annotated for need in needs), default=0)
        found = PlannedSizes(n=n, sizes=None, annotated=None, n_annotated=annotated)
    else:
        sizes = {name: one.n_more if besides else one.n_needed for name, one in cells.items()}
        counted = {name: one.n_annotated for name, one in cells.items()}
        total = sum(counted.values())
        found = PlannedSizes(n=sum(sizes.values()), sizes=sizes, annotated=counted, n_annotated=total)
    if not found.n:
        raise InvalidInputError("the plan asks for no more statements; those that are annotated are enough")
    return found


def _cells(plan: Plan, strata: list[str]) -> dict[str, StratumPlan] | None:
    if not strata:
        if plan.strata:
            raise InvalidInputError(
                f"the plan divides statements among the strata {sorted(plan.strata)}; name the column with them"
            )
        return None
    if len(strata) == 1 and plan.strata:
        return dict(plan.strata)
    if strata[0] not in plan.group_strata or len(strata) != 1 + bool(plan.strata):
        raise InvalidInputError(
            f"the plan has no numbers by {', '.join(strata)}; it divides by {sorted(plan.group_strata) or 'no column'}"
            + (" and, as the second column, its strata" if plan.strata else "")
        )
    return {
        cell_name(value, *([stratum] if plan.strata else [])): one
        for value, inside in plan.group_strata[strata[0]].items()
        for stratum, one in inside.items()
    }


def plan_from_record(record: object) -> Plan:
    """Read a plan from what `Plan.to_dict` gives.

    Raises
    ------
    InvalidInputError
        When it is none.
    """
    try:
        return _plan(record)  # type: ignore[arg-type]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InvalidInputError(
            f"no plan ({type(error).__name__}: {error}); expected what stancekit plan --json prints"
        ) from None


def _plan(record: Mapping[str, Any]) -> Plan:
    return Plan(
        width=record["width"],
        confidence=record["confidence"],
        n_statements=int(record["n_statements"]),
        per_label=_needs(record["per_label"]),
        groups={
            column: {value: _needs(needs) for value, needs in values.items()}
            for column, values in record["groups"].items()
        },
        strata=_strata(record["strata"]),
        group_strata={
            column: {value: _strata(strata) for value, strata in values.items()}
            for column, values in record["group_strata"].items()
        },
        notes=tuple(record["notes"]),
    )


def _needs(needs: Mapping[str, Mapping[str, Any]]) -> dict[str, Need]:
    nan: Any = float("nan")
    return {label: Need(**{name: nan if v is None else v for name, v in need.items()}) for label, need in needs.items()}


def _strata(strata: Mapping[str, Mapping[str, int]]) -> dict[str, StratumPlan]:
    return {name: StratumPlan(**one) for name, one in strata.items()}


def check_counts(planned: PlannedSizes, counts: Mapping[str, int], n_earlier: int) -> None:
    """Refuse a plan that counted annotations which are not left out now; more may be left out, such as blank rows.

    Raises
    ------
    InvalidInputError
        Naming the first stratum where they differ.
    """
    if planned.annotated is None:
        pairs = {_ALL: (planned.n_annotated, n_earlier)}
    else:
        pairs = {name: (n, counts.get(name, 0)) for name, n in planned.annotated.items()}
    for name, (n, here) in pairs.items():
        if here < n:
            raise InvalidInputError(
                f"the plan counts {n} annotated statements in {name!r}, and {here} are to be left out there; make the "
                "plan again from these annotations"
            )
