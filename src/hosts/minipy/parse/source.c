/* source.c - what must hold of a source file before it is read, and how reading it ends in an error.
 *
 * Mirrors  The decoding that CPython does before its tokenizer; its words where an error has any.
 * Idea     An error leaves lexer and parser at once, by longjmp.  That is safe, for they hold nothing but
 *          memory of the arena: no function on the way has anything to give back.
 * Tests    tests/test_minipy_parser.c */
#include "parse/lexer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { NAME_WIDTH = 80 };

/* ---- Errors -------------------------------------------------------------------------------------- */

/* The size of a text of at most 'most' bytes that does not end within a character. */
static size_t text_cut(const char *text, size_t size, size_t most)
{
    if (size <= most)
        return size;
    while (most > 0 && ((unsigned char)text[most] & 0xC0) == 0x80)
        most--;
    return most;
}

int mp_fail_width(const char *text, size_t size)
{
    return (int)text_cut(text, size, NAME_WIDTH);
}

void mp_lex_fail(mp_syntax_exit *way_out, mp_syntax_kind kind, mp_span span, const char *format, ...)
{
    mp_syntax_error *error = way_out->error;
    va_list args;

    error->kind = kind;
    error->span = span;
    va_start(args, format);
    (void)vsnprintf(error->message, sizeof error->message, format, args);
    va_end(args);
    longjmp(way_out->place, 1);
}

void mp_fail_memory(mp_syntax_exit *way_out, mp_span span)
{
    mp_lex_fail(way_out, MP_SYNTAX_MEMORY, span, "out of memory");
}

/* ---- UTF-8 --------------------------------------------------------------------------------------- */

/* What is wrong with the bytes at 'at', or NULL; then *size is how many are one character. */
static const char *utf8_character(const unsigned char *at, size_t left, size_t *size)
{
    unsigned char first = at[0], low = 0x80, high = 0xBF;

    *size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (first < 0x80)
        return NULL;
    if (first < 0xC2 || first > 0xF4)
        return "invalid start byte";
    /* The second byte rules out what is too long, a surrogate, or beyond U+10FFFF. */
    if (first == 0xE0)
        low = 0xA0;
    else if (first == 0xED)
        high = 0x9F;
    else if (first == 0xF0)
        low = 0x90;
    else if (first == 0xF4)
        high = 0x8F;
    for (size_t i = 1; i < *size; i++, low = 0x80, high = 0xBF) {
        if (i >= left)
            return "unexpected end of data";
        if (at[i] < low || at[i] > high)
            return "invalid continuation byte";
    }
    return NULL;
}

/* The place of a byte, found by counting lines from the start: for an error that comes before the lexer. */
static mp_span source_place(const char *source, const char *at)
{
    const char *line_start = source;
    uint32_t line = 1;

    for (const char *c = source; c < at; c++)
        if (*c == '\n' || (*c == '\r' && c[1] != '\n')) {
            line++;
            line_start = c + 1;
        }
    return (mp_span){line, line, (uint32_t)(at - line_start), (uint32_t)(at - line_start) + 1};
}

static void source_check(mp_syntax_exit *way_out, const char *source, size_t size)
{
    for (size_t i = 0, step; i < size; i += step) {
        const unsigned char *at = (const unsigned char *)source + i;
        const char *wrong = utf8_character(at, size - i, &step);

        if (wrong)
            mp_lex_fail(way_out, MP_SYNTAX_ERROR, source_place(source, source + i),
                        "(unicode error) 'utf-8' codec can't decode byte 0x%02x in position %zu: %s", *at, i,
                        wrong);
        if (*at == '\0')
            mp_lex_fail(way_out, MP_SYNTAX_ERROR, source_place(source, source + i),
                        "source code cannot contain null bytes");
    }
}

/* ---- The start of a lexer ------------------------------------------------------------------------ */

void mp_lexer_init(mp_lexer *lexer, mp_syntax_exit *way_out, const char *source, size_t size)
{
    memset(lexer, 0, sizeof *lexer);
    lexer->way_out = way_out;
    /* Lines and columns are kept in 32 bits. */
    if (size >= UINT32_MAX)
        mp_fail_memory(way_out, (mp_span){1, 1, 0, 0});
    source_check(way_out, source, size);
    if (size >= 3 && memcmp(source, "\xEF\xBB\xBF", 3) == 0) {
        source += 3;
        size -= 3;
    }
    lexer->at = lexer->line_start = source;
    lexer->end = size > 0 ? source + size : source;
    lexer->line = 1;
    lexer->line_begins = true;
    lexer->indents_count = 1; /* the first is column 0, which all files begin at */
}
