/* See group_refusals.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_group group;
    ac_sleep nap;
    ac_value error;
    ac_group *other;
};

static void ended(ac_loop *loop, struct twin_child *self)
{
    (void)loop;
    say("%s ends", self->name);
}

static struct twin_child *child(ac_loop *loop, const char *name, double delay)
{
    struct twin_child *coroutine = twin_child_new(loop, name, delay);

    coroutine->ended = ended;
    return coroutine;
}

enum { NAP = 1, EXIT };

static ac_turn adds(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    ac_sleep_init(&f->nap, loop, 1, ac_none());
    AC_AWAIT_CORO(NAP, &f->nap.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    say("adds a child while the exit waits %s", show_group(loop, f->other));
    twin_spawn_in(f->other, child(loop, "added", 1));
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops adds_ops = {.resume = adds};

static void attempt(ac_loop *loop, ac_group *group)
{
    struct twin_child *coroutine = child(loop, "refused", 0);
    ac_status status = ac_c_group_create_task(group, &coroutine->head, AC_EAGER_DEFAULT);

    say("%s", status == AC_OK ? "not refused" : show_refusal(group));
    twin_forget(loop, coroutine);
}

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    struct main_frame *task;
    ac_turn turn;

    AC_BEGIN(co);
    ac_group_init(&f->group, loop);
    attempt(loop, &f->group);
    ac_group_enter(&f->group);
    task = twin_coroutine(loop, &adds_ops, sizeof *task);
    task->other = &f->group;
    twin_spawn_in(&f->group, task);
    twin_begin_exit(&f->group, &f->error);
    AC_AWAIT_CORO(EXIT, &f->group.exit, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    say("%s", show_time(loop));
    attempt(loop, &f->group);
    ac_group_clear(&f->group);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
