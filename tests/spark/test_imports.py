"""What the modules of Spark import of ours exists, also where no pyspark and no Java can tell."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from stancekit import spark

MODULES = sorted(Path(spark.__file__).parent.glob("*.py"))


def imported(path):
    """Give the names of ours that a module imports, in functions too, as module and name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("stancekit"):
            yield from ((node.module, alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names if alias.name.startswith("stancekit"))
        elif isinstance(node, ast.Constant) and str(node.value).startswith("stancekit.spark."):
            yield node.value, None


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_all_that_is_imported_of_ours_exists(path):
    for module, name in imported(path):
        found = import_module(module)
        assert name is None or hasattr(found, name), f"{path.name} imports {name} from {module}"


def test_imports_inside_functions_are_seen():
    assert ("stancekit.spark.executor", None) in {one for path in MODULES for one in imported(path)}


def test_the_modules_import_without_pyspark():
    names = [f"stancekit.spark.{path.stem}" for path in MODULES if path.stem != "__init__"]
    code = f"import sys; sys.modules['pyspark'] = None; import {', '.join(names)}"
    subprocess.run([sys.executable, "-c", code], check=True)
