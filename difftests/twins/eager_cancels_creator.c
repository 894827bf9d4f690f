/* See eager_cancels_creator.py. */
#include "twin.h"

struct frame {
    ac_c_task head;
    ac_sleep nap;
    ac_task *parent;
    struct frame *task;
};

static ac_turn child(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);

    AC_BEGIN(co);
    say("child cancels %s", show_bool(twin_cancel_future(loop, &f->parent->future, "by the child")));
    AC_END(co);
    return ac_return(out, ac_c_int(1));
}

static const ac_coro_ops child_ops = {.resume = child};

enum { DONE = 1, NAP, LAST };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);
    ac_turn turn;

    AC_BEGIN(co);
    ac_loop_set_task_factory(loop, ac_eager_task_factory, NULL);
    f->task = twin_coroutine(loop, &child_ops, sizeof *f->task);
    f->task->parent = ac_loop_current_task(loop);
    twin_start(loop, f->task);
    say("main goes on %u", twin_cancelling(loop));
    AC_AWAIT(DONE, twin_future(f->task));
    say("a done task %s", show(in));
    twin_forget(loop, f->task);
    ac_sleep_init(&f->nap, loop, 1, ac_none());
    AC_AWAIT_CORO(NAP, &f->nap.co, turn);
    if (turn == AC_RAISED)
        say("%s", show_taken(loop, out->value));
    say("uncancel %u", (unsigned)ac_task_uncancel(ac_loop_current_task(loop)));
    ac_sleep_init(&f->nap, loop, 1, ac_none());
    AC_AWAIT_CORO(LAST, &f->nap.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    say("%s", show_time(loop));
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct frame));
}
