/* host.h - minipy as a host of aiocore: the objects of asyncio, and what their files share.
 *
 * Each object of asyncio embeds the core's struct: a Task is an mp_task around an ac_task.  A value of the
 * core is an mp_value in 64 bits; the core's none is NULL, and Python's None is an object like others.
 *
 * The machine never recurses on the C stack for what a loop runs.  A run is a native frame (loop_run.c) that
 * takes one handle after the other and pushes the frame of its coroutine or callback; an eager start is
 * another (task_step.c).
 *
 * Owns       Each object owns a reference to its loop, as CPython's do.  What the core owns of an object is
 *            counted like any reference, and shown to the collector by the core's visit functions. */
#ifndef MP_HOST_H
#define MP_HOST_H

#include <aiocore/aiocore.h>
#include <aiocore/io.h>

#include "run/frame.h"

/* ---- Objects ---- */

typedef struct mp_loop {
    mp_object head;
    ac_loop core;
    mp_value factory;                    /* owned; NULL: none */
    mp_value handler;                    /* owned; NULL: the default */
    mp_generator *generators, *youngest; /* async generators that are open, oldest first; weak */
    double slow_callback_duration;
    ac_io *io;             /* owned; NULL: nothing has asked for one (loop_io.c) */
    mp_value executor;     /* owned; the default one; NULL: none yet */
    bool executor_shut;    /* nothing more goes to it */
    mp_thread *thread;     /* which runs it, while that waits for the world */
    bool idle;             /* it waits, and nobody has woken it since */
    struct mp_loop *later; /* of those that are idle */
    ac_link servers;       /* that serve; owned (stream_server.c) */
} mp_loop;

typedef struct mp_future {
    mp_object head;
    mp_dict *dict;           /* attributes of the program's */
    mp_value loop;           /* owned; NULL: not initialised */
    ac_link callbacks;       /* the handles of add_done_callback that have not run; weak */
    mp_list *awaited_by;     /* owned; who waits as the program says (graph.c); NULL: nobody */
    bool awaited_by_several; /* one was named while another was */
    ac_future core;
} mp_future;

/* Begins like an mp_future. */
typedef struct mp_task {
    mp_object head;
    mp_dict *dict;
    mp_value loop;
    ac_link callbacks;
    mp_list *awaited_by;
    bool awaited_by_several;
    ac_task core;
    ac_coro body;
    mp_value coro; /* owned; NULL after an eager end */
    mp_value
        joined; /* owned; a copy of the context in which a group got it: the group's callback runs there */
    mp_value awaited; /* owned; what holds an awaited future alive that the core does not count */
} mp_task;

/* A handle of call_soon and its kin, and a done callback of a future. */
typedef struct mp_handle {
    mp_object head;
    mp_value loop;     /* owned */
    mp_value callback; /* owned; NULL: cancelled */
    mp_tuple *args;    /* owned; NULL: none */
    mp_value context;  /* owned */
    mp_value when;     /* owned; of a timer, as it was given */
    mp_value shown;    /* owned; the repr of one that was cancelled in debug mode */
    mp_value kept;     /* owned; the future, when it would be gone otherwise: future.c */
    mp_future *future; /* weak; whose done callback it is; NULL: nobody's */
    ac_link among;     /* of that future's callbacks */
    ac_timer core;
} mp_handle;

typedef struct mp_task_group {
    mp_object head;
    mp_dict *dict;
    mp_value loop; /* owned; NULL: not bound to one yet */
    bool cancelled_before;
    ac_group core; /* once it has a loop */
} mp_task_group;

typedef struct mp_timeout {
    mp_object head;
    mp_dict *dict;
    mp_value loop;   /* owned; NULL: not entered yet */
    mp_value when;   /* owned; as it was given */
    ac_timeout core; /* once it has a loop */
} mp_timeout;

typedef struct mp_context {
    mp_object head;
    mp_dict *variables; /* owned; shared with copies until one is written to; NULL: none */
    mp_value previous;  /* owned; what was current when it was entered */
    uint64_t serial;    /* the how manieth context of the machine: names it in a record */
    bool entered;
} mp_context;

