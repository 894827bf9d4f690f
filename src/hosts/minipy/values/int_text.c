/* int_text.c - int(...): from text in any base, from floats, and from objects of the program.
 *
 * Mirrors Python's rules for text: white space around, a sign, 0x 0o 0b where the base allows them, single
 * underscores between digits; base 0 reads what a literal would be, without leading zeros.
 *
 * __int__ and __index__ of the program may run. */
#include <string.h>

#include "values/number_impl.h"
#include "values/unicode.h"

/* What is still to be read of an int's text. */
typedef struct int_text {
    const char *at, *end;
    int64_t base;
} int_text;

static int64_t int_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'z' ? lower - 'a' + 10 : 99;
}

static int64_t int_prefix_base(char c)
{
    switch (c | 0x20) {
    case 'x':
        return 16;
    case 'o':
        return 8;
    case 'b':
        return 2;
    default:
        return 0;
    }
}

/* Takes "0x" and the like, and one underscore after it; base 0 is settled.  *zeros: only zeros may follow. */
static void int_text_prefix(int_text *text, bool *zeros)
{
    *zeros = false;
    if (text->at != text->end && *text->at == '0' && text->end - text->at > 1) {
        int64_t base = int_prefix_base(text->at[1]);
        if (base != 0 && (text->base == 0 || text->base == base)) {
            text->base = base;
            text->at += 2;
            if (text->at != text->end && *text->at == '_')
                text->at++;
            return;
        }
        *zeros = text->base == 0;
    }
    if (text->base == 0)
        text->base = 10;
}

/* 1: *size is the number without its sign; 0: no number; -1: too large. */
static int int_text_digits(int_text *text, bool only_zeros, uint64_t *size)
{
    bool overflow = false, digit = false;
    uint64_t number = 0;
    for (; text->at != text->end; text->at++) {
        if (*text->at == '_' && digit) {
            digit = false; /* another one must follow */
            continue;
        }
        int64_t value = int_digit(*text->at);
        if (value >= text->base || (only_zeros && value != 0))
            return 0;
        digit = true;
        overflow = __builtin_mul_overflow(number, (uint64_t)text->base, &number) || overflow;
        overflow = __builtin_add_overflow(number, (uint64_t)value, &number) || overflow;
    }
    *size = number;
    return digit ? (overflow ? -1 : 1) : 0;
}

static void int_text_strip(int_text *text)
{
    size_t size = (size_t)(text->end - text->at);
    size_t start = mp_skip_space(text->at, size);
    text->end = text->at + mp_skip_space_back(text->at + start, size - start) + start;
    text->at += start;
}

static mp_value int_parse(mp_vm *vm, mp_str *str, int64_t base)
{
    int_text text = {str->data, str->data + str->size, base};
    int_text_strip(&text);
    bool negative = text.at != text.end && *text.at == '-', zeros;
    if (negative || (text.at != text.end && *text.at == '+'))
        text.at++;
    int_text_prefix(&text, &zeros);
    uint64_t size = 0;
    int found = int_text_digits(&text, zeros, &size);
    if (found == 0) {
        mp_raise(vm, MP_X_VALUE_ERROR, "invalid literal for int() with base %d: %R", (int)base,
                 mp_as_value(str));
        return NULL;
    }
    if (found < 0 || size > (uint64_t)INT64_MAX + negative)
        return mp_int_overflow(vm);
    return mp_int_new(vm, (int64_t)(negative ? 0 - size : size));
}

mp_value mp_int_from_double(mp_vm *vm, double number)
{
    if (number != number) {
        mp_raise(vm, MP_X_VALUE_ERROR, "cannot convert float NaN to integer");
        return NULL;
    }
    if (number - number != 0) {
        mp_raise(vm, MP_X_OVERFLOW_ERROR, "cannot convert float infinity to integer");
        return NULL;
    }
    if (number >= 0x1p63 || number < -0x1p63)
        return mp_int_overflow(vm);
    return mp_int_new(vm, (int64_t)number);
}

/* int(value) of an object with __int__ or __index__. */
static mp_value int_by_method(mp_vm *vm, mp_value value)
{
    mp_type *type = mp_type_of(vm, value);
    if (mp_lookup(type, vm->names[MP_S___int__]) == NULL) {
        int64_t number;
        if (mp_lookup(type, vm->names[MP_S___index__]) != NULL)
            return mp_to_index(vm, value, &number) ? mp_int_new(vm, number) : NULL;
        mp_raise(vm, MP_X_TYPE_ERROR,
                 "int() argument must be a string, a bytes-like object or a real number, not '%T'", value);
        return NULL;
    }
    mp_value answer = mp_call_method(vm, value, vm->names[MP_S___int__], NULL, 0);
    if (answer == NULL || mp_is_small(answer))
        return answer;
    mp_value number = NULL;
    if (mp_is_int(vm, answer))
        number = mp_int_new(vm, mp_int_of(answer));
    else
        mp_raise(vm, MP_X_TYPE_ERROR, "__int__ returned non-int (type %T)", answer);
    mp_decref(vm, answer);
    return number;
}

static mp_value int_convert(mp_vm *vm, mp_value value)
{
    if (value == NULL)
        return mp_int_new(vm, 0);
    if (mp_is_small(value) || value->type == vm->types[MP_TYPE_INT] || value->type == vm->types[MP_TYPE_BOOL])
        return mp_int_new(vm, mp_int_of(value));
    if (mp_is_exactly(vm, value, MP_TYPE_FLOAT))
        return mp_int_from_double(vm, ((mp_float *)value)->number);
    if (mp_is_str(vm, value))
        return int_parse(vm, (mp_str *)value, 10);
    return int_by_method(vm, value);
}

static mp_value int_convert_with_base(mp_vm *vm, mp_value value, mp_value base)
{
    int64_t number = 0;
    if (!mp_to_index(vm, base, &number))
        return NULL;
    if (value == NULL)
        mp_raise(vm, MP_X_TYPE_ERROR, "int() missing string argument");
    else if (number != 0 && (number < 2 || number > 36))
        mp_raise(vm, MP_X_VALUE_ERROR, "int() base must be >= 2 and <= 36, or 0");
    else if (!mp_is_str(vm, value))
        mp_raise(vm, MP_X_TYPE_ERROR, "int() can't convert non-string with explicit base");
    else
        return int_parse(vm, (mp_str *)value, number);
    return NULL;
}

mp_value mp_int_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    mp_value values[2] = {NULL, NULL};
    if (!mp_bind(vm, args, "int", "|x/ base", values))
        return NULL;
    mp_value number = values[1] == NULL ? int_convert(vm, values[0])
                                        : int_convert_with_base(vm, values[0], values[1]);
    if (number == NULL || type == vm->types[MP_TYPE_INT])
        return number;
    mp_int *made = (mp_int *)mp_new(vm, type, 0);
    if (made != NULL)
        made->number = mp_int_of(number);
    mp_decref(vm, number);
    return mp_as_value(made);
}
