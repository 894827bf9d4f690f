/* See eager_all_tasks.py. */
#include "twin.h"

struct frame {
    ac_c_task head;
    ac_sleep nap;
    bool wait;
    ac_group group;
};

static ac_group *the_group;

static int all_tasks(ac_loop *loop)
{
    ac_task *task = NULL;
    int count = 0;

    while ((task = ac_loop_next_task(loop, task)) != NULL)
        count++;
    return count;
}

enum { NAP = 1, EXIT };

static ac_turn child(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);
    ac_turn turn;

    AC_BEGIN(co);
    say("in its first step: all tasks %d %s", all_tasks(loop), show_group(loop, the_group));
    if (f->wait) {
        ac_sleep_init(&f->nap, loop, 1, ac_none());
        AC_AWAIT_CORO(NAP, &f->nap.co, turn);
        if (turn == AC_RAISED)
            return AC_RAISED;
    }
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops child_ops = {.resume = child};

static void spawn(ac_loop *loop, ac_group *group, bool wait)
{
    struct frame *task = twin_coroutine(loop, &child_ops, sizeof *task);

    task->wait = wait;
    twin_spawn_in(group, task);
}

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);
    ac_turn turn;

    AC_BEGIN(co);
    ac_loop_set_task_factory(loop, ac_eager_task_factory, NULL);
    ac_group_init(&f->group, loop);
    ac_group_enter(&f->group);
    the_group = &f->group;
    spawn(loop, &f->group, true);
    say("all tasks %d %s", all_tasks(loop), show_group(loop, &f->group));
    spawn(loop, &f->group, false);
    say("all tasks %d", all_tasks(loop));
    ac_group_exit(&f->group, ac_none_ref());
    AC_AWAIT_CORO(EXIT, &f->group.exit, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    say("all tasks %d %s", all_tasks(loop), show_group(loop, &f->group));
    ac_group_clear(&f->group);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct frame));
}
