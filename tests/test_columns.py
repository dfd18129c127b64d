"""Frames are read by the names of their columns."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from stancekit import InvalidInputError
from stancekit.columns import in_label_order, is_missing
from stancekit.measure.coded import encode


@pytest.mark.parametrize("names", [["2000", "1990"], [2000, 1990], [np.int64(2000), "1990"]])
def test_names_that_are_whole_numbers_are_those_of_labels(names):
    frame = pd.DataFrame([[1, 0], [1, 1]], columns=names)
    assert in_label_order(frame, ["1990", "2000"], "y").tolist() == [[0, 1], [1, 1]]


def test_polars():
    frame = pl.DataFrame({"b": [1.0, 0.5], "a": [0.0, 0.25]})
    assert in_label_order(frame, ["a", "b"], "y").tolist() == [[0.0, 1.0], [0.25, 0.5]]


def test_other_names_are_refused():
    with pytest.raises(InvalidInputError, match=r"y has the columns \[1990, 2001\]; expected \['1990', '2000'\]"):
        in_label_order(pd.DataFrame([[1, 0]], columns=[1990, 2001]), ["1990", "2000"], "y")


@pytest.mark.parametrize(
    "value", [None, " ", float("nan"), pd.NA, pd.NaT, pa.scalar(None), pa.scalar(None, pa.string())]
)
def test_what_is_missing(value):
    assert is_missing(value)


@pytest.mark.parametrize("value", ["a", 0, False, [], pa.scalar("a"), pa.scalar(0)])
def test_what_is_not(value):
    assert not is_missing(value)


def test_nulls_of_arrow_are_a_group_of_their_own():
    coded = encode("place", pa.array(["here", None, "here"]), 3)
    assert (coded.codes.tolist(), coded.names) == ([0, 1, 0], ("here", "(missing)"))


@pytest.mark.parametrize("names", [["1", "0"], ["0", "1"]])
def test_numbers_from_nought_on_are_names_where_labels_are_called_so(names):
    dummies = pd.get_dummies(pd.Series([1, 0, 1]))  # its columns are 0 and 1
    assert in_label_order(dummies, names, "y")[:, names.index("1")].tolist() == [True, False, True]


def test_without_such_labels_they_are_numbers_of_columns():
    frame = pd.DataFrame([[1, 0]])
    assert in_label_order(frame, ["a", "b"], "y") is frame


def test_a_table_of_arrow():
    table = pa.table({"b": [1, 0], "a": [0, 0]})
    assert in_label_order(table, ["a", "b"], "y").tolist() == [[0, 1], [0, 0]]
    with pytest.raises(InvalidInputError, match=r"y has the columns \['b', 'a'\]; expected \['c'\]"):
        in_label_order(table, ["c"], "y")
