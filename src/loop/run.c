/* run.c - running the loop until it is stopped or a future is done.
 *
 * Mirrors    BaseEventLoop.run_forever, run_until_complete, _run_until_complete_cb, stop.
 * Holds      The callback of run_until_complete lives on the heap: when an exit exception leaves before it
 *            ran it stays queued for the next run, as asyncio's does.
 * Tests      tests/test_run.c; difftests/twins/run_*.py */
#include "loop/loop_impl.h"
#include "loop/timers.h"

void ac_loop_stop(ac_loop *loop)
{
    loop->flags |= ACI_L_STOPPING;
}

bool ac_loop_is_stopping(const ac_loop *loop)
{
    return (loop->flags & ACI_L_STOPPING) != 0;
}

ac_status ac_loop_run_begin(ac_loop *loop)
{
    if ((loop->flags & ACI_L_CLOSED) != 0)
        return aci_fail(loop, AC_E_CLOSED, "Event loop is closed");
    if ((loop->flags & (ACI_L_RUNNING | ACI_L_IN_TURN)) != 0)
        return aci_fail(loop, AC_E_RUNTIME, "This event loop is already running");
    if (loop->clock == NULL && loop->selector == NULL && loop->host->poll == NULL)
        return aci_fail(loop, AC_E_TYPE, "the host has no poll hook: drive the loop turn by turn");
    if (loop->host->set_running != NULL) {
        ac_status status = loop->host->set_running(loop, true);
        if (status != AC_OK)
            return status;
    }
    loop->thread = loop->host->thread != NULL ? loop->host->thread(loop) : 0;
    loop->flags |= ACI_L_RUNNING;
    return AC_OK;
}

void ac_loop_run_end(ac_loop *loop)
{
    loop->flags &= ~(uint32_t)(ACI_L_RUNNING | ACI_L_STOPPING);
    loop->thread = 0;
    if (loop->host->set_running != NULL)
        (void)loop->host->set_running(loop, false);
}

ac_status ac_loop_poll(ac_loop *loop, double timeout)
{
    ac_selector *selector = loop->selector;
    if ((loop->flags & ACI_L_IN_POLL) != 0)
        return aci_fail(loop, AC_E_RUNTIME, "a poll within a poll");
    if (selector == NULL && loop->host->poll == NULL)
        return aci_fail(loop, AC_E_TYPE, "the host has no poll hook");
    if (aci_traced(loop))
        aci_trace(loop, (ac_event){.kind = AC_EV_POLL, .seconds = timeout});
    if (selector == NULL)
        return loop->host->poll(loop, timeout); /* HOST */
    loop->flags |= ACI_L_IN_POLL;
    ac_status status = selector->poll(selector, loop, timeout); /* HOST */
    loop->flags &= ~(uint32_t)ACI_L_IN_POLL;
    return status;
}

static bool has_deadline(const ac_loop *loop)
{
    return loop->timer_count > 0 && !aci_is_infinite(loop->timers[0].when);
}

static bool is_busy(const ac_loop *loop)
{
    return !aci_list_empty(&loop->ready) || (loop->flags & ACI_L_STOPPING) != 0;
}

/* A virtual clock jumps, even to a deadline that it has reached already. */
static ac_status jump(ac_loop *loop)
{
    if (!has_deadline(loop))
        return aci_fail(loop, AC_E_DEADLOCK,
                        "nothing is ready, no timer is set, and nothing can ever happen");
    aci_clock_jump(loop->clock, loop->timers[0].when);
    if (aci_traced(loop))
        aci_trace(loop, (ac_event){.kind = AC_EV_JUMP, .seconds = loop->clock->now});
    return AC_OK;
}

/* Work that is under way is waited for in real time before the clock jumps, so that what happens does not
 * depend on how long it takes; for an event only what else could go on is not waited. */
static ac_status poll_virtually(ac_loop *loop)
{
    ac_selector *selector = loop->selector;
    bool asks = selector != NULL && selector->expects != NULL;
    ac_expects expects = asks ? selector->expects(selector) : AC_EXPECTS_NOTHING;
    bool waits = !is_busy(loop) && (expects == AC_EXPECTS_WORK || !has_deadline(loop));
    if (expects != AC_EXPECTS_NOTHING) {
        ac_status status = ac_loop_poll(loop, waits ? -1 : 0); /* HOST */
        if (status != AC_OK || waits)
            return status;
        aci_inbox_drain(loop);
    }
    return is_busy(loop) ? AC_OK : jump(loop);
}

/* Real time is waited for by the host or the selector, which may also find I/O. */
ac_status ac_loop_run_poll(ac_loop *loop)
{
    bool busy = !aci_list_empty(&loop->ready) && loop->timer_count == 0;
    if (busy && (loop->flags & ACI_L_POLL_WAITS) != 0 && loop->selector == NULL)
        return AC_OK;
    double timeout = aci_likely(busy) ? 0 : ac_loop_timeout(loop);                   /* HOST */
    return loop->clock == NULL ? ac_loop_poll(loop, timeout) : poll_virtually(loop); /* HOST */
}

ac_status ac_loop_run_forever(ac_loop *loop)
{
    ac_status status = ac_loop_run_begin(loop);
    if (status != AC_OK)
        return status;
    do {
        status = ac_loop_run_poll(loop);
        if (status == AC_OK)
            status = ac_loop_turn(loop);
    } while (status == AC_OK && (loop->flags & ACI_L_STOPPING) == 0);
    ac_loop_run_end(loop);
    return status;
}

