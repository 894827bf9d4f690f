/* instruction_names.c - where names are found, and imports. */
#include "run/instructions.h"

void mp_raise_unbound_local(mp_vm *vm, mp_str *name)
{
    mp_raise(vm, MP_X_UNBOUND_LOCAL_ERROR,
             "cannot access local variable '%S' where it is not associated with a value", name);
}

void mp_raise_unbound_cell(mp_vm *vm, const mp_frame *frame, uint32_t cell)
{
    mp_str *name = frame->code->cells[cell];
    if (cell < frame->code->made_cells)
        mp_raise_unbound_local(vm, name);
    else
        mp_raise(
            vm, MP_X_NAME_ERROR,
            "cannot access free variable '%S' where it is not associated with a value in enclosing scope",
            name);
}

static mp_value raise_undefined(mp_vm *vm, mp_str *name)
{
    mp_raise(vm, MP_X_NAME_ERROR, "name '%S' is not defined", name);
    return NULL;
}

mp_value mp_load_global(mp_vm *vm, const mp_frame *frame, mp_str *name)
{
    mp_value value = mp_dict_get_str(frame->globals, name);
    if (value == NULL)
        value = mp_dict_get_str(frame->builtins, name);
    return value != NULL ? mp_incref(value) : raise_undefined(vm, name);
}

mp_value mp_load_name(mp_vm *vm, const mp_frame *frame, mp_str *name)
{
    mp_value value = frame->names != NULL ? mp_dict_get_str((mp_dict *)frame->names, name) : NULL;
    return value != NULL ? mp_incref(value) : mp_load_global(vm, frame, name);
}

mp_value mp_load_class_cell(mp_vm *vm, const mp_frame *frame, uint32_t cell)
{
    mp_str *name = frame->code->cells[cell];
    mp_value value = frame->names != NULL ? mp_dict_get_str((mp_dict *)frame->names, name) : NULL;
    if (value == NULL)
        value = ((mp_cell *)frame->cells[cell])->value;
    if (value != NULL)
        return mp_incref(value);
    mp_raise_unbound_cell(vm, frame, cell);
    return NULL;
}

bool mp_delete_name(mp_vm *vm, mp_frame *frame, mp_str *name, bool global)
{
    mp_dict *names = global || frame->names == NULL ? frame->globals : (mp_dict *)frame->names;
    int deleted = mp_dict_delete(vm, names, mp_as_value(name));
    if (deleted == 0)
        raise_undefined(vm, name);
    return deleted > 0;
}

mp_value mp_import(mp_vm *vm, mp_str *name)
{
    mp_value module = mp_dict_get_str(vm->modules, name);
    if (module != NULL)
        return mp_incref(module);
    mp_raise(vm, MP_X_MODULE_NOT_FOUND_ERROR, "No module named '%S' in the scenario language", name);
    return NULL;
}

mp_value mp_import_from(mp_vm *vm, mp_value module, mp_str *name)
{
    mp_value value = mp_find_attr(vm, module, name);
    if (value == NULL && vm->raised == NULL)
        mp_raise(vm, MP_X_IMPORT_ERROR, "cannot import name '%S' from '%S' (unknown location)", name,
                 ((mp_module *)module)->name);
    return value;
}
