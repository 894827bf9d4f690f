/* class.c - class statements: making a class, and making instances of it.
 *
 * Idea       A class of the program is a type whose slots are those of its builtin base.  Its methods with
 *            two underscores stay in its dict; one bit each in 'dunders', inherited, says which there are, so
 *            that operators pass by a class that has none without looking anything up.
 * Instances  Those of a builtin base with an attribute dict use it; else the dict lies behind the base's
 *            fields (for object that is an mp_instance).
 * Bases      One chain.  Several bases are taken if they lie in one chain, as in class E(MyError, Exception).
 * Holds      The bits are never too few: a method that is added later is told to all classes below.
 * Re-enters  __set_name__, __init_subclass__, __new__, __init__, __del__. */
#include "objects/types_impl.h"

#include <stddef.h>

static const mp_type *class_builtin(const mp_type *type)
{
    while ((type->flags & MP_T_HEAP) != 0)
        type = type->base;
    return type;
}

/* ---- Instances ---- */

static mp_dict **class_own_dict(mp_value self)
{
    const mp_type *type = self->type;
    if (type->dict_offset == class_builtin(type)->dict_offset)
        return NULL;
    return (mp_dict **)(void *)((char *)self + type->dict_offset);
}

static int class_visit_instance(mp_value self, mp_visit *visit, void *data)
{
    const mp_type *builtin = class_builtin(self->type);
    mp_dict **dict = class_own_dict(self);
    if (dict != NULL && mp_show(*dict, visit, data) != 0)
        return 1;
    return builtin->slots.visit == NULL ? 0 : builtin->slots.visit(self, visit, data);
}

static void class_clear_instance(mp_vm *vm, mp_value self)
{
    const mp_type *builtin = class_builtin(self->type);
    mp_dict **dict = class_own_dict(self);
    if (dict != NULL)
        MP_DROP_FIELD(vm, *dict);
    if (builtin->slots.clear != NULL)
        builtin->slots.clear(vm, self);
}

static void class_finalize_instance(mp_vm *vm, mp_value self)
{
    const mp_type *builtin = class_builtin(self->type);
    mp_value method = mp_find_dunder(vm, self->type, MP_S___del__);
    if (method != NULL) {
        mp_incref(method);
        mp_value result = mp_call_dunder(vm, method, self, NULL, 0);
        if (result == NULL)
            mp_write_unraisable(vm, "Exception ignored in: ", method);
        mp_xdecref(vm, result);
        mp_decref(vm, method);
    }
    if (builtin->slots.finalize != NULL)
        builtin->slots.finalize(vm, self);
}

/* ---- Which methods there are ---- */

static bool class_arithmetic_name(int name)
{
    return name >= MP_S___add__ && name <= MP_S___imatmul__;
}

uint64_t mp_dunders_in(mp_vm *vm, const mp_dict *namespace)
{
    uint64_t bits = 0;
    for (int i = 0; i < MP_S_DUNDER_COUNT; i++)
        if (mp_dict_get_str(namespace, vm->names[i]) != NULL)
            bits |= (uint64_t)1 << i;
    for (int i = MP_S___add__; class_arithmetic_name(i); i++)
        if (mp_dict_get_str(namespace, vm->names[i]) != NULL)
            bits |= (uint64_t)1 << MP_S___arithmetic__;
    return bits;
}

static void class_set_dunders(mp_type *type, uint64_t bits)
{
    type->dunders |= bits;
    if (mp_type_has(type, MP_S___del__))
        type->slots.finalize = class_finalize_instance;
}

/* Rare, so all objects are walked for the classes below.  Bits only come: a method that was deleted is looked
 * for in vain. */
void mp_class_changed(mp_vm *vm, mp_type *type, mp_str *name)
{
    if (name->size < 4 || name->data[0] != '_' || name->data[1] != '_')
        return;
    uint64_t bits = mp_dunders_in(vm, type->dict);
    for (ac_link *link = vm->tracked.next; link != &vm->tracked; link = link->next) {
        mp_value object = (mp_value)(void *)(AC_CONTAINER_OF(link, mp_gc_head, link) + 1);
        if (mp_is_type(vm, object) && mp_is_subtype((mp_type *)object, type))
            class_set_dunders((mp_type *)object, bits);
    }
}

