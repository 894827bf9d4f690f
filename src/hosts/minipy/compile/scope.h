/* scope.h - which variable a name means: the scopes of a file, found before any code is made.
 *
 * A module, a class body, a function, a lambda and a comprehension are scopes.  The walk over the tree
 * (scope.c) notes what each does with its names; then scope_resolve.c gives each name its home.  A node that
 * makes a scope is marked with its number in node->number.integer, so that the compiler finds it again. */
#ifndef MP_SCOPE_H
#define MP_SCOPE_H

#include "parse/ast.h"

/* ---- Texts as keys ---- */

typedef struct mp_text_slot {
    mp_text key; /* data NULL: free */
    uint32_t value;
} mp_text_slot;

/* Open addressing; all in the arena, so nothing is freed.  Keys are not copied. */
typedef struct mp_text_map {
    mp_text_slot *slots;
    uint32_t count, size; /* size: 0 or a power of two */
} mp_text_map;

bool mp_text_map_get(const mp_text_map *map, mp_text key, uint32_t *value);
/* The key is not in it yet.  false: no memory. */
bool mp_text_map_put(mp_text_map *map, mp_arena *arena, mp_text key, uint32_t value);

bool mp_text_is(mp_text text, const char *other);
bool mp_text_same(mp_text a, mp_text b);
mp_text mp_text_of(const char *text);
/* What stands before the first dot. */
mp_text mp_text_first(mp_text dotted);
/* For "%.*s": a size of at most 100 that does not cut a character. */
int mp_text_clip(mp_text text);

/* ---- Names ---- */

/* What a scope does with a name. */
enum {
    MP_Y_ASSIGNED = 1,
    MP_Y_PARAM = 2,
    MP_Y_USED = 4,
    MP_Y_GLOBAL = 8,
    MP_Y_NONLOCAL = 16,
    MP_Y_ANNOTATED = 32,
    MP_Y_ITERATED = 64 /* by a for clause of this comprehension */
};

typedef enum mp_home {
    MP_H_UNKNOWN,
    MP_H_LOCAL,
    MP_H_CELL,   /* made here, used by inner functions */
    MP_H_FREE,   /* comes with the closure */
    MP_H_GLOBAL, /* of the module or builtin */
    MP_H_NAME    /* in the namespace of a module or class body */
} mp_home;

typedef struct mp_symbol {
    mp_text name; /* mangled */
    mp_span span; /* of the global or nonlocal statement */
    uint32_t flags;
    mp_home home;
    bool passed;    /* also a free cell: a class body passes it on to its functions */
    uint32_t local; /* number; parameters have one even if they are cells */
    uint32_t cell;  /* number */
} mp_symbol;

typedef enum mp_scope_kind {
    MP_SCOPE_MODULE,
    MP_SCOPE_CLASS,
    MP_SCOPE_FUNCTION,
    MP_SCOPE_LAMBDA,
    MP_SCOPE_LIST_COMP, /* from here on: comprehensions */
    MP_SCOPE_SET_COMP,
    MP_SCOPE_DICT_COMP,
    MP_SCOPE_GENERATOR
} mp_scope_kind;

typedef struct mp_scope mp_scope;
struct mp_scope {
    mp_scope_kind kind;
    mp_scope *parent; /* NULL: the module */
    mp_node *node;
    mp_text class_name;  /* of the class around it, for mangling; data NULL: none */
    mp_symbol **symbols; /* in the order in which they were met */
    uint32_t count, room;
    mp_text_map map; /* name to index */
    bool is_async;   /* async def */
    bool yields;     /* has a yield */
    bool awaits;     /* has an await or async for: a comprehension becomes a coroutine by it */
    bool class_cell; /* a class whose functions mention super or __class__: it makes cell 0 */
    uint32_t local_count, made_cells, cell_count;
};

/* All scopes of a file, outer ones before inner ones. */
typedef struct mp_scopes {
    mp_arena *arena;
    mp_syntax_error *error; /* after the first error all work does nothing */
    mp_scope **items;
    uint32_t count, room;
    mp_scope *current; /* while walking */
    uint32_t iterable; /* > 0: inside of an iterable of a comprehension */
} mp_scopes;

/* Finds all scopes and the homes of all names.  false: *error. */
bool mp_scopes_build(mp_scopes *scopes, mp_arena *arena, mp_node *module, mp_syntax_error *error);
mp_scope *mp_scope_of(const mp_scopes *scopes, const mp_node *node);

/* ---- scope_bind.c: what the walk finds in the current scope ---- */

void mp_scope_define(mp_scopes *scopes, mp_text name, uint32_t flags, mp_span span);
void mp_scope_use(mp_scopes *scopes, mp_text name);
void mp_scope_declare(mp_scopes *scopes, const mp_node *node);  /* global, nonlocal */
void mp_scope_annotate(mp_scopes *scopes, const mp_node *node); /* name: ... */
void mp_scope_walrus(mp_scopes *scopes, const mp_node *node);

/* ---- scope_resolve.c, also for the compiler ---- */

void mp_scope_fail(mp_scopes *scopes, mp_span span, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void mp_scope_no_memory(mp_scopes *scopes);
bool mp_scope_ok(const mp_scopes *scopes);
/* __name in a class becomes _Class__name. */
mp_text mp_scope_mangle(mp_scopes *scopes, const mp_scope *scope, mp_text name);
/* By its mangled name.  NULL: there is none. */
mp_symbol *mp_scope_find(const mp_scope *scope, mp_text name);
/* The same, made if it is new.  NULL: no memory. */
mp_symbol *mp_scope_symbol(mp_scopes *scopes, mp_scope *scope, mp_text name);
bool mp_scope_is_comprehension(const mp_scope *scope);
bool mp_scope_is_inlined(const mp_scope *scope); /* a comprehension, but no generator expression */
/* Not a module and not a class: its names are locals. */
bool mp_scope_is_function(const mp_scope *scope);
/* The number of the cell that an inner function's free variable is here. */
bool mp_scope_cell(const mp_scope *scope, mp_text name, uint32_t *cell);
void mp_scopes_resolve(mp_scopes *scopes);

#endif
