"""A module imports only from floors below its own, and nothing in the package knows the experiments."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import stancekit

PACKAGE = Path(stancekit.__file__).parent
FLOORS = [
    {"errors"},
    {"codebook", "records", "columns", "sheet_columns"},
    {"text", "tables"},
    {"parallel"},
    {"features", "calibration", "labelled", "references"},
    {"model"},
    {"card", "evidence"},
    {"analysis"},
    {"storage", "files"},
    {"measure"},
    {"report"},
    {"training"},
    {"labelling"},
    {"apps", "spark"},
]
FACADE = {"__init__", "__main__"}
FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))


def room_of(module: Path) -> str:
    return module.parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "stancekit":
            yield from (f"stancekit.{stancekit._HOME_OF.get(alias.name, alias.name)}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def own_imports(module: Path) -> set[str]:
    names = {name.removeprefix("stancekit.") for name in imported(PACKAGE / module) if name.startswith("stancekit.")}
    return {name for name in names if name.split(".")[0] != room_of(module)}


def test_every_room_has_a_floor():
    assert {room_of(module) for module in MODULES} - FACADE == set(FLOOR_OF)


@pytest.mark.parametrize("module", [m for m in MODULES if room_of(m) not in FACADE], ids=str)
def test_imports_go_down(module):
    floor = FLOOR_OF[room_of(module)]
    upward = sorted(name for name in own_imports(module) if FLOOR_OF[name.split(".")[0]] >= floor)
    assert upward == []


def test_no_cycles_inside_a_room():
    edges = {
        ".".join(module.with_suffix("").parts): {
            name.removeprefix("stancekit.") for name in imported(PACKAGE / module) if name.startswith("stancekit.")
        }
        for module in MODULES
        if room_of(module) not in FACADE
    }
    done: set[str] = set()
    while ready := {name for name, needs in edges.items() if name not in done and not (needs & set(edges)) - done}:
        done |= ready
    assert sorted(set(edges) - done) == []


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_the_package_does_not_know_what_is_around_it(module):
    assert not {name.split(".")[0] for name in imported(PACKAGE / module)} & {
        "experiments",
        "tests",
        "joblib.externals",
    }


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_nothing_unpickles(module):
    assert not {name.split(".")[0] for name in imported(PACKAGE / module)} & {"pickle", "dill", "marshal", "shelve"}


def test_datasets_is_imported_in_one_place():
    users = [module for module in MODULES if "datasets" in {name.split(".")[0] for name in imported(PACKAGE / module)}]
    assert {room_of(module) for module in users} == {"tables"}
    assert len(users) == 1
