"""How the labelling stands, as Markdown."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from stancekit.apps.labelling.width import shown, width, wrap
from stancekit.labelling.items import Progress
from stancekit.labelling.labellings import Labellings
from stancekit.labelling.wording import counts, curve_drawn
from stancekit.measure.agreement_results import Agreement
from stancekit.measure.results import as_record
from stancekit.report.behaviour import per_cent
from stancekit.report.tables import estimate_cell
from stancekit.text.markdown import bullets, table
from stancekit.training.curve import LearningCurve

STEPS = (25, 50, 100, 200, 400, 800, 1600, 3200, 6400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How the labelling stands.

    Attributes
    ----------
    progress : dict of str to Progress
        Of each coder.
    growth : list of Agreement
        On the first 25, 50, 100, ... statements that two coders judged, and on all; none with one coder.
    curve : LearningCurve
        Of the labels that coders agree on.
    steps : list of str
        What to do next.
    """

    progress: dict[str, Progress]
    growth: list[Agreement]
    curve: LearningCurve
    steps: list[str]

    def to_dict(self) -> dict[str, Any]:
        """Give lists, mappings, strings and numbers, ready for JSON."""
        return {
            "coders": {coder: as_record(progress) for coder, progress in self.progress.items()},
            "agreement": [agreement.to_dict() for agreement in self.growth],
            "learning_curve": self.curve.to_dict(),
            "next_steps": self.steps,
        }


def agreement_growth(labellings: Labellings, **options: Any) -> list[Agreement]:  # noqa: ANN401 - options of agreement
    """Measure agreement on the first statements that two coders judged, and on more and more of them."""
    shared = labellings.shared()
    if len(labellings.coders) < 2 or not shared:
        return []
    sizes = [step for step in STEPS if step < len(shared)] + [len(shared)]
    return [labellings.codings(shared[:size]).agreement(**options) for size in sizes]


def status_markdown(status: Status, columns: int | None = None) -> str:
    """Write the status as Markdown; in a terminal of so many columns tables are parted and lines broken to fit."""
    blocks = [_counts(status.progress, columns)]
    if status.growth:
        blocks += ["## Agreement as it grew", _growth(status.growth, columns)]
    blocks += ["## Learning curve", *_curve(status.curve, columns)]
    blocks += ["## Next", "\n".join(_step(step, columns) for step in status.steps)]
    text = "\n\n".join(blocks).rstrip("\n") + "\n"
    return text if columns is None else "\n".join(_broken(line, columns) for line in text.split("\n"))


def terminal_columns() -> int | None:
    """Give the width of the terminal that standard output is; None where it is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _broken(line: str, columns: int) -> str:
    """Break a line of prose; rows of tables and commands stay, and what goes on after a dash is set in."""
    if line.startswith(("|", "      ")) or width(line) <= columns:
        return line
    start = "  " if line.startswith("- ") else ""
    first, *rest = wrap(line, columns - len(start))
    return "\n".join([first, *(start + one for one in rest)])


def _step(step: str, columns: int | None) -> str:
    """Write a step, its commands as code below it."""
    what, *commands = step.split("\n")
    lines = [line for command in commands for line in _command(shown(command), columns)]
    # A terminal shows what is written; only Markdown has to be kept from obeying the names of labels.
    item = bullets([shown(what)])[0] if columns is None else f"- {shown(what)}"
    return item + "".join(["\n\n", "\n".join(f"      {line}" for line in lines), "\n"] if lines else [])


def _command(command: str, columns: int | None) -> list[str]:
    """Break a command between its words, so that it can be copied still."""
    lines = [""]
    for word in map(shlex.quote, shlex.split(command)):
        joined = f"{lines[-1]} {word}".lstrip()
        if columns is None or not lines[-1] or width(joined) <= columns - 10:  # six before, and a mark behind
            lines[-1] = joined
        else:
            lines.append(word)
    return [*(f"{line} \\" for line in lines[:-1]), lines[-1]]


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], columns: int | None, n_text: int = 1) -> str:
    """Write a table, in a terminal as several below each other, each with the first column, where it is too wide."""
    whole = table(header, rows, n_text=n_text)
    if columns is None or max(map(width, whole.split("\n"))) <= columns or len(header) < 3:
        return whole
    parts: list[list[int]] = []
    for place in range(1, len(header)):
        tried = [*(parts[-1] if parts else [0]), place]
        if parts and max(map(width, _part(header, rows, tried, n_text).split("\n"))) <= columns:
            parts[-1] = tried
        else:
            parts.append([0, place])
    return "\n\n".join(_part(header, rows, part, n_text) for part in parts)


def _part(header: Sequence[str], rows: Sequence[Sequence[str]], places: Sequence[int], n_text: int) -> str:
    return table([header[n] for n in places], [[row[n] for n in places] for row in rows], n_text=min(n_text, 1))


def _counts(progress: dict[str, Progress], columns: int | None) -> str:
    coders = list(progress)
    rows = [
        ["statements", *(f"{progress[coder].n_statements:,}" for coder in coders)],
        ["decided", *(f"{progress[coder].n_decided:,}" for coder in coders)],
        *[
            [shown(said[0][0]), *(f"{n:,}" for _, n in said)]
            for said in zip(*map(counts, progress.values()), strict=True)
        ],
        ["random sample", *(f"{progress[coder].n_audited:,}" for coder in coders)],
    ]
    return _table(["", *map(shown, coders)], rows, columns)


def _growth(growth: list[Agreement], columns: int | None) -> str:
    labels = growth[-1].labels
    rows = [
        [
            f"{agreement.sets.n:,}",
            per_cent(agreement.sets.agreement),
            estimate_cell(agreement.sets.alpha),
            *(estimate_cell(agreement.per_label[label].alpha) for label in labels),
        ]
        for agreement in growth
    ]
    head = ["both judged", "same set, %", "alpha of sets", *(f"alpha of {shown(label)}" for label in labels)]
    return _table(head, rows, columns, n_text=0)


def _curve(curve: LearningCurve, columns: int | None) -> list[str]:
    if not curve.points:
        return bullets(curve.notes)
    labels = list(curve.points[0].per_label)
    rows = [
        [f"{point.n:,}", estimate_cell(point.f1), *(estimate_cell(point.per_label[label]) for label in labels)]
        for point in curve.points
    ]
    head = ["labels", "macro-F1", *map(shown, labels)]
    return [curve_drawn(curve), _table(head, rows, columns, n_text=0), *bullets(curve.notes)]
