/* lexer.c - the text of a file as tokens: names, keywords, operators, brackets, ends of lines.
 *
 * Mirrors    CPython's tokenizer: a newline counts only where no bracket is open; a backslash joins lines.
 * Idea       One stack says what is open: brackets, and the parts of f-strings.  Its top decides how the
 *            next byte is read, so that an f-string may hold any expression, with strings in it, and so on.
 *            Strings, numbers and indentation have files of their own.
 * Holds      The source has no NUL, so that '\0' of mp_lexer_peek means the end.
 *            A token never goes beyond the end; it points into the source.
 * Tests      tests/test_minipy_parser.c */
#include "parse/lexer.h"
#include "values/unicode.h"

#include <string.h>

static const char *const token_names[MP_T_COUNT] = {
    "end of file", "newline",  "indentation", "dedent",   "name",  "number", "number", "string", "f-string",
    "f-string",    "f-string", "False",       "None",     "True",  "and",    "as",     "assert", "async",
    "await",       "break",    "class",       "continue", "def",   "del",    "elif",   "else",   "except",
    "finally",     "for",      "from",        "global",   "if",    "import", "in",     "is",     "lambda",
    "nonlocal",    "not",      "or",          "pass",     "raise", "return", "try",    "while",  "with",
    "yield",       "(",        ")",           "[",        "]",     "{",      "}",      ",",      ":",
    ";",           ".",        "...",         "->",       "=",     ":=",     "!",      "+",      "-",
    "*",           "/",        "//",          "%",        "**",    "<<",     ">>",     "&",      "|",
    "^",           "@",        "~",           "+=",       "-=",    "*=",     "/=",     "//=",    "%=",
    "**=",         "<<=",      ">>=",         "&=",       "|=",    "^=",     "@=",     "<",      "<=",
    "==",          "!=",       ">",           ">=",
};

const char *mp_token_name(mp_token_kind kind)
{
    return token_names[kind];
}

/* ---- Bytes and places ---------------------------------------------------------------------------- */

char mp_lexer_peek(const mp_lexer *lexer, size_t ahead)
{
    return (size_t)(lexer->end - lexer->at) > ahead ? lexer->at[ahead] : '\0';
}

bool mp_lexer_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool mp_lexer_is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || mp_lexer_is_digit(c) ||
           (unsigned char)c >= 0x80;
}

bool mp_lexer_at_newline(const mp_lexer *lexer)
{
    char c = mp_lexer_peek(lexer, 0);

    return c == '\n' || c == '\r';
}

void mp_lexer_newline(mp_lexer *lexer)
{
    lexer->at += mp_lexer_peek(lexer, 0) == '\r' && mp_lexer_peek(lexer, 1) == '\n' ? 2 : 1;
    lexer->line_start = lexer->at;
    lexer->line++;
}

static void token_begin(const mp_lexer *lexer, mp_token *token)
{
    memset(token, 0, sizeof *token);
    token->start = token->text = lexer->at;
    token->span.line = lexer->line;
    token->span.column = (uint32_t)(lexer->at - lexer->line_start);
}

mp_span mp_lexer_span(const mp_lexer *lexer, const mp_token *token)
{
    mp_span span = token->span;

    span.end_line = lexer->line;
    span.end_column = (uint32_t)(lexer->at - lexer->line_start);
    return span;
}

/* The text of a string is without its quotes; its size is known already. */
void mp_lexer_finish(const mp_lexer *lexer, mp_token *token, mp_token_kind kind)
{
    token->kind = kind;
    token->span = mp_lexer_span(lexer, token);
    if (kind != MP_T_STRING)
        token->size = (size_t)(lexer->at - token->text);
}

void mp_lexer_continuation(mp_lexer *lexer)
{
    mp_token here;

    token_begin(lexer, &here);
    lexer->at++;
    if (mp_lexer_at_newline(lexer))
        mp_lexer_newline(lexer);
    else if (lexer->at < lexer->end)
        mp_lex_fail(lexer->way_out, MP_SYNTAX_ERROR, mp_lexer_span(lexer, &here),
                    "unexpected character after line continuation character");
    if (lexer->at == lexer->end)
        mp_lex_fail(lexer->way_out, MP_SYNTAX_ERROR, mp_lexer_span(lexer, &here),
                    "unexpected EOF while parsing");
}

/* ---- Brackets ------------------------------------------------------------------------------------ */

mp_bracket *mp_lexer_top(mp_lexer *lexer)
{
    return lexer->brackets_count > 0 ? &lexer->brackets[lexer->brackets_count - 1] : NULL;
}

/* What opens within an f-string remembers the quote that would end that: a string with the same quote that
 * does not end is then reported as a missing brace. */
