"""Extras that commands need."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from stancekit.errors import missing_extra

_SERVE = frozenset({"fastapi", "httptools", "orjson", "pydantic", "starlette", "uvicorn", "uvloop"})


@contextmanager
def extra_serve(purpose: str) -> Iterator[None]:
    """Say that the extra `serve` is missing where a module of it is.

    Examples
    --------
    >>> with extra_serve("stancekit serve"):
    ...     raise ModuleNotFoundError("No module named 'uvicorn'", name="uvicorn")
    Traceback (most recent call last):
    stancekit.errors.MissingExtraError: stancekit serve needs the package 'uvicorn'; run: pip install 'stancekit[serve]'
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in _SERVE:
            raise
        raise missing_extra(package, "serve", purpose) from error
