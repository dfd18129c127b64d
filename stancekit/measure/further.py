"""Whether rows drawn earlier and a further draw make one sample of a design."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from stancekit.errors import InvalidInputError
from stancekit.measure.coded import encode
from stancekit.measure.designs import Sampling
from stancekit.measure.documents import check_documents
from stancekit.measure.earlier import EarlierRows, strata_of
from stancekit.sheet_columns import DRAWN
from stancekit.tables import Table

_ROUNDING = 1e-6


def check_joins(earlier: Sequence[EarlierRows], sampling: Sampling, how: Mapping[str, str], corpus: Table) -> None:
    """Refuse earlier rows with which a further draw makes no sample of the design.

    What is left of a stratum after a random draw from it can be drawn from at random, and both together are a random
    sample of it. That holds too where the earlier draw was from wider strata, such as the whole corpus: how many of its
    rows lie in a stratum is then given. It does not hold where the rows of a stratum had different chances, or a part
    of the earlier draw is not there, also of one document where these were drawn whole, or whole documents were drawn
    then and statements are now.

    Parameters
    ----------
    earlier : sequence of EarlierRows
        Each by itself tells of one draw; the chances of a second draw are those of both together.
    sampling : Sampling
        What is to be drawn now.
    how : mapping of str to str
        That in the words of `how_drawn`.
    corpus : Table
        What was drawn from; it shows whether strata lie inside those of a sheet that names their columns.

    Raises
    ------
    InvalidInputError
        When that shows in chances and strata, or a row lies in another stratum than its sheet says, or whole clusters
        were drawn the one time and not the other. Of tables that do not tell the chances nothing can be said.
    """
    for one in earlier:
        if one.probabilities is None or not len(one.rows):
            continue
        _check_units(one, how[DRAWN])
        _check_strata(one, sampling)
        _check_inside(one, sampling, corpus)
        if sampling.whole_clusters:
            check_documents(one.rows, sampling, one.source)
        _check_whole(one, sampling, alone=len(earlier) == 1)


def _check_units(one: EarlierRows, drawn: str) -> None:
    if one.drawn not in (None, drawn):
        raise InvalidInputError(
            f"{one.source} was drawn as {one.drawn!r}, and now it would be {drawn!r}; a further draw makes one sample "
            "with it only if both are of statements, or of whole clusters of the same column"
        )


def _check_strata(one: EarlierRows, sampling: Sampling) -> None:
    assert one.probabilities is not None  # its caller has looked
    for code in np.unique(sampling.stratum_codes[one.rows]):
        here = sampling.stratum_codes[one.rows] == code
        drawn_from = set() if one.strata is None else {one.strata[i] for i in np.flatnonzero(here).tolist()}
        chances = one.probabilities[here]
        if len(drawn_from) > 1 or np.ptp(chances) > _ROUNDING:
            seen = f"the strata {sorted(drawn_from)[:5]}" if len(drawn_from) > 1 else "different chances"
            raise _not_inside(one, seen, sampling, int(code))


def _check_inside(one: EarlierRows, sampling: Sampling, corpus: Table) -> None:
    """Look at the whole corpus too, since a stratum may lie across strata of which no row there was drawn."""
    if one.drawn_by is None:
        return
    columns = [one.drawn_by] if one.drawn_by in corpus.columns else one.drawn_by.split(",")
    if missing := [name for name in columns if name not in corpus.columns]:
        raise InvalidInputError(
            f"{one.source} was drawn by {one.drawn_by!r}, and {corpus.source} has no column {missing[0]!r}; put it "
            "back, since it shows whether the strata lie inside those of that draw"
        )
    then = encode(one.drawn_by, strata_of(corpus, columns) or (), sampling.n)
    _check_unchanged(one, [then.names[code] for code in then.codes[one.rows]], corpus)
    n_names = len(then.names)
    pairs = np.unique(sampling.stratum_codes * n_names + then.codes)
    codes, counts = np.unique(pairs // n_names, return_counts=True)
    if (counts > 1).any():
        code = int(codes[np.argmax(counts > 1)])
        across = [then.names[pair % n_names] for pair in pairs[pairs // n_names == code]]
        raise _not_inside(one, f"the strata {across[:5]}", sampling, code)


def _check_unchanged(one: EarlierRows, strata: Sequence[str], corpus: Table) -> None:
    for row, now, then in zip(one.rows.tolist(), strata, strata if one.strata is None else one.strata, strict=True):
        if now != then:
            raise InvalidInputError(
                f"{one.source} has the stratum {then!r} for row {row} of {corpus.source}, which is in {now!r} now by "
                f"{one.drawn_by!r}; expected the strata that it was drawn from"
            )


def _not_inside(one: EarlierRows, seen: str, sampling: Sampling, code: int) -> InvalidInputError:
    return InvalidInputError(
        f"{one.source} was drawn with {seen}{sampling.stratum(code)}; a further draw makes one sample with it only by "
        "the same strata, or by strata inside them"
    )


def _check_whole(one: EarlierRows, sampling: Sampling, *, alone: bool) -> None:
    """Each unit drawn stands for one over its chance; together they stand for all, if they are all that was drawn."""
    assert one.probabilities is not None  # its caller has looked
    _, first = np.unique(sampling.unit_codes[one.rows], return_index=True)
    stands_for, n_units = float((1 / one.probabilities[first]).sum()), len(sampling.unit_strata)
    if alone and abs(stands_for - n_units) > _ROUNDING * n_units:
        raise InvalidInputError(
            f"the rows of {one.source} stand for {stands_for:.6g} of {n_units} by their chances; expected the whole "
            "sheet, drawn from this corpus, and, where it was itself drawn besides others, those too"
        )


def notes_of(earlier: Sequence[EarlierRows]) -> tuple[str, ...]:
    """Say what nobody can check but whoever drew."""
    found = []
    for one in earlier:
        if one.probabilities is None:
            found.append(
                f"{one.source} does not tell how its {len(one.rows)} rows were drawn; the sample is valid only where "
                "that was at random, by the same strata and the same documents, and not by score or keyword"
            )
        elif one.drawn is None:
            found.append(
                f"{one.source} does not tell whether statements or whole documents were drawn (older sheets do not), "
                "nor by which columns; the sample is valid only where that was as it is now, or by wider strata"
            )
        if one.probabilities is not None and one.n_blank:
            found.append(f"{one.n_blank} of the {len(one.rows)} rows of {one.source} have no label; label them too")
        if one.by_number_alone:
            found.append(
                f"the rows of {one.source} are found by their number alone; that holds only where the corpus stands in "
                "the order that they were drawn from"
            )
    return tuple(found)
