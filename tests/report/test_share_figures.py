"""Bars of shares by group, and when a trend is drawn instead."""

import math

import numpy as np
import pytest

from stancekit import InvalidInputError
from stancekit.measure.prevalence import prevalence
from stancekit.measure.prevalence_results import Prevalence, Share, Shares
from stancekit.measure.results import Estimate
from stancekit.report.figures import style, write_figure
from stancekit.report.share_figures import GroupShare, bars_figure, group_shares, prevalence_figure
from stancekit.report.trend_figures import Event

NAN = math.nan


def group(name, value, n=100, uncorrected=None):
    return GroupShare(
        group=name, share=Estimate(value=value, low=value - 0.05, high=value + 0.05), n=n, uncorrected=uncorrected
    )


def names(axes):
    return [label.get_text() for label in axes.get_yticklabels()]


def widths(axes):
    return [round(bar.get_width(), 6) for bar in axes.patches]


def test_bars_are_sorted_by_the_first_label_and_keep_their_order():
    shares = {"a": [group("x", 0.1), group("y", 0.3)], "b": [group("x", 0.2), group("y", 0.15)]}
    first, second = bars_figure(shares).axes
    assert names(first) == ["y (100)", "x (100)"]
    assert (widths(first), widths(second)) == ([30, 10], [15, 20])
    assert first.get_ylim()[0] > first.get_ylim()[1]
    assert names(bars_figure(shares, sort=False).axes[0]) == ["x (100)", "y (100)"]


def test_axes_say_what_they_show():
    axes = bars_figure({"a": [group("x", 0.1)]}, group="country").axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_title()) == ("% of statements", "country (n)", "a")


def test_numbers_of_statements_that_differ_by_label_stand_beside_the_bars():
    figure = bars_figure({"a": [group("x", 0.1, n=1500)], "b": [group("x", 0.1, n=20)], "c": [group("z", 0.1, n=7)]})
    assert names(figure.axes[0]) == ["x", "z"]
    assert [[text.get_text() for text in axes.texts] for axes in figure.axes] == [["n = 1,500"], ["n = 20"], ["n = 7"]]


def test_whiskers_are_the_interval_and_diamonds_the_uncorrected_share():
    figure = bars_figure({"a": [group("x", 0.2, uncorrected=0.4)]})
    (bar,) = figure.axes[0].containers[1].lines[2]
    assert bar.get_segments()[0].round(6).tolist() == [[15, 0], [25, 0]]
    assert [line.get_xdata()[0] for line in figure.axes[0].get_lines() if line.get_marker() == "D"] == [40]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [
        "corrected, with its interval",
        "uncorrected",
    ]
    assert bars_figure({"a": [group("x", 0.2)]}).legends == []


def test_a_group_without_a_share_keeps_its_row_at_the_bottom_and_an_interval_may_be_withheld():
    withheld = GroupShare(group="z", share=Estimate(value=0.1, low=NAN, high=NAN), n=100)
    axes = bars_figure({"a": [group("x", NAN), group("y", 0.2), withheld]}).axes[0]
    assert names(axes) == ["y (100)", "z (100)", "x (100)"]
    assert widths(axes) == [20, 10]
    assert len([one for one in axes.containers if hasattr(one, "has_xerr")]) == 1


def test_shares_of_the_whole_are_one_panel_with_a_bar_a_label():
    (axes,) = bars_figure({"a": [group("all", 0.1)], "b": [group("all", 0.2)]}).axes
    assert (axes.get_title(), names(axes), axes.get_ylabel()) == ("all", ["b (100)", "a (100)"], "label (n)")


def test_long_names_are_broken_and_nothing_is_cut_off():
    long = "Bolivarian Republic of Venezuela and its neighbours"
    figure = bars_figure({"pro-cooperation": [group(long, 0.1, n=1_080_000), group("y", 0.2)]})
    with style():
        figure.draw_without_rendering()
    assert "\n" in names(figure.axes[0])[1]
    assert figure.axes[0].title.get_window_extent().x1 <= figure.bbox.x1
    assert all(label.get_window_extent().x0 >= figure.bbox.x0 for label in figure.axes[0].get_yticklabels())


YEARS = [group(year, 0.1, uncorrected=0.2) for year in ("1990", "1991", "1992.5", "1994")]


def test_groups_that_are_rising_numbers_make_a_trend():
    figure = prevalence_figure({"a": YEARS, "b": YEARS}, group="year", events=[Event(at=1991, name="war")])
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["a", "b"]
    assert figure.axes[1].get_xlabel() == "year"
    assert figure.axes[0].get_lines()[1].get_xdata().tolist() == [1990, 1991, 1992.5, 1994]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [
        "corrected, with its interval",
        "uncorrected",
    ]


@pytest.mark.parametrize(
    "groups", [YEARS[:2], YEARS[::-1], [*YEARS, group("unknown", 0.1)], [group("x", 0.1), group("y", 0.2)]]
)
def test_other_groups_make_bars(groups):
    assert prevalence_figure({"a": groups}).axes[0].patches


def test_a_trend_says_what_has_no_time():
    axes = prevalence_figure({"a": [*YEARS, group("(missing)", 0.1, n=1200)]}, group="year").axes[0]
    assert axes.get_xlabel() == "year (1,200 statements without it left out)"
    with pytest.raises(InvalidInputError, match="there is nothing to draw"):
        prevalence_figure({"a": [group("(missing)", 0.1)]}, kind="trend")


