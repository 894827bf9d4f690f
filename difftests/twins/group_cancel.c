/* See group_cancel.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_group group;
    ac_sleep nap;
    ac_value error;
};

static void ended(ac_loop *loop, struct twin_child *self)
{
    (void)loop;
    if (!self->data)
        return;
    say("%s cancels the group", self->name);
    ac_group_cancel(self->data);
    ac_group_cancel(self->data);
}

static void spawn(ac_loop *loop, ac_group *group, const char *name, double delay, ac_group *cancels)
{
    struct twin_child *task = twin_child_new(loop, name, delay);

    task->cancelled = twin_say_cancelled;
    task->ended = ended;
    task->data = cancels;
    twin_spawn_in(group, task);
}

enum { NAP = 1, EXIT, AFTER, BEFORE, BEFORE_EXIT, YIELD, BODY_EXIT };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    twin_enter(&f->group, loop); /* during() */
    spawn(loop, &f->group, "a", 1, &f->group);
    spawn(loop, &f->group, "b", 5, NULL);
    ac_sleep_init(&f->nap, loop, 5, ac_none());
    AC_AWAIT_CORO(NAP, &f->nap.co, turn);
    f->error = twin_raised(loop, turn, out);
    twin_begin_exit(&f->group, &f->error);
    AC_AWAIT_CORO(EXIT, &f->group.exit, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    say("group left %u %s", twin_cancelling(loop), show_group(loop, &f->group));
    ac_group_cancel(&f->group);
    ac_group_clear(&f->group);
    ac_sleep_init(&f->nap, loop, 1, ac_none());
    AC_AWAIT_CORO(AFTER, &f->nap.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    say("cancelling it afterwards does nothing");
    ac_group_init(&f->group, loop); /* before() */
    ac_group_cancel(&f->group);
    ac_group_enter(&f->group);
    say("body begins %u", twin_cancelling(loop));
    ac_sleep_init(&f->nap, loop, 1, ac_none());
    AC_AWAIT_CORO(BEFORE, &f->nap.co, turn);
    f->error = twin_raised(loop, turn, out);
    twin_begin_exit(&f->group, &f->error);
    AC_AWAIT_CORO(BEFORE_EXIT, &f->group.exit, turn);
    f->error = twin_left(&f->group, turn, out);
    say("group left %u", twin_cancelling(loop));
    twin_enter(&f->group, loop); /* by_the_body() */
    spawn(loop, &f->group, "c", 5, NULL);
    AC_YIELD(YIELD);
    ac_group_cancel(&f->group);
    say("body goes on to its end %s", show_group(loop, &f->group));
    twin_begin_exit(&f->group, &f->error);
    AC_AWAIT_CORO(BODY_EXIT, &f->group.exit, turn);
    f->error = twin_left(&f->group, turn, out);
    say("group left %u", twin_cancelling(loop));
    say("%s", show_time(loop));
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
