"""A folder that looks complete only when it is: parts wait under other names, and ``_SUCCESS`` comes last.

Where files can be renamed parts are written into ``_temporary``, which readers of tables pass over, and the driver
moves those of the tasks that Spark counts. On stores where a renamed file is a copy they have their final, unique names
at once; what counts is then what ``_SUCCESS`` names. With it the new table stands: what fails before is undone, and
what it replaces is removed after.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from secrets import token_hex
from typing import Any, ParamSpec, TypeVar

from stancekit.errors import InvalidInputError, file_exists
from stancekit.spark.places import Place, is_hidden
from stancekit.spark.replaced import SUCCESS, TEMPORARY, files_in, replaceable_files
from stancekit.tables.parquet import arrow

_DIGITS = 5
_NAMED = 5  # files that a message names

P = ParamSpec("P")
T = TypeVar("T")


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


class _Stage(Enum):
    """How far a run is."""

    WORKING = auto()  # all that was there before is as it was
    MARKING = auto()  # `_SUCCESS` may be gone, or be the new one
    DONE = auto()


@dataclass(slots=True, kw_only=True, eq=False)
class Target:
    """The folder of one run.

    Attributes
    ----------
    place : Place
        The folder.
    run : str
        What no other run has in the names of its parts.
    is_new : bool
        Whether it was not there before.
    old : tuple of str
        The files that were there before.
    folders : set of str
        The folders in it that parts are for.
    """

    place: Place
    run: str
    is_new: bool
    old: tuple[str, ...]
    folders: set[str] = field(default_factory=set)
    _stage: _Stage = _Stage.WORKING
    _old_mark: bytes | None = None

    @property
    def staging(self) -> Place:
        """Where tasks put their parts."""
        return self.place.inner(TEMPORARY, self.run) if self.place.renames else self.place

    def begin(self, folders: Iterable[str]) -> None:
        """Make the folders that tasks write into; they make none, so that none comes back once it was removed."""
        self.folders = set(folders)
        made = [self.staging] if self.place.renames else [self.place.inner(folder) for folder in self.folders]
        for place in made if self.place.has_folders else []:
            place.make_folder()

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

        Raises
        ------
        InvalidInputError
            When another run has written there meanwhile.

        Warns
        -----
        UserWarning
            Of what was replaced and cannot be removed.
        """
        parts = sorted(written, key=lambda part: part.number)
        names = {part.name: self._final(part, folders[part.number]) for part in parts}
        own = self._check_alone()
        self._old_mark = self.place.inner(SUCCESS).read() if SUCCESS in self.old else None
        if self.place.renames:
            self._move(names)
        else:
            self._remove(own - set(names))
        self._check_alone(names.values())
        rows = [{"name": names[part.name], "rows": part.n_rows} for part in parts]
        self._stage = _Stage.MARKING
        self._mark(json.dumps({**told, "run": self.run, "files": rows}, indent=1).encode() + b"\n")
        self._stage = _Stage.DONE
        if left := self._finish():
            warnings.warn(left, stacklevel=2)
        return list(names.values())

    def abort(self) -> str:
        """Undo what this run has done, or end it where the new table is whole.

        Returns
        -------
        str
            What lies there that should not; blank where nothing does.
        """
        return self._finish() if self._stage is _Stage.DONE else self._undo()

    def _final(self, part: Written, folder: str) -> str:
        if not self.place.renames:
            return part.name
        return _join(folder, f"part-{part.number:0{_DIGITS}d}-{self.run}.parquet")

    def _check_alone(self, wanted: Iterable[str] = ()) -> set[str]:
        """See that nobody else has written there, and give the files of this run."""
        there = set(files_in(self.place, self.place.below()))
        own = {name for name in there if self._is_own(name)}
        strange = {name for name in there - own - set(self.old) if name == SUCCESS or not is_hidden(name)}
        for name in sorted(strange) or sorted(set(wanted) - own):
            raise InvalidInputError(
                f"{name!r} was {'written' if strange else 'removed'} in {str(self.place)!r} while the table was made; "
                "let one run at a time write there, and label again"
            )
        return own

    def _move(self, names: Mapping[str, str]) -> None:
        """Move the parts to where they stay, beside those that they replace."""
        self._stage = _Stage.MARKING
        self._remove({SUCCESS} & set(self.old))  # from here on the table is not whole
        for folder in sorted({name.rpartition("/")[0] for name in names.values()}):
            self.place.inner(folder).make_folder()
        for staged, name in names.items():
            self.staging.inner(staged).move(self.place.inner(name))

    def _mark(self, content: bytes) -> None:
        """Write ``_SUCCESS``, whole or not at all where files are renamed."""
        mark = self.place.inner(SUCCESS)
        if self.place.renames:
            self.staging.make_folder()
            self.staging.inner(SUCCESS).write(content)
            self.staging.inner(SUCCESS).move(mark)
        else:
            mark.write(content)

    def _finish(self) -> str:
        """Remove what the new table has replaced."""
        left = _Left()
        replaced = set(self.old) - {SUCCESS}
        for name in sorted(replaced):
            left.unless(name, self._remove, [name])
        self._tidy({name.rpartition("/")[0] for name in replaced}, left)
        return f"{self.place} holds the new table, and {left}; remove them by hand" if left else ""

    def _undo(self) -> str:
        """Remove what this run has left; what was there before stays."""
        left = _Left()
        marking = self._stage is _Stage.MARKING
        if marking:
            left.unless(SUCCESS, self._unmark)
        # A _SUCCESS that stays names what this run has written, so that stays too.
        own = () if left else left.unless("what this run has written", self._own) or ()
        for name in sorted(own):
            left.unless(name, self._remove, [name])
        if marking and not left:
            left.unless(SUCCESS, self._mark_as_before)
        self._tidy(self.folders, left)
        before = "the files that were there before" if self.old else "no table"
        return f"{self.place} holds {before}, and {left}; put that right by hand" if left else ""

    def _unmark(self) -> None:
        """Remove a ``_SUCCESS`` that is not that of before."""
        mark = self.place.inner(SUCCESS)
        if mark.exists() and mark.read() != self._old_mark:
            _ignoring_missing(mark.remove)

    def _mark_as_before(self) -> None:
        if self._old_mark is None or self.place.inner(SUCCESS).exists():
            return
        try:
            self._mark(self._old_mark)
        except BaseException:
            self._unmark()
            raise

    def _tidy(self, folders: Iterable[str], left: _Left) -> None:
        """Remove what tasks have left, and the folders that nothing is in any more."""
        empty = {step for folder in folders for step in _folders_to(folder)}
        if self.place.renames:
            left.unless(f"{TEMPORARY}/{self.run}", _ignoring_missing, self.staging.remove_folder)
            empty.add(TEMPORARY)
        places = [self.place.inner(name) for name in sorted(empty, reverse=True)]
        if self.is_new and self._stage is not _Stage.DONE:
            places.append(self.place)
        for place in places if self.place.has_folders else []:
            left.unless(self.place.relative(place.path) or ".", _remove_if_empty, place)

    def _is_own(self, name: str) -> bool:
        return f"-{self.run}" in name.rpartition("/")[2]

    def _own(self) -> set[str]:
        return set(filter(self._is_own, files_in(self.place, self.place.below())))

    def _remove(self, names: Iterable[str]) -> None:
        for name in sorted(names):
            _ignoring_missing(self.place.inner(name).remove)


