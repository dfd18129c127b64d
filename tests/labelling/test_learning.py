"""Models from what was labelled, the learning curve, and labels that are doubted."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from stancekit import (
    Codebook,
    InvalidInputError,
    LabelledStatements,
    MissingExtraError,
    StanceClassifier,
    learning_curve,
)
from stancekit.labelling.curve import n_models
from stancekit.labelling.retraining import Retraining, learnable, mean_f1, retrain
from stancekit.labelling.review import doubtful_labels, label_quality
from stancekit.labelling.statefile import read_events


@pytest.fixture(scope="module")
def data(statements, book):
    return LabelledStatements(
        texts=[row["text"] for row in statements],
        truth=np.array([[float(label in row["labels"]) for label in book.labels] for row in statements]),
        groups=[row["group"] for row in statements],
    )


@pytest.fixture(scope="module")
def shuffled(data):
    return data.take(np.random.default_rng(5).permutation(len(data)))


def test_retrained_in_the_background_and_taken_over(begin, label):
    with begin(retrain_every=40, audit=0.25) as session:
        label(session, 90)
        session.finish_retraining()
        notice = next(note for note in session.notices if note.startswith("retrained"))
        assert "macro-F1" in notice
        assert session.model is not None
        label(session, 1)
        vias = session.labellings().vias
        assert {"first", "audit"} <= set(vias.values())
        label(session, 30)
        assert {"uncertain", "rare"} & set(session.labellings().vias.values())


def test_after_a_restart_the_model_is_made_again(begin, label, pool):
    with begin(retrain_every=40) as session:
        label(session, 80)
        session.finish_retraining()
        scores = session.model.predict_proba(pool.texts)
        n = session.progress().trained_on
    with begin(retrain_every=40) as session:
        assert session.is_retraining
        session.finish_retraining()
        assert session.progress().trained_on >= n
        assert session.model.predict_proba(pool.texts).shape == scores.shape


def test_a_given_model_chooses_until_another_is_better(begin, label, packaged, shuffled, book):
    few = retrain(shuffled.take(range(60)), book)
    with begin(retrain_every=30, model=packaged) as session:
        label(session, 50)
        session.finish_retraining()
        assert "was trained on these statements itself, so it still chooses" in session.notices[0]
        assert session.model is packaged
    better = retrain(shuffled.take(range(60, 200)), book, given=few.model)
    assert better.f1_before is not None
    assert better.is_better == (better.f1 >= better.f1_before)
    assert "the given model" in better.line()


def with_positives(shuffled, rows):
    """Statements of which just these take labels."""
    truth = np.zeros_like(shuffled.truth)
    truth[rows] = shuffled.truth[rows]
    return replace(shuffled, truth=truth)


def test_where_what_is_new_takes_no_label_nothing_is_compared(shuffled, book):
    few = retrain(shuffled.take(range(60)), book)
    half = with_positives(shuffled, range(60))
    outcome = retrain(half.take(range(80)), book, given=few.model)
    assert outcome.f1 > 0
    assert np.isnan(outcome.f1_before)
    assert not outcome.is_better
    assert outcome.line().endswith(
        "; no label occurs in the 20 that the given model does not know, so it still chooses"
    )
    outcome = retrain(half.take(range(64)), book, given=few.model)
    assert "the given model was trained on all but 4 of these statements itself" in outcome.line()


def test_a_figure_that_is_not_known_does_not_end_the_loop(begin, label, monkeypatch):
    """An F1 of NaN is no number of JSON's."""
    monkeypatch.setattr("stancekit.labelling.retraining.mean_f1", lambda truth, decided: float("nan"))
    with begin(retrain_every=40) as session:
        label(session, 60)
        session.finish_retraining()
        assert session.next() is not None
        events = read_events(session.path).events
    assert [event["f1"] for event in events if event["type"] == "model"] == [None]


def test_too_few_is_told_and_asked_again_only_after_more(begin, pool):
    with begin(retrain_every=2, audit=0) as session:
        for _ in range(5):
            session.decide(session.next().id, [])
        session.finish_retraining()
        assert any("too few to train on" in note for note in session.notices)
        assert session.model is None
        n = len(session.notices)
        session.next()
        assert len(session.notices) == n


def test_labels_with_too_few_statements_are_left_out(shuffled, book):
    truth = shuffled.truth.copy()
    truth[:, 1] = 0
    truth[3, 1] = 1
    few = replace(shuffled, truth=truth)
    assert learnable(few, book).labels == ("anti-sanction", "self-reliance")
    outcome = retrain(few.take(range(100)), book)
    assert outcome.left_out == ("pro-cooperation",)
    assert "without pro-cooperation (too few)" in outcome.line()
    exclusive = Codebook.from_labels(list(book.labels), exclusive=True)
    with pytest.raises(InvalidInputError, match=r"too few to train on: \['pro-cooperation'\] need statements"):
        learnable(few, exclusive)
    with pytest.raises(InvalidInputError, match="too few to train on: 5 statements in"):
        learnable(few.take(range(5)), book)


