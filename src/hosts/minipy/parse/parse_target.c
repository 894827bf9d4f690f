/* parse_target.c - what may stand on the left of "=", after "for", "as", "del".
 *
 * Mirrors    The rules star_targets, del_targets, single_target, and CPython's messages about what is no
 *            target.
 * Idea       A target is read as an expression and then looked at: the two look alike until the "=" comes.
 * Holds      The recursion goes only into tuples, lists and stars, so it is as deep as these nest.
 * Tests      tests/test_minipy_parser.c */
#include "parse/parser_impl.h"

#include <string.h>

/* ---- Words --------------------------------------------------------------------------------------- */

static const char *describe_constant(const mp_node *node)
{
    static const char *const names[] = {"None", "True", "False", "ellipsis"};

    return names[node->number.integer];
}

static const char *describe_operation(const mp_node *node)
{
    switch (node->kind) {
    case MP_N_COMPARE:
        return "comparison";
    case MP_N_CONDITIONAL:
        return "conditional expression";
    case MP_N_LAMBDA:
        return "lambda";
    case MP_N_AWAIT:
        return "await expression";
    case MP_N_YIELD:
    case MP_N_YIELD_FROM:
        return "yield expression";
    case MP_N_WALRUS:
        return "named expression";
    default:
        return "expression";
    }
}

const char *mp_parse_describe(const mp_node *node)
{
    switch (node->kind) {
    case MP_N_INT:
    case MP_N_FLOAT:
    case MP_N_STR:
    case MP_N_BYTES:
        return "literal";
    case MP_N_FSTRING:
        return "f-string expression";
    case MP_N_CONSTANT:
        return describe_constant(node);
    case MP_N_NAME:
        return "name";
    case MP_N_TUPLE:
        return "tuple";
    case MP_N_LIST:
        return "list";
    case MP_N_SET:
        return "set display";
    case MP_N_DICT:
        return "dict literal";
    case MP_N_STARRED:
        return "starred";
    case MP_N_CALL:
        return "function call";
    case MP_N_ATTRIBUTE:
        return "attribute";
    case MP_N_INDEX:
        return "subscript";
    case MP_N_LIST_COMP:
        return "list comprehension";
    case MP_N_SET_COMP:
        return "set comprehension";
    case MP_N_DICT_COMP:
        return "dict comprehension";
    case MP_N_GENERATOR:
        return "generator expression";
    default:
        return describe_operation(node);
    }
}

/* ---- What is no target --------------------------------------------------------------------------- */

void mp_parse_check_name(mp_parser *parser, mp_text name, mp_span span)
{
    static const char reserved[] = "__debug__";

    if (name.size == sizeof reserved - 1 && memcmp(name.data, reserved, name.size) == 0)
        mp_parse_fail(parser, span, "cannot assign to __debug__");
}

/* The first node within that cannot be bound or, if 'delete' is set, deleted; NULL: it is all right. */
static const mp_node *target_wrong(const mp_node *node, bool delete)
{
    switch (node->kind) {
    case MP_N_NAME:
    case MP_N_ATTRIBUTE:
    case MP_N_INDEX:
        return NULL;
    case MP_N_STARRED:
        return delete ? node : target_wrong(node->a, delete);
    case MP_N_TUPLE:
    case MP_N_LIST:
        for (size_t i = 0; i < node->list.count; i++) {
            const mp_node *wrong = target_wrong(node->list.items[i], delete);

            if (wrong)
                return wrong;
        }
        return NULL;
    default:
        return node;
    }
}

/* The errors that CPython's compiler has: stars, and __debug__. */
static void target_check_parts(mp_parser *parser, const mp_node *node)
{
    size_t stars = 0;

    if (node->kind == MP_N_NAME)
        mp_parse_check_name(parser, node->text, node->span);
    if (node->kind == MP_N_ATTRIBUTE)
        mp_parse_check_name(parser, node->text, node->span);
    if (node->kind == MP_N_STARRED)
        target_check_parts(parser, node->a);
    if (node->kind != MP_N_TUPLE && node->kind != MP_N_LIST)
        return;
    for (size_t i = 0; i < node->list.count; i++) {
        const mp_node *item = node->list.items[i];

        if (item->kind == MP_N_STARRED && ++stars > 1)
            mp_parse_fail(parser, node->span, "multiple starred expressions in assignment");
        target_check_parts(parser, item);
    }
}

