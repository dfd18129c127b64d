"""Reads the surroundings of a word that may be a phrase of saying: who says, and where the phrase stands.

Verbs are found first, by a look at each word; then only the bounded surroundings of a verb are read.
"""

from __future__ import annotations

import re

from stancekit.text.attribution.contents import REACH
from stancekit.text.attribution.cues import Cue, is_relative
from stancekit.text.attribution.kinds import SILENT
from stancekit.text.attribution.namewords import OFFICES
from stancekit.text.attribution.objects import CALLING, calls_something, follows_document, follows_hearing, has_object
from stancekit.text.attribution.pointing import (
    find_issuer,
    find_what,
    find_with,
    holds_view,
    past_another,
    says_by_doing,
    speaker_at_end,
)
from stancekit.text.attribution.relayed import RelayedReader
from stancekit.text.attribution.reporting import (
    AS,
    ASK,
    CLAUSE,
    COLOUR,
    COORDINATING,
    CUE_FORMS,
    DAY,
    GERUNDS,
    HOLDING,
    JUDGE,
    LEMMAS,
    LOOSE,
    NOT_VOICES,
    NOUNS,
    PARTICIPLE_AFTER,
    PASSIVE,
    REMARKING,
    SAYING_AFTER,
    STRICT,
    TELL,
    VOW,
)
from stancekit.text.attribution.sayings import NOUN_NEXT, SAYING_WORDS, Saying, find_saying, from_whom, heard_say
from stancekit.text.attribution.subjects import before_comma, find_subject

_AFTER_SUBJECT = re.compile(
    # After "U.S", an initial or "Mr" a stop ends nothing.
    rf"[,;:“”\"()]|(?<!\b[A-Z])(?<!\bM[rs])(?<!\bDr)(?<!\bMrs)(?<!\b(?:Gen|Sen|Rep|Gov|Col))\.|"
    rf"\s(?:in|on|at|during|after|before|when|while|as|who|following|late|via|through|upon|ahead|by|"
    rf"adding|noting|saying|referring|{DAY}|earlier|later|last|this|to)\b|$"
)
_VOICE_END = re.compile(
    r",\s|(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bDr)(?<!\b[A-Z])[;:.]\s|[.]?$|\s(?:said|told|who|that)\b|\s[“\"]"
)
_LISTED = re.compile(r"(?:the )?[A-Z]\w+(?:, [A-Z]\w+)+ and (?:[A-Z]\w+ )+(?=[Mm]inister|[Ss]ecretary)")
_OFFICE_AFTER = re.compile(
    r", (?:(?:the |an? )?(?:[\w’'.-]+ ){0,4}?(?P<office>[a-z-]+)(?: (?:for|of|at|in|to|on) [^,;:“”\"]{2,160})?)"
    r"(?=,|\.?\s*$)"
)
_NAME_AFTER = re.compile(r", [A-Z][\w’'-]+(?: [A-Z][\w’'-]+){0,3}(?=,)")
_CLEAR = re.compile(
    r"ma(?:de|kes|king) (?:it )?(?:\w+ )?(?:clear|plain|known)(?: to [^,;:.“”]{2,60}?)?(?=(?:, [a-z ]{2,40},)? that\b)"
)
_BY_WHOM = re.compile(r"\sby\s(?!\w+ing\b|(?:tele)?phone\b|e-?mail\b|video\b|letter\b|text\b)")
_BEFORE_PARTICIPLE = frozenset("also only instead simply repeatedly publicly further once again thereby then".split())  # noqa: SIM905
_NO_ADVERBS = frozenset(
    ["family", "ally", "daily", "weekly", "monthly", "assembly", "reply", "supply", "July", "Italy"]
)
# "the Arab states", "the member states"
_WHICH_STATES = re.compile(
    r"\b(?:the|these|those|all|some|other|both|its) (?:[\w-]+ )?(?:[\w-]*(?:ern|ic|[iae]an|ish|ese)|Arab|"
    r"Gulf|member|rogue|coastal|other|neighbou?ring|littoral|island|nuclear|independent) $"
)
_BASE_FRAMES = frozenset({CLAUSE, ASK, JUDGE, TELL, VOW})
_NAMES_SOMETHING = re.compile(
    r"\s(?:it|him|her|them|this|that|the|an?|[A-Z][\w’'-]+|such|any|these|those|his|its|their)\b"
)


