/* parse_text.c - what stands between quotes, as the text that it means.
 *
 * Mirrors    CPython's decoding of string literals: escapes, also the unknown ones, which stay as they are.
 * Idea       A text is never longer than its source: room for that is made once, then bytes are appended.
 * Holds      The result is UTF-8: a surrogate alone is refused, for no such text can be printed.
 *            A newline of any form is "\n", as in CPython, which reads files so.
 * Tests      tests/test_minipy_parser.c */
#include "parse/parser_impl.h"

#include <string.h>

/* ---- The builder --------------------------------------------------------------------------------- */

/* Makes room for so many bytes more, and a NUL. */
static void text_reserve(mp_parser *parser, mp_builder *builder, size_t more)
{
    size_t need = builder->size + more + 1, capacity = 2 * builder->capacity;
    char *data;

    if (need <= builder->capacity)
        return;
    if (capacity < need)
        capacity = need;
    data = mp_parse_new(parser, capacity);
    if (builder->size > 0)
        memcpy(data, builder->data, builder->size);
    builder->data = data;
    builder->capacity = capacity;
}

mp_text mp_parse_built(mp_parser *parser, mp_builder *builder)
{
    mp_text text;

    text_reserve(parser, builder, 0);
    builder->data[builder->size] = '\0';
    text = (mp_text){builder->data, builder->size};
    *builder = (mp_builder){NULL, 0, 0};
    return text;
}

static void text_byte(mp_builder *builder, char byte)
{
    builder->data[builder->size++] = byte;
}

/* A character as one to four bytes of UTF-8. */
static void text_character(mp_builder *builder, uint32_t code)
{
    if (code < 0x80) {
        text_byte(builder, (char)code);
        return;
    }
    if (code < 0x800) {
        text_byte(builder, (char)(0xC0 | code >> 6));
    } else {
        if (code < 0x10000) {
            text_byte(builder, (char)(0xE0 | code >> 12));
        } else {
            text_byte(builder, (char)(0xF0 | code >> 18));
            text_byte(builder, (char)(0x80 | (code >> 12 & 0x3F)));
        }
        text_byte(builder, (char)(0x80 | (code >> 6 & 0x3F)));
    }
    text_byte(builder, (char)(0x80 | (code & 0x3F)));
}

/* Adds the newline or the byte at a place; the place after it. */
static const char *text_copy(mp_builder *builder, const char *at, const char *end)
{
    if (*at != '\r') {
        text_byte(builder, *at);
        return at + 1;
    }
    text_byte(builder, '\n');
    return at + 1 < end && at[1] == '\n' ? at + 2 : at + 1;
}

void mp_parse_decode_plain(mp_parser *parser, mp_builder *builder, const char *from, const char *to)
{
    text_reserve(parser, builder, (size_t)(to - from));
    while (from < to)
        from = text_copy(builder, from, to);
}

/* ---- Escapes ------------------------------------------------------------------------------------- */

typedef struct escape {
    mp_parser *parser;
    const mp_token *token;
    const char *at, *end; /* 'at' is after the backslash */
} escape;

/* Positions count from the opening quote, as those of CPython do while all is ASCII. */
static _Noreturn void escape_fail(const escape *self, const char *to, const char *why)
{
    size_t from = (size_t)(self->at - 1 - self->token->text), until = (size_t)(to - 1 - self->token->text);

    mp_parse_fail(self->parser, self->token->span,
                  "(unicode error) 'unicodeescape' codec can't decode bytes in position %zu-%zu: %s", from,
                  until, why);
}

static int escape_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* \xhh, \uhhhh, \Uhhhhhhhh */
static const char *escape_hexadecimal(const escape *self, mp_builder *builder, int digits,
                                      const char *truncated)
{
    const char *at = self->at + 1;
    uint32_t code = 0;

    for (int i = 0; i < digits; i++, at++) {
        int digit = at < self->end ? escape_digit(*at) : -1;

        if (digit < 0)
            escape_fail(self, at, truncated);
        code = code << 4 | (uint32_t)digit;
    }
    if (code > 0x10FFFF)
        escape_fail(self, at, "illegal Unicode character");
    if (code >= 0xD800 && code <= 0xDFFF)
        mp_parse_not_here(self->parser, self->token->span, "surrogates in strings are");
    text_character(builder, code);
    return at;
}

