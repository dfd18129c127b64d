"""N-grams against a slow oracle, whatever the text, whatever the memo, whatever the thread."""

import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise, product
from math import log, sqrt
from threading import Barrier

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ngram_oracle import (
    PLAIN_MARKS,
    char_bucket,
    char_ngrams,
    features,
    pair_bucket,
    tokens,
    word_bucket,
    word_pairs,
    words,
)
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline

from stancekit import Codebook, InvalidInputError, LexiconFeatures, NgramFeatures, Stance
from stancekit.features import ngram_scorer
from stancekit.features._ngrams import NgramKernel
from stancekit.features.ngram_scorer import NgramScorer, NgramSpec
from stancekit.text.checks import read_statements

FAMILIES = [(True, True), (True, False), (False, True)]
HARD = [
    "",
    " ",
    "\t\n\u00a0\u3000\x1c\x85",
    "Lift the EMBARGO, lift the embargo!",
    "İstanbul'da İĞI ıi",
    "straße STRASSE ẞ ﬁn",
    "ΟΔΥΣΣΕΥΣ ΣΑΣ Σ ας",
    "no\u00a0break and\u2028line",
    "zero\u200bwidth\u200d\ufeff joiner",
    "cafe\u0301 \u0301\u0301 e\u0301",
    "🙂🙂 👩‍👩‍👧 x",
    "a b c d I",
    "self-reliance co-operation don't don’t U.S.",
    "“Don’t” – ‘we’ said—«no»… ΣΑΣ’Σ ΣΑΣ‛Σ İ’ donʼt −5",
    "2024 ½ ² ٣٤ 十二",
    "...,,, -- ///",
    "a-b-cd--ef_gh",
    "\x00\x00 a\x00b",
    "\U0010ffff\U0010ffff \ud7ff",
    "same same same same",
    "ab-" * 100,
]
LONG = ["x" * 10_000, "ab-" * 3_333, "very " * 2_000, "Ab1é" * 2_500 + " end"]
LETTERS = st.sampled_from("abIİıßΣςσ\u0301\u200b\u200d\u00a0\u3000 \n-'’ʼ‛“\"—.é🙂1²_")
TEXTS = st.text(max_size=60) | st.text(LETTERS, max_size=40) | st.sampled_from(HARD)
SENTENCES = ["Lift the embargo now.", "Keep the embargo.", "We rely on our own people.", "", "Lift it, lift it now!"]


def expected_counts(texts, extractor):
    matrix = np.zeros((len(texts), 1 << extractor.bits))
    for row, text in enumerate(texts):
        values = features(
            text,
            bits=extractor.bits,
            word_weight=extractor.word_weight,
            words_used=extractor.words,
            chars_used=extractor.chars,
            plain_marks=extractor.plain_marks,
        )
        for column, value in values.items():
            matrix[row, column] = value
    return matrix


def random_weights(bits, n_labels=3, seed=0):
    return np.random.default_rng(seed).normal(size=(1 << bits, n_labels))


def scorer(bits=10, n_labels=3, **options):
    return NgramScorer.fold(NgramSpec(bits=bits, **options), random_weights(bits, n_labels))


