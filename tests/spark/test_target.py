"""A folder is a table only when its run has ended well, whoever else writes; without Spark."""

import json
import re
from dataclasses import asdict, replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import fs

from stancekit import InvalidInputError
from stancekit.files.batches import Added
from stancekit.spark import executor
from stancekit.spark.parts import Asked, write_part
from stancekit.spark.pieces import look_into, plan_tasks
from stancekit.spark.places import Place, find_place
from stancekit.spark.target import check_apart, find_target
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
    def asked(self):
        return Asked(
            text="text",
            prefix="stance_",
            unfamiliar=False,
            nulls="error",
            run=self.target.run,
            source=self.source.place.filesystem,
            target=self.target.place.filesystem,
            staging=self.target.staging.path,
            folders=not self.target.place.renames,
            schema=self.source.schema.serialize().to_pybytes(),
        )

    def attempt(self):
        return write_part(self.part, self.added, self.asked)

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
    assert names(root) == ["_SUCCESS", before]


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
    with pytest.raises(InvalidInputError, match=r"'part-other\.parquet' was written in '\S+' while the table was made"):
        one.commit(one.attempt())
    one.target.abort()
    assert names(root) == ["part-other.parquet"]


def local(tmp_path):
    (tmp_path / "in").mkdir()
    pq.write_table(pa.table({"text": TEXTS}), tmp_path / "in" / "a.parquet")
    return find_place(tmp_path)


def test_of_two_runs_at_a_time_one_table_stays(root, packaged):
    make(root, packaged)
    one, other = (Run(root, packaged, overwrite=True) for _ in range(2))
    written = [one.attempt()] if root.renames else []
    (name,) = other.commit(other.attempt())
    with pytest.raises(
        InvalidInputError, match=r"'\S+' was written in '\S+out' while the table was made; let one run at"
    ):
        one.commit(*(written or [one.attempt()]))
    assert one.target.abort() == ""
    assert names(root) == ["_SUCCESS", name]
    assert json.loads(root.inner("out", "_SUCCESS").read())["files"] == [{"name": name, "rows": 2}]


def test_two_runs_into_a_new_store(packaged, tmp_path):
    local(tmp_path)
    root = Place(
        filesystem=fs.PyFileSystem(fs.FSSpecHandler(pytest.importorskip("fsspec").filesystem("file"))),
        path=str(tmp_path),
    )
    one, other = Run(root, packaged), Run(root, packaged)
    (name,) = one.commit(one.attempt())
    with pytest.raises(InvalidInputError, match="was written in"):
        other.commit(other.attempt())
    assert other.target.abort() == ""
    assert names(root) == ["_SUCCESS", name]


def test_a_part_that_another_run_has_removed(packaged, tmp_path):
    root = Place(filesystem=file_systems()["store"], path=str(tmp_path))
    with root.filesystem.open_output_stream(root.inner("in", "a.parquet").path) as file:
        pq.write_table(pa.table({"text": TEXTS}), file)
    run = Run(root, packaged)
    written = run.attempt()
    root.inner("out", written.name).remove()
    with pytest.raises(InvalidInputError, match=r"'part-\S+' was removed in '\S+out' while the table was made"):
        run.commit(written)
    root.remove_folder()


def test_what_is_under_way_elsewhere_stays(packaged, tmp_path):
    root = local(tmp_path)
    make(root, packaged)
    one, other = (Run(root, packaged, overwrite=True) for _ in range(2))
    other.commit(other.attempt())
    assert (tmp_path / "out" / "_temporary" / one.target.run).is_dir()
    one.attempt()
    one.target.abort()
    assert not (tmp_path / "out" / "_temporary").exists()


def test_old_files_that_are_gone_already(root, packaged):
    (before,) = make(root, packaged)
    run = Run(root, packaged, overwrite=True)
    root.inner("out", before).remove()
    (after,) = run.commit(run.attempt())
    assert names(root) == ["_SUCCESS", after]


def make(root, model):
    run = Run(root, model)
    return run.commit(run.attempt())


