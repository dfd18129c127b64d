"""Agreement of coders: worked examples of the literature, other libraries, gaps, and what is undefined."""

import json
import math
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from stancekit import Codebook, InvalidInputError, Stance
from stancekit.measure.agreement import agreement
from stancekit.measure.agreement_coefficients import majority, masi_distances
from stancekit.measure.codings import read_codings
from stancekit.report.agreement import agreement_markdown

NAN = math.nan
# Krippendorff 2011, Computing Krippendorff's Alpha-Reliability: the data of examples A, B and C.
MEG, OWEN = "0100000010", "1110010000"
BEN, GERRY = "aabbdcccedda", "babbbccceddd"
FOUR = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."]


def one_label(values):
    """Give decisions on one label, of shape (n_statements, 1), from a text with a point for a gap."""
    return np.array([[NAN if value == "." else float(value)] for value in values])


def one_hot(values, categories):
    """Give labels that exclude one another, of shape (n_statements, n_labels)."""
    return np.array([[NAN if v == "." else float(v == c) for c in categories] for v in values])


def measured(*columns, labels=("a",), **options):
    coders = {f"c{i}": values for i, values in enumerate(columns)}
    return agreement(coders, labels=labels, **{"n_bootstrap": 0, **options})


def test_a_coder_may_be_called_majority():
    columns = {"majority": one_label("1100"), "anna": one_label("0001"), "ben": one_label("0001")}
    named = agreement(columns, labels=["a"], n_bootstrap=0).per_label["a"]
    columns["other"] = columns.pop("majority")
    other = agreement(columns, labels=["a"], n_bootstrap=0).per_label["a"]
    assert named.prevalence["majority"] == other.prevalence["other"]
    assert {pair.agreement.value for pair in named.pairs} == {pair.agreement.value for pair in other.pairs} == {0.25, 1}


def test_alpha_of_two_coders_on_one_label_as_in_krippendorff():
    result = measured(one_label(MEG), one_label(OWEN))
    assert round(result.per_label["a"].alpha.value, 3) == 0.095
    assert result.per_label["a"].agreement.value == 0.6
    assert result.sets.alpha.value == result.per_label["a"].alpha.value


@pytest.mark.parametrize(("coders", "categories", "alpha"), [([BEN, GERRY], "abcde", 0.692), (FOUR, "12345", 0.743)])
def test_alpha_of_labels_that_exclude_one_another_as_in_krippendorff(coders, categories, alpha):
    result = measured(*(one_hot(coder, categories) for coder in coders), labels=list(categories))
    assert round(result.sets.alpha.value, 3) == alpha


def test_kappa_of_two_coders_as_in_the_textbooks():
    # Cohen 1960, Table 1, as counts of 200; the first category against the others.
    first = one_label("1" * 120 + "0" * 80)
    second = one_label("1" * 88 + "0" * 32 + "1" * 12 + "0" * 68)
    pair = measured(first, second).per_label["a"].pairs[0]
    assert pair.agreement.value == 0.78
    assert pair.kappa.value == pytest.approx((0.78 - 0.5) / (1 - 0.5))


def test_masi_distances_as_in_passonneau():
    sets = np.array([[1, 1, 0, 0], [1, 1, 1, 1], [1, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]], dtype=float)
    same, part, overlap = 0, 1 - 2 / 4 * 2 / 3, 1 - 1 / 3 * 1 / 3
    distances = masi_distances(sets)
    assert distances[0].tolist() == pytest.approx([same, part, overlap, 1, 1])
    assert distances[4].tolist() == [1, 1, 1, 1, 0]
    assert (distances == distances.T).all()


def reference_alpha(units, distance):
    """Compute alpha straight from its definition, over pairs of judgements."""
    units = [unit for unit in units if len(unit) > 1]
    values = [value for unit in units for value in unit]
    if not (n := len(values)):
        return NAN
    observed = sum(2 * distance(a, b) / (len(unit) - 1) for unit in units for a, b in combinations(unit, 2)) / n
    expected = sum(2 * distance(a, b) for a, b in combinations(values, 2)) / (n * (n - 1))
    return 1 - observed / expected if expected else NAN


def masi(a, b):
    if a == b:
        return 0.0
    likeness = 2 / 3 if a <= b or b <= a else 1 / 3
    return 1 - likeness * len(a & b) / len(a | b)


