"""What each phrase of saying claims: words in quotation marks beside it, or the clause after or before it."""

from __future__ import annotations

import re

from stancekit.records import Quote
from stancekit.text.attribution.cues import Cue, Unit, has_words
from stancekit.text.attribution.ledger import MAIN, Ledger
from stancekit.text.attribution.marks import Marked
from stancekit.text.attribution.reporting import (
    ADJUNCT,
    ASIDE,
    ASK,
    AUXILIARIES,
    CLAUSE,
    COLOUR,
    DATELINE,
    EMPTY,
    IN_DOCUMENT,
    JUDGE,
    LOOSE,
    STRICT,
    TELL,
    TIME,
    VENUE,
    VOW,
)
from stancekit.text.attribution.speakers import PRONOUNS, Speaker

_QUOTE_NEXT = re.compile(r"\s*[,:]?\s*(?:that\s+)?")
_CLOSE_TAIL = re.compile(r"[\s,.;]*")
_PARTING = tuple("”\"’'»?!,")
_NO_REST = re.compile(
    r"\s*,?\s*(?:\w+ing|while|who|when|as|but|although|though|after|before|in|on|at|during|which|and)\b"
)
_FAR = 200  # characters between a phrase and what stands in quotation marks after it
_TURN_AWAY = re.compile(r",\s(?:while|whereas|but|although|though)\s")
_WHEN = re.compile(r"\s*(?:when|while|after|before|as|until|since)\s")
_LEAST_FREE = 4  # words in quotation marks that may be a quotation without any phrase of saying beside them


