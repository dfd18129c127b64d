"""Articles by reference, from folders of annotations: ``python -m experiments.articles.refer PART LOT=FOLDER ...``.

A folder holds the annotations of one lot: ``articles.jsonl`` with one article a line (``document``, its number;
``quotes``: start, end, kind, speaker, title), and for each number ``NN.txt``, the text, and ``NN.sentences.txt``, whose
first line is the article's id in the pool (`experiments.corpora`). The lots named are put into the part's file in place
of those that had their names; other lots stay. ``--export FOLDER`` writes what the file has as such folders, with the
texts: who corrects an annotation does it there, and makes the file again.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from experiments.articles.sentences import (
    FILES,
    ArticleReference,
    Pool,
    Quoted,
    read_article_references,
    sentence_ids,
    taken_apart,
    text_sha1,
)
from experiments.corpora import pool_statements
from stancekit.errors import InvalidInputError, StancekitError

SOURCE = "tehran_times"
KINDS = ("direct", "indirect", "mixed")


def refer_lot(folder: Path, lot: str, part: str, pool: Pool, source: str = SOURCE) -> list[ArticleReference]:
    """Turn the annotations of a folder into references.

    Raises
    ------
    InvalidInputError
        When a file is missing, a text is not made of the pool's sentences of its article, or a stretch is not in its
        text; the message names the document and the field.
    """
    sentences: dict[str, list[str]] = defaultdict(list)
    for (where, article, _), text in pool.items():
        if where == source:
            sentences[article].append(text)
    found = []
    for row in map(json.loads, _read(folder / "articles.jsonl").splitlines()):
        number = str(row["document"])
        name = f"{folder / number}"
        text = _read(folder / f"{number}.txt")
        article = _read(folder / f"{number}.sentences.txt").partition("\n")[0]
        if article not in sentences:
            raise InvalidInputError(f"{name}.sentences.txt begins with {article!r}, which is no article of {source!r}")
        parts = taken_apart(text, sentences[article])
        if parts is None:
            raise InvalidInputError(
                f"{name}.txt is not made of sentences that the pool has of {article!r}; expected these alone, as they "
                "are, with one blank between each two and nothing after the last"
            )
        reference = ArticleReference(
            document=number if number.startswith(lot) else lot + number,
            lot=lot,
            part=part,
            source=source,
            article=article,
            sentences=sentence_ids(parts),
            sha1=text_sha1(text),
            quotes=_checked_quotes(row["quotes"], text, name),
        )
        reference.found_sentences(pool)
        found.append(reference)
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
    for field in ("document", "article"):
        for one, other in pairwise(sorted(references, key=lambda each: str(getattr(each, field)))):
            if getattr(one, field) == getattr(other, field):
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
            (place / f"{one.document}.txt").write_bytes(" ".join(found).encode())
            (place / f"{one.document}.sentences.txt").write_bytes("\n".join([one.article, *found, ""]).encode())
        rows = [json.dumps({"document": one.document, "quotes": one.quotes}, ensure_ascii=False) for one in members]
        (place / "articles.jsonl").write_bytes("\n".join([*rows, ""]).encode())
    return sum(map(len, by_lot.values()))


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
    options = parser.parse_args(arguments)
    file = FILES[options.part]
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
