"""Reads the surroundings of a word that may be a phrase of saying: who says, and where the phrase stands.

Verbs are found first, by a look at each word; then only the bounded surroundings of a verb are read.
"""

from __future__ import annotations

import re

from stancekit.text.attribution.between import voice_within, whose_words
from stancekit.text.attribution.contents import REACH
from stancekit.text.attribution.cues import Cue, is_relative
from stancekit.text.attribution.descriptions import last_word
from stancekit.text.attribution.ends import GOES_ON
from stancekit.text.attribution.kinds import SILENT
from stancekit.text.attribution.listing import is_item
from stancekit.text.attribution.namewords import OFFICES
from stancekit.text.attribution.nouns import CLAIMED, find_claimed
from stancekit.text.attribution.objects import CALLING, calls_something, follows_document, follows_hearing, has_object
from stancekit.text.attribution.passives import MADE_KNOWN, TOLD, Told, by_last, by_whom, made_known, told_to
from stancekit.text.attribution.pointing import (
    find_issuer,
    find_what,
    find_with,
    holds_view,
    past_another,
    says_by_doing,
    speaker_at_end,
)
from stancekit.text.attribution.records import RECORD_LEMMAS, RECORD_VERBS, record_phrase
from stancekit.text.attribution.relayed import RelayedReader
from stancekit.text.attribution.reporting import (
    AS,
    ASK,
    CLAIMING,
    CLAUSE,
    COLOUR,
    COORDINATING,
    CUE_FORMS,
    DAY,
    DOCUMENTS,
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
    TELLING_WORDS,
    VOW,
)
from stancekit.text.attribution.sayings import NOUN_NEXT, SAYING_WORDS, Saying, find_saying, from_whom, heard_say
from stancekit.text.attribution.subjects import before_comma, find_subject, somebody_before

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
    r"ma(?:de|kes|king) (?:it )?(?:\w+ )?(?:clear|plain|known)"
    r"(?: (?:to|through|via|in|at|on|during) (?:(?! that\b)[^,;:.“”]){2,60})?(?=(?:, [a-z ]{2,40},)? that\b)"
    r"|ma(?:de|kes) (?:it|this) (?:known|clear|plain)(?=[,.])"
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
# Ways to speak by which a whole clause may be told: "It was late, retorted the envoy".
_ANSWERING = frozenset(
    {"retort", "counter", "exclaim", "interject", "shout", "whisper", "mutter", "sigh", "quip", "snap"}
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
_NOT_WHO = ("until ", "till ", "from ", "to ", "with ", "by ")
# "was heard shouting that"
_HEARD = re.compile(
    r"\s(?:was|were|been|is|are|could be) (?:heard|overheard|recorded|filmed|caught|seen)(?: on (?:camera|tape|"
    r"film|video))?$"
)
_RECORDING = frozenset({"report", "record"})  # "recorded her as saying"
# Who finds that something is so and tells it: a court, and what reviews.
_FINDING = re.compile(
    r"\b(?:[Cc]ourt|[Tt]ribunal|[Jj]udges?|[Jj]ury|[Pp]anel|[Cc]ommission|[Ii]nquiry|[Cc]ommittee|[Rr]eview|[Aa]udit|"
    r"[Aa]uditors|[Oo]mbudsman|[Bb]ench|[Ii]nvestigators|[Rr]eport|[Cc]hamber|[Jj]ustices?|[Ii]nspectors)\b[^.;:]{0,80}$"
)
# "was praised for her courage by the bar"
_BEFORE_BY = (" as ", " for ", " of ", " on ", " against ")
_NEAR_BY = 130
_WHICH = (" which", " that")
_HEARD_ENDS = ("heard ", "recorded ", "filmed ", "caught ", "seen ", "camera ", "tape ", "film ", "video ")
_OF_NOUNS = RECORD_VERBS.keys() | TELLING_WORDS | SAYING_WORDS | CLAIMING
_QUOTING = frozenset({"quote", "cite"})
_WOULD = frozenset({"would", "could", "will"})  # "would say only that it was late"
_BASE_FRAMES = frozenset({AS, CLAUSE, ASK, JUDGE, TELL, VOW})
_NAMES_SOMETHING = re.compile(
    r"\s(?:it|him|her|them|this|that|the|an?|[A-Z][\w’'-]+|such|any|these|those|his|its|their)\b"
)


_NAMES_MORE = re.compile(r"\s(?!for\b|on\b|in\b|off\b|up\b|out\b)[a-z]+ [^;:,.“”\"]{2,160}? (?:an? |as |[“\"‘'])")
_ONLY_NOUNS = frozenset((CLAIMING | SAYING_WORDS) - LEMMAS.keys() - HOLDING)
_MEANWHILE_ENDS = ("time ", "breath ", "passing ", "effect ", "contrast ")
_MEANWHILE = re.compile(r"(?<=,) (?:at the same time|in the same breath|in passing|in effect|by contrast) $")
_WHO_BETWEEN = re.compile(r" (?P<who>(?:the |an? |one |his |her |their |[A-Z])[^,;:“”\"]{1,90})(?=,\s)")
_VERB_NEXT = re.compile(r", [a-z]+s (?:to|it|the|an?|its|his|her|no|that|them) ")
_WHO_WHICH = (", who", ", which")
_MAKING = frozenset({"made", "makes", "making"})
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
_DOUBTFUL = frozenset({"reports", "states", "read", "order"})
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
_WHO_NEXT = re.compile(r" who [^,;:“”\"]{2,80}(?=,)")  # "according to one person who was there,"
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
        if low in LEMMAS and low not in _OF_NOUNS:
            return None if self._is_no_verb(low) else self._by_verb(low)
        if low == "according":
            return self._according()
        if low in TELLING_WORDS and ((cue := self._in_words()) is not None or low not in SAYING_WORDS | LEMMAS.keys()):
            return cue
        if low in RECORD_VERBS and ((cue := self._record(RECORD_VERBS[low])) is not None or low not in CUE_FORMS):
            return cue
        if low in SAYING_WORDS and (
            low not in LEMMAS
            or self.words.before(self.floor, self.at) != 0
            or self.text.startswith(NOUN_NEXT, self.end)
        ):
            saying = find_saying(self.text, low, self.floor, self.at, self.end, self.unit.end)
            if saying is not None:
                return self._saying(saying)
        if low in CLAIMING and (cue := self._by_noun(low)) is not None:
            return cue
        if low in _ONLY_NOUNS:
            return None
        return None if self._is_no_verb(low) else self._by_verb(low)

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
        return self._finite(lemma, frame, is_base=self.word.lower() in ("take", "draw", "hold", "give", "charge"))

    def _is_no_verb(self, low: str) -> bool:
        """Tell whether the word is a noun here, is about reading, or is silenced by another."""
        if low in NOUNS and self.text.endswith(_PREPOSITIONS, self.floor, self.at):
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
        if self.is_habit():
            return False
        is_beside = self.text[self.at - 1] == " " and self.text[self.at - 2].isalnum()
        return is_beside and not self.text.startswith(" by ", self.end) and not self._is_told_anyway(low)

    def _is_told_anyway(self, low: str) -> bool:
        """Tell whether a verb reports in spite of the word before: "did not deny", "Some say", "would say only"."""
        if low in _NOT_AWAY and _DID_NOT.search(self.text, self.floor, max(self.floor, self.at - 1)) is not None:
            return True
        if self.text.startswith((" only that ", " only “", ' only "'), self.end):
            return True
        if low not in NOUNS and self.text.startswith(("Some ", "some "), self.at - 5) and low == LEMMAS.get(low):
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
        self.end = who.stop
        return Cue(
            left=before_comma(self.text, who.left), verb=self.at, verb_end=who.stop, right=right, form="according",
            frame=CLAUSE, lemma="accord", subject_start=who.start, subject_end=who.end, has_that=False,
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
        if self.text.endswith(_KEEPS, self.floor, stop) and (
            frame in (ASK, JUDGE, VOW, TELL) or self._leads_to_speech()
        ):
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
        if (lemma in ("quote", "cite") and not self.text.startswith((" “", ' "'), self.end)) or (
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
        if self.text.endswith(_HEARD_ENDS, self.floor, self.at) and (
            heard := _HEARD.search(self.text, self.floor, max(self.floor, self.at - 1))
        ):
            return self._with_subject(lemma, frame, heard.start(), is_base=False)
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
        if (lemma in _RECORDING or lemma in _QUOTING) and (cue := self._quoted(lemma, stop, silencer)) is not None:
            return cue
        if lemma in _QUOTING and not self.text.startswith((" “", ' "'), self.end):
            return None
        if silencer is not None:
            if silencer in PASSIVE and (cue := self._passive_by(lemma)) is not None:
                return cue
            told = self._told_anyway(lemma, stop, silencer, is_base=is_base)
            if told >= 0:
                stop, silencer, is_base = told, None, False
        if frame in (ASK, TELL) and self.text.startswith(" by ", self.end):
            is_done = self.word[0].isupper() or stop <= self.floor
            if is_done and (by := self._asked_by(lemma)) is not None:
                return by
        if frame in (JUDGE, LOOSE, AS) and self.word.endswith("ed") and self.text.startswith(" by ", self.end):
            return self._passive_as(lemma, stop)
        if is_base and self.text.startswith((" did ", " does "), stop):
            is_base = False
        if silencer is not None or (frame != ASK and _BY_WHOM.match(self.text, self.end)):
            return None
        return self._by_subject(lemma, frame, stop, is_base=is_base)

    def _by_subject(self, lemma: str, frame: str, stop: int, *, is_base: bool) -> Cue | None:
        """Read a verb by what stands before it: a subject, "and", a quotation, or what was said."""
        before = self.text[self.floor : stop].strip()
        if not before.strip(",.”\"'’ "):
            return self._without_subject(lemma, frame)
        last = before.rsplit(None, 1)[-1].lower()
        if last in COORDINATING or (lemma in _QUESTIONED and self._is_questioned(stop)):
            return None if is_base or last[-1] == "," else self._coordinated(lemma, frame, stop, last)
        inverted = self._inverted_beside_comma(lemma, frame, stop) if last[-1] == "," else None
        return inverted or self._with_subject(lemma, frame, stop, is_base=is_base)

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
        if silencer in _WOULD and self.text.startswith((" only that ", " only “", ' only "'), self.end):
            return self.floor + len(self.text[self.floor : stop].rstrip()) - len(silencer)
        return -1

    def _passive_by(self, lemma: str) -> Cue | None:
        """Read "was told by the bank that", "was accused by Lee of"."""
        if not self.text.startswith(" by ", self.end):
            return self._by_last(lemma)
        if self.text.endswith(("t was ", "t is ", "t has been "), self.floor, self.at) and (
            told := by_whom(self.text, "tell", self.end, self.limit)
        ):
            self.end = told.stop
            return self._cue(left=self.at, form="finite", lemma=lemma, frame=told.frame, subject=(told.start, told.end))
        if (who := by_whom(self.text, lemma, self.end, self.limit)) is None:
            return None
        self.end = who.stop
        subject = (who.start, who.end)
        return self._cue(left=self.at, form="finite", lemma=lemma, frame=who.frame, subject=subject)

    def _by_last(self, lemma: str) -> Cue | None:
        """Read "was praised for her courage by the bar association"."""
        if (found := by_last(self.text, lemma, self.end, self.unit.end)) is None:
            return None
        match, frame = found
        cue = self._cue(left=self.at, form="finite", lemma=lemma, frame=frame, subject=match.span("who"))
        cue.right, cue.stop, cue.has_that = match.start("what"), match.end("what"), False
        self.end = cue.verb_end = match.end("how")
        return cue

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
        is_clause = is_relative_clause and left < 0 and self.text.endswith(_WHO_WHICH, self.floor, stop)
        if is_clause and (self.text[stop - 1] == "o" or not self.word.endswith("s")):
            stop = left = self.text.rindex(", ", self.floor, stop)
        found = self._subject(stop, is_who=is_clause and self.text.startswith(", who ", stop))
        if found is None:
            return self._pointing_as(lemma, frame, stop) or self._relative(lemma, frame, stop)
        is_verb = self._is_surely_verb()
        if (not is_verb and self._is_only_noun()) or (is_base and not self._is_plural(found[1], found[2])):
            return None
        left = found[0] if left < 0 else left
        cue = self._cue(left=left, form="finite", lemma=lemma, frame=frame, subject=found[1:])
        if is_base and frame not in _BASE_FRAMES and not cue.has_that and not self._leads_to_speech():
            return None
        is_told = is_verb or cue.has_that or self._leads_to_speech() or self._is_aside_verb(cue)
        return cue if is_told else None

    def _subject(self, stop: int, *, is_who: bool) -> tuple[int, int, int] | None:
        """Find who says before a verb: a document before "which", somebody before "who", or a subject."""
        found = None
        if is_who and (named := somebody_before(self.text, self.words, self.floor, stop)) >= 0:
            found = (stop, named, stop)
        elif self.text.endswith(_WHICH, self.floor, stop):
            found = self._document_which(stop)
        found = found or find_subject(self.text, self.words, self.floor, stop)
        if found is None and self._leads_to_speech() and (at := self.text.rfind(" as ", self.floor, stop)) >= 0:
            # "as Lee, who won, has said: “We are ready”"
            found = find_subject(self.text, self.words, at + len(" as "), stop)
        return found

    def _is_aside_verb(self, cue: Cue) -> bool:
        """Tell whether a word that may be a noun is none since it ends an aside: "Rates, Lee notes, rose"."""
        is_after = self.after_quote and not self.text[self.floor : cue.subject_start].strip(" ,")
        if not (is_after or self.text[cue.left : cue.left + 1] == ",") or self.text[self.end : self.end + 1] not in (
            ",",
            ".",
            ";",
        ):
            return False
        words = self.text[cue.subject_start : cue.subject_end].split()
        if "(" in self.text[cue.subject_start : cue.subject_end]:
            return False
        return self.word.endswith("s") and (words[0][0].isupper() or words[0] in ("he", "she", "it", "the", "a", "an"))

    def _document_which(self, stop: int) -> tuple[int, int, int] | None:
        """Read "a report, which warns of floods" and "a leaflet that told readers"."""
        end = before_comma(self.text, self.text.rindex(" ", self.floor, stop), self.floor)
        found = find_subject(self.text, self.words, self.floor, end)
        if found is None or last_word(self.text[found[1] : found[2]]) not in DOCUMENTS:
            return None
        return end, *found[1:]

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
        if self.text.endswith((" did ", " does "), self.floor, self.at):
            return True
        if self.word != "calls" or not self.text.startswith(("on", "upon"), self.at + len("calls ")):
            return False
        before = (self.text[self.floor : self.at].rsplit(None, 1) or [""])[-1]
        is_named = before[:1].isupper() and not before.endswith(("ed", "ing"))
        return is_named and _TO_ACT.match(self.text, self.end, self.limit) is not None

    def _is_only_noun(self) -> bool:
        """Tell whether a word that is a noun as often has nothing to say behind it: "all states", "the order"."""
        is_last = self.word.endswith("s") and self.text.startswith((",", ".", ";"), self.end)
        return not is_last and not self._leads_to_speech() and self.text.find("that", self.end, self.unit.end) < 0

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
        if stop <= start or self.text.startswith(_NOT_WHO, start):
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

    def _ends_by_name(self, start: int, end: int) -> bool:
        """Tell whether a name alone stands at the end: "Not so, says Lee."."""
        words = self.text[start:end].split()
        return all(word[0].isupper() for word in words) and not self.text[end : self.unit.end].strip(" .")

    def _inverted_beside_comma(self, lemma: str, frame: str, stop: int) -> Cue | None:
        return (
            self._inverted_after_clause(lemma, frame, stop)
            or self._inverted_within(lemma, frame, stop)
            or self._inverted_between(lemma, frame, stop)
        )

    def _inverted_within(self, lemma: str, frame: str, stop: int) -> Cue | None:
        """Read "Beijing, says an envoy, wants more"."""
        if (frame not in (CLAUSE, LOOSE) and lemma not in ("ask", "wonder")) or self.unit.cues:
            return None
        who = voice_within(self.text, self.unit.start, stop, self.end, self.limit)
        if who is None:
            return None
        self.end = who.stop
        return self._cue(left=who.left, form="inverted", lemma=lemma, frame=frame, subject=(who.start, who.end))

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
        if frame not in (CLAUSE, LOOSE, STRICT) and lemma not in _ANSWERING:
            return None
        rest = speaker_at_end(self.text, self.end, self.unit.end)
        is_short = len(self.text[self.unit.start : stop].split()) < 4
        if rest is None or (is_short and not (frame == CLAUSE and self._ends_by_name(rest.start(), rest.end()))):
            return None
        if lemma in _NAMING and self._names_thing(rest.group()):
            return None
        self.end = rest.end()
        left = before_comma(self.text, stop)
        return self._cue(left=left, form="inverted", lemma=lemma, frame=frame, subject=(rest.start() + 1, rest.end()))
