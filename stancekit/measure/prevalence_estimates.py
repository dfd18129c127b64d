"""The shares of one label: in the whole corpus, in groups, and their differences."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stancekit.measure.coded import Coded
from stancekit.measure.corrected import Corrected, Drawn, Predicted, correct, difference, tune
from stancekit.measure.designs import Sampling
from stancekit.measure.prevalence_results import Change, Share
from stancekit.measure.rare import quantile_of_t
from stancekit.measure.results import Estimate
from stancekit.measure.shares import size_for_width

Floats = NDArray[np.float64]
NAN = float("nan")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """The corpus, or a group of it.

    Attributes
    ----------
    n : int
        Number of statements.
    predicted : Predicted
        What the model says of them.
    inside : array of bool, of shape (n_gold,) or None
        Which annotated statements lie in it; None for all.
    """

    n: int
    predicted: Predicted
    inside: NDArray[np.bool_] | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pair:
    """The estimates of a share; None where there is not one annotated statement.

    Attributes
    ----------
    uncorrected : float
        By the model's labels alone.
    corrected, gold : Corrected or None
        With and without the model.
    withheld : str
        Why there is no interval; empty where there is one.
    """

    uncorrected: float
    corrected: Corrected | None
    gold: Corrected | None
    withheld: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabelSample:
    """The annotated statements of one label, and the corpus they were drawn from.

    Attributes
    ----------
    label : str
        The label.
    predicted : array of shape (n_statements,)
        What the model says of every statement.
    rows : array of int, of shape (n_gold,)
        The annotated statements.
    truth : array of shape (n_gold,)
        Their annotations.
    drawn : Drawn
        How they were drawn.
    slope : float
        How much the predictions count.
    sampling : Sampling
        The declared design.
    """

    label: str
    predicted: Floats
    rows: NDArray[np.intp]
    truth: Floats
    drawn: Drawn
    slope: float
    sampling: Sampling

    @classmethod
    def of(
        cls,
        label: str,
        predicted: Floats,
        gold: Floats,
        rows: NDArray[np.intp],
        sampling: Sampling,
        slope: float | None = None,
    ) -> LabelSample:
        """Tune the slope, where it is not given."""
        drawn, truth = sampling.drawn(rows), gold[rows]
        if slope is None:
            slope = tune(truth, predicted[rows], drawn)
        return cls(
            label=label, predicted=predicted, rows=rows, truth=truth, drawn=drawn, slope=slope, sampling=sampling
        )

    def whole(self) -> Part:
        """Give the whole corpus."""
        everything = Coded(codes=np.zeros(self.sampling.n, dtype=np.intp), names=("all",))
        part = self.parts(everything)[0]
        return Part(n=part.n, predicted=part.predicted, inside=None)

    def parts(self, column: Coded) -> list[Part]:
        """Give the groups of a column, in the order of its values."""
        sizes = column.sizes()
        means = np.bincount(column.codes, self.predicted) / sizes
        squares = np.bincount(column.codes, self.predicted * self.predicted) / sizes
        codes = column.codes[self.rows]
        spreads = None if self.sampling.finite else self._spreads(column, means)
        weights = self._weights(column)
        return [
            Part(
                n=int(sizes[code]),
                predicted=Predicted(
                    mean=float(means[code]),
                    mean_square=float(squares[code]),
                    weight=None if np.isnan(weights[code]) else float(weights[code]),
                    influence=None if spreads is None else spreads[code],
                ),
                inside=codes == code,
            )
            for code in range(len(column.names))
        ]

    def estimate(self, part: Part, confidence: float, least: int) -> Pair:
        """Estimate the share of a part with and without the model."""
        inside = np.ones(len(self.rows), dtype=np.bool_) if part.inside is None else part.inside
        if not inside.any():
            return Pair(uncorrected=part.predicted.mean, corrected=None, gold=None, withheld="nothing is annotated")
        freedom = self.drawn.degrees_of_freedom(part.inside)
        quantile = quantile_of_t(confidence, freedom)
        corrected, gold = (
            correct(
                self.truth,
                self.predicted[self.rows],
                self.drawn,
                part.predicted,
                slope=slope,
                quantile=quantile,
                freedom=freedom,
                inside=part.inside,
            )
            for slope in (self.slope, 0.0)
        )
        if self.sampling.finite:
            corrected, gold = (_as_seen(one, self.truth[inside], part.n) for one in (corrected, gold))
        return Pair(
            uncorrected=part.predicted.mean,
            corrected=corrected,
            gold=gold,
            withheld=_withheld(int(inside.sum()), self.drawn.n_units(inside), least),
        )

    def _weights(self, column: Coded) -> Floats:
        """Give what an annotated statement stands for where the predictions of each group are; NaN where unknown."""
        every = self.sampling.every_weight(self.rows, self.drawn)
        squares = every * self.predicted * self.predicted
        n_values = len(column.names)
        size = np.bincount(column.codes, squares, minlength=n_values)
        kept = every * np.sqrt(1 - 1 / every) if self.sampling.finite else every
        found = np.bincount(column.codes, squares * kept, minlength=n_values)
        means: Floats = np.divide(found, size, out=np.full(n_values, np.nan), where=size > 0)
        return means

    def _unit_order(self) -> NDArray[np.intp]:
        """Give the unit of every statement a number: the sample's units first, as in `Drawn`, then the others."""
        units = self.sampling.unit_codes
        first = np.unique(units[self.rows])
        others = np.setdiff1d(np.arange(int(units.max()) + 1), first)
        places = np.empty(len(first) + len(others), dtype=np.intp)
        places[np.concatenate([first, others])] = np.arange(len(places))
        found: NDArray[np.intp] = places[units]
        return found

    def _spreads(self, column: Coded, means: Floats) -> list[Floats]:
        """Give what each unit adds to the mean of each group, were the corpus drawn from something larger."""
        units, sizes = self._unit_order(), column.sizes()
        off = (self.predicted - means[column.codes]) / sizes[column.codes]
        rows = np.split(np.argsort(column.codes, kind="stable"), np.cumsum(sizes)[:-1])
        n_units = int(units.max()) + 1
        return [np.bincount(units[mine], off[mine], minlength=n_units).astype(np.float64) for mine in rows]


