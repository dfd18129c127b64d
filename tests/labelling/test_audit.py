"""The random sample: what it is, and that shares corrected by it are right."""

import json

import numpy as np
import pytest

from stancekit import StanceClassifier, prevalence, read_table
from stancekit.apps.cli import main
from stancekit.labelling.exchange import write_labellings
from stancekit.labelling.labellings import read_labellings
from stancekit.labelling.outlook import audit_outlook
from stancekit.labelling.pool import StatementPool
from stancekit.measure.planning import width_to_expect

SEEDS = range(20)


def test_every_statement_has_the_same_chance_and_coders_have_one_sample(pool):
    counts = dict.fromkeys(pool.ids, 0)
    for seed in range(200):
        for name in list(pool.order(seed, "audit"))[:78]:
            counts[name] += 1
    # Binomial counts of 200 draws with a chance of a tenth: their variance is 18, and 780 of them tell it well.
    assert np.mean(list(counts.values())) == pytest.approx(20)
    assert 15.5 < np.var(list(counts.values())) < 20.5
    back = StatementPool.of(pool.texts[::-1], ids=pool.ids[::-1])
    assert list(pool.order(3, "audit")) == list(back.order(3, "audit"))
    assert list(pool.order(3, "audit")) != list(pool.order(3, "candidates"))


@pytest.mark.usefixtures("unsynced")
def test_the_sample_is_the_beginning_of_one_random_order(begin, label, packaged, pool):
    with begin(model=packaged, audit=0.3) as session:
        label(session, 100)
        sample = session.labellings().audit
        assert list(sample) == list(pool.order(0, "audit"))[: len(sample)]
        assert 20 <= len(sample) <= 45
        assert all(name in session.decisions for name in sample)
        assert session.progress().n_audited == len(sample)
        # What the sample shares with what was suggested, it holds as well.
        assert set(sample) & session.labellings().chosen


def test_a_statement_that_was_put_off_is_told_and_comes_back(begin, label):
    with begin(audit=1.0) as session:
        label(session, 3)
        session.skip(name := session.next().id)
        label(session, 10)
        assert session.labellings().open_audit() == [name]
        assert session.progress().n_audit_open == 1
        label(session, 11)
        assert session.labellings().open_audit() == []


def test_the_model_learns_nothing_from_the_sample_alone(begin, label, pool, truth):
    """What is suggested and learned from is the same whatever the sample held."""
    chosen = []
    for audit in (0.0, 0.4):
        with begin(f"{audit}.jsonl", audit=audit) as session:
            while len(session.labellings().chosen) < 60:
                item = session.next()
                session.decide(item.id, truth[item.id])
            chosen.append(session.labellings().chosen)
    assert chosen[0] == chosen[1]


@pytest.fixture(scope="module")
def half_trained(statements, book):
    """A mediocre model, from every tenth statement."""
    some = [row for n, row in enumerate(statements) if n % 4 == 0]
    truth = np.array([[float(label in row["labels"]) for label in book.labels] for row in some])
    classifier = StanceClassifier(book, n_folds=3).fit(
        [row["text"] for row in some], truth, groups=[row["group"] for row in some]
    )
    return classifier.model_


@pytest.mark.usefixtures("unsynced")
def test_shares_corrected_by_the_sample_hold_the_true_share(begin, label, half_trained, pool, truth, book):
    predicted = half_trained.judge(pool.texts).asserted
    shares = np.array([[label in truth[name] for label in book.labels] for name in pool.ids]).mean(axis=0)
    held, wide, counted = [], [], []
    for seed in SEEDS:
        with begin(f"{seed}.jsonl", model=half_trained, audit=0.5, seed=seed) as session:
            label(session, 100)
            while session.progress().n_audited < 60:
                label(session, 10)
            labellings = session.labellings()
        gold = np.full((len(pool), len(book.labels)), np.nan)
        for name, marks in zip(labellings.audit, labellings.consensus(labellings.audit), strict=True):
            gold[pool.rows[name]] = marks[: len(book.labels)]
        found = prevalence(predicted, gold, labels=book.labels, design="random", clusters=pool.groups)
        for label_name, share in zip(book.labels, shares, strict=True):
            one = found.whole.per_label[label_name]
            held.append(one.corrected.low <= share <= one.corrected.high)
            wide.append(one.corrected.high - one.corrected.low)
            counted.append(abs(one.uncorrected - share))
    # 60 intervals of 95 %, three at a time of one sample: fewer than 53 would be a bad design, not bad luck.
    assert sum(held) >= 53
    assert 0.05 < np.mean(wide) < 0.3
    assert max(counted) > 0.02  # and the count alone is off


