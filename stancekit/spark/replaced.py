"""What a folder holds that a table replaces: another table, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable

from stancekit.errors import InvalidInputError
from stancekit.spark.places import Place
from stancekit.tables.parquet import arrow
from stancekit.tables.table import Arrow

SUCCESS, TEMPORARY = "_SUCCESS", "_temporary"
_BESIDE = {SUCCESS, "_metadata", "_common_metadata"}  # what Spark and Hive put beside the files of a table
_BEGINS = ("_committed_", "_started_", "_failed-")  # and Databricks, and a run of ours that was killed


def files_in(place: Place, found: Iterable[Arrow]) -> list[str]:
    """Name the files among what is found in a folder, but for what runs have under way."""
    kinds = arrow("pyarrow.fs").FileType
    names = [place.relative(one.path) for one in found if one.type == kinds.File]
    return [name for name in names if not name.startswith(f"{TEMPORARY}/")]


def replaceable_files(place: Place, found: Iterable[Arrow]) -> list[str]:
    """Name the files of the table in a folder, and refuse one that holds more.

    Parameters
    ----------
    place : Place
        The folder.
    found : iterable of pyarrow.fs.FileInfo
        What is in it.

    Raises
    ------
    InvalidInputError
        On a link, which leads to files of others, or a file that no table has: one that is neither Parquet nor what
        Spark puts beside it, or lies in a folder that tells no column and is not named by ``_SUCCESS``.
    """
    found = list(found)
    _check_links(place, found)
    names = files_in(place, found)
    told = _Told.read(place) if SUCCESS in names else _Told()
    for name in names:
        if not told.has(name):
            raise InvalidInputError(
                f"{str(place)!r} holds {name!r}, which is no part of a Parquet table, and is not replaced; "
                "choose another target, or remove it by hand"
            )
    return names


def _check_links(place: Place, found: Iterable[Arrow]) -> None:
    top = place.real()
    for one in found if top is not None else ():
        name = place.relative(one.path)
        leads_to = Place(filesystem=place.filesystem, path=one.path).real()
        if leads_to != f"{top}/{name}":
            raise InvalidInputError(
                f"{str(place)!r} holds {name!r}, which is a link to {leads_to!r}, and is not replaced; "
                "choose another target, or remove the link by hand"
            )


class _Told:
    """What ``_SUCCESS`` tells of the files of a table."""

    def __init__(self, names: Iterable[str] = (), run: str = "") -> None:
        self.names = set(names)
        self.folders = {name.rpartition("/")[0] for name in self.names}
        self.run = run

    @classmethod
    def read(cls, place: Place) -> _Told:
        """Read it; that of Spark, or one that is cut off, tells nothing."""
        try:
            told = json.loads(place.inner(SUCCESS).read())
        except ValueError:
            return cls()
        told = told if isinstance(told, dict) else {}
        rows = told.get("files")
        names = [one.get("name") for one in rows if isinstance(one, dict)] if isinstance(rows, list) else []
        return cls((name for name in names if isinstance(name, str)), str(told.get("run") or ""))

    def has(self, name: str) -> bool:
        """Tell whether a file belongs to a table."""
        folder, _, last = name.rpartition("/")
        if last.startswith(".") and last.endswith(".crc"):  # what Hadoop writes beside each file
            return self.has(name.removesuffix(last) + last[1:].removesuffix(".crc"))
        if name in self.names:
            return True
        if all("=" in step for step in folder.split("/") if step):
            is_shown = last.endswith(".parquet") and not last.startswith(("_", "."))
            return is_shown or last in _BESIDE or last.startswith(_BEGINS)
        # A copy that was written after the end, by an executor that the cluster had given up.
        return folder in self.folders and bool(self.run) and f"-{self.run}-" in last and last.endswith(".parquet")
