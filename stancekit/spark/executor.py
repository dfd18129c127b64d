"""What runs on an executor: a model that is read once a process, and the batches of one partition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from stancekit.errors import InvalidInputError
from stancekit.files.batches import Added, Batch
from stancekit.model import StanceModel
from stancekit.storage.loading import read_model
from stancekit.tables.parquet import arrow
from stancekit.tables.table import Arrow
from stancekit.text.checks import read_statements

_KEPT = 4  # models a process
_models: dict[str, StanceModel] = {}


def label_batches(
    batches: Iterable[Arrow], checksum: str, files: Mapping[str, bytes], options: Mapping[str, Any]
) -> Iterator[Arrow]:
    """Yield the batches of a partition with the columns of a model.

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch
        The rows.
    checksum : str
        What tells the model from others.
    files : mapping of str to bytes
        The files of the model's directory by name.
    options : mapping
        ``text``, ``prefix``, ``unfamiliar`` and ``nulls`` of `stancekit.spark.predict`, and the ``position`` of the
        column of statements.
    """
    model = _model(checksum, files)
    added = Added(model=model, prefix=options["prefix"], unfamiliar=options["unfamiliar"])
    first_row = 0
    for batch in batches:
        try:
            yield _label(batch, added, options, first_row)
        except InvalidInputError as error:
            raise InvalidInputError(_placed(str(error))) from None
        first_row += batch.num_rows


def _model(checksum: str, files: Mapping[str, bytes]) -> StanceModel:
    if checksum not in _models:
        for old in list(_models)[: 1 - _KEPT]:
            del _models[old]
        with TemporaryDirectory() as folder:
            for name, content in files.items():
                Path(folder, name).write_bytes(content)
            _models[checksum] = read_model(folder)
    return _models[checksum]


def _label(batch: Arrow, added: Added, options: Mapping[str, Any], first_row: int) -> Arrow:
    column = batch.column(options["position"])
    gone = column.is_null() if options["nulls"] == "null" and column.null_count else None
    if gone is not None:
        column = column.fill_null("")
    statements = read_statements(column, field=options["text"], first_row=first_row)
    judged = added.model.judge(statements)
    arrays = added.arrays(Batch(statements=statements, first_row=first_row), judged)
    if gone is not None:
        arrays = [_blanked(array, gone) for array in arrays]
    return arrow().RecordBatch.from_arrays([*batch.columns, *arrays], schema=added.schema(batch.schema))


def _blanked(array: Arrow, gone: Arrow) -> Arrow:
    pa = arrow()
    return arrow("pyarrow.compute").if_else(gone, pa.scalar(None, array.type), array)


def _placed(message: str) -> str:
    """Say which partition a row is in, and that nulls may stay."""
    from pyspark import TaskContext

    context = TaskContext.get()
    remedy = "; nulls='null' keeps such rows, without labels" if "NoneType" in message else ""
    return f"{message}{remedy} (partition {context.partitionId() if context else 0}, rows counted within it)"
