/* function.c - functions of the program and bound methods, as values.
 *
 * How they are called: call.c.  A function found in a class and asked for on an instance becomes a bound
 * method (attributes.c); a bound method shows the attributes of its function. */
#include "objects/types_impl.h"

#include <stddef.h>

/* ---- function ---- */

static int function_visit(mp_value self, mp_visit *visit, void *data)
{
    const mp_function *function = (const mp_function *)self;
    return mp_show(function->code, visit, data) || mp_show(function->globals, visit, data) ||
           mp_show(function->defaults, visit, data) || mp_show(function->kwdefaults, visit, data) ||
           mp_show(function->closure, visit, data) || mp_show(function->dict, visit, data);
}

/* Code and names are no part of any cycle, and are needed as long as somebody may show or call it. */
static void function_clear(mp_vm *vm, mp_value self)
{
    mp_function *function = (mp_function *)self;
    MP_DROP_FIELD(vm, function->dict);
    MP_DROP_FIELD(vm, function->defaults);
    MP_DROP_FIELD(vm, function->kwdefaults);
    MP_DROP_FIELD(vm, function->closure);
    MP_DROP_FIELD(vm, function->globals);
    if ((self->flags & MP_O_DYING) == 0)
        return;
    MP_DROP_FIELD(vm, function->code);
    MP_DROP_FIELD(vm, function->name);
    MP_DROP_FIELD(vm, function->qualname);
}

static mp_value function_repr(mp_vm *vm, mp_value self)
{
    return mp_as_value(mp_str_formatted(vm, "<function %S at 0x%llx>", ((mp_function *)self)->qualname,
                                        (unsigned long long)(uintptr_t)self));
}

static mp_value function_get(mp_vm *vm, mp_value self, mp_value instance, mp_type *owner)
{
    (void)owner;
    return instance == NULL ? mp_incref(self) : mp_bound_method_new(vm, self, instance);
}

static mp_value function_get_name(mp_vm *vm, mp_value self)
{
    (void)vm;
    return mp_new_ref(((mp_function *)self)->name);
}

static mp_value function_get_qualname(mp_vm *vm, mp_value self)
{
    (void)vm;
    return mp_new_ref(((mp_function *)self)->qualname);
}

static bool function_set_text(mp_vm *vm, const char *what, mp_str **field, mp_value value)
{
    if (value == NULL || !mp_is_str(vm, value)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "%s must be set to a string object", what);
        return false;
    }
    mp_value old = mp_as_value(*field);
    *field = (mp_str *)mp_incref(value);
    mp_xdecref(vm, old);
    return true;
}

static bool function_set_name(mp_vm *vm, mp_value self, mp_value value)
{
    return function_set_text(vm, "__name__", &((mp_function *)self)->name, value);
}

static bool function_set_qualname(mp_vm *vm, mp_value self, mp_value value)
{
    return function_set_text(vm, "__qualname__", &((mp_function *)self)->qualname, value);
}

static mp_value function_get_module(mp_vm *vm, mp_value self)
{
    const mp_function *function = (const mp_function *)self;
    mp_value name = NULL;
    if (function->globals != NULL)
        name = mp_dict_get_str(function->globals, vm->names[MP_S___name__]);
    return mp_or_none(vm, name);
}

static mp_value function_get_defaults(mp_vm *vm, mp_value self)
{
    return mp_or_none(vm, ((mp_function *)self)->defaults);
}

static mp_value function_get_kwdefaults(mp_vm *vm, mp_value self)
{
    return mp_or_none(vm, ((mp_function *)self)->kwdefaults);
}

static mp_value function_get_globals(mp_vm *vm, mp_value self)
{
    return mp_or_none(vm, ((mp_function *)self)->globals);
}

static mp_value function_get_closure(mp_vm *vm, mp_value self)
{
    return mp_or_none(vm, ((mp_function *)self)->closure);
}

static mp_value function_get_code(mp_vm *vm, mp_value self)
{
    return mp_or_none(vm, ((mp_function *)self)->code);
}

static const mp_slots function_slots = {
    .visit = function_visit,
    .clear = function_clear,
    .repr = function_repr,
    .get = function_get,
    .call = mp_callable_call,
};

static const mp_getset function_getsets[] = {
    {"__name__", function_get_name, function_set_name},
    {"__qualname__", function_get_qualname, function_set_qualname},
    {"__module__", function_get_module, NULL},
    {"__defaults__", function_get_defaults, NULL},
    {"__kwdefaults__", function_get_kwdefaults, NULL},
    {"__globals__", function_get_globals, NULL},
    {"__closure__", function_get_closure, NULL},
    {"__code__", function_get_code, NULL},
    {NULL, NULL, NULL},
};

