/* test_shield.c - shield: how the two futures end, in every order, and who keeps whom.
 *
 * Mirrors    tasks.shield; orders from CPython 3.12.1, 3.13.0, 3.13.18, 3.14.2, 3.14.10 and 3.15.2.
 * Rules      The inner future is in slot 0, the outer one in slot 1. */
#include "host.h"

#include <aiocore/trace.h>

enum { INNER, OUTER, OTHER };

static void link_both(void)
{
    th_slot(INNER, "i");
    th_slot(OUTER, "o");
    th_ok(ac_shield(th.slots[INNER], th.slots[OUTER]));
}

static void give(unsigned slot, int number)
{
    th_ok(ac_future_set_result(th.slots[slot], th_int(number)));
}

static void break_with(unsigned slot, const char *text)
{
    th_ok(ac_future_set_exception(th.slots[slot], th_exception(TH_VALUE, text)));
}

static void cancel(unsigned slot, int message)
{
    bool did;
    th_ok(ac_future_cancel(th.slots[slot], message != 0 ? ac_lend(th_int(message)) : ac_none_ref(), &did));
    ck_assert(did);
}

static void drop(unsigned slot)
{
    ac_future *future = th.slots[slot];
    th.slots[slot] = NULL;
    th_release(future);
}

static bool is_marked(unsigned slot)
{
    return ac_future_get_log_traceback(th.slots[slot]);
}

static void expect_ends(const char *inner, const char *outer)
{
    th_run(&th.loop);
    ck_assert_str_eq(th_state(th.slots[INNER]), inner);
    ck_assert_str_eq(th_state(th.slots[OUTER]), outer);
    ck_assert_uint_eq(th.bytes, 0);
    ac_future_set_log_traceback(th.slots[OUTER], false);
}

/* The callbacks of a future, "name, name". */
static void log_callbacks(unsigned slot)
{
    for (ac_handle *handle = NULL; (handle = ac_future_next_callback(th.slots[slot], handle)) != NULL;)
        th_log("%s", ac_handle_word(handle));
}

/* ---- The inner future ends ---- */

START_TEST(test_the_outer_future_ends_as_the_inner_one_does)
{
    link_both();
    give(INNER, 7);
    expect_ends("result 7", "result 7");
}
END_TEST

START_TEST(test_an_error_is_passed_on_and_counts_as_retrieved)
{
    link_both();
    break_with(INNER, "x");
    th_turns(&th.loop, 1);
    ck_assert(!is_marked(INNER));
    ck_assert(is_marked(OUTER));
    expect_ends("exception ValueError('x')", "exception ValueError('x')");
}
END_TEST

/* Rule 74: without its message. */
START_TEST(test_a_cancelled_inner_future_cancels_the_outer_one)
{
    link_both();
    cancel(INNER, 7);
    expect_ends("cancelled 7", "cancelled None");
}
END_TEST

START_TEST(test_an_outer_future_that_is_done_by_hand_is_an_error_of_the_callback)
{
    link_both();
    give(INNER, 7);
    give(OUTER, 1);
    th_run(&th.loop);
    th_expect_reports("Exception in callback: InvalidStateError('invalid state')");
    expect_ends("result 7", "result 1");
}
END_TEST

/* ---- The outer future is cancelled ---- */

START_TEST(test_the_inner_future_is_left_alone)
{
    link_both();
    cancel(OUTER, 3);
    ck_assert_str_eq(th_state(th.slots[INNER]), "pending");
    ck_assert_ptr_nonnull(ac_future_next_callback(th.slots[INNER], NULL));
    th_turns(&th.loop, 1);
    ck_assert_ptr_null(ac_future_next_callback(th.slots[INNER], NULL));
    break_with(INNER, "x");
    th_run(&th.loop);
    ck_assert(is_marked(INNER));
    ac_future_set_log_traceback(th.slots[INNER], false);
    expect_ends("exception ValueError('x')", "cancelled 3");
}
END_TEST

/* Rule 74: the link is there for one more turn. */
static bool is_marked_after_both(void)
{
    link_both();
    cancel(OUTER, 0);
    break_with(INNER, "x");
    th_run(&th.loop);
    bool marked = is_marked(INNER);
    ac_future_set_log_traceback(th.slots[INNER], false);
    expect_ends("exception ValueError('x')", "cancelled None");
    return marked;
}

