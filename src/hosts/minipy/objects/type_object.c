/* type_object.c - the types object and type: what every value and every class can do.
 *
 * Idea       A class is a value whose attributes are those of its chain of bases.  What type itself defines
 *            comes first if it is computed (__name__, __mro__), else last (mro).
 * Order      __mro__ is the chain of bases.  ExceptionGroup alone has two bases: Exception stands in its
 *            chain before what both have in common.
 * Re-enters  Whatever descriptors in a class run. */
#include "objects/types_impl.h"

#include <stddef.h>

/* ---- object ---- */

mp_value mp_default_repr(mp_vm *vm, mp_value self)
{
    mp_type *type = mp_type_of(vm, self);
    unsigned long long place = (uintptr_t)self;
    if (mp_str_is(type->module, "builtins"))
        return mp_as_value(mp_str_formatted(vm, "<%S object at 0x%llx>", type->qualname, place));
    return mp_as_value(mp_str_formatted(vm, "<%S.%S object at 0x%llx>", type->module, type->qualname, place));
}

static bool object_hash(mp_vm *vm, mp_value self, int64_t *out)
{
    (void)vm;
    *out = (int64_t)((uintptr_t)self >> 4);
    return true;
}

mp_value mp_identity_compare(mp_vm *vm, int op, mp_value a, mp_value b)
{
    if (op == MP_OP_EQ && a == b)
        return mp_incref(vm->true_);
    return mp_incref(vm->not_implemented);
}

/* object.__repr__ and object.__hash__ of anything, however its own class does it. */
static mp_value object_repr_method(mp_vm *vm, mp_args *args)
{
    return mp_positional(vm, args, "__repr__", 1, 1) ? mp_default_repr(vm, args->values[0]) : NULL;
}

static mp_value object_hash_method(mp_vm *vm, mp_args *args)
{
    int64_t hash;
    if (!mp_positional(vm, args, "__hash__", 1, 1) || !object_hash(vm, args->values[0], &hash))
        return NULL;
    return mp_int_new(vm, hash);
}

static mp_value object_str(mp_vm *vm, mp_args *args)
{
    return mp_repr(vm, args->values[0]);
}

static mp_value object_format(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "__format__", 2, 2))
        return NULL;
    mp_value spec = args->values[1];
    if (mp_is_str(vm, spec) && ((mp_str *)spec)->size == 0)
        return mp_to_str(vm, args->values[0]);
    mp_raise(vm, MP_X_TYPE_ERROR, "unsupported format string passed to %T.__format__", args->values[0]);
    return NULL;
}

static bool object_name_argument(mp_vm *vm, mp_args *args, const char *function, size_t count)
{
    if (!mp_positional(vm, args, function, count, count))
        return false;
    if (mp_is_str(vm, args->values[1]))
        return true;
    mp_raise(vm, MP_X_TYPE_ERROR, "attribute name must be string, not '%T'", args->values[1]);
    return false;
}

/* Not mp_get_attr: that would come back to the class's own __getattribute__. */
static mp_value object_getattribute(mp_vm *vm, mp_args *args)
{
    if (!object_name_argument(vm, args, "__getattribute__", 2))
        return NULL;
    mp_value self = args->values[0];
    mp_str *name = (mp_str *)args->values[1];
    mp_type *type = mp_type_of(vm, self);
    return type->slots.get_attr == NULL ? mp_generic_get_attr(vm, self, name)
                                        : type->slots.get_attr(vm, self, name);
}

static mp_value object_set(mp_vm *vm, mp_value self, mp_str *name, mp_value value)
{
    mp_type *type = mp_type_of(vm, self);
    bool done = type->slots.set_attr == NULL ? mp_generic_set_attr(vm, self, name, value)
                                             : type->slots.set_attr(vm, self, name, value);
    return done ? mp_incref(vm->none) : NULL;
}

