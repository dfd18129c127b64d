"""From raw rounds to medians and ratios."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

Row = Mapping[str, Any]
Rows = Sequence[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A median over rounds, and the lowest and highest round.

    Attributes
    ----------
    median, low, high : float
        In the unit of what was measured.
    """

    median: float
    low: float
    high: float


def spread(values: Iterable[float]) -> Spread | None:
    """Give median, lowest and highest; None without any value.

    Examples
    --------
    >>> spread([3.0, 1.0, 2.0])
    Spread(median=2.0, low=1.0, high=3.0)
    """
    found = list(values)
    return Spread(median=median(found), low=min(found), high=max(found)) if found else None


def figures(rows: Rows, name: str, value: Callable[[Row], float]) -> Spread | None:
    """Give one figure of a peer over the rounds."""
    return spread(value(row) for row in rows if row["peer"] == name)


def ratio(rows: Rows, over: str, under: str, value: Callable[[Row], float]) -> Spread | None:
    """Divide one peer's figure by another's within each round; rounds that lack either are left out.

    Examples
    --------
    >>> rows = [{"round": i, "peer": name, "s": s} for i, name, s in [(0, "a", 6), (0, "b", 2), (1, "a", 5)]]
    >>> ratio(rows, "a", "b", lambda row: row["s"])
    Spread(median=3.0, low=3.0, high=3.0)
    """
    tops, bottoms = ({row["round"]: value(row) for row in rows if row["peer"] == name} for name in (over, under))
    return spread(tops[number] / bottoms[number] for number in tops if number in bottoms)


def seconds_each(row: Row) -> float:
    """Give seconds a statement."""
    return float(row["wall"] / row["n"])


def cpu_each(row: Row) -> float:
    """Give seconds of processor time a statement."""
    return float(row["cpu"] / row["n"])


def rate(row: Row) -> float:
    """Give statements a second."""
    return float(row["n"] / row["wall"])


def by_speed(rows: Rows, names: Iterable[str]) -> list[str]:
    """Sort peers by their median rate, the fastest first; those that were not measured are left out."""
    rates = {name: found.median for name in names if (found := figures(rows, name, rate))}
    return sorted(rates, key=lambda name: -rates[name])
