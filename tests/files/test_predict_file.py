import csv
import errno
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stancekit import InvalidInputError, load, predict_file, read_table, write_table
from stancekit.files import batches, journal, predicting
from stancekit.files.ahead import ahead, map_ahead

SUFFIXES = [".csv", ".tsv.gz", ".jsonl", ".ndjson.zst", ".parquet"]
TEXTS = [
    "The embargo is illegal and must be lifted at once.",
    "",
    " \n",
    'We met "in Paris",\nand — “agreed”.',
    "İΣ 制裁",
]


@pytest.fixture(scope="module")
def model():
    return load()


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(batches, "_ROWS", 7)
    monkeypatch.setattr(batches, "BATCH_BYTES", 1)


def statements(n):
    rng = random.Random(n)
    words = ["sanctions", "are", "illegal", "trade", "we", "build", "our", "own", "turbines", "together", "lift", "—"]
    return [" ".join(rng.choices(words, k=rng.randrange(12))) for _ in range(n)]


def names(folder):
    return sorted(path.name for path in folder.iterdir())


class TestEveryFormat:
    @pytest.mark.parametrize("target", SUFFIXES)
    @pytest.mark.parametrize("source", SUFFIXES)
    def test_rows_keep_their_columns_and_get_what_predict_gives(self, tmp_path, model, source, target):
        texts = TEXTS * 5 + statements(40)
        write_table(tmp_path / f"in{source}", [{"id": str(i), "body": text} for i, text in enumerate(texts)])
        n_rows = predict_file(model, tmp_path / f"in{source}", tmp_path / f"out{target}", text="body", prefix="p_")
        assert n_rows == len(texts)
        rows = list(read_table(tmp_path / f"out{target}"))
        assert [row["body"] for row in rows] == texts
        assert [row["id"] for row in rows] == [str(i) for i in range(len(texts))]
        for row, expected in zip(rows, model.predict(texts), strict=True):
            joined = "|".join if target in {".csv", ".tsv.gz"} else list
            assert row["p_labels"] == joined(expected.labels)
            assert row["p_abstained"] == joined(expected.abstained)
            assert {label: float(row[f"p_score_{label}"]) for label in model.labels} == expected.scores
        assert names(tmp_path) == sorted([f"in{source}", f"out{target}"])

    @pytest.mark.parametrize("n_jobs", [1, 2, 3])
    @pytest.mark.parametrize("suffix", [".csv", ".parquet"])
    def test_batches_and_threads_change_nothing(self, tmp_path, model, small_batches, suffix, n_jobs):
        texts = statements(100)
        write_table(tmp_path / f"in{suffix}", [{"text": text} for text in texts])
        predict_file(model, tmp_path / f"in{suffix}", tmp_path / "out.jsonl", n_jobs=n_jobs)
        rows = list(read_table(tmp_path / "out.jsonl"))
        assert [row["text"] for row in rows] == texts
        assert [tuple(row["stance_labels"]) for row in rows] == model.predict_labels(texts)

    def test_added_columns_have_their_types_where_the_first_rows_have_no_label(self, tmp_path, model):
        rows = [{"text": "We met on Tuesday."}] * 10_020 + [{"text": TEXTS[0]}]
        write_table(tmp_path / "in.csv", rows)
        assert predict_file(model, tmp_path / "in.csv", tmp_path / "out.parquet") == 10_021
        schema = pq.read_schema(tmp_path / "out.parquet")
        assert schema.field("stance_labels").type == schema.field("stance_abstained").type == pa.list_(pa.string())
        assert pq.read_table(tmp_path / "out.parquet")["stance_labels"].to_pylist()[-1] == ["anti-sanction"]
        write_table(tmp_path / "none.csv", rows[:3])
        predict_file(model, tmp_path / "none.csv", tmp_path / "none.parquet")
        assert pq.read_schema(tmp_path / "none.parquet").equals(schema)

    def test_types_of_parquet_survive(self, tmp_path, model):
        table = pa.table(
            {
                "when": pa.array([datetime(2026, 1, 1, tzinfo=UTC), None], pa.timestamp("ns", "UTC")),
                "day": pa.array([date(1962, 2, 3), None]),
                "sum": pa.array([Decimal("1.50"), None]),
                "who": pa.array(["Cuba", None]).dictionary_encode(),
                "text": pa.array(["Lift it.", "We met."], pa.large_string()),
                "parts": pa.array([[{"a": 1}], []]),
                "raw": pa.array([b"\xff", None]),
            }
        )
        pq.write_table(table, tmp_path / "in.parquet")
        predict_file(model, tmp_path / "in.parquet", tmp_path / "out.parquet")
        assert pq.read_table(tmp_path / "out.parquet").select(table.column_names).equals(table)

    @pytest.mark.parametrize("with_schema", [True, False])
    def test_timestamps_of_96_bits_are_moments_of_any_year(self, tmp_path, model, with_schema):
        times = [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), None]
        moment = pa.timestamp("us", "UTC")
        kinds = {
            "t": moment,
            "list": pa.list_(moment),
            "large": pa.large_list(moment),
            "fixed": pa.list_(moment, 1),
            "deep": pa.struct([("n", pa.int64()), ("x", pa.list_(moment)), ("y", moment)]),
            "map": pa.map_(pa.string(), moment),
            "last": moment,
        }
        values = {
            "t": times,
            "list": [[one] for one in times],
            "large": [[one] for one in times],
            "fixed": [[one] for one in times],
            "deep": [{"n": 1, "x": times, "y": one} for one in times],
            "map": [[("k", one)] for one in times],
            "last": times,
        }
        table = pa.table({"text": TEXTS[:3], **{name: pa.array(values[name], kinds[name]) for name in kinds}})
        pq.write_table(table, tmp_path / "in.parquet", use_deprecated_int96_timestamps=True, store_schema=with_schema)
        predict_file(model, tmp_path / "in.parquet", tmp_path / "out.parquet")
        found = pq.read_table(tmp_path / "out.parquet")
        assert [found.column(name).to_pylist() for name in kinds] == list(values.values())
        assert {field.type for field in (found.schema.field("t"), found.schema.field("last"))} == {moment}
        predict_file(model, tmp_path / "in.parquet", tmp_path / "out.csv")
        assert [row["t"] for row in read_table(tmp_path / "out.csv")] == [
            "0001-01-01T00:00:00+00:00",
            "9999-12-31T23:59:59.999999+00:00",
            "",
        ]

    def test_statements_of_a_dictionary_column(self, tmp_path, model):
        texts = ["Lift the embargo, it is illegal.", "We met.", "Lift the embargo, it is illegal."]
        pq.write_table(pa.table({"text": pa.array(texts).dictionary_encode()}), tmp_path / "in.parquet")
        predict_file(model, tmp_path / "in.parquet", tmp_path / "out.parquet")
        rows = pq.read_table(tmp_path / "out.parquet").to_pylist()
        assert [tuple(row["stance_labels"]) for row in rows] == model.predict_labels(texts)

    @pytest.mark.parametrize("target", [".csv", ".parquet"])
    def test_no_rows(self, tmp_path, model, target):
        pq.write_table(pa.table({"text": pa.array([], pa.string())}), tmp_path / "in.parquet")
        assert predict_file(model, tmp_path / "in.parquet", tmp_path / f"out{target}") == 0
        table = read_table(tmp_path / f"out{target}")
        assert table.columns[:2] == ("text", "stance_labels")
        assert list(table) == []

    def test_progress_is_told_of_every_row(self, tmp_path, model, small_batches):
        class Progress:
            rows = 0

            def update(self, n):
                self.rows += n

        write_table(tmp_path / "in.csv", [{"text": text} for text in statements(50)])
        progress = Progress()
        predict_file(model, tmp_path / "in.csv", tmp_path / "out.csv", progress=progress)
        assert progress.rows == 50

    @pytest.mark.parametrize("suffix", [".csv", ".jsonl.gz", ".parquet"])
    def test_a_statement_of_ten_megabytes(self, tmp_path, model, suffix):
        long = "We will lift the embargo — together. " * (10 * 2**20 // 37)
        write_table(tmp_path / f"in{suffix}", [{"text": "We met."}, {"text": long}, {"text": "Lift it."}])
        predict_file(model, tmp_path / f"in{suffix}", tmp_path / "out.parquet")
        rows = pq.read_table(tmp_path / "out.parquet").to_pylist()
        assert [row["text"] for row in rows] == ["We met.", long, "Lift it."]
        assert rows[1]["stance_score_anti-sanction"] == model.predict(long).scores["anti-sanction"]


def spoil(path, old, new):
    content = path.read_bytes()
    assert content.count(old) == 1
    path.write_bytes(content.replace(old, new))


def cut(path, share=0.5):
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])


