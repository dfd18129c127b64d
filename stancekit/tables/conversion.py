"""Python values to Arrow columns, with a check that nothing was lost on the way."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from stancekit.errors import InvalidInputError, lone_surrogate, place, shown
from stancekit.tables.table import Arrow

_FLOAT16_ROUNDING = 1e-3


def to_array(rows: Sequence[Mapping[str, object]], name: str, field: Arrow | None = None, *, first: int = 0) -> Arrow:
    """Convert the column `name`, to the type of `field` if given; `first` numbers the first row."""
    values = [row.get(name) for row in rows]
    try:
        return _convert(values, field)
    except (ValueError, TypeError, ArithmeticError):  # what pyarrow raises, and no more than that
        pass
    # A column fits up to its first bad value and no further.
    n_good = bisect_left(range(len(values)), True, key=lambda n: _misfit(values[: n + 1], field) is not None)
    raise _named(values[n_good], _misfit(values[: n_good + 1], field), first + n_good, name, field)


def _misfit(values: list[object], field: Arrow | None) -> Exception | None:
    try:
        _convert(values, field)
    except (ValueError, TypeError, ArithmeticError) as error:
        return error
    return None


def _named(value: object, error: Exception | None, row: int, name: str, field: Arrow | None) -> InvalidInputError:
    if isinstance(error, UnicodeEncodeError):
        return lone_surrogate(error.start, row, name)
    expected = "which its first rows set" if field is None else str(field.type)
    return InvalidInputError(
        f"{type(value).__name__} {shown(value)}{place(row, name)} does not fit the column's type, {expected}: "
        f"{error}; turn it into that type, write .jsonl, or give another type (schema= of write_table)"
    )


def _convert(values: list[object], field: Arrow | None) -> Arrow:
    import pyarrow as pa

    array = pa.array(values, type=None if field is None else field.type)
    if field is not None and array.type != field.type:
        raise ValueError(f"more distinct values than {field.type} can number")
    if field is not None and not field.nullable and array.null_count:
        raise ValueError("the schema allows no null here")
    # pyarrow cuts 1.5 to an int64 of 1, a datetime to its date and a struct to the fields that it knows.
    if not all(value is None or type(value) is str for value in values) or not _holds_text(array.type):
        for value, kept in zip(values, array.to_pylist(), strict=True):
            if not _same(value, kept):
                raise ValueError(f"it would become {kept!r}")
    return array


def _holds_text(kind: Arrow) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _same(given: Any, kept: Any) -> bool:  # noqa: ANN401
    """Say whether `kept`, read back, is what was given, but for the rounding of short floats."""
    if isinstance(given, np.ndarray):
        given = given.tolist()
    if given is None or kept is None:
        return given is kept or bool(given != given)  # noqa: PLR0124 - NaN and NaT are unequal to themselves
    if isinstance(given, Mapping):
        return isinstance(kept, dict) and all(key in kept and _same(value, kept[key]) for key, value in given.items())
    if isinstance(given, list | tuple):
        return isinstance(kept, list | tuple) and len(given) == len(kept) and all(map(_same, given, kept))
    if isinstance(given, float | np.floating) and isinstance(kept, float):
        both_nan = math.isnan(given) and math.isnan(kept)
        return both_nan or math.isclose(given, kept, rel_tol=_FLOAT16_ROUNDING)
    return bool(given == kept)
