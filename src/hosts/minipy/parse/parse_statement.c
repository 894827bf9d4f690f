/* parse_statement.c - simple statements: those of one line.
 *
 * Mirrors    The rules simple_stmts and simple_stmt, and assignment.
 * Idea       What begins with no keyword is read as an expression; the token after it says what it is.
 * Tests      tests/test_minipy_parser.c */
#include "parse/parser_impl.h"

#include <string.h>

/* ---- Assignments --------------------------------------------------------------------------------- */

/* (targets "=")+ value: each value turns out to be a target if another "=" follows */
static mp_node *parse_assignment(mp_parser *parser, mp_span start, mp_node *first)
{
    size_t mark = mp_parse_mark(parser);
    mp_node *value = first, *node;
    mp_span at = start;

    while (mp_parse_at(parser, MP_T_ASSIGN)) {
        mp_parse_check_assign(parser, value, at);
        mp_parse_push(parser, value);
        mp_parse_next(parser);
        at = parser->token.span;
        value = mp_parse_at(parser, MP_T_YIELD) ? mp_parse_yield(parser) : mp_parse_expressions(parser);
    }
    mp_parse_check_lone_star(parser, value);
    node = mp_parse_node(parser, MP_N_ASSIGN, start);
    node->list = mp_parse_collect(parser, mark);
    node->a = value;
    return node;
}

/* target op"=" value; the operators are in the order of their tokens */
static mp_node *parse_augmented(mp_parser *parser, mp_span start, mp_node *target)
{
    static const mp_op ops[] = {
        MP_OP_ADD,    MP_OP_SUB,    MP_OP_MUL,      MP_OP_DIV,     MP_OP_FLOORDIV, MP_OP_MOD,    MP_OP_POW,
        MP_OP_LSHIFT, MP_OP_RSHIFT, MP_OP_AND_BITS, MP_OP_OR_BITS, MP_OP_XOR,      MP_OP_MATMUL,
    };
    mp_op op = ops[parser->token.kind - MP_T_PLUS_ASSIGN];
    mp_node *value, *node;

    mp_parse_check_augmented(parser, target);
    mp_parse_next(parser);
    value = mp_parse_value(parser);
    node = mp_parse_node(parser, MP_N_AUGMENTED, start);
    node->op = op;
    node->a = target;
    node->b = value;
    return node;
}

/* target ":" expression ["=" value]; "(a): b" declares no variable, so brackets are remembered */
static mp_node *parse_annotated(mp_parser *parser, mp_span start, mp_node *target)
{
    mp_node *annotation, *value = NULL, *node;

    mp_parse_check_annotated(parser, target);
    mp_parse_next(parser);
    annotation = mp_parse_expression(parser);
    if (mp_parse_accept(parser, MP_T_ASSIGN))
        value = mp_parse_value(parser);
    node = mp_parse_node(parser, MP_N_ANNOTATED, start);
    node->flag = target->kind == MP_N_NAME && mp_parse_begins(target, start);
    node->a = target;
    node->b = annotation;
    node->c = value;
    return node;
}

/* ---- Expressions as statements ------------------------------------------------------------------- */

static bool statement_is_name(const mp_token *token, const char *name)
{
    return token->kind == MP_T_NAME && token->size == strlen(name) &&
           memcmp(token->text, name, token->size) == 0;
}

/* The first byte after the token at hand that is no blank. */
static char statement_byte_after(const mp_parser *parser)
{
    size_t ahead = 0;
    char c;

    do
        c = mp_lexer_peek(&parser->lexer, ahead++);
    while (c == ' ' || c == '\t');
    return c;
}

