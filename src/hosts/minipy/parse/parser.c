/* parser.c - the parser's tokens, lists, nodes and errors; and mp_parse.
 *
 * Mirrors    CPython's parser as far as its messages: an error of the lexer anywhere in the rest of the file,
 *            and a bracket that is never closed, come before "invalid syntax".
 * Idea       Lists grow on one stack, as they nest, and are copied to their exact size when they end.
 * Holds      C recursion is bounded: by MP_DEPTH_MAX for expressions, by MP_INDENTS_MAX for blocks.  What is
 *            read from left to right (a+b+c, a.b.c, elif) is read in loops, so these trees may be deep.
 *            All work is linear in the size of the file, but for the sorting of names.
 * Owns       Nothing: all memory is the arena's.
 * Tests      tests/test_minipy_parser.c */
#include "parse/parser_impl.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Errors -------------------------------------------------------------------------------------- */

static _Noreturn void fail_never_closed(mp_parser *parser)
{
    const mp_bracket *top = mp_lexer_top(&parser->lexer);
    uint32_t line = top->line, column = top->column;

    mp_lex_fail(parser->lexer.way_out, MP_SYNTAX_ERROR, (mp_span){line, line, column, column + 1},
                "'%c' was never closed", "([{\"{{"[top->kind]);
}

/* The rest of the file may hold the better reason, which does not return: a string without an end, a bracket
 * that an earlier line left open. */
static void fail_better(mp_parser *parser)
{
    mp_token token = parser->token, next = token;

    while (next.kind != MP_T_END)
        mp_lexer_next(&parser->lexer, &next);
    if (parser->lexer.brackets_count > 0 &&
        (token.kind == MP_T_END || mp_lexer_top(&parser->lexer)->line < token.span.line))
        fail_never_closed(parser);
}

void mp_parse_fail(mp_parser *parser, mp_span span, const char *format, ...)
{
    char message[sizeof parser->lexer.way_out->error->message];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    fail_better(parser);
    mp_lex_fail(parser->lexer.way_out, MP_SYNTAX_ERROR, span, "%s", message);
}

void mp_parse_fail_here(mp_parser *parser, const char *message)
{
    mp_parse_fail(parser, parser->token.span, "%s", message);
}

void mp_parse_not_here(mp_parser *parser, mp_span span, const char *what)
{
    mp_lex_fail(parser->lexer.way_out, MP_SYNTAX_NOT_HERE, span, "%s not in the scenario language", what);
}

void mp_parse_fail_integer(mp_parser *parser, mp_span span)
{
    mp_lex_fail(parser->lexer.way_out, MP_SYNTAX_NOT_HERE, span,
                "integer literal too large for the scenario language (64 bits)");
}

void mp_parse_unexpected(mp_parser *parser, const char *expected)
{
    if (parser->token.kind == MP_T_INDENT)
        mp_lex_fail(parser->lexer.way_out, MP_SYNTAX_INDENTATION, parser->token.span, "unexpected indent");
    mp_parse_fail(parser, parser->token.span, "invalid syntax: expected %s", expected);
}

/* ---- Tokens -------------------------------------------------------------------------------------- */

/* Ends of lines and blocks are no part of what they end. */
void mp_parse_next(mp_parser *parser)
{
    if (parser->token.kind > MP_T_DEDENT)
        parser->last = parser->token.span;
    mp_lexer_next(&parser->lexer, &parser->token);
}

bool mp_parse_at(const mp_parser *parser, mp_token_kind kind)
{
    return parser->token.kind == kind;
}

bool mp_parse_accept(mp_parser *parser, mp_token_kind kind)
{
    if (parser->token.kind != kind)
        return false;
    mp_parse_next(parser);
    return true;
}

void mp_parse_expect(mp_parser *parser, mp_token_kind kind)
{
    char expected[16];

    if (mp_parse_accept(parser, kind))
        return;
    (void)snprintf(expected, sizeof expected, "'%s'", mp_token_name(kind));
    mp_parse_unexpected(parser, expected);
}

void mp_parse_close(mp_parser *parser, mp_token_kind kind)
{
    char expected[16];

    if (mp_parse_accept(parser, kind))
        return;
    (void)snprintf(expected, sizeof expected, "',' or '%s'", mp_token_name(kind));
    if (mp_parse_at_expression(parser))
        mp_parse_fail_here(parser, "invalid syntax. Perhaps you forgot a comma?");
    mp_parse_unexpected(parser, expected);
}

mp_text mp_parse_name(mp_parser *parser)
{
    mp_text name;

    if (!mp_parse_at(parser, MP_T_NAME))
        mp_parse_unexpected(parser, "a name");
    name = mp_parse_text(parser, parser->token.text, parser->token.size);
    mp_parse_next(parser);
    return name;
}

bool mp_parse_at_expression(const mp_parser *parser)
{
    switch (parser->token.kind) {
    case MP_T_NAME:
    case MP_T_INT:
    case MP_T_FLOAT:
    case MP_T_STRING:
    case MP_T_FSTRING_START:
    case MP_T_FALSE:
    case MP_T_NONE:
    case MP_T_TRUE:
    case MP_T_AWAIT:
    case MP_T_LAMBDA:
    case MP_T_NOT:
    case MP_T_LEFT_PAREN:
    case MP_T_LEFT_BRACKET:
    case MP_T_LEFT_BRACE:
    case MP_T_ELLIPSIS:
    case MP_T_PLUS:
    case MP_T_MINUS:
    case MP_T_TILDE:
        return true;
    default:
        return false;
    }
}

