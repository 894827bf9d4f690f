/* coro.c - the parts of coro.h that need a loop: raising, closing, and the ends of a body's switch.
 *
 * Mirrors    coroutine.close(), and what CPython does with a coroutine that has not started or has ended.
 * Tests      tests/test_coro.c */
#include "future/future_impl.h"

ac_turn ac_raise(ac_loop *loop, ac_ref exception, ac_out *out)
{
    out->value = aci_dup(loop, exception);
    return AC_RAISED;
}

/* An unstarted body that is thrown into raises that without running a line; closed, it just ends. */
ac_turn ac_unstarted(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    co->at = AC_AT_END;
    return how == AC_THROW ? ac_raise(loop, in, out) : ac_return(out, ac_none());
}

/* A resume point that the body does not have: it has ended already, or an await stands in a nested switch. */
ac_turn ac_ended(ac_out *out)
{
    out->value = ac_none();
    return AC_RAISED;
}

/* What ignores the close and waits again is left as it is; CPython: "coroutine ignored GeneratorExit". */
static void report_ignored(ac_loop *loop, ac_turn turn, ac_out *out)
{
    ac_report report = {.message = "Exception ignored while closing a coroutine"};
    if (turn == AC_RAISED)
        report.exception = ac_lend(out->value);
    else
        report.message = "coroutine ignored GeneratorExit";
    (void)ac_loop_call_exception_handler(loop, &report);
}

/* What a body hands over when it stops, and nobody takes. */
static void give_up(ac_loop *loop, ac_turn turn, ac_out *out)
{
    if (turn == AC_AWAITING)
        aci_release(loop, out->future); /* HOST */
    else if (turn != AC_YIELDED && turn != AC_PARKED)
        aci_drop(loop, out->value); /* HOST */
}

void ac_coro_close(ac_loop *loop, ac_coro *co)
{
    ac_out out = {.value = ac_none()};
    ac_turn turn = ac_coro_resume(loop, co, AC_CLOSE, ac_none_ref(), &out); /* HOST */
    bool ignored = ac_turn_suspends(turn);
    bool raised = turn == AC_RAISED && out.value.bits != 0 &&
                  (aci_classify(loop, ac_lend(out.value)) & AC_IS_GENEXIT) == 0;
    if (ignored || raised)
        report_ignored(loop, turn, &out); /* HOST */
    give_up(loop, turn, &out);            /* HOST */
    if (ignored && co->ops->clear != NULL)
        co->ops->clear(loop, co); /* HOST */
}
