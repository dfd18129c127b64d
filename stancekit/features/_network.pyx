# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# distutils: language = c++
"""Word vectors pooled over a statement, and a network with one hidden layer on them.

The module `stancekit.features.network_scorer` says what is computed. Sums are of whole numbers, so that they come out the
same on every processor, whatever its vector instructions.
"""

from libc.math cimport rint, sqrt
from libc.stdint cimport int8_t, int16_t, int32_t, int64_t, uint32_t
from libc.string cimport memcpy, memset
from libcpp.vector cimport vector

import numpy as np

from stancekit.text._statements cimport Statements, Text
from stancekit.text._vocabulary cimport Word, read_words


cdef extern from *:
    """
    #include <stdint.h>
    /* On x86-64 Linux the same loops are compiled twice, and the loader takes those that the processor can run. */
    #if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) \\
        && !defined(__SANITIZE_ADDRESS__)
    #define SK_CLONES __attribute__((target_clones("avx2", "default")))
    #else
    #define SK_CLONES
    #endif
    #if defined(_MSC_VER)
    #define SK_RESTRICT __restrict
    #define SK_PREFETCH(p) ((void)0)
    #else
    #define SK_RESTRICT __restrict__
    #define SK_PREFETCH(p) __builtin_prefetch((const void *)(p))
    #endif
    /* Add four words' vectors, times their weights, to a sum, and widen the range of each dimension to hold them. */
    SK_CLONES static void sk_pool4(const int8_t *const *vectors, const int16_t *weights, int n,
                                   int32_t *SK_RESTRICT sum, int8_t *SK_RESTRICT most, int8_t *SK_RESTRICT least) {
        const int8_t *a = vectors[0], *b = vectors[1], *c = vectors[2], *d = vectors[3];
        const int16_t p = weights[0], q = weights[1], r = weights[2], s = weights[3];
        for (int i = 0; i < n; i++)
            sum[i] += ((int32_t)p * a[i] + (int32_t)q * b[i]) + ((int32_t)r * c[i] + (int32_t)s * d[i]);
        for (int i = 0; i < n; i++) {
            int8_t high = a[i] > b[i] ? a[i] : b[i], other = c[i] > d[i] ? c[i] : d[i];
            high = high > other ? high : other;
            most[i] = most[i] > high ? most[i] : high;
        }
        for (int i = 0; i < n; i++) {
            int8_t low = a[i] < b[i] ? a[i] : b[i], other = c[i] < d[i] ? c[i] : d[i];
            low = low < other ? low : other;
            least[i] = least[i] < low ? least[i] : low;
        }
    }
    /* The products of one row of weights with four statements; `n` is a multiple of 32. */
    SK_CLONES static void sk_dot4(const int16_t *SK_RESTRICT row, const int16_t *SK_RESTRICT inputs, int n,
                                  int32_t *SK_RESTRICT out) {
        int32_t a = 0, b = 0, c = 0, d = 0;
        const int16_t *second = inputs + n, *third = second + n, *fourth = third + n;
        for (int i = 0; i < n; i++) {
            a += (int32_t)row[i] * inputs[i];
            b += (int32_t)row[i] * second[i];
            c += (int32_t)row[i] * third[i];
            d += (int32_t)row[i] * fourth[i];
        }
        out[0] = a; out[1] = b; out[2] = c; out[3] = d;
    }
    SK_CLONES static int32_t sk_dot(const int16_t *SK_RESTRICT row, const int16_t *SK_RESTRICT input, int n) {
        int32_t sum = 0;
        for (int i = 0; i < n; i++) sum += (int32_t)row[i] * input[i];
        return sum;
    }
    """
    void sk_pool4(const int8_t *const *, const int16_t *, int, int32_t *, int8_t *, int8_t *) noexcept nogil
    void sk_dot4(const int16_t *, const int16_t *, int, int32_t *) noexcept nogil
    void SK_PREFETCH(const void *) noexcept nogil
    int32_t sk_dot(const int16_t *, const int16_t *, int) noexcept nogil


cdef enum:
    LARGEST = 127  # of a vector's whole numbers, on either side of 0
    TOGETHER = 512  # words whose weighted sum surely fits 32 bits
    GROUP = 4  # words that are added together
    BLOCK = 4  # statements that are multiplied together


