"""The encoder's folder, windows, memory and hash, with a stand-in for sentence-transformers."""

import hashlib
import os
import re
import sys
import time
import types
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline

from stancekit import EmbeddingFeatures, InvalidInputError, LexiconFeatures, MissingExtraError, ModelFormatError
from stancekit.codebook import Codebook, Stance
from stancekit.features import _embedder
from stancekit.features._embedder import Embedder, EmbeddingScorer, embedder_sha256, load_embedder

WIDTH = 6
WINDOW = 8


class FakeEncoder:
    """Vectors from a hash of the text; a token is a run of up to four characters; two tokens frame them."""

    max_seq_length = WINDOW

    def __init__(self):
        self.seen = []
        self.calls = []

    def get_embedding_dimension(self):
        return WIDTH

    def tokenizer(self, text, *, verbose):
        pieces = [word[i : i + 4] for word in text.split() for i in range(0, len(word), 4)]
        return {"input_ids": [0, *range(len(pieces)), 1]}

    def encode(self, texts, *, batch_size, normalize_embeddings, show_progress_bar, convert_to_numpy):
        assert normalize_embeddings
        assert convert_to_numpy
        assert not show_progress_bar
        self.seen += texts
        self.calls.append((len(texts), batch_size))
        return np.stack([unit_vector(text) for text in texts])

    def eval(self):
        return self


def unit_vector(text):
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    vector = np.frombuffer(digest[:WIDTH], dtype=np.uint8).astype(np.float32) - 127.5
    return vector / np.linalg.norm(vector)


def embedder():
    return Embedder("somewhere", "0" * 64, FakeEncoder())


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    return tmp_path


@pytest.fixture
def opened(monkeypatch):
    """Put a stand-in where sentence-transformers would be, and give the calls that open an encoder."""
    calls = []

    def open_encoder(*args, **options):
        calls.append((args, options))
        return FakeEncoder()

    module = types.ModuleType("sentence_transformers")
    open_encoder.get_embedding_dimension = FakeEncoder.get_embedding_dimension
    module.SentenceTransformer = open_encoder
    monkeypatch.setitem(sys.modules, "sentence_transformers", module)
    return calls


