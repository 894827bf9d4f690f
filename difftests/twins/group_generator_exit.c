/* See group_generator_exit.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_group group;
    ac_sleep nap;
    ac_value error;
    int fails;
};

static void cancelled(ac_loop *loop, struct twin_child *self, ac_ref error)
{
    (void)loop, (void)self, (void)error;
    say("child cancelled");
}

static void spawn(ac_loop *loop, ac_group *group, bool fails)
{
    struct twin_child *task = twin_child_new(loop, "child", 10);

    task->cancelled = cancelled;
    task->instead = fails ? &ac_c_ValueError : NULL;
    task->text = "child";
    twin_spawn_in(group, task);
}

enum { NAP = 1, EXIT };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    for (f->fails = 0; f->fails < 2; f->fails++) {
        twin_enter(&f->group, loop);
        spawn(loop, &f->group, f->fails);
        ac_sleep_init(&f->nap, loop, 1, ac_none());
        AC_AWAIT_CORO(NAP, &f->nap.co, turn);
        if (turn == AC_RAISED)
            return AC_RAISED;
        f->error = ac_c_exception(loop, &ac_c_GeneratorExit, ac_none_ref());
        twin_begin_exit(&f->group, &f->error);
        AC_AWAIT_CORO(EXIT, &f->group.exit, turn);
        f->error = twin_left(&f->group, turn, out);
        say("%s", show_taken(loop, ac_take(&f->error)));
        say("%u", twin_cancelling(loop));
    }
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
