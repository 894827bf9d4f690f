/* parse_primary.c - names and constants, and what binds closest: attributes, calls, indexes.
 *
 * Mirrors    The rules atom, primary, slices and arguments, and the errors of calls that need no scopes.
 * Idea       A loop, so that a.b.c() and f(x)(y)(z) may be of any length.
 * Holds      Arguments stay in the order of the source within each of the two lists of a call.
 * Tests      tests/test_minipy_parser.c */
#include "parse/parser_impl.h"

/* ---- Atoms --------------------------------------------------------------------------------------- */

static mp_node *parse_constant(mp_parser *parser, int constant)
{
    mp_span start = parser->token.span;
    mp_node *node;

    mp_parse_next(parser);
    node = mp_parse_node(parser, MP_N_CONSTANT, start);
    node->number.integer = constant;
    return node;
}

static mp_node *parse_name_atom(mp_parser *parser)
{
    mp_span start = parser->token.span;
    mp_text name = mp_parse_name(parser);
    mp_node *node = mp_parse_node(parser, MP_N_NAME, start);

    node->text = name;
    return node;
}

static mp_node *parse_number(mp_parser *parser)
{
    mp_token token = parser->token;
    mp_node *node;

    if (token.kind == MP_T_INT && token.integer > INT64_MAX && token.start != parser->signed_integer)
        mp_parse_fail_integer(parser, token.span);
    mp_parse_next(parser);
    node = mp_parse_node(parser, token.kind == MP_T_INT ? MP_N_INT : MP_N_FLOAT, token.span);
    if (token.kind == MP_T_FLOAT)
        node->number.real = token.real;
    else
        node->number.integer = token.integer > INT64_MAX ? INT64_MIN : (int64_t)token.integer;
    return node;
}

/* Where an expression must stand and none does. */
static _Noreturn void atom_fail(mp_parser *parser)
{
    if (mp_parse_at(parser, MP_T_STAR))
        mp_parse_fail_here(parser, "can't use starred expression here");
    mp_parse_unexpected(parser, "an expression");
}

static mp_node *parse_atom(mp_parser *parser)
{
    switch (parser->token.kind) {
    case MP_T_NAME:
        return parse_name_atom(parser);
    case MP_T_INT:
    case MP_T_FLOAT:
        return parse_number(parser);
    case MP_T_STRING:
    case MP_T_FSTRING_START:
        return mp_parse_strings(parser);
    case MP_T_NONE:
        return parse_constant(parser, MP_K_NONE);
    case MP_T_TRUE:
        return parse_constant(parser, MP_K_TRUE);
    case MP_T_FALSE:
        return parse_constant(parser, MP_K_FALSE);
    case MP_T_ELLIPSIS:
        return parse_constant(parser, MP_K_ELLIPSIS);
    case MP_T_LEFT_PAREN:
        return mp_parse_paren(parser);
    case MP_T_LEFT_BRACKET:
        return mp_parse_square(parser);
    case MP_T_LEFT_BRACE:
        return mp_parse_brace(parser);
    default:
        atom_fail(parser);
    }
}

/* ---- Arguments ----------------------------------------------------------------------------------- */

typedef struct argument_state {
    bool keyword, unpacked; /* there was a name=, a ** */
} argument_state;

/* "**" expression */
static mp_node *argument_unpacked(mp_parser *parser, argument_state *state)
{
    mp_span start = parser->token.span;
    mp_node *value, *node;

    mp_parse_next(parser);
    value = mp_parse_expression(parser);
    state->unpacked = true;
    node = mp_parse_node(parser, MP_N_KEYWORD, start);
    node->a = value;
    return node;
}

/* "*" expression: not "bitwise", as in displays */
static mp_node *argument_starred(mp_parser *parser, const argument_state *state)
{
    mp_span start = parser->token.span;
    mp_node *value, *node;

    if (state->unpacked)
        mp_parse_fail_here(parser, "iterable argument unpacking follows keyword argument unpacking");
    mp_parse_next(parser);
    value = mp_parse_expression(parser);
    if (mp_parse_at_comprehension(parser))
        mp_parse_fail(parser, mp_parse_span(parser, start),
                      "iterable unpacking cannot be used in comprehension");
    node = mp_parse_node(parser, MP_N_STARRED, start);
    node->a = value;
    return node;
}

