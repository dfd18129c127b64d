"""Labelling on a real Spark: the rows of `predict_frame`, whatever the partitions, and nothing lost."""

import doctest
import os
import signal

import pyarrow as pa
import pytest

import stancekit
from stancekit import InvalidInputError, Labeller, MissingExtraError, spark
from stancekit.spark import sending

SCHEMA = "id int, text string"
NAMES = [
    "stance_labels",
    "stance_abstained",
    "stance_score_anti-sanction",
    "stance_score_pro-cooperation",
    "stance_score_self-reliance",
]


def frame_of(session, texts, n_partitions=3):
    return session.createDataFrame(list(enumerate(texts)), SCHEMA).repartition(n_partitions, "id")


def rows_of(frame):
    return [row.asDict() for row in sorted(frame.collect(), key=lambda row: row["id"])]


def expected(model, texts, **options):
    table = pa.table({"id": pa.array(range(len(texts)), pa.int32()), "text": pa.array(texts, pa.string())})
    return stancekit.predict_frame(model, table, **options).to_pylist()


def test_rows_are_those_of_predict_frame_with_partitions_of_several_batches_or_none(session, corpus, packaged):
    texts = [*corpus.texts, "", " \n", "Ça suffit — санкции, 制裁. 🚢"]
    found = spark.predict(frame_of(session, texts, n_partitions=3), unfamiliar=True)
    few = spark.predict(frame_of(session, texts[:2], n_partitions=6))
    assert rows_of(found) == expected(packaged, texts, unfamiliar=True)
    assert rows_of(few) == expected(packaged, texts[:2])


def test_any_model_goes_by_object_or_by_path(session, corpus, models, tmp_path):
    texts = corpus.texts[:9]
    path = stancekit.save(models["exclusive"], tmp_path / "model")
    frame = frame_of(session, texts, 2)
    for model in (models["exclusive"], path, str(path)):
        found = spark.predict(frame, model=model, prefix="own_")
        assert rows_of(found) == expected(models["exclusive"], texts, prefix="own_")


def test_a_model_is_broadcast_once(session, context, models):
    frame = frame_of(session, ["We met."])
    sent = [sending.send(model, frame).files for model in ("linear", stancekit.load(), models["both"], "linear")]
    assert sent[0] is sent[1] is sent[3] is not sent[2]
    assert set(sent[0].value) == {"config.json", "weights.safetensors", "golden.json"}


def test_models_of_before_are_forgotten(session, context, monkeypatch):
    frame = frame_of(session, ["We met."])
    monkeypatch.setattr(sending, "_broadcasts", {("stopped", "a"): 1, ("stopped", "b"): 2})
    sending.send("linear", frame)
    assert [one for one, _ in sending._broadcasts] == [context.applicationId]
    monkeypatch.setattr(sending, "_broadcasts", {(context.applicationId, str(n)): n for n in range(sending._KEPT)})
    sending.send("linear", frame)
    assert len(sending._broadcasts) == sending._KEPT
    assert next(iter(sending._broadcasts))[1] == "1"


def test_schema_is_known_and_nothing_runs_before_rows_are_asked_for(session):
    frame = session.range(3).selectExpr("id", "cast(raise_error('it ran') as string) AS text")
    found = spark.predict(frame, unfamiliar=True)
    assert found.columns == ["id", "text", *NAMES, "stance_unfamiliar"]
    assert [kind for _, kind in found.dtypes[2:]] == ["array<string>"] * 2 + ["double"] * 3 + ["boolean"]
    with pytest.raises(Exception, match="it ran"):
        found.collect()


def test_no_row_at_all(session):
    assert spark.predict(frame_of(session, [])).collect() == []


def test_all_columns_stay_whatever_they_are_called(session):
    frame = session.sql(
        "SELECT 7 AS id, 1 AS twice, 2 AS twice, 'We met.' AS `a.text`, "
        "named_struct('x', array(date'2020-01-02')) AS deep, CAST(1.50 AS DECIMAL(5, 2)) AS money, "
        "map('k', X'00FF') AS bytes"
    )
    found = spark.predict(frame, "a.text")
    assert found.dtypes[:7] == frame.dtypes
    assert found.collect()[0][:7] == frame.collect()[0][:7]


def test_nulls_are_errors_or_stay_without_labels(session, packaged):
    texts = ["Lift the embargo, it is illegal.", None, "", "We met."]
    frame = frame_of(session, texts, 2)
    assert rows_of(spark.predict(frame, nulls="null", unfamiliar=True)) == expected(
        packaged, texts, nulls="null", unfamiliar=True
    )
    message = (
        r"InvalidInputError: expected a str in row \d, field 'text', got NoneType: None; .*nulls='null' keeps such"
    )
    with pytest.raises(Exception, match=message) as caught:
        spark.predict(frame).collect()
    assert "(partition" in str(caught.value)


def test_bytes_that_are_no_text_are_errors(session):
    frame = session.sql("SELECT CAST(X'4C69667420FF' AS STRING) AS text")
    with pytest.raises(Exception, match=r"byte 0xff at offset 5 in row 0, field 'text' is not UTF-8"):
        spark.predict(frame, nulls="null").collect()


