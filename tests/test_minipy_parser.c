/* test_minipy_parser.c - the teaching interpreter's lexer, parser and arena (src/hosts/minipy).
 *
 * A tree is compared as one line of text: show() writes each node as kind'text'(children)[list]..., with
 * spans if asked.  Where no other reason is given, the tree or message is CPython's. */
#include "hosts/minipy/parse/ast.h"

#include <check.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Trees as text --------------------------------------------------------------------------------- */

static char shown[64 * 1024];
static size_t shown_size;
static bool with_spans;

static void put(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void put(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int size = vsnprintf(shown + shown_size, sizeof shown - shown_size, format, args);
    va_end(args);
    ck_assert_int_ge(size, 0);
    shown_size += (size_t)size;
    ck_assert_uint_lt(shown_size, sizeof shown);
}

static const char *const kinds[] = {
    [MP_N_INT] = "int",
    [MP_N_FLOAT] = "float",
    [MP_N_STR] = "str",
    [MP_N_BYTES] = "bytes",
    [MP_N_FSTRING] = "fstring",
    [MP_N_FVALUE] = "field",
    [MP_N_CONSTANT] = "constant",
    [MP_N_NAME] = "",
    [MP_N_TUPLE] = "tuple",
    [MP_N_LIST] = "list",
    [MP_N_SET] = "set",
    [MP_N_DICT] = "dict",
    [MP_N_STARRED] = "starred",
    [MP_N_UNARY] = "unary",
    [MP_N_BINARY] = "binary",
    [MP_N_BOOL] = "bool",
    [MP_N_COMPARE] = "compare",
    [MP_N_CONDITIONAL] = "conditional",
    [MP_N_CALL] = "call",
    [MP_N_KEYWORD] = "keyword",
    [MP_N_ATTRIBUTE] = "attribute",
    [MP_N_INDEX] = "index",
    [MP_N_SLICE] = "slice",
    [MP_N_LAMBDA] = "lambda",
    [MP_N_LIST_COMP] = "listcomp",
    [MP_N_SET_COMP] = "setcomp",
    [MP_N_DICT_COMP] = "dictcomp",
    [MP_N_GENERATOR] = "generator",
    [MP_N_FOR_CLAUSE] = "for",
    [MP_N_AWAIT] = "await",
    [MP_N_YIELD] = "yield",
    [MP_N_YIELD_FROM] = "yieldfrom",
    [MP_N_WALRUS] = "walrus",
    [MP_N_EXPRESSION] = "expr",
    [MP_N_ASSIGN] = "assign",
    [MP_N_AUGMENTED] = "augmented",
    [MP_N_ANNOTATED] = "annotated",
    [MP_N_RETURN] = "return",
    [MP_N_RAISE] = "raise",
    [MP_N_ASSERT] = "assert",
    [MP_N_DELETE] = "del",
    [MP_N_PASS] = "pass",
    [MP_N_BREAK] = "break",
    [MP_N_CONTINUE] = "continue",
    [MP_N_GLOBAL] = "global",
    [MP_N_NONLOCAL] = "nonlocal",
    [MP_N_IMPORT] = "import",
    [MP_N_IMPORT_FROM] = "from",
    [MP_N_ALIAS] = "alias",
    [MP_N_IF] = "if",
    [MP_N_WHILE] = "while",
    [MP_N_FOR] = "for",
    [MP_N_WITH] = "with",
    [MP_N_WITH_ITEM] = "item",
    [MP_N_TRY] = "try",
    [MP_N_EXCEPT] = "except",
    [MP_N_FUNCTION] = "def",
    [MP_N_CLASS] = "class",
    [MP_N_MODULE] = "module",
};

static const char *const ops[] = {
    "+", "-",   "*", "/",  "//", "%",  "**", "<<", ">>", "&",      "|",  "^",      "@",   "-",  "+",
    "~", "not", "<", "<=", "==", "!=", ">",  ">=", "in", "not in", "is", "is not", "and", "or",
};

static void show(const mp_node *node);

static void show_text(mp_text text)
{
    put("'");
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.data[i] < ' ')
            put("\\x%02x", (unsigned char)text.data[i]);
        else
            put("%c", text.data[i]);
    put("'");
}

static void show_span(mp_span span)
{
    if (with_spans)
        put("@%" PRIu32 ":%" PRIu32 "-%" PRIu32 ":%" PRIu32, span.line, span.column, span.end_line,
            span.end_column);
}

static void show_list(const char *open, mp_nodes list, const char *close)
{
    if (list.count == 0)
        return;
    put("%s", open);
    for (size_t i = 0; i < list.count; i++) {
        put("%s", i > 0 ? " " : "");
        show(list.items[i]);
    }
    put("%s", close);
}

static void show_params(mp_params params)
{
    static const char *const marks[] = {"/", "", "*", "!", "**"};
    for (size_t i = 0; i < params.count; i++) {
        const mp_param *param = &params.items[i];
        put("%s%s%s", i > 0 ? " " : "|", marks[param->kind], param->name.data);
        show_span(param->span);
        if (param->annotation != NULL) {
            put(":");
            show(param->annotation);
        }
        if (param->fallback != NULL) {
            put("=");
            show(param->fallback);
        }
    }
    if (params.count > 0)
        put("|");
}

/* What stands in the node itself. */
static void show_head(const mp_node *node)
{
    static const char *const constants[] = {"None", "True", "False", "..."};
    put("%s%s", node->flag ? "!" : "", kinds[node->kind]);
    if (node->kind == MP_N_INT)
        put("%" PRId64, node->number.integer);
    if (node->kind == MP_N_FLOAT)
        put("%.17g", node->number.real);
    if (node->kind == MP_N_CONSTANT)
        put("%s", constants[node->number.integer]);
    if (node->kind == MP_N_FVALUE && node->number.integer != 0)
        put("!%c", (char)node->number.integer);
    if (node->kind == MP_N_UNARY || node->kind == MP_N_BINARY || node->kind == MP_N_BOOL ||
        node->kind == MP_N_AUGMENTED)
        put("%s", ops[node->op]);
    for (size_t i = 0; node->kind == MP_N_COMPARE && i < node->list.count; i++)
        put("%s%s", i > 0 ? "," : "", ops[node->ops[i]]);
    if (node->kind == MP_N_NAME)
        put("%s", node->text.data);
    else if (node->text.data != NULL)
        show_text(node->text);
    if (node->text2.data != NULL)
        show_text(node->text2);
    show_span(node->span);
}

