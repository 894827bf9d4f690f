/* vm.h - the virtual machine: its state, its frames, and the functions that C code calls.
 *
 * Frames live on the heap and are linked by 'back'.  The machine never recurses on the C stack for a call, an
 * await, an eager start or a step of a task: whoever wants something run pushes a frame and returns; the one
 * loop in vm.c runs whatever frame is on top.  A native frame is C code that waits for the frame above it and
 * goes on when that has ended: a state machine, like the coroutines of aiocore itself.
 *
 * Only C code that needs an answer at once (a __repr__ in the middle of printing a list, the key function of
 * sorted) calls mp_call, which runs a loop of its own up to the answer; the depth of these is limited. */
#ifndef MP_VM_H
#define MP_VM_H

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

#include <aiocore/aiocore.h>

#include "compile/code.h"
#include "minipy.h"
#include "names.h"
#include "object.h"

/* ---- Frames ---- */

/* How what comes out of a frame is given to the frame below (frame->back). */
typedef enum mp_deliver {
    MP_D_RESULT,     /* a call: the result is pushed */
    MP_D_INSTEAD,    /* __init__: the result must be None, frame->instead is pushed */
    MP_D_DELEGATE,   /* await, yield from: the result is pushed; a yield goes to the root's driver */
    MP_D_NEXT,       /* a generator driven by next, send, throw: the end is StopIteration */
    MP_D_FOR,        /* a generator driven by a for loop: the end ends the loop */
    MP_D_ASYNC_NEXT, /* an async generator driven by await: a yield is the result, the end StopAsyncIteration */
    MP_D_ASYNC_HAND, /* the same by the send method of its step: the result is a StopIteration */
    MP_D_CLOSE,      /* a generator being closed: a yield is a RuntimeError, GeneratorExit is the end */
    MP_D_CLASS,      /* a class body: the class is made and pushed */
    MP_D_STEP        /* a coroutine driven by native code (a task's step): the end is no StopIteration */
} mp_deliver;

/* What a native frame learns when the frame above it has stopped. */
typedef enum mp_outcome {
    MP_RETURNED, /* value: its result, to be dropped or passed on by the callee */
    MP_RAISED,   /* the exception is in vm->raised */
    MP_STOPPED   /* MP_D_STEP: the generator yielded value and is suspended */
} mp_outcome;

typedef struct mp_native_ops {
    const char *name;
    /* Goes on.  value (stolen) is NULL for MP_RAISED.  Answers the frame's own result, NULL when it raised,
     * or MP_PUSHED when it has pushed another frame.  After a result or NULL the frame is dropped. */
    mp_value (*resume)(mp_vm *vm, mp_frame *frame, mp_outcome outcome, mp_value value);
    /* Drops what the frame owns. */
    void (*drop)(mp_vm *vm, mp_frame *frame);
    size_t size; /* of the struct that begins with the mp_frame */
} mp_native_ops;

typedef struct mp_generator mp_generator;

struct mp_frame {
    mp_frame *back;              /* below; NULL: nothing, or suspended */
    const mp_native_ops *native; /* NULL: bytecode */
    uint8_t deliver;             /* mp_deliver */
    uint8_t flags;               /* MP_F_* */
    uint32_t size;               /* bytes, for freeing */
    mp_generator
        *owner; /* the generator, coroutine or async generator whose body this is, which owns the frame;
                          * NULL: the machine owns it */
    mp_generator *root; /* the generator that its driver resumes: yields go there.  NULL outside of one */
    mp_value instead;   /* owned; MP_D_INSTEAD: the instance; MP_D_CLASS: the bases and name */
    /* bytecode only */
    mp_code *code;               /* owned */
    mp_dict *globals, *builtins; /* owned, borrowed */
    mp_value names;              /* owned: the namespace (dict) of a module or class body, else NULL */
    mp_value handled;            /* owned: the exception being handled; NULL: none in this frame */
    uint32_t ip;                 /* the next instruction, or the suspended one */
    uint32_t top;                /* values on the stack (kept in a register while it runs) */
    mp_value *locals;            /* into slots; NULL: unbound */
    mp_value *cells;             /* mp_cell each */
    mp_value *stack;
    mp_value slots[]; /* locals, cells, stack */
};

enum {
    MP_F_WAITING = 1, /* suspended in a DELEGATE, at which ip stands */
    MP_F_CLOSING = 2, /* it is being closed together with those below: see generator.c */
    MP_F_CLOSES = 4   /* it is having what it waits for closed, and is in no call graph meanwhile */
};

