/* See group_repr.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_group group;
    ac_sleep nap;
    ac_value error;
    ac_group *other;
};

enum { NAP = 1, LINGER, YIELD, EXIT };

static ac_turn fail(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    AC_END(co);
    return ac_c_throw(loop, out, &ac_c_ValueError, "x");
}

static ac_turn lingers(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    ac_sleep_init(&f->nap, loop, 10, ac_none());
    AC_AWAIT_CORO(NAP, &f->nap.co, turn);
    if (turn == AC_RAISED) {
        ac_drop(loop, out->value);
        say("aborting: %s", show_group(loop, f->other));
        ac_sleep_init(&f->nap, loop, 1, ac_none());
        AC_AWAIT_CORO(LINGER, &f->nap.co, turn);
        if (turn == AC_RAISED)
            return AC_RAISED;
        say("still aborting: %s", show_group(loop, f->other));
    }
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops fail_ops = {.resume = fail}, lingers_ops = {.resume = lingers};

static void spawn_lingering(ac_loop *loop, ac_group *group)
{
    struct main_frame *task = twin_coroutine(loop, &lingers_ops, sizeof *task);

    task->other = group;
    twin_spawn_in(group, task);
}

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    ac_group_init(&f->group, loop);
    say("made: %s", show_group(loop, &f->group));
    ac_group_enter(&f->group);
    say("entered: %s", show_group(loop, &f->group));
    spawn_lingering(loop, &f->group);
    spawn_lingering(loop, &f->group);
    say("two tasks: %s", show_group(loop, &f->group));
    AC_YIELD(YIELD);
    twin_spawn_in(&f->group, twin_coroutine(loop, &fail_ops, sizeof(ac_c_task)));
    say("three tasks: %s", show_group(loop, &f->group));
    twin_begin_exit(&f->group, &f->error);
    AC_AWAIT_CORO(EXIT, &f->group.exit, turn);
    if (turn == AC_RAISED)
        say("at the end: %s", show_group(loop, &f->group));
    f->error = twin_left(&f->group, turn, out);
    ac_drop(loop, ac_take(&f->error));
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
