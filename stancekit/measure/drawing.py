"""Drawing the statements to annotate, so that the design is right by construction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.errors import InvalidInputError
from stancekit.measure.designs import Design, declare

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
        The inclusion probability of each.
    seed : int
        Of the draw.

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
        }


def draw_sample(
    n_statements: int,
    n: int,
    *,
    strata: Iterable[object] | None = None,
    clusters: Iterable[object] | None = None,
    sizes: Mapping[str, int] | None = None,
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
        at least 2.
    seed : int, default=0
        Where the drawing starts.

    Returns
    -------
    SampleDrawn

    Raises
    ------
    InvalidInputError
        When there is less than what is to be drawn, or `sizes` names other strata or does not add up to `n`.

    Examples
    --------
    >>> sample = draw_sample(1000, 4, strata=["old"] * 900 + ["new"] * 100)
    >>> sample.strata, sample.probabilities.round(4).tolist()
    (('old', 'old', 'new', 'new'), [0.0022, 0.0022, 0.02, 0.02])
    """
    design: Design = "random" if strata is None else "stratified"
    drawn = "statements" if clusters is None else "clusters"
    sampling = declare(n_statements, design=design, strata=strata, clusters=clusters, drawn=drawn)
    units, codes, unit_strata = sampling.unit_codes, sampling.stratum_codes, sampling.unit_strata
    available = np.bincount(unit_strata)
    names = ("all",) if sampling.strata is None else sampling.strata.names
    taken = _allocate(n, available, names, sizes)
    rng = np.random.default_rng(seed)
    chosen = [rng.choice(np.flatnonzero(unit_strata == code), taken[code], replace=False) for code in range(len(names))]
    rows = np.flatnonzero(np.isin(units, np.concatenate(chosen)))
    return SampleDrawn(
        design=design,
        drawn=drawn,
        rows=rows,
        strata=() if sampling.strata is None else tuple(names[code] for code in codes[rows]),
        probabilities=(taken / available)[codes[rows]],
        seed=seed,
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
    taken = least.copy()
    while (rest := min(n, int(available.sum())) - int(taken.sum())) > 0:
        open_ = taken < available
        wanted = np.where(open_, np.maximum(sizes, 1e-12), 0.0)
        goal = np.maximum(wanted / wanted.sum() * (rest + taken[open_].sum()), taken)
        step = np.minimum(np.floor(goal).astype(np.intp), available) - taken
        step = np.where(open_, np.maximum(step, 0), 0)
        if step.sum() == 0 or step.sum() > rest:  # one at a time, to whoever is furthest below its share
            step = np.zeros_like(taken)
            step[np.argmax(np.where(open_, wanted / (taken + 1), -1.0))] = 1
        taken = taken + step
    return taken


def _allocate(n: int, available: Ints, names: tuple[str, ...], sizes: Mapping[str, int] | None) -> Ints:
    if not isinstance(n, int | np.integer) or n < 2 * len(names) or n > available.sum():
        raise InvalidInputError(
            f"n is {n!r}; expected a whole number from {2 * len(names)} (2 in each stratum) to {available.sum()}, "
            "which is all there is"
        )
    if sizes is None:
        return proportional(int(n), available.astype(np.float64), available)
    if set(sizes) != set(names):
        raise InvalidInputError(f"sizes has {sorted(sizes)}; expected the strata {sorted(names)}")
    taken = np.array([sizes[name] for name in names])
    if taken.sum() != n or (taken < 2).any() or (taken > available).any():
        raise InvalidInputError(
            f"sizes is {dict(sizes)}; expected whole numbers that add up to {n}, each at least 2 and at most what the "
            f"stratum has: {dict(zip(names, available.tolist(), strict=True))}"
        )
    return taken
