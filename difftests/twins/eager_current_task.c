/* See eager_current_task.py. */
#include "twin.h"

struct frame {
    ac_c_task head;
    bool fail;
    struct frame *task;
};

static ac_task *main_task;

static const char *current(ac_loop *loop)
{
    ac_task *task = ac_loop_current_task(loop);

    return !task ? "none" : task == main_task ? "main" : "another";
}

enum { YIELD = 1, TASK, FIRST, SECOND };

static ac_turn inner(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);

    AC_BEGIN(co);
    say("inner %s", current(loop));
    if (f->fail)
        return ac_c_throw(loop, out, &ac_c_ValueError, "x");
    AC_YIELD(YIELD);
    say("inner again %s", current(loop));
    AC_END(co);
    return ac_return(out, ac_none());
}

static ac_turn outer(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out);

static const ac_coro_ops inner_ops = {.resume = inner}, outer_ops = {.resume = outer};

static struct frame *start(ac_loop *loop, const ac_coro_ops *ops, bool fail)
{
    struct frame *task = twin_coroutine(loop, ops, sizeof *task);

    task->fail = fail;
    twin_start(loop, task);
    return task;
}

static ac_turn outer(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);

    AC_BEGIN(co);
    say("outer %s", current(loop));
    f->task = start(loop, &inner_ops, false);
    say("outer has its own back %s", show_bool(ac_loop_current_task(loop) == twin_task(f)));
    AC_AWAIT(TASK, twin_future(f->task));
    twin_forget(loop, f->task);
    AC_END(co);
    return ac_return(out, ac_none());
}

static ac_status make(ac_loop *loop, void *data)
{
    (void)data;
    say("callback %s", current(loop));
    twin_forget(loop, start(loop, &inner_ops, false));
    say("callback goes on %s", current(loop));
    return AC_OK;
}

static ac_status done(ac_loop *loop, ac_future *future, void *data)
{
    (void)future, (void)data;
    say("done callback %s", current(loop));
    return AC_OK;
}

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);
    ac_value error;

    AC_BEGIN(co);
    ac_loop_set_task_factory(loop, ac_eager_task_factory, NULL);
    main_task = ac_loop_current_task(loop);
    f->task = start(loop, &outer_ops, false);
    ac_c_add_done_callback(twin_future(f->task), done, NULL);
    say("main goes on %s", current(loop));
    AC_AWAIT(TASK, twin_future(f->task));
    twin_forget(loop, f->task);
    f->task = start(loop, &inner_ops, true);
    ac_future_exception(twin_future(f->task), &error);
    say("main goes on %s %s", current(loop), show_taken(loop, error));
    twin_forget(loop, f->task);
    twin_call_soon(loop, make, NULL);
    AC_YIELD(FIRST);
    AC_YIELD(SECOND);
    say("main %s", current(loop));
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct frame));
}
