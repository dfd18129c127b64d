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
            ("Mr. Dahl: Order.\n\nHon. Members: Hear!\n\nMr. Dahl: So.", ["Mr. Dahl", "Hon. Members", "Mr. Dahl"]),
            (">> ANNA BERG: Hello.\n\n>> JON DAHL: Hi.\n\n[Laughter]", ["ANNA BERG", "JON DAHL"]),
            ("[Anna Berg]: Hello.\n\n[Jon Dahl]: Hi.\n\n[Anna Berg]: So.", ["Anna Berg", "Jon Dahl", "Anna Berg"]),
            ("Berg: Hello.\n\nReuters: Why?\n\nBerg: So.\n\nChair: Thanks.", ["Berg", "Reuters", "Berg", "Chair"]),
            ("Mr. LEE (Chad) [in French]: So.\n\nThe PRESIDENT: Thanks.", ["Mr. LEE", "The PRESIDENT"]),
            ("A reporter: Why?\n\nAnna Berg: So.\n\nA reporter: And?", ["A reporter", "Anna Berg", "A reporter"]),
            ("Q – Why?\n\nA – So.", ["Q", "A"]),
            ("Q17 Sir Jon Dahl: Why?\n\nAnna Berg: So.\n\nQ18 Chair: Well.", ["Sir Jon Dahl", "Anna Berg", "Chair"]),
            ("Ms Falk: So.\n\nMinister of Trade: No.\n\nMs Falk: Oh.\n\nMr. President: Yes.\n\nMr. President: So.",
             ["Ms Falk", "Minister of Trade", "Ms Falk", "Mr. President", "Mr. President"]),
            ("Ms Falk: So.\n\nThe Minister for Trade (Dalia Renko): No.\n\nMs Falk: Oh.",
             ["Ms Falk", "The Minister for Trade", "Ms Falk"]),
            ("Mr. Speaker: Order.\n\nAnna Berg: So.\n\nJon Dahl: No.\n\nMadam Deputy Speaker: Next.",
             ["Mr. Speaker", "Anna Berg", "Jon Dahl", "Madam Deputy Speaker"]),
            ("Anna Berg: Why?\n\nThe Secretary of State for Health, Food and Fish (Dr Eva Dahl): So.\n\nAnna Berg: Oh.",
             ["Anna Berg", "The Secretary of State for Health", "Anna Berg"]),
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


REPORT = "The dam is shut, Mayor Jon Dahl said. “It leaks,” he added.\n\nIda Moe, who runs a mill, said it must open."


