"""What each phrase of saying claims: words in quotation marks beside it, or the clause after or before it."""

from __future__ import annotations

import re

from stancekit.records import Quote
from stancekit.text.attribution.apart import noun_colon, verb_colon
from stancekit.text.attribution.contents import (
    least_words,
    only_feels,
    only_says_when,
    only_says_where,
    orders_things,
)
from stancekit.text.attribution.cues import Cue, is_between, is_naming
from stancekit.text.attribution.ends import (
    GOES_ON,
    before_deed,
    before_remark,
)
from stancekit.text.attribution.inturn import own_clause
from stancekit.text.attribution.loose_marks import LooseMarks
from stancekit.text.attribution.marks import Marked
from stancekit.text.attribution.naming import Headline
from stancekit.text.attribution.nouns import CLAIMED
from stancekit.text.attribution.objects import CALLING, COUNTING
from stancekit.text.attribution.persons import Speaker
from stancekit.text.attribution.pointing import what_ends
from stancekit.text.attribution.pronouns import PRONOUNS
from stancekit.text.attribution.reporting import ADJUNCT, AUXILIARIES, EMPTY
from stancekit.text.attribution.speakers import OWN_VOICE
from stancekit.text.attribution.subordinate import nested_end
from stancekit.text.attribution.verbs import AS, ASK, CLAUSE, COLOUR, JUDGE, LOOSE, STRICT, TELL, VOW, word_set

_NO_REST = re.compile(
    r"\s*,?\s*(?:\w+ing|while|who|when|as|but|although|though|after|before|in|on|at|during|which|and|without)\b"
)
# "No tax would rise, he pledged, and the families of the dead would be received"
_MORE_SAID = re.compile(
    r",\s(?:and|but) (?:the|an?|no|it|they|there|its|their|his|her|all|this|these|[A-Z][\w’'-]*)\b[^,;:“”]{0,80}? "
    r"(?:would|will|must|should|could|might)\b"
)
_ARTICLE = re.compile(r"\s*(?:the|an?|his|her|its|their|this|these|those|our|\w+[’']s)\s", re.IGNORECASE)
_UNFINISHED = (" and", " because", " but", " or", " since", " that", " so")
_FIRST_COLON = 120  # characters of a sentence in which a colon follows a noun of saying
_GOING_ON = frozenset(
    {"go", "continue", "observe", "maintain", "conclude", "mention", "affirm", "allege", "retort", "counter"}
)
_WANTING = frozenset(
    {"ask", "call", "demand", "propose", "recommend", "request", "require", "suggest", "urge", "envisage", "stipulate"}
)
# "and, on leaving the hall, she said:", which words in marks follow
_OPENS_QUOTE = re.compile(r"(?: [\w’'-]+){0,6}:\s*$")
_GESTURES = frozenset(
    {"smile", "grin", "frown", "shrug", "sob", "gasp", "nod"}
)  # they say something beside marks alone


# "the doses that Lee announced in May and they reflect": what was announced stands before.
_ANOTHER_CLAUSE = re.compile(r",? (?:and|but) (?:it|they|he|she|we|I|you|this|that|these|there|the|an?)\b")
# By these a position is judged: "praised Peru’s stance", not "reiterated its stance".
_JUDGING = word_set(
    "appreciate praise condemn criticize criticise hail slam denounce commend applaud deplore decry blast laud"
)


