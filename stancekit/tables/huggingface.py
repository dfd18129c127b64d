"""Hugging Face data sets: from the hub, and from folders that `Dataset.save_to_disk` wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from stancekit.errors import InvalidInputError, missing_extra
from stancekit.tables.parquet import rows_in, rows_of
from stancekit.tables.table import Arrow, Table, check_columns

_ADDRESS = re.compile(r"hf:(?P<name>[\w.-]+/[\w.-]+)(:(?P<split>\S+))?", re.ASCII)
_BYTES_READ = 1 << 20


def read_hub(address: str) -> Table:
    """Read ``hf:org/name`` or ``hf:org/name:split``, downloading it where it is not in the cache."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise InvalidInputError(f"expected 'hf:org/name' or 'hf:org/name:split', got {address!r}")
    name, split = match["name"], match["split"] or "train"
    if Path(name).exists():
        raise InvalidInputError(f"{name!r} is a local folder, which `datasets` would read; leave out 'hf:'")
    return _load(address, "load_dataset", name, split=split)


def read_folder(path: Path) -> Table:
    """Read a folder that holds one split."""
    return _load(str(path), "load_from_disk", str(path))


def _load(source: str, loader: str, *arguments: str, **options: str) -> Table:
    try:
        import datasets
    except ImportError as error:
        raise missing_extra("datasets", "datasets", "Hugging Face data") from error
    try:
        data = getattr(datasets, loader)(*arguments, **options)
    except (ValueError, FileNotFoundError, KeyError) as error:
        raise InvalidInputError(f"{source} cannot be read as Hugging Face data: {error}") from error
    if isinstance(data, dict):
        raise InvalidInputError(f"{source} holds the splits {sorted(data)}; give the folder of one of them")
    return _table(source, data)


def _table(source: str, data: Arrow) -> Table:
    return Table(
        source=source,
        columns=check_columns(tuple(data.column_names), source),
        n_rows=len(data),
        schema=data.features.arrow_schema,
        # As Arrow, values come as stored: labels are their numbers, and no image or sound is decoded.
        open_rows=lambda: rows_of(_batches(data, _BYTES_READ), source),
        open_batches=lambda n_bytes: _batches(data, n_bytes),
    )


def _batches(data: Arrow, n_bytes: int) -> Iterator[Arrow]:
    n_rows = rows_in(n_bytes, len(data), data.data.nbytes)
    return iter(data.with_format("arrow").iter(batch_size=n_rows))
