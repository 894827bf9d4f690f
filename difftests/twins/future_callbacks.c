/* See future_callbacks.py. */
#include "twin.h"

static ac_status second(ac_loop *loop, ac_future *future, void *data)
{
    (void)loop, (void)future, (void)data;
    say("second");
    return AC_OK;
}

static ac_status first(ac_loop *loop, ac_future *future, void *data)
{
    (void)loop, (void)data;
    say("first %zu", ac_c_remove_done_callback(future, second, NULL));
    return AC_OK;
}

static ac_status late(ac_loop *loop, ac_future *future, void *data)
{
    (void)loop, (void)future, (void)data;
    say("late");
    return AC_OK;
}

static ac_status third(ac_loop *loop, ac_future *future, void *data)
{
    (void)loop, (void)data;
    say("third");
    return ac_c_add_done_callback(future, late, NULL);
}

enum { FIRST = 1, SECOND };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_future *future;

    AC_BEGIN(co);
    future = ac_c_future_new(loop);
    ac_c_add_done_callback(future, first, NULL);
    ac_c_add_done_callback(future, third, NULL);
    ac_c_add_done_callback(future, second, NULL);
    ac_c_add_done_callback(future, third, NULL);
    say("removed %zu", ac_c_remove_done_callback(future, third, NULL));
    say("removed %zu", ac_c_remove_done_callback(future, late, NULL));
    ac_c_add_done_callback(future, third, NULL);
    twin_print_soon(loop, "queued before");
    ac_future_set_result(future, ac_c_int(1));
    twin_print_soon(loop, "queued after");
    say("set");
    ac_c_release(loop, future);
    AC_YIELD(FIRST);
    say("next turn");
    AC_YIELD(SECOND);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(ac_c_task));
}
