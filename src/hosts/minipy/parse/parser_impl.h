/* parser_impl.h - what the files of the parser share.
 *
 * Recursive descent with one token to look at.  Each mp_parse_X reads an X that begins at the token at hand
 * and leaves the first token after it.  None returns NULL: an error leaves the parser at once (lexer.h). */
#ifndef MP_PARSER_IMPL_H
#define MP_PARSER_IMPL_H

#include "parse/lexer.h"

/* Expressions nest this deep, whatever nests them. */
enum { MP_DEPTH_MAX = 200 };

typedef struct mp_parser {
    mp_lexer lexer;
    mp_token token;    /* to be read next */
    mp_span last;      /* of the last token read that was no end of line or block: where a node ends */
    mp_node **scratch; /* a stack of nodes whose lists are not yet complete */
    size_t scratch_count, scratch_size;
    unsigned depth;
    const char *signed_integer; /* where a 2**63 stands that has a minus before it */
} mp_parser;

/* ---- parser.c: tokens ---- */

void mp_parse_next(mp_parser *parser);
bool mp_parse_at(const mp_parser *parser, mp_token_kind kind);
bool mp_parse_accept(mp_parser *parser, mp_token_kind kind);
/* Takes a token of this kind; else it is a plain "invalid syntax". */
void mp_parse_expect(mp_parser *parser, mp_token_kind kind);
/* Takes the bracket that closes a list: what stands there instead may have lost its comma. */
void mp_parse_close(mp_parser *parser, mp_token_kind kind);
/* Takes a name that is no keyword. */
mp_text mp_parse_name(mp_parser *parser);
/* Whether an expression may begin with the token at hand. */
bool mp_parse_at_expression(const mp_parser *parser);

/* ---- parser.c: errors ---- */

_Noreturn void mp_parse_fail(mp_parser *parser, mp_span span, const char *format, ...) MP_PRINTF(3, 4);
_Noreturn void mp_parse_fail_here(mp_parser *parser, const char *message);
_Noreturn void mp_parse_not_here(mp_parser *parser, mp_span span, const char *what);
_Noreturn void mp_parse_fail_integer(mp_parser *parser, mp_span span); /* more than 64 bits */
_Noreturn void mp_parse_unexpected(mp_parser *parser, const char *expected);

/* ---- parser.c: nodes ---- */

void *mp_parse_new(mp_parser *parser, size_t size);
/* A node that begins at start and, so far, ends at the last token read. */
mp_node *mp_parse_node(mp_parser *parser, mp_node_kind kind, mp_span start);
void mp_parse_end(const mp_parser *parser, mp_node *node);
/* Whether a node begins there: if not, it is in brackets of its own. */
bool mp_parse_begins(const mp_node *node, mp_span start);
mp_span mp_parse_span(const mp_parser *parser, mp_span start);
mp_text mp_parse_text(mp_parser *parser, const char *data, size_t size);
/* A list: the size of the stack before it, pushes, and all above that as the list. */
size_t mp_parse_mark(const mp_parser *parser);
void mp_parse_push(mp_parser *parser, mp_node *node);
mp_nodes mp_parse_collect(mp_parser *parser, size_t mark);
/* Around each expression within an expression. */
void mp_parse_enter(mp_parser *parser);
void mp_parse_leave(mp_parser *parser);
/* The index of the first name that was there before, or count. */
size_t mp_parse_repeated(mp_parser *parser, const mp_text *names, size_t count);

/* ---- parse_expression.c: operators ---- */

mp_node *mp_parse_expression(mp_parser *parser);
/* An expression, or NAME := one. */
mp_node *mp_parse_named(mp_parser *parser);
/* Without "if" and lambda at the outside: what follows "in" and "if" of a comprehension. */
mp_node *mp_parse_disjunction(mp_parser *parser);
/* Without comparisons: what may be a target, or follow a star. */
mp_node *mp_parse_bitwise(mp_parser *parser);
/* The ":= value" after a name that began at start. */
mp_node *mp_parse_walrus(mp_parser *parser, mp_node *name, mp_span start);

