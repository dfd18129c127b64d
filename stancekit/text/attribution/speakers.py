"""Who speaks in an article: whom "he", "the minister" and "the Leader" mean, and by which name.

`Cast` reads an article once. It is then asked in the order of the text and told whom it has heard, since "he" is
whoever spoke last.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache

from stancekit.text.attribution.names import (
    HONORIFICS,
    MEN,
    OFFICES,
    PLACES,
    WOMEN,
    Mention,
    apposition,
    find_mentions,
)
from stancekit.text.attribution.reporting import DOCUMENTS, VOICES, word_set

PRONOUNS = word_set("he she they it")
OWN_VOICE = word_set("i we you one")
# "the ..." of this kind is whoever spoke last, when nobody was introduced by it.
_ANYBODY = word_set("official diplomat politician expert cleric lawmaker commander chief general")
# The same, if whoever spoke last has no title in the article.
_ANY_UNTITLED = frozenset(OFFICES.values()) - word_set(
    """
    counterpart deputy member judge king lawyer mayor prosecutor correspondent professor candidate activist
    """
)
_OFFICE_KEYS = frozenset(OFFICES.values())
# Words of a description that set nobody apart.
_GENERAL = word_set(
    """
    top chief senior former then acting new current late deputy's high-ranking country nation
    """
)
_SMALL = word_set("the a an of for to and in at his her its their s on from with")
_PLURALS = frozenset(word for word in OFFICES if word.endswith("s") and not word.endswith("ss")) | {"spokesmen"}
_PREFIX = re.compile(
    r"^(?:(?:and|but|so|yet|also|then|however|meanwhile|in turn|on the other hand|for example|for instance|"
    r"earlier|later|"
    r"that|as|while|when|where|because|since|although|though|after|before|if|moreover|furthermore|in addition|"
    r"in this regard|elsewhere|instead|still|both)\b,?\s+)+",
    re.IGNORECASE,
)
_GENITIVE = ("'s", "’s", "'", "’")
_N_CANDIDATES = 20  # people of one surname, or holders of one office, that are compared
_N_HEARD = 6
_N_NAMED = 60  # names that are looked at, going back from a pronoun


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Somebody who speaks.

    Attributes
    ----------
    name : str
        The fullest name in the article, or the description.
    title : str or None
        The office as the article gives it.
    kind : str
        "person", "people" for several, or "body" for all else.
    sex : str or None
        "he" or "she" where a title tells.

    Examples
    --------
    >>> Cast("Foreign Minister Ann Lee met us. Lee left.").resolve(33, 36).name
    'Ann Lee'
    """

    name: str
    title: str | None
    kind: str
    sex: str | None = None


@dataclass(slots=True, kw_only=True)
class _Person:
    name: str
    parts: tuple[str, ...]
    titles: list[str] = field(default_factory=list)
    sex: str | None = None

    def speaker(self) -> Speaker:
        return Speaker(name=self.name, title=max(self.titles, key=len, default=None), kind="person", sex=self.sex)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """From where on somebody is known by an office, as the words of it."""

    at: int
    person: _Person
    words: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Issued:
    at: int
    noun: str
    speaker: Speaker


