/* types_impl.h - what the files about types, attributes, functions and operators know of one another. */
#ifndef MP_TYPES_IMPL_H
#define MP_TYPES_IMPL_H

#include "vm.h"

/* ---- Small help ---- */

/* For visit slots: a field that may be NULL. */
static inline int mp_show(const void *object, mp_visit *visit, void *data)
{
    return object == NULL ? 0 : visit((mp_value)(uintptr_t)object, data);
}

/* Moves a field out, as a value, before it is dropped. */
#define MP_DROP_FIELD(vm, field)                                                                             \
    do {                                                                                                     \
        mp_value dropped_field = mp_as_value(field);                                                         \
        (field) = NULL;                                                                                      \
        mp_xdecref((vm), dropped_field);                                                                     \
    } while (0)

static inline mp_value mp_new_ref(const void *object)
{
    return mp_incref((mp_value)(uintptr_t)object);
}

/* The object, or None for NULL. */
static inline mp_value mp_or_none(mp_vm *vm, const void *object)
{
    return object == NULL ? mp_incref(vm->none) : mp_new_ref(object);
}

static inline mp_value mp_bool_value(mp_vm *vm, bool truth)
{
    return mp_incref(truth ? vm->true_ : vm->false_);
}

/* Whether a class of the program, or a base of it that is one too, defines this method. */
static inline bool mp_type_has(const mp_type *type, mp_name dunder)
{
    return (type->dunders >> dunder & 1) != 0;
}

static inline bool mp_is_type(mp_vm *vm, mp_value value)
{
    return !mp_is_small(value) && value->type == vm->types[MP_TYPE_TYPE];
}

/* Small integers; op is one of LT ... GE. */
static inline bool mp_compare_small(int op, int64_t a, int64_t b)
{
    switch (op) {
    case MP_OP_LT:
        return a < b;
    case MP_OP_LE:
        return a <= b;
    case MP_OP_EQ:
        return a == b;
    case MP_OP_NE:
        return a != b;
    case MP_OP_GT:
        return a > b;
    default:
        return a >= b;
    }
}

/* What a class without a second thought answers to == and !=; NotImplemented to the rest. */
mp_value mp_identity_compare(mp_vm *vm, int op, mp_value a, mp_value b);

/* Raises "f() takes no keyword arguments" if there are some. */
bool mp_no_keywords(mp_vm *vm, const mp_args *args, const char *function);

/* ---- types.c ---- */

typedef struct mp_type_entry {
    mp_type_index index;
    const mp_type_def *def;
} mp_type_entry;

/* type_object.c, native.c, function.c, descriptors.c, super.c, module.c, sequence_iterator.c */
extern const mp_type_def mp_object_def, mp_type_type_def, mp_function_def, mp_native_function_def,
    mp_getset_def, mp_method_def, mp_property_def, mp_classmethod_def, mp_staticmethod_def, mp_super_def,
    mp_module_def, mp_lazy_def, mp_sequence_iterator_def;
extern const mp_slots mp_type_slots;

/* Adds name -> value to a type that is being made; value is stolen, NULL fails. */
bool mp_type_put(mp_vm *vm, mp_type *type, const char *name, mp_value value);
void mp_type_drop_contents(mp_vm *vm, mp_type *type);

/* slot_methods.c: __repr__ and the like as methods, for the slots that a builtin type defines by itself. */
bool mp_put_slot_methods(mp_vm *vm, mp_type *type, const mp_slots *own);

/* native.c */
mp_value mp_native_method(mp_vm *vm, mp_type *owner, const char *name, mp_native *call, uint32_t kind);
mp_value mp_native_getset(mp_vm *vm, mp_type *owner, const mp_getset *getset);
/* The call slot of what mp_invoke knows by itself. */
mp_value mp_callable_call(mp_vm *vm, mp_value self, mp_args *args);

/* sequence_iterator.c */
mp_value mp_sequence_iterator_new(mp_vm *vm, mp_value sequence);

/* ---- attributes.c ---- */

/* What a value found in a type gives when it is asked for on an instance (NULL: on the class): its get slot
 * or __get__.  A new reference. */
mp_value mp_bind_value(mp_vm *vm, mp_value found, mp_value instance, mp_type *owner);
/* Whether a value in a type goes before the instance's own attributes. */
bool mp_is_data_descriptor(mp_value found);
/* Where an instance keeps its attributes; NULL: it has none. */
mp_dict **mp_dict_slot(mp_vm *vm, mp_value value);
/* The attributes of an instance, made if need be; borrowed, NULL: raised. */
mp_dict *mp_dict_of(mp_vm *vm, mp_dict **slot);
/* "'A' object has no attribute 'x'" */
void mp_raise_no_attr(mp_vm *vm, mp_value value, mp_str *name);
/* As mp_find_attr, for the slots of types with attributes of their own kind. */
mp_value mp_generic_find_attr(mp_vm *vm, mp_value value, mp_str *name);
mp_value mp_type_find_attr(mp_vm *vm, mp_type *type, mp_str *name); /* type_object.c */

/* ---- class.c ---- */

/* Which methods with two underscores a namespace defines, as bits of mp_type.dunders. */
uint64_t mp_dunders_in(mp_vm *vm, const mp_dict *namespace);
/* A class of the program got or lost an attribute: its bits, its __del__. */
void mp_class_changed(mp_vm *vm, mp_type *type, mp_str *name);
mp_value mp_class_call(mp_vm *vm, mp_type *type, mp_args *args); /* X(...); may give MP_PUSHED */
mp_value mp_object_make(mp_vm *vm, mp_type *type, mp_args *args);
bool mp_object_init(mp_vm *vm, mp_value self, mp_args *args);
/* cls.__new__ of all builtin types. */
mp_value mp_new_method(mp_vm *vm, mp_args *args);

/* ---- operate.c ---- */

/* The method of a class of the program, borrowed; NULL: the class has none. */
mp_value mp_find_dunder(mp_vm *vm, const mp_type *type, mp_name dunder);
/* method(self, values...) for a method that mp_find_dunder or mp_lookup found in the type of self. */
mp_value mp_call_dunder(mp_vm *vm, mp_value method, mp_value self, const mp_value *values, size_t count);
mp_value mp_default_repr(mp_vm *vm, mp_value self);

#endif
