/* test_locks_by_hand.c - the machines of sync.h: every way out, at each point at which they can be asleep.
 *
 * Idea       A table of the points: what has to be so that a machine stops there.  At each it is woken,
 *            cancelled, thrown into, closed, cleared, and its object abandoned; whatever happens, the object
 *            is as it should be after it, and nothing is left. */
#include "locks_kit.h"

#include <string.h>

typedef union machine {
    ac_coro co;
    ac_lock_acquire lock;
    ac_event_wait event;
    ac_condition_wait wait;
    ac_condition_wait_for wait_for;
    ac_semaphore_acquire unit;
    ac_barrier_wait barrier;
    ac_barrier_change change;
} machine;

static machine body;
static ac_out out;

static ac_turn resume(ac_how how, ac_ref in)
{
    ac_turn turn = ac_coro_resume(&th.loop, &body.co, how, in, &out);
    if (turn == AC_AWAITING)
        ac_future_set_blocking(out.future, false);
    return turn;
}

static ac_turn throw(th_kind kind)
{
    ac_value error = kind == TH_CANCELLED ? th_cancelled(ac_lend(th_int(7))) : th_exception(kind, "thrown");
    ac_turn turn = resume(AC_THROW, ac_lend(error));
    th_drop(error);
    return turn;
}

static void expect_asleep(ac_turn turn)
{
    ck_assert_int_eq(turn, AC_AWAITING);
    ck_assert(ac_future_is_embedded(out.future));
    ck_assert(!ac_future_done(out.future));
}

static void expect_raised(ac_turn turn, const char *repr)
{
    ck_assert_int_eq(turn, AC_RAISED);
    ck_assert_str_eq(th_repr_of(out.value), repr);
}

static void expect_returned(ac_turn turn)
{
    ck_assert_int_eq(turn, AC_RETURNED);
    ck_assert_uint_eq(out.value.bits, 0);
}

/* ---- The points ---- */

static bool never_ask;

static ac_status predicate(ac_loop *loop, void *data, ac_value *result, bool *holds)
{
    (void)loop;
    (void)data;
    *holds = never_ask;
    *result = ac_none();
    return AC_OK;
}

static void to_lock(void)
{
    ac_lock_acquire_init(&body.lock, &lk.lock);
    lk.lock.locked = true;
    expect_asleep(resume(AC_SEND, ac_none_ref()));
}

static void to_event(void)
{
    ac_event_wait_init(&body.event, &lk.event);
    expect_asleep(resume(AC_SEND, ac_none_ref()));
}

static void to_unit(void)
{
    ac_semaphore_acquire_init(&body.unit, &lk.semaphore);
    lk.semaphore.value = 0;
    expect_asleep(resume(AC_SEND, ac_none_ref()));
}

static void to_notify(void)
{
    ac_condition_wait_init(&body.wait, &lk.condition);
    lk.lock.locked = true;
    expect_asleep(resume(AC_SEND, ac_none_ref()));
    ck_assert(!lk.lock.locked);
}

static void to_relock(void)
{
    to_notify();
    lk.lock.locked = true;
    th_ok(ac_condition_notify_all(&lk.condition));
    expect_asleep(resume(AC_SEND, ac_none_ref()));
}

static void to_relock_cancelled(void)
{
    to_notify();
    lk.lock.locked = true;
    expect_asleep(throw(TH_CANCELLED));
    expect_asleep(throw(TH_CANCELLED));
}

static void to_predicate(void)
{
    never_ask = false;
    ac_condition_wait_for_init(&body.wait_for, &lk.condition, predicate, NULL);
    lk.lock.locked = true;
    expect_asleep(resume(AC_SEND, ac_none_ref()));
    never_ask = true;
}

static void to_barrier_enter(void)
{
    ac_barrier_wait_init(&body.barrier, &lk.barrier);
    lk.barrier_lock.locked = true;
    expect_asleep(resume(AC_SEND, ac_none_ref()));
}

static void to_barrier_block(void)
{
    ac_barrier_wait_init(&body.barrier, &lk.barrier);
    lk.barrier.state = AC_BARRIER_DRAINING;
    lk.barrier.count = 1;
    expect_asleep(resume(AC_SEND, ac_none_ref()));
}

static void to_barrier_others(void)
{
    ac_barrier_wait_init(&body.barrier, &lk.barrier);
    expect_asleep(resume(AC_SEND, ac_none_ref()));
    ck_assert_int_eq(ac_barrier_n_waiting(&lk.barrier), 1);
}

