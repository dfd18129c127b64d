"""Articles put together from single sentences of the pool of statements, by reference, and their texts.

``data/development_articles.jsonl`` and ``data/second_test_articles.jsonl`` hold no text: for each article the pool's
id of it, the fingerprints of its sentences in reading order, the hash of the whole text, in which one blank stands
between sentences, and where reported speech stands in it. `experiments.articles.refer` makes them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
}
Pool = Mapping[tuple[str, str, str], str]
Quoted = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleReference:
    """One article without its text.

    Attributes
    ----------
    document, lot, part : str
        Its number, the lot of annotation it came in, and "development" or "test-2".
    source, article : str
        Where it is from, and its id there, as in the pool.
    sentences : sequence of str
        The fingerprint of each sentence, in reading order; a sentence that stands twice is there twice.
    sha1 : str
        The first 12 hexadecimal digits of the SHA-1 of the text.
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
    quotes: Sequence[Quoted]

    def to_line(self) -> str:
        """Write it as a line of JSON."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__}, ensure_ascii=False)

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
        if text_sha1(" ".join(found)) != self.sha1:
            raise InvalidInputError(
                f"document {self.document}: its sentences make the text {text_sha1(' '.join(found))!r}, and "
                f"{self.sha1!r} was annotated; white space inside sentences must be that of the source"
            )
        return found

    def resolved(self, pool: Pool | None = None) -> Document:
        """Put its text together; `statements` stays empty, since nobody marked where they end."""
        text = " ".join(self.found_sentences(pool))
        return Document(name=self.document, part=self.part, text=text, statements=[], quotes=self.quotes)


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
