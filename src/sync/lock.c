/* lock.c - Lock.
 *
 * Mirrors    locks.Lock.
 * Idea       A release does not hand the lock over: it frees it and wakes the first who waits, and whoever
 *            comes before that one runs stands behind him, because the list is not empty.
 * Holds      A lock that is free while somebody on the list is not cancelled has woken the first of the list,
 *            so somebody will take it.
 * Re-enters  Giving up a waiter drops a cancel's message: always the last thing.
 * Cost       No allocation.  O(1), but for the look at who was cancelled.
 * Tests      tests/test_locks.c, tests/test_locks_by_hand.c; difftests/scenarios/locks/lock_*.py */
#include "sync/waiter.h"

void ac_lock_init(ac_lock *lock, ac_ref self)
{
    aci_bound_init(&lock->bound, self);
    aci_list_init(&lock->waiters);
    lock->locked = false;
}

bool ac_lock_locked(const ac_lock *lock)
{
    return lock->locked;
}

bool ac_lock_try_acquire(ac_lock *lock)
{
    if (lock->locked || !aci_waiters_all_cancelled(&lock->waiters))
        return false;
    lock->locked = true;
    return true;
}

/* The first alone: if that one was woken or cancelled already it is about to run, and looks after the
 * rest. */
static ac_status lock_wake_first(ac_lock *lock)
{
    if (aci_list_empty(&lock->waiters))
        return AC_OK;
    ac_waiter *first = aci_waiter_of(lock->waiters.next);
    return ac_future_done(aci_waiter_future(first)) ? AC_OK : aci_waiter_wake(&lock->bound, first);
}

ac_status ac_lock_release(ac_lock *lock)
{
    if (!lock->locked)
        return aci_bound_fail(&lock->bound, AC_E_RUNTIME, "Lock is not acquired.");
    lock->locked = false;
    return lock_wake_first(lock);
}

size_t ac_lock_waiter_count(const ac_lock *lock)
{
    return aci_waiters_count(&lock->waiters);
}

int ac_lock_visit(ac_lock *lock, ac_visitor *visitor)
{
    return aci_waiters_visit(&lock->waiters, visitor);
}

void ac_lock_abandon(ac_lock *lock)
{
    aci_waiters_cut(&lock->waiters);
}

/* ---- acquire ---- */

/* Only a cancellation passes the lock on: what else may be thrown in is nothing that the lock knows of. */
static ac_status lock_waited(ac_loop *loop, ac_lock *lock, ac_how how, ac_ref in)
{
    if (how == AC_SEND)
        lock->locked = true;
    bool passes_on = how == AC_THROW && !lock->locked && aci_is_cancelled(loop, in);
    return passes_on ? lock_wake_first(lock) : AC_OK;
}

enum { LOCK_WAITING = 1 };

static ac_turn lock_resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_lock_acquire *acquire = AC_CONTAINER_OF(co, ac_lock_acquire, co);
    ac_lock *lock = acquire->lock;
    ac_status status = AC_OK;
    AC_BEGIN(co);
    if (ac_lock_try_acquire(lock))
        break;
    if (!aci_bind(&lock->bound, loop, out)) {
        co->at = AC_AT_END;
        return AC_RAISED;
    }
    aci_waiter_join(&acquire->waiter, loop, &lock->waiters);
    AC_AWAIT(LOCK_WAITING, &acquire->waiter.future);
    aci_waiter_unlink(&acquire->waiter);
    status = lock_waited(loop, lock, how, in); /* HOST */
    AC_END(co);
    ac_turn turn = aci_end_wait(&lock->bound, loop, status, how, in, out);
    ac_future_clear(&acquire->waiter.future); /* HOST */
    return turn;
}

static int lock_visit(ac_coro *co, ac_visitor *visitor)
{
    return aci_waiter_visit(&AC_CONTAINER_OF(co, ac_lock_acquire, co)->waiter, visitor);
}

static void lock_clear(ac_loop *loop, ac_coro *co)
{
    (void)loop;
    co->at = AC_AT_END;
    aci_waiter_leave(&AC_CONTAINER_OF(co, ac_lock_acquire, co)->waiter); /* HOST */
}

static const ac_coro_ops lock_acquire_ops = {lock_resume, NULL, lock_visit, lock_clear};

void ac_lock_acquire_init(ac_lock_acquire *acquire, ac_lock *lock)
{
    ac_coro_init(&acquire->co, &lock_acquire_ops);
    aci_waiter_init(&acquire->waiter);
    acquire->lock = lock;
}
