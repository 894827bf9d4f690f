/* parse_definition.c - parameters, lambda, def, class, decorators.
 *
 * Mirrors    The rules parameters, lambda_params, function_def, class_def, decorators, and their errors.
 * Idea       Parameters are read one after the other, with a state that says which may still come.
 * Holds      mp_params is in the order of the source; no name is there twice.
 * Tests      tests/test_minipy_parser.c */
#include "parse/parser_impl.h"

#include <string.h>

/* ---- Parameters ---------------------------------------------------------------------------------- */

typedef struct param_state {
    mp_params params;
    size_t room;
    mp_span star;     /* of a bare *, which needs a name after it; line 0: none waits */
    bool slash, rest; /* there was a "/", a "*" */
    bool keywords;    /* there was a "**": nothing may follow */
    bool has_default; /* all positional parameters after it must have one */
    mp_token_kind end;
} param_state;

static mp_param *param_add(mp_parser *parser, param_state *state)
{
    if (state->params.count == state->room) {
        mp_param *larger = mp_parse_new(parser, (state->room ? 2 * state->room : 4) * sizeof *larger);

        if (state->params.count > 0)
            memcpy(larger, state->params.items, state->params.count * sizeof *larger);
        state->params.items = larger;
        state->room = state->room ? 2 * state->room : 4;
    }
    return &state->params.items[state->params.count++];
}

/* "name", or "name: annotation" where those may be. */
static void param_name(mp_parser *parser, mp_param *param, const param_state *state)
{
    mp_span start = parser->token.span;

    if (mp_parse_at(parser, MP_T_LEFT_PAREN))
        mp_parse_fail_here(parser, state->end == MP_T_COLON
                                       ? "Lambda expression parameters cannot be parenthesized"
                                       : "Function parameters cannot be parenthesized");
    param->name = mp_parse_name(parser);
    mp_parse_check_name(parser, param->name, start);
    if (state->end == MP_T_RIGHT_PAREN && mp_parse_accept(parser, MP_T_COLON))
        param->annotation = param->kind == MP_P_REST ? mp_parse_starred(parser, false)
                                                     : mp_parse_expression(parser);
    param->span = mp_parse_span(parser, start);
}

/* ["=" expression], which two kinds of parameters cannot have. */
static void param_default(mp_parser *parser, mp_param *param, const param_state *state)
{
    if (!mp_parse_accept(parser, MP_T_ASSIGN))
        return;
    if (param->kind == MP_P_REST)
        mp_parse_fail(parser, parser->last, "var-positional argument cannot have default value");
    if (param->kind == MP_P_KEYWORDS)
        mp_parse_fail(parser, parser->last, "var-keyword argument cannot have default value");
    if (mp_parse_at(parser, MP_T_COMMA) || mp_parse_at(parser, state->end))
        mp_parse_fail(parser, parser->last, "expected default value expression");
    param->fallback = mp_parse_expression(parser);
}

/* A parameter without a star: after one, it can only be given by its name. */
static void param_plain(mp_parser *parser, param_state *state)
{
    mp_param *param = param_add(parser, state);

    param->kind = state->rest ? MP_P_KEYWORD_ONLY : MP_P_POSITIONAL;
    param_name(parser, param, state);
    param_default(parser, param, state);
    state->star.line = 0;
    if (state->rest)
        return;
    if (!param->fallback && state->has_default)
        mp_parse_fail(parser, param->span, "parameter without a default follows parameter with a default");
    state->has_default |= param->fallback != NULL;
}

/* "/" says afterwards what the parameters before it are. */
static void param_slash(mp_parser *parser, param_state *state)
{
    if (state->slash)
        mp_parse_fail_here(parser, "/ may appear only once");
    if (state->rest)
        mp_parse_fail_here(parser, "/ must be ahead of *");
    if (state->params.count == 0)
        mp_parse_fail_here(parser, "at least one argument must precede /");
    mp_parse_next(parser);
    state->slash = true;
    for (size_t i = 0; i < state->params.count; i++)
        state->params.items[i].kind = MP_P_POSITIONAL_ONLY;
}

/* "*" alone, or "*" name */
static void param_star(mp_parser *parser, param_state *state)
{
    mp_span star = parser->token.span;
    mp_param *param;

    if (state->rest)
        mp_parse_fail_here(parser, "* argument may appear only once");
    mp_parse_next(parser);
    state->rest = true;
    if (mp_parse_at(parser, MP_T_COMMA) || mp_parse_at(parser, state->end)) {
        state->star = star;
        return;
    }
    param = param_add(parser, state);
    param->kind = MP_P_REST;
    param_name(parser, param, state);
    param_default(parser, param, state);
}

/* "**" name */
static void param_double_star(mp_parser *parser, param_state *state)
{
    mp_param *param;

    mp_parse_next(parser);
    if (state->star.line != 0)
        mp_parse_fail(parser, state->star, "named arguments must follow bare *");
    param = param_add(parser, state);
    param->kind = MP_P_KEYWORDS;
    state->keywords = true;
    param_name(parser, param, state);
    param_default(parser, param, state);
}

static void parse_param(mp_parser *parser, param_state *state)
{
    if (state->keywords)
        mp_parse_fail_here(parser, "arguments cannot follow var-keyword argument");
    if (mp_parse_at(parser, MP_T_SLASH))
        param_slash(parser, state);
    else if (mp_parse_at(parser, MP_T_STAR))
        param_star(parser, state);
    else if (mp_parse_at(parser, MP_T_DOUBLE_STAR))
        param_double_star(parser, state);
    else
        param_plain(parser, state);
}

