"""Words that are broken at line ends: which are put together, and where their characters stood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancekit.text.line_breaks import word_breaks
from stancekit.text.reading import for_scoring


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sanc-\ntions", "sanctions"),
        ("sanc-\r\ntions", "sanctions"),
        ("sanc\u2010 \r\t tions", "sanctions"),
        ("state-\nowned", "stateowned"),  # the rule: nothing tells it from the ones above
        ("sanc\u00ad\ntions and trai\u00adtors", "sanctions and traitors"),
        ("SANC\u00ad\nTIONS", "SANCTIONS"),
        ("5 \u00ad 6", "5  6"),
        ("Anna-\nMaria", "Anna-\nMaria"),
        ("U-\nturn", "U-\nturn"),
        ("the 1990-\nodd pages", "the 1990-\nodd pages"),
        ("short-\nand long-term", "short-\nand long-term"),
        ("is-\nlands, and-\nroid, pre-\nandroid", "islands, android, preandroid"),
        ("a dash -\nand more", "a dash -\nand more"),
        ("heading-\n\nparagraph", "heading-\n\nparagraph"),
        ("well-known", "well-known"),
        ("lift-\n", "lift-\n"),
    ],
)
def test_the_rule(text, expected):
    (read,) = for_scoring(text, [(0, len(text))])
    assert read.text == expected


@given(st.text(st.sampled_from("aZ é-\u2010\u00ad\n\r\t1")))
def test_every_character_that_stays_is_found_again(text):
    (read,) = for_scoring(text, [(0, len(text))])
    assert [text[read.back(place)] for place in range(len(read.text))] == list(read.text)
    assert len(text) - len(read.text) == sum(end - start for start, end in word_breaks(text))
