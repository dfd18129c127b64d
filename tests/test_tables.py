import csv
import gzip
import json
import os
import re
import stat
import subprocess
import sys
import time as time_module
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

import datasets
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stancekit.errors import InvalidInputError, MissingExtraError
from stancekit.tables import SUFFIXES, check_format, read_table, write_table
from stancekit.tables.compression import zstandard

TEXT_SUFFIXES = [suffix for suffix in SUFFIXES if suffix != ".parquet"]
ROWS = [{"text": "Lift them.", "country": "Cuba"}, {"text": "", "country": 'a "b",\n|\r\tc\u2028'}]

writable_text = st.text(st.characters(exclude_categories=["Cs"]))
csv_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
awkward_text = csv_text | st.text(st.sampled_from('",\t\r\n\ufeff\u2028 a'))
per_example = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def put(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def rows_of(path, content):
    return list(read_table(put(path, content)))


def only_file(folder):
    return [path.name for path in folder.iterdir()]


class TestEveryFormat:
    @pytest.mark.parametrize("suffix", SUFFIXES)
    def test_text_comes_back_as_it_was(self, tmp_path, suffix):
        path = tmp_path / f"t{suffix}"
        assert write_table(path, ROWS) == 2
        table = read_table(path)
        assert table.columns == ("text", "country")
        assert list(table) == ROWS
        assert list(table) == ROWS  # a second time
        assert table.column("text") == ["Lift them.", ""]
        assert table.source == str(path)

    @pytest.mark.parametrize("suffix", SUFFIXES)
    def test_no_rows(self, tmp_path, suffix):
        path = tmp_path / f"t{suffix.upper()}"
        assert write_table(str(path), [], columns=["a", "b"]) == 0
        assert list(read_table(str(path))) == []

    @pytest.mark.parametrize("suffix", [".csv", ".tsv", ".parquet"])
    def test_no_rows_and_no_columns(self, tmp_path, suffix):
        with pytest.raises(InvalidInputError, match="got no row and no columns; pass columns"):
            write_table(tmp_path / f"t{suffix}", [])
        with pytest.raises(InvalidInputError, match="got no row and no columns; pass columns"):
            write_table(tmp_path / f"t{suffix}", [{}])
        assert only_file(tmp_path) == []

    @pytest.mark.parametrize("suffix", SUFFIXES)
    def test_same_path_read_and_written(self, tmp_path, suffix):
        path = tmp_path / f"t{suffix}"
        write_table(path, ({"n": str(i)} for i in range(3000)))
        table = read_table(path)
        assert write_table(path, (row | {"m": row["n"] + "!"} for row in table)) == 3000
        assert list(read_table(path))[2999] == {"n": "2999", "m": "2999!"}
        assert only_file(tmp_path) == [path.name]

    @pytest.mark.parametrize("suffix", [".csv", ".tsv", ".parquet"])
    def test_unexpected_key(self, tmp_path, suffix):
        with pytest.raises(InvalidInputError, match="unexpected column 'b' in row 1; expected among"):
            write_table(tmp_path / f"t{suffix}", [{"a": "1"}, {"a": "2", "b": "3"}])

    @pytest.mark.parametrize("suffix", SUFFIXES)
    def test_row_that_is_no_mapping(self, tmp_path, suffix):
        with pytest.raises(InvalidInputError, match="in row 1, got list"):
            write_table(tmp_path / f"t{suffix}", [{"a": "1"}, ["2"]])

    @pytest.mark.parametrize("suffix", SUFFIXES)
    def test_lone_surrogates(self, tmp_path, suffix):
        with pytest.raises(InvalidInputError, match="lone surrogate at character 1 in row 1, field 'a'"):
            write_table(tmp_path / f"t{suffix}", [{"a": "1"}, {"a": "é\ud800"}])
        with pytest.raises(InvalidInputError, match=r"lone surrogate at character 0 in .*field '.ud800'"):
            write_table(tmp_path / f"t{suffix}", [{"\ud800": "1"}])

    @pytest.mark.parametrize("suffix", [".csv", ".tsv", ".parquet"])
    def test_column_names(self, tmp_path, suffix):
        with pytest.raises(InvalidInputError, match=r"columns \['a'\] more than once"):
            write_table(tmp_path / f"t{suffix}", [], columns=["a", "a"])
        with pytest.raises(InvalidInputError, match="expected column names of str, got 3"):
            write_table(tmp_path / f"t{suffix}", [{3: "a"}])

    @pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl"])
    def test_one_row_is_read_without_the_rest(self, tmp_path, suffix):
        path = tmp_path / f"t{suffix}"
        write_table(path, ROWS * 10_000)
        with path.open("ab") as file:
            file.write(b"\xff\n")
        assert next(iter(read_table(path))) == ROWS[0]

    @pytest.mark.parametrize("suffix", TEXT_SUFFIXES)
    def test_bad_bytes(self, tmp_path, suffix):
        path = tmp_path / f"t{suffix}"
        write_table(path, [{"a": "é"}] * 30_000)
        size, lines = path.stat().st_size, path.read_bytes().count(b"\n")
        with path.open("ab") as file:
            file.write(b'"\xe9"\n')
        with pytest.raises(InvalidInputError, match=f"byte 0xe9 at offset {size + 1}, in line {lines + 1}, is"):
            list(read_table(path))
        put(path, path.read_bytes()[:size] + b"\0\n")
        with pytest.raises(InvalidInputError, match=f"NUL byte in line {lines + 1}"):
            list(read_table(path))

    @pytest.mark.parametrize("suffix", TEXT_SUFFIXES)
    def test_utf16(self, tmp_path, suffix):
        with pytest.raises(InvalidInputError, match="byte 0xff at offset 0, in line 1"):
            read_table(put(tmp_path / f"t{suffix}", "a,b\n1,2\n".encode("utf-16")))

    @pytest.mark.parametrize("suffix", TEXT_SUFFIXES)
    def test_rows_are_taken_one_by_one(self, tmp_path, suffix):
        path = tmp_path / f"t{suffix}"
        sizes = []

        def rows():
            for _ in range(20):
                sizes.append(next(tmp_path.iterdir()).stat().st_size)
                yield {"a": "x" * 100_000}

        write_table(path, rows())
        assert sizes[10] >= 900_000

    def test_missing_file(self, tmp_path):
        for suffix in SUFFIXES:
            with pytest.raises(FileNotFoundError, match=f"t{suffix}"):
                read_table(tmp_path / f"t{suffix}")

    def test_missing_column(self, tmp_path):
        path = tmp_path / "t.jsonl"
        table = read_table(put(path, '{"a": 1}\n{"b": 2}'))
        with pytest.raises(InvalidInputError, match=r"t.jsonl has no column 'b'; it has \['a'\]"):
            table.column("b")
        with pytest.raises(InvalidInputError, match=r"t.jsonl has no value in row 1, field 'a'"):
            table.column("a")


class TestCsv:
    @per_example
    @given(
        columns=st.lists(awkward_text, min_size=1, max_size=3, unique=True),
        data=st.data(),
        suffix=st.sampled_from([".csv", ".tsv"]),
    )
    def test_any_text_comes_back(self, tmp_path, columns, data, suffix):
        rows = data.draw(st.lists(st.fixed_dictionaries({column: awkward_text for column in columns})))
        path = tmp_path / f"t{suffix}"
        assert write_table(path, rows, columns=columns) == len(rows)
        table = read_table(path)
        assert table.columns == tuple(columns)
        assert list(table) == rows

    @pytest.mark.parametrize("content", ["a,b\r\n1,x\r\n", "\ufeffa,b\n1,x", "a,b\r1,x\r", "a,b\n1,x\n\n\r\n\n"])
    def test_other_ends_and_marks(self, tmp_path, content):
        assert rows_of(tmp_path / "t.csv", content) == [{"a": "1", "b": "x"}]

    def test_values_stay_as_written(self, tmp_path):
        content = 'a,b,\n 01 , "x",\n"y\r\n""z""",NaN,\n'
        with pytest.raises(InvalidInputError, match="begins in line 2"):  # a quote after a blank
            rows_of(tmp_path / "t.csv", content.replace(' "x"', '"x" '))
        assert rows_of(tmp_path / "t.csv", content) == [
            {"a": " 01 ", "b": ' "x"', "": ""},
            {"a": 'y\r\n"z"', "b": "NaN", "": ""},
        ]

    def test_field_count(self, tmp_path):
        path = tmp_path / "t.csv"
        with pytest.raises(InvalidInputError, match=r"row 1 \(line 4\) has 3 fields; expected 2"):
            rows_of(path, 'a,b\n"1\n",2\n1,2,3\n')
        with pytest.raises(InvalidInputError, match=r"row 0 \(line 2\) has 1 fields; expected 2"):
            rows_of(path, "a,b\n1\n")
        with pytest.raises(InvalidInputError, match=r"row 0 \(line 2\) has 1 fields; expected 2"):
            rows_of(tmp_path / "t.tsv", "a\tb\n1,2\n")

    def test_blank_line_before_a_row(self, tmp_path):
        with pytest.raises(InvalidInputError, match=r"row 1 \(line 3\) is blank"):
            rows_of(tmp_path / "t.csv", "a\n1\n\n\n2\n")

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (
                "id;text;labels\n1;Lift it, now;a\n",
                "seem to be separated by ';', and .csv is read with commas; save it w",
            ),
            ('"id";"text"\n"1";"Lift it, now"\n', "seem to be separated by ';'"),
            ("id\ttext\tlabels\r\n1\tLift it.\ta\r\n", "seem to be separated by tabs, .*; let its name end in .tsv"),
            ('\ufeff"id"\t"text"\n', "seem to be separated by tabs"),
        ],
    )
    def test_other_separators_are_not_guessed(self, tmp_path, content, message):
        path = tmp_path / "t.csv"
        path.write_bytes(content.encode())
        with pytest.raises(InvalidInputError, match=message):
            read_table(path)

    @pytest.mark.parametrize("content", ['"a;b"\n1\n', "a;b,c\n1,2\n", "a;\n1\n", '"a\tb"\n1\n'])
    def test_names_with_other_separators_in_them(self, tmp_path, content):
        path = tmp_path / "t.csv"
        path.write_text(content)
        table = read_table(path)
        write_table(path, list(table), columns=table.columns)
        assert read_table(path).columns == table.columns

    @pytest.mark.parametrize("content", ["", "\n", "\ufeff", "\na\n1\n"])
    def test_no_header(self, tmp_path, content):
        with pytest.raises(InvalidInputError, match="has no header"):
            read_table(put(tmp_path / "t.csv", content))

    def test_column_twice(self, tmp_path):
        with pytest.raises(InvalidInputError, match=r"has the columns \['a'\] more than once"):
            read_table(put(tmp_path / "t.csv", "a,b,a\n"))

    def test_open_quote(self, tmp_path):
        with pytest.raises(InvalidInputError, match=r"row 1 \(begins in line 3\) is not valid CSV: unexpected"):
            rows_of(tmp_path / "t.csv", 'a\n1\n"2\n3\n')
        with pytest.raises(InvalidInputError, match=r"header \(begins in line 1\) is not valid CSV"):
            read_table(put(tmp_path / "t.csv", '"a\n1\n'))

    def test_long_fields_leave_the_limit_of_others_alone(self, tmp_path):
        before = csv.field_size_limit()
        rows = [{"a": "x\n" * 200_000}]
        write_table(tmp_path / "t.csv", rows)
        iterator = iter(read_table(tmp_path / "t.csv"))
        assert next(iterator) == rows[0]
        assert csv.field_size_limit() == before == 131_072

    def test_forms_of_values(self, tmp_path):
        class Colour(StrEnum):
            RED = "red"

        values = {
            "none": None,
            "yes": True,
            "no": np.False_,
            "float": 0.1,
            "numpy": np.float64(1e-7),
            "nan": float("nan"),
            "int": np.int64(3),
            "labels": ["a", "b"],
            "tuple": ("a",),
            "nothing": [],
            "numbers": [1, 2.5],
            "mapping": {"é": [None]},
            "date": date(2020, 1, 2),
            "moment": datetime(2020, 1, 2, 3, tzinfo=UTC),
            "nano": pd.Timestamp("2020-01-02T00:00:00.123456789"),
            "time": time(3, 4),
            "numpy_date": np.datetime64("2020-01-02"),
            "decimal": Decimal("1.50"),
            "enum": Colour.RED,
        }
        write_table(tmp_path / "t.csv", [values, {}])
        first, second = read_table(tmp_path / "t.csv")
        assert second == dict.fromkeys(values, "")
        assert list(first.values()) == [
            *("", "true", "false", "0.1", "1e-07", "nan", "3", "a|b", "a", "", "[1, 2.5]", '{"é": [null]}'),
            *("2020-01-02", "2020-01-02T03:00:00+00:00", "2020-01-02T00:00:00.123456789", "03:04:00"),
            *("2020-01-02", "1.50", "red"),
        ]

    @pytest.mark.parametrize(
        ("value", "message"),
        [
            ("a\0", "CSV cannot hold a NUL"),
            (["a|b"], r"'a\|b' in a list would not come back"),
            ([""], "'' in a list would not come back"),
            (b"x", "bytes b'x' has no form"),
            (timedelta(1), "timedelta .* has no form"),
            ([float("nan"), 1], "JSON has no nan"),
        ],
    )
    def test_values_without_a_form(self, tmp_path, value, message):
        with pytest.raises(InvalidInputError, match=f"in row 1, field 'a': {message}"):
            write_table(tmp_path / "t.csv", [{"a": 1}, {"a": value}])

    def test_columns_choose_the_order(self, tmp_path):
        write_table(tmp_path / "t.csv", [{"a": 1, "b": 2}], columns=["b", "c", "a"])
        assert (tmp_path / "t.csv").read_text() == "b,c,a\n2,,1\n"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | writable_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(writable_text, inner, max_size=3),
    max_leaves=5,
)


