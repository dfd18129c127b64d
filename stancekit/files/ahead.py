"""Let work go on in other threads, a little ahead of whoever takes its results."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

S = TypeVar("S")
T = TypeVar("T")


def ahead(items: Iterable[T], n: int = 4) -> Generator[T, None, None]:
    """Yield the items in order, while up to `n` more are made in another thread.

    An error of `items` is raised here, in its place in the order. When the reader stops, so does the thread,
    after at most one more item.

    Examples
    --------
    >>> list(ahead(number * number for number in range(4)))
    [0, 1, 4, 9]
    """
    source = iter(items)
    waiting: deque[Future[list[T]]] = deque()
    with ThreadPoolExecutor(1) as worker:
        try:
            waiting.extend(worker.submit(_next, source) for _ in range(n))
            while item := waiting.popleft().result():
                waiting.append(worker.submit(_next, source))
                yield item[0]
        finally:
            for future in waiting:
                future.cancel()
            worker.submit(_close, source)  # there, since it may be at work right now


def map_ahead(work: Callable[[S], T], items: Iterable[S], n_threads: int = 1) -> Generator[T, None, None]:
    """Yield ``work(item)`` for each item in order, while `n_threads` threads work on the next ones.

    An error of `work` is raised in its place in the order, one of `items` at once.

    Examples
    --------
    >>> list(map_ahead(len, ["one", "three"], n_threads=2))
    [3, 5]
    """
    waiting: deque[Future[T]] = deque()
    with ThreadPoolExecutor(n_threads) as pool:
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > n_threads + 2:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _next(source: Iterator[T]) -> list[T]:
    """Give the next item in a list, or an empty list at the end: a future cannot hold StopIteration."""
    for item in source:
        return [item]
    return []


def _close(source: Iterator[T]) -> None:
    if isinstance(source, Generator):
        source.close()
