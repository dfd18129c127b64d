"""Run the cells of a tutorial one by one and tell what each printed: ``python -m documentation.cells SCRIPT``.

Runs in a process of its own, so that a tutorial finds what a reader finds: a fresh Python in an empty folder.
"""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

MARK = "# %%"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A stretch of a script in percent format.

    Attributes
    ----------
    kind : "markdown" or "code"
        Prose in comments, or Python.
    text : str
        Markdown without comment marks, or the code.
    line : int
        Where the text begins in the script, from 1.
    prints_markdown : bool
        Whether what the code prints is Markdown, and to be shown as such.
    """

    kind: Literal["markdown", "code"]
    text: str
    line: int
    prints_markdown: bool = False


def read_cells(script: str) -> list[Cell]:
    r"""Take a script apart.

    Examples
    --------
    >>> [(cell.kind, cell.text) for cell in read_cells("# %% [markdown]\n# Prose.\n\n# %%\nx = 1\n")]
    [('markdown', 'Prose.'), ('code', 'x = 1')]
    """
    lines = script.splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith(MARK)]
    cells = []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        kind: Literal["markdown", "code"] = "markdown" if lines[start].startswith(f"{MARK} [markdown]") else "code"
        body = lines[start + 1 : end]
        text = "\n".join(map(_uncomment, body) if kind == "markdown" else body).strip("\n")
        if text:
            raw = "[prints markdown]" in lines[start]
            cells.append(Cell(kind=kind, text=text, line=start + 2, prints_markdown=raw))
    return cells


def run_cells(path: Path) -> list[str]:
    """Run the code of a script, cell by cell, and give what each printed."""
    names: dict[str, Any] = {"__name__": "__main__", "__file__": str(path)}
    printed = []
    for cell in read_cells(path.read_text(encoding="utf-8")):
        if cell.kind == "code":
            # Empty lines before the code make line numbers of a traceback those of the script.
            code = compile("\n" * (cell.line - 1) + cell.text, str(path), "exec")
            with redirect_stdout(io.StringIO()) as out:
                exec(code, names)
            printed.append(out.getvalue())
    return printed


def _uncomment(line: str) -> str:
    return line.removeprefix("#").removeprefix(" ")


if __name__ == "__main__":
    print(json.dumps(run_cells(Path(sys.argv[1]))))
