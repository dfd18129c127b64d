"""How the annotated statements were drawn from a corpus: simply, by strata or with given chances."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stancekit.errors import InvalidInputError, place, unknown_option
from stancekit.measure.coded import Coded, encode
from stancekit.measure.corrected import Drawn

Design = Literal["random", "stratified", "probability"]
DESIGNS: tuple[Design, ...] = ("random", "stratified", "probability")
UNITS = ("statements", "clusters")
SHOWN = 5
_ROUNDING = 1e-9

Ints = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sampling:
    """A declared design, for every statement of the corpus.

    Attributes
    ----------
    design : "random", "stratified" or "probability"
        As declared.
    n : int
        Number of statements in the corpus.
    strata, clusters : Coded or None
        Of every statement.
    stratum_codes : array of int, of shape (n_statements,)
        The stratum of every statement; zeros where there are none.
    unit_codes : array of int, of shape (n_statements,)
        The unit of every statement: its cluster inside its stratum, or itself.
    unit_strata, unit_sizes : array of int, of shape (n_units,)
        The stratum of each unit, and its number of statements.
    probabilities : array of shape (n_statements,) or None
        Inclusion probabilities; NaN where a statement that was not drawn has none.
    whole_clusters : bool
        Whether clusters were drawn and not statements.
    finite : bool
        Whether the corpus is all there is.
    fixed_size : bool
        Whether the number drawn was fixed; False only with probabilities, where each unit had a chance of its own.
    n_statements, n_units : array of int, of shape (n_strata,)
        How many there are in each stratum.
    """

    design: Design
    n: int
    strata: Coded | None
    clusters: Coded | None
    stratum_codes: Ints
    unit_codes: Ints
    unit_strata: Ints
    unit_sizes: Ints
    probabilities: NDArray[np.float64] | None = None
    whole_clusters: bool = False
    finite: bool = True
    fixed_size: bool = True
    n_statements: Ints = field(init=False, repr=False)
    n_units: Ints = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # The corpus may be large, and is the same for all labels.
        object.__setattr__(self, "n_statements", np.bincount(self.stratum_codes))
        object.__setattr__(self, "n_units", np.bincount(self.unit_strata))

    def stratum(self, code: int) -> str:
        """Name a stratum for messages."""
        return "" if self.strata is None else f" in stratum {self.strata.names[code]!r}"

    def drawn(self, rows: Ints) -> Drawn:
        """Give what the arithmetic needs to know of the annotated statements.

        Parameters
        ----------
        rows : array of int
            The annotated statements, in ascending order.

        Returns
        -------
        Drawn

        Raises
        ------
        InvalidInputError
            Where a stratum has no annotated statement, or one unit that is not all of it.
        """
        units, numbers = np.unique(self.unit_codes[rows], return_inverse=True)
        self.check_strata(rows)
        if self.probabilities is not None:
            chances = self.probabilities[rows]
            weights, remaining = 1 / chances, 1 - chances
        elif self.whole_clusters:
            weights, remaining = self._cluster_weights(rows, units)
        else:
            weights = self._shares(self.stratum_codes[rows], self.n_statements)
            remaining = 1 - 1 / weights
        return Drawn(
            weights=weights,
            remaining=remaining if self.finite else np.ones(len(rows)),
            units=numbers,
            strata=self.unit_strata[units],
            apart=not self.fixed_size,
        )

    def every_weight(self, rows: Ints, drawn: Drawn) -> NDArray[np.float64]:
        """Give what every statement of the corpus would stand for, were it drawn; NaN where its chance is not known.

        Where clusters are annotated in part it is the mean of the stratum.

        Parameters
        ----------
        rows : array of int
            The annotated statements.
        drawn : Drawn
            What `drawn` says of them.

        Returns
        -------
        array of shape (n_statements,)
        """
        if self.probabilities is not None:
            return 1 / self.probabilities
        strata = self.stratum_codes[rows]
        found: NDArray[np.float64] = (np.bincount(strata, drawn.weights) / np.bincount(strata))[self.stratum_codes]
        return found

    def _cluster_weights(self, rows: Ints, units: Ints) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Weigh statements of drawn clusters; a cluster that is annotated in part was itself sampled from."""
        drawn = self.unit_codes[rows]
        between = self._shares(self.unit_strata[units], self.n_units)[np.searchsorted(units, drawn)]
        within = self.unit_sizes[drawn] / np.bincount(drawn)[drawn]
        # The variance inside clusters stays, however many clusters were drawn: then nothing is taken off.
        remaining = 1 - 1 / between if bool((within == 1).all()) else np.ones(len(rows))
        return between * within, remaining

    def _certain(self, rows: Ints) -> NDArray[np.bool_]:
        """Tell of each stratum whether all of it is annotated, as it was certain to be; then it has no variance."""
        sizes = self.n_statements
        if not self.finite:
            return np.zeros(len(sizes), dtype=np.bool_)
        taken = np.ones(len(rows)) if self.probabilities is None else self.probabilities[rows] == 1
        found: NDArray[np.bool_] = np.bincount(self.stratum_codes[rows], taken, minlength=len(sizes)) == sizes
        return found

    @staticmethod
    def _shares(drawn: Ints, sizes: Ints) -> NDArray[np.float64]:
        """Give how many units of the corpus each one drawn stands for: one over the sampling fraction."""
        taken = np.bincount(drawn)
        found: NDArray[np.float64] = (sizes[: len(taken)] / np.maximum(taken, 1))[drawn]
        return found

    def check_strata(self, rows: Ints) -> None:
        """See that every stratum has annotated statements enough for a variance.

        Raises
        ------
        InvalidInputError
            Where one has no annotated statement, or one unit that is not all of it.
        """
        units = np.unique(self.unit_codes[rows])
        names = ("",) if self.strata is None else self.strata.names
        unit = "statement" if self.clusters is None else "cluster"
        n_units = np.bincount(self.unit_strata[units], minlength=len(names))
        if empty := [names[code] for code in np.flatnonzero(n_units == 0)]:
            raise InvalidInputError(
                f"{_some(empty)} of the corpus has no annotated statement; annotate at least 2 {unit}s there (or the "
                "only one), or leave it out of the corpus"
            )
        if single := [names[code] for code in np.flatnonzero((n_units == 1) & ~self._certain(rows))]:
            where = f"{_some(single)} has 1 annotated {unit}" if self.strata else f"there is 1 annotated {unit}"
            raise InvalidInputError(f"{where}; a variance needs at least 2, so annotate more, or join strata")
        if lone := [names[code] for code in np.flatnonzero(self._n_open(rows, len(names)) == 1)]:
            where = f"{_some(lone)} has" if self.strata else "there is"
            raise InvalidInputError(
                f"{where} 1 annotated {unit} that was not certain to be, beside others that were; a variance needs at "
                "least 2, so annotate more, or join strata"
            )

    def _n_open(self, rows: Ints, n_strata: int) -> Ints:
        """Count the annotated units of each stratum that might not have been, where as many are drawn each time."""
        if self.probabilities is None or not (self.fixed_size and self.finite):
            return np.zeros(n_strata, dtype=np.intp)
        units = np.unique(self.unit_codes[rows[self.probabilities[rows] < 1]])
        return np.bincount(self.unit_strata[units], minlength=n_strata)