class TestTheDefinition:
    @pytest.mark.parametrize(("words_used", "chars_used"), FAMILIES)
    @pytest.mark.parametrize("bits", [8, 11, 18])
    @settings(max_examples=60, deadline=None)
    @given(texts=st.lists(TEXTS, max_size=4))
    @pytest.mark.parametrize("plain_marks", [True, False])
    @example(texts=HARD)
    def test_counts_agree_with_the_oracle(self, bits, words_used, chars_used, plain_marks, texts):
        extractor = NgramFeatures(
            bits=bits, words=words_used, chars=chars_used, word_weight=2.5, plain_marks=plain_marks
        )
        counts = extractor.counts(texts)
        assert counts.shape == (len(texts), 1 << bits)
        assert counts.dtype == np.float32
        np.testing.assert_allclose(counts.toarray(), expected_counts(texts, extractor), rtol=1e-5, atol=0)

    @pytest.mark.parametrize(("words_used", "chars_used"), FAMILIES)
    @pytest.mark.parametrize("text", LONG, ids=lambda text: text[:5])
    def test_nothing_of_a_long_statement_is_cut(self, text, words_used, chars_used):
        extractor = NgramFeatures(bits=10, words=words_used, chars=chars_used)
        expected = expected_counts([text], extractor)[0]
        buckets, values, _ = extractor.spec().kernel().count(read_statements([text]))
        exact = np.bincount(buckets, weights=values.astype(np.float64), minlength=1024)
        np.testing.assert_allclose(exact, expected, rtol=1e-6)
        # A matrix adds up tens of thousands of repeats in single precision.
        np.testing.assert_allclose(extractor.counts([text]).toarray()[0], expected, rtol=1e-3)
        made = scorer(words=words_used, chars=chars_used)
        np.testing.assert_allclose(made.margins([text])[0], expected @ made.weights.astype(np.float64), rtol=1e-5)

    @pytest.mark.parametrize(("words_used", "chars_used"), FAMILIES)
    @pytest.mark.parametrize("bits", [8, 11])
    @settings(max_examples=60, deadline=None)
    @given(texts=st.lists(TEXTS, max_size=4))
    @pytest.mark.parametrize("plain_marks", [True, False])
    @example(texts=HARD)
    def test_margins_agree_with_the_oracle(self, bits, words_used, chars_used, plain_marks, texts):
        extractor = NgramFeatures(
            bits=bits, words=words_used, chars=chars_used, word_weight=2.5, plain_marks=plain_marks
        )
        made = NgramScorer.fold(extractor.spec(), random_weights(bits))
        margins = made.margins(texts)
        assert margins.shape == (len(texts), 3)
        assert margins.dtype == np.float64
        expected = expected_counts(texts, extractor) @ made.weights.astype(np.float64)
        np.testing.assert_allclose(margins, expected, rtol=1e-6, atol=1e-5)

    def test_the_lists_of_ngrams_are_what_the_docstring_says(self):
        assert sorted(char_ngrams("Ab")) == [" a", " ab", " ab ", "ab", "ab ", "b "]
        assert max(map(len, char_ngrams("abcdefgh"))) == 5
        assert words("The U.S. co-operates: don't, 2 x2 _ab_") == ["the", "co", "operates", "don", "x2", "ab"]
        assert word_pairs("one two-three a four") == [("one", "two"), ("two", "three"), ("three", "four")]

    def test_a_value_is_weight_times_count_over_the_root_of_all_occurrences(self):
        extractor = NgramFeatures(bits=18, word_weight=3.0)
        row = extractor.counts(["ab ab"]).toarray()[0]
        root = sqrt(6 + 6 + 2 + 1)
        assert row[char_bucket(" a", 18)] == pytest.approx(2 / root)
        assert row[word_bucket("ab", 18)] == pytest.approx(2 * 3 / root)
        assert row[pair_bucket(("ab", "ab"), 18)] == pytest.approx(3 / root)

    def test_a_pair_has_an_order(self):
        extractor = NgramFeatures(bits=18, chars=False)
        difference = extractor.counts(["lift sanctions"]) != extractor.counts(["sanctions lift"])
        assert difference.nnz == 2

    @pytest.mark.parametrize("text", ["", " ", "\u00a0\n\u3000"])
    def test_a_blank_statement_has_no_feature(self, text):
        assert NgramFeatures(bits=8).counts([text]).nnz == 0
        assert scorer().margins([text]).tolist() == [[0.0, 0.0, 0.0]]
        assert scorer().contributions(text) == []

    def test_repeats_are_added_up(self):
        counts = NgramFeatures(bits=8).counts(["same same same", "same"])
        assert counts.has_canonical_format
        assert np.diff(counts.indptr).tolist() == [len(set(counts[row].indices)) for row in range(2)]


POINTS = [chr(point) for point in range(0x110000) if not 0xD800 <= point < 0xE000]
TYPOGRAPHIC = "".join(map(chr, PLAIN_MARKS))


def plainly(text):
    return text.translate(PLAIN_MARKS)


