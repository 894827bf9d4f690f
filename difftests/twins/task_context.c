/* See task_context.py. */
#include "twin.h"

static const ac_c_var var = {"var"};

struct frame {
    ac_c_task head;
    const char *name;
    struct frame *lazy, *eager;
};

enum { YIELD = 1, SECOND };

static ac_turn child(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);

    AC_BEGIN(co);
    say("%s begins with %s", f->name, show(ac_c_var_get(loop, &var)));
    ac_c_var_set(loop, &var, ac_c_int(ac_c_as_int(ac_c_var_get(loop, &var)) + 10));
    AC_YIELD(YIELD);
    say("%s has %s", f->name, show(ac_c_var_get(loop, &var)));
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops child_ops = {.resume = child};

static struct frame *start(ac_loop *loop, const char *name)
{
    struct frame *task = twin_coroutine(loop, &child_ops, sizeof *task);

    task->name = name;
    twin_start(loop, task);
    return task;
}

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);

    AC_BEGIN(co);
    ac_c_var_set(loop, &var, ac_c_int(1));
    f->lazy = start(loop, "lazy");
    ac_c_var_set(loop, &var, ac_c_int(2));
    ac_loop_set_task_factory(loop, ac_eager_task_factory, NULL);
    f->eager = start(loop, "eager");
    say("main has %s", show(ac_c_var_get(loop, &var)));
    AC_AWAIT(YIELD, twin_future(f->lazy));
    AC_AWAIT(SECOND, twin_future(f->eager));
    say("main has %s", show(ac_c_var_get(loop, &var)));
    twin_forget(loop, f->lazy);
    twin_forget(loop, f->eager);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct frame));
}
