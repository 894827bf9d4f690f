/* See sleep_zero.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_sleep nap;
};

enum { ZERO = 1, NEGATIVE, TINY, LONG };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    twin_tick_soon(loop, 8);
    say("%d start", twin_turn);
    ac_sleep_init(&f->nap, loop, 0, ac_c_str(loop, "zero"));
    AC_AWAIT_CORO(ZERO, &f->nap.co, turn);
    if (turn == AC_RETURNED)
        say("%d %s", twin_turn, ac_c_as_str(ac_lend(out->value)));
    ac_drop(loop, ac_take(&out->value));
    ac_sleep_init(&f->nap, loop, -1, ac_c_str(loop, "negative"));
    AC_AWAIT_CORO(NEGATIVE, &f->nap.co, turn);
    if (turn == AC_RETURNED)
        say("%d %s", twin_turn, ac_c_as_str(ac_lend(out->value)));
    ac_drop(loop, ac_take(&out->value));
    ac_sleep_init(&f->nap, loop, 1e-12, ac_c_str(loop, "tiny"));
    AC_AWAIT_CORO(TINY, &f->nap.co, turn);
    if (turn == AC_RETURNED)
        say("%d %s", twin_turn, ac_c_as_str(ac_lend(out->value)));
    ac_drop(loop, ac_take(&out->value));
    say("%d end %s", twin_turn, show_time(loop));
    ac_sleep_init(&f->nap, loop, 2.5, ac_c_str(loop, "long"));
    AC_AWAIT_CORO(LONG, &f->nap.co, turn);
    if (turn == AC_RETURNED)
        say("%s %s", ac_c_as_str(ac_lend(out->value)), show_time(loop));
    ac_drop(loop, ac_take(&out->value));
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
