"""Shares over time as lines with bands, and what happened when."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, pairwise
from statistics import median
from typing import Any

from stancekit.errors import InvalidInputError, unknown_option
from stancekit.measure.results import Estimate
from stancekit.report.figures import COLOURS, MARKERS, new_figure, style

SHARE_TITLE = "share of statements, %"
DARK = "#404040"
RULE = "#6A6A6A"
LINE_HEIGHT = 8.5  # points, of the events' names
STEPS = [1, 2, 5, 10]  # years are counted by ones, fives and tens
LONG = 30  # points of a line from which on its markers are small


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """One share at several times.

    Attributes
    ----------
    at : tuple of float
        The times, such as years, rising.
    shares : tuple of Estimate, of the length of `at`
        From 0 to 1; NaN where there is none, which leaves a gap.
    uncorrected : tuple of float, of the length of `at`, or None
        What counting the labels alone gives.

    Raises
    ------
    InvalidInputError
        When lengths differ, there are no times, or they do not rise.

    Examples
    --------
    >>> share = Estimate(value=0.1, low=0.05, high=0.2)
    >>> Trend(at=(1990, 1991), shares=(share, share)).uncorrected is None
    True
    """

    at: tuple[float, ...]
    shares: tuple[Estimate, ...]
    uncorrected: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        lengths = [len(self.at), len(self.shares), len(self.at if self.uncorrected is None else self.uncorrected)]
        if len(set(lengths)) > 1 or not self.at:
            raise InvalidInputError(
                f"at, shares and uncorrected have the lengths {lengths}; expected the same, one or more"
            )
        for before, after in pairwise(self.at):
            if not before < after:
                raise InvalidInputError(f"time {after!r} follows {before!r}; expected times that rise")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened when.

    Attributes
    ----------
    at : float
        The time, on the axis of the trends.
    name : str
        A few words.
    panel : str or None
        The panel to mark it in; None marks it in all.

    Examples
    --------
    >>> Event(at=1990, name="sanctions begin", panel="Iraq").at
    1990
    """

    at: float
    name: str
    panel: str | None = None


def trend_figure(
    panels: Mapping[str, Mapping[str, Trend]],
    *,
    events: Sequence[Event] = (),
    x_title: str = "year",
    y_title: str = SHARE_TITLE,
    n_columns: int = 1,
    same_scale: bool = True,
    gap: float | None = None,
) -> Any:  # noqa: ANN401 - a matplotlib Figure
    """Draw shares over time: a panel for each label or country, a line with its band for each group.

    Parameters
    ----------
    panels : mapping of str to mapping of str to Trend
        For each panel, by its title, each line, by its name.
    events : sequence of Event, optional
        Marked by an upright line and named above the panel.
    x_title, y_title : str
        What the axes show, and in which unit; shares are drawn in per cent.
    n_columns : int, default=1
        Panels side by side.
    same_scale : bool, default=True
        One scale of shares for all panels, so that their heights can be compared; else one for each.
    gap : float, optional
        Longest step of time that a line crosses; without it one and a half times the usual step.

    Returns
    -------
    matplotlib.figure.Figure
        For `stancekit.report.figures.write_figure`, or for a notebook to show. Thin dotted lines are uncorrected
        shares; a share without neighbours has whiskers instead of a band.

    Raises
    ------
    InvalidInputError
        When there is nothing to draw, or an event names a panel that there is not.
    MissingExtraError
        When matplotlib is not installed.

    Examples
    --------
    >>> share = Estimate(value=0.1, low=0.05, high=0.2)
    >>> trend = Trend(at=(1990, 1991, 1992), shares=(share, share, share))
    >>> figure = trend_figure({"anti-sanction": {"all states": trend}}, events=[Event(at=1991, name="the war ends")])
    >>> figure.axes[0].get_title(loc="left"), figure.axes[0].get_ylabel()
    ('anti-sanction', 'share of statements, %')
    """
    _check(panels, events, n_columns)
    n_columns = min(n_columns, len(panels))
    n_rows = math.ceil(len(panels) / n_columns)
    names = list(dict.fromkeys(name for lines in panels.values() for name in lines))
    looks = dict(zip(names, zip(cycle(COLOURS), cycle(MARKERS), strict=False), strict=False))
    with style():
        figure = new_figure(width=6.5, height=(2.0 if n_columns == 1 else 1.75) * n_rows + 0.7)
        grid = figure.subplots(n_rows, n_columns, sharex=True, sharey=same_scale, squeeze=False)
        for axes, (title, lines) in zip(grid.flat, panels.items(), strict=False):
            for name, trend in lines.items():
                _draw_trend(axes, trend, name, color=looks[name][0], marker=looks[name][1], gap=gap)
            axes.set_title(title, fontsize=9, fontweight="bold", loc="left")
        for axes in list(grid.flat)[len(panels) :]:
            axes.set_visible(False)
        _set_scales(grid, panels, same_scale)
        _set_titles(figure, grid, len(panels), x_title=x_title, y_title=y_title)
        _add_legend(figure, names, panels, looks)
        _mark_events(figure, grid, list(panels), events)
    return figure


