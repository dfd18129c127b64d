"""Models measured on labelled statements: the same as measuring what they say."""

import numpy as np
import pytest

from stancekit import reliability, risk_coverage
from stancekit.labelled import LabelledStatements
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
    thresholds = 0.5 if model.codebook.exclusive else model.calibration.threshold
    shared = {"labels": model.labels, "groups": data.groups, "n_bootstrap": 20, "seed": 3}
    expected = risk_coverage(data.truth, scores, decisions, thresholds=thresholds, **shared)
    assert model_risk_coverage(model, data, n_bootstrap=20, seed=3).to_dict() == expected.to_dict()
