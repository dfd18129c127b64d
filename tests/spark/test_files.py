"""Parquet files labelled by a real Spark: the rows of `predict_file`, each once, and nothing half written."""

import json
import os
import re
import signal
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import fs

import stancekit
from stancekit import InvalidInputError, MissingExtraError, StancekitError, spark
from stancekit.spark import files, pieces, sending
from stancekit.spark.places import Place

LIFT = "Lift the embargo, it is illegal."


def write(path, texts, n_rows=5, **columns):
    """Write statements in row groups of a few."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.table({"id": pa.array(range(len(texts)), pa.int32()), "text": pa.array(texts, pa.string()), **columns})
    pq.write_table(table, path, row_group_size=n_rows)
    return path


def expected(model, path, **options):
    alone = path.with_name("_alone.parquet")  # which Spark passes over
    stancekit.predict_file(model, path, alone, overwrite=True, **options)
    return pq.read_table(alone, partitioning=None)


def read(folder, done):
    tables = [pq.read_table(folder / name, partitioning=None) for name in done.files]
    assert done.n_rows == sum(table.num_rows for table in tables)
    return pa.concat_tables(tables)


def named(folder):
    """Give the names that ``_SUCCESS`` tells, and those that are there."""
    told = json.loads((folder / "_SUCCESS").read_text())
    there = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    return [one["name"] for one in told["files"]], [name for name in there if name != "_SUCCESS"]


@pytest.fixture
def small(monkeypatch):
    """Let every row group be work for one task."""
    monkeypatch.setattr(pieces, "_SMALLEST", 1)
    monkeypatch.setattr(pieces, "_LARGEST", 1)


def test_one_file_is_shared_out_and_its_rows_are_those_of_predict_file(session, corpus, packaged, small, tmp_path):
    path = write(tmp_path / "in.parquet", [*corpus.texts, "", " \n", "Ça suffit — санкции, 制裁. 🚢"])
    done = spark.predict_files(session, path, tmp_path / "out", unfamiliar=True)
    assert len(done.files) == pq.ParquetFile(path).num_row_groups > 10
    assert read(tmp_path / "out", done).equals(expected(packaged, path, unfamiliar=True))
    assert named(tmp_path / "out") == (list(done.files), sorted(done.files))
    assert done.target == str(tmp_path / "out")


def test_many_small_files_become_one(session, packaged, tmp_path):
    texts = ["Lift the embargo, it is illegal.", "We met.", "Let our two nations trade."]
    paths = [write(tmp_path / "in" / f"{n}.parquet", texts[n % 3 :]) for n in range(9)]
    done = spark.predict_files(session, tmp_path / "in", tmp_path / "out")
    assert len(done.files) == 1
    assert pq.ParquetFile(tmp_path / "out" / done.files[0]).num_row_groups == 1
    assert read(tmp_path / "out", done).equals(
        pa.concat_tables([expected(packaged, path) for path in paths]).combine_chunks()
    )


def test_columns_of_every_type_are_kept(session, packaged, tmp_path):
    columns = {
        "small": pa.array([1, None], pa.int8()),
        "money": pa.array([Decimal("1.50"), None], pa.decimal128(5, 2)),
        "day": pa.array([date(2020, 1, 2), None]),
        "time": pa.array([datetime(2020, 1, 2, 3, 4, 5, 6), None], pa.timestamp("us", "Europe/Vienna")),
        "deep": pa.array([{"x": [1, 2]}, None]),
        "kind": pa.array(["a", "a"]).dictionary_encode(),
        "bytes": pa.array([b"\x00\xff", None]),
        "a.b": pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int64())),
        "wide": pa.array(["x", None], pa.large_string()),
    }
    path = write(tmp_path / "in.parquet", [LIFT, "We met."], **columns)
    found = read(tmp_path / "out", spark.predict_files(session, path, tmp_path / "out"))
    assert found.schema.equals(expected(packaged, path).schema)
    assert found.equals(expected(packaged, path))


TIMES = """
    SELECT id, 'Lift the embargo, it is illegal.' AS text, t, array(t) AS ts, named_struct('n', 1, 't', t) AS deep,
        map('k', t) AS m, CAST(t AS TIMESTAMP_NTZ) AS ntz, CAST(t AS DATE) AS day, CAST('a' AS CHAR(3)) AS code
    FROM VALUES (1, TIMESTAMP '0001-01-01 00:00:00 UTC'), (2, TIMESTAMP '9999-12-31 23:59:59.999999 UTC'),
        (3, TIMESTAMP '1970-01-01 00:00:00 UTC'), (4, NULL) AS rows(id, t)
