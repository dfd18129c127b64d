"""Frames and data sets are labelled as `predict` labels their statements, whatever holds them."""

import json
import os
import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stancekit
from stancekit import InvalidInputError, Labeller, predict_dataset, predict_frame

datasets = pytest.importorskip("datasets")

TEXTS = ["Lift the embargo, it is illegal.", "We met on Monday.", "", "Санкции 制裁 🙂"]
ADDED = ["stance_labels", "stance_abstained", *(f"stance_score_{label}" for label in stancekit.load().labels)]
ROW = r"expected a str in row {}, field 'text', got"


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    datasets.disable_progress_bars()


def expected(model, texts=TEXTS, unfamiliar=False):
    """Give the added cells of each row, from `predict` itself; None in place of a missing statement."""
    rows = []
    for text in texts:
        if text is None:
            rows.append([None] * (len(ADDED) + unfamiliar))
            continue
        one = model.predict(text)
        rows.append([list(one.labels), list(one.abstained), *one.scores.values(), *[one.unfamiliar] * unfamiliar])
    return rows


def added(rows):
    """Give the same of a list of dicts, scores apart by a rounding."""
    names = [name for name in rows[0] if name.startswith("stance_")]
    return [[plain(row[name]) for name in names] for row in rows]


def plain(cell):
    if isinstance(cell, tuple | np.ndarray):
        return list(cell)
    return None if cell is None or cell is pd.NA or (isinstance(cell, float) and np.isnan(cell)) else cell


def same(rows, wanted):
    for row, want in zip(added(rows), wanted, strict=True):
        assert row[:2] == want[:2]
        assert row[2:] == (pytest.approx(want[2:], abs=1e-12) if want[0] is not None else want[2:])
    return True


PANDAS = ["object", "str", "string", "category", pd.ArrowDtype(pa.string()), pd.ArrowDtype(pa.large_string())]


class TestPandas:
    @pytest.mark.parametrize("dtype", PANDAS, ids=str)
    def test_any_type_of_text(self, packaged, dtype):
        index = ["b", "a", "b", "c"]  # neither sorted nor unique
        frame = pd.DataFrame({"id": range(4), "text": pd.Series(TEXTS, index=index).astype(dtype)})
        before = frame.copy()
        labelled = predict_frame(packaged, frame)
        assert list(labelled.columns) == ["id", "text", *ADDED]
        assert list(labelled.index) == index
        assert same(labelled.to_dict("records"), expected(packaged))
        pd.testing.assert_frame_equal(frame, before)
        assert labelled["text"].dtype == frame["text"].dtype
        assert [one.labels for one in packaged.predict(frame["text"])] == labelled["stance_labels"].tolist()

    @pytest.mark.parametrize("dtype", PANDAS, ids=str)
    @pytest.mark.parametrize("unfamiliar", [False, True])
    def test_missing(self, packaged, dtype, unfamiliar):
        texts = ["We met.", None, TEXTS[0]]
        frame = pd.DataFrame({"text": pd.Series(texts).astype(dtype)}, index=list("xyz"))
        frame["text"] = pd.Series(texts, index=list("xyz")).astype(dtype)
        with pytest.raises(InvalidInputError, match=ROW.format(1)):
            predict_frame(packaged, frame)
        with pytest.raises(InvalidInputError, match="expected a str in row 1, got"):
            packaged.predict(frame["text"])
        labelled = predict_frame(packaged, frame, nulls="null", unfamiliar=unfamiliar)
        assert same(labelled.to_dict("records"), expected(packaged, texts, unfamiliar))
        assert all(labelled[name].dtype == "float64" for name in ADDED[2:])
        assert not unfamiliar or labelled["stance_unfamiliar"].dtype == "boolean"

    @pytest.mark.parametrize("nulls", ["error", "null"])
    def test_a_bad_row_keeps_its_number_beside_missing_ones(self, packaged, nulls):
        frame = pd.DataFrame({"text": ["We met.", "Fine.", 7.5, None]})
        with pytest.raises(InvalidInputError, match=ROW.format(2) + " float: 7.5"):
            predict_frame(packaged, frame, nulls=nulls)
        with pytest.raises(InvalidInputError, match=ROW.format(1)):
            predict_frame(packaged, pd.DataFrame({"text": [None, b"bytes"]}), nulls="null")

    def test_empty(self, packaged):
        frame = predict_frame(packaged, pd.DataFrame({"text": pd.Series([], dtype="str")}), unfamiliar=True)
        assert list(frame.columns) == ["text", *ADDED, "stance_unfamiliar"]
        assert len(frame) == 0

    def test_a_table_in_a_pipe_and_by_hand(self, packaged):
        frame = pd.DataFrame({"body": TEXTS})
        piped = frame.pipe(Labeller(packaged, text="body", prefix="x_"))
        assert [name for name in piped if name.startswith("x_")] == [name.replace("stance_", "x_") for name in ADDED]


