"""Speakers and the persons of an article."""

from __future__ import annotations

from dataclasses import dataclass, field


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
        "person", "people" for several, "own" for "I", "we" and "you", or "body" for all else.
    sex : str or None
        "he" or "she" where a title, a noun or a pronoun tells; first names are asked by `People.likely_sex`.

    Examples
    --------
    >>> Speaker(name="Ann Lee", title="Foreign Minister", kind="person")
    Speaker(name='Ann Lee', title='Foreign Minister', kind='person', sex=None)
    """

    name: str
    title: str | None
    kind: str
    sex: str | None = None


@dataclass(slots=True, kw_only=True)
class Person:
    """Somebody whom an article names, once or often."""

    name: str
    parts: tuple[str, ...]
    titles: list[str] = field(default_factory=list)
    sex: str | None = None
    known: Speaker | None = None

    def speaker(self) -> Speaker:
        """Give the person as a speaker; titles are complete when this is asked first."""
        if self.known is None:
            title = max(self.titles, key=len, default=None)
            self.known = Speaker(name=self.name, title=title, kind="person", sex=self.sex)
        return self.known


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """From where on somebody is known by an office, as the words of it."""

    at: int
    person: Person
    words: frozenset[str]
