# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# distutils: language = c++
"""An article as a table of its words: where each stands, and of which kinds it is by a list of words.

A word here is what stands between white space, as `str.split` gives it. Its core is what remains without the signs
around it. What kinds mean, the caller says: they are bits of a number.
"""

import os

from libc.stdint cimport uint32_t, uint64_t
from libc.string cimport memset
from libcpp.vector cimport vector


cdef extern from "Python.h":
    uint32_t *PyUnicode_AsUCS4Copy(object) except NULL
    Py_ssize_t PyUnicode_GET_LENGTH(object)
    void PyMem_Free(void *)
    bint Py_UNICODE_ISALPHA(uint32_t) noexcept nogil
    bint Py_UNICODE_ISALNUM(uint32_t) noexcept nogil
    bint Py_UNICODE_ISSPACE(uint32_t) noexcept nogil
    uint32_t Py_UNICODE_TOLOWER(uint32_t) noexcept nogil


cdef enum:
    _SIGNED = 1 << 30
    LONGEST = 40  # code points of a word that a list may hold
    UNKNOWN = -1
    FIRST_BEYOND = 0x180  # capitals of scripts in which names are written stand before this code point
    HEADS = 64  # a power of two
    LONGEST_SHORT = 4  # letters of an abbreviation before a name
    DOTTED_I = 0x130  # in small letters two code points


SIGNED = _SIGNED


cdef struct Entry:
    uint64_t hash  # 0 where nothing stands
    uint32_t kinds


cdef struct Core:
    Py_ssize_t start
    Py_ssize_t size
    int other  # one more that begins so; -1 where there is none


cdef struct Word:
    Py_ssize_t start
    Py_ssize_t end
    Py_ssize_t core_start
    Py_ssize_t core_end
    uint32_t whole  # the kinds of its core
    uint32_t kinds  # these, and those of the ends of its core


cdef inline bint is_space(uint32_t sign) noexcept nogil:
    return sign == 32 or (sign < 32 and 9 <= sign <= 13) or ((sign < 32 or sign > 126) and Py_UNICODE_ISSPACE(sign))


cdef inline bint is_alnum(uint32_t sign) noexcept nogil:
    if sign < 128:
        return 97 <= sign <= 122 or 65 <= sign <= 90 or 48 <= sign <= 57
    return Py_UNICODE_ISALNUM(sign)


cdef inline uint32_t lowered(uint32_t sign) noexcept nogil:
    if sign < 128:
        return sign | 32 if 65 <= sign <= 90 else sign
    return Py_UNICODE_TOLOWER(sign)


# Another one in each process, so that nobody can write an article whose words all fall into one place of a table.
cdef uint64_t SEED = int.from_bytes(os.urandom(8), "little")


cdef inline uint64_t hash_word(const uint32_t *at, Py_ssize_t size, bint lower) noexcept nogil:
    """Hash a word; 64 bits of some thousand words meet by no chance that matters."""
    cdef uint64_t state = SEED
    cdef Py_ssize_t i
    for i in range(size):
        state = (state ^ (lowered(at[i]) if lower else at[i])) * 0x9E3779B97F4A7C15ULL
        state ^= state >> 29
    return state | 1


cdef class Lexicon:
    """Words and their kinds.

    Parameters
    ----------
    kinds : mapping of str to int
        Words as they stand in text; those in small letters are meant in capitals too.
    """

    cdef vector[Entry] entries
    cdef uint64_t mask

    def __cinit__(self, dict kinds not None):
        cdef uint64_t size = 64
        while size < 2 * <uint64_t>len(kinds):
            size *= 2
        self.entries.resize(size)
        self.mask = size - 1
        for word, bits in kinds.items():
            if not 0 < len(word) <= LONGEST:
                raise ValueError(f"a word of a list has 1 to {LONGEST} characters, got {word!r}")
            self.add(word, bits)

    cdef add(self, str word, uint32_t kinds):
        cdef uint32_t *signs = PyUnicode_AsUCS4Copy(word)
        cdef uint64_t hash = hash_word(signs, PyUnicode_GET_LENGTH(word), False)
        cdef uint64_t i = hash >> 20 & self.mask
        PyMem_Free(signs)
        while self.entries[i].hash not in (0, hash):
            i = i + 1 & self.mask
        self.entries[i].hash = hash
        self.entries[i].kinds |= kinds

    cdef inline uint32_t kinds_of(self, const uint32_t *at, Py_ssize_t size, bint lower) noexcept nogil:
        cdef uint64_t hash, i
        if size > LONGEST:
            return 0
        hash = hash_word(at, size, lower)
        i = hash >> 20 & self.mask
        while self.entries[i].hash:
            if self.entries[i].hash == hash:
                return self.entries[i].kinds
            i = i + 1 & self.mask
        return 0


