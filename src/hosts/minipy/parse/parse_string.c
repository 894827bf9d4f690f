/* parse_string.c - strings that follow each other, and f-strings with their fields.
 *
 * Mirrors    The rules strings, fstring, fstring_replacement_field of Python's grammar (PEP 701).
 * Idea       Texts that meet grow together, over the borders of the literals and with the "x=" of f"{x=}",
 *            until a field ends them.
 * Holds      An MP_N_FSTRING has no empty text and no two texts in a row.
 * Tests      tests/test_minipy_parser.c */
#include "parse/parser_impl.h"

/* The text that is being put together. */
typedef struct pieces {
    mp_builder builder;
    mp_span span; /* line 0: there is none */
} pieces;

/* A text spans from the first of its pieces to the last. */
static void pieces_extend(pieces *self, mp_span span)
{
    if (self->span.line == 0)
        self->span = span;
    self->span.end_line = span.end_line;
    self->span.end_column = span.end_column;
}

static mp_node *pieces_node(mp_parser *parser, pieces *self, mp_span span)
{
    mp_node *node = mp_parse_node(parser, MP_N_STR, span);

    node->span = span;
    node->text = mp_parse_built(parser, &self->builder);
    return node;
}

/* Pushes the text so far. */
static void pieces_flush(mp_parser *parser, pieces *self)
{
    if (self->builder.size > 0)
        mp_parse_push(parser, pieces_node(parser, self, self->span));
    self->span.line = 0;
}

static void pieces_token(mp_parser *parser, pieces *self, bool braces)
{
    mp_parse_decode(parser, &self->builder, &parser->token, braces);
    pieces_extend(self, parser->token.span);
    mp_parse_next(parser);
}

/* ---- Fields -------------------------------------------------------------------------------------- */

static void parse_fields(mp_parser *parser, pieces *text, bool format);

static _Noreturn void field_fail_empty(mp_parser *parser)
{
    switch (parser->token.kind) {
    case MP_T_RIGHT_BRACE:
    case MP_T_COLON:
    case MP_T_BANG:
    case MP_T_ASSIGN:
        mp_parse_fail(parser, parser->token.span, "f-string: valid expression required before '%s'",
                      mp_token_name(parser->token.kind));
    default:
        mp_parse_fail_here(parser, "f-string: expecting a valid expression after '{'");
    }
}

/* yield | expressions, but not what the ":" of a format would cut in two. */
static mp_node *field_value(mp_parser *parser)
{
    if (mp_parse_at(parser, MP_T_LAMBDA))
        mp_parse_fail_here(parser, "f-string: lambda expressions are not allowed without parentheses");
    if (!mp_parse_at_expression(parser) && !mp_parse_at(parser, MP_T_STAR) &&
        !mp_parse_at(parser, MP_T_YIELD))
        field_fail_empty(parser);
    return mp_parse_value(parser);
}

/* The ":..." of a field.  Its text may be empty, which is not the same as no format. */
static mp_node *field_format(mp_parser *parser)
{
    mp_span start = parser->token.span;
    size_t mark = mp_parse_mark(parser);
    pieces text = {{NULL, 0, 0}, {0, 0, 0, 0}};
    mp_node *node;

    mp_parse_next(parser);
    parse_fields(parser, &text, true);
    pieces_flush(parser, &text);
    node = mp_parse_node(parser, MP_N_FSTRING, start);
    node->list = mp_parse_collect(parser, mark);
    return node;
}

/* "!" and the letter right after it. */
static int field_conversion(mp_parser *parser)
{
    mp_span bang = parser->token.span, name;
    const char *text;

    mp_parse_next(parser);
    name = parser->token.span;
    text = parser->token.text;
    if (name.line != bang.line || name.column != bang.end_column)
        mp_parse_fail(parser, name, "f-string: conversion type must come right after the exclamation mark");
    if (!mp_parse_at(parser, MP_T_NAME))
        mp_parse_fail(parser, name, "f-string: %s conversion character",
                      mp_parse_at(parser, MP_T_RIGHT_BRACE) || mp_parse_at(parser, MP_T_COLON) ? "missing"
                                                                                               : "invalid");
    if (parser->token.size != 1 || (*text != 's' && *text != 'r' && *text != 'a'))
        mp_parse_fail(parser, name,
                      "f-string: invalid conversion character '%.*s': expected 's', 'r', or 'a'",
                      mp_fail_width(text, parser->token.size), text);
    mp_parse_next(parser);
    return *text;
}

/* The end of what stands before a comment; a "#" in a string begins none. */
static const char *debug_code(const char *from, const char *to)
{
    char quote = '\0';

    for (; from < to && (quote || *from != '#'); from++)
        if (quote && *from == '\\' && from + 1 < to)
            from++;
        else if (quote ? *from == quote : *from == '"' || *from == '\'')
            quote = quote ? '\0' : *from;
    return from;
}

