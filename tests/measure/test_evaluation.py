"""evaluate: slices, what it writes for JSON, and every way in which input can be wrong."""

import json

import numpy as np
import pandas as pd
import pytest

from stancekit.errors import InvalidInputError
from stancekit.measure.evaluation import evaluate

LABELS = ["a", "b"]
TRUTH = [[1, 0], [0, 1], [1, float("nan")], [0, 0]]
SCORES = [[0.9, 0.2], [0.3, 0.8], [0.4, 0.1], [0.1, 0.6]]
DECISIONS = [[True, False], [False, True], [False, False], [False, True]]


def run(truth=TRUTH, scores=SCORES, decisions=DECISIONS, **options):
    return evaluate(truth, scores, decisions, **({"labels": LABELS, "n_bootstrap": 20} | options))


def changed(values, row, column, value):
    table = [list(items) for items in values]
    table[row][column] = value
    return table


def test_a_slice_is_the_evaluation_of_its_rows():
    rng = np.random.default_rng(0)
    truth, scores = rng.integers(2, size=(300, 2)).astype(float), rng.random((300, 2))
    groups, genre = rng.integers(60, size=300), rng.choice(["speech", "news"], size=300)
    options = {"labels": LABELS, "n_bootstrap": 50, "seed": 3}
    result = evaluate(truth, scores, scores > 0.5, groups=groups, slices={"genre": genre}, **options)
    news = genre == "news"
    alone = evaluate(truth[news], scores[news], scores[news] > 0.5, groups=groups[news], **options)
    assert result.slices["genre"]["news"] == alone.whole
    assert result.slices["genre"]["news"].n_statements == news.sum()
    assert sum(part.n_statements for part in result.slices["genre"].values()) == 300


def test_slice_values_are_in_order_and_missing_ones_are_a_value():
    slices = {
        "year": [2010, 900, None, 2010],
        "genre": ["speech", " ", "news", None],
        "country": pd.array(["x", pd.NA, "nan", "x"], dtype="string"),
        "score": np.array([np.nan, 1.5, 1.5, 0.5]),
    }
    result = run(slices=slices)
    assert {name: list(values) for name, values in result.slices.items()} == {
        "year": ["900", "2010", "(missing)"],
        "genre": ["news", "speech", "(missing)"],
        "country": ["nan", "x", "(missing)"],
        "score": ["0.5", "1.5", "(missing)"],
    }
    assert result.slices["genre"]["(missing)"].n_statements == 2


def test_a_slice_of_one_group_has_figures_and_no_intervals():
    part = run(slices={"genre": ["x", "y", "y", "y"]}).slices["genre"]["x"]
    assert part.per_label["a"].f1.value == 1
    assert np.isnan(part.per_label["a"].f1.low)
    assert part.notes[0].startswith("intervals withheld")


def test_nor_is_one_that_is_so_in_nearly_every_draw():
    """Of a thousand draws one or two have none of the few positives, and an F1 of 0."""
    truth = np.zeros((60, 1))
    truth[:6] = 1
    found = evaluate(truth, np.where(truth == 1, 0.9, 0.1), truth == 1, labels=["a"])
    for figures, names in ((found.whole.per_label["a"], ("precision", "f1")), (found.whole.micro, ("precision", "f1"))):
        for name in names:
            figure = getattr(figures, name)
            assert (figure.value, np.isnan(figure.low), np.isnan(figure.high)) == (1, True, True)


def test_a_figure_that_is_the_same_in_every_draw_is_no_certainty():
    truth = np.array([[1.0], [0.0]] * 7)
    scores = np.where(truth == 1, 0.9, 0.1)
    part = evaluate(truth, scores, scores > 0.5, labels=["a"], n_bootstrap=50).whole
    for figure in ("precision", "recall", "f1"):
        found = getattr(part.per_label["a"], figure)
        assert found.value == 1
        assert np.isnan([found.low, found.high]).all()
    same = "as nearly every draw gives the same precision, recall, f1, average precision, mcc"
    assert next(note for note in part.notes if note.startswith("a: ")).startswith(f"a: intervals withheld, {same}")
    scores[0] = 0.1
    part = evaluate(truth, scores, scores > 0.5, labels=["a"], n_bootstrap=50).whole
    assert part.per_label["a"].recall.low < part.per_label["a"].recall.value < 1
    assert np.isnan(part.per_label["a"].precision.low)


def test_a_label_without_annotation_is_all_nan_and_leaves_the_mean():
    truth = [[1, None], [0, None], [1, None], [0, None]]
    result = run(truth)
    assert (result.per_label["b"].n, result.per_label["b"].n_positive) == (0, 0)
    assert np.isnan(result.per_label["b"].f1.value)
    assert result.macro.f1.value == result.per_label["a"].f1.value
    assert "b: no statement is annotated, all figures are undefined" in result.whole.notes


def test_labels_keep_their_order_and_counts():
    result = evaluate(TRUTH, SCORES, DECISIONS, labels=["z", "a"], groups=["x", "x", "y", "z"], n_bootstrap=5)
    assert result.labels == tuple(result.per_label) == ("z", "a")
    assert (result.whole.n_statements, result.whole.n_groups) == (4, 3)
    assert (result.macro.n, result.macro.n_positive) == (7, 3)


