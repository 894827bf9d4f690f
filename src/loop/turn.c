/* turn.c - one turn: what is ready now is run, what that adds waits for the next.
 *
 * Mirrors    BaseEventLoop._run_once, save the poll.
 * Idea       A turn moves the ready list to 'batch' and runs that.  If an exit exception leaves, the rest of
 *            the batch goes back to the front.  A handle without a context, which is most of them, takes a
 *            short way.
 * Holds      batch is empty outside a turn.
 * Re-enters  Every handle runs host code, which may do anything but a turn of this loop.
 * Cost       No allocation.
 * Tests      tests/test_loop.c; difftests/twins/loop_turn_snapshot.py, loop_timers_after_ready.py */
#include "loop/loop_impl.h"
#include "loop/timers.h"

static const double longest_wait = 24 * 3600.0; /* MAXIMUM_SELECT_TIMEOUT */

/* ---- A turn ---- */

static void sweep_once(ac_loop *loop)
{
    if ((loop->flags & ACI_L_SWEPT) == 0)
        aci_timers_sweep(loop);
    loop->flags |= ACI_L_SWEPT;
}

double ac_loop_timeout(ac_loop *loop)
{
    aci_inbox_drain(loop);
    loop->flags &= ~(uint32_t)ACI_L_SWEPT;
    sweep_once(loop);
    if (!aci_list_empty(&loop->ready) || (loop->flags & ACI_L_STOPPING) != 0)
        return 0;
    if (loop->timer_count == 0)
        return -1;
    double timeout = loop->timers[0].when - ac_loop_time(loop);
    if (timeout > longest_wait)
        return longest_wait;
    return timeout > 0 ? timeout : 0; /* NaN: 0 */
}

/* In guest mode the loop counts as running for the length of the turn, and a stop() holds until the next
 * turn. */
static ac_status begin_own_run(ac_loop *loop)
{
    if (loop->host->set_running != NULL) {
        ac_status status = loop->host->set_running(loop, true);
        if (status != AC_OK)
            return status;
    }
    loop->thread = loop->host->thread != NULL ? loop->host->thread(loop) : 0;
    loop->flags = (loop->flags & ~(uint32_t)ACI_L_STOPPING) | ACI_L_RUNNING | ACI_L_OWN_RUN;
    return AC_OK;
}

static void end_own_run(ac_loop *loop)
{
    loop->flags &= ~(uint32_t)(ACI_L_RUNNING | ACI_L_OWN_RUN);
    loop->thread = 0;
    if (loop->host->set_running != NULL)
        (void)loop->host->set_running(loop, false);
}

static ac_status check_turn(ac_loop *loop)
{
    if ((loop->flags & ACI_L_CLOSED) != 0)
        return aci_fail(loop, AC_E_CLOSED, "Event loop is closed");
    if ((loop->flags & ACI_L_IN_TURN) != 0)
        return aci_fail(loop, AC_E_RUNTIME, "This event loop is already running");
    return begin_own_run(loop);
}

static size_t count_handles(const ac_link *head)
{
    size_t count = 0;
    for (const ac_link *link = head->next; link != head; link = link->next)
        count++;
    return count;
}

/* The timers that are due are at the end of the batch. */
static void trace_due(ac_loop *loop, ac_link *link)
{
    for (; link != &loop->batch; link = link->next) {
        ac_handle *handle = aci_handle_of(link);
        double when = AC_CONTAINER_OF(aci_callback(handle), ac_timer, callback)->when;
        aci_trace_handle(loop, handle, (ac_event){.kind = AC_EV_TIMER_DUE, .seconds = when});
    }
}

/* 'last' is what was ready before the timers. */
static ACI_COLD void trace_turn(ac_loop *loop, ac_link *last)
{
    loop->traced_turns++;
    aci_trace(loop, (ac_event){.kind = AC_EV_TURN_BEGIN,
                               .seconds = ac_loop_time(loop),
                               .count = count_handles(&loop->batch)});
    if (last != NULL)
        trace_due(loop, last == &loop->ready ? loop->batch.next : last->next);
}

/* What is ready now is the batch, which was empty.  Gives what comes before the timers that are due; NULL:
 * there are none. */
static inline ac_link *make_batch(ac_loop *loop)
{
    ac_link *last = NULL;
    if (aci_unlikely(aci_inbox_filled(loop)))
        aci_inbox_drain(loop);
    if (loop->timer_count > 0) {
        sweep_once(loop); /* HOST */
        last = aci_timers_fire(loop);
        loop->flags &= ~(uint32_t)ACI_L_SWEPT;
    }
    aci_list_splice_last(&loop->batch, &loop->ready);
    return last;
}

static inline ac_status begin_turn(ac_loop *loop)
{
    if (aci_unlikely((loop->flags & (ACI_L_CLOSED | ACI_L_IN_TURN | ACI_L_RUNNING)) != ACI_L_RUNNING)) {
        ac_status status = check_turn(loop);
        if (status != AC_OK)
            return status;
    }
    loop->flags |= ACI_L_IN_TURN;
    ac_link *last = make_batch(loop);
    if (aci_traced(loop))
        trace_turn(loop, last);
    return AC_OK;
}

