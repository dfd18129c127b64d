"""Each epoch holds what was annotated, a part of what a teacher labelled, and other countries in a share of both."""

from dataclasses import replace

import numpy as np
import pytest

from stancekit.training.examples import Lesson, make_epochs
from stancekit.training.finetuning import TuningSettings

NAN = float("nan")
SETTINGS = TuningSettings(
    base="none",
    n_epochs=3,
    learning_rate=1e-3,
    batch_size=8,
    positive_weight=1.5,
    max_tokens=16,
    n_frozen=0,
    country_swaps=0.0,
    random_state=0,
)


@pytest.fixture(autouse=True)
def texts_as_tokens(monkeypatch):
    """Let an epoch hold the texts themselves, to read them in tests and need no tokenizer."""
    monkeypatch.setattr("stancekit.training.examples.tokenize", lambda texts, settings: list(texts))


def lesson(n_statements, text="Gold {}.", first=0):
    """Give statements whose number is told by their text, their targets and their weight."""
    numbers = np.arange(first, first + n_statements)
    return Lesson(
        texts=[text.format(number) for number in numbers],
        targets=np.column_stack([numbers / 1000, np.full(n_statements, NAN)]),
        weights=1.0 + numbers,
    )


def soft_lesson(n_statements=20):
    return lesson(n_statements, "Soft {}.", first=100)


def soft_of(epoch):
    return [text for text in epoch.tokens if text.startswith("Soft")]


class TestLesson:
    def test_take(self):
        part = lesson(5).take(np.array([3, 1]))
        assert part.texts == ["Gold 3.", "Gold 1."]
        np.testing.assert_array_equal(part.targets, [[0.003, NAN], [0.001, NAN]])
        assert part.weights.tolist() == [4, 2]

    def test_joined(self):
        both = lesson(2).joined(soft_lesson(1))
        assert both.texts == ["Gold 0.", "Gold 1.", "Soft 100."]
        np.testing.assert_array_equal(both.targets, [[0.0, NAN], [0.001, NAN], [0.1, NAN]])
        assert both.weights.tolist() == [1, 2, 101]


class TestEpochs:
    @pytest.mark.parametrize("n_epochs", [1, 2, 3, 7])
    def test_gold_stands_in_each_and_soft_in_one(self, n_epochs):
        epochs = make_epochs(lesson(5), soft_lesson(), replace(SETTINGS, n_epochs=n_epochs))
        assert len(epochs) == n_epochs
        for epoch in epochs:
            assert [text for text in epoch.tokens if text.startswith("Gold")] == lesson(5).texts
        assert sorted(text for epoch in epochs for text in soft_of(epoch)) == soft_lesson().texts
        assert {len(soft_of(epoch)) for epoch in epochs} <= {20 // n_epochs, -(-20 // n_epochs)}

    def test_targets_and_weights_follow_their_texts(self):
        for epoch in make_epochs(lesson(5), soft_lesson(), SETTINGS):
            numbers = np.array([int(text.split()[1][:-1]) for text in epoch.tokens])
            np.testing.assert_array_equal(epoch.targets[:, 0], numbers / 1000)
            assert np.isnan(epoch.targets[:, 1]).all()
            np.testing.assert_array_equal(epoch.weights, 1.0 + numbers)

    @pytest.mark.parametrize("soft", [None, soft_lesson(0)], ids=["None", "none at all"])
    def test_no_soft_statements(self, soft):
        epochs = make_epochs(lesson(5), soft, SETTINGS)
        assert [epoch.tokens for epoch in epochs] == [lesson(5).texts] * 3
        for epoch in epochs:
            np.testing.assert_array_equal(epoch.targets, lesson(5).targets)
            np.testing.assert_array_equal(epoch.weights, lesson(5).weights)

    def test_fewer_soft_statements_than_epochs(self):
        epochs = make_epochs(lesson(5), soft_lesson(2), SETTINGS)
        assert sorted(len(soft_of(epoch)) for epoch in epochs) == [0, 1, 1]

    def test_the_seed_deals_the_soft_statements(self):
        first, again, other = (
            [soft_of(epoch) for epoch in make_epochs(lesson(5), soft_lesson(), replace(SETTINGS, random_state=seed))]
            for seed in (4, 4, 5)
        )
        assert first == again
        assert first != other


class TestCountrySwaps:
    GOLD = lesson(1000, "Gold {}: we saw Cuba.")

    @pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
    def test_share_of_the_statements(self, share):
        soft = lesson(600, "Soft {}: we saw Peru.")
        for epoch in make_epochs(self.GOLD, soft, replace(SETTINGS, country_swaps=share)):
            for name, kind in (("Cuba", "Gold"), ("Peru", "Soft")):
                others = [not text.endswith(f" {name}.") for text in epoch.tokens if text.startswith(kind)]
                # now and then a country draws itself
                assert np.mean(others) == pytest.approx(share, abs=0.1 if share == 0.3 else 0.03)

    def test_without_swaps_texts_are_as_they_were(self):
        for epoch in make_epochs(self.GOLD, None, SETTINGS):
            assert epoch.tokens == self.GOLD.texts

    def test_each_epoch_draws_anew(self):
        first, second, third = make_epochs(self.GOLD, None, replace(SETTINGS, country_swaps=0.5))
        assert first.tokens != second.tokens != third.tokens
        swapped = [
            {row for row, text in enumerate(epoch.tokens) if not text.endswith("Cuba.")} for epoch in (first, second)
        ]
        assert 150 < len(swapped[0] & swapped[1]) < 350  # of 250 expected: which are swapped is drawn anew too

    def test_the_same_seed_draws_the_same(self):
        first, again, other = (
            [epoch.tokens for epoch in make_epochs(self.GOLD, None, replace(SETTINGS, country_swaps=0.5, **seed))]
            for seed in ({}, {}, {"random_state": 9})
        )
        assert first == again
        assert first[0] != other[0]

    def test_texts_keep_their_places(self):
        for epoch in make_epochs(self.GOLD, None, replace(SETTINGS, country_swaps=1.0)):
            starts = [text.split(":")[0] for text in epoch.tokens]
            assert starts == [f"Gold {number}" for number in range(1000)]
            np.testing.assert_array_equal(epoch.targets, self.GOLD.targets)
