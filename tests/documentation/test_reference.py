"""The reference holds every public name once, and the page of commands every option."""

import re

import pytest

import stancekit
from documentation import DOCS, reference
from documentation.citation import PAGE as CITATION
from documentation.citation import citation_page
from documentation.commands import PAGE as COMMANDS
from documentation.commands import commands, commands_page

PAGES = reference.reference_pages()
ASKED_FOR = [path for page in PAGES.values() for path in re.findall(r"^::: (\S+)$", page, flags=re.M)]


def test_every_public_name_stands_in_the_reference_once():
    assert sorted(path.removeprefix("stancekit.") for path in ASKED_FOR if path.count(".") == 1) == sorted(
        stancekit.__all__
    )
    assert len(ASKED_FOR) == len(set(ASKED_FOR))


def test_names_of_modules_that_say_what_is_public_stand_in_it_too():
    from stancekit import tables
    from stancekit.measure import comparison

    homes = {path.rsplit(".", 1)[1] for path in ASKED_FOR}
    assert {*tables.__all__, *comparison.__all__} <= homes


def test_a_name_without_a_page_is_refused_with_what_to_do():
    with pytest.raises(ValueError, match=r"stancekit\.nowhere\.Thing is public.* add its module to the homes"):
        reference.topic_of("nowhere.Thing")


def test_a_name_goes_to_the_page_that_names_it_most_exactly():
    assert reference.topic_of("records.Quote").name == "articles"
    assert reference.topic_of("records.Prediction").name == "predict"


@pytest.mark.parametrize("name", stancekit.__all__)
def test_links_lead_to_the_page_that_holds_the_name(name):
    page, anchor = reference.links()[name].split("#")
    assert f"::: {anchor}\n" in PAGES[page]


def test_page_of_commands_is_what_the_parser_says():
    assert (DOCS / COMMANDS).read_text(encoding="utf-8") == commands_page()


@pytest.mark.parametrize("command", sorted(commands()))
def test_page_of_commands_has_each_option(command):
    section = re.split(r"^## ", commands_page(), flags=re.M)[1 + list(commands()).index(command)]
    shown = set(re.findall(r"(--[a-z-]+)[ `,]", "\n".join(re.findall(r"^\| `([^`]*`)", section, flags=re.M))))
    options = {one for action in commands()[command]._actions for one in action.option_strings}
    assert shown == options - {"-h", "--help"}


def test_page_of_citation_is_what_the_file_says():
    page = (DOCS / CITATION).read_text(encoding="utf-8")
    assert page == citation_page()
    assert f"version = {{{_version()}}}" in page


def _version() -> str:
    from importlib.metadata import version

    return version("stancekit")
