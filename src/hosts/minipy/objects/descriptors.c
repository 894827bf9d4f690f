/* descriptors.c - property, classmethod, staticmethod.
 *
 * Idea       Each keeps callables of the program and hands them out, or calls them, when it is found in a
 *            class.
 * Re-enters  A property calls its functions; the others run nothing. */
#include "objects/types_impl.h"

typedef struct mp_property {
    mp_object head;
    mp_value get, set, del, doc; /* NULL: none */
} mp_property;

/* A classmethod or staticmethod. */
typedef struct mp_holder {
    mp_object head;
    mp_value callable; /* NULL once cleared */
} mp_holder;

/* ---- property ---- */

static int property_visit(mp_value self, mp_visit *visit, void *data)
{
    const mp_property *property = (const mp_property *)self;
    return mp_show(property->get, visit, data) || mp_show(property->set, visit, data) ||
           mp_show(property->del, visit, data) || mp_show(property->doc, visit, data);
}

static void property_clear(mp_vm *vm, mp_value self)
{
    mp_property *property = (mp_property *)self;
    mp_clear_slot(vm, &property->get);
    mp_clear_slot(vm, &property->set);
    mp_clear_slot(vm, &property->del);
    mp_clear_slot(vm, &property->doc);
}

static mp_value property_field(mp_vm *vm, mp_value value)
{
    return value == NULL || value == vm->none ? NULL : mp_incref(value);
}

static mp_value property_new(mp_vm *vm, mp_value get, mp_value set, mp_value del, mp_value doc)
{
    mp_property *property = (mp_property *)mp_new(vm, vm->types[MP_TYPE_PROPERTY], 0);
    if (property == NULL)
        return NULL;
    property->get = property_field(vm, get);
    property->set = property_field(vm, set);
    property->del = property_field(vm, del);
    property->doc = property_field(vm, doc);
    return mp_as_value(property);
}

static mp_value property_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    mp_value values[4] = {NULL};
    (void)type;
    if (!mp_bind(vm, args, "property", "|fget fset fdel doc", values))
        return NULL;
    return property_new(vm, values[0], values[1], values[2], values[3]);
}

/* A property is named in errors as the class's attribute: by its getter, which has that name. */
static void property_raise(mp_vm *vm, const mp_property *property, mp_value instance, const char *what)
{
    mp_value name = NULL;
    if (property->get != NULL)
        name = mp_find_attr(vm, property->get, vm->names[MP_S___name__]);
    mp_clear_slot(vm, &vm->raised);
    if (name == NULL)
        mp_raise(vm, MP_X_ATTRIBUTE_ERROR, "property of '%T' object has no %s", instance, what);
    else
        mp_raise(vm, MP_X_ATTRIBUTE_ERROR, "property %R of '%T' object has no %s", name, instance, what);
    mp_xdecref(vm, name);
}

static mp_value property_get(mp_vm *vm, mp_value self, mp_value instance, mp_type *owner)
{
    const mp_property *property = (const mp_property *)self;
    (void)owner;
    if (instance == NULL)
        return mp_incref(self);
    if (property->get != NULL)
        return mp_call_1(vm, property->get, instance);
    property_raise(vm, property, instance, "getter");
    return NULL;
}

static bool property_set(mp_vm *vm, mp_value self, mp_value instance, mp_value value)
{
    const mp_property *property = (const mp_property *)self;
    mp_value function = value == NULL ? property->del : property->set;
    if (function == NULL) {
        property_raise(vm, property, instance, value == NULL ? "deleter" : "setter");
        return false;
    }
    mp_value result = value == NULL ? mp_call_1(vm, function, instance)
                                    : mp_call_2(vm, function, instance, value);
    mp_xdecref(vm, result);
    return result != NULL;
}

static mp_value property_getter(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "getter", 2, 2))
        return NULL;
    const mp_property *old = (const mp_property *)args->values[0];
    return property_new(vm, args->values[1], old->set, old->del, old->doc);
}

static mp_value property_setter(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "setter", 2, 2))
        return NULL;
    const mp_property *old = (const mp_property *)args->values[0];
    return property_new(vm, old->get, args->values[1], old->del, old->doc);
}

static mp_value property_deleter(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "deleter", 2, 2))
        return NULL;
    const mp_property *old = (const mp_property *)args->values[0];
    return property_new(vm, old->get, old->set, args->values[1], old->doc);
}

static mp_value property_fget(mp_vm *vm, mp_value self)
{
    return mp_or_none(vm, ((mp_property *)self)->get);
}

