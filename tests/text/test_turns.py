"""Speakers' labels: what is one, what only looks like one, and where their turns end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancekit.text.turns import find_turns

LINES = st.lists(
    st.sampled_from(
        [
            "Anna Berg: ",
            "MR. PRICE: ",
            "Q: ",
            "Q. ",
            "A. ",
            "Note: ",
            "we agree",
            "Vladimir",
            "\n",
            "\n\n",
            " ",
            "* * *",
            ":",
            ".",
        ]
    ),
    max_size=20,
).map("".join)


def turns(text):
    return [(turn.speaker, text[turn.start : turn.end]) for turn in find_turns(text)]


class TestFound:
    @pytest.mark.parametrize(
        "label",
        [
            "MR. PRICE",
            "SECRETARY BLINKEN",
            "FOREIGN MINISTER KULEBA",
            "Russian President Vladimir Putin",
            "Prime Minister Mark Rutte",
            "Question",
            "QUESTION",
            "Question 2",
            "Vladimir Putin",
            "Ursula von der Leyen",
            "The President",
        ],
    )
    def test_one_label_at_a_paragraph(self, label):
        assert turns(f"A talk in Bern.\n\n{label}: Well: yes.\n\nGood.") == [(label, "Well: yes.\n\nGood.")]

    def test_labels_follow_one_another(self):
        text = "Anna Berg: Yes.\nJon Dahl: No.\r\nAnna Berg: Yes!"
        assert turns(text) == [("Anna Berg", "Yes."), ("Jon Dahl", "No."), ("Anna Berg", "Yes!")]

    def test_letters_for_question_and_answer(self):
        assert turns("Q: Why?\nA: So.\nQ: And?\nA: Well.")[1] == ("A", "So.")

    @pytest.mark.parametrize("label", ["Q:", "Q.", "Q (off mic):", "Q1:", "QUESTION:"])
    def test_one_question_beside_other_labels(self, label):
        text = f"MINISTER BERG: We wait.\n\n{label} Will you resign?\n\nMINISTER BERG: No."
        assert [said for _, said in turns(text)] == ["We wait.", "Will you resign?", "No."]

    @pytest.mark.parametrize("stop", ":.")
    def test_one_question_and_one_answer(self, stop):
        text = f"Our paper met the mayor.\n\nQ{stop} Will it rain?\n\nA{stop} It will."
        assert turns(text) == [("Q", "Will it rain?"), ("A", "It will.")]

    def test_a_surname_that_stands_once_beside_the_full_name(self):
        text = "Berg: Dear friends!\nThank you.\n\nQuestion: Will you wait?\n\nAnna Berg: I will."
        assert turns(text)[0] == ("Berg", "Dear friends!\nThank you.")

    @pytest.mark.parametrize(
        "heading",
        [
            "Address by Anna Berg at the dam",
            "Remarks by Prime Minister Anna Berg",
            "Interview with Anna van der Berg, the mayor",
        ],
    )
    def test_a_surname_below_a_heading_that_names_the_speaker(self, heading):
        assert turns(f"{heading}\n\nBerg: Dear friends!") == [("Berg", "Dear friends!")]

    @pytest.mark.parametrize("heading", ["Letters from the North", "Anna Berg met us", "A talk by Anna Dahl"])
    def test_one_word_of_which_no_name_is_told_is_no_label(self, heading):
        assert turns(f"{heading}\n\nBerg: it stands in the snow.") == []

    def test_a_surname_that_is_a_word_of_the_text_is_no_label(self):
        assert turns("A talk by Anna Stone\n\nStone: it is hard. We need stone.") == []

    def test_an_initial_in_a_label_is_no_label(self):
        assert [speaker for speaker, _ in turns("Q. BERG: So.\n\nMS. LEE: Yes.")] == ["Q. BERG", "MS. LEE"]

    def test_a_question_ends_the_last_turn(self):
        assert turns("MS. LEE: So.\n\nQ: Why?")[-1] == ("Q", "Why?")

    def test_a_label_broken_over_a_line(self):
        text = "A speech\n\nVladimir\nPutin: Colleagues,"
        (turn,) = find_turns(text)
        assert text[turn.label_start : turn.label_end] == "Vladimir\nPutin:"
        assert turn.speaker == "Vladimir Putin"

    def test_a_remark_in_brackets_is_no_part_of_the_name(self):
        text = "QUESTION (via translator): Why?"
        (turn,) = find_turns(text)
        assert (turn.speaker, turn.label_end) == ("QUESTION", text.index(" Why"))

    def test_a_line_of_marks_ends_a_turn(self):
        assert turns("MR. PRICE: So.\n\n* * *\n\nThe press left.") == [("MR. PRICE", "So.")]

    def test_a_turn_without_words(self):
        assert turns("MR. PRICE:\n\nMS. LEE: So.") == [("MR. PRICE", ""), ("MS. LEE", "So.")]


class TestOtherLabels:
    @pytest.mark.parametrize(
        ("text", "speakers"),
        [
            ("Mr. BERG. So.\n\nMs. DAHL-LEE. Why?\n\nThe CHAIR. Order.", ["Mr. BERG", "Ms. DAHL-LEE", "The CHAIR"]),
            ("Senator O'DELL of Ohio. No.\nMrs. VAN DYK. Yes.", ["Senator O'DELL of Ohio", "Mrs. VAN DYK"]),
            ("THE MAYOR:  Well.\n\nQ  Will it rain?\n\nTHE MAYOR:  No.", ["THE MAYOR", "Q", "THE MAYOR"]),
            ("MR. LEE: So.\n\nQ\tWhy?\n\nQ And then?", ["MR. LEE", "Q", "Q"]),
            ("**The Chair (Mr. Jon Dahl (Lake, Ind.)):** So.\n\n**Ms. Ann Lee:** Yes.", ["The Chair", "Ms. Ann Lee"]),
            ("Anna Berg, Head of Press: Welcome.\n\nMinister Dahl: Thanks.\n\nOslo Radio: Why?\n\nOslo Radio: So?",
             ["Anna Berg", "Minister Dahl", "Oslo Radio", "Oslo Radio"]),
            ("THE CHAIR, JUDGE (RTD) ANNA BERG: Hello.\n\nTHE CHAIR: We go on.",
             ["THE CHAIR, JUDGE (RTD) ANNA BERG", "THE CHAIR"]),
            ("Minister of Trade Anna Berg: It grew.\n\nHuman Rights Commissioner Jon Dahl: No.",
             ["Minister of Trade Anna Berg", "Human Rights Commissioner Jon Dahl"]),
            ("Speaker 2: And the boats?\n\nSome hon. members: Oh, oh!", ["Speaker 2", "Some hon. members"]),
            (">> ANNA BERG: Hello.\n\n>> JON DAHL: Hi.\n\n[Laughter]", ["ANNA BERG", "JON DAHL"]),
            ("[Anna Berg]: Hello.\n\n[Jon Dahl]: Hi.\n\n[Anna Berg]: So.", ["Anna Berg", "Jon Dahl", "Anna Berg"]),
            ("Berg: Hello.\n\nReuters: Why?\n\nBerg: So.\n\nChair: Thanks.", ["Berg", "Reuters", "Berg", "Chair"]),
            ("Mr. LEE (Chad) [in French]: So.\n\nThe PRESIDENT: Thanks.", ["Mr. LEE", "The PRESIDENT"]),
            ("A reporter: Why?\n\nAnna Berg: So.\n\nA reporter: And?", ["A reporter", "Anna Berg", "A reporter"]),
            ("Q – Why?\n\nA – So.", ["Q", "A"]),
            ("Q17 Sir Jon Dahl: Why?\n\nAnna Berg: So.\n\nQ18 Chair: Well.", ["Sir Jon Dahl", "Anna Berg", "Chair"]),
        ],
    )  # fmt: skip
    def test_labels_of_parliaments_courts_and_palaces(self, text, speakers):
        assert [speaker for speaker, _ in turns(text)] == speakers

    @pytest.mark.parametrize(
        "behind",
        ["(Laughter.)", "[Applause]", "END 2:11 P.M.", "(Concluded)", "Questions and Answers",
         "STATEMENT OF ANNA BERG, MAYOR", "###", "(Murmurs.)\n\n(The session rises.)",
         "Note: This was added later.\nIt is long."],
    )  # fmt: skip
    def test_lines_behind_a_turn_that_nobody_speaks(self, behind):
        assert turns(f"MR. LEE: We wait.\n\nSo it is.\n\n{behind}\n\nMS. DAHL: No.")[0] == (
            "MR. LEE",
            "We wait.\n\nSo it is.",
        )

    @pytest.mark.parametrize("last", ["(Laughter.) We go on.", "We met the WTO", "THE END IS NEAR!", "Let us end"])
    def test_lines_of_a_turn_that_are_said(self, last):
        assert turns(f"MR. LEE: We wait.\n\n{last}\n\nMS. DAHL: No.")[0] == ("MR. LEE", f"We wait.\n\n{last}")

    @pytest.mark.parametrize(
        "text",
        [
            "Mr. Berg. We wait.\n\nMs. Dahl. Why?",
            "It was\nMr. BERG. He left.",
            "Q  is a letter.\n\nSo is A.",
            "Anna Berg: snow stays\n\nOSLO - The mayor said so.",
            "OSLO: Trams stopped.\n\nBERGEN: It rained.\n\nPARIS: Trains ran.",
            "Paris, France: it rains.\n\nOslo, Norway: it snows.",
            "COMMENTS:\nWe ran.\n\nMARKET REACTION:\nBonds fell.",
            "Verdict: Misleading.\n\nPresent: Anna Berg and Jon Dahl",
        ],
    )
    def test_what_only_looks_so(self, text):
        assert turns(text) == []


class TestNotFound:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            ":",
            "Note: this is prose.",
            "First: we go. Second: they stay.",
            "There are two reasons.\nFirst: we go.\nSecond: they stay.",
            "Climate Change: the way forward is hard.",
            "Security Council: reform it.\n\nHuman Rights: respect them.",
            "Mr. President: I thank you.",
            "Excellencies: I thank you.",
            "Ladies and Gentlemen: I thank you.",
            "NOTE: this is prose.",
            "TEHRAN: The minister left.",
            "New Delhi: The minister left.",
            "He wrote to\nPutin: no answer came.",
            "They said to Vladimir Putin: go.",
            "At 12:30 they met. See http://example.org/A:b",
            "UN: a body.\nEU: a union.",
            "Q: a letter that needs a u.",
            "Q. Lee came late.",
            "A: the first.\nB: the second.",
            "A. The first.\n\nB. The second.",
            "Energy Supply: the energy supply of Europe is a matter of its own.",
        ],
    )
    def test_prose(self, text):
        assert turns(text) == []

    @pytest.mark.parametrize(
        "line", ["A: the first.\nB: the second.", "A. The first.", "with John\nQ. Berg and others."]
    )
    def test_letters_that_only_number_or_name(self, line):
        assert [speaker for speaker, _ in turns(f"MS. LEE: I say\n{line}")] == ["MS. LEE"]

    def test_a_name_before_a_colon_that_also_is_a_word_of_the_text(self):
        assert turns("Green Deal: the green deal costs money.") == []


@given(st.one_of(st.text(), LINES))
def test_turns_lie_in_order_and_hold_what_is_said(text):
    places = [place for turn in find_turns(text) for place in (turn.label_start, turn.label_end, turn.start, turn.end)]
    assert places == sorted(places)
    for turn in find_turns(text):
        label = text[turn.label_start : turn.label_end]
        assert label.endswith((":", "."))
        assert " ".join(label.split()).startswith(turn.speaker)
        assert text[turn.start : turn.end] == text[turn.start : turn.end].strip()
