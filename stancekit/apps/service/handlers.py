"""What the service does with each request."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from html import unescape
from importlib.metadata import version
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.types import Receive, Scope, Send

from stancekit.analysis import Analysis, analyze
from stancekit.apps.service.answers import HTML, send_body, send_document
from stancekit.apps.service.bodies import (
    JSON_TYPES,
    LINES_TYPES,
    check_text,
    check_texts,
    fields_of,
    headers_of,
    media_type,
    parse,
    read_body,
)
from stancekit.apps.service.limits import Limits
from stancekit.apps.service.problems import Problem, invalid, out_of_time
from stancekit.apps.service.streaming import Stream
from stancekit.apps.service.work import WorkQueue, stretches
from stancekit.errors import InvalidInputError
from stancekit.files.analyzing import json_rows
from stancekit.model import StanceModel

MOST_EXPLAINED = 20_000
"""Characters of a statement to explain: an answer names every word and pair of words for every label."""

_EITHER = JSON_TYPES | LINES_TYPES
_PREDICT_FIELDS = frozenset({"text"})
_ANALYZE_FIELDS = frozenset({"text", "speaker", "document"})
_WORK_OF_A_CHARACTER = 40  # an article takes so many times as long as its characters in statements
_IN_LINES = "send less at a time; statements may come as JSON lines, of which there may be any number"
_POLICY = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]*)"')


class Handlers:
    """Answer requests with one model.

    Parameters
    ----------
    model : StanceModel
        What labels.
    limits : Limits
        What a request may ask.
    name : str
        What the model is called.
    sha256 : str or None
        The hash of its files, where it comes from files.
    """

    def __init__(self, model: StanceModel, limits: Limits, *, name: str, sha256: str | None) -> None:
        self.model = model
        self.limits = limits
        self.name = name
        self.queue = WorkQueue(model, limits)
        self._version = orjson.dumps(_describe(model, name, sha256))

    async def predict(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Label one statement, a list of them, or JSON lines."""
        headers = headers_of(scope)
        if media_type(headers, _EITHER) in LINES_TYPES:
            return await Stream(self.model, self.queue, self.limits, send).answer(receive)
        body = fields_of(parse(await read_body(headers, receive, self.limits, _IN_LINES)), _PREDICT_FIELDS)
        text = body["text"]
        if type(text) is list:
            return await send_body(send, await self._predictions(check_texts(text, self.limits)))
        text = check_text(text, self.limits.characters)
        prediction = await self.queue.do(len(text), self.model.predict, text)
        return await send_body(send, orjson.dumps(prediction))

    async def explain(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the margins of one statement apart."""
        headers = headers_of(scope)
        media_type(headers, JSON_TYPES)
        most = min(MOST_EXPLAINED, self.limits.characters)
        remedy = f"explain a sentence or two at a time, of at most {most:,} characters"
        body = fields_of(parse(await read_body(headers, receive, self.limits, remedy)), _PREDICT_FIELDS)
        text = check_text(body["text"], most, "explain a sentence or two at a time")
        found = await self.queue.do(10 * len(text), self._explanation, text)
        await send_body(send, found)

    async def analyze(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take an article apart, as JSON or as a page."""
        headers = headers_of(scope)
        media_type(headers, JSON_TYPES)
        as_page = _wants_page(scope, headers)
        most = self.limits.characters
        remedy = f"send an article in parts of at most {most:,} characters"
        body = fields_of(parse(await read_body(headers, receive, self.limits, remedy)), _ANALYZE_FIELDS)
        text = check_text(body["text"], most, "send an article in parts, or use the command stancekit analyze")
        about = {name: _name(body.get(name), name) for name in ("speaker", "document")}
        work = self._page if as_page else self._analysis
        found = await self.queue.do(_WORK_OF_A_CHARACTER * len(text), work, text, about)
        if as_page:
            name = b'attachment; filename="stances.html"'
            extra = [(b"content-disposition", name)]
            return await send_document(send, found, media=HTML, policy=_policy_of(found), extra=extra)
        return await send_body(send, found)

    async def health(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Say that the service answers."""
        await send_body(send, b'{"status":"ok"}')

    async def version(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Say what answers: the package, the model and its labels."""
        await send_body(send, self._version)

    async def _predictions(self, texts: list[str]) -> bytes:
        parts = []
        try:
            async with asyncio.timeout(self.limits.seconds):
                for part in stretches(texts):
                    predictions = await self.queue.do(sum(map(len, part)), self.model.predict, part)
                    parts.append(orjson.dumps(predictions)[1:-1])
                    await asyncio.sleep(0)  # others have their turn
        except TimeoutError:
            raise out_of_time(self.limits.seconds) from None
        return b"[%b]" % b",".join(parts)

    def _explanation(self, text: str) -> bytes:
        return orjson.dumps(self.model.explain(text).to_dict())

    def _analysis(self, text: str, about: Mapping[str, str | None]) -> bytes:
        return orjson.dumps(_content(self._analyzed(text, about)))

    def _page(self, text: str, about: Mapping[str, str | None]) -> bytes:
        from stancekit.report.article import article_html, check_report_size

        analysis = self._analyzed(text, about)
        try:
            check_report_size(len(analysis.statements), len(text))
        except InvalidInputError as error:
            raise Problem("too-much", f"{error}; or ask for JSON", field="text") from None
        return article_html([analysis], self.model, model_name=self.name).encode()

    def _analyzed(self, text: str, about: Mapping[str, str | None]) -> Analysis:
        try:
            return analyze(text, self.model, speaker=about["speaker"], document=about["document"] or "")
        except InvalidInputError as error:
            raise invalid(str(error), field="text") from None


def _content(analysis: Analysis) -> dict[str, Any]:
    """Give what `stancekit analyze --json` prints, statement by statement, and the counts by speaker."""
    return analysis.to_dict() | {"statements": json_rows(analysis)}


def _describe(model: StanceModel, name: str, sha256: str | None) -> dict[str, Any]:
    stances = [{"label": stance.label, "definition": stance.definition} for stance in model.codebook.stances]
    return {
        "package": "stancekit",
        "version": version("stancekit"),
        "model": {
            "name": name,
            "sha256": sha256,
            "codebook": model.codebook.name,
            "features": list(model.scorers),
            "exclusive": model.codebook.exclusive,
        },
        "labels": list(model.labels),
        "definitions": {one["label"]: one["definition"] for one in stances if one["label"] in model.labels},
    }


def _name(value: object, field: str) -> str | None:
    if value is not None and (type(value) is not str or len(value) > 1000 or "\0" in value):
        detail = f"expected a text of at most 1,000 characters, none of them NUL, in field {field!r}, or null"
        raise invalid(detail, field=field)
    return value or None


def _wants_page(scope: Scope, headers: Mapping[bytes, bytes]) -> bool:
    """Tell whether a page is asked for: by `format`, or else by what the client accepts."""
    asked = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    for name, value in asked:
        if name != "format":
            raise invalid(f"unknown parameter {name[:60]!r}; expected 'format' alone", field=name[:60])
        if value not in {"json", "html"}:
            raise invalid(f"unknown format {value[:60]!r}; expected one of ['html', 'json']", field="format")
        return bool(value == "html")
    accepted = headers.get(b"accept", b"")
    return b"text/html" in accepted and b"application/json" not in accepted


def _policy_of(page: bytes) -> bytes:
    """Give the policy that a report has in it, which names its style and its script by their hashes."""
    found = _POLICY.search(page[:4000].decode("utf-8", "replace"))
    assert found is not None
    return unescape(found[1]).encode("latin-1") + b"; frame-ancestors 'none'"
