"""Statements read in place: every way in gives the same text, and bad bytes are named by their place."""

import gc
import re
import subprocess
import sys
import tracemalloc
import weakref
from collections.abc import Sequence
from datetime import date
from itertools import product

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stancekit import InvalidInputError
from stancekit.text._statements import Statements, from_arrow
from stancekit.text.checks import check_statements, read_statements

SPACES = "".join(chr(i) for i in range(0x3001) if chr(i).isspace())
ROWS = ["Lift the embargo.", "", " \n", "naïve 🙂 İ", "\x00", "ẞ" * 4, "twelve bytes", "thirteen byte", "санкции " * 9]
UNICODE = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
TEXTS = st.lists(UNICODE | st.text(SPACES, max_size=5) | st.sampled_from(ROWS), max_size=8)
INDICES = [pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()]
LAYOUTS = {"string": pa.string(), "large": pa.large_string(), "view": pa.string_view()}
roads = settings(max_examples=30, deadline=None)


def in_a_dictionary(texts, index, words=None):
    """Each text twice in the words, which stand in reverse, so that an index is not its row."""
    words = pa.array([*texts, *texts][::-1], words or pa.string())
    numbers = [2 * len(texts) - 1 - row - (row % 2) * len(texts) for row in range(len(texts))]
    return pa.DictionaryArray.from_arrays(pa.array(numbers, index), words)


def in_chunks(texts, kind):
    return pa.chunked_array([texts[:1], [], texts[1:4], texts[4:], []], kind)


def in_a_slice(texts, kind):
    return pa.array(["before", None, *texts, "after", None], kind)[2 : 2 + len(texts)]


def in_dictionary_chunks(texts):
    kind = pa.dictionary(pa.int8(), pa.string())
    return pa.chunked_array([in_a_dictionary(part, pa.int8()) for part in (texts[:2], [], texts[2:])], kind)


def in_a_sliced_dictionary(texts):
    words = pa.array(["before", None, *texts, "after"])[2:]
    numbers = pa.array([9, None, *range(len(texts)), 0], pa.int16())
    return pa.DictionaryArray.from_arrays(numbers, words, safe=False)[2 : 2 + len(texts)]


