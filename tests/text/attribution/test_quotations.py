"""Reported speech: what was said, in which way, and by whom."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancekit.errors import InvalidInputError
from stancekit.text.attribution.quotations import find_quotes


def found(text):
    return [(text[quote.start : quote.end], quote.kind, quote.speaker) for quote in find_quotes(text)]


INTRODUCED = "Foreign Minister Ann Lee met the press. "


@pytest.mark.parametrize(
    "text",
    [
        "“We are ready,” Ann Lee said.",
        '"We are ready," said Ann Lee in a tweet on Friday.',
        "‘We are ready,’ Ann Lee told reporters.",
        "'We are ready,' added Ann Lee.",
        "„We are ready“, Ann Lee stressed.",
        "«We are ready», Ann Lee noted.",
        "Ann Lee said: “We are ready.”",
        "Ann Lee told the paper on Monday, “We are ready.”",
        "Ann Lee left early, saying, “We are ready.”",
        "“We are ready,” the Daily News quoted Ann Lee as saying.",
    ],
)
def test_direct_speech_is_found_in_any_marks_and_on_either_side_of_the_verb(text):
    [(said, kind, speaker)] = found(text)
    assert (said.rstrip("."), kind, speaker) == ("We are ready", "direct", "Ann Lee")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ann Lee said that talks go on.", "talks go on"),
        ("Ann Lee said talks go on.", "talks go on"),
        ("Ann Lee said on Friday that talks go on.", "talks go on"),
        ("Ann Lee said in a phone call with her counterpart on Monday that talks go on.", "talks go on"),
        ("Ann Lee, the foreign minister, said talks go on.", "talks go on"),
        ("In Vienna on Monday, Ann Lee also said that talks go on.", "talks go on"),
        ("According to Ann Lee, talks go on.", "talks go on"),
        ("Talks go on, according to Ann Lee.", "Talks go on"),
        ("Talks with everybody go on, Ann Lee said.", "Talks with everybody go on"),
        ("Talks with everybody go on, said Ann Lee.", "Talks with everybody go on"),
        ("Ann Lee urged Chad to lift the ban.", "Chad to lift the ban"),
        ("Ann Lee called on Chad to lift the ban.", "Chad to lift the ban"),
        ("Ann Lee called for an end of the war.", "an end of the war"),
        ("Ann Lee accused Chad of lying.", "Chad of lying"),
        ("Ann Lee vowed to lift the ban.", "to lift the ban"),
        ("Ann Lee was quoted as saying that talks go on.", "talks go on"),
        ("Ann Lee said the ban was lifted, a move that pleased many.", "the ban was lifted"),
    ],
)
def test_indirect_speech_is_the_content_alone(text, said):
    assert found(text) == [(said, "indirect", "Ann Lee")]


def test_each_verb_has_a_stretch_of_its_own():
    text = "Ann Lee said talks go on, adding that the ban must go, and urged Chad to wait."
    assert [said for said, _, _ in found(text)] == ["talks go on", "the ban must go", "Chad to wait"]
    assert {speaker for _, _, speaker in found(text)} == {"Ann Lee"}


def test_words_in_marks_within_reported_speech_make_it_mixed():
    assert found("Ann Lee said the ban “hurts ordinary people” everywhere.") == [
        ("the ban “hurts ordinary people” everywhere", "mixed", "Ann Lee")
    ]


def test_an_interrupted_quotation_is_two():
    text = "“The ban,” Ann Lee said, “hurts ordinary people.”"
    assert [said.rstrip(".") for said, _, _ in found(text)] == ["The ban", "hurts ordinary people"]


def test_a_quotation_may_span_sentences_and_paragraphs():
    text = "“We did it. We won.\n\n“Nobody helped us,” Ann Lee said."
    [(said, kind, speaker)] = found(text)
    assert said.startswith("We did it.")
    assert said.endswith("helped us")
    assert (kind, speaker) == ("direct", "Ann Lee")


def test_a_quotation_without_a_verb_goes_on_from_the_one_before():
    text = "“We did it,” Ann Lee said. “Nobody helped us at all.”"
    assert [speaker for _, _, speaker in found(text)] == ["Ann Lee", "Ann Lee"]


def test_the_sentence_after_may_say_who_made_the_remarks():
    text = INTRODUCED + "“Nobody has helped us at all.” The minister made the remarks on Friday."
    assert found(text) == [("Nobody has helped us at all.", "direct", "Ann Lee")]


def test_a_nested_quotation_belongs_to_the_outer_one():
    text = "“He cried ‘stop it now’ and left,” Ann Lee said."
    assert found(text) == [("He cried ‘stop it now’ and left", "direct", "Ann Lee")]


def test_others_reported_within_a_quotation_are_found_too():
    text = "“Iran has warned that the ban hurts everyone in the region,” Ann Lee said."
    assert [(kind, speaker) for _, kind, speaker in found(text)] == [("direct", "Ann Lee"), ("indirect", "Iran")]


def test_turns_of_a_transcript_are_direct_speech():
    text = "MR. PRICE: We are ready.\n\nTalks go on.\n\nQUESTION: When?\n\nMR. PRICE: Soon."
    assert [(said, kind) for said, kind, _ in found(text)] == [
        ("We are ready.\n\nTalks go on.", "direct"),
        ("When?", "direct"),
        ("Soon.", "direct"),
    ]
    assert {quote.rule for quote in find_quotes(text)} == {"turn"}


@pytest.mark.parametrize(
    "text",
    [
        "The so-called “shadow fleet” carried oil to Asia.",
        "Her book “The Art of the Ban” sold well.",
        "The workers' hall and the '90s cafe aren't open.",
        "Ann Lee did not say that talks go on.",
        "Ann Lee hopes to return and thinks that talks go on.",
        "According to the 2016 census, the city has grown.",
        "The ban announced by Chad was lifted.",
        "I say that talks go on.",
        "We call on Chad to talk.",
        "",
        "“",
    ],
)
def test_what_nobody_is_said_to_say_is_nothing(text):
    assert found(text) == []


def test_who_is_called_by_a_compound_of_a_silencing_word_is_heard():
    assert [quote.speaker for quote in find_quotes("No-one said that talks go on.")] == ["No-one"]
    assert find_quotes("Nobody had read the report that day.") == []


def test_a_missing_mark_does_not_swallow_the_article():
    text = "“We are ready to talk now, Ann Lee said. " + "The town is old. " * 30 + "“We won,” Bo Kern said."
    assert ("We won", "direct", "Bo Kern") in found(text)
    assert all(len(said) < 60 for said, _, _ in found(text))


def test_a_quoted_heading_has_the_speaker_of_the_words_it_repeats():
    text = (
        "Bo Kern said talks go on.\n\n“The ban must go at once”\n\nThe city was calm.\n\n"
        "“We say it again. The ban must go at once,” Ann Lee said."
    )
    assert found(text)[1] == ("The ban must go at once", "direct", "Ann Lee")


@pytest.mark.parametrize("text", ["“Talks will go on soon here”\n\nIt rained.", "“Talks will go on soon here”\n\n"])
def test_a_quoted_line_that_nobody_says_is_no_heading(text):
    assert found(text) == []


def test_a_heading_that_nobody_says_renames_no_other_quotation():
    text = "“Talks will go on soon here”\n\nIt rained. “They went on,” Bo Kern said. “They went on,” Ann Lee said."
    assert [speaker for _, _, speaker in found(text)] == ["Bo Kern", "Ann Lee"]


def test_bad_input_is_named():
    with pytest.raises(InvalidInputError, match="expected a str, got int: 7"):
        find_quotes(7)
    with pytest.raises(InvalidInputError, match="lone surrogate"):
        find_quotes("a \ud800 b")


FOLDER = Path(__file__).parents[2] / "data" / "quotations"
OWN_TEXTS = [
    re.sub(r"\[\[|\]\]| \|\| .*", "", path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.txt"))
]
OWN_WORDS = [word for text in OWN_TEXTS for word in re.findall(r"\S+\s+", text.replace("\\n", "\n"))]
JOINTS = ["", " ", "\n", "\n\n", "“", "”", "”\n\n", "”\n\n“", "‘", "’", '"', ": "]


@st.composite
def shuffled(draw):
    """Cut pieces out of our own texts and join them anywhere, now and then with a mark or a line's end between."""
    pieces = []
    for _ in range(draw(st.integers(1, 12))):
        start = draw(st.integers(0, len(OWN_WORDS) - 1))
        pieces += [draw(st.sampled_from(JOINTS)), *OWN_WORDS[start : start + draw(st.integers(1, 14))]]
    return "".join(pieces)


