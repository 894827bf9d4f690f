/* test_cancel_all.c - the clean-up of a run: who is cancelled, who is waited for, who is reported, and every
 * way in which it ends early (src/flow/cancel_all.c). */
#include "host.h"

static const th_op sleeps[] = {{TH_SLEEP, .number = 100}, {TH_END}};
static const th_op cleans_up[] = {
    {TH_SLEEP, .number = 100, .catches = true}, {TH_SLEEP, .number = 5}, {TH_LOG, .text = "clean"}, {TH_END}};
static const th_op fails[] = {{TH_SLEEP, .number = 100, .catches = true},
                              {TH_RAISE, .kind = TH_VALUE, .text = "late"}};
static const th_op exits[] = {{TH_SLEEP, .number = 100, .catches = true},
                              {TH_RAISE, .kind = TH_EXIT, .text = "bye"}};

static void start(unsigned slot, const char *name, const th_op *script)
{
    th_start(slot, name, script, AC_EAGER_NO);
}

START_TEST(test_nothing_left_is_nothing_to_do)
{
    ac_cancel_all *all;
    ac_future *future;
    th_ok(ac_cancel_all_begin(&th.loop, &all, &future));
    ck_assert_ptr_null(all);
    ck_assert_ptr_null(future);
    th_ok(ac_cancel_all_tasks(&th.loop));
    ck_assert_uint_eq(th.calls[TH_HOOK_POLL], 0);
}
END_TEST

START_TEST(test_all_are_cancelled_once_and_waited_for_together)
{
    start(0, "a", cleans_up);
    start(1, "b", sleeps);
    start(2, "c", cleans_up);
    th_turns(&th.loop, 1);
    th_ok(ac_cancel_all_tasks(&th.loop));
    th_expect("a caught CancelledError(), c caught CancelledError(), clean, clean");
    ck_assert_double_eq(th.now, 5);
    for (unsigned i = 0; i < 3; i++)
        ck_assert_uint_eq(ac_task_cancelling(th_task_in(i)), 1);
    ck_assert_uint_eq(th.calls[TH_HOOK_REPORT], 0);
}
END_TEST

START_TEST(test_errors_are_reported_in_the_order_of_creation)
{
    start(0, "a", fails);
    start(1, "b", sleeps);
    start(2, "c", fails);
    th_turns(&th.loop, 1);
    th_ok(ac_cancel_all_tasks(&th.loop));
    th_expect("a caught CancelledError(), c caught CancelledError()");
    th_expect_reports("unhandled exception during asyncio.run() shutdown: ValueError('late'), "
                      "unhandled exception during asyncio.run() shutdown: ValueError('late')");
}
END_TEST

static void spawn(ac_loop *loop, th_coro *coro)
{
    (void)loop;
    (void)coro;
    start(5, "late", sleeps);
}

START_TEST(test_what_is_made_meanwhile_is_left_alone)
{
    static const th_op spawns[] = {
        {TH_SLEEP, .number = 100, .catches = true}, {TH_CALL, .call = spawn}, {TH_END}};
    start(0, "a", spawns);
    th_turns(&th.loop, 1);
    th_ok(ac_cancel_all_tasks(&th.loop));
    th_expect("a caught CancelledError()");
    ck_assert_uint_eq(ac_task_cancelling(th_task_in(5)), 0);
    ck_assert(!ac_future_done(th.slots[5]));
    ac_future_clear(th.slots[5]);
}
END_TEST

START_TEST(test_an_exit_leaves_and_the_others_go_on_by_themselves)
{
    start(0, "a", cleans_up);
    start(1, "b", exits);
    start(2, "c", cleans_up);
    th_turns(&th.loop, 1);
    th_expect_status(ac_cancel_all_tasks(&th.loop), AC_E_RAISED);
    ck_assert_str_eq(th_repr_of(ac_loop_take_raised(&th.loop)), "SystemExit('bye')");
    th_expect("a caught CancelledError(), b caught CancelledError()");
    ac_future_set_log_traceback(th.slots[1], false);
    th_run(&th.loop);
    th_expect("c caught CancelledError(), clean, clean");
    ck_assert_uint_eq(th.bytes, 16 * sizeof(ac_timer_slot));
}
END_TEST

