"""The page of beginning from a model: page, figure and results agree, and counts become the right figures."""

import json

import numpy as np
import pytest

from experiments import adaptation_page as page
from experiments.adaptation import RESULTS


def test_the_page_and_the_figure_are_those_of_the_results():
    results = json.loads(RESULTS.read_text())
    assert page.PAGE.read_text() == page.adaptation_page(results)
    for path in page.FIGURE:
        assert page.stamp(results).encode() in path.read_bytes()


def test_what_changed_is_named(monkeypatch):
    results = json.loads(RESULTS.read_text())
    monkeypatch.setattr(page, "data_sha256", lambda: "other")
    assert "experiments/adaptation.json: the data changed" in page.stale(results)
    assert page.stale({**results, "protocol": {}})[-1] == "experiments/adaptation.json: the protocol changed"


def test_macro_f1_of_counts_leaves_out_labels_that_nothing_takes():
    counts = np.array([[3, 4, 5], [0, 2, 0], [1, 1, 1]])
    assert page.f1(counts) == pytest.approx((6 / 9 + 1) / 2)


def test_the_share_is_0_at_the_prior_and_1_at_the_ceiling():
    results = json.loads(RESULTS.read_text())
    for row in results["sources"].values():
        row["curve"]["25"]["adapted"] = row["prior"] * page.PROTOCOL["draws"]
        row["curve"]["100"]["adapted"] = row["ceiling_own"] * page.PROTOCOL["draws"]
    curves = page.Curves(results)
    everything, draws = np.arange(len(curves.sources)), np.arange(page.PROTOCOL["draws"])
    assert curves.recovered(25, "ceiling_own", everything, draws) == pytest.approx(0)
    assert curves.recovered(100, "ceiling_own", everything, draws) == pytest.approx(1)