decisions = st.sampled_from([0.0, 1.0])
cells = st.one_of(st.none(), st.tuples(decisions, decisions))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=12))
def test_alpha_is_what_its_definition_says(rows):
    coders = [np.array([row[i] or (NAN, NAN) for row in rows]) for i in range(3)]
    result = measured(*coders, labels=("a", "b"))
    given = [[cell for cell in row if cell is not None] for row in rows]
    for column, label in enumerate("ab"):
        expected = reference_alpha([[cell[column] for cell in row] for row in given], lambda a, b: float(a != b))
        assert result.per_label[label].alpha.value == pytest.approx(expected, nan_ok=True)
    sets = [[frozenset(i for i in range(2) if cell[i]) for cell in row] for row in given]
    assert result.sets.alpha.value == pytest.approx(reference_alpha(sets, masi), nan_ok=True)


@pytest.mark.parametrize("seed", range(5))
def test_coefficients_agree_with_other_libraries(seed):
    krippendorff = pytest.importorskip("krippendorff")
    random = np.random.default_rng(seed)
    truth = random.random(80) < 0.3
    coders = [np.where(random.random(80) < 0.8, truth, random.random(80) < 0.5).astype(float) for _ in range(3)]
    for coder in coders:
        coder[random.random(80) < 0.2] = NAN
    figures = measured(*(coder[:, None] for coder in coders)).per_label["a"]
    expected = krippendorff.alpha(reliability_data=coders, level_of_measurement="nominal")
    assert figures.alpha.value == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(5))
def test_kappa_agrees_with_scikit_learn(seed):
    random = np.random.default_rng(seed)
    coders = (random.random((3, 50)) < 0.4).astype(float)
    coders[2, :10] = NAN
    for pair in measured(*(coder[:, None] for coder in coders)).per_label["a"].pairs:
        a, b = coders[int(pair.a[1])], coders[int(pair.b[1])]
        both = ~np.isnan(a) & ~np.isnan(b)
        assert pair.n == both.sum()
        assert pair.kappa.value == pytest.approx(cohen_kappa_score(a[both], b[both]))


def test_statements_that_one_coder_judged_change_no_coefficient():
    more = [one_label(MEG + "11."), one_label(OWEN + "..1")]
    alone, beside = measured(one_label(MEG), one_label(OWEN)), measured(*more)
    assert beside.per_label["a"].alpha.value == alone.per_label["a"].alpha.value
    assert beside.per_label["a"].pairs[0].kappa.value == alone.per_label["a"].pairs[0].kappa.value
    assert beside.per_label["a"].prevalence["c0"].n == 12


def test_judgements_of_some_labels_only_count_for_these_and_not_for_whole_sets():
    first = np.array([[1.0, 0], [0, 1], [0, 0], [1, NAN]])
    second = np.array([[1.0, 0], [0, 1], [1, 0], [1, 1]])
    result = measured(first, second, labels=("a", "b"))
    assert (result.per_label["a"].n, result.per_label["b"].n, result.sets.n) == (4, 3, 3)
    assert "whole sets: 1 judgements of some labels only are left out" in result.notes


@pytest.mark.parametrize(
    ("first", "second", "note"),
    [
        ("0000", "0000", "a: every judgement is no; alpha is undefined"),
        ("1111", "1111", "a, c0 and c1: every judgement is yes; kappa is undefined"),
        ("01..", "..01", "no statement was judged by two coders; alpha and kappa are undefined"),
        ("....", "....", "no statement was judged by two coders; alpha and kappa are undefined"),
    ],
)
def test_what_is_undefined_is_nan_with_a_note(first, second, note):
    result = measured(one_label(first), one_label(second), n_bootstrap=20)
    figures = result.per_label["a"]
    assert all(math.isnan(value) for value in (figures.alpha.value, figures.pairs[0].kappa.value))
    assert math.isnan(result.sets.alpha.value)
    assert note in result.notes


def test_one_who_always_says_yes_agrees_by_chance_only():
    pair = measured(one_label("1111"), one_label("1011")).per_label["a"].pairs[0]
    assert (pair.agreement.value, pair.kappa.value) == (0.75, 0.0)


