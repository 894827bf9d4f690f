/* object.h - values, objects and types of the interpreter: what everything else works with.
 *
 * A value is a pointer to an object, or a small integer in the pointer's own bits (the lowest bit set).
 * Never NULL: NULL is the answer of a function that raised; the exception then waits in vm->raised.
 *
 * Ownership, everywhere in the interpreter: arguments are BORROWED, results are NEW references, unless the
 * comment says otherwise ("steals", "borrowed").  A function of type bool gives false when it raised.
 *
 * Dropping a reference may run code of the program (a generator's finally): move what you need out of an
 * object before you drop what it held. */
#ifndef MP_OBJECT_H
#define MP_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "minipy.h"

typedef struct mp_object mp_object;
typedef struct mp_type mp_type;
typedef mp_object *mp_value;

typedef struct mp_str mp_str;
typedef struct mp_dict mp_dict;
typedef struct mp_tuple mp_tuple;
typedef struct mp_list mp_list;
typedef struct mp_exception mp_exception;
typedef struct mp_code mp_code;
typedef struct mp_frame mp_frame;

/* The head of every object. */
struct mp_object {
    mp_type *type; /* owned for types made by a class statement, which counts its instances; see mp_new */
    uint32_t refs;
    uint32_t flags; /* MP_O_* */
};

enum {
    MP_O_TRACKED = 1,   /* on the collector's list: the object has a gc head before it */
    MP_O_FINALIZED = 2, /* its finalize slot has run: once in a life */
    MP_O_IMMORTAL = 4,  /* None, True, ...: made with the VM and gone with it */
    MP_O_DYING = 8,     /* refs is 0, it waits to be freed */
    MP_O_SEEN = 16      /* a traceback that is being written has shown this exception */
};

/* ---- Arguments of a call ---- */

/* values: count positional ones, then one for each name.  Borrowed for the call. */
typedef struct mp_args {
    mp_value *values;
    size_t count;
    mp_tuple *names; /* of the keyword arguments, str each; NULL: none */
} mp_args;

/* What a function in C gives back instead of a value when it has pushed a frame (frame.h) whose result is to
 * become its own.  Only mp_native functions and the call and make slots may do so. */
#define MP_PUSHED ((mp_value)(uintptr_t)2)

typedef mp_value mp_native(mp_vm *vm, mp_args *args);

/* ---- What a type can do ---- */

/* How a thing that can be awaited or delegated to goes on: see mp_slots.resume. */
typedef enum mp_progress {
    MP_FAILED,  /* raised */
    MP_YIELDED, /* *out is what it yields */
    MP_ENDED    /* *out is its result */
} mp_progress;

typedef enum mp_resume { MP_SEND, MP_THROW, MP_CLOSE } mp_resume;

typedef int mp_visit(mp_value value, void *data);

/* What C code does for a type; NULL: the base type's.  A class statement's type has none of its own: the
 * functions of operate.h find its dunder methods first.  Slots are called with objects of the type or of a
 * subclass.  Binary slots answer vm->not_implemented (new reference) for operands that they do not know. */
