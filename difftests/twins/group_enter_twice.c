/* See group_enter_twice.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_group group;
    ac_value error;
};

enum { EXIT = 1 };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_status status;
    ac_turn turn;

    AC_BEGIN(co);
    twin_enter(&f->group, loop);
    status = ac_group_enter(&f->group);
    if (status != AC_OK)
        say("%s", show_refusal(&f->group));
    say("%s", show_group(loop, &f->group));
    twin_begin_exit(&f->group, &f->error);
    AC_AWAIT_CORO(EXIT, &f->group.exit, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    status = ac_group_enter(&f->group);
    if (status != AC_OK)
        say("%s", show_refusal(&f->group));
    ac_group_clear(&f->group);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
