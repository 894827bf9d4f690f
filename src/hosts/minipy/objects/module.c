/* module.c - modules as values: a name, and a namespace that is their attributes.
 *
 * Idea       What a name stands for may be made late (mp_lazy): the first who asks for the attribute has it
 *            made.  The name is there from the beginning, so that dir, del and assignment need to know
 *            nothing of this. */
#include "objects/types_impl.h"

#include <stddef.h>

static int module_visit(mp_value self, mp_visit *visit, void *data)
{
    return mp_show(((mp_module *)self)->dict, visit, data);
}

static void module_clear(mp_vm *vm, mp_value self)
{
    mp_module *module = (mp_module *)self;
    MP_DROP_FIELD(vm, module->dict);
    if ((self->flags & MP_O_DYING) != 0)
        MP_DROP_FIELD(vm, module->name);
}

static mp_value module_repr(mp_vm *vm, mp_value self)
{
    return mp_as_value(mp_str_formatted(vm, "<module '%S'>", ((mp_module *)self)->name));
}

static mp_value module_get_name(mp_vm *vm, mp_value self)
{
    (void)vm;
    return mp_new_ref(((mp_module *)self)->name);
}

/* ---- What is made late ---- */

static bool module_make(mp_vm *vm, mp_module *module, mp_value lazy)
{
    (void)mp_incref(lazy);
    bool made = ((mp_lazy *)lazy)->make(vm, module->dict, ((mp_lazy *)lazy)->what);
    mp_decref(vm, lazy);
    return made;
}

/* Whoever has the namespace itself sees what is in it. */
static bool module_make_all(mp_vm *vm, mp_module *module)
{
    size_t position = 0;
    mp_value key, value;
    while (mp_dict_next(module->dict, &position, &key, &value))
        if (mp_is_exactly(vm, value, MP_TYPE_LAZY) && !module_make(vm, module, value))
            return false;
    return true;
}

static mp_value module_get_attr(mp_vm *vm, mp_value self, mp_str *name)
{
    mp_module *module = (mp_module *)self;
    mp_value found = mp_dict_get_str(module->dict, name);
    if (found != NULL && mp_is_exactly(vm, found, MP_TYPE_LAZY) && !module_make(vm, module, found))
        return NULL;
    if (mp_str_equal(name, vm->names[MP_S___dict__]) && !module_make_all(vm, module))
        return NULL;
    return mp_generic_get_attr(vm, self, name);
}

static const mp_slots module_slots = {
    .visit = module_visit, .clear = module_clear, .repr = module_repr, .get_attr = module_get_attr};

static const mp_getset module_getsets[] = {{"__name__", module_get_name, NULL}, {NULL, NULL, NULL}};

const mp_type_def mp_module_def = {
    .name = "module",
    .size = sizeof(mp_module),
    .flags = MP_T_GC | MP_T_DICT,
    .dict_offset = offsetof(mp_module, dict),
    .slots = &module_slots,
    .getsets = module_getsets,
};

static const mp_slots lazy_slots = {0};

const mp_type_def mp_lazy_def = {.name = "lazy", .size = sizeof(mp_lazy), .slots = &lazy_slots};
