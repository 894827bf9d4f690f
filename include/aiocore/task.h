/* task.h - a future that runs a body (asyncio.Task).
 *
 * A task is always in exactly one place: on the callbacks of the future that it waits for, on the ready list,
 * running, or parked with something foreign.  Its step handle is its callback, so waiting and waking allocate
 * nothing. */
#ifndef AIOCORE_TASK_H
#define AIOCORE_TASK_H

#include <aiocore/base.h>
#include <aiocore/coro.h>
#include <aiocore/future.h>
#include <aiocore/loop.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Private; 128 bytes, pinned by a test.  The core keeps one retain on the task while its step is on a list or
 * its body runs, and a group one on each child that it holds. */
struct ac_task {
    ac_future future; /* must come first */
    ac_handle step;   /* after the end it serves as the group's done callback */
    ac_coro *body;    /* NULL after an eager end, and when cleared */
    union {
        ac_future *future; /* retained: what it waits for, or, while running, what it waited for */
        ac_value error;    /* owned, flag THROW: what the next step throws, or the running one threw; in the
                            * end the message of a request to cancel that was swallowed */
    } waiting;
    ac_link all;      /* of the loop's tasks; off it once done */
    ac_link siblings; /* of its group's children */
    ac_group *group;
    union {
        uint64_t serial; /* the 7 of Task-7: hosts format the name when somebody asks */
        ac_value name;   /* owned, flag NAMED */
    } id;
};

/* Who starts at once. */
typedef enum ac_eager {
    AC_EAGER_DEFAULT, /* as the factory wants; the default is lazy */
    AC_EAGER_NO,
    AC_EAGER_YES
} ac_eager;

/* What a task is made of.  Zero-initialise, set what matters. */
struct ac_task_spec {
    ac_coro *body;    /* required; belongs to the task's object afterwards */
    ac_ref context;   /* borrowed; none: a copy of the current one */
    bool has_context; /* a context was given, even if it is the empty one */
    ac_ref name;      /* borrowed; none: a number from the counter */
    bool has_name;    /* create_task(name=...) was given, even as None */
    ac_eager eager;
    void *user; /* the host's own, passed through factories untouched */
};

/* Makes a task in the host's memory, which must be zeroed or cleared and is held by the caller for the length
 * of the call, and schedules its first step; with spec->eager == AC_EAGER_YES and a running loop the body
 * runs to its first suspension before this returns.
 *   AC_E_CLOSED, AC_E_RUNTIME (already initialised), what the enter or copy_context hook failed with: no task
 *     was made.
 *   AC_E_RAISED with a task that is done: the eager step raised an exit exception, which the task has stored;
 *     asyncio's constructor raises it, so a host gives the caller no task.
 * An ordinary error of an eager step is stored in the task.  Too many nested eager starts: the body is thrown
 * a RecursionError instead of being started.  RUNS USER CODE if eager.  asyncio: Task.__init__. */
AC_API ac_status ac_task_init(ac_task *task, ac_loop *loop, const ac_task_spec *spec);

/* loop.create_task: through the loop's factory, else the make_task hook.  *out is retained once for the
 * caller.
 * AC_E_CLOSED, AC_E_TYPE without a make_task hook, else what the factory gave. */
AC_API ac_status ac_loop_create_task(ac_loop *loop, const ac_task_spec *spec, ac_task **out);

/* asyncio.create_task: as ac_loop_create_task, but before gh-112622 the name is set after the task was made,
 * and a number of the counter is used up (create_task_passes_name); and before gh-128307 a factory is told of
 * a name even if there is none (create_task_functions_take_kwargs). */
AC_API ac_status ac_create_task(ac_loop *loop, const ac_task_spec *spec, ac_task **out);

/* Factories for ac_loop_set_task_factory.  ac_eager_task_factory is asyncio.eager_task_factory; its data is
 * NULL.  ac_custom_eager_task_factory is what asyncio.create_eager_task_factory(constructor) makes; its data
 * is an ac_task_constructor, borrowed. */
AC_API ac_task_factory ac_eager_task_factory;
typedef struct ac_task_constructor {
    ac_task_factory *make; /* as the make_task hook, but for the host's own kind of task */
    void *data;
} ac_task_constructor;
AC_API ac_task_factory ac_custom_eager_task_factory;

/* ---- Steps ----------------------------------------------------------------------------------------- */

/* One step of a parked task by hand: enter, resume the body, leave.  The caller has entered the task's
 * context.  A host does this when a foreign awaitable wakes the task, as asyncio's wakeup does; the loop does
 * the same for every task that is ready.  'in' is borrowed, none for AC_SEND.
 *   AC_E_STATE "__step(): already done": the task is done, or its step waits on a list.
 *   AC_E_RUNTIME "Cannot enter into task %T while another task %P is being executed." and "loop %L is not the
 *   running loop".
 *   AC_E_RAISED: the body raised an exit exception (it is stored in the task, too).
 * RUNS USER CODE. */
AC_API ac_status ac_task_step(ac_task *task, ac_how how, ac_ref in);

/* The two halves of a step, for a VM that runs bodies in its own dispatch loop.  Before enter, *how and *in
 * are what a parked task is to be given (AC_SEND and none otherwise: the task knows by itself).  After AC_OK
 * of enter the task is the current one and *how and *in (borrowed until leave) say how to resume the body;
 * when it stops, leave acts on the turn, taking over *out.  Every enter that gave AC_OK needs its leave.
 * Enter fails as ac_task_step does, leave with AC_E_RAISED as above. */
AC_API ac_status ac_task_step_enter(ac_task *task, ac_how *how, ac_ref *in);
AC_API ac_status ac_task_step_leave(ac_task *task, ac_turn turn, ac_out *out);

