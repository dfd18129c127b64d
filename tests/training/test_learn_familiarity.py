"""The words of training statements, and a level that holds out of sample."""

import numpy as np
import pytest

from stancekit import InvalidInputError
from stancekit.features.familiarity import ALLOWANCE
from stancekit.training.familiarity import learn_familiarity

WORDS = [f"{a}{b}{c}" for a in "bdfgklm" for b in "aeiou" for c in ("nt", "rk", "st", "mp")]


def drawn(n, seed):
    """Draw statements whose words are as rare as words are; four to a document."""
    rng = np.random.default_rng(seed)
    chance = 1 / np.arange(1, len(WORDS) + 1)
    texts = [" ".join(rng.choice(WORDS, size=rng.integers(3, 9), p=chance / chance.sum())) for _ in range(n)]
    return texts, [f"d{row // 4}" for row in range(n)]


def share_outside(text, others):
    known = {word for other in others for word in other.split()}
    outside = sum(len(word) for word in text.split() if word not in known)
    return outside / (len(text.replace(" ", "")) + ALLOWANCE)


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5])
def test_the_level_is_that_of_statements_beside_the_other_documents(share):
    texts, groups = drawn(200, seed=1)
    outside = [
        share_outside(text, [t for t, g in zip(texts, groups, strict=True) if g != group])
        for text, group in zip(texts, groups, strict=True)
    ]
    known = learn_familiarity(texts, groups, share=share)
    assert known.level in outside
    assert np.mean(np.array(outside) > known.level) <= share
    assert np.mean(np.array(outside) >= known.level) > share


def test_all_words_are_known_afterwards():
    texts, groups = drawn(50, seed=2)
    known = learn_familiarity(texts, groups)
    assert not any(known.unfamiliar(texts))
    assert known.count(" ".join(texts)).n_new == 0
    assert (known.words[:-1] < known.words[1:]).all()
    assert known.words.dtype == np.uint32


def test_a_document_does_not_make_its_own_words_known():
    apart = learn_familiarity(["Kontrak kontrak.", "Kontrak sudah."], ["a", "b"])
    together = learn_familiarity(["Kontrak kontrak.", "Kontrak sudah."], ["a", "a"])
    assert apart.level < together.level
    assert np.array_equal(apart.words, together.words)


def test_statements_of_a_teacher_make_words_known_and_set_no_level():
    texts, groups = ["Alpha beta.", "Gamma delta."], ["a", "b"]
    alone = learn_familiarity(texts, groups)
    beside = learn_familiarity(texts, groups, more=["Alpha beta gamma delta epsilon", "zeta eta"])
    assert beside.count("epsilon zeta theta").n_new == 1
    assert alone.count("epsilon zeta theta").n_new == 3
    assert beside.level < alone.level


def test_no_statement_has_words():
    known = learn_familiarity(["", "…"], ["a", "b"])
    assert len(known.words) == 0
    assert known.unfamiliar(["", "…", "Any words at all."]) == [False, False, True]


def test_bad_rows_are_named():
    with pytest.raises(InvalidInputError, match="expected a str in row 1, got NoneType"):
        learn_familiarity(["a", None], ["a", "b"])


def test_a_classifier_learns_it(fit, corpus):
    known = fit("ngrams").model_.familiarity
    again = learn_familiarity(corpus.texts, corpus.groups)
    assert np.array_equal(known.words, again.words)
    assert known.level == again.level
