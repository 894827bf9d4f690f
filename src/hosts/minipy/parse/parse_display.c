/* parse_display.c - what stands in brackets: tuples, lists, sets, dicts, comprehensions; and tuples without.
 *
 * Mirrors    The rules group, tuple, list, set, dict, genexp, for_if_clauses, star_expressions, yield_expr.
 * Idea       After the first element it is known what the brackets hold.
 * Tests      tests/test_minipy_parser.c */
#include "parse/parser_impl.h"

/* ---- Elements ------------------------------------------------------------------------------------ */

/* "*" bitwise | named or expression */
mp_node *mp_parse_starred(mp_parser *parser, bool named)
{
    mp_span start = parser->token.span;
    mp_node *value, *node;

    if (!mp_parse_accept(parser, MP_T_STAR))
        return named ? mp_parse_named(parser) : mp_parse_expression(parser);
    value = mp_parse_bitwise(parser);
    node = mp_parse_node(parser, MP_N_STARRED, start);
    node->a = value;
    return node;
}

/* A star is read wherever a tuple may begin, but needs the tuple. */
void mp_parse_check_lone_star(mp_parser *parser, const mp_node *node)
{
    if (node->kind == MP_N_STARRED)
        mp_parse_fail(parser, node->span, "can't use starred expression here");
}

/* starred ("," starred)* [","] */
mp_node *mp_parse_expressions(mp_parser *parser)
{
    mp_span start = parser->token.span;
    size_t mark = mp_parse_mark(parser);
    mp_node *node = mp_parse_starred(parser, false);

    if (!mp_parse_at(parser, MP_T_COMMA))
        return node;
    mp_parse_push(parser, node);
    while (mp_parse_accept(parser, MP_T_COMMA) &&
           (mp_parse_at_expression(parser) || mp_parse_at(parser, MP_T_STAR)))
        mp_parse_push(parser, mp_parse_starred(parser, false));
    node = mp_parse_node(parser, MP_N_TUPLE, start);
    node->list = mp_parse_collect(parser, mark);
    return node;
}

/* "yield" "from" expression | "yield" [expressions] */
mp_node *mp_parse_yield(mp_parser *parser)
{
    mp_span start = parser->token.span;
    bool from;
    mp_node *value = NULL, *node;

    mp_parse_expect(parser, MP_T_YIELD);
    from = mp_parse_accept(parser, MP_T_FROM);
    if (from)
        value = mp_parse_expression(parser);
    else if (mp_parse_at_expression(parser) || mp_parse_at(parser, MP_T_STAR))
        value = mp_parse_expressions(parser);
    if (value)
        mp_parse_check_lone_star(parser, value);
    node = mp_parse_node(parser, from ? MP_N_YIELD_FROM : MP_N_YIELD, start);
    node->a = value;
    return node;
}

mp_node *mp_parse_value(mp_parser *parser)
{
    mp_node *node;

    if (mp_parse_at(parser, MP_T_YIELD))
        return mp_parse_yield(parser);
    node = mp_parse_expressions(parser);
    mp_parse_check_lone_star(parser, node);
    return node;
}

/* ---- Comprehensions ------------------------------------------------------------------------------ */

bool mp_parse_at_comprehension(const mp_parser *parser)
{
    return mp_parse_at(parser, MP_T_FOR) || mp_parse_at(parser, MP_T_ASYNC);
}

/* ["async"] "for" targets "in" disjunction ("if" disjunction)*: an "if" after the iterable is a condition */
static mp_node *parse_for_clause(mp_parser *parser)
{
    mp_span start = parser->token.span;
    bool async = mp_parse_accept(parser, MP_T_ASYNC);
    size_t mark = mp_parse_mark(parser);
    mp_node *targets, *iterable, *node;

    mp_parse_expect(parser, MP_T_FOR);
    targets = mp_parse_for_targets(parser);
    iterable = mp_parse_disjunction(parser);
    while (mp_parse_accept(parser, MP_T_IF))
        mp_parse_push(parser, mp_parse_disjunction(parser));
    node = mp_parse_node(parser, MP_N_FOR_CLAUSE, start);
    node->flag = async;
    node->a = targets;
    node->b = iterable;
    node->list = mp_parse_collect(parser, mark);
    return node;
}

