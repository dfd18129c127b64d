"""The headline and the two tables of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from experiments.benchmarks.peers import BOUNDS, OURS, QUALITY_REFERENCE
from experiments.benchmarks.summary import Row, Spread, by_speed, cpu_each, figures, rate, ratio, seconds_each
from stancekit.text.markdown import markup_table

Results = Mapping[str, Any]
NONE = "–"
WORLDS = {"un": "UN speeches", "news": "news and diplomatic text"}


def p50(row: Row) -> float:
    """Give the median latency, in microseconds."""
    return float(row["p50"])


def p99(row: Row) -> float:
    """Give the latency that 99 of 100 statements keep under, in microseconds."""
    return float(row["p99"])


def wall(row: Row) -> float:
    """Give seconds on the clock."""
    return float(row["wall"])


def peers_by_speed(results: Results) -> list[str]:
    """Name stancekit and its peers, the fastest first; the bounds are left out."""
    names = [peer["name"] for peer in results["peers"] if peer["name"] not in BOUNDS]
    return by_speed(results["speed"], names)


def described(results: Results) -> dict[str, str]:
    """Give each peer's description by name."""
    return {peer["name"]: peer["description"] for peer in results["peers"]}


def titled(results: Results) -> dict[str, str]:
    """Give description and features by name, since some peers differ in features alone."""
    return {peer["name"]: f"{peer['description']} ({peer['features']})" for peer in results["peers"]}


def headline(results: Results) -> str:
    """Say in words what the tables say, also where stancekit is behind."""
    measured = peers_by_speed(results)
    if OURS not in measured or len(measured) == 1:
        return "stancekit and a peer were not both measured."
    races = [_first(results, what, part, value) for what, (part, value) in _RACES.items()]
    return " ".join([_speed(results, measured), *races, *_reference(results)])


def _speed(results: Results, measured: Sequence[str]) -> str:
    """Compare with the fastest peer, the fastest that knows parts of words, and the same features elsewhere."""
    titles = titled(results)
    peers = [name for name in measured if name != OURS]
    chars = [name for name in peers if "characters" in titles[name]]
    rivals = {peers[0]: "the fastest peer"}
    if chars:
        rivals.setdefault(chars[0], "the fastest peer that knows parts of words")
    if QUALITY_REFERENCE in peers:
        rivals.setdefault(QUALITY_REFERENCE, "exact TF-IDF of the same n-grams")
    parts = [f"{_times(results, name)} times as many as {role}, {titles[name]}" for name, role in rivals.items()]
    return f"Of statements a second on one thread, stancekit labels {'; '.join(parts)}."


_RACES: dict[str, tuple[str, Callable[[Row], float]]] = {
    "Latency of a single statement": ("latency", p50),
    "Cold start": ("cold_start", wall),
    "Training": ("training", wall),
}


def _first(results: Results, what: str, part: str, value: Callable[[Row], float]) -> str:
    """Name the peer that comes nearest, or that is ahead."""
    titles = titled(results)
    gaps = {
        name: found.median
        for name in peers_by_speed(results)
        if name != OURS
        and not (part == "training" and _fewer(results, name))
        and (found := ratio(results[part], name, OURS, value))
    }
    if not gaps:
        return f"{what} was not measured."
    best = min(gaps, key=gaps.__getitem__)
    ahead = sum(gap < 1 for gap in gaps.values())
    verb = "is" if ahead == 1 else "are"
    place = "stancekit is first" if not ahead else f"{ahead} of {len(gaps)} peers {verb} ahead of stancekit"
    return f"{what}: {place}; the best peer, {titles[best]}, takes {number(gaps[best])} times its time."


def _reference(results: Results) -> list[str]:
    """Compare quality with exact TF-IDF."""
    found = results["quality"].get(QUALITY_REFERENCE, {})
    gaps = [f"{_signed(row['difference'])} on {WORLDS[world]}" for world, row in found.items() if "difference" in row]
    if not gaps:
        return []
    return [
        "Beside exact TF-IDF with logistic regression on the same n-grams, the difference in macro-F1 (stancekit less "
        f"TF-IDF) is {' and '.join(gaps)}."
    ]


def _times(results: Results, name: str) -> str:
    return with_spread(ratio(results["speed"], name, OURS, seconds_each))


def ratio_table(results: Results) -> str:
    """Write what each peer needs, as a multiple of what stancekit does."""
    head = [
        "",
        "features",
        "time, one thread",
        "latency p50",
        "latency p99",
        "cold start",
        "training",
        "memory",
        *(f"macro-F1, {name}" for name in WORLDS.values()),
    ]
    return markup_table(head, [_ratio_row(results, name) for name in peers_by_speed(results)], n_text=2)


