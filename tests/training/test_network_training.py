"""The network learns what linear heads cannot, from what is annotated alone, and goes with a classifier."""

import itertools

import numpy as np
import pytest
from sklearn.base import clone

from stancekit import (
    Codebook,
    InvalidInputError,
    NetworkFeatures,
    NgramFeatures,
    PseudoLabels,
    StanceClassifier,
    WordVectors,
    load,
    save,
)
from stancekit.calibration import softmax
from stancekit.features.network_scorer import LARGEST_SUM, LARGEST_WEIGHT
from stancekit.training import network
from stancekit.training.heads import HeadSettings, fit_heads
from stancekit.training.network import fit_network

THINGS = ["embargo", "blockade", "boycott", "dialogue", "trade", "exchange"]
DEEDS = ["lift", "end", "stop", "keep", "widen", "want"]
FILLERS = ["the", "we", "now", "at", "last", "shall", "again"]
# Ending a bad thing and keeping a good one are for it; the other two against: no word alone says which.
GOOD = {(d, t): (DEEDS.index(d) < 3) == (THINGS.index(t) < 3) for d, t in itertools.product(DEEDS, THINGS)}
BOOK = Codebook.from_labels(["for", "against"])
SETTINGS = HeadSettings(C=10.0, class_weight=None, max_iter=1000, exclusive=False)


def made_vectors():
    rng = np.random.default_rng(0)
    vectors = rng.normal(scale=0.3, size=(len(THINGS + DEEDS + FILLERS), 16))
    for kinds in (THINGS, DEEDS):
        for place, word in enumerate(kinds):
            vectors[(THINGS + DEEDS).index(word), 2 * (kinds is DEEDS) + (place < 3)] += 2
    return WordVectors.quantize(THINGS + DEEDS + FILLERS, vectors, [1.0] * 12 + [20.0] * 7)


def made_statements(pairs, seed=0):
    rng = np.random.default_rng(seed)
    texts = []
    for deed, thing in pairs:
        first, second, third = rng.choice(FILLERS, 3, replace=False)
        texts.append(f"{first} {deed} {second} {third} {thing}")
    truth = np.array([[float(GOOD[pair]), float(not GOOD[pair])] for pair in pairs])
    return texts, truth


VECTORS = made_vectors()
# Two pairs of each kind are held out: their words are seen, and not together.
HELD = [("end", "blockade"), ("keep", "trade"), ("stop", "exchange"), ("want", "boycott")]
TRAINED, TRUTH = made_statements([pair for pair in GOOD if pair not in HELD] * 6)
TESTED, HELD_TRUTH = made_statements(HELD * 4, seed=1)
GROUPS = [f"speech {row // 4}" for row in range(len(TRAINED))]


def features(**changes):
    return NetworkFeatures(VECTORS, **{"n_hidden": 32, "dropout": 0.1} | changes).fit([])


def taught(truth=TRUTH, texts=TRAINED, weights=None, exclusive=False, **changes):
    made = features(**changes)
    return fit_network(made, made.counts(texts), truth, weights, exclusive=exclusive)


def margins(fitted, texts=TESTED):
    return fitted.margins(VECTORS.pool(texts))