/* Generators, coroutines and async generators: a frame and who drives it. */
struct mp_generator {
    mp_object head;
    mp_frame *frame;  /* its body; NULL when it has ended */
    mp_frame *top;    /* of a suspended root: the frame that yielded (its own, or one that it awaits) */
    mp_frame *thrown; /* of a running root that was thrown into: the top of what is left of that chain */
    mp_str *name, *qualname;
    mp_code *code;  /* owned */
    uint8_t state;  /* MP_G_* */
    bool closed;    /* async generator: finished, or aclose was called */
    bool busy;      /* async generator: an anext/asend/athrow/aclose is under way */
    bool hooked;    /* async generator: the loop knows it */
    uint32_t depth; /* frames in the suspended chain */
    mp_generator *next_hooked, *previous_hooked; /* the loop's list of async generators, oldest first */
    mp_value loop;                               /* that loop, owned */
};

enum {
    MP_G_CREATED,
    MP_G_SUSPENDED,
    MP_G_DELEGATED, /* suspended, or running, because somebody awaits it */
    MP_G_RUNNING,
    MP_G_ENDED
};

/* ---- The machine ---- */

/* What a thread of a program has of its own, while it has not the lock of the machine (gil.c). */
typedef struct mp_thread {
    mp_str *name;    /* owned; NULL: "MainThread" */
    uint64_t number; /* not 0 */
    mp_frame *frame;
    mp_value raised, running_loop, set_loop, context; /* owned */
    uint32_t depth, c_depth, nesting, free_depth;
    void *repr_guard;
    mp_object *dying;
    const struct mp_native_run *native_runs;
} mp_thread;

struct mp_vm {
    mp_options options;
    struct mp_gil *gil; /* NULL: there was never a second thread */
    mp_thread *thread;  /* which has the lock */
    mp_thread main;
    uint32_t since_switch; /* steps */
    uint32_t unswitched;   /* not 0: this thread keeps the lock */
    uint64_t pools_made;
    struct mp_pool_core *pools;
    bool abandons;                /* threads that wait are ended: the program is over */
    ac_tracer *tracer;            /* of every loop that is made; NULL: none */
    mp_frame *frame;              /* the top one */
    mp_value raised;              /* owned; the exception on its way, NULL: none */
    uint32_t depth;               /* Python frames, suspended ones not counted */
    uint32_t c_depth;             /* mp_call inside of mp_call */
    uint32_t nesting;             /* things that look into things in C: containers.c */
    void *repr_guard;             /* the containers that are being shown: containers.c */
    struct ac_io *_Atomic polled; /* Ctrl-C wakes it; NULL: no loop polls, or it has none */
    atomic_int interrupted;       /* Ctrl-C; looked at where steps are counted */
    uint64_t steps;               /* calls and jumps back so far */
    bool out_of_steps;            /* the program is being ended with status 98 */
    bool deadlocked;              /* the program is being ended with status 97 */
    unsigned minor, micro;        /* of the Python that is modelled: 14 and 10 for 3.14.10 */
    ac_semantics semantics;       /* what differs from it, and what else is a flag */
    bool closing;                 /* the machine is being taken down: nothing of the program runs any more */

    mp_type *types[MP_TYPE_COUNT];
    mp_type *exceptions[MP_X_COUNT];
    mp_str *names[MP_S_COUNT];
    mp_value none, true_, false_, not_implemented, ellipsis;
    mp_str *empty; /* "" */
    mp_tuple *empty_tuple;
    mp_str *characters[128]; /* strings of one ASCII character; made when needed */
    mp_dict *interned;       /* str -> str */
    mp_dict *builtins, *modules;
    mp_value memory_error; /* made in advance */

    /* memory.c and gc.c */
    size_t memory_used;
    uint64_t fail_after; /* tests: the nth allocation fails; 0: none */
    ac_link tracked;     /* every object with a gc head */
    size_t tracked_count, collect_at;
    mp_object *dying; /* objects that wait to be freed: a list through their gc heads or by nesting */
    uint32_t free_depth;
    bool collecting;
    bool collect_wanted; /* garbage with finalizers waits for mp_collect, which mp_count_step calls */

