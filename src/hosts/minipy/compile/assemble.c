/* assemble.c - from the drafts of a unit to a code object: jumps, variables, the exception table.
 *
 * Holds      A draft is in one region only, its innermost, so the table's ranges never overlap.
 * Tests      tests/test_minipy_compiler.c */
#include "compile/compile_impl.h"

/* ---- The code object ---- */

/* NULL without an error if there is nothing to be kept. */
static void *assemble_array(mp_compiler *compiler, uint32_t count, size_t size)
{
    void *memory;

    if (count == 0 || !mp_compile_ok(compiler))
        return NULL;
    memory = mp_alloc(compiler->vm, size * count);
    if (memory == NULL)
        compiler->raised = true;
    return memory;
}

static void assemble_drafts(mp_compiler *compiler, const mp_unit *unit, mp_code *code)
{
    code->instructions = assemble_array(compiler, unit->count, sizeof *code->instructions);
    code->count = code->instructions == NULL ? 0 : unit->count;
    code->spans = assemble_array(compiler, code->count, sizeof *code->spans);
    for (uint32_t i = 0; i < unit->count && mp_compile_ok(compiler); i++) {
        const mp_draft *draft = &unit->drafts[i];
        uint32_t argument = mp_opcode_jumps(draft->opcode) ? unit->labels[draft->argument] : draft->argument;
        code->instructions[i] = (uint32_t)draft->opcode | argument << 8;
        code->spans[i] = draft->span;
    }
}

static void assemble_values(mp_compiler *compiler, const mp_unit *unit, mp_code *code)
{
    code->constants = assemble_array(compiler, unit->constant_count, sizeof *code->constants);
    for (uint32_t i = 0; code->constants != NULL && i < unit->constant_count; i++)
        code->constants[code->constant_count++] = mp_incref(unit->constants[i]);
    code->names = assemble_array(compiler, unit->name_count, sizeof *code->names);
    for (uint32_t i = 0; code->names != NULL && i < unit->name_count; i++)
        code->names[code->name_count++] = (mp_str *)mp_incref(mp_as_value(unit->names[i]));
}

/* ---- Locals and cells ---- */

static void assemble_name(mp_compiler *compiler, mp_str **slot, mp_text name)
{
    *slot = mp_compile_ok(compiler) ? mp_str_intern(compiler->vm, name.data, name.size) : NULL;
    if (*slot == NULL)
        compiler->raised = compiler->raised || compiler->error->kind == MP_SYNTAX_OK;
}

/* A parameter that is a cell has both: the machine moves its value when the function starts. */
static void assemble_variable(mp_compiler *compiler, const mp_symbol *symbol, mp_code *code)
{
    bool is_local = symbol->home == MP_H_LOCAL || (symbol->flags & MP_Y_PARAM) != 0;
    bool is_cell = symbol->home == MP_H_CELL || symbol->home == MP_H_FREE || symbol->passed;

    if (is_local)
        assemble_name(compiler, &code->locals[symbol->local], symbol->name);
    if (is_cell)
        assemble_name(compiler, &code->cells[symbol->cell], symbol->name);
    if (symbol->home == MP_H_CELL)
        code->cell_locals[symbol->cell] = is_local ? (int32_t)symbol->local : -1;
}

static void assemble_variables(mp_compiler *compiler, const mp_scope *scope, mp_code *code)
{
    code->locals = assemble_array(compiler, scope->local_count, sizeof *code->locals);
    code->local_count = code->locals == NULL ? 0 : scope->local_count;
    code->cells = assemble_array(compiler, scope->cell_count, sizeof *code->cells);
    code->cell_count = code->cells == NULL ? 0 : scope->cell_count;
    code->cell_locals = assemble_array(compiler, scope->made_cells, sizeof *code->cell_locals);
    code->made_cells = code->cell_locals == NULL ? 0 : scope->made_cells;
    if (!mp_compile_ok(compiler))
        return;
    if (scope->class_cell) {
        assemble_name(compiler, &code->cells[0], mp_text_of("__class__"));
        code->cell_locals[0] = -1;
    }
    for (uint32_t i = 0; i < scope->count && mp_compile_ok(compiler); i++)
        assemble_variable(compiler, scope->symbols[i], code);
}

