/* See timer_cancel_rebuild.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_sleep nap;
    ac_handle *handles[120];
};

static ac_status note(ac_loop *loop, void *number)
{
    (void)loop;
    say("timer %d", (int)(intptr_t)number);
    return AC_OK;
}

enum { FIRST = 1, SECOND };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    for (intptr_t i = 0; i < 120; i++)
        ac_c_call_later(loop, (double)(1 + i % 2), note, (void *)i, &f->handles[i]);
    for (int i = 119; i > 119 - 59; i--)
        ac_handle_cancel(loop, f->handles[i]);
    ac_sleep_init(&f->nap, loop, 0.5, ac_none());
    AC_AWAIT_CORO(FIRST, &f->nap.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    say("59 of 121 cancelled: nothing rebuilt");
    for (int i = 60; i > 20; i -= 3)
        ac_handle_cancel(loop, f->handles[i]);
    ac_sleep_init(&f->nap, loop, 10, ac_none());
    AC_AWAIT_CORO(SECOND, &f->nap.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    say("%s", show_time(loop));
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
