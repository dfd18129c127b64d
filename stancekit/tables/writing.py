"""Write a table whole, or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from errno import EISDIR, ENOENT
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO
from zlib import crc32

from stancekit.errors import InvalidInputError, missing_extra, place
from stancekit.tables.compression import compression_of, packing, zstandard
from stancekit.tables.delimited import write_delimited
from stancekit.tables.jsonl import write_jsonl
from stancekit.tables.parquet import write_parquet
from stancekit.tables.table import Arrow, check_columns, suffix_of

Rows = Iterable[Mapping[str, object]]


def write_table(
    path: str | Path, rows: Rows, *, columns: Sequence[str] | None = None, schema: Arrow | None = None
) -> int:
    """Write rows as they come, and put the file in its place only when it is whole.

    Until then it is called ``.NAME.partial-...``, in the same folder; on any error it is removed and an
    earlier file at `path` stays as it was. `rows` may be read from `path` itself.

    CSV and TSV: None and a missing key are blank, as is empty text; a list of text is joined with
    ``|``; booleans are ``true`` and ``false``; floats are written to the last digit, NaN as ``nan``;
    mappings and other lists are JSON. JSONL: a missing key stays missing. In both, dates are ISO text
    and a Decimal is text. Parquet: a missing key is null, the order of ordered categories is dropped,
    and a value that its column's type would change is an error.

    Parameters
    ----------
    path : str or Path
        Its suffix, one of `SUFFIXES`, gives the format; text is packed where ``.gz`` or ``.zst`` follows.
    rows : iterable of mapping
        From column names to values; consumed row by row.
    columns : sequence of str, optional
        The columns in their order; those of `schema` by default, else the keys of the first row.
        JSONL writes them first in each row and keeps every other key.
    schema : pyarrow.Schema, optional
        For Parquet, the types of the columns that it names; other types follow from the first
        10,000 rows. Its metadata is kept when `columns` are just its own. Other formats take no more
        than its names.

    Returns
    -------
    int
        The number of rows written.

    Raises
    ------
    InvalidInputError
        On a value that the format cannot hold, a lone surrogate among them, or a key outside the columns
        (CSV, Parquet), named by row and field; on an unknown suffix; when there are no columns.
    MissingExtraError
        When pyarrow or backports.zstd is needed and not installed.
    OSError
        When the folder is missing or may not be written to.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "labels.csv")
    ...     write_table(path, [{"text": "Lift them.", "labels": ["anti-sanction", "pro-cooperation"]}])
    ...     print(path.read_text())
    1
    text,labels
    Lift them.,anti-sanction|pro-cooperation
    """
    path = Path(path)
    check_format(path)
    if columns is None and schema is not None:
        columns = schema.names
    names = None if columns is None else check_columns(tuple(columns), "the output")
    with replacing(path) as file:
        return write_rows(file, path, rows, names, schema)


def check_format(path: str | Path) -> None:
    """Raise now what would keep `write_table` from writing to `path`, before long work starts.

    Raises
    ------
    InvalidInputError
        When no format goes by the suffix.
    MissingExtraError
        When the format's package is not installed.
    OSError
        When the folder is missing, or `path` is a folder itself.

    Examples
    --------
    >>> check_format("labels.xlsx")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    stancekit.errors.InvalidInputError: ...
    """
    path = Path(path)
    if suffix_of(path) == ".parquet" and find_spec("pyarrow") is None:
        raise missing_extra("pyarrow", "parquet", "a Parquet file")
    if compression_of(path) == ".zst":
        zstandard()
    if not path.parent.is_dir():
        raise FileNotFoundError(ENOENT, "no such folder to write to", str(path.parent))
    if path.is_dir():
        raise IsADirectoryError(EISDIR, "expected a file to write to, got a folder", str(path))


def write_rows(file: BinaryIO, path: Path, rows: Rows, columns: Sequence[str] | None, schema: Arrow | None) -> int:
    """Write rows into an open file in the format and packing that the suffixes of `path` say."""
    with packing(file, path) as packed:
        return _write(packed, path, rows, columns, schema)


def _write(file: BinaryIO, path: Path, rows: Rows, columns: Sequence[str] | None, schema: Arrow | None) -> int:
    suffix = suffix_of(path)
    mappings = _mappings(rows)
    if suffix in {".jsonl", ".ndjson"}:
        return write_jsonl(file, mappings, columns)
    if columns is None:
        first = next(mappings, {})
        columns = check_columns(tuple(first), "the first row")
        mappings = chain([first] if first else [], mappings)
    known = _known(mappings, columns)
    if suffix == ".parquet":
        return write_parquet(file, known, columns, schema)
    return write_delimited(file, known, columns, "\t" if suffix == ".tsv" else ",")


def _mappings(rows: Rows) -> Iterator[Mapping[str, object]]:
    for number, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise InvalidInputError(
                f"expected a mapping from columns to values{place(number)}, got {type(row).__name__}"
            )
        yield row


def _known(rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> Iterator[Mapping[str, object]]:
    known = frozenset(columns)
    for number, row in enumerate(rows):
        if not row.keys() <= known:
            extra = next(key for key in row if key not in known)
            raise InvalidInputError(
                f"unexpected column {extra!r}{place(number)}; expected among {list(columns)}: "
                "drop it, give it to the first row too, or name all columns (columns= of write_table)"
            )
        yield row


@contextmanager
def replacing(path: Path, partial: Path | None = None) -> Iterator[BinaryIO]:
    """Open a file that takes the place of `path` when the block ends well, and vanishes when it does not.

    Until then it is called `partial`, which whoever names it sees to that nobody else uses.
    """
    final = Path(os.path.realpath(path))  # a link stays a link
    own = partial or hidden_beside(final, f"partial-{os.getpid()}-{token_hex(4)}")
    try:
        if partial:
            own.unlink(missing_ok=True)  # what a killed run left may not be writable
        with own.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            opened = os.fstat(file.fileno())
        if not os.path.samestat(opened, own.stat()):
            raise InvalidInputError(f"{str(path)!r} is being written by another run too; let one of them end first")
        if final.exists():
            shutil.copymode(final, own)
        os.replace(own, final)
    except BaseException:
        own.unlink(missing_ok=True)
        raise


def hidden_beside(path: Path, purpose: str) -> Path:
    """Name a hidden file in the folder of `path`."""
    # A long name is cut, so that there is room for what is added, and its hash keeps it apart from its like.
    name = path.name if len(path.name) <= 40 else f"{path.name[:40]}-{crc32(os.fsencode(path.name)):08x}"
    return path.with_name(f".{name}.{purpose}")
