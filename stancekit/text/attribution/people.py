"""The people whom an article names, by the fullest names and with the titles that it gives them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cached_property

from stancekit.text.attribution.descriptions import (
    CHIEFS,
    DIPLOMATS,
    OFFICE_KEYS,
    PLACE_KEYS,
    as_minister,
    fits,
    initials,
    keys,
)
from stancekit.text.attribution.firstnames import sex_by_name
from stancekit.text.attribution.mentions import Mention
from stancekit.text.attribution.names import find_mentions
from stancekit.text.attribution.namesakes import parts_of_name
from stancekit.text.attribution.namewords import MEN, OFFICES, WOMEN
from stancekit.text.attribution.persons import Held, Person, Speaker
from stancekit.text.attribution.titles import apposition
from stancekit.text.attribution.verbs import word_set

GENITIVE = ("'s", "’s", "'", "’")
_OWNED, _N_OWNED = 60, 4  # characters and words behind a name in which stands what is theirs
_DOINGS = word_set(
    """
    visit trip tour speech address remarks comments statement interview campaign appointment election inauguration
    resignation announcement message letter appeal proposal testimony
    """
)
_SAYS_NEXT = re.compile(
    r"(?: (?:also|further|then|later|has|had))*,? (?:said|says|told|added|stated|noted|stressed|emphasized|emphasised|"
    r"announced|wrote|warned|insisted|pointed out|reiterated|asserted|explained|remarked|underlined|tweeted|declared|"
    r"(?:is|was) of the (?:view|opinion|belief))\b"
)
_SAID_BEFORE = re.compile(
    r"\b(?:said|says|added|told reporters|[Aa]ccording to),? "
    r"(?:the |(?!(?:in|at|on|that|about|with|from|by)\b)[\w.’'-]+ ){0,5}$"
)
# "The minister said Ann Lee’s trip was late", "said Ann Lee would leave": she is only spoken of.
_SPOKEN_OF = re.compile(
    r"[’'](?:s\b|(?= ))| (?:is|was|are|were|will|would|has|had|could|can|should|must|may|might|did|does)\b"
)
_OPENS = re.compile(r"[A-Z][a-z]{2,}ing")  # "Pointing to the port, the commander said"
_ASIDE = re.compile(
    r"(?:, [^,.;:“”\"]{3,140},(?= (?:speaking|who|whose|in|on|at|asked|addressing)\b))?(?:, |"
    r"(?<=,) )[^.;:“”\"]{3,140}?,(?= )"
)
_PLACES_IT = (" from ", " in ", " at ", " of ", " near ")
# "issued by President Lee", "on the sidelines of a meeting with the envoy Lee": others are told of there.
_BESIDE = re.compile(
    r"\b(?:by|of|with|like|under|from|including|against|and|electing) (?:(?:the|an?|his|her|its|"
    r"their) )?(?:[a-z]+ ){0,4}$"
)
_ALSO_WOMEN = frozenset({"chairman", "spokesman"})  # what women are called too
_COURTESY = frozenset("mr mrs ms miss dr sir the of and for".split())  # noqa: SIM905
# Between a name and the trade of who bears it.
_IS_TRADE = re.compile(
    r"(?:, \d{1,3},?| \(\d{1,3}\),?)?(?:,| is| was| has been| became| works as| worked as)(?: now| still)? "
    r"(?:(?:the|an?|once|formerly|himself|herself) )?(?:[\w’'-]+ ){0,5}"
)
# "Chairperson: Ms Ann Lee" at the head of minutes
_HELD_BEFORE = re.compile(
    r"(?:^|\n)(?:[*•–-] ?)?(?:The )?(?P<office>(?:[A-Z][a-z]+(?:-[A-Za-z]+)? ){0,2}(?:[Cc]hair(?:man|woman|"
    r"person)?|[Pp]resident|[Mm]ayor|[Ss]peaker|"
    r"[Ss]ecretary(?:-[Gg]eneral)?|[Dd]irector|[Rr]apporteur|[Mm]inister|[Gg]overnor|[Cc]ommissioner)): $"
)
_N_LABEL = 60
_HONOURED = re.compile(
    r"(?:(?:His|Her) (?:Excellency |Royal Highness |Majesty |Highness |Eminence |Holiness |Beatitude |Honou?r |"
    r"(?=\w))|H\.E\.,? |"
    r"(?:the |The )(?:Rt\.? )?(?:Hon(?:ou?rable)?\.?) )"
)
_MAY_TELL = (",", " (", " is ", " was ", " M", " TD")
_AFTER_NEW = (", ", ".", " (")  # what follows somebody's name who is told of then
_N_CANDIDATES = 20  # people of one surname, or holders of one office, that are compared
_N_SPEAKING = 200  # names among which those who speak are looked for
_N_NAMED = 60  # names that are looked at, going back or forth from a place

_OF_COUNTRY = re.compile(r" of (?:the )?[A-Z][\w.]+(?: [A-Z]\w+)?")


class People:
    """Finds the people of one article.

    Parameters
    ----------
    text : str
        The article.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.mentions = find_mentions(text)
        self.starts = [mention.name_start for mention in self.mentions]
        self.known: dict[int, Person] = {}
        self._names: dict[str, Person] = {}
        self._by_part: dict[str, list[Person]] = defaultdict(list)
        self._holders: dict[str, list[Held]] = defaultdict(list)
        self._appointed: dict[str, frozenset[str]] = {}
        self._gather()

    def _gather(self) -> None:
        """Make people of mentions, long names first, so that short ones find theirs."""
        known: dict[str, Person] = {}
        parts = [parts_of_name(mention.name) for mention in self.mentions]
        for i in sorted(range(len(parts)), key=lambda i: -len(parts[i])):
            mention = self.mentions[i]
            person = known.get(mention.name) or self._longer(parts[i])
            if person is not None and (namesakes := self._namesakes(parts[i])):
                self.known[i] = self._nearest(i, namesakes)
                continue
            if person is None:
                if len(parts[i]) == 1 and mention.title is None:
                    continue
                person = self._add(mention.name, parts[i])
            known[mention.name] = self.known[i] = person
        offices: frozenset[str] = frozenset()
        for i, mention in enumerate(self.mentions):
            is_told = mention.title or mention.honorific or self.text.startswith(_MAY_TELL, mention.end)
            is_told = is_told or self.text.endswith(": ", 0, mention.start)
            if is_told and i in self.known:
                offices = self._describe(self.known[i], mention, offices)

    def _add(self, name: str, parts: tuple[str, ...]) -> Person:
        person = self._names[name] = Person(name=name, parts=parts)
        for part in set(parts):
            self._by_part[part].append(person)
        return person

    def knows(self, name: str) -> bool:
        """Tell whether somebody was introduced by a full name or a title."""
        return name in self._names

    def _longer(self, parts: tuple[str, ...]) -> Person | None:
        """Find the person in whose name a shorter one is contained, best at its end."""
        candidates = self._by_part.get(parts[-1], [])[:_N_CANDIDATES]
        for person in candidates:
            if person.parts[-len(parts) :] == parts:
                return person
        if len(parts) > 1:
            return next((person for person in candidates if set(parts) <= set(person.parts)), None)
        first = next((person for person in candidates if person.parts[0] == parts[0]), None)
        # "Quintero" of "Ana Quintero Salas": the first of two surnames
        return first or next((one for one in candidates if len(one.parts) > 2 and one.parts[-2] == parts[0]), None)

    def _namesakes(self, parts: tuple[str, ...]) -> list[Person]:
        """Give those who share a surname, if there are several."""
        if len(parts) != 1 or len(self._by_part.get(parts[0], ())) < 2:
            return []
        same = [one for one in self._by_part[parts[0]][:_N_CANDIDATES] if one.parts[-1] == parts[0]]
        return same if len(same) > 1 else []

    def _nearest(self, i: int, namesakes: list[Person]) -> Person:
        """Give whom a surname means that several bear: by the office before it, by "Mrs", or who was named last."""
        mention = self.mentions[i]
        given = set((mention.title or mention.honorific or "").lower().replace(".", "").split())
        wanted = keys(mention.title or "") & OFFICE_KEYS
        best, score = namesakes[0], -1.0
        for j, person in self.known.items():
            if not any(person is one for one in namesakes):
                continue
            other = self.mentions[j]
            told = f"{other.title or ''} {other.honorific or ''} {apposition(self.text, other) or ''}"
            words = set(told.lower().replace(".", "").split())
            if words.isdisjoint(WOMEN) and words.isdisjoint(MEN) and (sex := sex_by_name(person.name)) is not None:
                words.add("mrs" if sex == "she" else "mr")
            near = 1 / (1 + i - j) if j < i else 0.0
            near += 2 * bool(wanted & keys(told) or (given - _COURTESY) & words) + (
                1.5 if given & WOMEN and words & WOMEN else 0
            )
            near += 1.5 if given & MEN and words & MEN else 0
            near -= 1.5 if (given & MEN and words & WOMEN) or (given & WOMEN and words & MEN) else 0
            if near > score:
                best, score = person, near
        return best

    def _describe(self, person: Person, mention: Mention, others: frozenset[str]) -> frozenset[str]:
        """Note the offices that a mention gives a person; a counterpart has that of whoever was named before."""
        before = {mention.honorific.lower().rstrip(".")} if mention.honorific else set()
        labelled = None
        if self.text.endswith(": ", 0, mention.start):
            labelled = _HELD_BEFORE.search(self.text, max(0, mention.start - _N_LABEL), mention.start)
        for given in (mention.title, apposition(self.text, mention), None if labelled is None else labelled["office"]):
            if given is None:
                continue
            before |= set(given.lower().split())
            if given not in person.titles:
                person.titles.append(given)
            words = keys(given)
            others = words = words | others - PLACE_KEYS if "counterpart" in words else words
            if self.text.startswith("ex-", max(0, mention.start - 3)):
                words |= {"former"}
            if self.text.endswith("chaired by ", 0, mention.start):
                words |= {"chairman"}
            held = Held(at=mention.start, person=person, words=words | initials(given) | self._country_after(mention))
            for word in words & OFFICE_KEYS:
                self._holders[word].append(held)
        sex = "she" if before & WOMEN else "he" if before & MEN else None
        if sex == "he" and before & MEN <= _ALSO_WOMEN:
            sex = sex_by_name(person.name) or sex
        person.sex = person.sex or sex
        return others

    def _country_after(self, mention: Mention) -> frozenset[str]:
        """Give the country that follows a name: "President Lee of Peru"."""
        of = _OF_COUNTRY.match(self.text, mention.end)
        return frozenset() if of is None else keys(of[0]) & PLACE_KEYS

    def by_parts(self, name: str) -> Speaker | None:
        """Say who is meant by a name, or a part of one."""
        parts = parts_of_name(name)
        person = self._longer(parts) if parts[-1] in self._by_part else None
        return None if person is None else person.speaker()

    def named(self, i: int) -> Speaker:
        """Give the person of a mention, who may be known by this mention alone."""
        if (person := self.known.get(i)) is not None:
            return person.speaker()
        mention = self.mentions[i]
        return Speaker(name=mention.name, title=mention.title, kind="person")

    def named_at(self, start: int) -> Speaker | None:
        """Say who is named right at a place, alone and with no genitive."""
        i = bisect_left(self.starts, start)
        if i not in self.known or self.mentions[i].start > start + 4:
            return None
        is_alone = not self.text.startswith((*GENITIVE, " and ", ", "), self.mentions[i].end)
        return self.named(i) if is_alone else None

    def owner_at(self, start: int) -> Speaker | None:
        """Say whose doing a sentence begins with: "Ann Lee’s visit came late", not "Ann Lee’s tariffs hit trade"."""
        i = bisect_left(self.starts, start)
        if i not in self.known or self.mentions[i].start > start:
            return None
        end = self.mentions[i].end
        if not self.text.startswith(GENITIVE, end):
            return None
        owned = self.text[end : end + _OWNED].split()[1:_N_OWNED]
        return None if _DOINGS.isdisjoint(owned) else self.named(i)

    def named_from(self, start: int) -> Speaker | None:
        """Say whose name begins right at a place, if it is known."""
        i = bisect_left(self.starts, start)
        return self.named(i) if i in self.known and start in (self.starts[i], self.mentions[i].start) else None

    def named_between_commas(self, end: int) -> Speaker | None:
        """Say who is named after an office that ends at a place: "the minister, Ann Lee, said"."""
        if not self.text.startswith(", ", end):
            return None
        i = bisect_left(self.starts, end + 2)
        honoured = _HONOURED.match(self.text, end + 2)
        begins = (end + 2, end + 2 if honoured is None else honoured.end())
        if i == len(self.starts) or not {self.starts[i], self.mentions[i].start}.intersection(begins):
            return None
        is_parted = self.text.startswith((",", ".", ";", " ("), self.mentions[i].end)
        if not is_parted or self.text.startswith(", and ", self.mentions[i].end):
            return None
        return self.named(i)

    def before(self, at: int) -> Iterator[Speaker]:
        """Go back over the people who were named before a place."""
        nearest = bisect_left(self.starts, at) - 1
        for i in range(nearest, max(-1, nearest - _N_NAMED), -1):
            if (person := self.known.get(i)) is not None:
                yield person.speaker()

    def introduced_in(self, start: int, end: int) -> Speaker | None:
        """Say who is named in a sentence first and alone: "It was news to the mayor, Ann Lee."."""
        inside = self.inside(start, end)
        known = [i for i in inside if i in self.known and " " in self.mentions[i].name]
        names = {self.known[i].name for i in known}
        others = sum(" " in self.mentions[i].name for i in inside) - len(known)
        if others or len(names) != 1 or self._first[(speaker := self.named(known[0])).name] != known[0]:
            return None
        if _BESIDE.search(self.text, max(start, self.mentions[known[0]].start - 60), self.mentions[known[0]].start):
            return None
        is_told = self.has_office(speaker) or self.text.startswith(_AFTER_NEW, self.mentions[known[0]].end)
        return speaker if is_told and not self.text.startswith(GENITIVE, self.mentions[known[0]].end) else None

    def told_as(self, noun: str, at: int) -> Speaker | None:
        """Say of whom a trade was told before a place: "Omar Lind, a farmer, left", "the farmer Omar Lind left"."""
        place = self.text.rfind(f" {noun}", 0, at)
        while place >= 0:
            end = place + 1 + len(noun)
            after = bisect_left(self.starts, end)
            if after < len(self.starts) and self.starts[after] <= end + 2 and self.text[end] in " ,":
                return self.named(after)
            i = after - 1
            if i >= 0 and i in self.known and _IS_TRADE.fullmatch(self.text, self.mentions[i].end, place + 1):
                return self.named(i)
            place = self.text.rfind(f" {noun}", 0, place)
        return None

    def is_new(self, speaker: Speaker, at: int, near: int) -> bool:
        """Tell whether somebody is named first within some characters before a place."""
        i = self._first.get(speaker.name)
        return i is not None and at - near < self.starts[i] < at

    def comes_beside(self, speaker: Speaker, at: int) -> bool:
        """Tell whether somebody is named first behind a place, and in its paragraph."""
        i = self._first.get(speaker.name)
        return i is not None and self.starts[i] > at and self.text.find("\n", at, self.starts[i]) < 0

    def tell_sex(self, speaker: Speaker, sex: str) -> Speaker:
        """Remember whether somebody is a man or a woman, and give them anew."""
        if (person := self._names.get(speaker.name)) is not None and person.sex is None:
            person.sex, person.known = sex, None
        return Speaker(name=speaker.name, title=speaker.title, kind=speaker.kind, sex=speaker.sex or sex)

    def likely_sex(self, speaker: Speaker) -> str | None:
        """Tell whether somebody is "he" or "she": by titles, nouns and pronouns, and by the first name last."""
        return self.told_sex(speaker) or (sex_by_name(speaker.name) if speaker.kind == "person" else None)

    def told_sex(self, speaker: Speaker) -> str | None:
        """Tell whether somebody is "he" or "she" by anything but the first name."""
        person = self._names.get(speaker.name)
        return speaker.sex or (None if person is None else person.sex)

    def untitled_before(self, at: int) -> Speaker | None:
        """Say who without an office was named last before a place."""
        return next((speaker for speaker in self.before(at) if self.is_untitled(speaker)), None)

    def over(self, at: int) -> list[Speaker]:
        """Give whoever is named over a place, as a list of one or none."""
        i = bisect_right(self.starts, at) - 1
        return [self.named(i)] if i >= 0 and self.mentions[i].end > at else []

    def inside(self, start: int, end: int) -> list[int]:
        """Give the numbers of the mentions within a stretch."""
        i, ends = bisect_left(self.starts, start), []
        while i < len(self.starts) and self.starts[i] < end:
            if self.mentions[i].end <= end:
                ends.append(i)
            i += 1
        return ends

    def holders(self, words: frozenset[str], head: str) -> list[Held]:
        """Give those whose titles a description can mean."""
        words = as_minister(words)
        key = OFFICES.get(head)
        offices = words & OFFICE_KEYS | (CHIEFS if key == "chief" else DIPLOMATS if key == "diplomat" else frozenset())
        return [held for key in offices for held in self._holders[key][-_N_CANDIDATES:] if fits(words, held.words)]

    def is_alone(self, speaker: Speaker) -> bool:
        """Tell whether no other person without an office speaks in the article."""
        return self._untitled_speakers() <= {speaker.name}

    def only_untitled(self) -> Speaker | None:
        """Give the only person without an office who speaks in the article, if there is one."""
        names = self._untitled_speakers()
        return self.by_parts(next(iter(names))) if len(names) == 1 else None

    @cached_property
    def _speaking(self) -> list[int]:
        return [i for i in range(min(len(self.mentions), _N_SPEAKING)) if self._speaks(i)]

    def _untitled_speakers(self) -> set[str]:
        speaking = (self.named(i) for i in self._speaking)
        return {speaker.name for speaker in speaking if self.is_untitled(speaker)}

    def titled(self) -> Iterator[Held]:
        """Give those who hold any office."""
        return (held for row in list(self._holders.values()) for held in row[-_N_CANDIDATES:])

    def has_office(self, speaker: Speaker) -> bool:
        """Tell whether the article gives somebody an office."""
        return bool(speaker.title and keys(speaker.title) & OFFICE_KEYS)

    def is_untitled(self, speaker: Speaker) -> bool:
        """Tell whether the article gives somebody no office, nor have we."""
        return speaker.name not in self._appointed and not self.has_office(speaker)

    def office_of(self, speaker: Speaker) -> frozenset[str]:
        """Give the words of the office that the article gives somebody, or we have."""
        return keys(speaker.title or "") | self._appointed.get(speaker.name, frozenset())

    def appoint(self, speaker: Speaker, words: frozenset[str], at: int) -> Speaker:
        """Remember that somebody without an office is meant by one."""
        words = as_minister(words)
        self._appointed[speaker.name] = words
        person = self._names.get(speaker.name) or self._add(speaker.name, parts_of_name(speaker.name))
        for word in words & OFFICE_KEYS:
            self._holders[word].append(Held(at=at, person=person, words=words))
        return speaker

    def begins_next(self, at: int) -> Speaker | None:
        """Say with whose full name the next paragraph begins: "Ann Lee’s speech on Tuesday was short"."""
        i = bisect_left(self.starts, at)
        while i < len(self.starts) and (i not in self.known or " " not in self.mentions[i].name):
            i += 1
        if i == len(self.starts) or not self.text.endswith("\n", 0, self.mentions[i].start):
            return None
        return self.named(i)

    def speaks_next(self, at: int) -> Speaker | None:
        """Say who speaks next after a place."""
        nearest = bisect_left(self.starts, at)
        for i in range(nearest, min(len(self.mentions), nearest + _N_NAMED)):
            if self._speaks(i):
                return self.named(i)
        return None

    def _speaks(self, i: int) -> bool:
        """Tell whether a mention stands before a verb of saying, or "said" before it."""
        mention = self.mentions[i]
        if self.text.endswith(_PLACES_IT, 0, mention.start):
            return False
        if mention.start == mention.name_start and _OPENS.fullmatch(mention.name) and self._begins(mention.start):
            # "Rowling said", not "Pointing to it, Lee said"
            return _SAYS_NEXT.match(self.text, mention.end) is not None
        aside = _ASIDE.match(self.text, mention.end)
        if _SAYS_NEXT.match(self.text, mention.end if aside is None else aside.end()) is not None:
            return True
        if _SPOKEN_OF.match(self.text, mention.end) is not None:
            return False
        return _SAID_BEFORE.search(self.text, max(0, mention.start - 60), mention.start) is not None

    def _begins(self, at: int) -> bool:
        """Tell whether a sentence begins at a place."""
        return self.text[max(0, at - 3) : at].rstrip(" ")[-1:] in ("", ".", "!", "?", "”", '"', "\n")

    @cached_property
    def lead(self) -> Speaker | None:
        """Whoever speaks by name twice, and twice as often as anybody else."""
        counted = Counter(self.named(i).name for i in self._speaking).most_common(2)
        if not counted or counted[0][1] < 2 or (len(counted) > 1 and counted[0][1] < 2 * counted[1][1]):
            return None
        return next(speaker for i in self._speaking if (speaker := self.named(i)).name == counted[0][0])

    def newcomer(self, at: int, stop: int) -> Speaker | None:
        """Say who speaks next, if nothing but a description before has introduced them."""
        nearest = bisect_left(self.starts, at)
        for i in range(nearest, min(bisect_left(self.starts, stop), nearest + _N_NAMED)):
            if self._speaks(i):
                speaker = self.named(i)
                is_new = self._first[speaker.name] >= nearest and apposition(self.text, self.mentions[i]) is None
                return speaker if is_new and self.is_untitled(speaker) else None
        return None

    @cached_property
    def _first(self) -> dict[str, int]:
        first: dict[str, int] = {}
        for i in range(len(self.mentions)):
            first.setdefault(self.named(i).name, i)
        return first

    def coming(self, at: int) -> Speaker | None:
        """Say who without an office speaks next after a place, or spoke last before it."""
        nearest = bisect_left(self.starts, at)
        behind = range(nearest - 1, max(-1, nearest - _N_NAMED), -1)
        for i in (*range(nearest, min(len(self.mentions), nearest + _N_NAMED)), *behind):
            if self._speaks(i):
                speaker = self.named(i)
                if self.is_untitled(speaker) and (i >= nearest or speaker.name == getattr(self.lead, "name", None)):
                    return speaker
        return None
