"""Whether annotated statements can be the sample that they are said to be: the model knows all of the corpus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from stancekit.errors import InvalidInputError
from stancekit.measure.designs import Sampling
from stancekit.measure.rare import bound_on_chance, chance_of_count

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.intp]

LEAST_CHANCE = 1e-4
# The lower half of the scores says little; selection by score or by uncertainty shows in the rest.
_CUTS = (0.5, 0.8, 0.9, 0.97)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mark:
    """Something that the model says of some statements, by which a sample can be compared with the corpus."""

    flags: Flags
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chance:
    """How likely what was seen, or something stranger, is, and what it was."""

    p_value: float
    what: str


def check_random(predicted: Floats, rows: Ints, sampling: Sampling, label: str) -> None:
    """Refuse a sample whose predictions are unlike those of the corpus that it is said to be drawn from.

    For statements drawn at random or by strata the counts of what the model says are hypergeometric. Strata are
    compared one by one and, since little in each may be much in all, together: a hypergeometric count is distributed
    like a sum of independent events (Vatutin & Mikhailov 1982, Theory of Probability and its Applications 27,
    734-743), and so is the sum over strata, whose chance is then bounded by Bernstein's inequality. For other designs
    the chance is bounded by it too, which refuses less often. The level is 0.0001 for all that is compared at once:
    strata one by one, and again for all together.

    Parameters
    ----------
    predicted : array of shape (n_statements,)
        The model's labels or scores for one label.
    rows : array of int
        The annotated statements.
    sampling : Sampling
        The declared design.
    label : str
        The label, for the message.

    Raises
    ------
    InvalidInputError
        Where chance alone would give such a sample less than once in 10,000 times, or so many statements by the
        probabilities that they are said to have had.

    Examples
    --------
    >>> from stancekit.measure.designs import declare
    >>> scores = np.linspace(0, 1, 1000)
    >>> check_random(scores, np.arange(900, 1000), declare(1000, design="random"), "a")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    stancekit.errors.InvalidInputError: the annotated statements are no random sample of the corpus: ...
    """
    if not sampling.whole_clusters and sampling.probabilities is None:
        _refuse_unlikely(_joint_chances(predicted, rows, sampling), label)
        _refuse_unlikely(_count_chances(predicted, rows, sampling), label)
    elif sampling.probabilities is None or not np.isnan(sampling.probabilities).any():
        _refuse_unlikely(_weighted_chances(predicted, rows, sampling), label)
        _check_number(rows, sampling)


def _check_number(rows: Ints, sampling: Sampling) -> None:
    """Refuse chances by which quite another number would have been drawn; the level is again 0.0001."""
    if sampling.probabilities is None:
        return
    units = sampling.unit_codes if sampling.whole_clusters else np.arange(sampling.n)
    chances = _unit_chances(sampling, units, rows)
    n_drawn, expected = len(np.unique(units[rows])), float(chances.sum())
    if bound_on_chance(n_drawn - expected, float(chances @ (1 - chances)), 1.0) < LEAST_CHANCE:
        what = "clusters" if sampling.whole_clusters else "statements"
        raise InvalidInputError(
            f"{n_drawn} {what} are annotated, and by their probabilities {expected:,.0f} are to be expected; give the "
            "chance that each one had to be drawn and annotated, before anyone knew which were"
        )


def _refuse_unlikely(chances: Iterable[_Chance], label: str) -> None:
    found = list(chances)
    chance, what = min(((one.p_value, one.what) for one in found), default=(1.0, ""))
    if found and chance * len(found) < LEAST_CHANCE:
        raise InvalidInputError(
            f"the annotated statements are no random sample of the corpus: {what} for {label!r}, which chance alone "
            f"gives with p = {chance:.0e}. They look chosen by score, uncertainty or keyword, and no interval holds "
            "for such a sample; draw one with draw_sample (stancekit draw), or give the chance that each statement had "
            "(probabilities)"
        )


def marks(predicted: Floats) -> Iterator[Mark]:
    """Give what a sample is compared by: the label where it is one, else bands of the score.

    Examples
    --------
    >>> [mark.what for mark in marks(np.array([0.0, 1.0, 1.0]))]
    ['the label']
    """
    if bool(((predicted == 0) | (predicted == 1)).all()):
        yield Mark(flags=predicted == 1, what="the label")
        return
    edges = sorted({-np.inf, *np.quantile(predicted, _CUTS).tolist(), np.inf})
    for low, high in pairwise(edges):
        ends = [end for end in (low, high) if np.isfinite(end)]
        what = f"a score {'from' if np.isfinite(low) else 'up to'} {' to '.join(f'{end:.3g}' for end in ends)}"
        yield Mark(flags=(predicted > low) & (predicted <= high), what=what)


def _joint_chances(predicted: Floats, rows: Ints, sampling: Sampling) -> Iterator[_Chance]:
    """Compare counts, summed over strata, with what is to be expected of them."""
    strata = sampling.stratum_codes
    sizes, taken = np.bincount(strata), np.bincount(strata[rows], minlength=int(strata.max()) + 1)
    if len(sizes) < 2:
        return
    for mark in marks(predicted):
        rates = np.bincount(strata, mark.flags) / sizes
        seen, expected = int(mark.flags[rows].sum()), float(taken @ rates)
        spread = taken * rates * (1 - rates) * (sizes - taken) / np.maximum(sizes - 1, 1)
        said = _said(mark, seen / len(rows), expected / len(rows), "of a random sample by these strata")
        yield _Chance(p_value=bound_on_chance(seen - expected, float(spread.sum()), 1.0), what=said)


def _count_chances(predicted: Floats, rows: Ints, sampling: Sampling) -> Iterator[_Chance]:
    strata = sampling.stratum_codes
    sizes, taken = np.bincount(strata), np.bincount(strata[rows], minlength=int(strata.max()) + 1)
    for mark in marks(predicted):
        marked = np.bincount(strata, mark.flags).astype(np.intp)
        seen = np.bincount(strata[rows], mark.flags[rows], minlength=len(sizes)).astype(np.intp)
        for code in np.flatnonzero((marked > 0) & (marked < sizes)):
            counts = (int(a[code]) for a in (seen, taken, marked, sizes))
            said = _said(mark, seen[code] / taken[code], marked[code] / sizes[code]) + sampling.stratum(int(code))
            yield _Chance(p_value=chance_of_count(*counts), what=said)


def _weighted_chances(predicted: Floats, rows: Ints, sampling: Sampling) -> Iterator[_Chance]:
    """Compare weighted means; units are taken as drawn independently, which overstates their variance, so is safe."""
    weights = np.zeros(sampling.n)
    weights[rows] = sampling.drawn(rows).weights
    units = sampling.unit_codes if sampling.whole_clusters else np.arange(sampling.n)
    chances = _unit_chances(sampling, units, rows)
    inside = 1 / (weights[rows] * chances[units[rows]])  # below 1 where clusters are annotated in part
    strata = sampling.stratum_codes
    for mark in marks(predicted):
        off = mark.flags - (np.bincount(strata, mark.flags) / np.bincount(strata))[strata]
        sums = np.bincount(units, off)
        between = float(((1 - chances) / chances * sums * sums).sum())
        within = float(((1 - inside) * (weights[rows] * off[rows]) ** 2).sum())
        largest = max(float(np.abs(sums / chances).max()), float(np.abs(weights * off).max()))
        said = _said(mark, float(weights @ mark.flags / weights.sum()), float(mark.flags.mean()))
        yield _Chance(p_value=bound_on_chance(float(weights @ off), between + within, largest), what=said)


def _unit_chances(sampling: Sampling, units: Ints, rows: Ints) -> Floats:
    """Give the chance that each unit of the corpus had to be drawn."""
    if sampling.probabilities is not None:
        found: Floats = sampling.probabilities[np.unique(units, return_index=True)[1]]
        return found
    strata = sampling.unit_strata
    counts = np.bincount(strata[np.unique(units[rows])], minlength=int(strata.max()) + 1)
    shares: Floats = (counts / np.bincount(strata))[strata]
    return shares


def _said(mark: Mark, sample: float, corpus: float, beside: str = "of the corpus") -> str:
    return f"the model gives {mark.what} to {sample:.1%} of them and to {corpus:.1%} {beside}"