def test_what_fails_in_the_background_is_told(shuffled, book):
    running = Retraining(shuffled.take(range(4)), book)
    with pytest.raises(InvalidInputError, match="too few"):
        running.wait()
    assert not running.is_running


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


@pytest.fixture
def with_errors(begin, label, truth, pool):
    """A session with 200 statements, of which some have another label than they should."""
    wrong = set(sorted(pool.ids, key=hash_of)[:40])
    with begin(audit=1.0) as session:
        label(session, 200, other=lambda name: flipped(truth[name]) if name in wrong else None)
        yield session, wrong & set(session.decisions)


def hash_of(name):
    return sum(ord(letter) * 31**place for place, letter in enumerate(name)) % 1009


def flipped(labels):
    return ("pro-cooperation",) if "anti-sanction" in labels or not labels else ("anti-sanction",)


def test_wrong_labels_are_doubted_more_than_right_ones(with_errors):
    pytest.importorskip("cleanlab", reason="the extra 'review' is not installed")
    session, wrong = with_errors
    doubts = doubtful_labels(session.labellings())
    found = [doubt.id for doubt in doubts]
    base = len(wrong) / len(session.decisions)
    precision = len(wrong & set(found)) / len(found)
    assert len(wrong & set(found)) >= len(wrong) / 3
    assert precision > 2 * base
    assert [doubt.quality for doubt in doubts] == sorted(doubt.quality for doubt in doubts)
    assert all(doubt.suspects for doubt in doubts)


def test_what_was_looked_at_again_is_not_doubted_again(with_errors, truth):
    pytest.importorskip("cleanlab", reason="the extra 'review' is not installed")
    session, wrong = with_errors
    doubts = doubtful_labels(session.labellings())
    session.review([doubt.id for doubt in doubts])
    first = session.next()
    assert first.id == doubts[0].id
    assert first.is_review
    assert first.before == session.decisions[first.id]
    session.decide(first.id, first.before)
    second = session.next()
    assert second.id == doubts[1].id
    before = session.decisions[second.id]
    session.decide(second.id, truth[second.id] if second.id in wrong else before)
    assert session.undo() == second.id  # brings the review back, not a blank
    assert session.next().is_review
    assert session.decisions[second.id] == before
    session.decide(second.id, before)
    assert not {first.id, second.id} & {doubt.id for doubt in doubtful_labels(session.labellings())}


def test_what_is_doubted_is_what_cleanlab_doubts_of_many_labels(with_errors, book):
    many = pytest.importorskip(
        "cleanlab.multilabel_classification.filter", reason="the extra 'review' is not installed"
    )
    session, _ = with_errors
    data = session.labellings().labelled()
    classifier = StanceClassifier(book, n_folds=5).fit(data.texts, data.truth, groups=data.groups)
    given = [np.flatnonzero(row).tolist() for row in data.truth]
    flagged = many.find_label_issues(given, classifier.oof_scores_, n_jobs=1)
    names = {name for name, yes in zip(data.columns["id"], flagged, strict=True) if yes}
    assert {doubt.id for doubt in doubtful_labels(session.labellings())} == names


def test_quality_is_that_of_cleanlab():
    rank = pytest.importorskip("cleanlab.multilabel_classification.rank", reason="the extra 'review' is not installed")
    rng = np.random.default_rng(0)
    scores, truth = rng.random((60, 4)), (rng.random((60, 4)) < 0.4).astype(float)
    given = [np.flatnonzero(row).tolist() for row in truth]
    np.testing.assert_allclose(label_quality(truth, scores), rank.get_label_quality_scores(given, scores), atol=1e-12)


def test_without_cleanlab_it_says_what_to_install(with_errors, monkeypatch):
    session, _ = with_errors
    monkeypatch.setitem(sys.modules, "cleanlab.filter", None)
    with pytest.raises(
        MissingExtraError, match=r"needs the package 'cleanlab'; run: pip install 'stancekit\[review\]'"
    ):
        doubtful_labels(session.labellings())


def test_too_few_to_doubt(begin, label):
    pytest.importorskip("cleanlab", reason="the extra 'review' is not installed")
    with begin() as session:
        label(session, 4)
        with pytest.raises(InvalidInputError, match="too few to train on: 4 statements"):
            doubtful_labels(session.labellings())
