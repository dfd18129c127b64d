"""Measure how far coders agree, and a model with them, label by label and over whole sets of labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stancekit.errors import InvalidInputError, unknown_option
from stancekit.measure.agreement_coefficients import Alpha, Codes, Floats, Kappa, agreeing, majority, masi_distances
from stancekit.measure.agreement_results import Agreement, CoderShare, LabelAgreement, PairAgreement, SetAgreement
from stancekit.measure.bootstrap import (
    bootstrap,
    canonical_order,
    few_groups_notes,
    group_notes,
    is_point,
    told_interval,
    withheld_note,
)
from stancekit.measure.inputs import Settings, as_matrix, check_labels, check_values, cluster_numbers
from stancekit.measure.results import Estimate
from stancekit.measure.shares import share

__all__ = ["Agreement", "agreement"]

MAJORITY = "majority"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    """Which coefficient: alpha of a label or, None, of whole sets, with the model or without; or a pair's kappa."""

    subject: str | None
    with_model: bool = False
    pair: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Codings:
    """What each coder said, in an order that the contents alone decide.

    `humans` has shape (n_coders, n_statements, n_labels), `machine` (n_statements, n_labels).
    """

    names: tuple[str, ...]
    model: str | None
    labels: tuple[str, ...]
    humans: Floats
    machine: Floats | None
    clusters: Codes
    n_clusters: int

    def coder(self, name: str) -> Floats:
        """Give the decisions of a coder, of the model, or of the majority."""
        if name == self.model and self.machine is not None:
            return self.machine
        return self.humans[self.names.index(name)] if name in self.names else majority(self.humans)

    def coders(self, *, with_model: bool) -> Floats:
        """Give the decisions of all, of shape (n_coders, n_statements, n_labels)."""
        machine = [self.machine] if with_model and self.machine is not None else []
        return np.stack([*self.humans, *machine])

    def pairs(self) -> list[tuple[str, str]]:
        """Give each two coders; then the model with each, and with the majority of two or more."""
        others = (*self.names, MAJORITY) if len(self.names) > 1 else self.names
        return [*combinations(self.names, 2), *((self.model, name) for name in others if self.model is not None)]


