"""The page for people: its parts as they lie in the package."""

from __future__ import annotations

import json
from hashlib import sha256
from html import escape
from importlib.metadata import version
from importlib.resources import files
from itertools import combinations
from string import Template

from starlette.types import ASGIApp, Receive, Scope, Send

from stancekit.apps.service.answers import HTML, NOTHING_ALLOWED, PAGE_ALLOWED, send_document, send_unchanged
from stancekit.apps.service.limits import Limits
from stancekit.model import StanceModel
from stancekit.report.article_text import SIGNS, Look

CSS = b"text/css; charset=utf-8"
SCRIPT = b"text/javascript; charset=utf-8"
ICON = b"image/svg+xml"
_MOST_LABELS = 6  # whose every combination gets a look of its own


def page_parts(model: StanceModel, limits: Limits, name: str) -> dict[str, ASGIApp]:
    """Give what answers for each address of the page."""
    own = files("stancekit.apps.service") / "static"
    report = files("stancekit.report")
    return {
        "/": part(_page((own / "index.html").read_text(encoding="utf-8"), model, limits, name), HTML),
        "/page.css": part((own / "page.css").read_bytes(), CSS),
        "/page.js": part((own / "page.js").read_bytes(), SCRIPT),
        "/shared.js": part((report / "shared.js").read_bytes(), SCRIPT),
        "/icon.svg": part((own / "icon.svg").read_bytes(), ICON),
        "/article.css": part((report / "article.css").read_bytes(), CSS),
        "/stances.css": part(_look(model).style().encode(), CSS),
    }


def _page(template: str, model: StanceModel, limits: Limits, name: str) -> bytes:
    """Tell the page what it has to know of the model and the limits."""
    definitions = {stance.label: stance.definition for stance in model.codebook.stances}
    look = {
        "labels": model.labels,
        "signs": SIGNS,
        "definitions": {label: definitions[label] for label in model.labels},
        "characters": limits.characters,
    }
    told = {"look": json.dumps(look, ensure_ascii=False), "version": version("stancekit"), "model": name or "unnamed"}
    return Template(template).substitute({key: escape(value) for key, value in told.items()}).encode()


def _look(model: StanceModel) -> Look:
    columns = range(len(model.labels))
    sizes = columns[1:] if len(columns) <= _MOST_LABELS else range(1, 3)
    several = (found for size in sizes for found in combinations(columns, size + 1))
    return Look(labels=model.labels, together=(*((column,) for column in columns), *several))


def part(content: bytes, media: bytes) -> ASGIApp:
    """Give what answers by a file of the page, which browsers may keep and ask about."""
    tag = b'"%b"' % sha256(content).hexdigest()[:20].encode()
    kept, extra = (b"cache-control", b"no-cache"), [(b"etag", tag)]
    policy = PAGE_ALLOWED if media == HTML else NOTHING_ALLOWED

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if any(name == b"if-none-match" and value == tag for name, value in scope["headers"]):
            await send_unchanged(send, policy=policy, kept=kept, extra=extra)
        else:
            await send_document(send, content, media=media, policy=policy, kept=kept, extra=extra)

    return answer
