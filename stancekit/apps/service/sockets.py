"""What a system tells of its sockets."""

from __future__ import annotations

import socket
import struct
import sys
from contextlib import suppress

_INT = struct.Struct("i")


def held_by_system(connection: socket.socket | None) -> int:
    """Count the bytes that the system holds for the other end of a connection; 0 where it does not tell."""
    if connection is not None and sys.platform == "linux":
        from fcntl import ioctl
        from termios import TIOCOUTQ

        with suppress(OSError):
            return int(_INT.unpack(ioctl(connection.fileno(), TIOCOUTQ, bytes(_INT.size)))[0])
    return 0