/* ---- Nodes and lists ----------------------------------------------------------------------------- */

void *mp_parse_new(mp_parser *parser, size_t size)
{
    void *piece = mp_arena_new(parser->lexer.way_out->arena, size);

    if (!piece)
        mp_fail_memory(parser->lexer.way_out, parser->token.span);
    return piece;
}

mp_span mp_parse_span(const mp_parser *parser, mp_span start)
{
    return (mp_span){start.line, parser->last.end_line, start.column, parser->last.end_column};
}

mp_node *mp_parse_node(mp_parser *parser, mp_node_kind kind, mp_span start)
{
    mp_node *node = mp_parse_new(parser, sizeof *node);

    node->kind = kind;
    node->span = mp_parse_span(parser, start);
    return node;
}

bool mp_parse_begins(const mp_node *node, mp_span start)
{
    return node->span.line == start.line && node->span.column == start.column;
}

void mp_parse_end(const mp_parser *parser, mp_node *node)
{
    node->span = mp_parse_span(parser, node->span);
}

mp_text mp_parse_text(mp_parser *parser, const char *data, size_t size)
{
    mp_text text;

    if (!mp_arena_text(parser->lexer.way_out->arena, data, size, &text))
        mp_fail_memory(parser->lexer.way_out, parser->token.span);
    return text;
}

size_t mp_parse_mark(const mp_parser *parser)
{
    return parser->scratch_count;
}

void mp_parse_push(mp_parser *parser, mp_node *node)
{
    if (parser->scratch_count == parser->scratch_size) {
        size_t size = parser->scratch_size ? 2 * parser->scratch_size : 64;
        mp_node **larger = mp_parse_new(parser, size * sizeof *larger);

        if (parser->scratch_count > 0)
            memcpy(larger, parser->scratch, parser->scratch_count * sizeof *larger);
        parser->scratch = larger;
        parser->scratch_size = size;
    }
    parser->scratch[parser->scratch_count++] = node;
}

/* The list gets its exact size: the tree lives longer than the parser. */
mp_nodes mp_parse_collect(mp_parser *parser, size_t mark)
{
    mp_nodes nodes = {NULL, parser->scratch_count - mark};

    if (nodes.count > 0) {
        nodes.items = mp_parse_new(parser, nodes.count * sizeof *nodes.items);
        memcpy(nodes.items, parser->scratch + mark, nodes.count * sizeof *nodes.items);
    }
    parser->scratch_count = mark;
    return nodes;
}

/* Counts what nests without a bracket as well; brackets alone the lexer would stop. */
void mp_parse_enter(mp_parser *parser)
{
    if (++parser->depth > MP_DEPTH_MAX)
        mp_parse_fail_here(parser, "too many nested parentheses");
}

void mp_parse_leave(mp_parser *parser)
{
    parser->depth--;
}

/* ---- Names that stand twice ---------------------------------------------------------------------- */

static int compare_names(const mp_text *left, const mp_text *right)
{
    int order = memcmp(left->data, right->data, left->size < right->size ? left->size : right->size);

    return order != 0 ? order : (left->size > right->size) - (left->size < right->size);
}

/* For qsort, over pointers into one array: equal names stay in its order. */
static int compare_named(const void *left, const void *right)
{
    const mp_text *const *first = left, *const *second = right;
    int order = compare_names(*first, *second);

    return order != 0 ? order : (*first > *second) - (*first < *second);
}

size_t mp_parse_repeated(mp_parser *parser, const mp_text *names, size_t count)
{
    const mp_text **sorted;
    size_t found = count;

    if (count < 2)
        return count;
    sorted = mp_parse_new(parser, count * sizeof *sorted);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &names[i];
    qsort(sorted, count, sizeof *sorted, compare_named);
    for (size_t i = 1; i < count; i++)
        if (compare_names(sorted[i - 1], sorted[i]) == 0 && (size_t)(sorted[i] - names) < found)
            found = (size_t)(sorted[i] - names);
    return found;
}

/* ---- The whole file ------------------------------------------------------------------------------ */

/* A module spans nothing in CPython's tree; here it is the whole file. */
static mp_node *parse_file(mp_parser *parser)
{
    mp_node *module = mp_parse_node(parser, MP_N_MODULE, (mp_span){1, 1, 0, 0});
    size_t mark = mp_parse_mark(parser);

    mp_parse_next(parser);
    while (!mp_parse_at(parser, MP_T_END))
        mp_parse_statement(parser);
    module->body = mp_parse_collect(parser, mark);
    mp_parse_end(parser, module);
    return module;
}

/* way_out and parser are not read after the jump, so it does not matter what it leaves of them. */
mp_node *mp_parse(mp_arena *arena, const char *source, size_t size, mp_syntax_error *error)
{
    mp_syntax_exit way_out = {.arena = arena, .error = error};
    mp_parser parser;

    memset(error, 0, sizeof *error);
    if (setjmp(way_out.place) != 0)
        return NULL;
    memset(&parser, 0, sizeof parser);
    parser.last = parser.token.span = (mp_span){1, 1, 0, 0};
    mp_lexer_init(&parser.lexer, &way_out, source, size);
    return parse_file(&parser);
}
