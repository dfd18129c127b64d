# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# distutils: language = c++
"""The compiled definition of the n-gram features: counts for training, scores for prediction.

The module `stancekit.features.ngram_scorer` describes the features in words. Statements are read as UTF-8
in place. Work on many statements runs in blocks without the interpreter's lock, in three phases: find the tokens
of all, hash their bytes and begin to fetch their slots; add up what is remembered of each token; add the pairs
of neighbouring words.
"""

from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.math cimport sqrt
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free
from libc.string cimport memcpy, memset
from libcpp.vector cimport vector

import numpy as np

from stancekit.text._bytes cimport CHAR_SEED, PAIR, PRIME, SK_FIRST, WORD_SEED, sk_fold, sk_load8, sk_load16
from stancekit.text._statements cimport Statements, Text, sk_class, space_size


cdef extern from *:
    """
    #if defined(__GNUC__) || defined(__clang__)
    #define SK_PREFETCH(p) __builtin_prefetch((const void *)(p))
    #elif defined(_MSC_VER)
    #define SK_PREFETCH(p) ((void)0)
    #endif
    #if defined(__SSE2__)
    #include <emmintrin.h>
    /* Mark, of 16 bytes, those that are or may begin white space. */
    static inline uint64_t sk_candidates16(const unsigned char *at) {
        const __m128i space = _mm_set1_epi8(0x20), lead = _mm_set1_epi8((char)0xC2), top = _mm_set1_epi8((char)0xE3);
        __m128i bytes = _mm_loadu_si128((const __m128i *)at);
        __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, space), bytes);
        __m128i mid = _mm_cmpeq_epi8(_mm_min_epu8(_mm_max_epu8(bytes, lead), top), bytes);
        return (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_or_si128(low, mid));
    }
    #else
    static inline uint64_t sk_candidates16(const unsigned char *at) {
        uint64_t mask = 0;
        for (int i = 0; i < 16; i++) mask |= (uint64_t)(at[i] <= 0x20 || (at[i] >= 0xC2 && at[i] <= 0xE3)) << i;
        return mask;
    }
    #endif
    /* A finite number in half precision (IEEE 754 binary16). */
    static inline float sk_float(uint16_t half) {
        uint32_t magnitude = half & 0x7FFFu, bits = (uint32_t)(half & 0x8000u) << 16;
        float number;
        if (magnitude < 0x0400u) return (bits ? -5.9604644775390625e-8f : 5.9604644775390625e-8f) * (float)magnitude;
        bits |= (magnitude << 13) + (112u << 23);
        memcpy(&number, &bits, 4);
        return number;
    }
    /* What a keyboard has for a typographic apostrophe, quotation mark, hyphen or dash; all else as it is. */
    static inline uint32_t sk_plain(uint32_t point) {
        switch (point) {
        case 0x00B4: case 0x02BB: case 0x02BC: case 0x2018: case 0x2019: case 0x201A: case 0x201B: case 0x2032:
            return 0x27;
        case 0x00AB: case 0x00BB: case 0x201C: case 0x201D: case 0x201E: case 0x201F: case 0x2033:
            return 0x22;
        case 0x2010: case 0x2011: case 0x2012: case 0x2013: case 0x2014: case 0x2015: case 0x2212:
            return 0x2D;
        default:
            return point;
        }
    }
    """
    void SK_PREFETCH(const void *) noexcept nogil
    uint64_t sk_candidates16(const uint8_t *) noexcept nogil
    float sk_float(uint16_t) noexcept nogil
    uint32_t sk_plain(uint32_t) noexcept nogil


cdef extern from "Python.h":
    const char *PyUnicode_AsUTF8AndSize(object, Py_ssize_t *) except NULL
    bint Py_UNICODE_ISALNUM(uint32_t) noexcept nogil
    uint32_t Py_UNICODE_TOLOWER(uint32_t) noexcept nogil
    int PyUnicode_KIND(object)
    void *PyUnicode_DATA(object)
    uint32_t PyUnicode_READ(int, void *, Py_ssize_t)