class TestJsonl:
    @per_example
    @given(rows=st.lists(st.dictionaries(writable_text, json_values, max_size=3), max_size=5))
    def test_any_object_comes_back(self, tmp_path, rows):
        path = tmp_path / "t.jsonl"
        assert write_table(path, rows) == len(rows)
        assert list(read_table(path)) == rows

    def test_text_is_legible_and_all_keys_are_kept(self, tmp_path):
        path = tmp_path / "t.ndjson"
        write_table(path, [{"a": "é"}, {"b": ["x", "y"], "a": None}], columns=["a"])
        assert path.read_text(encoding="utf-8") == '{"a": "é"}\n{"a": null, "b": ["x", "y"]}\n'
        assert read_table(path).columns == ("a",)

    def test_forms_of_values(self, tmp_path):
        values = {
            "numpy": np.float32(0.5),
            "int": np.int64(3),
            "bool": np.True_,
            "array": np.array([[1, 2]]),
            "tuple": (1, "a"),
            "date": date(2020, 1, 2),
            "time": time(3, 4),
            "moment": np.datetime64("2020-01-02T03:04"),
            "decimal": Decimal("1.50"),
        }
        write_table(tmp_path / "t.jsonl", [values])
        (row,) = read_table(tmp_path / "t.jsonl")
        assert list(row.values()) == [
            *(0.5, 3, True, [[1, 2]], [1, "a"], "2020-01-02", "03:04:00", "2020-01-02T03:04", "1.50")
        ]

    @pytest.mark.parametrize(
        ("value", "message"),
        [
            (float("nan"), "JSON has no nan; write None"),
            (np.float32("inf"), "JSON has no inf"),
            ({"b": [float("-inf")]}, "JSON has no -inf"),
            (pd.NaT, "NaT is no date"),
            (np.datetime64("NaT"), "NaT is no date"),
            (b"x", "bytes b'x' has no form"),
            (np.longdouble, "type .* has no form"),
            (np.timedelta64(1, "s"), "timedelta64 .* has no form"),
            ({1: 2}, "expected keys of str, got 1"),
            ("x" * 10, None),
        ],
    )
    def test_values_without_a_form(self, tmp_path, value, message):
        rows = [{"a": 1}, {"a": value}]
        if message is None:
            assert write_table(tmp_path / "t.jsonl", rows) == 2
            return
        with pytest.raises(InvalidInputError, match=f"in row 1, field 'a': {message}"):
            write_table(tmp_path / "t.jsonl", rows)

    def test_keys_that_are_no_text(self, tmp_path):
        with pytest.raises(InvalidInputError, match="expected keys of str in row 1, got 7"):
            write_table(tmp_path / "t.jsonl", [{"a": 1}, {7: 1}])

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            ("[1]", r"expected \{...\}, got a list"),
            ("{'a': 1}", "Expecting property name"),
            ('{"a": 1} {"a": 2}', "Extra data"),
            ('{"a": NaN}', "NaN is no JSON; write null"),
            ('{"a": -Infinity}', "-Infinity is no JSON"),
            ('{"a": 1e999}', "1e999 is too large"),
            ('{"a": 1, "a": 1}', r"the keys \['a'\] come more than once"),
            ('{"a": {"b": 1, "b": 2}}', r"the keys \['b'\] come more than once"),
            ('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", "recursion"),
            ('{"a": ' + "9" * 5000 + "}", "Exceeds the limit"),
        ],
    )
    def test_lines_that_are_no_objects(self, tmp_path, line, message):
        table = read_table(put(tmp_path / "t.jsonl", f'{{"a": 1}}\r\n{line}\n{{"a": 2}}\n'))
        with pytest.raises(InvalidInputError, match=rf"row 1 \(line 2\) is not a JSON object: .*{message}"):
            list(table)

    def test_blank_lines(self, tmp_path):
        path = tmp_path / "t.jsonl"
        assert rows_of(path, '\ufeff{"a": 1}\n \t\r\n\n') == [{"a": 1}]
        with pytest.raises(InvalidInputError, match=r"row 1 \(line 2\) is blank"):
            rows_of(path, '{"a": 1}\n\n{"a": 1}\n')

    def test_empty_file(self, tmp_path):
        table = read_table(put(tmp_path / "t.jsonl", ""))
        assert (table.columns, list(table)) == ((), [])


