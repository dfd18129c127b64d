"""The words that speak most for what a model says of a statement."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from stancekit.features.scorer import ExplainableScorer, Floats, Pieces
from stancekit.model import StanceModel
from stancekit.records import Prediction, Span
from stancekit.text.attribution.namewords import PLACES
from stancekit.text.attribution.verbs import LEMMAS
from stancekit.text.reading import flat
from stancekit.text.words import without_marks

ADDITIVE = ("ngrams", "lexicon")
"""The features whose margins are sums over words."""

EXPLAINED = (*ADDITIVE, "network")
"""The features whose margins come apart by words, quickly; those of others too slowly, or not at all."""

_MOST_SPANS = 3
_LONGEST_REREAD = 2_000  # characters: the network reads a statement once more without each of its words, for seconds
_LONGEST_EXPLAINED = 20_000  # characters: what is longer is a scanning run-on or data, which no three words explain

# Of news a model learns also by what every report has: "TEHRAN – " and "said". That is no evidence for a reader.
_DATELINE = re.compile(r"(?:[A-Z]{3,20} )?(?P<place>[A-Z]{3,20})(?:, [\w. ]{1,20})?(?: \([^()]{1,20}\))?\s[–—-]+\s")
_SAYING = frozenset(form for form, verb in LEMMAS.items() if verb in ("say", "tell", "add", "note", "announce"))


def comes_apart(model: StanceModel) -> bool:
    """Tell whether words explain a model quickly: what one kind of features gives is no evidence for the whole."""
    return set(model.scorers) <= set(EXPLAINED)


def find_evidence(model: StanceModel, prediction: Prediction) -> tuple[Span, ...]:
    """Find the words that speak most for each asserted label; see `AnalyzedStatement.evidence`.

    Words and pairs of words are ranked by what they add to the label's margin. The three that add most are given,
    joined to one span where they overlap or stand side by side, with the sum of what they add. The place with which
    a report begins and a lone verb of saying are left out: "TEHRAN – ", "said".

    Parameters
    ----------
    model : StanceModel
        The model that made the prediction.
    prediction : Prediction
        What it says of a statement.

    Returns
    -------
    tuple of Span

    Examples
    --------
    >>> import stancekit
    >>> model = stancekit.load()
    >>> find_evidence(model, model.predict("It rained."))
    ()
    """
    text = prediction.text
    longest = _LONGEST_EXPLAINED if set(model.scorers) <= set(ADDITIVE) else _LONGEST_REREAD
    if not prediction.labels or len(text) > longest or not comes_apart(model):
        return ()
    places, weights = _pieces(model, text)
    floor = _dateline_end(text)
    found: list[Span] = []
    for label in prediction.labels:
        heaviest = _heaviest(text, places, weights[:, model.labels.index(label)], floor)
        found += _joined(text, label, heaviest)
    return tuple(found)


def _pieces(model: StanceModel, text: str) -> Pieces:
    """Take a statement apart: where its stretches of words stand, and what each of them adds to each label."""
    pieces = [cast(ExplainableScorer, scorer).pieces(text) for scorer in model.scorers.values()]
    if len(pieces) == 1:
        return pieces[0]
    summed: dict[tuple[int, int], Floats] = {}
    for found, weights in ((found, row) for one in pieces for found, row in zip(*one, strict=True)):
        # One kind of features has the marks around a word, another one has not.
        words = found if found == (0, len(text)) else without_marks(text, *found)
        summed[words] = summed.get(words, 0.0) + weights
    return Pieces(list(summed), np.array(list(summed.values())).reshape(-1, len(model.labels)))


@dataclass(slots=True)
class _Stretch:
    start: int
    end: int
    weight: float


def _heaviest(text: str, places: Sequence[tuple[int, int]], weights: Floats, floor: int) -> list[_Stretch]:
    """Give the stretches that add most to a label, by position, without the marks around their words."""
    chosen: list[_Stretch] = []
    for number in (-weights).argsort(kind="stable").tolist():
        weight = weights.item(number)
        if weight <= 0 or len(chosen) == _MOST_SPANS:
            break
        start, end = places[number]
        if end - start == len(text):  # the whole statement is no evidence for itself
            continue
        stretch = _Stretch(*without_marks(text, start, end), weight)
        if floor <= stretch.start < stretch.end and text[stretch.start : stretch.end].lower() not in _SAYING:
            chosen.append(stretch)
    return sorted(chosen, key=lambda one: (one.start, one.end))


def _dateline_end(text: str) -> int:
    """Give where a statement begins after "TEHRAN – ", but not after "LIFT THEM – "."""
    dateline = _DATELINE.match(text)
    return dateline.end() if dateline is not None and dateline["place"].lower() in PLACES else 0


def _joined(text: str, label: str, stretches: Iterable[_Stretch]) -> list[Span]:
    """Join what overlaps or has nothing but white space between it."""
    joined: list[_Stretch] = []
    for one in stretches:
        last = joined[-1] if joined else None
        if last is not None and not text[last.end : one.start].strip():
            last.end = max(last.end, one.end)
            last.weight += one.weight
        else:
            joined.append(one)
    return [
        Span(start=one.start, end=one.end, text=text[one.start : one.end], label=label, weight=one.weight)
        for one in joined
    ]


def evidence_text(evidence: Iterable[Span]) -> str:
    """Write evidence for people.

    Examples
    --------
    >>> evidence_text([Span(start=0, end=4, text="Lift", label="anti-sanction", weight=1.5)])
    'anti-sanction: Lift (+1.50)'
    """
    return "; ".join(f"{span.label}: {flat(span.text)} ({span.weight:+.2f})" for span in evidence)