static mp_value property_fset(mp_vm *vm, mp_value self)
{
    return mp_or_none(vm, ((mp_property *)self)->set);
}

static mp_value property_fdel(mp_vm *vm, mp_value self)
{
    return mp_or_none(vm, ((mp_property *)self)->del);
}

static mp_value property_doc(mp_vm *vm, mp_value self)
{
    return mp_or_none(vm, ((mp_property *)self)->doc);
}

static const mp_slots property_slots = {
    .visit = property_visit,
    .clear = property_clear,
    .get = property_get,
    .set = property_set,
    .make = property_make,
};

static const mp_method property_methods[] = {
    {"getter", property_getter, MP_M_METHOD},
    {"setter", property_setter, MP_M_METHOD},
    {"deleter", property_deleter, MP_M_METHOD},
    {NULL, NULL, 0},
};

static const mp_getset property_getsets[] = {
    {"fget", property_fget, NULL},
    {"fset", property_fset, NULL},
    {"fdel", property_fdel, NULL},
    {"__doc__", property_doc, NULL},
    {NULL, NULL, NULL},
};

const mp_type_def mp_property_def = {
    .name = "property",
    .size = sizeof(mp_property),
    .flags = MP_T_GC,
    .slots = &property_slots,
    .methods = property_methods,
    .getsets = property_getsets,
};

/* ---- classmethod and staticmethod ---- */

static int holder_visit(mp_value self, mp_visit *visit, void *data)
{
    return mp_show(((mp_holder *)self)->callable, visit, data);
}

static void holder_clear(mp_vm *vm, mp_value self)
{
    mp_clear_slot(vm, &((mp_holder *)self)->callable);
}

static mp_value holder_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    const char *name = type == vm->types[MP_TYPE_CLASSMETHOD] ? "classmethod" : "staticmethod";
    if (!mp_positional(vm, args, name, 1, 1))
        return NULL;
    mp_holder *wrapper = (mp_holder *)mp_new(vm, type, 0);
    if (wrapper != NULL)
        wrapper->callable = mp_incref(args->values[0]);
    return mp_as_value(wrapper);
}

static mp_value holder_repr(mp_vm *vm, mp_value self)
{
    mp_value callable = mp_or_none(vm, ((mp_holder *)self)->callable);
    mp_str *repr = mp_str_formatted(vm, "<%T(%R)>", self, callable);
    mp_decref(vm, callable);
    return mp_as_value(repr);
}

static mp_value holder_get_function(mp_vm *vm, mp_value self)
{
    return mp_or_none(vm, ((mp_holder *)self)->callable);
}

static mp_value classmethod_get(mp_vm *vm, mp_value self, mp_value instance, mp_type *owner)
{
    (void)instance;
    mp_value callable = mp_or_none(vm, ((mp_holder *)self)->callable);
    mp_value bound = mp_bound_method_new(vm, callable, mp_as_value(owner));
    mp_decref(vm, callable);
    return bound;
}

static mp_value staticmethod_get(mp_vm *vm, mp_value self, mp_value instance, mp_type *owner)
{
    (void)instance;
    (void)owner;
    return holder_get_function(vm, self);
}

static mp_value staticmethod_call(mp_vm *vm, mp_value self, mp_args *args)
{
    mp_value callable = holder_get_function(vm, self);
    mp_value answer = mp_invoke(vm, callable, args);
    mp_decref(vm, callable);
    return answer;
}

static const mp_slots classmethod_slots = {
    .visit = holder_visit,
    .clear = holder_clear,
    .repr = holder_repr,
    .get = classmethod_get,
    .make = holder_make,
};

static const mp_slots staticmethod_slots = {
    .visit = holder_visit,
    .clear = holder_clear,
    .repr = holder_repr,
    .get = staticmethod_get,
    .call = staticmethod_call,
    .make = holder_make,
};

static const mp_getset holder_getsets[] = {
    {"__func__", holder_get_function, NULL},
    {"__wrapped__", holder_get_function, NULL},
    {NULL, NULL, NULL},
};

const mp_type_def mp_classmethod_def = {
    .name = "classmethod",
    .size = sizeof(mp_holder),
    .flags = MP_T_GC,
    .slots = &classmethod_slots,
    .getsets = holder_getsets,
};

const mp_type_def mp_staticmethod_def = {
    .name = "staticmethod",
    .size = sizeof(mp_holder),
    .flags = MP_T_GC,
    .slots = &staticmethod_slots,
    .getsets = holder_getsets,
};
