"""Bytes read and hashed eight and sixteen at a time; all of it is compiled into the modules that use it."""

from libc.stdint cimport uint8_t, uint64_t


cdef extern from *:
    """
    #include <stddef.h>
    #include <stdint.h>
    #include <string.h>
    #if defined(__GNUC__) || defined(__clang__)
    #define SK_FIRST(mask) __builtin_ctzll(mask)
    typedef unsigned __int128 sk_u128;
    static inline uint64_t sk_fold(uint64_t a, uint64_t b) {
        sk_u128 m = (sk_u128)a * b;
        return (uint64_t)m ^ (uint64_t)(m >> 64);
    }
    #elif defined(_MSC_VER)
    #include <intrin.h>
    static inline int SK_FIRST(uint64_t mask) { unsigned long i; _BitScanForward64(&i, mask); return (int)i; }
    static inline uint64_t sk_fold(uint64_t a, uint64_t b) {
        uint64_t hi, lo = _umul128(a, b, &hi);
        return lo ^ hi;
    }
    #endif
    static inline uint64_t sk_load8(const unsigned char *at) {
        uint64_t word;
        memcpy(&word, at, 8);
    #if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        word = __builtin_bswap64(word);
    #endif
        return word;
    }
    /* sk_mask[8 + n] keeps the first n of 8 bytes; looked up, since a branch on a token's length is guessed wrong. */
    #define SK_ALL 0xFFFFFFFFFFFFFFFFULL
    static const uint64_t sk_mask[25] = {
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFFULL, 0xFFFFULL, 0xFFFFFFULL, 0xFFFFFFFFULL, 0xFFFFFFFFFFULL,
        0xFFFFFFFFFFFFULL, 0xFFFFFFFFFFFFFFULL, SK_ALL,
        SK_ALL, SK_ALL, SK_ALL, SK_ALL, SK_ALL, SK_ALL, SK_ALL, SK_ALL};
    /* The 1 to 16 bytes from `at` on as two words with zeros behind, read without leaving [text, end). */
    static inline void sk_load16(const unsigned char *at, ptrdiff_t size, const unsigned char *text,
                                 const unsigned char *end, uint64_t *low, uint64_t *high) {
        if (end - at >= 16) {
            *low = sk_load8(at);
            *high = sk_load8(at + 8);
        } else if (end - text >= 16) {  /* read the last 16 bytes and shift those before `at` out */
            int bits = 8 * (int)(16 - (end - at));
            uint64_t first = sk_load8(end - 16), last = sk_load8(end - 8);
            *low = bits >= 64 ? last >> (bits - 64) : first >> bits | last << 1 << (63 - bits);
            *high = bits >= 64 ? 0 : last >> bits;
        } else {
            unsigned char copy[16] = {0};
            memcpy(copy, at, (size_t)size);
            *low = sk_load8(copy);
            *high = sk_load8(copy + 8);
        }
        *low &= sk_mask[8 + size];
        *high &= sk_mask[size];
    }
    /* 2**64 divided by the golden ratio, for multiplicative hashing, and odd numbers to begin with. */
    #define SK_PRIME 0x9E3779B97F4A7C15ULL
    #define SK_PAIR 0xC2B2AE3D27D4EB4FULL
    #define SK_CHAR_SEED 0x51ED270B9F3A1D47ULL
    #define SK_WORD_SEED 0x2545F4914F6CDD1DULL
    """
    const uint64_t PRIME "SK_PRIME"
    const uint64_t PAIR "SK_PAIR"
    const uint64_t CHAR_SEED "SK_CHAR_SEED"
    const uint64_t WORD_SEED "SK_WORD_SEED"
    uint64_t sk_fold(uint64_t, uint64_t) noexcept nogil
    int SK_FIRST(uint64_t) noexcept nogil
    uint64_t sk_load8(const uint8_t *) noexcept nogil
    void sk_load16(const uint8_t *, Py_ssize_t, const uint8_t *, const uint8_t *, uint64_t *, uint64_t *) noexcept nogil
