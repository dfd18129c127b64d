"""Where what a phrase of saying reports begins and ends within its sentence."""

from __future__ import annotations

import re

from stancekit.records import Quote
from stancekit.text.attribution.cues import Cue, Unit
from stancekit.text.attribution.ends import before_remark, before_who
from stancekit.text.attribution.glued import find_glued
from stancekit.text.attribution.headlines import headline_end
from stancekit.text.attribution.inturn import own_sentence, own_words, unquoted
from stancekit.text.attribution.ledger import MAIN, Ledger
from stancekit.text.attribution.marks import Marked
from stancekit.text.attribution.naming import Naming
from stancekit.text.attribution.persons import Speaker
from stancekit.text.attribution.pronouns import PRONOUNS
from stancekit.text.attribution.reporting import ADJUNCT, AUXILIARIES
from stancekit.text.attribution.subordinate import opening_end
from stancekit.text.attribution.verbs import CLAUSE, TELL

# Behind a semicolon a report goes on: "said it was shut; that the road would follow", "; the road would follow".
_MORE_BEHIND = re.compile(r"; (?:(?:and )?that |(?:[\w’'-]+ ){1,6}?(?:would|could|might) )")
_LEAST_LISTED = 40  # characters of what is said before a list goes on behind a semicolon
_WHO_LAST = ("who", "which", "whom")


def _is_clause(item: str) -> bool:
    """Tell whether a part of a list is a sentence of its own: "and the mill was sold"."""
    words = item.removeprefix("and ").split()
    return not AUXILIARIES.isdisjoint(words) or words[:1] == ["that"] or words[0].lower() in PRONOUNS


class Limits(Naming):
    """Takes down what the phrases of one sentence report, up to where it ends."""

    def __init__(self, ledger: Ledger, unit: Unit, following: Unit | None, outer: Quote | None = None) -> None:
        super().__init__(ledger, unit, following, outer)
        self.taken: set[int] = set()

    def _limit(self, i: int) -> int:
        """Give where what follows a phrase ends: at the next phrase that is not within it, or at a semicolon."""
        cue = self.unit.cues[i]
        if cue.stop >= 0:
            return cue.stop
        limit = self._before_others(i)
        if self.text.find("; ", cue.right, limit) >= 0:
            limit = self._before_semicolon(cue.right, limit)
        if self.is_line:
            is_clause = cue.has_that or cue.frame in (CLAUSE, TELL)
            return headline_end(self.text, cue.lemma, is_clause=is_clause, start=cue.right, limit=limit)
        return before_who(self.text, cue.right, limit) if self.text.endswith(_WHO_LAST, cue.right, limit) else limit

    def _before_semicolon(self, start: int, limit: int) -> int:
        """End before a semicolon that stands in no marks and parts no list of what is said."""
        at = self.text.find("; ", start, limit)
        while at >= 0:
            is_marked = any(marked.open < at < marked.close for marked in self.unit.marked)
            goes_on = _MORE_BEHIND.match(self.text, at, self.unit.end) is not None or self._lists(start, at)
            if not (is_marked or goes_on):
                return at
            at = self.text.find("; ", at + 1, limit)
        return limit

    def _lists(self, start: int, at: int) -> bool:
        """Tell whether only things are listed behind a semicolon: "due to drought; locusts; and the war"."""
        items = self.text[at + 2 : self.unit.end].split("; ")
        is_list = at - start > _LEAST_LISTED and items[-1].startswith("and ")
        return is_list and not any(map(_is_clause, items))

    def _before_others(self, i: int) -> int:
        """Give where the next phrase begins that is not within what one reports, or remarks of the article."""
        cues = self.unit.cues
        for j in range(i + 1, len(cues)):
            cue = cues[j]
            if j in self.nested or cue.left < cues[i].verb_end or self._is_shared(cue):
                continue
            if cue.form == "participle" and self._goes_on_saying(cue):
                continue
            if cue.form != "finite" or j in self.postposed or self.reports(cue):
                return before_remark(self.text, cues[i], cue.left)
        return before_remark(self.text, cues[i], self._opening_end(i))

    def _goes_on_saying(self, cue: Cue) -> bool:
        """Tell whether a participle belongs to what is said: "hosting guests and offering rooms, allowing for rest"."""
        is_parted = self.text[cue.left : cue.left + 1] == ","
        return not self.reports(cue) and (not is_parted or cue.lemma == "allow")  # nobody speaks by allowing

    def _glued_after(self, cue: Cue) -> int:
        """Give where a sentence begins that runs on after a heading: "Lee says talks go on After the vote, he left"."""
        if cue.form != "finite" or cue.left > self.start or not self.text[cue.verb : cue.verb_end].endswith("s"):
            return -1
        if self.glued >= 0:
            return self.glued
        return find_glued(self.text, self.words, cue.right, self.unit.end)

    def _is_shared(self, cue: Cue) -> bool:
        """Tell whether those of whom is reported did a second thing: "said they met and also agreed on a date"."""
        return cue.form == "coordinated" and cue.lemma in ("agree", "continue", "respond") and not self.reports(cue)

    def _opening_end(self, i: int) -> int:
        """Give where a participle that opens the sentence ends: "After years of calling for talks, Iran left"."""
        cue = self.unit.cues[i]
        if cue.subject_start > cue.verb == self.start and cue.form == "finite":
            stop = self.text.find(", ", cue.right, self.unit.end)
            return stop if stop >= 0 else self.unit.end  # "Dismissed by Kern as a forgery, the letter was real"
        if i == 0 and (glued := self._glued_after(cue)) >= 0:
            return glued
        if (end := opening_end(self.text, self.unit, self.start, cue)) < self.unit.end:
            return end
        if cue.form != "participle" or self.text.find(",", self.unit.start, cue.left) >= 0:
            return self.unit.end
        if i or not (self.leads_in(cue) or ADJUNCT.match(self.text, self.start)):
            return self.unit.end
        comma = MAIN.search(self.text, cue.right, self.unit.end)
        return comma.start() if comma is not None else self.unit.end

    def _report(self, start: int, end: int, speaker: Speaker | None, rule: str) -> None:
        """Add indirect speech; mixed where some of it stands in quotation marks."""
        kind = "indirect"
        for k, marked in enumerate(self.unit.marked):
            if marked.open < end and marked.close > start:
                kind = "mixed"
                self.taken.add(k)
        if self.ledger.is_quoted_aloud:
            start, end = unquoted(self.text, start, end)
        if kind == "indirect" and self.ledger.has_own_words:
            end = own_sentence(self.text, start, end)
        if kind == "indirect" and self.turn is not None and not self.is_quoted:
            end = own_words(self.text, start, end)
        self.ledger.add(start, end, kind, speaker, rule)

    def _take(self, marked: Marked, speaker: Speaker | None, rule: str) -> None:
        """Add direct speech, unless another phrase has claimed it."""
        k = self.unit.marked.index(marked)
        if k not in self.taken:
            self.taken.add(k)
            self.ledger.add(marked.start, marked.end, "direct", speaker, rule)
