/* See group_eager_inside_step.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_group group;
    ac_sleep nap;
    ac_value error;
    ac_group *other;
};

static ac_turn fail(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    AC_END(co);
    return ac_c_throw(loop, out, &ac_c_ValueError, "grandchild");
}

static const ac_coro_ops fail_ops = {.resume = fail};

enum { NAP = 1, EXIT };

static ac_turn child(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    twin_spawn_in(f->other, twin_coroutine(loop, &fail_ops, sizeof(ac_c_task)));
    say("child goes on %u", twin_cancelling(loop));
    ac_sleep_init(&f->nap, loop, 3, ac_none());
    AC_AWAIT_CORO(NAP, &f->nap.co, turn);
    if (turn == AC_RAISED) {
        say("child %s", show(ac_lend(out->value)));
        return AC_RAISED;
    }
    say("child slept");
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops child_ops = {.resume = child};

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    struct main_frame *task;
    ac_turn turn;

    AC_BEGIN(co);
    ac_loop_set_task_factory(loop, ac_eager_task_factory, NULL);
    twin_enter(&f->group, loop);
    task = twin_coroutine(loop, &child_ops, sizeof *task);
    task->other = &f->group;
    twin_spawn_in(&f->group, task);
    say("body ends %u", twin_cancelling(loop));
    twin_begin_exit(&f->group, &f->error);
    AC_AWAIT_CORO(EXIT, &f->group.exit, turn);
    f->error = twin_left(&f->group, turn, out);
    say("%s", show_taken(loop, ac_take(&f->error)));
    say("%s", show_time(loop));
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
