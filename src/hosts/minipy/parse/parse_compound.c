/* parse_compound.c - statements that have blocks: if, while, for, with, try; and blocks.
 *
 * Mirrors    The rules block, compound_stmt and those under it, and the messages when a block is missing.
 * Idea       A statement pushes itself on the parser's stack, where the list of its block grows.
 * Holds      An elif is read in a loop: a chain of any length needs no C stack.  Blocks nest no deeper than
 *            the lexer lets them.
 * Tests      tests/test_minipy_parser.c */
#include "parse/parser_impl.h"

/* ---- Blocks -------------------------------------------------------------------------------------- */

static void block_check_indent(mp_parser *parser, mp_span head, const char *what)
{
    if (!mp_parse_at(parser, MP_T_INDENT))
        mp_lex_fail(parser->lexer.way_out, MP_SYNTAX_INDENTATION, parser->token.span,
                    "expected an indented block after %s on line %u", what, (unsigned)head.line);
    mp_parse_next(parser);
}

/* ":" NEWLINE INDENT statement+ DEDENT | ":" simple_line */
mp_nodes mp_parse_block(mp_parser *parser, mp_span head, const char *what)
{
    size_t mark = mp_parse_mark(parser);

    if (!mp_parse_accept(parser, MP_T_COLON))
        mp_parse_fail_here(parser, "expected ':'");
    if (!mp_parse_accept(parser, MP_T_NEWLINE)) {
        mp_parse_simple_line(parser);
        return mp_parse_collect(parser, mark);
    }
    block_check_indent(parser, head, what);
    while (!mp_parse_at(parser, MP_T_DEDENT) && !mp_parse_at(parser, MP_T_END))
        mp_parse_statement(parser);
    (void)mp_parse_accept(parser, MP_T_DEDENT);
    return mp_parse_collect(parser, mark);
}

/* ["else" block] */
static mp_nodes parse_else(mp_parser *parser)
{
    mp_span head = parser->token.span;

    if (!mp_parse_accept(parser, MP_T_ELSE))
        return (mp_nodes){NULL, 0};
    return mp_parse_block(parser, head, "'else' statement");
}

/* ---- if, while, for ------------------------------------------------------------------------------ */

/* An elif stands alone in the orelse of what is before it. */
static mp_nodes compound_alone(mp_parser *parser, mp_node *node)
{
    size_t mark = mp_parse_mark(parser);

    mp_parse_push(parser, node);
    return mp_parse_collect(parser, mark);
}

/* One "if" or "elif" with its block. */
static mp_node *if_branch(mp_parser *parser)
{
    const char *what = mp_parse_at(parser, MP_T_IF) ? "'if' statement" : "'elif' statement";
    mp_node *node;
    mp_span head = parser->token.span;

    mp_parse_next(parser);
    node = mp_parse_node(parser, MP_N_IF, head);
    node->a = mp_parse_named(parser);
    node->body = mp_parse_block(parser, head, what);
    return node;
}

/* "if" named block ("elif" named block)* ["else" block] */
static mp_node *parse_if(mp_parser *parser)
{
    mp_node *first = if_branch(parser), *last = first;

    while (mp_parse_at(parser, MP_T_ELIF)) {
        mp_node *next = if_branch(parser);

        last->orelse = compound_alone(parser, next);
        last = next;
    }
    last->orelse = parse_else(parser);
    /* All of them end where the last one does. */
    for (mp_node *node = first; node != last; node = node->orelse.items[0])
        mp_parse_end(parser, node);
    mp_parse_end(parser, last);
    return first;
}

/* "while" named block ["else" block] */
static mp_node *parse_while(mp_parser *parser)
{
    mp_span head = parser->token.span;
    mp_node *node;

    mp_parse_next(parser);
    node = mp_parse_node(parser, MP_N_WHILE, head);
    node->a = mp_parse_named(parser);
    node->body = mp_parse_block(parser, head, "'while' statement");
    node->orelse = parse_else(parser);
    mp_parse_end(parser, node);
    return node;
}

/* ["async"] "for" targets "in" expressions block ["else" block]; start is that of the async */
static mp_node *parse_for(mp_parser *parser, mp_span start)
{
    mp_span head = parser->token.span;
    mp_node *node;

    mp_parse_next(parser);
    node = mp_parse_node(parser, MP_N_FOR, start);
    node->a = mp_parse_for_targets(parser);
    node->b = mp_parse_expressions(parser);
    mp_parse_check_lone_star(parser, node->b);
    node->body = mp_parse_block(parser, head, "'for' statement");
    node->orelse = parse_else(parser);
    mp_parse_end(parser, node);
    return node;
}

/* ---- with ---------------------------------------------------------------------------------------- */

static mp_node *with_item_node(mp_parser *parser, mp_node *manager, mp_span start)
{
    mp_node *node = mp_parse_node(parser, MP_N_WITH_ITEM, start);

    node->a = manager;
    return node;
}

/* Pushes "manager as target" or "manager". */
static void with_item(mp_parser *parser)
{
    mp_span start = parser->token.span;
    mp_node *node = with_item_node(parser, mp_parse_expression(parser), start);

    if (mp_parse_accept(parser, MP_T_AS)) {
        node->b = mp_parse_starred(parser, false);
        mp_parse_check_target(parser, node->b);
        mp_parse_end(parser, node);
    }
    mp_parse_push(parser, node);
}

