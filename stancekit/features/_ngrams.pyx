# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# distutils: language = c++
"""The compiled definition of the n-gram features: counts for training, scores for prediction.

The module `stancekit.features.ngram_scorer` describes the features in words. Statements are read as UTF-8
in place. Work on many statements runs in blocks of three phases without the interpreter's lock: find tokens
and hash their bytes; add up what is remembered of each token; add the pairs of neighbouring words. Slots and
rows are prefetched one phase before they are read.
"""

from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.math cimport sqrt
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free
from libc.string cimport memcpy, memset
from libcpp.vector cimport vector

import numpy as np

from stancekit.text._statements cimport Statements, Text, sk_class, space_size


cdef extern from *:
    """
    #if defined(__GNUC__) || defined(__clang__)
    #define SK_PREFETCH(p) __builtin_prefetch((const void *)(p))
    typedef unsigned __int128 sk_u128;
    static inline uint64_t sk_fold(uint64_t a, uint64_t b) {
        sk_u128 m = (sk_u128)a * b;
        return (uint64_t)m ^ (uint64_t)(m >> 64);
    }
    #elif defined(_MSC_VER)
    #include <intrin.h>
    #define SK_PREFETCH(p) ((void)0)
    static inline uint64_t sk_fold(uint64_t a, uint64_t b) {
        uint64_t hi, lo = _umul128(a, b, &hi);
        return lo ^ hi;
    }
    #endif
    #if defined(__SSE2__)
    #include <emmintrin.h>
    #define SK_STEP 16
    /* Mark, of the next SK_STEP bytes, those that are or may begin white space. */
    static inline uint32_t sk_candidates(const unsigned char *at) {
        const __m128i space = _mm_set1_epi8(0x20), lead = _mm_set1_epi8((char)0xC2), top = _mm_set1_epi8((char)0xE3);
        __m128i bytes = _mm_loadu_si128((const __m128i *)at);
        __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, space), bytes);
        __m128i mid = _mm_cmpeq_epi8(_mm_min_epu8(_mm_max_epu8(bytes, lead), top), bytes);
        return (uint32_t)_mm_movemask_epi8(_mm_or_si128(low, mid));
    }
    #else
    #define SK_STEP 8
    static inline uint32_t sk_candidates(const unsigned char *at) {
        uint32_t mask = 0;
        for (int i = 0; i < SK_STEP; i++) mask |= (uint32_t)(at[i] <= 0x20 || (at[i] >= 0xC2 && at[i] <= 0xE3)) << i;
        return mask;
    }
    #endif
    #if defined(__GNUC__) || defined(__clang__)
    #define SK_FIRST(mask) __builtin_ctz(mask)
    #else
    static inline int SK_FIRST(uint32_t mask) { unsigned long i; _BitScanForward(&i, mask); return (int)i; }
    #endif
    static inline uint64_t sk_load8(const unsigned char *at) { uint64_t word; memcpy(&word, at, 8); return word; }
    static inline uint64_t sk_load4(const unsigned char *at) { uint32_t word; memcpy(&word, at, 4); return word; }
    """
    void SK_PREFETCH(const void *) noexcept nogil
    uint64_t sk_fold(uint64_t, uint64_t) noexcept nogil
    int SK_STEP
    uint32_t sk_candidates(const uint8_t *) noexcept nogil
    int SK_FIRST(uint32_t) noexcept nogil
    uint64_t sk_load8(const uint8_t *) noexcept nogil
    uint64_t sk_load4(const uint8_t *) noexcept nogil


cdef extern from "Python.h":
    const char *PyUnicode_AsUTF8AndSize(object, Py_ssize_t *) except NULL
    bint Py_UNICODE_ISALNUM(uint32_t) noexcept nogil
    uint32_t Py_UNICODE_TOLOWER(uint32_t) noexcept nogil
    int PyUnicode_KIND(object)
    void *PyUnicode_DATA(object)
    uint32_t PyUnicode_READ(int, void *, Py_ssize_t)


