"""The labelling loop on a whole terminal screen."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
from collections.abc import Callable, Iterator
from types import FrameType

from stancekit.apps.labelling.desk import Desk
from stancekit.apps.labelling.frame import Frame, help_frame, statement_frame
from stancekit.apps.labelling.keys import KeyReader
from stancekit.labelling.wording import TRAINING

_ENTER = "\x1b[?1049h\x1b[?2004h\x1b[?25l"
_LEAVE = "\x1b[?25h\x1b[?2004l\x1b[?1049l"
_WAIT = 0.25


def can_show() -> bool:
    """Tell whether there is a terminal that can show a screen."""
    try:
        import termios  # noqa: F401
    except ImportError:  # Windows has other ways, and plain lines work there
        return False
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM", "dumb") not in ("", "dumb")


def run_screen(desk: Desk, title: str) -> None:
    """Show statements and take keys until the coder quits; the terminal is left as it was."""
    screen = _Screen(desk, title)
    with _terminal(screen.forget):
        screen.run()


class _Screen:
    """What is shown, and what keys do."""

    def __init__(self, desk: Desk, title: str) -> None:
        self._desk, self._title = desk, title
        self._help = False
        self._scroll = 0
        self._keys = KeyReader()
        self._last: tuple[str, ...] = ()

    def forget(self) -> None:
        """Draw everything anew next time."""
        self._last = ()

    def run(self) -> None:
        """Show and read until the coder quits."""
        while True:
            frame = self._frame()
            self._draw(frame)
            for key in self._read():
                if key == "q" and not self._help:
                    return
                self._press(key, frame.most)

    def _frame(self) -> Frame:
        columns, rows = os.get_terminal_size(sys.stdout.fileno())
        desk = self._desk
        if self._help:
            book, keys = desk.session.codebook, desk.keys
            return help_frame(book, keys, columns=columns, rows=rows, scroll=self._scroll, told=desk.told)
        item = desk.item()
        beside = f" ({TRAINING})" if desk.session.is_retraining else ""
        return statement_frame(
            item,
            desk.keys,
            desk.ticked,
            columns=columns,
            rows=rows,
            title=self._title + beside,
            progress=desk.progress_line(),
            message=desk.message,
            scroll=self._scroll,
            exclusive=desk.session.codebook.exclusive,
        )

    def _draw(self, frame: Frame) -> None:
        plain = bool(os.environ.get("NO_COLOR"))
        lines = tuple(
            f"\x1b[1m{line}\x1b[0m" if number in frame.strong and not plain else line
            for number, line in enumerate(frame.lines)
        )
        if lines == self._last:
            return
        self._last = lines
        sys.stdout.write("\x1b[H" + "\x1b[K\r\n".join(lines) + "\x1b[K\x1b[J")
        sys.stdout.flush()

    def _read(self) -> list[str]:
        """Wait for keys a while; a window that changed its size and a model that is done show meanwhile."""
        if not select.select([sys.stdin], [], [], _WAIT)[0]:
            return self._keys.flush()
        data = os.read(sys.stdin.fileno(), 4096)
        return self._keys.feed(data) if data else ["q"]  # the terminal is gone

    def _press(self, key: str, most: int) -> None:
        if key in ("page down", "down"):
            self._scroll = min(self._scroll + (10 if key == "page down" else 1), most)
        elif key in ("page up", "up", "b"):
            self._scroll = max(self._scroll - (1 if key == "up" else 10), 0)
        elif self._help:
            self._help, self._scroll = False, 0
        elif key == "?":
            self._help, self._scroll = True, 0
        else:
            self._answer(key)

    def _answer(self, key: str) -> None:
        desk = self._desk
        before = desk.item()
        stance = desk.keys.get(key)
        actions = {
            "enter": desk.accept,
            "c": desk.cannot_say,
            "s": desk.skip,
            "u": desk.undo,
            "r": desk.retrain,
            "escape": desk.leave,
        }
        if stance is not None:
            desk.toggle(stance)
        elif key == "0" and not desk.session.codebook.exclusive:
            desk.decide([])
        elif key == "v":
            desk.start_review()
        elif key in actions:
            actions[key]()
        elif key != "unknown":
            desk.say(f"{key!r} means nothing here; ? shows the keys")
        if desk.item() is not before:
            self._scroll = 0


@contextlib.contextmanager
def _terminal(resumed: Callable[[], None]) -> Iterator[None]:
    """Give keys one by one and a screen of our own; a suspended process gives both back meanwhile."""
    import termios
    import tty

    own = sys.stdin.fileno()
    kept = termios.tcgetattr(own)

    def enter() -> None:
        tty.setcbreak(own)
        sys.stdout.write(_ENTER)
        sys.stdout.flush()

    def leave() -> None:
        sys.stdout.write(_LEAVE)
        sys.stdout.flush()
        termios.tcsetattr(own, termios.TCSADRAIN, kept)

    def suspend(number: int, frame: FrameType | None) -> None:
        leave()
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, suspend)
        enter()
        resumed()

    before = signal.signal(signal.SIGTSTP, suspend)
    # A shell may take the terminal back before we have given it up, which would stop us half way.
    background = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    try:
        enter()
        yield
    finally:
        signal.signal(signal.SIGTSTP, before)
        signal.signal(signal.SIGTTOU, background)
        with contextlib.suppress(OSError, termios.error):  # the terminal may be gone
            leave()
