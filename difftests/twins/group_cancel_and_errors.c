/* See group_cancel_and_errors.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_group group;
    ac_sleep nap;
    ac_value error;
    struct main_frame *task;
};

static void spawn(ac_loop *loop, ac_group *group, const ac_c_class *instead)
{
    struct twin_child *task = twin_child_new(loop, "child", 10);

    task->linger = 1;
    task->instead = instead;
    task->text = "x";
    twin_spawn_in(group, task);
}

enum { NAP = 1, EXIT, LATER, TASK };

static ac_turn outside(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    twin_enter(&f->group, loop);
    spawn(loop, &f->group, NULL);
    ac_sleep_init(&f->nap, loop, 1, ac_none());
    AC_AWAIT_CORO(NAP, &f->nap.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    ac_group_cancel(&f->group);
    twin_begin_exit(&f->group, &f->error);
    AC_AWAIT_CORO(EXIT, &f->group.exit, turn);
    f->error = twin_left(&f->group, turn, out);
    AC_END(co);
    if (turn == AC_RETURNED)
        return ac_return(out, ac_none());
    say("outside %s", show(ac_lend(f->error)));
    out->value = ac_take(&f->error);
    return AC_RAISED;
}

static const ac_coro_ops outside_ops = {.resume = outside};

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    twin_enter(&f->group, loop); /* errors() */
    spawn(loop, &f->group, &ac_c_ValueError);
    ac_sleep_init(&f->nap, loop, 1, ac_none());
    AC_AWAIT_CORO(NAP, &f->nap.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    ac_group_cancel(&f->group);
    twin_begin_exit(&f->group, &f->error);
    AC_AWAIT_CORO(EXIT, &f->group.exit, turn);
    f->error = twin_left(&f->group, turn, out);
    say("%s", show_taken(loop, ac_take(&f->error)));
    say("count %u", twin_cancelling(loop));
    f->task = twin_coroutine(loop, &outside_ops, sizeof *f->task);
    twin_start(loop, f->task);
    ac_sleep_init(&f->nap, loop, 1.5, ac_none());
    AC_AWAIT_CORO(LATER, &f->nap.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    twin_cancel(loop, f->task, "outside");
    AC_AWAIT(TASK, twin_future(f->task));
    if (how == AC_THROW)
        say("main %s %u", show(in), (unsigned)ac_task_cancelling(twin_task(f->task)));
    twin_forget(loop, f->task);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
