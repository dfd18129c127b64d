"""Cues by their rules: states, windows, clauses, wildcards, and the words they stand on."""

import re
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline

from stancekit import Codebook, CodebookError, Context, InvalidInputError, LexiconFeatures, Stance, Target
from stancekit.features._cues import CueFinder, CueScorer

BOOK = Codebook(
    stances=(
        Stance(
            label="against",
            target="sanctions",
            cues=("maximum pressure", "bully*", "sanction* relief", "relief", "relief at last", "rid * all of them"),
            near=("lift*", "unjust"),
        ),
        Stance(label="for", target="sanctions", cues=("price of aggression", "relief"), near=("tighten*",)),
    ),
    targets=(Target(name="sanctions", terms=("sanction*", "embargo", "co-operat* ban", "asset freeze")),),
    context=Context(
        negation=("not", "no", "don't", "fail* to"),
        modality=("must", "have to"),
        reporting=("said", "according to"),
    ),
)
FINDER = CueFinder.of(BOOK)
ALL_CUES = Codebook(stances=(Stance(label="pro", cues=("cue",)),), context=BOOK.context)


def found(text, book=BOOK):
    """Give what occurs as (column, stretch of the text), in order."""
    finder = FINDER if book is BOOK else CueFinder.of(book)
    return sorted((finder.columns[hit.column], text[hit.start : hit.end]) for hit in finder.hits(text))


def columns(text, start="", book=BOOK):
    return [column for column, _ in found(text, book) if column.startswith(start)]


def states(text):
    """Give the states of a cue in `text`."""
    return [column.removeprefix("cue:pro:") for column in columns(text, "cue:", ALL_CUES)]


def book_of(*cues, **context):
    return Codebook(stances=(Stance(label="pro", cues=cues),), context=Context(**context))


class TestColumns:
    def test_are_states_of_cues_and_near_words_then_terms_then_context(self):
        book = Codebook(
            stances=(Stance(label="x", target="t", cues=("a",), near=("b",)), Stance(label="y", cues=("c",))),
            targets=(Target(name="t", terms=("d",)),),
            context=Context(negation=("not",)),
        )
        expected = [f"{kind}:{state}" for kind in ("cue:x", "near:x", "cue:y") for state in ("plain", "negated")]
        got = CueFinder.of(book).columns
        assert [column for column in got if column in expected] == expected
        assert got[:4] == ("cue:x:plain", "cue:x:negated", "cue:x:modal", "cue:x:reported")
        assert got[-2:] == ("term:t", "negation")
        assert len(got) == 14

    def test_a_label_with_a_colon_is_no_trouble(self):
        book = Codebook(stances=(Stance(label="a:b", cues=("yes",)), Stance(label="a", cues=("b",))))
        assert found("yes b", book) == [("cue:a:b:plain", "yes"), ("cue:a:plain", "b")]