/* What the brackets at hand hold beside expressions: "as" makes them brackets around items. */
typedef struct with_brackets {
    bool as, walrus;
} with_brackets;

/* Looks ahead to the bracket that closes the one at hand; no statement stands in brackets, so no byte is read
 * more than twice. */
static with_brackets with_look(const mp_parser *parser)
{
    with_brackets found = {false, false};
    size_t inside = parser->lexer.brackets_count;
    mp_token token = parser->token;
    mp_lexer lexer;

    if (token.kind != MP_T_LEFT_PAREN)
        return found;
    lexer = parser->lexer;
    while (lexer.brackets_count >= inside && token.kind != MP_T_END) {
        mp_lexer_next(&lexer, &token);
        if (lexer.brackets_count == inside) {
            found.as |= token.kind == MP_T_AS;
            found.walrus |= token.kind == MP_T_WALRUS;
        }
    }
    return found;
}

/* with (a as b, c as d): */
static void with_bracketed(mp_parser *parser)
{
    mp_parse_next(parser);
    do
        with_item(parser);
    while (mp_parse_accept(parser, MP_T_COMMA) && !mp_parse_at(parser, MP_T_RIGHT_PAREN));
    mp_parse_close(parser, MP_T_RIGHT_PAREN);
}

/* "with (a, b):" has two items, although (a, b) was read as a tuple. */
static bool with_is_items(const mp_parser *parser, const mp_node *node, mp_span start)
{
    if (node->kind != MP_N_TUPLE || node->list.count == 0 || !mp_parse_at(parser, MP_T_COLON) ||
        !mp_parse_begins(node, start))
        return false;
    for (size_t i = 0; i < node->list.count; i++)
        if (node->list.items[i]->kind == MP_N_STARRED)
            return false;
    return true;
}

/* Makes the elements of the only item so far, a tuple, into items. */
static void with_split(mp_parser *parser, size_t mark)
{
    mp_node *tuple = mp_parse_collect(parser, mark).items[0]->a;

    for (size_t i = 0; i < tuple->list.count; i++) {
        mp_node *item = with_item_node(parser, tuple->list.items[i], tuple->list.items[i]->span);

        item->span = tuple->list.items[i]->span;
        mp_parse_push(parser, item);
    }
}

/* item ("," item)* | "(" item ("," item)* [","] ")" */
static mp_nodes with_items(mp_parser *parser)
{
    with_brackets brackets = with_look(parser);
    mp_span start = parser->token.span;
    size_t mark = mp_parse_mark(parser);

    if (brackets.as) {
        with_bracketed(parser);
        return mp_parse_collect(parser, mark);
    }
    with_item(parser);
    if (!brackets.walrus && !parser->scratch[mark]->b &&
        with_is_items(parser, parser->scratch[mark]->a, start))
        with_split(parser, mark);
    while (mp_parse_accept(parser, MP_T_COMMA))
        with_item(parser);
    return mp_parse_collect(parser, mark);
}

/* ["async"] "with" items block */
mp_node *mp_parse_with(mp_parser *parser, mp_span start)
{
    mp_span head = parser->token.span;
    mp_node *node;

    mp_parse_next(parser);
    node = mp_parse_node(parser, MP_N_WITH, start);
    node->list = with_items(parser);
    node->body = mp_parse_block(parser, head, "'with' statement");
    mp_parse_end(parser, node);
    return node;
}

/* ---- Any statement ------------------------------------------------------------------------------- */

/* "async" def | for | with */
static mp_node *parse_async(mp_parser *parser)
{
    mp_span start = parser->token.span;
    mp_node *node;

    mp_parse_next(parser);
    if (mp_parse_at(parser, MP_T_DEF))
        node = mp_parse_function(parser, start);
    else if (mp_parse_at(parser, MP_T_FOR))
        node = parse_for(parser, start);
    else if (mp_parse_at(parser, MP_T_WITH))
        node = mp_parse_with(parser, start);
    else
        mp_parse_unexpected(parser, "'def', 'for' or 'with' after 'async'");
    node->flag = true;
    return node;
}

/* NULL: it is no statement with a block. */
static mp_node *parse_compound(mp_parser *parser)
{
    switch (parser->token.kind) {
    case MP_T_IF:
        return parse_if(parser);
    case MP_T_WHILE:
        return parse_while(parser);
    case MP_T_FOR:
        return parse_for(parser, parser->token.span);
    case MP_T_WITH:
        return mp_parse_with(parser, parser->token.span);
    case MP_T_TRY:
        return mp_parse_try(parser);
    case MP_T_DEF:
        return mp_parse_function(parser, parser->token.span);
    case MP_T_CLASS:
        return mp_parse_class(parser);
    case MP_T_AT:
        return mp_parse_decorated(parser);
    case MP_T_ASYNC:
        return parse_async(parser);
    default:
        return NULL;
    }
}

void mp_parse_statement(mp_parser *parser)
{
    mp_node *node = parse_compound(parser);

    if (node)
        mp_parse_push(parser, node);
    else
        mp_parse_simple_line(parser);
}
