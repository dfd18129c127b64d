"""The columns of a pool as fields of another file, each once."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from stancekit.errors import InvalidInputError
from stancekit.labelling.pool import StatementPool


def other_context(pool: StatementPool) -> list[str]:
    """Give the context's columns that are not its ids, texts or groups as well.

    Examples
    --------
    >>> pool = StatementPool(ids=("a",), texts=("We met.",), groups=("s1",), names={"id": "id", "group": "speech"},
    ...                      context={"speech": ("s1",), "speaker": ("Ann",)})
    >>> other_context(pool)
    ['speaker']
    """
    own = set(pool.names.values())
    return [column for column in pool.context if column not in own]


def other_values(pool: StatementPool, row: int) -> dict[str, str]:
    """Give what a statement has beside its id and its text: the other context, and its group."""
    values = {column: pool.context[column][row] for column in other_context(pool)}
    return values | ({pool.names["group"]: pool.groups[row]} if _has_group(pool) else {})


def check_fields(pool: StatementPool, own: Iterable[str], path: Path) -> None:
    """See that nothing of `other_values` has the name of a field that a format gives a statement itself.

    Raises
    ------
    InvalidInputError
        Naming what would stand twice.
    """
    group = [pool.names["group"]] if _has_group(pool) else []
    check_once([*other_context(pool), *group, *own], path)


def check_once(columns: list[str], path: Path) -> None:
    """See that each column of a file has a name of its own, so that none is written over another.

    Raises
    ------
    InvalidInputError
        Naming those that would stand twice.
    """
    if twice := sorted({column for column in columns if columns.count(column) > 1}):
        raise InvalidInputError(
            f"the columns {twice} would stand twice in {str(path)!r}; rename the column, the label or the coder, or "
            "leave the column out of the context"
        )


def _has_group(pool: StatementPool) -> bool:
    """Tell whether the groups are a column of their own; ids may serve as groups."""
    return "group" in pool.names and pool.names["group"] not in (pool.names.get("id"), pool.names.get("text"))
