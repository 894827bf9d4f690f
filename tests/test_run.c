/* test_run.c - running the loop until it is stopped or a future is done (src/loop/run.c). */
#include "host.h"

static th_callback *first, *second, *third;

static void three(ac_status (*body)(ac_loop *, th_callback *))
{
    first = th_callback_new("a", body);
    second = th_callback_new("b", NULL);
    third = th_callback_new("c", NULL);
}

static const char *raised(void)
{
    return th_repr_of(ac_loop_take_raised(&th.loop));
}

static ac_status stop(ac_loop *loop, th_callback *callback)
{
    (void)callback;
    ac_loop_stop(loop);
    return AC_OK;
}

static ac_status raise_exit(ac_loop *loop, th_callback *callback)
{
    (void)callback;
    return ac_loop_raise(loop, th_exception(TH_EXIT, "x"));
}

/* ---- run_forever and stop (rule 11) ---- */

static ac_status stop_and_queue(ac_loop *loop, th_callback *callback)
{
    th_soon(third);
    return stop(loop, callback);
}

START_TEST(test_the_batch_of_a_stop_ends_and_what_it_queued_does_not_run)
{
    three(stop_and_queue);
    th_soon(first);
    th_soon(second);
    th_ok(ac_loop_run_forever(&th.loop));
    th_expect("a, b");
    ck_assert(!ac_loop_is_running(&th.loop));
    ck_assert(!ac_loop_is_stopping(&th.loop));
    ck_assert_ptr_null(th.running);
    ck_assert(ac_handle_scheduled(th_handle(third)));
    th_turns(&th.loop, 1);
    th_expect("c");
}
END_TEST

START_TEST(test_with_a_stop_in_advance_a_run_makes_one_turn_without_waiting)
{
    three(NULL);
    th_later(first, 10);
    th_soon(second);
    ac_loop_stop(&th.loop);
    ck_assert(ac_loop_is_stopping(&th.loop));
    th_ok(ac_loop_run_forever(&th.loop));
    th_expect("b");
    ck_assert(th.polled == 0);
    ck_assert_uint_eq(th.calls[TH_HOOK_POLL], 1);
    ck_assert(!ac_loop_is_stopping(&th.loop));
}
END_TEST

START_TEST(test_a_run_polls_until_the_next_timer)
{
    three(NULL);
    second->body = stop;
    th_later(first, 1.5);
    th_later(second, 4);
    th_ok(ac_loop_run_forever(&th.loop));
    th_expect("a, b");
    ck_assert(th.now == 4);
    ck_assert(th.polled == 2.5);
    ck_assert_uint_eq(th.calls[TH_HOOK_POLL], 2);
}
END_TEST

START_TEST(test_a_run_polls_with_zero_while_something_is_ready)
{
    three(stop);
    th_soon(first);
    th.polled = 7;
    th_ok(ac_loop_run_forever(&th.loop));
    ck_assert(th.polled == 0);
    th_expect("a");
}
END_TEST

/* A poll that finds no events is only asked to wait. */
START_TEST(test_a_poll_that_only_waits_is_not_called_while_something_is_ready)
{
    ac_loop_options options = {.poll_only_waits = true};
    th_ok(ac_loop_close(&th.loop));
    th_loop_init(&options);
    three(NULL);
    third->body = stop;
    th_soon(first);
    th_later(third, 2);
    th_ok(ac_loop_run_forever(&th.loop));
    th_expect("a, c");
    ck_assert(th.now == 2);
    ck_assert_uint_eq(th.calls[TH_HOOK_POLL], 2); /* a timer is looked at first */
    three(stop);
    th_soon(first);
    th_ok(ac_loop_run_forever(&th.loop));
    th_expect("a");
    ck_assert_uint_eq(th.calls[TH_HOOK_POLL], 2);
}
END_TEST

static bool ready_on_poll(ac_loop *loop, double timeout)
{
    ck_assert(timeout < 0);
    th_ok(ac_loop_call_soon_threadsafe(loop, th_cb(first)));
    return true;
}