    /* asyncio: host.c */
    ac_host host;
    ac_clock clock;
    ac_loop outside;       /* never runs: what is not bound to a loop has memory and exceptions of it */
    mp_value running_loop; /* owned; NULL: none */
    mp_value set_loop;     /* asyncio.set_event_loop's, owned */
    mp_value context;      /* owned; the current contextvars context */
    uint64_t contexts;     /* made so far */
    uint64_t task_serial;  /* of Task-N */
    struct mp_asyncio *asyncio;
};

/* What differs between releases and is a flag (aiocore/semantics.h): --semantics can put it on and off
 * alone. */
static inline bool mp_has(const mp_vm *vm, ac_semantics_flag flag)
{
    return ac_semantics_has(vm->semantics, flag);
}

/* What is no flag follows the release.  Whether the modelled Python is at least this micro of its minor
 * release: what 3.13.12 and 3.14.4 brought is (MP_NEVER, 12, 4, 0).  What a whole minor release brought is
 * asked of vm->minor.  machine.c */
enum { MP_NEVER = 1000 };
bool mp_python_has(const mp_vm *vm, unsigned in_12, unsigned in_13, unsigned in_14, unsigned in_15);

/* ---- Running: vm.c, frame.c, call.c ---- */

/* Calls.  mp_call gives the result; mp_invoke may give MP_PUSHED, for the use of functions that may give it
 * themselves, as their last act. */
mp_value mp_invoke(mp_vm *vm, mp_value callee, mp_args *args);
mp_value mp_call(mp_vm *vm, mp_value callee, mp_args *args);
mp_value mp_call_0(mp_vm *vm, mp_value callee);
mp_value mp_call_1(mp_vm *vm, mp_value callee, mp_value argument);
mp_value mp_call_2(mp_vm *vm, mp_value callee, mp_value first, mp_value second);
/* self.name(arguments) */
mp_value mp_call_method(mp_vm *vm, mp_value self, mp_str *name, const mp_value *values, size_t count);

/* Calls instance.__init__(arguments) where init is the function: the instance, MP_PUSHED, or NULL. */
mp_value mp_invoke_init(mp_vm *vm, mp_value instance, mp_value init, mp_args *args);
/* Around C code that calls itself (a repr of nested lists): false when the C stack is used up (raised). */
bool mp_enter_c(mp_vm *vm);
void mp_leave_c(mp_vm *vm);

/* Pushes a native frame of ops->size bytes, zeroed; the caller fills its own fields, pushes the frame that it
 * waits for and gives MP_PUSHED.  NULL: no memory, or too deep. */
mp_frame *mp_push_native(mp_vm *vm, const mp_native_ops *ops);
/* Takes the top frame, native and just pushed, off again: what it waited for came at once. */
void mp_pop_native(mp_vm *vm, mp_frame *frame);
/* Whatever mp_invoke, mp_generator_resume or the like gave: the answer, run to its end if it is MP_PUSHED.
 * before: vm->frame as it was before that call. */
mp_value mp_finish(mp_vm *vm, mp_frame *before, mp_value given);
/* Calls a function, a body of code, with a new frame for a module or class: names is its namespace. */
mp_value mp_run_code(mp_vm *vm, mp_code *code, mp_dict *globals, mp_value names);
/* Counts a step; false: interrupted, or out of steps (raised). */
bool mp_count_step(mp_vm *vm);
/* The exception that is being handled where the top frame is; borrowed, NULL: none. */
mp_value mp_handled(mp_vm *vm);

/* Arguments: binds args to at most 'room' C parameters by name.  format: names with "|" before the optional
 * ones and "$" before the keyword-only ones, as "coro|$name context"; a name that ends in "/" is
 * positional-only.  values[i] is borrowed, NULL where left out.  Raises CPython's TypeErrors. */
bool mp_bind(mp_vm *vm, const mp_args *args, const char *function, const char *format, mp_value *values);
/* The same with the messages of a function in Python: "f() missing 1 required positional argument: 'x'".  Of
 * a method the first parameter is self. */
bool mp_bind_python(mp_vm *vm, const mp_args *args, const char *function, const char *format,
                    mp_value *values);
/* The same for the arguments of an init slot, among which self is not. */
bool mp_bind_init(mp_vm *vm, const mp_args *args, const char *function, const char *format, mp_value *values);
/* No keyword arguments, and from least to most positional ones; TypeError as "f expected at most 2 arguments,
 * got 3". */
bool mp_positional(mp_vm *vm, const mp_args *args, const char *function, size_t least, size_t most);

