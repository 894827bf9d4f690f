/* test_conditions.c - conditions and barriers: notifies, the lock that is taken back, predicates, turns.
 *
 * Mirrors    locks.Condition, locks.Barrier; orders from CPython 3.12.1, 3.13.0, 3.13.18, 3.14.10 and 3.15.2.
 * More       test_locks_by_hand.c: every way out of each machine at each of its points. */
#include "locks_kit.h"

#include <stdio.h>

/* By hand; and the lock of a task that has got it is given up by hand, too. */
static void take(void)
{
    ck_assert(ac_lock_try_acquire(&lk.lock));
}

static void give(void)
{
    th_ok(ac_lock_release(&lk.lock));
}

/* A task that waits for a notify; nobody has the lock then. */
static void wait_in(unsigned slot, const char *name, lk_verb verb)
{
    take();
    lk_start(slot, name, verb);
    th_turns(&th.loop, 1);
    ck_assert(!ac_lock_locked(&lk.lock));
}

static void notify(size_t count)
{
    take();
    th_ok(ac_condition_notify(&lk.condition, count));
    give();
}

/* ---- Condition ---- */

START_TEST(test_a_notify_wakes_as_many_as_it_says_and_nobody_twice)
{
    lk_begin();
    wait_in(0, "a", LK_WAIT);
    wait_in(1, "b", LK_WAIT);
    wait_in(2, "c", LK_WAIT);
    ck_assert_uint_eq(ac_condition_waiter_count(&lk.condition), 3);
    notify(0);
    notify(1);
    notify(1);
    th_turns(&th.loop, 1);
    th_expect("a got it");
    give();
    th_turns(&th.loop, 1);
    th_expect("b got it");
    th_ok(ac_condition_notify_all(&lk.condition));
    th_turns(&th.loop, 1);
    th_expect("");
    give();
    th_turns(&th.loop, 1);
    th_expect("c got it");
    ck_assert_uint_eq(ac_condition_waiter_count(&lk.condition), 0);
}
END_TEST

START_TEST(test_a_condition_needs_its_lock)
{
    lk_begin();
    ck_assert_str_eq(lk_raised(&lk.condition.bound, ac_condition_notify(&lk.condition, 1)),
                     "RuntimeError('cannot notify on un-acquired lock')");
    ck_assert_str_eq(lk_raised(&lk.condition.bound, ac_condition_notify_all(&lk.condition)),
                     "RuntimeError('cannot notify on un-acquired lock')");
    lk_start(0, "a", LK_WAIT);
    lk_start(1, "b", LK_WAIT_FOR);
    th_turns(&th.loop, 1);
    th_expect("a raised RuntimeError('cannot wait on un-acquired lock'), "
              "b raised RuntimeError('cannot wait on un-acquired lock')");
    ac_future_set_log_traceback(th.slots[0], false);
    ac_future_set_log_traceback(th.slots[1], false);
    ck_assert_ptr_null(lk.condition.bound.loop);
}
END_TEST

/* condition_renotifies_on_error (gh-112202) */
START_TEST(test_who_leaves_by_an_error_passes_the_notify_on)
{
    static const char *const profiles[] = {"3.12", "3.13"};
    for (int i = 0; i < 2; i++) {
        th_use(profiles[i]);
        lk_begin();
        wait_in(0, "a", LK_WAIT);
        wait_in(1, "b", LK_WAIT);
        notify(1);
        lk_cancel(0, 3);
        th_turns(&th.loop, 1);
        th_expect("a raised CancelledError(3)");
        give();
        th_turns(&th.loop, 1);
        th_expect(i == 0 ? "" : "b got it");
        lk_cancel(1, 0);
        th_turns(&th.loop, 1);
        th.log[0] = '\0';
    }
}
END_TEST

static char chained[128];

static void note_raising(ac_loop *loop, ac_ref exception, ac_ref context)
{
    (void)loop;
    snprintf(chained, sizeof chained, "%s in %s", th_repr(exception), th_repr(context));
}

/* condition_reraises_same_cancel (gh-111693) */
START_TEST(test_a_cancellation_while_it_takes_the_lock_back_is_kept)
{
    static const char *const ends[] = {"a raised CancelledError()", "a raised CancelledError(5)"};
    static const char *const chains[] = {"CancelledError() in CancelledError(3)",
                                         "CancelledError(5) in CancelledError(3)"};
    static const char *const profiles[] = {"3.12", "3.13"};
    th.table.raising = note_raising;
    for (int i = 0; i < 2; i++) {
        th_use(profiles[i]);
        lk_begin();
        wait_in(0, "a", LK_WAIT);
        take();
        lk_cancel(0, 3);
        th_turns(&th.loop, 1);
        for (int64_t message = 4; message < 6; message++) {
            lk_cancel(0, message);
            th_turns(&th.loop, 1);
            th_expect("");
        }
        give();
        th_turns(&th.loop, 1);
        th_expect(ends[i]);
        th_expect_in(chained, chains[i]);
        ck_assert(ac_lock_locked(&lk.lock));
    }
}
END_TEST

