/* native.c - functions in C as values: plain ones, methods of builtin types, and computed attributes.
 *
 * Idea       One struct for all, mp_native_function.  A method found on an instance becomes a copy with
 *            'self'; a class method gets the class as its self.  How they are called: mp_invoke in call.c.
 * Holds      owner is borrowed: the type's dict owns its methods, and builtin types go last of all. */
#include "objects/types_impl.h"

#include <string.h>

static mp_native_function *callable_make(mp_vm *vm, mp_type_index index, const char *name, mp_native *call)
{
    mp_native_function *native = (mp_native_function *)mp_new(vm, vm->types[index], 0);
    if (native == NULL)
        return NULL;
    native->name = name;
    native->call = call;
    return native;
}

mp_value mp_native_new(mp_vm *vm, const char *name, mp_native *call)
{
    mp_native_function *native = callable_make(vm, MP_TYPE_NATIVE, name, call);
    if (native != NULL)
        native->kind = MP_M_STATIC;
    return mp_as_value(native);
}

mp_value mp_native_method(mp_vm *vm, mp_type *owner, const char *name, mp_native *call, uint32_t kind)
{
    mp_type_index index = kind == MP_M_GETTER ? MP_TYPE_GETSET : MP_TYPE_NATIVE;
    mp_native_function *native = callable_make(vm, index, name, call);
    if (native == NULL)
        return NULL;
    native->owner = owner;
    native->kind = kind;
    return mp_as_value(native);
}

mp_value mp_native_getset(mp_vm *vm, mp_type *owner, const mp_getset *getset)
{
    mp_native_function *native = callable_make(vm, MP_TYPE_GETSET, getset->name, NULL);
    if (native == NULL)
        return NULL;
    native->owner = owner;
    native->kind = MP_M_GETTER;
    native->getset = getset;
    return mp_as_value(native);
}

mp_value mp_callable_call(mp_vm *vm, mp_value self, mp_args *args)
{
    return mp_invoke(vm, self, args);
}

bool mp_no_keywords(mp_vm *vm, const mp_args *args, const char *function)
{
    if (args->names == NULL || args->names->count == 0)
        return true;
    mp_raise(vm, MP_X_TYPE_ERROR, "%s() takes no keyword arguments", function);
    return false;
}

/* ---- builtin_function_or_method ---- */

static int callable_visit(mp_value self, mp_visit *visit, void *data)
{
    return mp_show(((mp_native_function *)self)->self, visit, data);
}

static void callable_clear(mp_vm *vm, mp_value self)
{
    mp_clear_slot(vm, &((mp_native_function *)self)->self);
}

static mp_value callable_repr(mp_vm *vm, mp_value self)
{
    const mp_native_function *native = (const mp_native_function *)self;
    if (native->self != NULL)
        return mp_as_value(mp_str_formatted(vm, "<built-in method %s of %T object at 0x%llx>", native->name,
                                            native->self, (unsigned long long)(uintptr_t)native->self));
    if (native->kind == MP_M_METHOD && native->owner != NULL)
        return mp_as_value(
            mp_str_formatted(vm, "<method '%s' of '%S' objects>", native->name, native->owner->name));
    return mp_as_value(mp_str_formatted(vm, "<built-in function %s>", native->name));
}

/* A class of the program may have taken it over from another type: C code must not get such an object. */
static bool callable_fits(mp_vm *vm, const mp_native_function *native, mp_value instance)
{
    if (mp_is_subtype(mp_type_of(vm, instance), native->owner))
        return true;
    mp_raise(vm, MP_X_TYPE_ERROR, "descriptor '%s' for '%S' objects doesn't apply to a '%T' object",
             native->name, native->owner->name, instance);
    return false;
}

static mp_value callable_get(mp_vm *vm, mp_value self, mp_value instance, mp_type *owner)
{
    const mp_native_function *native = (const mp_native_function *)self;
    mp_value bound_to = native->kind == MP_M_CLASS ? mp_as_value(owner) : instance;
    bool binds = native->owner != NULL && (native->kind == MP_M_CLASS || native->kind == MP_M_METHOD);
    if (!binds || bound_to == NULL || native->self != NULL)
        return mp_incref(self);
    if (native->kind == MP_M_METHOD && !callable_fits(vm, native, instance))
        return NULL;
    mp_native_function *bound = callable_make(vm, MP_TYPE_NATIVE, native->name, native->call);
    if (bound == NULL)
        return NULL;
    bound->owner = native->owner;
    bound->kind = native->kind;
    bound->self = mp_incref(bound_to);
    return mp_as_value(bound);
}

