"""What the screen shows, as lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from stancekit.apps.labelling.width import fit, shown, width, wrap
from stancekit.codebook import Codebook, Stance
from stancekit.labelling import wording
from stancekit.labelling.items import Item

LEAST_COLUMNS, LEAST_LINES = 20, 6
COMMANDS = [
    wording.COMMANDS[name]
    for name in ("accept", "none", "cannot say", "skip", "undo", "definitions", "review", "retrain", "quit")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Lines of a screen.

    Attributes
    ----------
    lines : tuple of str
        From the top, none wider than the screen.
    strong : frozenset of int
        Lines to be set off, where the terminal can; nothing hangs on it.
    most : int
        The farthest that the middle can be scrolled.
    """

    lines: tuple[str, ...]
    strong: frozenset[int]
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """How much is shown of what is not the statement.

    Attributes
    ----------
    has_head : bool
        Whether there are a title and rules.
    labels : "named" or "keys"
        Ticks with the labels' names, or keys alone, those that are ticked in brackets.
    commands : "all", "few" or "none"
        Which commands are named.
    n_progress, n_said : int
        Lines of the counts and of what was said last, at most.
    is_statement_first : bool
        Whether the statement stands above its id and context, which are scrolled to.
    shares_line : bool
        Whether what was said last takes the place of the counts.
    """

    has_head: bool = True
    labels: Literal["named", "keys"] = "named"
    commands: Literal["all", "few", "none"] = "all"
    n_progress: int = 2
    n_said: int = 4
    is_statement_first: bool = False
    shares_line: bool = False


