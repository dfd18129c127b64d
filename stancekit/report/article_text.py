"""The text of one article as HTML: statements marked by their stances, each with what the model says of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Self

from stancekit.analysis import Analysis, AnalyzedStatement
from stancekit.records import Span
from stancekit.report.figures import COLOURS
from stancekit.text.boundaries import LINE_ENDS
from stancekit.text.reading import flat

KINDS = {"direct": "direct speech", "indirect": "indirect speech", "narration": "narration"}
"""The kinds of statement in words, by `Statement.kind`."""

SIGNS = "●■▲◆▼✚"
"""One a label, in the order of `COLOURS`; with a pattern of lines each, so that no colour need be told."""

_PATTERNS = ((1, 0), (9, 4), (3, 3), (14, 3))  # pixels of line and gap under a statement
_BLANK_LINE = re.compile(rf"(?>\r\n|[{LINE_ENDS}])[^\S{LINE_ENDS}]*+[{LINE_ENDS}]|\u2029")  # as statements are split


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A statement with its number on the page and its article's number and name."""

    number: int
    article: int
    document: str
    analyzed: AnalyzedStatement


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How stances look: signs, colours and lines.

    Attributes
    ----------
    labels : tuple of str
        The model's labels.
    together : tuple of tuple of int
        The sets of labels, by column, that statements of the page take.

    Examples
    --------
    >>> Look.of(["pro", "con"], []).sign(1)
    '■'
    """

    labels: tuple[str, ...]
    together: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, labels: Sequence[str], statements: Iterable[AnalyzedStatement]) -> Self:
        """Find the sets of labels that need a look of their own."""
        alone = [(column,) for column in range(len(labels))]
        found = {tuple(labels.index(label) for label in one.prediction.labels) for one in statements}
        return cls(labels=tuple(labels), together=(*alone, *sorted(one for one in found if len(one) > 1)))

    def sign(self, column: int) -> str:
        """Give a label's sign."""
        return SIGNS[column % len(SIGNS)]

    def only(self, column: int) -> str:
        """Give the class of statements that take one label alone."""
        return _class((column,))

    def style(self) -> str:
        """Give the rules for the classes of this page."""
        columns = range(len(self.labels))
        on_paper = " ".join(f"--k{column}: {_colour(column)};" for column in columns)
        at_night = " ".join(f"--k{column}: {_lighter(_colour(column))};" for column in columns)
        rules = [f":root {{ {on_paper} }}"]
        rules += [f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {at_night} }} }}"]
        rules += [f".k{column} {{ color: var(--k{column}); }}" for column in columns]
        rules += [
            f".e{column} {{ background: rgba({_rgb(column)},var(--word)); border-radius: 2px; }}" for column in columns
        ]
        rules += [_rule(columns) for columns in self.together]
        return "\n".join(rules) + "\n"

    def tokens(self, one: AnalyzedStatement) -> str:
        """Give what the filter by stance goes by."""
        found = [f"l{self.labels.index(label)}" for label in one.prediction.labels]
        found += ["maybe"] if one.prediction.abstained else []
        return " ".join(found) or "none"

    def words(self, one: AnalyzedStatement) -> str:
        """Give the words that weighed, by label where there are several."""
        by_label = {
            label: ", ".join(dict.fromkeys(flat(span.text) for span in one.evidence if span.label == label))
            for label in one.prediction.labels
        }
        said = {label: words for label, words in by_label.items() if words}
        if len(one.prediction.labels) == 1:
            return "".join(said.values())
        return "; ".join(f"{label}: {words}" for label, words in said.items())

    def score_cell(self, one: AnalyzedStatement, label: str) -> str:
        """Give the cell of a score in a table."""
        score, said = one.prediction.scores[label], one.prediction
        asserted, unsure = label in said.labels, label in said.abstained
        kind = "num yes" if asserted else "num"
        facts = f'data-v="{score:.4f}" data-label="{escape(label)}"'
        return f'<td class="{kind}" {facts}>{score:.2f}{" ?" if unsure else ""}</td>'


def narration_among(found: Sequence[AnalyzedStatement]) -> str:
    """Say how many of some statements nobody said: what an article tells is not what its people think.

    Examples
    --------
    >>> import stancekit
    >>> narration_among(stancekit.analyze("The embargo is illegal.").statements)
    ' (narration)'
    >>> narration_among(stancekit.analyze("The embargo is illegal.", speaker="Ann Smith").statements)
    ''
    """
    n = sum(one.statement.kind == "narration" and one.statement.speaker is None for one in found)
    return f" ({n:,} of them narration)" if 0 < n < len(found) else " (narration)" if n else ""


def article_section(analysis: Analysis, look: Look, *, title: str, number: int, first: int) -> str:
    """Write one article, its statements marked.

    Parameters
    ----------
    analysis : Analysis
        The article.
    look : Look
        How its stances look.
    title : str
        Its heading.
    number : int
        The article's number on the page.
    first : int
        The number of its first statement.

    Returns
    -------
    str
        An ``article`` element.
    """
    paragraphs: list[list[str]] = [[]]
    place = 0
    for n, one in enumerate(analysis.statements, first):
        _add_gap(paragraphs, analysis.text[place : one.statement.start])
        paragraphs[-1].append(_statement(one, look, n))
        place = one.statement.end
    _add_gap(paragraphs, analysis.text[place:])
    content = "\n".join(f'<p dir="auto">{"".join(parts)}</p>' for parts in paragraphs if any(map(str.strip, parts)))
    head = f'<h2 id="ha{number}" tabindex="-1" dir="auto">{escape(title)}</h2>'
    return f'<article id="a{number}" aria-labelledby="ha{number}">\n{head}\n{content}\n</article>'


