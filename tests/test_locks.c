/* test_locks.c - locks, events and semaphores: who gets what and when, and what they say to misuse.
 *
 * Mirrors    locks.Lock, locks.Event, locks.Semaphore; orders from CPython 3.12.1, 3.13.0, 3.13.18, 3.14.10
 *            and 3.15.2.
 * More       test_conditions.c; test_locks_by_hand.c: every way out of each machine at each of its points. */
#include "locks_kit.h"

static const char *visited(int (*visit)(ac_lock *, ac_visitor *), ac_lock *lock)
{
    static th_visitor visitor;
    th_visitor_init(&visitor);
    ck_assert_int_eq(visit(lock, &visitor.visitor), 0);
    return visitor.seen;
}

static void start_three(lk_verb verb)
{
    lk_start(0, "a", verb);
    lk_start(1, "b", verb);
    lk_start(2, "c", verb);
    th_turns(&th.loop, 1);
}

/* ---- Lock ---- */

START_TEST(test_a_lock_that_is_free_is_taken_without_suspending)
{
    lk_begin();
    lk_start(0, "a", LK_LOCK);
    th_turns(&th.loop, 1);
    th_expect("a got it");
    ck_assert(ac_lock_locked(&lk.lock));
    ck_assert_ptr_null(lk.lock.bound.loop);
    ck_assert(!ac_lock_try_acquire(&lk.lock));
    th_ok(ac_lock_release(&lk.lock));
    ck_assert(ac_lock_try_acquire(&lk.lock));
}
END_TEST

START_TEST(test_a_release_wakes_the_first_and_a_newcomer_stands_behind)
{
    lk_begin();
    ck_assert(ac_lock_try_acquire(&lk.lock));
    start_three(LK_LOCK);
    ck_assert_uint_eq(ac_lock_waiter_count(&lk.lock), 3);
    th_ok(ac_lock_release(&lk.lock));
    ck_assert(!ac_lock_locked(&lk.lock));
    ck_assert(!ac_lock_try_acquire(&lk.lock));
    th_turns(&th.loop, 1);
    th_expect("a got it");
    ck_assert(ac_lock_locked(&lk.lock));
    th_ok(ac_lock_release(&lk.lock));
    lk_start(0, "d", LK_LOCK);
    th_turns(&th.loop, 1);
    th_expect("b got it");
    for (int i = 0; i < 2; i++) {
        th_ok(ac_lock_release(&lk.lock));
        th_turns(&th.loop, 1);
    }
    th_expect("c got it, d got it");
    ck_assert_uint_eq(ac_lock_waiter_count(&lk.lock), 0);
}
END_TEST

START_TEST(test_waiting_allocates_nothing)
{
    lk_begin();
    ck_assert(ac_lock_try_acquire(&lk.lock));
    unsigned before = th.calls[TH_HOOK_REALLOC];
    start_three(LK_LOCK);
    th_ok(ac_lock_release(&lk.lock));
    th_turns(&th.loop, 1);
    ck_assert_uint_eq(th.calls[TH_HOOK_REALLOC], before);
    th_expect("a got it");
    lk_cancel(1, 0);
    lk_cancel(2, 0);
    th_turns(&th.loop, 1);
    th_expect("b raised CancelledError(), c raised CancelledError()");
}
END_TEST

START_TEST(test_a_lock_whose_waiters_are_all_cancelled_can_be_taken)
{
    lk_begin();
    ck_assert(ac_lock_try_acquire(&lk.lock));
    start_three(LK_LOCK);
    for (unsigned i = 0; i < 3; i++)
        lk_cancel(i, 0);
    th_ok(ac_lock_release(&lk.lock));
    ck_assert(ac_lock_try_acquire(&lk.lock));
    th_turns(&th.loop, 1);
    th_expect("a raised CancelledError(), b raised CancelledError(), c raised CancelledError()");
    ck_assert(ac_lock_locked(&lk.lock));
}
END_TEST

