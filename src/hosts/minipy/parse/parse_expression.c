/* parse_expression.c - operators: from "a if b else c" down to "**".
 *
 * Mirrors    The expression rules of Python's grammar, from expression to power, and :=.
 * Idea       Precedence climbing for the binary operators; loops for what chains; recursion, which is
 *            counted, for what nests to the right.
 * Holds      A node begins where its first token does, an opening bracket included: so the start is taken
 *            from the token, never from the left operand.
 * Tests      tests/test_minipy_parser.c */
#include "parse/parser_impl.h"

/* ---- Unary operators and powers ------------------------------------------------------------------ */

static mp_node *parse_power(mp_parser *parser);

/* -2**63 is an integer of 64 bits although 2**63 is none: there the sign is part of the number, unless
 * something binds closer, as ** does. */
static mp_node *unary_least(mp_parser *parser, mp_span start, mp_span digits)
{
    mp_node *node;

    parser->signed_integer = parser->token.start;
    node = parse_power(parser);
    if (node->kind != MP_N_INT)
        mp_parse_fail_integer(parser, digits);
    node->span.line = start.line;
    node->span.column = start.column;
    return node;
}

/* ("+" | "-" | "~") unary | power */
static mp_node *parse_unary(mp_parser *parser)
{
    mp_span start = parser->token.span;
    bool minus = mp_parse_at(parser, MP_T_MINUS), plus = mp_parse_at(parser, MP_T_PLUS);
    mp_node *node, *operand;

    if (!minus && !plus && !mp_parse_at(parser, MP_T_TILDE))
        return parse_power(parser);
    mp_parse_next(parser);
    if (minus && mp_parse_at(parser, MP_T_INT) && parser->token.integer > INT64_MAX)
        return unary_least(parser, start, parser->token.span);
    mp_parse_enter(parser);
    operand = parse_unary(parser);
    mp_parse_leave(parser);
    node = mp_parse_node(parser, MP_N_UNARY, start);
    node->op = minus ? MP_OP_NEGATIVE : plus ? MP_OP_POSITIVE : MP_OP_INVERT;
    node->a = operand;
    return node;
}

static mp_node *expression_binary(mp_parser *parser, mp_span start, mp_op op, mp_node *left, mp_node *right)
{
    mp_node *node = mp_parse_node(parser, MP_N_BINARY, start);

    node->op = op;
    node->a = left;
    node->b = right;
    return node;
}

/* ["await"] primary */
static mp_node *parse_await(mp_parser *parser)
{
    mp_span start = parser->token.span;
    mp_node *node, *awaited;

    if (!mp_parse_accept(parser, MP_T_AWAIT))
        return mp_parse_primary(parser);
    awaited = mp_parse_primary(parser);
    node = mp_parse_node(parser, MP_N_AWAIT, start);
    node->a = awaited;
    return node;
}

/* The right side of ** may have a sign, and binds to the right. */
static mp_node *parse_power(mp_parser *parser)
{
    mp_span start = parser->token.span;
    mp_node *left = parse_await(parser), *right;

    if (!mp_parse_accept(parser, MP_T_DOUBLE_STAR))
        return left;
    mp_parse_enter(parser);
    right = parse_unary(parser);
    mp_parse_leave(parser);
    return expression_binary(parser, start, MP_OP_POW, left, right);
}

/* ---- Binary operators ---------------------------------------------------------------------------- */

enum { LEVEL_BAR = 1, LEVEL_CARET, LEVEL_AMPERSAND, LEVEL_SHIFT, LEVEL_SUM, LEVEL_TERM };