static void show(const mp_node *node)
{
    if (node == NULL) {
        put("_");
        return;
    }
    show_head(node);
    show_params(node->params);
    const mp_node *parts[] = {node->a, node->b, node->c};
    int count = node->c != NULL ? 3 : node->b != NULL ? 2 : node->a != NULL ? 1 : 0;
    for (int i = 0; i < count; i++) {
        put("%s", i > 0 ? " " : "(");
        show(parts[i]);
    }
    put("%s", count > 0 ? ")" : "");
    show_list("[", node->list, "]");
    show_list("<", node->list2, ">");
    show_list("{", node->body, "}");
    show_list("else{", node->orelse, "}");
    show_list("finally{", node->final, "}");
}

/* ---- Parsing --------------------------------------------------------------------------------------- */

static mp_syntax_error error;

/* Parses a copy that is gone before the tree is looked at: the tree points nowhere into it. */
static mp_node *parse_sized(mp_arena *arena, const char *source, size_t size)
{
    char *copy = malloc(size > 0 ? size : 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, source, size);
    mp_node *module = mp_parse(arena, copy, size, &error);
    free(copy);
    return module;
}

/* The statements of a source as text. */
static const char *tree_sized(const char *source, size_t size)
{
    mp_arena arena = {NULL, 0, 0};
    const mp_node *module = parse_sized(&arena, source, size);
    if (module == NULL)
        ck_abort_msg("%s: line %u, column %u: %s", source, (unsigned)error.span.line,
                     (unsigned)error.span.column, error.message);
    ck_assert_int_eq(error.kind, MP_SYNTAX_OK);
    ck_assert_int_eq(module->kind, MP_N_MODULE);
    shown_size = 0;
    shown[0] = '\0';
    show_list("", module->body, "");
    mp_arena_free(&arena);
    return shown;
}

static const char *tree(const char *source)
{
    return tree_sized(source, strlen(source));
}

static void fails_with(const char *source, mp_syntax_kind kind, const char *message)
{
    mp_arena arena = {NULL, 0, 0};
    if (parse_sized(&arena, source, strlen(source)) != NULL)
        ck_abort_msg("no error in: %s", source);
    ck_assert_msg(error.kind == kind && strcmp(error.message, message) == 0, "%s: kind %d: %s", source,
                  (int)error.kind, error.message);
    mp_arena_free(&arena);
}

typedef struct row {
    const char *source, *tree;
} row;

#define CHECK_ROWS(rows)                                                                                     \
    for (size_t row_index = 0; row_index < sizeof(rows) / sizeof(rows)[0]; row_index++)                      \
    ck_assert_str_eq(tree((rows)[row_index].source), (rows)[row_index].tree)

/* ---- Expressions ----------------------------------------------------------------------------------- */

START_TEST(test_operators_bind_as_in_python)
{
    static const row rows[] = {
        {"a+b-c", "expr(binary-(binary+(a b) c))"},
        {"a+b*c", "expr(binary+(a binary*(b c)))"},
        {"a|b^c&d<<e+f@-g",
         "expr(binary|(a binary^(b binary&(c binary<<(d binary+(e binary@(f unary-(g))))))))"},
        {"a//b%c/d>>e", "expr(binary>>(binary/(binary%(binary//(a b) c) d) e))"},
        {"-a**-b**c", "expr(unary-(binary**(a unary-(binary**(b c)))))"},
        {"await a**b", "expr(binary**(await(a) b))"},
        {"~+a", "expr(unary~(unary+(a)))"},
        {"not a==b", "expr(unarynot(compare==(a)[b]))"},
        {"a<b<=c in d not in e is f is not g", "expr(compare<,<=,in,not in,is,is not(a)[b c d e f g])"},
        {"a or b and not c or d", "expr(boolor[a booland[b unarynot(c)] d])"},
        {"a if b else c if d else e", "expr(conditional(a b conditional(c d e)))"},
        {"lambda: a if b else c", "expr(lambda(conditional(a b c)))"},
        {"a.b[c](d).e", "expr(attribute'e'(call(index(attribute'b'(a) c))[d]))"},
        {"(a := b)", "expr(walrus'a'(b))"},
    };
    CHECK_ROWS(rows);
}
END_TEST

START_TEST(test_calls_keep_arguments_and_keywords_in_order)
{
    static const row rows[] = {
        {"f()", "expr(call(f))"},
        {"f(a, *b, c=d, *e, **g, h=i,)",
         "expr(call(f)[a starred(b) starred(e)]<keyword'c'(d) keyword(g) keyword'h'(i)>)"},
        {"f(x for x in y)", "expr(call(f)[generator(x)[for(x y)]])"},
        {"f(a := b, c)", "expr(call(f)[walrus'a'(b) c])"},
        {"a[b]", "expr(index(a b))"},
        {"a[b:c:d]", "expr(index(a slice(b c d)))"},
        {"a[::]", "expr(index(a slice))"},
        {"a[:, b:, ::c]", "expr(index(a tuple[slice slice(b) slice(_ _ c)]))"},
        {"a[b,]", "expr(index(a tuple[b]))"},
        {"a[*b]", "expr(index(a tuple[starred(b)]))"},
        {"a[(b := c):d]", "expr(index(a slice(walrus'b'(c) d)))"},
    };
    CHECK_ROWS(rows);
}
END_TEST

