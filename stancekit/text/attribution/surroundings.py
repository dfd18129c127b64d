"""What stands around a verb: its particle, the words between it and its subject, and what follows."""

from __future__ import annotations

import re

from stancekit.text._words import Words
from stancekit.text.attribution.contents import REACH, find_content
from stancekit.text.attribution.cues import Cue, Unit
from stancekit.text.attribution.descriptions import head_of
from stancekit.text.attribution.kinds import HELPER
from stancekit.text.attribution.namewords import OFFICES
from stancekit.text.attribution.objects import (
    ARGUED,
    BY_OBJECT,
    COUNTED,
    COUNTING,
    PUT_DOWN,
    past_place,
    says_what_it_is,
    usual_frame,
)
from stancekit.text.attribution.records import FEELING_VERBS, feeling_end
from stancekit.text.attribution.reporting import DAY, HELPERS, MONTH, SILENCING
from stancekit.text.attribution.sayings import GOES, PUT_TO, SPEAKS_OF
from stancekit.text.attribution.verbs import (
    AS,
    BETWEEN_WORDS,
    CLAUSE,
    COLOUR,
    FRAMES,
    GOING_ON,
    JUDGE,
    LEMMAS,
    PARTICLE_ONLY,
    PARTICLES,
    TELL,
)

_TRAILING_DAY = re.compile(
    rf",?\s(?:(?:late |early |earlier |later )?(?:on )?{DAY}|yesterday|today|"
    rf"on (?:{MONTH} \d{{1,2}}|\d{{1,2}} {MONTH})(?:,? \d{{4}})?|"
    rf"in (?:early |late |mid-)?{MONTH}(?: \d{{4}})?|"
    r"for (?:his|her|its|their) part|at (?:first|last|once|length|the time)|in (?:private|public|effect|essence|"
    r"addition|full)|"
    r"in (?:a|an|his|her|their) (?:\w+ )?(?:tweet|statement|interview|speech|post|message)),?$"
)
_LONGEST_CLAUSE = 90
_DAY_ENDS = (
    "day", "day,", "part", "part,", "first", "first,", "last", "last,", "once", "length", "private", "public",
    "effect", "essence", "time", "full", "addition", "tweet", "statement", "interview", "speech", "post", "message",
    "tweet,", "statement,",
)  # fmt: skip
_MONTH_ENDS = tuple(
    f"{month}{sign}"
    for month in "January February March April May June July August September October November December".split()  # noqa: SIM905
    for sign in ("", ",")
)
_DATE_ENDS = tuple(f"{digit}{sign}" for digit in range(10) for sign in ("", ","))
_TIME_ENDS = (*_DAY_ENDS, *_DATE_ENDS, *_MONTH_ENDS)
_LONG_ENDS = (
    " in turn",
    " not only",
    " for decades",
    " for years",
    " for centuries",
    " for some time",
    " for a long time",
    " for many years",
)
_LATE = (" turn", " decades", " years", " centuries", " time", *_DAY_ENDS, *_MONTH_ENDS, "ly", "ly,", " ", "\n", "\t")
_NO_ADVERBS = frozenset(
    ["family", "italy", "ally", "daily", "weekly", "monthly", "assembly", "reply", "ugly", "only", "bully"]
)
_NEAR = 50
_SPEAKING = re.compile(
    r", (?:speaking|talking|writing|addressing|visiting|meeting|briefing|answering|responding|asked)\b[^,]*,$"
)
_SEVERAL = frozenset({"they", "some", "many", "others", "both", "few", "most", "several", "all", "people", "police"})
_BEFORE_MARKS = frozenset({"go", "put", "speak"})
_OPENING_SUBJECTS = frozenset({"some", "each"})
_ALSO_NAMES = frozenset({"May", "Will"})
_DEGREES = frozenset({"most", "very", "more", "quite", "so"})  # before an adverb: "most vigorously condemns"
_ADVERB = re.compile(r"[a-z]+ly$")  # not Ms. Kelly
_TELLING = frozenset({"tell", "assure", "inform", "notify"})
# All other verbs are followed by what they always are.
_BY_MORE = frozenset(
    {"insist", *GOING_ON, *COUNTING, *_BEFORE_MARKS, "argue", *PARTICLES, *_TELLING, *PARTICLE_ONLY, *BY_OBJECT}
)
_LONGEST_BETWEEN = 20
_MAY_BE_DAY = ("on ", "in ", "at ")  # "called on Monday for"
_PARTICLE_NEXT = {lemma: tuple(f" {particle}" for particle, _ in rows) for lemma, rows in PARTICLES.items()}
_LONGEST_COUNT = 110
_ON_DOING = re.compile(r" (?:on|upon) (?:not )?[a-z]+ing\b")
# "reforms that are due": what follows "that" is no clause. "should" and "had" may open one.
_VERB_FIRST = re.compile(
    r"(?:is|was|are|were|has|have|will|would|can|could|may|might|must|does|did|do|took|came|gave|brings?|brought|remains?|"
    r"seems?|makes?|exists?)\b(?! (?:he|she|it|they|we|I|the|an?)\b)"
)
# "called again for", "appealed on Friday to"
_BETWEEN = re.compile(
    rf"\s(?:(?:on )?{DAY}|once again|again|once more|anew|repeatedly|publicly|yesterday|today|also|instead|too|"
    r"[a-z]+ly|in (?:any case|particular|turn|passing|addition|public|private|vain)|at the time|at once|"
    r"this (?:week|month|year)|"
    r"last (?:week|month|year|night)|in \d{4})(?=\s)"
)


