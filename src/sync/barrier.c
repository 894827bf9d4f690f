/* barrier.c - Barrier.
 *
 * Mirrors    locks.Barrier.
 * Idea       As in CPython it is a condition and a counter: each turn of who waits and each callback comes
 *            out of the condition's and the lock's machines.  Filling: who comes waits.  Draining: the last
 *            has come, all leave, and who comes then waits until the last has left.
 * Holds      count is how many are inside; nobody is inside in FILLING but those who wait for the others.
 * Re-enters  The condition's machines drop values.
 * Cost       No allocation.
 * Tests      tests/test_conditions.c, tests/test_locks_by_hand.c; difftests/scenarios/locks/barrier_*.py */
#include "sync/waiter.h"

const char *ac_barrier_parties_words(ac_semantics semantics)
{
    return ac_semantics_has(semantics, AC_S_BARRIER_PARTIES_MESSAGE) ? "parties must be >= 1"
                                                                     : "parties must be > 0";
}

ac_status ac_barrier_init(ac_barrier *barrier, ac_condition *condition, int64_t parties)
{
    barrier->condition = condition;
    barrier->parties = parties;
    barrier->count = 0;
    barrier->state = AC_BARRIER_FILLING;
    return parties < 1 ? AC_E_VALUE : AC_OK;
}

int64_t ac_barrier_parties(const ac_barrier *barrier)
{
    return barrier->parties;
}

int64_t ac_barrier_n_waiting(const ac_barrier *barrier)
{
    return barrier->state == AC_BARRIER_FILLING ? barrier->count : 0;
}

bool ac_barrier_broken(const ac_barrier *barrier)
{
    return barrier->state == AC_BARRIER_BROKEN;
}

ac_barrier_state ac_barrier_get_state(const ac_barrier *barrier)
{
    return barrier->state;
}

const char *ac_barrier_state_name(ac_barrier_state state)
{
    static const char *const names[] = {"filling", "draining", "resetting", "broken"};
    return names[state];
}

/* ---- The two predicates, and what the last one does ---- */

static ac_status barrier_lets_in(ac_loop *loop, void *data, ac_value *result, bool *holds)
{
    const ac_barrier *barrier = data;
    (void)loop;
    *result = ac_none();
    *holds = barrier->state != AC_BARRIER_DRAINING && barrier->state != AC_BARRIER_RESETTING;
    return AC_OK;
}

static ac_status barrier_is_filled(ac_loop *loop, void *data, ac_value *result, bool *holds)
{
    const ac_barrier *barrier = data;
    (void)loop;
    *result = ac_none();
    *holds = barrier->state != AC_BARRIER_FILLING;
    return AC_OK;
}

/* The last one to leave lets those in who wait for that. */
static ac_status barrier_leave(ac_barrier *barrier)
{
    if (--barrier->count > 0)
        return AC_OK;
    if (barrier->state == AC_BARRIER_RESETTING || barrier->state == AC_BARRIER_DRAINING)
        barrier->state = AC_BARRIER_FILLING;
    return ac_condition_notify_all(barrier->condition);
}

/* A clean-up has failed: that is raised instead, with what was raised before as its context. */
static void barrier_raise_instead(ac_loop *loop, ac_bound *bound, ac_status status, ac_turn *turn,
                                  ac_out *out)
{
    if (status == AC_OK)
        return;
    ac_value older = *turn == AC_RAISED ? out->value : ac_none();
    *turn = aci_raise_status(bound, loop, status, ac_lend(older), out);
    aci_drop(loop, older); /* HOST */
}

/* The end of every path that has taken the lock. */
static ac_turn barrier_unlock(ac_loop *loop, ac_barrier *barrier, ac_turn turn, ac_out *out)
{
    ac_lock *lock = barrier->condition->lock;
    barrier_raise_instead(loop, &lock->bound, ac_lock_release(lock), &turn, out); /* HOST */
    return turn;
}

/* ---- wait ---- */

enum { BARRIER_INSIDE = 1 }; /* co.flags: it is counted */

static ac_turn barrier_is_broken(ac_loop *loop, const char *words, ac_out *out)
{
    return aci_raise_words(loop, AC_X_BROKEN_BARRIER, words, out);
}

/* Counts who comes; true if that was the last one, for whom nobody has to wait. */
static bool barrier_come_in(ac_barrier_wait *wait)
{
    ac_barrier *barrier = wait->barrier;
    wait->index = barrier->count++;
    wait->co.flags |= BARRIER_INSIDE;
    return wait->index + 1 == barrier->parties;
}

static ac_turn barrier_release_all(ac_loop *loop, ac_barrier *barrier, ac_out *out)
{
    ac_turn turn = ac_return(out, ac_none());
    barrier->state = AC_BARRIER_DRAINING;
    barrier_raise_instead(loop, &barrier->condition->bound, ac_condition_notify_all(barrier->condition),
                          &turn, out);
    return turn;
}

static void barrier_begin_block(ac_barrier_wait *wait, ac_predicate *predicate)
{
    ac_condition_wait_for_init(&wait->block, wait->barrier->condition, predicate, wait->barrier);
}

/* With the lock, whatever happened. */
static ac_turn barrier_end(ac_loop *loop, ac_barrier_wait *wait, ac_turn turn, ac_out *out)
{
    ac_barrier *barrier = wait->barrier;
    wait->co.at = AC_AT_END;
    if ((wait->co.flags & BARRIER_INSIDE) != 0)
        barrier_raise_instead(loop, &barrier->condition->bound, barrier_leave(barrier), &turn,
                              out);                  /* HOST */
    return barrier_unlock(loop, barrier, turn, out); /* HOST */
}

