"""Fingerprints by which a statement is found again without its text."""

from __future__ import annotations

import hashlib


def fingerprint(text: str) -> str:
    r"""Give the first 12 hexadecimal digits of the SHA-1 of `text`, runs of white space made one blank.

    Examples
    --------
    >>> fingerprint("Lift  the\nsanctions.") == fingerprint("Lift the sanctions.")
    True
    """
    return hashlib.sha1(" ".join(text.split()).encode("utf-8"), usedforsecurity=False).hexdigest()[:12]


def fingerprint_number(text: str) -> int:
    """Give the same digits as a number below ``2 ** 48``, for arrays.

    Examples
    --------
    >>> fingerprint_number("Lift them.") == int(fingerprint("Lift them."), 16)
    True
    """
    return int(fingerprint(text), 16)
