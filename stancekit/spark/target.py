"""A folder that looks complete only when it is: parts wait under other names, and ``_SUCCESS`` comes last.

Where files can be renamed parts are written into ``_temporary``, which readers of tables pass over, and the driver
moves those of the tasks that Spark counts. On stores where a renamed file is a copy they have their final, unique names
at once; what counts is then what ``_SUCCESS`` names.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from stancekit.errors import InvalidInputError, file_exists
from stancekit.spark.places import Place
from stancekit.tables.parquet import arrow

SUCCESS, _TEMPORARY = "_SUCCESS", "_temporary"
_DIGITS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A part that a task has written.

    Attributes
    ----------
    number : int
        Which part it is.
    name : str
        The path of its file in the folder where parts are written.
    n_rows : int
        Its rows.
    """

    number: int
    name: str
    n_rows: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Target:
    """The folder of one run.

    Attributes
    ----------
    place : Place
        The folder.
    overwrite : bool
        Whether what is there is replaced.
    run : str
        What no other run has in the names of its parts.
    is_new : bool
        Whether it was not there before.
    old : tuple of str
        The files that were there before.
    """

    place: Place
    overwrite: bool
    run: str
    is_new: bool
    old: tuple[str, ...]

    @property
    def staging(self) -> Place:
        """Where tasks put their parts."""
        return self.place.inner(_TEMPORARY, self.run) if self.place.renames else self.place

    def begin(self, folders: Iterable[str]) -> None:
        """Make the folders that tasks write into; they make none, so that none comes back once it was removed."""
        made = [self.staging] if self.place.renames else [self.place.inner(folder) for folder in folders]
        for place in made if self.place.has_folders else []:
            place.filesystem.create_dir(place.path, recursive=True)

    def commit(self, written: Iterable[Written], folders: Mapping[int, str], told: Mapping[str, Any]) -> list[str]:
        """Make a table of the parts that count, and give their names.

        Parameters
        ----------
        written : iterable of Written
            The parts that count.
        folders : mapping of int to str
            The folder of each part.
        told : mapping
            What else ``_SUCCESS`` says.
        """
        parts = sorted(written, key=lambda part: part.number)
        if self.place.renames:
            names = {part.name: _join(folders[part.number], self._name(part.number)) for part in parts}
            self._move(names)
        else:
            names = {part.name: part.name for part in parts}
            self._remove(self._own() - set(names))
        rows = [{"name": names[part.name], "rows": part.n_rows} for part in parts]
        content = {**told, "run": self.run, "files": rows}
        self.place.inner(SUCCESS).write(json.dumps(content, indent=1).encode() + b"\n")
        if not self.place.renames:
            self._remove(set(self.old) - {SUCCESS})
        return list(names.values())

    def _move(self, names: Mapping[str, str]) -> None:
        """Move the parts to where they stay, and only then remove what they replace."""
        old = _files_in(self.place)
        if not self.overwrite and old:
            raise file_exists(self.place)  # another run was quicker
        check_replaceable(self.place, old)
        self._remove({SUCCESS} & set(old))  # from here on the table is not whole
        for folder in sorted({name.rpartition("/")[0] for name in names.values()}):
            self.place.filesystem.create_dir(self.place.inner(folder).path, recursive=True)
        for staged, name in names.items():
            self.place.filesystem.move(self.staging.inner(staged).path, self.place.inner(name).path)
        self._remove(set(old) - {SUCCESS})
        self._clear()
        if old:
            self._remove_empty()

    def _remove_empty(self) -> None:
        """Remove the folders that replaced files have left."""
        kinds = arrow("pyarrow.fs").FileType
        for info in reversed(self.place.below()):
            if info.type == kinds.Directory and not Place(filesystem=self.place.filesystem, path=info.path).below():
                self.place.filesystem.delete_dir(info.path)

    def abort(self) -> None:
        """Remove what this run has left; what was there before stays."""
        with suppress(OSError):  # of the two errors that of the work says more
            self._remove(self._own())
            if self.place.renames:
                self._clear()
            if self.is_new and not any(one.type == arrow("pyarrow.fs").FileType.File for one in self.place.below()):
                self.place.filesystem.delete_dir(self.place.path)

    def _clear(self) -> None:
        with suppress(OSError):  # a task that Spark has given up may still be writing there
            self.place.filesystem.delete_dir(self.staging.path)
        above = self.place.inner(_TEMPORARY)
        with suppress(OSError):
            if not above.below(recursive=False):
                self.place.filesystem.delete_dir(above.path)

    def _own(self) -> set[str]:
        return {name for name in _files_in(self.place) if f"-{self.run}" in name.rpartition("/")[2]}

    def _remove(self, names: Iterable[str]) -> None:
        for name in sorted(names):
            self.place.filesystem.delete_file(self.place.inner(name).path)

    def _name(self, number: int) -> str:
        return f"part-{number:0{_DIGITS}d}-{self.run}.parquet"


def find_target(place: Place, source: Place, *, overwrite: bool) -> Target:
    """See that a folder may be written.

    Raises
    ------
    InvalidInputError
        When it lies in the source or around it, is a file, is not empty and may not be replaced, or holds other files
        than tables have.
    """
    kinds = arrow("pyarrow.fs").FileType
    if place.filesystem.equals(source.filesystem) and _overlap(place.path, source.path):
        raise InvalidInputError(
            f"the target {str(place)!r} and the source {str(source)!r} overlap; choose another target"
        )
    kind = place.info().type
    if kind == kinds.File:
        raise InvalidInputError(f"the target {str(place)!r} is a file; give a folder, which will hold several")
    there = place.below()
    if there and not overwrite:
        raise file_exists(place)
    old = tuple(place.relative(one.path) for one in there if one.type == kinds.File)
    check_replaceable(place, old)
    return Target(place=place, overwrite=overwrite, run=token_hex(4), is_new=kind == kinds.NotFound, old=old)


def check_replaceable(place: Place, names: Iterable[str]) -> None:
    """Refuse to replace a folder that holds more than a table.

    Raises
    ------
    InvalidInputError
        When it does.
    """
    for name in names:
        last = name.rpartition("/")[2]
        if not last.endswith(".parquet") and not last.startswith(("_", ".")):
            raise InvalidInputError(
                f"{str(place)!r} holds {name!r}, which is no part of a Parquet table, and is not replaced; "
                "choose another target, or remove it by hand"
            )


def staged_name(run: str, number: int, folder: str) -> str:
    """Name the file of one attempt at a part, which no other attempt has."""
    return _join(folder, f"part-{number:0{_DIGITS}d}-{run}-{token_hex(4)}.parquet")


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _files_in(place: Place) -> list[str]:
    """Name the files in a folder but for what runs have under way."""
    files = [one for one in place.below() if one.type == arrow("pyarrow.fs").FileType.File]
    names = [place.relative(one.path) for one in files]
    return [name for name in names if not name.startswith(f"{_TEMPORARY}/")]


def _overlap(one: str, other: str) -> bool:
    a, b = (f"{path.strip('/')}/" for path in (one, other))
    return a.startswith(b) or b.startswith(a)
