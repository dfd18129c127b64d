"""Row groups, and what becomes of them: every one in one part, none of them tiny, some for every core."""

from collections import defaultdict
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import fs

from stancekit import InvalidInputError
from stancekit.spark.pieces import _LARGEST, _OPENING, Rows, Source, look_into, plan_tasks
from stancekit.spark.places import Place, find_place

PLACE = Place(filesystem=fs.LocalFileSystem(), path="/in")


def source_of(folders):
    """Make a source of sizes of row groups, by folder and file."""
    made = defaultdict(list)
    for folder, sizes in folders.items():
        for number, groups in enumerate(sizes):
            for group, size in enumerate(groups):
                rows = Rows(
                    path=f"/in/{folder}/{number}", ending="", groups=(group,), first_row=group, n_rows=1, n_bytes=size
                )
                made[folder].append(rows)
    return Source(place=PLACE, schema=None, folders=dict(made))


def groups_of(parts):
    return [(part.folder, rows.path, group) for part in parts for rows in part.rows for group in rows.groups]


SIZES = st.lists(st.lists(st.integers(0, 1 << 28), min_size=1, max_size=6), min_size=1, max_size=5)


@given(st.dictionaries(st.sampled_from(["", "k=1", "k=2"]), SIZES, min_size=1), st.integers(1, 64), st.booleans())
def test_every_row_group_is_in_one_part_in_its_order(folders, n_cores, slow):
    source = source_of(folders)
    parts = [part for task in plan_tasks(source, n_cores, slow=slow) for part in task]
    expected = [(folder, rows.path, *rows.groups) for folder, all_rows in source.folders.items() for rows in all_rows]
    assert groups_of(parts) == expected
    assert [part.number for part in parts] == list(range(len(parts)))
    for part in parts:
        assert len({rows.path for rows in part.rows}) == len(part.rows)
        assert all(rows.n_rows == len(rows.groups) and rows.first_row == rows.groups[0] for rows in part.rows)


@pytest.mark.parametrize("n_cores", [2, 8])
def test_one_file_of_many_row_groups_is_work_for_every_core(n_cores):
    tasks = plan_tasks(source_of({"": [[1 << 20] * 400]}), n_cores)
    assert len(tasks) == 4 * n_cores
    sizes = [sum(part.n_bytes for part in task) for task in tasks]
    assert max(sizes) <= 1.5 * min(sizes)


def test_many_small_files_are_few_tasks():
    source = source_of({"": [[_OPENING + 1000]] * 20_000})
    tasks = plan_tasks(source, 8)
    assert len(tasks) < 50
    assert sum(len(task) for task in tasks) == len(tasks)


def test_many_small_folders_are_few_tasks_of_many_parts():
    tasks = plan_tasks(source_of({f"day={n}": [[_OPENING + 1000]] for n in range(2000)}), 8)
    assert len(tasks) < 70
    assert sum(map(len, tasks)) == 2000


def test_little_is_not_cut_and_much_is_cut_small_enough():
    assert len(plan_tasks(source_of({"": [[1000] * 10]}), 64)) == 1
    tasks = plan_tasks(source_of({"": [[1 << 24] * 1000]}), 2)
    assert max(part.n_bytes for task in tasks for part in task) <= 1.5 * _LARGEST
    assert len(plan_tasks(source_of({"": [[1 << 20] * 8]}), 4, slow=True)) == 8


def parquet(path, **columns):
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path, row_group_size=2)


def test_what_files_say_of_themselves(tmp_path):
    parquet(tmp_path / "k=a" / "1.parquet", text=["a", "b", "c"], n=[1, 2, 3])
    parquet(tmp_path / "k=b" / "2.parquet", n=[4], text=["d"])
    source = look_into(find_place(tmp_path))
    assert source.columns == ["text", "n", "k"]
    assert {
        folder: [(rows.first_row, rows.n_rows) for rows in all_rows] for folder, all_rows in source.folders.items()
    } == {
        "k=a": [(0, 2), (2, 1)],
        "k=b": [(0, 1)],
    }


def test_columns_that_may_hold_nulls_in_one_file_alone(tmp_path):
    for number, nullable in enumerate([False, True]):
        schema = pa.schema([pa.field("text", pa.string(), nullable=nullable)])
        pq.write_table(pa.table({"text": ["a"]}, schema=schema), tmp_path / f"{number}.parquet")
    assert look_into(find_place(tmp_path)).schema.field("text").nullable


def test_files_that_are_no_one_table(tmp_path):
    parquet(tmp_path / "a.parquet", text=["a"], n=[1])
    parquet(tmp_path / "b.parquet", text=["a"], m=[1])
    with pytest.raises(
        InvalidInputError,
        match=r"b\.parquet lacks \['n'\], which \S+a\.parquet has; \S+a\.parquet lacks \['m'\], which",
    ):
        look_into(find_place(tmp_path))
    parquet(tmp_path / "b.parquet", text=["a"])
    with pytest.raises(InvalidInputError, match=r"^\S+b\.parquet lacks \['n'\], which \S+a\.parquet has; label"):
        look_into(find_place(tmp_path))
    parquet(tmp_path / "b.parquet", text=["a"], n=[1.5])
    with pytest.raises(
        InvalidInputError, match=r"the column 'n' is double in \S+b\.parquet and int64 in \S+a\.parquet;"
    ):
        look_into(find_place(tmp_path))


