"""Spark on one machine, for those who have no cluster, and what is said where something for it is missing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from numbers import Integral
from pathlib import Path
from typing import Any

from stancekit.errors import InvalidInputError, missing_extra, missing_java

_OLDEST_JAVA = 17  # what Spark 4 runs on


def local_session(n_cores: int | None = None, **settings: object) -> Any:  # noqa: ANN401 - of pyspark
    """Start Spark within this machine, or give the session that runs.

    Only this machine can reach it. There is no page of Spark's own, tasks that fail are tried four times as on a
    cluster, and Python on the executors is the one that runs now.

    Parameters
    ----------
    n_cores : int, optional
        Number of tasks at a time; all cores where None.
    **settings
        Settings of Spark, with ``__`` for dots: ``spark__driver__memory="4g"``.

    Returns
    -------
    pyspark.sql.SparkSession
        End it by its ``stop()``.

    Raises
    ------
    InvalidInputError
        When `n_cores` is no whole number from 1.
    MissingExtraError
        When pyspark is not installed, or no Java of version 17 or newer is found.

    Examples
    --------
    >>> from stancekit import spark
    >>> session = spark.local_session(2, spark__sql__shuffle__partitions=2)  # doctest: +SKIP
    >>> session.range(4).count()  # doctest: +SKIP
    4
    """
    if n_cores is not None and (not isinstance(n_cores, Integral) or isinstance(n_cores, bool) or n_cores < 1):
        raise InvalidInputError(f"n_cores must be None or a whole number from 1, got {n_cores!r}")
    sql = spark_module("pyspark.sql")
    check_java()
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # Spark's default is whatever python3 is on the path
    builder = sql.SparkSession.builder.master(f"local[{n_cores or '*'},4]").appName("stancekit")
    defaults = {
        "spark__driver__host": "127.0.0.1",
        "spark__driver__bindAddress": "127.0.0.1",
        "spark__sql__shuffle__partitions": 2 * (n_cores or os.cpu_count() or 1),  # 200 are for clusters
        "spark__ui__enabled": "false",
        "spark__ui__showConsoleProgress": "false",
    }
    for name, value in {**defaults, **settings}.items():
        builder = builder.config(name.replace("__", "."), str(value))
    return builder.getOrCreate()


def spark_module(name: str) -> Any:  # noqa: ANN401 - a module of pyspark, or pyarrow
    """Import what the extra ``spark`` installs.

    Raises
    ------
    MissingExtraError
        When it is not installed.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise missing_extra(name.partition(".")[0], "spark", "Spark") from error


def context_of(user: Any) -> Any:  # noqa: ANN401 - of pyspark
    """Give the SparkContext of a DataFrame or session, or None where Spark runs in another process (Spark Connect)."""
    return None if ".connect." in type(user).__module__ else getattr(user, "sparkSession", user).sparkContext


def is_stopped(user: Any) -> bool:  # noqa: ANN401 - of pyspark
    """Tell whether the session of a DataFrame, or a session itself, was stopped."""
    context = context_of(user)
    if context is None:
        return bool(getattr(user, "sparkSession", user).is_stopped)
    return context._jsc is None or bool(context._jsc.sc().isStopped())


@contextmanager
def quiet_about_pandas() -> Iterator[None]:
    """Let Spark not warn of new versions of pandas.

    It wants pandas to be there wherever Arrow is, and warns of versions from 3 on; nothing here passes through it.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
        yield


def check_java() -> None:
    """See that there is a Java on which Spark runs.

    Raises
    ------
    MissingExtraError
        When there is none, or it is too old.
    """
    home = os.environ.get("JAVA_HOME")
    command = shutil.which(str(Path(home, "bin", "java"))) if home else shutil.which("java")
    if command is None:
        raise missing_java(f"JAVA_HOME is {home!r} and has no bin/java" if home else "no java was found")
    done = subprocess.run([command, "-version"], capture_output=True, text=True, check=False)
    version = re.search(r'version "(\d+)[^"]*"', done.stderr)
    if done.returncode or version is None:
        first = (done.stderr.strip().splitlines() or ["it says nothing"])[0]
        raise missing_java(f"{command} does not run: {first}")
    if int(version[1]) < _OLDEST_JAVA:
        raise missing_java(f"{command} has {version[0]}")
