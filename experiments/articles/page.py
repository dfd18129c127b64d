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
from experiments.page_part import replaced_between
from stancekit.text.markdown import markup_table

PAGE, README = ROOT / "docs" / "articles.md", ROOT / "README.md"
BEGIN, END = "<!-- articles: python -m experiments.articles.page -->", "<!-- articles end -->"
GOAL_ENDS, GOAL_QUOTES, GOAL_MS = 0.98, 0.85, 5
NEWS = ("test-2", "test-3", "test-4")
UNREAD = (*NEWS, "un-test")  # nobody who writes rules has read them, nor let them tell which rules to take back
TESTS = (*UNREAD, "test")
MADE_UP = ("ordinary-test", "invented-test")  # texts of our own that nobody who writes rules has read
ORDER = (*TESTS, *MADE_UP, "dev", "development", "un", "ordinary", "invented")
Row = Mapping[str, Any]


def page(split: Row, quoted: Row, timed: Row) -> str:
    """Write the page."""
    sections = [
        "# Articles taken apart\n\nHow to take one apart: [the tutorial](tutorials/article.md). "
        "Written by `python -m experiments.articles.page` from what "
        "`python -m experiments.articles.splitters` and `python -m experiments.articles.quotations` measured; do not "
        f"edit. {len(split['documents'])} whole documents (news, State Department statements, Kremlin transcripts, "
        f"addresses and "
        "speeches), marked by two language-model annotators and a third that settled what they differed on "
        "([data card](../data/README.md)). Those who wrote the rules read the documents of part *dev* alone, so "
        "its figures say little. Those of *test* tell what to expect of statements; for quotations they have told "
        "what to take back and to mend. What to expect of these, *test-2*, *test-3* and *test-4* tell, and *un-test* "
        "of UN speeches: further documents that nobody who writes rules has read. Intervals of 95 % come from a "
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
        f"rounds, times that of stancekit (ratio of medians).",
        markup_table(["", "ends, test", "ends, dev", "spans, test", "speed"], body),
        f"The goal for the ends is {GOAL_ENDS}: {_met(ours['f1'][0] >= GOAL_ENDS)}.",
    ]


def _quoting(quoted: Row) -> list[str]:
    parts = quoted["parts"]
    rows = [row for part in ORDER if part in parts for row in _rows(part, parts[part])]
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
        markup_table(["part", "", *titles], rows, n_text=2),
        "*Marks and the nearest name* takes what stands in quotation marks and the name next to the nearest verb of "
        "saying. "
        "textacy finds direct speech alone, and nothing in a document with an odd number of marks; its speakers were "
        "given the fullest name too. Neither knows speakers' labels.",
        *_counted(parts),
        *_parts(parts),
        f"The goal for all of it is {GOAL_QUOTES}: {_goals(parts)}.",
    ]


def _rows(part: str, row: Row) -> list[list[str]]:
    """Write a part's rows, and of each genre how well we do and how far the annotators agree."""
    found = [[part, *cells] for name in row["systems"] for cells in _cells(name, row["systems"][name])]
    found += [[part, *cells] for cells in _annotators(row)]
    for genre, one in row.get("genres", {}).items():
        ours = _cells("stancekit", one["systems"]["stancekit"])
        found += [[f"{part}, {genre}", *cells] for cells in [*ours, *_annotators(one)]]
    return found


def _annotators(row: Row) -> list[list[str]]:
    return _cells("*annotators*", row["annotators"]) if "annotators" in row else []


def _cells(name: str, figures: Row) -> list[list[str]]:
    cells = [_interval([one["f1"], one["low"], one["high"]]) for one in figures.values()]
    return [[f"**{name}**" if name == "stancekit" else name, *cells]]


def _counted(parts: Row) -> list[str]:
    """Say what is a stretch where there are speakers' labels, and what the annotators' rows are."""
    row = parts.get("test-3")
    if row is None:
        return []
    spoken = row["genres"]["speeches and transcripts"]
    return [
        "In a transcript each turn, from behind its speaker's label to the next, is a stretch of direct speech, for "
        "the annotators as for `find_quotes`; a speech without labels is none as such, and what it says that others "
        f"said counts alone. {row['n_turns']} of the {spoken['n_quotes']} stretches in the "
        f"{spoken['n_documents']} speeches and transcripts of *test-3* are whole turns, which labels give away: how "
        "well reports within them are found, *indirect and mixed* tells.",
        "*Annotators* is what the second annotator marked, scored by the first, before anything was settled. Both are "
        "language models that had the same instructions and decisions, so that it tells how well the reading can be "
        "repeated, and not whether it is right.",
    ]


