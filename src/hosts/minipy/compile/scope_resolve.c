/* scope_resolve.c - the names of the scopes of a file: tables, mangling, and where each variable lives.
 *
 * Mirrors    CPython's symtable.c, its analysis.
 * Idea       Scopes are resolved from the outside in, so that when a name is looked for in the functions
 *            around, theirs are known.  A name found there becomes a cell where it is bound, and a free
 *            variable in every scope between, class bodies too, because each closure is filled from the code
 *            directly around it.
 * Holds      Names of class bodies are not seen by functions in them; only __class__ is: a cell that the
 *            class makes when somebody asks for it.
 * Tests      tests/test_minipy_compiler.c */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "compile/scope.h"

enum { SCOPE_CLIP = 100 };

/* ---- Texts ---- */

bool mp_text_same(mp_text a, mp_text b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

mp_text mp_text_of(const char *text)
{
    return (mp_text){text, strlen(text)};
}

bool mp_text_is(mp_text text, const char *other)
{
    return mp_text_same(text, mp_text_of(other));
}

mp_text mp_text_first(mp_text dotted)
{
    const char *dot = dotted.size > 0 ? memchr(dotted.data, '.', dotted.size) : NULL;
    if (dot != NULL)
        dotted.size = (size_t)(dot - dotted.data);
    return dotted;
}

int mp_text_clip(mp_text text)
{
    size_t size = text.size;

    if (size <= SCOPE_CLIP)
        return (int)size;
    for (size = SCOPE_CLIP; size > 0 && ((unsigned char)text.data[size] & 0xc0) == 0x80;)
        size--;
    return (int)size;
}

static uint32_t text_hash(mp_text text)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < text.size; i++)
        hash = (hash ^ (unsigned char)text.data[i]) * 16777619u;
    return hash ^ hash >> 15;
}

/* The slot of a key, or the free one where it would go.  The map has free slots. */
static mp_text_slot *text_map_slot(const mp_text_map *map, mp_text key)
{
    uint32_t mask = map->size - 1, i = text_hash(key) & mask;

    while (map->slots[i].key.data != NULL && !mp_text_same(map->slots[i].key, key))
        i = (i + 1) & mask;
    return &map->slots[i];
}

bool mp_text_map_get(const mp_text_map *map, mp_text key, uint32_t *value)
{
    const mp_text_slot *slot;

    if (map->size == 0)
        return false;
    slot = text_map_slot(map, key);
    if (slot->key.data == NULL)
        return false;
    *value = slot->value;
    return true;
}

static bool text_map_enlarge(mp_text_map *map, mp_arena *arena)
{
    mp_text_map larger = {.count = map->count, .size = map->size == 0 ? 8 : map->size * 2};

    if (larger.size == 0)
        return false;
    larger.slots = mp_arena_new(arena, sizeof *larger.slots * larger.size);
    if (larger.slots == NULL)
        return false;
    for (uint32_t i = 0; i < map->size; i++) {
        if (map->slots[i].key.data != NULL)
            *text_map_slot(&larger, map->slots[i].key) = map->slots[i];
    }
    *map = larger;
    return true;
}

bool mp_text_map_put(mp_text_map *map, mp_arena *arena, mp_text key, uint32_t value)
{
    if (map->count >= map->size / 2 && !text_map_enlarge(map, arena))
        return false;
    *text_map_slot(map, key) = (mp_text_slot){key, value};
    map->count++;
    return true;
}

/* ---- Errors ---- */

bool mp_scope_ok(const mp_scopes *scopes)
{
    return scopes->error->kind == MP_SYNTAX_OK;
}

void mp_scope_fail(mp_scopes *scopes, mp_span span, const char *format, ...)
{
    mp_syntax_error *error = scopes->error;
    va_list list;

    if (!mp_scope_ok(scopes))
        return;
    error->kind = MP_SYNTAX_ERROR;
    error->span = span;
    va_start(list, format);
    vsnprintf(error->message, sizeof error->message, format, list);
    va_end(list);
}

void mp_scope_no_memory(mp_scopes *scopes)
{
    mp_scope_fail(scopes, (mp_span){0}, "out of memory");
    scopes->error->kind = MP_SYNTAX_MEMORY;
}

/* ---- Symbols ---- */

bool mp_scope_is_comprehension(const mp_scope *scope)
{
    return scope->kind >= MP_SCOPE_LIST_COMP;
}

bool mp_scope_is_inlined(const mp_scope *scope)
{
    return mp_scope_is_comprehension(scope) && scope->kind != MP_SCOPE_GENERATOR;
}

bool mp_scope_is_function(const mp_scope *scope)
{
    return scope->kind >= MP_SCOPE_FUNCTION;
}

mp_scope *mp_scope_of(const mp_scopes *scopes, const mp_node *node)
{
    return scopes->items[node->number.integer];
}

