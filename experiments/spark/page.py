"""What Spark costs, as a part of ``docs/spark.md``: ``python -m experiments.spark.page``.

Written from ``results.json``, which ``python -m experiments.spark.measure`` measures; ``--check`` writes nothing and
fails where the part is stale.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any

from experiments.corpora import ROOT
from experiments.page_part import PagePart
from experiments.spark.measure import RESULTS
from experiments.spark.plan import Assumptions, plan
from stancekit.text.markdown import markup_table

GOAL = 0.5
WORKS = {
    "file": "`predict_file`",
    "files": "`spark.predict_files`",
    "spark": "`spark.predict`",
    "copy": "Spark, copying without a label",
}

Row = Mapping[str, Any]


def part(results: Row) -> str:
    """Write the part between the markers."""
    machine = results["machine"]
    alone = ", while nothing else ran on them" if results["alone"] else ""
    n_rounds = 1 + max(row["round"] for row in results["rounds"])
    return "\n\n".join(
        [
            "Written by `python -m experiments.spark.page` from what `python -m experiments.spark.measure` measured "
            f"({machine['cpu']}, Python {machine['python']}, Spark {results['spark']}): {results['n']:,} sentences of "
            f"UN speeches, {results['characters']:.0f} characters long on average, from Parquet to Parquet, on one "
            f"core and then on two{alone}, once Java was warm. Processor time is that of Java, the driver and all "
            f"Python workers together; medians of {n_rounds} rounds in turns.",
            _rates(results),
            *(_goal(results, work) for work in ("files", "spark")),
            _copying(results),
            _scaling(results),
            "### A billion statements, on paper",
            "`python -m experiments.spark.plan` computes it, with other numbers by its options (`--statements`, "
            "`--characters`, `--cores`, `--machines`, `--utilisation`, `--heap`, and `--price` of a core-hour).",
            plan(results, Assumptions()),
        ]
    )


def _rates(results: Row) -> str:
    rows = [
        [
            title,
            *(f"{results['n'] / median(_taken(results, name, 'wall', n_cores)):,.0f}" for n_cores in (1, 2)),
            f"{median(_taken(results, name, 'cpu', 1)) / results['n'] * 1e6:.1f}",
        ]
        for name, title in WORKS.items()
    ]
    titles = ["", "rows a second, one core", "two cores", "processor time a row, µs"]
    return markup_table(titles, rows)


def _goal(results: Row, work: str) -> str:
    shares = [_range(_ratios(results, "file", work, "cpu", n_cores)) for n_cores in (1, 2)]
    reached = median(_ratios(results, "file", work, "cpu", 1)) >= GOAL
    said = "reached" if reached else "**missed**"
    return (
        f"Per core, {WORKS[work]} labels {shares[0]} times as many rows as `predict_file` (by processor time; "
        f"median [lowest, highest]; on two cores {shares[1]}). The goal of {GOAL} is {said}."
    )


def _copying(results: Row) -> str:
    copy = median(_ratios(results, "file", "copy", "cpu", 1))
    return (
        f"Spark that only copies the table, without a label, passes {copy:.2f} times as many rows as `predict_file` "
        "labels: its rows go one by one into Parquet, by Java."
    )


def _scaling(results: Row) -> str:
    ratios = []
    for work in ("files", "spark"):
        one, two = (median(_taken(results, work, "wall", n_cores)) for n_cores in (1, 2))
        ratios.append(f"{one / two:.2f} times as fast as one by {WORKS[work]}")
    return f"Two cores label {' and '.join(ratios)}."


def _taken(results: Row, work: str, clock: str, n_cores: int) -> list[float]:
    return [row[clock] for row in results["rounds"] if row["work"] == work and row["cores"] == n_cores]


def _ratios(results: Row, one: str, other: str, clock: str, n_cores: int) -> list[float]:
    pairs: Iterable[tuple[float, float]] = zip(
        _taken(results, one, clock, n_cores), _taken(results, other, clock, n_cores), strict=True
    )
    return [a / b for a, b in pairs]


def _range(values: Sequence[float]) -> str:
    return f"{median(values):.2f} [{min(values):.2f}, {max(values):.2f}]"


PART = PagePart(
    command="python -m experiments.spark.page",
    name="spark",
    page=ROOT / "docs" / "spark.md",
    results=RESULTS,
    write=part,
)


if __name__ == "__main__":
    sys.exit(PART.main(__doc__))
