/* See group_body_cancelled.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_group group;
    ac_sleep nap;
    ac_value error;
    int unasked;
    struct main_frame *task;
};

static void lingered(ac_loop *loop, struct twin_child *self)
{
    (void)loop;
    say("%s ends", self->name);
}

static void spawn(ac_loop *loop, ac_group *group, const char *name)
{
    struct twin_child *task = twin_child_new(loop, name, 10);

    task->cancelled = twin_say_cancelled;
    task->linger = 1;
    task->lingered = lingered;
    twin_spawn_in(group, task);
}

enum { SHORT = 1, LONG, EXIT };

static ac_turn grouped(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    twin_enter(&f->group, loop);
    spawn(loop, &f->group, "a");
    spawn(loop, &f->group, "b");
    ac_sleep_init(&f->nap, loop, 1, ac_none());
    AC_AWAIT_CORO(SHORT, &f->nap.co, turn);
    f->error = twin_raised(loop, turn, out);
    if (f->unasked) {
        f->error = ac_c_error(loop, &ac_c_CancelledError, "mine");
    } else {
        ac_sleep_init(&f->nap, loop, 10, ac_none());
        AC_AWAIT_CORO(LONG, &f->nap.co, turn);
        f->error = twin_raised(loop, turn, out);
    }
    twin_begin_exit(&f->group, &f->error);
    AC_AWAIT_CORO(EXIT, &f->group.exit, turn);
    f->error = twin_left(&f->group, turn, out);
    AC_END(co);
    say("group raised %s %u", show(ac_lend(f->error)), twin_cancelling(loop));
    out->value = ac_take(&f->error);
    return AC_RAISED;
}

static const ac_coro_ops grouped_ops = {.resume = grouped};

enum { NAP = 1, TASK };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    for (f->unasked = 1; f->unasked >= 0; f->unasked--) {
        f->task = twin_coroutine(loop, &grouped_ops, sizeof *f->task);
        f->task->unasked = f->unasked;
        twin_start(loop, f->task);
        ac_sleep_init(&f->nap, loop, 1.5, ac_none());
        AC_AWAIT_CORO(NAP, &f->nap.co, turn);
        if (turn == AC_RAISED)
            return AC_RAISED;
        if (!f->unasked)
            twin_cancel(loop, f->task, "outside");
        AC_AWAIT(TASK, twin_future(f->task));
        if (how == AC_THROW)
            say("main %s %s", show(in), show_time(loop));
        twin_forget(loop, f->task);
    }
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
