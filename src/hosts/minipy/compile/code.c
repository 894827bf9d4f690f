/* code.c - the types of code objects and of cells.
 *
 * Holds      A code object owns strings, numbers, tuples of these and other code: it is never in a cycle, so
 *            the collector need not know it.  A cell may hold anything.
 * Owns       All arrays of a code, by their counts.
 * Tests      tests/test_minipy_compiler.c */
#include "compile/code.h"
#include "compile/compile_impl.h"

/* ---- Code ---- */

mp_code *mp_code_new(mp_vm *vm)
{
    return (mp_code *)mp_new(vm, vm->types[MP_TYPE_CODE], 0);
}

static void code_clear_values(mp_vm *vm, mp_value **slot, uint32_t *count)
{
    mp_value *values = *slot;
    uint32_t old = *count;

    *slot = NULL;
    *count = 0;
    for (uint32_t i = 0; i < old; i++)
        mp_xdecref(vm, values[i]);
    if (values != NULL)
        mp_release(vm, values, sizeof *values * old);
}

static void code_clear_names(mp_vm *vm, mp_str ***slot, uint32_t *count)
{
    mp_str **names = *slot;
    uint32_t old = *count;

    *slot = NULL;
    *count = 0;
    for (uint32_t i = 0; i < old; i++)
        mp_xdecref(vm, mp_as_value(names[i]));
    if (names != NULL)
        mp_release(vm, names, sizeof *names * old);
}

static void code_clear_name(mp_vm *vm, mp_str **slot)
{
    mp_str *name = *slot;

    *slot = NULL;
    mp_xdecref(vm, mp_as_value(name));
}

static void code_release(mp_vm *vm, void *memory, size_t size)
{
    if (memory != NULL)
        mp_release(vm, memory, size);
}

static void code_clear(mp_vm *vm, mp_value self)
{
    mp_code *code = (mp_code *)self;

    code_release(vm, code->spans, sizeof *code->spans * code->count);
    code_release(vm, code->instructions, sizeof *code->instructions * code->count);
    code->spans = NULL;
    code->instructions = NULL;
    code->count = 0;
    code_release(vm, code->cell_locals, sizeof *code->cell_locals * code->made_cells);
    code->cell_locals = NULL;
    code->made_cells = 0;
    code_release(vm, code->handlers, sizeof *code->handlers * code->handler_count);
    code->handlers = NULL;
    code->handler_count = 0;
    code_clear_values(vm, &code->constants, &code->constant_count);
    code_clear_names(vm, &code->names, &code->name_count);
    code_clear_names(vm, &code->locals, &code->local_count);
    code_clear_names(vm, &code->cells, &code->cell_count);
    code_clear_name(vm, &code->name);
    code_clear_name(vm, &code->qualname);
    code_clear_name(vm, &code->file);
    code_clear_name(vm, &code->source);
}

static mp_value code_repr(mp_vm *vm, mp_value self)
{
    const mp_code *code = (const mp_code *)self;

    return mp_as_value(mp_str_formatted(vm, "<code object %S, file \"%S\", line %u>", mp_as_value(code->name),
                                        mp_as_value(code->file), (unsigned)code->first_line));
}

bool mp_opcode_jumps(mp_opcode opcode)
{
    return opcode == MP_I_JUMP || opcode == MP_I_JUMP_IF_FALSE || opcode == MP_I_JUMP_IF_TRUE ||
           opcode == MP_I_JUMP_IF_NONE || opcode == MP_I_FOR_ITER;
}

/* ---- Cells ---- */

static int cell_visit(mp_value self, mp_visit *visit, void *data)
{
    mp_value value = ((mp_cell *)self)->value;

    return value == NULL ? 0 : visit(value, data);
}

static void cell_clear(mp_vm *vm, mp_value self)
{
    mp_clear_slot(vm, &((mp_cell *)self)->value);
}

/* ---- Both ---- */

static mp_value code_get_name(mp_vm *vm, mp_value self)
{
    (void)vm;
    return mp_incref(mp_as_value(((const mp_code *)self)->name));
}

static mp_value code_get_qualname(mp_vm *vm, mp_value self)
{
    (void)vm;
    return mp_incref(mp_as_value(((const mp_code *)self)->qualname));
}

static mp_value code_get_file(mp_vm *vm, mp_value self)
{
    (void)vm;
    return mp_incref(mp_as_value(((const mp_code *)self)->file));
}

static mp_value code_get_first_line(mp_vm *vm, mp_value self)
{
    return mp_int_new(vm, ((const mp_code *)self)->first_line);
}

static const mp_getset code_getsets[] = {
    {"co_name", code_get_name, NULL},
    {"co_qualname", code_get_qualname, NULL},
    {"co_filename", code_get_file, NULL},
    {"co_firstlineno", code_get_first_line, NULL},
    {NULL, NULL, NULL},
};

static const mp_slots code_slots = {.clear = code_clear, .repr = code_repr};
static const mp_slots cell_slots = {.visit = cell_visit, .clear = cell_clear};
static const mp_type_def code_def = {
    .name = "code", .size = sizeof(mp_code), .slots = &code_slots, .getsets = code_getsets};
static const mp_type_def cell_def = {
    .name = "cell", .size = sizeof(mp_cell), .flags = MP_T_GC, .slots = &cell_slots};

bool mp_init_code(mp_vm *vm)
{
    vm->types[MP_TYPE_CODE] = mp_type_new(vm, &code_def, NULL);
    vm->types[MP_TYPE_CELL] = mp_type_new(vm, &cell_def, NULL);
    return vm->types[MP_TYPE_CODE] != NULL && vm->types[MP_TYPE_CELL] != NULL;
}