class TestPolars:
    @pytest.mark.parametrize("dtype", [pl.String, pl.Categorical, pl.Enum(TEXTS)], ids=str)
    def test_frame(self, packaged, dtype):
        frame = pl.DataFrame({"id": range(4), "text": pl.Series(TEXTS, dtype=dtype)})
        labelled = predict_frame(packaged, frame, unfamiliar=True)
        assert labelled.columns == ["id", "text", *ADDED, "stance_unfamiliar"]
        assert same(labelled.to_dicts(), expected(packaged, unfamiliar=True))
        assert labelled["text"].dtype == frame["text"].dtype

    def test_missing(self, packaged):
        frame = pl.DataFrame({"text": [TEXTS[0], None]})
        with pytest.raises(InvalidInputError, match=ROW.format(1)):
            predict_frame(packaged, frame)
        assert same(predict_frame(packaged, frame, nulls="null").to_dicts(), expected(packaged, [TEXTS[0], None]))
        nothing = predict_frame(packaged, pl.DataFrame({"text": [None, None]}), nulls="null")
        assert nothing["stance_labels"].to_list() == [None, None]
        assert nothing["stance_labels"].dtype == pl.List(pl.String)

    def test_lazy(self, packaged, tmp_path):
        many = pl.DataFrame({"id": range(400), "text": TEXTS * 100})
        many.write_parquet(tmp_path / "in.parquet")
        lazy = predict_frame(packaged, pl.scan_parquet(tmp_path / "in.parquet"))
        assert isinstance(lazy, pl.LazyFrame)
        assert lazy.collect_schema() == predict_frame(packaged, many).schema
        lazy.sink_parquet(tmp_path / "out.parquet")
        whole = pl.read_parquet(tmp_path / "out.parquet").sort("id")
        assert same(whole.to_dicts(), expected(packaged) * 100)
        # Neither the choice of columns nor of rows is moved before the labelling.
        chosen = lazy.filter(pl.col("stance_labels").list.len() > 0).select("id").head(2).collect()
        assert chosen["id"].to_list() == [0, 4]

    def test_lazy_refusals(self, packaged):
        with pytest.raises(InvalidInputError, match="the table has no column 'body'; it has"):
            predict_frame(packaged, pl.LazyFrame({"text": TEXTS}), text="body")
        with pytest.raises(InvalidInputError, match=ROW.format("[01]") + r".* \(rows are counted within a batch"):
            predict_frame(packaged, pl.LazyFrame({"text": ["a", None]})).collect()


