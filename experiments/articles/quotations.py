"""How well quotations and their speakers are found: ``python -m experiments.articles.quotations``.

``data/articles.jsonl`` says what stands in whole documents (parts ``dev`` and ``test``); they lie beside the other
corpora, in the folder ``articles/`` (`experiments.corpora`), their first line being metadata. The articles of the parts
``development``, ``test-2``, ``test-3`` and ``test-4`` are put together from the pool of statements
(`experiments.articles.sentences`); ``un`` and ``un-test`` are passages of UN speeches
(`experiments.articles.passages`); those of ``invented``, ``ordinary`` and their tests we wrote ourselves, so that they
can be scored without any corpus (`experiments.articles.invented`). A predicted quotation is right if it overlaps one in
the data by four fifths (intersection over union, marks and blanks at the ends aside) and has the same speaker (small
letters, without punctuation and a leading article). Intervals come from a bootstrap of whole documents. Where two
annotators' passes are kept, the second is scored by the first.

What was measured goes into ``quotations.json`` in place of what stood there of the same part and system; the rest
stays, unless the part's data changed since. ``--parts dev --dry-run`` looks at nothing but documents by which the rules
were written, and writes nothing.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.articles import gold, invented, passages, sentences
from experiments.articles.gold import Document, gold_sha256, read_documents
from experiments.articles.passes import Passes, read_passes
from stancekit.errors import InvalidInputError, StancekitError
from stancekit.records import Quote
from stancekit.text.attribution.names import find_mentions
from stancekit.text.attribution.quotations import find_quotes

RESULTS = Path(__file__).parent / "quotations.json"
PARTS = (*gold.PARTS, *sentences.FILES, *passages.PARTS, *invented.PARTS)
OVERLAP = 0.8
N_BOOTSTRAP = 5000
_ARTICLES = ("a", "an", "the")
_EDGES = " \t\r\n.,;:!?…\"'“”‘’„«»`"
_SAID = re.compile(r"\b(?:said|says|told|added|stated|stressed|noted)\b")
_NAME = re.compile(r"(?:[A-Z][\w’'-]+ )*[A-Z][\w’'-]+")
_MARKED = re.compile(r"[“\"]([^“”\"]{10,2000})[”\"]")

Finder = Callable[[str], list[Quote]]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A predicted quotation and the one in the data that it overlaps most, by their numbers."""

    predicted: int
    true: int


def nearest_name(text: str) -> list[Quote]:
    """Find what stands in double marks and give it the capitalised words nearest to the nearest verb of saying."""
    quotes = []
    for match in _MARKED.finditer(text):
        verbs = [verb for verb in _SAID.finditer(text, max(0, match.start() - 200), match.end() + 200)]
        verbs = [verb for verb in verbs if not match.start() <= verb.start() < match.end()]
        if verbs:
            verb = min(verbs, key=lambda verb: min(abs(verb.start() - match.end()), abs(match.start() - verb.end())))
            names = [name for name in _NAME.finditer(text, max(0, verb.start() - 80), verb.end() + 80)]
            names = [name for name in names if not match.start() <= name.start() < match.end()]
            speaker = _longest(min(names, key=lambda name: _gap(name, verb))[0], text) if names else None
            quotes.append(
                Quote(
                    start=match.start(1), end=match.end(1), kind="direct", speaker=speaker, title=None, rule="nearest"
                )
            )
    return quotes


def _longest(name: str, text: str) -> str:
    """Give the longest name of a person that ends with the same word, by our own names: peers have none."""
    last = name.rsplit(None, 1)[-1]
    return max((one.name for one in find_mentions(text) if one.name.rsplit(None, 1)[-1] == last), key=len, default=name)


def _gap(one: re.Match[str], other: re.Match[str]) -> int:
    return max(one.start() - other.end(), other.start() - one.end())


def pair_up(text: str, predicted: Sequence[Quote], true: Sequence[Mapping[str, Any]]) -> list[Pair]:
    """Pair quotations that overlap enough, the best overlaps first, each in one pair."""
    left = [_trimmed(text, quote.start, quote.end) for quote in predicted]
    right = [_trimmed(text, quote["start"], quote["end"]) for quote in true]
    overlaps = [
        (-share, i, j)
        for i, one in enumerate(left)
        for j, two in enumerate(right)
        if (share := _share(one, two)) >= OVERLAP
    ]
    pairs: list[Pair] = []
    for _, i, j in sorted(overlaps):
        if all(i != pair.predicted and j != pair.true for pair in pairs):
            pairs.append(Pair(predicted=i, true=j))
    return pairs