class TestNetwork:
    def test_learns_what_words_mean_together_where_linear_heads_do_not(self):
        assert ((margins(taught()) > 0) == HELD_TRUTH).all()
        made = features()
        heads = fit_heads(made.transform(TRAINED), TRUTH, None, SETTINGS)
        assert ((heads.margins(made.transform(TESTED)) > 0) == HELD_TRUTH).mean() < 0.8

    def test_the_scorer_says_what_was_trained(self):
        fitted = taught()
        np.testing.assert_allclose(fitted.scorer.margins(TESTED) + fitted.bias, margins(fitted), rtol=1e-4, atol=1e-4)

    def test_comes_out_the_same_again_and_another_by_another_seed(self):
        np.testing.assert_array_equal(margins(taught()), margins(taught()))
        assert np.abs(margins(taught(random_state=1)) - margins(taught())).max() > 0.01

    def test_what_nobody_annotated_teaches_nothing(self):
        wrong = np.vstack([TRUTH, 1 - TRUTH])
        wrong[len(TRUTH) :, 0] = np.nan
        found = margins(taught(wrong, TRAINED * 2))
        assert ((found[:, 0] > 0) == HELD_TRUTH[:, 0]).all()
        assert np.abs(found[:, 1]).max() < np.abs(found[:, 0]).min()  # yes and no cancel each other out

    def test_a_weight_of_nothing_leaves_a_statement_out(self):
        others = [f"{text} {filler}" for text, filler in zip(TRAINED, FILLERS * len(TRAINED), strict=False)]
        wrong = np.vstack([TRUTH, 1 - TRUTH])
        weights = np.repeat([1.0, 0.0], len(TRUTH))
        found = taught(wrong, [*TRAINED, *others], weights)
        np.testing.assert_array_equal(margins(found), margins(taught()))
        unknown = np.vstack([TRUTH, np.full_like(TRUTH, np.nan)])
        np.testing.assert_array_equal(margins(taught(unknown, [*TRAINED, *others])), margins(taught()))

    @pytest.mark.parametrize("batch_size", [1, 128])
    def test_a_weight_means_the_same_in_every_batch(self, batch_size):
        texts = ["lift the embargo"] * 40
        truth = np.repeat([[1.0], [0.0]], 20, axis=0)
        heavy = np.repeat([1.0, 0.1], 20)
        found = margins(taught(truth, texts, heavy, batch_size=batch_size, dropout=0.0), texts[:1])
        assert 1 / (1 + np.exp(-found[0, 0])) == pytest.approx(1 / 1.1, abs=0.06)

    def test_where_all_weigh_nothing_nothing_is_learned(self):
        nothing = np.zeros(len(TRUTH))
        found = margins(taught(weights=nothing))
        assert np.isfinite(found).all()
        np.testing.assert_array_equal(found, margins(taught(1 - TRUTH, weights=nothing)))

    def test_soft_labels_give_soft_scores(self):
        soft = 0.3 + 0.4 * TRUTH
        scores = 1 / (1 + np.exp(-margins(taught(soft), TRAINED)))
        assert np.abs(scores - soft).mean() < 0.08

    def test_labels_that_exclude_one_another(self):
        found = margins(taught(exclusive=True))
        assert (found.argmax(axis=1) == HELD_TRUTH.argmax(axis=1)).all()
        assert softmax(found)[HELD_TRUTH == 1].min() > 0.9

    def test_few_statements_are_seen_more_often(self, monkeypatch):
        few = [0, 1, 14, 15, 28, 29]
        found = margins(taught(TRUTH[few], [TRAINED[row] for row in few]), [TRAINED[row] for row in few])
        assert ((found > 0) == TRUTH[few]).all()
        monkeypatch.setattr(network, "FEWEST_UPDATES", 1)
        assert len(list(network._batches(1000, features(n_epochs=3), np.random.default_rng(0)))) == 3 * 8

    def test_equal_weights_of_many_inputs_are_kept_small_enough_to_add_up(self):
        hidden = np.ones((1, 900), np.float32)
        rounded = np.rint(hidden / network._quantization_steps(hidden)[:, None]).astype(np.int64)
        assert 0.99 * LARGEST_SUM < rounded.sum() <= LARGEST_SUM
        few = np.ones((1, 9), np.float32)
        assert np.rint(few / network._quantization_steps(few)[:, None]).max() == LARGEST_WEIGHT

    def test_a_dimension_that_never_moves_in_training_is_not_blown_up(self):
        texts = ["lift", "end"] * 20
        found = margins(taught(np.array([[1.0], [0.0]] * 20), texts), ["", "trade exchange dialogue"])
        assert np.abs(found).max() < 200

    def test_a_statement_without_known_words_gets_what_the_biases_give(self):
        fitted = taught()
        scorer = fitted.scorer
        expected = np.maximum(scorer.hidden_bias, 0) @ scorer.weights - scorer.reference + fitted.bias
        np.testing.assert_allclose(margins(fitted, ["", "nothing known"]), [expected] * 2, rtol=1e-4)

    def test_the_bias_is_the_margin_of_an_average_statement(self):
        fitted = taught()
        scorer = fitted.scorer
        average = VECTORS.pool(TRAINED).mean(axis=0, dtype=float)
        hidden = np.maximum(scorer.hidden @ average * scorer.hidden_steps + scorer.hidden_bias, 0)
        np.testing.assert_allclose(hidden @ scorer.weights - scorer.reference + fitted.bias, fitted.bias, atol=0.01)


class TestParameters:
    @pytest.mark.parametrize(
        ("name", "value", "message"),
        [
            ("n_hidden", 0, "n_hidden must be a whole number from 1 to 10000, got 0"),
            ("n_hidden", 2.0, "n_hidden must be a whole number"),
            ("n_epochs", True, "n_epochs must be a whole number"),
            ("batch_size", -1, "batch_size must be a whole number from 1 to"),
            ("random_state", None, "random_state must be a whole number from 0"),
            ("dropout", 1.0, "dropout must be a number from 0 to 0.99, got 1.0"),
            ("n_hidden", 2**32, "n_hidden must be a whole number from 1 to 10000"),
            ("learning_rate", True, "learning_rate must be a number from 1e-06 to 1, got True"),
            ("learning_rate", float("nan"), "learning_rate must be a number from 1e-06 to 1"),
            ("weight_decay", "much", "weight_decay must be a number from 0 to 1, got 'much'"),
            ("learning_rate", 0, "learning_rate must be a number from 1e-06"),
            ("vectors", "w2v", "vectors must be WordVectors or None, got str"),
        ],
    )
    def test_out_of_range_are_refused(self, name, value, message):
        with pytest.raises(InvalidInputError, match=message):
            NetworkFeatures(**{"vectors": VECTORS, name: value}).fit([])

    def test_a_clone_keeps_them(self):
        made = clone(NetworkFeatures(VECTORS, n_hidden=7, dropout=0.5))
        assert (made.n_hidden, made.dropout, len(made.vectors)) == (7, 0.5, len(VECTORS))
        assert repr(VECTORS) == "<WordVectors: 19 words, 16 dimensions>"


