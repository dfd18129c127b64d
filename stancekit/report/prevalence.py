"""Shares with intervals, and plans for annotating, as Markdown."""

from __future__ import annotations

import math
from collections.abc import Mapping

from stancekit.measure.prevalence import LEAST_GOLD
from stancekit.measure.prevalence_results import GroupDifference, Need, Plan, Prevalence, Share, Shares
from stancekit.measure.results import Estimate
from stancekit.text.markdown import Markup, bullets, cell, table

UNDEFINED = "–"
_DESIGNS = {"random": "drawn at random", "stratified": "drawn by strata", "probability": "drawn with given chances"}


# What `group_spread` supposes, which is not the corrected share of `prevalence`.
_OF_GROUPS = "The shares expected here are those of a group's own annotations and of ten more like all."


def prevalence_markdown(found: Prevalence) -> str:
    """Write shares as Markdown: the whole corpus, groups, differences, and what is withheld.

    Parameters
    ----------
    found : Prevalence
        As `stancekit.measure.prevalence.prevalence` gives it.

    Returns
    -------
    str
        Shares and intervals in per cent; ``–`` where something is withheld.

    Examples
    --------
    >>> from stancekit.measure.prevalence import prevalence
    >>> print(prevalence_markdown(prevalence([[1], [0]], [[1], [0]], labels=["a"])).splitlines()[0])
    2 statements. Uncorrected: a count of the model's labels, with its errors.
    """
    blocks = [_headline(found), _whole_table(found.whole, found.design is not None)]
    for name, groups in found.groups.items():
        blocks += [f"### {cell(name)}", _group_table(name, groups, found)]
    if found.differences:
        blocks += ["### Differences", _difference_table(found.differences)]
    blocks += bullets(_notes(found))
    return "\n\n".join(blocks) + "\n"


def plan_markdown(plan: Plan) -> str:
    """Write a plan as Markdown.

    Parameters
    ----------
    plan : Plan
        As `stancekit.measure.planning` gives it.

    Examples
    --------
    >>> from stancekit.measure.planning import plan_from_rates
    >>> plan = plan_from_rates(width=0.02, share=0.05, precision=0.9, recall=0.8, n_statements=50_000)
    >>> print(plan_markdown(plan).splitlines()[2])
    | label | share expected, % | needed | annotated | still to annotate | needed without the model |
    """
    blocks = [
        f"For a {100 * plan.confidence:.4g} % interval {100 * plan.width:.3g} points wide, in a corpus of "
        f"{plan.n_statements:,} statements:",
        table(_need_header("label"), [[label, *_need_cells(need)] for label, need in plan.per_label.items()]),
    ]
    for name, groups in plan.groups.items():
        rows = [[value, label, *_need_cells(need)] for value, needs in groups.items() for label, need in needs.items()]
        blocks += [f"### {cell(name)}", _OF_GROUPS, table(_need_header(name, "label"), rows, n_text=2)]
    if plan.strata:
        counts = {name: (one.n, one.n_annotated, one.n_needed, one.n_more) for name, one in plan.strata.items()}
        rows = [[name, *(f"{n:,}" for n in numbers)] for name, numbers in counts.items()]
        blocks += ["### Strata", table(["stratum", "statements", "annotated", "needed", "still to annotate"], rows)]
    blocks += [item for note in plan.notes for item in bullets([note])]
    return "\n\n".join(blocks) + "\n"


def share_in_per_cent(estimate: Estimate, *, signed: bool = False) -> Markup:
    """Write a share and its interval in per cent, to as many digits as a rare label needs.

    Examples
    --------
    >>> share_in_per_cent(Estimate(value=0.0123, low=0.008, high=0.019))
    '1.23 [0.80, 1.90]'
    """
    if math.isnan(estimate.value):
        return Markup(UNDEFINED)
    form = "+.2f" if signed else ".2f"
    value = f"{100 * estimate.value:{form}}"
    if math.isnan(estimate.low):
        return Markup(f"{value} [{UNDEFINED}]")
    return Markup(f"{value} [{100 * estimate.low:{form}}, {100 * estimate.high:{form}}]")