_LAYOUTS = (
    _Layout(),
    _Layout(n_progress=1, n_said=2),
    _Layout(n_progress=1, n_said=1),
    _Layout(n_progress=1, n_said=1, commands="few"),
    _Layout(n_progress=1, n_said=1, commands="few", has_head=False),
    _Layout(n_progress=1, n_said=1, commands="few", has_head=False, is_statement_first=True),
    _Layout(n_progress=1, n_said=1, commands="none", has_head=False, is_statement_first=True, shares_line=True),
    _Layout(
        n_progress=1,
        n_said=1,
        commands="none",
        has_head=False,
        is_statement_first=True,
        labels="keys",
        shares_line=True,
    ),
)
"""From roomy to tight. The first is taken in which the statement is seen whole, or at least fills half of the lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Laid:
    """A screen in one of the layouts.

    Attributes
    ----------
    top, middle, bottom : list of str
        Lines; the middle is scrolled.
    ticks : list of int
        Lines of the bottom with labels that are ticked.
    n_head, n_text : int
        Lines of the middle above the statement, and of the statement.
    """

    top: list[str]
    middle: list[str]
    bottom: list[str]
    ticks: list[int]
    n_head: int
    n_text: int

    def room(self, rows: int) -> int:
        """Give the lines that are left for the middle."""
        return rows - len(self.top) - len(self.bottom)

    def is_whole(self, rows: int) -> bool:
        """Tell whether the statement is seen without scrolling."""
        room = self.room(rows)
        return self.n_head + self.n_text + (len(self.middle) > room) <= room  # a line says that there is more

    def is_wide(self, rows: int) -> bool:
        """Tell whether the statement, without the line that says that there is more, fills half of the lines."""
        return self.room(rows) - self.n_head - 1 >= rows // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """All that a screen shows, as `statement_frame` takes it."""

    item: Item | None
    keys: Mapping[str, Stance]
    ticked: Sequence[str]
    columns: int
    rows: int
    title: str
    progress: str
    message: str
    exclusive: bool

    def lay_out(self, layout: _Layout) -> _Laid:
        """Lay it out."""
        columns = self.columns
        counts = clipped(self.progress, columns, layout.n_progress)
        said = clipped(self.message, columns, layout.n_said) if self.message else []
        rule = ["-" * columns] * layout.has_head
        top = [fit(shown(self.title), columns), *counts, *rule] if layout.has_head else counts
        if layout.shares_line:
            top, said = [], said or counts
        is_named = layout.labels == "named"
        most = max(1, self.rows // 3)
        labels = (
            _labels(self.keys, self.ticked, columns) if is_named else _bare_keys(self.keys, self.ticked, columns, most)
        )
        head, text, tail = _parts(self.item, columns, layout.is_statement_first)
        return _Laid(
            top=top,
            middle=[*head, *text, *tail],
            bottom=[*rule, *labels, *_commands(layout, columns, self.exclusive), *said],
            ticks=[len(rule) + n for n, line in enumerate(labels) if ("[x]" if is_named else "[") in line],
            n_head=len(head),
            n_text=len(text),
        )


def statement_frame(  # noqa: PLR0913 - all that a screen shows
    item: Item | None,
    keys: Mapping[str, Stance],
    ticked: Sequence[str],
    *,
    columns: int,
    rows: int,
    title: str,
    progress: str,
    message: str,
    scroll: int = 0,
    exclusive: bool = False,
) -> Frame:
    """Show a statement with the labels below it; where there is little room, the statement has it."""
    if columns < LEAST_COLUMNS or rows < LEAST_LINES:
        small = f"the window is too small: {LEAST_COLUMNS} x {LEAST_LINES} is the least"
        return Frame(lines=tuple(wrap(small, max(columns, 1))[:rows]), strong=frozenset(), most=0)

    given = _Shown(
        item=item,
        keys=keys,
        ticked=ticked,
        columns=columns,
        rows=rows,
        title=title,
        progress=progress,
        message=message,
        exclusive=exclusive,
    )
    whole = (laid for layout in _LAYOUTS if (laid := given.lay_out(layout)).is_whole(rows))
    wide = (laid for layout in _LAYOUTS if (laid := given.lay_out(layout)).is_wide(rows))
    return _framed(next(whole, None) or next(wide, None) or given.lay_out(_LAYOUTS[-1]), columns, rows, scroll)


def _framed(laid: _Laid, columns: int, rows: int, scroll: int) -> Frame:
    """Scroll the middle, and put all together."""
    room = max(1, laid.room(rows))
    most = 0 if len(laid.middle) <= room else len(laid.middle) - room + 1
    start = min(scroll, most)
    seen = laid.middle[start : start + room]
    if most:
        more = "-- more (space) --" if start < most else "-- end (b: back) --"
        seen = [*laid.middle[start : start + room - 1], fit(more, columns)]
    lines = [*laid.top, *seen, *[""] * (room - len(seen)), *laid.bottom][-rows:]
    strong = {len(lines) - len(laid.bottom) + n for n in laid.ticks}
    return Frame(lines=tuple(lines), strong=frozenset({0, *strong} if laid.top else strong), most=most)


def help_frame(
    book: Codebook,
    keys: Mapping[str, Stance],
    *,
    columns: int,
    rows: int,
    scroll: int = 0,
    told: Sequence[str] = (),
) -> Frame:
    """Show what the codebook says of each label, and in full what was said lately, the newest first."""
    texts = [*definitions(book, keys), *(["", "Said lately:", *(f"- {one}" for one in told)] if told else [])]
    body = [line for text in texts for line in (wrap(text, columns) if text else [""])]
    room = max(1, rows - 2)
    most = max(0, len(body) - room)
    start = min(scroll, most)
    lines = [fit(shown(f"Codebook {book.name}"), columns), *body[start : start + room]]
    foot = "Esc: back; space, b: scroll"
    return Frame(lines=(*lines, *[""] * (rows - 1 - len(lines)), fit(foot, columns)), strong=frozenset({0}), most=most)


def definitions(book: Codebook, keys: Mapping[str, Stance]) -> list[str]:
    """Give the codebook as paragraphs of one line: what is judged, each label, the rules at the borders."""
    texts = [shown(book.description), ""] if book.description else []
    for key, stance in keys.items():
        texts.append(f"{key}  {shown(stance.label.upper())}" + (f" ({shown(stance.code)})" if stance.code else ""))
        texts += [*map(shown, wording.meaning(stance)), ""]
    texts += [f"* {shown(rule)}" for rule in book.rules]
    texts += ["", "Keys: those of the labels above; Esc: back;"]
    return texts + [f"{command.key} {command.name}: {command.does}" for command in _commands_of(book.exclusive)]


def _parts(item: Item | None, columns: int, is_statement_first: bool) -> list[list[str]]:
    """Give what stands above a statement, the statement, and what stands below."""
    if item is None:
        return [[], wrap(f"{wording.WHEN_NONE_LEFT} Quit (q) ends.", columns), []]
    context = " | ".join(f"{name}: {value}" for name, value in item.context.items() if value.strip())
    again = []
    if item.is_review:
        again = wrap(f"{wording.again(item)} {wording.KEEPS_TICKED}", columns)
    about = [fit(shown(item.id), columns), *(wrap(context, columns) if context else [])]
    words = item.text if item.text.strip() else wording.EMPTY
    if is_statement_first:
        return [again[:1], [*_wrapped(words, columns)], [*again[1:], *about]]
    return [[*about, *again, ""], [f"  {line}" for line in _wrapped(words, columns - 4)], []]


@lru_cache(maxsize=8)
def _wrapped(text: str, columns: int) -> tuple[str, ...]:
    """Break a statement into lines; the same one is shown again and again."""
    return tuple(wrap(text, columns))


def clipped(text: str, columns: int, most: int) -> list[str]:
    """Break a text into lines, with dots in the last one where not all have room.

    Examples
    --------
    >>> clipped("Lift the embargo now.", 10, 2)
    ['Lift the', 'embargo...']
    """
    lines = wrap(text, columns)
    return lines if len(lines) <= most else [*lines[: most - 1], fit(f"{lines[most - 1]} {lines[most]}", columns)]


def _commands(layout: _Layout, columns: int, exclusive: bool) -> list[str]:
    if layout.commands == "none":
        return []
    commands = _commands_of(exclusive)
    if layout.commands == "all":
        return _flow([f"{command.key} {command.name}" for command in commands], columns)
    few = [f"{command.key} {command.name}" for command in commands if command.name in ("accept", "none")]
    return _flow([*few, "? more"], columns)[:1]


def _commands_of(exclusive: bool) -> list[wording.Command]:
    return [command for command in COMMANDS if not (exclusive and command.name == "none")]


def _labels(keys: Mapping[str, Stance], ticked: Sequence[str], columns: int) -> list[str]:
    cells = [f"[{'x' if stance.label in ticked else ' '}] {key} {shown(stance.label)}" for key, stance in keys.items()]
    wide = max(map(width, cells)) + 2
    per_line = max(1, columns // wide) if len(cells) > 4 else 1
    padded = [cell + " " * (wide - width(cell)) for cell in cells]
    return [
        fit("".join(padded[start : start + per_line]).rstrip(), columns) for start in range(0, len(cells), per_line)
    ]


def _bare_keys(keys: Mapping[str, Stance], ticked: Sequence[str], columns: int, most: int) -> list[str]:
    """Give the keys without names, those of ticked labels in brackets."""
    cells = [f"[{key}]" if stance.label in ticked else f" {key} " for key, stance in keys.items()]
    lines = [""]
    for cell in cells:
        if width(lines[-1] + cell) > columns:
            lines.append("")
        lines[-1] += cell
    more = next((more for more in (" ? names", " ?", "") if width(lines[-1] + more) <= columns), "")
    lines[-1] += more  # a line of its own would be the statement's
    return [fit(line, columns) for line in lines[:most]]


def _flow(parts: Sequence[str], columns: int) -> list[str]:
    lines = [""]
    for part in parts:
        joined = f"{lines[-1]}   {part}" if lines[-1] else part
        if width(joined) <= columns:
            lines[-1] = joined
        else:
            lines.append(part)
    return [fit(line, columns) for line in lines]
