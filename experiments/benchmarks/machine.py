"""What the run ran on."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from experiments.benchmarks.peers import packages
from stancekit.errors import missing_extra


def machine() -> dict[str, Any]:
    """Describe processor, memory and Python, and nothing that names the machine."""
    return {
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def load() -> list[float]:
    """Give the load average of one, five and fifteen minutes."""
    return [round(number, 2) for number in os.getloadavg()]


def versions(names: Iterable[str]) -> dict[str, str]:
    """Give the version of every package that the peers need.

    Raises
    ------
    MissingExtraError
        When one is not installed.
    """
    found = {}
    for name in names:
        for package in packages(name):
            try:
                found[package] = version(package)
            except PackageNotFoundError:
                raise missing_extra(package, "benchmarks", f"Measuring {name}") from None
    return dict(sorted(found.items()))


def _cpu() -> str:
    """Give the processor's name as Linux tells it, or what Python knows."""
    path = Path("/proc/cpuinfo")
    if path.exists():
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return " ".join(line.partition(":")[2].split())
    return platform.processor() or platform.machine()
