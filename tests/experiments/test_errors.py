"""Errors that were read: each is one, by the annotations that there are, and its cause is known."""

from collections import Counter
from itertools import product

import pytest

from experiments import errors
from experiments.data import DATA, codebook
from stancekit.references import read_references

KNOWN = errors.read()


def test_each_model_and_world_has_its_hundred():
    counts = Counter((one.model, one.dataset) for one in KNOWN)
    assert counts == dict.fromkeys(product(errors.OUTCOMES, errors.TITLES), errors.N_A_WORLD)


@pytest.mark.parametrize("dataset", errors.TITLES)
def test_the_annotation_says_the_opposite_of_the_model(dataset):
    book = codebook()
    labels = {
        one.sha1: book.resolve(one.codes.strip("-")) for one in read_references(DATA / "annotations" / f"{dataset}.tsv")
    }
    for one in KNOWN:
        if one.dataset == dataset:
            assert (one.label in labels[one.sha1]) is (one.given == "no"), one
            assert (float(one.score) >= float(one.threshold)) is (one.given == "yes"), one


def test_causes_are_those_that_the_page_explains():
    assert {name for one in KNOWN for name in (one.first, one.second, one.cause)} <= set(errors.CAUSES)


def test_what_both_readers_name_holds():
    assert all(one.cause == one.first for one in KNOWN if one.first == one.second)


def test_a_stale_page_is_told(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(errors, "PAGE", tmp_path / "errors.md")
    assert errors.main(["--check"]) == 1
    assert "stale: errors.md; run: python -m experiments.errors" in capsys.readouterr().err
    assert errors.main([]) == 0
    assert errors.main(["--check"]) == 0
    shares = [line for line in errors.PAGE.read_text().splitlines() if line.startswith("| **")]
    assert len(shares) == len({name for one in KNOWN for name in (one.first, one.second, one.cause)})


def test_a_new_draw_leaves_what_was_read(tmp_path, monkeypatch):
    monkeypatch.setattr(errors, "draw", lambda model, folder: [one for one in KNOWN if one.model == model][:2])
    before = errors.ERRORS.read_bytes()
    assert errors.main(["--draw", str(tmp_path), "--model", "encoder"]) == 0
    assert errors.ERRORS.read_bytes() == before
    assert {one.model for one in errors.read(tmp_path / "errors.tsv")} == {"encoder"}