const mp_type_def mp_function_def = {
    .name = "function",
    .size = sizeof(mp_function),
    .flags = MP_T_GC | MP_T_DICT,
    .dict_offset = offsetof(mp_function, dict),
    .slots = &function_slots,
    .getsets = function_getsets,
};

/* ---- method ---- */

mp_value mp_bound_method_new(mp_vm *vm, mp_value function, mp_value self)
{
    mp_bound_method *method = (mp_bound_method *)mp_new(vm, vm->types[MP_TYPE_METHOD], 0);
    if (method == NULL)
        return NULL;
    method->function = mp_incref(function);
    method->self = mp_incref(self);
    return mp_as_value(method);
}

static int method_visit(mp_value self, mp_visit *visit, void *data)
{
    const mp_bound_method *method = (const mp_bound_method *)self;
    return mp_show(method->function, visit, data) || mp_show(method->self, visit, data);
}

/* A method that was cleared as garbage is not called any more, but must not be half a method. */
static void method_clear(mp_vm *vm, mp_value self)
{
    mp_bound_method *method = (mp_bound_method *)self;
    bool dying = (self->flags & MP_O_DYING) != 0;
    mp_value function = method->function, object = method->self;
    method->function = dying ? NULL : mp_incref(vm->none);
    method->self = dying ? NULL : mp_incref(vm->none);
    mp_xdecref(vm, function);
    mp_xdecref(vm, object);
}

static mp_value method_repr(mp_vm *vm, mp_value self)
{
    const mp_bound_method *method = (const mp_bound_method *)self;
    mp_value name = mp_find_attr(vm, method->function, vm->names[MP_S___qualname__]);
    if (name == NULL && vm->raised != NULL)
        return NULL;
    mp_str *shown = name == NULL ? mp_str_formatted(vm, "<bound method ? of %R>", method->self)
                                 : mp_str_formatted(vm, "<bound method %S of %R>", name, method->self);
    mp_xdecref(vm, name);
    return mp_as_value(shown);
}

static mp_value method_compare(mp_vm *vm, int op, mp_value a, mp_value b)
{
    if ((op != MP_OP_EQ && op != MP_OP_NE) || !mp_is_exactly(vm, a, MP_TYPE_METHOD) ||
        !mp_is_exactly(vm, b, MP_TYPE_METHOD))
        return mp_incref(vm->not_implemented);
    const mp_bound_method *left = (const mp_bound_method *)a, *right = (const mp_bound_method *)b;
    int same = left->self == right->self ? mp_equal(vm, left->function, right->function) : 0;
    return same < 0 ? NULL : mp_bool_value(vm, (same == 1) == (op == MP_OP_EQ));
}

static bool method_hash(mp_vm *vm, mp_value self, int64_t *out)
{
    const mp_bound_method *method = (const mp_bound_method *)self;
    if (!mp_hash(vm, method->function, out))
        return false;
    *out ^= (int64_t)((uintptr_t)method->self >> 4);
    return true;
}

/* What a method does not have, its function may have: __name__, or an attribute of the program's. */
static mp_value method_get_attr(mp_vm *vm, mp_value self, mp_str *name)
{
    mp_value found = mp_generic_find_attr(vm, self, name);
    if (found != NULL || vm->raised != NULL)
        return found;
    mp_value function = mp_incref(((mp_bound_method *)self)->function);
    found = mp_find_attr(vm, function, name);
    mp_decref(vm, function);
    if (found == NULL && vm->raised == NULL)
        mp_raise_no_attr(vm, self, name);
    return found;
}

static mp_value method_get_self(mp_vm *vm, mp_value self)
{
    (void)vm;
    return mp_incref(((mp_bound_method *)self)->self);
}

static mp_value method_get_function(mp_vm *vm, mp_value self)
{
    (void)vm;
    return mp_incref(((mp_bound_method *)self)->function);
}

static const mp_slots method_slots = {
    .visit = method_visit,
    .clear = method_clear,
    .repr = method_repr,
    .hash = method_hash,
    .compare = method_compare,
    .get_attr = method_get_attr,
    .call = mp_callable_call,
};

static const mp_getset method_getsets[] = {
    {"__self__", method_get_self, NULL},
    {"__func__", method_get_function, NULL},
    {NULL, NULL, NULL},
};

const mp_type_def mp_method_def = {
    .name = "method",
    .size = sizeof(mp_bound_method),
    .flags = MP_T_GC,
    .slots = &method_slots,
    .getsets = method_getsets,
};
