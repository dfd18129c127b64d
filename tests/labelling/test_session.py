"""The loop of one coder: what comes next, what is kept, what is refused."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace

import pytest

from stancekit import Codebook, InvalidInputError, Stance
from stancekit.labelling import retraining, session
from stancekit.labelling.checks import not_begun_from
from stancekit.labelling.history import History
from stancekit.labelling.labellings import read_labellings
from stancekit.labelling.pool import StatementPool, keyed_number, read_pool
from stancekit.labelling.session import LabellingSession
from stancekit.labelling.statefile import StateFile, read_events

SMALL = StatementPool.of([f"Statement {n} on the embargo." for n in range(12)])
BOOK = Codebook(
    name="two",
    stances=(
        Stance(label="lift", code="L", definition="Wants it lifted."),
        Stance(label="keep", code="K", predicted=False),
        Stance(label="trade", code="T"),
    ),
)


@pytest.fixture
def small(begin):
    def small(name="ann.jsonl", **options):
        return begin(name, options.pop("statements", SMALL), codebook=options.pop("codebook", BOOK), **options)

    return small


def test_every_statement_comes_once_and_the_same_until_it_is_decided(small):
    with small() as session:
        seen = []
        while item := session.next():
            assert session.next() is item
            assert item.text == SMALL.text(item.id)
            seen.append(item.id)
            session.decide(item.id, [])
        assert sorted(seen, key=int) == list(SMALL.ids)
        assert session.progress().n_none == 12


def test_what_stands_often_is_asked_once_before_the_others_are_through(small):
    often = ["Lift the embargo.", " Lift  the embargo."] * 20
    pool = StatementPool.of(often + [f"We met {n} times." for n in range(9)])
    with small(statements=pool, audit=0, retrain_every=0) as session:
        said = []
        for _ in range(12):
            item = session.next()
            said.append(" ".join(item.text.split()))
            session.decide(item.id, [])
    assert len(set(said[:10])) == 10
    assert set(said[10:]) == {"Lift the embargo."}


def test_labels_codes_and_their_order(small):
    with small() as session:
        session.decide("3", ["trade", "L", "keep"])
        session.decide("4", [])
        session.cannot_say("5")
        assert session.decisions == {"3": ("lift", "keep", "trade"), "4": (), "5": None}
        at = session.progress()
        assert (at.n_decided, at.n_cannot_say, at.n_none) == (3, 1, 1)
        assert at.per_label == {"lift": 1, "keep": 1, "trade": 1}


def test_a_second_decision_replaces_the_first_and_undo_brings_it_back(small):
    with small() as session:
        session.decide("3", ["lift"])
        session.decide("3", [])
        assert session.decisions["3"] == ()
        assert session.undo() == "3"
        assert session.decisions["3"] == ("lift",)
        assert session.undo() == "3"
        assert session.undo() is None
        assert session.decisions == {}


def test_undo_reaches_back_through_everything_and_shows_the_statement_again(small):
    with small() as session:
        shown = []
        for act in ("decide", "cannot", "skip", "decide"):
            item = session.next()
            shown.append(item.id)
            if act == "decide":
                session.decide(item.id, ["lift"])
            elif act == "cannot":
                session.cannot_say(item.id)
            else:
                session.skip(item.id)
        for name in reversed(shown):
            assert session.can_undo
            assert session.undo() == name
            assert session.next().id == name
        assert not session.can_undo
        assert session.progress().n_decided == session.progress().n_skipped == 0
        for name in shown:  # and forward again, in the same order
            assert session.next().id == name
            session.decide(name, [])


def test_undo_over_a_restart(small):
    with small() as session:
        session.decide(first := session.next().id, ["lift"])
        session.decide(second := session.next().id, [])
    with small() as session:
        assert session.undo() == second
    with small() as session:
        assert session.next().id == second
        assert session.undo() == first
        assert session.next().id == first
        session.decide(first, ["trade"])
        assert session.next().id == second


def test_undo_brings_back_what_a_review_settled_and_why_a_statement_was_shown(small):
    with small(audit=0) as session:
        name = session.next().id
        session.decide(name, ["lift"])
        for labels in (["trade"], []):
            session.review([name])
            session.next()
            session.decide(name, labels)
        session.undo()
        assert session.settled == {name: ("trade",)}
        session.undo()
        assert session.settled == {}
    history = History()
    for seq, (kind, via) in enumerate((("skip", "first"), ("decide", "audit"), ("undo", ""))):
        history.apply({"seq": seq, "type": kind, "id": "a", "via": via, "labels": [], "hash": "", "at": ""})
    assert history.vias == {"a": "first"}


@pytest.mark.parametrize(
    ("events", "message"),
    [
        ([{"type": "header"}], r"ann\.jsonl': its header cannot be read \(KeyError: 'coder'\)"),
        (
            [{"type": "header", "format": 1, "coder": "ann", "codebook": {}, "settings": {}, "pool": {}}],
            "its header cannot be read .CodebookError: .*; take the file from a copy",
        ),
        (
            [None, {"type": "decide", "id": "3"}],
            r"event 1 of the state file, 'decide', cannot be read \(KeyError: 'via'",
        ),
        ([None, {"type": "undo"}], "event 1 of the state file, 'undo', cannot be read"),
    ],
)
def test_a_sealed_line_without_its_fields_is_one_line_of_error(small, tmp_path, events, message):
    if events[0] is None:
        with small():
            pass
    with StateFile(tmp_path / "ann.jsonl") as file:
        for event in filter(None, events):
            file.append(event)
    with pytest.raises(InvalidInputError, match=message):
        small()
    with pytest.raises(InvalidInputError, match="cannot be read"):
        read_labellings([tmp_path / "ann.jsonl"], SMALL)


@pytest.mark.parametrize("cut", [1, 3, 5])
def test_the_same_statements_come_after_a_restart(small, cut):
    def names(stops):
        found = []
        with small(f"{stops}.jsonl") as session:
            for _ in range(12 if not stops else cut):
                found.append(session.next().id)
                session.decide(found[-1], [])
        if stops:
            with small(f"{stops}.jsonl") as session:
                while item := session.next():
                    found.append(item.id)
                    session.decide(item.id, [])
        return found

    assert names(True) == names(False)


def test_what_was_put_off_comes_last(small):
    with small(audit=0) as session:
        session.skip(first := session.next().id)
        seen = []
        while (item := session.next()).id != first:
            seen.append(item.id)
            session.decide(item.id, [])
        assert len(seen) == 11
        session.decide(first, [])
        assert session.next() is None


def test_a_review_that_is_skipped_leaves_the_decision(small):
    with small() as session:
        for name in SMALL.ids:
            session.decide(name, [])
        session.review(["0"])
        assert session.next().id == "0"
        session.skip("0")
        assert session.next() is None
        at = session.progress()
        assert (at.n_decided, at.n_skipped) == (len(SMALL.ids), 0)


def test_replaying_the_file_gives_the_same_history(small):
    with small(audit=0.5) as session:
        for turn in range(9):
            item = session.next()
            (session.skip if turn % 4 == 2 else session.cannot_say if turn % 4 == 3 else session.decide)(
                *([item.id] if turn % 4 in (2, 3) else [item.id, ["lift"]])
            )
            if turn == 6:
                session.undo()
        held = session._history
        assert History.of(read_events(session.path).events) == held


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda s: s.decide("3", ["lifted"]), "unknown label 'lifted'; expected one of"),
        (lambda s: s.decide("99", []), "the statements has no statement '99'"),
        (lambda s: s.decide("3", "lift"), "expected a list of labels, got the text 'lift'"),
        (lambda s: s.skip("99"), "has no statement '99'"),
        (lambda s: s.review(["3"]), "statement '3' has no decision to review"),
    ],
)
def test_what_cannot_be_kept_is_an_error_and_leaves_no_trace(small, act, message):
    with small() as session:
        size = session.path.stat().st_size
        with pytest.raises(InvalidInputError, match=message):
            act(session)
        assert session.path.stat().st_size == size
        assert session.decisions == {}


def test_labels_that_exclude_one_another(small):
    with small(codebook=Codebook.from_labels(["pro", "con", "none"], exclusive=True)) as session:
        session.decide("3", ["con"])
        for labels in ([], ["pro", "con"]):
            with pytest.raises(InvalidInputError, match="labels exclude one another, so give just one of"):
                session.decide("4", labels)


def test_another_codebook_says_what_differs(small):
    with small() as session:
        path = session.path
    changed = replace(BOOK, stances=(replace(BOOK.stances[0], definition="Other."), *BOOK.stances[1:]))
    for codebook, what in (
        (
            Codebook.from_labels(["a", "b"]),
            r"its labels are \['lift', 'keep', 'trade'\], and those of the codebook given",
        ),
        (changed, r"what is said of \['lift'\] differs"),
        (replace(BOOK, rules=("Another.",)), "its description, rules or targets differ"),
    ):
        with pytest.raises(InvalidInputError, match=rf"was begun with another codebook: {what}.*begin a new file"):
            small(codebook=codebook)
    with LabellingSession(path, SMALL) as session:  # without one, it is the file's
        assert session.codebook == BOOK


def test_another_coder_or_other_settings(small):
    with small(audit=0.5, seed=3):
        pass
    with pytest.raises(InvalidInputError, match="is the file of 'ann', not of 'ben'; name a file of your own"):
        small(coder="ben")
    with pytest.raises(InvalidInputError, match=r"was begun with audit 0\.5, and not 0\.2; leave that out, or begin"):
        small(audit=0.2)
    with small() as session:
        assert (session.settings.audit, session.settings.seed) == (0.5, 3)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"coder": None}, "a new state file needs the name of its coder"),
        ({"coder": "a|b"}, r"the coder is 'a\|b'; expected a name without"),
        ({"coder": " "}, "the coder is ' '"),
        ({"audit": 1.5}, r"the audit share must lie in \[0, 1\], got 1\.5"),
        ({"strategy": "best"}, "unknown strategy 'best'; expected one of"),
        ({"seed": -1}, "the seed must be a whole number"),
    ],
)
def test_what_cannot_be_begun_makes_no_file(small, tmp_path, options, message):
    with pytest.raises(InvalidInputError, match=message):
        small(**options)
    assert list(tmp_path.iterdir()) == []


def test_a_model_of_other_labels_makes_no_file(small, tmp_path, packaged):
    with pytest.raises(InvalidInputError, match=r"the model predicts .* and the codebook has"):
        small(model=packaged)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_begun_from_makes_no_file(small, tmp_path):
    with pytest.raises(InvalidInputError, match=r"prior needs a model to begin from; give model \(--model\)"):
        small(prior=True)
    with pytest.raises(InvalidInputError, match=r"needs a model of linear heads .* and this one has more than these"):
        small(prior=True, model=SimpleNamespace(scorers={"encoder": None}))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("kinds", "prior", "told"),
    [
        (("network",), None, True),
        (("ngrams", "network"), None, True),
        (("ngrams",), None, False),
        (("network",), False, 0),
    ],
)
def test_a_model_that_is_not_begun_from_is_told(kinds, prior, told):
    model = SimpleNamespace(scorers=dict.fromkeys(kinds))
    assert not_begun_from(None, None) == []
    notices = not_begun_from(model, prior)
    assert len(notices) == told
    assert all("models are trained from your labels alone" in notice for notice in notices)


def edited(pool, *, change=(), drop=(), add=0):
    rows = [
        (name, f"{text} Edited." if name in change else text) for name, text in zip(pool.ids, pool.texts, strict=True)
    ]
    rows = [row for row in rows if row[0] not in drop] + [(f"new {n}", f"New {n}.") for n in range(add)]
    return StatementPool.of([text for _, text in rows], ids=[name for name, _ in rows])


def test_statements_that_changed_are_named_and_set_aside_only_when_accepted(small):
    with small() as session:
        for name in ("1", "2", "3"):
            session.decide(name, ["lift"])
        before = session.path.read_bytes()
    other = edited(SMALL, change={"2", "9"}, drop={"3"}, add=2)
    with pytest.raises(
        InvalidInputError,
        match=r"it had 12 statements and has 13; of 3 decided ones 1 \('2'\) has another text and 1 \('3'\) is gone",
    ):
        small(statements=other)
    assert session.path.read_bytes() == before
    with small(statements=other, accept_changes=True) as session:
        assert session.decisions == {"1": ("lift",)}
        assert "2 decisions were set aside" in session.notices[0]
        names = []
        while item := session.next():
            names.append(item.id)
            session.decide(item.id, [])
        assert set(names) == set(other.ids) - {"1"}
    with small(statements=other) as session:  # accepted once and for all
        assert len(session.decisions) == 13
    with pytest.raises(InvalidInputError, match=r"is not what .* is about: it had 13 statements and has 12"):
        small()


def suggested(session):
    return session.next().id


def put_off(session):
    name = session.next().id
    session.skip(name)
    return name


def taken_back(session):
    session.decide(session.next().id, [])
    return session.undo()


def put_off_before(session):
    """It is no longer the last step, so undoing reaches it after another."""
    name = put_off(session)
    session.decide(session.next().id, [])
    return name


@pytest.mark.parametrize("wait", [suggested, put_off, taken_back, put_off_before])
@pytest.mark.parametrize("is_old", [False, True])
def test_what_waited_and_is_gone_does_not_come_again(small, wait, is_old):
    with small(audit=0) as session:
        name = wait(session)
    other = edited(SMALL, drop={name})
    if is_old:  # earlier versions accepted such a table, and kept what waited
        with StateFile(session.path) as file:
            file.append({"type": "pool", "pool": {"n": len(other), "hash": other.hash()}, "dropped": []})
    with small(statements=other, accept_changes=not is_old) as session:
        assert session.notices == ["went on with changed statements; 0 decisions were set aside"]
        while (undone := session.undo()) is not None:
            assert undone in other
        seen = set()
        while item := session.next():
            seen.add(item.id)
            session.decide(item.id, [])
        assert seen == set(other.ids)
        assert session.progress().n_skipped == 0
    with small(statements=other) as session:
        assert session.notices == []
        assert len(session.decisions) == 11


def test_the_order_of_the_rows_is_no_change(small):
    with small() as session:
        session.decide("3", ["lift"])
    back = StatementPool.of(SMALL.texts[::-1], ids=SMALL.ids[::-1])
    with small(statements=back) as session:
        assert session.decisions == {"3": ("lift",)}


def test_a_torn_line_is_told(small):
    with small() as session:
        session.decide("3", ["lift"])
        session.decide("4", ["lift"])
    session.path.write_bytes(session.path.read_bytes()[:-9])
    with small() as session:
        assert session.decisions == {"3": ("lift",)}
        assert "an unfinished last line" in session.notices[0]
        session.decide("4", [])
    with small() as session:
        assert session.decisions == {"3": ("lift",), "4": ()}
        assert session.notices == []


def test_a_session_that_cannot_begin_lets_go_of_the_file(small, monkeypatch):
    def fail(*_):
        raise MemoryError("no room")

    with monkeypatch.context() as patch:
        patch.setattr(session, "Turns", fail)
        with pytest.raises(MemoryError):
            small()
    with small() as again:
        assert again.next() is not None


def test_a_training_that_cannot_begin_takes_no_answer_back(small, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(retraining, "Retraining", fail)
    with small(retrain_every=2, audit=0.0) as one:
        for _ in range(3):
            one.decide(one.next().id, ["lift"])
        assert len(one.decisions) == 3
        assert one.notices == ["no training could be begun: RuntimeError: can't start new thread"]
        one._add({"type": "model", "n": 2, "f1": None, "used": False})
    with small(retrain_every=2) as again:  # where the model of before would be made again
        assert again.notices == ["no training could be begun: RuntimeError: can't start new thread"]
        assert len(again.decisions) == 3


def test_taking_over(small):
    with small() as session:
        session.decide("3", ["lift"])
        assert session.add({"3": ["lift"], "4": [], "5": None, "6": ["T"]}) == 3
        assert session.decisions == {"3": ("lift",), "4": (), "5": None, "6": ("trade",)}
        size = session.path.stat().st_size
        with pytest.raises(
            InvalidInputError, match=r"statement '4' is \(\) here and \('lift',\) in what is brought in"
        ):
            session.add({"7": [], "4": ["lift"]})
        assert session.path.stat().st_size == size
        assert session.progress().n_chosen == 3


def in_threads(act, n=4):
    """Call a function with each thread's number, and give what it raised."""
    with ThreadPoolExecutor(n) as threads:
        return [future.exception() for future in [threads.submit(act, number) for number in range(n)]]


