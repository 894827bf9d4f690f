/* parse_try.c - try, except, except*, finally.
 *
 * Mirrors    The rules try_stmt and except_block, and their errors.
 * Tests      tests/test_minipy_parser.c */
#include "parse/parser_impl.h"

/* The "as name" of a handler. */
static void except_name(mp_parser *parser, mp_node *node, bool star)
{
    mp_span start = parser->token.span;
    const char *statement = star ? "except* statement" : "except statement";
    mp_node *name = mp_parse_bitwise(parser);

    if (name->kind != MP_N_NAME)
        mp_parse_fail(parser, mp_parse_span(parser, start), "cannot use %s with %s", statement,
                      mp_parse_describe(name));
    mp_parse_check_name(parser, name->text, name->span);
    node->text = name->text;
}

/* The exceptions that a handler takes. */
static void except_types(mp_parser *parser, mp_node *node, bool star)
{
    mp_span start = parser->token.span;

    if (mp_parse_at(parser, MP_T_COLON)) {
        if (star)
            mp_parse_fail_here(parser, "expected one or more exception types");
        return;
    }
    node->a = mp_parse_expression(parser);
    if (mp_parse_at(parser, MP_T_COMMA))
        mp_parse_fail(parser, mp_parse_span(parser, start), "multiple exception types must be parenthesized");
    if (mp_parse_accept(parser, MP_T_AS))
        except_name(parser, node, star);
}

/* Pushes a handler; whether it has a star. */
static bool parse_except(mp_parser *parser)
{
    mp_span head = parser->token.span;
    mp_node *node;
    bool star;

    mp_parse_next(parser);
    star = mp_parse_accept(parser, MP_T_STAR);
    node = mp_parse_node(parser, MP_N_EXCEPT, head);
    except_types(parser, node, star);
    node->body = mp_parse_block(parser, head, star ? "'except*' statement" : "'except' statement");
    mp_parse_end(parser, node);
    mp_parse_push(parser, node);
    return star;
}

/* Handlers are all with a star or all without; *star says which. */
static mp_nodes parse_handlers(mp_parser *parser, bool *star)
{
    size_t mark = mp_parse_mark(parser);

    while (mp_parse_at(parser, MP_T_EXCEPT)) {
        const mp_node *before = mp_parse_mark(parser) > mark ? parser->scratch[mp_parse_mark(parser) - 1]
                                                             : NULL;
        mp_span head = parser->token.span;
        bool this_star;

        if (before && !before->a)
            mp_parse_fail(parser, before->span, "default 'except:' must be last");
        this_star = parse_except(parser);
        if (before && this_star != *star)
            mp_parse_fail(parser, head, "cannot have both 'except' and 'except*' on the same 'try'");
        *star = this_star;
    }
    return mp_parse_collect(parser, mark);
}

/* "try" block (handler+ ["else" block] ["finally" block] | "finally" block) */
mp_node *mp_parse_try(mp_parser *parser)
{
    mp_span head = parser->token.span;
    mp_node *node;

    mp_parse_next(parser);
    node = mp_parse_node(parser, MP_N_TRY, head);
    node->body = mp_parse_block(parser, head, "'try' statement");
    node->list = parse_handlers(parser, &node->flag);
    if (node->list.count > 0 && mp_parse_at(parser, MP_T_ELSE)) {
        head = parser->token.span;
        mp_parse_next(parser);
        node->orelse = mp_parse_block(parser, head, "'else' statement");
    }
    head = parser->token.span;
    if (mp_parse_accept(parser, MP_T_FINALLY))
        node->final = mp_parse_block(parser, head, "'finally' statement");
    else if (node->list.count == 0)
        mp_parse_fail_here(parser, "expected 'except' or 'finally' block");
    mp_parse_end(parser, node);
    return node;
}
