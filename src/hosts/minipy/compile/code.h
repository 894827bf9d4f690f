/* code.h - compiled code: the instructions, and what each does to the stack.
 *
 * An instruction is 32 bits: the operation in the low 8, the argument in the high 24.  Jumps name the index
 * of an instruction in the same code.  Stack pictures: [below, top] -> [below, new top].
 *
 * Exceptions cost nothing until they are raised: a table says which handler covers which instructions and how
 * deep the stack is there.  When one comes, the stack is cut to that depth, the exception is pushed, and the
 * handler goes on.  Innermost ranges come first in the table. */
#ifndef MP_CODE_H
#define MP_CODE_H

#include "object.h"
#include "parse/ast.h"

/* X(NAME, what the argument is) in the order of their numbers; disasm.c prints the argument by that word:
 * none, number, const, name, local, cell, jump, op. */
#define MP_OPCODES(X)                                                                                        \
    /* -- the stack -- */                                                                                    \
    X(POP, none)                                                                                             \
    X(COPY, number) /* pushes the nth value from the top, 1 is the top */                                    \
    X(SWAP, number) /* exchanges the top with the nth */                                                     \
    X(CONST, const)                                                                                          \
    X(PUSH_NULL, none) /* the empty place of "self" under the arguments of a call */                         \
    /* -- names -- */                                                                                        \
    X(LOAD_LOCAL, local) /* UnboundLocalError */                                                             \
    X(STORE_LOCAL, local)                                                                                    \
    X(DELETE_LOCAL, local)                                                                                   \
    X(LOAD_CELL, cell) /* the content; NameError or UnboundLocalError */                                     \
    X(STORE_CELL, cell)                                                                                      \
    X(DELETE_CELL, cell)                                                                                     \
    X(PUSH_CELL, cell)   /* the cell itself, for a closure */                                                \
    X(LOAD_GLOBAL, name) /* globals, then builtins */                                                        \
    X(STORE_GLOBAL, name)                                                                                    \
    X(DELETE_GLOBAL, name)                                                                                   \
    X(LOAD_NAME, name) /* module and class bodies: namespace, globals, builtins */                           \
    X(STORE_NAME, name)                                                                                      \
    X(DELETE_NAME, name)                                                                                     \
    X(LOAD_CLASS_CELL, cell) /* class bodies: the namespace first (by the cell's name), then the cell */     \
    /* -- attributes and items -- */                                                                         \
    X(LOAD_ATTR, name)    /* [o] -> [o.name] */                                                              \
    X(LOAD_METHOD, name)  /* [o] -> [function, o] or [o.name, NULL]: for a CALL without a bound method */    \
    X(STORE_ATTR, name)   /* [value, o] -> [] */                                                             \
    X(DELETE_ATTR, name)  /* [o] -> [] */                                                                    \
    X(LOAD_INDEX, none)   /* [o, key] -> [o[key]] */                                                         \
    X(STORE_INDEX, none)  /* [value, o, key] -> [] */                                                        \
    X(DELETE_INDEX, none) /* [o, key] -> [] */                                                               \
    X(BUILD_SLICE, none)  /* [start, stop, step] -> [slice]; None where left out */                          \
    /* -- operators -- */                                                                                    \
    X(BINARY, op)  /* [a, b] -> [a op b] */                                                                  \
    X(INPLACE, op) /* [a, b] -> [a op= b] */                                                                 \
    X(UNARY, op)   /* [a] -> [op a]; MP_OP_NOT too */                                                        \
    X(COMPARE, op) /* [a, b] -> [a op b]; with in, not in, is, is not */                                     \
    /* -- displays -- */                                                                                     \
    X(BUILD_TUPLE, number)                                                                                   \
    X(BUILD_LIST, number)                                                                                    \
    X(BUILD_SET, number)                                                                                     \
    X(BUILD_DICT, number)  /* n pairs [k, v, k, v, ...] -> [dict] */                                         \
    X(LIST_APPEND, number) /* [list, ..., x] -> [list, ...]: the list is the nth below x; 1 is next */       \
    X(SET_ADD, number)     /* the same for a set */                                                          \
    X(DICT_ADD, number)    /* [dict, ..., k, v] -> [dict, ...]: the dict is the nth below k */               \
    X(LIST_EXTEND, none)   /* [list, iterable] -> [list]; "Value after * must be an iterable, not T" */      \
    X(SET_UPDATE, none)    /* [set, iterable] -> [set] */                                                    \
    X(DICT_UPDATE, none)   /* [dict, mapping] -> [dict]: {**m} */                                            \
    X(DICT_MERGE, none)    /* [callee, NULL, args, dict, mapping] -> [callee, NULL, args, dict]: f(**m), */  \
    /*                          "got multiple values for keyword argument" */                                \
    X(LIST_TO_TUPLE, none)                                                                                   \
    X(UNPACK, number)      /* [iterable] -> [nth, ..., first]: the first is on top */                        \
    X(UNPACK_STAR, number) /* n = before | after << 12: [iterable] -> [last after, ..., list, ..., first] */ \
    X(FORMAT, number) /* conversion 0 'r' 's' 'a' in the low 8 bits, | 256: [x, spec] else [x] -> [str] */   \
    X(BUILD_STRING, number) /* n strings -> [str] */                                                         \
    /* -- control -- */                                                                                      \
    X(JUMP, jump)                                                                                            \
    X(JUMP_IF_FALSE, jump) /* pops */                                                                        \
    X(JUMP_IF_TRUE, jump)  /* pops */                                                                        \
    X(JUMP_IF_NONE, jump)  /* pops */                                                                        \
    X(GET_ITER, none)      /* [x] -> [iter(x)] */                                                            \
    X(FOR_ITER, jump)      /* [it] -> [it, next]; at the end [it] -> [] and jumps */                         \
    X(RETURN, none)        /* [result]: leaves the frame */                                                  \
    /* -- functions, classes, calls -- */                                                                    \
    X(MAKE_FUNCTION,                                                                                         \
      number)       /* [defaults tuple if 1, kwdefaults dict if 2, closure tuple if 4, code] -> [f] */       \
    X(CALL, number) /* [callee, self or NULL, n arguments] -> [result] */                                    \
    X(CALL_NAMES,                                                                                            \
      number)          /* [callee, self or NULL, n arguments (named ones last), names tuple] -> [result] */  \
    X(CALL_EX, number) /* [callee, NULL, args tuple, kwargs dict if 1] -> [result] */                        \
    X(BUILD_CLASS,                                                                                           \
      number)       /* [body function, name, n bases] -> [class]; calls the body with a new namespace */     \
    X(IMPORT, name) /* [] -> [module] */                                                                     \
    X(IMPORT_FROM, name) /* [module] -> [module, attribute] */                                               \
    /* -- exceptions -- */                                                                                   \
    X(RAISE, number)      /* 0: re-raises what is handled; 1: [exc]; 2: [exc, cause] */                      \
    X(PUSH_HANDLED, none) /* [exc] -> [what was handled before, exc]: exc is now the handled one */          \
    X(POP_HANDLED, none)  /* [what was handled before] -> []: it is handled again */                         \
    X(RERAISE, none)      /* [exc] -> raises it, with no new line in the traceback */                        \
    X(MATCH, none)        /* [exc, type] -> [exc, bool]; "catching classes that do not inherit..." */        \
    X(MATCH_STAR, none)   /* [exc, type] -> [rest or None, matched group or None]; also a naked exception */ \
    X(JOIN_STAR, none)    /* [original, list of raised ones and the rest] -> [exc to raise or None] */       \
    X(ASSERTION_ERROR, none) /* [] -> [AssertionError] */                                                    \
    /* -- with -- */                                                                                         \
    X(ENTER_WITH, none)       /* [manager] -> [bound __exit__, result of __enter__()] */                     \
    X(ENTER_ASYNC_WITH, none) /* [manager] -> [bound __aexit__, awaitable of __aenter__()] */                \
    X(CALL_EXIT,                                                                                             \
      number) /* n = how many values between: [exit, n values, exc] -> [.., exc, exit(type, exc, tb)] */     \
    /* -- generators and coroutines -- */                                                                    \
    X(GET_AWAITABLE, number) /* 0 await, 1 __aenter__, 2 __aexit__ (for the error): [x] -> [its iterator] */ \
    X(GET_YIELD_FROM, none)  /* [x] -> [iterator]: yield from x; a coroutine only inside of a coroutine */   \
    X(DELEGATE, none)        /* [iterator, value to send] -> [result]; suspends as often as it yields */     \
    X(YIELD, none)          /* [value] -> suspends -> [what was sent]; knows by itself an async generator */ \
    X(GET_ASYNC_ITER, none) /* [x] -> [x.__aiter__()] */                                                     \
    X(GET_ASYNC_NEXT, none) /* [it] -> [it, the awaitable of it.__anext__(), made an iterator] */            \
    X(END_ASYNC_FOR, none)  /* [it, exc] -> []: if it is StopAsyncIteration, else re-raises */

