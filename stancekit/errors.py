"""The exception tree, and the one place where messages about bad input are worded.

Every message says what came, what was expected and, where there is a remedy, what to do.
"""

from __future__ import annotations

import os
import reprlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from errno import ENOENT
from pathlib import Path

_SHOWN = 60  # characters of a value in a message


class StancekitError(Exception):
    """Base of every error that stancekit raises on purpose.

    Examples
    --------
    >>> issubclass(ModelFormatError, StancekitError)
    True
    """


class InvalidInputError(StancekitError, ValueError):
    """A statement, a row, a field or an argument is not what was asked for.

    Examples
    --------
    >>> import stancekit
    >>> stancekit.predict(["Fine.", 7])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    stancekit.errors.InvalidInputError: expected a str in row 1, got int: 7; ...
    """


class OtherLabelsError(InvalidInputError):
    """A table has labels that the codebook does not know, or lacks columns for those that it has.

    Examples
    --------
    >>> raise unknown_label("lifted", ["lift"])
    Traceback (most recent call last):
        ...
    stancekit.errors.OtherLabelsError: unknown label 'lifted'; expected one of ['lift']
    """


class TooFewAnnotatedError(InvalidInputError):
    """A sample has too few annotated statements, or none yet.

    Examples
    --------
    >>> raise too_few_annotated(1, "lift", least=30)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    stancekit.errors.TooFewAnnotatedError: 1 statement is annotated for 'lift'; expected 30 or more of those ...
    """


class CodebookError(StancekitError, ValueError):
    """A codebook cannot be read or contradicts itself.

    Examples
    --------
    >>> import stancekit
    >>> stancekit.Codebook.from_labels(["pro", "pro"])
    Traceback (most recent call last):
        ...
    stancekit.errors.CodebookError: each label must be unique, got ['pro'] more than once
    """


class ModelFormatError(StancekitError, ValueError):
    """A model directory is damaged, incomplete, or written by a newer format.

    Examples
    --------
    >>> import stancekit, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     stancekit.load(folder)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    stancekit.errors.ModelFormatError: ... has no config.json; expected a directory written by stancekit.save
    """


class HubError(StancekitError, OSError):
    """The hub of models cannot be reached, refuses, or does not have what was asked for.

    Examples
    --------
    >>> raise HubError("the hub has no 'org/name', or does not show it to you")
    Traceback (most recent call last):
        ...
    stancekit.errors.HubError: the hub has no 'org/name', or does not show it to you
    """


class MissingExtraError(StancekitError, ImportError):
    """An optional package is needed and not installed.

    Examples
    --------
    >>> raise missing_extra("pyarrow", "parquet", "Reading Parquet")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    stancekit.errors.MissingExtraError: ... needs the package 'pyarrow'; run: pip install 'stancekit[parquet]'
    """


def place(row: int | None = None, field: str | None = None) -> str:
    """Name a place in the input: ``" in row 17, field 'text'"``, or an empty string."""
    parts = []
    if row is not None:
        parts.append(f"row {row}")
    if field is not None:
        parts.append(f"field {field!r}")
    return " in " + ", ".join(parts) if parts else ""


@contextmanager
def naming(source: object) -> Iterator[None]:
    """Say of errors in here what the rows that they name were read from.

    Examples
    --------
    >>> with naming("labels.csv"):
    ...     raise unknown_label("lifted", ["lift"], row=17)
    Traceback (most recent call last):
        ...
    stancekit.errors.OtherLabelsError: labels.csv: unknown label 'lifted' in row 17; expected one of ['lift']
    """
    try:
        yield
    except InvalidInputError as error:
        raise type(error)(f"{source}: {error}") from None


def refuse_masked(name: str, values: object) -> None:
    """Raise on a masked array of numpy, whose masked values would be taken for what stands beneath the mask.

    Raises
    ------
    InvalidInputError
    """
    if hasattr(values, "mask") and hasattr(values, "filled"):
        raise InvalidInputError(f"{name} is a masked array; expected NaN where nothing is known, as .filled(nan) gives")


def shown(value: object) -> str:
    """Give a value as Python writes it, cut to 60 characters.

    Examples
    --------
    >>> shown("no" * 100)[-6:]
    'ono...'
    """
    try:
        whole = repr(value)
    except RecursionError:
        whole = reprlib.repr(value)  # of lists within lists within lists, the outer ones
    return whole if len(whole) <= _SHOWN else whole[: _SHOWN - 3] + "..."


def not_text(value: object, row: int | None = None, field: str | None = None) -> InvalidInputError:
    """Build the error for a statement that is no text."""
    return InvalidInputError(
        f"expected a str{place(row, field)}, got {type(value).__name__}: {shown(value)}; "
        "use '' for an empty statement, or drop the row"
    )