START_TEST(test_displays_and_comprehensions)
{
    static const row rows[] = {
        {"()", "expr(tuple)"},
        {"(a)", "expr(a)"},
        {"(a,)", "expr(tuple[a])"},
        {"a, *b", "expr(tuple[a starred(b)])"},
        {"[a, *b, c := d,]", "expr(list[a starred(b) walrus'c'(d)])"},
        {"{}", "expr(dict)"},
        {"{a, *b}", "expr(set[a starred(b)])"},
        {"{a: b, **c}", "expr(dict[a _]<b c>)"},
        {"{(a := b): c}", "expr(dict[walrus'a'(b)]<c>)"},
        {"[a for b, *c in d if e if f async for g in h]",
         "expr(listcomp(a)[for(tuple[b starred(c)] d)[e f] !for(g h)])"},
        {"{a for b in c}", "expr(setcomp(a)[for(b c)])"},
        {"{a: b for c.d in e}", "expr(dictcomp(a b)[for(attribute'd'(c) e)])"},
        {"(yield)", "expr(yield)"},
        {"x = yield a, *b", "assign(yield(tuple[a starred(b)]))[x]"},
        {"yield from a", "expr(yieldfrom(a))"},
    };
    CHECK_ROWS(rows);
}
END_TEST

START_TEST(test_parameters_of_every_kind)
{
    static const row rows[] = {
        {"lambda: 0", "expr(lambda(int0))"},
        {"lambda a, /, b=1, *c, d, e=2, **f: 0", "expr(lambda|/a b=int1 *c !d !e=int2 **f|(int0))"},
        {"lambda *, a: a", "expr(lambda|!a|(a))"},
        {"def f(a: int, *b: c, d: e = 1, **g: h,) -> i: pass", "def'f'|a:int *b:c !d:e=int1 **g:h|(i){pass}"},
        {"def f(*a: *b): pass", "def'f'|*a:starred(b)|{pass}"},
    };
    CHECK_ROWS(rows);
}
END_TEST

/* ---- Literals -------------------------------------------------------------------------------------- */

START_TEST(test_numbers_have_their_exact_values)
{
    static const row rows[] = {
        {"0", "expr(int0)"},
        {"0_0", "expr(int0)"},
        {"1_000", "expr(int1000)"},
        {"0xFf_0", "expr(int4080)"},
        {"0o1_7", "expr(int15)"},
        {"0B101", "expr(int5)"},
        {"9223372036854775807", "expr(int9223372036854775807)"},
        {"-9223372036854775808", "expr(int-9223372036854775808)"},
        {"- 0x8000000000000000", "expr(int-9223372036854775808)"},
        {"-9223372036854775807", "expr(unary-(int9223372036854775807))"},
        {"0.1", "expr(float0.10000000000000001)"},
        {"1_0.5e-1_0", "expr(float1.0500000000000001e-09)"},
        {"09.", "expr(float9)"},
        {".5E+1", "expr(float5)"},
        {"1e400", "expr(floatinf)"},
        {"5e-324", "expr(float4.9406564584124654e-324)"},
        {"1if a else 2", "expr(conditional(int1 a int2))"},
    };
    CHECK_ROWS(rows);
}
END_TEST

START_TEST(test_strings_mean_what_python_says)
{
    static const row rows[] = {
        {"'a' \"b\" '''c'''", "expr(str'abc')"},
        {"'\\a\\b\\t\\n\\v\\f\\r'", "expr(str'\\x07\\x08\\x09\\x0a\\x0b\\x0c\\x0d')"},
        {"'\\\\ \\' \\\"'", "expr(str'\\ ' \"')"},
        {"'\\0\\101\\777\\08'", "expr(str'\\x00A\xC7\xBF\\x008')"},
        {"'\\x41\\u00e9\\U0001F600'", "expr(str'A\xC3\xA9\xF0\x9F\x98\x80')"},
        {"'\\q\\\na'", "expr(str'\\qa')"},
        {"r'\\n\\''", "expr(str'\\n\\'')"},
        {"'''a\nb\\\nc'''", "expr(str'a\\x0abc')"},
        {"'''a\r\nb\rc'''", "expr(str'a\\x0ab\\x0ac')"},
        {"u'\xC3\xA9'", "expr(str'\xC3\xA9')"},
        {"''", "expr(str'')"},
    };
    CHECK_ROWS(rows);
}
END_TEST

START_TEST(test_fstrings)
{
    static const row rows[] = {
        {"f''", "expr(fstring)"},
        {"f'a{{b}}'", "expr(fstring[str'a{b}'])"},
        {"f'a{b}c' 'd' f'{e}'", "expr(fstring[str'a' field(b) str'cd' field(e)])"},
        {"f'{a!r}{b!s:x}'", "expr(fstring[field!r(a) field!s(b fstring[str'x'])])"},
        {"f'{a:{b}>{c!a}}'", "expr(fstring[field(a fstring[field(b) str'>' field!a(c)])])"},
        {"f'{a:}'", "expr(fstring[field(a fstring)])"},
        {"f'{a=}'", "expr(fstring[str'a=' field!r(a)])"},
        {"f'x{ a = !s}'", "expr(fstring[str'x a = ' field!s(a)])"},
        {"f'{a=:>5}'", "expr(fstring[str'a=' field(a fstring[str'>5'])])"},
        {"f'''{\na # '\n=}'''", "expr(fstring[str'\\x0aa \\x0a=' field!r(a)])"},
        {"f'{'#'=}'", "expr(fstring[str''#'=' field!r(str'#')])"},
        {"f'{f'{a['b']}'}'", "expr(fstring[field(fstring[field(index(a str'b'))])])"},
        {"f'{a, *b}'", "expr(fstring[field(tuple[a starred(b)])])"},
        {"f'{ {a: b}[c] }'", "expr(fstring[field(index(dict[a]<b> c))])"},
        {"f'{a!=b}{(lambda: c)()}{(d:=e):=3}'",
         "expr(fstring[field(compare!=(a)[b]) field(call(lambda(c))) field(walrus'd'(e) fstring[str'=3'])])"},
        {"f'\\x41\\{a}'", "expr(fstring[str'A\\' field(a)])"},
        {"rf'\\{a}\\n'", "expr(fstring[str'\\' field(a) str'\\n'])"},
    };
    CHECK_ROWS(rows);
}
END_TEST

