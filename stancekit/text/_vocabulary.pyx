# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# distutils: language = c++
"""Words of statements as hashes, and how much of a statement stands in words that are known.

A word is a longest run of two or more letters and digits (`str.isalnum`), in lower case code point by code
point; the final sigma counts as any other. Sizes are in bytes of UTF-8.
"""

from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memcpy, memset
from libcpp.vector cimport vector

import numpy as np

from stancekit.text._bytes cimport PAIR, SK_FIRST, WORD_SEED, sk_fold, sk_load8, sk_load16
from stancekit.text._statements cimport Statements, Text


cdef extern from *:
    """
    #if defined(__SSE2__)
    #include <emmintrin.h>
    #define SK_WITHIN(bytes, low, width) \\
        _mm_cmpeq_epi8(_mm_min_epu8(_mm_sub_epi8(bytes, _mm_set1_epi8(low)), _mm_set1_epi8(width)), \\
                       _mm_sub_epi8(bytes, _mm_set1_epi8(low)))
    /* Mark, of 16 bytes, letters and digits and all beyond ASCII; and ASCII's white space. */
    static inline void sk_classify16(const unsigned char *at, uint64_t *word, uint64_t *space) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)at);
        __m128i letter = SK_WITHIN(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), 'a', 25);
        __m128i alnum = _mm_or_si128(letter, SK_WITHIN(bytes, '0', 9));
        __m128i blank = _mm_or_si128(SK_WITHIN(bytes, 0x09, 4), SK_WITHIN(bytes, 0x1C, 4));
        *word = (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_or_si128(alnum, bytes));
        *space = (uint64_t)(uint32_t)_mm_movemask_epi8(blank);
    }
    #else
    static inline void sk_classify16(const unsigned char *at, uint64_t *word, uint64_t *space) {
        *word = *space = 0;
        for (int i = 0; i < 16; i++) {
            unsigned char byte = at[i], letter = (unsigned char)((byte | 0x20) - 'a');
            *word |= (uint64_t)(letter < 26 || (unsigned char)(byte - '0') < 10 || byte >= 0x80) << i;
            *space |= (uint64_t)((unsigned char)(byte - 0x09) < 5 || (unsigned char)(byte - 0x1C) < 5) << i;
        }
    }
    #endif
    static inline int sk_count(uint64_t mask) {
        mask -= mask >> 1 & 0x5555555555555555ULL;
        mask = (mask & 0x3333333333333333ULL) + (mask >> 2 & 0x3333333333333333ULL);
        return (int)(((mask + (mask >> 4)) & 0x0F0F0F0F0F0F0F0FULL) * 0x0101010101010101ULL >> 56);
    }
    """
    void sk_classify16(const uint8_t *, uint64_t *, uint64_t *) noexcept nogil
    int sk_count(uint64_t) noexcept nogil


cdef extern from "Python.h":
    const char *PyUnicode_AsUTF8AndSize(object, Py_ssize_t *) except NULL
    bint Py_UNICODE_ISALNUM(uint32_t) noexcept nogil
    bint Py_UNICODE_ISSPACE(uint32_t) noexcept nogil
    uint32_t Py_UNICODE_TOLOWER(uint32_t) noexcept nogil


cdef enum:
    SHORTEST_WORD = 2
    SIGMA = 0x3C3
    FINAL_SIGMA = 0x3C2


cdef struct Tally:
    Py_ssize_t size  # bytes, white space apart
    Py_ssize_t known  # bytes in known words
    Py_ssize_t n_words
    Py_ssize_t n_new


cdef Py_ssize_t read_words(const Text *text, vector[Word] *words) except -1 nogil:
    """List the words of a statement, and give its size without white space."""
    cdef const uint8_t *end = text.start + text.size
    cdef const uint8_t *block = text.start
    cdef const uint8_t *start = block  # of the stretch, where one is open
    cdef const uint8_t *at
    cdef uint64_t inside, space, edges, is_open = 0
    cdef Py_ssize_t n_blank = 0
    words.clear()
    while block < end:
        classify(block, text.start, end, &inside, &space)
        n_blank += sk_count(space)
        edges = inside ^ (inside << 1 | is_open)  # where a stretch begins or ends
        while edges:
            at = block + SK_FIRST(edges)
            edges &= edges - 1
            if is_open:
                n_blank += add_stretch(start, at, text, words)
            start = at
            is_open ^= 1
        block += 64
    if is_open:
        n_blank += add_stretch(start, end, text, words)
    return text.size - n_blank