START_TEST(test_a_poll_for_ever_ends_when_something_is_put_in)
{
    three(stop);
    th.on_poll = ready_on_poll;
    th_ok(ac_loop_run_forever(&th.loop));
    th_expect("a");
}
END_TEST

START_TEST(test_what_a_poll_fails_with_leaves_the_run)
{
    three(NULL);
    th_soon(first);
    th_fail(TH_HOOK_POLL, 1);
    th_expect_status(ac_loop_run_forever(&th.loop), AC_E_RAISED);
    ck_assert_str_eq(raised(), "RuntimeError('poll failed')");
    ck_assert(!ac_loop_is_running(&th.loop));
    ck_assert_ptr_null(th.running);
    th_expect("");
    th_fail(TH_HOOK_POLL, 1);
    th.fail_status = AC_E_MEMORY;
    th_expect_status(ac_loop_run_forever(&th.loop), AC_E_MEMORY);
    th_turns(&th.loop, 1);
    th_expect("a");
}
END_TEST

/* Rule 9. */
START_TEST(test_an_exit_exception_leaves_the_run_and_the_rest_stays_for_the_next)
{
    three(raise_exit);
    second->body = stop;
    th_soon(first);
    th_soon(second);
    th_soon(third);
    th_expect_status(ac_loop_run_forever(&th.loop), AC_E_RAISED);
    ck_assert_str_eq(raised(), "SystemExit('x')");
    th_expect("a");
    ck_assert(!ac_loop_is_running(&th.loop));
    th_ok(ac_loop_run_forever(&th.loop));
    th_expect("b, c");
}
END_TEST

static ac_status stop_and_raise_exit(ac_loop *loop, th_callback *callback)
{
    (void)stop(loop, callback);
    return raise_exit(loop, callback);
}

START_TEST(test_a_stop_does_not_outlive_its_run)
{
    three(stop_and_raise_exit);
    second->body = stop;
    th_soon(first);
    th_expect_status(ac_loop_run_forever(&th.loop), AC_E_RAISED);
    (void)raised();
    ck_assert(!ac_loop_is_stopping(&th.loop));
    th_later(second, 5);
    th_ok(ac_loop_run_forever(&th.loop));
    th_expect("a, b");
}
END_TEST

/* ---- Refusals (bad input) ---- */

static ac_status run_inside(ac_loop *loop, th_callback *callback)
{
    static const char words[] = "This event loop is already running";
    th_expect_failure(ac_loop_run_forever(loop), AC_E_RUNTIME, words);
    th_expect_failure(ac_loop_run_until_complete(loop, th.slots[0]), AC_E_RUNTIME, words);
    th_expect_failure(ac_loop_turn(loop), AC_E_RUNTIME, words);
    th_expect_failure(ac_loop_close(loop), AC_E_RUNTIME, "Cannot close a running event loop");
    ck_assert(ac_loop_is_running(loop));
    return stop(loop, callback);
}

START_TEST(test_a_run_inside_a_run_is_refused)
{
    (void)th_slot(0, "f");
    three(run_inside);
    th_soon(first);
    th_ok(ac_loop_run_forever(&th.loop));
    th_expect("a");
}
END_TEST

START_TEST(test_a_closed_loop_does_not_run)
{
    ac_future *future = th_slot(0, "f");
    th_ok(ac_loop_close(&th.loop));
    th_expect_failure(ac_loop_run_forever(&th.loop), AC_E_CLOSED, "Event loop is closed");
    th_expect_failure(ac_loop_run_until_complete(&th.loop, future), AC_E_CLOSED, "Event loop is closed");
}
END_TEST

START_TEST(test_a_host_without_poll_drives_turns_itself)
{
    static const char words[] = "the host has no poll hook: drive the loop turn by turn";
    ac_future *future = th_slot(0, "f");
    th.table.poll = NULL;
    th_expect_failure(ac_loop_run_forever(&th.loop), AC_E_TYPE, words);
    th_expect_failure(ac_loop_run_until_complete(&th.loop, future), AC_E_TYPE, words);
    ck_assert_uint_eq(th.bytes, 0);
    ck_assert_uint_eq(th_refs(future), 1);
}
END_TEST

