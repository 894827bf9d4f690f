/* scope.c - the walk over the tree that notes what each scope does with its names.
 *
 * Mirrors    CPython's symtable.c: the order of its visits.
 * Idea       Expressions are walked generically: children are in a, b, c and the two lists; only what binds a
 *            name or makes a scope has a function of its own.
 * Holds      Never recurses along a chain that the parser reads in a loop: a + b + c, a.b.c(), elif.  What is
 *            left of such a chain is walked last.
 * Tests      tests/test_minipy_compiler.c */
#include <string.h>

#include "compile/scope.h"

static void walk_expression(mp_scopes *scopes, mp_node *node);
static void walk_statements(mp_scopes *scopes, const mp_nodes *list);

/* ---- Scopes ---- */

static bool walk_room(mp_scopes *scopes)
{
    uint32_t room = scopes->room == 0 ? 16 : scopes->room * 2;
    mp_scope **items;

    if (scopes->count < scopes->room)
        return true;
    items = mp_arena_new(scopes->arena, sizeof *items * room);
    if (items == NULL)
        return false;
    if (scopes->count > 0)
        memcpy(items, scopes->items, sizeof *items * scopes->count);
    scopes->items = items;
    scopes->room = room;
    return true;
}

/* Begins a scope in the current one.  false: no memory, and there is nothing to leave. */
static bool walk_enter(mp_scopes *scopes, mp_scope_kind kind, mp_node *node)
{
    mp_scope *scope = mp_arena_new(scopes->arena, sizeof *scope);

    if (scope == NULL || !walk_room(scopes)) {
        mp_scope_no_memory(scopes);
        return false;
    }
    scope->kind = kind;
    scope->node = node;
    scope->parent = scopes->current;
    if (kind == MP_SCOPE_CLASS)
        scope->class_name = node->text;
    else if (scope->parent != NULL)
        scope->class_name = scope->parent->class_name;
    node->number.integer = scopes->count;
    scopes->items[scopes->count++] = scope;
    scopes->current = scope;
    return true;
}

static void walk_leave(mp_scopes *scopes)
{
    scopes->current = scopes->current->parent;
}

/* ---- Targets ---- */

static void walk_target(mp_scopes *scopes, mp_node *node, uint32_t flags)
{
    switch (node->kind) {
    case MP_N_NAME:
        mp_scope_define(scopes, node->text, flags, node->span);
        return;
    case MP_N_TUPLE:
    case MP_N_LIST:
        for (size_t i = 0; i < node->list.count; i++)
            walk_target(scopes, node->list.items[i], flags);
        return;
    case MP_N_STARRED:
        walk_target(scopes, node->a, flags);
        return;
    default:
        walk_expression(scopes, node);
    }
}

static void walk_annotated(mp_scopes *scopes, mp_node *node)
{
    mp_node *target = node->a;

    if (target->kind != MP_N_NAME)
        walk_expression(scopes, target);
    else if (node->flag)
        mp_scope_annotate(scopes, node);
    else if (node->c != NULL)
        mp_scope_define(scopes, target->text, MP_Y_ASSIGNED, target->span);
    walk_expression(scopes, node->c);
}

/* ---- Functions ---- */

static void walk_params(mp_scopes *scopes, const mp_params *params)
{
    for (size_t i = 0; i < params->count; i++)
        mp_scope_define(scopes, params->items[i].name, MP_Y_PARAM, params->items[i].span);
}

/* What is evaluated where the function is defined. */
static void walk_fallbacks(mp_scopes *scopes, const mp_params *params)
{
    for (size_t i = 0; i < params->count; i++)
        walk_expression(scopes, params->items[i].fallback);
}

static void walk_lambda(mp_scopes *scopes, mp_node *node)
{
    walk_fallbacks(scopes, &node->params);
    if (!walk_enter(scopes, MP_SCOPE_LAMBDA, node))
        return;
    walk_params(scopes, &node->params);
    walk_expression(scopes, node->a);
    walk_leave(scopes);
}

static void walk_list(mp_scopes *scopes, const mp_nodes *list)
{
    for (size_t i = 0; i < list->count; i++)
        walk_expression(scopes, list->items[i]);
}

