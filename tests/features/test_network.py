"""Pooled word vectors and the network on them against a slow account of both; copies, files, and what is refused."""

import copy
import pickle
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import groupby

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancekit import InvalidInputError, ModelFormatError, NetworkFeatures, StanceModel, WordVectors, load, save
from stancekit.apps.one_statement import explanation_lines
from stancekit.calibration import Calibration
from stancekit.features._network import NetworkKernel, VectorTable
from stancekit.features.network_scorer import NetworkScorer
from stancekit.storage.loading import check_golden
from stancekit.text._vocabulary import list_words
from stancekit.text.checks import read_statements

WORDS = ["lift", "keep", "build", "trade", "the", "embargo", "now", "self", "reliance", "état", "77", "σοφος"]
COUNTS = [5, 3, 8, 13, 900, 4, 40, 6, 6, 1, 2, 1]
KNOWN = {word.replace("ς", "σ"): word for word in WORDS}
N_DIMENSIONS, N_HIDDEN, N_LABELS = 21, 10, 3
TEXTS = [
    "Lift the embargo now!",
    "",
    "Self-reliance, self-reliance: we build and trade.",
    "Nobody here knows a word of it.",
    "L’ÉTAT 77 ΣΟΦΟΣ σοφος",
    "the " * 3000,
]


def make_vectors(seed=0):
    rng = np.random.default_rng(seed)
    return WordVectors.quantize(WORDS, rng.normal(size=(len(WORDS), N_DIMENSIONS)), COUNTS)


def make_scorer(seed=0, **changes):
    rng = np.random.default_rng(seed)
    parts = {
        "vectors": make_vectors(),
        "hidden": rng.integers(-32_767, 32_768, (N_HIDDEN, 3 * N_DIMENSIONS)).astype(np.int16),
        "hidden_steps": rng.uniform(1e-6, 1e-5, N_HIDDEN).astype(np.float32),
        "hidden_bias": rng.normal(size=N_HIDDEN).astype(np.float32),
        "weights": rng.normal(size=(N_HIDDEN, N_LABELS)).astype(np.float32),
        "reference": rng.normal(size=N_LABELS),
    }
    return NetworkScorer(**parts | changes)


@pytest.fixture(scope="module")
def scorer():
    return make_scorer()


@pytest.fixture(scope="module")
def model(scorer, codebook):
    ones, zeros = np.ones(3), np.zeros(3)
    calibration = Calibration(slope=ones, offset=zeros, threshold=ones / 2, low=ones / 2, high=ones / 2)
    return StanceModel(
        codebook=codebook, scorers={"network": scorer}, bias=np.array([0.3, -0.1, 0.0]), calibration=calibration
    )


def slow_words(text):
    runs = ("".join(run) for is_word, run in groupby(text, str.isalnum) if is_word)
    return ["".join(char.lower()[0] for char in run).replace("ς", "σ") for run in runs if len(run) >= 2]


def slow_pool(vectors, text):
    """One word after another, in whole numbers, from the arrays as they are stored."""
    rows = [row_of(vectors, KNOWN[word]) for word in slow_words(text) if word in KNOWN]
    if not rows:
        return np.zeros(3 * N_DIMENSIONS, dtype=int)
    known = vectors.vectors[rows].astype(np.int64)
    total = (known * vectors.importance[rows].astype(np.int64)[:, None]).sum(axis=0)
    length = np.sqrt(((total * vectors.steps.astype(float)) ** 2).sum())
    direction = np.clip(np.rint(total / length), -127, 127) if length else np.zeros(N_DIMENSIONS)
    return np.concatenate([direction, known.max(axis=0), known.min(axis=0)]).astype(int)


def row_of(vectors, word):
    hashes, *_ = list_words(read_statements([word]))
    return int(np.flatnonzero(vectors.words == hashes[0])[0])