def test_many_threads_may_take_over_and_look(begin):
    many = StatementPool.of([f"Statement {n}." for n in range(80)])

    def act(number):
        for row in range(20):
            session.add({str(20 * number + row): ["lift"]})
            session.progress(), session.labellings(), session.decisions, session.settled

    with begin(statements=many, codebook=BOOK) as session:
        assert in_threads(act) == [None] * 4
        assert len(session.decisions) == 80
    assert [event["seq"] for event in read_events(session.path).events] == list(range(81))


def test_what_excludes_one_another_is_not_taken_over_either(small):
    with small(codebook=Codebook.from_labels(["pro", "con", "none"], exclusive=True)) as session:
        for labels in ([], ["pro", "con"]):
            with pytest.raises(InvalidInputError, match=r"statement '4' is given .* so give just one of"):
                session.add({"3": ["con"], "4": labels})
        with pytest.raises(InvalidInputError, match="expected a list of labels, got the text 'con'"):
            session.add({"3": "con"})
        assert session.decisions == {}
        assert session.add({"3": ["con"], "4": None}) == 2


def test_an_empty_pool():
    with pytest.raises(InvalidInputError, match="there are no statements to label"):
        StatementPool.of([])


def test_ids_are_checked(tmp_path):
    with pytest.raises(InvalidInputError, match="rows 0 and 2 have the same id 'a'; give each its own"):
        StatementPool.of(["x", "y", "z"], ids=["a", "b", "a"])
    with pytest.raises(InvalidInputError, match="there is no id in row 1"):
        StatementPool.of(["x", "y"], ids=["a", " "])
    path = tmp_path / "rows.csv"
    path.write_text("id,text\na,Lift it.\na,Keep it.\n")
    with pytest.raises(InvalidInputError, match=r"rows\.csv: rows 0 and 1 have the same id 'a'"):
        read_pool(path)
    with pytest.raises(InvalidInputError, match=r"rows\.csv has no column 'speaker'"):
        read_pool(path, context=["speaker"])
    path.write_text("id,text\n")
    with pytest.raises(InvalidInputError, match="there are no statements to label"):
        read_pool(path)


