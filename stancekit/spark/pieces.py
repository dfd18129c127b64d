"""Parquet files taken apart into work for every core: row groups, joined until no piece is tiny."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, TypeVar

from stancekit.errors import InvalidInputError
from stancekit.files.ahead import map_ahead
from stancekit.spark.calendars import calendar_of
from stancekit.spark.places import Place, is_hidden
from stancekit.tables.parquet import arrow, has_moments, open_parquet, read_ending, schema_of
from stancekit.tables.table import Arrow, check_columns

T = TypeVar("T")

_SMALLEST, _LARGEST = 8 << 20, 128 << 20  # bytes of a piece in memory, about; fewer take no longer than to begin
_ROUNDS = 4  # pieces for each core, so that one that is at its last does not keep the others waiting
_OPENING = 256 << 10  # bytes that could be labelled while one more file is opened
_READERS = 16  # threads that look into files: a store lets one wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Row groups of a file that follow on one another.

    Attributes
    ----------
    path : str
        The file.
    ending : str
        What tells it from one that is written in its place, as `fingerprint` gives it.
    groups : tuple of int
        Their numbers; none for a file without a row.
    first_row, n_rows : int
        The number of their first row in the file, and how many rows they have.
    n_bytes : int
        How much there is to read, about.
    """

    path: str
    ending: str
    groups: tuple[int, ...]
    first_row: int
    n_rows: int
    n_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What becomes one file.

    Attributes
    ----------
    number : int
        Its number.
    folder : str
        The folder of its rows within the source, and its own within the target.
    rows : tuple of Rows
        Its rows.
    """

    number: int
    folder: str
    rows: tuple[Rows, ...]

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Part:
        """Make it of what `asdict` gives."""
        return cls(**{**plain, "rows": tuple(Rows(**one) for one in plain["rows"])})

    @property
    def n_bytes(self) -> int:
        """How much there is to read, about."""
        return sum(one.n_bytes for one in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """The files of a table.

    Attributes
    ----------
    place : Place
        The file, or the folder.
    schema : pyarrow.Schema
        Their columns, and as metadata by which calendar they count days.
    folders : dict of str to list of Rows
        Their row groups one by one, by folder within the source.
    """

    place: Place
    schema: Arrow
    folders: dict[str, list[Rows]]

    @property
    def columns(self) -> list[str]:
        """The columns, those that folders tell by names such as ``year=2020`` included."""
        keys = {key for folder in self.folders for key in _told(folder)}
        return [*self.schema.names, *sorted(keys.difference(self.schema.names))]

    def files(self) -> list[Place]:
        """Give the files, each once."""
        paths = dict.fromkeys(one.path for rows in self.folders.values() for one in rows)
        return [Place(filesystem=self.place.filesystem, path=path) for path in paths]


def look_into(place: Place) -> Source:
    """Read what the files of a folder, or one file, say of themselves, and see that they are one table.

    Names that begin with ``_`` or ``.`` are passed over, as Spark does, unless they tell a column as ``_a=1``.

    Raises
    ------
    InvalidInputError
        Where nothing is there, no file or one that is no Parquet, or columns differ.
    """
    files = _files(place)
    folders: dict[str, list[Rows]] = defaultdict(list)
    schema: Arrow = None
    for path, (found, rows) in zip(files, map_ahead(lambda one: _look(place, one), files, _READERS), strict=True):
        schema = found if schema is None else _joined(schema, found, files[0], path)
        folder = "" if path == place.path else place.relative(path).rpartition("/")[0]
        folders[folder] += rows
    _check_partitions(place, folders)
    return Source(place=place, schema=schema, folders=dict(sorted(folders.items())))


def _files(place: Place) -> list[str]:
    kinds = arrow("pyarrow.fs").FileType
    kind = place.info().type
    if kind == kinds.File:
        return [place.path]
    found = [str(one.path) for one in place.below() if one.type == kinds.File]
    files = [path for path in found if not is_hidden(place.relative(path))]
    if not files:
        where = "there is nothing at" if kind == kinds.NotFound else "there is no file in"
        raise InvalidInputError(f"{where} {str(place)!r}; give a Parquet file, or a folder of them")
    return files


def _look(place: Place, path: str) -> tuple[Arrow, list[Rows]]:
    with place.filesystem.open_input_file(path) as opened:
        ending = read_ending(opened)
        known_by = fingerprint(opened, ending)
        file = open_parquet(opened, path, far=place.far, ending=ending)
        schema, metadata = schema_of(file), file.metadata
        # All else describes the columns one by one, and misleads once there are more: Spark would not read those.
        calendar = calendar_of(schema, path, has_int96=has_moments(file))
        schema = schema.with_metadata(calendar) if calendar else schema.remove_metadata()
        check_columns(tuple(schema.names), path)
        rows, first_row = [], 0
        for number in range(metadata.num_row_groups):
            group = metadata.row_group(number)
            size = int(group.total_byte_size) + (_OPENING if number == 0 else 0)
            one = Rows(
                path=path,
                ending=known_by,
                groups=(number,),
                first_row=first_row,
                n_rows=int(group.num_rows),
                n_bytes=size,
            )
            rows.append(one)
            first_row += one.n_rows
    return schema, rows or [Rows(path=path, ending=known_by, groups=(), first_row=0, n_rows=0, n_bytes=_OPENING)]


def _check_partitions(place: Place, folders: Mapping[str, Sequence[Rows]]) -> None:
    """See that all folders tell the same columns: readers pass over files in silence where only some do."""
    first, *others = folders
    told = _told(first)
    for folder in others:
        if _told(folder) != told:
            one, other = folders[first][0].path, folders[folder][0].path
            raise InvalidInputError(
                f"the folders of {str(place)!r} do not all tell the same columns: {told} that of {one}, "
                f"{_told(folder)} that of {other}; label them apart"
            )


def _told(folder: str) -> list[str]:
    """Give the columns that a folder tells by names such as ``year=2020``."""
    return [step.partition("=")[0] for step in folder.split("/") if "=" in step]


def fingerprint(file: Arrow, ending: bytes) -> str:
    """Give what tells a file from another one: how long it is, and what its end says of columns and row groups."""
    return blake2b(ending + str(file.size()).encode(), digest_size=16).hexdigest()


def _joined(schema: Arrow, other: Arrow, first: str, path: str) -> Arrow:
    """Give the columns of two files, which may differ in their order, and in whether nulls may occur."""
    if schema.metadata != other.metadata:
        raise InvalidInputError(
            f"{path} and {first} do not count days by the same calendar, Julian or not; label them apart"
        )
    if schema.equals(other):
        return schema
    remedy = "; label files of other columns apart"
    if set(schema.names) != set(other.names):
        lacking = [
            f"{file} lacks {sorted(names)}, which {beside} has"
            for file, beside, names in (
                (path, first, set(schema.names).difference(other.names)),
                (first, path, set(other.names).difference(schema.names)),
            )
            if names
        ]
        raise InvalidInputError(f"{'; '.join(lacking)}{remedy}")
    fields = []
    for field in schema:
        its = other.field(field.name)
        if field.type != its.type:
            raise InvalidInputError(
                f"the column {field.name!r} is {its.type} in {path} and {field.type} in {first}{remedy}"
            )
        fields.append(field.with_nullable(field.nullable or its.nullable))
    return arrow().schema(fields, metadata=schema.metadata)


def plan_tasks(source: Source, n_cores: int, *, slow: bool = False) -> list[list[Part]]:
    """Make parts of the row groups, and tasks of one part or several.

    Parts never join folders, so that the layout stays; tasks may.

    Parameters
    ----------
    source : Source
        The files.
    n_cores : int
        How many tasks run at a time.
    slow : bool, default=False
        Whether the model takes a thousand times as long as the linear one.
    """
    total = sum(rows.n_bytes for folder in source.folders.values() for rows in folder)
    smallest, largest = (_SMALLEST >> 6, _LARGEST >> 6) if slow else (_SMALLEST, _LARGEST)
    size = min(max(total // (_ROUNDS * n_cores), smallest), largest)
    joined = [
        (folder, _merged(run))
        for folder, rows in source.folders.items()
        for run in _balanced(rows, _size_of_rows, size)
    ]
    parts = [Part(number=number, folder=folder, rows=rows) for number, (folder, rows) in enumerate(joined)]
    return _balanced(parts, lambda part: part.n_bytes, size)


def _size_of_rows(rows: Rows) -> int:
    return rows.n_bytes


def _balanced(items: Sequence[T], weigh: Callable[[T], int], size: int) -> list[list[T]]:
    """Cut a sequence into runs of about the same weight, near to `size`."""
    total = sum(map(weigh, items))
    n_runs = max(round(total / size), 1)
    runs: list[list[T]] = [[] for _ in range(n_runs)]
    passed = 0
    for item in items:
        weight = weigh(item)
        middle = passed + weight // 2
        runs[min(middle * n_runs // max(total, 1), n_runs - 1)].append(item)
        passed += weight
    return [run for run in runs if run]


def _merged(rows: Iterable[Rows]) -> tuple[Rows, ...]:
    """Join row groups of the same file."""
    merged: list[Rows] = []
    for one in rows:
        if merged and merged[-1].path == one.path:
            before = merged.pop()
            merged.append(
                Rows(
                    path=one.path,
                    ending=one.ending,
                    groups=before.groups + one.groups,
                    first_row=before.first_row,
                    n_rows=before.n_rows + one.n_rows,
                    n_bytes=before.n_bytes + one.n_bytes,
                )
            )
        else:
            merged.append(one)
    return tuple(merged)