START_TEST(test_a_loop_that_may_not_run_does_not)
{
    ac_future *future = th_slot(0, "f");
    three(NULL);
    th_soon(first);
    th_fail(TH_HOOK_SET_RUNNING, 1);
    th_expect_status(ac_loop_run_forever(&th.loop), AC_E_RAISED);
    ck_assert_str_eq(raised(), "RuntimeError('set_running failed')");
    ck_assert(!ac_loop_is_running(&th.loop));
    th_fail(TH_HOOK_SET_RUNNING, 1);
    th_expect_status(ac_loop_run_until_complete(&th.loop, future), AC_E_RAISED);
    ck_assert_str_eq(raised(), "RuntimeError('set_running failed')");
    ck_assert_uint_eq(th.bytes, 0);
    th_turns(&th.loop, 1);
    th_expect("a");
}
END_TEST

START_TEST(test_a_second_loop_does_not_run_inside_the_first)
{
    static ac_loop other;
    th_ok(ac_loop_init(&other, &th.table, NULL));
    th.running = &other;
    th_expect_status(ac_loop_run_forever(&th.loop), AC_E_RAISED);
    ck_assert_str_eq(raised(), "RuntimeError('Cannot run the event loop while another loop is running')");
    ck_assert_ptr_eq(th.running, &other);
    th.running = NULL;
    th_ok(ac_loop_close(&other));
}
END_TEST

START_TEST(test_a_host_without_set_running_and_thread)
{
    th.table.set_running = NULL;
    th.table.thread = NULL;
    three(stop);
    th_soon(first);
    th_ok(ac_loop_run_forever(&th.loop));
    th_expect("a");
}
END_TEST

/* ---- run_until_complete (rule 12) ---- */

static ac_status finish(ac_loop *loop, th_callback *callback)
{
    (void)loop;
    (void)callback;
    return ac_future_set_result(th.slots[0], th_int(7));
}

START_TEST(test_a_run_ends_after_the_turn_in_which_the_futures_callback_runs)
{
    ac_future *future = th_slot(0, "f");
    three(finish);
    th_ok(ac_future_add_done_callback(future, th_cb(second)));
    th_later(first, 1);
    th_ok(ac_loop_run_until_complete(&th.loop, future));
    ck_assert_str_eq(th_state(future), "result 7");
    th_expect("a, b");
    ck_assert_uint_eq(th_refs(future), 1);
    ck_assert_uint_eq(th.bytes, 16 * sizeof(ac_timer_slot));
}
END_TEST

static ac_status queue_third(ac_loop *loop, th_callback *callback)
{
    (void)loop;
    (void)callback;
    th_soon(third);
    return AC_OK;
}

START_TEST(test_what_done_callbacks_queue_does_not_run)
{
    ac_future *future = th_slot(0, "f");
    three(finish);
    second->body = queue_third;
    th_ok(ac_future_add_done_callback(future, th_cb(second)));
    th_soon(first);
    th_ok(ac_loop_run_until_complete(&th.loop, future));
    th_expect("a, b");
    th_turns(&th.loop, 1);
    th_expect("c");
}
END_TEST

START_TEST(test_a_future_that_is_done_already_takes_one_turn)
{
    ac_future *future = th_slot(0, "f");
    three(queue_third);
    th_ok(ac_future_set_result(future, th_int(7)));
    th_soon(first);
    th_ok(ac_loop_run_until_complete(&th.loop, future));
    th_expect("a");
    th_turns(&th.loop, 1);
    th_expect("c");
    ck_assert_uint_eq(th.bytes, 0);
}
END_TEST

START_TEST(test_a_run_until_a_task_is_done)
{
    static const th_op script[] = {{TH_LOG, .text = "t"}, {TH_SLEEP, .number = 3}, {TH_RETURN, .number = 5}};
    ac_task *task = th_start(0, "t", script, AC_EAGER_NO);
    th_ok(ac_loop_run_until_complete(&th.loop, &task->future));
    ck_assert_str_eq(th_state(&task->future), "result 5");
    ck_assert(th.now == 3);
    th_expect("t");
}
END_TEST

