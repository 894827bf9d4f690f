/* assemble.c - from drafts to a code object: depths, jumps, the exception table.
 *
 * Idea       A walk along all ways that the control can take finds how deep the stack is before each draft.
 *            Where ways meet, they must agree: else the compiler is broken, which is an error and no crash.
 *            A region's depth is the one where it begins.
 * Holds      A draft is in one region only, its innermost, so the table's ranges never overlap.  What no way
 *            reaches stays, and stands in no range.
 * Tests      tests/test_minipy_compiler.c */
#include <string.h>

#include "compile_impl.h"

/* ---- What instructions do to the stack ---- */

/* Those whose effect does not depend on the argument; the others are 0 here. */
static const int8_t fixed_effects[MP_I_COUNT] = {
    [MP_I_POP] = -1,           [MP_I_COPY] = 1,
    [MP_I_CONST] = 1,          [MP_I_PUSH_NULL] = 1,
    [MP_I_LOAD_LOCAL] = 1,     [MP_I_STORE_LOCAL] = -1,
    [MP_I_LOAD_CELL] = 1,      [MP_I_STORE_CELL] = -1,
    [MP_I_PUSH_CELL] = 1,      [MP_I_LOAD_GLOBAL] = 1,
    [MP_I_STORE_GLOBAL] = -1,  [MP_I_LOAD_NAME] = 1,
    [MP_I_STORE_NAME] = -1,    [MP_I_LOAD_CLASS_CELL] = 1,
    [MP_I_LOAD_METHOD] = 1,    [MP_I_STORE_ATTR] = -2,
    [MP_I_DELETE_ATTR] = -1,   [MP_I_LOAD_INDEX] = -1,
    [MP_I_STORE_INDEX] = -3,   [MP_I_DELETE_INDEX] = -2,
    [MP_I_BUILD_SLICE] = -2,   [MP_I_BINARY] = -1,
    [MP_I_INPLACE] = -1,       [MP_I_COMPARE] = -1,
    [MP_I_LIST_APPEND] = -1,   [MP_I_SET_ADD] = -1,
    [MP_I_DICT_ADD] = -2,      [MP_I_LIST_EXTEND] = -1,
    [MP_I_SET_UPDATE] = -1,    [MP_I_DICT_UPDATE] = -1,
    [MP_I_DICT_MERGE] = -1,    [MP_I_JUMP_IF_FALSE] = -1,
    [MP_I_JUMP_IF_TRUE] = -1,  [MP_I_JUMP_IF_NONE] = -1,
    [MP_I_RETURN] = -1,        [MP_I_IMPORT] = 1,
    [MP_I_IMPORT_FROM] = 1,    [MP_I_PUSH_HANDLED] = 1,
    [MP_I_POP_HANDLED] = -1,   [MP_I_RERAISE] = -1,
    [MP_I_JOIN_STAR] = -1,     [MP_I_ASSERTION_ERROR] = 1,
    [MP_I_ENTER_WITH] = 1,     [MP_I_ENTER_ASYNC_WITH] = 1,
    [MP_I_CALL_EXIT] = 1,      [MP_I_DELEGATE] = -1,
    [MP_I_GET_ASYNC_NEXT] = 1, [MP_I_END_ASYNC_FOR] = -2,
};

int64_t mp_stack_effect(mp_opcode opcode, uint32_t argument, bool jumped)
{
    int64_t n = argument;

    switch (opcode) {
    case MP_I_BUILD_TUPLE:
    case MP_I_BUILD_LIST:
    case MP_I_BUILD_SET:
    case MP_I_BUILD_STRING:
        return 1 - n;
    case MP_I_BUILD_DICT:
        return 1 - 2 * n;
    case MP_I_UNPACK:
        return n - 1;
    case MP_I_UNPACK_STAR:
        return (n & 0xfff) + (n >> 12);
    case MP_I_FORMAT:
        return (n & 256) != 0 ? -1 : 0;
    case MP_I_FOR_ITER:
        return jumped ? -1 : 1;
    case MP_I_MAKE_FUNCTION:
        return -((n & 1) + (n >> 1 & 1) + (n >> 2 & 1));
    case MP_I_CALL:
    case MP_I_BUILD_CLASS:
        return -n - 1;
    case MP_I_CALL_NAMES:
        return -n - 2;
    case MP_I_CALL_EX:
        return -2 - n;
    case MP_I_RAISE:
        return -n;
    default:
        return fixed_effects[opcode];
    }
}

static bool opcode_ends(mp_opcode opcode)
{
    return opcode == MP_I_JUMP || opcode == MP_I_RETURN || opcode == MP_I_RAISE || opcode == MP_I_RERAISE;
}

/* ---- The walk ---- */

typedef struct flow_walk {
    mp_compiler *compiler;
    const mp_unit *unit;
    int64_t *depths;   /* before each draft; -1: not reached */
    uint32_t *waiting; /* drafts that were reached and not yet followed: each is here once at most */
    uint32_t waiting_count;
    int64_t deepest;
} flow_walk;

