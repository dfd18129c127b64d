"""What to say where labels do not fit a codebook that nobody named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from stancekit.errors import OtherLabelsError


@contextmanager
def asking_for_codebook(given: str | None) -> Iterator[None]:
    """Ask of labels that are not those of the codebook whether they are of another one, unless one was named.

    Examples
    --------
    >>> from stancekit.errors import unknown_label
    >>> with asking_for_codebook(None):
    ...     raise unknown_label("lifted", ["lift"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    stancekit.errors.OtherLabelsError: unknown label 'lifted'; ...; are these labels of another codebook? give \
--codebook FILE
    """
    try:
        yield
    except OtherLabelsError as error:
        if given:
            raise
        raise OtherLabelsError(f"{error}; are these labels of another codebook? give --codebook FILE") from None
