"""The service as a process of its own, with the processor time and the memory that it takes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self


class Server:
    """`stancekit serve` on one core.

    Parameters
    ----------
    core : int
        The core it may use.
    *options : str
        More options of the command.
    """

    def __init__(self, core: int, *options: str) -> None:
        words = [sys.executable, "-m", "stancekit", "serve", "--port", "0", *options]
        self._process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
        os.sched_setaffinity(self._process.pid, {core})
        assert self._process.stderr is not None
        said = self._process.stderr.readline()
        found = re.search(r":(\d+) until", said)
        assert found is not None, said
        self.port = int(found[1])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait(20)
        assert self._process.stderr is not None
        self._process.stderr.close()

    def run_alone(self, alone: bool) -> None:
        """Let nothing else run on its core, or everything again; the former needs rights."""
        for task in Path(f"/proc/{self._process.pid}/task").iterdir():
            run_alone(int(task.name), alone)

    def cpu_seconds(self) -> float:
        """Give the processor time of all its threads."""
        tasks = Path(f"/proc/{self._process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def memory_mib(self) -> float:
        """Give the memory that it holds."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) / 1024


def run_alone(pid: int, alone: bool) -> None:
    """Let nothing else run on the core of a thread, or everything again."""
    policy, priority = (os.SCHED_FIFO, 5) if alone else (os.SCHED_OTHER, 0)
    os.sched_setscheduler(pid, policy, os.sched_param(priority))