void mp_lexer_open(mp_lexer *lexer, const mp_token *token, mp_bracket_kind kind)
{
    mp_bracket *around = mp_lexer_top(lexer), *bracket;

    if (lexer->brackets_count == MP_BRACKETS_MAX)
        mp_lex_fail(lexer->way_out, MP_SYNTAX_ERROR, mp_lexer_span(lexer, token),
                    "too many nested parentheses");
    bracket = &lexer->brackets[lexer->brackets_count++];
    *bracket = around ? *around : (mp_bracket){0};
    bracket->kind = kind;
    bracket->line = token->span.line;
    bracket->column = token->span.column;
}

static _Noreturn void bracket_fail(mp_lexer *lexer, const mp_token *token)
{
    const mp_bracket *top = mp_lexer_top(lexer);
    mp_span span = mp_lexer_span(lexer, token);
    char close = *token->start;

    if (!top || top->kind == MP_B_FIELD)
        mp_lex_fail(lexer->way_out, MP_SYNTAX_ERROR, span, "%sunmatched '%c'", top ? "f-string: " : "",
                    close);
    if (top->line != span.line)
        mp_lex_fail(lexer->way_out, MP_SYNTAX_ERROR, span,
                    "closing parenthesis '%c' does not match opening parenthesis '%c' on line %u", close,
                    "([{"[top->kind], (unsigned)top -> line);
    mp_lex_fail(lexer->way_out, MP_SYNTAX_ERROR, span,
                "closing parenthesis '%c' does not match opening parenthesis '%c'", close, "([{"[top->kind]);
}

/* A brace closes a dict, or the field of an f-string. */
static void bracket_close(mp_lexer *lexer, const mp_token *token, mp_bracket_kind kind)
{
    const mp_bracket *top = mp_lexer_top(lexer);

    if (!top || (top->kind != kind && !(kind == MP_B_BRACE && top->kind == MP_B_FIELD)))
        bracket_fail(lexer, token);
    lexer->brackets_count--;
}

/* ---- Operators ----------------------------------------------------------------------------------- */

/* The operator of one to three bytes at a place, the longest that fits; MP_T_END if there is none. */
static mp_token_kind operator_at(const mp_lexer *lexer, size_t *size)
{
    mp_token_kind found = MP_T_END;

    *size = 0;
    for (mp_token_kind kind = MP_T_LEFT_PAREN; kind < MP_T_COUNT; kind++) {
        const char *name = token_names[kind];
        size_t length = *name == *lexer->at ? strlen(name) : 0;

        if (length > *size && length <= (size_t)(lexer->end - lexer->at) &&
            memcmp(name, lexer->at, length) == 0) {
            found = kind;
            *size = length;
        }
    }
    return found;
}

static _Noreturn void operator_fail(mp_lexer *lexer, const mp_token *token)
{
    unsigned char c = (unsigned char)*lexer->at++;
    mp_span span = mp_lexer_span(lexer, token);

    if (c < ' ' || c == 0x7F)
        mp_lex_fail(lexer->way_out, MP_SYNTAX_ERROR, span, "invalid non-printable character U+%04X", c);
    mp_lex_fail(lexer->way_out, MP_SYNTAX_ERROR, span, "invalid syntax: '%c' means nothing here", c);
}

/* In a field of an f-string the first ":" begins its format, whatever follows. */
static mp_token_kind operator_in_field(mp_lexer *lexer, const mp_token *token, mp_token_kind kind,
                                       size_t *size)
{
    if (kind == MP_T_COLON || kind == MP_T_WALRUS) {
        *size = 1;
        lexer->at++;
        mp_lexer_open(lexer, token, MP_B_SPEC);
        lexer->at--;
        return MP_T_COLON;
    }
    return kind;
}

static void operator_brackets(mp_lexer *lexer, const mp_token *token, mp_token_kind kind)
{
    switch (kind) {
    case MP_T_LEFT_PAREN:
    case MP_T_LEFT_BRACKET:
    case MP_T_LEFT_BRACE:
        mp_lexer_open(lexer, token, (mp_bracket_kind)((kind - MP_T_LEFT_PAREN) / 2));
        break;
    case MP_T_RIGHT_PAREN:
    case MP_T_RIGHT_BRACKET:
    case MP_T_RIGHT_BRACE:
        bracket_close(lexer, token, (mp_bracket_kind)((kind - MP_T_RIGHT_PAREN) / 2));
        break;
    default:
        break;
    }
}

static void lex_operator(mp_lexer *lexer, mp_token *token)
{
    size_t size;
    mp_token_kind kind = operator_at(lexer, &size);
    const mp_bracket *top = mp_lexer_top(lexer);
    bool in_field = top && top->kind == MP_B_FIELD;

    if (kind == MP_T_END || (kind == MP_T_BANG && !in_field))
        operator_fail(lexer, token);
    if (in_field)
        kind = operator_in_field(lexer, token, kind, &size);
    lexer->at += size;
    operator_brackets(lexer, token, kind);
    mp_lexer_finish(lexer, token, kind);
}

/* ---- Names --------------------------------------------------------------------------------------- */

static mp_token_kind keyword_of(const mp_token *token)
{
    for (mp_token_kind kind = MP_T_FALSE; kind <= MP_T_YIELD; kind++) {
        const char *name = token_names[kind];

        if (*name == *token->text && strlen(name) == token->size &&
            memcmp(name, token->text, token->size) == 0)
            return kind;
    }
    return MP_T_NAME;
}

