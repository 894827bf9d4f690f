/* builtins_numbers.c - abs, round, divmod, pow, sum; hex, oct, bin; chr, ord.
 *
 * Mirrors    Python/bltinmodule.c; the sum of floats is compensated, as it is since 3.12.
 * Tests      difftests/scenarios/language: builtin_min_max_sum.py, int_power.py, int_format.py */
#include "values/containers_impl.h"
#include "values/unicode.h"

#include <math.h>

static mp_value builtin_abs(mp_vm *vm, mp_args *args)
{
    return mp_exactly(vm, args, "abs", MP_NO_SELF, 1) ? mp_abs(vm, args->values[0]) : NULL;
}

static mp_value builtin_round(mp_vm *vm, mp_args *args)
{
    mp_value values[2];
    if (!mp_bind(vm, args, "round", "number|ndigits", values))
        return NULL;
    return mp_round(vm, values[0], values[1]);
}

static mp_value builtin_divmod(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "divmod", MP_NO_SELF, 2))
        return NULL;
    mp_value whole = mp_binary(vm, MP_OP_FLOORDIV, args->values[0], args->values[1]);
    mp_value rest = whole != NULL ? mp_binary(vm, MP_OP_MOD, args->values[0], args->values[1]) : NULL;
    return mp_pair(vm, whole, rest);
}

/* ---- pow ---- */

/* a * b mod m, by doubling: no number is twice as long as the others. */
static uint64_t pow_product(uint64_t a, uint64_t b, uint64_t modulus)
{
    uint64_t product = 0;
    for (; b > 0; b >>= 1) {
        if ((b & 1) != 0)
            product = product >= modulus - a ? product - (modulus - a) : product + a;
        a = a >= modulus - a ? a - (modulus - a) : a + a;
    }
    return product;
}

static uint64_t pow_residue(int64_t number, uint64_t modulus)
{
    if (number >= 0)
        return (uint64_t)number % modulus;
    uint64_t rest = (0 - (uint64_t)number) % modulus;
    return rest > 0 ? modulus - rest : 0;
}

/* The x with a * x mod m = 1 by Euclid's algorithm; false: there is none. */
static bool pow_inverse(uint64_t a, uint64_t modulus, uint64_t *inverse)
{
    uint64_t r = modulus, next_r = a, t = 0, next_t = 1 % modulus;
    while (next_r != 0) {
        uint64_t quotient = r / next_r, step = pow_product(next_t, quotient % modulus, modulus);
        uint64_t held = r - quotient * next_r;
        r = next_r;
        next_r = held;
        held = t >= step ? t - step : t + (modulus - step);
        t = next_t;
        next_t = held;
    }
    *inverse = t;
    return r == 1;
}

static mp_value pow_modular(mp_vm *vm, int64_t base, int64_t exponent, int64_t modulus)
{
    if (modulus == 0) {
        mp_raise(vm, MP_X_VALUE_ERROR, "pow() 3rd argument cannot be 0");
        return NULL;
    }
    uint64_t size = modulus > 0 ? (uint64_t)modulus : 0 - (uint64_t)modulus;
    uint64_t factor = pow_residue(base, size), power = 1 % size;
    if (exponent < 0 && !pow_inverse(factor, size, &factor)) {
        mp_raise(vm, MP_X_VALUE_ERROR, "base is not invertible for the given modulus");
        return NULL;
    }
    for (uint64_t left = exponent < 0 ? 0 - (uint64_t)exponent : (uint64_t)exponent; left > 0; left >>= 1) {
        if ((left & 1) != 0)
            power = pow_product(power, factor, size);
        factor = pow_product(factor, factor, size);
    }
    /* the result has the sign of the modulus */
    return mp_int_new(vm, modulus > 0 || power == 0 ? (int64_t)power : -(int64_t)(size - power));
}

static mp_value builtin_pow(mp_vm *vm, mp_args *args)
{
    mp_value values[3];
    if (!mp_bind(vm, args, "pow", "base exp|mod", values))
        return NULL;
    if (values[2] == NULL || values[2] == vm->none)
        return mp_binary(vm, MP_OP_POW, values[0], values[1]);
    for (size_t i = 0; i < 3; i++) {
        if (!mp_is_int(vm, values[i])) {
            mp_raise(vm, MP_X_TYPE_ERROR, "unsupported operand type(s) for ** or pow(): '%T', '%T', '%T'",
                     values[0], values[1], values[2]);
            return NULL;
        }
    }
    return pow_modular(vm, mp_int_of(values[0]), mp_int_of(values[1]), mp_int_of(values[2]));
}

/* ---- sum ---- */

/* Floats are added with what their sum loses beside it (Neumaier). */
typedef struct sum_work {
    mp_value total; /* owned; NULL while floats are added */
    double high, low;
} sum_work;

static void sum_add_float(sum_work *work, double number)
{
    double sum = work->high + number;
    bool larger = fabs(work->high) >= fabs(number);
    work->low += larger ? (work->high - sum) + number : (number - sum) + work->high;
    work->high = sum;
}

