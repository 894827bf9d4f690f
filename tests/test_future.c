/* test_future.c - states and results of futures, the await protocol, reports at the end, visit and clear
 * (src/future/future.c).  Callbacks are test_callbacks.c. */
#include "future/future_impl.h"
#include "host.h"

#include <stdio.h>

static ac_future *future; /* th.slots[0] */

static void pending(void)
{
    future = th_slot(0, "f");
}

/* The result as future.result() gives it, as "send REPR" or "throw REPR". */
static const char *result(void)
{
    static char text[256];
    ac_how how;
    ac_value value;
    th_ok(ac_future_result(future, &how, &value));
    snprintf(text, sizeof text, "%s %s", how == AC_SEND ? "send" : "throw", th_repr_of(value));
    return text;
}

static const char *exception(void)
{
    ac_value value;
    th_ok(ac_future_exception(future, &value));
    return th_repr_of(value);
}

static const char *raised(void)
{
    return th_repr_of(ac_loop_take_raised(&th.loop));
}

static void set_exception(th_kind kind, const char *text)
{
    th_ok(ac_future_set_exception(future, th_exception(kind, text)));
}

/* ---- Birth ---- */

START_TEST(test_a_new_future_is_pending)
{
    pending();
    ck_assert_int_eq(ac_future_get_state(future), AC_PENDING);
    ck_assert(!ac_future_done(future));
    ck_assert(!ac_future_cancelled(future));
    ck_assert_ptr_eq(ac_future_get_loop(future), &th.loop);
    ck_assert_ptr_null(ac_future_task(future));
    ck_assert(!ac_future_is_blocking(future));
    ck_assert(!ac_future_get_log_traceback(future));
    ck_assert_ptr_null(ac_future_next_callback(future, NULL));
}
END_TEST

/* Bad input: double init (gh-142615). */
START_TEST(test_a_future_is_initialised_once)
{
    pending();
    th_expect_failure(ac_future_init(future, &th.loop), AC_E_RUNTIME,
                      "_asyncio.Future object is already initialized");
    th_ok(ac_future_set_result(future, th_int(1)));
    th_expect_failure(ac_future_init(future, &th.loop), AC_E_RUNTIME,
                      "_asyncio.Future object is already initialized");
    ck_assert_str_eq(th_state(future), "result 1");
}
END_TEST

/* Before gh-142615. */
START_TEST(test_a_future_is_made_anew_in_older_releases)
{
    static const th_op waits[] = {{TH_AWAIT, 0, .text = "got"}, {TH_END}};
    th_callback callback;
    th_loop_init(&(ac_loop_options){.semantics = "3.14"});
    pending();
    th_callback_init(&callback, "never", NULL);
    th_ok(ac_future_add_done_callback(future, th_cb(&callback)));
    ac_task *task = th_start(1, "waits", waits, AC_EAGER_NO);
    th_turns(&th.loop, 1);
    ac_future_set_blocking(future, true);
    th_ok(ac_future_init(future, &th.loop));
    ck_assert_uint_eq(callback.dones, 1);
    ck_assert(!ac_future_is_blocking(future));
    ck_assert_ptr_null(ac_future_next_callback(future, NULL));
    set_exception(TH_VALUE, "x");
    th_ok(ac_future_init(future, &th.loop));
    ck_assert_str_eq(th_state(future), "pending");
    ck_assert(!ac_future_get_log_traceback(future));
    th_ok(ac_future_set_result(future, th_int(2)));
    th_turns(&th.loop, 1);
    th_expect("");
    ck_assert(!ac_future_done(&task->future));
    ac_task_set_log_destroy_pending(task, false);
}
END_TEST

/* What begins a task, or lies in a frame, is no future of the program's. */
START_TEST(test_a_task_is_not_made_anew_as_a_future)
{
    static const th_op ends[] = {{TH_END}};
    th_loop_init(&(ac_loop_options){.semantics = "3.12"});
    ac_task *task = th_start(1, "t", ends, AC_EAGER_NO);
    th_run(&th.loop);
    th_expect_status(ac_future_init(&task->future, &th.loop), AC_E_RUNTIME);
    ck_assert(ac_future_done(&task->future));
}
END_TEST

START_TEST(test_a_cleared_future_may_be_initialised_again)
{
    pending();
    th_ok(ac_future_set_result(future, th_int(1)));
    ac_future_clear(future);
    th_ok(ac_future_init(future, &th.loop));
    ck_assert_str_eq(th_state(future), "pending");
    th_ok(ac_future_set_result(future, th_int(2)));
    ck_assert_str_eq(result(), "send 2");
}
END_TEST

START_TEST(test_a_future_that_was_not_initialised_does_nothing)
{
    ac_how how = AC_SEND;
    ac_value value = ac_none();
    bool did = false;
    th_callback *callback = th_callback_new("a", NULL);
    th_visitor visitor;
    th_visitor_init(&visitor);
    future = th_future_new(NULL, "f");
    th_expect_status(ac_future_set_result(future, th_int(1)), AC_E_RUNTIME);
    th_expect_status(ac_future_set_exception(future, ac_none()), AC_E_RUNTIME);
    th_expect_status(ac_future_cancel(future, ac_none_ref(), &did), AC_E_RUNTIME);
    th_expect_status(ac_future_result(future, &how, &value), AC_E_RUNTIME);
    th_expect_status(ac_future_exception(future, &value), AC_E_RUNTIME);
    th_expect_status(ac_future_await_resumed(future, &how, &value), AC_E_RUNTIME);
    th_expect_status(ac_future_add_done_callback(future, th_cb(callback)), AC_E_RUNTIME);
    th_expect_status(ac_future_remove_done_callback(future, th_cb(callback)), AC_E_RUNTIME);
    ck_assert_ptr_null(ac_future_next_callback(future, NULL));
    ck_assert_ptr_null(ac_future_get_loop(future));
    ck_assert_int_eq(ac_future_visit(future, &visitor.visitor), 0);
    ac_future_finalize(future);
    ac_future_clear(future);
    ck_assert(!did);
    th_release(future);
}
END_TEST

