/* compile_impl.h - what the files of the compiler share.
 *
 * A unit is the code of one scope in the making: drafts of instructions whose jumps name labels, and regions,
 * which say where an exception goes.  Each draft notes the innermost region that it is in, so the code that
 * leaves a try early is simply written outside of its region, and no range needs to be split by hand.
 *
 * The first error is kept, and everything after it does nothing: nobody checks answers, but whoever walks a
 * tree stops early (mp_compile_ok). */
#ifndef MP_COMPILE_IMPL_H
#define MP_COMPILE_IMPL_H

#include "compile/code.h"
#include "compile/scope.h"
#include "vm.h"

enum { MP_NO_REGION = 0, MP_BLOCKS_MAX = 20 /* CPython's; it also bounds how often finally is repeated */ };

typedef struct mp_draft {
    mp_opcode opcode;
    uint32_t argument; /* of jumps: a label */
    uint32_t region;   /* MP_NO_REGION: none */
    mp_span span;
} mp_draft;

/* Where exceptions go: the stack is cut to what it was at start, less some values, and the exception
 * pushed. */
typedef struct mp_region {
    uint32_t start;   /* the draft that comes when it begins */
    uint32_t less;    /* values that are on the stack at start and are dropped */
    uint32_t handler; /* a label */
    uint32_t depth;   /* below the exception: flow.c finds it */
} mp_region;

/* What return, break and continue must undo on their way out.  Lives on the C stack of who compiles it. */
typedef enum mp_block_kind {
    MP_B_WHILE,
    MP_B_FOR,     /* the iterator is on the stack */
    MP_B_TRY,     /* nothing to undo but its region */
    MP_B_FINALLY, /* node->final is to be run */
    MP_B_ENDING,  /* in finally after an exception: [previous, exc] */
    MP_B_VALUE,   /* in finally on the way out of a return: its value */
    MP_B_HANDLER, /* in except: [previous], and a name to unbind */
    MP_B_STAR,    /* in except*: no way out */
    MP_B_WITH     /* [exit] */
} mp_block_kind;

typedef struct mp_block mp_block;
struct mp_block {
    mp_block *outer;
    mp_block_kind kind;
    const mp_node *node;
    const mp_node *manager; /* of MP_B_WITH: the expression of its item */
    uint32_t region;        /* the one around the block */
    uint32_t again, end;    /* labels of loops */
    uint32_t depth;
};

typedef struct mp_unit mp_unit;
struct mp_unit {
    mp_unit *outer;
    mp_scope *scope;
    mp_block *block; /* the innermost */
    uint32_t region;
    mp_draft *drafts;
    uint32_t *labels;   /* where each is, in drafts */
    mp_region *regions; /* number 0 is none */
    mp_value *constants;
    mp_str **names;
    uint32_t count, room, label_count, label_room, region_count, region_room;
    uint32_t constant_count, constant_room, name_count, name_room;
    mp_text_map constant_map, name_map;
    mp_str *name, *qualname;
    uint32_t first_line;
    uint32_t deepest; /* flow.c */
};

typedef struct mp_compiler {
    mp_vm *vm;
    mp_arena *arena;
    mp_syntax_error *error;
    bool raised; /* vm->raised has it */
    mp_scopes scopes;
    mp_unit *unit;
    mp_str *file, *source;
    uint32_t total; /* drafts of the whole file */
} mp_compiler;

/* ---- compile.c: errors, units ---- */

