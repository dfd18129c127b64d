"""Statements with the names of other countries in them, so that a model learns the stance and not who is named."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np


@dataclass(frozen=True, slots=True)
class _Countries:
    """The table of names, and a pattern that finds them."""

    forms: Sequence[tuple[str, str]]  # name (with its article) and adjective of each country
    place: dict[str, tuple[int, int]]  # what stands in a text -> country, and 0 for a name or 1 for an adjective
    pattern: re.Pattern[str]  # with the group "elsewhere" for what stays


_ELSEWHERE = (  # what holds a country's name and names none
    "(?:Latin|North|South|Central|African|Native)[ -]American?",
    "(?:Inter|Pan|Ibero)-American",
    "Organi[sz]ation of American States",
    "Indian Ocean",
    "(?:South|East) China Sea",
    "Northern Ireland",
)


def swap_countries(texts: Sequence[str], seed: int) -> list[str]:
    """Put other countries' names in place of those that stand in statements.

    A data augmentation for models whose scores should not hang on which country is named. Each country becomes
    one drawn from all of them, once in a while itself, and the same all through a statement: name for name,
    adjective for adjective. Two countries never become one. Which stands in the place of which is drawn anew for
    every statement.

    Found are the forms in ``countries.tsv``, with capitals as they stand there; a name before a noun ("the U.S.
    embargo") is a name. All else stays: plurals ("Cubans"), capital cities, leaders, regions and seas ("Latin
    America"), and the words around, so that "an Iranian bank" may become "an Cuban bank".

    Parameters
    ----------
    texts : sequence of str, of length n_statements
        Statements in English.
    seed : int
        Seed of the draws; beside it they hang on a statement's row, not on the other statements.

    Returns
    -------
    list of str, of length n_statements
        The statements; those that name no country as they are.

    Examples
    --------
    >>> swap_countries(["We met.", "Cuba and the Cuban people resist."], seed=3)
    ['We met.', 'Nigeria and the Nigerian people resist.']
    """
    return [_swap(text, np.random.default_rng([seed, row])) for row, text in enumerate(texts)]


def _swap(text: str, rng: np.random.Generator) -> str:
    table = _countries()
    if not table.pattern.search(text):
        return text
    others = rng.permutation(len(table.forms))

    def other(match: re.Match[str]) -> str:
        if match["elsewhere"]:
            return match[0]
        country, form = table.place[_key(match[0])]
        swapped: str = table.forms[others[country]][form]
        return swapped[0].upper() + swapped[1:] if _is_capital(match) else swapped

    return table.pattern.sub(other, text)


def _is_capital(match: re.Match[str]) -> bool:
    """Tell whether an article would be written with a capital in the place of a name."""
    if _key(match[0]).startswith("the "):
        return match[0].startswith("The")
    before = match.string[: match.start()].rstrip(" \n\t\"'“”‘’()[]")
    return not before or before[-1] in ".!?…"


@cache
def _countries() -> _Countries:
    text = files(__package__).joinpath("countries.tsv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines(), delimiter="\t"))
    forms = [(row["name"], row["adjective"]) for row in rows]
    place: dict[str, tuple[int, int]] = {}
    for country, row in enumerate(rows):
        for form, column in enumerate(("name", "adjective")):
            for name in (row[column], *filter(None, row[f"other_{column}s"].split("; "))):
                place.setdefault(name, (country, form))
    names = "|".join(_pattern(name) for name in sorted(place, key=len, reverse=True))
    # "US$" is money of no country in particular.
    pattern = re.compile(rf"\b(?:(?P<elsewhere>{'|'.join(_ELSEWHERE)})|{names})(?!\w| ?\$)")
    return _Countries(forms=forms, place=place, pattern=pattern)


def _pattern(name: str) -> str:
    escaped = re.escape(name).replace("'", "['’]").replace(r"\ ", r"\s+")
    return re.sub("^the", "[Tt]he", escaped)


def _key(found: str) -> str:
    return re.sub("^The ", "the ", " ".join(found.split()).replace("’", "'"))
