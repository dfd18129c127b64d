"""Labels out and in again: what comes back, and what is lost by design."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stancekit import (
    Codebook,
    InvalidInputError,
    Labellings,
    StatementPool,
    read_codings,
    read_labelled,
    read_pool,
    read_table,
)
from stancekit.labelling.exchange import guess_format, read_labels, write_labellings

BOOK = Codebook.from_dict(
    {"stances": [{"label": "lift", "code": "L"}, {"label": "keep", "predicted": False}, {"label": "trade"}]}
)
POOL = StatementPool(
    ids=tuple("abcdef"),
    texts=("Lift it, “now”.", "Keep it.\nAll of it.", "We met.", "Trade, =1+1", "制裁 must go.", "Lift it, “now”."),
    groups=("s1", "s1", "s2", "s2", "s3", "s3"),
    context={"speaker": ("Ann", "", "Zoë", "Ben", "Ann", "Ben")},
    names={"id": "key", "text": "body", "group": "speech"},
)
ANN = {"a": ("lift",), "b": ("keep",), "c": (), "d": ("lift", "trade"), "e": None}
BEN = {"a": ("lift",), "b": (), "d": ("trade",), "e": ("lift",), "f": None}


def labellings(**coders):
    return Labellings(pool=POOL, codebook=BOOK, coders=coders, audit=("c", "a"), vias={"a": "audit", "b": "rare"})


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "parquet", "csv.gz"])
def test_a_table_of_two_coders_comes_back_whole(tmp_path, suffix):
    path = tmp_path / f"labels.{suffix}"
    written = write_labellings(labellings(ann=ANN, ben=BEN), path)
    assert written.n == 6
    assert written.notes == ("2 statements have blank labels: nobody could say, or coders differ",)
    assert read_labels(path, POOL, BOOK, coders=["ann", "ben"]).coders == {"ann": ANN, "ben": BEN}


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_a_table_of_one_coder_comes_back_under_any_name(tmp_path, suffix):
    path = tmp_path / f"labels.{suffix}"
    write_labellings(labellings(ann=ANN), path)
    assert read_labels(path, POOL, BOOK, coders=["zoe"]).coders == {"zoe": ANN}


@pytest.mark.parametrize(
    ("coders", "note"),
    [
        ({"ann": ANN}, "1 statement has blank labels: the coder could not say"),
        ({"ann": {"a": None, "b": None}}, "2 statements have blank labels: the coder could not say"),
        (
            {"ann": {"a": ()}, "ben": {"a": ("lift",)}},
            "1 statement has blank labels: nobody could say, or coders differ",
        ),
    ],
)
def test_why_labels_are_blank(tmp_path, coders, note):
    assert write_labellings(labellings(**coders), tmp_path / "labels.csv").notes == (note,)


def test_what_a_table_says(tmp_path):
    path = tmp_path / "labels.csv"
    write_labellings(labellings(ann=ANN, ben=BEN), path)
    rows = {row["key"]: row for row in read_table(path)}
    assert list(rows) == list("abcdef")
    assert rows["a"] | {"body": ""} == {
        "key": "a",
        "body": "",
        "speech": "s1",
        "speaker": "Ann",
        "lift": "1",
        "trade": "0",
        "keep": "0",
        "ann": "lift",
        "ben": "lift",
        "cannot_say": "",
        "shown_by": "audit",
        "audit": "1",
        "probability": str(2 / 6),
    }
    assert (rows["b"]["keep"], rows["b"]["lift"]) == ("", "0")  # they differ on one label, and agree on the others
    assert (rows["c"]["ann"], rows["c"]["ben"], rows["c"]["lift"]) == ("none", "", "0")
    assert (rows["e"]["cannot_say"], rows["e"]["lift"], rows["f"]["cannot_say"]) == ("ann", "1", "ben")


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_the_export_trains_and_tells_agreement(tmp_path, suffix):
    path = tmp_path / f"labels.{suffix}"
    write_labellings(labellings(ann=ANN, ben=BEN), path)
    data = read_labelled(path, BOOK, text="body", group="speech")
    nan = np.nan
    np.testing.assert_array_equal(data.truth, [[1, 0], [0, 0], [0, 0], [nan, 1], [1, 0], [nan, nan]])
    np.testing.assert_array_equal(data.poles.ravel(), [0, nan, 0, 0, 0, nan])
    assert data.groups == list(POOL.groups)
    codings = read_codings(path, BOOK, coders=["ann", "ben"], group="speech")
    np.testing.assert_array_equal(codings.coders["ben"], [[1, 0], [0, 0], [nan, nan], [0, 1], [1, 0], [nan, nan]])


def test_label_studio_and_back(tmp_path):
    path = tmp_path / "tasks.json"
    written = write_labellings(labellings(**{"ann@x.org": ANN, "ben": BEN}), path, format="label-studio")
    assert "refuses this file unless it has accounts with the addresses ann@x.org" in written.notes[-2]
    assert "ben: no address of an account" in written.notes[-1]
    assert read_labels(path, POOL, BOOK, format="label-studio").coders == {"ann@x.org": ANN, "ben": BEN}
    tasks = json.loads(path.read_text())
    assert tasks[0]["data"] == {"speaker": "Ann", "speech": "s1", "key": "a", "text": POOL.texts[0]}
    first = tasks[0]["annotations"][0]
    assert first["completed_by"] == {"email": "ann@x.org"}
    assert first["result"] == [
        {"from_name": "stance", "to_name": "text", "type": "choices", "value": {"choices": ["lift"]}}
    ]
    assert tasks[2]["annotations"][0] | {"stancekit_coder": ""} == {
        "stancekit_coder": "",
        "completed_by": {"email": "ann@x.org"},
        "was_cancelled": False,
        "result": [],
    }
    assert tasks[4]["annotations"][0]["was_cancelled"] is True


def test_what_label_studio_itself_writes(tmp_path):
    """Accounts by number, other controls, predictions and fields that we never wrote."""
    result = {"from_name": "s", "to_name": "text", "type": "choices", "value": {"choices": ["trade", "lift"]}}
    other = {"from_name": "r", "to_name": "text", "type": "rating", "value": {"rating": 4}}
    task = {
        "id": 7,
        "project": 1,
        "data": {"text": "We met."},
        "annotations": [
            {"id": 1, "completed_by": 10, "was_cancelled": False, "lead_time": 3.2, "result": [result, other]},
            {"id": 2, "completed_by": {"id": 3, "email": "ben@x.org"}, "was_cancelled": True, "result": []},
        ],
        "predictions": [{"result": [result]}],
    }
    path = tmp_path / "export.json"
    path.write_text(json.dumps([task]), encoding="utf-8-sig")
    found = read_labels(path, POOL, BOOK, format="label-studio").coders
    assert found == {"10": {"c": ("lift", "trade")}, "ben@x.org": {"c": None}}


DATA = Path(__file__).parent.parent / "data" / "labelling"
OURS = read_pool(DATA.parent.parent.parent / "data" / "statements.jsonl", group="group", context=["style"])
OUR_BOOK = Codebook.read(DATA.parent.parent.parent / "data" / "codebook.yaml")


@pytest.fixture
def through():
    """Our own statements as they went through other programs: one of them with a line end, a tab and other letters."""
    more = "\nA second line, with “marks”, a tab\tand 制裁."
    texts = tuple(text + more * (name == "san-004") for name, text in zip(OURS.ids, OURS.texts, strict=True))
    return replace(OURS, texts=texts)


def test_what_went_through_label_studio_comes_back(through):
    """What Label Studio 1.23.2 exported after it had imported our export; accounts come back as their numbers."""
    found = read_labels(DATA / "label-studio-1.23.2.json", through, OUR_BOOK, format="label-studio").coders
    same = {"san-001": ("anti-sanction",), "san-004": ("pro-sanction",), "san-006": None}
    assert found == {"2": same | {"san-008": ("anti-sanction",)}, "3": same | {"san-008": ()}}
    with pytest.raises(InvalidInputError, match="without 'data'; export from Label Studio as JSON, not as JSON-MIN"):
        read_labels(DATA / "label-studio-1.23.2-min.json", through, OUR_BOOK, format="label-studio")


def test_what_went_through_doccano_comes_back(through):
    """What doccano 1.8.4 exported after it had imported our export."""
    found = read_labels(DATA / "doccano-1.8.4.jsonl", through, OUR_BOOK, format="doccano", coders=["ben"]).coders
    assert found == {"ben": {"san-001": ("anti-sanction",), "san-004": ("pro-sanction",), "san-008": ()}}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is no JSON: .*; export from Label Studio as JSON"),
        ('{"a": 1}', "holds no list of tasks"),
        ('[{"data": {"key": "z", "text": "x"}}]', "has no statement 'z', which is in row 0"),
        ('[{"data": {"key": "a", "text": "Other."}}]', "statement 'a' in row 0 reads otherwise in"),
        ('[{"data": {"text": "Lift it, “now”."}}]', "has 2 statements with the text in row 0"),
        ('[{"data": {"text": "Nobody said it."}}]', "has no statement with the text in row 0"),
        ('[{"id": 9, "text": "We met.", "stance": "lift"}]', "holds tasks without 'data'; .* not as JSON-MIN"),
        ('[{"data": {}}]', "there is neither id nor text in row 0"),
        (
            '[{"data": {"key": "a"}, "annotations": [{"result": [{"type": "choices", "value": {"choices": ["x"]}}]}]}]',
            "unknown label 'x' in row 0, field 'choices'",
        ),
        ('[{"data": {"key": "a"}, "annotations": [{"result": []}, {"result": []}]}]', "task 0 has two annotations by"),
        ('[{"data": 5}]', "task 0 has 5 in 'data', expected an object; export from Label Studio as JSON"),
        ('[{"data": {"key": "a"}, "annotations": 5}]', "task 0 has 5 in 'annotations', expected a list of objects"),
        ('[{"data": {"key": "a"}, "annotations": [5]}]', "task 0 has 5 in 'annotations', expected an object"),
        ('[{"data": {"key": "a"}, "annotations": [{"result": [5]}]}]', "task 0 has 5 in 'result', expected an object"),
        (
            '[{"data": {"key": "a"}, "annotations": [{"result": [{"type": "choices", "value": 5}]}]}]',
            "task 0 has 5 in 'value', expected an object",
        ),
        (
            '[{"data": {"key": "a"}, "annotations": [{"result": [{"type": "choices", "value": {"choices": [[]]}}]}]}]',
            r"task 0 has \[\[\]\] in 'choices', expected a list of labels",
        ),
    ],
)
def test_label_studio_files_that_cannot_be_read(tmp_path, content, message):
    path = tmp_path / "tasks.json"
    path.write_text(content)
    with pytest.raises(InvalidInputError, match=message):
        read_labels(path, POOL, BOOK, format="label-studio")


def test_doccano_and_back(tmp_path):
    path = tmp_path / "ann.jsonl"
    written = write_labellings(labellings(ann=ANN), path, format="doccano")
    assert written.notes == ("1 statements of which the coder cannot say are left out: doccano has no such answer",)
    known = {name: labels for name, labels in ANN.items() if labels is not None}
    assert read_labels(path, POOL, BOOK, format="doccano", coders=["ann"]).coders == {"ann": known}
    first = json.loads(path.read_text().splitlines()[0])
    assert first == {
        "statement": "a",
        "speaker": "Ann",
        "speech": "s1",
        "text": POOL.texts[0],
        "label": ["lift"],
    }
    with pytest.raises(InvalidInputError, match=r"doccano keeps a file a coder, and there are \['ann', 'ben'\]"):
        write_labellings(labellings(ann=ANN, ben=BEN), tmp_path / "both.jsonl", format="doccano")
    assert not (tmp_path / "both.jsonl").exists()


@pytest.mark.parametrize(
    ("record", "labels"),
    [
        ({"id": 1, "text": "We met.", "label": ["trade", "lift"], "Comments": []}, ("lift", "trade")),
        ({"id": 1, "text": "We met.", "labels": ["lift"]}, ("lift",)),
        ({"id": 1, "text": "We met.", "label": "lift"}, ("lift",)),
        ({"id": 1, "data": "We met.", "label": []}, ()),
        ({"id": 1, "text": "We met.", "label": ""}, ()),
    ],
)
def test_both_label_formats_of_doccano(tmp_path, record, labels):
    path = tmp_path / "admin.jsonl"
    path.write_text(json.dumps(record) + "\n")
    assert read_labels(path, POOL, BOOK, format="doccano", coders=["ann"]).coders == {"ann": {"c": labels}}


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (
            {"text": "We met.", "annotations": [{"label": 1, "user": 1}]},
            "got annotations by number; export from doccano",
        ),
        ({"text": "We met.", "label": [[0, 2, "lift"]]}, "expected labels as text in row 0, field 'label'"),
        ({"text": "We met.", "label": ["x"]}, "unknown label 'x' in row 0, field 'label'"),
    ],
)
def test_doccano_files_that_cannot_be_read(tmp_path, record, message):
    path = tmp_path / "admin.jsonl"
    path.write_text(json.dumps(record) + "\n")
    with pytest.raises(InvalidInputError, match=message):
        read_labels(path, POOL, BOOK, format="doccano", coders=["ann"])


def test_tables_that_others_wrote(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text('key,labels\na,L|trade\nb,none\nc,\nd,"keep"\n')
    found = read_labels(path, POOL, BOOK, coders=["ann"]).coders
    assert found == {"ann": {"a": ("lift", "trade"), "b": (), "d": ("keep",)}}
    path.write_text("body,lift,trade\nWe met.,0,1\nKeep it. All of it.,,\n")
    assert read_labels(path, POOL, BOOK, coders=["ann"]).coders == {"ann": {"c": ("trade",)}}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("key,labels\na,L\na,L\n", "statement 'a' in row 1 comes twice"),
        ("key,lift,trade\na,1,\n", "row 0 is labelled in part"),
        ("key,labels\na,x\n", "unknown label 'x'"),
        ("key,other\na,x\n", "has no column of labels"),
        ("key,labels,score_lift,abstained\na,L,0.9,\n", r"holds predictions, as the columns .* say"),
    ],
)
def test_tables_that_cannot_be_read(tmp_path, content, message):
    path = tmp_path / "labels.csv"
    path.write_text(content)
    with pytest.raises(InvalidInputError, match=message):
        read_labels(path, POOL, BOOK, coders=["ann"])


def test_nothing_is_replaced_or_written_by_half(tmp_path):
    path = tmp_path / "labels.csv"
    with pytest.raises(InvalidInputError, match="no statement has a decision yet"):
        write_labellings(labellings(ann={}), path)
    with pytest.raises(InvalidInputError, match=r"the columns \['lift'\] would stand twice"):
        write_labellings(labellings(lift=ANN), path)
    assert not path.exists()
    path.write_text("mine")
    with pytest.raises(InvalidInputError, match="exists; choose another name"):
        write_labellings(labellings(ann=ANN), path)
    assert path.read_text() == "mine"
    write_labellings(labellings(ann=ANN), path, overwrite=True)
    with pytest.raises(InvalidInputError, match="unknown format 'xml'"):
        write_labellings(labellings(ann=ANN), path, format="xml")


@pytest.mark.parametrize(
    ("format", "column", "names"),
    [
        ("doccano", "label", {}),
        ("doccano", "statement", {}),
        ("doccano", "text", {}),
        ("doccano", "label", {"group": "label"}),
        ("label-studio", "text", {}),
        ("label-studio", "id", {"id": "id", "text": "body", "group": "text"}),
        ("label-studio", "other", {"id": "text"}),
        ("table", "audit", {}),
    ],
)
def test_a_column_with_the_name_of_a_field_is_not_written_over(tmp_path, format, column, names):
    pool = replace(POOL, context={column: tuple("uvwxyz")}, names={"id": "key", "text": "body"} | names)
    path = tmp_path / "out"
    with pytest.raises(InvalidInputError, match=r"the columns \['\w+'\] would stand twice in .*; rename the column"):
        write_labellings(
            Labellings(pool=pool, codebook=BOOK, coders={"ann": ANN}), path.with_suffix(".csv"), format=format
        )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format", ["doccano", "label-studio", "table"])
def test_a_statement_s_own_columns_may_be_context_as_well(tmp_path, format):
    own = {"key": POOL.ids, "body": POOL.texts, "speech": POOL.groups}
    given = Labellings(pool=replace(POOL, context=own), codebook=BOOK, coders={"ann": ANN})
    assert write_labellings(given, tmp_path / "out.csv", format=format).n == 5


def test_formats_by_name():
    assert [guess_format(name) for name in ("a.json", "a.jsonl", "a.csv")] == ["label-studio", "table", "table"]
