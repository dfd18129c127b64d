"""The scores of a run that is not finished, so that a stopped one can go on.

A journal is a line of JSON that says which input, model and column it belongs to, and then for each batch
its number of rows, a checksum and the scores and decisions as they lie in memory. The output itself is
written anew when a run goes on: whatever its format and packing, no row can be lost or doubled.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from errno import EDQUOT, ENOSPC
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from stancekit.errors import InvalidInputError
from stancekit.files.batches import BadRowsError, Batch
from stancekit.model import StanceModel
from stancekit.records import Judged
from stancekit.tables.writing import hidden_beside

_FORMAT = 1
_FULL = (ENOSPC, EDQUOT)
_RECORD = struct.Struct("<QI")  # number of rows, CRC-32 of what follows


class StaleJournalError(InvalidInputError):
    """A journal does not belong to the work at hand."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Recalled:
    """A batch, with what a stopped run said of it.

    Attributes
    ----------
    batch : Batch
        The rows.
    judged : Judged or None
        What is known of them.
    known, doubted : bool
        Whether it stands in the journal, and whether it is to be scored again for comparison.
    """

    batch: Batch
    judged: Judged | None
    known: bool
    doubted: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Journal:
    """The journal of one run, first read as far as it goes and then written.

    Attributes
    ----------
    file : binary file
        Open for reading and writing, at the first record.
    partial : Path
        Where the rows are until the output is whole.
    n_labels : int
        Number of columns of the scores.
    n_known : int
        Batches that a stopped run has scored.
    """

    file: BinaryIO
    partial: Path
    n_labels: int
    n_known: int

    def recall(self, batches: Iterable[Batch]) -> Iterator[Recalled]:
        """Put what is known beside each batch.

        Raises
        ------
        StaleJournalError
            When a batch had another number of rows.
        """
        for number, batch in enumerate(batches, 1):
            known = number <= self.n_known
            judged = _read_record(self.file, self.n_labels) if known else None
            if known and (judged is None or len(judged) != len(batch)):
                raise _stale("its rows are not those of the input")
            yield Recalled(batch=batch, judged=judged, known=known, doubted=number == self.n_known)

    def keep(self, scored: Iterable[Recalled]) -> Iterator[tuple[Batch, Judged]]:
        """Write down what is new, and yield each batch with what is said of it."""
        for item in scored:
            assert item.judged is not None
            if not item.known:
                self.write(item.judged)
            yield item.batch, item.judged

    def write(self, judged: Judged) -> None:
        """Add a batch."""
        parts = [
            array.tobytes() for array in (judged.scores, np.packbits(judged.asserted), np.packbits(judged.abstained))
        ]
        checksum = zlib.crc32(struct.pack("<Q", len(judged)))
        for part in parts:
            checksum = zlib.crc32(part, checksum)
        self.file.write(_RECORD.pack(len(judged), checksum))
        for part in parts:
            self.file.write(part)
        self.file.flush()


def check_same(known: Judged, again: Judged) -> None:
    """Raise when a batch scores differently now, by more than what encoders leave to chance.

    Raises
    ------
    StaleJournalError
        When any score differs.
    """
    if not np.allclose(known.scores, again.scores, rtol=0, atol=1e-6):
        raise _stale("a row of it scores differently now")


