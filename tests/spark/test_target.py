"""A folder is a table only when its run has ended well, whoever else writes; without Spark."""

import json
from dataclasses import asdict

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import fs

from stancekit import InvalidInputError
from stancekit.files.batches import Added
from stancekit.spark import executor
from stancekit.spark.parts import write_part
from stancekit.spark.pieces import look_into, plan_tasks
from stancekit.spark.places import Place, find_place
from stancekit.spark.target import find_target
from stancekit.storage.manifest import FILES
from stancekit.storage.saving import save

TEXTS = ["Lift the embargo, it is illegal.", "We met."]


def file_systems():
    fsspec = pytest.importorskip("fsspec")
    return {"local": fs.LocalFileSystem(), "store": fs.PyFileSystem(fs.FSSpecHandler(fsspec.filesystem("memory")))}


@pytest.fixture(params=["local", "store"])
def root(request, tmp_path):
    """A folder of this machine, or one in memory, where nothing is renamed."""
    place = Place(filesystem=file_systems()[request.param], path=str(tmp_path))
    place.filesystem.create_dir(place.inner("in").path, recursive=True)
    with place.filesystem.open_output_stream(place.inner("in", "a.parquet").path) as file:
        pq.write_table(pa.table({"text": TEXTS}), file)
    yield place
    place.filesystem.delete_dir(place.path)


class Run:
    """A run of one part, task by task."""

    def __init__(self, root, model, overwrite=False):
        self.source = look_into(root.inner("in"))
        self.target = find_target(root.inner("out"), root.inner("in"), overwrite=overwrite)
        ((self.part,),) = plan_tasks(self.source, 1)
        self.added = Added(model=model, prefix="stance_")
        self.target.begin([""])

    @property
    def options(self):
        return {
            "text": "text",
            "nulls": "error",
            "run": self.target.run,
            "source": self.source.place.filesystem,
            "target": self.target.place.filesystem,
            "staging": self.target.staging.path,
            "folders": not self.target.place.renames,
            "schema": self.source.schema.serialize().to_pybytes(),
        }

    def attempt(self, **changes):
        return write_part({**asdict(self.part), **changes}, self.added, self.options)

    def commit(self, *written):
        return self.target.commit(written, {0: ""}, {"model": "m"})


def names(root, folder="out"):
    place = root.inner(folder)
    return [place.relative(one.path) for one in place.below() if one.type == fs.FileType.File]


def test_of_two_attempts_one_counts(root, packaged):
    run = Run(root, packaged)
    first, second = run.attempt(), run.attempt()
    assert first.name != second.name
    assert "_SUCCESS" not in names(root)
    (name,) = run.commit(second)
    assert names(root) == ["_SUCCESS", name]
    told = json.loads(root.inner("out", "_SUCCESS").read())
    assert told == {"model": "m", "run": run.target.run, "files": [{"name": name, "rows": 2}]}
    with root.filesystem.open_input_file(root.inner("out", name).path) as file:
        assert pq.read_table(file).column("stance_labels").to_pylist() == [["anti-sanction"], []]


def test_an_attempt_that_comes_after_the_end_does_not_count(packaged, tmp_path):
    (tmp_path / "in").mkdir()
    pq.write_table(pa.table({"text": TEXTS}), tmp_path / "in" / "a.parquet")
    root = find_place(tmp_path)
    run = Run(root, packaged)
    committed = run.commit(run.attempt())
    with pytest.raises(
        InvalidInputError, match=r"an executor does not find '\S+_temporary\S+'; let the target be a fold"
    ):
        run.attempt()
    assert names(root) == ["_SUCCESS", *committed]


def test_what_failed_leaves_nothing(root, packaged):
    run = Run(root, packaged)
    run.attempt()
    run.target.abort()
    assert names(root) == []


def test_a_table_is_replaced_when_the_new_one_is_whole(root, packaged):
    first = Run(root, packaged)
    (before,) = first.commit(first.attempt())
    second = Run(root, packaged, overwrite=True)
    written = second.attempt()
    assert {"_SUCCESS", before} <= set(names(root))
    (after,) = second.commit(written)
    assert names(root) == ["_SUCCESS", after]
    assert before != after


