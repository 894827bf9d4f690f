/* sleep.c - sleep, as a coroutine.
 *
 * Mirrors    tasks.sleep, futures._set_result_unless_cancelled.
 * Idea       A timer (deadline.h) sets a future that lives in the frame.
 * Owns       result, until it is returned.
 * Cost       One allocation a sleep (the timer), none for a delay of 0.
 * Tests      tests/test_sleep.c; difftests/twins/sleep_*.py */
#include <aiocore/flow.h>

#include "flow/deadline.h"
#include "future/future_impl.h"

static ac_sleep *sleep_of(ac_deadline **slot)
{
    return AC_CONTAINER_OF(slot, ac_sleep, timer);
}

static ac_status fire(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    ac_sleep *sleep = sleep_of(aci_deadline_slot(callback));
    if (ac_future_done(&sleep->future))
        return AC_OK;
    return ac_future_set_result(&sleep->future, ac_none());
}

/* The sleeping task hangs on its timer, and by that on the loop. */
static int visit_timer(ac_callback *callback, ac_visitor *visitor)
{
    ac_deadline **slot = aci_deadline_slot(callback);
    return slot != NULL ? ac_future_visit(&sleep_of(slot)->future, visitor) : 0;
}

static const ac_handle_ops timer_ops = {
    .run = fire, .visit = visit_timer, .done = aci_deadline_done, .name = "_set_result_unless_cancelled"};

/* The end of every path: no future, no timer, no result is left in the frame. */
static ac_turn finish(ac_loop *loop, ac_sleep *sleep, ac_how how, ac_ref in, ac_out *out)
{
    ac_value result = ac_take(&sleep->result);
    sleep->co.at = AC_AT_END;
    if (how == AC_SEND)
        return ac_return(out, result);
    ac_turn turn = ac_raise(loop, in, out);
    aci_drop(loop, result); /* HOST */
    return turn;
}

/* Ends with an exception (stolen). */
static ac_turn fail(ac_loop *loop, ac_sleep *sleep, ac_value exception, ac_out *out)
{
    aci_drop_slot(loop, &sleep->result); /* HOST */
    sleep->co.at = AC_AT_END;
    out->value = exception;
    return AC_RAISED;
}

enum { BARE = 1, TIMER };

static ac_turn resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_sleep *sleep = AC_CONTAINER_OF(co, ac_sleep, co);
    if (co->at == 0 && how != AC_SEND)
        aci_drop_slot(loop, &sleep->result); /* HOST: it never starts */
    AC_BEGIN(co);
    if (sleep->delay <= 0) {
        AC_YIELD(BARE);
        return finish(loop, sleep, how, in, out);
    }
    if (sleep->delay != sleep->delay && aci_has(loop, AC_S_SLEEP_REJECTS_NAN))
        return fail(loop, sleep, aci_error(loop, AC_X_VALUE, "Invalid delay: NaN (not a number)"), out);
    aci_future_init_embedded(&sleep->future, loop);
    {
        double when = ac_loop_time(loop) + sleep->delay;
        ac_status status = aci_deadline_set(loop, &sleep->timer, when, &timer_ops, ac_none());
        if (status != AC_OK)
            return fail(loop, sleep, ac_loop_status_exception(loop, status, NULL), out);
    }
    AC_AWAIT(TIMER, &sleep->future);
    aci_deadline_cut(loop, &sleep->timer);
    ac_future_clear(&sleep->future); /* HOST: it may hold a cancel's message */
    AC_END(co);
    return finish(loop, sleep, how, in, out);
}

/* While the timer is in the loop that shows the future; each thing is shown once. */
static int visit(ac_coro *co, ac_visitor *visitor)
{
    ac_sleep *sleep = AC_CONTAINER_OF(co, ac_sleep, co);
    int stop = sleep->result.bits != 0 ? visitor->value(visitor, ac_lend(sleep->result)) : 0;
    return stop == 0 && sleep->timer == NULL ? ac_future_visit(&sleep->future, visitor) : stop;
}

static void clear(ac_loop *loop, ac_coro *co)
{
    ac_sleep *sleep = AC_CONTAINER_OF(co, ac_sleep, co);
    co->at = AC_AT_END;
    aci_deadline_cut(loop, &sleep->timer);
    ac_value result = ac_take(&sleep->result);
    ac_future_clear(&sleep->future); /* HOST */
    aci_drop(loop, result);          /* HOST */
}

static const ac_coro_ops sleep_ops = {resume, NULL, visit, clear};

void ac_sleep_init(ac_sleep *sleep, ac_loop *loop, double delay, ac_value result)
{
    ac_coro_init(&sleep->co, &sleep_ops);
    aci_future_init_embedded(&sleep->future, loop);
    sleep->timer = NULL;
    sleep->delay = delay;
    sleep->result = result;
}
