"""Whole documents, and where their statements and quotations stand (``data/articles.jsonl``)."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.corpora import corpora_folder
from experiments.data import DATA

GOLD = DATA / "articles.jsonl"
PARTS = ("dev", "test")  # those who wrote the rules read the first alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text and what stands in it.

    Attributes
    ----------
    name, part, text : str
        Its number, its part, and the text that the offsets count in.
    statements : sequence of (int, int)
        Where the annotators' statements begin and end.
    quotes : sequence of mapping
        Their quotations: start, end, kind, speaker, title.
    own : sequence of str
        Names of who speaks and of what he speaks for, where the text is a speech: what they say is not reported speech,
        and who finds it is neither right nor wrong.
    genre : str
        What sort of text it is, where parts of several sorts are scored apart too.
    """

    name: str
    part: str
    text: str
    statements: Sequence[tuple[int, int]]
    quotes: Sequence[Mapping[str, Any]]
    own: Sequence[str] = ()
    genre: str = ""


def read_documents(part: str | None = None, folder: Path | None = None, *, gold: Path = GOLD) -> list[Document]:
    """Read the documents of a part, or of all, whose texts are in a folder; say on stderr which are not."""
    texts = _texts(folder or corpora_folder() / "articles")
    documents = []
    for row in map(json.loads, gold.read_text(encoding="utf-8").splitlines()):
        if part not in (None, row["part"]):
            continue
        if row["sha1"] not in texts:
            print(f"document {row['document']}: its text is not there, left out", file=sys.stderr)
            continue
        documents.append(
            Document(
                name=row["document"],
                part=row["part"],
                text=texts[row["sha1"]],
                statements=[(start, end) for start, end in row["statements"]],
                quotes=row["quotes"],
            )
        )
    return documents


def gold_sha256(gold: Path = GOLD) -> str:
    """Give the hash by which results know what they were measured on."""
    return hashlib.sha256(gold.read_bytes()).hexdigest()


def _texts(folder: Path) -> dict[str, str]:
    """Read texts by their hash, without the first line, which is about the text."""
    found = {}
    for path in sorted(folder.glob("*.txt")):
        text = path.read_bytes().decode("utf-8").partition("\n")[2]
        found[hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:12]] = text
    return found
