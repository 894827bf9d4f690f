/* See cancel_self.py. */
#include "twin.h"

static const char *const kinds[] = {"future", "task", "yield", "return", "raise"};
enum { A_FUTURE, A_TASK, A_YIELD, RETURNS, RAISES };

struct frame {
    ac_c_task head;
    int kind;
    ac_future *future;
    struct twin_child *other;
};

enum { FUTURE = 1, OTHER, BARE };

static ac_turn child(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);

    AC_BEGIN(co);
    twin_cancel(loop, f, "me");
    say("%s cancelled itself", kinds[f->kind]);
    if (f->kind == A_FUTURE) {
        AC_AWAIT(FUTURE, f->future);
    } else if (f->kind == A_TASK) {
        AC_AWAIT(OTHER, twin_future(f->other));
    } else if (f->kind == A_YIELD) {
        AC_YIELD(BARE);
    }
    AC_END(co);
    if (how == AC_THROW) {
        say("%s %s", kinds[f->kind], show(in));
        return ac_raise(loop, in, out);
    }
    if (f->kind == RAISES)
        return ac_c_throw(loop, out, &ac_c_ValueError, "x");
    return ac_return(out, ac_c_str(loop, "lost"));
}

static const ac_coro_ops child_ops = {.resume = child};

struct main_frame {
    ac_c_task head;
    int kind;
    ac_future *future;
    struct twin_child *other;
    struct frame *task;
};

enum { BEFORE = 1, AFTER, RESULT, LATER };

static void start(ac_loop *loop, struct main_frame *f)
{
    f->task = twin_coroutine(loop, &child_ops, sizeof *f->task);
    f->task->kind = f->kind;
    f->task->future = f->future;
    f->task->other = f->other;
    twin_start(loop, f->task);
}

static void show_end(struct main_frame *f, ac_how how, ac_ref in)
{
    if (how == AC_SEND)
        say("%s", ac_c_as_str(in));
    else
        say("main got %s %s %u", show(in), show_bool(ac_future_cancelled(twin_future(f->task))),
            (unsigned)ac_task_cancelling(twin_task(f->task)));
}

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);

    AC_BEGIN(co);
    for (f->kind = A_FUTURE; f->kind <= RAISES; f->kind++) {
        f->future = ac_c_future_new(loop);
        f->other = twin_child_new(loop, "inner", 5);
        f->other->cancelled = twin_say_cancelled;
        twin_start(loop, f->other);
        AC_YIELD(BEFORE);
        start(loop, f);
        AC_YIELD(AFTER);
        say("%s after one step: future %s done %s", kinds[f->kind], show_bool(ac_future_cancelled(f->future)),
            show_bool(ac_future_done(twin_future(f->task))));
        AC_AWAIT(RESULT, twin_future(f->task));
        show_end(f, how, in);
        twin_cancel(loop, f->other, NULL);
        AC_YIELD(LATER);
        twin_forget(loop, f->task);
        twin_forget(loop, f->other);
        ac_c_release(loop, f->future);
    }
    say("%s", show_time(loop));
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
