/* lexer_number.c - numbers, and their values.
 *
 * Mirrors    tok_get's numbers: which letter may follow a number, and the words of the errors.
 * Idea       First the extent of the literal, then its value from the digits.
 * Holds      A float is the double nearest to what is written: strtod sees to that, in the C locale, which
 *            the interpreter never leaves.
 *            An integer of more than 64 bits is refused here; 2**63 is left to the parser, which knows
 *            whether a minus stands before it.
 * Tests      tests/test_minipy_parser.c */
#include "parse/lexer.h"

#include <stdlib.h>
#include <string.h>

static _Noreturn void number_fail(mp_lexer *lexer, const mp_token *token, const char *what)
{
    mp_lex_fail(lexer->way_out, MP_SYNTAX_ERROR, mp_lexer_span(lexer, token), "invalid %s literal", what);
}

/* ---- Integers ------------------------------------------------------------------------------------ */

static unsigned number_digit(char c)
{
    if (mp_lexer_is_digit(c))
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (unsigned)(c - 'a' + 10);
    return c >= 'A' && c <= 'F' ? (unsigned)(c - 'A' + 10) : 99;
}

static void number_integer(mp_lexer *lexer, mp_token *token, const char *digits, unsigned base)
{
    const uint64_t most = UINT64_C(1) << 63;
    uint64_t value = 0;

    for (const char *c = digits; c < lexer->at; c++) {
        unsigned digit = number_digit(*c);

        if (*c == '_')
            continue;
        if (value > (most - digit) / base)
            mp_lex_fail(lexer->way_out, MP_SYNTAX_NOT_HERE, mp_lexer_span(lexer, token),
                        "integer literal too large for the scenario language (64 bits)");
        value = value * base + digit;
    }
    token->integer = value;
    mp_lexer_finish(lexer, token, MP_T_INT);
}

/* ---- The extent ---------------------------------------------------------------------------------- */

/* A number may be followed by a keyword without a blank, as in "1if x else 2", but by no other name. */
static void number_check_end(mp_lexer *lexer, const mp_token *token, const char *what)
{
    static const char *const allowed[] = {"and", "else", "for", "if", "in", "is", "not", "or"};
    size_t left = (size_t)(lexer->end - lexer->at);

    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) {
        size_t length = strlen(allowed[i]);

        if (left >= length && memcmp(lexer->at, allowed[i], length) == 0)
            return;
    }
    if (mp_lexer_is_name(mp_lexer_peek(lexer, 0))) {
        lexer->at++;
        number_fail(lexer, token, what);
    }
}

/* Takes decimal digits, with single underscores between them. */
static void number_take_digits(mp_lexer *lexer, const mp_token *token)
{
    for (;;) {
        while (mp_lexer_is_digit(mp_lexer_peek(lexer, 0)))
            lexer->at++;
        if (mp_lexer_peek(lexer, 0) != '_')
            return;
        lexer->at++;
        if (!mp_lexer_is_digit(mp_lexer_peek(lexer, 0)))
            number_fail(lexer, token, "decimal");
    }
}

/* 0x, 0o, 0b and their digits, with single underscores between and before. */
static void number_radix(mp_lexer *lexer, mp_token *token, unsigned base, const char *what)
{
    const char *digits;

    lexer->at += 2;
    digits = lexer->at;
    do {
        if (mp_lexer_peek(lexer, 0) == '_')
            lexer->at++;
        if (number_digit(mp_lexer_peek(lexer, 0)) >= base)
            break;
        while (number_digit(mp_lexer_peek(lexer, 0)) < base)
            lexer->at++;
    } while (mp_lexer_peek(lexer, 0) == '_');
    if (mp_lexer_is_digit(mp_lexer_peek(lexer, 0))) {
        char wrong = *lexer->at++;

        mp_lex_fail(lexer->way_out, MP_SYNTAX_ERROR, mp_lexer_span(lexer, token),
                    "invalid digit '%c' in %s literal", wrong, what);
    }
    if (number_digit(lexer->at[-1]) >= base || lexer->at == digits)
        number_fail(lexer, token, what);
    number_check_end(lexer, token, what);
    number_integer(lexer, token, digits, base);
}

/* ---- Decimal numbers ----------------------------------------------------------------------------- */

/* strtod wants no underscores, and a NUL. */
static void number_float(mp_lexer *lexer, mp_token *token)
{
    size_t size = (size_t)(lexer->at - token->start), count = 0;
    char small[64], *digits = size < sizeof small ? small : mp_arena_new(lexer->way_out->arena, size + 1);

    if (!digits)
        mp_fail_memory(lexer->way_out, mp_lexer_span(lexer, token));
    for (size_t i = 0; i < size; i++)
        if (token->start[i] != '_')
            digits[count++] = token->start[i];
    digits[count] = '\0';
    token->real = strtod(digits, NULL);
    mp_lexer_finish(lexer, token, MP_T_FLOAT);
}

/* Takes an exponent, if there is one: an "e" alone may begin "else". */
static bool number_exponent(mp_lexer *lexer, const mp_token *token)
{
    char e = mp_lexer_peek(lexer, 0), sign = mp_lexer_peek(lexer, 1);
    size_t digits = sign == '+' || sign == '-' ? 2 : 1;

    if (e != 'e' && e != 'E')
        return false;
    if (!mp_lexer_is_digit(mp_lexer_peek(lexer, digits))) {
        if (digits == 1)
            return false;
        lexer->at += 1;
        number_fail(lexer, token, "decimal");
    }
    lexer->at += digits;
    number_take_digits(lexer, token);
    return true;
}

/* 0 may be written with many zeros, other numbers with none before them. */
static void number_check_zeros(mp_lexer *lexer, const mp_token *token)
{
    if (*token->start != '0')
        return;
    for (const char *c = token->start; c < lexer->at; c++)
        if (*c != '0' && *c != '_')
            mp_lex_fail(lexer->way_out, MP_SYNTAX_ERROR, mp_lexer_span(lexer, token),
                        "leading zeros in decimal integer literals are not permitted; "
                        "use an 0o prefix for octal integers");
}

static void number_decimal(mp_lexer *lexer, mp_token *token)
{
    bool real = false;

    number_take_digits(lexer, token);
    if (mp_lexer_peek(lexer, 0) == '.') {
        real = true;
        lexer->at++;
        if (mp_lexer_is_digit(mp_lexer_peek(lexer, 0)))
            number_take_digits(lexer, token);
    }
    real |= number_exponent(lexer, token);
    if (mp_lexer_peek(lexer, 0) == 'j' || mp_lexer_peek(lexer, 0) == 'J') {
        lexer->at++;
        mp_lex_fail(lexer->way_out, MP_SYNTAX_NOT_HERE, mp_lexer_span(lexer, token),
                    "complex numbers are not in the scenario language");
    }
    if (!real)
        number_check_zeros(lexer, token);
    number_check_end(lexer, token, "decimal");
    if (real)
        number_float(lexer, token);
    else
        number_integer(lexer, token, token->start, 10);
}

void mp_lexer_number(mp_lexer *lexer, mp_token *token)
{
    char letter = *lexer->at == '0' ? mp_lexer_peek(lexer, 1) : '\0';

    if (letter == 'x' || letter == 'X')
        number_radix(lexer, token, 16, "hexadecimal");
    else if (letter == 'o' || letter == 'O')
        number_radix(lexer, token, 8, "octal");
    else if (letter == 'b' || letter == 'B')
        number_radix(lexer, token, 2, "binary");
    else
        number_decimal(lexer, token);
}
