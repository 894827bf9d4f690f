/* slot_methods.c - what builtin types can do by their slots, as methods by name: [].__len__(),
 * super().__repr__(), Exception.__str__(e).
 *
 * Idea       A type gets these methods for the slots that its own description has; mp_type_new puts them
 *            first, so that methods of the same name in the description win.
 * Holds      They call the slot of the object's type, which for a class of the program is its builtin base's,
 *            and never look at methods of the program: super().__repr__() would come back to its caller. */
#include "objects/types_impl.h"

#include <stddef.h>
#include <string.h>

static bool slot_arguments(mp_vm *vm, mp_args *args, const char *name, size_t count)
{
    return mp_no_keywords(vm, args, name) && mp_positional(vm, args, name, count, count);
}

static mp_slots *slot_of(mp_vm *vm, mp_args *args)
{
    return &mp_type_of(vm, args->values[0])->slots;
}

static mp_value slot_none(mp_vm *vm, bool done)
{
    return done ? mp_incref(vm->none) : NULL;
}

static mp_value slot_repr(mp_vm *vm, mp_args *args)
{
    return slot_arguments(vm, args, "__repr__", 1) ? slot_of(vm, args)->repr(vm, args->values[0]) : NULL;
}

static mp_value slot_str(mp_vm *vm, mp_args *args)
{
    return slot_arguments(vm, args, "__str__", 1) ? slot_of(vm, args)->str(vm, args->values[0]) : NULL;
}

static mp_value slot_format(mp_vm *vm, mp_args *args)
{
    if (!slot_arguments(vm, args, "__format__", 2))
        return NULL;
    if (mp_is_str(vm, args->values[1]))
        return slot_of(vm, args)->format(vm, args->values[0], (mp_str *)args->values[1]);
    mp_raise(vm, MP_X_TYPE_ERROR, "__format__() argument must be str, not %T", args->values[1]);
    return NULL;
}

static mp_value slot_hash(mp_vm *vm, mp_args *args)
{
    int64_t hash;
    if (!slot_arguments(vm, args, "__hash__", 1) || !slot_of(vm, args)->hash(vm, args->values[0], &hash))
        return NULL;
    return mp_int_new(vm, hash);
}

static mp_value slot_compare(mp_vm *vm, mp_args *args, const char *name, int op)
{
    if (!slot_arguments(vm, args, name, 2))
        return NULL;
    return slot_of(vm, args)->compare(vm, op, args->values[0], args->values[1]);
}

static mp_value slot_eq(mp_vm *vm, mp_args *args)
{
    return slot_compare(vm, args, "__eq__", MP_OP_EQ);
}

static mp_value slot_ne(mp_vm *vm, mp_args *args)
{
    return slot_compare(vm, args, "__ne__", MP_OP_NE);
}

static mp_value slot_lt(mp_vm *vm, mp_args *args)
{
    return slot_compare(vm, args, "__lt__", MP_OP_LT);
}

static mp_value slot_le(mp_vm *vm, mp_args *args)
{
    return slot_compare(vm, args, "__le__", MP_OP_LE);
}

static mp_value slot_gt(mp_vm *vm, mp_args *args)
{
    return slot_compare(vm, args, "__gt__", MP_OP_GT);
}

static mp_value slot_ge(mp_vm *vm, mp_args *args)
{
    return slot_compare(vm, args, "__ge__", MP_OP_GE);
}

static mp_value slot_truth(mp_vm *vm, int truth)
{
    return truth < 0 ? NULL : mp_bool_value(vm, truth != 0);
}

static mp_value slot_bool(mp_vm *vm, mp_args *args)
{
    if (!slot_arguments(vm, args, "__bool__", 1))
        return NULL;
    return slot_truth(vm, slot_of(vm, args)->truth(vm, args->values[0]));
}

static mp_value slot_len(mp_vm *vm, mp_args *args)
{
    int64_t length = -1;
    if (slot_arguments(vm, args, "__len__", 1))
        length = slot_of(vm, args)->length(vm, args->values[0]);
    return length < 0 ? NULL : mp_int_new(vm, length);
}

static mp_value slot_getitem(mp_vm *vm, mp_args *args)
{
    if (!slot_arguments(vm, args, "__getitem__", 2))
        return NULL;
    return slot_of(vm, args)->get_item(vm, args->values[0], args->values[1]);
}

static mp_value slot_setitem(mp_vm *vm, mp_args *args)
{
    if (!slot_arguments(vm, args, "__setitem__", 3))
        return NULL;
    return slot_none(vm, slot_of(vm, args)->set_item(vm, args->values[0], args->values[1], args->values[2]));
}

static mp_value slot_delitem(mp_vm *vm, mp_args *args)
{
    if (!slot_arguments(vm, args, "__delitem__", 2))
        return NULL;
    return slot_none(vm, slot_of(vm, args)->set_item(vm, args->values[0], args->values[1], NULL));
}

