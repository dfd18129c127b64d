"""Articles, speeches and transcripts as statements with their speakers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from stancekit.records import Quote, Statement
from stancekit.text.attribution.quotations import find_in
from stancekit.text.checks import check_statement
from stancekit.text.reading import Reading, for_reading
from stancekit.text.splitting import split_spans
from stancekit.text.turns import find_turns


def split_statements(text: str, *, speaker: str | None = None) -> list[Statement]:
    """Split a text into statements and say of each who speaks.

    Parameters
    ----------
    text : str
        An article, a speech or a transcript in English.
    speaker : str, optional
        The author, where it is known: who says what nobody else in the text is said to say. Such statements stay
        "narration" by kind, those of a speech too.

    Returns
    -------
    list of Statement
        In the order of the text.

    Raises
    ------
    InvalidInputError
        When `text` or `speaker` is no str or holds a lone surrogate.

    Examples
    --------
    >>> text = "Foreign Minister Ann Lee spoke on Friday. “Lift it. All embargoes are illegal,” the minister said."
    >>> [(statement.kind, statement.speaker) for statement in split_statements(text)]
    [('narration', None), ('direct', 'Ann Lee'), ('direct', 'Ann Lee')]
    """
    text = check_statement(text)
    author = None if speaker is None else check_statement(speaker, field="speaker")
    read = for_reading(text)
    turns = find_turns(read.text)
    spans = split_spans(read.text, turns)
    quotes = find_in(read.text, spans, turns)
    found = [
        _statement(read.text, start, end, beside, author)
        for (start, end), beside in zip(spans, _beside(spans, quotes), strict=True)
    ]
    return found if read.is_whole else list(_in_text(found, text, read))


def _in_text(statements: Sequence[Statement], text: str, read: Reading) -> Iterator[Statement]:
    """Give statements as they stand in the text, from which something was left out for reading."""
    for one in statements:
        start, end = read.span(one.start, one.end)
        yield replace(one, text=text[start:end], start=start, end=end)


def _beside(spans: Sequence[tuple[int, int]], quotes: Sequence[Quote]) -> Iterator[list[Quote]]:
    """Give for each statement the quotations that touch it; both are in order."""
    touching: list[Quote] = []
    following = 0
    for start, end in spans:
        while following < len(quotes) and quotes[following].start < end:
            touching.append(quotes[following])
            following += 1
        if touching:
            touching = [quote for quote in touching if quote.end > start]
        yield touching


def _statement(text: str, start: int, end: int, quotes: Sequence[Quote], author: str | None) -> Statement:
    said, title, kind = author, None, "narration"
    if quotes:
        main, kind = quotes[0], "direct" if quotes[0].kind == "direct" else "indirect"
        if len(quotes) > 1:
            kind = _kind(text, start, end, quotes)
            # Of quotations of one length the outer one comes first, and max gives the first.
            among = quotes if kind == "indirect" else [quote for quote in quotes if quote.kind == kind]
            main = max(among, key=lambda quote: min(end, quote.end) - max(start, quote.start))
        said, title = main.speaker, main.title
    return Statement(text=text[start:end], start=start, end=end, kind=kind, speaker=said, title=title)


def _kind(text: str, start: int, end: int, quotes: Sequence[Quote]) -> str:
    """Say of which kind most of a statement is; what frames the speech (“…,” the minister said) counts for neither."""
    direct = [quote for quote in quotes if quote.kind == "direct"]
    if not direct or len(direct) == len(quotes):
        return "direct" if direct else "indirect"
    others = [quote for quote in quotes if quote.kind != "direct"]
    n_direct, n_others = (
        sum(_n_signs(text, low, high) for low, high in _union(part, start, end)) for part in (direct, others)
    )
    return "direct" if n_direct >= n_others else "indirect"


def _union(quotes: Sequence[Quote], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Give the parts of a statement that lie in quotations, each once."""
    for quote in quotes:
        low, high = max(start, quote.start), min(end, quote.end)
        if low < high:
            yield low, high
            start = high


def _n_signs(text: str, start: int, end: int) -> int:
    """Count characters, blanks apart."""
    return len("".join(text[start:end].split()))