SCHEMA = pa.schema(
    [
        pa.field("ns", pa.timestamp("ns", "Europe/Paris"), metadata={"unit": "ns"}),
        ("s", pa.timestamp("s")),
        ("decimal", pa.decimal128(6, 2)),
        ("category", pa.dictionary(pa.int8(), pa.string())),
        ("list", pa.list_(pa.int16())),
        ("struct", pa.struct([("a", pa.float32()), ("b", pa.date32())])),
        ("map", pa.map_(pa.string(), pa.int8())),
        ("null", pa.null()),
        ("binary", pa.binary()),
        ("text", pa.large_string()),
        ("half", pa.float16()),
        ("time", pa.time64("ns")),
        ("duration", pa.duration("ns")),
    ],
    metadata={"about": "a table"},
)
TYPED = {
    "ns": pd.Timestamp("2020-01-02T03:04:05.123456789", tz="Europe/Paris"),
    "s": datetime(2020, 1, 2),
    "decimal": Decimal("1.50"),
    "category": "red",
    "list": [1, None],
    "struct": {"a": 0.1, "b": date(2020, 1, 2)},
    "map": [("k", 1)],
    "null": None,
    "binary": b"\0\xff",
    "text": "é\0",
    "half": 0.1,
    "time": time(1, 2, 3, 4),
    "duration": pd.Timedelta(123456789),
}