def _check(panels: Mapping[str, Mapping[str, Trend]], events: Sequence[Event], n_columns: int) -> None:
    if not panels or not all(panels.values()):
        raise InvalidInputError("there is nothing to draw; expected one or more panels, each with a line")
    if n_columns < 1:
        raise InvalidInputError(f"n_columns is {n_columns!r}; expected 1 or more")
    for event in events:
        if event.panel is not None and event.panel not in panels:
            raise unknown_option("panel of an event", event.panel, panels)


def _draw_trend(axes: Any, trend: Trend, name: str, *, color: str, marker: str, gap: float | None) -> None:  # noqa: ANN401
    step = _longest_step(trend.at) if gap is None else gap
    size = 2.2 if len(trend.at) > LONG else 3.8
    if trend.uncorrected is not None:
        for run in _runs(trend.at, trend.uncorrected, step):
            axes.plot(*_points(trend.at, trend.uncorrected, run), color=color, lw=0.8, ls=":", marker="")
    lows, highs = [[getattr(share, end) for share in trend.shares] for end in ("low", "high")]
    for run in _runs(trend.at, lows, step):
        at, low, high = [trend.at[i] for i in run], [100 * lows[i] for i in run], [100 * highs[i] for i in run]
        if len(run) > 1:
            axes.fill_between(at, low, high, color=color, alpha=0.18, lw=0)
        else:
            axes.vlines(at, low, high, color=color, lw=1)
    values = [share.value for share in trend.shares]
    for run in _runs(trend.at, values, step):
        axes.plot(*_points(trend.at, values, run), color=color, lw=1.3, marker=marker, ms=size, label=name)


def _points(at: Sequence[float], values: Sequence[float], run: Sequence[int]) -> tuple[list[float], list[float]]:
    return [at[i] for i in run], [100 * values[i] for i in run]


def _longest_step(at: Sequence[float]) -> float:
    steps = [after - before for before, after in pairwise(at)]
    return 1.5 * median(steps) if steps else math.inf


def _runs(at: Sequence[float], values: Sequence[float], step: float) -> Iterator[list[int]]:
    """Give the places of values that a line may join: none is NaN, none is further from the last than a step."""
    run: list[int] = []
    for i, value in enumerate(values):
        if run and (math.isnan(value) or at[i] - at[run[-1]] > step):
            yield run
            run = []
        if not math.isnan(value):
            run = [*run, i]
    if run:
        yield run


def _set_scales(grid: Any, panels: Mapping[str, Mapping[str, Trend]], same_scale: bool) -> None:  # noqa: ANN401
    ends = [_ends(lines) for lines in panels.values()]
    for axes, own in zip(grid.flat, ends, strict=False):
        shown = [end for each in ends for end in each] if same_scale else own
        axes.set_ylim(min(0.0, 1.05 * min(shown)), 1.06 * max([*shown, 0.1]))


def _ends(lines: Mapping[str, Trend]) -> list[float]:
    """Give all that is drawn, in per cent."""
    shares = [share for trend in lines.values() for share in trend.shares]
    drawn = [value for share in shares for value in (share.value, share.low, share.high)]
    drawn += [value for trend in lines.values() for value in trend.uncorrected or ()]
    return [100 * value for value in drawn if not math.isnan(value)] or [0.0]


def _set_titles(figure: Any, grid: Any, n_panels: int, *, x_title: str, y_title: str) -> None:  # noqa: ANN401
    from matplotlib.ticker import MaxNLocator

    n_rows, n_columns = grid.shape
    for place, axes in enumerate(grid.flat):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=STEPS, nbins=9 if n_columns == 1 else 5))
        axes.yaxis.set_major_locator(MaxNLocator(steps=STEPS, nbins=5))
        if place + n_columns >= n_panels:
            axes.set_xlabel(x_title)
            axes.xaxis.set_tick_params(labelbottom=True)
    if n_rows == 1:
        grid[0][0].set_ylabel(y_title)
    else:
        figure.supylabel(y_title, fontsize=9)


def _add_legend(
    figure: Any,  # noqa: ANN401
    names: Sequence[str],
    panels: Mapping[str, Mapping[str, Trend]],
    looks: Mapping[str, Sequence[str]],
) -> None:
    from matplotlib.lines import Line2D

    trends = [trend for lines in panels.values() for trend in lines.values()]
    drawn = [name for name in names if any(name in lines and _has_values(lines[name]) for lines in panels.values())]
    handles = [
        Line2D([], [], color=looks[name][0], marker=looks[name][1], ms=3.8, lw=1.3, label=name) for name in drawn
    ]
    if any(trend.uncorrected is not None for trend in trends):
        color = DARK if len(names) > 1 else looks[names[0]][0]
        handles.append(Line2D([], [], color=color, lw=0.8, ls=":", label="uncorrected"))
    if len(handles) > 1 or (handles and not drawn):  # one line needs no name, unless it is none of the corrected
        figure.legend(handles=handles, loc="outside upper center", ncols=min(len(handles), 4))