/* ---- Statements ------------------------------------------------------------------------------------ */

START_TEST(test_simple_statements)
{
    static const row rows[] = {
        {"a; b;", "expr(a) expr(b)"},
        {"a = b, = *c, d = e", "assign(e)[a tuple[b] tuple[starred(c) d]]"},
        {"[a, (b, *c)] = d[e] = f.g = h",
         "assign(h)[list[a tuple[b starred(c)]] index(d e) attribute'g'(f)]"},
        {"a += b; c @= d; e **= yield", "augmented+(a b) augmented@(c d) augmented**(e yield)"},
        {"a: b", "!annotated(a b)"},
        {"(a): b = c", "annotated(a b c)"},
        {"return", "return"},
        {"return *a, b", "return(tuple[starred(a) b])"},
        {"raise", "raise"},
        {"raise a from b", "raise(a b)"},
        {"assert a, b", "assert(a b)"},
        {"del a, (b.c, [d[e]])", "del[a tuple[attribute'c'(b) list[index(d e)]]]"},
        {"pass; break; continue", "pass break continue"},
        {"global a, b; nonlocal c", "global[a b] nonlocal[c]"},
        {"import a . b as c, d", "import[alias'a.b''c' alias'd']"},
        {"from a.b import (c as d, e,)", "from'a.b'[alias'c''d' alias'e']"},
        {"match = type = case = 1", "assign(int1)[match type case]"},
        {"match(a); type(b); print(c)", "expr(call(match)[a]) expr(call(type)[b]) expr(call(print)[c])"},
        {"", ""},
    };
    CHECK_ROWS(rows);
}
END_TEST

START_TEST(test_compound_statements)
{
    static const row rows[] = {
        {"if a: b\nelif c: d\nelse: e", "if(a){expr(b)}else{if(c){expr(d)}else{expr(e)}}"},
        {"while a:\n b\nelse:\n c", "while(a){expr(b)}else{expr(c)}"},
        {"for a, *b in *c, d: pass\nelse: e",
         "for(tuple[a starred(b)] tuple[starred(c) d]){pass}else{expr(e)}"},
        {"async def f():\n async for a in b: pass\n async with c: pass",
         "!def'f'{!for(a b){pass} !with[item(c)]{pass}}"},
        {"with a as b, c: pass", "with[item(a b) item(c)]{pass}"},
        {"with (a as b, c,): pass", "with[item(a b) item(c)]{pass}"},
        {"with (a, b): pass", "with[item(a) item(b)]{pass}"},
        {"with (a, b) as c: pass", "with[item(tuple[a b] c)]{pass}"},
        {"with ((a, b)): pass", "with[item(tuple[a b])]{pass}"},
        {"with (a)(b) as c[0]: pass", "with[item(call(a)[b] index(c int0))]{pass}"},
        {"try: a\nexcept B as c: d\nexcept: e\nelse: f\nfinally: g",
         "try[except'c'(B){expr(d)} except{expr(e)}]{expr(a)}else{expr(f)}finally{expr(g)}"},
        {"try: a\nexcept* (B, C): d", "!try[except(tuple[B C]){expr(d)}]{expr(a)}"},
        {"try: a\nfinally: b", "try{expr(a)}finally{expr(b)}"},
        {"@a\n@b.c(d)\nclass E(F, *g, h=i): pass",
         "class'E'[a call(attribute'c'(b))[d]]<F starred(g) keyword'h'(i)>{pass}"},
        {"@a\nasync def f(): return", "!def'f'[a]{return}"},
        {"class A: a = 1; b", "class'A'{assign(int1)[a] expr(b)}"},
    };
    CHECK_ROWS(rows);
}
END_TEST

START_TEST(test_lines_and_indentation)
{
    static const row rows[] = {
        {"if a:\n\tb\n\n  # c\n\td\ne", "if(a){expr(b) expr(d)} expr(e)"},
        {"if a:\r\n  b\r\nc\r\n", "if(a){expr(b)} expr(c)"},
        {"a\rb", "expr(a) expr(b)"},
        {"if a:\n  if b:\n    c\nd", "if(a){if(b){expr(c)}} expr(d)"},
        {"(a,\n# b\n\n   c)", "expr(tuple[a c])"},
        {"a + \\\n  b", "expr(binary+(a b))"},
        {"if a:\n  b\n  \\\n     c\n", "if(a){expr(b) expr(c)}"},
        {"\xEF\xBB\xBF# coding: latin-1\na", "expr(a)"},
        {"\xC3\xA9t\xC3\xA9 = a # \xE2\x82\xAC", "assign(a)[\xC3\xA9t\xC3\xA9]"},
        {"if a:\n\f  b\n  c", "if(a){expr(b) expr(c)}"},
        {"# only this", ""},
    };
    CHECK_ROWS(rows);
}
END_TEST

/* ---- Places ---------------------------------------------------------------------------------------- */