/* ---- Until complete ---- */

/* Two have it: the loop, until ops->done, and whoever runs, from begin to end.  The last one frees it. */
struct until {
    ac_callback callback;
    ac_future *future;  /* retained; NULL: an embedded one, whose owner did not stay */
    bool by_loop, held; /* who has it */
};

/* The run goes on when the future holds an exit exception: that leaves the loop by itself. */
static ac_status until_done(ac_loop *loop, ac_callback *callback)
{
    ac_future *future = AC_CONTAINER_OF(callback, struct until, callback)->future;
    if (future != NULL && ac_future_get_state(future) == AC_FAILED) {
        ac_future_set_log_traceback(future, false);
        if ((aci_classify(loop, ac_lend(future->result)) & AC_IS_EXIT) != 0)
            return AC_OK;
    }
    ac_loop_stop(loop);
    return AC_OK;
}

static bool until_is_embedded(const ac_future *future)
{
    return ac_future_is_embedded(future);
}

static void until_retain(ac_loop *loop, ac_future *future)
{
    if (loop->host->retain != NULL && !until_is_embedded(future))
        loop->host->retain(loop, future);
}

static void until_release(ac_loop *loop, ac_future *future)
{
    if (future != NULL && loop->host->release != NULL && !until_is_embedded(future))
        loop->host->release(loop, future); /* HOST */
}

static void until_free(ac_loop *loop, struct until *until)
{
    if (!until->by_loop && !until->held)
        loop->host->realloc(loop, until, sizeof *until, 0);
}

static void until_over(ac_loop *loop, ac_callback *callback)
{
    struct until *until = AC_CONTAINER_OF(callback, struct until, callback);
    ac_future *future = until->future;
    until->future = NULL;
    until->by_loop = false;
    until_free(loop, until);
    until_release(loop, future); /* HOST */
}

static int until_visit(ac_callback *callback, ac_visitor *visitor)
{
    ac_future *future = AC_CONTAINER_OF(callback, struct until, callback)->future;
    return future != NULL && !until_is_embedded(future) ? visitor->future(visitor, future) : 0;
}

static const ac_handle_ops until_ops = {
    .run = until_done, .visit = until_visit, .done = until_over, .name = "_run_until_complete_cb"};

static struct until *until_new(ac_loop *loop, ac_future *future)
{
    struct until *until = loop->host->realloc != NULL ? loop->host->realloc(loop, NULL, 0, sizeof *until)
                                                      : NULL;
    if (until == NULL)
        return NULL;
    ac_callback_init(&until->callback, &until_ops, ac_none());
    until->future = future;
    until->by_loop = true;
    until->held = false;
    until_retain(loop, future);
    return until;
}

static ac_status check_run_until(ac_loop *loop, const ac_future *future)
{
    if ((loop->flags & ACI_L_CLOSED) != 0)
        return aci_fail(loop, AC_E_CLOSED, "Event loop is closed");
    if ((loop->flags & (ACI_L_RUNNING | ACI_L_IN_TURN)) != 0)
        return aci_fail(loop, AC_E_RUNTIME, "This event loop is already running");
    if (future->loop != loop)
        return aci_fail(loop, AC_E_VALUE,
                        "The future belongs to a different loop than the one specified as the loop argument");
    return AC_OK;
}

/* Both begin and end need the future: it is retained from the one to the other. */
ac_status ac_loop_until_begin(ac_loop *loop, ac_future *future, ac_callback **callback)
{
    *callback = NULL;
    ac_status status = check_run_until(loop, future);
    if (status != AC_OK)
        return status;
    struct until *until = until_new(loop, future);
    if (until == NULL)
        return aci_fail(loop, AC_E_MEMORY, "no memory for the callback of run_until_complete");
    status = ac_future_add_done_callback(future, &until->callback);
    if (status != AC_OK) {
        until_over(loop, &until->callback); /* HOST */
        return status;
    }
    until->held = true;
    until_retain(loop, future);
    *callback = &until->callback;
    return AC_OK;
}

/* The callback that a run left behind stops the next one, as asyncio's does; an embedded future is gone by
 * then. */
static void until_leave(ac_loop *loop, ac_callback *callback)
{
    struct until *until = AC_CONTAINER_OF(callback, struct until, callback);
    if (until->future != NULL && until_is_embedded(until->future))
        until->future = NULL;
    until->held = false;
    until_free(loop, until);
}

ac_status ac_loop_until_end(ac_loop *loop, ac_future *future, ac_callback *callback, ac_status status)
{
    if (!ac_future_done(future)) {
        (void)ac_future_remove_done_callback(future, callback); /* HOST */
        if (status == AC_OK)
            status = aci_fail(loop, AC_E_RUNTIME, "Event loop stopped before Future completed.");
    }
    until_leave(loop, callback);
    until_release(loop, future); /* HOST */
    return status;
}

ac_status ac_loop_run_until_complete(ac_loop *loop, ac_future *future)
{
    ac_callback *callback;
    ac_status status = ac_loop_until_begin(loop, future, &callback);
    if (status != AC_OK)
        return status;
    return ac_loop_until_end(loop, future, callback, ac_loop_run_forever(loop)); /* HOST */
}
