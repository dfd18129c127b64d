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


def card_block() -> str:
    """Write the tables of ``data/README.md``."""
    book = codebook()
    annotated = {name: _read_annotations(name) for name in ANNOTATIONS}
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
            "reading); – where fewer than ten statements take the label in either pass:",
            table(["file", *by_code.values()], [*_agreement(annotated, by_code), _own_agreement(own, by_code)]),
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


def _own_agreement(own: Sequence[Row], by_code: dict[str, str]) -> list[str]:
    return [
        "`statements.jsonl`",
        *(
            _kappa_cell([label in row["labels"] for row in own], [label in row["second_reading"] for row in own])
            for label in by_code.values()
        ),
    ]


def _kappa_cell(first: Sequence[bool], second: Sequence[bool]) -> str:
    return f"{kappa(first, second):.3f}" if max(sum(first), sum(second)) >= 10 else "–"


def _pairs(own: Iterable[Row]) -> Counter[str]:
    return Counter({row["pair"]: row["phenomenon"] for row in own if row["pair"]}.values())
