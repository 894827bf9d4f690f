/* See timer_large_clock.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_sleep nap;
};

enum { SHORT = 1, LONG, LAST };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    ac_sleep_init(&f->nap, loop, 16, ac_none());
    AC_AWAIT_CORO(SHORT, &f->nap.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    say("%.9f", ac_loop_time(loop));
    ac_sleep_init(&f->nap, loop, 100000000, ac_none());
    AC_AWAIT_CORO(LONG, &f->nap.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    say("%.9f", ac_loop_time(loop));
    twin_print_at(loop, ac_loop_time(loop) + 1, "timer");
    ac_sleep_init(&f->nap, loop, 1, ac_none());
    AC_AWAIT_CORO(LAST, &f->nap.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    say("%.9f", ac_loop_time(loop));
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
