"""What to say where a sample was drawn and hardly anybody annotated it."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator
from contextlib import contextmanager

from stancekit.errors import TooFewAnnotatedError


@contextmanager
def asking_for_annotations(options: argparse.Namespace) -> Iterator[None]:
    """Say of a sample with too few annotations how they are made, by the options of the commands that read a corpus.

    Examples
    --------
    >>> from stancekit.errors import too_few_annotated
    >>> with asking_for_annotations(argparse.Namespace(table="all.csv", gold="sample.csv", labels="labels")):
    ...     raise too_few_annotated(0, "lift", least=30)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    stancekit.errors.TooFewAnnotatedError: 0 statements are annotated for 'lift'; ...: fill in the column 'labels' of \
sample.csv ('none' where no label fits), or ...
    """
    try:
        yield
    except TooFewAnnotatedError as error:
        raise TooFewAnnotatedError(f"{error}: {_how(options)}") from None


def _how(options: argparse.Namespace) -> str:
    column = options.labels or "labels"
    if options.gold is None:
        draw = f"stancekit draw {shlex.quote(options.table)} --n 600 --output sample.csv"
        return f"draw a sample ({draw}), fill in its column {column!r}, and give it by --gold"
    return (
        f"fill in the column {column!r} of {options.gold} ('none' where no label fits), or let stancekit label "
        "ask for its statements with --audit 1, and give what --export writes by --gold"
    )
