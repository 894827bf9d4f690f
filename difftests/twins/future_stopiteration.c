/* See future_stopiteration.py. */
#include "twin.h"

static const ac_c_class my_stop = {"MyStop", &ac_c_StopIteration};
static const ac_c_class stop_async = {"StopAsyncIteration", &ac_c_Exception};

static void attempt(ac_loop *loop, const ac_c_class *kind, const char *text)
{
    ac_future *future = ac_c_future_new(loop);
    ac_value exception = ac_c_error(loop, kind, text);
    ac_status status = ac_future_set_exception(future, exception);
    ac_value stored = ac_none();

    if (status != AC_OK) {
        say("refused %s", show_failure(loop, status));
        ac_drop(loop, exception);
    }
    say("done %s", show_bool(ac_future_done(future)));
    if (ac_future_done(future)) {
        ac_future_exception(future, &stored);
        say("%s", show(ac_lend(stored)));
        say("cause %s context %s", show(ac_c_cause(ac_lend(stored))), show(ac_c_context_of(ac_lend(stored))));
        ac_drop(loop, stored);
    }
    ac_c_release(loop, future);
}

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    attempt(loop, &ac_c_StopIteration, "a");
    attempt(loop, &my_stop, "b");
    attempt(loop, &stop_async, "c");
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(ac_c_task));
}