START_TEST(test_spans_are_those_of_cpython)
{
    static const row rows[] = {
        {"(a).b + c", "expr@1:0-1:9(binary+@1:0-1:9(attribute'b'@1:0-1:5(a@1:1-1:2) c@1:8-1:9))"},
        {"(a, b) = c,", "assign@1:0-1:11(tuple@1:9-1:11[c@1:9-1:10])[tuple@1:0-1:6[a@1:1-1:2 b@1:4-1:5]]"},
        {"f(x for x in y)", "expr@1:0-1:15(call@1:0-1:15(f@1:0-1:1)[generator@1:1-1:15(x@1:2-1:3)"
                            "[for@1:4-1:14(x@1:8-1:9 y@1:13-1:14)]])"},
        {"a[b:, c]",
         "expr@1:0-1:8(index@1:0-1:8(a@1:0-1:1 tuple@1:2-1:7[slice@1:2-1:4(b@1:2-1:3) c@1:6-1:7]))"},
        {"'a' f'b{c!r:d}'", "expr@1:0-1:15(fstring@1:0-1:15[str'ab'@1:0-1:7 field!r@1:7-1:14(c@1:8-1:9 "
                            "fstring@1:11-1:13[str'd'@1:12-1:13])])"},
        {"f'a{b = }'", "expr@1:0-1:10(fstring@1:0-1:10[str'ab = '@1:2-1:8 field!r@1:3-1:9(b@1:4-1:5)])"},
        {"'\xC3\xA9' + a", "expr@1:0-1:8(binary+@1:0-1:8(str'\xC3\xA9'@1:0-1:4 a@1:7-1:8))"},
        {"'''a\nb'''", "expr@1:0-2:4(str'a\\x0ab'@1:0-2:4)"},
        {"@a\ndef f(b=c): d;",
         "def'f'@2:0-2:14|b@2:6-2:7=c@2:8-2:9|[a@1:1-1:2]{expr@2:12-2:13(d@2:12-2:13)}"},
        {"if a:\n  b\nelif c: d\n\n\ne",
         "if@1:0-3:9(a@1:3-1:4){expr@2:2-2:3(b@2:2-2:3)}else{if@3:0-3:9(c@3:5-3:6){expr@3:8-3:9(d@3:8-3:9)}} "
         "expr@6:0-6:1(e@6:0-6:1)"},
        {"try: a\nexcept B as c:\n  d\n",
         "try@1:0-3:3[except'c'@2:0-3:3(B@2:7-2:8){expr@3:2-3:3(d@3:2-3:3)}]{expr@1:5-1:6(a@1:5-1:6)}"},
        {"-9223372036854775808", "expr@1:0-1:20(int-9223372036854775808@1:0-1:20)"},
        {"import a.b as c", "import@1:0-1:15[alias'a.b''c'@1:7-1:15]"},
    };
    with_spans = true;
    CHECK_ROWS(rows);
    with_spans = false;
}
END_TEST

/* ---- Errors ---------------------------------------------------------------------------------------- */

typedef struct wrong {
    const char *source;
    mp_syntax_kind kind;
    uint32_t line, column;
    const char *message;
} wrong;

static void check_wrong(const wrong *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fails_with(rows[i].source, rows[i].kind, rows[i].message);
        ck_assert_msg(error.span.line == rows[i].line && error.span.column == rows[i].column, "%s: at %u:%u",
                      rows[i].source, (unsigned)error.span.line, (unsigned)error.span.column);
    }
}

START_TEST(test_what_is_no_token)
{
    static const wrong rows[] = {
        {"a = 'b", MP_SYNTAX_ERROR, 1, 4, "unterminated string literal (detected at line 1)"},
        {"a = '''b\n\n", MP_SYNTAX_ERROR, 1, 4,
         "unterminated triple-quoted string literal (detected at line 3)"},
        {"f'a", MP_SYNTAX_ERROR, 1, 0, "unterminated f-string literal (detected at line 1)"},
        {"f'{a'", MP_SYNTAX_ERROR, 1, 4, "f-string: expecting '}'"},
        {"f'{a:b'", MP_SYNTAX_ERROR, 1, 6, "f-string: expecting '}'"},
        {"f'}'", MP_SYNTAX_ERROR, 1, 2, "f-string: single '}' is not allowed"},
        {"f'{}'", MP_SYNTAX_ERROR, 1, 3, "f-string: valid expression required before '}'"},
        {"f'{a!x}'", MP_SYNTAX_ERROR, 1, 5,
         "f-string: invalid conversion character 'x': expected 's', 'r', or 'a'"},
        {"f'{a:{b:{c:{d}}}}'", MP_SYNTAX_ERROR, 1, 11, "f-string: expressions nested too deeply"},
        {"f'{a:\n}'", MP_SYNTAX_ERROR, 1, 5,
         "f-string: newlines are not allowed in format specifiers for single quoted f-strings"},
        {"1abc", MP_SYNTAX_ERROR, 1, 0, "invalid decimal literal"},
        {"1__0", MP_SYNTAX_ERROR, 1, 0, "invalid decimal literal"},
        {"0b12", MP_SYNTAX_ERROR, 1, 0, "invalid digit '2' in binary literal"},
        {"0x", MP_SYNTAX_ERROR, 1, 0, "invalid hexadecimal literal"},
        {"017", MP_SYNTAX_ERROR, 1, 0,
         "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers"},
        {"'a\\x4'", MP_SYNTAX_ERROR, 1, 0,
         "(unicode error) 'unicodeescape' codec can't decode bytes in position 1-3: truncated \\xXX escape"},
        {"'\\U00110000'", MP_SYNTAX_ERROR, 1, 0,
         "(unicode error) 'unicodeescape' codec can't decode bytes in position 0-9: illegal Unicode "
         "character"},
        {"b'\\x4'", MP_SYNTAX_ERROR, 1, 0, "(value error) invalid \\x escape at position 0"},
        {"b'\xC3\xBC'", MP_SYNTAX_ERROR, 1, 0, "bytes can only contain ASCII literal characters"},
        {"b'a' 'b'", MP_SYNTAX_ERROR, 1, 5, "cannot mix bytes and nonbytes literals"},
        {"f'a' b'b'", MP_SYNTAX_ERROR, 1, 5, "cannot mix bytes and nonbytes literals"},
        {"a \\ b", MP_SYNTAX_ERROR, 1, 2, "unexpected character after line continuation character"},
        {"a\n\x01", MP_SYNTAX_ERROR, 2, 0, "invalid non-printable character U+0001"},
        {"a\n'\xFF'", MP_SYNTAX_ERROR, 2, 1,
         "(unicode error) 'utf-8' codec can't decode byte 0xff in position 3: invalid start byte"},
        {"a\n\xE2\x82", MP_SYNTAX_ERROR, 2, 0,
         "(unicode error) 'utf-8' codec can't decode byte 0xe2 in position 2: unexpected end of data"},
    };
    check_wrong(rows, sizeof rows / sizeof rows[0]);
}
END_TEST

START_TEST(test_a_nul_byte_is_refused)
{
    mp_arena arena = {NULL, 0, 0};
    ck_assert_ptr_null(parse_sized(&arena, "a\n'\0'", 5));
    ck_assert_int_eq(error.kind, MP_SYNTAX_ERROR);
    ck_assert_str_eq(error.message, "source code cannot contain null bytes");
    ck_assert_uint_eq(error.span.line, 2);
    mp_arena_free(&arena);
}
END_TEST

