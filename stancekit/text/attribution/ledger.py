"""The quotations found so far in an article, and what finding more of them needs to know."""

from __future__ import annotations

import re
from bisect import bisect_left

from stancekit.records import Quote
from stancekit.text.attribution.cues import Unit
from stancekit.text.attribution.reporting import ADJUNCT, DATELINE, ISSUING
from stancekit.text.attribution.speakers import Cast, Speaker

_LEADING = re.compile(
    r"(?:The |An? )?(?P<who>(?:[A-Z][\w.]+(?: [A-Z][\w.]+)?, ){0,4}[^,;:“”\"]{2,90}?)(?:,|\s(?:has|have|had|is|"
    r"are|was|were|will|would|also|then|did|does|[a-z]+ed|went|took|met|left|made)\b)"
)
MAIN = re.compile(r",\s(?=the |an? |[A-Z]|he |she |they |it )")
_TRIM_LEFT = " \t\r\n,:;–—-"
_TRIM_RIGHT = ' \t\r\n,:;–—-.”"’“'


class Ledger:
    """Keeps quotations, turns and headings of one article.

    Parameters
    ----------
    text : str
        The article.
    cast : Cast
        Its people.
    turns : list of Quote
        Its turns, if it is a transcript.
    """

    def __init__(self, text: str, cast: Cast, turns: list[Quote]) -> None:
        self.text, self.cast, self.turns = text, cast, turns
        self.turn_starts = [turn.start for turn in turns]
        self.quotes: list[Quote] = []
        self.headings: list[int] = []

    def turn_at(self, at: int) -> Quote | None:
        """Give the turn around a place."""
        i = bisect_left(self.turn_starts, at + 1) - 1
        return self.turns[i] if i >= 0 and at < self.turns[i].end else None

    def add(self, start: int, end: int, kind: str, speaker: Speaker | None, rule: str) -> None:
        """Add a quotation, blanks and stops around it left out."""
        while start < end and self.text[start] in _TRIM_LEFT:
            start += 1
        while end > start and self.text[end - 1] in (_TRIM_RIGHT if kind != "direct" else " \t\r\n,"):
            end -= 1
        if end > start:
            self.quotes.append(
                Quote(
                    start=start,
                    end=end,
                    kind=kind,
                    speaker=speaker.name if speaker else None,
                    title=speaker.title if speaker else None,
                    rule=rule,
                )
            )

    def leading(self, unit: Unit) -> Speaker | None:
        """Say whom a sentence begins with."""
        start = unit.start
        if (dateline := DATELINE.match(self.text, start, unit.end)) is not None:
            start = dateline.end()
        if ADJUNCT.match(self.text, start) and (comma := MAIN.search(self.text, start, unit.end)) is not None:
            start = comma.end()
        match = _LEADING.match(self.text, start, min(unit.end, start + 110))
        return None if match is None else self.cast.resolve(start, match.end("who"))

    def note_issued(self, unit: Unit) -> None:
        """Remember "the ministers issued a joint statement" for "the statement said"."""
        match = ISSUING.search(self.text, unit.start, min(unit.end, unit.start + 300))
        if match is None:
            return
        start = unit.start
        if (dateline := DATELINE.match(self.text, start, unit.end)) is not None:
            start = dateline.end()
        near = match.start() - start < 110 and not ADJUNCT.match(self.text, start)
        speaker = self.cast.resolve(start, match.start()) if near else self.leading(unit)
        if speaker is not None:
            self.cast.issue(match[1], start, speaker)
            self.cast.hear(speaker)

    def name_headings(self) -> None:
        """Give a quoted heading the speaker of the quotation that it repeats."""
        for i in self.headings:
            heading = self.quotes[i]
            words = self.text[heading.start : heading.end]
            for quote in self.quotes[i + 1 : i + 40]:
                if words in self.text[quote.start : quote.end]:
                    self.quotes[i] = Quote(
                        start=heading.start, end=heading.end, kind="direct", speaker=quote.speaker, title=quote.title,
                        rule="heading-repeated",
                    )  # fmt: skip
                    break