def test_to_dict_is_strict_json_with_all_settings():
    result = run(
        slices={"genre": ["x", "y", "y", None]},
        groups=pd.Series(["u", "u", "v", "w"]),
        seed=np.int64(5),
        abstained=np.zeros((4, 2)),
    )
    content = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert content["labels"] == LABELS
    assert (content["seed"], content["n_bootstrap"], content["confidence"]) == (5, 20, 0.95)
    assert (content["n_statements"], content["n_groups"], content["n_bins"]) == (4, 3, 10)
    assert content["per_label"]["a"]["f1"]["value"] == pytest.approx(2 / 3)
    assert content["macro"]["decided"]["value"] == 1
    assert content["slices"]["genre"]["x"]["per_label"]["b"]["average_precision"]["value"] is None
    assert list(content["slices"]["genre"]) == ["x", "y", "(missing)"]
    assert "decided" not in run().to_dict()["macro"]


def test_tables_of_pandas_and_plain_lists_give_the_same():
    frames = [pd.DataFrame(values, columns=LABELS) for values in (TRUTH, SCORES, DECISIONS)]
    assert run(*frames).to_dict() == run().to_dict()


def test_input_is_not_changed():
    truth, scores, decisions = np.array(TRUTH), np.array(SCORES), np.array(DECISIONS)
    before = truth.copy(), scores.copy(), decisions.copy()
    run(truth, scores, decisions)
    for array, copy in zip((truth, scores, decisions), before, strict=True):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"truth": [[1, 0, 1]] * 4},
            r"truth has shape \(4, 3\); expected .*\(n_statements, 2\).*\['a', 'b'\]",
        ),
        ({"truth": [1, 0, 1, 0]}, r"truth has shape \(4,\)"),
        ({"truth": np.empty((0, 2))}, "truth has no rows; expected at least one statement"),
        ({"truth": changed(TRUTH, 2, 1, 0.5)}, "truth is 0.5 in row 2, field 'b'; expected 1, 0 or NaN"),
        ({"truth": [["1", "0"]] * 4}, "truth holds no plain numbers .*<U1"),
        ({"truth": [[1, 0], [1]]}, "truth holds no plain numbers"),
        ({"truth": [[1, pd.NA]] * 4}, "truth holds no plain numbers"),
        ({"scores": SCORES[:3]}, r"scores has shape \(3, 2\); expected an array of shape \(4, 2\)"),
        ({"scores": changed(SCORES, 1, 0, 1.01)}, "scores is 1.01 in row 1, field 'a'; expected a probab"),
        ({"scores": changed(SCORES, 3, 1, -0.1)}, "scores is -0.1 in row 3, field 'b'"),
        ({"scores": changed(SCORES, 0, 1, np.nan)}, "scores is nan in row 0, field 'b'"),
        ({"decisions": np.ones((4, 3), dtype=bool)}, r"decisions has shape \(4, 3\)"),
        ({"decisions": SCORES}, "decisions is 0.9 in row 0, field 'a'; expected True or False"),
        (
            {"abstained": [[True, False]]},
            r"abstained has shape \(1, 2\); expected an array of shape \(4, 2\)",
        ),
        ({"abstained": SCORES}, "abstained is 0.9 in row 0"),
        ({"labels": ["a"]}, r"truth has shape \(4, 2\); expected .*\(n_statements, 1\)"),
        ({"labels": "ab"}, "labels is 'ab'; expected a sequence of str"),
        ({"labels": []}, r"labels is \[\]; expected one or more different str"),
        ({"labels": ["a", "a"]}, r"labels is \['a', 'a'\]; expected one or more different str"),
        ({"labels": ["a", 1]}, r"labels is \['a', 1\]; expected one or more different str"),
        ({"groups": ["x", "y"]}, "groups has 2 values; expected 4, one for each statement"),
        ({"groups": "abcd"}, "groups is str; expected one value for each statement"),
        ({"groups": ["x", None, "y", "z"]}, "group is None in row 1; expected an id"),
        ({"groups": [1.0, 2.0, 3.0, np.nan]}, "group is nan in row 3; expected an id"),
        ({"groups": ["x", "y", ["z"], "z"]}, "group is a list in row 2; expected a hashable id"),
        ({"slices": {"genre": ["x"] * 5}}, r"slices\['genre'\] has 5 values; expected 4"),
        ({"slices": {"genre": "wxyz"}}, r"slices\['genre'\] is str; expected one value"),
        ({"slices": [["x"] * 4]}, "slices is list; expected a mapping"),
        ({"slices": {3: ["x"] * 4}}, "slices is dict; expected a mapping of names to columns"),
        ({"n_bootstrap": -1}, "n_bootstrap is -1; expected a whole number of 0 or more"),
        ({"n_bootstrap": 10.0}, "n_bootstrap is 10.0; expected a whole number"),
        ({"seed": None}, "seed is None; expected a whole number of 0 or more"),
        ({"n_bins": 0}, "n_bins is 0; expected a whole number of 1 or more"),
        ({"confidence": 95}, "confidence is 95; expected a number between 0 and 1, such as 0.95"),
        ({"confidence": "0.9"}, "confidence is '0.9'"),
        ({"confidence": float("nan")}, "confidence is nan"),
    ],
)
def test_bad_input_is_named(options, message):
    with pytest.raises(InvalidInputError, match=message):
        run(**options)


def test_a_label_that_was_annotated_in_few_groups_says_so():
    truth = np.tile([0.0, 1.0], (400, 1))[:, :1].repeat(2, axis=1)
    truth[::3] = 1
    truth[40:, 1] = np.nan
    result = evaluate(truth, np.full((400, 2), 0.5), truth == 1, labels=["x", "y"], groups=np.arange(400) // 10)
    told = [note for note in result.whole.notes if "groups" in note]
    assert told == ["y: annotated in 4 of the 40 groups; with so few, intervals tend to be too narrow"]
