"""The counts in the data card: labels, agreement of the two passes, contrast pairs and contrast sets."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from experiments.data import ANNOTATIONS, AUTHORED, DATA, FURTHER, LATER, UNLEARNED, codebook
from stancekit.text.markdown import markup_table

Row = dict[str, Any]
SAMPLE = "debate_sample"  # nothing is trained on this file
SUGGESTED = ("suggested_1", "suggested_2", "suggested_3", *LATER)


def card_block() -> str:
    """Write the tables of ``data/README.md``."""
    book = codebook()
    annotated = {name: read_annotations(name) for name in (*ANNOTATIONS, *LATER, SAMPLE)}
    own = {file: _read_own(file) for file in (*AUTHORED.values(), FURTHER, UNLEARNED)}
    by_code = {stance.code: stance.label for stance in book.stances}
    labels = list(by_code.values())
    statements = own[AUTHORED["authored"]]
    counts = [[f"`annotations/{name}.tsv`", *_counts(rows, by_code)] for name, rows in annotated.items()]
    counts += [[f"`{file}`", *_own_counts(rows, labels)] for file, rows in own.items()]
    return "\n\n".join(
        [
            markup_table(["file", "statements", *labels, "none"], counts),
            "Cohen's kappa of the two passes (for `statements.jsonl`: of the author's label and a second, blind "
            "reading); – where fewer than ten statements take the label, or do not, in either pass. "
            "Contrast sets have no row: statements on which the two readings differed were left out, so that "
            "the kappa of what was kept is 1 by construction and says nothing:",
            markup_table(["file", *labels], [*_agreement(annotated, by_code), _own_agreement(statements, labels)]),
            "The same by source, for the statements that models suggested (`suggested_1.tsv` to `suggested_5.tsv`):",
            markup_table(["source", "statements", *labels], _agreement_by_source(annotated, by_code)),
            "Statements annotated before, hidden among those of a round: on how many a pass gave the codes that had "
            "been settled on, and Cohen's kappa with these:",
            markup_table(["round, pass", "statements", "same codes", *labels], _rechecks(by_code)),
            f"Contrast pairs of `statements.jsonl` by what changes ({sum(_sets(statements).values())} pairs):",
            markup_table(["phenomenon", "pairs"], [[name, str(n)] for name, n in sorted(_sets(statements).items())]),
            *_contrast_sets(AUTHORED["contrast"], own[AUTHORED["contrast"]], labels),
            *_contrast_sets(FURTHER, own[FURTHER], labels),
            *_contrast_sets(UNLEARNED, own[UNLEARNED], labels),
        ]
    )


def kappa(first: Sequence[bool], second: Sequence[bool]) -> float:
    """Give Cohen's kappa (Cohen, 1960) of two codings of the same statements."""
    n = len(first)
    observed = sum(a == b for a, b in zip(first, second, strict=True)) / n
    share_first, share_second = sum(first) / n, sum(second) / n
    expected = share_first * share_second + (1 - share_first) * (1 - share_second)
    return (observed - expected) / (1 - expected)


def read_annotations(name: str) -> list[Row]:
    """Read one file of annotations."""
    with (DATA / "annotations" / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _read_own(file: str) -> list[Row]:
    return [json.loads(line) for line in (DATA / file).read_text(encoding="utf-8").splitlines()]


def _counts(rows: Sequence[Row], codes: Iterable[str]) -> list[str]:
    return [
        str(len(rows)),
        *(str(sum(code in row["codes"] for row in rows)) for code in codes),
        str(sum(row["codes"] == "-" for row in rows)),
    ]


def _own_counts(rows: Sequence[Row], labels: Iterable[str]) -> list[str]:
    return [
        str(len(rows)),
        *(str(sum(label in row["labels"] for row in rows)) for label in labels),
        str(sum(not row["labels"] for row in rows)),
    ]


def _agreement(annotated: dict[str, list[Row]], codes: Iterable[str]) -> list[list[str]]:
    codes = list(codes)
    return [
        [
            f"`annotations/{name}.tsv`",
            *(
                _kappa_cell([code in row["pass1"] for row in rows], [code in row["pass2"] for row in rows])
                for code in codes
            ),
        ]
        for name, rows in annotated.items()
    ]


def _agreement_by_source(annotated: dict[str, list[Row]], codes: Iterable[str]) -> list[list[str]]:
    by_source: dict[str, list[Row]] = {}
    for name in SUGGESTED:
        for row in annotated[name]:
            by_source.setdefault(row["source"], []).append(row)
    cells = _agreement(by_source, codes)
    return [
        [source, str(len(by_source[source])), *row[1:]] for source, row in sorted(zip(by_source, cells, strict=True))
    ]


def _rechecks(codes: Iterable[str]) -> list[list[str]]:
    rows = read_annotations("rechecked")
    codes = list(codes)
    body = []
    for number in sorted({row["round"] for row in rows}):
        mine = [row for row in rows if row["round"] == number]
        for reading in ("pass1", "pass2"):
            same = sum(row[reading] == row["codes"] for row in mine)
            cells = [
                _kappa_cell([c in row["codes"] for row in mine], [c in row[reading] for row in mine]) for c in codes
            ]
            body.append([f"{number}, {reading}", str(len(mine)), f"{same / len(mine):.1%}", *cells])
    return body


def _own_agreement(own: Sequence[Row], labels: Iterable[str]) -> list[str]:
    return [
        "`statements.jsonl`",
        *(
            _kappa_cell([label in row["labels"] for row in own], [label in row["second_reading"] for row in own])
            for label in labels
        ),
    ]


def _kappa_cell(first: Sequence[bool], second: Sequence[bool]) -> str:
    n_with, n_without = max(sum(first), sum(second)), len(first) - min(sum(first), sum(second))
    return f"{kappa(first, second):.3f}" if min(n_with, n_without) >= 10 else "–"


def _contrast_sets(file: str, rows: Sequence[Row], labels: Sequence[str]) -> list[str]:
    """Count the contrast sets by style and by what changes; a set of one is what is left of a larger one."""
    n_members = Counter(row["pair"] for row in rows)
    n_sets = _sets(row for row in rows if n_members[row["pair"]] > 1)
    sizes = Counter(n_members.values())
    by_style, by_phenomenon = _grouped(rows, "style"), _grouped(rows, "phenomenon")
    styles = [[name, *_own_counts(mine, labels)] for name, mine in by_style.items()]
    phenomena = [[name, str(n_sets[name]), *_own_counts(mine, labels)] for name, mine in by_phenomenon.items()]
    return [
        f"`{file}` by style:",
        markup_table(["style", "statements", *labels, "none"], styles),
        f"`{file}` by what changes ({sum(n_sets.values())} sets: {_sizes(sizes)}; the statements count the {sizes[1]} "
        "too whose other members were left out):",
        markup_table(["phenomenon", "sets", "statements", *labels, "none"], phenomena),
    ]


def _sizes(sizes: Counter[int]) -> str:
    words = {2: "two members", 3: "three", 4: "four", 5: "five"}
    return ", ".join(f"{sizes[size]} of {word}" for size, word in words.items() if sizes[size])


def _grouped(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[column], []).append(row)
    return dict(sorted(groups.items()))


def _sets(rows: Iterable[Row]) -> Counter[str]:
    return Counter({row["pair"]: row["phenomenon"] for row in rows if row["pair"]}.values())
