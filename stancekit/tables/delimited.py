"""CSV and TSV: values are text, exactly as written."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from threading import Lock
from typing import BinaryIO, cast

from stancekit.errors import InvalidInputError
from stancekit.tables.lines import read_lines, refuse_blanks
from stancekit.tables.table import Table, check_columns
from stancekit.tables.values import cell, refuse_nul, write_value

_LONGEST_FIELD = 2**31 - 1  # the largest limit that csv takes on every platform
_limit_lock = Lock()
_OTHER_SEPARATORS = {
    ";": ("';'", "save it with commas, or with tabs and a name that ends in .tsv"),
    "\t": ("tabs", "let its name end in .tsv, or save it with commas"),
}


def read_delimited(path: Path, delimiter: str) -> Table:
    """Read a file with a header row and fields quoted as in RFC 4180."""
    if delimiter == ",":
        _refuse_other_separators(path)
    columns = _header(_records(path, delimiter), path)
    return Table(source=str(path), columns=columns, open_rows=lambda: _rows(path, delimiter))


def write_delimited(
    file: BinaryIO, rows: Iterable[Mapping[str, object]], columns: Sequence[str], delimiter: str
) -> int:
    """Write a header and rows, and give the number of rows."""
    if not columns:
        raise InvalidInputError("a CSV file needs a header: got no row and no columns; pass columns")
    quote = _quoter(delimiter)
    header = [cell(column) for column in columns]
    n_rows = 0
    _write_record(file, header, _quoter(f"{delimiter};\t") if len(header) == 1 else quote, delimiter)
    for row in rows:
        try:
            _write_record(file, [_quick_cell(row.get(column)) for column in columns], quote, delimiter)
        except (UnicodeEncodeError, InvalidInputError):  # find out which value it was
            cells = [write_value(cell, row.get(column), n_rows, column) for column in columns]
            _write_record(file, cells, quote, delimiter)
        n_rows += 1
    return n_rows


def _write_record(file: BinaryIO, cells: list[str], quote: Callable[[str], str], delimiter: str) -> None:
    # A bare line would read as no row at all.
    line = '""' if cells == [""] else delimiter.join(map(quote, cells))
    refuse_nul(line)
    file.write(f"{line}\n".encode())


def _quick_cell(value: object) -> str:
    """Do what `cell` does, with the commonest values first and text not yet checked."""
    kind = type(value)
    if kind is str:
        return cast(str, value)
    if kind is float or kind is int:
        return repr(value)
    return "" if value is None or (kind is tuple and not value) else cell(value)


def _quoter(delimiter: str) -> Callable[[str], str]:
    """Quote by hand: csv.writer leaves a carriage return bare when lines end in a line feed alone."""
    # A quoted U+FEFF at the file's start is text; a bare one would be taken for a byte order mark.
    special = re.compile(f'["\r\n\ufeff{delimiter}]')

    def quote(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if special.search(text) else text

    return quote


def _rows(path: Path, delimiter: str) -> Iterator[dict[str, object]]:
    records = _records(path, delimiter)
    columns = _header(records, path)
    for row, (line, fields) in enumerate(refuse_blanks(records, str(path))):
        if len(fields) != len(columns):
            raise InvalidInputError(
                f"{path}: row {row} (line {line}) has {len(fields)} fields; expected {len(columns)}, "
                "as in the header; quote fields that hold the separator"
            )
        yield dict(zip(columns, fields, strict=True))


def _refuse_other_separators(path: Path) -> None:
    """Raise where the header seems to be separated by something else than commas; a name in quotes is one name."""
    line = next(read_lines(path, newline=""), "").rstrip("\r\n")
    for separator, (shown, remedy) in _OTHER_SEPARATORS.items():
        bare, quoted = f'[^",{separator}]+', '"[^"]*"'
        if any(re.fullmatch(f"{name}(?:{separator}{name})+", line) for name in (bare, quoted)):
            raise InvalidInputError(
                f"{path}: its columns seem to be separated by {shown}, and .csv is read with commas; {remedy}; the "
                "name of a single column goes in quotes"
            )


def _header(records: Iterator[tuple[int, list[str]]], path: Path) -> tuple[str, ...]:
    _, fields = next(records, (1, []))
    if not fields:
        raise InvalidInputError(f"{path} has no header; expected column names in its first line")
    return check_columns(tuple(fields), str(path))


def _records(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the header and the rows, each with the line that it begins in."""
    reader = csv.reader(read_lines(path, newline=""), delimiter=delimiter, strict=True)
    for row in count(-1):
        line = reader.line_num + 1
        try:
            fields = _next_record(reader)
        except csv.Error as error:
            where = f"row {row}" if row >= 0 else "header"
            raise InvalidInputError(
                f"{path}: {where} (begins in line {line}) is not valid CSV: {error}; "
                "put fields with quotes in quotes, and double the quotes in them"
            ) from None
        if fields is None:
            return
        yield line, fields


def _next_record(reader: Iterator[list[str]]) -> list[str] | None:
    """Read a record of any length; csv keeps its limit for all readers of the process, so put it back."""
    with _limit_lock:
        limit = csv.field_size_limit(_LONGEST_FIELD)
        try:
            return next(reader, None)
        finally:
            csv.field_size_limit(limit)
