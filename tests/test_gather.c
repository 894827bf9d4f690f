/* test_gather.c - gather: how it ends, what it makes of its children's ends, and who keeps whom.
 *
 * Mirrors    tasks.gather; orders from CPython 3.12.1, 3.13.0, 3.13.18, 3.14.10 and 3.15.2.
 * Rules      Numbers in the comments are those of the rules of asyncio that are easy to get wrong.
 *            Children are in the slots 0 to 3, the gather is in slot 5. */
#include "host.h"

#include <string.h>

enum { OUTER = 5 };

static const char *const names[] = {"a", "b", "c", "d"};

static ac_gather *gather(void)
{
    return ac_future_gather(th.slots[OUTER]);
}

/* An empty gather in its slot, with room. */
static ac_gather *begin(size_t room, bool return_exceptions)
{
    ac_gather *made = th_gather_new("g");
    if (th.slots[OUTER] != NULL)
        th_release(th.slots[OUTER]);
    th.slots[OUTER] = &made->outer;
    th_ok(ac_gather_init(made, &th.loop, room, return_exceptions));
    return made;
}

/* A gather of that many new futures. */
static void gather_futures(size_t count, bool return_exceptions)
{
    ac_gather *made = begin(count, return_exceptions);
    for (unsigned i = 0; i < count; i++)
        th_ok(ac_gather_add(made, th_slot(i, names[i])));
    th_ok(ac_gather_start(made));
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

static const char *state(void)
{
    return th_state(th.slots[OUTER]);
}

static void retrieve(unsigned slot)
{
    ac_future_set_log_traceback(th.slots[slot], false);
}

static void drop(unsigned slot)
{
    ac_future *future = th.slots[slot];
    th.slots[slot] = NULL;
    th_release(future);
}

/* Turns until nothing is ready; what the outer future has then. */
static const char *end(void)
{
    th_run(&th.loop);
    retrieve(OUTER);
    return state();
}

/* ---- Results ---- */

START_TEST(test_the_results_come_in_the_order_of_the_children)
{
    gather_futures(3, false);
    give(2, 30);
    give(0, 10);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(state(), "pending");
    give(1, 20);
    ck_assert_str_eq(state(), "pending");
    ck_assert_str_eq(end(), "result [10, 20, 30]");
}
END_TEST

/* Rule 70. */
START_TEST(test_a_gather_of_what_is_done_is_done_when_it_starts)
{
    ac_gather *made = begin(2, false);
    for (unsigned i = 0; i < 2; i++) {
        th_slot(i, names[i]);
        give(i, (int)i + 1);
        th_ok(ac_gather_add(made, th.slots[i]));
    }
    ck_assert_str_eq(state(), "pending");
    th_ok(ac_gather_start(made));
    ck_assert_str_eq(state(), "result [1, 2]");
    ck_assert_double_lt(ac_loop_timeout(&th.loop), 0);
}
END_TEST

START_TEST(test_a_child_that_is_done_counts_before_those_that_wait)
{
    ac_gather *made = begin(2, false);
    th_slot(0, "a");
    th_slot(1, "b");
    give(1, 2);
    th_ok(ac_gather_add(made, th.slots[0]));
    th_ok(ac_gather_add(made, th.slots[1]));
    th_ok(ac_gather_start(made));
    ck_assert_str_eq(state(), "pending");
    give(0, 1);
    ck_assert_str_eq(end(), "result [1, 2]");
}
END_TEST

START_TEST(test_a_gather_of_nothing_has_an_empty_list)
{
    th_ok(ac_gather_start(begin(0, false)));
    ck_assert_str_eq(state(), "result []");
}
END_TEST

/* Rule 73. */
START_TEST(test_a_future_that_is_there_twice_has_one_callback_and_two_places)
{
    ac_gather *made = begin(4, false);
    th_ok(ac_gather_add(made, th_slot(0, "a")));
    th_ok(ac_gather_add(made, th_slot(1, "b")));
    th_ok(ac_gather_add_again(made, 0));
    th_ok(ac_gather_add_again(made, 2));
    th_ok(ac_gather_start(made));
    ck_assert_uint_eq(ac_gather_count(made), 4);
    ck_assert_ptr_eq(ac_gather_child(made, 3), th.slots[0]);
    ck_assert_ptr_eq(ac_gather_child(made, 1), th.slots[1]);
    ck_assert_ptr_null(ac_gather_child(made, 4));
    give(0, 1);
    give(1, 2);
    ck_assert_str_eq(end(), "result [1, 2, 1, 1]");
}
END_TEST

/* ---- Children of which only the outcome is kept ---- */

static const th_op gives_object[] = {{TH_RETURN_NEW, .text = "object"}};

/* In slot 0; what is returned says whether it could be folded. */
static bool fold_task(ac_gather *made, const th_op *script)
{
    ac_task *task = th_start(0, "task", script, AC_EAGER_DEFAULT);
    ac_task_set_log_destroy_pending(task, false);
    th_run(&th.loop);
    bool folded = ac_gather_fold(made, task);
    th_release(th.slots[0]);
    th.slots[0] = NULL;
    return folded;
}

static ac_gather *begin_folded(bool return_exceptions)
{
    static const th_op gives_one[] = {{TH_RETURN, .number = 1}};
    ac_gather *made = begin(5, return_exceptions);
    ck_assert(fold_task(made, gives_object));
    th_ok(ac_gather_add(made, th_slot(1, "b")));
    ck_assert(fold_task(made, gives_one));
    th_ok(ac_gather_add_again(made, 0));
    ck_assert(fold_task(made, gives_object));
    return made;
}

START_TEST(test_of_a_child_that_has_ended_the_outcome_is_enough)
{
    ac_gather *made = begin_folded(false);
    th_ok(ac_gather_start(made));
    ck_assert_str_eq(state(), "pending");
    ck_assert_int_eq(th.futures, 2);
    ck_assert(ac_gather_is_folded(made, 3) && !ac_gather_is_folded(made, 1) && !ac_gather_is_folded(made, 5));
    ck_assert_ptr_null(ac_gather_child(made, 0));
    give(1, 2);
    ck_assert_str_eq(end(), "result [object, 2, 1, object, object]");
}
END_TEST

START_TEST(test_a_gather_of_folded_children_alone_is_done_at_its_start)
{
    ac_gather *made = begin(1, false);
    ck_assert(fold_task(made, gives_object));
    th_ok(ac_gather_start(made));
    ck_assert_str_eq(state(), "result [object]");
}
END_TEST

START_TEST(test_a_folded_child_can_be_made_again)
{
    ac_gather *made = begin_folded(false);
    ac_task *again = th_task_new("again", NULL);
    ac_gather_unfold(made, 3, again, ac_none());
    ck_assert_uint_eq(th_refs(&again->future), 2);
    ck_assert_ptr_eq(ac_gather_child(made, 0), &again->future);
    ck_assert_str_eq(th_state(&again->future), "result object");
    ck_assert_uint_ne(ac_task_serial(again), 0);
    ck_assert(!ac_task_get_log_destroy_pending(again));
    th_release(&again->future);
    th_ok(ac_gather_start(made));
    give(1, 2);
    ck_assert_str_eq(end(), "result [object, 2, 1, object, object]");
}
END_TEST

START_TEST(test_a_gather_with_folded_children_can_be_cancelled_or_fail)
{
    th_ok(ac_gather_start(begin_folded(false)));
    cancel(OUTER, 0);
    ck_assert_str_eq(end(), "exception CancelledError()");
    ac_future_set_log_traceback(th.slots[OUTER], false);
    th_ok(ac_gather_start(begin_folded(false)));
    break_with(1, "x");
    ck_assert_str_eq(end(), "exception ValueError('x')");
    ac_future_set_log_traceback(th.slots[OUTER], false);
    (void)begin_folded(true); /* and is never started */
    give(1, 2);
    th_run(&th.loop);
}
END_TEST

START_TEST(test_only_what_has_ended_well_is_folded)
{
    static const th_op fails[] = {{TH_RAISE, .kind = TH_VALUE, .text = "x"}};
    static const th_op cancelled[] = {{TH_CANCEL_SELF}, {TH_END}};
    static const th_op asked[] = {{TH_CANCEL_SELF}, {TH_YIELD, .catches = true}, {TH_END}};
    ac_gather *made = begin(1, false);
    ck_assert(!fold_task(made, cancelled));
    ck_assert(!fold_task(made, asked));
    ac_task *task = th_start(0, "task", fails, AC_EAGER_DEFAULT);
    ck_assert(!ac_gather_fold(made, task));
    th_run(&th.loop);
    ck_assert(!ac_gather_fold(made, task));
    ac_future_set_log_traceback(th.slots[0], false);
    ck_assert(fold_task(made, gives_object));
    ck_assert(!fold_task(made, gives_object)); /* there is no room */
    th.log[0] = '\0';
}
END_TEST

/* ---- Errors ---- */

START_TEST(test_the_first_error_ends_the_gather_and_later_ones_count_as_retrieved)
{
    gather_futures(3, false);
    break_with(1, "first");
    th_turns(&th.loop, 1);
    ck_assert_str_eq(state(), "exception ValueError('first')");
    ck_assert(ac_future_get_log_traceback(th.slots[OUTER]));
    break_with(0, "second");
    ck_assert(ac_future_get_log_traceback(th.slots[0]));
    give(2, 3);
    ck_assert_str_eq(end(), "exception ValueError('first')");
    ck_assert(!ac_future_get_log_traceback(th.slots[0]));
    ck_assert(!ac_future_get_log_traceback(th.slots[1]));
}
END_TEST

START_TEST(test_the_gathers_own_error_is_reported_if_nobody_asks)
{
    gather_futures(1, false);
    break_with(0, "x");
    th_run(&th.loop);
    drop(OUTER);
    th_expect_reports("Future exception was never retrieved: ValueError('x')");
}
END_TEST

START_TEST(test_errors_that_are_there_at_the_start_are_looked_at_in_order)
{
    ac_gather *made = begin(3, false);
    for (unsigned i = 0; i < 3; i++) {
        th_slot(i, names[i]);
        break_with(i, names[i]);
        th_ok(ac_gather_add(made, th.slots[i]));
    }
    th_ok(ac_gather_start(made));
    ck_assert_str_eq(end(), "exception ValueError('a')");
    for (unsigned i = 0; i < 3; i++)
        ck_assert(!ac_future_get_log_traceback(th.slots[i]));
}
END_TEST

/* Rule 71: the gather itself is not cancelled. */
START_TEST(test_a_cancelled_child_is_an_error)
{
    gather_futures(2, false);
    cancel(0, 7);
    ck_assert_str_eq(end(), "exception CancelledError(7)");
    ck_assert(!ac_future_cancelled(th.slots[OUTER]));
    ac_future_clear(th.slots[1]);
}
END_TEST

/* Rule 72. */
START_TEST(test_errors_may_be_results)
{
    gather_futures(4, true);
    break_with(0, "x");
    cancel(1, 7);
    cancel(2, 0);
    ck_assert_str_eq(state(), "pending");
    give(3, 1);
    ck_assert_str_eq(end(), "result [ValueError('x'), CancelledError(7), CancelledError(''), 1]");
    ck_assert(!ac_future_get_log_traceback(th.slots[0]));
}
END_TEST

/* Rules 21 and 72: the error that left the body stays with the task. */
START_TEST(test_a_cancelled_task_has_no_message_in_the_list)
{
    static const th_op script[] = {{TH_SLEEP, .number = 1}, {TH_END}};
    ac_gather *made = begin(1, true);
    ac_value error;
    ac_how how;
    th_ok(ac_gather_add(made, &th_start(0, "t", script, AC_EAGER_NO)->future));
    th_ok(ac_gather_start(made));
    th_turns(&th.loop, 1);
    cancel(0, 7);
    ck_assert_str_eq(end(), "result [CancelledError('')]");
    th_ok(ac_future_result(th.slots[0], &how, &error));
    ck_assert_str_eq(th_repr_of(error), "CancelledError(7)");
}
END_TEST

/* ---- Cancelling ---- */

/* Rule 71. */
START_TEST(test_cancelling_a_gather_cancels_the_children)
{
    gather_futures(2, false);
    ck_assert(!ac_gather_cancel_requested(ac_future_gather(th.slots[OUTER])));
    cancel(OUTER, 7);
    ck_assert(ac_gather_cancel_requested(ac_future_gather(th.slots[OUTER])));
    ck_assert_str_eq(state(), "pending");
    ck_assert_str_eq(th_state(th.slots[0]), "cancelled 7");
    ck_assert_str_eq(th_state(th.slots[1]), "cancelled 7");
    ck_assert_str_eq(end(), "exception CancelledError(7)");
}
END_TEST

START_TEST(test_a_cancelled_gather_that_returns_exceptions_fails_when_all_are_done)
{
    gather_futures(3, true);
    give(2, 3);
    th_turns(&th.loop, 1);
    cancel(OUTER, 7);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(end(), "exception CancelledError()");
    gather_futures(2, true);
    break_with(0, "x");
    cancel(OUTER, 8);
    ck_assert_str_eq(end(), "exception CancelledError(8)");
}
END_TEST

/* A child that has swallowed the request: the gather is cancelled all the same. */
START_TEST(test_who_swallows_a_cancellation_does_not_save_the_gather)
{
    static const th_op script[] = {{TH_SLEEP, .number = 1, .catches = true}, {TH_RETURN, .number = 5}};
    ac_gather *made = begin(1, true);
    th_ok(ac_gather_add(made, &th_start(0, "t", script, AC_EAGER_NO)->future));
    th_ok(ac_gather_start(made));
    th_turns(&th.loop, 1);
    cancel(OUTER, 0);
    ck_assert_str_eq(end(), "exception CancelledError()");
    th_expect("t caught CancelledError()");
    ck_assert_str_eq(th_state(th.slots[0]), "result 5");
}
END_TEST

/* The second request is remembered; the task shows its message as long as it is there. */
START_TEST(test_a_message_that_was_swallowed_stays_with_the_task)
{
    static const th_op script[] = {{TH_SLEEP, .number = 1, .catches = true}, {TH_RETURN, .number = 5}};
    ac_gather *made = begin(1, true);
    th_ok(ac_gather_add(made, &th_start(0, "t", script, AC_EAGER_NO)->future));
    th_ok(ac_gather_start(made));
    th_turns(&th.loop, 1);
    cancel(OUTER, 1);
    ac_value message = th_new("message");
    th_ok(ac_future_cancel(th.slots[0], ac_lend(message), NULL));
    th_drop(message);
    ck_assert_str_eq(end(), "exception CancelledError(message)");
    th_expect("t caught CancelledError(1)");
    th_visitor visitor;
    th_visitor_init(&visitor);
    ck_assert_int_eq(ac_future_visit(th.slots[0], &visitor.visitor), 0);
    ck_assert_ptr_nonnull(strstr(visitor.seen, "message"));
    ck_assert_ptr_null(ac_task_waiting_for(th_task_in(0)));
}
END_TEST

/* Between two steps it has the message by itself. */
START_TEST(test_the_message_that_the_last_child_has_swallowed_is_the_gathers)
{
    static const th_op script[] = {{TH_YIELD, .catches = true}, {TH_YIELD}, {TH_RETURN, .number = 5}};
    ac_gather *made = begin(2, true);
    th_ok(ac_gather_add(made, &th_start(0, "t", script, AC_EAGER_NO)->future));
    th_ok(ac_gather_add_again(made, 0));
    th_ok(ac_gather_start(made));
    th_turns(&th.loop, 1);
    cancel(OUTER, 1);
    cancel(OUTER, 2);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(end(), "exception CancelledError(2)");
    th_expect("t caught CancelledError(2)");
}
END_TEST

START_TEST(test_a_gather_that_is_done_refuses_and_its_mark_stays)
{
    bool did = true;
    gather_futures(2, false);
    break_with(0, "x");
    th_run(&th.loop);
    th_ok(ac_future_cancel(th.slots[OUTER], ac_none_ref(), &did));
    ck_assert(!did);
    ck_assert(ac_future_get_log_traceback(th.slots[OUTER]));
    ck_assert_str_eq(th_state(th.slots[1]), "pending");
    retrieve(OUTER);
    ac_future_clear(th.slots[1]);
}
END_TEST

/* All are done, but the callbacks have not run. */
START_TEST(test_a_gather_whose_children_refuse_refuses)
{
    bool did = true;
    gather_futures(1, false);
    give(0, 1);
    th_ok(ac_future_cancel(th.slots[OUTER], ac_none_ref(), &did));
    ck_assert(!did);
    ck_assert_str_eq(end(), "result [1]");
}
END_TEST

START_TEST(test_a_child_that_is_there_twice_is_asked_twice)
{
    static const th_op script[] = {{TH_SLEEP, .number = 1}, {TH_END}};
    ac_gather *made = begin(2, false);
    ac_task *task = th_start(0, "t", script, AC_EAGER_NO);
    th_ok(ac_gather_add(made, &task->future));
    th_ok(ac_gather_add_again(made, 0));
    th_ok(ac_gather_start(made));
    th_turns(&th.loop, 1);
    cancel(OUTER, 0);
    ck_assert_uint_eq(ac_task_cancelling(task), 2);
    ck_assert_str_eq(end(), "exception CancelledError()");
}
END_TEST

START_TEST(test_a_task_that_waits_for_a_gather_hands_its_cancellation_on)
{
    static const th_op script[] = {{TH_AWAIT, OUTER, .catches = true}, {TH_END}};
    gather_futures(2, false);
    th_start(6, "t", script, AC_EAGER_NO);
    th_turns(&th.loop, 1);
    cancel(6, 9);
    ck_assert_str_eq(th_state(th.slots[1]), "cancelled 9");
    ck_assert_str_eq(end(), "exception CancelledError(9)");
    th_expect("t caught CancelledError(9)");
}
END_TEST

/* A cancel of the program's own. */
START_TEST(test_a_child_whose_cancel_raises_ends_the_walk)
{
    bool did = true;
    gather_futures(3, false);
    ac_future_set_overridden(th.slots[1], true);
    th_fail(TH_HOOK_CANCEL, 1);
    th_expect_status(ac_future_cancel(th.slots[OUTER], ac_none_ref(), &did), AC_E_RAISED);
    ck_assert_str_eq(th_repr_of(ac_loop_take_raised(&th.loop)), "RuntimeError('cancel failed')");
    ck_assert_str_eq(th_state(th.slots[0]), "cancelled None");
    ck_assert_str_eq(th_state(th.slots[2]), "pending");
    ck_assert_str_eq(end(), "exception CancelledError()");
    ac_future_clear(th.slots[1]);
    ac_future_clear(th.slots[2]);
}
END_TEST

/* Rule 37: gathers of gathers are cancelled by recursion, and that is bounded. */
START_TEST(test_a_gather_of_itself_is_too_deep)
{
    ac_gather *made = begin(1, false);
    th_ok(ac_gather_add(made, &made->outer));
    th_ok(ac_gather_start(made));
    th_expect_status(ac_future_cancel(&made->outer, ac_none_ref(), NULL), AC_E_RAISED);
    ck_assert_str_eq(th_repr_of(ac_loop_take_raised(&th.loop)),
                     "RecursionError('maximum recursion depth exceeded')");
    ac_future_clear(&made->outer);
}
END_TEST

/* ---- Misuse ---- */

START_TEST(test_what_does_not_fit_is_refused)
{
    static const char words[] =
        "The future belongs to a different loop than the one specified as the loop argument";
    ac_loop other;
    ac_future foreign = {0}, nobody = {0};
    ac_gather *made = begin(1, false);
    th_ok(ac_loop_init(&other, &th.table, NULL));
    th_ok(ac_future_init(&foreign, &other));
    th_expect_failure(ac_gather_add(made, &foreign), AC_E_VALUE, words);
    th_expect_failure(ac_gather_add(made, &nobody), AC_E_RUNTIME, "Future object is not initialized.");
    th_expect_failure(ac_gather_add_again(made, 0), AC_E_VALUE, "there is no such child");
    th_ok(ac_gather_add(made, th_slot(0, "a")));
    th_expect_failure(ac_gather_add(made, th_slot(1, "b")), AC_E_RUNTIME,
                      "there is no room for another child");
    th_expect_failure(ac_gather_add_again(made, 0), AC_E_RUNTIME, "there is no room for another child");
    th_ok(ac_gather_start(made));
    th_expect_status(ac_gather_start(made), AC_E_RUNTIME);
    th_expect_status(ac_gather_init(made, &th.loop, 1, false), AC_E_RUNTIME);
    ck_assert_uint_eq(th.bytes > 0, 1);
    give(0, 1);
    ck_assert_str_eq(end(), "result [1]");
    th_ok(ac_loop_close(&other));
}
END_TEST

START_TEST(test_a_future_that_is_no_gather_is_none)
{
    ck_assert_ptr_null(ac_future_gather(th_slot(0, "a")));
    ck_assert_ptr_eq(&begin(0, false)->outer, th.slots[OUTER]);
    ck_assert_ptr_eq(gather(), (ac_gather *)(void *)th.slots[OUTER]);
}
END_TEST

/* bpo-46672: the gather never came to be, its callbacks did. */
START_TEST(test_a_gather_that_never_starts_looks_at_errors_and_goes)
{
    ac_gather *made = begin(2, false);
    th_ok(ac_gather_add(made, th_slot(0, "a")));
    th_ok(ac_gather_add(made, th_slot(1, "b")));
    drop(OUTER);
    th_expect_released("");
    break_with(0, "x");
    cancel(1, 0);
    th_run(&th.loop);
    ck_assert(!ac_future_get_log_traceback(th.slots[0]));
    th_expect_released("g");
    ck_assert_uint_eq(th.bytes, 0);
}
END_TEST

/* ---- Want of memory ---- */

START_TEST(test_a_gather_without_memory_is_refused)
{
    ac_gather *made = th_gather_new("g");
    th.slots[OUTER] = &made->outer;
    th_fail(TH_HOOK_REALLOC, 1);
    th_expect_failure(ac_gather_init(made, &th.loop, 2, false), AC_E_MEMORY, "no memory for a gather");
    th_expect_status(ac_gather_init(made, &th.loop, SIZE_MAX / 16, false), AC_E_MEMORY);
    ck_assert_ptr_null(ac_future_get_loop(&made->outer));
}
END_TEST

START_TEST(test_a_gather_without_memory_for_its_end_has_a_memory_error)
{
    gather_futures(1, false);
    give(0, 1);
    th_fail(TH_HOOK_MAKE_LIST, 1);
    ck_assert_str_eq(end(), "exception None");
    gather_futures(2, true);
    cancel(0, 0);
    cancel(1, 3);
    th_fail(TH_HOOK_ERROR, 1);
    ck_assert_str_eq(end(), "exception None");
    gather_futures(1, false);
    cancel(0, 0);
    th_fail(TH_HOOK_ERROR, 1);
    ck_assert_str_eq(end(), "exception None");
}
END_TEST

START_TEST(test_a_memory_error_in_the_list_is_no_result)
{
    gather_futures(1, true);
    th_ok(ac_future_set_exception(th.slots[0], ac_none()));
    ck_assert_str_eq(end(), "exception None");
}
END_TEST

/* ---- Who keeps whom ---- */

static const char *visit(ac_future *future)
{
    static th_visitor visitor;
    th_visitor_init(&visitor);
    ck_assert_int_eq(ac_future_visit(future, &visitor.visitor), 0);
    return visitor.seen;
}

/* The children keep the gather, and the gather its children. */
START_TEST(test_each_edge_is_shown_once)
{
    ac_gather *made = begin(3, false);
    th_ok(ac_gather_add(made, th_slot(0, "a")));
    th_ok(ac_gather_add(made, th_slot(1, "b")));
    th_ok(ac_gather_add_again(made, 0));
    th_ok(ac_gather_start(made));
    ck_assert_str_eq(visit(th.slots[OUTER]), "a, b");
    ck_assert_str_eq(visit(th.slots[0]), "g");
    ck_assert_str_eq(visit(th.slots[1]), "g");
    ck_assert_uint_eq(th_refs(th.slots[OUTER]), 3);
    ck_assert_uint_eq(th_refs(th.slots[0]), 2);
    give(0, 1);
    ck_assert_str_eq(visit(th.slots[0]), "1");
    th_turns(&th.loop, 1);
    ck_assert_uint_eq(th_refs(th.slots[OUTER]), 2);
    give(1, 2);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(visit(th.slots[OUTER]), "[1, 2, 1], a, b");
    ck_assert_uint_eq(th_refs(th.slots[OUTER]), 1);
    drop(OUTER);
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
}
END_TEST

START_TEST(test_a_gather_that_nobody_holds_lives_until_its_children_are_done)
{
    gather_futures(2, false);
    drop(OUTER);
    give(0, 1);
    th_run(&th.loop);
    th_expect_released("");
    give(1, 2);
    th_run(&th.loop);
    th_expect_released("g");
    ck_assert_uint_eq(th.bytes, 0);
}
END_TEST

/* A collector clears in any order. */
START_TEST(test_the_gather_may_be_cleared_first)
{
    gather_futures(2, false);
    give(0, 1);
    ac_future_clear(th.slots[OUTER]);
    ac_future_clear(th.slots[OUTER]);
    ck_assert_uint_eq(th_refs(th.slots[1]), 1);
    ck_assert_uint_eq(ac_gather_count((ac_gather *)(void *)th.slots[OUTER]), 0);
    give(1, 2);
    th_run(&th.loop);
    ck_assert_uint_eq(th_refs(th.slots[OUTER]), 1);
    ck_assert_uint_eq(th.bytes, 0);
}
END_TEST

START_TEST(test_a_child_may_be_cleared_first)
{
    gather_futures(2, false);
    ac_future_clear(th.slots[0]);
    ck_assert_uint_eq(th_refs(th.slots[OUTER]), 2);
    give(1, 2);
    th_run(&th.loop);
    ck_assert_str_eq(state(), "pending");
    ck_assert_uint_eq(th_refs(th.slots[OUTER]), 1);
}
END_TEST

START_TEST(test_a_gather_that_is_cleared_before_its_start_is_cleared)
{
    ac_gather *made = begin(2, false);
    th_ok(ac_gather_add(made, th_slot(0, "a")));
    ac_future_clear(&made->outer);
    break_with(0, "x");
    th_run(&th.loop);
    ck_assert(ac_future_get_log_traceback(th.slots[0]));
    retrieve(0);
}
END_TEST

START_TEST(test_a_loop_that_is_closed_drops_the_callbacks)
{
    gather_futures(2, false);
    give(0, 1);
    th_ok(ac_loop_close(&th.loop));
    ck_assert_uint_eq(th_refs(th.slots[OUTER]), 2);
    ac_future_clear(th.slots[1]);
    ck_assert_uint_eq(th_refs(th.slots[OUTER]), 1);
}
END_TEST

/* A child that is given up by the walk that cancels it takes the gather with it. */
static void clear_gather(ac_loop *loop, th_object *object)
{
    (void)loop;
    (void)object;
    if (th.slots[OUTER] != NULL)
        ac_future_clear(th.slots[OUTER]);
}

static bool clear_at_cancel(ac_loop *loop, th_hook hook)
{
    if (hook == TH_HOOK_CANCEL)
        clear_gather(loop, NULL);
    return false;
}

START_TEST(test_the_gather_may_be_cleared_while_it_is_cancelled)
{
    gather_futures(3, false);
    ac_future_set_overridden(th.slots[1], true);
    th.intercept = clear_at_cancel;
    cancel(OUTER, 0);
    th.intercept = NULL;
    ck_assert_str_eq(th_state(th.slots[2]), "pending");
    th_expect("b.cancel(msg=None)");
    th_run(&th.loop);
}
END_TEST

/* The caller is a task: since 3.14 the await graph has an edge to it. */
static void gather_two(ac_loop *loop, th_coro *coro)
{
    (void)loop;
    (void)coro;
    gather_futures(2, false);
}

static const char *waits_for(unsigned slot)
{
    ac_waiters waiters = ac_future_waiters(th.slots[slot]);
    ac_future *waiter = ac_waiters_next(&waiters);
    return waiter != NULL ? th_name(waiter) : "nobody";
}

static const th_op calls[] = {{TH_CALL, .call = gather_two}, {TH_AWAIT, 9}, {TH_END}};

START_TEST(test_the_children_are_waited_for_by_the_task_that_has_called)
{
    th_slot(9, "f");
    th_start(8, "t", calls, AC_EAGER_NO);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(waits_for(0), "t");
    ck_assert_str_eq(visit(th.slots[OUTER]), "t, a, b");
    break_with(0, "x");
    th_turns(&th.loop, 1);
    ck_assert_str_eq(waits_for(1), "nobody");
    ck_assert_str_eq(visit(th.slots[OUTER]), "ValueError('x'), t, a, b");
    give(1, 1);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(visit(th.slots[OUTER]), "ValueError('x'), a, b");
    give(9, 1);
    ck_assert_str_eq(end(), "exception ValueError('x')");
}
END_TEST

START_TEST(test_before_that_by_the_gather)
{
    th_use("3.13");
    th_slot(9, "f");
    th_start(8, "t", calls, AC_EAGER_NO);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(waits_for(0), "g");
    ck_assert_str_eq(visit(th.slots[OUTER]), "a, b");
    give(9, 1);
    give(0, 1);
    give(1, 2);
    ck_assert_str_eq(end(), "result [1, 2]");
}
END_TEST

/* ---- In a frame of the core ---- */

typedef struct holder {
    th_coro head;
    ac_gather gather;
} holder;

static holder *holder_of(ac_coro *co)
{
    return (holder *)(void *)AC_CONTAINER_OF(co, th_coro, co);
}

enum { ALL = 1 };

static ac_turn hold(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    holder *self = holder_of(co);
    ac_turn turn = AC_RETURNED;
    AC_BEGIN(co);
    th_ok(ac_gather_init_embedded(&self->gather, loop, 2, true));
    th_ok(ac_gather_add(&self->gather, th.slots[0]));
    th_ok(ac_gather_add(&self->gather, th.slots[1]));
    th_ok(ac_gather_start(&self->gather));
    AC_AWAIT(ALL, &self->gather.outer);
    th_log("%s %s", how == AC_SEND ? "sent" : "thrown", th_repr(in));
    turn = how == AC_SEND ? ac_return(out, ac_none()) : ac_raise(loop, in, out);
    ac_future_clear(&self->gather.outer);
    AC_END(co);
    return turn;
}

static int visit_holder(ac_coro *co, ac_visitor *visitor)
{
    return co->at == ALL ? ac_future_visit(&holder_of(co)->gather.outer, visitor) : 0;
}

static void clear_holder(ac_loop *loop, ac_coro *co)
{
    (void)loop;
    if (co->at == ALL)
        ac_future_clear(&holder_of(co)->gather.outer);
    co->at = AC_AT_END;
}

/* A task in slot 8 that gathers the futures in slots 0 and 1, and waits. */
static void start_holder(void)
{
    static const ac_coro_ops ops = {hold, NULL, visit_holder, clear_holder};
    th_slot(0, "a");
    th_slot(1, "b");
    (void)th_start_body(&th.loop, 8, th_coro_new("t", sizeof(holder), &ops));
    th_turns(&th.loop, 1);
}

START_TEST(test_a_gather_may_lie_in_a_frame)
{
    start_holder();
    ck_assert(ac_future_is_embedded(ac_task_waiting_for(th_task_in(8))));
    ck_assert_str_eq(visit(th.slots[0]), "t");
    ck_assert_str_eq(visit(th.slots[8]), "copy, t, t, a, b");
    break_with(0, "x");
    give(1, 1);
    th_run(&th.loop);
    th_expect("sent [ValueError('x'), 1]");
    ck_assert_uint_eq(th_refs(th.slots[8]), 1);
    ck_assert_uint_eq(th.bytes, 0);
}
END_TEST

START_TEST(test_its_task_may_be_cancelled)
{
    start_holder();
    cancel(8, 4);
    ck_assert_str_eq(th_state(th.slots[0]), "cancelled 4");
    th_run(&th.loop);
    th_expect("thrown CancelledError(4)");
}
END_TEST

START_TEST(test_its_frame_may_end_before_the_children)
{
    start_holder();
    ac_task_set_log_destroy_pending(th_task_in(8), false);
    ac_future_clear(th.slots[8]);
    ck_assert_str_eq(visit(th.slots[0]), "t");
    give(0, 1);
    th_turns(&th.loop, 1);
    ac_future_clear(th.slots[1]);
    ck_assert_uint_eq(th_refs(th.slots[8]), 1);
    ck_assert_uint_eq(th.bytes, 0);
}
END_TEST

START_TEST(test_a_frame_that_belongs_to_no_task_keeps_itself)
{
    ac_gather made;
    th_fail(TH_HOOK_REALLOC, 1);
    th_expect_status(ac_gather_init_embedded(&made, &th.loop, 1, true), AC_E_MEMORY);
    ac_future_clear(&made.outer);
    th_ok(ac_gather_init_embedded(&made, &th.loop, 1, true));
    th_ok(ac_gather_add(&made, th_slot(0, "a")));
    th_ok(ac_gather_start(&made));
    ck_assert_str_eq(visit(th.slots[0]), "");
    ac_future_clear(&made.outer);
    give(0, 1);
    th_run(&th.loop);
    ck_assert_uint_eq(th.bytes, 0);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_the_results_come_in_the_order_of_the_children,
        test_a_gather_of_what_is_done_is_done_when_it_starts,
        test_a_child_that_is_done_counts_before_those_that_wait,
        test_a_gather_of_nothing_has_an_empty_list,
        test_a_future_that_is_there_twice_has_one_callback_and_two_places,
        test_of_a_child_that_has_ended_the_outcome_is_enough,
        test_a_gather_of_folded_children_alone_is_done_at_its_start,
        test_a_folded_child_can_be_made_again,
        test_a_gather_with_folded_children_can_be_cancelled_or_fail,
        test_only_what_has_ended_well_is_folded,
        test_the_first_error_ends_the_gather_and_later_ones_count_as_retrieved,
        test_the_gathers_own_error_is_reported_if_nobody_asks,
        test_errors_that_are_there_at_the_start_are_looked_at_in_order,
        test_a_cancelled_child_is_an_error,
        test_errors_may_be_results,
        test_a_cancelled_task_has_no_message_in_the_list,
        test_cancelling_a_gather_cancels_the_children,
        test_a_cancelled_gather_that_returns_exceptions_fails_when_all_are_done,
        test_who_swallows_a_cancellation_does_not_save_the_gather,
        test_a_message_that_was_swallowed_stays_with_the_task,
        test_the_message_that_the_last_child_has_swallowed_is_the_gathers,
        test_a_gather_that_is_done_refuses_and_its_mark_stays,
        test_a_gather_whose_children_refuse_refuses,
        test_a_child_that_is_there_twice_is_asked_twice,
        test_a_task_that_waits_for_a_gather_hands_its_cancellation_on,
        test_a_child_whose_cancel_raises_ends_the_walk,
        test_a_gather_of_itself_is_too_deep,
        test_what_does_not_fit_is_refused,
        test_a_future_that_is_no_gather_is_none,
        test_a_gather_that_never_starts_looks_at_errors_and_goes,
        test_a_gather_without_memory_is_refused,
        test_a_gather_without_memory_for_its_end_has_a_memory_error,
        test_a_memory_error_in_the_list_is_no_result,
        test_each_edge_is_shown_once,
        test_a_gather_that_nobody_holds_lives_until_its_children_are_done,
        test_the_gather_may_be_cleared_first,
        test_a_child_may_be_cleared_first,
        test_a_gather_that_is_cleared_before_its_start_is_cleared,
        test_a_loop_that_is_closed_drops_the_callbacks,
        test_the_gather_may_be_cleared_while_it_is_cancelled,
        test_the_children_are_waited_for_by_the_task_that_has_called,
        test_before_that_by_the_gather,
        test_a_gather_may_lie_in_a_frame,
        test_its_task_may_be_cancelled,
        test_its_frame_may_end_before_the_children,
        test_a_frame_that_belongs_to_no_task_keeps_itself,
    };
    return TH_MAIN("gather", tests);
}
