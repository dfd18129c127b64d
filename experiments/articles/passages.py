"""Passages of UN speeches, by reference, and where speakers report what others said: ``data/un_passages.jsonl``.

Each line is a passage: its number, its part, the speech, and where in its text the passage begins and ends, with the
hash of what stands there; reported speech by offsets in the passage. Of part ``un-test`` the line has what each of two
annotators marked too, before it was settled. Who writes rules reads part ``un`` alone.

``python -m experiments.articles.passages --draw FOLDER`` writes the texts to be marked, ``NNN.txt``; ``--refer FOLDER``
makes the file from ``quotes.jsonl`` there, with ``pass_1.jsonl`` and ``pass_2.jsonl`` for the test. A line of these has
``document`` and ``quotes``: text, kind, speaker, title, and ``occurrence``, from 1, where a text stands there twice.
``own.jsonl`` has ``document`` and ``own``: by what names each passage calls who speaks and what country he speaks for.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from experiments.articles.gold import Document
from experiments.articles.sentences import text_sha1
from experiments.corpora import un_speeches
from experiments.data import DATA
from experiments.unlabelled import untested_speeches
from stancekit.errors import InvalidInputError
from stancekit.records import Quote
from stancekit.text.splitting import split_spans

FILE = DATA / "un_passages.jsonl"
PARTS = ("un", "un-test")
DRAWN = "passages.jsonl"  # in the folder of what is marked: where the texts stand
N_OF_A_DECADE = 8  # speeches, half of them for the test
N_FURTHER = 4  # of a decade, for those who write rules
N_STATEMENTS = 24  # of a passage
AT_LEAST = 4  # statements that look like reported speech
SEED = 11
_REPORTED = re.compile(
    r"\b(?:said|says|stated|declared|warned|told|asked|called (?:for|on|upon)|reported|noted|pointed out|stressed|"
    r"wrote|"
    r"according to|in the words of|announced|affirmed|proclaimed|recommended|urged|claim(?:s|ed)?|argue[sd]?|"
    r"promised)\b|[“\"]"
)

Quoted = Mapping[str, Any]
_Drawn = tuple[str, int, int, str]  # speech, start, end, hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of a speech without its text.

    Attributes
    ----------
    document, part, speech : str
        Its number, a part of `PARTS`, and the id of the speech.
    start, end : int
        Where it stands in the speech.
    sha1 : str
        Hash of its text.
    own : sequence of str
        How the passage calls its own speaker, and the country, government or delegation that is spoken for.
    quotes, pass_1, pass_2 : sequence of mapping
        Reported speech as it was settled, and as each annotator marked it: start, end, kind, speaker, title.
    """

    document: str
    part: str
    speech: str
    start: int
    end: int
    sha1: str
    own: Sequence[str] = field(default_factory=list)
    quotes: Sequence[Quoted] = field(default_factory=list)
    pass_1: Sequence[Quoted] = field(default_factory=list)
    pass_2: Sequence[Quoted] = field(default_factory=list)

    def text(self) -> str:
        """Give the text of the passage.

        Raises
        ------
        InvalidInputError
            When the corpus has no such speech, or another text stands there.
        """
        text = un_speeches().get(self.speech, "")[self.start : self.end]
        if text_sha1(text) != self.sha1:
            raise InvalidInputError(
                f"document {self.document}: {self.speech} has not the text that was marked at {self.start}:{self.end}"
            )
        return text

    def resolved(self) -> Document:
        """Put it together with its text."""
        return Document(
            name=self.document, part=self.part, text=self.text(), statements=[], quotes=self.quotes, own=self.own
        )


def read_passages(part: str, path: Path = FILE) -> list[Document]:
    """Read the passages of a part with their texts."""
    return [passage.resolved() for passage in _read(path) if passage.part == part]


def read_annotators(part: str, path: Path = FILE) -> tuple[list[Document], dict[str, list[Quote]]] | None:
    """Read what the first annotator marked, and what the second did, by text; None where there was but one."""
    passages = [passage for passage in _read(path) if passage.part == part]
    if not any(passage.pass_2 for passage in passages):
        return None
    first = [
        Document(name=one.document, part=part, text=one.text(), statements=[], quotes=one.pass_1, own=one.own)
        for one in passages
    ]
    return first, {one.text(): [Quote(**quote, rule="annotator") for quote in one.pass_2] for one in passages}


def _read(path: Path) -> list[Passage]:
    return [Passage(**row) for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())]


def _write(passages: Sequence[Passage], path: Path) -> None:
    path.write_text("".join(f"{json.dumps(asdict(one), ensure_ascii=False)}\n" for one in passages), encoding="utf-8")


