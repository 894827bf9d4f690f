/* See future_same_error.py. */
#include "twin.h"

static ac_value seen;

struct waiter {
    ac_c_task head;
    const char *name;
    ac_future *future;
};

enum { FUTURE = 1 };

static ac_turn waiter(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct waiter *f = AC_C_SELF(co, struct waiter);

    AC_BEGIN(co);
    AC_AWAIT(FUTURE, f->future);
    if (how == AC_THROW) {
        if (ac_is_none(ac_lend(seen)))
            seen = ac_dup(loop, in);
        say("%s %s %s", f->name, show(in), show_bool(in.bits == seen.bits));
        return ac_raise(loop, in, out);
    }
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops waiter_ops = {.resume = waiter};

struct main_frame {
    ac_c_task head;
    ac_future *future;
    struct waiter *first, *second;
};

static struct waiter *start(ac_loop *loop, const char *name, ac_future *future)
{
    struct waiter *task = twin_coroutine(loop, &waiter_ops, sizeof *task);

    task->name = name;
    task->future = future;
    twin_start(loop, task);
    return task;
}

static const char *stores_it(ac_loop *loop, ac_future *future)
{
    ac_value stored = ac_none();
    bool same;

    ac_future_exception(future, &stored);
    same = stored.bits == seen.bits;
    ac_drop(loop, stored);
    return show_bool(same);
}

static const char *show_exception(ac_loop *loop, ac_future *future)
{
    ac_value stored = ac_none();

    ac_future_exception(future, &stored);
    return show_taken(loop, stored);
}

enum { STARTED = 1, WOKEN, FIRST };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);

    AC_BEGIN(co);
    f->future = ac_c_future_new(loop);
    f->first = start(loop, "first", f->future);
    f->second = start(loop, "second", f->future);
    AC_YIELD(STARTED);
    ac_future_set_exception(f->future, ac_c_error(loop, &ac_c_ValueError, "x"));
    say("exception() %s", show_exception(loop, f->future));
    AC_YIELD(WOKEN);
    say("stored in the tasks %s %s", stores_it(loop, twin_future(f->first)),
        stores_it(loop, twin_future(f->second)));
    AC_AWAIT(FIRST, twin_future(f->first));
    if (how == AC_THROW)
        say("main %s", show_bool(in.bits == seen.bits));
    ac_drop(loop, ac_take(&seen));
    twin_forget(loop, f->first);
    twin_forget(loop, f->second);
    ac_c_release(loop, f->future);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
