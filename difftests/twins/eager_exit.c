/* See eager_exit.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_group group;
};

static ac_turn interrupt(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    AC_END(co);
    return ac_c_throw(loop, out, &ac_c_KeyboardInterrupt, "now");
}

static ac_turn leave(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    AC_END(co);
    out->value = ac_c_exception(loop, &ac_c_SystemExit, ac_lend(ac_c_int(3)));
    return AC_RAISED;
}

enum { EXIT = 1 };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    static const ac_coro_ops interrupt_ops = {.resume = interrupt}, leave_ops = {.resume = leave};
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_c_task *task;
    ac_turn turn;

    AC_BEGIN(co);
    ac_loop_set_task_factory(loop, ac_eager_task_factory, NULL);
    task = twin_coroutine(loop, &interrupt_ops, sizeof *task);
    if (ac_c_create_task(loop, task, AC_EAGER_DEFAULT) == AC_E_RAISED)
        say("create_task raised %s", show_taken(loop, ac_loop_take_raised(loop)));
    twin_forget(loop, task);
    ac_group_init(&f->group, loop);
    ac_group_enter(&f->group);
    task = twin_coroutine(loop, &leave_ops, sizeof *task);
    if (ac_c_group_create_task(&f->group, task, AC_EAGER_DEFAULT) == AC_E_RAISED)
        say("the group's create_task raised %s", show_taken(loop, ac_loop_take_raised(loop)));
    twin_forget(loop, task);
    say("%s", show_group(loop, &f->group));
    ac_group_exit(&f->group, ac_none_ref());
    AC_AWAIT_CORO(EXIT, &f->group.exit, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    ac_group_clear(&f->group);
    say("main goes on, cancelling %u", twin_cancelling(loop));
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
