"""Lines of UTF-8 files; what cannot be read is named by its line."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from stancekit.errors import InvalidInputError
from stancekit.tables.compression import compression_of, open_unpacked, unpacking_errors

T = TypeVar("T")


def read_lines(path: Path, newline: str) -> Iterator[str]:
    r"""Yield lines with their ends, untranslated; `newline` as for `open`: ``""`` or ``"\n"``."""
    number = 0
    # utf-8-sig, since Excel begins the UTF-8 files that it writes with a byte order mark.
    with open_unpacked(path) as packed, io.TextIOWrapper(packed, encoding="utf-8-sig", newline=newline) as file:
        try:
            for number, line in enumerate(file, 1):
                if "\0" in line:
                    raise InvalidInputError(
                        f"{path}: NUL byte in line {number}; the file is damaged or in another encoding: "
                        "save it as UTF-8"
                    )
                yield line
        except UnicodeDecodeError as error:
            raise _not_utf8(path) from error
        except unpacking_errors(path) as error:
            raise _damaged(path, number, error) from error
    if number == 0 and compression_of(path) and path.stat().st_size == 0:  # gzip takes no bytes for no content
        raise _damaged(path, number, "it has no bytes")


def _damaged(path: Path, line: int, reason: object) -> InvalidInputError:
    return InvalidInputError(f"{path} is damaged or cut off after line {line}: {reason}; copy it again")


def _not_utf8(path: Path) -> InvalidInputError:
    """Find the first byte that is not UTF-8: the decoder counts from its own buffer's start."""
    offset = number = 0
    with open_unpacked(path) as file:
        try:
            for number, line in enumerate(file, 1):
                try:
                    line.decode("utf-8")
                except UnicodeDecodeError as error:
                    byte = line[error.start]
                    return InvalidInputError(
                        f"{path}: byte 0x{byte:02x} at offset {offset + error.start}, in line {number}, "
                        "is not UTF-8; save the file as UTF-8"
                    )
                offset += len(line)
        except unpacking_errors(path) as error:
            return _damaged(path, number, error)
    return InvalidInputError(f"{path} is not UTF-8; save the file as UTF-8")


def refuse_blanks(records: Iterable[tuple[int, T]], source: str) -> Iterator[tuple[int, T]]:
    """Yield (line, content) pairs; an empty content is let pass at the end of the file alone."""
    blank = ""
    for row, (line, content) in enumerate(records):
        if content and blank:
            raise InvalidInputError(f"{source}: {blank} is blank; remove it, or write its values")
        if content:
            yield line, content
        elif not blank:
            blank = f"row {row} (line {line})"