def test_full_agreement_has_no_bootstrap_interval_but_one_of_its_share():
    figures = (result := measured(one_label("0101010101"), one_label("0101010101"), n_bootstrap=50)).per_label["a"]
    assert figures.alpha.value == 1
    assert math.isnan(figures.alpha.low)
    assert "a: interval of alpha withheld, as nearly every draw gives 1.00" in result.notes
    assert 0.6 < figures.agreement.low < 0.9
    assert figures.agreement.high == 1


def test_rounding_is_no_interval():
    """A coder who never asserts agrees by chance alone, and the draws differ in the last digits."""
    truth = (np.random.default_rng(1).random((97, 1)) < 0.3).astype(float)
    result = measured(truth, np.zeros((97, 1)), n_bootstrap=200)
    kappa = result.per_label["a"].pairs[0].kappa
    assert kappa.value == pytest.approx(0, abs=1e-12)
    assert math.isnan(kappa.low)
    assert any("interval of kappa withheld, as nearly every draw gives" in note for note in result.notes)


def noisy(n, seed=0):
    random = np.random.default_rng(seed)
    truth = random.random(n) < 0.4
    return [np.where(random.random(n) < 0.85, truth, ~truth).astype(float)[:, None] for _ in range(3)]


def test_intervals_hold_the_value_and_go_by_groups():
    coders = noisy(90)
    alone = measured(*coders, n_bootstrap=300).per_label["a"].alpha
    assert alone.low < alone.value < alone.high
    doubled = [np.repeat(coder, 4, axis=0) for coder in coders]
    groups = np.repeat(np.arange(90), 4).tolist()
    whole = measured(*doubled, groups=groups, n_bootstrap=300).per_label["a"].alpha
    apart = measured(*doubled, n_bootstrap=300).per_label["a"].alpha
    assert whole.high - whole.low == pytest.approx(alone.high - alone.low, rel=0.25)
    assert apart.high - apart.low < 0.7 * (whole.high - whole.low)


def test_neither_the_order_of_rows_nor_the_names_of_groups_matter():
    coders, groups = noisy(40), [f"g{i // 3}" for i in range(40)]
    order = np.random.default_rng(1).permutation(40)
    first = measured(*coders, groups=groups, n_bootstrap=50)
    second = measured(*(c[order] for c in coders), groups=[groups[i].upper() for i in order], n_bootstrap=50)
    assert first == second


def test_the_model_stands_beside_the_coders():
    first, second, machine = noisy(60)
    alone = measured(first, second)
    result = agreement({"c0": first, "m": machine, "c1": second}, labels=["a"], model="m", n_bootstrap=0)
    figures = result.per_label["a"]
    assert (result.coders, result.model) == (("c0", "c1"), "m")
    assert figures.alpha.value == alone.per_label["a"].alpha.value
    assert figures.alpha_with_model.value == measured(first, second, machine).per_label["a"].alpha.value
    assert [(pair.a, pair.b) for pair in figures.pairs] == [("c0", "c1"), ("m", "c0"), ("m", "c1"), ("m", "majority")]
    same = first == second
    assert figures.pairs[-1].n == same.sum()
    assert figures.pairs[-1].kappa.value == pytest.approx(cohen_kappa_score(machine[same], first[same]))


def test_a_model_and_one_coder():
    first, _, machine = noisy(30)
    result = agreement({"c0": first, "m": machine}, labels=["a"], model="m", n_bootstrap=0)
    figures = result.per_label["a"]
    assert math.isnan(figures.alpha.value)
    assert "a: fewer than two coders; alpha is undefined" in result.notes
    assert figures.alpha_with_model.value == measured(first, machine).per_label["a"].alpha.value
    assert [(pair.a, pair.b) for pair in figures.pairs] == [("m", "c0")]


def test_majority_leaves_out_ties_and_lone_judgements():
    votes = np.array([[1, 1, 1, 0], [1, 0, NAN, 0], [0, NAN, NAN, 0]], dtype=float)
    assert majority(votes).tolist() == pytest.approx([1, NAN, NAN, 0], nan_ok=True)