cdef uint64_t PRIME = 0x9E3779B97F4A7C15ULL  # 2**64 divided by the golden ratio: multiplicative hashing
cdef uint64_t PAIR = 0xC2B2AE3D27D4EB4FULL
cdef uint64_t CHAR_SEED = 0x51ED270B9F3A1D47ULL
cdef uint64_t WORD_SEED = 0x2545F4914F6CDD1DULL
cdef enum:
    LANES = 4  # labels added up together: the compiler makes one vector addition of them
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


cdef struct Pair:
    uint32_t bucket
    uint32_t text


cdef struct Features:  # of one token
    vector[uint32_t] points
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


cdef inline uint64_t hash_bytes(const uint8_t *start, Py_ssize_t size) noexcept nogil:
    """Hash a token's bytes to tell remembered tokens apart; 0 is kept for empty slots."""
    cdef uint64_t state = <uint64_t>size * PRIME, low, high
    while size > 16:
        state = sk_fold(state ^ sk_load8(start), PAIR ^ sk_load8(start + 8))
        start += 16
        size -= 16
    if size >= 8:  # the two loads overlap where there are fewer bytes than they read
        low, high = sk_load8(start), sk_load8(start + size - 8)
    elif size >= 4:
        low, high = sk_load4(start), sk_load4(start + size - 4)
    else:
        low, high = (<uint64_t>start[0] << 16) | (<uint64_t>start[size >> 1] << 8) | start[size - 1], 0
    state = sk_fold(state ^ low ^ CHAR_SEED, PAIR ^ high)
    state = sk_fold(state, WORD_SEED)
    return state if state else 1


cdef bint lower_points(const Token *token, vector[uint32_t] *points) except False nogil:
    """Give the code points of a token in lower case, as `str.lower` does."""
    cdef Py_ssize_t i
    cdef uint8_t byte, seen = 0
    points.resize(token.size)
    for i in range(token.size):
        byte = token.start[i]
        seen |= byte
        points[0][i] = byte + 32 if 65 <= byte <= 90 else byte
    if seen >= 128 and not lower_one_by_one(token, points):
        with gil:
            lower_together(token, points)
    return True


cdef bint lower_one_by_one(const Token *token, vector[uint32_t] *points) noexcept nogil:
    """Lower each code point by itself; False where one of two that go by their neighbours or grow is met."""
    cdef const uint8_t *at = token.start
    cdef const uint8_t *end = token.start + token.size
    cdef uint32_t point
    points.clear()
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
            return False
        points.push_back(Py_UNICODE_TOLOWER(point))
    return True


cdef lower_together(const Token *token, vector[uint32_t] *points):
    text = PyUnicode_DecodeUTF8(<const char *>token.start, token.size, NULL).lower()
    cdef Py_ssize_t i, size = len(text)
    cdef int kind = PyUnicode_KIND(text)
    cdef void *data = PyUnicode_DATA(text)
    points.resize(size)
    for i in range(size):
        points[0][i] = PyUnicode_READ(kind, data, i)


cdef bint find_features(const Token *token, int bits, bint chars, bint words, Features *found) except False nogil:
    """Find the buckets of a token's character n-grams, words and pairs of words."""
    found.chars.clear()
    found.words.clear()
    found.pairs.clear()
    found.n_words = 0
    lower_points(token, &found.points)
    if chars:
        find_chars(found, bits)
    if words:
        find_words(found, bits)
    return True


cdef void find_chars(Features *found, int bits) noexcept nogil:
    cdef Py_ssize_t size = found.points.size() + 2, start, i
    cdef uint64_t state
    cdef uint32_t point
    for start in range(size - 1):
        state = CHAR_SEED
        for i in range(start, min(start + LONGEST_CHAR_NGRAM, size)):
            point = 32 if i == 0 or i == size - 1 else found.points[i - 1]
            state = (state ^ point) * PRIME
            if i > start:
                found.chars.push_back(bucket_of(state, bits))


