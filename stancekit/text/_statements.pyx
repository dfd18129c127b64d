# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# distutils: language = c++
"""Checked statements as UTF-8, read in place from str objects and from Arrow arrays.

Arrow data comes through the Arrow PyCapsule interface (`__arrow_c_stream__`, `__arrow_c_array__`), which
pyarrow, polars and pandas speak; none of them is imported. Layouts: Arrow Columnar Format 1.4,
sections "Variable-size Binary", "Variable-size Binary View" and "Dictionary-encoded Layout".
"""

from collections.abc import Sequence

from cpython.pycapsule cimport PyCapsule_GetPointer
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t

from stancekit.errors import InvalidInputError, invalid_utf8, not_text, not_text_column


cdef extern from *:
    """
    #include <string.h>
    #if defined(__GNUC__) || defined(__clang__)
    #define SK_FETCH(p) __builtin_prefetch((const void *)(p))
    #else
    #define SK_FETCH(p) ((void)0)
    #endif
    static inline int sk_high_bits(const unsigned char *at) {
        unsigned long long word;
        memcpy(&word, at, 8);
        return (word & 0x8080808080808080ULL) != 0;
    }

    #ifndef ARROW_C_DATA_INTERFACE
    #define ARROW_C_DATA_INTERFACE
    struct ArrowSchema {
        const char *format;
        const char *name;
        const char *metadata;
        int64_t flags;
        int64_t n_children;
        struct ArrowSchema **children;
        struct ArrowSchema *dictionary;
        void (*release)(struct ArrowSchema *);
        void *private_data;
    };
    struct ArrowArray {
        int64_t length;
        int64_t null_count;
        int64_t offset;
        int64_t n_buffers;
        int64_t n_children;
        const void **buffers;
        struct ArrowArray **children;
        struct ArrowArray *dictionary;
        void (*release)(struct ArrowArray *);
        void *private_data;
    };
    #endif
    #ifndef ARROW_C_STREAM_INTERFACE
    #define ARROW_C_STREAM_INTERFACE
    struct ArrowArrayStream {
        int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *);
        int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *);
        const char *(*get_last_error)(struct ArrowArrayStream *);
        void (*release)(struct ArrowArrayStream *);
        void *private_data;
    };
    #endif
    """
    void SK_FETCH(const void *) noexcept nogil
    bint sk_high_bits(const uint8_t *) noexcept nogil

    struct ArrowSchema:
        const char *format
        ArrowSchema *dictionary
        void (*release)(ArrowSchema *) noexcept

    struct ArrowArray:
        int64_t length
        int64_t null_count
        int64_t offset
        const void **buffers
        ArrowArray *dictionary
        void (*release)(ArrowArray *) noexcept

    struct ArrowArrayStream:
        int (*get_schema)(ArrowArrayStream *, ArrowSchema *) noexcept
        int (*get_next)(ArrowArrayStream *, ArrowArray *) noexcept
        const char *(*get_last_error)(ArrowArrayStream *) noexcept


cdef extern from "Python.h":
    const char *PyUnicode_AsUTF8AndSize(object, Py_ssize_t *) except NULL
    bint PyUnicode_CheckExact(object)
    bint PyUnicode_IS_COMPACT_ASCII(object)
    void *PyUnicode_DATA(object)
    Py_ssize_t PyUnicode_GET_LENGTH(object)
    void *PyList_GET_ITEM_ADDRESS "PyList_GET_ITEM" (object, Py_ssize_t)


cdef enum:
    AHEAD = 8  # str objects that are fetched before they are read