mp_nodes mp_parse_for_clauses(mp_parser *parser)
{
    size_t mark = mp_parse_mark(parser);

    while (mp_parse_at_comprehension(parser))
        mp_parse_push(parser, parse_for_clause(parser));
    return mp_parse_collect(parser, mark);
}

/* The rest of a comprehension whose element is read. */
static mp_node *parse_comprehension(mp_parser *parser, mp_span start, mp_node_kind kind, mp_node *item,
                                    mp_token_kind close)
{
    mp_nodes clauses;
    mp_node *node;

    if (item->kind == MP_N_STARRED)
        mp_parse_fail(parser, item->span, "iterable unpacking cannot be used in comprehension");
    clauses = mp_parse_for_clauses(parser);
    mp_parse_close(parser, close);
    node = mp_parse_node(parser, kind, start);
    node->a = item;
    node->list = clauses;
    return node;
}

/* ---- Elements between brackets ------------------------------------------------------------------- */

/* Pushes the elements after a first one, up to the closing bracket. */
static mp_nodes parse_elements(mp_parser *parser, mp_node *first, mp_token_kind close)
{
    size_t mark = mp_parse_mark(parser);

    mp_parse_push(parser, first);
    while (mp_parse_accept(parser, MP_T_COMMA) && !mp_parse_at(parser, close)) {
        mp_parse_push(parser, mp_parse_starred(parser, true));
        if (mp_parse_at_comprehension(parser))
            mp_parse_fail(parser, mp_parse_span(parser, first->span),
                          "did you forget parentheses around the comprehension target?");
    }
    mp_parse_close(parser, close);
    return mp_parse_collect(parser, mark);
}

static mp_node *parse_elements_node(mp_parser *parser, mp_span start, mp_node_kind kind, mp_node *first,
                                    mp_token_kind close)
{
    mp_nodes elements = parse_elements(parser, first, close);
    mp_node *node = mp_parse_node(parser, kind, start);

    node->list = elements;
    return node;
}

/* () and [] */
static mp_node *parse_empty(mp_parser *parser, mp_span start, mp_node_kind kind)
{
    mp_parse_next(parser);
    return mp_parse_node(parser, kind, start);
}

/* (yield), (x), and a tuple or a generator if more follows. */
mp_node *mp_parse_paren(mp_parser *parser)
{
    const mp_token_kind close = MP_T_RIGHT_PAREN;
    mp_span start = parser->token.span;
    mp_node *node;

    mp_parse_next(parser);
    if (mp_parse_at(parser, close))
        return parse_empty(parser, start, MP_N_TUPLE);
    if (mp_parse_at(parser, MP_T_DOUBLE_STAR))
        mp_parse_fail_here(parser, "cannot use double starred expression here");
    if (mp_parse_at(parser, MP_T_YIELD)) {
        node = mp_parse_yield(parser);
        mp_parse_close(parser, close);
        return node;
    }
    node = mp_parse_starred(parser, true);
    if (mp_parse_at(parser, MP_T_COMMA))
        return parse_elements_node(parser, start, MP_N_TUPLE, node, close);
    if (mp_parse_at_comprehension(parser))
        return parse_comprehension(parser, start, MP_N_GENERATOR, node, close);
    mp_parse_close(parser, close);
    if (node->kind == MP_N_STARRED)
        mp_parse_fail(parser, node->span, "cannot use starred expression here");
    return node;
}

/* "[" "]" | "[" element ("," element)* [","] "]" | "[" element for_clause+ "]" */
mp_node *mp_parse_square(mp_parser *parser)
{
    mp_span start = parser->token.span;
    mp_node *first;

    mp_parse_next(parser);
    if (mp_parse_at(parser, MP_T_RIGHT_BRACKET))
        return parse_empty(parser, start, MP_N_LIST);
    first = mp_parse_starred(parser, true);
    if (mp_parse_at_comprehension(parser))
        return parse_comprehension(parser, start, MP_N_LIST_COMP, first, MP_T_RIGHT_BRACKET);
    return parse_elements_node(parser, start, MP_N_LIST, first, MP_T_RIGHT_BRACKET);
}

/* ---- Dicts --------------------------------------------------------------------------------------- */

