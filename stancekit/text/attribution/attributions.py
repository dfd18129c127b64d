"""Reads phrases that name who says without a verb: “according to the minister”, “in the words of Lee”."""

from __future__ import annotations

import re

from stancekit.text.abbreviations import AFTER_NO_TITLE
from stancekit.text.attribution.between import whose_words
from stancekit.text.attribution.breaks import before_comma
from stancekit.text.attribution.contents import REACH
from stancekit.text.attribution.cues import Cue
from stancekit.text.attribution.namewords import OFFICES
from stancekit.text.attribution.participles import ParticipleReader
from stancekit.text.attribution.reporting import (
    NOT_VOICES,
)
from stancekit.text.attribution.verbs import CLAUSE, LEMMAS

_VOICE_END = re.compile(rf",\s|{AFTER_NO_TITLE}(?<!\b[A-Z])[;:.]\s|[.]?$|\s(?:said|told|who|that)\b|\s[“\"]")
_LISTED = re.compile(r"(?:the )?[A-Z]\w+(?:, [A-Z]\w+)+ and (?:[A-Z]\w+ )+(?=[Mm]inister|[Ss]ecretary)")
_OFFICE_AFTER = re.compile(
    r", (?:(?:the |an? )?(?:[\w’'.-]+ ){0,4}?(?P<office>[A-Za-z-]+)(?: (?:for|of|at|in|to|on) [^,;:“”\"]{2,160})?)"
    r"(?=,|\.?\s*$)"
)
_NAME_AFTER = re.compile(r", [A-Z][\w’'-]+(?: [A-Z][\w’'-]+){0,3}(?=,)")
_WHO_NEXT = re.compile(r" who [^,;:“”\"]{2,80}(?=,)")  # "according to one person who was there,"
_ASIDE = re.compile(r", (?:who|whose|speaking|talking)\s[^,;:.“”\"]{2,120},")  # after the voice in "according to"


_MOST_BETWEEN = 6  # words of "the mayor went on"


class AccordingReader(ParticipleReader):
    """Reads “according to” and its like."""

    def _according(self) -> Cue | None:
        """Read "according to the minister"."""
        if not self.text.startswith(" to ", self.end):
            return None
        start = self.end + 4
        stop = self._voice_end(start)
        if not self.text[start:stop].strip() or NOT_VOICES.match(self.text, start, stop):
            return None
        before = self.text[self.unit.start : self.at].rstrip()
        left = self.unit.start + len(before)
        if before.endswith(","):
            left -= 1
        if (who := _WHO_NEXT.match(self.text, stop, self.unit.end)) is not None:
            name = stop = who.end()
        else:
            name, stop = stop, self._apposition_end(start, stop)
        voice_is_named = self.text[start:name].split()[-1] not in OFFICES
        aside = _ASIDE.match(self.text, stop, self.unit.end)
        self.end = right = stop if aside is None else aside.end()
        while right < self.unit.end and self.text[right] in ", \n\t":
            right += 1
        return Cue(
            left=left, verb=self.at, verb_end=stop, right=right, form="according", frame=CLAUSE, lemma="accord",
            subject_start=start, subject_end=name if voice_is_named else stop, has_that=False,
        )  # fmt: skip

    def _in_words(self) -> Cue | None:
        """Read "in the words of the minister" and "by his account"."""
        if (who := whose_words(self.text, self.floor, self.at, self.end, self.limit)) is None:
            return None
        right = who.stop
        while right < self.unit.end and self.text[right] in ",: \n\t":
            right += 1
        if self._is_told_besides(right):
            return None
        self.end = who.stop
        return Cue(
            left=before_comma(self.text, who.left), verb=self.at, verb_end=who.stop, right=right, form="according",
            frame=CLAUSE, lemma="accord", subject_start=who.start, subject_end=who.end, has_that=False,
        )  # fmt: skip

    def _is_told_besides(self, start: int) -> bool:
        """Tell whether between commas somebody says what follows: "In his view, the mayor went on, it must close"."""
        comma = self.text.find(",", start, self.unit.end)
        between = self.text[start:comma].lower().split() if comma >= 0 else []
        return 0 < len(between) <= _MOST_BETWEEN and not LEMMAS.keys().isdisjoint(between[1:])

    def _apposition_end(self, start: int, stop: int) -> int:
        """Go past the office after a name, or the name after an office: "the minister, Ann Lee"."""
        office = _OFFICE_AFTER.match(self.text, stop, self.unit.end)
        if office is not None and office["office"].lower() in OFFICES:
            return office.end()
        name = _NAME_AFTER.match(self.text, stop, self.unit.end)
        is_office = name is not None and self.text[start:stop].split()[-1] in OFFICES
        return name.end() if name is not None and is_office else stop

    def _voice_end(self, start: int) -> int:
        """Give where the name after "according to" ends; "the Industry, Mining and Trade Minister" holds a comma."""
        end = min(self.limit, start + REACH)
        listed = _LISTED.match(self.text, start, end)
        match = _VOICE_END.search(self.text, listed.end() if listed else start, end)
        return match.start() if match is not None else end