START_TEST(test_an_error_in_the_turn_of_the_cancellation_is_swallowed_before_3_14)
{
    ck_assert(is_marked_after_both());
    th_use("3.13");
    ck_assert(!is_marked_after_both());
    th_use("3.14.2");
    ck_assert(is_marked_after_both());
}
END_TEST

START_TEST(test_a_result_in_the_turn_of_the_cancellation_is_nothing)
{
    link_both();
    give(INNER, 1);
    cancel(OUTER, 0);
    expect_ends("result 1", "cancelled None");
}
END_TEST

/* ---- 3.14.0 to 3.14.8: the handler is told at once ---- */

START_TEST(test_an_error_that_nobody_waits_for_was_told_at_once)
{
    th_use("3.14.2");
    link_both();
    cancel(OUTER, 0);
    th_turns(&th.loop, 1);
    log_callbacks(INNER);
    th_expect("_log_on_exception");
    break_with(INNER, "x");
    th_run(&th.loop);
    th_expect_reports("%E exception in shielded future: ValueError('x')");
    ck_assert(!is_marked(INNER));
    expect_ends("exception ValueError('x')", "cancelled None");
}
END_TEST

START_TEST(test_results_and_cancellations_are_not_told)
{
    th_use("3.14.2");
    for (int i = 0; i < 2; i++) {
        link_both();
        cancel(OUTER, 0);
        th_turns(&th.loop, 1);
        if (i == 0)
            give(INNER, 1);
        else
            cancel(INNER, 0);
        expect_ends(i == 0 ? "result 1" : "cancelled None", "cancelled None");
    }
}
END_TEST

START_TEST(test_it_is_told_once_for_all_shields)
{
    th_use("3.14.2");
    link_both();
    th_slot(OTHER, "p");
    th_ok(ac_shield(th.slots[INNER], th.slots[OTHER]));
    cancel(OUTER, 0);
    cancel(OTHER, 0);
    th_turns(&th.loop, 1);
    log_callbacks(INNER);
    th_expect("_log_on_exception");
    break_with(INNER, "x");
    expect_ends("exception ValueError('x')", "cancelled None");
    th_expect_reports("%E exception in shielded future: ValueError('x')");
}
END_TEST

/* CPython's handle holds its argument. */
START_TEST(test_the_report_keeps_the_future)
{
    th_use("3.14.2");
    link_both();
    cancel(OUTER, 0);
    th_turns(&th.loop, 1);
    break_with(INNER, "x");
    drop(INNER);
    th_expect_released("");
    th_run(&th.loop);
    th_expect_released("i");
    th_expect_reports("%E exception in shielded future: ValueError('x')");
}
END_TEST

static ac_status raise_exit(ac_loop *loop, void *data, const ac_report *report)
{
    (void)data;
    (void)report;
    return ac_loop_raise(loop, th_exception(TH_EXIT, "handler"));
}

START_TEST(test_what_the_handler_raises_leaves_the_loop)
{
    th_use("3.14.2");
    link_both();
    cancel(OUTER, 0);
    th_turns(&th.loop, 1);
    ac_loop_set_exception_handler(&th.loop, raise_exit, NULL);
    break_with(INNER, "x");
    th_expect_status(th_turn(&th.loop), AC_E_RAISED);
    ck_assert_str_eq(th_repr_of(ac_loop_take_raised(&th.loop)), "SystemExit('handler')");
    ac_loop_set_exception_handler(&th.loop, NULL, NULL);
    expect_ends("exception ValueError('x')", "cancelled None");
}
END_TEST

/* ---- Misuse, want of memory ---- */

