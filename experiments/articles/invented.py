"""Texts that we made up, with marks around reported speech: ``data/invented_articles.jsonl``.

Each line is a document: its number, its part, its genre, and the marked text. ``⟦i|Maria Hale|trade minister⟧it would
rain⟦/⟧`` is a stretch of indirect speech (``d`` direct, ``m`` mixed) with its speaker and title; stretches may lie in
others. Who wrote them knew nothing of the rules that find speech; who writes rules reads parts ``invented`` and
``ordinary`` alone. The first and its test have as many ways of reporting as English has, the other two the usual ones.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from experiments.articles.gold import Document
from experiments.data import DATA
from stancekit.errors import InvalidInputError
from stancekit.records import Quote

INVENTED = DATA / "invented_articles.jsonl"
SECOND = DATA / "invented_second_pass.jsonl"
"""What second annotators marked in the parts that are tests, who saw no marks: ``document`` and ``quotes``."""
PARTS = ("invented", "invented-test", "ordinary", "ordinary-test")
KINDS = {"d": "direct", "i": "indirect", "m": "mixed"}
_MARK = re.compile(r"⟦(?:/|([dim])\|([^|⟧]+)\|([^|⟧]*))⟧")


def read_invented(part: str, path: Path = INVENTED) -> list[Document]:
    """Read the documents of a part.

    Raises
    ------
    InvalidInputError
        On marks that do not close or that are not understood; the message names the document.
    """
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [_document(row) for row in rows if row["part"] == part]


def read_second(part: str, path: Path = SECOND) -> dict[str, list[Quote]] | None:
    """Read what the second annotator marked, by text; None where nobody did."""
    rows = {row["document"]: row["quotes"] for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())}
    documents = read_invented(part)
    if not all(document.name in rows for document in documents):
        return None
    return {
        document.text: [Quote(**quote, rule="annotator") for quote in rows[document.name]] for document in documents
    }


def _document(row: dict[str, Any]) -> Document:
    try:
        text, quotes = parse(row["marked"])
    except InvalidInputError as error:
        raise InvalidInputError(f"document {row['document']}: {error}") from None
    name, part, genre = (row[key] for key in ("document", "part", "genre"))
    return Document(name=name, part=part, text=text, statements=[], quotes=quotes, genre=genre)


def parse(marked: str) -> tuple[str, list[dict[str, Any]]]:
    """Give a text without its marks, and the stretches in the order of the text, outer ones first.

    Raises
    ------
    InvalidInputError
        On marks that do not close or that are not understood.

    Examples
    --------
    >>> parse("Hale said ⟦i|Hale|⟧it rained⟦/⟧.")
    ('Hale said it rained.', [{'start': 10, 'end': 19, 'kind': 'indirect', 'speaker': 'Hale', 'title': None}])
    """
    text, place = "", 0
    quotes: list[dict[str, Any]] = []
    opened: list[tuple[int, re.Match[str]]] = []
    for mark in _MARK.finditer(marked):
        text += marked[place : mark.start()]
        place = mark.end()
        if mark[1]:
            opened.append((len(text), mark))
        elif not opened:
            raise InvalidInputError(f"a mark closes and none is open, behind {text[-30:]!r}")
        else:
            start, begin = opened.pop()
            quotes.append(_quote(start, len(text), begin))
    text += marked[place:]
    if opened:
        raise InvalidInputError(f"the mark {opened[-1][1][0]!r} does not close")
    if found := re.search("[⟦⟧]", text):
        raise InvalidInputError(f"a mark is not understood, near {text[max(0, found.start() - 20) :][:40]!r}")
    return text, sorted(quotes, key=lambda quote: (quote["start"], -quote["end"]))


def _quote(start: int, end: int, mark: re.Match[str]) -> dict[str, Any]:
    return {"start": start, "end": end, "kind": KINDS[mark[1]], "speaker": mark[2], "title": mark[3] or None}