_NAMES_MORE = re.compile(r"\s(?!for\b|on\b|in\b|off\b|up\b|out\b)[a-z]+ [^;:,.“”\"]{2,160}? (?:an? |as |[“\"‘'])")
_KEEPS = (" keep", " keeps", " kept")
_TO_ACT = re.compile(r"\s(?:[\w’'.-]+ ){1,8}?to [a-z]")

# "there are some who argue that", "a joint report, which says that"
_SOME_WHO = re.compile(
    r"\b(?P<who>[Ss]ome|[Tt]hose|[Mm]any|[Oo]thers|[Pp]eople|(?:[Ss]ome|[Mm]any|[Tt]hose)(?: of [\w ]{2,20})? "
    r"(?:people|critics|voices|colleagues|"
    r"members|friends|experts)|[Cc]ritics|[Vv]oices)(?: (?:[a-z]+ ){1,5})?,? who$"
)
_PAPER_WHICH = re.compile(
    r"\b(?:reports?|stud(?:y|ies)|findings|statement|letter|note|paper|survey|assessment|opinion|ruling|judgment|audit|review|"
    r"article|declaration|resolution|communiqué|message|bulletin|memo)(?: (?:on|about|to|of) [^,;:“”\"]{2,50})?, which$"
)

# "who asked not to be named": about who speaks, and nothing that was said
_UNNAMED = re.compile(r"\s(?:(?:him|her|them)self\s)?not to be (?:named|identified|quoted|cited)\b")
_ASIDE = re.compile(r", (?:who|whose|speaking|talking)\s[^,;:.“”\"]{2,120},")  # after the voice in "according to"

# Participles, and what is passive: "was quoted as saying".
_NEVER_SILENCED = frozenset(
    form for form in CUE_FORMS if form.endswith("ing") or LEMMAS.get(form) in (None, "quote", "cite")
)


_NEAR_CALLED = 70
_BEFORE = 120  # characters before a participle in which somebody is heard


def _is_manner(words: list[str]) -> bool:
    """Tell whether an adverb before a participle tells how somebody says it: ", strongly condemning"."""
    return words[-1].endswith("ly") and (words[-1].islower() or len(words) == 1)


