"""Text that no author meant to be read so: marks, dashes and blanks where a name should stand."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancekit.text.attribution.quotations import find_quotes

ODD = [
    "—",
    "–",
    "-",
    "...",
    "…",
    ",",
    ".",
    ";",
    ":",
    "(",
    ")",
    "“",
    "”",
    '"',
    "‘",
    "’",
    "'",
    "’s",
    "$",
    "1",
    "é",
    "🚢",
    "İ",
]
BLANKS = [" ", " ", " ", " ", "", "\n", "\n\n", "  ", "\t", "\xa0", "\u2028", "\u200b"]
SMALL = """
    the a an that who which what as with by and it they he of in on met both is was keeps statement report said says
    told according According added calling called calls warned stressed reads explained quoted noting urged accused
    agreed keeps made
"""
PHRASES = [
    "according to",
    "According to",
    "as saying",
    "of the view that",
    "In a statement",
    "what they call",
    "made clear",
    "was clear that",
    "heard from",
    "expressed hope that",
    "by whom",
    "No.",
    "Jan.",
    "Q",
    "Q:",
    "THE CHAIR:",
    "Mr. BERG.",
    "claim that",
    "is how",
    "reads",
]
NAMES = ["Ann Lee", "Lee", "Monday", "Reuters", "the minister", "A farmer", "Chad", "U.S.", "Mr.", "Путин", "workers"]
PIECES = [*ODD, *SMALL.split(), *PHRASES, *NAMES]


@st.composite
def odd_texts(draw):
    """Put pieces one after another, with a blank of any kind after each."""
    pieces = draw(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(BLANKS)), min_size=1, max_size=14))
    return "".join(piece + blank for piece, blank in pieces)


@pytest.mark.parametrize(
    "text",
    [
        "According to —, talks go on.",
        "According to \xa0 , talks go on.",
        "Talks go on, according to \xa0",
        "“We won” – told reporters.",
        '" - told ',
        "according to \xa0 said ",
        "’s statement read. —  Reuters  that It\n",
        "It is so. according to ' \u2028 , told",
        "calls on According tokeeps\nboth ",
    ],
)
def test_where_no_name_stands_nobody_speaks(text):
    assert {quote.speaker for quote in find_quotes(text)} <= {None}


@settings(max_examples=500, deadline=None)
@given(odd_texts())
def test_any_text_can_be_read(text):
    for quote in find_quotes(text):
        assert 0 <= quote.start < quote.end <= len(text)
        assert text[quote.start : quote.end].strip()
        assert quote.speaker is None or re.search(r"[^\W\d_]", quote.speaker)


@pytest.mark.parametrize(
    "text",
    [
        "The port is open, according to ...",
        "The port is open, according to the –.",
        "“Talks go on,” said the —.",
        "“Talks go on,” said the ( ).",
        "“Talks go on,” said ... . “They go on for ever.”",
        "( said\n– A ",
    ],
)
def test_signs_and_articles_are_no_names(text):
    assert {quote.speaker for quote in find_quotes(text)} <= {None}


@pytest.mark.parametrize("text", ["See No. (", "He said no. (", "On Jan. “", "Art. “"])
def test_a_text_may_end_behind_an_abbreviation(text):
    assert {quote.speaker for quote in find_quotes(text)} <= {None}


@pytest.mark.parametrize(
    "piece",
    [
        "quoted ",
        "Lee's report ",
        ", who said, ",
        "Anna Berg: yes.\n\nQ  Why so?\n\n",
        "The mayor of San Pablo left. ",
        "“Goal!” Lee said, ",
    ],
)
def test_time_grows_with_the_text(piece):
    def took(n):
        start = time.process_time()
        find_quotes(piece * n)
        return time.process_time() - start

    assert min(took(4000) for _ in range(2)) < 12 * max(min(took(1000) for _ in range(2)), 0.01)


@pytest.mark.parametrize(
    "text", ['"\xa0, said', '\u200b\x1c"\x85 that\xa0said: “Go.”', "The\u3000said that\x85 we go."]
)
def test_odd_blanks_name_nobody(text):
    assert {quote.speaker for quote in find_quotes(text)} <= {None}
