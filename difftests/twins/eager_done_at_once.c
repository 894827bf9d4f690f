/* See eager_done_at_once.py. */
#include "twin.h"

struct frame {
    ac_c_task head;
    struct frame *task;
};

static ac_turn value(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    AC_END(co);
    return ac_return(out, ac_c_int(7));
}

static ac_turn fail(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    AC_END(co);
    return ac_c_throw(loop, out, &ac_c_ValueError, "x");
}

static ac_turn cancelled(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    AC_END(co);
    return ac_c_throw(loop, out, &ac_c_CancelledError, "mine");
}

static ac_status callback(ac_loop *loop, ac_future *future, void *data)
{
    (void)data;
    say("callback %s", twin_result(loop, future));
    return AC_OK;
}

static struct frame *start(ac_loop *loop, const ac_coro_ops *ops)
{
    struct frame *task = twin_coroutine(loop, ops, sizeof *task);

    twin_start(loop, task);
    return task;
}

static const char *done(struct frame *task)
{
    return show_bool(ac_future_done(twin_future(task)));
}

enum { FIRST = 1, SECOND, BARE };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    static const ac_coro_ops value_ops = {.resume = value}, fail_ops = {.resume = fail};
    static const ac_coro_ops cancelled_ops = {.resume = cancelled};
    struct frame *f = AC_C_SELF(co, struct frame);

    AC_BEGIN(co);
    ac_loop_set_task_factory(loop, ac_eager_task_factory, NULL);
    twin_print_soon(loop, "call_soon before");
    f->task = start(loop, &value_ops);
    say("done %s %s", done(f->task), twin_result(loop, twin_future(f->task)));
    ac_c_add_done_callback(twin_future(f->task), callback, NULL);
    AC_AWAIT(FIRST, twin_future(f->task));
    say("awaiting it does not suspend %s", show(in));
    twin_forget(loop, f->task);
    f->task = start(loop, &fail_ops);
    say("done %s %s", done(f->task), twin_result(loop, twin_future(f->task)));
    twin_forget(loop, f->task);
    f->task = start(loop, &cancelled_ops);
    say("done %s %s %u", done(f->task), show_bool(ac_future_cancelled(twin_future(f->task))),
        (unsigned)ac_task_cancelling(twin_task(f->task)));
    AC_AWAIT(SECOND, twin_future(f->task));
    if (how == AC_THROW)
        say("%s", show(in));
    twin_forget(loop, f->task);
    AC_YIELD(BARE);
    say("main ends");
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct frame));
}