# "told friends of cracks", "assured me on Friday of his support"
_WHOM_OF = re.compile(
    r"\s(?:him|her|them|us|me|you|reporters|friends|colleagues|lawmakers|journalists|parliament|voters|members|residents|"
    r"[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){0,2})(?: on \w+day)? of(?= (?!the (?:minist|council|commit)|[A-Z])(?!that\b))"
)
_STOPS = frozenset(",.!?…")
# "apologised to the technician for the door"
_ADDRESSING = frozenset({"apologize", "apologise", "complain", "plead", "protest", "argue"})
_TO_WHOM = re.compile(r"\s(?:to|with|before) (?!that\b)[^,;:“”\"]{2,60}?(?= (?:for|of|about|against) )")
_PLURAL_ENDS = ("s", "people", "police", "staff", "media", "men", "women", "youth", "clergy")


class Surroundings:
    """The surroundings of one word."""

    def __init__(self, text: str, words: Words, unit: Unit, quote: int, at: int, end: int) -> None:
        self.text, self.words, self.unit, self.at, self.end = text, words, unit, at, end
        self.word = text[at:end]
        self.after_quote = quote > 0
        floor = unit.marked[quote - 1].close if quote else unit.start
        if quote and text[unit.marked[quote - 1].open - 1] == "(":  # "Your paper (“Slowly”, 7 June) says"
            floor = unit.marked[quote - 2].close if quote > 1 else unit.start
        floor = max(floor, at - REACH)
        self.floor = max(floor, unit.cues[-1].verb_end) if unit.cues else floor
        limit = unit.marked[quote].open if quote < len(unit.marked) else unit.end
        self.limit = min(unit.end, limit)

    def _frame(self, lemma: str) -> str | None:
        """Give what follows the verb, with its particle."""
        if lemma not in _BY_MORE:
            return FRAMES[lemma]
        if (before := GOING_ON.get(lemma)) is not None and self.text.startswith(before, self.end):
            verb = self.text[self.end + len(before) : self.end + 30].split(" ", 1)[0]
            if LEMMAS.get(verb) == verb:
                self.end += len(before) + len(verb)
                return self._frame(verb)
        frame = self._counted() if lemma in COUNTING else None
        if frame is None and lemma in _BEFORE_MARKS:
            frame = self._before_marks(lemma)
        on_doing = _ON_DOING.match(self.text, self.end, self.limit) if lemma == "insist" else None
        if frame is None and lemma in PARTICLES and on_doing is None:
            frame = self._by_particle(lemma)
        if frame is not None:
            return frame
        if lemma in _TELLING and (of := _WHOM_OF.match(self.text, self.end, self.limit)) is not None:
            self.end = of.end()
            return JUDGE
        if lemma in PARTICLE_ONLY or on_doing is not None:
            return None  # "insist on closing their eyes"
        if (place := past_place(self.text, lemma, self.end, self.limit)) >= 0:
            self.end = place
        return usual_frame(self.text, lemma, self.end, self.limit, self.unit.end)

    def _counted(self) -> str | None:
        """Read "put the toll at 11" and "put the delay down to fog"."""
        near = self.text[self.end : self.end + _LONGEST_COUNT]
        if " at " not in near and " down to " not in near:
            return None
        if (counted := COUNTED.match(self.text, self.end, self.limit)) is not None:
            self.end = counted.end()
            return JUDGE
        return JUDGE if PUT_DOWN.match(self.text, self.end, self.limit) is not None else None

    def _before_marks(self, lemma: str) -> str | None:
        """Read "he goes, “...”", "spoke of “a blip”" and "put it to him that"."""
        if lemma == "go":
            return COLOUR if self.word.lower() != "going" and GOES.match(self.text, self.end) is not None else None
        if lemma == "put":
            return CLAUSE if self._past(PUT_TO, len(" that ")) else None
        if (of := SPEAKS_OF.match(self.text, self.end)) is None:
            return None
        self.end = self.text.index("of" if " of " in of[0] else "about", self.end) + (2 if " of " in of[0] else 5)
        return JUDGE

    def _past(self, pattern: re.Pattern[str], back: int) -> bool:
        """Go past what a pattern finds behind the verb, but for so many signs at its end."""
        match = pattern.match(self.text, self.end, self.unit.end)
        if match is not None:
            self.end = match.end() - back
        return match is not None

    def _by_particle(self, lemma: str) -> str | None:
        """Give what follows a verb with one of its particles: at once, behind an adverb, or behind whom it tells."""
        end = self.end
        if lemma == "argue" and ARGUED.match(self.text, end) is not None:
            return None
        if self.text[end + 1 : end + 4] not in _MAY_BE_DAY and (frame := self._with_particle(lemma)) is not None:
            return frame
        first = self.text[end + 1 : end + _LONGEST_BETWEEN].split(" ", 1)[0]
        may_be = first.endswith(("ly", "day")) or first in BETWEEN_WORDS
        if may_be and (between := _BETWEEN.match(self.text, end)) is not None:
            self.end = between.end()
            if (frame := self._with_particle(lemma)) is not None:
                return frame
            self.end = end
        frame = self._with_particle(lemma)
        return self._to_whom(lemma) if frame is None and lemma in _ADDRESSING else frame

    def _to_whom(self, lemma: str) -> str | None:
        """Give what follows a verb whose particle stands behind whom one speaks to: "apologised to Lee for"."""
        if (whom := _TO_WHOM.match(self.text, self.end, self.limit)) is None:
            return None
        end, self.end = self.end, whom.end()
        if (frame := self._with_particle(lemma)) is None:
            self.end = end
        return frame

    def _with_particle(self, lemma: str) -> str | None:
        """Give what follows the verb if one of its particles stands there."""
        if not self.text.startswith(_PARTICLE_NEXT[lemma], self.end):
            return None
        for particle, frame in PARTICLES[lemma]:
            if self.text.startswith(f" {particle}", self.end):
                stop = self.end + 1 + len(particle)
                is_known = frame != AS or says_what_it_is(self.text, lemma, stop, self.unit.end)
                if is_known and not self.text[stop : stop + 1].isalnum():
                    self.end = stop
                    return frame
        return None

    def _cue(self, *, left: int, form: str, lemma: str, frame: str, subject: tuple[int, int] = (-1, -1)) -> Cue:
        right, has_that = find_content(self.text, self.end, self.unit.end, self.limit, frame)
        is_far = has_that and not self.text.startswith(" that ", self.end) and self.text[right - 2] != ","
        is_told = frame == TELL or lemma in ("warn", "promise")
        if is_far and self.after_quote and not _STOPS.isdisjoint(self.text[self.floor - 2 : self.floor + 1]):
            # “It hurts,” Lee said of the ban that began in May
            right, has_that = self.end, False
        elif is_far and (lemma == "continue" or (not is_told and _VERB_FIRST.match(self.text, right) is not None)):
            right, has_that = self.end, False  # "continues to enjoy the peace that all deserve", "reforms that are due"
        if lemma in FEELING_VERBS and not has_that:
            right, has_that = feeling_end(self.text, self.end, self.limit) or (right, has_that)
        return Cue(
            left=left, verb=self.at, verb_end=self.end, right=right, form=form, frame=frame, lemma=lemma,
            subject_start=subject[0], subject_end=subject[1], has_that=has_that,
        )  # fmt: skip

    def _leads_to_speech(self) -> bool:
        """Tell whether "that" or a quotation follows the verb at once."""
        return self.text.startswith((" that ", ", “", ": “", ', "', ': "', " “", ' "'), self.end)

    def _is_plural(self, start: int, end: int) -> bool:
        phrase = self.text[start:end].lower()
        return (
            phrase in _SEVERAL
            or head_of(phrase) in _SEVERAL
            or phrase.startswith("those who ")
            or " and " in phrase
            or phrase.endswith(_PLURAL_ENDS)
            or head_of(phrase).endswith(_PLURAL_ENDS)
            or any(word in OFFICES and word.endswith("s") for word in phrase.split())
        )

    def _is_plain_before(self) -> bool:
        """Tell whether one blank stands before the verb, and before it no adverb or day by its looks."""
        if not self.text.startswith(" ", self.at - 1) or self.text[self.at - 2].isdigit():
            return False
        return not self.text.endswith(_LATE, self.floor, self.at - 1)

    def _day_last(self, piece: str) -> re.Match[str] | None:
        """Find a day at the end of the words before a verb; not in "Lee, who left on Monday, said"."""
        if piece.endswith(",") and (" wh" in piece[-_LONGEST_CLAUSE:] or _SPEAKING.search(piece) is not None):
            return None
        return _TRAILING_DAY.search(piece[-60:])

    def is_habit(self) -> bool:
        """Tell whether words in marks follow "would say": "he would tell us at table: “Wait.”"."""
        if not self.text.endswith("would ", 0, self.at) or self.limit >= self.unit.end:
            return False
        between = self.text[self.end : self.limit].rstrip()
        return self.limit - self.end < _NEAR and between[-1:] in (",", ":") and "," not in between[:-1]

    def _before_helpers(self) -> tuple[int, str | None]:
        """Give where the words between subject and verb begin, and the word that silences the verb, if one does."""
        stop = self.at
        # Most verbs stand right behind their subjects.
        if self._is_plain_before() and not self.words.before(self.floor, stop) & HELPER:
            return stop - 1, None
        while stop > self.floor:
            piece = self.text[self.floor : stop].rstrip()
            if piece.endswith(_TIME_ENDS) and (day := self._day_last(piece)):
                stop = self.floor + len(piece) - len(day.group())
                continue
            if piece.endswith(_LONG_ENDS):  # "have for decades predicted", "in turn conveyed"
                stop = self.floor + len(piece) - len(next(end for end in _LONG_ENDS if piece.endswith(end)))
                continue
            word = piece.rsplit(None, 1)[-1] if piece else ""
            low = word.lower().strip(",")
            if low in _OPENING_SUBJECTS and not piece[: -len(word)].rstrip(' ;,“"'):  # "Some have demanded that"
                return self.floor + len(piece), None
            if low == "would" and self.is_habit():
                stop = self.floor + len(piece) - len(word)
                continue
            is_some = low == "some" and self.word == LEMMAS.get(self.word)
            is_some = is_some or (low == "each" and self.word.endswith("ed"))  # "both each stressed", not "each call"
            if low in SILENCING and not is_some and word.strip(",") not in _ALSO_NAMES:
                return self.floor + len(piece), low
            rest = piece[: -len(word)].rstrip()
            if word.endswith(",") and rest and rest[-1] != ",":  # "Lee, who is running again, said"
                return self.floor + len(piece), None
            is_adverb = low.endswith("ly") and _ADVERB.match(word.strip(",")) and low not in _NO_ADVERBS
            is_degree = (
                low in _DEGREES
                and stop < self.at
                and self.text[stop : self.at].lstrip().split(None, 1)[0].endswith("ly")
            )
            if low not in HELPERS and not is_adverb and not is_degree:
                return self.floor + len(piece), None
            stop = self.floor + len(piece) - len(word)
        return stop, None