/* What is written in Python, in parts, each with a namespace of its own: library.c has the texts. */
typedef enum mp_part {
    MP_PART_NATIVES, /* nothing in Python: what the other parts need of C */
    MP_PART_BASE_EVENTS,
    MP_PART_TASKS,
    MP_PART_RUNNERS,
    MP_PART_LOCKS,
    MP_PART_HEAPQ,
    MP_PART_CONCURRENT, /* concurrent.futures */
    MP_PART_THREADS,
    MP_PART_THREADING,
    MP_PART_POOLS,
    MP_PART_GRAPH,
    MP_PART_STREAMS,
    MP_PART_COUNT
} mp_part;

/* What the machine knows of asyncio besides the loops. */
typedef struct mp_asyncio {
    ac_semantics semantics;
    mp_dict *parts[MP_PART_COUNT]; /* owned; the namespaces; NULL: has not been run */
    mp_value runner;               /* owned; the mp_runner whose run Ctrl-C interrupts; NULL: none */
    bool set_called;               /* set_event_loop was: get_event_loop makes none any more */
    mp_value eager_factory;        /* owned; asyncio.eager_task_factory */
    bool in_factory;               /* a factory with a constructor calls that: its frame is none here */
    mp_value future_cancel;        /* owned; Future.cancel and Task.cancel as they are built in */
    mp_value task_cancel;
    const struct mp_native_run *native_runs; /* the innermost coroutine of the core that runs; NULL: none */
} mp_asyncio;

/* ---- From the core's words to ours ---- */

static inline mp_vm *mp_vm_of(const ac_loop *loop)
{
    return ac_loop_user(loop);
}

static inline mp_loop *mp_loop_of(const ac_loop *loop)
{
    return AC_CONTAINER_OF(loop, mp_loop, core);
}

static inline mp_loop *mp_as_loop(mp_value value)
{
    return (mp_loop *)value;
}

static inline mp_future *mp_future_of(ac_future *future)
{
    return AC_CONTAINER_OF(future, mp_future, core);
}

static inline mp_task *mp_task_of(ac_task *task)
{
    return AC_CONTAINER_OF(task, mp_task, core);
}

static inline mp_task_group *mp_group_of(ac_group *group)
{
    return AC_CONTAINER_OF(group, mp_task_group, core);
}

static inline ac_value mp_owned(mp_value value)
{
    ac_value owned = {(uint64_t)(uintptr_t)value};
    return owned;
}

static inline ac_ref mp_lent(mp_value value)
{
    ac_ref lent = {(uint64_t)(uintptr_t)value};
    return lent;
}

static inline mp_value mp_taken(ac_value value)
{
    return (mp_value)(uintptr_t)value.bits;
}

static inline mp_value mp_seen(ac_ref value)
{
    return (mp_value)(uintptr_t)value.bits;
}

/* The fields of a native frame lie behind its head. */
static inline void *mp_frame_fields(mp_frame *frame)
{
    return frame->slots;
}

/* ---- host.c ---- */

void mp_host_init(mp_vm *vm);
/* Raises what CPython would for a status of the core; NULL. */
mp_value mp_fail(mp_vm *vm, ac_loop *loop, ac_status status);
/* Raises an exception that comes from the core (stolen; none: MemoryError), with the handled one as its
 * context; pass_on: without. */
void mp_raise_taken(mp_vm *vm, ac_value exception);
void mp_pass_on(mp_vm *vm, ac_value exception);
/* Takes vm->raised for the core. */
ac_value mp_take_for_core(mp_vm *vm);
/* Shows to the collector what the core shows to a visitor. */
typedef struct mp_showing {
    ac_visitor visitor;
    mp_visit *visit;
    void *data;
} mp_showing;
mp_showing mp_show_to(mp_visit *visit, void *data);
/* Calls visit for each of the values that is not NULL. */
int mp_visit_all(const mp_value *values, size_t count, mp_visit *visit, void *data);
/* A native function that is bound to a value (stolen). */
mp_value mp_native_bound(mp_vm *vm, const char *name, mp_native *call, mp_value self);
/* Ends a native frame whose answer came at once. */
mp_value mp_end_native(mp_vm *vm, mp_frame *frame, mp_value answer);

