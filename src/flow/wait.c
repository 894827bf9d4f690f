/* wait.c - wait, as a coroutine.
 *
 * Mirrors    tasks._wait with _on_completion; tasks._release_waiter.
 * Idea       Callbacks on all futures (watch.h) count down and release the waiter; so does a timer
 *            (deadline.h).  The waiter is in the frame, where a task that is given up may still look for it;
 *            a start that fails half-way leaves callbacks and timer behind, as in asyncio, and with them a
 *            waiter in their piece.
 * Holds      waiting is NULL before the init and from the end on.
 * Owns       The piece's first count.
 * Re-enters  Removing callbacks and letting futures go run host code.
 * Cost       One allocation, and one for the timer.
 * Tests      tests/test_wait.c; difftests/scenarios/waits/wait_*.py */
#include <aiocore/wait.h>

#include "flow/deadline.h"
#include "flow/watch.h"

struct aci_waiting {
    aci_watch watch;   /* must come first */
    ac_future *waiter; /* of the wait; after a start that failed 'left_behind' */
    ac_future left_behind;
    ac_deadline *timer;
    size_t left;
    ac_return_when when;
    bool orphaned; /* the start has failed: the timer has a count of the piece, too */
};

static struct aci_waiting *wait_of(aci_watch *watch)
{
    return AC_CONTAINER_OF(watch, struct aci_waiting, watch);
}

static ac_status wait_release(struct aci_waiting *waiting)
{
    return ac_future_done(waiting->waiter) ? AC_OK : ac_future_set_result(waiting->waiter, ac_none());
}

/* ---- The timer ---- */

static struct aci_waiting *wait_timed(ac_callback *callback)
{
    ac_deadline **slot = aci_deadline_slot(callback);
    return slot != NULL ? AC_CONTAINER_OF(slot, struct aci_waiting, timer) : NULL;
}

static ac_status wait_time_out(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    return wait_release(wait_timed(callback));
}

/* The waiting task hangs on its timer, and by that on the loop. */
static int wait_visit_timer(ac_callback *callback, ac_visitor *visitor)
{
    struct aci_waiting *waiting = wait_timed(callback);
    return waiting != NULL ? ac_future_visit(waiting->waiter, visitor) : 0;
}

static void wait_timer_gone(ac_loop *loop, struct aci_waiting *waiting)
{
    if (waiting->orphaned)
        aci_watch_free(loop, &waiting->watch);
}

static void wait_timer_done(ac_loop *loop, ac_callback *callback)
{
    struct aci_waiting *waiting = wait_timed(callback);
    aci_deadline_done(loop, callback);
    if (waiting != NULL)
        wait_timer_gone(loop, waiting);
}

static const ac_handle_ops wait_timer_ops = {
    .run = wait_time_out, .visit = wait_visit_timer, .done = wait_timer_done, .name = "_release_waiter"};

static void wait_cut_timer(struct aci_waiting *waiting)
{
    if (waiting->timer == NULL)
        return;
    aci_deadline_cut(waiting->watch.loop, &waiting->timer);
    wait_timer_gone(waiting->watch.loop, waiting);
}

/* ---- The callbacks ---- */

/* FIRST_EXCEPTION asks for the exception, which counts as retrieved then; the last future is not asked. */
static bool wait_is_enough(const struct aci_waiting *waiting, ac_future *future)
{
    if (waiting->left == 0 || waiting->when == AC_FIRST_COMPLETED)
        return true;
    if (waiting->when != AC_FIRST_EXCEPTION || future == NULL || ac_future_cancelled(future))
        return false;
    ac_future_set_log_traceback(future, false);
    return ac_future_get_state(future) == AC_FAILED;
}

/* It asks also if nobody waits any more.  A foreign loop may run host code when the waiter is done: that
 * comes last. */
static ac_status wait_completed(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    aci_watched *one = aci_watched_of(callback);
    struct aci_waiting *waiting = wait_of(one->watch);
    if (waiting->left > 0)
        waiting->left--;
    bool enough = wait_is_enough(waiting, one->future);
    if (one->watch->user == NULL || !enough)
        return AC_OK;
    wait_cut_timer(waiting);
    return wait_release(waiting); /* HOST */
}

static const ac_handle_ops wait_completion_ops = {.run = wait_completed,
                                                  .visit = aci_watch_visit,
                                                  .done = aci_watch_done,
                                                  .name = "_wait.<locals>._on_completion",
                                                  .waiter = aci_watch_waiter,
                                                  .awaited = aci_watch_awaited};

/* ---- Begin and end ---- */

static ac_status wait_watch_all(struct aci_waiting *waiting)
{
    ac_status status = AC_OK;
    for (size_t i = 0; i < waiting->watch.count && status == AC_OK; i++) {
        aci_watched *one = &waiting->watch.each[i];
        status = one->future != NULL
                     ? aci_watch_add(one, &wait_completion_ops)
                     : aci_fail(waiting->watch.loop, AC_E_TYPE, "An asyncio.Future is required");
    }
    return status;
}

