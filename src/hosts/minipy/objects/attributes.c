/* attributes.c - value.name: looking up, setting, deleting.
 *
 * Idea       Python's order: a data descriptor of the class (property, getset), the instance's own dict,
 *            anything else of the class, bound to the instance; then __getattr__.  A class of the program may
 *            replace it all by __getattribute__.
 * Quick      A lookup that fails makes no exception until somebody wants one: mp_find_attr is behind hasattr
 *            and getattr with a default.  mp_get_method makes no bound method for what is called at once.
 * Holds      A value found in a class is held while it is bound: what it runs may delete it there.
 * Re-enters  Descriptors, __getattr__, __getattribute__, __setattr__, __delattr__ of the program. */
#include "objects/types_impl.h"

mp_value mp_lookup(const mp_type *type, mp_str *name)
{
    for (; type != NULL; type = type->base) {
        mp_value found = type->dict == NULL ? NULL : mp_dict_get_str(type->dict, name);
        if (found != NULL)
            return found;
    }
    return NULL;
}

mp_dict **mp_dict_slot(mp_vm *vm, mp_value value)
{
    size_t offset = mp_type_of(vm, value)->dict_offset;
    return offset == 0 ? NULL : (mp_dict **)(void *)((char *)value + offset);
}

mp_dict *mp_dict_of(mp_vm *vm, mp_dict **slot)
{
    if (*slot == NULL) {
        mp_dict *dict = mp_dict_new(vm);
        if (*slot == NULL)
            *slot = dict;
        else
            mp_xdecref(vm, mp_as_value(dict));
    }
    return *slot;
}

void mp_raise_no_attr(mp_vm *vm, mp_value value, mp_str *name)
{
    if (mp_is_type(vm, value))
        mp_raise(vm, MP_X_ATTRIBUTE_ERROR, "type object '%S' has no attribute '%S'", ((mp_type *)value)->name,
                 name);
    else if (mp_is_exactly(vm, value, MP_TYPE_MODULE))
        mp_raise(vm, MP_X_ATTRIBUTE_ERROR, "module '%S' has no attribute '%S'", ((mp_module *)value)->name,
                 name);
    else
        mp_raise(vm, MP_X_ATTRIBUTE_ERROR, "'%T' object has no attribute '%S'", value, name);
}

/* ---- Descriptors ---- */

bool mp_is_data_descriptor(mp_value found)
{
    if (mp_is_small(found))
        return false;
    const mp_type *type = found->type;
    return type->slots.set != NULL || mp_type_has(type, MP_S___set__) || mp_type_has(type, MP_S___delete__);
}

static mp_value attributes_bind(mp_vm *vm, mp_value found, mp_value instance, mp_type *owner)
{
    mp_type *type = found->type;
    mp_value method = mp_find_dunder(vm, type, MP_S___get__);
    if (method != NULL) {
        mp_value values[] = {instance == NULL ? vm->none : instance, mp_as_value(owner)};
        return mp_call_dunder(vm, method, found, values, 2);
    }
    return type->slots.get == NULL ? mp_incref(found) : type->slots.get(vm, found, instance, owner);
}

mp_value mp_bind_value(mp_vm *vm, mp_value found, mp_value instance, mp_type *owner)
{
    if (mp_is_small(found))
        return found;
    if (found->type == vm->types[MP_TYPE_FUNCTION])
        return instance == NULL ? mp_incref(found) : mp_bound_method_new(vm, found, instance);
    mp_incref(found);
    mp_value bound = attributes_bind(vm, found, instance, owner);
    mp_decref(vm, found);
    return bound;
}

/* 1 done, 0 it is no data descriptor, -1 raised. */
static int attributes_descriptor_set(mp_vm *vm, mp_value found, mp_value instance, mp_value value)
{
    if (!mp_is_data_descriptor(found))
        return 0;
    mp_type *type = found->type;
    if (type->slots.set != NULL)
        return type->slots.set(vm, found, instance, value) ? 1 : -1;
    mp_value method = mp_find_dunder(vm, type, value == NULL ? MP_S___delete__ : MP_S___set__);
    if (method == NULL) {
        mp_raise(vm, MP_X_ATTRIBUTE_ERROR, value == NULL ? "__delete__" : "__set__");
        return -1;
    }
    mp_value values[] = {instance, value};
    mp_value result = mp_call_dunder(vm, method, found, values, value == NULL ? 1 : 2);
    mp_xdecref(vm, result);
    return result == NULL ? -1 : 1;
}

/* ---- Getting ---- */

mp_value mp_generic_find_attr(mp_vm *vm, mp_value value, mp_str *name)
{
    mp_type *type = mp_type_of(vm, value);
    mp_value found = mp_lookup(type, name);
    if (found != NULL && mp_is_data_descriptor(found))
        return mp_bind_value(vm, found, value, type);
    mp_dict **slot = mp_dict_slot(vm, value);
    mp_value own = slot == NULL || *slot == NULL ? NULL : mp_dict_get_str(*slot, name);
    if (own != NULL)
        return mp_incref(own);
    return found == NULL ? NULL : mp_bind_value(vm, found, value, type);
}

mp_value mp_generic_get_attr(mp_vm *vm, mp_value value, mp_str *name)
{
    mp_value found = mp_generic_find_attr(vm, value, name);
    if (found == NULL && vm->raised == NULL)
        mp_raise_no_attr(vm, value, name);
    return found;
}

