"""Whether a table may be written, asked before long work starts."""

from __future__ import annotations

from pathlib import Path

from stancekit.errors import file_exists
from stancekit.tables import check_format


def check_target(target: str | Path, *, overwrite: bool) -> None:
    """Raise now what would keep a table from being written later.

    Raises
    ------
    InvalidInputError
        When no format goes by the suffix, or the file exists and may not be replaced.
    """
    check_format(target)
    if Path(target).exists() and not overwrite:
        raise file_exists(target)


def is_same_file(source: str | Path, target: str | Path) -> bool:
    """Tell whether two names are of one file, also by a link.

    Examples
    --------
    >>> is_same_file("articles.csv", "./articles.csv")
    True
    """
    return Path(source).resolve() == Path(target).resolve()