class Sentence(LooseMarks):
    """Shares out one sentence among its phrases of saying."""

    def read(self) -> None:
        """Find all quotations of the sentence, and what others are said within them to have said."""
        self.drop_unheard()
        self.place()
        self._name()
        first = len(self.ledger.quotes)
        if self.headline is not None:
            self._claim_headline(self.headline)
            if self.headline.is_described and len(self.ledger.quotes) > first:
                self.ledger.described.append(first)
        for i, cue in enumerate(self.unit.cues):
            self._claim(i, cue)
        if self.ledger.is_in_words and self.unit.marked and not self.is_quoted:
            self._claim_in_words()
        if self.turn is None:
            if not self.unit.cues:
                self._claim_colon()
            self._claim_free()
            self._read_within(self.ledger.quotes[first:])

    def _claim_headline(self, headline: Headline) -> None:
        """Claim what a headline says: "Lee to CNN: “We are ready”" in marks, and else indirectly."""
        for marked in self.unit.marked:
            if marked.open <= headline.start and marked.close >= headline.stop:
                self._take(marked, headline.speaker, "headline")
                return
        self._report(headline.start, headline.stop, headline.speaker, "headline")

    def _read_within(self, quotes: list[Quote]) -> None:
        """Read the sentences of quotations for other speakers."""
        if not self.unit.inner:
            return
        by_start = {quote.start: quote for quote in quotes if quote.kind == "direct"}
        for k, pieces in self.unit.inner.items():
            outer = by_start.get(self.unit.marked[k].start)
            for piece in pieces:
                if outer is not None and any(self._may_be_other(cue) for cue in piece.cues):
                    Sentence(self.ledger, piece, None, outer).read()

    def _may_be_other(self, cue: Cue) -> bool:
        """Tell by its subject whether a phrase within a quotation may report another: not "we say"."""
        subject = self.text[cue.subject_start : cue.subject_end].lower()
        if self.text.endswith(("when ", "When ", "if ", "If "), 0, max(0, cue.subject_start)):
            return False  # “When they announce that we won, we shall rest.”
        return bool(subject) and subject not in PRONOUNS and subject not in OWN_VOICE

    # What they say

    def _claim(self, i: int, cue: Cue) -> None:
        """Give a phrase what it reports."""
        speaker = self.speakers.get(i)
        if cue.form == "remark":
            return
        if self._only_passes_on(i):
            return
        if i in self.carriers:
            self._claim_carried(i, cue, speaker)
            return
        if i in self.nested:
            self._claim_nested(i, cue, speaker)
            return
        if self._points_within(cue):
            self._report(self.start, self._limit(i), speaker, "clause-around")
        else:
            self._claim_around(i, cue, speaker)

    def _claim_around(self, i: int, cue: Cue, speaker: Speaker | None) -> None:
        """Claim what stands before a phrase and after it."""
        if i in self.postposed:
            self._claim_before(i, cue, speaker)
        elif cue.form == "according" and self._splits(cue) and not self.is_outer(i):
            self._report(self.start, cue.left, speaker, "clause-before-according")
        after = self.quote_after(cue)
        has_colon = after is None and self.text.find(": ", cue.verb_end, cue.verb_end + _FIRST_COLON) >= 0
        if has_colon and (colon := self._colon_after(cue)) >= 0:
            self._report(colon, self._limit(i), speaker, "clause-after-colon")
        elif after is not None:
            self._claim_after(i, cue, after, speaker)
        elif i not in self.postposed or self._goes_on(cue):
            self._claim_clause(i, cue, speaker)

    def _colon_after(self, cue: Cue) -> int:
        """Give where what is said begins behind a colon: "Lee warned me, too: if they come, I go"; -1 elsewhere."""
        if cue.has_that or cue.form not in ("finite", "coordinated") or cue.frame in (ASK, JUDGE, VOW, AS):
            return -1
        return verb_colon(self.text, cue.verb_end, self.unit.end)

    def _claim_colon(self) -> None:
        """Claim what stands behind a noun and a colon: "Her answer is simple: close the mill"."""
        if self.text.find(": ", self.start, min(self.unit.end, self.start + _FIRST_COLON)) < 0:
            return
        found = noun_colon(self.text, self.start, self.unit.end)
        if found is None or any(marked.open < found[0] + 2 for marked in self.unit.marked):
            return
        start, who, who_end = found
        speaker = self.cast.last if who < 0 else self.cast.resolve(who, who_end) or self.cast.describe(who, who_end)
        if self.words.has(2, start, self.unit.end):
            self._report(start, self.unit.end, speaker, "clause-after-noun")

    def _only_passes_on(self, i: int) -> bool:
        """Tell whether an outlet only passes on a report that is found itself: "IRNA reported that Lee said".

        Readers want the words of whoever said them. Of persons and offices that report others both are told.
        """
        cue, speaker = self.unit.cues[i], self.speakers.get(i)
        if len(self.unit.cues) == 1 or speaker is None or cue.form not in ("finite", "according", "inverted"):
            return False
        j = i + 1
        if self._opens_by_outlet() and i == 0 and j in self.postposed:
            pass
        elif i in self.postposed:
            j = next((j for j in range(i) if j not in self.nested and self._opens(j)), i)
        elif not (i in self.carriers or (j in self.nested and self._is_claimed_within(j) and self._follows_at_once(i))):
            return False
        if self.unit.cues[j].lemma == "agree" and not self.reports(self.unit.cues[j]):
            return False
        inner = self.speakers.get(j)
        return j != i and inner is not None and inner.name != speaker.name and self._is_outlet(cue, speaker)

    def _follows_at_once(self, i: int) -> bool:
        """Tell whether nothing stands between a phrase and the next one: "reported that Lee said"."""
        return self.unit.cues[i + 1].subject_start <= self.unit.cues[i].right + 1

    def _claim_carried(self, i: int, cue: Cue, speaker: Speaker | None) -> None:
        """Claim the whole of what is passed on: "According to the ministry, Lee said talks go on"."""
        carried = self.speakers.get(i + 1)
        is_direct = any(self.is_whole(marked) for marked in self.unit.marked)
        if speaker is not None and not is_direct and (carried is None or carried.name != speaker.name):
            self._report(cue.right, before_remark(self.text, cue, self.unit.end), speaker, "clause-after-according")

    def _goes_on(self, cue: Cue) -> bool:
        """Tell whether a phrase between commas is followed by the rest of what it reports."""
        is_parted = (
            cue.within
            or self.text[cue.right : cue.right + 1] == ","
            or self.text[cue.verb_end : cue.verb_end + 1] == ","
        )
        if cue.form not in ("finite", "according", "inverted") or not is_parted:
            return False
        if cue.lemma in CALLING and self._is_pointer(cue):
            return False  # "The hall, as neighbours call it, burnt down"
        if cue.form != "finite" and not cue.within:
            return False
        marked = self.quote_before(cue)
        if marked is not None and self.is_whole(marked):
            return False
        if _NO_REST.match(self.text, cue.right) is None:
            return True
        return cue.frame in (CLAUSE, VOW) and _MORE_SAID.match(self.text, cue.verb_end, self.unit.end) is not None

    def _claim_before(self, i: int, cue: Cue, speaker: Speaker | None) -> None:
        """Claim what stands before a phrase."""
        marked = self.quote_before(cue)
        if marked is not None and self._is_woven(marked) and self.is_outer(i) and self._passes_whole(i):
            marked = None
        if marked is not None and self.unit.marked.index(marked) in self.taken:
            return
        if self._is_pointer(cue) and cue.lemma in _WANTING and self.is_outer(i):
            return  # "Lee said it would end, as demanded by the union"
        if marked is not None and (self._points(cue) or not self._loose_words(i, marked)):
            self._take(marked, speaker, "marks-before" if cue.form != "inverted" else "marks-before-inverted")
            return
        if cue.lemma in _GESTURES or _OPENS_QUOTE.match(self.text, cue.verb_end, self.unit.end) is not None:
            return
        if self.text.endswith(_UNFINISHED, self.start, cue.left) and self._goes_on(cue):
            return  # "He told nobody since, as he put it, ships slow down"
        least = 1 if self._splits(cue) else 2 if self._goes_on(cue) and _ARTICLE.match(self.text, self.start) else 3
        least = 1 if least == 3 and cue.within else least
        if self.words.has(least, self.start, cue.left) and (not self.is_outer(i) or self._passes_whole(i)):
            start = self.unit.cues[0].right if self._opens_by_outlet() and i == 1 else self.start
            self._report(start, cue.left, speaker, f"clause-before-{cue.form}")

    def _splits(self, cue: Cue) -> bool:
        """Tell whether a phrase between commas parts a subject from its verb: "The mill, the mayor said, was sold"."""
        if (
            cue.verb_end >= self.unit.end
            or self.text[cue.left : cue.left + 1] != ","
            or ADJUNCT.match(self.text, self.start)
        ):
            return False
        if cue.form != "according" and not is_between(self.text, cue):
            return False
        before = self.text[self.start : cue.left]
        is_split = GOES_ON.match(self.text, cue.verb_end, self.unit.end) is not None
        return is_split and "," not in before and AUXILIARIES.isdisjoint(before.split())

    def _points_within(self, cue: Cue) -> bool:
        """Tell whether a phrase points, between subject and verb, to who says all of it: "Peace, as Lee said, pays"."""
        return self._is_pointer(cue) and cue.lemma not in CALLING and self._splits(cue)

    def _is_pointer(self, cue: Cue) -> bool:
        return cue.form == "finite" and self.text.startswith(", as ", cue.left)

    def _opens_by_outlet(self) -> bool:
        """Tell whether a sentence begins with where it was found: "According to Reuters, talks go on, Lee said"."""
        first = self.unit.cues[0]
        speaker = self.speakers.get(0)
        is_first = first.form == "according" and first.left <= self.start and 0 not in self.postposed
        return is_first and speaker is not None and self._is_outlet(first, speaker)

    def _passes_whole(self, i: int) -> bool:
        """Tell whether a phrase passes on what another is said to say: "Lee urged Chad to wait, IRNA reported"."""
        earlier = [j for j in range(i) if j not in self.nested]
        if i != len(self.unit.cues) - 1 or not self.postposed.isdisjoint(earlier):
            return False
        speaker = self.speakers.get(i)
        return speaker is not None and speaker.name not in [one.name for j in earlier if (one := self.speakers.get(j))]

    def _points(self, cue: Cue) -> bool:
        """Tell whether a phrase only points to words in marks: "a “good day”, as Lee put it"."""
        return self.text[cue.left : cue.subject_start].strip(" ,") == "as"

    def _loose_words(self, i: int, marked: Marked) -> bool:
        """Tell whether words of the same report stand before those in quotation marks."""
        if self.is_outer(i):
            return False
        earlier = [other.close for other in self.unit.marked if other.close < marked.open]
        start = max([self.start, *earlier])
        is_apart = self.text[start : marked.open].rstrip().endswith((",", ":", ".", "!", "?", "…"))
        return self.words.has(1, start, marked.open) and not (self.is_whole(marked) and is_apart)

    def _claim_after(self, i: int, cue: Cue, marked: Marked, speaker: Speaker | None) -> None:
        """Claim what stands in quotation marks after a phrase, or the clause that begins with it."""
        limit = self._limit(i)
        if self.text.startswith(("what ", "which "), cue.left) and cue.frame == LOOSE:
            limit = min(limit, what_ends(self.text, marked.close, limit))
        ends = self.past_stops(marked.close)
        follow = [other.open for other in self.unit.marked if other.open > marked.open]
        is_last = ends >= limit - 1 or ends in follow
        is_rest = i in self.postposed and self.quote_before(cue) is not None
        if is_rest or self.is_whole(marked) or (is_last and self.words.count(marked.start, marked.end) > 2):
            self._take(marked, speaker, "marks-after")
        else:
            self._report(marked.open, limit, speaker, f"clause-after-{cue.form}")

    def _claim_clause(self, i: int, cue: Cue, speaker: Speaker | None) -> None:
        """Claim the clause after a phrase."""
        limit = self._limit(i)
        start = cue.right
        if not cue.has_that and self._says_nothing(i, cue, limit):
            return
        limit = self._before_colon(start, self._before_next_said(i, start, limit), speaker)
        if i in self.postposed and self.text.startswith((", and ", ", but "), cue.verb_end):
            start = cue.verb_end + len(", and ")
        least = least_words(self.text, cue, start, limit)
        if least > 2 and cue.within:
            least = 2
        is_full = cue.has_that or cue.lemma in _JUDGING or not EMPTY.match(self.text, start, limit)
        if self.words.has(least, start, limit) and is_full:
            end = before_deed(self.text, self.words, cue, start, limit)
            if self.turn is not None and not self.is_quoted:
                is_thing = is_naming(cue) or (not cue.has_that and _ARTICLE.match(self.text, start) is not None)
                end = own_clause(self.text, start, end) if is_thing else end
            self._report(start, end, speaker, f"clause-after-{cue.form}")
        elif cue.lemma in COUNTING and self.text[start : start + 2].strip()[:1].isdigit():
            self._report(start, limit, speaker, "figure")

    def _says_nothing(self, i: int, cue: Cue, limit: int) -> bool:
        """Tell whether nothing that is said follows a phrase without "that": when or where it was said, or a deed."""
        start = cue.right
        if orders_things(self.text, cue, start, limit) or only_feels(self.text, cue, start, limit):
            return True
        if i not in self.postposed and _ANOTHER_CLAUSE.match(self.text, start):
            return True
        is_mere = cue.frame in (COLOUR, STRICT) and i not in self.postposed
        if is_mere and not (cue.lemma in _GOING_ON and is_between(self.text, cue)):
            return True
        if cue.frame != JUDGE and cue.lemma != "describe" and only_says_when(self.text, start, limit):
            return True
        is_rest = i in self.postposed or cue.form == "according"
        return cue.frame in (CLAUSE, LOOSE) and not is_rest and only_says_where(self.text, start, limit)

    def _before_colon(self, start: int, limit: int, speaker: Speaker | None) -> int:
        """Take a sentence in marks after a colon for itself: "argues that time is short: “We have a month.”"."""
        for marked in self.unit.marked:
            is_after = start < marked.open < limit and self.text[start : marked.open].rstrip().endswith(":")
            if is_after and self.is_whole(marked):
                self._take(marked, speaker, "marks-after-colon")
                return marked.open
        return limit

    def _before_next_said(self, i: int, start: int, limit: int) -> int:
        """End before marks that a later phrase reports, where a stop is missing: "it rained “We left,” he said"."""
        for j in self.postposed:
            marked = self.quote_before(self.unit.cues[j]) if j > i else None
            if marked is not None and start < marked.open < limit and self.is_whole(marked):
                is_begun = self.text[marked.start].isupper() and self.text[marked.open - 2 : marked.open - 1].isalnum()
                return marked.open if is_begun and not self._is_outlet_alone(j) else limit
        return limit

    def _is_outlet_alone(self, j: int) -> bool:
        speaker = self.speakers.get(j)
        return speaker is not None and self._is_outlet(self.unit.cues[j], speaker)

    def _claim_nested(self, i: int, cue: Cue, speaker: Speaker | None) -> None:
        """Claim what is reported within another report, if its speaker is named."""
        if speaker is None or not self._is_claimed_within(i):
            return
        others = [one.name for j, one in self.speakers.items() if j < i and one is not None]
        if speaker.name not in others:
            end = nested_end(self.text, self.unit, cue, self._limit(i))
            end = before_deed(self.text, self.words, cue, cue.right, end)
            self._report(cue.right, end, speaker, "clause-nested")

    def _is_claimed_within(self, i: int) -> bool:
        """Tell whether a phrase within another report is a report of its own: it names who says what."""
        cue = self.unit.cues[i]
        return (self._is_named(cue) or cue.lemma == CLAIMED) and (cue.has_that or self._names_content(i, cue))

    def _names_content(self, i: int, cue: Cue) -> bool:
        """Tell whether what follows a phrase without "that" is what it reports."""
        if cue.frame in (ASK, JUDGE, TELL, AS, VOW):
            return True
        limit = self._limit(i)
        if cue.frame != CLAUSE or EMPTY.match(self.text, cue.right, limit) is not None:
            return False
        return not only_says_where(self.text, cue.right, limit) and self.words.has(4, cue.right, limit)

    def _is_named(self, cue: Cue) -> bool:
        return any(word[0].isupper() for word in self.text[cue.subject_start : cue.subject_end].split()[-3:])
