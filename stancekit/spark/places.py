"""Where files lie: folders that all machines see, and stores that pyarrow opens by their address."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stancekit.errors import InvalidInputError
from stancekit.tables.parquet import arrow
from stancekit.tables.table import Arrow

_RENAMING = {"local", "hdfs"}  # there a file is moved by its name alone
_STORES = {"s3", "gcs", "abfs"}  # whose folders are no more than parts of names
_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(/+)(.*)", flags=re.DOTALL)  # a single letter is a drive
_ALIASES = {"s3a": "s3", "s3n": "s3"}  # what Hadoop calls stores that pyarrow knows by another name


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Place:
    """A file or folder that pyarrow finds.

    Attributes
    ----------
    filesystem : pyarrow.fs.FileSystem
        Where it lies.
    path : str
        What it is called there.
    """

    filesystem: Arrow
    path: str

    def __str__(self) -> str:
        return self.path

    @property
    def kind(self) -> str:
        """What pyarrow calls the file system beneath."""
        filesystem = self.filesystem
        while filesystem.type_name == "subtree":
            filesystem = filesystem.base_fs
        return str(filesystem.type_name)

    @property
    def far(self) -> bool:
        """Whether every read goes over the network."""
        return self.kind != "local"

    @property
    def renames(self) -> bool:
        """Whether a whole file can be given another name, at once and without copying it."""
        return self.kind in _RENAMING

    @property
    def has_folders(self) -> bool:
        """Whether a folder has to be made before a file is put there."""
        return self.kind not in _STORES

    def info(self) -> Arrow:
        """Tell what is there."""
        return self.filesystem.get_file_info(self.path)

    def exists(self) -> bool:
        """Tell whether anything is there."""
        return bool(self.info().type != arrow("pyarrow.fs").FileType.NotFound)

    def read(self) -> bytes:
        """Read a small file."""
        with self.filesystem.open_input_stream(self.path) as file:
            return bytes(file.read())

    def write(self, content: bytes) -> None:
        """Write a small file."""
        with self.filesystem.open_output_stream(self.path) as file:
            file.write(content)

    def move(self, to: Place) -> None:
        """Give a file another name."""
        self.filesystem.move(self.path, to.path)

    def remove(self) -> None:
        """Remove a file."""
        self.filesystem.delete_file(self.path)

    def make_folder(self) -> None:
        """Make a folder, and those above it."""
        self.filesystem.create_dir(self.path, recursive=True)

    def remove_folder(self) -> None:
        """Remove a folder with all that is in it."""
        self.filesystem.delete_dir(self.path)

    def real(self) -> str | None:
        """Follow links, and give the path on this machine; None where files lie elsewhere."""
        filesystem, path = self.filesystem, self.path
        while filesystem.type_name == "subtree":
            filesystem, path = filesystem.base_fs, f"{filesystem.base_path}/{path}"
        if filesystem.type_name == "local":
            return _resolved(path)
        inner: Any = getattr(getattr(filesystem, "handler", None), "fs", None)
        while "dir" in _protocols(inner):
            inner, path = inner.fs, f"{inner.path}/{path}"
        return _resolved(inner._strip_protocol(path)) if "file" in _protocols(inner) else None

    def overlaps(self, other: Place) -> bool:
        """Tell whether one of two places lies in the other, whatever links lead there."""
        paths = [self.real(), other.real()]
        if None in paths:
            if not self.filesystem.equals(other.filesystem):
                return False
            paths = [self.path, other.path]
        a, b = (f"{str(path).strip('/')}/".removeprefix("/") for path in paths)
        return a.startswith(b) or b.startswith(a)

    def below(self, *, recursive: bool = True) -> list[Arrow]:
        """List what is in the folder, in order; nothing where there is no folder."""
        selector = arrow("pyarrow.fs").FileSelector(self.path, allow_not_found=True, recursive=recursive)
        found: list[Arrow] = self.filesystem.get_file_info(selector)
        return sorted(found, key=lambda one: str(one.path))

    def inner(self, *parts: str) -> Place:
        """Give a place in the folder."""
        return Place(filesystem=self.filesystem, path="/".join([self.path.rstrip("/"), *filter(None, parts)]))

    def relative(self, path: str) -> str:
        """Give the path of what is in the folder, from there on."""
        start = self.path.strip("/")  # some file systems begin all paths by a slash, whatever they were asked for
        return path.lstrip("/").removeprefix(f"{start}/" if start else "")


def is_hidden(path: str) -> bool:
    """Tell whether Spark passes over a file of a table, by its name or that of a folder."""
    return any(step.startswith(".") or (step.startswith("_") and "=" not in step) for step in path.split("/"))


def find_place(address: str | Path, filesystem: Any | None = None) -> Place:  # noqa: ANN401 - of pyarrow or fsspec
    """Find a path of this machine or an address, such as ``s3://bucket/folder``; nothing is opened yet.

    Parameters
    ----------
    address : str or Path
        The path, which may begin with ``~``, or the address; a path in `filesystem` where one is given.
    filesystem : pyarrow.fs.FileSystem or fsspec.AbstractFileSystem, optional
        Where to look.

    Raises
    ------
    InvalidInputError
        On an address that pyarrow cannot open, or that has lost a slash, or something else than a file system.
    """
    fs = arrow("pyarrow.fs")
    if filesystem is not None:
        return Place(filesystem=_of_arrow(filesystem), path=str(address).rstrip("/"))
    uri = _uri(str(address))
    if uri is None:
        return Place(filesystem=fs.LocalFileSystem(), path=os.path.abspath(os.path.expanduser(address)))
    try:
        found, path = fs.FileSystem.from_uri(uri)
    except (arrow().ArrowException, OSError, ImportError, ValueError) as error:
        first = (str(error).splitlines() or [""])[0]
        raise InvalidInputError(
            f"pyarrow cannot open {str(address)!r}: {first}; pass filesystem= if another package can"
        ) from error
    return Place(filesystem=found, path=path.rstrip("/") or path)


def _uri(address: str) -> str | None:
    """Give what pyarrow opens; None for a path."""
    told = _ADDRESS.fullmatch(address)
    if told is None:
        return None
    scheme, slashes, rest = told.groups()
    if slashes != "/":
        return f"{_ALIASES.get(scheme, scheme)}:{slashes}{rest}"
    if scheme == "file":
        return f"file:///{rest}"
    remedy = f"'/dbfs/{rest}'" if scheme == "dbfs" else f"'{scheme}://{rest}', as a str since a Path drops a slash"
    raise InvalidInputError(
        f"{address!r} is neither a path nor an address; write {remedy}, or {f'./{address}'!r}, as a str, for a folder "
        "of that name"
    )


def _resolved(path: str) -> str:
    return os.path.realpath(path).replace(os.sep, "/")


def _protocols(filesystem: Any) -> tuple[str, ...]:  # noqa: ANN401 - of fsspec, or None
    named = getattr(filesystem, "protocol", ())
    return (named,) if isinstance(named, str) else tuple(named)


def _of_arrow(filesystem: Any) -> Arrow:  # noqa: ANN401
    fs = arrow("pyarrow.fs")
    if isinstance(filesystem, fs.FileSystem):
        return filesystem
    if hasattr(filesystem, "protocol") and hasattr(filesystem, "info"):
        return fs.PyFileSystem(fs.FSSpecHandler(filesystem))
    raise InvalidInputError(f"expected a file system of pyarrow or fsspec, got {type(filesystem).__name__}")
