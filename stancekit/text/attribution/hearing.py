"""What each phrase of saying in a sentence is: heard or not, before or after what it reports, within another report."""

from __future__ import annotations

import re

from stancekit.records import Quote
from stancekit.text.attribution.contents import only_may
from stancekit.text.attribution.cues import Cue, Unit, is_between, is_relative
from stancekit.text.attribution.glued import find_glued, is_headline, name_between, tells_plans
from stancekit.text.attribution.ledger import Ledger
from stancekit.text.attribution.marks import Marked, stands_apart
from stancekit.text.attribution.namewords import OFFICES
from stancekit.text.attribution.objects import calls_something
from stancekit.text.attribution.own import own_word, points_back
from stancekit.text.attribution.people import Speaker
from stancekit.text.attribution.reporting import (
    ADJUNCT,
    AS,
    ASK,
    AUXILIARIES,
    CLAUSE,
    COLOUR,
    FRAMES,
    JUDGE,
    LOOSE,
    SHOWING,
    STRICT,
    TELL,
    TIME,
    VENUE,
)
from stancekit.text.attribution.speakers import OWN_VOICE, PRONOUNS

_QUOTE_NEXT = re.compile(r"\s*[,:]?\s*(?:that\s+)?")
_CLOSE_TAIL = re.compile(r"[\s,.;]*")
_PARTING = tuple("”\"’'»?!,")
_TAIL = re.compile(r"\s*(?:when|while|as|after|before|since|because|shortly|just|hours|days|minutes)\s")
_JOINING = ("and ", "but ", "while ", "whereas ")
_PARTED = re.compile(r",\s(?:who|which|and|but|while|as|although|though|with|\w+ing)\s")
_OPENING_MARKS = frozenset("“\"‘'«„")
_WHERE = ("in which ", "in it ")
_AS = ("As ", "as ", ", as ")
_WRITTEN_BY = re.compile(
    r"\b(?:letters?|messages?|statements?|tweets?|posts?|articles?|speech|reports?|notes?|videos?|interviews?)"
    r"(?: (?:sent|written|issued|published|given|signed|posted|released|made|delivered))? (?:by|from) "
)
_LONGEST_PRONOUN = 8
_LEAD = 10  # characters that whom a sentence begins with takes at least
_FAR = 200  # characters between a phrase and what stands in quotation marks after it