/* The same for the first step of an eager start: ac_task_init with AC_EAGER_YES is init_eager, resume,
 * leave_eager.  init_eager makes the task; if *start is true it is now the current one and its body is to be
 * resumed as enter says; if false (the loop does not run) it is lazy and there is nothing to leave.
 * If the host's enter fails, its status is given.  Without the flag eager_start_failure_is_clean (gh-157301)
 * the task is then there all the same, pending, and stays the current one: its creator's leave is
 * AC_E_RUNTIME "Invalid attempt to leave task %T while task %P is entered." (before 3.14 "Leaving task %T
 * does not match the current task %P."), and no other task can be entered until the loop is closed. */
AC_API ac_status ac_task_init_eager(ac_task *task, ac_loop *loop, const ac_task_spec *spec,
                                    ac_task **previous, bool *start, ac_how *how, ac_ref *in);
AC_API ac_status ac_task_leave_eager(ac_task *task, ac_task *previous, ac_turn turn, ac_out *out);
/* For a host whose loop runs, and that nobody but itself can ask for a task which has been folded
 * (ac_gather_fold): in its memory a new one begins, with the next number, and the context that it has; all
 * else is as of ac_task_init_eager. */
AC_API ac_status ac_task_init_eager_again(ac_task *task, ac_coro *body, ac_task **previous, ac_how *how,
                                          ac_ref *in);

/* Schedules a step of a parked task in the next turn.  AC_E_STATE if it is not parked. */
AC_API ac_status ac_task_wake(ac_task *task);

/* ---- Cancellation ---------------------------------------------------------------------------------- */

/* Requests cancellation; message is borrowed.  *did, if not NULL: false if the task is done.  A chain of
 * waiting tasks is walked without recursion; AC_E_RECURSION for a cycle of tasks that wait for each other
 * (nothing changed), and where hooks cancel each other too deep (those before it have counted the request).
 * RUNS USER CODE.  asyncio: Task.cancel. */
AC_API ac_status ac_task_cancel(ac_task *task, ac_ref message, bool *did);
/* Takes one request back and gives how many remain.  asyncio: Task.uncancel. */
AC_API uint32_t ac_task_uncancel(ac_task *task);
AC_API uint32_t ac_task_cancelling(const ac_task *task);
/* True while a request waits for the next step (asyncio: _must_cancel). */
AC_API bool ac_task_must_cancel(const ac_task *task);

/* ---- Ending it from outside ------------------------------------------------------------------------ */

/* Ends a task whose body sleeps, by a result (AC_SEND), an exception (AC_THROW) or as cancelled with a
 * message (AC_CLOSE); steals the value as ac_future_set_result does.  The body is never resumed: a step that
 * is on its way fails with "__step(): already done".  AC_E_STATE "invalid state" if it is done; AC_E_RUNTIME
 * if its body runs or a group waits for it.  asyncio: Future.set_result, set_exception and cancel of a task,
 * past the methods of Task. */
AC_API ac_status ac_task_set_outcome(ac_task *task, ac_how how, ac_value value);

/* ---- What a task knows ----------------------------------------------------------------------------- */

/* The number of a default name, 0 if it was given a name. */
AC_API uint64_t ac_task_serial(const ac_task *task);
/* The name that was given, borrowed; none if it has a number. */
AC_API ac_ref ac_task_name(const ac_task *task);
/* Steals the name. */
AC_API void ac_task_set_name(ac_task *task, ac_value name);
AC_API ac_coro *ac_task_get_coro(const ac_task *task);
/* Borrowed; none: the empty one. */
AC_API ac_ref ac_task_get_context(const ac_task *task);
/* Gives a task that has none a context: the first context variable is set in it.  Steals it.  AC_E_STATE if
 * it has one. */
AC_API ac_status ac_task_set_context(ac_task *task, ac_value context);
/* What it waits for, borrowed, NULL if nothing (asyncio: _fut_waiter). */
AC_API ac_future *ac_task_waiting_for(const ac_task *task);
/* While its body runs: the future whose end has woken it, borrowed; NULL if none has, or if it was cancelled:
 * then the step throws what took its place. */
AC_API ac_future *ac_task_woken_by(const ac_task *task);
/* The group whose child it is, NULL if none, borrowed; *before: how many of the task's done callbacks were
 * there when it joined, and so come before the group's own, which ac_future_next_callback does not show. */
AC_API ac_group *ac_task_get_group(const ac_task *task, uint32_t *before);
/* Whether its destruction while pending is reported (asyncio: _log_destroy_pending); true at the start. */
AC_API void ac_task_set_log_destroy_pending(ac_task *task, bool log);
AC_API bool ac_task_get_log_destroy_pending(const ac_task *task);

/* Whether a task is the child of a group that does not retain it, nor does the core, though its done callback
 * is on its way (ac_group_add_loosely); and makes both retain it. */
AC_API bool ac_task_is_loose(const ac_task *task);
AC_API void ac_task_keep(ac_task *task);

/* The task whose body runs, borrowed; NULL in callbacks.  asyncio: current_task. */
AC_API ac_task *ac_loop_current_task(const ac_loop *loop);
/* Makes another task (or none) the current one and gives the old: asyncio's _swap_current_task, for hosts. */
AC_API ac_task *ac_loop_swap_current_task(ac_loop *loop, ac_task *task);
/* Walks the tasks that are not done, oldest first: NULL gives the first; NULL after the last.  asyncio:
 * all_tasks. */
AC_API ac_task *ac_loop_next_task(const ac_loop *loop, const ac_task *after);

#ifdef __cplusplus
}
#endif
#endif
