/* cancel_and_wait.c - cancels a future and waits until it is done.
 *
 * Mirrors    tasks._cancel_and_wait, tasks._release_waiter.
 * Idea       The future itself is not awaited: a cancellation of the one who waits would then be one of the
 *            future, too.  A done callback sets a future of our own.
 * Holds      wait->signal != NULL <=> the callback is on the future, or ready, and signal->wait points back.
 * Owns       The future, until the end.
 * Re-enters  The cancel runs host code.
 * Cost       One allocation, the signal: it may be ready when the wait is cancelled, and then outlives it.
 * Tests      tests/test_wait_for.c; difftests/scenarios/wait_for/zero_*.py */
#include "flow/graph_impl.h"
#include "task/task_impl.h"

struct ac_signal {
    ac_callback callback;
    ac_cancel_and_wait *wait; /* NULL: it has let go */
    ac_task *task;            /* that waits; borrowed, as long as there is a wait */
    ac_future nobodys;        /* stands for the waiter of a wait that has let go while it was pending */
};

static struct ac_signal *signal_of(ac_callback *callback)
{
    return AC_CONTAINER_OF(callback, struct ac_signal, callback);
}

static ac_status signal_run(ac_loop *loop, ac_callback *callback)
{
    struct ac_signal *signal = signal_of(callback);
    ac_future *waiter = signal->wait != NULL ? &signal->wait->waiter : &signal->nobodys;
    (void)loop;
    if (waiter->loop == NULL || ac_future_done(waiter))
        return AC_OK;
    return ac_future_set_result(waiter, ac_none()); /* HOST */
}

/* Who waits hangs on the future. */
static int signal_visit(ac_callback *callback, ac_visitor *visitor)
{
    const struct ac_signal *signal = signal_of(callback);
    return signal->wait != NULL ? ac_future_visit(&signal->wait->waiter, visitor) : 0;
}

static ac_future *signal_waiter(ac_callback *callback)
{
    const struct ac_signal *signal = signal_of(callback);
    return signal->wait != NULL && signal->task != NULL ? &signal->task->future : NULL;
}

static ac_future *signal_awaited(ac_callback *callback)
{
    const struct ac_signal *signal = signal_of(callback);
    return signal->wait != NULL ? signal->wait->future : NULL;
}

static void signal_done(ac_loop *loop, ac_callback *callback)
{
    struct ac_signal *signal = signal_of(callback);
    if (signal->wait != NULL)
        signal->wait->signal = NULL;
    ac_future_clear(&signal->nobodys);
    loop->host->realloc(loop, signal, sizeof *signal, 0);
}

static const ac_handle_ops signal_ops = {.run = signal_run,
                                         .visit = signal_visit,
                                         .done = signal_done,
                                         .name = "_release_waiter",
                                         .waiter = signal_waiter,
                                         .awaited = signal_awaited};

static ac_status signal_set(ac_loop *loop, ac_cancel_and_wait *wait)
{
    static const struct ac_signal blank;
    struct ac_signal *signal = loop->host->realloc != NULL
                                   ? loop->host->realloc(loop, NULL, 0, sizeof *signal)
                                   : NULL;
    if (signal == NULL)
        return aci_fail(loop, AC_E_MEMORY, "no memory for a callback");
    *signal = blank;
    ac_callback_init(&signal->callback, &signal_ops, ac_none());
    aci_future_init_embedded(&wait->waiter, loop);
    wait->waiter.flags |= ACI_F_STANDS;
    signal->wait = wait;
    signal->task = loop->current;
    ac_status status = ac_future_add_done_callback(wait->future, &signal->callback);
    if (status == AC_OK)
        wait->signal = signal;
    else
        loop->host->realloc(loop, signal, sizeof *signal, 0);
    return status;
}

/* A callback that is ready still runs, and sets a future that nobody waits for, as in CPython. */
static void signal_leave(struct ac_signal *signal, ac_future *future)
{
    const ac_future *waiter = &signal->wait->waiter;
    if (!ac_future_done(waiter) && waiter->callbacks == NULL)
        aci_future_init_embedded(&signal->nobodys, waiter->loop);
    if (signal->task != NULL)
        aci_graph_forget(future, &signal->task->future);
    signal->wait = NULL;
    (void)ac_future_remove_done_callback(future, &signal->callback);
}

/* Gives up everything: the end of every path. */
static void cancel_let_go(ac_loop *loop, ac_cancel_and_wait *wait)
{
    ac_future *future = wait->future;
    struct ac_signal *signal = wait->signal;
    wait->co.at = AC_AT_END;
    wait->future = NULL;
    wait->signal = NULL;
    if (signal != NULL)
        signal_leave(signal, future);
    ac_future_clear(&wait->waiter); /* HOST: it may hold a cancel's message */
    if (future != NULL)
        aci_release(loop, future); /* HOST */
}

/* Steals the exception. */
static ac_turn cancel_end(ac_loop *loop, ac_cancel_and_wait *wait, ac_turn turn, ac_value exception,
                          ac_out *out)
{
    cancel_let_go(loop, wait); /* HOST */
    out->value = exception;
    return turn;
}

static ac_status cancel_begin(ac_loop *loop, ac_cancel_and_wait *wait)
{
    ac_status status = signal_set(loop, wait);
    return status == AC_OK ? ac_future_cancel(wait->future, ac_none_ref(), NULL) : status; /* HOST */
}

enum { CANCEL_RELEASED = 1 };

static ac_turn cancel_resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_cancel_and_wait *wait = AC_CONTAINER_OF(co, ac_cancel_and_wait, co);
    ac_status status;
    if (co->at == 0 && how != AC_SEND) {
        cancel_let_go(loop, wait); /* HOST: it never starts */
        return ac_unstarted(loop, co, how, in, out);
    }
    AC_BEGIN(co);
    status = cancel_begin(loop, wait); /* HOST */
    if (status != AC_OK)
        return cancel_end(loop, wait, AC_RAISED, ac_loop_status_exception(loop, status, NULL), out);
    AC_AWAIT(CANCEL_RELEASED, &wait->waiter);
    AC_END(co);
    if (how == AC_THROW)
        return cancel_end(loop, wait, AC_RAISED, aci_dup(loop, in), out);
    return cancel_end(loop, wait, AC_RETURNED, ac_none(), out);
}

/* While the callback is with the future that shows what is waited for; each thing is shown once. */
static int cancel_visit(ac_coro *co, ac_visitor *visitor)
{
    ac_cancel_and_wait *wait = AC_CONTAINER_OF(co, ac_cancel_and_wait, co);
    int stop = wait->future != NULL ? visitor->future(visitor, wait->future) : 0;
    return stop == 0 && wait->signal == NULL ? ac_future_visit(&wait->waiter, visitor) : stop;
}

static void cancel_clear(ac_loop *loop, ac_coro *co)
{
    cancel_let_go(loop, AC_CONTAINER_OF(co, ac_cancel_and_wait, co)); /* HOST */
}

void ac_cancel_and_wait_init(ac_cancel_and_wait *wait, ac_loop *loop, ac_future *future)
{
    static const ac_coro_ops ops = {cancel_resume, NULL, cancel_visit, cancel_clear};
    ac_coro_init(&wait->co, &ops);
    aci_future_init_embedded(&wait->waiter, loop);
    wait->future = future;
    wait->signal = NULL;
    aci_retain(loop, future);
}