cdef class VectorTable:
    """Vectors of words, found by the words' hashes.

    Parameters
    ----------
    words : ndarray of uint32 of shape (n_words,)
        Hashes of the words, each once, as `list_words` gives them.
    weights : ndarray of int16 of shape (n_words,)
        How much each counts in the sum, 0 or more.
    vectors : ndarray of int8 of shape (n_words, n_dimensions)
        From -127 to 127.
    steps : ndarray of float32 of shape (n_dimensions,)
        What 1 stands for in each dimension.
    """

    cdef readonly int n_dimensions
    cdef const int16_t[::1] weights
    cdef const int8_t[:, ::1] vectors
    cdef const float[::1] steps
    cdef vector[uint32_t] hashes  # open addressing; 0 is empty
    cdef vector[uint32_t] rows
    cdef uint32_t mask

    def __cinit__(
        self, const uint32_t[::1] words not None, const int16_t[::1] weights not None,
        const int8_t[:, ::1] vectors not None, const float[::1] steps not None,
    ):
        cdef Py_ssize_t i, n_slots = 64
        cdef uint32_t place
        if vectors.shape[0] != words.shape[0] or weights.shape[0] != words.shape[0]:
            raise ValueError("words, weights and vectors must have one row a word")
        if steps.shape[0] != vectors.shape[1]:
            raise ValueError("steps must be one number a dimension")
        if vectors.shape[1] == 0:
            raise ValueError("vectors must have a dimension at least")
        self.weights, self.vectors, self.steps = weights, vectors, steps
        self.n_dimensions = <int>vectors.shape[1]
        while n_slots < 3 * words.shape[0]:
            n_slots *= 2
        self.hashes.resize(n_slots)
        self.rows.resize(n_slots)
        self.mask = <uint32_t>(n_slots - 1)
        for i in range(words.shape[0]):
            place = words[i] & self.mask
            while self.hashes[place]:
                place = (place + 1) & self.mask
            self.hashes[place] = words[i]
            self.rows[place] = <uint32_t>i

    cdef inline Py_ssize_t row_of(self, uint32_t hash) noexcept nogil:
        """Give a word's row, or -1."""
        cdef uint32_t place = hash & self.mask
        while self.hashes[place] != hash:
            if self.hashes[place] == 0:
                return -1
            place = (place + 1) & self.mask
        return self.rows[place]

    def pool(self, Statements texts not None):
        """Give the pooled vectors of statements, int8 of shape (n_statements, 3 * n_dimensions)."""
        cdef Py_ssize_t i, d, n = 3 * self.n_dimensions
        cdef Pool pool = Pool(self.n_dimensions)
        cdef int8_t[:, ::1] out = np.zeros((texts.size, n), dtype=np.int8)
        cdef vector[int16_t] pooled
        pooled.resize(n)
        with nogil:
            for i in range(texts.size):
                self.pool_text(pool, texts.texts + i, pooled.data())
                for d in range(n):
                    out[i, d] = <int8_t>pooled[d]
        return out.base

    cdef bint pool_text(self, Pool pool, const Text *text, int16_t *out) except False nogil:
        """Write a statement's pooled vectors, whole numbers from -127 to 127; all 0 where no word is known."""
        cdef int d, n = self.n_dimensions
        cdef size_t w, n_known
        pool.clear()
        read_words(text, &pool.words)
        self.find_rows(pool)
        memset(out, 0, 3 * n * sizeof(int16_t))
        n_known = pool.vectors.size()
        if n_known == 0:
            return True
        for w from 0 <= w < n_known by GROUP:
            sk_pool4(
                &pool.vectors[w], &pool.weights[w], n, pool.part.data(), pool.most.data(), pool.least.data()
            )
            if (w + GROUP) % TOGETHER == 0:
                pool.flush()
        pool.flush()
        self.write_direction(pool, out)
        for d in range(n):
            out[n + d] = pool.most[d]
            out[2 * n + d] = pool.least[d]
        return True

    cdef bint find_rows(self, Pool pool) except False nogil:
        """List the vectors and weights of the words that are known, in whole groups, and begin to fetch them."""
        cdef size_t w
        cdef Py_ssize_t row
        cdef const int8_t *vector
        pool.vectors.clear()
        pool.weights.clear()
        for w in range(pool.words.size()):
            row = self.row_of(pool.words[w].hash)
            if row >= 0:
                vector = &self.vectors[row, 0]
                SK_PREFETCH(vector)
                SK_PREFETCH(vector + 64)
                SK_PREFETCH(vector + 128)
                pool.vectors.push_back(vector)
                pool.weights.push_back(self.weights[row])
        while pool.vectors.size() % GROUP:  # the last once more, with no weight: the range is the same
            pool.vectors.push_back(pool.vectors.back())
            pool.weights.push_back(0)
        return True

    cdef void write_direction(self, Pool pool, int16_t *out) noexcept nogil:
        """Write the sum as a unit vector, in steps."""
        cdef double length = 0, side
        cdef int d
        for d in range(self.n_dimensions):
            side = <double>pool.sum[d] * self.steps[d]
            length += side * side
        if length == 0:
            return
        length = sqrt(length)
        for d in range(self.n_dimensions):
            side = rint(<double>pool.sum[d] / length)
            out[d] = <int16_t>max(-<double>LARGEST, min(<double>LARGEST, side))


