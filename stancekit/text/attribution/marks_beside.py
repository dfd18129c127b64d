"""What stands in quotation marks beside a phrase of saying."""

from __future__ import annotations

import re

from stancekit.records import Quote
from stancekit.text.attribution.cues import Cue, Unit
from stancekit.text.attribution.ledger import Ledger
from stancekit.text.attribution.marks import Marked, stands_apart
from stancekit.text.attribution.persons import Speaker
from stancekit.text.attribution.reporting import TIME, VENUE
from stancekit.text.attribution.verbs import TELL

# "said, and I quote, “...”"
_QUOTE_NEXT = re.compile(
    r"\s*[,:]?\s*(?:(?:and )?(?:I(?:[’'](?:ll|m going to)| will)? )?quote(?: (?:him|her|them|it|here|directly|"
    r"again))*(?: if \w+ permits?)?"
    r"\s*[,:–—-]?\s*)?(?:that\s+)?"
)
_CLOSE_TAIL = re.compile(r"[\s,.;]*")
_FAR = 200  # characters between a phrase and what stands in quotation marks after it


class MarksBeside:
    """Finds the marks that a phrase of saying belongs to."""

    def __init__(self, ledger: Ledger, unit: Unit, following: Unit | None, outer: Quote | None = None) -> None:
        self.ledger, self.text, self.unit, self.following = ledger, ledger.text, unit, following
        self.cast, self.words = ledger.cast, ledger.words
        self.turn = outer or ledger.turn_at(unit.start)
        self.is_quoted = outer is not None
        if ledger.turns and not self.is_quoted:
            ledger.enter(self.turn)
        self.heard: dict[int, Speaker | None] = {}
        self.nested: set[int] = set()
        self.postposed: set[int] = set()
        self.carriers: set[int] = set()
        self.glued = -1
        self.start = ledger.begin(unit)

    def ends_at(self, place: int) -> bool:
        """Tell whether nothing but a stop stands after a place in the sentence."""
        return self.past_stops(place) >= self.unit.end

    def past_stops(self, place: int) -> int:
        """Go over blanks and stops."""
        match = _CLOSE_TAIL.match(self.text, place, max(place, self.unit.end))
        return place if match is None else match.end()

    def _quote_inside(self, start: int, end: int) -> bool:
        return any(
            start <= marked.open
            and marked.close <= end
            and self.is_whole(marked)
            and stands_apart(self.text, self.unit.start, marked)
            for marked in self.unit.marked
        )

    def quote_before(self, cue: Cue) -> Marked | None:
        """Give what stands in quotation marks right before a phrase."""
        for marked in self.unit.marked:
            if cue.left - 3 <= marked.close <= cue.verb and self.past_stops(marked.close) >= cue.left:
                return marked
        return None

    def quote_after(self, cue: Cue) -> Marked | None:
        """Give what stands in quotation marks after a phrase, right there or after places and days."""
        for marked in self.unit.marked:
            if marked.open >= cue.verb_end:
                break
        else:
            return None
        match = _QUOTE_NEXT.match(self.text, cue.right)
        if match is not None and match.end() == marked.open:
            return marked
        if cue.has_that or not (self.is_whole(marked) or self.quote_before(cue) is not None):
            return None
        return marked if self._leads_to(cue, marked) else None

    def _leads_to(self, cue: Cue, marked: Marked) -> bool:
        """Tell whether only places and days stand between: "said in a speech in Vienna on Friday, “...”"."""
        between = self.text[cue.verb_end : min(marked.open, cue.verb_end + _FAR)].rstrip()
        if marked.open - cue.verb_end > _FAR or not between.endswith((",", ":")):
            return False
        if any(cue.verb < other.verb < marked.open for other in self.unit.cues):
            return False
        if self.text[marked.start].islower() and self.quote_before(cue) is not None:
            return True
        is_place = VENUE.match(self.text, cue.right) or TIME.match(self.text, cue.verb_end) or cue.frame == TELL
        return bool(is_place) or between.endswith(":")

    def is_whole(self, marked: Marked) -> bool:
        """Tell whether a sentence, and not a few words of one, stands in quotation marks."""
        if (n_words := self.words.count(marked.start, marked.end)) < 2:
            is_uttered = self.text.startswith((".", "!", "?", "…"), marked.end - 1)  # Lee replied: “No.”
            return is_uttered and n_words == 1 and self.text[: marked.open].rstrip(" ").endswith((":", ","))
        first = next((sign for sign in self.text[marked.start : marked.end] if sign.isalnum()), "")
        return first.isupper() or first.isdigit() or n_words > 7

    def is_only_words(self, marked: Marked) -> bool:
        """Tell whether a few words stand in marks as a part of what precedes them."""
        before = self.text[self.unit.start : marked.open].rstrip()
        return before[-1:].isalpha() and "," in self.text[marked.end : marked.close + 1] and not self.is_whole(marked)
