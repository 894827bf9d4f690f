/* See eager_wakeup_order.py. */
#include "twin.h"

struct frame {
    ac_c_task head;
    const char *name;
    ac_future *future;
    struct frame *lazy, *eager, *other;
};

enum { FUTURE = 1, BARE, LAZY };

static ac_turn waiter(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);

    AC_BEGIN(co);
    say("%s begins", f->name);
    AC_AWAIT(FUTURE, f->future);
    say("%s woken", f->name);
    AC_END(co);
    return ac_return(out, ac_none());
}

static ac_turn yields(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);

    AC_BEGIN(co);
    say("%s begins", f->name);
    AC_YIELD(BARE);
    say("%s second step", f->name);
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops waiter_ops = {.resume = waiter}, yields_ops = {.resume = yields};

static struct frame *start(ac_loop *loop, const ac_coro_ops *ops, const char *name, ac_future *future)
{
    struct frame *task = twin_coroutine(loop, ops, sizeof *task);

    task->name = name;
    task->future = future;
    twin_start(loop, task);
    return task;
}

static const char *done(struct frame *task)
{
    return show_bool(ac_future_done(twin_future(task)));
}

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);

    AC_BEGIN(co);
    f->future = ac_c_future_new(loop);
    f->lazy = start(loop, &waiter_ops, "lazy", f->future);
    ac_loop_set_task_factory(loop, ac_eager_task_factory, NULL);
    f->eager = start(loop, &waiter_ops, "eager", f->future);
    say("main goes on");
    twin_print_soon(loop, "call_soon before");
    f->other = start(loop, &yields_ops, "yields", NULL);
    twin_print_soon(loop, "call_soon after");
    AC_YIELD(BARE);
    ac_future_set_result(f->future, ac_none());
    say("main set the result");
    AC_AWAIT(LAZY, twin_future(f->lazy));
    say("lazy done %s eager done %s yields done %s", done(f->lazy), done(f->eager), done(f->other));
    twin_forget(loop, f->lazy);
    twin_forget(loop, f->eager);
    twin_forget(loop, f->other);
    ac_c_release(loop, f->future);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct frame));
}
