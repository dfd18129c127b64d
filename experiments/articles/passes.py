"""What two annotators marked in the same articles, blind to each other, so that one can be scored by the other.

Each put the sentences of newspaper articles in order alone, so that a stretch of the second is looked for where the
first has its sentences. One over sentences that the first has apart is nowhere, and counts as wrong.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from experiments.articles import invented, passages
from experiments.articles.gold import Document
from experiments.articles.sentences import (
    PASSES,
    ArticleReference,
    Pool,
    Quoted,
    read_article_references,
    sentence_starts,
)
from stancekit.records import Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Passes:
    """The first annotator's documents, and what the second found in their texts.

    Attributes
    ----------
    first : sequence of Document
        With the first annotator's quotations.
    second : callable
        Gives the second's quotations in the text of one of these documents.
    """

    first: Sequence[Document]
    second: Callable[[str], list[Quote]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ordered:
    text: str
    sentences: Sequence[str]
    starts: Sequence[int]


def read_passes(part: str, pool: Pool | None = None) -> Passes | None:
    """Read both passes of a part; None where they are not kept."""
    if part in invented.PARTS:
        marked = invented.read_second(part)
        return None if marked is None else Passes(first=invented.read_invented(part), second=marked.__getitem__)
    if part in passages.PARTS:
        found = passages.read_annotators(part)
        return None if found is None else Passes(first=found[0], second=found[1].__getitem__)
    if part not in PASSES:
        return None
    one, other = (read_article_references(path) for path in PASSES[part])
    documents = [reference.resolved(pool) for reference in one]
    second = {
        document.text: _moved(theirs, mine, pool) for document, mine, theirs in zip(documents, one, other, strict=True)
    }
    return Passes(first=documents, second=lambda text: second[text])


def _moved(reference: ArticleReference, to: ArticleReference, pool: Pool | None) -> list[Quote]:
    """Give the quotations of one reference where they stand in the order of another to the same article."""
    here, there = _ordered(reference, pool), _ordered(to, pool)
    return [_placed(quote, here, there) for quote in reference.quotes]


def _ordered(reference: ArticleReference, pool: Pool | None) -> _Ordered:
    starts = sentence_starts(reference.found_sentences(pool), reference.turns)
    return _Ordered(text=reference.resolved(pool).text, sentences=reference.sentences, starts=starts)


def _placed(quote: Quoted, here: _Ordered, there: _Ordered) -> Quote:
    """Move a quotation with the sentence in which it begins; an empty stretch overlaps nothing."""
    start, end = quote["start"], quote["end"]
    number = bisect_right(here.starts, start) - 1
    places = [
        place + start - here.starts[number]
        for place, sentence in zip(there.starts, there.sentences, strict=True)
        if sentence == here.sentences[number]
    ]
    stretch = here.text[start:end]
    new = min(
        (one for one in places if there.text.startswith(stretch, one)), key=lambda one: abs(one - start), default=-1
    )
    place = range(new, new + len(stretch)) if new >= 0 else range(0)
    return Quote(
        start=place.start,
        end=place.stop,
        kind=quote["kind"],
        speaker=quote["speaker"],
        title=quote["title"],
        rule="annotator",
    )