START_TEST(test_brackets_and_blocks_that_do_not_match)
{
    static const wrong rows[] = {
        {"a = (b,\nc", MP_SYNTAX_ERROR, 1, 4, "'(' was never closed"},
        {"a = [b\nc = d", MP_SYNTAX_ERROR, 1, 4, "'[' was never closed"},
        {"a)", MP_SYNTAX_ERROR, 1, 1, "unmatched ')'"},
        {"(a]", MP_SYNTAX_ERROR, 1, 2, "closing parenthesis ']' does not match opening parenthesis '('"},
        {"{a\n)", MP_SYNTAX_ERROR, 2, 0,
         "closing parenthesis ')' does not match opening parenthesis '{' on line 1"},
        {"f'{a)}'", MP_SYNTAX_ERROR, 1, 4, "f-string: unmatched ')'"},
        {"  a", MP_SYNTAX_INDENTATION, 1, 2, "unexpected indent"},
        {"if a:\n  b\n c", MP_SYNTAX_INDENTATION, 3, 0,
         "unindent does not match any outer indentation level"},
        {"if a:\n    b\n  \\\n  c", MP_SYNTAX_INDENTATION, 4, 0,
         "unindent does not match any outer indentation level"},
        {"if a:\n        b\n\tc", MP_SYNTAX_TAB, 3, 0, "inconsistent use of tabs and spaces in indentation"},
        {"\nif a:\nb", MP_SYNTAX_INDENTATION, 3, 0,
         "expected an indented block after 'if' statement on line 2"},
        {"def f():\n", MP_SYNTAX_INDENTATION, 2, 0,
         "expected an indented block after function definition on line 1"},
        {"try:\n a\nexcept* B:\nc", MP_SYNTAX_INDENTATION, 4, 0,
         "expected an indented block after 'except*' statement on line 3"},
        {"if a\n b", MP_SYNTAX_ERROR, 1, 4, "expected ':'"},
        {"def f: pass", MP_SYNTAX_ERROR, 1, 5, "expected '('"},
        {"try: a\nb", MP_SYNTAX_ERROR, 2, 0, "expected 'except' or 'finally' block"},
        /* An error of a later line that explains more. */
        {"a b\n'c", MP_SYNTAX_ERROR, 2, 0, "unterminated string literal (detected at line 2)"},
    };
    check_wrong(rows, sizeof rows / sizeof rows[0]);
}
END_TEST

START_TEST(test_what_was_expected_is_said)
{
    static const wrong rows[] = {
        {"a b", MP_SYNTAX_ERROR, 1, 2, "invalid syntax: expected the end of the statement"},
        {"a = ", MP_SYNTAX_ERROR, 1, 4, "invalid syntax: expected an expression"},
        {"for a b: c", MP_SYNTAX_ERROR, 1, 6, "invalid syntax: expected 'in'"},
        {"import 1", MP_SYNTAX_ERROR, 1, 7, "invalid syntax: expected a name"},
        {"f(a b)", MP_SYNTAX_ERROR, 1, 4, "invalid syntax. Perhaps you forgot a comma?"},
        {"[a = b]", MP_SYNTAX_ERROR, 1, 1, "invalid syntax. Maybe you meant '==' or ':=' instead of '='?"},
        {"if a.b = c: d", MP_SYNTAX_ERROR, 1, 3,
         "cannot assign to attribute here. Maybe you meant '==' instead of '='?"},
        {"a if b", MP_SYNTAX_ERROR, 1, 0, "expected 'else' after 'if' expression"},
        {"print a", MP_SYNTAX_ERROR, 1, 0,
         "Missing parentheses in call to 'print'. Did you mean print(...)?"},
        {"try: a\nexcept B, C: d", MP_SYNTAX_ERROR, 2, 7, "multiple exception types must be parenthesized"},
        {"try: a\nexcept B: c\nexcept* D: e", MP_SYNTAX_ERROR, 3, 0,
         "cannot have both 'except' and 'except*' on the same 'try'"},
        {"try: a\nexcept: b\nexcept C: d", MP_SYNTAX_ERROR, 2, 0, "default 'except:' must be last"},
        {"try: a\nexcept*: b", MP_SYNTAX_ERROR, 2, 7, "expected one or more exception types"},
        {"from a import b,", MP_SYNTAX_ERROR, 1, 15,
         "trailing comma not allowed without surrounding parentheses"},
        {"{a: }", MP_SYNTAX_ERROR, 1, 2, "expression expected after dictionary key and ':'"},
        {"[a, b for a in c]", MP_SYNTAX_ERROR, 1, 1,
         "did you forget parentheses around the comprehension target?"},
        {"a ? b", MP_SYNTAX_ERROR, 1, 2, "invalid syntax: '?' means nothing here"},
    };
    check_wrong(rows, sizeof rows / sizeof rows[0]);
}
END_TEST

