/* See cancel_after_result.py. */
#include "twin.h"

struct waiter {
    ac_c_task head;
    const char *name;
    ac_future *future;
};

enum { FUTURE = 1, YIELD };

static ac_turn waiter(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct waiter *f = AC_C_SELF(co, struct waiter);

    AC_BEGIN(co);
    AC_AWAIT(FUTURE, f->future);
    if (how == AC_SEND)
        say("%s got %s", f->name, show(in));
    else
        say("%s raised %s %u", f->name, show(in), twin_cancelling(loop));
    AC_YIELD(YIELD);
    say("%s went on", f->name);
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops waiter_ops = {.resume = waiter};

struct main_frame {
    ac_c_task head;
    ac_future *futures[4];
    struct waiter *tasks[4];
    int i;
};

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    static const char *const names[] = {"result", "error", "cancelled", "flag then none"};
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    bool first, last;

    AC_BEGIN(co);
    for (int i = 0; i < 4; i++) {
        f->futures[i] = ac_c_future_new(loop);
        f->tasks[i] = twin_coroutine(loop, &waiter_ops, sizeof *f->tasks[i]);
        f->tasks[i]->name = names[i];
        f->tasks[i]->future = f->futures[i];
        twin_start(loop, f->tasks[i]);
    }
    AC_YIELD(YIELD);
    ac_future_set_result(f->futures[0], ac_c_int(1));
    ac_future_set_exception(f->futures[1], ac_c_error(loop, &ac_c_ValueError, "x"));
    twin_cancel_future(loop, f->futures[2], "the future's own");
    twin_cancel(loop, f->tasks[0], "first");
    twin_cancel(loop, f->tasks[0], "last");
    twin_cancel(loop, f->tasks[1], "instead");
    twin_cancel(loop, f->tasks[2], "ignored");
    first = twin_cancel(loop, f->tasks[3], "first");
    last = twin_cancel(loop, f->tasks[3], "last");
    say("pending future: %s %s", show_bool(first), show_bool(last));
    for (f->i = 0; f->i < 4; f->i++) {
        AC_AWAIT(FUTURE, twin_future(f->tasks[f->i]));
        say("%u %s", (unsigned)ac_task_cancelling(twin_task(f->tasks[f->i])),
            show_bool(ac_future_cancelled(twin_future(f->tasks[f->i]))));
    }
    for (int i = 0; i < 4; i++) {
        twin_forget(loop, f->tasks[i]);
        ac_c_release(loop, f->futures[i]);
    }
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