def slow_margins(scorer, text):
    inputs = slow_pool(scorer.vectors, text)
    hidden = np.array([sum(int(w) * int(x) for w, x in zip(row, inputs, strict=True)) for row in scorer.hidden])
    values = np.maximum(hidden * scorer.hidden_steps.astype(float) + scorer.hidden_bias, 0)
    return values @ scorer.weights.astype(float) - scorer.reference


class TestPooling:
    def test_is_that_of_a_slow_account(self, scorer):
        pooled = scorer.vectors.pool(TEXTS)
        assert pooled.dtype == np.int8
        np.testing.assert_array_equal(pooled, [slow_pool(scorer.vectors, text) for text in TEXTS])

    @settings(max_examples=150, deadline=None)
    @given(st.lists(st.sampled_from([*WORDS, "Lift", "EMBARGO", "unknown", "K", "İ"]) | st.text(max_size=8)))
    def test_of_any_text(self, parts):
        text = " ".join(parts).encode(errors="ignore").decode()
        vectors = make_vectors()
        np.testing.assert_array_equal(vectors.pool([text])[0], slow_pool(vectors, text))

    @pytest.mark.parametrize("n", [1, 3, 4, 5, 511, 512, 513, 2000])
    def test_of_so_many_words(self, n):
        vectors = make_vectors()
        text = " ".join((WORDS * (n // len(WORDS) + 1))[:n])
        np.testing.assert_array_equal(vectors.pool([text])[0], slow_pool(vectors, text))

    def test_the_heaviest_words_overflow_nothing(self):
        vectors = WordVectors.quantize(["ab", "cd"], np.array([[3.0, -3.0], [3.0, 3.0]]), [1, 1])
        assert vectors.importance.max() == 32_767
        assert vectors.vectors.max() == 127
        (pooled,) = vectors.pool(["ab cd " * 40_000])
        assert pooled[:2].tolist() == vectors.pool(["ab cd"])[0, :2].tolist()
        assert pooled[0] > 120
        assert pooled[1] == 0

    def test_units_are_those_of_the_vectors(self):
        rng = np.random.default_rng(1)
        given = rng.normal(size=(len(WORDS), N_DIMENSIONS))
        vectors = WordVectors.quantize(WORDS, given, COUNTS)
        units = given / np.linalg.norm(given, axis=1)[:, None]
        features = NetworkFeatures(vectors).fit([])
        found = features.transform(["Lift."])[0]
        np.testing.assert_allclose(found, np.tile(units[0], 3), atol=0.006)
        assert features.get_feature_names_out()[[0, N_DIMENSIONS, -1]].tolist() == ["sum0", "largest0", "least20"]

    def test_frequent_words_count_less(self):
        vectors = make_vectors()
        either, both = vectors.pool(["embargo", "the embargo"])[:, :N_DIMENSIONS].astype(float) * vectors.steps
        assert either @ both > 0.9

    def test_no_statement(self, scorer):
        assert scorer.vectors.pool([]).shape == (0, 3 * N_DIMENSIONS)
        assert scorer.margins([]).shape == (0, N_LABELS)


class TestMargins:
    def test_are_those_of_a_slow_account(self, scorer):
        np.testing.assert_allclose(
            scorer.margins(TEXTS), [slow_margins(scorer, t) for t in TEXTS], rtol=1e-5, atol=1e-4
        )

    def test_do_not_depend_on_the_neighbours(self, scorer):
        together = scorer.margins(TEXTS * 3)
        for row, text in enumerate(TEXTS * 3):
            np.testing.assert_array_equal(together[row], scorer.margins([text])[0])
            np.testing.assert_array_equal(together[row], scorer.margins_of_one(text))

    def test_of_what_was_pooled(self, scorer):
        np.testing.assert_allclose(
            scorer.pooled_margins(scorer.vectors.pool(TEXTS)), scorer.margins(TEXTS), rtol=1e-4, atol=1e-4
        )

    def test_threads_share_a_scorer(self, scorer):
        texts = [" ".join(np.random.default_rng(seed).permutation(WORDS)[:5]) for seed in range(2000)]
        expected = scorer.margins(texts)
        with ThreadPoolExecutor(4) as pool:
            for found in pool.map(lambda _: scorer.margins(texts), range(8)):
                np.testing.assert_array_equal(found, expected)

    def test_a_model_predicts_by_them(self, scorer, model):
        np.testing.assert_allclose(model.margins(TEXTS), scorer.margins(TEXTS) + model.bias)
        assert model.predict(TEXTS[0]) == model.predict(TEXTS[:1])[0]

    @pytest.mark.parametrize("wrong", [None, 3, "\ud800"])
    def test_what_is_no_text_is_refused(self, scorer, wrong):
        with pytest.raises(InvalidInputError, match="row 1"):
            scorer.margins(["yes", wrong])


class TestContributions:
    @pytest.mark.parametrize("text", TEXTS[:5])
    def test_add_up_to_the_margins(self, scorer, text):
        parts = scorer.contributions(text)
        np.testing.assert_allclose(np.sum([part.weights for part in parts], axis=0), scorer.margins([text])[0])

    def test_a_word_adds_what_is_lost_without_it(self, scorer):
        whole, *words = scorer.contributions(TEXTS[0])
        assert (whole.start, whole.end) == (0, len(TEXTS[0]))
        assert [TEXTS[0][part.start : part.end] for part in words] == ["Lift", "the", "embargo", "now"]
        margins = scorer.margins([TEXTS[0], "Lift the  now!"])
        np.testing.assert_allclose(words[2].weights, margins[0] - margins[1])

    def test_of_many_words_are_the_same_as_one_by_one(self, scorer):
        text = "we build and lift the embargo now " * 30
        parts = scorer.contributions(text)
        assert len(parts) == 1 + 7 * 30
        alone = scorer.margins([text])[0] - scorer.margins([text[: parts[150].start] + text[parts[150].end :]])[0]
        np.testing.assert_allclose(parts[150].weights, alone)

    def test_a_statement_of_very_many_words_is_one_contribution(self, scorer):
        text = "lift " * 2001
        (whole,) = scorer.contributions(text)
        np.testing.assert_allclose(whole.weights, scorer.margins([text])[0])
        assert len(scorer.contributions("lift " * 2000)) == 2001

    def test_beside_n_grams_a_word_gets_one_span(self, scorer, models):
        ngrams = models["ngrams"]
        both = replace(ngrams, scorers={**ngrams.scorers, "network": make_scorer()})
        text = "Lift the embargo, now!"
        why = both.explain(text)
        mine = [span for span in why.spans if span.label == "lift"]
        assert [span.text for span in mine if "embargo" in span.text and " " not in span.text] == ["embargo,"]
        for label in both.labels:
            total = why.bias[label] + sum(span.weight for span in why.spans if span.label == label)
            assert total == pytest.approx(why.margins[label])
        lines = explanation_lines(why, 2, both).splitlines()
        assert sum("what its words do together" in line for line in lines) == len(both.labels)
        shown = [float(line.split()[0]) for line in lines[1:6]]
        assert sum(shown) == pytest.approx(why.margins["trade"], abs=0.03)

    def test_a_model_explains_by_them(self, model):
        why = model.explain(TEXTS[0])
        for label in model.labels:
            total = why.bias[label] + sum(span.weight for span in why.spans if span.label == label)
            assert total == pytest.approx(why.margins[label])


class TestFiles:
    def test_a_saved_model_gives_the_same(self, model, tmp_path):
        save(model, tmp_path / "model")
        again = load(tmp_path / "model")
        np.testing.assert_array_equal(again.margins(TEXTS), model.margins(TEXTS))
        assert check_golden(again, tmp_path / "model").max_difference == 0
        assert "a network with one hidden layer" in (tmp_path / "model" / "README.md").read_text(encoding="utf-8")

    @pytest.mark.parametrize("make", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
    def test_a_copy_gives_the_same(self, scorer, make):
        np.testing.assert_array_equal(make(scorer).margins(TEXTS), scorer.margins(TEXTS))
        np.testing.assert_array_equal(make(scorer.vectors).pool(TEXTS), scorer.vectors.pool(TEXTS))

    @pytest.mark.parametrize(
        ("name", "change", "message"),
        [
            ("hidden", lambda a: a[:, :-1], "hidden of the network must be finite int16 of shape"),
            ("hidden", lambda a: a.astype(np.int32), "hidden of the network must be finite int16"),
            ("hidden_steps", lambda a: a * np.nan, "hidden_steps of the network must be finite"),
            ("hidden_bias", lambda a: a[1:], "hidden_bias of the network"),
            ("weights", lambda a: a.astype(np.float64), "weights of the network"),
            ("reference", lambda a: a[1:], "reference of the network"),
            ("words", lambda a: a[::-1], "words must rise"),
            ("words", lambda a: a[1:], "which does not fit the others"),
            ("words", lambda a: np.concatenate([[0], a[1:]]).astype(np.uint32), "words must rise"),
            ("importance", lambda a: -a, "weigh 0 or more"),
            ("vectors", lambda a: a[:, :-1], "vectors of the word vectors have shape"),
            ("vectors", lambda a: a.astype(np.int16), "vectors of the word vectors must be an array of int8"),
            ("vectors", lambda a: np.full_like(a, -128), "must lie from -127 to 127"),
            ("steps", lambda a: a * 0, "steps must be positive"),
        ],
    )
    def test_arrays_that_do_not_fit_are_refused(self, scorer, name, change, message):
        arrays = scorer.arrays()
        with pytest.raises(ModelFormatError, match=message):
            NetworkScorer.build({}, arrays | {name: change(arrays[name])})

    def test_weights_whose_products_would_overflow_are_refused(self):
        wide = WordVectors.quantize(["ab", "cd"], np.random.default_rng(0).normal(size=(2, 200)), [1, 1])
        full = np.full((1, 600), 32_767, np.int16)
        ones = np.ones(1, np.float32)
        arrays = {"hidden": full, "hidden_steps": ones, "hidden_bias": ones, "weights": ones[:, None]}
        arrays |= wide.arrays() | {"reference": np.zeros(1)}
        with pytest.raises(ModelFormatError, match="too large to be added up"):
            NetworkScorer.build({}, arrays)
        full[:, 500:] = 0
        assert NetworkScorer.build({}, arrays).margins(["ab"]).shape == (1, 1)

    def test_an_array_that_is_missing_is_refused(self, model, tmp_path, monkeypatch):
        arrays = model.scorers["network"].arrays()
        del arrays["hidden"]
        monkeypatch.setattr(NetworkScorer, "arrays", lambda self: arrays)
        save(model, tmp_path / "model")
        with pytest.raises(ModelFormatError, match="does not describe a model: KeyError\\('hidden'\\)"):
            load(tmp_path / "model")


class TestWordVectors:
    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (["peace", "two words"], "'two words' is no word of two or more letters and digits alone"),
            (["peace", "a"], "'a' is no word"),
            (["peace", ""], "'' is no word"),
            (["peace", "don't"], '"don\'t" is no word'),
            (["co-operate", " peace"], "'co-operate' is no word"),
            (["peace", "PEACE"], "'PEACE' is a word from before"),
            (["peace"], "got 1 words, vectors of shape (2, 2) and 2 counts"),
            ([], "got 0 words"),
        ],
    )
    def test_words_that_are_none_are_refused(self, words, message):
        with pytest.raises(InvalidInputError, match=re.escape(message)):
            WordVectors.quantize(words, np.eye(2), [1, 1])

    @pytest.mark.parametrize(
        ("vectors", "counts"),
        [
            ([[1.0, 0.0], [np.nan, 0.0]], [1, 1]),
            ([[1.0, 0.0], [np.inf, 0.0]], [1, 1]),
            ([[1.0, 0.0], [0.0, 0.0]], [1, 1]),
            ([[1.0, 0.0], [0.0, 1.0]], [1, 0]),
            ([[1.0, 0.0], [0.0, 1.0]], [1, -2]),
            ([[1.0, 0.0], [0.0, 1.0]], [1, np.nan]),
        ],
    )
    def test_numbers_that_mean_nothing_are_refused(self, vectors, counts):
        with pytest.raises(InvalidInputError, match="the word 'war' in row 1 must have a finite vector other than 0"):
            WordVectors.quantize(["peace", "war"], vectors, counts)

    def test_without_dimensions_are_refused(self):
        with pytest.raises(InvalidInputError, match="vectors of shape"):
            WordVectors.quantize(["peace"], np.zeros((1, 0)), [1])
        empty = {"vectors": np.zeros((1, 0), np.int8), "steps": np.zeros(0, np.float32)}
        one = WordVectors.quantize(["peace"], np.eye(1), [1])
        with pytest.raises(ModelFormatError, match="does not fit the others"):
            WordVectors.build(one.arrays() | empty)

    def test_arrays_that_are_none_are_refused(self):
        with pytest.raises(InvalidInputError, match="words of the word vectors must be an array of uint32"):
            WordVectors(words=None, importance=None, vectors=None, steps=None)

    def test_other_vectors_after_the_fit_change_nothing_before_the_next(self):
        features = NetworkFeatures(make_vectors()).fit([])
        before = features.transform(TEXTS)
        features.set_params(vectors=WordVectors.quantize(["lift"], np.eye(1), [1]))
        np.testing.assert_array_equal(features.transform(TEXTS), before)
        assert features.fit([]).transform(TEXTS).shape == (len(TEXTS), 3)

    def test_have_a_length(self):
        assert (len(make_vectors()), make_vectors().n_dimensions) == (len(WORDS), N_DIMENSIONS)

    def test_the_table_wants_arrays_of_one_length(self):
        parts = [np.ones(2, np.uint32), np.ones(2, np.int16), np.ones((2, 3), np.int8), np.ones(3, np.float32)]
        for place, other in ((0, np.ones(1, np.uint32)), (1, np.ones(3, np.int16)), (3, np.ones(2, np.float32))):
            with pytest.raises(ValueError, match=r"must (have|be) one"):
                VectorTable(*parts[:place], other, *parts[place + 1 :])

    def test_the_engine_wants_layers_that_fit(self, scorer):
        with pytest.raises(ValueError, match="three columns a dimension"):
            NetworkKernel(
                scorer.vectors.table,
                scorer.hidden[:, :-3].copy(),
                scorer.hidden_steps,
                scorer.hidden_bias,
                scorer.weights,
            )
        with pytest.raises(ValueError, match="one row a row of hidden"):
            NetworkKernel(
                scorer.vectors.table, scorer.hidden, scorer.hidden_steps[1:], scorer.hidden_bias, scorer.weights
            )


class TestPackaged:
    def test_features_take_the_vectors_of_the_model_in_the_package(self):
        model = load("network")
        assert list(model.scorers) == ["ngrams", "network"]
        features = NetworkFeatures().fit([])
        for name, array in features.vectors_.arrays().items():
            np.testing.assert_array_equal(array, model.scorers["network"].vectors.arrays()[name])

    def test_words_that_mean_alike_lie_near_each_other(self):
        vectors = NetworkFeatures().fit([]).transform(["embargo", "blockade", "tomato"])
        embargo, blockade, tomato = vectors[:, :200]
        assert embargo @ blockade > 0.3 > embargo @ tomato
