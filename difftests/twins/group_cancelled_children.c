/* See group_cancelled_children.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_group group;
    ac_value error;
    struct twin_child *first, *early;
    ac_c_task *other;
};

static void ended(ac_loop *loop, struct twin_child *self)
{
    (void)loop;
    say("%s done", self->name);
}

static struct twin_child *start(ac_loop *loop, ac_group *group, const char *name, double delay)
{
    struct twin_child *task = twin_child_new(loop, name, delay);

    task->cancelled = twin_say_cancelled;
    task->ended = ended;
    twin_start_in(group, task);
    return task;
}

static ac_turn unasked(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    AC_END(co);
    return ac_c_throw(loop, out, &ac_c_CancelledError, "unasked");
}

static const ac_coro_ops unasked_ops = {.resume = unasked};

static const char *cancelled(void *task)
{
    return show_bool(ac_future_cancelled(twin_future(task)));
}

enum { YIELD = 1, EXIT };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    twin_enter(&f->group, loop);
    f->first = start(loop, &f->group, "first", 1);
    twin_forget(loop, start(loop, &f->group, "second", 2));
    f->early = start(loop, &f->group, "never started", 1);
    f->other = twin_coroutine(loop, &unasked_ops, sizeof *f->other);
    twin_start_in(&f->group, f->other);
    twin_cancel(loop, f->early, NULL);
    AC_YIELD(YIELD);
    twin_cancel(loop, f->first, "by the body");
    say("body ends %s", show_group(loop, &f->group));
    twin_begin_exit(&f->group, &f->error);
    AC_AWAIT_CORO(EXIT, &f->group.exit, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    say("%s %s %s %s", cancelled(f->first), cancelled(f->early), cancelled(f->other),
        show_group(loop, &f->group));
    ac_group_clear(&f->group);
    say("%s %u", show_time(loop), twin_cancelling(loop));
    twin_forget(loop, f->first);
    twin_forget(loop, f->early);
    twin_forget(loop, f->other);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
