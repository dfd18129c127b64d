"""Marks of emphasis: which they are, and that names, statements and scores are read as if they were not there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import stancekit
from stancekit.text.attribution.quotations import find_quotes
from stancekit.text.emphasis import emphasis_marks
from stancekit.text.reading import flat, for_reading, for_scoring


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**Mr. President,** we go.", "Mr. President, we go."),
        ("the *Pact for the Future* and _The Hague_", "the Pact for the Future and The Hague"),
        ("***all* of it**", "***all* of it**"),  # crossed: nothing says which belong together
        ("**all *of* it**", "all of it"),
        ("“*We go*,” she said", "“We go,” she said"),
        ("(**AES**).", "(AES)."),
        ("**over\na line**", "over\na line"),
        ("prices* rose, wages* fell", "prices* rose, wages* fell"),
        ("* one\n* two", "* one\n* two"),
        ("*one\n*two", "*one\n*two"),
        ("*one\n\ntwo*", "*one\n\ntwo*"),
        ("2*3*4 and a_name_of_it", "2*3*4 and a_name_of_it"),
        ("f*** and s***", "f*** and s***"),
        ("Sign here: ____ and ****", "Sign here: ____ and ****"),
        ("** bold **", "** bold **"),
        ("*", "*"),
    ],
)
def test_the_rule(text, expected):
    (read,) = for_scoring(text, [(0, len(text))])
    assert read.text == expected


@given(st.text(st.sampled_from("aZ *_.\n\r-\u00ad\u2028")))
def test_every_character_that_stays_is_found_again(text):
    read = for_reading(text)
    stood = [text[read.back(place)] for place in range(len(read.text))]
    assert ["\n" if sign.isspace() else sign for sign in stood] == [
        "\n" if sign.isspace() else sign for sign in read.text
    ]


@given(st.text(st.sampled_from("ab *_\n")))
def test_a_stretch_has_both_marks_or_neither(text):
    read, pairs = for_reading(text), emphasis_marks(text)
    for start in range(len(read.text)):
        for end in range(start + 1, len(read.text) + 1):
            first, last = read.span(start, end)
            assert not any(first <= opening[0] and closing[0] == last for opening, closing in pairs)
            assert not any(opening[1] == first and closing[1] <= last for opening, closing in pairs)


def test_speakers_and_titles_are_read_without_marks():
    text = "**Ann Lee**, the *foreign minister*, said that **all embargoes** must go."
    (quote,) = find_quotes(text)
    assert (quote.speaker, quote.title) == ("Ann Lee", "foreign minister")
    assert text[quote.start : quote.end] == "**all embargoes** must go"


def test_a_bold_label_begins_a_turn():
    text = "**Ann Lee:** Lift it at once.\n\n**Bo Dahl:** We agree.\n\n**Ann Lee:** Then go."
    found = stancekit.split_statements(text)
    assert [one.speaker for one in found if one.kind == "direct"] == ["Ann Lee", "Bo Dahl", "Ann Lee"]


def test_statements_stand_where_they_stood():
    text = "**Thank you.** We *must* lift it."
    assert [(one.text, one.start) for one in stancekit.split_statements(text)] == [
        ("Thank you.", 2),
        ("We *must* lift it.", 15),
    ]


def test_scores_and_words_that_weighed_are_those_of_the_bare_words():
    model = stancekit.load()
    bare = stancekit.analyze("All illegal sanctions must be lifted.", model).statements[0]
    marked = stancekit.analyze("All **illegal** sanctions must be *lifted*.", model).statements[0]
    assert marked.prediction.scores == bare.prediction.scores
    assert marked.prediction.text == "All **illegal** sanctions must be *lifted*."
    assert [flat(span.text) for span in marked.evidence] == [span.text for span in bare.evidence]


def test_marks_around_several_statements_are_scored_in_none():
    model = stancekit.load()
    text = "We said: {}Lift the unjust sanctions. They hurt farmers.{} Then he left."
    bare, marked = (stancekit.analyze(text.format(mark, mark), model).statements for mark in ("", "**"))
    assert [one.prediction.scores for one in marked] == [one.prediction.scores for one in bare]
    assert marked[0].prediction.text == "We said: **Lift the unjust sanctions."