bool mp_compile_ok(const mp_compiler *compiler);
void mp_compile_error(mp_compiler *compiler, const mp_node *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Python, but not in the scenario language; what: "import *" */
void mp_compile_not_here(mp_compiler *compiler, const mp_node *at, const char *what);
/* A mistake of the compiler itself. */
void mp_compile_broken(mp_compiler *compiler, const char *what);
/* Begins the code of a scope; the unit is the caller's.  Each is left again, also after errors. */
void mp_unit_enter(mp_compiler *compiler, mp_unit *unit, mp_scope *scope, mp_text name);
/* The code, new; NULL: there was an error. */
mp_code *mp_unit_leave(mp_compiler *compiler);

/* ---- compile_error.c ---- */

/* Raises what a syntax error is as an exception. */
void mp_raise_syntax(mp_vm *vm, const mp_syntax_error *error, const char *source, size_t size,
                     const char *file);
/* A str of a text that need not be UTF-8: what is not becomes "?". */
mp_str *mp_clean_text(mp_vm *vm, const char *text, size_t size);

/* ---- compile_emit.c: drafts, labels, regions, names ---- */

void mp_emit(mp_compiler *compiler, const mp_node *at, mp_opcode opcode, uint32_t argument);
/* An instruction whose argument is a name. */
void mp_emit_name(mp_compiler *compiler, const mp_node *at, mp_opcode opcode, mp_text name);
uint32_t mp_label_new(mp_compiler *compiler);
void mp_label_here(mp_compiler *compiler, uint32_t label);
/* What is emitted from here on goes to handler when it raises.  Answers what mp_region_close wants. */
uint32_t mp_region_open(mp_compiler *compiler, uint32_t handler, uint32_t less);
void mp_region_close(mp_compiler *compiler, uint32_t outer);
/* One more item in an array of the unit; false: no memory. */
bool mp_compile_grow(mp_compiler *compiler, void *items, uint32_t count, uint32_t *room, size_t size);
typedef enum mp_access { MP_LOAD, MP_STORE, MP_DELETE } mp_access;
/* A variable, wherever it lives. */
void mp_emit_variable(mp_compiler *compiler, const mp_node *at, mp_access access, mp_text name);

/* ---- compile_constant.c ---- */

bool mp_is_constant(const mp_node *node); /* numbers, also negative, strings, None..., tuples of these */
bool mp_all_constant(const mp_nodes *list);
uint32_t mp_constant_index(mp_compiler *compiler, const mp_node *constant);
void mp_emit_constant(mp_compiler *compiler, const mp_node *at, const mp_node *constant);
/* The items of a list, as one tuple. */
void mp_emit_constants(mp_compiler *compiler, const mp_node *at, const mp_nodes *items);
void mp_emit_none(mp_compiler *compiler, const mp_node *at);
void mp_emit_text(mp_compiler *compiler, const mp_node *at, mp_text text);
/* Steals a value that is like no other. */
void mp_emit_value(mp_compiler *compiler, const mp_node *at, mp_value value);

/* ---- compile_expression.c, compile_call.c, compile_comprehension.c, compile_function.c ---- */

void mp_compile_expression(mp_compiler *compiler, const mp_node *node);
/* Jumps to label if the truth of the node is sense; else goes on. */
void mp_compile_jump(mp_compiler *compiler, const mp_node *node, uint32_t label, bool sense);
bool mp_is_async(const mp_scope *scope);
/* [iterator] -> [result]: suspends as the iterator does. */
void mp_emit_delegate(mp_compiler *compiler, const mp_node *at);
/* The arguments of a call whose callee is there; with_self: by LOAD_METHOD. */
void mp_compile_call(mp_compiler *compiler, const mp_node *node, bool with_self);
/* Whether the call needs CALL_EX, which wants no self. */
bool mp_is_spread(const mp_node *call);
void mp_compile_display(mp_compiler *compiler, const mp_node *node);
void mp_compile_comprehension(mp_compiler *compiler, const mp_node *node);
void mp_compile_lambda(mp_compiler *compiler, const mp_node *node);
void mp_compile_function(mp_compiler *compiler, const mp_node *node);
void mp_compile_class(mp_compiler *compiler, const mp_node *node);
/* [defaults as flags say] -> [function]; steals code, NULL: there was an error. */
void mp_emit_closure(mp_compiler *compiler, const mp_node *at, const mp_scope *scope, mp_code *code,
                     uint32_t flags);

/* ---- compile_statement.c, compile_target.c, compile_loop.c, compile_try.c, compile_with.c ---- */

void mp_compile_store(mp_compiler *compiler, const mp_node *target);
void mp_compile_delete(mp_compiler *compiler, const mp_node *target);
void mp_compile_assign(mp_compiler *compiler, const mp_node *node);
void mp_compile_augmented(mp_compiler *compiler, const mp_node *node);
void mp_compile_annotated(mp_compiler *compiler, const mp_node *node);
void mp_compile_statements(mp_compiler *compiler, const mp_nodes *list);
/* A body without the string that it begins with. */
void mp_compile_body(mp_compiler *compiler, const mp_nodes *list);
/* The string that a body begins with, or NULL. */
const mp_node *mp_docstring(const mp_nodes *body);
/* Keeps it as __doc__ of a module or class. */
void mp_emit_docstring(mp_compiler *compiler, const mp_nodes *body);
void mp_compile_loop(mp_compiler *compiler, const mp_node *node);
void mp_compile_break(mp_compiler *compiler, const mp_node *node); /* continue too */
void mp_compile_return(mp_compiler *compiler, const mp_node *node);
void mp_compile_try(mp_compiler *compiler, const mp_node *node);
/* compile_star.c: the handlers of except*, after which it goes on at end. */
void mp_compile_star_handlers(mp_compiler *compiler, const mp_node *node, uint32_t end);
/* [previous, exc]: what was handled before is handled again, and exc goes on. */
void mp_emit_reraise(mp_compiler *compiler, const mp_node *at);
/* The end of "except ... as name". */
void mp_emit_unbind(mp_compiler *compiler, const mp_node *handler);
void mp_compile_with(mp_compiler *compiler, const mp_node *node);
/* [exit] -> []: calls it without an exception. */
void mp_emit_exit(mp_compiler *compiler, const mp_node *with, const mp_node *at);
void mp_block_enter(mp_compiler *compiler, mp_block *block, mp_block_kind kind, const mp_node *node);
void mp_block_leave(mp_compiler *compiler);

/* ---- flow.c, assemble.c ---- */

/* Finds the depths of the unit and its regions, and takes out what is never reached. */
void mp_flow(mp_compiler *compiler, mp_unit *unit);

/* The finished code of a unit; NULL: there was an error. */
mp_code *mp_assemble(mp_compiler *compiler, mp_unit *unit);
/* What an instruction does to the depth of the stack; jumped: where it goes when it jumps. */
int64_t mp_stack_effect(mp_opcode opcode, uint32_t argument, bool jumped);

/* code.c: whether the argument is an instruction. */
bool mp_opcode_jumps(mp_opcode opcode);

#endif
