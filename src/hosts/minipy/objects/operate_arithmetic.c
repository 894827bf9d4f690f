/* operate_arithmetic.c - + - * / and their kind, with the methods of the program and the slots of builtin
 * types.
 *
 * Idea       Python's order: the right side's reflected method first if its class is a subclass of the left
 *            one's and has its own, then the left side's method, then the right side's reflected one.  Slots
 *            of builtin types take both operands as they stand, so they are asked with the same question from
 *            either side.
 * In place   __iadd__ or the inplace slot, else the plain operator.
 * Re-enters  Arithmetic methods of the program. */
#include "objects/types_impl.h"

/* Of binary operators: __add__, and as far from it as the two constants say: __radd__, __iadd__. */
static mp_name arithmetic_name(int op)
{
    return (mp_name)((int)MP_S___add__ + op);
}

/* The names of the plain, reflected and in-place methods stand in the order of the operators. */
enum {
    ARITHMETIC_REFLECTED = MP_S___radd__ - MP_S___add__,
    ARITHMETIC_IN_PLACE = MP_S___iadd__ - MP_S___add__
};

static const char *arithmetic_sign(int op, bool in_place)
{
    static const char *const signs[][2] = {
        {"+", "+="},
        {"-", "-="},
        {"*", "*="},
        {"/", "/="},
        {"//", "//="},
        {"%", "%="},
        {"** or pow()", "**="},
        {"<<", "<<="},
        {">>", ">>="},
        {"&", "&="},
        {"|", "|="},
        {"^", "^="},
        {"@", "@="},
    };
    return signs[op][in_place ? 1 : 0];
}

/* Borrowed; NULL: no class of the program in this chain defines it. */
static mp_value arithmetic_method(mp_vm *vm, const mp_type *type, mp_name name)
{
    return mp_type_has(type, MP_S___arithmetic__) ? mp_lookup(type, vm->names[name]) : NULL;
}

/* self.name(other); NotImplemented if it has no such method. */
static mp_value arithmetic_ask(mp_vm *vm, mp_name name, mp_value self, mp_value other)
{
    mp_value method = arithmetic_method(vm, mp_type_of(vm, self), name);
    return method == NULL ? mp_incref(vm->not_implemented) : mp_call_dunder(vm, method, self, &other, 1);
}

static mp_value arithmetic_slot(mp_vm *vm, const mp_type *type, int op, mp_value a, mp_value b)
{
    return type->slots.binary == NULL ? mp_incref(vm->not_implemented) : type->slots.binary(vm, op, a, b);
}

static bool arithmetic_answered(mp_vm *vm, mp_value result)
{
    if (result != vm->not_implemented)
        return true;
    mp_decref(vm, result);
    return false;
}

/* The answer of methods and slots; NotImplemented if nobody knows. */
static mp_value arithmetic_try(mp_vm *vm, int op, mp_value a, mp_value b)
{
    const mp_type *left = mp_type_of(vm, a), *right = mp_type_of(vm, b);
    mp_name name = arithmetic_name(op), reflected = (mp_name)((int)name + ARITHMETIC_REFLECTED);
    bool right_first = left != right && mp_is_subtype(right, left) &&
                       arithmetic_method(vm, right, reflected) != arithmetic_method(vm, left, reflected);
    mp_value result;
    if (right_first && arithmetic_answered(vm, result = arithmetic_ask(vm, reflected, b, a)))
        return result;
    bool by_method = arithmetic_method(vm, left, name) != NULL;
    result = by_method ? arithmetic_ask(vm, name, a, b) : arithmetic_slot(vm, left, op, a, b);
    if (arithmetic_answered(vm, result))
        return result;
    if (left != right && !right_first &&
        arithmetic_answered(vm, result = arithmetic_ask(vm, reflected, b, a)))
        return result;
    bool other_slot = right->slots.binary != left->slots.binary || by_method;
    return other_slot ? arithmetic_slot(vm, right, op, a, b) : mp_incref(vm->not_implemented);
}

static mp_value arithmetic_unsupported(mp_vm *vm, int op, bool in_place, mp_value a, mp_value b)
{
    mp_raise(vm, MP_X_TYPE_ERROR, "unsupported operand type(s) for %s: '%T' and '%T'",
             arithmetic_sign(op, in_place), a, b);
    return NULL;
}

mp_value mp_binary(mp_vm *vm, int op, mp_value a, mp_value b)
{
    mp_value result = arithmetic_try(vm, op, a, b);
    return arithmetic_answered(vm, result) ? result : arithmetic_unsupported(vm, op, false, a, b);
}

mp_value mp_inplace(mp_vm *vm, int op, mp_value a, mp_value b)
{
    const mp_type *type = mp_type_of(vm, a);
    mp_name name = (mp_name)((int)arithmetic_name(op) + ARITHMETIC_IN_PLACE);
    mp_value result;
    if (mp_type_has(type, MP_S___arithmetic__) &&
        arithmetic_answered(vm, result = arithmetic_ask(vm, name, a, b)))
        return result;
    if (type->slots.inplace != NULL && arithmetic_answered(vm, result = type->slots.inplace(vm, op, a, b)))
        return result;
    result = arithmetic_try(vm, op, a, b);
    return arithmetic_answered(vm, result) ? result : arithmetic_unsupported(vm, op, true, a, b);
}

mp_value mp_unary(mp_vm *vm, int op, mp_value a)
{
    static const mp_name names[] = {MP_S___neg__, MP_S___pos__, MP_S___invert__};
    static const char signs[] = "-+~";
    if (op == MP_OP_NOT) {
        int truth = mp_truth(vm, a);
        return truth < 0 ? NULL : mp_bool_value(vm, truth == 0);
    }
    const mp_type *type = mp_type_of(vm, a);
    mp_value method = mp_find_dunder(vm, type, names[op - MP_OP_NEGATIVE]);
    mp_value result = mp_incref(vm->not_implemented);
    if (method != NULL)
        result = mp_call_dunder(vm, method, a, NULL, 0);
    else if (type->slots.unary != NULL)
        result = type->slots.unary(vm, op, a);
    if (result != vm->not_implemented)
        return result;
    mp_decref(vm, result);
    mp_raise(vm, MP_X_TYPE_ERROR, "bad operand type for unary %c: '%T'", signs[op - MP_OP_NEGATIVE], a);
    return NULL;
}
