/* compile.c - the compiler: from a tree to code.
 *
 * Mirrors    CPython's compile.c.
 * Idea       Parse, find the homes of all names (scope.c), then write the code of each scope in one walk;
 *            inner scopes are finished where they stand and become constants.
 * Holds      The first error counts; after it all writing does nothing.  Errors are mp_syntax_error up to the
 *            end, where mp_compile makes exceptions of them.
 * Owns       Tree, scopes and keys: the arena.  Arrays of units: counted memory, given back in mp_unit_leave.
 * Tests      tests/test_minipy_compiler.c */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "compile/compile_impl.h"

/* ---- Errors ---- */

bool mp_compile_ok(const mp_compiler *compiler)
{
    return !compiler->raised && compiler->error->kind == MP_SYNTAX_OK;
}

void mp_compile_error(mp_compiler *compiler, const mp_node *at, const char *format, ...)
{
    mp_syntax_error *error = compiler->error;
    va_list list;

    if (!mp_compile_ok(compiler))
        return;
    error->kind = MP_SYNTAX_ERROR;
    error->span = at->span;
    va_start(list, format);
    vsnprintf(error->message, sizeof error->message, format, list);
    va_end(list);
}

void mp_compile_not_here(mp_compiler *compiler, const mp_node *at, const char *what)
{
    if (!mp_compile_ok(compiler))
        return;
    mp_compile_error(compiler, at, "%s not in the scenario language", what);
    compiler->error->kind = MP_SYNTAX_NOT_HERE;
}

void mp_compile_broken(mp_compiler *compiler, const char *what)
{
    if (!mp_compile_ok(compiler))
        return;
    mp_raise(compiler->vm, MP_X_RUNTIME_ERROR, "the compiler is broken: %s", what);
    compiler->raised = true;
}

/* ---- Units ---- */

/* The scope's own name if it was declared global; else with the names of what is around, as CPython has them:
 * comprehensions are a part of that. */
static mp_str *unit_qualname(mp_compiler *compiler, const mp_unit *unit, mp_text name)
{
    const mp_unit *outer = unit->outer;
    const mp_symbol *symbol = NULL;

    while (outer != NULL && mp_scope_is_inlined(outer->scope))
        outer = outer->outer;
    if (outer != NULL && (unit->scope->kind == MP_SCOPE_FUNCTION || unit->scope->kind == MP_SCOPE_CLASS))
        symbol = mp_scope_find(outer->scope, mp_scope_mangle(&compiler->scopes, outer->scope, name));
    if (outer == NULL || outer->scope->kind == MP_SCOPE_MODULE ||
        (symbol != NULL && symbol->home == MP_H_GLOBAL && (symbol->flags & MP_Y_GLOBAL) != 0))
        return (mp_str *)mp_incref(mp_as_value(unit->name));
    if (outer->scope->kind == MP_SCOPE_CLASS || outer->scope->kind == MP_SCOPE_GENERATOR)
        return mp_str_formatted(compiler->vm, "%S.%S", mp_as_value(outer->qualname), mp_as_value(unit->name));
    return mp_str_formatted(compiler->vm, "%S.<locals>.%S", mp_as_value(outer->qualname),
                            mp_as_value(unit->name));
}

/* Of a function with decorators, that of the first. */
static uint32_t unit_first_line(const mp_node *node)
{
    bool decorated = (node->kind == MP_N_FUNCTION || node->kind == MP_N_CLASS) && node->list.count > 0;
    return decorated ? node->list.items[0]->span.line : node->span.line;
}

void mp_unit_enter(mp_compiler *compiler, mp_unit *unit, mp_scope *scope, mp_text name)
{
    *unit = (mp_unit){.outer = compiler->unit, .scope = scope, .first_line = unit_first_line(scope->node)};
    compiler->unit = unit;
    if (!mp_compile_ok(compiler))
        return;
    unit->name = mp_str_intern(compiler->vm, name.data, name.size);
    if (unit->name != NULL)
        unit->qualname = unit_qualname(compiler, unit, name);
    if (unit->qualname == NULL)
        compiler->raised = true;
}

