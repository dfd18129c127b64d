"""Work on many statements, stretch by stretch, on as many threads as `n_jobs` says."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from numbers import Integral
from typing import TypeVar

from stancekit.errors import InvalidInputError
from stancekit.text._statements import Statements
from stancekit.text.checks import check_rows, read_rows

T = TypeVar("T")

STRETCH = 2048  # statements worked on at a time: their arrays stay in the second-level cache
_STRETCHES_PER_TASK = 8  # handing a task to a thread takes as long as some hundred statements
_TASKS_PER_THREAD = 8


def map_stretches(
    work: Callable[[Statements], T], texts: Iterable[str], n_jobs: int | None = None, stretch: int = STRETCH
) -> list[T]:
    """Apply `work` to stretches of the statements, and give what it gave, in order.

    Parameters
    ----------
    work : callable
        Takes statements, at most `stretch` of them. It runs on several threads at a time unless `n_jobs` is 1.
    texts : iterable of str, of length n_statements
        Statements as for `read_statements`. For none, `work` is called once with none.
    n_jobs : int, optional
        Number of threads as in joblib: None is 1 unless `joblib.parallel_config` says otherwise, -1 one for
        each processor, -2 all but one.
    stretch : int, default=2048
        Statements worked on at a time; fewer where one takes long, so that a short list is shared out too.

    Returns
    -------
    list, of length max(1, ceil(n_statements / stretch))

    Raises
    ------
    InvalidInputError
        When `n_jobs` is 0 or no whole number, or a row is no valid text.
    """
    n_threads = count_threads(n_jobs)
    rows = read_rows(texts)
    starts = range(0, max(len(rows), 1), stretch)

    def work_from(start: int) -> T:
        part = rows[start : start + stretch]
        return work(part if isinstance(part, Statements) else check_rows(part, first_row=start))

    if n_threads == 1 or len(starts) == 1:
        return [work_from(start) for start in starts]
    from concurrent.futures import ThreadPoolExecutor  # joblib's own threads take some milliseconds to start

    def work_on(task: range) -> list[T]:
        return [work_from(start) for start in task]

    # Some tasks for each thread, or one would be at its last for long when the others are done.
    size = max(1, min(_STRETCHES_PER_TASK, len(starts) // (_TASKS_PER_THREAD * n_threads)))
    with ThreadPoolExecutor(n_threads) as pool:
        tasks = pool.map(work_on, (starts[i : i + size] for i in range(0, len(starts), size)))
        return [result for results in tasks for result in results]


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
