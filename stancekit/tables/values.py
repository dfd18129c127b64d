"""Values as JSON and CSV write them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal
from functools import singledispatch
from typing import Any, TypeVar

import numpy as np

from stancekit.errors import InvalidInputError, lone_surrogate, place, shown

T = TypeVar("T")


def write_value(form: Callable[[object], T], value: object, row: int, field: str) -> T:
    """Give ``form(value)``, naming the place of a value that has no such form."""
    try:
        return form(value)
    except UnicodeEncodeError as error:
        raise lone_surrogate(error.start, row, field) from None
    except InvalidInputError as error:
        raise InvalidInputError(f"cannot write the value{place(row, field)}: {error}") from None


def cell(value: object) -> str:
    """Give the text of a value in CSV."""
    if value is None:
        return ""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating):
        return repr(float(value))
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return _joined(value)
    content = plain(value)
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    refuse_nul(text)
    return text


def refuse_nul(text: str) -> None:
    """Raise where a text has a character that CSV readers take for the end."""
    if "\0" in text:
        raise InvalidInputError("CSV cannot hold a NUL character; drop it, or write JSONL or Parquet")


def _joined(items: list[Any] | tuple[Any, ...]) -> str:
    for item in items:
        if not item or "|" in item:
            raise InvalidInputError(
                f"{item!r} in a list would not come back from CSV, where '|' stands between items; "
                "write JSONL or Parquet"
            )
    return cell("|".join(items))


@singledispatch
def plain(value: object) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Give a value as JSON holds it; what JSON lacks becomes ISO text, text or a number."""
    raise InvalidInputError(
        f"{type(value).__name__} {shown(value)} has no form in JSON or CSV; turn it into text or a number"
    )


@plain.register(type(None))
@plain.register(int)
def _itself(value: int | None) -> int | None:
    return value


@plain.register
def _text(value: str) -> str:
    if not value.isascii():
        value.encode("utf-8")
    # Enumerations of text and numpy's str_ become plain text.
    return value if type(value) is str else str.__str__(value)


@plain.register(float)
@plain.register(np.floating)
def _float(value: float) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise InvalidInputError(f"JSON has no {number}; write None for a missing value")
    return number


@plain.register
def _integer(value: np.integer) -> int:
    return int(value)


# numpy counts it among the integers, but without its unit the number means nothing.
plain.register(np.timedelta64, plain.dispatch(object))


@plain.register
def _bool(value: np.bool_) -> bool:
    return bool(value)


@plain.register(date)
@plain.register(time)
def _moment(value: date | time) -> str:
    if value != value:  # noqa: PLR0124 - pandas' NaT is a datetime that is unequal to itself
        raise InvalidInputError("NaT is no date; write None for a missing value")
    return value.isoformat()


@plain.register
def _numpy_moment(value: np.datetime64) -> str:
    if np.isnat(value):
        raise InvalidInputError("NaT is no date; write None for a missing value")
    return str(value)


@plain.register
def _decimal(value: Decimal) -> str:
    return str(value)


@plain.register
def _mapping(value: Mapping) -> dict[str, Any]:  # type: ignore[type-arg] # singledispatch takes bare classes
    for key in value:
        if not isinstance(key, str):
            raise InvalidInputError(f"expected keys of str, got {key!r}")
    return {_text(key): plain(item) for key, item in value.items()}


@plain.register(list)
@plain.register(tuple)
def _items(value: list[object] | tuple[object, ...]) -> list[Any]:
    return [plain(item) for item in value]


@plain.register
def _array(value: np.ndarray) -> Any:  # noqa: ANN401
    return plain(value.tolist())