/* Letters are known exactly in these ranges; what is no letter there is no part of a name. */
static bool is_stray(uint32_t point)
{
    bool symbols = point <= 0xbf || (point >= 0x2000 && point < 0x2c00) ||
                   (point >= 0x1f000 && point < 0x20000);
    return !mp_point_is_printable(point) || (symbols && !mp_point_is_alpha(point));
}

/* Takes a character beyond ASCII.  One that only looks like a space or a quote is named. */
static void lex_wide_character(mp_lexer *lexer)
{
    size_t size;
    uint32_t point = mp_utf8_decode(lexer->at, &size);
    const char *here = lexer->at;
    mp_token stray;

    token_begin(lexer, &stray);
    lexer->at += size;
    if (!is_stray(point))
        return;
    if (!mp_point_is_printable(point))
        mp_lex_fail(lexer->way_out, MP_SYNTAX_ERROR, mp_lexer_span(lexer, &stray),
                    "invalid non-printable character U+%04X", (unsigned)point);
    mp_lex_fail(lexer->way_out, MP_SYNTAX_ERROR, mp_lexer_span(lexer, &stray),
                "invalid character '%.*s' (U+%04X)", (int)size, here, (unsigned)point);
}

/* "match", "case" and "type" are names: the parser sees what they begin. */
static void lex_name(mp_lexer *lexer, mp_token *token)
{
    for (char c; mp_lexer_is_name(c = mp_lexer_peek(lexer, 0));)
        if ((unsigned char)c < 0x80)
            lexer->at++;
        else
            lex_wide_character(lexer);
    if (mp_lexer_prefixed_string(lexer, token))
        return;
    mp_lexer_finish(lexer, token, MP_T_NAME);
    token->kind = keyword_of(token);
}

/* ---- One token after the other ------------------------------------------------------------------- */

/* Takes what separates tokens: blanks, comments, and newlines that do not count. */
static void lex_blanks(mp_lexer *lexer)
{
    for (;;) {
        char c = mp_lexer_peek(lexer, 0);

        if (c == ' ' || c == '\t' || c == '\f')
            lexer->at++;
        else if (c == '\\')
            mp_lexer_continuation(lexer);
        else if (c == '#')
            while (lexer->at < lexer->end && !mp_lexer_at_newline(lexer))
                lexer->at++;
        else if (lexer->brackets_count > 0 && mp_lexer_at_newline(lexer))
            mp_lexer_newline(lexer);
        else
            return;
    }
}

/* One INDENT, or one DEDENT of several. */
static void lex_indents(mp_lexer *lexer, mp_token *token)
{
    bool deeper = lexer->pending > 0;

    lexer->pending += deeper ? -1 : 1;
    token_begin(lexer, token);
    mp_lexer_finish(lexer, token, deeper ? MP_T_INDENT : MP_T_DEDENT);
}

/* A file whose last line does not end still has a NEWLINE there, and a DEDENT for each open block. */
static void lex_end_of_line(mp_lexer *lexer, mp_token *token)
{
    if (lexer->at < lexer->end)
        mp_lexer_newline(lexer);
    token->kind = MP_T_NEWLINE;
    token->span.end_line = token->span.line;
    token->span.end_column = token->span.column + 1;
    lexer->line_open = false;
    lexer->line_begins = true;
}

static void lex_plain(mp_lexer *lexer, mp_token *token)
{
    char c;

    lex_blanks(lexer);
    token_begin(lexer, token);
    c = mp_lexer_peek(lexer, 0);
    if (lexer->at == lexer->end && (lexer->brackets_count > 0 || !lexer->line_open))
        mp_lexer_finish(lexer, token, MP_T_END);
    else if (lexer->at == lexer->end || mp_lexer_at_newline(lexer))
        lex_end_of_line(lexer, token);
    else if (mp_lexer_is_digit(c) || (c == '.' && mp_lexer_is_digit(mp_lexer_peek(lexer, 1))))
        mp_lexer_number(lexer, token);
    else if (c == '"' || c == '\'')
        mp_lexer_string(lexer, token);
    else if (mp_lexer_is_name(c))
        lex_name(lexer, token);
    else
        lex_operator(lexer, token);
}

void mp_lexer_next(mp_lexer *lexer, mp_token *token)
{
    const mp_bracket *top = mp_lexer_top(lexer);

    if (top && (top->kind == MP_B_FSTRING || top->kind == MP_B_SPEC)) {
        token_begin(lexer, token);
        mp_lexer_fstring(lexer, token);
        return;
    }
    if (lexer->line_begins)
        mp_lexer_layout(lexer);
    if (lexer->pending != 0) {
        lex_indents(lexer, token);
        return;
    }
    lex_plain(lexer, token);
    if (token->kind != MP_T_NEWLINE && token->kind != MP_T_END)
        lexer->line_open = true;
}
