"""DuckDB and stancekit meet in Arrow: what the recipes say of it holds for many rows too."""

import pyarrow as pa
import pytest

from stancekit import InvalidInputError, Labeller

duckdb = pytest.importorskip("duckdb")

TEXTS = ["Lift the embargo, it is illegal.", "We met.", None, ""]


@pytest.fixture
def database():
    with duckdb.connect() as database:
        database.execute("CREATE TABLE speeches AS SELECT i AS id, [NULL] AS more FROM range(5000) AS t(i)")
        database.execute("ALTER TABLE speeches ADD COLUMN text VARCHAR")
        for remainder, text in enumerate(TEXTS):
            database.execute("UPDATE speeches SET text = ? WHERE id % 4 = ?", [text, remainder])
        yield database


def wanted(model):
    return [None if text is None else list(model.predict(text).labels) for text in TEXTS]


def test_batches(database, packaged):
    label = Labeller(packaged, nulls="null")
    with pa.RecordBatchReader.from_stream(database.sql("SELECT id, text FROM speeches ORDER BY id")) as batches:
        labelled = pa.Table.from_batches(map(label, batches))
    assert labelled.num_rows == 5000
    found = database.sql("SELECT DISTINCT id % 4 AS k, stance_labels FROM labelled ORDER BY k").fetchall()
    assert found == list(enumerate(wanted(packaged)))


def test_a_query_that_finds_nothing(database, packaged):
    label = Labeller(packaged)
    with pa.RecordBatchReader.from_stream(database.sql("SELECT id, text FROM speeches WHERE id < 0")) as batches:
        schema = label(batches.schema.empty_table()).schema
        labelled = pa.Table.from_batches(map(label, batches), schema)
    assert (labelled.num_rows, labelled.schema) == (0, schema)
    with pa.RecordBatchReader.from_stream(database.sql("SELECT id, text FROM speeches WHERE id = 0")) as batches:
        assert pa.Table.from_batches(map(label, batches)).schema == schema


def test_batches_that_may_not_miss_a_statement(database, packaged):
    with (
        pa.RecordBatchReader.from_stream(database.sql("SELECT text FROM speeches ORDER BY id")) as batches,
        pytest.raises(InvalidInputError, match="expected a str in row 2, field 'text', got NoneType"),
    ):
        list(map(Labeller(packaged), batches))


def test_a_function_in_sql(database, packaged):
    def stances(column):
        return pa.array(packaged.predict_labels(column), pa.list_(pa.string()))

    database.create_function("stances", stances, ["VARCHAR"], "VARCHAR[]", type="arrow")
    found = database.sql("SELECT DISTINCT id % 4 AS k, stances(text) FROM speeches ORDER BY k").fetchall()
    assert found == list(enumerate(wanted(packaged)))
    assert database.sql("SELECT count(*) FROM speeches WHERE 'anti-sanction' IN stances(text)").fetchall() == [(1250,)]
