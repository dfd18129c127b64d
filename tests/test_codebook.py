"""Codebooks: the shipped one, the YAML round trip, every refusal, labels and codes."""

import json
import re
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancekit import Codebook, CodebookError, Context, InvalidInputError, Stance, Target

SHIPPED = Path(__file__).parents[1] / "data" / "codebook.yaml"
LABELS = ("anti-sanction", "pro-cooperation", "self-reliance")


def read(tmp_path, content, name="book.yaml"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return Codebook.read(path)


@pytest.fixture(scope="module")
def shipped():
    return Codebook.read(SHIPPED)


class TestTheShippedCodebook:
    def test_predicts_three_labels_in_their_order(self, shipped):
        assert shipped.labels == LABELS
        assert shipped.exclusive is False

    def test_has_six_codes_on_three_targets_of_two_poles_each(self, shipped):
        assert "".join(stance.code for stance in shipped.stances) == "APCNRD"
        assert [target.name for target in shipped.targets] == ["sanctions", "cooperation", "self-reliance"]
        for target in shipped.targets:
            poles = [stance.pole for stance in shipped.stances if stance.target == target.name]
            assert sorted(poles) == ["against", "in favour"]

    def test_tells_annotators_what_each_label_means(self, shipped):
        for stance in shipped.stances:
            assert stance.definition
            assert stance.include
            assert stance.exclude
            assert stance.examples
        assert shipped.rules

    def test_has_words_that_change_a_cue_with_no_as_text(self, shipped):
        assert "no" in shipped.context.negation
        assert shipped.context.modality
        assert shipped.context.reporting


NAMES = (
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=12)
    .map(str.strip)
    .filter(lambda name: name and "|" not in name)
)
TEXTS = st.text(max_size=30)
PHRASES = st.lists(TEXTS, max_size=3).map(tuple)


@st.composite
def codebooks(draw):
    labels = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    targets = draw(st.lists(NAMES, max_size=2, unique=True))
    flags = draw(st.lists(st.booleans(), min_size=len(labels), max_size=len(labels)).filter(any))
    target = st.sampled_from([None, *targets])
    terms = {name: draw(PHRASES) for name in targets}
    codes = draw(st.booleans())
    chosen = [draw(target) for _ in labels]
    stances = tuple(
        Stance(
            label=label,
            code=f"{i}{label}" if codes and f"{i}{label}" not in labels else "",
            target=chosen[i],
            pole=draw(st.none() | TEXTS),
            definition=draw(TEXTS),
            include=draw(PHRASES),
            exclude=draw(PHRASES),
            examples=draw(PHRASES),
            predicted=flag,
            cues=draw(PHRASES),
            near=draw(PHRASES) if terms.get(chosen[i]) else (),
        )
        for i, (label, flag) in enumerate(zip(labels, flags, strict=True))
    )
    return Codebook(
        name=draw(TEXTS),
        stances=stances,
        targets=tuple(Target(name=name, definition=draw(TEXTS), terms=terms[name]) for name in targets),
        exclusive=sum(flags) > 1 and draw(st.booleans()),
        description=draw(TEXTS),
        rules=draw(PHRASES),
        context=Context(negation=draw(PHRASES), modality=draw(PHRASES), reporting=draw(PHRASES)),
    )


class TestRoundTrips:
    def test_the_shipped_codebook_survives_yaml(self, shipped, tmp_path):
        assert read(tmp_path, shipped.to_yaml()) == shipped

    @settings(max_examples=150, deadline=None)
    @given(codebooks())
    def test_any_codebook_survives_yaml(self, tmp_path_factory, book):
        assert read(tmp_path_factory.mktemp("round"), book.to_yaml()) == book

    @settings(max_examples=150, deadline=None)
    @given(codebooks(), st.booleans(), st.sampled_from([None, "\t"]))
    def test_any_codebook_survives_json(self, tmp_path_factory, book, ascii_only, indent):
        content = json.dumps(book.to_dict(), ensure_ascii=ascii_only, indent=indent)
        assert read(tmp_path_factory.mktemp("round"), content, "book.json") == book

    @pytest.mark.parametrize("mark", ["\x85", "\u2028", "\u2029"])
    def test_line_breaks_of_unicode_survive_yaml(self, tmp_path, mark):
        book = Codebook(stances=(Stance(label="a", definition=f"one{mark}two{mark}{mark}"),))
        assert read(tmp_path, book.to_yaml()) == book

    def test_yaml_is_readable(self):
        assert "definition: naïve 🙂" in Codebook(stances=(Stance(label="a", definition="naïve 🙂"),)).to_yaml()

    def test_defaults_are_not_written(self):
        content = Codebook.from_labels(["a"]).to_dict()
        assert content == {"stances": [{"label": "a"}]}

    def test_a_byte_order_mark_is_no_part_of_the_file(self, tmp_path):
        assert read(tmp_path, b"\xef\xbb\xbfstances: [{label: a}]").labels == ("a",)
        assert read(tmp_path, b'\xef\xbb\xbf{"stances": [{"label": "a"}]}', "b.json").labels == ("a",)

    def test_one_phrase_may_stand_without_a_list(self, tmp_path):
        book = read(tmp_path, "stances: [{label: a, cues: well done}]\nrules: One rule.")
        assert book.stances[0].cues == ("well done",)
        assert book.rules == ("One rule.",)

    def test_a_missing_file_is_the_usual_error(self, tmp_path):
        with pytest.raises(FileNotFoundError, match="nowhere"):
            Codebook.read(tmp_path / "nowhere.yaml")