/* ---- Generators and coroutines: generator.c ---- */

/* Resumes one and pushes its frame: value (borrowed) is sent or, for MP_THROW, thrown.  deliver says what its
 * stops mean to the top frame.  Answers MP_PUSHED, or NULL (raised). */
mp_value mp_generator_resume(mp_vm *vm, mp_generator *generator, mp_resume how, mp_value value,
                             mp_deliver deliver);
/* The iterator behind an awaitable: coroutines and futures are their own; else __await__.  where: 0 await, 1
 * __aenter__, 2 __aexit__ (only for the message). */
mp_value mp_get_awaitable(mp_vm *vm, mp_value value, int where);

/* ---- Threads: gil.c, thread_pool.c ---- */

bool mp_gil_make(mp_vm *vm); /* false: raised */
void mp_gil_free(mp_vm *vm);
/* Around what blocks until other threads of the program end; between the two nothing of the machine may be
 * touched. */
mp_thread *mp_gil_leave(mp_vm *vm);
void mp_gil_enter(mp_vm *vm, mp_thread *thread);
/* Around a call to the system that blocks: the thread counts as one that goes on. */
mp_thread *mp_gil_pause(mp_vm *vm);
void mp_gil_resume(mp_vm *vm, mp_thread *thread);
/* A thread of the program begins and ends.  Before it begins it was announced, by who has the lock. */
void mp_gil_announce(mp_vm *vm);
void mp_gil_renounce(mp_vm *vm);
void mp_gil_begin(mp_vm *vm, mp_thread *thread);
void mp_gil_end(mp_vm *vm);
/* The same without the lock, of what was announced and is no thread: the flag becomes true. */
void mp_gil_over(mp_vm *vm, bool *flag);
/* Counts a step; lets others run now and then, or (force) in any case. */
void mp_gil_yield(mp_vm *vm, bool force);
/* Wakes whoever waits for a change. */
void mp_changed(mp_vm *vm);
/* Lets others run until something has changed, or it is 'when' (infinity: never); it may be earlier, too.
 * unless, may be NULL: what mp_gil_over makes true, and then nothing is waited for. */
void mp_wait_changed(mp_vm *vm, double when, const bool *unless);
/* Reads what mp_gil_over writes. */
bool mp_gil_see(mp_vm *vm, const bool *flag);
/* Nobody but this thread goes on, or ever will. */
bool mp_gil_is_stuck(mp_vm *vm);
double mp_now(mp_vm *vm); /* on the machine's clock */
void mp_threads_end(mp_vm *vm);
void mp_threads_drop(mp_vm *vm); /* what they own */
void mp_threads_free(mp_vm *vm); /* when no object is left */

/* ---- Exceptions: exception.c ---- */

/* Raises.  Formats know %s %d %u %zu %c %lld (as printf), and %S (str of an mp_value), %R (repr of an
 * mp_value), %T (the name of an mp_value's type), %Q (with its module, unless builtins or __main__).  Always
 * "raises": memory errors become MemoryError. */
void mp_raise(mp_vm *vm, mp_exception_index kind, const char *format, ...);
/* Raises the OSError of an errno, or the subclass for it; NULL. */
mp_value mp_raise_errno(mp_vm *vm, int number);
/* Raises an exception object (stolen), with the handled one as its context.  NULL: making it has failed, and
 * that is what is raised. */
