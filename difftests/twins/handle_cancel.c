/* See handle_cancel.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_sleep nap;
    ac_handle *second, *timer;
};

static ac_status killer(ac_loop *loop, void *data)
{
    struct main_frame *f = data;

    say("killer");
    ac_handle_cancel(loop, f->second);
    say("second cancelled %s", show_bool(ac_handle_cancelled(f->second)));
    ac_handle_cancel(loop, f->timer);
    return AC_OK;
}

enum { YIELD = 1, NAP };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    twin_call_soon(loop, killer, f);
    f->second = twin_print_soon(loop, "second");
    twin_print_soon(loop, "third");
    f->timer = twin_print_at(loop, 1, "timer");
    twin_print_at(loop, 2, "later timer");
    say("before %s %s", show_bool(ac_handle_cancelled(f->second)), show_bool(ac_handle_cancelled(f->timer)));
    AC_YIELD(YIELD);
    say("next turn");
    ac_sleep_init(&f->nap, loop, 3, ac_none());
    AC_AWAIT_CORO(NAP, &f->nap.co, turn);
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