def drawn_passages(seed: int = SEED) -> list[Passage]:
    """Draw passages in which something looks like reported speech, as many of each decade.

    They are for both parts in turn; further ones, drawn later, for those who write rules.
    """
    speeches, rng = untested_speeches(), np.random.default_rng(seed)
    found: list[_Drawn] = []
    further: list[_Drawn] = []
    for _, of_decade in groupby(sorted(speeches, key=_year), key=lambda name: _year(name) // 10):
        names = sorted(of_decade)
        drawn: list[_Drawn] = []
        for place in rng.permutation(len(names)):
            if len(drawn) == N_OF_A_DECADE + N_FURTHER:
                break
            if (passage := _densest(names[place], speeches[names[place]])) is not None:
                drawn.append(passage)
        found += drawn[:N_OF_A_DECADE]
        further += drawn[N_OF_A_DECADE:]
    parts = [*(PARTS[number % 2] for number in range(len(found))), *(PARTS[0] for _ in further)]
    return [
        Passage(document=f"{number:03}", part=part, speech=name, start=start, end=end, sha1=sha1)
        for number, (part, (name, start, end, sha1)) in enumerate(zip(parts, [*found, *further], strict=True))
    ]


def _year(name: str) -> int:
    return int(name[-4:])


def _densest(name: str, text: str) -> _Drawn | None:
    """Find the statements of a speech among which most look like reported speech; None where few do."""
    spans = split_spans(text)
    looks = np.array([bool(_REPORTED.search(text, start, end)) for start, end in spans])
    if len(spans) < N_STATEMENTS:
        return None
    counts = np.convolve(looks, np.ones(N_STATEMENTS, dtype=np.int64), mode="valid")
    first = int(counts.argmax())
    if counts[first] < AT_LEAST:
        return None
    start, end = spans[first][0], spans[first + N_STATEMENTS - 1][1]
    return name, start, end, text_sha1(text[start:end])


def refer(passages: Sequence[Passage], folder: Path) -> list[Passage]:
    """Put what was marked into passages.

    Raises
    ------
    InvalidInputError
        When a text stands nowhere in its passage; the message names the document.
    """
    kept = {}
    for name in ("quotes", "pass_1", "pass_2"):
        path = folder / f"{name}.jsonl"
        rows = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        kept[name] = {str(row["document"]): row["quotes"] for row in map(json.loads, rows)}
    rows = (folder / "own.jsonl").read_text(encoding="utf-8").splitlines() if (folder / "own.jsonl").is_file() else []
    own = {str(row["document"]): [" ".join(name.split()) for name in row["own"]] for row in map(json.loads, rows)}
    return [
        Passage(
            **{
                **asdict(passage),
                "own": own.get(passage.document, []),
                **{name: _placed(passage, rows.get(passage.document, [])) for name, rows in kept.items()},
            }
        )
        for passage in passages
        if passage.document in kept["quotes"]
    ]


def _placed(passage: Passage, quotes: Sequence[Quoted]) -> list[dict[str, Any]]:
    """Give offsets for what was marked, in the order of the text."""
    text, placed = passage.text(), []
    for quote in quotes:
        starts = [match.start() for match in re.finditer(re.escape(quote["text"]), text)]
        number = quote.get("occurrence", 1)
        if not 1 <= number <= len(starts) or (len(starts) > 1 and "occurrence" not in quote):
            raise InvalidInputError(
                f"document {passage.document}: {quote['text']!r} stands there {len(starts)} times; expected one that "
                "stands there once, or which occurrence"
            )
        start = starts[number - 1]
        placed.append(
            {
                "start": start,
                "end": start + len(quote["text"]),
                "kind": quote["kind"],
                "speaker": quote["speaker"],
                "title": quote.get("title"),
            }
        )
    return sorted(placed, key=lambda one: (one["start"], -one["end"]))


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the texts, or the file."""
    parser = argparse.ArgumentParser(prog="python -m experiments.articles.passages", description=__doc__)
    todo = parser.add_mutually_exclusive_group(required=True)
    todo.add_argument("--draw", type=Path, metavar="FOLDER", help="write the texts of the passages into a new folder")
    todo.add_argument("--refer", type=Path, metavar="FOLDER", help=f"make {FILE.name} from what was marked")
    options = parser.parse_args(arguments)
    if options.draw:
        if options.draw.exists():
            print(f"{str(options.draw)!r} exists; expected a new folder; nothing is written", file=sys.stderr)
            return 2
        options.draw.mkdir(parents=True)
        passages = drawn_passages()
        _write(passages, options.draw / DRAWN)
        for passage in passages:
            (options.draw / f"{passage.document}.txt").write_text(passage.text(), encoding="utf-8")
        return 0
    try:
        made = refer(_read(options.refer / DRAWN), options.refer)
    except InvalidInputError as error:
        print(f"{error}; nothing is written", file=sys.stderr)
        return 2
    _write(made, FILE)
    print(f"{len(made)} passages, {sum(len(one.quotes) for one in made)} stretches")
    return 0


if __name__ == "__main__":
    sys.exit(main())
