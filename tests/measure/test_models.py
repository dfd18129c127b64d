"""Models measured on labelled statements: the same as measuring what they say."""

from types import SimpleNamespace

import numpy as np
import pytest

from stancekit import Codebook, reliability, risk_coverage
from stancekit.calibration import Calibration
from stancekit.labelled import LabelledStatements
from stancekit.measure import models
from stancekit.measure.comparison import ModelOutput
from stancekit.measure.models import model_reliability, model_risk_coverage

TEXTS = ["Lift the unjust embargo.", "We met on Monday.", "Build every turbine here.", "Trade more.", "It rained."]


@pytest.fixture
def data(model):
    truth = np.random.default_rng(0).integers(2, size=(len(TEXTS), len(model.labels))).astype(float)
    return LabelledStatements(texts=TEXTS, truth=truth, groups=["a", "a", "b", "b", "c"])


def test_reliability_of_a_model_is_that_of_its_scores(model, data):
    shared = {"labels": model.labels, "groups": data.groups, "n_bootstrap": 20, "seed": 3}
    expected = reliability(data.truth, model.predict_proba(TEXTS), **shared)
    assert model_reliability(model, data, n_bootstrap=20, seed=3).to_dict() == expected.to_dict()


def test_risk_is_of_the_distance_from_where_the_model_says_yes(model, data):
    scores = model.predict_proba(TEXTS)
    decisions = model.calibration.decide(scores)
    thresholds = model.calibration.boundaries(scores)
    shared = {"labels": model.labels, "groups": data.groups, "n_bootstrap": 20, "seed": 3}
    expected = risk_coverage(data.truth, scores, decisions, thresholds=thresholds, **shared)
    assert model_risk_coverage(model, data, n_bootstrap=20, seed=3).to_dict() == expected.to_dict()


def test_a_plain_winner_among_many_is_surer_than_a_narrow_one(monkeypatch):
    """0.49 of three labels, far ahead of the others, is little doubt; 0.52 against 0.48 is much."""
    codebook = Codebook.from_labels(["a", "b", "c"], exclusive=True)
    scores = np.array([[0.49, 0.26, 0.25], [0.52, 0.48, 0.0]])
    ones, zeros = np.ones(3), np.zeros(3)
    curve = Calibration(slope=ones, offset=zeros, threshold=ones, low=zeros, high=ones, exclusive=True)
    output = ModelOutput(scores=scores, decisions=curve.decide(scores))
    monkeypatch.setattr(models, "model_output", lambda model, texts: output)
    model = SimpleNamespace(labels=codebook.labels, codebook=codebook, calibration=curve)
    truth = np.array([[1.0, 0, 0], [0, 1, 0]])
    data = LabelledStatements(texts=["x", "y"], truth=truth, groups=["x", "y"])
    assert model_risk_coverage(model, data, n_bootstrap=0, coverage=[0.5]).per_label["a"].error[0].value == 0


def test_a_blank_statement_is_given_no_label(model):
    decisions = models.model_output(model, ["", "  ", TEXTS[0]]).decisions
    assert not decisions[:2].any()
    assert [one.labels for one in model.predict(["", "  "])] == [(), ()]