typedef struct mp_slots {
    /* life */
    int (*visit)(mp_value self, mp_visit *visit,
                 void *data);                   /* shows all that it owns; 0, or what visit said */
    void (*clear)(mp_vm *vm, mp_value self);    /* drops all that it owns; may come twice; then it is freed */
    void (*finalize)(mp_vm *vm, mp_value self); /* before clear, object whole; may run code and resurrect */
    /* looks */
    mp_value (*repr)(mp_vm *vm, mp_value self);
    mp_value (*str)(mp_vm *vm, mp_value self);
    mp_value (*format)(mp_vm *vm, mp_value self, mp_str *spec);
    bool (*hash)(mp_vm *vm, mp_value self, int64_t *out);
    mp_value (*compare)(mp_vm *vm, int op, mp_value a, mp_value b); /* op: MP_OP_LT ... MP_OP_GE */
    int (*truth)(mp_vm *vm, mp_value self);                         /* 1, 0, -1 raised */
    /* arithmetic */
    mp_value (*binary)(mp_vm *vm, int op, mp_value a, mp_value b); /* either may be of the type */
    mp_value (*inplace)(mp_vm *vm, int op, mp_value a, mp_value b);
    mp_value (*unary)(mp_vm *vm, int op, mp_value a);
    /* containers */
    int64_t (*length)(mp_vm *vm, mp_value self); /* -1 raised */
    mp_value (*get_item)(mp_vm *vm, mp_value self, mp_value key);
    bool (*set_item)(mp_vm *vm, mp_value self, mp_value key, mp_value value); /* value NULL: del */
    int (*contains)(mp_vm *vm, mp_value self, mp_value item);                 /* 1, 0, -1 raised */
    /* iteration: next gives NULL without an exception at the end */
    mp_value (*iter)(mp_vm *vm, mp_value self);
    mp_value (*next)(mp_vm *vm, mp_value self);
    /* attributes: NULL: the generic way (types.c) */
    mp_value (*get_attr)(mp_vm *vm, mp_value self, mp_str *name);
    bool (*set_attr)(mp_vm *vm, mp_value self, mp_str *name, mp_value value); /* value NULL: del */
    /* descriptors: instance NULL when asked on the class */
    mp_value (*get)(mp_vm *vm, mp_value self, mp_value instance, mp_type *owner);
    bool (*set)(mp_vm *vm, mp_value self, mp_value instance, mp_value value);
    /* calls */
    mp_value (*call)(mp_vm *vm, mp_value self, mp_args *args); /* may give MP_PUSHED */
    mp_value (*make)(mp_vm *vm, mp_type *type,
                     mp_args *args); /* type(...): __new__ and __init__ of a builtin */
    /* __init__ alone, for super().__init__(...): args without self.  A class of the program with an __init__
     * of its own begins with a zeroed instance instead of make if its builtin base has this slot (exceptions:
     * with make, as BaseException.__new__ keeps the arguments). */
    bool (*init)(mp_vm *vm, mp_value self, mp_args *args);
    /* awaiting: the thing itself where a frame awaits it (await_iter NULL: the type is no awaitable) */
    mp_value (*await_iter)(mp_vm *vm, mp_value self);
    /* One step of a native iterator that is delegated to by await or yield from.  MP_SEND: value is what is
     * sent (None at first); MP_THROW: value is an exception; MP_CLOSE: value NULL, answer MP_ENDED or
     * MP_FAILED.  NULL: a plain iterator, by next. */
    mp_progress (*resume)(mp_vm *vm, mp_value self, mp_resume how, mp_value value, mp_value *out);
} mp_slots;

typedef struct mp_method {
    const char *name;
    mp_native *call;
    uint32_t kind; /* MP_M_* */
} mp_method;

enum { MP_M_METHOD, MP_M_CLASS, MP_M_STATIC, MP_M_GETTER }; /* GETTER: an attribute that is computed */

typedef struct mp_getset {
    const char *name;
    mp_value (*get)(mp_vm *vm, mp_value self);
    bool (*set)(mp_vm *vm, mp_value self, mp_value value); /* NULL: read only; value NULL: del */
} mp_getset;

enum {
    MP_T_GC = 1,        /* instances own other objects: they have a gc head */
    MP_T_BASE = 2,      /* may be subclassed by a class statement */
    MP_T_HEAP = 4,      /* made by a class statement */
    MP_T_EXCEPTION = 8, /* a BaseException: instances are mp_exception */
    MP_T_DICT = 16 /* instances have attributes of their own: an mp_instance, or dict_offset says where */
};

/* How a builtin type is described; constant.  methods and getsets end with a NULL name. */
typedef struct mp_type_def {
    const char *name;   /* "list" */
    const char *module; /* NULL: builtins */
    size_t size;        /* bytes of an instance */
    uint32_t flags;
    size_t dict_offset; /* of an mp_dict * in the instance, made when first needed; 0: none */
    const mp_slots *slots;
    const mp_method *methods;
    const mp_getset *getsets;
} mp_type_def;

