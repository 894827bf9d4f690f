/* future.h - a result that is not there yet (asyncio.Future).
 *
 * The host embeds ac_future in its own object.  Waiting links the waiter's handle into the future, finishing
 * a future moves all of them onto the ready list at once: neither allocates, so neither can fail for want of
 * memory. */
#ifndef AIOCORE_FUTURE_H
#define AIOCORE_FUTURE_H

#include <aiocore/base.h>
#include <aiocore/coro.h>
#include <aiocore/loop.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Private; 32 bytes, pinned by a test.  'result' is, by state: pending, the message of a requested
 * cancellation (of a task); finished, the result; failed, the exception; cancelled, the message, or the very
 * CancelledError that left a task's body (flag) until somebody takes it. */
struct ac_future {
    ac_loop *loop;        /* NULL: not initialised, or cleared */
    ac_handle *callbacks; /* the first one; they are linked in a ring in the order of registration */
    ac_value result;
    uint32_t flags;
    uint32_t extra; /* of a task in a group: how many of its callbacks come before the group's */
};

typedef enum ac_future_state { AC_PENDING, AC_FINISHED, AC_FAILED, AC_CANCELLED } ac_future_state;

/* Makes a pending future.  The memory must be zeroed, or cleared by ac_future_clear.  A second init of a live
 * future is AC_E_RUNTIME "_asyncio.Future object is already initialized"; without the flag future_init_once
 * (gh-142615) it clears the future first, which RUNS USER CODE. */
AC_API ac_status ac_future_init(ac_future *future, ac_loop *loop);

/* Makes a pending future that lies in a frame (of ac_sleep, ac_sock, or one of yours) and is no object of the
 * host: the body that it is in awaits it, and nobody else sees it.  Any memory; clear it before it is made
 * again while somebody waits.  ac_future_is_embedded. */
AC_API void ac_future_init_embedded(ac_future *future, ac_loop *loop);

AC_API ac_future_state ac_future_get_state(const ac_future *future);
static inline bool ac_future_done(const ac_future *future)
{
    return (future->flags & 3u) != 0;
}
AC_API bool ac_future_cancelled(const ac_future *future);
AC_API ac_loop *ac_future_get_loop(const ac_future *future);
/* True for a future inside of a sleep or a group: no object of the host is around it.  A host sees such a one
 * only in what its own frames give on from ac_coro_resume, and in ac_task_waiting_for. */
AC_API bool ac_future_is_embedded(const ac_future *future);
/* The task that begins with this future, or NULL if it is a plain one. */
AC_API ac_task *ac_future_task(ac_future *future);

/* Finish.  Steal the value on AC_OK, on AC_E_CLOSED, which says that the loop is closed and the callbacks
 * were dropped, and on AC_E_RAISED, which says that a foreign loop did not take one of them: the future is
 * done all the same, as in CPython.  AC_E_STATE "invalid state" if it is done already.  No allocation.
 * asyncio: set_result. */
AC_API ac_status ac_future_set_result(ac_future *future, ac_value result);
/* As set_result.  StopIteration is replaced by a RuntimeError (or refused, AC_E_TYPE: gh-112182).  Until
 * somebody asks for it the exception counts as never retrieved. */
AC_API ac_status ac_future_set_exception(ac_future *future, ac_value exception);
/* Cancels; message (none for no message) is borrowed.  For a task this is Task.cancel, for an overridden
 * future the host's cancel, as cancel() or cancel(message).  *did, if not NULL: whether it was accepted.
 * AC_OK also if not.  RUNS USER CODE. */
AC_API ac_status ac_future_cancel(ac_future *future, ac_ref message, bool *did);

/* The same without the host's cancel hook: what super().cancel() is in a class that has replaced the
 * method. */
AC_API ac_status ac_future_cancel_base(ac_future *future, ac_ref message, bool *did);

/* The result or the exception, as future.result() gives it: how is AC_SEND and *out the result, or AC_THROW
 * and *out the exception.  Counts as retrieved.  New reference: a cancelled future makes a new CancelledError
 * each time, a cancelled task hands out the one that left its body first.  AC_E_STATE "Result is not set." */