/* ---- words.c: texts of the core with their placeholders filled in ---- */

typedef struct mp_subjects {
    ac_loop *loop;
    ac_task *task, *parent;
    ac_future *future;
    ac_group *group;
    mp_value value;
} mp_subjects;
mp_str *mp_words(mp_vm *vm, const char *from, const mp_subjects *subjects);

/* ---- handler.c: exception handlers ---- */

void mp_host_report(ac_loop *loop, const ac_report *report);
void mp_host_slow(ac_loop *loop, ac_handle *handle, double seconds);
extern const mp_method mp_handler_methods[]; /* of loops */
/* "Task was destroyed ..." as asyncio logs it; lines of who waits for what. */
void mp_write_deadlock(mp_vm *vm, mp_loop *loop);

/* ---- poll.c ---- */

double mp_host_now(ac_loop *loop);
ac_status mp_host_poll(ac_loop *loop, double timeout);

/* ---- context.c ---- */

mp_value mp_context_new(mp_vm *vm, mp_dict *variables); /* shares them; NULL: none */
mp_value mp_context_copy(mp_vm *vm);                    /* of the current one */
/* RuntimeError if it is entered already.  Enter and leave nest. */
bool mp_context_enter(mp_vm *vm, mp_value context);
void mp_context_leave(mp_vm *vm, mp_value value);
mp_value mp_context_get(mp_vm *vm, mp_context *context, mp_value variable); /* borrowed; NULL: none */
bool mp_context_set(mp_vm *vm, mp_context *context, mp_value variable,
                    mp_value value); /* NULL: takes it out */
extern const mp_type_def mp_context_def;

/* ---- loop_io.c ---- */

/* The io of a loop, made when it is first asked for; borrowed, and gone when the loop is closed.  NULL:
 * raised (a closed loop, no memory, no descriptors). */
ac_io *mp_loop_io(mp_vm *vm, mp_loop *loop);
/* Where there are threads a loop has one before it runs; all that are there get theirs. */
bool mp_loops_get_io(mp_vm *vm);
/* Of a closed loop.  RUNS USER CODE: it drops what watches and transports owned. */
void mp_loop_end_io(mp_loop *loop);
/* At the end of the machine, of loops that were not closed: what the system owes them holds connections,
 * whose objects hold their loop. */
void mp_loops_end_io(mp_vm *vm);
/* ac_loop_run_poll, which Ctrl-C ends. */
ac_status mp_loop_poll(mp_vm *vm, mp_loop *loop);

/* ---- loop.c, schedule.c, loop_run.c ---- */

bool mp_init_loops(mp_vm *vm);
/* Gives a builtin type more methods. */
bool mp_add_methods(mp_vm *vm, mp_type *type, const mp_method *methods);
mp_value mp_loop_new(mp_vm *vm);
/* The running loop, borrowed; NULL: RuntimeError "no running event loop". */
mp_loop *mp_running_loop(mp_vm *vm);
/* Its tasks that are not done, in the order of their creation, held: what is done with them may end some. */
mp_list *mp_loop_tasks(mp_vm *vm, mp_loop *loop);
/* What Future() and Task() belong to without loop=: the running one, or the one that was set.  Borrowed. */
mp_loop *mp_default_loop(mp_vm *vm);
/* The loop argument of a function: value NULL or None: by_default's.  Borrowed; NULL raised. */
mp_loop *mp_loop_argument(mp_vm *vm, mp_value value, mp_loop *by_default(mp_vm *vm));
extern const mp_method mp_schedule_methods[], mp_run_methods[];
/* call_soon from C: callback(argument). */
bool mp_call_soon(mp_vm *vm, mp_loop *loop, mp_value callback, mp_value argument);

/* ---- handle.c ---- */

extern const ac_handle_ops mp_handle_ops;
extern const mp_type_def mp_handle_def, mp_timer_handle_def, mp_threadsafe_handle_def;
/* A handle that is not scheduled; context NULL: a copy of the current one. */
mp_handle *mp_handle_new(mp_vm *vm, mp_type_index type, mp_loop *loop, mp_value callback,
                         const mp_value *args, size_t count, mp_value context);
