"""The quotations found so far in an article, and what finding more of them needs to know."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import partial

from stancekit.records import Quote
from stancekit.text.attribution.cues import Unit
from stancekit.text.attribution.descriptions import spoken_name
from stancekit.text.attribution.kinds import ISSUE
from stancekit.text.attribution.people import Speaker
from stancekit.text.attribution.reporting import ADJUNCT, DATELINE, DAY, HELPERS, ISSUING, MONTH
from stancekit.text.attribution.speakers import Cast

# Where whom a sentence begins with ends: at a mark, a comma that parts no list, or a verb.
_LEADING = re.compile(
    r"[;:“”\"]|,\s(?!(?:[A-Z][\w.]+(?: [A-Z][\w.]+)?(?:, | and )))|\s(?:has|have|had|is|are|was|were|will|would|also|"
    r"then|did|does|further|later|earlier|[a-z]+ly|[a-z]+ed|went|took|met|left|made|sent|gave|held|began|came|spoke|told|said|wrote|put|set|won|lost|"
    r"saw|ran|paid|brought|kept|drew|flew|struck|sought|stood|sat|led|found|broke|chose|cut|withdrew|arrives|plans|"
    r"wants|hopes|says|continues?|remains?|refuses?|keeps?|seeks?|needs?)\b"
)
MAIN = re.compile(
    r",\s(?=the |an? |[A-Z]|he |she |they |it |two |three |four |five |six |seven |eight |nine |ten |several |some |"
    r"many |former )"
)
_IN_YEAR = re.compile(
    rf"(?:In|On|Since|By) (?:(?:early |late |mid-)?(?:{MONTH} )?(?:\d{{1,2}}, )?\d{{4}}|{DAY}|{MONTH}) (?=[A-Z]|the )"
)
_CLAUSE = re.compile(r"(?:While|As|Although|Though|Since|After|Before|When|Because|If|But|And|Once|Yet|Still) ")
# "To this end, the ministry", "As a first step, Lee": no name stands before the comma.
_OPENING = re.compile(
    r"(?!The |An? |His |Her |Its |Their |Our |This )[A-Z][a-z]+(?: [a-z]+){1,4}, (?=the |[A-Z]|he |she |they |it )"
)
# What somebody is, before the name: "A son of a fisherman, Lee was born in Oslo", "A doctor by training, she left".
_FRONTED = re.compile(r"[A-Z][^,.;:“”\"]{3,80}, (?:(?P<pronoun>he|she|they) |(?=[A-Z]))")
_MARKS = frozenset(';:“”"')
_DATELINE_SIGNS = (" –", " —", " -", "(")
_LONGEST_DATELINE = 60
_LEAST_TOLD = 25  # characters before who reports in which somebody does something
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
        cast.labels = frozenset(turn.speaker for turn in turns)
        self.turn_starts = [turn.start for turn in turns]
        self.quotes: list[Quote] = []
        self.headings: list[int] = []
        self.words = cast.words
        # Cheap looks at the whole text, so that no sentence is searched for what stands nowhere.
        self.is_quoted_aloud = "quote," in text or "quote:" in text or "quote –" in text
        self.is_in_words = "words of" in text or "o quote " in text or "o cite " in text or "o borrow" in text
        self.has_own_words = " I " in text or " my " in text  # which outside quotation marks are the writer's

    def turn_at(self, at: int) -> Quote | None:
        """Give the turn around a place."""
        i = bisect_left(self.turn_starts, at + 1) - 1
        return self.turns[i] if i >= 0 and at < self.turns[i].end else None

    def answerer(self, at: int) -> Speaker | None:
        """Say who answers the turn around a place, if it asks: whoever speaks next, or else before."""
        i = bisect_left(self.turn_starts, at + 1) - 1
        own = self.turns[i].speaker
        if "?" not in self.text[self.turns[i].start : self.turns[i].end]:
            return None
        for turn in self.turns[i + 1 : i + 2] or self.turns[max(0, i - 1) : i]:
            if turn.speaker is not None and turn.speaker != own:
                return Speaker(name=turn.speaker, title=turn.title, kind="person")
        return None

    def begin(self, unit: Unit) -> int:
        """Give where a sentence begins after "TEHRAN – " or "(Reuters)"."""
        if unit.start and self.text[unit.start - 1] != "\n":
            return unit.start
        opening = self.text[unit.start : unit.start + _LONGEST_DATELINE]
        if not any(sign in opening for sign in _DATELINE_SIGNS):
            return unit.start
        dateline = DATELINE.match(self.text, unit.start, unit.end)
        return unit.start if dateline is None else dateline.end()

    def add(self, start: int, end: int, kind: str, speaker: Speaker | None, rule: str) -> bool:
        """Add a quotation, blanks and stops around it left out; tell whether anything remained of it."""
        while start < end and self.text[start] in _TRIM_LEFT:
            start += 1
        while end > start and self.text[end - 1] in (_TRIM_RIGHT if kind != "direct" else " \t\r\n,"):
            end -= 1
        name = None if speaker is None else spoken_name(speaker.name)
        if end > start:
            self.quotes.append(
                Quote(
                    start=start,
                    end=end,
                    kind=kind,
                    speaker=name,
                    title=speaker.title if speaker and name else None,
                    rule=rule,
                )
            )
        return end > start

    def leading(self, unit: Unit, at: int | None = None) -> Speaker | None:
        """Say whom a sentence begins with, or its first clause if a place lies in that."""
        start = self._after_heading(unit, self.begin(unit))
        if (year := _IN_YEAR.match(self.text, start, unit.end)) is not None:
            start = year.end()
        elif ADJUNCT.match(self.text, start) and (comma := MAIN.search(self.text, start, unit.end)) is not None:
            clause = _CLAUSE.match(self.text, start) if at is not None and at < comma.start() else None
            start = comma.end() if clause is None else clause.end()
        elif (opening := _OPENING.match(self.text, start, unit.end)) is not None:
            start = opening.end()
        if (named := self.cast.people.named_at(start)) is not None:
            return named
        match = _LEADING.search(self.text, start + 2, min(unit.end, start + 110))
        if match is None or match[0] in _MARKS:
            return None
        return self.cast.resolve(start, match.start())

    def _after_heading(self, unit: Unit, start: int) -> int:
        """Give where a sentence begins after a heading in marks: "‘We are ready’ The ministry also issued"."""
        if not unit.marked or unit.marked[0].open != start:
            return start
        end = unit.marked[0].close
        is_bare = self.text[unit.marked[0].end - 1] not in ",.!?…" and self.text[end : end + 1] == " "
        return end + 1 if is_bare and self.text[end + 1 : end + 2].isupper() else start

    def note_topic(self, unit: Unit) -> None:
        """Remember whom a sentence is about that reports nothing: "he" in the next one may be them."""
        if (self.turns and self.turn_at(unit.start) is None) or self.text[unit.start] in '“"':
            return
        self.cast.note_topic(partial(self._topic, unit))

    def _topic(self, unit: Unit) -> Speaker | None:
        """Say whom a sentence is about: somebody known, or somebody new, "A farmer in the north spoke for many"."""
        start = self.begin(unit)
        is_one = self.text.startswith(("A ", "An ", "One ", "Another ", "My ", "Our ", "Your "), start)
        if (fronted := _FRONTED.match(self.text, start, unit.end)) is not None:
            named = self.cast.people.named_from(fronted.end()) if is_one else None
            if named is not None or fronted["pronoun"]:
                return named
        speaker = self.leading(unit)
        if speaker is not None:
            is_new = speaker.kind == "people" or (is_one and speaker.kind == "person")
            if is_new or self.cast.knows(speaker):
                return speaker
        return self.cast.newcomer(start, unit.end) if is_one else self.cast.newcomers(start, unit.end)

    def note_doer(self, unit: Unit) -> None:
        """Remember whom a sentence is about at whose end somebody reports it."""
        if not self.turns and unit.cues[0].left - unit.start > _LEAST_TOLD:
            self.cast.doer = partial(self.leading, unit)

    def note_issued(self, unit: Unit) -> None:
        """Remember "the ministers issued a joint statement" for "the statement said"."""
        stop = min(unit.end, unit.start + 300)
        if (first := self.words.first(ISSUE, unit.start, stop)) < 0:
            return
        match = ISSUING.search(self.text, max(unit.start, first), stop)
        if match is None:
            return
        start = self._after_heading(unit, self.begin(unit))
        near = match.start() - start < 110 and not ADJUNCT.match(self.text, start)
        end = _before_adverbs(self.text, start, match.start())
        speaker = self.cast.resolve(start, end) if near else self.leading(unit)
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


def _before_adverbs(text: str, start: int, end: int) -> int:
    """Give where a subject ends before adverbs: "The union also issued a statement"."""
    words = text[start:end].rstrip().split(" ")
    while len(words) > 1 and (words[-1] in HELPERS or words[-1].endswith("ly")):
        words.pop()
    return start + len(" ".join(words))