/* How close a token binds as a binary operator; 0: it is none. */
static int operator_level(mp_token_kind kind, mp_op *op)
{
    static const struct {
        mp_token_kind kind;
        int level;
        mp_op op;
    } operators[] = {
        {MP_T_BAR, LEVEL_BAR, MP_OP_OR_BITS},
        {MP_T_CARET, LEVEL_CARET, MP_OP_XOR},
        {MP_T_AMPERSAND, LEVEL_AMPERSAND, MP_OP_AND_BITS},
        {MP_T_LSHIFT, LEVEL_SHIFT, MP_OP_LSHIFT},
        {MP_T_RSHIFT, LEVEL_SHIFT, MP_OP_RSHIFT},
        {MP_T_PLUS, LEVEL_SUM, MP_OP_ADD},
        {MP_T_MINUS, LEVEL_SUM, MP_OP_SUB},
        {MP_T_STAR, LEVEL_TERM, MP_OP_MUL},
        {MP_T_SLASH, LEVEL_TERM, MP_OP_DIV},
        {MP_T_DOUBLE_SLASH, LEVEL_TERM, MP_OP_FLOORDIV},
        {MP_T_PERCENT, LEVEL_TERM, MP_OP_MOD},
        {MP_T_AT, LEVEL_TERM, MP_OP_MATMUL},
    };

    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (operators[i].kind == kind) {
            *op = operators[i].op;
            return operators[i].level;
        }
    return 0;
}

/* Operators of at least this level.  The recursion is as deep as there are levels. */
static mp_node *parse_operators(mp_parser *parser, int least)
{
    mp_span start = parser->token.span;
    mp_node *left = parse_unary(parser);
    mp_op op = MP_OP_ADD;
    int level;

    while ((level = operator_level(parser->token.kind, &op)) >= least && level > 0) {
        mp_node *right;

        mp_parse_next(parser);
        right = parse_operators(parser, level + 1);
        left = expression_binary(parser, start, op, left, right);
    }
    return left;
}

mp_node *mp_parse_bitwise(mp_parser *parser)
{
    return parse_operators(parser, LEVEL_BAR);
}

/* ---- Comparisons --------------------------------------------------------------------------------- */

/* Takes a comparison's operator, which may be two words. */
static bool comparison_operator(mp_parser *parser, mp_op *op)
{
    static const mp_op symbols[] = {MP_OP_LT, MP_OP_LE, MP_OP_EQ, MP_OP_NE, MP_OP_GT, MP_OP_GE};
    mp_token_kind kind = parser->token.kind;

    if (kind >= MP_T_LT && kind <= MP_T_GE)
        *op = symbols[kind - MP_T_LT];
    else if (kind == MP_T_IN)
        *op = MP_OP_IN;
    else if (kind == MP_T_IS)
        *op = MP_OP_IS;
    else if (kind == MP_T_NOT)
        *op = MP_OP_NOT_IN;
    else
        return false;
    mp_parse_next(parser);
    if (kind == MP_T_IS && mp_parse_accept(parser, MP_T_NOT))
        *op = MP_OP_IS_NOT;
    if (kind == MP_T_NOT)
        mp_parse_expect(parser, MP_T_IN);
    return true;
}

static void comparison_add(mp_parser *parser, mp_node *node, size_t count, mp_op op)
{
    /* The room doubles whenever the count is a power of two. */
    if ((count & (count - 1)) == 0) {
        mp_op *larger = mp_parse_new(parser, (count ? 2 * count : 1) * sizeof *larger);

        for (size_t i = 0; i < count; i++)
            larger[i] = node->ops[i];
        node->ops = larger;
    }
    node->ops[count] = op;
}

/* bitwise (operator bitwise)*: the chain a < b < c is one node, as b is evaluated once */
static mp_node *parse_comparison(mp_parser *parser)
{
    mp_span start = parser->token.span;
    size_t mark = mp_parse_mark(parser);
    mp_node *left = mp_parse_bitwise(parser), *node = NULL;
    mp_op op = MP_OP_LT;

    while (comparison_operator(parser, &op)) {
        if (!node)
            node = mp_parse_node(parser, MP_N_COMPARE, start);
        comparison_add(parser, node, mp_parse_mark(parser) - mark, op);
        mp_parse_push(parser, mp_parse_bitwise(parser));
    }
    if (!node)
        return left;
    node->a = left;
    node->list = mp_parse_collect(parser, mark);
    mp_parse_end(parser, node);
    return node;
}

/* ---- not, and, or -------------------------------------------------------------------------------- */

/* "not" inversion | comparison */
static mp_node *parse_inversion(mp_parser *parser)
{
    mp_span start = parser->token.span;
    mp_node *node, *operand;

    if (!mp_parse_accept(parser, MP_T_NOT))
        return parse_comparison(parser);
    mp_parse_enter(parser);
    operand = parse_inversion(parser);
    mp_parse_leave(parser);
    node = mp_parse_node(parser, MP_N_UNARY, start);
    node->op = MP_OP_NOT;
    node->a = operand;
    return node;
}

