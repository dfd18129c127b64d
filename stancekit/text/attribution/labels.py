"""Whom the labels of a transcript mean: "A", "THE CHAIRPERSON", "Minister of Health Ann Lee", "Q14 Chair"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from stancekit.text.attribution.callings import is_outlet
from stancekit.text.attribution.descriptions import head_of, keys
from stancekit.text.attribution.names import find_mentions
from stancekit.text.attribution.namewords import OFFICES, RANKS
from stancekit.text.attribution.people import Speaker
from stancekit.text.attribution.speakers import Cast
from stancekit.text.turns import Turn

_ASKING = frozenset({"q", "question", "questions", "interviewer"})
_ANSWERING = frozenset({"a", "answer", "answers", "interviewee", "response"})
_REPORTERS = frozenset({"reporter", "journalist"})
_WITHIN_OFFICE = frozenset({"the", "of", "for", "and"})
# "Q14 Chair"
_NUMBERED = re.compile(r"(?:[QA]\.?\s?\d{1,3}|\d{1,3}[.)]?)\s+(?=[^\W\d_])")
_NAME = (
    r"[A-ZÀ-Þ][\w’'.-]+(?: (?:(?:de|da|di|del|della|van|von|den|der|bin|al|el|la|le|y) ){0,2}[A-ZÀ-Þ][\w’'.-]+){1,3}"
)
_INTERVIEWER = re.compile(
    r"\b(?:[Ii]nterview|[Ii]nterviewer|[Qq]uestions|[Cc]onversation|INTERVIEW)(?:ed)?(?: (?:conducted|led|done|asked|"
    rf"held|recorded))?(?: (?:by|with)|:| BY)\s+(?P<who>{_NAME})(?=[\s.,;)]|$)"
)
_INTERVIEWED = re.compile(rf"\b(?:[Ii]nterviewed|[Qq]uestioned|[Aa]sked) by (?P<who>{_NAME})")
# "Reporter (Hokuto Shimbun, Ogata)"
_WHO_ASKS = re.compile(r"[(\[](?:[^()\[\],]{2,40}, )?(?P<who>[A-Z][a-zà-þ]+(?: [A-Z][a-zà-þ]+)?)[)\]]")
_IN_BRACKETS = re.compile(r"\((?:the )?(?P<office>[A-Za-z -]{3,40})[);,]")
# "President of the Gambia Lamin Jallow": the words between are no name.
_OFFICE_OF = re.compile(
    r"(?P<office>[\w’' -]{3,60}?) (?:of|for) (?:the )?(?P<field>\w[\w’'-]*(?: (?:of|and|the|for) [\w’'-]+)*) "
    r"(?P<who>\w[\w’'.-]+(?: [\w’'.-]+)+)$"
)
_LONGEST_FOOT = 200  # characters at the end of a transcript in which its interviewer may be named


class Labels:
    """The speakers of one transcript by their labels.

    Parameters
    ----------
    text : str
        The transcript.
    cast : Cast
        Its people.
    turns : sequence of Turn
        Its turns.
    """

    def __init__(self, text: str, cast: Cast, turns: Sequence[Turn]) -> None:
        self.text, self.cast = text, cast
        self.first = turns[0].label_start if turns else 0
        self.plain = {turn.speaker for turn in turns if turn.start < turn.end}
        self._named: dict[str, Speaker] = {}

    def speaker(self, turn: Turn) -> Speaker:
        """Say who speaks in a turn."""
        label = self.text[turn.label_start : turn.label_end]
        if label not in self._named:
            self._named[label] = self._by_role(turn, label) or self._by_label(turn.speaker)
        return self._named[label]

    def _by_role(self, turn: Turn, label: str) -> Speaker | None:
        """Say whom a label means that names nobody: "A", "Spokesman", "Reporter (Daily News, Lee)"."""
        words = _unnumbered(turn.speaker).lower().rstrip(".").split()
        if len(words) == 1 and words[0] in _ASKING:
            return self._interviewer()
        if len(words) == 1 and words[0] in _ANSWERING:
            return self._guest()
        if words[-1] in _REPORTERS and (asks := _WHO_ASKS.search(label)) is not None:
            return None if is_outlet(asks["who"]) else Speaker(name=asks["who"], title=None, kind="person")
        if words[-1] in OFFICES and all(word in OFFICES or word in RANKS or word in _WITHIN_OFFICE for word in words):
            return self._holder(" ".join(words))
        return None

    def _by_label(self, label: str) -> Speaker:
        """Say whom a label names, which may name the office and its country too."""
        label = _unnumbered(label)
        given = _OFFICE_OF.match(label)
        if given is not None and not OFFICES.keys().isdisjoint(given["office"].lower().split()):
            name = self._known_end(given["who"]) or given["who"]
            return self.cast.people.by_parts(name) or Speaker(name=name, title=given["office"], kind="person")
        if (known := self._written_in_capitals(label)) is not None:
            return known
        speaker = self.cast.name(label)
        if " " in label and speaker.name.lower().startswith(f"{label.lower()} "):  # "DER KOMPASS INTERVIEW"
            return Speaker(name=label, title=None, kind="body")
        return speaker

    def _known_end(self, words: str) -> str | None:
        """Give the end of some words that is a label of its own."""
        return next((one for one in self.plain if " " in one and words.endswith(f" {one}")), None)

    def _written_in_capitals(self, label: str) -> Speaker | None:
        """Name whose surname alone stands in capitals: "Minister HAYASAKA" is "HAYASAKA Noriko"."""
        last = label.rsplit(None, 1)[-1]
        if not (last.isupper() and len(last) > 3 and last.isalpha() and not label.isupper()):
            return None
        head = self.text[: self.first]
        full = re.search(rf"\b{last} [A-Z][a-z]+\b", head) or re.search(rf"\b(?:[A-Z][a-z]+ )+{last}\b", head)
        if full is None:
            return None
        words = [word for word in full[0].split() if word.lower() not in OFFICES and word.lower() not in RANKS]
        name = " ".join(words)
        before = label[: -len(last)].strip() or None
        return Speaker(name=name, title=before, kind="person") if len(words) > 1 else None

    def _holder(self, office: str) -> Speaker | None:
        """Say who holds an office by another label, or by what stands before the first turn."""
        people = self.cast.people
        low = office.removeprefix("the ")
        for label in self.plain:
            before, _, rest = label.lower().removeprefix("the ").partition(low)
            if not before and len(rest.split()) > 1:
                return self.cast.name(label)
        whole = re.search(
            rf"^\W*(?:the )?{re.escape(low)},? ?\(?(?P<who>[^\n:]{{5,70}}):", self.text, re.IGNORECASE | re.MULTILINE
        )
        if whole is not None and (named := find_mentions(f"{whole['who']}:")):
            return people.by_parts(named[-1].name) or Speaker(name=named[-1].name, title=low, kind="person")
        for i in people.inside(0, self.first):
            inside = _IN_BRACKETS.match(self.text, people.mentions[i].end + 1)
            if inside is not None and keys(inside["office"]) == keys(low):
                return people.named(i)
        held = [one for one in people.holders(keys(low), head_of(low)) if one.at < self.first]
        return held[0].person.speaker() if held and len({one.person.name for one in held}) == 1 else None

    def _interviewer(self) -> Speaker | None:
        """Say who asks, if the heading or the last line tells."""
        for start, end in ((0, self.first), (max(self.first, len(self.text) - _LONGEST_FOOT), len(self.text))):
            if (by := _INTERVIEWER.search(self.text, start, end)) is None:
                by = _INTERVIEWED.search(self.text, start, end)
            if by is not None and (
                by["who"] != (guest := self._guest()) and (guest is None or guest.name != by["who"])
            ):
                return self.cast.people.by_parts(by["who"]) or Speaker(name=by["who"], title=None, kind="person")
        return None

    def _guest(self) -> Speaker | None:
        """Say who answers: the only one with an office, or the only one at all, whom the heading names."""
        people = self.cast.people
        named = {(one := people.named(i)).name: one for i in people.inside(0, self.first) if i in people.known}
        labelled = {self.cast.name(label).name for label in self.plain}
        asks = {match["who"] for match in _INTERVIEWED.finditer(self.text, 0, self.first)}
        free = [one for one in named.values() if one.name not in labelled | asks]
        titled = [one for one in free if people.has_office(one)] or free
        return titled[0] if len(titled) == 1 else None


def _unnumbered(label: str) -> str:
    """Give a label without the number of its question: "Chair" of "Q14 Chair"."""
    return _NUMBERED.sub("", label, count=1)