def all_valid(texts):
    """An array with a bitmap of nulls that has none, and that nobody has counted."""
    _, offsets, data = pa.array(texts, pa.string()).buffers()
    bitmap = pa.py_buffer(b"\xff" * (len(texts) // 8 + 1))
    return pa.Array.from_buffers(pa.string(), len(texts), [bitmap, offsets, data], null_count=-1)


WAYS = {
    "tuple": tuple,
    "generator": iter,
    "keys": lambda texts: dict(enumerate(texts)).values(),
    "objects": lambda texts: np.array([*texts, None], dtype=object)[:-1],
    "StringDType": lambda texts: np.array(texts, dtype=np.dtypes.StringDType()),
    "statements": read_statements,
    "objects of pandas": lambda texts: pd.Series(texts, dtype=object),
    "str of pandas": lambda texts: pd.Series(texts, dtype="str"),
    "string[pyarrow]": lambda texts: pd.Series(texts, dtype="string[pyarrow]"),
    "string[python]": lambda texts: pd.Series(texts, dtype="string[python]"),
    "ArrowDtype": lambda texts: pd.Series(texts, dtype=pd.ArrowDtype(pa.string())),
    "rows of a series": lambda texts: pd.Series(["", *texts, ""], dtype="str").iloc[1:-1],
    "category": lambda texts: pd.Series([*texts, "one"], dtype="str").astype("category").iloc[:-1],
    "index": lambda texts: pd.Index(texts, dtype="str"),
    "array of pandas": lambda texts: pd.array(texts, dtype="str"),
    "polars": lambda texts: pl.Series(texts, dtype=pl.String),
    "rows of polars": lambda texts: pl.Series(["", *texts, ""], dtype=pl.String)[1:-1],
    "chunks of polars": lambda texts: pl.Series(texts[:2], dtype=pl.String).append(
        pl.Series(texts[2:], dtype=pl.String)
    ),
    "Categorical": lambda texts: pl.Series(texts, dtype=pl.Categorical),
    "Enum": lambda texts: pl.Series(texts, dtype=pl.Enum(list(dict.fromkeys(texts)))),
    **{f"{name} array": lambda texts, kind=kind: pa.array(texts, kind) for name, kind in LAYOUTS.items()},
    **{f"{name} chunks": lambda texts, kind=kind: in_chunks(texts, kind) for name, kind in LAYOUTS.items()},
    **{f"{name} slice": lambda texts, kind=kind: in_a_slice(texts, kind) for name, kind in LAYOUTS.items()},
    **{f"words of {index}": lambda texts, index=index: in_a_dictionary(texts, index) for index in INDICES},
    "large words": lambda texts: in_a_dictionary(texts, pa.int8(), pa.large_string()),
    "words in views": lambda texts: in_a_dictionary(texts, pa.int8(), pa.string_view()),
    "sliced words": in_a_sliced_dictionary,
    "dictionary chunks": in_dictionary_chunks,
    "all valid": all_valid,
}


def array_of(rows, layout=None):
    """Put bytes, whatever they are, into an Arrow array that claims to be text."""
    made = pa.array(rows, pa.binary())
    if layout == "view":
        made = made.cast(pa.binary_view())
        return pa.Array.from_buffers(pa.string_view(), len(made), made.buffers())
    if layout == "large":
        made = made.cast(pa.large_binary())
        return pa.Array.from_buffers(pa.large_string(), len(made), made.buffers())
    text = pa.Array.from_buffers(pa.string(), len(made), made.buffers())
    if layout == "words":
        return pa.DictionaryArray.from_arrays(pa.array(range(len(rows)), pa.int8()), text)
    return text


class TestWaysIn:
    @pytest.mark.parametrize("way", WAYS)
    @roads
    @given(texts=TEXTS)
    @example(texts=[])
    @example(texts=ROWS)
    def test_each_gives_the_strings_of_a_list(self, models, way, texts):
        model, make = models["both"], WAYS[way]
        statements = read_statements(make(texts))
        assert isinstance(statements, Statements)
        assert len(statements) == len(texts)
        assert statements.to_list() == list(statements) == texts
        assert {type(text) for text in statements} <= {str}
        assert check_statements(make(texts)) == texts
        np.testing.assert_array_equal(model.margins(make(texts)), model.margins(texts))
        assert model.predict(make(texts)) == model.predict(texts)
        assert model.predict_labels(make(texts)) == model.predict_labels(texts)

    @roads
    @given(texts=TEXTS)
    def test_an_array_of_numpy_loses_its_last_zeros_before_it_comes(self, texts):
        assert read_statements(np.array(texts, dtype=str)).to_list() == [text.rstrip("\0") for text in texts]

    @pytest.mark.parametrize("kind", [*LAYOUTS.values(), pa.dictionary(pa.int8(), pa.string())], ids=str)
    def test_no_chunk_at_all(self, models, kind):
        none = pa.chunked_array([], kind)
        assert read_statements(none).to_list() == []
        assert models["both"].predict_proba(none).shape == (0, 3)

    def test_nothing_of_no_type_is_nothing(self):
        assert read_statements(pa.nulls(0)).to_list() == []

    def test_no_row_of_a_category(self):
        assert read_statements(pd.Series([], dtype="str").astype("category")).to_list() == []

    def test_many_chunks_stand_in_their_order(self):
        texts = [f"{row} é" * (row % 5) for row in range(3000)]
        chunked = pa.chunked_array([texts[row : row + 7] for row in range(0, 3000, 7)])
        assert read_statements(chunked).to_list() == texts

    def test_an_object_that_only_speaks_the_protocol(self):
        class One:
            def __arrow_c_array__(self, requested_schema=None):
                return pa.array(ROWS).__arrow_c_array__(requested_schema)

        class Stream:
            def __arrow_c_stream__(self, requested_schema=None):
                return in_chunks(ROWS, pa.string()).__arrow_c_stream__(requested_schema)

        assert from_arrow(One()).to_list() == from_arrow(Stream()).to_list() == ROWS


class TestASequence:
    @pytest.mark.parametrize("way", ["tuple", "string chunks", "view slice", "sliced words"])
    @settings(max_examples=80, deadline=None)
    @given(texts=TEXTS | st.just(ROWS), data=st.data())
    def test_slices_are_those_of_a_list(self, way, texts, data):
        statements, expected = read_statements(WAYS[way](texts)), list(texts)
        ends = st.none() | st.integers(-10, 10)
        for _ in range(3):  # a slice of a slice, too
            part = slice(data.draw(ends), data.draw(ends), data.draw(st.sampled_from([None, 1])))
            statements, expected = statements[part], expected[part]
            assert isinstance(statements, Statements)
            assert len(statements) == len(expected)
            assert statements.to_list() == list(statements) == expected
            assert [statements[row] for row in range(-len(expected), len(expected))] == expected * 2
            assert statements.blank_rows() == [i for i, text in enumerate(expected) if not text or text.isspace()]

    @pytest.mark.parametrize("way", ["tuple", "string array"])
    def test_what_a_list_refuses(self, way):
        statements = read_statements(WAYS[way](ROWS))
        for row in (len(ROWS), -len(ROWS) - 1):
            with pytest.raises(IndexError, match="out of range"):
                statements[row]
        with pytest.raises(IndexError, match="out of range"):
            statements[2:4][2]
        with pytest.raises(TypeError, match="integer"):
            statements["0"]

    @pytest.mark.parametrize("step", [2, -1, 3])
    def test_a_slice_has_steps_of_one(self, step):
        with pytest.raises(ValueError, match=f"statements are sliced in steps of 1, got {step}"):
            read_statements(ROWS)[::step]

    def test_counts_as_a_sequence(self):
        statements = read_statements(pa.array(ROWS))
        assert isinstance(statements, Sequence)
        assert ROWS[3] in statements
        assert read_statements(statements) is statements

    @pytest.mark.parametrize("way", ["tuple", "string array"])
    def test_blank_rows_of_every_character(self, way):
        points = [chr(point) for point in range(0x110000) if not 0xD800 <= point < 0xE000]
        expected = [row for row, text in enumerate(points) if text.isspace()]
        assert len(expected) == len(SPACES)
        assert read_statements(WAYS[way](points)).blank_rows() == expected
        assert read_statements(WAYS[way]([SPACES + text for text in points])).blank_rows() == expected

    @settings(max_examples=300, deadline=None)
    @given(texts=st.lists(UNICODE | st.text(SPACES + "\u200b\u180e\u2007\ufeffx\x85\x1b", max_size=6)))
    def test_blank_rows(self, texts):
        expected = [row for row, text in enumerate(texts) if not text or text.isspace()]
        assert read_statements(texts).blank_rows() == read_statements(pa.array(texts, pa.string())).blank_rows()
        assert read_statements(texts).blank_rows() == expected


class TestMemory:
    @pytest.mark.parametrize("way", WAYS)
    def test_lives_as_long_as_the_statements(self, way):
        texts = [f"Statement {row} ẞ, {'word ' * (row % 9)}" for row in range(60)]
        part = read_statements(WAYS[way](list(map("".join, texts))))[10:50][5:]
        gc.collect()
        others = [WAYS[way](["#" * len(text) for text in texts]) for _ in range(5)]
        assert part.to_list() == texts[15:50]
        del others

    @pytest.mark.parametrize("layout", ["string", "words"])
    def test_of_arrow_is_read_in_place_and_let_go(self, layout):
        memory = np.frombuffer(b"Lift Keep ", np.uint8).copy()
        data = pa.foreign_buffer(memory.ctypes.data, memory.size, memory)
        array = pa.Array.from_buffers(pa.string(), 2, [None, pa.py_buffer(np.array([0, 5, 10], np.int32)), data])
        array = array if layout == "string" else pa.DictionaryArray.from_arrays(pa.array([0, 1], pa.int8()), array)
        statements = read_statements(array)
        memory[0] = ord("G")
        assert statements[0] == "Gift "
        alive = weakref.ref(memory)
        del memory, data, array
        part = statements[1:]
        del statements
        gc.collect()
        assert alive() is not None
        assert part.to_list() == ["Keep "]
        del part
        gc.collect()
        assert alive() is None

    def test_str_objects_are_kept_and_given_back(self):
        texts = ["".join(["Lift ", str(number)]) for number in range(3)]
        statements = read_statements(texts)
        assert all(found is text for found, text in zip(statements, texts, strict=True))
        assert statements[1:][0] is texts[1]

    def test_a_list_may_change_afterwards(self):
        rows = ["one", "two"]
        for make in (list, np.array):
            changing = make(rows)
            statements = read_statements(changing)
            changing[0] = "none"
            assert statements.to_list() == rows
            assert len(statements) == 2

    def test_no_str_is_made_for_labels(self, packaged):
        array = pa.array(["Lift the embargo, " * 50_000])
        packaged.predict_labels(array)
        tracemalloc.start()
        try:
            packaged.predict_labels(array)
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.reset_peak()
            packaged.predict(array)
            _, with_text = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < 200_000
        assert with_text > 900_000  # so that a str would have shown

    @pytest.mark.skipif(sys.platform != "linux", reason="needs pages that may not be read")
    def test_no_byte_beside_a_statement_is_read(self):
        """Statements stand between two pages that may not be read, in a process of its own."""
        code = """
import ctypes, mmap
import numpy as np, pyarrow as pa
from stancekit.features.ngram_scorer import NgramScorer, NgramSpec
from stancekit.text.checks import read_statements

page, libc = mmap.PAGESIZE, ctypes.CDLL(None)
memory = mmap.mmap(-1, 3 * page)
address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
for forbidden in (address, address + 2 * page):
    assert libc.mprotect(ctypes.c_void_p(forbidden), ctypes.c_size_t(page), 0) == 0
scorer = NgramScorer.fold(NgramSpec(bits=8), np.ones((256, 3)))
for text in ("x" * 70, "é" * 35, "a b " * 17, "\\u3000" * 20, "xé\\u2028"):
    for size in range(len(text) + 1):
        content = text[:size].encode()
        for start in (page, 2 * page - len(content)):
            memory[start : start + len(content)] = content
            offsets = pa.py_buffer(np.array([0, len(content)], np.int32))
            data = pa.foreign_buffer(address + start, len(content))
            statements = read_statements(pa.Array.from_buffers(pa.string(), 1, [None, offsets, data]))
            assert statements.to_list() == [text[:size]]
            assert bool(statements.blank_rows()) == (not text[:size].strip())
            assert np.array_equal(scorer.margins(statements), scorer.margins([text[:size]]))
"""
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


NULLS = {
    "string": pa.array(["a", "b", None, None]),
    "large": pa.array(["a", "b", None], pa.large_string()),
    "view": pa.array(["a", "b", None], pa.string_view()),
    "index": pa.array(["a", "b", None]).dictionary_encode(),
    "word": pa.DictionaryArray.from_arrays(pa.array([1, 1, 0], pa.int8()), pa.array([None, "b"])),
    "sliced word": pa.DictionaryArray.from_arrays(pa.array([1, 1, 0], pa.int8()), pa.array(["", None, "b"])[1:]),
    "slice": pa.array([None, "a", "b", None])[1:],
    "late slice": pa.array([None] * 9 + ["a", "b", None, "c"])[9:],
    "chunks": pa.chunked_array([["a"], [], ["b", None]]),
    "polars": pl.Series(["a", "b", None]),
    "Categorical": pl.Series(["a", "b", None], dtype=pl.Categorical),
    "str of pandas": pd.Series(["a", "b", None], dtype="str"),
    "string[pyarrow]": pd.Series(["a", "b", pd.NA], dtype="string[pyarrow]"),
    "string[python]": pd.Series(["a", "b", pd.NA], dtype="string[python]"),
    "category": pd.Series(["a", "b", None]).astype("category"),
    "objects": pd.Series(["a", "b", None], dtype=object),
    "StringDType": np.array(["a", "b", None], dtype=np.dtypes.StringDType(na_object=None)),
}
OTHER_COLUMNS = {
    "int64": pa.array([1]),
    "double": pa.chunked_array([[1.5]]),
    "bool": pa.array([True]),
    "date32[day]": pa.array([date(2020, 1, 1)]),
    "list<item: string>": pa.array([["a"]]),
    "struct<a: string>": pa.array([{"a": "x"}]),
    "binary": pa.array([b"a"]),
    "binary_view": pa.array([b"a"], pa.binary_view()),
    "int8": pa.array([], pa.int8()),
    "dictionary<values=int64, indices=int32, ordered=0>": pa.array([1]).dictionary_encode(),
    "Int64": pl.Series([1]),
    "Binary": pl.Series([b"a"]),
    "Date": pl.Series([date(2020, 1, 1)]),
    "List(String)": pl.Series([["a"]]),
    "float64": pd.Series([1.5]),
    "datetime64[us]": pd.Series(pd.to_datetime(["2020-01-01"])).astype("datetime64[us]"),
    "category": pd.Series([1]).astype("category"),
}
TABLES = {
    "pyarrow": pa.table({"text": ["a"]}),
    "batch": pa.record_batch({"text": ["a"]}),
    "polars": pl.DataFrame({"text": ["a"]}),
    "pandas": pd.DataFrame({"text": ["a"]}),
    "two dimensions": np.array([["a"]]),
}


class TestRefused:
    @pytest.mark.parametrize("values", NULLS.values(), ids=NULLS)
    def test_a_null_is_named_by_its_row(self, values):
        message = re.escape("expected a str in row 12, field 'speech', got N")
        with pytest.raises(InvalidInputError, match=message):
            read_statements(values, field="speech", first_row=10)

    @pytest.mark.parametrize(
        "values", [pa.nulls(3), pl.Series([None, None]), pa.chunked_array([pa.nulls(1)])], ids=type
    )
    def test_a_column_of_nulls_begins_with_one(self, values):
        with pytest.raises(InvalidInputError, match="expected a str in row 5, field 'text', got NoneType"):
            read_statements(values, field="text", first_row=5)

    @pytest.mark.parametrize("missing", [None, float("nan"), pd.NA, pd.NaT], ids=str)
    def test_what_pandas_holds_for_a_missing_value(self, missing):
        message = f"expected a str in row 1, got {type(missing).__name__}: "
        with pytest.raises(InvalidInputError, match=message):
            read_statements(pd.Series(["a", missing], index=[5, 6], dtype=object))

    def test_a_null_that_no_row_names_is_none(self):
        words = pa.array(["a", None, "b"])
        array = pa.DictionaryArray.from_arrays(pa.array([0, 2, 0], pa.uint8()), words)
        assert read_statements(array).to_list() == ["a", "b", "a"]

    @pytest.mark.parametrize("kind", OTHER_COLUMNS)
    def test_a_column_that_is_no_text_is_named_by_its_type(self, kind):
        message = f"expected a column of text in field 'speech', got one of {kind}; turn it into text"
        with pytest.raises(InvalidInputError, match=re.escape(message)):
            read_statements(OTHER_COLUMNS[kind], field="speech")

    @pytest.mark.parametrize("values", TABLES.values(), ids=TABLES)
    def test_a_table_is_no_column(self, models, values):
        for read in (read_statements, models["both"].predict_labels):
            with pytest.raises(InvalidInputError, match=r"expected (one column of statements|an iterable of str), got"):
                read(values)

    @pytest.mark.parametrize("values", [b"a", "a", {"a"}, {"a": "b"}, pa.scalar("a"), None], ids=type)
    def test_nor_is_what_has_no_rows_in_order(self, values):
        with pytest.raises(InvalidInputError, match=f"expected an iterable of str, got {type(values).__name__}"):
            read_statements(values)

    @pytest.mark.parametrize(
        "dtype",
        [
            object,
            pytest.param("string[python]"),
            pytest.param("category"),
        ],
    )
    def test_a_lone_surrogate_of_pandas(self, dtype):
        if dtype == "category":
            words = pd.Index(["fine", "a\ud800"], dtype=object)
            column = pd.Series(pd.Categorical.from_codes([0, 1], categories=words))
        else:
            column = pd.Series(["fine", "a\ud800"], dtype=dtype)
        with pytest.raises(InvalidInputError, match="lone surrogate at character 1 in row 1, field 'text'"):
            read_statements(column, field="text")

    def test_indices_outside_the_dictionary(self):
        for index in (pa.array([0, 2], pa.int8()), pa.array([0, -1], pa.int8()), pa.array([2**64 - 1], pa.uint64())):
            array = pa.DictionaryArray.from_arrays(index, pa.array(["a", "b"]), safe=False)
            with pytest.raises(InvalidInputError, match="damaged: an index lies outside its dictionary"):
                read_statements(array)

    @pytest.mark.parametrize(("kind", "width"), [(pa.string(), np.int32), (pa.large_string(), np.int64)])
    def test_offsets_that_fall(self, kind, width):
        offsets = pa.py_buffer(np.array([0, 4, 2], width))
        array = pa.Array.from_buffers(kind, 2, [None, offsets, pa.py_buffer(b"abcd")])
        with pytest.raises(InvalidInputError, match="damaged: its offsets do not rise"):
            read_statements(array)

    def test_a_stream_that_breaks(self):
        def batches():
            yield pa.record_batch({"a": ["x"]})
            raise RuntimeError("the line is dead")

        reader = pa.RecordBatchReader.from_batches(pa.schema({"a": pa.string()}), batches())
        with pytest.raises(InvalidInputError, match=r"the Arrow stream cannot be read: .*the line is dead"):
            from_arrow(reader)


# Bytes at which table 3-7 of Unicode draws its lines.
BORDERS = bytes.fromhex("00 41 7f 80 8f 90 9f a0 bf c0 c1 c2 df e0 e1 ec ed ee ef f0 f1 f3 f4 f5 ff")
BROKEN = {
    "no text": b"\xff",
    "Latin-1": b"na\xefve",
    "overlong of two": b"a\xc0\x80",
    "overlong of three": b"\xe0\x9f\xbf",
    "overlong of four": b"\xf0\x8f\xbf\xbf",
    "surrogate": b"ok \xed\xa0\x80",
    "too large": b"\xf4\x90\x80\x80",
    "F5": b"\xf5\x80\x80\x80",
    "continuation": b"abcdefgh\x80",
    "cut after one": b"long enough \xf0",
    "cut after two": b"long enough \xf0\x9f",
    "cut after three": b"long enough \xf0\x9f\x99",
}
bytes_near_text = st.binary(max_size=30) | st.text(max_size=20).map(lambda text: text.encode("utf-8", "surrogatepass"))
border_bytes = st.lists(st.sampled_from(BORDERS) | st.sampled_from(b"abcdefgh"), max_size=30).map(bytes)


def error_of(content):
    """Give what Python's own decoder finds wrong, as (byte, offset), or None."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return content[error.start], error.start
    return None


def refusal(values, **place):
    """Give what is refused, as (byte, offset), or None."""
    try:
        read_statements(values, **place)
    except InvalidInputError as error:
        byte, offset = re.match(r"byte 0x(..) at offset (\d+) in row 0 is not UTF-8; write", str(error)).groups()
        return int(byte, 16), int(offset)
    return None


class TestBytes:
    @pytest.mark.parametrize("layout", [*LAYOUTS, "words"])
    @pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
    def test_that_are_no_utf8_are_named(self, layout, content):
        byte, offset = error_of(content)
        message = (
            f"byte 0x{byte:02x} at offset {offset} in row 102, field 'speech' is not UTF-8; write the column again"
        )
        array = array_of([b"fine", "é🙂".encode(), content, b"fine"], layout)
        with pytest.raises(InvalidInputError, match=message):
            read_statements(array, field="speech", first_row=100)

    @pytest.mark.parametrize("kind", [*LAYOUTS.values()], ids=LAYOUTS)
    def test_that_polars_or_a_cast_let_through(self, kind):
        array = array_of([b"a", b"\xe9"]).cast(kind) if kind != pa.string_view() else array_of([b"a", b"\xe9"], "view")
        chunked = pa.chunked_array([pa.array(["a", "b"], kind), array])
        with pytest.raises(InvalidInputError, match="byte 0xe9 at offset 0 in row 3 is not UTF-8"):
            read_statements(chunked)

    @pytest.mark.parametrize("cut", [1, 2, 3])
    def test_a_character_over_two_rows_is_in_neither(self, cut):
        smile = "🙂".encode()
        array = array_of([b"a" + smile[:cut], smile[cut:] + b"b"])
        assert b"".join(array.buffers()[2].to_pybytes()[i : i + 1] for i in range(6)).decode() == "a🙂b"
        with pytest.raises(InvalidInputError, match="byte 0xf0 at offset 1 in row 0 is not UTF-8"):
            read_statements(array)
        with pytest.raises(InvalidInputError, match=f"byte 0x{smile[cut]:02x} at offset 0 in row 0 is not UTF-8"):
            read_statements(array[1:])

    @settings(max_examples=1500, deadline=None)
    @given(content=bytes_near_text | border_bytes, layout=st.sampled_from([*LAYOUTS, "words"]))
    def test_are_refused_where_python_refuses_them(self, content, layout):
        assert refusal(array_of([content], layout)) == error_of(content)

    @pytest.mark.parametrize("size", [1, 2, 3, 4])
    def test_at_every_border_of_the_table(self, size):
        later = BORDERS if size < 4 else bytes.fromhex("41 7f 80 8f 90 9f a0 bf c2 ff")
        leads = bytes(range(256)) if size < 3 else BORDERS
        contents = [bytes(content) for content in product(leads, *[later] * (size - 1))]
        array = array_of(contents)
        valid = [row for row, content in enumerate(contents) if error_of(content) is None]
        assert read_statements(array_of([contents[row] for row in valid])).to_list() == [
            contents[row].decode() for row in valid
        ]
        for row in set(range(len(contents))) - set(valid):
            assert refusal(array[row : row + 1]) == error_of(contents[row]), contents[row]

    def test_wherever_they_stand_in_words_of_eight(self):
        for before, after in product(range(18), repeat=2):
            for middle in ("é".encode(), "🙂".encode(), b"\xe9", b"\xf0\x9f\x99", b"\x80", b""):
                content = b"x" * before + middle + b"y" * after
                assert refusal(array_of([content])) == error_of(content)