class TestOpening:
    def test_a_missing_package_names_its_pip_line(self, folder, monkeypatch):
        monkeypatch.setitem(sys.modules, "sentence_transformers", None)
        message = "EmbeddingFeatures needs the package 'sentence-transformers'; run: pip install 'stancekit[embedding]'"
        with pytest.raises(MissingExtraError, match=re.escape(message)):
            EmbeddingFeatures(folder).fit([])

    def test_a_version_that_trusts_local_folders_is_refused(self, folder, opened):
        del sys.modules["sentence_transformers"].SentenceTransformer.get_embedding_dimension
        with pytest.raises(MissingExtraError, match="needs the package 'sentence-transformers 6 or later'"):
            EmbeddingFeatures(folder).fit([])
        assert not opened

    @pytest.mark.parametrize("name", [None, "pytorch_model.bin", "model.safetensors/inside"])
    def test_a_folder_without_safetensors_is_refused(self, tmp_path, opened, name):
        if name:
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"pickled")
        with pytest.raises(ModelFormatError, match=r"has no model\.safetensors; expected a sentence-transformers"):
            EmbeddingFeatures(tmp_path).fit([])
        assert opened == []

    def test_a_folder_that_is_not_there_is_refused_and_not_looked_up(self, opened):
        with pytest.raises(ModelFormatError, match=r"'org/some-model' has no model\.safetensors"):
            EmbeddingFeatures("org/some-model").fit([])
        assert opened == []

    def test_nothing_is_downloaded_and_no_code_of_the_folder_runs(self, folder, opened):
        load_embedder(str(folder))
        (((path,), options),) = opened
        assert path == str(folder)
        assert options["local_files_only"] is True
        assert options["trust_remote_code"] is False
        assert options["model_kwargs"] == {"use_safetensors": True}

    def test_an_encoder_is_opened_once(self, folder, opened):
        assert load_embedder(str(folder)) is load_embedder(str(folder))
        assert len(opened) == 1

    def test_also_by_threads_that_come_together(self, folder, opened):
        stand_in = sys.modules["sentence_transformers"].SentenceTransformer

        def open_slowly(*args, **options):
            time.sleep(0.05)
            return stand_in(*args, **options)

        open_slowly.get_embedding_dimension = FakeEncoder.get_embedding_dimension
        sys.modules["sentence_transformers"].SentenceTransformer = open_slowly
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(load_embedder, [str(folder)] * 4))
        assert len(opened) == 1
        assert all(one is found[0] for one in found)

    def test_other_weights_in_the_folder_are_another_encoder(self, folder, opened):
        before = EmbeddingFeatures(folder).fit([])
        scorer = before.scorer(np.ones((WIDTH, 1)))
        old = load_embedder(str(folder))
        (folder / "model.safetensors").write_bytes(b"weightz")
        after = EmbeddingFeatures(folder).fit([])
        new = load_embedder(str(folder))
        assert len(opened) == 2
        assert new is not old
        assert (before.sha256_, after.sha256_) == (old.sha256, new.sha256)
        assert after.sha256_ == hashlib.sha256(b"weightz").hexdigest()
        # What was fitted with the old weights goes on with them.
        scorer.margins(["a"])
        before.transform(["b"])
        assert (old._encoder.seen, new._encoder.seen) == (["a", "b"], [])

    @pytest.mark.usefixtures("opened")
    def test_weights_that_are_gone_are_not_replaced_by_others(self, folder):
        scorer = EmbeddingScorer(folder=str(folder), sha256="f" * 64, weights=np.ones((WIDTH, 1)))
        with pytest.raises(ModelFormatError, match="is not the one that this model was trained with"):
            scorer.margins(["a"])

    def test_a_name_of_the_same_folder_opens_nothing_more(self, folder, opened, monkeypatch):
        monkeypatch.chdir(folder)
        assert load_embedder(".") is load_embedder(str(folder))
        assert len(opened) == 1

    def test_weights_are_hashed_once_until_they_change(self, folder, monkeypatch):
        weights = folder / "model.safetensors"
        hashed = []
        monkeypatch.setattr(_embedder, "_SETTLED", -1.0)  # as if the file lay there for long
        monkeypatch.setattr(_embedder, "_hash_once", _embedder.lru_cache(lambda *key: hashed.append(key) or "hash"))
        for _ in range(3):
            embedder_sha256(folder)
        assert len(hashed) == 1
        os.utime(weights, ns=(0, weights.stat().st_mtime_ns + 1))
        embedder_sha256(folder)
        assert len(hashed) == 2

    def test_a_failure_is_not_remembered(self, tmp_path, opened):
        with pytest.raises(ModelFormatError, match=r"has no model\.safetensors"):
            load_embedder(str(tmp_path))
        (tmp_path / "model.safetensors").write_bytes(b"weights")
        assert load_embedder(str(tmp_path)).n_dimensions == WIDTH

    def test_the_hash_is_that_of_the_weights(self, folder):
        assert embedder_sha256(folder) == hashlib.sha256(b"weights").hexdigest()


class TestEmbedding:
    def test_gives_unit_vectors_in_order(self):
        vectors = embedder().embed(["one", "a longer one", "", "one"])
        assert vectors.shape == (4, WIDTH)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-6)
        np.testing.assert_allclose(vectors[0], unit_vector("one"), rtol=1e-6)
        np.testing.assert_allclose(vectors[2], unit_vector(""), rtol=1e-6)
        np.testing.assert_array_equal(vectors[3], vectors[0])

    def test_of_no_statement_have_the_same_width(self):
        empty = embedder()
        assert empty.embed([]).shape == (0, WIDTH)
        assert empty.embed([]).dtype == np.float32
        assert empty._encoder.calls == []

    def test_the_same_text_is_embedded_once(self):
        made = embedder()
        made.embed(["a", "b", "a"])
        made.embed(["b", "c"])
        assert sorted(made._encoder.seen) == ["a", "b", "c"]

    def test_the_batch_size_reaches_the_encoder(self):
        made = embedder()
        made.embed(["a", "b"], batch_size=7)
        assert made._encoder.calls == [(2, 7)]

    @settings(max_examples=100, deadline=None)
    @given(st.lists(st.text(max_size=50), min_size=1, max_size=8), st.data())
    def test_a_vector_does_not_depend_on_its_batch(self, texts, data):
        before = data.draw(st.lists(st.sampled_from(texts)))
        used = embedder()
        used.embed(before)
        alone = np.concatenate([embedder().embed([text]) for text in texts])
        np.testing.assert_allclose(used.embed(texts), alone, rtol=0, atol=1e-6)