class TestStates:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("A cue here", ["plain"]),
            ("CUE", ["plain"]),
            ("not cue", ["negated"]),
            ("No cue", ["negated"]),
            ("don't cue", ["negated"]),
            ("don’t cue", ["negated"]),
            ("DON’T cue", ["negated"]),
            ("they failed to cue", ["negated"]),
            ("not a b c cue", ["negated"]),
            ("not a b c d cue", ["plain"]),
            ("failed to a b c cue", ["negated"]),
            ("cue not", ["plain"]),
            ("cues, not cue", ["negated"]),
            ("must cue", ["modal", "plain"]),
            ("must a b c d e cue", ["modal", "plain"]),
            ("must a b c d e f cue", ["plain"]),
            ("have to cue", ["modal", "plain"]),
            ("have cue", ["plain"]),
            ("must not cue", ["modal", "negated"]),
            ("he said a cue", ["plain", "reported"]),
            ("according to him, one two three four five six seven cue", ["plain", "reported"]),
            ("a cue, he said", ["plain"]),
            ("He said it must not cue", ["modal", "negated", "reported"]),
        ],
    )
    def test_of_a_cue(self, text, expected):
        assert states(text) == expected

    @pytest.mark.parametrize("border", [". ", "; ", ": ", "! ", "? ", "... ", "? - "])
    def test_negation_and_modality_end_with_the_clause(self, border):
        assert states(f"not must{border}cue") == ["plain"]

    @pytest.mark.parametrize("border", [", ", " - ", " (", "\n", " “"])
    def test_but_not_at_other_marks(self, border):
        assert states(f"not{border}cue") == ["negated"]

    def test_reporting_reaches_across_clauses(self):
        assert states("He said: it is so. A cue") == ["plain", "reported"]

    def test_each_occurrence_has_its_own(self):
        assert states("cue. not cue; must cue") == ["modal", "negated", "plain", "plain"]

    def test_of_words_near_a_target(self):
        assert columns("must not lift sanctions", "near:") == ["near:against:modal", "near:against:negated"]

    def test_a_report_within_the_cue_does_not_report_it(self):
        book = book_of("what he said is", reporting=("said", "what", "is"))
        assert columns("what he said is", "cue:", book) == ["cue:pro:plain"]

    def test_a_negation_within_the_cue_does_not_negate_it(self):
        book = book_of("no more war", negation=("no",))
        assert columns("no more war", "cue:", book) == ["cue:pro:plain"]


class TestNear:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("lift the sanctions", 1),
            ("the sanctions were lifted", 1),
            ("lift the weight", 0),
            ("the sanctions", 0),
            ("lift a b c d e f g sanctions", 1),
            ("lift a b c d e f g h sanctions", 0),
            ("sanctions a b c d e f g lifted", 1),
            ("sanctions a b c d e f g h lifted", 0),
            ("asset freeze a b c d e f g lifted", 1),
            ("lift a b c d e f g asset freeze", 1),
            ("asset freezes lifted", 0),
            ("sanctions. Lift them", 1),
            ("lift lift the embargo", 2),
        ],
    )
    def test_a_word_counts_within_eight_words_of_a_term(self, text, expected):
        assert len(columns(text, "near:against")) == expected

    def test_it_needs_a_term_of_its_own_target(self):
        book = Codebook(
            stances=(Stance(label="x", target="t", near=("end",)), Stance(label="y", target="u", near=("end",))),
            targets=(Target(name="t", terms=("war",)), Target(name="u", terms=("trade",))),
        )
        assert columns("end the war", "near:", book) == ["near:x:plain"]

    def test_a_word_is_not_near_itself(self):
        book = Codebook(
            stances=(Stance(label="x", target="t", near=("sanction*",)),),
            targets=(Target(name="t", terms=("sanction*",)),),
        )
        assert columns("sanctions", "near:", book) == []
        assert len(columns("sanctions on sanctions", "near:", book)) == 2

    def test_terms_are_features_of_their_own(self):
        assert found("the Embargo") == [("term:sanctions", "Embargo")]


