/* number.c - what int, bool and float have in common, and what other files ask of numbers.
 *
 * Mirrors Python's numeric tower as far as scenarios see it: an int has 64 bits (more is an OverflowError),
 * small ones live in the pointer, the others in an mp_int; True and False are mp_ints of their own type, so
 * that mp_int_of needs no cases.  An int and a float compare by their exact values, and equal numbers have
 * equal hashes, whatever their types: a dict finds 1, 1.0 and True under one key.
 *
 * mp_to_index, mp_to_double, mp_abs and mp_round may call methods of the program. */
#include <math.h>
#include <string.h>

#include "values/number_impl.h"

mp_value mp_int_new(mp_vm *vm, int64_t number)
{
    if (number >= MP_SMALL_MIN && number <= MP_SMALL_MAX)
        return mp_from_small(number);
    mp_int *made = (mp_int *)mp_new(vm, vm->types[MP_TYPE_INT], 0);
    if (made == NULL)
        return NULL;
    made->number = number;
    return mp_as_value(made);
}

int64_t mp_int_of(mp_value value)
{
    return mp_is_small(value) ? mp_small(value) : ((mp_int *)value)->number;
}

bool mp_is_int(mp_vm *vm, mp_value value)
{
    return mp_is_small(value) || mp_is_subtype(value->type, vm->types[MP_TYPE_INT]);
}

mp_value mp_float_new(mp_vm *vm, double number)
{
    mp_float *made = (mp_float *)mp_new(vm, vm->types[MP_TYPE_FLOAT], 0);
    if (made == NULL)
        return NULL;
    made->number = number;
    return mp_as_value(made);
}

mp_value mp_bool_new(mp_vm *vm, bool truth)
{
    return mp_incref(truth ? vm->true_ : vm->false_);
}

mp_value mp_int_overflow(mp_vm *vm)
{
    mp_raise(vm, MP_X_OVERFLOW_ERROR, "integer result too large for the scenario language (64 bits)");
    return NULL;
}

mp_value mp_zero_division(mp_vm *vm, const char *before_3_14)
{
    mp_raise(vm, MP_X_ZERO_DIVISION_ERROR, "%s", vm->minor >= 14 ? "division by zero" : before_3_14);
    return NULL;
}

bool mp_number_as_double(mp_vm *vm, mp_value value, double *out)
{
    if (mp_is_int(vm, value))
        *out = (double)mp_int_of(value);
    else if (mp_is(vm, value, MP_TYPE_FLOAT))
        *out = ((mp_float *)value)->number;
    else
        return false;
    return true;
}

/* ---- Order and hash ---- */

bool mp_order_holds(int op, int order)
{
    if (order == 2)
        return op == MP_OP_NE;
    switch (op) {
    case MP_OP_LT:
        return order < 0;
    case MP_OP_LE:
        return order <= 0;
    case MP_OP_EQ:
        return order == 0;
    case MP_OP_NE:
        return order != 0;
    case MP_OP_GT:
        return order > 0;
    default:
        return order >= 0;
    }
}

/* 2**53 + 1 has no double, so nothing may be rounded here: the float's whole part fits an int64_t, or the
 * float is beyond all of them. */
int mp_order_int_double(int64_t whole, double real)
{
    if (isnan(real))
        return 2;
    if (real >= 0x1p63)
        return -1;
    if (real < -0x1p63)
        return 1;
    int64_t truncated = (int64_t)real;
    if (whole != truncated)
        return whole < truncated ? -1 : 1;
    double fraction = real - (double)truncated;
    return fraction > 0 ? -1 : fraction < 0;
}

/* Modulo the prime 2**61 - 1, and never -1: as Python's, so that a printed hash is the same. */
int64_t mp_hash_of_int(int64_t number)
{
    const int64_t prime = ((int64_t)1 << 61) - 1;
    int64_t hash = number > -prime && number < prime ? number : number % prime;
    return hash == -1 ? -2 : hash;
}

int64_t mp_hash_of_double(double number)
{
    if (isnan(number))
        return 0;
    if (isinf(number))
        return number > 0 ? 314159 : -314159;
    if (number >= -0x1p63 && number < 0x1p63 && number == trunc(number))
        return mp_hash_of_int((int64_t)number);
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    bits = (bits ^ bits >> 32) * 0x9e3779b97f4a7c15u;
    return (int64_t)(bits >> 2);
}

/* ---- Through the methods of the program ---- */

/* value.name(), or NULL without an exception if no class of the program gives it such a method.  Those of
 * builtin types are not asked: they may have been written with the functions below. */
static mp_value number_ask(mp_vm *vm, mp_value value, mp_str *name)
{
    mp_type *type = mp_type_of(vm, value);
    if ((type->flags & MP_T_HEAP) == 0 || mp_lookup(type, name) == NULL)
        return NULL;
    return mp_call_method(vm, value, name, NULL, 0);
}