UNREADABLE = {
    "no YAML": ("stances: [", r"book\.yaml is not a YAML file"),
    "no UTF-8": (b"name: caf\xe9\n", r"book\.yaml is not a YAML file"),
    "an empty file": ("", "codebook must be a mapping of fields, got NoneType"),
    "a list": ("- label: a", "codebook must be a mapping of fields, got list"),
    "no stances": ("name: x", "codebook has no 'stances'"),
    "an empty list of stances": ("stances: []", "codebook has no 'stances'"),
    "stances that are no list": ("stances: {label: a}", "stances must be a list, got dict"),
    "targets that are no list": ("stances: [{label: a}]\ntargets: {name: t}", "targets must be a list, got dict"),
    "a stance that is text": ("stances: [a]", r"stances\[0\] must be a mapping of fields, got str"),
    "a second stance that is text": ("stances: [{label: a}, b]", r"stances\[1\] must be a mapping"),
    "a stance without a label": ("stances: [{code: A}]", r"stances\[0\] has no 'label'"),
    "an empty label": ("stances: [{label: ''}]", r"stances\[0\] has no 'label'"),
    "a target without a name": ("stances: [{label: a}]\ntargets: [{terms: [x]}]", r"targets\[0\] has no 'name'"),
    "a context that is text": ("stances: [{label: a}]\ncontext: not", "context must be a mapping of fields, got str"),
    "an unknown field": (
        "stances: [{label: a, lable: b, Cues: c}]",
        r"stances\[0\] has the unknown fields \['Cues', 'lable'\]; expected among \['code', 'cues'",
    ),
    "an unknown field of the codebook": ("stances: [{label: a}]\nlabels: [a]", r"codebook has the unknown fields"),
    "an unknown field of the context": (
        "stances: [{label: a}]\ncontext: {negations: [not]}",
        r"context has the unknown fields \['negations'\]",
    ),
    "unknown fields that are no text": (
        "stances: [{label: a, on: b, 2: c, z: d}]",
        r"stances\[0\] has the unknown fields \[2, True, 'z'\]",
    ),
    "a bare no for a label": ("stances: [{label: no}]", r"stances\[0\]\.label must be str, got bool: False"),
    "a bare yes for a label": ("stances: [{label: yes}]", r"stances\[0\]\.label must be str, got bool: True"),
    "a bare no among words": (
        "stances: [{label: a}]\ncontext: {negation: [not, no]}",
        r"context\.negation must be a list of text, got \['not', False\]",
    ),
    "a bare off for a pole": ("stances: [{label: a, pole: off}]", r"stances\[0\]\.pole must be str \| None, got bool"),
    "a number for a code": ("stances: [{label: a, code: 1}]", r"stances\[0\]\.code must be str, got int: 1"),
    "nothing for a definition": ("stances: [{label: a, definition: }]", r"\.definition must be str, got NoneType"),
    "text for a flag": ("stances: [{label: a, predicted: 'no'}]", r"\.predicted must be bool, got str: 'no'"),
    "text for exclusive": ("stances: [{label: a}]\nexclusive: maybe", r"codebook\.exclusive must be bool, got str"),
    "a mapping for cues": ("stances: [{label: a, cues: {x: y}}]", r"stances\[0\]\.cues must be a list of text"),
    "a target that is not defined": (
        "stances: [{label: a, target: trade}]\ntargets: [{name: z}, {name: b}]",
        r"stance 'a' names the target 'trade'; defined are \['b', 'z'\]",
    ),
}


