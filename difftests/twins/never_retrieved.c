/* See never_retrieved.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_future *future;
    ac_c_task *task;
};

static ac_status handler(ac_loop *loop, void *data, const ac_report *report)
{
    (void)loop, (void)data;
    say("handler: %s %s", report->message, show(report->exception));
    return AC_OK;
}

static ac_turn fail(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    AC_END(co);
    return ac_c_throw(loop, out, &ac_c_ValueError, "task");
}

static const ac_coro_ops fail_ops = {.resume = fail};

static ac_future *failed(ac_loop *loop, const char *text)
{
    ac_future *future = ac_c_future_new(loop);

    ac_future_set_exception(future, ac_c_error(loop, &ac_c_ValueError, text));
    return future;
}

static const char *show_exception(ac_loop *loop, ac_future *future)
{
    ac_value stored = ac_none();

    ac_future_exception(future, &stored);
    return show_taken(loop, stored);
}

enum { YIELD = 1 };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);

    AC_BEGIN(co);
    ac_loop_set_exception_handler(loop, handler, NULL);
    f->future = failed(loop, "a");
    say("drop a");
    ac_c_release(loop, f->future);
    f->future = failed(loop, "b");
    say("look at b %s", show_exception(loop, f->future));
    ac_c_release(loop, f->future);
    f->future = failed(loop, "c");
    say("cancel c %s", show_bool(twin_cancel_future(loop, f->future, NULL)));
    ac_c_release(loop, f->future);
    f->task = twin_coroutine(loop, &fail_ops, sizeof *f->task);
    twin_start(loop, f->task);
    AC_YIELD(YIELD);
    say("drop the task");
    twin_forget(loop, f->task);
    say("end");
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