/* Hands it to the core by 'schedule', which owns a reference then.  NULL raised, and the handle is
 * dropped. */
mp_value mp_handle_schedule(mp_vm *vm, mp_handle *handle, ac_status schedule(ac_loop *, ac_callback *));
/* The handle object of a core's handle; NULL: it is a task's, or the core's own. */
mp_handle *mp_handle_of(ac_handle *handle);
/* Calls it; may give MP_PUSHED. */
mp_value mp_handle_invoke(mp_vm *vm, mp_handle *handle);
/* A wakeup, or the core's own callback, as a Handle object for programs. */
mp_value mp_handle_shown(mp_vm *vm, ac_handle *handle);

/* ---- future.c, future_iterator.c, done_callbacks.c, future_repr.c, limited_repr.c ---- */

extern const mp_type_def mp_future_def, mp_future_iterator_def;
mp_value mp_future_new(mp_vm *vm, mp_loop *loop);
bool mp_is_future(mp_vm *vm, mp_value value);
/* NULL with RuntimeError "Future object is not initialized." */
ac_future *mp_future_core(mp_vm *vm, mp_value self);
/* One go of awaiting a future, before it is done and after.  MP_YIELDED gives the future itself. */
mp_progress mp_future_await(mp_vm *vm, mp_value future, mp_value *out);
mp_progress mp_future_resume(mp_vm *vm, mp_value future, mp_resume how, mp_value value, mp_value *out);
/* The result of a future that is done, or its exception raised. */
mp_value mp_future_outcome(mp_vm *vm, ac_future *core);
/* Marks a future whose class has a cancel of its own. */
void mp_future_mark(mp_vm *vm, mp_value self);
/* Without future_init_once: takes a task that is done back to before its __init__.  False: it stays. */
bool mp_task_forget(mp_vm *vm, mp_task *task);
ac_status mp_host_cancel(ac_loop *loop, ac_future *future, ac_ref message, ac_cancel_call call, bool *did);
int mp_future_visit(mp_value self, mp_visit *visit, void *data);
void mp_future_clear(mp_vm *vm, mp_value self);
void mp_future_finalize(mp_vm *vm, mp_value self);
mp_value mp_future_iter(mp_vm *vm, mp_value future);
mp_value mp_future_itself(mp_vm *vm, mp_value self);
mp_value mp_future_repr(mp_vm *vm, mp_value self);
mp_value mp_core_future_repr(mp_vm *vm, ac_future *future); /* also of one in a frame of the core */
extern const mp_getset mp_future_getsets[];
mp_value mp_future_add_done_callback(mp_vm *vm, mp_args *args);
mp_value mp_future_remove_done_callback(mp_vm *vm, mp_args *args);
/* Links and unlinks a done callback. */
void mp_done_callback_forget(mp_handle *handle);
void mp_done_callbacks_cut(mp_future *future);
/* "f(1) at FILE:LINE" */
void mp_format_arguments(mp_builder *text, const mp_tuple *args, bool with_args);
void mp_format_callback(mp_builder *text, mp_value callback, mp_tuple *args, bool with_args);
/* "main() running at FILE:LINE" */
void mp_format_coroutine(mp_builder *text, mp_value coroutine);
mp_value mp_limited_repr(mp_vm *vm, mp_value value);
void mp_builder_limited(mp_builder *text, mp_value value);

/* ---- task.c, task_step.c, task_create.c, task_factory.c ---- */

extern const mp_type_def mp_task_def;
bool mp_is_task(mp_vm *vm, mp_value value);
mp_value mp_task_name(mp_vm *vm, const ac_task *task); /* new reference */
bool mp_task_rename(mp_vm *vm, mp_task *task, mp_value name);
/* What Task() is given; all borrowed. */
typedef struct mp_task_request {
    mp_loop *loop;
    mp_value coro;
    mp_value name;    /* NULL: none */
    mp_value context; /* NULL: a copy of the current one */
    bool eager;
    bool by_constructor; /* Task() itself was called, and not by asyncio's factory */
} mp_task_request;
/* Task.__init__ of a blank object: the task (a new reference), MP_PUSHED: its first step, or NULL. */
mp_value mp_task_begin(mp_vm *vm, mp_task *task, const mp_task_request *request);
mp_value mp_task_make(mp_vm *vm, const mp_task_request *request);
bool mp_is_coroutine(mp_vm *vm, mp_value value);