class TestArrow:
    @pytest.mark.parametrize("make", [pa.table, pa.RecordBatch.from_pydict])
    @pytest.mark.parametrize(
        "column", [pa.array(TEXTS), pa.array(TEXTS).dictionary_encode(), pa.array(TEXTS, pa.large_string())]
    )
    def test_tables(self, packaged, make, column):
        frame = make({"id": pa.array(range(4)), "text": column}).replace_schema_metadata({"made": "by hand"})
        labelled = predict_frame(packaged, frame)
        assert type(labelled) is type(frame)
        assert labelled.schema.names == ["id", "text", *ADDED]
        assert labelled.schema.metadata == {b"made": b"by hand"}
        assert same(labelled.to_pylist(), expected(packaged))

    def test_the_same_columns_as_from_a_file(self, packaged, tmp_path):
        table = pa.table({"text": TEXTS})
        pq.write_table(table, tmp_path / "in.parquet")
        stancekit.predict_file(packaged, tmp_path / "in.parquet", tmp_path / "out.parquet", unfamiliar=True)
        assert predict_frame(packaged, table, unfamiliar=True).equals(pq.read_table(tmp_path / "out.parquet"))

    @settings(max_examples=30, deadline=None)
    @given(texts=st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=30), max_size=8))
    def test_all_libraries_agree(self, texts):
        model = stancekit.load()
        frames = [
            pa.table({"text": pa.array(texts, pa.string())}),
            pl.DataFrame({"text": pl.Series(texts, dtype=pl.String)}),
            pd.DataFrame({"text": pd.Series(texts, dtype="string")}),
            pd.DataFrame({"text": pd.Series(texts, dtype=object)}),
        ]
        arrow, polars, *pandas = (predict_frame(model, frame, nulls="null", unfamiliar=True) for frame in frames)
        rows = [arrow.to_pylist(), polars.to_dicts(), *(frame.to_dict("records") for frame in pandas)]
        if texts:
            assert all(same(one, expected(model, texts, unfamiliar=True)) for one in rows)


class TestRefusals:
    @pytest.mark.parametrize(
        "frame", [TEXTS, pd.Series(TEXTS), pa.array(TEXTS), None, "text"], ids=lambda f: type(f).__name__
    )
    def test_no_frame(self, packaged, frame):
        with pytest.raises(InvalidInputError, match="expected a pandas or polars DataFrame or a pyarrow Table, got"):
            predict_frame(packaged, frame)

    @pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table, dict])
    def test_columns(self, packaged, make):
        with pytest.raises(InvalidInputError, match=r"the table has no column 'body'; it has \['text'\]"):
            Labeller(packaged, text="body")(make({"text": TEXTS}))
        with pytest.raises(InvalidInputError, match="has a column 'stance_labels' already; choose another prefix"):
            Labeller(packaged)(make({"text": TEXTS, "stance_labels": TEXTS}))
        with pytest.raises(InvalidInputError, match=r"expected a (column of text|str) in .*field 'text'"):
            Labeller(packaged)(make({"text": [1, 2]}))

    def test_twice(self, packaged):
        frame = pd.DataFrame([TEXTS[:2]], columns=["text", "text"])
        with pytest.raises(InvalidInputError, match="has the column 'text' more than once; give each its own name"):
            predict_frame(packaged, frame)

    @pytest.mark.parametrize("value", [None, float("nan"), np.float32("nan"), pd.NA, pd.NaT])
    def test_what_is_missing_in_a_list(self, packaged, value):
        labelled = Labeller(packaged, nulls="null")({"text": [TEXTS[0], value, ""]})
        assert [labels is None for labels in labelled["stance_labels"]] == [False, True, False]

    @pytest.mark.parametrize("indices", [[5], np.array([5]), 5, np.int64(5)])
    def test_numbers_of_rows_may_be_of_numpy(self, packaged, indices):
        with pytest.raises(InvalidInputError, match="row 5"):
            Labeller(packaged)({"text": [7]}, indices)

    def test_arguments(self, packaged, models):
        with pytest.raises(InvalidInputError, match=r"unknown nulls 'drop'; expected one of \['error', 'null'\]"):
            Labeller(packaged, nulls="drop")
        with pytest.raises(
            InvalidInputError, match=r"expected a StanceModel, got 'linear'; pass stancekit.load\('linear'\)"
        ):
            Labeller("linear")
        from dataclasses import replace

        with pytest.raises(InvalidInputError, match="cannot tell what is unfamiliar"):
            Labeller(replace(models["both"], familiarity=None), unfamiliar=True)


LATE = ["We met."] * 1100 + [TEXTS[0]]  # the first batch has no label, so its types say nothing