cdef enum:
    LANES = 4  # labels added up together: the compiler makes one vector addition of them
    MANY = 1 << 16  # tokens of a block, more than which are not made room for once and for all
    BLOCK = 16  # statements a block: their slots stay in the first-level cache
    CAPITAL_I_WITH_DOT = 0x130  # its lower case has two code points
    CAPITAL_SIGMA = 0x3A3  # has a lower case of its own at the end of a word
    LONGEST_CHAR_NGRAM = 5
    SHORTEST_WORD = 2


cdef struct Token:
    const uint8_t *start
    Py_ssize_t size
    uint64_t hash


cdef struct Slot:  # what is remembered of a token; n_labels sums follow in memory
    uint64_t tag
    uint64_t first_word
    uint64_t last_word
    uint32_t n_occurrences
    uint32_t n_words


cdef struct Features:  # of one token
    vector[uint32_t] points  # in lower case, between two blanks
    vector[uint32_t] chars
    vector[uint32_t] words
    vector[uint32_t] pairs
    uint64_t first_word
    uint64_t last_word
    uint32_t n_words


cdef inline uint32_t bucket_of(uint64_t state, int bits) noexcept nogil:
    # The low bits of a product depend on the low bits of its factors alone: mix, then take the high ones.
    return <uint32_t>(((state ^ (state >> 32)) * PRIME) >> (64 - bits))


cdef inline uint64_t pair_of(uint64_t first, uint64_t second) noexcept nogil:
    return ((first * PAIR) ^ second) * PRIME


cdef inline uint64_t hash_token(
    const uint8_t *start, Py_ssize_t size, const uint8_t *text, const uint8_t *end
) noexcept nogil:
    """Hash a token of [text, end) to tell remembered tokens apart; 0 is kept for empty slots."""
    # The size goes into all bits: in the low ones alone it would stand for a byte, and "x\0" for another token.
    cdef uint64_t state = CHAR_SEED + <uint64_t>size * PRIME, low, high
    while size > 16:
        state = sk_fold(state ^ sk_load8(start), PAIR ^ sk_load8(start + 8))
        start += 16
        size -= 16
    sk_load16(start, size, text, end, &low, &high)
    state = sk_fold(sk_fold(state ^ low, PAIR ^ high), WORD_SEED)
    return state if state else 1


cdef bint lower_points(const Token *token, bint plain, vector[uint32_t] *points) except False nogil:
    """Give the code points of a token in lower case, as `str.lower` does, between two blanks.

    Where `plain`, typographic marks are first replaced by those of a keyboard.
    """
    cdef Py_ssize_t i
    cdef uint8_t byte, seen = 0
    points.resize(token.size + 2)
    points[0][0] = points[0][token.size + 1] = 32
    for i in range(token.size):
        byte = token.start[i]
        seen |= byte
        points[0][i + 1] = byte + 32 if 65 <= byte <= 90 else byte
    if seen >= 128 and not lower_one_by_one(token, plain, points):
        with gil:
            lower_together(token, plain, points)
    return True


cdef int lower_one_by_one(const Token *token, bint plain, vector[uint32_t] *points) except -1 nogil:
    """Lower each code point by itself; 0 where one of two that go by their neighbours or grow is met."""
    cdef const uint8_t *at = token.start
    cdef const uint8_t *end = token.start + token.size
    cdef uint32_t point
    points.resize(1)
    while at < end:
        if at[0] < 0x80:
            point = at[0]
            at += 1
        elif at[0] < 0xE0:
            point = (<uint32_t>at[0] & 0x1F) << 6 | (at[1] & 0x3F)
            at += 2
        elif at[0] < 0xF0:
            point = (<uint32_t>at[0] & 0x0F) << 12 | (<uint32_t>at[1] & 0x3F) << 6 | (at[2] & 0x3F)
            at += 3
        else:
            point = (<uint32_t>at[0] & 0x07) << 18 | (<uint32_t>at[1] & 0x3F) << 12
            point |= (<uint32_t>at[2] & 0x3F) << 6 | (at[3] & 0x3F)
            at += 4
        if point == CAPITAL_SIGMA or point == CAPITAL_I_WITH_DOT:
            return 0
        points.push_back(Py_UNICODE_TOLOWER(sk_plain(point) if plain else point))
    points.push_back(32)
    return 1


