"""One article taken apart: its statements, what a model says of each, and the words that weighed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from typing import Any, cast

import numpy as np

from stancekit.errors import InvalidInputError, place
from stancekit.features.scorer import ExplainableScorer, Floats, Pieces
from stancekit.model import StanceModel
from stancekit.records import Prediction, Span, Statement
from stancekit.text.article import split_statements
from stancekit.text.attribution.namewords import PLACES
from stancekit.text.attribution.verbs import LEMMAS
from stancekit.text.checks import check_statement
from stancekit.text.line_breaks import joined, place_before, word_breaks
from stancekit.text.words import without_marks

ADDITIVE = ("ngrams", "lexicon")
"""The features whose margins are sums over words."""

EXPLAINED = (*ADDITIVE, "network")
"""The features whose margins come apart by words, quickly; those of others too slowly, or not at all."""


def comes_apart(model: StanceModel) -> bool:
    """Tell whether words explain a model quickly: what one kind of features gives is no evidence for the whole."""
    return set(model.scorers) <= set(EXPLAINED)


_MOST_SPANS = 3
_LONGEST_REREAD = 2_000  # characters: the network reads a statement once more without each of its words, for seconds
_LONGEST_EXPLAINED = 20_000  # characters: what is longer is a scanning run-on or data, which no three words explain

# Marks of pages rather than of text; one or two may be quoted in an article about the web.
_PAGE = re.compile(r"\s*(?:<\?xml[^<>]{0,200}>\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:a|article|b|blockquote|br|center|div|em|figure|font|footer|h[1-6]|header|hr|i|iframe|img|li|link|main|meta"
    r"|nav|ol|p|script|section|span|strong|style|table|tbody|td|th|thead|tr|ul)\b[^<>]{0,2000}>",
    re.IGNORECASE,
)
_TAGS_OF_A_PAGE = 3
_CHARS_A_TAG = 2000
_CHARS_READ = 100_000  # a page shows itself at its beginning

# Of news a model learns also by what every report has: "TEHRAN – " and "said". That is no evidence for a reader.
_DATELINE = re.compile(r"(?:[A-Z]{3,20} )?(?P<place>[A-Z]{3,20})(?:, [\w. ]{1,20})?(?: \([^()]{1,20}\))?\s[–—-]+\s")
_SAYING = frozenset(form for form, verb in LEMMAS.items() if verb in ("say", "tell", "add", "note", "announce"))


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyzedStatement:
    """One statement of an article and what a model says of it.

    Attributes
    ----------
    statement : Statement
        The statement, its place in the article, its kind and its speaker.
    prediction : Prediction
        What the model says of it, read with words that are broken at line ends put together.
    evidence : tuple of Span
        For each asserted label, in codebook order, up to three stretches of words that speak most for it, by position.
        Their offsets count from the statement's beginning: ``statement.text[span.start : span.end] == span.text``,
        and ``statement.start + span.start`` is the place in the article. Empty for models whose margins
        do not come apart by words quickly, such as the encoder, and for statements of over 20,000 characters, or of
        over 2,000 where a network is part of the model.

    Examples
    --------
    >>> import stancekit
    >>> one = stancekit.analyze("Lift the embargo, it starves the weak.").statements[0]
    >>> one.evidence[0].label, one.to_row()["labels"]
    ('anti-sanction', ['anti-sanction'])
    """

    statement: Statement
    prediction: Prediction
    evidence: tuple[Span, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give lists, mappings, strings and numbers, ready for JSON."""
        said = self.prediction.to_dict()
        del said["text"]
        evidence = [
            {"label": s.label, "start": s.start, "end": s.end, "text": s.text, "weight": s.weight}
            for s in self.evidence
        ]
        return self.statement.to_dict() | said | {"evidence": evidence}

    def to_row(self, document: str = "") -> dict[str, object]:
        """Give one flat row for a table, with the columns of `row_columns`."""
        one, said = self.statement, self.prediction
        return {
            "document": document,
            "statement": one.text,
            "start": one.start,
            "end": one.end,
            "kind": one.kind,
            "speaker": one.speaker,
            "title": one.title,
            "labels": list(said.labels),
            **{f"score_{label}": score for label, score in said.scores.items()},
            "abstained": list(said.abstained),
            "unfamiliar": said.unfamiliar,
            "evidence": evidence_text(self.evidence),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerCount:
    """How many statements of one speaker take each stance.

    Attributes
    ----------
    speaker : str or None
        The speaker; None for statements of nobody who is named.
    n_statements : int
        Statements of the speaker, with a stance or without.
    n_by_label : mapping of str to int
        Of these, those that take each label, in codebook order; one statement may count for several.
    """

    speaker: str | None
    n_statements: int
    n_by_label: Mapping[str, int] = dataclass_field(hash=False)

    def to_dict(self) -> dict[str, Any]:
        """Give strings and numbers, ready for JSON."""
        return {"speaker": self.speaker, "n_statements": self.n_statements, "n_by_label": dict(self.n_by_label)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """What a model says of an article, statement by statement.

    Attributes
    ----------
    document : str
        What the article is called; empty where nobody gave it a name.
    text : str
        The article.
    labels : tuple of str
        The model's labels, in codebook order.
    statements : tuple of AnalyzedStatement
        In the order of the article; none where it has no letter or number.

    Examples
    --------
    >>> import stancekit
    >>> analysis = analyze("The embargo must be lifted. It rained.", stancekit.load())
    >>> [(one.statement.text, one.prediction.labels) for one in analysis.statements]
    [('The embargo must be lifted.', ('anti-sanction',)), ('It rained.', ())]
    """

    document: str = ""
    text: str
    labels: tuple[str, ...]
    statements: tuple[AnalyzedStatement, ...]

    def by_speaker(self) -> tuple[SpeakerCount, ...]:
        """Count the statements of each speaker and label; who says most comes first, nobody last."""
        return count_by_speaker(self.statements, self.labels)

    def to_dict(self) -> dict[str, Any]:
        """Give lists, mappings, strings and numbers, ready for JSON; the article's text is left out."""
        return {
            "document": self.document,
            "statements": [one.to_dict() for one in self.statements],
            "by_speaker": [count.to_dict() for count in self.by_speaker()],
        }

    def to_rows(self) -> list[dict[str, object]]:
        """Give one flat row a statement, with the columns of `row_columns`, for `write_table` or a data frame."""
        return [one.to_row(self.document) for one in self.statements]


def analyze(text: str, model: StanceModel, *, speaker: str | None = None, document: str = "") -> Analysis:
    r"""Split an article into statements, label them, and find the words that weighed.

    A word that is broken at the end of a line is scored as one; see `stancekit.text.line_breaks.word_breaks`. The
    statements' texts and all offsets stay as they are in the article.

    Parameters
    ----------
    text : str
        An article, a speech or a transcript, as plain text.
    model : StanceModel
        The model.
    speaker : str, optional
        Who speaks where the text names nobody: the speaker of a speech.
    document : str, default=""
        What to call the article in rows and reports.

    Returns
    -------
    Analysis

    Raises
    ------
    InvalidInputError
        When `text` is no str, blank, binary, HTML, or holds a lone surrogate, or when `speaker` or `document` is no
        str or holds a lone surrogate or a NUL.

    Examples
    --------
    >>> import stancekit
    >>> analysis = analyze("The embargo is illegal and must be lifted.", stancekit.load())
    >>> [span.label for span in analysis.statements[0].evidence][:1]
    ['anti-sanction']
    >>> analysis = analyze("The unjust sanc-\ntions must end.", stancekit.load())
    >>> [span.text for span in analysis.statements[0].evidence]
    ['The unjust sanc-\ntions']
    """
    text = check_article(text)
    document = _check_name(document, "document")
    speaker = None if speaker is None else _check_name(speaker, "speaker")
    statements = split_statements(text, speaker=speaker)
    has_breaks = bool(word_breaks(text))
    texts = [joined(one.text) if has_breaks else one.text for one in statements]
    analyzed = tuple(
        _analyzed(statement, prediction, find_evidence(model, prediction))
        for statement, prediction in zip(statements, model.predict(texts), strict=True)
    )
    return Analysis(document=document, text=text, labels=model.labels, statements=analyzed)


def _check_name(value: object, field: str) -> str:
    """Give back a name that every table and page can hold."""
    name = check_statement(value, field=field)
    if "\0" in name:
        raise InvalidInputError(
            f"there is a NUL at character {name.index(chr(0))}{place(field=field)}, which tables cannot hold; drop it"
        )
    return name


def _analyzed(statement: Statement, prediction: Prediction, evidence: tuple[Span, ...]) -> AnalyzedStatement:
    """Put together what belongs to a statement, its text and the places in it as they are in the article."""
    if prediction.text != statement.text:
        breaks = word_breaks(statement.text)
        evidence = tuple(_with_breaks(span, statement.text, breaks) for span in evidence)
        prediction = replace(prediction, text=statement.text)
    return AnalyzedStatement(statement=statement, prediction=prediction, evidence=evidence)


def _with_breaks(span: Span, text: str, breaks: Sequence[tuple[int, int]]) -> Span:
    start, end = place_before(span.start, breaks), place_before(span.end - 1, breaks) + 1
    return replace(span, start=start, end=end, text=text[start:end])


def check_article(value: object, *, row: int | None = None, field: str | None = None) -> str:
    """Give `value` back if it is an article's text.

    Parameters
    ----------
    value : object
        An article.
    row, field : int and str, optional
        The place to name in an error.

    Raises
    ------
    InvalidInputError
        When `value` is no str, blank, binary, HTML, or holds a lone surrogate.

    Examples
    --------
    >>> check_article("<p>Lift them.</p> <p>Now.</p>")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    stancekit.errors.InvalidInputError: the article looks like HTML ...
    """
    where = place(row, field)
    if not isinstance(value, str):
        kind = type(value).__name__
        raise InvalidInputError(f"expected the text of an article{where}, got {kind}; give a str, or drop the row")
    text = check_statement(value, row=row, field=field)
    if not text.strip("\ufeff \t\r\n") or text.isspace():
        raise InvalidInputError(f"the article{where} is empty; give its text, or leave it out")
    if "\0" in text:
        raise InvalidInputError(
            f"the article{where} has a NUL at character {text.index(chr(0))}: it is binary, or decoded wrongly; "
            "give its plain text"
        )
    if _looks_like_html(text):
        raise InvalidInputError(
            f"the article{where} looks like HTML ({_first_tag(text)!r}); give its text, without tags and menus"
        )
    return text


def _looks_like_html(text: str) -> bool:
    if "<" not in text:
        return False
    head = text[:_CHARS_READ]
    n_tags = sum(1 for _ in _TAG.finditer(head))
    dense = n_tags * _CHARS_A_TAG >= len(head)
    return bool(_PAGE.match(head)) or (n_tags >= _TAGS_OF_A_PAGE and dense)


def _first_tag(text: str) -> str:
    start = max(text.find("<"), 0)
    tag = text[start : text.find(">", start, start + 40) + 1]
    return tag or text[start : start + 40]


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
    return "; ".join(f"{span.label}: {' '.join(joined(span.text).split())} ({span.weight:+.2f})" for span in evidence)


def row_columns(labels: Iterable[str]) -> list[str]:
    """Give the columns of the rows that `Analysis.to_rows` gives, for a model of these labels.

    Examples
    --------
    >>> row_columns(["pro"])[7:]
    ['labels', 'score_pro', 'abstained', 'unfamiliar', 'evidence']
    """
    first = ["document", "statement", "start", "end", "kind", "speaker", "title", "labels"]
    return [*first, *(f"score_{label}" for label in labels), "abstained", "unfamiliar", "evidence"]


def count_by_speaker(statements: Iterable[AnalyzedStatement], labels: Sequence[str]) -> tuple[SpeakerCount, ...]:
    """Count the statements of each speaker and label, of one article or of many.

    Parameters
    ----------
    statements : iterable of AnalyzedStatement
        The statements.
    labels : sequence of str
        The model's labels.

    Returns
    -------
    tuple of SpeakerCount
        Who says most comes first, by name where two say as much; statements of nobody come last.

    Examples
    --------
    >>> count_by_speaker([], ["pro"])
    ()
    """
    totals: Counter[str | None] = Counter()
    counts: Counter[tuple[str | None, str]] = Counter()
    for one in statements:
        speaker = one.statement.speaker
        totals[speaker] += 1
        counts.update((speaker, label) for label in one.prediction.labels)
    order = sorted(totals, key=lambda name: (name is None, -totals[name], name or ""))
    return tuple(
        SpeakerCount(
            speaker=name, n_statements=totals[name], n_by_label={label: counts[name, label] for label in labels}
        )
        for name in order
    )
