"""One Spark for all tests of this folder, in one worker of pytest-xdist."""

import os

import pytest


@pytest.fixture(scope="session")
def session():
    """Two cores of this machine, or what is named by STANCEKIT_SPARK_MASTER, such as local-cluster[2,1,1024], or by
    STANCEKIT_SPARK_REMOTE, such as local[2,2], for Spark Connect."""
    pytest.importorskip("pyspark", reason="needs pyspark")
    from stancekit import MissingExtraError, spark
    from stancekit.spark.session import check_java

    try:
        check_java()
    except MissingExtraError as error:
        pytest.skip(str(error))
    settings = {
        "spark__master": os.environ.get("STANCEKIT_SPARK_MASTER", "local[2,2]"),  # tried twice, not four times
        "spark__driver__extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",  # it lives for half a minute
        "spark__sql__shuffle__partitions": 2,
        "spark__sql__execution__arrow__maxRecordsPerBatch": 7,
    }
    if remote := os.environ.get("STANCEKIT_SPARK_REMOTE"):
        session = connected(remote, settings)
    else:
        session = spark.local_session(2, **settings)
        session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


def connected(remote, settings):
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.remote(remote)
    for name, value in settings.items():
        if name.startswith("spark__sql__"):  # what Java begins with is the matter of the server
            builder = builder.config(name.replace("__", "."), str(value))
    return builder.getOrCreate()


@pytest.fixture
def context(session):
    """The SparkContext, which there is where Spark runs below this process."""
    if os.environ.get("STANCEKIT_SPARK_REMOTE"):
        pytest.skip("Spark Connect has no SparkContext")
    return session.sparkContext
