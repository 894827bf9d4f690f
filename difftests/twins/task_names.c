/* See task_names.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_group group;
    ac_c_task *last;
};

static ac_turn nothing(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops nothing_ops = {.resume = nothing};

enum maker { ASYNCIO, LOOP, GROUP };

/* Makes a task with this name (stolen; none: no name), as asyncio.create_task, loop.create_task or
 * group.create_task. */
static ac_c_task *make(ac_loop *loop, enum maker maker, ac_group *group, ac_value name)
{
    ac_c_task *task = twin_coroutine(loop, &nothing_ops, sizeof *task);
    ac_task_spec spec = {.body = &task->co, .user = task, .name = ac_lend(name)};
    ac_task *made = NULL;

    spec.has_name = !ac_is_none(spec.name);
    if (maker == ASYNCIO)
        ac_create_task(loop, &spec, &made);
    else if (maker == LOOP)
        ac_loop_create_task(loop, &spec, &made);
    else
        ac_group_create_task(group, &spec, &made);
    ac_drop(loop, name);
    ac_c_release(loop, &made->future);
    return task;
}

static void name_and_forget(ac_loop *loop, ac_c_task *task)
{
    say("%s", show_name(task));
    twin_forget(loop, task);
}

static void names(ac_loop *loop, enum maker maker, ac_group *group, const char *first, const char *second)
{
    ac_c_task *a = make(loop, maker, group, first ? ac_c_str(loop, first) : ac_none());
    ac_c_task *b = make(loop, maker, group, second ? ac_c_str(loop, second) : ac_none());
    ac_c_task *c = maker == ASYNCIO ? make(loop, maker, group, ac_none()) : NULL;

    name_and_forget(loop, a);
    name_and_forget(loop, b);
    if (c)
        name_and_forget(loop, c);
}

enum { EXIT = 1, LAST };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    say("%s", show_name(f));
    names(loop, ASYNCIO, NULL, NULL, "given");
    ac_group_init(&f->group, loop);
    ac_group_enter(&f->group);
    names(loop, GROUP, &f->group, "child", NULL);
    ac_group_exit(&f->group, ac_none_ref());
    AC_AWAIT_CORO(EXIT, &f->group.exit, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    ac_group_clear(&f->group);
    names(loop, LOOP, NULL, "by the loop", NULL);
    f->last = make(loop, LOOP, NULL, ac_c_str(loop, "7"));
    say("%s", show_name(f->last));
    ac_c_task_set_name(loop, f->last, "None");
    say("%s", show_name(f->last));
    AC_AWAIT(LAST, twin_future(f->last));
    twin_forget(loop, f->last);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
