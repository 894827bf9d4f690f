/* See cancel_before_start.py. */
#include "twin.h"

struct frame {
    ac_c_task head;
    struct frame *task;
};

static ac_turn child(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    say("never printed");
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops child_ops = {.resume = child};

static ac_status callback(ac_loop *loop, ac_future *future, void *data)
{
    (void)loop, (void)data;
    say("done callback %s %u", show_bool(ac_future_cancelled(future)),
        (unsigned)ac_task_cancelling(ac_future_task(future)));
    return AC_OK;
}

enum { TASK = 1 };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);
    bool first, second;

    AC_BEGIN(co);
    f->task = twin_coroutine(loop, &child_ops, sizeof *f->task);
    twin_start(loop, f->task);
    ac_c_add_done_callback(twin_future(f->task), callback, NULL);
    first = twin_cancel(loop, f->task, "early");
    second = twin_cancel(loop, f->task, NULL);
    say("cancel %s %s %s", show_bool(first), show_bool(second),
        show_bool(ac_future_done(twin_future(f->task))));
    AC_AWAIT(TASK, twin_future(f->task));
    if (how == AC_THROW)
        say("%s", show(in));
    first = twin_cancel(loop, f->task, NULL);
    say("cancel again %s %u", show_bool(first), (unsigned)ac_task_cancelling(twin_task(f->task)));
    twin_forget(loop, f->task);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct frame));
}