/* The start has failed: what is there stays without us. */
static ac_status wait_abandon(ac_wait *wait, ac_status status)
{
    struct aci_waiting *waiting = wait->waiting;
    wait->waiting = NULL;
    wait->co.at = AC_AT_END;
    aci_future_init_embedded(&waiting->left_behind, wait->loop);
    waiting->waiter = &waiting->left_behind;
    if (waiting->timer != NULL) {
        waiting->orphaned = true;
        aci_watch_keep(&waiting->watch);
    }
    ac_value error = status == AC_E_RAISED ? ac_loop_take_raised(wait->loop) : ac_none();
    aci_watch_leave(&waiting->watch); /* HOST */
    return status == AC_E_RAISED ? ac_loop_raise(wait->loop, error) : status;
}

ac_status ac_wait_start(ac_wait *wait)
{
    struct aci_waiting *waiting = wait->waiting;
    ac_loop *loop = wait->loop;
    ac_status status = AC_OK;
    waiting->watch.user = waiting;
    waiting->watch.task = loop->current;
    if (wait->has_timeout)
        status = aci_deadline_set(loop, &waiting->timer, ac_loop_time(loop) + wait->timeout, &wait_timer_ops,
                                  ac_none());
    if (status == AC_OK)
        status = wait_watch_all(waiting);
    wait->started = status == AC_OK;
    return wait->started ? AC_OK : wait_abandon(wait, status); /* HOST */
}

/* The end of every other path: no timer and no callback is left but those on their way, which do nothing. */
static void wait_leave(ac_wait *wait)
{
    struct aci_waiting *waiting = wait->waiting;
    wait->waiting = NULL;
    wait->co.at = AC_AT_END;
    if (waiting == NULL)
        return;
    waiting->watch.user = NULL;
    wait_cut_timer(waiting);
    if (wait->started)
        for (size_t i = 0; i < waiting->watch.count; i++)
            aci_watch_remove(&waiting->watch.each[i]); /* HOST */
    waiting->waiter = NULL;
    ac_future_clear(&wait->waiter);   /* HOST: it may hold a cancel's message */
    aci_watch_leave(&waiting->watch); /* HOST */
}

enum { WAIT_WAITER = 1 };

static ac_turn wait_resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_wait *wait = AC_CONTAINER_OF(co, ac_wait, co);
    ac_turn turn;
    if (co->at == 0 && how != AC_SEND) {
        turn = ac_unstarted(loop, co, how, in, out);
        wait_leave(wait); /* HOST: it never starts */
        return turn;
    }
    AC_BEGIN(co);
    if (!wait->started) {
        ac_status status = ac_wait_start(wait); /* HOST */
        if (status != AC_OK) {
            out->value = ac_loop_status_exception(loop, status, NULL);
            return AC_RAISED;
        }
    }
    AC_AWAIT(WAIT_WAITER, &wait->waiter);
    AC_END(co);
    turn = how == AC_SEND ? ac_return(out, ac_none()) : ac_raise(loop, in, out);
    wait_leave(wait); /* HOST */
    return turn;
}

/* While the timer is in the loop that shows the waiter; each thing is shown once. */
static int wait_visit(ac_coro *co, ac_visitor *visitor)
{
    ac_wait *wait = AC_CONTAINER_OF(co, ac_wait, co);
    struct aci_waiting *waiting = wait->waiting;
    int stop = waiting != NULL ? aci_watch_visit_futures(&waiting->watch, visitor) : 0;
    bool shown = waiting != NULL && waiting->timer != NULL;
    return stop == 0 && !shown ? ac_future_visit(&wait->waiter, visitor) : stop;
}

static void wait_clear(ac_loop *loop, ac_coro *co)
{
    (void)loop;
    wait_leave(AC_CONTAINER_OF(co, ac_wait, co)); /* HOST */
}

static const ac_coro_ops wait_ops = {wait_resume, NULL, wait_visit, wait_clear};

/* A tracer that was told of it is told that it is no more. */
static void wait_gone(aci_watch *watch)
{
    ac_future_clear(&wait_of(watch)->left_behind);
}

ac_status ac_wait_init(ac_wait *wait, ac_loop *loop, ac_future *const *futures, size_t count,
                       const double *timeout, ac_return_when when)
{
    if (count == 0)
        return aci_fail(loop, AC_E_VALUE, "Set of Tasks/Futures is empty.");
    struct aci_waiting *waiting = aci_watch_new(loop, sizeof *waiting, futures, count);
    if (waiting == NULL)
        return aci_fail(loop, AC_E_MEMORY, "no memory to wait for several futures");
    aci_future_init_embedded(&wait->waiter, loop);
    waiting->waiter = &wait->waiter;
    waiting->watch.gone = wait_gone;
    waiting->left = count;
    waiting->when = when;
    ac_coro_init(&wait->co, &wait_ops);
    wait->loop = loop;
    wait->waiting = waiting;
    wait->timeout = timeout != NULL ? *timeout : 0;
    wait->has_timeout = timeout != NULL;
    wait->started = false;
    return AC_OK;
}
