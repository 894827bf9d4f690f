/* See run_until_complete_exit.py. */
#include "twin.h"

struct frame {
    ac_c_task head;
    ac_sleep nap;
};

static ac_status callback(ac_loop *loop, ac_future *future, void *data)
{
    (void)loop, (void)data;
    say("done callback %s", show_bool(ac_future_done(future)));
    return AC_OK;
}

enum { NAP = 1 };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);
    ac_turn turn;

    AC_BEGIN(co);
    ac_sleep_init(&f->nap, loop, 1, ac_none());
    AC_AWAIT_CORO(NAP, &f->nap.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    AC_END(co);
    out->value = ac_c_exception(loop, &ac_c_KeyboardInterrupt, ac_none_ref());
    return AC_RAISED;
}

static void run(bool more)
{
    static const ac_coro_ops ops = {.resume = body};
    ac_loop *loop = twin_loop();
    struct frame *task = twin_coroutine(loop, &ops, sizeof *task);

    twin_start(loop, task);
    ac_c_add_done_callback(twin_future(task), callback, NULL);
    if (ac_loop_run_until_complete(loop, twin_future(task)) == AC_E_RAISED)
        say("out of the loop: %s %s", show_taken(loop, ac_loop_take_raised(loop)),
            show_bool(ac_future_done(twin_future(task))));
    say("counts as never retrieved %s", show_bool(ac_future_get_log_traceback(twin_future(task))));
    if (more) {
        twin_stop_soon(loop);
        ac_loop_run_forever(loop);
        say("counts as never retrieved %s", show_bool(ac_future_get_log_traceback(twin_future(task))));
    }
    ac_future_set_log_traceback(twin_future(task), false);
    ac_loop_close(loop);
    twin_forget(loop, task);
    twin_loop_end(loop);
}

void twin(void)
{
    run(true);
    run(false);
}