struct mp_type {
    mp_object head;
    mp_type *base; /* owned; NULL: object */
    mp_type *also; /* borrowed; a second base: only ExceptionGroup has one, Exception */
    mp_str *name;  /* owned; __name__ */
    mp_str *qualname, *module;
    mp_dict *dict;  /* owned; attributes and methods */
    uint32_t flags; /* with the inherited ones */
    size_t size, dict_offset;
    mp_slots slots;   /* with the inherited ones filled in */
    uint64_t dunders; /* HEAP: which dunder methods this class or a base made by a class statement defines;
                       * bits by mp_dunder (types.c keeps it) */
};

/* The builtin types that C code asks for by name: vm->types[MP_TYPE_INT]. */
typedef enum mp_type_index {
    MP_TYPE_OBJECT,
    MP_TYPE_TYPE,
    MP_TYPE_NONE,
    MP_TYPE_NOT_IMPLEMENTED,
    MP_TYPE_ELLIPSIS,
    MP_TYPE_INT,
    MP_TYPE_BOOL,
    MP_TYPE_FLOAT,
    MP_TYPE_STR,
    MP_TYPE_STR_ITERATOR,
    MP_TYPE_BYTES,
    MP_TYPE_TUPLE,
    MP_TYPE_LIST,
    MP_TYPE_DICT,
    MP_TYPE_SET,
    MP_TYPE_FROZENSET,
    MP_TYPE_RANGE,
    MP_TYPE_SLICE,
    MP_TYPE_DICT_KEYS,
    MP_TYPE_DICT_VALUES,
    MP_TYPE_DICT_ITEMS,
    MP_TYPE_LIST_ITERATOR,
    MP_TYPE_LIST_REVERSE_ITERATOR,
    MP_TYPE_TUPLE_ITERATOR,
    MP_TYPE_RANGE_ITERATOR,
    MP_TYPE_DICT_KEY_ITERATOR, /* in the order of the views */
    MP_TYPE_DICT_VALUE_ITERATOR,
    MP_TYPE_DICT_ITEM_ITERATOR,
    MP_TYPE_DICT_REVERSE_KEY_ITERATOR,
    MP_TYPE_DICT_REVERSE_VALUE_ITERATOR,
    MP_TYPE_DICT_REVERSE_ITEM_ITERATOR,
    MP_TYPE_SET_ITERATOR,
    MP_TYPE_ENUMERATE,
    MP_TYPE_ZIP,
    MP_TYPE_MAP,
    MP_TYPE_FILTER,
    MP_TYPE_REVERSED,
    MP_TYPE_CALL_ITERATOR,
    MP_TYPE_ANEXT_AWAITABLE, /* of anext with a default */
    MP_TYPE_FUNCTION,
    MP_TYPE_NATIVE,
    MP_TYPE_METHOD,
    MP_TYPE_CODE,
    MP_TYPE_CELL,
    MP_TYPE_MODULE,
    MP_TYPE_LAZY, /* in the namespace of a module: a name whose value is still to be made */
    MP_TYPE_PROPERTY,
    MP_TYPE_CLASSMETHOD,
    MP_TYPE_STATICMETHOD,
    MP_TYPE_SUPER,
    MP_TYPE_GETSET,
    MP_TYPE_GENERATOR,
    MP_TYPE_COROUTINE,
    MP_TYPE_ASYNC_GENERATOR,
    MP_TYPE_COROUTINE_WRAPPER,
    MP_TYPE_ASYNC_STEP,
    MP_TYPE_TRACEBACK,
    MP_TYPE_CONTEXT,
    MP_TYPE_CONTEXTVAR,
    MP_TYPE_TOKEN,
    MP_TYPE_LOOP,
    MP_TYPE_FUTURE,
    MP_TYPE_TASK,
    MP_TYPE_GATHERING,
    MP_TYPE_FUTURE_ITER,
    MP_TYPE_FUTURE_VIEW,
    MP_TYPE_HANDLE,
    MP_TYPE_TIMER_HANDLE,
    MP_TYPE_THREADSAFE_HANDLE,
    MP_TYPE_ABSTRACT_LOOP,
    MP_TYPE_BASE_LOOP,
    MP_TYPE_TASK_GROUP,
    MP_TYPE_TIMEOUT,
    MP_TYPE_NATIVE_COROUTINE,
    MP_TYPE_NATIVE_WRAPPER, /* what its __await__() gives */
    MP_TYPE_LOCK,
    MP_TYPE_EVENT,
    MP_TYPE_CONDITION,
    MP_TYPE_SEMAPHORE,
    MP_TYPE_BOUNDED_SEMAPHORE,
    MP_TYPE_BARRIER,
    MP_TYPE_FRAME,
    MP_TYPE_QUEUE,
    MP_TYPE_PRIORITY_QUEUE,
    MP_TYPE_LIFO_QUEUE,
    MP_TYPE_QUEUE_ITEMS, /* what _queue is */
    MP_TYPE_AS_COMPLETED,
    MP_TYPE_STAGGERED,
    MP_TYPE_RUNNER,
    MP_TYPE_CHAIN,
    MP_TYPE_THREAD_POOL,
    MP_TYPE_THREAD_LOCK,
    MP_TYPE_CONNECTION,
    MP_TYPE_STREAM_READER,
    MP_TYPE_STREAM_WRITER,
    MP_TYPE_TRANSPORT,
    MP_TYPE_SERVER,
    MP_TYPE_SOCKET_VIEW,
    MP_TYPE_SEQUENCE_ITERATOR, /* of an object that has __getitem__ alone */
    MP_TYPE_COUNT
} mp_type_index;

