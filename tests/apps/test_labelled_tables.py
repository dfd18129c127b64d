"""What `train` and `evaluate` say on stderr of the labelled statements that they read."""

import json

import numpy as np
import pytest

from stancekit import LabelledStatements
from stancekit.apps.cli import main
from stancekit.apps.labelled_tables import repeats

NAN = float("nan")


@pytest.fixture
def codebook(tmp_path):
    path = tmp_path / "codebook.yaml"
    path.write_text("stances:\n  - label: raise\n  - label: cut\n")
    return path


@pytest.fixture
def model(tmp_path, codebook, capsys):
    rows = [{"text": f"{word} tariff {i}.", "labels": word.lower()} for i in range(20) for word in ("Raise", "Cut")]
    assert main(train(table(tmp_path, rows, "model"), codebook, tmp_path / "model")) == 0
    capsys.readouterr()
    return tmp_path / "model"


def table(tmp_path, rows, name="rows"):
    path = tmp_path / f"{name}.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def train(path, codebook, output, *arguments):
    options = ["--codebook", str(codebook), "--output", str(output), "--folds", "2", "--bootstrap", "0"]
    return ["train", str(path), *options, *map(str, arguments)]


def rows_of(**more):
    return [
        {"text": f"{word} tariff number {i}.", "labels": word.lower(), **more}
        for i in range(10)
        for word in ("Raise", "Cut")
    ]


def said(path, codebook, model, capsys, *arguments):
    """Give what both commands say of a table, which is the same but for their own lines."""
    assert main(train(path, codebook, model.with_name("again"), "--overwrite", *arguments)) == 0
    trained = capsys.readouterr().err
    assert main(["evaluate", str(path), "--model", str(model), "--bootstrap", "0", *arguments]) == 0
    evaluated = capsys.readouterr().err
    assert trained.replace(f"wrote the model to {model.with_name('again')}\n", "") == evaluated
    return evaluated


def test_what_is_as_it_should_be_needs_no_word(tmp_path, codebook, model, capsys):
    assert said(table(tmp_path, rows_of()), codebook, model, capsys) == ""


def test_a_column_that_is_named_must_be_there(tmp_path, codebook, model, capsys):
    path = table(tmp_path, rows_of(**{"raise": 1, "cut": 0}))
    for command in (train(path, codebook, tmp_path / "m"), ["evaluate", str(path), "--model", str(model)]):
        assert main([*command, "--labels", "lables"]) == 2
        err = capsys.readouterr().err
        assert err == f"stancekit: {path} has no column 'lables'; it has ['cut', 'labels', 'raise', 'text']\n"


def test_columns_of_both_kinds(tmp_path, codebook, model, capsys):
    path = table(tmp_path, rows_of(**{"raise": 1, "cut": 0}))
    which = f"{path} has the column 'labels' and also ['raise', 'cut'], which are labels; 'labels' is read"
    assert said(path, codebook, model, capsys) == f"stancekit: {which}\n"
    assert said(path, codebook, model, capsys, "--labels", "labels") == ""


def test_rows_that_nobody_annotated_are_counted(tmp_path, codebook, model, capsys):
    path = table(tmp_path, [*rows_of(), {"text": "We met.", "labels": None}, {"text": "We sat.", "labels": None}])
    assert f"{path}: 2 of 22 rows are not annotated (null, or bl" in said(path, codebook, model, capsys)


def test_blank_cells_beside_none_are_counted(tmp_path, codebook, model, capsys):
    path = table(tmp_path, [*rows_of(), {"text": "We met.", "labels": "none"}, {"text": "We sat.", "labels": ""}])
    assert "1 of 22 rows are not annotated (null, or blank where others say 'none') and left out; write 'none'" in said(
        path, codebook, model, capsys
    )


def test_by_label_where_that_differs(tmp_path, codebook, model, capsys):
    rows = [{"text": row["text"], "raise": i % 2, "cut": 1 - i % 2} for i, row in enumerate(rows_of())]
    rows += [{"text": "We met.", "raise": 0, "cut": None}, {"text": "We sat.", "raise": None, "cut": None}]
    path = table(tmp_path, rows)
    assert (
        "of 22 rows, these are not annotated: 1 for 'raise', 2 for 'cut' (blank or null) and left out; write 0"
        in said(path, codebook, model, capsys)
    )


def test_a_group_that_looks_like_a_missing_value(tmp_path, codebook, model, capsys):
    rows = [{**row, "speech": f"s{i}" if i < 15 else "NA"} for i, row in enumerate(rows_of())]
    path = table(tmp_path, rows)
    assert "5 rows have 'NA' in field 'speech', which looks like a missing value, and count as one group" in said(
        path, codebook, model, capsys, "--group", "speech"
    )


def test_statements_that_stand_more_than_once(tmp_path, codebook, capsys):
    path = table(tmp_path, [{**row, "speech": row["text"]} for row in rows_of() * 2])
    assert main(train(path, codebook, tmp_path / "m")) == 0
    err = capsys.readouterr().err
    assert "20 statements stand more than once in different groups (40 rows): folds learn what they are measured" in err
    assert "figures are too good; leave one row of each, or, if they are of one speech, name its column by --gr" in err
    assert main(train(path, codebook, tmp_path / "m", "--overwrite", "--group", "speech")) == 0
    assert "more than once" not in capsys.readouterr().err


def data_of(*rows):
    texts, truth, groups = zip(*rows, strict=True)
    return LabelledStatements(texts=list(texts), truth=np.array(truth), groups=list(groups))


def test_statements_that_differ_are_named_by_their_first_two_rows():
    data = data_of(
        ("We met.", [0.0, NAN], "a"),
        ("Lift it.", [1.0, 0.0], "a"),
        ("We  met.", [NAN, 1.0], "a"),
        ("Lift it.", [1.0, 0.0], "a"),
        ("Lift it.", [1.0, 1.0], "a"),
        ("Lift it.", [NAN, NAN], "b"),
        ("", [1.0, 1.0], "a"),
        ("", [0.0, 0.0], "b"),
    )
    notes = list(repeats(data, ["lift", "trade"], "speech"))
    what = "1 statement stands more than once with different labels: rows 1 and 4 differ on 'trade'; read them again"
    assert notes == [what]
