"""Who is meant by a name, an office or a pronoun."""

import pytest

from stancekit.text.attribution.names import find_mentions
from stancekit.text.attribution.persons import Speaker
from stancekit.text.attribution.quotations import find_quotes
from stancekit.text.attribution.speakers import Cast


def meant(text, phrase):
    start = text.rindex(phrase)
    speaker = Cast(text).resolve(start, start + len(phrase))
    return None if speaker is None else speaker.name


@pytest.mark.parametrize(
    ("before", "name", "title"),
    [
        ("Iranian Foreign Minister ", "Mohammad Javad Zarif", "Iranian Foreign Minister"),
        ("EU foreign policy chief ", "Josep Borrell", "EU foreign policy chief"),
        ("head of the Energy Agency ", "Ann M. Lee", "head of the Energy Agency"),
        ("Chief Prosecutor of the Court ", "Karim Khan", "Chief Prosecutor of the Court"),
        ("The Industry, Mining and Trade Minister ", "Reza Rahmani", "Industry, Mining and Trade Minister"),
        ("Prince ", "Faisal bin Farhan", "Prince"),
        ("Mr. ", "Kern", "Mr."),
        ("Yesterday ", "Kim Jong Un", None),
        ("", "Takht-Ravanchi", None),
    ],
)
@pytest.mark.parametrize("after", [", who left, won.", " left.", "'s aide left."])
def test_names_are_found_with_their_titles(before, name, title, after):
    mention = find_mentions(before + name + after)[-1]
    assert (mention.name, mention.title) == (name, title)


@pytest.mark.parametrize(
    "text", ["The White House in Washington.", "On Monday the JCPOA.", "the European Union", "U.S. Senate"]
)
def test_places_bodies_and_days_are_no_people(text):
    assert find_mentions(text) == []


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Peru’s Prime Minister Inés Rojas Vega and Chile’s Bo Kern met.", None),
        ("President Inés Rojas and Mr. Bo Kern met.", "Mr."),
        ("Chancellor Inés Rojas and German Bo Kern met.", None),
        ("Minister of Trade and Energy Inés Rojas and Mali's Bo Kern met.", None),
        ("Minister of Trade and Energy Bo Kern left.", "Minister of Trade and Energy"),
        ("President Inés Rojas and Prime Minister Bo Kern met.", "Prime Minister"),
    ],
)
def test_no_title_names_another_person(text, title):
    assert (find_mentions(text)[-1].name, find_mentions(text)[-1].title) == ("Bo Kern", title)


@pytest.mark.parametrize(
    "text",
    [
        "“Talks go on,” said U.S. State Department spokesman Bo Kern.",
        "U.S. State Department spokesman Bo Kern said that talks go on.",
        "Bo Kern, a U.S. State Department spokesman, said that talks go on.",
    ],
)
def test_a_title_may_begin_with_a_country_with_stops(text):
    [quote] = find_quotes(text)
    assert (quote.speaker, quote.title) == ("Bo Kern", "U.S. State Department spokesman")


@pytest.mark.parametrize("name", ["Mr. Kern", "Gen. Bo Kern", "Ann M. Kern", "Dr. Bo Kern"])
def test_a_stop_within_a_name_does_not_end_it_after_the_verb(name):
    assert [quote.speaker for quote in find_quotes(f"“Talks go on,” said {name} in a letter.")] == [
        name.removeprefix("Mr. ").removeprefix("Gen. ").removeprefix("Dr. ")
    ]


@pytest.mark.parametrize("name", ["Ann  Lee", "Ursula  von der  Leyen", "Ann M.  Lee", "Khalid  bin  Nasser"])
def test_two_blanks_within_a_name_are_as_one(name):
    [mention] = find_mentions(f"The  Foreign  Minister {name} left.")
    assert (mention.name, mention.title) == (" ".join(name.split()), "Foreign Minister")
    assert [quote.speaker for quote in find_quotes(f"{name} said that talks go on.")] == [mention.name]


def test_two_blanks_after_a_sentence_part_names():
    assert [mention.name for mention in find_mentions("It rained on Bo Kern.  Ann Lee left.")] == ["Bo Kern", "Ann Lee"]