class TestParquet:
    def test_types_survive(self, tmp_path):
        path = tmp_path / "t.parquet"
        pq.write_table(pa.Table.from_pylist([TYPED, dict.fromkeys(TYPED)], schema=SCHEMA), path)
        original = pq.read_table(path)  # Parquet has no timestamps in seconds, and makes milliseconds of them
        table = read_table(path)
        assert (table.n_rows, table.columns) == (2, tuple(SCHEMA.names))
        assert write_table(tmp_path / "u.parquet", table, schema=table.schema) == 2
        copy = pq.read_table(tmp_path / "u.parquet")
        assert copy.schema.equals(original.schema, check_metadata=True)
        assert copy.equals(original)

    def test_frames_of_pandas(self, tmp_path):
        frame = pd.DataFrame({"x": [1.5, float("nan")], "c": pd.Categorical(["b", "a"], ["a", "b"], ordered=True)})
        frame.to_parquet(tmp_path / "t.parquet")
        table = read_table(tmp_path / "t.parquet")
        assert list(table) == [{"x": 1.5, "c": "b"}, {"x": None, "c": "a"}]
        write_table(tmp_path / "t.jsonl", table)
        write_table(tmp_path / "u.parquet", table, schema=table.schema)
        copy = pd.read_parquet(tmp_path / "u.parquet")
        assert not copy["c"].cat.ordered
        assert copy["c"].tolist() == ["b", "a"]

    def test_columns_beside_the_schema(self, tmp_path):
        path = tmp_path / "t.parquet"
        schema = pa.schema([("a", pa.int8()), ("b", pa.string())], metadata={"pandas": "stale"})
        write_table(path, [{"labels": ["x"], "a": 1}], columns=["a", "labels"], schema=schema)
        assert pq.read_schema(path).equals(pa.schema([("a", pa.int8()), ("labels", pa.list_(pa.string()))]))
        assert pq.read_schema(path).metadata is None

    def test_many_rows_in_groups(self, tmp_path):
        path = tmp_path / "t.parquet"
        taken = []

        def rows():
            for n in range(25_000):
                taken.append(n)
                yield {"n": n} if n else {"n": n, "only_first": 0.5}

        assert write_table(path, rows()) == 25_000
        file = pq.ParquetFile(path)
        assert file.num_row_groups == 3
        file.close()
        assert [row["n"] for row in read_table(path)] == taken
        assert read_table(path).column("only_first")[:2] == [0.5, None]

    @pytest.mark.parametrize(
        ("kind", "good", "bad"),
        [
            (pa.int64(), 1, 1.5),
            (pa.int64(), 1, "1"),
            (pa.int64(), 1, True),
            (pa.int64(), 1, 2**70),
            (pa.bool_(), True, 1),
            (pa.string(), "a", b"a"),
            (pa.string(), "a", 1),
            (pa.binary(), b"a", "a"),
            (pa.float32(), 0.1, 1e300),
            (pa.float32(), 0.1, 2**24 + 1),
            (pa.date32(), date(2020, 1, 1), datetime(2020, 1, 1, 5)),
            (pa.timestamp("s"), datetime(2020, 1, 1), datetime(2020, 1, 1, 0, 0, 0, 5)),
            (pa.timestamp("us"), datetime(2020, 1, 1), pd.Timestamp("2020-01-02T03:04:05.123456789")),
            (pa.timestamp("us"), datetime(2020, 1, 1), datetime(2020, 1, 1, tzinfo=UTC)),
            (pa.duration("s"), timedelta(1), timedelta(microseconds=1)),
            (pa.decimal128(4, 2), Decimal("1.5"), Decimal("1.555")),
            (pa.struct([("a", pa.int64())]), {"a": 1}, {"a": 1, "b": 2}),
            (pa.list_(pa.struct([("a", pa.int64())])), [{"a": 1}], [{"a": 1}, {"b": 2}]),
            (pa.null(), None, 1),
            (pa.dictionary(pa.int8(), pa.string()), "a", 1),
        ],
    )
    def test_values_that_do_not_fit(self, tmp_path, kind, good, bad):
        rows = [{"a": good}] * 7 + [{"a": bad}] + [{"a": good}]
        with pytest.raises(InvalidInputError, match="in row 7, field 'a' does not fit the column's type, "):
            write_table(tmp_path / "t.parquet", rows, schema=pa.schema([("a", kind)]))
        assert write_table(tmp_path / "t.parquet", [{"a": good}], schema=pa.schema([("a", kind)])) == 1

    def test_later_rows_keep_to_the_types_of_the_first(self, tmp_path):
        with pytest.raises(InvalidInputError, match=r"str 'x' in row 10001, field 'a' .* type, int64: .*schema"):
            write_table(tmp_path / "t.parquet", ({"a": n if n < 10_001 else "x"} for n in range(20_000)))
        with pytest.raises(InvalidInputError, match=r"str 'x' in row 2, field 'a' .* which its first rows set"):
            write_table(tmp_path / "t.parquet", [{"a": 1}, {}, {"a": "x"}])

    def test_nulls_and_categories_that_the_schema_forbids(self, tmp_path):
        strict = pa.schema([pa.field("a", pa.int64(), nullable=False)])
        with pytest.raises(InvalidInputError, match=r"in row 1, field 'a' .* the schema allows no null"):
            write_table(tmp_path / "t.parquet", [{"a": 1}, {}], schema=strict)
        few = pa.schema([("a", pa.dictionary(pa.int8(), pa.string()))])
        with pytest.raises(InvalidInputError, match=r"in row 128, field 'a' .* more distinct values"):
            write_table(tmp_path / "t.parquet", ({"a": str(n)} for n in range(300)), schema=few)

    def test_inferred_types(self, tmp_path):
        row = {
            "array": np.array([1, 2]),
            "numpy": np.float32(0.5),
            "moment": np.datetime64("2020-01-02T03:04:05.123456789", "ns"),
            "gone": np.datetime64("NaT", "ns"),
            "nan": float("nan"),
            "aware": datetime(2020, 1, 2, tzinfo=UTC),
        }
        write_table(tmp_path / "t.parquet", [row])
        (back,) = read_table(tmp_path / "t.parquet")
        assert back["array"] == [1, 2]
        assert back["numpy"] == 0.5
        assert back["moment"] == pd.Timestamp("2020-01-02T03:04:05.123456789")
        assert back["gone"] is None
        assert np.isnan(back["nan"])
        assert back["aware"] == row["aware"]

    def test_columns_that_parquet_lacks(self, tmp_path):
        with pytest.raises(InvalidInputError, match="Parquet cannot hold these columns"):
            write_table(tmp_path / "t.parquet", [{"a": {}}])

    @pytest.mark.parametrize("damage", [lambda b: b[:-20], lambda _: b"", lambda _: b"a,b\n1,2\n"])
    def test_files_that_are_not_whole(self, tmp_path, damage):
        path = tmp_path / "t.parquet"
        write_table(path, ROWS)
        put(path, damage(path.read_bytes()))
        with pytest.raises(InvalidInputError, match=r"t.parquet is not a whole Parquet file: "):
            read_table(path)

    def test_damaged_pages(self, tmp_path):
        path = tmp_path / "t.parquet"
        write_table(path, ({"a": str(n)} for n in range(5000)))
        content = path.read_bytes()
        put(path, content[:4] + b"\xff" * 2000 + content[2004:])
        with pytest.raises(InvalidInputError, match=r"t.parquet cannot be read from row 0 on: "):
            list(read_table(path))

    def test_columns_twice(self, tmp_path):
        pq.write_table(pa.table([pa.array([1]), pa.array([2])], names=["a", "a"]), tmp_path / "t.parquet")
        with pytest.raises(InvalidInputError, match=r"has the columns \['a'\] more than once"):
            read_table(tmp_path / "t.parquet")

    def test_times_finer_than_python_holds(self, tmp_path):
        array = pa.array([1_001], pa.int64()).cast(pa.time64("ns"))
        pq.write_table(pa.table({"a": array}), tmp_path / "t.parquet")
        with pytest.raises(InvalidInputError, match="would lose data"):
            list(read_table(tmp_path / "t.parquet"))

    def test_without_pandas_nanoseconds_are_an_error(self, tmp_path):
        pq.write_table(pa.table({"a": pa.array([1], pa.timestamp("ns"))}), tmp_path / "t.parquet")
        code = f"""
import sys
class NoPandas:
    def find_spec(self, name, *_):
        if name == "pandas":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, NoPandas())
from stancekit.tables import read_table
list(read_table({str(tmp_path / "t.parquet")!r}))
"""
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert "InvalidInputError" in done.stderr
        assert "Install pandas" in done.stderr


