/* pyhost.h - what the files of the CPython host share.
 *
 * The host makes aiocore the runtime of CPython's asyncio: its Future and Task embed the core's, and any loop
 * object that a program may use has an ac_loop beside it (a shadow) or inside it (aiocore.EventLoop).
 *
 * Words   A value of the core is a PyObject pointer, none is NULL.  "none" as a result is None, as an
 *         exception MemoryError.
 * Names   pyac_ is what the files share.  A function that gives a PyObject * gives a new reference, or NULL
 *         with an exception set, unless it says borrowed; int functions give 0, or -1 with an exception set.
 * Threads The GIL is held everywhere, save around a poll. */
#ifndef AIOCORE_PYHOST_H
#define AIOCORE_PYHOST_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <aiocore/aiocore.h>
#include <stdbool.h>

/* ---- Values ---- */

/* The core's word for an object: the reference goes with it. */
static inline ac_value pyac_owned(PyObject *object)
{
    ac_value value = {(uint64_t)(uintptr_t)object};
    return value;
}

static inline ac_ref pyac_lent(PyObject *object)
{
    return ac_lend(pyac_owned(object));
}

/* Borrowed; NULL for none. */
static inline PyObject *pyac_seen(ac_ref value)
{
    return (PyObject *)(uintptr_t)value.bits;
}

/* The reference comes with it; NULL for none. */
static inline PyObject *pyac_taken(ac_value value)
{
    return (PyObject *)(uintptr_t)value.bits;
}

/* ---- Loops (loops.c) ---- */

/* What the runtime keeps for one loop object of Python. */
typedef struct pyac_loop {
    ac_loop core;
    PyObject *keeper;       /* borrowed: the object that this struct lies in; futures and tasks hold it */
    PyObject *object;       /* the loop as programs know it; a shadow owns it, an EventLoop is it */
    PyObject *other_task;   /* owned, or NULL: the current task, if it is not one of ours (_enter_task) */
    uint32_t depth;         /* contexts that are entered */
    uint32_t skipped;       /* the depth at which the loop itself has entered one; 0: nowhere */
    bool entered;           /* the next enter is such a one */
    bool holds;             /* it is in its turns: what it has in its lists is in use (aside.c) */
    bool interrupted;       /* it was in a turn when another, or none, became the running loop */
    size_t timers_aside;    /* in its heap */
    ac_link sleepers;       /* the tasks that are aside and sleep */
    struct pyac_loop *next; /* of all loops */
} pyac_loop;

static inline pyac_loop *pyac_loop_of(const ac_loop *core)
{
    return AC_CONTAINER_OF(core, pyac_loop, core);
}

/* The runtime's part of any loop object; makes a shadow for one that is not ours and has none yet.  The
 * keeper is a new reference: whoever calls this drops pyac_loop->keeper. */
pyac_loop *pyac_loop_find(PyObject *object);
/* The same, borrowed, and NULL without an exception if the loop has none. */
pyac_loop *pyac_loop_known(PyObject *object);
/* Walks all loops, shadows and our own: NULL gives the first; NULL after the last.  Borrowed. */
pyac_loop *pyac_loop_next(pyac_loop *after);
/* For objects that embed a pyac_loop: prepares it, shows and clears what it owns, and forgets it in the
 * end. */
int pyac_loop_init(pyac_loop *loop, PyObject *keeper, PyObject *object, const ac_host *table);
int pyac_loop_visit(pyac_loop *loop, visitproc visit, void *arg);
void pyac_loop_clear(pyac_loop *loop);
void pyac_loop_unlink(const pyac_loop *loop);

/* The part that lies in an object of our own loop class (event_loop.c); NULL for any other object. */
pyac_loop *pyac_event_loop(PyObject *object);
int pyac_event_loop_ready(PyObject *module);
/* loop.get_debug() and loop.is_running() of any loop object: 1, 0, or -1 with an exception.  No call, if the
 * loop is ours and the method not a program's. */
int pyac_loop_debugs(PyObject *loop);
int pyac_loop_runs(PyObject *loop);

/* ---- Making tasks and futures (create_task.c) ---- */

