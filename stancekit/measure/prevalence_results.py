"""What prevalence and planning give back, frozen and ready for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stancekit.errors import InvalidInputError
from stancekit.measure.coded import cell_name
from stancekit.measure.results import Estimate, as_record


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The share of one label in the corpus, or in a group of it.

    Attributes
    ----------
    n, n_gold, n_positive : int
        Statements; those annotated for the label; and those of them that carry it.
    corrected : Estimate
        The share by the model's labels for every statement, corrected by the annotated ones; NaN where it cannot be
        told, and its ends where the interval is withheld.
    gold : Estimate
        The share by the annotated statements alone, weighted as they were drawn.
    uncorrected : float
        What counting the model's labels gives, or the mean of its scores. It has no interval: its error does not
        shrink with the corpus.
    standard_error : float
        Of the corrected share, linearised; NaN where the interval is withheld. The interval does not follow from it:
        with few errors of the model in the sample it is too small, and 0 where there are none.
    slope : float
        How much the model's labels count, from 0 (not at all) to 1; the "lambda" of prediction-powered inference.
    effective_size : float
        Annotated statements that, drawn one by one and without a model, would give an interval as short (Wilson's);
        NaN where it is withheld or has no width.
    notes : tuple of str
        What is withheld, and why.
    """

    n: int
    n_gold: int
    n_positive: int
    corrected: Estimate
    gold: Estimate
    uncorrected: float
    standard_error: float
    slope: float
    effective_size: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """The shares of all labels in the corpus, or in a group of it.

    Attributes
    ----------
    n : int
        Number of statements.
    per_label : mapping of str to Share
        In the order of the labels.
    """

    n: int
    per_label: Mapping[str, Share] = field(hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """By how much the share of one label in group b is above that in group a.

    Attributes
    ----------
    corrected, gold : Estimate
        ``b - a``, with the covariance of the two; NaN where one of the shares has no interval.
    uncorrected : float
        What the model's labels alone say.
    """

    corrected: Estimate
    gold: Estimate
    uncorrected: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDifference:
    """How two groups differ.

    Attributes
    ----------
    column, a, b : str
        The column and its two values.
    per_label : mapping of str to Change
        In the order of the labels.
    """

    column: str
    a: str
    b: str
    per_label: Mapping[str, Change] = field(hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prevalence:
    """The share of each label in a corpus.

    Attributes
    ----------
    labels : tuple of str
        In the order of the columns.
    design : str or None
        "random", "stratified" or "probability", as declared; None where none was, and then there are no intervals.
    drawn : "statements" or "clusters"
        What was drawn.
    population : "corpus" or "larger"
        What the intervals speak of: the corpus itself, or what the corpus is a sample of.
    confidence : float
        Of the intervals.
    n_strata, n_clusters : int or None
        In the corpus; None where there are none.
    whole : Shares
        In the whole corpus.
    groups : mapping of str to mapping of str to Shares
        For each column, for each of its values.
    differences : tuple of GroupDifference
        Those asked for.
    notes : tuple of str
        What holds for all of it.

    Examples
    --------
    >>> import numpy as np, stancekit
    >>> found = stancekit.prevalence(np.eye(4, 1), np.full((4, 1), np.nan), labels=["against"])
    >>> found.per_label["against"].uncorrected, found.design
    (0.25, None)
    """

    labels: tuple[str, ...]
    design: str | None
    drawn: str
    population: str
    confidence: float
    n_strata: int | None
    n_clusters: int | None
    whole: Shares
    groups: Mapping[str, Mapping[str, Shares]] = field(hash=False)
    differences: tuple[GroupDifference, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def per_label(self) -> Mapping[str, Share]:
        """The shares in the whole corpus."""
        return self.whole.per_label

    def difference(self, column: str, a: str, b: str) -> GroupDifference:
        """Give one of the differences that were asked for.

        Raises
        ------
        InvalidInputError
            When it was not.
        """
        for one in self.differences:
            if (one.column, one.a, one.b) == (column, str(a), str(b)):
                return one
        raise InvalidInputError(
            f"no difference of {column!r} from {a!r} to {b!r} was computed; ask for it: "
            f"prevalence(..., differences={{{column!r}: [({a!r}, {b!r})]}})"
        )

    def to_dict(self) -> dict[str, Any]:
        """Give lists, mappings, strings and numbers, ready for JSON; NaN becomes None."""
        return as_record(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """How many annotated statements an interval of the width asked for takes.

    Attributes
    ----------
    share : float
        The share expected.
    n_needed : int
        Annotated statements in all, no more than there are.
    n_annotated, n_more : int
        Annotated already, and still to annotate. Where strata have more annotated than they need, the latter is more
        than the difference.
    n_without_model : int
        Annotated statements in all, were the model's labels not used.
    """

    share: float
    n_needed: int
    n_annotated: int
    n_more: int
    n_without_model: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StratumPlan:
    """What to annotate in one stratum.

    Attributes
    ----------
    n : int
        Statements of the corpus in it.
    n_annotated, n_needed : int
        Annotated already, and in all. The latter goes to `draw_sample` as one of its `sizes`; or `n_more` does, with
        the annotated rows as `exclude`.
    """

    n: int
    n_annotated: int
    n_needed: int

    @property
    def n_more(self) -> int:
        """Statements still to annotate in it."""
        return self.n_needed - self.n_annotated


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How many statements to annotate.

    Attributes
    ----------
    width, confidence : float
        The whole width that the interval is to have, and its confidence.
    n_statements : int
        Size of the corpus.
    per_label : mapping of str to Need
        For the share in the whole corpus.
    groups : mapping of str to mapping of str to mapping of str to Need
        For each column, for each of its values, for each label: how many statements of the group it takes.
    strata : mapping of str to StratumPlan
        How to divide the most that a label needs, after Neyman (1934, JRSS 97); empty without strata.
    group_strata : mapping of str to mapping of str to mapping of str to StratumPlan
        For each column, for each of its values, for each stratum with statements of the group: how to divide the most
        that a label needs in it. Without strata there is one, ``all``.
    notes : tuple of str
        What to know of it.

    Examples
    --------
    >>> import stancekit
    >>> needs = stancekit.plan_from_rates(width=0.02, share=0.1, precision=0.8, recall=0.8, n_statements=50_000)
    >>> needs.per_label["label"].n_needed < needs.per_label["label"].n_without_model
    True
    """

    width: float
    confidence: float
    n_statements: int
    per_label: Mapping[str, Need] = field(hash=False)
    groups: Mapping[str, Mapping[str, Mapping[str, Need]]] = field(default_factory=dict, hash=False)
    strata: Mapping[str, StratumPlan] = field(default_factory=dict, hash=False)
    group_strata: Mapping[str, Mapping[str, Mapping[str, StratumPlan]]] = field(default_factory=dict, hash=False)
    notes: tuple[str, ...] = ()

    @property
    def n_more(self) -> int:
        """Statements still to annotate, so that every label has its interval in the whole corpus."""
        if self.strata:
            return sum(one.n_more for one in self.strata.values())
        return max(need.n_more for need in self.per_label.values())

    def to_draw(self, column: str) -> dict[str, int]:
        """Give how many statements to draw besides those annotated, so that every group of a column has its interval.

        Parameters
        ----------
        column : str
            One of the columns that were planned for.

        Returns
        -------
        dict of str to int
            For `draw_sample`, as its `sizes`, with ``crossed(groups)`` or ``crossed(groups, strata)`` as its `strata`
            and the annotated rows as its `exclude`.

        Raises
        ------
        InvalidInputError
            When the column was not planned for.

        Examples
        --------
        >>> import stancekit
        >>> plan = stancekit.plan_from_rates(width=0.02, share=0.1, precision=0.8, recall=0.8, n_statements=50_000)
        >>> plan.to_draw("year")
        Traceback (most recent call last):
            ...
        stancekit.errors.InvalidInputError: no plan was made for 'year'; plan(..., groups={'year': ...}) makes one
        """
        if column not in self.group_strata:
            raise InvalidInputError(f"no plan was made for {column!r}; plan(..., groups={{{column!r}: ...}}) makes one")
        return {
            cell_name(value, *([stratum] if self.strata else [])): one.n_more
            for value, strata in self.group_strata[column].items()
            for stratum, one in strata.items()
        }

    def to_dict(self) -> dict[str, Any]:
        """Give lists, mappings, strings and numbers, ready for JSON."""
        return as_record(self)