static mp_value object_setattr(mp_vm *vm, mp_args *args)
{
    if (!object_name_argument(vm, args, "__setattr__", 3))
        return NULL;
    return object_set(vm, args->values[0], (mp_str *)args->values[1], args->values[2]);
}

static mp_value object_delattr(mp_vm *vm, mp_args *args)
{
    if (!object_name_argument(vm, args, "__delattr__", 2))
        return NULL;
    return object_set(vm, args->values[0], (mp_str *)args->values[1], NULL);
}

static mp_value object_init_subclass(mp_vm *vm, mp_args *args)
{
    return mp_positional(vm, args, "__init_subclass__", 1, 1) ? mp_incref(vm->none) : NULL;
}

static mp_value object_get_class(mp_vm *vm, mp_value self)
{
    return mp_new_ref(mp_type_of(vm, self));
}

static mp_value object_get_dict(mp_vm *vm, mp_value self)
{
    mp_dict **slot = mp_dict_slot(vm, self);
    if (slot == NULL) {
        mp_raise_no_attr(vm, self, vm->names[MP_S___dict__]);
        return NULL;
    }
    mp_dict *dict = mp_dict_of(vm, slot);
    return dict == NULL ? NULL : mp_new_ref(dict);
}

static const mp_slots object_slots = {
    .repr = mp_default_repr,
    .hash = object_hash,
    .compare = mp_identity_compare,
    .make = mp_object_make,
    .init = mp_object_init,
};

static const mp_method object_methods[] = {
    {"__new__", mp_new_method, MP_M_STATIC},
    {"__repr__", object_repr_method, MP_M_METHOD},
    {"__hash__", object_hash_method, MP_M_METHOD},
    {"__str__", object_str, MP_M_METHOD},
    {"__format__", object_format, MP_M_METHOD},
    {"__getattribute__", object_getattribute, MP_M_METHOD},
    {"__setattr__", object_setattr, MP_M_METHOD},
    {"__delattr__", object_delattr, MP_M_METHOD},
    {"__init_subclass__", object_init_subclass, MP_M_CLASS},
    {NULL, NULL, 0},
};

static const mp_getset object_getsets[] = {
    {"__class__", object_get_class, NULL},
    {"__dict__", object_get_dict, NULL},
    {NULL, NULL, NULL},
};

const mp_type_def mp_object_def = {
    .name = "object",
    .size = sizeof(mp_object),
    .flags = MP_T_BASE,
    .slots = &object_slots,
    .methods = object_methods,
    .getsets = object_getsets,
};

/* ---- type: life ---- */

void mp_type_drop_contents(mp_vm *vm, mp_type *type)
{
    MP_DROP_FIELD(vm, type->dict);
    MP_DROP_FIELD(vm, type->name);
    MP_DROP_FIELD(vm, type->qualname);
    MP_DROP_FIELD(vm, type->module);
}

static int type_visit(mp_value self, mp_visit *visit, void *data)
{
    const mp_type *type = (const mp_type *)self;
    return mp_show(type->base, visit, data) || mp_show(type->dict, visit, data);
}

/* Its instances need the chain of bases as long as it is there, and cycles go through the dict. */
static void type_clear(mp_vm *vm, mp_value self)
{
    mp_type *type = (mp_type *)self;
    MP_DROP_FIELD(vm, type->dict);
    if ((self->flags & MP_O_DYING) == 0)
        return;
    mp_type_drop_contents(vm, type);
    MP_DROP_FIELD(vm, type->base);
}

static mp_value type_repr(mp_vm *vm, mp_value self)
{
    const mp_type *type = (const mp_type *)self;
    if (mp_str_is(type->module, "builtins"))
        return mp_as_value(mp_str_formatted(vm, "<class '%S'>", type->qualname));
    return mp_as_value(mp_str_formatted(vm, "<class '%S.%S'>", type->module, type->qualname));
}

/* ---- type: calls ---- */

