/* unicode.h - code points: how they are written in UTF-8, and what Python says of their kinds. */
#ifndef MP_UNICODE_H
#define MP_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All text here is valid UTF-8 with a NUL after it. */

static inline bool mp_utf8_continues(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

/* Bytes of the code point that begins with a byte. */
static inline size_t mp_utf8_size(char byte)
{
    unsigned char lead = (unsigned char)byte;
    return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/* How many of so many bytes, of any kind, are one valid character; 0: they begin with none. */
size_t mp_utf8_valid(const unsigned char *at, size_t left);
uint32_t mp_utf8_decode(const char *data, size_t *size);
size_t mp_utf8_encode(uint32_t point, char out[4]);
size_t mp_utf8_length(const char *data, size_t size);
/* The byte where the nth code point begins; size if there are fewer. */
size_t mp_utf8_offset(const char *data, size_t size, size_t index);

/* The first byte that is no white space; the size without white space at the end. */
size_t mp_skip_space(const char *data, size_t size);
size_t mp_skip_space_back(const char *data, size_t size);

bool mp_point_is_space(uint32_t point);
bool mp_point_is_printable(uint32_t point);
bool mp_point_is_alpha(uint32_t point);
bool mp_point_is_decimal(uint32_t point);
bool mp_point_is_digit(uint32_t point);
bool mp_point_is_numeric(uint32_t point);
bool mp_point_is_upper(uint32_t point);
bool mp_point_is_lower(uint32_t point);
uint32_t mp_point_to_upper(uint32_t point);
uint32_t mp_point_to_lower(uint32_t point);

#endif
