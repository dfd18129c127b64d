import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stancekit import Codebook, InvalidInputError, LabelledStatements, Stance, load, read_labelled
from stancekit.labelled import cell_marks

NAN = float("nan")
BOOK = Codebook(
    stances=(
        Stance(label="lift", code="L"),
        Stance(label="keep", code="K", predicted=False),
        Stance(label="build", code="B"),
    )
)


def write(tmp_path, rows, suffix=".jsonl"):
    path = tmp_path / f"table{suffix}"
    if suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    elif suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    else:
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def truth_of(tmp_path, rows, suffix=".jsonl", **options):
    return read_labelled(write(tmp_path, rows, suffix), BOOK, **options).truth


class TestOneColumn:
    @pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
    def test_lists(self, tmp_path, suffix):
        rows = [
            {"text": "a", "labels": ["lift"]},
            {"text": "b", "labels": ["B", "lift"]},
            {"text": "c", "labels": []},
            {"text": "d", "labels": None},
            {"text": "", "labels": ["keep"]},
        ]
        data = read_labelled(write(tmp_path, rows, suffix), BOOK)
        assert data.texts == ["a", "b", "c", "d", ""]
        np.testing.assert_array_equal(data.truth, [[1, 0], [1, 1], [0, 0], [NAN, NAN], [0, 0]])
        assert data.truth.dtype == np.float64
        assert len(data) == 5

    @pytest.mark.parametrize(
        ("cell", "expected"),
        [
            ("lift", [1, 0]),
            ("B|lift", [1, 1]),
            (" L | B ", [1, 1]),
            ("|build|", [0, 1]),
            ("K", [0, 0]),
            ("lift|lift|L", [1, 0]),
            ("", [0, 0]),
            (" ", [0, 0]),
        ],
    )
    def test_text_with_bars(self, tmp_path, cell, expected):
        assert truth_of(tmp_path, [{"text": "a", "labels": cell}]).tolist() == [expected]
        assert truth_of(tmp_path, ["text,labels", f"a,{cell}"], ".csv").tolist() == [expected]

    def test_a_row_that_lacks_the_field_is_more_likely_a_slip(self, tmp_path):
        with pytest.raises(InvalidInputError, match="row 1 has no field 'labels'; write null where nobody annotated"):
            truth_of(tmp_path, [{"text": "a", "labels": ["lift"]}, {"text": "b", "label": ["lift"]}])

    @pytest.mark.parametrize("labels", [[], ["lift", "build"]])
    def test_labels_that_exclude_one_another_stand_alone(self, tmp_path, labels):
        book = Codebook.from_labels(["lift", "build"], exclusive=True)
        with pytest.raises(InvalidInputError, match=r"each row needs just one; row 0 has \["):
            read_labelled(write(tmp_path, [{"text": "a", "labels": labels}]), book)

    def test_columns_of_the_labels_do_not_count_beside_it(self, tmp_path):
        rows = ["text,labels,lift,build", "a,build,1,0"]
        assert truth_of(tmp_path, rows, ".csv").tolist() == [[0, 1]]

    def test_names_of_the_columns(self, tmp_path):
        path = write(tmp_path, ["statement,stance,labels", "a,L,nonsense"], ".csv")
        data = read_labelled(path, BOOK, text="statement", labels="stance")
        assert data.texts == ["a"]
        assert data.truth.tolist() == [[1, 0]]


