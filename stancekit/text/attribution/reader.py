"""Reads the surroundings of a word that may be a phrase of saying: who says, and where the phrase stands.

Verbs are found first, by a look at each word; then only the bounded surroundings of a verb are read.
"""

from __future__ import annotations

import re

from stancekit.text.attribution.breaks import before_comma
from stancekit.text.attribution.cues import Cue, is_naming
from stancekit.text.attribution.impersonal import IMPERSONAL
from stancekit.text.attribution.kinds import SILENT
from stancekit.text.attribution.listing import is_item
from stancekit.text.attribution.nouns import CLAIMED, find_claimed
from stancekit.text.attribution.objects import CALLING, calls_something
from stancekit.text.attribution.passive_verbs import PassiveReader
from stancekit.text.attribution.pointing import (
    holds_view,
    says_by_doing,
)
from stancekit.text.attribution.records import RECORD_LEMMAS, RECORD_VERBS, record_phrase
from stancekit.text.attribution.reporting import (
    COORDINATING,
    PASSIVE,
    REMARKING,
)
from stancekit.text.attribution.sayings import NOUN_NEXT, SAYING_WORDS, Saying, find_saying
from stancekit.text.attribution.subjects import find_subject
from stancekit.text.attribution.titles import PATERNAL
from stancekit.text.attribution.verbs import (
    AS,
    ASK,
    CLAIMING,
    CLAUSE,
    COLOUR,
    CUE_FORMS,
    HOLDING,
    JUDGE,
    LEMMAS,
    LOOSE,
    NOUNS,
    TELL,
    TELLING_WORDS,
    VOW,
)

_CLEAR = re.compile(
    r"ma(?:de|kes|king) (?:it )?(?:\w+ )?(?:clear|plain|known)"
    r"(?: (?:to|through|via|in|at|on|during) (?:(?! that\b)[^,;:.“”]){2,60})?(?=(?:, [a-z ]{2,40},)? that\b)"
    r"|ma(?:de|kes) (?:it|this) (?:known|clear|plain)(?=[,.])"
)
_BY_WHOM = re.compile(r"\sby\s(?!\w+ing\b|(?:tele)?phone\b|e-?mail\b|video\b|letter\b|text\b)")
# "the Arab states", "the member states"
_WHICH_STATES = re.compile(
    r"\b(?:the|these|those|all|some|other|both|its) (?:[\w-]+ )?(?:[\w-]*(?:ern|ic|[iae]an|ish|ese)|Arab|"
    r"Gulf|member|rogue|coastal|other|neighbou?ring|littoral|island|nuclear|independent) $"
)
_PLAIN = frozenset({"submit", "hold", "share"})  # these mostly do something without words
# Behind these a word that may be a noun is one: "interrupted by shouts".
_PREPOSITIONS = tuple(
    f" {word} "
    for word in (
        "by",
        "of",
        "with",
        "for",
        "from",
        "at",
        "amid",
        "despite",
        "without",
        "about",
        "between",
        "against",
        "into",
    )
)
# "did not rule out that"
_NOT_AWAY = frozenset({"rule", "deny", "exclude"})
_DID_NOT = re.compile(r"\s(?:did|does|do|has|have|had|would|could)(?: not|n[’']t)$")
_RECORDING = frozenset({"report", "record"})  # "recorded her as saying"
# Who finds that something is so and tells it: a court, and what reviews.
_FINDING = re.compile(
    r"\b(?:[Cc]ourt|[Tt]ribunal|[Jj]udges?|[Jj]ury|[Pp]anel|[Cc]ommission|[Ii]nquiry|[Cc]ommittee|[Rr]eview|[Aa]udit|"
    r"[Aa]uditors|[Oo]mbudsman|[Bb]ench|[Ii]nvestigators|[Rr]eport|[Cc]hamber|[Jj]ustices?|[Ii]nspectors)\b[^.;:]{0,80}$"
)
# "was praised for her courage by the bar"
_BEFORE_BY = (" as ", " for ", " of ", " on ", " against ")
_NEAR_BY = 130
_OF_NOUNS = RECORD_VERBS.keys() | TELLING_WORDS | SAYING_WORDS | CLAIMING
_QUOTING = frozenset({"quote", "cite"})
# "Some will argue that", "Members may tell me that"
_MAY_SAY = frozenset({"argue", "say", "tell", "ask", "claim", "contend", "object", "reply"})
_SOME_MAY = re.compile(
    r"\b(?:[Ss]ome|[Mm]any|[Oo]thers|[Mm]embers|[Cc]ritics|[Ss]ceptics|[Cc]ynics|[Pp]eople|[Tt]hey|[Tt]hose|"
    r"[Oo]pponents|[Dd]elegations|[Rr]epresentatives)\b[^,;:.“”\"]{0,40}? ?$"
)
_SAY_THAT = re.compile(r"(?: (?:me|us|you))? that ")
_WOULD = frozenset({"would", "could", "will"})  # "would say only that it was late"


