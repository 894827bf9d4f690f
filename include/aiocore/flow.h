/* flow.h - what a task waits with: sleep, timeout, wait_for and TaskGroup.
 *
 * Written once, as coroutines in C (a timeout, whose ends do not wait, as functions); every host awaits them
 * like its own.  Each is a struct for a frame: prepare it (_init; what it is given is copied or retained
 * then), AC_AWAIT_CORO it, and it owns nothing any more.  One that was prepared and did not end is given up
 * by ac_coro_clear.  The frame stays where it is meanwhile. */
#ifndef AIOCORE_FLOW_H
#define AIOCORE_FLOW_H

#include <aiocore/base.h>
#include <aiocore/coro.h>
#include <aiocore/future.h>
#include <aiocore/task.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- sleep ----------------------------------------------------------------------------------------- */

/* asyncio.sleep(delay, result) as a coroutine: embed it in a frame, ac_sleep_init, AC_AWAIT_CORO(POINT,
 * &s->co, turn).  It may be used again after it ended.  A delay of 0 or less is one bare yield. */
typedef struct ac_sleep {
    ac_coro co;
    ac_future future;
    ac_deadline *timer; /* the loop's: a cancelled timer outlives the sleep */
    double delay;
    ac_value result;
} ac_sleep;

/* Prepares a sleep of 'delay' seconds that gives 'result' (stolen).  It starts when it is first resumed; NaN
 * is a ValueError then (gh-105331). */
AC_API void ac_sleep_init(ac_sleep *sleep, ac_loop *loop, double delay, ac_value result);

/* ---- timeout --------------------------------------------------------------------------------------- */

/* asyncio.timeout, timeout_at (timeouts.Timeout): a block whose task is cancelled when the time has come; the
 * exit makes a TimeoutError of that.  In the order of use:
 *     ac_timeout_init, ac_timeout_enter,
 *     the block,
 *     ac_timeout_exit with what left it: AC_E_RAISED says that ac_loop_take_raised() is raised instead,
 *     ac_timeout_clear.
 * Neither end waits.  It is used once. */
typedef enum ac_timeout_state {
    AC_TIMEOUT_CREATED,
    AC_TIMEOUT_ACTIVE,
    AC_TIMEOUT_EXPIRING, /* it has cancelled the task */
    AC_TIMEOUT_EXPIRED,  /* and was left after that */
    AC_TIMEOUT_FINISHED
} ac_timeout_state;

typedef struct ac_timeout {
    ac_loop *loop;
    ac_task *task;      /* retained from the enter to the end of the exit */
    ac_deadline *timer; /* the loop's */
    ac_ref object;      /* borrowed: what the timeout lies in, or none */
    ac_value held;      /* a reference of it, while there is a timer */
    double when;
    bool has_when;
    uint8_t state;
    uint32_t cancelling; /* how often the task was asked to cancel before */
} ac_timeout;

/* A deadline on ac_loop_time(); when NULL: none (asyncio: timeout_at).  'object' is a value of the host that
 * the timeout lies in: while a timer is set it holds a reference of it, so that a timeout which was entered
 * and forgotten still expires.  None: it lies in a frame. */
AC_API void ac_timeout_init(ac_timeout *timeout, ac_loop *loop, const double *when, ac_ref object);

/* Begins the block, in the current task.  AC_E_RUNTIME "Timeout has already been entered", "Timeout should be
 * used inside a task"; before gh-110910 neither is looked at, and without a task AC_E_RAISED with an
 * AttributeError.  What the timer fails with: then it was not entered.  asyncio: __aenter__. */
AC_API ac_status ac_timeout_enter(ac_timeout *timeout);

/* Sets another deadline, NULL: none.  One that has passed comes in the next turn.  AC_E_RUNTIME "Timeout has
 * not been entered" (an AssertionError before gh-110910), "Cannot change state of expired Timeout", with the
 * word of its state.  RUNS USER CODE (it may give 'object' up; the caller holds it). */
AC_API ac_status ac_timeout_reschedule(ac_timeout *timeout, const double *when);

/* Ends the block; exception is what left it, borrowed, none if nothing did.  AC_OK: that goes on.
 * AC_E_RAISED: a TimeoutError whose cause it is takes its place; or the timeout was not entered, or left
 * already (AssertionError).  Since gh-96037 another exception that was raised because of the cancellation
 * gets the TimeoutError into its chain of contexts.  AC_E_MEMORY: there was none for it; the block has ended
 * all the same.  RUNS USER CODE.  asyncio: __aexit__. */
