"""How fast the service is, as a part of ``docs/service.md``: ``python -m experiments.service.page``.

Written from ``results.json``, which ``python -m experiments.service.load`` measures; ``--check`` writes nothing and
fails where the part is stale.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from experiments.corpora import ROOT
from experiments.page_part import PagePart
from experiments.service.load import N_BATCH, RESULTS
from stancekit.text.markdown import markup_table

GOAL_RATE, GOAL_P99, GOAL_SHARE = 2000, 10, 0.4

Row = Mapping[str, Any]


def part(results: Row) -> str:
    """Write the part between the markers."""
    machine = results["machine"]
    alone = " and nothing else on either" if results["alone"] else ""
    return "\n\n".join(
        [
            "Written by `python -m experiments.service.page` from what `python -m experiments.service.load` measured "
            f"({machine['cpu']}, Python {machine['python']}): the service on one core, what calls it on another"
            f"{alone}. "
            "Each connection sends one statement after the other. Processor time is the service's own, all threads.",
            _singles(results),
            *_goals(results),
            _batches(results),
            _memory(results["memory"]),
        ]
    )


def _singles(results: Row) -> str:
    rows = [
        [
            str(one["connections"]),
            f"{one['per_second']:,.0f}",
            f"{one['p50_ms']:.1f}",
            f"{one['p99_ms']:.1f}",
            f"{one['cpu_us']:.0f}",
        ]
        for one in results["single"]
    ]
    titles = ["connections", "statements a second", "p50, ms", "p99, ms", "processor time, µs"]
    return markup_table(titles, rows, n_text=0)


def _goals(results: Row) -> list[str]:
    sixteen = next(one for one in results["single"] if one["connections"] == 16)
    beside = results["beside_batches"]
    return [
        f"The goals are {GOAL_RATE:,} statements a second on one core ({_met(sixteen['per_second'] >= GOAL_RATE)}) and "
        f"a p99 under {GOAL_P99} ms at 16 connections ({_met(sixteen['p99_ms'] < GOAL_P99)}). While another client "
        f"sent lists of {N_BATCH:,} statements without a pause ({beside['statements_beside']:,} statements meanwhile), "
        f"p50 at 16 connections was {beside['p50_ms']:.1f} ms and p99 {beside['p99_ms']:.1f} ms."
    ]


def _batches(results: Row) -> str:
    shares = {name: _shares(results[name]) for name in ("batch", "lines")}
    goal = _met(min(median(values) for values in shares.values()) >= GOAL_SHARE)
    return (
        f"Of the rate of `StanceModel.predict` in memory, lists of {N_BATCH:,} statements reach "
        f"{_range(shares['batch'])}, and JSON lines {_range(shares['lines'])} (by processor time, in turns; "
        f"median [lowest, highest] of {len(shares['batch'])} rounds; the goal of {GOAL_SHARE} is {goal})."
    )


def _shares(rounds: Sequence[Row]) -> list[float]:
    return [one["per_cpu_second"] / one["in_memory"] for one in rounds]


def _range(values: Sequence[float]) -> str:
    return f"{median(values):.2f} [{min(values):.2f}, {max(values):.2f}]"


def _memory(memory: Row) -> str:
    first, *_, last = memory["mib"]
    return (
        f"Over {memory['requests']:,} requests the memory of the service went from {first:.1f} MiB to {last:.1f} MiB "
        f"(highest {max(memory['mib']):.1f})."
    )


def _met(reached: bool) -> str:
    return "reached" if reached else "**missed**"


PART = PagePart(
    command="python -m experiments.service.page",
    name="service",
    page=ROOT / "docs" / "service.md",
    results=RESULTS,
    write=part,
)


if __name__ == "__main__":
    sys.exit(PART.main(__doc__))
