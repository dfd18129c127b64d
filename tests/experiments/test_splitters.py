"""How splitters are compared: by words at the ends, on texts that are found by hash."""

import hashlib
import json

import pytest

from experiments.articles.gold import Document, read_documents
from experiments.articles.splitters import _found, quality, trimmed


def document(statements, part="dev"):
    return Document(name="1", part=part, text="“We go.” They stay.", statements=statements, quotes=[])


def test_marks_at_the_ends_do_not_count():
    assert trimmed("“We go.” They stay.", [(0, 8), (9, 19)]) == trimmed("“We go.” They stay.", [(1, 7), (7, 18)])


def test_marks_alone_are_no_statement():
    assert trimmed("... Go.", [(0, 3), (4, 7)]) == {(4, 5)}


def test_quality_counts_ends_and_spans():
    scores = quality([document([(0, 8), (9, 19)])], lambda text: [(0, 8), (14, 19)])["dev"]
    assert (scores["ends"]["right"], scores["ends"]["found"], scores["ends"]["wanted"]) == (2, 2, 2)
    assert scores["spans"]["right"] == 1
    assert scores["spans"]["f1"][0] == pytest.approx(0.5)


def test_parts_are_scored_apart():
    documents = [document([(0, 8), (9, 19)]), document([(0, 19)], part="test")]
    scores = quality(documents, lambda text: [(0, len(text))])
    assert scores["dev"]["ends"]["recall"] == 0.5
    assert scores["test"]["ends"]["recall"] == 1.0


def test_sentences_that_come_as_strings_are_found_again():
    text = "We  go.\nWe go.\n\nThey\nstay."
    assert list(_found(text, ["We go.", "We go. ", "\n", "They stay."])) == [(0, 7), (8, 14), (16, 26)]


def test_texts_are_found_by_hash_and_missing_ones_named(tmp_path, capsys):
    text = "We go.\nThey stay.\n"
    (tmp_path / "a.txt").write_bytes(("# source: none\n" + text).encode())
    sha1 = hashlib.sha1(text.encode()).hexdigest()[:12]
    rows = [
        {"document": "01", "sha1": sha1, "part": "dev", "statements": [[0, 6]], "quotes": []},
        {"document": "02", "sha1": "0" * 12, "part": "test", "statements": [], "quotes": []},
    ]
    gold = tmp_path / "gold.jsonl"
    gold.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (found,) = read_documents(folder=tmp_path, gold=gold)
    assert (found.text, found.statements) == (text, [(0, 6)])
    assert "document 02: its text is not there" in capsys.readouterr().err