AC_API ac_status ac_timeout_exit(ac_timeout *timeout, ac_ref exception);

/* The deadline, into *when; false: there is none. */
AC_API bool ac_timeout_when(const ac_timeout *timeout, double *when);
/* True once it has cancelled its task. */
AC_API bool ac_timeout_expired(const ac_timeout *timeout);
AC_API ac_timeout_state ac_timeout_get_state(const ac_timeout *timeout);
/* The word of a state in a repr: "created", "active", "expiring", "expired", "finished".  Static storage. */
AC_API const char *ac_timeout_state_name(ac_timeout_state state);

/* Gives up all that it owns, its timer too.  At any time, also twice.  RUNS USER CODE. */
AC_API void ac_timeout_clear(ac_timeout *timeout);
/* Shows what it owns; while a timer is set that shows it. */
AC_API int ac_timeout_visit(ac_timeout *timeout, ac_visitor *visitor);

/* ---- wait_for -------------------------------------------------------------------------------------- */

/* tasks._cancel_and_wait as a coroutine: cancels a future and waits until it is done, however often it has to
 * be asked; gives none. */
typedef struct ac_cancel_and_wait {
    ac_coro co;
    ac_future *future;        /* retained */
    ac_future waiter;         /* what it waits for */
    struct ac_signal *signal; /* private: the done callback, which may outlive the wait */
} ac_cancel_and_wait;

/* It starts when it is first resumed. */
AC_API void ac_cancel_and_wait_init(ac_cancel_and_wait *wait, ac_loop *loop, ac_future *future);

/* asyncio.wait_for(awaitable, timeout) (tasks.wait_for) as a coroutine: gives the result of a future or of
 * another coroutine, which is awaited in the calling task.  If that takes longer it is cancelled, and
 * TimeoutError raised. */
typedef struct ac_wait_for {
    ac_coro co;
    ac_coro *body;     /* belongs to it, or NULL */
    ac_future *future; /* retained, or NULL */
    double seconds;
    bool has_timeout;
    ac_timeout timeout;
    ac_cancel_and_wait cancel;
} ac_wait_for;

/* Waits for a future; seconds NULL: as long as it takes.  With 0 seconds or less a future that is not done is
 * cancelled and waited for.  It starts when it is first resumed. */
AC_API void ac_wait_for_future(ac_wait_for *wait, ac_loop *loop, ac_future *future, const double *seconds);
/* Waits for a body that no task has; it is visited and cleared with the wait, its memory is the caller's.
 * With 0 seconds or less it becomes the body of a new task (ac_loop_create_task), which is cancelled: its
 * memory must last as long as that task. */
AC_API void ac_wait_for_body(ac_wait_for *wait, ac_loop *loop, ac_coro *body, const double *seconds);

/* ---- TaskGroup ------------------------------------------------------------------------------------- */

/* asyncio.TaskGroup (taskgroups.TaskGroup).  In the order of use:
 *     ac_group_init, ac_group_enter,
 *     ac_group_create_task (or ac_group_admit, a task of the host's own making, ac_group_add) ...,
 *     ac_group_exit, then drive group->exit as any coroutine until it returns or raises,
 *     ac_group_clear.
 * Children are kept in the order of their creation. */
struct ac_group {
    ac_coro exit;
    ac_loop *loop;
    ac_task *parent;  /* retained from the enter to the end of the exit */
    ac_future waiter; /* what the exit waits for; embedded, never shown to the host */
    ac_link children; /* not yet processed */
    ac_link failed;   /* their errors wait for the exit, in the order in which they were processed */
    size_t child_count, failed_count;
    ac_value body_error;           /* what left the body */
    ac_value base_error;           /* the first SystemExit or KeyboardInterrupt */
    ac_value cancellation;         /* the CancelledError to raise at the end */
    ac_value pending_cancellation; /* 3.15: the last one that came while aborting */
    uint32_t flags;
};

AC_API void ac_group_init(ac_group *group, ac_loop *loop);

/* Enters, with the current task as parent.  AC_E_RUNTIME "TaskGroup %G has already been entered", "TaskGroup
 * %G cannot determine the parent task".  A group that was cancelled before cancels the parent here: what its
 * cancel raises comes out, and the group is entered all the same; who does not go on to the exit clears it.
 * asyncio: __aenter__. */