static const char *debug_comment(const char *from, const char *to)
{
    while (from < to && *from != '\n' && *from != '\r')
        from++;
    return from;
}

/* f"{x = }": what stands between the brace and what follows the "=" becomes text, without comments. */
static void field_debug(mp_parser *parser, pieces *text, mp_span brace, const char *from)
{
    mp_span next = parser->token.span;
    const char *to = parser->token.start;

    pieces_extend(text, (mp_span){brace.end_line, next.line, brace.end_column, next.column});
    while (from < to) {
        const char *end = debug_code(from, to);

        mp_parse_decode_plain(parser, &text->builder, from, end);
        from = debug_comment(end, to);
    }
}

static void field_end(mp_parser *parser, const mp_node *node, bool debug)
{
    if (mp_parse_accept(parser, MP_T_RIGHT_BRACE))
        return;
    if (!debug && !node->b && node->number.integer == 0 && mp_parse_at_expression(parser))
        mp_parse_fail_here(parser, "invalid syntax. Perhaps you forgot a comma?");
    if (node->b)
        mp_parse_unexpected(parser, "'}' of the f-string");
    if (node->number.integer != 0)
        mp_parse_fail_here(parser, "f-string: expecting ':' or '}'");
    mp_parse_fail_here(parser, debug ? "f-string: expecting '!', or ':', or '}'"
                                     : "f-string: expecting '=', or '!', or ':', or '}'");
}

/* A field, from its brace on: pushed after the text before it. */
static void parse_field(mp_parser *parser, pieces *text)
{
    mp_span start = parser->token.span;
    const char *from = parser->token.start + 1;
    mp_node *node = mp_parse_node(parser, MP_N_FVALUE, start);
    bool debug;

    mp_parse_enter(parser);
    mp_parse_next(parser);
    node->a = field_value(parser);
    debug = mp_parse_accept(parser, MP_T_ASSIGN);
    if (debug)
        field_debug(parser, text, start, from);
    pieces_flush(parser, text);
    if (mp_parse_at(parser, MP_T_BANG))
        node->number.integer = field_conversion(parser);
    if (mp_parse_at(parser, MP_T_COLON))
        node->b = field_format(parser);
    field_end(parser, node, debug);
    if (debug && node->number.integer == 0 && !node->b)
        node->number.integer = 'r';
    mp_parse_end(parser, node);
    mp_parse_push(parser, node);
    mp_parse_leave(parser);
}

/* Texts and fields, up to what ends them. */
static void parse_fields(mp_parser *parser, pieces *text, bool format)
{
    for (;;)
        if (mp_parse_at(parser, MP_T_FSTRING_TEXT))
            pieces_token(parser, text, !format);
        else if (mp_parse_at(parser, MP_T_LEFT_BRACE))
            parse_field(parser, text);
        else
            return;
}

/* ---- Strings ------------------------------------------------------------------------------------- */

static _Noreturn void bytes_mixed(mp_parser *parser)
{
    mp_parse_fail_here(parser, "cannot mix bytes and nonbytes literals");
}

static mp_node *parse_bytes(mp_parser *parser)
{
    mp_span start = parser->token.span;
    mp_builder builder = {NULL, 0, 0};
    mp_node *node;

    while (mp_parse_at(parser, MP_T_STRING) && parser->token.bytes) {
        mp_parse_decode_bytes(parser, &builder, &parser->token);
        mp_parse_next(parser);
    }
    if (mp_parse_at(parser, MP_T_STRING) || mp_parse_at(parser, MP_T_FSTRING_START))
        bytes_mixed(parser);
    node = mp_parse_node(parser, MP_N_BYTES, start);
    node->span = mp_parse_span(parser, start);
    node->text = mp_parse_built(parser, &builder);
    return node;
}

mp_node *mp_parse_strings(mp_parser *parser)
{
    mp_span start = parser->token.span;
    size_t mark = mp_parse_mark(parser);
    pieces text = {{NULL, 0, 0}, {0, 0, 0, 0}};
    bool formatted = false;
    mp_node *node;

    if (mp_parse_at(parser, MP_T_STRING) && parser->token.bytes)
        return parse_bytes(parser);
    while (mp_parse_at(parser, MP_T_STRING) || mp_parse_at(parser, MP_T_FSTRING_START)) {
        if (parser->token.bytes)
            bytes_mixed(parser);
        if (mp_parse_at(parser, MP_T_STRING)) {
            pieces_token(parser, &text, false);
            continue;
        }
        formatted = true;
        mp_parse_next(parser);
        parse_fields(parser, &text, false);
        mp_parse_expect(parser, MP_T_FSTRING_END);
    }
    if (!formatted)
        return pieces_node(parser, &text, mp_parse_span(parser, start));
    pieces_flush(parser, &text);
    node = mp_parse_node(parser, MP_N_FSTRING, start);
    node->list = mp_parse_collect(parser, mark);
    return node;
}
