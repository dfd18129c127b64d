"""Trends: gaps, bands, lone points, events; the same bytes each time; what is refused."""

import math

import numpy as np
import pytest

from stancekit import InvalidInputError
from stancekit.measure.results import Estimate
from stancekit.report.figures import COLOURS, MARKERS, style, write_figure
from stancekit.report.trend_figures import Event, Trend, trend_figure

NAN = math.nan


def share(value, half=0.02):
    return Estimate(value=value, low=value - half, high=value + half)


def trend(years, values, half=0.02, uncorrected=None):
    return Trend(at=tuple(years), shares=tuple(share(value, half) for value in values), uncorrected=uncorrected)


def lines(axes, style="-"):
    """Give the years of each line of a style, and the values in per cent."""
    return [line.get_xydata().round(6).tolist() for line in axes.get_lines() if line.get_linestyle() == style]


def test_shares_are_drawn_in_per_cent_with_a_band_and_the_uncorrected_line():
    axes = trend_figure({"a": {"x": trend([1, 2, 3], [0.1, 0.2, 0.3], uncorrected=(0.2, 0.3, 0.4))}}).axes[0]
    assert lines(axes) == [[[1, 10], [2, 20], [3, 30]]]
    assert lines(axes, ":") == [[[1, 20], [2, 30], [3, 40]]]
    (band,) = axes.collections
    assert {(x, round(y)) for x, y in band.get_paths()[0].vertices} == {
        (x, 10 * x + d) for x in (1, 2, 3) for d in (-2, 2)
    }
    assert axes.get_ylim()[0] == 0
    assert axes.get_ylim()[1] > 40


@pytest.mark.parametrize(
    ("years", "values"),
    [([1, 2, 3, 4, 5], [0.1, 0.2, NAN, 0.3, 0.4]), ([1, 2, 4, 5], [0.1, 0.2, 0.3, 0.4])],
)
def test_no_line_and_no_band_crosses_a_gap(years, values):
    axes = trend_figure({"a": {"x": trend(years, values)}}).axes[0]
    assert lines(axes) == [[[1, 10], [2, 20]], [[4, 30], [5, 40]]]
    assert len(axes.collections) == 2


def test_how_long_a_step_a_line_crosses_can_be_said():
    axes = trend_figure({"a": {"x": trend([1, 2, 4, 5], [0.1, 0.2, 0.3, 0.4])}}, gap=2).axes[0]
    assert len(lines(axes)) == 1


def test_a_lone_point_has_whiskers_and_no_band():
    figure = trend_figure({"a": {"x": trend([1990], [0.1])}})
    (whiskers,) = figure.axes[0].collections
    assert whiskers.get_segments()[0].round(6).tolist() == [[1990, 8], [1990, 12]]
    assert figure.legends == []


def test_a_withheld_interval_leaves_the_line_and_breaks_the_band():
    shares = (share(0.1), share(0.2), Estimate(value=0.3, low=NAN, high=NAN), share(0.4), share(0.5))
    axes = trend_figure({"a": {"x": Trend(at=(1, 2, 3, 4, 5), shares=shares)}}).axes[0]
    assert len(lines(axes)[0]) == 5
    assert len(axes.collections) == 2


def test_nothing_but_gaps_is_an_empty_panel():
    assert lines(trend_figure({"a": {"x": trend([1, 2], [NAN, NAN])}}).axes[0]) == []


def test_a_line_keeps_its_look_in_every_panel_and_the_legend_names_it_once():
    one, two = trend([1, 2], [0.1, 0.2]), trend([1, 2], [0.2, 0.3])
    figure = trend_figure({"a": {"x": one, "y": two}, "b": {"y": two}})
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["x", "y"]
    looks = [[(line.get_color(), line.get_marker()) for line in axes.get_lines()] for axes in figure.axes]
    x, y = zip(COLOURS[:2], MARKERS[:2], strict=True)
    assert looks == [[x, y], [y]]


def test_one_scale_for_all_panels_or_one_for_each():
    panels = {"a": {"x": trend([1, 2], [0.1, 0.2])}, "b": {"x": trend([1, 2], [0.4, 0.5])}}
    shared, own = trend_figure(panels), trend_figure(panels, same_scale=False)
    assert len({axes.get_ylim() for axes in shared.axes}) == 1
    assert own.axes[0].get_ylim()[1] < own.axes[1].get_ylim()[1] / 2