"""


def test_what_spark_wrote_is_what_spark_reads(session, tmp_path):
    session.sql(TIMES).write.parquet(str(tmp_path / "in"))
    done = spark.predict_files(session, tmp_path / "in", tmp_path / "out")
    before, after = (session.read.parquet(str(tmp_path / name)) for name in ("in", "out"))
    kept = after.select(*before.columns)
    assert [(name, kind) for name, kind in kept.dtypes] == before.dtypes
    rows = "CAST(struct(*) AS STRING) AS row"  # as text, since Python has no such years in other zones
    assert sorted(kept.selectExpr(rows).collect()) == sorted(before.selectExpr(rows).collect())
    assert done.n_rows == 4
    assert after.schema.names[len(before.columns) :][:2] == ["stance_labels", "stance_abstained"]


OLD = "SELECT 'We met.' AS text, DATE '1500-03-01' AS day, TIMESTAMP '1500-03-01 00:00:00' AS t, map('k', t) AS m"


@pytest.fixture
def written(session, tmp_path):
    """Write old days by one calendar or the other, and old moments by one or the other."""
    names = [f"spark.sql.parquet.{kind}RebaseModeInWrite" for kind in ("datetime", "int96")]

    def write(name, *modes):
        for option, mode in zip(names, modes, strict=True):
            session.conf.set(option, mode)
        session.sql(OLD).write.parquet(str(tmp_path / name))
        return tmp_path / name

    yield write
    for option in names:
        session.conf.unset(option)


def test_old_days_stay_what_they_are_by_any_calendar(session, written, tmp_path):
    for number, mode in enumerate(["LEGACY", "CORRECTED"]):
        source = written(f"in{number}", mode, mode)
        spark.predict_files(session, source, tmp_path / f"out{number}")
        rows = session.read.parquet(str(tmp_path / f"out{number}")).selectExpr(
            "CAST(struct(day, t, m) AS STRING) AS row"
        )
        assert [row["row"] for row in rows.collect()] == [
            "{1500-03-01, 1500-03-01 00:00:00, {k -> 1500-03-01 00:00:00}}"
        ]


def test_calendars_that_differ(session, written, tmp_path):
    mixed = written("mixed", "LEGACY", "CORRECTED")
    with pytest.raises(
        InvalidInputError, match=r"\.parquet counts days and timestamps by two calendars, Julian and not"
    ):
        spark.predict_files(session, mixed, tmp_path / "out")
    for mode in ("LEGACY", "CORRECTED"):
        written(f"both/k={mode}", mode, mode)
    with pytest.raises(
        InvalidInputError, match="do not count days by the same calendar, Julian or not; label them apart"
    ):
        spark.predict_files(session, tmp_path / "both", tmp_path / "out")


def test_folders_that_tell_columns_stay(session, small, tmp_path):
    write(tmp_path / "in" / "year=2020" / "country=A b" / "x.parquet", [LIFT] * 7)
    write(tmp_path / "in" / "year=2021" / "country=C" / "x.parquet", ["We met."])
    write(tmp_path / "in" / "_temporary" / "y.parquet", ["Not yet."])
    write(tmp_path / "in" / "year=2021" / ".hidden.parquet", ["Not at all."])
    done = spark.predict_files(session, tmp_path / "in", tmp_path / "out")
    assert {name.rpartition("/")[0] for name in done.files} == {"year=2020/country=A b", "year=2021/country=C"}
    rows = session.read.parquet(str(tmp_path / "out")).collect()
    assert sorted((row.year, row.country, *row.stance_labels) for row in rows) == [
        *[(2020, "A b", "anti-sanction")] * 7,
        (2021, "C"),
    ]


def test_tables_without_rows(session, tmp_path):
    write(tmp_path / "in" / "k=0" / "a.parquet", [])
    write(tmp_path / "in" / "k=1" / "b.parquet", [])
    done = spark.predict_files(session, tmp_path / "in", tmp_path / "out")
    assert [name.rpartition("/")[0] for name in done.files] == ["k=0", "k=1"]
    assert read(tmp_path / "out", done).num_rows == 0
    assert "stance_labels" in read(tmp_path / "out", done).column_names


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string()), pa.null()])
def test_nulls_stay_without_labels_where_they_may(session, kind, tmp_path):
    texts = pa.array([None, None] if kind == pa.null() else [LIFT, None], kind)
    pq.write_table(pa.table({"text": texts}), tmp_path / "in.parquet")
    done = spark.predict_files(session, tmp_path / "in.parquet", tmp_path / "out", nulls="null", unfamiliar=True)
    first, second = read(tmp_path / "out", done).to_pylist()
    assert first["stance_labels"] == (None if kind == pa.null() else ["anti-sanction"])
    assert set(second.values()) == {None}


def test_a_null_is_named_by_its_file_and_row_and_nothing_is_left(session, small, tmp_path):
    write(tmp_path / "in" / "a.parquet", [LIFT] * 12)
    write(tmp_path / "in" / "b.parquet", ["We met."] * 8 + [None])
    message = (
        r"^\S+/in/b\.parquet: expected a str in row 8, field 'text', got NoneType: None; .*nulls='null' keeps such rows"
    )
    with pytest.raises(InvalidInputError, match=message):
        spark.predict_files(session, tmp_path / "in", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_bytes_that_are_no_text_are_named_by_their_file_and_row(session, tmp_path):
    write(tmp_path / "in" / "a.parquet", [LIFT] * 3)
    wrong = pa.array([b"We met.", b"Lift \xff"]).view(pa.string())
    pq.write_table(pa.table({"id": pa.array([1, 2], pa.int32()), "text": wrong}), tmp_path / "in" / "b.parquet")
    with pytest.raises(
        InvalidInputError, match=r"in/b\.parquet: byte 0xff at offset 5 in row 1, field 'text' is not U"
    ):
        spark.predict_files(session, tmp_path / "in", tmp_path / "out", nulls="null")


def test_a_target_that_exists(session, tmp_path):
    path = write(tmp_path / "in.parquet", [LIFT])
    first = spark.predict_files(session, path, tmp_path / "out")
    with pytest.raises(InvalidInputError, match=r"out' exists; choose another name, or let it be replaced"):
        spark.predict_files(session, path, tmp_path / "out")
    second = spark.predict_files(session, path, tmp_path / "out", overwrite=True)
    assert first.files != second.files
    assert named(tmp_path / "out") == (list(second.files), list(second.files))


def test_a_failure_leaves_the_table_of_before(session, tmp_path):
    good, bad = write(tmp_path / "good.parquet", [LIFT]), write(tmp_path / "bad.parquet", [None])
    done = spark.predict_files(session, good, tmp_path / "out")
    with pytest.raises(InvalidInputError, match="row 0"):
        spark.predict_files(session, bad, tmp_path / "out", overwrite=True)
    assert named(tmp_path / "out") == (list(done.files), list(done.files))
    assert os.listdir(tmp_path / "out") != []


def test_what_cannot_be_undone_is_noted_on_the_error(session, monkeypatch, tmp_path):
    path = write(tmp_path / "in.parquet", [LIFT])

    def fail(*arguments):
        raise PermissionError(13, "denied")

    monkeypatch.setattr(Place, "move", fail)
    monkeypatch.setattr(Place, "remove_folder", fail)
    with pytest.raises(PermissionError) as raised:
        spark.predict_files(session, path, tmp_path / "out")
    (note,) = raised.value.__notes__
    assert re.search(
        r"out holds no table, and \['_temporary/\w+'.*\] could not be removed or restored \(.*denied\)", note
    )


def dying(monkeypatch, dies):
    """Let workers be killed when a part is written and not yet told of."""
    real = files.on_executors

    def on_executors(*arguments):
        work = real(*arguments)

        def label(batches):
            for batch in work(batches):
                if dies():
                    os.kill(os.getpid(), signal.SIGKILL)
                yield batch

        return label

    monkeypatch.setattr(files, "on_executors", on_executors)


@pytest.mark.parametrize("far", [False, True], ids=["renamed", "in place"])
def test_a_task_that_is_tried_twice_leaves_its_rows_once(session, packaged, small, tmp_path, monkeypatch, corpus, far):
    path = write(tmp_path / "in.parquet", corpus.texts[:12], n_rows=6)
    killed = str(tmp_path / "killed")

    def once():
        if os.path.exists(killed):
            return False
        open(killed, "w").close()
        return True

    dying(monkeypatch, once)
    where = {"filesystem": stand_in_for_a_store()} if far else {}
    done = spark.predict_files(session, path, tmp_path / "out", **where)
    assert os.path.exists(killed)
    assert len(done.files) == 2
    assert named(tmp_path / "out") == (list(done.files), sorted(done.files))
    assert read(tmp_path / "out", done).equals(expected(packaged, path))


@pytest.mark.parametrize("far", [False, True], ids=["renamed", "in place"])
def test_a_worker_that_always_dies_leaves_nothing(session, tmp_path, monkeypatch, far):
    path = write(tmp_path / "in.parquet", [LIFT])
    dying(monkeypatch, lambda: True)
    where = {"filesystem": stand_in_for_a_store()} if far else {}
    with pytest.raises(Exception, match="worker exited unexpectedly"):
        spark.predict_files(session, path, tmp_path / "out", **where)
    assert not (tmp_path / "out").exists()


def stand_in_for_a_store():
    """Give a file system of fsspec, of which is not known that it renames at once, and which every process sees."""
    return pytest.importorskip("fsspec").filesystem("file")


def test_stores_that_do_not_rename(session, packaged, small, tmp_path):
    path = write(tmp_path / "in" / "k=1" / "a.parquet", [LIFT] * 7)
    store = stand_in_for_a_store()
    first = spark.predict_files(session, tmp_path / "in", tmp_path / "out", filesystem=store)
    assert read(tmp_path / "out", first).equals(expected(packaged, path))
    second = spark.predict_files(session, path.parent, tmp_path / "out", filesystem=store, overwrite=True)
    assert named(tmp_path / "out") == (list(second.files), sorted(second.files))
    write(tmp_path / "in" / "k=1" / "b.parquet", [None])
    with pytest.raises(InvalidInputError, match=r"b\.parquet: expected a str in row 0"):
        spark.predict_files(session, path.parent, tmp_path / "out", filesystem=store, overwrite=True)
    assert named(tmp_path / "out") == (list(second.files), sorted(second.files))


def test_addresses_and_file_systems_of_pyarrow(session, packaged, tmp_path):
    path = write(tmp_path / "with blank" / "in.parquet", [LIFT])
    done = spark.predict_files(session, path.as_uri(), (tmp_path / "a").as_uri())
    assert read(tmp_path / "a", done).equals(expected(packaged, path))
    below = fs.SubTreeFileSystem(str(tmp_path), fs.LocalFileSystem())
    done = spark.predict_files(session, "with blank/in.parquet", "b/c", filesystem=below)
    assert read(tmp_path / "b" / "c", done).equals(expected(packaged, path))


@pytest.mark.parametrize(
    ("columns", "options", "message"),
    [
        (("id",), {}, r"in has no column 'text'; it has \['id', 'year'\]"),
        (("text", "stance_labels"), {}, r"in has a column 'stance_labels' already; choose another prefix"),
        (("text", "Stance_Labels"), {}, r"in has a column 'Stance_Labels', and for Spark that is 'stance_labels'"),
        (("text",), {"text": "number"}, r"expected a column of text in field 'number', got one of int64; turn it into"),
        (("text",), {"text": "year"}, r"the column 'year' stands in the names of folders; statements stand in files"),
        (("text",), {"nulls": "drop"}, r"unknown nulls 'drop'; expected one of \['error', 'null'\]"),
        (("text",), {"model": "quadratic"}, r"unknown model 'quadratic'; expected one of"),
        (("text",), {"filesystem": "s3"}, r"expected a file system of pyarrow or fsspec, got str"),
    ],
)
def test_what_can_be_checked_is_checked_at_once(session, tmp_path, columns, options, message):
    table = pa.table({**{name: [LIFT] for name in columns}, **({"number": [1]} if "text" in options else {})})
    (tmp_path / "in" / "year=2020").mkdir(parents=True)
    pq.write_table(table, tmp_path / "in" / "year=2020" / "a.parquet")
    with pytest.raises(InvalidInputError, match=message):
        spark.predict_files(session, tmp_path / "in", tmp_path / "out", **options)
    assert not (tmp_path / "out").exists()


def test_a_model_that_cannot_tell_the_unfamiliar(session, models, tmp_path):
    path = write(tmp_path / "in.parquet", [LIFT])
    with pytest.raises(InvalidInputError, match="cannot tell what is unfamiliar"):
        spark.predict_files(
            session, path, tmp_path / "out", model=replace(models["both"], familiarity=None), unfamiliar=True
        )


def test_a_stopped_session_and_something_else(session, context, monkeypatch, tmp_path):
    with pytest.raises(InvalidInputError, match=r"expected a SparkSession, got DataFrame; stancekit\.spark\.local_"):
        spark.predict_files(session.range(1).toDF("text"), tmp_path, tmp_path / "out")
    monkeypatch.setattr(context, "_jsc", None)  # what `stop` leaves
    with pytest.raises(InvalidInputError, match=r"the Spark session was stopped; make a new one"):
        spark.predict_files(session, tmp_path, tmp_path / "out")


def test_another_python_on_the_executors(session, monkeypatch, tmp_path):
    path = write(tmp_path / "in.parquet", [LIFT])

    def fail(*_):
        raise RuntimeError("Job aborted: Traceback\n  File x\nModuleNotFoundError: No module named 'pyarrow'\n")

    monkeypatch.setattr(type(session.range(1)), "collect", fail)
    with pytest.raises(StancekitError, match=r"^an executor's Python has no 'pyarrow'; install .* by PYSPARK_PYTHON"):
        spark.predict_files(session, path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_another_version_on_the_executors(session, monkeypatch, tmp_path):
    path = write(tmp_path / "in.parquet", [LIFT])
    monkeypatch.setattr(sending, "installed_version", lambda: "9.9.9")
    with pytest.raises(StancekitError, match=r"^an executor has .*, the driver has 9\.9\.9; install the same version"):
        spark.predict_files(session, path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_missing_packages_are_named(session, monkeypatch, tmp_path):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"Spark needs the package 'pyarrow'; run: pip install"):
        spark.predict_files(session, tmp_path, tmp_path / "out")


class Told:
    def __init__(self):
        self.numbers = []

    def update(self, n):
        self.numbers.append(n)


def test_progress_is_told_and_nothing_is_shown_in_a_pipe(session, small, tmp_path, capsys):
    path = write(tmp_path / "in.parquet", [LIFT] * 12)
    told = Told()
    spark.predict_files(session, path, tmp_path / "a", progress=told)
    assert sum(told.numbers) == 12
    assert min(told.numbers) > 0
    spark.predict_files(session, path, tmp_path / "b")
    assert capsys.readouterr().err == ""
