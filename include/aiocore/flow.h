/* flow.h - asyncio's functions that wait: sleep and TaskGroup (more to come).
 *
 * Written once, as coroutines in C; every host awaits them like its own. */
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

/* ---- TaskGroup ------------------------------------------------------------------------------------- */

/* asyncio.TaskGroup.  In the order of use:
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

/* Gives up everything that the group owns; children that still run are left to themselves.  At any time, also
 * twice. */
AC_API void ac_group_clear(ac_group *group);
/* Shows what the group owns. */
AC_API int ac_group_visit(ac_group *group, ac_visitor *visitor);

#ifdef __cplusplus
}
#endif
#endif
