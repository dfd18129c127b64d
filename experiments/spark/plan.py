"""What labelling very many statements on Spark would take, on paper: ``python -m experiments.spark.plan``.

Computed from the rates in ``results.json`` and from assumptions that are all options here: the number of statements
and their length, the kinds of machines, the share of their time that goes into the work, memory for Java, and a price,
which nobody looks up. Hours are those of a cluster whose every core is as fast as the one that was measured.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from experiments.spark.measure import RESULTS
from stancekit.text.markdown import markup_table

Results = Mapping[str, Any]

WAYS = {"spark": "`spark.predict`", "files": "`spark.predict_files`"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """What is assumed.

    Attributes
    ----------
    n_statements : int
        How many statements.
    characters : float or None
        Their mean length; None for that of the statements that were measured.
    cores : tuple of int
        The kinds of machines: each so many cores.
    n_machines : tuple of int
        How many of them.
    utilisation : float
        Share of the cores' time that goes into the work, between 0 and 1: tasks wait for storage and for the last one.
    heap_gib : float
        Memory for Java, a core.
    price : float or None
        Of a core and hour, in whatever currency.
    """

    n_statements: int = 1_000_000_000
    characters: float | None = None
    cores: tuple[int, ...] = (8, 32)
    n_machines: tuple[int, ...] = (1, 10)
    utilisation: float = 0.7
    heap_gib: float = 1
    price: float | None = None


def core_seconds(results: Results, characters: float, work: str = "spark") -> float:
    """Give the processor time of one statement of a length, on the line through those of the two that were measured.

    Examples
    --------
    >>> rows = [{"work": "spark", "n": 1, "characters": length, "cpu": 1 + length} for length in (1, 2)]
    >>> core_seconds({"lengths": rows}, 10)
    11.0
    """
    taken: dict[float, list[float]] = {}
    for row in results["lengths"]:
        if row["work"] == work:
            taken.setdefault(row["characters"], []).append(row["cpu"] / row["n"])
    (short, low), (long, high) = sorted((length, median(times)) for length, times in taken.items())
    return max(low, 0.0) + (high - low) / (long - short) * (characters - short)


def encoder_seconds(results: Results, characters: float) -> float:
    """Give the processor time of one statement with the encoder, taken to grow with its length."""
    measured = median(row["cpu"] / row["n"] for row in results["encoder"])
    return float(measured * characters / results["characters"])


def bytes_moved(results: Results, assumed: Assumptions) -> dict[str, float]:
    """Give the bytes that are read and, by each way, written, as Parquet, and those of the model for each machine."""
    longer = (assumed.characters or results["characters"]) / results["characters"]
    grown = results["bytes_in"] * longer
    added = {work: results["bytes_out"][work] - results["bytes_in"] for work in WAYS}
    return {
        "read": assumed.n_statements * grown,
        **{work: assumed.n_statements * (grown + added[work]) for work in WAYS},
        "model": results["model_bytes"],
    }


def plan(results: Results, assumed: Assumptions) -> str:
    """Write the plan in Markdown."""
    characters = assumed.characters or results["characters"]
    linear = {work: core_seconds(results, characters, work) for work in WAYS}
    encoder = encoder_seconds(results, characters)
    moved = bytes_moved(results, assumed)
    works = [
        *(
            _Work(model="linear", way=WAYS[work], seconds=linear[work], mib=results["worker_mib"][work])
            for work in WAYS
        ),
        _Work(model="encoder", way="either", seconds=encoder, mib=results["encoder_mib"]),
    ]
    rows = [
        _row(work, n_cores, n_machines, assumed)
        for work in works
        for n_cores in assumed.cores
        for n_machines in assumed.n_machines
    ]
    titles = ["model", "by", "machines", "cores each", "memory each, GiB", "hours", "core-hours"]
    price = "" if assumed.price is None else f", and a price of {assumed.price:g} a core-hour"
    return "\n\n".join(
        [
            f"Assumed are {assumed.n_statements:,} statements of {characters:.0f} characters, cores as fast as the one "
            f"measured that spend {assumed.utilisation:.0%} of their time on the work, {assumed.heap_gib:g} GiB of "
            f"memory for Java a core{price}. A statement takes {linear['spark'] * 1e6:.1f} µs of a core by `linear` "
            f"with {WAYS['spark']}, {linear['files'] * 1e6:.1f} µs with {WAYS['files']}, and {encoder * 1e3:.1f} ms by "
            "`encoder` (measured with the former), all of Spark's own work included.",
            markup_table([*titles, *([] if assumed.price is None else ["price"])], rows),
            f"As Parquet {_size(moved['read'])} are read (text and a number), and {_size(moved['spark'])} or "
            f"{_size(moved['files'])} written by the one and the other; each machine gets the linear model, "
            f"{_size(moved['model'])}, once.",
        ]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """A model on Spark: which, how, the seconds of a statement, and the memory of a worker."""

    model: str
    way: str
    seconds: float
    mib: float


def _row(work: _Work, n_cores: int, n_machines: int, assumed: Assumptions) -> list[str]:
    core_hours = assumed.n_statements * work.seconds / assumed.utilisation / 3600
    memory = n_cores * (assumed.heap_gib + work.mib / 1024)
    cells = [work.model, work.way, str(n_machines), str(n_cores), f"{memory:.0f}"]
    cells += [_figures(core_hours / n_cores / n_machines), _figures(core_hours)]
    return cells if assumed.price is None else [*cells, _figures(core_hours * assumed.price)]


def _figures(number: float) -> str:
    """Show two figures: more would say more than is known."""
    return f"{float(f'{number:.2g}'):,.10g}"


def _size(n_bytes: float) -> str:
    for unit in ("bytes", "kB", "MB", "GB"):
        if n_bytes < 1000:
            return f"{n_bytes:.3g} {unit}"
        n_bytes /= 1000
    return f"{n_bytes:.3g} TB"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the plan."""
    default = Assumptions()
    parser = argparse.ArgumentParser(prog="python -m experiments.spark.plan", description=__doc__)
    parser.add_argument("--statements", type=float, default=default.n_statements, help="how many (1e9)")
    parser.add_argument("--characters", type=float, help="their mean length (that of those measured)")
    parser.add_argument("--cores", type=int, nargs="+", default=default.cores, help="cores of a machine (8 32)")
    parser.add_argument("--machines", type=int, nargs="+", default=default.n_machines, help="how many (1 10)")
    parser.add_argument("--utilisation", type=float, default=default.utilisation, help="share of time at work (0.7)")
    parser.add_argument("--heap", type=float, default=default.heap_gib, help="GiB for Java a core (1)")
    parser.add_argument("--price", type=float, help="of a core and hour")
    options = parser.parse_args(arguments)
    assumed = Assumptions(
        n_statements=int(options.statements),
        characters=options.characters,
        cores=tuple(options.cores),
        n_machines=tuple(options.machines),
        utilisation=options.utilisation,
        heap_gib=options.heap,
        price=options.price,
    )
    print(plan(json.loads(RESULTS.read_text(encoding="utf-8")), assumed))
    return 0


if __name__ == "__main__":
    sys.exit(main())
