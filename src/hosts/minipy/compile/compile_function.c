/* compile_function.c - functions, lambdas, classes, and the closures that they are made with.
 *
 * Mirrors    CPython's codegen.c: decorators, then defaults, then those of keyword-only parameters;
 *            annotations are not evaluated.
 * Holds      Constant 0 of a def is its docstring, or None.  The machine puts __module__ and __qualname__
 *            into the namespace of a class before its body runs.  The function of a class body returns the
 *            cell of __class__, or None: the machine stores the class in it when it is made, and super()
 *            finds it there.
 * Tests      tests/test_minipy_compiler.c */
#include "compile/compile_impl.h"

/* ---- Closures ---- */

/* The cells of the code around for the free variables of scope, in their order. */
static void closure_cells(mp_compiler *compiler, const mp_node *at, const mp_scope *scope)
{
    uint32_t next = scope->made_cells, cell;

    for (uint32_t i = 0; i < scope->count; i++) {
        const mp_symbol *symbol = scope->symbols[i];
        bool is_free = symbol->home == MP_H_FREE || (symbol->passed && symbol->home != MP_H_CELL);
        if (!is_free)
            continue;
        if (symbol->cell != next++ || !mp_scope_cell(scope->parent, symbol->name, &cell))
            mp_compile_broken(compiler, "a free variable without a cell");
        else
            mp_emit(compiler, at, MP_I_PUSH_CELL, cell);
    }
    mp_emit(compiler, at, MP_I_BUILD_TUPLE, scope->cell_count - scope->made_cells);
}

void mp_emit_closure(mp_compiler *compiler, const mp_node *at, const mp_scope *scope, mp_code *code,
                     uint32_t flags)
{
    if (code == NULL)
        return;
    if (scope->cell_count > scope->made_cells) {
        closure_cells(compiler, at, scope);
        flags |= 4;
    }
    mp_emit_value(compiler, at, mp_as_value(code));
    mp_emit(compiler, at, MP_I_MAKE_FUNCTION, flags);
}

/* ---- Defaults ---- */

static bool default_is_positional(const mp_param *param)
{
    return param->fallback != NULL && (param->kind == MP_P_POSITIONAL || param->kind == MP_P_POSITIONAL_ONLY);
}

/* As one tuple. */
static bool emit_positional_defaults(mp_compiler *compiler, const mp_node *node)
{
    const mp_params *params = &node->params;
    mp_node tuple = {.kind = MP_N_TUPLE, .span = node->span};

    for (size_t i = 0; i < params->count; i++)
        tuple.list.count += default_is_positional(&params->items[i]);
    if (tuple.list.count == 0)
        return false;
    tuple.list.items = mp_arena_new(compiler->arena, sizeof(mp_node *) * tuple.list.count);
    if (tuple.list.items == NULL) {
        mp_scope_no_memory(&compiler->scopes);
        return false;
    }
    for (size_t i = 0, j = 0; i < params->count; i++) {
        if (default_is_positional(&params->items[i]))
            tuple.list.items[j++] = params->items[i].fallback;
    }
    mp_compile_expression(compiler, &tuple);
    return true;
}

/* As one dict. */
static bool emit_keyword_defaults(mp_compiler *compiler, const mp_node *node)
{
    const mp_scope *scope = mp_scope_of(&compiler->scopes, node);
    uint32_t count = 0;

    for (size_t i = 0; i < node->params.count; i++) {
        const mp_param *param = &node->params.items[i];
        if (param->kind != MP_P_KEYWORD_ONLY || param->fallback == NULL)
            continue;
        mp_emit_text(compiler, node, mp_scope_mangle(&compiler->scopes, scope, param->name));
        mp_compile_expression(compiler, param->fallback);
        count++;
    }
    if (count > 0)
        mp_emit(compiler, node, MP_I_BUILD_DICT, count);
    return count > 0;
}

static uint32_t emit_defaults(mp_compiler *compiler, const mp_node *node)
{
    uint32_t flags = emit_positional_defaults(compiler, node) ? 1 : 0;

    return flags | (emit_keyword_defaults(compiler, node) ? 2u : 0u);
}

/* ---- Functions ---- */

