"""How much parts of a model count, and that they add up."""

import numpy as np

from stancekit import load
from stancekit.calibration import sigmoid
from stancekit.training.stacking import Part, add_margins, stack, stacking_weights

RNG = np.random.default_rng(0)
SIGNAL = RNG.normal(scale=2, size=(6000, 2))
TRUTH = (RNG.random((6000, 2)) < sigmoid(SIGNAL @ np.ones((2, 1)) - 1)).astype(float)  # both say half of it
FIRST, SECOND = (np.repeat(SIGNAL[:, [column]], 2, axis=1) for column in (0, 1))
NOISE = RNG.normal(size=FIRST.shape)


class TestWeights:
    def test_those_of_the_logistic_regression(self):
        np.testing.assert_allclose(stacking_weights([FIRST, SECOND / 2], TRUTH), [[1, 1], [2, 2]], rtol=0.15)

    def test_what_says_nothing_counts_little(self):
        assert stacking_weights([FIRST, NOISE], TRUTH)[1].max() < 0.15

    def test_none_is_below_zero(self):
        weights = stacking_weights([FIRST, -SECOND], TRUTH)
        assert (weights[0] > 0.5).all()
        assert (weights[1] == 0).all()

    def test_labels_are_weighed_apart_and_by_what_is_known(self):
        truth = TRUTH.copy()
        truth[:, 1] = 1 - truth[:, 1]
        truth[3000:, 1] = np.nan
        margins = [FIRST * [1, -1], SECOND * [1, 1]]
        weights = stacking_weights(margins, truth)
        np.testing.assert_allclose(weights[:, 0], stacking_weights(margins, TRUTH)[:, 0])
        assert weights[1, 1] == 0
        known = stacking_weights([one[:3000] for one in margins], truth[:3000])
        np.testing.assert_allclose(weights[:, 1], known[:, 1])

    def test_a_part_that_is_never_wrong_has_a_finite_weight(self):
        weights = stacking_weights([np.where(TRUTH == 1, 2.0, -2.0), NOISE], TRUTH)
        assert np.isfinite(weights).all()
        assert (weights[0] > 1).all()

    def test_one_part_is_left_as_it_is(self):
        np.testing.assert_array_equal(stacking_weights([SECOND], TRUTH), [[1, 1]])

    def test_where_none_says_anything_all_count_alike(self):
        np.testing.assert_array_equal(stacking_weights([-FIRST, -SECOND], TRUTH), [[1, 1], [1, 1]])


WEIGHTS = np.array([0.5, 0.0, 2.0])


def test_parts_add_up(models, corpus):
    names = ("ngrams", "lexicon")
    margins = [models[name].margins(corpus.texts) for name in names]
    parts = [
        Part(scorers=models[name].scorers, bias=models[name].bias, margins=one, provenance={name: "said"})
        for name, one in zip(names, margins, strict=True)
    ]
    whole = stack(parts, models["ngrams"].labels, corpus.truth)
    weights = stacking_weights(margins, corpus.truth)
    assert set(whole.scorers) == set(names)
    np.testing.assert_allclose(whole.margins, add_margins(margins, weights))
    found = sum(scorer.margins(corpus.texts) for scorer in whole.scorers.values()) + whole.bias
    np.testing.assert_allclose(found, whole.margins, rtol=1e-2, atol=2e-2)
    said = whole.provenance["weights_of_log_odds"]
    np.testing.assert_allclose([list(said[name].values()) for name in names], weights, atol=1e-3)
    assert (whole.provenance["ngrams"], whole.provenance["lexicon"]) == ("said", "said")


def test_one_part_stays_as_it_is(models, corpus):
    model = models["ngrams"]
    margins = model.margins(corpus.texts)
    whole = stack([Part(scorers=model.scorers, bias=model.bias, margins=margins)], model.labels, corpus.truth)
    np.testing.assert_array_equal(whole.margins, margins)
    assert dict(whole.provenance) == {}


def test_every_kind_of_features_can_be_weighed(corpus):
    model = load("network")  # n-grams too
    margins = model.margins(corpus.texts)
    part = Part(scorers=model.scorers, bias=model.bias, margins=margins).times(WEIGHTS)
    found = sum(scorer.margins(corpus.texts) for scorer in part.scorers.values()) + part.bias
    np.testing.assert_allclose(found, part.margins, rtol=1e-2, atol=2e-3)
    np.testing.assert_array_equal(part.margins, margins * WEIGHTS)