START_TEST(test_who_is_cancelled_after_the_wake_up_wakes_the_next)
{
    lk_begin();
    ck_assert(ac_lock_try_acquire(&lk.lock));
    start_three(LK_LOCK);
    th_ok(ac_lock_release(&lk.lock));
    lk_cancel(0, 7);
    th_turns(&th.loop, 2);
    th_expect("a raised CancelledError(7), b got it");
    lk_cancel(2, 0);
    th_turns(&th.loop, 1);
    th_expect("c raised CancelledError()");
    ck_assert(ac_lock_locked(&lk.lock));
}
END_TEST

START_TEST(test_a_lock_says_what_is_wrong)
{
    lk_begin();
    ck_assert_str_eq(lk_raised(&lk.lock.bound, ac_lock_release(&lk.lock)),
                     "RuntimeError('Lock is not acquired.')");
    ck_assert(ac_lock_try_acquire(&lk.lock));
    start_three(LK_LOCK);
    lk.lock.locked = false;
    ck_assert_str_eq(lk_raised(&lk.lock.bound, ac_lock_release(&lk.lock)),
                     "RuntimeError('Lock is not acquired.')");
    for (unsigned i = 0; i < 3; i++)
        lk_cancel(i, 0);
    th_turns(&th.loop, 1);
    th.log[0] = '\0';
}
END_TEST

START_TEST(test_a_lock_shows_who_waits_for_it)
{
    lk_begin();
    ck_assert(ac_lock_try_acquire(&lk.lock));
    start_three(LK_LOCK);
    ck_assert_str_eq(visited(ac_lock_visit, &lk.lock), "a, b, c");
    lk_cancel(1, 5);
    ck_assert_str_eq(visited(ac_lock_visit, &lk.lock), "a, 5, c");
    th_turns(&th.loop, 1);
    th_expect("b raised CancelledError(5)");
    ac_lock_abandon(&lk.lock);
    ac_lock_abandon(&lk.lock);
    ck_assert_str_eq(visited(ac_lock_visit, &lk.lock), "");
    ck_assert_uint_eq(ac_lock_waiter_count(&lk.lock), 0);
    lk_cancel(0, 0);
    lk_cancel(2, 0);
    th_turns(&th.loop, 1);
    th_expect("a raised CancelledError(), c raised CancelledError()");
}
END_TEST

/* ---- Loops ---- */

static ac_value self;
static unsigned bounds, raisings;

static void note_bound(ac_loop *loop, ac_ref object)
{
    ck_assert_ptr_eq(loop, &th.loop);
    ck_assert_uint_eq(object.bits, self.bits);
    bounds++;
}

static void note_raising(ac_loop *loop, ac_ref exception, ac_ref context)
{
    (void)loop;
    raisings++;
    ck_assert(!ac_is_none(exception) && ac_is_none(context));
}

START_TEST(test_the_first_wait_that_suspends_binds_an_object_to_its_loop)
{
    static ac_loop other;
    th.table.bound = note_bound;
    th.table.raising = note_raising;
    bounds = raisings = 0;
    lk_begin();
    self = th_new("lock");
    ac_lock_init(&lk.lock, ac_lend(self));
    th_ok(ac_loop_init(&other, &th.table, NULL));
    lk_start_on(&other, 0, "early", LK_LOCK);
    th_turns(&other, 1);
    ck_assert_uint_eq(bounds, 0);
    start_three(LK_LOCK);
    ck_assert_uint_eq(bounds, 1);
    lk_start_on(&other, 3, "late", LK_LOCK);
    th_turns(&other, 1);
    th_expect("early got it, late raised RuntimeError('%V is bound to a different event loop')");
    ck_assert_uint_eq(raisings, 1);
    ac_future_set_log_traceback(th.slots[3], false);
    for (unsigned i = 0; i < 3; i++) {
        lk_cancel(i, 0);
        th_turns(&th.loop, 1);
    }
    th.log[0] = '\0';
    raisings = 0; /* each cancellation was one, too */
    th_fail(TH_HOOK_ERROR, 1);
    lk_start_on(&other, 3, "late", LK_LOCK);
    th_turns(&other, 1);
    th_expect("late raised None");
    ck_assert_uint_eq(raisings, 0);
    ac_future_set_log_traceback(th.slots[3], false);
    for (unsigned i = 0; i < 4; i++)
        ac_future_clear(th.slots[i]);
    th_ok(ac_loop_close(&other));
    th_drop(self);
}
END_TEST

