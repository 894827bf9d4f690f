/* lexer.h - tokens, and the state between two of them.  Private to the lexer and the parser.
 *
 * The parser asks for one token at a time.  A lexer can be copied to look ahead: nothing hangs on it that the
 * copy would not share rightly. */
#ifndef MP_LEXER_H
#define MP_LEXER_H

#include "parse/ast.h"

#include <setjmp.h>

/* Keywords and operators stand in the order of their spellings in lexer.c. */
typedef enum mp_token_kind {
    MP_T_END,
    MP_T_NEWLINE,
    MP_T_INDENT,
    MP_T_DEDENT,
    MP_T_NAME,
    MP_T_INT,
    MP_T_FLOAT,
    MP_T_STRING,
    MP_T_FSTRING_START,
    MP_T_FSTRING_TEXT,
    MP_T_FSTRING_END,
    MP_T_FALSE,
    MP_T_NONE,
    MP_T_TRUE,
    MP_T_AND,
    MP_T_AS,
    MP_T_ASSERT,
    MP_T_ASYNC,
    MP_T_AWAIT,
    MP_T_BREAK,
    MP_T_CLASS,
    MP_T_CONTINUE,
    MP_T_DEF,
    MP_T_DEL,
    MP_T_ELIF,
    MP_T_ELSE,
    MP_T_EXCEPT,
    MP_T_FINALLY,
    MP_T_FOR,
    MP_T_FROM,
    MP_T_GLOBAL,
    MP_T_IF,
    MP_T_IMPORT,
    MP_T_IN,
    MP_T_IS,
    MP_T_LAMBDA,
    MP_T_NONLOCAL,
    MP_T_NOT,
    MP_T_OR,
    MP_T_PASS,
    MP_T_RAISE,
    MP_T_RETURN,
    MP_T_TRY,
    MP_T_WHILE,
    MP_T_WITH,
    MP_T_YIELD,
    MP_T_LEFT_PAREN,
    MP_T_RIGHT_PAREN,
    MP_T_LEFT_BRACKET,
    MP_T_RIGHT_BRACKET,
    MP_T_LEFT_BRACE,
    MP_T_RIGHT_BRACE,
    MP_T_COMMA,
    MP_T_COLON,
    MP_T_SEMICOLON,
    MP_T_DOT,
    MP_T_ELLIPSIS,
    MP_T_ARROW,
    MP_T_ASSIGN,
    MP_T_WALRUS,
    MP_T_BANG, /* the one of f"{x!r}" */
    MP_T_PLUS,
    MP_T_MINUS,
    MP_T_STAR,
    MP_T_SLASH,
    MP_T_DOUBLE_SLASH,
    MP_T_PERCENT,
    MP_T_DOUBLE_STAR,
    MP_T_LSHIFT,
    MP_T_RSHIFT,
    MP_T_AMPERSAND,
    MP_T_BAR,
    MP_T_CARET,
    MP_T_AT,
    MP_T_TILDE,
    MP_T_PLUS_ASSIGN, /* from here in the order of the operators above */
    MP_T_MINUS_ASSIGN,
    MP_T_STAR_ASSIGN,
    MP_T_SLASH_ASSIGN,
    MP_T_DOUBLE_SLASH_ASSIGN,
    MP_T_PERCENT_ASSIGN,
    MP_T_DOUBLE_STAR_ASSIGN,
    MP_T_LSHIFT_ASSIGN,
    MP_T_RSHIFT_ASSIGN,
    MP_T_AMPERSAND_ASSIGN,
    MP_T_BAR_ASSIGN,
    MP_T_CARET_ASSIGN,
    MP_T_AT_ASSIGN,
    MP_T_LT,
    MP_T_LE,
    MP_T_EQ,
    MP_T_NE,
    MP_T_GT,
    MP_T_GE,
    MP_T_COUNT
} mp_token_kind;

typedef struct mp_token {
    mp_token_kind kind;
    bool raw;   /* strings: backslashes mean themselves */
    bool bytes; /* strings: of bytes */
    mp_span span;
    const char *start; /* in the source, as is 'text' */
    const char *text;  /* strings: what is between the quotes; else the whole token */
    size_t size;       /* of 'text' */
    uint64_t integer;  /* MP_T_INT: at most 2**63, which only a minus sign makes right */
    double real;
} mp_token;

