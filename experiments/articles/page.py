"""How well articles are taken apart, as a page: ``python -m experiments.articles.page``.

Written from ``splitters.json``, ``quotations.json`` and ``speed.json``, as is the block in ``README.md``;
``--check`` writes nothing and fails where one of them is stale.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from experiments.articles import quotations, speed, splitters
from experiments.articles.gold import PARTS, gold_sha256
from experiments.corpora import ROOT
from stancekit.report.markdown import table

PAGE, README = ROOT / "docs" / "articles.md", ROOT / "README.md"
BEGIN, END = "<!-- articles: python -m experiments.articles.page -->", "<!-- articles end -->"
GOAL_ENDS, GOAL_QUOTES, GOAL_MS = 0.98, 0.85, 5
ORDER = ("test", "test-2", "dev", "development")
Row = Mapping[str, Any]


def page(split: Row, quoted: Row, timed: Row) -> str:
    """Write the page."""
    sections = [
        "# Articles taken apart\n\nHow to take one apart: [the tutorial](tutorials/article.md). "
        "Written by `python -m experiments.articles.page` from what "
        "`python -m experiments.articles.splitters` and `python -m experiments.articles.quotations` measured; do not "
        "edit. "
        f"{len(split['documents'])} whole documents (news, State Department statements, Kremlin transcripts, "
        f"addresses and "
        "speeches), marked by two language-model annotators and a third that settled what they differed on "
        "([data card](../data/README.md)). Those who wrote the rules read the documents of part *dev* alone, so "
        "its figures say little; those of *test* are what to expect on such text. Intervals of 95 % come from a "
        "bootstrap of whole documents.",
        *_splitting(split),
        *_quoting(quoted),
        *_timing(timed),
    ]
    return "\n\n".join(sections) + "\n"


def _splitting(split: Row) -> list[str]:
    quality, speed = split["quality"], split.get("speed", {})
    ranked = sorted(quality, key=lambda name: -quality[name]["test"]["ends"]["f1"][0])
    body = [
        [
            f"**{name}**" if name == splitters.OURS else f"{name} {split['versions'][name]}",
            *(_interval(quality[name][part]["ends"]["f1"]) for part in reversed(PARTS)),
            _interval(quality[name]["test"]["spans"]["f1"]),
            f"{1 / speed[name]['times_ours']:.2f}" if name in speed else "–",
        ]
        for name in ranked
    ]
    ours = quality[splitters.OURS]["test"]["ends"]
    return [
        "## Statements",
        f"F1 of where statements end, marks and blanks aside; {ours['wanted']:.0f} statements in *test*. *Spans* "
        f"asks for the "
        "beginning too, which is harder on libraries that keep speakers' labels and numbers of paragraphs. Speed: "
        f"statements found in {split['n_speeches']} UN speeches, all in turns on one thread, {split['n_rounds']} "
        f"rounds, "
        "times that of stancekit (ratio of medians).",
        table(["", "ends, test", "ends, dev", "spans, test", "speed"], body),
        f"The goal for the ends is {GOAL_ENDS}: {_met(ours['f1'][0] >= GOAL_ENDS)}.",
    ]


def _quoting(quoted: Row) -> list[str]:
    parts = quoted["parts"]
    rows = [
        [
            part,
            f"**{name}**" if name == "stancekit" else name,
            *(_interval([one["f1"], one["low"], one["high"]]) for one in figures.values()),
        ]
        for part in ORDER
        if part in parts
        for name, figures in parts[part]["systems"].items()
    ]
    titles = list(parts["test"]["systems"]["stancekit"])
    counts = [
        f"{row['n_quotes']} stretches in the {row['n_documents']} documents of *{part}*"
        for part in ORDER
        if (row := parts.get(part))
    ]
    return [
        "## Quotations and their speakers",
        f"Reported speech, direct, indirect and mixed: {', '.join(counts)}. One is right if it overlaps that of the "
        f"annotators by {quotations.OVERLAP:.0%} (intersection over union, marks and blanks at the ends aside) **and** "
        "has the same speaker, by the fullest name that the document gives, small letters, without punctuation. F1:",
        table(["part", "", *titles], rows, n_text=2),
        "*Marks and the nearest name* takes what stands in quotation marks and the name next to the nearest verb of "
        "saying. "
        "textacy finds direct speech alone, and nothing in a document with an odd number of marks; its speakers were "
        "given "
        "the fullest name too.",
        *_parts(parts),
        f"The goal for all of it is {GOAL_QUOTES}: {_goals(parts)}.",
    ]


def _parts(parts: Row) -> list[str]:
    found = [
        "The rules were written by the documents of *dev* and, later, by *development*: other newspaper articles, put "
        "together from single sentences of the unlabelled corpus and marked by one annotator each, once. What is found "
        "in these two parts shows what the rules have learned, and not what they will find elsewhere. Of *test* their "
        "authors knew, after it had been scored once, how many errors of each kind there were. It was scored at "
        "five stages: before the other articles, after 14, 60 and 70 of them, and after the last 14 with 17 "
        "speeches and transcripts. At the last stage it told of one kind of error, and its rules were taken back: what "
        "speakers tell of their own earlier words had become reported speech, which *test* leaves out.",
    ]
    if "test-2" in parts:
        found.append(
            "The articles of *test-2* are such newspaper articles too, but marked by two annotators and settled by a "
            "third reading, and those who write rules have not read them: it tells what to expect on this newspaper, "
            "where *test* has speeches and transcripts as well. It was scored at three stages: before and after "
            "the ten articles of *development* in lot d were read, and after those of lot g. It was never looked into."
        )
    return found


def _timing(timed: Row) -> list[str]:
    """Write how long the documents took, those with the most reported speech first."""
    rows = sorted(timed["documents"], key=lambda row: -row["n_quotes"] / row["n_words"])
    names = list(rows[0]["ms"])
    body = [
        [
            row["document"],
            f"{row['n_words']:,}",
            f"{1000 * row['n_quotes'] / row['n_words']:.0f}",
            f"**{row['ms']['analyze']:.1f}** ({row['least_ms']['analyze']:.1f})",
            *(f"{row['ms'][name]:.1f}" for name in names[1:]),
        ]
        for row in rows
    ]
    n_met = sum(row["ms"]["analyze"] < GOAL_MS for row in rows)
    compared = (
        "; textacy's search for direct speech alone, with its parser, in the same turns" if "textacy" in names else ""
    )
    return [
        "## Speed",
        "Measured by `python -m experiments.articles.speed`: milliseconds of processor time for 1,000 words on one "
        f"thread, `analyze` with the default model, median of {timed['n_rounds']} rounds (and the least), documents in "
        f"turns{compared}. *Reported* counts the annotators' stretches of reported speech in 1,000 words. How many "
        "milliseconds it takes hangs on the machine and on what else it does.",
        table(["document", "words", "reported", "analyze", *names[1:]], body),
        f"The goal is {GOAL_MS} ms: reached on {n_met} of the {len(rows)} documents.",
    ]


def _goals(parts: Row) -> str:
    """Say on which of the tests the goal is reached."""
    tests = [part for part in ("test", "test-2") if part in parts]
    got = {part: parts[part]["systems"]["stancekit"]["all"]["f1"] for part in tests}
    return ", ".join(f"{_met(got[part] >= GOAL_QUOTES)} on *{part}*" for part in tests)


def _interval(values: Sequence[float]) -> str:
    value, low, high = values
    return f"{value:.3f} [{low:.3f}, {high:.3f}]"


def _met(reached: bool) -> str:
    return "reached" if reached else "**missed**"


def stale(split: Row, quoted: Row, timed: Row) -> list[str]:
    """Name what was made from something else than what there is now."""
    known = {"splitters.json": split, "speed.json": timed}
    found = [f"{name}: the documents changed" for name, row in known.items() if row["gold_sha256"] != gold_sha256()]
    for part in quotations.parts_there():
        row = quoted["parts"].get(part)
        if row is None or row["gold_sha256"] != gold_sha256(quotations.gold_of(part)):
            found.append(f"quotations.json: part {part} was not measured on the documents that there are")
    wanted = pages(split, quoted, timed)
    return found + [
        path.name for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def pages(split: Row, quoted: Row, timed: Row) -> dict[Path, str]:
    """Give the page and the README as they are to be."""
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    readme = f"{before}{BEGIN}\n{headline(quoted)}\n{END}{rest.partition(END)[2]}"
    return {PAGE: page(split, quoted, timed), README: readme}


def headline(quoted: Row) -> str:
    """Say in one sentence how well speakers are found on what no rule has seen."""
    figures = [
        f"{_interval([ours['f1'], ours['low'], ours['high']])} on *{part}*"
        for part in ("test", "test-2")
        if part in quoted["parts"]
        for ours in [next(iter(quoted["parts"][part]["systems"]["stancekit"].values()))]
    ]
    return (
        f"Quotations with the right extent **and** speaker: F1 {' and '.join(figures)}, documents apart from those by "
        "which rules were written (`python -m experiments.articles.page`)."
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, or check it."""
    parser = argparse.ArgumentParser(prog="python -m experiments.articles.page", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 where the page is stale")
    check = parser.parse_args(arguments).check
    split, quoted, timed = (
        json.loads(module.RESULTS.read_text(encoding="utf-8")) for module in (splitters, quotations, speed)
    )
    if not check:
        for path, text in pages(split, quoted, timed).items():
            path.write_text(text, encoding="utf-8")
        return 0
    found = stale(split, quoted, timed)
    for item in found:
        print(f"stale: {item}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
