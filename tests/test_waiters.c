/* test_waiters.c - those who wait for a lock or queue, as a host shows them, and futures that stand among
 * them.
 *
 * Mirrors    What programs do with Lock._waiters, Queue._getters: look, append, remove.
 * Rules      The object asks the future that a waiter stands for; a queue that takes such a waiter off says
 *            so. */
#include "locks_kit.h"

/* A waiter of the host's, and one who watches a machine's. */
typedef struct stand_in {
    ac_waiter waiter;
    ac_waiter_watch watch;
    const char *name;
} stand_in;

static unsigned overs;
static stand_in stands[3];
static ac_future *futures[3];

static void note_over(ac_waiter_watch *watch)
{
    overs++;
    th_log("%s is over", AC_CONTAINER_OF(watch, stand_in, watch)->name);
}

static void stand(unsigned i, ac_loop *loop, ac_link *waiters, ac_waiter *before)
{
    static const char *const names[] = {"x", "y", "z"};
    futures[i] = th_future_new(loop, names[i]);
    stands[i].name = names[i];
    stands[i].watch.over = note_over;
    ac_waiter_stand_for(&stands[i].waiter, futures[i], &stands[i].watch);
    ac_waiter_put(&stands[i].waiter, waiters, before);
}

static void begin(void)
{
    overs = 0;
    lk_begin();
}

static void release(unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        th_release(futures[i]);
}

START_TEST(test_a_host_walks_who_waits_and_changes_the_list)
{
    begin();
    ck_assert_ptr_null(ac_waiter_after(&lk.lock.waiters, NULL));
    stand(0, &th.loop, &lk.lock.waiters, NULL);
    stand(1, &th.loop, &lk.lock.waiters, NULL);
    stand(2, &th.loop, &lk.lock.waiters, &stands[1].waiter);
    ac_waiter *first = ac_waiter_after(&lk.lock.waiters, NULL);
    ck_assert_ptr_eq(first, &stands[0].waiter);
    ck_assert_ptr_eq(ac_waiter_future(first), futures[0]);
    ck_assert_ptr_eq(ac_waiter_after(&lk.lock.waiters, first), &stands[2].waiter);
    ac_waiter_take_off(&stands[2].waiter);
    ac_waiter_take_off(&stands[2].waiter);
    ck_assert_ptr_eq(ac_waiter_after(&lk.lock.waiters, first), &stands[1].waiter);
    ac_waiter_put(&stands[2].waiter, &lk.lock.waiters, NULL);
    ck_assert_uint_eq(ac_lock_waiter_count(&lk.lock), 3);
    ck_assert_ptr_null(ac_waiter_after(&lk.lock.waiters, &stands[2].waiter));
    th_visitor visitor;
    th_visitor_init(&visitor);
    ck_assert_int_eq(ac_lock_visit(&lk.lock, &visitor.visitor), 0);
    ck_assert_str_eq(visitor.seen, "");
    ac_lock_abandon(&lk.lock);
    ck_assert_uint_eq(overs, 0);
    release(3);
}
END_TEST

START_TEST(test_a_lock_wakes_the_future_that_stands_first)
{
    begin();
    ck_assert(ac_lock_try_acquire(&lk.lock));
    stand(0, &th.loop, &lk.lock.waiters, NULL);
    lk_start(0, "a", LK_LOCK);
    th_turns(&th.loop, 1);
    th_ok(ac_lock_release(&lk.lock));
    ck_assert_str_eq(th_state(futures[0]), "result None");
    ck_assert(!ac_lock_try_acquire(&lk.lock));
    th_turns(&th.loop, 1);
    ac_waiter_take_off(&stands[0].waiter);
    ck_assert(!ac_lock_try_acquire(&lk.lock));
    lk.lock.locked = true;
    th_ok(ac_lock_release(&lk.lock));
    th_turns(&th.loop, 1);
    th_expect("a got it");
    for (unsigned i = 1; i < 3; i++) {
        stand(i, &th.loop, &lk.lock.waiters, NULL);
        th_ok(ac_future_cancel(futures[i], ac_none_ref(), NULL));
    }
    th_ok(ac_lock_release(&lk.lock));
    ck_assert(ac_lock_try_acquire(&lk.lock));
    ac_lock_abandon(&lk.lock);
    release(3);
}
END_TEST