def test_a_driver_that_fails_while_parts_are_moved_leaves_those_of_before(packaged, tmp_path, monkeypatch):
    (tmp_path / "in").mkdir()
    pq.write_table(pa.table({"text": TEXTS}), tmp_path / "in" / "a.parquet")
    root = find_place(tmp_path)
    first = Run(root, packaged)
    (before,) = first.commit(first.attempt())
    second = Run(root, packaged, overwrite=True)
    (tmp_path / "out" / "_temporary" / second.target.run / second.attempt().name).unlink()
    with pytest.raises(FileNotFoundError):
        second.commit(second.attempt(), replace_name(second.attempt()))
    second.target.abort()
    assert names(root) == [before]  # and without _SUCCESS, since it was begun to be replaced


def replace_name(written):
    return type(written)(number=0, name="gone", n_rows=written.n_rows)


def test_two_runs_at_a_time(packaged, tmp_path):
    (tmp_path / "in").mkdir()
    pq.write_table(pa.table({"text": TEXTS}), tmp_path / "in" / "a.parquet")
    root = find_place(tmp_path)
    one = Run(root, packaged)
    with pytest.raises(InvalidInputError, match="exists"):
        Run(root, packaged)
    root.inner("out", "part-other.parquet").write(b"")
    with pytest.raises(InvalidInputError, match="exists"):
        one.commit(one.attempt())
    one.target.abort()
    assert names(root) == ["part-other.parquet"]


def test_targets_that_are_refused(root):
    source = root.inner("in")
    for name in ("in", "in/x", ""):
        with pytest.raises(InvalidInputError, match=r"the target '\S+' and the source '\S+' overlap; choose another"):
            find_target(root.inner(name), source, overwrite=True)
    root.inner("file").write(b"")
    with pytest.raises(InvalidInputError, match=r"the target '\S+file' is a file; give a folder"):
        find_target(root.inner("file"), source, overwrite=True)
    root.filesystem.create_dir(root.inner("other", "deep").path, recursive=True)
    root.inner("other", "deep", "thesis.docx").write(b"")
    with pytest.raises(
        InvalidInputError, match=r"holds 'deep/thesis\.docx', which is no part of a Parquet table, and is"
    ):
        find_target(root.inner("other"), source, overwrite=True)


def test_files_that_change_meanwhile(root, packaged):
    run = Run(root, packaged)
    rows = asdict(run.part)["rows"]
    for changes in ({"n_rows": 3}, {"groups": (0, 1)}):
        with pytest.raises(InvalidInputError, match=r"a\.parquet was changed while it was labelled; label it again"):
            run.attempt(rows=[{**rows[0], **changes}])
    with root.filesystem.open_output_stream(root.inner("in", "a.parquet").path) as file:
        pq.write_table(pa.table({"words": TEXTS}), file)
    with pytest.raises(InvalidInputError, match=r"a\.parquet was changed while it was labelled; label it again"):
        run.attempt()
    with pytest.raises(InvalidInputError, match=r"an executor does not find '\S+gone'; let the source be a folder"):
        run.attempt(rows=[{**rows[0], "path": root.inner("gone").path}])
    staged = run.target.staging.below()
    assert [one for one in staged if one.type == fs.FileType.File and "part-" in one.path] == []


def test_tasks_stop_when_one_has_met_a_bad_row(packaged, tmp_path):
    (tmp_path / "in").mkdir()
    for number, texts in enumerate([[None], TEXTS]):
        pq.write_table(pa.table({"text": pa.array(texts, pa.string())}), tmp_path / "in" / f"{number}.parquet")
    run = Run(find_place(tmp_path), packaged)
    folder = save(packaged, tmp_path / "model")
    content = {name: (folder / name).read_bytes() for name in ("config.json", *FILES)}
    schema = pa.schema({"number": pa.int64(), "name": pa.string(), "n_rows": pa.int64(), "error": pa.string()})
    parts = [{**asdict(run.part), "number": number, "rows": [rows]} for number, rows in enumerate(run_rows(run))]
    options = {
        **run.options,
        "prefix": "stance_",
        "unfamiliar": False,
        "count": None,
        "tasks": [[parts[0]], [parts[1]]],
        "result": schema.serialize().to_pybytes(),
    }
    batches = [pa.RecordBatch.from_pydict({"id": [number]}) for number in (0, 1)]
    results = [row for batch in executor.label_parts(batches, "stop", content, options) for row in batch.to_pylist()]
    assert [row["number"] for row in results] == [0, 1]
    assert results[0]["error"] == results[1]["error"]
    assert "0.parquet: expected a str in row 0" in results[0]["error"]


def run_rows(run):
    return asdict(run.part)["rows"]
