"""Models from what was labelled, and labels that are doubted."""

import importlib.util
import shutil
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from stancekit import (
    Codebook,
    InvalidInputError,
    Labellings,
    LabellingSession,
    MissingExtraError,
    StanceClassifier,
    StatementPool,
    read_labelled,
)
from stancekit.labelling.retraining import Retraining, retrain
from stancekit.labelling.review import doubtful_labels, label_quality
from stancekit.labelling.statefile import read_events

DATA = Path(__file__).parent.parent.parent / "data"


@pytest.fixture(scope="module")
def shuffled(book):
    data = read_labelled(DATA / "statements.jsonl", book, group="group")
    return data.take(np.random.default_rng(5).permutation(len(data)))


def test_retrained_in_the_background_and_taken_over(begin, label):
    with begin(retrain_every=40, audit=0.25) as session:
        label(session, 60)
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
        label(session, 55)
        session.finish_retraining()
        scores = session.model.predict_proba(pool.texts)
        n = session.progress().trained_on
    with begin(retrain_every=40) as session:
        assert session.is_retraining
        session.finish_retraining()
        assert session.progress().trained_on >= n
        assert session.model.predict_proba(pool.texts).shape == scores.shape


@pytest.fixture(scope="module")
def few(shuffled, book):
    """A model of sixty statements."""
    return retrain(shuffled.take(range(60)), book)


def test_a_given_model_chooses_until_another_is_better(begin, label, packaged):
    with begin(retrain_every=20, model=packaged) as session:
        label(session, 40)
        session.finish_retraining()
        assert "was trained on these statements itself, so it still chooses" in session.notices[0]
        assert session.model is packaged


def test_few_labels_begin_from_the_given_model(few, shuffled, book, monkeypatch):
    given = few.model
    new = shuffled.take(range(60, 130))
    better = retrain(new, book, given=given)
    assert better.is_begun
    assert better.model.provenance["prior"]["codebook"] == given.codebook.name
    assert better.is_better == (better.f1 >= better.f1_before)
    assert better.line().startswith("retrained on 70 statements, from the given model on: macro-F1")
    assert "the given model" in better.line().partition("out of fold")[2]
    assert not retrain(new, book, given=given, prior=False).is_begun
    monkeypatch.setattr("stancekit.labelling.retraining.FEW", 69)
    assert not retrain(new, book, given=given).is_begun
    # Of statements that it knows the given model would flatter what begins from it.
    assert not retrain(shuffled.take(range(64)), book, given=given).is_begun


def test_what_a_session_trains_begins_as_it_was_told(begin, label, packaged, monkeypatch):
    asked = []

    def remember(data, codebook, **options):
        asked.append(options["prior"])
        raise InvalidInputError("enough")

    monkeypatch.setattr("stancekit.labelling.retraining.retrain", remember)
    for prior in (None, False):
        with begin(f"{prior}.jsonl", model=packaged, prior=prior) as session:
            session.start_retraining()
            session.finish_retraining()
    assert asked == [None, False]


def with_positives(shuffled, rows):
    """Statements of which just these take labels."""
    truth = np.zeros_like(shuffled.truth)
    truth[rows] = shuffled.truth[rows]
    return replace(shuffled, truth=truth)


def test_where_what_is_new_takes_no_label_nothing_is_compared(few, shuffled, book):
    half = with_positives(shuffled, range(60))
    outcome = retrain(half.take(range(80)), book, given=few.model, prior=False)
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


def test_labels_that_are_left_out_are_named(shuffled, book):
    few = replace(shuffled, truth=shuffled.truth * [1, 0, 1])
    outcome = retrain(few.take(range(100)), book)
    assert outcome.left_out == ("pro-cooperation",)
    assert "without pro-cooperation (too few)" in outcome.line()


def test_what_fails_in_the_background_is_told(shuffled, book):
    running = Retraining(shuffled.take(range(4)), book)
    with pytest.raises(InvalidInputError, match="too few"):
        running.wait()
    assert not running.is_running


@dataclass(frozen=True)
class Doubtful:
    """What a coder said who erred, where, and what is doubted of it."""

    path: Path
    wrong: set
    labellings: Labellings
    doubts: list


@pytest.fixture(scope="module")
def doubtful(tmp_path_factory, truth, pool, book):
    """200 labelled statements, some with another label than they should have."""
    path = tmp_path_factory.mktemp("doubtful") / "ann.jsonl"
    wrong = set(sorted(pool.ids, key=hash_of)[:40])
    with LabellingSession(path, pool, book, coder="ann", audit=1.0, retrain_every=0) as session:
        for name in list(pool.order(0, "audit"))[:200]:
            session.decide(name, flipped(truth[name]) if name in wrong else truth[name])
        labellings = session.labellings()
    there = importlib.util.find_spec("cleanlab") is not None
    doubts = doubtful_labels(labellings) if there else []
    return Doubtful(path=path, wrong=wrong & set(labellings.decided()), labellings=labellings, doubts=doubts)