START_TEST(test_what_cannot_be_linked_is_refused)
{
    ac_loop other;
    ac_future foreign = {0}, nobody = {0};
    th_slot(INNER, "i");
    th_slot(OUTER, "o");
    th_ok(ac_loop_init(&other, &th.table, NULL));
    th_ok(ac_future_init(&foreign, &other));
    th_expect_failure(ac_shield(&foreign, th.slots[OUTER]), AC_E_VALUE,
                      "The future belongs to a different loop than the one specified as the loop argument");
    th_expect_failure(ac_shield(&nobody, th.slots[OUTER]), AC_E_RUNTIME, "Future object is not initialized.");
    th_expect_status(ac_shield(th.slots[INNER], &nobody), AC_E_RUNTIME);
    give(INNER, 1);
    th_expect_status(ac_shield(th.slots[INNER], th.slots[OUTER]), AC_E_STATE);
    th_expect_status(ac_shield(th.slots[OUTER], th.slots[INNER]), AC_E_STATE);
    th_ok(ac_loop_close(&other));
}
END_TEST

START_TEST(test_without_memory_nothing_is_linked)
{
    th_use("3.14.2");
    th_slot(INNER, "i");
    th_slot(OUTER, "o");
    th_fail(TH_HOOK_REALLOC, 1);
    th_expect_failure(ac_shield(th.slots[INNER], th.slots[OUTER]), AC_E_MEMORY, "no memory for a shield");
    th_fail(TH_HOOK_COPY_CONTEXT, 1);
    th_expect_status(ac_shield(th.slots[INNER], th.slots[OUTER]), AC_E_RAISED);
    th_drop(ac_loop_take_raised(&th.loop));
    ck_assert_uint_eq(th.bytes, 0);
    ck_assert_uint_eq(th_refs(th.slots[INNER]), 1);
    ck_assert_uint_eq(th_refs(th.slots[OUTER]), 1);
}
END_TEST

/* ---- Who keeps whom ---- */

START_TEST(test_each_keeps_the_other)
{
    link_both();
    ck_assert_str_eq(th_shown_by(th.slots[INNER]), "o");
    ck_assert_str_eq(th_shown_by(th.slots[OUTER]), "i");
    ck_assert_uint_eq(th_refs(th.slots[INNER]), 2);
    ck_assert_uint_eq(th_refs(th.slots[OUTER]), 2);
    drop(OUTER);
    th_expect_released("");
    give(INNER, 1);
    th_run(&th.loop);
    th_expect_released("o");
    ck_assert_uint_eq(th_refs(th.slots[INNER]), 1);
}
END_TEST

/* Both end in one turn, the outer one first; nobody else holds the inner one. */
START_TEST(test_a_callback_that_waits_for_its_turn_inherits_the_inner_future)
{
    link_both();
    cancel(OUTER, 0);
    break_with(INNER, "x");
    drop(INNER);
    ck_assert_str_eq(th_shown_by_loop(), "i, o");
    th_callback *look = th_callback_new("look", NULL);
    th_soon(look);
    th_turns(&th.loop, 1);
    th_expect("look");
    th_expect_reports("Future exception was never retrieved: ValueError('x')");
    th_expect_released("i");
    ck_assert_uint_eq(th.bytes, 0);
}
END_TEST

START_TEST(test_either_may_be_cleared_first)
{
    link_both();
    ac_future_clear(th.slots[INNER]);
    ck_assert_uint_eq(th_refs(th.slots[OUTER]), 1);
    cancel(OUTER, 0);
    th_run(&th.loop);
    ck_assert_uint_eq(th.bytes, 0);
    link_both();
    ac_future_clear(th.slots[OUTER]);
    ck_assert_uint_eq(th_refs(th.slots[INNER]), 1);
    give(INNER, 1);
    th_run(&th.loop);
    ck_assert_uint_eq(th.bytes, 0);
}
END_TEST

START_TEST(test_either_may_be_cleared_while_callbacks_wait_for_their_turn)
{
    link_both();
    give(INNER, 1);
    ac_future_clear(th.slots[OUTER]);
    th_run(&th.loop);
    ck_assert_uint_eq(th.bytes, 0);
    link_both();
    cancel(OUTER, 0);
    ac_future_clear(th.slots[INNER]);
    th_run(&th.loop);
    ck_assert_uint_eq(th.bytes, 0);
}
END_TEST

START_TEST(test_a_loop_that_is_closed_drops_both_links)
{
    link_both();
    cancel(OUTER, 0);
    give(INNER, 1);
    th_ok(ac_loop_close(&th.loop));
    ck_assert_uint_eq(th.bytes, 0);
}
END_TEST

