"""Which labels occur together: counted, and drawn."""

import json

import numpy as np
import pytest

from stancekit import InvalidInputError
from stancekit.measure.cooccurrence import cooccurrence
from stancekit.report.cooccurrence import cooccurrence_figure
from stancekit.report.figures import write_figure

ROWS = [[1, 0, 0]] * 5 + [[1, 1, 0]] * 3 + [[0, 1, 1]] * 3 + [[1, 1, 1]] + [[0, 0, 0]] * 8
LABELS = ["lift", "trade", "build"]


@pytest.fixture
def result():
    return cooccurrence(ROWS, labels=LABELS)


def test_sets_are_counted_and_come_by_frequency_then_by_label(result):
    assert [(one.labels, one.n) for one in result.sets] == [
        ((), 8),
        (("lift",), 5),
        (("lift", "trade"), 3),
        (("trade", "build"), 3),
        (("lift", "trade", "build"), 1),
    ]
    assert result.totals == (9, 7, 4)
    assert sum(one.share for one in result.sets) == pytest.approx(1)
    assert json.loads(json.dumps(result.to_dict()))["sets"][1] == {"labels": ["lift"], "n": 5, "share": 0.25}


def test_the_order_of_rows_changes_nothing(result):
    order = np.random.default_rng(0).permutation(len(ROWS))
    assert cooccurrence(np.array(ROWS)[order], labels=LABELS) == result


@pytest.mark.parametrize(
    ("decisions", "message"),
    [
        (np.zeros((0, 3)), "decisions has no rows"),
        ([[1, 0]], r"decisions has shape \(1, 2\); expected an array of shape \(1, 3\)"),
        ([[1, 0, np.nan]], "decisions is nan in row 0, field 'build'; expected True or False"),
        (1, "decisions has shape"),
    ],
)
def test_bad_decisions_are_named(decisions, message):
    with pytest.raises(InvalidInputError, match=message):
        cooccurrence(decisions, labels=LABELS)


def test_each_set_has_a_column_with_its_share_its_count_and_its_labels(result):
    above, totals, matrix = cooccurrence_figure(result).axes
    assert [bar.get_height() for bar in above.patches] == [25, 15, 15, 5]
    assert [text.get_text() for text in above.texts] == ["5", "3", "3", "1"]
    columns = [line.get_xydata().tolist() for line in matrix.get_lines()]
    assert columns == [[[0, 0]], [[1, 0], [1, 1]], [[2, 1], [2, 2]], [[3, 0], [3, 1], [3, 2]]]
    assert [bar.get_width() for bar in totals.patches] == [45, 35, 20]
    assert [text.get_text() for text in totals.texts] == ["9", "7", "4"]
    assert (above.get_ylabel(), totals.get_xlabel()) == ("share of statements, %", "each label, %")


def test_a_line_says_what_no_column_shows(result):
    assert cooccurrence_figure(result).get_supxlabel() == "20 statements; 8 (40.0 %) without a label"
    assert cooccurrence_figure(result, n_sets=2).get_supxlabel().endswith("; 4 with 2 rarer sets of labels")


def test_nothing_to_draw_is_refused(result):
    with pytest.raises(InvalidInputError, match="0 sets of labels occur"):
        cooccurrence_figure(cooccurrence([[0, 0, 0]], labels=LABELS))
    with pytest.raises(InvalidInputError, match="0 may be shown; expected one or more of both"):
        cooccurrence_figure(result, n_sets=0)


@pytest.mark.parametrize("ending", [".svg", ".png", ".pdf"])
def test_the_same_sets_give_the_same_bytes(result, ending, tmp_path):
    paths = [tmp_path / f"{i}{ending}" for i in range(2)]
    for path in paths:
        write_figure(cooccurrence_figure(result), [path])
    assert paths[0].read_bytes() == paths[1].read_bytes()