/* Rule 13: the error of a task that was given to the run counts as retrieved only because its callback
 * asked. */
START_TEST(test_the_error_of_a_future_that_was_run_for_is_retrieved)
{
    static const th_op script[] = {{TH_RAISE, .kind = TH_VALUE, .text = "x"}};
    ac_task *task = th_start(0, "t", script, AC_EAGER_NO);
    th_ok(ac_loop_run_until_complete(&th.loop, &task->future));
    ck_assert_str_eq(th_state(&task->future), "exception ValueError('x')");
    ck_assert(!ac_future_get_log_traceback(&task->future));
}
END_TEST

START_TEST(test_a_run_until_a_cancelled_future)
{
    ac_future *future = th_slot(0, "f");
    th_ok(ac_future_cancel(future, ac_none_ref(), NULL));
    th_ok(ac_loop_run_until_complete(&th.loop, future));
    ck_assert_str_eq(th_state(future), "cancelled None");
}
END_TEST

START_TEST(test_a_loop_that_is_stopped_before_the_future_is_done)
{
    ac_future *future = th_slot(0, "f");
    three(stop);
    th_soon(first);
    th_expect_failure(ac_loop_run_until_complete(&th.loop, future), AC_E_RUNTIME,
                      "Event loop stopped before Future completed.");
    ck_assert_ptr_null(ac_future_next_callback(future, NULL));
    ck_assert_uint_eq(th_refs(future), 1);
    ck_assert_uint_eq(th.bytes, 0);
    th_expect("a");
}
END_TEST

START_TEST(test_a_future_of_another_loop_is_refused)
{
    static ac_loop other;
    th_ok(ac_loop_init(&other, &th.table, NULL));
    ac_future *future = th_slot(0, "f");
    th_expect_status(ac_loop_run_until_complete(&other, future), AC_E_VALUE);
    ck_assert_str_eq(ac_loop_why(&other),
                     "The future belongs to a different loop than the one specified as the loop argument");
    th_ok(ac_loop_close(&other));
}
END_TEST

START_TEST(test_a_future_that_is_not_initialised_is_refused)
{
    ac_future *future = th_future_new(NULL, "f");
    th_expect_status(ac_loop_run_until_complete(&th.loop, future), AC_E_VALUE);
    th_release(future);
}
END_TEST

START_TEST(test_no_memory_for_the_callback)
{
    ac_future *future = th_slot(0, "f");
    th_fail(TH_HOOK_REALLOC, 1);
    th_expect_failure(ac_loop_run_until_complete(&th.loop, future), AC_E_MEMORY,
                      "no memory for the callback of run_until_complete");
    th.table.realloc = NULL;
    th_expect_status(ac_loop_run_until_complete(&th.loop, future), AC_E_MEMORY);
    ck_assert_uint_eq(th_refs(future), 1);
}
END_TEST

START_TEST(test_a_virtual_deadlock_leaves_no_callback_behind)
{
    static ac_clock clock;
    ac_clock_init(&clock);
    th_loop_init(&(ac_loop_options){.clock = &clock});
    ac_future *future = th_slot(0, "f");
    th_expect_failure(ac_loop_run_until_complete(&th.loop, future), AC_E_DEADLOCK,
                      "nothing is ready, no timer is set, and nothing can ever happen");
    ck_assert_ptr_null(ac_future_next_callback(future, NULL));
    ck_assert_uint_eq(th.bytes, 0);
}
END_TEST

static ac_status clear_and_stop(ac_loop *loop, th_callback *callback)
{
    ac_future_clear(th.slots[0]);
    return stop(loop, callback);
}

START_TEST(test_clearing_the_future_of_a_run_ends_nothing)
{
    ac_future *future = th_slot(0, "f");
    three(clear_and_stop);
    th_soon(first);
    th_expect_failure(ac_loop_run_until_complete(&th.loop, future), AC_E_RUNTIME,
                      "Event loop stopped before Future completed.");
    ck_assert_uint_eq(th.bytes, 0);
    ck_assert_uint_eq(th_refs(future), 1);
    th_expect("a");
}
END_TEST

