"""`stancekit evaluate --figure`: what is written, and what is refused before anything is measured."""

import json

import pytest

from stancekit import reliability, risk_coverage
from stancekit.apps.cli import main
from stancekit.measure.reliability_results import Reliability
from stancekit.report.reliability_figures import evaluation_figure

ROWS = [("Lift the unjust embargo.", ["A"]), ("We met on Monday.", []), ("Trade with one another.", ["C"])] * 4


@pytest.fixture
def labelled(tmp_path):
    path = tmp_path / "labelled.jsonl"
    path.write_text(
        "".join(json.dumps({"text": f"{text} {i}", "labels": x}) + "\n" for i, (text, x) in enumerate(ROWS))
    )
    return str(path)


@pytest.mark.parametrize("ending", [".svg", ".png", ".pdf"])
def test_a_figure_is_written_beside_the_tables(labelled, ending, tmp_path, capsys):
    paths = [tmp_path / "figures" / f"{i}{ending}" for i in range(2)]
    for path in paths:
        assert main(["evaluate", labelled, "--bootstrap", "10", "--figure", str(path)]) == 0
    assert "| anti-sanction |" in capsys.readouterr().out
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_both_models_of_a_comparison_are_drawn(labelled, models, tmp_path, capsys):
    from stancekit import save

    table = tmp_path / "small.jsonl"
    table.write_text('{"text": "Lift the embargo.", "labels": ["lift"]}\n{"text": "It rained.", "labels": []}\n')
    a, b = (save(models[kind], tmp_path / kind) for kind in ("ngrams", "lexicon"))
    path = tmp_path / "both.svg"
    arguments = ["evaluate", str(table), "--model", str(a), "--against", str(b), "--bootstrap", "5"]
    assert main([*arguments, "--figure", str(path)]) == 0
    capsys.readouterr()
    assert path.stat().st_size > 1000


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["TABLE", "--figure", "out.bmp"], "figures cannot be written to ['out.bmp']; expected names that end in"),
        (["--behaviour", "--figure", "out.svg"], "--figure is of a table's scores and does not go with --behaviour"),
        (
            ["--behaviour", "--seed", "1"],
            "the intervals of --behaviour are not drawn; leave out --bootstrap",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused_at_once(labelled, arguments, message, monkeypatch, capsys):
    monkeypatch.setattr("stancekit.storage.loading.load", lambda name: pytest.fail("a model was loaded"))
    assert main(["evaluate", *(labelled if word == "TABLE" else word for word in arguments)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err


def test_the_figure_has_both_curves_of_every_label():
    truth, scores = [[1, 0], [0, 1], [0, 0]], [[0.8, 0.2], [0.3, 0.6], [0.1, 0.1]]
    decisions = [[True, False], [False, True], [False, False]]
    scored: Reliability = reliability(truth, scores, labels=["a", "b"], n_bootstrap=0)
    risk = risk_coverage(truth, scores, decisions, labels=["a", "b"], n_bootstrap=0)
    figure = evaluation_figure({"linear": scored}, {"linear": risk})
    shown = [axes for axes in figure.axes if axes.get_visible()]
    assert [axes.get_title() for axes in shown] == ["a", "b", "a", "b", "mean of the labels"]
    assert [axes.get_ylabel() for axes in shown if axes.get_ylabel()] == ["observed share", "share of errors"]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["perfect", "linear"]