enum { BARRIER_ENTER = 1, BARRIER_BLOCK, BARRIER_OTHERS };

static ac_turn barrier_resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_barrier_wait *wait = AC_CONTAINER_OF(co, ac_barrier_wait, co);
    ac_barrier *barrier = wait->barrier;
    ac_turn turn;
    AC_BEGIN(co);
    AC_AWAIT_CORO(BARRIER_ENTER, &wait->enter.co, turn);
    if (turn == AC_RAISED || how == AC_CLOSE) {
        co->at = AC_AT_END;
        return turn;
    }
    barrier_begin_block(wait, barrier_lets_in);
    AC_AWAIT_CORO(BARRIER_BLOCK, &wait->block.co, turn);
    if (turn == AC_RAISED || how == AC_CLOSE)
        break;
    if (barrier->state == AC_BARRIER_BROKEN) {
        turn = barrier_is_broken(loop, "Barrier aborted", out);
        break;
    }
    if (barrier_come_in(wait)) {
        turn = barrier_release_all(loop, barrier, out); /* HOST */
        break;
    }
    barrier_begin_block(wait, barrier_is_filled);
    AC_AWAIT_CORO(BARRIER_OTHERS, &wait->block.co, turn);
    if (turn == AC_RETURNED && how != AC_CLOSE &&
        (barrier->state == AC_BARRIER_BROKEN || barrier->state == AC_BARRIER_RESETTING))
        turn = barrier_is_broken(loop, "Abort or reset of barrier", out);
    AC_END(co);
    return barrier_end(loop, wait, turn, out); /* HOST */
}

/* The part that it is in shows what it owns, the others own nothing. */
static int barrier_visit(ac_coro *co, ac_visitor *visitor)
{
    ac_barrier_wait *wait = AC_CONTAINER_OF(co, ac_barrier_wait, co);
    int stop = wait->enter.co.ops->visit(&wait->enter.co, visitor);
    return stop == 0 ? wait->block.co.ops->visit(&wait->block.co, visitor) : stop;
}

static void barrier_clear(ac_loop *loop, ac_coro *co)
{
    ac_barrier_wait *wait = AC_CONTAINER_OF(co, ac_barrier_wait, co);
    co->at = AC_AT_END;
    wait->enter.co.ops->clear(loop, &wait->enter.co); /* HOST */
    wait->block.co.ops->clear(loop, &wait->block.co); /* HOST */
}

static const ac_coro_ops barrier_wait_ops = {barrier_resume, NULL, barrier_visit, barrier_clear};

void ac_barrier_wait_init(ac_barrier_wait *wait, ac_barrier *barrier)
{
    ac_coro_init(&wait->co, &barrier_wait_ops);
    wait->barrier = barrier;
    wait->index = 0;
    ac_lock_acquire_init(&wait->enter, barrier->condition->lock);
    barrier_begin_block(wait, barrier_lets_in);
}

const char *ac_barrier_wait_method(const ac_barrier_wait *wait)
{
    switch (wait->co.at) {
    case BARRIER_ENTER:
        return "_ContextManagerMixin.__aenter__";
    case BARRIER_BLOCK:
        return "Barrier._block";
    case BARRIER_OTHERS:
        return "Barrier._wait";
    default:
        return NULL;
    }
}

/* ---- reset and abort ---- */

enum { BARRIER_ABORT = 1 }; /* co.flags */

static ac_status barrier_apply(ac_barrier *barrier, bool abort)
{
    if (abort)
        barrier->state = AC_BARRIER_BROKEN;
    else
        barrier->state = barrier->count > 0 ? AC_BARRIER_RESETTING : AC_BARRIER_FILLING;
    return ac_condition_notify_all(barrier->condition);
}

static ac_turn barrier_change_resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_barrier_change *self = AC_CONTAINER_OF(co, ac_barrier_change, co);
    ac_barrier *barrier = self->barrier;
    ac_turn turn;
    AC_BEGIN(co);
    AC_AWAIT_CORO(BARRIER_ENTER, &self->enter.co, turn);
    AC_END(co);
    if (turn == AC_RAISED || how == AC_CLOSE)
        return turn;
    ac_status status = barrier_apply(barrier, (co->flags & BARRIER_ABORT) != 0); /* HOST */
    barrier_raise_instead(loop, &barrier->condition->bound, status, &turn, out); /* HOST */
    return barrier_unlock(loop, barrier, turn, out);                             /* HOST */
}

static int barrier_change_visit(ac_coro *co, ac_visitor *visitor)
{
    ac_coro *sub = &AC_CONTAINER_OF(co, ac_barrier_change, co)->enter.co;
    return sub->ops->visit(sub, visitor);
}

static void barrier_change_clear(ac_loop *loop, ac_coro *co)
{
    ac_coro *sub = &AC_CONTAINER_OF(co, ac_barrier_change, co)->enter.co;
    co->at = AC_AT_END;
    sub->ops->clear(loop, sub); /* HOST */
}

static const ac_coro_ops barrier_change_ops = {barrier_change_resume, NULL, barrier_change_visit,
                                               barrier_change_clear};

static void barrier_change_init(ac_barrier_change *self, ac_barrier *barrier, uint16_t flags)
{
    ac_coro_init(&self->co, &barrier_change_ops);
    self->co.flags = flags;
    self->barrier = barrier;
    ac_lock_acquire_init(&self->enter, barrier->condition->lock);
}

void ac_barrier_reset_init(ac_barrier_change *reset, ac_barrier *barrier)
{
    barrier_change_init(reset, barrier, 0);
}

void ac_barrier_abort_init(ac_barrier_change *abort, ac_barrier *barrier)
{
    barrier_change_init(abort, barrier, BARRIER_ABORT);
}
