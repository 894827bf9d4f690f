/* See cancelled_unasked.py. */
#include "twin.h"

struct frame {
    ac_c_task head;
    ac_sleep nap;
    int i;
    struct frame *task;
};

enum { NAP = 1, STARTED, FIRST, ONE, RESULT };

static ac_turn unasked(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    AC_END(co);
    return ac_c_throw(loop, out, &ac_c_CancelledError, "mine");
}

static ac_turn swallows(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);
    ac_turn turn;

    AC_BEGIN(co);
    for (f->i = 0; f->i < 2; f->i++) {
        ac_sleep_init(&f->nap, loop, 10, ac_none());
        AC_AWAIT_CORO(NAP, &f->nap.co, turn);
        if (turn == AC_RAISED)
            say("swallowed %s %u", show_taken(loop, out->value), twin_cancelling(loop));
    }
    AC_END(co);
    return ac_return(out, ac_c_str(loop, "finished"));
}

static struct frame *start(ac_loop *loop, const ac_coro_ops *ops)
{
    struct frame *task = twin_coroutine(loop, ops, sizeof *task);

    twin_start(loop, task);
    return task;
}

static unsigned cancelling(struct frame *task)
{
    return (unsigned)ac_task_cancelling(twin_task(task));
}

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    static const ac_coro_ops unasked_ops = {.resume = unasked}, swallows_ops = {.resume = swallows};
    struct frame *f = AC_C_SELF(co, struct frame);
    unsigned left[3];

    AC_BEGIN(co);
    f->task = start(loop, &unasked_ops);
    AC_AWAIT(FIRST, twin_future(f->task));
    if (how == AC_THROW)
        say("%s %s %u", show(in), show_bool(ac_future_cancelled(twin_future(f->task))), cancelling(f->task));
    twin_forget(loop, f->task);
    f->task = start(loop, &swallows_ops);
    AC_YIELD(STARTED);
    twin_cancel(loop, f->task, "one");
    AC_YIELD(ONE);
    twin_cancel(loop, f->task, "two");
    AC_AWAIT(RESULT, twin_future(f->task));
    say("%s %s %u", ac_c_as_str(in), show_bool(ac_future_cancelled(twin_future(f->task))),
        cancelling(f->task));
    for (int i = 0; i < 3; i++)
        left[i] = (unsigned)ac_task_uncancel(twin_task(f->task));
    say("uncancel %u %u %u", left[0], left[1], left[2]);
    twin_forget(loop, f->task);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct frame));
}
