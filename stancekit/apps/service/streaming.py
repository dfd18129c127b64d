"""JSON lines in, JSON lines out: statements of any number in bounded memory."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import orjson
from starlette.types import Receive, Send

from stancekit.apps.service.answers import start_lines
from stancekit.apps.service.inflow import Inflow, Rows, read_rows
from stancekit.apps.service.limits import Limits
from stancekit.apps.service.problems import Problem, invalid
from stancekit.apps.service.work import WorkQueue, stretches
from stancekit.model import StanceModel
from stancekit.records import Prediction


class Stream:
    """One answer of JSON lines, line n of which is about line n of the request.

    Parameters
    ----------
    model : StanceModel
        What labels.
    queue : WorkQueue
        Where the work is done.
    limits : Limits
        How long a client may take for a line.
    send : callable
        Where the answer goes.
    """

    def __init__(self, model: StanceModel, queue: WorkQueue, limits: Limits, send: Send) -> None:
        self._model = model
        self._queue = queue
        self._limits = limits
        self._send = send
        self._n_rows = 0
        self._n_blank = 0
        self._has_begun = False

    async def answer(self, receive: Receive) -> None:
        """Label lines until there are no more.

        A problem before the first line of the answer is raised. One that comes later is its last line, and the answer
        stays without its proper end, so that nobody takes it for whole.

        Raises
        ------
        Problem
            When nothing could be labelled.
        """
        inflow = Inflow(receive, self._limits)
        reading = asyncio.create_task(inflow.read())
        try:
            while lines := await inflow.lines():
                await self._label(self._next_rows(lines))
        except Problem as problem:
            if not self._has_begun:
                raise
            await self._write(orjson.dumps(problem.content()) + b"\n")
            return
        finally:
            reading.cancel()
        if not self._has_begun:
            await start_lines(self._send)
        await self._send({"type": "http.response.body", "body": b""})

    def _next_rows(self, lines: list[bytes]) -> Rows:
        """Read lines; blank ones may stand at the end of a body, and nowhere else."""
        n_blank = 0
        while n_blank < len(lines) and not lines[-1 - n_blank].strip():
            n_blank += 1
        lines = lines[: len(lines) - n_blank]
        if lines and self._n_blank:
            raise invalid(f"row {self._n_rows} is blank; send one object in each line", row=self._n_rows)
        self._n_blank += n_blank
        return read_rows(lines, self._limits, self._n_rows) if lines else Rows(texts=[], ids=[])

    async def _label(self, rows: Rows) -> None:
        if rows.problem is not None and not self._has_begun:
            raise rows.problem
        done = 0
        for part in stretches(rows.texts):
            do = self._queue.go_on if self._has_begun else self._queue.do
            predictions = await do(sum(map(len, part)), self._model.predict, part)
            ids = rows.ids[done : done + len(part)]
            await self._write(as_lines(predictions, ids))
            done += len(part)
            await asyncio.sleep(0)  # others have their turn
        self._n_rows += done
        if rows.problem is not None:
            raise rows.problem

    async def _write(self, body: bytes) -> None:
        if not self._has_begun:
            self._has_begun = True
            await start_lines(self._send)
        await self._send({"type": "http.response.body", "body": body, "more_body": True})


def as_lines(predictions: Sequence[Prediction], ids: Sequence[str | int | None]) -> bytes:
    r"""Write predictions as JSON lines, each with its id where there is one.

    Examples
    --------
    >>> one = Prediction(text="Lift them.", labels=(), scores={}, abstained=())
    >>> as_lines([one], [7])
    b'{"id":7,"text":"Lift them.","labels":[],"scores":{},"abstained":[],"unfamiliar":false}\n'
    """
    if not ids:
        # One call for all is much quicker. Quotation marks within strings are escaped, so these commas stand between.
        return orjson.dumps(predictions)[1:-1].replace(b'},{"text":', b'}\n{"text":') + b"\n"
    named = ({} if name is None else {"id": name} for name in ids)
    return b"".join(
        orjson.dumps(name | one.to_dict(), option=orjson.OPT_APPEND_NEWLINE)
        for name, one in zip(named, predictions, strict=True)
    )
