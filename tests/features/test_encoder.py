"""The encoder's scorer by a small graph of its own: windows, copies, contributions, and what is refused."""

import copy
import json
import pickle
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancekit import MissingExtraError, ModelFormatError, StanceModel, load, save
from stancekit.calibration import Calibration
from stancekit.features.encoder import EncoderScorer
from stancekit.storage.loading import check_golden
from stancekit.training.stacking import Part

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
tokenizers = pytest.importorskip("tokenizers")

WORDS = ["lift", "keep", "build", "trade", "the", "embargo", "now", "never", "we", "it", ".", ",", "own", "hands"]
LETTERS = [*"abcdefghijklmnopqrstuvwxyz", *(f"##{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")]
VOCABULARY = {token: n for n, token in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS, *LETTERS])}
WINDOW = 8  # six tokens between the two ends
TEXTS = ["Lift the embargo now.", "", "We build it with our own hands, never keep it.", "制裁", "Lift"]


def graph_bytes(n_outputs=4, name="tokens", seed=0):
    """Make a graph: the mean of the tokens' vectors, a bend, and a linear head."""
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(len(VOCABULARY), 5)).astype(np.float32)
    head = rng.normal(size=(5, n_outputs)).astype(np.float32)
    helper, numpy_helper = onnx.helper, onnx.numpy_helper
    nodes = [
        helper.make_node("Gather", ["vectors", name], ["read"]),
        helper.make_node("ReduceMean", ["read"], ["mean"], axes=[1], keepdims=0),
        helper.make_node("Tanh", ["mean"], ["bent"]),
        helper.make_node("MatMul", ["bent", "head"], ["margins"]),
    ]
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info(name, onnx.TensorProto.INT64, [1, "n_tokens"])],
        [helper.make_tensor_value_info("margins", onnx.TensorProto.FLOAT, [1, n_outputs])],
        [numpy_helper.from_array(vectors, "vectors"), numpy_helper.from_array(head, "head")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return np.frombuffer(model.SerializeToString(), dtype=np.uint8)


def tokenizer_bytes():
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordPiece(VOCABULARY, unk_token="[UNK]"))
    tokenizer.normalizer = tokenizers.normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    return np.frombuffer(tokenizer.to_str().encode(), dtype=np.uint8)


def make_scorer(**changes):
    parts = {
        "graph": graph_bytes(),
        "tokenizer": tokenizer_bytes(),
        "weights": np.eye(4, 3),
        "window": WINDOW,
        "ends": (VOCABULARY["[CLS]"], VOCABULARY["[SEP]"]),
    }
    return EncoderScorer(**parts | changes)


@pytest.fixture(scope="module")
def scorer():
    return make_scorer()


@pytest.fixture(scope="module")
def encoder(scorer, codebook):
    """Give a model with the encoder alone."""
    ones, zeros = np.ones(3), np.zeros(3)
    calibration = Calibration(slope=ones, offset=zeros, threshold=ones / 2, low=ones / 2, high=ones / 2)
    return StanceModel(
        codebook=codebook, scorers={"encoder": scorer}, bias=np.array([0.3, -0.1, 0.0]), calibration=calibration
    )


def run(scorer, ids):
    """Run the graph on the numbers of tokens, apart from the scorer."""
    import onnxruntime

    session = onnxruntime.InferenceSession(scorer.graph.tobytes(), providers=["CPUExecutionProvider"])
    return session.run(None, {"tokens": np.array([ids], dtype=np.int64)})[0][0].astype(float)


