"""A part of a page of ``docs/`` between two markers, made from what was measured: written, or checked."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePart:
    """A part of a page and where it comes from.

    Attributes
    ----------
    command : str
        What makes it, ``"python -m experiments.…"``; it stands in the first marker too.
    name : str
        Name in the markers.
    page, results : Path
        The page, and the JSON file of what was measured.
    write : callable of mapping to str
        Writes the part from the results.
    """

    command: str
    name: str
    page: Path
    results: Path
    write: Callable[[Mapping[str, Any]], str]

    def put_into(self, page: str) -> str:
        """Give the page with the part between the markers, made anew."""
        begin, end = f"<!-- {self.name}: {self.command} -->", f"<!-- {self.name} end -->"
        head, _, rest = page.partition(begin)
        part = self.write(json.loads(self.results.read_text(encoding="utf-8")))
        return f"{head}{begin}\n{part}\n{end}{rest.partition(end)[2]}"

    def main(self, description: str | None, arguments: Sequence[str] | None = None) -> int:
        """Write the part into the page, or with ``--check`` tell by the exit code whether it is stale."""
        parser = argparse.ArgumentParser(prog=self.command, description=description)
        parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 where the page is stale")
        check = parser.parse_args(arguments).check
        before = self.page.read_text(encoding="utf-8")
        after = self.put_into(before)
        if not check:
            self.page.write_text(after, encoding="utf-8")
        elif before != after:
            print(f"stale: {self.page.name}; run: {self.command}", file=sys.stderr)
            return 1
        return 0
