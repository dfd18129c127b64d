"""What commands print: JSON on stdout, talk on stderr, a bar on a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from stancekit.apps.one_statement import unfamiliar_line
from stancekit.errors import in_words
from stancekit.model import StanceModel
from stancekit.records import Prediction


def as_json(content: object) -> str:
    """Give JSON on one line, letters as they are."""
    return json.dumps(content, ensure_ascii=False)


def complain(error: Exception) -> None:
    """Say what went wrong, in letters that can be written even where it is about others."""
    message = _unwritable(error) if isinstance(error, UnicodeEncodeError) else in_words(error)
    print("stancekit: " + message.encode("utf-8", "backslashreplace").decode(), file=sys.stderr)


def _unwritable(error: UnicodeEncodeError) -> str:
    around = error.object[max(error.start - 20, 0) : error.end + 20]
    return f"cannot write {around!r} as {error.encoding.upper()}; give names and texts that are UTF-8"


def say(message: str) -> None:
    """Say what goes on, on a terminal only."""
    if sys.stderr.isatty():
        print(message, file=sys.stderr)


@contextmanager
def progress(total: int | None) -> Iterator[Any]:
    """Show a bar on a terminal, nothing in a pipe."""
    from tqdm import tqdm

    with tqdm(total=total, unit=" rows", disable=None) as bar:
        yield bar


def warn_of_training_statements(name: str, model: StanceModel, texts: Sequence[str]) -> None:
    """Warn where a model is measured on what it learned from."""
    n_seen = int(model.was_trained_on(texts).sum())
    if n_seen:
        print(
            f"stancekit: {n_seen} of {len(texts)} statements are among those that {name!r} was trained on; "
            "figures on them are too good",
            file=sys.stderr,
        )


def warn_of_unfamiliar(prediction: Prediction, model: StanceModel) -> None:
    """Warn of a statement unlike what the model was trained on."""
    if prediction.unfamiliar:
        print(f"stancekit: {unfamiliar_line(prediction, model)}", file=sys.stderr)
