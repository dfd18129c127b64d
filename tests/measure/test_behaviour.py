"""Behaviour tests: what counts as a failure, intervals, files of cases, and the cases in the package."""

import json
from collections import Counter

import numpy as np
import pytest

from experiments import behaviour as page
from experiments.data import DATA
from stancekit import BehaviourCase, Codebook, InvalidInputError, check_behaviour, load, read_behaviour
from stancekit.apps.cli import main
from stancekit.calibration import Calibration
from stancekit.measure.behaviour_cases import PACKAGED, all_texts
from stancekit.report.behaviour import behaviour_markdown
from stancekit.text.identity import fingerprint

LABELS = ("lift", "build")


class Fake:
    """A model whose scores a function of the text gives; it asserts from 0.5 on."""

    def __init__(self, score, labels=LABELS):
        self.codebook = Codebook.from_labels(labels)
        self.labels = self.codebook.labels
        edges = dict.fromkeys(("threshold", "low", "high"), np.full(len(labels), 0.5))
        self.calibration = Calibration(slope=np.ones(len(labels)), offset=np.zeros(len(labels)), **edges)
        self.score = score

    def predict_proba(self, texts):
        return np.array([self.score(text) for text in texts], dtype=float).reshape(-1, len(self.labels))


ALWAYS, NEVER = Fake(lambda text: (0.9, 0.9)), Fake(lambda text: (0.1, 0.1))
# Asserts "lift" where an a stands in the text, with a score that grows with the text.
READS_A = Fake(lambda text: (0.5 + len(text) / 100 if "a" in text else len(text) / 100, 0))


def mft(text, *expected, group=None, **more):
    return BehaviourCase(capability="plain", kind="mft", group=group or text, text=text, expected=expected, **more)


def inv(text, *texts, **more):
    return BehaviourCase(**({"capability": "same", "kind": "inv", "group": text, "text": text, "texts": texts} | more))


def direction(text, changed, way, **more):
    options = {"capability": "turn", "kind": "dir", "group": text, "text": text, "texts": (changed,)}
    return BehaviourCase(**options, direction={"lift": way}, **more)


def only(model, *cases, **options):
    (result,) = check_behaviour(model, cases, **options).capabilities
    return result


def test_a_model_that_always_or_never_asserts_fails_as_often_as_known():
    cases = [mft("x", "lift"), mft("y", "lift", "build"), mft("z"), mft("w", "build")]
    assert only(ALWAYS, *cases).n_failures == 3
    assert only(NEVER, *cases).n_failures == 3
    assert only(ALWAYS, cases[1]).rate.value == 0
    assert only(NEVER, cases[2]).rate.value == 0
    for model in (ALWAYS, NEVER):
        assert only(model, inv("x", "y", "z")).n_failures == 0
        assert only(model, direction("x", "y", "up"), direction("x", "y", "down")).n_failures == 0
        assert only(model, direction("x", "y", "up", flip=True), direction("x", "y", "down", flip=True)).n_failures == 1


def test_a_case_is_silent_on_labels_that_it_neither_expects_nor_forbids():
    assert only(ALWAYS, mft("x", "lift", forbidden=())).n_failures == 0
    assert only(ALWAYS, mft("x", "lift", forbidden=("build",))).n_failures == 1


def test_misses_name_the_label_the_score_and_what_was_expected():
    (failure,) = check_behaviour(ALWAYS, [mft("x", "lift")]).failures
    assert failure.base is None
    assert [(m.label, m.expected, m.score, m.base_score) for m in failure.misses] == [
        ("build", "not asserted", 0.9, None)
    ]
    (failure,) = check_behaviour(READS_A, [inv("a", "bb", "ca")]).failures
    assert (failure.base, failure.text) == ("a", "bb")
    assert [(m.label, m.expected, m.score, m.base_score) for m in failure.misses] == [("lift", "unchanged", 0.02, 0.51)]


