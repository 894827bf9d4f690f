/* scope_bind.c - what binds, uses and declares a name in a scope.
 *
 * Mirrors    CPython's symtable.c: its SyntaxErrors about names.
 * Holds      A walrus in a comprehension binds in the function around it, and a declaration must come before
 *            any other use of its name.
 * Tests      tests/test_minipy_compiler.c */
#include <string.h>

#include "compile/scope.h"

/* ---- Names ---- */

static mp_symbol *bind_symbol(mp_scopes *scopes, mp_text name)
{
    return mp_scope_symbol(scopes, scopes->current, mp_scope_mangle(scopes, scopes->current, name));
}

static void bind_name_error(mp_scopes *scopes, mp_span span, const char *before, mp_text name,
                            const char *after)
{
    mp_scope_fail(scopes, span, "%s '%.*s' %s", before, mp_text_clip(name), name.data, after);
}

void mp_scope_define(mp_scopes *scopes, mp_text name, uint32_t flags, mp_span span)
{
    mp_symbol *symbol = bind_symbol(scopes, name);

    if (symbol == NULL)
        return;
    if ((flags & MP_Y_PARAM) != 0 && (symbol->flags & MP_Y_PARAM) != 0)
        bind_name_error(scopes, span, "duplicate argument", name, "in function definition");
    if ((flags & MP_Y_ITERATED) != 0 && (symbol->flags & (MP_Y_GLOBAL | MP_Y_NONLOCAL)) != 0)
        mp_scope_fail(scopes, span,
                      "comprehension inner loop cannot rebind assignment expression target '%.*s'",
                      mp_text_clip(name), name.data);
    symbol->flags |= flags;
}

/* Whoever says super or __class__ in a function gets the cell of the class around it. */
void mp_scope_use(mp_scopes *scopes, mp_text name)
{
    mp_symbol *symbol = bind_symbol(scopes, name);

    if (symbol != NULL)
        symbol->flags |= MP_Y_USED;
    if (mp_text_is(name, "super") && mp_scope_is_function(scopes->current)) {
        symbol = bind_symbol(scopes, mp_text_of("__class__"));
        if (symbol != NULL)
            symbol->flags |= MP_Y_USED;
    }
}

/* ---- global and nonlocal ---- */

static const char *bind_directive_words(const mp_symbol *symbol, bool global)
{
    if ((symbol->flags & MP_Y_PARAM) != 0)
        return global ? "is parameter and global" : "is parameter and nonlocal";
    if ((symbol->flags & MP_Y_USED) != 0)
        return global ? "is used prior to global declaration" : "is used prior to nonlocal declaration";
    if ((symbol->flags & MP_Y_ANNOTATED) != 0)
        return global ? "can't be global" : "can't be nonlocal";
    if ((symbol->flags & MP_Y_ASSIGNED) != 0)
        return global ? "is assigned to before global declaration"
                      : "is assigned to before nonlocal declaration";
    return NULL;
}

/* A name must not have been used, bound or annotated in the same scope before it is declared. */
void mp_scope_declare(mp_scopes *scopes, const mp_node *node)
{
    bool global = node->kind == MP_N_GLOBAL;

    for (size_t i = 0; i < node->list.count; i++) {
        mp_text name = node->list.items[i]->text;
        mp_symbol *symbol = bind_symbol(scopes, name);
        const char *words = symbol == NULL ? NULL : bind_directive_words(symbol, global);
        if (symbol == NULL)
            return;
        if (words != NULL)
            bind_name_error(scopes, node->span, strncmp(words, "can", 3) == 0 ? "annotated name" : "name",
                            name, words);
        if ((symbol->flags & (MP_Y_GLOBAL | MP_Y_NONLOCAL)) == 0)
            symbol->span = node->span;
        symbol->flags |= global ? MP_Y_GLOBAL : MP_Y_NONLOCAL;
    }
}

void mp_scope_annotate(mp_scopes *scopes, const mp_node *node)
{
    const uint32_t declared = MP_Y_GLOBAL | MP_Y_NONLOCAL;
    const mp_node *target = node->a;
    mp_symbol *symbol = bind_symbol(scopes, target->text);

    if (symbol != NULL && (symbol->flags & declared) != 0 && scopes->current->kind != MP_SCOPE_MODULE)
        bind_name_error(scopes, node->span, "annotated name", target->text,
                        (symbol->flags & MP_Y_GLOBAL) != 0 ? "can't be global" : "can't be nonlocal");
    mp_scope_define(scopes, target->text, MP_Y_ANNOTATED | MP_Y_ASSIGNED, target->span);
}

/* ---- The walrus ---- */

/* Only the name: what CPython marks. */
static mp_span bind_walrus_span(const mp_node *node)
{
    mp_span span = node->span;

    span.end_line = span.line;
    span.end_column = span.column + (uint32_t)node->text.size;
    return span;
}

/* In a comprehension a walrus binds in the function around it (for a module: globally).  The name is declared
 * here as that scope's; comprehensions between pass it on when homes are found. */
static void bind_outwards(mp_scopes *scopes, const mp_node *node)
{
    mp_scope *scope = scopes->current, *home = scope;
    mp_text name = mp_scope_mangle(scopes, scope, node->text);
    mp_symbol *here, *there;

    for (; mp_scope_is_comprehension(home); home = home->parent) {
        mp_symbol *symbol = mp_scope_find(home, name);
        if (symbol != NULL && (symbol->flags & MP_Y_ITERATED) != 0) {
            mp_scope_fail(scopes, bind_walrus_span(node),
                          "assignment expression cannot rebind comprehension iteration variable '%.*s'",
                          mp_text_clip(name), name.data);
            return;
        }
    }
    if (home->kind == MP_SCOPE_CLASS) {
        mp_scope_fail(scopes, bind_walrus_span(node),
                      "assignment expression within a comprehension cannot be used in a class body");
        return;
    }
    here = mp_scope_symbol(scopes, scope, name);
    there = mp_scope_symbol(scopes, home, name);
    if (here == NULL || there == NULL)
        return;
    if (home->kind == MP_SCOPE_MODULE)
        there->flags |= MP_Y_GLOBAL;
    here->flags |= (there->flags & MP_Y_GLOBAL) != 0 ? MP_Y_GLOBAL : MP_Y_NONLOCAL;
    here->span = node->span;
    there->flags |= MP_Y_ASSIGNED;
}

void mp_scope_walrus(mp_scopes *scopes, const mp_node *node)
{
    if (scopes->iterable > 0)
        mp_scope_fail(scopes, node->span,
                      "assignment expression cannot be used in a comprehension iterable expression");
    if (mp_scope_is_comprehension(scopes->current))
        bind_outwards(scopes, node);
    else
        mp_scope_define(scopes, node->text, MP_Y_ASSIGNED, node->span);
}