cdef inline void classify(
    const uint8_t *at, const uint8_t *text, const uint8_t *end, uint64_t *inside, uint64_t *space
) noexcept nogil:
    """Mark, of the next 64 bytes, those of words or beyond ASCII, and ASCII's white space."""
    cdef Py_ssize_t i, n = min(64, end - at), whole = n & ~15
    cdef uint64_t some_inside, some_space
    cdef uint8_t copy[16]
    inside[0] = space[0] = 0
    for i from 0 <= i < whole by 16:
        sk_classify16(at + i, &some_inside, &some_space)
        inside[0] |= some_inside << i
        space[0] |= some_space << i
    if whole == n:
        return
    if end - text >= 16:
        sk_classify16(end - 16, &some_inside, &some_space)
        some_inside >>= 16 - (n - whole)
        some_space >>= 16 - (n - whole)
    else:
        memset(copy, 0, sizeof(copy))
        memcpy(copy, at, n)
        sk_classify16(copy, &some_inside, &some_space)
    inside[0] |= some_inside << whole
    space[0] |= some_space << whole


cdef inline Py_ssize_t add_stretch(
    const uint8_t *start, const uint8_t *stop, const Text *text, vector[Word] *words
) except -1 nogil:
    """Add the words of a stretch without ASCII's other characters, and give the size of the white space in it."""
    cdef Word word
    word.size = stop - start
    if word.size < SHORTEST_WORD:
        return 0
    if not hash_bytes(start, word.size, text.start, text.start + text.size, &word.hash):
        return add_points(start, stop, words)
    words.push_back(word)
    return 0


cdef inline bint hash_bytes(
    const uint8_t *start, Py_ssize_t size, const uint8_t *text, const uint8_t *end, uint32_t *hash
) noexcept nogil:
    """Hash letters and digits of [text, end) whatever their case; False where some are not ASCII."""
    cdef uint64_t state = WORD_SEED ^ <uint64_t>size, low, high, seen = 0
    while size > 16:
        low, high = sk_load8(start), sk_load8(start + 8)
        seen |= low | high
        state = sk_fold(state ^ lower(low), PAIR ^ lower(high))
        start += 16
        size -= 16
    sk_load16(start, size, text, end, &low, &high)
    seen |= low | high
    state = sk_fold(state ^ lower(low), PAIR ^ lower(high))
    hash[0] = <uint32_t>(state >> 32)
    hash[0] += hash[0] == 0  # 0 is kept for empty slots
    return not seen & <uint64_t>0x8080808080808080


cdef inline uint64_t lower(uint64_t bytes) noexcept nogil:
    # Of ASCII's letters and digits only capitals lack the bit below that of letters.
    return bytes | (bytes >> 1 & <uint64_t>0x2020202020202020)


cdef Py_ssize_t add_points(const uint8_t *at, const uint8_t *stop, vector[Word] *words) except -1 nogil:
    """Add the words of a stretch code point by code point, and give the size of the white space in it."""
    cdef vector[uint8_t] lowered
    cdef const uint8_t *start = at
    cdef const uint8_t *before
    cdef Py_ssize_t length = 0, n_blank = 0
    cdef uint32_t point
    while at < stop:
        before = at
        at += read_point(at, &point)
        if Py_UNICODE_ISALNUM(point):
            if length == 0:
                start = before
                lowered.clear()
            write_lower(point, &lowered)
            length += 1
            continue
        if length >= SHORTEST_WORD:
            add_lowered(before - start, lowered, words)
        length = 0
        n_blank += at - before if Py_UNICODE_ISSPACE(point) else 0
    if length >= SHORTEST_WORD:
        add_lowered(stop - start, lowered, words)
    return n_blank


cdef bint add_lowered(Py_ssize_t size, const vector[uint8_t] &lowered, vector[Word] *words) except False nogil:
    cdef Word word
    cdef const uint8_t *start = lowered.data()
    word.size = size
    hash_bytes(start, lowered.size(), start, start + lowered.size(), &word.hash)
    words.push_back(word)
    return True


cdef Py_ssize_t read_point(const uint8_t *at, uint32_t *point) noexcept nogil:
    """Read a code point, and give the number of its bytes."""
    if at[0] < 0x80:
        point[0] = at[0]
        return 1
    if at[0] < 0xE0:
        point[0] = (<uint32_t>at[0] & 0x1F) << 6 | (at[1] & 0x3F)
        return 2
    if at[0] < 0xF0:
        point[0] = (<uint32_t>at[0] & 0x0F) << 12 | (<uint32_t>at[1] & 0x3F) << 6 | (at[2] & 0x3F)
        return 3
    point[0] = (<uint32_t>at[0] & 0x07) << 18 | (<uint32_t>at[1] & 0x3F) << 12
    point[0] |= (<uint32_t>at[2] & 0x3F) << 6 | (at[3] & 0x3F)
    return 4


