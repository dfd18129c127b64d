"""What is said where Java, pyspark or stancekit is missing; nothing here starts Spark."""

import subprocess
import sys

import pytest

from stancekit import InvalidInputError, MissingExtraError, spark
from stancekit.spark import sending
from stancekit.spark.session import check_java


@pytest.fixture
def java(tmp_path, monkeypatch):
    """Make the only java on the path a script that says what it is told to."""

    def java(says, code=0):
        script = tmp_path / "java"
        script.write_text(f"#!/bin/sh\necho '{says}' >&2\nexit {code}\n")
        script.chmod(0o755)

    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    return java


def test_no_java(java):
    with pytest.raises(MissingExtraError, match=r"needs Java 17 or newer, and no java was found; install one \(Debian"):
        check_java()


@pytest.mark.parametrize("says", ['openjdk version "11.0.2" 2019-01-15', 'java version "1.8.0_292"'])
def test_old_java(java, says):
    java(says)
    version = says.split('"')[1]
    with pytest.raises(
        MissingExtraError, match=rf'needs Java 17 or newer, and .*java has version "{version}"; install'
    ):
        check_java()


@pytest.mark.parametrize("says", ['openjdk version "17.0.15" 2025-04-15', 'openjdk version "21" 2023-09-19'])
def test_new_java(java, says):
    java(f"Picked up JAVA_TOOL_OPTIONS: -Xmx1g\n{says}")
    assert check_java() is None


def test_java_that_does_not_run(java):
    java("Error: could not find libjava.so", code=1)
    with pytest.raises(MissingExtraError, match=r"java does not run: Error: could not find libjava\.so; install"):
        check_java()


def test_java_home_that_leads_nowhere(java, monkeypatch, tmp_path):
    java('openjdk version "17"')
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "gone"))
    with pytest.raises(MissingExtraError, match=r"JAVA_HOME is '.*gone' and has no bin/java"):
        check_java()


def test_no_pyspark(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    for call in (spark.local_session, lambda: spark.predict(None)):
        with pytest.raises(
            MissingExtraError, match=r"needs the package 'pyspark'; run: pip install 'stancekit\[spark\]'"
        ):
            call()


@pytest.mark.parametrize("n_cores", [0, -1, 1.5, True, "2"])
def test_numbers_of_cores_that_are_none(n_cores):
    with pytest.raises(InvalidInputError, match=r"n_cores must be None or a whole number from 1, got"):
        spark.local_session(n_cores)


def test_executors_without_stancekit_say_so(tmp_path, monkeypatch):
    monkeypatch.setattr(sending, "installed_version", lambda: "1.2.3")  # from a checkout there may be none
    cloudpickle = pytest.importorskip("pyspark.cloudpickle", reason="needs pyspark")
    sent = sending.Sent(model=None, checksum="", files={})
    (tmp_path / "work").write_bytes(cloudpickle.dumps(sending.on_executors(sent, {})))
    code = f"""
import pickle, sys
from importlib import metadata

def version(name):
    raise metadata.PackageNotFoundError(name)

metadata.version = version
sys.modules["stancekit"] = None
work = pickle.load(open({str(tmp_path / "work")!r}, "rb"))
list(work([]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("RuntimeError: an executor has no stancekit, the driver has 1.2.3")
