/* See future_messages.py. */
#include "twin.h"

static void attempt(ac_loop *loop, const char *text, ac_status status, const char *answer)
{
    if (status == AC_OK)
        say("%s %s", text, answer);
    else
        say("%s raises %s", text, show_failure(loop, status));
}

static void attempt_result(ac_loop *loop, ac_future *future)
{
    ac_value value = ac_none();
    ac_how how = AC_SEND;
    ac_status status = ac_future_result(future, &how, &value);

    if (how == AC_THROW)
        say("result raises %s", show_taken(loop, value));
    else
        attempt(loop, "result", status, status == AC_OK ? show_taken(loop, value) : "");
}

static void attempt_exception(ac_loop *loop, ac_future *future)
{
    ac_value value = ac_none();
    ac_status status = ac_future_exception(future, &value);

    attempt(loop, "exception", status, status == AC_OK ? show_taken(loop, value) : "");
}

static void attempt_set_result(ac_loop *loop, ac_future *future, int number)
{
    attempt(loop, "set_result", ac_future_set_result(future, ac_c_int(number)), "None");
}

static void attempt_set_exception(ac_loop *loop, ac_future *future)
{
    ac_value exception = ac_c_error(loop, &ac_c_ValueError, "x");
    ac_status status = ac_future_set_exception(future, exception);

    attempt(loop, "set_exception", status, "None");
    if (status != AC_OK)
        ac_drop(loop, exception);
}

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_future *future;
    ac_out waiter;
    ac_value value;
    ac_how resumed;

    AC_BEGIN(co);
    future = ac_c_future_new(loop);
    attempt_result(loop, future);
    attempt_exception(loop, future);
    say("yields the future %s",
        show_bool(ac_future_await(future, &waiter) == AC_AWAITING && waiter.future == future));
    ac_c_release(loop, waiter.future);
    attempt(loop, "resumed", ac_future_await_resumed(future, &resumed, &value), "");
    ac_future_set_result(future, ac_c_int(7));
    attempt_set_result(loop, future, 8);
    attempt_set_exception(loop, future);
    say("cancel %s", show_bool(twin_cancel_future(loop, future, NULL)));
    attempt_result(loop, future);
    attempt_exception(loop, future);
    ac_c_release(loop, future);
    future = ac_c_future_new(loop);
    ac_future_set_exception(future, ac_c_error(loop, &ac_c_ValueError, "x"));
    attempt_result(loop, future);
    attempt_exception(loop, future);
    say("cancel %s", show_bool(twin_cancel_future(loop, future, NULL)));
    ac_c_release(loop, future);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(ac_c_task));
}