def _has_values(trend: Trend) -> bool:
    return any(not math.isnan(share.value) for share in trend.shares)


def _mark_events(figure: Any, grid: Any, titles: Sequence[str], events: Sequence[Event]) -> None:  # noqa: ANN401
    """Draw the events' lines, and their names above the panels, one over the other where they would overlap."""
    n_columns = grid.shape[1]
    named = []
    for place, (axes, title) in enumerate(zip(grid.flat, titles, strict=False)):
        left, right = axes.get_xlim()
        for event in events:
            if event.panel in (None, title):
                axes.axvline(event.at, color=RULE, lw=0.8, ls="--", zorder=1.5)
                left, right = min(left, event.at), max(right, event.at)
        axes.set_xlim(left, right)
        named.append([event for event in events if event.panel == title or (event.panel is None and place < n_columns)])
    figure.draw_without_rendering()
    for axes, title, own in zip(grid.flat, titles, named, strict=False):
        flags = _place_flags(axes, own)
        for flag in flags:
            flag.draw(axes)
        if flags:
            pad = 6 + LINE_HEIGHT * (1 + max(flag.level for flag in flags))
            axes.set_title(title, fontsize=9, fontweight="bold", loc="left", pad=pad)


@dataclass(slots=True, kw_only=True)
class _Flag:
    """An event's name above a panel, beside its pole: to the right of it, or to the left where the panel ends.

    `at` is the pole's place, `start` and `end` those of the name, in pixels.
    """

    event: Event
    at: float
    start: float
    end: float
    level: int = 0

    def collides(self, other: _Flag) -> bool:
        """Tell whether names overlap, or a pole runs through a name below its own."""
        if self.level == other.level:
            return self.start < other.end + 4 and other.start < self.end + 4
        high, low = (self, other) if self.level > other.level else (other, self)
        return low.start - 2 < high.at < low.end + 2 and high.at != low.at  # one pole may carry two names

    def draw(self, axes: Any) -> None:  # noqa: ANN401
        """Write the name, and raise the pole to it."""
        axes.annotate(
            self.event.name,
            xy=(self.event.at, 1),
            xycoords=axes.get_xaxis_transform(),
            xytext=(2 if self.end > self.at else -2, 2 + LINE_HEIGHT * self.level),
            textcoords="offset points",
            ha="left" if self.end > self.at else "right",
            fontsize=7,
            color=DARK,
        )
        axes.annotate(
            "",
            xy=(self.event.at, 1),
            xycoords=axes.get_xaxis_transform(),
            xytext=(0, LINE_HEIGHT * (self.level + 1)),
            textcoords="offset points",
            arrowprops={"arrowstyle": "-", "color": RULE, "lw": 0.8, "ls": "--", "shrinkA": 0, "shrinkB": 0},
        )


def _place_flags(axes: Any, events: Sequence[Event]) -> list[_Flag]:  # noqa: ANN401
    """Give each name a side and the lowest level on which nothing is in its way.

    Early names stand to the right of their poles, late ones to the left; where the sides change is tried out.
    """
    ordered = sorted(events, key=lambda event: event.at)
    box = axes.get_window_extent()
    best: list[_Flag] = []
    cost: tuple[int, int] | None = None
    for n_right in range(len(ordered), -1, -1):
        flags = [_flag(axes, event, to_right=place < n_right) for place, event in enumerate(ordered)]
        # From the middle outwards no pole runs through a name that is placed already.
        placed = _stack([*flags[:n_right][::-1], *flags[n_right:]])
        n_wrong = sum(flag.start < box.x0 or flag.end > box.x1 or flag.level > len(flags) for flag in flags)
        this = (n_wrong, max((flag.level for flag in flags), default=0))
        if cost is None or this < cost:
            best, cost = placed, this
    return best


def _stack(flags: Sequence[_Flag]) -> list[_Flag]:
    placed: list[_Flag] = []
    for flag in flags:
        while flag.level <= len(flags) and any(flag.collides(other) for other in placed):
            flag.level += 1
        placed.append(flag)
    return placed


def _flag(axes: Any, event: Event, *, to_right: bool) -> _Flag:  # noqa: ANN401
    text = axes.text(0, 0, event.name, fontsize=7)
    width = text.get_window_extent().width + 4
    text.remove()
    at = float(axes.transData.transform((event.at, 0))[0])
    return _Flag(event=event, at=at, start=at if to_right else at - width, end=at + width if to_right else at)