@pytest.mark.parametrize("who", ["A student", "The student", "An envoy", "The bloc", "A U.S. envoy", "The U.S. envoy"])
def test_descriptions_come_without_articles(who):
    [quote] = find_quotes(f"{who} said that talks go on.")
    assert quote.speaker == who.partition(" ")[2]


def test_an_article_that_is_a_part_of_a_name_stays():
    [quote] = find_quotes("A Plus Ltd said that talks go on.")
    assert quote.speaker == "A Plus Ltd"


def test_an_office_may_stand_before_a_name_between_commas():
    [mention] = find_mentions("the foreign minister, Ann Lee, left.")
    assert (mention.name, mention.title) == ("Ann Lee", "foreign minister")


ARTICLE = (
    "Iranian Foreign Minister Mohammad Javad Zarif met Ann Lee, the ambassador of Chad, and President Bo Kern. "
    "Leader of the Revolution Ayatollah Ali Karimi was absent. "
)


@pytest.mark.parametrize(
    ("phrase", "name"),
    [
        ("Zarif", "Mohammad Javad Zarif"),
        ("Javad Zarif", "Mohammad Javad Zarif"),
        ("the foreign minister", "Mohammad Javad Zarif"),
        ("the chief Iranian diplomat", "Mohammad Javad Zarif"),
        ("The Iranian foreign minister", "Mohammad Javad Zarif"),
        ("the ambassador", "Ann Lee"),
        ("President Kern", "Bo Kern"),
        ("the president", "Bo Kern"),
        ("the Leader", "Ali Karimi"),
        ("the finance minister", "finance minister"),
        ("a senior official", "a senior official"),
        ("the Foreign Ministry", "Foreign Ministry"),
        ("Zarif’s spokesman", "Zarif’s spokesman"),
        ("Zarif and Kern", "Mohammad Javad Zarif and Bo Kern"),
        ("Smirnov", "Smirnov"),
        ("the weather", None),
        ("I", None),
        ("we", None),
    ],
)
def test_a_phrase_means_who_was_introduced_so(phrase, name):
    assert meant(ARTICLE + phrase, phrase) == name


def test_a_pronoun_means_who_was_heard_last_and_fits():
    text = "Mr. Kern met Ms. Lee. He, she, it."
    cast = Cast(text)
    for start, end in ((0, 8), (13, 20)):
        cast.hear(cast.resolve(start, end))
    assert cast.resolve(22, 24).name == "Kern"
    assert cast.resolve(26, 29).name == "Lee"
    assert cast.resolve(31, 33) is None


def test_a_pronoun_means_whom_the_sentence_before_is_about_until_somebody_is_heard():
    cast = Cast("Ann Lee left. Bo Kern met Ann Lee. He, she.")
    kern, asked = cast.resolve(14, 21), []
    cast.note_topic(lambda: asked.append("earlier"))
    cast.note_topic(lambda: kern)
    assert cast.resolve(35, 37).name == "Bo Kern"
    assert asked == []  # only as far back as it takes
    cast.hear(cast.resolve(26, 33))
    assert cast.topic is None
    assert cast.resolve(39, 42).name == "Ann Lee"


def test_a_long_run_of_pronouns_leads_back_only_so_far():
    text = "Ann Lee, the minister, came. " + "She left the room. " * 3000 + "She said that talks go on."
    (quote,) = find_quotes(text)
    assert quote.speaker == "Ann Lee"


def test_a_document_speaks_for_who_issued_it():
    cast = Cast("the statement")
    cast.issue("statement", 0, Speaker(name="E3", title=None, kind="body"))
    assert cast.resolve(0, 13).name == "E3"


def test_labels_of_turns_take_the_fullest_name():
    text = "FOREIGN MINISTER KULEBA: Yes.\n\nMR. PRICE: It is good to see Dmytro Kuleba.\n\nQUESTION: Why?"
    assert [quote.speaker for quote in find_quotes(text)] == ["Dmytro Kuleba", "Price", "Question"]


def speakers(text):
    return [quote.speaker for quote in find_quotes(text)]


