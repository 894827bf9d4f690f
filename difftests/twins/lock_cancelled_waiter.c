/* See lock_cancelled_waiter.py. */
#include "twin.h"

struct worker {
    ac_c_task head;
    ac_lock *lock;
    ac_lock_acquire acquire;
    ac_sleep nap;
    const char *name;
};

enum { ACQUIRE = 1, NAP };

static ac_turn work(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct worker *f = AC_C_SELF(co, struct worker);
    ac_turn turn;

    AC_BEGIN(co);
    ac_lock_acquire_init(&f->acquire, f->lock);
    AC_AWAIT_CORO(ACQUIRE, &f->acquire.co, turn);
    if (turn == AC_RAISED) {
        say("%s %s %s", f->name, show(ac_lend(out->value)), show_bool(ac_lock_locked(f->lock)));
        return AC_RAISED;
    }
    say("%s has it %s", f->name, show_time(loop));
    ac_sleep_init(&f->nap, loop, 1, ac_none());
    AC_AWAIT_CORO(NAP, &f->nap.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    (void)ac_lock_release(f->lock);
    say("%s gives it back %s", f->name, show_bool(ac_lock_locked(f->lock)));
    AC_END(co);
    return ac_return(out, ac_none());
}

static struct worker *start(ac_loop *loop, ac_lock *lock, const char *name)
{
    static const ac_coro_ops ops = {.resume = work};
    struct worker *worker = twin_coroutine(loop, &ops, sizeof *worker);

    worker->lock = lock;
    worker->name = name;
    twin_start(loop, worker);
    return worker;
}

struct main_frame {
    ac_c_task head;
    ac_lock lock;
    ac_sleep nap;
    ac_wait wait;
    struct worker *workers[5];
};

enum { FIRST = 1, SECOND, ALL };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    static const char *const names[] = {"a", "b", "c", "d"};
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_future *all[5];
    ac_turn turn;

    AC_BEGIN(co);
    ac_lock_init(&f->lock, ac_none_ref());
    for (int i = 0; i < 4; i++)
        f->workers[i] = start(loop, &f->lock, names[i]);
    ac_sleep_init(&f->nap, loop, 0.5, ac_none());
    AC_AWAIT_CORO(FIRST, &f->nap.co, turn);
    twin_cancel(loop, f->workers[1], "while it waits");
    ac_sleep_init(&f->nap, loop, 0.5, ac_none());
    AC_AWAIT_CORO(SECOND, &f->nap.co, turn);
    say("main is awake");
    twin_cancel(loop, f->workers[2], "when it is its turn");
    f->workers[4] = start(loop, &f->lock, "late");
    for (int i = 0; i < 5; i++)
        all[i] = twin_future(f->workers[i]);
    (void)ac_wait_init(&f->wait, loop, all, 5, NULL, AC_ALL_COMPLETED);
    AC_AWAIT_CORO(ALL, &f->wait.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    say("%s", show_bool(ac_lock_locked(&f->lock)));
    say("%s", show_taken(loop, ac_bound_exception(&f->lock.bound, loop, ac_lock_release(&f->lock))));
    for (int i = 0; i < 5; i++)
        twin_forget(loop, f->workers[i]);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