def test_lone_surrogates_do_not_reach_spark_columns(session, tmp_path):
    # Spark keeps text as UTF-8, which has none, and puts a question mark where JSON holds one.
    (tmp_path / "one.json").write_text('{"text": "Lift \\ud800 it."}\n')
    frame = session.read.schema("text string").json(str(tmp_path))
    assert [row["text"] for row in spark.predict(frame).collect()] == ["Lift ? it."]


@pytest.mark.parametrize(
    ("columns", "options", "message"),
    [
        ("1 AS id", {}, r"the DataFrame has no column 'text'; it has \['id'\]"),
        ("'a' AS text, 'b' AS text", {}, r"has the column 'text' more than once; give each its own name"),
        ("1 AS text", {}, r"expected a column of text in field 'text', got one of int; turn it into text"),
        ("array('a') AS text", {}, r"got one of array<string>; turn it into text"),
        ("'a' AS text, 1 AS stance_labels", {}, r"has a column 'stance_labels' already; choose another prefix"),
        ("'a' AS text, 1 AS Stance_Labels", {}, r"has a column 'Stance_Labels', and for Spark that is 'stance_labels'"),
        ("'a' AS text", {"nulls": "drop"}, r"unknown nulls 'drop'; expected one of \['error', 'null'\]"),
        ("'a' AS text", {"model": "quadratic"}, r"unknown model 'quadratic'; expected one of"),
    ],
)
def test_what_can_be_checked_is_checked_at_once(session, columns, options, message):
    with pytest.raises(InvalidInputError, match=message):
        spark.predict(session.sql(f"SELECT {columns}"), **options)


def test_names_that_differ_by_case_are_two_where_spark_says_so(session):
    session.conf.set("spark.sql.caseSensitive", "true")
    try:
        found = spark.predict(session.sql("SELECT 'a' AS text, 1 AS Stance_Labels"))
        assert [found.columns[1], found.columns[2]] == ["Stance_Labels", "stance_labels"]
    finally:
        session.conf.unset("spark.sql.caseSensitive")


def test_other_frames_are_refused_with_where_they_go(session):
    with pytest.raises(InvalidInputError, match=r"got Table; frames of .* go to stancekit\.predict_frame"):
        spark.predict(pa.table({"text": ["a"]}))


def test_a_model_that_cannot_tell_the_unfamiliar(session, models):
    from dataclasses import replace

    with pytest.raises(InvalidInputError, match="cannot tell what is unfamiliar"):
        spark.predict(frame_of(session, ["a"]), model=replace(models["both"], familiarity=None), unfamiliar=True)


def test_a_stopped_session(session, context, monkeypatch):
    frame = frame_of(session, ["We met."])
    monkeypatch.setattr(context, "_jsc", None)  # what `stop` leaves
    with pytest.raises(InvalidInputError, match=r"was stopped; make a new session, and the DataFrame again"):
        spark.predict(frame)


def test_another_version_on_the_executors(session, monkeypatch):
    monkeypatch.setattr(sending, "installed_version", lambda: "9.9.9")
    found = spark.predict(frame_of(session, ["We met."], 1))
    with pytest.raises(
        Exception, match=r"an executor has .*stancekit.*, the driver has 9\.9\.9; install the same version"
    ):
        found.collect()


def labelling(session, texts, n_partitions=2):
    frame = frame_of(session, texts, n_partitions)
    work = sending.on_executors(
        sending.send("linear", frame),
        {"text": "text", "position": 1, "prefix": "stance_", "unfamiliar": False, "nulls": "error"},
    )
    return frame, work, spark.predict(frame).schema


@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas")
def test_a_worker_that_is_killed_is_replaced_and_the_rows_are_the_same(session, corpus, packaged, tmp_path):
    texts = corpus.texts[:40]
    frame, work, schema = labelling(session, texts)
    killed = str(tmp_path / "killed")

    def die_once(batches):
        for batch in work(batches):
            yield batch
            if not os.path.exists(killed):
                open(killed, "w").close()
                os.kill(os.getpid(), signal.SIGKILL)

    assert rows_of(frame.mapInArrow(die_once, schema)) == expected(packaged, texts)
    assert os.path.exists(killed)


@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas")
def test_a_worker_that_always_dies_leaves_nothing_that_looks_complete(session, tmp_path):
    frame, work, schema = labelling(session, ["We met."] * 20, 1)

    def die(batches):
        for batch in work(batches):
            yield batch
            os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(Exception, match="worker exited unexpectedly"):
        frame.mapInArrow(die, schema).write.parquet(str(tmp_path / "out"))
    assert [path for path in (tmp_path / "out").rglob("*") if path.name.startswith(("_SUCCESS", "part-"))] == []


@pytest.mark.parametrize(
    "thing", [spark.predict, spark.predict_files, spark.local_session], ids=lambda thing: thing.__name__
)
def test_examples_run(session, context, thing):
    (test,) = doctest.DocTestFinder().find(thing, globs={})
    for example in test.examples:
        example.options.clear()  # they are skipped where the modules' examples run, since they need Java
    assert doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test).failed == 0


def test_missing_packages_are_named(session, monkeypatch):
    import sys

    frame = frame_of(session, ["We met."])
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(
        MissingExtraError, match=r"Spark needs the package 'pyarrow'; run: pip install 'stancekit\[spark\]'"
    ):
        spark.predict(frame)


def test_kinds_are_all_that_spark_needs_types_for(packaged):
    assert set(Labeller(packaged, unfamiliar=True).kinds().values()) == {"labels", "score", "flag"}