class TestPlainMarks:
    @settings(max_examples=200, deadline=None)
    @given(st.lists(st.text(st.sampled_from(TYPOGRAPHIC + "'\"-aBΣİé \u00a0"), max_size=40), max_size=4))
    @example(["“We don’t,” he said – ‘never’.", "ΣΑΣ‛Σ", "İ’ʼ"])
    def test_every_form_of_a_mark_scores_the_same(self, texts):
        made = scorer(plain_marks=True)
        np.testing.assert_array_equal(made.margins(texts), made.margins([plainly(text) for text in texts]))

    @settings(max_examples=100, deadline=None)
    @given(TEXTS)
    @example("“Don’t” – «no» said the donʼt")
    def test_weights_stand_at_the_same_places(self, text):
        made = scorer(plain_marks=True)
        for one, other in zip(made.contributions(text), made.contributions(plainly(text)), strict=True):
            assert (one.start, one.end) == (other.start, other.end)
            np.testing.assert_array_equal(one.weights, other.weights)

    @pytest.mark.parametrize(("typographic", "plain"), [("it’s", "it's"), ("“it”", '"it"'), ("a—b", "a-b")])
    def test_without_the_setting_the_forms_differ(self, typographic, plain):
        assert NgramFeatures().plain_marks
        assert not NgramSpec().plain_marks
        made = scorer()
        assert (made.margins([typographic]) != made.margins([plain])).all()

    @pytest.mark.parametrize("chars", [True, False])
    def test_no_other_code_point_is_touched(self, chars):
        plain, other = (
            NgramSpec(bits=24, chars=chars, words=not chars, plain_marks=on).kernel() for on in (True, False)
        )
        for start in range(0, len(POINTS), 1 << 15):
            stretch = [f"aa{point}b {point}" for point in POINTS[start : start + (1 << 15)]]
            found, _, _ = plain.count(read_statements([" ".join(stretch)]))
            expected, _, _ = other.count(read_statements([plainly(" ".join(stretch))]))
            np.testing.assert_array_equal(found, expected)

    def test_a_spec_that_does_not_name_it_has_it_off(self):
        assert "plain_marks" not in scorer().config()
        assert not NgramScorer.build(scorer().config(), scorer().arrays()).spec.plain_marks
        made = scorer(plain_marks=True)
        again = NgramScorer.build(made.config(), made.arrays())
        assert again.spec.plain_marks
        np.testing.assert_array_equal(again.margins(HARD), made.margins(HARD))

    @pytest.mark.parametrize("plain_marks", [None, 1, "yes"])
    def test_it_is_true_or_false(self, plain_marks):
        with pytest.raises(InvalidInputError, match="plain_marks must be True or False, got"):
            NgramFeatures(plain_marks=plain_marks).fit(SENTENCES)


# Written down on the day the hash was fixed: a model's weights stand in these buckets.
GOLDEN_CHARS = {
    " a": 19569,
    "an": 160281,
    "sanct": 45734,
    "ion ": 62647,
    "é": 196411,
    "🙂 ": 87882,
}
GOLDEN_WORDS = {"sanctions": 508, "lift": 52559, "co": 18437, "naïve": 103916}
GOLDEN_PAIRS = {("lift", "sanctions"): 222560, ("sanctions", "lift"): 100630, ("no", "no"): 64146}


class TestTheHash:
    def test_of_the_oracle_is_the_golden_one(self):
        assert {ngram: char_bucket(ngram, 18) for ngram in GOLDEN_CHARS} == GOLDEN_CHARS
        assert {word: word_bucket(word, 18) for word in GOLDEN_WORDS} == GOLDEN_WORDS
        assert {pair: pair_bucket(pair, 18) for pair in GOLDEN_PAIRS} == GOLDEN_PAIRS

    def test_of_a_character_ngram_is_the_golden_one(self):
        found = NgramFeatures(words=False).counts(["a sanction. 🙂"]).indices
        assert {GOLDEN_CHARS[ngram] for ngram in (" a", "an", "sanct", "🙂 ")} <= set(found)
        assert GOLDEN_CHARS["ion "] not in found
        assert GOLDEN_CHARS["ion "] in NgramFeatures(words=False).counts(["Sanction"]).indices

    @pytest.mark.parametrize("word", GOLDEN_WORDS)
    def test_of_a_word_is_the_golden_one(self, word):
        assert NgramFeatures(chars=False).counts([word]).indices.tolist() == [GOLDEN_WORDS[word]]

    @pytest.mark.parametrize("pair", GOLDEN_PAIRS)
    def test_of_a_pair_is_the_golden_one(self, pair):
        together = set(NgramFeatures(chars=False).counts([" ".join(pair)]).indices)
        apart = set(NgramFeatures(chars=False).counts(list(pair)).indices)
        assert together - apart == {GOLDEN_PAIRS[pair]}

    def test_fewer_bits_give_the_leading_bits(self):
        assert NgramFeatures(bits=8, chars=False).counts(["lift"]).indices.tolist() == [GOLDEN_WORDS["lift"] >> 10]

    def test_fills_the_buckets_evenly(self):
        counts = NgramFeatures(bits=8, chars=False).counts([f"word{i}" for i in range(25_600)])
        per_bucket = np.bincount(counts.indices, minlength=256)
        assert per_bucket.min() > 50
        assert per_bucket.max() < 150


