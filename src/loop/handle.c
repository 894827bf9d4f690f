/* handle.c - handles: readying, cancelling, running one; the inbox of other threads.
 *
 * Mirrors    events.Handle, TimerHandle.cancel; BaseEventLoop.call_soon, call_soon_threadsafe, call_at.
 * Idea       The inbox is a stack that any thread pushes to with one compare-and-swap; the loop takes all of
 *            it at once.  A closed loop holds a mark in it that is no handle, so that a late push is refused
 *            and nothing is lost.
 * Holds      A handle is on at most one list, in the heap, in the inbox, or posted.
 * Re-enters  aci_handle_done and aci_handle_execute run host code.
 * Tests      tests/test_handle.c, tests/test_threadsafe.c */
#include "loop/loop_impl.h"
#include "loop/timers.h"

/* The mark of a closed inbox; its address is all that matters. */
static ac_handle closed_inbox;

void ac_callback_init(ac_callback *callback, const ac_handle_ops *ops, ac_value context)
{
    callback->handle.link.prev = callback->handle.link.next = NULL;
    callback->handle.context = context;
    callback->handle.flags = callback->handle.extra = 0;
    callback->ops = ops;
}

void ac_callback_clear(ac_loop *loop, ac_callback *callback)
{
    if (!ac_handle_scheduled(&callback->handle))
        aci_drop_slot(loop, &callback->handle.context); /* HOST */
}

ac_ref ac_handle_context(const ac_handle *handle)
{
    return ac_lend(handle->context);
}

bool ac_handle_cancelled(const ac_handle *handle)
{
    return (handle->flags & ACI_H_CANCELLED) != 0;
}

bool ac_handle_scheduled(const ac_handle *handle)
{
    return aci_handle_busy(handle);
}

ac_task *ac_handle_task(ac_handle *handle)
{
    return (handle->flags & (ACI_H_STEP | ACI_H_GROUP)) == ACI_H_STEP ? aci_step_task(handle) : NULL;
}

ac_task *ac_handle_child(ac_handle *handle)
{
    const uint32_t both = ACI_H_STEP | ACI_H_GROUP;
    return (handle->flags & both) == both ? aci_step_task(handle) : NULL;
}

ac_callback *ac_handle_callback(ac_handle *handle)
{
    return (handle->flags & ACI_H_STEP) == 0 ? aci_callback(handle) : NULL;
}

static ACI_COLD void trace_cancelled(ac_loop *loop, ac_handle *handle)
{
    if ((handle->flags & ACI_H_CANCELLED) == 0)
        aci_trace_handle(loop, handle, (ac_event){.kind = AC_EV_HANDLE_CANCELLED});
}

void ac_handle_cancel(ac_loop *loop, ac_handle *handle)
{
    if ((handle->flags & (ACI_H_IN_HEAP | ACI_H_CANCELLED)) == ACI_H_IN_HEAP)
        loop->timers_cancelled++;
    if (aci_traced(loop))
        trace_cancelled(loop, handle);
    handle->flags |= ACI_H_CANCELLED;
}

/* ---- Readying ---- */

static void trace_scheduled(ac_loop *loop, ac_handle *handle, ac_future *by)
{
    if (aci_traced(loop))
        aci_trace_handle(loop, handle, (ac_event){.kind = AC_EV_SCHEDULED, .future = by});
}

/* The mark is there before host code runs: it keeps the object of a step.  A foreign loop that refuses
 * raises, so that whoever finished a future knows by the status, AC_E_CLOSED or AC_E_RAISED, that its value
 * was taken. */
static ac_status post(ac_loop *loop, ac_handle *handle)
{
    handle->flags |= ACI_H_POSTED;
    ac_status status = loop->host->post(loop, handle); /* HOST */
    if (status == AC_OK)
        return AC_OK;
    handle->flags &= ~(uint32_t)ACI_H_POSTED;
    if (status == AC_E_CLOSED || status == AC_E_RAISED)
        return status;
    return ac_loop_raise(loop, ac_loop_status_exception(loop, status, NULL));
}

/* The inbox comes first, also in what a tracer is told.  A handle that is posted may be refused after that:
 * then it is dropped. */
