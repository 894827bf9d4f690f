/* wait_for.c - waits for one thing, but not longer than so many seconds.
 *
 * Mirrors    tasks.wait_for of 3.12 to 3.15.
 * Idea       A timeout around an await, in the calling task.  When there is no time at all nothing may run,
 *            so a coroutine is made a task, and that is cancelled before its first step.
 * Holds      Either a body or a future is waited for.
 * Owns       Both, until the end.
 * Re-enters  The body, and giving things up, run host code.
 * Cost       One allocation, the timer.
 * Tests      tests/test_wait_for.c; difftests/scenarios/wait_for/ */
#include "task/task_impl.h"

static void wait_for_let_go(ac_loop *loop, ac_wait_for *wait)
{
    ac_coro *body = wait->body;
    ac_future *future = wait->future;
    wait->co.at = AC_AT_END;
    wait->body = NULL;
    wait->future = NULL;
    if (wait->cancel.co.ops != NULL)
        wait->cancel.co.ops->clear(loop, &wait->cancel.co); /* HOST */
    ac_timeout_clear(&wait->timeout);                       /* HOST */
    if (body != NULL && body->ops->clear != NULL)
        body->ops->clear(loop, body); /* HOST */
    if (future != NULL)
        aci_release(loop, future); /* HOST */
}

/* Ends with a result or an exception (stolen). */
static ac_turn wait_for_end(ac_loop *loop, ac_wait_for *wait, ac_turn turn, ac_value value, ac_out *out)
{
    wait_for_let_go(loop, wait); /* HOST */
    out->value = value;
    return turn;
}

/* What is raised here, and not passed on, gets what the program handles as its context. */
static ac_value wait_for_raising(ac_loop *loop, ac_value exception)
{
    if (exception.bits != 0 && loop->host->raising != NULL)
        loop->host->raising(loop, ac_lend(exception), ac_none_ref());
    return exception;
}

static ac_turn wait_for_fail(ac_loop *loop, ac_wait_for *wait, ac_status status, ac_out *out)
{
    ac_value error = ac_loop_status_exception(loop, status, NULL);
    return wait_for_end(loop, wait, AC_RAISED, wait_for_raising(loop, error), out);
}

/* ---- No time at all ---- */

static bool wait_for_has_no_time(const ac_wait_for *wait)
{
    return wait->has_timeout && wait->seconds <= 0;
}

/* A body that nobody takes is closed.  What was raised may be an exit exception of an eager start, which has
 * ended it. */
static ac_status wait_for_ensure(ac_loop *loop, ac_wait_for *wait)
{
    ac_coro *body = wait->body;
    ac_task *task = NULL;
    if (body == NULL)
        return AC_OK;
    ac_task_spec spec = {.body = body};
    ac_status status = ac_loop_create_task(loop, &spec, &task); /* HOST */
    if (status == AC_OK) {
        wait->body = NULL;
        wait->future = &task->future;
    } else if (status != AC_E_RAISED) {
        const char *why = loop->why;
        ac_coro_close(loop, body); /* HOST */
        loop->why = why;
    }
    return status;
}

/* What the future has, which is asked for it. */
static ac_turn wait_for_ask(ac_loop *loop, const ac_wait_for *wait, ac_out *out)
{
    ac_how how = AC_SEND;
    ac_status status = ac_future_await_resumed(wait->future, &how, &out->value);
    if (status == AC_OK && how == AC_SEND)
        return AC_RETURNED;
    if (status != AC_OK)
        out->value = ac_loop_status_exception(loop, status, wait->future);
    out->value = wait_for_raising(loop, out->value);
    return AC_RAISED;
}

/* It had to be cancelled. */
static ac_turn wait_for_late(ac_loop *loop, ac_wait_for *wait, ac_out *out)
{
    ac_turn turn = wait_for_ask(loop, wait, out);
    ac_value value = out->value;
    if (turn == AC_RAISED && (aci_classify(loop, ac_lend(value)) & AC_IS_CANCELLED) != 0) {
        ac_error error = {.kind = AC_X_TIMEOUT, .text = "", .cause = ac_lend(value), .task = loop->current};
        ac_value late = loop->host->error(loop, &error);
        aci_drop(loop, value); /* HOST */
        value = late;
    }
    return wait_for_end(loop, wait, turn, value, out);
}

/* ---- Some time ---- */

static ac_status wait_for_enter(ac_loop *loop, ac_wait_for *wait)
{
    double when = wait->has_timeout ? ac_loop_time(loop) + wait->seconds : 0;
    ac_timeout_init(&wait->timeout, loop, wait->has_timeout ? &when : NULL, ac_none_ref());
    return ac_timeout_enter(&wait->timeout); /* HOST */
}

