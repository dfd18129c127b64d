"""What a session shows: the next statement, and how far its coder is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A statement to decide on.

    Attributes
    ----------
    id, text, group : str
        The statement.
    context : mapping of str to str
        What is shown beside it.
    before : tuple of str or None
        What the coder said of it earlier, where it is shown again for review; else empty.
    is_review : bool
        Whether it is.
    """

    id: str
    text: str
    group: str
    context: Mapping[str, str]
    before: tuple[str, ...] | None = ()
    is_review: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a coder is.

    Attributes
    ----------
    n_statements, n_decided, n_cannot_say, n_skipped : int
        Of the pool: all, decided on (those that the coder cannot say included), and put off.
    per_label : mapping of str to int
        How often each label was given, in the codebook's order; "none of them" apart.
    n_none : int
        Statements that take none of the labels.
    n_audited, n_audit_open : int
        Statements of the random sample so far, and those among them without a decision.
    n_chosen, trained_on : int
        Labelled statements outside the random sample, and those that the last model learned from.
    """

    n_statements: int
    n_decided: int
    n_cannot_say: int
    n_skipped: int
    per_label: Mapping[str, int]
    n_none: int
    n_audited: int
    n_audit_open: int
    n_chosen: int
    trained_on: int