ac_status aci_ready_slowly(ac_loop *loop, ac_handle *handle, ac_future *by)
{
    if ((loop->flags & ACI_L_CLOSED) != 0)
        return aci_fail(loop, AC_E_CLOSED, "Event loop is closed");
    if ((loop->flags & ACI_L_POSTS) != 0) {
        handle->flags |= ACI_H_POSTED;
        aci_inbox_drain(loop); /* HOST */
        trace_scheduled(loop, handle, by);
        return post(loop, handle);
    }
    aci_inbox_drain(loop);
    trace_scheduled(loop, handle, by);
    aci_list_append(&loop->ready, &handle->link);
    if (aci_needs_wake(loop))
        aci_wake(loop);
    return AC_OK;
}

ac_status aci_check_thread_slowly(ac_loop *loop)
{
    if (loop->thread != 0 && loop->host->thread(loop) != loop->thread)
        return aci_fail(loop, AC_E_RUNTIME,
                        "Non-thread-safe operation invoked on an event loop other than the current one");
    return AC_OK;
}

static ac_status check_schedule(ac_loop *loop, const ac_handle *handle)
{
    if (aci_unlikely((loop->flags & ACI_L_CLOSED) != 0))
        return aci_fail(loop, AC_E_CLOSED, "Event loop is closed");
    ac_status status = aci_check_thread(loop);
    if (aci_unlikely(status != AC_OK))
        return status;
    if (aci_unlikely(ac_handle_scheduled(handle)))
        return aci_fail(loop, AC_E_STATE, "the handle is scheduled already");
    return AC_OK;
}

static ac_status call_soon_slowly(ac_loop *loop, ac_handle *handle, ac_future *by)
{
    ac_status status = check_schedule(loop, handle);
    if (status != AC_OK)
        return status;
    handle->flags = by != NULL ? ACI_H_DONE : 0;
    return aci_ready_slowly(loop, handle, by);
}

ac_status aci_call_soon(ac_loop *loop, ac_handle *handle, ac_future *by)
{
    return call_soon_slowly(loop, handle, by);
}

ac_status ac_loop_call_soon(ac_loop *loop, ac_callback *callback)
{
    ac_handle *handle = &callback->handle;
    if (aci_unlikely(aci_is_unusual(loop) || aci_handle_busy(handle)))
        return call_soon_slowly(loop, handle, NULL);
    handle->flags = 0;
    aci_list_append(&loop->ready, &handle->link);
    return AC_OK;
}

/* Outside a turn a nearer deadline shortens the poll. */
static void timer_was_set(ac_loop *loop, ac_timer *timer)
{
    if (aci_traced(loop))
        aci_trace_handle(loop, &timer->callback.handle,
                         (ac_event){.kind = AC_EV_TIMER_SET, .seconds = timer->when});
    if (aci_needs_wake(loop) && loop->timers[0].timer == timer)
        aci_wake(loop);
}

ac_status ac_loop_call_at(ac_loop *loop, double when, ac_timer *timer)
{
    ac_status status = check_schedule(loop, &timer->callback.handle);
    if (status != AC_OK)
        return status;
    timer->callback.handle.flags = ACI_H_TIMER;
    status = aci_timers_push(loop, when, timer);
    if (status == AC_OK && aci_unlikely((loop->flags & (ACI_L_IN_TURN | ACI_L_TRACED)) != ACI_L_IN_TURN))
        timer_was_set(loop, timer);
    return status;
}

ac_status ac_loop_call_later(ac_loop *loop, double delay, ac_timer *timer)
{
    return ac_loop_call_at(loop, ac_loop_time(loop) + delay, timer);
}

/* ---- The inbox ---- */

ac_status ac_loop_call_soon_threadsafe(ac_loop *loop, ac_callback *callback)
{
    ac_handle *handle = &callback->handle;
    ac_handle *top = atomic_load_explicit(&loop->inbox, memory_order_relaxed);
    if (ac_handle_scheduled(handle))
        return AC_E_STATE;
    handle->flags = ACI_H_IN_INBOX;
    do {
        if (top == &closed_inbox) {
            handle->flags = 0;
            handle->link.next = NULL;
            return AC_E_CLOSED;
        }
        handle->link.next = top != NULL ? &top->link : NULL;
    } while (!atomic_compare_exchange_weak_explicit(&loop->inbox, &top, handle, memory_order_release,
                                                    memory_order_relaxed));
    aci_wake(loop); /* HOST: on any thread */
    return AC_OK;
}

