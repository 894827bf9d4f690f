/* See eager_before_run.py. */
#include "twin.h"

struct frame {
    ac_c_task head;
    const char *name;
};

static struct frame *first;

static ac_turn child(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    say("%s runs", AC_C_SELF(co, struct frame)->name);
    AC_END(co);
    return ac_return(out, ac_none());
}

static struct frame *start(ac_loop *loop, const char *name)
{
    static const ac_coro_ops child_ops = {.resume = child};
    struct frame *task = twin_coroutine(loop, &child_ops, sizeof *task);

    task->name = name;
    twin_start(loop, task);
    return task;
}

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *second;

    AC_BEGIN(co);
    second = start(loop, "second");
    say("second done %s first done %s", show_bool(ac_future_done(twin_future(second))),
        show_bool(ac_future_done(twin_future(first))));
    twin_forget(loop, second);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};
    ac_loop *loop = twin_loop();
    ac_c_task *task;

    ac_loop_set_task_factory(loop, ac_eager_task_factory, NULL);
    say("loop runs %s", show_bool(ac_loop_is_running(loop)));
    first = start(loop, "first");
    say("first done %s", show_bool(ac_future_done(twin_future(first))));
    task = twin_coroutine(loop, &ops, sizeof *task);
    twin_start(loop, task);
    ac_loop_run_until_complete(loop, twin_future(task));
    twin_forget(loop, first);
    twin_forget(loop, task);
    twin_loop_end(loop);
}
