/* float_text.c - floats as text: the repr, which is the shortest that reads back, and float("...").
 *
 * A decimal number of up to 15 digits survives the way into a double and back, so the shortest text has 15
 * digits (less the zeros at its end), or the first of 16 and 17 that reads back.  Below the normal range
 * there are fewer digits, and all lengths are tried.  At a power of two the doubles below lie closer than
 * those above: there the next decimal may read back where the nearest does not. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "values/number_impl.h"
#include "values/unicode.h"

/* ---- repr ---- */

/* The next decimal number of as many digits, in "d.ddde+xx"; false: that would be all nines and more. */
static bool float_next_decimal(char *text)
{
    for (char *digit = strchr(text, 'e') - 1; digit >= text; digit--) {
        if (*digit == '.')
            continue;
        if (*digit != '9') {
            ++*digit;
            return true;
        }
        *digit = '0';
    }
    return false;
}

/* "d.ddde+xx" for a finite number > 0. */
static void float_shortest(double number, char text[32])
{
    int exponent;
    bool power_of_two = frexp(number, &exponent) == 0.5;
    for (int digits = number < DBL_MIN ? 1 : DBL_DIG; digits < DBL_DECIMAL_DIG; digits++) {
        snprintf(text, 32, "%.*e", digits - 1, number);
        if (strtod(text, NULL) == number)
            return;
        if (power_of_two && float_next_decimal(text) && strtod(text, NULL) == number)
            return;
    }
    snprintf(text, 32, "%.*e", DBL_DECIMAL_DIG - 1, number);
}

/* The digits of "d.ddde+xx" alone, without zeros at the end; the exponent is the answer. */
static int float_digits(const char *text, char digits[20])
{
    int count = 0;
    const char *at = text;
    for (; *at != 'e'; at++)
        if (*at != '.')
            digits[count++] = *at;
    while (count > 1 && digits[count - 1] == '0')
        count--;
    digits[count] = '\0';
    return atoi(at + 1);
}

static void float_lay_out(const char *digits, int exponent, char *out, size_t room)
{
    int count = (int)strlen(digits);
    if (exponent < -4 || exponent >= 16) {
        const char *point = count > 1 ? "." : "";
        snprintf(out, room, "%c%s%se%c%02d", digits[0], point, digits + 1, exponent < 0 ? '-' : '+',
                 abs(exponent));
    } else if (exponent < 0)
        snprintf(out, room, "0.%.*s%s", -exponent - 1, "0000", digits);
    else if (count <= exponent + 1)
        snprintf(out, room, "%s%.*s.0", digits, exponent + 1 - count, "0000000000000000");
    else
        snprintf(out, room, "%.*s.%s", exponent + 1, digits, digits + exponent + 1);
}

void mp_float_text(double number, char out[32])
{
    char text[32], digits[20], laid[48]; /* laid: at most 23 bytes are used */
    if (isnan(number)) {
        strcpy(out, "nan");
        return;
    }
    if (signbit(number))
        *out++ = '-';
    if (isinf(number))
        strcpy(out, "inf");
    else if (number == 0)
        strcpy(out, "0.0");
    else {
        float_shortest(fabs(number), text);
        int exponent = float_digits(text, digits);
        float_lay_out(digits, exponent, laid, sizeof laid);
        memcpy(out, laid, strlen(laid) + 1);
    }
}

/* ---- float("...") ---- */

/* Copies digits with single underscores between them; how many digits, -1: an underscore in a wrong place. */
static int float_copy_digits(const char **at, char **out)
{
    int count = 0;
    while ((**at >= '0' && **at <= '9') || **at == '_') {
        if (**at == '_') {
            if (count == 0 || (*at)[1] < '0' || (*at)[1] > '9')
                return -1;
        } else {
            *(*out)++ = **at;
            count = 1;
        }
        ++*at;
    }
    return count;
}

/* "inf", "infinity" and "nan" in any case; gives what follows, or NULL. */
static const char *float_word(const char *at)
{
    static const char *const words[] = {"infinity", "inf", "nan"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t size = 0;
        while (words[i][size] != '\0' && (at[size] | 0x20) == words[i][size])
            size++;
        if (words[i][size] == '\0')
            return at + size;
    }
    return NULL;
}

/* Copies the number at 'at' without underscores, for strtod, which would read more than Python does (hex, a
 * locale's point is none here); gives what follows, or NULL: it is no number. */
static const char *float_copy(const char *at, char *out)
{
    if (*at == '+' || *at == '-')
        *out++ = *at++;
    const char *word = float_word(at);
    if (word != NULL) {
        memcpy(out, at, (size_t)(word - at));
        out[word - at] = '\0';
        return word;
    }
    int whole = float_copy_digits(&at, &out), fraction = 0;
    if (whole >= 0 && *at == '.') {
        *out++ = *at++;
        fraction = float_copy_digits(&at, &out);
    }
    if (whole < 0 || fraction < 0 || whole + fraction == 0)
        return NULL;
    if ((*at | 0x20) == 'e') {
        *out++ = *at++;
        if (*at == '+' || *at == '-')
            *out++ = *at++;
        if (float_copy_digits(&at, &out) <= 0)
            return NULL;
    }
    *out = '\0';
    return at;
}

bool mp_float_parse(mp_vm *vm, mp_str *text, double *out)
{
    size_t room = text->size + 1;
    char *copy = mp_alloc(vm, room);
    if (copy == NULL)
        return false;
    size_t start = mp_skip_space(text->data, text->size);
    size_t size = mp_skip_space_back(text->data + start, text->size - start);
    const char *end = float_copy(text->data + start, copy);
    bool good = end != NULL && end == text->data + start + size;
    if (good)
        *out = strtod(copy, NULL);
    else
        mp_raise(vm, MP_X_VALUE_ERROR, "could not convert string to float: %R", mp_as_value(text));
    mp_release(vm, copy, room);
    return good;
}