def test_each_changed_statement_is_a_check_and_shifts_are_measured():
    result = only(READS_A, inv("a", "aaa", "b", "bb"))
    assert (result.n_checks, result.n_groups, result.n_failures) == (3, 1, 2)
    shift = result.shifts["lift"]
    assert shift.mean == pytest.approx((0.02 + 0.5 + 0.49) / 3)
    assert shift.largest == pytest.approx(0.5)
    assert shift.crossed.value == pytest.approx(2 / 3)
    assert result.shifts["build"].crossed.value == 0
    assert list(result.shifts) == list(LABELS)


def test_figures_by_name_are_differences_from_the_mean_of_the_case():
    cases = [inv("a", "aaa", names=("x", "y")), inv("bb", "bbbb", names=("y", "x"))]
    by_name = only(READS_A, *cases).by_name
    assert by_name["x"]["lift"] == pytest.approx((-0.01 + 0.01) / 2)
    assert by_name["y"]["lift"] == pytest.approx((0.01 - 0.01) / 2)
    assert only(READS_A, cases[0]).by_name["y"]["lift"] == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("text", "changed", "way", "more", "fails"),
    [
        ("a", "aa", "up", {}, False),
        ("aa", "a", "up", {}, True),
        ("aa", "a", "up", {"tolerance": 0.02}, False),
        ("a", "aa", "down", {}, True),
        ("a", "b", "down", {"flip": True}, False),
        ("aa", "a", "down", {}, False),
        ("aa", "a", "down", {"flip": True}, True),
        ("b", "bb", "up", {"flip": True}, True),
    ],
)
def test_direction(text, changed, way, more, fails):
    assert only(READS_A, direction(text, changed, way, **more)).n_failures == fails


def test_labels_that_a_model_does_not_predict_are_left_out():
    model = Fake(lambda text: (0.9, 0.9))
    model.labels = ("lift",)
    model.calibration = Fake(lambda text: 0.9, labels=("lift",)).calibration
    model.score = lambda text: 0.9
    assert only(model, mft("x", "lift")).n_failures == 0
    assert only(model, mft("x", "lift", "build")).n_failures == 0
    assert check_behaviour(model, [mft("x", "build", forbidden=())]).capabilities == ()
    case = BehaviourCase(
        capability="turn", kind="dir", group="g", text="x", texts=("y",), direction={"build": "up"}, flip=True
    )
    assert check_behaviour(model, [case]).capabilities == ()


def test_one_failure_leaves_more_room_than_none():
    """A percentile bootstrap reached 0 with one failure of 32, and an exact interval of none reached higher."""
    cases = [mft(f"x{i}", "lift", group=str(i)) for i in range(32)]
    flags = [mft(f"y{i}{'' if i else 'a'}", group=str(i)) for i in range(32)]
    none, one = only(ALWAYS, *[mft(f"z{i}", "lift", "build") for i in range(32)]).rate, only(READS_A, *flags).rate
    every = only(NEVER, *cases).rate
    assert none.low == 0 < one.low < one.value < one.high
    assert none.high < one.high
    assert (every.low, every.high) == (pytest.approx(1 - none.high), 1.0)


