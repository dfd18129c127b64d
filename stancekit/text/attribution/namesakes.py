"""Parts of names, and how they sound."""

from __future__ import annotations

import re
from functools import lru_cache

# How sounds of other scripts are spelt: the same man is Araghchi and Araqchi in one article.
_SPELLINGS = {
    "gh": "q",
    "kh": "k",
    "ck": "k",
    "oo": "u",
    "ou": "u",
    "ee": "i",
    "ei": "i",
    "ey": "i",
    "iy": "i",
    "y": "i",
    "w": "v",
}
_DOUBLED = re.compile(r"(.)\1+")


@lru_cache(maxsize=4096)
def parts_of_name(name: str) -> tuple[str, ...]:
    """Give the words of a name in small letters, hyphens parting them as blanks do."""
    return tuple(_sound(word) for word in name.lower().replace("-", " ").replace(".", "").split()) or (name,)


def _sound(word: str) -> str:
    """Give a word as it sounds, since names from other scripts are spelt in several ways: Araghchi and Araqchi."""
    for spelt, sound in _SPELLINGS.items():
        word = word.replace(spelt, sound)
    return _DOUBLED.sub(r"\1", word)
