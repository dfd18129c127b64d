"""Reads the surroundings of a word that may be a phrase of saying: who says, and where the phrase stands.

Verbs are found first, by a look at each word; then only the bounded surroundings of a verb are read.
"""

from __future__ import annotations

import re

from stancekit.text.attribution.contents import REACH
from stancekit.text.attribution.cues import Cue, is_relative
from stancekit.text.attribution.ends import GOES_ON
from stancekit.text.attribution.kinds import SILENT
from stancekit.text.attribution.namewords import OFFICES
from stancekit.text.attribution.nouns import CLAIMED, find_claimed
from stancekit.text.attribution.objects import CALLING, calls_something, follows_document, has_object
from stancekit.text.attribution.passives import MADE_KNOWN, TOLD, Told, made_known, told_to
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
    ANSWERING,
    AS,
    ASK,
    CLAIMING,
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
    VOICES,
    VOW,
)
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
    r", (?:(?:the |an? )?(?:[\w’'.-]+ ){0,4}?(?P<office>[A-Za-z-]+)(?: (?:for|of|at|in|to|on) [^,;:“”\"]{2,160})?)"
    r"(?=,|\.?\s*$)"
)
_NAME_AFTER = re.compile(r", [A-Z][\w’'-]+(?: [A-Z][\w’'-]+){0,3}(?=,)")
_CLEAR = re.compile(
    r"(?:ma(?:de|kes|king) (?:it )?(?:\w+ )?(?:clear|plain|known)|let(?:s|ting)? (?:it be (?:known|understood)|"
    r"(?:us|me|him|her|them|it|reporters|[a-z]+) know))"
    r"(?: (?:to|through|via|in|at|on|during) (?:(?! that\b)[^,;:.“”]){2,60})?(?=(?:, [a-z ]{2,40},)? that\b)"
    r"|ma(?:de|kes) (?:it|this) (?:known|clear|plain)(?=[,.])"
)
# "made a plea to drivers to slow down", "made an appeal for blood"
_PLEA = re.compile(
    r"ma(?:de|kes|king) (?:an?|another|his|her|its|their) (?:[\w-]+ ){0,2}?(?:plea|appeal|call|pitch|request)"
    r"(?: for(?= [\w“\"])|(?P<to> to)(?= [^,;:.]{2,60}? (?:not )?to [a-z]))"
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
_BASE_FRAMES = frozenset({AS, CLAUSE, ASK, JUDGE, TELL, VOW})
_NAMES_SOMETHING = re.compile(
    r"\s(?:it|him|her|them|this|that|the|an?|[A-Z][\w’'-]+|such|any|these|those|his|its|their)\b"
)


_NAMES_MORE = re.compile(r"\s(?!for\b|on\b|in\b|off\b|up\b|out\b)[a-z]+ [^;:,.“”\"]{2,160}? (?:an? |as |[“\"‘'])")
_SPOKEN_NOUNS = CLAIMING | ANSWERING
_ONLY_NOUNS = frozenset(_SPOKEN_NOUNS - LEMMAS.keys() - HOLDING)
_IN_WORDS = re.compile(r"\b[Ii]n the (?:very |exact |famous |own )?$")
_OF_WHOM = re.compile(r" of (?P<who>(?:the |an? |his |her |one )?[^,;:“”\"]{2,80}),? ?(?=[“\",])")
_MEANWHILE_ENDS = ("time ", "breath ", "passing ", "effect ", "contrast ")
_MEANWHILE = re.compile(r"(?<=,) (?:at the same time|in the same breath|in passing|in effect|by contrast) $")
_WHO_BETWEEN = re.compile(r" (?P<who>(?:the |an? |one |his |her |their |[A-Z])[^,;:“”\"]{1,90})(?=,\s)")
_VERB_NEXT = re.compile(r", [a-z]+s (?:to|it|the|an?|its|his|her|no|that|them) ")
_WHO_WHICH = (", who", ", which")
_MAKING = frozenset({"made", "makes", "making", "let", "lets", "letting"})
_NAMING = frozenset(
    """
    lament announce reveal acknowledge stress emphasize emphasise underline underscore highlight reiterate confirm admit
    disclose repeat declare recommend propose
    """.split()  # noqa: SIM905
)
_QUESTIONED = frozenset({"ask", "press", "challenge", "question", "urge", "remind"})
_ASKED = re.compile(
    r" (?:about|if|whether|why|what|how|when|where|who|on|by|to|at|in|during|again|for|repeatedly|later|twice)\b"
    r"[^,;:“”\"]{0,120}(?=,)"
)
_DOUBTFUL = frozenset({"reports", "states", "read"})
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
_BEEN = frozenset({"is", "are", "was", "were", "been", "being", "be", "has", "have", "had", "also", "then", "only"})
_KEEPS = (" keep", " keeps", " kept")
_SHE_IS = tuple(f"{who}{sign}s" for who in ("he", "He", "she", "She") for sign in "’'")
_TO_ACT = re.compile(r"\s(?:[\w’'.-]+ ){1,8}?to [a-z]")


# "who asked not to be named": about who speaks, and nothing that was said
_UNNAMED = re.compile(r"\s(?:(?:him|her|them)self\s)?not to be (?:named|identified|quoted|cited)\b")
_WHO_NEXT = re.compile(r" who [^,;:“”\"]{2,80}(?=,)")  # "according to one person who was there,"
_ASIDE = re.compile(r", (?:who|whose|speaking|talking)\s[^,;:.“”\"]{2,120},")  # after the voice in "according to"

# Participles, and what is passive: "was quoted as saying".
_NEVER_SILENCED = frozenset(
    form for form in CUE_FORMS if form.endswith("ing") or LEMMAS.get(form) in (None, "quote", "cite")
)


def _is_manner(words: list[str]) -> bool:
    """Tell whether an adverb before a participle tells how somebody says it: ", strongly condemning"."""
    return words[-1].endswith("ly") and (words[-1].islower() or len(words) == 1)


class Reader(RelayedReader):
    """Reads the surroundings of one word."""

    def read(self, low: str) -> Cue | None:
        """Give the phrase of saying around the word, if it is one."""
        if low == "according":
            return self._according()
        if low in _SPOKEN_NOUNS:
            cue = self._by_noun(low) or (self._in_words() if low == "words" else None)
            if cue is not None or low in _ONLY_NOUNS:
                return cue
        return None if self._is_no_verb(low) else self._by_verb(low)

    def _in_words(self) -> Cue | None:
        """Read "In the words of the mayor, “...”"."""
        words = _IN_WORDS.search(self.text, self.floor, self.at)
        who = None if words is None else _OF_WHOM.match(self.text, self.end, self.unit.end)
        if words is None or who is None:
            return None
        left = before_comma(self.text, words.start())
        right = who.end()
        while right < self.unit.end and self.text[right] in ", \n\t":
            right += 1
        return Cue(
            left=left, verb=self.at, verb_end=who.end("who"), right=right, form="according", frame=CLAUSE,
            lemma="accord", subject_start=who.start("who"), subject_end=who.end("who"),
        )  # fmt: skip

    def _by_noun(self, low: str) -> Cue | None:
        """Read "Lee’s claim that" and "an appeal by Chad for"."""
        found = find_claimed(self.text, low, self.floor, self.at, self.end, self.limit)
        if found is None:
            return None
        return Cue(
            left=found.left, verb=self.at, verb_end=found.right - 1, right=found.right, form="finite", lemma=CLAIMED,
            frame=found.frame, subject_start=found.start, subject_end=found.end, has_that=found.has_that,
        )  # fmt: skip

    def _is_no_verb(self, low: str) -> bool:
        """Tell whether the word is a noun here, is about reading, or is silenced by another."""
        if low in _DOUBTFUL:
            if low == "reports":
                is_other = self.text.endswith(_NEWS, self.floor, self.at)
            elif low == "states":
                is_other = _WHICH_STATES.search(self.text, self.floor, self.at) is not None
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
        if low.endswith("ing"):
            return self._progressive(lemma, frame) or self._participle(lemma, frame)
        after = self.text[self.end : self.end + 30]
        if after[:4] == " by " and (cue := self._by_others(lemma)) is not None:
            return cue
        may_tell = after[:4] == " by " or " is that " in after or " was that " in after
        return (may_tell and self._told(lemma)) or self._finite(
            lemma, frame, is_base=low == lemma and lemma not in ("read", "hit", "put")
        )

    def _by_others(self, lemma: str) -> Cue | None:
        """Read "were told by the guards to wait" and "it was announced by the bank"."""
        if lemma in TOLD and (told := told_to(self.text, self.end, self.limit)) is not None:
            return self._told_to(lemma, told)
        known = made_known(self.text, self.floor, self.at, self.end, self.unit.end) if lemma in MADE_KNOWN else None
        if known is None:
            return None
        left, told = known
        self.end = right = told.end
        while right < self.unit.end and self.text[right] in ", \n\t":
            right += 1
        return Cue(
            left=left, verb=self.at, verb_end=told.end, right=right, form="according", frame=CLAUSE, lemma=lemma,
            subject_start=told.start, subject_end=told.end,
        )  # fmt: skip

    def _told_to(self, lemma: str, told: Told) -> Cue | None:
        """Make a phrase of a passive verb and of who speaks behind it."""
        stop, silencer = self._before_helpers()
        if silencer not in PASSIVE:
            return None
        words = self.text[self.floor : stop].split()
        while words and words[-1].lower() in _BEEN:
            stop = self.text.rindex(words.pop(), self.floor, stop)
        found = find_subject(self.text, self.words, self.floor, stop) if words else None
        left = self.at if found is None else found[0]
        if words and words[-1].lower() in COORDINATING:
            left = before_comma(self.text, self.text.rindex(words[-1], self.floor, stop))
        is_to = self.text.startswith(("to ", "not ", "never "), told.right)
        return Cue(
            left=left, verb=self.at, verb_end=told.right - 1, right=told.right, form="finite", lemma=lemma,
            frame=ASK if is_to else CLAUSE, subject_start=told.start, subject_end=told.end, has_that=not is_to,
        )  # fmt: skip

    def _is_silenced(self, low: str) -> bool:
        """Tell by the words beside whether it reports nothing, without a further look: "the report", "can say"."""
        if low in ("ask", "asks", "asked", "asking") and _UNNAMED.match(self.text, self.end):
            return True
        kinds = self.words.before(self.floor, self.at)
        if kinds < 0 or not kinds & SILENT or low in _NEVER_SILENCED:
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
        if (plea := _PLEA.match(self.text, self.at, self.unit.end)) is not None:
            self.end = plea.end() if plea["to"] is None else plea.end("to")
            return self._finite("appeal", JUDGE if plea["to"] is None else ASK, is_base=False)
        match = REMARKING.match(self.text, self.at)
        if match is None:
            return None
        self.end = match.end()
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

    def _progressive(self, lemma: str, frame: str) -> Cue | None:
        """Read "the minister was insisting that", "has been calling for"."""
        stop, silencer = self._before_helpers()
        if self.text.endswith(_KEEPS, self.floor, stop) and (frame in (ASK, JUDGE, VOW) or self._leads_to_speech()):
            return self._with_subject(lemma, frame, self.text.rindex(" ", 0, stop), is_base=False)
        if frame in (CLAUSE, TELL) and self.text.endswith(_KEEPS, self.floor, stop):
            cue = self._with_subject(lemma, frame, self.text.rindex(" ", 0, stop), is_base=False)
            return cue if cue is not None and cue.has_that else None
        if silencer is None and self.text.endswith(_SHE_IS, self.floor, stop):
            return self._with_subject(lemma, frame, stop - len("’s"), is_base=False)
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
        is_marked = lemma == "cite" and self.text.startswith((" “", ' "'), self.end) and self.unit.cues
        if (lemma in ("quote", "cite") and not is_marked) or (
            lemma == "call"
            and frame == LOOSE
            and not _NAMES_SOMETHING.match(self.text, self.end)
            and not (self.unit.cues and _NAMES_MORE.match(self.text, self.end, self.unit.end))
        ):
            return None
        if (who := find_with(self.text, self.floor, self.at)) is not None:
            subject = (who.start, who.end)
            return self._cue(left=who.left, form="participle", lemma=lemma, frame=frame, subject=subject)
        left = self._left_of_participle(lemma, frame)
        return None if left < 0 else self._cue(left=left, form="participle", lemma=lemma, frame=frame)

    def _left_of_participle(self, lemma: str, frame: str) -> int:
        """Give where the phrase of a participle begins; -1 where it reports nothing."""
        before = self.text[self.floor : self.at]
        if before.endswith(_MEANWHILE_ENDS) and (aside := _MEANWHILE.search(before)) is not None:
            before = before[: aside.start()]
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
        if is_heading or ((lemma == "say" or frame in (ASK, JUDGE)) and follows_document(before)):
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

    def _finite(self, lemma: str, frame: str, *, is_base: bool) -> Cue | None:
        """Read "the minister said"."""
        stop, silencer = self._before_helpers()
        if lemma in ("quote", "cite"):
            return self._quoted(lemma, stop, silencer)
        if silencer == "to" and is_base and (at := says_by_doing(self.text, self.floor, stop, self.end)) >= 0:
            stop, silencer, is_base = at, None, False
        if frame in (JUDGE, LOOSE, AS) and self.word.endswith("ed") and self.text.startswith(" by ", self.end):
            return self._passive_as(lemma, stop)
        if is_base and self.text.startswith((" did ", " does "), stop):
            is_base = False
        if silencer is not None or (frame != ASK and _BY_WHOM.match(self.text, self.end)):
            return None
        before = self.text[self.floor : stop].strip()
        if not before.strip(",.”\"'’ "):
            return self._inverted(lemma) if self.after_quote and self.floor < self.at else None
        last = before.rsplit(None, 1)[-1].lower()
        if last in COORDINATING or (lemma in _QUESTIONED and self._is_questioned(stop)):
            return None if is_base or last[-1] == "," else self._coordinated(lemma, frame, stop, last)
        inverted = self._inverted_beside_comma(lemma, frame, stop) if last[-1] == "," else None
        return inverted or self._with_subject(lemma, frame, stop, is_base=is_base)

    def _coordinated(self, lemma: str, frame: str, stop: int, conjunction: str) -> Cue | None:
        """Read "... and called for talks"."""
        is_clear = bool(self.unit.cues) or frame in (CLAUSE, ASK, JUDGE, TELL, VOW) or self._leads_to_speech()
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
        if self.unit.cues and (cue := self._beside_clause(lemma, frame, stop)) is not None:
            return cue
        if lemma in CALLING and (who := find_what(self.text, self.floor, stop, self.end)) is not None:
            self.end = who.verb_end
            return self._cue(left=who.left, form="finite", lemma=lemma, frame=LOOSE, subject=(who.start, who.end))
        is_clause = left < 0 and self.text.endswith(_WHO_WHICH, self.floor, stop)
        if is_clause and (self.text[stop - 1] == "o" or not self.word.endswith("s")):
            stop = left = self.text.rindex(", ", self.floor, stop)
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

    def _is_surely_verb(self) -> bool:
        """Tell whether a word is no noun here: "calls on all states to talk"."""
        if self.word.lower() not in NOUNS or has_object(self.text, self.end):
            return True
        if self.text.endswith((" did ", " does "), self.floor, self.at):
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

    def _is_questioned(self, stop: int) -> bool:
        """Tell whether somebody between commas is asked: "The mayor, asked about the gate, said"."""
        if not self.text[self.floor : stop].rstrip().endswith(","):
            return False
        comma = _ASKED.match(self.text, self.end, self.unit.end)
        return comma is not None and GOES_ON.match(self.text, comma.end(), self.unit.end) is not None

    def _names_thing(self, rest: str) -> bool:
        """Tell whether a verb is followed by a thing and not by who speaks: "lamented the state of the Hamra Marsh"."""
        words = rest.lower().split(" of ", 1)[0].split()
        return " of " in rest and words[:1] == ["the"] and OFFICES.keys().isdisjoint(words) and VOICES.isdisjoint(words)

    def _inverted_beside_comma(self, lemma: str, frame: str, stop: int) -> Cue | None:
        return self._inverted_after_clause(lemma, frame, stop) or self._inverted_between(lemma, frame, stop)

    def _inverted_between(self, lemma: str, frame: str, stop: int) -> Cue | None:
        """Read "The roof, says an engineer who saw it, was rotten"."""
        may_be = frame in (CLAUSE, STRICT) or lemma in ("add", "note", "recall")
        who = _WHO_BETWEEN.match(self.text, self.end, self.unit.end) if may_be else None
        if who is None:
            return None
        if not (GOES_ON.match(self.text, who.end(), self.unit.end) or _VERB_NEXT.match(self.text, who.end())):
            return None
        self.end = who.end()
        end = self.text.find(" who ", who.start("who"), who.end())
        subject = (who.start("who"), who.end() if end < 0 else end)
        return self._cue(left=before_comma(self.text, stop), form="finite", lemma=lemma, frame=CLAUSE, subject=subject)

    def _inverted_after_clause(self, lemma: str, frame: str, stop: int) -> Cue | None:
        """Read "Talks will go on, said the minister."."""
        if frame not in (CLAUSE, LOOSE, STRICT):
            return None
        rest = speaker_at_end(self.text, self.end, self.unit.end)
        if rest is None or len(self.text[self.unit.start : stop].split()) < 4:
            return None
        if lemma in _NAMING and self._names_thing(rest.group()):
            return None
        self.end = rest.end()
        left = before_comma(self.text, stop)
        return self._cue(left=left, form="inverted", lemma=lemma, frame=frame, subject=(rest.start() + 1, rest.end()))
