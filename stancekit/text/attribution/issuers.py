"""Whose a document is that speaks in an article: "the statement", "his letter", "the Post article"."""

from __future__ import annotations

import re

from stancekit.text.attribution.called import Issued
from stancekit.text.attribution.callings import may_be_body
from stancekit.text.attribution.descriptions import plain_name
from stancekit.text.attribution.namewords import PLACES, RANKS
from stancekit.text.attribution.persons import Speaker
from stancekit.text.attribution.pronouns import POSSESSIVES, Pronouns
from stancekit.text.attribution.verbs import word_set

# "a report by the Daily News"
_ISSUER = re.compile(r"\s(?:by|from)\s+(.+)")
# These documents are of bodies rather than of persons, if one of the last few who spoke is a body.
_OF_BODIES = word_set("statement report communique communiqué declaration document study article editorial release")
_WHOSE_DOCUMENT = re.compile(
    r" (?:(?:issued|published|released|written|signed|prepared|drawn up) )?(?:of|by|from) "
    r"(?P<who>(?:the |an? )?(?:[A-Z][\w’-]+ )*[A-Z][\w’-]+(?: (?:of|for|on|"
    r"and) (?:the )?(?:[A-Z][\w’-]+ ?)+)?)(?<!day)(?<=\w)"
)
_OWNED = re.compile(r"(?P<who>.+?(?<!day)(?<!year)(?<!month)(?<!week)(?:[’']s|(?<=s)[’'])) (?:[\w-]+ ){0,3}?[\w-]+$")
_OF_OUTLETS = word_set("article editorial report story")
_N_ISSUERS = 3
_NEW = ("a ", "A ", "an ", "An ", "another ", "Another ")
# Told of for the first time these are not of whoever was heard last: "a report found", unlike "a statement said".
_OF_NOBODY = word_set("report study leaflet article review audit document memo log cable")


class Issuers(Pronouns):
    """Names who issued a document."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._issued: list[Issued] = []

    def issue(self, noun: str, at: int, speaker: Speaker) -> None:
        """Remember whose statement, letter or report is spoken of."""
        self._issued.append(Issued(at=at, noun=noun, speaker=speaker))

    def _issuer_before(self, noun: str, at: int) -> Speaker | None:
        """Say whose a document is by what was called so before: "the report of the Expert Group"."""
        place = self.text.rfind(f" {noun} ", 0, at)
        while place >= 0:
            by = _WHOSE_DOCUMENT.match(self.text, place + len(noun) + 1, at)
            if by is not None:
                return self.resolve(*by.span("who"))
            place = self.text.rfind(f" {noun} ", 0, place)
        return None

    def _by_document(self, phrase: str, noun: str, at: int) -> Speaker | None:
        """Say who issued a document: by its own words, or since it was spoken of."""
        if (issuer := _ISSUER.search(phrase)) is not None:
            return self.resolve(at + issuer.start(1), at + issuer.end(1))
        if (whose := self._by_owner(phrase, noun, at)) is not None:
            return whose
        last = self.last
        if noun in _OF_OUTLETS and last is not None and last.kind == "body" and may_be_body("paper", last.name):
            return last
        for issued in reversed(self._issued):
            if issued.noun == noun:
                return issued.speaker
        heard = self._issuer_before(noun, at)
        if heard is None and not (noun in _OF_NOBODY and phrase.startswith(_NEW)):
            heard = self._issuer_heard(noun)
        return heard or Speaker(name=plain_name(phrase), title=None, kind="body")

    def _issuer_heard(self, noun: str) -> Speaker | None:
        """Say whose a document is of which nothing is told: of a body that was heard, or of whoever was heard last."""
        heard = self.heard[-_N_ISSUERS:] if noun in _OF_BODIES else []
        return next((one for one in reversed(heard) if one.kind != "person"), self.last)

    def _by_owner(self, phrase: str, noun: str, at: int) -> Speaker | None:
        """Say whose a document is by the words before it: "his letter", "the Post article", "the bank’s report"."""
        if (pronoun := POSSESSIVES.get(phrase.split(None, 1)[0].lower())) is not None:
            whose = self._by_pronoun(pronoun, at)
            if whose is not None:
                return whose
        elif (owner := self._owner(phrase, noun, at)) is not None:
            return owner
        owned = _OWNED.match(phrase)
        return None if owned is None else self.resolve(at, at + len(owned["who"].rstrip("s").rstrip("’'")))

    def _owner(self, phrase: str, noun: str, at: int) -> Speaker | None:
        """Say whose a document is: "the Post article", "a Tasnim report"."""
        words = phrase.split(f" {noun}", 1)[0].removesuffix("’s").removesuffix("'s").split()
        if words and words[0].lower() in ("the", "a", "an", "this", "that"):
            words.pop(0)
        if not words or not all(word[0].isupper() for word in words):
            return None
        last = words[-1].lower().rstrip(".")
        if last in PLACES or last.endswith("day") or last in RANKS:
            return None
        name = " ".join(words)
        return self.people.by_parts(name) or self.by_body(f"the {name}", at)