def _parts(parts: Row) -> list[str]:
    found = [
        "The rules were written by the documents of *dev* and, later, by *development*: other newspaper articles, put "
        "together from single sentences of the unlabelled corpus and marked by one annotator each, once. What is found "
        "in these two parts shows what the rules have learned, and not what they will find elsewhere. Of *test* their "
        "authors knew, after it had been scored once, how many errors of each kind there were. It was scored at "
        "five stages, before the other articles, after 14, 60 and 70 of them, after the last 14 with 17 speeches and "
        "transcripts, and several times while the rules that *invented* taught were mended. At the fifth it told of "
        "one kind of error, and its rules were taken back: what speakers tell of their own earlier words had become "
        "reported speech, which *test* leaves out. After *invented* it told that F1 had fallen, and of one document "
        "that names had lost their first word; what was mended then was found in other articles that nobody had "
        "marked, where old and new rules differed, and in sentences made up for it.",
    ]
    if "test-2" in parts:
        found.append(
            "The articles of *test-2* are such newspaper articles too, but marked by two annotators and settled by a "
            "third reading, and those who write rules have not read them: it tells what to expect on this newspaper, "
            "where *test* has speeches and transcripts as well. It was scored before and after "
            "the ten articles of *development* in lot d were read, after those of lot g, and several times after "
            "*invented*. It was never looked into."
        )
    if row := parts.get("test-3"):
        n_news = row["genres"]["newspaper"]["n_documents"]
        found.append(
            f"*test-3* has {n_news} further articles of this newspaper, drawn anew among those of up to 30 sentences, "
            f"and {row['n_documents'] - n_news} documents of six other sources, each put together from the sentences "
            "that the corpus has of it. Two annotators marked them, what they differed on was settled, and nobody who "
            "writes rules has read them. They were scored before and after the rules learned from the last 14 articles "
            "and the 17 speeches and transcripts, with the same F1, once more, with these and earlier rules, and "
            "several times after *invented*. What speakers tell of their own earlier words "
            f"({row['n_own_words']} stretches) counts here, by the annotators' instructions, where *test* "
            "leaves it out; the rules go by *test*."
        )
    if row := parts.get("test-4"):
        n_news = row["genres"]["newspaper"]["n_documents"]
        found.append(
            f"*test-4* has {n_news} articles of the newspaper and {row['n_documents'] - n_news} releases of the State "
            "Department and the Kremlin, drawn later among those that no other part has; as many were drawn for "
            "*development* (lot i), with 18 more releases (lot k), and the rules learned from these after *test-4* had "
            "been scored; it was scored a few times since. Reports, analyses, leading articles and interviews stand in "
            "it as they were drawn. Its texts are **harder than any article is**: the corpus lacks sentences of each, "
            "an annotator put the others in order, and interviews run on without a line end between question and "
            "answer. So the two annotators agree less too. (In its "
            "rows, *speeches and transcripts* are the releases.)"
        )
    if row := parts.get("un-test"):
        found.append(
            "*un* and *un-test* are passages of speeches in the UN General Debate, of every decade since 1946 alike, "
            "drawn among those in which something looks like reported speech. Those of the test were marked by two "
            "annotators and settled by a third; those of *un* by one, and whoever writes rules reads them alone. "
            "What the speaker says himself, or his country, government or delegation, counts neither way. Delegates "
            'report by texts ("the Charter proclaims that"), by nobody in particular ("it has been said that") and by '
            "offices without a name more than papers do, and their sentences are long: **speakers in them are found "
            "far less well**. The two annotators are instances of one model and agree even where the instructions "
            f"leave room. Of the {row['n_quotes']} stretches of the test {row['n_nobody']} have nobody who says them. "
            "The test was scored before any rule was written by *un*, and several times while they were."
        )
    if row := parts.get("invented-test"):
        found.append(
            f"*invented* and *invented-test* are texts that we made up, {row['n_documents']} in each, half of every "
            "genre ([data](../data/README.md)). Language models wrote and marked them that knew nothing of the rules "
            "and were told to report speech and to name people in as many ways as English has. So they are harder than "
            "what they are modelled on: they tell which constructions are known, and not what to expect of a corpus. "
            "Who writes rules reads *invented* alone. These two need no corpora: "
            "`python -m experiments.articles.quotations --parts invented,invented-test`."
        )
    if row := parts.get("ordinary-test"):
        found.append(
            f"*ordinary* and *ordinary-test*, {row['n_documents']} texts of our own in each, were made in the same way "
            "for what that leaves open: they have the ways of reporting and naming that are **most frequent** in the "
            "agencies, newspapers, releases, briefings and records that they are modelled on. Rules learned from "
            "*ordinary*; *ordinary-test* was written after that, and no rule was changed by what it "
            "told. Language models wrote and marked both, and write more evenly than people: what to expect of real "
            "articles, the tests above tell better."
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
        markup_table(["document", "words", "reported", "analyze", *names[1:]], body),
        f"The goal is {GOAL_MS} ms: reached on {n_met} of the {len(rows)} documents.",
    ]


def _goals(parts: Row) -> str:
    """Say on which of the tests the goal is reached."""
    got = {part: parts[part]["systems"]["stancekit"]["all"]["f1"] for part in (*TESTS, *MADE_UP) if part in parts}
    return ", ".join(f"{_met(value >= GOAL_QUOTES)} on *{part}*" for part, value in got.items())


def _interval(values: Sequence[float | None]) -> str:
    value, low, high = values
    return "–" if value is None else f"{value:.3f} [{low:.3f}, {high:.3f}]"


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
    readme = replaced_between(README.read_text(encoding="utf-8"), BEGIN, END, f"\n{headline(quoted)}\n")
    return {PAGE: page(split, quoted, timed), README: readme}


def headline(quoted: Row) -> str:
    """Say in one sentence how well speakers are found on what no rule has seen."""
    figures = {
        part: f"{_interval([ours['f1'], ours['low'], ours['high']])} on *{part}*"
        for part in (*TESTS, "ordinary-test")
        if part in quoted["parts"]
        for ours in [quoted["parts"][part]["systems"]["stancekit"]["all"]]
    }
    unread = "; ".join(figures[part] for part in NEWS if part in figures)
    return (
        f"Quotations with the right extent **and** speaker, F1 on newspaper articles, releases and transcripts that "
        f"nobody who writes rules has read: {unread}. {figures['test']}, which has told what to take back and "
        f"to mend, and only {figures['un-test']}, passages of UN speeches. On ordinary prose that we made up: "
        f"{figures['ordinary-test']} (`python -m experiments.articles.page`)."
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