START_TEST(test_every_object_refuses_another_loop)
{
    static const lk_verb verbs[] = {LK_EVENT, LK_UNIT, LK_WAIT, LK_LOCK, LK_BARRIER};
    static ac_loop other;
    th_ok(ac_loop_init(&other, &th.table, NULL));
    for (unsigned i = 0; i < 5; i++) {
        lk_begin();
        lk.event.bound.loop = lk.semaphore.bound.loop = lk.condition.bound.loop = &th.loop;
        lk.barrier_condition.bound.loop = lk.lock.bound.loop = &th.loop;
        lk.semaphore.value = 0;
        ck_assert(ac_lock_try_acquire(&lk.lock));
        lk_start_on(&other, 0, "x", verbs[i]);
        th_turns(&other, 1);
        th_expect("x raised RuntimeError('%V is bound to a different event loop')");
        ac_future_set_log_traceback(th.slots[0], false);
    }
    ac_future_clear(th.slots[0]);
    th_ok(ac_loop_close(&other));
}
END_TEST

START_TEST(test_a_closed_loop_cannot_be_told_and_the_object_has_changed_all_the_same)
{
    lk_begin();
    ck_assert(ac_lock_try_acquire(&lk.lock) && ac_semaphore_try_acquire(&lk.semaphore));
    lk_start(0, "a", LK_LOCK);
    lk_start(1, "b", LK_EVENT);
    lk_start(2, "c", LK_EVENT);
    lk_start(3, "d", LK_UNIT);
    th_turns(&th.loop, 1);
    for (unsigned i = 0; i < 4; i++)
        ac_task_set_log_destroy_pending(th_task_in(i), false);
    th_ok(ac_loop_close(&th.loop));
    ck_assert_str_eq(lk_raised(&lk.lock.bound, ac_lock_release(&lk.lock)),
                     "RuntimeError('Event loop is closed')");
    ck_assert_str_eq(lk_raised(&lk.event.bound, ac_event_set(&lk.event)),
                     "RuntimeError('Event loop is closed')");
    ck_assert_str_eq(lk_raised(&lk.semaphore.bound, ac_semaphore_release(&lk.semaphore)),
                     "RuntimeError('Event loop is closed')");
    ck_assert(!ac_lock_locked(&lk.lock) && ac_event_is_set(&lk.event));
    ck_assert_int_eq(ac_semaphore_value(&lk.semaphore), 0);
    ck_assert(!ac_future_done(ac_task_waiting_for(th_task_in(2))));
    for (unsigned i = 0; i < 4; i++)
        ac_future_clear(th.slots[i]);
}
END_TEST

/* The waiter lies in the task's frame. */
START_TEST(test_a_waiter_goes_with_its_task_when_a_closed_loop_drops_it)
{
    lk_begin();
    lk_start(0, "a", LK_EVENT);
    lk_start(1, "b", LK_EVENT);
    th_turns(&th.loop, 1);
    for (unsigned i = 0; i < 2; i++)
        ac_task_set_log_destroy_pending(th_task_in(i), false);
    th_ok(ac_loop_close(&th.loop));
    ac_future *first = th.slots[0];
    th.slots[0] = NULL;
    th_release(first);
    ck_assert_uint_eq(ac_event_waiter_count(&lk.event), 2);
    ck_assert_str_eq(lk_raised(&lk.event.bound, ac_event_set(&lk.event)),
                     "RuntimeError('Event loop is closed')");
    ck_assert_uint_eq(ac_event_waiter_count(&lk.event), 1);
    ac_future_clear(th.slots[1]);
}
END_TEST

