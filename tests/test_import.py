"""Import is light and silent, and prediction needs none of the packages that training and tables need."""

import shutil
import subprocess
import sys

import pytest

import stancekit

HEAVY = ("sklearn", "pandas", "torch", "datasets", "pyarrow", "scipy", "joblib", "huggingface_hub", "transformers")


def run(code):
    """Run code in a fresh interpreter in which every warning is an error; give what it printed."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def imported_by(code):
    out = run(f"{code}\nimport sys\nprint(*(name for name in {HEAVY!r} if name in sys.modules))")
    return set(out.split())


def test_the_probe_sees_heavy_packages():
    assert imported_by("import scipy, joblib") == {"scipy", "joblib"}


def test_import_is_light():
    assert imported_by("import stancekit") == set()


@pytest.mark.parametrize(
    "call",
    [
        "stancekit.load().predict('Lift the embargo.')",
        "stancekit.predict(['Lift the embargo.', ''])",
        "stancekit.load().predict_proba([])",
        "list(stancekit.load().predict_iter(['Lift the embargo.']))",
        "stancekit.load().explain('Lift the embargo.').to_dict()",
        "stancekit.storage.loading.check_golden(stancekit.load())",
        "stancekit.save(stancekit.load(), __import__('tempfile').mkdtemp() + '/model')",
        "stancekit.Codebook.from_labels(['a']).to_dict()",
    ],
)
def test_prediction_is_light(call):
    assert imported_by(f"import stancekit, stancekit.storage.loading\n{call}") == set()


def test_import_is_silent():
    assert run("import stancekit") == ""
    assert run("import stancekit; stancekit.predict('Lift the embargo.')") == ""


def test_import_sets_nothing_up():
    code = """
import logging, random, signal, sys, threading, warnings
import numpy as np
np.random.seed(7); random.seed(7)
def state():
    return (
        list(warnings.filters), list(logging.root.handlers), logging.root.level, sys.excepthook,
        signal.getsignal(signal.SIGINT), threading.active_count(), random.getstate(),
        np.random.get_state()[1].tolist(), np.geterr(), list(sys.path),
    )
before = state()
import stancekit
stancekit.predict("Lift the embargo.")
assert state() == before
"""
    assert run(code) == ""


def test_every_public_name_is_there():
    for name in stancekit.__all__:
        assert getattr(stancekit, name).__name__ == name
    assert dir(stancekit) == sorted(stancekit.__all__)


def test_every_public_name_stands_alone():
    names = ", ".join(stancekit.__all__)
    assert run(f"from stancekit import {names}\nfrom stancekit import *") == ""


def test_unknown_names():
    with pytest.raises(AttributeError, match="module 'stancekit' has no attribute 'predit'"):
        _ = stancekit.predit
    with pytest.raises(ImportError, match="cannot import name 'StanceModle' from 'stancekit'"):
        from stancekit import StanceModle  # noqa: F401


def test_submodules_do_not_shadow_public_names():
    out = run(
        "import stancekit.tables, stancekit.measure.evaluation, stancekit.storage.saving\n"
        "print(stancekit.load.__name__)"
    )
    assert out == "load\n"


def test_the_version_is_that_of_the_installed_package():
    from importlib.metadata import version

    assert stancekit.__version__ == version("stancekit")


def test_a_source_folder_that_is_not_built_says_so(tmp_path):
    folder = tmp_path / "stancekit"
    (folder / "text").mkdir(parents=True)
    (folder / "text" / "_vocabulary.pyx").write_text("")
    shutil.copy(stancekit.__file__, folder)
    done = subprocess.run(
        [sys.executable, "-c", "import stancekit"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert "ImportError: stancekit is not built in" in done.stderr
    assert "pip install -e ." in done.stderr