@pytest.mark.parametrize(
    ("coders", "options", "message"),
    [
        ({"a": [[1]]}, {}, r"coders is \['a'\]; expected a mapping of the names of two coders or more"),
        ([[[1]], [[1]]], {}, "coders is 'list'; expected a mapping"),
        ({"a": [[1]], "b": [[1], [0]]}, {}, r"coder 'b' has shape \(2, 1\); expected an array of shape \(1, 1\)"),
        ({"a": [[1]], "b": [[0.5]]}, {}, r"coder 'b' is 0.5 in row 0, field 'x'; expected 1, 0 or NaN \(not judged\)"),
        ({"a": np.zeros((0, 1)), "b": np.zeros((0, 1))}, {}, "coder 'a' has no rows"),
        ({"a": [[1]], "b": [[1]]}, {"model": "m"}, r"unknown model 'm'; expected one of \['a', 'b'\]"),
        ({"a": [[1]], "majority": [[1]]}, {"model": "a"}, "a coder is called 'majority'"),
        ({"a": [[1]], "b": [[1]]}, {"groups": [None]}, "group is None in row 0"),
        ({"a": [[1]], "b": [[1]]}, {"confidence": 95}, "confidence is 95; expected a number between 0 and 1"),
    ],
)
def test_bad_input_is_named(coders, options, message):
    with pytest.raises(InvalidInputError, match=message):
        agreement(coders, labels=["x"], **options)


def test_results_are_ready_for_json_and_markdown():
    first, second, machine = noisy(30)
    result = agreement({"c|0": first, "c1": second, "m": machine}, labels=["a"], model="m", n_bootstrap=20)
    content = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert content["per_label"]["a"]["alpha"]["value"] == result.per_label["a"].alpha.value
    text = agreement_markdown(result)
    assert "| label | n | agreement, % | alpha | alpha with the model |" in text
    assert f"| **whole sets** (MASI) | 30 | {100 * result.sets.agreement.value:.1f} [" in text
    assert "| a | m – majority |" in text
    assert "c\\|0" in text
    assert "20 draws of whole groups (seed 0)" in text
    assert "draws of whole groups" not in agreement_markdown(replace(result, n_bootstrap=0))
    alike = agreement({"c0": first, "c1": first}, labels=["a"], n_bootstrap=20)
    assert "| 1.00 [–] |" in agreement_markdown(alike)


BOOK = Codebook.from_dict(
    {
        "stances": [
            {"label": "lift", "code": "A"},
            {"label": "keep", "code": "S", "predicted": False},
            {"label": "trade"},
        ]
    }
)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (["lift"], [1, 0]),
        ([], [0, 0]),
        (None, [NAN, NAN]),
        ("", [NAN, NAN]),
        ("none", [0, 0]),
        ("-", [0, 0]),
        ("lift| trade", [1, 1]),
        ("S", [0, 0]),
        ("AS", [1, 0]),
        (["none"], [0, 0]),
    ],
)
def test_cells_are_read_as_coders_write_them(tmp_path, cell, expected):
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({"one": cell}) + "\n")
    codings = read_codings(path, BOOK, coders=["one"])
    assert codings.labels == ("lift", "trade")
    assert codings.coders["one"][0].tolist() == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("cell", [5, True, [["lift"]], {"lift": 1}, [None]])
def test_cells_of_another_kind_are_named(tmp_path, cell):
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({"one": cell}) + "\n")
    with pytest.raises(InvalidInputError, match="expected a list of labels or text in row 0, field 'one', got"):
        read_codings(path, BOOK, coders=["one"])


