/* See group_base_error.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_group group;
    ac_value error;
    int round;
};

static void cancelled(ac_loop *loop, struct twin_child *self, ac_ref error)
{
    (void)loop, (void)error;
    say("child of %d cancelled", (int)self->delay);
}

static void spawn(ac_loop *loop, ac_group *group, double delay)
{
    struct twin_child *task = twin_child_new(loop, "child", delay);

    task->cancelled = cancelled;
    task->instead = &ac_c_ValueError;
    task->text = "hidden";
    twin_spawn_in(group, task);
}

enum { YIELD = 1, EXIT };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    for (f->round = 0; f->round < 2; f->round++) {
        twin_enter(&f->group, loop);
        spawn(loop, &f->group, 1);
        spawn(loop, &f->group, 2);
        AC_YIELD(YIELD);
        say("body raises");
        f->error = f->round == 0 ? ac_c_exception(loop, &ac_c_SystemExit, ac_lend(ac_c_int(3)))
                                 : ac_c_error(loop, &ac_c_KeyboardInterrupt, "now");
        twin_begin_exit(&f->group, &f->error);
        AC_AWAIT_CORO(EXIT, &f->group.exit, turn);
        f->error = twin_left(&f->group, turn, out);
        say("group raised %s %u", show_taken(loop, ac_take(&f->error)), twin_cancelling(loop));
    }
    say("%s", show_time(loop));
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
