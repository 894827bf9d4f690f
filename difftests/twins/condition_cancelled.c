/* See condition_cancelled.py. */
#include "twin.h"

static int count;

static ac_status enough(ac_loop *loop, void *data, ac_value *result, bool *holds)
{
    (void)loop;
    (void)data;
    say("asked %d", count);
    *holds = count >= 2;
    *result = ac_c_int(count);
    return AC_OK;
}

struct waiter {
    ac_c_task head;
    ac_condition *condition;
    ac_lock_acquire acquire;
    ac_condition_wait_for wait;
    const char *name;
};

enum { ACQUIRE = 1, WAIT };

static ac_turn wait_for_it(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct waiter *f = AC_C_SELF(co, struct waiter);
    ac_turn turn;

    AC_BEGIN(co);
    ac_lock_acquire_init(&f->acquire, f->condition->lock);
    AC_AWAIT_CORO(ACQUIRE, &f->acquire.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    ac_condition_wait_for_init(&f->wait, f->condition, enough, NULL);
    AC_AWAIT_CORO(WAIT, &f->wait.co, turn);
    if (turn == AC_RETURNED)
        say("%s %s", f->name, show_taken(loop, out->value));
    else
        say("%s %s %s %s", f->name, show_taken(loop, out->value),
            show_bool(ac_lock_locked(f->condition->lock)), show_time(loop));
    (void)ac_lock_release(f->condition->lock);
    AC_END(co);
    return ac_return(out, ac_none());
}

static struct waiter *start(ac_loop *loop, ac_condition *condition, const char *name)
{
    static const ac_coro_ops ops = {.resume = wait_for_it};
    struct waiter *waiter = twin_coroutine(loop, &ops, sizeof *waiter);

    waiter->condition = condition;
    waiter->name = name;
    twin_start(loop, waiter);
    return waiter;
}

struct main_frame {
    ac_c_task head;
    ac_lock lock;
    ac_condition condition;
    ac_lock_acquire acquire;
    ac_sleep nap;
    ac_wait wait;
    struct waiter *waiters[2];
};

enum { FIRST = 1, LOCK, SECOND, BOTH };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_future *both[2];
    ac_turn turn;

    AC_BEGIN(co);
    ac_lock_init(&f->lock, ac_none_ref());
    ac_condition_init(&f->condition, ac_none_ref(), &f->lock);
    f->waiters[0] = start(loop, &f->condition, "a");
    f->waiters[1] = start(loop, &f->condition, "b");
    ac_sleep_init(&f->nap, loop, 1, ac_none());
    AC_AWAIT_CORO(FIRST, &f->nap.co, turn);
    ac_lock_acquire_init(&f->acquire, &f->lock);
    AC_AWAIT_CORO(LOCK, &f->acquire.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    twin_cancel(loop, f->waiters[0], "away");
    count = 1;
    (void)ac_condition_notify(&f->condition, 1);
    ac_sleep_init(&f->nap, loop, 1, ac_none());
    AC_AWAIT_CORO(SECOND, &f->nap.co, turn);
    say("main has the lock still %s", show_bool(ac_future_done(twin_future(f->waiters[0]))));
    count = 2;
    (void)ac_condition_notify_all(&f->condition);
    (void)ac_lock_release(&f->lock);
    for (int i = 0; i < 2; i++)
        both[i] = twin_future(f->waiters[i]);
    (void)ac_wait_init(&f->wait, loop, both, 2, NULL, AC_ALL_COMPLETED);
    AC_AWAIT_CORO(BOTH, &f->wait.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    say("%s", show_taken(loop, ac_bound_exception(&f->condition.bound, loop,
                                                  ac_condition_notify(&f->condition, 1))));
    for (int i = 0; i < 2; i++)
        twin_forget(loop, f->waiters[i]);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