/* ---- Bases ---- */

static bool class_acceptable(mp_vm *vm, mp_value base)
{
    if (!mp_is_type(vm, base)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "bases must be types");
        return false;
    }
    const mp_type *type = (const mp_type *)base;
    if ((type->flags & (MP_T_BASE | MP_T_HEAP)) != 0)
        return true;
    mp_raise(vm, MP_X_TYPE_ERROR, "type '%S' is not an acceptable base type", type->name);
    return false;
}

/* The lowest of the bases, borrowed; NULL: they are not in one chain. */
static mp_type *class_base(mp_vm *vm, const mp_tuple *bases)
{
    mp_type *lowest = vm->types[MP_TYPE_OBJECT];
    for (size_t i = 0; i < bases->count; i++) {
        if (!class_acceptable(vm, bases->items[i]))
            return NULL;
        mp_type *base = (mp_type *)bases->items[i];
        if (mp_is_subtype(base, lowest)) {
            lowest = base;
        } else if (!mp_is_subtype(lowest, base)) {
            mp_raise(vm, MP_X_TYPE_ERROR, "multiple inheritance is not in the scenario language");
            return NULL;
        }
    }
    return lowest;
}

/* ---- Making a class ---- */

static void class_inherit(mp_type *type, mp_type *base)
{
    const mp_type *builtin = class_builtin(base);
    type->base = (mp_type *)mp_new_ref(base);
    type->flags = (base->flags & (MP_T_EXCEPTION | MP_T_DICT)) | MP_T_GC | MP_T_HEAP | MP_T_BASE | MP_T_DICT;
    type->size = base->size;
    type->dict_offset = base->dict_offset;
    if (type->dict_offset == 0) {
        type->dict_offset = (base->size + sizeof(mp_dict *) - 1) / sizeof(mp_dict *) * sizeof(mp_dict *);
        type->size = type->dict_offset + sizeof(mp_dict *);
    }
    type->slots = base->slots;
    type->slots.visit = class_visit_instance;
    type->slots.clear = class_clear_instance;
    type->slots.finalize = builtin->slots.finalize;
    type->dunders = base->dunders;
}

/* A text from the namespace, or the fallback; a new reference. */
static mp_str *class_text(mp_vm *vm, const mp_dict *namespace, mp_name name, mp_str *fallback)
{
    mp_value found = mp_dict_get_str(namespace, vm->names[name]);
    if (found == NULL || !mp_is_str(vm, found))
        found = mp_as_value(fallback);
    return (mp_str *)mp_incref(found);
}

/* Plain functions of these names are methods of the class, or of nobody. */
static bool class_wrap(mp_vm *vm, mp_dict *namespace, mp_name name, mp_type_index wrapper)
{
    mp_value function = mp_dict_get_str(namespace, vm->names[name]);
    if (function == NULL || !mp_is_exactly(vm, function, MP_TYPE_FUNCTION))
        return true;
    mp_value wrapped = mp_call_1(vm, mp_as_value(vm->types[wrapper]), function);
    if (wrapped == NULL)
        return false;
    bool done = mp_dict_set(vm, namespace, mp_as_value(vm->names[name]), wrapped);
    mp_decref(vm, wrapped);
    return done;
}

static bool class_default(mp_vm *vm, mp_dict *namespace, mp_name name, mp_value value)
{
    return mp_dict_get_str(namespace, vm->names[name]) != NULL ||
           mp_dict_set(vm, namespace, mp_as_value(vm->names[name]), value);
}