class TestClassifier:
    def fit(self, *others, **changes):
        classifier = StanceClassifier(BOOK, features=[*others, features()], n_folds=2)
        return classifier.fit(TRAINED, TRUTH, groups=GROUPS, **changes)

    @pytest.mark.parametrize("others", [(), (NgramFeatures(bits=10),)], ids=["alone", "beside n-grams"])
    def test_is_trained_calibrated_saved_and_loaded(self, others, tmp_path):
        classifier = self.fit(*others)
        assert (classifier.predict(TESTED) == HELD_TRUTH).all()
        assert ((classifier.oof_scores_ > 0.5) == TRUTH).mean() > 0.95
        kinds = [*(["ngrams"] if others else []), "network"]
        assert list(classifier.model_.scorers) == kinds
        assert classifier.model_.provenance["features"] == kinds
        assert classifier.model_.provenance["network"]["n_hidden"] == 32
        again = load(save(classifier.model_, tmp_path / "model"))
        np.testing.assert_array_equal(again.predict_proba(TESTED), classifier.predict_proba(TESTED))
        assert list(again.predict(TESTED[0]).scores.values()) == pytest.approx(classifier.predict_proba(TESTED[:1])[0])

    def test_its_log_odds_are_added_to_those_of_the_linear_heads(self):
        both, alone = self.fit(NgramFeatures(bits=10)), self.fit()
        linear = StanceClassifier(BOOK, features=[NgramFeatures(bits=10)], n_folds=2)
        linear.fit(TRAINED, TRUTH, groups=GROUPS)
        np.testing.assert_allclose(
            both.decision_function(TESTED),
            alone.decision_function(TESTED) + linear.decision_function(TESTED),
            atol=2e-3,
        )

    def test_learns_from_soft_labels_too(self):
        pseudo = PseudoLabels(texts=TESTED, scores=1 - HELD_TRUTH, weight=20.0)
        assert (self.fit(pseudo=pseudo).predict(TESTED) != HELD_TRUTH).all()

    def test_labels_that_exclude_one_another(self):
        book = Codebook.from_labels(["for", "against"], exclusive=True)
        classifier = StanceClassifier(book, features=[features()], n_folds=2)
        names = np.array(["for", "against"])
        classifier.fit(TRAINED, names[TRUTH.argmax(axis=1)].tolist(), groups=GROUPS)
        assert classifier.predict(TESTED).tolist() == names[HELD_TRUTH.argmax(axis=1)].tolist()

    def test_cannot_be_begun_from(self):
        with pytest.raises(
            InvalidInputError, match="prior has a network, whose hidden layer is trained with its heads"
        ):
            StanceClassifier(BOOK, n_folds=2).fit(TRAINED, TRUTH, groups=GROUPS, prior=self.fit().model_)

    def test_numbers_of_numpy_are_saved(self, tmp_path):
        made = NetworkFeatures(VECTORS, n_hidden=np.int64(8), learning_rate=np.float32(0.002))
        model = StanceClassifier(BOOK, features=[made], n_folds=2).fit(TRAINED, TRUTH, groups=GROUPS).model_
        assert load(save(model, tmp_path / "model")).provenance["network"]["n_hidden"] == 8

    def test_wrong_parameters_are_refused_before_anything_is_read(self, monkeypatch):
        monkeypatch.setattr(NgramFeatures, "counts", lambda self, texts: pytest.fail("counted"))
        wrong = NetworkFeatures(VECTORS, dropout=2)
        with pytest.raises(InvalidInputError, match="dropout must be"):
            StanceClassifier(BOOK, features=["ngrams", wrong]).fit(TRAINED, TRUTH, groups=GROUPS)

    def test_statements_annotated_in_part_teach_what_is_known(self):
        partly = TRUTH.copy()
        partly[::2, 1] = np.nan
        classifier = StanceClassifier(BOOK, features=[features()], n_folds=2).fit(TRAINED, partly, groups=GROUPS)
        assert (classifier.predict(TESTED) == HELD_TRUTH).all()

    def test_alone_its_card_names_no_linear_heads(self, tmp_path):
        card = (save(self.fit().model_, tmp_path / "model") / "README.md").read_text(encoding="utf-8")
        assert "Features: network; a network with one hidden layer, calibrated scores" in card

    def test_by_name_it_takes_the_classifiers_seed(self):
        extractors = StanceClassifier(BOOK, features=["network"], random_state=5)._extractors(BOOK)
        assert extractors["network"].random_state == 5

    def test_stands_once(self):
        with pytest.raises(InvalidInputError, match="features hold 'network' twice"):
            StanceClassifier(BOOK, features=[features(), features()]).fit(TRAINED, TRUTH)
