/* See cancel_chain.py. */
#include "twin.h"

struct frame {
    ac_c_task head;
    int depth, i;
    ac_future *future;
    struct frame *inner;
};

enum { FUTURE = 1, INNER, YIELD };

static ac_turn link(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out);

static const ac_coro_ops link_ops = {.resume = link};

static struct frame *start(ac_loop *loop, int depth, ac_future *future)
{
    struct frame *task = twin_coroutine(loop, &link_ops, sizeof *task);

    task->depth = depth;
    task->future = future;
    twin_start(loop, task);
    return task;
}

static ac_turn link(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);

    AC_BEGIN(co);
    if (f->depth == 0) {
        AC_AWAIT(FUTURE, f->future);
    } else {
        f->inner = start(loop, f->depth - 1, f->future);
        AC_AWAIT(INNER, twin_future(f->inner));
    }
    AC_END(co);
    if (how == AC_THROW) {
        say("%d level %d %s %u", twin_turn, f->depth, show(in), twin_cancelling(loop));
        ac_raise(loop, in, out);
    }
    if (f->inner)
        twin_forget(loop, f->inner);
    return how == AC_THROW ? AC_RAISED : ac_return(out, ac_none());
}

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);
    bool did;

    AC_BEGIN(co);
    f->future = ac_c_future_new(loop);
    f->inner = start(loop, 3, f->future);
    for (f->i = 0; f->i < 5; f->i++)
        AC_YIELD(YIELD);
    twin_tick(loop, (void *)(intptr_t)8);
    did = twin_cancel(loop, f->inner, "why");
    say("%d cancel %s %s %s", twin_turn, show_bool(did), show_bool(ac_future_cancelled(f->future)),
        show_bool(ac_future_done(twin_future(f->inner))));
    AC_AWAIT(INNER, twin_future(f->inner));
    if (how == AC_THROW)
        say("%d main %s", twin_turn, show(in));
    twin_forget(loop, f->inner);
    ac_c_release(loop, f->future);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct frame));
}
