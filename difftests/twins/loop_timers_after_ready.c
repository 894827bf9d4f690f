/* See loop_timers_after_ready.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    int i;
};

static ac_status note(ac_loop *loop, void *text)
{
    (void)loop;
    say("%d %s", twin_turn, (const char *)text);
    return AC_OK;
}

static ac_status second(ac_loop *loop, void *data)
{
    (void)data;
    say("%d second", twin_turn);
    twin_call_soon(loop, note, "call_soon of second");
    return AC_OK;
}

static ac_status first(ac_loop *loop, void *data)
{
    (void)data;
    say("%d first", twin_turn);
    ac_c_call_later(loop, 0, note, "timer of delay 0", NULL);
    ac_c_call_later(loop, -1, note, "timer of delay -1", NULL);
    twin_call_soon(loop, note, "call_soon");
    twin_call_soon(loop, second, NULL);
    return AC_OK;
}

enum { YIELD = 1 };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);

    AC_BEGIN(co);
    twin_tick_soon(loop, 5);
    twin_call_soon(loop, first, NULL);
    for (f->i = 0; f->i < 5; f->i++)
        AC_YIELD(YIELD);
    say("%d done", twin_turn);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
