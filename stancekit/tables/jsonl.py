"""JSON Lines: one object in each line."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Never, cast

from stancekit.errors import InvalidInputError, place
from stancekit.tables.lines import read_lines, refuse_blanks
from stancekit.tables.table import Table
from stancekit.tables.values import plain, write_value


def read_jsonl(path: Path) -> Table:
    """Read a file of objects; its columns are the keys of the first."""
    first = next(_rows(path), {})
    return Table(source=str(path), columns=tuple(first), open_rows=lambda: _rows(path))


def write_jsonl(file: BinaryIO, rows: Iterable[Mapping[str, object]], columns: Sequence[str] | None) -> int:
    """Write rows with all their keys, those of `columns` first, and give the number of rows."""
    n_rows = 0
    for row in rows:
        file.write((_quick_line(row, columns) or _line(row, columns, n_rows)) + b"\n")
        n_rows += 1
    return n_rows


def _line(row: Mapping[str, object], columns: Sequence[str] | None, number: int) -> bytes:
    content = {}
    for key in _ordered(row, columns):
        if not isinstance(key, str):
            raise InvalidInputError(f"expected keys of str{place(number)}, got {key!r}")
        name = write_value(plain, key, number, key)
        content[name] = write_value(plain, row[key], number, key)
    return _encoder.encode(content).encode()


def _quick_line(row: Mapping[str, object], columns: Sequence[str] | None) -> bytes | None:
    """Write a row of what JSON holds as it is; None where there is anything else, or anything wrong."""
    if set(map(type, row)) != {str} or not all(map(_is_plain, row.values())):
        return None
    content = {key: row[key] for key in _ordered(row, columns)}
    try:
        return _encoder.encode(content).encode()
    except ValueError:  # NaN, or a lone surrogate
        return None


def _is_plain(value: object) -> bool:
    kind = type(value)
    if kind is tuple or kind is list:
        return all(type(item) is str for item in cast(Iterable[object], value))
    return kind in _AS_IT_IS


def _ordered(row: Mapping[str, object], columns: Sequence[str] | None) -> Iterable[str]:
    return row if columns is None else dict.fromkeys([*(c for c in columns if c in row), *row])


def _rows(path: Path) -> Iterator[dict[str, object]]:
    lines = enumerate((line.strip(" \t\r\n") for line in read_lines(path, newline="\n")), 1)
    for row, (line, text) in enumerate(refuse_blanks(lines, str(path))):
        try:
            yield _object(text)
        except (ValueError, RecursionError) as error:
            raise InvalidInputError(f"{path}: row {row} (line {line}) is not a JSON object: {error}") from None


def _object(text: str) -> dict[str, object]:
    content = _decoder.decode(text)
    if not isinstance(content, dict):
        raise ValueError(f"expected {{...}}, got a {type(content).__name__}")
    return content


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        raise ValueError(f"the keys {twice} come more than once")
    return content


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is too large for a number")
    return number


def _refuse(constant: str) -> Never:
    raise ValueError(f"{constant} is no JSON; write null for a missing value")


_AS_IT_IS = frozenset({str, int, float, bool, type(None)})  # but not their subclasses
_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
_decoder = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_finite, parse_constant=_refuse)
