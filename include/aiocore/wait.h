/* wait.h - waiting for several futures: wait and as_completed.
 *
 * Both put a done callback on each future, all of them in one allocation, and cancel nothing: what is not
 * done when they end runs on.  The futures are given in the order in which a program is to see them;
 * asyncio's sets have none. */
#ifndef AIOCORE_WAIT_H
#define AIOCORE_WAIT_H

#include <aiocore/base.h>
#include <aiocore/coro.h>
#include <aiocore/future.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- wait ---------------------------------------------------------------------------------------------- */

/* When wait ends: asyncio.FIRST_COMPLETED, FIRST_EXCEPTION (or all), ALL_COMPLETED. */
typedef enum ac_return_when { AC_ALL_COMPLETED, AC_FIRST_COMPLETED, AC_FIRST_EXCEPTION } ac_return_when;

/* asyncio.wait(futures, timeout=, return_when=) (tasks.wait) as a coroutine: ac_wait_init,
 * AC_AWAIT_CORO(POINT, &w->co, turn).  It always suspends.  It returns none when there is enough, or when the
 * time is over: which futures are done by then is the caller's to look at, and some may be that ended after
 * the wake-up. */
typedef struct ac_wait {
    ac_coro co;
    ac_loop *loop;
    ac_future waiter;            /* embedded; what it waits for */
    struct aci_waiting *waiting; /* the loop's: callbacks that are on their way outlive the wait */
    double timeout;
    bool has_timeout, started;
} ac_wait;

/* Prepares a wait; it retains the futures, each of which is to be named once.  timeout: seconds, NULL: none;
 * it may be 0 or less, which is a timer that is due.  One that never runs to its end is given up by
 * ac_coro_clear.  AC_E_VALUE "Set of Tasks/Futures is empty."; AC_E_MEMORY. */
AC_API ac_status ac_wait_init(ac_wait *wait, ac_loop *loop, ac_future *const *futures, size_t count,
                              const double *timeout, ac_return_when when);
/* What the first resume does if it was not done before: sets the timer, and gives each future its callback.
 * If that fails, the wait is at its end, and as in asyncio the timer and the callbacks so far stay where they
 * are:
 * AC_E_TYPE at a future that is NULL (something else that was to be waited for); AC_E_MEMORY, AC_E_CLOSED. */
AC_API ac_status ac_wait_start(ac_wait *wait);

/* ---- as_completed ---------------------------------------------------------------------------------- */

/* asyncio.as_completed(futures, timeout=) (tasks.as_completed, _AsCompletedIterator): gives futures in the
 * order in which they are done, one a step.
 *     ac_as_completed_init, ac_as_completed_start,
 *     while ac_as_completed_next(&c, &s): AC_AWAIT_CORO(POINT, &s.co, turn),
 *     ac_as_completed_clear.
 * Several steps may wait at once; they are served in their order. */
typedef struct ac_as_completed {
    ac_loop *loop;               /* NULL: cleared */
    struct aci_completing *some; /* the loop's: the callbacks */
    ac_link done;                /* of 'some': are done, or timed out, and not taken yet */
    ac_link steps;               /* wait for one */
    ac_deadline *timer;
    ac_value timer_owner; /* owned; the timer's reference to the owner */
    size_t todo;          /* futures whose callback has not run */
    size_t left;          /* steps that may still be taken */
} ac_as_completed;

/* Prepares one; it retains the futures, each of which is to be named once; there may be none.  owner,
 * borrowed, is the host's object around it: each callback and the timer hold a reference to that.  None:
 * nobody counts, and it outlives them or is cleared.  AC_E_MEMORY. */
AC_API ac_status ac_as_completed_init(ac_as_completed *self, ac_loop *loop, ac_future *const *futures,
                                      size_t count, ac_ref owner);
/* Gives each future its callback, and sets the timer; timeout as of ac_wait_init.  When the time is over
 * every step that is left raises TimeoutError.  AC_E_CLOSED, AC_E_MEMORY: what was done so far stays. */
AC_API ac_status ac_as_completed_start(ac_as_completed *self, const double *timeout);

/* One step, a coroutine.  It holds no reference to what it is a step of, which has to outlive it. */
typedef struct ac_as_completed_step {
    ac_coro co;
    ac_as_completed *of;
    ac_link link;     /* of->steps, while it waits */
    ac_future getter; /* embedded; what it waits for */
    ac_future *found; /* of an anext: retained, the future that is done */
} ac_as_completed_step;

/* Takes the next step, which returns the future's result or raises its exception; false: none is left.
 * asyncio: __next__, and what its result is. */
AC_API bool ac_as_completed_next(ac_as_completed *self, ac_as_completed_step *step);
/* Prepares a step that is taken when it is first resumed: it raises StopAsyncIteration if none is left, else
 * it returns none, and ac_as_completed_found has the future.  asyncio: __anext__. */
AC_API void ac_as_completed_anext(ac_as_completed *self, ac_as_completed_step *step);
/* Takes the future out of such a step: retained for the caller, NULL if there is none. */
AC_API ac_future *ac_as_completed_found(ac_as_completed_step *step);

/* Gives up everything that it owns.  Steps that wait are never woken; the futures run on.  At any time, also
 * twice. */
AC_API void ac_as_completed_clear(ac_as_completed *self);
/* Shows what it owns, and what waits in its steps. */
AC_API int ac_as_completed_visit(ac_as_completed *self, ac_visitor *visitor);

#ifdef __cplusplus
}
#endif
#endif
