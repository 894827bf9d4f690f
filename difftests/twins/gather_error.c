/* See gather_error.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    struct twin_child *children[5];
    ac_future *outer;
};

static void ended(ac_loop *loop, struct twin_child *self)
{
    (void)loop;
    say("%s ends", self->name);
}

static struct twin_child *start(ac_loop *loop, const char *name, double delay, bool fails)
{
    struct twin_child *task = twin_child_new(loop, name, delay);

    task->cancelled = twin_say_cancelled;
    task->ended = ended;
    task->fails = fails ? &ac_c_ValueError : NULL;
    task->text = name;
    twin_start(loop, task);
    return task;
}

static ac_status cancel(ac_loop *loop, void *future)
{
    twin_cancel_future(loop, future, "enough");
    return AC_OK;
}

enum { FIRST = 1, ALL, CANCELLED };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_future *some[4];

    AC_BEGIN(co);
    f->children[0] = start(loop, "a", 3, false);
    f->children[1] = start(loop, "b", 1, true);
    f->children[2] = start(loop, "c", 2, true);
    for (int i = 0; i < 3; i++)
        some[i] = twin_future(f->children[i]);
    f->outer = twin_gather(loop, some, 3, false);
    AC_AWAIT(FIRST, f->outer);
    say("%s %s", show(in), show_time(loop));
    ac_c_release(loop, f->outer);
    for (int i = 0; i < 3; i++)
        some[i] = twin_future(f->children[i]);
    say("%s %s %s", show_bool(ac_future_done(some[0])), show_bool(ac_future_done(some[1])),
        show_bool(ac_future_done(some[2])));
    some[3] = some[1];
    f->outer = twin_gather(loop, some, 4, true);
    AC_AWAIT(ALL, f->outer);
    say("%s %s", show(in), show_time(loop));
    ac_c_release(loop, f->outer);
    f->children[3] = start(loop, "d", 9, false);
    f->children[4] = start(loop, "e", 9, false);
    some[0] = twin_future(f->children[3]);
    some[1] = twin_future(f->children[4]);
    f->outer = twin_gather(loop, some, 2, false);
    twin_call_at(loop, ac_loop_time(loop) + 1, cancel, f->outer);
    AC_AWAIT(CANCELLED, f->outer);
    say("%s %u %s", show(in), twin_cancelling(loop), show_time(loop));
    ac_c_release(loop, f->outer);
    for (int i = 0; i < 5; i++)
        twin_forget(loop, f->children[i]);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
