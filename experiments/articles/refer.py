"""Articles by reference, from folders of annotations: ``python -m experiments.articles.refer PART LOT=FOLDER ...``.

A folder holds the annotations of one lot: ``articles.jsonl`` with one article a line (``document``, its number;
``quotes``: start, end, kind, speaker, title), and for each number ``NN.txt``, the text, and ``NN.sentences.txt``. Its
first line is the source and the article's id there, as in the pool (`experiments.corpora`), with a tab between them;
each further line the label of the turn that a sentence stands in, or nothing, a tab and the sentence. An id alone is
one of tehran_times, without labels. In the text each turn begins a paragraph, with its label and ``": "``; documents of
one speaker have no labels there. The lots named are put into the part's file in place of those that had their names;
other lots stay. ``--export FOLDER`` writes what the file has as such folders, with the texts: who corrects an
annotation does it there, and makes the file again. ``--annotator 1``, at the end, does all of this with what the first
of two annotators marked.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from pathlib import Path
from typing import Any

from experiments.articles.sentences import (
    FILES,
    PASSES,
    ArticleReference,
    Pool,
    Quoted,
    Turned,
    joined,
    read_article_references,
    sentence_ids,
    taken_apart,
    text_sha1,
)
from experiments.corpora import pool_statements
from stancekit.errors import InvalidInputError, StancekitError

SOURCE = "tehran_times"
KINDS = ("direct", "indirect", "mixed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an annotated text is from, as its ``NN.sentences.txt`` says, and the labels of turns that stand there."""

    source: str
    article: str
    labels: frozenset[str]


def refer_lot(folder: Path, lot: str, part: str, pool: Pool) -> list[ArticleReference]:
    """Turn the annotations of a folder into references.

    Raises
    ------
    InvalidInputError
        When a file is missing, a text is not made of the pool's sentences of its article, or a stretch is not in its
        text; the message names the document and the field.
    """
    sentences: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (source, article, _), text in pool.items():
        sentences[source, article].append(text)
    rows = [json.loads(line) for line in _read(folder / "articles.jsonl").splitlines()]
    found = [_referred(row, folder, lot, part, sentences) for row in rows]
    for reference in found:
        reference.found_sentences(pool)
    return found


def _referred(
    row: Mapping[str, Any], folder: Path, lot: str, part: str, sentences: Mapping[tuple[str, str], Sequence[str]]
) -> ArticleReference:
    number = str(row["document"])
    name = f"{folder / number}"
    text = _read(folder / f"{number}.txt")
    origin = _origin(_read(folder / f"{number}.sentences.txt"))
    if (origin.source, origin.article) not in sentences:
        raise InvalidInputError(
            f"{name}.sentences.txt begins with {origin.article!r}, which is no article of {origin.source!r}"
        )
    parts: list[str] = []
    turns: list[Turned] = []
    for label, body in _turns(text, origin.labels):
        if label:
            turns.append({"sentence": len(parts), "label": label})
        found = taken_apart(body, sentences[origin.source, origin.article])
        if found is None:
            raise InvalidInputError(
                f"{name}.txt is not made of sentences that the pool has of {origin.article!r}; expected these alone, "
                "as they are, with one blank between each two and nothing after the last, or in turns"
            )
        parts += found
    return ArticleReference(
        document=number if number.startswith(lot) else lot + number,
        lot=lot,
        part=part,
        source=origin.source,
        article=origin.article,
        sentences=sentence_ids(parts),
        sha1=text_sha1(text),
        turns=turns,
        quotes=_checked_quotes(row["quotes"], text, name),
    )


def _origin(text: str) -> Origin:
    """Read what stands in a file of sentences about all of them; without a tab in its first line nothing else does."""
    first, *lines = text.split("\n")
    source, tab, article = first.partition("\t")
    if not tab:
        return Origin(source=SOURCE, article=first, labels=frozenset())
    labels = {line.partition("\t")[0] for line in lines if "\t" in line}
    return Origin(source=source, article=article, labels=frozenset(labels - {"", "nan"}))


def _turns(text: str, labels: Collection[str]) -> list[tuple[str, str]]:
    """Give the label and the words of each turn; the whole text without a label, where it begins with none."""
    begins = [f"{label}: " for label in labels]
    if not text.startswith(tuple(begins)):
        return [("", text)]
    found = []
    for paragraph in text.split("\n\n"):
        begin = max((one for one in begins if paragraph.startswith(one)), key=len, default="")
        found.append((begin.removesuffix(": "), paragraph.removeprefix(begin)))
    return found


def _read(path: Path) -> str:
    if not path.is_file():
        raise InvalidInputError(f"no file {str(path)!r}; expected the annotations of a lot, as the module's text says")
    return path.read_bytes().decode("utf-8")