static inline void end_turn(ac_loop *loop)
{
    aci_list_splice_after(&loop->ready, &loop->batch);
    loop->flags &= ~(uint32_t)ACI_L_IN_TURN;
    if (aci_likely((loop->flags & (ACI_L_OWN_RUN | ACI_L_TRACED)) == 0))
        return;
    if (aci_traced(loop))
        aci_trace(loop, (ac_event){.kind = AC_EV_TURN_END});
    if ((loop->flags & ACI_L_OWN_RUN) != 0)
        end_own_run(loop);
}

ac_status ac_loop_turn_begin(ac_loop *loop)
{
    return begin_turn(loop);
}

/* Debug mode takes the time, a tracer is told. */
static ACI_COLD void watch(ac_loop *loop, ac_handle *handle)
{
    if ((loop->flags & ACI_L_DEBUG) != 0)
        loop->callback_started = ac_loop_time(loop);
    if (aci_traced(loop))
        aci_trace_handle(loop, handle, (ac_event){.kind = AC_EV_RUN_BEGIN});
}

ac_status ac_loop_turn_next(ac_loop *loop, ac_handle **out)
{
    *out = NULL;
    while (!aci_list_empty(&loop->batch)) {
        ac_handle *handle = aci_handle_of(aci_list_take_first(&loop->batch));
        ac_status status = AC_OK;
        if ((handle->flags & ACI_H_CANCELLED) != 0) {
            aci_handle_drop(loop, handle); /* HOST */
        } else if (aci_handle_enter(loop, handle, &status)) {
            if (aci_unlikely((loop->flags & (ACI_L_DEBUG | ACI_L_TRACED)) != 0))
                watch(loop, handle);
            *out = handle;
            return AC_OK;
        }
        if (status != AC_OK)
            return status;
    }
    return AC_OK;
}

/* asyncio's debug mode: "Executing <Handle ...> took 0.123 seconds". */
static void report_slow(ac_loop *loop, ac_handle *handle)
{
    double took = ac_loop_time(loop) - loop->callback_started;
    if (took >= loop->slow_callback_duration && loop->host->slow != NULL)
        loop->host->slow(loop, handle, took); /* HOST */
}

/* Whoever hears of a slow step may clear its task: the object is kept until the handle is given up. */
static ac_status ran_in_debug(ac_loop *loop, ac_handle *handle, ac_status status)
{
    ac_future *kept = (handle->flags & ACI_H_STEP) != 0 ? &aci_step_task(handle)->future : NULL;
    if (kept != NULL && loop->host->retain != NULL)
        loop->host->retain(loop, kept);
    report_slow(loop, handle);                     /* HOST */
    status = aci_handle_ran(loop, handle, status); /* HOST */
    if (kept != NULL && loop->host->release != NULL)
        loop->host->release(loop, kept); /* HOST */
    return status;
}

static ACI_COLD ac_status ran_watched(ac_loop *loop, ac_handle *handle, ac_status status)
{
    if (aci_traced(loop))
        aci_trace_handle(loop, handle, (ac_event){.kind = AC_EV_RUN_END, .status = status});
    return (loop->flags & ACI_L_DEBUG) != 0 ? ran_in_debug(loop, handle, status)
                                            : aci_handle_ran(loop, handle, status);
}

ac_status ac_loop_turn_ran(ac_loop *loop, ac_handle *handle, ac_status status)
{
    if (aci_unlikely((loop->flags & (ACI_L_DEBUG | ACI_L_TRACED)) != 0))
        return ran_watched(loop, handle, status);
    return aci_handle_ran(loop, handle, status);
}

void ac_loop_turn_end(ac_loop *loop)
{
    end_turn(loop);
}

/* A handle without a context, not cancelled, not in debug mode, not traced: nothing to do but to run it. */
static inline bool is_plain(const ac_loop *loop, const ac_handle *handle)
{
    return handle->context.bits == 0 && (handle->flags & ACI_H_CANCELLED) == 0 &&
           (loop->flags & (ACI_L_DEBUG | ACI_L_TRACED)) == 0;
}

/* The short way for a plain handle; one that was given a context or failed meanwhile takes the rest of the
 * long one. */
static inline ac_status run_plain(ac_loop *loop, ac_handle *handle)
{
    bool is_step = (handle->flags & (ACI_H_STEP | ACI_H_GROUP)) == ACI_H_STEP;
    ac_status status = aci_handle_call(loop, handle); /* HOST */
    if (aci_unlikely(status != AC_OK || handle->context.bits != 0)) {
        handle->flags |= is_step ? ACI_H_ENTERED : 0;
        return aci_handle_ran(loop, handle, status);
    }
    if (!aci_linked(&handle->link))
        aci_handle_give_up(loop, handle); /* HOST */
    return AC_OK;
}

ac_status ac_loop_turn(ac_loop *loop)
{
    ac_handle *handle = NULL;
    ac_status status = begin_turn(loop);
    if (status != AC_OK)
        return status;
    while (status == AC_OK && !aci_list_empty(&loop->batch)) {
        handle = aci_handle_of(loop->batch.next);
        if (aci_likely(is_plain(loop, handle))) {
            (void)aci_list_take_first(&loop->batch);
            status = run_plain(loop, handle);
            continue;
        }
        status = ac_loop_turn_next(loop, &handle);
        if (status == AC_OK && handle != NULL)
            status = ac_loop_turn_ran(loop, handle, ac_handle_call(loop, handle));
    }
    end_turn(loop);
    return status;
}