static void walk_function(mp_scopes *scopes, mp_node *node)
{
    mp_scope_define(scopes, node->text, MP_Y_ASSIGNED, node->span);
    walk_fallbacks(scopes, &node->params);
    walk_list(scopes, &node->list);
    if (!walk_enter(scopes, MP_SCOPE_FUNCTION, node))
        return;
    scopes->current->is_async = node->flag;
    walk_params(scopes, &node->params);
    walk_statements(scopes, &node->body);
    walk_leave(scopes);
}

static void walk_class(mp_scopes *scopes, mp_node *node)
{
    mp_scope_define(scopes, node->text, MP_Y_ASSIGNED, node->span);
    walk_list(scopes, &node->list2);
    walk_list(scopes, &node->list);
    if (!walk_enter(scopes, MP_SCOPE_CLASS, node))
        return;
    walk_statements(scopes, &node->body);
    walk_leave(scopes);
}

/* ---- Comprehensions ---- */

static void walk_iterable(mp_scopes *scopes, mp_node *node)
{
    scopes->iterable++;
    walk_expression(scopes, node);
    scopes->iterable--;
}

/* Targets come before conditions, so that a walrus in one of these knows the names that it must not bind. */
static void walk_clauses(mp_scopes *scopes, const mp_nodes *clauses)
{
    for (size_t i = 0; i < clauses->count; i++) {
        const mp_node *clause = clauses->items[i];
        if (clause->flag)
            scopes->current->awaits = true;
        walk_target(scopes, clause->a, MP_Y_ASSIGNED | MP_Y_ITERATED);
        if (i > 0)
            walk_iterable(scopes, clause->b);
        walk_list(scopes, &clause->list);
    }
}

/* The first iterable belongs to the scope around, as does an await of it; all else is a function of its
 * own. */
static void walk_comprehension(mp_scopes *scopes, mp_node *node)
{
    static const char argument[] = ".0";
    bool awaits;

    walk_iterable(scopes, node->list.items[0]->b);
    if (!walk_enter(scopes, (mp_scope_kind)(MP_SCOPE_LIST_COMP + (node->kind - MP_N_LIST_COMP)), node))
        return;
    mp_scope_define(scopes, mp_text_of(argument), MP_Y_PARAM, node->span);
    walk_clauses(scopes, &node->list);
    walk_expression(scopes, node->a);
    walk_expression(scopes, node->b);
    awaits = scopes->current->awaits;
    walk_leave(scopes);
    /* A comprehension that is a coroutine is awaited where it stands. */
    if (awaits && node->kind != MP_N_GENERATOR)
        scopes->current->awaits = true;
}

static void walk_yield(mp_scopes *scopes, const mp_node *node)
{
    static const char *const kinds[] = {"list comprehension", "set comprehension", "dict comprehension",
                                        "generator expression"};
    mp_scope *scope = scopes->current;

    if (mp_scope_is_comprehension(scope))
        mp_scope_fail(scopes, node->span, "'yield' inside %s", kinds[scope->kind - MP_SCOPE_LIST_COMP]);
    scope->yields = true;
}

/* ---- Expressions ---- */

/* What binds, counts or makes a scope.  true: all is done, the children too. */
static bool walk_special(mp_scopes *scopes, mp_node *node)
{
    switch (node->kind) {
    case MP_N_NAME:
        mp_scope_use(scopes, node->text);
        return true;
    case MP_N_LAMBDA:
        walk_lambda(scopes, node);
        return true;
    case MP_N_LIST_COMP:
    case MP_N_SET_COMP:
    case MP_N_DICT_COMP:
    case MP_N_GENERATOR:
        walk_comprehension(scopes, node);
        return true;
    case MP_N_YIELD:
    case MP_N_YIELD_FROM:
        walk_yield(scopes, node);
        return false;
    case MP_N_AWAIT:
        scopes->current->awaits = true;
        return false;
    case MP_N_WALRUS:
        mp_scope_walrus(scopes, node);
        return false;
    default:
        return false;
    }
}

/* Goes down the left side in the loop and into everything else by recursion, which the parser has bounded. */
static void walk_expression(mp_scopes *scopes, mp_node *node)
{
    for (; node != NULL && mp_scope_ok(scopes); node = node->a) {
        if (walk_special(scopes, node))
            return;
        walk_expression(scopes, node->b);
        walk_expression(scopes, node->c);
        walk_list(scopes, &node->list);
        walk_list(scopes, &node->list2);
    }
}

/* ---- Statements ---- */

