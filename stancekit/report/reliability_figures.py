"""How good a model's scores are, as figures: what became of them, and how wrong its surest answers are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle, islice
from typing import Any, Literal

from stancekit.errors import InvalidInputError, unknown_option
from stancekit.measure.reliability_results import Reliability, RiskCoverage, RiskCurve
from stancekit.measure.results import Estimate
from stancekit.report.figures import COLOURS, GREY, MARKERS, new_figure, style

_Entries = list[tuple[str, Any]]  # what a legend names, each with what was drawn of it


def reliability_figure(results: Mapping[str, Mapping[str, Reliability]]) -> Any:  # noqa: ANN401 - a matplotlib Figure
    """Draw reliability diagrams: scores beside the share observed, one row a set of statements, one column a label.

    Parameters
    ----------
    results : mapping of str to mapping of str to Reliability
        For each set of statements, by its title, each model's result, by its name; all of the same labels.

    Returns
    -------
    matplotlib.figure.Figure
        For `write_figure`, or for a notebook to show.

    Raises
    ------
    InvalidInputError
        When there is no result, or labels differ.
    MissingExtraError
        When matplotlib is not installed.

    Examples
    --------
    >>> from stancekit.measure.reliability import reliability
    >>> result = reliability([[1], [0], [0]], [[0.8], [0.3], [0.1]], labels=["a"])
    >>> [axes.get_title() for axes in reliability_figure({"news": {"linear": result}}).axes]
    ['a']
    """
    labels = _shared_labels(results)
    with style():
        figure, grid = _grid(len(results), len(labels), size=2.6)
        entries: _Entries = []
        for row, (title, models) in enumerate(results.items()):
            drawn = [
                _draw_reliability(axes, models, label, with_diagonal=not row + column)
                for column, (axes, label) in enumerate(zip(grid[row], labels, strict=True))
            ]
            entries = entries or drawn[0]
            grid[row][0].set_ylabel(f"{title}\nobserved share")
        _finish(figure, grid, entries, labels, "mean score of the bin")
    return figure


def risk_coverage_figure(
    results: Mapping[str, Mapping[str, RiskCoverage]],
    *,
    show: Literal["error", "f1"] = "error",
) -> Any:  # noqa: ANN401 - a matplotlib Figure
    """Draw risk-coverage curves: one row a set of statements, one column a label, the mean over labels last.

    Parameters
    ----------
    results : mapping of str to mapping of str to RiskCoverage
        For each set of statements, by its title, each model's result, by its name; all of the same labels.
    show : "error" or "f1", default="error"
        Share of wrong decisions, or F1, among the statements that are answered.

    Returns
    -------
    matplotlib.figure.Figure
        For `write_figure`, or for a notebook to show.

    Raises
    ------
    InvalidInputError
        When there is no result, labels differ, or `show` is something else.
    MissingExtraError
        When matplotlib is not installed.

    Examples
    --------
    >>> from stancekit.measure.risk import risk_coverage
    >>> result = risk_coverage([[1], [0]], [[0.8], [0.3]], [[True], [False]], labels=["a"], n_bootstrap=0)
    >>> [axes.get_title() for axes in risk_coverage_figure({"news": {"linear": result}}).axes]
    ['a', 'mean of the labels']
    """
    if show not in ("error", "f1"):
        raise unknown_option("show", show, ["error", "f1"])
    labels = _shared_labels(results)
    with style():
        figure, grid = _grid(len(results), len(labels) + 1, size=2.3)
        entries: _Entries = []
        for row, (title, models) in enumerate(results.items()):
            drawn = [
                _draw_risk(axes, models, curve, labels, show=show)
                for axes, curve in zip(grid[row], [*labels, None], strict=True)
            ]
            entries = entries or drawn[0]
            what = "F1" if show == "f1" else "share of errors"
            grid[row][0].set_ylabel(f"{title}\n{what}")
        _finish(figure, grid, entries, [*labels, "mean of the labels"], "share of statements answered")
    return figure


def evaluation_figure(reliability: Mapping[str, Reliability], risk: Mapping[str, RiskCoverage]) -> Any:  # noqa: ANN401
    """Draw how far scores can be trusted: reliability diagrams above, risk-coverage curves below, one column a label.

    Parameters
    ----------
    reliability, risk : mapping of str to Reliability and to RiskCoverage
        For each model, by its name; all of the same labels.

    Returns
    -------
    matplotlib.figure.Figure
        For `write_figure`, or for a notebook to show.

    Raises
    ------
    InvalidInputError
        When there is no result, or labels differ.
    MissingExtraError
        When matplotlib is not installed.

    Examples
    --------
    >>> from stancekit.measure.reliability import reliability
    >>> from stancekit.measure.risk import risk_coverage
    >>> truth, scores = [[1], [0], [0]], [[0.8], [0.3], [0.1]]
    >>> risk = risk_coverage(truth, scores, [[True], [False], [False]], labels=["a"], n_bootstrap=0)
    >>> figure = evaluation_figure({"linear": reliability(truth, scores, labels=["a"])}, {"linear": risk})
    >>> [axes.get_xlabel() for axes in figure.axes if axes.get_visible()]
    ['mean score of the bin', 'share of statements answered', 'share of statements answered']
    """
    labels = _shared_labels({"reliability": reliability, "risk": risk})
    with style():
        figure = new_figure(width=2.3 * (len(labels) + 1) + 0.5, height=5.4)
        grid = figure.subplots(2, len(labels) + 1, sharex="row", sharey="row", squeeze=False)
        entries: _Entries = []
        for column, label in enumerate(labels):
            drawn = _draw_reliability(grid[0][column], reliability, label, with_diagonal=column == 0)
            entries = entries or drawn
            grid[0][column].set_xlabel("mean score of the bin")
        grid[0][-1].set_visible(False)
        for axes, curve in zip(grid[1], [*labels, None], strict=True):
            _draw_risk(axes, risk, curve, labels, show="error")
            axes.set_title(curve or "mean of the labels", fontsize=9, fontweight="bold")
        grid[0][0].set_ylabel("observed share")
        grid[1][0].set_ylabel("share of errors")
        _finish(figure, grid, entries, [*labels, ""], "share of statements answered")
    return figure


def _shared_labels(results: Mapping[str, Mapping[str, Reliability | RiskCoverage]]) -> tuple[str, ...]:
    found = {result.labels for models in results.values() for result in models.values()}
    if len(found) != 1 or not all(results.values()):
        raise InvalidInputError(
            f"results have {len(found)} different sets of labels; expected one or more results, all of the same labels"
        )
    return found.pop()


def _grid(n_rows: int, n_columns: int, *, size: float) -> tuple[Any, Any]:
    figure = new_figure(width=size * n_columns + 0.5, height=size * n_rows + 0.7)
    return figure, figure.subplots(n_rows, n_columns, sharex=True, sharey="row", squeeze=False)


def _series(models: Mapping[str, Any]) -> Iterator[tuple[tuple[str, Any], str, str]]:
    return zip(models.items(), cycle(COLOURS), islice(cycle(MARKERS), len(models)), strict=False)


def _finish(figure: Any, grid: Any, entries: _Entries, titles: Sequence[str], below: str) -> None:  # noqa: ANN401
    """Put in the titles, what the horizontal axis is, and one legend for all panels."""
    for axes, title in zip(grid[0], titles, strict=True):
        axes.set_title(title, fontsize=9, fontweight="bold")
    for axes in grid[-1]:
        axes.set_xlabel(below)
    # Given one by one, since matplotlib leaves out of its own list what has a name that begins with an underscore.
    names, handles = zip(*entries, strict=True)
    figure.legend(handles, names, loc="outside upper center", ncols=len(names))


def _draw_reliability(axes: Any, models: Mapping[str, Reliability], label: str, *, with_diagonal: bool) -> _Entries:  # noqa: ANN401
    """Draw one label, and give what the legend names."""
    (line,) = axes.plot([0, 1], [0, 1], color=GREY, lw=1, ls="--", label="perfect" if with_diagonal else None)
    entries: _Entries = [("perfect", line)] if with_diagonal else []
    for (name, result), color, marker in _series(models):
        entries.append((name, _draw_bins(axes, result, label, color=color, marker=marker, name=name)))
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal")
    _say_error(axes, [result.per_label[label].error for result in models.values()])
    return entries


def _draw_risk(
    axes: Any,  # noqa: ANN401
    models: Mapping[str, RiskCoverage],
    label: str | None,
    labels: Sequence[str],
    *,
    show: Literal["error", "f1"],
) -> _Entries:
    """Draw the curves of one label, or of the mean over labels where None, and give what the legend names."""
    entries: _Entries = []
    for (name, result), color, marker in _series(models):
        curve = result.macro if label is None else result.per_label[label]
        line = _draw_curve(axes, result.coverage, getattr(curve, show), color=color, marker=marker, name=name)
        entries.append((name, line))
    top = 1.02 if show == "f1" else _highest(models, labels)
    axes.set(xlim=(0, 1.03), xticks=[0.0, 0.5, 1.0], ylim=(0, top))
    return entries


def _draw_bins(axes: Any, result: Reliability, label: str, *, color: str, marker: str, name: str) -> Any:  # noqa: ANN401
    bins = result.per_label[label].bins
    return axes.errorbar(
        [one.mean_score for one in bins],
        [one.observed.value for one in bins],
        yerr=_whiskers([one.observed for one in bins]),
        color=color,
        marker=marker,
        ms=4,
        lw=1,
        elinewidth=0.8,
        capsize=2,
        label=name,
    )


def _draw_curve(
    axes: Any,  # noqa: ANN401
    coverage: Sequence[float],
    estimates: Sequence[Estimate],
    *,
    color: str,
    marker: str,
    name: str,
) -> Any:  # noqa: ANN401
    axes.fill_between(coverage, [e.low for e in estimates], [e.high for e in estimates], color=color, alpha=0.15, lw=0)
    values = [estimate.value for estimate in estimates]
    (line,) = axes.plot(coverage, values, color=color, marker=marker, ms=2.5, lw=1.2, label=name)
    return line


def _say_error(axes: Any, errors: Sequence[float]) -> None:  # noqa: ANN401
    said = ", ".join(f"{error:.3f}" for error in errors)
    axes.text(0.98, 0.03, f"calibration error {said}", ha="right", va="bottom", fontsize=7, transform=axes.transAxes)


def _whiskers(estimates: Sequence[Estimate]) -> list[list[float]]:
    return [[e.value - e.low for e in estimates], [e.high - e.value for e in estimates]]


def _highest(models: Mapping[str, RiskCoverage], labels: Sequence[str]) -> float:
    """Give where the axis of errors ends: a little above the highest upper end, the same for a whole row."""
    curves: list[RiskCurve] = [result.per_label[label] for result in models.values() for label in labels]
    ends = [max(point.value, point.high) for curve in curves for point in curve.error if point.value == point.value]
    return 1.05 * max([*ends, 0.01])