class TestLone:
    @pytest.mark.parametrize(
        "label",
        ["KEY POINTS", "Key Points", "BREAKING", "BREAKING NEWS", "WATCH", "LIVE", "DEVELOPING", "BOTTOM LINE",
         "TRANSCRIPT", "HEADLINE", "BODY", "THE LATEST", "WHAT’S NEXT", "STATE OF PLAY", "QUICK TAKE", "World Bank",
         "Wall Street Journal", "Saudi Arabia", "Burkina Faso", "Human Rights Watch", "Министр заявил", "Глава города"],
    )  # fmt: skip
    @pytest.mark.parametrize("before", ["", "Rain fell on the dam.\n\n"])
    def test_what_is_no_person_speaks_not(self, before, label):
        assert turns(f"{before}{label}: The gates hold.\n\n{REPORT}") == []

    @pytest.mark.parametrize("label", ["MINISTER BERG", "Minister Anna Berg", "MS. BERG", "QUESTION", "Jon Dahl"])
    def test_a_speaker_in_a_report_speaks_one_paragraph(self, label):
        assert turns(f"Rain fell.\n\n{label}: The gates hold.\n\n{REPORT}") == [(label, "The gates hold.")]

    def test_a_line_is_a_paragraph_where_no_line_is_blank(self):
        text = "MINISTER BERG: The gates\nhold.\nThe mayor said so. “They leak,” he added."
        assert turns(text) == [("MINISTER BERG", "The gates\nhold.")]

    def test_a_name_in_capitals_speaks_where_it_is_told_of(self):
        text = "Anna Berg came.\n\nANNA BERG: The gates hold.\n\nThe mayor said they leak."
        assert turns(text) == [("ANNA BERG", "The gates hold.")]

    @pytest.mark.parametrize(
        "rest",
        [
            "We built the dam.\n\nThe engineers said that it holds. I thank them.",
            "My mother said: “Build it.” And we did.",
            "It was a long winter, friends, and you waited.",
        ],
    )
    @pytest.mark.parametrize("label", ["Anna Berg", "MINISTER BERG", "THE PRESIDENT"])
    def test_a_speech_goes_on(self, label, rest):
        assert turns(f"{label}: Friends!\n\n{rest}") == [(label, f"Friends!\n\n{rest}")]

    def test_news_in_brief(self):
        text = "European Union: The bloc waits.\n\nUnited States: The Senate votes.\n\nIn Bern, Mayor Ida Moe said no."
        assert turns(text) == []

    @pytest.mark.parametrize(
        "text",
        [
            "Ida Moe: We wait.\n\nJon Dahl: The mayor said no.",
            "Oslo Radio: Will it rain?\n\nIda Moe: It will.",
            "QUESTION: Why?\n\nMR. DAHL: The mayor said no.\n\nThe council said so too.",
        ],
    )
    def test_two_turns_are_a_transcript(self, text):
        assert len(turns(text)) == 2
        assert text.endswith(turns(text)[1][1])

    @pytest.mark.parametrize(
        "remark",
        [
            "This interview has been edited for length.",
            "(This conversation has been lightly edited and condensed for clarity.)",
            "The interview was conducted by Bo Kern in May.",
            "Interview by Bo Kern",
            "Transcript provided by the mission.",
            "Reporting by Bo Kern; editing by Ida Moe\n\nAll rights reserved.",
        ],
    )
    def test_remarks_on_the_whole_are_nobodys(self, remark):
        text = f"MR. LEE: We wait.\n\nQ: Why?\n\nMR. LEE: It rains.\n\nSo it is.\n\n{remark}"
        assert turns(text)[-1] == ("MR. LEE", "It rains.\n\nSo it is.")


class TestTimes:
    @pytest.mark.parametrize("time", ["[00:12:35]", "00:12:35", "[12:35]", "(12:35)", "00:12:35.250", "12:35 –"])
    @pytest.mark.parametrize("gap", ["\n", "\n\n"])
    def test_a_label_behind_a_timestamp(self, time, gap):
        text = f"{time} SEN. IDA MOE (D-OH): We wait.{gap}{time} HOST: Why?{gap}{time} Anna Bell: It rains."
        assert turns(text) == [("SEN. IDA MOE", "We wait."), ("HOST", "Why?"), ("Anna Bell", "It rains.")]

    @pytest.mark.parametrize("hour", ["12:30 GMT", "12:30 PM", "12:30"])
    def test_an_hour_is_no_label(self, hour):
        assert turns(f"{hour}: The gates open.\n\n{hour}: The gates shut.") == []

    @pytest.mark.parametrize("gap", ["\n", "\n\n"])
    def test_an_office_behind_a_name(self, gap):
        text = f"MR. LEE: Why?{gap}IDA MOE, US SECRETARY OF TRADE: It rains.{gap}MR. LEE: So."
        assert [speaker for speaker, _ in turns(text)] == ["MR. LEE", "IDA MOE", "MR. LEE"]
        assert turns(text.rpartition(gap)[0])[1] == ("IDA MOE", "It rains.")


@given(st.one_of(st.text(), LINES))
def test_turns_lie_in_order_and_hold_what_is_said(text):
    places = [place for turn in find_turns(text) for place in (turn.label_start, turn.label_end, turn.start, turn.end)]
    assert places == sorted(places)
    for turn in find_turns(text):
        label = text[turn.label_start : turn.label_end]
        assert label.endswith((":", "."))
        assert " ".join(label.split()).startswith(turn.speaker)
        assert text[turn.start : turn.end] == text[turn.start : turn.end].strip()