AC_API ac_status ac_group_enter(ac_group *group);

/* Creates a child by ac_loop_create_task.  A group that refuses closes the body (gh-115957; if the profile
 * says so):
 * AC_E_RUNTIME "TaskGroup %G has not been entered", "... is finished", "... is shutting down".  *out, if not
 * NULL, is retained for the caller; the group keeps its own.  RUNS USER CODE. */
AC_API ac_status ac_group_create_task(ac_group *group, const ac_task_spec *spec, ac_task **out);

/* The two parts of create_task around a host's own way to make the task.  admit: may it have another child?
 * add: here it is. */
AC_API ac_status ac_group_admit(ac_group *group);
AC_API ac_status ac_group_add(ac_group *group, ac_task *child);

/* For a host that knows when nobody but the core has a task any more.  A child that has ended well in its
 * eager first step has a done callback on its way, for which asyncio keeps the whole task; but nearly always
 * nobody will look at it again.  add_loosely adds such a child without a retain: it is *loose*.  When the
 * host's last reference of a loose task goes, the host either keeps it after all (ac_task_keep), or folds it:
 * a neighbour on the ready list tells the group of both.  Where the loop is traced, in debug mode, foreign or
 * not in a turn it is the same as ac_group_add. */
AC_API ac_status ac_group_add_loosely(ac_group *group, ac_task *child);
/* The task, of the same group, that a loose one can be folded into: its callback comes right before, and it
 * is like it in everything that the core knows, but that its number is the one before; NULL: there is none.
 * Whether they are alike in the rest is for the host to say, their contexts above all. */
AC_API ac_task *ac_task_fold_place(const ac_task *task);
/* Folds a loose task into that one: the core knows it as a task of no group that is done. */
AC_API void ac_task_fold(ac_task *task, ac_task *place);
/* How many were folded into a task. */
AC_API uint32_t ac_task_folded(const ac_task *task);
/* Makes one of them again, the last one, in memory as for ac_task_init: the core and the group retain it, and
 * its callback comes right after.  Steals the context. */
AC_API void ac_task_unfold(ac_task *task, ac_task *again, ac_value context);

/* Begins the exit; exception is what left the body, borrowed, none if nothing did.  AC_E_RUNTIME if it was
 * not entered or has exited.  Then group->exit is to be driven: it returns none (nothing to raise; a body's
 * exception is swallowed) or raises.
 * asyncio: __aexit__. */
AC_API ac_status ac_group_exit(ac_group *group, ac_ref exception);

/* TaskGroup.cancel (3.15): aborts the children and cancels the parent once; the exit swallows that.  Before
 * the enter it takes effect at the enter, after the end it does nothing.  AC_E_TYPE if the profile has no
 * such method. */
AC_API ac_status ac_group_cancel(ac_group *group);

/* As ac_loop_status_exception, for a status that a function of this group gave: the words name the group. */
AC_API ac_value ac_group_status_exception(ac_group *group, ac_status status);

/* What its repr shows. */
AC_API size_t ac_group_task_count(const ac_group *group);
AC_API size_t ac_group_error_count(const ac_group *group);
AC_API bool ac_group_is_entered(const ac_group *group);
AC_API bool ac_group_is_aborting(const ac_group *group);
/* Whether its exit has begun, and whether it has cancelled its parent.  asyncio: _exiting,
 * _parent_cancel_requested. */
AC_API bool ac_group_is_exiting(const ac_group *group);
AC_API bool ac_group_has_cancelled_parent(const ac_group *group);
/* Walks the children that are not processed yet, and those whose errors wait for the exit, each in its order:
 * NULL gives the first; NULL after the last.  Borrowed.  asyncio: _tasks, _errors. */
AC_API ac_task *ac_group_next_child(const ac_group *group, const ac_task *after);
AC_API ac_task *ac_group_next_failed(const ac_group *group, const ac_task *after);

/* Cancels all children, and lets no other join; whatever a cancel of the program's own raises.  RUNS USER
 * CODE.  asyncio: _abort. */
AC_API ac_status ac_group_abort(ac_group *group);

/* Gives up everything that the group owns; children that still run are left to themselves.  At any time, also
 * twice. */
AC_API void ac_group_clear(ac_group *group);
/* Shows what the group owns. */
AC_API int ac_group_visit(ac_group *group, ac_visitor *visitor);

#ifdef __cplusplus
}
#endif
#endif