class TestContributions:
    @pytest.mark.parametrize(("words_used", "chars_used"), FAMILIES)
    @settings(max_examples=100, deadline=None)
    @given(text=TEXTS)
    def test_add_up_to_the_margins(self, words_used, chars_used, text):
        made = scorer(words=words_used, chars=chars_used)
        total = sum((part.weights for part in made.contributions(text)), np.zeros(3))
        np.testing.assert_allclose(total, made.margins([text])[0], rtol=1e-6, atol=1e-5)

    @settings(max_examples=200, deadline=None)
    @given(TEXTS)
    def test_stand_on_tokens_and_on_stretches_between_two_tokens(self, text):
        listed = tokens(text)
        parts = scorer().contributions(text)
        singles = [part for part in parts if not any(map(str.isspace, text[part.start : part.end]))]
        assert [text[part.start : part.end] for part in singles] == listed
        with_words = [token for token in listed if words(token)]
        stretches = [tokens(text[part.start : part.end]) for part in parts if part not in singles]
        assert [(run[0], run[-1]) for run in stretches] == list(pairwise(with_words))

    def test_a_pair_spans_what_stands_between_its_words(self):
        made = scorer(chars=False)
        places = [(part.start, part.end) for part in made.contributions(" Lift - them")]
        assert places == [(1, 5), (6, 7), (1, 12), (8, 12)]

    def test_of_a_repeated_token_stand_where_each_stands(self):
        places = {(part.start, part.end) for part in scorer(words=False).contributions("no, no no,")}
        assert places == {(0, 3), (4, 6), (7, 10)}

    def test_a_word_alone_carries_its_own_weight(self):
        made = scorer(chars=False, word_weight=2.0)
        (part,) = made.contributions("lift")
        np.testing.assert_allclose(part.weights, 2 * made.weights[word_bucket("lift", 10)], rtol=1e-6)


class TestTheMemo:
    @settings(max_examples=100, deadline=None)
    @given(st.lists(TEXTS, max_size=5), st.lists(TEXTS, max_size=5))
    def test_what_ran_before_changes_nothing(self, before, texts):
        used, fresh = scorer(), scorer()
        used.margins(before)
        for text in before:
            used.contributions(text)
        np.testing.assert_array_equal(used.margins(texts), fresh.margins(texts))

    @pytest.mark.parametrize("bits", [0, 2])
    @settings(max_examples=60, deadline=None)
    @given(texts=st.lists(TEXTS, max_size=5))
    @example(texts=SENTENCES)
    def test_nor_does_forgetting(self, bits, texts):
        expected = scorer().margins(texts)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ngram_scorer, "MEMO_BITS", bits)
            made = scorer()
            for _ in range(2):
                np.testing.assert_array_equal(made.margins(texts), expected)

    def test_knows_a_token_by_all_its_characters(self):
        used = scorer()
        used.margins(["Embargoes EMBARGO"])
        prefixes = [token[:end] for token in ("Embargoes", "embargoes", "EMBARGO") for end in range(1, 9)]
        np.testing.assert_array_equal(used.margins(prefixes), scorer().margins(prefixes))

    def test_tells_apart_tokens_that_differ_in_one_character(self):
        made = scorer(bits=18)
        margins = made.margins(["us", "U.S", "us.", "us"])
        assert len(np.unique(margins[:3], axis=0)) == 3
        np.testing.assert_allclose(margins[3], margins[0], atol=1e-9)


class TestBatches:
    @settings(max_examples=100, deadline=None)
    @given(st.lists(TEXTS, min_size=1, max_size=6))
    def test_a_statement_scores_the_same_alone(self, texts):
        made = scorer()
        alone = np.concatenate([made.margins([text]) for text in texts])
        np.testing.assert_array_equal(made.margins(texts), alone)

    def test_eight_threads_score_as_one(self, monkeypatch):
        monkeypatch.setattr(ngram_scorer, "MEMO_BITS", 4)  # so that tokens push one another out all the time
        interval = sys.getswitchinterval()
        batches = [[f"{text} {i % 97} w{i}x{j}" for i in range(60)] for j, text in enumerate(HARD)]
        expected = [scorer().margins(batch) for batch in batches]
        shared, start = scorer(), Barrier(8)

        def work(_):
            start.wait(timeout=30)
            return [shared.margins(batch) for batch in batches]

        sys.setswitchinterval(1e-5)
        try:
            with ThreadPoolExecutor(8) as pool:
                results = list(pool.map(work, range(8)))
        finally:
            sys.setswitchinterval(interval)
        for found in results:
            for mine, single in zip(found, expected, strict=True):
                np.testing.assert_array_equal(mine, single)

    def test_no_statement_gives_the_same_width(self):
        assert scorer().margins([]).shape == (0, 3)
        assert scorer(n_labels=1).margins(["a"]).shape == (1, 1)


