"""The page for people: its parts as they lie in the package."""

from __future__ import annotations

from hashlib import sha256
from importlib.resources import files
from itertools import combinations

from starlette.types import ASGIApp, Receive, Scope, Send

from stancekit.apps.service.answers import HTML, NOTHING_ALLOWED, PAGE_ALLOWED, send_document
from stancekit.model import StanceModel
from stancekit.report.article_text import Look

_CSS = b"text/css; charset=utf-8"
_SCRIPT = b"text/javascript; charset=utf-8"
_MOST_LABELS = 6  # whose every combination gets a look of its own


def page_parts(model: StanceModel) -> dict[str, ASGIApp]:
    """Give what answers for each address of the page."""
    own = files("stancekit.apps.service") / "static"
    report = files("stancekit.report")
    return {
        "/": _part((own / "index.html").read_bytes(), HTML),
        "/page.css": _part((own / "page.css").read_bytes(), _CSS),
        "/page.js": _part((own / "page.js").read_bytes(), _SCRIPT),
        "/article.css": _part((report / "article.css").read_bytes(), _CSS),
        "/stances.css": _part(_look(model).style().encode(), _CSS),
    }


def _look(model: StanceModel) -> Look:
    columns = range(len(model.labels))
    sizes = columns[1:] if len(columns) <= _MOST_LABELS else range(1, 3)
    several = (found for size in sizes for found in combinations(columns, size + 1))
    return Look(labels=model.labels, together=(*((column,) for column in columns), *several))


def _part(content: bytes, media: bytes) -> ASGIApp:
    tag = b'"%b"' % sha256(content).hexdigest()[:20].encode()
    extra = [(b"cache-control", b"no-cache"), (b"etag", tag)]
    policy = PAGE_ALLOWED if media == HTML else NOTHING_ALLOWED

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if any(name == b"if-none-match" and value == tag for name, value in scope["headers"]):
            await send({"type": "http.response.start", "status": 304, "headers": extra})
            await send({"type": "http.response.body", "body": b""})
            return
        await send_document(send, content, media=media, policy=policy, extra=extra)

    return answer
