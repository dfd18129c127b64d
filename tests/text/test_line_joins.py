"""Lines of a page are put together, and every character is found again where it stood."""

import pytest

from stancekit.text.attribution.quotations import find_quotes
from stancekit.text.line_joins import join_lines
from stancekit.text.splitting import split_spans

PAGE = [
    "When the delegates of all countries met in the",
    "hall, Mr. Ban Ki-",
    "moon said that the world is",
    "late, and that all",
    "must act. We agree with",
    "him.",
    "",
    "Thanks to Jean-",
    "Paul Berg, who said that",
    "trade goes on.",
]
ENDS = pytest.mark.parametrize("end", ["\n", "\r\n", "  \n", "\r", " \t\n  "], ids=repr)


@ENDS
def test_every_character_is_found_where_it_stood(end):
    text = end.join(PAGE)
    joined = join_lines(text, split_spans(text))
    for at, sign in enumerate(joined.text):
        assert text[joined.back(at)] == sign or (sign == " " and text[joined.back(at)].isspace())
    for (start, stop), (old, old_stop) in zip(joined.spans, split_spans(text), strict=True):
        assert (joined.back(start), joined.back(stop - 1) + 1) == (old, old_stop)
        assert "\n" not in joined.text[start:stop]
        assert "  " not in joined.text[start:stop]


@ENDS
def test_names_and_speech_are_found_over_the_ends_of_lines(end):
    text = end.join(PAGE)
    quotes = find_quotes(text)
    assert [quote.speaker for quote in quotes] == ["Ban Ki-moon", "Jean-Paul Berg"]
    found = [" ".join(text[quote.start : quote.end].split()) for quote in quotes]
    assert found == ["the world is late, and that all must act", "trade goes on"]


def test_lines_that_are_paragraphs_stay():
    text = "The talks go on.\nAnn Lee said so.\n\nNorth\nSouth\n"
    assert join_lines(text, split_spans(text)) is None
    assert join_lines("", []) is None


def test_a_sentence_of_no_length_stays_where_it_is():
    text = "we go\nthere and\nback and\nforth so\nlong."
    joined = join_lines(text, [(0, 0), (0, len(text)), (len(text), len(text))])
    assert joined.spans == [(0, 0), (0, len(text)), (len(text), len(text))]


def test_many_blanks_take_no_long_time():
    text = "we go\nthere and\nback and\nforth" + " " * 200_000 + "\nso long."
    assert join_lines(text, [(0, len(text))]).text == "we go there and back and forth so long."
