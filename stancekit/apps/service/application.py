"""The service as an ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from importlib import metadata
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from stancekit.apps.service import description
from stancekit.apps.service.answers import send_body
from stancekit.apps.service.description import LINES_IN, LINES_OUT, problems, state_limits
from stancekit.apps.service.guard import LOOPBACK, Guard
from stancekit.apps.service.handlers import Handlers
from stancekit.apps.service.limits import Limits
from stancekit.apps.service.page import page_parts
from stancekit.model import StanceModel
from stancekit.storage.loading import load_located, locate, model_hash

_ABOUT = (
    "Labels political statements by stance, with calibrated scores and the words that weighed. Nothing that is sent is "
    "kept. Errors are problem details (RFC 9457) that name the row and the field."
)


def create_app(
    model: StanceModel | str = "linear", limits: Limits | None = None, *, hosts: Collection[str] = LOOPBACK
) -> FastAPI:
    """Make the service.

    Parameters
    ----------
    model : StanceModel or str, default="linear"
        A model, or what `stancekit.load` loads: a name, the path of a directory, or ``"hf:org/name"``.
    limits : Limits, optional
        What requests may ask.
    hosts : collection of str, default=("localhost", "127.0.0.1", "[::1]")
        The names that the service answers to; ``"*"`` for any. Where it can be reached by others, name it here.

    Returns
    -------
    FastAPI
        An ASGI application, for `stancekit serve` and for any other server.

    Raises
    ------
    ModelFormatError, InvalidInputError
        When there is no such model, or it is damaged.

    Examples
    --------
    >>> app = create_app()
    >>> sorted(app.openapi()["paths"])
    ['/health', '/v1/analyze', '/v1/explain', '/v1/predict', '/version']
    """
    limits = limits or Limits()
    if isinstance(model, StanceModel):
        return _Service(Handlers(model, limits, name="", sha256=None), limits, hosts)
    return create_located_app(model, locate(model), limits, hosts)


def create_located_app(name: str, folder: str, limits: Limits, hosts: Collection[str]) -> FastAPI:
    """Make the service of a model that `locate` has found, the same one in every process; see `create_app`."""
    handlers = Handlers(load_located(name, folder), limits, name=name, sha256=model_hash(folder))
    return _Service(handlers, limits, hosts)


class _Service(FastAPI):
    """FastAPI's routes and description, with a guard in place of its layers, which take longer than a prediction."""

    def __init__(self, handlers: Handlers, limits: Limits, hosts: Collection[str]) -> None:
        @asynccontextmanager
        async def lifespan(app: FastAPI) -> AsyncIterator[None]:
            yield
            handlers.queue.close()

        super().__init__(
            title="stancekit",
            version=metadata.version("stancekit"),
            description=_ABOUT,
            openapi_url=None,
            docs_url=None,
            redoc_url=None,
            redirect_slashes=False,
            lifespan=lifespan,
        )
        self._limits = limits
        self._described: bytes | None = None
        routes = [*_routes(handlers), *self._other_routes(handlers)]
        self.router.routes += routes
        answers = {f"{method} {route.path}": route.app for route in routes for method in route.methods or ()}
        self._guard = Guard(self.router, answers, limits, hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        scope["app"] = self
        await self._guard(scope, receive, send)

    def openapi(self) -> dict[str, Any]:
        """Describe the service."""
        document = get_openapi(title=self.title, version=self.version, description=self.description, routes=self.routes)
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        for model in description.BESIDE:
            schemas[model.__name__] = model.model_json_schema(ref_template="#/components/schemas/{model}")
        for name in ("HTTPValidationError", "ValidationError"):  # FastAPI's own errors, which never occur here
            schemas.pop(name, None)
        return state_limits(document, self._limits)

    async def _openapi(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._described is None:
            self._described = orjson.dumps(self.openapi())
        await send_body(send, self._described)

    def _other_routes(self, handlers: Handlers) -> list[APIRoute]:
        parts = {"/openapi.json": self._openapi, **page_parts(handlers.model, self._limits, handlers.name)}
        return [_Route(path, _nothing, part, methods=["GET"], include_in_schema=False) for path, part in parts.items()]


class _Route(APIRoute):
    """A route that FastAPI describes by `endpoint`, and `answer` answers."""

    def __init__(self, path: str, endpoint: Callable[..., Any], answer: ASGIApp, **described: Any) -> None:  # noqa: ANN401
        super().__init__(path, endpoint, **described)
        self.app = answer


def _routes(handlers: Handlers) -> list[APIRoute]:
    bodies = (400, 408, 413, 415, 422)
    lines_in = {"requestBody": {"content": {"application/x-ndjson": LINES_IN}}}
    lines_out = {200: {"content": {"application/x-ndjson": LINES_OUT}}}
    html = {200: {"content": {"text/html": {"schema": {"type": "string"}}}}}
    post = ["POST"]
    return [
        _Route(
            "/v1/predict",
            predict,
            handlers.predict,
            methods=post,
            responses=lines_out | problems(*bodies),
            openapi_extra=lines_in,
        ),
        _Route("/v1/explain", explain, handlers.explain, methods=post, responses=problems(*bodies)),
        _Route(
            "/v1/analyze",
            analyze,
            handlers.analyze,
            methods=post,
            responses=html | problems(*bodies),
            openapi_extra={"parameters": [_FORMAT]},
        ),
        _Route("/health", health, handlers.health, methods=["GET"], responses=problems()),
        _Route("/version", version, handlers.version, methods=["GET"], responses=problems()),
    ]


_FORMAT = {
    "name": "format",
    "in": "query",
    "required": False,
    "description": "`html` for a page that needs nothing else; without it, what the client accepts decides.",
    "schema": {"type": "string", "enum": ["json", "html"]},
}


# What follows is read and never called: FastAPI describes a route by the signature and the docstring of its endpoint,
# and the `answer` of its `_Route` replies (docs/decisions.md, 39). Whoever calls one by mistake is told at once.


async def predict(body: description.Statements) -> description.Prediction | list[description.Prediction]:
    """Label statements.

    One statement gives one prediction, a list a list, and JSON lines give JSON lines while they come in, of any number.
    """
    raise NotImplementedError


async def explain(body: description.OneStatement) -> description.Explanation:
    """Say which words weigh on each label of a statement."""
    raise NotImplementedError


async def analyze(body: description.Article) -> description.Analysis:
    """Take an article apart: statements, speakers, stances, the words that weighed."""
    raise NotImplementedError


async def health() -> description.Health:
    """Say that the service answers."""
    raise NotImplementedError


async def version() -> description.Version:
    """Say what answers: the package, the model and its labels."""
    raise NotImplementedError


async def _nothing() -> None:
    raise NotImplementedError
