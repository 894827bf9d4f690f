/* See group_body_swallows.py. */
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
    return ac_c_throw(loop, out, &ac_c_ValueError, "x");
}

static ac_turn nothing(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    say("never runs");
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops fail_ops = {.resume = fail}, nothing_ops = {.resume = nothing};

static void attempt(ac_loop *loop, ac_group *group)
{
    ac_c_task *coroutine = twin_coroutine(loop, &nothing_ops, sizeof *coroutine);
    ac_status status = ac_c_group_create_task(group, coroutine, AC_EAGER_DEFAULT);

    if (status != AC_OK)
        say("%s", show_refusal(group));
    twin_forget(loop, coroutine);
}

enum { FIRST = 1, SECOND, EXIT };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    twin_enter(&f->group, loop);
    twin_spawn_in(&f->group, twin_coroutine(loop, &fail_ops, sizeof(ac_c_task)));
    ac_sleep_init(&f->nap, loop, 1, ac_none());
    AC_AWAIT_CORO(FIRST, &f->nap.co, turn);
    if (turn == AC_RAISED)
        say("swallowed %s", show_taken(loop, out->value));
    say("%s", show_group(loop, &f->group));
    attempt(loop, &f->group);
    ac_sleep_init(&f->nap, loop, 2, ac_none());
    AC_AWAIT_CORO(SECOND, &f->nap.co, turn);
    f->error = twin_raised(loop, turn, out);
    if (turn == AC_RETURNED)
        say("body ends");
    twin_begin_exit(&f->group, &f->error);
    AC_AWAIT_CORO(EXIT, &f->group.exit, turn);
    f->error = twin_left(&f->group, turn, out);
    say("%s", show_taken(loop, ac_take(&f->error)));
    say("%s %u", show_time(loop), twin_cancelling(loop));
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