@pytest.mark.usefixtures("unsynced")
def test_all_decided_statements_would_be_refused_as_a_random_sample(begin, label, half_trained, pool, book):
    """The exported column says which statements are the sample; taking all would be wrong, and shows."""
    with begin(model=half_trained, audit=0.1, strategy="rare") as session:
        label(session, 240)
        labellings = session.labellings()
    marks = labellings.consensus()
    gold = np.full((len(pool), len(book.labels)), np.nan)
    for name, row in zip(labellings.decided(), marks, strict=True):
        gold[pool.rows[name]] = row[: len(book.labels)]
    with pytest.raises(ValueError, match="random"):
        prevalence(half_trained.judge(pool.texts).asserted, gold, labels=book.labels, design="random")


def test_the_exported_sample_goes_into_prevalence(begin, label, packaged, pool, statements, tmp_path, capsys):
    with begin(model=packaged, audit=0.5) as session:
        label(session, 100)
        path = session.path
    labellings = read_labellings([path], pool)
    written = write_labellings(labellings, tmp_path / "audit.csv", audit_only=True)
    assert written.notes == ()
    rows = list(read_table(tmp_path / "audit.csv"))
    assert written.n == len(rows) == len(labellings.audit)
    assert {float(row["probability"]) for row in rows} == {len(rows) / len(pool)}
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text("".join(json.dumps({"id": row["id"], "text": row["text"]}) + "\n" for row in statements))
    command = f"prevalence {corpus} --gold {tmp_path / 'audit.csv'} --id id --design random --model linear"
    assert main(command.split()) == 0
    out = capsys.readouterr().out
    assert "anti-sanction" in out
    assert f"{len(rows)}" in out


def test_what_a_coder_cannot_say_is_told(begin, truth, pool, tmp_path):
    with begin(audit=1.0) as session:
        for turn in range(6):
            item = session.next()
            if turn == 2:
                session.cannot_say(item.id)
            elif turn == 4:
                session.skip(item.id)
            else:
                session.decide(item.id, truth[item.id])
        labellings = session.labellings()
    written = write_labellings(labellings, tmp_path / "audit.csv", audit_only=True)
    assert [note.split(" ")[0:3] for note in written.notes[:2]] == [["1", "of", "the"], ["1", "statements", "of"]]
    assert "put off or taken back; decide on them first" in written.notes[0]
    assert "shares take them for missing at random" in written.notes[1]


def test_what_the_sample_will_tell_is_said_before(begin, label):
    with begin(audit=0.2) as session:
        found = audit_outlook(session)
        assert (found.n_sample, found.n_answers, found.n_statements) == (20, 100, 780)
        assert found.width == width_to_expect(20, n_statements=780)
        assert f"to within {50 * found.width:.0f} points either way" in found.line()
        assert found.line().endswith("or begin a new file with a larger --audit")
        label(session, 30)
        later = audit_outlook(session)
        assert later.n_sample == session.progress().n_audited + 20
        assert later.width < found.width


def test_nothing_is_said_without_a_sample_or_of_few_statements(begin):
    few = StatementPool.of([f"Statement {n}." for n in range(99)])
    for number, options in enumerate(({"audit": 0.0}, {"audit": 0.5, "statements": few})):
        with begin(f"{number}.jsonl", **options) as session:
            assert audit_outlook(session) is None
