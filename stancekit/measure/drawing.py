"""Drawing the statements to annotate, so that the design is right by construction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.errors import InvalidInputError
from stancekit.measure.designs import Design, declare
from stancekit.measure.inputs import check_count

Ints = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SampleDrawn:
    """Which statements to annotate.

    Attributes
    ----------
    design : "random" or "stratified"
        To be declared to `prevalence`, with the same strata.
    drawn : "statements" or "clusters"
        To be declared to `prevalence`, with the same clusters.
    rows : array of int, of shape (n_drawn,)
        The statements, in ascending order; annotate all of them.
    strata : tuple of str, of length n_drawn
        The stratum of each; empty without strata.
    probabilities : array of shape (n_drawn,)
        The inclusion probability of each; with `exclude`, its chance to be in this draw or in the earlier one.
    seed : int
        Of the draw.
    notes : tuple of str
        What must hold of rows left out, where nothing in their table shows it.

    Examples
    --------
    >>> draw_sample(1000, 3, seed=1).design
    'random'
    """

    design: Design
    drawn: str
    rows: Ints
    strata: tuple[str, ...]
    probabilities: NDArray[np.float64]
    seed: int
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def to_dict(self) -> dict[str, Any]:
        """Give lists, strings and numbers, ready for JSON."""
        return {
            "design": self.design,
            "drawn": self.drawn,
            "rows": self.rows.tolist(),
            "strata": list(self.strata),
            "probabilities": self.probabilities.tolist(),
            "seed": self.seed,
            "notes": list(self.notes),
        }


def draw_sample(
    n_statements: int,
    n: int,
    *,
    strata: Iterable[object] | None = None,
    clusters: Iterable[object] | None = None,
    sizes: Mapping[str, int] | None = None,
    exclude: Iterable[int] = (),
    seed: int = 0,
) -> SampleDrawn:
    """Draw the statements to annotate, so that shares estimated from them have valid intervals.

    Parameters
    ----------
    n_statements : int
        Size of the corpus.
    n : int
        How many statements to draw; with `clusters`, how many clusters, all of whose statements are to be annotated.
    strata : iterable of length n_statements, optional
        Stratum of every statement, such as the year, or what the model says; the draw is then made in each.
    clusters : iterable of length n_statements, optional
        Document of every statement, to draw whole documents.
    sizes : mapping of str to int, optional
        How many to draw in each stratum, such as `plan` advises. Without it strata get their share of the corpus, and
        at least 2, or all there is.
    exclude : iterable of int, default=()
        Rows drawn earlier in the same way, such as a pilot; they are not drawn again, and in a cluster none is. Both
        draws together are a sample of the same design; what was chosen in another way must not be excluded.
    seed : int, default=0
        Where the drawing starts.

    Returns
    -------
    SampleDrawn

    Raises
    ------
    InvalidInputError
        When `n_statements` or `seed` is no such number, there is less than what is to be drawn, `sizes` names other
        strata or does not add up to `n`, or `exclude` has what is no row.

    Examples
    --------
    >>> sample = draw_sample(1000, 4, strata=["old"] * 900 + ["new"] * 100)
    >>> sample.strata, sample.probabilities.round(4).tolist()
    (('old', 'old', 'new', 'new'), [0.0022, 0.0022, 0.02, 0.02])
    """
    check_count("n_statements", n_statements, 1)
    check_count("seed", seed, 0)
    design: Design = "random" if strata is None else "stratified"
    drawn = "statements" if clusters is None else "clusters"
    sampling = declare(n_statements, design=design, strata=strata, clusters=clusters, drawn=drawn)
    codes, unit_strata = sampling.stratum_codes, sampling.unit_strata
    names = ("all",) if sampling.strata is None else sampling.strata.names
    all_there_is = np.bincount(unit_strata)
    free = np.ones(len(unit_strata), dtype=np.bool_)
    free[sampling.unit_codes[_checked_rows(exclude, n_statements)]] = False
    available = np.bincount(unit_strata, free).astype(np.intp)
    earlier = all_there_is - available
    taken = _allocate(n, available, earlier, names, sizes)
    rng = np.random.default_rng(seed)
    by_stratum = np.flatnonzero(free)[np.argsort(unit_strata[free], kind="stable")]
    parts = np.split(by_stratum, np.cumsum(available)[:-1])
    chosen = np.zeros(len(unit_strata), dtype=np.bool_)
    for part, size in zip(parts, taken, strict=True):
        chosen[rng.choice(part, size, replace=False)] = True
    rows = np.flatnonzero(chosen[sampling.unit_codes])
    return SampleDrawn(
        design=design,
        drawn=drawn,
        rows=rows,
        strata=() if sampling.strata is None else tuple(names[code] for code in codes[rows]),
        probabilities=((taken + earlier) / all_there_is)[codes[rows]],
        seed=int(seed),
    )


def proportional(n: int, sizes: NDArray[Any], available: Ints) -> Ints:
    """Divide `n` in proportion to sizes: at least 2 each where there are as many, and no more than there are.

    Parameters
    ----------
    n : int
        What to divide; more than all that is available means all.
    sizes : array of shape (n_strata,)
        What to be proportional to.
    available : array of int, of shape (n_strata,)
        The most that each can get.

    Returns
    -------
    array of int, of shape (n_strata,)

    Examples
    --------
    >>> proportional(10, np.array([90.0, 10.0]), np.array([90, 10])).tolist()
    [8, 2]
    """
    least = np.minimum(2, available)
    n = min(n, int(available.sum()))
    if n <= least.sum():
        return least
    return _divided(n, np.maximum(sizes, 1e-12), least, available)


def _divided(n: int, sizes: NDArray[Any], least: Ints, most: Ints) -> Ints:
    """Divide `n` in proportion to sizes, but from `least` to `most` each, by largest remainders."""
    low, high = 0.0, float((most / sizes).max())
    while low < (middle := (low + high) / 2) < high:
        if np.clip(middle * sizes, least, most).sum() <= n:
            low = middle
        else:
            high = middle
    goals = np.clip(low * sizes, least, most)
    taken: Ints = np.floor(goals).astype(np.intp)
    remainders = np.where(taken < most, goals - taken, -1.0)
    taken[np.argsort(-remainders, kind="stable")[: n - int(taken.sum())]] += 1
    return taken


def _checked_rows(exclude: Iterable[int], n: int) -> Ints:
    rows = np.asarray(list(exclude))
    if not rows.size:
        return np.zeros(0, dtype=np.intp)
    if rows.ndim != 1 or rows.dtype.kind not in "iu":
        raise InvalidInputError(f"exclude holds {rows.dtype} in {rows.ndim} dimensions; expected the numbers of rows")
    if ((rows < 0) | (rows >= n)).any():
        row = rows[(rows < 0) | (rows >= n)][0]
        raise InvalidInputError(f"exclude has row {int(row)}; expected rows from 0 to {n - 1}")
    return rows.astype(np.intp)


def _allocate(n: int, available: Ints, earlier: Ints, names: tuple[str, ...], sizes: Mapping[str, int] | None) -> Ints:
    """Divide what is to be drawn; with what was drawn earlier, each stratum gets at least 2, or all there is."""
    least = np.maximum(0, np.minimum(2, available + earlier) - earlier)
    if sizes is not None:
        return _checked_sizes(sizes, n, least, available, names)
    if not isinstance(n, int | np.integer) or n < least.sum() or n > available.sum():
        raise InvalidInputError(
            f"n is {n!r}; expected a whole number from {least.sum()} (at least 2 in each stratum, or all of it) to "
            f"{available.sum()}, which is all there is"
        )
    return _on_top(int(n), available, earlier)


def _checked_sizes(sizes: Mapping[str, int], n: int, least: Ints, available: Ints, names: tuple[str, ...]) -> Ints:
    if set(sizes) != set(names):
        raise InvalidInputError(f"sizes has {sorted(sizes, key=str)}; expected the strata {sorted(names)}, as text")
    for name, lowest, highest in zip(names, least.tolist(), available.tolist(), strict=True):
        size = sizes[name]
        if not isinstance(size, int | np.integer) or isinstance(size, bool):
            raise InvalidInputError(f"sizes has {size!r} for the stratum {name!r}; expected a whole number")
        if size > highest:
            raise InvalidInputError(f"the stratum {name!r} has {highest} to draw from; {size} were asked for")
        if size < lowest:
            raise InvalidInputError(
                f"sizes has {size} for the stratum {name!r}; expected {lowest} or more, for 2 in all (or all there is)"
            )
    taken = np.array([sizes[name] for name in names], dtype=np.intp)
    if taken.sum() != n:
        raise InvalidInputError(f"sizes adds up to {taken.sum()}, and n is {n!r}; let them agree, or leave out n")
    return taken


def _on_top(n: int, available: Ints, earlier: Ints) -> Ints:
    """Divide so that, with what was drawn earlier, strata come as near to their share of the corpus as they can."""
    everything = available + earlier
    least = np.maximum(earlier, np.minimum(2, everything))
    total = n + int(earlier.sum())
    return least - earlier if total <= least.sum() else _divided(total, everything, least, everything) - earlier
