"""Figures: the same bytes each time, whatever the settings; what is shown; what is refused."""

import sys

import numpy as np
import pytest

from stancekit import InvalidInputError, MissingExtraError, reliability, risk_coverage
from stancekit.report import figures
from stancekit.report.figures import COLOURS, new_figure, style, write_figure
from stancekit.report.reliability_figures import evaluation_figure, reliability_figure, risk_coverage_figure

LABELS = ["lift", "build"]


def made(kind, seed=0, labels=LABELS):
    random = np.random.default_rng(seed)
    scores = random.random((60, len(labels)))
    truth = (random.random(scores.shape) < scores).astype(float)
    if kind == "reliability":
        return reliability(truth, scores, labels=labels, n_bootstrap=20)
    return risk_coverage(truth, scores, scores >= 0.5, labels=labels, n_bootstrap=20)


@pytest.fixture
def diagrams():
    return {world: {"linear": made("reliability"), "encoder": made("reliability", 1)} for world in ("UN", "news")}


@pytest.fixture
def curves():
    return {"news": {"linear": made("risk")}}


def test_one_panel_a_label_and_world_with_each_point(diagrams):
    figure = reliability_figure(diagrams)
    assert [axes.get_title() for axes in figure.axes] == [*LABELS, "", ""]
    assert [axes.get_ylabel() for axes in figure.axes[::2]] == ["UN\nobserved share", "news\nobserved share"]
    bins = diagrams["UN"]["linear"].per_label["lift"].bins
    drawn = next(line for line in figure.axes[0].get_lines() if line.get_color() == COLOURS[0])
    assert drawn.get_xydata().tolist() == [[one.mean_score, one.observed.value] for one in bins]


def test_one_legend_names_every_model_once(diagrams):
    figure = reliability_figure(diagrams)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["perfect", "linear", "encoder"]


@pytest.mark.parametrize("make", ["reliability", "risk"])
def test_the_legend_names_models_that_begin_with_an_underscore(make):
    draw = reliability_figure if make == "reliability" else risk_coverage_figure
    names = ["_linear", "perfect", "encoder"]
    figure = draw({"news": {name: made(make, seed) for seed, name in enumerate(names)}})
    shown = [text.get_text() for text in figure.legends[0].get_texts()]
    assert shown == (["perfect", *names] if make == "reliability" else names)


def test_the_figure_of_an_evaluation_names_models_that_begin_with_an_underscore():
    figure = evaluation_figure({"_a": made("reliability")}, {"_a": made("risk")})
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["perfect", "_a"]


@pytest.mark.parametrize("name", ["a$\\frac$", "US$5 to US$10"])
def test_dollar_signs_are_no_mathematics(name, tmp_path):
    figure = reliability_figure({name: {name: made("reliability", labels=[name])}})
    write_figure(figure, [tmp_path / "figure.svg"])
    texts = [figure.axes[0].title, figure.axes[0].yaxis.label, *figure.legends[0].get_texts()]
    assert not any(text.get_parse_math() for text in texts)


@pytest.mark.parametrize(("show", "what"), [("error", "share of errors"), ("f1", "F1")])
def test_curves_show_what_was_asked_for(curves, show, what):
    figure = risk_coverage_figure(curves, show=show)
    result = curves["news"]["linear"]
    assert figure.axes[0].get_ylabel() == f"news\n{what}"
    assert [axes.get_title() for axes in figure.axes] == [*LABELS, "mean of the labels"]
    drawn = figure.axes[2].get_lines()[0].get_ydata().tolist()
    assert drawn == pytest.approx([point.value for point in getattr(result.macro, show)], nan_ok=True)