START_TEST(test_no_memory_for_the_cancellation_raises_none)
{
    th_use("3.12");
    lk_begin();
    wait_in(0, "a", LK_WAIT);
    notify(1);
    take();
    th_turns(&th.loop, 1);
    lk_cancel(0, 0);
    th_turns(&th.loop, 1);
    give();
    th_fail(TH_HOOK_ERROR, 1);
    th_turns(&th.loop, 1);
    th_expect("a raised None");
    ac_future_set_log_traceback(th.slots[0], false);
}
END_TEST

/* condition_future_before_release (part of gh-112202) */
START_TEST(test_another_loop_is_noticed_after_and_later_before_the_lock_is_given_up)
{
    static const char *const profiles[] = {"3.12", "3.13"};
    static ac_loop other;
    th_ok(ac_loop_init(&other, &th.table, NULL));
    for (int i = 0; i < 2; i++) {
        th_use(profiles[i]);
        lk_begin();
        lk.condition.bound.loop = &other;
        take();
        lk_start(0, "competitor", LK_LOCK);
        lk_start(1, "a", LK_WAIT);
        th_turns(&th.loop, 1);
        th_expect(i == 0 ? "" : "a raised RuntimeError('%V is bound to a different event loop')");
        if (i == 1)
            give();
        th_turns(&th.loop, 1);
        th_expect("competitor got it");
        give();
        th_turns(&th.loop, 1);
        th_expect(i == 0 ? "a raised RuntimeError('%V is bound to a different event loop')" : "");
        ac_future_set_log_traceback(th.slots[1], false);
    }
    th_ok(ac_loop_close(&other));
}
END_TEST

START_TEST(test_a_lock_of_another_loop_cannot_be_taken_back)
{
    static ac_loop other;
    th_ok(ac_loop_init(&other, &th.table, NULL));
    lk_begin();
    lk.lock.bound.loop = &other;
    th.table.raising = note_raising;
    wait_in(0, "a", LK_WAIT);
    wait_in(1, "b", LK_WAIT);
    take();
    lk_cancel(0, 3);
    th_turns(&th.loop, 1);
    th_expect("a raised RuntimeError('%V is bound to a different event loop')");
    th_expect_in(chained, "RuntimeError('%V is bound to a different event loop') in CancelledError(3)");
    th_turns(&th.loop, 1);
    th_expect("b raised RuntimeError('%V is bound to a different event loop')");
    ac_future_set_log_traceback(th.slots[0], false);
    ac_future_set_log_traceback(th.slots[1], false);
    th_ok(ac_loop_close(&other));
}
END_TEST

START_TEST(test_a_condition_on_a_closed_loop)
{
    lk_begin();
    wait_in(0, "a", LK_WAIT);
    take();
    ac_task_set_log_destroy_pending(th_task_in(0), false);
    th_ok(ac_loop_close(&th.loop));
    ck_assert_str_eq(lk_raised(&lk.condition.bound, ac_condition_notify_all(&lk.condition)),
                     "RuntimeError('Event loop is closed')");
    ac_future_clear(th.slots[0]);
    ac_condition_abandon(&lk.condition);
}
END_TEST

START_TEST(test_a_condition_shows_who_waits_for_a_notify)
{
    th_visitor visitor;
    lk_begin();
    wait_in(0, "a", LK_WAIT);
    wait_in(1, "b", LK_WAIT_FOR);
    th_visitor_init(&visitor);
    ck_assert_int_eq(ac_condition_visit(&lk.condition, &visitor.visitor), 0);
    ck_assert_str_eq(visitor.seen, "a, b");
    lk_cancel(0, 0);
    lk_cancel(1, 0);
    th_turns(&th.loop, 1);
    give();
    th_turns(&th.loop, 1);
    th_expect("a raised CancelledError(), b raised CancelledError()");
}
END_TEST

/* ---- What a call graph shows ---- */

static void expect_method(const char *method, const char *expected)
{
    if (expected == NULL)
        ck_assert_ptr_null(method);
    else
        ck_assert_str_eq(method, expected);
}