/* ---- Finishing ---- */

START_TEST(test_a_result)
{
    pending();
    th_ok(ac_future_set_result(future, th_new("x")));
    ck_assert_int_eq(ac_future_get_state(future), AC_FINISHED);
    ck_assert(ac_future_done(future));
    ck_assert(!ac_future_cancelled(future));
    ck_assert_str_eq(result(), "send x");
    ck_assert_str_eq(result(), "send x");
    ck_assert_str_eq(exception(), "None");
    ck_assert_int_eq(th.objects, 1);
}
END_TEST

/* Rule 22. */
START_TEST(test_an_exception_is_the_same_object_for_everyone)
{
    pending();
    ac_value error = th_exception(TH_VALUE, "x"), one, two;
    ac_how how;
    th_ok(ac_future_set_exception(future, error));
    ck_assert_int_eq(ac_future_get_state(future), AC_FAILED);
    th_ok(ac_future_result(future, &how, &one));
    th_ok(ac_future_exception(future, &two));
    ck_assert_int_eq(how, AC_THROW);
    ck_assert_uint_eq(one.bits, error.bits);
    ck_assert_uint_eq(two.bits, error.bits);
    th_drop(one);
    th_drop(two);
    ck_assert_int_eq(th.objects, 1);
}
END_TEST

START_TEST(test_an_exception_of_none_stands_for_a_memory_error)
{
    pending();
    th_ok(ac_future_set_exception(future, ac_none()));
    ck_assert_int_eq(ac_future_get_state(future), AC_FAILED);
    ck_assert_str_eq(result(), "throw None");
}
END_TEST

/* Rule 18: the messages are those of the C code. */
START_TEST(test_a_pending_future_has_neither_result_nor_exception)
{
    ac_how how;
    ac_value value;
    pending();
    th_expect_failure(ac_future_result(future, &how, &value), AC_E_STATE, "Result is not set.");
    th_expect_failure(ac_future_exception(future, &value), AC_E_STATE, "Exception is not set.");
}
END_TEST

START_TEST(test_a_future_is_done_once)
{
    for (int state = AC_FINISHED; state <= AC_CANCELLED; state++) {
        ac_value value = th_new("x"), error = th_exception(TH_VALUE, "x");
        bool did = true;
        pending();
        if (state == AC_FINISHED)
            th_ok(ac_future_set_result(future, th_int(1)));
        else if (state == AC_FAILED)
            set_exception(TH_TYPE, "first");
        else
            th_ok(ac_future_cancel(future, ac_none_ref(), NULL));
        th_expect_failure(ac_future_set_result(future, value), AC_E_STATE, "invalid state");
        th_expect_failure(ac_future_set_exception(future, error), AC_E_STATE, "invalid state");
        th_ok(ac_future_cancel(future, ac_none_ref(), &did));
        ck_assert(!did);
        ck_assert_int_eq((int)ac_future_get_state(future), state);
        th_drop(value);
        th_drop(error);
    }
}
END_TEST

START_TEST(test_tasks_finish_by_themselves)
{
    static const th_op script[] = {{TH_END}};
    ac_task *task = th_start(0, "t", script, AC_EAGER_NO);
    ck_assert_ptr_eq(ac_future_task(&task->future), task);
    th_expect_failure(ac_future_set_result(&task->future, th_int(1)), AC_E_RUNTIME,
                      "Task does not support set_result operation");
    th_expect_failure(ac_future_set_exception(&task->future, ac_none()), AC_E_RUNTIME,
                      "Task does not support set_exception operation");
    th_turns(&th.loop, 1);
}
END_TEST

START_TEST(test_a_future_of_a_closed_loop_can_be_finished)
{
    pending();
    th_ok(ac_loop_close(&th.loop));
    th_ok(ac_future_set_result(future, th_new("x")));
    ck_assert_str_eq(th_state(future), "result x");
}
END_TEST

/* ---- StopIteration (gh-112182) ---- */

static const char stop_words[] =
    "StopIteration interacts badly with generators and cannot be raised into a Future";

START_TEST(test_stop_iteration_becomes_a_runtime_error)
{
    static const th_kind kinds[] = {TH_STOP, TH_STOP_SUBCLASS};
    for (size_t i = 0; i < 2; i++) {
        pending();
        ac_value stop = th_exception(kinds[i], "x");
        th_ok(ac_future_set_exception(future, stop));
        th_object *error = th_object_of(ac_lend(future->result));
        ck_assert_int_eq(error->kind, TH_RUNTIME);
        ck_assert_str_eq(error->text, stop_words);
        ck_assert_uint_eq(error->cause.bits, stop.bits);
        ck_assert_uint_eq(error->context.bits, stop.bits);
        ac_future_set_log_traceback(future, false);
    }
}
END_TEST

START_TEST(test_before_gh_112182_stop_iteration_is_refused_but_not_its_subclasses)
{
    th_loop_init(&(ac_loop_options){.semantics = "3.12.5"});
    pending();
    ac_value stop = th_exception(TH_STOP, "x");
    th_expect_failure(ac_future_set_exception(future, stop), AC_E_TYPE, stop_words);
    th_drop(stop);
    ck_assert_str_eq(th_state(future), "pending");
    ck_assert(!ac_future_get_log_traceback(future));
    set_exception(TH_STOP_SUBCLASS, "x");
    ck_assert_str_eq(exception(), "MyStopIteration('x')");
}
END_TEST