static mp_value slot_contains(mp_vm *vm, mp_args *args)
{
    if (!slot_arguments(vm, args, "__contains__", 2))
        return NULL;
    return slot_truth(vm, slot_of(vm, args)->contains(vm, args->values[0], args->values[1]));
}

static mp_value slot_iter(mp_vm *vm, mp_args *args)
{
    return slot_arguments(vm, args, "__iter__", 1) ? slot_of(vm, args)->iter(vm, args->values[0]) : NULL;
}

static mp_value slot_next(mp_vm *vm, mp_args *args)
{
    if (!slot_arguments(vm, args, "__next__", 1))
        return NULL;
    mp_value item = slot_of(vm, args)->next(vm, args->values[0]);
    if (item == NULL && vm->raised == NULL) {
        mp_value stop = mp_new_exception(vm, vm->exceptions[MP_X_STOP_ITERATION], NULL, 0);
        if (stop != NULL)
            mp_raise_value(vm, stop);
    }
    return item;
}

static mp_args slot_rest(const mp_args *args)
{
    mp_args rest = {args->values + 1, args->count - 1, args->names};
    return rest;
}

static mp_value slot_call(mp_vm *vm, mp_args *args)
{
    mp_args rest = slot_rest(args);
    return slot_of(vm, args)->call(vm, args->values[0], &rest);
}

/* Inherited by types that are made whole by calling them: nothing is left to do then. */
static mp_value slot_init(mp_vm *vm, mp_args *args)
{
    mp_args rest = slot_rest(args);
    const mp_slots *slots = slot_of(vm, args);
    return slot_none(vm, slots->init == NULL || slots->init(vm, args->values[0], &rest));
}

static mp_value slot_await(mp_vm *vm, mp_args *args)
{
    if (!slot_arguments(vm, args, "__await__", 1))
        return NULL;
    return slot_of(vm, args)->await_iter(vm, args->values[0]);
}

typedef struct slot_method {
    size_t offset; /* of the slot */
    mp_method method;
} slot_method;

static const slot_method slot_table[] = {
    {offsetof(mp_slots, repr), {"__repr__", slot_repr, MP_M_METHOD}},
    {offsetof(mp_slots, str), {"__str__", slot_str, MP_M_METHOD}},
    {offsetof(mp_slots, format), {"__format__", slot_format, MP_M_METHOD}},
    {offsetof(mp_slots, hash), {"__hash__", slot_hash, MP_M_METHOD}},
    {offsetof(mp_slots, compare), {"__eq__", slot_eq, MP_M_METHOD}},
    {offsetof(mp_slots, compare), {"__ne__", slot_ne, MP_M_METHOD}},
    {offsetof(mp_slots, compare), {"__lt__", slot_lt, MP_M_METHOD}},
    {offsetof(mp_slots, compare), {"__le__", slot_le, MP_M_METHOD}},
    {offsetof(mp_slots, compare), {"__gt__", slot_gt, MP_M_METHOD}},
    {offsetof(mp_slots, compare), {"__ge__", slot_ge, MP_M_METHOD}},
    {offsetof(mp_slots, truth), {"__bool__", slot_bool, MP_M_METHOD}},
    {offsetof(mp_slots, length), {"__len__", slot_len, MP_M_METHOD}},
    {offsetof(mp_slots, get_item), {"__getitem__", slot_getitem, MP_M_METHOD}},
    {offsetof(mp_slots, set_item), {"__setitem__", slot_setitem, MP_M_METHOD}},
    {offsetof(mp_slots, set_item), {"__delitem__", slot_delitem, MP_M_METHOD}},
    {offsetof(mp_slots, contains), {"__contains__", slot_contains, MP_M_METHOD}},
    {offsetof(mp_slots, iter), {"__iter__", slot_iter, MP_M_METHOD}},
    {offsetof(mp_slots, next), {"__next__", slot_next, MP_M_METHOD}},
    {offsetof(mp_slots, call), {"__call__", slot_call, MP_M_METHOD}},
    {offsetof(mp_slots, init), {"__init__", slot_init, MP_M_METHOD}},
    {offsetof(mp_slots, await_iter), {"__await__", slot_await, MP_M_METHOD}},
};

static bool slot_is_there(const mp_slots *slots, size_t offset)
{
    void (*function)(void);
    memcpy(&function, (const char *)slots + offset, sizeof function);
    return function != NULL;
}

bool mp_put_slot_methods(mp_vm *vm, mp_type *type, const mp_slots *own)
{
    for (size_t i = 0; i < sizeof slot_table / sizeof slot_table[0]; i++) {
        const mp_method *method = &slot_table[i].method;
        if (!slot_is_there(own, slot_table[i].offset))
            continue;
        mp_value native = mp_native_method(vm, type, method->name, method->call, method->kind);
        if (!mp_type_put(vm, type, method->name, native))
            return false;
    }
    return true;
}
