"""What the screen shows, as lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stancekit.apps.labelling.width import fit, shown, width, wrap
from stancekit.codebook import Codebook, Stance
from stancekit.labelling.items import Item

LEAST_COLUMNS, LEAST_LINES = 30, 10
COMMANDS = (
    "Enter accept",
    "0 none",
    "c cannot say",
    "s skip",
    "u undo",
    "? definitions",
    "v review",
    "r retrain",
    "q quit",
)


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
    """Show a statement with the labels below it."""
    if columns < LEAST_COLUMNS or rows < LEAST_LINES:
        small = f"the window is too small: {LEAST_COLUMNS} x {LEAST_LINES} is the least"
        return Frame(lines=tuple(wrap(small, max(columns, 1))[:rows]), strong=frozenset(), most=0)
    top = [fit(shown(title), columns), fit(progress, columns), "-" * columns]
    commands = [command for command in COMMANDS if not (exclusive and command.startswith("0"))]
    said = wrap(message, columns)[:2] if message else []
    bottom = ["-" * columns, *_labels(keys, ticked, columns), *_flow(commands, columns), *said]
    room = rows - len(top) - len(bottom)
    if room < 3:  # many labels: the keys are under '?' too
        bottom = ["-" * columns, *_labels(keys, ticked, columns)[: rows - len(top) - 6], "? keys", *said]
        room = rows - len(top) - len(bottom)
    middle = _middle(item, columns)
    most = 0 if len(middle) <= room else len(middle) - room + 1  # a line is needed to say that there is more
    start = min(scroll, most)
    seen = middle[start : start + room]
    if most:
        more = "-- more below (space, b) --" if start < most else "-- end (b scrolls back) --"
        seen = [*middle[start : start + room - 1], fit(more, columns)]
    lines = [*top, *seen, *[""] * (room - len(seen)), *bottom]
    ticks = {n for n, line in enumerate(lines) if n >= len(top) + room and "[x]" in line}
    return Frame(lines=tuple(lines), strong=frozenset({0, *ticks}), most=most)


def help_frame(book: Codebook, keys: Mapping[str, Stance], *, columns: int, rows: int, scroll: int = 0) -> Frame:
    """Show what the codebook says of each label."""
    body = [line for text in definitions(book, keys) for line in (wrap(text, columns) if text else [""])]
    room = max(1, rows - 2)
    most = max(0, len(body) - room)
    start = min(scroll, most)
    lines = [fit(shown(f"Codebook {book.name}"), columns), *body[start : start + room]]
    foot = "space, b: scroll; any other key: back"
    return Frame(lines=(*lines, *[""] * (rows - 1 - len(lines)), fit(foot, columns)), strong=frozenset({0}), most=most)


def definitions(book: Codebook, keys: Mapping[str, Stance]) -> list[str]:
    """Give the codebook as paragraphs of one line: what is judged, each label, the rules at the borders."""
    texts = [shown(book.description), ""] if book.description else []
    for key, stance in keys.items():
        texts.append(f"{key}  {shown(stance.label.upper())}" + (f" ({shown(stance.code)})" if stance.code else ""))
        texts += [shown(stance.definition)] if stance.definition else []
        texts += [f"+ {shown(text)}" for text in stance.include]
        texts += [f"- not: {shown(text)}" for text in stance.exclude]
        texts += [f"e.g. {shown(text)}" for text in stance.examples]
        texts.append("")
    texts += [f"* {shown(rule)}" for rule in book.rules]
    texts += ["", "Keys: labels as above; " + ", ".join(COMMANDS)]
    return texts


def _middle(item: Item | None, columns: int) -> list[str]:
    if item is None:
        return ["", *wrap("No statement is left. q quits; u takes the last answer back; v looks for doubts.", columns)]
    context = " | ".join(f"{name}: {value}" for name, value in item.context.items() if value.strip())
    head = [fit(shown(item.id), columns)]
    head += wrap(context, columns) if context else []
    if item.is_review:
        said = "cannot say" if item.before is None else ", ".join(item.before) or "none of the labels"
        head += wrap(f"AGAIN: you said {said}. Enter keeps what is ticked, 0 none.", columns)
    text = wrap(item.text, columns - 4) if item.text.strip() else ["(an empty statement)"]
    return [*head, "", *(f"  {line}" for line in text)]


def _labels(keys: Mapping[str, Stance], ticked: Sequence[str], columns: int) -> list[str]:
    cells = [f"[{'x' if stance.label in ticked else ' '}] {key} {shown(stance.label)}" for key, stance in keys.items()]
    wide = max(map(width, cells)) + 2
    per_line = max(1, columns // wide) if len(cells) > 4 else 1
    padded = [cell + " " * (wide - width(cell)) for cell in cells]
    return [
        fit("".join(padded[start : start + per_line]).rstrip(), columns) for start in range(0, len(cells), per_line)
    ]


def _flow(parts: Sequence[str], columns: int) -> list[str]:
    lines = [""]
    for part in parts:
        joined = f"{lines[-1]}   {part}" if lines[-1] else part
        if width(joined) <= columns:
            lines[-1] = joined
        else:
            lines.append(part)
    return [fit(line, columns) for line in lines]