class TestRefusals:
    @pytest.mark.parametrize(("content", "message"), UNREADABLE.values(), ids=UNREADABLE)
    def test_a_file_is_refused_with_its_name_and_field(self, tmp_path, content, message):
        with pytest.raises(CodebookError, match=message) as caught:
            read(tmp_path, content)
        assert str(tmp_path / "book.yaml") in str(caught.value)

    def test_bad_json_is_called_json(self, tmp_path):
        with pytest.raises(CodebookError, match=r"book\.json is not a JSON file"):
            read(tmp_path, "stances: [{label: a}]", "book.json")

    @pytest.mark.parametrize(
        "tag",
        [
            "!!python/object/apply:os.mkdir [{path}]",
            "!!python/object/new:os.mkdir [{path}]",
            "!!python/name:os.system",
            "!!python/module:os",
            "!!python/tuple [a]",
            "!!python/object:stancekit.Stance {{label: a}}",
            "!mine a",
        ],
    )
    def test_a_tag_is_refused_and_executes_nothing(self, tmp_path, tag):
        made = tmp_path / "made"
        with pytest.raises(CodebookError, match="is not a YAML file: could not determine a constructor"):
            read(tmp_path, "stances: [{label: a}]\nname: " + tag.format(path=f"'{made}'"))
        assert not made.exists()

    @pytest.mark.parametrize(
        "label", ["", " a", "a ", "a|b", "\n", "a\nb", "a\tb", "a\0b", "a\u2028b", 1, 0, None, False]
    )
    def test_a_label_is_clean_text(self, label):
        with pytest.raises(CodebookError, match=re.escape(f"label {label!r} must be non-empty text")):
            Codebook.from_labels([label])

    def test_so_is_a_code(self):
        with pytest.raises(CodebookError, match=r"code 'A\|B' must be non-empty text"):
            Codebook(stances=(Stance(label="a", code="A|B"),))

    def test_so_is_the_name_of_a_target(self):
        with pytest.raises(CodebookError, match="target '' must be non-empty text"):
            Codebook(stances=(Stance(label="a"),), targets=(Target(name=""),))

    def test_labels_are_unique(self):
        with pytest.raises(CodebookError, match=r"each label must be unique, got \['a', 'b'\] more than once"):
            Codebook.from_labels(["b", "a", "b", "c", "a"])

    def test_codes_are_unique(self):
        with pytest.raises(CodebookError, match=r"each code must be unique, got \['X'\] more than once"):
            Codebook(stances=(Stance(label="a", code="X"), Stance(label="b", code="X")))

    def test_targets_are_unique(self):
        with pytest.raises(CodebookError, match=r"each target must be unique, got \['t'\] more than once"):
            Codebook(stances=(Stance(label="a"),), targets=(Target(name="t"), Target(name="t")))

    @pytest.mark.parametrize("target", [None, "t"])
    def test_near_words_need_terms_to_be_near_to(self, target):
        stance = Stance(label="a", target=target, near=("lift*",))
        with pytest.raises(CodebookError, match="stance 'a' has `near` words but no target with terms"):
            Codebook(stances=(stance,), targets=(Target(name="t"),))

    def test_a_key_that_stands_twice(self, tmp_path):
        with pytest.raises(CodebookError, match=r"the key 'label' stands twice .*line 2, column 5"):
            read(tmp_path, "stances:\n  - label: a\n    code: A\n    label: b\n")

    def test_a_text_is_no_list_of_labels(self):
        with pytest.raises(CodebookError, match="expected a list of labels, got the text 'abc'"):
            Codebook.from_labels("abc")

    def test_a_code_is_not_the_label_of_another_stance(self):
        with pytest.raises(CodebookError, match="the code 'a' of 'b' is the label of another stance"):
            Codebook(stances=(Stance(label="a"), Stance(label="b", code="a")))

    @pytest.mark.parametrize("stances", [(), (Stance(label="a", predicted=False),)])
    def test_one_label_at_least_is_predicted(self, stances):
        with pytest.raises(CodebookError, match="at least one predicted stance, got none"):
            Codebook(stances=stances)

    def test_a_codebook_does_not_change(self, shipped):
        with pytest.raises(FrozenInstanceError, match="cannot assign to field 'name'"):
            shipped.name = "mine"


