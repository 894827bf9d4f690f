/* ast.h - the tree that the parser makes of a file and the compiler reads.
 *
 * All nodes, lists and texts of one file live in one arena and go with it.  A node is one struct with a
 * union: what is used is written at its kind.  Texts are UTF-8, with a length, and may contain NUL. */
#ifndef MP_AST_H
#define MP_AST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct mp_text {
    const char *data;
    size_t size;
} mp_text;

/* Where something stands: lines from 1, columns in bytes from 0, the end is after the last byte. */
typedef struct mp_span {
    uint32_t line, end_line, column, end_column;
} mp_span;

typedef struct mp_node mp_node;
typedef struct mp_nodes {
    mp_node **items;
    size_t count;
} mp_nodes;

typedef enum mp_node_kind {
    /* Expressions */
    MP_N_INT,         /* integer */
    MP_N_FLOAT,       /* real */
    MP_N_STR,         /* text */
    MP_N_BYTES,       /* text: any bytes */
    MP_N_FSTRING,     /* list: MP_N_STR and MP_N_FVALUE in order */
    MP_N_FVALUE,      /* one {a!r:b}: a, conversion 'r' 's' 'a' or 0 in integer, b: an MP_N_FSTRING or NULL */
    MP_N_CONSTANT,    /* integer: MP_K_NONE, MP_K_TRUE, MP_K_FALSE, MP_K_ELLIPSIS */
    MP_N_NAME,        /* text */
    MP_N_TUPLE,       /* list; also as a target */
    MP_N_LIST,        /* list; also as a target */
    MP_N_SET,         /* list */
    MP_N_DICT,        /* list of keys, list2 of values; a NULL key is **value */
    MP_N_STARRED,     /* a: *a in calls, displays and targets */
    MP_N_UNARY,       /* op, a */
    MP_N_BINARY,      /* op, a, b */
    MP_N_BOOL,        /* op MP_OP_AND or MP_OP_OR, list of two or more */
    MP_N_COMPARE,     /* a, list of right sides, ops: one mp_op each */
    MP_N_CONDITIONAL, /* a if b else c */
    MP_N_CALL,        /* a, list of arguments (MP_N_STARRED among them), list2 of MP_N_KEYWORD, in order */
    MP_N_KEYWORD,     /* text = a; text.data NULL: **a */
    MP_N_ATTRIBUTE,   /* a.text; also as a target */
    MP_N_INDEX,       /* a[b]; also as a target */
    MP_N_SLICE,       /* a:b:c, each may be NULL; only as the b of an index or in its tuple */
    MP_N_LAMBDA,      /* params, a */
    MP_N_LIST_COMP,   /* a, list of MP_N_FOR_CLAUSE */
    MP_N_SET_COMP,    /* a, list */
    MP_N_DICT_COMP,   /* a: b, list */
    MP_N_GENERATOR,   /* (a for ...), list */
    MP_N_FOR_CLAUSE,  /* for a in b if list...; flag: async for */
    MP_N_AWAIT,       /* a */
    MP_N_YIELD,       /* a or NULL */
    MP_N_YIELD_FROM,  /* a */
    MP_N_WALRUS,      /* text := a */
    /* Statements */
    MP_N_EXPRESSION,  /* a */
    MP_N_ASSIGN,      /* list of targets = a (several: chained) */
    MP_N_AUGMENTED,   /* a op= b */
    MP_N_ANNOTATED,   /* a: b = c; c may be NULL; flag: a is a bare name without parentheses */
    MP_N_RETURN,      /* a or NULL */
    MP_N_RAISE,       /* a or NULL, from b or NULL */
    MP_N_ASSERT,      /* a, message b or NULL */
    MP_N_DELETE,      /* list of targets */
    MP_N_PASS,        /* */
    MP_N_BREAK,       /* */
    MP_N_CONTINUE,    /* */
    MP_N_GLOBAL,      /* list of MP_N_NAME */
    MP_N_NONLOCAL,    /* list of MP_N_NAME */
    MP_N_IMPORT,      /* list of MP_N_ALIAS */
    MP_N_IMPORT_FROM, /* text: the module; list of MP_N_ALIAS */
    MP_N_ALIAS,       /* text; text2: the name after "as", or data NULL */
    MP_N_IF,          /* a, body, orelse (an elif is an MP_N_IF alone in orelse) */
    MP_N_WHILE,       /* a, body, orelse */
    MP_N_FOR,         /* for a in b: body, orelse; flag: async */
    MP_N_WITH,        /* list of MP_N_WITH_ITEM, body; flag: async */
    MP_N_WITH_ITEM,   /* a as b; b may be NULL */
    MP_N_TRY,         /* body, list of MP_N_EXCEPT, orelse, final; flag: except* */
    MP_N_EXCEPT,      /* except a as text: body; a NULL: bare; text.data may be NULL */
    MP_N_FUNCTION,    /* def text(params): body; list of decorators; flag: async; a: the "-> a" or NULL */
    MP_N_CLASS,       /* class text(list2): body; list of decorators */
    MP_N_MODULE       /* body */
} mp_node_kind;

