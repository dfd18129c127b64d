"""Fingerprints find a statement again, however its white space was broken."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancekit.text.identity import fingerprint

WORDS = st.lists(st.text(min_size=1).filter(lambda word: not any(map(str.isspace, word))), max_size=5)
BLANKS = st.text(" \t\n\r\u00a0\u2028\u3000", min_size=1, max_size=3)


# Written down, because the annotations refer to statements by these.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "da39a3ee5e6b"),  # the SHA-1 of nothing, as in every textbook
        ("The quick brown fox jumps over the lazy dog", "2fd4e1c67a2d"),
        ("  abc\n", "a9993e364706"),
    ],
)
def test_is_the_beginning_of_a_sha1(text, expected):
    assert fingerprint(text) == expected


@given(st.text())
def test_has_twelve_hexadecimal_digits(text):
    assert re.fullmatch("[0-9a-f]{12}", fingerprint(text))


@given(WORDS, st.data())
def test_runs_of_white_space_do_not_count(words, data):
    loose = "".join(data.draw(BLANKS) + word for word in words) + data.draw(BLANKS)
    assert fingerprint(loose) == fingerprint(" ".join(words))


@pytest.mark.parametrize("other", ["lift the sanctions.", "Lift the sanctions", "Liftthe sanctions.", "Lift the."])
def test_everything_else_does(other):
    assert fingerprint(other) != fingerprint("Lift the sanctions.")


def test_zero_width_characters_are_no_white_space():
    assert fingerprint("a\u200bb") != fingerprint("a b")
