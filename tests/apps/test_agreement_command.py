"""`stancekit agreement`: what it prints, and what it refuses."""

import argparse
import json

import pytest

from stancekit import InvalidInputError, load
from stancekit.apps.commands import agreement

ROWS = [
    ("Lift the unjust embargo at once.", "A", "A", "s1"),
    ("We met in the capital on Monday.", "none", "none", "s1"),
    ("The embargo is illegal and must go.", "A", "none", "s2"),
    ("We will build it with our own hands.", "", "R", "s2"),
    ("Nations should trade with one another.", "C", "C", "s3"),
    ("The weather was fine.", "none", "none", "s3"),
]


@pytest.fixture
def coded(tmp_path):
    path = tmp_path / "coded.tsv"
    path.write_text("text\tpass1\tpass2\tspeech\n" + "".join("\t".join(row) + "\n" for row in ROWS))
    return str(path)


def run(*arguments):
    parser = argparse.ArgumentParser()
    agreement.add(parser.add_subparsers())
    options = parser.parse_args(["agreement", *arguments])
    return options.command(options)


def test_it_prints_tables(coded, capsys):
    assert run(coded, "--coders", "pass1,pass2", "--group", "speech", "--bootstrap", "20") == 0
    out, err = capsys.readouterr()
    assert out.startswith("6 statements in 3 groups, judged by pass1 and pass2; 95 % intervals")
    assert "| anti-sanction | 5 | 80.0 [" in out
    assert "- pass1: 1 of 6 cells are blank and count as not seen" in out
    assert err == ""


def test_it_prints_json_with_the_model_beside(coded, capsys):
    arguments = ["--coders", "pass1,pass2", "--model", "linear", "--blank", "none", "--bootstrap", "0", "--json"]
    assert run(coded, *arguments, "--confidence", "0.9") == 0
    content = json.loads(capsys.readouterr().out)
    assert (content["coders"], content["model"], content["confidence"]) == (["pass1", "pass2"], "linear", 0.9)
    n_positive = sum("anti-sanction" in labels for labels in load().predict_labels([row[0] for row in ROWS]))
    prevalence = content["per_label"]["anti-sanction"]["prevalence"]
    assert prevalence["linear"]["n_positive"] == n_positive
    assert prevalence["pass1"]["n"] == 6


def test_a_codebook_of_ones_own(tmp_path, capsys):
    book, table = tmp_path / "book.yaml", tmp_path / "rows.jsonl"
    book.write_text("stances:\n  - label: raise\n")
    table.write_text('{"a": ["raise"], "b": []}\n{"a": [], "b": []}\n{"a": null, "b": ["raise"]}\n')
    assert run(str(table), "--coders", "a, b", "--codebook", str(book), "--json") == 0
    assert json.loads(capsys.readouterr().out)["per_label"]["raise"]["n"] == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--coders", "pass1,pass2", "--text", "text"], "--text goes with --model"),
        (["--coders", "pass1,pass3"], "no column 'pass3'"),
        (["--coders", "pass1"], "--coders is 'pass1'; expected the columns of two coders or more with commas"),
        (["--coders", "pass1", "--model", "linear", "--text", "body"], "no column 'body'"),
        (["--coders", "pass1,pass2", "--confidence", "95"], "confidence is 95.0; expected a number between 0 and 1"),
    ],
)
def test_what_it_refuses(coded, arguments, message):
    with pytest.raises(InvalidInputError, match=message):
        run(coded, *arguments)