def test_blank_cells_are_counted_and_may_mean_none(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("one,two,speech\nA,A,s1\n ,none,s1\n,A,s2\n")
    codings = read_codings(path, BOOK, coders=["one", "two"], group="speech")
    assert codings.groups == ["s1", "s1", "s2"]
    assert codings.agreement(n_bootstrap=0).notes[0].startswith("one: 2 of 3 cells are blank and count as not seen")
    none = read_codings(path, BOOK, coders=["one", "two"], blank="none")
    assert none.coders["one"].tolist() == [[1, 0], [0, 0], [0, 0]]
    assert not any("blank" in note for note in none.agreement(n_bootstrap=0).notes)


@pytest.mark.parametrize(
    ("rows", "options", "message"),
    [
        ("one,two\nA,X\n", {}, r"rows\.csv: unknown label 'X' in row 0, field 'two'"),
        ("one,two\nA,A|none\n", {}, "unknown label 'none' in row 0, field 'two'"),
        ("one\nA\n", {}, r"no column 'two'; it has \['one'\]"),
        ("one,two\nA,A\n", {"coders": ["one", "one"]}, r"coders is \['one', 'one'\]; expected the names of different"),
        ("one,two\nA,A\n", {"group": "speech"}, "no column 'speech'"),
        ("one,two\n", {}, "has no rows"),
        ("one,two\nA,A\n", {"blank": "no"}, r"unknown blank 'no'; expected one of \['missing', 'none'\]"),
    ],
)
def test_bad_tables_are_named(tmp_path, rows, options, message):
    path = tmp_path / "rows.csv"
    path.write_text(rows)
    with pytest.raises(InvalidInputError, match=message):
        read_codings(path, BOOK, **{"coders": ["one", "two"], **options})


def test_labels_that_exclude_one_another_need_just_one(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("one,two\na,none\nnone,a|none\n")
    with pytest.raises(InvalidInputError, match="each row needs just one; row 1 has"):
        read_codings(path, Codebook.from_labels(["a", "none"], exclusive=True), coders=["one", "two"])


def test_a_model_of_other_labels_or_without_statements_is_refused(tmp_path, models):
    path = tmp_path / "rows.csv"
    path.write_text("one,two\ntrade,trade\n")
    model = models["lexicon"]
    with pytest.raises(InvalidInputError, match=r"the model predicts \['trade', 'lift', 'build'\]; the coders give"):
        read_codings(path, BOOK, coders=["one"]).with_model(model, "m")
    codings = read_codings(path, model.codebook, coders=["one"])
    with pytest.raises(InvalidInputError, match="the statements were not read; name their column"):
        codings.with_model(model, "m")
    with pytest.raises(InvalidInputError, match="a coder is called 'one', as is the model"):
        codings.with_model(model, "one")


def test_stances_that_are_left_out_are_counted(tmp_path):
    book = Codebook(stances=(Stance(label="lift", code="A"), Stance(label="keep", code="P", predicted=False)))
    path = tmp_path / "rows.csv"
    path.write_text("anna,ben\nP,none\nA,A\nAP,A\nnone,none\n")
    notes = read_codings(path, book, coders=["anna", "ben"]).agreement(n_bootstrap=0).notes
    assert [note for note in notes if "does not predict" in note] == [
        "anna: 2 of 4 statements take stances that the codebook does not predict; these are left out, and count as "
        "none of the labels"
    ]


def test_a_pair_that_shares_few_of_the_groups_is_told_of():
    rng = np.random.default_rng(0)
    groups, first = np.repeat(np.arange(60), 5), (rng.random((300, 2)) < 0.4).astype(float)
    second, third = (np.where(rng.random(first.shape) < 0.2, 1 - first, first) for _ in range(2))
    third[15:] = np.nan
    coders = {"ann": first, "bob": second, "cat": third}
    notes = agreement(coders, labels=["a", "b"], groups=groups, n_bootstrap=50).notes
    assert [note for note in notes if "so few" in note] == [
        "ann and cat: both judged in 3 of the 60 groups; with so few, intervals tend to be too narrow",
        "bob and cat: both judged in 3 of the 60 groups; with so few, intervals tend to be too narrow",
    ]


def test_a_label_that_was_judged_twice_in_few_groups_is_told_of():
    rng = np.random.default_rng(0)
    first = (rng.random((100, 2)) < 0.4).astype(float)
    second = first.copy()
    second[5:, 1] = np.nan
    second[::3, 0] = 1 - second[::3, 0]
    notes = agreement({"ann": first, "bob": second}, labels=["a", "b"], n_bootstrap=50).notes
    assert "b: judged twice in 5 of the 100 groups; with so few, intervals tend to be too narrow" in notes


def test_a_label_may_be_called_whole_sets():
    coders = {name: np.random.default_rng(i).integers(0, 2, (40, 2)).astype(float) for i, name in enumerate("ab")}
    plain, odd = (agreement(coders, labels=[name, "b"], n_bootstrap=0) for name in ("a", "whole sets"))
    assert odd.per_label["whole sets"].alpha.value == plain.per_label["a"].alpha.value
    assert odd.sets.alpha.value == plain.sets.alpha.value
