/* See group_closes_refused.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_group group;
    ac_c_task *coroutine;
};

static ac_turn nothing(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    say("the body runs");
    AC_END(co);
    return ac_return(out, ac_c_int(7));
}

static const ac_coro_ops nothing_ops = {.resume = nothing};

enum { AWAIT = 1 };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_status status;
    ac_turn turn;

    AC_BEGIN(co);
    ac_group_init(&f->group, loop);
    f->coroutine = twin_coroutine(loop, &nothing_ops, sizeof *f->coroutine);
    status = ac_c_group_create_task(&f->group, f->coroutine, AC_EAGER_DEFAULT);
    if (status != AC_OK)
        say("%s", show_refusal(&f->group));
    AC_AWAIT_CORO(AWAIT, &f->coroutine->co, turn);
    if (turn == AC_RETURNED)
        say("awaited %s", show(ac_lend(out->value)));
    else
        say("it was closed");
    twin_forget(loop, f->coroutine);
    ac_group_clear(&f->group);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