cdef class Statements:
    """Statements that were checked, as a sequence of str; a slice shares the memory of the whole."""

    def __len__(self):
        return self.size

    def __getitem__(self, index):
        cdef Statements part
        if not isinstance(index, slice):
            row = range(self.size)[index]
            return text_of(self, row)
        start, stop, step = index.indices(self.size)
        if step != 1:
            raise ValueError(f"statements are sliced in steps of 1, got {step}")
        part = Statements.__new__(Statements)
        part.owner, part.rows = self, self.rows
        part.texts = self.texts + <Py_ssize_t>start
        part.size = max(stop - start, 0)
        part.first = self.first + start
        return part

    def __iter__(self):
        cdef Py_ssize_t row
        for row in range(self.size):
            yield text_of(self, row)

    def to_list(self):
        """Give the statements as a list of str."""
        return list(self) if self.rows is None else self.rows[self.first : self.first + self.size]

    def blank_rows(self):
        """Give the numbers of the statements that are empty or all white space."""
        cdef Py_ssize_t row
        return [row for row in range(self.size) if is_blank(self.texts + row)]


Sequence.register(Statements)


cdef text_of(Statements statements, Py_ssize_t row):
    if statements.rows is not None:
        return statements.rows[statements.first + row]
    return PyUnicode_DecodeUTF8(<const char *>statements.texts[row].start, statements.texts[row].size, NULL)


cdef inline bint is_blank(const Text *text) noexcept nogil:
    cdef const uint8_t *at = text.start
    cdef const uint8_t *end = text.start + text.size
    cdef Py_ssize_t size
    while at < end:
        size = space_size(at, end)
        if size == 0:
            return False
        at += size
    return True


def from_list(list rows):
    """Read a list in place, which nobody else may change; None where a row is no plain, valid str.

    The list keeps the str objects alive, and a str keeps its UTF-8.
    """
    cdef Statements made = Statements.__new__(Statements)
    cdef Py_ssize_t i, n = len(rows)
    cdef Text text
    made.spans.resize(n)
    for i in range(n):
        if i + AHEAD < n:  # in a long list nearly every str object is a cache miss
            SK_FETCH(PyList_GET_ITEM_ADDRESS(rows, i + AHEAD))
        row = rows[i]
        if not PyUnicode_CheckExact(row):
            return None
        if PyUnicode_IS_COMPACT_ASCII(row):
            text.start, text.size = <const uint8_t *>PyUnicode_DATA(row), PyUnicode_GET_LENGTH(row)
        else:
            try:
                text.start = <const uint8_t *>PyUnicode_AsUTF8AndSize(row, &text.size)
            except UnicodeEncodeError:  # a lone surrogate
                return None
        made.spans[i] = text
    made.owner = made.rows = rows
    return finish(made)


def from_arrow(values, field=None, Py_ssize_t first_row=0):
    """Read an Arrow array, chunked array, Series or stream in place.

    Parameters
    ----------
    values : object with ``__arrow_c_stream__`` or ``__arrow_c_array__``
        Text of any of Arrow's layouts, dictionaries included.
    field : str, optional
        The column's name, for errors.
    first_row : int, default=0
        The number of the first row, for errors.

    Raises
    ------
    InvalidInputError
        On a column that is not text, a null, or bytes that are not UTF-8.
    """
    cdef Statements made = Statements.__new__(Statements)
    chunks = read_stream(values) if hasattr(values, "__arrow_c_stream__") else [read_array(values)]
    for chunk in chunks:
        add_chunk(made, chunk, values, field, first_row)
    made.owner = chunks
    return finish(made)


cdef finish(Statements made):
    made.texts = made.spans.data()
    made.size = <Py_ssize_t>made.spans.size()
    return made


cdef class Schema:
    """An Arrow schema, released with this object."""

    cdef ArrowSchema schema

    def __cinit__(self):
        self.schema.release = NULL

    def __dealloc__(self):
        if self.schema.release != NULL:
            self.schema.release(&self.schema)


cdef class Chunk:
    """An Arrow array, released with this object."""

    cdef ArrowArray array
    cdef Schema type

    def __cinit__(self):
        self.array.release = NULL

    def __dealloc__(self):
        if self.array.release != NULL:
            self.array.release(&self.array)