/* ---- The await graph ---- */

static void shield_it(ac_loop *loop, th_coro *coro)
{
    (void)loop;
    (void)coro;
    th_ok(ac_shield(th.slots[INNER], th_slot(OUTER, "o")));
}

static const char *waits_for_inner(void)
{
    ac_waiters waiters = ac_future_waiters(th.slots[INNER]);
    ac_future *waiter = ac_waiters_next(&waiters);
    return waiter != NULL ? th_name(waiter) : "nobody";
}

static const th_op calls[] = {{TH_CALL, .call = shield_it}, {TH_AWAIT, OUTER, .catches = true}, {TH_END}};

static void call_shield(void)
{
    th_slot(INNER, "i");
    th_start(8, "t", calls, AC_EAGER_NO);
    th_turns(&th.loop, 1);
}

START_TEST(test_a_task_that_calls_has_one_more_callback)
{
    call_shield();
    log_callbacks(INNER);
    th_expect("shield.<locals>._clear_awaited_by_callback, shield.<locals>._inner_done_callback");
    ck_assert_str_eq(th_shown_by(th.slots[INNER]), "t, o");
    ck_assert_str_eq(waits_for_inner(), "t");
    give(INNER, 7);
    expect_ends("result 7", "result 7");
}
END_TEST

START_TEST(test_before_3_14_it_has_not)
{
    th_use("3.13");
    call_shield();
    log_callbacks(INNER);
    th_expect("shield.<locals>._inner_done_callback");
    ck_assert_str_eq(waits_for_inner(), "o");
    give(INNER, 7);
    expect_ends("result 7", "result 7");
}
END_TEST

START_TEST(test_an_outer_future_that_was_cleared_waits_no_more)
{
    th_use("3.13");
    link_both();
    ck_assert_str_eq(waits_for_inner(), "o");
    ac_future_clear(th.slots[OUTER]);
    ck_assert_str_eq(waits_for_inner(), "nobody");
}
END_TEST

/* shield_forgets_waiter */
START_TEST(test_a_cancelled_shield_takes_it_off_since_3_14_8)
{
    call_shield();
    cancel(8, 0);
    th_turns(&th.loop, 1);
    log_callbacks(INNER);
    th_expect("t caught CancelledError()");
    ck_assert_str_eq(waits_for_inner(), "nobody");
    give(INNER, 1);
    expect_ends("result 1", "cancelled None");
    th_use("3.14.2");
    call_shield();
    cancel(8, 0);
    th_turns(&th.loop, 1);
    log_callbacks(INNER);
    th_expect("t caught CancelledError(), shield.<locals>._clear_awaited_by_callback, _log_on_exception");
    give(INNER, 1);
    expect_ends("result 1", "cancelled None");
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_the_outer_future_ends_as_the_inner_one_does,
        test_an_error_is_passed_on_and_counts_as_retrieved,
        test_a_cancelled_inner_future_cancels_the_outer_one,
        test_an_outer_future_that_is_done_by_hand_is_an_error_of_the_callback,
        test_the_inner_future_is_left_alone,
        test_an_error_in_the_turn_of_the_cancellation_is_swallowed_before_3_14,
        test_a_result_in_the_turn_of_the_cancellation_is_nothing,
        test_an_error_that_nobody_waits_for_was_told_at_once,
        test_results_and_cancellations_are_not_told,
        test_it_is_told_once_for_all_shields,
        test_the_report_keeps_the_future,
        test_what_the_handler_raises_leaves_the_loop,
        test_what_cannot_be_linked_is_refused,
        test_without_memory_nothing_is_linked,
        test_each_keeps_the_other,
        test_a_callback_that_waits_for_its_turn_inherits_the_inner_future,
        test_either_may_be_cleared_first,
        test_either_may_be_cleared_while_callbacks_wait_for_their_turn,
        test_a_loop_that_is_closed_drops_both_links,
        test_a_task_that_calls_has_one_more_callback,
        test_before_3_14_it_has_not,
        test_an_outer_future_that_was_cleared_waits_no_more,
        test_a_cancelled_shield_takes_it_off_since_3_14_8,
    };
    return TH_MAIN("shield", tests);
}
