"""Parquet through pyarrow, batch by batch."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from stancekit.errors import InvalidInputError, missing_extra
from stancekit.tables.conversion import to_array
from stancekit.tables.table import Arrow, Table, check_columns

_BYTES_READ = 1 << 20
_ROWS_PROBED = 256
_ROWS_PER_GROUP = 10_000
_DICTIONARY = 1 << 17  # bytes of distinct values, from which on a column is written without a dictionary
_ENDING = 1 << 16  # bytes read at once of a file's end, which most footers fit into
_BUFFER = 1 << 20  # pages are fetched through it, so that a row group need not fit in memory


def arrow(module: str = "pyarrow") -> Arrow:
    """Import pyarrow, or one of its modules."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise missing_extra("pyarrow", "parquet", "a Parquet file") from error


def read_parquet(path: Path) -> Table:
    """Read a Parquet file: its schema and number of rows now, its rows when asked for."""
    with _open(path) as file:
        schema, n_rows = schema_of(file), file.metadata.num_rows
    return Table(
        source=str(path),
        columns=check_columns(tuple(schema.names), str(path)),
        n_rows=n_rows,
        schema=schema,
        open_rows=lambda: rows_of(_batches(path, _BYTES_READ), str(path)),
        open_batches=lambda n_bytes: _batches(path, n_bytes),
    )


def _open(path: Path) -> Arrow:
    path.open("rb").close()  # a missing or forbidden file raises as it does in every format
    return open_parquet(str(path), str(path))


def read_ending(file: Arrow) -> bytes:
    """Read a Parquet file from its footer on, which tells all of its rows but their values.

    Parameters
    ----------
    file : pyarrow.NativeFile
        The file.
    """
    size = int(file.size())
    ending = bytes(file.read_at(min(size, _ENDING), max(size - _ENDING, 0)))
    length = (
        int.from_bytes(ending[-8:-4], "little") + 8
    )  # of the footer, of this number, and of the four bytes after it
    if len(ending) < length <= size:
        ending = bytes(file.read_at(length, size - length))
    return ending[-length:]


def open_parquet(file: Arrow | str, source: str, *, far: bool = False, ending: bytes | None = None) -> Arrow:
    """Open a Parquet file, which pyarrow has opened or finds under a path.

    Parameters
    ----------
    file : pyarrow.NativeFile or str
        The file.
    source : str
        What to call it in errors.
    far : bool, default=False
        Whether every read takes long, as from a store over the network: whole row groups are fetched then.
    ending : bytes, optional
        What `read_ending` gave, so that it is not fetched again.
    """
    pa, pq = arrow(), arrow("pyarrow.parquet")
    try:
        # What lies near is sooner read again than given on.
        metadata = pq.read_metadata(pa.BufferReader(ending)) if far and ending is not None else None
        return pq.ParquetFile(
            file,
            metadata=metadata,
            buffer_size=0 if far else _BUFFER,
            pre_buffer=far,
            coerce_int96_timestamp_unit="us",  # nanoseconds, the default, have no year after 2262
        )
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, MemoryError) or getattr(error, "errno", None):
            raise
        raise InvalidInputError(f"{source} is not a whole Parquet file: {error}") from error


def schema_of(file: Arrow) -> Arrow:
    """Give the columns of a Parquet file as `batches_of` gives them.

    Timestamps of 96 bits, which Spark writes, are moments, though the file has no place to say so: without their zone
    Spark would read what is written of them as the time of a clock.
    """
    if not has_moments(file):
        return file.schema_arrow
    schema = file.schema_arrow
    columns = [file.schema.column(i) for i in range(len(file.schema))]
    is_moment = (column.physical_type == "INT96" for column in columns)
    fields = [field.with_type(_with_zone(field.type, is_moment)) for field in schema]
    return arrow().schema(fields, metadata=schema.metadata)


def has_moments(file: Arrow) -> bool:
    """Tell whether a Parquet file has timestamps of 96 bits."""
    columns = file.schema
    return any(columns.column(i).physical_type == "INT96" for i in range(len(columns)))