typedef enum mp_opcode {
#define MP_OPCODE_ENUM(name, argument) MP_I_##name,
    MP_OPCODES(MP_OPCODE_ENUM)
#undef MP_OPCODE_ENUM
        MP_I_COUNT
} mp_opcode;

typedef uint32_t mp_instruction;

#define MP_ARGUMENT_MAX ((uint32_t)0xffffff)

static inline mp_opcode mp_opcode_of(mp_instruction instruction)
{
    return (mp_opcode)(instruction & 0xff);
}

static inline uint32_t mp_argument_of(mp_instruction instruction)
{
    return instruction >> 8;
}

/* Instructions start <= i < end are covered: cut the stack to depth, push the exception, go on at handler. */
typedef struct mp_handler {
    uint32_t start, end, handler, depth;
} mp_handler;

enum {
    MP_C_GENERATOR = 1,
    MP_C_COROUTINE = 2,
    MP_C_ASYNC_GENERATOR = 4,
    MP_C_REST = 8,       /* has *args: the local after the keyword-only ones */
    MP_C_KEYWORDS = 16,  /* has **kwargs: the local after that */
    MP_C_NAMESPACE = 32, /* a module or class body: names live in a dict, not in locals */
    MP_C_CLASS = 64,
    MP_C_METHOD = 128, /* defined directly in a class */
    MP_C_INLINED = 256 /* a comprehension: in CPython a part of the function that it stands in */
};

