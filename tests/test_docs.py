"""The public API, the command line and the documentation agree."""

import argparse
import doctest
import inspect
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import stancekit
from stancekit.apps.cli import build_parser

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "docs").glob("*/*.md"))]
IN_CODE = re.compile(r"`([^`\n]+)`")


def commands() -> dict[str, argparse.ArgumentParser]:
    actions = build_parser()._actions
    return dict(next(a for a in actions if isinstance(a, argparse._SubParsersAction)).choices)


def section(page: str, title: str) -> str:
    return re.split(r"^## ", page, flags=re.M)[
        [s.split("\n")[0] for s in re.split(r"^## ", page, flags=re.M)].index(title)
    ]


def test_api_page_names_every_public_name_and_no_other():
    rows = [
        line.split("|")[1] for line in (ROOT / "docs" / "api.md").read_text().splitlines() if line.startswith("| `")
    ]
    assert sorted(name for row in rows for name in IN_CODE.findall(row)) == sorted(stancekit.__all__)


@pytest.mark.parametrize("name", stancekit.__all__)
def test_public_names_resolve_and_are_described(name):
    thing = getattr(stancekit, name)
    assert inspect.getdoc(thing)
    assert name in dir(stancekit)


@pytest.mark.parametrize("name", stancekit.__all__)
def test_public_names_have_a_doctest(name):
    thing = getattr(stancekit, name)
    found = doctest.DocTestFinder(exclude_empty=True).find(thing, name)
    assert any(test.examples for test in found)


def test_unknown_names_raise():
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = stancekit.nothing


@pytest.mark.parametrize("command", sorted(commands()))
def test_command_line_page_has_each_option_and_no_other(command):
    page = section((ROOT / "docs" / "command-line.md").read_text(), command)
    documented = {match for line in page.splitlines() for match in re.findall(r"^\| `(--[a-z-]+)", line)}
    options = {option for action in commands()[command]._actions for option in action.option_strings}
    assert documented == options - {"-h", "--help"}


def test_command_line_page_has_each_command_and_no_other():
    page = (ROOT / "docs" / "command-line.md").read_text()
    assert re.findall(r"^## (.*)$", page, flags=re.M) == list(commands())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples_in_pages_run(page, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
    assert doctest.testfile(str(page), module_relative=False, optionflags=flags).failed == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_in_pages_parse(page):
    blocks = re.findall(r"```(?:sh|console)\n(.*?)```", page.read_text(), flags=re.S)
    lines = [line for block in blocks for line in block.splitlines() if "stancekit " in line and "pip" not in line]
    for line in lines:
        words = re.findall(r'"[^"]*"|[^\s"]+', line.split("stancekit ", 1)[1].split(">")[0])
        build_parser().parse_args([word.strip('"') for word in words])


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "docs" / "index.md"], ids=lambda page: page.name)
def test_the_first_answer_is_what_the_command_prints(page):
    shown = re.search(r"```console\n\$ (stancekit .*)\n((?:.*\n)+?)```", page.read_text())
    assert shown is not None
    completed = subprocess.run(
        [sys.executable, "-m", *shlex.split(shown[1])], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert completed.stdout == shown[2]


@pytest.mark.parametrize("page", [*PAGES, ROOT / "data" / "README.md", ROOT / "CONTRIBUTING.md"], ids=lambda p: p.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#\s]+)\)", page.read_text()):
        assert target.startswith("https://") or (page.parent / target).exists(), target


def test_codebook_example_is_a_codebook():
    page = (ROOT / "docs" / "codebook.md").read_text()
    example = re.search(r"```yaml\n(.*?)```", page, flags=re.S)
    assert example is not None
    assert stancekit.Codebook.from_dict(yaml.safe_load(example[1])).labels == ("protection", "free trade")


def test_version_is_the_same_everywhere():
    from importlib.metadata import version

    assert yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"] == version("stancekit")
    assert f"## {version('stancekit')}" in (ROOT / "CHANGELOG.md").read_text()
