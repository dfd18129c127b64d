"""How English reports speech: our own sentences in the styles of agencies, papers and ministries.

Each line of ``tests/data/quotations/*.txt`` is a short text in which what is reported stands in double square brackets,
also within other brackets; after two bars the speakers follow, in the order of the opening brackets. A line without
brackets reports nothing. "\n" is a line break.
"""

import re
from pathlib import Path

import pytest

from stancekit.text.attribution.quotations import find_quotes

FOLDER = Path(__file__).parents[2] / "data" / "quotations"
EDGES = " .,;:!?…“”\"'‘’«»"
LINES = [
    pytest.param(line, id=f"{path.stem}-{i}")
    for path in sorted(FOLDER.glob("*.txt"))
    for i, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
]


def bracketed(marked):
    """Give what stands in double brackets, in the order of the opening ones, without the brackets within it."""
    found, opened = [], []
    for match in re.finditer(r"\[\[|\]\](?!\](?:[^\]]|$))", marked):
        if match[0] == "[[":
            opened.append((len(found), match.end()))
            found.append("")
        else:
            place, start = opened.pop()
            found[place] = re.sub(r"\[\[|\]\]", "", marked[start : match.start()])
    return found


def test_there_are_many_sentences_of_each_kind():
    kinds = {path.stem: len(path.read_text(encoding="utf-8").splitlines()) for path in FOLDER.glob("*.txt")}
    assert min(n for kind, n in kinds.items() if kind != "headings") >= 40


@pytest.mark.parametrize("line", LINES)
def test_what_is_reported_and_by_whom(line):
    marked, _, speakers = line.replace("\\n", "\n").partition(" || ")
    said = [words.strip(EDGES) for words in bracketed(marked)]
    text = marked.replace("[[", "").replace("]]", "")
    expected = list(zip(said, speakers.strip().split(";") if said else [], strict=True))
    quotes = find_quotes(text)
    assert [(text[quote.start : quote.end].strip(EDGES), str(quote.speaker)) for quote in quotes] == expected