class Hearing:
    """Listens to the phrases of one sentence before they claim anything.

    Parameters
    ----------
    ledger : Ledger
        What the article has told so far.
    unit : Unit
        The sentence.
    following : Unit or None
        The one after it.
    outer : Quote, optional
        The quotation within which it stands.
    """

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

    def drop_unheard(self) -> None:
        """Leave out phrases by which nobody reports here: loose verbs without a person, first persons."""
        kept: list[Cue] = []
        for cue in self.unit.cues:
            if cue.subject_start >= 0:
                self.heard[cue.verb] = self._resolve(cue, is_first=not kept)
                if self._is_heard(cue, self.heard[cue.verb]):
                    kept.append(cue)
            elif not self._only_agrees(cue) if kept and not self.is_quoted else self._is_heard_alone(cue):
                kept.append(cue)
        self.unit.cues[:] = kept

    def _resolve(self, cue: Cue, *, is_first: bool) -> Speaker | None:
        """Say whom the subject of a phrase means; "he" may be whom the sentence begins with."""
        subject = self.text[cue.subject_start : cue.subject_end].lower()
        if subject[:1] in ("i", "w", "y") and len(subject) < _LONGEST_PRONOUN and own_word(subject) in OWN_VOICE:
            return None  # what somebody tells of his own words is his own speech
        if subject.startswith(("including ", "such as ", "among them ")):
            return self.ledger.leading(self.unit)
        if subject in PRONOUNS and self.text.endswith(_WHERE, self.start, cue.subject_start):
            return self._writer(cue)
        if is_first and subject in PRONOUNS and cue.subject_start - self.start > _LEAD and self._opens_freely():
            lead = self.ledger.leading(self.unit)
            if lead is not None and lead.kind in PRONOUNS[subject]:
                return lead
        if is_first and subject in ("he", "she") and self.turn is not None and not self.is_quoted:
            named = self.cast.people.named_at(self.start)
            if named is not None and named.name != self.turn.speaker:
                return named
        return self.cast.resolve(cue.subject_start, cue.subject_end)

    def _writer(self, cue: Cue) -> Speaker | None:
        """Say who wrote what a phrase tells of: "a letter sent by Lee to Kern, in which he accused"."""
        if (by := _WRITTEN_BY.search(self.text, self.start, cue.subject_start)) is not None:
            named = [i for i in self.cast.people.inside(by.end(), cue.subject_start)[:1]]
            return self.cast.people.named(named[0]) if named else self.cast.resolve(cue.subject_start, cue.subject_end)
        return self.ledger.leading(self.unit) or self.cast.resolve(cue.subject_start, cue.subject_end)

    def _opens_freely(self) -> bool:
        """Tell whether a sentence begins with the article's own words."""
        return self.turn is None and self.text[self.start] not in _OPENING_MARKS

    def _is_heard(self, cue: Cue, speaker: Speaker | None) -> bool:
        """Tell whether somebody reports by a phrase that has a subject."""
        if speaker is None and self.text[cue.subject_start : cue.subject_end].strip().lower() not in PRONOUNS:
            speaker = self.heard[cue.verb] = self._beside_marks(cue)
            if speaker is None:
                return False
        is_person = speaker is not None and speaker.kind == "person"
        if cue.lemma == "agree" and cue.has_that and not is_person:  # what many agree none need say
            return False
        if cue.lemma in SHOWING and not is_person and self.text.startswith(_AS, cue.left):  # "as the title suggests"
            return False
        if cue.frame == LOOSE and not cue.has_that and not is_person:
            beside = self.quote_after(cue) or self.quote_before(cue)
            calls = calls_something(self.text, cue.lemma, cue.right, self.unit.end)
            if beside is None and not (calls or is_between(self.text, cue) or self.ends_at(cue.right)):
                return False
        return self.turn is None or self._speaks_in_turn(cue, speaker)

    def _beside_marks(self, cue: Cue) -> Speaker | None:
        """Name whom no list of ours knows to speak by what it is called, if marks or "that" tell that it does."""
        if cue.form not in ("finite", "inverted") or self.turn is not None:
            return None
        is_telling = cue.has_that or self.text.startswith(("said", "told"), cue.verb)
        if not is_telling or cue.frame not in (CLAUSE, TELL, STRICT, LOOSE):
            is_beside = (self.quote_before(cue) or self.quote_after(cue)) is not None
            is_telling = is_beside and cue.lemma in ("say", "add", "note")
        if not is_telling:
            return None
        return self.cast.describe(cue.subject_start, cue.subject_end)

    def _is_heard_alone(self, cue: Cue) -> bool:
        """Tell whether a phrase that has no subject, and none before it, tells what somebody said."""
        if cue.form == "coordinated":
            return self.turn is None and self._has_subject(cue) and not self._only_agrees(cue)
        if self.turn is not None or only_may(self.text, self.start, cue):
            return False
        if cue.lemma not in SHOWING or cue.left <= self.start:
            return True
        lead = self.ledger.leading(self.unit)
        return lead is not None and lead.kind == "person"

    def _only_agrees(self, cue: Cue) -> bool:
        """Tell whether many came to an agreement, which nobody need have said: "both sides met and agreed that"."""
        if cue.lemma != "agree" or not cue.has_that:
            return False
        lead = self.ledger.leading(self.unit)
        return lead is None or lead.kind != "person"

    def _has_subject(self, cue: Cue) -> bool:
        """Tell whether somebody does two things, the second of which is to say: "Lee left and said ..."."""
        return cue.left - self.unit.start > _LEAD and self.ledger.leading(self.unit) is not None

    def _speaks_in_turn(self, cue: Cue, speaker: Speaker | None) -> bool:
        """Tell whether another named speaker is reported within a turn."""
        if speaker is None or self.turn is None or speaker.name == self.turn.speaker:
            return False
        if cue.frame in (ASK, JUDGE) and self.text[cue.verb : cue.verb_end].split()[0].endswith("s"):
            return False
        is_alone = " " not in self.text[cue.verb : cue.verb_end]  # "ruled out" is clear
        if FRAMES.get(cue.lemma) == STRICT and is_alone and not cue.has_that:
            return False
        named = any(word[0].isupper() for word in speaker.name.split())
        subject = self.text[cue.subject_start : cue.subject_end].strip().lower()
        reports = cue.has_that or cue.form == "according" or cue.frame in (CLAUSE, ASK, JUDGE, TELL)
        is_pronoun = subject in PRONOUNS and not (cue.has_that and speaker.kind == "person")
        return named and reports and not is_pronoun

    def place(self) -> None:
        """Tell which phrases follow what was said, and which stand within what another reports."""
        cues = self.unit.cues
        if cues and self.turn is None:
            self.start = self._after_heading()
            self.glued = self._after_said_heading()
        for i, cue in enumerate(cues):
            following = cues[i + 1].left if i + 1 < len(cues) else self.unit.end
            if self._follows(cue, max(following, cue.right)) and not (i and self._goes_in(cues[i - 1], cue)):
                self.postposed.add(i)
        open_from: int | None = None
        for i, cue in enumerate(cues):
            if i in self.postposed or cue.form in ("participle", "coordinated", "inverted"):
                is_inside = cue.form == "participle" and (i > 0 or cue.left > self.start) and not self.leads_in(cue)
                opens = cue.form == "coordinated" or open_from is not None or is_inside
                open_from = i if opens and cue.form != "inverted" else open_from
                continue
            if i and self._carries(cues[i - 1], cue) and self.reports(cue):
                self.carriers.add(i - 1)
                open_from = i
                continue
            if open_from is not None and cue.form == "finite" and self._is_within(cues[open_from], cue):
                self.nested.add(i)
            elif self.reports(cue):
                open_from = i

    def _after_heading(self) -> int:
        """Give where a sentence begins into which a heading has run: "Panel to be set up On Monday, Lee said"."""
        marked = self.unit.marked[0] if self.unit.marked else None
        if marked is not None and marked.open == self.start:
            is_bare = self.text[marked.end - 1] not in ",.!?…" and self.text[marked.close - 2] not in ",.!?…"
            after = self.text[marked.close : marked.close + 2]
            return marked.close + 1 if is_bare and after[:1] == " " and after[1:].isupper() else self.start
        return max(
            self.start, self._after_plans(), find_glued(self.text, self.words, self.start, self.unit.cues[-1].left)
        )

    def _after_plans(self) -> int:
        """Give where somebody begins to speak behind a heading: "Norway to send tents Lee said they would do"."""
        first = self.unit.cues[0]
        if first.form != "finite" or (start := tells_plans(self.text, self.start, first.verb)) < 0:
            return -1
        return name_between(self.text, self.cast.people, start, first.verb, self.heard.get(first.verb))

    def _after_said_heading(self) -> int:
        """Give where a named person begins to speak after a heading that tells what was said; -1 where none does.

        "Lee says talks go on Ann Lee, the minister, told reporters that": only in headings the present stands so.
        """
        first, *others = self.unit.cues
        if not others or not (first.left <= self.unit.start and is_headline(self.text, first)):
            return -1
        for cue in others:
            if (at := self._named_from(first, cue)) >= 0:
                cue.left = cue.subject_start = at
                subject = self.text[first.subject_start : first.subject_end]
                if subject.rsplit(None, 1)[-1].lower() in OFFICES:  # "MP says": the one who speaks then
                    self.heard[first.verb] = self.heard[cue.verb]
                return at
        return -1

    def _named_from(self, first: Cue, cue: Cue) -> int:
        """Give where the name begins of a person who speaks, by a phrase, behind a heading; -1 for others."""
        speaker, head = self.heard.get(cue.verb), self.heard.get(first.verb)
        is_same = speaker is not None and head is not None and head.name == speaker.name
        if cue.form != "finite" or not (is_same or cue.has_that or self.quote_after(cue) is not None):
            return -1
        return name_between(self.text, self.cast.people, first.right, cue.verb, speaker)

    def leads_in(self, cue: Cue) -> bool:
        """Tell whether a participle opens a sentence, also one into which a heading has run."""
        return cue.left <= self.start or self.text[cue.verb].isupper()

    def _goes_in(self, outer: Cue, cue: Cue) -> bool:
        """Tell whether only an adverb or a place parts a phrase from a "that": "said that in Oslo, both agreed"."""
        before = self.text[outer.right : cue.left]
        return outer.has_that and bool(before) and self._is_opening(before[0].upper() + before[1:])

    def _carries(self, outer: Cue, cue: Cue) -> bool:
        """Tell whether an outlet only passes on what others say: "According to the Herald, Lee said talks go on"."""
        if outer.form != "according" or cue.form != "finite" or self.text.startswith("as ", cue.left):
            return False
        return cue.left <= outer.right <= cue.subject_start + 1

    def reports(self, cue: Cue) -> bool:
        """Tell whether something can be reported after a phrase: not after "responded by leaving"."""
        return cue.frame not in (STRICT, COLOUR) or cue.has_that or self.quote_after(cue) is not None

    def _follows(self, cue: Cue, following: int) -> bool:
        """Tell whether a phrase stands after what it reports."""
        if cue.form not in ("finite", "according") or is_relative(self.text, cue):
            return cue.form == "inverted"
        before = self.text[self.start : cue.left]
        is_doing = cue.lemma in ("agree", "continue") and self.text.startswith(" to ", cue.verb_end)
        if is_doing or cue.has_that or len(before.split(None, 1)) < 2:
            return False
        is_apart = self.text[cue.left] == "," or before.rstrip().endswith(_PARTING) or points_back(self.text, cue)
        if cue.form == "according":
            is_between = self.text[cue.verb_end : cue.verb_end + 1] == "," and not (
                AUXILIARIES.intersection(before.split()) and _PARTED.match(self.text, cue.verb_end)
            )
            return self.ends_at(cue.verb_end) or (is_apart and not is_between)
        is_object = cue.frame in (ASK, JUDGE, AS)
        if not is_apart or is_object or self.text[cue.left : cue.verb].lstrip(" ,").lower().startswith(_JOINING):
            return False
        if (marked := self.quote_before(cue)) is not None or self.quote_after(cue) is not None:
            return marked is not None and not self._is_heading_before(cue, marked)
        return not self._is_opening(before) and self._closes(cue, following)

    def _is_heading_before(self, cue: Cue, marked: Marked) -> bool:
        """Tell whether a quoted heading runs into a sentence: "“We are ready” Lee said talks go on."."""
        is_closed = self.text[marked.close - 2 : marked.close - 1] in tuple(",.!?…")
        if is_closed or self.text[marked.close : marked.close + 1] == ",":
            return False
        if cue.left > marked.close + 1 or not self.text[cue.subject_start].isupper():
            return False
        return cue.has_that or (cue.frame == CLAUSE and not self._closes(cue, self.unit.end))

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
        if not rest or is_parted or VENUE.match(self.text, cue.right, self.unit.end) is not None:
            return True
        return not cue.has_that and _TAIL.match(self.text, cue.right, self.unit.end) is not None

    def ends_at(self, place: int) -> bool:
        """Tell whether nothing but a stop stands after a place in the sentence."""
        return self.past_stops(place) >= self.unit.end

    def past_stops(self, place: int) -> int:
        """Go over blanks and stops."""
        match = _CLOSE_TAIL.match(self.text, place, max(place, self.unit.end))
        return place if match is None else match.end()

    def _is_within(self, outer: Cue, cue: Cue) -> bool:
        """Tell whether a phrase stands within what another reports: "Lee said that Iran had warned of it"."""
        opens = outer.verb_end < cue.subject_start <= outer.right + 1
        if opens or self.text.startswith("what ", cue.left):
            return opens or cue.left >= outer.right
        if cue.verb <= outer.right or outer.left < self.glued <= cue.subject_start:
            return False
        subject = self.text[cue.subject_start : cue.subject_end].strip().lower()
        after = self.text[cue.left : cue.subject_start].strip(" ,").lower()
        if subject in ("he", "she") or after in ("and", "but", "while") or self.text[cue.left : cue.left + 1] == ";":
            return False
        if subject.startswith(("while ", "but ", "and ", "although ", "though ")) or self._quote_inside(
            outer.right, cue.left
        ):
            return False
        return self.words.has(1, outer.right, cue.left) or after in ("that", "as", "")

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
            return False
        first = next((sign for sign in self.text[marked.start : marked.end] if sign.isalnum()), "")
        return first.isupper() or first.isdigit() or n_words > 7

    def is_outer(self, i: int) -> bool:
        """Tell whether other phrases report before this one: "Lee said talks go on, IRNA reported"."""
        return not self.nested.issuperset(range(i))
