/* See group_child_exit.py. */
#include "twin.h"

struct frame {
    ac_c_task head;
    ac_group group;
    ac_sleep nap;
    ac_value error;
};

enum { NAP = 1, EXIT };

static ac_turn leave(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);
    ac_turn turn;

    AC_BEGIN(co);
    ac_sleep_init(&f->nap, loop, 1, ac_none());
    AC_AWAIT_CORO(NAP, &f->nap.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    AC_END(co);
    out->value = ac_c_exception(loop, &ac_c_SystemExit, ac_lend(ac_c_int(3)));
    return AC_RAISED;
}

static void cancelled(ac_loop *loop, struct twin_child *self, ac_ref error)
{
    (void)loop, (void)self, (void)error;
    say("other cancelled");
}

static void spawn_other(ac_loop *loop, ac_group *group)
{
    struct twin_child *task = twin_child_new(loop, "other", 5);

    task->cancelled = cancelled;
    task->instead = &ac_c_ValueError;
    task->text = "hidden";
    twin_spawn_in(group, task);
}

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    static const ac_coro_ops leave_ops = {.resume = leave};
    struct frame *f = AC_C_SELF(co, struct frame);
    ac_turn turn;

    AC_BEGIN(co);
    twin_enter(&f->group, loop);
    twin_spawn_in(&f->group, twin_coroutine(loop, &leave_ops, sizeof(struct frame)));
    spawn_other(loop, &f->group);
    twin_begin_exit(&f->group, &f->error);
    AC_AWAIT_CORO(EXIT, &f->group.exit, turn);
    f->error = twin_left(&f->group, turn, out);
    say("group raised %s %u", show_taken(loop, ac_take(&f->error)), twin_cancelling(loop));
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};
    ac_loop *loop = twin_loop();
    struct frame *task = twin_coroutine(loop, &ops, sizeof *task);

    twin_start(loop, task);
    if (ac_loop_run_until_complete(loop, twin_future(task)) == AC_E_RAISED)
        say("out of the loop: %s %s", show_taken(loop, ac_loop_take_raised(loop)),
            show_bool(ac_future_done(twin_future(task))));
    ac_loop_run_until_complete(loop, twin_future(task));
    say("%s", show_time(loop));
    twin_forget(loop, task);
    twin_loop_end(loop);
}