def test_where_nothing_fails_the_groups_are_counted():
    cases = [mft(f"x{i}", "lift", "build", group=str(i // 2)) for i in range(20)]
    firsts = cases[::2]
    assert only(ALWAYS, *cases).rate == only(ALWAYS, *firsts).rate


def test_intervals_cluster_by_group_and_do_not_depend_on_names_or_order():
    flags = [i % 20 < 8 for i in range(200)]
    apart = [mft(f"{i} {'a' if flag else ''}", group=str(i)) for i, flag in enumerate(flags)]
    pairs = [mft(f"{i} {'a' if flag else ''}", group=f"g{i // 4}") for i, flag in enumerate(flags)]
    alone, clustered = only(READS_A, *apart).rate, only(READS_A, *pairs).rate
    assert alone.value == clustered.value
    assert clustered.high - clustered.low > 1.5 * (alone.high - alone.low)
    assert only(READS_A, *reversed(pairs)).rate == clustered


def test_examples_show_different_groups_first():
    cases = [mft(name, "lift", group=name[0]) for name in ("x1", "x2", "y1")]
    result = check_behaviour(NEVER, cases)
    assert [f.text for f in result.examples(result.capabilities[0], 2)] == ["x1", "y1"]
    assert [f.text for f in result.examples(result.capabilities[0], 9)] == ["x1", "y1", "x2"]


def test_to_dict_is_strict_json():
    result = check_behaviour(READS_A, [mft("a"), inv("a", "b", names=("x", "y"))])
    content = json.loads(json.dumps(result.to_dict(1), allow_nan=False))
    first, second = content["capabilities"]
    assert first["failures"][0]["misses"] == [{"label": "lift", "expected": "not asserted", "score": 0.51}]
    assert first["rate"] == {"value": 1.0, "low": pytest.approx(0.2065, abs=1e-4), "high": 1.0}
    assert set(second["by_name"]) == {"x", "y"}
    assert content["labels"] == list(LABELS)
    assert "failures" not in content


def test_markdown():
    result = check_behaviour(READS_A, [mft("x"), inv("a|", "b", capability="a | b")])
    text = behaviour_markdown(result, 3)
    assert text.startswith("2 checks of 2 capabilities, 1 failure; 95 % intervals over groups.")
    assert "| plain | mft | 1 | 1 | 0 | 0.0 [0.0, 79.3] |" in text
    assert "| a \\| b | inv | 1 | 1 | 1 | 100.0 [20.7, 100.0] |" in text
    assert "- a\\| → b: lift 0.52 → 0.01, expected unchanged" in text
    assert "expected" not in behaviour_markdown(result)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "mtf"}, r"unknown kind in row 1: 'mtf'; expected one of \['dir', 'inv', 'mft'\]"),
        ({"kind": None}, "unknown kind in row 1: None"),
        ({"group": ""}, "'' in row 1, field 'group'; expected a str that is not blank"),
        ({"capability": 3}, "3 in row 1, field 'capability'"),
        ({"text": 7}, "expected a str in row 1, field 'text', got int: 7"),
        ({"expected": "lift"}, "'lift' in row 1, field 'expected'; expected a list of str"),
        ({"forbidden": ["lift"]}, r"\['lift'\] both expected and forbidden in row 1"),
        ({"texts": ["b"]}, "unknown field in row 1: 'texts'"),
        ({"kind": "inv"}, "no field 'texts' in row 1; a case of kind 'inv' needs"),
        (
            {"kind": "inv", "texts": ["b", None], "expected": ...},
            "expected a str in row 1, field 'texts', got NoneType",
        ),
        ({"kind": "inv", "texts": [], "expected": ...}, r"\[\] in row 1, field 'texts'; expected a list of one"),
        (
            {"kind": "inv", "texts": ["b"], "names": ["x"], "expected": ...},
            "1 names in row 1, field 'names' for 1 texts",
        ),
        ({"kind": "dir", "texts": ["b"], "expected": ...}, "no field 'direction' in row 1"),
        ({"kind": "dir", "texts": ["b"], "direction": {"lift": "left"}, "expected": ...}, "row 1, field 'direction'"),
        ({"kind": "dir", "texts": ["b"], "direction": {"lift": ["up"]}, "expected": ...}, "row 1, field 'direction'"),
        (
            {"kind": "dir", "texts": ["b"], "direction": {"lift": "up"}, "tolerance": 2, "expected": ...},
            "2 in row 1, field 'tolerance'; expected a number from 0 to 1",
        ),
        (
            {"kind": "dir", "texts": ["b"], "direction": {"lift": "up"}, "flip": 1, "expected": ...},
            "1 in row 1, field 'flip'; expected true or false",
        ),
    ],
)
def test_bad_cases_name_row_and_field(changes, message, tmp_path):
    good = {"capability": "plain", "kind": "mft", "group": "g", "text": "a", "expected": ["lift"]}
    bad = {name: value for name, value in (good | changes).items() if value is not ...}
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps(good) + "\n" + json.dumps(bad) + "\n")
    with pytest.raises(InvalidInputError, match=message):
        read_behaviour(path)


def test_files_without_cases_and_settings_out_of_range(tmp_path):
    path = tmp_path / "cases.jsonl"
    path.write_text("")
    with pytest.raises(InvalidInputError, match="has no rows; expected one behaviour case in each"):
        read_behaviour(path)
    with pytest.raises(InvalidInputError, match="there are no behaviour cases"):
        check_behaviour(ALWAYS, [])
    with pytest.raises(InvalidInputError, match="confidence is 95; expected a number between 0 and 1"):
        check_behaviour(ALWAYS, [mft("x")], confidence=95)