class TestStoring:
    @pytest.mark.parametrize(("words_used", "chars_used"), FAMILIES)
    def test_a_scorer_is_built_again_from_what_it_gives(self, words_used, chars_used):
        made = scorer(words=words_used, chars=chars_used, word_weight=1.5)
        again = NgramScorer.build(made.config(), made.arrays())
        assert again.spec == made.spec
        assert again.n_labels == made.n_labels == 3
        np.testing.assert_array_equal(again.margins(HARD), made.margins(HARD))
        assert made.arrays()["weights"].dtype == np.float16


class TestTheTransformer:
    def test_fit_and_transform_have_the_law_of_shapes(self):
        extractor = NgramFeatures(bits=9, min_df=1).fit(SENTENCES)
        for texts in ([], SENTENCES[:1], SENTENCES):
            matrix = extractor.transform(texts)
            assert sparse.issparse(matrix)
            assert matrix.shape == (len(texts), 512)
            assert matrix.dtype == np.float32
        assert extractor.idf_.shape == (512,)
        assert extractor.n_features_out_ == 512
        assert extractor.get_feature_names_out().shape == (512,)
        assert len(set(extractor.get_feature_names_out())) == 512

    def test_fit_refuses_no_statement(self):
        with pytest.raises(InvalidInputError, match="at least one statement to fit, got none"):
            NgramFeatures().fit([])

    def test_transform_needs_fit(self):
        with pytest.raises(NotFittedError, match="not fitted yet"):
            NgramFeatures(bits=8).transform(["a"])

    def test_scorer_needs_fit(self):
        with pytest.raises(NotFittedError, match="not fitted yet"):
            NgramFeatures(bits=8).scorer(random_weights(8))

    @pytest.mark.parametrize("bits", [7, 25, 18.0, "18", None, True])
    def test_bits_are_in_range(self, bits):
        with pytest.raises(InvalidInputError, match="bits must be a whole number from 8 to 24, got"):
            NgramFeatures(bits=bits).fit(SENTENCES)

    @pytest.mark.parametrize("kind", [np.int64, np.int16, np.uint8])
    def test_a_whole_number_of_numpy_is_one_too(self, kind):
        features, plain = (NgramFeatures(bits=bits).fit(SENTENCES) for bits in (kind(18), 18))
        assert (features.transform(SENTENCES) != plain.transform(SENTENCES)).nnz == 0
        assert features.transform(SENTENCES).nnz > 0
        assert features.n_features_out_ == len(features.get_feature_names_out()) == 2**18

    @pytest.mark.parametrize("word_weight", [0, -1.0, np.inf, np.nan])
    def test_the_weight_of_words_is_positive(self, word_weight):
        with pytest.raises(InvalidInputError, match="word_weight must be a positive number, got"):
            NgramFeatures(word_weight=word_weight).fit(SENTENCES)

    @pytest.mark.parametrize("min_df", [0, -1, 0.5])
    def test_min_df_is_a_count(self, min_df):
        with pytest.raises(InvalidInputError, match="min_df must be a whole number from 1, got"):
            NgramFeatures(min_df=min_df).fit(SENTENCES)

    def test_one_family_at_least_is_used(self):
        with pytest.raises(InvalidInputError, match="words and chars are both False"):
            NgramFeatures(words=False, chars=False).fit(SENTENCES)

    def test_a_bad_row_is_named(self):
        extractor = NgramFeatures(bits=8).fit(SENTENCES)
        with pytest.raises(InvalidInputError, match="expected a str in row 1, got NoneType"):
            extractor.transform(["fine", None])
        with pytest.raises(InvalidInputError, match="expected an iterable of str, got str"):
            extractor.fit("one statement")

    def test_the_constructor_stores_and_clone_copies(self):
        extractor = NgramFeatures(bits=99, word_weight=-1, words=False, chars=False, min_df=5)
        assert clone(extractor).get_params() == extractor.get_params()
        assert extractor.set_params(bits=9, words=True) is extractor
        assert extractor.get_params() == {
            "bits": 9,
            "word_weight": -1,
            "words": True,
            "chars": False,
            "min_df": 5,
            "plain_marks": True,
        }

    def test_a_second_fit_forgets_the_first(self):
        extractor = NgramFeatures(bits=10, min_df=1)
        again = extractor.fit(["other words altogether"] * 3).fit(SENTENCES)
        np.testing.assert_array_equal(again.idf_, NgramFeatures(bits=10, min_df=1).fit(SENTENCES).idf_)

    def test_idf_is_the_smooth_one(self):
        extractor = NgramFeatures(bits=18, chars=False, min_df=1).fit(["aa bb", "aa aa", "cc"])
        assert extractor.idf_[word_bucket("aa", 18)] == pytest.approx(log(4 / 3) + 1)
        assert extractor.idf_[word_bucket("cc", 18)] == pytest.approx(log(4 / 2) + 1)

    @pytest.mark.parametrize(("min_df", "kept"), [(1, {"aa", "bb", "cc"}), (2, {"aa", "bb"}), (3, {"aa"}), (4, set())])
    def test_min_df_silences_rare_buckets(self, min_df, kept):
        texts = ["aa", "aa", "aa", "bb bb", "bb", "cc cc cc"]
        extractor = NgramFeatures(bits=18, chars=False, min_df=min_df).fit(texts)
        assert {word for word in ("aa", "bb", "cc") if extractor.idf_[word_bucket(word, 18)] > 0} == kept
        assert extractor.transform(["cc"]).toarray().any() == ("cc" in kept)

    def test_transform_is_counts_times_idf_and_changes_no_counts(self):
        extractor = NgramFeatures(bits=9, min_df=2).fit(SENTENCES)
        counts = extractor.counts(SENTENCES)
        before = counts.copy()
        weighed = extractor.weigh(counts)
        np.testing.assert_allclose(weighed.toarray(), before.toarray() * extractor.idf_, rtol=1e-6)
        np.testing.assert_array_equal(counts.toarray(), before.toarray())
        np.testing.assert_array_equal(extractor.transform(SENTENCES).toarray(), weighed.toarray())

    def test_the_scorer_gives_what_the_heads_would(self):
        extractor = NgramFeatures(bits=10, min_df=1).fit(SENTENCES)
        coef = random_weights(10, n_labels=2)
        margins = extractor.scorer(coef).margins(HARD)
        np.testing.assert_allclose(margins, extractor.transform(HARD) @ coef, rtol=2e-3, atol=2e-2)

    def test_stands_in_a_pipeline(self):
        texts = ["lift the embargo", "end the embargo", "keep the embargo", "tighten the embargo"] * 5
        truth = np.array([1, 1, 0, 0] * 5)
        pipeline = Pipeline([("ngrams", NgramFeatures(bits=12)), ("heads", LogisticRegression(C=100))])
        pipeline = clone(pipeline).set_params(ngrams__min_df=1).fit(texts, truth)
        assert pipeline.predict(texts).tolist() == truth.tolist()
        assert pipeline.predict_proba(text for text in ["Lift it"]).shape == (1, 2)
        assert pipeline[:-1].get_feature_names_out().shape == (4096,)

    def test_stands_in_a_union(self):
        book = Codebook(stances=(Stance(label="pro", cues=("lift",)),))
        union = FeatureUnion(
            [("ngrams", NgramFeatures(bits=8, min_df=1)), ("lexicon", LexiconFeatures(book))], n_jobs=None
        )
        matrix = clone(union).fit(SENTENCES).transform(SENTENCES)
        assert matrix.shape == (len(SENTENCES), 256 + 4)
        names = union.fit(SENTENCES).get_feature_names_out()
        assert [names[0], names[256]] == ["ngrams__ngram0", "lexicon__cue:pro:plain"]
        assert matrix.tocsc()[:, 256].toarray().ravel().tolist() == [1, 0, 0, 0, 2]


