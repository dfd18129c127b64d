"""Shares of stances by group: bars with intervals, or a trend where the groups are times."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from stancekit.errors import InvalidInputError, unknown_option
from stancekit.measure.inputs import MISSING
from stancekit.measure.prevalence_results import Prevalence
from stancekit.measure.results import Estimate
from stancekit.report.figures import COLOURS, new_figure, style
from stancekit.report.trend_figures import DARK, STEPS, Event, Trend, trend_figure

Kind = Literal["auto", "bars", "trend"]

CORRECTED = "corrected, with its interval"
LONGEST_LINE = 26  # characters of a group's name, before it is broken
MOST_GROUPS = 200
FEWEST_TIMES = 3  # two times are a comparison, and two bars show it better than a line


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupShare:
    """The share of one label in one group.

    Attributes
    ----------
    group : str
        The group's name, or its time.
    share : Estimate
        From 0 to 1; NaN where there is none.
    n : int or None
        Statements of the group, shown beside its name.
    uncorrected : float or None
        What counting the labels alone gives.

    Examples
    --------
    >>> GroupShare(group="Cuba", share=Estimate(value=0.2, low=0.1, high=0.3), n=312).uncorrected is None
    True
    """

    group: str
    share: Estimate
    n: int | None = None
    uncorrected: float | None = None


def prevalence_figure(
    shares: Mapping[str, Sequence[GroupShare]],
    *,
    group: str = "group",
    kind: Kind = "auto",
    events: Sequence[Event] = (),
) -> Any:  # noqa: ANN401 - a matplotlib Figure
    """Draw the share of each label by group: a trend where the groups are times, else bars.

    Parameters
    ----------
    shares : mapping of str to sequence of GroupShare
        For each label, its share in each group; one group a label for shares of the whole.
    group : str, default="group"
        What the groups are, such as the name of their column.
    kind : "auto", "bars" or "trend", default="auto"
        "auto" draws a trend of three groups or more whose names are numbers that rise. A trend leaves out the group
        ``(missing)``, and its axis says how many statements that are.
    events : sequence of Event, optional
        For a trend.

    Returns
    -------
    matplotlib.figure.Figure
        For `stancekit.report.figures.write_figure`, or for a notebook to show.

    Raises
    ------
    InvalidInputError
        When there is nothing to draw, `kind` is something else, or a trend is asked for of groups that are no numbers.
    MissingExtraError
        When matplotlib is not installed.

    Examples
    --------
    >>> share = Estimate(value=0.2, low=0.1, high=0.3)
    >>> years = [GroupShare(group=year, share=share, n=40) for year in ("1990", "1991", "1992")]
    >>> prevalence_figure({"anti-sanction": years}, group="year").axes[0].get_xlabel()
    'year'
    """
    if kind not in ("auto", "bars", "trend"):
        raise unknown_option("kind", kind, ["auto", "bars", "trend"])
    _check(shares)
    dated = {label: [one for one in own if one.group != MISSING] for label, own in shares.items()}
    if kind == "trend" or (kind == "auto" and all(_are_times(own) for own in dated.values())):
        _check(dated)
        panels = {label: {CORRECTED: _trend(own)} for label, own in dated.items()}
        return trend_figure(panels, events=events, x_title=f"{group}{_left_out(shares)}", same_scale=False)
    return bars_figure(shares, group=group)


def group_shares(prevalence: Prevalence, column: str | None = None) -> dict[str, list[GroupShare]]:
    """Give the shares that prevalence measured, as the figures take them.

    Parameters
    ----------
    prevalence : Prevalence
        As `stancekit.measure.prevalence.prevalence` gives it.
    column : str, optional
        The column of the groups; without it the shares of the whole corpus.

    Returns
    -------
    dict of str to list of GroupShare
        For each label, its corrected share in each group, with the uncorrected one beside. A share whose interval was
        withheld is left out: drawn, it would look as sure as the others.

    Raises
    ------
    InvalidInputError
        When shares were not measured by this column.

    Examples
    --------
    >>> from stancekit.measure.prevalence import prevalence
    >>> result = prevalence([[1], [0], [0]], [[1], [0], [0]], labels=["a"], groups={"year": [1990, 1990, 1991]})
    >>> [(one.group, one.n, one.uncorrected) for one in group_shares(result, "year")["a"]]
    [('1990', 2, 0.5), ('1991', 1, 0.0)]
    """
    if column is not None and column not in prevalence.groups:
        raise unknown_option("column of groups", column, prevalence.groups)
    groups = {"whole corpus": prevalence.whole} if column is None else prevalence.groups[column]
    return {
        label: [
            GroupShare(
                group=name,
                share=_sure(shares.per_label[label].corrected),
                n=shares.n,
                uncorrected=shares.per_label[label].uncorrected,
            )
            for name, shares in groups.items()
        ]
        for label in prevalence.labels
    }


def bars_figure(shares: Mapping[str, Sequence[GroupShare]], *, group: str = "group", sort: bool = True) -> Any:  # noqa: ANN401
    """Draw the share of each label in each group as bars with intervals: a panel a label, a bar a group.

    Parameters
    ----------
    shares : mapping of str to sequence of GroupShare
        For each label, its share in each group; where each label has one and the same group, there is one panel with a
        bar a label.
    group : str, default="group"
        What the groups are.
    sort : bool, default=True
        The highest share of the first label on top, and the same order in every panel; else the order given.

    Returns
    -------
    matplotlib.figure.Figure
        For `stancekit.report.figures.write_figure`, or for a notebook to show.

    Raises
    ------
    InvalidInputError
        When there is nothing to draw, or a group comes twice.
    MissingExtraError
        When matplotlib is not installed.

    Examples
    --------
    >>> cuba = GroupShare(group="Cuba", share=Estimate(value=0.2, low=0.1, high=0.3), n=312)
    >>> chile = GroupShare(group="Chile", share=Estimate(value=0.3, low=0.1, high=0.5), n=80)
    >>> axes = bars_figure({"anti-sanction": [cuba, chile]}).axes[0]
    >>> [label.get_text() for label in axes.get_yticklabels()]
    ['Chile (80)', 'Cuba (312)']
    """
    _check(shares)
    panels = _panels(shares)
    order = _order(panels, sort)
    names = _row_names(panels, order)
    n_columns = min(3, len(panels))
    n_rows = math.ceil(len(panels) / n_columns)
    with style():
        width = 0.6 + 0.07 * max(len(line) for name in names for line in name.split("\n")) + 1.9 * n_columns
        each = max(0.22, 0.03 + 0.13 * max(name.count("\n") + 1 for name in names))
        figure = new_figure(width=width, height=n_rows * (each * len(order) + 0.75) + 0.4)
        grid = figure.subplots(n_rows, n_columns, sharey=True, squeeze=False)
        for axes, (title, own) in zip(grid.flat, panels.items(), strict=False):
            _draw_bars(axes, own, order, with_sizes=not _has_common_sizes(panels))
            axes.set_title(title, fontsize=9, fontweight="bold")
        for axes in list(grid.flat)[len(panels) :]:
            axes.set_visible(False)
        what = group if panels is shares else "label"
        for row in grid:
            row[0].set_yticks(range(len(order)), names, fontsize=8)
            row[0].set_ylabel(f"{what} (n)" if _has_common_sizes(panels) else what)
        grid[0][0].set_ylim(len(order) - 0.4, -0.6)
        _add_legend(figure, panels)
    return figure


def _sure(share: Estimate) -> Estimate:
    """Give a share that has an interval, and nothing for another."""
    nothing = float("nan")
    return Estimate(value=nothing, low=nothing, high=nothing) if math.isnan(share.low) else share


def _check(shares: Mapping[str, Sequence[GroupShare]]) -> None:
    if not shares or not all(shares.values()):
        raise InvalidInputError("there is nothing to draw; expected one or more labels, each with a share")
    for label, own in shares.items():
        names = [one.group for one in own]
        if len(names) > MOST_GROUPS:
            raise InvalidInputError(
                f"{len(names):,} groups are more than a figure can show; expected {MOST_GROUPS} or fewer: choose a "
                f"column with fewer values"
            )
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise InvalidInputError(f"label {label!r} has the groups {twice} more than once; expected each once")


def _panels(shares: Mapping[str, Sequence[GroupShare]]) -> Mapping[str, Sequence[GroupShare]]:
    """Turn shares of the whole into one panel with a bar for each label."""
    wholes = {one.group for own in shares.values() for one in own}
    if len(wholes) > 1 or len(shares) == 1:
        return shares
    bars = [
        GroupShare(group=label, share=one.share, n=one.n, uncorrected=one.uncorrected)
        for label, (one,) in shares.items()
    ]
    return {wholes.pop(): bars}


def _order(panels: Mapping[str, Sequence[GroupShare]], sort: bool) -> list[str]:
    names = list(dict.fromkeys(one.group for own in panels.values() for one in own))
    first = {one.group: one.share.value for one in next(iter(panels.values()))}
    known = [name for name in names if not math.isnan(first.get(name, math.nan))]
    if not sort:
        return names
    return [*sorted(known, key=lambda name: -first[name]), *(name for name in names if name not in known)]


def _has_common_sizes(panels: Mapping[str, Sequence[GroupShare]]) -> bool:
    """Tell whether the number of each group's statements is known and the same in every panel."""
    found: dict[str, set[int | None]] = {}
    for own in panels.values():
        for one in own:
            found.setdefault(one.group, set()).add(one.n)
    return all(len(numbers) == 1 and None not in numbers for numbers in found.values())