class TestBadInput:
    """Each is a clear error, and leaves neither an output nor anything hidden."""

    def check(self, folder, model, source, match, target="out.jsonl", **options):
        before = names(folder)
        with pytest.raises(InvalidInputError, match=match):
            predict_file(model, folder / source, folder / target, **options)
        assert names(folder) == before

    @pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".tsv.gz"])
    def test_bytes_that_are_not_utf8(self, tmp_path, model, suffix):
        rows = [{"text": text} for text in ["We met.", "XX", "Fine."]]
        write_table(tmp_path / f"plain{suffix.removesuffix('.gz')}", rows)
        spoil(tmp_path / f"plain{suffix.removesuffix('.gz')}", b"XX", b"\xe9\xe9")
        if suffix.endswith(".gz"):
            import gzip

            (tmp_path / f"plain{suffix}").write_bytes(gzip.compress((tmp_path / "plain.tsv").read_bytes()))
        self.check(tmp_path, model, f"plain{suffix}", "byte 0xe9 at offset .* in line [23], is not UTF-8")

    @pytest.mark.parametrize("target", ["out.jsonl", "out.parquet"])
    def test_a_parquet_column_that_is_not_utf8(self, tmp_path, model, target):
        pq.write_table(pa.table({"text": ["We met.", "Abcd.", "Fine."]}), tmp_path / "in.parquet", compression="none")
        content = (tmp_path / "in.parquet").read_bytes()
        (tmp_path / "in.parquet").write_bytes(content.replace(b"Abcd.", b"Ab\xffd."))
        match = "is not UTF-8" if target == "out.parquet" else "cannot be read from row 0 on"
        self.check(tmp_path, model, "in.parquet", match, target)

    @pytest.mark.parametrize("target", ["out.jsonl", "out.parquet"])
    def test_a_null(self, tmp_path, model, target):
        pq.write_table(pa.table({"body": ["We met.", None]}), tmp_path / "in.parquet")
        match = r"in\.parquet: expected a str in row 1, field 'body', got NoneType"
        self.check(tmp_path, model, "in.parquet", match, target, text="body")

    def test_a_missing_value_in_jsonl(self, tmp_path, model):
        (tmp_path / "in.jsonl").write_text('{"text": "a"}\n{"other": 1}\n')
        self.check(tmp_path, model, "in.jsonl", r"in\.jsonl: expected a str in row 1, field 'text', got NoneType")

    def test_a_missing_column(self, tmp_path, model):
        write_table(tmp_path / "in.csv", [{"body": "a"}])
        self.check(tmp_path, model, "in.csv", r"has no column 'text'; it has \['body'\]")

    @pytest.mark.parametrize("target", ["out.jsonl", "out.parquet"])
    @pytest.mark.parametrize("values", [[1, 2], [1.5], [True], [date(2026, 1, 1)], [["a"]], [b"a"]], ids=repr)
    def test_a_column_that_is_not_text(self, tmp_path, model, values, target):
        pq.write_table(pa.table({"text": values}), tmp_path / "in.parquet")
        self.check(tmp_path, model, "in.parquet", r"in\.parquet: expected a (str|column of text).*field 'text'", target)

    @pytest.mark.parametrize("share", [0.2, 0.9, 0.999])
    def test_a_parquet_file_that_is_cut_off(self, tmp_path, model, share):
        pq.write_table(pa.table({"text": statements(500)}), tmp_path / "in.parquet")
        cut(tmp_path / "in.parquet", share)
        self.check(tmp_path, model, "in.parquet", "is not a whole Parquet file", "out.parquet")

    @pytest.mark.parametrize("suffix", [".csv.gz", ".jsonl.zst"])
    def test_a_packed_file_that_is_cut_off(self, tmp_path, model, suffix):
        write_table(tmp_path / f"in{suffix}", [{"text": text} for text in statements(5000)])
        cut(tmp_path / f"in{suffix}")
        self.check(tmp_path, model, f"in{suffix}", "damaged or cut off after line")

    def test_text_files_that_are_cut_off(self, tmp_path, model):
        (tmp_path / "in.jsonl").write_text('{"text": "a"}\n{"text": "b')
        self.check(tmp_path, model, "in.jsonl", r"row 1 \(line 2\) is not a JSON object")
        (tmp_path / "in.csv").write_text('text,id\na,1\n"b\nb')
        self.check(tmp_path, model, "in.csv", r"row 1 \(begins in line 3\) is not valid CSV")
        (tmp_path / "in.csv").write_text("text,id\na,1\nb")
        self.check(tmp_path, model, "in.csv", r"row 1 \(line 3\) has 1 fields; expected 2")

    def test_a_column_of_that_name(self, tmp_path, model):
        write_table(tmp_path / "in.csv", [{"text": "a", "stance_labels": "b"}])
        self.check(tmp_path, model, "in.csv", "has a column 'stance_labels' already; choose another prefix")

    def test_a_late_error_leaves_the_earlier_output(self, tmp_path, model, small_batches):
        (tmp_path / "out.jsonl").write_text("mine")
        lines = [json.dumps({"text": text}) for text in statements(60)]
        (tmp_path / "in.jsonl").write_text("\n".join([*lines, '{"text": 7}']))
        self.check(tmp_path, model, "in.jsonl", "expected a str in row 60, field 'text', got int: 7", overwrite=True)
        assert (tmp_path / "out.jsonl").read_text() == "mine"

    @pytest.mark.parametrize("n_jobs", [0, 1.5, "2"])
    def test_numbers_of_threads(self, tmp_path, model, n_jobs):
        write_table(tmp_path / "in.csv", [{"text": "a"}])
        self.check(tmp_path, model, "in.csv", "n_jobs must be None or a whole number", n_jobs=n_jobs)