/* The class's own name is used without the underscores that it begins with; one of underscores only mangles
 * nothing. */
mp_text mp_scope_mangle(mp_scopes *scopes, const mp_scope *scope, mp_text name)
{
    mp_text class_name = scope->class_name;
    mp_text mangled;
    char *data;

    if (class_name.size == 0 || name.size < 3 || memcmp(name.data, "__", 2) != 0 ||
        memcmp(name.data + name.size - 2, "__", 2) == 0 || memchr(name.data, '.', name.size) != NULL)
        return name;
    while (class_name.size > 0 && class_name.data[0] == '_')
        class_name = (mp_text){class_name.data + 1, class_name.size - 1};
    if (class_name.size == 0)
        return name;
    mangled.size = 1 + class_name.size + name.size;
    data = mp_arena_new(scopes->arena, mangled.size + 1);
    if (data == NULL) {
        mp_scope_no_memory(scopes);
        return name;
    }
    data[0] = '_';
    memcpy(data + 1, class_name.data, class_name.size);
    memcpy(data + 1 + class_name.size, name.data, name.size);
    mangled.data = data;
    return mangled;
}

mp_symbol *mp_scope_find(const mp_scope *scope, mp_text name)
{
    uint32_t index;

    return mp_text_map_get(&scope->map, name, &index) ? scope->symbols[index] : NULL;
}

static bool scope_room(mp_scopes *scopes, mp_scope *scope)
{
    uint32_t room = scope->room == 0 ? 4 : scope->room * 2;
    mp_symbol **symbols;

    if (scope->count < scope->room)
        return true;
    symbols = mp_arena_new(scopes->arena, sizeof *symbols * room);
    if (symbols == NULL)
        return false;
    if (scope->count > 0)
        memcpy(symbols, scope->symbols, sizeof *symbols * scope->count);
    scope->symbols = symbols;
    scope->room = room;
    return true;
}

mp_symbol *mp_scope_symbol(mp_scopes *scopes, mp_scope *scope, mp_text name)
{
    mp_symbol *symbol = mp_scope_find(scope, name);

    if (symbol != NULL)
        return symbol;
    symbol = mp_arena_new(scopes->arena, sizeof *symbol);
    if (symbol == NULL || !scope_room(scopes, scope) ||
        !mp_text_map_put(&scope->map, scopes->arena, name, scope->count)) {
        mp_scope_no_memory(scopes);
        return NULL;
    }
    symbol->name = name;
    scope->symbols[scope->count++] = symbol;
    return symbol;
}

bool mp_scope_cell(const mp_scope *scope, mp_text name, uint32_t *cell)
{
    const mp_symbol *symbol = mp_scope_find(scope, name);

    *cell = 0;
    if (scope->class_cell && mp_text_is(name, "__class__"))
        return true;
    if (symbol == NULL || (symbol->home != MP_H_CELL && symbol->home != MP_H_FREE && !symbol->passed))
        return false;
    *cell = symbol->cell;
    return true;
}

/* ---- Homes ---- */

/* What a name of an outer scope is for the functions in it; MP_H_UNKNOWN: it says nothing, look further. */
static mp_home scope_offers(mp_scope *scope, mp_text name)
{
    mp_symbol *symbol = mp_scope_find(scope, name);

    if (scope->kind == MP_SCOPE_MODULE)
        return MP_H_GLOBAL;
    if (scope->kind == MP_SCOPE_CLASS) {
        if (!mp_text_is(name, "__class__"))
            return MP_H_UNKNOWN;
        scope->class_cell = true;
        return MP_H_CELL;
    }
    if (symbol == NULL)
        return MP_H_UNKNOWN;
    if (symbol->home == MP_H_LOCAL)
        symbol->home = MP_H_CELL;
    return symbol->home;
}

/* Looks for a name that is not bound where it is used: MP_H_FREE or MP_H_GLOBAL.  Every scope between here
 * and there gets it as a free variable, to pass it on. */
static mp_home scope_look_outside(mp_scopes *scopes, mp_scope *scope, mp_text name)
{
    mp_scope *outer = scope->parent;
    mp_home found = MP_H_GLOBAL;

    for (; outer != NULL && (found = scope_offers(outer, name)) == MP_H_UNKNOWN; outer = outer->parent)
        ;
    if (found == MP_H_GLOBAL || outer == NULL)
        return MP_H_GLOBAL;
    for (mp_scope *between = scope->parent; between != outer; between = between->parent) {
        mp_symbol *symbol = mp_scope_symbol(scopes, between, name);
        if (symbol == NULL)
            break;
        symbol->passed = true;
        if (symbol->home == MP_H_UNKNOWN)
            symbol->home = MP_H_FREE;
    }
    return MP_H_FREE;
}