static void to_reset(void)
{
    ac_barrier_reset_init(&body.change, &lk.barrier);
    lk.barrier_lock.locked = true;
    expect_asleep(resume(AC_SEND, ac_none_ref()));
}

static void to_abort(void)
{
    ac_barrier_abort_init(&body.change, &lk.barrier);
    lk.barrier_lock.locked = true;
    expect_asleep(resume(AC_SEND, ac_none_ref()));
}

typedef struct point {
    void (*to)(void);
    const char *thrown;  /* NULL: it stays asleep, for the lock */
    const char *error;   /* the same of a ValueError */
    bool needs_the_lock; /* what is thrown in comes out once it has the lock, which is held */
} point;

static const char cancelled[] = "CancelledError(7)", value[] = "ValueError('thrown')";

static const point points[] = {
    {to_lock, cancelled, value, false},
    {to_event, cancelled, value, false},
    {to_unit, cancelled, value, false},
    {to_notify, cancelled, value, true},
    {to_relock, NULL, value, false},
    {to_relock_cancelled, NULL, value, false},
    {to_predicate, cancelled, value, true},
    {to_barrier_enter, cancelled, value, false},
    {to_barrier_block, cancelled, value, true},
    {to_barrier_others, cancelled, value, true},
    {to_reset, cancelled, value, false},
    {to_abort, cancelled, value, false},
};

enum { POINTS = sizeof points / sizeof points[0] };

static const char *const profiles[] = {"3.12", "3.13", "3.15"};

static void go_to(const point *point, int profile)
{
    th_use(profiles[profile]);
    lk_begin();
    memset(&body, 0, sizeof body);
    point->to();
}

/* Nobody stands in any list, and no value is left. */
static void expect_nothing_left(void)
{
    ck_assert_uint_eq(ac_lock_waiter_count(&lk.lock), 0);
    ck_assert_uint_eq(ac_event_waiter_count(&lk.event), 0);
    ck_assert_uint_eq(ac_condition_waiter_count(&lk.condition), 0);
    ck_assert_uint_eq(ac_semaphore_waiter_count(&lk.semaphore), 0);
    ck_assert_uint_eq(ac_lock_waiter_count(&lk.barrier_lock), 0);
    ck_assert_uint_eq(ac_condition_waiter_count(&lk.barrier_condition), 0);
    ck_assert_int_eq(th.objects, 0);
    ck_assert_uint_eq(th.bytes, 0);
    expect_raised(resume(AC_SEND, ac_none_ref()), "None"); /* it has ended */
}

/* Frees the lock until the machine has ended. */
static ac_turn unlock_until_it_ends(void)
{
    ac_turn turn = AC_AWAITING;
    for (int i = 0; i < 3 && turn == AC_AWAITING; i++) {
        lk.lock.locked = lk.barrier_lock.locked = true;
        th_ok(ac_lock_release(&lk.lock));
        th_ok(ac_lock_release(&lk.barrier_lock));
        turn = resume(AC_SEND, ac_none_ref());
    }
    return turn;
}

/* kept: what comes out if a cancellation was kept while the lock was taken back. */
static void at_each_point(void (*act)(const point *at, const char *kept))
{
    for (int i = 0; i < POINTS * 3; i++) {
        go_to(&points[i / 3], i % 3);
        act(&points[i / 3], i % 3 == 0 ? "CancelledError()" : "CancelledError(7)");
        expect_nothing_left();
    }
}

static void at_point_cancel(const point *at, const char *kept)
{
    if (at->thrown != NULL) {
        expect_raised(throw(TH_CANCELLED), at->thrown);
    } else {
        expect_asleep(throw(TH_CANCELLED));
        ac_turn turn = unlock_until_it_ends();
        expect_raised(turn, kept);
    }
}

START_TEST(test_a_cancellation_comes_out_of_every_point)
{
    at_each_point(at_point_cancel);
}
END_TEST

static void at_point_throw_error(const point *at, const char *kept)
{
    (void)kept;
    expect_raised(throw(TH_VALUE), at->error);
}

START_TEST(test_an_error_that_is_thrown_in_comes_out_of_every_point)
{
    at_each_point(at_point_throw_error);
}
END_TEST

static void at_point_throw_while_held(const point *at, const char *kept)
{
    (void)kept;
    if (at->needs_the_lock) {
        lk.lock.locked = lk.barrier_lock.locked = true;
        expect_asleep(throw(TH_VALUE));
        expect_raised(unlock_until_it_ends(), at->error);
    } else {
        expect_raised(throw(TH_VALUE), at->error);
    }
}

