"""Who is one person over several articles: names are; roles such as "Q" and "Host" are somebody else in each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from stancekit.analysis import Analysis, AnalyzedStatement
from stancekit.text.abbreviations import OFFICES, ROLES
from stancekit.text.attribution.callings import is_person
from stancekit.text.attribution.namewords import OFFICES as CALLINGS
from stancekit.text.attribution.reporting import VOICES

_WORD = re.compile(r"[^\W\d_]+")
_DESCRIBED = frozenset(word for word in CALLINGS.keys() | VOICES if word.endswith(("s", "men", "women", "people")))
_BESIDE = frozenset("a an the q and male female unidentified unknown other another some several".split())  # noqa: SIM905


def is_role(speaker: str) -> bool:
    """Tell whether a label names a role or an office and no person.

    Descriptions do not either: "senior official", and "Two diplomats" where a sentence begins.

    Examples
    --------
    >>> [is_role(name) for name in ("Q", "Speaker 2", "senior official", "Western diplomat", "Officials")]
    [True, True, True, True, True]
    >>> [is_role(name) for name in ("Ann Smith", "Foreign Ministry", "Oxfam", "Turkish government")]
    [False, False, False, False]
    """
    words = _WORD.findall(speaker)
    last = words[-1].lower() if words else ""
    if words and (words[-1].islower() or len(words) == 1) and last in _DESCRIBED:
        return True
    if len(words) > 1 and words[-1].islower() and (last in CALLINGS or is_person(last)):
        return True
    return all(word.islower() or word.lower() in ROLES | OFFICES | _BESIDE for word in words)


def name_on_page(speaker: str | None, document: str, *, several: bool) -> str | None:
    """Give the name by which a page counts a speaker: a role has its article's beside it, where there are several.

    Parameters
    ----------
    speaker : str or None
        As the statement has it.
    document : str
        What its article is called.
    several : bool
        Whether the page has more than one article.

    Examples
    --------
    >>> name_on_page("Host", "monday.txt", several=True)
    'Host (monday.txt)'
    """
    return f"{speaker} ({document})" if several and speaker is not None and is_role(speaker) else speaker


def with_names_on_page(analyses: Iterable[Analysis], *, several: bool) -> Iterator[AnalyzedStatement]:
    """Give the statements of all articles with their speakers as `name_on_page` calls them, to be counted."""
    for analysis in analyses:
        for one in analysis.statements:
            name = name_on_page(one.statement.speaker, analysis.document, several=several)
            yield one if name == one.statement.speaker else replace(one, statement=replace(one.statement, speaker=name))