/* "match" is a name unless a line that ends with a colon and an indented "case" follow. */
static void statement_check_match(mp_parser *parser)
{
    static const char not_a_subject[] = "=.,;:)<>%/&|^\r\n#";
    mp_token token = parser->token, before = token;
    char c = statement_byte_after(parser);
    mp_lexer lexer;

    if (c == '\0' || strchr(not_a_subject, c))
        return;
    lexer = parser->lexer;
    while (token.kind != MP_T_NEWLINE && token.kind != MP_T_END) {
        before = token;
        mp_lexer_next(&lexer, &token);
    }
    if (before.kind != MP_T_COLON || token.kind == MP_T_END)
        return;
    mp_lexer_next(&lexer, &token);
    if (token.kind != MP_T_INDENT)
        return;
    mp_lexer_next(&lexer, &token);
    if (statement_is_name(&token, "case"))
        mp_parse_not_here(parser, parser->token.span, "match statements are");
}

/* "type X = ..." */
static void statement_check_type(mp_parser *parser)
{
    mp_lexer lexer;
    mp_token token;

    if (!mp_lexer_is_name(statement_byte_after(parser)))
        return;
    lexer = parser->lexer;
    mp_lexer_next(&lexer, &token);
    if (token.kind == MP_T_NAME)
        mp_parse_not_here(parser, parser->token.span, "type statements are");
}

/* Python 2 lives on in books. */
static void statement_check_call(mp_parser *parser, const mp_token *first, const mp_node *node)
{
    const char *name = statement_is_name(first, "print") ? "print" : "exec";

    if (node->kind == MP_N_NAME && mp_parse_at_expression(parser) &&
        (statement_is_name(first, "print") || statement_is_name(first, "exec")))
        mp_parse_fail(parser, first->span, "Missing parentheses in call to '%s'. Did you mean %s(...)?", name,
                      name);
}

/* An assignment of any form, or an expression. */
static mp_node *parse_expression_statement(mp_parser *parser)
{
    mp_token first = parser->token;
    mp_node *value, *node;

    if (statement_is_name(&first, "match"))
        statement_check_match(parser);
    if (statement_is_name(&first, "type"))
        statement_check_type(parser);
    value = mp_parse_at(parser, MP_T_YIELD) ? mp_parse_yield(parser) : mp_parse_expressions(parser);
    if (mp_parse_at(parser, MP_T_ASSIGN))
        return parse_assignment(parser, first.span, value);
    if (parser->token.kind >= MP_T_PLUS_ASSIGN && parser->token.kind <= MP_T_AT_ASSIGN)
        return parse_augmented(parser, first.span, value);
    if (mp_parse_at(parser, MP_T_COLON))
        return parse_annotated(parser, first.span, value);
    statement_check_call(parser, &first, value);
    mp_parse_check_lone_star(parser, value);
    node = mp_parse_node(parser, MP_N_EXPRESSION, first.span);
    node->a = value;
    return node;
}

/* ---- Statements with a keyword ------------------------------------------------------------------- */

static bool statement_at_end(const mp_parser *parser)
{
    return mp_parse_at(parser, MP_T_NEWLINE) || mp_parse_at(parser, MP_T_SEMICOLON);
}

/* "return" [expressions] */
static mp_node *parse_return(mp_parser *parser)
{
    mp_span start = parser->token.span;
    mp_node *value = NULL, *node;

    mp_parse_next(parser);
    if (!statement_at_end(parser)) {
        value = mp_parse_expressions(parser);
        mp_parse_check_lone_star(parser, value);
    }
    node = mp_parse_node(parser, MP_N_RETURN, start);
    node->a = value;
    return node;
}

/* "raise" [expression ["from" expression]] */
static mp_node *parse_raise(mp_parser *parser)
{
    mp_span start = parser->token.span;
    mp_node *exception = NULL, *cause = NULL, *node;

    mp_parse_next(parser);
    if (!statement_at_end(parser)) {
        exception = mp_parse_expression(parser);
        if (mp_parse_accept(parser, MP_T_FROM))
            cause = mp_parse_expression(parser);
    }
    node = mp_parse_node(parser, MP_N_RAISE, start);
    node->a = exception;
    node->b = cause;
    return node;
}

