/* See future_callback_context.py. */
#include "twin.h"

static const ac_c_var var = {"var"};

static ac_status callback(ac_loop *loop, ac_future *future, void *data)
{
    (void)future, (void)data;
    say("callback sees %s", show(ac_c_var_get(loop, &var)));
    return ac_c_var_set(loop, &var, ac_c_int(99));
}

enum { YIELD = 1 };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_future *future;

    AC_BEGIN(co);
    future = ac_c_future_new(loop);
    ac_c_var_set(loop, &var, ac_c_int(1));
    ac_c_add_done_callback(future, callback, NULL);
    ac_c_var_set(loop, &var, ac_c_int(2));
    ac_c_add_done_callback(future, callback, NULL);
    ac_c_var_set(loop, &var, ac_c_int(3));
    ac_future_set_result(future, ac_none());
    ac_c_var_set(loop, &var, ac_c_int(4));
    ac_c_add_done_callback(future, callback, NULL);
    ac_c_var_set(loop, &var, ac_c_int(5));
    ac_c_release(loop, future);
    AC_YIELD(YIELD);
    say("main sees %s", show(ac_c_var_get(loop, &var)));
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(ac_c_task));
}