START_TEST(test_stop_iteration_without_memory_for_its_replacement)
{
    pending();
    ac_value stop = th_exception(TH_STOP, "x");
    th_fail(TH_HOOK_ERROR, 1);
    th_expect_failure(ac_future_set_exception(future, stop), AC_E_MEMORY, "no memory for an exception");
    th_drop(stop);
    ck_assert_str_eq(th_state(future), "pending");
    ck_assert(!ac_future_get_log_traceback(future));
}
END_TEST

static ac_value error_without_cause(ac_loop *loop, const ac_error *error)
{
    (void)loop;
    return th_exception(TH_RUNTIME, error->text);
}

static void finish_it(ac_loop *loop, th_object *object)
{
    (void)loop;
    (void)object;
    th_expect_failure(ac_future_set_result(future, th_int(1)), AC_E_STATE, "invalid state");
    th_log("finalized");
}

/* Re-entry: the host's error does not keep its cause, and the finalizer of the StopIteration uses the
 * future. */
START_TEST(test_a_future_that_is_used_while_stop_iteration_is_replaced)
{
    pending();
    th.table.error = error_without_cause;
    ac_value stop = th_exception(TH_STOP, "x");
    th_object_of(ac_lend(stop))->finalize = finish_it;
    th_ok(ac_future_set_exception(future, stop));
    th_expect("finalized");
    ck_assert_int_eq(ac_future_get_state(future), AC_FAILED);
    ck_assert_int_eq(th.objects, 1);
    ac_future_set_log_traceback(future, false);
}
END_TEST

/* ---- Cancelling ---- */

START_TEST(test_cancel_tells_whether_it_was_accepted)
{
    bool did = false;
    pending();
    th_ok(ac_future_cancel(future, ac_none_ref(), &did));
    ck_assert(did);
    ck_assert(ac_future_cancelled(future));
    ck_assert_int_eq(ac_future_get_state(future), AC_CANCELLED);
    th_ok(ac_future_cancel(future, ac_none_ref(), &did));
    ck_assert(!did);
    th_ok(ac_future_cancel(future, ac_none_ref(), NULL));
}
END_TEST

/* Rule 20. */
START_TEST(test_a_cancelled_future_makes_a_new_error_with_the_message_each_time)
{
    pending();
    ac_value message = th_new("message"), one, two;
    ac_how how;
    th_ok(ac_future_cancel(future, ac_lend(message), NULL));
    ck_assert_uint_eq(th_object_of(ac_lend(message))->count, 2);
    th_drop(message);
    th_ok(ac_future_result(future, &how, &one));
    th_expect_status(ac_future_exception(future, &two), AC_E_RAISED);
    two = ac_loop_take_raised(&th.loop);
    ck_assert_int_eq(how, AC_THROW);
    ck_assert_uint_ne(one.bits, two.bits);
    ck_assert_str_eq(th_repr_of(one), "CancelledError(message)");
    ck_assert_str_eq(th_repr_of(two), "CancelledError(message)");
}
END_TEST

START_TEST(test_a_cancelled_future_without_a_message)
{
    pending();
    th_ok(ac_future_cancel(future, ac_none_ref(), NULL));
    ck_assert_str_eq(result(), "throw CancelledError()");
}
END_TEST

static const char *message(void)
{
    return th_repr(ac_future_cancel_message(future));
}

static void set_message(int64_t number)
{
    th_ok(ac_future_set_cancel_message(future, th_int(number)));
}

/* asyncio: _cancel_message. */
START_TEST(test_the_message_of_a_cancellation_can_be_read_and_replaced)
{
    pending();
    ck_assert(ac_is_none(ac_future_cancel_message(future)));
    set_message(1);
    ck_assert_str_eq(message(), "1");
    th_ok(ac_future_cancel(future, ac_lend(th_int(2)), NULL));
    ck_assert_str_eq(message(), "2");
    set_message(3);
    ck_assert_str_eq(message(), "3");
    ck_assert_str_eq(result(), "throw CancelledError(3)");
}
END_TEST

START_TEST(test_a_future_that_is_not_cancelled_has_no_use_for_a_message)
{
    pending();
    set_message(1);
    th_ok(ac_future_set_result(future, th_int(2)));
    ck_assert(ac_is_none(ac_future_cancel_message(future)));
    th_ok(ac_future_set_cancel_message(future, th_new("dropped")));
    ck_assert_str_eq(result(), "send 2");
    ac_future blank = {0};
    th_expect_status(ac_future_set_cancel_message(&blank, th_int(1)), AC_E_RUNTIME);
    ck_assert(ac_is_none(ac_future_cancel_message(&blank)));
}
END_TEST

START_TEST(test_a_task_shows_the_message_of_a_request_until_its_own_error_is_there)
{
    static const th_op script[] = {{TH_END}};
    ac_task *task = th_start(0, "t", script, AC_EAGER_NO);
    future = &task->future;
    th_ok(ac_future_cancel(future, ac_lend(th_int(7)), NULL));
    ck_assert_str_eq(message(), "7");
    th_turns(&th.loop, 1);
    ck_assert(ac_future_cancelled(future));
    ck_assert(ac_is_none(ac_future_cancel_message(future)));
    set_message(8);
    ck_assert_str_eq(result(), "throw CancelledError(7)");
    set_message(9);
    ck_assert_str_eq(result(), "throw CancelledError(9)");
}
END_TEST

START_TEST(test_a_task_that_has_swallowed_a_request_shows_its_message_to_the_end)
{
    static const th_op script[] = {{TH_YIELD, .catches = true}, {TH_RETURN, .number = 9}};
    ac_task *task = th_start(0, "t", script, AC_EAGER_NO);
    future = &task->future;
    th_turns(&th.loop, 1);
    th_ok(ac_future_cancel(future, ac_lend(th_int(7)), NULL));
    ck_assert_str_eq(message(), "7");
    th_turns(&th.loop, 1);
    th_expect("t caught CancelledError(7)");
    ck_assert_str_eq(th_state(future), "result 9");
    ck_assert_str_eq(message(), "7");
}
END_TEST