def _with_zone(kind: Arrow, is_moment: Iterator[bool]) -> Arrow:
    """Give a type whose moments are in UTC, where `is_moment` tells of each column that values are stored in."""
    pa = arrow()
    if pa.types.is_struct(kind):
        fields = [kind.field(i) for i in range(kind.num_fields)]
        return pa.struct([one.with_type(_with_zone(one.type, is_moment)) for one in fields])
    if pa.types.is_map(kind):
        key, item = (one.with_type(_with_zone(one.type, is_moment)) for one in (kind.key_field, kind.item_field))
        return pa.map_(key, item, keys_sorted=kind.keys_sorted)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        inner = kind.value_field.with_type(_with_zone(kind.value_type, is_moment))
        if pa.types.is_fixed_size_list(kind):
            return pa.list_(inner, kind.list_size)
        return pa.large_list(inner) if pa.types.is_large_list(kind) else pa.list_(inner)
    return pa.timestamp(kind.unit, "UTC") if next(is_moment) and pa.types.is_timestamp(kind) else kind


def _batches(path: Path, n_bytes: int) -> Iterator[Arrow]:
    with _open(path) as file:
        yield from batches_of(file, str(path), n_bytes)


def batches_of(
    file: Arrow, source: str, n_bytes: int, *, groups: Sequence[int] | None = None, first_row: int = 0
) -> Iterator[Arrow]:
    """Yield the rows of a Parquet file as Tables of about `n_bytes`.

    Parameters
    ----------
    file : pyarrow.parquet.ParquetFile
        The file.
    source : str
        What to call it in errors.
    n_bytes : int
        Bytes in memory of a Table, about.
    groups : sequence of int, optional
        The row groups to read; all where None.
    first_row : int, default=0
        The number of their first row in the file, for errors.
    """
    pa = arrow()
    groups = range(file.metadata.num_row_groups) if groups is None else groups
    if not groups:  # pyarrow would read all of them
        return
    n_rows = sum(int(file.metadata.row_group(i).num_rows) for i in groups)
    size = rows_in(n_bytes, n_rows, _decoded_bytes(file, groups, n_rows))
    zoned = schema_of(file) if has_moments(file) else None
    batches = file.iter_batches(batch_size=size, row_groups=list(groups), use_threads=False)
    for batch in _named_errors(batches, source, first_row):
        table = pa.Table.from_batches([batch])
        yield table if zoned is None else table.cast(zoned)