MULTIPLIER, PAIR_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
CHAR_START, WORD_START = np.uint64(0x51ED270B9F3A1D47), np.uint64(0x2545F4914F6CDD1D)


def hash_columns(columns, start):
    """Hash strings as the oracle does, many at a time: their code points stand in columns."""
    state = start
    with np.errstate(over="ignore"):
        for column in columns:
            state = (state ^ np.asarray(column, dtype=np.uint64)) * MULTIPLIER
    return state


def buckets_of(states, bits):
    with np.errstate(over="ignore"):
        return ((states ^ states >> np.uint64(32)) * MULTIPLIER) >> np.uint64(64 - bits)


def expected_buckets(text, bits, chars):
    if chars:
        return sorted(char_bucket(ngram, bits) for ngram in char_ngrams(text))
    listed = [word_bucket(word, bits) for word in words(text)]
    return sorted(listed + [pair_bucket(pair, bits) for pair in word_pairs(text)])


def buckets_in(texts, bits=24, *, chars=True):
    """Give the buckets of each statement, an array each, sorted."""
    kernel = NgramSpec(bits=bits, words=not chars, chars=chars).kernel()
    buckets, _, starts = kernel.count(read_statements(texts))
    return [np.sort(buckets[begin:end]) for begin, end in pairwise(starts)]


