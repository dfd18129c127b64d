"""Bytes from a terminal as keys."""

from __future__ import annotations

import codecs
import re

_SEQUENCES = {
    "[A": "up",
    "[B": "down",
    "[5~": "page up",
    "[6~": "page down",
    "OA": "up",
    "OB": "down",
    "OM": "enter",
    "[200~": "paste",
    "[201~": "pasted",
}
_SEQUENCE = re.compile(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|O[@-~])")
_PLAIN = {"\r": "enter", "\n": "enter", " ": "page down"}


class KeyReader:
    r"""Turn bytes into keys as they come; what is pasted is no answer, and left out.

    Examples
    --------
    >>> reader = KeyReader()
    >>> reader.feed(b"1\x1b["), reader.feed(b"A\r"), reader.feed(b"\x1b[200~c s q\x1b[201~u")
    (['1'], ['up', 'enter'], ['u'])
    """

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._rest = ""
        self._pasting = False

    def feed(self, data: bytes) -> list[str]:
        """Give the keys that are whole by now."""
        text, self._rest = self._rest + self._decode(data), ""
        keys = []
        while text:
            if text[0] != "\x1b":
                key, text = _PLAIN.get(text[0], text[0]), text[1:]
            elif found := _SEQUENCE.match(text):
                key, text = _SEQUENCES.get(found[1], "unknown"), text[found.end() :]
            elif len(text) < 12 and re.fullmatch(r"\x1b(O|\[[0-9;?]*[ -/]*)?", text):
                self._rest = text
                break
            else:  # the escape key by itself, or with another
                key, text = "unknown", text[1:]
            if key in ("paste", "pasted"):
                self._pasting = key == "paste"
            elif not self._pasting:
                keys.append(key)
        return keys

    def flush(self) -> list[str]:
        """Give up on what began like a key and did not go on: alone, it was the escape key."""
        rest, self._rest = self._rest, ""
        return ["escape"] if rest == "\x1b" and not self._pasting else []
