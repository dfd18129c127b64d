"""The labelling screen in a pseudo-terminal, and what it shows as plain functions."""

import os
import re
import select
import signal
import struct
import subprocess
import sys
import threading
import time

import pytest

from stancekit import Codebook, LabellingSession, Stance, read_pool
from stancekit.apps.labelling.desk import Desk
from stancekit.apps.labelling.frame import help_frame, statement_frame
from stancekit.apps.labelling.keys import KeyReader
from stancekit.apps.labelling.width import fit, shown, width, wrap
from stancekit.labelling.items import Item
from stancekit.labelling.statefile import read_events

pytest.importorskip("termios", reason="terminals as Unix has them")

import fcntl
import pty
import termios

ENTER_SCREEN, LEAVE_SCREEN = b"\x1b[?1049h", b"\x1b[?1049l"


def own_the_terminal():
    """Make standard input the terminal of a new process, whose Ctrl-C counts even where pytest's own does not."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """A process in a terminal of its own; `screen` is the last frame that it drew."""

    def __init__(self, arguments, folder, size=(24, 80), **environment):
        self.own, child = pty.openpty()
        self.resize(*size)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "stancekit", *arguments],
            stdin=child,
            stdout=child,
            stderr=child,
            cwd=folder,
            env={**os.environ, "TERM": "xterm", **environment},
            start_new_session=True,
            preexec_fn=own_the_terminal,  # noqa: PLW1509 - no threads here
        )
        self.child = child
        self.raw = b""

    def resize(self, rows, columns):
        fcntl.ioctl(self.own, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def press(self, keys):
        os.write(self.own, keys.encode())

    @property
    def screen(self):
        frame = ([b"", *re.findall(rb"\x1b\[H(.*?)\x1b\[J", self.raw, flags=re.S)])[-1].decode()  # whole ones only
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", frame).replace("\r", "")

    def wait_for(self, text, seconds=60):
        """Read until the screen shows a text."""
        end = time.monotonic() + seconds
        while text not in self.screen:
            assert time.monotonic() < end, f"{text!r} does not come:\n{self.screen}\n{self.raw[-800:]!r}"
            self._read(0.1)
        return self.screen

    def _read(self, seconds):
        if select.select([self.own], [], [], seconds)[0]:
            try:
                self.raw += os.read(self.own, 1 << 16)
            except OSError:  # the other end is gone
                return False
        return True

    def end(self):
        """Wait for the process; give its exit code."""
        end = time.monotonic() + 60
        while self.process.poll() is None and time.monotonic() < end:
            self._read(0.05)
        self._read(0.05)
        return self.process.wait(timeout=1)

    def modes(self):
        return termios.tcgetattr(self.child)[3]

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.child)
        os.close(self.own)


def fill(folder):
    rows = ["id,text,speaker"]
    rows += [f'st{n:02d},"Statement {n} on the embargo, which must be lifted.","Ann, {n}"' for n in range(12)]
    (folder / "rows.csv").write_text("\n".join(rows) + "\n")
    (folder / "book.yaml").write_text(
        "name: two\nstances:\n"
        "  - label: lift\n    code: L\n    definition: Wants the embargo lifted.\n"
        "  - label: keep\n    code: K\n    predicted: false\n  - label: trade\n"
    )
    return folder


START = ["label", "rows.csv", "--state", "ann.jsonl", "--coder", "ann", "--codebook", "book.yaml"]


@pytest.fixture
def folder(tmp_path):
    return fill(tmp_path)


@pytest.fixture
def start(folder):
    opened = []

    def start(*more, size=(24, 80), **environment):
        opened.append(Terminal([*START, *more], folder, size, **environment))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.close()


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A terminal that several tests go on with: each start takes a second."""
    terminal = Terminal([*START, "--context", "speaker"], fill(tmp_path_factory.mktemp("running")))
    terminal.wait_for("[ ] 1 lift")
    yield terminal
    terminal.close()


def decisions(folder):
    return [e for e in read_events(folder / "ann.jsonl").events if e["type"] in ("decide", "skip", "undo")]