@pytest.mark.parametrize("other", ["b.parquet", "country=IR/b.parquet", "year=2020/country=IR/b.parquet"])
def test_folders_that_tell_other_columns(tmp_path, other):
    parquet(tmp_path / "year=2020" / "a.parquet", text=["a"])
    parquet(tmp_path / other, text=["b"])
    with pytest.raises(InvalidInputError, match=r"do not all tell the same columns: .*b\.parquet.*; label them apart$"):
        look_into(find_place(tmp_path))


def test_where_there_is_nothing_to_read(tmp_path):
    with pytest.raises(InvalidInputError, match=r"there is no file in '\S+'; give a Parquet file, or a folder of them"):
        look_into(find_place(tmp_path))
    with pytest.raises(InvalidInputError, match=r"there is nothing at '\S+gone'; give a Parquet file, or a folder"):
        look_into(find_place(tmp_path / "gone"))
    (tmp_path / "notes.txt").write_text("We met.")
    with pytest.raises(InvalidInputError, match=r"notes\.txt is not a whole Parquet file"):
        look_into(find_place(tmp_path))
    table = pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], names=["text", "text"])
    pq.write_table(table, tmp_path / "twice.parquet")
    with pytest.raises(InvalidInputError, match=r"twice\.parquet has the columns \['text'\] more than once"):
        look_into(find_place(tmp_path / "twice.parquet"))


def test_addresses():
    assert find_place("file:///a/b/").path == "/a/b"
    assert find_place("/a//b/../c/").path == "/a/c"
    assert not find_place("file:///a").far
    store = find_place("s3a://bucket/folder?region=eu-north-1")
    assert (store.path, store.kind, store.renames, store.has_folders) == ("bucket/folder", "s3", False, False)
    with pytest.raises(InvalidInputError, match=r"pyarrow cannot open 'gopher://hole': .*pass filesystem="):
        find_place("gopher://hole")


def test_addresses_that_have_lost_a_slash(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/anna")
    assert find_place(Path("file:///a/b")).path == "/a/b"
    assert find_place("~/out").path == "/home/anna/out"
    assert find_place("C:/data").path == str(tmp_path / "C:" / "data")  # on Windows that of a drive
    assert find_place("./s3:/bucket").path == str(tmp_path / "s3:" / "bucket")
    assert find_place("a/b://c").path == str(tmp_path / "a" / "b:" / "c")
    with pytest.raises(
        InvalidInputError, match=r"^'s3:/b/y' is neither a path nor an address; write 's3://b/y', as a str "
    ):
        find_place(Path("s3://b/y"))
    with pytest.raises(
        InvalidInputError, match=r"^'dbfs:/mnt/x' is .*; write '/dbfs/mnt/x', or '\./dbfs:/mnt/x', as a str,"
    ):
        find_place("dbfs:/mnt/x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("far", [False, True])
def test_a_footer_of_any_length_is_read(tmp_path, monkeypatch, far):
    where = pytest.importorskip("fsspec").filesystem("file") if far else None
    parquet(tmp_path / "a.parquet", **{f"column {n}": ["a"] * 9 for n in range(40)}, text=["b"] * 9)
    expected = look_into(find_place(tmp_path, where))
    for size in (1, 8, 9, 100, 1 << 20):
        monkeypatch.setattr("stancekit.tables.parquet._ENDING", max(size, 8))
        found = look_into(find_place(tmp_path, where))
        assert (found.schema, found.folders) == (expected.schema, expected.folders)
    content = (tmp_path / "a.parquet").read_bytes()
    for cut in (b"", content[:4], content[:-1], content[-8:], content[:500] + content[-8:]):
        (tmp_path / "a.parquet").write_bytes(cut)
        with pytest.raises(InvalidInputError, match=r"a\.parquet is not a whole Parquet file: "):
            look_into(find_place(tmp_path, where))


@pytest.mark.parametrize(
    ("version", "keys", "found"),
    [
        ("4.0.0", [], set()),
        ("4.0.0", ["legacyDateTime", "timeZone"], {"version", "legacyDateTime", "timeZone"}),
        ("2.4.8", [], {"version", "legacyDateTime"}),
        (None, ["legacyDateTime"], set()),
    ],
)
def test_the_calendar_that_spark_tells_is_kept_and_nothing_else(tmp_path, version, keys, found):
    told = {"pandas": "{}", **{f"org.apache.spark.{key}": "x" for key in [*keys, "sql.parquet.row.metadata"]}}
    told |= {"org.apache.spark.version": version} if version else {}
    schema = pa.schema([("text", pa.string()), ("days", pa.list_(pa.date32()))], metadata=told)
    pq.write_table(schema.empty_table(), tmp_path / "a.parquet")
    metadata = look_into(find_place(tmp_path)).schema.metadata or {}
    assert metadata.keys() == {f"org.apache.spark.{key}".encode() for key in found}
    pq.write_table(schema.empty_table().select(["text"]), tmp_path / "a.parquet")
    assert look_into(find_place(tmp_path)).schema.metadata is None