bool mp_to_index(mp_vm *vm, mp_value value, int64_t *out)
{
    if (mp_is_int(vm, value)) {
        *out = mp_int_of(value);
        return true;
    }
    mp_value answer = number_ask(vm, value, vm->names[MP_S___index__]);
    if (answer == NULL) {
        if (vm->raised == NULL)
            mp_raise(vm, MP_X_TYPE_ERROR, "'%T' object cannot be interpreted as an integer", value);
        return false;
    }
    bool good = mp_is_int(vm, answer);
    if (good)
        *out = mp_int_of(answer);
    else
        mp_raise(vm, MP_X_TYPE_ERROR, "__index__ returned non-int (type %T)", answer);
    mp_decref(vm, answer);
    return good;
}

bool mp_to_double(mp_vm *vm, mp_value value, double *out)
{
    if (mp_number_as_double(vm, value, out))
        return true;
    mp_value answer = number_ask(vm, value, vm->names[MP_S___float__]);
    if (answer == NULL) {
        if (vm->raised != NULL)
            return false;
        if (mp_lookup(mp_type_of(vm, value), vm->names[MP_S___index__]) == NULL) {
            mp_raise(vm, MP_X_TYPE_ERROR, "must be real number, not %T", value);
            return false;
        }
        int64_t whole = 0;
        if (!mp_to_index(vm, value, &whole))
            return false;
        *out = (double)whole;
        return true;
    }
    bool good = mp_is(vm, answer, MP_TYPE_FLOAT);
    if (good)
        *out = ((mp_float *)answer)->number;
    else
        mp_raise(vm, MP_X_TYPE_ERROR, "%T.__float__ returned non-float (type %T)", value, answer);
    mp_decref(vm, answer);
    return good;
}

mp_value mp_abs(mp_vm *vm, mp_value value)
{
    mp_value answer = number_ask(vm, value, vm->names[MP_S___abs__]);
    if (answer != NULL || vm->raised != NULL)
        return answer;
    if (mp_is_int(vm, value)) {
        int64_t number = mp_int_of(value);
        if (number == INT64_MIN)
            return mp_int_overflow(vm);
        return mp_int_new(vm, number < 0 ? -number : number);
    }
    if (mp_is(vm, value, MP_TYPE_FLOAT))
        return mp_float_new(vm, fabs(((mp_float *)value)->number));
    mp_raise(vm, MP_X_TYPE_ERROR, "bad operand type for abs(): '%T'", value);
    return NULL;
}

static mp_value round_by_method(mp_vm *vm, mp_value value, mp_value digits)
{
    mp_str *name = mp_str_intern(vm, "__round__", 9);
    if (name == NULL)
        return NULL;
    mp_value answer = NULL;
    if (mp_lookup(mp_type_of(vm, value), name) != NULL)
        answer = mp_call_method(vm, value, name, &digits, digits != NULL);
    else
        mp_raise(vm, MP_X_TYPE_ERROR, "type %T doesn't define __round__ method", value);
    mp_decref(vm, mp_as_value(name));
    return answer;
}

mp_value mp_round(mp_vm *vm, mp_value value, mp_value digits)
{
    bool whole = digits == NULL || digits == vm->none;
    if (mp_is(vm, value, MP_TYPE_FLOAT))
        return mp_float_round(vm, ((mp_float *)value)->number, whole ? NULL : digits);
    if (!mp_is_int(vm, value))
        return round_by_method(vm, value, digits);
    int64_t places = 0;
    if (!whole && !mp_to_index(vm, digits, &places))
        return NULL;
    return mp_int_round(vm, mp_int_of(value), places);
}

/* ---- Setting up ---- */

static bool number_type(mp_vm *vm, mp_type_index index, const mp_type_def *def, mp_type *base)
{
    vm->types[index] = mp_type_new(vm, def, base);
    return vm->types[index] != NULL;
}

static mp_value number_make_bool(mp_vm *vm, bool truth)
{
    mp_int *made = (mp_int *)mp_new(vm, vm->types[MP_TYPE_BOOL], 0);
    if (made == NULL)
        return NULL;
    made->number = truth;
    made->head.flags |= MP_O_IMMORTAL;
    return mp_as_value(made);
}

bool mp_init_numbers(mp_vm *vm)
{
    if (!number_type(vm, MP_TYPE_INT, &mp_int_def, NULL) ||
        !number_type(vm, MP_TYPE_BOOL, &mp_bool_def, vm->types[MP_TYPE_INT]) ||
        !number_type(vm, MP_TYPE_FLOAT, &mp_float_def, NULL))
        return false;
    vm->true_ = number_make_bool(vm, true);
    vm->false_ = number_make_bool(vm, false);
    return vm->true_ != NULL && vm->false_ != NULL;
}