def test_a_session_by_keys(start, folder):
    terminal = start("--context", "speaker")
    modes = terminal.modes()
    screen = terminal.wait_for("[ ] 1 lift")
    assert screen.splitlines()[0] == "stancekit label - ann - ann.jsonl"
    first = re.search(r"st\d\d", screen)[0]
    assert "speaker: Ann, " in screen
    assert len(screen.splitlines()) == 24
    assert max(map(width, screen.splitlines())) <= 80
    terminal.press("1")
    assert "lift: Wants the embargo lifted." in terminal.wait_for("[x] 1 lift")
    terminal.press("3")
    terminal.wait_for("[x] 3 trade")
    terminal.press("1")
    terminal.wait_for("[ ] 1 lift")
    terminal.press("\r")
    terminal.wait_for(f"{first}: trade")
    terminal.press("\r")
    terminal.wait_for("tick a label first, or 0 for none of them")
    terminal.press("0")
    terminal.wait_for("2 of 12 statements | trade: 1 | none of them: 1")
    terminal.press("c")
    terminal.wait_for("cannot say: 1")
    terminal.press("s")
    terminal.wait_for("put off: 1")
    terminal.press("uu")
    terminal.wait_for("2 of 12 statements | trade: 1 | none of them: 1")
    terminal.press("z")
    terminal.wait_for("'z' means nothing here; ? shows the keys")
    terminal.press("?")
    assert "1 LIFT (L)" in terminal.wait_for("Codebook two")
    terminal.press("\x1b")
    terminal.wait_for("[ ] 1 lift")
    assert terminal.modes() != modes
    terminal.press("q")
    assert terminal.end() == 0
    assert terminal.modes() == modes
    assert terminal.raw.count(ENTER_SCREEN) == terminal.raw.count(LEAVE_SCREEN) == 1
    assert b"ann: 2 decisions in ann.jsonl, +2 now; the same command goes on from here" in terminal.raw
    assert [e["type"] for e in decisions(folder)] == ["decide", "decide", "decide", "skip", "undo", "undo"]


def test_what_is_on_the_screen_is_on_the_disk_when_it_is_killed(start, folder):
    terminal = start()
    terminal.wait_for("[ ] 1 lift")
    for n in range(1, 6):
        terminal.press("0")
        terminal.wait_for(f"{n} of 12")
        assert len(decisions(folder)) == n
    terminal.process.send_signal(signal.SIGKILL)
    terminal.end()
    with LabellingSession(folder / "ann.jsonl", read_pool(folder / "rows.csv")) as session:
        assert session.progress().n_none == 5


@pytest.mark.parametrize("how", ["ctrl-c", "term", "hangup"])
def test_a_stop_leaves_the_terminal_as_it_was(start, folder, how):
    terminal = start(**{"NO_COLOR": "1"} if how == "term" else {})
    modes = terminal.modes()
    terminal.wait_for("[ ] 1 lift")
    terminal.press("0")
    terminal.wait_for("1 of 12")
    if how == "ctrl-c":
        terminal.press("\x03")
    else:
        terminal.process.send_signal(signal.SIGTERM if how == "term" else signal.SIGHUP)
    assert terminal.end() == 130
    assert terminal.modes() == modes
    assert terminal.raw.count(LEAVE_SCREEN) == 1
    assert (b"\x1b[1m" in terminal.raw) == (how != "term")  # without colours nothing is set off
    assert len(decisions(folder)) == 1


@pytest.mark.parametrize(
    ("columns", "rows", "labels"),
    [(80, 24, "[ ] 1 lift"), (60, 20, "[ ] 1 lift"), (40, 12, "[ ] 1 lift"), (20, 6, " 1  2  3  ? names")],
)
def test_the_statement_is_seen_at_every_size_at_once(running, columns, rows, labels):
    running.resize(rows, columns)
    while len(running.screen.splitlines()) != rows:
        running.wait_for(labels)
        running._read(0.1)
    lines = running.wait_for(labels).splitlines()
    assert max(map(width, lines)) <= columns
    assert re.search(r"Statement \d+ on the embargo, which must be lifted\.", " ".join(" ".join(lines).split()))


def test_a_window_that_is_too_small_says_so(running):
    running.resize(5, 20)
    running.wait_for("least")
    running.resize(24, 80)
    running.wait_for("Enter accept   0 none")


