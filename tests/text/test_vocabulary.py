"""Words and their sizes against a slow oracle, whatever the text and however it lies in memory."""

from itertools import groupby

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stancekit.text._vocabulary import Vocabulary, list_words
from stancekit.text.checks import read_statements

HARD = [
    "",
    " \t\n\u00a0\u3000\x1c\x85",
    "Lift the EMBARGO, lift the embargo!",
    "İstanbul'da İĞI ıi",
    "ΟΔΥΣΣΕΥΣ ΣΑΣ Σ ας οδυσσευς",
    "the people’s will—now",
    "cafe\u0301 CAFÉ café",
    "🙂🙂 👩‍👩‍👧 x 制裁必须取消",
    "a b c d I 1 22 ½½ ٣٤",
    "[at] {brackets} @name `tick` /a/ :9: a_b A^B",
    "\x00\x00 ab\x00cd",
    "x" * 200,
    "é" * 100 + "x" * 100,
    *("ab " * n + "end" for n in range(18, 24)),
    *("w" * n for n in (1, 2, 8, 15, 16, 17, 63, 64, 65, 128)),
]
LETTERS = st.sampled_from("abZİıßΣςσ\u0301\u200b\u00a0\u3000 \n-'’.é🙂19²_制@[`{")
TEXTS = st.text(max_size=90) | st.text(LETTERS, max_size=150) | st.sampled_from(HARD)


def words(text):
    """Give each word in lower case with its size in bytes."""
    runs = ["".join(run) for inside, run in groupby(text, str.isalnum) if inside]
    lower = ["".join(char.lower()[0].replace("ς", "σ") for char in run) for run in runs]
    return [(word, len(run.encode())) for word, run in zip(lower, runs, strict=True) if len(run) > 1]


def size(text):
    return len("".join(char for char in text if not char.isspace()).encode())


def hash_of(word):
    return list_words(read_statements([word]))[0]


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=6))
@example(HARD)
def test_words_sizes_and_totals_are_those_of_the_oracle(texts):
    hashes, sizes, counts, totals = list_words(read_statements(texts))
    expected = [words(text) for text in texts]
    assert sizes.tolist() == [n for found in expected for _, n in found]
    assert counts.tolist() == list(map(len, expected))
    assert totals.tolist() == list(map(size, texts))
    named = [word for found in expected for word, _ in found]
    # One hash a word, and one word a hash.
    assert len(set(zip(named, hashes.tolist(), strict=True))) == len(set(named)) == len(set(hashes.tolist()))
    assert (hashes.dtype, sizes.dtype, counts.dtype, totals.dtype) == (np.uint32, np.int64, np.int64, np.int64)
    assert hashes.all()


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=6))
def test_arrow_gives_the_same_as_a_list(texts):
    column = pa.array(["before", *texts, "behind"])[1:-1]
    for one, other in zip(list_words(read_statements(texts)), list_words(read_statements(column)), strict=True):
        assert np.array_equal(one, other)


@settings(deadline=None)
@given(known=TEXTS, texts=st.lists(TEXTS, max_size=6), level=st.floats(0, 1), allowance=st.floats(0, 50))
def test_flags_are_those_of_the_oracle(known, texts, level, allowance):
    vocabulary = Vocabulary(np.unique(hash_of(known)))
    names = {word for word, _ in words(known)}
    flags = []
    for text in texts:
        inside = sum(n for word, n in words(text) if word in names)
        whole = size(text) + allowance
        flags.append(bool(whole) and (size(text) - inside) / whole > level)
        assert vocabulary.count(text) == (len(words(text)), sum(word not in names for word, _ in words(text)))
    assert vocabulary.flags(read_statements(texts), level, allowance) == flags
    assert [vocabulary.flag(text, level, allowance) for text in texts] == flags
    assert all(type(flag) is bool for flag in vocabulary.flags(read_statements(texts), level, allowance))


def test_many_words_are_all_known():
    names = [f"w{number}" for number in range(5000)]
    vocabulary = Vocabulary(np.unique(list_words(read_statements(names))[0]))
    assert vocabulary.count(" ".join(names)) == (5000, 0)
    assert vocabulary.count("w5000 w5001 w17") == (3, 2)


@pytest.mark.parametrize(
    ("one", "other"), [("Embargo", "EMBARGO"), ("Σας", "σασ"), ("ÉTÉ", "été"), ("w" * 40, "W" * 40)]
)
def test_case_makes_no_other_word(one, other):
    assert hash_of(one) == hash_of(other)


@pytest.mark.parametrize(
    ("one", "other"), [("ab", "ba"), ("a1", "a2"), ("été", "ete"), ("w" * 40, "w" * 41), ("й1", "Й2")]
)
def test_other_words_have_other_hashes(one, other):
    assert hash_of(one) != hash_of(other)