cdef lower_together(const Token *token, bint plain, vector[uint32_t] *points):
    text = PyUnicode_DecodeUTF8(<const char *>token.start, token.size, NULL)
    if plain:
        text = "".join([chr(sk_plain(ord(char))) for char in text])
    text = text.lower()
    cdef Py_ssize_t i, size = len(text)
    cdef int kind = PyUnicode_KIND(text)
    cdef void *data = PyUnicode_DATA(text)
    points.resize(size + 2)
    for i in range(size):
        points[0][i + 1] = PyUnicode_READ(kind, data, i)
    points[0][size + 1] = 32


cdef bint find_features(
    const Token *token, int bits, bint chars, bint words, bint plain, Features *found
) except False nogil:
    """Find the buckets of a token's character n-grams, words and pairs of words."""
    found.chars.clear()
    found.words.clear()
    found.pairs.clear()
    found.n_words = 0
    lower_points(token, plain, &found.points)
    if chars:
        find_chars(found, bits)
    if words:
        find_words(found, bits)
    return True


cdef bint find_chars(Features *found, int bits) except False nogil:
    cdef Py_ssize_t n, size = found.points.size()
    cdef const uint32_t *point = found.points.data()
    cdef const uint32_t *end = point + size
    cdef uint32_t *next
    found.chars.resize(size * (LONGEST_CHAR_NGRAM - 1))
    next = found.chars.data()
    while end - point >= LONGEST_CHAR_NGRAM:  # a length known beforehand lets the compiler unroll the loop
        next = hash_prefixes(point, LONGEST_CHAR_NGRAM, next, bits)
        point += 1
    for n in range(end - point, 1, -1):
        next = hash_prefixes(end - n, n, next, bits)
    found.chars.resize(next - found.chars.data())
    return True


cdef inline uint32_t *hash_prefixes(const uint32_t *points, Py_ssize_t size, uint32_t *next, int bits) noexcept nogil:
    """Write the buckets of all runs of two and more code points that begin with the first."""
    cdef uint64_t state = (CHAR_SEED ^ points[0]) * PRIME
    cdef Py_ssize_t i
    for i in range(1, size):
        state = (state ^ points[i]) * PRIME
        next[i - 1] = bucket_of(state, bits)
    return next + size - 1


cdef inline uint32_t mix_prefixes(const uint32_t *points, Py_ssize_t size, int bits) noexcept nogil:
    """Give the exclusive or of what `hash_prefixes` writes."""
    cdef uint64_t state = (CHAR_SEED ^ points[0]) * PRIME
    cdef uint32_t mixed = 0
    cdef Py_ssize_t i
    for i in range(1, size):
        state = (state ^ points[i]) * PRIME
        mixed ^= bucket_of(state, bits)
    return mixed


cdef bint find_words(Features *found, int bits) except False nogil:
    cdef Py_ssize_t i, length = 0
    cdef uint64_t state = WORD_SEED
    cdef uint32_t point
    for i in range(<Py_ssize_t>found.points.size()):
        point = found.points[i]
        if (97 <= point <= 122 or 48 <= point <= 57) if point < 128 else Py_UNICODE_ISALNUM(point):
            state = (state ^ point) * PRIME
            length += 1
            continue
        if length >= SHORTEST_WORD:
            found.words.push_back(bucket_of(state, bits))
            if found.n_words == 0:
                found.first_word = state
            else:
                found.pairs.push_back(bucket_of(pair_of(found.last_word, state), bits))
            found.last_word = state
            found.n_words += 1
        length = 0
        state = WORD_SEED
    return True


