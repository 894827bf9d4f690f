/* timeout.c - asyncio.timeout: a deadline around a block of a task.
 *
 * Mirrors    timeouts.Timeout of 3.12 to 3.15: __aenter__, reschedule, _on_timeout, __aexit__,
 *            _insert_timeout_error.
 * Idea       When the time has come the task is asked to cancel.  The exit takes that request back; only if
 *            nobody else has asked, and the block was left by a cancellation, that was ours.
 * Holds      timer != NULL only from the enter to the end of the block; held is the timer's reference of
 *            'object', so a timer that still comes finds the timeout.  task is NULL before the enter and
 *            after the exit.
 * Owns       task, and held while there is a timer; the timer shows both to visitors.
 * Re-enters  The cancel, and giving things up: what is needed afterwards is in locals.
 * Cost       One allocation for each deadline that is set.
 * Tests      tests/test_timeout.c; difftests/scenarios/timeout/ */
#include "flow/deadline.h"
#include "task/task_impl.h"

void ac_timeout_init(ac_timeout *timeout, ac_loop *loop, const double *when, ac_ref object)
{
    *timeout = (ac_timeout){.loop = loop,
                            .object = object,
                            .when = when != NULL ? *when : 0,
                            .has_when = when != NULL,
                            .state = AC_TIMEOUT_CREATED};
}

/* ---- The timer ---- */

static ac_timeout *timeout_of(ac_deadline **slot)
{
    return AC_CONTAINER_OF(slot, ac_timeout, timer);
}

/* A cancel of the program's own may raise: then the timeout stays active, and the timer is gone.  It may also
 * end the block. */
static ac_status timeout_fire(ac_loop *loop, ac_callback *callback)
{
    ac_timeout *timeout = timeout_of(aci_deadline_slot(callback));
    ac_task *task = timeout->task;
    aci_retain(loop, &task->future);
    ac_status status = ac_future_cancel(&task->future, ac_none_ref(), NULL); /* HOST */
    if (status == AC_OK && aci_deadline_slot(callback) != NULL)
        timeout->state = AC_TIMEOUT_EXPIRING;
    return aci_release_after(loop, &task->future, status); /* HOST */
}

/* It hangs on its timer, and by that on the loop. */
static int timeout_timer_visit(ac_callback *callback, ac_visitor *visitor)
{
    ac_deadline **slot = aci_deadline_slot(callback);
    if (slot == NULL)
        return 0;
    const ac_timeout *timeout = timeout_of(slot);
    int stop = timeout->held.bits != 0 ? visitor->value(visitor, ac_lend(timeout->held)) : 0;
    return stop == 0 && timeout->task != NULL ? visitor->future(visitor, &timeout->task->future) : stop;
}

static void timeout_timer_done(ac_loop *loop, ac_callback *callback)
{
    ac_deadline **slot = aci_deadline_slot(callback);
    ac_value held = slot != NULL ? ac_take(&timeout_of(slot)->held) : ac_none();
    aci_deadline_done(loop, callback);
    aci_drop(loop, held); /* HOST */
}

static const ac_handle_ops timeout_timer_ops = {.run = timeout_fire,
                                                .visit = timeout_timer_visit,
                                                .done = timeout_timer_done,
                                                .name = "Timeout._on_timeout"};

/* Whatever is not in the future comes in the next turn, before timers that are due.  It runs in a copy of the
 * context, which a cancel of the program's own may look into.  A timeout that was cleared has nobody to
 * cancel. */
static ac_status timeout_set_timer(ac_timeout *timeout)
{
    ac_loop *loop = timeout->loop;
    if (!timeout->has_when || timeout->task == NULL)
        return AC_OK;
    ac_value context = ac_none();
    ac_status status = loop->host->copy_context != NULL ? loop->host->copy_context(loop, &context) : AC_OK;
    if (status != AC_OK)
        return status;
    status = timeout->when <= ac_loop_time(loop)
                 ? aci_deadline_soon(loop, &timeout->timer, &timeout_timer_ops, context)
                 : aci_deadline_set(loop, &timeout->timer, timeout->when, &timeout_timer_ops, context);
    if (status == AC_OK && timeout->timer != NULL)
        timeout->held = aci_dup(loop, timeout->object);
    return status;
}