/* type(x), and type(name, bases, namespace). */
static mp_value type_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    (void)type;
    if (args->count == 1 && args->names == NULL)
        return mp_new_ref(mp_type_of(vm, args->values[0]));
    if (args->count != 3 || args->names != NULL || !mp_is_str(vm, args->values[0]) ||
        !mp_is(vm, args->values[1], MP_TYPE_TUPLE) || !mp_is(vm, args->values[2], MP_TYPE_DICT)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "type() takes 1 or 3 arguments");
        return NULL;
    }
    mp_dict *namespace = mp_dict_copy(vm, (mp_dict *)args->values[2]);
    if (namespace == NULL)
        return NULL;
    mp_value made = mp_class_new(vm, (mp_str *)args->values[0], (mp_tuple *)args->values[1], namespace);
    mp_decref(vm, mp_as_value(namespace));
    return made;
}

static mp_value type_call(mp_vm *vm, mp_value self, mp_args *args)
{
    return mp_class_call(vm, (mp_type *)self, args);
}

/* ---- type: attributes ---- */

mp_value mp_type_find_attr(mp_vm *vm, mp_type *type, mp_str *name)
{
    mp_type *meta = vm->types[MP_TYPE_TYPE];
    mp_value common = mp_lookup(meta, name);
    if (common != NULL && mp_is_data_descriptor(common))
        return mp_bind_value(vm, common, mp_as_value(type), meta);
    mp_value own = mp_lookup(type, name);
    if (own != NULL)
        return mp_bind_value(vm, own, NULL, type);
    return common == NULL ? NULL : mp_bind_value(vm, common, mp_as_value(type), meta);
}

static void type_raise_no_attr(mp_vm *vm, const mp_type *type, mp_str *name)
{
    mp_raise(vm, MP_X_ATTRIBUTE_ERROR, "type object '%S' has no attribute '%S'", type->name, name);
}

static mp_value type_get_attr(mp_vm *vm, mp_value self, mp_str *name)
{
    mp_value found = mp_type_find_attr(vm, (mp_type *)self, name);
    if (found == NULL && vm->raised == NULL)
        type_raise_no_attr(vm, (mp_type *)self, name);
    return found;
}

static bool type_mutable(mp_vm *vm, const mp_type *type, mp_str *name)
{
    if ((type->flags & MP_T_HEAP) != 0)
        return true;
    mp_raise(vm, MP_X_TYPE_ERROR, "cannot set '%S' attribute of immutable type '%S'", name, type->name);
    return false;
}

static bool type_set_attr(mp_vm *vm, mp_value self, mp_str *name, mp_value value)
{
    mp_type *type = (mp_type *)self;
    if (!type_mutable(vm, type, name))
        return false;
    mp_value common = mp_lookup(vm->types[MP_TYPE_TYPE], name);
    if (common != NULL && mp_is_data_descriptor(common))
        return common->type->slots.set(vm, common, self, value);
    if (value != NULL) {
        if (!mp_dict_set(vm, type->dict, mp_as_value(name), value))
            return false;
    } else {
        int deleted = mp_dict_delete(vm, type->dict, mp_as_value(name));
        if (deleted == 0)
            type_raise_no_attr(vm, type, name);
        if (deleted <= 0)
            return false;
    }
    mp_class_changed(vm, type, name);
    return true;
}

static mp_value type_get_name(mp_vm *vm, mp_value self)
{
    (void)vm;
    return mp_new_ref(((mp_type *)self)->name);
}

static mp_value type_get_qualname(mp_vm *vm, mp_value self)
{
    (void)vm;
    return mp_new_ref(((mp_type *)self)->qualname);
}

static mp_value type_get_module(mp_vm *vm, mp_value self)
{
    (void)vm;
    return mp_new_ref(((mp_type *)self)->module);
}

