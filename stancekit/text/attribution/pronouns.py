"""Whom "he", "she", "it" and "they" mean in an article."""

from __future__ import annotations

import re
from abc import abstractmethod
from functools import cached_property

from stancekit.text.attribution.officers import Officers
from stancekit.text.attribution.pairs import pair_before
from stancekit.text.attribution.persons import Speaker
from stancekit.text.attribution.replies import replying
from stancekit.text.attribution.roles_before import office_before

# Pronouns, and what kinds of speakers they mean.
PRONOUNS = {"he": ("person",), "she": ("person",), "they": ("people", "body"), "it": ("body",)}
POSSESSIVES = {"his": "he", "her": "she", "its": "it", "their": "they"}  # "His letter accuses the bank"
_STOP = re.compile(r"[.!?…:][”\"’')]?\s")
_SENTENCE = 300  # characters after "he" in which the sentence may name others
_KIN = re.compile(
    r"\b[Hh](?:is|er) (?:(?P<her>wife|daughter|sister|mother|girlfriend|aunt|niece)|husband|son|brother|father|"
    r"boyfriend|uncle|nephew),? (?P<name>[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)?)"
)
_NEAR_KIN = 500
_LONGEST_LABEL = 90
_NEAR = 400  # characters within which nobody is "she" and "he"


class Pronouns(Officers):
    """Names whom a pronoun means."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._meant: dict[str, tuple[str, int]] = {}  # by which pronoun somebody was meant last, and where

    @abstractmethod
    def resolve(self, start: int, end: int) -> Speaker | None:
        """Say whom a phrase means; see `Cast`."""

    def _by_pronoun(self, pronoun: str, at: int) -> Speaker | None:
        """Say whom the sentence before was about, or who was heard last, and can be called so; else who was named.

        Where whoever was heard last cannot be called so, no one else is nearer than who was named last.
        """
        if pronoun == "they" and (pair := pair_before(self.text, self.people, at)) is not None:
            return pair
        if (answering := replying(self.text, self.people, self.last, pronoun, at)) is not None:
            return answering
        wanted, is_misnamed = PRONOUNS[pronoun], False
        for speaker in self._spoken_of:
            is_labelled = wanted == ("person",) and len(self.labels) > 1 and speaker.name in self.labels
            if is_labelled and not self._is_told_of(speaker, at):
                continue
            if speaker.kind == "lone" or (pronoun == "it" and self._may_be_thing(speaker)):
                if pronoun == "they":
                    continue
                return Speaker(name=speaker.name, title=None, kind=wanted[0])
            if speaker.kind in wanted and self._may_be(speaker, pronoun, at):
                if self._is_named_after(speaker, at) or (is_misnamed and self.people.knows(speaker.name)):
                    break
                self._meant[speaker.name] = (pronoun, at)
                return speaker
            is_misnamed |= speaker.kind in wanted
        if wanted != ("person",):
            return self._doers() if pronoun == "they" else None
        others = (
            one
            for one in self.people.before(at)
            if self.people.likely_sex(one) in (None, pronoun)
            and (one.name not in self.labels or self._is_told_of(one, at))
            and one.name != self.author
        )
        before = next((one for one in others if not self._is_named_after(one, at)), None)
        before = before or self._of_kin(pronoun, at)
        return before or self._despite_name(pronoun, at) or self._in_office(at, pronoun) or self.people.speaks_next(at)

    def _is_told_of(self, speaker: Speaker, at: int) -> bool:
        """Tell whether a paragraph names somebody before a place, not as whoever speaks: "President Lee told me"."""
        start = self.text.rfind("\n", 0, at) + 1
        colon = self.text.find(": ", start, start + _LONGEST_LABEL)
        return self.text.find(speaker.name.rsplit(None, 1)[-1], max(start, colon), at) >= 0

    def _may_be(self, speaker: Speaker, pronoun: str, at: int) -> bool:
        """Tell whether a pronoun may mean somebody who has not just been another: "“No,” she said. “Yes,” he said."."""
        last, where = self._meant.get(speaker.name, (pronoun, at))
        sex = self.people.likely_sex(speaker) or self._kin.get(speaker.name)
        return sex in (None, pronoun) and (last == pronoun or at - where >= _NEAR)

    @cached_property
    def _kin(self) -> dict[str, str]:
        """Whether those of somebody's family are men or women: "His wife, Clara, waved"."""
        return {match["name"]: "she" if match["her"] else "he" for match in _KIN.finditer(self.text)}

    def _of_kin(self, pronoun: str, at: int) -> Speaker | None:
        """Say who of somebody's family was named last by a first name alone: "Peter Doe and his wife, Anna, fled"."""
        found = None
        for match in _KIN.finditer(self.text, max(0, at - _NEAR_KIN), at):
            if pronoun == ("she" if match["her"] else "he"):
                found = Speaker(name=match["name"], title=None, kind="person", sex=pronoun)
        return found

    def _in_office(self, at: int, pronoun: str) -> Speaker | None:
        """Say who was spoken of by an office alone: "the Danish representative"."""
        office = office_before(self.text, at, pronoun)
        return None if office is None else self.resolve(*office)

    def _despite_name(self, pronoun: str, at: int) -> Speaker | None:
        """Say whom "he" or "she" means where nobody has a first name that agrees, and remember it."""
        for one in (*self._spoken_of, *self.people.before(at)):
            is_told = one.kind != "person" or self.people.told_sex(one) is not None or one.name in self.labels
            if not is_told and one.name != self.author and not self._is_named_after(one, at):
                return self.people.tell_sex(one, pronoun)
        return None

    def _may_be_thing(self, speaker: Speaker) -> bool:
        """Tell whether a lone name that nobody explains may be that of a firm: "Ibeco said"."""
        is_lone = speaker.kind == "person" and " " not in speaker.name and speaker.title is None
        return is_lone and speaker.name[0].isupper() and not self.people.knows(speaker.name)

    def _is_named_after(self, speaker: Speaker, at: int) -> bool:
        """Tell whether a sentence goes on to name somebody, who then is not its "he": "he said he had met Lee"."""
        if speaker.kind != "person":
            return False
        # Of an office the last word is often a country: "The minister of Peru left. He said that Peru"
        name = speaker.name if " of " in speaker.name else speaker.name.rsplit(None, 1)[-1]
        found = self.text.find(name, at, at + _SENTENCE)
        if found < 0 or not name[0].isupper() or _STOP.search(self.text, at, found) is not None:
            return False
        # "Ann Lee laughed. She quoted Bo Lee": of one name, and another
        return not any(" " in one.name and one.name != speaker.name for one in self.people.over(found))

    def resolve_owner(self, start: int) -> Speaker | None:
        """Say whose is what a sentence begins with: "His method was simple"."""
        return self._by_pronoun(POSSESSIVES[self.text[start : start + 3].lower()], start)