static bool class_fill(mp_vm *vm, mp_type *type, mp_dict *namespace)
{
    bool unhashable = mp_dict_get_str(namespace, vm->names[MP_S___eq__]) != NULL;
    if (unhashable && !class_default(vm, namespace, MP_S___hash__, vm->none))
        return false;
    if (mp_dict_delete(vm, namespace, mp_as_value(vm->names[MP_S___qualname__])) < 0)
        return false;
    return class_default(vm, namespace, MP_S___doc__, vm->none) &&
           class_default(vm, namespace, MP_S___module__, mp_as_value(type->module)) &&
           class_wrap(vm, namespace, MP_S___init_subclass__, MP_TYPE_CLASSMETHOD) &&
           class_wrap(vm, namespace, MP_S___new__, MP_TYPE_STATICMETHOD);
}

/* The cell of __class__, which the body leaves in the namespace if a method of it says super(). */
static bool class_fill_cell(mp_vm *vm, mp_type *type, mp_dict *namespace)
{
    mp_str *name = mp_str_intern(vm, "__classcell__", 13);
    if (name == NULL)
        return false;
    mp_value cell = mp_dict_get_str(namespace, name);
    bool done = true;
    if (cell != NULL) {
        if (mp_is_exactly(vm, cell, MP_TYPE_CELL))
            mp_set_slot(vm, &((mp_cell *)cell)->value, mp_new_ref(type));
        done = mp_dict_delete(vm, namespace, mp_as_value(name)) >= 0;
    }
    mp_decref(vm, mp_as_value(name));
    return done;
}

static bool class_tell_names(mp_vm *vm, mp_type *type)
{
    mp_dict *copy = mp_dict_copy(vm, type->dict); /* __set_name__ may add attributes */
    if (copy == NULL)
        return false;
    size_t position = 0;
    bool done = true;
    for (mp_value key, value; done && mp_dict_next(copy, &position, &key, &value);) {
        mp_value method = mp_find_dunder(vm, mp_type_of(vm, value), MP_S___set_name__);
        if (method == NULL)
            continue;
        mp_value values[] = {mp_as_value(type), key};
        mp_value result = mp_call_dunder(vm, method, value, values, 2);
        done = result != NULL;
        mp_xdecref(vm, result);
    }
    mp_decref(vm, mp_as_value(copy));
    return done;
}

static bool class_tell_base(mp_vm *vm, mp_type *type)
{
    mp_value method = mp_find_dunder(vm, type->base, MP_S___init_subclass__);
    if (method == NULL)
        return true;
    mp_value bound = mp_bind_value(vm, method, NULL, type);
    if (bound == NULL)
        return false;
    mp_value result = mp_call_0(vm, bound);
    mp_decref(vm, bound);
    mp_xdecref(vm, result);
    return result != NULL;
}

mp_value mp_class_new(mp_vm *vm, mp_str *name, mp_tuple *bases, mp_dict *namespace)
{
    mp_type *base = class_base(vm, bases);
    if (base == NULL)
        return NULL;
    mp_type *type = (mp_type *)mp_new(vm, vm->types[MP_TYPE_TYPE], 0);
    if (type == NULL)
        return NULL;
    class_inherit(type, base);
    type->name = (mp_str *)mp_new_ref(name);
    type->qualname = class_text(vm, namespace, MP_S___qualname__, name);
    type->module = class_text(vm, namespace, MP_S___module__, vm->names[MP_S___main__]);
    type->dict = (mp_dict *)mp_new_ref(namespace);
    if (class_fill(vm, type, namespace) && class_fill_cell(vm, type, namespace)) {
        class_set_dunders(type, mp_dunders_in(vm, namespace));
        if (class_tell_names(vm, type) && class_tell_base(vm, type))
            return mp_as_value(type);
    }
    mp_decref(vm, mp_as_value(type));
    return NULL;
}

/* ---- Making instances ---- */

mp_value mp_object_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    bool excess = args->count > 0 || args->names != NULL;
    if (excess && mp_type_has(type, MP_S___new__)) {
        mp_raise(vm, MP_X_TYPE_ERROR,
                 "object.__new__() takes exactly one argument (the type to instantiate)");
        return NULL;
    }
    if (excess && !mp_type_has(type, MP_S___init__)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "%S() takes no arguments", type->name);
        return NULL;
    }
    return mp_new(vm, type, 0);
}