void mp_raise_value(mp_vm *vm, mp_value exception);
/* The same without touching its context: an exception on its way goes on. */
void mp_reraise(mp_vm *vm, mp_value exception);
/* Takes vm->raised; never NULL after a failure. */
mp_value mp_take_raised(mp_vm *vm);
bool mp_raised_is(mp_vm *vm, mp_exception_index kind);
/* A new exception object: kind(*args). */
mp_value mp_new_exception(mp_vm *vm, mp_type *type, const mp_value *args, size_t count);
mp_value mp_new_exception_text(mp_vm *vm, mp_exception_index kind, const char *format, ...);
bool mp_is_exception(mp_vm *vm, mp_value value, mp_exception_index kind); /* isinstance */
/* What "except matcher" says to an exception: 1, 0, -1 raised (TypeError). */
int mp_exception_matches(mp_vm *vm, mp_value exception, mp_value matcher);
/* Puts the place in front of its traceback; steals nothing; silent when memory is short. */
void mp_trace_add(mp_vm *vm, mp_value exception, mp_code *code, uint32_t instruction);
void mp_set_context(mp_vm *vm, mp_value exception, mp_value context); /* borrowed; breaks cycles as CPython */
/* What "raise value from cause" does; cause NULL: no "from".  A class is called.  Always raises. */
void mp_raise_from(mp_vm *vm, mp_value value, mp_value cause);
/* BaseExceptionGroup(message, items) or ExceptionGroup.  items are borrowed. */
mp_value mp_new_group(mp_vm *vm, mp_str *message, const mp_value *items, size_t count);
/* except*: splits, see MATCH_STAR; joins, see JOIN_STAR.  exception_group.c */
bool mp_match_star(mp_vm *vm, mp_value exception, mp_value matcher, mp_value *rest, mp_value *match);
mp_value mp_join_star(mp_vm *vm, mp_value original, mp_list *raised);
/* Writes the traceback with causes, contexts, notes and groups, as CPython prints it.  traceback.c */
void mp_print_exception(mp_vm *vm, mp_value exception);
/* "Exception ignored in ...": for errors that nobody can be told.  Takes vm->raised. */
void mp_write_unraisable(mp_vm *vm, const char *what, mp_value object);

/* ---- Operators: operate.c; each looks at the dunder methods of a class of the program first ---- */

mp_value mp_repr(mp_vm *vm, mp_value value);                 /* a str */
mp_value mp_to_str(mp_vm *vm, mp_value value);               /* a str */
mp_value mp_format(mp_vm *vm, mp_value value, mp_str *spec); /* a str; spec NULL: "" */
int mp_truth(mp_vm *vm, mp_value value);                     /* 1, 0, -1 raised */
bool mp_hash(mp_vm *vm, mp_value value, int64_t *out);
mp_value mp_compare(mp_vm *vm, int op, mp_value a, mp_value b); /* LT ... GE, IN, NOT_IN, IS, IS_NOT */
int mp_equal(mp_vm *vm, mp_value a, mp_value b);                /* identity first; 1, 0, -1 raised */
int mp_less(mp_vm *vm, mp_value a, mp_value b);                 /* a < b; 1, 0, -1 raised */
mp_value mp_binary(mp_vm *vm, int op, mp_value a, mp_value b);
mp_value mp_inplace(mp_vm *vm, int op, mp_value a, mp_value b);
mp_value mp_unary(mp_vm *vm, int op, mp_value a);
int64_t mp_length(mp_vm *vm, mp_value value); /* -1 raised */
mp_value mp_get_item(mp_vm *vm, mp_value value, mp_value key);
bool mp_set_item(mp_vm *vm, mp_value value, mp_value key, mp_value item); /* item NULL: del */
int mp_contains(mp_vm *vm, mp_value container, mp_value item);
mp_value mp_iter(mp_vm *vm, mp_value value);
mp_value mp_next(mp_vm *vm, mp_value iterator); /* NULL without vm->raised: the end (StopIteration is gone) */
/* Calls visit with each item (borrowed) until it gives false (raised).  Fast for tuples and lists. */
bool mp_each(mp_vm *vm, mp_value iterable, bool (*visit)(mp_vm *vm, mp_value item, void *data), void *data);
/* Around the repr of a container: 0 entered, 1 it is being shown already (so "[...]"; do not leave), -1
 * raised.  containers.c */
int mp_repr_enter(mp_vm *vm, mp_value container);
void mp_repr_leave(mp_vm *vm, mp_value container);
/* Around slots that look into other objects on the C stack (repr, comparison, hash, next, call); operate.c
 * and call.c do it for all types.  False is RecursionError. */
bool mp_nest_enter(mp_vm *vm, const char *what); /* "in comparison" */
void mp_nest_leave(mp_vm *vm);

/* ---- Types and attributes: types.c, attributes.c ---- */

mp_value mp_get_attr(mp_vm *vm, mp_value value, mp_str *name);
mp_value mp_find_attr(mp_vm *vm, mp_value value, mp_str *name); /* NULL without vm->raised: there is none */
bool mp_set_attr(mp_vm *vm, mp_value value, mp_str *name, mp_value attribute); /* NULL: del */
/* value.name for a call: *self is value (borrowed) and the answer the plain function, or *self is NULL and
 * the answer is the bound attribute. */
