/* See group_empty.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_group group;
    ac_value error;
    int i;
};

static ac_turn child(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    say("%d child", twin_turn);
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops child_ops = {.resume = child};

enum { EMPTY = 1, YIELD, PROCESSED, WAITED };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    twin_tick_soon(loop, 10);
    twin_enter(&f->group, loop);
    say("%d empty", twin_turn);
    twin_begin_exit(&f->group, &f->error);
    AC_AWAIT_CORO(EMPTY, &f->group.exit, turn);
    f->error = twin_left(&f->group, turn, out);
    say("%d after the empty group", twin_turn);
    twin_enter(&f->group, loop);
    twin_spawn_in(&f->group, twin_coroutine(loop, &child_ops, sizeof(ac_c_task)));
    for (f->i = 0; f->i < 3; f->i++)
        AC_YIELD(YIELD);
    say("%d %s", twin_turn, show_group(loop, &f->group));
    twin_begin_exit(&f->group, &f->error);
    AC_AWAIT_CORO(PROCESSED, &f->group.exit, turn);
    f->error = twin_left(&f->group, turn, out);
    say("%d after the group of processed children", twin_turn);
    twin_enter(&f->group, loop);
    twin_spawn_in(&f->group, twin_coroutine(loop, &child_ops, sizeof(ac_c_task)));
    say("%d %s", twin_turn, show_group(loop, &f->group));
    twin_begin_exit(&f->group, &f->error);
    AC_AWAIT_CORO(WAITED, &f->group.exit, turn);
    f->error = twin_left(&f->group, turn, out);
    say("%d after the group that waited", twin_turn);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