START_TEST(test_what_is_no_target)
{
    static const wrong rows[] = {
        {"1 = a", MP_SYNTAX_ERROR, 1, 0,
         "cannot assign to literal here. Maybe you meant '==' instead of '='?"},
        {"f() = a", MP_SYNTAX_ERROR, 1, 0,
         "cannot assign to function call here. Maybe you meant '==' instead of '='?"},
        {"None = a", MP_SYNTAX_ERROR, 1, 0, "cannot assign to None"},
        {"a, f() = b", MP_SYNTAX_ERROR, 1, 3, "cannot assign to function call"},
        {"a < b = c", MP_SYNTAX_ERROR, 1, 0, "cannot assign to comparison"},
        {"*a = b", MP_SYNTAX_ERROR, 1, 0, "starred assignment target must be in a list or tuple"},
        {"*a, *b = c", MP_SYNTAX_ERROR, 1, 0, "multiple starred expressions in assignment"},
        {"a = *b", MP_SYNTAX_ERROR, 1, 4, "can't use starred expression here"},
        {"(*a)", MP_SYNTAX_ERROR, 1, 1, "cannot use starred expression here"},
        {"(a, b) += c", MP_SYNTAX_ERROR, 1, 0, "'tuple' is an illegal expression for augmented assignment"},
        {"a, b: c", MP_SYNTAX_ERROR, 1, 0, "only single target (not tuple) can be annotated"},
        {"f(): a", MP_SYNTAX_ERROR, 1, 0, "illegal target for annotation"},
        {"del f()", MP_SYNTAX_ERROR, 1, 4, "cannot delete function call"},
        {"for f() in a: b", MP_SYNTAX_ERROR, 1, 4, "cannot assign to function call"},
        {"with a as 1: b", MP_SYNTAX_ERROR, 1, 10, "cannot assign to literal"},
        {"(a.b := c)", MP_SYNTAX_ERROR, 1, 1, "cannot use assignment expressions with attribute"},
        {"try: a\nexcept B as c.d: e", MP_SYNTAX_ERROR, 2, 12, "cannot use except statement with attribute"},
        {"__debug__ = a", MP_SYNTAX_ERROR, 1, 0, "cannot assign to __debug__"},
    };
    check_wrong(rows, sizeof rows / sizeof rows[0]);
}
END_TEST

START_TEST(test_wrong_arguments_and_parameters)
{
    static const wrong rows[] = {
        {"f(a=b, c)", MP_SYNTAX_ERROR, 1, 7, "positional argument follows keyword argument"},
        {"f(**a, b)", MP_SYNTAX_ERROR, 1, 7, "positional argument follows keyword argument unpacking"},
        {"f(**a, *b)", MP_SYNTAX_ERROR, 1, 7,
         "iterable argument unpacking follows keyword argument unpacking"},
        {"f(a=b, c=d, a=e)", MP_SYNTAX_ERROR, 1, 12, "keyword argument repeated: a"},
        {"f(a.b=c)", MP_SYNTAX_ERROR, 1, 2,
         "expression cannot contain assignment, perhaps you meant \"==\"?"},
        {"f(True=a)", MP_SYNTAX_ERROR, 1, 2, "cannot assign to True"},
        {"f(a for a in b, c)", MP_SYNTAX_ERROR, 1, 2, "Generator expression must be parenthesized"},
        {"def f(a=1, b): c", MP_SYNTAX_ERROR, 1, 11,
         "parameter without a default follows parameter with a default"},
        {"def f(a, b, a): c", MP_SYNTAX_ERROR, 1, 12, "duplicate argument 'a' in function definition"},
        {"def f(*): c", MP_SYNTAX_ERROR, 1, 6, "named arguments must follow bare *"},
        {"def f(*a, *b): c", MP_SYNTAX_ERROR, 1, 10, "* argument may appear only once"},
        {"def f(**a, b): c", MP_SYNTAX_ERROR, 1, 11, "arguments cannot follow var-keyword argument"},
        {"def f(*a, /): c", MP_SYNTAX_ERROR, 1, 10, "/ must be ahead of *"},
        {"lambda a, a: b", MP_SYNTAX_ERROR, 1, 10, "duplicate argument 'a' in function definition"},
    };
    check_wrong(rows, sizeof rows / sizeof rows[0]);
}
END_TEST

START_TEST(test_python_that_is_not_in_the_scenario_language)
{
    static const wrong rows[] = {
        {"t'a'", MP_SYNTAX_NOT_HERE, 1, 0, "template strings are not in the scenario language"},
        {"1.5j", MP_SYNTAX_NOT_HERE, 1, 0, "complex numbers are not in the scenario language"},
        {"'\\N{DIGIT ONE}'", MP_SYNTAX_NOT_HERE, 1, 0,
         "named characters (\\N{...}) are not in the scenario language"},
        {"'\\ud800'", MP_SYNTAX_NOT_HERE, 1, 0, "surrogates in strings are not in the scenario language"},
        {"9223372036854775808", MP_SYNTAX_NOT_HERE, 1, 0,
         "integer literal too large for the scenario language (64 bits)"},
        {"-9223372036854775808 ** 2", MP_SYNTAX_NOT_HERE, 1, 1,
         "integer literal too large for the scenario language (64 bits)"},
        {"match a:\n case b: c", MP_SYNTAX_NOT_HERE, 1, 0,
         "match statements are not in the scenario language"},
        {"match (a):\n case b: c", MP_SYNTAX_NOT_HERE, 1, 0,
         "match statements are not in the scenario language"},
        {"type A = b", MP_SYNTAX_NOT_HERE, 1, 0, "type statements are not in the scenario language"},
        {"def f[T](): a", MP_SYNTAX_NOT_HERE, 1, 5, "type parameters are not in the scenario language"},
        {"class A[T]: a", MP_SYNTAX_NOT_HERE, 1, 7, "type parameters are not in the scenario language"},
        {"from a import *", MP_SYNTAX_NOT_HERE, 1, 14, "import * is not in the scenario language"},
        {"from . import a", MP_SYNTAX_NOT_HERE, 1, 5, "relative imports are not in the scenario language"},
    };
    check_wrong(rows, sizeof rows / sizeof rows[0]);
}
END_TEST

/* ---- Limits ---------------------------------------------------------------------------------------- */

/* before, then so many times 'again', then after; freed by the caller. */
static char *repeat(const char *before, const char *again, size_t times, const char *after)
{
    size_t step = strlen(again);
    char *text = malloc(strlen(before) + step * times + strlen(after) + 1), *at = text;
    ck_assert_ptr_nonnull(text);
    at += sprintf(at, "%s", before);
    for (size_t i = 0; i < times; i++, at += step)
        memcpy(at, again, step);
    (void)sprintf(at, "%s", after);
    return text;
}

static void check_repeated(const char *before, const char *again, size_t times, const char *after,
                           const char *message)
{
    char *text = repeat(before, again, times, after);
    mp_arena arena = {NULL, 0, 0};
    const mp_node *module = parse_sized(&arena, text, strlen(text));
    ck_assert_str_eq(error.message, message);
    ck_assert_int_eq(module == NULL, *message != '\0');
    mp_arena_free(&arena);
    free(text);
}

