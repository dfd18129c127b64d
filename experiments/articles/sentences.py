"""Articles put together from single sentences of the pool of statements, by reference, and their texts.

The files of `FILES` hold no text: for each article its source and its id there, as in the pool, the fingerprints of its
sentences in reading order, the hash of the whole text, and where reported speech stands in it. In the text one blank
stands between sentences; where a turn of a transcript begins, an empty line and the speaker's label with ``": "``.
Those of `PASSES` say in the same way what each of two annotators marked. `experiments.articles.refer` makes them all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any

from experiments.articles.gold import Document
from experiments.corpora import pool_statements
from experiments.data import DATA
from stancekit.errors import InvalidInputError
from stancekit.text.identity import fingerprint

FILES = {  # part -> file; those who write the rules read the first alone
    "development": DATA / "development_articles.jsonl",
    "test-2": DATA / "second_test_articles.jsonl",
    "test-3": DATA / "third_test_articles.jsonl",
    "test-4": DATA / "fourth_test_articles.jsonl",
}
PASSES = {  # part -> what two annotators marked, blind to each other, before it was settled
    "test-3": [DATA / f"third_test_pass_{number}.jsonl" for number in (1, 2)],
    "test-4": [DATA / f"fourth_test_pass_{number}.jsonl" for number in (1, 2)],
}
NEWSPAPERS = ("tehran_times",)
Pool = Mapping[tuple[str, str, str], str]
Quoted = Mapping[str, Any]
Turned = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleReference:
    """One article without its text.

    Attributes
    ----------
    document, lot, part : str
        Its number, the lot of annotation it came in, and a part of `FILES`.
    source, article : str
        Where it is from, and its id there, as in the pool.
    sentences : sequence of str
        The fingerprint of each sentence, in reading order; a sentence that stands twice is there twice.
    sha1 : str
        The first 12 hexadecimal digits of the SHA-1 of the text.
    turns : sequence of mapping
        Where a speaker's label stands: sentence, the number of the one behind it, from 0; label, without the colon.
    quotes : sequence of mapping
        Reported speech: start, end, kind, speaker, title.
    """

    document: str
    lot: str
    part: str
    source: str
    article: str
    sentences: Sequence[str]
    sha1: str
    turns: Sequence[Turned] = field(default_factory=list)
    quotes: Sequence[Quoted]

    def to_line(self) -> str:
        """Write it as a line of JSON, without turns where it has none."""
        fields = {name: getattr(self, name) for name in self.__slots__ if name != "turns" or self.turns}
        return json.dumps(fields, ensure_ascii=False)

    def found_sentences(self, pool: Pool | None = None) -> list[str]:
        """Give its sentences in reading order.

        Raises
        ------
        InvalidInputError
            When the pool lacks one, or they do not make the text that was annotated.
        """
        found = []
        for number, sha1 in enumerate(self.sentences, 1):
            sentence = (pool_statements() if pool is None else pool).get((self.source, self.article, sha1))
            if sentence is None:
                raise InvalidInputError(
                    f"document {self.document}: the pool has no sentence {sha1!r}, number {number}, in the article "
                    f"{self.article!r} of {self.source!r}; expected the pool that the data card tells how to make"
                )
            found.append(sentence)
        if (made := text_sha1(joined(found, self.turns))) != self.sha1:
            raise InvalidInputError(
                f"document {self.document}: its sentences make the text {made!r}, and "
                f"{self.sha1!r} was annotated; white space inside sentences must be that of the source"
            )
        return found

    def resolved(self, pool: Pool | None = None) -> Document:
        """Put its text together; `statements` stays empty, since nobody marked where they end."""
        text = joined(self.found_sentences(pool), self.turns)
        genre = "newspaper" if self.source in NEWSPAPERS else "speeches and transcripts"
        return Document(name=self.document, part=self.part, text=text, statements=[], quotes=self.quotes, genre=genre)


def joined(sentences: Sequence[str], turns: Sequence[Turned] = ()) -> str:
    r"""Put sentences together: a blank between each two, or an empty line and a label where a turn begins.

    Examples
    --------
    >>> joined(["We go.", "They stay.", "Why?"], [{"sentence": 0, "label": "LEE"}, {"sentence": 2, "label": "Q"}])
    'LEE: We go. They stay.\n\nQ: Why?'
    """
    return "".join(before + sentence for before, sentence in zip(_before(sentences, turns), sentences, strict=True))


def sentence_starts(sentences: Sequence[str], turns: Sequence[Turned] = ()) -> list[int]:
    """Give where each sentence begins in what `joined` makes of them.

    Examples
    --------
    >>> sentence_starts(["We go.", "They stay."], [{"sentence": 0, "label": "LEE"}])
    [5, 12]
    """
    before = _before(sentences, turns)
    ends = accumulate(len(one) + len(sentence) for one, sentence in zip(before, sentences, strict=True))
    return [end - len(sentence) for end, sentence in zip(ends, sentences, strict=True)]


def _before(sentences: Sequence[str], turns: Sequence[Turned]) -> list[str]:
    labels = {turn["sentence"]: f"{turn['label']}: " for turn in turns}
    before = [f"\n\n{labels[number]}" if number in labels else " " for number in range(len(sentences))]
    return [labels.get(0, ""), *before[1:]][: len(sentences)]


def text_sha1(text: str) -> str:
    """Give the first 12 hexadecimal digits of the SHA-1 of a text as it stands."""
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:12]


def read_article_references(path: Path) -> list[ArticleReference]:
    """Read a file of articles by reference."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [ArticleReference(**row) for row in map(json.loads, lines)]


def read_part(part: str, pool: Pool | None = None) -> list[Document]:
    """Read the articles of a part, with their texts from the pool."""
    return [reference.resolved(pool) for reference in read_article_references(FILES[part])]


def n_turns(part: str) -> int:
    """Count the turns of speakers with labels in the articles of a part."""
    return sum(len(reference.turns) for reference in read_article_references(FILES[part])) if part in FILES else 0


def taken_apart(text: str, sentences: Sequence[str]) -> list[str] | None:
    """Find sentences that, with a blank between each two, are the text; None where there are none such.

    A sentence may begin like another, so that the longest that fits may lead nowhere.

    Examples
    --------
    >>> taken_apart("We go. They stay. We go.", ["They stay.", "We go.", "We go. They"])
    ['We go.', 'They stay.', 'We go.']
    """
    known = sorted(set(sentences), key=len, reverse=True)
    ways: list[Iterator[str]] = [_next(text, 0, known)]
    found: list[str] = []
    dead: set[int] = set()
    while ways:
        place = sum(map(len, found)) + len(found)
        one = next((one for one in ways[-1] if place + len(one) + 1 not in dead), None)
        if one is None:
            dead.add(place)
            ways.pop()
            del found[-1:]
        elif place + len(one) == len(text):
            return [*found, one]
        else:
            found.append(one)
            ways.append(_next(text, place + len(one) + 1, known))
    return None


def _next(text: str, place: int, known: Sequence[str]) -> Iterator[str]:
    return (one for one in known if text.startswith(one, place) and text[place + len(one) :][:1] in ("", " "))


def sentence_ids(sentences: Sequence[str]) -> list[str]:
    """Give the fingerprint of each sentence."""
    return [fingerprint(sentence) for sentence in sentences]