START_TEST(test_an_error_that_is_thrown_in_while_the_lock_is_held_waits_for_it)
{
    at_each_point(at_point_throw_while_held);
}
END_TEST

static void at_point_close(const point *at, const char *kept)
{
    (void)at;
    (void)kept;
    ac_coro_close(&th.loop, &body.co);
}

START_TEST(test_every_point_can_be_closed)
{
    at_each_point(at_point_close);
}
END_TEST

static void at_point_close_while_held(const point *at, const char *kept)
{
    (void)kept;
    lk.lock.locked = lk.barrier_lock.locked = true;
    ac_coro_close(&th.loop, &body.co);
    th_expect_reports(at->needs_the_lock ? "coroutine ignored GeneratorExit" : "");
}

START_TEST(test_a_close_while_the_lock_is_held_is_ignored_by_who_needs_it)
{
    at_each_point(at_point_close_while_held);
}
END_TEST

static void at_point_clear(const point *at, const char *kept)
{
    (void)at;
    (void)kept;
    body.co.ops->clear(&th.loop, &body.co);
    body.co.ops->clear(&th.loop, &body.co);
}

START_TEST(test_every_point_can_be_cleared)
{
    at_each_point(at_point_clear);
}
END_TEST

static void abandon_all(void)
{
    ac_lock_abandon(&lk.lock);
    ac_event_abandon(&lk.event);
    ac_condition_abandon(&lk.condition);
    ac_semaphore_abandon(&lk.semaphore);
    ac_lock_abandon(&lk.barrier_lock);
    ac_condition_abandon(&lk.barrier_condition);
}

static void at_point_outlive(const point *at, const char *kept)
{
    (void)at;
    (void)kept;
    abandon_all();
    body.co.ops->clear(&th.loop, &body.co);
}

START_TEST(test_every_object_can_be_gone_before_its_machines)
{
    at_each_point(at_point_outlive);
}
END_TEST

static const char *shown(void)
{
    static th_visitor visitor;
    th_visitor_init(&visitor);
    ck_assert_int_eq(body.co.ops->visit(&body.co, &visitor.visitor), 0);
    return visitor.seen;
}

static void at_point_show(const point *at, const char *kept)
{
    (void)kept;
    ck_assert_str_eq(shown(), at->to == to_relock_cancelled ? "CancelledError(7), CancelledError(7)" : "");
    ac_value message = th_new("message");
    th_ok(ac_future_cancel(out.future, ac_lend(message), NULL));
    th_drop(message);
    ck_assert_ptr_null(strstr(shown(), "message"));
    abandon_all();
    ck_assert_ptr_nonnull(strstr(shown(), "message"));
    body.co.ops->clear(&th.loop, &body.co);
    ck_assert_str_eq(shown(), "");
}

START_TEST(test_a_machine_shows_what_only_it_owns)
{
    at_each_point(at_point_show);
}
END_TEST

/* Wakes whoever waits for anything. */
static void wake(void)
{
    lk.lock.locked = lk.barrier_lock.locked = true;
    lk.barrier.state = lk.barrier.state == AC_BARRIER_FILLING ? AC_BARRIER_DRAINING : AC_BARRIER_FILLING;
    th_ok(ac_condition_notify_all(&lk.condition));
    th_ok(ac_condition_notify_all(&lk.barrier_condition));
    th_ok(ac_lock_release(&lk.lock));
    th_ok(ac_lock_release(&lk.barrier_lock));
    th_ok(ac_event_set(&lk.event));
    th_ok(ac_semaphore_release(&lk.semaphore));
}

static void at_point_go_on(const point *at, const char *kept)
{
    ac_turn turn = AC_AWAITING;
    for (int k = 0; k < 4 && turn == AC_AWAITING; k++) {
        wake();
        turn = resume(AC_SEND, ac_none_ref());
    }
    if (at->to == to_relock_cancelled)
        expect_raised(turn, kept);
    else
        expect_returned(turn);
}

START_TEST(test_every_point_goes_on_when_it_is_woken)
{
    at_each_point(at_point_go_on);
}
END_TEST

/* A task that stands behind the machine, on a loop that is closed then. */
static void close_behind(lk_verb verb, void (*to)(void))
{
    th_use(NULL);
    lk_begin();
    to();
    if (verb == LK_WAIT)
        lk.lock.locked = true;
    lk_start(0, "next", verb);
    th_turns(&th.loop, 1);
    ac_task_set_log_destroy_pending(th_task_in(0), false);
    if (verb == LK_LOCK)
        th_ok(ac_lock_release(&lk.lock));
    if (verb == LK_UNIT)
        th_ok(ac_semaphore_release(&lk.semaphore));
    th_ok(ac_loop_close(&th.loop));
}