/* What is open: a bracket of the source, or a part of an f-string.  From inside to outside an f-string is
 * MP_B_FSTRING, in it perhaps MP_B_FIELD {, in it perhaps MP_B_SPEC :, in it perhaps a field again. */
typedef enum mp_bracket_kind {
    MP_B_PAREN,
    MP_B_SQUARE,
    MP_B_BRACE,
    MP_B_FSTRING,
    MP_B_FIELD,
    MP_B_SPEC
} mp_bracket_kind;

typedef struct mp_bracket {
    mp_bracket_kind kind;
    char quote; /* of the innermost f-string around, or 0 */
    bool triple, raw;
    uint32_t line, column;
} mp_bracket;

typedef struct mp_indent {
    uint32_t column;  /* with tabs to multiples of 8 */
    uint32_t by_ones; /* with tabs of one column: the two must agree on what is deeper */
} mp_indent;

enum { MP_BRACKETS_MAX = 200, MP_INDENTS_MAX = 100 };

/* Where errors go: out of the parser at once.  All memory is the arena's, so nothing is left behind. */
typedef struct mp_syntax_exit {
    mp_arena *arena;
    mp_syntax_error *error;
    jmp_buf place;
} mp_syntax_exit;

typedef struct mp_lexer {
    mp_syntax_exit *way_out;
    const char *at, *end;
    const char *line_start;
    uint32_t line;
    int pending;      /* INDENT (1) or DEDENTs (-n) to be handed out */
    bool line_begins; /* the next line's indentation counts */
    bool line_open;   /* there was a token in this logical line */
    size_t indents_count, brackets_count;
    mp_indent indents[MP_INDENTS_MAX];
    mp_bracket brackets[MP_BRACKETS_MAX];
} mp_lexer;

#if defined(__GNUC__)
#define MP_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define MP_PRINTF(text, first)
#endif

/* ---- Errors: none of these returns ---- */

_Noreturn void mp_lex_fail(mp_syntax_exit *way_out, mp_syntax_kind kind, mp_span span, const char *format,
                           ...) MP_PRINTF(4, 5);
_Noreturn void mp_fail_memory(mp_syntax_exit *way_out, mp_span span);
/* How many bytes of a name go into a message, for "%.*s". */
int mp_fail_width(const char *text, size_t size);

/* ---- lexer.c ---- */

/* Starts at the first line.  Fails if the source has NUL bytes or is not UTF-8. */
void mp_lexer_init(mp_lexer *lexer, mp_syntax_exit *way_out, const char *source, size_t size);
void mp_lexer_next(mp_lexer *lexer, mp_token *token);
/* How a keyword or an operator is written; what other tokens are called. */
const char *mp_token_name(mp_token_kind kind);

/* ---- Among the files of the lexer ---- */

char mp_lexer_peek(const mp_lexer *lexer, size_t ahead); /* '\0' at the end */
bool mp_lexer_at_newline(const mp_lexer *lexer);
void mp_lexer_newline(mp_lexer *lexer); /* takes a newline: LF, CR or CR LF */
/* Takes a backslash and the newline that must follow. */
void mp_lexer_continuation(mp_lexer *lexer);
/* The span from a token's first byte to the byte to be read. */
mp_span mp_lexer_span(const mp_lexer *lexer, const mp_token *token);
void mp_lexer_finish(const mp_lexer *lexer, mp_token *token, mp_token_kind kind);
bool mp_lexer_is_name(char c);
bool mp_lexer_is_digit(char c);
mp_bracket *mp_lexer_top(mp_lexer *lexer); /* NULL: nothing is open */
void mp_lexer_open(mp_lexer *lexer, const mp_token *token, mp_bracket_kind kind);

/* lexer_layout.c: the indentation of the next line that has a token. */
void mp_lexer_layout(mp_lexer *lexer);
/* lexer_number.c: a token that begins with a digit, or with a dot and a digit. */
void mp_lexer_number(mp_lexer *lexer, mp_token *token);
/* lexer_string.c: whether the name just read is the prefix of a string that follows; then the string. */
bool mp_lexer_prefixed_string(mp_lexer *lexer, mp_token *token);
void mp_lexer_string(mp_lexer *lexer, mp_token *token);
/* lexer_string.c: a token within an f-string, outside of its fields. */
void mp_lexer_fstring(mp_lexer *lexer, mp_token *token);

#endif
