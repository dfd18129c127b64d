"""Tutorials: scripts in percent format that are run, and the pages that show code, prose and what the run printed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

from documentation import DOCS, ROOT
from documentation.cells import Cell, read_cells

FOLDER = DOCS / "tutorials"
_NEEDS = re.compile(r"^# needs: (.*)$", flags=re.M)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
# Training sums in another order on another processor, so the last digit shown may differ.
_SAME = 0.011


class TutorialError(Exception):
    """A tutorial failed in its run."""


def scripts() -> list[Path]:
    """Give the scripts, by name."""
    return sorted(FOLDER.glob("*.py"))


def missing(script: Path) -> list[str]:
    """Give what a script needs and this machine lacks.

    A line ``# needs: pyspark java`` in a script names Python modules and commands, with blanks between.
    """
    wanted = chain.from_iterable(found.split() for found in _NEEDS.findall(script.read_text(encoding="utf-8")))
    return [name for name in wanted if find_spec(name) is None and shutil.which(name) is None]


def run(script: Path) -> list[str]:
    """Run a script in an empty folder, beside its data, and give what each of its cells printed.

    Raises
    ------
    TutorialError
        When it fails; the message ends with the traceback.
    """
    with tempfile.TemporaryDirectory() as folder:
        for data in FOLDER.glob("*.csv"):
            shutil.copy(data, folder)
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", "COLUMNS": "100"}
        environment["JDK_JAVA_OPTIONS"] = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # no Java lives long here
        done = subprocess.run(
            [sys.executable, "-m", "documentation.cells", str(script)],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
    if done.returncode:
        raise TutorialError(f"docs/tutorials/{script.name} failed in its run:\n{done.stderr}")
    printed: list[str] = json.loads(done.stdout)
    return printed


def page(script: Path, printed: Sequence[str]) -> str:
    """Write the page of a script, with what its cells printed."""
    cells = read_cells(script.read_text(encoding="utf-8"))
    outputs = iter(printed)
    sections = [_shown(cell, next(outputs)) if cell.kind == "code" else cell.text for cell in cells]
    title, _, rest = "\n\n".join(sections).partition("\n")
    note = (
        f"This page is the script [{script.name}]({script.name}), and what it prints is what its run printed "
        "(`python -m documentation`)."
    )
    return f"{title}\n\n{note}\n{rest}\n"


def page_of(script: Path) -> Path:
    """Give where the page of a script lies."""
    return script.with_suffix(".md")


def same_page(one: str, other: str) -> bool:
    """Say whether two pages agree, numbers apart that differ in the last of two decimals at most.

    Examples
    --------
    >>> same_page("a share of 0.51", "a share of 0.52"), same_page("a share of 0.51", "a share of 0.55")
    (True, False)
    """
    if _NUMBER.sub("0", one) != _NUMBER.sub("0", other):
        return False
    pairs = zip(_NUMBER.findall(one), _NUMBER.findall(other), strict=True)
    return all(a == b or ("." in a + b and abs(float(a) - float(b)) <= _SAME) for a, b in pairs)


def _shown(cell: Cell, printed: str) -> str:
    code, out = f"```python\n{cell.text}\n```", printed.strip("\n")
    if not out.strip():
        return code
    shown = out if cell.prints_markdown else f"```text\n{out}\n```"
    return f"{code}\n\n{shown}"
