/* traceback_anchors.c - finds in the text of an expression what its outermost operation is.
 *
 * Idea       CPython parses the text again to mark the operator of "a + b" or the brackets of "f(x)" in a
 *            traceback.  Here one walk over the tokens does: what is in brackets or quotes is passed over; an
 *            operator outside of them that binds less than any before is the outermost; without any, closing
 *            brackets at the end are a call or a subscript.
 * Holds      Anything that is no plain expression of this kind (a comparison, a keyword, an assignment) has
 *            no anchors.  The text is of a file that was compiled, so brackets and quotes match; if they do
 *            not, nothing worse happens than a mark in a wrong place. */
#include <string.h>

#include "exceptions/traceback_impl.h"

typedef struct anchor_scan {
    const char *at, *end;
    int depth;
    bool after_operand; /* an operator here is a binary one */
    bool none;          /* something that has no anchors */
    const char *open;   /* the outermost bracket that was opened last, behind an operand; else NULL */
    const char *closed; /* where it was closed */
    const char *operator_at;
    size_t operator_size;
    int precedence; /* of that operator; 0: none */
} anchor_scan;

static bool anchor_is_word(char c)
{
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (unsigned char)c >= 0x80;
}

static bool anchor_is_keyword(const char *word, size_t size)
{
    static const char *const keywords[] = {"and",   "or",     "not",    "in",   "is",     "if",  "else",
                                           "await", "lambda", "yield",  "from", "return", "del", "raise",
                                           "for",   "with",   "assert", "as",   "import"};
    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++)
        if (strlen(keywords[i]) == size && memcmp(keywords[i], word, size) == 0)
            return true;
    return false;
}

/* 1.5e-3 is one word. */
static void anchor_word(anchor_scan *scan)
{
    const char *start = scan->at;
    bool number = *start >= '0' && *start <= '9';
    bool hexadecimal = number && scan->end - start > 1 && (start[1] == 'x' || start[1] == 'X');
    while (scan->at < scan->end) {
        bool sign = number && !hexadecimal && (*scan->at == '-' || *scan->at == '+') &&
                    (scan->at[-1] == 'e' || scan->at[-1] == 'E');
        if (!anchor_is_word(*scan->at) && !(number && *scan->at == '.') && !sign)
            break;
        scan->at++;
    }
    if (scan->depth > 0)
        return;
    if (anchor_is_keyword(start, (size_t)(scan->at - start)))
        scan->none = true;
    scan->after_operand = true;
}

static void anchor_string(anchor_scan *scan)
{
    char quote = *scan->at;
    bool triple = scan->end - scan->at >= 3 && scan->at[1] == quote && scan->at[2] == quote;
    size_t size = triple ? 3 : 1;
    scan->at += size;
    while (scan->at < scan->end) {
        if (*scan->at == '\\' && scan->end - scan->at > 1) {
            scan->at += 2;
            continue;
        }
        if ((size_t)(scan->end - scan->at) >= size && *scan->at == quote &&
            (!triple || (scan->at[1] == quote && scan->at[2] == quote))) {
            scan->at += size;
            break;
        }
        scan->at++;
    }
    if (scan->depth == 0)
        scan->after_operand = true;
}

static void anchor_bracket(anchor_scan *scan)
{
    char c = *scan->at;
    if (c == '(' || c == '[' || c == '{') {
        if (scan->depth++ == 0)
            scan->open = scan->after_operand ? scan->at : NULL;
    } else if (scan->depth > 0 && --scan->depth == 0) {
        scan->closed = scan->at;
        scan->after_operand = true;
    }
    scan->at++;
}

/* How tight an operator binds; 0: it is none of these. */
static int anchor_precedence(const char *text, size_t *size)
{
    static const struct {
        const char *sign;
        int precedence;
    } operators[] = {{"**", 7}, {"//", 6}, {"<<", 4}, {">>", 4}, {"|", 1}, {"^", 2}, {"&", 3},
                     {"+", 5},  {"-", 5},  {"*", 6},  {"/", 6},  {"%", 6}, {"@", 6}};
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        *size = strlen(operators[i].sign);
        if (strncmp(text, operators[i].sign, *size) == 0)
            return operators[i].precedence;
    }
    *size = 1;
    return 0;
}

/* Of equal ones the last is the outermost, but for **. */
static void anchor_operator(anchor_scan *scan)
{
    char sign[3] = {scan->at[0], scan->end - scan->at > 1 ? scan->at[1] : '\0', '\0'};
    size_t size;
    int precedence = anchor_precedence(sign, &size);
    const char *at = scan->at;
    scan->at += size;
    bool assigns = scan->at < scan->end && *scan->at == '=';
    if (precedence == 0 || assigns)
        scan->none = scan->none || (*at != '.' && *at != '~');
    else if (scan->after_operand && (scan->precedence == 0 || precedence < scan->precedence ||
                                     (precedence == scan->precedence && precedence != 7))) {
        scan->operator_at = at;
        scan->operator_size = size;
        scan->precedence = precedence;
    } else if (!scan->after_operand && scan->precedence == 0) {
        scan->precedence = 8; /* a sign in front: looser operators may follow, but "-f(x)" is no call */
    }
    if (*at != '.')
        scan->after_operand = false;
}

static void anchor_token(anchor_scan *scan)
{
    char c = *scan->at;
    if (c == '#')
        while (scan->at < scan->end && *scan->at != '\n')
            scan->at++;
    else if (anchor_is_word(c))
        anchor_word(scan);
    else if (c == '"' || c == '\'')
        anchor_string(scan);
    else if (strchr("()[]{}", c) != NULL)
        anchor_bracket(scan);
    else if (scan->depth > 0 || strchr(" \t\n\r\\", c) != NULL)
        scan->at++;
    else
        anchor_operator(scan);
}

mp_anchors mp_find_anchors(const char *text, const char *end)
{
    anchor_scan scan = {.at = text, .end = end};
    mp_anchors anchors = {NULL, NULL, false};
    while (scan.at < scan.end && !scan.none)
        anchor_token(&scan);
    if (scan.none || scan.depth > 0)
        return anchors;
    if (scan.operator_at != NULL) {
        anchors.left = scan.operator_at;
        anchors.right = scan.operator_at + scan.operator_size;
    } else if (scan.precedence == 0 && scan.open != NULL && scan.closed == end - 1) {
        anchors.left = scan.open;
        anchors.right = end;
        anchors.is_call = *scan.open == '(';
    }
    return anchors;
}