class TestMargins:
    @pytest.mark.parametrize("n", [0, 1, 5])
    def test_shape(self, scorer, encoder, n):
        assert scorer.margins(TEXTS[:n]).shape == (n, 3)
        assert scorer.margins(TEXTS[:n]).dtype == np.float64
        assert encoder.predict_proba(TEXTS[:n]).shape == (n, 3)
        assert scorer.n_labels == 3

    def test_of_a_weighed_encoder_are_those_of_the_encoder_times_its_weights(self, scorer):
        """Also of a text that is read in windows: each label takes the highest of its margins."""
        weights = np.array([0.5, 2.0, 0.0])
        part = Part(scorers={"encoder": scorer}, bias=np.ones(3), margins=np.zeros((0, 3))).times(weights)
        texts = [*TEXTS, " ".join(TEXTS * 5)]
        assert len(scorer.windows(texts[-1])) > 1
        np.testing.assert_allclose(part.scorers["encoder"].margins(texts), scorer.margins(texts) * weights)
        np.testing.assert_array_equal(part.bias, weights)

    def test_are_those_of_the_graph_between_the_ends(self, scorer):
        opening, closing = scorer.ends
        ids = [opening, *(VOCABULARY[token] for token in ("lift", "the", "embargo", "now", ".")), closing]
        np.testing.assert_array_equal(scorer.margins(TEXTS[:1])[0], run(scorer, ids)[:3])
        np.testing.assert_array_equal(scorer.margins([""])[0], run(scorer, [opening, closing])[:3])

    def test_weights_mix_the_outputs(self, scorer):
        weights = np.array([[1.0, 0.0], [0.0, 2.0], [0.5, 0.0], [0.0, -1.0]])
        mixed = make_scorer(weights=weights)
        whole = make_scorer(weights=np.eye(4))
        np.testing.assert_allclose(mixed.margins(TEXTS[:1]), whole.margins(TEXTS[:1]) @ weights, rtol=1e-12)

    def test_a_score_does_not_depend_on_the_batch(self, scorer, encoder):
        together = scorer.margins(TEXTS)
        for text, margins in zip(TEXTS, together, strict=True):
            np.testing.assert_array_equal(scorer.margins([text])[0], margins)
            assert scorer.margins_of_one(text) == margins.tolist()
        np.testing.assert_array_equal(scorer.margins(TEXTS[::-1]), together[::-1])
        one_by_one = [list(encoder.predict(text).scores.values()) for text in TEXTS]
        np.testing.assert_allclose(encoder.predict_proba(TEXTS), one_by_one, rtol=0, atol=1e-15)

    @pytest.mark.parametrize("n_jobs", [1, 2, 3])
    def test_threads_give_the_same(self, encoder, n_jobs, monkeypatch):
        monkeypatch.setattr("stancekit.parallel.STRETCH", 4)
        texts = TEXTS * 8
        np.testing.assert_array_equal(encoder.margins(texts, n_jobs=n_jobs), np.tile(encoder.margins(TEXTS), (8, 1)))

    def test_threads_open_one_engine(self, monkeypatch):
        opened = []

        def count(*args, real=sys.modules["stancekit.features.encoder"].open_engine):
            opened.append(args)
            return real(*args)

        monkeypatch.setattr("stancekit.features.encoder.open_engine", count)
        fresh = make_scorer()
        assert opened == []  # nothing is opened before the first statement
        with ThreadPoolExecutor(4) as pool:
            results = list(pool.map(fresh.margins_of_one, ["Lift it."] * 20))
        assert len(opened) == 1
        assert results == [results[0]] * 20


class TestWindows:
    @settings(deadline=None)
    @given(window=st.integers(4, 40), n_tokens=st.integers(0, 200))
    def test_cover_every_token_and_overlap_by_half(self, window, n_tokens):
        scorer = make_scorer(window=window)
        tokens = list(range(100, 100 + n_tokens))
        windows = [part[0].tolist() for part in scorer._windows(tokens)]
        assert all((part[0], part[-1]) == scorer.ends for part in windows)
        inside = [part[1:-1] for part in windows]
        assert sorted({token for part in inside for token in part}) == tokens
        if n_tokens <= window - 2:
            assert inside == [tokens]
            return
        assert {len(part) for part in inside} == {window - 2}
        for part, after in pairwise(inside):
            assert part == sorted(part)
            assert 0 < after[0] - part[0] <= (window - 2) // 2

    def test_a_label_takes_its_highest_window(self, scorer):
        words = ["lift", "the", "embargo", "now", ".", "keep", "it", "never", ",", "we", "build"]
        opening, closing = scorer.ends
        ids = [VOCABULARY[word] for word in words]
        outputs = [run(scorer, [opening, *ids[start : start + 6], closing])[:3] for start in (0, 3, 5)]
        np.testing.assert_array_equal(scorer.margins([" ".join(words)])[0], np.max(outputs, axis=0))
        assert len({int(place) for place in np.argmax(outputs, axis=0)}) > 1  # not all from one window

    def test_nothing_at_the_end_is_cut(self, scorer):
        start = "we keep it never , " * 20
        assert (scorer.margins([start + "lift the embargo"]) != scorer.margins([start + "build own hands"])).any()


class TestContributions:
    @pytest.mark.parametrize("text", [*TEXTS, " \n", "lift the embargo now . keep it never , we build own hands"])
    def test_add_up(self, scorer, encoder, text):
        parts = scorer.contributions(text)
        np.testing.assert_allclose(
            np.sum([part.weights for part in parts], axis=0), scorer.margins([text])[0], rtol=0, atol=1e-12
        )
        why = encoder.explain(text)
        for label, bias in zip(encoder.labels, encoder.bias, strict=True):
            total = bias + sum(span.weight for span in why.spans if span.label == label)
            assert total == pytest.approx(why.margins[label], abs=1e-12)
        assert list(why.margins.values()) == pytest.approx(encoder.margins([text])[0].tolist(), abs=1e-12)

    def test_a_words_weight_is_what_goes_with_it(self, scorer):
        text = "Lift it now"
        whole, *parts = scorer.contributions(text)
        assert (whole.start, whole.end) == (0, len(text))
        assert [text[part.start : part.end] for part in parts] == ["Lift", "it", "now"]
        for part, without in zip(parts, (" it now", "Lift  now", "Lift it "), strict=True):
            np.testing.assert_array_equal(
                part.weights, scorer.margins([text])[0] - scorer.margins([without])[0], strict=True
            )

    def test_without_a_word_the_whole_is_one(self, scorer):
        (only,) = scorer.contributions("...")
        assert (only.start, only.end) == (0, 3)