/* What stands before "=" was read as an expression; only a bare name will do. */
static void argument_check_keyword(mp_parser *parser, const mp_node *name, mp_span start)
{
    mp_span span = mp_parse_span(parser, start);

    if (name->kind == MP_N_CONSTANT && name->number.integer != MP_K_ELLIPSIS)
        mp_parse_fail(parser, span, "cannot assign to %s", mp_parse_describe(name));
    if (name->kind != MP_N_NAME || !mp_parse_begins(name, start))
        mp_parse_fail(parser, span, "expression cannot contain assignment, perhaps you meant \"==\"?");
    mp_parse_check_name(parser, name->text, name->span);
}

/* The "=" expression after a name. */
static mp_node *argument_keyword(mp_parser *parser, const mp_node *name, mp_span start, argument_state *state)
{
    mp_node *value, *node;

    argument_check_keyword(parser, name, start);
    mp_parse_next(parser);
    if (mp_parse_at(parser, MP_T_COMMA) || mp_parse_at(parser, MP_T_RIGHT_PAREN))
        mp_parse_fail(parser, mp_parse_span(parser, start), "expected argument value expression");
    value = mp_parse_expression(parser);
    if (mp_parse_at_comprehension(parser))
        mp_parse_fail(parser, mp_parse_span(parser, start),
                      "invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
    state->keyword = true;
    node = mp_parse_node(parser, MP_N_KEYWORD, start);
    node->text = name->text;
    node->a = value;
    return node;
}

/* f(x for x in y): the generator spans the brackets of the call, in which it must be alone. */
static mp_node *argument_generator(mp_parser *parser, mp_node *item, mp_span start, bool first, mp_span open)
{
    mp_nodes clauses = mp_parse_for_clauses(parser);
    mp_node *node;

    if (!first || mp_parse_at(parser, MP_T_COMMA))
        mp_parse_fail(parser, mp_parse_span(parser, start), "Generator expression must be parenthesized");
    node = mp_parse_node(parser, MP_N_GENERATOR, open);
    node->a = item;
    node->list = clauses;
    node->span.end_line = parser->token.span.end_line;
    node->span.end_column = parser->token.span.end_column;
    return node;
}

static mp_node *parse_argument(mp_parser *parser, argument_state *state, bool first, mp_span open)
{
    mp_span start = parser->token.span;
    mp_node *node;

    if (mp_parse_at(parser, MP_T_DOUBLE_STAR))
        return argument_unpacked(parser, state);
    if (mp_parse_at(parser, MP_T_STAR))
        return argument_starred(parser, state);
    node = mp_parse_expression(parser);
    if (mp_parse_at(parser, MP_T_ASSIGN))
        return argument_keyword(parser, node, start, state);
    if (mp_parse_at(parser, MP_T_WALRUS))
        node = mp_parse_walrus(parser, node, start);
    if (mp_parse_at_comprehension(parser))
        return argument_generator(parser, node, start, first, open);
    if (state->unpacked || state->keyword)
        mp_parse_fail(parser, mp_parse_span(parser, start), "positional argument follows keyword argument%s",
                      state->unpacked ? " unpacking" : "");
    return node;
}

/* Two of one name are an error here; what ** brings is only known when the call is made. */
static void arguments_check(mp_parser *parser, mp_nodes arguments)
{
    mp_text *names = mp_parse_new(parser, arguments.count * sizeof *names);
    mp_node **keywords = mp_parse_new(parser, arguments.count * sizeof(mp_node *));
    size_t count = 0, repeated;

    for (size_t i = 0; i < arguments.count; i++)
        if (arguments.items[i]->kind == MP_N_KEYWORD && arguments.items[i]->text.data) {
            keywords[count] = arguments.items[i];
            names[count++] = arguments.items[i]->text;
        }
    repeated = mp_parse_repeated(parser, names, count);
    if (repeated < count)
        mp_parse_fail(parser, keywords[repeated]->span, "keyword argument repeated: %.*s",
                      mp_fail_width(names[repeated].data, names[repeated].size), names[repeated].data);
}

/* "(" [argument ("," argument)* [","]] ")" */
mp_nodes mp_parse_arguments(mp_parser *parser)
{
    argument_state state = {false, false};
    size_t mark = mp_parse_mark(parser);
    mp_span open = parser->token.span;
    mp_nodes arguments;

    mp_parse_expect(parser, MP_T_LEFT_PAREN);
    while (!mp_parse_at(parser, MP_T_RIGHT_PAREN)) {
        bool first = mp_parse_mark(parser) == mark;

        mp_parse_push(parser, parse_argument(parser, &state, first, open));
        if (!mp_parse_accept(parser, MP_T_COMMA))
            break;
    }
    mp_parse_close(parser, MP_T_RIGHT_PAREN);
    arguments = mp_parse_collect(parser, mark);
    if (state.keyword)
        arguments_check(parser, arguments);
    return arguments;
}

/* ---- Calls, attributes, indexes ------------------------------------------------------------------ */

/* Those of the arguments that are keywords, or those that are not. */
static mp_nodes call_select(mp_parser *parser, mp_nodes from, bool keywords)
{
    size_t mark = mp_parse_mark(parser);

    for (size_t i = 0; i < from.count; i++)
        if ((from.items[i]->kind == MP_N_KEYWORD) == keywords)
            mp_parse_push(parser, from.items[i]);
    return mp_parse_collect(parser, mark);
}

static mp_node *parse_call(mp_parser *parser, mp_span start, mp_node *function)
{
    mp_nodes arguments = mp_parse_arguments(parser);
    mp_node *node = mp_parse_node(parser, MP_N_CALL, start);

    node->a = function;
    node->list = call_select(parser, arguments, false);
    node->list2 = call_select(parser, arguments, true);
    return node;
}

static mp_node *parse_attribute(mp_parser *parser, mp_span start, mp_node *of)
{
    mp_text name;
    mp_node *node;

    mp_parse_next(parser);
    name = mp_parse_name(parser);
    node = mp_parse_node(parser, MP_N_ATTRIBUTE, start);
    node->a = of;
    node->text = name;
    return node;
}

static mp_node *slice_part(mp_parser *parser)
{
    if (mp_parse_at(parser, MP_T_COLON) || mp_parse_at(parser, MP_T_COMMA) ||
        mp_parse_at(parser, MP_T_RIGHT_BRACKET))
        return NULL;
    return mp_parse_expression(parser);
}

/* [expression] ":" [expression] [":" [expression]] | named | "*" bitwise */
static mp_node *parse_slice(mp_parser *parser)
{
    mp_span start = parser->token.span;
    mp_node *first = NULL, *second, *third = NULL, *node;
    bool walrus;

    if (mp_parse_at(parser, MP_T_STAR))
        return mp_parse_starred(parser, true);
    if (!mp_parse_at(parser, MP_T_COLON))
        first = mp_parse_named(parser);
    walrus = first && first->kind == MP_N_WALRUS && mp_parse_begins(first, start);
    if (first && (walrus || !mp_parse_at(parser, MP_T_COLON)))
        return first;
    mp_parse_next(parser);
    second = slice_part(parser);
    if (mp_parse_accept(parser, MP_T_COLON))
        third = slice_part(parser);
    node = mp_parse_node(parser, MP_N_SLICE, start);
    node->a = first;
    node->b = second;
    node->c = third;
    return node;
}

/* a[b, c] is indexed by a tuple, and so is a[*b]. */
static mp_node *parse_slices(mp_parser *parser)
{
    mp_span start = parser->token.span;
    size_t mark = mp_parse_mark(parser);
    mp_node *node = parse_slice(parser);

    if (!mp_parse_at(parser, MP_T_COMMA) && node->kind != MP_N_STARRED)
        return node;
    mp_parse_push(parser, node);
    while (mp_parse_accept(parser, MP_T_COMMA) && !mp_parse_at(parser, MP_T_RIGHT_BRACKET))
        mp_parse_push(parser, parse_slice(parser));
    node = mp_parse_node(parser, MP_N_TUPLE, start);
    node->list = mp_parse_collect(parser, mark);
    return node;
}

static mp_node *parse_index(mp_parser *parser, mp_span start, mp_node *of)
{
    mp_node *index, *node;

    mp_parse_next(parser);
    index = parse_slices(parser);
    mp_parse_close(parser, MP_T_RIGHT_BRACKET);
    node = mp_parse_node(parser, MP_N_INDEX, start);
    node->a = of;
    node->b = index;
    return node;
}

/* atom ("." name | "(" arguments ")" | "[" slices "]")* */
mp_node *mp_parse_primary(mp_parser *parser)
{
    mp_span start = parser->token.span;
    mp_node *node = parse_atom(parser);

    for (;;)
        if (mp_parse_at(parser, MP_T_DOT))
            node = parse_attribute(parser, start, node);
        else if (mp_parse_at(parser, MP_T_LEFT_PAREN))
            node = parse_call(parser, start, node);
        else if (mp_parse_at(parser, MP_T_LEFT_BRACKET))
            node = parse_index(parser, start, node);
        else
            return node;
}
