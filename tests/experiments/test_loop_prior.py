"""What retraining from the given model is worth in the loop."""

import json

import pytest

from experiments.corpora import ROOT
from experiments.loop_prior import RESULTS, SIZES, macro_f1, table
from stancekit.labelling.retraining import FEW


def test_the_page_shows_the_results_and_the_rule_goes_as_far_as_they_do():
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    assert table(results) in (ROOT / "docs" / "labelling.md").read_text(encoding="utf-8")
    assert max(SIZES) == FEW


def test_mean_f1_of_the_labels_that_occur():
    assert macro_f1([[[1, 2, 1], [0, 0, 0]], [[0, 0, 1], [0, 3, 0]]]) == pytest.approx(2 / 4)