class TestPatterns:
    @pytest.mark.parametrize(
        ("pattern", "text", "stretch"),
        [
            ("bully*", "Bullying", "Bullying"),
            ("bully*", "a bully.", "bully"),
            ("bully*", "bullied", None),
            ("bully", "bullying", None),
            ("bully", "abully", None),
            ("rid * them", "rid of them", "rid of them"),
            ("rid * them", "rid them", None),
            ("rid * them", "rid of all them", None),
            ("rid * * them", "rid of all them", "rid of all them"),
            ("made *", "made here now", "made here"),
            ("made *", "well made", None),
            ("coerc* measure*", "Coercive  Measures!", "Coercive  Measures"),
            ("coerc* measure*", "coercive, measured", "coercive, measured"),
            ("self-relian*", "self-reliance", "self-reliance"),
            ("self-relian*", "self reliant", "self reliant"),
            ("self relian*", "self-reliance", "self-reliance"),
            ("self relian*", "self–reliance", "self–reliance"),
            ("self–relian*", "self-reliance", "self-reliance"),
            ("don't", "Don’t", "Don’t"),
            ("don’t", "Don't", "Don't"),
            ("don’t", "don’t", "don’t"),
            ("iran's", "Iran’s oil", "Iran’s"),
            ("iran", "Iran's oil", None),
            ("iran*", "Iran's oil", "Iran's"),
            ("U.S. sanction*", "the U.S. sanctions", "U.S. sanctions"),
            ("on our own, alone", "on our own alone", "on our own alone"),
            ("ÉTAT", "l’état état", "état"),
            ("straße", "Straße", "Straße"),
            ("İran", "İran", "İran"),
            ("制裁*", "制裁を解除", "制裁を解除"),
            ("two_words", "two words", "two words"),
            ("100 percent", "100 percent", "100 percent"),
        ],
    )
    def test_what_a_pattern_matches(self, pattern, text, stretch):
        expected = [] if stretch is None else [("cue:pro:plain", stretch)]
        assert found(text, book_of(pattern)) == expected

    @pytest.mark.parametrize("pattern", ["", " ", "*", "* war", "...", "-", "’"])
    def test_one_without_a_word_at_its_beginning_is_refused(self, pattern):
        with pytest.raises(CodebookError, match="must begin with a word or the beginning of one"):
            LexiconFeatures(book_of("fine", pattern)).fit([])

    @pytest.mark.parametrize("pattern", ["san*ion", "the *ment", "end **", "end** war"])
    def test_one_with_a_star_elsewhere_is_refused(self, pattern):
        with pytest.raises(CodebookError, match="has a '\\*' before other characters; it may only end a word"):
            LexiconFeatures(book_of("fine", pattern)).fit([])

    def test_the_longest_of_a_group_counts_once_at_a_place(self):
        assert found("sanctions relief at last") == [
            ("cue:against:plain", "relief at last"),
            ("cue:against:plain", "sanctions relief"),
            ("cue:for:plain", "relief"),
            ("term:sanctions", "sanctions"),
        ]

    def test_whichever_order_the_patterns_have(self):
        for cues in (("own", "own hand*", "ow* hand* on*"), ("ow* hand* on*", "own hand*", "own")):
            assert found("own hands only", book_of(*cues)) == [("cue:pro:plain", "own hands only")]
            assert found("own hands", book_of(*cues)) == [("cue:pro:plain", "own hands")]

    def test_a_pattern_given_twice_counts_once(self):
        assert found("relief", book_of("relief", "relief", "rel*")) == [("cue:pro:plain", "relief")]

    def test_a_pattern_does_not_run_past_the_end(self):
        assert found("maximum") == []


MANY = Codebook(
    stances=(
        Stance(label="x", target="t", cues=("a b c d", "a*", "aa* b", "b * * c"), near=("d", "a b", "b*")),
        Stance(label="y", target="t", near=("a",)),
    ),
    targets=(Target(name="t", terms=("t", "t * b", "a t", "tt* a a a")),),
    context=Context(negation=("n", "n * * a", "a n"), modality=("m", "m a a"), reporting=("r * * * a", "r", "b r")),
)
MANY_FINDER = CueFinder.of(MANY)


def by_definition(text):
    """Give the hits as their definitions say, each match compared with each other one."""
    words = [(word.group(), word.start(), word.end()) for word in re.finditer("[a-z]+", text)]
    clause = [len(re.findall("[.;]", text[:start])) for _, start, _ in words]
    matches = MANY_FINDER._index.matches([word for word, _, _ in words])
    hits = []
    for match in matches:
        before = [other for other in matches if other.last < match.first]
        after = [other for other in matches if match.last < other.first]

        def reached(group, reach, match=match, before=before):
            at = [o.last for o in before if o.group == group and match.first - o.last <= reach]
            return any(clause[last] == clause[match.first] for last in at)

        kind = match.group.partition(":")[0]
        is_near = any(o.group == "term:t" and match.first - o.last <= 8 for o in before)
        is_near |= any(o.group == "term:t" and o.first - match.last <= 8 for o in after)
        states = ["negated" if reached("negation", 4) else "plain"]
        states += ["modal"] * reached("modality", 6) + ["reported"] * any(o.group == "reporting" for o in before)
        names = [match.group] if kind not in ("cue", "near") else [f"{match.group}:{state}" for state in states]
        if kind != "near" or is_near:
            hits += [(name, words[match.first][1], words[match.last][2]) for name in names]
    return hits


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(["a", "aa", "b", "c", "d", "t", "tt", "n", "m", "r", "x", ".", ";"]), max_size=40).map(
        " ".join
    )
)
def test_hits_are_what_the_definitions_say(text):
    got = [(MANY_FINDER.columns[hit.column], hit.start, hit.end) for hit in MANY_FINDER.hits(text)]
    assert got == by_definition(text)