/* The ": value" of a key. */
static mp_node *dict_value(mp_parser *parser)
{
    if (!mp_parse_accept(parser, MP_T_COLON))
        mp_parse_fail(parser, parser->last, "':' expected after dictionary key");
    if (mp_parse_at(parser, MP_T_RIGHT_BRACE) || mp_parse_at(parser, MP_T_COMMA))
        mp_parse_fail(parser, parser->last, "expression expected after dictionary key and ':'");
    if (mp_parse_at(parser, MP_T_STAR))
        mp_parse_fail_here(parser, "cannot use a starred expression in a dictionary value");
    return mp_parse_expression(parser);
}

/* Pushes a key, or NULL for **, and its value. */
static void dict_item(mp_parser *parser)
{
    if (mp_parse_accept(parser, MP_T_DOUBLE_STAR)) {
        mp_parse_push(parser, NULL);
        mp_parse_push(parser, mp_parse_bitwise(parser));
    } else {
        mp_parse_push(parser, mp_parse_expression(parser));
        mp_parse_push(parser, dict_value(parser));
    }
}

/* Takes the keys and the values apart, which were pushed in turn. */
static void dict_split(mp_parser *parser, mp_node *node, size_t mark)
{
    mp_nodes both = mp_parse_collect(parser, mark);
    size_t count = both.count / 2;

    node->list = (mp_nodes){mp_parse_new(parser, count * sizeof(mp_node *)), count};
    node->list2 = (mp_nodes){mp_parse_new(parser, count * sizeof(mp_node *)), count};
    for (size_t i = 0; i < count; i++) {
        node->list.items[i] = both.items[2 * i];
        node->list2.items[i] = both.items[2 * i + 1];
    }
}

/* A dict whose first item is pushed; mark is below that. */
static mp_node *parse_dict(mp_parser *parser, mp_span start, size_t mark)
{
    mp_node *node;

    while (mp_parse_accept(parser, MP_T_COMMA) && !mp_parse_at(parser, MP_T_RIGHT_BRACE))
        dict_item(parser);
    mp_parse_close(parser, MP_T_RIGHT_BRACE);
    node = mp_parse_node(parser, MP_N_DICT, start);
    dict_split(parser, node, mark);
    return node;
}

static mp_node *parse_dict_comprehension(mp_parser *parser, mp_span start, mp_node *key, mp_node *value)
{
    mp_node *node = parse_comprehension(parser, start, MP_N_DICT_COMP, key, MP_T_RIGHT_BRACE);

    node->b = value;
    return node;
}

/* A dict or a dict comprehension that begins with a key. */
static mp_node *parse_keyed(mp_parser *parser, mp_span start, mp_node *key)
{
    size_t mark = mp_parse_mark(parser);
    mp_node *value = dict_value(parser);

    if (mp_parse_at_comprehension(parser))
        return parse_dict_comprehension(parser, start, key, value);
    mp_parse_push(parser, key);
    mp_parse_push(parser, value);
    return parse_dict(parser, start, mark);
}

/* A dict that begins with a **. */
static mp_node *parse_unpacked(mp_parser *parser, mp_span start)
{
    size_t mark = mp_parse_mark(parser);

    dict_item(parser);
    if (mp_parse_at_comprehension(parser))
        mp_parse_fail(parser, mp_parse_span(parser, start),
                      "dict unpacking cannot be used in dict comprehension");
    return parse_dict(parser, start, mark);
}

/* *a and a := b are elements of a set, but no keys. */
static bool dict_is_key(const mp_node *node, mp_span start)
{
    return node->kind != MP_N_STARRED && (node->kind != MP_N_WALRUS || !mp_parse_begins(node, start));
}

/* What follows the first element says whether it is a set, a dict, or a comprehension of either. */
mp_node *mp_parse_brace(mp_parser *parser)
{
    mp_span start = parser->token.span, inside;
    mp_node *first;

    mp_parse_next(parser);
    inside = parser->token.span;
    if (mp_parse_at(parser, MP_T_RIGHT_BRACE))
        return parse_empty(parser, start, MP_N_DICT);
    if (mp_parse_at(parser, MP_T_DOUBLE_STAR))
        return parse_unpacked(parser, start);
    first = mp_parse_starred(parser, true);
    if (mp_parse_at(parser, MP_T_COLON) && dict_is_key(first, inside))
        return parse_keyed(parser, start, first);
    if (mp_parse_at_comprehension(parser))
        return parse_comprehension(parser, start, MP_N_SET_COMP, first, MP_T_RIGHT_BRACE);
    return parse_elements_node(parser, start, MP_N_SET, first, MP_T_RIGHT_BRACE);
}
