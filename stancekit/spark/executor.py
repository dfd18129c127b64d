"""What runs on an executor: a model that is read once a process, and what is done with one partition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from stancekit.errors import InvalidInputError
from stancekit.files.batches import Added, BadRowsError, label_column
from stancekit.model import StanceModel
from stancekit.spark.parts import Asked, write_part
from stancekit.spark.pieces import Part
from stancekit.spark.places import Place
from stancekit.storage.loading import read_model
from stancekit.tables.parquet import arrow
from stancekit.tables.table import Arrow

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


def label_parts(
    batches: Iterable[Arrow], checksum: str, files: Mapping[str, bytes], options: Mapping[str, Any]
) -> Iterator[Arrow]:
    """Label parts of a table of files, and yield what was written.

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch
        The numbers of tasks.
    checksum : str
        What tells the model from others.
    files : mapping of str to bytes
        The files of the model's directory by name.
    options : mapping
        What `Asked` gives as a mapping, as ``asked``, the ``tasks``, each a list of parts, and what counts rows, as
        ``count``, or None.
    """
    asked = Asked(**options["asked"])
    added = Added(model=_model(checksum, files), prefix=asked.prefix, unfamiliar=asked.unfamiliar)
    tasks = getattr(options["tasks"], "value", options["tasks"])
    for batch in batches:
        for number in batch.column(0).to_pylist():
            rows = list(_write(map(Part.of, tasks[number]), added, asked))
            if options["count"] is not None:
                options["count"].add(sum(row["n_rows"] for row in rows))
            yield arrow().RecordBatch.from_pylist(rows, schema=_written_schema())


def _write(parts: Iterable[Part], added: Added, asked: Asked) -> Iterator[dict[str, Any]]:
    """Write parts until a row is bad, here or in another task; raised, it would be tried again, to no avail."""
    bad = Place(filesystem=asked.target, path=asked.staging).inner(f"_failed-{asked.run}")
    for part in parts:
        if bad.exists():
            yield _refused(part, bad.read().decode())
            return
        try:
            yield {**asdict(write_part(part, added, asked)), "error": None}
        except BadRowsError as error:
            bad.write(str(error).encode())
            yield _refused(part, str(error))
            return


def _written_schema() -> Arrow:
    pa = arrow()
    return pa.schema({"number": pa.int64(), "name": pa.string(), "n_rows": pa.int64(), "error": pa.string()})


def _refused(part: Part, message: str) -> dict[str, Any]:
    return {"number": part.number, "name": "", "n_rows": 0, "error": message}


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
    arrays = label_column(column, added, field=options["text"], nulls=options["nulls"], first_row=first_row)
    return arrow().RecordBatch.from_arrays([*batch.columns, *arrays], schema=added.schema(batch.schema))


def _placed(message: str) -> str:
    """Say which partition a row is in."""
    from pyspark import TaskContext

    context = TaskContext.get()
    return f"{message} (partition {context.partitionId() if context else 0}, rows counted within it)"
