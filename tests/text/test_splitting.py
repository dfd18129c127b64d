"""Statements: where they begin and end, what belongs to none, and that hostile text costs no more than its length."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancekit.text.splitting import split_spans

MARKS = st.text(alphabet="Aa1 .?!…\"“”'’«»()[]\n\r\t-*•:;,\xa0\u200b。؟", max_size=60)
WORDS = st.lists(
    st.sampled_from(
        ["Mr.", "U.S.", "The", "iron", "82.\t", "(a)", "“We", "won.”", "\n", "\n\n", "Putin:", "...", "?!"]
    ),
    max_size=30,
).map(" ".join)

SENTENCES = {
    "title": ["Mr. Aldo met Dr. Brandt.", "They talked."],
    "abbreviation that ends": ["It was signed by the U.S.", "The minister agreed."],
    "abbreviation inside": ["The U.S. Senate voted with the U.N. Security Council."],
    "initials": ["Gen. J. R. Smith spoke.", "A. A. Ivanov replied."],
    "saint": ["They met in St. Petersburg.", "It was cold."],
    "number": ["See No. 5 and Art. 2 on pp. 3-4.", "No.", "We will not."],
    "month": ["It came on Sept. 11 or Jan. 5.", "It goes on."],
    "hour": ["He came at 5 p.m. Monday.", "He left at 6 p.m.", "Doors closed."],
    "degree": ["She has a Ph.D. from Oslo.", "He has a Ph.D.", "The end."],
    "and so on": ["Oil, gas, etc. are sold.", "So are wheat, etc.", "Prices rise."],
    "Latin": ["Some states, e.g. Iran, i.e. Tehran, agreed."],
    "company": ["Shell Corp. Chairman Cook sold Acme Inc.", "They agreed."],
    "decimal": ["Trade fell by 2.5 per cent.", "$ 800 million.", "270 men came."],
    "first person": ["They trust you and I.", "Russia does too."],
    "ellipsis": ["Well ... I think so.", "They left…", "The end came."],
    "several marks": ["What?!", "Really!!", "Yes."],
    "brackets": ["(He left.", "She stayed.)", "It rained (hard!).", "They won."],
    "question in quotes": [
        "“Who is it?” he asked.",
        "“Act now!” Ambassador Smith said.",
        "“Why?”",
        "The hall was still.",
    ],
    "quotation over sentences": ["“We did it.", "We won,” he said."],
    "guillemets": ["«We go.»", "They went.", "« Nous partons. »", "The hall was still."],
    "German quotes": ["„Wir gehen.“", "The end came."],
    "single quotes": ["He called it ‘unfair.’", "It was."],
    "straight quotes": ['He said: "We go."', '"Why?" asked she.', 'They called it "unjust".', "It was."],
    "unbalanced quote": ["“We go.", "They stay.", "Nobody answers."],
    "footnote": ["It is in force.12", "“It works.”3", "It does.[4]", "Yes.¹", "It fell by 12.6 GW."],
    "address": ["See www.example.org/Path.Html or write to J.Doe@Example.org now.", "Thanks."],
    "lower-case name": ["Sales fell.", "iPhone makers left."],
    "capitals": ["THE U.S. IS OUT.", "THE MINISTER AGREED.", "NO MORE."],
    "no stop": ["no stop at all"],
    "Chinese": ["“五。”", "Then it ended."],
    "Arabic": ["هل هذا صحيح؟", "نعم."],
    "Hindi": ["मैं हूँ।", "तुम हो।"],
    "colon and semicolon": ["We want two things: peace; and bread."],
    "dash": ["We want peace – Now and here."],
    "stage direction": ["We thank them.", "(Applause)", "We go on.", "(Applause.)", "We end."],
    "quoted heading": ["He spoke on Iran.", "“Our measures are a response”", "The minister also spoke."],
    "glued heading": ["Europe's energy supply", "In a joint statement the ministers agreed."],
    "glued headline": ["The U.S. votes, Europe says 'Ouch", "The Russia bill passed."],
    "dateline": ["TEHRAN – Iran has agreed.", "It said so."],
}


def statements(text):
    return [text[start:end] for start, end in split_spans(text)]


class TestSentences:
    @pytest.mark.parametrize("expected", SENTENCES.values(), ids=SENTENCES)
    def test_a_line_of_sentences(self, expected):
        assert statements(" ".join(expected)) == expected

    @pytest.mark.parametrize("expected", SENTENCES.values(), ids=SENTENCES)
    def test_paragraphs(self, expected):
        assert statements("\r\n\r\n".join(expected)) == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("We lift them.The minister left.", ["We lift them.", "The minister left."]),
            ("We lift them in 2014.The minister left.", ["We lift them in 2014.", "The minister left."]),
            ('It ended."We go," he said.', ["It ended.", '"We go," he said.']),
            ("It ended.“We go,” he said.", ["It ended.", "“We go,” he said."]),
            ('"We go."The minister left.', ['"We go."', "The minister left."]),
            ("一。二！三？「四。」五", ["一。", "二！", "三？", "「四。」", "五"]),
        ],
    )
    def test_no_blank_behind_the_stop(self, text, expected):
        assert statements(text) == expected

    @pytest.mark.parametrize(
        "text", ["Version 2.Alpha.x", "see vs.Iran", "a.b.C", "Amazon.Com", "U.S.Senate", "J.R.Smith"]
    )
    def test_a_name_with_stops_is_not_taken_apart(self, text):
        assert statements(text) == [text]


class TestLines:
    def test_a_line_break_does_not_end_a_statement_of_wrapped_text(self):
        text = "The gap between rich and poor States, the haves and the\nUnited Nations says so, is\nwide. We see it.\n"
        assert statements(text) == [text[: text.index(" We see")], "We see it."]

    def test_a_short_line_in_wrapped_text_stands_alone(self):
        text = (
            "Mr. President,\nThe world in which we live today, as all of us know, is\na world of many wars. They go on."
        )
        assert statements(text)[0] == "Mr. President,"
        assert len(statements(text)) == 3

    def test_lines_of_text_that_is_not_wrapped_are_paragraphs(self):
        long = "We have come here from all the countries of the world " * 4
        text = f"Ladies and Gentlemen,\n{long}and remain.\nClimate change\n{long}again\nand again."
        assert statements(text) == [
            "Ladies and Gentlemen,",
            f"{long}and remain.",
            "Climate change",
            f"{long}again\nand again.",
        ]

    @pytest.mark.parametrize("gap", ["\n\n", "\r\n\r\n", "\n \t\n", "\n\xa0\n", "\u2029", "\r\r", "\n\x0c"])
    def test_a_blank_line_ends_a_statement(self, gap):
        assert statements(f"Colleagues,{gap}we agree") == ["Colleagues,", "we agree"]

    @pytest.mark.parametrize("gap", ["\n", "\r\n", "\r", " \n ", "\u2028"])
    def test_one_line_break_alone_does_not(self, gap):
        assert statements(f"Colleagues and{gap}we agree") == [f"Colleagues and{gap}we agree"]

    @pytest.mark.parametrize(
        "marks",
        [
            "- - -",
            "– – –",
            "-- -- --",
            "1. 2. 3.",
            "9) 10) 11)",
            "(a) (b) (c)",
            "c. d. e.",
            "(i) (ii) (iii)",
            "VI. VII. VIII.",
        ],
    )
    def test_items_of_a_list_without_stops(self, marks):
        items = [
            "to lift the embargo by March",
            "to trade in our own currencies and those of others",
            "to build at home",
        ]
        lines = [f"{mark} {item}" for mark, item in zip(marks.split(), items, strict=True)]
        text = "The ministers agreed to three things\n\n" + "\n".join(lines) + "\n\nThey met in June."
        assert statements(text) == ["The ministers agreed to three things", *items, "They met in June."]

    @pytest.mark.parametrize("more", ["; and", ", and", "; or", ","])
    def test_items_before_another(self, more):
        text = f"The Council decides to:\n(a) lift the embargo;\n(b) open the port{more}\n(c) build a bank."
        expected = ["The Council decides to:", "lift the embargo;", f"open the port{more}", "build a bank."]
        assert statements(text) == expected

    @pytest.mark.parametrize("second", ["2. on the 4. of", "- on that very"])
    def test_a_mark_alone_at_the_margin_makes_no_list(self, second):
        text = f"What they agreed upon in the end was a plan of action that\n{second} day nobody had thought\nof."
        assert len(statements(text)) == 1

    @pytest.mark.parametrize(
        "marker",
        ["82.\t", "82. ", "(a) ", "a) ", "1) ", "(iv) ", "• ", "- ", "– ", "* ", "IV. ", "[5] ", "# ", "(b)\t"],
    )
    def test_numbers_and_bullets_belong_to_no_statement(self, marker):
        assert statements(f"{marker}We agree.\n{marker}They do not.") == ["We agree.", "They do not."]

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("# What we want\n- peace", ["What we want", "peace"]),
            ("## What we want\n(a) peace", ["What we want", "peace"]),
            ("• One thing and\n(b) another", ["One thing and\n(b) another"]),
            ("1.\tOne thing and\n- another", ["One thing and\n- another"]),
        ],
    )
    def test_other_marks_on_the_next_line(self, text, expected):
        assert statements(text) == expected

    def test_a_paragraph_number_inside_a_line(self):
        assert statements("We agree. 83. They do not.") == ["We agree.", "They do not."]

    @pytest.mark.parametrize("line", ["* * *", "***", "-----", "===", "_ _ _", "– – –", "12", "10-55264 34"])
    def test_separators_and_page_numbers_belong_to_no_statement(self, line):
        assert statements(f"We agree.\n\n{line}\n\nThey do not.") == ["We agree.", "They do not."]

    def test_blanks_around_are_left_out(self):
        assert statements(" \ufeffWe\xa0agree.\xa0\u200bThey do. \n\u200b") == ["We\xa0agree.", "They do."]


def test_members_of_parliaments_are_honourable_within_a_sentence():
    text = "I thank the hon. Gentleman. My right hon. Friend knows it. The Hon. Anna Berg agreed."
    expected = ["I thank the hon. Gentleman.", "My right hon. Friend knows it.", "The Hon. Anna Berg agreed."]
    assert statements(text) == expected


class TestLabels:
    def test_labels_belong_to_no_statement(self):
        text = "Brussels\n\nSECRETARY BLINKEN: Well. Yes: good.\n\nQUESTION: Why?\n\nSECRETARY BLINKEN: So."
        assert statements(text) == ["Brussels", "Well.", "Yes: good.", "Why?", "So."]

    def test_a_broken_label(self):
        assert statements("A speech\n\nVladimir\nPutin: Colleagues,\n\nwe met.") == [
            "A speech",
            "Colleagues,",
            "we met.",
        ]

    def test_a_note_is_no_label(self):
        assert statements("Note: we agree.") == ["Note: we agree."]


class TestContract:
    @pytest.mark.parametrize("text", ["", " ", "\n\n", "...", "“", "* * *", "\u200b", "?!"])
    def test_no_words_no_statements(self, text):
        assert split_spans(text) == []

    @given(st.one_of(st.text(), MARKS, WORDS))
    def test_spans_lie_in_order_without_blanks_around(self, text):
        spans = split_spans(text)
        places = [place for span in spans for place in span]
        assert places == sorted(places)
        assert all(text[start:end] and text[start:end] == text[start:end].strip() for start, end in spans)

    @given(st.one_of(st.text(), MARKS))
    def test_no_letter_is_lost_where_nothing_looks_like_a_marker_or_label(self, text):
        text = text.replace(":", "").replace("\t", " ")
        inside = {place for start, end in split_spans(text) for place in range(start, end)}
        lost = [place for place, mark in enumerate(text) if mark.isalpha() and place not in inside]
        assert all(text[place + 1 : place + 2] in (")", "]", ".") for place in lost)

    @given(st.lists(st.sampled_from([sentence for line in SENTENCES.values() for sentence in line])))
    def test_paragraphs_of_one_statement_each_do_not_touch_one_another(self, paragraphs):
        assert statements("\n\n".join(paragraphs)) == paragraphs


HOSTILE = [
    "(", "“", '"', ".", ". ", "A. A. ", "\n", ":", "Ab: \n", "Ab Cd: x\n\n", "-\n", "- ", '."A', '."a ', "?” A", "… A",
    "1. ", "1.\n", "(a) ", "[1]", "(Applause) ", "a.1 ", ". ) ", "a. ” ", "---\n", "Word, ", "a The ", " ", "\u200b",
]  # fmt: skip


class TestTime:
    @pytest.mark.parametrize("piece", HOSTILE)
    def test_time_grows_with_length_alone(self, piece):
        # What is quick takes a longer text for the clock to tell.
        quick = _timed(piece * (2_000 // len(piece))) < 0.0005
        text = piece * ((20_000 if quick else 2_000) // len(piece))
        seconds = min(_timed(text) for _ in range(3))
        # Sixteen times the text: a quadratic splitter would need 256 times as long.
        assert any(_timed(text * 16) < 40 * seconds for _ in range(3))


def _timed(text):
    start = time.process_time()
    split_spans(text)
    return time.process_time() - start


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("We said no. I will not repeat it.", 2),
        ("Sales ended in Dec. I’ve left.", 2),
        ("See art. I of the treaty.", 1),
        ("See Art. IV of the treaty.", 1),
        ("He quoted no. II and left.", 1),
    ],
)
def test_a_pronoun_is_no_roman_number(text, n):
    assert len(split_spans(text)) == n