static void expect_condition_methods(const char *of_wait, const char *of_wait_for, const char *of_its_wait)
{
    const ac_condition_wait *wait = AC_CONTAINER_OF(lk_machine(0), ac_condition_wait, co);
    const ac_condition_wait_for *wait_for = AC_CONTAINER_OF(lk_machine(1), ac_condition_wait_for, co);
    expect_method(ac_condition_wait_method(wait), of_wait);
    expect_method(ac_condition_wait_for_method(wait_for), of_wait_for);
    expect_method(ac_condition_wait_method(&wait_for->wait), of_its_wait);
}

START_TEST(test_where_a_wait_for_a_condition_is)
{
    lk_begin();
    wait_in(0, "a", LK_WAIT);
    wait_in(1, "b", LK_WAIT_FOR);
    expect_condition_methods(NULL, "Condition.wait", NULL);
    take();
    th_ok(ac_condition_notify_all(&lk.condition));
    th_turns(&th.loop, 1);
    expect_condition_methods("Lock.acquire", "Condition.wait", "Lock.acquire");
    lk_cancel(0, 0);
    lk_cancel(1, 0);
    th_turns(&th.loop, 1);
    expect_condition_methods("Lock.acquire", "Condition.wait", "Lock.acquire");
    give();
    th_turns(&th.loop, 1);
    give();
    th_turns(&th.loop, 1);
    th_expect("a raised CancelledError(), b raised CancelledError()");
    expect_condition_methods(NULL, NULL, NULL);
}
END_TEST

/* ---- wait_for ---- */

START_TEST(test_wait_for_asks_first_and_after_each_wait)
{
    lk_begin();
    lk.holds = true;
    lk_start(0, "at once", LK_WAIT_FOR);
    th_turns(&th.loop, 1);
    th_expect("at once holds");
    lk.holds = false;
    wait_in(0, "a", LK_WAIT_FOR);
    for (int i = 0; i < 2; i++) {
        notify(1);
        th_turns(&th.loop, 1);
    }
    th_expect("");
    lk.holds = true;
    notify(1);
    th_turns(&th.loop, 1);
    th_expect("a holds");
    ck_assert_uint_eq(lk.asked, 5);
    ck_assert(ac_lock_locked(&lk.lock));
}
END_TEST

START_TEST(test_a_predicate_that_raises_ends_the_wait_with_the_lock_held)
{
    lk_begin();
    wait_in(0, "a", LK_WAIT_FOR);
    lk.predicate_fails = true;
    notify(1);
    th_turns(&th.loop, 1);
    th_expect("a raised Exception('predicate')");
    ck_assert(ac_lock_locked(&lk.lock));
    ac_future_set_log_traceback(th.slots[0], false);
}
END_TEST

/* ---- Barrier ---- */

static void expect_state(const char *name, int64_t waiting)
{
    ck_assert_str_eq(ac_barrier_state_name(ac_barrier_get_state(&lk.barrier)), name);
    ck_assert_int_eq(ac_barrier_n_waiting(&lk.barrier), waiting);
}

START_TEST(test_the_last_party_goes_through_first)
{
    lk_begin();
    lk_start(0, "a", LK_BARRIER);
    th_turns(&th.loop, 1);
    expect_state("filling", 1);
    lk_start(1, "b", LK_BARRIER);
    lk_start(2, "c", LK_BARRIER);
    th_turns(&th.loop, 1);
    th_expect("b 1");
    expect_state("draining", 0);
    th_turns(&th.loop, 1);
    th_expect("a 0");
    th_turns(&th.loop, 1);
    expect_state("filling", 1);
    lk_start(0, "d", LK_BARRIER);
    th_turns(&th.loop, 3);
    th_expect("d 1, c 0");
    ck_assert_int_eq(ac_barrier_parties(&lk.barrier), 2);
    ck_assert_int_eq(lk.barrier.count, 0);
}
END_TEST

START_TEST(test_abort_breaks_a_barrier_and_reset_mends_it)
{
    lk_begin();
    lk_start(0, "a", LK_BARRIER);
    th_turns(&th.loop, 1);
    lk_start(1, "abort", LK_ABORT);
    lk_start(2, "late", LK_BARRIER);
    th_turns(&th.loop, 3);
    th_expect("abort got it, late raised BrokenBarrierError('Barrier aborted'), "
              "a raised BrokenBarrierError('Abort or reset of barrier')");
    ck_assert(ac_barrier_broken(&lk.barrier));
    expect_state("broken", 0);
    ac_future_set_log_traceback(th.slots[0], false);
    ac_future_set_log_traceback(th.slots[2], false);
    lk_start(1, "reset", LK_RESET);
    th_turns(&th.loop, 1);
    th_expect("reset got it");
    expect_state("filling", 0);
}
END_TEST