@contextmanager
def telling_of_full_disk(target: Path) -> Iterator[None]:
    """Say of a disk that is full which file it keeps from being written, and that what is scored is kept.

    Raises
    ------
    OSError
        The same, with the name of the target.

    Examples
    --------
    >>> with telling_of_full_disk(Path("out.csv")):
    ...     raise OSError(ENOSPC, "No space left on device")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    OSError: [Errno 28] the disk is full; ... goes on (--resume, or resume=True): 'out.csv'
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        said = "the disk is full; make room, and the same run goes on (--resume, or resume=True)"
        raise OSError(error.errno, said, str(target)) from error


@contextmanager
def open_journal(
    model: StanceModel, source: str | Path, target: Path, text: str, *, resume: bool, overwrite: bool
) -> Iterator[Journal]:
    """Open the journal beside the target, for this run alone; it goes when the run ends well or on bad rows.

    Raises
    ------
    InvalidInputError
        When another run has it open; when it holds what a stopped run scored, and neither is `resume` asked for, nor
        may it be thrown away (`overwrite`); when `resume` is asked for and it belongs to other work.
    """
    target = target.resolve()
    path, partial = hidden_beside(target, "journal"), hidden_beside(target, "partial")
    header = _header(model, source, text)
    with _open_locked(path, target) as file:
        n_known = _resume(file, header, path) if resume else 0
        if not n_known:
            _begin(file, header, path, overwrite=overwrite or resume)
        try:
            yield Journal(file=file, partial=partial, n_labels=len(model.labels), n_known=n_known)
        except BadRowsError:  # an input that is changed cannot be gone on with
            _remove(file, path)
            raise
        _remove(file, path)


def _open_locked(path: Path, target: Path) -> BinaryIO:
    """Open the journal for this run alone."""
    while True:
        file = path.open("a+b")
        try:
            _lock(file, target)
            if path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat()):
                return file
        except BaseException:
            file.close()
            raise
        file.close()  # another run ended in between, and removed the file that was opened here


def _remove(file: BinaryIO, path: Path) -> None:
    try:
        path.unlink(missing_ok=True)  # before the lock is let go, or another run could hold what is gone
    except PermissionError:  # on Windows an open file cannot be removed
        file.close()
        path.unlink(missing_ok=True)


def _stale(reason: str) -> StaleJournalError:
    remedy = "run again with --overwrite in place of --resume (overwrite=True in place of resume=True) to begin anew"
    return StaleJournalError(f"the stopped run cannot go on: {reason}; {remedy}")


def _stopped(path: Path, differing: Sequence[str]) -> InvalidInputError:
    """Build the error for a journal that would be thrown away."""
    if differing:
        ways = "--overwrite (overwrite=True) throws it away and begins anew, or choose another name for the output"
        return InvalidInputError(f"{str(path)!r} is of a stopped run of another {' and '.join(differing)}; {ways}")
    ways = "--resume (resume=True) goes on with it, --overwrite (overwrite=True) throws it away and begins anew"
    return InvalidInputError(f"{str(path)!r} holds what a stopped run scored; {ways}")


def _resume(file: BinaryIO, header: Mapping[str, Any], path: Path) -> int:
    """Find the first record after what a stopped run left whole, and give the number of its batches."""
    file.seek(0)
    first = file.readline()
    if not first.endswith(b"\n"):  # torn, or new
        return 0
    if differing := _differing(first, header):
        raise _stale(f"{path} is of another {' and '.join(differing)}")
    begin = file.tell()
    n_known, end = _count_records(file, header["n_labels"])
    file.truncate(end)
    file.seek(begin)
    return n_known


def _begin(file: BinaryIO, header: Mapping[str, Any], path: Path, *, overwrite: bool) -> None:
    """Begin anew, unless something would be lost by it that nobody said is to go."""
    file.seek(0)
    first = file.readline()
    if not overwrite and first.endswith(b"\n"):
        differing = _differing(first, header)
        if file.read(1) if differing else _count_records(file, header["n_labels"])[0]:
            raise _stopped(path, differing)
    file.truncate(0)
    file.write(json.dumps(header).encode() + b"\n")
    file.flush()


def _differing(line: bytes, header: Mapping[str, Any]) -> list[str]:
    """Give in what a journal's first line differs from what it would be."""
    found = _parse(line)
    return sorted(name for name in header if found.get(name) != header[name])


def _count_records(file: BinaryIO, n_labels: int) -> tuple[int, int]:
    """Count the batches that are whole from here on, and give where the last one ends."""
    n_known, end = 0, file.tell()
    while _read_record(file, n_labels) is not None:
        n_known += 1
        end = file.tell()
    return n_known, end


def _parse(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _read_record(file: BinaryIO, n_labels: int) -> Judged | None:
    """Read a batch, or give None where it is not whole."""
    head = file.read(_RECORD.size)
    if len(head) < _RECORD.size:
        return None
    n_rows, checksum = _RECORD.unpack(head)
    n_values = n_rows * n_labels
    n_packed = (n_values + 7) // 8
    size = 8 * n_values + 2 * n_packed
    # What a torn disk leaves may claim any number of rows.
    if not 0 < size <= os.fstat(file.fileno()).st_size - file.tell():
        return None
    content = file.read(size)
    if zlib.crc32(content, zlib.crc32(head[:8])) != checksum:
        return None
    flags = np.frombuffer(content, np.uint8, 2 * n_packed, 8 * n_values).reshape(2, n_packed)
    asserted, abstained = np.unpackbits(flags, axis=1, count=n_values).astype(bool).reshape(2, n_rows, n_labels)
    scores = np.frombuffer(content, np.float64, n_values).reshape(n_rows, n_labels)
    return Judged(scores=scores, asserted=asserted, abstained=abstained)


def _header(model: StanceModel, source: str | Path, text: str) -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "input": _identity(source),
        "model": _fingerprint(model),
        "column": text,
        "n_labels": len(model.labels),
    }


def _identity(source: str | Path) -> list[list[object]]:
    """Give name, size and time of change of the input's files, or its address on the hub."""
    path = Path(source)
    if str(source).startswith("hf:"):
        return [[str(source)]]
    # Hidden files are passed over: this journal may be one of them.
    inside = sorted(file for file in path.rglob("*") if not file.name.startswith(".")) if path.is_dir() else []
    files = inside or [path]
    return [[str(file.resolve()), file.stat().st_size, file.stat().st_mtime_ns] for file in files]


def _fingerprint(model: StanceModel) -> str:
    """Give a hash of all that decides a model's scores and labels."""
    digest = hashlib.sha256(json.dumps([model.labels, model.calibration.to_dict()]).encode())
    digest.update(model.bias.tobytes())
    for kind, scorer in model.scorers.items():
        digest.update(json.dumps([kind, scorer.config()], sort_keys=True).encode())
        for name, array in sorted(scorer.arrays().items()):
            digest.update(name.encode() + array.tobytes())
    return digest.hexdigest()


def _lock(file: BinaryIO, target: Path) -> None:
    """Keep other runs from the same output; the system lets go of the lock when this one is killed."""
    try:
        import fcntl
    except ImportError:  # Windows has no such locks
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise InvalidInputError(f"{str(target)!r} is being written by another run; wait for it to end") from error
    except OSError:  # some network file systems have none either
        return