def _ratio_row(results: Results, name: str) -> list[str]:
    peer = next(peer for peer in results["peers"] if peer["name"] == name)
    quality = [estimate(results["quality"].get(name, {}).get(world, {}).get("f1")) for world in WORLDS]
    parts: list[tuple[str, Callable[[Row], float]]] = [
        ("speed", seconds_each), ("latency", p50), ("latency", p99), ("cold_start", wall), ("training", wall),
    ]  # fmt: skip
    if name == OURS:
        return [peer["description"], peer["features"], *["1"] * (len(parts) + 1), *quality]
    cells = [with_spread(ratio(results[part], name, OURS, value)) for part, value in parts]
    if cells[-1] != NONE and (n := _fewer(results, name)):
        cells[-1] += f" (on {n:,} statements)"
    return [peer["description"], peer["features"], *cells, _memory_ratio(results, name), *quality]


def _fewer(results: Results, name: str) -> int | None:
    """Give how many statements a peer was trained on, where they are fewer than stancekit's."""
    sizes = {row["peer"]: row["n"] for row in results["training"]}
    return sizes[name] if sizes[name] < sizes.get(OURS, 0) else None


def _memory_ratio(results: Results, name: str) -> str:
    rows = {row["peer"]: row["many"] for row in results["memory"]}
    return number(rows[name] / rows[OURS]) if name in rows and OURS in rows else NONE


def absolute_table(results: Results) -> str:
    """Write the figures of this machine."""
    head = [
        "",
        "features",
        "statements/s",
        "ratio by CPU time",
        "p50, µs",
        "p99, µs",
        "cold start, ms",
        "training, s",
        "training, CPU s",
        "memory, one statement, MiB",
        "many statements, MiB",
        "training, MiB",
    ]
    body = [_absolute_row(results, name) for name in peers_by_speed(results)]
    floors = [_floor_row(results, name, len(head)) for name in ("python", "numpy")]
    return markup_table(head, [*body, *floors], n_text=2)


def _absolute_row(results: Results, name: str) -> list[str]:
    peer = next(peer for peer in results["peers"] if peer["name"] == name)
    memory: Row = next((row for row in results["memory"] if row["peer"] == name), {})
    trained = [row["memory"] for row in results["training"] if row["peer"] == name]
    return [
        peer["description"],
        peer["features"],
        with_spread(figures(results["speed"], name, rate)),
        with_spread(ratio(results["speed"], name, OURS, cpu_each)),
        with_spread(figures(results["latency"], name, p50)),
        with_spread(figures(results["latency"], name, p99)),
        with_spread(figures(results["cold_start"], name, lambda row: wall(row) * 1000)),
        with_spread(figures(results["training"], name, wall)),
        with_spread(figures(results["training"], name, lambda row: float(row["cpu"]))),
        *(number(memory[key]) if memory else NONE for key in ("one", "many")),
        number(max(trained)) if trained else NONE,
    ]


def _floor_row(results: Results, name: str, width: int) -> list[str]:
    title = {"python": "`python -c pass`", "numpy": '`python -c "import numpy"`'}[name]
    row = [title, *[""] * (width - 1)]
    row[6] = with_spread(figures(results["cold_start"], name, lambda each: wall(each) * 1000))
    return row


def with_spread(found: Spread | None) -> str:
    """Write a median with its spread."""
    if found is None:
        return NONE
    middle, low, high = number(found.median), number(found.low), number(found.high)
    return middle if low == high else f"{middle} [{low}, {high}]"


def number(value: float) -> str:
    """Write a number with about three digits.

    Examples
    --------
    >>> [number(value) for value in (1234.5, 45.67, 1.234, 0.0321)]
    ['1,230', '45.7', '1.23', '0.032']
    """
    if abs(value) >= 100:
        return f"{float(f'{value:.3g}'):,.0f}"
    for limit, digits in ((10, 1), (0.1, 2)):
        if abs(value) >= limit:
            return f"{value:,.{digits}f}"
    return f"{value:.3f}"


def estimate(found: Sequence[float | None] | None) -> str:
    """Write a figure with its interval."""
    if found is None or found[0] is None:
        return NONE
    value, low, high = found
    return f"{value:.3f}" if low is None or high is None else f"{value:.3f} [{low:.3f}, {high:.3f}]"


def _signed(found: Sequence[float | None]) -> str:
    return f"{found[0]:+.3f} [{found[1]:+.3f}, {found[2]:+.3f}]".replace("-", "−")


def signed(found: Iterable[float | None] | None) -> str:
    """Write a difference with its interval."""
    values = list(found) if found is not None else []
    return _signed(values) if values and None not in values else NONE