/* Who was to be woken on the way out cannot be told, and that comes out. */
START_TEST(test_who_cannot_be_told_on_the_way_out)
{
    close_behind(LK_LOCK, to_lock);
    expect_raised(throw(TH_CANCELLED), "RuntimeError('Event loop is closed')");
    ac_future_clear(th.slots[0]);
    close_behind(LK_UNIT, to_unit);
    expect_raised(throw(TH_CANCELLED), "RuntimeError('Event loop is closed')");
    ac_future_clear(th.slots[0]);
    close_behind(LK_WAIT, to_notify);
    expect_raised(throw(TH_VALUE), "RuntimeError('Event loop is closed')");
    ac_future_clear(th.slots[0]);
    close_behind(LK_WAIT, to_notify);
    ac_coro_close(&th.loop, &body.co);
    th_expect_reports("Exception ignored while closing a coroutine: RuntimeError('Event loop is closed')");
    ac_future_clear(th.slots[0]);
    close_behind(LK_LOCK, to_relock);
    ac_future_clear(th.slots[0]);
    body.co.ops->clear(&th.loop, &body.co);
    ck_assert_int_eq(th.objects, 0);
}
END_TEST

/* Who is to give the lock up for its wait cannot tell the next. */
START_TEST(test_a_wait_that_cannot_tell_the_next_that_the_lock_is_free)
{
    lk_begin();
    lk.lock.locked = true;
    lk_start(0, "next", LK_LOCK);
    th_turns(&th.loop, 1);
    ac_task_set_log_destroy_pending(th_task_in(0), false);
    th_ok(ac_loop_close(&th.loop));
    ac_condition_wait_init(&body.wait, &lk.condition);
    expect_raised(resume(AC_SEND, ac_none_ref()), "RuntimeError('Event loop is closed')");
    ck_assert(!ac_lock_locked(&lk.lock));
    ac_future_clear(th.slots[0]);
    expect_nothing_left();
}
END_TEST

/* The last party and those who break a barrier cannot tell the others. */
START_TEST(test_a_barrier_on_a_closed_loop)
{
    for (int i = 0; i < 3; i++) {
        th_use(NULL);
        lk_begin();
        lk_start(0, "a", LK_BARRIER);
        th_turns(&th.loop, 1);
        ac_task_set_log_destroy_pending(th_task_in(0), false);
        th_ok(ac_loop_close(&th.loop));
        if (i == 0)
            ac_barrier_wait_init(&body.barrier, &lk.barrier);
        else if (i == 1)
            ac_barrier_reset_init(&body.change, &lk.barrier);
        else
            ac_barrier_abort_init(&body.change, &lk.barrier);
        expect_raised(resume(AC_SEND, ac_none_ref()), "RuntimeError('Event loop is closed')");
        ck_assert(!ac_lock_locked(&lk.barrier_lock));
        ac_future_clear(th.slots[0]);
        expect_nothing_left();
    }
}
END_TEST

/* A party that is thrown out cannot give up a lock that it does not hold: that is what comes out. */
START_TEST(test_a_party_without_the_lock_says_so_at_its_end)
{
    lk_begin();
    to_barrier_others();
    lk.barrier_lock.locked = true;
    lk.barrier.state = AC_BARRIER_DRAINING;
    th_ok(ac_condition_notify_all(&lk.barrier_condition));
    expect_asleep(resume(AC_SEND, ac_none_ref()));
    lk.barrier_lock.locked = false;
    expect_raised(throw(TH_VALUE), "RuntimeError('Lock is not acquired.')");
    expect_nothing_left();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_cancellation_comes_out_of_every_point,
        test_an_error_that_is_thrown_in_comes_out_of_every_point,
        test_an_error_that_is_thrown_in_while_the_lock_is_held_waits_for_it,
        test_every_point_can_be_closed,
        test_a_close_while_the_lock_is_held_is_ignored_by_who_needs_it,
        test_every_point_can_be_cleared,
        test_every_object_can_be_gone_before_its_machines,
        test_a_machine_shows_what_only_it_owns,
        test_every_point_goes_on_when_it_is_woken,
        test_who_cannot_be_told_on_the_way_out,
        test_a_wait_that_cannot_tell_the_next_that_the_lock_is_free,
        test_a_barrier_on_a_closed_loop,
        test_a_party_without_the_lock_says_so_at_its_end,
    };
    return TH_MAIN("locks_by_hand", tests);
}