class TestCopies:
    def test_built_again(self, scorer):
        again = EncoderScorer.build(json.loads(json.dumps(scorer.config())), scorer.arrays())
        assert (again.window, again.ends) == (WINDOW, scorer.ends)
        np.testing.assert_array_equal(again.margins(TEXTS), scorer.margins(TEXTS))

    @pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
    def test_copied(self, scorer, encoder, copied):
        scorer.margins(TEXTS)  # an open engine, which cannot be copied
        np.testing.assert_array_equal(copied(scorer).margins(TEXTS), scorer.margins(TEXTS))
        np.testing.assert_array_equal(copied(encoder).predict_proba(TEXTS), encoder.predict_proba(TEXTS))

    def test_saved(self, encoder, tmp_path):
        folder = save(encoder, tmp_path / "model")
        again = load(folder)
        np.testing.assert_array_equal(again.margins(TEXTS), encoder.margins(TEXTS))
        assert "encoder" in (folder / "README.md").read_text()

    def test_golden_scores_may_differ_by_what_rounding_does(self, encoder, models, tmp_path):
        folder = save(encoder, tmp_path / "model")
        exact = check_golden(load(folder), folder)
        assert (exact.passed, exact.max_difference, exact.tolerance) == (True, 0, 0.02)
        near, far = (check_golden(replace(encoder, bias=encoder.bias + move), folder) for move in (0.02, 0.3))
        assert near.passed
        assert near.max_difference > 1e-4
        assert not far.passed
        counted = save(models["both"], tmp_path / "counted")
        moved = replace(models["both"], bias=models["both"].bias + 0.02)
        assert check_golden(moved, counted).tolerance == 1e-6
        assert not check_golden(moved, counted).passed


class TestDamage:
    @pytest.mark.parametrize(
        "changes",
        [
            {"graph": np.frombuffer(b"no graph", dtype=np.uint8)},
            {"graph": np.zeros(0, dtype=np.uint8)},
            {"graph": graph_bytes()[:200]},
            {"tokenizer": np.frombuffer(b"{}", dtype=np.uint8)},
            {"tokenizer": tokenizer_bytes()[:-5]},
            {"tokenizer": np.frombuffer(b"\xff\xfe", dtype=np.uint8)},
        ],
        ids=["no graph", "empty graph", "half a graph", "no tokenizer", "half a tokenizer", "no text"],
    )
    def test_what_cannot_be_read(self, changes):
        for _ in range(2):  # a failure is told each time
            with pytest.raises(ModelFormatError, match=r"the encoder cannot be read: .*; copy the model again"):
                make_scorer(**changes).margins(["Lift it."])

    def test_a_graph_with_other_ends(self):
        message = re.escape("takes [('words', ['n_tokens'])] and gives [('margins', [4])], expected 'tokens' and 4")
        with pytest.raises(ModelFormatError, match=message):
            make_scorer(graph=graph_bytes(name="words")).margins(["Lift it."])
        with pytest.raises(ModelFormatError, match=r"gives \[\('margins', \[4\]\)\], expected 'tokens' and 3 outputs"):
            make_scorer(weights=np.eye(3)).margins(["Lift it."])

    @pytest.mark.parametrize("window", [3, 0, -8, 8.0, "8", None, True])
    def test_window(self, scorer, window):
        with pytest.raises(
            ModelFormatError, match=f"window must be a whole number of at least 4 tokens, got {window!r}"
        ):
            EncoderScorer.build(scorer.config() | {"window": window}, scorer.arrays())

    @pytest.mark.parametrize("name", ["graph", "tokenizer"])
    @pytest.mark.parametrize("array", [np.zeros(3), np.zeros((2, 2), dtype=np.uint8)], ids=["floats", "a table"])
    def test_arrays(self, scorer, name, array):
        with pytest.raises(ModelFormatError, match=f"{name} must be bytes, got {array.dtype} of shape"):
            EncoderScorer.build(scorer.config(), scorer.arrays() | {name: array})

    @pytest.mark.parametrize("name", ["onnxruntime", "tokenizers"])
    def test_a_missing_package_names_its_pip_line(self, monkeypatch, name):
        monkeypatch.setitem(sys.modules, name, None)
        message = re.escape(f"This model needs the package {name!r}; run: pip install 'stancekit[encoder]'")
        with pytest.raises(MissingExtraError, match=message):
            make_scorer().margins(["Lift it."])
