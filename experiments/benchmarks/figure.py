"""The figure of the page: throughput and macro-F1."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from experiments.benchmarks.peers import OURS
from experiments.benchmarks.summary import Spread, figures, rate
from experiments.benchmarks.tables import number, peers_by_speed
from stancekit.measure.results import Estimate

FILES = ("benchmarks.svg", "benchmarks.png")
# Of the palette of Okabe and Ito, which the colour-blind can tell apart.
BLUE, GREY = "#0072B2", "#8C8C8C"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One peer in the figure.

    Attributes
    ----------
    name, description, features : str
        The peer.
    rates : Spread
        Statements a second.
    f1 : Estimate or None
        Macro-F1 on news; None where it was not measured.
    """

    name: str
    description: str
    features: str
    rates: Spread
    f1: Estimate | None


def points(results: Mapping[str, Any]) -> list[Point]:
    """Give what the figure shows, the fastest first."""
    peers = {peer["name"]: peer for peer in results["peers"]}
    found = []
    for name in peers_by_speed(results):
        rates = figures(results["speed"], name, rate)
        if rates is not None:
            f1 = results["quality"].get(name, {}).get("news", {}).get("f1")
            known = None if f1 is None or None in f1 else Estimate(value=f1[0], low=f1[1], high=f1[2])
            peer = peers[name]
            found.append(
                Point(
                    name=name,
                    description=peer["description"].strip("*"),
                    features=peer["features"],
                    rates=rates,
                    f1=known,
                )
            )
    return found


def stamp(shown: Sequence[Point]) -> str:
    """Give the hash that a figure carries, by which it is known to be of these numbers."""
    content = json.dumps([asdict(point) for point in shown], sort_keys=True)
    return "figures of " + hashlib.sha256(content.encode()).hexdigest()[:16]


def is_current(path: Path, shown: Sequence[Point]) -> bool:
    """Tell whether a figure was made of these numbers; needs no matplotlib."""
    return path.exists() and stamp(shown).encode() in path.read_bytes()


def write_figures(shown: Sequence[Point], paths: Sequence[Path]) -> None:
    """Draw, and write each format."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context({"svg.hashsalt": "stancekit", "font.size": 9, "axes.spines.top": False}):
        figure = Figure(figsize=(9.5, 0.42 * len(shown) + 1.2), layout="constrained")
        left, right = figure.subplots(1, 2, sharey=True, width_ratios=[3, 2])
        _draw_rates(left, shown)
        _draw_quality(right, shown)
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            date = {"Date": None} if path.suffix == ".svg" else {}
            figure.savefig(path, dpi=160, metadata={"Description": stamp(shown), **date})


def _draw_rates(axes: Any, shown: Sequence[Point]) -> None:  # noqa: ANN401 - matplotlib is no dependency of the types
    for height, point in enumerate(shown):
        middle, low, high = point.rates.median, point.rates.low, point.rates.high
        ours = point.name == OURS
        axes.barh(height, middle, color=BLUE if ours else GREY, height=0.66)
        axes.errorbar(middle, height, xerr=[[middle - low], [high - middle]], color="black", capsize=2.5, lw=1)
        axes.annotate(
            number(middle),
            (high, height),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            weight="bold" if ours else "normal",
        )
    axes.set_xscale("log")
    lowest, highest = min(point.rates.low for point in shown), max(point.rates.high for point in shown)
    axes.set_xlim(10 ** (len(str(int(lowest))) - 1.6), highest * 9)
    axes.set_yticks(range(len(shown)), [f"{point.description}\n{point.features}" for point in shown], fontsize=7.5)
    axes.set_ylim(len(shown) - 0.5, -0.5)
    axes.set_xlabel("statements per second on one thread (log scale;\nmedian, whiskers: lowest and highest round)")
    axes.spines["right"].set_visible(False)


def _draw_quality(axes: Any, shown: Sequence[Point]) -> None:  # noqa: ANN401 - as above
    for height, point in enumerate(shown):
        if point.f1 is not None:
            value, low, high = point.f1.value, point.f1.low, point.f1.high
            color = BLUE if point.name == OURS else GREY
            axes.errorbar(
                value,
                height,
                xerr=[[value - low], [high - value]],
                fmt="o",
                color=color,
                ecolor=color,
                capsize=2.5,
                ms=5,
            )
    axes.set_xlabel("macro-F1 on news and diplomatic text\n(whiskers: 95 % bootstrap interval)")
    axes.set_xlim(left=0)
    axes.grid(axis="x", color="#DDDDDD", lw=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
    axes.spines["right"].set_visible(False)
