"""The counts in the data card: labels, strata, agreement of the two passes, contrast pairs."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from experiments.data import ANNOTATIONS, DATA, codebook
from stancekit.report.markdown import table

Row = dict[str, Any]
SUGGESTED = ("suggested_1", "suggested_2", "suggested_3")
UNUSED = ("suggested_3",)  # annotated for the next model; no figure and no model here knows them


def card_block() -> str:
    """Write the tables of ``data/README.md``."""
    book = codebook()
    annotated = {name: _read_annotations(name) for name in (*ANNOTATIONS, *UNUSED)}
    own = [json.loads(line) for line in (DATA / "statements.jsonl").read_text(encoding="utf-8").splitlines()]
    by_code = {stance.code: stance.label for stance in book.stances}
    counts = [[f"`annotations/{name}.tsv`", *_counts(rows, by_code)] for name, rows in annotated.items()]
    labels = {label: sum(label in row["labels"] for row in own) for label in by_code.values()}
    n_none = sum(not row["labels"] for row in own)
    counts.append(["`statements.jsonl`", str(len(own)), *map(str, labels.values()), str(n_none)])
    return "\n\n".join(
        [
            table(["file", "statements", *by_code.values(), "none"], counts),
            "Cohen's kappa of the two passes (for `statements.jsonl`: of the author's label and a second, blind "
            "reading); – where fewer than ten statements take the label, or do not, in either pass:",
            table(["file", *by_code.values()], [*_agreement(annotated, by_code), _own_agreement(own, by_code)]),
            "The same by source, for the statements that models suggested (`suggested_1.tsv` to `suggested_3.tsv`):",
            table(["source", "statements", *by_code.values()], _agreement_by_source(annotated, by_code)),
            "Statements annotated before, hidden among those of a round: on how many a pass gave the codes that had "
            "been settled on, and Cohen's kappa with these:",
            table(["round, pass", "statements", "same codes", *by_code.values()], _rechecks(by_code)),
            f"Contrast pairs by what changes ({sum(_pairs(own).values())} pairs):",
            table(["phenomenon", "pairs"], [[name, str(n)] for name, n in sorted(_pairs(own).items())]),
        ]
    )


def kappa(first: Sequence[bool], second: Sequence[bool]) -> float:
    """Give Cohen's kappa (Cohen, 1960) of two codings of the same statements."""
    n = len(first)
    observed = sum(a == b for a, b in zip(first, second, strict=True)) / n
    share_first, share_second = sum(first) / n, sum(second) / n
    expected = share_first * share_second + (1 - share_first) * (1 - share_second)
    return (observed - expected) / (1 - expected)


def _read_annotations(name: str) -> list[Row]:
    with (DATA / "annotations" / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _counts(rows: Sequence[Row], codes: Iterable[str]) -> list[str]:
    return [
        str(len(rows)),
        *(str(sum(code in row["codes"] for row in rows)) for code in codes),
        str(sum(row["codes"] == "-" for row in rows)),
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
    rows = _read_annotations("rechecked")
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


def _own_agreement(own: Sequence[Row], by_code: dict[str, str]) -> list[str]:
    return [
        "`statements.jsonl`",
        *(
            _kappa_cell([label in row["labels"] for row in own], [label in row["second_reading"] for row in own])
            for label in by_code.values()
        ),
    ]


def _kappa_cell(first: Sequence[bool], second: Sequence[bool]) -> str:
    n_with, n_without = max(sum(first), sum(second)), len(first) - min(sum(first), sum(second))
    return f"{kappa(first, second):.3f}" if min(n_with, n_without) >= 10 else "–"


def _pairs(own: Iterable[Row]) -> Counter[str]:
    return Counter({row["pair"]: row["phenomenon"] for row in own if row["pair"]}.values())
