/* int.c - the type int: arithmetic on 64 bits, methods, and how one is made.
 *
 * Mirrors Python's int: // and % round towards minus infinity, / is the double nearest to the true quotient,
 * a negative exponent gives a float.  What does not fit 64 bits is an OverflowError, never a wrapped number.
 * Operands of other types are left to their own types (NotImplemented). */
#include <math.h>
#include <string.h>

#include "values/number_impl.h"

/* ---- Arithmetic ---- */

/* The nearest double, also where the operands have none of their own: the quotient is carried on until it has
 * 62 bits or more, and what is left over only marks the lowest bit, which decides ties. */
static double int_quotient(int64_t a, int64_t b)
{
    const int64_t exact = (int64_t)1 << 53;
    if (a >= -exact && a <= exact && b >= -exact && b <= exact)
        return (double)a / (double)b;
    uint64_t top = a < 0 ? 0 - (uint64_t)a : (uint64_t)a;
    uint64_t bottom = b < 0 ? 0 - (uint64_t)b : (uint64_t)b;
    uint64_t quotient = top / bottom, left = top % bottom;
    int exponent = 0;
    while (quotient != 0 || left != 0) {
        if (quotient >= (uint64_t)1 << 62)
            break;
        left <<= 1;
        quotient = quotient << 1 | (left >= bottom);
        if (left >= bottom)
            left -= bottom;
        exponent--;
    }
    double result = ldexp((double)(quotient | (left != 0)), exponent);
    return (a < 0) != (b < 0) ? -result : result;
}

static mp_value int_floor_divide(mp_vm *vm, int64_t a, int64_t b)
{
    if (b == 0)
        return mp_zero_division(vm, "integer division or modulo by zero");
    if (b == -1)
        return a == INT64_MIN ? mp_int_overflow(vm) : mp_int_new(vm, -a);
    int64_t quotient = a / b;
    if (a % b != 0 && (a < 0) != (b < 0))
        quotient--;
    return mp_int_new(vm, quotient);
}

static mp_value int_modulo(mp_vm *vm, int64_t a, int64_t b)
{
    if (b == 0)
        return mp_zero_division(vm, "integer modulo by zero");
    int64_t rest = b == -1 ? 0 : a % b; /* INT64_MIN % -1 is no number in C */
    if (rest != 0 && (rest < 0) != (b < 0))
        rest += b;
    return mp_int_new(vm, rest);
}

static mp_value int_power(mp_vm *vm, int64_t base, int64_t exponent)
{
    if (exponent < 0)
        return mp_float_power(vm, (double)base, (double)exponent);
    int64_t result = 1;
    while (exponent > 0) {
        if ((exponent & 1) != 0 && __builtin_mul_overflow(result, base, &result))
            return mp_int_overflow(vm);
        exponent >>= 1;
        if (exponent > 0 && __builtin_mul_overflow(base, base, &base))
            return mp_int_overflow(vm);
    }
    return mp_int_new(vm, result);
}

static mp_value int_shift(mp_vm *vm, int op, int64_t number, int64_t count)
{
    if (count < 0) {
        mp_raise(vm, MP_X_VALUE_ERROR, "negative shift count");
        return NULL;
    }
    if (op == MP_OP_RSHIFT)
        return mp_int_new(vm, number >> (count > 63 ? 63 : count));
    if (number == 0)
        return mp_int_new(vm, 0);
    if (count > 63)
        return mp_int_overflow(vm);
    int64_t shifted = (int64_t)((uint64_t)number << count);
    return shifted >> count == number ? mp_int_new(vm, shifted) : mp_int_overflow(vm);
}

static mp_value int_operate(mp_vm *vm, int op, int64_t a, int64_t b)
{
    switch (op) {
    case MP_OP_DIV:
        return b == 0 ? mp_zero_division(vm, "division by zero") : mp_float_new(vm, int_quotient(a, b));
    case MP_OP_FLOORDIV:
        return int_floor_divide(vm, a, b);
    case MP_OP_MOD:
        return int_modulo(vm, a, b);
    case MP_OP_POW:
        return int_power(vm, a, b);
    case MP_OP_LSHIFT:
    case MP_OP_RSHIFT:
        return int_shift(vm, op, a, b);
    case MP_OP_AND_BITS:
        return mp_int_new(vm, a & b);
    case MP_OP_OR_BITS:
        return mp_int_new(vm, a | b);
    case MP_OP_XOR:
        return mp_int_new(vm, a ^ b);
    default:
        return mp_not_known(vm);
    }
}

mp_value mp_int_binary(mp_vm *vm, int op, mp_value left, mp_value right)
{
    if (!mp_is_int(vm, left) || !mp_is_int(vm, right))
        return mp_not_known(vm);
    int64_t a = mp_int_of(left), b = mp_int_of(right), result = 0;
    bool overflow;
    switch (op) {
    case MP_OP_ADD:
        overflow = __builtin_add_overflow(a, b, &result);
        break;
    case MP_OP_SUB:
        overflow = __builtin_sub_overflow(a, b, &result);
        break;
    case MP_OP_MUL:
        overflow = __builtin_mul_overflow(a, b, &result);
        break;
    default:
        return int_operate(vm, op, a, b);
    }
    return overflow ? mp_int_overflow(vm) : mp_int_new(vm, result);
}

static mp_value int_unary(mp_vm *vm, int op, mp_value self)
{
    int64_t number = mp_int_of(self);
    if (op == MP_OP_INVERT)
        return mp_int_new(vm, ~number);
    if (op == MP_OP_NEGATIVE)
        return number == INT64_MIN ? mp_int_overflow(vm) : mp_int_new(vm, -number);
    return mp_int_new(vm, number);
}