MARKS = ["“", "”", '"', "'", "’", "‘", "«", "»", "„", "(", ")", ": ", ", ", ". ", "\n\n"]
WORDS = [
    "Ann Lee",
    " said ",
    "that ",
    "and ",
    "according to ",
    "the minister ",
    "he ",
    "noting ",
    "urged ",
    "talks go on",
]
PIECES = st.sampled_from([*MARKS, *WORDS, "in a tweet ", "MR. PRICE: ", "é"])


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.lists(PIECES, max_size=40).map("".join), shuffled()))
def test_quotations_lie_in_the_text_in_order_and_are_told_twice_the_same(text):
    quotes = find_quotes(text)
    assert [quote.start for quote in quotes] == sorted(quote.start for quote in quotes)
    for quote in quotes:
        assert 0 <= quote.start < quote.end <= len(text)
        assert text[quote.start : quote.end].strip()
        assert quote.kind in ("direct", "indirect", "mixed")
        assert quote.rule
    assert quotes == find_quotes(text)


@pytest.mark.parametrize(
    "piece",
    [
        '“"«»„’ ',
        "Alpha ",
        "he said that ",
        "Minister Ann Lee said, ",
        "according to ",
        "and said ",
        "'a b ",
        "said in that ",
    ],
)
def test_time_grows_with_the_length_alone(piece):
    def seconds(n):
        text = piece * (n // len(piece))
        return min(_timed(text) for _ in range(2))

    # Quadratic time would make the longer one sixteen times as slow.
    assert seconds(80_000) < 10 * max(seconds(20_000), 0.005)


def _timed(text):
    start = time.process_time()
    find_quotes(text)
    return time.process_time() - start
