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
from stancekit.labelling.wording import COMMANDS, EMPTY, NONE, NONE_LEFT, again

WORDS = {
    COMMANDS[name].key: name for name in ("cannot say", "skip", "undo", "quit", "retrain", "review", "definitions")
}
_SEVERAL = "keys, labels or codes with blanks or | between them"


def run_lines(desk: Desk, answers: TextIO) -> None:
    """Show statements and read an answer a line, until the answers end."""
    print(_legend(desk))
    item = _show(desk, None)
    for line in answers:
        answer = line.strip()
        if _command(desk, answer) == "quit":
            return
        _print_said(desk, "")
        if desk.session.is_retraining and not sys.stdin.isatty():
            desk.session.finish_retraining()  # a script waits, so that it goes the same way each time
        item = _show(desk, item)


def _legend(desk: Desk) -> str:
    one = "a key, a label or a code" if desk.session.codebook.exclusive else _SEVERAL
    return f"Answer by {one}: {_labels(desk)}; or {_words()}."


def _print_said(desk: Desk, nothing: str | None = None) -> None:
    """Print what is to be said, each on a line of its own."""
    said = [f"  {shown(one)}" for one in desk.take()]
    if said or nothing is not None:
        print("\n".join(said) or nothing, flush=True)


def _show(desk: Desk, before: Item | None) -> Item | None:
    item = desk.item()
    _print_said(desk)
    if item is None:
        print(NONE_LEFT, flush=True)
        return None
    if item is before:
        return item
    context = "".join(f" | {shown(name)}: {shown(value)}" for name, value in item.context.items() if value.strip())
    print(f"\n{shown(item.id)}{context}")
    if item.is_review:
        print(f"  {shown(again(item))}")
    print(f"  {shown(item.text) or EMPTY}", flush=True)
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
        desk.say(f"an empty answer says nothing; {_expected(desk)}")
        return
    try:
        found = book.resolve(_marks(desk, answer))
    except InvalidInputError:
        desk.say(f"not understood: {answer!r}; {_expected(desk)}")
        return
    desk.decide(book.ordered(found))


def _expected(desk: Desk) -> str:
    """Say what an answer is, with the keys at hand."""
    return f"expected {_labels(desk)}; or {_words()}"


def _labels(desk: Desk) -> str:
    """Name the keys of the labels, how several are given, and none."""
    labels = ", ".join(f"{key} {shown(stance.label)}" for key, stance in desk.keys.items())
    if desk.session.codebook.exclusive:
        return labels
    several = f"; {''.join(list(desk.keys)[:2])} both of them" if len(desk.keys) > 1 else ""
    return f"{labels}{several}; 0 {NONE}"


def _words() -> str:
    return ", ".join(f"{key} {word}" for key, word in WORDS.items())


def _marks(desk: Desk, answer: str) -> list[str]:
    """Take an answer apart: keys, codes and labels with blanks, commas or | between; labels may have blanks in them.

    Keys need nothing between them, so ``13`` ticks two labels, as on the screen.
    """
    codes = desk.session.codebook.codes
    parts = [part for part in re.split(r"[\s,|]+", answer) if part]
    marks = [mark for part in parts for mark in _part_marks(part, desk)]
    return marks if parts and all(mark in codes for mark in marks) else cell_marks(answer, codes, 0, "answer") or []


def _part_marks(part: str, desk: Desk) -> list[str]:
    if part in desk.session.codebook.codes:
        return [part]
    if all(letter in desk.keys for letter in part):
        return [desk.keys[letter].label for letter in part]
    return [part]
