/* bool.c - the type bool: the ints True and False under names of their own.
 *
 * All of int is inherited; &, | and ^ of two bools stay bools. */
#include "values/number_impl.h"

static mp_value bool_repr(mp_vm *vm, mp_value self)
{
    return mp_as_value(mp_str_from(vm, mp_int_of(self) != 0 ? "True" : "False"));
}

static mp_value bool_binary(mp_vm *vm, int op, mp_value a, mp_value b)
{
    bool logical = op == MP_OP_AND_BITS || op == MP_OP_OR_BITS || op == MP_OP_XOR;
    if (!logical || !mp_is_exactly(vm, a, MP_TYPE_BOOL) || !mp_is_exactly(vm, b, MP_TYPE_BOOL))
        return mp_int_binary(vm, op, a, b);
    bool left = mp_int_of(a) != 0, right = mp_int_of(b) != 0;
    if (op == MP_OP_XOR)
        return mp_bool_new(vm, left != right);
    return mp_bool_new(vm, op == MP_OP_AND_BITS ? left && right : left || right);
}

static mp_value bool_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    (void)type; /* nothing can be derived from bool */
    if (!mp_positional(vm, args, "bool", 0, 1))
        return NULL;
    int truth = args->count == 0 ? 0 : mp_truth(vm, args->values[0]);
    return truth < 0 ? NULL : mp_bool_new(vm, truth != 0);
}

static const mp_slots bool_slots = {
    .repr = bool_repr,
    .binary = bool_binary,
    .make = bool_make,
};

static const mp_method bool_methods[] = {{NULL, NULL, 0}};
static const mp_getset bool_getsets[] = {{NULL, NULL, NULL}};

const mp_type_def mp_bool_def = {
    .name = "bool",
    .size = sizeof(mp_int),
    .slots = &bool_slots,
    .methods = bool_methods,
    .getsets = bool_getsets,
};