class Cast:
    """The people of one article, and who was heard last.

    Parameters
    ----------
    text : str
        The article.

    Examples
    --------
    >>> cast = Cast("Iranian Foreign Minister Mohammad Javad Zarif left. The foreign minister smiled.")
    >>> cast.resolve(52, 72).name
    'Mohammad Javad Zarif'
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.heard: list[Speaker] = []
        self._mentions = find_mentions(text)
        self._starts = [mention.name_start for mention in self._mentions]
        self._people: dict[int, _Person] = {}
        self._by_part: dict[str, list[_Person]] = defaultdict(list)
        self._holders: dict[str, list[_Held]] = defaultdict(list)
        self._issued: list[_Issued] = []
        self._gather()

    def hear(self, speaker: Speaker) -> None:
        """Remember who spoke last."""
        others = [one for one in self.heard if one.name != speaker.name]
        self.heard = [*others[1 - _N_HEARD :], speaker]

    @property
    def last(self) -> Speaker | None:
        """Whoever spoke last."""
        return self.heard[-1] if self.heard else None

    def issue(self, noun: str, at: int, speaker: Speaker) -> None:
        """Remember whose statement, letter or report is spoken of."""
        self._issued.append(_Issued(at=at, noun=noun, speaker=speaker))

    def resolve(self, start: int, end: int) -> Speaker | None:
        """Say whom the phrase ``text[start:end]`` means there; None where it is nobody.

        Parameters
        ----------
        start, end : int
            The phrase: a name, a pronoun, an office, a body or a description.
        """
        start, end = self._trimmed(start, end)
        phrase = self.text[start:end]
        low = phrase.lower()
        if not phrase or re.split("['’]", low, maxsplit=1)[0] in OWN_VOICE:
            return None
        if low in PRONOUNS:
            return self._by_pronoun(low, start)
        return self._by_name(start, end) or self._known(phrase) or self._described(phrase, start)

    def _known(self, phrase: str) -> Speaker | None:
        """Give who is known by a word that looks like none of a name: "May"."""
        if " " in phrase or not phrase[0].isupper() or phrase.lower() not in self._by_part:
            return None
        person = self._longer(_parts(phrase))
        return None if person is None else person.speaker()

    def name(self, label: str) -> Speaker:
        """Say whom the label of a turn means: "SECRETARY BLINKEN", "Vladimir Putin"."""
        mentions = find_mentions(f"{label}:")
        if not mentions:
            return Speaker(name=label, title=None, kind="body")
        person = self._longer(_parts(mentions[-1].name))
        if person is None:
            return Speaker(name=mentions[-1].name, title=mentions[-1].title, kind="person")
        return person.speaker()

    def _gather(self) -> None:
        """Make people of mentions, long names first, so that short ones find theirs."""
        known: dict[str, _Person] = {}
        parts = [_parts(mention.name) for mention in self._mentions]
        for i in sorted(range(len(parts)), key=lambda i: -len(parts[i])):
            mention = self._mentions[i]
            person = known.get(mention.name) or self._longer(parts[i])
            if person is None:
                if len(parts[i]) == 1 and mention.title is None:
                    continue
                person = _Person(name=mention.name, parts=parts[i])
                for part in set(parts[i]):
                    self._by_part[part].append(person)
            known[mention.name] = self._people[i] = person
        for i in sorted(self._people):
            self._describe(self._people[i], self._mentions[i])

    def _longer(self, parts: tuple[str, ...]) -> _Person | None:
        """Find the person in whose name a shorter one is contained, best at its end."""
        candidates = self._by_part.get(parts[-1], [])[:_N_CANDIDATES]
        for person in candidates:
            if person.parts[-len(parts) :] == parts:
                return person
        if len(parts) > 1:
            return next((person for person in candidates if set(parts) <= set(person.parts)), None)
        return next((person for person in candidates if person.parts[0] == parts[0]), None)

    def _describe(self, person: _Person, mention: Mention) -> None:
        """Note the offices that a mention gives a person."""
        before = {mention.honorific.lower().rstrip(".")} if mention.honorific else set()
        for given in (mention.title, apposition(self.text, mention)):
            if given is None:
                continue
            before |= set(given.lower().split())
            if given not in person.titles:
                person.titles.append(given)
            words = _keys(given)
            for word in words & _OFFICE_KEYS:
                self._holders[word].append(_Held(at=mention.start, person=person, words=words))
        person.sex = person.sex or ("she" if before & WOMEN else "he" if before & MEN else None)

    def _trimmed(self, start: int, end: int) -> tuple[int, int]:  # a span, and nothing else
        """Leave out blanks and the conjunctions before a phrase."""
        phrase = self.text[start:end]
        end -= len(phrase) - len(phrase.rstrip(" ,\n\t"))
        start += len(phrase) - len(phrase.lstrip(" ,\n\t“”\"'"))
        if (prefix := _PREFIX.match(self.text[start:end])) is not None and start + prefix.end() < end:
            start += prefix.end()
        return start, end

    def _by_pronoun(self, pronoun: str, at: int) -> Speaker | None:
        """Say who was heard last and can be called so; else who was named last."""
        wanted = {"they": ("people", "body"), "it": ("body",)}.get(pronoun, ("person",))
        for speaker in reversed(self.heard):
            if speaker.kind in wanted and speaker.sex in (None, pronoun):
                return speaker
        if wanted == ("person",):
            nearest = bisect_left(self._starts, at) - 1
            for i in range(nearest, max(-1, nearest - _N_NAMED), -1):
                person = self._people.get(i)
                if person is not None and person.sex in (None, pronoun):
                    return person.speaker()
        return None

    def _by_name(self, start: int, end: int) -> Speaker | None:
        """Say whom a phrase names at its end or at its beginning."""
        inside = [
            i
            for i in range(bisect_left(self._starts, start), bisect_left(self._starts, end))
            if self._mentions[i].end <= end
        ]
        if not inside:
            return None
        if self._mentions[inside[-1]].end != end:
            inside = [i for i in inside if i in self._people] or inside
        last = self._mentions[inside[-1]]
        if last.end == end and not self._is_more_than_name(inside[-1], start):
            return self._joined(inside, start) or self._named(inside[-1])
        first = self._mentions[inside[0]]
        at_head = first.start <= start + 4 or first.name_start == start
        if at_head and inside[0] in self._people and not self.text.startswith(_GENITIVE, first.end):
            return self._named(inside[0])
        return None

    def _is_more_than_name(self, i: int, start: int) -> bool:
        """Tell whether a lone unknown capitalised word only ends a longer phrase: "the University of Isfahan"."""
        mention = self._mentions[i]
        if i in self._people or mention.name_start == start:
            return False
        before = self.text[start : mention.name_start].split()
        return bool(before) and before[-1].lower() in {"of", "the", "in", "for", "and", "to", "with", "at", "from"}

    def _named(self, i: int) -> Speaker:
        """Give the person of a mention, who may be known by this mention alone."""
        if (person := self._people.get(i)) is not None:
            return person.speaker()
        mention = self._mentions[i]
        return Speaker(name=mention.name, title=mention.title, kind="person")

    def _joined(self, inside: list[int], start: int) -> Speaker | None:
        """Give two people in one: "Foreign Minister Ann Lee and Chancellor Bo Kern"."""
        if len(inside) < 2:
            return None
        one, other = self._mentions[inside[-2]], self._mentions[inside[-1]]
        between = self.text[one.end : other.start].strip()
        if between not in ("and", "and the") or one.start > start + 4:
            return None
        both = [self._named(inside[-2]), self._named(inside[-1])]
        titles = [speaker.title for speaker in both if speaker.title]
        return Speaker(name=" and ".join(one.name for one in both), title=" and ".join(titles) or None, kind="people")

    def _described(self, phrase: str, at: int) -> Speaker | None:
        """Say whom an office means, or what issued a document; else name the description itself."""
        head = _head(phrase)
        if head in OFFICES:
            return self._by_office(phrase, head, at)
        if _last_word(phrase) in DOCUMENTS:
            return self._by_document(phrase, _last_word(phrase))
        original = _original_head(phrase)
        if original.islower() and original not in VOICES:
            return None
        return self._by_body(phrase)

    def _by_office(self, phrase: str, head: str, at: int) -> Speaker | None:
        """Say who holds an office, as far as the article tells."""
        definite = not phrase.lower().startswith(("a ", "an ", "one ", "some ", "another "))
        if head not in _PLURALS and definite:
            words = _as_minister(_keys(phrase))
            holders = [held for key in words & _OFFICE_KEYS for held in self._holders[key][-_N_CANDIDATES:]]
            fitting = [held for held in holders if _fits(words, held.words)]
            if fitting:
                return max(fitting, key=lambda held: self._nearness(held, at)).person.speaker()
            is_bare = phrase.lower().startswith("the ") and not (words - _OFFICE_KEYS - _GENERAL - _PLACE_KEYS)
            if is_bare and (speaker := self._anybody(head)) is not None:
                return speaker
        if head in _PLURALS and definite:
            words = _as_minister(_keys(phrase))
            for speaker in reversed(self.heard):
                if speaker.kind == "people" and words <= _as_minister(_keys(speaker.name)):
                    return speaker
        kind = "people" if head in _PLURALS else "person"
        return Speaker(name=_plain_name(phrase), title=None, kind=kind)

    def _anybody(self, head: str) -> Speaker | None:
        """Say who is meant by a bare "the official": who was described so, or else who spoke last."""
        key = OFFICES[head]
        heard = [speaker for speaker in reversed(self.heard) if speaker.kind == "person"]
        for speaker in heard:
            if key in _keys(speaker.name):
                return speaker
        if heard and (key in _ANYBODY or (key in _ANY_UNTITLED and heard[0].title is None)):
            return heard[0]
        return None

    def _nearness(self, held: _Held, at: int) -> tuple[bool, bool, int]:  # a sort key
        """Rank a holder: known by then, heard last, introduced last."""
        last = next((speaker.name for speaker in reversed(self.heard) if speaker.kind == "person"), None)
        return held.at <= at, held.person.name == last, held.at

    def _by_document(self, phrase: str, noun: str) -> Speaker | None:
        """Say who issued a document that was spoken of."""
        for issued in reversed(self._issued):
            if issued.noun == noun:
                return issued.speaker
        return self.last or Speaker(name=_plain_name(phrase), title=None, kind="body")

    def _by_body(self, phrase: str) -> Speaker:
        """Name a body, by its longer name where it was heard under one."""
        name = _plain_name(phrase)
        if name.islower():
            for speaker in reversed(self.heard):
                if speaker.kind == "body" and speaker.name.lower().endswith(f" {name}"):
                    return speaker
        kind = "people" if name.split()[-1:] and name.split()[-1].endswith("s") and name.islower() else "body"
        return Speaker(name=name, title=None, kind=kind)


_PLACE_KEYS = frozenset(place[:5] for place in PLACES)


@lru_cache(maxsize=4096)
def _parts(name: str) -> tuple[str, ...]:
    """Give the words of a name in small letters, hyphens parting them as blanks do."""
    return tuple(name.lower().replace("-", " ").replace(".", "").split()) or (name,)


def _keys(title: str) -> frozenset[str]:
    """Give the words that count in an office, synonyms and places made one."""
    words = (word.strip(".,’'").removesuffix("’s").removesuffix("'s") for word in title.lower().split())
    return frozenset(
        OFFICES.get(word, word[:5] if word in PLACES or f"{word}." in PLACES else word)
        for word in words
        if word and word not in _SMALL and word not in HONORIFICS
    )


def _as_minister(words: frozenset[str]) -> frozenset[str]:
    """Read "the top diplomat" as the foreign minister."""
    if "diplomat" in words and words & {"top", "chief", "senior"}:
        return (words - {"diplomat", "top", "chief", "senior"}) | {"foreign", "minister"}
    return words


def _fits(words: frozenset[str], title: frozenset[str]) -> bool:
    """Tell whether a description can mean the holder of a title."""
    if not words & title & _OFFICE_KEYS:
        return False
    places, title_places = words & _PLACE_KEYS, title & _PLACE_KEYS
    if places and title_places and not places & title_places:
        return False
    return words - _PLACE_KEYS - _GENERAL <= title


def _head(phrase: str) -> str:
    """Give the last word of a phrase before its "of", "for" or "to"."""
    words = phrase.lower().split()
    for i, word in enumerate(words):
        if i and word in {
            "of",
            "for",
            "to",
            "in",
            "at",
            "from",
            "on",
            "with",
            "who",
            "that",
            "by",
            "familiar",
            "close",
        }:
            return words[i - 1]
    return words[-1]


def _original_head(phrase: str) -> str:
    """Give the head of a phrase as it is written."""
    head = _head(phrase)
    return next(word for word in phrase.split() if word.lower() == head)


def _last_word(phrase: str) -> str:
    """Give the head of "a statement by the ministry" in small letters."""
    return re.split(r"\s(?:by|from|of|on|to)\s", phrase, maxsplit=1)[0].lower().split()[-1]


def _plain_name(phrase: str) -> str:
    """Drop "the" before a name or a description."""
    phrase = " ".join(phrase.split())
    return phrase[4:] if phrase.lower().startswith("the ") else phrase
