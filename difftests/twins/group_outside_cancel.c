/* See group_outside_cancel.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_group group;
    ac_sleep nap;
    ac_value error;
    struct main_frame *task;
};

static void lingered(ac_loop *loop, struct twin_child *self)
{
    (void)loop;
    say("%s ends", self->name);
}

static void spawn_slow_to_end(ac_loop *loop, ac_group *group, const char *name)
{
    struct twin_child *task = twin_child_new(loop, name, 10);

    task->cancelled = twin_say_cancelled;
    task->linger = 2;
    task->lingered = lingered;
    twin_spawn_in(group, task);
}

enum { EXIT = 1, FIRST, SECOND, TASK };

static ac_turn grouped(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    twin_enter(&f->group, loop);
    spawn_slow_to_end(loop, &f->group, "a");
    spawn_slow_to_end(loop, &f->group, "b");
    say("body ends");
    twin_begin_exit(&f->group, &f->error);
    AC_AWAIT_CORO(EXIT, &f->group.exit, turn);
    f->error = twin_left(&f->group, turn, out);
    AC_END(co);
    if (turn == AC_RAISED) {
        say("group raised %s %u", show(ac_lend(f->error)), twin_cancelling(loop));
        out->value = ac_take(&f->error);
        return AC_RAISED;
    }
    return ac_return(out, ac_none());
}

static const ac_coro_ops grouped_ops = {.resume = grouped};

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    f->task = twin_coroutine(loop, &grouped_ops, sizeof *f->task);
    twin_start(loop, f->task);
    ac_sleep_init(&f->nap, loop, 1, ac_none());
    AC_AWAIT_CORO(FIRST, &f->nap.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    say("cancel %s", show_bool(twin_cancel(loop, f->task, "first")));
    ac_sleep_init(&f->nap, loop, 1, ac_none());
    AC_AWAIT_CORO(SECOND, &f->nap.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    say("cancel %s", show_bool(twin_cancel(loop, f->task, "second")));
    AC_AWAIT(TASK, twin_future(f->task));
    if (how == AC_THROW)
        say("main %s %u %s", show(in), (unsigned)ac_task_cancelling(twin_task(f->task)), show_time(loop));
    twin_forget(loop, f->task);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
