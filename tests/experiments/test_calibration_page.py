"""The page of honest scores: thresholds found from decisions, and page, figures and results that agree."""

import json

import numpy as np
import pytest

from experiments import calibration as page
from experiments.outcome import Outcome
from stancekit import InvalidInputError


def outcome(scores, decisions):
    scores = np.array(scores, dtype=float)
    decisions = np.array(decisions, dtype=bool)
    return Outcome(rows=np.arange(len(scores)), scores=scores, decisions=decisions, abstained=np.zeros_like(decisions))


def test_thresholds_lie_halfway_and_differ_by_part():
    made = outcome([[0.2], [0.6], [0.3], [0.9]], [[0], [1], [1], [1]])
    assert page.find_thresholds(made, np.array([0, 0, 1, 1])).ravel().tolist() == pytest.approx([0.4, 0.4, 0.15, 0.15])


def test_decisions_of_several_models_in_one_part_are_refused():
    with pytest.raises(InvalidInputError, match="no threshold divides the decisions of part 0"):
        page.find_thresholds(outcome([[0.2], [0.6]], [[1], [0]]), np.zeros(2, dtype=int))


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