class TestUnnamedOffice:
    @pytest.mark.parametrize("before", ["Talks went on.", "Work went on.", "Rain fell.", "Exports continued.", ""])
    @pytest.mark.parametrize("office", ["minister", "foreign minister", "president"])
    def test_no_holder_is_known(self, before, office):
        assert speakers(f"{before} The {office} said that talks go on.".strip()) == [office]

    @pytest.mark.parametrize("office", ["minister", "prime minister", "president"])
    def test_a_stranger_who_comes_later_in_the_paragraph_is_no_holder(self, office):
        text = f"The {office} said that talks go on. In a letter, Omar Lind wrote: “It rains.”"
        assert speakers(text) == [office, "Omar Lind"]

    def test_a_paragraph_below_may_name_the_holder(self):
        text = "The minister said that talks go on.\n\nOmar Lind said in Bern that it rains."
        assert speakers(text) == ["Omar Lind", "Omar Lind"]

    def test_whoever_spoke_before_by_name_may_hold_it(self):
        assert speakers("Omar Lind said that it rains. The minister added that talks go on.") == ["Omar Lind"] * 2


class TestReplies:
    @pytest.mark.parametrize("verb", ["replied", "answered", "then replied"])
    def test_who_was_spoken_to_replies(self, verb):
        assert speakers(f"“It rains,” Omar Lind told Ann Kern. “No,” she {verb}.") == ["Omar Lind", "Ann Kern"]

    @pytest.mark.parametrize(
        "text",
        [
            "“It rains,” Omar Lind told Ann Kern. “It snows,” he added.",
            "“It rains,” Omar Lind told reporters. “It snows,” he replied.",
            "“It rains,” Omar Lind told Ann Kern. Asked why, he replied that it snows.",
            "“It rains,” Mr. Omar Lind told Mrs. Ann Kern. “It snows,” he replied.",
        ],
    )
    def test_whoever_spoke_may_go_on(self, text):
        assert speakers(text) == ["Omar Lind", "Omar Lind"]


@pytest.mark.parametrize("rest", ["close to the mayor", "privy to the talks", "present at the talks"])
def test_what_a_source_is_close_to_is_no_part_of_its_name(rest):
    assert speakers(f"“It rains,” said a source {rest}.") == ["source"]


class TestLoneLabels:
    REPORT = "Mayor Jon Dahl came to the dam. “It leaks,” he said.\n\nIda Moe, who runs a mill, said that it must open."

    @pytest.mark.parametrize("label", ["KEY POINTS", "BREAKING", "World Bank", "Министр заявил"])
    def test_the_article_below_what_is_no_speaker_is_read_as_one(self, label):
        assert speakers(f"Rain fell.\n\n{label}: The gates hold.\n\n{self.REPORT}") == ["Jon Dahl", "Ida Moe"]

    def test_the_article_below_a_speaker_is_read_as_one(self):
        text = f"Rain fell.\n\nMinister Omar Lind: The gates hold.\n\n{self.REPORT}"
        assert speakers(text) == ["Omar Lind", "Jon Dahl", "Ida Moe"]

    def test_below_a_speaker_he_is_the_speaker(self):
        text = (
            "Omar Lind: I hold the gates.\n\nHe told reporters on Monday that the dam leaks. “It must open,” he added."
        )
        assert speakers(text) == ["Omar Lind"] * 3

    def test_a_reporter_behind_a_timestamp(self):
        text = "[00:00:01] REPORTER (Daily News, Ito): Why?\n\n[00:00:05] MR. DAHL (via phone): So."
        assert speakers(text) == ["Ito", "Dahl"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Joni Dee met Paul Roe. “Lift it now,” she said. “Never again,” he said.", ["Joni Dee", "Paul Roe"]),
        ("Mark Hill met Rosemary Dee. “Lift it now,” she said. “Never again,” he said.", ["Rosemary Dee", "Mark Hill"]),
    ],
)
def test_nobody_is_she_and_he(text, expected):
    assert speakers(text) == expected


