/* float.c - the type float: arithmetic by Python's rules, methods, and how one is made.
 *
 * A float is a C double.  Python differs from C where C would answer with a silent infinity or NaN: division
 * by zero and an overflowing power are errors; // and % round towards minus infinity and keep the sign of the
 * divisor.  A negative number to a fractional power would be complex, which the scenario language has not.
 *
 * float(x) may run __float__ or __index__ of the program. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "values/number_impl.h"

/* ---- Arithmetic ---- */

/* The whole quotient and the rest, for b != 0: a == quotient * b + rest, the rest has the sign of b. */
static void float_divide_whole(double a, double b, double *quotient, double *rest)
{
    double left = fmod(a, b);
    double whole = (a - left) / b; /* nearly an integer */
    if (left == 0)
        left = copysign(0, b);
    else if ((left < 0) != (b < 0)) {
        left += b;
        whole -= 1;
    }
    *rest = left;
    if (whole == 0) {
        *quotient = copysign(0, a / b);
        return;
    }
    double below = floor(whole);
    *quotient = whole - below > 0.5 ? below + 1 : below;
}

static mp_value float_whole(mp_vm *vm, int op, double a, double b)
{
    if (b == 0 && op == MP_OP_MOD)
        return mp_zero_division(vm, vm->minor >= 13 ? "float modulo by zero" : "float modulo");
    if (b == 0)
        return mp_zero_division(vm, "float floor division by zero");
    double quotient, rest;
    float_divide_whole(a, b, &quotient, &rest);
    return mp_float_new(vm, op == MP_OP_MOD ? rest : quotient);
}

mp_value mp_float_power(mp_vm *vm, double base, double exponent)
{
    if (base == 0 && exponent < 0 && !isinf(exponent)) {
        mp_raise(vm, MP_X_ZERO_DIVISION_ERROR, "%s",
                 vm->minor >= 14 ? "zero to a negative power" : "0.0 cannot be raised to a negative power");
        return NULL;
    }
    bool finite = isfinite(base) && isfinite(exponent);
    if (finite && base < 0 && exponent != floor(exponent)) {
        mp_raise(vm, MP_X_VALUE_ERROR, "complex numbers are not in the scenario language");
        return NULL;
    }
    double result = pow(base, exponent);
    if (finite && isinf(result)) {
        mp_raise(vm, MP_X_OVERFLOW_ERROR, "(34, 'Numerical result out of range')");
        return NULL;
    }
    return mp_float_new(vm, result);
}

static mp_value float_binary(mp_vm *vm, int op, mp_value left, mp_value right)
{
    double a, b;
    if (!mp_number_as_double(vm, left, &a) || !mp_number_as_double(vm, right, &b))
        return mp_not_known(vm);
    switch (op) {
    case MP_OP_ADD:
        return mp_float_new(vm, a + b);
    case MP_OP_SUB:
        return mp_float_new(vm, a - b);
    case MP_OP_MUL:
        return mp_float_new(vm, a * b);
    case MP_OP_DIV:
        return b == 0 ? mp_zero_division(vm, "float division by zero") : mp_float_new(vm, a / b);
    case MP_OP_FLOORDIV:
    case MP_OP_MOD:
        return float_whole(vm, op, a, b);
    case MP_OP_POW:
        return mp_float_power(vm, a, b);
    default:
        return mp_not_known(vm);
    }
}

static double float_of(mp_value value)
{
    return ((mp_float *)value)->number;
}

static mp_value float_unary(mp_vm *vm, int op, mp_value self)
{
    if (op == MP_OP_INVERT) {
        mp_raise(vm, MP_X_TYPE_ERROR, "bad operand type for unary ~: '%T'", self);
        return NULL;
    }
    return mp_float_new(vm, op == MP_OP_NEGATIVE ? -float_of(self) : float_of(self));
}

/* ---- Rounding ---- */

/* A multiple of 10**places for places > 0, ties to even: decided by the exact decimal digits that printf
 * gives, not by a division, which would round for itself. */
static double float_round_up_here(double number, int places)
{
    char text[64];
    snprintf(text, sizeof text, "%.17e", fabs(number));
    int point = atoi(strchr(text, 'e') + 1); /* |number| is d.ddd * 10**point */
    if (point >= places)
        snprintf(text, sizeof text, "%.*e", point - places, number);
    else {
        char half[16];
        snprintf(half, sizeof half, "5e%d", places - 1);
        bool away = fabs(number) > strtod(half, NULL);
        snprintf(text, sizeof text, "%s%de%d", signbit(number) ? "-" : "", (int)away, places);
    }
    return strtod(text, NULL);
}

static double float_round_digits(double number, int64_t digits)
{
    enum { MOST_DIGITS = 323, MOST_PLACES = 308 }; /* beyond: all digits of a double, or none */
    if (!isfinite(number) || digits > MOST_DIGITS)
        return number;
    if (digits < -MOST_PLACES)
        return copysign(0, number);
    if (digits < 0)
        return float_round_up_here(number, (int)-digits);
    char text[700];
    snprintf(text, sizeof text, "%.*f", (int)digits, number);
    return strtod(text, NULL);
}

/* round(number) is an int, round(number, digits) a float; digits NULL: not given. */
mp_value mp_float_round(mp_vm *vm, double number, mp_value digits)
{
    if (digits == NULL)
        return mp_int_from_double(vm, nearbyint(number));
    int64_t count = 0;
    if (!mp_to_index(vm, digits, &count))
        return NULL;
    double rounded = float_round_digits(number, count);
    if (isinf(rounded) && !isinf(number)) {
        mp_raise(vm, MP_X_OVERFLOW_ERROR, "rounded value too large to represent");
        return NULL;
    }
    return mp_float_new(vm, rounded);
}

