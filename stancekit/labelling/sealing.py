"""Events as lines of JSON, each with a checksum of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from zlib import crc32

_MARK = b',"crc":"'


def seal(event: Mapping[str, object]) -> bytes:
    r"""Write an event as one line of JSON whose last field is the checksum of all before it.

    Examples
    --------
    >>> seal({"seq": 3, "type": "skip"})
    b'{"seq":3,"type":"skip","crc":"e584c9a8"}\n'
    """
    body = json.dumps(event, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")[:-1]
    return b'%s%s%08x"}\n' % (body, _MARK, crc32(body))


def unseal(line: bytes) -> dict[str, Any] | None:
    """Read a line without its end, or give None where it is not whole.

    Examples
    --------
    >>> line = seal({"seq": 3, "type": "skip"}).rstrip()
    >>> unseal(line), unseal(line[:-1]), unseal(line.replace(b"3", b"4", 1))
    ({'seq': 3, 'type': 'skip'}, None, None)
    """
    body, mark, tail = line.rpartition(_MARK)
    if not mark or tail != b'%08x"}' % crc32(body):
        return None
    try:
        event = json.loads(body + b"}")
    except ValueError:
        return None
    return event if isinstance(event, dict) else None