static mp_value callable_compare(mp_vm *vm, int op, mp_value a, mp_value b)
{
    const mp_native_function *left = (const mp_native_function *)a;
    const mp_native_function *right = (const mp_native_function *)b;
    if ((op != MP_OP_EQ && op != MP_OP_NE) || !mp_is_exactly(vm, a, MP_TYPE_NATIVE) ||
        !mp_is_exactly(vm, b, MP_TYPE_NATIVE))
        return mp_incref(vm->not_implemented);
    bool same = left->call == right->call && left->self == right->self && left->owner == right->owner &&
                strcmp(left->name, right->name) == 0;
    return mp_bool_value(vm, same == (op == MP_OP_EQ));
}

static bool callable_hash(mp_vm *vm, mp_value self, int64_t *out)
{
    const mp_native_function *native = (const mp_native_function *)self;
    (void)vm;
    *out = (int64_t)(((uintptr_t)native->name >> 3) ^ ((uintptr_t)native->self >> 4));
    return true;
}

static mp_value callable_get_name(mp_vm *vm, mp_value self)
{
    return mp_as_value(mp_str_from(vm, ((mp_native_function *)self)->name));
}

static mp_value callable_get_qualname(mp_vm *vm, mp_value self)
{
    const mp_native_function *native = (const mp_native_function *)self;
    if (native->owner == NULL)
        return callable_get_name(vm, self);
    return mp_as_value(mp_str_formatted(vm, "%S.%s", native->owner->qualname, native->name));
}

static mp_value callable_get_self(mp_vm *vm, mp_value self)
{
    return mp_or_none(vm, ((mp_native_function *)self)->self);
}

static const mp_slots callable_slots = {
    .visit = callable_visit,
    .clear = callable_clear,
    .repr = callable_repr,
    .hash = callable_hash,
    .compare = callable_compare,
    .get = callable_get,
    .call = mp_callable_call,
};

static const mp_getset callable_getsets[] = {
    {"__name__", callable_get_name, NULL},
    {"__qualname__", callable_get_qualname, NULL},
    {"__self__", callable_get_self, NULL},
    {NULL, NULL, NULL},
};

const mp_type_def mp_native_function_def = {
    .name = "builtin_function_or_method",
    .size = sizeof(mp_native_function),
    .flags = MP_T_GC,
    .slots = &callable_slots,
    .getsets = callable_getsets,
};

/* ---- getset_descriptor ---- */

static mp_value getset_repr(mp_vm *vm, mp_value self)
{
    const mp_native_function *native = (const mp_native_function *)self;
    return mp_as_value(
        mp_str_formatted(vm, "<attribute '%s' of '%S' objects>", native->name, native->owner->name));
}

static mp_value getset_get(mp_vm *vm, mp_value self, mp_value instance, mp_type *owner)
{
    const mp_native_function *native = (const mp_native_function *)self;
    (void)owner;
    if (instance == NULL)
        return mp_incref(self);
    if (!callable_fits(vm, native, instance))
        return NULL;
    if (native->getset != NULL)
        return native->getset->get(vm, instance);
    mp_args args = {&instance, 1, NULL};
    return native->call(vm, &args);
}

static bool getset_set(mp_vm *vm, mp_value self, mp_value instance, mp_value value)
{
    const mp_native_function *native = (const mp_native_function *)self;
    if (!callable_fits(vm, native, instance))
        return false;
    if (native->getset != NULL && native->getset->set != NULL)
        return native->getset->set(vm, instance, value);
    const mp_type *owner = native->owner;
    bool is_builtin = mp_str_is(owner->module, "builtins");
    mp_raise(vm, MP_X_ATTRIBUTE_ERROR, "attribute '%s' of '%s%s%s' objects is not writable", native->name,
             is_builtin ? "" : owner->module->data, is_builtin ? "" : ".", owner->name->data);
    return false;
}

static const mp_slots getset_slots = {.repr = getset_repr, .get = getset_get, .set = getset_set};

static const mp_getset getset_getsets[] = {{"__name__", callable_get_name, NULL}, {NULL, NULL, NULL}};

const mp_type_def mp_getset_def = {
    .name = "getset_descriptor",
    .size = sizeof(mp_native_function),
    .slots = &getset_slots,
    .getsets = getset_getsets,
};
