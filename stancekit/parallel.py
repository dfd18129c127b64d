"""Work on many statements, stretch by stretch, on as many threads as `n_jobs` says."""

from __future__ import annotations

import sys
from collections.abc import Callable
from numbers import Integral
from typing import TypeVar

from stancekit.errors import InvalidInputError
from stancekit.text._statements import Statements

T = TypeVar("T")

STRETCH = 2048  # statements worked on at a time: their arrays stay in the second-level cache
_STRETCHES_PER_TASK = 8  # handing a task to a thread takes as long as some hundred statements


def map_stretches(work: Callable[[Statements], T], statements: Statements, n_jobs: int | None = None) -> list[T]:
    """Apply `work` to stretches of the statements, and give what it gave, in order.

    Parameters
    ----------
    work : callable
        Takes statements, at most `STRETCH` of them. It runs on several threads at a time unless `n_jobs` is 1.
    statements : Statements, of length n_statements
        For none, `work` is called once with none.
    n_jobs : int, optional
        Number of threads as in joblib: None is 1 unless `joblib.parallel_config` says otherwise, -1 one for
        each processor, -2 all but one.

    Returns
    -------
    list, of length max(1, ceil(n_statements / STRETCH))

    Raises
    ------
    InvalidInputError
        When `n_jobs` is 0 or no whole number.
    """
    stretches = [statements[i : i + STRETCH] for i in range(0, max(len(statements), 1), STRETCH)]
    n_threads = count_threads(n_jobs)
    if n_threads == 1 or len(stretches) == 1:
        return [work(stretch) for stretch in stretches]
    from joblib import Parallel, delayed

    def work_on(task: list[Statements]) -> list[T]:
        return [work(stretch) for stretch in task]

    # A task each thread at the least, or the last thread would begin when the others are done.
    size = max(1, min(_STRETCHES_PER_TASK, len(stretches) // n_threads))
    tasks = [stretches[i : i + size] for i in range(0, len(stretches), size)]
    done = Parallel(n_jobs=n_threads, backend="threading", batch_size=1)(delayed(work_on)(task) for task in tasks)
    return [result for results in done for result in results]


def count_threads(n_jobs: int | None) -> int:
    """Give the number of threads that `n_jobs` means, as joblib does.

    Raises
    ------
    InvalidInputError
        When `n_jobs` is 0 or no whole number.

    Examples
    --------
    >>> count_threads(None), count_threads(3)
    (1, 3)
    """
    if n_jobs is not None and (not isinstance(n_jobs, Integral) or isinstance(n_jobs, bool) or n_jobs == 0):
        raise InvalidInputError(f"n_jobs must be None or a whole number other than 0, got {n_jobs!r}")
    # Nobody can have configured what nobody has imported, and importing it takes longer than starting.
    if n_jobs == 1 or (n_jobs is None and "joblib" not in sys.modules):
        return 1
    from joblib import effective_n_jobs

    return int(effective_n_jobs(n_jobs))