def hash_of(name):
    return sum(ord(letter) * 31**place for place, letter in enumerate(name)) % 1009


def flipped(labels):
    return ("pro-cooperation",) if "anti-sanction" in labels or not labels else ("anti-sanction",)


def test_wrong_labels_are_doubted_more_than_right_ones(doubtful):
    pytest.importorskip("cleanlab", reason="the extra 'review' is not installed")
    found = [doubt.id for doubt in doubtful.doubts]
    base = len(doubtful.wrong) / len(doubtful.labellings.decided())
    hits = len(doubtful.wrong & set(found))
    assert hits >= len(doubtful.wrong) / 3
    assert hits / len(found) > 2 * base
    qualities = [doubt.quality for doubt in doubtful.doubts]
    assert qualities == sorted(qualities)
    assert all(doubt.suspects for doubt in doubtful.doubts)


def test_what_was_looked_at_again_is_not_doubted_again(doubtful, truth, pool, tmp_path):
    pytest.importorskip("cleanlab", reason="the extra 'review' is not installed")
    doubts = doubtful.doubts
    with LabellingSession(shutil.copy(doubtful.path, tmp_path), pool, retrain_every=0) as session:
        session.review([doubt.id for doubt in doubts])
        assert session.is_reviewing
        first = session.next()
        assert first.id == doubts[0].id
        assert first.is_review
        assert first.before == session.decisions[first.id]
        session.decide(first.id, first.before)
        second = session.next()
        assert second.id == doubts[1].id
        before = session.decisions[second.id]
        session.decide(second.id, truth[second.id] if second.id in doubtful.wrong else before)
        assert session.undo() == second.id  # brings the review back, not a blank
        assert session.next().is_review
        assert session.decisions[second.id] == before
        session.decide(second.id, before)
        assert not {first.id, second.id} & {doubt.id for doubt in doubtful_labels(session.labellings())}
        session.review([])
        assert not session.is_reviewing


def test_labels_too_few_to_learn_are_given_all_the_same():
    pytest.importorskip("cleanlab", reason="the extra 'review' is not installed")
    texts = ["Lift the embargo.", "We met on Monday."] * 30
    given = {str(row): ("lift",) if "Lift" in text else () for row, text in enumerate(texts)} | {"0": ("trade",)}
    book = Codebook.from_labels(["lift", "trade"])
    [doubt] = doubtful_labels(Labellings(pool=StatementPool.of(texts), codebook=book, coders={"ann": given}))
    assert (doubt.id, doubt.labels, list(doubt.suspects)) == ("0", ("trade",), ["lift"])


def test_what_is_doubted_is_what_cleanlab_doubts_of_many_labels(doubtful, book):
    many = pytest.importorskip(
        "cleanlab.multilabel_classification.filter", reason="the extra 'review' is not installed"
    )
    data = doubtful.labellings.labelled()
    classifier = StanceClassifier(book, n_folds=5).fit(data.texts, data.truth, groups=data.groups)
    given = [np.flatnonzero(row).tolist() for row in data.truth]
    flagged = many.find_label_issues(given, classifier.oof_scores_, n_jobs=1)
    names = {name for name, yes in zip(data.columns["id"], flagged, strict=True) if yes}
    assert {doubt.id for doubt in doubtful.doubts} == names


def test_quality_is_that_of_cleanlab():
    rank = pytest.importorskip("cleanlab.multilabel_classification.rank", reason="the extra 'review' is not installed")
    rng = np.random.default_rng(0)
    scores, truth = rng.random((60, 4)), (rng.random((60, 4)) < 0.4).astype(float)
    given = [np.flatnonzero(row).tolist() for row in truth]
    np.testing.assert_allclose(label_quality(truth, scores), rank.get_label_quality_scores(given, scores), atol=1e-12)


def test_without_cleanlab_it_says_what_to_install(doubtful, monkeypatch):
    monkeypatch.setitem(sys.modules, "cleanlab.filter", None)
    with pytest.raises(
        MissingExtraError, match=r"needs the package 'cleanlab'; run: pip install 'stancekit\[review\]'"
    ):
        doubtful_labels(doubtful.labellings)


def test_too_few_to_doubt(begin, label):
    pytest.importorskip("cleanlab", reason="the extra 'review' is not installed")
    with begin() as session:
        label(session, 4)
        with pytest.raises(InvalidInputError, match="too few to train on: 4 statements"):
            doubtful_labels(session.labellings())