static bool type_set_text(mp_vm *vm, mp_type *type, const char *name, mp_str **field, mp_value value)
{
    if (value == NULL || !mp_is_str(vm, value)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "can only assign string to %S.%s", type->name, name);
        return false;
    }
    mp_value old = mp_as_value(*field);
    *field = (mp_str *)mp_incref(value);
    mp_decref(vm, old);
    return true;
}

static bool type_set_name(mp_vm *vm, mp_value self, mp_value value)
{
    return type_set_text(vm, (mp_type *)self, "__name__", &((mp_type *)self)->name, value);
}

static bool type_set_qualname(mp_vm *vm, mp_value self, mp_value value)
{
    return type_set_text(vm, (mp_type *)self, "__qualname__", &((mp_type *)self)->qualname, value);
}

static bool type_set_module(mp_vm *vm, mp_value self, mp_value value)
{
    return type_set_text(vm, (mp_type *)self, "__module__", &((mp_type *)self)->module, value);
}

/* A copy, where CPython gives a view that cannot be written to: what is in the dict of a type, others rely
 * on. */
static mp_value type_get_dict(mp_vm *vm, mp_value self)
{
    return mp_as_value(mp_dict_copy(vm, ((mp_type *)self)->dict));
}

static mp_value type_get_base(mp_vm *vm, mp_value self)
{
    return mp_or_none(vm, ((mp_type *)self)->base);
}

static mp_value type_get_bases(mp_vm *vm, mp_value self)
{
    const mp_type *type = (const mp_type *)self;
    mp_value bases[] = {mp_as_value(type->base), mp_as_value(type->also)};
    size_t count = type->base == NULL ? 0 : type->also == NULL ? 1 : 2;
    return mp_as_value(mp_tuple_of(vm, bases, count));
}

static bool type_add_chain(mp_vm *vm, mp_list *list, mp_type *type, const mp_type *stop)
{
    for (; type != NULL && (stop == NULL || !mp_is_subtype(stop, type)); type = type->base) {
        if (!mp_list_append(vm, list, mp_as_value(type)))
            return false;
        if (type->also != NULL)
            return type_add_chain(vm, list, type->base, type->also) &&
                   type_add_chain(vm, list, type->also, NULL);
    }
    return true;
}

static mp_value type_mro(mp_vm *vm, mp_args *args)
{
    mp_list *list = mp_list_new(vm, 0);
    if (list != NULL && !type_add_chain(vm, list, (mp_type *)args->values[0], NULL))
        MP_DROP_FIELD(vm, list);
    return mp_as_value(list);
}

static mp_value type_get_mro(mp_vm *vm, mp_value self)
{
    mp_args args = {&self, 1, NULL};
    mp_value list = type_mro(vm, &args);
    if (list == NULL)
        return NULL;
    mp_value mro = mp_as_value(mp_to_tuple(vm, list));
    mp_decref(vm, list);
    return mro;
}

const mp_slots mp_type_slots = {
    .visit = type_visit,
    .clear = type_clear,
    .repr = type_repr,
    .get_attr = type_get_attr,
    .set_attr = type_set_attr,
    .call = type_call,
    .make = type_make,
};

static const mp_method type_methods[] = {{"mro", type_mro, MP_M_METHOD}, {NULL, NULL, 0}};

static const mp_getset type_getsets[] = {
    {"__name__", type_get_name, type_set_name},
    {"__qualname__", type_get_qualname, type_set_qualname},
    {"__module__", type_get_module, type_set_module},
    {"__dict__", type_get_dict, NULL},
    {"__base__", type_get_base, NULL},
    {"__bases__", type_get_bases, NULL},
    {"__mro__", type_get_mro, NULL},
    {NULL, NULL, NULL},
};

const mp_type_def mp_type_type_def = {
    .name = "type",
    .size = sizeof(mp_type),
    .flags = MP_T_GC,
    .slots = &mp_type_slots,
    .methods = type_methods,
    .getsets = type_getsets,
};