static void params_check_names(mp_parser *parser, mp_params params)
{
    mp_text *names = mp_parse_new(parser, params.count * sizeof *names);
    size_t repeated;

    for (size_t i = 0; i < params.count; i++)
        names[i] = params.items[i].name;
    repeated = mp_parse_repeated(parser, names, params.count);
    if (repeated < params.count)
        mp_parse_fail(parser, params.items[repeated].span, "duplicate argument '%.*s' in function definition",
                      mp_fail_width(names[repeated].data, names[repeated].size), names[repeated].data);
}

mp_params mp_parse_params(mp_parser *parser, mp_token_kind end)
{
    param_state state = {.end = end};

    while (!mp_parse_at(parser, end)) {
        parse_param(parser, &state);
        if (!mp_parse_accept(parser, MP_T_COMMA))
            break;
    }
    if (state.star.line != 0)
        mp_parse_fail(parser, state.star, "named arguments must follow bare *");
    params_check_names(parser, state.params);
    return state.params;
}

/* "lambda" [params] ":" expression */
mp_node *mp_parse_lambda(mp_parser *parser)
{
    mp_span start = parser->token.span;
    mp_params params;
    mp_node *value, *node;

    mp_parse_next(parser);
    params = mp_parse_params(parser, MP_T_COLON);
    mp_parse_expect(parser, MP_T_COLON);
    value = mp_parse_expression(parser);
    node = mp_parse_node(parser, MP_N_LAMBDA, start);
    node->params = params;
    node->a = value;
    return node;
}

/* ---- def, class ---------------------------------------------------------------------------------- */

static void definition_check_type_parameters(mp_parser *parser)
{
    if (mp_parse_at(parser, MP_T_LEFT_BRACKET))
        mp_parse_not_here(parser, parser->token.span, "type parameters are");
}

/* ["async"] "def" name "(" [params] ")" ["->" expression] block; start is that of the async */
mp_node *mp_parse_function(mp_parser *parser, mp_span start)
{
    mp_node *node;
    mp_span head = parser->token.span, name_span;

    mp_parse_next(parser);
    name_span = parser->token.span;
    node = mp_parse_node(parser, MP_N_FUNCTION, start);
    node->text = mp_parse_name(parser);
    mp_parse_check_name(parser, node->text, name_span);
    definition_check_type_parameters(parser);
    if (!mp_parse_accept(parser, MP_T_LEFT_PAREN))
        mp_parse_fail_here(parser, "expected '('");
    node->params = mp_parse_params(parser, MP_T_RIGHT_PAREN);
    mp_parse_close(parser, MP_T_RIGHT_PAREN);
    if (mp_parse_accept(parser, MP_T_ARROW))
        node->a = mp_parse_expression(parser);
    node->body = mp_parse_block(parser, head, "function definition");
    mp_parse_end(parser, node);
    return node;
}

/* The bases look like the arguments of a call, but a bare generator is no argument here. */
static void class_bases(mp_parser *parser, mp_node *node)
{
    mp_span start = parser->token.span;

    node->list2 = mp_parse_arguments(parser);
    for (size_t i = 0; i < node->list2.count; i++)
        if (node->list2.items[i]->kind == MP_N_GENERATOR && mp_parse_begins(node->list2.items[i], start))
            mp_parse_fail(parser, node->list2.items[i]->span, "invalid syntax: a generator is no base class");
}

/* "class" name ["(" [arguments] ")"] block */
mp_node *mp_parse_class(mp_parser *parser)
{
    mp_span start = parser->token.span;
    mp_node *node;

    mp_parse_next(parser);
    node = mp_parse_node(parser, MP_N_CLASS, start);
    start = parser->token.span;
    node->text = mp_parse_name(parser);
    mp_parse_check_name(parser, node->text, start);
    definition_check_type_parameters(parser);
    if (mp_parse_at(parser, MP_T_LEFT_PAREN))
        class_bases(parser, node);
    node->body = mp_parse_block(parser, node->span, "class definition");
    mp_parse_end(parser, node);
    return node;
}

/* ---- Decorators ---------------------------------------------------------------------------------- */

/* The definition does not begin at its decorators, as in CPython's tree. */
mp_node *mp_parse_decorated(mp_parser *parser)
{
    size_t mark = mp_parse_mark(parser);
    mp_nodes decorators;
    mp_span start;
    mp_node *node;
    bool async;

    while (mp_parse_accept(parser, MP_T_AT)) {
        mp_parse_push(parser, mp_parse_named(parser));
        if (!mp_parse_accept(parser, MP_T_NEWLINE))
            mp_parse_unexpected(parser, "the end of the line");
    }
    decorators = mp_parse_collect(parser, mark);
    start = parser->token.span;
    async = mp_parse_accept(parser, MP_T_ASYNC);
    if (mp_parse_at(parser, MP_T_DEF))
        node = mp_parse_function(parser, start);
    else if (!async && mp_parse_at(parser, MP_T_CLASS))
        node = mp_parse_class(parser);
    else
        mp_parse_unexpected(parser, "'def' or 'class' after a decorator");
    node->flag = async;
    node->list = decorators;
    return node;
}
