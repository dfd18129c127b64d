"""Who speaks in an article: whom "he", "the minister" and "the Leader" mean, and by which name.

`Cast` reads an article once. It is then asked in the order of the text and told whom it has heard, since "he" is
whoever spoke last.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from stancekit.text.attribution.descriptions import (
    PLACE_KEYS,
    PLURALS,
    THINGS,
    as_minister,
    capitalised_before,
    head_of,
    is_bare,
    is_definite,
    keys,
    last_word,
    original_head,
    place_of,
    plain_name,
)
from stancekit.text.attribution.names import find_mentions
from stancekit.text.attribution.namewords import BODIES, OFFICES, PLACES
from stancekit.text.attribution.people import GENITIVE, Held, People, Speaker
from stancekit.text.attribution.reporting import DOCUMENTS, VOICES, word_set

# Pronouns, and what kinds of speakers they mean.
PRONOUNS = {"he": ("person",), "she": ("person",), "they": ("people", "body"), "it": ("body",)}
_OBJECTS = {"him": "he", "them": "they"}  # "quoted him as saying"
OWN_VOICE = word_set("i we you one")
# "the ..." of this kind is whoever spoke last, when nobody was introduced by it.
_ANYBODY = word_set("official diplomat politician chief negotiator")
# The same, if whoever spoke last has no title in the article.
_ANY_UNTITLED = frozenset(OFFICES.values()) - word_set(
    """
    counterpart deputy member judge king lawyer mayor prosecutor correspondent professor candidate activist
    """
)
_INDEFINITE = ("a ", "an ", "one ", "some ", "another ")
_PREFIX = re.compile(
    r"^(?:(?:and|but|so|yet|also|then|however|meanwhile|in turn|on the other hand|for example|for instance|"
    r"earlier|later|"
    r"that|as|while|when|where|because|since|although|though|after|before|if|moreover|furthermore|in addition|"
    r"in this regard|elsewhere|instead|still|both)\b,?\s+)+",
    re.IGNORECASE,
)
_PREFIX_WORDS = word_set(
    """
    and but so yet also then however meanwhile in on for earlier later that as while when where because since although
    though after before if moreover furthermore elsewhere instead still both
    """
)
# "a report by the Daily News"
_ISSUER = re.compile(r"\s(?:by|from)\s+(.+)")
_N_HEARD = 6


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
        self.topic: Speaker | None = None
        self.people = People(text)
        self._issued: list[_Issued] = []

    def hear(self, speaker: Speaker) -> None:
        """Remember who spoke last."""
        self.topic = None
        others = [one for one in self.heard if one.name != speaker.name]
        self.heard = [*others[1 - _N_HEARD :], speaker]

    @property
    def last(self) -> Speaker | None:
        """Whoever spoke last."""
        return self.heard[-1] if self.heard else None

    def knows(self, speaker: Speaker) -> bool:
        """Tell whether somebody is a person who was introduced, or a body by its looks."""
        if speaker.kind == "body":
            *before, last = speaker.name.lower().split()
            return len(before) < 6 and (last in PLACES or last in BODIES or last in VOICES)
        return speaker.kind == "person" and self.people.knows(speaker.name)

    def describe(self, start: int, end: int) -> Speaker | None:
        """Name a speaker by the phrase alone, unless it is our own voice."""
        start, end = self._trimmed(start, end)
        low = self.text[start:end].lower()
        is_thing = not low or head_of(low) in THINGS
        if is_thing or not low.startswith(("the ", "a ", "an ", "one ", "another ")) or len(low.split()) > 8:
            return None
        return self._by_body(self.text[start:end], start)

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
        if not phrase or low in OWN_VOICE or (low[0] in "iwyo" and low.replace("’", "'").split("'", 1)[0] in OWN_VOICE):
            return None
        if low in PRONOUNS or low in _OBJECTS:
            return self._by_pronoun(_OBJECTS.get(low, low), start)
        if self._is_common(phrase, low):
            return None
        return self._by_name(start, end) or self._known(phrase) or self._described(phrase, start)

    def _is_common(self, phrase: str, low: str) -> bool:
        """Tell whether a lone word has a capital only since a sentence begins with it: "Sanctions said nothing"."""
        if " " in phrase or phrase == low or low in VOICES or low in OFFICES or low in DOCUMENTS:
            return False
        return low in self._words

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(self.text.split())

    def _known(self, phrase: str) -> Speaker | None:
        """Give who is known by a word that looks like none of a name: "May"."""
        return None if " " in phrase or not phrase[0].isupper() else self.people.by_parts(phrase)

    def name(self, label: str) -> Speaker:
        """Say whom the label of a turn means: "SECRETARY BLINKEN", "Vladimir Putin"."""
        mentions = find_mentions(f"{label}:")
        if not mentions:
            return Speaker(name=label, title=None, kind="body")
        speaker = self.people.by_parts(mentions[-1].name)
        return speaker or Speaker(name=mentions[-1].name, title=mentions[-1].title, kind="person")

    def _trimmed(self, start: int, end: int) -> tuple[int, int]:  # a span, and nothing else
        """Leave out blanks and the conjunctions before a phrase."""
        phrase = self.text[start:end].rstrip(" ,\n\t")
        end = start + len(phrase)
        phrase = phrase.lstrip(" ,\n\t“”\"'")
        start = end - len(phrase)
        if phrase[:12].split(" ", 1)[0].lower().rstrip(",") not in _PREFIX_WORDS:
            return start, end
        if (prefix := _PREFIX.match(phrase)) is not None and start + prefix.end() < end:
            start += prefix.end()
        return start, end

    def _by_pronoun(self, pronoun: str, at: int) -> Speaker | None:
        """Say whom the sentence before was about, or who was heard last, and can be called so; else who was named."""
        wanted = PRONOUNS[pronoun]
        topic = [] if self.topic is None else [self.topic]
        for speaker in [*topic, *reversed(self.heard)]:
            if speaker.kind in wanted and speaker.sex in (None, pronoun):
                return speaker
        if wanted == ("person",):
            return next((speaker for speaker in self.people.before(at) if speaker.sex in (None, pronoun)), None)
        return None

    def _by_name(self, start: int, end: int) -> Speaker | None:
        """Say whom a phrase names at its end or at its beginning."""
        mentions = self.people.mentions
        inside = self.people.inside(start, end)
        if not inside:
            return None
        if mentions[inside[-1]].end != end:
            inside = [i for i in inside if i in self.people.known] or inside
        if mentions[inside[-1]].end == end and not self._is_more_than_name(inside[-1], start):
            return self._joined(inside, start) or self.people.named(inside[-1])
        first = mentions[inside[0]]
        at_head = first.start <= start + 4 or first.name_start == start
        if at_head and inside[0] in self.people.known and not self.text.startswith(GENITIVE, first.end):
            return self.people.named(inside[0])
        return None

    def _is_more_than_name(self, i: int, start: int) -> bool:
        """Tell whether a lone unknown capitalised word only ends a longer phrase: "the University of Isfahan"."""
        mention = self.people.mentions[i]
        if i in self.people.known or mention.name_start == start:
            return False
        before = self.text[start : mention.name_start].split()
        return bool(before) and before[-1].lower() in {"of", "the", "in", "for", "and", "to", "with", "at", "from"}

    def _joined(self, inside: list[int], start: int) -> Speaker | None:
        """Give two people in one: "Foreign Minister Ann Lee and Chancellor Bo Kern"."""
        if len(inside) < 2:
            return None
        one, other = self.people.mentions[inside[-2]], self.people.mentions[inside[-1]]
        between = self.text[one.end : other.start].strip()
        if between not in ("and", "and the") or one.start > start + 4:
            return None
        both = [self.people.named(inside[-2]), self.people.named(inside[-1])]
        titles = [speaker.title for speaker in both if speaker.title]
        return Speaker(name=" and ".join(one.name for one in both), title=" and ".join(titles) or None, kind="people")

    def _described(self, phrase: str, at: int) -> Speaker | None:
        """Say whom an office means, or what issued a document; else name the description itself."""
        head = head_of(phrase)
        if head in OFFICES:
            return self._by_office(phrase, head, at)
        if (noun := last_word(phrase)) in DOCUMENTS:
            return self._by_document(phrase, noun, at)
        original = original_head(phrase)
        if original.islower() and original not in VOICES:
            return None
        return self._by_body(phrase, at if phrase.lower().startswith("the ") else -1)

    def _by_office(self, phrase: str, head: str, at: int) -> Speaker | None:
        """Say who holds an office, as far as the article tells."""
        words = keys(phrase)
        is_known = not phrase.lower().startswith(_INDEFINITE)
        if head in PLURALS:
            return (self._several(words) if is_known else None) or self._plain(phrase, "people")
        if is_known:
            if holders := self.people.holders(words, head):
                return max(holders, key=lambda held: self._nearness(held, at)).person.speaker()
            if is_definite(phrase) and is_bare(as_minister(words)):
                return self._anybody(head, words, at) or self._plain(phrase, "person")
        return self._plain(phrase, "person")

    def _plain(self, phrase: str, kind: str) -> Speaker:
        return Speaker(name=plain_name(phrase), title=None, kind=kind)

    def _several(self, words: frozenset[str]) -> Speaker | None:
        """Say who was heard that "the ministers" can mean."""
        words = as_minister(words)
        for speaker in reversed(self.heard):
            if speaker.kind == "people" and words <= as_minister(keys(speaker.name)):
                return speaker
        return None

    def _anybody(self, head: str, words: frozenset[str], at: int) -> Speaker | None:
        """Say who is meant by an office that the article gives nobody: who spoke last, or speaks next."""
        key = OFFICES[head]
        heard = [speaker for speaker in reversed(self.heard) if speaker.kind == "person"]
        if (described := next((one for one in heard if key in keys(one.name)), None)) is not None:
            return described
        is_open = key in _ANY_UNTITLED and self._is_at_home(words & PLACE_KEYS)
        untitled = [speaker for speaker in heard[:2] if is_open and self.people.is_untitled(speaker)]
        if untitled:
            return self.people.appoint(untitled[0], words, at)
        if heard and key in _ANYBODY and _may_be(heard[0], words & PLACE_KEYS):
            return heard[0]
        coming = self.people.coming(at) if is_open else None
        return None if coming is None else self.people.appoint(coming, words, at)

    def _is_at_home(self, places: frozenset[str]) -> bool:
        """Tell whether an office is of no country, or of that of which the article speaks most.

        Papers leave out the titles of their own country's people, whom everybody knows, and give those of others.
        """
        return not places or self._home in places

    @cached_property
    def _home(self) -> str | None:
        places: Counter[str] = Counter()
        for word, count in Counter(self.text.lower().split()).items():
            if (place := place_of(word)) is not None:
                places[place] += count
        return places.most_common(1)[0][0] if places else None

    def _nearness(self, held: Held, at: int) -> tuple[bool, bool, int]:  # a sort key
        """Rank a holder: known by then, heard last, introduced last."""
        last = next((speaker.name for speaker in reversed(self.heard) if speaker.kind == "person"), None)
        return held.at <= at, held.person.name == last, held.at

    def _by_document(self, phrase: str, noun: str, at: int) -> Speaker | None:
        """Say who issued a document: by its own words, or since it was spoken of."""
        if (issuer := _ISSUER.search(phrase)) is not None:
            return self.resolve(at + issuer.start(1), at + issuer.end(1))
        for issued in reversed(self._issued):
            if issued.noun == noun:
                return issued.speaker
        return self.last or Speaker(name=plain_name(phrase), title=None, kind="body")

    def _by_body(self, phrase: str, at: int) -> Speaker:
        """Name a body, by its longer name where it was heard under one."""
        name = plain_name(phrase)
        if name.islower():
            for speaker in reversed(self.heard):
                if speaker.kind == "body" and speaker.name.lower().endswith(f" {name}"):
                    return speaker
            if at >= 0 and name in VOICES and (known := capitalised_before(self.text, name.capitalize(), at)):
                return Speaker(name=known, title=None, kind="body")
        kind = "people" if name.split()[-1:] and name.split()[-1].endswith("s") and name.islower() else "body"
        return Speaker(name=name, title=None, kind=kind)


def _may_be(speaker: Speaker, places: frozenset[str]) -> bool:
    """Tell whether whoever has an office may be meant by a vague one of a country, "the Iranian official"."""
    others = keys(speaker.title or "") & PLACE_KEYS
    return not places or not others or bool(places & others)