class TestWindows:
    def fits(self, made, text):
        return len(made._encoder.tokenizer(text, verbose=False)["input_ids"]) <= WINDOW

    def test_a_statement_that_fits_is_passed_as_it_is(self):
        made = embedder()
        made.embed(["  a b\n c "])
        assert made._encoder.seen == ["  a b\n c "]

    def test_one_that_just_fits_is_not_broken(self):
        made = embedder()
        made.embed(["a b c d  e f"])
        assert made._encoder.seen == ["a b c d  e f"]

    @pytest.mark.parametrize("n_words", [7, 8, 100, 1000])
    def test_a_long_one_is_passed_in_pieces_that_fit_and_none_is_lost(self, n_words):
        words = [f"w{i}" for i in range(n_words)]
        made = embedder()
        made.embed([" ".join(words)])
        assert len(made._encoder.seen) > 1
        assert all(self.fits(made, piece) for piece in made._encoder.seen)
        assert " ".join(made._encoder.seen).split() == words

    @pytest.mark.parametrize(
        "text", ["x" * 10_000, "制裁を解除すべきだ。" * 50, "short words and " + "y" * 500 + " end"]
    )
    def test_nor_is_one_without_white_space_cut(self, text):
        made = embedder()
        made.embed([text])
        assert all(self.fits(made, piece) for piece in made._encoder.seen)
        assert "".join("".join(made._encoder.seen).split()) == "".join(text.split())

    def test_the_pieces_are_averaged_to_a_unit_vector(self):
        made = embedder()
        (vector,) = made.embed([" ".join("abcdefgh")])
        mean = unit_vector("a b c d") + unit_vector("e f g h")
        np.testing.assert_allclose(vector, mean / np.linalg.norm(mean), rtol=1e-5)

    def test_the_end_of_a_long_statement_counts(self):
        start = " ".join(["same"] * 100)
        one, other = embedder().embed([f"{start} lift", f"{start} keep"])
        assert not np.allclose(one, other, atol=1e-3)

    def test_an_encoder_that_fits_nothing_still_ends(self, monkeypatch):
        monkeypatch.setattr(FakeEncoder, "max_seq_length", 1)
        made = embedder()
        assert made.embed(["abc de"]).shape == (1, WIDTH)
        assert sorted("".join(made._encoder.seen)) == list("abcde")


class TestMemory:
    def test_is_bounded(self, monkeypatch):
        monkeypatch.setattr(_embedder, "_REMEMBERED", 5)
        made = embedder()
        for i in range(30):
            made.embed([f"text {i}", f"other {i}"])
            assert 2 <= len(made._memory) <= 5

    def test_a_batch_beyond_the_bound_is_right_all_the_same(self, monkeypatch):
        monkeypatch.setattr(_embedder, "_REMEMBERED", 5)
        made = embedder()
        texts = [f"text {i % 15}" for i in range(20)]
        for _ in range(2):
            np.testing.assert_allclose(made.embed(texts), [unit_vector(text) for text in texts], rtol=1e-6)
            assert len(made._memory) <= 5

    def test_another_thread_may_fill_it_meanwhile(self, monkeypatch):
        monkeypatch.setattr(_embedder, "_REMEMBERED", 3)
        made = embedder()
        made.embed(["known"])
        encode = made._encoder.encode

        def encode_while_another_fills_the_memory(texts, **options):
            if "mine" in texts:
                made.embed(["a", "b", "c"])
            return encode(texts, **options)

        made._encoder.encode = encode_while_another_fills_the_memory
        expected = [unit_vector("known"), unit_vector("mine")]
        np.testing.assert_allclose(made.embed(["known", "mine"]), expected, rtol=1e-6)