def _decoded_bytes(file: Arrow, groups: Sequence[int], n_rows: int) -> int:
    """Estimate the size of the rows in memory: as stored, or by the first ones, since repeats may be stored once."""
    stored = sum(int(file.metadata.row_group(i).total_byte_size) for i in groups)
    probed = file.iter_batches(batch_size=_ROWS_PROBED, row_groups=[groups[0]], use_threads=False)
    try:
        first = next(probed, None)
    except (arrow().ArrowException, OSError):  # whoever reads the rows will say so
        return stored
    return stored if not first else max(stored, int(first.nbytes) * n_rows // int(first.num_rows))


def rows_in(n_bytes: int, n_rows: int, total_bytes: int) -> int:
    """Give how many rows of average size `n_bytes` hold, from 1 to 65,536."""
    return max(1, min(1 << 16, n_bytes * n_rows // max(total_bytes, 1)))


def _named_errors(batches: Iterable[Arrow], source: str, first_row: int = 0) -> Iterator[Arrow]:
    """Yield the batches, and say from which row on a file cannot be read."""
    pa = arrow()
    batches = iter(batches)
    n_read = first_row
    while True:
        try:
            batch = next(batches, None)
        except (pa.ArrowException, ValueError, OSError) as error:
            # With a number it is the system's, such as a disk that went away, and the file may be sound.
            if isinstance(error, MemoryError) or getattr(error, "errno", None):
                raise
            raise InvalidInputError(f"{source} cannot be read from row {n_read} on: {error}") from error
        if batch is None:
            return
        yield batch
        n_read += batch.num_rows


def rows_of(batches: Iterable[Arrow], source: str) -> Iterator[dict[str, object]]:
    """Yield the rows of Arrow tables as dicts of Python values."""
    pa = arrow()
    n_read = 0
    for batch in batches:
        try:
            rows = _to_rows(batch)
        except (pa.ArrowException, ArithmeticError, ValueError) as error:
            raise InvalidInputError(f"{source} cannot be read from row {n_read} on: {error}") from error
        yield from rows
        n_read += len(rows)


def _to_rows(batch: Arrow) -> list[dict[str, object]]:
    for column in batch.columns:
        if (shorter := _in_microseconds(column.type)) != column.type:
            column.cast(shorter)  # raises where to_pylist would silently cut nanoseconds
    rows: list[dict[str, object]] = batch.to_pylist()
    return rows


def _in_microseconds(kind: Arrow) -> Arrow:
    """Give a type with times of the day in microseconds, at whatever depth."""
    pa = arrow()
    if kind == pa.time64("ns"):
        return pa.time64("us")
    if pa.types.is_list(kind):
        return pa.list_(_in_microseconds(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(_in_microseconds(field.type)) for field in kind])
    return kind


def write_parquet(
    file: BinaryIO, rows: Iterable[Mapping[str, object]], columns: Sequence[str], schema: Arrow | None
) -> int:
    """Write rows in groups, and give the number of rows; types that `schema` lacks are inferred."""
    if not columns:
        raise InvalidInputError("a Parquet file needs columns: got no row and no columns; pass columns")
    rows = iter(rows)
    chunk = list(islice(rows, _ROWS_PER_GROUP))
    full = _full_schema(chunk, columns, schema)
    n_rows = 0
    with _writer(file, full) as writer:
        while chunk:
            arrays = [to_array(chunk, field.name, field, first=n_rows) for field in full]
            writer.write_batch(arrow().RecordBatch.from_arrays(arrays, schema=full))
            n_rows += len(chunk)
            chunk = list(islice(rows, _ROWS_PER_GROUP))
    return n_rows


def write_arrow(file: Arrow, batches: Iterable[Arrow], schema: Arrow) -> int:
    """Write Arrow tables into a file that pyarrow has opened, each as one row group, and give the number of rows."""
    n_rows = 0
    with _writer(file, schema) as writer:
        for batch in batches:
            writer.write_table(batch)
            n_rows += batch.num_rows
    return n_rows


def _writer(file: BinaryIO | Arrow, schema: Arrow) -> Arrow:
    pq = arrow("pyarrow.parquet")
    try:
        repeating = _repeating(schema)
        return pq.ParquetWriter(file, schema, use_dictionary=repeating, dictionary_pagesize_limit=_DICTIONARY)
    except arrow().ArrowException as error:
        raise InvalidInputError(f"Parquet cannot hold these columns: {error}") from error


def _repeating(schema: Arrow) -> list[str]:
    """Give the paths of the columns whose values may repeat; a dictionary of fractions only takes time."""
    pq = arrow("pyarrow.parquet")
    empty = BytesIO()
    pq.write_table(schema.empty_table(), empty)
    columns = pq.ParquetFile(empty).schema
    return [column.path for column in columns if column.physical_type not in {"FLOAT", "DOUBLE"}]


def _full_schema(rows: list[Mapping[str, object]], columns: Sequence[str], schema: Arrow | None) -> Arrow:
    pa = arrow()
    known = {} if schema is None else {field.name: field for field in schema}
    fields = [
        _unordered(known[name]) if name in known else pa.field(name, to_array(rows, name).type) for name in columns
    ]
    # Metadata of pandas and datasets describes the columns one by one, and misleads where they changed.
    metadata = schema.metadata if schema is not None and list(columns) == schema.names else None
    return pa.schema(fields, metadata=metadata)


def _unordered(field: Arrow) -> Arrow:
    """Drop an order of categories: a schema has the flag but not the order, which rows cannot carry."""
    pa = arrow()
    if pa.types.is_dictionary(field.type) and field.type.ordered:
        return field.with_type(pa.dictionary(field.type.index_type, field.type.value_type))
    return field
