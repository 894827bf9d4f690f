/* semaphore.c - Semaphore and BoundedSemaphore.
 *
 * Mirrors    locks.Semaphore, locks.BoundedSemaphore.
 * Idea       A unit is handed over at the wake-up: whoever is woken has it, and the value never shows it.
 * Holds      value >= 0.
 * Versions   semaphore_wakes_all_allowed (gh-111693): units that came back while nobody could take them,
 *            because all had to wait for their turn, go to all for whom they last; before, to one.
 * Cost       No allocation.  O(1), but for the look for who is not cancelled.
 * Tests      tests/test_locks.c, tests/test_locks_by_hand.c; difftests/scenarios/locks/semaphore_*.py */
#include "sync/waiter.h"

ac_status ac_semaphore_init(ac_semaphore *semaphore, ac_ref self, int64_t value)
{
    aci_bound_init(&semaphore->bound, self);
    aci_list_init(&semaphore->waiters);
    semaphore->value = value;
    semaphore->limit = INT64_MAX;
    if (value < 0)
        return aci_bound_fail(&semaphore->bound, AC_E_VALUE, "Semaphore initial value must be >= 0");
    return AC_OK;
}

ac_status ac_bounded_semaphore_init(ac_semaphore *semaphore, ac_ref self, int64_t value)
{
    ac_status status = ac_semaphore_init(semaphore, self, value);
    semaphore->limit = value;
    return status;
}

int64_t ac_semaphore_value(const ac_semaphore *semaphore)
{
    return semaphore->value;
}

bool ac_semaphore_locked(const ac_semaphore *semaphore)
{
    return semaphore->value == 0 || !aci_waiters_all_cancelled(&semaphore->waiters);
}

bool ac_semaphore_try_acquire(ac_semaphore *semaphore)
{
    if (ac_semaphore_locked(semaphore))
        return false;
    semaphore->value--;
    return true;
}

/* The unit is his before he is woken. */
static ac_status semaphore_wake_next(ac_semaphore *semaphore, bool *woke)
{
    ac_waiter *next = aci_waiters_pending(&semaphore->waiters);
    *woke = next != NULL;
    if (next == NULL)
        return AC_OK;
    semaphore->value--;
    return aci_waiter_wake(&semaphore->bound, next);
}

ac_status ac_semaphore_release(ac_semaphore *semaphore)
{
    bool woke;
    if (semaphore->value >= semaphore->limit)
        return aci_bound_fail(&semaphore->bound, AC_E_VALUE, "BoundedSemaphore released too many times");
    semaphore->value++;
    return semaphore_wake_next(semaphore, &woke);
}

size_t ac_semaphore_waiter_count(const ac_semaphore *semaphore)
{
    return aci_waiters_count(&semaphore->waiters);
}

int ac_semaphore_visit(ac_semaphore *semaphore, ac_visitor *visitor)
{
    return aci_waiters_visit(&semaphore->waiters, visitor);
}

void ac_semaphore_abandon(ac_semaphore *semaphore)
{
    aci_waiters_cut(&semaphore->waiters);
}

/* ---- acquire ---- */

static ac_status semaphore_wake_all_allowed(ac_semaphore *semaphore)
{
    ac_status status = AC_OK;
    for (bool woke = true; semaphore->value > 0 && woke && status == AC_OK;)
        status = semaphore_wake_next(semaphore, &woke); /* HOST */
    return status;
}

/* A unit that was handed over to somebody who is cancelled comes back.  (Thrown into by hand before he was
 * woken, he had none; before gh-111693 it came back all the same.) */
static ac_status semaphore_waited(ac_semaphore_acquire *acquire, ac_loop *loop, ac_how how, ac_ref in)
{
    ac_semaphore *semaphore = acquire->semaphore;
    const ac_future *future = &acquire->waiter.future;
    bool all = aci_has(loop, AC_S_SEMAPHORE_WAKES_ALL_ALLOWED), woke;
    bool handed_over = (ac_future_done(future) || !all) && !ac_future_cancelled(future);
    bool comes_back = how == AC_THROW && handed_over && aci_is_cancelled(loop, in);
    if (comes_back)
        semaphore->value++;
    if (all)
        return semaphore_wake_all_allowed(semaphore); /* HOST */
    bool wakes_one = comes_back || (how == AC_SEND && semaphore->value > 0);
    return wakes_one ? semaphore_wake_next(semaphore, &woke) : AC_OK; /* HOST */
}

enum { SEMAPHORE_WAITING = 1 };

static ac_turn semaphore_resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_semaphore_acquire *acquire = AC_CONTAINER_OF(co, ac_semaphore_acquire, co);
    ac_semaphore *semaphore = acquire->semaphore;
    ac_status status = AC_OK;
    AC_BEGIN(co);
    if (ac_semaphore_try_acquire(semaphore))
        break;
    if (!aci_bind(&semaphore->bound, loop, out)) {
        co->at = AC_AT_END;
        return AC_RAISED;
    }
    aci_waiter_join(&acquire->waiter, loop, &semaphore->waiters);
    AC_AWAIT(SEMAPHORE_WAITING, &acquire->waiter.future);
    aci_waiter_unlink(&acquire->waiter);
    status = semaphore_waited(acquire, loop, how, in); /* HOST */
    AC_END(co);
    ac_turn turn = aci_end_wait(&semaphore->bound, loop, status, how, in, out);
    ac_future_clear(&acquire->waiter.future); /* HOST */
    return turn;
}

static int semaphore_visit(ac_coro *co, ac_visitor *visitor)
{
    return aci_waiter_visit(&AC_CONTAINER_OF(co, ac_semaphore_acquire, co)->waiter, visitor);
}

static void semaphore_clear(ac_loop *loop, ac_coro *co)
{
    (void)loop;
    co->at = AC_AT_END;
    aci_waiter_leave(&AC_CONTAINER_OF(co, ac_semaphore_acquire, co)->waiter); /* HOST */
}

static const ac_coro_ops semaphore_acquire_ops = {semaphore_resume, NULL, semaphore_visit, semaphore_clear};

void ac_semaphore_acquire_init(ac_semaphore_acquire *acquire, ac_semaphore *semaphore)
{
    ac_coro_init(&acquire->co, &semaphore_acquire_ops);
    aci_waiter_init(&acquire->waiter);
    acquire->semaphore = semaphore;
}