/* loop.create_task(coro, **{names: values}) of any loop object; names is a tuple or NULL.  No call, if the
 * loop is ours and neither the method nor the factory a program's. */
PyObject *pyac_create_task(PyObject *loop, PyObject *coro, PyObject *const *values, PyObject *names);
/* The same with coro before the values. */
PyObject *pyac_create_task_of(pyac_loop *loop, PyObject *const *values, PyObject *names);
/* The same as ensure_future does it: where that is refused by a RuntimeError the coroutine is closed. */
PyObject *pyac_create_task_or_close(pyac_loop *loop, PyObject *coro);
/* The same, of an exact coroutine, in the object of a task that was folded, if an eager task is what
 * create_task would make: pyac_task_renew.  NULL without an exception: that it would not. */
PyObject *pyac_create_task_again(pyac_loop *loop, PyObject *coro, PyObject *folded);
/* The running loop, if it is ours and not in debug mode, where asyncio's own functions are seen in what made
 * a task, and no task that is none of ours is stepped.  Borrowed; NULL, perhaps with an exception. */
pyac_loop *pyac_making(void);
/* Exactly a coroutine of Python, or one of ours. */
bool pyac_is_own_coroutine(PyObject *object);
/* loop.create_future() likewise. */
PyObject *pyac_create_future(PyObject *loop);
int pyac_create_task_ready(PyObject *module);

/* ---- Handles of our own loop (handles.c) ---- */

/* Schedules function(*args): a new Handle, and a new TimerHandle at a number of seconds.  args is stolen,
 * also on failure; context NULL: a copy of the current one. */
PyObject *pyac_handle_soon(pyac_loop *loop, PyObject *function, PyObject *args, PyObject *context,
                           bool from_any_thread);
PyObject *pyac_handle_at(pyac_loop *loop, PyObject *when, PyObject *function, PyObject *args,
                         PyObject *context);
/* Schedules a handle, or a TimerHandle, that asyncio or a program has made itself; one that is cancelled is
 * not added, as a timer it is. */
int pyac_handle_add(pyac_loop *loop, PyObject *object);
int pyac_handle_add_timer(pyac_loop *loop, PyObject *object);
/* handle._cancelled of any of them: 1, 0, or -1 with an exception. */
int pyac_handle_is_cancelled(PyObject *object);
/* Such a timer has been cancelled. */
void pyac_handle_timer_cancelled(pyac_loop *loop, PyObject *object);
/* The one behind a handle of the core; NULL: there is none. */
PyObject *pyac_handle_shown(ac_handle *core);
/* What a Handle will call, borrowed; NULL: it is no Handle's. */
PyObject *pyac_handle_function(ac_handle *core);
/* What it will call that in, borrowed: anything that a program has given as a context; NULL likewise. */
PyObject *pyac_handle_context(ac_handle *core);
int pyac_handles_ready(void);

/* ---- Futures and tasks (future*.c, task*.c) ---- */

#if PY_VERSION_HEX < 0x030D0000 /* where they have no public name */
#define PyObject_VisitManagedDict _PyObject_VisitManagedDict
#define PyObject_ClearManagedDict _PyObject_ClearManagedDict
#endif

/* What few futures and tasks have: it is made when it is wanted first (future.c). */
typedef struct pyac_rare {
    PyObject *source_traceback; /* of debug mode */
    PyObject *traceback; /* which its exception had when it was set, until somebody asked; None: leave it */
    PyObject *refused;   /* of a task: why its first step was not taken (task_making.c), for __init__ */
    PyObject *thrown;    /* of a task, borrowed: what the running step has thrown into coro */
} pyac_rare;

/* A task begins like this, too.  While core.loop is set the object holds the keeper of that loop.  The
 * interpreter keeps __dict__ and the weak references before the object, as it does for classes of Python. */
typedef struct pyac_future {
    PyObject_HEAD pyac_rare *rare; /* NULL: nothing of it */
    PyObject *told; /* who awaits it by future_add_to_awaited_by (awaited_by.c); NULL: nobody */
    ac_future core;
} pyac_future;