/* Turns a stack of handles round, oldest first. */
static ac_handle *reverse(ac_handle *newest)
{
    ac_link *done = NULL, *rest = newest != NULL ? &newest->link : NULL;
    while (rest != NULL) {
        ac_link *next = rest->next;
        rest->next = done;
        done = rest;
        rest = next;
    }
    return done != NULL ? aci_handle_of(done) : NULL;
}

/* Links what came from other threads to the end of 'head'. */
static void take_inbox(ac_handle *newest, ac_link *head)
{
    ac_handle *oldest = reverse(newest);
    for (ac_link *link = oldest != NULL ? &oldest->link : NULL; link != NULL;) {
        ac_link *next = link->next;
        aci_handle_of(link)->flags &= ~(uint32_t)ACI_H_IN_INBOX;
        aci_list_append(head, link);
        link = next;
    }
}

static bool inbox_closed(ac_loop *loop)
{
    return atomic_load_explicit(&loop->inbox, memory_order_relaxed) == &closed_inbox;
}

void aci_inbox_drain(ac_loop *loop)
{
    if (!aci_inbox_filled(loop) || inbox_closed(loop))
        return;
    ac_link taken;
    aci_list_init(&taken);
    take_inbox(atomic_exchange_explicit(&loop->inbox, NULL, memory_order_acquire), &taken);
    for (ac_link *link = taken.next; aci_traced(loop) && link != &taken; link = link->next)
        trace_scheduled(loop, aci_handle_of(link), NULL);
    if ((loop->flags & ACI_L_POSTS) == 0) {
        aci_list_splice_last(&loop->ready, &taken);
        return;
    }
    while (!aci_list_empty(&taken)) {
        ac_handle *handle = aci_handle_of(aci_list_take_first(&taken));
        if (post(loop, handle) != AC_OK) {
            aci_drop(loop, ac_loop_take_raised(loop));
            aci_handle_drop(loop, handle);
        }
    }
}

/* Other threads only push: what is below the top stays as it is. */
int aci_inbox_visit(ac_loop *loop, ac_visitor *visitor)
{
    ac_handle *top = atomic_load_explicit(&loop->inbox, memory_order_acquire);
    int stop = 0;
    if (top == NULL || top == &closed_inbox)
        return 0;
    for (ac_link *link = &top->link; link != NULL && stop == 0; link = link->next)
        stop = aci_handle_visit(aci_handle_of(link), visitor);
    return stop;
}

void aci_inbox_close(ac_loop *loop, ac_link *dropped)
{
    take_inbox(atomic_exchange_explicit(&loop->inbox, &closed_inbox, memory_order_acquire), dropped);
}

/* ---- Running ---- */

void aci_handle_done(ac_loop *loop, ac_handle *handle)
{
    if ((handle->flags & ACI_H_STEP) != 0) {
        aci_task_settle(loop, aci_step_task(handle)); /* HOST */
        return;
    }
    ac_callback *callback = aci_callback(handle);
    aci_drop_slot(loop, &handle->context); /* HOST */
    if (callback->ops->done != NULL)
        callback->ops->done(loop, callback); /* HOST */
}

void aci_handle_drop(ac_loop *loop, ac_handle *handle)
{
    if (aci_traced(loop))
        aci_trace_handle(loop, handle, (ac_event){.kind = AC_EV_HANDLE_DROPPED});
    aci_handle_done(loop, handle); /* HOST */
}

ac_status ac_handle_call(ac_loop *loop, ac_handle *handle)
{
    return aci_handle_call(loop, handle); /* HOST */
}

void aci_handle_give_up(ac_loop *loop, ac_handle *handle)
{
    if ((handle->flags & ACI_H_STEP) != 0 || !ac_handle_scheduled(handle))
        aci_handle_done(loop, handle); /* HOST */
}

/* Tells of a failure and gives the handle up.  Whoever is told may clear a task: its object is kept until
 * then.  A foreign loop that ran the handle tells in its own words. */
