"""Frames of pandas, polars and pyarrow: their columns, and columns beside them. None of the three is imported here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, TypeAlias

from stancekit.columns import is_missing
from stancekit.errors import InvalidInputError

Frame: TypeAlias = Any
"""A pandas or polars DataFrame, a pyarrow Table or RecordBatch."""

Cells: TypeAlias = list[Any]
"""The cells of one added column; None where one is missing."""

_FRAMES = {"pandas": ("DataFrame",), "polars": ("DataFrame",), "pyarrow": ("Table", "RecordBatch")}


def library_of(frame: Frame) -> str:
    """Name the library of a frame.

    Raises
    ------
    InvalidInputError
        When it is no frame.
    """
    for base in type(frame).__mro__:
        library = base.__module__.partition(".")[0]
        if base.__name__ in _FRAMES.get(library, ()):
            return library
    raise InvalidInputError(
        f"expected a pandas or polars DataFrame or a pyarrow Table, got {type(frame).__name__}; "
        "a single column goes to StanceModel.predict"
    )


def column_names(frame: Frame) -> list[Any]:
    """Give the names of the columns."""
    return list(frame.schema.names if library_of(frame) == "pyarrow" else frame.columns)


def missing_rows(column: Any) -> list[bool]:  # noqa: ANN401 - a column of any library, or a list
    """Tell which cells of a column are missing: None, NaN, null."""
    for name in ("isna", "is_null"):
        if find := getattr(column, name, None):
            found = find()
            return [bool(flag) for flag in (found.to_pylist() if hasattr(found, "to_pylist") else found)]
    return [not isinstance(value, str) and is_missing(value) for value in column]  # blank text is an empty statement


def filled(column: Any, missing: Sequence[bool]) -> list[Any]:  # noqa: ANN401
    """Give the cells as a list, with an empty statement where one is missing."""
    cells = column.to_pylist() if hasattr(column, "to_pylist") else list(column)
    return ["" if gone else cell for cell, gone in zip(cells, missing, strict=True)]


def with_columns(frame: Frame, columns: Mapping[str, Cells], kinds: Mapping[str, str]) -> Frame:
    """Give a frame with more columns.

    Parameters
    ----------
    frame : Frame
        Is not changed.
    columns : mapping of str to list
        The cells by name.
    kinds : mapping of str to {"labels", "score", "flag"}
        What the columns hold.
    """
    library = library_of(frame)
    module = import_module(library)
    add = {"pandas": _with_pandas, "polars": _with_polars, "pyarrow": _with_arrow}[library]
    return add(module, frame, columns, kinds)


def _with_pandas(pd: Any, frame: Frame, columns: Mapping[str, Cells], kinds: Mapping[str, str]) -> Frame:  # noqa: ANN401
    def series(name: str, cells: Cells) -> Any:  # noqa: ANN401
        flag = "boolean" if None in cells else "bool"  # a plain bool has no missing value
        dtype = {"labels": "object", "score": "float64", "flag": flag}[kinds[name]]
        return pd.Series(cells, index=frame.index, dtype=dtype)

    return frame.assign(**{name: series(name, cells) for name, cells in columns.items()})


def _with_polars(pl: Any, frame: Frame, columns: Mapping[str, Cells], kinds: Mapping[str, str]) -> Frame:  # noqa: ANN401
    types = polars_types(pl)

    def series(name: str, cells: Cells) -> Any:  # noqa: ANN401
        kind = kinds[name]
        if kind != "labels":
            return pl.Series(name, cells, dtype=types[kind])
        # Lists are slow to make, and few of them differ.
        numbers = {cell: number for number, cell in enumerate(dict.fromkeys(cells))}
        lists = pl.Series(name, [None if cell is None else list(cell) for cell in numbers], dtype=types[kind])
        return lists.gather(pl.Series(list(map(numbers.__getitem__, cells)), dtype=pl.UInt32))

    return frame.with_columns([series(name, cells) for name, cells in columns.items()])


def _with_arrow(pa: Any, frame: Frame, columns: Mapping[str, Cells], kinds: Mapping[str, str]) -> Frame:  # noqa: ANN401
    schema = arrow_schema(pa, kinds, frame.schema)
    added = [pa.array(cells, schema.field(name).type) for name, cells in columns.items()]
    return type(frame).from_arrays([*frame.columns, *added], schema=schema)


def polars_types(pl: Any) -> dict[str, Any]:  # noqa: ANN401 - polars
    """Give the type of each kind of column in polars."""
    return {"labels": pl.List(pl.String), "score": pl.Float64, "flag": pl.Boolean}


def arrow_schema(pa: Any, kinds: Mapping[str, str], known: Any = ()) -> Any:  # noqa: ANN401 - pyarrow
    """Give a schema with the added columns after those that are there."""
    types = {"labels": pa.list_(pa.string()), "score": pa.float64(), "flag": pa.bool_()}
    added = [pa.field(name, types[kind]) for name, kind in kinds.items()]
    return pa.schema([*known, *added], metadata=getattr(known, "metadata", None))