def test_folders_are_removed_with_what_was_in_them_and_no_others(packaged, tmp_path):
    root = local(tmp_path)
    (tmp_path / "out" / "k=1" / "l=2").mkdir(parents=True)
    (tmp_path / "out" / "empty").mkdir()
    (tmp_path / "out" / "k=1" / "l=2" / "a.parquet").touch()
    run = Run(root, packaged, overwrite=True)
    run.commit(run.attempt())
    assert not (tmp_path / "out" / "k=1").exists()
    assert (tmp_path / "out" / "empty").is_dir()


@pytest.mark.parametrize(
    "name",
    [
        ".env",
        "_notes.docx",
        "_hidden.parquet",
        "deep/other.parquet",
        "k=1/deep/other.parquet",
        "_delta_log/0.json",
        "table.parquet/part-0.parquet",
        "deep/_SUCCESS",
        "k=1/thesis.docx",
        ".notes.crc",
    ],
)
def test_what_no_table_has_is_not_replaced(root, packaged, name):
    make(root, packaged)
    if "/" in name:
        root.inner("out", name.rpartition("/")[0]).make_folder()
    root.inner("out", name).write(b"mine")
    before = names(root)
    with pytest.raises(
        InvalidInputError, match=rf"out' holds '{re.escape(name)}', which is no part of a Parquet table"
    ):
        find_target(root.inner("out"), root.inner("in"), overwrite=True)
    assert names(root) == before


def test_what_tables_have_is_replaced(packaged, tmp_path):
    root = local(tmp_path)
    (tmp_path / "out" / "k=1" / "_l=2").mkdir(parents=True)
    (tmp_path / "out" / "_temporary" / "0").mkdir(parents=True)
    beside = ["_metadata", "_common_metadata", "_committed_12", "_started_12", "._SUCCESS.crc", ".x.parquet.crc"]
    shown = ["x.parquet", "k=1/_l=2/y.snappy.parquet", "k=1/_l=2/.y.snappy.parquet.crc", "_temporary/0/z.parquet"]
    for name in beside + shown:
        (tmp_path / "out" / name).touch()
    (tmp_path / "out" / "_SUCCESS").touch()
    run = Run(root, packaged, overwrite=True)
    (name,) = run.commit(run.attempt())
    assert names(root) == ["_SUCCESS", "_temporary/0/z.parquet", name]


def test_folders_without_a_column_are_replaced_where_the_table_names_their_files(packaged, tmp_path):
    (tmp_path / "in" / "deep").mkdir(parents=True)
    pq.write_table(pa.table({"text": TEXTS}), tmp_path / "in" / "deep" / "a.parquet")
    root = find_place(tmp_path)
    run = Run(root, packaged)
    (before,) = run.target.commit([run.attempt()], {0: "deep"}, {})
    late = before.replace(".parquet", "-0123abcd.parquet")  # of an executor that had been given up
    (tmp_path / "out" / late).touch()
    run = Run(root, packaged, overwrite=True)
    (after,) = run.target.commit([run.attempt()], {0: "deep"}, {})
    assert names(root) == ["_SUCCESS", after]
    (tmp_path / "out" / "_SUCCESS").write_text("[1")
    with pytest.raises(InvalidInputError, match="which is no part of a Parquet table"):
        Run(root, packaged, overwrite=True)


def places_of(path):
    """Give the places that lead to a folder."""
    fsspec = pytest.importorskip("fsspec")
    below = fs.SubTreeFileSystem(str(path.parent), fs.LocalFileSystem())
    store = fsspec.filesystem("file")
    return [
        find_place(path),
        find_place(path.as_uri()),
        find_place(path.name, below),
        find_place(str(path), store),
        find_place(path.name, fsspec.filesystem("dir", path=str(path.parent), fs=store)),
    ]


def test_links_do_not_hide_that_source_and_target_overlap(tmp_path):
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "in")
    (tmp_path / "deep-link").symlink_to(tmp_path / "in" / "deep")
    for source in places_of(tmp_path / "in"):
        for name in ("link", "deep-link"):
            for target in places_of(tmp_path / name):
                with pytest.raises(InvalidInputError, match="overlap; choose another target"):
                    find_target(target, source, overwrite=True)
    with pytest.raises(InvalidInputError, match="overlap; choose another target"):
        find_target(find_place(tmp_path / "in"), find_place(tmp_path / "link"), overwrite=True)