START_TEST(test_a_cancelled_error_that_cannot_be_made_is_none)
{
    pending();
    th_ok(ac_future_cancel(future, ac_none_ref(), NULL));
    th_fail(TH_HOOK_ERROR, 1);
    ck_assert_str_eq(result(), "throw None");
    th_fail(TH_HOOK_ERROR, 1);
    ac_value value;
    th_expect_status(ac_future_exception(future, &value), AC_E_RAISED);
    ck_assert_str_eq(raised(), "None");
}
END_TEST

/* Rule 21. */
START_TEST(test_a_cancelled_task_hands_out_its_own_error_once_then_new_ones_without_a_message)
{
    static const th_op script[] = {{TH_AWAIT, .slot = 1}, {TH_END}};
    (void)th_slot(1, "g");
    ac_task *task = th_start(0, "t", script, AC_EAGER_NO);
    future = &task->future;
    th_turns(&th.loop, 1);
    th_ok(ac_future_cancel(future, ac_lend(th_int(7)), NULL));
    th_turns(&th.loop, 1);
    ck_assert(ac_future_cancelled(future));
    ck_assert_str_eq(result(), "throw CancelledError(7)");
    ck_assert_str_eq(result(), "throw CancelledError()");
    ck_assert_str_eq(result(), "throw CancelledError()");
}
END_TEST

START_TEST(test_an_overridden_future_is_cancelled_by_the_host)
{
    bool did = false;
    pending();
    ac_future_set_overridden(future, true);
    th_ok(ac_future_cancel(future, ac_lend(th_int(3)), &did));
    ck_assert(did);
    th_expect("f.cancel(3)");
    ck_assert_str_eq(th_state(future), "cancelled 3");
    ac_future_set_overridden(future, false);
    th_ok(ac_future_cancel(future, ac_none_ref(), &did));
    ck_assert(!did);
    th_expect("");
}
END_TEST

START_TEST(test_the_base_cancel_does_not_ask_the_host)
{
    static const th_op script[] = {{TH_END}};
    bool did = false;
    pending();
    ac_future_set_overridden(future, true);
    th_ok(ac_future_cancel_base(future, ac_lend(th_int(3)), &did));
    ck_assert(did);
    th_expect("");
    ck_assert_str_eq(th_state(future), "cancelled 3");
    ac_task *task = th_start(1, "t", script, AC_EAGER_NO);
    ac_future_set_overridden(&task->future, true);
    th_ok(ac_future_cancel_base(&task->future, ac_none_ref(), NULL));
    ck_assert(ac_task_must_cancel(task));
    ac_future_clear(future);
    ck_assert_int_eq(ac_future_cancel_base(future, ac_none_ref(), &did), AC_E_RUNTIME);
    ck_assert(!did);
    th_turns(&th.loop, 1);
}
END_TEST

START_TEST(test_an_overridden_cancel_that_raises)
{
    bool did = true;
    pending();
    ac_future_set_overridden(future, true);
    th_fail(TH_HOOK_CANCEL, 1);
    th_expect_status(ac_future_cancel(future, ac_none_ref(), &did), AC_E_RAISED);
    ck_assert_str_eq(raised(), "RuntimeError('cancel failed')");
    ck_assert(!did);
    ck_assert_str_eq(th_state(future), "pending");
}
END_TEST

START_TEST(test_an_overridden_future_is_told_a_message_or_nothing)
{
    pending();
    ac_future_set_overridden(future, true);
    th_ok(ac_future_cancel(future, ac_none_ref(), NULL));
    th_expect("f.cancel()");
    th_ok(aci_future_cancel(future, ac_none_ref(), AC_CANCEL_BY_POSITION, NULL));
    th_expect("f.cancel(None)");
    th_ok(aci_future_cancel(future, ac_none_ref(), AC_CANCEL_BY_NAME, NULL));
    th_expect("f.cancel(msg=None)");
}
END_TEST

START_TEST(test_an_overridden_task_is_cancelled_by_the_host)
{
    static const th_op script[] = {{TH_END}};
    ac_task *task = th_start(0, "t", script, AC_EAGER_NO);
    ac_future_set_overridden(&task->future, true);
    th_ok(ac_future_cancel(&task->future, ac_none_ref(), NULL));
    th_expect("t.cancel()");
    ck_assert(ac_task_must_cancel(task));
    th_turns(&th.loop, 1);
    ck_assert(ac_future_cancelled(&task->future));
}
END_TEST

START_TEST(test_a_host_without_a_cancel_hook_has_no_overridden_futures)
{
    static const th_op script[] = {{TH_END}};
    th.table.cancel = NULL;
    pending();
    ac_future_set_overridden(future, true);
    th_ok(ac_future_cancel(future, ac_none_ref(), NULL));
    ck_assert(ac_future_cancelled(future));
    ac_task *task = th_start(1, "t", script, AC_EAGER_NO);
    ac_future_set_overridden(&task->future, true);
    th_ok(ac_future_cancel(&task->future, ac_none_ref(), NULL));
    th_check(&th.loop);
    ck_assert(ac_task_must_cancel(task));
    th_turns(&th.loop, 1);
}
END_TEST

/* ---- Awaiting ---- */

START_TEST(test_await_sets_the_flag_and_retains)
{
    ac_out out;
    pending();
    ck_assert_int_eq(ac_future_await(future, &out), AC_AWAITING);
    ck_assert_ptr_eq(out.future, future);
    ck_assert(ac_future_is_blocking(future));
    ck_assert_uint_eq(th_refs(future), 2);
    ac_future_set_blocking(future, false);
    ck_assert(!ac_future_is_blocking(future));
    ac_future_set_blocking(future, true);
    ck_assert(ac_future_is_blocking(future));
    th_release(future);
}
END_TEST