mp_value mp_get_method(mp_vm *vm, mp_value value, mp_str *name, mp_value *self);
/* In the type and its bases: borrowed, NULL: none, never raises. */
mp_value mp_lookup(const mp_type *type, mp_str *name);
mp_value mp_generic_get_attr(mp_vm *vm, mp_value value, mp_str *name);
bool mp_generic_set_attr(mp_vm *vm, mp_value value, mp_str *name, mp_value attribute);
/* A builtin type; base NULL: object. */
mp_type *mp_type_new(mp_vm *vm, const mp_type_def *def, mp_type *base);
/* A class statement: name, base or NULL, namespace (shared, not copied by the caller afterwards). */
mp_value mp_class_new(mp_vm *vm, mp_str *name, mp_tuple *bases, mp_dict *namespace);
mp_value mp_native_new(mp_vm *vm, const char *name, mp_native *call);
mp_value mp_bound_method_new(mp_vm *vm, mp_value function, mp_value self);

/* ---- Values ---- */

mp_value mp_int_new(mp_vm *vm, int64_t number);
int64_t mp_int_of(mp_value value);         /* of an int or bool */
bool mp_is_int(mp_vm *vm, mp_value value); /* int, bool or a subclass */
/* Through __index__; "'str' object cannot be interpreted as an integer". */
bool mp_to_index(mp_vm *vm, mp_value value, int64_t *out);
mp_value mp_float_new(mp_vm *vm, double number);
/* A number as a double; "must be real number, not str". */
bool mp_to_double(mp_vm *vm, mp_value value, double *out);
mp_value mp_bool_new(mp_vm *vm, bool truth);
/* Python's repr of a float, shortest that reads back; at most 32 bytes with the NUL. */
void mp_float_text(double number, char out[32]);
mp_value mp_abs(mp_vm *vm, mp_value value);
mp_value mp_round(mp_vm *vm, mp_value value, mp_value digits); /* digits NULL or None: to an int */

mp_str *mp_str_new(mp_vm *vm, const char *data, size_t size); /* data is valid UTF-8 */
mp_str *mp_str_from(mp_vm *vm, const char *text);
mp_str *mp_str_intern(mp_vm *vm, const char *data, size_t size);
mp_str *mp_str_formatted(mp_vm *vm, const char *format, ...); /* as mp_raise */
mp_str *mp_str_vformatted(mp_vm *vm, const char *format, va_list list);
uint64_t mp_str_hash(mp_str *str);
bool mp_str_equal(const mp_str *a, const mp_str *b);
bool mp_str_is(const mp_str *str, const char *text);
bool mp_is_str(mp_vm *vm, mp_value value);
/* repr, with everything that is not ASCII escaped: {x!a} */
mp_str *mp_ascii(mp_vm *vm, mp_value value);
extern const mp_type_def mp_str_def; /* mp_init_types makes the type str before all others */

/* A string in the making.  After any failure all further calls do nothing and finish gives NULL (raised). */
typedef struct mp_builder {
    mp_vm *vm;
    char *data;
    size_t size, room;
    bool failed;
} mp_builder;
void mp_builder_init(mp_builder *builder, mp_vm *vm);
void mp_builder_add(mp_builder *builder, const char *data, size_t size);
void mp_builder_text(mp_builder *builder, const char *text);
void mp_builder_str(mp_builder *builder, const mp_str *str);
void mp_builder_repr(mp_builder *builder, mp_value value);
void mp_builder_printf(mp_builder *builder, const char *format, ...); /* as mp_raise */
void mp_builder_vprintf(mp_builder *builder, const char *format, va_list list);
mp_str *mp_builder_finish(mp_builder *builder);
void mp_builder_drop(mp_builder *builder);

/* For those who must make these types before all others; mp_init_containers makes them where
 * they are still missing. */
extern const mp_type_def mp_tuple_def, mp_dict_def;
mp_tuple *mp_tuple_new(mp_vm *vm, size_t count); /* items are NULL: fill them */
mp_tuple *mp_tuple_of(mp_vm *vm, const mp_value *items, size_t count);
mp_tuple *mp_to_tuple(mp_vm *vm, mp_value iterable);
mp_list *mp_list_new(mp_vm *vm, size_t room);
bool mp_list_append(mp_vm *vm, mp_list *list, mp_value item);
bool mp_list_extend(mp_vm *vm, mp_list *list, mp_value iterable);
mp_list *mp_to_list(mp_vm *vm, mp_value iterable);
mp_value mp_slice_new(mp_vm *vm, mp_value start, mp_value stop, mp_value step);
/* Clips a slice to a length: start, step, and how many items. */
bool mp_slice_indices(mp_vm *vm, mp_slice *slice, int64_t length, int64_t *start, int64_t *step,
                      int64_t *count);