def test_links_in_the_target_are_not_followed(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "precious.parquet").touch()
    for name, leads_to in {"k=1": "other", "a.parquet": "other/precious.parquet", "loop=1": "out"}.items():
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / name).symlink_to(tmp_path / leads_to)
        for target in places_of(tmp_path / "out"):
            with pytest.raises(
                InvalidInputError, match=rf"out' holds '{name}\S*', which is a link to '\S+', and is not re"
            ):
                find_target(target, find_place(tmp_path / "in"), overwrite=True)
        (tmp_path / "out" / name).unlink()
        (tmp_path / "out").rmdir()
    assert (tmp_path / "other" / "precious.parquet").exists()


def test_a_source_of_links_into_the_target(packaged, tmp_path):
    root = local(tmp_path)
    (name,) = make(root, packaged)
    (tmp_path / "in" / "b.parquet").symlink_to(tmp_path / "out" / name)
    (tmp_path / "in" / "a.parquet").unlink()
    source = look_into(root.inner("in"))
    target = find_target(root.inner("out"), source.place, overwrite=True)
    with pytest.raises(InvalidInputError, match=r"in/b\.parquet is a link into the target '\S+out'; choose another"):
        check_apart(target, source.files())


def test_a_target_that_is_a_link_is_replaced_where_it_leads(packaged, tmp_path):
    root = local(tmp_path)
    (tmp_path / "far").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "far")
    make(root, packaged)
    run = Run(root, packaged, overwrite=True)
    (name,) = run.commit(run.attempt())
    assert sorted(path.name for path in (tmp_path / "far").iterdir()) == ["_SUCCESS", name]


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


@pytest.mark.parametrize(
    "columns",
    [{"text": [*TEXTS, "We met."]}, {"text": TEXTS[:1]}, {"text": ["Lift the embargo.", "We met."]}, {"words": TEXTS}],
    ids=["grown", "cut", "replaced", "of other columns"],
)
@pytest.mark.parametrize("size", [1, 2])
def test_files_that_change_meanwhile(root, packaged, columns, size):
    run = Run(root, packaged)
    with root.filesystem.open_output_stream(root.inner("in", "a.parquet").path) as file:
        pq.write_table(pa.table(columns), file, row_group_size=size)
    with pytest.raises(
        InvalidInputError, match=r"in/a\.parquet was changed while it was labelled; label it again when"
    ):
        run.attempt()
    staged = run.target.staging.below()
    assert [one for one in staged if one.type == fs.FileType.File and "part-" in one.path] == []


def test_files_that_are_gone_meanwhile(root, packaged):
    run = Run(root, packaged)
    root.inner("in", "a.parquet").remove()
    with pytest.raises(
        InvalidInputError, match=r"an executor does not find '\S+a\.parquet'; let the source be a folder"
    ):
        run.attempt()


def test_tasks_stop_when_one_has_met_a_bad_row(packaged, tmp_path):
    (tmp_path / "in").mkdir()
    for number, texts in enumerate([[None], TEXTS]):
        pq.write_table(pa.table({"text": pa.array(texts, pa.string())}), tmp_path / "in" / f"{number}.parquet")
    run = Run(find_place(tmp_path), packaged)
    folder = save(packaged, tmp_path / "model")
    content = {name: (folder / name).read_bytes() for name in ("config.json", *FILES)}
    parts = [asdict(replace(run.part, number=number, rows=(rows,))) for number, rows in enumerate(run.part.rows)]
    options = {"asked": run.asked.plain(), "count": None, "tasks": [[parts[0]], [parts[1]]]}
    batches = [pa.RecordBatch.from_pydict({"id": [number]}) for number in (0, 1)]
    results = [row for batch in executor.label_parts(batches, "stop", content, options) for row in batch.to_pylist()]
    assert [row["number"] for row in results] == [0, 1]
    assert results[0]["error"] == results[1]["error"]
    assert "0.parquet: expected a str in row 0" in results[0]["error"]