START_TEST(test_debug_mode_minds_the_thread)
{
    lk_begin();
    ck_assert(ac_lock_try_acquire(&lk.lock));
    start_three(LK_LOCK);
    ac_loop_set_debug(&th.loop, true);
    th.thread = 17;
    th.loop.thread = 18;
    th.loop.flags |= 2; /* it runs, on thread 18 */
    ck_assert_str_eq(
        lk_raised(&lk.lock.bound, ac_lock_release(&lk.lock)),
        "RuntimeError('Non-thread-safe operation invoked on an event loop other than the current one')");
    th.loop.flags &= ~2u;
    ac_loop_set_debug(&th.loop, false);
    for (unsigned i = 0; i < 3; i++)
        lk_cancel(i, 0);
    th_turns(&th.loop, 1);
    th.log[0] = '\0';
}
END_TEST

START_TEST(test_a_foreign_loop_is_told_of_each)
{
    th.table.post = th_post;
    th_loop_init(NULL);
    lk_begin();
    lk_start(0, "a", LK_EVENT);
    lk_start(1, "b", LK_EVENT);
    lk_start(2, "c", LK_EVENT);
    th_run_posted(&th.loop);
    lk_cancel(1, 0);
    th_ok(ac_event_set(&lk.event));
    th_run_posted(&th.loop);
    th_expect("b raised CancelledError(), a got it, c got it");
}
END_TEST

/* ---- Event ---- */

START_TEST(test_an_event_wakes_all_and_a_clear_after_that_changes_nothing)
{
    lk_begin();
    start_three(LK_EVENT);
    ck_assert_uint_eq(ac_event_waiter_count(&lk.event), 3);
    th_ok(ac_event_set(&lk.event));
    th_ok(ac_event_set(&lk.event));
    ac_event_clear(&lk.event);
    lk_cancel(1, 0);
    th_turns(&th.loop, 1);
    th_expect("a got it, b raised CancelledError(), c got it");
    lk_start(0, "late", LK_EVENT);
    th_turns(&th.loop, 1);
    th_expect("");
    th_ok(ac_event_set(&lk.event));
    lk_start(1, "later", LK_EVENT);
    th_turns(&th.loop, 1);
    th_expect("late got it, later got it");
    ck_assert(ac_event_is_set(&lk.event));
    ac_event_abandon(&lk.event);
}
END_TEST

START_TEST(test_an_event_shows_who_waits_for_it)
{
    th_visitor visitor;
    lk_begin();
    start_three(LK_EVENT);
    th_visitor_init(&visitor);
    visitor.stop_after = 2;
    ck_assert_int_ne(ac_event_visit(&lk.event, &visitor.visitor), 0);
    ck_assert_str_eq(visitor.seen, "a, b");
    th_ok(ac_event_set(&lk.event));
    th_turns(&th.loop, 1);
    th_expect("a got it, b got it, c got it");
}
END_TEST

/* ---- Semaphore ---- */

START_TEST(test_a_semaphore_hands_a_unit_over_at_the_wake_up)
{
    lk_begin();
    ck_assert(!ac_semaphore_locked(&lk.semaphore));
    ck_assert(ac_semaphore_try_acquire(&lk.semaphore));
    ck_assert(ac_semaphore_locked(&lk.semaphore));
    start_three(LK_UNIT);
    th_ok(ac_semaphore_release(&lk.semaphore));
    ck_assert_int_eq(ac_semaphore_value(&lk.semaphore), 0);
    for (int i = 0; i < 3; i++)
        th_ok(ac_semaphore_release(&lk.semaphore));
    ck_assert_int_eq(ac_semaphore_value(&lk.semaphore), 1);
    ck_assert(ac_semaphore_locked(&lk.semaphore));
    ck_assert_uint_eq(ac_semaphore_waiter_count(&lk.semaphore), 3);
    th_turns(&th.loop, 1);
    th_expect("a got it, b got it, c got it");
    ck_assert(ac_semaphore_try_acquire(&lk.semaphore));
}
END_TEST

