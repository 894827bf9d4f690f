/* See run_until_complete.py. */
#include "twin.h"

static ac_status first(ac_loop *loop, ac_future *future, void *data)
{
    (void)data;
    say("callback added before %s", twin_result(loop, future));
    twin_print_soon(loop, "queued by the callback");
    return AC_OK;
}

static ac_status last(ac_loop *loop, ac_future *future, void *data)
{
    (void)data;
    say("callback added by the body %s", twin_result(loop, future));
    return AC_OK;
}

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    ac_c_add_done_callback(&ac_loop_current_task(loop)->future, last, NULL);
    say("body");
    twin_print_soon(loop, "queued by the body");
    AC_END(co);
    return ac_return(out, ac_c_int(7));
}

static const char *run(ac_loop *loop, ac_future *future)
{
    ac_status status = ac_loop_run_until_complete(loop, future);

    return status == AC_OK ? twin_result(loop, future) : show_failure(loop, status);
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};
    ac_loop *loop = twin_loop();
    ac_c_task *task = twin_coroutine(loop, &ops, sizeof *task);
    ac_future *future;

    twin_start(loop, task);
    ac_c_add_done_callback(twin_future(task), first, NULL);
    say("result %s", run(loop, twin_future(task)));
    say("again %s", run(loop, twin_future(task)));
    future = ac_c_future_new(loop);
    twin_stop_soon(loop);
    say("%s", run(loop, future));
    ac_future_set_exception(future, ac_c_error(loop, &ac_c_ValueError, "x"));
    say("%s", run(loop, future));
    ac_c_release(loop, future);
    twin_forget(loop, task);
    twin_loop_end(loop);
}