static mp_home scope_nonlocal_home(mp_scopes *scopes, mp_scope *scope, mp_symbol *symbol)
{
    if (scope->kind == MP_SCOPE_MODULE) {
        mp_scope_fail(scopes, symbol->span, "nonlocal declaration not allowed at module level");
    } else if (scope_look_outside(scopes, scope, symbol->name) != MP_H_FREE) {
        mp_scope_fail(scopes, symbol->span, "no binding for nonlocal '%.*s' found",
                      mp_text_clip(symbol->name), symbol->name.data);
    }
    return MP_H_FREE;
}

/* A declaration comes first, then whether the scope binds the name anywhere in its text, then what is
 * around. */
static mp_home scope_home(mp_scopes *scopes, mp_scope *scope, mp_symbol *symbol)
{
    if ((symbol->flags & MP_Y_GLOBAL) != 0 && (symbol->flags & MP_Y_NONLOCAL) != 0)
        mp_scope_fail(scopes, symbol->span, "name '%.*s' is nonlocal and global", mp_text_clip(symbol->name),
                      symbol->name.data);
    if ((symbol->flags & MP_Y_GLOBAL) != 0)
        return MP_H_GLOBAL;
    if ((symbol->flags & MP_Y_NONLOCAL) != 0)
        return scope_nonlocal_home(scopes, scope, symbol);
    if ((symbol->flags & (MP_Y_ASSIGNED | MP_Y_PARAM)) != 0)
        return mp_scope_is_function(scope) ? MP_H_LOCAL : MP_H_NAME;
    if (scope->kind == MP_SCOPE_MODULE)
        return MP_H_NAME;
    if (scope_look_outside(scopes, scope, symbol->name) == MP_H_FREE)
        return MP_H_FREE;
    return scope->kind == MP_SCOPE_CLASS ? MP_H_NAME : MP_H_GLOBAL;
}

/* ---- Numbers ---- */

static mp_param_kind scope_param_order(uint32_t round)
{
    static const mp_param_kind order[] = {MP_P_POSITIONAL_ONLY, MP_P_POSITIONAL, MP_P_KEYWORD_ONLY, MP_P_REST,
                                          MP_P_KEYWORDS};
    return order[round];
}

/* The machine finds the arguments by this order: code.h. */
static void scope_number_params(mp_scopes *scopes, mp_scope *scope)
{
    const mp_params *params = &scope->node->params;

    for (uint32_t round = 0; round < 5; round++) {
        for (size_t i = 0; i < params->count; i++) {
            mp_symbol *symbol;
            if (params->items[i].kind != scope_param_order(round))
                continue;
            symbol = mp_scope_find(scope, mp_scope_mangle(scopes, scope, params->items[i].name));
            if (symbol != NULL)
                symbol->local = scope->local_count++;
        }
    }
}

/* Cells that are made here come first, then the free ones, whose order is that of the closure's tuple. */
static void scope_number(mp_scopes *scopes, mp_scope *scope)
{
    if (mp_scope_is_comprehension(scope))
        scope->local_count = 1; /* ".0", the first symbol, whose number is 0 */
    else if (mp_scope_is_function(scope))
        scope_number_params(scopes, scope);
    scope->made_cells = scope->class_cell ? 1 : 0;
    for (uint32_t i = 0; i < scope->count; i++) {
        mp_symbol *symbol = scope->symbols[i];
        if (symbol->home == MP_H_LOCAL && (symbol->flags & MP_Y_PARAM) == 0)
            symbol->local = scope->local_count++;
        if (symbol->home == MP_H_CELL)
            symbol->cell = scope->made_cells++;
    }
    scope->cell_count = scope->made_cells;
    for (uint32_t i = 0; i < scope->count; i++) {
        mp_symbol *symbol = scope->symbols[i];
        if (symbol->home == MP_H_FREE || (symbol->passed && symbol->home != MP_H_CELL))
            symbol->cell = scope->cell_count++;
    }
}

/* Outer scopes come first in the list, so the homes around a scope are known; numbers come in a second round,
 * because an inner scope may still make a local of an outer one a cell. */
void mp_scopes_resolve(mp_scopes *scopes)
{
    for (uint32_t i = 0; i < scopes->count && mp_scope_ok(scopes); i++) {
        mp_scope *scope = scopes->items[i];
        for (uint32_t j = 0; j < scope->count && mp_scope_ok(scopes); j++) {
            mp_symbol *symbol = scope->symbols[j];
            if (symbol->home == MP_H_UNKNOWN)
                symbol->home = scope_home(scopes, scope, symbol);
        }
    }
    for (uint32_t i = 0; i < scopes->count && mp_scope_ok(scopes); i++)
        scope_number(scopes, scopes->items[i]);
}
