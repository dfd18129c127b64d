"""Words of statements as hashes, for other compiled modules."""

from libc.stdint cimport uint32_t
from libcpp.vector cimport vector

from stancekit.text._statements cimport Text


cdef struct Word:
    uint32_t hash  # never 0
    Py_ssize_t size  # bytes, as the word stands in the statement


cdef Py_ssize_t read_words(const Text *text, vector[Word] *words) except -1 nogil
