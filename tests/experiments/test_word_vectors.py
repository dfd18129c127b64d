"""Vectors of words against a slow count of the same, and what a network learns from them, on made-up speeches."""

import numpy as np
import pytest

from experiments import linear, network, protocols
from experiments.crossfit import Held, cross_fitted
from experiments.data import Annotated
from experiments.outcome import Split
from experiments.protocols import run_config
from experiments.word_vectors import REACH, SEEN_AT_LEAST, SMOOTHING, count_vectors, words
from stancekit import Codebook, LabelledStatements

THINGS = {"embargo": "hurts", "blockade": "hurts", "river": "flows", "brook": "flows"}
SENTENCES = [
    f"The {thing} {does} {place} again." for thing, does in THINGS.items() for place in ("us", "them") for _ in range(8)
]
N = 600  # statements


def made_data():
    """Documents of two datasets that are tested, one statement each, the two labels in turns."""
    truth = np.array([[float(i % 4 < 2), float(i % 4 >= 2)] for i in range(N)])
    columns = {"dataset": ["ungdc", "diplomatic"] * (N // 2), "source": [f"s{i % 3}" for i in range(N)]}
    statements = LabelledStatements(
        texts=[
            f"The {'embargo hurts us' if i % 4 < 2 else 'river flows south'}, they say in {i % 3}." for i in range(N)
        ],
        truth=truth,
        poles=1 - truth,
        groups=[f"document {i}" for i in range(N)],
        columns=columns,
    )
    return Annotated(statements=statements, codebook=Codebook.from_labels(["against", "for"]))


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


def test_words_are_letters_and_what_joins_them():
    assert words("The Group of 77’s self-reliance — in 1970!") == ["the", "group", "of", "s", "self-reliance", "in"]
    assert words("L’État d'urgence, O'Brien's") == ["l'état", "d'urgence", "o'brien's"]
    assert words("1970 … 12.5 %") == []


def test_vectors_are_those_of_a_slow_count():
    kept, expected = slow_distances(SENTENCES)
    vectors = count_vectors(SENTENCES, n_dimensions=len(kept))
    assert sorted(vectors.places) == kept
    found = vectors.vectors[[vectors.places[word] for word in kept]]
    np.testing.assert_allclose(np.linalg.norm(found[:, None] - found, axis=-1), expected, atol=1e-6)


def test_words_that_stand_alike_are_near_each_other():
    vectors = count_vectors(SENTENCES, n_dimensions=4)
    embargo, blockade, river = (vectors.vectors[vectors.places[word]] for word in ("embargo", "blockade", "river"))
    assert np.linalg.norm(embargo - blockade) < 0.1 * np.linalg.norm(embargo - river)


def test_rare_words_have_no_vector_and_frequent_ones_come_first():
    vectors = count_vectors([*SENTENCES, *["A dike."] * (SEEN_AT_LEAST - 1)], n_dimensions=3)
    assert "dike" not in vectors.places
    assert list(vectors.places)[:2] == ["again", "the"]  # as often as each other, so by the alphabet
    assert vectors.counts.tolist() == sorted(vectors.counts, reverse=True)


def test_the_order_of_sentences_changes_nothing():
    one, other = (count_vectors(sentences, n_dimensions=3) for sentences in (SENTENCES, SENTENCES[::-1]))
    assert one.places == other.places
    np.testing.assert_array_equal(one.vectors, other.vectors)


def test_a_statement_is_a_unit_vector_the_largest_and_the_least():
    vectors = count_vectors(SENTENCES, n_dimensions=3)
    texts = ["Embargo hurts!", "hurts EMBARGO, unheard-of.", "Nothing known 12.", "", "embargo " * 3000]
    pooled = vectors.pool(texts)
    assert pooled.shape == (5, 9)
    units = np.array([vectors.vectors[vectors.places[word]] for word in ("embargo", "hurts")])
    units /= np.linalg.norm(units, axis=1)[:, None]
    np.testing.assert_allclose(np.linalg.norm(pooled[0, :3]), 1, rtol=1e-6)
    np.testing.assert_allclose(pooled[0, 3:], [*units.max(axis=0), *units.min(axis=0)], rtol=1e-6)
    np.testing.assert_allclose(pooled[1], pooled[0], rtol=1e-6)
    assert not pooled[2:4].any()
    np.testing.assert_allclose(pooled[4], np.tile(units[0], 3), rtol=1e-5)


def test_a_network_learns_from_one_side_and_tells_the_other():
    pytest.importorskip("torch")
    data = made_data()
    even, odd = np.arange(0, len(data.statements), 2), np.arange(1, len(data.statements), 2)
    statements = data.statements
    vectors = count_vectors(statements.texts, n_dimensions=4)
    (held,) = network.held_out([("a", Split(train=even, test=odd))], data, vectors=vectors)
    assert held.rows is odd
    assert ((held.margins > 0) == (statements.truth[odd] == 1)).all()
    statements.truth[odd] = 0.5
    (again,) = network.held_out([("a", Split(train=even, test=odd))], data, vectors=vectors)
    np.testing.assert_array_equal(again.margins, held.margins)


def told(margins):
    """Stand in for fits that say `margins` where a label is true, and the opposite where it is not."""

    def held_out(splits, *arguments, **_):
        (data,) = (one for one in arguments if isinstance(one, Annotated))
        return [
            Held(rows=split.test, margins=margins * (2 * data.statements.truth[split.test] - 1)) for _, split in splits
        ]

    return held_out


def test_log_odds_of_linear_heads_are_added_where_features_are_named(monkeypatch):
    added = []
    monkeypatch.setattr(network, "held_out", told(1))
    monkeypatch.setattr(linear, "held_out", told(2))
    monkeypatch.setattr(protocols, "cross_fitted", lambda held, data: added.extend(held) or cross_fitted(held, data))
    data = made_data()
    for config, size in (({}, 1), ({"features": [{"name": "ngrams"}]}, 3)):
        added.clear()
        outcome = run_config({"kind": "network", **config}, data)
        assert {float(abs(margin)) for part in added for margin in part.margins.ravel()} == {size}
        assert (outcome.decisions == (data.statements.truth[outcome.rows] == 1)).all()
    sources = run_config({"kind": "network", "column": "source", "test": ["diplomatic"]}, data)
    assert sorted(sources.rows) == sorted(data.rows("diplomatic"))
