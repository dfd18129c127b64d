"""One article taken apart: its statements, what a model says of each, and the words that weighed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from typing import Any

from stancekit.evidence import evidence_text, find_evidence
from stancekit.model import StanceModel
from stancekit.records import Prediction, Span, Statement
from stancekit.text.article import split_statements
from stancekit.text.article_checks import check_article, check_name
from stancekit.text.reading import Reading, for_scoring


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

    A word that is broken at the end of a line is scored as one (`stancekit.text.line_breaks.word_breaks`), and marks of
    emphasis as in ``**lifted**`` are not scored (`stancekit.text.emphasis.emphasis_marks`). The statements' texts and
    all offsets stay as they are in the article.

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
        When `text` is no str, blank, binary, HTML, XML or JSON, or holds a lone surrogate, or when `speaker` or
        `document` is no str or holds a lone surrogate or a NUL.

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
    document = check_name(document, field="document")
    speaker = None if speaker is None else check_name(speaker, field="speaker")
    statements = split_statements(text, speaker=speaker)
    read = for_scoring(text, [(one.start, one.end) for one in statements])
    predictions = model.predict([one.text for one in read])
    analyzed = tuple(
        _analyzed(statement, prediction, find_evidence(model, prediction), scored)
        for statement, prediction, scored in zip(statements, predictions, read, strict=True)
    )
    return Analysis(document=document, text=text, labels=model.labels, statements=analyzed)


def _analyzed(
    statement: Statement, prediction: Prediction, evidence: tuple[Span, ...], scored: Reading
) -> AnalyzedStatement:
    """Put together what belongs to a statement, its text and the places in it as they are in the article."""
    if not scored.is_whole:
        evidence = tuple(_in_statement(span, statement.text, scored) for span in evidence)
        prediction = replace(prediction, text=statement.text)
    return AnalyzedStatement(statement=statement, prediction=prediction, evidence=evidence)


def _in_statement(span: Span, text: str, scored: Reading) -> Span:
    start, end = scored.span(span.start, span.end)
    return replace(span, start=start, end=end, text=text[start:end])


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
