/* See uncancel.py. */
#include "twin.h"

struct frame {
    ac_c_task head;
    ac_sleep nap;
    int times;
    struct frame *task;
};

enum { BARE = 1, TASK, STARTED };

static ac_turn child(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);

    AC_BEGIN(co);
    twin_cancel(loop, f, "first");
    twin_cancel(loop, f, "second");
    for (int i = 0; i < f->times; i++)
        say("uncancel %u", (unsigned)ac_task_uncancel(twin_task(f)));
    AC_YIELD(BARE);
    if (how == AC_THROW)
        say("%s %u", show(in), twin_cancelling(loop));
    else
        say("not cancelled");
    AC_END(co);
    return ac_return(out, ac_none());
}

static ac_turn sleeper(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);
    ac_turn turn;

    AC_BEGIN(co);
    ac_sleep_init(&f->nap, loop, 1, ac_none());
    AC_AWAIT_CORO(BARE, &f->nap.co, turn);
    if (turn == AC_RETURNED)
        say("slept");
    else
        say("its future was cancelled already %s %u", show_taken(loop, out->value), twin_cancelling(loop));
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops child_ops = {.resume = child}, sleeper_ops = {.resume = sleeper};

static struct frame *start(ac_loop *loop, const ac_coro_ops *ops, int times)
{
    struct frame *task = twin_coroutine(loop, ops, sizeof *task);

    task->times = times;
    twin_start(loop, task);
    return task;
}

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);

    AC_BEGIN(co);
    for (f->times = 1; f->times <= 3; f->times++) {
        f->task = start(loop, &child_ops, f->times);
        AC_AWAIT(BARE, twin_future(f->task));
        twin_forget(loop, f->task);
    }
    f->task = start(loop, &sleeper_ops, 0);
    AC_YIELD(STARTED);
    twin_cancel(loop, f->task, "late");
    say("uncancel %u", (unsigned)ac_task_uncancel(twin_task(f->task)));
    AC_AWAIT(TASK, twin_future(f->task));
    twin_forget(loop, f->task);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct frame));
}
