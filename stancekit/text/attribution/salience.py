"""Whom a description means, among those who are present in an article: how well it fits them, and who spoke last."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from stancekit.text.attribution.callings import is_person, may_be_called, sex_of
from stancekit.text.attribution.descriptions import CHIEFS, GENERAL, PLACE_KEYS, fits, head_of, keys
from stancekit.text.attribution.namewords import OFFICES
from stancekit.text.attribution.people import People
from stancekit.text.attribution.persons import Held, Speaker
from stancekit.text.attribution.verbs import word_set

# How well a description fits: it was used of somebody unnamed, it agrees with an office, it may stand for one, or
# the article gives somebody no office at all.
SAME, FITS, RELATED, UNTITLED = 4.0, 3.0, 1.5, 0.9
# How present somebody is: spoke last or was spoken of last, spoke before them, spoke earlier, comes only later.
LAST, BEFORE_LAST, EARLIER, LATER = 2.0, 1.0, 0.5, -2.5
FOREIGN = -0.5
ELSEWHERE = -1.5  # who was called "the minister", and has no title, is hardly "the German minister"
DEPUTY = -2.5
BELOW = word_set("deputy vice assistant associate junior vice-president")
PAST = -2.5  # whoever held the office once
_LEAST = 2.5  # of whoever holds no such office by the article
_LEAST_UNTITLED = UNTITLED + BEFORE_LAST

_INDEFINITE = ("A ", "An ", "One ", "a ", "an ", "one ")  # who is described so keeps the description
# Offices that papers leave out before names that everybody knows.
LEFT_OUT = frozenset(OFFICES.values()) - word_set(
    """
    counterpart deputy member judge king queen prince princess emir sultan shah monarch pope cardinal bishop lawyer
    mayor prosecutor correspondent professor candidate activist
    """
)

VAGUE = word_set("official chief expert negotiator diplomat politician manager")
# What anybody may be called whose office the article does not tell.
CALLINGS = VAGUE | word_set("ambassador adviser spokesman professor correspondent activist senator lawmaker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Somebody whom a description may mean."""

    score: float
    at: int
    speaker: Speaker


def presence(speaker: Speaker, present: list[Speaker]) -> float:
    """Tell how present somebody is among those who were heard, the last first."""
    for i, one in enumerate(present):
        if one.name == speaker.name:
            return (LAST, BEFORE_LAST)[i] if i < 2 else EARLIER
    return 0.0


def holder_choices(
    held: Iterable[Held],
    present: list[Speaker],
    at: int,
    words: frozenset[str],
    *,
    is_home: Callable[[frozenset[str]], bool] | None,
) -> list[Choice]:
    """Rank those whose offices a description agrees with; of foreigners who were not heard a country is told."""
    choices = []
    places = words & PLACE_KEYS
    is_foreign = is_home is not None and bool(places) and not is_home(places)
    for one in held:
        speaker = one.person.speaker()
        near = presence(speaker, present)
        score = FITS + (near if near or one.at <= at else LATER)
        if "former" in one.words and "former" not in words:
            score += PAST
        elif not words & BELOW and one.words & BELOW:  # "the governor" is hardly the deputy governor
            score += DEPUTY
        if is_home is not None and near == 0 and not places and not is_home(one.words & PLACE_KEYS):
            score += FOREIGN
        if is_foreign and near < LAST and not speaker.title and not one.words & PLACE_KEYS:
            score += ELSEWHERE
        choices.append(Choice(score=score, at=one.at, speaker=speaker))
    return choices


def other_choices(
    people: People,
    words: frozenset[str],
    head: str,
    present: list[Speaker],
    *,
    is_home: Callable[[frozenset[str]], bool],
    is_bare: bool = True,
) -> list[Choice]:
    """Rank those who were heard and hold no such office by the article.

    Those without any office are at home in the country of the description, or nobody else may be meant: so `is_home`
    is asked. What is not bare, "the industry official", is little but a vague word and means whoever spoke last.
    """
    choices = []
    present = present if is_bare else present[: OFFICES.get(head, head) in VAGUE]
    sex = sex_of({head})
    for speaker in present:
        if sex is not None and people.likely_sex(speaker) not in (None, sex):
            continue
        likeness = _likeness(people, speaker, words, head)
        score = likeness + presence(speaker, present)
        if not likeness or score < (_LEAST_UNTITLED if likeness == UNTITLED else _LEAST):
            continue
        is_foreign = likeness == UNTITLED and bool(places := words & PLACE_KEYS) and not is_home(places)
        if not is_foreign or (speaker is present[0] and people.is_alone(speaker)):
            choices.append(Choice(score=score, at=0, speaker=speaker))
    return choices


def by_country(people: People, words: frozenset[str], head: str) -> Speaker | None:
    """Give whoever holds an office of the country for which a vague word may stand: "the Turkish leader"."""
    places, key = words & PLACE_KEYS, OFFICES[head]
    if not places:
        return None
    held = (one for one in people.titled() if places & one.words and may_be_called(key, one.words))
    return next((one.person.speaker() for one in held), None)


def may_mean(people: People, words: frozenset[str], head: str, speaker: Speaker) -> bool:
    """Tell whether a calling that fits nobody may mean somebody: "the analyst", "the former ambassador"."""
    key = OFFICES[head]
    office = keys(speaker.title or "")
    if people.has_office(speaker) and not may_be_called(key, office):
        return False
    places, others = words & PLACE_KEYS, office & PLACE_KEYS
    return (key in CALLINGS or "former" in words) and (not places or not others or bool(places & others))


def may_introduce(people: People, words: frozenset[str], head: str, speaker: Speaker) -> bool:
    """Tell whether an article may introduce by a description whom it names later."""
    office = people.office_of(speaker)
    if people.is_untitled(speaker):
        return True
    places, others = words & PLACE_KEYS, office & PLACE_KEYS
    if places and others and not places & others:
        return False
    return fits(words, office) or may_be_called(OFFICES.get(head, head), office)


def _likeness(people: People, speaker: Speaker, words: frozenset[str], head: str) -> float:
    """Tell how well a description agrees with somebody who holds no such office by the article."""
    key = OFFICES.get(head, head)
    if not people.knows(speaker.name) and speaker.title is None and key in keys(speaker.name):
        called = head_of(speaker.name)
        if OFFICES.get(called, called) == key and _agrees(words, keys(speaker.name), head):
            return SAME
    if people.is_untitled(speaker):
        if speaker.name.startswith(_INDEFINITE) or speaker.name.split()[-1].islower():  # "A farmer from Lerna"
            return 0.0
        return UNTITLED if key in LEFT_OUT or is_person(head) else 0.0
    office = people.office_of(speaker)
    places, others = words & PLACE_KEYS, office & PLACE_KEYS
    if places and others and not places & others:
        return 0.0
    return RELATED if may_be_called(key, office) or (key == "chief" and office & CHIEFS) else 0.0


def _agrees(words: frozenset[str], others: frozenset[str], head: str) -> bool:
    """Tell whether a description can repeat an earlier one: not "the Turkish minister" after "the Greek minister"."""
    places, other_places = words & PLACE_KEYS, others & PLACE_KEYS
    if places and other_places and not places & other_places:
        return False
    return is_person(head) or not words - PLACE_KEYS - GENERAL - others


def best(choices: list[Choice]) -> Speaker | None:
    """Give whom a description means most likely."""
    return max(choices, key=lambda choice: (choice.score, choice.at)).speaker if choices else None