class TestTheCodebook:
    def test_without_cues_is_refused(self):
        message = "the codebook 'bare' has no cues; add `cues`, `near` or `terms` to it, or leave out the lexicon"
        with pytest.raises(CodebookError, match=message):
            LexiconFeatures(Codebook.from_labels(["a", "b"], name="bare")).fit([])

    def test_words_of_context_alone_are_no_cues(self):
        book = Codebook(stances=(Stance(label="a"),), context=Context(negation=("not",)))
        with pytest.raises(CodebookError, match="has no cues"):
            LexiconFeatures(book).fit([])

    def test_of_another_kind_is_refused(self):
        with pytest.raises(InvalidInputError, match=r"codebook must be a stancekit\.Codebook, got dict"):
            LexiconFeatures({"stances": []}).fit([])

    def test_of_a_user_works_with_labels_that_are_not_predicted(self):
        book = Codebook(
            stances=(Stance(label="yes", cues=("aye",)), Stance(label="no", predicted=False, cues=("nay",)))
        )
        names = LexiconFeatures(book).fit([]).feature_names_
        assert names[::4] == ("cue:yes:plain", "cue:no:plain")
        assert found("Aye, nay", book) == [("cue:no:plain", "nay"), ("cue:yes:plain", "Aye")]


HOSTILE = [
    "a" * 40,
    "lift ",
    "embargo ",
    "lift embargo ",
    "said relief ",
    "not relief ",
    "must ",
]


def seconds(text):
    start = time.process_time()
    FINDER.hits(text)
    return time.process_time() - start