/* The builtin exceptions: vm->exceptions[MP_X_VALUE_ERROR].  In the order of their bases. */
typedef enum mp_exception_index {
    MP_X_BASE_EXCEPTION,
    MP_X_EXCEPTION,
    MP_X_GENERATOR_EXIT,
    MP_X_KEYBOARD_INTERRUPT,
    MP_X_SYSTEM_EXIT,
    MP_X_BASE_EXCEPTION_GROUP,
    MP_X_EXCEPTION_GROUP, /* the only class with two bases, see exception_group.c */
    MP_X_STOP_ITERATION,
    MP_X_STOP_ASYNC_ITERATION,
    MP_X_ARITHMETIC_ERROR,
    MP_X_OVERFLOW_ERROR,
    MP_X_ZERO_DIVISION_ERROR,
    MP_X_FLOATING_POINT_ERROR,
    MP_X_ASSERTION_ERROR,
    MP_X_ATTRIBUTE_ERROR,
    MP_X_IMPORT_ERROR,
    MP_X_MODULE_NOT_FOUND_ERROR,
    MP_X_LOOKUP_ERROR,
    MP_X_INDEX_ERROR,
    MP_X_KEY_ERROR,
    MP_X_MEMORY_ERROR,
    MP_X_NAME_ERROR,
    MP_X_UNBOUND_LOCAL_ERROR,
    MP_X_OS_ERROR,
    MP_X_BLOCKING_IO_ERROR,
    MP_X_CHILD_PROCESS_ERROR,
    MP_X_CONNECTION_ERROR,
    MP_X_BROKEN_PIPE_ERROR,
    MP_X_CONNECTION_ABORTED_ERROR,
    MP_X_CONNECTION_REFUSED_ERROR,
    MP_X_CONNECTION_RESET_ERROR,
    MP_X_FILE_EXISTS_ERROR,
    MP_X_FILE_NOT_FOUND_ERROR,
    MP_X_INTERRUPTED_ERROR,
    MP_X_IS_A_DIRECTORY_ERROR,
    MP_X_NOT_A_DIRECTORY_ERROR,
    MP_X_PERMISSION_ERROR,
    MP_X_PROCESS_LOOKUP_ERROR,
    MP_X_TIMEOUT_ERROR,
    MP_X_RUNTIME_ERROR,
    MP_X_NOT_IMPLEMENTED_ERROR,
    MP_X_RECURSION_ERROR,
    MP_X_SYNTAX_ERROR,
    MP_X_INDENTATION_ERROR,
    MP_X_TAB_ERROR,
    MP_X_SYSTEM_ERROR,
    MP_X_TYPE_ERROR,
    MP_X_VALUE_ERROR,
    MP_X_UNICODE_ERROR,
    MP_X_EOF_ERROR,
    MP_X_CANCELLED_ERROR,
    MP_X_INVALID_STATE_ERROR, /* asyncio's, to the end */
    MP_X_QUEUE_EMPTY,
    MP_X_QUEUE_FULL,
    MP_X_QUEUE_SHUT_DOWN,
    MP_X_BROKEN_BARRIER_ERROR,
    MP_X_INCOMPLETE_READ_ERROR,
    MP_X_LIMIT_OVERRUN_ERROR,
    MP_X_GAI_ERROR, /* socket's */
    MP_X_COUNT
} mp_exception_index;