/* Locals are numbered: positional parameters, keyword-only ones, *args, **kwargs, other variables.  Cells are
 * numbered: first the cells that this code makes (variables that inner functions use), then the free ones
 * that come with the closure.  A parameter that inner functions use has a local and a cell: when the function
 * starts, the value moves from local cell_locals[i] into cell i (-1: starts unbound). */
struct mp_code {
    mp_object head;
    mp_instruction *instructions;
    mp_span *spans; /* of each instruction: for tracebacks */
    uint32_t count;
    uint32_t stack_size; /* the deepest */
    mp_value *constants;
    uint32_t constant_count;
    mp_str **names; /* interned */
    uint32_t name_count;
    mp_str **locals; /* interned names of the locals */
    uint32_t local_count;
    mp_str **cells;
    uint32_t made_cells, cell_count; /* the first made_cells are made here, the rest are free */
    int32_t *cell_locals;            /* made_cells of them */
    uint32_t positional_only, positional, keyword_only; /* positional counts the positional-only ones too */
    uint32_t flags;                                     /* MP_C_* */
    mp_handler *handlers;
    uint32_t handler_count;
    mp_str *name, *qualname, *file;
    uint32_t first_line;
    mp_str *source; /* the whole text of the file, for the lines of tracebacks; shared */
};

/* Compiles a module.  NULL: a syntax error is raised (SyntaxError and its subclasses with text, file, line,
 * column), or MemoryError.  source is kept for tracebacks.  compiler.c */
mp_code *mp_compile(mp_vm *vm, const char *source, size_t size, const char *file);
/* Only parses and compiles, without a VM's exceptions: true, or the error. */
bool mp_check_syntax(mp_vm *vm, const char *source, size_t size, mp_syntax_error *error);

/* A zeroed code object (type MP_TYPE_CODE), and how it is freed and shown to the collector: code.c */
mp_code *mp_code_new(mp_vm *vm);
/* Writes the instructions of a code and of the codes in its constants as text.  disasm.c */
bool mp_disassemble(mp_vm *vm, const mp_code *code, bool (*write)(void *data, const char *text, size_t size),
                    void *data);

#endif
