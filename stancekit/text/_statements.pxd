from libc.stdint cimport uint8_t
from libcpp.vector cimport vector


cdef extern from *:
    """
    /* Bytes that end a token (1) or may begin a white-space character beyond ASCII (2). */
    static const unsigned char sk_class[256] = {
        0,0,0,0,0,0,0,0,0,1,1,1,1,1,0,0, 0,0,0,0,0,0,0,0,0,0,0,0,1,1,1,1,
        1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0, 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,
        0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0, 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,
        0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0, 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,
        0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0, 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,
        0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0, 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,
        0,0,2,0,0,0,0,0,0,0,0,0,0,0,0,0, 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,
        0,2,2,2,0,0,0,0,0,0,0,0,0,0,0,0, 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0};
    """
    const unsigned char sk_class[256]


cdef struct Text:  # a statement in UTF-8
    const uint8_t *start
    Py_ssize_t size


cdef class Statements:
    cdef vector[Text] spans  # empty in a slice, which reads its owner's
    cdef const Text *texts
    cdef Py_ssize_t size
    cdef object owner  # keeps the memory that the spans point into
    cdef list rows  # the str objects, where the statements came as such
    cdef Py_ssize_t first  # where a slice begins in `rows`


cdef inline Py_ssize_t space_size(const uint8_t *at, const uint8_t *end) noexcept nogil:
    """Give the length in bytes of the white-space character at `at`, or 0."""
    cdef uint8_t kind = sk_class[at[0]]
    if kind != 2:
        return kind
    if at[0] == 0xC2:
        return 2 if end - at >= 2 and (at[1] == 0x85 or at[1] == 0xA0) else 0
    if end - at < 3:
        return 0
    if at[0] == 0xE1:
        return 3 if at[1] == 0x9A and at[2] == 0x80 else 0
    if at[0] == 0xE3:
        return 3 if at[1] == 0x80 and at[2] == 0x80 else 0
    if at[1] == 0x80:
        return 3 if at[2] <= 0x8A or at[2] == 0xA8 or at[2] == 0xA9 or at[2] == 0xAF else 0
    return 3 if at[1] == 0x81 and at[2] == 0x9F else 0