class _Left:
    """What could not be put right."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.errors: list[Exception] = []

    def __bool__(self) -> bool:
        return bool(self.names)

    def __str__(self) -> str:
        more = f" and {len(self.names) - _NAMED} more" if len(self.names) > _NAMED else ""
        return f"{self.names[:_NAMED]}{more} could not be removed or restored ({self.errors[0]})"

    def unless(self, name: str, work: Callable[P, T], *args: P.args, **options: P.kwargs) -> T | None:
        """Do something, and note the name where it fails."""
        try:
            return work(*args, **options)
        except Exception as error:  # of a store, which may raise what it likes
            self.names.append(name)
            self.errors.append(error)
            return None


def find_target(place: Place, source: Place, *, overwrite: bool) -> Target:
    """See that a folder may be written.

    Raises
    ------
    InvalidInputError
        When it lies in the source or around it, is a file, is not empty and may not be replaced, or holds other files
        than tables have, or links.
    """
    kinds = arrow("pyarrow.fs").FileType
    if place.overlaps(source):
        raise InvalidInputError(
            f"the target {str(place)!r} and the source {str(source)!r} overlap; choose another target"
        )
    kind = place.info().type
    if kind == kinds.File:
        raise InvalidInputError(f"the target {str(place)!r} is a file; give a folder, which will hold several")
    there = place.below()
    if there and not overwrite:
        raise file_exists(place)
    old = tuple(replaceable_files(place, there))
    return Target(place=place, run=token_hex(4), is_new=kind == kinds.NotFound, old=old)


def check_apart(target: Target, sources: Iterable[Place]) -> None:
    """See that no file of the source is one that is replaced, to which a link leads.

    Raises
    ------
    InvalidInputError
        When one is.
    """
    top = target.place.real()
    for one in sources if target.old and top is not None else ():
        if f"{one.real()}/".startswith(f"{top}/"):
            raise InvalidInputError(f"{one} is a link into the target {str(target.place)!r}; choose another target")


def staged_name(run: str, number: int, folder: str) -> str:
    """Name the file of one attempt at a part, which no other attempt has."""
    return _join(folder, f"part-{number:0{_DIGITS}d}-{run}-{token_hex(4)}.parquet")


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _folders_to(folder: str) -> list[str]:
    steps = folder.split("/") if folder else []
    return ["/".join(steps[: i + 1]) for i in range(len(steps))]


def _ignoring_missing(remove: Callable[[], None]) -> None:
    with suppress(FileNotFoundError):  # another run may have been quicker
        remove()


def _remove_if_empty(place: Place) -> None:
    if place.exists() and not place.below(recursive=False):
        _ignoring_missing(place.remove_folder)