def declare(
    n: int,
    *,
    design: str,
    strata: Iterable[object] | None = None,
    clusters: Iterable[object] | None = None,
    probabilities: ArrayLike | None = None,
    drawn: str = "statements",
    finite: bool = True,
    fixed_size: bool = False,
) -> Sampling:
    """Check a declared design.

    Parameters
    ----------
    n : int
        Number of statements in the corpus.
    design : "random", "stratified" or "probability"
        How the sample was drawn.
    strata, clusters : iterable of length n, optional
        Stratum of every statement; speech, document or the like.
    probabilities : array-like of shape (n,), optional
        Inclusion probability of every statement.
    drawn : "statements" or "clusters", default="statements"
        What was drawn.
    finite : bool, default=True
        Whether the corpus is all there is.
    fixed_size : bool, default=False
        With probabilities: whether the number drawn was fixed. In the other designs it always is.

    Returns
    -------
    Sampling

    Raises
    ------
    InvalidInputError
        On an unknown design, one that lacks what it needs or comes with what it does not use; and, where clusters
        were drawn, on a cluster in two strata or with different probabilities.

    Examples
    --------
    >>> declare(4, design="stratified", strata=["a", "a", "b", "b"]).strata.names
    ('a', 'b')
    """
    if design not in DESIGNS:
        raise unknown_option("design", design, DESIGNS)
    if drawn not in UNITS:
        raise unknown_option("drawn", drawn, UNITS)
    _check_parts(design, strata, clusters, probabilities, drawn)
    if fixed_size and probabilities is None:
        raise InvalidInputError("fixed_size goes with design 'probability'; in the others the number is fixed anyway")
    if not finite and strata is not None:
        raise InvalidInputError(
            "strata do not go with population 'larger': how large they are there is not known; leave the strata out if "
            "all statements had the same chance, or give probabilities without strata, or speak of the corpus"
        )
    strata_coded = None if strata is None else encode("strata", strata, n, missing=False)
    clusters_coded = None if clusters is None else encode("clusters", clusters, n, missing=False)
    codes = np.zeros(n, dtype=np.intp) if strata_coded is None else strata_coded.codes
    units, first = np.arange(n), np.arange(n)
    if clusters_coded is not None:
        pairs = codes * len(clusters_coded.names) + clusters_coded.codes
        _, first, units = np.unique(pairs, return_index=True, return_inverse=True)
    sampling = Sampling(
        design=design,
        n=n,
        strata=strata_coded,
        clusters=clusters_coded,
        stratum_codes=codes,
        unit_codes=units,
        unit_strata=codes[first],
        unit_sizes=np.bincount(units),
        probabilities=None if probabilities is None else _probabilities(probabilities, n),
        whole_clusters=drawn == "clusters",
        finite=finite,
        fixed_size=fixed_size or probabilities is None,
    )
    if sampling.whole_clusters:
        _check_nested(sampling)
        _check_chances(sampling)
    return sampling