START_TEST(test_an_event_wakes_futures_in_their_turn)
{
    begin();
    stand(0, &th.loop, &lk.event.waiters, NULL);
    lk_start(0, "a", LK_EVENT);
    th_turns(&th.loop, 1);
    stand(1, &th.loop, &lk.event.waiters, NULL);
    th_ok(ac_event_set(&lk.event));
    ck_assert_str_eq(th_state(futures[0]), "result None");
    ck_assert_str_eq(th_state(futures[1]), "result None");
    th_turns(&th.loop, 1);
    th_expect("a got it");
    ck_assert_uint_eq(ac_event_waiter_count(&lk.event), 2);
    ac_event_abandon(&lk.event);
    release(2);
}
END_TEST

START_TEST(test_a_queue_is_done_with_a_future_that_it_takes_off)
{
    ac_queue queue;
    begin();
    ac_queue_init(&queue, ac_none_ref(), &th.loop, 0, &ac_queue_fifo);
    stand(0, &th.loop, &queue.getters, NULL);
    stand(1, &th.loop, &queue.getters, NULL);
    stand(2, &th.loop, &queue.getters, NULL);
    th_ok(ac_future_cancel(futures[0], ac_none_ref(), NULL));
    ac_value item = th_new("item");
    th_ok(ac_queue_put_nowait(&queue, ac_lend(item)));
    th_expect("x is over, y is over");
    ck_assert_str_eq(th_state(futures[1]), "result None");
    ck_assert_str_eq(th_state(futures[2]), "pending");
    ck_assert_ptr_eq(ac_waiter_after(&queue.getters, NULL), &stands[2].waiter);
    th_drop(item);
    ac_queue_clear(&queue);
    release(3);
}
END_TEST

/* The failure is of the future's loop, to which the object does not belong. */
START_TEST(test_a_future_of_another_loop_fails_with_that)
{
    static ac_loop other;
    ac_queue queue;
    begin();
    th_ok(ac_loop_init(&other, &th.table, NULL));
    ac_queue_init(&queue, ac_none_ref(), &th.loop, 0, &ac_queue_fifo);
    ck_assert(ac_lock_try_acquire(&lk.lock));
    for (unsigned i = 0; i < 2; i++) {
        stand(i, &other, i == 0 ? &lk.lock.waiters : &queue.getters, NULL);
        th_callback *callback = th_callback_new("told", NULL);
        th_ok(ac_future_add_done_callback(futures[i], th_cb(callback)));
    }
    th_ok(ac_loop_close(&other));
    ck_assert_str_eq(lk_raised(&lk.lock.bound, ac_lock_release(&lk.lock)),
                     "RuntimeError('Event loop is closed')");
    ck_assert_ptr_eq(lk.lock.bound.failed, &other);
    ac_value item = th_new("item");
    th_expect_status(ac_queue_put_nowait(&queue, ac_lend(item)), AC_E_CLOSED);
    th_drop(item);
    ac_lock_abandon(&lk.lock);
    ac_queue_clear(&queue);
    release(2);
}
END_TEST

START_TEST(test_who_watches_a_wait_is_told_when_it_ends)
{
    begin();
    ck_assert(ac_lock_try_acquire(&lk.lock));
    lk_start(0, "a", LK_LOCK);
    lk_start(1, "b", LK_LOCK);
    lk_start(2, "c", LK_LOCK);
    th_turns(&th.loop, 1);
    ac_waiter *waiter = NULL;
    static const char *const names[] = {"a's wait", "b's wait", "c's wait"};
    for (unsigned i = 0; i < 3; i++) {
        waiter = ac_waiter_after(&lk.lock.waiters, waiter);
        stands[i].name = names[i];
        stands[i].watch.over = note_over;
        waiter->watch = &stands[i].watch;
    }
    lk_cancel(1, 0);
    th_turns(&th.loop, 1);
    th_expect("b's wait is over, b raised CancelledError()");
    th_ok(ac_lock_release(&lk.lock));
    th_expect("");
    th_turns(&th.loop, 1);
    th_expect("a's wait is over, a got it");
    ac_waiter_take_off(waiter);
    lk_cancel(2, 0);
    th_turns(&th.loop, 1);
    th_expect("c's wait is over, c raised CancelledError()");
    ck_assert_uint_eq(overs, 3);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_host_walks_who_waits_and_changes_the_list,
        test_a_lock_wakes_the_future_that_stands_first,
        test_an_event_wakes_futures_in_their_turn,
        test_a_queue_is_done_with_a_future_that_it_takes_off,
        test_a_future_of_another_loop_fails_with_that,
        test_who_watches_a_wait_is_told_when_it_ends,
    };
    return TH_MAIN("waiters", tests);
}