def test_the_escape_key_leaves_definitions_and_what_is_said(running):
    running.press("?")
    running.wait_for("Codebook two")
    running.press("\x1b")
    running.press("1")
    assert "lift: Wants the embargo lifted." in running.wait_for("[x] 1 lift")
    running.press("\x1b")
    while "Wants the embargo" in running.screen:
        running._read(0.1)
    running.press("1")
    running.wait_for("[ ] 1 lift")


def test_a_suspended_process_gives_the_terminal_back(running):
    running.process.send_signal(signal.SIGTSTP)  # without a shell above it nothing stops, so it goes on at once
    deadline = time.monotonic() + 30
    while running.raw.count(ENTER_SCREEN) < 2 and time.monotonic() < deadline:
        running._read(0.1)
    assert running.raw.count(LEAVE_SCREEN) == 1
    assert "[ ] 1 lift" in running.wait_for("Enter accept")
    running.press("0")
    running.wait_for("1 of 12")


def test_in_a_dumb_terminal(start):
    terminal = start(TERM="dumb")
    deadline = time.monotonic() + 60
    while b"Answer by keys" not in terminal.raw and time.monotonic() < deadline:
        terminal._read(0.1)
    assert b"\x1b" not in terminal.raw
    terminal.press("0\rq\r")
    assert terminal.end() == 0


@pytest.fixture
def desk(folder):
    options = {"coder": "ann", "audit": 0.0, "retrain_every": 0}
    pool, book = read_pool(folder / "rows.csv"), Codebook.read(folder / "book.yaml")
    with LabellingSession(folder / "ann.jsonl", pool, book, **options) as session:
        yield Desk(session)


def test_notices_come_one_at_a_time_the_newest_first(desk):
    desk.session.notices += ["first", "second"]
    desk.item()
    assert desk.message == "(1 of 2, Esc: next) second"
    desk.say("done")
    desk.say("done again")  # what was said before to the coder's own doing gives way
    assert desk.message == "(1 of 3, Esc: next) done again"
    desk.leave()
    assert desk.message == "(1 of 2, Esc: next) second"
    desk.leave()
    assert desk.message == "first"
    desk.leave()
    assert desk.message == ""
    assert desk.told == ["done again", "done", "second", "first"]
    found = help_frame(BOOK, {"1": BOOK.stances[0]}, columns=40, rows=60, told=desk.told)
    assert "- second" in found.lines


def test_the_escape_key_leaves_a_review(desk):
    name = desk.item().id
    desk.decide(["lift"])
    desk.dismiss()
    desk.session.review([name])
    assert desk.item().is_review
    desk.leave()
    assert desk.message.startswith("back to labelling")
    assert desk.item().id != name


def test_few_labels_are_counted_before_anything_long(desk, monkeypatch):
    monkeypatch.setitem(sys.modules, "cleanlab.filter", None)  # importing it fails
    desk.review()
    assert desk.message.startswith("too few to train on: 0 statements in 0 groups")


def test_the_coder_goes_on_while_doubts_are_looked_for_and_may_give_it_up(desk, monkeypatch):
    from stancekit.labelling import review

    enough = threading.Event()

    def look(labellings, *, seed=0):
        assert enough.wait(20)
        return [review.Doubt(id=name, labels=(), quality=0.0, suspects={}) for name in labellings.decided()]

    monkeypatch.setattr(review, "doubtful_labels", look)
    name = desk.item().id
    desk.decide(["lift"])
    desk.start_review()
    desk.start_review()
    assert desk.message.endswith("looking for doubtful labels beside; go on meanwhile, or Esc gives it up")
    desk.leave()
    assert not desk.item().is_review
    desk.start_review()
    other = desk.item().id
    desk.decide([])
    enough.set()
    desk.review()
    assert desk.message.endswith("1 statement to look at again; what is doubted comes next")
    assert (desk.item().id, other != name) == (name, True)


BOOK = Codebook(name="b", stances=tuple(Stance(label=f"label {n}") for n in range(12)))