bool mp_object_init(mp_vm *vm, mp_value self, mp_args *args)
{
    const mp_type *type = mp_type_of(vm, self);
    if (args->count == 0 && args->names == NULL)
        return true;
    if (mp_type_has(type, MP_S___init__))
        mp_raise(vm, MP_X_TYPE_ERROR,
                 "object.__init__() takes exactly one argument (the instance to initialize)");
    else if (!mp_type_has(type, MP_S___new__))
        mp_raise(vm, MP_X_TYPE_ERROR, "%S() takes no arguments", type->name);
    else
        return true;
    return false;
}

/* Exceptions keep the arguments of __new__, and a set has a table, so they are made whole; an __init__ of the
 * program follows. */
static bool class_is_made_whole(mp_vm *vm, const mp_type *type)
{
    return (type->flags & MP_T_EXCEPTION) != 0 || type->slots.make == mp_object_make ||
           class_builtin(type) == vm->types[MP_TYPE_SET];
}

static mp_value class_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    if (type->slots.make == NULL) {
        mp_raise(vm, MP_X_TYPE_ERROR, "cannot create '%S' instances", type->name);
        return NULL;
    }
    bool bare = mp_type_has(type, MP_S___init__) && type->slots.init != NULL;
    if (bare && !class_is_made_whole(vm, type))
        return mp_new(vm, type, 0);
    return type->slots.make(vm, type, args);
}

mp_value mp_new_method(mp_vm *vm, mp_args *args)
{
    if (args->count == 0 || !mp_is_type(vm, args->values[0])) {
        mp_raise(vm, MP_X_TYPE_ERROR, "object.__new__(X): X is not a type object");
        return NULL;
    }
    mp_args rest = {args->values + 1, args->count - 1, args->names};
    return class_make(vm, (mp_type *)args->values[0], &rest);
}

/* cls.__new__(cls, ...) of the program, to its end. */
static mp_value class_call_new(mp_vm *vm, mp_type *type, mp_args *args)
{
    mp_value maker = mp_bind_value(vm, mp_lookup(type, vm->names[MP_S___new__]), NULL, type);
    if (maker == NULL)
        return NULL;
    mp_value bound = mp_bound_method_new(vm, maker, mp_as_value(type));
    mp_decref(vm, maker);
    if (bound == NULL)
        return NULL;
    mp_value made = mp_call(vm, bound, args);
    mp_decref(vm, bound);
    return made;
}

/* What made it is not __init__ of the program. */
static mp_value class_init_builtin(mp_vm *vm, mp_type *type, mp_value instance, mp_args *args)
{
    if (!mp_type_has(type, MP_S___new__) || type->slots.init == NULL || type->slots.init(vm, instance, args))
        return instance;
    mp_decref(vm, instance);
    return NULL;
}

static mp_value class_call_heap(mp_vm *vm, mp_type *type, mp_args *args)
{
    mp_frame *before = vm->frame;
    bool own_new = mp_type_has(type, MP_S___new__);
    bool own_init = mp_type_has(type, MP_S___init__);
    mp_value instance = own_new ? class_call_new(vm, type, args) : class_make(vm, type, args);
    if (!own_new && !own_init)
        return instance;
    instance = mp_finish(vm, before, instance);
    if (instance == NULL || !mp_is_subtype(mp_type_of(vm, instance), type))
        return instance;
    type = instance->type;
    if (!mp_type_has(type, MP_S___init__))
        return class_init_builtin(vm, type, instance, args);
    mp_value init = mp_incref(
        mp_lookup(type, vm->names[MP_S___init__])); /* object has one if no other is left */
    mp_value result = mp_invoke_init(vm, instance, init, args);
    mp_decref(vm, init);
    mp_decref(vm, instance);
    return result;
}

mp_value mp_class_call(mp_vm *vm, mp_type *type, mp_args *args)
{
    if ((type->flags & MP_T_HEAP) != 0)
        return class_call_heap(vm, type, args);
    return class_make(vm, type, args);
}