def _as_seen(found: Corrected, truth: Floats, n: int) -> Corrected:
    """Keep a share of a corpus from being less than what was seen of it: six statements with the label are six."""
    least, most = float(truth.sum()) / n, 1 - float((1 - truth).sum()) / n
    ends = {name: min(max(getattr(found, name), least), most) for name in ("value", "low", "high")}
    return replace(found, **ends)


def as_share(sample: LabelSample, part: Part, pair: Pair, confidence: float) -> Share:
    """Put what is known of a share together."""
    truth = sample.truth if part.inside is None else sample.truth[part.inside]
    told = None if pair.withheld else pair.corrected
    return Share(
        n=part.n,
        n_gold=len(truth),
        n_positive=int(truth.sum()),
        corrected=_estimate(pair.corrected, pair.withheld),
        gold=_estimate(pair.gold, pair.withheld),
        uncorrected=pair.uncorrected,
        standard_error=NAN if told is None else float(np.sqrt(told.variance)),
        slope=NAN if pair.corrected is None else sample.slope,
        effective_size=NAN if told is None else size_for_width(told.value, told.high - told.low, confidence),
        notes=(f"interval withheld: {pair.withheld}",) if pair.withheld else (),
    )


def as_change(a: Pair, b: Pair) -> Change:
    """Give by how much the second of two shares is above the first."""
    withheld = a.withheld or b.withheld

    def estimate(one: Corrected | None, other: Corrected | None) -> Estimate:
        return _estimate(None if one is None or other is None else difference(one, other), withheld)

    return Change(
        corrected=estimate(a.corrected, b.corrected),
        gold=estimate(a.gold, b.gold),
        uncorrected=b.uncorrected - a.uncorrected,
    )


def _estimate(found: Corrected | None, withheld: str) -> Estimate:
    if found is None:
        return Estimate(value=NAN, low=NAN, high=NAN)
    if withheld:
        return Estimate(value=found.value, low=NAN, high=NAN)
    return Estimate(value=found.value, low=found.low, high=found.high)


def _withheld(n_gold: int, n_units: int, least: int) -> str:
    if n_gold < least:
        return f"{n_gold} annotated statements, and an interval needs {least}"
    if n_units < 2:
        return "1 annotated cluster, and an interval needs at least 2"
    return ""
