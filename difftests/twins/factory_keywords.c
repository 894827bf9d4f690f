/* See factory_keywords.py. */
#include "twin.h"

struct frame {
    ac_c_task head;
    struct frame *child;
    bool own;
};

static ac_status factory(ac_loop *loop, void *data, const ac_task_spec *spec, ac_task **out)
{
    (void)data;
    say("the factory got the name %s", show_bool(spec->has_name));
    return ac_eager_task_factory(loop, NULL, spec, out);
}

enum { FIRST = 1, SECOND, THIRD };

static ac_turn child(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);

    AC_BEGIN(co);
    say("first step named %s", show_bool(strcmp(show_name(f), "given") == 0));
    if (f->own)
        ac_c_task_set_name(loop, &f->head, "own");
    AC_YIELD(FIRST);
    say("second step is %s", show_name(f));
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops child_ops = {.resume = child};

static struct frame *start(ac_loop *loop, bool own, const char *name)
{
    struct frame *task = twin_coroutine(loop, &child_ops, sizeof *task);

    task->own = own;
    if (name)
        ac_c_task_set_name(loop, &task->head, name);
    twin_start(loop, task);
    return task;
}

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);

    AC_BEGIN(co);
    ac_loop_set_task_factory(loop, factory, NULL);
    f->child = start(loop, false, "given");
    AC_AWAIT(FIRST, twin_future(f->child));
    twin_forget(loop, f->child);
    f->child = start(loop, true, "given");
    AC_AWAIT(SECOND, twin_future(f->child));
    twin_forget(loop, f->child);
    f->child = start(loop, false, NULL);
    ac_c_task_set_name(loop, &f->child->head, "after");
    AC_AWAIT(THIRD, twin_future(f->child));
    twin_forget(loop, f->child);
    ac_loop_set_task_factory(loop, NULL, NULL);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct frame));
}