static void flow_reach(flow_walk *walk, uint32_t place, int64_t depth)
{
    if (place >= walk->unit->count || depth < 0) {
        mp_compile_broken(walk->compiler, "a way leads nowhere");
        return;
    }
    if (depth > walk->deepest)
        walk->deepest = depth;
    if (walk->depths[place] < 0) {
        walk->depths[place] = depth;
        walk->waiting[walk->waiting_count++] = place;
    } else if (walk->depths[place] != depth) {
        mp_compile_broken(walk->compiler, "the stack differs where two ways meet");
    }
}

/* How deep the stack is below the exception that a handler gets; -1: broken. */
static int64_t flow_region_depth(const flow_walk *walk, const mp_region *region)
{
    int64_t depth = walk->depths[region->start];

    return depth < 0 ? -1 : depth - (int64_t)region->less;
}

static void flow_follow(flow_walk *walk, uint32_t place)
{
    const mp_unit *unit = walk->unit;
    const mp_draft *draft = &unit->drafts[place];
    int64_t depth = walk->depths[place];

    if (draft->region != MP_NO_REGION) {
        const mp_region *region = &unit->regions[draft->region];
        int64_t below = flow_region_depth(walk, region);
        flow_reach(walk, unit->labels[region->handler], below < 0 ? -1 : below + 1);
    }
    if (mp_opcode_jumps(draft->opcode))
        flow_reach(walk, unit->labels[draft->argument], depth + mp_stack_effect(draft->opcode, 0, true));
    if (!opcode_ends(draft->opcode))
        flow_reach(walk, place + 1, depth + mp_stack_effect(draft->opcode, draft->argument, false));
}

static void flow_run(flow_walk *walk)
{
    for (uint32_t i = 0; i < walk->unit->count; i++)
        walk->depths[i] = -1;
    flow_reach(walk, 0, 0);
    while (walk->waiting_count > 0 && mp_compile_ok(walk->compiler))
        flow_follow(walk, walk->waiting[--walk->waiting_count]);
}

/* ---- The code object ---- */

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
        uint32_t argument = draft->argument;
        if (mp_opcode_jumps(draft->opcode)) {
            /* dead code may name a label that was never placed */
            argument = unit->labels[argument] == UINT32_MAX ? i : unit->labels[argument];
        }
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
    return flags;
}

/* ---- The exception table ---- */

/* A run of drafts in one region, from start; what no way reaches is left out. */
static uint32_t handler_run(const flow_walk *walk, uint32_t start)
{
    const mp_unit *unit = walk->unit;
    uint32_t end = start + 1;

    while (end < unit->count && unit->drafts[end].region == unit->drafts[start].region &&
           walk->depths[end] >= 0)
        end++;
    return end;
}

/* Writes the table, or only counts its entries if there is no place for them yet. */
static uint32_t assemble_handlers(const flow_walk *walk, mp_handler *handlers)
{
    const mp_unit *unit = walk->unit;
    uint32_t count = 0, end;

    for (uint32_t i = 0; i < unit->count; i = end) {
        uint32_t number = unit->drafts[i].region;
        const mp_region *region = number == MP_NO_REGION ? NULL : &unit->regions[number];
        end = i + 1;
        if (region == NULL || walk->depths[i] < 0)
            continue;
        end = handler_run(walk, i);
        if (handlers != NULL)
            handlers[count] = (mp_handler){i, end, unit->labels[region->handler],
                                           (uint32_t)flow_region_depth(walk, region)};
        count++;
    }
    return count;
}

static void assemble_flow(mp_compiler *compiler, const mp_unit *unit, mp_code *code)
{
    flow_walk walk = {.compiler = compiler, .unit = unit};

    walk.depths = assemble_array(compiler, unit->count, sizeof *walk.depths);
    walk.waiting = assemble_array(compiler, unit->count, sizeof *walk.waiting);
    if (mp_compile_ok(compiler))
        flow_run(&walk);
    if (mp_compile_ok(compiler)) {
        uint32_t count = assemble_handlers(&walk, NULL);
        code->handlers = assemble_array(compiler, count, sizeof *code->handlers);
        code->handler_count = code->handlers == NULL ? 0 : assemble_handlers(&walk, code->handlers);
        code->stack_size = (uint32_t)walk.deepest;
    }
    if (walk.depths != NULL)
        mp_release(compiler->vm, walk.depths, sizeof *walk.depths * unit->count);
    if (walk.waiting != NULL)
        mp_release(compiler->vm, walk.waiting, sizeof *walk.waiting * unit->count);
}

mp_code *mp_assemble(mp_compiler *compiler, mp_unit *unit)
{
    mp_code *code = mp_code_new(compiler->vm);

    if (code == NULL) {
        compiler->raised = true;
        return NULL;
    }
    code->name = (mp_str *)mp_incref(mp_as_value(unit->name));
    code->qualname = (mp_str *)mp_incref(mp_as_value(unit->qualname));
    code->file = (mp_str *)mp_incref(mp_as_value(compiler->file));
    code->source = (mp_str *)mp_incref(mp_as_value(compiler->source));
    code->first_line = unit->first_line;
    code->flags = assemble_flags(unit->scope);
    assemble_params(unit->scope, code);
    assemble_drafts(compiler, unit, code);
    assemble_values(compiler, unit, code);
    assemble_variables(compiler, unit->scope, code);
    assemble_flow(compiler, unit, code);
    if (mp_compile_ok(compiler))
        return code;
    mp_decref(compiler->vm, mp_as_value(code));
    return NULL;
}
