"""Whom "he" and "she" mean where first names alone tell it."""

import pytest

from stancekit.text.attribution.firstnames import sex_by_name
from stancekit.text.attribution.names import find_mentions
from stancekit.text.attribution.quotations import find_quotes


def last_speaker(text):
    return find_quotes(text)[-1].speaker


@pytest.mark.parametrize("name", ["Maria Lopez", "Maria B. Lopez", "T. Maria Lopez", "INÉS ROJAS", "Anna-Lena Kern"])
def test_women_are_known_by_first_names(name):
    assert sex_by_name(name) == "she"


@pytest.mark.parametrize("name", ["Peter Hale", "José Díaz", "Jean-Claude Roche", "Mohammad-Javad Rad", "Ali Karimi"])
def test_men_are_known_by_first_names(name):
    assert sex_by_name(name) == "he"


@pytest.mark.parametrize("name", ["Maria", "Ali", "T. Maria", "Kim Hale", "Jean Roche", "Hale Maria", "A. B.", "", "."])
def test_lone_words_and_names_of_both_tell_nothing(name):
    assert sex_by_name(name) is None


@pytest.mark.parametrize("text", ["On Monday maria and peter left.", "The Maria Lopez Foundation", "the Peter Fund"])
def test_a_first_name_makes_nobody_a_person(text):
    assert find_mentions(text) == []


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Ann Orr was asked about claims by Bob Lund that “tolls work”. “Nonsense,” she said.", "Ann Orr"),
        ("Maria Orr criticised Peter Lund over the tolls. “They must be lifted,” he answered.", "Peter Lund"),
        ("Ann Orr said that tolls rose. Bob Lund disagreed. “They fell,” she added.", "Ann Orr"),
        ("Peter Lund met President Maria B. Orr. “Tolls must fall,” she said.", "Maria B. Orr"),
        ("Inés Lund met José Orr. “Tolls must fall,” he said.", "José Orr"),
        (
            "Ann Orr said that tolls rose. Bob Lund said that they fell. The businesswoman said that tolls must fall.",
            "Ann Orr",
        ),
        ("Ann Orr met Bob Orr. Ms Orr said that tolls must fall.", "Ann Orr"),
        ("Bob Orr met Ann Orr. Mr Orr said that tolls must fall.", "Bob Orr"),
    ],
)
def test_pronouns_and_nouns_agree_with_first_names(text, speaker):
    assert last_speaker(text) == speaker


@pytest.mark.parametrize(
    ("pronoun", "other", "speaker"),
    [("she", "Bob Lund", "Ann Orr"), ("he", "Bob Lund", "Bob Lund"), ("she", "Maria Lund", "Maria Lund")],
)
def test_who_was_spoken_to_replies_if_the_first_name_agrees(pronoun, other, speaker):
    assert last_speaker(f"Ann Orr told {other} that tolls rose. “They must fall,” {pronoun} replied.") == speaker


def test_who_was_named_last_comes_before_who_was_heard_long_ago():
    text = "Robin Hale said that tolls rose.\n\nKim Orr was shown claims by Bob Lund that “tolls work”. “No,” she said."
    assert last_speaker(text) == "Kim Orr"


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Kim Lund came. Chairwoman Bob Orr left. “Tolls must fall,” she said.", "Bob Orr"),
        ("Kim Lund came. Mr. Maria Orr left. “Tolls must fall,” he said.", "Maria Orr"),
    ],
)
def test_titles_win_over_first_names(text, speaker):
    assert last_speaker(text) == speaker


def test_a_first_name_yields_where_nobody_else_can_be_meant():
    text = "Maria Orr said that tolls rose. “They must fall,” he added. Ann Lund came. “They will,” he said."
    assert [quote.speaker for quote in find_quotes(text)] == ["Maria Orr"] * 3
