"""What is accepted as statements, and how each refusal names its place."""

import math
import re
from enum import Enum, StrEnum

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancekit import InvalidInputError
from stancekit.text.checks import check_statement, check_statements

ROWS = ["Lift the embargo.", "", " \n", "naïve 🙂 İ", "\x00"]


class Loud(str):
    __slots__ = ()

    def __str__(self):
        return "something else"

    def isascii(self):
        return True

    def encode(self, *_):
        return b""


class Mixed(str, Enum):  # noqa: UP042 - not a StrEnum: its str() is its name
    FAVOR = "favor"


class Modern(StrEnum):
    FAVOR = "favor"


class TestAccepted:
    @pytest.mark.parametrize(
        "values",
        [
            ROWS,
            tuple(ROWS),
            (row for row in ROWS),
            np.array(ROWS[:4]),
            np.array(ROWS, dtype=object),
            pd.Series(ROWS, index=[7, 7, 1, 0, -1]),
            pd.Series(ROWS, dtype=object),
            pd.Series(ROWS).astype("category"),
            pd.Index(ROWS),
            dict.fromkeys(ROWS).keys(),
        ],
        ids=["list", "tuple", "generator", "array", "objects", "series", "object series", "category", "index", "keys"],
    )
    def test_any_column_of_text_becomes_a_list_of_plain_str(self, values):
        expected = ROWS[:4] if isinstance(values, np.ndarray) and values.dtype.kind == "U" else ROWS
        found = check_statements(values)
        assert found == expected
        assert isinstance(found, list)
        assert {type(text) for text in found} == {str}

    @pytest.mark.parametrize(
        "none", [[], (), iter(()), np.array([], dtype=str), pd.Series([], dtype=object)], ids=lambda v: type(v).__name__
    )
    def test_no_statement_is_an_empty_list(self, none):
        assert check_statements(none) == []

    @given(st.lists(st.text()))
    def test_nothing_is_changed(self, texts):
        given_before = list(texts)
        assert check_statements(texts) == given_before
        assert texts == given_before

    @pytest.mark.parametrize("value", [np.str_("favor"), Loud("favor"), Mixed.FAVOR, Modern.FAVOR], ids=type)
    def test_a_subclass_gives_its_text_not_what_it_says_of_itself(self, value):
        found = check_statement(value)
        assert found == "favor"
        assert type(found) is str

    def test_a_subclass_cannot_smuggle_a_surrogate(self):
        with pytest.raises(InvalidInputError, match="lone surrogate at character 1"):
            check_statement(Loud("a\ud800"))


NOT_TEXT = {
    "None": (None, "NoneType: None"),
    "NaN": (math.nan, "float: nan"),
    "pandas NA": (pd.NA, "NAType: <NA>"),
    "number": (1, "int: 1"),
    "flag": (True, "bool: True"),
    "bytes": (b"", "bytes: b''"),
    "list": (["a"], "list: ['a']"),
}


class TestRefused:
    @pytest.mark.parametrize(("value", "shown"), NOT_TEXT.values(), ids=NOT_TEXT)
    def test_a_row_that_is_no_text_is_named(self, value, shown):
        message = f"expected a str in row 1, field 'text', got {shown}; use '' for an empty statement, or drop the row"
        with pytest.raises(InvalidInputError, match=re.escape(message)):
            check_statements(["fine", value, None], field="text")

    @pytest.mark.parametrize(("value", "shown"), NOT_TEXT.values(), ids=NOT_TEXT)
    def test_one_that_is_no_text_needs_no_place(self, value, shown):
        with pytest.raises(InvalidInputError, match=re.escape(f"expected a str, got {shown}")):
            check_statement(value)

    def test_rows_are_counted_from_the_first(self):
        with pytest.raises(InvalidInputError, match="expected a str in row 1025, got int"):
            check_statements(iter(["fine", 3]), first_row=1024)

    def test_a_missing_value_of_a_series_is_named_by_its_position(self):
        with pytest.raises(InvalidInputError, match="in row 2, field 'speech', got"):
            check_statements(pd.Series(["a", "b", None], index=[9, 8, 7]), field="speech")

    def test_a_long_value_is_shortened(self):
        with pytest.raises(InvalidInputError, match=r"got bytes: b'x{55}\.\.\.; use"):
            check_statement(b"x" * 1000)

    @pytest.mark.parametrize(("text", "position"), [("\ud800", 0), ("naïve \udfff.", 6), ("🙂\ud83d", 1)])
    def test_a_lone_surrogate_is_named(self, text, position):
        message = f"lone surrogate at character {position} in row 1, field 'text'; the text was decoded wrongly"
        with pytest.raises(InvalidInputError, match=message):
            check_statements(["fine", text], field="text")

    @pytest.mark.parametrize("values", ["one", "", b"one", np.str_("one"), Modern.FAVOR])
    def test_a_bare_text_is_no_list(self, values):
        message = f"expected an iterable of str, got {type(values).__name__}; put one statement in a list"
        with pytest.raises(InvalidInputError, match=message):
            check_statements(values)

    @pytest.mark.parametrize("values", [{"one", "two"}, frozenset(["one"]), {"text": "one"}])
    def test_a_set_has_no_order_and_a_mapping_has_keys(self, values):
        with pytest.raises(InvalidInputError, match=f"expected an iterable of str, got {type(values).__name__}"):
            check_statements(values)

    @pytest.mark.parametrize("values", [None, 1, math.nan])
    def test_nor_is_what_cannot_be_gone_through(self, values):
        with pytest.raises(InvalidInputError, match=f"expected an iterable of str, got {type(values).__name__}"):
            check_statements(values)

    @pytest.mark.parametrize(
        ("values", "shape"),
        [
            (np.array([["a", "b"]]), "(1, 2)"),
            (np.array("a"), "()"),
            (np.empty((0, 1), dtype=str), "(0, 1)"),
            (pd.DataFrame({"text": ["a"]}), "(1, 1)"),
        ],
    )
    def test_an_array_has_one_dimension(self, values, shape):
        message = f"expected one column of statements, got an array of shape {shape}"
        with pytest.raises(InvalidInputError, match=re.escape(message)):
            check_statements(values)

    def test_the_error_is_a_value_error(self):
        with pytest.raises(ValueError, match="expected a str"):
            check_statement(None)
