/* See task_cancelled_error.py. */
#include "twin.h"

static ac_value seen;

static void cancelled(ac_loop *loop, struct twin_child *self, ac_ref error)
{
    (void)self;
    seen = ac_dup(loop, error);
}

struct main_frame {
    ac_c_task head;
    struct twin_child *task;
};

static void show_error(const char *which, ac_ref error)
{
    say("%s %s %s", which, show(error), show_bool(error.bits == seen.bits));
}

enum { YIELD = 1, FIRST, SECOND };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_value value = {0};

    AC_BEGIN(co);
    f->task = twin_child_new(loop, "child", 10);
    f->task->cancelled = cancelled;
    twin_start(loop, f->task);
    AC_YIELD(YIELD);
    twin_cancel(loop, f->task, "why");
    AC_AWAIT(FIRST, twin_future(f->task));
    if (how == AC_THROW)
        show_error("first", in);
    AC_AWAIT(SECOND, twin_future(f->task));
    if (how == AC_THROW)
        show_error("second", in);
    ac_future_result(twin_future(f->task), &how, &value);
    if (how == AC_THROW)
        show_error("third", ac_lend(value));
    ac_drop(loop, value);
    ac_drop(loop, ac_take(&seen));
    twin_forget(loop, f->task);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
