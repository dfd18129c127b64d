"""Which labels occur together, as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stancekit.errors import InvalidInputError
from stancekit.measure.cooccurrence import Cooccurrence, LabelSet
from stancekit.report.figures import COLOURS, GREY, new_figure, style


def cooccurrence_figure(result: Cooccurrence, *, n_sets: int = 12) -> Any:  # noqa: ANN401 - a matplotlib Figure
    """Draw which labels occur together: a column for each set of labels, its statements above, its labels as dots.

    The layout is that of UpSet (Lex et al. 2014, IEEE Transactions on Visualization and Computer Graphics 20).

    Parameters
    ----------
    result : Cooccurrence
        As `stancekit.measure.cooccurrence.cooccurrence` gives it.
    n_sets : int, default=12
        Sets to show at most, the most frequent; a line says what is left out. Statements without a label are many,
        and told in that line too.

    Returns
    -------
    matplotlib.figure.Figure
        For `stancekit.report.figures.write_figure`, or for a notebook to show.

    Raises
    ------
    InvalidInputError
        When no statement carries a label, or `n_sets` is below 1.
    MissingExtraError
        When matplotlib is not installed.

    Examples
    --------
    >>> from stancekit.measure.cooccurrence import cooccurrence
    >>> figure = cooccurrence_figure(cooccurrence([[1, 0], [1, 1], [0, 0]], labels=["lift", "trade"]))
    >>> [label.get_text() for label in figure.axes[2].get_yticklabels()]
    ['lift', 'trade']
    """
    labelled = [one for one in result.sets if one.labels]
    if not labelled or n_sets < 1:
        raise InvalidInputError(
            f"{len(labelled)} sets of labels occur and {n_sets!r} may be shown; expected one or more of both"
        )
    shown = labelled[:n_sets]
    with style():
        figure = new_figure(width=2.9 + 0.42 * max(len(shown), 4), height=2.3 + 0.24 * len(result.labels))
        grid = figure.add_gridspec(
            2, 2, width_ratios=[1.3, 0.42 * max(len(shown), 4)], height_ratios=[1.7, 0.24 * len(result.labels)]
        )
        above, totals = figure.add_subplot(grid[0, 1]), figure.add_subplot(grid[1, 0])
        matrix = figure.add_subplot(grid[1, 1], sharex=above)
        _draw_sets(above, shown)
        _draw_matrix(matrix, shown, result.labels)
        _draw_totals(totals, result)
        figure.supxlabel(_rest(result, labelled[n_sets:]), fontsize=8, color="#404040")
    return figure


def _draw_sets(axes: Any, shown: Sequence[LabelSet]) -> None:  # noqa: ANN401
    colors = [COLOURS[0] if len(one.labels) > 1 else GREY for one in shown]
    bars = axes.bar(range(len(shown)), [100 * one.share for one in shown], width=0.66, color=colors, lw=0)
    axes.bar_label(bars, [f"{one.n:,}" for one in shown], fontsize=7, padding=1)
    axes.set_ylabel("share of statements, %")
    axes.tick_params(axis="x", length=0, labelbottom=False)
    axes.grid(visible=False, axis="x")
    axes.margins(y=0.12)


def _draw_matrix(axes: Any, shown: Sequence[LabelSet], labels: Sequence[str]) -> None:  # noqa: ANN401
    for row in range(0, len(labels), 2):
        axes.axhspan(row - 0.5, row + 0.5, color="#F3F3F3", lw=0, zorder=0)
    for column, one in enumerate(shown):
        rows = [labels.index(label) for label in one.labels]
        color = COLOURS[0] if len(rows) > 1 else "#5A5A5A"
        axes.scatter([column] * len(labels), range(len(labels)), s=22, facecolor="white", edgecolor="#C4C4C4", lw=0.7)
        axes.plot([column] * len(rows), rows, color=color, marker="o", ms=5, lw=1.6, zorder=3)
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_xlim(-0.6, max(len(shown), 4) - 0.4)
    axes.tick_params(length=0, labelbottom=False)
    axes.grid(visible=False)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def _draw_totals(axes: Any, result: Cooccurrence) -> None:  # noqa: ANN401
    shares = [100 * total / result.n_statements for total in result.totals]
    axes.barh(range(len(shares)), shares, height=0.62, color=GREY, lw=0)
    for row, (share, total) in enumerate(zip(shares, result.totals, strict=True)):
        axes.annotate(
            f"{total:,}", (share, row), (-2, 0), textcoords="offset points", ha="right", va="center", fontsize=7
        )
    axes.set_ylim(len(shares) - 0.5, -0.5)
    axes.set_xlim(1.45 * max(shares), 0)
    axes.set_xlabel("each label, %")
    axes.tick_params(axis="y", length=0, labelleft=False)
    axes.spines["left"].set_visible(False)
    axes.spines["right"].set_visible(True)
    axes.grid(visible=False, axis="y")


def _rest(result: Cooccurrence, rarer: Sequence[LabelSet]) -> str:
    """Say how many statements there are, and which of them no column shows."""
    n_none = next((one.n for one in result.sets if not one.labels), 0)
    said = [
        f"{result.n_statements:,} statements",
        f"{n_none:,} ({100 * n_none / result.n_statements:.1f} %) without a label",
    ]
    if rarer:
        said.append(f"{sum(one.n for one in rarer):,} with {len(rarer)} rarer sets of labels")
    return "; ".join(said)
