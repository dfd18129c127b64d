"""A table is replaced whole or not at all, wherever the replacing is interrupted; without Spark."""

import json
import warnings
from itertools import count

import pytest
from pyarrow import fs

from stancekit.spark.places import Place, is_hidden
from stancekit.spark.target import Written, find_target, staged_name

STEPS = ("info", "read", "write", "move", "remove", "make_folder", "remove_folder", "below")
FOLDERS = {0: "", 1: "k=1"}


@pytest.fixture(params=["local", "store"])
def root(request, tmp_path):
    """A folder of this machine, or one where nothing is renamed."""
    if request.param == "local":
        return Place(filesystem=fs.LocalFileSystem(), path=str(tmp_path))
    fsspec = pytest.importorskip("fsspec")
    return Place(filesystem=fs.PyFileSystem(fs.FSSpecHandler(fsspec.filesystem("file"))), path=str(tmp_path))


def begin(root, content, **options):
    """Let the tasks of a run be done, and one that was given up in vain."""
    target = find_target(root.inner("out"), root.inner("in"), **options)
    target.begin(FOLDERS.values())
    written = []
    for number in (0, 0, 1):
        name = staged_name(target.run, number, "" if target.place.renames else FOLDERS[number])
        target.staging.inner(name).write(content)
        written.append(Written(number=number, name=name, n_rows=1))
    return target, written[1:]


def make(root, content, **options):
    target, written = begin(root, content, **options)
    return target, target.commit(written, FOLDERS, {})


class Fault:
    """The step at which something fails, alone or with all that follow."""

    def __init__(self, monkeypatch, at, error, lasts, where, steps=STEPS, at_name=""):
        self.at_name = at_name
        self.at, self.error, self.lasts, self.where, self.n_done, self.has_failed = at, error, lasts, where, 0, False
        for name in steps:
            monkeypatch.setattr(Place, name, self.step(getattr(Place, name)))

    def step(self, real):
        def do(place, *arguments, **options):
            if not place.path.endswith(self.at_name):
                return real(place, *arguments, **options)
            self.n_done += 1
            if self.n_done < self.at or (self.n_done > self.at and not self.lasts):
                return real(place, *arguments, **options)
            self.has_failed = True
            if self.where == "after":
                real(place, *arguments, **options)
            elif self.where == "half-way" and real.__name__ == "write":
                real(place, arguments[0][:3])
            raise self.error

        return do


def commit_or_abort(target, written):
    """Do what `predict_files` does, and give the error and what was said of the rest."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            target.commit(written, FOLDERS, {})
        except BaseException as error:
            try:
                return error, target.abort()
            except KeyboardInterrupt:
                return error, None
    return None, "".join(str(one.message) for one in warned)


def files_of(root):
    place = root.inner("out")
    found = [one.path for one in place.below() if one.type == fs.FileType.File]
    return {place.relative(path): root.filesystem.open_input_stream(path).read() for path in found}


@pytest.mark.parametrize("where", ["before", "half-way", "after"])
@pytest.mark.parametrize("lasts", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=repr)
def test_wherever_it_is_interrupted_one_table_is_whole(root, monkeypatch, error, lasts, where):
    for at in count(1):
        _, old = make(root, b"old", overwrite=True)
        old_mark = files_of(root)["_SUCCESS"]
        target, written = begin(root, b"new", overwrite=True)
        with monkeypatch.context() as patch:
            fault = Fault(patch, at, error, lasts, where)
            raised, left = commit_or_abort(target, written)
        if not fault.has_failed:
            break
        check(files_of(root), old, old_mark, target.run, raised, left, lasts)
        root.inner("out").remove_folder()
    assert at > 8
    assert (raised, left) == (None, "")


def check(there, old, old_mark, run, raised, left, lasts):
    mark = there.get("_SUCCESS")
    shown = {name: content for name, content in there.items() if not is_hidden(name)}
    new = {name for name in shown if f"-{run}" in name and shown[name] == b"new"}
    old = {name for name in old if shown.get(name) == b"old"}
    assert len(old) == 2 or len(new) >= 2  # neither is ever lost
    if mark == old_mark:
        named = old
        assert raised is not None
    else:
        named = {one["name"] for one in json.loads(mark)["files"]} if mark and mark.endswith(b"}\n") else set()
        assert named <= new
    assert len(named) == 2 or lasts
    if len(named) != 2 or shown.keys() - named:
        assert left is None or "could not be removed or restored" in left
    if not lasts and raised is not None:
        assert (left, shown.keys()) == ("", named)


def test_what_cannot_be_removed_is_named_once_the_new_table_stands(root, monkeypatch):
    _, old = make(root, b"old", overwrite=False)
    target, written = begin(root, b"new", overwrite=True)
    real = Place.remove

    def refuse(place):
        if place.path.endswith(old[1]):
            raise PermissionError(13, "denied")
        real(place)

    monkeypatch.setattr(Place, "remove", refuse)
    with pytest.warns(UserWarning, match=r"out holds the new table, and \['k=1/part-00001-\S+\] could not be .*denied"):
        names = target.commit(written, FOLDERS, {})
    assert set(files_of(root)) == {"_SUCCESS", old[1], *names}


def test_files_that_are_named_by_a_mark_that_stays_stay_too(root, monkeypatch):
    target, written = begin(root, b"new", overwrite=False)
    real = Place.remove

    def refuse(place):
        if place.path.endswith("_SUCCESS"):
            raise PermissionError(13, "denied")
        real(place)

    monkeypatch.setattr(Place, "remove", refuse)
    Fault(
        monkeypatch,
        1,
        KeyboardInterrupt(),
        False,
        "after",
        steps=["move" if root.renames else "write"],
        at_name="_SUCCESS",
    )
    raised, left = commit_or_abort(target, written)
    assert isinstance(raised, KeyboardInterrupt)
    assert "out holds no table, and ['_SUCCESS'] could not be removed or restored ([Errno 13] denied)" in left
    there = files_of(root)
    assert {one["name"] for one in json.loads(there["_SUCCESS"])["files"]} <= set(there)


def test_a_first_run_that_fails_leaves_no_folder(root, monkeypatch):
    target, written = begin(root, b"new", overwrite=False)
    with monkeypatch.context() as patch:
        patch.setattr(Place, "write", lambda place, content: (_ for _ in ()).throw(OSError(28, "full")))
        with pytest.raises(OSError, match="full"):
            target.commit(written, FOLDERS, {})
    assert target.abort() == ""
    assert not root.inner("out").exists()