/* Resumes the body of a task that was entered: MP_PUSHED, or it has stopped at once with *outcome and the
 * value.  end says it in the words of the core. */
mp_value mp_step_begin(mp_vm *vm, mp_task *task, ac_how how, ac_ref in, mp_outcome *outcome);
ac_turn mp_step_end(mp_vm *vm, mp_task *task, mp_outcome outcome, mp_value value, ac_out *out);

/* Who asks for a task: the rules for names and keywords differ. */
typedef enum mp_creator { MP_BY_MODULE, MP_BY_LOOP, MP_BY_GROUP } mp_creator;
/* create_task(coro, **keywords): the task, MP_PUSHED or NULL.  group: NULL, or who is to have it. */
mp_value mp_create_task(mp_vm *vm, mp_loop *loop, mp_creator creator, mp_task_group *group, mp_args *args);
mp_value mp_create_plain_task(mp_vm *vm, mp_loop *loop, mp_value coro); /* loop.create_task(coro) */
mp_value mp_eager_task_factory(mp_vm *vm, mp_args *args);
mp_value mp_create_eager_task_factory(mp_vm *vm, mp_args *args);

/* ---- ensure_future.c ---- */

/* asyncio.isfuture: also an imitation of the program's.  1, 0, -1 raised. */
int mp_looks_like_future(mp_vm *vm, mp_value value);
bool mp_is_awaitable(mp_vm *vm, mp_value value); /* inspect.isawaitable */
/* ensure_future(awaitable, loop=loop), loop NULL: None.  The future, new reference (an imitation is no
 * mp_future), or NULL.  The coroutine of a task that starts eagerly runs in a loop of its own. */
mp_value mp_ensure_future(mp_vm *vm, mp_loop *loop, mp_value awaitable);
/* The same as the last act of a native function: may give MP_PUSHED. */
mp_value mp_ensure_begin(mp_vm *vm, mp_loop *loop, mp_value awaitable);
mp_value mp_ensure_future_function(mp_vm *vm, mp_args *args);

/* Whether this is the frame of an eager start by Task(), which CPython's Python code has no part in. */
bool mp_is_start_by_constructor(mp_frame *frame);

/* ---- call_frames.c, graph.c ---- */

/* A frame as asyncio's call graph shows it; borrowed. */
typedef struct mp_call_frame {
    mp_code *code;               /* NULL: the frame is in the core, and has no lines */
    const char *function, *file; /* of one in the core */
    uint32_t line;
    mp_value generator; /* whose body it is; NULL: a function's */
} mp_call_frame;

/* A walk over a coroutine and those that it awaits, outermost first.  at: the coroutine, or NULL. */
typedef struct mp_call_frames {
    mp_value at;
    const char *inner; /* the next is this function of the core's */
    bool running;      /* a coroutine that runs shows those that it awaits; in CPython it does not */
} mp_call_frames;
bool mp_coroutine_has_ended(mp_vm *vm, mp_value coroutine);
bool mp_call_frames_next(mp_vm *vm, mp_call_frames *frames, mp_call_frame *frame);

extern const mp_type_def mp_frame_object_def;
/* An object for a frame, as it is now. */
mp_value mp_frame_object_new(mp_vm *vm, const mp_call_frame *frame);
/* The frame of a function or body that is on the machine. */
mp_call_frame mp_call_frame_of(const mp_frame *frame);

ac_future *mp_host_waiter(ac_loop *loop, const ac_future *future, size_t index);
mp_value mp_future_get_awaited_by(mp_vm *vm, mp_value self);
/* The names of the call graph, from 3.14 on. */
bool mp_init_graph(mp_vm *vm, mp_dict *module);

/* ---- gather.c ---- */

extern const mp_type_def mp_gathering_def;
mp_value mp_gather(mp_vm *vm, mp_args *args);
mp_value mp_shield(mp_vm *vm, mp_args *args);

/* ---- taskgroup.c, native_coroutine.c, sleep.c ---- */