/* ---- Parameters and flags ---- */

static void assemble_params(const mp_scope *scope, mp_code *code)
{
    const mp_params *params = &scope->node->params;

    if (mp_scope_is_comprehension(scope))
        code->positional = code->positional_only = 1;
    if (scope->kind != MP_SCOPE_FUNCTION && scope->kind != MP_SCOPE_LAMBDA)
        return;
    for (size_t i = 0; i < params->count; i++) {
        mp_param_kind kind = params->items[i].kind;
        code->positional_only += kind == MP_P_POSITIONAL_ONLY;
        code->positional += kind == MP_P_POSITIONAL_ONLY || kind == MP_P_POSITIONAL;
        code->keyword_only += kind == MP_P_KEYWORD_ONLY;
        code->flags |= kind == MP_P_REST ? (uint32_t)MP_C_REST : 0u;
        code->flags |= kind == MP_P_KEYWORDS ? (uint32_t)MP_C_KEYWORDS : 0u;
    }
}

static uint32_t assemble_flags(const mp_scope *scope)
{
    bool is_generator = scope->yields || scope->kind == MP_SCOPE_GENERATOR;
    bool is_coroutine = scope->is_async || (mp_scope_is_comprehension(scope) && scope->awaits);
    uint32_t flags = 0;

    if (!mp_scope_is_function(scope))
        return scope->kind == MP_SCOPE_CLASS ? MP_C_NAMESPACE | MP_C_CLASS : MP_C_NAMESPACE;
    if (is_generator)
        flags = is_coroutine ? MP_C_ASYNC_GENERATOR : MP_C_GENERATOR;
    else if (is_coroutine)
        flags = MP_C_COROUTINE;
    if (scope->kind == MP_SCOPE_FUNCTION && scope->parent->kind == MP_SCOPE_CLASS)
        flags |= MP_C_METHOD;
    if (mp_scope_is_inlined(scope))
        flags |= MP_C_INLINED;
    return flags;
}

/* ---- The exception table ---- */

/* Writes the table, or only counts its entries if there is no place for them yet. */
static uint32_t write_handlers(const mp_unit *unit, mp_handler *handlers)
{
    uint32_t count = 0, end;

    for (uint32_t start = 0; start < unit->count; start = end) {
        uint32_t number = unit->drafts[start].region;
        const mp_region *region = &unit->regions[number];
        for (end = start + 1; end < unit->count && unit->drafts[end].region == number;)
            end++;
        if (number == MP_NO_REGION)
            continue;
        if (handlers != NULL)
            handlers[count] = (mp_handler){start, end, unit->labels[region->handler], region->depth};
        count++;
    }
    return count;
}

static void assemble_handlers(mp_compiler *compiler, const mp_unit *unit, mp_code *code)
{
    uint32_t count = unit->region_count == 0 ? 0 : write_handlers(unit, NULL);

    code->handlers = assemble_array(compiler, count, sizeof *code->handlers);
    code->handler_count = code->handlers == NULL ? 0 : write_handlers(unit, code->handlers);
}

mp_code *mp_assemble(mp_compiler *compiler, mp_unit *unit)
{
    mp_code *code;

    mp_flow(compiler, unit);
    code = mp_compile_ok(compiler) ? mp_code_new(compiler->vm) : NULL;
    if (code == NULL) {
        compiler->raised = true; /* by mp_flow, or there is no memory */
        return NULL;
    }
    code->name = (mp_str *)mp_incref(mp_as_value(unit->name));
    code->qualname = (mp_str *)mp_incref(mp_as_value(unit->qualname));
    code->file = (mp_str *)mp_incref(mp_as_value(compiler->file));
    code->source = (mp_str *)mp_incref(mp_as_value(compiler->source));
    code->first_line = unit->first_line;
    code->stack_size = unit->deepest;
    code->flags = assemble_flags(unit->scope);
    assemble_params(unit->scope, code);
    assemble_drafts(compiler, unit, code);
    assemble_values(compiler, unit, code);
    assemble_variables(compiler, unit->scope, code);
    assemble_handlers(compiler, unit, code);
    if (mp_compile_ok(compiler))
        return code;
    mp_decref(compiler->vm, mp_as_value(code));
    return NULL;
}