def frame(text, *, columns=80, rows=24, n_labels=3, **more):
    keys = dict(zip("123456789adef", BOOK.stances[:n_labels], strict=False))
    item = Item(id="s1", text=text, group="g", context={"speaker": "Ann"})
    options = {"title": "stancekit label", "progress": "1 of 2", "message": ""} | more
    return statement_frame(item, keys, ["label 1"], columns=columns, rows=rows, **options)


@pytest.mark.parametrize("columns", [20, 44, 80, 200])
@pytest.mark.parametrize("rows", [6, 14, 24, 60])
@pytest.mark.parametrize("n_labels", [1, 3, 12])
def test_a_frame_fits_every_window(columns, rows, n_labels):
    text = "The embargo 制裁 must be lifted at once, said Zoë. " * 30 + "x" * 400
    for scroll in (0, 5, 10_000):
        found = frame(text, columns=columns, rows=rows, n_labels=n_labels, scroll=scroll, message="done " * 40)
        assert len(found.lines) == rows
        assert max(map(width, found.lines)) <= columns


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (60, 20), (40, 12), (20, 6)])
@pytest.mark.parametrize("n_labels", [3, 6, 12])
def test_a_long_statement_has_half_of_the_lines_and_a_short_one_is_whole(columns, rows, n_labels):
    shape = {"columns": columns, "rows": rows, "n_labels": n_labels, "message": "said " * 80, "progress": "count " * 40}
    long = frame("word " * 500, **shape)
    assert sum("word" in line for line in long.lines) >= rows // 2 - (rows < 10)
    short = " ".join("word" for _ in range(columns * (rows // 2 - 1 - (n_labels > 9)) // 6))
    assert " ".join(frame(short, **shape).lines).split().count("word") == len(short.split())


def test_what_is_ticked_shows_where_there_is_no_room_for_names():
    found = frame("Lift it now. " * 6, columns=20, rows=6)
    assert " 1 [2] 3  ? names" in found.lines
    assert found.strong == {found.lines.index(" 1 [2] 3  ? names")}


@pytest.mark.parametrize(("columns", "rows"), [(80, 14), (20, 6)])
def test_the_whole_statement_and_its_context_can_be_reached(columns, rows):
    words = [f"word{n}" for n in range(200)]
    first = frame(" ".join(words), columns=columns, rows=rows)
    seen = set()
    for scroll in range(first.most + 1):
        seen |= set(" ".join(frame(" ".join(words), columns=columns, rows=rows, scroll=scroll).lines).split())
    assert {*words, "Ann", "s1"} <= seen


def test_nothing_in_a_statement_can_steer_the_terminal():
    found = frame("Lift\x1b[2J it\r\n\x07 now \u202e!\x9b31m \u200d")
    text = "".join(found.lines)
    assert all(letter.isprintable() or letter == "\u200d" for letter in text)
    assert "Lift�[2J it � now �!�31m" in text


def test_the_help_scrolls_to_its_end():
    found = help_frame(BOOK, {"1": BOOK.stances[0]}, columns=40, rows=10, scroll=10_000)
    assert "q quit" in " ".join(found.lines)
    assert len(found.lines) == 10


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        (b"13\r", ["1", "3", "enter"]),
        (b"\x1b[A\x1b[6~\x1bOB", ["up", "page down", "down"]),
        (b"\x1b[1;5C\x1b[24~x", ["unknown", "unknown", "x"]),
        (b"\x1b[200~0 c q\r\x1b[201~u", ["u"]),
        ("é".encode(), ["é"]),
        (b"\xff", ["�"]),
    ],
)
def test_keys_however_they_are_cut(data, keys):
    assert KeyReader().feed(data) == keys
    reader = KeyReader()
    assert [key for byte in data for key in reader.feed(bytes([byte]))] == keys


def test_the_escape_key_alone():
    reader = KeyReader()
    assert reader.feed(b"\x1b") == []
    assert reader.flush() == ["escape"]
    assert reader.flush() == []
    assert reader.feed(b"[A") == ["[", "A"]
    assert reader.feed(b"\x1b[") == reader.flush() == []


def test_width_and_wrapping():
    assert wrap("制裁を解除せよ", 4) == ["制裁", "を解", "除せ", "よ"]
    assert wrap("", 5) == [""]
    assert fit("abcdef", 4) == "a..."
    assert shown("e\u0301\n x") == "e\u0301 x"