/* mp_assemble has taken references of its own. */
static void unit_free(mp_vm *vm, mp_unit *unit)
{
    for (uint32_t i = 0; i < unit->constant_count; i++)
        mp_decref(vm, unit->constants[i]);
    for (uint32_t i = 0; i < unit->name_count; i++)
        mp_decref(vm, mp_as_value(unit->names[i]));
    mp_release(vm, unit->constants, sizeof *unit->constants * unit->constant_room);
    mp_release(vm, unit->names, sizeof *unit->names * unit->name_room);
    mp_release(vm, unit->drafts, sizeof *unit->drafts * unit->room);
    mp_release(vm, unit->labels, sizeof *unit->labels * unit->label_room);
    mp_release(vm, unit->regions, sizeof *unit->regions * unit->region_room);
    mp_xdecref(vm, mp_as_value(unit->name));
    mp_xdecref(vm, mp_as_value(unit->qualname));
}

mp_code *mp_unit_leave(mp_compiler *compiler)
{
    mp_unit *unit = compiler->unit;
    mp_code *code = mp_compile_ok(compiler) ? mp_assemble(compiler, unit) : NULL;

    compiler->unit = unit->outer;
    unit_free(compiler->vm, unit);
    return code;
}

/* ---- Files ---- */

static mp_code *compile_module(mp_compiler *compiler, mp_node *module)
{
    mp_unit unit;

    mp_unit_enter(compiler, &unit, mp_scope_of(&compiler->scopes, module), mp_text_of("<module>"));
    mp_emit_docstring(compiler, &module->body);
    mp_compile_body(compiler, &module->body);
    mp_emit_none(compiler, module);
    mp_emit(compiler, module, MP_I_RETURN, 0);
    return mp_unit_leave(compiler);
}

/* The text without a byte order mark: the lines of tracebacks are cut from it. */
static mp_str *compile_source(mp_vm *vm, const char *source, size_t size)
{
    if (size >= 3 && memcmp(source, "\xef\xbb\xbf", 3) == 0)
        return mp_str_new(vm, source + 3, size - 3);
    return mp_str_new(vm, source, size);
}

/* The arena may take what the machine's memory limit leaves.  NULL: *error, or vm->raised. */
static mp_code *compile_file(mp_vm *vm, const char *source, size_t size, const char *file,
                             mp_syntax_error *error)
{
    size_t limit = vm->options.memory_limit, left = limit > vm->memory_used ? limit - vm->memory_used : 1;
    mp_arena arena = {.limit = limit == 0 ? 0 : left};
    mp_compiler compiler = {.vm = vm, .arena = &arena, .error = error};
    mp_node *module = mp_parse(&arena, source, size, error);
    mp_code *code = NULL;

    if (module != NULL && mp_scopes_build(&compiler.scopes, &arena, module, error)) {
        compiler.file = mp_clean_text(vm, file, strlen(file));
        compiler.source = compiler.file == NULL ? NULL : compile_source(vm, source, size);
        compiler.raised = compiler.source == NULL;
        code = compiler.raised ? NULL : compile_module(&compiler, module);
    }
    mp_xdecref(vm, mp_as_value(compiler.file));
    mp_xdecref(vm, mp_as_value(compiler.source));
    mp_arena_free(&arena);
    return code;
}

mp_code *mp_compile(mp_vm *vm, const char *source, size_t size, const char *file)
{
    mp_syntax_error error = {0};
    mp_code *code = compile_file(vm, source, size, file, &error);

    if (code == NULL && vm->raised == NULL)
        mp_raise_syntax(vm, &error, source, size, file);
    return code;
}

bool mp_check_syntax(mp_vm *vm, const char *source, size_t size, mp_syntax_error *error)
{
    mp_code *code;

    *error = (mp_syntax_error){0};
    code = compile_file(vm, source, size, "<check>", error);
    if (code != NULL) {
        mp_decref(vm, mp_as_value(code));
        return true;
    }
    if (vm->raised != NULL) {
        bool memory = mp_raised_is(vm, MP_X_MEMORY_ERROR);
        error->kind = memory ? MP_SYNTAX_MEMORY : MP_SYNTAX_ERROR;
        snprintf(error->message, sizeof error->message, "%s",
                 memory ? "out of memory" : "the compiler is broken");
        mp_clear_slot(vm, &vm->raised);
    }
    return false;
}