class CuttingEncoder(FakeEncoder):
    """Its tokenizer keeps whether it cuts, as those of the package tokenizers do."""

    cuts = False

    def tokenizer(self, text, *, verbose):
        self.cuts = False
        time.sleep(0.0005)
        found = super().tokenizer(text, verbose=verbose)["input_ids"]
        return {"input_ids": found[: self.max_seq_length] if self.cuts else found}

    def encode(self, texts, **options):
        self.cuts = True
        time.sleep(0.0005)
        return super().encode(texts, **options)


def test_threads_together_cut_nothing():
    texts = [" ".join([f"w{i}", *"abcdefghijklmnop"]) for i in range(60)]
    expected = embedder().embed(texts)
    made = Embedder("somewhere", "0" * 64, CuttingEncoder())
    with ThreadPoolExecutor(6) as pool:
        vectors = list(pool.map(lambda text: made.embed([text])[0], texts))
    np.testing.assert_array_equal(vectors, expected)


TEXTS = ["lift it", "", " ", "one two three four five six seven eight nine", "🙂"]


def trained(folder, n_labels=3):
    weights = np.random.default_rng(0).normal(size=(WIDTH, n_labels))
    return EmbeddingFeatures(folder, weight=2.0).fit([]).scorer(weights), weights


@pytest.mark.usefixtures("opened")
class TestTheScorer:
    def test_gives_what_the_heads_would(self, folder):
        scorer, weights = trained(folder)
        features = EmbeddingFeatures(folder, weight=2.0).fit([])
        margins = scorer.margins(TEXTS)
        assert margins.shape == (len(TEXTS), 3)
        assert margins.dtype == np.float64
        np.testing.assert_allclose(margins, features.transform(TEXTS) @ weights, rtol=1e-5, atol=1e-6)

    def test_of_no_statement_gives_the_same_width(self, folder):
        scorer, _ = trained(folder)
        assert scorer.margins([]).shape == (0, 3)
        assert scorer.n_labels == 3

    @pytest.mark.parametrize("text", TEXTS)
    def test_contributes_one_part_that_adds_up(self, folder, text):
        scorer, _ = trained(folder)
        (part,) = scorer.contributions(text)
        assert (part.start, part.end) == (0, len(text))
        np.testing.assert_array_equal(part.weights, scorer.margins([text])[0])

    def test_is_built_again_from_what_it_gives(self, folder):
        scorer, _ = trained(folder)
        again = EmbeddingScorer.build(scorer.config(), scorer.arrays())
        np.testing.assert_array_equal(again.margins(TEXTS), scorer.margins(TEXTS))

    def test_refuses_other_weights(self, folder):
        scorer, _ = trained(folder)
        before, after = (hashlib.sha256(content).hexdigest() for content in (b"weights", b"weightz"))
        (folder / "model.safetensors").write_bytes(b"weightz")
        message = f"is not the one that this model was trained with: sha256 {after}, expected {before}"
        with pytest.raises(ModelFormatError, match=message):
            EmbeddingScorer.build(scorer.config(), scorer.arrays())

    def test_refuses_a_folder_that_is_gone(self, folder):
        scorer, _ = trained(folder)
        (folder / "model.safetensors").unlink()
        with pytest.raises(ModelFormatError, match=r"has no model\.safetensors"):
            EmbeddingScorer.build(scorer.config(), scorer.arrays())