static mp_value attributes_of_type(mp_vm *vm, mp_value value, mp_str *name)
{
    mp_type *type = mp_type_of(vm, value);
    mp_value method = mp_find_dunder(vm, type, MP_S___getattribute__);
    if (method != NULL)
        return mp_call_dunder(vm, method, value, (mp_value[]){mp_as_value(name)}, 1);
    if (type->slots.get_attr == NULL)
        return mp_generic_find_attr(vm, value, name);
    if (mp_is_type(vm, value))
        return mp_type_find_attr(vm, (mp_type *)value, name);
    if (!mp_nest_enter(vm, "while getting an attribute"))
        return NULL;
    mp_value found = type->slots.get_attr(vm, value, name);
    mp_nest_leave(vm);
    return found;
}

/* NULL: there is none if nothing or an AttributeError is raised. */
static mp_value attributes_find(mp_vm *vm, mp_value value, mp_str *name)
{
    mp_value found = attributes_of_type(vm, value, name);
    if (found != NULL || (vm->raised != NULL && !mp_raised_is(vm, MP_X_ATTRIBUTE_ERROR)))
        return found;
    mp_value method = mp_find_dunder(vm, mp_type_of(vm, value), MP_S___getattr__);
    if (method == NULL)
        return NULL;
    mp_clear_slot(vm, &vm->raised);
    return mp_call_dunder(vm, method, value, (mp_value[]){mp_as_value(name)}, 1);
}

mp_value mp_find_attr(mp_vm *vm, mp_value value, mp_str *name)
{
    mp_value found = attributes_find(vm, value, name);
    if (found == NULL && vm->raised != NULL && mp_raised_is(vm, MP_X_ATTRIBUTE_ERROR))
        mp_clear_slot(vm, &vm->raised);
    return found;
}

mp_value mp_get_attr(mp_vm *vm, mp_value value, mp_str *name)
{
    mp_value found = attributes_find(vm, value, name);
    if (found == NULL && vm->raised == NULL)
        mp_raise_no_attr(vm, value, name);
    return found;
}

/* A function of the program, or a method of a builtin type: it takes self as its first argument. */
static bool attributes_takes_self(mp_vm *vm, mp_value found)
{
    if (mp_is_small(found))
        return false;
    if (found->type == vm->types[MP_TYPE_FUNCTION])
        return true;
    const mp_native_function *native = (const mp_native_function *)found;
    return found->type == vm->types[MP_TYPE_NATIVE] && native->self == NULL && native->owner != NULL &&
           native->kind == MP_M_METHOD;
}

mp_value mp_get_method(mp_vm *vm, mp_value value, mp_str *name, mp_value *self)
{
    mp_type *type = mp_type_of(vm, value);
    *self = NULL;
    if (type->slots.get_attr != NULL || mp_type_has(type, MP_S___getattribute__))
        return mp_get_attr(vm, value, name);
    mp_value found = mp_lookup(type, name);
    if (found == NULL || !attributes_takes_self(vm, found))
        return mp_get_attr(vm, value, name);
    mp_dict **slot = mp_dict_slot(vm, value);
    mp_value own = slot == NULL || *slot == NULL ? NULL : mp_dict_get_str(*slot, name);
    if (own != NULL)
        return mp_incref(own);
    *self = value;
    return mp_incref(found);
}

/* ---- Setting ---- */

static bool attributes_delete(mp_vm *vm, mp_value value, mp_dict *dict, mp_str *name)
{
    int deleted = dict == NULL ? 0 : mp_dict_delete(vm, dict, mp_as_value(name));
    if (deleted == 0)
        mp_raise_no_attr(vm, value, name);
    return deleted > 0;
}

bool mp_generic_set_attr(mp_vm *vm, mp_value value, mp_str *name, mp_value attribute)
{
    mp_value found = mp_lookup(mp_type_of(vm, value), name);
    if (found != NULL) {
        mp_incref(found);
        int set = attributes_descriptor_set(vm, found, value, attribute);
        mp_decref(vm, found);
        if (set != 0)
            return set > 0;
    }
    mp_dict **slot = mp_dict_slot(vm, value);
    if (slot != NULL && attribute == NULL)
        return attributes_delete(vm, value, *slot, name);
    if (slot != NULL) {
        mp_dict *dict = mp_dict_of(vm, slot);
        return dict != NULL && mp_dict_set(vm, dict, mp_as_value(name), attribute);
    }
    if (found == NULL)
        mp_raise(vm, MP_X_ATTRIBUTE_ERROR,
                 "'%T' object has no attribute '%S' and no __dict__ for setting new attributes", value, name);
    else
        mp_raise(vm, MP_X_ATTRIBUTE_ERROR, "'%T' object attribute '%S' is read-only", value, name);
    return false;
}

bool mp_set_attr(mp_vm *vm, mp_value value, mp_str *name, mp_value attribute)
{
    mp_type *type = mp_type_of(vm, value);
    mp_value method = mp_find_dunder(vm, type, attribute == NULL ? MP_S___delattr__ : MP_S___setattr__);
    if (method != NULL) {
        mp_value values[] = {mp_as_value(name), attribute};
        mp_value result = mp_call_dunder(vm, method, value, values, attribute == NULL ? 1 : 2);
        mp_xdecref(vm, result);
        return result != NULL;
    }
    if (type->slots.set_attr != NULL)
        return type->slots.set_attr(vm, value, name, attribute);
    return mp_generic_set_attr(vm, value, name, attribute);
}
