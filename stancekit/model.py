"""A trained model: features, linear heads, calibration, decisions. No scikit-learn on this path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, compress, islice, repeat
from numbers import Integral
from typing import Any, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from stancekit.calibration import Calibration
from stancekit.codebook import Codebook
from stancekit.errors import InvalidInputError
from stancekit.features.familiarity import Familiarity
from stancekit.features.scorer import Contribution, Scorer
from stancekit.parallel import map_stretches
from stancekit.records import Explanation, Judged, Prediction, Span
from stancekit.text._statements import Statements
from stancekit.text.checks import check_statement, iter_rows, read_statements
from stancekit.text.identity import fingerprint_number
from stancekit.text.words import without_marks

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
T = TypeVar("T")

_POWERS = 1 << np.arange(8, dtype=np.uint8)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class StanceModel:
    """Label statements by a codebook.

    Made by `StanceClassifier.fit` or `stancekit.load`, written by `stancekit.save`. A model is never
    changed after it is made and may be used from several threads.

    Attributes
    ----------
    codebook : Codebook
        The labels, in the order of every array's columns.
    scorers : mapping of str to Scorer
        The features by kind, with the heads' weights folded in.
    bias : ndarray of float64 of shape (n_labels,)
        Margin of a statement without any feature; where there is a network, of one that is average to it.
    calibration : Calibration
        Margins to scores and decisions.
    provenance : mapping
        How the model was made: data, parameters, seed, versions, out-of-fold figures.
    labels : tuple of str
        The labels, in the order of every array's columns.
    training_hashes : ndarray of uint64 of shape (n_training_statements,)
        Fingerprints of the statements that the model was trained on, sorted; see `was_trained_on`.
    familiarity : Familiarity or None
        The words that the model was trained on, behind `Prediction.unfamiliar`; models of before have none.

    Examples
    --------
    >>> import stancekit
    >>> model = stancekit.load()
    >>> model.predict("The embargo is illegal and must be lifted at once.").labels
    ('anti-sanction',)
    """

    codebook: Codebook
    scorers: Mapping[str, Scorer]
    bias: Floats
    calibration: Calibration
    provenance: Mapping[str, Any] = field(default_factory=dict)
    labels: tuple[str, ...] = field(init=False)
    training_hashes: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    familiarity: Familiarity | None = None

    def __repr__(self) -> str:
        return f"<StanceModel {self.codebook.name!r}: {', '.join(self.labels)}; features {', '.join(self.scorers)}>"

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", self.codebook.labels)

    @overload
    def predict(self, texts: str, *, n_jobs: int | None = None) -> Prediction: ...  # type: ignore[overload-overlap]
    @overload
    def predict(self, texts: Iterable[str], *, n_jobs: int | None = None) -> list[Prediction]: ...
    def predict(self, texts: str | Iterable[str], *, n_jobs: int | None = None) -> Prediction | list[Prediction]:
        """Label one statement or many.

        Parameters
        ----------
        texts : str or iterable of str, of length n_statements
            One statement, or a list, generator, array or column of them. Arrow data, as of pyarrow, polars and
            pandas columns, is read in place.
        n_jobs : int, optional
            Number of threads as in joblib: None is 1 unless `joblib.parallel_config` says otherwise, -1 one
            for each processor.

        Returns
        -------
        Prediction or list of Prediction, of length n_statements
            One for a str; a list for anything else, also for one or none.

        Raises
        ------
        InvalidInputError
            On a row that is no text (None, NaN, numbers, bytes), holds a lone surrogate or is not UTF-8.
        """
        if isinstance(texts, str):
            return self._predict_one(check_statement(texts))
        return list(chain.from_iterable(self._map(self._predict_checked, texts, n_jobs)))

    def predict_iter(self, texts: Iterable[str], *, batch_size: int = 1024) -> Iterator[Prediction]:
        """Label a stream of statements in constant memory, in order.

        Parameters
        ----------
        texts : iterable of str
            Statements; read `batch_size` at a time.
        batch_size : int, default=1024
            Statements scored together, at least 1.

        Yields
        ------
        Prediction

        Raises
        ------
        InvalidInputError
            When `batch_size` is no whole number of at least 1; on a row that is no text, when its batch is reached.
        """
        rows = iter_rows(texts)
        if not isinstance(batch_size, Integral) or isinstance(batch_size, bool) or batch_size < 1:
            raise InvalidInputError(f"batch_size must be a whole number of at least 1, got {batch_size!r}")
        first_row = 0
        while batch := list(islice(rows, int(batch_size))):
            yield from self._predict_checked(read_statements(batch, first_row=first_row))
            first_row += len(batch)

    def predict_proba(self, texts: Iterable[str], *, n_jobs: int | None = None) -> Floats:
        """Give the calibrated score of every label.

        Parameters
        ----------
        texts : iterable of str, of length n_statements
            Statements.
        n_jobs : int, optional
            Number of threads as in joblib: None is 1 unless `joblib.parallel_config` says otherwise, -1 one
            for each processor.

        Returns
        -------
        ndarray of float64 of shape (n_statements, n_labels)
            Probabilities in [0, 1], columns in codebook order. An empty or blank statement scores 0 for
            every label, unless labels exclude one another.

        Raises
        ------
        InvalidInputError
            On a row that is no text.
        """
        return np.concatenate(self._map(self._scores, texts, n_jobs))

    def predict_labels(self, texts: Iterable[str], *, n_jobs: int | None = None) -> list[tuple[str, ...]]:
        """Give the asserted labels alone: the fast way through millions of statements.

        Parameters
        ----------
        texts : iterable of str, of length n_statements
            Statements.
        n_jobs : int, optional
            Number of threads as in joblib: None is 1 unless `joblib.parallel_config` says otherwise, -1 one
            for each processor.

        Returns
        -------
        list of tuple of str, of length n_statements
            As `Prediction.labels`.

        Raises
        ------
        InvalidInputError
            On a row that is no text.

        Examples
        --------
        >>> import stancekit
        >>> stancekit.load().predict_labels(["Lift the embargo, it is illegal.", "We met."])
        [('anti-sanction',), ()]
        """
        return list(chain.from_iterable(self._map(self._labels, texts, n_jobs)))

    def judge(self, texts: Iterable[str], *, n_jobs: int | None = None) -> Judged:
        """Give what `predict` gives as arrays.

        Parameters
        ----------
        texts : iterable of str, of length n_statements
            Statements.
        n_jobs : int, optional
            Number of threads as in joblib.

        Returns
        -------
        Judged
            Arrays of shape (n_statements, n_labels).

        Raises
        ------
        InvalidInputError
            On a row that is no text.
        """
        parts = self._map(self._judge, texts, n_jobs)
        scores, asserted, abstained = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        return Judged(scores=scores, asserted=asserted, abstained=abstained)

    def label_sets(self, flags: Flags) -> list[tuple[str, ...]]:
        """Give the labels that are flagged in each row; equal rows share one tuple.

        Parameters
        ----------
        flags : ndarray of bool of shape (n_statements, n_labels)
            As in `Judged`.

        Returns
        -------
        list of tuple of str, of length n_statements
        """
        if len(self.labels) <= 8:
            keys = flags.view(np.uint8) @ _POWERS[: len(self.labels)]
            return _combinations(self.labels)[keys].tolist()  # type: ignore[no-any-return]
        packed = list(map(bytes, np.packbits(flags, axis=1)))
        names = {key: tuple(compress(self.labels, flags[packed.index(key)])) for key in set(packed)}
        return list(map(names.__getitem__, packed))

    def margins(self, texts: Iterable[str], *, n_jobs: int | None = None) -> Floats:
        """Give the log-odds before calibration, of shape (n_statements, n_labels)."""
        return np.concatenate(self._map(self._margins, texts, n_jobs))

    def was_trained_on(self, texts: Iterable[str]) -> NDArray[np.bool_]:
        """Tell which statements the model was trained on; figures on them are too good.

        Parameters
        ----------
        texts : iterable of str, of length n_statements
            Statements.

        Returns
        -------
        ndarray of bool of shape (n_statements,)
            True where the statement, white space apart, stood in the training set.
        """
        numbers = [fingerprint_number(text) for text in read_statements(texts)]
        return np.isin(np.array(numbers, dtype=np.uint64), self.training_hashes)

    def explain(self, text: str) -> Explanation:
        """Take the margins of one statement apart into spans of its text.

        Parameters
        ----------
        text : str
            One statement.

        Returns
        -------
        Explanation
            For each label ``bias + sum of span weights == margin``, exactly but for rounding in the last
            digits. A notebook shows it as highlighted text.

        Raises
        ------
        InvalidInputError
            When `text` is no valid text.

        Examples
        --------
        >>> import stancekit
        >>> why = stancekit.load().explain("Sanctions must be lifted.")
        >>> label = "anti-sanction"
        >>> total = why.bias[label] + sum(span.weight for span in why.spans if span.label == label)
        >>> abs(total - why.margins[label]) < 1e-9
        True
        """
        text = check_statement(text)
        parts = [part for scorer in self.scorers.values() for part in scorer.contributions(text)]
        if len(self.scorers) > 1:
            parts = _by_words(text, parts)
        parts.sort(key=lambda part: (part.start, part.end))
        margins = self.bias + np.sum([part.weights for part in parts], axis=0) if parts else self.bias
        spans = tuple(
            Span(start=part.start, end=part.end, text=text[part.start : part.end], label=label, weight=weight)
            for column, label in enumerate(self.labels)
            for part in parts
            if (weight := float(part.weights[column])) != 0
        )
        return Explanation(
            prediction=self.predict(text),
            spans=spans,
            bias=dict(zip(self.labels, self.bias.tolist(), strict=True)),
            margins=dict(zip(self.labels, margins.tolist(), strict=True)),
        )

    def _map(self, work: Callable[[Statements], T], texts: Iterable[str], n_jobs: int | None) -> list[T]:
        return map_stretches(work, texts, n_jobs, min(scorer.stretch for scorer in self.scorers.values()))

    def _predict_one(self, text: str) -> Prediction:
        first, *others = self.scorers.values()
        margins = [m + bias for m, bias in zip(first.margins_of_one(text), self.bias.tolist(), strict=True)]
        for scorer in others:
            margins = [m + more for m, more in zip(margins, scorer.margins_of_one(text), strict=True)]
        scores, asserted, abstained = self.calibration.judge_one(margins)
        if not text or text.isspace():  # a blank statement takes no stance
            asserted = abstained = [False] * len(scores)
            scores = scores if self.codebook.exclusive else [0.0] * len(scores)
        return Prediction(
            text=text,
            labels=tuple(compress(self.labels, asserted)),
            scores=dict(zip(self.labels, scores, strict=True)),
            abstained=tuple(compress(self.labels, abstained)),
            unfamiliar=self.familiarity is not None and self.familiarity.is_unfamiliar(text),
        )

    def _predict_checked(self, texts: Statements) -> list[Prediction]:
        labels = self.labels
        scores, asserted, abstained = self._judge(texts)
        sets = self.label_sets(asserted), self.label_sets(abstained)
        named = map(dict, map(zip, repeat(labels), scores.tolist()))  # quicker than one by one
        strange = repeat(False, len(texts)) if self.familiarity is None else self.familiarity.unfamiliar(texts)
        return [
            Prediction(text=text, labels=yes, scores=row, abstained=unsure, unfamiliar=new)
            for text, row, yes, unsure, new in zip(texts.to_list(), named, *sets, strange, strict=True)
        ]

    def _scores(self, texts: Statements) -> Floats:
        return self._judge(texts)[0]

    def _labels(self, texts: Statements) -> list[tuple[str, ...]]:
        return self.label_sets(self._judge(texts)[1])

    def _judge(self, texts: Statements) -> tuple[Floats, Flags, Flags]:
        """Give scores, what is asserted and what is abstained from, each of shape (n_statements, n_labels)."""
        scores = self.calibration.scores(self._margins(texts))
        abstained = self.calibration.abstain(scores)
        asserted = self.calibration.decide(scores) & ~abstained
        # A blank statement takes no stance.
        if blank := texts.blank_rows():
            asserted[blank] = abstained[blank] = False
            if not self.codebook.exclusive:
                scores[blank] = 0.0
        return scores, asserted, abstained

    def _margins(self, texts: Statements) -> Floats:
        first, *others = self.scorers.values()
        margins = first.margins(texts)
        margins += self.bias
        for scorer in others:
            margins += scorer.margins(texts)
        return margins


def _by_words(text: str, parts: Iterable[Contribution]) -> list[Contribution]:
    """Add up what several features give to the same words, whatever marks stand around them."""
    summed: dict[tuple[int, int], Contribution] = {}
    for part in parts:
        words = without_marks(text, part.start, part.end)
        known = summed.get(words)
        summed[words] = (
            part
            if known is None
            else Contribution(min(part.start, known.start), max(part.end, known.end), part.weights + known.weights)
        )
    return list(summed.values())


@cache
def _combinations(labels: tuple[str, ...]) -> NDArray[np.object_]:
    """Give every choice of up to eight labels, numbered by its bits."""
    table = np.empty(1 << len(labels), dtype=object)
    for number in range(len(table)):
        table[number] = tuple(label for bit, label in enumerate(labels) if number >> bit & 1)
    return table


def check_model(model: object) -> None:
    """Raise where something else stands for a model, such as its name.

    Examples
    --------
    >>> check_model("linear")
    Traceback (most recent call last):
        ...
    stancekit.errors.InvalidInputError: expected a StanceModel, got 'linear'; pass stancekit.load('linear')
    """
    if isinstance(model, StanceModel):
        return
    if isinstance(model, str):
        raise InvalidInputError(f"expected a StanceModel, got {model!r}; pass stancekit.load({model!r})")
    raise InvalidInputError(
        f"expected a StanceModel, got {type(model).__name__}; pass stancekit.load() or a classifier's model_"
    )