def _row_names(panels: Mapping[str, Sequence[GroupShare]], order: Sequence[str]) -> list[str]:
    sizes = {one.group: f" ({one.n:,})" for own in panels.values() for one in own if one.n is not None}
    common = _has_common_sizes(panels)
    return [textwrap.fill(name, LONGEST_LINE) + (sizes[name] if common else "") for name in order]


def _draw_bars(axes: Any, own: Sequence[GroupShare], order: Sequence[str], *, with_sizes: bool) -> None:  # noqa: ANN401
    from matplotlib.ticker import MaxNLocator

    by_name = {one.group: one for one in own}
    for place, name in enumerate(order):
        if name not in by_name:
            continue
        one = by_name[name]
        low, value, high = (100 * end for end in (one.share.low, one.share.value, one.share.high))
        if not math.isnan(value):
            axes.barh(place, value, height=0.66, color=COLOURS[0], alpha=0.65, lw=0)
        if not math.isnan(low):
            axes.errorbar(value, place, xerr=[[value - low], [high - value]], color=DARK, elinewidth=1, capsize=2.5)
        if one.uncorrected is not None:
            axes.plot(100 * one.uncorrected, place, marker="D", ms=4, mfc="white", mec=DARK, mew=0.9, ls="", zorder=4)
        if with_sizes and one.n is not None:
            axes.annotate(f"n = {one.n:,}", (1, place), xycoords=axes.get_yaxis_transform(), fontsize=6.5, va="center")
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
    axes.set_xlim(left=min(0.0, axes.get_xlim()[0]))
    axes.xaxis.set_major_locator(MaxNLocator(steps=STEPS, nbins=4))
    axes.set_xlabel("% of statements")