def assert_as_the_oracle(texts, *, chars=True):
    for text, found in zip(texts, buckets_in(texts, chars=chars), strict=True):
        assert found.tolist() == expected_buckets(text, 24, chars), text


BLANK = {point for point in POINTS if point.isspace()}


class TestEveryCodePoint:
    @pytest.mark.parametrize(("before", "after"), [("a", "b"), ("", "")])
    def test_in_character_ngrams(self, before, after):
        made = [before + point + after for point in POINTS]
        regular = [token for token in made if len(token.lower()) == len(token) and BLANK.isdisjoint(token)]
        assert len(made) - len(regular) == len(BLANK) + 1  # all but white space and 'İ'
        for start in range(0, len(regular), 1 << 15):
            stretch = regular[start : start + (1 << 15)]
            (found,) = buckets_in([" ".join(stretch)])
            lowered = np.array([list(map(ord, f" {token.lower()} ")) for token in stretch], dtype=np.uint64).T
            ends = [(i, j) for i in range(len(lowered)) for j in range(i + 2, len(lowered) + 1) if j - i <= 5]
            expected = [buckets_of(hash_columns(lowered[i:j], CHAR_START), 24) for i, j in ends]
            np.testing.assert_array_equal(found, np.sort(np.concatenate(expected)))
        assert_as_the_oracle(sorted(set(made) - set(regular)))

    def test_in_words_and_their_pairs(self):
        tokens_made = [f"aa{point}bb" for point in POINTS]
        regular = [token for token in tokens_made if len(token.lower()) == len(token)]
        lowered = [token.lower() for token in regular]
        inside = np.array([token[2].isalnum() for token in lowered])
        middle = np.array([ord(token[2]) for token in lowered], dtype=np.uint64)
        (a, b), one = map(ord, "ab"), np.ones(len(regular), dtype=np.uint64)
        whole, first, second = (
            hash_columns(columns, WORD_START)
            for columns in ([a * one, a * one, middle, b * one, b * one], [a * one, a * one], [b * one, b * one])
        )
        states = np.stack([np.where(inside, whole, first), second], axis=1)
        states = states[np.stack([np.ones(len(regular), dtype=bool), ~inside], axis=1)]
        with np.errstate(over="ignore"):
            pairs = (states[:-1] * PAIR_MULTIPLIER ^ states[1:]) * MULTIPLIER
        expected = np.concatenate([buckets_of(states, 24), buckets_of(pairs, 24)])
        (found,) = buckets_in([" ".join(regular)], chars=False)
        np.testing.assert_array_equal(found, np.sort(expected))
        assert_as_the_oracle(["aaİbb İİ"], chars=False)

    @pytest.mark.parametrize("chars", [True, False])
    def test_sigma_and_the_dotted_capital_i_by_their_neighbours(self, chars):
        letters = "Σσa1.'\u0301\u00adİ"  # some are not seen when the end of a word is looked for
        texts = [
            "".join(token) for size in range(5) for token in product(letters, repeat=size) if "Σ" in token or size < 3
        ]
        texts += ["".join(token) + "ΟΔΥΣΣΕΥΣ" + "".join(token) for token in product(letters, repeat=2)]
        assert_as_the_oracle(texts, chars=chars)

    @settings(max_examples=100, deadline=None)
    @given(st.text(st.sampled_from("ΣσςAa.'\u0301\u0345\u00ad:İ- \U0001d6a8é"), max_size=30))
    def test_sigma_in_longer_text(self, text):
        assert_as_the_oracle([text])


