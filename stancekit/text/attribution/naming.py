"""Who says what is reported in a sentence, by its phrases, or by a headline that it begins with."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stancekit.records import Quote
from stancekit.text.abbreviations import NO_SPEAKERS
from stancekit.text.attribution.callings import is_outlet
from stancekit.text.attribution.cues import Cue, Unit
from stancekit.text.attribution.headlines import find_said, is_line
from stancekit.text.attribution.hearing import Hearing
from stancekit.text.attribution.kinds import DOCUMENT
from stancekit.text.attribution.ledger import MAIN, Ledger
from stancekit.text.attribution.namewords import OFFICES
from stancekit.text.attribution.persons import Speaker
from stancekit.text.attribution.reporting import (
    ADJUNCT,
    IN_DOCUMENT,
)

_HEADLINE = re.compile(r"(?P<said>[^:.!?;\n]{10,150}): (?P<who>[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){0,3}?)(?=\s+[A-Z]|\s*$)")
_LABEL = re.compile(
    r"(?:[\w ,]{1,30} )?(?P<who>(?:[A-Z][\w.-]*[’']s )?[A-Z][\w’'.-]+(?: [A-Z][\w’'.-]+){0,3}): (?=[A-Z‘'])"
)
_TO_OUTLET = re.compile(
    r"(?P<who>[A-Z][\w’'.-]+(?: [A-Z][\w’'.-]+){0,3}) (?:to|tells|told|on|at) "
    r"(?:the )?[A-Z][\w’'.-]*(?: [\w’'.-]+){0,4}: (?=[\w‘'“\"])"
)
_LONGEST_LABEL = 90
_SHORT_HEADING = 3  # words
_REPEATED = 120  # characters after a headline in which the body is named again
# A word that a name follows only where a sentence begins with it.
_RUNS_ON = re.compile(
    r"(?<!\bof)(?<!\bby)(?<!\bto)(?<!\band)(?<!\bfor)(?<!\bwith)(?<!\bfrom)(?<!\bthat)(?<!\bas)(?<!\bin)[\w’']\s$"
)
_LONGEST_HEADLINE = 240
_OPENING = 400  # characters of a sentence in which a document is looked for
_NEAR = 120  # and characters after the phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """A headline that ends or begins with who says it: what is said, and where the headline ends."""

    start: int
    stop: int
    end: int
    speaker: Speaker
    is_described: bool = False


def heads_document(label: str) -> bool:
    """Tell whether a label names no speaker but what follows: "FACT SHEET: New measures"."""
    return not NO_SPEAKERS.isdisjoint(label.lower().split())


class Naming(Hearing):
    """Names the speakers of one sentence."""

    def __init__(self, ledger: Ledger, unit: Unit, following: Unit | None, outer: Quote | None = None) -> None:
        super().__init__(ledger, unit, following, outer)
        self.speakers: dict[int, Speaker | None] = {}
        self.is_line = (
            self.text.startswith("\n", unit.end) and self.turn is None and is_line(self.text, unit.start, unit.end)
        )
        self.headline: Headline | None = self._headline() if self.turn is None else None
        if self.headline is not None:
            self.start = self.headline.end
            for cue in unit.cues:  # a subject into which the headline runs
                if cue.subject_start < self.start < cue.subject_end:
                    cue.left = cue.subject_start = self.start

    def _headline(self) -> Headline | None:
        """Find "Talks go on: Lee", alone or run into the sentence after it."""
        said = self._described() if self.is_line else None
        end = min(self.unit.end, self.start + _LONGEST_HEADLINE)
        if said is not None or self.text.find(": ", self.start, end) < 0:
            return said
        match = _HEADLINE.match(self.text, self.start, end)
        if match is not None and heads_document(match["said"]) and len(match["said"].split()) < _SHORT_HEADING:
            return None  # "Members present: Ann Lee"
        is_heading = match is not None and (" " not in match["said"].strip() or match["said"].isupper())
        if match is None or is_heading or any(marked.open < match.end() < marked.close for marked in self.unit.marked):
            return self._labelled()
        if any(cue.left < match.end("who") for cue in self.unit.cues if cue.subject_start < match.start("who")):
            return None
        speaker = self.cast.resolve(*match.span("who"))
        if speaker is None or not (self._is_told_next(match) if speaker.kind == "body" else self._is_known(speaker)):
            return self._labelled()
        return Headline(start=self.unit.start, stop=match.end("said"), end=match.end("who"), speaker=speaker)

    def _described(self) -> Headline | None:
        """Find "Electoral chief: No vote on Sunday", in a line of its own."""
        said = None if self.ledger.is_transcript else find_said(self.text, self.unit.start, self.unit.end)
        speaker = None if said is None else self.cast.resolve(said.who_start, said.who_end)
        if said is None or speaker is None:
            return None
        who = self.text[said.who_start : said.who_end].split()
        is_described = who[-1].lower() in OFFICES or speaker.name.islower()
        self.unit.cues.clear()
        return Headline(start=said.start, stop=said.end, end=self.unit.end, speaker=speaker, is_described=is_described)

    def _is_known(self, speaker: Speaker) -> bool:
        return speaker.kind == "person" and self.cast.knows(speaker)

    def _is_told_next(self, match: re.Match[str]) -> bool:
        """Tell whether a sentence about the body follows whose initials end a headline: "Tolls too dear: FTU"."""
        who = match["who"]
        return who.isupper() and len(who) > 2 and self.text.find(who, match.end(), match.end() + _REPEATED) >= 0

    def _labelled(self) -> Headline | None:
        """Find "Lee: talks go on", alone without a stop or run into a sentence that begins with a name."""
        end = min(self.unit.end, self.start + _LONGEST_LABEL)
        match = _TO_OUTLET.match(self.text, self.start, end) or _LABEL.match(self.text, self.start, end)
        if match is None or self.ledger.is_transcript or heads_document(match["who"]):
            return None
        if self.unit.cues:
            first = self.unit.cues[0]
            named = self.cast.people.inside(match.end(), max(first.subject_end, match.end()))
            end = self.cast.people.mentions[named[-1]].start if named else match.end()
            is_glued = named and self.cast.people.mentions[named[-1]].end == first.subject_end
            if not is_glued or _RUNS_ON.search(self.text, match.end(), end) is None:
                return None
        else:
            end = self.unit.end
        said = self.text[match.end() : end].rstrip()
        is_short = 3 <= len(said.split()) <= 20 and said[-1] not in ".!?:;,"
        speaker = self.cast.resolve(*match.span("who")) if is_short else None
        if speaker is None or not self.cast.knows(speaker):
            return None
        return Headline(start=match.end(), stop=end, end=end, speaker=speaker)

    def _name(self) -> None:
        """Name the speakers of the phrases, those without a subject of their own last."""
        cues = self.unit.cues
        for i, cue in enumerate(cues):
            if cue.form == "impersonal":
                self.speakers[i] = self.heard[cue.verb]
            if cue.subject_start < 0 or cue.form == "impersonal":
                continue
            speaker = self.heard[cue.verb]
            # Within a sentence "he" may be whoever spoke at its beginning.
            if i and cue.subject_end - cue.subject_start < 6:
                speaker = self._resolve(cue, is_first=False)
            self.speakers[i] = speaker
            if i not in self.nested and speaker is not None and not self.is_quoted and not self._is_found_in(i):
                self.cast.hear(speaker)
                self._note_document(cue, speaker)
        for i, cue in enumerate(cues):
            if cue.subject_start < 0 and cue.form != "impersonal":
                self.speakers[i] = self._inherited(i)
                if (heir := self.speakers[i]) is not None and i == len(cues) - 1:
                    self.cast.hear(heir)

    def _is_found_in(self, i: int) -> bool:
        """Tell whether a phrase only says where a report was found: "Lee said talks go on, IRNA reported"."""
        return i in self.postposed and self.is_outer(i) and self.quote_before(self.unit.cues[i]) is None

    def _inherited(self, i: int) -> Speaker | None:
        """Give the speaker of a participle or a second verb: that of the phrase before, or else after it."""
        if self.ledger.lead is not None and self.unit.cues[i].left <= self.start:
            return self.ledger.lead
        main = self._main_clause(self.unit.cues[i])
        order = [*range(i - 1, -1, -1), *range(i + 1, len(self.unit.cues))]
        for j in order:
            cue = self.unit.cues[j]
            if j in self.speakers and j not in self.nested and cue.form != "according" and cue.left >= main:
                return self.speakers[j]
        lead = self.lead(self.unit.cues[i].left)
        return lead if self.turn is not None and not self.is_quoted else lead or self.cast.last

    def _main_clause(self, cue: Cue) -> int:
        """Give where the main clause begins behind a participle that leads to it: "Noting that it rained, he left"."""
        if cue.form != "participle" or not self.leads_in(cue):
            return -1
        comma = MAIN.search(self.text, cue.right, self.unit.end)
        return -1 if comma is None else comma.start()

    def _note_document(self, cue: Cue, speaker: Speaker) -> None:
        """Remember "In a statement, Lee said" for "the statement said"."""
        stop = min(self.unit.end, self.unit.start + _OPENING, cue.right + _NEAR)
        if not self.words.any(DOCUMENT, self.unit.start, stop):
            return
        if (match := IN_DOCUMENT.search(self.text[self.unit.start : stop])) is not None:
            self.cast.issue(match[1], cue.verb, speaker)

    def _opens(self, j: int) -> bool:
        """Tell whether a phrase is the main clause of its sentence, and not only a part: "fell after Lee said"."""
        cue = self.unit.cues[j]
        if cue.form != "finite" or cue.left <= self.start:
            return True
        return ADJUNCT.match(self.text, self.start) is not None and self.text[cue.left] == ","

    def _is_outlet(self, cue: Cue, speaker: Speaker) -> bool:
        """Tell whether a paper or an agency speaks: by its looks, or since it reports and is no country."""
        if speaker.kind == "person" and (speaker.title is not None or self.cast.knows(speaker)):
            return False
        if is_outlet(self.text[cue.subject_start : cue.subject_end]) or is_outlet(speaker.name):
            return True
        return cue.lemma == "report" and not self.cast.knows(speaker)