class Stop(Exception):
    """Raised by a progress that has seen enough."""


class StopAfter:
    def __init__(self, n):
        self.left = n

    def update(self, n):
        self.left -= n
        if self.left <= 0:
            raise Stop


@pytest.fixture
def counted(monkeypatch):
    """The number of statements that are scored."""
    seen = []
    real = type(load()).judge
    monkeypatch.setattr(
        type(load()), "judge", lambda self, texts, **kw: seen.append(len(texts)) or real(self, texts, **kw)
    )
    return seen


class TestResume:
    def stop(self, folder, model, n=70, target="out.jsonl", **options):
        with pytest.raises(Stop):
            predict_file(model, folder / "in.parquet", folder / target, progress=StopAfter(n), **options)

    @pytest.fixture
    def source(self, tmp_path, small_batches, monkeypatch):
        monkeypatch.setattr("stancekit.tables.parquet.rows_in", lambda *_: 7)
        pq.write_table(pa.table({"id": range(200), "text": statements(200)}), tmp_path / "in.parquet")
        return tmp_path / "in.parquet"

    @pytest.mark.parametrize("target", ["out.jsonl", "out.parquet", "out.csv.gz"])
    def test_no_row_is_scored_twice_lost_or_doubled(self, tmp_path, model, source, counted, target):
        predict_file(model, source, tmp_path / f"whole-{target}")
        counted.clear()
        self.stop(tmp_path, model, target=target)
        assert names(tmp_path) == sorted([f".{target}.journal", "in.parquet", f"whole-{target}"])
        first = sum(counted)
        assert 70 <= first < 200
        counted.clear()
        assert predict_file(model, source, tmp_path / target, resume=True) == 200
        assert sum(counted) <= 200 - 70 + 7  # the last known batch is scored again for comparison
        assert (tmp_path / target).read_bytes() == (tmp_path / f"whole-{target}").read_bytes()
        assert names(tmp_path) == sorted([target, "in.parquet", f"whole-{target}"])

    def test_without_resume_nothing_is_thrown_away_unasked(self, tmp_path, model, source, counted):
        self.stop(tmp_path, model)
        kept = (tmp_path / ".out.jsonl.journal").read_bytes()
        ways = (
            r"--resume \(resume=True\) goes on with it, --overwrite \(overwrite=True\) throws it away and begins anew"
        )
        with pytest.raises(InvalidInputError, match=rf"\.out\.jsonl\.journal' holds what a stopped run scored; {ways}"):
            predict_file(model, source, tmp_path / "out.jsonl")
        assert (tmp_path / ".out.jsonl.journal").read_bytes() == kept
        counted.clear()
        predict_file(model, source, tmp_path / "out.jsonl", overwrite=True)
        assert sum(counted) == 200
        assert names(tmp_path) == ["in.parquet", "out.jsonl"]

    def test_to_overwrite_and_to_go_on_goes_on(self, tmp_path, model, source, counted):
        self.stop(tmp_path, model)
        counted.clear()
        predict_file(model, source, tmp_path / "out.jsonl", overwrite=True, resume=True)
        assert sum(counted) < 200

    def test_of_a_run_that_scored_nothing_nothing_is_lost(self, tmp_path, model, source, monkeypatch):
        def read_none(*_):
            raise OSError(errno.EIO, "Input/output error")
            yield

        with monkeypatch.context() as patch:
            patch.setattr(predicting, "read_batches", read_none)
            with pytest.raises(OSError, match="Input/output error"):
                predict_file(model, source, tmp_path / "out.jsonl")
        assert (tmp_path / ".out.jsonl.journal").exists()
        assert predict_file(model, source, tmp_path / "out.jsonl") == 200

    def test_what_a_stopped_run_of_another_input_scored_is_not_thrown_away(self, tmp_path, model, source):
        self.stop(tmp_path, model)
        pq.write_table(pa.table({"id": range(200), "text": statements(200)[::-1]}), source)
        match = r"journal' is of a stopped run of another input; --overwrite \(overwrite=True\) throws it away"
        with pytest.raises(InvalidInputError, match=match):
            predict_file(model, source, tmp_path / "out.jsonl")
        assert predict_file(model, source, tmp_path / "out.jsonl", overwrite=True) == 200

    @pytest.mark.parametrize("place", ["journal", "output"])
    def test_a_full_disk_says_which_file_and_how_to_go_on(self, tmp_path, model, source, monkeypatch, place):
        real = (journal.Journal.write, batches.write_rows)
        written = []

        def write(self, judged):
            written.append(judged)
            if len(written) > 15:
                raise OSError(errno.ENOSPC, "No space left on device")
            real[0](self, judged)

        def write_rows(file, target, rows, *more):
            real[1](file, target, islice(rows, 60), *more)
            raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(journal.Journal, "write", write) if place == "journal" else patch.setattr(
                batches, "write_rows", write_rows
            )
            match = r"disk is full; make room, and the same run goes on \(--resume, or resume=True\): '.*out\.jsonl'"
            with pytest.raises(OSError, match=match):
                predict_file(model, source, tmp_path / "out.jsonl")
        assert names(tmp_path) == [".out.jsonl.journal", "in.parquet"]
        assert predict_file(model, source, tmp_path / "out.jsonl", resume=True) == 200

    def test_resume_with_nothing_to_resume(self, tmp_path, model, source):
        assert predict_file(model, source, tmp_path / "out.jsonl", resume=True) == 200

    def test_a_stopped_run_may_be_stopped_again(self, tmp_path, model, source):
        self.stop(tmp_path, model, 30)
        self.stop(tmp_path, model, 120, resume=True)
        predict_file(model, source, tmp_path / "out.jsonl", resume=True)
        assert [row["id"] for row in read_table(tmp_path / "out.jsonl")] == list(range(200))

    @pytest.mark.parametrize("size", ["torn", "spoilt"])
    def test_a_record_that_is_not_whole_is_scored_again(self, tmp_path, model, source, size):
        predict_file(model, source, tmp_path / "whole.jsonl")
        self.stop(tmp_path, model)
        path = tmp_path / ".out.jsonl.journal"
        content = path.read_bytes()
        path.write_bytes(content[:-20] if size == "torn" else content[:-20] + bytes([content[-20] ^ 1]) + content[-19:])
        predict_file(model, source, tmp_path / "out.jsonl", resume=True)
        assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()

    @pytest.mark.parametrize("tail", [bytes(1200), b"\xff" * 40, (2**60).to_bytes(8, "little") + bytes(20)])
    def test_what_a_torn_disk_leaves_behind_the_records(self, tmp_path, model, source, counted, tail):
        predict_file(model, source, tmp_path / "whole.jsonl")
        self.stop(tmp_path, model)
        with (tmp_path / ".out.jsonl.journal").open("ab") as file:
            file.write(tail)
        counted.clear()
        predict_file(model, source, tmp_path / "out.jsonl", resume=True)
        assert sum(counted) <= 200 - 70 + 7
        assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()

    def test_a_passing_failure_keeps_what_is_scored(self, tmp_path, model, source, counted, monkeypatch):
        real = predicting.read_batches

        def read_some(*arguments):
            yield from islice(real(*arguments), 15)
            raise OSError(5, "Input/output error")

        with monkeypatch.context() as patch:
            patch.setattr(predicting, "read_batches", read_some)
            with pytest.raises(OSError, match="Input/output error"):
                predict_file(model, source, tmp_path / "out.parquet")
        scored = sum(counted)
        counted.clear()
        predict_file(model, source, tmp_path / "out.parquet", resume=True)
        assert scored > 0
        assert sum(counted) < 200

    def test_a_value_that_the_output_cannot_hold_has_to_change_and_so_keeps_no_scores(self, tmp_path, model, source):
        pq.write_table(pa.table({"text": statements(200), "x": ["a"] * 150 + ["\0"] * 50}), source)
        with pytest.raises(InvalidInputError, match="CSV cannot hold a NUL character"):
            predict_file(model, source, tmp_path / "out.csv")
        assert names(tmp_path) == ["in.parquet"]

    def refuse(self, folder, model, match, **options):
        with pytest.raises(InvalidInputError, match=match):
            predict_file(model, folder / "in.parquet", folder / "out.jsonl", resume=True, **options)
        assert (folder / ".out.jsonl.journal").exists()
        assert not (folder / "out.jsonl").exists()

    def test_another_input(self, tmp_path, model, source):
        self.stop(tmp_path, model)
        pq.write_table(pa.table({"id": range(200), "text": statements(200)[::-1]}), source)
        self.refuse(tmp_path, model, "is of another input; run again with --overwrite in place of --resume")

    def test_an_input_that_only_looks_the_same(self, tmp_path, model, source, monkeypatch):
        self.stop(tmp_path, model)
        monkeypatch.setattr(journal, "_identity", lambda _: json.loads(found)["input"])
        found = (tmp_path / ".out.jsonl.journal").read_bytes().split(b"\n")[0]
        pq.write_table(pa.table({"id": range(200), "text": statements(200)[::-1]}), source)
        self.refuse(tmp_path, model, "a row of it scores differently now")

    def test_another_model(self, tmp_path, model, source):
        self.stop(tmp_path, model)
        other = replace(model, bias=np.nextafter(model.bias, 1))
        self.refuse(tmp_path, other, "is of another model")

    def test_another_column(self, tmp_path, model, source):
        pq.write_table(pa.table({"text": statements(200), "body": statements(200)}), source)
        self.stop(tmp_path, model)
        self.refuse(tmp_path, model, "is of another column", text="body")

    def test_a_journal_that_is_none(self, tmp_path, model, source):
        (tmp_path / ".out.jsonl.journal").write_bytes(b"\xff\n")
        self.refuse(tmp_path, model, "is of another column and format and input")

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such locks")
    def test_a_journal_that_another_run_removed_in_between_is_opened_anew(self, tmp_path, model, source, monkeypatch):
        real, opened = journal._lock, []

        def remove_first(file, target):
            real(file, target)
            opened.append(file)
            if len(opened) == 1:
                (tmp_path / ".out.jsonl.journal").unlink()

        monkeypatch.setattr(journal, "_lock", remove_first)
        assert predict_file(model, source, tmp_path / "out.jsonl") == len(pq.read_table(source))
        assert [file.closed for file in opened] == [True, True]
        assert names(tmp_path) == ["in.parquet", "out.jsonl"]

    def test_a_partial_file_of_another_run_never_gets_the_name(self, tmp_path, model, source, monkeypatch):
        """On a file system without locks another run may begin the same partial file."""
        real = os.fsync

        def replace_partial(number):
            real(number)
            if (partial := tmp_path / ".out.jsonl.partial").exists():
                partial.unlink()
                partial.write_text("half of another run")

        monkeypatch.setattr("stancekit.tables.writing.os.fsync", replace_partial)
        with pytest.raises(InvalidInputError, match="is being written by another run too"):
            predict_file(model, source, tmp_path / "out.jsonl")
        assert not (tmp_path / "out.jsonl").exists()

    def test_two_runs_of_one_output(self, tmp_path, model, source):
        class Second:
            def update(self, n):
                with pytest.raises(InvalidInputError, match="is being written by another run"):
                    predict_file(model, source, tmp_path / "out.jsonl")

        predict_file(model, source, tmp_path / "out.jsonl", progress=Second())
        assert len(list(read_table(tmp_path / "out.jsonl"))) == 200

    def test_long_names_keep_apart(self, tmp_path, model, source):
        target = "statements-of-the-general-debate-labelled-part-{}.jsonl"
        self.stop(tmp_path, model, target=target.format(1))
        self.stop(tmp_path, model, target=target.format(2))
        assert len([name for name in names(tmp_path) if name.endswith(".journal")]) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="a kill that nothing can catch")
