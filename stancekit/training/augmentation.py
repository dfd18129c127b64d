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
    pattern: re.Pattern[str]


def swap_countries(texts: Sequence[str], seed: int) -> list[str]:
    """Put other countries' names in place of those that stand in statements.

    A data augmentation for models whose scores should not hang on which country is named. Each country becomes
    another one, the same all through a statement, name for name and adjective for adjective. Which countries
    stand in the place of which is drawn anew for every statement.

    Parameters
    ----------
    texts : sequence of str, of length n_statements
        Statements in English.
    seed : int
        Seed of the draws; a statement is given the same names whatever stands before it.

    Returns
    -------
    list of str, of length n_statements
        The statements; those that name no country as they are.

    Examples
    --------
    >>> swap_countries(["We met.", "Cuba and the Cuban people resist."], seed=3)
    ['We met.', 'Tonga and the Tongan people resist.']
    """
    return [_swap(text, np.random.default_rng([seed, row])) for row, text in enumerate(texts)]


def _swap(text: str, rng: np.random.Generator) -> str:
    table = _countries()
    if not table.pattern.search(text):
        return text
    others = rng.permutation(len(table.forms))

    def other(match: re.Match[str]) -> str:
        country, form = table.place[_key(match[0])]
        swapped = table.forms[others[country]][form]
        return swapped[0].upper() + swapped[1:] if match[0][0].isupper() else swapped

    return table.pattern.sub(other, text)


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
    return _Countries(forms=forms, place=place, pattern=re.compile(rf"\b(?:{names})(?!\w)"))


def _pattern(name: str) -> str:
    return re.escape(name).replace("the", "[Tt]he", 1) if name.startswith("the ") else re.escape(name)


def _key(name: str) -> str:
    return name.replace("The ", "the ", 1) if name.startswith("The ") else name
