"""What a task does: row groups are read, labelled and written as one file, by pyarrow alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, fields
from typing import Any

from stancekit.errors import InvalidInputError
from stancekit.files.ahead import ahead
from stancekit.files.batches import BATCH_BYTES, Added, BadRowsError, label_column
from stancekit.spark.pieces import Part, Rows, fingerprint
from stancekit.spark.places import Place
from stancekit.spark.target import Written, staged_name
from stancekit.tables.parquet import arrow, batches_of, open_parquet, read_ending, write_arrow
from stancekit.tables.table import Arrow

_MOST_ROWS = 1 << 16  # of a row group


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stretch:
    """Rows that follow on one another in a file.

    Attributes
    ----------
    path : str
        The file.
    first_row : int
        The number of the first of them in it.
    columns : pyarrow.Table
        The rows.
    """

    path: str
    first_row: int
    columns: Arrow


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asked:
    """What is asked of every task.

    Attributes
    ----------
    text, prefix, nulls : str
        As `stancekit.spark.predict_files` takes them.
    unfamiliar : bool
        Likewise.
    run : str
        What is in the names of the files of this run.
    source, target : pyarrow.fs.FileSystem
        Where is read and written.
    staging : str
        The folder in the latter where parts wait.
    folders : bool
        Whether they lie in the folders of the table there.
    schema : bytes
        The columns that are read, as pyarrow writes them.
    """

    text: str
    prefix: str
    unfamiliar: bool
    nulls: str
    run: str
    source: Arrow
    target: Arrow
    staging: str
    folders: bool
    schema: bytes

    def plain(self) -> dict[str, Any]:
        """Give it as a mapping, since executors may lack what stancekit calls it, and are to say so."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @property
    def columns(self) -> Arrow:
        """The columns that are read."""
        return arrow("pyarrow.ipc").read_schema(arrow().py_buffer(self.schema))


def write_part(part: Part, added: Added, asked: Asked) -> Written:
    """Label the rows of a part into a file of its own.

    Parameters
    ----------
    part : Part
        The part.
    added : Added
        What is added.
    asked : Asked
        What is asked of every task.

    Raises
    ------
    BadRowsError
        On a row without valid text, by its file and row there, or a file that was changed.
    InvalidInputError
        On a file or folder that is not there; another machine may see it.
    """
    staging = Place(filesystem=asked.target, path=asked.staging)
    name = staged_name(asked.run, part.number, part.folder if asked.folders else "")
    schema = asked.columns
    widened: Arrow = added.schema(schema)
    path = staging.inner(name).path
    try:
        with closing(ahead(_read(part, asked.source, schema), 2)) as stretches, _create(staging, path) as file:
            labelled = (_label(some, added, schema, asked) for some in _gathered(stretches))
            n_rows = write_arrow(file, labelled, widened.with_metadata(schema.metadata))
    except BaseException:
        with suppress(OSError):  # of the two errors the first says more
            staging.inner(name).remove()
        raise
    return Written(number=part.number, name=name, n_rows=n_rows)


def _create(staging: Place, path: str) -> Arrow:
    try:
        return staging.filesystem.open_output_stream(path)
    except FileNotFoundError as error:
        raise _not_shared(path, "target") from error


def _read(part: Part, filesystem: Arrow, schema: Arrow) -> Iterator[Stretch]:
    for rows in part.rows:
        place, first_row = Place(filesystem=filesystem, path=rows.path), rows.first_row
        with ExitStack() as opened:
            for batch in _batches(place, rows, opened):
                yield Stretch(path=place.path, first_row=first_row, columns=_in_order(batch, schema))
                first_row += batch.num_rows


def _batches(place: Place, rows: Rows, opened: ExitStack) -> Iterator[Arrow]:
    try:
        source = opened.enter_context(place.filesystem.open_input_file(place.path))
    except FileNotFoundError as error:
        raise _not_shared(place.path, "source") from error
    ending = read_ending(source)
    if fingerprint(source, ending) != rows.ending:
        raise _changed(place)
    file = opened.enter_context(open_parquet(source, place.path, far=place.far, ending=ending))
    return batches_of(file, place.path, BATCH_BYTES, groups=rows.groups, first_row=rows.first_row)


def _in_order(batch: Arrow, schema: Arrow) -> Arrow:
    return arrow().Table.from_arrays([batch.column(name) for name in schema.names], schema=schema)


def _gathered(stretches: Iterator[Stretch]) -> Iterator[list[Stretch]]:
    """Yield stretches together that are small alone, so that many small files become no small row groups."""
    waiting: list[Stretch] = []
    n_bytes = n_rows = 0
    for one in stretches:
        size, length = int(one.columns.nbytes), int(one.columns.num_rows)
        if waiting and (n_bytes + size > BATCH_BYTES * 5 // 4 or n_rows + length > _MOST_ROWS):
            yield waiting
            waiting, n_bytes, n_rows = [], 0, 0
        waiting.append(one)
        n_bytes += size
        n_rows += length
    if waiting:
        yield waiting


def _label(some: list[Stretch], added: Added, schema: Arrow, asked: Asked) -> Arrow:
    columns = arrow().concat_tables([one.columns for one in some]) if len(some) > 1 else some[0].columns
    field, nulls = asked.text, asked.nulls
    try:
        arrays = label_column(columns.column(field), added, field=field, nulls=nulls)
    except InvalidInputError:
        for one in some:  # once more, since only now it matters in which file a row is
            try:
                label_column(one.columns.column(field), added, field=field, nulls=nulls, first_row=one.first_row)
            except InvalidInputError as error:
                raise BadRowsError(f"{one.path}: {error}") from None
        raise
    return arrow().Table.from_arrays([*columns.columns, *arrays], schema=added.schema(schema))


def _changed(place: Place) -> BadRowsError:
    return BadRowsError(f"{place} was changed while it was labelled; label it again when nobody writes there")


def _not_shared(path: str, which: str) -> InvalidInputError:
    return InvalidInputError(
        f"an executor does not find {path!r}; let the {which} be a folder that all machines of the cluster see under "
        "the same path, or an address such as s3://bucket/folder"
    )