class TestAColumnForEachLabel:
    @pytest.mark.parametrize(
        ("cell", "expected"),
        [("1", 1), ("0", 0), ("1.0", 1), ("0.0", 0), ("true", 1), ("FALSE", 0), ("Yes", 1), (" no ", 0), ("", NAN)],
    )
    def test_text(self, tmp_path, cell, expected):
        truth = truth_of(tmp_path, ["text,build,lift", f"a,{cell},1"], ".csv")
        np.testing.assert_array_equal(truth, [[1, expected]])

    @pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
    @pytest.mark.parametrize(("cell", "expected"), [(1, 1), (0, 0), (1.0, 1), (True, 1), (False, 0), (None, NAN)])
    def test_values(self, tmp_path, suffix, cell, expected):
        truth = truth_of(tmp_path, [{"text": "a", "lift": cell, "build": 1}], suffix)
        np.testing.assert_array_equal(truth, [[expected, 1]])

    def test_nan_is_not_annotated(self, tmp_path):
        np.testing.assert_array_equal(
            truth_of(tmp_path, [{"text": "a", "lift": NAN, "build": 0.0}], ".parquet"), [[NAN, 0]]
        )

    def test_a_label_without_a_column_is_more_likely_a_slip(self, tmp_path):
        with pytest.raises(InvalidInputError, match=r"has no column 'build'; it has \['lift', 'text'\]"):
            truth_of(tmp_path, ["text,lift", "a,0", "b,1"], ".csv")


class TestPoles:
    def test_stances_that_are_not_predicted_stand_apart(self, tmp_path):
        rows = [{"text": "a", "labels": labels} for labels in (["lift", "keep"], "K|build", [], None)]
        data = read_labelled(write(tmp_path, rows), BOOK)
        np.testing.assert_array_equal(data.truth, [[1, 0], [0, 1], [0, 0], [NAN, NAN]])
        np.testing.assert_array_equal(data.poles, [[1], [1], [0], [NAN]])
        assert data.poles.dtype == np.float64

    def test_in_codebook_order(self, tmp_path):
        stances = [Stance(label=label, predicted=label == "m") for label in ("z", "m", "a")]
        data = read_labelled(write(tmp_path, [{"text": "a", "labels": ["a"]}]), Codebook(stances=stances))
        assert (data.truth.tolist(), data.poles.tolist()) == ([[0]], [[0, 1]])

    def test_a_column_of_their_own_tells_them_beside_columns_of_labels(self, tmp_path):
        data = read_labelled(write(tmp_path, ["text,lift,build,keep", "a,1,0,1", "b,0,0,"], ".csv"), BOOK)
        assert data.truth.tolist() == [[1, 0], [0, 0]]
        np.testing.assert_array_equal(data.poles, [[1], [NAN]])

    def test_without_a_column_of_their_own_nobody_knows(self, tmp_path):
        data = read_labelled(write(tmp_path, ["text,lift,build", "a,1,0"], ".csv"), BOOK)
        np.testing.assert_array_equal(data.poles, [[NAN]])

    def test_of_a_codebook_without(self, tmp_path):
        book = Codebook.from_labels(["lift", "build"])
        data = read_labelled(write(tmp_path, [{"text": "a", "labels": "lift"}] * 2), book)
        assert data.poles.shape == (2, 0)
        assert data.take([]).poles.shape == (0, 0)

    def test_take(self, tmp_path):
        rows = [{"text": text, "labels": labels} for text, labels in (("a", "keep"), ("b", ""), ("c", "K"))]
        data = read_labelled(write(tmp_path, rows), BOOK)
        assert data.take([1, 2]).poles.tolist() == [[0], [1]]
        assert data.take(np.array([2, 0])).poles.tolist() == [[1], [1]]
        assert LabelledStatements(texts=["a"], truth=np.ones((1, 1)), groups=["x"]).take([0]).poles is None

    def test_labels_that_exclude_one_another_stand_alone_without_them(self, tmp_path):
        stances = [Stance(label="yes"), Stance(label="no"), Stance(label="other", predicted=False)]
        book = Codebook(stances=stances, exclusive=True)
        data = read_labelled(write(tmp_path, [{"text": "a", "labels": ["yes", "other"]}]), book)
        assert (data.truth.tolist(), data.poles.tolist()) == ([[1, 0]], [[1]])
        with pytest.raises(
            InvalidInputError, match="row 0 is labelled 'other', which this codebook has as 'predicted: false'"
        ):
            read_labelled(write(tmp_path, [{"text": "a", "labels": ["other"]}]), book)