/* Rule 12: an exit exception leaves by itself; the callback of the run stays queued, for the next run. */
START_TEST(test_an_exit_exception_of_the_task_leaves_its_callback_for_the_next_run)
{
    static const th_op script[] = {{TH_RAISE, .kind = TH_EXIT, .text = "x"}};
    ac_task *task = th_start(0, "t", script, AC_EAGER_NO);
    three(stop);
    th_expect_status(ac_loop_run_until_complete(&th.loop, &task->future), AC_E_RAISED);
    ck_assert_str_eq(raised(), "SystemExit('x')");
    ck_assert_uint_gt(th.bytes, 0);
    ck_assert_uint_eq(th_refs(&task->future), 2);
    th_later(first, 1);
    th_ok(ac_loop_run_forever(&th.loop));
    th_expect("a");
    ck_assert_uint_eq(th_refs(&task->future), 1);
}
END_TEST

START_TEST(test_a_callback_left_by_a_run_stops_the_next_one)
{
    ac_future *future = th_slot(0, "f");
    three(raise_exit);
    th_ok(ac_future_set_result(future, th_int(1)));
    th_soon(first);
    th_expect_status(ac_loop_run_until_complete(&th.loop, future), AC_E_RAISED);
    ck_assert_str_eq(raised(), "SystemExit('x')");
    th_later(second, 5);
    th_ok(ac_loop_run_forever(&th.loop));
    ck_assert(th.now == 0);
    th_expect("a");
    ac_handle_cancel(&th.loop, th_handle(second));
}
END_TEST

START_TEST(test_a_callback_left_by_a_run_is_dropped_by_close)
{
    ac_future *future = th_slot(0, "f");
    three(raise_exit);
    th_ok(ac_future_set_result(future, th_int(1)));
    th_soon(first);
    th_expect_status(ac_loop_run_until_complete(&th.loop, future), AC_E_RAISED);
    (void)raised();
    th_visitor visitor;
    th_visitor_init(&visitor);
    ck_assert_int_eq(ac_loop_visit(&th.loop, &visitor.visitor), 0);
    ck_assert_str_eq(visitor.seen, "f");
    th_ok(ac_loop_close(&th.loop));
    ck_assert_uint_eq(th_refs(future), 1);
    ck_assert_uint_eq(th.bytes, 0);
    th_expect("a");
}
END_TEST

START_TEST(test_a_host_without_retain_and_release)
{
    ac_future *future = th_slot(0, "f");
    th.table.retain = NULL;
    th.table.release = NULL;
    three(finish);
    th_soon(first);
    th_ok(ac_loop_run_until_complete(&th.loop, future));
    ck_assert_uint_eq(th_refs(future), 1);
    th_expect("a");
}
END_TEST

static ac_status fail_post(ac_loop *loop, ac_handle *handle)
{
    (void)handle;
    return ac_loop_raise(loop, th_exception(TH_RUNTIME, "post failed"));
}

START_TEST(test_a_done_future_whose_callback_cannot_be_scheduled)
{
    ac_future *future = th_slot(0, "f");
    th_ok(ac_future_set_result(future, th_int(1)));
    th.table.post = fail_post;
    th_loop_init(NULL);
    th_expect_status(ac_loop_run_until_complete(&th.loop, future), AC_E_RAISED);
    ck_assert_str_eq(raised(), "RuntimeError('post failed')");
    ck_assert_uint_eq(th_refs(future), 1);
    ck_assert_uint_eq(th.bytes, 0);
}
END_TEST

/* ---- Piece by piece ---- */

static ac_status run_in_pieces(void)
{
    ac_status status = ac_loop_run_begin(&th.loop);
    if (status != AC_OK)
        return status;
    do {
        status = ac_loop_run_poll(&th.loop);
        if (status == AC_OK)
            status = ac_loop_turn(&th.loop);
    } while (status == AC_OK && !ac_loop_is_stopping(&th.loop));
    ac_loop_run_end(&th.loop);
    return status;
}

