"""What measuring the agreement of coders gives back, frozen and ready for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stancekit.measure.results import Estimate, as_record


@dataclass(frozen=True, slots=True, kw_only=True)
class CoderShare:
    """How often one coder gives a label.

    Attributes
    ----------
    n, n_positive : int
        Statements that the coder judged for the label, and those that were given it.
    share : Estimate
        The second as a share of the first; NaN where the coder judged nothing.
    """

    n: int
    n_positive: int
    share: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class PairAgreement:
    """Two coders on one label.

    Attributes
    ----------
    a, b : str
        Their names; the model stands first, and "majority" is what most coders say.
    n : int
        Statements that both judged.
    agreement : Estimate
        Share of them on which the two agree.
    kappa : Estimate
        Cohen's kappa; NaN where both give one and the same answer throughout.
    """

    a: str
    b: str
    n: int
    agreement: Estimate
    kappa: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelAgreement:
    """All coders on one label.

    Attributes
    ----------
    n : int
        Statements that two coders or more judged, the model apart.
    agreement : Estimate
        Share of the pairs of coders that agree, averaged over these statements.
    alpha : Estimate
        Krippendorff's alpha of the decision for or against the label, the model apart.
    alpha_with_model : Estimate or None
        The same with the model as one more coder; None without a model.
    prevalence : mapping of str to CoderShare
        For each coder, and the model.
    pairs : tuple of PairAgreement
        Each two coders; then the model with each, and with the majority where there are two coders or more.
    """

    n: int
    agreement: Estimate
    alpha: Estimate
    alpha_with_model: Estimate | None = None
    prevalence: Mapping[str, CoderShare] = field(hash=False)
    pairs: tuple[PairAgreement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAgreement:
    """All coders on whole sets of labels.

    Attributes
    ----------
    n : int
        Statements that two coders or more judged for every label, the model apart.
    agreement : Estimate
        Share of the pairs of coders that give the very same set, averaged over these statements.
    alpha : Estimate
        Krippendorff's alpha with the MASI distance, the model apart.
    alpha_with_model : Estimate or None
        The same with the model as one more coder; None without a model.
    """

    n: int
    agreement: Estimate
    alpha: Estimate
    alpha_with_model: Estimate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far coders agree.

    Attributes
    ----------
    labels, coders : tuple of str
        In the order given; the coders without the model.
    model : str or None
        The name of the coder that is a model.
    n_statements, n_groups : int
        Size of the whole; groups are the clusters of the bootstrap.
    per_label : mapping of str to LabelAgreement
        In the order of the labels.
    sets : SetAgreement
        Of all labels of a statement at once.
    n_bootstrap, confidence, seed : int, float, int
        As given to `stancekit.measure.agreement.agreement`.
    notes : tuple of str
        What is undefined or withheld, and why.

    Examples
    --------
    >>> import numpy as np, stancekit
    >>> first, second = np.array([[1.0], [1.0], [0.0], [0.0]]), np.array([[1.0], [0.0], [0.0], [0.0]])
    >>> found = stancekit.agreement({"first": first, "second": second}, labels=["against"])
    >>> found.per_label["against"].agreement.value
    0.75
    """

    labels: tuple[str, ...]
    coders: tuple[str, ...]
    model: str | None
    n_statements: int
    n_groups: int
    per_label: Mapping[str, LabelAgreement] = field(hash=False)
    sets: SetAgreement
    n_bootstrap: int
    confidence: float
    seed: int
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give lists, mappings, strings and numbers, ready for JSON; NaN becomes None."""
        return as_record(self)