def _headline(found: Prevalence) -> str:
    size = f"{found.whole.n:,} statements"
    if found.design is None:
        return f"{size}. Uncorrected: a count of the model's labels, with its errors."
    drawn = f"{found.drawn} {_DESIGNS[found.design]}"
    parts = {"strata": found.n_strata, "clusters": found.n_clusters}
    counted = "".join(f", {n:,} {name}" for name, n in parts.items() if n is not None)
    about = "" if found.population == "corpus" else ", as a sample of something larger"
    return f"{size}{counted}; {drawn}. {100 * found.confidence:.4g} % intervals for the corpus{about}."


def _whole_table(shares: Shares, declared: bool) -> str:
    if not declared:
        rows = [[label, f"{one.n_gold:,}", _number(one.uncorrected)] for label, one in shares.per_label.items()]
        return table(["label", "annotated", "uncorrected share, %"], rows)
    header = ["label", "annotated", "with the label", "share, %", "annotations alone, %", "uncorrected, %"]
    body = [
        [
            label,
            f"{one.n_gold:,}",
            f"{one.n_positive:,}",
            share_in_per_cent(one.corrected),
            share_in_per_cent(one.gold),
            _number(one.uncorrected),
            f"{one.slope:.2f}",
            UNDEFINED if math.isnan(one.effective_size) else f"{one.effective_size:,.0f}",
        ]
        for label, one in shares.per_label.items()
    ]
    return table([*header, "slope", "effective size"], body)


def _group_table(name: str, groups: Mapping[str, Shares], found: Prevalence) -> str:
    header = [name, "label", "statements", "annotated"]
    if found.design is None:
        rows = [
            [value, label, f"{one.n:,}", f"{one.n_gold:,}", _number(one.uncorrected)]
            for value, shares in groups.items()
            for label, one in shares.per_label.items()
        ]
        return table([*header, "uncorrected, %"], rows, n_text=2)
    rows = [
        [
            value,
            label,
            f"{one.n:,}",
            f"{one.n_gold:,}",
            share_in_per_cent(one.corrected),
            share_in_per_cent(one.gold),
            _number(one.uncorrected),
        ]
        for value, shares in groups.items()
        for label, one in shares.per_label.items()
    ]
    return table([*header, "share, %", "annotations alone, %", "uncorrected, %"], rows, n_text=2)


def _difference_table(differences: tuple[GroupDifference, ...]) -> str:
    rows = [
        [
            one.column,
            f"{one.b} less {one.a}",
            label,
            share_in_per_cent(change.corrected, signed=True),
            share_in_per_cent(change.gold, signed=True),
            f"{100 * change.uncorrected:+.2f}",
        ]
        for one in differences
        for label, change in one.per_label.items()
    ]
    header = ["column", "difference", "label", "points", "annotations alone", "uncorrected"]
    return table(header, rows, n_text=3)


def _notes(found: Prevalence) -> list[str]:
    """Give the notes, groups with the same reason together."""
    notes = list(found.notes)
    for name, groups in found.groups.items():
        for why, values in _withheld(groups).items():
            shown = ", ".join(values[:8]) + (f" and {len(values) - 8} more" if len(values) > 8 else "")
            notes.append(f"{name}: no interval where {why} ({shown})")
    return notes


def _withheld(groups: Mapping[str, Shares]) -> dict[str, list[str]]:
    """Give the groups without an interval of some label, by the reason."""
    found: dict[str, list[str]] = {}
    for value, shares in groups.items():
        reasons = {_reason(one) for one in shares.per_label.values() if one.notes}
        for why in sorted(reasons):
            found.setdefault(why, []).append(value)
    return found


def _reason(share: Share) -> str:
    if share.n_gold < LEAST_GOLD:
        return f"fewer than {LEAST_GOLD} statements are annotated"
    return "all annotated statements are of one cluster"


def _need_header(*names: str) -> list[str]:
    return [*names, "share expected, %", "needed", "annotated", "still to annotate", "needed without the model"]


def _need_cells(need: Need) -> list[str]:
    counts = (need.n_needed, need.n_annotated, need.n_more, need.n_without_model)
    return [_number(need.share), *(f"{n:,}" for n in counts)]


def _number(share: float) -> str:
    return f"{100 * share:.2f}"
