"""Behaviour cases: what they are, and how a file of them is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from numbers import Real
from pathlib import Path
from typing import Literal

from stancekit.errors import InvalidInputError, place, unknown_option
from stancekit.tables import read_table
from stancekit.text.checks import check_statement

Kind = Literal["mft", "inv", "dir"]

PACKAGED = Path(__file__).with_name("behaviour.jsonl")

_COMMON = ("capability", "kind", "group", "text")
_REQUIRED = {"mft": ("expected",), "inv": ("texts",), "dir": ("texts", "direction")}
_OPTIONAL = {"mft": ("forbidden",), "inv": ("names",), "dir": ("tolerance", "flip")}


@dataclass(frozen=True, slots=True, kw_only=True)
class BehaviourCase:
    """What a model must do with a statement, or with a statement and what becomes of it.

    The three kinds are those of Ribeiro et al. (2020), "Beyond accuracy: behavioral testing of NLP models
    with CheckList", section 2.

    Attributes
    ----------
    capability : str
        What the case tests.
    kind : "mft", "inv" or "dir"
        Minimum functionality: the labels are known. Invariance: no decision may change. Direction: scores
        must not move the other way.
    group : str
        The template; cases of one group are not independent.
    text : str
        The statement.
    expected : tuple of str
        For "mft", the labels that must be asserted.
    forbidden : tuple of str or None
        For "mft", the labels that must not be asserted; None: all that are not expected. On a label in
        neither of the two the case is silent.
    texts : tuple of str
        For "inv" and "dir", the changed statements, each compared with `text`.
    names : tuple of str
        For "inv", what was put into `text` and then into each of `texts`, for figures by name; or empty.
    direction : mapping of str to "up" or "down"
        For "dir", where the score of a label must go.
    tolerance : float
        For "dir", how far a score may go the other way, from 0 to 1.
    flip : bool
        For "dir", whether the label must also be asserted in the end ("up"), or not be asserted ("down").

    Examples
    --------
    >>> case = BehaviourCase(capability="negation", kind="dir", group="1", text="Lift the embargo.",
    ...                      texts=("Do not lift the embargo.",), direction={"anti-sanction": "down"})
    >>> case.flip, case.tolerance
    (False, 0.0)
    """

    capability: str
    kind: Kind
    group: str
    text: str
    expected: tuple[str, ...] = ()
    forbidden: tuple[str, ...] | None = None
    texts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    direction: Mapping[str, Literal["up", "down"]] = field(default_factory=dict, hash=False)
    tolerance: float = 0.0
    flip: bool = False

    def named_labels(self) -> list[tuple[str, str]]:
        """Give every label that the case names, with its field."""
        fields = {"expected": self.expected, "forbidden": self.forbidden or (), "direction": self.direction}
        return [(label, name) for name, labels in fields.items() for label in labels]


def read_behaviour(source: str | Path | None = None) -> tuple[BehaviourCase, ...]:
    r"""Read behaviour cases from JSON Lines.

    Each line holds ``capability``, ``kind`` ("mft", "inv" or "dir"), ``group`` and ``text``, and what its kind
    asks for: mft ``expected`` and, if need be, ``forbidden``; inv ``texts`` and, if need be, ``names``; dir
    ``texts`` and ``direction`` and, if need be, ``tolerance`` and ``flip``; see `BehaviourCase`.

    Parameters
    ----------
    source : str or Path, optional
        A ``.jsonl`` file; without it the cases in the package, which follow its codebook.

    Returns
    -------
    tuple of BehaviourCase

    Raises
    ------
    InvalidInputError
        On a field that is missing, unknown or of another type, and on a file without rows; the message
        names row and field.

    Examples
    --------
    >>> case = read_behaviour()[0]
    >>> case.kind, case.expected
    ('mft', ('anti-sanction',))
    """
    table = read_table(PACKAGED if source is None else source)
    cases = []
    for number, row in enumerate(table):
        try:
            cases.append(_read_case(row, number))
        except InvalidInputError as error:
            raise InvalidInputError(f"{table.source}: {error}") from None
    if not cases:
        raise InvalidInputError(f"{table.source} has no rows; expected one behaviour case in each")
    return tuple(cases)


def _read_case(row: Mapping[str, object], number: int) -> BehaviourCase:
    kind = row.get("kind")
    if not isinstance(kind, str) or kind not in _REQUIRED:
        raise unknown_option(f"kind{place(number)}:", kind, _REQUIRED)
    _check_fields(row, number, kind)
    read = {name: _READERS[name](row[name], number, name) for name in row}
    case = BehaviourCase(**read)  # type: ignore[arg-type]  # each reader gives its type
    if case.names and len(case.names) != len(case.texts) + 1:
        raise InvalidInputError(
            f"{len(case.names)} names{place(number, 'names')} for {len(case.texts)} texts; "
            "expected one for 'text' and one for each of 'texts'"
        )
    if both := sorted(set(case.expected) & set(case.forbidden or ())):
        raise InvalidInputError(f"{both} both expected and forbidden{place(number, 'forbidden')}; choose one")
    return case


def _check_fields(row: Mapping[str, object], number: int, kind: str) -> None:
    needed = (*_COMMON, *_REQUIRED[kind])
    for name in needed:
        if name not in row:
            raise InvalidInputError(f"no field {name!r}{place(number)}; a case of kind {kind!r} needs {list(needed)}")
    for name in row:
        if name not in (*needed, *_OPTIONAL[kind]):
            raise unknown_option(f"field{place(number)}:", name, (*needed, *_OPTIONAL[kind]))


def _read_name(value: object, row: int, name: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _unexpected(value, "a str that is not blank", row, name)
    return value


def _read_names(value: object, row: int, name: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _unexpected(value, "a list of str", row, name)
    return tuple(value)


def _read_text(value: object, row: int, name: str) -> str:
    return check_statement(value, row=row, field=name)


def _read_texts(value: object, row: int, name: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise _unexpected(value, "a list of one statement or more", row, name)
    return tuple(check_statement(item, row=row, field=name) for item in value)


def _read_direction(value: object, row: int, name: str) -> dict[str, object]:
    if not isinstance(value, dict) or not value or not all(way in ("up", "down") for way in value.values()):
        raise _unexpected(value, 'an object of labels and "up" or "down"', row, name)
    return value


def _read_tolerance(value: object, row: int, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 <= float(value) <= 1:
        raise _unexpected(value, "a number from 0 to 1", row, name)
    return float(value)


def _read_flip(value: object, row: int, name: str) -> bool:
    if not isinstance(value, bool):
        raise _unexpected(value, "true or false", row, name)
    return value


def _unexpected(value: object, expected: str, row: int, name: str) -> InvalidInputError:
    return InvalidInputError(f"{value!r}{place(row, name)}; expected {expected}")


_READERS: Mapping[str, Callable[[object, int, str], object]] = {
    "capability": _read_name,
    "kind": _read_name,
    "group": _read_name,
    "text": _read_text,
    "expected": _read_names,
    "forbidden": _read_names,
    "texts": _read_texts,
    "names": _read_names,
    "direction": _read_direction,
    "tolerance": _read_tolerance,
    "flip": _read_flip,
}


def all_texts(cases: Iterable[BehaviourCase]) -> list[str]:
    """Give every statement of the cases once, in the order in which they come."""
    return list(dict.fromkeys(text for case in cases for text in (case.text, *case.texts)))