static bool sum_end_floats(mp_vm *vm, sum_work *work)
{
    if (work->total == NULL)
        work->total = mp_float_new(vm, isfinite(work->low) ? work->high + work->low : work->high);
    return work->total != NULL;
}

static void sum_begin_floats(mp_vm *vm, sum_work *work)
{
    work->high = ((mp_float *)work->total)->number;
    work->low = 0.0;
    mp_clear_slot(vm, &work->total);
}

static bool sum_add(mp_vm *vm, mp_value item, void *data)
{
    sum_work *work = data;
    bool is_float = mp_is_exactly(vm, item, MP_TYPE_FLOAT), is_int = mp_is_int(vm, item);
    if (work->total != NULL && (is_float || is_int) && mp_is_exactly(vm, work->total, MP_TYPE_FLOAT))
        sum_begin_floats(vm, work);
    if (work->total == NULL && is_float) {
        sum_add_float(work, ((mp_float *)item)->number);
        return true;
    }
    if (work->total == NULL && is_int) {
        work->high += (double)mp_int_of(item);
        return true;
    }
    if (!sum_end_floats(vm, work))
        return false;
    mp_value total = mp_binary(vm, MP_OP_ADD, work->total, item);
    if (total != NULL)
        mp_set_slot(vm, &work->total, total);
    return total != NULL;
}

static mp_value builtin_sum(mp_vm *vm, mp_args *args)
{
    mp_value values[2];
    if (!mp_bind(vm, args, "sum", "iterable/|start", values))
        return NULL;
    if (values[1] != NULL && mp_is_str(vm, values[1])) {
        mp_raise(vm, MP_X_TYPE_ERROR, "sum() can't sum strings [use ''.join(seq) instead]");
        return NULL;
    }
    sum_work work = {.total = values[1] != NULL ? mp_incref(values[1]) : mp_from_small(0)};
    if (mp_each(vm, values[0], sum_add, &work) && sum_end_floats(vm, &work))
        return work.total;
    mp_xdecref(vm, work.total);
    return NULL;
}

/* ---- Digits and characters ---- */

/* An int to a base that is a power of two. */
static mp_value number_digits(mp_vm *vm, mp_args *args, const char *function, unsigned shift, char letter)
{
    int64_t number;
    if (!mp_exactly(vm, args, function, MP_NO_SELF, 1) || !mp_to_index(vm, args->values[0], &number))
        return NULL;
    char text[72], *at = text + sizeof text;
    uint64_t left = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do
        *--at = "0123456789abcdef"[left & ((1u << shift) - 1)];
    while ((left >>= shift) != 0);
    *--at = letter;
    *--at = '0';
    if (number < 0)
        *--at = '-';
    return mp_as_value(mp_str_new(vm, at, (size_t)(text + sizeof text - at)));
}

static mp_value builtin_hex(mp_vm *vm, mp_args *args)
{
    return number_digits(vm, args, "hex", 4, 'x');
}

static mp_value builtin_oct(mp_vm *vm, mp_args *args)
{
    return number_digits(vm, args, "oct", 3, 'o');
}

static mp_value builtin_bin(mp_vm *vm, mp_args *args)
{
    return number_digits(vm, args, "bin", 1, 'b');
}

static mp_value builtin_chr(mp_vm *vm, mp_args *args)
{
    int64_t point;
    if (!mp_exactly(vm, args, "chr", MP_NO_SELF, 1) || !mp_to_index(vm, args->values[0], &point))
        return NULL;
    if (point < 0 || point > 0x10ffff) {
        mp_raise(vm, MP_X_VALUE_ERROR, "chr() arg not in range(0x110000)");
        return NULL;
    }
    if (point >= 0xd800 && point < 0xe000) {
        mp_raise(vm, MP_X_VALUE_ERROR, "surrogates are not in the scenario language");
        return NULL;
    }
    char data[4];
    return mp_as_value(mp_str_new(vm, data, mp_utf8_encode((uint32_t)point, data)));
}

static mp_value builtin_ord(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "ord", MP_NO_SELF, 1))
        return NULL;
    mp_value value = args->values[0];
    if (!mp_is_str(vm, value)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "ord() expected string of length 1, but %T found", value);
        return NULL;
    }
    mp_str *str = (mp_str *)value;
    size_t size;
    if (str->length == 1)
        return mp_int_new(vm, mp_utf8_decode(str->data, &size));
    mp_raise(vm, MP_X_TYPE_ERROR, "ord() expected a character, but string of length %zu found", str->length);
    return NULL;
}

const mp_native_def mp_builtin_numbers[] = {
    {"abs", builtin_abs},     {"bin", builtin_bin}, {"chr", builtin_chr}, {"divmod", builtin_divmod},
    {"hex", builtin_hex},     {"oct", builtin_oct}, {"ord", builtin_ord}, {"pow", builtin_pow},
    {"round", builtin_round}, {"sum", builtin_sum}, {NULL, NULL},
};
