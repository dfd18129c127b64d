"""Where the title of a person ends, and what is none."""

import pytest

from stancekit.text.attribution.people import People
from stancekit.text.attribution.quotations import find_quotes


def title(text, surname):
    people = People(text)
    return next(people.named(i).title for i, one in enumerate(people.mentions) if one.name.endswith(surname))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A trader, Omar Lind, shook his head. Nobody spoke.", None),
        ("A trader, Omar Lind, bowed his head. Nobody spoke.", None),
        ("In Vienna, Omar Lind, had met the editor, but left.", None),
        ("Hale told parliament that the envoy, Omar Lind, had called the embargo a crime.", "envoy"),
        ("The news reached the chairman of the board, Omar Lind, at noon.", "chairman of the board"),
        ("Ann Lee has met the head of the central bank, Omar Lind, in Oslo.", "head of the central bank"),
        ("Ann Lee told Chad’s foreign minister, Omar Lind, to wait.", "Chad’s foreign minister"),
        ("The chairman of the union, Omar Lind, left.", "chairman of the union"),
        ("Omar Lind, a nurse whose ward lost its power, left.", "nurse"),
        ("Omar Lind, head of the group that runs the ferries, left.", "head of the group"),
        ("Omar Lind, a former minister who fled, left.", "former minister"),
        ("Omar Lind, the newly elected mayor, left.", "newly elected mayor"),
        ("Omar Lind, retired general, left.", "retired general"),
        ("In Oslo the foreign minister, Omar Lind, left.", "foreign minister"),
        ("Since his election in May our Secretary-General, Mr. Omar Lind, has travelled.", "our Secretary-General"),
        ("Under his rule the former head of the central bank, Omar Lind, left.", "former head of the central bank"),
        ("It will join NATO. Prime Minister Omar Lind left.", "Prime Minister"),
        ("It met U.S. Ambassador Omar Lind in May.", "U.S. Ambassador"),
    ],
)
def test_a_title_holds_no_verb_and_no_clause(text, expected):
    assert title(text, "Lind") == expected


def test_a_title_ends_with_its_paragraph():
    text = "Amina Sow, Spokesperson\n\nDR. SOW: Good morning to all.\n\nQ: Why is that so?\n\nDR. SOW: Since it is."
    assert [quote.title for quote in find_quotes(text) if quote.speaker == "Amina Sow"] == ["Spokesperson"] * 2


@pytest.mark.parametrize(
    ("label", "name", "title"),
    [
        ("The Minister of State, Foreign Office (Ms Anna Berg)", "Anna Berg", "Minister of State, Foreign Office"),
        (
            "The Secretary of State for Health, Food and Fish (Dame Eva Dahl)",
            "Eva Dahl",
            "Secretary of State for Health",
        ),
        ("The Prime Minister (Jon Roe)", "Jon Roe", "Prime Minister"),
        ("The President (spoke in Spanish)", "The President", None),
    ],
)
def test_brackets_behind_an_office_name_who_holds_it(label, name, title):
    text = f"Tom Brown: Why?\n\n{label}: We keep it.\n\nTom Brown: And then?\n\nTom Brown: So."
    quote = find_quotes(text)[1]
    assert (quote.speaker, text[quote.start : quote.end]) == (name, "We keep it.")
    assert quote.title == title


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Vote on Aid\n\nThe Council of Orvel met. The Council asked that states lift it.", "Council of Orvel"),
        ("Sara Dehn said that talks had failed.\n\nVarga: “We expected nothing else.”", "Varga"),
        ("Sara Dehn said that talks had failed.\n\nVarga on the talks: “We expected nothing else.”", "Varga"),
        ("“We will lift it,” said Keir Roe’s spokesman. Anna Lee was in London.", "Keir Roe’s spokesman"),
        ("“We will lift it,” said Anna Lee's lawyer.\n\nBo Dahl was in London.", "Anna Lee's lawyer"),
        ("Chile, Peru, and Bolivia have repeatedly condemned the embargo.", "Chile, Peru, and Bolivia"),
        ("Hours later the minister told parliament that the embargo was over.", "minister"),
        ("Eleven years ago a neighbour told us that it would end.", "neighbour"),
        ("Ms Falk: So.\n\nMs Falk: No.\n\nMinister of Trade: It grew.", "Minister of Trade"),
    ],
)
def test_what_a_newcomer_found(text, speaker):
    assert find_quotes(text)[-1].speaker == speaker


@pytest.mark.parametrize(
    ("text", "surname", "expected"),
    [
        ("US President Joe Roe, French President Luc Lind and Chancellor Olaf Kern met.", "Roe", "US President"),
        ("US President Joe Roe, French President Luc Lind and Chancellor Olaf Kern met.", "Lind", "French President"),
        ("Prime Minister Ann Lee, Foreign Minister Bo Dahl and Max Berg attended.", "Lee", "Prime Minister"),
        ("Ann Lee, Chief Operating Officer of Orvel Steel, left.", "Lee", "Chief Operating Officer of Orvel Steel"),
        ("Ann Lee, spokeswoman for Prime Minister Bo Dahl, left.", "Lee", "spokeswoman for Prime Minister Bo Dahl"),
        ("Ann Lee, Professor Emerita, left.", "Lee", "Professor Emerita"),
    ],
)
def test_the_next_of_a_list_is_no_title_of_the_first(text, surname, expected):
    assert title(text, surname) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The vote was on Monday.\n\nFormer president Carlos Lind spoke.", "Former president"),
        ("The vote was on Monday.\n\nActing prime minister Carlos Lind spoke.", "Acting prime minister"),
        ("US Under Secretary of State Victoria Lind spoke.", "US Under Secretary of State"),
        ("Under Secretary of State Victoria Lind spoke.", "Under Secretary of State"),
        ("Victoria Lind, Under Secretary of State, spoke.", "Under Secretary of State"),
        ("• Orvel’s president, Recep Lind, spoke.", "Orvel’s president"),
    ],
)
def test_a_title_begins_with_its_first_word(text, expected):
    assert title(text, "Lind") == expected


@pytest.mark.parametrize("opening", ["According to", "Represented by", "It came through"])
def test_what_leads_to_an_office_is_no_part_of_it(opening):
    assert title(f"{opening} Orvel’s country manager, Omar Lind, trade grew.", "Lind") == "Orvel’s country manager"