def _checked_quotes(quotes: Sequence[Mapping[str, Any]], text: str, name: str) -> list[Quoted]:
    return sorted(
        (_checked(quote, text, f"{name}, quotation {number}") for number, quote in enumerate(quotes, 1)),
        key=lambda quote: (quote["start"], -quote["end"]),
    )


def _checked(quote: Mapping[str, Any], text: str, where: str) -> Quoted:
    start, end, kind = quote["start"], quote["end"], quote["kind"]
    if not 0 <= start < end <= len(text):
        raise InvalidInputError(f"{where}, start {start} and end {end}: expected a stretch of 0 to {len(text)}")
    if kind not in KINDS:
        raise InvalidInputError(f"{where}, kind {kind!r}: expected one of {sorted(KINDS)}")
    return {"start": start, "end": end, "kind": kind} | {name: quote[name] or None for name in ("speaker", "title")}


def with_lots(old: Iterable[ArticleReference], new: Sequence[ArticleReference]) -> list[ArticleReference]:
    """Put new references in place of those of the same lots, in the order of lots and numbers.

    Raises
    ------
    InvalidInputError
        When two have the same number or are of the same article.
    """
    lots = {one.lot for one in new}
    found = sorted([one for one in old if one.lot not in lots] + list(new), key=lambda one: one.document)
    check_apart(found)
    return found


def check_apart(references: Sequence[ArticleReference]) -> None:
    """Refuse references of which two have the same number or are of the same article."""
    for field, key in (("document", attrgetter("document")), ("article", attrgetter("source", "article"))):
        for one, other in pairwise(sorted(references, key=key)):
            if key(one) == key(other):
                raise InvalidInputError(
                    f"{one.document} of lot {one.lot} and {other.document} of lot {other.lot} ({other.part}) have the "
                    f"same {field}, {getattr(one, field)!r}; expected each once"
                )


def export(references: Iterable[ArticleReference], folder: Path, pool: Pool) -> int:
    """Write references with their texts as folders of annotations, one a lot; give how many."""
    by_lot: dict[str, list[ArticleReference]] = defaultdict(list)
    for one in references:
        by_lot[one.lot].append(one)
    for lot, members in by_lot.items():
        place = folder / lot
        place.mkdir(parents=True, exist_ok=True)
        for one in members:
            found = one.found_sentences(pool)
            (place / f"{one.document}.txt").write_bytes(joined(found, one.turns).encode())
            lines = [f"{one.source}\t{one.article}", *_labelled(found, one.turns), ""]
            (place / f"{one.document}.sentences.txt").write_bytes("\n".join(lines).encode())
        rows = [json.dumps({"document": one.document, "quotes": one.quotes}, ensure_ascii=False) for one in members]
        (place / "articles.jsonl").write_bytes("\n".join([*rows, ""]).encode())
    return sum(map(len, by_lot.values()))


def _labelled(sentences: Sequence[str], turns: Sequence[Turned]) -> list[str]:
    """Put the label of its turn before each sentence."""
    labels = {turn["sentence"]: turn["label"] for turn in turns}
    lines, label = [], ""
    for number, sentence in enumerate(sentences):
        label = labels.get(number, label)
        lines.append(f"{label}\t{sentence}")
    return lines


def _named(lot: str) -> tuple[str, Path]:
    name, mark, folder = lot.partition("=")
    if not (name and mark and folder):
        raise argparse.ArgumentTypeError(f"{lot!r} is no LOT=FOLDER, such as a=annotations/a")
    return name, Path(folder)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make or extend the file of a part, or write it out with its texts."""
    parser = argparse.ArgumentParser(prog="python -m experiments.articles.refer", description=__doc__)
    parser.add_argument("part", choices=FILES)
    parser.add_argument("lots", nargs="*", type=_named, metavar="LOT=FOLDER", help="the lot's name and its annotations")
    parser.add_argument("--export", type=Path, metavar="FOLDER", help="write what the file has, with the texts")
    parser.add_argument(
        "--annotator", type=int, choices=(1, 2), help="what one annotator marked, before it was settled"
    )
    options = parser.parse_args(arguments)
    if options.annotator and options.part not in PASSES:
        parser.error(f"no passes of part {options.part!r} are kept; --annotator expects one of {sorted(PASSES)}")
    file = PASSES[options.part][options.annotator - 1] if options.annotator else FILES[options.part]
    old = read_article_references(file) if file.exists() else []
    try:
        if options.export:
            print(f"wrote {export(old, options.export, pool_statements())} articles to {options.export}")
        if options.lots:
            new = [one for lot, place in options.lots for one in refer_lot(place, lot, options.part, pool_statements())]
            references = with_lots(old, new)
            others = [one for path in FILES.values() if path.exists() for one in read_article_references(path)]
            check_apart([*references, *(one for one in others if one.part != options.part)])
            file.write_text("\n".join([*(one.to_line() for one in references), ""]), encoding="utf-8")
            print(f"wrote {len(references)} articles to {file}")
    except StancekitError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