cdef void find_words(Features *found, int bits) noexcept nogil:
    cdef Py_ssize_t i, length = 0, size = found.points.size()
    cdef uint64_t state = WORD_SEED
    cdef uint32_t point
    for i in range(size + 1):
        point = found.points[i] if i < size else 32
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


cdef class Memo:
    """Sums of tokens, one thread's; the newest token of a slot stays."""

    cdef uint8_t *memory
    cdef uint8_t *slots
    cdef Py_ssize_t stride
    cdef uint64_t mask
    cdef Features found
    cdef vector[Token] tokens
    cdef vector[Py_ssize_t] ends
    cdef vector[Pair] pairs
    cdef vector[int64_t] occurrences
    cdef vector[double] sums  # of the statements of a block

    def __cinit__(self, int width, int memo_bits):
        self.stride = (sizeof(Slot) + 8 * width + 63) // 64 * 64
        self.sums.resize(BLOCK * max(width, LANES))
        self.mask = (1 << memo_bits) - 1
        self.memory = <uint8_t *>calloc((self.mask + 1) * self.stride + 64, 1)
        if self.memory == NULL:
            raise MemoryError
        self.slots = self.memory + (64 - <uint64_t>self.memory % 64)

    def __dealloc__(self):
        free(self.memory)

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
    weights : ndarray of float32 of shape (2 ** bits, n_labels), optional
        Weight of one occurrence in each bucket.
    memo_bits : int, default=16
        Tokens remembered by a thread, as a power of two.
    """

    cdef readonly int bits
    cdef readonly double word_weight
    cdef readonly bint words
    cdef readonly bint chars
    cdef readonly int n_labels
    cdef int width  # n_labels, rounded up to whole lanes
    cdef int memo_bits
    cdef object padded  # owns the memory of `weights`
    cdef const float *weights
    cdef vector[uint64_t] filled  # one bit a bucket: whether any of its weights differs from 0
    cdef list memos

    def __init__(self, int bits, double word_weight, bint words, bint chars, weights=None, int memo_bits=16):
        if not 1 <= bits <= 31 or (weights is not None and weights.shape[0] != 1 << bits):
            raise ValueError(f"weights must have one row for each of the 2 ** {bits} buckets")
        self.bits, self.word_weight, self.words, self.chars = bits, word_weight, words, chars
        self.memo_bits = memo_bits
        self.memos = []
        if weights is None:
            weights = np.zeros((1 << bits, 0), dtype=np.float32)
        self.n_labels = weights.shape[1]
        self.width = (self.n_labels + LANES - 1) // LANES * LANES
        cdef float[:, ::1] padded = np.zeros((1 << bits, max(self.width, LANES)), dtype=np.float32)
        self.padded = padded.base
        self.padded[:, : self.n_labels] = weights
        self.weights = &padded[0, 0]
        self.mark_filled()

    cdef void mark_filled(self) noexcept:
        cdef Py_ssize_t bucket, n_buckets = <Py_ssize_t>1 << self.bits
        cdef int label
        self.filled.resize((n_buckets + 63) // 64)
        for bucket in range(n_buckets if self.n_labels else 0):
            for label in range(self.n_labels):
                if self.weights[bucket * self.width + label] != 0:
                    self.filled[bucket >> 6] |= <uint64_t>1 << (bucket & 63)

    def count(self, Statements texts):
        """Count the features of statements.

        Returns
        -------
        tuple of ndarray
            Bucket and value of each occurrence, int32 and float32 of shape (n_occurrences,), and where each
            statement's begin, int64 of shape (n_statements + 1,). Repeats are not added up.
        """
        cdef Memo memo = Memo(0, 0)
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
        cdef size_t t, i, begin = buckets.size()
        cdef uint64_t last = 0
        cdef bint any_word = False
        cdef double scale
        find_tokens(memo, text, 1)
        for t in range(memo.tokens.size()):
            find_features(&memo.tokens[t], self.bits, self.chars, self.words, &memo.found)
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

    def pieces(self, str text):
        """Take the margins of a checked statement apart by token and by pair of words across tokens.

        Returns
        -------
        list of tuple of (start, end, weights)
            Character offsets, and what the stretch adds to each margin, float64 of shape (n_labels,).
        """
        cdef Memo memo = Memo(self.width, 0)
        cdef Text whole
        cdef size_t t
        cdef uint64_t last = 0
        cdef int64_t n_occurrences = 0
        cdef Py_ssize_t start, end, before = -1
        whole.start = <const uint8_t *>PyUnicode_AsUTF8AndSize(text, &whole.size)
        find_tokens(memo, &whole, 1)
        found = []
        for t in range(memo.tokens.size()):
            start = count_points(whole.start, memo.tokens[t].start)
            end = start + count_points(memo.tokens[t].start, memo.tokens[t].start + memo.tokens[t].size)
            find_features(&memo.tokens[t], self.bits, self.chars, self.words, &memo.found)
            n_occurrences += memo.found.chars.size() + memo.found.words.size() + memo.found.pairs.size()
            if memo.found.n_words:
                if before >= 0:
                    n_occurrences += 1
                    memset(memo.sums.data(), 0, self.width * sizeof(double))
                    self.add_row(
                        memo.sums.data(), bucket_of(pair_of(last, memo.found.first_word), self.bits), self.word_weight
                    )
                    found.append((before, end, self.first_sums(memo)))
                last = memo.found.last_word
                before = start
            self.sum_features(&memo.found, memo.sums.data())
            found.append((start, end, self.first_sums(memo)))
        scale = 1 / sqrt(<double>n_occurrences) if n_occurrences else 0.0
        return [(start, end, scale * weights) for start, end, weights in found]

    cdef first_sums(self, Memo memo):
        cdef int label
        return np.array([memo.sums[label] for label in range(self.n_labels)], dtype=np.float64)

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
        self.add_pairs(memo)
        for i in range(n):
            scale = 1 / sqrt(<double>memo.occurrences[i]) if memo.occurrences[i] else 0
            for label in range(self.n_labels):
                out[i * self.n_labels + label] = scale * memo.sums[i * self.width + label]
        return True

    cdef bint add_tokens(self, Memo memo, Py_ssize_t n) except False nogil:
        """Add each token's sums to its statement, and note the pairs of words across tokens."""
        cdef Py_ssize_t i, t = 0
        cdef uint64_t last
        cdef bint any_word
        cdef Slot *slot
        cdef Pair pair
        memo.pairs.clear()
        memo.occurrences.resize(n)
        for i in range(n):
            any_word = False
            last = 0
            memo.occurrences[i] = 0
            pair.text = <uint32_t>i
            while t < memo.ends[i]:
                slot = memo.slot(memo.tokens[t].hash)
                if slot.tag != memo.tokens[t].hash:
                    self.remember(memo, &memo.tokens[t], slot)
                add_sums(&memo.sums[i * self.width], <double *>(slot + 1), self.width)
                memo.occurrences[i] += slot.n_occurrences
                if slot.n_words:
                    if any_word:
                        memo.occurrences[i] += 1
                        pair.bucket = bucket_of(pair_of(last, slot.first_word), self.bits)
                        if self.filled[pair.bucket >> 6] >> (pair.bucket & 63) & 1:
                            SK_PREFETCH(self.weights + <size_t>pair.bucket * self.width)
                            memo.pairs.push_back(pair)
                    last = slot.last_word
                    any_word = True
                t += 1
        return True

    cdef void add_pairs(self, Memo memo) noexcept nogil:
        cdef size_t i
        for i in range(memo.pairs.size()):
            self.add_row(&memo.sums[memo.pairs[i].text * self.width], memo.pairs[i].bucket, self.word_weight)

    cdef inline void add_row(self, double *sums, uint32_t bucket, double weight) noexcept nogil:
        """Add a bucket's weights, if it has any."""
        cdef const float *row
        cdef int label, lane
        if not self.filled[bucket >> 6] >> (bucket & 63) & 1:
            return
        row = self.weights + <size_t>bucket * self.width
        for label from 0 <= label < self.width by LANES:
            for lane in range(LANES):
                sums[label + lane] += weight * row[label + lane]

    cdef bint remember(self, Memo memo, const Token *token, Slot *slot) except False nogil:
        """Compute a token's sums and put them into its slot."""
        cdef double *sums = <double *>(slot + 1)
        slot.tag = 0  # so that a slot that an error leaves half written is never read
        find_features(token, self.bits, self.chars, self.words, &memo.found)
        self.sum_features(&memo.found, sums)
        slot.n_occurrences = <uint32_t>(memo.found.chars.size() + memo.found.words.size() + memo.found.pairs.size())
        slot.n_words = memo.found.n_words
        slot.first_word = memo.found.first_word
        slot.last_word = memo.found.last_word
        slot.tag = token.hash
        return True

    cdef void sum_features(self, const Features *found, double *sums) noexcept nogil:
        cdef size_t i
        memset(sums, 0, self.width * sizeof(double))
        for i in range(found.chars.size()):
            self.add_row(sums, found.chars[i], 1.0)
        for i in range(found.words.size()):
            self.add_row(sums, found.words[i], self.word_weight)
        for i in range(found.pairs.size()):
            self.add_row(sums, found.pairs[i], self.word_weight)


