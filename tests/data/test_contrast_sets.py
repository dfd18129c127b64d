"""The contrast sets keep the promises of the data card."""

import json
import re
from collections import Counter, defaultdict

import pytest

from experiments.data import ANNOTATIONS, AUTHORED, DATA, FURTHER, UNLEARNED, WORLDS, codebook
from experiments.data_card import card_block
from experiments.splitting import EVALUATED, TRAINED
from stancekit.references import read_references
from stancekit.text.identity import fingerprint

RUN = 6  # words
STYLES = {"un", "news", "speech"}


def read(name):
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


ROWS = read("contrast_sets.jsonl")
LATER, HELD_OUT = read(FURTHER), read(UNLEARNED)
EVERY = pytest.mark.parametrize("rows", [ROWS, LATER, HELD_OUT], ids=["contrast_sets", "more", "held_out"])


def sets(rows=ROWS):
    found = defaultdict(list)
    for row in rows:
        found[row["pair"]].append(row)
    return found


def texts_of_tests():
    cases = [text for case in read("behaviour.jsonl") for text in (case["text"], *case.get("texts", []))]
    return [row["text"] for row in read("statements.jsonl")] + cases


def runs(text):
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


@EVERY
def test_every_row_has_the_fields_of_the_statements(rows):
    fields = set(read("statements.jsonl")[0])
    for row in rows:
        assert set(row) == fields
        assert row["text"] == " ".join(row["text"].split())
        assert all(row[name] for name in ("id", "text", "pair", "phenomenon"))
        assert row["group"] == row["pair"] == row["id"].rpartition("-")[0]


def test_there_are_enough_statements_of_every_kind():
    labels = Counter(label for row in ROWS for label in row["labels"] or ["none"])
    assert len(ROWS) >= 2500
    assert set(labels) == {stance.label for stance in codebook().stances} | {"none"}
    assert min(labels.values()) >= 100
    assert {row["style"] for row in ROWS} == STYLES
    assert min(Counter(row["phenomenon"] for row in ROWS).values()) >= 100


@EVERY
def test_statements_are_unique_and_labels_are_known_and_in_order(rows):
    order = [stance.label for stance in codebook().stances]
    assert len({fingerprint(row["text"]) for row in rows}) == len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert row["labels"] == sorted(set(row["labels"]), key=order.index)


@EVERY
def test_both_readings_agree_on_what_was_kept(rows):
    assert [row["second_reading"] for row in rows] == [row["labels"] for row in rows]


def test_no_two_members_of_a_set_take_the_same_labels():
    found = sets()
    assert sum(len(members) > 1 for members in found.values()) >= 1300
    for members in found.values():
        assert len({tuple(row["labels"]) for row in members}) == len(members) <= 3
        assert len({row["phenomenon"] for row in members}) == len({row["style"] for row in members}) == 1


def test_further_sets_have_members_that_differ_and_take_labels_of_every_kind():
    further = LATER + HELD_OUT
    labels = Counter(label for row in further for label in row["labels"] or ["none"])
    assert set(labels) == {stance.label for stance in codebook().stances} | {"none"}
    assert min(labels.values()) >= 150
    found = sets(further)
    assert sum(len({tuple(row["labels"]) for row in members}) > 1 for members in found.values()) >= 800
    for members in found.values():
        assert len(members) <= 5
        assert len({row["phenomenon"] for row in members}) == 1
    ours = {fingerprint(row["text"]) for row in ROWS}
    assert not ours & {fingerprint(row["text"]) for row in further}
    assert len({fingerprint(row["text"]) for row in further}) == len(further)


@EVERY
def test_no_statement_stands_in_another_file(rows):
    ours = {fingerprint(row["text"]) for row in rows}
    assert not ours & {fingerprint(text) for text in texts_of_tests()}
    for name in ANNOTATIONS:
        assert not ours & {reference.sha1 for reference in read_references(DATA / "annotations" / f"{name}.tsv")}


def test_runs_of_six_words():
    assert runs("One, two: three four FIVE six seven") == {
        ("one", "two", "three", "four", "five", "six"),
        ("two", "three", "four", "five", "six", "seven"),
    }
    assert runs("one two three four five") == set()


@EVERY
def test_no_statement_shares_more_than_one_run_of_words_with_what_is_tested(rows):
    tested = set().union(*map(runs, texts_of_tests()))
    assert len(tested) > 10_000
    assert [row["id"] for row in rows if len(runs(row["text"]) & tested) > 1] == []


def test_contrast_sets_are_trained_on_and_never_tested():
    assert AUTHORED["contrast"] == "contrast_sets.jsonl"
    assert "contrast" in TRAINED
    assert "contrast" not in {*EVALUATED, *WORLDS.values()}


def test_one_further_set_in_five_is_held_out():
    assert not {FURTHER, UNLEARNED} & {*AUTHORED.values()}
    assert all(int(row["group"].split("-")[1]) % 5 for row in LATER)
    assert not any(int(row["group"].split("-")[1]) % 5 for row in HELD_OUT)


def test_what_is_held_out_shares_no_more_than_one_run_of_words_with_what_is_learned_from():
    learned = set().union(*(runs(row["text"]) for row in ROWS + LATER))
    assert [row["id"] for row in HELD_OUT if len(runs(row["text"]) & learned) > 1] == []


@pytest.mark.parametrize("column", ["style", "phenomenon"])
def test_the_card_counts_every_statement_once(column):
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in card_block().splitlines()]
    heads = {"style": ["style", "statements"], "phenomenon": ["phenomenon", "sets", "statements"]}
    start = next(i for i, line in enumerate(lines) if line[: len(heads[column])] == heads[column])
    place = lines[start].index("statements")
    body = lines[start + 2 : start + 2 + len({row[column] for row in ROWS})]
    assert {line[0]: int(line[place]) for line in body} == Counter(row[column] for row in ROWS)
