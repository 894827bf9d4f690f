/* condition.c - Condition.
 *
 * Mirrors    locks.Condition.
 * Idea       Two waits, one after the other: for a notify, and for the lock.  The second one cannot be broken
 *            off: a cancellation is kept and raised once the lock is held.
 * Owns       error: what ended the first wait.  cancel: the last cancellation in the second.  Both until the
 *            end.
 * Versions   condition_future_before_release (gh-112202): a condition of another loop is found out before the
 *            lock is given up.  condition_reraises_same_cancel (gh-111693): what is kept is raised itself,
 *            not a new one without a message.  condition_renotifies_on_error (gh-112202): who leaves by an
 *            exception may have been notified, and so notifies somebody else.
 * Re-enters  A predicate runs anything; dropping values, too.
 * Cost       No allocation.  notify is O(n) over those who were woken and have not run yet.
 * Tests      tests/test_conditions.c, tests/test_locks_by_hand.c; difftests/scenarios/locks/condition_*.py */
#include "sync/waiter.h"

void ac_condition_init(ac_condition *condition, ac_ref self, ac_lock *lock)
{
    aci_bound_init(&condition->bound, self);
    aci_list_init(&condition->waiters);
    condition->lock = lock;
}

ac_status ac_condition_notify(ac_condition *condition, size_t count)
{
    if (!ac_lock_locked(condition->lock))
        return aci_bound_fail(&condition->bound, AC_E_RUNTIME, "cannot notify on un-acquired lock");
    return aci_waiters_wake(&condition->bound, &condition->waiters, count);
}

ac_status ac_condition_notify_all(ac_condition *condition)
{
    return ac_condition_notify(condition, SIZE_MAX);
}

size_t ac_condition_waiter_count(const ac_condition *condition)
{
    return aci_waiters_count(&condition->waiters);
}

int ac_condition_visit(ac_condition *condition, ac_visitor *visitor)
{
    return aci_waiters_visit(&condition->waiters, visitor);
}

void ac_condition_abandon(ac_condition *condition)
{
    aci_waiters_cut(&condition->waiters);
}

/* ---- wait ---- */

enum { CONDITION_CLOSED = 1 }; /* co.flags: a close ended the first wait */

/* Gives the lock up and stands in the list.  False: nothing to wait for, but the lock is given up if
 * *gave_up.  What is raised is in out->value. */
static bool condition_begin(ac_loop *loop, ac_condition_wait *wait, bool *gave_up, ac_out *out)
{
    ac_condition *condition = wait->condition;
    bool first = aci_has(loop, AC_S_CONDITION_FUTURE_BEFORE_RELEASE);
    *gave_up = false;
    if (!ac_lock_locked(condition->lock)) {
        (void)aci_raise_words(loop, AC_X_RUNTIME, "cannot wait on un-acquired lock", out);
        return false;
    }
    if (first && !aci_bind(&condition->bound, loop, out))
        return false;
    ac_status status = ac_lock_release(condition->lock); /* HOST */
    if (status != AC_OK) {
        (void)aci_raise_status(&condition->lock->bound, loop, status, ac_none_ref(), out);
        return false;
    }
    *gave_up = true;
    if (!first && !aci_bind(&condition->bound, loop, out))
        return false;
    aci_waiter_join(&wait->waiter, loop, &condition->waiters);
    return true;
}

/* The first wait is over, however. */
static void condition_notified(ac_loop *loop, ac_condition_wait *wait, ac_how how, ac_ref in)
{
    if (how == AC_THROW)
        wait->error = aci_dup(loop, in);
    else if (how == AC_CLOSE)
        wait->co.flags |= CONDITION_CLOSED;
    aci_waiter_leave(&wait->waiter); /* HOST */
}

/* Tells somebody else. */
static ac_turn condition_pass_on(ac_loop *loop, ac_condition_wait *wait, ac_turn turn, ac_out *out)
{
    ac_condition *condition = wait->condition;
    if (!aci_has(loop, AC_S_CONDITION_RENOTIFIES_ON_ERROR))
        return turn;
    ac_status status = aci_waiters_wake(&condition->bound, &condition->waiters, 1); /* HOST */
    if (status == AC_OK)
        return turn;
    ac_value older = turn == AC_RAISED ? out->value : ac_none();
    turn = aci_raise_status(&condition->bound, loop, status, ac_lend(older), out);
    aci_drop(loop, older); /* HOST */
    return turn;
}

/* A cancellation that was kept is raised while what ended the first wait is handled. */
static void condition_raise_kept(ac_loop *loop, ac_condition_wait *wait, ac_out *out)
{
    ac_value error = ac_take(&wait->error), kept = ac_take(&wait->cancel), older = ac_none();
    if (!aci_has(loop, AC_S_CONDITION_RERAISES_SAME_CANCEL)) {
        older = kept;
        kept = aci_error(loop, AC_X_CANCELLED, "");
    }
    (void)aci_raise_statement(loop, kept, ac_lend(error), out);
    aci_drop(loop, error); /* HOST */
    aci_drop(loop, older); /* HOST */
}