cdef read_array(values):
    cdef Schema schema = Schema()
    cdef Chunk chunk = Chunk()
    cdef ArrowSchema *given_schema
    cdef ArrowArray *given_array
    schema_capsule, array_capsule = values.__arrow_c_array__()
    given_schema = <ArrowSchema *>PyCapsule_GetPointer(schema_capsule, "arrow_schema")
    given_array = <ArrowArray *>PyCapsule_GetPointer(array_capsule, "arrow_array")
    # What is moved out of a capsule is marked as released there.
    schema.schema = given_schema[0]
    given_schema.release = NULL
    chunk.array = given_array[0]
    given_array.release = NULL
    chunk.type = schema
    return chunk


cdef read_stream(values):
    cdef Schema schema = Schema()
    cdef Chunk chunk
    capsule = values.__arrow_c_stream__()
    cdef ArrowArrayStream *stream = <ArrowArrayStream *>PyCapsule_GetPointer(capsule, "arrow_array_stream")
    if stream.get_schema(stream, &schema.schema) != 0:
        raise stream_error(stream)
    chunks = []
    while True:
        chunk = Chunk()
        chunk.type = schema
        if stream.get_next(stream, &chunk.array) != 0:
            raise stream_error(stream)
        if chunk.array.release == NULL:
            return chunks
        chunks.append(chunk)


cdef stream_error(ArrowArrayStream *stream):
    cdef const char *message = stream.get_last_error(stream)
    shown = "no reason given" if message == NULL else (<bytes>message).decode("utf-8", "replace")
    return InvalidInputError(f"the Arrow stream cannot be read: {shown}")


cdef add_chunk(Statements made, Chunk chunk, values, field, Py_ssize_t first_row):
    cdef size_t begin = made.spans.size()
    cdef Py_ssize_t row
    cdef vector[Text] words
    cdef ArrowSchema *dictionary = chunk.type.schema.dictionary
    cdef bytes format = <bytes>chunk.type.schema.format
    cdef bytes layout = format if dictionary == NULL else <bytes>dictionary.format
    # The type comes first: only text is known to have the buffers that are looked into next.
    if layout != b"n" and layout not in TEXT:
        named = getattr(values, "type", None) or getattr(values, "dtype", None)
        raise not_text_column(f"Arrow's {layout.decode()!r}" if named is None else str(named), field)
    if chunk.array.length == 0:
        return
    row = 0 if layout == b"n" else find_null(&chunk.array)
    if row < 0 and dictionary == NULL:
        read_layout(&made.spans, &chunk.array, layout)
    elif row < 0:
        read_layout(&words, chunk.array.dictionary, layout)
        row = look_up(&made.spans, &words, &chunk.array, chunk.array.dictionary, format)
    if row >= 0:
        raise not_text(None, first_row + <Py_ssize_t>begin + row, field)
    check_utf8(made, begin, field, first_row)


TEXT = (b"u", b"U", b"vu")  # Arrow's names for text with offsets of 32 or 64 bits, and for views


cdef read_layout(vector[Text] *spans, const ArrowArray *array, bytes layout):
    if layout == b"u":
        add_spans(spans, array, <const int32_t *>NULL)
    elif layout == b"U":
        add_spans(spans, array, <const int64_t *>NULL)
    else:
        add_views(spans, array)


ctypedef fused Offset:
    int32_t
    int64_t


cdef add_spans(vector[Text] *spans, const ArrowArray *array, const Offset *kind):
    cdef const Offset *offsets = <const Offset *>array.buffers[1] + array.offset
    cdef const uint8_t *data = <const uint8_t *>array.buffers[2]
    cdef Text text
    cdef int64_t i
    cdef bint rises = True
    if array.length == 0:
        return
    with nogil:
        for i in range(array.length):
            text.start, text.size = data + offsets[i], <Py_ssize_t>(offsets[i + 1] - offsets[i])
            rises &= text.size >= 0
            spans.push_back(text)
    if not rises:
        raise InvalidInputError("the Arrow array is damaged: its offsets do not rise")


cdef struct View:
    int32_t size
    uint8_t prefix[4]
    int32_t buffer
    int32_t offset


