/* See group_uncancel.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_group group;
    ac_sleep nap;
    ac_value error;
    int round;
};

static void spawn_failing(ac_loop *loop, ac_group *group)
{
    struct twin_child *task = twin_child_new(loop, "fail", 1);

    task->fails = &ac_c_ValueError;
    task->text = "a";
    twin_spawn_in(group, task);
}

enum { NAP = 1, EXIT, LAST };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    for (f->round = 0; f->round < 3; f->round++) {
        twin_enter(&f->group, loop);
        spawn_failing(loop, &f->group);
        say("body waits %d", f->round == 1 ? 2 : 0);
        ac_sleep_init(&f->nap, loop, f->round == 1 ? 2 : 0, ac_none());
        AC_AWAIT_CORO(NAP, &f->nap.co, turn);
        f->error = twin_raised(loop, turn, out);
        twin_begin_exit(&f->group, &f->error);
        AC_AWAIT_CORO(EXIT, &f->group.exit, turn);
        f->error = twin_left(&f->group, turn, out);
        say("%s", show_taken(loop, ac_take(&f->error)));
        say("count %u", twin_cancelling(loop));
    }
    ac_sleep_init(&f->nap, loop, 1, ac_none());
    AC_AWAIT_CORO(LAST, &f->nap.co, turn);
    say("%s", turn == AC_RETURNED ? "not cancelled" : show_taken(loop, out->value));
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