cdef class Words:
    """The words of one text, in order.

    Parameters
    ----------
    text : str
        The text.
    lexicon : Lexicon
        What words are looked for. A word may be of a kind if its core is, or what of that stands before or after an
        apostrophe or a hyphen; and it is of the kind `SIGNED` if a sign ends it.
    """

    cdef uint32_t *signs
    cdef Py_ssize_t size
    cdef Lexicon lexicon
    cdef vector[Word] words
    cdef vector[uint64_t] hashes  # of the words as they stand, once somebody asks

    def __cinit__(self, str text not None, Lexicon lexicon not None):
        self.lexicon = lexicon
        self.signs = PyUnicode_AsUCS4Copy(text)
        self.size = PyUnicode_GET_LENGTH(text)
        self.words.reserve(self.size // 5 + 8)
        with nogil:
            self.read()

    def __dealloc__(self):
        PyMem_Free(self.signs)

    def __len__(self):
        return <Py_ssize_t>self.words.size()

    def __contains__(self, str word not None):
        """Tell whether a word stands somewhere in the text, with no sign around it."""
        cdef uint32_t *signs = PyUnicode_AsUCS4Copy(word)
        cdef uint64_t hash = hash_word(signs, PyUnicode_GET_LENGTH(word), False)
        PyMem_Free(signs)
        if self.hashes.empty():
            self.note_hashes()
        return self.find(hash)

    cdef void note_hashes(self) noexcept nogil:
        """Hash all words, so that a word is looked for in time that does not grow with the text."""
        cdef size_t n, i, size = 64
        cdef uint64_t hash
        while size < 2 * self.words.size():
            size *= 2
        self.hashes.resize(size)
        for n in range(self.words.size()):
            hash = hash_word(self.signs + self.words[n].start, self.words[n].end - self.words[n].start, False)
            i = hash >> 20 & (size - 1)
            while self.hashes[i] not in (0, hash):
                i = i + 1 & (size - 1)
            self.hashes[i] = hash

    cdef bint find(self, uint64_t hash) noexcept nogil:
        cdef uint64_t mask = self.hashes.size() - 1, i = hash >> 20 & mask
        while self.hashes[i] not in (0, hash):
            i = i + 1 & mask
        return self.hashes[i] == hash

    cdef void read(self) noexcept nogil:
        cdef Py_ssize_t at = 0, start
        while True:
            while at < self.size and is_space(self.signs[at]):
                at += 1
            if at == self.size:
                return
            start = at
            while at < self.size and not is_space(self.signs[at]):
                at += 1
            self.words.push_back(self.word(start, at))

    cdef inline Word word(self, Py_ssize_t start, Py_ssize_t end) noexcept nogil:
        cdef Word word
        cdef Py_ssize_t middle
        word.start, word.end = start, end
        while start < end and not is_alnum(self.signs[start]):
            start += 1
        while end > start and not is_alnum(self.signs[end - 1]):
            end -= 1
        word.core_start, word.core_end = start, end
        word.whole = self.lexicon.kinds_of(self.signs + start, end - start, False)
        if lowered(self.signs[start]) != self.signs[start]:
            word.whole |= self.lexicon.kinds_of(self.signs + start, end - start, True)
        word.kinds = word.whole
        middle = start
        while middle < end and is_alnum(self.signs[middle]):
            middle += 1
        if middle < end:
            word.kinds |= self.lexicon.kinds_of(self.signs + start, middle - start, True)
            middle = end
            while is_alnum(self.signs[middle - 1]):
                middle -= 1
            word.kinds |= self.lexicon.kinds_of(self.signs + middle, end - middle, True)
        if not is_alnum(self.signs[word.end - 1]):
            word.kinds |= _SIGNED
        return word

    cdef inline size_t first_from(self, Py_ssize_t at) noexcept nogil:
        """Give the number of the first word that ends behind a place."""
        cdef size_t low = 0, high = self.words.size(), middle
        while low < high:
            middle = (low + high) // 2
            if self.words[middle].end <= at:
                low = middle + 1
            else:
                high = middle
        return low

    cpdef Py_ssize_t count(self, Py_ssize_t start, Py_ssize_t stop):
        """Give the number of words of ``text[start:stop]``."""
        cdef size_t low = self.first_from(max(start, 0)), high = self.first_from(stop)
        if stop <= start:
            return 0
        # A word that only begins before the end counts too.
        return <Py_ssize_t>(high - low) + (high < self.words.size() and self.words[high].start < stop)

    def has(self, Py_ssize_t least, Py_ssize_t start, Py_ssize_t stop):
        """Tell whether ``text[start:stop]`` has so many words, and a letter."""
        cdef Py_ssize_t at
        if self.count(start, stop) < least:
            return False
        for at in range(max(start, 0), min(stop, self.size)):
            if Py_UNICODE_ISALPHA(self.signs[at]):
                return True
        return False

    def any(self, uint32_t kinds, Py_ssize_t start, Py_ssize_t stop):
        """Tell whether a word that may be of any of these kinds stands in ``text[start:stop]``, if only in part."""
        return self.first(kinds, start, stop) >= 0

    cpdef Py_ssize_t first(self, uint32_t kinds, Py_ssize_t start, Py_ssize_t stop):
        """Give where the first word begins of which `any` tells, perhaps before ``start``; -1 if there is none."""
        cdef size_t i = self.first_from(max(start, 0))
        while i < self.words.size() and self.words[i].start < stop:
            if self.words[i].kinds & kinds:
                return self.words[i].start
            i += 1
        return -1

    def places(self, str signs not None):
        """Give where any of some signs stands in the text, a list of int; they are looked for one by one."""
        cdef uint32_t *wanted = PyUnicode_AsUCS4Copy(signs)
        cdef Py_ssize_t at, n, n_wanted = PyUnicode_GET_LENGTH(signs)
        cdef uint32_t sign
        cdef list found = []
        try:
            for at in range(self.size):
                sign = self.signs[at]
                if 97 <= sign <= 122 or sign == 32:  # most of a text, and never asked for
                    continue
                for n in range(n_wanted):
                    if sign == wanted[n]:
                        found.append(at)
                        break
        finally:
            PyMem_Free(wanted)
        return found

    def before(self, Py_ssize_t floor, Py_ssize_t at):
        """Give the kinds of the last core in ``text[floor:at]``; -1, which is all of them, if it is not whole there."""
        cdef size_t i = self.first_from(max(at, 0))
        if i < self.words.size() and self.words[i].start < at:
            return UNKNOWN
        if i == 0 or self.words[i - 1].end <= floor:
            return 0
        return UNKNOWN if self.words[i - 1].start < floor else <int>self.words[i - 1].whole

    def alike(self, uint32_t kind, frozenset tails, Py_ssize_t start, Py_ssize_t stop):
        """Find the words of a kind in ``text[start:stop]``, and wherever these stand there between other signs.

        Parameters
        ----------
        kind : int
            The kind.
        tails : frozenset of str
            What may follow the core of a word; one that stands nowhere so is left out.
        start, stop : int
            The stretch.

        Returns
        -------
        list of (int, int)
            Where their cores begin and end, in order.
        """
        start = max(start, 0)
        cdef size_t i = self.first_from(start)
        cdef Word word
        cdef int heads[HEADS]
        cdef vector[Core] cores
        stop = min(stop, self.size)
        while i < self.words.size() and self.words[i].start < stop:
            word = self.words[i]
            i += 1
            if word.start < start or word.end > stop:  # sentences may be parted within a word
                word = self.word(max(word.start, start), min(word.end, stop))
            if not word.whole & kind or word.core_start != word.start or not self.is_cased(word):
                continue
            if word.core_end < word.end and self.text_of(word.core_end, word.end) not in tails:
                continue
            if cores.empty():
                memset(heads, 0xFF, sizeof(heads))  # -1, none
            self.note_core(&word, heads, &cores)
        return [] if cores.empty() else self.places_of(heads, &cores, start, stop)

    cdef inline bint is_cased(self, Word word) noexcept nogil:
        """Tell whether a word is in small letters but for the first."""
        cdef Py_ssize_t at
        for at in range(word.core_start + 1, word.core_end):
            if lowered(self.signs[at]) != self.signs[at]:
                return False
        return True

    cdef text_of(self, Py_ssize_t start, Py_ssize_t end):
        return "".join([chr(self.signs[at]) for at in range(start, end)])

    cdef inline int head_of(self, Py_ssize_t at) noexcept nogil:
        """Give where cores are listed that begin with the same two signs; behind the text stands a zero."""
        return (self.signs[at] * 31 + self.signs[at + 1]) & (HEADS - 1)

    cdef void note_core(self, const Word *word, int *heads, vector[Core] *cores) noexcept nogil:
        """List a core by how it begins, once: an article of one sentence may have all words of a kind, many times."""
        cdef Core core
        cdef int head = self.head_of(word.core_start)
        cdef int i = heads[head]
        core.start, core.size, core.other = word.core_start, word.core_end - word.core_start, i
        while i >= 0:
            if cores[0][i].size == core.size and self.is_same(self.signs + core.start, cores[0][i].start, core.size):
                return
            i = cores[0][i].other
        heads[head] = <int>cores.size()
        cores.push_back(core)

    cdef list places_of(self, const int *heads, const vector[Core] *cores, Py_ssize_t start, Py_ssize_t stop):
        """Find where cores stand in a stretch, in one pass over it."""
        cdef list found = []
        cdef Py_ssize_t at, size
        cdef int i
        for at in range(start, stop):
            i = heads[self.head_of(at)]
            if i < 0 or (at > 0 and is_alnum(self.signs[at - 1])):
                continue
            while i >= 0:
                size = cores[0][i].size
                if at + size <= stop and self.is_same(self.signs + cores[0][i].start, at, size):
                    found.append((at, at + size))
                i = cores[0][i].other
        return found

    cdef inline bint is_same(self, const uint32_t *core, Py_ssize_t at, Py_ssize_t size) noexcept nogil:
        """Tell whether a core stands at a place, with no letter or digit behind it."""
        cdef Py_ssize_t n
        if at + size > self.size or (at + size < self.size and is_alnum(self.signs[at + size])):
            return False
        for n in range(size):
            if self.signs[at + n] != core[n]:
                return False
        return True


cdef class Capitals:
    """Runs of capitalised words, as a regular expression would find them in ten times the time.

    Parameters
    ----------
    upper : str
        Letters with which such a word begins.
    shorts : iterable of str
        Abbreviations, in small letters, whose stop belongs to them: "Mr.".
    particles : iterable of str
        Words in small letters that may stand between two capitalised ones, two of them at most: "van der".
    prefixes : iterable of str
        What may precede a capital after a hyphen: "al-Sadr".
    others : iterable of str
        Words, in small letters, that `runs` may leave out where they stand alone: "The Foreign Ministry’s".
    """

    cdef bint upper[FIRST_BEYOND]
    cdef Lexicon words  # 1 for abbreviations, 2 for particles, 4 for prefixes, 8 for others

    def __cinit__(self, str upper not None, shorts, particles, prefixes, others=()):
        for at in range(FIRST_BEYOND):
            self.upper[at] = chr(at) in upper
        kinds = {}
        for kind, listed in ((1, shorts), (2, particles), (4, prefixes), (8, others)):
            for word in listed:
                kinds[word] = kinds.get(word, 0) | kind
        self.words = Lexicon(kinds)

    def runs(self, str text not None, *, bint with_others=True):
        """Give where each run begins and ends, a list of (int, int), those of other words alone if they are wanted."""
        cdef uint32_t *signs = PyUnicode_AsUCS4Copy(text)  # a zero stands behind
        cdef Py_ssize_t at = 0, end, size = PyUnicode_GET_LENGTH(text)
        found = []
        while at < size:
            if self.is_upper(signs[at]):
                end = self.run_end(signs, at)
                if with_others or not self.is_of_others(signs, at, end):
                    found.append((at, end))
                at = end
            else:
                at += 1
        PyMem_Free(signs)
        return found

    cdef bint is_of_others(self, const uint32_t *signs, Py_ssize_t at, Py_ssize_t end) noexcept nogil:
        """Tell whether all words of a run, without their genitives and stops, are listed among the others."""
        cdef Py_ssize_t start, stop
        while at < end:
            start = at
            while at < end and not is_space(signs[at]):
                if signs[at] == DOTTED_I:
                    return False
                at += 1
            stop = at
            if stop - start > 2 and is_apostrophe(signs[stop - 2]) and signs[stop - 1] == 115:
                stop -= 2
            while stop > start and signs[stop - 1] == 46:
                stop -= 1
            if not self.words.kinds_of(signs + start, stop - start, True) & 8:
                return False
            at += 1
        return True

    cdef inline bint is_upper(self, uint32_t sign) noexcept nogil:
        return sign < FIRST_BEYOND and self.upper[sign]

    cdef Py_ssize_t run_end(self, const uint32_t *signs, Py_ssize_t at) noexcept nogil:
        cdef Py_ssize_t end = self.word_end(signs, at), following
        while is_space(signs[end]):
            at = end + 1
            for _ in range(2):
                following = self.after(signs, at, 2)
                if following == at or not is_space(signs[following]):
                    break
                at = following + 1
            if self.is_upper(signs[at]):
                end = self.word_end(signs, at)
                continue
            following = self.after(signs, at, 4)
            if following == at or signs[following] != 45 or not self.is_upper(signs[following + 1]):
                break
            end = past_letters(signs, following + 2)
        return end

    cdef inline Py_ssize_t after(self, const uint32_t *signs, Py_ssize_t at, uint32_t kind) noexcept nogil:
        """Give where a listed word in small letters ends, or where it would begin."""
        cdef Py_ssize_t end = at
        while 97 <= signs[end] <= 122:
            end += 1
        return end if end > at and self.words.kinds_of(signs + at, end - at, False) & kind else at

    cdef Py_ssize_t word_end(self, const uint32_t *signs, Py_ssize_t at) noexcept nogil:
        """Give where a capitalised word ends, with its genitive or the stop of an abbreviation."""
        cdef Py_ssize_t end = at + 1, start
        if signs[end] == 46:
            end += 1
            while self.is_upper(signs[end]) and signs[end + 1] == 46:
                end += 2
            return end
        end = past_letters(signs, end)
        # An apostrophe joins, as in O'Neill, but for a genitive, which ends a word.
        if is_apostrophe(signs[end]) and not ends_genitive(signs, end) and is_letter(signs[end + 1]):
            if is_letter(signs[end + 2]) or signs[end + 2] == 45:
                end = past_letters(signs, end + 2)
        if is_apostrophe(signs[end]) and ends_genitive(signs, end):
            return end + 2
        if signs[end] == 46:
            start = end
            while start > 0 and is_letter(signs[start - 1]) and end - start <= LONGEST_SHORT:
                start -= 1
            if self.words.kinds_of(signs + start, end - start, True) & 1:
                return end + 1
        return end


cdef inline bint is_letter(uint32_t sign) noexcept nogil:
    return sign == 95 or is_alnum(sign)


cdef inline bint is_apostrophe(uint32_t sign) noexcept nogil:
    return sign == 0x27 or sign == 0x2019


cdef inline bint ends_genitive(const uint32_t *signs, Py_ssize_t at) noexcept nogil:
    return signs[at + 1] == 115 and not is_letter(signs[at + 2])


cdef inline Py_ssize_t past_letters(const uint32_t *signs, Py_ssize_t at) noexcept nogil:
    while is_letter(signs[at]) or signs[at] == 45:
        at += 1
    return at