class TestGroups:
    def test_each_row_is_its_own_without_a_column(self, tmp_path):
        rows = [{"text": "a", "labels": ""}] * 3
        assert read_labelled(write(tmp_path, rows), BOOK).groups == ["0", "1", "2"]

    def test_from_a_column(self, tmp_path):
        rows = [{"text": "a", "labels": "", "speech": speech} for speech in ("CUB_60", 7, "CUB_60")]
        assert read_labelled(write(tmp_path, rows), BOOK, group="speech").groups == ["CUB_60", "7", "CUB_60"]

    @pytest.mark.parametrize("value", [None, "", " "])
    def test_none(self, tmp_path, value):
        rows = [{"text": "a", "labels": "", "speech": "CUB_60"}, {"text": "a", "labels": "", "speech": value}]
        with pytest.raises(InvalidInputError, match="row 1 has no group in field 'speech'; name its speech"):
            read_labelled(write(tmp_path, rows), BOOK, group="speech")


class TestNone:
    @pytest.mark.parametrize("said", ["none", "-", " None ", "NONE", ["none"]])
    def test_as_sheets_of_draw_have_it_makes_blank_cells_those_that_nobody_annotated(self, tmp_path, said):
        rows = [{"text": text, "labels": labels} for text, labels in (("a", ""), ("b", said), ("c", "lift"), ("d", []))]
        data = read_labelled(write(tmp_path, rows), BOOK)
        np.testing.assert_array_equal(data.truth, [[NAN, NAN], [0, 0], [1, 0], [0, 0]])
        np.testing.assert_array_equal(data.poles, [[NAN], [0], [0], [0]])

    def test_a_sheet_in_csv(self, tmp_path):
        truth = truth_of(tmp_path, ["text,labels", "a,", "b,none", "c,lift|build", "d, "], ".csv")
        np.testing.assert_array_equal(truth, [[NAN, NAN], [0, 0], [1, 1], [NAN, NAN]])

    @pytest.mark.parametrize("column", ["drawn", "probability"])
    def test_on_a_sheet_that_was_drawn_blank_cells_are_not_annotated(self, tmp_path, column):
        truth = truth_of(tmp_path, [f"text,labels,{column}", "a,,1", "b,lift,1"], ".csv")
        np.testing.assert_array_equal(truth, [[NAN, NAN], [1, 0]])

    def test_of_labels_that_exclude_one_another_blank_cells_are_not_annotated(self, tmp_path):
        book = Codebook.from_labels(["favor", "against"], exclusive=True)
        rows = ["text,labels", "a,favor", "b,", "c,against"]
        np.testing.assert_array_equal(
            read_labelled(write(tmp_path, rows, ".csv"), book).truth, [[1, 0], [NAN, NAN], [0, 1]]
        )

    def test_codes_of_one_letter_stand_side_by_side(self, tmp_path):
        book = Codebook(stances=(Stance(label="lift", code="A"), Stance(label="build", code="C")))
        rows = ["text,labels", "a,AC", "b,C | A", "c,none"]
        assert read_labelled(write(tmp_path, rows, ".csv"), book).truth.tolist() == [[1, 1], [1, 1], [0, 0]]

    def test_a_label_of_that_name_is_the_label(self, tmp_path):
        book = Codebook.from_labels(["lift", "none"])
        rows = [{"text": "a", "labels": ""}, {"text": "b", "labels": "none"}]
        assert read_labelled(write(tmp_path, rows), book).truth.tolist() == [[0, 0], [0, 1]]

    def test_a_label_of_that_name_in_other_letters_is_not_guessed(self, tmp_path):
        book = Codebook.from_labels(["lift", "None"])
        with pytest.raises(
            InvalidInputError, match=r"unknown label 'none' in row 0.*expected one of \['None', 'lift'\]"
        ):
            read_labelled(write(tmp_path, [{"text": "a", "labels": "none"}]), book)

    @pytest.mark.parametrize("cell", ["NA", "NaN", "null", ["NA"], "lift|NA"])
    def test_a_word_for_missing_is_no_label(self, tmp_path, cell):
        rows = [{"text": "a", "labels": "lift"}, {"text": "b", "labels": cell}]
        message = (
            r"table\.jsonl: 'N.*' in row 1, field 'labels' looks like a missing value; write .none. where none fits"
        )
        with pytest.raises(InvalidInputError, match=f"(?i){message}"):
            read_labelled(write(tmp_path, rows), BOOK)


