"""The state file: what was acknowledged is in it, whatever happens."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from stancekit import InvalidInputError
from stancekit.labelling.sealing import seal, unseal
from stancekit.labelling.statefile import StateFile, read_events

HEADER = {"type": "header", "coder": "ann"}


def types(path):
    return [event["type"] for event in read_events(path).events]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ann.jsonl"


@pytest.fixture
def filled(path):
    with StateFile(path) as state:
        state.append(HEADER)
        for name in ("a", "b", "ü 制"):
            state.append({"type": "skip", "id": name})
    return path


def test_threads_take_turns(path):
    with StateFile(path) as state:
        state.append(HEADER)
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda n: state.append({"type": "skip", "id": str(n)}), range(80)))
    assert [event["seq"] for event in read_events(path).events] == list(range(81))


def test_each_line_is_json_with_a_checksum(filled):
    rows = [json.loads(line) for line in filled.read_bytes().splitlines()]
    assert [row["seq"] for row in rows] == [0, 1, 2, 3]
    assert [row.get("id") for row in rows] == [None, "a", "b", "ü 制"]
    assert all(len(row["crc"]) == 8 for row in rows)


def test_it_goes_on_where_it_ended(filled):
    with StateFile(filled) as state:
        assert state.n_torn == 0
        assert [event["type"] for event in state.events] == ["header", "skip", "skip", "skip"]
        assert state.append({"type": "skip", "id": "c"})["seq"] == 4
    assert types(filled) == ["header", *["skip"] * 4]


@pytest.mark.usefixtures("unsynced")
def test_cut_at_every_byte_nothing_that_was_acknowledged_is_lost(filled):
    whole = filled.read_bytes()
    ends = [place + 1 for place, byte in enumerate(whole) if byte == ord("\n")]
    for length in range(len(whole)):
        filled.write_bytes(whole[:length])
        n_whole = sum(end <= length for end in ends)
        n_torn = length - max((end for end in ends if end <= length), default=0)
        found = read_events(filled)
        assert (len(found.events), found.n_torn) == (n_whole, n_torn), length
        if length + 1 in ends:  # all but the end of the line is there, so it counts
            n_whole, n_torn = n_whole + 1, 0
        with StateFile(filled) as state:
            assert state.n_torn == n_torn
            kept = [event for event in state.events if event["type"] != "mended"]
            assert len(kept) == n_whole
            state.append(HEADER if not kept else {"type": "skip", "id": "after"})
        again = read_events(filled)
        assert again.n_torn == 0
        assert len([e for e in again.events if e["type"] != "mended"]) == n_whole + 1
        if n_whole and n_torn:  # what was torn stays in the file, and an event says so
            assert filled.read_bytes().startswith(whole[:length])
            assert [e["bytes"] for e in again.events if e["type"] == "mended"] == [n_torn + 1]


@pytest.mark.usefixtures("unsynced")
def test_torn_again_while_it_is_mended(filled):
    filled.write_bytes(filled.read_bytes()[:-5])
    with StateFile(filled):
        pass
    mended = filled.read_bytes()
    for length in range(len(mended) - 40, len(mended)):
        filled.write_bytes(mended[:length])
        with StateFile(filled) as state:
            assert [e["id"] for e in state.events if e["type"] == "skip"] == ["a", "b"]
        assert types(filled) == ["header", "skip", "skip", "mended"]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_damaged_line_in_the_midst_is_an_error_and_changes_nothing(filled, number):
    lines = filled.read_bytes().splitlines(keepends=True)
    lines[number] = lines[number].replace(b'"seq":%d' % number, b'"seq":7')
    filled.write_bytes(b"".join(lines))
    before = filled.read_bytes()
    for read in (read_events, StateFile):
        with pytest.raises(InvalidInputError, match="damaged, and whole ones follow; take the file from a copy"):
            read(filled)
    assert filled.read_bytes() == before


@pytest.mark.parametrize("change", ["left out", "twice", "swapped"])
def test_lines_that_were_moved_are_an_error(filled, change):
    lines = filled.read_bytes().splitlines(keepends=True)
    changed = {
        "left out": [*lines[:1], *lines[2:]],
        "twice": [*lines[:2], *lines[1:]],
        "swapped": [lines[0], lines[2], lines[1]],
    }
    filled.write_bytes(b"".join(changed[change]))
    with pytest.raises(InvalidInputError, match=r"line . is event ., expected event .; lines were taken out or put in"):
        StateFile(filled)


@pytest.mark.parametrize("content", [b"id,text\n1,Lift it.\n", b'{"text": "Lift it."}\n', b"\x89PNG", b'{"seq":0'])
def test_another_file_is_never_touched(path, content):
    path.write_bytes(content)
    if content == b'{"seq":0':  # what a header begins with
        with StateFile(path) as state:
            assert state.n_torn == 8
        return
    with pytest.raises(InvalidInputError, match="is no state file of stancekit label; choose another name"):
        StateFile(path)
    assert path.read_bytes() == content


def test_two_at_once_are_refused(filled):
    with (
        StateFile(filled),
        pytest.raises(InvalidInputError, match="open in another stancekit label; close that one, or give each coder"),
    ):
        StateFile(filled)
    with StateFile(filled) as state:  # let go when closed
        assert len(state.events) == 4


def test_reading_needs_no_lock(filled):
    with StateFile(filled) as state:
        state.append({"type": "skip", "id": "c"})
        assert len(read_events(filled).events) == 5


@pytest.mark.parametrize("n_written", [0, 7])
def test_a_full_disk_keeps_all_before_and_takes_the_next(filled, monkeypatch, n_written):
    write, before = os.write, filled.read_bytes()
    room = iter([n_written] * bool(n_written))

    def full(file, data):
        if (count := next(room, None)) is None:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(file, bytes(data[:count]))

    with StateFile(filled) as state:
        monkeypatch.setattr(os, "write", full)
        with pytest.raises(OSError, match="No space left on device; the last answer was not kept, all before it are"):
            state.append({"type": "skip", "id": "lost"})
        monkeypatch.setattr(os, "write", write)
        assert filled.read_bytes() == before
        assert state.append({"type": "skip", "id": "next"})["seq"] == 4
    assert [event.get("id") for event in read_events(filled).events][-1] == "next"


def test_a_stop_while_writing_leaves_file_and_memory_alike(filled, monkeypatch):
    def stop(file):
        raise KeyboardInterrupt

    with StateFile(filled) as state:
        monkeypatch.setattr(os, "fsync", stop)
        with pytest.raises(KeyboardInterrupt):
            state.append({"type": "skip", "id": "lost"})
        monkeypatch.undo()
        assert len(state.events) == len(read_events(filled).events) == 4
        state.append({"type": "skip", "id": "next"})
    assert [event.get("id") for event in read_events(filled).events][-1] == "next"


def test_changed_or_removed_meanwhile(filled):
    with StateFile(filled) as state:
        with filled.open("ab") as other:
            other.write(b"x\n")
        with pytest.raises(InvalidInputError, match="was changed by another program since it was opened"):
            state.append({"type": "skip", "id": "c"})
    filled.write_bytes(filled.read_bytes()[:-2])
    with StateFile(filled) as state:
        filled.unlink()
        with pytest.raises(InvalidInputError, match="was removed since it was opened"):
            state.append({"type": "skip", "id": "c"})


def test_closed(filled):
    state = StateFile(filled)
    state.close()
    with pytest.raises(InvalidInputError, match="is closed; open it again"):
        state.append({"type": "skip", "id": "c"})


def test_a_line_that_is_no_mapping_is_not_whole():
    line = seal({"a": 1}).rstrip()
    assert unseal(line) == {"a": 1}
    assert unseal(b'[1,"crc":"00000000"}') is None
    for place in range(len(line)):
        assert unseal(line[:place] + bytes([line[place] ^ 1]) + line[place + 1 :]) is None


WRITER = """
import sys
from stancekit.labelling.statefile import StateFile
with StateFile(sys.argv[1]) as state:
    if not state.events:
        state.append({"type": "header"})
    while True:
        event = state.append({"type": "skip", "id": "statement " + "x" * (len(state.events) * 37 % 400)})
        sys.stdout.write(f"{event['seq']}\\n")
        sys.stdout.flush()
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_killed_at_any_moment(path):
    n_kept = 0
    for turn in range(5):
        process = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.031 * turn)
        process.send_signal(signal.SIGKILL)
        acknowledged = [int(line) for line in process.stdout.read().split(b"\n")[:-1]]
        process.wait()
        process.stdout.close()
        events = read_events(path).events
        assert [event["seq"] for event in events] == list(range(len(events)))
        assert len(events) >= n_kept
        if acknowledged:
            assert len(events) > acknowledged[-1]
        n_kept = len(events)
    assert n_kept > 5
