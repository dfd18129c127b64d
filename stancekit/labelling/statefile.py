"""One file of events that only grows: what was acknowledged is in it, whenever the process ends."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, Self

from stancekit.errors import InvalidInputError
from stancekit.labelling.sealing import seal, unseal

Event = Mapping[str, Any]

_START = b'{"seq":0,"type":"header"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """What a state file holds.

    Attributes
    ----------
    events : tuple of mapping
        The events, the header first; empty where not even the header is whole.
    end : int
        Where the last whole line ends, in bytes.
    n_torn : int
        Bytes after it: a line that was being written when its process ended, and that nobody was told of.
    """

    events: tuple[Event, ...]
    end: int
    n_torn: int


def read_events(path: str | Path) -> Events:
    """Read a state file that another process may be writing.

    Raises
    ------
    InvalidInputError
        When the file is no state file, or a line is damaged or missing that others follow.
    OSError
        When there is no such file.
    """
    return _parse(Path(path).read_bytes(), Path(path))


class StateFile:
    """A state file that this process alone may add to, from any of its threads.

    Parameters
    ----------
    path : str or Path
        The file; it is made where there is none.

    Attributes
    ----------
    path : Path
        The file.
    events : list of mapping
        All events, the header first; empty in a new file.
    n_torn : int
        Bytes of an unfinished last line that were found and are passed over from now on; 0 where nothing but its end
        was missing, so that it counts.

    Raises
    ------
    InvalidInputError
        When another process has it open, it is no state file, or a line is damaged that others follow.
    OSError
        When it cannot be read or written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with StateFile(Path(folder, "ann.jsonl")) as state:
    ...         _ = state.append({"type": "header"})
    ...     [event["type"] for event in read_events(Path(folder, "ann.jsonl")).events]
    ['header']
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._turn = Lock()
        is_new = not self.path.exists()
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o666)
        try:
            _lock(self._file, self.path)
            found = _parse(self.path.read_bytes(), self.path)
            self.events: list[Event] = list(found.events)
            self.n_torn = found.n_torn
            self._end = found.end
            self._mend()
            if is_new:
                _sync_folder(self.path)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; what was added is on the disk already."""
        with self._turn:
            if self._file >= 0:
                os.close(self._file)
                self._file = -1

    def append(self, event: Event) -> Event:
        """Add an event, and come back when it is on the disk.

        Parameters
        ----------
        event : mapping
            Its ``type`` and fields, of what JSON can hold.

        Returns
        -------
        mapping
            The event with its number and time.

        Raises
        ------
        OSError
            When it could not be written, for one on a full disk; then the file is as it was before.
        InvalidInputError
            When somebody else changed or removed the file meanwhile.
        """
        with self._turn:
            self._check_own()
            now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            whole = {"seq": len(self.events), "type": event["type"], "at": now, **event}
            self._write(seal(whole))
            self.events.append(whole)
            return whole

    def _write(self, line: bytes) -> None:
        try:
            rest = memoryview(line)
            while rest:
                rest = rest[os.write(self._file, rest) :]
            os.fsync(self._file)
        except BaseException as error:
            with suppress(OSError):  # else the next to open the file passes over what is left
                os.ftruncate(self._file, self._end)
            if isinstance(error, OSError):
                raise OSError(
                    error.errno, f"{error.strerror}; the last answer was not kept, all before it are", str(self.path)
                ) from error
            raise
        self._end += len(line)

    def _mend(self) -> None:
        """Pass over an unfinished last line: it stays, and an event after it says so."""
        if not self.n_torn:
            return
        content = self.path.read_bytes()
        start = self._end
        self._end = len(content)
        if unseal(content[start:].rpartition(b"\n")[2]) is not None:  # all but its end is there
            self._write(b"\n")
            self.n_torn = 0
        elif not self.events:  # of the header alone nobody was told anything
            os.ftruncate(self._file, 0)
            self._end = 0
        else:
            self._write(b"\n" + seal({"seq": len(self.events), "type": "mended", "bytes": self.n_torn + 1}))
        self.events = list(_parse(self.path.read_bytes(), self.path).events)

    def _check_own(self) -> None:
        if self._file < 0:
            raise InvalidInputError(f"{str(self.path)!r} is closed; open it again")
        now = os.fstat(self._file)
        if now.st_size != self._end or now.st_nlink == 0:
            what = "removed" if now.st_nlink == 0 else "changed by another program"
            raise InvalidInputError(
                f"{str(self.path)!r} was {what} since it was opened, so nothing more is written to it; "
                "put the file back, and start again"
            )


def _parse(content: bytes, path: Path) -> Events:
    events: list[Event] = []
    end = at = 0
    number = 0
    while (stop := content.find(b"\n", at)) >= 0:
        event = unseal(content[at:stop])
        number += 1
        if event is not None:
            _check_follows(event, events, at - end, path, number)
            events.append(event)
            end = stop + 1
        at = stop + 1
    torn = content[end:]
    if not events and torn and (b"\n" in torn or not (torn.startswith(_START) or _START.startswith(torn))):
        raise InvalidInputError(f"{str(path)!r} is no state file of stancekit label; choose another name for the state")
    return Events(events=tuple(events), end=end, n_torn=len(torn))


def _check_follows(event: Event, events: list[Event], n_between: int, path: Path, number: int) -> None:
    """See that nothing is missing before an event, but what it says itself to be an unfinished line."""
    mended = event.get("type") == "mended" and event.get("bytes") == n_between
    if n_between and not mended:
        raise InvalidInputError(
            f"{str(path)!r}: a line before line {number} is damaged, and whole ones follow; "
            "take the file from a copy: nothing was changed"
        )
    if event.get("seq") != len(events) or (not events and event.get("type") != "header"):
        raise InvalidInputError(
            f"{str(path)!r}: line {number} is event {event.get('seq')!r}, expected event {len(events)}; lines were "
            "taken out or put in: take the file from a copy, nothing was changed"
        )


def _lock(file: int, path: Path) -> None:
    """Keep other processes out; the system lets go when this one ends, however it ends."""
    refused = InvalidInputError(
        f"{str(path)!r} is open in another stancekit label; close that one, or give each coder a file of their own"
    )
    try:
        import fcntl
    except ImportError:
        _lock_on_windows(file, refused)
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise refused from error
    except OSError:  # some network file systems have no locks
        return


def _lock_on_windows(file: int, refused: InvalidInputError) -> None:
    import msvcrt

    os.lseek(file, 1 << 40, os.SEEK_SET)  # far beyond the content, which others may read
    try:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    except OSError as error:
        raise refused from error


def _sync_folder(path: Path) -> None:
    """See that the name of a new file outlives a power cut too."""
    with suppress(OSError):  # Windows cannot open folders
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