/* ---- Slots ---- */

static mp_value float_repr(mp_vm *vm, mp_value self)
{
    char text[32];
    mp_float_text(float_of(self), text);
    return mp_as_value(mp_str_from(vm, text));
}

static bool float_hash(mp_vm *vm, mp_value self, int64_t *out)
{
    (void)vm;
    *out = mp_hash_of_double(float_of(self));
    return true;
}

static mp_value float_compare(mp_vm *vm, int op, mp_value a, mp_value b)
{
    if (!mp_is(vm, a, MP_TYPE_FLOAT))
        return mp_not_known(vm);
    double left = float_of(a);
    int order;
    if (mp_is(vm, b, MP_TYPE_FLOAT)) {
        double right = float_of(b);
        order = left < right ? -1 : left > right ? 1 : left == right ? 0 : 2;
    } else if (mp_is_int(vm, b)) {
        order = mp_order_int_double(mp_int_of(b), left);
        order = order == 2 ? 2 : -order;
    } else
        return mp_not_known(vm);
    return mp_bool_new(vm, mp_order_holds(op, order));
}

static int float_truth(mp_vm *vm, mp_value self)
{
    (void)vm;
    return float_of(self) != 0;
}

/* Whether its class says how it becomes a float: if so, an error is about that. */
static bool float_can_be(mp_vm *vm, mp_value value)
{
    const mp_type *type = mp_type_of(vm, value);
    return mp_lookup(type, vm->names[MP_S___float__]) != NULL ||
           mp_lookup(type, vm->names[MP_S___index__]) != NULL;
}

static mp_value float_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    if (!mp_positional(vm, args, "float", 0, 1))
        return NULL;
    double number = 0;
    if (args->count == 1) {
        mp_value value = args->values[0];
        if (mp_is_str(vm, value)) {
            if (!mp_float_parse(vm, (mp_str *)value, &number))
                return NULL;
        } else if (!mp_to_double(vm, value, &number)) {
            if (mp_raised_is(vm, MP_X_TYPE_ERROR) && !float_can_be(vm, value)) {
                mp_clear_slot(vm, &vm->raised);
                mp_raise(vm, MP_X_TYPE_ERROR, "float() argument must be a string or a real number, not '%T'",
                         value);
            }
            return NULL;
        }
    }
    mp_float *made = (mp_float *)mp_new(vm, type, 0);
    if (made != NULL)
        made->number = number;
    return mp_as_value(made);
}

static const mp_slots float_slots = {
    .repr = float_repr,
    .format = mp_float_format,
    .hash = float_hash,
    .compare = float_compare,
    .truth = float_truth,
    .binary = float_binary,
    .unary = float_unary,
    .make = float_make,
};

/* ---- Methods ---- */

static mp_value float_is_integer(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "is_integer", 1, 1))
        return NULL;
    double number = float_of(args->values[0]);
    return mp_bool_new(vm, isfinite(number) && number == floor(number));
}

static mp_value float_conjugate(mp_vm *vm, mp_args *args)
{
    return mp_positional(vm, args, "conjugate", 1, 1) ? mp_float_new(vm, float_of(args->values[0])) : NULL;
}

static mp_value float_pair(mp_vm *vm, int64_t top, int64_t bottom)
{
    mp_value pair[2] = {mp_int_new(vm, top), NULL};
    mp_tuple *ratio = NULL;
    if (pair[0] != NULL)
        pair[1] = mp_int_new(vm, bottom);
    if (pair[1] != NULL)
        ratio = mp_tuple_of(vm, pair, 2);
    mp_xdecref(vm, pair[0]);
    mp_xdecref(vm, pair[1]);
    return mp_as_value(ratio);
}

static mp_value float_ratio(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "as_integer_ratio", 1, 1))
        return NULL;
    double number = float_of(args->values[0]);
    if (!isfinite(number)) {
        mp_raise(vm, isnan(number) ? MP_X_VALUE_ERROR : MP_X_OVERFLOW_ERROR,
                 "cannot convert %s to integer ratio", isnan(number) ? "NaN" : "Infinity");
        return NULL;
    }
    int places = 0; /* the denominator is 2**places */
    while (number != floor(number) && places < 63) {
        number *= 2;
        places++;
    }
    if (places > 62 || number >= 0x1p63 || number < -0x1p63)
        return mp_int_overflow(vm);
    return float_pair(vm, (int64_t)number, (int64_t)1 << places);
}

static mp_value float_get_itself(mp_vm *vm, mp_value self)
{
    return mp_float_new(vm, float_of(self));
}

static mp_value float_get_zero(mp_vm *vm, mp_value self)
{
    (void)self;
    return mp_float_new(vm, 0);
}

static const mp_method float_methods[] = {
    {"is_integer", float_is_integer, MP_M_METHOD},
    {"conjugate", float_conjugate, MP_M_METHOD},
    {"__float__", float_conjugate, MP_M_METHOD},
    {"as_integer_ratio", float_ratio, MP_M_METHOD},
    {NULL, NULL, 0},
};

static const mp_getset float_getsets[] = {
    {"real", float_get_itself, NULL},
    {"imag", float_get_zero, NULL},
    {NULL, NULL, NULL},
};

const mp_type_def mp_float_def = {
    .name = "float",
    .size = sizeof(mp_float),
    .flags = MP_T_BASE,
    .slots = &float_slots,
    .methods = float_methods,
    .getsets = float_getsets,
};
