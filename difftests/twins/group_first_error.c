/* See group_first_error.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_group group;
    ac_sleep nap;
    ac_value error;
};

static void ended(ac_loop *loop, struct twin_child *self)
{
    (void)loop;
    say("%s raises", self->name);
}

static void spawn(ac_loop *loop, ac_group *group, const char *name, double delay, bool fails)
{
    static const ac_c_class key_error = {"KeyError", &ac_c_Exception};
    struct twin_child *task = twin_child_new(loop, name, delay);

    task->cancelled = twin_say_cancelled;
    task->ended = ended;
    task->fails = &ac_c_ValueError;
    task->instead = fails ? &key_error : NULL;
    task->text = name;
    twin_spawn_in(group, task);
}

enum { NAP = 1, EXIT };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    twin_enter(&f->group, loop);
    spawn(loop, &f->group, "a", 3, true);
    spawn(loop, &f->group, "b", 1, true);
    spawn(loop, &f->group, "c", 1, true);
    spawn(loop, &f->group, "d", 2, false);
    ac_sleep_init(&f->nap, loop, 5, ac_none());
    AC_AWAIT_CORO(NAP, &f->nap.co, turn);
    if (turn == AC_RAISED) {
        say("body %s %u", show_taken(loop, out->value), twin_cancelling(loop));
        f->error = ac_c_error(loop, &ac_c_RuntimeError, "body");
    }
    twin_begin_exit(&f->group, &f->error);
    AC_AWAIT_CORO(EXIT, &f->group.exit, turn);
    f->error = twin_left(&f->group, turn, out);
    say("%s", show_taken(loop, ac_take(&f->error)));
    say("%s %u", show_time(loop), twin_cancelling(loop));
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
