"""Articles as statements with kinds and speakers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancekit.errors import InvalidInputError
from stancekit.text.article import split_statements
from stancekit.text.attribution.quotations import find_quotes


def test_each_statement_has_its_kind_and_speaker():
    text = (
        "Foreign Minister Ann Lee spoke in Vienna. She said the ban must go. "
        "“Lift it. All of them are illegal,” the minister added."
    )
    assert [(one.text, one.kind, one.speaker, one.title) for one in split_statements(text)] == [
        ("Foreign Minister Ann Lee spoke in Vienna.", "narration", None, None),
        ("She said the ban must go.", "indirect", "Ann Lee", "Foreign Minister"),
        ("“Lift it.", "direct", "Ann Lee", "Foreign Minister"),
        ("All of them are illegal,” the minister added.", "direct", "Ann Lee", "Foreign Minister"),
    ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("“Yes, we can,” Ann Lee told the many reporters who had been waiting for hours in the rain.", "direct"),
        ("Ann Lee said that all the bans of the last ten years must go at once, adding, “And they will.”", "indirect"),
        ("Ann Lee said the bans must go, adding, “And they will, all those of the last ten years.”", "direct"),
    ],
)
def test_what_most_of_the_speech_is_counts_and_not_what_frames_it(text, kind):
    assert [one.kind for one in split_statements(text)] == [kind]


def test_the_author_says_what_nobody_else_says():
    text = "We shall stand. Ann Lee said that we shall fall."
    assert [one.speaker for one in split_statements(text, speaker="Bo Kern")] == ["Bo Kern", "Ann Lee"]


def test_a_turn_makes_all_its_statements_direct():
    text = "QUESTION: Why?\n\nMR. PRICE: It works. President Biden said that it works."
    assert [(one.kind, one.speaker) for one in split_statements(text)][1:] == [("direct", "Price"), ("direct", "Price")]


def test_bad_input_is_named():
    with pytest.raises(InvalidInputError, match="expected a str, got NoneType"):
        split_statements(None)
    with pytest.raises(InvalidInputError, match="in field 'speaker'"):
        split_statements("Fine.", speaker=7)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="aA .,“”\"'\n:", max_size=120))
def test_statements_stand_in_the_text_in_order(text):
    end = 0
    for one in split_statements(text, speaker="Lee"):
        assert text[one.start : one.end] == one.text
        assert one.start >= end
        assert one.kind in ("direct", "indirect", "narration")
        end = one.end


@pytest.mark.parametrize("speaker", [None, "Ann Lee"])
@pytest.mark.parametrize(
    ("phrase", "name"),
    [
        ("My predecessor", "My predecessor"),
        ("Our colleague from Chad", "Our colleague from Chad"),
        ("My grandmother", "My grandmother"),
        ("Our friends", "Our friends"),
    ],
)
def test_whom_a_speech_reports_is_told_from_its_own_sentences(speaker, phrase, name):
    for told, kind in (
        ('that "poor soil grows strong trees, and patient ones"', "direct"),
        ("that all was lost", "indirect"),
    ):
        text = f"We met. {phrase} told this Assembly {told}. We agree."
        found = [(one.kind, one.speaker) for one in split_statements(text, speaker=speaker)]
        assert found == [("narration", speaker), (kind, name), ("narration", speaker)]


class TestLineEnds:
    TEXT = "MR. DAHL: We lift it.\nMS. LIND: No. We do not.\nMR. DAHL: Then no."

    def test_carriage_returns_alone_end_lines_like_newlines(self):
        with_newlines = split_statements(self.TEXT)
        assert split_statements(self.TEXT.replace("\n", "\r")) == with_newlines
        assert [statement.speaker for statement in with_newlines] == ["Dahl", "Lind", "Lind", "Dahl"]

    def test_and_quotations_are_found_alike(self):
        assert find_quotes(self.TEXT.replace("\n", "\r")) == find_quotes(self.TEXT) != []

    def test_soft_hyphens_part_no_names(self):
        text = "“Lift the em\u00adbargo,” Ann Smi\u00adth said. “It is illegal,” Ann Smith said."
        found = split_statements(text)
        assert [one.speaker for one in found] == ["Ann Smith", "Ann Smith"]
        assert " ".join(one.text for one in found) == text
        assert all(text[one.start : one.end] == one.text for one in found)
        assert [text[one.start : one.end] for one in find_quotes(text)] == ["Lift the em\u00adbargo", "It is illegal"]