AC_API ac_status ac_future_result(ac_future *future, ac_how *how, ac_value *out);
/* As future.exception(): *out none if there is none.  A cancelled future: AC_E_RAISED.  AC_E_STATE "Exception
 * is not set."  New reference. */
AC_API ac_status ac_future_exception(ac_future *future, ac_value *out);
/* As ac_future_result for a future that is done, borrowed; for use in a body (AC_AWAIT). */
AC_API ac_how ac_future_outcome(ac_future *future, ac_ref *out);

/* The message of the cancellation that is requested or was carried out, borrowed, none if there is none.
 * asyncio: _cancel_message. */
AC_API ac_ref ac_future_cancel_message(const ac_future *future);
/* Puts another in its place (stolen).  A future that is done otherwise, or still has the CancelledError that
 * left its body, has no use for it and drops it.  AC_E_RUNTIME: not initialised.  RUNS USER CODE. */
AC_API ac_status ac_future_set_cancel_message(ac_future *future, ac_value message);

/* The await protocol (FutureIter).  ac_future_await sets the blocking flag of a pending future, retains it
 * and ends the step: "return ac_future_await(future, out)".  A host whose coroutines yield futures by hand
 * uses the flag alone. */
AC_API ac_turn ac_future_await(ac_future *future, ac_out *out);
AC_API bool ac_future_is_blocking(const ac_future *future);
AC_API void ac_future_set_blocking(ac_future *future, bool blocking);
/* The second resume of an await: as ac_future_result, but AC_E_RUNTIME "await wasn't used with future" while
 * pending. */
AC_API ac_status ac_future_await_resumed(ac_future *future, ac_how *how, ac_value *out);

/* Runs the callback after the future is done, in the callback's own context, which the caller gave or copied;
 * if it is done already, in the next turn.  The callback's memory belongs to the future until ops->done.  No
 * allocation.
 * AC_E_STATE: it is scheduled already; AC_E_CLOSED. */
AC_API ac_status ac_future_add_done_callback(ac_future *future, ac_callback *callback);
/* Takes a callback off again, calling ops->done.  AC_E_VALUE if it is not there (it may have been
 * scheduled). */
AC_API ac_status ac_future_remove_done_callback(ac_future *future, ac_callback *callback);
/* The same for any handle of the walk below.  A task whose handle it is will not be woken by this future, as
 * in CPython, if nobody but the future kept it, it goes. */
AC_API ac_status ac_future_remove_handle(ac_future *future, ac_handle *handle);
/* Walks the handles in order: NULL gives the first; NULL after the last.  Among them are waiting tasks'
 * (ac_handle_task).  The walk ends when anything changes. */
AC_API ac_handle *ac_future_next_callback(const ac_future *future, const ac_handle *after);

/* Whether an exception nobody asked for is reported when the object goes (asyncio: _log_traceback). */
AC_API bool ac_future_get_log_traceback(const ac_future *future);
AC_API void ac_future_set_log_traceback(ac_future *future, bool log);
/* Says that the program has replaced the cancel method of this future's class: cancellation goes by the
 * host's hook. */
AC_API void ac_future_set_overridden(ac_future *future, bool overridden);

/* For the host's finalizer, while the object is still whole: reports "Future exception was never retrieved",
 * and for a task "Task was destroyed but it is pending!".  RUNS USER CODE. */
AC_API void ac_future_finalize(ac_future *future);
/* For the host's clear and destroy: gives up everything that the future (or task) owns.  A pending one will
 * never be done; tasks that wait for it are never woken, as in CPython.  May be called at any time and twice.
 * RUNS USER CODE. */
AC_API void ac_future_clear(ac_future *future);
/* Shows everything that it owns or keeps alive. */
AC_API int ac_future_visit(ac_future *future, ac_visitor *visitor);

#ifdef __cplusplus
}
#endif
#endif
