/* See sleep_nan.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_sleep nap;
};

enum { NAP = 1 };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    {
        double zero = 0.0;
        ac_sleep_init(&f->nap, loop, zero / zero, ac_c_str(loop, "slept"));
    }
    AC_AWAIT_CORO(NAP, &f->nap.co, turn);
    say("%s", turn == AC_RETURNED ? ac_c_as_str(ac_lend(out->value)) : show(ac_lend(out->value)));
    ac_drop(loop, ac_take(&out->value));
    say("%s", show_time(loop));
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
