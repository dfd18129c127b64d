"""The labelling loop without a screen: a statement, then an answer on a line."""

from __future__ import annotations

import re
import sys
from typing import TextIO

from stancekit.apps.labelling.desk import Desk
from stancekit.apps.labelling.frame import definitions
from stancekit.apps.labelling.width import shown
from stancekit.errors import InvalidInputError
from stancekit.labelled import cell_marks
from stancekit.labelling.items import Item

WORDS = {
    "c": "cannot say",
    "s": "skip",
    "u": "undo",
    "q": "quit",
    "r": "retrain",
    "v": "review",
    "?": "definitions",
}


def run_lines(desk: Desk, answers: TextIO) -> None:
    """Show statements and read an answer a line, until the answers end."""
    print(_legend(desk))
    item = _show(desk, None)
    for line in answers:
        answer = line.strip()
        if _command(desk, answer) == "quit":
            return
        print(f"  {shown(desk.message)}" if desk.message else "", flush=True)
        desk.message = ""
        if desk.session.is_retraining and not sys.stdin.isatty():
            desk.session.finish_retraining()  # a script waits, so that it goes the same way each time
        item = _show(desk, item)


def _legend(desk: Desk) -> str:
    labels = ", ".join(f"{key} {shown(stance.label)}" for key, stance in desk.keys.items())
    none = "" if desk.session.codebook.exclusive else "; 0 none of them"
    words = ", ".join(f"{key} {word}" for key, word in WORDS.items())
    return f"Answer by keys, labels or codes with blanks or | between them: {labels}{none}; or {words}."


def _show(desk: Desk, before: Item | None) -> Item | None:
    item = desk.item()
    if desk.message:
        print(f"  {shown(desk.message)}")
        desk.message = ""
    if item is None:
        print("No statement is left.", flush=True)
        return None
    if item is before:
        return item
    context = "".join(f" | {shown(name)}: {shown(value)}" for name, value in item.context.items() if value.strip())
    print(f"\n{shown(item.id)}{context}")
    if item.is_review:
        said = "cannot say" if item.before is None else ", ".join(item.before) or "none of the labels"
        print(f"  again: you said {shown(said)}")
    print(f"  {shown(item.text)}", flush=True)
    return item


def _command(desk: Desk, answer: str) -> str:
    word = _word(desk, answer)
    actions = {
        "cannot say": desk.cannot_say,
        "skip": desk.skip,
        "undo": desk.undo,
        "retrain": desk.retrain,
        "review": desk.review,
    }
    if word in actions:
        actions[word]()
    elif word == "definitions":
        print("\n".join(definitions(desk.session.codebook, desk.keys)))
    elif word != "quit":
        _decide(desk, answer)
    return word


def _word(desk: Desk, answer: str) -> str:
    """Give the command that an answer means; a label or a code of that name comes first."""
    if answer in desk.session.codebook.codes:
        return ""
    return WORDS.get(answer, answer if answer in WORDS.values() else "")


def _decide(desk: Desk, answer: str) -> None:
    book = desk.session.codebook
    if answer == "0" and not book.exclusive and "0" not in book.codes:
        desk.decide([])
        return
    if not answer:
        desk.message = "an empty answer says nothing; give labels, or 0 for none of them"
        return
    try:
        found = book.resolve(_marks(desk, answer))
    except InvalidInputError as error:
        said = str(error).replace(" in row 0, field 'answer'", "")
        desk.message = f"not understood: {said}"
        return
    desk.decide(book.ordered(found))


def _marks(desk: Desk, answer: str) -> list[str]:
    """Take an answer apart: keys, codes and labels with blanks, commas or | between; labels may have blanks in them."""
    codes = desk.session.codebook.codes
    parts = [part for part in re.split(r"[\s,|]+", answer) if part]
    if all(part in codes or part in desk.keys for part in parts):
        return [part if part in codes else desk.keys[part].label for part in parts]
    return cell_marks(answer, codes, 0, "answer") or []
