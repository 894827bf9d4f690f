/* See group_eager_turns.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_group group;
    ac_value error;
    int number;
    struct main_frame *first, *second;
};

static ac_turn value(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);

    AC_BEGIN(co);
    say("%d child %d", twin_turn, f->number);
    AC_END(co);
    return ac_return(out, ac_c_int(f->number));
}

static const ac_coro_ops value_ops = {.resume = value};

static struct main_frame *start(ac_loop *loop, ac_group *group, int number)
{
    struct main_frame *task = twin_coroutine(loop, &value_ops, sizeof *task);

    task->number = number;
    twin_start_in(group, task);
    return task;
}

static int64_t result(ac_loop *loop, void *task)
{
    ac_value number = ac_none();
    ac_how how = AC_SEND;

    (void)loop;
    ac_future_result(twin_future(task), &how, &number);
    return ac_c_as_int(ac_lend(number));
}

enum { EXIT = 1, YIELD, LAST };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    ac_loop_set_task_factory(loop, ac_eager_task_factory, NULL);
    twin_tick_soon(loop, 10);
    twin_enter(&f->group, loop);
    f->first = start(loop, &f->group, 1);
    f->second = start(loop, &f->group, 2);
    say("%d body ends %s %s %s", twin_turn, show_bool(ac_future_done(twin_future(f->first))),
        show_bool(ac_future_done(twin_future(f->second))), show_group(loop, &f->group));
    twin_begin_exit(&f->group, &f->error);
    AC_AWAIT_CORO(EXIT, &f->group.exit, turn);
    f->error = twin_left(&f->group, turn, out);
    say("%d after the group %d", twin_turn, (int)(result(loop, f->first) + result(loop, f->second)));
    twin_forget(loop, f->first);
    twin_forget(loop, f->second);
    twin_enter(&f->group, loop);
    twin_forget(loop, start(loop, &f->group, 3));
    AC_YIELD(YIELD);
    say("%d a turn later %s", twin_turn, show_group(loop, &f->group));
    twin_begin_exit(&f->group, &f->error);
    AC_AWAIT_CORO(LAST, &f->group.exit, turn);
    f->error = twin_left(&f->group, turn, out);
    say("%d after the second group", twin_turn);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