static ac_status report_and_give_up(ac_loop *loop, ac_handle *handle, ac_status status)
{
    ac_future *kept = (handle->flags & ACI_H_STEP) != 0 ? &aci_step_task(handle)->future : NULL;
    ac_value exception = ac_loop_status_exception(loop, status, kept);
    if (kept != NULL && loop->host->retain != NULL)
        loop->host->retain(loop, kept);
    if ((loop->flags & ACI_L_POSTS) == 0)
        status = aci_raise_or_report(loop, handle, exception); /* HOST */
    aci_handle_give_up(loop, handle);                          /* HOST */
    if (kept != NULL && loop->host->release != NULL)
        loop->host->release(loop, kept); /* HOST */
    return (loop->flags & ACI_L_POSTS) == 0 ? status : ac_loop_raise(loop, exception);
}

/* It was its turn all the same. */
static ACI_COLD void trace_not_entered(ac_loop *loop, ac_handle *handle, ac_status status)
{
    if ((handle->flags & ACI_H_STEP) != 0)
        return;
    aci_trace_handle(loop, handle, (ac_event){.kind = AC_EV_RUN_BEGIN});
    aci_trace_handle(loop, handle, (ac_event){.kind = AC_EV_RUN_END, .status = status});
}

/* A group's callback runs in the loop's own context: nothing in it is the program's. */
bool aci_handle_enter(ac_loop *loop, ac_handle *handle, ac_status *status)
{
    *status = AC_OK;
    if ((handle->flags & ACI_H_GROUP) != 0)
        return true;
    if (handle->context.bits != 0 && loop->host->enter != NULL)
        *status = loop->host->enter(loop, ac_lend(handle->context)); /* HOST */
    if (aci_likely(*status == AC_OK)) {
        handle->flags |= ACI_H_ENTERED;
        return true;
    }
    if (aci_traced(loop))
        trace_not_entered(loop, handle, *status);
    *status = report_and_give_up(loop, handle, aci_enter_failed(*status));
    return false;
}

/* A step may have been given its context, or become the group's callback, while it ran; a callback that was
 * queued again has lost the mark. */
static void leave_context(ac_loop *loop, ac_handle *handle)
{
    bool entered = (handle->flags & (ACI_H_STEP | ACI_H_ENTERED)) != ACI_H_STEP;
    handle->flags &= ~(uint32_t)ACI_H_ENTERED;
    if (entered && handle->context.bits != 0 && loop->host->leave != NULL)
        loop->host->leave(loop, ac_lend(handle->context)); /* HOST */
}

/* The context is left before the handle is given up: that may free it. */
ac_status aci_handle_ran(ac_loop *loop, ac_handle *handle, ac_status status)
{
    leave_context(loop, handle);
    if (aci_unlikely(status != AC_OK))
        return report_and_give_up(loop, handle, status);
    aci_handle_give_up(loop, handle); /* HOST */
    return AC_OK;
}

static ac_status run_posted(ac_loop *loop, ac_handle *handle)
{
    if (aci_traced(loop))
        aci_trace_handle(loop, handle, (ac_event){.kind = AC_EV_RUN_BEGIN});
    ac_status status = ac_handle_call(loop, handle); /* HOST */
    if (aci_traced(loop))
        aci_trace_handle(loop, handle, (ac_event){.kind = AC_EV_RUN_END, .status = status});
    return aci_handle_ran(loop, handle, status); /* HOST */
}

/* The foreign loop runs, so ours counts as running for the length of the handle. */
ac_status ac_handle_run(ac_loop *loop, ac_handle *handle)
{
    ac_status status = AC_OK;
    uint32_t began = ~loop->flags & ACI_L_RUNNING;
    if ((handle->flags & ACI_H_POSTED) == 0)
        return aci_fail(loop, AC_E_STATE, "the handle is not posted");
    handle->flags &= ~(uint32_t)ACI_H_POSTED;
    loop->flags |= began;
    if ((handle->flags & ACI_H_CANCELLED) != 0)
        aci_handle_drop(loop, handle); /* HOST */
    else if (aci_handle_enter(loop, handle, &status))
        status = run_posted(loop, handle); /* HOST */
    loop->flags &= ~began;
    return status;
}
