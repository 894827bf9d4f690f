/* parse_import.c - import and from ... import.
 *
 * Mirrors    The rules import_name and import_from.  Which modules there are is not decided here.
 * Holds      A dotted name is one text, whatever blanks stand in it.
 * Tests      tests/test_minipy_parser.c */
#include "parse/parser_impl.h"

/* name ("." name)* */
static mp_text import_dotted(mp_parser *parser)
{
    mp_text name = mp_parse_name(parser);
    mp_builder builder = {NULL, 0, 0};

    if (!mp_parse_at(parser, MP_T_DOT))
        return name;
    mp_parse_decode_plain(parser, &builder, name.data, name.data + name.size);
    while (mp_parse_accept(parser, MP_T_DOT)) {
        name = mp_parse_name(parser);
        mp_parse_decode_plain(parser, &builder, ".", &"."[1]);
        mp_parse_decode_plain(parser, &builder, name.data, name.data + name.size);
    }
    return mp_parse_built(parser, &builder);
}

/* Pushes "name" or "name as other". */
static void import_alias(mp_parser *parser, bool dotted)
{
    mp_span start = parser->token.span;
    mp_text name = dotted ? import_dotted(parser) : mp_parse_name(parser), other = {NULL, 0};
    mp_node *node;

    if (mp_parse_accept(parser, MP_T_AS)) {
        mp_span span = parser->token.span;

        other = mp_parse_name(parser);
        mp_parse_check_name(parser, other, span);
    }
    node = mp_parse_node(parser, MP_N_ALIAS, start);
    node->text = name;
    node->text2 = other;
    mp_parse_push(parser, node);
}

static void import_check_names(mp_parser *parser)
{
    if (mp_parse_at(parser, MP_T_NEWLINE))
        mp_parse_fail_here(parser, "Expected one or more names after 'import'");
}

/* "import" dotted ["as" name] ("," dotted ["as" name])* */
mp_node *mp_parse_import(mp_parser *parser)
{
    mp_span start = parser->token.span;
    size_t mark = mp_parse_mark(parser);
    mp_node *node;

    mp_parse_next(parser);
    import_check_names(parser);
    do
        import_alias(parser, true);
    while (mp_parse_accept(parser, MP_T_COMMA));
    node = mp_parse_node(parser, MP_N_IMPORT, start);
    node->list = mp_parse_collect(parser, mark);
    return node;
}

/* Pushes the names after "import"; mark is below the first. */
static void import_names(mp_parser *parser, size_t mark)
{
    bool bracket;

    if (mp_parse_at(parser, MP_T_STAR))
        mp_parse_not_here(parser, parser->token.span, "import * is");
    import_check_names(parser);
    bracket = mp_parse_accept(parser, MP_T_LEFT_PAREN);
    do {
        if (!bracket && mp_parse_at(parser, MP_T_NEWLINE) && mp_parse_mark(parser) > mark)
            mp_parse_fail(parser, parser->last, "trailing comma not allowed without surrounding parentheses");
        import_alias(parser, false);
    } while (mp_parse_accept(parser, MP_T_COMMA) && !(bracket && mp_parse_at(parser, MP_T_RIGHT_PAREN)));
    if (bracket)
        mp_parse_close(parser, MP_T_RIGHT_PAREN);
}

/* "from" dotted "import" names | "(" names [","] ")" */
mp_node *mp_parse_import_from(mp_parser *parser)
{
    mp_span start = parser->token.span;
    size_t mark = mp_parse_mark(parser);
    mp_text module;
    mp_node *node;

    mp_parse_next(parser);
    if (mp_parse_at(parser, MP_T_DOT) || mp_parse_at(parser, MP_T_ELLIPSIS))
        mp_parse_not_here(parser, parser->token.span, "relative imports are");
    module = import_dotted(parser);
    mp_parse_expect(parser, MP_T_IMPORT);
    import_names(parser, mark);
    node = mp_parse_node(parser, MP_N_IMPORT_FROM, start);
    node->text = module;
    node->list = mp_parse_collect(parser, mark);
    return node;
}
