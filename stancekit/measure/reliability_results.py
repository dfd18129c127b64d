"""What measuring the honesty of scores gives back, frozen and ready for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stancekit.measure.results import Estimate, as_record


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityBin:
    """Statements with neighbouring scores.

    Attributes
    ----------
    n : int
        Number of statements.
    low, high : float
        The lowest and the highest of their scores.
    mean_score : float
        What the model says, from 0 to 1.
    observed : Estimate
        The share of them that carries the label, with its interval.
    """

    n: int
    low: float
    high: float
    mean_score: float
    observed: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelReliability:
    """How far one label's scores can be taken at their word.

    Attributes
    ----------
    n, n_positive : int
        Statements annotated for the label, and those that carry it.
    bins : tuple of ReliabilityBin
        By rising score, of equal mass but for tied scores; empty where nothing was annotated.
    error : float
        The expected calibration error as `stancekit.measure.evaluation.evaluate` gives it, biased upwards.
    debiased : Estimate
        The same error less its bias, not below 0, with its interval; NaN where no replicates could be drawn.
    noise : float
        What the error of perfectly calibrated scores would be on average, for so many statements.
    """

    n: int
    n_positive: int
    bins: tuple[ReliabilityBin, ...]
    error: float
    debiased: Estimate
    noise: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """Scores beside what was observed, label by label.

    Attributes
    ----------
    labels : tuple of str
        In the order of the columns.
    n_statements, n_groups : int
        Size of the set; groups are the clusters of the bootstrap.
    per_label : mapping of str to LabelReliability
        In the order of the labels.
    n_bootstrap, confidence, seed, n_bins : int, float, int, int
        As given to `reliability`.
    notes : tuple of str
        Why intervals should be read with care.
    """

    labels: tuple[str, ...]
    n_statements: int
    n_groups: int
    per_label: Mapping[str, LabelReliability] = field(hash=False)
    n_bootstrap: int
    confidence: float
    seed: int
    n_bins: int
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give lists, mappings, strings and numbers, ready for JSON; NaN becomes None."""
        return as_record(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskCurve:
    """What a model gets wrong among the statements that it is surest of.

    Attributes
    ----------
    error : tuple of Estimate, of length n_levels
        Share of wrong decisions, at each level of coverage.
    f1 : tuple of Estimate, of length n_levels
        F1 of the label; NaN where the statements left neither carry the label nor are given it.
    aurc : Estimate
        Area under the curve of the error over all levels of coverage from one statement to all of them.
    """

    error: tuple[Estimate, ...]
    f1: tuple[Estimate, ...]
    aurc: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskCoverage:
    """Risk-coverage curves, label by label.

    Attributes
    ----------
    labels : tuple of str
        In the order of the columns.
    n_statements, n_groups : int
        Size of the set; groups are the clusters of the bootstrap.
    coverage : tuple of float, of length n_levels
        Share of statements that are answered, falling.
    per_label : mapping of str to RiskCurve
        In the order of the labels.
    macro : RiskCurve
        Means over the labels for which a figure is defined, each label at the same coverage.
    n_bootstrap, confidence, seed : int, float, int
        As given to `risk_coverage`.
    notes : tuple of str
        Why intervals should be read with care.
    """

    labels: tuple[str, ...]
    n_statements: int
    n_groups: int
    coverage: tuple[float, ...]
    per_label: Mapping[str, RiskCurve] = field(hash=False)
    macro: RiskCurve
    n_bootstrap: int
    confidence: float
    seed: int
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give lists, mappings, strings and numbers, ready for JSON; NaN becomes None."""
        return as_record(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelCoverage:
    """Whether one label's abstentions keep their promise.

    Attributes
    ----------
    n_positive, n_negative : int
        Statements that carry the label, and those that do not.
    positives : Estimate
        Share of the positives that are not ruled out: asserted or abstained from. NaN without positives.
    negatives : Estimate
        Share of the negatives that are not asserted: ruled out or abstained from. NaN without negatives.
    abstained : Estimate
        Share of all statements that are abstained from.
    """

    n_positive: int
    n_negative: int
    positives: Estimate
    negatives: Estimate
    abstained: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class ConformalCoverage:
    """Coverage of the answers beside the coverage that was promised.

    Attributes
    ----------
    labels : tuple of str
        In the order of the columns.
    promised : float
        One less the error level of the abstention.
    whole : mapping of str to LabelCoverage
        In the order of the labels.
    slices : mapping of str to mapping of str to mapping of str to LabelCoverage
        For each column, for each of its values, for each label.
    confidence : float
        Of the intervals.
    """

    labels: tuple[str, ...]
    promised: float
    whole: Mapping[str, LabelCoverage] = field(hash=False)
    slices: Mapping[str, Mapping[str, Mapping[str, LabelCoverage]]] = field(hash=False)
    confidence: float

    def to_dict(self) -> dict[str, Any]:
        """Give lists, mappings, strings and numbers, ready for JSON; NaN becomes None."""
        return as_record(self)
