"""Processor time, memory, cores and priority of the processes that Spark starts below this one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def descendants() -> list[int]:
    """Give the processes below this one."""
    parents = dict(_parents())
    found: list[int] = [os.getpid()]
    for parent in found:
        found += [child for child, its in parents.items() if its == parent]
    return found[1:]


def cpu_seconds() -> float:
    """Give the processor time of all processes below this one, with those that have ended and were waited for."""
    return sum(sum(map(int, _stat(pid)[11:15])) for pid in descendants()) / _TICKS


def largest_worker_mib() -> float:
    """Give the memory of the largest Python process below this one."""
    pages = [int(_stat(pid)[21]) for pid in descendants() if "python" in _command(pid)]
    return max(pages, default=0) * os.sysconf("SC_PAGE_SIZE") / 2**20


def place(cores: set[int], *, alone: bool) -> None:
    """Keep this process and all below it on some cores; with `alone` nothing else runs there, which needs rights."""
    policy, priority = (os.SCHED_FIFO, 5) if alone else (os.SCHED_OTHER, 0)
    for pid in [os.getpid(), *descendants()]:
        for task in _tasks(pid):
            try:
                os.sched_setaffinity(task, cores)
                os.sched_setscheduler(task, policy, os.sched_param(priority))
            except ProcessLookupError:
                pass  # it has ended meanwhile


def _parents() -> Iterator[tuple[int, int]]:
    for path in Path("/proc").iterdir():
        if path.name.isdigit() and (fields := _stat(int(path.name))):
            yield int(path.name), int(fields[1])


def _stat(pid: int) -> list[str]:
    """Give the fields after the name, which may hold blanks; zeros for a process that has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ["0"] * 50


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _tasks(pid: int) -> list[int]:
    try:
        return [int(task.name) for task in Path(f"/proc/{pid}/task").iterdir()]
    except (FileNotFoundError, ProcessLookupError):
        return []
