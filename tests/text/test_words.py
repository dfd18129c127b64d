"""Words lie where the spans say, in order, and hold letters and digits alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancekit.text.words import word_spans


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" \n\t…—!", []),
        ("Lift it.", ["Lift", "it"]),
        ("Don't", ["Don't"]),
        ("the people’s will", ["the", "people’s", "will"]),
        ("rock 'n' roll'", ["rock", "n", "roll"]),
        ("co-operate", ["co", "operate"]),
        ("so-called_peace", ["so", "called", "peace"]),
        ("In 1962, 3.5 %", ["In", "1962", "3", "5"]),
        ("санкции 制裁 İstanbul", ["санкции", "制裁", "İstanbul"]),
    ],
)
def test_words(text, words):
    assert [text[start:end] for start, end in word_spans(text)] == words


@given(st.text())
def test_spans_lie_in_order_and_miss_no_letter_or_digit(text):
    spans = word_spans(text)
    ends = [place for span in spans for place in span]
    assert ends == sorted(ends)
    assert all(start < end for start, end in spans)
    inside = {place for start, end in spans for place in range(start, end)}
    assert {place for place, character in enumerate(text) if character.isalnum()} <= inside
    assert {text[place] for place in inside if not text[place].isalnum()} <= {"'", "’"}
