/* lexer_string.c - where strings begin and end, and the parts of f-strings.
 *
 * Mirrors    CPython 3.12 and later (PEP 701): a field of an f-string is lexed like any other code, so it may
 *            have quotes, newlines, comments and f-strings in it.
 * Idea       A string is one token; an f-string is a start, texts, the tokens of its fields, and an end.
 *            The stack of brackets says which of these comes next.  What backslashes and doubled braces
 *            mean is decided when the parser reads the text (parse_text.c).
 * Holds      A text is never empty.  In a text, each brace is one of a pair, but none is in a format, where
 *            a brace always opens or closes a field.
 * Tests      tests/test_minipy_parser.c */
#include "parse/lexer.h"

/* A field may have fields in its format, and they may, but that is all. */
enum { FIELDS_DEEP = 3 };

static _Noreturn void string_fail(mp_lexer *lexer, const mp_token *token, const char *message)
{
    mp_lex_fail(lexer->way_out, MP_SYNTAX_ERROR, mp_lexer_span(lexer, token), "%s", message);
}

/* Whether a string that a quote opens or closes here has it three times. */
static bool string_at_triple(const mp_lexer *lexer)
{
    char quote = mp_lexer_peek(lexer, 0);

    return mp_lexer_peek(lexer, 1) == quote && mp_lexer_peek(lexer, 2) == quote;
}

/* Takes a backslash and what it hides: a newline is two bytes in some files. */
static void string_backslash(mp_lexer *lexer)
{
    lexer->at++;
    if (mp_lexer_at_newline(lexer))
        mp_lexer_newline(lexer);
    else if (lexer->at < lexer->end)
        lexer->at++;
}

/* ---- Strings ------------------------------------------------------------------------------------- */

/* A quote within a field that should have ended: f"{a" is reported as what it is. */
static _Noreturn void string_unterminated(mp_lexer *lexer, const mp_token *token, char quote, bool triple)
{
    const mp_bracket *top = mp_lexer_top(lexer);
    mp_span span = token->span;

    span.end_line = span.line;
    span.end_column = span.column + 1;
    if (top && top->quote == quote && top->triple == triple)
        mp_lex_fail(lexer->way_out, MP_SYNTAX_ERROR, span, "f-string: expecting '}'");
    mp_lex_fail(lexer->way_out, MP_SYNTAX_ERROR, span, "unterminated %sstring literal (detected at line %u)",
                triple ? "triple-quoted " : "", (unsigned)lexer->line);
}

void mp_lexer_string(mp_lexer *lexer, mp_token *token)
{
    char quote = mp_lexer_peek(lexer, 0);
    bool triple = string_at_triple(lexer);

    lexer->at += triple ? 3 : 1;
    token->text = lexer->at;
    while (mp_lexer_peek(lexer, 0) != quote || (triple && !string_at_triple(lexer))) {
        if (lexer->at == lexer->end || (!triple && mp_lexer_at_newline(lexer)))
            string_unterminated(lexer, token, quote, triple);
        if (mp_lexer_peek(lexer, 0) == '\\')
            string_backslash(lexer);
        else if (mp_lexer_at_newline(lexer))
            mp_lexer_newline(lexer);
        else
            lexer->at++;
    }
    token->size = (size_t)(lexer->at - token->text);
    lexer->at += triple ? 3 : 1;
    mp_lexer_finish(lexer, token, MP_T_STRING);
}

/* ---- Prefixes ------------------------------------------------------------------------------------ */

static char string_lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* Whether a name is a prefix: then *raw, and what kind of string it is: 'f', 'b', 't', or 'u' for a plain
 * one. */
static bool string_prefix(const mp_token *token, size_t size, bool *raw, char *kind)
{
    *raw = false;
    *kind = 'u';
    if (size > 2)
        return false;
    for (size_t i = 0; i < size; i++) {
        char c = string_lower(token->start[i]);

        if (c == 'r' && !*raw)
            *raw = true;
        else if ((c == 'f' || c == 'b' || c == 't' || (c == 'u' && size == 1)) && *kind == 'u')
            *kind = c;
        else
            return false;
    }
    return size == 1 || (*raw && *kind != 'u');
}

/* The whole of the opening quote is taken: what follows is text. */
static void string_open_fstring(mp_lexer *lexer, mp_token *token)
{
    char quote = mp_lexer_peek(lexer, 0);
    bool triple = string_at_triple(lexer), raw = token->raw;

    lexer->at += triple ? 3 : 1;
    mp_lexer_open(lexer, token, MP_B_FSTRING);
    mp_lexer_top(lexer)->quote = quote;
    mp_lexer_top(lexer)->triple = triple;
    mp_lexer_top(lexer)->raw = raw;
    mp_lexer_finish(lexer, token, MP_T_FSTRING_START);
}

bool mp_lexer_prefixed_string(mp_lexer *lexer, mp_token *token)
{
    char next = mp_lexer_peek(lexer, 0), kind;

    if (next != '"' && next != '\'')
        return false;
    if (!string_prefix(token, (size_t)(lexer->at - token->start), &token->raw, &kind))
        return false;
    if (kind == 't')
        mp_lex_fail(lexer->way_out, MP_SYNTAX_NOT_HERE, mp_lexer_span(lexer, token),
                    "template strings are not in the scenario language");
    token->bytes = kind == 'b';
    if (kind == 'f')
        string_open_fstring(lexer, token);
    else
        mp_lexer_string(lexer, token);
    return true;
}