def test_a_share_below_zero_is_shown():
    assert trend_figure({"a": {"x": trend([1, 2], [0.01, 0.02], half=0.03)}}).axes[0].get_ylim()[0] < -2


def named(axes):
    return {text.get_text(): text for text in axes.texts if text.get_text()}


def test_events_are_marked_in_each_panel_and_named_on_top():
    panels = {name: {"x": trend([1990, 2000], [0.1, 0.2])} for name in ("a", "b")}
    figure = trend_figure(panels, events=[Event(at=1995, name="war"), Event(at=2004, name="peace", panel="b")])
    assert [[xy[0] for xy, _ in lines(axes, "--")] for axes in figure.axes] == [[1995], [1995, 2004]]
    assert [sorted(named(axes)) for axes in figure.axes] == [["war"], ["peace"]]
    assert figure.axes[1].get_xlim()[1] >= 2004


@pytest.mark.parametrize("seed", range(6))
def test_names_of_events_do_not_overlap_and_stay_inside(seed):
    years = np.random.default_rng(seed).integers(1946, 2025, size=6).tolist()
    events = [Event(at=year, name=f"what happened then, no. {i}") for i, year in enumerate(years)]
    figure = trend_figure({"a": {"x": trend([1946, 2024], [0.1, 0.2])}}, events=events)
    with style():
        figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in named(figure.axes[0]).values()]
    assert len(boxes) == 6
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    title = figure.axes[0]._left_title.get_window_extent()
    assert not any(title.overlaps(box) for box in boxes)
    assert all(figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1 and box.y1 <= figure.bbox.y1 for box in boxes)


def test_panels_side_by_side_name_the_axis_below_the_last_of_each_column():
    panels = {name: {"x": trend([1, 2], [0.1, 0.2])} for name in "abc"}
    figure = trend_figure(panels, n_columns=2, x_title="years since")
    shown = [axes for axes in figure.axes if axes.get_visible()]
    assert [axes.get_xlabel() for axes in shown] == ["", "years since", "years since"]
    assert figure.get_supylabel() == "share of statements, %"


@pytest.mark.parametrize("ending", [".svg", ".png", ".pdf"])
def test_the_same_trend_gives_the_same_bytes(ending, tmp_path):
    paths = [tmp_path / f"{i}{ending}" for i in range(2)]
    for path in paths:
        panels = {"a": {"x": trend([1, 2, 3], [0.1, 0.2, 0.3])}}
        write_figure(trend_figure(panels, events=[Event(at=2, name="war")]), [path])
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize(
    ("panels", "options", "message"),
    [
        ({}, {}, "there is nothing to draw"),
        ({"a": {}}, {}, "there is nothing to draw"),
        ({"a": {"x": trend([1], [0.1])}}, {"n_columns": 0}, "n_columns is 0; expected 1 or more"),
        (
            {"a": {"x": trend([1], [0.1])}},
            {"events": [Event(at=1, name="war", panel="b")]},
            r"unknown panel of an event 'b'; expected one of \['a'\]",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused(panels, options, message):
    with pytest.raises(InvalidInputError, match=message):
        trend_figure(panels, **options)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"at": (2, 1), "shares": (share(0.1), share(0.2))}, "time 1 follows 2; expected times that rise"),
        ({"at": (1, 1), "shares": (share(0.1), share(0.2))}, "time 1 follows 1"),
        ({"at": (1,), "shares": ()}, r"have the lengths \[1, 0, 1\]"),
        ({"at": (), "shares": ()}, "expected the same, one or more"),
        ({"at": (1,), "shares": (share(0.1),), "uncorrected": (0.1, 0.2)}, r"have the lengths \[1, 1, 2\]"),
    ],
)
def test_a_trend_has_times_that_rise_and_a_share_at_each(fields, message):
    with pytest.raises(InvalidInputError, match=message):
        Trend(**fields)


def test_without_corrected_shares_the_legend_names_none():
    figure = trend_figure({"a": {"x": trend([1, 2], [NAN, NAN], uncorrected=(0.1, 0.2))}})
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["uncorrected"]