/* The lock could not be had, which is said by a statement ('in' would be what was thrown in): it stands in
 * the clean-up after the first wait. */
static void condition_set_context(ac_loop *loop, const ac_condition_wait *wait, ac_ref in, const ac_out *out)
{
    if (out->value.bits != in.bits && wait->error.bits != 0)
        aci_raising(loop, ac_lend(out->value), ac_lend(wait->error));
}

/* The second wait is over: with the lock, or (turn is AC_RAISED, with out->value) without it. */
static ac_turn condition_end(ac_loop *loop, ac_condition_wait *wait, ac_turn turn, bool closed, ac_out *out)
{
    wait->co.at = AC_AT_END;
    if (turn == AC_RAISED || closed) {
        aci_drop_slot(loop, &wait->error);  /* HOST */
        aci_drop_slot(loop, &wait->cancel); /* HOST */
        return condition_pass_on(loop, wait, turn, out);
    }
    if (wait->cancel.bits != 0) {
        condition_raise_kept(loop, wait, out); /* HOST */
        return condition_pass_on(loop, wait, AC_RAISED, out);
    }
    if (wait->error.bits != 0) {
        out->value = ac_take(&wait->error);
        return condition_pass_on(loop, wait, AC_RAISED, out);
    }
    out->value = ac_none();
    return (wait->co.flags & CONDITION_CLOSED) != 0 ? condition_pass_on(loop, wait, AC_RETURNED, out)
                                                    : AC_RETURNED;
}

/* True if it is a cancellation, which is kept then; the last one counts. */
static bool condition_keep_cancel(ac_loop *loop, ac_condition_wait *wait, ac_turn turn, ac_out *out)
{
    if (turn != AC_RAISED || out->value.bits == 0 || !aci_is_cancelled(loop, ac_lend(out->value)))
        return false;
    ac_value older = wait->cancel;
    wait->cancel = out->value;
    aci_drop(loop, older); /* HOST */
    return true;
}

enum { CONDITION_NOTIFY = 1, CONDITION_LOCK };

static ac_turn condition_resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_condition_wait *wait = AC_CONTAINER_OF(co, ac_condition_wait, co);
    ac_turn turn;
    bool gave_up;
    AC_BEGIN(co);
    if (condition_begin(loop, wait, &gave_up, out)) { /* HOST */
        AC_AWAIT(CONDITION_NOTIFY, &wait->waiter.future);
        condition_notified(loop, wait, how, in); /* HOST */
    } else if (gave_up) {
        wait->error = out->value;
    } else {
        co->at = AC_AT_END;
        return AC_RAISED;
    }
    do {
        ac_lock_acquire_init(&wait->acquire, wait->condition->lock);
        AC_AWAIT_CORO(CONDITION_LOCK, &wait->acquire.co, turn);
    } while (how != AC_CLOSE && condition_keep_cancel(loop, wait, turn, out)); /* HOST */
    AC_END(co);
    if (turn == AC_RAISED)
        condition_set_context(loop, wait, in, out);
    return condition_end(loop, wait, turn, how == AC_CLOSE, out); /* HOST */
}

static int condition_visit(ac_coro *co, ac_visitor *visitor)
{
    ac_condition_wait *wait = AC_CONTAINER_OF(co, ac_condition_wait, co);
    int stop = aci_waiter_visit(&wait->waiter, visitor);
    if (stop == 0 && wait->error.bits != 0)
        stop = visitor->value(visitor, ac_lend(wait->error));
    if (stop == 0 && wait->cancel.bits != 0)
        stop = visitor->value(visitor, ac_lend(wait->cancel));
    return stop == 0 ? wait->acquire.co.ops->visit(&wait->acquire.co, visitor) : stop;
}

static void condition_clear(ac_loop *loop, ac_coro *co)
{
    ac_condition_wait *wait = AC_CONTAINER_OF(co, ac_condition_wait, co);
    co->at = AC_AT_END;
    ac_value error = ac_take(&wait->error), cancel = ac_take(&wait->cancel);
    aci_waiter_leave(&wait->waiter);                      /* HOST */
    wait->acquire.co.ops->clear(loop, &wait->acquire.co); /* HOST */
    aci_drop(loop, error);                                /* HOST */
    aci_drop(loop, cancel);                               /* HOST */
}

static const ac_coro_ops condition_wait_ops = {condition_resume, NULL, condition_visit, condition_clear};

void ac_condition_wait_init(ac_condition_wait *wait, ac_condition *condition)
{
    ac_coro_init(&wait->co, &condition_wait_ops);
    aci_waiter_init(&wait->waiter);
    ac_lock_acquire_init(&wait->acquire, condition->lock);
    wait->condition = condition;
    wait->error = wait->cancel = ac_none();
}

const char *ac_condition_wait_method(const ac_condition_wait *wait)
{
    return wait->co.at == CONDITION_LOCK ? "Lock.acquire" : NULL;
}