/* A chain of one operator is one node. */
static mp_node *parse_logic(mp_parser *parser, mp_token_kind kind, mp_op op, mp_node *(*operand)(mp_parser *))
{
    mp_span start = parser->token.span;
    mp_node *node = operand(parser);
    size_t mark = mp_parse_mark(parser);

    if (!mp_parse_at(parser, kind))
        return node;
    mp_parse_push(parser, node);
    while (mp_parse_accept(parser, kind))
        mp_parse_push(parser, operand(parser));
    node = mp_parse_node(parser, MP_N_BOOL, start);
    node->op = op;
    node->list = mp_parse_collect(parser, mark);
    return node;
}

static mp_node *parse_conjunction(mp_parser *parser)
{
    return parse_logic(parser, MP_T_AND, MP_OP_AND, parse_inversion);
}

mp_node *mp_parse_disjunction(mp_parser *parser)
{
    return parse_logic(parser, MP_T_OR, MP_OP_OR, parse_conjunction);
}

/* ---- Conditional expressions, and := ------------------------------------------------------------- */

/* The "if" disjunction "else" expression after a value. */
static mp_node *parse_conditional(mp_parser *parser, mp_span start, mp_node *value)
{
    mp_node *condition, *otherwise, *node;

    mp_parse_next(parser);
    condition = mp_parse_disjunction(parser);
    if (!mp_parse_at(parser, MP_T_ELSE) && !mp_parse_at(parser, MP_T_COLON))
        mp_parse_fail(parser, mp_parse_span(parser, start), "expected 'else' after 'if' expression");
    mp_parse_expect(parser, MP_T_ELSE);
    otherwise = mp_parse_expression(parser);
    node = mp_parse_node(parser, MP_N_CONDITIONAL, start);
    node->a = value;
    node->b = condition;
    node->c = otherwise;
    return node;
}

/* lambda | disjunction ["if" disjunction "else" expression] */
mp_node *mp_parse_expression(mp_parser *parser)
{
    mp_span start = parser->token.span;
    mp_node *node;

    mp_parse_enter(parser);
    if (mp_parse_at(parser, MP_T_LAMBDA)) {
        node = mp_parse_lambda(parser);
    } else {
        node = mp_parse_disjunction(parser);
        if (mp_parse_at(parser, MP_T_IF))
            node = parse_conditional(parser, start, node);
    }
    mp_parse_leave(parser);
    return node;
}

/* Only a bare name may be bound within an expression. */
mp_node *mp_parse_walrus(mp_parser *parser, mp_node *name, mp_span start)
{
    mp_node *node, *value;

    if (name->kind != MP_N_NAME || !mp_parse_begins(name, start))
        mp_parse_fail(parser, mp_parse_span(parser, start), "cannot use assignment expressions with %s",
                      mp_parse_describe(name));
    mp_parse_check_name(parser, name->text, name->span);
    mp_parse_expect(parser, MP_T_WALRUS);
    value = mp_parse_expression(parser);
    node = mp_parse_node(parser, MP_N_WALRUS, start);
    node->text = name->text;
    node->a = value;
    return node;
}

/* "=" where only "==" or ":=" makes sense. */
static _Noreturn void named_fail_assign(mp_parser *parser, const mp_node *node, mp_span start)
{
    mp_span span = mp_parse_span(parser, start);

    if (node->kind == MP_N_NAME)
        mp_parse_fail(parser, span, "invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
    mp_parse_fail(parser, span, "cannot assign to %s here. Maybe you meant '==' instead of '='?",
                  mp_parse_describe(node));
}

/* name ":=" expression | expression */
mp_node *mp_parse_named(mp_parser *parser)
{
    mp_span start = parser->token.span;
    mp_node *node = mp_parse_expression(parser);

    if (mp_parse_at(parser, MP_T_WALRUS))
        return mp_parse_walrus(parser, node, start);
    if (mp_parse_at(parser, MP_T_ASSIGN))
        named_fail_assign(parser, node, start);
    return node;
}