class TestHuggingFace:
    def test_folder(self, tmp_path):
        features = datasets.Features(
            {"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["no", "yes"])}
        )
        rows = [{"text": f"t{n}", "label": n % 2} for n in range(2500)]
        data = datasets.Dataset.from_list(rows, features=features)
        data.save_to_disk(tmp_path / "data.set")
        table = read_table(tmp_path / "data.set")
        assert (table.columns, table.n_rows) == (("text", "label"), 2500)
        assert list(table) == list(table) == rows
        write_table(tmp_path / "t.parquet", table, schema=table.schema)
        assert (
            datasets.Dataset.from_parquet(str(tmp_path / "t.parquet"), cache_dir=str(tmp_path / "cache")).features
            == features
        )

    def test_folder_of_splits(self, tmp_path):
        data = datasets.Dataset.from_dict({"a": [1]})
        datasets.DatasetDict({"train": data, "test": data}).save_to_disk(tmp_path / "data")
        with pytest.raises(InvalidInputError, match=r"holds the splits \['test', 'train'\]"):
            read_table(tmp_path / "data")
        assert list(read_table(tmp_path / "data" / "test")) == [{"a": 1}]

    def test_other_folders(self, tmp_path):
        with pytest.raises(InvalidInputError, match=r"cannot be read as Hugging Face data: .*Dataset"):
            read_table(tmp_path)

    @pytest.mark.parametrize(("address", "split"), [("hf:org/name", "train"), ("hf:org/name:test[:5]", "test[:5]")])
    def test_hub(self, monkeypatch, address, split):
        asked = []

        def load(name, *, split):
            asked.append((name, split))
            return datasets.Dataset.from_dict({"a": ["x"]})

        monkeypatch.setattr(datasets, "load_dataset", load)
        table = read_table(address)
        assert asked == [("org/name", split)]
        assert (table.source, table.columns, list(table)) == (address, ("a",), [{"a": "x"}])

    def test_hub_without_the_data(self, monkeypatch):
        def load(name, *, split):
            raise ValueError(f"Unknown split {split!r}")

        monkeypatch.setattr(datasets, "load_dataset", load)
        with pytest.raises(InvalidInputError, match=r"hf:org/name:dev cannot be read .*Unknown split 'dev'"):
            read_table("hf:org/name:dev")

    @pytest.mark.parametrize("address", ["hf:", "hf:name", "hf:org/name:", "hf:a/b/c", "hf:../x/y"])
    def test_addresses_that_are_none(self, address):
        with pytest.raises(InvalidInputError, match="expected 'hf:org/name' or"):
            read_table(address)

    def test_address_of_a_local_folder(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        Path("org/name").mkdir(parents=True)
        with pytest.raises(InvalidInputError, match="'org/name' is a local folder"):
            read_table("hf:org/name")


class TestWhole:
    @pytest.mark.parametrize("suffix", SUFFIXES)
    @pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError, GeneratorExit])
    def test_an_interrupted_file_leaves_nothing(self, tmp_path, suffix, error):
        path = put(tmp_path / f"t{suffix}", "what was there")

        def rows():
            yield ROWS[0]
            assert len(only_file(tmp_path)) == 2
            raise error

        with pytest.raises(error):
            write_table(path, rows())
        assert path.read_text() == "what was there"
        assert only_file(tmp_path) == [path.name]

    def test_the_unfinished_file_cannot_be_mistaken(self, tmp_path):
        names = []

        def rows():
            yield {"a": 1}
            names.extend(only_file(tmp_path))

        write_table(tmp_path / "t.csv", rows())
        assert names[0].startswith(f".t.csv.partial-{os.getpid()}-")
        with pytest.raises(InvalidInputError, match="unknown suffix"):
            read_table(tmp_path / names[0])

    def test_longest_name(self, tmp_path):
        path = tmp_path / ("é" * 125 + ".csv")
        assert write_table(path, ROWS) == 2
        assert list(read_table(path)) == ROWS

    def test_links_and_modes_stay(self, tmp_path):
        target = put(tmp_path / "target.csv", "old")
        target.chmod(0o600)
        link = tmp_path / "link.csv"
        link.symlink_to(target)
        write_table(link, ROWS)
        assert link.is_symlink()
        assert list(read_table(target)) == ROWS
        assert stat.S_IMODE(target.stat().st_mode) == 0o600

    @pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
    def test_folder_that_may_not_be_written_to(self, tmp_path):
        tmp_path.chmod(0o500)
        with pytest.raises(PermissionError, match=r"t.csv"):
            write_table(tmp_path / "t.csv", ROWS)