@pytest.mark.parametrize("target", ["out.parquet", "out.csv.gz"])
def test_kills_at_any_moment(tmp_path, model, target):
    """Kill a run over and over, go on each time, and get what one run gives, to the byte."""
    n = 120_000
    pq.write_table(pa.table({"id": range(n), "text": statements(n)}), tmp_path / "in.parquet")
    predict_file(model, tmp_path / "in.parquet", tmp_path / f"whole-{target}")
    command = [sys.executable, "-m", "stancekit", "predict", "--resume"]
    command += ["--input", str(tmp_path / "in.parquet"), "--output", str(tmp_path / target)]
    rng = random.Random(0)
    n_kills = 0
    for _ in range(6):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while not (tmp_path / f".{target}.partial").exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)
        time.sleep(rng.random() * 0.05)
        process.send_signal(signal.SIGKILL)
        n_kills += process.wait() == -signal.SIGKILL
        if (tmp_path / target).exists():
            break
    assert n_kills >= 1
    if not (tmp_path / target).exists():
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    assert (tmp_path / target).read_bytes() == (tmp_path / f"whole-{target}").read_bytes()
    assert names(tmp_path) == sorted(["in.parquet", target, f"whole-{target}"])


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs the peak that Linux keeps")
def test_memory_does_not_grow_with_the_file(tmp_path):
    code = r"""
import re, sys
from pathlib import Path
import stancekit
stancekit.predict_file(stancekit.load(), sys.argv[1], sys.argv[1] + ".out.parquet")
print(int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""
    peaks = []
    texts = statements(50_000)
    for n in (10, 50):
        with pq.ParquetWriter(tmp_path / "in.parquet", pa.schema([("text", pa.string())])) as writer:
            for _ in range(n):
                writer.write_table(pa.table({"text": texts}))
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "in.parquet")], capture_output=True, text=True, check=True
        )
        peaks.append(int(done.stdout))
        os.remove(tmp_path / "in.parquet.out.parquet")
    assert peaks[1] - peaks[0] < 60
    assert peaks[1] < 300


def test_batches_are_bounded_by_all_of_their_text(monkeypatch):
    monkeypatch.setattr(batches, "_CHARS", 100)
    rows = [{"text": "a", "article": "b" * 60, "n": 1}] * 5
    assert [len(batch) for batch in batches._bounded(iter(rows))] == [2, 2, 1]


def test_repeats_that_are_stored_once_count_as_often_as_they_come(tmp_path):
    table = pa.table({"text": statements(2000), "speech": ["long " * 2000] * 2000})
    pq.write_table(table, tmp_path / "in.parquet")
    sizes = [batch.num_rows for batch in read_table(tmp_path / "in.parquet").open_batches(1 << 20)]
    assert sum(sizes) == 2000
    assert max(sizes) <= 110


class TestAhead:
    def test_errors_keep_their_place(self):
        def items():
            yield 1
            raise ValueError("the second")

        road = ahead(items())
        assert next(road) == 1
        with pytest.raises(ValueError, match="the second"):
            next(road)
        with pytest.raises(ValueError, match="the second"):
            list(map_ahead(int, items(), 2))

    def test_errors_of_the_work_keep_their_place(self):
        road = map_ahead(int, ["1", "x", "3"], 3)
        assert next(road) == 1
        with pytest.raises(ValueError, match="'x'"):
            next(road)

    def test_it_goes_no_further_than_asked(self):
        made = []

        def items():
            for number in range(100):
                made.append(number)
                yield number

        road = ahead(items(), n=3)
        next(road)
        road.close()
        assert 1 <= len(made) <= 5

    def test_the_source_is_closed(self):
        closed = []

        def items():
            try:
                yield from range(100)
            finally:
                closed.append(True)

        road = ahead(items())
        next(road)
        road.close()
        assert closed == [True]

    def test_order_with_many_threads(self):
        def slow_at_first(number):
            time.sleep(0.02 if number == 0 else 0)
            return number

        assert list(map_ahead(slow_at_first, range(50), 8)) == list(range(50))


def test_fields_of_csv_are_as_they_were(tmp_path, model):
    rows = [["007", "1.50", "TRUE", "We met."]]
    with (tmp_path / "in.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["id", "n", "flag", "text"], *rows])
    predict_file(model, tmp_path / "in.csv", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(newline="") as file:
        assert [line[:4] for line in csv.reader(file)][1:] == rows
        assert re.search(r"stance_score_self-reliance", (tmp_path / "out.csv").read_text())


@pytest.mark.parametrize(
    ("bad", "mended", "target"),
    [
        ('{"text":"a"}\n{"text":"b","note":1}\n', '{"text":"a","note":null}\n{"text":"b","note":1}\n', "out.csv"),
        ('{"text":"a"}\n{"text":"a","stance_labels":1}\n', '{"text":"a"}\n', "out.jsonl"),
    ],
)
def test_a_row_that_cannot_be_written_leaves_no_journal(tmp_path, model, bad, mended, target):
    source = tmp_path / "in.jsonl"
    source.write_text(bad)
    with pytest.raises(InvalidInputError, match="in row 1"):
        predict_file(model, source, tmp_path / target)
    assert names(tmp_path) == ["in.jsonl"]
    source.write_text(mended)
    assert predict_file(model, source, tmp_path / target) == mended.count("\n")
