"""Training with its evaluation: groups are respected in both, and the card carries the figures."""

import numpy as np
import pytest

from stancekit import Codebook, LabelledStatements, evaluate_model, train
from stancekit.training import fitting
from stancekit.training.fitting import calibrate

BOOK = Codebook.from_labels(["lift", "keep"])


def made_data(n=90):
    """Give statements in documents of three."""
    texts = [f"{'Lift' if i % 2 else 'Keep'} word{i // 3} item{i % 7}." for i in range(n)]
    truth = np.array([[float(i % 2), float(1 - i % 2)] for i in range(n)])
    return LabelledStatements(
        texts=texts, truth=truth, groups=[f"d{i // 3}" for i in range(n)], columns={"part": [i % 3 for i in range(n)]}
    )


def test_groups_reach_the_folds_and_the_intervals(monkeypatch):
    seen = {}
    real = fitting.out_of_fold_margins

    def record(extractors, data, settings, folds, *others):
        seen["folds"] = folds
        return real(extractors, data, settings, folds, *others)

    monkeypatch.setattr("stancekit.training.classifier.out_of_fold_margins", record)
    data = made_data()
    result = train(data, BOOK, n_bootstrap=20, n_folds=3, slices=["part"])
    for group in set(data.groups):
        assert len({int(f) for f, g in zip(seen["folds"], data.groups, strict=True) if g == group}) == 1
    assert result.evaluation.whole.n_groups == 30
    assert set(result.evaluation.slices) == {"part"}


def test_the_model_carries_its_figures_and_facts():
    result = train(made_data(), BOOK, n_bootstrap=20, n_folds=3, facts={"origin": "made up"})
    assert result.model.provenance["origin"] == "made up"
    assert "| lift |" in result.model.provenance["evaluation"]["markdown"]


def test_the_band_keeps_its_promise_out_of_fold():
    random = np.random.default_rng(0)
    truth = (random.random((4000, 1)) < 0.15).astype(float)
    margins = random.normal(size=(4000, 1)) + 2 * truth
    made = calibrate(margins, truth, exclusive=False, abstention=0.1)
    scores = made.scores(margins)
    yes = truth == 1
    assert (scores[yes] < made.low[0]).mean() <= 0.1
    assert (scores[~yes] >= made.high[0]).mean() <= 0.1
    assert made.low[0] <= made.threshold[0] <= made.high[0]


@pytest.mark.parametrize("abstention", [0.0, 0.3])
def test_evaluation_counts_what_the_model_abstains_from(abstention):
    data = made_data()
    model = train(data, BOOK, n_bootstrap=0, n_folds=3, abstention=abstention).model
    texts = ["Nothing known stands here.", "Lift", "Keep", "Keep lift keep lift"]
    hard = LabelledStatements(texts=texts, truth=np.zeros((4, 2)), groups=["a", "b", "c", "d"])
    decided = evaluate_model(model, hard, n_bootstrap=0).macro.decided
    abstained = np.array([[label in p.abstained for label in model.labels] for p in model.predict(texts)])
    assert decided.value == pytest.approx(1 - abstained.mean())