/* Rule 24. */
START_TEST(test_resuming_an_await_of_a_pending_future)
{
    ac_how how;
    ac_value value;
    pending();
    th_expect_failure(ac_future_await_resumed(future, &how, &value), AC_E_RUNTIME,
                      "await wasn't used with future");
    th_ok(ac_future_set_result(future, th_int(4)));
    th_ok(ac_future_await_resumed(future, &how, &value));
    ck_assert_int_eq(how, AC_SEND);
    ck_assert_str_eq(th_repr_of(value), "4");
}
END_TEST

START_TEST(test_the_outcome_of_a_done_future_is_borrowed)
{
    ac_ref outcome;
    pending();
    th_ok(ac_future_set_result(future, th_new("x")));
    ck_assert_int_eq(ac_future_outcome(future, &outcome), AC_SEND);
    ck_assert_str_eq(th_repr(outcome), "x");
    ck_assert_uint_eq(th_object_of(outcome)->count, 1);

    pending();
    set_exception(TH_VALUE, "x");
    ck_assert_int_eq(ac_future_outcome(future, &outcome), AC_THROW);
    ck_assert_str_eq(th_repr(outcome), "ValueError('x')");
    ck_assert(!ac_future_get_log_traceback(future));
}
END_TEST

START_TEST(test_the_outcome_of_a_cancelled_future_lives_until_the_next_one)
{
    ac_ref one, two;
    pending();
    th_ok(ac_future_cancel(future, ac_lend(th_int(1)), NULL));
    ck_assert_int_eq(ac_future_outcome(future, &one), AC_THROW);
    ck_assert_str_eq(th_repr(one), "CancelledError(1)");
    ck_assert_int_eq(ac_future_outcome(future, &two), AC_THROW);
    ck_assert_str_eq(th_repr(two), "CancelledError(1)");
    ck_assert_int_eq(th.objects, 1);
}
END_TEST

/* Rule 23. */
START_TEST(test_awaiting_a_done_future_does_not_suspend)
{
    static const th_op script[] = {{TH_AWAIT, .slot = 0, .text = "got"},
                                   {TH_AWAIT, .slot = 1, .catches = true},
                                   {TH_LOG, .text = "end"},
                                   {TH_END}};
    pending();
    th_ok(ac_future_set_result(future, th_int(4)));
    th_ok(ac_future_cancel(th_slot(1, "g"), ac_lend(th_int(5)), NULL));
    th_start(2, "t", script, AC_EAGER_NO);
    th_turns(&th.loop, 1);
    th_expect("got 4, t caught CancelledError(5), end");
}
END_TEST

struct waiting {
    th_coro head;
    ac_future *future;
};

static ac_turn await_it(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct waiting *self = AC_CONTAINER_OF(co, struct waiting, head.co);
    AC_BEGIN(co);
    AC_AWAIT(1, self->future);
    if (how == AC_THROW)
        th_log("threw %s", th_repr(in));
    AC_END(co);
    return ac_return(out, ac_none());
}

/* Nothing is released that was not
 * retained. */
START_TEST(test_awaiting_a_future_that_is_not_initialised_is_refused)
{
    static const ac_coro_ops ops = {.resume = await_it};
    struct waiting *body = th_coro_new("t", sizeof *body, &ops);
    ac_status status;
    body->future = th.slots[0] = th_future_new(NULL, "f");
    ac_task *task = th_spawn(&th.loop, &body->head, AC_EAGER_NO, &status);
    th_turns(&th.loop, 2);
    th_expect("threw RuntimeError('Future object is not initialized.')");
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
    th_release(&task->future);
}
END_TEST

static ac_turn await_and_clear(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_turn turn;
    AC_BEGIN(co);
    co->at = 1;
    turn = ac_future_await(future, out);
    ac_future_clear(future);
    return turn;
case 1:
    th_log("%s", how == AC_THROW ? th_repr(in) : "sent");
    AC_END(co);
    return ac_return(out, ac_none());
}

START_TEST(test_a_future_that_is_cleared_while_it_is_awaited_is_given_up)
{
    static const ac_coro_ops ops = {.resume = await_and_clear};
    pending();
    ac_task *task = th_spawn(&th.loop, th_coro_new("t", sizeof(th_coro), &ops), AC_EAGER_NO, NULL);
    th_turns(&th.loop, 2);
    th_expect("RuntimeError('Future object is not initialized.')");
    ck_assert_uint_eq(th_refs(future), 1);
    th_release(&task->future);
}
END_TEST

/* ---- Never retrieved (rule 25) ---- */

static void drop_future(void)
{
    th.slots[0] = NULL;
    th_release(future);
}

START_TEST(test_an_exception_that_nobody_asked_for_is_reported_when_the_object_goes)
{
    pending();
    set_exception(TH_VALUE, "x");
    ck_assert(ac_future_get_log_traceback(future));
    drop_future();
    th_expect_reports("Future exception was never retrieved: ValueError('x')");
}
END_TEST

START_TEST(test_an_exception_of_a_task_that_nobody_asked_for)
{
    static const th_op script[] = {{TH_RAISE, .kind = TH_VALUE, .text = "x"}};
    future = &th_start(0, "t", script, AC_EAGER_NO)->future;
    th_turns(&th.loop, 1);
    drop_future();
    th_expect_reports("Task exception was never retrieved: ValueError('x')");
}
END_TEST

START_TEST(test_results_and_cancellations_are_not_reported)
{
    pending();
    th_ok(ac_future_set_result(future, th_int(1)));
    drop_future();
    pending();
    th_ok(ac_future_cancel(future, ac_none_ref(), NULL));
    drop_future();
    pending();
    drop_future();
}
END_TEST