PACKED = [".csv.gz", ".tsv.gz", ".csv.zst", ".tsv.zst", ".jsonl.gz", ".jsonl.zst"]
LINES = [{"text": f"Lift number {n}, é.", "n": str(n * 7919 % 1000)} for n in range(400)]


def unpacked(path):
    content = path.read_bytes()
    return gzip.decompress(content) if path.suffix.lower() == ".gz" else zstandard().decompress(content)


def packed(suffix, content):
    return gzip.compress(content) if suffix.endswith(".gz") else zstandard().compress(content)


def rows_or_error(path):
    try:
        return list(read_table(path))
    except InvalidInputError as error:
        return str(error)


class TestPacked:
    @pytest.mark.parametrize("suffix", PACKED)
    def test_no_rows(self, tmp_path, suffix):
        path = tmp_path / f"t{suffix}"
        assert write_table(path, [], columns=["a"]) == 0
        assert list(read_table(path)) == []
        assert unpacked(path) == (b"" if "jsonl" in suffix else b"a\n")

    @pytest.mark.parametrize("suffix", PACKED)
    def test_holds_the_plain_file(self, tmp_path, suffix):
        path, plain = tmp_path / f"t{suffix.upper()}", tmp_path / f"t{suffix.rpartition('.')[0]}"
        for rows in (ROWS, LINES):
            assert write_table(path, rows, columns=["text", "country", "n"]) == len(rows)
            write_table(plain, rows, columns=["text", "country", "n"])
            assert unpacked(path) == plain.read_bytes()
            assert list(read_table(path)) == list(read_table(plain))
            assert read_table(path).columns == read_table(plain).columns
        assert write_table(path, LINES) == 400
        assert path.stat().st_size < sum(len(line["text"]) for line in LINES)

    @pytest.mark.parametrize("suffix", PACKED)
    def test_the_same_rows_give_the_same_bytes(self, tmp_path, suffix, monkeypatch):
        write_table(tmp_path / f"a{suffix}", LINES)
        monkeypatch.setattr(time_module, "time", lambda: 2e9)
        write_table(tmp_path / f"another{suffix}", LINES)
        assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"another{suffix}").read_bytes()

    @pytest.mark.parametrize("suffix", PACKED)
    def test_the_same_path_read_and_written(self, tmp_path, suffix):
        path = tmp_path / f"t{suffix}"
        write_table(path, LINES)
        assert write_table(path, (row | {"m": "1"} for row in read_table(path))) == 400
        assert list(read_table(path)) == [row | {"m": "1"} for row in LINES]
        assert only_file(tmp_path) == [path.name]

    @pytest.mark.parametrize("suffix", PACKED)
    def test_two_files_one_after_the_other_are_one(self, tmp_path, suffix):
        path = tmp_path / f"t{suffix}"
        content = '{"a": "1"}\n{"a": "2"}\n' if "jsonl" in suffix else "a\n1\n2\n"
        half = content.index("2")
        put(path, packed(suffix, content[:half].encode()) + packed(suffix, content[half:].encode()))
        assert list(read_table(path)) == [{"a": "1"}, {"a": "2"}]

    @pytest.mark.parametrize("suffix", PACKED)
    @pytest.mark.parametrize("share", [0.01, 0.5, 0.9, 0.999])
    def test_cut_off(self, tmp_path, suffix, share):
        path = tmp_path / f"t{suffix}"
        write_table(path, LINES * 20)
        content = path.read_bytes()
        put(path, content[: int(len(content) * share)])
        message = rf"{re.escape(str(path))} is damaged or cut off after line \d+: .*; copy it again"
        with pytest.raises(InvalidInputError, match=message):
            list(read_table(path))

    @pytest.mark.parametrize("suffix", PACKED)
    def test_a_file_cut_off_late_gives_the_rows_before(self, tmp_path, suffix):
        path = tmp_path / f"t{suffix}"
        write_table(path, LINES * 20)
        put(path, path.read_bytes()[:-1])
        read = []
        with pytest.raises(InvalidInputError, match=r"cut off after line [1-9]\d\d+: "):
            read.extend(read_table(path))
        assert read == (LINES * 20)[: len(read)]
        assert len(read) > 4000

    @pytest.mark.parametrize("suffix", [".csv.gz", ".jsonl.gz"])
    def test_a_wrong_checksum(self, tmp_path, suffix):
        path = tmp_path / f"t{suffix}"
        write_table(path, LINES)
        content = bytearray(path.read_bytes())
        content[-8] ^= 1  # the CRC stands in front of the size
        with pytest.raises(InvalidInputError, match=rf"t{suffix} is damaged or cut off after line \d+: CRC check"):
            rows_of(path, bytes(content))

    @pytest.mark.parametrize(
        "suffix",
        [
            ".csv.gz",
            ".jsonl.gz",
            ".csv.zst",
            ".jsonl.zst",
        ],
    )
    def test_no_flipped_byte_goes_unseen(self, tmp_path, suffix):
        path, rows = tmp_path / f"t{suffix}", LINES[:40]
        write_table(path, rows)
        content = path.read_bytes()
        for place in range(len(content)):
            put(path, content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
            found = rows_or_error(path)  # the rows, where the byte means nothing, such as the time
            assert found == rows or (isinstance(found, str) and str(path) in found), place

    @pytest.mark.parametrize("suffix", PACKED)
    @pytest.mark.parametrize("content", [b"a,b\n1,2\n", b'{"a": 1}\n', b"\x1f", b"PK\x03\x04"])
    def test_what_is_not_packed(self, tmp_path, suffix, content):
        with pytest.raises(InvalidInputError, match=rf"t{suffix} is damaged or cut off after line 0: "):
            rows_of(tmp_path / f"t{suffix}", content)

    @pytest.mark.parametrize("suffix", [".csv.gz", ".jsonl.gz", ".csv.zst", ".jsonl.zst"])
    def test_a_file_of_no_bytes(self, tmp_path, suffix):
        with pytest.raises(InvalidInputError, match=rf"t{suffix} (is damaged or cut off|has no header)"):
            rows_of(tmp_path / f"t{suffix}", b"")

    @pytest.mark.parametrize("suffix", PACKED)
    def test_bad_bytes_are_counted_in_what_is_packed(self, tmp_path, suffix):
        path = tmp_path / f"t{suffix}"
        write_table(path, LINES * 20)
        plain = unpacked(path)
        bad = packed(suffix, plain + b'"\xe9"\n')
        lines = plain.count(b"\n") + 1
        message = f"t{suffix}: byte 0xe9 at offset {len(plain) + 1}, in line {lines}, is not UTF-8"
        with pytest.raises(InvalidInputError, match=message):
            rows_of(path, bad)

    @pytest.mark.parametrize("suffix", [".jsonl.gz", ".jsonl.zst"])
    def test_bad_bytes_in_a_file_that_is_cut_off(self, tmp_path, suffix):
        content = packed(suffix, b'{"a": 1}\n{"a": "\xff"}')
        with pytest.raises(InvalidInputError, match=f"t{suffix}"):
            rows_of(tmp_path / f"t{suffix}", content[:-3])

    @pytest.mark.parametrize("suffix", [".gz", ".zst"])
    def test_parquet_is_packed_within(self, tmp_path, suffix):
        path = tmp_path / f"t.parquet{suffix}"
        for action in (check_format, read_table, lambda path: write_table(path, ROWS)):
            with pytest.raises(InvalidInputError, match=f"Parquet is packed within; leave out '{suffix}'"):
                action(path)
        assert only_file(tmp_path) == []

    def test_without_zstandard(self, tmp_path, monkeypatch):
        path = tmp_path / "t.csv.zst"
        write_table(path, ROWS)
        for name in ("compression", "compression.zstd", "backports.zstd"):
            monkeypatch.setitem(sys.modules, name, None)
        for action in (check_format, read_table, lambda path: write_table(path, ROWS)):
            with pytest.raises(MissingExtraError, match=r"'backports.zstd'; run: pip install 'stancekit\[zstd\]'"):
                action(path)
        assert only_file(tmp_path) == [path.name]
        assert write_table(tmp_path / "t.csv.gz", ROWS) == 2
        assert list(read_table(tmp_path / "t.csv.gz")) == ROWS


class TestCheckFormat:
    @pytest.mark.parametrize(
        "name", ["t.csv", "T.TSV", "t.jsonl", "t.ndjson", "t.x.parquet", "t.csv.gz", "t.JSONL.ZST"]
    )
    def test_good_names(self, tmp_path, name):
        assert check_format(tmp_path / name) is None
        assert only_file(tmp_path) == []

    @pytest.mark.parametrize("name", ["t.xlsx", "t", "t.csv.bz2", "t.gz", ".csv"])
    def test_other_suffixes(self, tmp_path, name):
        for action in (check_format, read_table, lambda path: write_table(path, ROWS)):
            with pytest.raises(InvalidInputError, match=r"unknown suffix .* expected one of \['.csv', "):
                action(tmp_path / name)

    def test_folders(self, tmp_path):
        with pytest.raises(FileNotFoundError, match=r"no such folder to write to.*missing"):
            check_format(tmp_path / "missing" / "t.csv")
        (tmp_path / "t.csv").mkdir()
        with pytest.raises(IsADirectoryError, match="expected a file to write to, got a folder"):
            check_format(tmp_path / "t.csv")


class TestExtras:
    def test_import_is_light(self):
        code = "import sys, stancekit.tables; print({'pyarrow', 'pandas', 'datasets'} & set(sys.modules))"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout == "set()\n"

    def test_without_pyarrow(self, tmp_path, monkeypatch):
        write_table(tmp_path / "t.parquet", ROWS)
        monkeypatch.setitem(sys.modules, "pyarrow", None)
        for action in (check_format, read_table):
            with pytest.raises(MissingExtraError, match=r"pip install 'stancekit\[parquet\]'"):
                action(tmp_path / "t.parquet")
        assert write_table(tmp_path / "t.csv", ROWS) == 2

    def test_without_datasets(self, tmp_path, monkeypatch):
        monkeypatch.setitem(sys.modules, "datasets", None)
        for source in (tmp_path, "hf:org/name"):
            with pytest.raises(MissingExtraError, match=r"pip install 'stancekit\[datasets\]'"):
                read_table(source)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs the peak that Linux keeps")
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_memory_is_constant(tmp_path, suffix):
    """Write and read 25 MB in a process of its own, then 100 MB: its peak must not follow.

    Half of what is added is allowed: allocators keep some of what they were given back.
    """
    # Not resource.getrusage, whose peak a process inherits from the one that started it.
    code = r"""
import json, re, sys
from pathlib import Path
from stancekit.tables import read_table, write_table

def peak(n_rows):
    rows = ({"text": f"{n} " + "many words " * 100} for n in range(n_rows))
    write_table(sys.argv[1], rows)
    assert sum(1 for _ in read_table(sys.argv[1])) == n_rows
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) // 1024

print(json.dumps([peak(25_000), peak(100_000)]))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / f"t{suffix}")], capture_output=True, text=True, check=True
    )
    first, second = json.loads(done.stdout)
    assert second - first < 75 / 2


def test_nanoseconds_are_refused_at_every_depth_and_years_out_of_range_named(tmp_path):
    nested = pa.array([[1_234_567_891]], pa.list_(pa.time64("ns")))
    inside = pa.array([{"t": 1_234_567_891}], pa.struct([("t", pa.time64("ns"))]))
    late = pa.array([10**18], pa.timestamp("us"))
    for number, values in enumerate((nested, inside, late)):
        path = tmp_path / f"{number}.parquet"
        pq.write_table(pa.table({"text": ["We met."], "x": values}), path)
        with pytest.raises(InvalidInputError, match="cannot be read from row 0 on"):
            list(read_table(path))