/* ---- Small integers ---- */

#define MP_SMALL_MAX ((int64_t)(INT64_MAX >> 1))
#define MP_SMALL_MIN (-MP_SMALL_MAX - 1)

static inline bool mp_is_small(mp_value value)
{
    return ((uintptr_t)value & 1) != 0;
}

static inline int64_t mp_small(mp_value value)
{
    return (int64_t)(intptr_t)value >> 1;
}

static inline mp_value mp_from_small(int64_t number)
{
    return (mp_value)(uintptr_t)((uint64_t)number << 1 | 1);
}

/* ---- References ---- */

void mp_free_object(mp_vm *vm, mp_value object); /* the last reference went; memory.c */

static inline mp_value mp_incref(mp_value value)
{
    if (!mp_is_small(value))
        value->refs++;
    return value;
}

static inline void mp_decref(mp_vm *vm, mp_value value)
{
    if (!mp_is_small(value) && --value->refs == 0)
        mp_free_object(vm, value);
}

/* NULL is nothing. */
static inline void mp_xdecref(mp_vm *vm, mp_value value)
{
    if (value != NULL)
        mp_decref(vm, value);
}

/* Moves out and drops: *slot is NULL before anything runs. */
static inline void mp_clear_slot(mp_vm *vm, mp_value *slot)
{
    mp_value old = *slot;
    *slot = NULL;
    mp_xdecref(vm, old);
}

/* Steals value; drops what was there afterwards. */
static inline void mp_set_slot(mp_vm *vm, mp_value *slot, mp_value value)
{
    mp_value old = *slot;
    *slot = value;
    mp_xdecref(vm, old);
}

/* Any pointer to a struct that begins with an mp_object, as a value. */
static inline mp_value mp_as_value(void *object)
{
    return object;
}

/* ---- Memory: memory.c ---- */

/* All memory of the interpreter: counted against vm->memory_limit, and able to fail for tests.  false/NULL
 * with MemoryError raised.  resize: as realloc; size 0 frees. */
void *mp_alloc(mp_vm *vm, size_t size); /* zeroed */
void *mp_resize(mp_vm *vm, void *memory, size_t old, size_t now);
void mp_release(mp_vm *vm, void *memory, size_t size);

/* A zeroed instance with one reference, of type->size + extra bytes; tracked by the collector if the type is
 * MP_T_GC (the object must be visitable from now on: NULL fields are). */
mp_value mp_new(mp_vm *vm, mp_type *type, size_t extra);

/* ---- Objects whose layout others may look at ---- */

typedef struct mp_int {
    mp_object head;
    int64_t number; /* out of the range of small ones */
} mp_int;

typedef struct mp_float {
    mp_object head;
    double number;
} mp_float;

struct mp_str {
    mp_object head;
    size_t size;   /* bytes */
    size_t length; /* code points; equal to size for ASCII */
    uint64_t hash; /* 0: not computed yet */
    bool interned;
    char data[]; /* valid UTF-8, and a NUL */
};

struct mp_tuple {
    mp_object head;
    size_t count;
    mp_value items[];
};

struct mp_list {
    mp_object head;
    size_t count, room;
    mp_value *items;
};

/* A hash table in insertion order; also the inside of sets.  Deleted entries have key NULL. */
typedef struct mp_entry {
    mp_value key, value; /* value NULL in sets */
    uint64_t hash;
} mp_entry;