@pytest.mark.parametrize("ending", [".svg", ".png", ".pdf"])
def test_the_same_figure_gives_the_same_bytes_whatever_the_settings(diagrams, ending, tmp_path):
    import matplotlib as mpl

    paths = [tmp_path / "a" / f"figure{ending}", tmp_path / "b" / f"figure{ending}"]
    write_figure(reliability_figure(diagrams), paths[:1], description="hash 1")
    with mpl.rc_context({"font.size": 20, "axes.grid": False, "svg.hashsalt": None, "savefig.dpi": 30}):
        write_figure(reliability_figure(diagrams), paths[1:], description="hash 1")
        assert mpl.rcParams["font.size"] == 20
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert ending == ".pdf" or b"hash 1" in paths[0].read_bytes()


def test_a_figure_tells_neither_date_nor_machine(curves, tmp_path):
    write_figure(risk_coverage_figure(curves), [tmp_path / "figure.svg"])
    content = (tmp_path / "figure.svg").read_text()
    assert "<dc:date>" not in content
    assert str(tmp_path) not in content


def test_an_ending_in_capitals_is_one_too(curves, tmp_path):
    write_figure(risk_coverage_figure(curves), [tmp_path / "figure.SVG"])
    assert "<svg" in (tmp_path / "figure.SVG").read_text()


@pytest.mark.parametrize("before", [None, "before"])
def test_a_figure_is_whole_or_not_there(curves, tmp_path, monkeypatch, before):
    path = tmp_path / "figure.svg"
    if before is not None:
        path.write_text(before)
    figure = risk_coverage_figure(curves)
    draw = figure.savefig

    def fail(*args, **options):
        draw(*args, **options)
        raise OSError("the disk is full")

    monkeypatch.setattr(figure, "savefig", fail)
    with pytest.raises(OSError, match="the disk is full"):
        write_figure(figure, [path])
    assert [file.read_text() for file in tmp_path.iterdir()] == ([] if before is None else [before])
    monkeypatch.setattr(figure, "savefig", draw)
    write_figure(figure, [path])
    assert [file.name for file in tmp_path.iterdir()] == ["figure.svg"]
    assert "<svg" in path.read_text()


def test_colours_differ():
    assert len(set(COLOURS)) == len(COLOURS)


@pytest.mark.parametrize("draw", [reliability_figure, risk_coverage_figure])
def test_nothing_to_draw_is_refused(draw):
    for results in ({}, {"news": {}}):
        with pytest.raises(InvalidInputError, match="expected one or more results, all of the same labels"):
            draw(results)


def test_results_of_other_labels_are_refused(diagrams):
    diagrams["UN"]["other"] = made("reliability", labels=["x"])
    with pytest.raises(InvalidInputError, match="2 different sets of labels"):
        reliability_figure(diagrams)


def test_an_unknown_figure_or_format_is_refused(curves, tmp_path):
    with pytest.raises(InvalidInputError, match=r"'risk'.*\['error', 'f1'\]"):
        risk_coverage_figure(curves, show="risk")
    with pytest.raises(InvalidInputError, match=r"figure\.bmp.*expected names that end in \['\.svg'"):
        write_figure(risk_coverage_figure(curves), [tmp_path / "figure.bmp"])


def test_without_matplotlib_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'stancekit\[figures\]'"), style():
        pass


def test_letters_that_no_font_has_are_told_once(tmp_path, monkeypatch):
    monkeypatch.setattr(figures, "_fallbacks", tuple)  # as on a machine without further fonts
    with style():
        figure = new_figure(width=2.0, height=2.0)
        figure.subplots().set_title("外交部 Cuba")
    with pytest.warns(UserWarning, match="no font here has 3 of the letters, such as '交', and they are drawn") as told:
        write_figure(figure, [tmp_path / "a.svg", tmp_path / "a.png"])
    assert len(told) == 1


def test_fonts_of_other_scripts_come_behind_matplotlibs_own():
    import matplotlib as mpl

    with style():
        assert mpl.rcParams["font.family"][0] == "DejaVu Sans"
        here = set(mpl.font_manager.fontManager.get_font_names())
        assert set(mpl.rcParams["font.family"]) <= here
