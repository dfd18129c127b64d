"""The page and the terminal say the same of the same session."""

from collections.abc import Callable

import pytest

from stancekit import LabellingSession
from stancekit.apps.labelling.desk import Desk
from stancekit.apps.labelling.frame import COMMANDS, definitions, statement_frame
from stancekit.apps.labelling_page.desk import PageDesk
from stancekit.labelling.wording import COMMANDS as EVERY_COMMAND


@pytest.fixture
def both(tmp_path, pool, book):
    """The desks of two sessions alike, each beside what a third coder said."""
    with LabellingSession(tmp_path / "ben", pool, book, coder="ben", audit=1.0, retrain_every=0) as third:
        while item := third.next():
            third.decide(item.id, ["lift"])
    opened = [
        LabellingSession(tmp_path / name, pool, book, coder="ann", audit=1.0, retrain_every=0)
        for name in ("terminal", "page")
    ]
    with opened[0], opened[1]:
        yield Desk(opened[0], [tmp_path / "ben"]), PageDesk(opened[1], [tmp_path / "ben"])


ACTS: dict[str, tuple[Callable[[Desk], None], Callable[[PageDesk, str, int], dict]]] = {
    "labels": (
        lambda desk: desk.decide(["lift", "trade"]),
        lambda page, name, seen: page.decide(name, ["lift", "trade"], seen=seen),
    ),
    "none": (lambda desk: desk.decide([]), lambda page, name, seen: page.decide(name, [], seen=seen)),
    "cannot say": (lambda desk: desk.cannot_say(), lambda page, name, seen: page.decide(name, None, seen=seen)),
    "skip": (lambda desk: desk.skip(), lambda page, name, seen: page.skip(name, seen=seen)),
    "undo": (lambda desk: desk.undo(), lambda page, name, seen: page.undo(seen=seen)),
}


def test_what_became_of_each_act_and_how_far_it_is(both):
    desk, page = both
    for act in ("undo", "labels", "none", "cannot say", "skip", "undo", "skip"):
        before = page.state()
        assert desk.item().id == before["item"]["id"]
        ACTS[act][0](desk)
        after = ACTS[act][1](page, before["item"]["id"], before["seen"])
        assert desk.message == after["said"]
        said = [after["progress"]["far"], *after["progress"]["counts"], after["agreement"]["line"]]
        assert desk.progress_line() == " | ".join(one for one in said if not one.endswith(": 0"))


def test_what_is_shown_again_and_that_nothing_is_left(both):
    desk, page = both
    for one in (desk.session, page._session):
        first = one.next().id
        while item := one.next():
            one.decide(item.id, ["trade"])
    screen = " ".join(_screen(desk))
    assert page.codebook()["words"]["none_left"] in screen
    for one in (desk.session, page._session):
        one.review([first])
    assert page.state()["item"]["again"] == "Again: you said trade. Accept keeps what is ticked."
    assert page.state()["item"]["again"] in " ".join(_screen(desk))
    desk.leave()
    assert desk.message == page.leave()["said"]


def test_definitions_and_commands(both):
    desk, page = both
    told = page.codebook()
    shown = definitions(desk.session.codebook, desk.keys)
    assert {line for stance in told["stances"] for line in stance["meaning"]} <= set(shown)
    for command in COMMANDS:
        assert told["commands"][command.name] == {"key": command.key, "name": command.name, "does": command.does}
        assert f"{command.key} {command.name}: {command.does}" in shown
    assert set(told["commands"]) == set(EVERY_COMMAND)


def _screen(desk):
    item = desk.item()
    return statement_frame(
        item,
        desk.keys,
        desk.ticked,
        columns=200,
        rows=24,
        title="",
        progress=desk.progress_line(),
        message=desk.message,
    ).lines
