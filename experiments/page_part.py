"""A part of a page of ``docs/`` between two markers, made from what was measured: written, or checked."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stancekit.errors import InvalidInputError


def replaced_between(page: str, begin: str, end: str, part: str) -> str:
    """Give a page with what stands between two markers replaced.

    Raises
    ------
    InvalidInputError
        When the markers do not stand there once each, the first before the second.

    Examples
    --------
    >>> replaced_between("Top <!-- a --> old <!-- a end --> rest", "<!-- a -->", "<!-- a end -->", " new ")
    'Top <!-- a --> new <!-- a end --> rest'
    """
    if page.count(begin) != 1 or page.count(end) != 1 or page.index(end) < page.index(begin):
        raise InvalidInputError(f"the page must have {begin!r} and behind it {end!r}, once each; put them back")
    head, _, rest = page.partition(begin)
    return f"{head}{begin}{part}{end}{rest.partition(end)[2]}"


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
        part = self.write(json.loads(self.results.read_text(encoding="utf-8")))
        return replaced_between(page, begin, end, f"\n{part}\n")

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
