/* See timer_resolution.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_sleep nap;
};

struct timer {
    const char *text, *after;
};

static ac_status note(ac_loop *loop, void *data)
{
    struct timer *self = data;

    say("%s", self->text);
    twin_print_soon(loop, self->after);
    return AC_OK;
}

enum { NAP = 1 };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    static struct timer half = {"half a nanosecond later", "turn after half a nanosecond later"};
    static struct timer one = {"one second", "turn after one second"};
    static struct timer two = {"two nanoseconds later", "turn after two nanoseconds later"};
    static struct timer fifth = {"a fifth of a nanosecond later", "turn after a fifth of a nanosecond later"};
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    twin_call_at(loop, 1.0000000005, note, &half);
    twin_call_at(loop, 1.0, note, &one);
    twin_call_at(loop, 1.000000002, note, &two);
    twin_call_at(loop, 1.0000000002, note, &fifth);
    ac_sleep_init(&f->nap, loop, 2, ac_none());
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
