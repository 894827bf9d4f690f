/* module.c - modules as values: a name, and a namespace that is their attributes. */
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

static const mp_slots module_slots = {.visit = module_visit, .clear = module_clear, .repr = module_repr};

static const mp_getset module_getsets[] = {{"__name__", module_get_name, NULL}, {NULL, NULL, NULL}};

const mp_type_def mp_module_def = {
    .name = "module",
    .size = sizeof(mp_module),
    .flags = MP_T_GC | MP_T_DICT,
    .dict_offset = offsetof(mp_module, dict),
    .slots = &module_slots,
    .getsets = module_getsets,
};