START_TEST(test_what_is_long_may_be_as_long_as_it_likes)
{
    static const char *const rows[][3] = {
        {"a", "+a", ""},
        {"a", ".b", ""},
        {"a", "()", ""},
        {"a", "[0]", ""},
        {"a", " and b", ""},
        {"a", "<b", ""},
        {"", "a = 1\n", ""},
        {"", "a=", "1"},
        {"[", "a,", "]"},
        {"if a: b\n", "elif c: d\n", "else: e"},
        {"f'", "{a}b", "'"},
        {"", "'a'", ""},
        {"[a ", "for a in b ", "]"},
        {"", "a;", ""},
        {"try: a\n", "except B: c\n", ""},
        {"'", "a", "'"},
        {"", "\n", ""},
        {"a = 1.", "0", "1"},
        {"with ", "a,", "b: c"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_repeated(rows[i][0], rows[i][1], 100000, rows[i][2], "");
}
END_TEST

START_TEST(test_what_is_deep_has_a_limit)
{
    static const char *const rows[] = {"(", "[",   "{a:",      "f(",           "a[", "not ",
                                       "-", "a**", "lambda: ", "a if b else ", "f'{"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_repeated("", rows[i], 100000, "a", "too many nested parentheses");
    check_repeated("", "(", 199, "", "'(' was never closed");
    check_repeated("", "not ", 190, "a", "");
}
END_TEST

START_TEST(test_blocks_have_a_limit)
{
    char text[8192];
    for (int levels = 99; levels <= 100; levels++) {
        char *at = text;
        for (int i = 0; i < levels; i++)
            at += sprintf(at, "%*sif a:\n", i, "");
        (void)sprintf(at, "%*sb\n", levels, "");
        mp_arena arena = {NULL, 0, 0};
        ck_assert_int_eq(parse_sized(&arena, text, strlen(text)) != NULL, levels == 99);
        ck_assert_str_eq(error.message, levels == 99 ? "" : "too many levels of indentation");
        mp_arena_free(&arena);
    }
}
END_TEST

/* ---- Memory ---------------------------------------------------------------------------------------- */

START_TEST(test_every_allocation_may_fail)
{
    static const char source[] =
        "@a\nasync def f(b, /, c: d = 1, *e, g, **h) -> i:\n"
        "    x = [j for k in l if m] + {n: o, **p}['q' 'r'] < s < t\n"
        "    return f'u{v!r:{w}}{x = }' if 1.50000000000000000000000000000000000000000000000000"
        "0000000000000000 else lambda y, z: (y and z)\n"
        "class A(B, c=d, e=f): import g.h as i; from j import k; global l\n"
        "try: m(n, *o, p=q)\nexcept* R as s: pass\nfinally:\n  with (t as u): del v\n";
    mp_arena whole = {NULL, 0, 0};
    ck_assert_ptr_nonnull(parse_sized(&whole, source, sizeof source - 1));
    for (size_t limit = 1; limit <= whole.used; limit += 15) {
        mp_arena arena = {NULL, 0, limit};
        const mp_node *module = parse_sized(&arena, source, sizeof source - 1);
        ck_assert_uint_le(arena.used, limit);
        ck_assert_int_eq(error.kind, module != NULL ? MP_SYNTAX_OK : MP_SYNTAX_MEMORY);
        ck_assert_int_eq(module == NULL, limit < whole.used);
        mp_arena_free(&arena);
    }
    mp_arena_free(&whole);
}
END_TEST

START_TEST(test_an_arena_hands_out_zeroed_aligned_memory)
{
    mp_arena arena = {NULL, 0, 0};
    for (size_t size = 0; size < 300 * 1024; size = size * 2 + 3) {
        unsigned char *piece = mp_arena_new(&arena, size);
        ck_assert_ptr_nonnull(piece);
        ck_assert_uint_eq((uintptr_t)piece % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            ck_assert_uint_eq(piece[i], 0);
        memset(piece, 0xA5, size);
    }
    ck_assert_ptr_null(mp_arena_new(&arena, SIZE_MAX));
    mp_arena_free(&arena);
    ck_assert_uint_eq(arena.used, 0);
}
END_TEST

START_TEST(test_a_text_is_copied_with_a_nul_after_it)
{
    mp_arena arena = {NULL, 0, 64};
    mp_text text;
    ck_assert(mp_arena_text(&arena, "a\0b", 3, &text));
    ck_assert_uint_eq(text.size, 3);
    ck_assert_mem_eq(text.data, "a\0b", 4);
    ck_assert(mp_arena_text(&arena, NULL, 0, &text));
    ck_assert_str_eq(text.data, "");
    ck_assert(!mp_arena_text(&arena, "", SIZE_MAX, &text));
    ck_assert_ptr_null(mp_arena_new(&arena, 64));
    mp_arena_free(&arena);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_operators_bind_as_in_python,
        test_calls_keep_arguments_and_keywords_in_order,
        test_displays_and_comprehensions,
        test_parameters_of_every_kind,
        test_numbers_have_their_exact_values,
        test_strings_mean_what_python_says,
        test_fstrings,
        test_simple_statements,
        test_compound_statements,
        test_lines_and_indentation,
        test_spans_are_those_of_cpython,
        test_what_is_no_token,
        test_a_nul_byte_is_refused,
        test_brackets_and_blocks_that_do_not_match,
        test_what_was_expected_is_said,
        test_what_is_no_target,
        test_wrong_arguments_and_parameters,
        test_python_that_is_not_in_the_scenario_language,
        test_what_is_long_may_be_as_long_as_it_likes,
        test_what_is_deep_has_a_limit,
        test_blocks_have_a_limit,
        test_every_allocation_may_fail,
        test_an_arena_hands_out_zeroed_aligned_memory,
        test_a_text_is_copied_with_a_nul_after_it,
    };
    Suite *suite = suite_create("minipy_parser");
    TCase *tcase = tcase_create("minipy_parser");
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
