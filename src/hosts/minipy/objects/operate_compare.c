/* operate_compare.c - comparisons: == != < <= > >= in, not in, is, is not.
 *
 * Idea       Python's order: the right side first if its class is a subclass of the left one's and compares
 *            by itself, then the left side, then the right one with the mirrored operator.  NotImplemented
 *            from both: == and != go by identity, the others are a TypeError.
 * Holds      != of a class that has only __eq__ is the opposite of it.
 * Re-enters  Comparison methods of the program. */
#include "objects/types_impl.h"

static const char *compare_sign(int op)
{
    static const char *const signs[] = {"<", "<=", "==", "!=", ">", ">="};
    return signs[op - MP_OP_LT];
}

static int compare_mirrored(int op)
{
    static const int mirrored[] = {MP_OP_GT, MP_OP_GE, MP_OP_EQ, MP_OP_NE, MP_OP_LT, MP_OP_LE};
    return mirrored[op - MP_OP_LT];
}

static mp_name compare_name(int op)
{
    static const mp_name names[] = {MP_S___lt__, MP_S___le__, MP_S___eq__,
                                    MP_S___ne__, MP_S___gt__, MP_S___ge__};
    return names[op - MP_OP_LT];
}

/* A class with __eq__ and without __ne__. */
static mp_value compare_not_equal(mp_vm *vm, mp_value method, mp_value self, mp_value other)
{
    mp_value result = mp_call_dunder(vm, method, self, &other, 1);
    if (result == NULL || result == vm->not_implemented)
        return result;
    int truth = mp_truth(vm, result);
    mp_decref(vm, result);
    return truth < 0 ? NULL : mp_bool_value(vm, truth == 0);
}

/* What one side says. */
static mp_value compare_ask(mp_vm *vm, int op, mp_value self, mp_value other)
{
    mp_type *type = mp_type_of(vm, self);
    mp_value method = mp_find_dunder(vm, type, compare_name(op));
    if (method != NULL)
        return mp_call_dunder(vm, method, self, &other, 1);
    method = op == MP_OP_NE ? mp_find_dunder(vm, type, MP_S___eq__) : NULL;
    if (method != NULL)
        return compare_not_equal(vm, method, self, other);
    if (type->slots.compare == NULL)
        return mp_incref(vm->not_implemented);
    if ((type->flags & MP_T_GC) == 0)
        return type->slots.compare(vm, op, self, other);
    if (!mp_nest_enter(vm, "in comparison"))
        return NULL;
    mp_value result = type->slots.compare(vm, op, self, other);
    mp_nest_leave(vm);
    return result;
}

static bool compare_is_own(const mp_type *type, int op)
{
    return mp_type_has(type, compare_name(op)) || (op == MP_OP_NE && mp_type_has(type, MP_S___eq__));
}

static mp_value compare_neither(mp_vm *vm, int op, mp_value a, mp_value b)
{
    if (op == MP_OP_EQ || op == MP_OP_NE)
        return mp_bool_value(vm, (a == b) == (op == MP_OP_EQ));
    mp_raise(vm, MP_X_TYPE_ERROR, "'%s' not supported between instances of '%T' and '%T'", compare_sign(op),
             a, b);
    return NULL;
}

static mp_value compare_rich(mp_vm *vm, int op, mp_value a, mp_value b)
{
    mp_type *left = mp_type_of(vm, a), *right = mp_type_of(vm, b);
    bool right_first = left != right && mp_is_subtype(right, left) &&
                       compare_is_own(right, compare_mirrored(op));
    mp_value result;
    if (right_first) {
        result = compare_ask(vm, compare_mirrored(op), b, a);
        if (result != vm->not_implemented)
            return result;
        mp_decref(vm, result);
    }
    result = compare_ask(vm, op, a, b);
    if (result != vm->not_implemented)
        return result;
    mp_decref(vm, result);
    if (!right_first) {
        result = compare_ask(vm, compare_mirrored(op), b, a);
        if (result != vm->not_implemented)
            return result;
        mp_decref(vm, result);
    }
    return compare_neither(vm, op, a, b);
}

mp_value mp_compare(mp_vm *vm, int op, mp_value a, mp_value b)
{
    if (op == MP_OP_IS || op == MP_OP_IS_NOT)
        return mp_bool_value(vm, (a == b) == (op == MP_OP_IS));
    if (op == MP_OP_IN || op == MP_OP_NOT_IN) {
        int found = mp_contains(vm, b, a);
        return found < 0 ? NULL : mp_bool_value(vm, (found > 0) == (op == MP_OP_IN));
    }
    if (mp_is_small(a) && mp_is_small(b))
        return mp_bool_value(vm, mp_compare_small(op, mp_small(a), mp_small(b)));
    return compare_rich(vm, op, a, b);
}

static int compare_truth(mp_vm *vm, int op, mp_value a, mp_value b)
{
    mp_value result = mp_compare(vm, op, a, b);
    if (result == NULL)
        return -1;
    int truth = mp_truth(vm, result);
    mp_decref(vm, result);
    return truth;
}

int mp_equal(mp_vm *vm, mp_value a, mp_value b)
{
    if (a == b)
        return 1;
    if (mp_is_small(a) && mp_is_small(b))
        return 0;
    return compare_truth(vm, MP_OP_EQ, a, b);
}

int mp_less(mp_vm *vm, mp_value a, mp_value b)
{
    return compare_truth(vm, MP_OP_LT, a, b);
}
