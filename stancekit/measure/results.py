"""What measuring gives back: figures with their intervals, frozen, and ready for JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure and its interval.

    Attributes
    ----------
    value : float
        The figure on the statements given; NaN where it is undefined.
    low, high : float
        The ends of its interval, found as the function says that gives it; NaN where the interval is withheld.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What model b has more than model a in one figure, on the same statements.

    Attributes
    ----------
    a, b : float
        The figure of each model; NaN where it is undefined.
    value : float
        ``b - a``.
    low, high : float
        The ends of its paired bootstrap interval; NaN where the interval is withheld.
    p_value : float
        Two-sided, of the hypothesis of no difference; NaN where the interval is.
    """

    a: float
    b: float
    value: float
    low: float
    high: float
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of one label, or their mean over labels.

    Attributes
    ----------
    n, n_positive : int
        Statements annotated for the label, and those that carry it; summed over labels in a mean.
    precision, recall, f1, average_precision, mcc, calibration_error : Estimate
        As `stancekit.measure.evaluation.evaluate` defines them.
    decided, f1_decided : Estimate or None
        Share of statements on which the model did not abstain, and F1 on those; None where no
        abstentions were given.
    """

    n: int
    n_positive: int
    precision: Estimate
    recall: Estimate
    f1: Estimate
    average_precision: Estimate
    mcc: Estimate
    calibration_error: Estimate
    decided: Estimate | None = None
    f1_decided: Estimate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MicroFigures:
    """Figures of all decisions pooled over labels.

    Attributes
    ----------
    precision, recall, f1 : Estimate
        In an exclusive task without gaps in the annotation all three are the accuracy.
    """

    precision: Estimate
    recall: Estimate
    f1: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All figures of one set of statements.

    Attributes
    ----------
    n_statements, n_groups : int
        Size of the set; groups are the clusters of the bootstrap.
    per_label : mapping of str to Figures
        In the order of the labels.
    macro : Figures
        Means over the labels for which a figure is defined.
    micro : MicroFigures
        Figures of the pooled decisions.
    notes : tuple of str
        What is undefined or withheld, and why.
    """

    n_statements: int
    n_groups: int
    per_label: Mapping[str, Figures] = field(hash=False)
    macro: Figures
    micro: MicroFigures
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One model measured against annotations, as a whole and by slices.

    Attributes
    ----------
    labels : tuple of str
        In the order of the columns.
    whole : Summary
        The figures of all statements.
    slices : mapping of str to mapping of str to Summary
        For each column, for each of its values: the figures of its statements.
    n_bootstrap, confidence, seed, n_bins : int, float, int, int
        As given to `stancekit.measure.evaluation.evaluate`.
    """

    labels: tuple[str, ...]
    whole: Summary
    slices: Mapping[str, Mapping[str, Summary]] = field(hash=False)
    n_bootstrap: int
    confidence: float
    seed: int
    n_bins: int

    @property
    def per_label(self) -> Mapping[str, Figures]:
        """The figures of each label on all statements."""
        return self.whole.per_label

    @property
    def macro(self) -> Figures:
        """The means over labels on all statements."""
        return self.whole.macro

    @property
    def micro(self) -> MicroFigures:
        """The pooled figures on all statements."""
        return self.whole.micro

    def to_dict(self) -> dict[str, Any]:
        """Give lists, mappings, strings and numbers, ready for JSON; NaN becomes None."""
        settings = {
            "labels": list(self.labels),
            "n_bootstrap": self.n_bootstrap,
            "confidence": self.confidence,
            "seed": self.seed,
            "n_bins": self.n_bins,
        }
        return settings | as_record(self.whole) | {"slices": _plain(self.slices)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """How two models differ on one label, or in the mean over labels.

    Attributes
    ----------
    f1, average_precision, mcc : Difference
        Model b less model a.
    """

    f1: Difference
    average_precision: Difference
    mcc: Difference


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two models measured on the same statements.

    Attributes
    ----------
    names : tuple of str, of length 2
        Of model a and model b.
    labels : tuple of str
        In the order of the columns.
    n_statements, n_groups : int
        Size of the set; groups are the clusters of the bootstrap.
    per_label : mapping of str to Differences
        In the order of the labels.
    macro : Differences
        Of the means over the labels for which a figure is defined.
    n_bootstrap, confidence, seed : int, float, int
        As given to `stancekit.measure.comparison.compare`.
    notes : tuple of str
        What is undefined or withheld, and why.
    """

    names: tuple[str, str]
    labels: tuple[str, ...]
    n_statements: int
    n_groups: int
    per_label: Mapping[str, Differences] = field(hash=False)
    macro: Differences
    n_bootstrap: int
    confidence: float
    seed: int
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give lists, mappings, strings and numbers, ready for JSON; NaN becomes None."""
        return as_record(self)


def as_record(result: Any) -> dict[str, Any]:  # noqa: ANN401 - any of the dataclasses above
    """Give a dataclass as JSON's types, without the figures that were not measured: None where None is the default.

    Examples
    --------
    >>> as_record(Estimate(value=0.5, low=float("nan"), high=float("nan")))
    {'value': 0.5, 'low': None, 'high': None}
    """
    items = {f: getattr(result, f.name) for f in fields(result)}
    return {f.name: _plain(item) for f, item in items.items() if item is not None or f.default is not None}


def _plain(value: Any) -> Any:  # noqa: ANN401 - any value of the dataclasses above
    """Give a value as JSON's types; what is undefined is None."""
    if is_dataclass(value):
        return as_record(value)
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and math.isnan(value):
        return None
    return value
