"""Statements that nobody annotated: what is annotated next is drawn from them, and models are distilled on them.

Reserved speeches and documents, those behind ``articles/`` and all annotated statements stay out.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from experiments.corpora import corpora_folder, pool_statements, un_speeches
from experiments.data import DATA, load_annotated
from experiments.splitting import EVALUATED
from stancekit.errors import InvalidInputError
from stancekit.references import read_references
from stancekit.text.identity import fingerprint
from stancekit.text.splitting import split_spans

_END = re.compile(r"(?<![A-Z])(?<!\b(?:Mr|Ms|Dr|St|No|vs))(?<!\b(?:Mrs|Art))[.!?][\"”’)]*\s+(?=[\"“(]?[A-Z0-9])")
_NUMBER = re.compile(r"\s*(?:\d{1,3}\.\s+)?")  # of a paragraph, as in "82.\t"
N_DRAWN = {"news": 24_000, "un": 12_000}
MOST_OF_A_SOURCE = 8_000  # of the news that are drawn: most of the pool is of one source
_SHORTEST, _LONGEST = 40, 600  # characters: shorter ones are salutations, longer ones scanning run-ons


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlabelled:
    """One statement and where it stands.

    Attributes
    ----------
    source, document : str
        As in the annotations.
    start, end : int or None
        Character offsets in a speech; None in the pool of single statements.
    text : str
        The statement.
    """

    source: str
    document: str
    start: int | None
    end: int | None
    text: str

    @property
    def group(self) -> str:
        """The document's name as in `Annotated`."""
        return f"{self.source}/{self.document}"


@cache
def drawn_statements(seed: int = 7) -> list[Unlabelled]:
    """Draw the statements that a teacher labels, of both worlds, none from a document that is tested."""
    tested = _tested_documents()
    news = untested_news()
    shuffled = [news[place] for place in np.random.default_rng(seed).permutation(len(news))]
    drawn: list[Unlabelled] = []
    taken: Counter[str] = Counter()
    for one in shuffled:
        if taken[one.source] < MOST_OF_A_SOURCE and len(drawn) < N_DRAWN["news"]:
            taken[one.source] += 1
            drawn.append(one)
    speeches = [one for one in un_statements(2 * N_DRAWN["un"], seed) if one.group not in tested]
    return drawn + speeches[: N_DRAWN["un"]]


@cache
def un_statements(n: int, seed: int) -> list[Unlabelled]:
    """Draw statements of UN speeches at random; those drawn with a smaller `n` come first."""
    speeches = {name: text for name, text in un_speeches().items() if not is_reserved_speech(name)}
    annotated = _annotated_texts()
    rng = np.random.default_rng(seed)
    drawn: list[Unlabelled] = []
    names = sorted(speeches)
    for place in rng.permutation(len(names)):
        found = [one for one in _split(names[place], speeches[names[place]]) if fingerprint(one.text) not in annotated]
        # A third of each speech, so that many speeches are seen.
        drawn += [found[i] for i in rng.permutation(len(found))[: len(found) // 3 + 1]]
        if len(drawn) >= n:
            break
    return drawn[:n]


@cache
def running_statements(n: int, seed: int = 11) -> list[Unlabelled]:
    """Draw statements of untested speeches as the package splits them, of any length, a third of each speech.

    None is annotated, nor in the random sample by which the debate is measured.
    """
    speeches = untested_speeches()
    known = _annotated_texts() | {one.sha1 for one in read_references(DATA / "annotations" / "debate_sample.tsv")}
    rng = np.random.default_rng(seed)
    names = sorted(speeches)
    drawn: list[Unlabelled] = []
    for place in rng.permutation(len(names)):
        name, text = names[place], speeches[names[place]]
        spans = [span for span in split_spans(text) if fingerprint(text[slice(*span)]) not in known]
        for i in rng.permutation(len(spans))[: len(spans) // 3 + 1]:
            start, end = spans[i]
            drawn.append(Unlabelled(source="ungdc", document=name, start=start, end=end, text=text[start:end]))
        if len(drawn) >= n:
            break
    return drawn[:n]


def untested_speeches() -> dict[str, str]:
    """Give the UN speeches that are neither tested nor reserved, by id."""
    tested = _tested_documents()
    speeches = un_speeches().items()
    return {name: text for name, text in speeches if not is_reserved_speech(name) and f"ungdc/{name}" not in tested}


def untested_news() -> list[Unlabelled]:
    """Give the statements of the news pool that are not annotated, none from a document that is tested or reserved."""
    tested = _tested_documents()
    return [one for one in news_statements() if one.group not in tested]


@cache
def news_statements() -> list[Unlabelled]:
    """Give the statements of the diplomatic and news pool that are neither reserved nor annotated."""
    barred = _barred_documents()
    annotated = _annotated_texts()
    articles = _article_documents()
    return [
        Unlabelled(source=source, document=document, start=None, end=None, text=text)
        for (source, document, sha1), text in pool_statements().items()
        if sha1 not in annotated and (source, document) not in articles and _short(f"{source}/{document}") not in barred
    ]


def _split(name: str, text: str) -> Iterator[Unlabelled]:
    start = 0
    for end in [match.start() + len(match[0].rstrip()) for match in _END.finditer(text)] + [len(text)]:
        match = _NUMBER.match(text, start, end)
        first = match.end() if match else start
        statement = text[first:end]
        if _SHORTEST <= len(statement) <= _LONGEST and statement[0].isupper():
            yield Unlabelled(source="ungdc", document=name, start=first, end=end, text=statement)
        start = end


def _annotated_texts() -> frozenset[str]:
    return frozenset(fingerprint(text) for text in load_annotated().statements.texts)


def is_reserved_speech(name: str) -> bool:
    """Tell whether a speech is kept for later tests."""
    return int(hashlib.sha1(name.encode()).hexdigest(), 16) % 5 == 0


def _barred_documents() -> frozenset[str]:
    path = corpora_folder().parent / "annotation" / "reserved_docs.txt"
    if not path.is_file():
        raise InvalidInputError(f"no {str(path)!r}: without the list of reserved documents nothing may be drawn")
    return frozenset(path.read_text(encoding="utf-8").split())


def _article_documents() -> frozenset[tuple[str, str]]:
    """Name the documents of the pool whose statements stand in one of the articles."""
    articles = [
        " ".join(path.read_text(encoding="utf-8").split()) for path in (corpora_folder() / "articles").glob("*.txt")
    ]
    together = "\n".join(articles)
    return frozenset(
        (source, document)
        for (source, document, _), text in pool_statements().items()
        if len(text) >= _SHORTEST and " ".join(text.split()) in together
    )


def _short(text: str) -> str:
    return hashlib.sha1(text.encode()).hexdigest()[:12]


def _tested_documents() -> frozenset[str]:
    """Name the speeches and documents of the evaluated rows."""
    data = load_annotated()
    return frozenset(data.statements.groups[row] for row in data.rows(*EVALUATED))