typedef struct pyac_task {
    PyObject_HEAD pyac_rare *rare;
    PyObject *told;
    ac_task core;
    ac_coro body;      /* its flags: PYAC_TASK_ */
    PyObject *coro;    /* NULL once it is given up */
    PyObject *foreign; /* what a parked task waits for: no exact Future or Task; else NULL */
} pyac_task;

enum {
    PYAC_TASK_MAKING = 1,  /* __init__ posts its first step */
    PYAC_TASK_HIDDEN = 2,  /* somebody has unregistered it: not among all tasks */
    PYAC_TASK_LENT = 4,    /* its step is posted: the core's reference is that of what was posted (post.c) */
    PYAC_TASK_ASIDE = 8,   /* the collector does not look at it, before its first step (aside.c) */
    PYAC_TASK_ASLEEP = 16, /* nor at it and the sleep that it waits for */
    PYAC_TASK_OVER = 32    /* nor after its last step, until the core gives it up */
};

/* A field of what a future or task may have; NULL: it has none. */
#define PYAC_RARE(object, field) ((object)->rare != NULL ? (object)->rare->field : NULL)

extern PyTypeObject *pyac_future_type, *pyac_task_type;

/* A callback of add_done_callback (future_callbacks.c). */
extern const ac_handle_ops pyac_done_ops;
/* What it will call, and with what, both borrowed. */
void pyac_done_shown(ac_callback *callback, PyObject **function, PyObject **future);
/* Puts it on a loop that is not ours, and gives it up. */
ac_status pyac_done_post(ac_loop *loop, ac_callback *callback);

static inline bool pyac_is_future(PyObject *object)
{
    return PyObject_TypeCheck(object, pyac_future_type); /* also tasks: Task is a subclass */
}

static inline bool pyac_is_task(PyObject *object)
{
    return PyObject_TypeCheck(object, pyac_task_type);
}

/* The type of what gather gives (gather.c); NULL: nobody has called it. */
extern PyTypeObject *pyac_gathering_type;

/* Exactly our types: what has no code of a program in it. */
static inline bool pyac_is_exact(PyObject *object)
{
    const PyTypeObject *type = Py_TYPE(object);
    return type == pyac_future_type || type == pyac_task_type || type == pyac_gathering_type;
}

/* The same, or of a subclass that has no method of its own that asyncio's functions call, but perhaps a
 * cancel: the core may have callbacks on it. */
bool pyac_is_plain(PyObject *object);

static inline PyObject *pyac_object_of(ac_future *future)
{
    return (PyObject *)AC_CONTAINER_OF(future, pyac_future, core);
}

static inline PyObject *pyac_task_object(ac_task *task)
{
    return (PyObject *)AC_CONTAINER_OF(task, pyac_task, core);
}

/* ---- What futures and tasks share (future.c) ---- */

/* __init__ of both, in this order.  A second one refuses (future_init_once), or makes self as it was before
 * the first: after that core.loop is NULL. */
int pyac_future_anew(pyac_future *self);
/* The runtime's part of a loop; None: asyncio.get_event_loop().  The keeper is a new reference, which belongs
 * to the future once its core is initialised. */
pyac_loop *pyac_future_loop(PyObject *loop);
/* Futures, or tasks, that were freed and are made again. */
typedef struct pyac_spare {
    PyObject *first; /* the next one is in its 'told' */
    unsigned count;
} pyac_spare;

/* Of a type of futures that is made: no room for attributes in each object, which one in a thousand has. */
void pyac_future_type_made(PyTypeObject *type);
/* Frees an object that has nothing any more; of a subclass it is only freed. */
void pyac_spare_give(pyac_spare *spare, PyObject *object, PyTypeObject *type);
/* tp_alloc of this type. */
PyObject *pyac_spare_take(pyac_spare *spare, PyTypeObject *type);
/* Future(loop=loop), of our own loop that is not in debug mode. */
PyObject *pyac_future_new(pyac_loop *loop);
/* Asks loop.get_debug(), and remembers who makes this future if it says so. */
int pyac_future_ask_debug(pyac_future *self, PyObject *loop);
/* Last, for core.loop is set: tells the core of a class that has its own cancel. */
void pyac_future_mark(pyac_future *self);