/* Gives the timer's reference to the caller, to be dropped last. */
static ac_value timeout_cut_timer(ac_timeout *timeout)
{
    aci_deadline_cut(timeout->loop, &timeout->timer);
    return ac_take(&timeout->held);
}

/* ---- Entering ---- */

static ac_status timeout_refuse(ac_loop *loop)
{
    return ac_loop_raise(loop, aci_error(loop, AC_X_ASSERTION, "")); /* HOST */
}

static ac_status timeout_check_enter(const ac_timeout *timeout)
{
    ac_loop *loop = timeout->loop;
    if (!aci_has(loop, AC_S_MISUSE_RAISES_RUNTIME_ERROR))
        return AC_OK;
    if (timeout->state != AC_TIMEOUT_CREATED)
        return aci_fail(loop, AC_E_RUNTIME, "Timeout has already been entered");
    return loop->current == NULL ? aci_fail(loop, AC_E_RUNTIME, "Timeout should be used inside a task")
                                 : AC_OK;
}

/* 3.12.0 takes whatever task there is, also at a second enter, and asks none how often it was cancelled. */
static ac_status timeout_take_task(ac_timeout *timeout)
{
    ac_loop *loop = timeout->loop;
    ac_task *before = timeout->task, *task = loop->current;
    timeout->state = AC_TIMEOUT_ACTIVE;
    timeout->task = task;
    if (task != NULL) {
        aci_retain(loop, &task->future);
        timeout->cancelling = ac_task_cancelling(task);
    }
    if (before != NULL)
        aci_release(loop, &before->future); /* HOST */
    if (task == NULL)
        return ac_loop_raise(
            loop, aci_error(loop, AC_X_ATTRIBUTE, "'NoneType' object has no attribute 'cancelling'"));
    return AC_OK;
}

ac_status ac_timeout_enter(ac_timeout *timeout)
{
    ac_loop *loop = timeout->loop;
    ac_status status = timeout_check_enter(timeout);
    if (status == AC_OK)
        status = timeout_take_task(timeout); /* HOST */
    if (status != AC_OK)
        return status;
    ac_value held = timeout_cut_timer(timeout);
    status = timeout_set_timer(timeout);
    if (status != AC_OK) {
        ac_task *task = timeout->task;
        timeout->task = NULL;
        timeout->state = AC_TIMEOUT_CREATED;
        status = aci_release_after(loop, &task->future, status); /* HOST */
    }
    aci_drop(loop, held); /* HOST */
    return status;
}

static ac_status timeout_refuse_reschedule(const ac_timeout *timeout)
{
    static const char *const words[] = {
        [AC_TIMEOUT_CREATED] = "Timeout has not been entered",
        [AC_TIMEOUT_EXPIRING] = "Cannot change state of expiring Timeout",
        [AC_TIMEOUT_EXPIRED] = "Cannot change state of expired Timeout",
        [AC_TIMEOUT_FINISHED] = "Cannot change state of finished Timeout",
    };
    ac_loop *loop = timeout->loop;
    if (timeout->state == AC_TIMEOUT_CREATED && !aci_has(loop, AC_S_MISUSE_RAISES_RUNTIME_ERROR))
        return timeout_refuse(loop);
    return aci_fail(loop, AC_E_RUNTIME, words[timeout->state]);
}

ac_status ac_timeout_reschedule(ac_timeout *timeout, const double *when)
{
    ac_loop *loop = timeout->loop;
    if (timeout->state != AC_TIMEOUT_ACTIVE)
        return timeout_refuse_reschedule(timeout);
    ac_value held = timeout_cut_timer(timeout);
    timeout->has_when = when != NULL;
    timeout->when = when != NULL ? *when : 0;
    ac_status status = timeout_set_timer(timeout);
    aci_drop(loop, held); /* HOST: not the last reference, the caller has one */
    return status;
}

/* ---- Leaving ---- */

static bool timeout_is_cancellation(ac_loop *loop, ac_ref exception)
{
    bool subclasses = aci_has(loop, AC_S_CANCELLED_ERROR_SUBCLASSES);
    unsigned wanted = subclasses ? AC_IS_CANCELLED : AC_IS_CANCELLED_EXACT;
    return (aci_classify(loop, exception) & wanted) != 0;
}

