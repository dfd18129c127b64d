"""The n-gram features from their definition, slow and obvious: list the n-grams as strings, then hash each.

It shares no code with the compiled engine. Only the arithmetic of the hash is the same, since
it defines the buckets.
"""

from collections import Counter
from itertools import groupby
from math import sqrt

TWO_TO_64 = 2**64
MULTIPLIER = 0x9E3779B97F4A7C15
PAIR_MULTIPLIER = 0xC2B2AE3D27D4EB4F
CHAR_START = 0x51ED270B9F3A1D47
WORD_START = 0x2545F4914F6CDD1D
PLAIN_MARKS = str.maketrans(
    {mark: plain for plain, marks in {"'": "´ʻʼ‘’‚‛′", '"': "«»“”„‟″", "-": "‐‑‒–—―−"}.items() for mark in marks}
)


def tokens(text):
    """Give the runs without white space, as they stand."""
    return ["".join(run) for blank, run in groupby(text, str.isspace) if not blank]


def char_ngrams(text):
    found = []
    for token in tokens(text):
        padded = " " + token.lower() + " "
        for size in (2, 3, 4, 5):
            for start in range(len(padded) - size + 1):
                found.append(padded[start : start + size])
    return found


def words(text):
    found = []
    for token in tokens(text):
        runs = ["".join(run) for inside, run in groupby(token.lower(), str.isalnum) if inside]
        found += [run for run in runs if len(run) >= 2]
    return found


def word_pairs(text):
    listed = words(text)
    return [(listed[i], listed[i + 1]) for i in range(len(listed) - 1)]


def string_hash(string, start):
    state = start
    for char in string:
        state = (state ^ ord(char)) * MULTIPLIER % TWO_TO_64
    return state


def bucket(state, bits):
    folded = state ^ (state // 2**32)
    return folded * MULTIPLIER % TWO_TO_64 // 2 ** (64 - bits)


def char_bucket(ngram, bits):
    return bucket(string_hash(ngram, CHAR_START), bits)


def word_bucket(word, bits):
    return bucket(string_hash(word, WORD_START), bits)


def pair_bucket(pair, bits):
    first, second = (string_hash(word, WORD_START) for word in pair)
    return bucket(((first * PAIR_MULTIPLIER % TWO_TO_64) ^ second) * MULTIPLIER % TWO_TO_64, bits)


def features(text, *, bits, word_weight, words_used, chars_used, plain_marks=False):
    """Give the value of every bucket that occurs."""
    if plain_marks:
        text = text.translate(PLAIN_MARKS)
    weights = Counter()
    n_occurrences = 0
    if chars_used:
        for ngram in char_ngrams(text):
            weights[char_bucket(ngram, bits)] += 1
            n_occurrences += 1
    if words_used:
        for word in words(text):
            weights[word_bucket(word, bits)] += word_weight
            n_occurrences += 1
        for pair in word_pairs(text):
            weights[pair_bucket(pair, bits)] += word_weight
            n_occurrences += 1
    return {column: weight / sqrt(n_occurrences) for column, weight in weights.items()}
