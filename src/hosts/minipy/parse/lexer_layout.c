/* lexer_layout.c - indentation: what makes blocks.
 *
 * Mirrors    The beginning of a line in CPython's tokenizer.
 * Idea       Each line's indentation is measured twice, with tabs to multiples of 8 and with tabs of one
 *            column.  Where the two disagree on which line is deeper, the file means different things in
 *            different editors: that is a TabError.
 * Holds      indents[0] is 0; the columns grow by both measures.
 * Tests      tests/test_minipy_parser.c */
#include "parse/lexer.h"

enum { TAB = 8 };

/* A line that begins with blanks and a backslash is as deep as the blanks before the backslash. */
static mp_indent indent_measure(mp_lexer *lexer)
{
    mp_indent width = {0, 0};
    uint32_t continued = 0;

    for (;; lexer->at++) {
        char c = mp_lexer_peek(lexer, 0);

        if (c == ' ') {
            width.column++;
            width.by_ones++;
        } else if (c == '\t') {
            width.column = (width.column / TAB + 1) * TAB;
            width.by_ones++;
        } else if (c == '\f') {
            width = (mp_indent){0, 0};
        } else if (c == '\\') {
            continued = continued ? continued : width.column;
            mp_lexer_continuation(lexer);
            lexer->at--; /* the loop steps over it */
        } else {
            return continued ? (mp_indent){continued, continued} : width;
        }
    }
}

/* Takes blank lines, and lines with nothing but a comment.  The indentation of the first other line. */
static mp_indent indent_of_next(mp_lexer *lexer)
{
    for (;;) {
        mp_indent width = indent_measure(lexer);

        if (mp_lexer_peek(lexer, 0) == '#')
            while (lexer->at < lexer->end && !mp_lexer_at_newline(lexer))
                lexer->at++;
        if (lexer->at == lexer->end)
            return (mp_indent){0, 0};
        if (!mp_lexer_at_newline(lexer))
            return width;
        mp_lexer_newline(lexer);
    }
}

static mp_span indent_span(const mp_lexer *lexer)
{
    uint32_t column = (uint32_t)(lexer->at - lexer->line_start);

    return (mp_span){lexer->line, lexer->line, 0, column};
}

static _Noreturn void indent_fail_tabs(mp_lexer *lexer)
{
    mp_lex_fail(lexer->way_out, MP_SYNTAX_TAB, indent_span(lexer),
                "inconsistent use of tabs and spaces in indentation");
}

static void indent_push(mp_lexer *lexer, mp_indent now)
{
    if (lexer->indents_count == MP_INDENTS_MAX)
        mp_lex_fail(lexer->way_out, MP_SYNTAX_INDENTATION, indent_span(lexer),
                    "too many levels of indentation");
    if (now.by_ones <= lexer->indents[lexer->indents_count - 1].by_ones)
        indent_fail_tabs(lexer);
    lexer->indents[lexer->indents_count++] = now;
    lexer->pending = 1;
}

/* Leaves blocks until one of this depth, which must have been there. */
static void indent_pop(mp_lexer *lexer, mp_indent now)
{
    mp_indent top;

    while (now.column < lexer->indents[lexer->indents_count - 1].column) {
        lexer->indents_count--;
        lexer->pending--;
    }
    top = lexer->indents[lexer->indents_count - 1];
    if (now.column != top.column)
        mp_lex_fail(lexer->way_out, MP_SYNTAX_INDENTATION, indent_span(lexer),
                    "unindent does not match any outer indentation level");
    if (now.by_ones != top.by_ones)
        indent_fail_tabs(lexer);
}

void mp_lexer_layout(mp_lexer *lexer)
{
    mp_indent now = indent_of_next(lexer);

    lexer->line_begins = false;
    if (now.column > lexer->indents[lexer->indents_count - 1].column)
        indent_push(lexer, now);
    else
        indent_pop(lexer, now);
}