PyObject *pyac_future_cancel(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
/* What result() gives or raises. */
PyObject *pyac_future_outcome(pyac_future *self);
/* A future that failed gives its exception on with the traceback that it had when it was set, and after the
 * first time without.  keep: this exception is about to be set; give: it is about to be raised.  A traceback
 * of None is that of the exception when it is raised first: that of a future which the core fails. */
void pyac_future_keep_traceback(pyac_future *self, PyObject *exception);
void pyac_future_give_traceback(pyac_future *self);

/* Their part of the slots of the same names; begin_dealloc is -1 if the finalizer has kept the object
 * alive. */
int pyac_future_traverse(PyObject *self, visitproc visit, void *arg);
int pyac_future_clear(PyObject *self);
void pyac_future_finalize(PyObject *self);
int pyac_future_begin_dealloc(PyObject *self);

/* What few have, made if it is not there; NULL without an exception: there is no memory. */
pyac_rare *pyac_rare_of(PyObject *self);
/* Frees it if nothing is left in it. */
void pyac_rare_free(PyObject *self);
/* The exception that comes will keep whatever traceback it has. */
void pyac_future_leave_traceback(PyObject *self);

/* Raises for a future that is not initialised, and gives its core otherwise. */
ac_future *pyac_future_core(PyObject *self);
/* A new future in the state of the one in a frame of the core that this task waits for; NULL without an
 * exception: it waits for none (fut_waiter.c). */
PyObject *pyac_fut_waiter(pyac_task *task);
int pyac_fut_waiter_ready(void);
/* iter(future), future.__await__() (future_iterator.c). */
PyObject *pyac_future_iter(PyObject *future);
int pyac_future_iterator_ready(void);
/* repr and the attributes that it is made of (future_repr.c). */
PyObject *pyac_future_repr(PyObject *self);
extern PyGetSetDef pyac_future_getset[];
void pyac_future_getset_ready(void);
/* Methods: all (future.c), and those of future_callbacks.c. */
extern PyMethodDef pyac_future_methods[];
PyObject *pyac_future_callbacks(PyObject *self, void *unused);
PyObject *pyac_future_add_done_callback(PyObject *self, PyObject *const *args, Py_ssize_t count,
                                        PyObject *names);
PyObject *pyac_future_remove_done_callback(PyObject *self, PyObject *const *args, Py_ssize_t count,
                                           PyObject *names);

/* Arguments of a vectorcall as PyArg_ParseTupleAndKeywords takes and words them; what it gives is borrowed
 * (arguments.c). */
int pyac_parse(PyObject *const *args, Py_ssize_t count, PyObject *names, const char *format,
               const char *const *keywords, ...);
/* What the setter of an attribute that is true or false does; NULL, a deletion: false. */
int pyac_set_flag(bool *flag, PyObject *value);
/* With an exception set: it is what pyac_parse has just raised. */
bool pyac_refused(void);
/* TYPE(*args, **names) by way of a tuple and a dict: what a type's own vectorcall leaves to the usual way. */
PyObject *pyac_call_type(PyObject *type, PyObject *const *args, Py_ssize_t count, PyObject *names);
/* Two fields of a PyMethodDef: a function that takes (self, args, count, names). */
#define PYAC_VECTORCALL(function) (PyCFunction)(void (*)(void))(function), METH_FASTCALL | METH_KEYWORDS

/* ---- The table of hooks (host.c) ---- */

/* time.monotonic(); the same, or what a time() of a program's says, as our own loop's hook. */
double pyac_clock(void);
double pyac_event_loop_now(ac_loop *core);
/* For our own loop, and for shadows, which post. */
extern ac_host pyac_host, pyac_foreign_host;
void pyac_host_init(void);
/* The next task without a name is Task-1. */
void pyac_host_count_anew(void);

/* Raises a new exception (stolen; none: MemoryError) as a raise statement does: what is being handled becomes
 * its context. */
void pyac_raise_new(ac_value exception);
/* Raises the exception of a status that the core gave, and gives NULL. */
PyObject *pyac_fail(ac_loop *loop, ac_status status, ac_future *about);
/* Moves the exception that is set over to the core: for a hook that fails. */
ac_status pyac_raised(ac_loop *loop);
/* Takes the exception that is set, as the core wants it. */
ac_value pyac_take_raised(void);
/* Raises an exception that the core gave (stolen; none: MemoryError); it keeps its traceback and context. */
void pyac_restore(ac_value exception);

/* The hooks that tell of what went wrong, and of what took long (reports.c). */
void pyac_report(ac_loop *loop, const ac_report *report);
void pyac_report_slow(ac_loop *loop, ac_handle *handle, double seconds);
/* A handle of the core as a program is to see it: the Handle that it has, or what asyncio would have made one
 * of, as a tuple; runs no program.  From that, stolen, a Handle in any case. */
PyObject *pyac_handle_parts(ac_loop *loop, ac_handle *handle);
PyObject *pyac_handle_from(PyObject *parts);

/* Shows to Python's collector what the core keeps. */
typedef struct pyac_showing {
    ac_visitor visitor;
    visitproc visit;
    void *arg;
} pyac_showing;

pyac_showing pyac_show_to(visitproc visit, void *arg);

/* The hook that a lock or queue belongs to a loop now (bound.c). */
void pyac_bound_to(ac_loop *loop, ac_ref object);

/* The values of a context, borrowed: two that have the same are copies of each other (contexts.c).  NULL: it
 * cannot be told. */
PyObject *pyac_context_values(PyObject *context);
/* Those that a copy of the current context would have; NULL likewise. */
PyObject *pyac_current_values(void);
/* A copy of the contexts that have them. */
PyObject *pyac_context_of(PyObject *values);

/* The tasks that were folded into this one are there again (task_fold.c). */
int pyac_unfold(ac_task *task);
/* Of an exact task that has ended well, that nobody but the caller has and of which nobody could tell if it
 * went: what its context has, borrowed; any two that are the same keep the same alive.  NULL: it is none. */
PyObject *pyac_task_values(pyac_task *task);
/* A blank task for the core to make again, with the keeper, and a copy of a context. */
pyac_task *pyac_task_again(pyac_loop *loop, PyObject *like, PyObject **context);

/* The object around a group (taskgroup.c), borrowed. */
PyObject *pyac_group_object(ac_group *group);

/* Steps, wake-ups and callbacks on loops that are not ours (post.c). */
ac_status pyac_post(ac_loop *core, ac_handle *handle);
/* The callable that _asyncio gives call_soon for a step of a task. */
PyObject *pyac_step_of(pyac_task *task);
/* The method of a task that wakes it, as _asyncio shows it: "Task.task_wakeup". */
PyObject *pyac_wakeup_of(pyac_task *task);
/* The task that such a method wakes; NULL: it is none. */
ac_task *pyac_woken_task(PyObject *function);
/* Raises what a step of a task that is done does (task_step.c). */
PyObject *pyac_step_already_done(PyObject *task, PyObject *exception);
/* task_wakeup of a task whose step is not posted: what it waited for, which is none of ours, is done
 * (task_step.c). */
PyObject *pyac_woken_by_foreign(pyac_task *task, PyObject *future);
/* Task(coro, loop=loop, name=..., context=..., eager_start=...) for our own loop when neither is in debug
 * mode (task_making.c); name and context may be NULL. */
PyObject *pyac_task_new(pyac_loop *loop, PyObject *coro, PyObject *name, PyObject *context, bool eager);
/* The same, of an eager start, in an object that nobody but the caller has, whose reference goes: a task that
 * was folded (pyac_task_values).  Its context is the new one's. */
PyObject *pyac_task_renew(pyac_task *task, PyObject *coro);
/* A step of a task whose step is not posted: _step(): already done, or one by hand (task_step.c). */
PyObject *pyac_step_by_hand(pyac_task *task, PyObject *exception);
/* Raises if another task is being stepped, or the loop does not run. */
int pyac_may_enter(const pyac_loop *loop, PyObject *task);
/* loop.call_soon(function, argument, context=context); argument and context may be NULL. */
int pyac_call_soon(PyObject *loop, PyObject *function, PyObject *argument, PyObject *context);

/* ---- What stands for functions of asyncio (functions.c) ---- */

extern PyTypeObject PyacFunction_Type;
/* What a function calls; any other object is itself.  Borrowed. */
PyObject *pyac_function_inner(PyObject *object);
/* asyncio's own asyncio.MODULE.NAME, also when install() has put ours in its place; new reference. */
PyObject *pyac_original(const char *module, const char *name);
/* Calls it, as a vectorcall. */
PyObject *pyac_call_original(const char *module, const char *name, PyObject *const *args, Py_ssize_t count,
                             PyObject *names);
/* What asyncio.tasks has where the core has a callback of its own, "gather.<locals>._done_callback": a
 * function to be looked at, not called; or its name. */
PyObject *pyac_shown_function(const char *name);
/* The class of Python that install() has put in the place of asyncio's NAME, borrowed; NULL: none. */
PyTypeObject *pyac_derived(const char *name);
int pyac_functions_ready(PyObject *module);

/* ---- Memory that is kept (arenas.c) ---- */

int pyac_arenas_ready(PyObject *module);

/* ---- The event record, and virtual time (record.c) ---- */

/* The clock that a new loop of ours is to be on; NULL: real time. */
ac_clock *pyac_record_clock(void);
/* Has a new loop of ours recorded, if that is wanted. */
void pyac_record_loop(pyac_loop *loop);
/* What happens until it is over is no part of the record: a future that is made to be shown. */
void pyac_record_pause(bool begins);
/* Raises what a loop on that clock does that can never go on. */
void pyac_record_deadlock(const ac_loop *loop);
int pyac_record_ready(PyObject *module);

/* set(items), or set() for NULL, where the order of a set shows; and its add.  A recorded program has sets
 * that keep the order of insertion. */
PyObject *pyac_set_new(PyObject *items);
int pyac_set_add(PyObject *set, PyObject *item);

/* ---- Words (words.c) ---- */

/* What a text of the core is about (ac_error.text). */
typedef struct pyac_subjects {
    ac_loop *loop;
    ac_task *task, *parent;
    ac_future *future;
    ac_group *group;
    PyObject *value; /* borrowed */
} pyac_subjects;

PyObject *pyac_words(const char *text, const pyac_subjects *subjects);

/* ---- What is taken from Python (imports.c) ---- */

/* Things of asyncio and of the library that are looked up once. */
typedef struct pyac_imports {
    PyObject *cancelled_error, *invalid_state_error;
    PyObject *get_event_loop_policy; /* asyncio.events */
    PyObject *future_repr;           /* asyncio.base_futures._future_repr */
    PyObject *task_repr;             /* asyncio.base_tasks._task_repr */
    PyObject *task_get_stack, *task_print_stack;
    PyObject *iscoroutine;        /* asyncio.coroutines.iscoroutine */
    PyObject *extract_stack;      /* traceback.extract_stack */
    PyObject *tasks, *futures;    /* what asyncio.tasks and asyncio.futures have, dicts */
    PyObject *eager_task_factory; /* asyncio's own */
    PyObject *weak_set;           /* weakref.WeakSet */
} pyac_imports;

extern pyac_imports pyac_py;
extern ac_semantics pyac_semantics; /* of the very CPython that runs */
extern const char *pyac_release;    /* the same as a name, "3.14.10" */
extern const char *pyac_profile;    /* what loops that are made now are told: the release, or more */
/* Loops that are made from now on take eager children that ended well at once. */
void pyac_add_fast_groups(void);

/* Looks all of them up, once; asyncio may not be imported before a program does that. */
int pyac_import_slowly(void);
static inline int pyac_import(void)
{
    return pyac_py.weak_set != NULL ? 0 : pyac_import_slowly();
}
/* asyncio.MODULE.NAME, new reference. */
PyObject *pyac_asyncio(const char *module, const char *name);
PyObject *pyac_import_from(const char *module, const char *name); /* of any module */

static inline bool pyac_has(ac_semantics_flag flag)
{
    return ac_semantics_has(pyac_semantics, flag);
}

/* Interned names. */
#define PYAC_NAMES(X)                                                                                        \
    X(Future)                                                                                                \
    X(Task)                                                                                                  \
    X(__aenter__)                                                                                            \
    X(__aexit__)                                                                                             \
    X(__weakref__)                                                                                           \
    X(_asyncio_future_blocking)                                                                              \
    X(_cancelled)                                                                                            \
    X(_loop)                                                                                                 \
    X(_process_events)                                                                                       \
    X(_write_to_self)                                                                                        \
    X(acquire)                                                                                               \
    X(add)                                                                                                   \
    X(add_done_callback)                                                                                     \
    X(call_at)                                                                                               \
    X(call_exception_handler)                                                                                \
    X(call_later)                                                                                            \
    X(call_soon)                                                                                             \
    X(cancel)                                                                                                \
    X(close)                                                                                                 \
    X(context)                                                                                               \
    X(cr_suspended)                                                                                          \
    X(create_future)                                                                                         \
    X(create_task)                                                                                           \
    X(discard)                                                                                               \
    X(done)                                                                                                  \
    X(eager_start)                                                                                           \
    X(exception)                                                                                             \
    X(future)                                                                                                \
    X(get_debug)                                                                                             \
    X(get_event_loop)                                                                                        \
    X(get_loop)                                                                                              \
    X(handle)                                                                                                \
    X(is_running)                                                                                            \
    X(loop)                                                                                                  \
    X(message)                                                                                               \
    X(msg)                                                                                                   \
    X(name)                                                                                                  \
    X(release)                                                                                               \
    X(result)                                                                                                \
    X(set_name)                                                                                              \
    X(source_traceback)                                                                                      \
    X(task)                                                                                                  \
    X(throw)                                                                                                 \
    X(time)

typedef struct pyac_names {
#define PYAC_NAME(name) PyObject *name;
    PYAC_NAMES(PYAC_NAME)
#undef PYAC_NAME
} pyac_names;

extern pyac_names pyac_n;
int pyac_names_init(void);
/* Which CPython this is: sets pyac_release and pyac_semantics. */
void pyac_release_init(void);

/* ---- The running loop, the current task, who awaits whom (running.c, registry.c, awaited_by.c) ---- */

/* The running loop of this thread, borrowed; NULL without an exception if there is none. */
PyObject *pyac_running_loop(void);
/* The runtime's part of it, borrowed; the thread holds its keeper. */
pyac_loop *pyac_running(void);
/* asyncio.get_event_loop(). */
PyObject *pyac_get_event_loop(void);
/* The current task of a loop, ours or any other object; borrowed, NULL if there is none (registry.c). */
PyObject *pyac_current(const pyac_loop *loop);
/* Makes another object the current task (NULL: none); gives the old one, a new reference or NULL.  No
 * exception.  An object that is not running and current is owned, and owns the loop's keeper. */
PyObject *pyac_current_swap(pyac_loop *loop, PyObject *object);
/* What asyncio.future_add_to_awaited_by and future_discard_from_awaited_by do: both are futures of ours
 * (awaited_by.c).  In releases without them nobody should call these. */
int pyac_told_add(PyObject *future, PyObject *waiter);
int pyac_told_discard(PyObject *future, PyObject *waiter);
/* Walks those that were told: *at is 0 at first; borrowed, NULL after the last. */
PyObject *pyac_told_next(const pyac_future *future, Py_ssize_t *at);
/* Future._asyncio_awaited_by: a frozenset or None. */
PyObject *pyac_awaited_by(PyObject *object);

/* ---- Modules (module.c) ---- */

/* Adds the types, and the functions of each file, to the module that stands for _asyncio. */
int pyac_future_ready(PyObject *module);
int pyac_task_ready(PyObject *module);
int pyac_running_ready(PyObject *module);
int pyac_registry_ready(PyObject *module);
int pyac_awaited_by_ready(PyObject *module);
int pyac_loops_ready(void);
int pyac_post_ready(void);
int pyac_contexts_ready(void);

#endif
