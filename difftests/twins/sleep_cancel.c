/* See sleep_cancel.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_sleep nap;
    struct twin_child *first, *second, *left;
};

static void cancelled(ac_loop *loop, struct twin_child *self, ac_ref error)
{
    say("%s %s %s", self->name, show(error), show_time(loop));
}

static void ended(ac_loop *loop, struct twin_child *self)
{
    (void)loop;
    say("%s slept", self->name);
}

static struct twin_child *start(ac_loop *loop, const char *name, double delay)
{
    struct twin_child *task = twin_child_new(loop, name, delay);

    task->cancelled = cancelled;
    task->ended = ended;
    twin_start(loop, task);
    return task;
}

enum { FIRST = 1, SECOND, LAST };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    f->first = start(loop, "first", 10);
    f->second = start(loop, "second", 3);
    ac_sleep_init(&f->nap, loop, 1, ac_none());
    AC_AWAIT_CORO(FIRST, &f->nap.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    twin_cancel(loop, f->first, "enough");
    AC_AWAIT(SECOND, twin_future(f->second));
    say("%s %s %s", show_time(loop), show_bool(ac_future_cancelled(twin_future(f->first))),
        show_bool(ac_future_done(twin_future(f->second))));
    f->left = start(loop, "left over", 100);
    ac_sleep_init(&f->nap, loop, 1, ac_none());
    AC_AWAIT_CORO(LAST, &f->nap.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    say("main ends %s", show_bool(ac_future_done(twin_future(f->left))));
    twin_forget(loop, f->first);
    twin_forget(loop, f->second);
    twin_forget(loop, f->left);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
