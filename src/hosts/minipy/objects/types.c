/* types.c - type objects: how a description in C becomes a type, and the first types of a machine.
 *
 * Idea       A builtin type is described by a constant mp_type_def.  mp_type_new makes the type object: slots
 *            that the description leaves out are the base's, its functions become descriptors in the type's
 *            dict.
 * Order      A type has a name (str) and a dict (dict), which are objects with types of their own.  So the
 *            first five types are made without names and dicts, and get them when they can be had.
 * Holds      Not inherited: hash by a type that compares in its own way, as in Python; make and init from
 *            object, as a generator is not made by calling its type.
 *            Builtin types are held by vm->types and vm->exceptions, and are not counted by their instances:
 *            mp_end_types frees them when all else is gone.
 * Tests      tests/test_minipy_memory.c; the rest is seen by the scenarios under
 *            difftests/scenarios/language */
#include "objects/types_impl.h"

#include <string.h>

enum { TYPES_COLLECT_FIRST = 10000, TYPES_INHERITED = MP_T_GC | MP_T_DICT | MP_T_EXCEPTION };

/* ---- Tests ---- */

mp_type *mp_type_of(mp_vm *vm, mp_value value)
{
    return mp_is_small(value) ? vm->types[MP_TYPE_INT] : value->type;
}

bool mp_is_subtype(const mp_type *type, const mp_type *base)
{
    for (; type != NULL; type = type->base) {
        if (type == base)
            return true;
        if (type->also != NULL && mp_is_subtype(type->also, base))
            return true;
    }
    return false;
}

bool mp_is(mp_vm *vm, mp_value value, mp_type_index index)
{
    return mp_is_subtype(mp_type_of(vm, value), vm->types[index]);
}

bool mp_is_exactly(mp_vm *vm, mp_value value, mp_type_index index)
{
    return mp_type_of(vm, value) == vm->types[index];
}

/* ---- Making ---- */

/* mp_slots is nothing but function pointers, and is walked as an array of them. */
typedef void types_function(void);

static void types_fill_slots(mp_slots *slots, const mp_slots *base)
{
    size_t count = sizeof *slots / sizeof(types_function *);
    types_function *own[sizeof *slots / sizeof(types_function *)];
    types_function *inherited[sizeof *slots / sizeof(types_function *)];
    memcpy(own, slots, sizeof *slots);
    memcpy(inherited, base, sizeof *base);
    for (size_t i = 0; i < count; i++)
        if (own[i] == NULL)
            own[i] = inherited[i];
    memcpy(slots, own, sizeof *slots);
}

static void types_inherit(mp_vm *vm, mp_type *type, const mp_type *base)
{
    bool compares = type->slots.compare != NULL && type->slots.hash == NULL;
    bool makes = type->slots.make != NULL, inits = type->slots.init != NULL;
    types_fill_slots(&type->slots, &base->slots);
    if (compares)
        type->slots.hash = NULL;
    if (base != vm->types[MP_TYPE_OBJECT])
        return;
    if (!makes)
        type->slots.make = NULL;
    if (!inits)
        type->slots.init = NULL;
}

/* A type that works, but has no name and no dict yet. */
static mp_type *types_bare(mp_vm *vm, const mp_type_def *def, mp_type *base)
{
    mp_type *type = (mp_type *)mp_new(vm, vm->types[MP_TYPE_TYPE], 0);
    if (type == NULL)
        return NULL;
    type->flags = def->flags;
    type->size = def->size;
    type->dict_offset = def->dict_offset;
    if (def->slots != NULL)
        type->slots = *def->slots;
    if (base == NULL)
        return type;
    type->base = (mp_type *)mp_new_ref(base);
    type->flags |= base->flags & TYPES_INHERITED;
    if (type->size < base->size)
        type->size = base->size;
    if (type->dict_offset == 0)
        type->dict_offset = base->dict_offset;
    types_inherit(vm, type, base);
    return type;
}