cdef add_views(vector[Text] *spans, const ArrowArray *array):
    cdef const View *views = <const View *>array.buffers[1] + array.offset
    cdef Text text
    cdef int64_t i
    for i in range(array.length):
        text.size = 0 if is_null(array, i) else views[i].size  # the view of a null may be anything
        if 0 <= text.size <= 12:  # short text stands in the view itself
            text.start = <const uint8_t *>&views[i].prefix[0]
        elif text.size > 0 and views[i].buffer >= 0 and views[i].offset >= 0:
            text.start = <const uint8_t *>array.buffers[2 + views[i].buffer] + views[i].offset
        else:
            raise InvalidInputError("the Arrow array is damaged: a view has a negative size or place")
        spans.push_back(text)


cdef inline bint is_null(const ArrowArray *array, int64_t i) noexcept nogil:
    cdef const uint8_t *valid = <const uint8_t *>array.buffers[0] if array.null_count != 0 else NULL
    return valid != NULL and not valid[(array.offset + i) >> 3] >> ((array.offset + i) & 7) & 1


cdef Py_ssize_t find_null(const ArrowArray *array) noexcept:
    """Give the first null's row, or -1."""
    cdef int64_t i
    if array.null_count != 0 and array.buffers[0] != NULL:
        for i in range(array.length):
            if is_null(array, i):
                return i
    return -1


cdef Py_ssize_t look_up(
    vector[Text] *spans, const vector[Text] *words, const ArrowArray *array, const ArrowArray *dictionary, bytes format
) except -2:
    """Add the words that a dictionary's indices name; give the first row whose word is null, or -1."""
    cdef const void *indices = array.buffers[1]
    cdef int64_t i, index, n_words = <int64_t>words.size()
    cdef char kind = format[0]
    for i in range(array.offset, array.offset + array.length):
        index = index_at(indices, i, kind)
        if not 0 <= index < n_words:
            raise InvalidInputError("the Arrow array is damaged: an index lies outside its dictionary")
        if is_null(dictionary, index):
            return i - array.offset
        spans.push_back(words[0][index])
    return -1


cdef int64_t index_at(const void *indices, int64_t i, char kind) noexcept:
    if kind == b"c":
        return (<const int8_t *>indices)[i]
    if kind == b"C":
        return (<const uint8_t *>indices)[i]
    if kind == b"s":
        return (<const int16_t *>indices)[i]
    if kind == b"S":
        return (<const uint16_t *>indices)[i]
    if kind == b"i":
        return (<const int32_t *>indices)[i]
    if kind == b"I":
        return (<const uint32_t *>indices)[i]
    return (<const int64_t *>indices)[i]


cdef check_utf8(Statements made, size_t begin, field, Py_ssize_t first_row):
    """Raise where a statement is not UTF-8: Arrow's readers do not look."""
    cdef size_t i, n = made.spans.size()
    cdef Py_ssize_t wrong = -1
    with nogil:
        for i in range(begin, n):
            wrong = find_wrong(made.spans[i].start, made.spans[i].size)
            if wrong >= 0:
                break
    if wrong >= 0:
        raise invalid_utf8(made.spans[i].start[wrong], wrong, first_row + <Py_ssize_t>i, field)


cdef Py_ssize_t find_wrong(const uint8_t *text, Py_ssize_t size) noexcept nogil:
    """Give the offset of the first byte that is not UTF-8, or -1. Unicode 16, table 3-7."""
    cdef Py_ssize_t i = 0, length, k
    cdef uint8_t lead, low, high
    while i < size:
        if size - i >= 8 and not sk_high_bits(text + i):
            i += 8
            continue
        lead = text[i]
        if lead < 0x80:
            i += 1
            continue
        if not 0xC2 <= lead <= 0xF4:
            return i
        length = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
        low = 0xA0 if lead == 0xE0 else 0x90 if lead == 0xF0 else 0x80
        high = 0x9F if lead == 0xED else 0x8F if lead == 0xF4 else 0xBF
        if size - i < length or not low <= text[i + 1] <= high:
            return i
        for k in range(2, length):
            if not 0x80 <= text[i + k] <= 0xBF:
                return i
        i += length
    return -1