def test_pope_cardinal_and_archbishop_are_three_offices():
    text = (
        "Pope Leo XIV flew to Orvel. Cardinal Ivo Dorn, the archbishop of Ebel, said it was a gift. “End it,” the Pope "
        "said. “Yes, now,” the cardinal said. “We pray,” the pontiff said."
    )
    assert speakers(text) == ["Ivo Dorn", "Leo XIV", "Ivo Dorn", "Leo XIV"]


def test_king_and_prince_are_two_offices():
    text = "King Felipe III flew in. Prince Harald said it was a gift. “End it,” the King said. “No, Sir,” said Harald."
    assert speakers(text) == ["Harald", "Felipe III", "Harald"]


def test_a_number_belongs_to_a_crowned_head_alone():
    assert [one.name for one in find_mentions("King Ivo IV left. Article IV stands. Ann Lee III left.")] == ["Ivo IV"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "A Downing Street spokesman said: “It must stay.”\n\nAnn Lee, who runs a farm, said it was wrong.",
            ["Downing Street spokesman", "Ann Lee"],
        ),
        ("Paul Roe MP said the levy must stay. But Ann Lee of Oxfam said it was wrong.", ["Paul Roe", "Ann Lee"]),
        ("A climate expert said the ice must stay. Ann Lee, who studies it, said it melts.", ["Ann Lee", "Ann Lee"]),
    ],
)
def test_a_spokesman_of_a_body_is_not_whoever_is_named_next(text, expected):
    assert speakers(text) == expected


@pytest.mark.parametrize(
    ("between", "expected"),
    [
        ("President Ivan Bell was defiant.", "Ivan Bell"),
        ("Then President Ivan Bell took the floor.", "Ivan Bell"),
        ("The Kenyan foreign ministry issued this statement:", "Kenyan foreign ministry"),
        ("The Kremlin’s statement in full:", "Kremlin"),
        ("U.S. STATE DEPARTMENT", "U.S. STATE DEPARTMENT"),
        ("ANN LEE, ANALYST, KISO ASSET MANAGEMENT", "Ann Lee"),
        ("The street was empty.", "Can Demir"),
    ],
)
def test_a_quotation_that_stands_alone_is_that_of_whoever_was_introduced_last(between, expected):
    assert speakers(f"Can Demir said he was ready.\n\n{between}\n\n“The levies must go now.”")[-1] == expected


def test_a_country_does_not_part_an_officer_from_his_pronoun():
    text = (
        "Mr. Bo Dahl, Minister of Trade of Chad, opened it. The Minister of Trade of Peru said his country would wait. "
        "He recalled that Peru had paid."
    )
    assert speakers(text)[-1] == "Minister of Trade of Peru"


def test_what_a_committee_is_about_is_nobody():
    text = "Ann Lee, head of the Committee on Sanctions, on Monday condemned the embargo."
    assert speakers(text) == ["Ann Lee"]


def test_a_speech_that_begins_with_thanks_is_the_speakers_own():
    assert speakers("The critics told us it would take years. Let me begin by thanking the engineers.") == ["critics"]


def test_a_paper_that_is_named_between_commas_is_not_he():
    text = (
        "Mr Whitlock praised the deal. The state newspaper, Granma, said it was good. He described tariffs as foolish."
    )
    assert speakers(text)[-1] == "Whitlock"


