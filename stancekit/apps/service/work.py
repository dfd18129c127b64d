"""Work for requests: what is short is done at once, what is long on a thread, so that short requests go on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from stancekit.apps.service.limits import Limits
from stancekit.apps.service.problems import busy, out_of_time
from stancekit.evidence import ADDITIVE
from stancekit.model import StanceModel

P = ParamSpec("P")
T = TypeVar("T")

STRETCH = 128  # statements at a time: about a millisecond, after which others have their turn
_CHARACTERS_AT_ONCE = 20_000


class WorkQueue:
    """Where work is done: at once, or on a thread.

    Parameters
    ----------
    model : StanceModel
        The model; of one that takes milliseconds for a statement, all work is long.
    limits : Limits
        How many may wait for long work, and for how long.
    """

    def __init__(self, model: StanceModel, limits: Limits) -> None:
        self._quick = set(model.scorers) <= set(ADDITIVE)
        self._most = limits.long_requests
        self._seconds = limits.seconds
        self._n_waiting = 0
        self._threads: ThreadPoolExecutor | None = None

    async def do(self, n_characters: int, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Give what `work` gives, which grows with a number of characters.

        Raises
        ------
        Problem
            When too many wait for long work already, or it takes too long.
        """
        if self._quick and n_characters <= _CHARACTERS_AT_ONCE:
            return work(*args, **kwargs)
        if self._n_waiting >= self._most:
            raise busy("too many long requests wait already; try again in a second")
        return await self._wait_for(work, *args, **kwargs)

    async def go_on(self, n_characters: int, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Give what `work` gives, for a request that is being answered already: others are never too many for it.

        There is one piece of work at a time of such a request, so that those that wait are no more than the requests.

        Raises
        ------
        Problem
            When it takes too long.
        """
        if self._quick and n_characters <= _CHARACTERS_AT_ONCE:
            return work(*args, **kwargs)
        return await self._wait_for(work, *args, **kwargs)

    async def _wait_for(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        self._n_waiting += 1
        loop = asyncio.get_running_loop()
        # One thread: a second one would only take turns with it, and with everything else.
        self._threads = self._threads or ThreadPoolExecutor(1, thread_name_prefix="stancekit")
        future = self._threads.submit(work, *args, **kwargs)
        # Work that nobody waits for any more counts until it is done, or never begun.
        future.add_done_callback(lambda done: self._leave(loop, done))
        try:
            async with asyncio.timeout(self._seconds):
                return await asyncio.wrap_future(future)
        except TimeoutError:
            raise out_of_time(self._seconds) from None

    def _leave(self, loop: asyncio.AbstractEventLoop, done: Future[T]) -> None:
        if loop.is_running():
            loop.call_soon_threadsafe(self._one_less)

    def _one_less(self) -> None:
        self._n_waiting -= 1

    def close(self) -> None:
        """Begin nothing of what waits."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
            self._threads = None


def stretches(texts: list[str]) -> Iterator[list[str]]:
    """Give statements some hundred at a time, fewer where they are long.

    Examples
    --------
    >>> [len(one) for one in stretches(["Lift them."] * 300)]
    [128, 128, 44]
    """
    for first in range(0, len(texts), STRETCH):
        part = texts[first : first + STRETCH]
        if sum(map(len, part)) <= _CHARACTERS_AT_ONCE:
            yield part
            continue
        yield from _by_length(part)


def _by_length(texts: list[str]) -> Iterator[list[str]]:
    part: list[str] = []
    n_characters = 0
    for text in texts:
        if part and n_characters + len(text) > _CHARACTERS_AT_ONCE:
            yield part
            part, n_characters = [], 0
        part.append(text)
        n_characters += len(text)
    yield part