extern const mp_type_def mp_task_group_def, mp_native_coroutine_def, mp_native_wrapper_def,
    mp_future_view_def;

/* A coroutine in C: an awaitable whose steps are those of a body of the core, or of the function 'begin'. */
typedef struct mp_native_coroutine mp_native_coroutine;
struct mp_native_coroutine {
    mp_object head;
    const char *name, *qualname;
    /* The first step: binds co to a body (which is resumed then), or answers at once: with co NULL, a result
     * or NULL (raised). */
    mp_value (*begin)(mp_vm *vm, mp_native_coroutine *self);
    /* What the result of the body means; steals it.  NULL: it is the result. */
    mp_value (*finish)(mp_vm *vm, mp_native_coroutine *self, mp_value result);
    mp_value subject, argument; /* owned, or NULL */
    mp_value loop;              /* owned; once begun */
    ac_coro *co;
    ac_future *waiting; /* what it was last seen to wait for; NULL: nothing */
    uint8_t state;
    bool raises;        /* what it raises is raised by a statement of asyncio's, not passed on */
    bool passes_thrown; /* of these, but a cancellation that was thrown in goes on as it is */
    bool owns_body;     /* co lies in its own frame: it is visited and cleared with the coroutine */
    bool follows;       /* each wait is on the loop that runs then, as those of locks and queues are */
};
/* A coroutine that runs, which has no frame of the machine: 'base' was the top one when it was resumed. */
typedef struct mp_native_run {
    mp_native_coroutine *coroutine;
    const mp_frame *base;
    bool closes;                       /* it is being closed, and has what it awaits closed first */
    const struct mp_native_run *below; /* the next that runs; NULL: none */
} mp_native_run;
/* size: bytes of the frame that begin fills, zeroed; 0: none. */
mp_native_coroutine *mp_native_coroutine_new(mp_vm *vm, const char *name, mp_value subject, mp_value argument,
                                             size_t size);
/* The frame, and back. */
static inline void *mp_native_frame(mp_native_coroutine *self)
{
    return self + 1;
}
static inline mp_native_coroutine *mp_native_of_frame(void *frame)
{
    return (mp_native_coroutine *)frame - 1;
}
/* In begin: the body lies in the frame and belongs to the coroutine; it runs on this loop.  NULL, to be
 * returned. */
mp_value mp_native_bind(mp_native_coroutine *self, mp_loop *loop, ac_coro *co);
mp_progress mp_native_resume(mp_vm *vm, mp_value self, mp_resume how, mp_value value, mp_value *out);
bool mp_native_has_ended(mp_value self);
/* The future behind what a native coroutine has yielded; NULL: it does not wait any more. */
ac_future *mp_view_future(mp_value view);
mp_value mp_sleep(mp_vm *vm, mp_args *args);
/* In begin, of a coroutine with room for an ac_sleep: one bare yield, then its argument is the result. */
mp_value mp_native_yield(mp_native_coroutine *self);

/* ---- queues.c, queue_items.c, queue_type.c: queues.h ---- */

extern const mp_type_def mp_queue_def, mp_priority_queue_def, mp_lifo_queue_def, mp_queue_items_def;

/* ---- waits.c ---- */

extern const mp_type_def mp_as_completed_def;
mp_value mp_wait(mp_vm *vm, mp_args *args);
/* For the generator of 3.12: (an iterator of steps, how many). */
mp_value mp_as_completed_generator(mp_vm *vm, mp_args *args);
/* as_completed since 3.13, and FIRST_COMPLETED and its kin. */
bool mp_define_waits(mp_vm *vm, mp_dict *names);

/* ---- staggered.c ---- */

extern const mp_type_def mp_staggered_def;
/* What a task of a race awaits, at one of asyncio's functions: as mp_wait_for_awaits. */
mp_value mp_staggered_awaits(mp_native_coroutine *self, const char *function, const char **inner);
/* The module asyncio.staggered. */
bool mp_init_staggered(mp_vm *vm, mp_dict *module);

/* ---- delegate.c ---- */

/* A body that awaits anything that a program can await, for a machine of the core in a native coroutine's
 * frame.  What is yielded goes through it as it is (AC_STRANGE). */