def _check_parts(design: str, strata: object, clusters: object, probabilities: object, drawn: str) -> None:
    if (design == "stratified") and strata is None:
        raise InvalidInputError("design 'stratified' needs strata: the stratum of every statement of the corpus")
    if design == "random" and strata is not None:
        raise InvalidInputError("strata do not go with design 'random'; declare 'stratified' if it was drawn by them")
    if (design == "probability") != (probabilities is not None):
        raise InvalidInputError(
            "probabilities and design 'probability' go together: the chance that each statement had to be drawn"
        )
    if drawn == "clusters" and clusters is None:
        raise InvalidInputError("drawn is 'clusters', so clusters are needed: the document of every statement")


def _probabilities(values: ArrayLike, n: int) -> NDArray[np.float64]:
    try:
        chances = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidInputError(f"probabilities are no numbers ({error}); expected one for each statement") from error
    if chances.shape != (n,):
        raise InvalidInputError(f"probabilities has shape {chances.shape}; expected ({n},), one for each statement")
    wrong = ~(np.isnan(chances) | ((chances > 0) & (chances <= 1)))
    if wrong.any():
        row = int(np.argmax(wrong))
        raise InvalidInputError(
            f"probability is {float(chances[row])!r}{place(row)}; expected a number above 0 and at most 1"
        )
    return chances


def _check_nested(sampling: Sampling) -> None:
    assert sampling.clusters is not None  # `_check_parts` has seen to it
    clusters, strata = sampling.clusters.codes, sampling.stratum_codes
    pairs = np.unique(np.stack([clusters, strata]), axis=1)
    numbers, counts = np.unique(pairs[0], return_counts=True)
    if (counts > 1).any():
        name = sampling.clusters.names[int(numbers[np.argmax(counts > 1)])]
        raise InvalidInputError(
            f"cluster {name!r} has statements in more than one stratum; clusters that are drawn lie in one stratum each"
        )


def _check_chances(sampling: Sampling) -> None:
    """Refuse statements of one cluster that are said to have been drawn together with different chances."""
    if sampling.probabilities is None or sampling.clusters is None:
        return
    lowest, highest = (np.full(len(sampling.unit_sizes), np.nan) for _ in range(2))
    np.fmin.at(lowest, sampling.unit_codes, sampling.probabilities)
    np.fmax.at(highest, sampling.unit_codes, sampling.probabilities)
    unlike = highest > lowest * (1 + _ROUNDING)  # NaN, of clusters without a probability, is not
    if unlike.any():
        unit = int(np.argmax(unlike))
        name = sampling.clusters.names[int(sampling.clusters.codes[np.argmax(sampling.unit_codes == unit)])]
        raise InvalidInputError(
            f"cluster {name!r} has probabilities from {float(lowest[unit])!r} to {float(highest[unit])!r}; a cluster "
            "that is drawn whole has one chance: give it to each of its statements"
        )


def _some(names: list[str]) -> str:
    shown = ", ".join(map(repr, names[:SHOWN]))
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"stratum {shown}{more}"
