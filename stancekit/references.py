"""Annotations by reference: labels that travel without their texts, joined to a corpus where it lies."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stancekit.errors import InvalidInputError, missing_column, place
from stancekit.text.identity import fingerprint

REQUIRED = ("document", "sha1", "n_words", "codes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One annotated statement, without its text.

    Attributes
    ----------
    document : str
        Id of the speech or document.
    start, end : int or None
        Character offsets in the document's text, where known.
    sha1 : str
        `fingerprint` of the statement.
    n_words : int
        Number of words between white space, by which the statement is found where offsets differ.
    codes : str
        What the annotators settled on, one letter a code, ``-`` for none.
    source, stratum : str
        Where the document comes from, and why the statement was drawn.
    """

    document: str
    start: int | None
    end: int | None
    sha1: str
    n_words: int
    codes: str
    source: str
    stratum: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """References with their texts, and those that found none.

    Attributes
    ----------
    references, texts : sequence
        Those that were found, in the order of the references.
    n_by_offset, n_by_hash : int
        Found at the offsets given, and found elsewhere in the document by hash.
    no_document, no_statement : sequence of Reference
        Those whose document the corpus lacks, and those whose document has no such statement.
    """

    references: Sequence[Reference]
    texts: Sequence[str]
    n_by_offset: int
    n_by_hash: int
    no_document: Sequence[Reference]
    no_statement: Sequence[Reference]

    def report(self) -> str:
        """Say what was joined and what was not, and name the first few of those."""
        n_total = len(self.references) + len(self.no_document) + len(self.no_statement)
        lines = [
            f"joined {len(self.references)} of {n_total} statements: "
            f"{self.n_by_offset} at their offsets, {self.n_by_hash} by hash"
        ]
        for name, lost in (
            ("document is missing", self.no_document),
            ("text is not there", self.no_statement),
        ):
            if lost:
                some = ", ".join(sorted({reference.document for reference in lost})[:5])
                lines.append(f"{len(lost)} not joined, since the {name}, for example in {some}")
        return "\n".join(lines)


def read_references(path: str | Path) -> list[Reference]:
    """Read a file of annotations by reference, tab-separated with a header.

    Parameters
    ----------
    path : str or Path
        Columns ``document``, ``sha1``, ``n_words``, ``codes``, and optionally ``start``, ``end``,
        ``source``, ``stratum``.

    Raises
    ------
    InvalidInputError
        On a missing column, a row without a value in one of the first four, or a number that is none;
        the message names row and field.
    """
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        names = reader.fieldnames or ()
        for column in REQUIRED:
            if column not in names:
                raise missing_column(column, names, str(path))
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise InvalidInputError(f"{path} has the columns {twice} more than once")
        return [_reference(_whole(row, number, names), number) for number, row in enumerate(reader)]


def _whole(row: dict[str | None, Any], number: int, names: Sequence[str]) -> dict[str, Any]:
    """See that a row has no field beside those of the columns, and offsets both or neither."""
    if more := row.get(None):
        raise InvalidInputError(f"expected {len(names)} fields{place(number)}, got {len(names) + len(more)}")
    if bool(row.get("start")) != bool(row.get("end")):
        raise InvalidInputError(f"expected start and end{place(number, 'start')}, or neither")
    return {name: row[name] for name in names}


def join(references: Iterable[Reference], find: Callable[[Reference], str | None]) -> Joined:
    """Join references to the texts of a corpus.

    A statement is taken at its offsets when its hash agrees there; otherwise it is looked for in the whole
    document, as the run of `n_words` words with that hash.

    Parameters
    ----------
    references : iterable of Reference
        What to join.
    find : callable
        Gives the text of a reference's document, or None where the corpus lacks it. For a corpus of
        single statements, the statement itself.

    Returns
    -------
    Joined
    """
    found, texts = [], []
    lost: dict[str, list[Reference]] = defaultdict(list)
    n_by_offset = 0
    for reference in references:
        document = find(reference)
        text = None if document is None else document[reference.start : reference.end]
        if text is not None and fingerprint(text) == reference.sha1:
            n_by_offset += 1
        elif document is not None:
            text = _find_by_hash(document, reference)
        if text is None:
            lost["document" if document is None else "statement"].append(reference)
        else:
            found.append(reference)
            texts.append(text)
    return Joined(
        references=found,
        texts=texts,
        n_by_offset=n_by_offset,
        n_by_hash=len(found) - n_by_offset,
        no_document=lost["document"],
        no_statement=lost["statement"],
    )


def _reference(row: dict[str, str], number: int) -> Reference:
    for column in REQUIRED:
        if not row[column]:
            raise InvalidInputError(f"no value in row {number}, field {column!r}; the line is incomplete")
    return Reference(
        document=row["document"],
        start=_number(row.get("start"), number, "start"),
        end=_number(row.get("end"), number, "end"),
        sha1=row["sha1"],
        n_words=_number(row["n_words"], number, "n_words") or 0,
        codes=row["codes"],
        source=row.get("source") or "",
        stratum=row.get("stratum") or "",
    )


def _number(value: str | None, row: int, field: str) -> int | None:
    if not value:
        return None
    if not value.isdecimal():
        raise InvalidInputError(f"expected a whole number in row {row}, field {field!r}, got {value!r}")
    return int(value)


def _find_by_hash(document: str, reference: Reference) -> str | None:
    words = document.removeprefix("\ufeff").split()
    for first in range(len(words) - reference.n_words + 1):
        text = " ".join(words[first : first + reference.n_words])
        if fingerprint(text) == reference.sha1:
            return text
    return None