/* A star needs a list to put the rest of the values in. */
static void target_check_star(mp_parser *parser, const mp_node *node)
{
    if (node->kind == MP_N_STARRED)
        mp_parse_fail(parser, node->span, "starred assignment target must be in a list or tuple");
}

/* ---- The kinds of targets ------------------------------------------------------------------------ */

/* What binds closer than a comparison was likely meant to be compared. */
static bool target_is_operand(const mp_node *node)
{
    switch (node->kind) {
    case MP_N_COMPARE:
    case MP_N_BOOL:
    case MP_N_CONDITIONAL:
    case MP_N_LAMBDA:
    case MP_N_GENERATOR:
    case MP_N_CONSTANT:
        return node->kind == MP_N_CONSTANT && node->number.integer == MP_K_ELLIPSIS;
    case MP_N_UNARY:
        return node->op != MP_OP_NOT;
    default:
        return true;
    }
}

void mp_parse_check_assign(mp_parser *parser, const mp_node *node, mp_span start)
{
    const mp_node *wrong = target_wrong(node, false);

    if ((node->kind == MP_N_YIELD || node->kind == MP_N_YIELD_FROM) && mp_parse_begins(node, start))
        mp_parse_fail(parser, node->span, "assignment to yield expression not possible");
    if (wrong)
        mp_parse_fail(parser, wrong->span, "cannot assign to %s%s", mp_parse_describe(wrong),
                      wrong == node && target_is_operand(node) ? " here. Maybe you meant '==' instead of '='?"
                                                               : "");
    target_check_star(parser, node);
    target_check_parts(parser, node);
}

void mp_parse_check_target(mp_parser *parser, const mp_node *node)
{
    const mp_node *wrong = target_wrong(node, false);

    if (wrong)
        mp_parse_fail(parser, wrong->span, "cannot assign to %s", mp_parse_describe(wrong));
    target_check_star(parser, node);
    target_check_parts(parser, node);
}

void mp_parse_check_delete(mp_parser *parser, const mp_node *node)
{
    const mp_node *wrong = target_wrong(node, true);

    if (wrong)
        mp_parse_fail(parser, wrong->span, "cannot delete %s", mp_parse_describe(wrong));
}

static bool target_is_single(const mp_node *node)
{
    return node->kind == MP_N_NAME || node->kind == MP_N_ATTRIBUTE || node->kind == MP_N_INDEX;
}

void mp_parse_check_augmented(mp_parser *parser, const mp_node *node)
{
    if (!target_is_single(node))
        mp_parse_fail(parser, node->span, "'%s' is an illegal expression for augmented assignment",
                      mp_parse_describe(node));
    target_check_parts(parser, node);
}

void mp_parse_check_annotated(mp_parser *parser, const mp_node *node)
{
    if (node->kind == MP_N_TUPLE || node->kind == MP_N_LIST)
        mp_parse_fail(parser, node->span, "only single target (not %s) can be annotated",
                      mp_parse_describe(node));
    if (!target_is_single(node))
        mp_parse_fail(parser, node->span, "illegal target for annotation");
    target_check_parts(parser, node);
}

/* ---- Targets of loops ---------------------------------------------------------------------------- */

/* Not a comparison: the "in" is not part of the target. */
static mp_node *for_target(mp_parser *parser)
{
    mp_span start = parser->token.span;
    mp_node *node, *inner;

    if (!mp_parse_accept(parser, MP_T_STAR))
        return mp_parse_bitwise(parser);
    inner = mp_parse_bitwise(parser);
    node = mp_parse_node(parser, MP_N_STARRED, start);
    node->a = inner;
    return node;
}

/* Up to and with the "in". */
mp_node *mp_parse_for_targets(mp_parser *parser)
{
    mp_span start = parser->token.span;
    size_t mark = mp_parse_mark(parser);
    mp_node *node = for_target(parser);

    if (mp_parse_at(parser, MP_T_COMMA)) {
        mp_parse_push(parser, node);
        while (mp_parse_accept(parser, MP_T_COMMA) && !mp_parse_at(parser, MP_T_IN))
            mp_parse_push(parser, for_target(parser));
        node = mp_parse_node(parser, MP_N_TUPLE, start);
        node->list = mp_parse_collect(parser, mark);
    }
    mp_parse_check_target(parser, node);
    mp_parse_expect(parser, MP_T_IN);
    return node;
}