/* ---- F-strings ----------------------------------------------------------------------------------- */

static bool fstring_at_end(mp_lexer *lexer)
{
    const mp_bracket *top = mp_lexer_top(lexer);

    return mp_lexer_peek(lexer, 0) == top->quote && (!top->triple || string_at_triple(lexer));
}

/* The place is that of the opening quote, however far the text went. */
static _Noreturn void fstring_unterminated(mp_lexer *lexer)
{
    const mp_bracket *top = mp_lexer_top(lexer);
    uint32_t line = lexer->line;

    while (top->kind != MP_B_FSTRING)
        top--;
    mp_lex_fail(lexer->way_out, MP_SYNTAX_ERROR,
                (mp_span){top->line, top->line, top->column, top->column + 1},
                "unterminated %sf-string literal (detected at line %u)", top->triple ? "triple-quoted " : "",
                (unsigned)line);
}

/* A string in single quotes is on one line, but for its fields. */
static void fstring_newline(mp_lexer *lexer, const mp_token *token)
{
    const mp_bracket *top = mp_lexer_top(lexer);

    if (!top->triple && top->kind == MP_B_SPEC)
        string_fail(lexer, token,
                    "f-string: newlines are not allowed in format specifiers for single quoted f-strings");
    if (!top->triple)
        fstring_unterminated(lexer);
    mp_lexer_newline(lexer);
}

/* A backslash hides no brace.  In a raw text it hides nothing, but the quote after it ends nothing either. */
static void fstring_backslash(mp_lexer *lexer, const mp_token *token)
{
    char next = mp_lexer_peek(lexer, 1);

    if (next == 'N' && mp_lexer_peek(lexer, 2) == '{' && !mp_lexer_top(lexer)->raw)
        mp_lex_fail(lexer->way_out, MP_SYNTAX_NOT_HERE, mp_lexer_span(lexer, token),
                    "named characters (\\N{...}) are not in the scenario language");
    if (next == '{' || next == '}')
        lexer->at++;
    else
        string_backslash(lexer);
}

/* Whether a brace is one that the text keeps; then it takes the two. */
static bool fstring_doubled(mp_lexer *lexer)
{
    char c = mp_lexer_peek(lexer, 0);

    if (mp_lexer_top(lexer)->kind == MP_B_SPEC || mp_lexer_peek(lexer, 1) != c)
        return false;
    lexer->at += 2;
    return true;
}

/* Takes text until a brace that is not doubled, or the end. */
static void fstring_text(mp_lexer *lexer, const mp_token *token)
{
    while (!fstring_at_end(lexer)) {
        char c = mp_lexer_peek(lexer, 0);

        if (lexer->at == lexer->end)
            fstring_unterminated(lexer);
        if ((c == '{' || c == '}') && !fstring_doubled(lexer))
            return;
        if (c == '\\')
            fstring_backslash(lexer, token);
        else if (mp_lexer_at_newline(lexer))
            fstring_newline(lexer, token);
        else if (c != '{' && c != '}')
            lexer->at++;
    }
}

static void fstring_open_field(mp_lexer *lexer, mp_token *token)
{
    const mp_bracket *top = mp_lexer_top(lexer);
    int deep = 0;

    lexer->at++;
    for (; top->kind == MP_B_SPEC; top -= 2)
        deep++;
    if (deep == FIELDS_DEEP)
        string_fail(lexer, token, "f-string: expressions nested too deeply");
    mp_lexer_open(lexer, token, MP_B_FIELD);
    mp_lexer_finish(lexer, token, MP_T_LEFT_BRACE);
}

/* A closing brace ends a format and its field; a text has none of its own. */
static void fstring_close_field(mp_lexer *lexer, mp_token *token)
{
    lexer->at++;
    if (mp_lexer_top(lexer)->kind != MP_B_SPEC)
        string_fail(lexer, token, "f-string: single '}' is not allowed");
    lexer->brackets_count -= 2;
    mp_lexer_finish(lexer, token, MP_T_RIGHT_BRACE);
}

static void fstring_end(mp_lexer *lexer, mp_token *token)
{
    if (mp_lexer_top(lexer)->kind == MP_B_SPEC)
        string_fail(lexer, token, "f-string: expecting '}'");
    lexer->at += mp_lexer_top(lexer)->triple ? 3 : 1;
    lexer->brackets_count--;
    mp_lexer_finish(lexer, token, MP_T_FSTRING_END);
}

void mp_lexer_fstring(mp_lexer *lexer, mp_token *token)
{
    token->raw = mp_lexer_top(lexer)->raw;
    fstring_text(lexer, token);
    if (lexer->at > token->start)
        mp_lexer_finish(lexer, token, MP_T_FSTRING_TEXT);
    else if (mp_lexer_peek(lexer, 0) == '{')
        fstring_open_field(lexer, token);
    else if (mp_lexer_peek(lexer, 0) == '}')
        fstring_close_field(lexer, token);
    else
        fstring_end(lexer, token);
}