@pytest.mark.usefixtures("opened")
class TestTheTransformer:
    @pytest.mark.parametrize("texts", [[], TEXTS[:1], TEXTS])
    def test_has_the_law_of_shapes(self, folder, texts):
        features = EmbeddingFeatures(folder).fit(texts)
        matrix = features.transform(text for text in texts)
        assert matrix.shape == (len(texts), WIDTH)
        assert matrix.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(matrix, axis=1), 10, rtol=1e-5)
        assert features.n_features_out_ == WIDTH
        assert features.sha256_ == embedder_sha256(folder)
        assert features.get_feature_names_out().tolist() == [f"embedding{i}" for i in range(WIDTH)]

    def test_needs_fit(self, folder):
        with pytest.raises(NotFittedError, match="not fitted yet"):
            EmbeddingFeatures(folder).transform(["a"])

    def test_a_bad_row_is_named(self, folder):
        with pytest.raises(InvalidInputError, match="expected a str in row 1, got bytes"):
            EmbeddingFeatures(folder).fit(["fine", b""])

    def test_the_constructor_stores_and_clone_copies(self):
        features = EmbeddingFeatures("nowhere", weight=2.0, batch_size=4)
        assert clone(features).get_params() == {"folder": "nowhere", "weight": 2.0, "batch_size": 4}
        assert features.set_params(batch_size=8).batch_size == 8

    def test_the_batch_size_is_used(self, folder):
        EmbeddingFeatures(folder, batch_size=3).fit([]).transform(["a"])
        assert load_embedder(str(folder))._encoder.calls == [(1, 3)]

    def test_stands_in_a_pipeline(self, folder):
        texts, truth = [f"text {i % 4}" for i in range(20)], [i % 4 // 2 for i in range(20)]
        pipeline = Pipeline([("encoder", EmbeddingFeatures("nowhere")), ("heads", LogisticRegression())])
        pipeline = clone(pipeline).set_params(encoder__folder=folder).fit(texts, truth)
        assert pipeline.predict_proba(texts).shape == (20, 2)
        assert pipeline.predict(texts).tolist() == truth

    def test_stands_in_a_union(self, folder):
        book = Codebook(stances=(Stance(label="pro", cues=("lift",)),))
        union = FeatureUnion([("encoder", EmbeddingFeatures(folder)), ("lexicon", LexiconFeatures(book))])
        assert clone(union).fit_transform(TEXTS).shape == (len(TEXTS), WIDTH + 4)
        names = union.fit(TEXTS).get_feature_names_out()
        assert [names[0], names[WIDTH]] == ["encoder__embedding0", "lexicon__cue:pro:plain"]


@pytest.fixture
def real_folder(tmp_path):
    """Make a tiny encoder of random weights; what other packages deprecate meanwhile is not our matter."""
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "lift", "the", "embargo", "keep"]
    raw, made = tmp_path / "raw", tmp_path / "made"
    raw.mkdir()
    (raw / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sentence_transformers = pytest.importorskip("sentence_transformers")
        transformers = pytest.importorskip("transformers")
        from sentence_transformers.sentence_transformer import modules

        transformers.BertTokenizer(str(raw / "vocab.txt")).save_pretrained(raw)
        config = transformers.BertConfig(
            vocab_size=len(words),
            hidden_size=WIDTH,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=8,
            max_position_embeddings=16,
        )
        transformers.BertModel(config).save_pretrained(raw)
        body = modules.Transformer(str(raw), max_seq_length=16)
        parts = [body, modules.Pooling(WIDTH)]
        sentence_transformers.SentenceTransformer(modules=parts, device="cpu").save(str(made))
    return made


def test_a_real_encoder_works_without_a_warning(real_folder):
    features = EmbeddingFeatures(real_folder, weight=1.0).fit([])
    texts = ["lift the embargo", "", "keep the embargo " * 40]
    matrix = features.transform(texts)
    assert matrix.shape == (3, WIDTH)
    np.testing.assert_allclose(np.linalg.norm(matrix, axis=1), 1, rtol=1e-5)
    load_embedder(str(real_folder))._memory.clear()
    np.testing.assert_allclose(features.transform(texts[:1])[0], matrix[0], atol=1e-5)
    assert features.transform([]).shape == (0, WIDTH)