cdef class Memo:
    """Sums of tokens, one thread's; the newest token of a slot stays. With a negative `memo_bits` its buffers alone."""

    cdef uint8_t *memory
    cdef uint8_t *slots
    cdef Py_ssize_t stride
    cdef uint64_t mask
    cdef bint remembers
    cdef Features found
    cdef vector[Token] tokens  # room for `n_tokens` and some more: it grows and is not cleared
    cdef Py_ssize_t n_tokens
    cdef vector[Py_ssize_t] ends
    cdef vector[uint32_t] pairs  # buckets of a statement's pairs of words across tokens
    cdef vector[uint32_t] kept  # buckets of a token that have weights
    cdef vector[int64_t] occurrences
    cdef vector[double] sums  # of the statements of a block

    def __cinit__(self, int width, int memo_bits):
        self.stride = (sizeof(Slot) + 8 * width + 63) // 64 * 64
        self.sums.resize(BLOCK * max(width, LANES))
        self.remembers = memo_bits >= 0
        self.mask = (<uint64_t>1 << max(memo_bits, 0)) - 1
        self.memory = <uint8_t *>calloc((self.mask + 1) * self.stride + 64, 1)
        if self.memory == NULL:
            raise MemoryError
        self.slots = self.memory + (64 - <uint64_t>self.memory % 64)

    def __dealloc__(self):
        free(self.memory)

    cdef inline bint give_back(self) except False nogil:
        """Give back the room for the tokens of a very long statement."""
        if self.tokens.size() > MANY:
            self.tokens = vector[Token](MANY)
            self.pairs = vector[uint32_t](MANY)
        return True

    cdef inline Slot *slot(self, uint64_t hash) noexcept nogil:
        return <Slot *>(self.slots + (hash & self.mask) * self.stride)