def _add_legend(figure: Any, panels: Mapping[str, Sequence[GroupShare]]) -> None:  # noqa: ANN401
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    if all(one.uncorrected is None for own in panels.values() for one in own):
        return
    handles: list[Any] = [
        Line2D([], [], marker="D", ms=4, mfc="white", mec=DARK, mew=0.9, ls="", label="uncorrected"),
    ]
    if any(not math.isnan(one.share.value) for own in panels.values() for one in own):
        handles.insert(0, Patch(color=COLOURS[0], alpha=0.65, lw=0, label=CORRECTED))
    figure.legend(handles=handles, loc="outside upper center", ncols=2)


def _left_out(shares: Mapping[str, Sequence[GroupShare]]) -> str:
    missing = [one for own in shares.values() for one in own if one.group == MISSING]
    if not missing:
        return ""
    n = max(one.n or 0 for one in missing)
    return f" ({n:,} statements without it left out)" if n else " (statements without it left out)"


def _are_times(own: Sequence[GroupShare]) -> bool:
    times = [_time(one.group) for one in own]
    rising = all(before < after for before, after in pairwise(times))
    return len(times) >= FEWEST_TIMES and rising and all(map(math.isfinite, times))


def _trend(own: Sequence[GroupShare]) -> Trend:
    times = [_time(one.group) for one in own]
    if wrong := [one.group for one, time in zip(own, times, strict=True) if not math.isfinite(time)]:
        raise InvalidInputError(f"the groups {wrong} are no numbers; expected times for a trend, or draw bars")
    known = all(one.uncorrected is not None for one in own)
    return Trend(
        at=tuple(times),
        shares=tuple(one.share for one in own),
        uncorrected=tuple(one.uncorrected or 0.0 for one in own) if known else None,
    )


def _time(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