class Sentence:
    """Shares out one sentence among its phrases of saying."""

    def __init__(self, ledger: Ledger, unit: Unit, following: Unit | None, outer: Quote | None = None) -> None:
        self.ledger, self.text, self.unit, self.following = ledger, ledger.text, unit, following
        self.cast = ledger.cast
        self.turn = outer or ledger.turn_at(unit.start)
        self.taken: set[int] = set()
        self.speakers: dict[int, Speaker | None] = {}
        self.heard: dict[int, Speaker | None] = {}
        self.nested: set[int] = set()
        self.postposed: set[int] = set()
        start = unit.start
        if (dateline := DATELINE.match(self.text, start, unit.end)) is not None:
            start = dateline.end()
        self.start = start

    def read(self) -> None:
        """Find all quotations of the sentence, and what others are said within them to have said."""
        self._drop_unheard()
        self._place()
        self._name()
        first = len(self.ledger.quotes)
        for i, cue in enumerate(self.unit.cues):
            self._claim(i, cue)
        if self.turn is None:
            self._claim_free()
            self._read_within(self.ledger.quotes[first:])

    def _read_within(self, quotes: list[Quote]) -> None:
        """Read the sentences of quotations for other speakers."""
        by_start = {quote.start: quote for quote in quotes if quote.kind == "direct"}
        for k, pieces in self.unit.inner.items():
            outer = by_start.get(self.unit.marked[k].start)
            for piece in pieces:
                if outer is not None and piece.cues:
                    Sentence(self.ledger, piece, None, outer).read()

    # What each phrase is

    def _drop_unheard(self) -> None:
        """Leave out phrases by which nobody reports here: loose verbs without a person, first persons."""
        kept: list[Cue] = []
        for cue in self.unit.cues:
            if cue.subject_start >= 0:
                self.heard[cue.verb] = self.cast.resolve(cue.subject_start, cue.subject_end)
                if self._is_heard(cue, self.heard[cue.verb]):
                    kept.append(cue)
            elif self.turn is None and (kept or cue.form != "coordinated" or self._has_subject(cue)):
                kept.append(cue)
        self.unit.cues[:] = kept

    def _is_heard(self, cue: Cue, speaker: Speaker | None) -> bool:
        """Tell whether somebody reports by a phrase that has a subject."""
        if speaker is None and self.text[cue.subject_start : cue.subject_end].strip().lower() not in PRONOUNS:
            return False
        is_person = speaker is not None and speaker.kind == "person"
        if cue.frame == LOOSE and not cue.has_that and not is_person:
            beside = self._quote_after(cue) or self._quote_before(cue)
            if beside is None and not self._ends_at(cue.right):
                return False
        return self.turn is None or self._speaks_in_turn(cue, speaker)

    def _has_subject(self, cue: Cue) -> bool:
        """Tell whether somebody named does two things, the second of which is to say: "Lee left and said ..."."""
        speaker = self.ledger.leading(self.unit) if cue.left - self.unit.start > 10 else None
        return speaker is not None and any(word[0].isupper() for word in speaker.name.split())

    def _speaks_in_turn(self, cue: Cue, speaker: Speaker | None) -> bool:
        """Tell whether another named speaker is reported within a turn."""
        if speaker is None or self.turn is None or speaker.name == self.turn.speaker:
            return False
        named = any(word[0].isupper() for word in speaker.name.split())
        subject = self.text[cue.subject_start : cue.subject_end].strip().lower()
        reports = cue.has_that or cue.form == "according" or cue.frame in (CLAUSE, ASK, JUDGE, TELL)
        return named and reports and subject not in PRONOUNS

    def _place(self) -> None:
        """Tell which phrases follow what was said, and which stand within what another reports."""
        cues = self.unit.cues
        for i, cue in enumerate(cues):
            following = cues[i + 1].left if i + 1 < len(cues) else self.unit.end
            if self._follows(cue, max(following, cue.right)):
                self.postposed.add(i)
        open_from: int | None = None
        for i, cue in enumerate(cues):
            if i in self.postposed or cue.form in ("participle", "coordinated", "inverted"):
                opens = cue.form == "coordinated" or open_from is not None
                open_from = i if opens and cue.form != "inverted" else open_from
                continue
            if open_from is not None and cue.form == "finite" and self._is_within(cues[open_from], cue):
                self.nested.add(i)
                continue
            open_from = i

    def _follows(self, cue: Cue, following: int) -> bool:
        """Tell whether a phrase stands after what it reports."""
        if cue.form not in ("finite", "according"):
            return cue.form == "inverted"
        before = self.text[self.start : cue.left]
        if cue.has_that or len(before.split()) < 2:
            return False
        is_apart = self.text[cue.left : cue.left + 1] == "," or before.rstrip().endswith(_PARTING)
        if cue.form == "according":
            return self._ends_at(cue.verb_end) or (is_apart and self.text[cue.verb_end : cue.verb_end + 1] != ",")
        if not is_apart or cue.frame not in (CLAUSE, LOOSE, STRICT, COLOUR, TELL):
            return False
        if self._quote_before(cue) is not None or self._quote_after(cue) is not None:
            return self._quote_before(cue) is not None
        return not self._is_opening(before) and self._closes(cue, following)

    def _is_opening(self, before: str) -> bool:
        """Tell whether only an adverb or a place stands before a phrase: "In Vienna, Lee said"."""
        if ADJUNCT.match(before) is None or "," in before:
            return False
        words = before.split()
        return len(words) <= 6 or AUXILIARIES.isdisjoint(words)

    def _closes(self, cue: Cue, following: int) -> bool:
        """Tell whether nothing follows a phrase but days, places, or a comma."""
        rest = self.text[cue.right : following].strip(" .;:")
        is_parted = rest.startswith(",") or self.text[cue.verb_end : cue.verb_end + 1] == ","
        return not rest or is_parted or VENUE.match(self.text, cue.right, self.unit.end) is not None

    def _ends_at(self, place: int) -> bool:
        """Tell whether nothing but a stop stands after a place in the sentence."""
        return self._past_stops(place) >= self.unit.end

    def _past_stops(self, place: int) -> int:
        match = _CLOSE_TAIL.match(self.text, place, max(place, self.unit.end))
        return place if match is None else match.end()

    def _is_within(self, outer: Cue, cue: Cue) -> bool:
        """Tell whether a phrase stands within what another reports: "Lee said that Iran had warned of it"."""
        if cue.verb <= outer.right:
            return False
        between = self.text[outer.right : cue.left]
        subject = self.text[cue.subject_start : cue.subject_end].strip().lower()
        after = self.text[cue.left : cue.subject_start].strip(" ,").lower()
        if subject in ("he", "she") or after in ("and", "but", "while") or self.text[cue.left : cue.left + 1] == ";":
            return False
        if subject.startswith(("while ", "but ", "and ", "although ", "though ")):
            return False
        if self._quote_inside(outer.right, cue.left):
            return False
        return has_words(between, 0, len(between), 1) or after in ("that", "")

    def _quote_inside(self, start: int, end: int) -> bool:
        return any(
            start <= marked.open and marked.close <= end and self._is_whole(marked) for marked in self.unit.marked
        )

    # Who speaks

    def _name(self) -> None:
        """Name the speakers of the phrases, those without a subject of their own last."""
        cues = self.unit.cues
        for i, cue in enumerate(cues):
            if cue.subject_start < 0:
                continue
            speaker = self.heard[cue.verb]
            # Within a sentence "he" may be whoever spoke at its beginning.
            if i and cue.subject_end - cue.subject_start < 6:
                speaker = self.cast.resolve(cue.subject_start, cue.subject_end)
            self.speakers[i] = speaker
            if i not in self.nested and speaker is not None and self.turn is None:
                self.cast.hear(speaker)
                self._note_document(cue, speaker)
        for i, cue in enumerate(cues):
            if cue.subject_start < 0:
                self.speakers[i] = self._inherited(i)
                if (heir := self.speakers[i]) is not None and i == len(cues) - 1:
                    self.cast.hear(heir)

    def _inherited(self, i: int) -> Speaker | None:
        """Give the speaker of a participle or a second verb: that of the phrase before, or else after it."""
        order = [*range(i - 1, -1, -1), *range(i + 1, len(self.unit.cues))]
        for j in order:
            if j in self.speakers and j not in self.nested and self.unit.cues[j].form != "according":
                return self.speakers[j]
        return self.ledger.leading(self.unit) or self.cast.last

    def _note_document(self, cue: Cue, speaker: Speaker) -> None:
        """Remember "In a statement, Lee said" for "the statement said"."""
        match = IN_DOCUMENT.search(self.text, self.unit.start, min(self.unit.end, self.unit.start + 400))
        if match is not None:
            self.cast.issue(match[1], cue.verb, speaker)

    # What they say

    def _claim(self, i: int, cue: Cue) -> None:
        """Give a phrase what it reports."""
        speaker = self.speakers.get(i)
        if cue.form == "remark":
            return
        if i in self.nested:
            self._claim_nested(i, cue, speaker)
            return
        if i in self.postposed:
            self._claim_before(i, cue, speaker)
        after = self._quote_after(cue)
        if after is not None:
            self._claim_after(i, cue, after, speaker)
        elif i not in self.postposed or self._goes_on(cue):
            self._claim_clause(i, cue, speaker)

    def _goes_on(self, cue: Cue) -> bool:
        """Tell whether a phrase between commas is followed by the rest of what it reports."""
        is_parted = self.text[cue.right : cue.right + 1] == "," or self.text[cue.verb_end : cue.verb_end + 1] == ","
        if cue.form != "finite" or not is_parted or self._quote_before(cue) is not None:
            return False
        return _NO_REST.match(self.text, cue.right) is None

    def _quote_before(self, cue: Cue) -> Marked | None:
        """Give what stands in quotation marks right before a phrase."""
        for marked in self.unit.marked:
            if cue.left - 3 <= marked.close <= cue.verb and self._past_stops(marked.close) >= cue.left:
                return marked
        return None

    def _quote_after(self, cue: Cue) -> Marked | None:
        """Give what stands in quotation marks after a phrase, right there or after places and days."""
        marked = next((marked for marked in self.unit.marked if marked.open >= cue.verb_end), None)
        if marked is None:
            return None
        match = _QUOTE_NEXT.match(self.text, cue.right)
        if match is not None and match.end() == marked.open:
            return marked
        return marked if not cue.has_that and self._is_whole(marked) and self._leads_to(cue, marked) else None

    def _leads_to(self, cue: Cue, marked: Marked) -> bool:
        """Tell whether only places and days stand between: "said in a speech in Vienna on Friday, “...”"."""
        between = self.text[cue.verb_end : min(marked.open, cue.verb_end + _FAR)].rstrip()
        if marked.open - cue.verb_end > _FAR or not between.endswith((",", ":")):
            return False
        if any(cue.verb < other.verb < marked.open for other in self.unit.cues):
            return False
        is_place = VENUE.match(self.text, cue.right) or TIME.match(self.text, cue.verb_end) or cue.frame == TELL
        return bool(is_place) or between.endswith(":")

    def _is_whole(self, marked: Marked) -> bool:
        """Tell whether a sentence, and not a few words of one, stands in quotation marks."""
        words = self.text[marked.start : marked.end]
        first = next((sign for sign in words if sign.isalnum()), "")
        return (first.isupper() or first.isdigit() or len(words.split()) > 7) and len(words.split()) > 1

    def _claim_before(self, i: int, cue: Cue, speaker: Speaker | None) -> None:
        """Claim what stands before a phrase."""
        marked = self._quote_before(cue)
        if marked is not None and self.unit.marked.index(marked) in self.taken:
            return
        if marked is not None and not self._loose_words(i, marked):
            self._take(marked, speaker, "marks-before" if cue.form != "inverted" else "marks-before-inverted")
            return
        # Who passes on what another said says nothing of their own.
        if not self._is_outer(i) and has_words(self.text, self.start, cue.left, 3):
            self._report(self.start, cue.left, speaker, f"clause-before-{cue.form}")

    def _loose_words(self, i: int, marked: Marked) -> bool:
        """Tell whether words of the same report stand before those in quotation marks."""
        if self._is_outer(i):
            return False
        earlier = [other.close for other in self.unit.marked if other.close < marked.open]
        start = max([self.start, *earlier])
        is_apart = self.text[start : marked.open].rstrip().endswith((",", ":", ".", "!", "?", "…"))
        return has_words(self.text, start, marked.open, 1) and not (self._is_whole(marked) and is_apart)

    def _is_outer(self, i: int) -> bool:
        """Tell whether other phrases report before this one: "Lee said talks go on, IRNA reported"."""
        return any(j not in self.nested for j in range(i))

    def _claim_after(self, i: int, cue: Cue, marked: Marked, speaker: Speaker | None) -> None:
        """Claim what stands in quotation marks after a phrase, or the clause that begins with it."""
        limit = self._limit(i)
        ends = self._past_stops(marked.close)
        follow = [other.open for other in self.unit.marked if other.open > marked.open]
        is_last = ends >= limit - 1 or ends in follow
        if self._is_whole(marked) or (is_last and len(self.text[marked.start : marked.end].split()) > 2):
            self._take(marked, speaker, "marks-after")
        else:
            self._report(marked.open, limit, speaker, f"clause-after-{cue.form}")

    def _claim_clause(self, i: int, cue: Cue, speaker: Speaker | None) -> None:
        """Claim the clause after a phrase."""
        limit = self._limit(i)
        start = cue.right
        if not cue.has_that:
            if cue.frame in (COLOUR, STRICT) or _WHEN.match(self.text, start):
                return
            if cue.frame in (CLAUSE, LOOSE) and self._only_says_where(start, limit):
                return
        if has_words(self.text, start, limit, 2) and not EMPTY.match(self.text, start, limit):
            self._report(start, limit, speaker, f"clause-after-{cue.form}")

    def _only_says_where(self, start: int, limit: int) -> bool:
        """Tell whether only places and people follow: "Lee said in a tweet."."""
        return VENUE.match(self.text, start, limit) is not None and "," not in self.text[start:limit].strip(" ,.")

    def _claim_nested(self, i: int, cue: Cue, speaker: Speaker | None) -> None:
        """Claim what is reported within another report, if its speaker is named."""
        if speaker is None or not (cue.has_that or cue.frame in (ASK,)) or not self._is_named(cue):
            return
        others = [one.name for j, one in self.speakers.items() if j < i and one is not None]
        if speaker.name not in others:
            self._report(cue.right, self._limit(i), speaker, "clause-nested")

    def _is_named(self, cue: Cue) -> bool:
        return any(word[0].isupper() for word in self.text[cue.subject_start : cue.subject_end].split()[-3:])

    def _limit(self, i: int) -> int:
        """Give where what follows a phrase ends: at the next phrase that is not within it."""
        for j in range(i + 1, len(self.unit.cues)):
            if j not in self.nested and self.unit.cues[j].left >= self.unit.cues[i].verb_end:
                return self._before_aside(i, self.unit.cues[j].left)
        return self._before_aside(i, self._opening_end(i))

    def _opening_end(self, i: int) -> int:
        """Give where a participle that opens the sentence ends: "After years of calling for talks, Iran left"."""
        cue = self.unit.cues[i]
        if cue.form != "participle" or self.text.find(",", self.unit.start, cue.left) >= 0:
            return self.unit.end
        if i or not (cue.left <= self.start or ADJUNCT.match(self.text, self.start)):
            return self.unit.end
        comma = MAIN.search(self.text, cue.right, self.unit.end)
        return comma.start() if comma is not None else self.unit.end

    def _before_aside(self, i: int, limit: int) -> int:
        """Leave out what the article remarks on a report: ", a move that ..."."""
        aside = ASIDE.search(self.text, self.unit.cues[i].right, limit)
        if aside is None and self.unit.cues[i].frame in (ASK, JUDGE, VOW):
            aside = _TURN_AWAY.search(self.text, self.unit.cues[i].right, limit)
        return limit if aside is None else aside.start()

    def _report(self, start: int, end: int, speaker: Speaker | None, rule: str) -> None:
        """Add indirect speech; mixed where some of it stands in quotation marks."""
        kind = "indirect"
        for k, marked in enumerate(self.unit.marked):
            if marked.open < end and marked.close > start:
                kind = "mixed"
                self.taken.add(k)
        self.ledger.add(start, end, kind, speaker, rule)

    def _take(self, marked: Marked, speaker: Speaker | None, rule: str) -> None:
        """Add direct speech, unless another phrase has claimed it."""
        k = self.unit.marked.index(marked)
        if k not in self.taken:
            self.taken.add(k)
            self.ledger.add(marked.start, marked.end, "direct", speaker, rule)

    def _claim_free(self) -> None:
        """Attribute whole sentences in quotation marks beside which nobody speaks."""
        for k, marked in enumerate(self.unit.marked):
            if k in self.taken or not self._is_free(marked):
                continue
            before = self.text[self.unit.start : marked.open].strip()
            after = self.text[marked.close : self.unit.end].strip(" .,")
            if self.unit.cues:
                speaker, rule = next(iter(self.speakers.values()), None) or self.cast.last, "marks-same-sentence"
            elif before or after:
                continue
            else:
                speaker, rule = self._beside(marked)
            if speaker is not None:
                self.ledger.add(marked.start, marked.end, "direct", speaker, rule)

    def _is_free(self, marked: Marked) -> bool:
        n_words = len(self.text[marked.start : marked.end].split())
        least = _LEAST_FREE if self.text[marked.end - 1] not in ".!?" else 2
        return n_words >= least and self._is_whole(marked)

    def _beside(self, marked: Marked) -> tuple[Speaker | None, str]:
        """Say who speaks a sentence apart: whoever made the remarks, or spoke last."""
        is_heading = self.text[marked.end - 1] not in ".!?…" and self.text[marked.close - 1 : marked.close] not in ".,"
        following = self.following
        if is_heading and following is not None:
            self.ledger.headings.append(len(self.ledger.quotes))
            if (speaker := self.ledger.leading(following)) is not None and speaker.kind == "person":
                return speaker, "heading"
        for cue in following.cues[:1] if following is not None else ():
            is_remark = cue.form == "remark" or (cue.subject_start >= 0 and self._is_bare(cue, following))
            if is_remark and (speaker := self.cast.resolve(cue.subject_start, cue.subject_end)) is not None:
                return speaker, "remark-after"
        return self.cast.last, "continued"

    def _is_bare(self, cue: Cue, unit: Unit | None) -> bool:
        """Tell whether a phrase reports nothing of its own sentence: "Lee said in a tweet on Friday."."""
        if unit is None or len(unit.cues) > 1 or unit.marked:
            return False
        return not self.text[cue.right : unit.end].strip(" .")