START_TEST(test_the_loop_may_be_closed_after_an_exit)
{
    start(0, "a", cleans_up);
    start(1, "b", exits);
    th_turns(&th.loop, 1);
    th_expect_status(ac_cancel_all_tasks(&th.loop), AC_E_RAISED);
    th_drop(ac_loop_take_raised(&th.loop));
    ac_future_set_log_traceback(th.slots[1], false);
    th_ok(ac_loop_close(&th.loop));
    ac_future_clear(th.slots[0]);
}
END_TEST

START_TEST(test_a_cancel_that_raises_leaves_before_anybody_is_waited_for)
{
    static const th_op awaits[] = {{TH_AWAIT, .slot = 6}, {TH_END}};
    start(0, "a", sleeps);
    ac_future_set_overridden(th_slot(6, "stubborn"), true);
    start(1, "b", awaits);
    start(2, "c", sleeps);
    th_turns(&th.loop, 1);
    th_fail(TH_HOOK_CANCEL, 1);
    th_expect_status(ac_cancel_all_tasks(&th.loop), AC_E_RAISED);
    ck_assert_str_eq(th_repr_of(ac_loop_take_raised(&th.loop)), "RuntimeError('cancel failed')");
    ck_assert_uint_eq(ac_task_cancelling(th_task_in(0)), 1);
    ck_assert_uint_eq(ac_task_cancelling(th_task_in(2)), 0);
    ck_assert_uint_eq(th.calls[TH_HOOK_POLL], 0);
    for (unsigned i = 0; i < 3; i++)
        ac_future_clear(th.slots[i]);
}
END_TEST

/* The first allocation is that of the block, the second that of the run. */
START_TEST(test_with_little_memory_some_are_waited_for_after_others)
{
    for (unsigned i = 0; i < 4; i++)
        start(i, "t", cleans_up);
    th_turns(&th.loop, 1);
    th_fail(TH_HOOK_REALLOC, 1);
    th_ok(ac_cancel_all_tasks(&th.loop));
    ck_assert_double_eq(th.now, 10);
    for (unsigned i = 0; i < 4; i++)
        ck_assert_uint_eq(ac_task_cancelling(th_task_in(i)), 1);
}
END_TEST

static bool no_memory(ac_loop *loop, th_hook hook)
{
    (void)loop;
    return hook == TH_HOOK_REALLOC;
}

START_TEST(test_without_memory_they_are_cancelled_and_nobody_waits)
{
    for (unsigned i = 0; i < 4; i++)
        start(i, "t", sleeps);
    th_turns(&th.loop, 1);
    th.intercept = no_memory;
    th_expect_status(ac_cancel_all_tasks(&th.loop), AC_E_MEMORY);
    th.intercept = NULL;
    th_turns(&th.loop, 1);
    for (unsigned i = 0; i < 4; i++)
        ck_assert(ac_future_cancelled(th.slots[i]));
}
END_TEST

START_TEST(test_the_run_without_memory_leaves)
{
    start(0, "a", sleeps);
    th_turns(&th.loop, 1);
    th_fail(TH_HOOK_REALLOC, 2);
    th_expect_status(ac_cancel_all_tasks(&th.loop), AC_E_MEMORY);
    th_turns(&th.loop, 2);
    ck_assert(ac_future_cancelled(th.slots[0]));
    ck_assert_uint_eq(th.bytes, 16 * sizeof(ac_timer_slot));
}
END_TEST

START_TEST(test_inside_of_a_run_it_cancels_and_cannot_run)
{
    start(0, "a", sleeps);
    th_turns(&th.loop, 1);
    th_ok(ac_loop_run_begin(&th.loop));
    th_expect_failure(ac_cancel_all_tasks(&th.loop), AC_E_RUNTIME, "This event loop is already running");
    ac_loop_run_end(&th.loop);
    th_turns(&th.loop, 2);
    ck_assert(ac_future_cancelled(th.slots[0]));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_nothing_left_is_nothing_to_do,
        test_all_are_cancelled_once_and_waited_for_together,
        test_errors_are_reported_in_the_order_of_creation,
        test_what_is_made_meanwhile_is_left_alone,
        test_an_exit_leaves_and_the_others_go_on_by_themselves,
        test_the_loop_may_be_closed_after_an_exit,
        test_a_cancel_that_raises_leaves_before_anybody_is_waited_for,
        test_with_little_memory_some_are_waited_for_after_others,
        test_without_memory_they_are_cancelled_and_nobody_waits,
        test_the_run_without_memory_leaves,
        test_inside_of_a_run_it_cancels_and_cannot_run,
    };
    return TH_MAIN("cancel_all", tests);
}