# Words that are no verbs of saying by themselves.
_NO_VERBS = (
    frozenset((CLAIMING | SAYING_WORDS) - LEMMAS.keys() - HOLDING)
    | (TELLING_WORDS - SAYING_WORDS - LEMMAS.keys() - set(HOLDING))
    | (RECORD_VERBS.keys() - CUE_FORMS)
)
_MAKING = frozenset({"made", "makes", "making"})
_QUESTIONED = frozenset({"ask", "press", "challenge", "question", "urge", "remind"})
_DOUBTFUL = frozenset({"reports", "states", "read", "order"})
_PATERNAL = tuple(f" {particle} " for particle in PATERNAL)  # behind these "Said" is a name
_NEWS = (
    "Media ",
    "Press ",
    "media ",
    "press ",
    "news ",
    "intelligence ",
    "recent ",
    "earlier ",
    "unconfirmed ",
    "these ",
    "some ",
)


# "who asked not to be named": about who speaks, and nothing that was said
_UNNAMED = re.compile(r"\s(?:(?:him|her|them)self\s)?not to be (?:named|identified|quoted|cited)\b")

# Participles, and what is passive: "was quoted as saying".
_NEVER_SILENCED = frozenset(
    form for form in CUE_FORMS if form.endswith("ing") or LEMMAS.get(form) in (None, "quote", "cite")
)


_AND_MORE = re.compile(r"[^;:.“”\"]{5,300}?,? and (?:also |finally )?[a-z]+ed\s")  # the last of several deeds
_NEAR_CALLED = 70