def test_without_ids_rows_are_called_by_their_numbers(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "Lift it.", "year": 1990}\n{"text": "We met.", "year": null}\n')
    found = read_pool(path, context=["year"])
    assert (found.ids, found.context["year"]) == (("0", "1"), ("1990", ""))


def test_two_coders_are_blind_to_each_other_and_come_together(small):
    for coder, labels in (("ann", ["lift"]), ("ben", [])):
        with small(f"{coder}.jsonl", coder=coder, audit=1.0) as session:
            for _ in range(5):
                item = session.next()
                assert item.before == ()
                session.decide(item.id, labels)
            paths = session.path
    both = read_labellings([paths.with_name("ann.jsonl"), paths.with_name("ben.jsonl")], SMALL)
    assert list(both.coders["ann"]) == list(both.coders["ben"])  # one seed, one random sample, in one order
    assert len(both.shared()) == len(both.audit) == 5
    assert both.codings().agreement(n_bootstrap=0).per_label["lift"].agreement.value == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"coder": "ann"}, "is of 'ann' as well; give each coder's file once"),
        ({"codebook": replace(BOOK, name="other")}, "was begun with another codebook"),
        ({"seed": 5}, "was begun with seed 5, and the first file with 0, so their random samples differ"),
    ],
)
def test_files_that_do_not_go_together(small, options, message):
    with small("one") as one, small("two", **{"coder": "ben"} | options) as two:
        paths = [one.path, two.path]
    with pytest.raises(InvalidInputError, match=message):
        read_labellings(paths, SMALL)


def test_files_of_other_statements(small):
    with small() as session:
        session.decide("3", [])
        for pool, what in ((edited(SMALL, change={"3"}), "another text for"), (edited(SMALL, drop={"3"}), "no")):
            with pytest.raises(
                InvalidInputError, match=f"is about other statements: the statements has {what} statement '3'"
            ):
                read_labellings([session.path], pool)


def test_keyed_numbers_look_like_chance():
    numbers = [keyed_number(7, "audit", f"s{n}") / 2**64 for n in range(4000)]
    assert abs(sum(numbers) / 4000 - 0.5) < 0.02
    assert abs(sum(n < 0.1 for n in numbers) / 4000 - 0.1) < 0.02


def test_exhausted_with_a_model(begin, label, packaged, pool):
    few = StatementPool(ids=pool.ids[:45], texts=pool.texts[:45], groups=pool.groups[:45])
    with begin(statements=few, model=packaged) as session:
        label(session, 60)
        assert session.next() is None
        assert len(session.decisions) == 45
        vias = set(session.labellings().vias.values())
        assert {"audit", "uncertain", "rare"} >= vias
        assert "audit" in vias
