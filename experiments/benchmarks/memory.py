"""The most memory that a process has held."""

from __future__ import annotations

import sys

MIB = 1024


def peak_mib() -> float:
    """Give the peak of this process's resident memory, in MiB.

    Linux's own count is read where there is one: ``ru_maxrss`` of a process starts from what its parent held.
    """
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / MIB
    except (OSError, StopIteration):
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / MIB**2 if sys.platform == "darwin" else peak / MIB