bool mp_type_put(mp_vm *vm, mp_type *type, const char *name, mp_value value)
{
    if (value == NULL)
        return false;
    mp_str *key = mp_str_intern(vm, name, strlen(name));
    bool done = key != NULL && mp_dict_set(vm, type->dict, mp_as_value(key), value);
    mp_xdecref(vm, mp_as_value(key));
    mp_decref(vm, value);
    return done;
}

static bool types_put_functions(mp_vm *vm, mp_type *type, const mp_type_def *def)
{
    for (const mp_method *method = def->methods; method != NULL && method->name != NULL; method++) {
        mp_value native = mp_native_method(vm, type, method->name, method->call, method->kind);
        if (!mp_type_put(vm, type, method->name, native))
            return false;
    }
    for (const mp_getset *getset = def->getsets; getset != NULL && getset->name != NULL; getset++)
        if (!mp_type_put(vm, type, getset->name, mp_native_getset(vm, type, getset)))
            return false;
    return true;
}

static mp_str *types_intern(mp_vm *vm, const char *text)
{
    return mp_str_intern(vm, text, strlen(text));
}

/* Its names and its dict; methods later, as they have types of their own. */
static bool types_name(mp_vm *vm, mp_type *type, const mp_type_def *def)
{
    type->name = types_intern(vm, def->name);
    type->qualname = types_intern(vm, def->name);
    type->module = types_intern(vm, def->module == NULL ? "builtins" : def->module);
    type->dict = mp_dict_new(vm);
    return type->name != NULL && type->qualname != NULL && type->module != NULL && type->dict != NULL;
}

/* What the description defines by name wins over the methods that stand for slots. */
static bool types_furnish(mp_vm *vm, mp_type *type, const mp_type_def *def)
{
    return (def->slots == NULL || mp_put_slot_methods(vm, type, def->slots)) &&
           types_put_functions(vm, type, def);
}

mp_type *mp_type_new(mp_vm *vm, const mp_type_def *def, mp_type *base)
{
    mp_type *type = types_bare(vm, def, base == NULL ? vm->types[MP_TYPE_OBJECT] : base);
    if (type == NULL)
        return NULL;
    if (types_name(vm, type, def) && types_furnish(vm, type, def))
        return type;
    mp_decref(vm, mp_as_value(type));
    return NULL;
}

/* ---- None, NotImplemented, ... ---- */

static mp_value types_none_repr(mp_vm *vm, mp_value self)
{
    (void)self;
    return mp_as_value(mp_str_from(vm, "None"));
}

static int types_none_truth(mp_vm *vm, mp_value self)
{
    (void)vm;
    (void)self;
    return 0;
}

static mp_value types_not_implemented_repr(mp_vm *vm, mp_value self)
{
    (void)self;
    return mp_as_value(mp_str_from(vm, "NotImplemented"));
}

static int types_not_implemented_truth(mp_vm *vm, mp_value self)
{
    (void)self;
    mp_raise(vm, MP_X_TYPE_ERROR, "NotImplemented should not be used in a boolean context");
    return -1;
}

static mp_value types_ellipsis_repr(mp_vm *vm, mp_value self)
{
    (void)self;
    return mp_as_value(mp_str_from(vm, "Ellipsis"));
}

static mp_value types_none_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    (void)type;
    return mp_positional(vm, args, "NoneType", 0, 0) ? mp_incref(vm->none) : NULL;
}

static const mp_slots types_none_slots = {
    .repr = types_none_repr, .truth = types_none_truth, .make = types_none_make};
static const mp_slots types_not_implemented_slots = {.repr = types_not_implemented_repr,
                                                     .truth = types_not_implemented_truth};
static const mp_slots types_ellipsis_slots = {.repr = types_ellipsis_repr};

static const mp_type_def types_none_def = {
    .name = "NoneType", .size = sizeof(mp_object), .slots = &types_none_slots};
static const mp_type_def types_not_implemented_def = {
    .name = "NotImplementedType", .size = sizeof(mp_object), .slots = &types_not_implemented_slots};