/* The iterator over a list, tuple or range, by position: a changing list is seen as it is. */
mp_value mp_index_iter_new(mp_vm *vm, mp_value sequence);

mp_dict *mp_dict_new(mp_vm *vm);
mp_value mp_dict_get(mp_vm *vm, mp_dict *dict, mp_value key); /* borrowed; NULL: none, or raised */
mp_value mp_dict_get_str(const mp_dict *dict, mp_str *key);   /* borrowed; never raises nor runs code */
bool mp_dict_set(mp_vm *vm, mp_dict *dict, mp_value key, mp_value value);
int mp_dict_delete(mp_vm *vm, mp_dict *dict, mp_value key); /* 1 it was there, 0 not, -1 raised */
void mp_dict_empty(mp_vm *vm, mp_dict *dict);
bool mp_dict_update(mp_vm *vm, mp_dict *dict, mp_value mapping);
mp_dict *mp_dict_copy(mp_vm *vm, mp_dict *dict);
/* Walks in order: *position is 0 at first; false at the end.  Borrowed. */
bool mp_dict_next(const mp_dict *dict, size_t *position, mp_value *key, mp_value *value);
mp_set *mp_set_new(mp_vm *vm);
bool mp_set_add(mp_vm *vm, mp_set *set, mp_value item);
bool mp_set_update(mp_vm *vm, mp_set *set, mp_value iterable);

/* ---- Writing ---- */

/* False: it could not be written; nothing is raised. */
bool mp_write(mp_vm *vm, bool is_error, const char *text, size_t size);
void mp_write_text(mp_vm *vm, bool is_error, const char *text);
/* What was written to stdout and is still buffered goes out. */
bool mp_flush(mp_vm *vm);

/* ---- Setting up: each file makes its types and functions ---- */

bool mp_init_types(mp_vm *vm); /* types.c: object, type, function, method, property, ... */
/* The last of taking down: names, constants, exceptions and types go, when no other object is left. */
void mp_end_types(mp_vm *vm);
bool mp_init_exceptions(mp_vm *vm);  /* exception.c */
bool mp_init_numbers(mp_vm *vm);     /* number.c: int, bool, float */
bool mp_init_strings(mp_vm *vm);     /* string.c */
bool mp_init_containers(mp_vm *vm);  /* tuple, list, dict, set, range, slice, iterators */
bool mp_init_generators(mp_vm *vm);  /* generator.c */
bool mp_init_code(mp_vm *vm);        /* code.c: code, cell */
bool mp_init_builtins(mp_vm *vm);    /* builtins.c: the functions, and the types and exceptions by name */
bool mp_init_contextvars(mp_vm *vm); /* contextvars.c */
bool mp_init_asyncio(mp_vm *vm);     /* asyncio.c */
void mp_end_asyncio(mp_vm *vm);      /* drops what asyncio holds; loops may live on */

/* Adds to a module or namespace; value is stolen, NULL fails. */
bool mp_define(mp_vm *vm, mp_dict *namespace, const char *name, mp_value value);
typedef struct mp_native_def {
    const char *name;
    mp_native *call;
} mp_native_def;
/* Ends with a NULL name. */
bool mp_define_natives(mp_vm *vm, mp_dict *namespace, const mp_native_def *defs);

/* ---- The collector: gc.c ---- */

typedef struct mp_gc_head {
    ac_link link;  /* of vm->tracked */
    int64_t spare; /* references not explained by other objects, while collecting */
    uint64_t marks;
} mp_gc_head;

/* Frees what only cycles keep alive; how many objects.  Runs code of the program (finalizers), so mp_new does
 * not call it: when there is much to look at, mp_new frees by itself the garbage that has no finalizers, and
 * sets vm->collect_wanted for the rest. */
size_t mp_collect(mp_vm *vm);
bool mp_init_gc(mp_vm *vm); /* gc_module.c */

/* Whether an object lives that the collector knows; the pointer may lead nowhere. */
bool mp_is_tracked(const mp_vm *vm, const void *object);

/* What a weak pointer leads to: a new reference, which brings back what waits to be freed; NULL: it is being
 * taken apart.  memory.c */
mp_value mp_hold_weak(mp_vm *vm, mp_value object);

#endif