/* round(number, digits): to a multiple of 10**-digits, a tie to the even one. */
mp_value mp_int_round(mp_vm *vm, int64_t number, int64_t digits)
{
    if (digits >= 0)
        return mp_int_new(vm, number);
    if (digits < -19)
        return mp_int_new(vm, 0);
    uint64_t unit = 1, size = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    for (int64_t i = digits; i < 0; i++)
        unit *= 10;
    uint64_t count = size / unit, rest = size % unit, half = unit / 2;
    if (rest > half || (rest == half && (count & 1) != 0))
        count++;
    uint64_t limit = number < 0 ? (uint64_t)1 << 63 : (uint64_t)INT64_MAX;
    if (count != 0 && unit > limit / count)
        return mp_int_overflow(vm);
    return mp_int_new(vm, (int64_t)(number < 0 ? 0 - count * unit : count * unit));
}

/* ---- Slots ---- */

static mp_value int_repr(mp_vm *vm, mp_value self)
{
    return mp_as_value(mp_str_formatted(vm, "%lld", (long long)mp_int_of(self)));
}

static bool int_hash(mp_vm *vm, mp_value self, int64_t *out)
{
    (void)vm;
    *out = mp_hash_of_int(mp_int_of(self));
    return true;
}

static mp_value int_compare(mp_vm *vm, int op, mp_value a, mp_value b)
{
    if (!mp_is_int(vm, a))
        return mp_not_known(vm);
    if (mp_is_int(vm, b)) {
        int64_t left = mp_int_of(a), right = mp_int_of(b);
        return mp_bool_new(vm, mp_order_holds(op, left < right ? -1 : left > right));
    }
    if (!mp_is(vm, b, MP_TYPE_FLOAT))
        return mp_not_known(vm);
    int order = mp_order_int_double(mp_int_of(a), ((mp_float *)b)->number);
    return mp_bool_new(vm, mp_order_holds(op, order));
}

static int int_truth(mp_vm *vm, mp_value self)
{
    (void)vm;
    return mp_int_of(self) != 0;
}

static const mp_slots int_slots = {
    .repr = int_repr,
    .format = mp_int_format,
    .hash = int_hash,
    .compare = int_compare,
    .truth = int_truth,
    .binary = mp_int_binary,
    .unary = int_unary,
    .make = mp_int_make,
};

/* ---- Methods ---- */

static mp_value int_bits(mp_vm *vm, mp_args *args, const char *name, bool all)
{
    if (!mp_positional(vm, args, name, 1, 1))
        return NULL;
    int64_t number = mp_int_of(args->values[0]), bits = 0;
    for (uint64_t left = number < 0 ? 0 - (uint64_t)number : (uint64_t)number; left != 0; left >>= 1)
        bits += all || (left & 1) != 0;
    return mp_int_new(vm, bits);
}

static mp_value int_bit_length(mp_vm *vm, mp_args *args)
{
    return int_bits(vm, args, "bit_length", true);
}

static mp_value int_bit_count(mp_vm *vm, mp_args *args)
{
    return int_bits(vm, args, "bit_count", false);
}

static mp_value int_is_integer(mp_vm *vm, mp_args *args)
{
    return mp_positional(vm, args, "is_integer", 1, 1) ? mp_bool_new(vm, true) : NULL;
}

static mp_value int_plain(mp_vm *vm, mp_args *args)
{
    return mp_positional(vm, args, "int", 1, 1) ? mp_int_new(vm, mp_int_of(args->values[0])) : NULL;
}

static mp_value int_ratio(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "as_integer_ratio", 1, 1))
        return NULL;
    mp_value number = mp_int_new(vm, mp_int_of(args->values[0]));
    if (number == NULL)
        return NULL;
    mp_value pair[2] = {number, mp_from_small(1)};
    mp_tuple *ratio = mp_tuple_of(vm, pair, 2);
    mp_decref(vm, number);
    return mp_as_value(ratio);
}

static mp_value int_get_itself(mp_vm *vm, mp_value self)
{
    return mp_int_new(vm, mp_int_of(self));
}

static mp_value int_get_zero(mp_vm *vm, mp_value self)
{
    (void)self;
    return mp_int_new(vm, 0);
}

static mp_value int_get_one(mp_vm *vm, mp_value self)
{
    (void)self;
    return mp_int_new(vm, 1);
}

static const mp_method int_methods[] = {
    {"bit_length", int_bit_length, MP_M_METHOD},  {"bit_count", int_bit_count, MP_M_METHOD},
    {"is_integer", int_is_integer, MP_M_METHOD},  {"conjugate", int_plain, MP_M_METHOD},
    {"__index__", int_plain, MP_M_METHOD},        {"__int__", int_plain, MP_M_METHOD},
    {"as_integer_ratio", int_ratio, MP_M_METHOD}, {NULL, NULL, 0},
};

static const mp_getset int_getsets[] = {
    {"real", int_get_itself, NULL},
    {"numerator", int_get_itself, NULL},
    {"imag", int_get_zero, NULL},
    {"denominator", int_get_one, NULL},
    {NULL, NULL, NULL},
};

const mp_type_def mp_int_def = {
    .name = "int",
    .size = sizeof(mp_int),
    .flags = MP_T_BASE,
    .slots = &int_slots,
    .methods = int_methods,
    .getsets = int_getsets,
};