/* No := without brackets here, but "=" has its own message. */
static mp_node *assert_part(mp_parser *parser)
{
    mp_span start = parser->token.span;
    mp_node *node = mp_parse_named(parser);

    if (node->kind == MP_N_WALRUS && mp_parse_begins(node, start))
        mp_parse_fail(parser, node->span,
                      "invalid syntax: an assignment expression here must be parenthesized");
    return node;
}

/* "assert" expression ["," expression] */
static mp_node *parse_assert(mp_parser *parser)
{
    mp_span start = parser->token.span;
    mp_node *condition, *message = NULL, *node;

    mp_parse_next(parser);
    condition = assert_part(parser);
    if (mp_parse_accept(parser, MP_T_COMMA))
        message = assert_part(parser);
    node = mp_parse_node(parser, MP_N_ASSERT, start);
    node->a = condition;
    node->b = message;
    return node;
}

/* "del" target ("," target)* [","] */
static mp_node *parse_delete(mp_parser *parser)
{
    mp_span start = parser->token.span;
    size_t mark = mp_parse_mark(parser);
    mp_node *node;

    mp_parse_next(parser);
    do {
        node = mp_parse_starred(parser, false);
        mp_parse_check_delete(parser, node);
        mp_parse_push(parser, node);
    } while (mp_parse_accept(parser, MP_T_COMMA) && !statement_at_end(parser));
    node = mp_parse_node(parser, MP_N_DELETE, start);
    node->list = mp_parse_collect(parser, mark);
    return node;
}

/* ("global" | "nonlocal") name ("," name)* */
static mp_node *parse_names(mp_parser *parser, mp_node_kind kind)
{
    mp_span start = parser->token.span;
    size_t mark = mp_parse_mark(parser);
    mp_node *node;

    mp_parse_next(parser);
    do {
        mp_span at = parser->token.span;
        mp_text name = mp_parse_name(parser);

        node = mp_parse_node(parser, MP_N_NAME, at);
        node->text = name;
        mp_parse_push(parser, node);
    } while (mp_parse_accept(parser, MP_T_COMMA));
    node = mp_parse_node(parser, kind, start);
    node->list = mp_parse_collect(parser, mark);
    return node;
}

static mp_node *parse_keyword(mp_parser *parser, mp_node_kind kind)
{
    mp_span start = parser->token.span;

    mp_parse_next(parser);
    return mp_parse_node(parser, kind, start);
}

static mp_node *parse_simple(mp_parser *parser)
{
    switch (parser->token.kind) {
    case MP_T_RETURN:
        return parse_return(parser);
    case MP_T_RAISE:
        return parse_raise(parser);
    case MP_T_ASSERT:
        return parse_assert(parser);
    case MP_T_DEL:
        return parse_delete(parser);
    case MP_T_PASS:
        return parse_keyword(parser, MP_N_PASS);
    case MP_T_BREAK:
        return parse_keyword(parser, MP_N_BREAK);
    case MP_T_CONTINUE:
        return parse_keyword(parser, MP_N_CONTINUE);
    case MP_T_GLOBAL:
        return parse_names(parser, MP_N_GLOBAL);
    case MP_T_NONLOCAL:
        return parse_names(parser, MP_N_NONLOCAL);
    case MP_T_IMPORT:
        return mp_parse_import(parser);
    case MP_T_FROM:
        return mp_parse_import_from(parser);
    default:
        return parse_expression_statement(parser);
    }
}

/* simple (";" simple)* [";"] NEWLINE */
void mp_parse_simple_line(mp_parser *parser)
{
    do
        mp_parse_push(parser, parse_simple(parser));
    while (mp_parse_accept(parser, MP_T_SEMICOLON) && !mp_parse_at(parser, MP_T_NEWLINE));
    if (!mp_parse_accept(parser, MP_T_NEWLINE))
        mp_parse_unexpected(parser, "the end of the statement");
}