class TestTime:
    @pytest.mark.parametrize(
        "halves", [*((piece, piece) for piece in HOSTILE), ("lift ", "embargo "), ("relief ", "said ")]
    )
    def test_grows_with_length_alone(self, halves):
        def text(n):
            return "".join(piece * (n // len(piece)) for piece in halves)

        # Eight times the text: a quadratic finder would need 64 times as long.
        once = min(seconds(text(5_000)) for _ in range(3))
        assert any(seconds(text(40_000)) < 24 * once + 0.01 for _ in range(3))


PHRASES = ["lift", "Sanctions", "not", "must", "said", "relief", "at last", "rid of all of them", "bullying", "don’t"]
MARKS = ["co-operation", ".", ";", ",", "İ", "e\u0301", "🙂", "\u00a0", "\n", "x", "_", "'", ""]
PIECES = st.sampled_from([*PHRASES, *MARKS])
TEXTS = st.lists(PIECES | st.text(max_size=3), max_size=14).map(" ".join)
WEIGHTS = np.random.default_rng(5).normal(size=(len(FINDER.columns), 3))
SCORER = CueScorer.fold(BOOK, WEIGHTS)


class TestTheScorer:
    @settings(max_examples=200, deadline=None)
    @given(TEXTS)
    def test_contributions_add_up_to_margins_and_stand_on_words(self, text):
        parts = SCORER.contributions(text)
        total = sum((part.weights for part in parts), np.zeros(3))
        np.testing.assert_allclose(total, SCORER.margins([text])[0], rtol=0, atol=1e-9)
        for part in parts:
            stretch = text[part.start : part.end]
            assert stretch[0].isalnum()
            assert stretch[-1].isalnum()

    @settings(max_examples=50, deadline=None)
    @given(st.lists(TEXTS, max_size=4))
    def test_margins_are_what_the_heads_would_give(self, texts):
        features = LexiconFeatures(BOOK, weight=2.0).fit([])
        margins = features.scorer(WEIGHTS).margins(texts)
        assert margins.shape == (len(texts), 3)
        np.testing.assert_allclose(margins, features.transform(texts) @ WEIGHTS, atol=1e-9)

    def test_no_statement_has_the_same_width(self):
        assert SCORER.margins([]).shape == (0, 3)
        assert SCORER.n_labels == 3

    @pytest.mark.parametrize("text", ["", " \n", "...", "nothing of it"])
    def test_a_statement_without_a_cue_gets_nothing(self, text):
        assert SCORER.contributions(text) == []
        assert SCORER.margins([text]).tolist() == [[0, 0, 0]]

    def test_is_built_again_from_what_it_gives(self):
        again = CueScorer.build(SCORER.config(), SCORER.arrays())
        text = "He said they must not lift the sanctions."
        assert SCORER.margins([text]).any()
        np.testing.assert_array_equal(again.margins([text]), SCORER.margins([text]))
        assert again.codebook == BOOK


TRAINING = ["Lift the sanctions", "tighten the sanctions", "sanctions relief", "the price of aggression"] * 5
TRUTH = np.array([1, 0, 1, 0] * 5)


class TestTheTransformer:
    def test_counts_each_occurrence(self):
        features = LexiconFeatures(BOOK).fit([])
        row = dict(zip(features.feature_names_, features.transform(["bully bully, not bullying"])[0], strict=True))
        assert {name: count for name, count in row.items() if count} == {
            "cue:against:plain": 2,
            "cue:against:negated": 1,
            "negation": 1,
        }

    @pytest.mark.parametrize("texts", [[], ["one"], ["one", "", "sanctions"]])
    def test_has_the_law_of_shapes(self, texts):
        features = LexiconFeatures(BOOK).fit(texts)
        matrix = features.transform(text for text in texts)
        assert matrix.shape == (len(texts), len(FINDER.columns))
        assert matrix.dtype == np.float64
        assert features.get_feature_names_out().tolist() == list(FINDER.columns)

    def test_the_weight_multiplies(self):
        once, thrice = (LexiconFeatures(BOOK, weight=weight).fit_transform(TRAINING) for weight in (1.0, 3.0))
        assert once.any()
        np.testing.assert_array_equal(thrice, 3 * once)

    def test_needs_fit(self):
        with pytest.raises(NotFittedError, match="not fitted yet"):
            LexiconFeatures(BOOK).transform(["a"])

    def test_a_bad_row_is_named(self):
        with pytest.raises(InvalidInputError, match="expected a str in row 1, got float: nan"):
            LexiconFeatures(BOOK).fit([]).transform(["fine", float("nan")])

    def test_clone_and_parameters(self):
        features = LexiconFeatures(BOOK, weight=2.5)
        assert clone(features).get_params() == {"codebook": BOOK, "weight": 2.5}
        assert features.set_params(weight=1.0).weight == 1.0

    def test_stands_in_a_pipeline(self):
        pipeline = Pipeline([("lexicon", LexiconFeatures(BOOK)), ("heads", LogisticRegression(C=100))])
        pipeline = clone(pipeline).set_params(lexicon__weight=2.0).fit(TRAINING, TRUTH)
        assert pipeline.predict(TRAINING).tolist() == TRUTH.tolist()
        assert pipeline[:-1].get_feature_names_out().tolist() == list(FINDER.columns)

    def test_stands_in_a_union(self):
        other = book_of("aggression")
        union = FeatureUnion([("one", LexiconFeatures(BOOK)), ("two", LexiconFeatures(other))])
        matrix = clone(union).fit_transform(TRAINING, TRUTH)
        assert matrix.shape == (len(TRAINING), len(FINDER.columns) + 4)
        assert matrix[:, -4].tolist() == [0, 0, 0, 1] * 5