def test_cases_that_do_not_fit_a_model_are_an_error():
    message = r"do not fit the model: unknown label 'anti-sanction' in row 0, field 'expected'; expected one of"
    with pytest.raises(InvalidInputError, match=message):
        check_behaviour(ALWAYS)
    case = BehaviourCase(capability="c", kind="dir", group="g", text="x", texts=("y",), direction={"trade": "up"})
    with pytest.raises(InvalidInputError, match="'trade' in row 1, field 'direction'"):
        check_behaviour(ALWAYS, [mft("x"), case])


CASES = read_behaviour()


def test_the_cases_in_the_package_are_many_and_different():
    kinds = Counter(case.kind for case in CASES)
    capabilities = Counter((case.kind, case.capability) for case in CASES)
    assert kinds["mft"] >= 600
    assert sum(len(case.texts) for case in CASES) >= 1500
    assert min(n for (kind, _), n in capabilities.items() if kind == "mft") >= 24
    statements = [fingerprint(case.text) for case in CASES if case.kind == "mft"]
    assert len(set(statements)) == len(statements)
    for case in CASES:
        assert len({case.text, *case.texts}) == 1 + len(case.texts)
    (countries,) = {case.names and frozenset(case.names) for case in CASES if case.capability == "another country"}
    assert len(countries) >= 25
    assert sum(case.capability == "another country" for case in CASES) >= 40


def test_the_cases_in_the_package_name_labels_of_its_codebook_and_ask_for_each():
    known = {stance.label for stance in load().codebook.stances}
    named = {label for case in CASES for label, _ in case.named_labels()}
    assert named == known
    assert {label for case in CASES for label in case.expected} == known


def test_no_case_was_annotated_or_trained_on(packaged):
    texts = all_texts(CASES)
    assert not packaged.was_trained_on(texts).any()
    ours = {fingerprint(text) for text in texts}
    for path in (DATA / "annotations").glob("*.tsv"):
        rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
        column = rows[0].index("sha1")
        assert not ours & {row[column] for row in rows[1:]}
    own = [json.loads(line)["text"] for line in (DATA / "statements.jsonl").read_text(encoding="utf-8").splitlines()]
    assert not ours & {fingerprint(text) for text in own}


def test_the_data_folder_shows_the_cases_of_the_package():
    assert (DATA / "behaviour.jsonl").read_bytes() == PACKAGED.read_bytes()


def test_command_line(capsys, tmp_path):
    path = tmp_path / "cases.jsonl"
    case = {"capability": "plain", "kind": "mft", "group": "g", "text": "We met.", "expected": ["anti-sanction"]}
    path.write_text(json.dumps(case) + "\n")
    assert main(["evaluate", "--behaviour", str(path), "--failures", "1"]) == 0
    out, err = capsys.readouterr()
    assert "| plain | mft | 1 | 1 | 1 |" in out
    assert "- We met.: anti-sanction 0." in out
    assert err == ""
    assert main(["evaluate", "--behaviour", "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert [c["capability"] for c in content["capabilities"]] == list(dict.fromkeys(c.capability for c in CASES))
    assert content["capabilities"][0]["failures"] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "evaluate needs a table of labelled statements, or --behaviour"),
        (["t.csv", "--failures", "2"], "--failures goes with that"),
        (["t.csv", "--behaviour"], "--behaviour takes cases of its own"),
        (["--behaviour", "--against", "linear"], "--behaviour takes cases of its own"),
        (["--behaviour", "--group", "speech"], "--behaviour takes cases of its own"),
        (["--behaviour", "nothing.jsonl"], "nothing.jsonl"),
    ],
)
def test_command_line_errors(arguments, message, capsys):
    assert main(["evaluate", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_the_page_shows_what_was_measured():
    results = json.loads(page.RESULTS.read_text(encoding="utf-8"))
    assert page.PAGE.read_text(encoding="utf-8") == page.behaviour_page(results)
