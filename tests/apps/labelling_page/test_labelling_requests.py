"""What the labelling page may ask, and what becomes of it."""

import os
from contextlib import contextmanager

import pytest

from stancekit import LabellingSession, StatementPool, read_labellings
from stancekit.apps.labelling_page.desk import PageDesk
from stancekit.labelling.retraining import Retrained
from stancekit.training import curve as learning_curve

OWN = {"authorization": "Bearer t0ken"}


@pytest.fixture
def session(served):
    return served[0]


@pytest.fixture
def client(served):
    return served[1]


@pytest.fixture
def state(client):
    return client.get("/state", **OWN).json()


def answer(client, state, labels=("lift",), **headers):
    content = {"id": state["item"]["id"], "labels": labels, "seen": state["seen"]}
    return client.post("/decide", content, **(OWN | headers))


def test_an_answer_is_on_the_disk_before_the_next_statement_shows(client, session, state, pool):
    after = answer(client, state).json()
    assert after["item"]["id"] != state["item"]["id"]
    assert read_labellings([session.path], pool).coders["ann"] == {state["item"]["id"]: ("lift",)}


def test_a_statement_comes_with_what_stands_beside_it_and_nothing_of_the_sample(client, state):
    assert state["item"]["context"] == {"speaker": "Ann Smith"}
    assert "audit" not in client.get("/state", **OWN).body.decode()
    book = client.get("/codebook", **OWN).json()
    assert [(one["key"], one["label"]) for one in book["stances"]] == [("1", "lift"), ("2", "trade")]
    assert (book["coder"], book["exclusive"]) == ("ann", False)


def test_an_answer_counts_once(client, session, state):
    assert answer(client, state).status == 200
    again = answer(client, state, ["trade"])
    assert again.status == 409
    assert "NOT KEPT" in again.json()["title"]
    assert "look at what is shown now" in again.json()["detail"]
    assert dict(session.decisions) == {state["item"]["id"]: ("lift",)}


def test_another_tab_does_not_take_back_what_it_has_not_seen(client, session, state):
    first = answer(client, state).json()
    answer(client, first, None)
    assert client.post("/undo", {"seen": first["seen"]}, **OWN).status == 409
    assert len(session.decisions) == 2


def test_an_answer_to_a_statement_that_came_again_is_old(client, session, state):
    after = answer(client, state).json()
    back = client.post("/undo", {"seen": after["seen"]}, **OWN).json()
    assert back["item"]["id"] == state["item"]["id"]
    assert answer(client, state).status == 409
    assert answer(client, back, []).status == 200
    assert dict(session.decisions) == {state["item"]["id"]: ()}


def test_what_a_model_adds_makes_no_page_old(client, session, state):
    session._add({"type": "model", "n": 0, "f1": None, "used": False})
    assert answer(client, state).status == 200


def test_putting_off(client, state):
    after = client.post("/skip", {"id": state["item"]["id"], "seen": state["seen"]}, **OWN).json()
    assert "put off: 1" in after["progress"]["counts"]
    assert after["item"]["id"] != state["item"]["id"]


@pytest.mark.parametrize("path", ["retrain", "review", "curve"])
def test_what_takes_long_goes_on_beside_and_every_tab_is_told(client, until, path):
    client.post(f"/{path}", {}, **OWN)
    state = until(lambda: (found := client.get("/state", **OWN).json())["notices"] and not found["beside"] and found)
    assert len(state["notices"]) == 1
    assert client.get("/state", **OWN).json() == state


def test_the_learning_curve_goes_by_the_seed_of_the_session(tmp_path, book, pool, monkeypatch, until):
    seeds = []
    measured = learning_curve.learning_curve

    def remember(*rest, seed=0, **options):
        seeds.append(seed)
        return measured(*rest, seed=seed, **options)

    monkeypatch.setattr(learning_curve, "learning_curve", remember)
    with LabellingSession(tmp_path / "eve", pool, book, coder="eve", seed=7) as session:
        desk = PageDesk(session)
        desk.measure()
        until(lambda: not desk.state()["beside"])
    assert seeds == [7]


def test_doubtful_labels_come_first_until_one_leaves_them(serving, until):
    pytest.importorskip("cleanlab", reason="the extra 'review' is not installed")
    pool = StatementPool.of(["Lift the embargo.", "We met on Monday."] * 30 + ["We met again."])
    with serving(statements=pool) as (session, client):
        session.add({name: ["lift"] if "Lift" in pool.text(name) and name != "0" else [] for name in pool.ids[:-2]})
        shown = client.post("/review", {}, **OWN).json()
        state = until(
            lambda: (found := client.get("/state", **OWN).json())["notices"] and not found["beside"] and found
        )
        doubts = "1 statement to look at again; what is doubted comes next"
        assert (state["doubts"], state["notices"][0]["text"]) == (doubts, doubts)
        assert state["item"] == shown["item"]
        state = answer(client, shown, []).json()  # which was given when the search had not ended
        assert (state["item"]["id"], state["item"]["before"], state["item"]["is_review"]) == ("0", [], True)
        left = client.post("/leave", {}, **OWN).json()
        assert (left["doubts"], left["item"]["is_review"]) == (None, False)
        assert {left["item"]["id"], shown["item"]["id"]} == {"59", "60"}
        assert answer(client, state).status == 409  # it is not the one that is shown any more
        client.post("/review", {}, **OWN)
        state = until(lambda: (found := client.get("/state", **OWN).json())["doubts"] and found)
        state = answer(client, state, []).json()
        assert answer(client, state).json()["doubts"] is None
        assert session.settled == {"0": ("lift",)}


