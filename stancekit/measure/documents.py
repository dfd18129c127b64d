"""Whether all of each document is there, where documents were drawn whole."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stancekit.errors import InvalidInputError
from stancekit.measure.designs import Sampling


def check_documents(rows: Sequence[int] | NDArray[np.intp], sampling: Sampling, source: str) -> None:
    """Refuse a sheet in which a document that was drawn whole lacks some of its rows.

    Whoever deletes rows from a sheet hardly does so at random: those that are hard to judge go first. A row that is
    there without a label says at least that it was drawn.

    Parameters
    ----------
    rows : sequence of int, or array
        Rows of the corpus that the sheet has.
    sampling : Sampling
        A design with clusters.
    source : str
        The sheet.

    Raises
    ------
    InvalidInputError
        Naming a document and how many of its rows are missing.

    Examples
    --------
    >>> from stancekit.measure.designs import declare
    >>> speeches = declare(6, design="random", clusters=["a", "a", "a", "b", "b", "b"], drawn="clusters")
    >>> check_documents([0, 1, 2], speeches, "pilot.csv")
    >>> check_documents([0, 2], speeches, "pilot.csv")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    stancekit.errors.InvalidInputError: pilot.csv has 2 of the 3 rows of 'a': 1 is missing, and documents were drawn ...
    """
    assert sampling.clusters is not None  # its callers have looked
    units, counts = np.unique(sampling.unit_codes[rows], return_counts=True)
    missing = sampling.unit_sizes[units] - counts
    if not (in_part := np.flatnonzero(missing)).size:
        return
    at = int(in_part[0])
    size, n = int(sampling.unit_sizes[units[at]]), int(missing[at])
    row = int(np.argmax(sampling.unit_codes == units[at]))
    name = sampling.clusters.names[int(sampling.clusters.codes[row])]
    others = f" (as are some of {len(in_part) - 1} more documents)" if len(in_part) > 1 else ""
    raise InvalidInputError(
        f"{source} has {size - n} of the {size} rows of {name!r}: {n} {'is' if n == 1 else 'are'} missing{others}, and "
        "documents were drawn whole; put back what was deleted, without a label where there is none"
    )