def lone_surrogate(position: int, row: int | None = None, field: str | None = None) -> InvalidInputError:
    """Build the error for text that cannot be written as UTF-8."""
    return InvalidInputError(
        f"lone surrogate at character {position}{place(row, field)}; "
        "the text was decoded wrongly: read it again with the right encoding"
    )


def invalid_utf8(byte: int, offset: int, row: int | None = None, field: str | None = None) -> InvalidInputError:
    """Build the error for bytes that are no text."""
    return InvalidInputError(
        f"byte 0x{byte:02x} at offset {offset}{place(row, field)} is not UTF-8; "
        "write the column again from text with the right encoding"
    )


def not_text_column(kind: str, field: str | None = None) -> InvalidInputError:
    """Build the error for a column of numbers, dates or anything else that is no text."""
    return InvalidInputError(f"expected a column of text{place(field=field)}, got one of {kind}; turn it into text")


def unknown_label(
    label: object, expected: Iterable[str], row: int | None = None, field: str | None = None
) -> OtherLabelsError:
    """Build the error for a label or code that the codebook does not have."""
    return OtherLabelsError(f"unknown label {label!r}{place(row, field)}; expected one of {sorted(expected)}")


def unknown_option(name: str, value: object, expected: Iterable[str]) -> InvalidInputError:
    """Build the error for an argument that is none of its options."""
    return InvalidInputError(f"unknown {name} {value!r}; expected one of {sorted(expected)}")


def missing_column(column: str, available: Iterable[object], source: str) -> InvalidInputError:
    """Build the error for a table without the column that was asked for; columns of frames may be called anything."""
    return InvalidInputError(f"{source} has no column {column!r}; it has {sorted(available, key=str)}")


def missing_labels(column: str, available: Iterable[str], source: str) -> OtherLabelsError:
    """Build the error for a table without a column for its labels, or for one of them."""
    return OtherLabelsError(str(missing_column(column, available, source)))


def too_few_annotated(n: int, label: str, *, least: int) -> TooFewAnnotatedError:
    """Build the error for a sample that hardly anybody annotated."""
    found = "1 statement is" if n == 1 else f"{n} statements are"
    return TooFewAnnotatedError(f"{found} annotated for {label!r}; expected {least} or more of those that were drawn")


def predictions_for_labels(source: str, labels: str, told_by: Iterable[str]) -> InvalidInputError:
    """Build the error for a model's predictions where labels by hand are expected."""
    names = list(told_by)
    return InvalidInputError(
        f"{source} holds predictions, as the columns {names} beside {labels!r} say, and labels by hand are expected: "
        f"by a model's own answers any model is right. Give a table that people labelled; if people went through "
        f"{labels!r} here, write it without those columns"
    )


def in_words(error: Exception) -> str:
    """Say what went wrong, also where it is the system that says it: without its number, and with what to do.

    Examples
    --------
    >>> try:
    ...     open("nope.jsonl")
    ... except OSError as error:
    ...     in_words(error)
    "there is no file 'nope.jsonl'; look at its name, and at the folder from which it is looked for"
    """
    if isinstance(error, StancekitError) or not isinstance(error, OSError) or error.filename is None:
        return str(error)
    name = os.fsdecode(error.filename) if isinstance(error.filename, bytes) else str(error.filename)
    if error.errno != ENOENT or error.strerror != os.strerror(ENOENT):  # one of ours says more
        return f"{error.strerror}: {name!r}"
    folder = Path(name).parent
    if not folder.is_dir():
        return f"there is no folder {str(folder)!r} for {name!r}; look at its name, or make it first"
    return f"there is no file {name!r}; look at its name, and at the folder from which it is looked for"


def file_exists(path: object) -> InvalidInputError:
    """Build the error for an output that would replace something."""
    return InvalidInputError(
        f"{str(path)!r} exists; choose another name, or let it be replaced (--overwrite, or overwrite=True)"
    )


def missing_extra(package: str, extra: str, purpose: str) -> MissingExtraError:
    """Build the error for an optional package that is not installed."""
    return MissingExtraError(f"{purpose} needs the package {package!r}; run: pip install 'stancekit[{extra}]'")


def missing_java(found: str) -> MissingExtraError:
    """Build the error for a Java that is not there or too old for Spark."""
    return MissingExtraError(
        f"Spark needs Java 17 or newer, and {found}; install one (Debian, Ubuntu: apt install openjdk-17-jre-headless; "
        "macOS: brew install openjdk@17), or let JAVA_HOME name it"
    )
