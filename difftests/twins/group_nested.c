/* See group_nested.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_group group, second;
    ac_value error;
};

static void cancelled(ac_loop *loop, struct twin_child *self, ac_ref error)
{
    say("%s %s %s", self->name, show(error), show_time(loop));
}

static void ended(ac_loop *loop, struct twin_child *self)
{
    (void)loop;
    say("%s %s", self->name, self->fails ? "fails" : "ends");
}

static void spawn(ac_loop *loop, ac_group *group, const char *name, double delay, bool fails)
{
    struct twin_child *task = twin_child_new(loop, name, delay);

    task->cancelled = cancelled;
    task->ended = ended;
    task->fails = fails ? &ac_c_ValueError : NULL;
    task->text = name;
    twin_spawn_in(group, task);
}

enum { EXIT = 1, OUTER };

static ac_turn inner(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    twin_enter(&f->group, loop);
    spawn(loop, &f->group, "inner a", 1, true);
    spawn(loop, &f->group, "inner b", 5, false);
    twin_begin_exit(&f->group, &f->error);
    AC_AWAIT_CORO(EXIT, &f->group.exit, turn);
    f->error = twin_left(&f->group, turn, out);
    AC_END(co);
    out->value = ac_take(&f->error);
    return AC_RAISED;
}

static const ac_coro_ops inner_ops = {.resume = inner};

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    twin_enter(&f->group, loop);
    twin_spawn_in(&f->group, twin_coroutine(loop, &inner_ops, sizeof(struct main_frame)));
    spawn(loop, &f->group, "outer a", 5, false);
    twin_enter(&f->second, loop);
    spawn(loop, &f->second, "second a", 5, false);
    twin_begin_exit(&f->second, &f->error);
    AC_AWAIT_CORO(EXIT, &f->second.exit, turn);
    f->error = twin_left(&f->second, turn, out);
    twin_begin_exit(&f->group, &f->error);
    AC_AWAIT_CORO(OUTER, &f->group.exit, turn);
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
