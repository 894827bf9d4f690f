/* See timer_cancel_drift.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_sleep nap;
    ac_handle *handles[108];
};

static ac_status note(ac_loop *loop, void *number)
{
    (void)loop;
    say("timer %d", (int)(intptr_t)number);
    return AC_OK;
}

static ac_status nothing(ac_loop *loop, void *data)
{
    (void)loop, (void)data;
    return AC_OK;
}

enum { FIRST = 1, SECOND };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    twin_print_at(loop, 1, "the live head");
    for (int i = 0; i < 60; i++)
        ac_handle_cancel(loop, twin_call_at(loop, 1, nothing, NULL));
    ac_sleep_init(&f->nap, loop, 1.5, ac_none());
    AC_AWAIT_CORO(FIRST, &f->nap.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    for (intptr_t i = 0; i < 108; i++)
        f->handles[i] = twin_call_at(loop, 3, note, (void *)i);
    ac_handle_cancel(loop, f->handles[50]);
    ac_sleep_init(&f->nap, loop, 5, ac_none());
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