/* semaphore_wakes_all_allowed (gh-111693) */
START_TEST(test_units_that_came_back_go_to_one_then_to_all_that_they_last_for)
{
    static const char *const profiles[] = {"3.12", "3.13"};
    for (int i = 0; i < 2; i++) {
        th_use(profiles[i]);
        lk_begin();
        ck_assert(ac_semaphore_try_acquire(&lk.semaphore));
        lk_start(0, "first", LK_UNIT);
        th_turns(&th.loop, 1);
        for (int k = 0; k < 3; k++)
            th_ok(ac_semaphore_release(&lk.semaphore));
        lk_start_on(&th.loop, 1, "b", LK_UNIT);
        lk_start_on(&th.loop, 2, "c", LK_UNIT);
        th_turns(&th.loop, 1);
        th_expect(i == 0 ? "first got it, b got it, c got it" : "first got it, b got it, c got it");
        ck_assert_int_eq(ac_semaphore_value(&lk.semaphore), 0);
    }
}
END_TEST

START_TEST(test_a_cancelled_unit_goes_to_the_next)
{
    static const char *const profiles[] = {"3.12", "3.13"};
    for (int i = 0; i < 2; i++) {
        th_use(profiles[i]);
        lk_begin();
        ck_assert(ac_semaphore_try_acquire(&lk.semaphore));
        start_three(LK_UNIT);
        th_ok(ac_semaphore_release(&lk.semaphore));
        lk_cancel(0, 1);
        lk_cancel(1, 2);
        th_turns(&th.loop, 2);
        th_expect("a raised CancelledError(1), b raised CancelledError(2), c got it");
        ck_assert_int_eq(ac_semaphore_value(&lk.semaphore), 0);
    }
}
END_TEST

START_TEST(test_values_that_a_semaphore_refuses)
{
    ac_semaphore semaphore;
    ck_assert_str_eq(lk_raised(&semaphore.bound, ac_semaphore_init(&semaphore, ac_none_ref(), -1)),
                     "ValueError('Semaphore initial value must be >= 0')");
    ck_assert_str_eq(lk_raised(&semaphore.bound, ac_bounded_semaphore_init(&semaphore, ac_none_ref(), -1)),
                     "ValueError('Semaphore initial value must be >= 0')");
    th_ok(ac_bounded_semaphore_init(&semaphore, ac_none_ref(), 1));
    ck_assert_str_eq(lk_raised(&semaphore.bound, ac_semaphore_release(&semaphore)),
                     "ValueError('BoundedSemaphore released too many times')");
    ck_assert(ac_semaphore_try_acquire(&semaphore));
    th_ok(ac_semaphore_release(&semaphore));
    th_ok(ac_semaphore_init(&semaphore, ac_none_ref(), INT64_MAX));
    th_expect_status(ac_semaphore_release(&semaphore), AC_E_VALUE);
    ac_semaphore_abandon(&semaphore);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_lock_that_is_free_is_taken_without_suspending,
        test_a_release_wakes_the_first_and_a_newcomer_stands_behind,
        test_waiting_allocates_nothing,
        test_a_lock_whose_waiters_are_all_cancelled_can_be_taken,
        test_who_is_cancelled_after_the_wake_up_wakes_the_next,
        test_a_lock_says_what_is_wrong,
        test_a_lock_shows_who_waits_for_it,
        test_the_first_wait_that_suspends_binds_an_object_to_its_loop,
        test_every_object_refuses_another_loop,
        test_a_closed_loop_cannot_be_told_and_the_object_has_changed_all_the_same,
        test_a_waiter_goes_with_its_task_when_a_closed_loop_drops_it,
        test_debug_mode_minds_the_thread,
        test_a_foreign_loop_is_told_of_each,
        test_an_event_wakes_all_and_a_clear_after_that_changes_nothing,
        test_an_event_shows_who_waits_for_it,
        test_a_semaphore_hands_a_unit_over_at_the_wake_up,
        test_units_that_came_back_go_to_one_then_to_all_that_they_last_for,
        test_a_cancelled_unit_goes_to_the_next,
        test_values_that_a_semaphore_refuses,
    };
    return TH_MAIN("locks", tests);
}