@pytest.mark.parametrize(
    ("headers", "title"),
    [
        ({}, "This address does not open the session"),
        ({"authorization": "Bearer other"}, "This address does not open the session"),
        ({**OWN, "origin": "http://evil.example"}, "This comes from another page"),
        ({**OWN, "origin": "null"}, "This comes from another page"),
        ({**OWN, "sec_fetch_site": "cross-site"}, "This comes from another page"),
        ({**OWN, "host": "evil.example"}, "The service does not answer to this name"),
    ],
)
def test_nobody_else_labels(client, session, state, headers, title):
    content = {"id": state["item"]["id"], "labels": [], "seen": state["seen"]}
    for found in (client.post("/decide", content, **headers), client.get("/state", **headers)):
        assert found.status in {403, 421}
        assert found.json()["title"] == title
    assert not session.decisions
    assert "access-control-allow-origin" not in found.headers
    assert "set-cookie" not in found.headers


def test_a_form_of_another_page_sends_no_json(client, state):
    assert client.post("/undo", b"seen=2", **{**OWN, "content_type": "text/plain"}).status == 415


def test_the_page_itself_holds_nothing_of_the_session(client):
    for path in ("/", "/label.js", "/label.css", "/shared.js", "/page.css", "/article.css", "/icon.svg"):
        found = client.get(path)
        assert found.status == 200
        assert b"Statement 0" not in found.body
    assert "default-src 'none'" in client.get("/").headers["content-security-policy"]
    assert client.get("/no").json()["detail"] == "there is nothing here; the labelling page is at /"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"labels": ["no"]}, "unknown label 'no'"),
        ({"labels": "lift"}, "expected a list or null in field 'labels'"),
        ({"labels": [1]}, "expected texts in the list of field 'labels'"),
        ({"seen": True}, "expected a whole number in field 'seen'"),
        ({"more": 1}, "expected an object with the fields"),
    ],
)
def test_what_is_no_answer_is_not_kept(client, session, state, change, words):
    found = client.post("/decide", {"id": state["item"]["id"], "labels": [], "seen": state["seen"]} | change, **OWN)
    assert found.status == 422
    assert words in found.json()["detail"]
    assert not session.decisions


@pytest.fixture
def full_disk(monkeypatch):
    """Have no room on the disk, until the block is left."""

    def full(file, data):
        raise OSError(28, "No space left on device")

    @contextmanager
    def full_disk():
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", full)
            yield

    return full_disk


def test_a_full_disk_keeps_nothing_and_says_so(client, session, state, full_disk):
    with full_disk():
        found = answer(client, state)
    assert found.status == 507
    assert (found.json()["title"], "No space left" in found.json()["detail"]) == ("NOT KEPT", True)
    assert answer(client, state).status == 200


def test_a_full_disk_keeps_nothing_either_when_a_model_was_just_trained(client, session, state, full_disk):
    trained = Retrained(model=None, n=0, is_begun=False, left_out=(), n_new=0, f1=0.5, f1_before=None)
    session._learner.take = lambda wait: trained
    with full_disk():
        found = answer(client, state)
    assert (found.status, found.json()["title"]) == (507, "NOT KEPT")
    assert not session.decisions


def test_where_only_the_next_statement_cannot_be_chosen_the_answer_is_kept(client, session, state, monkeypatch):
    def full(model):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(session._turns, "next", full)
    found = answer(client, state)
    assert (found.status, "what you said is kept" in found.json()["title"]) == (507, True)
    assert dict(session.decisions) == {state["item"]["id"]: ("lift",)}


def test_agreement_is_told_in_steps(serving, book, pool, tmp_path):
    with LabellingSession(tmp_path / "ben.jsonl", pool, book, coder="ben", audit=1.0, retrain_every=0) as other:
        while item := other.next():
            other.decide(item.id, ["lift"])
    with serving([tmp_path / "ben.jsonl"]) as (_, client):
        state = client.get("/state", **OWN).json()
        assert state["agreement"] == {"line": "agreement from 10 shared statements on (0 so far)", "before": []}
        assert answer(client, state).json()["agreement"]["line"].endswith("(1 so far)")
    (tmp_path / "ben.jsonl").unlink()
    with serving([tmp_path / "ben.jsonl"]) as (_, client):
        assert "there is no file" in client.get("/state", **OWN).json()["agreement"]["line"]


def test_what_the_random_sample_will_tell_is_said_at_the_start(serving):
    names = tuple(f"s{n}" for n in range(300))
    many = StatementPool(ids=names, texts=tuple(f"Statement {name}." for name in names), groups=names)
    with serving(statements=many) as (_, client):
        notices = client.get("/state", **OWN).json()["notices"]
        assert [one["text"].partition(" (")[0] for one in notices] == [
            "100 answers bring the random sample to about 100 statements"
        ]