static const mp_type_def types_ellipsis_def = {
    .name = "ellipsis", .size = sizeof(mp_object), .slots = &types_ellipsis_slots};

/* ---- The first types ---- */

static const mp_type_entry types_first[] = {
    {MP_TYPE_TYPE, &mp_type_type_def}, {MP_TYPE_OBJECT, &mp_object_def}, {MP_TYPE_STR, &mp_str_def},
    {MP_TYPE_DICT, &mp_dict_def},      {MP_TYPE_TUPLE, &mp_tuple_def},
};
enum { TYPES_FIRST = sizeof types_first / sizeof types_first[0] };

/* Native functions and getsets come first: what stands in the dicts of all others. */
static const mp_type_entry types_others[] = {
    {MP_TYPE_NATIVE, &mp_native_function_def},
    {MP_TYPE_GETSET, &mp_getset_def},
    {MP_TYPE_NONE, &types_none_def},
    {MP_TYPE_NOT_IMPLEMENTED, &types_not_implemented_def},
    {MP_TYPE_ELLIPSIS, &types_ellipsis_def},
    {MP_TYPE_FUNCTION, &mp_function_def},
    {MP_TYPE_METHOD, &mp_method_def},
    {MP_TYPE_MODULE, &mp_module_def},
    {MP_TYPE_LAZY, &mp_lazy_def},
    {MP_TYPE_PROPERTY, &mp_property_def},
    {MP_TYPE_CLASSMETHOD, &mp_classmethod_def},
    {MP_TYPE_STATICMETHOD, &mp_staticmethod_def},
    {MP_TYPE_SUPER, &mp_super_def},
    {MP_TYPE_SEQUENCE_ITERATOR, &mp_sequence_iterator_def},
};
enum { TYPES_OTHERS = sizeof types_others / sizeof types_others[0] };

/* The type of all types is its own type, and object comes before its base can be named: type is made with the
 * help of a model of itself. */
static bool types_make_type(mp_vm *vm)
{
    mp_type model = {.flags = MP_T_GC, .size = sizeof(mp_type), .slots = mp_type_slots};
    vm->types[MP_TYPE_TYPE] = &model;
    mp_type *type = types_bare(vm, &mp_type_type_def, NULL);
    vm->types[MP_TYPE_TYPE] = type;
    if (type == NULL)
        return false;
    type->head.type = type;
    return true;
}

static bool types_make_first(mp_vm *vm)
{
    if (!types_make_type(vm))
        return false;
    for (int i = 1; i < TYPES_FIRST; i++) {
        mp_type *object = vm->types[MP_TYPE_OBJECT];
        mp_type *type = types_bare(vm, types_first[i].def, object);
        vm->types[types_first[i].index] = type;
        if (type == NULL)
            return false;
    }
    mp_type *type = vm->types[MP_TYPE_TYPE];
    type->base = (mp_type *)mp_new_ref(vm->types[MP_TYPE_OBJECT]);
    types_inherit(vm, type, type->base);
    return true;
}

static bool types_name_first(mp_vm *vm)
{
    if (vm->interned == NULL)
        vm->interned = mp_dict_new(vm);
    if (vm->interned == NULL)
        return false;
    for (int i = 0; i < TYPES_FIRST; i++)
        if (!types_name(vm, vm->types[types_first[i].index], types_first[i].def))
            return false;
    return true;
}

/* native and getset are bare at first, like the first ones: their methods are natives and getsets. */
static bool types_make_others(mp_vm *vm)
{
    for (int i = 0; i < 2; i++) {
        mp_type *type = types_bare(vm, types_others[i].def, vm->types[MP_TYPE_OBJECT]);
        vm->types[types_others[i].index] = type;
        if (type == NULL || !types_name(vm, type, types_others[i].def))
            return false;
    }
    for (int i = 0; i < TYPES_FIRST; i++)
        if (!types_furnish(vm, vm->types[types_first[i].index], types_first[i].def))
            return false;
    for (int i = 0; i < 2; i++)
        if (!types_furnish(vm, vm->types[types_others[i].index], types_others[i].def))
            return false;
    for (int i = 2; i < TYPES_OTHERS; i++) {
        vm->types[types_others[i].index] = mp_type_new(vm, types_others[i].def, NULL);
        if (vm->types[types_others[i].index] == NULL)
            return false;
    }
    return true;
}

