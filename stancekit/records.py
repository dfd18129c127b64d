"""Frozen records that cross the floors of the library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.errors import unknown_label


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement of an article, a speech or a transcript, and who says it.

    Attributes
    ----------
    text : str
        The statement: ``article[start:end] == text``.
    start, end : int
        Character offsets in the article.
    kind : str
        "direct" where somebody's own words stand in it, between quotation marks or in a speaker's turn; "indirect"
        where speech is reported, or the most of what is, in the article's words; "narration" where nobody's is: an
        article's account, and a speech's own sentences, though their speaker is given.
    speaker : str or None
        Whose words they are, by the fullest name that the article gives; of narration the author, where one is given
        (``split_statements(text, speaker="Ann Smith")``). Somebody without a name is called by the description, without
        a leading article: "senior official". None where nobody is told.
    title : str or None
        The speaker's office or honorific, as the article gives it.

    Examples
    --------
    >>> one = Statement(text="Lift them.", start=4, end=14, kind="direct", speaker="Ann Smith")
    >>> "He: Lift them."[one.start : one.end] == one.text
    True
    """

    text: str
    start: int
    end: int
    kind: str
    speaker: str | None = None
    title: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give the fields as strings and numbers, ready for JSON."""
        return {name: getattr(self, name) for name in ("text", "start", "end", "kind", "speaker", "title")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A stretch of reported speech in an article.

    Attributes
    ----------
    start, end : int
        Character offsets: ``article[start:end]`` is what was said, without quotation marks.
    kind : str
        "direct" for whole words in quotation marks or a speaker's turn, "indirect" for speech in the article's words,
        "mixed" for the latter with some words in quotation marks.
    speaker, title : str or None
        Whose words they are, as in `Statement`.
    rule : str
        The rule that found it.

    Examples
    --------
    >>> import stancekit
    >>> text = "Ann Smith said that talks would go on."
    >>> [text[quote.start : quote.end] for quote in stancekit.find_quotes(text)]
    ['talks would go on']
    """

    start: int
    end: int
    kind: str
    speaker: str | None
    title: str | None
    rule: str

    def to_dict(self) -> dict[str, Any]:
        """Give the fields as strings and numbers, ready for JSON."""
        return {name: getattr(self, name) for name in ("start", "end", "kind", "speaker", "title", "rule")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What a model says of one statement.

    Attributes
    ----------
    text : str
        The statement as it came.
    labels : tuple of str
        The labels that the model asserts, in codebook order: calibrated score at or above the label's
        threshold, and not abstained.
    scores : mapping of str to float
        The calibrated probability of every label of the model, in codebook order.
    abstained : tuple of str
        Labels for which the model will not say either way, in codebook order.
    unfamiliar : bool
        Whether the statement looks unlike all that the model was trained on, so that labels and scores are to be
        taken with care. Always False for a model that does not know its training words.

    Examples
    --------
    >>> Prediction(text="Lift them.", labels=("a",), scores={"a": 0.9, "b": 0.1}, abstained=()).to_dict()
    {'text': 'Lift them.', 'labels': ['a'], 'scores': {'a': 0.9, 'b': 0.1}, 'abstained': [], 'unfamiliar': False}
    """

    text: str
    labels: tuple[str, ...]
    scores: Mapping[str, float] = field(hash=False)
    abstained: tuple[str, ...]
    unfamiliar: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Give the fields as lists, mappings, strings and numbers, ready for JSON."""
        return {
            "text": self.text,
            "labels": list(self.labels),
            "scores": dict(self.scores),
            "abstained": list(self.abstained),
            "unfamiliar": self.unfamiliar,
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """What a model says of many statements, as arrays with columns in codebook order.

    Attributes
    ----------
    scores : ndarray of float64 of shape (n_statements, n_labels)
        Calibrated probabilities.
    asserted, abstained : ndarray of bool of shape (n_statements, n_labels)
        Which labels the model asserts, and for which it will not say.

    Examples
    --------
    >>> import stancekit
    >>> stancekit.load().judge(["Lift the embargo, it is illegal."]).asserted.tolist()
    [[True, False, False]]
    """

    scores: NDArray[np.float64]
    asserted: NDArray[np.bool_]
    abstained: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.scores)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of a statement and what it adds to one label's margin.

    Attributes
    ----------
    start, end : int
        Character offsets: ``statement[start:end] == text``.
    text : str
        The stretch as it stands in the statement.
    label : str
        The label it weighs on.
    weight : float
        Its share of the margin (log-odds before calibration); positive speaks for the label.

    Examples
    --------
    >>> span = Span(start=0, end=4, text="Lift", label="anti-sanction", weight=1.5)
    >>> "Lift them."[span.start : span.end] == span.text
    True
    """

    start: int
    end: int
    text: str
    label: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A prediction taken apart: for each label, ``bias + sum of span weights == margin``.

    Attributes
    ----------
    prediction : Prediction
        The prediction that is explained.
    spans : tuple of Span
        By label in codebook order, then by position. Spans may overlap: a pair of words has a weight
        of its own beside the weights of its words.
    bias, margins : mapping of str to float
        The part of the margin that no word carries, and the margin (log-odds before calibration).

    Examples
    --------
    >>> import stancekit
    >>> why = stancekit.load().explain("Sanctions are illegal.")
    >>> [span.text for span in why.top("anti-sanction", 1)]
    ['Sanctions']
    """

    prediction: Prediction
    spans: tuple[Span, ...]
    bias: Mapping[str, float] = field(hash=False)
    margins: Mapping[str, float] = field(hash=False)

    def top(self, label: str, n: int = 5) -> tuple[Span, ...]:
        """Give the `n` spans that weigh most on `label`, for or against, the heaviest first.

        A span of the whole statement, what its words do together, is none of them unless there is no other.

        Raises
        ------
        InvalidInputError
            On a label that the model does not have.
        """
        if label not in self.margins:
            raise unknown_label(label, self.margins)
        mine = [span for span in self.spans if span.label == label]
        mine = [span for span in mine if span.text != self.prediction.text] or mine
        return tuple(sorted(mine, key=lambda span: (-abs(span.weight), span.start, span.end))[:n])

    def to_dict(self) -> dict[str, Any]:
        """Give lists, mappings, strings and numbers, ready for JSON."""
        spans = [
            {"start": s.start, "end": s.end, "text": s.text, "label": s.label, "weight": s.weight} for s in self.spans
        ]
        return self.prediction.to_dict() | {
            "bias": dict(self.bias),
            "margins": dict(self.margins),
            "spans": spans,
        }

    def _repr_html_(self) -> str:
        from html import escape

        heats = {label: _heat(self, label) for label in self.prediction.scores}
        # One scale for all labels: on a scale of its own a label that nothing speaks for would glow too.
        strongest = max((abs(value) for heat in heats.values() for value in heat), default=0.0) or 1.0
        rows = "".join(
            f"<tr><th style='text-align:left;white-space:nowrap;vertical-align:top'>{escape(label)}"
            f"<br><small>score {score:.2f}{_verdict(self.prediction, label)}</small></th>"
            f"<td style='text-align:left;line-height:1.8'>"
            f"{_highlight(self.prediction.text, heats[label], strongest)}</td></tr>"
            for label, score in self.prediction.scores.items()
        )
        return f"<table>{rows}</table>"


def _verdict(prediction: Prediction, label: str) -> str:
    if label in prediction.labels:
        return ", yes"
    return ", abstained" if label in prediction.abstained else ", no"


def _heat(explanation: Explanation, label: str) -> list[float]:
    """Spread each span's weight over its characters."""
    heat = [0.0] * len(explanation.prediction.text)
    for span in explanation.spans:
        if span.label == label:
            for i in range(span.start, span.end):
                heat[i] += span.weight / (span.end - span.start)
    return heat


def _highlight(text: str, heat: list[float], strongest: float) -> str:
    """Colour each character: orange for the label, blue against it."""
    pieces = []
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or heat[end] != heat[start]:
            pieces.append(_mark(text[start:end], heat[start] / strongest))
            start = end
    return "".join(pieces)


def _mark(text: str, strength: float) -> str:
    from html import escape

    if abs(strength) < 0.05:
        return escape(text)
    colour = "230,97,1" if strength > 0 else "33,102,172"  # one of the pairs that colour-blind readers tell apart
    return (
        f"<span style='background:rgba({colour},{abs(strength) * 0.6:.2f})' "
        f"title='{strength:+.2f} of the strongest'>{escape(text)}</span>"
    )