def test_a_banner_has_no_speaker():
    text = "Mayor Layla Hamdan said the wall would stay. A banner with the words “Down with the wall” hung there."
    assert speakers(text) == ["Layla Hamdan", None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "In the past year President Erdem bought steel, and after a call with President Baden sold it. "
            "“Nobody tells us what to do,” he said.",
            "Erdem",
        ),
        ("Last week Ann Lee met President Maria Baden. “The embargo must end,” she said.", "Ann Lee"),
        ("President Ivan Bell spoke on Monday. His wife, Clara, waved. “Lift the embargo,” he said.", "Ivan Bell"),
    ],
)
def test_he_is_whom_the_sentence_before_is_about(text, expected):
    assert speakers(text)[-1] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("My Government, which knows the human person, most vigorously condemns this embargo.", []),
        ("The minister very strongly condemned the embargo.", ["minister"]),
        ("Ann Lee greeted those to whom my Government reiterates its feelings of friendship.", []),
    ],
)
def test_words_of_degree_and_whom_are_no_speakers(text, expected):
    assert speakers(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Trade will grow, President Ivo Ruto said today.\n\nThe talks went on.", ["Ivo Ruto"]),
        ("Minister Bo Dahl, speaking alongside his Chadian counterpart, Max Berg, said that it rained.", ["Bo Dahl"]),
        ("Minister Ann Lee, whose predecessor, Max Berg, resigned, said that it rained.", ["Ann Lee"]),
        ("Bo Dahl, who met the chairman of the board, Max Berg, in Oslo, said that it rained.", ["Bo Dahl"]),
        ("The Leader, Bo Dahl, flanked by the Ranking Member, Max Berg, accused the bank of fraud.", ["Bo Dahl"]),
        ("Asked by Reuters whether Ebel would ask for a loan, Minister Bo Dahl said: “We need none.”", ["Bo Dahl"]),
        ("King Ivo Timiyan, JP, said that it rained.", ["Ivo Timiyan"]),
        ("Minister SP Singh said it rained. Governor NP Singh said it snowed.", ["SP Singh", "NP Singh"]),
        ("PM Modi said it rained. MP Paul Roe said it snowed.", ["Modi", "Paul Roe"]),
        ("“We grow it,” Ivo Mahama said. “We eat it too.”\n\nBo Dahl agreed.", ["Ivo Mahama", "Ivo Mahama"]),
        ("The king came. “We will trade,” he said.\n\nBo Dahl said that aid must flow.", ["king", "Bo Dahl"]),
        (
            "Bo Dahl Meets Ivo Ruto\n\nMinister Bo Dahl met President Ivo Ruto. Dahl said it rained. Ruto left.",
            ["Bo Dahl"],
        ),
        ("Bo Dahl says it rains.\n\n“We need no loan from anyone.” — Ann Lee, mayor of Ebel", ["Bo Dahl", "Ann Lee"]),
    ],
)
def test_constructions_that_newcomers_met_first(text, expected):
    assert speakers(text) == expected


def test_asking_as_such_is_reported_of_others():
    assert speakers("Asked by Ann Lee whether it rained, the mayor nodded.") == ["Ann Lee"]


@pytest.mark.parametrize("short", ["Mohd.", "Engr."])
def test_honorifics_of_the_south_do_not_end_a_sentence(short):
    (quote,) = find_quotes(f"Foreign Adviser {short} Touhid Hossain said that it rained.")
    assert quote.speaker.endswith("Touhid Hossain")
    assert quote.title.startswith("Foreign Adviser")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Ann Lee, a union leader, said no.\n\nPresident Bo Dahl sold it in May.\n\n“We will never take it.”",
            "Ann Lee",
        ),
        ("Ann Lee spoke.\n\nUNREST IN SUDAN\n\n“We will never take it.”", "Ann Lee"),
        ("Attorney General William Barr said no. “We will never take it,” Barr said.", "William Barr"),
        ("The man whom the mayor beat said that it rained.", "man whom the mayor beat"),
        ("The prime minister, Narendra MODI, said that it rained.", "Narendra MODI"),
        ("Ann Lee, Vice President Sales, said it rained. The vice president said it poured.", "Ann Lee"),
        ("Ann Lee said no. “We will never take it.”\n— Max Berg contributed reporting", "Ann Lee"),
        ("Ann Lee said no. “We will never take it.” — Twitter", "Ann Lee"),
    ],
)
def test_what_looks_like_another_speaker_and_is_none(text, expected):
    assert speakers(text)[-1] == expected


def test_what_stands_below_a_quotation_in_a_list_signs_nothing():
    assert speakers("Ann Lee came.\n“We will never take it.”\n- Tariffs have doubled\n- Sales stay\n") == []


def test_what_is_demanded_ends_before_what_is_rejected():
    text = "The ministers demanded full respect for the treaties and rejected any act that hurt them."
    (quote,) = find_quotes(text)
    assert text[quote.start : quote.end] == "full respect for the treaties"