class TestDatasets:
    @pytest.fixture
    def data(self):
        features = datasets.Features({"text": datasets.Value("string"), "side": datasets.ClassLabel(names=["a", "b"])})
        return datasets.Dataset.from_dict({"text": LATE, "side": [0] * 1101}, features=features)

    def test_types_do_not_hang_on_the_first_batch(self, packaged, data):
        labelled = predict_dataset(packaged, data, unfamiliar=True)
        assert labelled.column_names == ["text", "side", *ADDED, "stance_unfamiliar"]
        assert labelled.features["side"] == data.features["side"]
        assert labelled.features["stance_abstained"].feature == datasets.Value("string")
        assert same(labelled.select([0, 1100]).to_list(), expected(packaged, [LATE[0], LATE[1100]], unfamiliar=True))
        with pytest.raises(TypeError, match="Couldn't cast"):  # what a plain map would do
            data.map(Labeller(packaged), batched=True)

    @pytest.mark.parametrize("form", [None, "arrow", "pandas", "polars", "numpy"])
    def test_formats(self, packaged, data, form):
        few = data.select(range(1098, 1101)).with_format(form)
        labelled = predict_dataset(packaged, few)
        assert labelled.format["type"] == form
        assert labelled.column_names == ["text", "side", *ADDED]
        assert same(labelled.with_format(None).to_list(), expected(packaged, LATE[1098:]))

    @pytest.mark.parametrize("gone", ["side", ["text", "side"]])
    def test_removed_columns_are_gone(self, packaged, data, gone):
        few = data.select(range(3))
        labelled = predict_dataset(packaged, few, remove_columns=gone)
        left = [name for name in ("text", "side") if name not in gone]
        assert labelled.column_names == list(labelled.features) == [*left, *ADDED]
        assert labelled["stance_labels"][:] == packaged_labels(packaged, LATE[:3])
        stream = predict_dataset(packaged, few.to_iterable_dataset(), remove_columns=gone)
        assert list(stream.features) == list(next(iter(stream))) == [*left, *ADDED]

    @pytest.mark.parametrize("gone", [[], ["text"], ["text", "side"]])
    def test_one_without_rows_has_the_columns_too(self, packaged, data, gone):
        whole = datasets.DatasetDict(train=data.select(range(3)), test=data.select([]))
        labelled = predict_dataset(packaged, whole, remove_columns=gone, unfamiliar=True)
        assert labelled["test"].num_rows == 0
        assert labelled["test"].features == labelled["train"].features

    @pytest.mark.parametrize("name", ["features", "with_indices", "batched"])
    def test_what_is_ours_to_tell_map_is_refused(self, packaged, data, name):
        with pytest.raises(InvalidInputError, match=rf"\['{name}'\] cannot be given: predict_dataset sets them itself"):
            predict_dataset(packaged, data, **{name: None})

    def test_two_processes(self, packaged, data):
        assert predict_dataset(packaged, data, num_proc=2)["stance_labels"][:] == packaged_labels(packaged, LATE)

    @pytest.mark.parametrize("form", [None, "arrow"])
    def test_streaming(self, packaged, data, form):
        stream = predict_dataset(packaged, data.to_iterable_dataset(num_shards=3).with_format(form), batch_size=64)
        assert isinstance(stream, datasets.IterableDataset)
        assert list(stream.features) == ["text", "side", *ADDED]
        assert [row["stance_labels"] for row in stream.with_format(None)] == packaged_labels(packaged, LATE)

    def test_streaming_without_types(self, packaged):
        stream = datasets.IterableDataset.from_generator(lambda: ({"text": text} for text in TEXTS))
        assert stream.features is None
        assert same(list(predict_dataset(packaged, stream)), expected(packaged))

    def test_splits(self, packaged, data):
        splits = datasets.DatasetDict(train=data.select(range(2)), test=data.select([1100]))
        labelled = predict_dataset(packaged, splits)
        assert isinstance(labelled, datasets.DatasetDict)
        assert labelled["test"]["stance_labels"][:] == [["anti-sanction"]]

    @pytest.mark.parametrize("stream", [False, True])
    def test_missing(self, packaged, stream):
        texts = [*LATE, None]
        data = datasets.Dataset.from_dict({"text": texts})
        data = data.to_iterable_dataset(num_shards=2) if stream else data
        with pytest.raises(InvalidInputError, match=ROW.format(1101)):
            list(predict_dataset(packaged, data))
        labelled = list(predict_dataset(packaged, data, nulls="null"))
        assert same(labelled[-2:], expected(packaged, texts[-2:]))

    def test_missing_in_one_of_two_processes(self, packaged):
        data = datasets.Dataset.from_dict({"text": [*LATE, None]})
        with pytest.raises(InvalidInputError, match=ROW.format(1101)):
            predict_dataset(packaged, data, num_proc=2)

    def test_one_row_at_a_time(self, packaged):
        data = datasets.Dataset.from_dict({"text": TEXTS})
        assert same(data.map(Labeller(packaged), with_indices=True).to_list(), expected(packaged))
        with pytest.raises(InvalidInputError, match=ROW.format(1)):
            datasets.Dataset.from_dict({"text": ["a", None]}).map(Labeller(packaged), with_indices=True)

    def test_refusals(self, packaged, data):
        with pytest.raises(InvalidInputError, match="the data set has no column 'body'; it has"):
            predict_dataset(packaged, data, text="body")
        few = predict_dataset(packaged, data.select(range(2)))
        with pytest.raises(
            InvalidInputError, match="the data set has a column 'stance_labels' already; choose another"
        ):
            predict_dataset(packaged, few)
        for other in (TEXTS, {"text": TEXTS}, {}, pd.DataFrame({"text": TEXTS})):
            with pytest.raises(InvalidInputError, match="expected a Dataset or IterableDataset of datasets, got"):
                predict_dataset(packaged, other)

    def test_its_cache_knows_it_again_in_another_process(self, packaged, data, tmp_path):
        data.save_to_disk(tmp_path / "data")
        code = f"""
import datasets, json, stancekit
from stancekit.files import predicting_batches
calls = []
judge = stancekit.StanceModel.judge
stancekit.StanceModel.judge = lambda *a, **k: calls.append(1) or judge(*a, **k)
datasets.disable_progress_bars()
data = datasets.load_from_disk({str(tmp_path / "data")!r})
model = stancekit.load()
model.predict(["Used before."]); calls.clear()
labelled = stancekit.predict_dataset(model, data)
print(json.dumps([labelled._fingerprint, len(calls), labelled["stance_labels"][1100]]))
"""
        first, second = (
            json.loads(
                subprocess.run(
                    [sys.executable, "-c", code],
                    env=os.environ | {"PYTHONHASHSEED": seed, "HF_DATASETS_CACHE": str(tmp_path / "cache")},
                    capture_output=True, text=True, check=True, timeout=120,
                ).stdout
            )
            for seed in ("1", "2")
        )  # fmt: skip
        assert first == [second[0], 2, ["anti-sanction"]]
        assert second == [first[0], 0, ["anti-sanction"]]

    def test_another_model_or_column_is_another_fingerprint(self, packaged, models):
        data = datasets.Dataset.from_dict({"text": TEXTS, "body": TEXTS})
        variants = [
            Labeller(packaged),
            Labeller(packaged, text="body"),
            Labeller(packaged, nulls="null"),
            Labeller(models["both"]),
        ]
        prints = {data.map(one, batched=True, load_from_cache_file=False)._fingerprint for one in variants}
        assert len(prints) == 4


def packaged_labels(model, texts):
    return [list(labels) for labels in model.predict_labels(texts)]


def test_a_labeller_survives_pickling(model):
    labeller = Labeller(model, nulls="null")
    again = pickle.loads(pickle.dumps(labeller))
    batch = {"text": [*TEXTS, None]}
    assert again(batch) == labeller(batch)
    assert pickle.dumps(again) == pickle.dumps(pickle.loads(pickle.dumps(again)))


@pytest.mark.parametrize(("name", "value"), [("prefix", None), ("text", 0)])
def test_names_are_texts(packaged, name, value):
    with pytest.raises(InvalidInputError, match=f"{name} is {value}; expected a text"):
        Labeller(packaged, **{name: value})


def test_a_column_of_another_type_is_shown_as_it_is(packaged):
    with pytest.raises(InvalidInputError, match=r"the table has no column '0'; it has \[0\]"):
        predict_frame(packaged, pd.DataFrame({0: ["We met."]}), text="0")


def test_a_mapping_is_no_frame(packaged):
    with pytest.raises(InvalidInputError, match="expected a DataFrame or an Arrow table, got dict"):
        predict_frame(packaged, {"text": ["We met."]})