cdef inline void add_sums(double *sums, const double *more, int width) noexcept nogil:
    cdef int label, lane
    for label from 0 <= label < width by LANES:
        for lane in range(LANES):
            sums[label + lane] += more[label + lane]


cdef void find_tokens(Memo memo, const Text *texts, Py_ssize_t n) noexcept nogil:
    """List the tokens of a block, and begin to fetch their slots."""
    cdef Py_ssize_t i
    memo.tokens.clear()
    memo.ends.resize(n)
    for i in range(n):
        split_text(memo, texts[i].start, texts[i].start + texts[i].size)
        memo.ends[i] = memo.tokens.size()


cdef void split_text(Memo memo, const uint8_t *start, const uint8_t *end) noexcept nogil:
    cdef const uint8_t *at = start
    cdef const uint8_t *found
    cdef uint32_t mask
    cdef Py_ssize_t size
    while at < end:
        if end - at >= SK_STEP:
            mask = sk_candidates(at)
        else:
            mask = last_candidates(at, end)
        while mask:
            found = at + SK_FIRST(mask)
            mask &= mask - 1
            size = space_size(found, end)
            if size:
                if found > start:
                    add_token(memo, start, found - start)
                start = found + size
        at += SK_STEP
    if end > start:
        add_token(memo, start, end - start)


cdef inline uint32_t last_candidates(const uint8_t *at, const uint8_t *end) noexcept nogil:
    cdef uint32_t mask = 0
    cdef Py_ssize_t i
    for i in range(end - at):
        mask |= <uint32_t>(sk_class[at[i]] != 0) << i
    return mask


cdef inline void add_token(Memo memo, const uint8_t *start, Py_ssize_t size) noexcept nogil:
    cdef Token token
    token.start = start
    token.size = size
    token.hash = hash_bytes(start, size)
    SK_PREFETCH(memo.slot(token.hash))
    memo.tokens.push_back(token)


cdef inline void append(
    vector[uint32_t] *buckets, vector[float] *values, const vector[uint32_t] &found, double value
) noexcept nogil:
    cdef size_t i
    for i in range(found.size()):
        buckets.push_back(found[i])
        values.push_back(<float>value)


cdef Py_ssize_t count_points(const uint8_t *start, const uint8_t *end) noexcept nogil:
    """Count the code points of a stretch of UTF-8: all bytes but those that continue one."""
    cdef Py_ssize_t n = 0
    while start < end:
        n += (start[0] & 0xC0) != 0x80
        start += 1
    return n