cdef class NgramKernel:
    """N-gram features in ``2 ** bits`` buckets, with weights for scores or without for counts.

    Parameters
    ----------
    bits : int
        The number of buckets is ``2 ** bits``.
    word_weight : float
        Weight of one word or pair of words where one character n-gram has 1.
    words, chars : bool
        Which families are used.
    weights : ndarray of float16 of shape (2 ** bits, n_labels), optional
        Weight of one occurrence in each bucket, finite.
    memo_bits : int, default=16
        Tokens remembered by a thread, as a power of two.
    plain_marks : bool, default=False
        Whether typographic apostrophes, quotation marks and dashes are read as those of a keyboard.
    """

    cdef readonly int bits
    cdef readonly double word_weight
    cdef readonly bint words
    cdef readonly bint chars
    cdef readonly bint plain_marks
    cdef readonly int n_labels
    cdef int width  # n_labels, rounded up to whole lanes
    cdef int memo_bits
    cdef object padded  # owns the memory of `weights`
    cdef const float *weights
    cdef vector[uint64_t] filled  # one bit a bucket: whether any of its weights differs from 0
    cdef list memos

    def __init__(
        self, int bits, double word_weight, bint words, bint chars, weights=None, int memo_bits=16,
        bint plain_marks=False,
    ):
        if not 1 <= bits <= 31 or (weights is not None and weights.shape[0] != 1 << bits):
            raise ValueError(f"weights must have one row for each of the 2 ** {bits} buckets")
        if weights is not None and weights.dtype != np.float16:
            raise ValueError(f"weights must be float16, got {weights.dtype}")
        self.bits, self.word_weight, self.words, self.chars = bits, word_weight, words, chars
        self.plain_marks = plain_marks
        self.memo_bits = memo_bits
        self.memos = []
        if weights is None:
            weights = np.zeros((1 << bits, 0), dtype=np.float16)
        self.n_labels = weights.shape[1]
        self.width = (self.n_labels + LANES - 1) // LANES * LANES
        cdef float[:, ::1] padded = np.zeros((1 << bits, max(self.width, LANES)), dtype=np.float32)
        self.padded = padded.base
        self.weights = &padded[0, 0]
        self.filled.resize(((<size_t>1 << bits) + 63) // 64)
        if self.n_labels:
            self.fill(&padded[0, 0], np.ascontiguousarray(weights).view(np.uint16))

    cdef fill(self, float *padded, const uint16_t[:, ::1] halves):
        cdef Py_ssize_t bucket
        cdef int label
        for bucket in range(halves.shape[0]):
            for label in range(self.n_labels):
                if halves[bucket, label] & 0x7FFF:  # all but the sign: most weights are 0, and need not be touched
                    padded[bucket * self.width + label] = sk_float(halves[bucket, label])
                    self.filled[bucket >> 6] |= <uint64_t>1 << (bucket & 63)

    cdef inline bint has_weights(self, uint32_t bucket) noexcept nogil:
        return self.filled[bucket >> 6] >> (bucket & 63) & 1

    def count(self, Statements texts):
        """Count the features of statements.

        Returns
        -------
        tuple of ndarray
            Bucket and value of each occurrence, int32 and float32 of shape (n_occurrences,), and where each
            statement's begin, int64 of shape (n_statements + 1,). Repeats are not added up.
        """
        cdef Memo memo = Memo(0, -1)
        cdef vector[uint32_t] buckets
        cdef vector[float] values
        cdef vector[int64_t] starts
        cdef Py_ssize_t i
        starts.push_back(0)
        for i in range(texts.size):
            self.count_text(memo, texts.texts + i, &buckets, &values)
            starts.push_back(<int64_t>buckets.size())
        return (
            np.array(<uint32_t[:buckets.size()]>buckets.data() if buckets.size() else [], dtype=np.int32),
            np.array(<float[:values.size()]>values.data() if values.size() else [], dtype=np.float32),
            np.array(<int64_t[:starts.size()]>starts.data(), dtype=np.int64),
        )

    cdef bint count_text(
        self, Memo memo, const Text *text, vector[uint32_t] *buckets, vector[float] *values
    ) except False:
        cdef Py_ssize_t t
        cdef size_t i, begin = buckets.size()
        cdef uint64_t last = 0
        cdef bint any_word = False
        cdef double scale
        find_tokens(memo, text, 1)
        for t in range(memo.n_tokens):
            find_features(&memo.tokens[t], self.bits, self.chars, self.words, self.plain_marks, &memo.found)
            append(buckets, values, memo.found.chars, 1.0)
            append(buckets, values, memo.found.words, self.word_weight)
            append(buckets, values, memo.found.pairs, self.word_weight)
            if memo.found.n_words:
                if any_word:
                    buckets.push_back(bucket_of(pair_of(last, memo.found.first_word), self.bits))
                    values.push_back(<float>self.word_weight)
                last = memo.found.last_word
                any_word = True
        scale = sqrt(<double>(buckets.size() - begin))
        for i in range(begin, buckets.size()):
            values[0][i] = <float>(values[0][i] / scale)
        return True

    def hash_only(self, Statements texts):
        """Find and hash all n-grams, look nothing up and remember nothing: what scoring without a memo costs at least.

        Returns
        -------
        tuple of (n_occurrences, checksum)
            Number of n-grams, and the exclusive or of their buckets.
        """
        cdef Memo memo = Memo(0, -1)
        cdef int64_t n_occurrences = 0
        cdef uint32_t checksum = 0
        cdef Py_ssize_t i
        with nogil:
            for i in range(texts.size):
                self.hash_text(memo, texts.texts + i, &n_occurrences, &checksum)
        return n_occurrences, checksum

    cdef bint hash_text(
        self, Memo memo, const Text *text, int64_t *n_occurrences, uint32_t *checksum
    ) except False nogil:
        cdef Py_ssize_t t, i
        cdef const uint32_t *point
        cdef const uint32_t *end
        cdef uint64_t last = 0
        cdef bint any_word = False
        cdef uint32_t mixed = 0
        cdef int64_t n = 0
        find_tokens(memo, text, 1)
        for t in range(memo.n_tokens):
            find_features(&memo.tokens[t], self.bits, False, self.words, self.plain_marks, &memo.found)
            point = memo.found.points.data()
            end = point + (memo.found.points.size() if self.chars else 0)
            while end - point >= LONGEST_CHAR_NGRAM:
                mixed ^= mix_prefixes(point, LONGEST_CHAR_NGRAM, self.bits)
                n += LONGEST_CHAR_NGRAM - 1
                point += 1
            for i in range(end - point, 1, -1):
                mixed ^= mix_prefixes(end - i, i, self.bits)
                n += i - 1
            for i in range(<Py_ssize_t>memo.found.words.size()):
                mixed ^= memo.found.words[i]
            for i in range(<Py_ssize_t>memo.found.pairs.size()):
                mixed ^= memo.found.pairs[i]
            n += memo.found.words.size() + memo.found.pairs.size()
            if memo.found.n_words:
                if any_word:
                    mixed ^= bucket_of(pair_of(last, memo.found.first_word), self.bits)
                    n += 1
                last = memo.found.last_word
                any_word = True
        n_occurrences[0] += n
        checksum[0] ^= mixed
        return True

    def pieces(self, str text):
        """Take the margins of a checked statement apart by token and by pair of words across tokens.

        Returns
        -------
        tuple of (places, weights)
            Character offsets of the stretches, a list of (start, end), and what each adds to each margin, float64 of
            shape (n_stretches, n_labels).
        """
        cdef Memo memo = self.borrow()  # who asks has mostly scored the statement just before
        cdef Slot *slot
        cdef Text whole
        cdef Py_ssize_t t
        cdef uint64_t last = 0
        cdef int64_t n_occurrences = 0
        cdef uint32_t bucket
        cdef Py_ssize_t start, end = 0, before = -1
        cdef const uint8_t *counted  # the code points before it are `end`
        whole.start = counted = <const uint8_t *>PyUnicode_AsUTF8AndSize(text, &whole.size)
        find_tokens(memo, &whole, 1)
        places = []
        sums = np.empty((2 * memo.n_tokens, self.n_labels))  # of tokens, and of pairs between them
        cdef double[:, ::1] rows = sums
        for t in range(memo.n_tokens):
            start = end + count_points(counted, memo.tokens[t].start)
            counted = memo.tokens[t].start + memo.tokens[t].size
            end = start + count_points(memo.tokens[t].start, memo.tokens[t].start + memo.tokens[t].size)
            slot = memo.slot(memo.tokens[t].hash)
            if slot.tag != memo.tokens[t].hash:
                self.remember(memo, &memo.tokens[t], slot)
            n_occurrences += slot.n_occurrences
            if slot.n_words:
                if before >= 0:
                    n_occurrences += 1
                    bucket = bucket_of(pair_of(last, slot.first_word), self.bits)
                    memset(memo.sums.data(), 0, self.width * sizeof(double))
                    self.add_rows(&bucket, &bucket + 1, self.word_weight, memo.sums.data(), memo.sums.data())
                    self.copy_sums(memo.sums.data(), &rows[len(places), 0])
                    places.append((before, end))
                last = slot.last_word
                before = start
            self.copy_sums(<const double *>(slot + 1), &rows[len(places), 0])
            places.append((start, end))
        memo.give_back()
        self.memos.append(memo)
        return places, sums[:len(places)] * (1 / sqrt(<double>n_occurrences) if n_occurrences else 0.0)

    cdef inline void copy_sums(self, const double *sums, double *out) noexcept:
        memcpy(out, sums, self.n_labels * sizeof(double))

    def score(self, Statements texts, double[:, ::1] out):
        """Write the margins without bias of statements into `out`, (n_statements, n_labels)."""
        cdef Py_ssize_t start
        cdef Memo memo
        if texts.size == 0 or self.n_labels == 0:
            return
        memo = self.borrow()
        with nogil:
            for start from 0 <= start < texts.size by BLOCK:
                self.score_block(memo, texts.texts + start, min(BLOCK, texts.size - start), &out[start, 0])
        self.memos.append(memo)

    def score_one(self, Statements texts):
        """Give the margins without bias of the only statement, a list of n_labels floats."""
        cdef Memo memo
        cdef vector[double] out
        cdef int label
        out.resize(self.n_labels + 1)
        memo = self.borrow()
        with nogil:
            self.score_block(memo, texts.texts, 1, out.data())
        self.memos.append(memo)
        return [out[label] for label in range(self.n_labels)]

    cdef Memo borrow(self):
        try:
            return self.memos.pop()
        except IndexError:
            return Memo(self.width, self.memo_bits)

    cdef bint score_block(self, Memo memo, const Text *texts, Py_ssize_t n, double *out) except False nogil:
        cdef Py_ssize_t i
        cdef int label
        cdef double scale
        memset(memo.sums.data(), 0, n * self.width * sizeof(double))
        find_tokens(memo, texts, n)
        self.add_tokens(memo, n)
        memo.give_back()
        for i in range(n):
            scale = 1 / sqrt(<double>memo.occurrences[i]) if memo.occurrences[i] else 0
            for label in range(self.n_labels):
                out[i * self.n_labels + label] = scale * memo.sums[i * self.width + label]
        return True

    cdef bint add_tokens(self, Memo memo, Py_ssize_t n) except False nogil:
        """Add each token's sums to its statement, and then the pairs of words across tokens."""
        cdef Py_ssize_t i, t = 0
        memo.occurrences.resize(n)
        if <Py_ssize_t>memo.pairs.size() <= memo.n_tokens:
            memo.pairs.resize(memo.n_tokens + 1)
        for i in range(n):
            self.add_statement(memo, memo.tokens.data() + t, memo.ends[i] - t, i)
            t = memo.ends[i]
        return True

    cdef bint add_statement(self, Memo memo, const Token *tokens, Py_ssize_t n, Py_ssize_t text) except False nogil:
        cdef const uint64_t *filled = self.filled.data()
        cdef const double *remembered
        cdef double *sums = &memo.sums[text * self.width]
        cdef double first[LANES]  # the first labels' sums stay in registers
        cdef uint32_t *pair = memo.pairs.data()
        cdef uint64_t last = 0, any_word = 0
        cdef int64_t n_occurrences = 0
        cdef Slot *slot
        cdef Py_ssize_t t
        cdef int bits = self.bits, width = self.width, lane
        memset(first, 0, sizeof(first))
        for t in range(n):
            slot = memo.slot(tokens[t].hash)
            if slot.tag != tokens[t].hash:
                self.remember(memo, &tokens[t], slot)
            remembered = <const double *>(slot + 1)
            for lane in range(LANES):
                first[lane] += remembered[lane]
            if width > LANES:
                add_sums(sums + LANES, remembered + LANES, width - LANES)
            n_occurrences += slot.n_occurrences
            if slot.n_words:
                # A pair is always written and kept only if it has weights: a branch would be guessed wrong.
                pair[0] = bucket_of(pair_of(last, slot.first_word), bits)
                pair += any_word & (filled[pair[0] >> 6] >> (pair[0] & 63))
                n_occurrences += any_word
                last = slot.last_word
                any_word = 1
        self.add_rows(memo.pairs.data(), pair, self.word_weight, first, sums)
        memcpy(sums, first, sizeof(first))
        memo.occurrences[text] = n_occurrences
        return True

    cdef inline void add_rows(
        self, const uint32_t *bucket, const uint32_t *end, double weight, double *first, double *sums
    ) noexcept nogil:
        """Add the weights of some buckets: of the first labels to `first`, of the others to `sums`."""
        cdef const float *row
        cdef int label, lane
        while bucket < end:
            row = self.weights + <size_t>bucket[0] * self.width
            for lane in range(LANES):
                first[lane] += weight * row[lane]
            for label from LANES <= label < self.width by LANES:
                for lane in range(LANES):
                    sums[label + lane] += weight * row[label + lane]
            bucket += 1

    cdef bint remember(self, Memo memo, const Token *token, Slot *slot) except False nogil:
        """Compute a token's sums and put them into its slot."""
        slot.tag = 0  # so that a slot that an error leaves half written is never read
        find_features(token, self.bits, self.chars, self.words, self.plain_marks, &memo.found)
        self.sum_features(memo, <double *>(slot + 1))
        slot.n_occurrences = <uint32_t>(memo.found.chars.size() + memo.found.words.size() + memo.found.pairs.size())
        slot.n_words = memo.found.n_words
        slot.first_word = memo.found.first_word
        slot.last_word = memo.found.last_word
        slot.tag = token.hash
        return True

    cdef bint sum_features(self, Memo memo, double *sums) except False nogil:
        """Add up the weights of the features that were found in a token."""
        cdef double first[LANES]
        cdef const uint32_t *kept
        cdef size_t n_chars
        memo.kept.clear()
        self.keep(memo, memo.found.chars)
        n_chars = memo.kept.size()
        self.keep(memo, memo.found.words)
        self.keep(memo, memo.found.pairs)
        memset(sums, 0, self.width * sizeof(double))
        memset(first, 0, sizeof(first))
        kept = memo.kept.data()
        self.add_rows(kept, kept + n_chars, 1.0, first, sums)
        self.add_rows(kept + n_chars, kept + memo.kept.size(), self.word_weight, first, sums)
        memcpy(sums, first, sizeof(first))
        return True

    cdef bint keep(self, Memo memo, const vector[uint32_t] &buckets) except False nogil:
        """Note those buckets that have weights, without a branch that would be guessed wrong."""
        cdef size_t i, n = memo.kept.size()
        memo.kept.resize(n + buckets.size() + 1)
        for i in range(buckets.size()):
            memo.kept[n] = buckets[i]
            n += self.has_weights(buckets[i])
        memo.kept.resize(n)
        return True


cdef inline void add_sums(double *sums, const double *more, int width) noexcept nogil:
    cdef int label, lane
    for label from 0 <= label < width by LANES:
        for lane in range(LANES):
            sums[label + lane] += more[label + lane]


cdef bint find_tokens(Memo memo, const Text *texts, Py_ssize_t n) except False nogil:
    """List the tokens of a block, and begin to fetch their slots."""
    cdef Py_ssize_t i
    memo.n_tokens = 0
    memo.ends.resize(n)
    for i in range(n):
        split_text(memo, texts[i].start, texts[i].start + texts[i].size)
        memo.ends[i] = memo.n_tokens
    return True


cdef bint split_text(Memo memo, const uint8_t *text, const uint8_t *end) except False nogil:
    cdef const uint8_t *start = text  # of the token
    cdef const uint8_t *at = text
    cdef const uint8_t *found
    cdef uint64_t mask
    cdef Py_ssize_t size
    while at < end:
        if <Py_ssize_t>memo.tokens.size() < memo.n_tokens + 65:  # one for each byte that is looked at, and the last
            memo.tokens.resize(2 * memo.tokens.size() + 65)
        mask = candidates(at, text, end)
        while mask:
            found = at + SK_FIRST(mask)
            mask &= mask - 1
            size = space_size(found, end)
            if size:
                if found > start:
                    add_token(memo, start, found, text, end)
                start = found + size
        at += 64
    if end > start:
        add_token(memo, start, end, text, end)
    return True


cdef inline uint64_t candidates(const uint8_t *at, const uint8_t *text, const uint8_t *end) noexcept nogil:
    """Mark, of the next 64 bytes, those that are or may begin white space."""
    cdef Py_ssize_t i, n = min(64, end - at), whole = n & ~15
    cdef uint64_t mask = 0
    for i from 0 <= i < whole by 16:
        mask |= sk_candidates16(at + i) << i
    if whole < n and end - text >= 16:
        mask |= sk_candidates16(end - 16) >> (16 - (n - whole)) << whole
    elif whole < n:
        for i in range(whole, n):
            mask |= <uint64_t>(sk_class[at[i]] != 0) << i
    return mask


cdef inline void add_token(
    Memo memo, const uint8_t *start, const uint8_t *stop, const uint8_t *text, const uint8_t *end
) noexcept nogil:
    cdef Token *token = memo.tokens.data() + memo.n_tokens
    token.start = start
    token.size = stop - start
    if memo.remembers:
        token.hash = hash_token(start, stop - start, text, end)
        SK_PREFETCH(memo.slot(token.hash))
    memo.n_tokens += 1


cdef bint append(
    vector[uint32_t] *buckets, vector[float] *values, const vector[uint32_t] &found, double value
) except False nogil:
    cdef size_t i
    for i in range(found.size()):
        buckets.push_back(found[i])
        values.push_back(<float>value)
    return True


cdef Py_ssize_t count_points(const uint8_t *start, const uint8_t *end) noexcept nogil:
    """Count the code points of a stretch of UTF-8: all bytes but those that continue one."""
    cdef Py_ssize_t n = 0
    while start < end:
        n += (start[0] & 0xC0) != 0x80
        start += 1
    return n