cdef bint write_lower(uint32_t point, vector[uint8_t] *lowered) except False nogil:
    """Write a code point in lower case: below 128 as one byte, above as four."""
    cdef int bits
    point = Py_UNICODE_TOLOWER(point)
    point = SIGMA if point == FINAL_SIGMA else point
    if point < 0x80:
        lowered.push_back(<uint8_t>point)
        return True
    for bits in range(0, 24, 6):
        lowered.push_back(<uint8_t>(0x80 | (point >> bits & 0x3F)))
    return True


cdef class Vocabulary:
    """Known words.

    Parameters
    ----------
    hashes : ndarray of uint32 of shape (n_words,)
        As `list_words` gives them, each once.
    """

    cdef vector[uint32_t] slots  # open addressing; 0 is empty
    cdef uint32_t mask

    def __init__(self, const uint32_t[::1] hashes):
        cdef Py_ssize_t i, n_slots = 64
        cdef uint32_t place
        while n_slots < 3 * hashes.shape[0]:
            n_slots *= 2
        self.slots.resize(n_slots)
        self.mask = <uint32_t>(n_slots - 1)
        for i in range(hashes.shape[0]):
            place = hashes[i] & self.mask
            while self.slots[place]:
                place = (place + 1) & self.mask
            self.slots[place] = hashes[i]

    cdef inline bint knows(self, uint32_t hash) noexcept nogil:
        cdef const uint32_t *slots = self.slots.data()
        cdef uint32_t place = hash & self.mask
        while slots[place] != hash:
            if slots[place] == 0:
                return False
            place = (place + 1) & self.mask
        return True

    cdef bint measure(self, const Text *text, vector[Word] *words, Tally *tally) except False nogil:
        cdef size_t i
        cdef bint known
        tally.size = read_words(text, words)
        tally.n_words = tally.n_new = <Py_ssize_t>words.size()
        tally.known = 0
        for i in range(words.size()):
            known = self.knows(words[0][i].hash)
            tally.known += known * words[0][i].size
            tally.n_new -= known
        return True

    def flags(self, Statements texts, double level, double allowance):
        """Tell of each statement whether more of it than `level` stands outside known words."""
        cdef vector[Word] words
        cdef vector[char] found
        cdef Tally tally
        cdef Py_ssize_t i
        found.resize(texts.size)
        with nogil:
            for i in range(texts.size):
                self.measure(texts.texts + i, &words, &tally)
                found[i] = is_above(&tally, level, allowance)
        return [found[i] != 0 for i in range(<Py_ssize_t>found.size())]

    def flag(self, str text, double level, double allowance):
        """Tell the same of one statement that was checked."""
        cdef Tally tally = self.tally(text)
        return is_above(&tally, level, allowance)

    def count(self, str text):
        """Give the number of words of a checked statement, and how many of them are not known."""
        cdef Tally tally = self.tally(text)
        return tally.n_words, tally.n_new

    cdef Tally tally(self, str text) except *:
        cdef vector[Word] words
        cdef Text whole
        cdef Tally tally
        whole.start = <const uint8_t *>PyUnicode_AsUTF8AndSize(text, &whole.size)
        self.measure(&whole, &words, &tally)
        return tally


cdef inline bint is_above(const Tally *tally, double level, double allowance) noexcept nogil:
    # Without an allowance a blank statement's share is no number, and so not above anything.
    return <double>(tally.size - tally.known) / (<double>tally.size + allowance) > level


def list_words(Statements texts):
    """List the words of statements.

    Returns
    -------
    tuple of ndarray
        Hash and size of each word, uint32 and int64 of shape (n_words,); the number of words of each statement,
        and its size without white space, int64 of shape (n_statements,).
    """
    cdef vector[Word] words
    cdef vector[uint32_t] hashes
    cdef vector[int64_t] sizes
    cdef int64_t[::1] counts = np.zeros(texts.size, dtype=np.int64)
    cdef int64_t[::1] totals = np.zeros(texts.size, dtype=np.int64)
    cdef Py_ssize_t i
    cdef size_t w
    for i in range(texts.size):
        totals[i] = read_words(texts.texts + i, &words)
        counts[i] = <int64_t>words.size()
        for w in range(words.size()):
            hashes.push_back(words[w].hash)
            sizes.push_back(words[w].size)
    return (
        np.array(<uint32_t[:hashes.size()]>hashes.data() if hashes.size() else [], dtype=np.uint32),
        np.array(<int64_t[:sizes.size()]>sizes.data() if sizes.size() else [], dtype=np.int64),
        counts.base,
        totals.base,
    )
