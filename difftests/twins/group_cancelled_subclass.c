/* See group_cancelled_subclass.py. */
#include "twin.h"

static const ac_c_class my_cancelled = {"MyCancelled", &ac_c_CancelledError};

struct main_frame {
    ac_c_task head;
    ac_group group;
    ac_value error;
};

enum { YIELD = 1, EXIT };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    struct twin_child *child;
    ac_turn turn;

    AC_BEGIN(co);
    twin_enter(&f->group, loop);
    child = twin_child_new(loop, "child", 1);
    child->cancelled = twin_say_cancelled;
    twin_spawn_in(&f->group, child);
    AC_YIELD(YIELD);
    f->error = ac_c_error(loop, &my_cancelled, "mine");
    twin_begin_exit(&f->group, &f->error);
    AC_AWAIT_CORO(EXIT, &f->group.exit, turn);
    f->error = twin_left(&f->group, turn, out);
    say("%s", show_taken(loop, ac_take(&f->error)));
    say("%u", twin_cancelling(loop));
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