void mp_compile_lambda(mp_compiler *compiler, const mp_node *node)
{
    mp_scope *scope = mp_scope_of(&compiler->scopes, node);
    uint32_t flags = emit_defaults(compiler, node);
    mp_unit unit;

    mp_unit_enter(compiler, &unit, scope, mp_text_of("<lambda>"));
    mp_compile_expression(compiler, node->a);
    mp_emit(compiler, node->a, MP_I_RETURN, 0);
    mp_emit_closure(compiler, node, scope, mp_unit_leave(compiler), flags);
}

static mp_code *function_code(mp_compiler *compiler, const mp_node *node)
{
    static const mp_node none = {.kind = MP_N_CONSTANT, .number.integer = MP_K_NONE};
    const mp_node *docstring = mp_docstring(&node->body);
    mp_unit unit;

    mp_unit_enter(compiler, &unit, mp_scope_of(&compiler->scopes, node), node->text);
    mp_constant_index(compiler, docstring != NULL ? docstring : &none);
    mp_compile_body(compiler, &node->body);
    mp_emit_none(compiler, node);
    mp_emit(compiler, node, MP_I_RETURN, 0);
    return mp_unit_leave(compiler);
}

/* Each decorator waits on the stack, ready to be called with what is below it in the source. */
static void emit_decorators(mp_compiler *compiler, const mp_nodes *decorators)
{
    for (size_t i = 0; i < decorators->count && mp_compile_ok(compiler); i++) {
        mp_compile_expression(compiler, decorators->items[i]);
        mp_emit(compiler, decorators->items[i], MP_I_PUSH_NULL, 0);
    }
}

static void emit_decorator_calls(mp_compiler *compiler, const mp_nodes *decorators)
{
    for (size_t i = decorators->count; i > 0; i--)
        mp_emit(compiler, decorators->items[i - 1], MP_I_CALL, 1);
}

/*     decorators               [d1, NULL, d2, NULL]
 *     defaults as a tuple, keyword defaults as a dict, cells as a tuple
 *     CONST <code>; MAKE_FUNCTION
 *     CALL 1; CALL 1           the last decorator is called first
 *     STORE name */
void mp_compile_function(mp_compiler *compiler, const mp_node *node)
{
    const mp_scope *scope = mp_scope_of(&compiler->scopes, node);
    uint32_t flags;

    emit_decorators(compiler, &node->list);
    flags = emit_defaults(compiler, node);
    mp_emit_closure(compiler, node, scope, function_code(compiler, node), flags);
    emit_decorator_calls(compiler, &node->list);
    mp_emit_variable(compiler, node, MP_STORE, node->text);
}

/* ---- Classes ---- */

static mp_code *class_code(mp_compiler *compiler, const mp_node *node)
{
    mp_scope *scope = mp_scope_of(&compiler->scopes, node);
    mp_unit unit;

    mp_unit_enter(compiler, &unit, scope, node->text);
    mp_emit_docstring(compiler, &node->body);
    mp_compile_body(compiler, &node->body);
    if (scope->class_cell)
        mp_emit(compiler, node, MP_I_PUSH_CELL, 0);
    else
        mp_emit_none(compiler, node);
    mp_emit(compiler, node, MP_I_RETURN, 0);
    return mp_unit_leave(compiler);
}

/* Bases by keyword and star would need a metaclass, or make the number of bases unknown. */
static void emit_bases(mp_compiler *compiler, const mp_nodes *bases)
{
    for (size_t i = 0; i < bases->count && mp_compile_ok(compiler); i++) {
        const mp_node *base = bases->items[i];
        if (base->kind == MP_N_KEYWORD || base->kind == MP_N_STARRED)
            mp_compile_not_here(compiler, base, "such an argument of a class is");
        mp_compile_expression(compiler, base);
    }
}

/* The body is a function without arguments whose namespace becomes the class:
 *
 *     decorators
 *     CONST <body>; MAKE_FUNCTION; CONST 'name'; bases; BUILD_CLASS n
 *     decorator calls
 *     STORE name */
void mp_compile_class(mp_compiler *compiler, const mp_node *node)
{
    const mp_scope *scope = mp_scope_of(&compiler->scopes, node);

    emit_decorators(compiler, &node->list);
    mp_emit_closure(compiler, node, scope, class_code(compiler, node), 0);
    mp_emit_text(compiler, node, node->text);
    emit_bases(compiler, &node->list2);
    mp_emit(compiler, node, MP_I_BUILD_CLASS, (uint32_t)node->list2.count);
    emit_decorator_calls(compiler, &node->list);
    mp_emit_variable(compiler, node, MP_STORE, node->text);
}