def _add_gap(paragraphs: list[list[str]], gap: str) -> None:
    """Add what stands between two statements, and begin a paragraph where it has a blank line."""
    first, *others = _BLANK_LINE.split(gap)
    paragraphs[-1].append(escape(first.rstrip() if others else first))
    paragraphs += [[escape(part.lstrip())] for part in others]


def _statement(one: AnalyzedStatement, look: Look, number: int) -> str:
    said = one.prediction
    columns = tuple(look.labels.index(label) for label in said.labels)
    tags = "".join(_tag(look, column, said.scores[look.labels[column]]) for column in columns)
    tags += "".join(
        f'<span class="tag unsure">? {escape(label)}<span class="score"> {said.scores[label]:.2f}</span></span>'
        for label in said.abstained
    )
    text = _with_words(one.statement.text, one.evidence, look.labels)
    why = f'<span class="why" id="w{number}" role="tooltip">{_why(one, look)}</span>'
    kind = f"st {_class(columns)}" if columns else "st maybe" if said.abstained else "st"
    if not tags:
        return f'<span class="{kind}" id="s{number}">{text}</span>{why}'
    return f'<mark class="{kind}" id="s{number}" tabindex="0" aria-describedby="w{number}">{text}{tags}</mark>{why}'


def _tag(look: Look, column: int, score: float) -> str:
    sign = f'<span class="g k{column}" aria-hidden="true">{look.sign(column)}</span>'
    return f'<span class="tag">{sign} {escape(look.labels[column])}<span class="score"> {score:.2f}</span></span>'


def _why(one: AnalyzedStatement, look: Look) -> str:
    statement, said = one.statement, one.prediction
    who = statement.speaker or "Nobody named"
    title = f", {statement.title}" if statement.title else ""
    parts = [f'<span class="who">{escape(who + title)}</span><span>{KINDS[statement.kind]}</span>']
    for column, (label, score) in enumerate(said.scores.items()):
        verdict = "yes" if label in said.labels else "abstained" if label in said.abstained else "no"
        sign = f'<span class="g k{column}" aria-hidden="true">{look.sign(column)}</span>'
        kind = "sc yes" if verdict == "yes" else "sc"
        parts.append(f'<span class="{kind}">{sign} {escape(label)} {score:.2f} {verdict}</span>')
        weighed = [f"{flat(span.text)} {span.weight:+.2f}" for span in one.evidence if span.label == label]
        if weighed:
            parts.append(f'<span class="words">{escape(", ".join(weighed))}</span>')
    if said.unfamiliar:
        parts.append("<span>Unlike what the model was trained on: take the scores with care.</span>")
    return " ".join(parts)


def _with_words(text: str, evidence: Sequence[Span], labels: Sequence[str]) -> str:
    """Mark the words that weighed; where those of two labels overlap, for both."""
    places = sorted({0, len(text), *(span.start for span in evidence), *(span.end for span in evidence)})
    pieces = []
    for start, end in pairwise(places):
        weighed = [labels.index(span.label) for span in evidence if span.start <= start and end <= span.end]
        piece = escape(text[start:end])
        pieces.append(f'<span class="ev e{weighed[0]}">{piece}</span>' if weighed else piece)
    return "".join(pieces)


def _class(columns: Sequence[int]) -> str:
    return "c" + "-".join(map(str, columns))


def _colour(column: int) -> str:
    return COLOURS[column % len(COLOURS)]


def _rgb(column: int) -> str:
    return ",".join(map(str, _channels(_colour(column))))


def _channels(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def _lighter(colour: str) -> str:
    """Go two fifths of the way to white, so that a line shows on a dark page."""
    return "#" + "".join(f"{(3 * channel + 2 * 255) // 5:02X}" for channel in _channels(colour))


def _rule(columns: Sequence[int]) -> str:
    """Give a line of its own under the statement for each label, and the labels' tints one above the other."""
    share = 100 / len(columns)
    tints = ", ".join(
        f"rgba({_rgb(column)},var(--tint)) {share * end:.4g}%" for n, column in enumerate(columns) for end in (n, n + 1)
    )
    images = [*(_line(column) for column in columns), f"linear-gradient({tints})"]
    places = [f"0 calc(100% - {4 * n}px)" for n in range(len(columns))] + ["0 0"]
    sizes = ["100% 2.5px"] * len(columns) + ["100% 100%"]
    return (
        f".{_class(columns)} {{ padding-bottom: {4 * len(columns) - 1}px; background-image: {', '.join(images)}; "
        f"background-position: {', '.join(places)}; background-size: {', '.join(sizes)}; "
        "background-repeat: no-repeat; }"
    )


def _line(column: int) -> str:
    line, gap = _PATTERNS[column % len(_PATTERNS)]
    return f"repeating-linear-gradient(90deg, var(--k{column}) 0 {line}px, transparent {line}px {line + gap}px)"