START_TEST(test_what_counts_as_retrieved)
{
    ac_ref outcome;
    pending();
    set_exception(TH_VALUE, "x");
    (void)result();
    drop_future();
    pending();
    set_exception(TH_VALUE, "x");
    (void)exception();
    drop_future();
    pending();
    set_exception(TH_VALUE, "x");
    (void)ac_future_outcome(future, &outcome);
    drop_future();
    pending();
    set_exception(TH_VALUE, "x");
    ac_future_set_log_traceback(future, false);
    drop_future();
}
END_TEST

START_TEST(test_awaiting_counts_as_retrieved)
{
    static const th_op script[] = {{TH_AWAIT, .slot = 0, .catches = true}, {TH_END}};
    pending();
    th_start(1, "t", script, AC_EAGER_NO);
    th_turns(&th.loop, 1);
    set_exception(TH_VALUE, "x");
    th_turns(&th.loop, 1);
    th_expect("t caught ValueError('x')");
    drop_future();
}
END_TEST

START_TEST(test_cancel_clears_the_mark_even_when_it_is_refused)
{
    bool did = true;
    pending();
    set_exception(TH_VALUE, "x");
    th_ok(ac_future_cancel(future, ac_none_ref(), &did));
    ck_assert(!did);
    drop_future();
}
END_TEST

START_TEST(test_the_mark_can_be_set_by_hand)
{
    pending();
    set_exception(TH_VALUE, "x");
    (void)result();
    ac_future_set_log_traceback(future, true);
    drop_future();
    th_expect_reports("Future exception was never retrieved: ValueError('x')");
}
END_TEST

START_TEST(test_a_report_is_made_once)
{
    pending();
    set_exception(TH_VALUE, "x");
    ac_future_finalize(future);
    ac_future_finalize(future);
    th_expect_reports("Future exception was never retrieved: ValueError('x')");
}
END_TEST

START_TEST(test_a_pending_task_that_is_destroyed_is_reported_unless_told_otherwise)
{
    static const th_op script[] = {{TH_PARK}, {TH_END}};
    ac_task *task = th_start(0, "t", script, AC_EAGER_NO);
    future = &task->future;
    th_turns(&th.loop, 1);
    drop_future();
    th_expect_reports("Task was destroyed but it is pending!");
    task = th_start(0, "t", script, AC_EAGER_NO);
    future = &task->future;
    ac_task_set_log_destroy_pending(task, false);
    th_turns(&th.loop, 1);
    drop_future();
}
END_TEST

static ac_status exit_from_handler(ac_loop *loop, void *data, const ac_report *report)
{
    (void)data;
    th_log("%s", report->message);
    return ac_loop_raise(loop, th_exception(TH_EXIT, "handler"));
}

START_TEST(test_an_exit_exception_of_the_handler_is_lost_in_a_finalizer)
{
    pending();
    set_exception(TH_VALUE, "x");
    ac_loop_set_exception_handler(&th.loop, exit_from_handler, NULL);
    (void)ac_loop_raise(&th.loop, th_exception(TH_TYPE, "on its way"));
    drop_future();
    th_expect("Future exception was never retrieved");
    ck_assert_str_eq(raised(), "TypeError('on its way')");
}
END_TEST

static ac_status keep_alive(ac_loop *loop, void *data, const ac_report *report)
{
    (void)loop;
    (void)data;
    th_retain(report->future);
    return AC_OK;
}

START_TEST(test_a_handler_may_bring_the_future_back_to_life)
{
    pending();
    set_exception(TH_VALUE, "x");
    ac_loop_set_exception_handler(&th.loop, keep_alive, NULL);
    drop_future();
    th_expect_released("");
    ck_assert_str_eq(result(), "throw ValueError('x')");
    ac_loop_set_exception_handler(&th.loop, NULL, NULL);
    th_release(future);
    th_expect_released("f");
}
END_TEST

/* ---- Visit and clear ---- */

static const char *seen(void)
{
    static th_visitor visitor;
    th_visitor_init(&visitor);
    ck_assert_int_eq(ac_future_visit(future, &visitor.visitor), 0);
    return visitor.seen;
}

START_TEST(test_a_visit_shows_the_result_in_every_state)
{
    pending();
    ck_assert_str_eq(seen(), "");
    th_ok(ac_future_set_result(future, th_new("x")));
    ck_assert_str_eq(seen(), "x");
    pending();
    set_exception(TH_VALUE, "x");
    ck_assert_str_eq(seen(), "ValueError('x')");
    (void)result();
    pending();
    th_ok(ac_future_cancel(future, ac_lend(th_int(3)), NULL));
    ck_assert_str_eq(seen(), "3");
}
END_TEST

static void add_owned(const char *name, const char *owned)
{
    th_callback *callback = th_callback_new(name, NULL);
    callback->owned = th_new(owned);
    callback->timer.callback.handle.context = th_context("context");
    th_ok(ac_future_add_done_callback(future, th_cb(callback)));
}

START_TEST(test_a_visit_shows_each_callback_and_waiting_task_once)
{
    static const th_op script[] = {{TH_AWAIT, .slot = 0}, {TH_END}};
    pending();
    add_owned("a", "of a");
    ac_task *task = th_start(1, "t", script, AC_EAGER_NO);
    th_turns(&th.loop, 1);
    add_owned("b", "of b");
    ck_assert_str_eq(seen(), "context, of a, t, context, of b");
    for (int stop_after = 1; stop_after <= 5; stop_after++) {
        th_visitor visitor;
        th_visitor_init(&visitor);
        visitor.stop_after = stop_after;
        ck_assert_int_eq(ac_future_visit(future, &visitor.visitor), 42);
        ck_assert_int_eq(visitor.count, stop_after);
    }
    ac_task_set_log_destroy_pending(task, false);
    ac_future_clear(future);
}
END_TEST