def agreement(
    coders: Mapping[str, ArrayLike],
    *,
    labels: Sequence[str],
    groups: Iterable[object] | None = None,
    model: str | None = None,
    n_bootstrap: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> Agreement:
    """Measure how far coders agree.

    Parameters
    ----------
    coders : mapping of str to array-like of shape (n_statements, n_labels)
        For each coder: 1, 0, and NaN where the coder did not judge the statement for the label.
    labels : sequence of str, of length n_labels
        The names of the columns, in their order.
    groups : iterable of hashable, of length n_statements, optional
        The speech or document of each statement, drawn whole by the bootstrap. Without it each statement is a group
        of its own, and intervals are too narrow if statements come in documents.
    model : str, optional
        Which of the coders is a model. It stays out of the coders' own figures and is set beside them: alpha with the
        model as one more coder, and its kappa with each coder and with the majority of them.
    n_bootstrap : int, default=1000
        Number of replicates; 0 leaves the intervals of the coefficients out.
    confidence : float, default=0.95
        Of the intervals.
    seed : int, default=0
        The same data and seed give the same figures, whatever the order of the rows and the names of groups.

    Returns
    -------
    Agreement
        For each label Krippendorff's alpha, Cohen's kappa of each two coders, the share of agreement, and how often
        each coder gives the label; and alpha over whole sets of labels.

    Raises
    ------
    InvalidInputError
        With fewer than two coders, on shapes that differ, values other than 1, 0 and NaN, a model that is none of the
        coders, a coder called "majority" beside a model, or a group without an id.

    Notes
    -----
    Alpha is ``1 - D_o / D_e``: the disagreement observed between the judgements of a statement, averaged over all
    judgements that can be paired, by that expected if the same judgements had been dealt out to the statements at
    random (Krippendorff 2019, Content Analysis, 4th edition, chapter 12). For one label the distance is nominal: 0
    for the same answer, 1 for another. Over whole sets it is MASI, which gives sets in part alike part of the credit
    (Passonneau 2006, LREC); of labels that exclude one another it is nominal again. Statements judged by fewer than
    two coders tell nothing and are left out. Kappa is ``(p_o - p_e) / (1 - p_e)``, with each coder's own share of the
    label in what is expected (Cohen 1960, Educational and Psychological Measurement 20).

    Both are undefined, NaN with a note, where no statement has two judgements, and where all judgements are the same
    (for kappa: both coders' are): without variation nobody can tell agreement from habit. For rare labels both fall
    quickly with few disagreements (Feinstein & Cicchetti 1990, Journal of Clinical Epidemiology 43), so read them
    beside the shares.

    Intervals of the coefficients are percentile intervals of a bootstrap of whole groups (for alpha: Zapf, Castell,
    Morawietz & Karch 2016, BMC Medical Research Methodology 16); with fewer than two groups, or where every draw
    gives the same value, as it does when nobody disagrees, they are NaN, with a note. Intervals of shares are Wilson's,
    with the design effect of the groups (`stancekit.measure.shares`), and hold for shares of 0 and 1 too.

    Abstentions are the caller's to treat: a model's decisions may be given in full, as the command line does, or with
    NaN where it would not say. The majority leaves out statements with as many votes for a label as against it, and
    those that one coder judged: of two coders it is what they agree on, which is easier for a model too.

    Examples
    --------
    >>> first, second = [[1], [1], [0], [0], [0], [1]], [[1], [0], [0], [0], [0], [float("nan")]]
    >>> result = agreement({"first": first, "second": second}, labels=["lift"], n_bootstrap=0)
    >>> lift = result.per_label["lift"]
    >>> lift.n, lift.agreement.value, round(lift.alpha.value, 3), round(lift.pairs[0].kappa.value, 3)
    (5, 0.8, 0.571, 0.545)
    """
    names = check_labels(labels)
    settings = Settings(n_bootstrap=n_bootstrap, confidence=confidence, seed=seed)
    codings = _check_coders(coders, names, groups, model)
    values = _coefficients(codings, settings)
    return Agreement(
        labels=names,
        coders=codings.names,
        model=model,
        n_statements=len(codings.clusters),
        n_groups=codings.n_clusters,
        per_label={label: _label(codings, column, values, settings) for column, label in enumerate(names)},
        sets=_whole_sets(codings, values, settings),
        n_bootstrap=int(n_bootstrap),
        confidence=float(confidence),
        seed=int(seed),
        notes=tuple(_notes(codings, values, settings)),
    )


def _check_coders(
    coders: Mapping[str, ArrayLike], labels: tuple[str, ...], groups: Iterable[object] | None, model: str | None
) -> _Codings:
    if not isinstance(coders, Mapping) or len(coders) < 2 or not all(isinstance(name, str) for name in coders):
        given = list(coders) if isinstance(coders, Mapping) else type(coders).__name__
        raise InvalidInputError(
            f"coders is {given!r}; expected a mapping of the names of two coders or more to their decisions"
        )
    if model is not None and model not in coders:
        raise unknown_option("model", model, coders)
    if model is not None and MAJORITY in coders:
        raise InvalidInputError(f"a coder is called {MAJORITY!r}, as is what most coders say; give it another name")
    checked: dict[str, Floats] = {}
    for name, values in coders.items():
        n = len(next(iter(checked.values()))) if checked else None
        checked[name] = _check_decisions(f"coder {name!r}", values, labels, n)
    machine = None if model is None else checked.pop(model)
    return _in_order(checked, machine, model, labels, groups)


def _check_decisions(name: str, values: ArrayLike, labels: tuple[str, ...], n: int | None) -> Floats:
    decisions = as_matrix(name, values, labels, n)
    if not len(decisions):
        raise InvalidInputError(f"{name} has no rows; expected at least one statement")
    good = np.isnan(decisions) | (decisions == 0) | (decisions == 1)
    check_values(name, decisions, good, labels, "1, 0 or NaN (not judged)")
    return decisions


def _in_order(
    checked: Mapping[str, Floats],
    machine: Floats | None,
    model: str | None,
    labels: tuple[str, ...],
    groups: Iterable[object] | None,
) -> _Codings:
    humans = np.stack(list(checked.values()))
    everyone = [*humans, *([] if machine is None else [machine])]
    order = canonical_order(np.nan_to_num(np.hstack(everyone), nan=-1.0), cluster_numbers(groups, humans.shape[1]))
    return _Codings(
        names=tuple(checked),
        model=model,
        labels=labels,
        humans=humans[:, order.rows],
        machine=None if machine is None else machine[order.rows],
        clusters=order.clusters,
        n_clusters=order.n_clusters,
    )


def _coefficients(codings: _Codings, settings: Settings) -> dict[_Key, Floats]:
    """Give each coefficient on the sample and on the same replicates of it, of shape (1 + n_bootstrap,)."""
    measures: dict[_Key, Alpha | Kappa] = {}
    place = (codings.clusters, codings.n_clusters)
    for with_model in (False, True)[: 1 if codings.model is None else 2]:
        everyone = codings.coders(with_model=with_model)
        for column, label in enumerate(codings.labels):
            codes = _codes(everyone[:, :, column])
            measures[_Key(subject=label, with_model=with_model)] = Alpha.of(codes, 1.0 - np.eye(2), *place)
        sets = _set_codes(everyone)
        measures[_Key(subject=None, with_model=with_model)] = Alpha.of(sets.codes, masi_distances(sets.sets), *place)
    for a, b in codings.pairs():
        for column, label in enumerate(codings.labels):
            first, second = codings.coder(a)[:, column], codings.coder(b)[:, column]
            measures[_Key(subject=label, pair=(a, b))] = Kappa.of(first, second, *place)
    values = bootstrap(
        lambda weights: np.stack([measure.measure(weights) for measure in measures.values()], axis=1),
        n_clusters=codings.n_clusters,
        n_rows=len(codings.clusters),
        n_bootstrap=settings.n_bootstrap,
        seed=settings.seed,
    )
    return dict(zip(measures, values.T, strict=True))


def _codes(decisions: Floats) -> Codes:
    """Turn decisions of shape (n_coders, n_statements) into numbers, -1 where there is none, a coder a column."""
    return np.nan_to_num(decisions.T, nan=-1.0).astype(np.intp)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Sets:
    """Which of the different sets of labels each coder gave each statement, -1 where not every label was judged."""

    codes: Codes
    sets: Floats


def _set_codes(everyone: Floats) -> _Sets:
    whole = ~np.isnan(everyone).any(axis=2)
    codes = np.full(whole.shape, -1, dtype=np.intp)
    if not whole.any():
        return _Sets(codes=codes.T, sets=np.zeros((1, everyone.shape[2])))
    sets, numbers = np.unique(everyone[whole], axis=0, return_inverse=True)
    codes[whole] = numbers.ravel()
    return _Sets(codes=codes.T, sets=sets)


def _label(codings: _Codings, column: int, values: Mapping[_Key, Floats], settings: Settings) -> LabelAgreement:
    label = codings.labels[column]
    everyone = [*codings.names, *([] if codings.model is None else [codings.model])]
    figures = _shared(values, label, agreeing(_codes(codings.humans[:, :, column])), codings, settings)
    return LabelAgreement(
        **figures,
        prevalence={name: _prevalence(codings.coder(name)[:, column], codings, settings) for name in everyone},
        pairs=tuple(_pair(codings, column, pair, values, settings) for pair in codings.pairs()),
    )


def _whole_sets(codings: _Codings, values: Mapping[_Key, Floats], settings: Settings) -> SetAgreement:
    return SetAgreement(**_shared(values, None, agreeing(_set_codes(codings.humans).codes), codings, settings))


def _shared(
    values: Mapping[_Key, Floats], subject: str | None, alike: Floats, codings: _Codings, settings: Settings
) -> dict[str, Any]:
    """Give what a label and whole sets have in common."""
    with_model = values.get(_Key(subject=subject, with_model=True))
    return {
        "n": int(np.sum(~np.isnan(alike))),
        "agreement": _share(alike, codings, settings),
        "alpha": _coefficient(values[_Key(subject=subject)], settings),
        "alpha_with_model": None if with_model is None else _coefficient(with_model, settings),
    }


def _pair(
    codings: _Codings, column: int, pair: tuple[str, str], values: Mapping[_Key, Floats], settings: Settings
) -> PairAgreement:
    a, b = (codings.coder(name)[:, column] for name in pair)
    alike = np.where(np.isnan(a) | np.isnan(b), np.nan, a == b)
    return PairAgreement(
        a=pair[0],
        b=pair[1],
        n=int(np.sum(~np.isnan(alike))),
        agreement=_share(alike, codings, settings),
        kappa=_coefficient(values[_Key(subject=codings.labels[column], pair=pair)], settings),
    )


def _prevalence(decisions: Floats, codings: _Codings, settings: Settings) -> CoderShare:
    n_positive = int(np.nansum(decisions))
    return CoderShare(
        n=int(np.sum(~np.isnan(decisions))), n_positive=n_positive, share=_share(decisions, codings, settings)
    )


def _share(hits: Floats, codings: _Codings, settings: Settings) -> Estimate:
    """Give the mean of what lies between 0 and 1, NaN left out."""
    known = ~np.isnan(hits)
    counted: NDArray[Any] = hits[known]  # of three coders, two agree on a third of the pairs: no bool, but a share
    _, clusters = np.unique(codings.clusters[known], return_inverse=True)
    return share(counted, clusters, settings.confidence)


def _coefficient(values: Floats, settings: Settings) -> Estimate:
    low, high = told_interval(values, settings.confidence)
    return Estimate(value=float(values[0]), low=low, high=high)


def _notes(codings: _Codings, values: Mapping[_Key, Floats], settings: Settings) -> list[str]:
    everyone = codings.coders(with_model=codings.model is not None)
    paired = ((~np.isnan(everyone)).sum(axis=0) > 1).any(axis=1)
    n_groups = len(np.unique(codings.clusters[paired]))
    notes = group_notes(n_groups, settings.n_bootstrap) if n_groups else []
    partial = np.isnan(everyone).any(axis=2) & ~np.isnan(everyone).all(axis=2)
    if partial.any():
        notes.append(f"whole sets: {int(partial.sum())} judgements of some labels only are left out")
    if not paired.any():
        return [*notes, "no statement was judged by two coders; alpha and kappa are undefined"]
    for key, each in values.items():
        notes += _coefficient_notes(key, each, codings, settings)
    return notes + _few_groups_notes(codings, everyone) if n_groups and settings.n_bootstrap else notes


def _few_groups_notes(codings: _Codings, everyone: Floats) -> list[str]:
    """Say which labels were judged twice, and which pairs judged the same, in few of the groups alone."""
    twice = (~np.isnan(everyone)).sum(axis=0) > 1
    pairs = codings.pairs()
    both = [~np.isnan(codings.coder(a) + codings.coder(b)).all(axis=1) for a, b in pairs]
    return [
        *few_groups_notes(codings.labels, twice, codings.clusters, done="judged twice"),
        *few_groups_notes(
            [f"{a} and {b}" for a, b in pairs], np.stack(both, axis=1), codings.clusters, done="both judged"
        ),
    ]


def _coefficient_notes(key: _Key, values: Floats, codings: _Codings, settings: Settings) -> list[str]:
    who = " and ".join(key.pair) if key.pair else "with the model" if key.with_model else ""
    subject = "whole sets" if key.subject is None else key.subject
    name, subject = "kappa" if key.pair else "alpha", f"{subject}, {who}" if who else subject
    if np.isnan(values[0]):
        return [f"{subject}: {_why_undefined(key, codings)}; {name} is undefined"]
    if is_point(values, settings.confidence):
        return [f"{subject}: interval of {name} withheld, as nearly every draw gives {values[0]:.2f}"]
    return withheld_note(values, name, subject)


def _why_undefined(key: _Key, codings: _Codings) -> str:
    judged = _judgements(key, codings)
    if not (np.sum(judged >= 0, axis=1) > 1).any():
        return "fewer than two coders" if judged.shape[1] < 2 else "no statement was judged by two coders"
    if key.subject is None:
        return "every judgement is of the same set"
    shared = judged[np.sum(judged >= 0, axis=1) > 1]
    return f"every judgement is {'yes' if shared.max() == 1 else 'no'}"


def _judgements(key: _Key, codings: _Codings) -> Codes:
    everyone = codings.coders(with_model=key.with_model)
    if key.pair:
        everyone = np.stack([codings.coder(name) for name in key.pair])
    return (
        _set_codes(everyone).codes if key.subject is None else _codes(everyone[:, :, codings.labels.index(key.subject)])
    )
