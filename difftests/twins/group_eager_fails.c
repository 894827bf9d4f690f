/* See group_eager_fails.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_group group;
    ac_sleep nap;
    ac_value error;
};

static ac_turn fail(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    AC_END(co);
    return ac_c_throw(loop, out, &ac_c_ValueError, "a");
}

enum { NAP = 1, EXIT };

static ac_turn other(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    say("the other child runs");
    ac_sleep_init(&f->nap, loop, 1, ac_none());
    AC_AWAIT_CORO(NAP, &f->nap.co, turn);
    if (turn == AC_RAISED) {
        say("the other child %s", show(ac_lend(out->value)));
        return AC_RAISED;
    }
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops fail_ops = {.resume = fail}, other_ops = {.resume = other};

static void attempt(ac_loop *loop, ac_group *group)
{
    struct main_frame *coroutine = twin_coroutine(loop, &other_ops, sizeof *coroutine);
    ac_status status = ac_c_group_create_task(group, &coroutine->head, AC_EAGER_DEFAULT);

    if (status != AC_OK)
        say("refused %s", show_refusal(group));
    twin_forget(loop, coroutine);
}

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    ac_loop_set_task_factory(loop, ac_eager_task_factory, NULL);
    twin_enter(&f->group, loop);
    twin_spawn_in(&f->group, twin_coroutine(loop, &fail_ops, sizeof(ac_c_task)));
    say("after the failed child %s %u", show_group(loop, &f->group), twin_cancelling(loop));
    attempt(loop, &f->group);
    say("body ends");
    twin_begin_exit(&f->group, &f->error);
    AC_AWAIT_CORO(EXIT, &f->group.exit, turn);
    f->error = twin_left(&f->group, turn, out);
    say("%s", show_taken(loop, ac_take(&f->error)));
    say("%u", twin_cancelling(loop));
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