cdef class Pool:
    """Room for one statement's sums, one thread's."""

    cdef vector[Word] words
    cdef vector[const int8_t *] vectors  # of the known words
    cdef vector[int16_t] weights
    cdef vector[int32_t] part  # of up to TOGETHER words
    cdef vector[int64_t] sum
    cdef vector[int8_t] most
    cdef vector[int8_t] least
    cdef vector[int16_t] inputs

    def __cinit__(self, int n_dimensions):
        self.part.resize(n_dimensions)
        self.sum.resize(n_dimensions)
        self.most.resize(n_dimensions)
        self.least.resize(n_dimensions)

    cdef void clear(self) noexcept nogil:
        cdef size_t n = self.part.size()
        memset(self.part.data(), 0, n * sizeof(int32_t))
        memset(self.sum.data(), 0, n * sizeof(int64_t))
        memset(self.most.data(), -LARGEST, n)
        memset(self.least.data(), LARGEST, n)

    cdef void flush(self) noexcept nogil:
        cdef size_t d
        for d in range(self.part.size()):
            self.sum[d] += self.part[d]
            self.part[d] = 0


cdef class NetworkKernel:
    """A table of vectors with a network on what it pools.

    Parameters
    ----------
    table : VectorTable
        The vectors.
    hidden : ndarray of int16 of shape (n_hidden, 3 * n_dimensions)
        Weights of the hidden layer, in steps.
    hidden_steps, hidden_bias : ndarray of float32 of shape (n_hidden,)
        What 1 stands for in each row of `hidden`, and what is added.
    weights : ndarray of float32 of shape (n_hidden, n_labels)
        Weights of the hidden layer's outputs that are above 0.
    """

    cdef readonly int n_labels
    cdef VectorTable table
    cdef int n_inputs  # rounded up, so that vector instructions have no rest
    cdef int n_hidden
    cdef vector[int16_t] hidden
    cdef const float[::1] hidden_steps
    cdef const float[::1] hidden_bias
    cdef const float[:, ::1] weights
    cdef list pools

    def __cinit__(
        self, VectorTable table not None, const int16_t[:, ::1] hidden not None,
        const float[::1] hidden_steps not None, const float[::1] hidden_bias not None,
        const float[:, ::1] weights not None,
    ):
        cdef Py_ssize_t j, n = hidden.shape[0]
        if hidden.shape[1] != 3 * table.n_dimensions:
            raise ValueError("hidden must have three columns a dimension")
        if hidden_steps.shape[0] != n or hidden_bias.shape[0] != n or weights.shape[0] != n:
            raise ValueError("hidden_steps, hidden_bias and weights must have one row a row of hidden")
        self.table = table
        self.n_inputs = <int>((hidden.shape[1] + 31) // 32 * 32)
        self.n_hidden, self.n_labels = <int>n, <int>weights.shape[1]
        self.hidden_steps, self.hidden_bias, self.weights = hidden_steps, hidden_bias, weights
        self.hidden.resize(n * self.n_inputs)
        for j in range(n):
            memcpy(&self.hidden[j * self.n_inputs], &hidden[j, 0], hidden.shape[1] * sizeof(int16_t))
        self.pools = []

    def score(self, Statements texts not None, double[:, ::1] out not None):
        """Write the margins of statements, of shape (n_statements, n_labels), without the interpreter's lock."""
        cdef Py_ssize_t i
        cdef Pool pool
        if out.shape[0] != texts.size or out.shape[1] != self.n_labels:
            raise ValueError("out must have one row a statement and one column a label")
        if texts.size == 0 or self.n_labels == 0:
            return
        pool = self.borrow()
        with nogil:
            for i from 0 <= i < texts.size by BLOCK:
                self.score_block(pool, texts.texts + i, <int>min(BLOCK, texts.size - i), &out[i, 0])
        self.pools.append(pool)

    def score_one(self, Statements texts not None):
        """Give the margins of the only statement, a list of n_labels floats."""
        cdef vector[double] out
        cdef int label
        cdef Pool pool = self.borrow()
        out.resize(self.n_labels + 1)
        with nogil:
            self.score_block(pool, texts.texts, 1, out.data())
        self.pools.append(pool)
        return [out[label] for label in range(self.n_labels)]

    cdef Pool borrow(self):
        cdef Pool pool
        try:
            return self.pools.pop()
        except IndexError:
            pool = Pool(self.table.n_dimensions)
            pool.inputs.resize(BLOCK * self.n_inputs)
            return pool

    cdef bint score_block(self, Pool pool, const Text *texts, int n, double *out) except False nogil:
        cdef Py_ssize_t j
        cdef int i, label
        cdef int32_t products[BLOCK]
        cdef const int16_t *row
        cdef float value
        for i in range(n):
            self.table.pool_text(pool, texts + i, &pool.inputs[i * self.n_inputs])
        memset(out, 0, n * self.n_labels * sizeof(double))
        for j in range(self.n_hidden):
            row = &self.hidden[j * self.n_inputs]
            if n == 1:
                products[0] = sk_dot(row, pool.inputs.data(), self.n_inputs)
            else:
                sk_dot4(row, pool.inputs.data(), self.n_inputs, products)
            for i in range(n):
                value = self.hidden_bias[j] + self.hidden_steps[j] * <float>products[i]
                if value > 0:
                    for label in range(self.n_labels):
                        out[i * self.n_labels + label] += <double>value * self.weights[j, label]
        return True