class TestLabels:
    def test_keep_the_order_given(self):
        assert Codebook.from_labels(["favor", "against", "none"]).labels == ("favor", "against", "none")

    def test_from_labels_takes_a_name(self):
        assert Codebook.from_labels(["a"], name="mine").name == "mine"

    def test_resolve_from_codes_and_labels_predicted_or_not(self, shipped):
        assert shipped.resolve(["A", "pro-cooperation", "D", "A"]) == {"anti-sanction", "pro-cooperation", "dependence"}
        assert shipped.resolve([]) == frozenset()

    def test_a_code_may_repeat_its_own_label(self):
        assert Codebook(stances=(Stance(label="a", code="a"),)).resolve(["a"]) == {"a"}

    def test_an_unknown_mark_is_named_with_its_row(self, shipped):
        with pytest.raises(InvalidInputError, match=r"unknown label 'favour' in row 17; expected one of \['A', 'C'"):
            shipped.resolve(["A", "favour"], row=17)

    def test_an_unknown_mark_needs_no_row(self, shipped):
        with pytest.raises(InvalidInputError, match="unknown label 'a'; expected one of"):
            shipped.resolve(["a"])

    def test_codes_name_every_label(self, shipped):
        assert shipped.codes["N"] == "anti-cooperation"
        assert shipped.codes["anti-cooperation"] == "anti-cooperation"
        assert len(shipped.codes) == 12


class TestPredicting:
    def test_keeps_the_codebooks_order_and_the_other_stances(self, shipped):
        changed = shipped.predicting(["dependence", "P"])
        assert changed.labels == ("pro-sanction", "dependence")
        assert [stance.label for stance in changed.stances] == [stance.label for stance in shipped.stances]
        assert shipped.labels == LABELS

    def test_refuses_an_unknown_label(self, shipped):
        with pytest.raises(InvalidInputError, match="unknown label 'war'"):
            shipped.predicting(["war"])

    def test_refuses_no_label(self, shipped):
        with pytest.raises(CodebookError, match="at least one predicted stance"):
            shipped.predicting([])


class TestExclusive:
    def test_survives_yaml(self, tmp_path):
        book = Codebook.from_labels(["favor", "against", "none"], exclusive=True)
        assert read(tmp_path, book.to_yaml()) == book
        assert book.exclusive is True

    def test_needs_two_labels(self):
        with pytest.raises(CodebookError, match=r"exclusive codebook needs two labels or more, got \['a'\]"):
            Codebook.from_labels(["a"], exclusive=True)

    def test_needs_two_labels_after_predicting_too(self):
        with pytest.raises(CodebookError, match=r"needs two labels or more, got \['b'\]"):
            Codebook.from_labels(["a", "b"], exclusive=True).predicting(["b"])

    def test_is_written_as_yes_in_yaml(self, tmp_path):
        assert read(tmp_path, "exclusive: yes\nstances: [{label: a}, {label: b}]").exclusive is True


class TestTextForAList:
    @pytest.mark.parametrize(
        ("make", "field"),
        [
            (lambda: Stance(label="a", cues="embargo"), "cues of 'a'"),
            (lambda: Target(name="t", terms="tariff"), "terms of 't'"),
            (lambda: Context(negation="not"), "negation of 'context'"),
        ],
    )
    def test_is_refused_and_not_read_letter_by_letter(self, make, field):
        with pytest.raises(CodebookError, match=f"{field} must be a list of text, got the text"):
            make()

    def test_of_labels_to_predict(self):
        with pytest.raises(CodebookError, match="expected a list of labels, got the text 'ac'"):
            Codebook.from_labels(["a", "b", "c"]).predicting("ac")


class TestFiles:
    def test_a_key_twice_in_json(self, tmp_path):
        content = '{"stances": [{"label": "a", "definition": "one", "definition": "two"}]}'
        with pytest.raises(CodebookError, match="is not a JSON file: the key 'definition' stands twice"):
            read(tmp_path, content, "book.json")

    def test_suffixes_in_capitals(self, tmp_path):
        assert read(tmp_path, '{"stances":\t[{"label": "a"}]}', "BOOK.JSON").labels == ("a",)  # no YAML, with a tab

    def test_a_date_that_does_not_exist(self, tmp_path):
        with pytest.raises(CodebookError, match="is not a YAML file: month must be in 1"):
            read(tmp_path, "name: 2024-31-12\nstances: [{label: a}]")

    def test_merged_mappings(self, tmp_path):
        book = read(tmp_path, "stances:\n- &a {label: a, definition: one}\n- {<<: *a, label: b}")
        assert [(stance.label, stance.definition) for stance in book.stances] == [("a", "one"), ("b", "one")]