/* ---- parse_primary.c: names, attributes, calls, indexes ---- */

mp_node *mp_parse_primary(mp_parser *parser);
/* Arguments in brackets, from the "(" on, in one list. */
mp_nodes mp_parse_arguments(mp_parser *parser);

/* ---- parse_display.c: tuples, lists, sets, dicts, comprehensions ---- */

mp_node *mp_parse_paren(mp_parser *parser);
mp_node *mp_parse_square(mp_parser *parser);
mp_node *mp_parse_brace(mp_parser *parser);
bool mp_parse_at_comprehension(const mp_parser *parser);
mp_nodes mp_parse_for_clauses(mp_parser *parser);
/* "*a" or, if named, an expression with a walrus, else one without. */
mp_node *mp_parse_starred(mp_parser *parser, bool named);
/* a, or a tuple without brackets: a, *b, c */
mp_node *mp_parse_expressions(mp_parser *parser);
/* The same, or yield; a lone "*a" is an error. */
mp_node *mp_parse_value(mp_parser *parser);
mp_node *mp_parse_yield(mp_parser *parser);
void mp_parse_check_lone_star(mp_parser *parser, const mp_node *node);

/* ---- parse_string.c ---- */

/* Strings and f-strings that follow each other, as one. */
mp_node *mp_parse_strings(mp_parser *parser);

/* ---- parse_text.c: what a text between quotes means ---- */

typedef struct mp_builder {
    char *data;
    size_t size, capacity;
} mp_builder;

/* Adds the text of a token: MP_T_STRING or, with doubled braces where it is no format, MP_T_FSTRING_TEXT. */
void mp_parse_decode(mp_parser *parser, mp_builder *builder, const mp_token *token, bool braces);
/* The same of a literal of bytes. */
void mp_parse_decode_bytes(mp_parser *parser, mp_builder *builder, const mp_token *token);
/* Adds source text as it is, but for its newlines. */
void mp_parse_decode_plain(mp_parser *parser, mp_builder *builder, const char *from, const char *to);
mp_text mp_parse_built(mp_parser *parser, mp_builder *builder);

/* ---- parse_target.c ---- */

/* How CPython's messages call an expression. */
const char *mp_parse_describe(const mp_node *node);
/* All fail if the node, or one within it, cannot be a target. */
void mp_parse_check_assign(mp_parser *parser, const mp_node *node, mp_span start); /* before "=" */
void mp_parse_check_target(mp_parser *parser, const mp_node *node);                /* after for, as */
void mp_parse_check_delete(mp_parser *parser, const mp_node *node);
void mp_parse_check_augmented(mp_parser *parser, const mp_node *node);
void mp_parse_check_annotated(mp_parser *parser, const mp_node *node);
void mp_parse_check_name(mp_parser *parser, mp_text name, mp_span span);
/* What stands between "for" and "in". */
mp_node *mp_parse_for_targets(mp_parser *parser);

/* ---- parse_definition.c ---- */

/* Parameters up to a ")" or, for a lambda, a ":", which is not taken. */
mp_params mp_parse_params(mp_parser *parser, mp_token_kind end);
mp_node *mp_parse_lambda(mp_parser *parser);
mp_node *mp_parse_decorated(mp_parser *parser);
mp_node *mp_parse_function(mp_parser *parser, mp_span start);
mp_node *mp_parse_class(mp_parser *parser);

/* ---- parse_statement.c, parse_compound.c ---- */

/* Simple statements up to the end of a line: each is pushed. */
void mp_parse_simple_line(mp_parser *parser);
/* Any statement, pushed. */
void mp_parse_statement(mp_parser *parser);
/* ": ..." of what began at head; 'what' is for the message when nothing is indented. */
mp_nodes mp_parse_block(mp_parser *parser, mp_span head, const char *what);
mp_node *mp_parse_with(mp_parser *parser, mp_span start);
mp_node *mp_parse_try(mp_parser *parser);
mp_node *mp_parse_import(mp_parser *parser);
mp_node *mp_parse_import_from(mp_parser *parser);

#endif
