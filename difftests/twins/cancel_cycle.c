/* See cancel_cycle.py. */
#include "twin.h"

struct frame {
    ac_c_task head;
    int other;
};

static struct frame *tasks[3];

enum { OTHER = 1, YIELD };

static ac_turn child(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);

    AC_BEGIN(co);
    AC_AWAIT(OTHER, twin_future(tasks[f->other]));
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops child_ops = {.resume = child};

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    bool did = true;

    AC_BEGIN(co);
    for (int i = 0; i < 3; i++) {
        tasks[i] = twin_coroutine(loop, &child_ops, sizeof *tasks[i]);
        tasks[i]->other = (i + 1) % 3;
        twin_start(loop, tasks[i]);
    }
    AC_YIELD(YIELD);
    if (ac_task_cancel(twin_task(tasks[0]), ac_none_ref(), &did) == AC_E_RECURSION)
        say("RecursionError");
    say("%s %s %s", show_bool(ac_future_done(twin_future(tasks[0]))),
        show_bool(ac_future_done(twin_future(tasks[1]))), show_bool(ac_future_done(twin_future(tasks[2]))));
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};
    ac_loop *loop = twin_loop();
    ac_c_task *task = twin_coroutine(loop, &ops, sizeof *task);

    twin_start(loop, task);
    ac_loop_run_until_complete(loop, twin_future(task));
    say("end");
    twin_forget(loop, task);
    for (int i = 0; i < 3; i++)
        ac_future_clear(twin_future(tasks[i])); /* what CPython's collector does */
    for (int i = 0; i < 3; i++)
        twin_forget(loop, tasks[i]);
    twin_loop_end(loop);
}