START_TEST(test_a_run_in_pieces)
{
    three(stop_and_queue);
    second->body = stop;
    th_soon(first);
    th_later(second, 3);
    th_ok(run_in_pieces());
    th_expect("a");
    ck_assert(!ac_loop_is_running(&th.loop));
    ck_assert(!ac_loop_is_stopping(&th.loop));
    ck_assert_ptr_null(th.running);
    th_ok(run_in_pieces());
    th_expect("c, b");
    ck_assert(th.now == 3);
    th_ok(ac_loop_close(&th.loop));
    th_expect_status(run_in_pieces(), AC_E_CLOSED);
}
END_TEST

START_TEST(test_until_a_future_is_done_in_pieces)
{
    ac_callback *callback = NULL;
    ac_future *future = th_slot(0, "f");
    th_ok(ac_loop_until_begin(&th.loop, future, &callback));
    ck_assert_uint_eq(th_refs(future), 3);
    ck_assert_ptr_eq(ac_future_next_callback(future, NULL), &callback->handle);
    ac_loop_stop(&th.loop);
    ac_status status = run_in_pieces();
    status = ac_loop_until_end(&th.loop, future, callback, status);
    th_expect_status(status, AC_E_RUNTIME);
    ck_assert_str_eq(ac_loop_why(&th.loop), "Event loop stopped before Future completed.");
    ck_assert_uint_eq(th_refs(future), 1);
    ck_assert_uint_eq(th.bytes, 0);

    th_ok(ac_loop_until_begin(&th.loop, future, &callback));
    th_ok(ac_future_set_result(future, th_int(1)));
    status = run_in_pieces();
    th_ok(ac_loop_until_end(&th.loop, future, callback, status));
    ck_assert_uint_eq(th_refs(future), 1);
    ck_assert_uint_eq(th.bytes, 0);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_the_batch_of_a_stop_ends_and_what_it_queued_does_not_run,
        test_with_a_stop_in_advance_a_run_makes_one_turn_without_waiting,
        test_a_run_polls_until_the_next_timer,
        test_a_run_polls_with_zero_while_something_is_ready,
        test_a_poll_that_only_waits_is_not_called_while_something_is_ready,
        test_a_poll_for_ever_ends_when_something_is_put_in,
        test_what_a_poll_fails_with_leaves_the_run,
        test_an_exit_exception_leaves_the_run_and_the_rest_stays_for_the_next,
        test_a_stop_does_not_outlive_its_run,
        test_a_run_inside_a_run_is_refused,
        test_a_closed_loop_does_not_run,
        test_a_host_without_poll_drives_turns_itself,
        test_a_loop_that_may_not_run_does_not,
        test_a_second_loop_does_not_run_inside_the_first,
        test_a_host_without_set_running_and_thread,
        test_a_run_ends_after_the_turn_in_which_the_futures_callback_runs,
        test_what_done_callbacks_queue_does_not_run,
        test_a_future_that_is_done_already_takes_one_turn,
        test_a_run_until_a_task_is_done,
        test_the_error_of_a_future_that_was_run_for_is_retrieved,
        test_a_run_until_a_cancelled_future,
        test_a_loop_that_is_stopped_before_the_future_is_done,
        test_a_future_of_another_loop_is_refused,
        test_a_future_that_is_not_initialised_is_refused,
        test_no_memory_for_the_callback,
        test_a_virtual_deadlock_leaves_no_callback_behind,
        test_clearing_the_future_of_a_run_ends_nothing,
        test_an_exit_exception_of_the_task_leaves_its_callback_for_the_next_run,
        test_a_callback_left_by_a_run_stops_the_next_one,
        test_a_callback_left_by_a_run_is_dropped_by_close,
        test_a_host_without_retain_and_release,
        test_a_done_future_whose_callback_cannot_be_scheduled,
        test_a_run_in_pieces,
        test_until_a_future_is_done_in_pieces,
    };
    return TH_MAIN("run", tests);
}
