"""The page of honest scores: page, figures and results agree."""

import json

import pytest

from experiments import calibration as page
from stancekit import InvalidInputError


def test_the_page_and_the_figures_are_those_of_the_results():
    results = json.loads(page.RESULTS.read_text())
    assert page.PAGE.read_text() == page.calibration_page(results)
    for figure in page.FIGURES:
        for path in page.figure_paths(figure):
            assert page.stamp(results).encode() in path.read_bytes()


def test_what_changed_is_named(monkeypatch):
    results = json.loads(page.RESULTS.read_text())
    monkeypatch.setattr(page, "data_sha256", lambda: "other")
    monkeypatch.setattr(page, "read_configs", dict)
    found = page.stale(results)
    assert "experiments/calibration.json: the data changed" in found
    assert f"experiments/calibration.json: the configuration {next(iter(results['models']))} changed" in found


def test_unknown_configurations_are_named():
    with pytest.raises(InvalidInputError, match=r"unknown configurations \['nothing'\]"):
        page.main(["nothing"])


def test_records_are_built_again_from_what_was_written():
    results = json.loads(page.RESULTS.read_text())
    for model in results["models"].values():
        for world in model["worlds"].values():
            assert page.Honesty.from_dict(world).to_dict() == world


def test_only_what_is_named_or_changed_is_run_again(monkeypatch):
    results = json.loads(page.RESULTS.read_text())
    ran, written = [], {}
    one = {world: page.Honesty.from_dict(content) for world, content in results["models"]["default"]["worlds"].items()}
    monkeypatch.setattr(page, "load_annotated", lambda: None)
    monkeypatch.setattr(page, "measure", lambda name, *_, **__: ran.append(name) or one)
    monkeypatch.setattr(page, "write", lambda results, drawn: written.update(results))
    monkeypatch.setattr(page, "draw", lambda measured: None)
    assert page.main(["default"]) == 0
    assert (ran, list(written["models"])) == (["default"], list(results["models"]))
    assert written["models"] == results["models"]
    monkeypatch.setattr(page, "data_sha256", lambda: "other")
    assert page.main(["default"]) == 0
    assert list(written["models"]) == ["default"]