typedef struct mp_delegate {
    ac_coro co;
    mp_value awaitable; /* owned; from the first step on its iterator */
} mp_delegate;
void mp_delegate_init(mp_delegate *delegate, mp_value awaitable);
/* Whether awaiting this value is awaiting a future of ours: the core can do that itself. */
bool mp_awaits_future(mp_vm *vm, mp_value value);

/* ---- timeouts.c, wait_for.c ---- */

extern const mp_type_def mp_timeout_def;
mp_native mp_timeout_function, mp_timeout_at, mp_wait_for;
/* What a wait_for that has begun awaits: a coroutine of the program's (borrowed), or NULL, with the name in
 * *function if that is one of asyncio's. */
mp_value mp_wait_for_awaits(mp_native_coroutine *self, const char **function);

/* ---- runner.c, chain.c, threads.c ---- */

extern const mp_type_def mp_runner_def, mp_chain_def;
mp_value mp_cancel_all_tasks(mp_vm *vm, mp_args *args); /* loop_run.c */
mp_value mp_raise_signal(mp_vm *vm, mp_args *args);
mp_value mp_chain_future(mp_vm *vm, mp_args *args);
bool mp_init_threads(mp_vm *vm, mp_dict *module);
bool mp_init_socket_names(mp_vm *vm, mp_dict *names); /* socket_names.c: the module socket */

/* ---- gil.c: the half for loops ---- */

/* Around a wait of a loop for the world. */
void mp_gil_idle(mp_vm *vm, mp_loop *loop, bool begins);
/* Whether a virtual clock has to wait for threads before this loop, which has nothing to do, goes on. */
bool mp_gil_expects(mp_vm *vm, mp_loop *loop);
void mp_gil_tell(mp_vm *vm, mp_loop *loop); /* it is given something by another thread */

/* ---- thread_pool.c, thread_locks.c, thread_texts.c ---- */

bool mp_init_thread_locks(mp_vm *vm, mp_dict *names);
mp_value mp_shut_executor(mp_vm *vm, mp_args *args);
mp_value mp_join_executor(mp_vm *vm, mp_args *args);
/* call_soon of a loop that may run on another thread. */
ac_status mp_tell_loop(ac_loop *core, ac_callback *callback);
extern const mp_type_def mp_thread_pool_def, mp_thread_lock_def;
extern const char mp_threading_text[], mp_pools_text[], mp_executors_text[];

/* ---- library.c, parts.c: what is written in Python ---- */

typedef struct mp_part_def {
    mp_part on;          /* whose names it has, too */
    const char *module;  /* the __module__ of what is in it */
    const char *file;    /* in tracebacks */
    const char *text[2]; /* the second one, or NULL, goes on in the namespace of the first */
} mp_part_def;
extern const mp_part_def mp_parts[MP_PART_COUNT];
extern const char mp_concurrent_text[], mp_threads_text[];            /* threads.c */
extern const char mp_graph_classes_text[], mp_graph_functions_text[]; /* graph.c */

/* Its namespace, borrowed; the first time the part is run for it.  NULL (raised): as if nobody had asked. */
mp_dict *mp_part_names(mp_vm *vm, mp_part part);
/* Puts names of a part, a list that ends with NULL, into a module: asking for one of these runs the part. */
bool mp_part_promise(mp_vm *vm, mp_part part, const char *const *names, mp_dict *module);
/* Calls a function of a part. */
mp_value mp_part_call(mp_vm *vm, mp_part part, const char *function, mp_value *values, size_t count);
/* Gives what a namespace calls 'name' to another one under a name there. */
bool mp_give(mp_vm *vm, mp_dict *names, const char *name, mp_dict *target, const char *as);
/* The names that are in Python go into the module, and what Python needs of C into MP_PART_NATIVES. */
bool mp_init_library(mp_vm *vm, mp_dict *module);
void mp_end_library(mp_vm *vm);

/* ---- asyncio.c, generator_hooks.c ---- */

/* The open generators of a loop, as a list; the loop forgets them. */
mp_value mp_loop_take_generators(mp_vm *vm, mp_args *args);
mp_dict *mp_module_make(mp_vm *vm, const char *name); /* borrowed; its namespace */

#endif
