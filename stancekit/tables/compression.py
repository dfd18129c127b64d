"""Text files as they lie, and files packed by gzip or Zstandard."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, cast

from stancekit.errors import missing_extra

COMPRESSIONS = (".gz", ".zst")
"""The suffixes that may follow that of a text file."""


def compression_of(path: str | Path) -> str:
    """Give the suffix of the packing in lower case, or an empty string."""
    suffix = Path(path).suffix.lower()
    return suffix if suffix in COMPRESSIONS else ""


def open_unpacked(path: Path) -> BinaryIO:
    """Open a file for reading what is packed in it."""
    match compression_of(path):
        case ".gz":
            return cast(BinaryIO, gzip.open(path, "rb"))
        case ".zst":
            return cast(BinaryIO, zstandard().open(path, "rb"))
        case _:
            return path.open("rb")


def unpacking_errors(path: Path) -> tuple[type[Exception], ...]:
    """Give what a damaged file raises on the way."""
    damaged = (EOFError, zlib.error, gzip.BadGzipFile)
    return (*damaged, zstandard().ZstdError) if compression_of(path) == ".zst" else damaged


@contextmanager
def packing(file: BinaryIO, path: Path) -> Iterator[BinaryIO]:
    """Pack what is written into `file`, as the suffix of `path` says; no time and no name goes in."""
    match compression_of(path):
        case ".gz":
            with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
                yield cast(BinaryIO, packed)
        case ".zst":
            zstd = zstandard()
            with zstd.ZstdFile(file, "wb", options={zstd.CompressionParameter.checksum_flag: 1}) as packed:
                yield packed
                packed.write(b"")  # a frame, also where nothing was written
        case _:
            yield file


def zstandard() -> Any:  # noqa: ANN401 - the same module from one of two places
    """Import Zstandard, which Python has of itself from 3.14 on."""
    for name in ("compression.zstd", "backports.zstd"):
        try:
            return import_module(name)
        except ImportError:
            continue
    raise missing_extra("backports.zstd", "zstd", "a .zst file")
