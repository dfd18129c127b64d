"""Who holds an office of which an article speaks: “the minister”, “the Leader”."""

from __future__ import annotations

import re

from stancekit.text.attribution.bodies import INDEFINITE, NEXT
from stancekit.text.attribution.called import Called
from stancekit.text.attribution.callings import (
    JOBS,
    described_before,
    sex_of,
)
from stancekit.text.attribution.descriptions import (
    PLACE_KEYS,
    PLURALS,
    as_minister,
    capitalised_before,
    head_of,
    is_bare,
    is_definite,
    keys,
    original_head,
    plain_name,
)
from stancekit.text.attribution.namewords import OFFICES
from stancekit.text.attribution.persons import Held, Speaker
from stancekit.text.attribution.salience import (
    FITS,
    LAST,
    LEFT_OUT,
    SAME,
    VAGUE,
    Choice,
    best,
    by_country,
    holder_choices,
    may_introduce,
    may_mean,
    other_choices,
)
from stancekit.text.attribution.verbs import word_set

# Who held an office once is known by name, and so is who will soon.
_PAST = word_set("former late ex outgoing incoming then ousted deposed")
# Of these nobody is named where they are first spoken of: "an official".
_NAMELESS = word_set("official diplomat member")
_DELEGATES = word_set("representative delegate observer delegation")  # each country has one
_CROWNED = word_set("king queen prince princess emir sultan shah monarch pope")  # whom papers name first
_LEAD = 250  # characters with which an article begins
_TURNS = (" his part,", " her part,", " its part,", " his part ", " her part ", " its part ", " in turn,", "in turn, ")
_NEAR = 200  # characters back to whom a sentence has just named
_BOTH = ("the two ", "both ")
_COUNTED = frozenset({"two", "both"})
_ANY_OFFICE = frozenset({"official", "leader", "diplomat", "politician"})
_UNKNOWN = ("the previous ", *INDEFINITE, "your ")
_OPENING = 80  # characters before an office in which another person may be named
_TOWARDS = re.compile(r"(?:^|[.!?”\n] )(?:[A-Z]\w{3,}ing|Unlike|Like) ([^,;:.“”]{2,60}), $")
_OWNED = re.compile(r"[A-Z][\w.-]*[\w](?:[’']s|s[’']) ")
_COMES_FROM = re.compile(r" (?:from|in|at) (?:the )?[A-Z]")
_ADJECTIVE = 24  # characters before an office in which its country may stand