class TestTheEnd:
    """A token's bytes are read in words of eight, and nothing behind the statement is read."""

    @pytest.mark.parametrize("before", ["", "x ", "long enough for it  "])
    @pytest.mark.parametrize("letters", ["abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH", "é" * 20 + "ß" * 20])
    def test_tokens_at_every_distance_from_it(self, before, letters):
        tokens_made = []
        for size in range(1, 41):
            token = letters[:size]
            tokens_made += [token, *(token[:i] + "!" + token[i + 1 :] for i in {0, size // 2, size - 1})]
        texts = [f"{before}{token}{' ' * (gap > 0)}{'z' * (gap - 1)}" for token in tokens_made for gap in range(34)]
        spec = NgramSpec(bits=12, words=False)
        weights = np.random.default_rng(5).normal(size=(1 << 12, 2)).astype(np.float16)
        buckets, values, starts = spec.kernel().count(read_statements(texts))
        counts = sparse.csr_matrix((values.astype(np.float64), buckets, starts), shape=(len(texts), 1 << 12))
        margins = NgramScorer.fold(spec, weights).margins(texts)
        np.testing.assert_allclose(margins, counts @ weights.astype(np.float64), rtol=1e-5, atol=1e-5)
        assert len(np.unique(margins[::34].round(6), axis=0)) == len({token.lower() for token in tokens_made})

    def test_what_lies_around_a_statement_changes_nothing(self):
        made, fresh = scorer(), scorer()
        tokens_made = ["embargoes!" * 4, "lift", "é" * 9]
        for text in (token[:size] for token in tokens_made for size in range(1, len(token) + 1)):
            neighbours = ["", "x" * 20, "é" * 20, " " * 20]
            rows = [part for other in neighbours for part in (other, text)]
            margins = made.margins(read_statements(pa.array(rows)))[1::2]
            np.testing.assert_array_equal(margins, np.repeat(fresh.margins([text]), 4, axis=0))


def random_statements(n, seed):
    rng = np.random.default_rng(seed)
    pieces = np.array(["Lift", "embargo,", "ΣΑΣ", "İt", "can't", "x" * 17, "制裁", "—", " ", "\u3000", "...", "U.S."])
    numbers = rng.integers(0, 1500, size=n)
    return [
        " ".join([*pieces[rng.integers(0, len(pieces), size=rng.integers(0, 12))].tolist(), f"n{numbers[row]}"])
        for row in range(n)
    ]


class TestLittleMemory:
    @pytest.mark.parametrize("memo_bits", [1, 2, 5])
    @pytest.mark.parametrize("n_labels", [1, 3, 5])
    def test_forgetting_changes_no_score_of_thousands(self, memo_bits, n_labels):
        texts = read_statements(random_statements(5000, seed=n_labels))
        weights = random_weights(12, n_labels).astype(np.float16)
        ample = NgramKernel(12, 3.0, True, True, weights, 17)
        tight = NgramKernel(12, 3.0, True, True, weights, memo_bits)
        expected, found = np.full((2, 5000, n_labels), np.nan)
        ample.score(texts, expected)
        for _ in range(2):
            found[:] = np.nan
            tight.score(texts, found)
            np.testing.assert_array_equal(found, expected)
            ample.score(texts, found)
            np.testing.assert_array_equal(found, expected)
        assert [tight.score_one(texts[row : row + 1]) for row in range(50)] == expected[:50].tolist()


class TestZeroBytes:
    """A token with a zero byte at its end once shared its place with a shorter one whose first byte differs by one."""

    @settings(max_examples=200, deadline=None)
    @given(token=st.text(st.characters(max_codepoint=0x2FF, exclude_characters=" "), min_size=1, max_size=9))
    @example(token="\xcf")
    def test_what_was_seen_before_changes_no_score(self, token):
        weights = random_weights(12, 3).astype(np.float16)
        raw = token.encode()
        for other in {bytes([raw[0] ^ flip, *raw[1:]]) + bytes(n) for flip in (0, 1, 2, 3, 6, 7) for n in (1, 2, 3, 4)}:
            try:
                text = other.decode()
            except UnicodeDecodeError:
                continue
            fresh, used = (NgramKernel(12, 3.0, True, True, weights, 10) for _ in range(2))
            used.score_one(read_statements([token]))
            assert used.score_one(read_statements([text])) == fresh.score_one(read_statements([text]))


class TestHashOnly:
    @pytest.mark.parametrize(("words_used", "chars_used"), FAMILIES)
    @settings(max_examples=80, deadline=None)
    @given(texts=st.lists(TEXTS, max_size=5))
    @example(texts=HARD)
    @example(texts=LONG)
    def test_finds_what_count_finds(self, words_used, chars_used, texts):
        kernel = NgramSpec(bits=20, words=words_used, chars=chars_used).kernel()
        buckets, _, _ = kernel.count(read_statements(texts))
        assert kernel.hash_only(read_statements(texts)) == (len(buckets), int(np.bitwise_xor.reduce(buckets)))

    def test_of_many_statements(self):
        kernel, texts = NgramSpec().kernel(), read_statements(random_statements(2000, seed=3))
        buckets, _, _ = kernel.count(texts)
        assert kernel.hash_only(texts) == (len(buckets), int(np.bitwise_xor.reduce(buckets)))
        assert kernel.hash_only(texts[:0]) == (0, 0)