/* What an await of the future gives.  That is asked for its result, whatever was sent. */
static ac_turn wait_for_awaited(ac_loop *loop, const ac_wait_for *wait, ac_how how, ac_ref in, ac_out *out)
{
    out->value = ac_none();
    if (how == AC_THROW)
        return ac_raise(loop, in, out);
    return how == AC_CLOSE ? AC_RETURNED : wait_for_ask(loop, wait, out);
}

/* Awaiting gives its result at once, or an error: it is being awaited at this moment. */
static bool wait_for_answers(const ac_wait_for *wait)
{
    return ac_future_done(wait->future) || ac_future_is_blocking(wait->future);
}

/* The end of the block: out->value is what left it. */
static ac_turn wait_for_leave(ac_loop *loop, ac_wait_for *wait, ac_turn turn, ac_out *out)
{
    ac_value value = out->value;
    ac_status status = ac_timeout_exit(&wait->timeout,
                                       turn == AC_RAISED ? ac_lend(value) : ac_none_ref()); /* HOST */
    if (status == AC_OK)
        return wait_for_end(loop, wait, turn, value, out);
    ac_value instead = ac_loop_status_exception(loop, status, NULL);
    aci_drop(loop, value); /* HOST */
    return wait_for_end(loop, wait, AC_RAISED, instead, out);
}

/* ---- The coroutine ---- */

enum { WAIT_FOR_BODY = 1, WAIT_FOR_FUTURE, WAIT_FOR_CANCELLED };

static ac_turn wait_for_resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_wait_for *wait = AC_CONTAINER_OF(co, ac_wait_for, co);
    ac_turn turn;
    ac_status status;
    if (co->at == 0 && how != AC_SEND) {
        wait_for_let_go(loop, wait); /* HOST: it never starts */
        return ac_unstarted(loop, co, how, in, out);
    }
    AC_BEGIN(co);
    if (wait_for_has_no_time(wait)) {
        status = wait_for_ensure(loop, wait); /* HOST */
        if (status != AC_OK)
            return wait_for_fail(loop, wait, status, out);
        if (ac_future_done(wait->future)) {
            turn = wait_for_ask(loop, wait, out);
            return wait_for_end(loop, wait, turn, out->value, out);
        }
        ac_cancel_and_wait_init(&wait->cancel, loop, wait->future);
        AC_AWAIT_CORO(WAIT_FOR_CANCELLED, &wait->cancel.co, turn);
        if (turn == AC_RAISED || how == AC_CLOSE)
            return wait_for_end(loop, wait, turn, out->value, out);
        return wait_for_late(loop, wait, out);
    }
    status = wait_for_enter(loop, wait); /* HOST */
    if (status != AC_OK)
        return wait_for_fail(loop, wait, status, out);
    if (wait->body != NULL) {
        AC_AWAIT_CORO(WAIT_FOR_BODY, wait->body, turn);
    } else if (wait_for_answers(wait)) {
        turn = wait_for_ask(loop, wait, out);
    } else {
        AC_AWAIT(WAIT_FOR_FUTURE, wait->future);
        turn = wait_for_awaited(loop, wait, how, in, out);
    }
    AC_END(co);
    return wait_for_leave(loop, wait, turn, out);
}

static int wait_for_visit(ac_coro *co, ac_visitor *visitor)
{
    ac_wait_for *wait = AC_CONTAINER_OF(co, ac_wait_for, co);
    int stop = wait->future != NULL ? visitor->future(visitor, wait->future) : 0;
    if (stop == 0 && wait->body != NULL && wait->body->ops->visit != NULL)
        stop = wait->body->ops->visit(wait->body, visitor);
    if (stop == 0)
        stop = ac_timeout_visit(&wait->timeout, visitor);
    if (stop == 0 && wait->cancel.co.ops != NULL)
        stop = wait->cancel.co.ops->visit(&wait->cancel.co, visitor);
    return stop;
}

static void wait_for_clear(ac_loop *loop, ac_coro *co)
{
    wait_for_let_go(loop, AC_CONTAINER_OF(co, ac_wait_for, co)); /* HOST */
}

static void wait_for_init(ac_wait_for *wait, ac_loop *loop, const double *seconds)
{
    static const ac_coro_ops ops = {wait_for_resume, NULL, wait_for_visit, wait_for_clear};
    static const ac_wait_for blank;
    *wait = blank;
    ac_coro_init(&wait->co, &ops);
    ac_timeout_init(&wait->timeout, loop, NULL, ac_none_ref());
    wait->has_timeout = seconds != NULL;
    wait->seconds = seconds != NULL ? *seconds : 0;
}

void ac_wait_for_future(ac_wait_for *wait, ac_loop *loop, ac_future *future, const double *seconds)
{
    wait_for_init(wait, loop, seconds);
    wait->future = future;
    aci_retain(loop, future);
}

void ac_wait_for_body(ac_wait_for *wait, ac_loop *loop, ac_coro *body, const double *seconds)
{
    wait_for_init(wait, loop, seconds);
    wait->body = body;
}
