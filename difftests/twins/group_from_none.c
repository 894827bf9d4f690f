/* See group_from_none.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_group group;
    ac_value error;
    int round;
};

struct failing {
    ac_c_task head;
    const char *text;
};

static ac_turn fail(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    AC_END(co);
    return ac_c_throw(loop, out, &ac_c_ValueError, AC_C_SELF(co, struct failing)->text);
}

static void spawn(ac_loop *loop, ac_group *group, const char *text)
{
    static const ac_coro_ops fail_ops = {.resume = fail};
    struct failing *task = twin_coroutine(loop, &fail_ops, sizeof *task);

    task->text = text;
    twin_spawn_in(group, task);
}

enum { EXIT = 1 };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    static const ac_c_class key_error = {"KeyError", &ac_c_Exception};
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    for (f->round = 0; f->round < 2; f->round++) {
        twin_enter(&f->group, loop);
        spawn(loop, &f->group, "a");
        spawn(loop, &f->group, "b");
        if (f->round == 1)
            f->error = ac_c_error(loop, &key_error, "body");
        twin_begin_exit(&f->group, &f->error);
        AC_AWAIT_CORO(EXIT, &f->group.exit, turn);
        f->error = twin_left(&f->group, turn, out);
        say("%s", show(ac_lend(f->error)));
        say("cause %s context %s", show(ac_c_cause(ac_lend(f->error))),
            show(ac_c_context_of(ac_lend(f->error))));
        ac_drop(loop, ac_take(&f->error));
        say("count %u", twin_cancelling(loop));
    }
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