START_TEST(test_reset_throws_out_who_is_inside)
{
    lk_begin();
    lk_start(0, "a", LK_BARRIER);
    th_turns(&th.loop, 1);
    lk_start(1, "reset", LK_RESET);
    lk_start(2, "again", LK_RESET);
    lk_start(3, "late", LK_BARRIER);
    th_turns(&th.loop, 1);
    expect_state("resetting", 0);
    th_turns(&th.loop, 3);
    th_expect("reset got it, again got it, a raised BrokenBarrierError('Abort or reset of barrier')");
    expect_state("filling", 1);
    ac_future_set_log_traceback(th.slots[0], false);
    lk_start(0, "b", LK_BARRIER);
    th_turns(&th.loop, 3);
    th_expect("b 1, late 0");
}
END_TEST

START_TEST(test_a_party_that_is_cancelled_is_not_counted_any_more)
{
    lk_begin();
    lk_start(0, "a", LK_BARRIER);
    th_turns(&th.loop, 1);
    lk_cancel(0, 0);
    th_turns(&th.loop, 1);
    th_expect("a raised CancelledError()");
    expect_state("filling", 0);
    ck_assert(!ac_lock_locked(&lk.barrier_lock));
}
END_TEST

static void expect_barrier_method(unsigned slot, const char *expected)
{
    const ac_barrier_wait *wait = AC_CONTAINER_OF(lk_machine(slot), ac_barrier_wait, co);
    expect_method(ac_barrier_wait_method(wait), expected);
}

START_TEST(test_where_a_wait_at_a_barrier_is)
{
    lk_begin();
    ck_assert(ac_lock_try_acquire(&lk.barrier_lock));
    lk_start(0, "a", LK_BARRIER);
    th_turns(&th.loop, 1);
    expect_barrier_method(0, "_ContextManagerMixin.__aenter__");
    th_ok(ac_lock_release(&lk.barrier_lock));
    th_turns(&th.loop, 1);
    expect_barrier_method(0, "Barrier._wait");
    lk_start(1, "b", LK_BARRIER);
    lk_start(2, "c", LK_BARRIER);
    th_turns(&th.loop, 1);
    th_expect("b 1");
    expect_barrier_method(1, NULL);
    expect_barrier_method(2, "Barrier._block");
    th_turns(&th.loop, 2);
    th_expect("a 0");
    expect_barrier_method(2, "Barrier._wait");
    lk_cancel(2, 0);
    th_turns(&th.loop, 1);
    th_expect("c raised CancelledError()");
}
END_TEST

START_TEST(test_parties_that_a_barrier_refuses)
{
    static const char *const profiles[] = {"3.12.8", "3.12.9", "3.13.1", "3.13.2"};
    ac_barrier barrier;
    lk_begin();
    th_expect_status(ac_barrier_init(&barrier, &lk.barrier_condition, 0), AC_E_VALUE);
    th_expect_status(ac_barrier_init(&barrier, &lk.barrier_condition, -1), AC_E_VALUE);
    for (int i = 0; i < 4; i++) {
        th_use(profiles[i]);
        ck_assert_str_eq(ac_barrier_parties_words(ac_loop_semantics(&th.loop)),
                         i % 2 == 0 ? "parties must be > 0" : "parties must be >= 1");
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_notify_wakes_as_many_as_it_says_and_nobody_twice,
        test_a_condition_needs_its_lock,
        test_who_leaves_by_an_error_passes_the_notify_on,
        test_a_cancellation_while_it_takes_the_lock_back_is_kept,
        test_no_memory_for_the_cancellation_raises_none,
        test_another_loop_is_noticed_after_and_later_before_the_lock_is_given_up,
        test_a_lock_of_another_loop_cannot_be_taken_back,
        test_a_condition_on_a_closed_loop,
        test_a_condition_shows_who_waits_for_a_notify,
        test_where_a_wait_for_a_condition_is,
        test_wait_for_asks_first_and_after_each_wait,
        test_a_predicate_that_raises_ends_the_wait_with_the_lock_held,
        test_the_last_party_goes_through_first,
        test_abort_breaks_a_barrier_and_reset_mends_it,
        test_reset_throws_out_who_is_inside,
        test_a_party_that_is_cancelled_is_not_counted_any_more,
        test_where_a_wait_at_a_barrier_is,
        test_parties_that_a_barrier_refuses,
    };
    return TH_MAIN("conditions", tests);
}
