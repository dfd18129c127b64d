"""Plans for annotating by groups, as Markdown."""

from __future__ import annotations

from collections.abc import Mapping

from stancekit.measure.prevalence_results import Plan, StratumPlan
from stancekit.text.markdown import cell, table

Groups = Mapping[str, Mapping[str, StratumPlan]]

_COUNTS = ("statements", "annotated", "needed", "still to annotate")


def group_plan_markdown(plan: Plan) -> str:
    """Write how many statements to annotate in each group, and in which strata, as Markdown.

    Parameters
    ----------
    plan : Plan
        As `stancekit.measure.planning.plan` gives it with `groups`.

    Returns
    -------
    str
        Nothing where there are no groups.

    Examples
    --------
    >>> import stancekit
    >>> plan = stancekit.plan_from_rates(width=0.02, share=0.1, precision=0.8, recall=0.8, n_statements=50_000)
    >>> group_plan_markdown(plan)
    ''
    """
    blocks = []
    for name, groups in plan.group_strata.items():
        n_more = sum(plan.to_draw(name).values())
        blocks += [
            f"### To annotate by {cell(name)}",
            f"{n_more:,} more in all, so that each label has its interval in every value of {cell(name)}; declare them "
            f"as drawn by strata, which are {'its values within the strata' if plan.strata else 'its values'}.",
            _by_strata(name, groups) if plan.strata else _plainly(name, groups),
        ]
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _by_strata(name: str, groups: Groups) -> str:
    rows = [[value, stratum, *_numbers(one)] for value, strata in groups.items() for stratum, one in strata.items()]
    return table([name, "stratum", *_COUNTS], rows, n_text=2)


def _plainly(name: str, groups: Groups) -> str:
    rows = [[value, *_numbers(one)] for value, strata in groups.items() for one in strata.values()]
    return table([name, *_COUNTS], rows)


def _numbers(one: StratumPlan) -> list[str]:
    return [f"{n:,}" for n in (one.n, one.n_annotated, one.n_needed, one.n_more)]
