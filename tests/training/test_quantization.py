"""Eight bits: what loud channels cost, and that parting them changes nothing but that."""

from dataclasses import replace

import numpy as np
import pytest

from stancekit.features.encoder import EncoderScorer

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")
tokenizers = pytest.importorskip("tokenizers")

from stancekit.training.outliers import N_LOUD, part_outliers  # noqa: E402 - after what it needs
from stancekit.training.quantization import in_eight_bits  # noqa: E402

WORDS = ["lift", "keep", "build", "trade", "the", "embargo", "now", "never", "we", "it", "own", "hands"]
VOCABULARY = {token: number for number, token in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS])}
TEXTS = ["lift the embargo now", "", "we build it", "never keep it", "trade we own", "hands " * 20]
N_CHANNELS, LOUD = 32, [3, 7, 20, 31]


def graph_bytes():
    """Make a graph: vectors, some channels made loud, two products of each word's vector, and a third of their sum."""
    rng = np.random.default_rng(0)
    arrays = {"vectors": rng.normal(size=(len(VOCABULARY), N_CHANNELS)).astype(np.float32)}
    arrays["gains"] = np.where(np.isin(np.arange(N_CHANNELS), LOUD), 60, 1).astype(np.float32)
    arrays |= {name: rng.normal(size=(N_CHANNELS, 8)).astype(np.float32) / 8 for name in ("left", "right")}
    arrays["head"] = rng.normal(size=(8, 3)).astype(np.float32)
    helper = onnx.helper
    nodes = [
        helper.make_node("Gather", ["vectors", "tokens"], ["words"], name="words"),
        helper.make_node("Mul", ["words", "gains"], ["read"], name="read"),
        helper.make_node("MatMul", ["read", "left"], ["a"], name="a"),
        helper.make_node("MatMul", ["read", "right"], ["b"], name="b"),
        helper.make_node("Add", ["a", "b"], ["both"], name="both"),
        helper.make_node("ReduceMean", ["both"], ["mean"], axes=[1], keepdims=0, name="mean"),
        helper.make_node("MatMul", ["mean", "head"], ["margins"], name="margins"),
    ]
    graph = helper.make_graph(
        nodes,
        "loud",
        [helper.make_tensor_value_info("tokens", onnx.TensorProto.INT64, [1, "n_tokens"])],
        [helper.make_tensor_value_info("margins", onnx.TensorProto.FLOAT, [1, 3])],
        [onnx.numpy_helper.from_array(array, name) for name, array in arrays.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8).SerializeToString()


@pytest.fixture(scope="module")
def scorer():
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(VOCABULARY, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    return EncoderScorer(
        graph=np.frombuffer(graph_bytes(), dtype=np.uint8),
        tokenizer=np.frombuffer(tokenizer.to_str().encode(), dtype=np.uint8),
        weights=np.eye(3),
        window=10,
        ends=(VOCABULARY["[CLS]"], VOCABULARY["[SEP]"]),
    )


def parted(scorer, path):
    path.write_bytes(scorer.graph.tobytes())
    kept = part_outliers(path, [window for text in TEXTS for window in scorer.windows(text)])
    return kept, replace(scorer, graph=np.frombuffer(path.read_bytes(), dtype=np.uint8))


def constants(scorer):
    graph = onnx.load_model_from_string(scorer.graph.tobytes()).graph
    return {one.name: onnx.numpy_helper.to_array(one) for one in graph.initializer}


def distance(scorer, other):
    return float(np.mean(np.abs(scorer.margins(TEXTS) - other.margins(TEXTS))))


class TestOutliers:
    def test_in_32_bits_nothing_changes(self, scorer, tmp_path):
        kept, other = parted(scorer, tmp_path / "graph.onnx")
        assert sorted(kept) == ["a_few", "b_few", "margins_few"]
        onnx.checker.check_model(onnx.load_model_from_string(other.graph.tobytes()))
        np.testing.assert_allclose(other.margins(TEXTS), scorer.margins(TEXTS), rtol=1e-4, atol=1e-4)

    def test_the_loudest_channels_are_found(self, scorer, tmp_path):
        _, other = parted(scorer, tmp_path / "graph.onnx")
        assert constants(other)["read_loud"].tolist() == LOUD
        assert np.flatnonzero(constants(other)["read_mask"] == 0).tolist() == LOUD
        assert len(constants(other)["mean_loud"]) == N_LOUD


class TestEightBits:
    def test_loud_channels_no_longer_drown_the_rest(self, scorer):
        plain, other = in_eight_bits(scorer), in_eight_bits(scorer, TEXTS)
        assert distance(plain, scorer) > 0
        assert distance(other, scorer) < distance(plain, scorer) / 2  # what is left is the weights' rounding

    def test_what_is_not_loud_has_eight_bits(self, scorer):
        arrays = constants(in_eight_bits(scorer, TEXTS))
        assert {arrays[f"{name}_quantized"].dtype for name in ("left", "right", "head")} == {np.dtype(np.int8)}
        assert {name for name in arrays if name.endswith("_few")} == {"left_few", "right_few", "head_few"}

    def test_without_examples_all_has_eight_bits(self, scorer):
        arrays = constants(in_eight_bits(scorer))
        assert not [name for name in arrays if name.endswith(("_few", "_loud", "_mask"))]

    def test_the_rest_of_the_scorer_stays(self, scorer):
        other = in_eight_bits(scorer, TEXTS)
        assert other.config() == scorer.config()
        np.testing.assert_array_equal(other.tokenizer, scorer.tokenizer)