/* TimeoutError, raised from a cancellation.  None: no memory. */
static ac_value timeout_error(ac_loop *loop, ac_ref cancellation)
{
    ac_error error = {.kind = AC_X_TIMEOUT, .text = "", .cause = cancellation, .task = loop->current};
    return loop->host->error(loop, &error);
}

/* The first cancellation in the chain of contexts, of whatever class, is hidden behind a TimeoutError. */
static ac_status insert_into_chain(ac_loop *loop, ac_ref exception)
{
    const ac_host *host = loop->host;
    ac_ref next;
    for (; !ac_is_none(next = host->exception_context(loop, exception)); exception = next) {
        if ((aci_classify(loop, next) & AC_IS_CANCELLED) == 0)
            continue;
        ac_value error = timeout_error(loop, next);
        if (error.bits == 0)
            return aci_fail(loop, AC_E_MEMORY, "no memory for an exception");
        host->set_exception_context(loop, exception, error); /* HOST */
        break;
    }
    return AC_OK;
}

/* The caller holds the exception, and by that its members. */
static ac_status insert_timeout_error(ac_loop *loop, ac_ref exception)
{
    const ac_host *host = loop->host;
    ac_ref member;
    if (host->exception_context == NULL || host->set_exception_context == NULL ||
        !aci_has(loop, AC_S_TIMEOUT_ERROR_IN_CONTEXT))
        return AC_OK;
    ac_status status = insert_into_chain(loop, exception); /* HOST */
    for (size_t i = 0; status == AC_OK && host->exception_member != NULL &&
                       host->exception_member(loop, exception, i, &member);
         i++)
        if (!ac_is_none(member))
            status = insert_into_chain(loop, member); /* HOST */
    return status;
}

/* The block of a timeout that has expired was left by this, and nobody else has asked to cancel. */
static ac_status timeout_expire(ac_loop *loop, ac_ref exception)
{
    if (!timeout_is_cancellation(loop, exception))
        return insert_timeout_error(loop, exception); /* HOST */
    return ac_loop_raise(loop, timeout_error(loop, exception));
}

ac_status ac_timeout_exit(ac_timeout *timeout, ac_ref exception)
{
    ac_loop *loop = timeout->loop;
    ac_task *task = timeout->task;
    bool expiring = timeout->state == AC_TIMEOUT_EXPIRING;
    if (timeout->state != AC_TIMEOUT_ACTIVE && !expiring)
        return timeout_refuse(loop);
    ac_value held = timeout_cut_timer(timeout);
    timeout->state = expiring ? AC_TIMEOUT_EXPIRED : AC_TIMEOUT_FINISHED;
    timeout->task = NULL;
    ac_status status = AC_OK;
    if (expiring && task != NULL && ac_task_uncancel(task) <= timeout->cancelling && !ac_is_none(exception))
        status = timeout_expire(loop, exception); /* HOST */
    if (task != NULL)
        status = aci_release_after(loop, &task->future, status); /* HOST */
    aci_drop(loop, held);                                        /* HOST: not the last reference */
    return status;
}

/* ---- Looking, and the end of the object ---- */

bool ac_timeout_when(const ac_timeout *timeout, double *when)
{
    *when = timeout->when;
    return timeout->has_when;
}

bool ac_timeout_expired(const ac_timeout *timeout)
{
    return timeout->state == AC_TIMEOUT_EXPIRING || timeout->state == AC_TIMEOUT_EXPIRED;
}

ac_timeout_state ac_timeout_get_state(const ac_timeout *timeout)
{
    return (ac_timeout_state)timeout->state;
}

const char *ac_timeout_state_name(ac_timeout_state state)
{
    static const char *const names[] = {"created", "active", "expiring", "expired", "finished"};
    return (size_t)state < sizeof names / sizeof *names ? names[state] : "?";
}

void ac_timeout_clear(ac_timeout *timeout)
{
    ac_loop *loop = timeout->loop;
    ac_task *task = timeout->task;
    if (loop == NULL)
        return;
    timeout->task = NULL;
    ac_value held = timeout_cut_timer(timeout);
    if (task != NULL)
        aci_release(loop, &task->future); /* HOST */
    aci_drop(loop, held);                 /* HOST */
}

int ac_timeout_visit(ac_timeout *timeout, ac_visitor *visitor)
{
    bool shown = timeout->timer != NULL || timeout->task == NULL;
    return shown ? 0 : visitor->future(visitor, &timeout->task->future);
}