START_TEST(test_a_visit_of_a_done_future_is_stopped_by_its_result)
{
    th_visitor visitor;
    pending();
    th_ok(ac_future_set_result(future, th_new("x")));
    th_visitor_init(&visitor);
    visitor.stop_after = 1;
    ck_assert_int_eq(ac_future_visit(future, &visitor.visitor), 42);
}
END_TEST

START_TEST(test_clear_gives_up_everything_and_works_twice)
{
    th.log_done = true;
    pending();
    add_owned("a", "of a");
    add_owned("b", "of b");
    ac_future_clear(future);
    th_expect("~a, ~b");
    ck_assert_int_eq(th.objects, 0);
    ck_assert_ptr_null(ac_future_get_loop(future));
    ck_assert_str_eq(seen(), "");
    ac_future_clear(future);
    ac_future_finalize(future);
    th_expect("");
}
END_TEST

START_TEST(test_clear_in_every_state)
{
    for (int state = AC_FINISHED; state <= AC_CANCELLED; state++) {
        pending();
        ac_value message = th_new("message");
        if (state == AC_FINISHED)
            th_ok(ac_future_set_result(future, th_new("x")));
        else if (state == AC_FAILED)
            set_exception(TH_VALUE, "x");
        else
            th_ok(ac_future_cancel(future, ac_lend(message), NULL));
        th_drop(message);
        ac_future_clear(future);
        ck_assert_int_eq(th.objects, 0);
        ck_assert(!ac_future_done(future));
    }
}
END_TEST

START_TEST(test_a_task_that_waits_for_a_cleared_future_is_never_woken)
{
    static const th_op script[] = {{TH_AWAIT, .slot = 0}, {TH_LOG, .text = "never"}, {TH_END}};
    pending();
    ac_task *task = th_start(1, "t", script, AC_EAGER_NO);
    th_turns(&th.loop, 1);
    ck_assert_uint_eq(th_refs(&task->future), 2);
    ac_future_clear(future);
    th_check(&th.loop);
    ck_assert_uint_eq(th_refs(&task->future), 1);
    th_turns(&th.loop, 2);
    th_expect("");
    ck_assert_str_eq(th_state(&task->future), "pending");
    ac_task_set_log_destroy_pending(task, false);
}
END_TEST

/* As future.remove_done_callback of the method that wakes the task. */
START_TEST(test_a_task_whose_handle_is_taken_off_is_never_woken)
{
    static const th_op script[] = {{TH_AWAIT, .slot = 0}, {TH_LOG, .text = "never"}, {TH_END}};
    pending();
    ac_task *task = th_start(1, "t", script, AC_EAGER_NO);
    th_turns(&th.loop, 1);
    ac_handle *handle = ac_future_next_callback(future, NULL);
    ck_assert_ptr_eq(ac_handle_task(handle), task);
    th_ok(ac_future_remove_handle(future, handle));
    th_check(&th.loop);
    th_expect_failure(ac_future_remove_handle(future, handle), AC_E_VALUE, "the callback is not registered");
    ck_assert_uint_eq(th_refs(&task->future), 1);
    ck_assert_ptr_eq(ac_task_waiting_for(task), future);
    th_ok(ac_future_set_result(future, th_int(1)));
    th_turns(&th.loop, 2);
    th_expect("");
    ck_assert_str_eq(th_state(&task->future), "pending");
    ac_task_set_log_destroy_pending(task, false);
}
END_TEST

static void use_cleared_future(ac_loop *loop, th_object *object)
{
    (void)loop;
    (void)object;
    ac_value value = th_new("late");
    if (ac_future_set_result(future, value) != AC_OK)
        th_drop(value);
    th_callback *callback = th_callback_new("late", NULL);
    if (ac_future_add_done_callback(future, th_cb(callback)) == AC_OK)
        th_log("added");
    ac_future_clear(future);
}

START_TEST(test_a_future_that_is_used_while_it_is_cleared)
{
    pending();
    add_owned("a", "of a");
    add_owned("b", "of b");
    th_object_of(ac_lend(AC_CONTAINER_OF(AC_CONTAINER_OF(future->callbacks, ac_timer, callback.handle),
                                         th_callback, timer)
                             ->owned))
        ->finalize = use_cleared_future;
    ac_future_clear(future);
    ck_assert_int_eq(th.objects, 0);
    th_check(&th.loop);
    th_turns(&th.loop, 1);
    ck_assert_int_eq(th.objects, 0);
}
END_TEST

static void clear_current(ac_loop *loop, th_coro *coro)
{
    (void)coro;
    ac_future_clear(&ac_loop_current_task(loop)->future);
}

START_TEST(test_a_task_that_is_stepped_is_left_as_it_is)
{
    static const th_op script[] = {{TH_CALL, .call = clear_current}, {TH_YIELD}, {TH_RETURN, .number = 3}};
    ac_task *task = th_start(0, "t", script, AC_EAGER_NO);
    th_turns(&th.loop, 2);
    ck_assert_str_eq(th_state(&task->future), "result 3");
}
END_TEST

START_TEST(test_a_task_whose_context_is_entered_is_left_as_it_is)
{
    static const th_op script[] = {{TH_RETURN, .number = 3}};
    ac_handle *handle;
    ac_task *task = th_start(0, "t", script, AC_EAGER_NO);
    th_ok(ac_loop_turn_begin(&th.loop));
    th_ok(ac_loop_turn_next(&th.loop, &handle));
    ac_future_clear(&task->future);
    ck_assert_ptr_eq(ac_future_get_loop(&task->future), &th.loop);
    th_ok(ac_loop_turn_ran(&th.loop, handle, ac_handle_call(&th.loop, handle)));
    ac_loop_turn_end(&th.loop);
    ck_assert_str_eq(th_state(&task->future), "result 3");
    ac_future_clear(&task->future);
    ck_assert_ptr_null(ac_future_get_loop(&task->future));
}
END_TEST