class TestANamedColumn:
    @pytest.mark.parametrize("name", ["lables", "labels"])
    def test_that_is_missing_is_no_matter_of_columns_of_labels(self, tmp_path, name):
        path = write(tmp_path, ["text,lift,build", "a,1,0"], ".csv")
        with pytest.raises(InvalidInputError, match=rf"no column '{name}'; it has \['build', 'lift', 'text'\]"):
            read_labelled(path, BOOK, labels=name)
        assert read_labelled(path, BOOK).truth.tolist() == [[1, 0]]


class TestWhole:
    @pytest.mark.parametrize(("header", "suffix"), [("text,labels", ".csv"), ("text,lift,build", ".csv")])
    def test_no_rows(self, tmp_path, header, suffix):
        with pytest.raises(InvalidInputError, match=r"\.csv has no rows"):
            read_labelled(write(tmp_path, [header], suffix), BOOK)

    def test_other_columns_are_kept_when_asked_for(self, tmp_path):
        rows = [{"text": "a", "labels": "", "year": 1999, "country": "CUB"}, {"text": "b", "labels": "", "year": 2001}]
        data = read_labelled(write(tmp_path, rows), BOOK, keep=(name for name in ("year", "country")))
        assert data.columns == {"year": [1999, 2001], "country": ["CUB", None]}
        assert read_labelled(write(tmp_path, rows), BOOK).columns == {}

    def test_take(self):
        data = LabelledStatements(
            texts=["a", "b", "c"],
            truth=np.array([[1.0, 0.0], [0.0, NAN], [NAN, 1.0]]),
            groups=["x", "y", "z"],
            columns={"year": [1, 2, 3]},
        )
        for rows in ([2, 0], np.array([2, 0])):
            part = data.take(rows)
            assert (part.texts, part.groups, part.columns) == (["c", "a"], ["z", "x"], {"year": [3, 1]})
            np.testing.assert_array_equal(part.truth, [[NAN, 1], [1, 0]])
        assert data.take([]).truth.shape == (0, 2)
        assert data.texts == ["a", "b", "c"]

    def test_columns_stand_in_codebook_order(self, tmp_path):
        book = Codebook.from_labels(["z", "a"])
        path = write(tmp_path, ["text,a,z", "one,0,1"], ".csv")
        assert read_labelled(path, book).truth.tolist() == [[1, 0]]


class TestErrors:
    @pytest.mark.parametrize(
        ("rows", "message"),
        [
            ([{"text": None, "labels": ""}], "expected a str in row 1, field 'text', got NoneType"),
            ([{"labels": ""}], "expected a str in row 1, field 'text', got NoneType"),
            ([{"text": 7, "labels": ""}], "expected a str in row 1, field 'text', got int: 7"),
            (
                [{"text": "b", "labels": "favour"}],
                r"unknown label 'favour' in row 1, field 'labels'; expected one of \['B', 'K', 'L',",
            ),
            ([{"text": "b", "labels": ["lift", "l"]}], "unknown label 'l' in row 1"),
            ([{"text": "b", "labels": "lift,build"}], "unknown label 'lift,build' in row 1"),
            ([{"text": "b", "labels": [None]}], "unknown label 'None' in row 1"),
            ([{"text": "b", "labels": 1}], "expected a list of labels or text in row 1, field 'labels', got 1"),
            ([{"text": "b", "labels": {"lift": 1}}], "expected a list of labels or text in row 1, field 'labels'"),
        ],
    )
    def test_name_row_and_field(self, tmp_path, rows, message):
        path = write(tmp_path, [{"text": "a", "labels": "lift"}, *rows])
        with pytest.raises(InvalidInputError, match=message):
            read_labelled(path, BOOK)

    @pytest.mark.parametrize("cell", ["2", "-1", "maybe", "0.5", "nan"])
    def test_a_flag_that_is_none(self, tmp_path, cell):
        path = write(tmp_path, ["text,lift,build", "a,1,0", f"b,0,{cell}"], ".csv")
        message = f"expected 1, 0 or blank in row 1, field 'build', got '{cell}'"
        with pytest.raises(InvalidInputError, match=message):
            read_labelled(path, BOOK)

    @pytest.mark.parametrize(
        ("options", "column"),
        [
            ({"text": "statement"}, "statement"),
            ({"labels": "stance"}, "stance"),
            ({"group": "speech"}, "speech"),
            ({"keep": ["year"]}, "year"),
        ],
    )
    def test_a_missing_column(self, tmp_path, options, column):
        path = write(tmp_path, ["text,labels", "a,lift"], ".csv")
        with pytest.raises(InvalidInputError, match=rf"has no column '{column}'; it has \['labels', 'text'\]"):
            read_labelled(path, BOOK, **options)

    def test_neither_layout(self, tmp_path):
        path = write(tmp_path, ["text,keep", "a,1"], ".csv")  # "keep" is not predicted
        with pytest.raises(InvalidInputError, match="has no column 'labels'"):
            read_labelled(path, BOOK)