def _trimmed(text: str, start: int, end: int) -> range:
    while start < end and text[start] in _EDGES:
        start += 1
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    return range(start, end)


def _share(one: range, two: range) -> float:
    shared = min(one.stop, two.stop) - max(one.start, two.start)
    return max(0, shared) / max(1, len(one) + len(two) - max(0, shared))


def plain(speaker: str | None) -> str:
    """Give a speaker in small letters, without punctuation and without a leading article."""
    words = re.sub(r"[^\w\s]", "", (speaker or "").lower()).split()
    return " ".join(words[1:] if len(words) > 1 and words[0] in _ARTICLES else words)


def count(document: Document, find: Finder) -> dict[str, NDArray[np.int64]]:
    """Count for each figure what is right, what was predicted and what stands in the data."""
    own, true = {plain(name) for name in document.own}, document.quotes
    predicted = [quote for quote in find(document.text) if not own or plain(quote.speaker) not in own]
    pairs = pair_up(document.text, predicted, true)
    same = [plain(predicted[p.predicted].speaker) == plain(true[p.true]["speaker"]) for p in pairs]
    right = [pair for pair, is_same in zip(pairs, same, strict=True) if is_same]
    return {
        "all": np.array([len(right), len(predicted), len(true)]),
        "direct": _of_kind(right, predicted, true, ("direct",)),
        "indirect and mixed": _of_kind(right, predicted, true, ("indirect", "mixed")),
        "spans": np.array([len(pairs), len(predicted), len(true)]),
        "speakers of found spans": np.array([len(right), len(pairs), len(pairs)]),
    }


def _of_kind(
    right: Iterable[Pair], predicted: Sequence[Quote], true: Sequence[Mapping[str, Any]], kinds: Sequence[str]
) -> NDArray[np.int64]:
    """Count for quotations that the data give one of some kinds; of wrong predictions their own kind decides."""
    hits = list(right)
    n_hits = sum(true[pair.true]["kind"] in kinds for pair in hits)
    found = {pair.predicted for pair in hits}
    n_wrong = sum(quote.kind in kinds for i, quote in enumerate(predicted) if i not in found)
    return np.array([n_hits, n_hits + n_wrong, sum(quote["kind"] in kinds for quote in true)])


