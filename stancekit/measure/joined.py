"""Whether sheets that were drawn one after the other are together one sample of the declared design."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stancekit.errors import InvalidInputError, naming, place
from stancekit.files.annotations import Sheet
from stancekit.measure.designs import Sampling
from stancekit.measure.documents import check_documents
from stancekit.sheet_columns import PROBABILITY, STRATUM

_ROUNDING = 1e-6


def check_joined(sheets: Sequence[Sheet], sampling: Sampling) -> None:
    """Refuse sheets that were not drawn by the declared design, or of which one is missing.

    In a stratum of the design all rows of a sheet had the same chance, and the chance in the last sheet is that to be
    in one of them: as many rows must be there, or documents where these were drawn.

    Parameters
    ----------
    sheets : sequence of Sheet
        In the order in which they were drawn.
    sampling : Sampling
        The design of the last draw.

    Raises
    ------
    InvalidInputError
        Naming table, row and field. Of tables that do not tell chances only their rows are counted.

    Examples
    --------
    >>> from stancekit.measure.designs import declare
    >>> sheet = Sheet(source="more.csv", ids=["a", "b"], numbers=[0, 1], chances=[0.5, 0.4], rows=[0, 1])
    >>> check_joined([sheet], declare(4, design="random"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    stancekit.errors.InvalidInputError: more.csv: 0.4 in row 1, field 'probability', but 0.5 in row 0...
    """
    for sheet in sheets:
        with naming(sheet.source):
            if outside := [i for i, row in enumerate(sheet.rows) if row < 0]:
                where = place(sheet.numbers[outside[0]])
                raise InvalidInputError(f"id {sheet.ids[outside[0]]!r}{where} is no row of the corpus; draw from it")
            _check_alike(sheet, sheet.strata, STRATUM, sampling)
            _check_alike(sheet, sheet.chances, PROBABILITY, sampling)
    with naming(sheets[-1].source):
        _check_whole(sheets, sampling)


def check_whole_documents(sheets: Sequence[Sheet], sampling: Sampling) -> None:
    """Refuse a sheet that lacks rows of a document that was drawn whole.

    Parameters
    ----------
    sheets : sequence of Sheet
        Annotations. Those that say neither what was drawn nor with which chances may leave out what is not annotated.
    sampling : Sampling
        A design by which documents were drawn whole.

    Raises
    ------
    InvalidInputError
        Naming table, document, and how many of its rows are missing.
    """
    for sheet in sheets:
        if sheet.documents is not None or sheet.chances is not None:
            check_documents([row for row in sheet.rows if row >= 0], sampling, sheet.source)


def _check_alike(sheet: Sheet, values: Sequence[object] | None, field: str, sampling: Sampling) -> None:
    """Let rows of one stratum have one value."""
    first: dict[int, int] = {}
    for i, value in enumerate(values or ()):
        code = int(sampling.stratum_codes[sheet.rows[i]])
        before = (values or ())[first.setdefault(code, i)]
        alike = (
            abs(value - before) <= _ROUNDING
            if isinstance(value, float) and isinstance(before, float)
            else value == before
        )
        if not alike:
            raise InvalidInputError(
                f"{value!r}{place(sheet.numbers[i], field)}, but {before!r} in row {sheet.numbers[first[code]]}"
                f"{sampling.stratum(code) or ', and no strata are declared'}; declare the design and the strata by "
                "which the last sheet was drawn"
            )


def _check_whole(sheets: Sequence[Sheet], sampling: Sampling) -> None:
    last = sheets[-1]
    units = np.unique(sampling.unit_codes[[row for sheet in sheets for row in sheet.rows]])
    drawn = np.bincount(sampling.unit_strata[units], minlength=len(sampling.n_units))
    for i, chance in enumerate(last.chances or ()):
        code = int(sampling.stratum_codes[last.rows[i]])
        n, n_all = int(drawn[code]), int(sampling.n_units[code])
        if abs(chance * n_all - n) > _ROUNDING * n_all:
            is_plain = len(sheets) == 1 and last.strata is None and len({chance, *(last.chances or ())}) == 1
            remedy = (
                "every row has that chance and none a stratum, as of a random sample: declare design 'random'"
                if is_plain and sampling.stratum(code)
                else "name all sheets, each whole, in the order in which they were drawn"
            )
            raise InvalidInputError(
                f"the chance is {chance:.6g}{place(last.numbers[i], PROBABILITY)}, but {n} of {n_all}"
                f"{sampling.stratum(code)} are in the sheets; {remedy}"
            )
