"""What speeches say that their speakers, and those whom they met, have said."""

import pytest

from stancekit.text.article import split_statements
from stancekit.text.attribution.quotations import find_quotes


def found(text):
    return [(text[quote.start : quote.end], quote.speaker) for quote in find_quotes(text)]


@pytest.mark.parametrize(
    "verb", ["said", "have always said", "told them", "have made clear", "say", "will say", "must warn"]
)
def test_what_somebody_tells_of_his_own_words_is_no_report(verb):
    assert found(f"We {verb} that the weir must stay.") == []


def test_within_quotation_marks_nobody_reports_his_own_words():
    text = "“I have told the owners that the weir must stay,” Ann Lee said."
    assert found(text) == [("I have told the owners that the weir must stay", "Ann Lee")]


def test_an_author_keeps_the_statements_that_tell_what_the_author_said():
    [statement] = split_statements("As I said in May, the weir must stay.", speaker="Ann Lee")
    assert (statement.kind, statement.speaker) == ("narration", "Ann Lee")


@pytest.mark.parametrize(
    "opening",
    [
        "Ann Lee met Bo Kern in Oslo.",
        "Ann Lee held talks with Bo Kern in Oslo.",
        "The talks between Ann Lee and Bo Kern were long.",
    ],
)
def test_they_are_the_two_who_met(opening):
    assert found(f"{opening} They said that the weir must stay.") == [("the weir must stay", "Ann Lee and Bo Kern")]


@pytest.mark.parametrize("between", ["It rained. ", "Bo Kern wore a hat. Nobody laughed. "])
def test_two_who_met_long_before_are_not_they(between):
    text = f"Ann Lee met Bo Kern in Oslo. {between}They said that the weir must stay."
    assert found(text) == [("the weir must stay", None)]


def test_of_three_who_met_no_two_are_they():
    text = "Ann Lee met Bo Kern and Carl Dahl in Oslo. They said that the weir must stay."
    assert found(text) == [("the weir must stay", None)]


def test_in_a_turn_he_is_nobody_who_has_turns():
    text = (
        "Q: Did Ann Lee go?\n\nMR DALE: Bo Kern did. He said that the weir must stay.\n\nQ: When?\n\nMR DALE: In May."
    )
    assert ("the weir must stay", "Bo Kern") in found(text)