class Officers(Called):
    """Names who is meant by an office or a calling."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.labels: frozenset[str | None] = frozenset()  # who has turns: nobody there calls himself "he"
        self.quoted: set[str] = set()  # of whom anything was quoted so far
        self._countries: dict[str, frozenset[str]] = {}

    def _by_office(self, phrase: str, head: str, at: int) -> Speaker | None:
        """Say who holds an office, as far as the article tells."""
        words = keys(phrase)
        if head in PLURALS or phrase.lower().startswith(_UNKNOWN):
            return self._by_new_office(phrase, words, head, at)
        held = self.people.holders(words, head)
        if self.author is not None:
            held = [one for one in held if one.person.name != self.author]
        if head in _DELEGATES and (places := words & PLACE_KEYS):
            sent = [one for one in held if places & one.words]
            return best(holder_choices(sent, self._present, at, words, is_home=None)) or self._plain(phrase, "person")
        if (foreign := self._coming_from(words, held, at)) is not None:
            return foreign
        if (named := self.people.named_between_commas(at + len(phrase))) is not None:
            return named
        speaker = best(self._choices(phrase, words, head, at, held)) or self._introduced(phrase, words, head, at)
        speaker = (
            speaker or self._by_country(phrase, words, head, at) or self._by_calling_alone(phrase, words, head, at)
        )
        if speaker is not None and self.people.is_untitled(speaker) and speaker.name.split()[-1][0].isupper():
            self.people.appoint(speaker, words, at)
        return speaker or self._just_met(phrase, at) or self._plain(self._longer_office(phrase, at), "person")

    def _by_new_office(self, phrase: str, words: frozenset[str], head: str, at: int) -> Speaker:
        """Say who several officers are, or somebody who is told of first: "a Chinese envoy", "your minister"."""
        if head in PLURALS:
            if (both := self._both(phrase, words, at)) is not None:
                return both
            if not phrase.lower().startswith("the "):
                return self._plain(phrase, "people")
            return self._several(words) or self._plain(self.described_before(head, at) or phrase, "people")
        found = None
        if not phrase.lower().startswith("your "):
            found = self._named_next(words, head, at) or self._introduced(phrase, words, head, at)
        return found or self._plain(phrase, "person")

    def _both(self, phrase: str, words: frozenset[str], at: int) -> Speaker | None:
        """Say who "the two ministers" are: the only two people named so far, if both may be called so."""
        if not phrase.lower().startswith(_BOTH) or self.text.startswith(", who ", at + len(phrase)):
            return None
        named = {one.name: one for one in self.people.before(at)}
        if len(named) != 2:
            return None
        meant = words - _COUNTED
        titles = [keys(one.title or "") for one in named.values()]
        if not all(title and (meant <= title or "counterpart" in title or meant <= _ANY_OFFICE) for title in titles):
            return None
        both = list(named.values())[::-1]
        title = " and ".join(one.title for one in both if one.title)
        return Speaker(name=" and ".join(one.name for one in both), title=title, kind="people")

    def _just_met(self, phrase: str, at: int) -> Speaker | None:
        """Say who was named first right before and holds no office yet: "It hit Ann Lee. The mayor of Ebel said"."""
        topics = self.topics
        if not topics or not is_definite(phrase) or len(self.labels) > 1 or topics[0].kind != "person":
            return None
        is_new = self.people.is_new(topics[0], at, _NEAR)
        return topics[0] if is_new and self.people.is_untitled(topics[0]) else None

    def _longer_office(self, phrase: str, at: int) -> str:
        """Give "Minister of Water" for "the Minister" of whom the article tells no name."""
        words = phrase.split()
        if len(words) != 2 or not words[1][0].isupper():
            return phrase
        return capitalised_before(self.text, words[1], at) or phrase

    def _choices(self, phrase: str, words: frozenset[str], head: str, at: int, held: list[Held]) -> list[Choice]:
        """Rank those whom an office may mean."""
        present = self._present
        if present and self._opens_with(present[0], at):
            held = [one for one in held if one.person.name != present[0].name]
            present = present[1:]
        if present and self._takes_turn(at, at + len(phrase)):
            places = words & PLACE_KEYS
            held = [one for one in held if one.person.name != present[0].name or places & one.words]
            present = [] if places else present[1:]
        is_contested = bool(present) and self.people.is_untitled(present[0])
        choices = holder_choices(held, present, at, words, is_home=self._is_at_home if is_contested else None)
        bare = is_bare(as_minister(words))
        if "Leader" in phrase.split():  # in capitals a title of clerics, and no word for others
            present = [one for one in present if one.title is not None]
        elif original_head(phrase)[0].isupper():  # "the Governor" holds that office by the article
            present = [one for one in present if self.people.has_office(one)]
        if not is_definite(phrase) or not (bare or head_of(phrase) == phrase.lower().split()[-1]):
            return choices
        if not present or any(choice.score == FITS + LAST for choice in choices):
            return choices
        if self._is_another_one(phrase, words & PLACE_KEYS, at):
            present = [one for one in present if not self.people.is_untitled(one)]
        meant = as_minister(words)
        if len(self.labels) > 1:  # whoever has a turn is spoken to, and not of
            present = [one for one in present if one.name not in self.labels]
            if not present:
                return choices
        return choices + other_choices(self.people, meant, head, present, is_home=self._is_at_home, is_bare=bare)

    def _is_another_one(self, phrase: str, places: frozenset[str], at: int) -> bool:
        """Tell whether a foreigner speaks too, who holds an office that is told of for the article's own country.

        "The Chinese foreign minister also stressed": not Karimi, where "the Iranian foreign minister" is told of.
        """
        if not places or self._is_at_home(places) or not self.text.startswith(" also ", at + len(phrase)):
            return False
        office = next((word for word in phrase.split() if word.islower() and word != "the"), None)
        return office is not None and self._home in self._countries_of(phrase[phrase.index(f" {office}") :])

    def _countries_of(self, office: str) -> frozenset[str]:
        """Give the countries of whose " foreign minister" the article tells."""
        if office not in self._countries:
            starts = (found.start() for found in re.finditer(re.escape(office), self.text))
            before = (self.text[max(0, at - _ADJECTIVE) : at] for at in starts)
            words = (piece.rsplit(None, 1)[-1] for piece in before if piece.strip())
            self._countries[office] = frozenset().union(*(keys(word) & PLACE_KEYS for word in words))
        return self._countries[office]

    def _opens_with(self, speaker: Speaker, at: int) -> bool:
        """Tell whether whoever spoke is named right before another: "Echoing Lee, the minister said"."""
        if not self.text.startswith(", ", at - 2):
            return False
        name = speaker.name.rsplit(None, 1)[-1]
        opening = _TOWARDS.search(self.text, max(0, at - _OPENING), at)
        return opening is not None and name in opening[1].split()

    def _takes_turn(self, start: int, end: int) -> bool:
        """Tell whether somebody else spoke before: "For his part, the minister said", "the minister, in turn, said"."""
        around = (self.text[max(0, start - 16) : start] + self.text[end : end + 16]).lower()
        return any(turn in around for turn in _TURNS)

    def _by_country(self, phrase: str, words: frozenset[str], head: str, at: int) -> Speaker | None:
        """Say who holds an office that is told by another word, or before or after the article speaks of it."""
        if not (is_definite(phrase) and is_bare(as_minister(words))):
            return None
        if (speaker := by_country(self.people, words, head)) is not None:
            return speaker
        is_past = not _PAST.isdisjoint(phrase.lower().split())
        if is_past and (before := self.people.untitled_before(at)) is not None:
            return before
        if OFFICES[head] not in LEFT_OUT or not self._is_at_home(words & PLACE_KEYS):
            return None
        coming = self._not_stranger(self.people.coming(at), words, at)
        if "Leader" in phrase.split():
            return coming if coming is not None and coming.title is not None else None
        if coming is None and OFFICES[head] not in VAGUE:
            coming = self._not_stranger(self.people.only_untitled(), words, at)
        return coming

    def _coming_from(self, words: frozenset[str], held: list[Held], at: int) -> Speaker | None:
        """Say who is named next after an office of a foreign country that nobody is told to hold."""
        places = words & PLACE_KEYS
        if not places or any(places & one.words for one in held) or self._is_at_home(places):
            return None
        return self.people.newcomer(at, at + NEXT // 2)

    def _by_calling_alone(self, phrase: str, words: frozenset[str], head: str, at: int) -> Speaker | None:
        """Say who is meant by what nobody is called by the article: who is named next, spoke last, or leads it."""
        if not is_definite(phrase) or OFFICES.get(head) in _CROWNED:
            return None
        coming = self.people.newcomer(at + len(phrase), at + NEXT)
        if (coming := self._not_stranger(coming, words, at)) is not None:
            return coming
        near = [*self._present[:1], *([self.people.lead] if self.people.lead is not None else [])]
        is_short = is_bare(as_minister(words))
        may_be = (one for one in near if is_short and may_mean(self.people, words, head, one) and self._has_name(one))
        return next(
            (one for one in may_be if self._is_at_home(words & PLACE_KEYS) or self.people.has_office(one)), None
        )

    def _introduced(self, phrase: str, words: frozenset[str], head: str, at: int) -> Speaker | None:
        """Say who is named after an article has begun with a description of them, not as somebody's: "Lee’s aide"."""
        at += len(phrase)
        is_nameless = head in _NAMELESS and head == OFFICES[head] in as_minister(words)
        is_nameless |= OFFICES[head] in _CROWNED
        if at > _LEAD or self.heard or is_nameless or _OWNED.search(phrase) is not None:
            return None
        speaker = self._not_stranger(self.people.begins_next(at) or self.people.speaks_next(at), words, at)
        if speaker is None or (OFFICES[head] == "spokesman" and self.people.is_untitled(speaker)):
            return None  # "A spokesman said so. Ann Lee, who runs a farm, said": another, unlike "A farmer said so."
        if sex_of({head}) is not None and self.people.likely_sex(speaker) not in (None, sex_of({head})):
            return None
        return speaker if may_introduce(self.people, words, head, speaker) else None

    def _not_stranger(self, speaker: Speaker | None, words: frozenset[str], at: int) -> Speaker | None:
        """Leave out who is no holder of a bare office, as the paragraph names them first behind it, and in full.

        Readers know "Karimi", and a paragraph below may name whom the one above described.
        """
        if speaker is None or not is_bare(as_minister(words)) or words & PLACE_KEYS:
            return speaker
        is_stranger = " " in speaker.name and speaker.title is None and self.people.comes_beside(speaker, at)
        return None if is_stranger else speaker

    @property
    def _present(self) -> list[Speaker]:
        """The persons who were spoken of or heard last, the last first."""
        present: list[Speaker] = []
        for one in [*self.topics, *filter(self._has_spoken, reversed(self.heard))]:
            if one.kind == "person" and one not in present and one.name != self.author:
                present.append(one)
        return present

    def _has_spoken(self, speaker: Speaker) -> bool:
        """Tell whether a name that was heard is one: of a lone word that nothing explains, something must be quoted."""
        return (
            " " in speaker.name
            or speaker.title is not None
            or speaker.name in self.quoted
            or self.people.knows(speaker.name)
        )

    @property
    def _spoken_of(self) -> list[Speaker]:
        """Whoever was spoken of or heard last, the last first."""
        return [*self.topics, *reversed(self.heard)]

    def _named_next(self, words: frozenset[str], head: str, at: int) -> Speaker | None:
        """Say who is named after a report has begun with "A Chinese envoy"."""
        if head in _NAMELESS or len(words) < 2:
            return None
        places = words & PLACE_KEYS
        coming = [
            held
            for held in self.people.holders(words, head)
            if at < held.at < at + NEXT and (not places or places & held.words)
        ]
        return min(coming, key=lambda held: held.at).person.speaker() if coming else None

    def _by_calling(self, phrase: str, head: str, at: int) -> Speaker:
        """Say whom a word for a person means that is no office: "the 54-year-old"."""
        if phrase.lower().startswith("the "):
            words = keys(phrase)
            if head in JOBS and (told := self.people.told_as(head, at)) is not None:
                return told
            choices = other_choices(self.people, words, head, self._present, is_home=self._is_at_home)
            if head in JOBS or _COMES_FROM.search(phrase) is not None:
                choices = [choice for choice in choices if choice.score >= SAME]
            if (speaker := best(choices)) is not None:
                return speaker
            if head == "source" and (described := described_before(self.text, head, at)) is not None:
                return Speaker(name=described, title=None, kind="person")
        return Speaker(name=plain_name(phrase), title=None, kind="person", sex=sex_of({head}))

    def _several(self, words: frozenset[str]) -> Speaker | None:
        """Say who was heard that "the ministers" can mean."""
        words = as_minister(words)
        for speaker in reversed(self.heard):
            if speaker.kind == "people" and words <= as_minister(keys(speaker.name)):
                return speaker
            if "two" in words and speaker.kind == "people" and " and " in speaker.name and speaker.title is not None:
                return speaker
        return None
