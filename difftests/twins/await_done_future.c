/* See await_done_future.py. */
#include "twin.h"

struct frame {
    ac_c_task head;
    ac_future *future;
    struct frame *child;
};

enum { DONE = 1, BARE, AGAIN, LAST };

static ac_turn child(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);

    AC_BEGIN(co);
    twin_cancel(loop, f, "me");
    AC_AWAIT(DONE, f->future);
    say("awaiting a done future %s", show(in));
    AC_YIELD(BARE);
    if (how == AC_THROW)
        say("at the bare yield %s", show(in));
    AC_AWAIT(AGAIN, f->future);
    say("again a done future %s", show(in));
    AC_YIELD(LAST);
    AC_END(co);
    return ac_return(out, ac_c_str(loop, "end"));
}

static const ac_coro_ops child_ops = {.resume = child};

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);

    AC_BEGIN(co);
    f->future = ac_c_future_new(loop);
    ac_future_set_result(f->future, ac_c_int(5));
    twin_print_soon(loop, "callback");
    AC_AWAIT(DONE, f->future);
    say("main awaits %s", show(in));
    f->child = twin_coroutine(loop, &child_ops, sizeof *f->child);
    f->child->future = f->future;
    twin_start(loop, f->child);
    AC_AWAIT(AGAIN, twin_future(f->child));
    say("%s %s %u", ac_c_as_str(in), show_bool(ac_future_cancelled(twin_future(f->child))),
        (unsigned)ac_task_cancelling(twin_task(f->child)));
    twin_forget(loop, f->child);
    ac_c_release(loop, f->future);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct frame));
}