static void walk_targets(mp_scopes *scopes, const mp_nodes *targets)
{
    for (size_t i = 0; i < targets->count; i++)
        walk_target(scopes, targets->items[i], MP_Y_ASSIGNED);
}

static void walk_import(mp_scopes *scopes, const mp_node *node)
{
    for (size_t i = 0; i < node->list.count; i++) {
        const mp_node *alias = node->list.items[i];
        mp_text name = alias->text2.data != NULL ? alias->text2 : mp_text_first(alias->text);
        mp_scope_define(scopes, name, MP_Y_ASSIGNED, alias->span);
    }
}

static void walk_if(mp_scopes *scopes, const mp_node *node)
{
    for (;;) {
        walk_expression(scopes, node->a);
        walk_statements(scopes, &node->body);
        if (node->orelse.count != 1 || node->orelse.items[0]->kind != MP_N_IF)
            break;
        node = node->orelse.items[0];
    }
    walk_statements(scopes, &node->orelse);
}

static void walk_loop(mp_scopes *scopes, const mp_node *node)
{
    if (node->kind == MP_N_FOR) {
        walk_target(scopes, node->a, MP_Y_ASSIGNED);
        walk_expression(scopes, node->b);
    } else {
        walk_expression(scopes, node->a);
    }
    walk_statements(scopes, &node->body);
    walk_statements(scopes, &node->orelse);
}

static void walk_with(mp_scopes *scopes, const mp_node *node)
{
    for (size_t i = 0; i < node->list.count; i++) {
        const mp_node *item = node->list.items[i];
        walk_expression(scopes, item->a);
        if (item->b != NULL)
            walk_target(scopes, item->b, MP_Y_ASSIGNED);
    }
    walk_statements(scopes, &node->body);
}

static void walk_try(mp_scopes *scopes, const mp_node *node)
{
    walk_statements(scopes, &node->body);
    for (size_t i = 0; i < node->list.count; i++) {
        const mp_node *handler = node->list.items[i];
        walk_expression(scopes, handler->a);
        if (handler->text.data != NULL)
            mp_scope_define(scopes, handler->text, MP_Y_ASSIGNED, handler->span);
        walk_statements(scopes, &handler->body);
    }
    walk_statements(scopes, &node->orelse);
    walk_statements(scopes, &node->final);
}

static void walk_statement(mp_scopes *scopes, mp_node *node)
{
    switch (node->kind) {
    case MP_N_ASSIGN:
        walk_expression(scopes, node->a);
        walk_targets(scopes, &node->list);
        return;
    case MP_N_AUGMENTED:
        walk_target(scopes, node->a, MP_Y_ASSIGNED);
        walk_expression(scopes, node->b);
        return;
    case MP_N_ANNOTATED:
        walk_annotated(scopes, node);
        return;
    case MP_N_DELETE:
        walk_targets(scopes, &node->list);
        return;
    case MP_N_GLOBAL:
    case MP_N_NONLOCAL:
        mp_scope_declare(scopes, node);
        return;
    case MP_N_IMPORT:
    case MP_N_IMPORT_FROM:
        walk_import(scopes, node);
        return;
    case MP_N_IF:
        walk_if(scopes, node);
        return;
    case MP_N_WHILE:
    case MP_N_FOR:
        walk_loop(scopes, node);
        return;
    case MP_N_WITH:
        walk_with(scopes, node);
        return;
    case MP_N_TRY:
        walk_try(scopes, node);
        return;
    case MP_N_FUNCTION:
        walk_function(scopes, node);
        return;
    case MP_N_CLASS:
        walk_class(scopes, node);
        return;
    default: /* expression, return, raise, assert: children in a and b */
        walk_expression(scopes, node);
    }
}

static void walk_statements(mp_scopes *scopes, const mp_nodes *list)
{
    for (size_t i = 0; i < list->count && mp_scope_ok(scopes); i++)
        walk_statement(scopes, list->items[i]);
}

bool mp_scopes_build(mp_scopes *scopes, mp_arena *arena, mp_node *module, mp_syntax_error *error)
{
    *scopes = (mp_scopes){.arena = arena, .error = error};
    if (walk_enter(scopes, MP_SCOPE_MODULE, module))
        walk_statements(scopes, &module->body);
    mp_scopes_resolve(scopes);
    return mp_scope_ok(scopes);
}
