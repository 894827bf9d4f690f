/* See loop_turn_snapshot.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    int i;
};

struct spawn {
    const char *name;
    int depth;
};

static ac_status spawn(ac_loop *loop, void *data)
{
    struct spawn *self = data;

    say("%d %s %d", twin_turn, self->name, self->depth);
    if (self->depth-- > 0)
        twin_call_soon(loop, spawn, self);
    return AC_OK;
}

enum { YIELD = 1 };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    static struct spawn a = {"a", 2}, b = {"b", 1};
    struct main_frame *f = AC_C_SELF(co, struct main_frame);

    AC_BEGIN(co);
    twin_tick_soon(loop, 4);
    twin_call_soon(loop, spawn, &a);
    twin_call_soon(loop, spawn, &b);
    for (f->i = 0; f->i < 4; f->i++) {
        say("%d main %d", twin_turn, f->i);
        AC_YIELD(YIELD);
    }
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
