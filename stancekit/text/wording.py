"""Numbers and their nouns."""

from __future__ import annotations


def counted(n: int, noun: str, plural: str | None = None) -> str:
    """Write how many there are of something.

    Parameters
    ----------
    n : int
        How many.
    noun : str
        What there is one of.
    plural : str, optional
        Where it is not the noun with an "s".

    Examples
    --------
    >>> counted(1, "group"), counted(2000, "group"), counted(0, "capability", "capabilities")
    ('1 group', '2,000 groups', '0 capabilities')
    """
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {plural or noun + 's'}"