/* One to three digits; three may go beyond a byte. */
static const char *escape_octal(const escape *self, mp_builder *builder)
{
    const char *at = self->at;
    uint32_t code = 0;

    for (int i = 0; i < 3 && at < self->end && *at >= '0' && *at <= '7'; i++, at++)
        code = code << 3 | (uint32_t)(*at - '0');
    text_character(builder, code);
    return at;
}

static const char *escape_newline(const escape *self)
{
    return self->at[0] == '\r' && self->at + 1 < self->end && self->at[1] == '\n' ? self->at + 2
                                                                                  : self->at + 1;
}

/* Names need the table of Unicode, which is not here. */
static const char *escape_named(const escape *self)
{
    if (self->at + 1 == self->end || self->at[1] != '{')
        escape_fail(self, self->at + 1, "malformed \\N character escape");
    mp_parse_not_here(self->parser, self->token->span, "named characters (\\N{...}) are");
}

/* Adds what a backslash and the bytes after it mean; the place after them. */
static const char *escape_decode(const escape *self, mp_builder *builder)
{
    static const char letters[] = "\\'\"abfnrtv", meanings[] = "\\'\"\a\b\f\n\r\t\v";
    const char *found = strchr(letters, *self->at);

    if (found) {
        text_byte(builder, meanings[found - letters]);
        return self->at + 1;
    }
    switch (*self->at) {
    case '\n':
    case '\r':
        return escape_newline(self);
    case 'x':
        return escape_hexadecimal(self, builder, 2, "truncated \\xXX escape");
    case 'u':
        return escape_hexadecimal(self, builder, 4, "truncated \\uXXXX escape");
    case 'U':
        return escape_hexadecimal(self, builder, 8, "truncated \\UXXXXXXXX escape");
    case 'N':
        return escape_named(self);
    default:
        if (*self->at >= '0' && *self->at <= '7')
            return escape_octal(self, builder);
        text_byte(builder, '\\');
        return self->at;
    }
}

void mp_parse_decode(mp_parser *parser, mp_builder *builder, const mp_token *token, bool braces)
{
    const char *at = token->text, *end = token->text + token->size;

    text_reserve(parser, builder, token->size);
    while (at < end)
        if (*at == '\\' && !token->raw && at + 1 < end) {
            at = escape_decode(&(escape){parser, token, at + 1, end}, builder);
        } else if (braces && (*at == '{' || *at == '}')) {
            text_byte(builder, *at);
            at += 2;
        } else {
            at = text_copy(builder, at, end);
        }
}

/* ---- Bytes --------------------------------------------------------------------------------------- */

static const char *byte_hexadecimal(const escape *self, mp_builder *builder)
{
    int high = self->at + 1 < self->end ? escape_digit(self->at[1]) : -1;
    int low = self->at + 2 < self->end ? escape_digit(self->at[2]) : -1;

    if (high < 0 || low < 0)
        mp_parse_fail(self->parser, self->token->span, "(value error) invalid \\x escape at position %zu",
                      (size_t)(self->at - 1 - self->token->text));
    text_byte(builder, (char)(high << 4 | low));
    return self->at + 3;
}

static const char *byte_octal(const escape *self, mp_builder *builder)
{
    const char *at = self->at;
    int code = 0;

    for (int i = 0; i < 3 && at < self->end && *at >= '0' && *at <= '7'; i++, at++)
        code = code << 3 | (*at - '0');
    text_byte(builder, (char)(code & 0xff));
    return at;
}

/* What only characters have, \u and its kin, stays as it is. */
static const char *byte_escape(const escape *self, mp_builder *builder)
{
    if (*self->at == 'x')
        return byte_hexadecimal(self, builder);
    if (*self->at >= '0' && *self->at <= '7')
        return byte_octal(self, builder);
    if (*self->at != 'u' && *self->at != 'U' && *self->at != 'N')
        return escape_decode(self, builder);
    text_byte(builder, '\\');
    return self->at;
}

void mp_parse_decode_bytes(mp_parser *parser, mp_builder *builder, const mp_token *token)
{
    const char *at = token->text, *end = token->text + token->size;

    text_reserve(parser, builder, token->size);
    for (const char *byte = at; byte < end; byte++)
        if ((unsigned char)*byte >= 0x80)
            mp_parse_fail(parser, token->span, "bytes can only contain ASCII literal characters");
    while (at < end)
        if (*at == '\\' && !token->raw && at + 1 < end)
            at = byte_escape(&(escape){parser, token, at + 1, end}, builder);
        else
            at = text_copy(builder, at, end);
}