enum { MP_K_NONE, MP_K_TRUE, MP_K_FALSE, MP_K_ELLIPSIS };

/* Operators, also as arguments of instructions. */
typedef enum mp_op {
    MP_OP_ADD,
    MP_OP_SUB,
    MP_OP_MUL,
    MP_OP_DIV,
    MP_OP_FLOORDIV,
    MP_OP_MOD,
    MP_OP_POW,
    MP_OP_LSHIFT,
    MP_OP_RSHIFT,
    MP_OP_AND_BITS,
    MP_OP_OR_BITS,
    MP_OP_XOR,
    MP_OP_MATMUL, /* parsed so that the error comes from the types, as in Python */
    /* unary */
    MP_OP_NEGATIVE,
    MP_OP_POSITIVE,
    MP_OP_INVERT,
    MP_OP_NOT,
    /* comparisons */
    MP_OP_LT,
    MP_OP_LE,
    MP_OP_EQ,
    MP_OP_NE,
    MP_OP_GT,
    MP_OP_GE,
    MP_OP_IN,
    MP_OP_NOT_IN,
    MP_OP_IS,
    MP_OP_IS_NOT,
    /* boolean */
    MP_OP_AND,
    MP_OP_OR
} mp_op;

/* One parameter.  The order in mp_params.items is the order in the source. */
typedef enum mp_param_kind {
    MP_P_POSITIONAL_ONLY, /* before "/" */
    MP_P_POSITIONAL,
    MP_P_REST, /* *args */
    MP_P_KEYWORD_ONLY,
    MP_P_KEYWORDS /* **kwargs */
} mp_param_kind;

typedef struct mp_param {
    mp_param_kind kind;
    mp_text name;
    mp_node *fallback;   /* the default, or NULL */
    mp_node *annotation; /* or NULL */
    mp_span span;
} mp_param;

typedef struct mp_params {
    mp_param *items;
    size_t count;
} mp_params;

struct mp_node {
    mp_node_kind kind;
    mp_op op;
    bool flag;
    mp_span span;
    mp_node *a, *b, *c;
    mp_nodes list, list2;
    mp_nodes body, orelse, final;
    mp_text text, text2;
    mp_params params; /* MP_N_LAMBDA, MP_N_FUNCTION */
    mp_op *ops;       /* MP_N_COMPARE */
    union {
        int64_t integer;
        double real;
    } number;
};

/* ---- The arena ---- */

typedef struct mp_chunk mp_chunk;
typedef struct mp_arena {
    mp_chunk *chunks;
    size_t used, limit; /* bytes; limit 0: none */
} mp_arena;

/* Zeroed memory, aligned for anything; NULL when there is none left or the limit is reached. */
void *mp_arena_new(mp_arena *arena, size_t size);
/* A copy of a text, with a NUL after it. */
bool mp_arena_text(mp_arena *arena, const char *data, size_t size, mp_text *out);
void mp_arena_free(mp_arena *arena);

/* ---- Parsing ---- */

/* What is wrong with a file: CPython's kind of error, its words, and the place. */
typedef enum mp_syntax_kind {
    MP_SYNTAX_OK,
    MP_SYNTAX_ERROR,
    MP_SYNTAX_INDENTATION, /* IndentationError */
    MP_SYNTAX_TAB,         /* TabError */
    MP_SYNTAX_MEMORY,      /* no memory, or the arena's limit */
    MP_SYNTAX_NOT_HERE     /* valid Python, but not in the scenario language */
} mp_syntax_kind;

typedef struct mp_syntax_error {
    mp_syntax_kind kind;
    char message[200];
    mp_span span;
} mp_syntax_error;

/* Parses UTF-8 text (with or without a BOM) into a tree in the arena.  NULL: *error says what is wrong.  The
 * source is read only; the tree does not point into it.  Never recurses deeper than a fixed limit: "too many
 * nested parentheses", "too many levels of indentation". */
mp_node *mp_parse(mp_arena *arena, const char *source, size_t size, mp_syntax_error *error);

#endif