START_TEST(test_a_visit_of_a_task_shows_more_than_its_future)
{
    static const th_op script[] = {{TH_AWAIT, .slot = 1}, {TH_END}};
    (void)th_slot(1, "g");
    ac_task *task = th_start(0, "t", script, AC_EAGER_NO);
    future = &task->future;
    ac_task_set_name(task, th_new("name"));
    add_owned("a", "of a");
    th_turns(&th.loop, 1);
    ck_assert_str_eq(seen(), "context, of a, copy, name, g");
    for (int stop_after = 1; stop_after <= 5; stop_after++) {
        th_visitor visitor;
        th_visitor_init(&visitor);
        visitor.stop_after = stop_after;
        ck_assert_int_eq(ac_future_visit(future, &visitor.visitor), 42);
    }
    th_ok(ac_future_set_result(th.slots[1], th_int(1)));
    th_turns(&th.loop, 2);
    th_expect("a");
}
END_TEST

static ac_status clear_it(ac_loop *loop, th_callback *callback)
{
    (void)loop;
    (void)callback;
    ac_future_clear(future);
    return AC_OK;
}

START_TEST(test_a_future_may_be_cleared_by_its_own_callback)
{
    th_callback *callback = th_callback_new("a", clear_it);
    pending();
    th_ok(ac_future_add_done_callback(future, th_cb(callback)));
    add_owned("b", "of b");
    th_ok(ac_future_set_result(future, th_new("x")));
    th_turns(&th.loop, 1);
    th_expect("a, b");
    ck_assert_int_eq(th.objects, 0);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_a_new_future_is_pending,
        test_a_future_is_initialised_once,
        test_a_future_is_made_anew_in_older_releases,
        test_a_task_is_not_made_anew_as_a_future,
        test_a_cleared_future_may_be_initialised_again,
        test_a_future_that_was_not_initialised_does_nothing,
        test_a_result,
        test_an_exception_is_the_same_object_for_everyone,
        test_an_exception_of_none_stands_for_a_memory_error,
        test_a_pending_future_has_neither_result_nor_exception,
        test_a_future_is_done_once,
        test_tasks_finish_by_themselves,
        test_a_future_of_a_closed_loop_can_be_finished,
        test_stop_iteration_becomes_a_runtime_error,
        test_before_gh_112182_stop_iteration_is_refused_but_not_its_subclasses,
        test_stop_iteration_without_memory_for_its_replacement,
        test_a_future_that_is_used_while_stop_iteration_is_replaced,
        test_cancel_tells_whether_it_was_accepted,
        test_a_cancelled_future_makes_a_new_error_with_the_message_each_time,
        test_a_cancelled_future_without_a_message,
        test_the_message_of_a_cancellation_can_be_read_and_replaced,
        test_a_future_that_is_not_cancelled_has_no_use_for_a_message,
        test_a_task_shows_the_message_of_a_request_until_its_own_error_is_there,
        test_a_task_that_has_swallowed_a_request_shows_its_message_to_the_end,
        test_a_cancelled_error_that_cannot_be_made_is_none,
        test_a_cancelled_task_hands_out_its_own_error_once_then_new_ones_without_a_message,
        test_an_overridden_future_is_cancelled_by_the_host,
        test_an_overridden_future_is_told_a_message_or_nothing,
        test_the_base_cancel_does_not_ask_the_host,
        test_an_overridden_cancel_that_raises,
        test_an_overridden_task_is_cancelled_by_the_host,
        test_a_host_without_a_cancel_hook_has_no_overridden_futures,
        test_await_sets_the_flag_and_retains,
        test_resuming_an_await_of_a_pending_future,
        test_the_outcome_of_a_done_future_is_borrowed,
        test_the_outcome_of_a_cancelled_future_lives_until_the_next_one,
        test_awaiting_a_done_future_does_not_suspend,
        test_awaiting_a_future_that_is_not_initialised_is_refused,
        test_a_future_that_is_cleared_while_it_is_awaited_is_given_up,
        test_an_exception_that_nobody_asked_for_is_reported_when_the_object_goes,
        test_an_exception_of_a_task_that_nobody_asked_for,
        test_results_and_cancellations_are_not_reported,
        test_what_counts_as_retrieved,
        test_awaiting_counts_as_retrieved,
        test_cancel_clears_the_mark_even_when_it_is_refused,
        test_the_mark_can_be_set_by_hand,
        test_a_report_is_made_once,
        test_a_pending_task_that_is_destroyed_is_reported_unless_told_otherwise,
        test_an_exit_exception_of_the_handler_is_lost_in_a_finalizer,
        test_a_handler_may_bring_the_future_back_to_life,
        test_a_visit_shows_the_result_in_every_state,
        test_a_visit_shows_each_callback_and_waiting_task_once,
        test_a_visit_of_a_done_future_is_stopped_by_its_result,
        test_clear_gives_up_everything_and_works_twice,
        test_clear_in_every_state,
        test_a_task_that_waits_for_a_cleared_future_is_never_woken,
        test_a_task_whose_handle_is_taken_off_is_never_woken,
        test_a_future_that_is_used_while_it_is_cleared,
        test_a_task_that_is_stepped_is_left_as_it_is,
        test_a_task_whose_context_is_entered_is_left_as_it_is,
        test_a_visit_of_a_task_shows_more_than_its_future,
        test_a_future_may_be_cleared_by_its_own_callback,
    };
    return TH_MAIN("future", tests);
}