def measured(value, n):
    known = Estimate(value=value, low=value - 0.01, high=value + 0.01)
    share = Share(
        n=n,
        n_gold=10,
        n_positive=3,
        corrected=known,
        gold=known,
        uncorrected=2 * value,
        standard_error=0.01,
        slope=1.0,
        effective_size=20.0,
    )
    return Shares(n=n, per_label={"a": share})


def test_shares_are_taken_from_a_prevalence():
    prevalence = Prevalence(
        labels=("a",),
        design="random",
        drawn="statements",
        population="corpus",
        confidence=0.95,
        n_strata=None,
        n_clusters=None,
        whole=measured(0.2, 300),
        groups={"country": {"x": measured(0.1, 100), "y": measured(0.3, 200)}},
    )
    whole, by_country = group_shares(prevalence)["a"], group_shares(prevalence, "country")["a"]
    assert [(one.group, one.share.value, one.n, one.uncorrected) for one in whole] == [("whole corpus", 0.2, 300, 0.4)]
    assert [(one.group, one.n) for one in by_country] == [("x", 100), ("y", 200)]
    with pytest.raises(InvalidInputError, match=r"unknown column of groups 'year'; expected one of \['country'\]"):
        group_shares(prevalence, "year")


def test_the_kind_can_be_said():
    assert prevalence_figure({"a": YEARS}, kind="bars").axes[0].patches
    assert not prevalence_figure({"a": YEARS[:2]}, kind="trend").axes[0].patches
    with pytest.raises(InvalidInputError, match=r"the groups \['x'\] are no numbers; expected times for a trend"):
        prevalence_figure({"a": [group("x", 0.1)]}, kind="trend")
    with pytest.raises(InvalidInputError, match=r"unknown kind 'pie'; expected one of \['auto', 'bars', 'trend'\]"):
        prevalence_figure({"a": YEARS}, kind="pie")


@pytest.mark.parametrize("draw", [bars_figure, prevalence_figure])
def test_what_cannot_be_drawn_is_refused(draw):
    for shares in ({}, {"a": []}):
        with pytest.raises(InvalidInputError, match="there is nothing to draw"):
            draw(shares)
    with pytest.raises(InvalidInputError, match=r"label 'a' has the groups \['x'\] more than once"):
        draw({"a": [group("x", 0.1), group("x", 0.2)]})


@pytest.mark.parametrize("ending", [".svg", ".png", ".pdf"])
def test_the_same_bars_give_the_same_bytes(ending, tmp_path):
    paths = [tmp_path / f"{i}{ending}" for i in range(2)]
    for path in paths:
        write_figure(bars_figure({"a": [group("x", 0.1, uncorrected=0.2)]}), [path])
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_a_share_without_an_interval_is_not_drawn():
    rng = np.random.default_rng(0)
    truth = rng.random((400, 1)) < 0.3
    gold = np.where(rng.random((400, 1)) < 0.5, truth, np.nan)
    years = ["1990"] * 390 + ["1991"] * 10
    found = prevalence(truth, gold, labels=["a"], design="random", groups={"year": years})
    assert not math.isnan(found.groups["year"]["1991"].per_label["a"].corrected.value)
    shown = {one.group: one for one in group_shares(found, "year")["a"]}
    assert math.isnan(shown["1991"].share.value)
    assert shown["1990"].share.low < shown["1990"].share.value


def test_too_many_groups_are_refused():
    share = Estimate(value=0.1, low=0.05, high=0.2)
    with pytest.raises(InvalidInputError, match="201 groups are more than a figure can show"):
        bars_figure({"a": [GroupShare(group=str(number), share=share) for number in range(201)]})


def test_a_group_without_a_corrected_share_keeps_its_uncorrected_one():
    nothing = Estimate(value=math.nan, low=math.nan, high=math.nan)
    share = Estimate(value=0.1, low=0.05, high=0.2)
    groups = [
        GroupShare(group="a", share=share, uncorrected=0.2),
        GroupShare(group="b", share=nothing, uncorrected=0.3),
    ]
    axes = bars_figure({"x": groups}).axes[0]
    assert sorted(round(line.get_xdata()[0]) for line in axes.lines if line.get_marker() == "D") == [20, 30]


@pytest.mark.parametrize("name", ["a$\\frac$", "US$5 to US$10"])
def test_dollar_signs_in_names_of_groups_are_shown(name, tmp_path):
    share = Estimate(value=0.2, low=0.1, high=0.3)
    figure = bars_figure({name: [GroupShare(group=one, share=share) for one in (name, "other")]}, group=name)
    write_figure(figure, [tmp_path / "figure.png", tmp_path / "figure.svg"])
    axes = figure.axes[0]
    assert not any(text.get_parse_math() for text in [*axes.get_yticklabels(), axes.title, axes.yaxis.label])


def test_names_of_many_lines_do_not_overlap():
    long = "Permanent Mission of the Bolivarian Republic of Venezuela to the United Nations Office at Geneva"
    made = bars_figure(
        {"a": [GroupShare(group=f"{long} {i}", share=Estimate(value=0.1, low=0, high=0.2)) for i in "xy"]}
    )
    with style():
        made.draw_without_rendering()
        renderer = made._get_renderer()
        boxes = [label.get_window_extent(renderer) for label in made.axes[0].get_yticklabels()]
    assert not boxes[0].overlaps(boxes[1])


def test_without_corrected_shares_the_legend_names_none():
    figure = bars_figure({"a": [group("x", NAN, uncorrected=0.4)]})
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["uncorrected"]
