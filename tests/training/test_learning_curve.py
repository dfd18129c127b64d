"""What few labels teach: which labels can be learned, and how good a model gets with their number."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stancekit import Codebook, InvalidInputError, LabelledStatements, StanceClassifier, learning_curve, read_labelled
from stancekit.training.curve import n_models
from stancekit.training.learning import learnable, mean_f1

DATA = Path(__file__).parent.parent.parent / "data"


@pytest.fixture(scope="module")
def book():
    return Codebook.read(DATA / "codebook.yaml")


@pytest.fixture(scope="module")
def shuffled(book):
    data = read_labelled(DATA / "statements.jsonl", book, group="group")
    return data.take(np.random.default_rng(5).permutation(len(data)))


def test_labels_with_too_few_statements_are_left_out(shuffled, book):
    few = replace(shuffled, truth=shuffled.truth * [1, 0, 1])
    few.truth[3, 1] = 1
    assert learnable(few, book).labels == ("anti-sanction", "self-reliance")
    exclusive = Codebook.from_labels(list(book.labels), exclusive=True)
    with pytest.raises(InvalidInputError, match=r"too few to train on: \['pro-cooperation'\] need statements"):
        learnable(few, exclusive)
    with pytest.raises(InvalidInputError, match="too few to train on: 5 statements in"):
        learnable(few.take(range(5)), book)


def test_mean_f1():
    truth = np.array([[1, 0, np.nan], [0, 0, 0], [1, 0, 1.0]])
    decided = np.array([[1, 1, 1], [1, 0, 0], [0, 0, 1]], dtype=bool)
    assert mean_f1(truth, decided) == pytest.approx((0.5 + 1) / 2)
    assert np.isnan(mean_f1(np.zeros((2, 1)), np.ones((2, 1), dtype=bool)))


def test_the_curve_rises_and_its_intervals_hold_it(shuffled, book):
    calls = []
    curve = learning_curve(
        shuffled.take(range(160)), book, n_draws=4, n_bootstrap=100, seed=1, progress=lambda: calls.append(1)
    )
    assert [point.n for point in curve.points] == [25, 50, 100]
    assert len(calls) == n_models(160, 4) == 12
    values = [point.f1.value for point in curve.points]
    assert values[0] + 0.05 < values[-1] < 1
    for point in curve.points:
        assert point.f1.low <= point.f1.value <= point.f1.high
        assert 0.02 < point.f1.high - point.f1.low < 0.5
        assert set(point.per_label) == set(book.labels)
    assert "tested on all labelled statements" in curve.notes[0]
    assert curve.to_dict()["points"][0]["n"] == 25


def test_the_curve_is_the_same_again_and_another_with_another_seed(shuffled, book):
    first, again, other = (
        learning_curve(shuffled.take(range(40)), book, n_draws=3, n_bootstrap=20, seed=seed) for seed in (1, 1, 2)
    )
    assert first == again
    assert first.points[0].f1 != other.points[0].f1


def test_the_curve_is_the_same_in_blocks_of_any_size(shuffled, book, monkeypatch):
    """The sample's own figure is not known by its being alone in a block."""
    some = shuffled.take(range(40))
    whole = learning_curve(some, book, n_draws=3, n_bootstrap=40)
    monkeypatch.setattr("stancekit.measure.bootstrap.BLOCK", 1)
    assert learning_curve(some, book, n_draws=3, n_bootstrap=40) == whole


def test_a_seed_that_no_classifier_takes_is_an_error(shuffled, book):
    with pytest.raises(InvalidInputError, match=r"seed must be a whole number from 0 to below 2\*\*32, got 4294967296"):
        learning_curve(shuffled, book, seed=2**32)


def test_the_seed_reaches_the_classifier(shuffled, book, monkeypatch):
    seeds = []

    class Seeing(StanceClassifier):
        def fit(self, *rest, **options):
            seeds.append(self.random_state)
            return super().fit(*rest, **options)

    monkeypatch.setattr("stancekit.training.classifier.StanceClassifier", Seeing)
    learning_curve(shuffled.take(range(40)), book, n_draws=2, n_bootstrap=0, seed=7)
    assert seeds == [7, 7]


def test_a_large_random_sample_alone_is_tested(shuffled, book):
    some = shuffled.take(range(70))
    counted = [n > 5 for n in range(70)]
    curve = learning_curve(some, book, counted=counted, n_draws=3, n_bootstrap=20)
    assert (curve.n_tested, curve.notes) == (64, ("tested on the 64 statements of the random sample alone",))
    few = learning_curve(some, book, counted=[n < 10 for n in range(70)], n_draws=2, n_bootstrap=20)
    assert few.n_tested == 70
    assert "(10 there are, 60 it takes)" in few.notes[0]


def test_a_label_that_cannot_be_learned_yet_counts_as_nothing(shuffled, book):
    truth = np.zeros_like(shuffled.truth[:90])
    truth[[3, 40, 77], 0] = 1
    few = LabelledStatements(texts=shuffled.texts[:90], truth=truth, groups=[str(n) for n in range(90)])
    curve = learning_curve(few, book, n_draws=3, n_bootstrap=20)
    assert curve.points[0].f1.value == 0
    assert np.isnan(curve.points[0].per_label["self-reliance"].value)


@pytest.mark.parametrize(("n", "n_groups"), [(0, 0), (30, 30), (60, 2)])
def test_too_few_for_a_curve_is_a_note(shuffled, book, n, n_groups):
    groups = [str(row % max(n_groups, 1)) for row in range(n)]
    few = LabelledStatements(texts=shuffled.texts[:n], truth=shuffled.truth[:n], groups=groups)
    curve = learning_curve(few, book)
    assert curve.points == ()
    assert (
        f"too few for a learning curve: {n} labelled statements in {n_groups} groups, it takes 38 in 3" in curve.notes
    )


def test_curve_settings_are_checked(shuffled, book):
    with pytest.raises(InvalidInputError, match="n_draws is 1; expected a whole number of 2 or more"):
        learning_curve(shuffled, book, n_draws=1)
    with pytest.raises(InvalidInputError, match="counted has 1 values, expected 780"):
        learning_curve(shuffled, book, counted=[True])


def test_of_a_whole_corpus_no_sample_is_missed(shuffled, book):
    some = shuffled.take(range(70))
    curve = learning_curve(some, book, counted=[False] * 70, is_whole=True, n_draws=2, n_bootstrap=20)
    assert curve.points
    assert (curve.n_tested, curve.notes) == (70, ())