class Reader(RelayedReader):
    """Reads the surroundings of one word."""

    def read(self, low: str) -> Cue | None:
        """Give the phrase of saying around the word, if it is one."""
        if low == "according":
            return self._according()
        if low in SAYING_WORDS and (
            low not in LEMMAS
            or self.words.before(self.floor, self.at) != 0
            or self.text.startswith(NOUN_NEXT, self.end)
        ):
            saying = find_saying(self.text, low, self.floor, self.at, self.end, self.unit.end)
            if saying is not None:
                return self._saying(saying)
            if low not in LEMMAS:
                return None
        return None if self._is_no_verb(low) else self._by_verb(low)

    def _saying(self, saying: Saying) -> Cue | None:
        """Make a phrase of "was clear that" or "their message is that"."""
        start, self.at, self.end = self.at, saying.start, saying.end
        left, subject = saying.start, (-1, -1)
        if saying.who is not None:
            subject = saying.who
        elif saying.form == "finite":
            stop, silencer = self._before_helpers()
            found = find_subject(self.text, self.words, self.floor, stop) if silencer is None else None
            if found is None:
                self.at = start
                return None
            left, subject = found[0], found[1:]
        return Cue(
            left=before_comma(self.text, left), verb=max(self.at, self.floor), verb_end=self.end, right=self.end,
            form=saying.form, frame=saying.frame, lemma="opine", subject_start=subject[0], subject_end=subject[1],
            has_that=saying.has_that,
        )  # fmt: skip

    def _is_no_verb(self, low: str) -> bool:
        """Tell whether the word is a noun here, is about reading, or is silenced by another."""
        is_noun = low in NOUNS and self.word[0].isupper() and self.at > self.unit.start
        is_noun = is_noun or (low == "states" and _WHICH_STATES.search(self.text, self.floor, self.at) is not None)
        is_reading = low == "read" and self.text.startswith((" out ", " aloud ", " by "), self.end)
        return is_noun or is_reading or self._is_silenced(low)

    def _by_verb(self, low: str) -> Cue | None:
        if low in ("made", "makes", "making"):
            return self._remark()
        if low in HOLDING:
            return self._holding()
        lemma = LEMMAS[low]
        frame = self._frame(lemma)
        if frame is None:
            return None
        after = self.text[self.end : self.end + 30]
        if low.endswith("ing"):
            told = self._told(lemma) if " is that " in after or " was that " in after else None
            return told or self._progressive(lemma, frame) or self._participle(lemma, frame)
        may_tell = after[:4] == " by " or " is that " in after or " was that " in after
        may_tell = may_tell or (
            after.startswith((" is ", " was "))
            and self.text.endswith(" for", 0, self.end)
            and "hat " in self.text[self.floor : self.at]
        )
        return (may_tell and self._told(lemma)) or self._finite(
            lemma, frame, is_base=low == lemma and lemma not in ("read", "hit", "put") and not self.is_habit()
        )

    def _is_silenced(self, low: str) -> bool:
        """Tell by the words beside whether it reports nothing, without a further look: "the report", "can say"."""
        if low in ("ask", "asks", "asked", "asking") and _UNNAMED.match(self.text, self.end):
            return True
        kinds = self.words.before(self.floor, self.at)
        if kinds < 0 or not kinds & SILENT or low in _NEVER_SILENCED:
            return False
        if self.is_habit():
            return False
        is_beside = self.text[self.at - 1] == " " and self.text[self.at - 2].isalnum()
        return is_beside and not self.text.startswith(" by ", self.end)

    def _remark(self) -> Cue | None:
        """Read "The minister made the remarks on Friday."."""
        if (clear := _CLEAR.match(self.text, self.at, self.unit.end)) is not None:
            self.end = clear.end()
            if self.word.lower() == "making":
                return self._participle("clarify", CLAUSE)
            return self._finite("clarify", CLAUSE, is_base=False)
        match = REMARKING.match(self.text, self.at)
        if match is None:
            return None
        self.end = match.end()
        if self.text.startswith(" that ", self.end):  # "made the point that"
            return self._finite("clarify", CLAUSE, is_base=self.word.lower() == "make")
        found = find_subject(self.text, self.words, self.floor, self.at)
        if found is None:
            return None
        cue = self._cue(left=found[0], form="remark", lemma="remark", frame=COLOUR, subject=found[1:])
        cue.right = self.unit.end
        return cue

    def _holding(self) -> Cue | None:
        """Read "the minister is of the view that"."""
        stop = holds_view(self.text, self.floor, self.at, self.end)
        found = None if stop < 0 else find_subject(self.text, self.words, self.floor, stop)
        if found is None:
            return None
        return self._cue(left=found[0], form="finite", lemma="opine", frame=CLAUSE, subject=found[1:])

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

    def _apposition_end(self, start: int, stop: int) -> int:
        """Go past the office after a name, or the name after an office: "the minister, Ann Lee"."""
        office = _OFFICE_AFTER.match(self.text, stop, self.unit.end)
        if office is not None and office["office"] in OFFICES:
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

    def _progressive(self, lemma: str, frame: str) -> Cue | None:
        """Read "the minister was insisting that", "has been calling for"."""
        stop, silencer = self._before_helpers()
        if self.text.endswith(_KEEPS, self.floor, stop) and (
            frame in (ASK, JUDGE, VOW, TELL) or self._leads_to_speech()
        ):
            return self._with_subject(lemma, frame, self.text.rindex(" ", 0, stop), is_base=False)
        if silencer not in ("is", "are", "was", "were", "been"):
            return None
        before = self.text[self.floor : stop].split()
        stop -= len(before[-1]) + (before[-1].lower() != silencer)
        if before[-1].lower() == "been":
            if len(before) < 2 or before[-2].lower() not in ("has", "have", "had"):
                return None
            stop -= 1 + len(before[-2])
        return self._with_subject(lemma, frame, stop, is_base=False)

    def _participle(self, lemma: str, frame: str) -> Cue | None:
        """Read ", noting that ..."."""
        if lemma in ("quote", "cite") or (
            lemma == "call"
            and frame == LOOSE
            and not _NAMES_SOMETHING.match(self.text, self.end)
            and not (self.unit.cues and _NAMES_MORE.match(self.text, self.end, self.unit.end))
        ):
            return None
        if (who := find_with(self.text, self.floor, self.at)) is not None:
            subject = (who.start, who.end)
            return self._cue(left=who.left, form="participle", lemma=lemma, frame=frame, subject=subject)
        if frame != LOOSE and (by := from_whom(self.text, self.floor, self.at)) is not None:
            return self._cue(left=by[1], form="participle", lemma=lemma, frame=frame, subject=by)
        left = self._left_of_participle(lemma, frame)
        return None if left < 0 else self._cue(left=left, form="participle", lemma=lemma, frame=frame)

    def _left_of_participle(self, lemma: str, frame: str) -> int:
        """Give where the phrase of a participle begins; -1 where it reports nothing."""
        before = self.text[self.floor : self.at]
        words = before.split()
        n_words = len(words)
        while words and (
            words[-1].lower() in _BEFORE_PARTICIPLE or (_is_manner(words) and words[-1] not in _NO_ADVERBS)
        ):
            words.pop()
        if words and len(words) < n_words:
            before = before.rstrip().rsplit(None, n_words - len(words))[0]
        stop = self.floor + len(before.rstrip())
        if not words:  # "warned against extending it": the gerund is what was warned of
            return -1 if self.unit.cues and self.floor == self.unit.cues[-1].verb_end else self.floor
        last = words[-1].lower()
        is_heading = self.word[0].isupper() and self.text[self.end + 1 : self.end + 2].islower() and words[-1].islower()
        is_written = lemma in ("say", "tell") or frame in (ASK, JUDGE, CLAUSE) or lemma in CALLING
        if is_heading or (is_written and (follows_document(before) or (last.islower() and self._is_overheard()))):
            return stop
        if last.endswith((",", "–", "—", "-", ";", "”", ")")):
            return stop if last[-1] == ")" else stop - 1
        if last == "and" and not self.unit.cues:
            return -1
        if last in SAYING_AFTER or (last in PARTICIPLE_AFTER and lemma in GERUNDS):
            return self.floor + len(before[: before.lower().rindex(last)].rstrip(" ,"))
        # "told us on Friday saying that": right after a day no comma is needed.
        is_bare = lemma in ("say", "add") and self.text.startswith(" that ", self.end) and bool(self.unit.cues)
        return stop if is_bare else -1

    def _is_overheard(self) -> bool:
        """Tell whether a participle follows somebody who is heard or who writes: "was heard on air telling"."""
        return follows_hearing(self.text[max(self.unit.start, self.at - _BEFORE) : self.at])

    def _finite(self, lemma: str, frame: str, *, is_base: bool) -> Cue | None:
        """Read "the minister said"."""
        stop, silencer = self._before_helpers()
        if lemma in ("quote", "cite"):
            return self._quoted(lemma, stop, silencer)
        if silencer == "to" and is_base and (at := says_by_doing(self.text, self.floor, stop, self.end)) >= 0:
            stop, silencer, is_base = at, None, False
        if frame in (ASK, TELL, JUDGE, LOOSE, AS) and self.text.startswith(" by ", self.end):
            is_done = silencer in PASSIVE or self.word[0].isupper() or stop <= self.floor
            by = self._asked_by(lemma, frame) if is_done else None
            if by is not None or (frame in (JUDGE, LOOSE, AS) and self.word.endswith("ed")):
                return by or self._passive_as(lemma, stop)
        if silencer is not None or (frame != ASK and _BY_WHOM.match(self.text, self.end)):
            return None
        before = self.text[self.floor : stop].strip()
        if not before.strip(",.”\"'’ "):
            return self._inverted(lemma) if self.after_quote and self.floor < self.at else None
        last = before.rsplit(None, 1)[-1].lower()
        if last in COORDINATING:
            return None if is_base else self._coordinated(lemma, frame, stop, last)
        inverted = self._inverted_after_clause(lemma, frame, stop) if last[-1] == "," else None
        return inverted or self._with_subject(lemma, frame, stop, is_base=is_base)

    def _coordinated(self, lemma: str, frame: str, stop: int, conjunction: str) -> Cue | None:
        """Read "... and called for talks"."""
        is_marked = lemma in CALLING and 0 < self.next_open - self.end < _NEAR_CALLED and self.next_open < self.unit.end
        is_clear = (
            is_marked or bool(self.unit.cues) or frame in (CLAUSE, ASK, JUDGE, TELL, VOW) or self._leads_to_speech()
        )
        if not is_clear and not calls_something(self.text, lemma, self.end, self.unit.end):
            return None
        if not self._leads_to_speech() and self._is_said_to(self.unit.cues[-1:]):
            return None
        left = self.floor + len(self.text[self.floor : stop].rstrip()) - len(conjunction)
        return self._cue(left=before_comma(self.text, left), form="coordinated", lemma=lemma, frame=frame)

    def _is_said_to(self, before: list[Cue]) -> bool:
        """Tell whether something does what the word tells, by a report: "said the drill aims at peace and conveys"."""
        if not before or before[0].form != "finite" or not self.word.endswith("s"):
            return False
        return self.text[before[0].verb : before[0].verb_end].split()[0].endswith(("ed", "said", "told"))

    def _with_subject(self, lemma: str, frame: str, stop: int, *, is_base: bool, left: int = -1) -> Cue | None:
        """Read a verb whose subject stands before it, also with a clause between."""
        cue = self._beside_clause(lemma, frame, stop) if self.unit.cues else None
        is_relative_clause = self.text.endswith((" who", " which"), self.floor, stop)
        if cue is None and (is_base or is_relative_clause):
            cue = self._beside_others(lemma, frame, stop, is_base=is_base)
        if cue is not None:
            return cue
        if lemma in CALLING and (who := find_what(self.text, self.floor, stop, self.end)) is not None:
            self.end = who.verb_end
            return self._cue(left=who.left, form="finite", lemma=lemma, frame=LOOSE, subject=(who.start, who.end))
        if is_relative_clause and left < 0 and self.text.endswith(", who", self.floor, stop):
            stop = left = stop - len(", who")
        found = find_subject(self.text, self.words, self.floor, stop)
        if found is None and self._leads_to_speech() and (at := self.text.rfind(" as ", self.floor, stop)) >= 0:
            found = find_subject(
                self.text, self.words, at + len(" as "), stop
            )  # "as Lee, who won, has said: “We are ready”"
        if found is None:
            return self._pointing_as(lemma, frame, stop) or self._relative(lemma, frame, stop)
        is_verb = self._is_surely_verb()
        if (not is_verb and self._is_only_noun()) or (is_base and not self._is_plural(found[1], found[2])):
            return None
        left = found[0] if left < 0 else left
        cue = self._cue(left=left, form="finite", lemma=lemma, frame=frame, subject=found[1:])
        if is_base and frame not in _BASE_FRAMES and not cue.has_that and not self._leads_to_speech():
            return None
        return cue if is_verb or cue.has_that or self._leads_to_speech() else None

    def _beside_others(self, lemma: str, frame: str, stop: int, *, is_base: bool) -> Cue | None:
        """Read "you heard the minister say", "some who argue that" and "a report, which says that"."""
        if is_base and frame in (CLAUSE, TELL) and (who := heard_say(self.text, self.floor, self.at)) is not None:
            return self._cue(left=who[0], form="finite", lemma=lemma, frame=frame, subject=who)
        is_clause = self.text.endswith((" who", " which"), self.floor, stop)
        return self._which(lemma, frame, stop) if is_clause else None

    def _which(self, lemma: str, frame: str, stop: int) -> Cue | None:
        """Read "some who argue that" and "a report, which says that"."""
        if (some := _SOME_WHO.search(self.text, self.floor, stop)) is not None:
            if not self._leads_to_speech():
                return None
            subject = (some.start("who"), some.end("who"))
            return self._cue(left=some.start("who"), form="finite", lemma=lemma, frame=frame, subject=subject)
        if _PAPER_WHICH.search(self.text, self.floor, stop) is None or not self._leads_to_speech():
            return None
        left = self.text.rindex(",", self.floor, stop)
        return self._cue(left=left, form="participle", lemma=lemma, frame=frame)

    def _is_surely_verb(self) -> bool:
        """Tell whether a word is no noun here: "calls on all states to talk"."""
        if self.word.lower() not in NOUNS or has_object(self.text, self.end):
            return True
        if self.word != "calls" or not self.text.startswith(("on", "upon"), self.at + len("calls ")):
            return False
        before = (self.text[self.floor : self.at].rsplit(None, 1) or [""])[-1]
        is_named = before[:1].isupper() and not before.endswith(("ed", "ing"))
        return is_named and _TO_ACT.match(self.text, self.end, self.limit) is not None

    def _is_only_noun(self) -> bool:
        """Tell whether a word that is a noun as often has nothing to say behind it: "all states", "the order"."""
        return not self._leads_to_speech() and self.text.find("that", self.end, self.unit.end) < 0

    def _beside_clause(self, lemma: str, frame: str, stop: int) -> Cue | None:
        """Read a verb whose subject is that of the phrase before: "told Lee, who said"; "Lee, who hid it, added"."""
        if not self.text.endswith(("who", ","), self.floor, stop):
            return None
        before = self.text[self.floor : stop].strip()
        at = stop - (len("who") if before[-1] == "o" else 0)
        if before not in ("who", ", who") and not (before.endswith(",") and self._is_aside(self.unit.cues[-1])):
            return None
        return self._cue(left=before_comma(self.text, at), form="coordinated", lemma=lemma, frame=frame)

    def _is_aside(self, cue: Cue) -> bool:
        """Tell whether a phrase stands between commas after a subject: "Lee, noting that it was late, left"."""
        is_first = cue.form == "participle" and cue is self.unit.cues[0]
        return is_relative(self.text, cue) or (is_first and self.text[cue.left] == ",")

    def _inverted(self, lemma: str) -> Cue | None:
        """Read the phrase after a quotation: "said the minister in a tweet"."""
        start = self.limit - len(self.text[self.end : self.limit].lstrip(" "))
        match = _AFTER_SUBJECT.search(self.text, start, min(self.limit, start + REACH))
        stop = match.start() if match is not None else self.limit
        if stop <= start:
            return None
        if (issuer := find_issuer(self.text, start, self.limit)) is not None:
            self.end, subject = issuer.verb_end, (issuer.start, issuer.end)
        else:
            self.end = past_another(self.text, stop, self.limit)
            subject = (start, self.end)
        return self._cue(left=self.floor, form="inverted", lemma=lemma, frame=CLAUSE, subject=subject)

    def _inverted_after_clause(self, lemma: str, frame: str, stop: int) -> Cue | None:
        """Read "Talks will go on, said the minister."."""
        if frame not in (CLAUSE, LOOSE, STRICT):
            return None
        rest = speaker_at_end(self.text, self.end, self.unit.end)
        if rest is None or len(self.text[self.unit.start : stop].split()) < 4:
            return None
        self.end = rest.end()
        left = before_comma(self.text, stop)
        return self._cue(left=left, form="inverted", lemma=lemma, frame=frame, subject=(rest.start() + 1, rest.end()))