static mp_value types_immortal(mp_vm *vm, mp_type_index index)
{
    mp_value value = mp_new(vm, vm->types[index], 0);
    if (value != NULL)
        value->flags |= MP_O_IMMORTAL;
    return value;
}

static bool types_make_constants(mp_vm *vm)
{
    vm->none = types_immortal(vm, MP_TYPE_NONE);
    vm->not_implemented = types_immortal(vm, MP_TYPE_NOT_IMPLEMENTED);
    vm->ellipsis = types_immortal(vm, MP_TYPE_ELLIPSIS);
    return vm->none != NULL && vm->not_implemented != NULL && vm->ellipsis != NULL &&
           mp_type_put(vm, vm->types[MP_TYPE_OBJECT], "__doc__", mp_incref(vm->none));
}

bool mp_init_types(mp_vm *vm)
{
    vm->tracked.prev = vm->tracked.next = &vm->tracked;
    vm->collect_at = TYPES_COLLECT_FIRST;
    return types_make_first(vm) && types_name_first(vm) && types_make_others(vm) && types_make_constants(vm);
}

/* ---- Taking down ---- */

static void types_end_constant(mp_vm *vm, mp_value *slot)
{
    mp_value value = *slot;
    *slot = NULL;
    if (value == NULL)
        return;
    value->flags &= ~(uint32_t)MP_O_IMMORTAL;
    value->refs = 1;
    mp_decref(vm, value);
}

static void types_end_values(mp_vm *vm)
{
    mp_clear_slot(vm, &vm->memory_error);
    MP_DROP_FIELD(vm, vm->empty);
    MP_DROP_FIELD(vm, vm->empty_tuple);
    for (size_t i = 0; i < sizeof vm->characters / sizeof vm->characters[0]; i++)
        MP_DROP_FIELD(vm, vm->characters[i]);
    for (int i = 0; i < MP_S_COUNT; i++)
        MP_DROP_FIELD(vm, vm->names[i]);
    MP_DROP_FIELD(vm, vm->interned);
    types_end_constant(vm, &vm->none);
    types_end_constant(vm, &vm->true_);
    types_end_constant(vm, &vm->false_);
    types_end_constant(vm, &vm->not_implemented);
    types_end_constant(vm, &vm->ellipsis);
}

/* First everything that types own, while all types are whole; then the types; type itself is the last. */
void mp_end_types(mp_vm *vm)
{
    for (int i = 0; i < MP_X_COUNT; i++)
        if (vm->exceptions[i] != NULL)
            mp_type_drop_contents(vm, vm->exceptions[i]);
    for (int i = 0; i < MP_TYPE_COUNT; i++)
        if (vm->types[i] != NULL)
            mp_type_drop_contents(vm, vm->types[i]);
    types_end_values(vm);
    for (int i = MP_X_COUNT - 1; i >= 0; i--)
        MP_DROP_FIELD(vm, vm->exceptions[i]);
    for (int i = 0; i < MP_TYPE_COUNT; i++)
        if (i != MP_TYPE_TYPE && i != MP_TYPE_OBJECT)
            MP_DROP_FIELD(vm, vm->types[i]);
    mp_type *type = vm->types[MP_TYPE_TYPE];
    if (type != NULL)
        MP_DROP_FIELD(vm, type->base);
    MP_DROP_FIELD(vm, vm->types[MP_TYPE_OBJECT]);
    MP_DROP_FIELD(vm, vm->types[MP_TYPE_TYPE]);
}