@pytest.mark.parametrize("word", ["NA", "N/A", "nan", "NULL", "<NA>"])
def test_a_word_for_missing_is_no_code(word):
    with pytest.raises(InvalidInputError, match=r"looks like a missing value; .*leave the cell "):
        cell_marks(word, set("APCNRD"), 3, "anna")


def test_a_label_may_be_called_so():
    assert cell_marks("NA", {"NA", "N", "A"}, 3, "anna") == ["NA"]


class TestPredictions:
    @pytest.mark.parametrize(
        ("row", "labels"),
        [
            ({"labels": ["lift"], "scores": {"lift": 0.9}, "abstained": [], "unfamiliar": False}, "labels"),
            ({"labels": "lift", "score_lift": 0.9, "score_build": 0.1, "abstained": ""}, "labels"),
            ({"stance_labels": ["lift"], "stance_abstained": [], "stance_score_lift": 0.9}, "stance_labels"),
        ],
    )
    def test_are_no_labels(self, tmp_path, row, labels):
        with pytest.raises(
            InvalidInputError, match=r"table\.jsonl holds predictions, as the columns \['(stance_)?abst"
        ):
            truth_of(tmp_path, [{"text": "a", **row}], labels=labels)

    def test_as_a_model_gives_them(self, tmp_path):
        rows = [said.to_dict() for said in load().predict(["Lift the embargo.", "We met."])]
        with pytest.raises(InvalidInputError, match="if people went through 'labels' here, write it without those col"):
            read_labelled(write(tmp_path, rows), load().codebook)

    @pytest.mark.parametrize(
        "row",
        [
            {"labels": ["lift"], "stance_labels": [], "stance_abstained": [], "stance_score_lift": 0.9},
            {"labels": ["lift"], "scores": "3 : 1"},
            {"labels": ["lift"], "abstained": True},
            {"lift": 1, "build": 0, "scores": {"lift": 0.9}, "abstained": []},
        ],
    )
    def test_beside_labels_by_hand_are_no_matter(self, tmp_path, row):
        assert truth_of(tmp_path, [{"text": "a", **row}]).tolist() == [[1.0, 0.0]]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"groups": None}, "groups must name the speech or document of each of 2 statements"),
        ({"groups": ["a"]}, "groups must name"),
        ({"truth": [1, 0]}, "truth has shape"),
        ({"truth": [["x"], ["y"]]}, "truth must hold 1, 0 or NaN"),
    ],
)
def test_statements_that_do_not_fit_together(wrong, message):
    given = {"texts": ["Lift it.", "No."], "truth": [[1.0], [0.0]], "groups": ["a", "b"]}
    with pytest.raises(InvalidInputError, match=message):
        LabelledStatements(**given | wrong)


def test_a_nought_for_none_is_told_how_none_is_written():
    with pytest.raises(InvalidInputError, match=r"'0' in row 3, field 'labels' is no label and no code; write 'none'"):
        cell_marks("0", BOOK.codes, 3, "labels")
    assert cell_marks("0", {"0"}, 3, "labels") == ["0"]