def f1(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Give F1 of counts whose last axis is right, predicted, true."""
    total = counts[..., 1] + counts[..., 2]
    return np.where(total > 0, 2 * counts[..., 0] / np.maximum(total, 1), np.nan)


def measure(documents: Sequence[Document], find: Finder, seed: int = 0) -> dict[str, dict[str, Any]]:
    """Give each figure with an interval of 95 %; None for a kind that neither stands there nor was found."""
    counts = [count(document, find) for document in documents]
    draws = np.random.default_rng(seed).integers(len(documents), size=(N_BOOTSTRAP, len(documents)))
    rows = {}
    for name in counts[0]:
        table = np.stack([one[name] for one in counts])
        resampled = f1(table[draws].sum(axis=1))
        ends = np.nanquantile(resampled, [0.025, 0.975]) if not np.isnan(resampled).all() else [np.nan, np.nan]
        rows[name] = dict(zip(("f1", "low", "high"), map(_round, [f1(table.sum(axis=0)), *ends]), strict=True))
    return rows


def _round(value: NDArray[np.float64] | float) -> float | None:
    return None if np.isnan(value) else round(float(value), 3)


FINDERS: dict[str, Finder] = {"stancekit": find_quotes, "marks and the nearest name": nearest_name}


def textacy_finder(model: str) -> Finder:
    """Give textacy's direct quotations, as found with a spaCy model; its speakers get the longest name, as above."""
    direct_quotations = import_module("textacy.extract").direct_quotations
    pipeline = import_module("spacy").load(model)

    def find(text: str) -> list[Quote]:
        quotes: list[Quote] = []
        try:
            found = list(direct_quotations(pipeline(text)))
        except ValueError:  # an odd number of marks: it refuses the whole document
            return quotes
        for one in found:
            speaker = " ".join(token.text for token in one.speaker)
            name = _longest(speaker, text) if speaker else None
            start, end = one.content.start_char, one.content.end_char
            quotes.append(Quote(start=start, end=end, kind="direct", speaker=name, title=None, rule="textacy"))
        return quotes

    return find


def gold_of(part: str) -> Path:
    """Give the file that says what stands in the documents of a part."""
    if part in invented.PARTS:
        return invented.INVENTED
    return passages.FILE if part in passages.PARTS else sentences.FILES.get(part, gold.GOLD)


def parts_there() -> list[str]:
    """Name the parts that have a file."""
    return [part for part in PARTS if gold_of(part).exists()]


def documents_of(part: str, folder: Path | None = None) -> list[Document]:
    """Read all documents of a part.

    Raises
    ------
    InvalidInputError
        When the text of one is not there: figures of the others would not be those of the part.
    """
    if part in sentences.FILES:
        return sentences.read_part(part)
    if part in invented.PARTS:
        return invented.read_invented(part)
    if part in passages.PARTS:
        return passages.read_passages(part)
    documents = read_documents(part, folder)
    n_wanted = sum(json.loads(row)["part"] == part for row in gold.GOLD.read_text(encoding="utf-8").splitlines())
    if len(documents) < n_wanted:
        raise InvalidInputError(f"part {part!r} has {n_wanted} documents, of which {len(documents)} have their texts")
    return documents


def scored(part: str, documents: Sequence[Document], finders: Mapping[str, Finder]) -> Row:
    """Score each system on the documents of a part, those of each genre apart too where there are several."""
    passes = read_passes(part)
    genres = sorted({document.genre for document in documents})
    row = {"gold_sha256": gold_sha256(gold_of(part)), **_scored(documents, finders, passes)}
    if len(genres) > 1:
        row |= {"n_turns": sentences.n_turns(part), "n_own_words": sum(map(n_own_words, documents))}
        row["genres"] = {genre: _scored(_of_genre(documents, genre), finders, passes) for genre in genres}
    if part in passages.PARTS:
        row["n_nobody"] = sum(quote["speaker"] is None for document in documents for quote in document.quotes)
    return row


def _scored(documents: Sequence[Document], finders: Mapping[str, Finder], passes: Passes | None) -> Row:
    row: Row = {"n_documents": len(documents), "n_quotes": sum(len(document.quotes) for document in documents)}
    if passes:
        names = {document.name for document in documents}
        row["annotators"] = measure([one for one in passes.first if one.name in names], passes.second)
    return row | {"systems": {name: measure(documents, find) for name, find in finders.items()}}


def n_own_words(document: Document) -> int:
    """Count what speakers tell of their own words: by "I" or "we", or by whom the words around it are too."""
    return sum(
        quote["speaker"] in ("I", "we")
        or any(
            other is not quote
            and other["speaker"] == quote["speaker"]
            and other["start"] <= quote["start"] < quote["end"] <= other["end"]
            for other in document.quotes
        )
        for quote in document.quotes
    )


def _of_genre(documents: Sequence[Document], genre: str) -> list[Document]:
    return [document for document in documents if document.genre == genre]


def merged(old: Mapping[str, Row], new: Mapping[str, Row]) -> dict[str, Row]:
    """Put new rows over old ones, and keep systems that were not measured now on data that are the same still."""
    found = {**old}
    for part, row in new.items():
        same = part in old and old[part]["gold_sha256"] == row["gold_sha256"]
        found[part] = _merged(old[part], row) if same else row
    return {part: found[part] for part in PARTS if part in found}


def _merged(old: Row, new: Row) -> Row:
    row = {**new, "systems": {**new["systems"], **old["systems"], **new["systems"]}}
    if "genres" in row:
        row["genres"] = {genre: _merged(old["genres"][genre], one) for genre, one in new["genres"].items()}
    return row


def _parts(text: str) -> list[str]:
    parts = text.split(",")
    if wrong := [part for part in parts if part not in PARTS]:
        raise argparse.ArgumentTypeError(f"unknown part {wrong[0]!r}; expected some of {list(PARTS)}, with commas")
    return parts


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(prog="python -m experiments.articles.quotations", description=__doc__)
    parser.add_argument("--parts", type=_parts, help="which, with commas; all that are there without it")
    parser.add_argument("--dry-run", action="store_true", help="print and write nothing")
    parser.add_argument("--articles", type=Path, help="the folder of the documents of the parts dev and test")
    parser.add_argument("--spacy-model", help="compare with textacy on this spaCy model; both must be installed")
    options = parser.parse_args(arguments)
    finders = FINDERS | ({"textacy": textacy_finder(options.spacy_model)} if options.spacy_model else {})
    try:
        parts = {
            part: scored(part, documents_of(part, options.articles), finders) for part in options.parts or parts_there()
        }
    except (StancekitError, FileNotFoundError) as error:
        print(f"{error}; nothing is written", file=sys.stderr)
        return 2
    print(json.dumps(parts, ensure_ascii=False, indent=1))
    if not options.dry_run:
        old = json.loads(RESULTS.read_text(encoding="utf-8"))["parts"] if RESULTS.exists() else {}
        RESULTS.write_text(json.dumps({"parts": merged(old, parts)}, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