struct mp_dict {
    mp_object head;
    size_t count;      /* live entries */
    size_t used, room; /* entries in use (with deleted ones), and allocated */
    size_t first;      /* no live entry is before it */
    mp_entry *entries; /* in insertion order; the last used one is live */
    uint32_t *index;   /* slots of entry + 1, 0 free; a power of two of them */
    size_t index_size;
    uint64_t version; /* changes with every change of the keys, and when entries move */
};

typedef struct mp_set {
    mp_object head;
    mp_dict *table; /* owned; a dict whose values are NULL */
    uint64_t hash;  /* frozenset: 0 not computed yet */
} mp_set;

typedef struct mp_slice {
    mp_object head;
    mp_value start, stop, step; /* None where left out */
} mp_slice;

typedef struct mp_range {
    mp_object head;
    int64_t start, stop, step, count;
} mp_range;

/* An instance of a class of the program. */
typedef struct mp_instance {
    mp_object head;
    mp_dict *dict; /* owned; NULL: none yet */
} mp_instance;

typedef struct mp_cell {
    mp_object head;
    mp_value value; /* NULL: unbound */
} mp_cell;

typedef struct mp_module {
    mp_object head;
    mp_str *name;
    mp_dict *dict;
} mp_module;

/* Stands in a module's namespace for values that are made when one of them is first asked for; no program
 * sees it.  make puts the values there, or raises and changes nothing, so that it may be asked again. */
typedef struct mp_lazy {
    mp_object head;
    bool (*make)(mp_vm *vm, mp_dict *namespace, int what);
    int what;
} mp_lazy;

typedef struct mp_function {
    mp_object head;
    mp_code *code;
    mp_dict *globals;
    mp_tuple *defaults;  /* of the last positional parameters; NULL: none */
    mp_dict *kwdefaults; /* NULL: none */
    mp_tuple *closure;   /* cells; NULL: none */
    mp_str *name, *qualname;
    mp_dict *dict;
} mp_function;

/* A function in C.  self is prepended to the arguments if it is not NULL (a bound method). */
typedef struct mp_native_function {
    mp_object head;
    const char *name;
    mp_native *call;
    mp_value self;           /* owned or NULL */
    mp_type *owner;          /* borrowed; a method descriptor of this type, NULL for a plain function */
    uint32_t kind;           /* MP_M_* */
    const mp_getset *getset; /* kind MP_M_GETTER */
} mp_native_function;

typedef struct mp_bound_method {
    mp_object head;
    mp_value function, self;
} mp_bound_method;

/* One line of a traceback: the object that __traceback__ gives, whose tb_next is 'inner'.  As an exception
 * leaves frame after frame, each puts its entry in front.  Entries never change and are shared. */
typedef struct mp_trace_entry {
    mp_object head;
    mp_code *code;                /* owned */
    uint32_t instruction;         /* where in the code it was; the count of them: it had not begun */
    struct mp_trace_entry *inner; /* the frame that was called, from which the exception came; owned */
} mp_trace_entry;

struct mp_exception {
    mp_object head;
    mp_dict *dict; /* attributes of the program's, __notes__ among them; NULL: none */
    mp_tuple *args;
    mp_value cause;   /* NULL: none */
    mp_value context; /* NULL: none */
    bool suppress_context;
    mp_trace_entry *trace; /* the outermost frame so far; NULL: not raised yet */
    mp_value value;        /* StopIteration.value, SystemExit.code; ExceptionGroup.message; KeyError none */
    mp_tuple *exceptions;  /* ExceptionGroup.exceptions */
    mp_value held;         /* what a frame of its traceback keeps alive, and shows nobody; NULL: nothing */
};

/* ---- Type tests ---- */

mp_type *mp_type_of(mp_vm *vm, mp_value value); /* borrowed */
bool mp_is_subtype(const mp_type *type, const mp_type *base);
bool mp_is(mp_vm *vm, mp_value value, mp_type_index index); /* isinstance of a builtin type */
bool mp_is_exactly(mp_vm *vm, mp_value value, mp_type_index index);

#endif