class Reader(PassiveReader):
    """Reads the surroundings of one word."""

    def read(self, low: str) -> Cue | None:
        """Give the phrase of saying around the word, if it is one."""
        if low in LEMMAS and low not in _OF_NOUNS:
            return None if self._is_no_verb(low) else self._by_verb(low)
        if low == "according":
            return self._according()
        cue = self._in_words() if low in TELLING_WORDS else None
        if cue is None and low in RECORD_VERBS:
            cue = self._record(RECORD_VERBS[low])
        if cue is None and (saying := self._found_saying(low)) is not None:
            return self._saying(saying)
        if cue is None and low in CLAIMING:
            cue = self._by_noun(low)
        if cue is not None or low in _NO_VERBS:
            return cue
        return None if self._is_no_verb(low) else self._by_verb(low)

    def _found_saying(self, low: str) -> Saying | None:
        """Find a phrase of saying whose word is no verb, unless the word is one here."""
        if low not in SAYING_WORDS:
            return None
        is_verb = low in LEMMAS and self.words.before(self.floor, self.at) == 0
        if is_verb and not self.text.startswith(NOUN_NEXT, self.end):
            return None
        return find_saying(self.text, low, self.floor, self.at, self.end, self.unit.end)

    def _by_noun(self, low: str) -> Cue | None:
        """Read "Lee’s claim that" and "an appeal by Chad for"."""
        found = find_claimed(self.text, low, self.floor, self.at, self.end, self.limit)
        if found is None:
            return None
        return Cue(
            left=found.left, verb=self.at, verb_end=found.right - 1, right=found.right, form="finite", lemma=CLAIMED,
            frame=found.frame, subject_start=found.start, subject_end=found.end, has_that=found.has_that,
        )  # fmt: skip

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

    def _record(self, verb: str) -> Cue | None:
        """Read "took the view that", "drew attention to", "made a plea to"."""
        phrase = record_phrase(self.text, verb, self.at, self.limit)
        if phrase is None or self._is_silenced(self.word.lower()):
            return None
        self.end, frame = phrase
        lemma = RECORD_LEMMAS[frame]
        if self.word.endswith("ing"):
            return self._participle(lemma, frame)
        if verb == "find" and _FINDING.search(self.text, self.floor, self.at) is None:
            return None
        return self._finite(lemma, frame, is_base=self.word.lower() in ("take", "draw", "hold", "give"))

    def _is_no_verb(self, low: str) -> bool:
        """Tell whether the word is a noun here, is about reading, or is silenced by another."""
        if low in NOUNS and self.text.endswith(_PREPOSITIONS, self.floor, self.at):
            return True
        if low == "said" and self.text.endswith(_PATERNAL, self.floor, self.at):
            return True
        if low in _DOUBTFUL:
            if low == "reports":
                is_other = self.text.endswith(_NEWS, self.floor, self.at)
            elif low == "states":
                is_other = _WHICH_STATES.search(self.text, self.floor, self.at) is not None
            elif low == "order":
                is_other = self.text.endswith("in ", self.floor, self.at)
            else:
                is_other = self.text.startswith((" out ", " aloud ", " by "), self.end)
            if is_other:
                return True
        return self._is_silenced(low)

    def _by_verb(self, low: str) -> Cue | None:
        if low in _MAKING:
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
        if after[:4] == " by " and (cue := self._by_others(lemma)) is not None:
            return cue
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
        return is_beside and not self.text.startswith(" by ", self.end) and not self._is_told_anyway(low)

    def _is_told_anyway(self, low: str) -> bool:
        """Tell whether a verb reports in spite of the word before: "did not deny", "Some say", "they each said"."""
        if low in _NOT_AWAY and _DID_NOT.search(self.text, self.floor, max(self.floor, self.at - 1)) is not None:
            return True
        if self.text.startswith((" only that ", " only “", ' only "'), self.end):
            return True
        if low in LEMMAS and self._impersonal(LEMMAS[low]) is not None:
            return True
        is_some = low not in NOUNS and self.text.startswith(("Some ", "some "), self.at - 5) and low == LEMMAS.get(low)
        if is_some or (low.endswith("ed") and self.text.endswith(" each ", self.floor, self.at)):
            return True
        if not low.endswith("ed") or not self.text.startswith(_BEFORE_BY, self.end):
            return False
        return self.text.find(" by ", self.end, min(self.unit.end, self.end + _NEAR_BY)) > 0

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

    def _finite(self, lemma: str, frame: str, *, is_base: bool) -> Cue | None:
        """Read "the minister said"."""
        cue = self._impersonal(lemma) if lemma in IMPERSONAL else None
        stop, silencer = self._before_helpers()
        if cue is None and (lemma in _RECORDING or lemma in _QUOTING):
            cue = self._quoted(lemma, stop, silencer)
        if cue is not None:
            return cue
        if lemma in _QUOTING and not self.text.startswith((" “", ' "'), self.end):
            return None
        if silencer is not None:
            if silencer in PASSIVE and (cue := self._passive_by(lemma)) is not None:
                return cue
            told = self._told_anyway(lemma, stop, silencer, is_base=is_base)
            if told >= 0:
                stop, silencer, is_base = told, None, False
        is_by = self.text.startswith(" by ", self.end)
        if is_by and (by := self._done_by(lemma, frame, stop)) is not None:
            return by
        if is_base and self.text.startswith((" did ", " does "), stop):
            is_base = False
        if silencer is not None or (is_by and frame != ASK and _BY_WHOM.match(self.text, self.end)):
            return None
        return self._by_subject(lemma, frame, stop, is_base=is_base)

    def _done_by(self, lemma: str, frame: str, stop: int) -> Cue | None:
        """Read "Asked by Lee whether it rains" and "The deal was hailed by the union as a triumph"."""
        if frame in (ASK, TELL) and (self.word[0].isupper() or stop <= self.floor):
            return self._asked_by(lemma)
        if frame in (JUDGE, LOOSE, AS) and self.word.endswith("ed"):
            return self._passive_as(lemma, stop)
        return None

    def _by_subject(self, lemma: str, frame: str, stop: int, *, is_base: bool) -> Cue | None:
        """Read a verb by what stands before it: a subject, "and", a quotation, or what was said."""
        before = self.text[self.floor : stop].strip()
        if not before.strip(",.”\"'’ "):
            return self._without_subject(lemma, frame)
        last = before.rsplit(None, 1)[-1].lower()
        if last in COORDINATING or (lemma in _QUESTIONED and self._is_questioned(stop)):
            return None if is_base or last[-1] == "," else self._coordinated(lemma, frame, stop, last)
        if last[-1] == "," and self.text[stop : self.at].strip() == "then" and self._goes_on_to_say():
            return self._coordinated(lemma, frame, self.at, "then")
        inverted = None
        if last[-1] != "," and self.text.endswith(", ", 0, self.at):  # "Exports fell on Monday, said Lee"
            is_alone = self.text.find(", ", self.unit.start, self.at - 2) < 0
            inverted = self._inverted_beside_comma(lemma, frame, self.at - 1) if is_alone else None
        elif last[-1] == ",":
            inverted = self._listed(lemma, frame, stop) or self._inverted_beside_comma(lemma, frame, stop)
        return inverted or self._with_subject(lemma, frame, stop, is_base=is_base)

    def _goes_on_to_say(self) -> bool:
        """Tell whether whoever did something before goes on to say something: "denied it, then said that"."""
        is_said = self.word in ("said", "says") or (self.word == "told" and not self.text.startswith(" to ", self.end))
        return is_said and all(cue.frame not in (CLAUSE, TELL) for cue in self.unit.cues)

    def _without_subject(self, lemma: str, frame: str) -> Cue | None:
        """Read a verb with which an item of a list begins, or what follows a quotation."""
        if self.at == self.unit.start and is_item(self.text, self.at):
            return self._cue(left=self.at, form="coordinated", lemma=lemma, frame=frame)
        return self._inverted(lemma) if self.after_quote and self.floor < self.at else None

    def _told_anyway(self, lemma: str, stop: int, silencer: str, *, is_base: bool) -> int:
        """Give where what silences begins in "was quick to say", "did not rule out", "would say only"; -1 elsewhere."""
        if silencer == "to" and is_base:
            return says_by_doing(self.text, self.floor, stop, self.end)
        if silencer == "not" and lemma in _NOT_AWAY:
            refusing = _DID_NOT.search(self.text, self.floor, max(self.floor, self.at - 1))
            return -1 if refusing is None else refusing.start()
        if silencer in ("will", "may", "might") and lemma in _MAY_SAY and _SAY_THAT.match(self.text, self.end):
            end = self.floor + len(self.text[self.floor : stop].rstrip()) - len(silencer)
            return end if _SOME_MAY.search(self.text, self.floor, end) is not None else -1
        if silencer in _WOULD and self.text.startswith((" only that ", " only “", ' only "'), self.end):
            return self.floor + len(self.text[self.floor : stop].rstrip()) - len(silencer)
        return -1

    def _coordinated(self, lemma: str, frame: str, stop: int, conjunction: str) -> Cue | None:
        """Read "... and called for talks"."""
        if lemma in _PLAIN and not self._leads_to_speech():
            return None
        is_marked = lemma in CALLING and 0 < self.limit - self.end < _NEAR_CALLED and self.limit < self.unit.end
        is_clear = (
            is_marked or bool(self.unit.cues) or frame in (CLAUSE, ASK, JUDGE, TELL, VOW) or self._leads_to_speech()
        )
        if not is_clear and not calls_something(self.text, lemma, self.end, self.unit.end):
            return None
        if not self._leads_to_speech() and self._is_said_to(self.unit.cues[-1:]):
            return None
        left = self.floor + len(self.text[self.floor : stop].rstrip()) - len(conjunction)
        return self._cue(left=before_comma(self.text, left), form="coordinated", lemma=lemma, frame=frame)

    def _listed(self, lemma: str, frame: str, stop: int) -> Cue | None:
        """Read the second of several deeds: "welcomed the plan, urged its use, and stressed that"."""
        before = self.unit.cues[-1] if self.unit.cues else None
        if before is None or before.has_that or before.form not in ("finite", "coordinated"):
            return None
        is_pointed = before.lemma == "point" and self.words.has(3, before.verb_end, stop)
        if not (is_naming(before) or is_pointed):
            return None
        verb = self.text[before.verb : before.verb_end].partition(" ")[0]  # "pointed out"
        if not (self.word.endswith("ed") and verb.endswith("ed")):
            return None
        if _AND_MORE.match(self.text, self.end, self.unit.end) is None:
            return None
        return self._cue(left=self.text.rindex(",", self.floor, stop), form="coordinated", lemma=lemma, frame=frame)

    def _is_said_to(self, before: list[Cue]) -> bool:
        """Tell whether something does what the word tells, by a report: "said the drill aims at peace and conveys"."""
        if not before or before[0].form != "finite" or not self.word.endswith("s"):
            return False
        return self.text[before[0].verb : before[0].verb_end].split()[0].endswith(("ed", "said", "told"))
