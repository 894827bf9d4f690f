/* See wait_for_timeout.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_wait_for wait;
    struct twin_child *child;
    int attempt;
};

static void ended(ac_loop *loop, struct twin_child *self)
{
    (void)loop;
    say("%s ends", self->name);
}

static void lingered(ac_loop *loop, struct twin_child *self)
{
    (void)loop;
    say("%s lingered", self->name);
}

static const struct attempt {
    const char *name;
    double delay, linger, limit;
} attempts[] = {
    {"in time", 1, 0, 2}, {"late", 2, 0, 1},      {"slow to go", 2, 3, 1},
    {"no time", 2, 0, 0}, {"no limit", 2, 0, -1},
};

enum { ATTEMPTS = sizeof attempts / sizeof *attempts };

static void begin(ac_loop *loop, struct main_frame *f, const struct attempt *attempt)
{
    const double *limit = f->attempt < ATTEMPTS - 1 ? &attempt->limit : NULL;

    f->child = twin_child_new(loop, attempt->name, attempt->delay);
    f->child->linger = attempt->linger;
    f->child->cancelled = twin_say_cancelled;
    f->child->lingered = lingered;
    f->child->ended = ended;
    twin_start(loop, f->child);
    ac_wait_for_future(&f->wait, loop, twin_future(f->child), limit);
}

enum { WAIT = 1 };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    for (f->attempt = 0; f->attempt < ATTEMPTS; f->attempt++) {
        begin(loop, f, &attempts[f->attempt]);
        AC_AWAIT_CORO(WAIT, &f->wait.co, turn);
        if (turn == AC_RETURNED)
            say("%s %s", show(ac_lend(out->value)), show_time(loop));
        else
            say("%s %s %s", show(ac_lend(out->value)), show(ac_c_cause(ac_lend(out->value))),
                show_time(loop));
        ac_drop(loop, out->value);
        twin_forget(loop, f->child);
    }
    say("%u", twin_cancelling(loop));
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
