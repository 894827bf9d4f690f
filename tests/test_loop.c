/* test_loop.c - birth and death of a loop, turns, failures and the exception handler, visits
 * (src/loop/loop.c).
 *
 * Timers are test_timers.c, handles test_handle.c, runs test_run.c, what a host must provide
 * test_host_table.c. */
#include "host.h"
#include "loop/loop_impl.h"

#include <string.h>

static ac_status raise_value_error(ac_loop *loop, th_callback *callback)
{
    (void)callback;
    return ac_loop_raise(loop, th_exception(TH_VALUE, "x"));
}

static ac_status raise_exit(ac_loop *loop, th_callback *callback)
{
    (void)callback;
    return ac_loop_raise(loop, th_exception(TH_EXIT, "x"));
}

static th_callback *first, *second, *third;

static void three(ac_status (*body)(ac_loop *, th_callback *))
{
    first = th_callback_new("a", body);
    second = th_callback_new("b", NULL);
    third = th_callback_new("c", NULL);
    th_soon(first);
    th_soon(second);
    th_soon(third);
}

/* The exception that came with AC_E_RAISED. */
static const char *raised(void)
{
    return th_repr_of(ac_loop_take_raised(&th.loop));
}

/* ---- Birth ---- */

START_TEST(test_a_new_loop_knows_what_it_was_told)
{
    int mine = 0;
    th_loop_init(&(ac_loop_options){.user = &mine, .debug = true, .max_depth = 7, .clock_resolution = 0.25});
    ck_assert_ptr_eq(ac_loop_user(&th.loop), &mine);
    ck_assert_ptr_eq(ac_loop_host(&th.loop), &th.table);
    ck_assert(ac_loop_get_debug(&th.loop));
    ck_assert_uint_eq(th.loop.max_depth, 7);
    ck_assert(th.loop.clock_resolution == 0.25);
    ck_assert(!ac_loop_is_running(&th.loop));
    ck_assert(!ac_loop_is_closed(&th.loop));
    ck_assert(!ac_loop_is_stopping(&th.loop));
    ck_assert_ptr_null(ac_loop_current_task(&th.loop));
    ck_assert_ptr_null(ac_loop_next_task(&th.loop, NULL));
    ck_assert_str_eq(ac_loop_why(&th.loop), "");
    th_check(&th.loop);
}
END_TEST

START_TEST(test_a_new_loop_without_options_has_the_defaults)
{
    ck_assert_ptr_null(ac_loop_user(&th.loop));
    ck_assert(!ac_loop_get_debug(&th.loop));
    ck_assert_uint_eq(th.loop.max_depth, 500);
    ck_assert(th.loop.clock_resolution == 1e-9);
    ck_assert(th.loop.slow_callback_duration == 0.1);
    ck_assert_uint_eq(ac_loop_semantics(&th.loop), ac_semantics_newest());
}
END_TEST

START_TEST(test_options_out_of_range_are_the_defaults)
{
    th_loop_init(&(ac_loop_options){.clock_resolution = -1});
    ck_assert(th.loop.clock_resolution == 1e-9);
}
END_TEST

START_TEST(test_debug_mode_is_switched_on_and_off)
{
    ac_loop_set_debug(&th.loop, true);
    ck_assert(ac_loop_get_debug(&th.loop));
    ac_loop_set_debug(&th.loop, false);
    ck_assert(!ac_loop_get_debug(&th.loop));
}
END_TEST

START_TEST(test_time_is_the_hosts)
{
    th.now = 12.5;
    ck_assert(ac_loop_time(&th.loop) == 12.5);
    ck_assert_uint_eq(th.calls[TH_HOOK_NOW], 1);
}
END_TEST

/* Bad input: an unknown profile. */
START_TEST(test_a_loop_with_an_unknown_profile_is_not_made)
{
    th_expect_failure(ac_loop_init(&th.loop, &th.table, &(ac_loop_options){.semantics = "2.7"}), AC_E_VALUE,
                      "unknown semantics profile");
}
END_TEST

START_TEST(test_a_loop_keeps_its_task_factory)
{
    int data = 0;
    void *kept = &kept;
    ck_assert(ac_loop_get_task_factory(&th.loop, &kept) == NULL);
    ck_assert_ptr_null(kept);
    ac_loop_set_task_factory(&th.loop, ac_eager_task_factory, &data);
    ck_assert(ac_loop_get_task_factory(&th.loop, &kept) == ac_eager_task_factory);
    ck_assert_ptr_eq(kept, &data);
    ck_assert(ac_loop_get_task_factory(&th.loop, NULL) == ac_eager_task_factory);
}
END_TEST

/* ---- Death ---- */

START_TEST(test_closing_twice_does_nothing)
{
    th_ok(ac_loop_close(&th.loop));
    ck_assert(ac_loop_is_closed(&th.loop));
    th_ok(ac_loop_close(&th.loop));
    ck_assert(ac_loop_is_closed(&th.loop));
    th_check(&th.loop);
}
END_TEST

START_TEST(test_closing_gives_up_what_is_ready_in_order_without_running_it)
{
    th.log_done = true;
    three(NULL);
    th_ok(ac_loop_close(&th.loop));
    th_expect("~a, ~b, ~c");
    ck_assert(!ac_handle_scheduled(th_handle(second)));
}
END_TEST

static ac_status close_loop(ac_loop *loop, th_callback *callback)
{
    (void)callback;
    th_expect_failure(ac_loop_close(loop), AC_E_RUNTIME, "Cannot close a running event loop");
    return AC_OK;
}

/* Bad input: closing a running loop. */
START_TEST(test_a_running_loop_is_not_closed)
{
    three(close_loop);
    th_turns(&th.loop, 1);
    th_expect("a, b, c");
    ck_assert(!ac_loop_is_closed(&th.loop));
}
END_TEST

START_TEST(test_a_loop_is_not_closed_between_the_parts_of_a_turn)
{
    th_ok(ac_loop_turn_begin(&th.loop));
    th_expect_failure(ac_loop_close(&th.loop), AC_E_RUNTIME, "Cannot close a running event loop");
    ac_loop_turn_end(&th.loop);
    th_ok(ac_loop_close(&th.loop));
}
END_TEST

static void use_closed_loop(ac_loop *loop, th_object *object)
{
    (void)object;
    ck_assert(ac_loop_is_closed(loop));
    ck_assert_str_eq(ac_status_name(ac_loop_call_soon(loop, th_cb(third))), "AC_E_CLOSED");
    ck_assert_str_eq(ac_status_name(ac_loop_call_soon_threadsafe(loop, th_cb(third))), "AC_E_CLOSED");
    ck_assert_str_eq(ac_status_name(ac_loop_turn(loop)), "AC_E_CLOSED");
    th_ok(ac_loop_close(loop));
    th_log("bomb");
}

START_TEST(test_what_is_given_up_by_close_finds_the_loop_closed)
{
    first = th_callback_new("a", NULL);
    second = th_callback_new("b", NULL);
    third = th_callback_new("c", NULL);
    first->owned = th_new("bomb");
    th_object_of(ac_lend(first->owned))->finalize = use_closed_loop;
    second->owned = th_new("bomb");
    th_object_of(ac_lend(second->owned))->finalize = use_closed_loop;
    th_soon(first);
    th_later(second, 1);
    th_ok(ac_loop_close(&th.loop));
    th_expect("bomb, bomb");
    ck_assert_uint_eq(first->dones, 1);
    ck_assert_uint_eq(second->dones, 1);
}
END_TEST

START_TEST(test_closing_drops_exceptions_that_nobody_took)
{
    ac_ref error;
    ac_future *future = th_slot(0, "f");
    th_expect_status(ac_loop_raise(&th.loop, th_exception(TH_VALUE, "x")), AC_E_RAISED);
    th_ok(ac_future_cancel(future, ac_none_ref(), NULL));
    ck_assert_int_eq(ac_future_outcome(future, &error), AC_THROW);
    ck_assert_int_eq(th.objects, 2);
    th_ok(ac_loop_close(&th.loop));
    ck_assert_int_eq(th.objects, 0);
}
END_TEST

START_TEST(test_a_closed_loop_does_not_turn)
{
    th_ok(ac_loop_close(&th.loop));
    th_expect_failure(ac_loop_turn(&th.loop), AC_E_CLOSED, "Event loop is closed");
    th_expect_failure(ac_loop_turn_begin(&th.loop), AC_E_CLOSED, "Event loop is closed");
    ck_assert(ac_loop_timeout(&th.loop) < 0);
}
END_TEST

/* ---- Turns ---- */

START_TEST(test_a_turn_with_nothing_to_do)
{
    th_turns(&th.loop, 2);
    ck_assert_uint_eq(th.calls[TH_HOOK_POLL], 0);
}
END_TEST

static ac_status log_running(ac_loop *loop, th_callback *callback)
{
    (void)callback;
    ck_assert_ptr_eq(th.running, loop);
    th_log(ac_loop_is_running(loop) ? "running" : "not running");
    return AC_OK;
}

/* Guest mode. */
START_TEST(test_a_loop_runs_for_the_length_of_a_turn)
{
    three(log_running);
    th_turns(&th.loop, 1);
    th_expect("a, running, b, c");
    ck_assert(!ac_loop_is_running(&th.loop));
    ck_assert_ptr_null(th.running);
    ck_assert_uint_eq(th.calls[TH_HOOK_SET_RUNNING], 2);
}
END_TEST

static ac_status turn_inside(ac_loop *loop, th_callback *callback)
{
    (void)callback;
    th_expect_failure(ac_loop_turn(loop), AC_E_RUNTIME, "This event loop is already running");
    th_expect_failure(ac_loop_run_forever(loop), AC_E_RUNTIME, "This event loop is already running");
    th_expect_failure(ac_loop_run_until_complete(loop, th.slots[0]), AC_E_RUNTIME,
                      "This event loop is already running");
    return AC_OK;
}

/* Bad input: a turn inside a turn. */
START_TEST(test_a_turn_inside_a_turn_is_refused)
{
    (void)th_slot(0, "f");
    three(turn_inside);
    th_turns(&th.loop, 1);
    th_expect("a, b, c");
}
END_TEST

static ac_status turn_other(ac_loop *loop, th_callback *callback)
{
    (void)loop;
    return ac_loop_turn(callback->data);
}

START_TEST(test_a_second_loop_does_not_turn_inside_the_first)
{
    ac_loop other;
    th_ok(ac_loop_init(&other, &th.table, NULL));
    three(turn_other);
    first->data = &other;
    th_turns(&th.loop, 1);
    th_drop(ac_loop_take_raised(&other));
    ck_assert(!ac_loop_is_running(&other));
    th_expect("a, b, c");
    th_expect_reports("Exception in callback");
    th_ok(ac_loop_close(&other));
}
END_TEST

START_TEST(test_a_turn_that_cannot_become_the_running_loop_does_nothing)
{
    three(NULL);
    th_fail(TH_HOOK_SET_RUNNING, 1);
    th_expect_status(th_turn(&th.loop), AC_E_RAISED);
    ck_assert_str_eq(raised(), "RuntimeError('set_running failed')");
    ck_assert(!ac_loop_is_running(&th.loop));
    th_expect("");
    th_turns(&th.loop, 1);
    th_expect("a, b, c");
}
END_TEST

START_TEST(test_a_host_without_set_running)
{
    th.table.set_running = NULL;
    three(NULL);
    th_turns(&th.loop, 1);
    th_expect("a, b, c");
}
END_TEST

static ac_status stop(ac_loop *loop, th_callback *callback)
{
    (void)callback;
    ac_loop_stop(loop);
    return AC_OK;
}

START_TEST(test_in_guest_mode_a_stop_holds_until_the_next_turn)
{
    three(stop);
    th_turns(&th.loop, 1);
    th_expect("a, b, c");
    ck_assert(ac_loop_is_stopping(&th.loop));
    ck_assert(ac_loop_timeout(&th.loop) == 0);
    th_turns(&th.loop, 1);
    ck_assert(!ac_loop_is_stopping(&th.loop));
}
END_TEST

START_TEST(test_a_turn_in_pieces)
{
    ac_handle *handle;
    int count = 0;
    three(raise_value_error);
    first->timer.callback.handle.context = th_context("ctx");
    ac_handle_cancel(&th.loop, th_handle(second));
    th.log_contexts = th.log_done = true;
    th_ok(ac_loop_turn_begin(&th.loop));
    ck_assert(ac_loop_is_running(&th.loop));
    for (;;) {
        th_ok(ac_loop_turn_next(&th.loop, &handle));
        if (handle == NULL)
            break;
        th_ok(ac_loop_turn_ran(&th.loop, handle, ac_handle_call(&th.loop, handle)));
        th_check(&th.loop);
        count++;
    }
    th_ok(ac_loop_turn_next(&th.loop, &handle));
    ck_assert_ptr_null(handle);
    ac_loop_turn_end(&th.loop);
    ck_assert(!ac_loop_is_running(&th.loop));
    ck_assert_int_eq(count, 2);
    th_expect("+ctx, a, -ctx, ~a, ~b, c, ~c");
    th_expect_reports("Exception in callback: ValueError('x')");
}
END_TEST

START_TEST(test_a_turn_in_pieces_that_is_left_early_keeps_the_rest)
{
    ac_handle *handle;
    three(NULL);
    th_ok(ac_loop_turn_begin(&th.loop));
    th_ok(ac_loop_turn_next(&th.loop, &handle));
    ck_assert_ptr_eq(handle, th_handle(first));
    th_ok(ac_loop_turn_ran(&th.loop, handle, AC_OK));
    ac_loop_turn_end(&th.loop);
    th_check(&th.loop);
    th_turns(&th.loop, 1);
    th_expect("b, c");
}
END_TEST

START_TEST(test_turn_begin_twice_is_refused)
{
    th_ok(ac_loop_turn_begin(&th.loop));
    th_expect_failure(ac_loop_turn_begin(&th.loop), AC_E_RUNTIME, "This event loop is already running");
    ac_loop_turn_end(&th.loop);
}
END_TEST

START_TEST(test_the_parts_of_a_turn_that_was_not_begun_do_nothing)
{
    ac_handle *handle = NULL;
    three(NULL);
    ac_loop_turn_end(&th.loop);
    th_ok(ac_loop_turn_next(&th.loop, &handle));
    ck_assert_ptr_null(handle);
    ac_loop_turn_end(&th.loop);
    th_check(&th.loop);
    th_turns(&th.loop, 1);
    th_expect("a, b, c");
}
END_TEST

static void take_a_second(ac_loop *loop, th_coro *coro)
{
    (void)loop;
    (void)coro;
    th.now += 1;
}

START_TEST(test_debug_mode_reports_slow_steps)
{
    static const th_op script[] = {{TH_CALL, .call = take_a_second}, {TH_END}};
    ac_loop_set_debug(&th.loop, true);
    th_start(0, "t", script, AC_EAGER_NO);
    th_turns(&th.loop, 1);
    th_expect("slow step 1");
}
END_TEST

/* Objects that are not counted need not be kept over the report. */
START_TEST(test_debug_mode_reports_slow_steps_of_uncounted_tasks)
{
    static const th_op script[] = {{TH_CALL, .call = take_a_second}, {TH_END}};
    th.table.retain = NULL;
    th.table.release = NULL;
    ac_loop_set_debug(&th.loop, true);
    th_start(0, "t", script, AC_EAGER_NO);
    th_turns(&th.loop, 1);
    th_expect("slow step 1");
}
END_TEST

/* ---- Callbacks that fail (rule 9) ---- */

START_TEST(test_an_exception_in_a_callback_is_reported_and_the_batch_goes_on)
{
    three(raise_value_error);
    th_turns(&th.loop, 1);
    th_expect("a, b, c");
    th_expect_reports("Exception in callback: ValueError('x')");
    ck_assert_uint_eq(first->dones, 1);
    ck_assert_int_eq(th.objects, 0);
}
END_TEST

static ac_status fail_by_status(ac_loop *loop, th_callback *callback)
{
    (void)callback;
    return ac_loop_close(loop);
}

START_TEST(test_a_callback_that_fails_by_a_status_is_reported_with_its_words)
{
    three(fail_by_status);
    th_turns(&th.loop, 1);
    th_expect("a, b, c");
    th_expect_reports("Exception in callback: RuntimeError('Cannot close a running event loop')");
}
END_TEST

static ac_status fail_by_memory(ac_loop *loop, th_callback *callback)
{
    (void)loop;
    (void)callback;
    return AC_E_MEMORY;
}

START_TEST(test_a_callback_that_fails_for_want_of_memory_is_reported_without_an_exception)
{
    three(fail_by_memory);
    th_turns(&th.loop, 1);
    th_expect("a, b, c");
    th_expect_reports("Exception in callback");
}
END_TEST

START_TEST(test_an_exit_exception_leaves_the_turn_and_the_rest_runs_first_next_time)
{
    th_callback *fourth = th_callback_new("d", NULL);
    three(raise_exit);
    th_expect_status(th_turn(&th.loop), AC_E_RAISED);
    ck_assert_str_eq(raised(), "SystemExit('x')");
    ck_assert_uint_eq(first->dones, 1);
    th_expect("a");
    th_soon(fourth);
    th_turns(&th.loop, 1);
    th_expect("b, c, d");
}
END_TEST

static ac_status queue_and_raise_exit(ac_loop *loop, th_callback *callback)
{
    th_soon(callback->data);
    return raise_exit(loop, callback);
}

START_TEST(test_the_rest_of_a_batch_comes_before_what_the_batch_queued)
{
    three(queue_and_raise_exit);
    first->data = th_callback_new("d", NULL);
    th_expect_status(th_turn(&th.loop), AC_E_RAISED);
    th_drop(ac_loop_take_raised(&th.loop));
    th_turns(&th.loop, 1);
    th_expect("a, b, c, d");
}
END_TEST

START_TEST(test_an_exit_exception_of_a_task_where_objects_are_not_counted)
{
    static const th_op script[] = {{TH_RAISE, .kind = TH_EXIT, .text = "x"}};
    th.table.retain = NULL;
    th.table.release = NULL;
    th.table.copy_context = NULL;
    th.table.enter = NULL;
    th.table.leave = NULL;
    th_loop_init(NULL);
    ac_task *task = th_start(0, "t", script, AC_EAGER_NO);
    th_expect_status(th_turn(&th.loop), AC_E_RAISED);
    ck_assert_str_eq(raised(), "SystemExit('x')");
    ck_assert_str_eq(th_state(&task->future), "exception SystemExit('x')");
    ac_future_set_log_traceback(&task->future, false);
}
END_TEST

static ac_status no_context(ac_loop *loop, ac_value *out)
{
    (void)loop;
    *out = ac_none();
    return AC_OK;
}

static void give_context(ac_loop *loop, th_coro *coro)
{
    (void)coro;
    th_ok(ac_task_set_context(ac_loop_current_task(loop), th_context("late")));
}

/* The first context variable of a task without a context is set in its first step. */
START_TEST(test_a_task_that_is_given_a_context_while_it_runs_leaves_it)
{
    static const th_op script[] = {{TH_CALL, .call = give_context}, {TH_YIELD}, {TH_END}};
    th.table.copy_context = no_context;
    th.log_contexts = true;
    th_start(0, "t", script, AC_EAGER_NO);
    th_turns(&th.loop, 1);
    ck_assert_uint_eq(th.stray_leaves, 1);
    th_expect("");
    th_turns(&th.loop, 1);
    ck_assert_uint_eq(th.stray_leaves, 1);
    th_expect("+late, -late");
}
END_TEST

/* ---- The exception handler (rule 10) ---- */

static const ac_report *told;

static ac_status log_report(ac_loop *loop, void *data, const ac_report *report)
{
    (void)loop;
    told = report;
    th_log("%s: %s: %s", (const char *)data, report->message, th_repr(report->exception));
    if (th.context != NULL)
        th_log("in %s", th.context->name);
    return AC_OK;
}

START_TEST(test_an_exception_handler_is_told_instead_of_the_host)
{
    static char mine[] = "mine";
    ac_loop_set_exception_handler(&th.loop, log_report, mine);
    three(raise_value_error);
    th_turns(&th.loop, 1);
    th_expect("a, mine: Exception in callback: ValueError('x'), b, c");
    ac_loop_set_exception_handler(&th.loop, NULL, NULL);
    three(raise_value_error);
    th_turns(&th.loop, 1);
    th_expect_reports("Exception in callback: ValueError('x')");
}
END_TEST

START_TEST(test_the_exception_handler_is_called_by_hand)
{
    ac_report report = {.message = "hello"};
    th_ok(ac_loop_call_exception_handler(&th.loop, &report));
    th_expect_reports("hello");
    static char mine[] = "mine";
    ac_loop_set_exception_handler(&th.loop, log_report, mine);
    th_ok(ac_loop_call_exception_handler(&th.loop, &report));
    ck_assert_ptr_eq(told, &report);
    th_expect("mine: hello: None");
}
END_TEST

START_TEST(test_a_host_without_report_loses_reports)
{
    th.table.report = NULL;
    three(raise_value_error);
    th_turns(&th.loop, 1);
    th_expect("a, b, c");
}
END_TEST

static const ac_report *cause_of_failure;

static void keep_cause(ac_loop *loop, const ac_report *report)
{
    (void)loop;
    cause_of_failure = report->cause;
    th_log("%s: %s", report->message, th_repr(report->exception));
    if (report->cause != NULL)
        th_log("cause %s: %s", report->cause->message, th_repr(report->cause->exception));
}

static ac_status failing_handler(ac_loop *loop, void *data, const ac_report *report)
{
    (void)report;
    return ac_loop_raise(loop, th_exception(*(th_kind *)data, "handler"));
}

START_TEST(test_a_handler_that_raises_is_told_to_the_host_and_the_loop_goes_on)
{
    th_kind kind = TH_TYPE;
    th.table.report = keep_cause;
    ac_loop_set_exception_handler(&th.loop, failing_handler, &kind);
    three(raise_value_error);
    th_turns(&th.loop, 1);
    th_expect("a, Unhandled error in exception handler: TypeError('handler'), "
              "cause Exception in callback: ValueError('x'), b, c");
    ck_assert_ptr_nonnull(cause_of_failure);
}
END_TEST

START_TEST(test_an_exit_exception_of_a_handler_leaves_the_loop)
{
    th_kind kind = TH_EXIT;
    ac_loop_set_exception_handler(&th.loop, failing_handler, &kind);
    three(raise_value_error);
    th_expect_status(th_turn(&th.loop), AC_E_RAISED);
    ck_assert_str_eq(raised(), "SystemExit('handler')");
    ck_assert_uint_eq(first->dones, 1);
    th_turns(&th.loop, 1);
    th_expect("a, b, c");
}
END_TEST

static ac_status memory_handler(ac_loop *loop, void *data, const ac_report *report)
{
    (void)loop;
    (void)data;
    (void)report;
    return AC_E_MEMORY;
}

START_TEST(test_a_handler_that_fails_by_a_status_is_told_to_the_host)
{
    ac_loop_set_exception_handler(&th.loop, memory_handler, NULL);
    three(raise_value_error);
    th_turns(&th.loop, 1);
    th_expect("a, b, c");
    th_expect_reports("Unhandled error in exception handler");
}
END_TEST

START_TEST(test_a_handler_runs_in_the_context_of_the_handle)
{
    static char mine[] = "mine";
    ac_loop_set_exception_handler(&th.loop, log_report, mine);
    three(raise_value_error);
    first->timer.callback.handle.context = th_context("ctx");
    th_turns(&th.loop, 1);
    th_expect("a, mine: Exception in callback: ValueError('x'), in ctx, b, c");
}
END_TEST

START_TEST(test_a_handler_runs_in_the_context_of_the_task)
{
    static const th_op script[] = {{TH_END}};
    static char mine[] = "mine";
    ac_task *task = th_start(0, "t", script, AC_EAGER_NO);
    first = th_callback_new("a", NULL);
    first->timer.callback.handle.context = th_context("ctx");
    ac_loop_set_exception_handler(&th.loop, log_report, mine);
    ac_report by_task = {.message = "1", .task = task, .handle = th_handle(first)};
    ac_report by_future = {.message = "2", .future = &task->future, .handle = th_handle(first)};
    ac_report by_handle = {.message = "3", .future = th_slot(1, "f"), .handle = th_handle(first)};
    ac_report by_nothing = {.message = "4", .future = th.slots[1]};
    th_ok(ac_loop_call_exception_handler(&th.loop, &by_task));
    th_expect("mine: 1: None, in copy");
    th_ok(ac_loop_call_exception_handler(&th.loop, &by_future));
    th_expect("mine: 2: None, in copy");
    th_ok(ac_loop_call_exception_handler(&th.loop, &by_handle));
    th_expect("mine: 3: None, in ctx");
    th_ok(ac_loop_call_exception_handler(&th.loop, &by_nothing));
    th_expect("mine: 4: None");
    th_turns(&th.loop, 1);
    th_soon(first);
    th_turns(&th.loop, 1);
}
END_TEST

START_TEST(test_a_handler_whose_context_cannot_be_entered_is_told_to_the_host)
{
    static char mine[] = "mine";
    ac_loop_set_exception_handler(&th.loop, log_report, mine);
    three(raise_value_error);
    first->timer.callback.handle.context = th_context("ctx");
    th_fail(TH_HOOK_ENTER, 2);
    th_turns(&th.loop, 1);
    th_expect("a, b, c");
    th_expect_reports("Unhandled error in exception handler: RuntimeError('enter failed')");
}
END_TEST

static ac_status enter_nothing(ac_loop *loop, ac_ref context)
{
    (void)context;
    (void)ac_loop_raise(loop, th_exception(TH_TYPE, "that is no context"));
    return AC_E_TYPE;
}

/* asyncio: what has no run() is not run. */
START_TEST(test_a_handler_of_what_is_no_context_runs_without)
{
    static char mine[] = "mine";
    th.table.enter = enter_nothing;
    th_loop_init(NULL);
    ac_loop_set_exception_handler(&th.loop, log_report, mine);
    three(NULL);
    first->timer.callback.handle.context = th_context("ctx");
    th_turns(&th.loop, 1);
    th_expect("mine: Exception in callback: TypeError('that is no context'), b, c");
    ck_assert_uint_eq(first->runs, 0);
}
END_TEST

START_TEST(test_without_contexts_a_handler_just_runs)
{
    static char mine[] = "mine";
    th.table.copy_context = NULL;
    th.table.enter = NULL;
    th.table.leave = NULL;
    th_loop_init(NULL);
    ac_loop_set_exception_handler(&th.loop, log_report, mine);
    three(raise_value_error);
    first->timer.callback.handle.context = th_context("ctx");
    th_turns(&th.loop, 1);
    th_expect("a, mine: Exception in callback: ValueError('x'), b, c");
}
END_TEST

/* ---- Exceptions that the loop keeps ---- */

START_TEST(test_what_was_raised_is_taken_once)
{
    th_expect_status(ac_loop_raise(&th.loop, th_exception(TH_VALUE, "x")), AC_E_RAISED);
    ck_assert_str_eq(ac_loop_why(&th.loop), "");
    ck_assert_str_eq(raised(), "ValueError('x')");
    ck_assert(ac_is_none(ac_lend(ac_loop_take_raised(&th.loop))));
}
END_TEST

START_TEST(test_the_second_that_is_raised_replaces_the_first)
{
    (void)ac_loop_raise(&th.loop, th_exception(TH_VALUE, "first"));
    (void)ac_loop_raise(&th.loop, th_exception(TH_VALUE, "second"));
    ck_assert_int_eq(th.objects, 1);
    ck_assert_str_eq(raised(), "ValueError('second')");
}
END_TEST

START_TEST(test_an_exception_that_could_not_be_made_is_raised_as_none)
{
    th_expect_status(ac_loop_raise(&th.loop, ac_none()), AC_E_RAISED);
    ck_assert(ac_is_none(ac_lend(ac_loop_take_raised(&th.loop))));
}
END_TEST

START_TEST(test_every_status_has_the_exception_of_CPython)
{
    static const struct {
        ac_status status;
        const char *repr;
    } rows[] = {
        {AC_OK, "None"},
        {AC_E_STATE, "InvalidStateError('words')"},
        {AC_E_RUNTIME, "RuntimeError('words')"},
        {AC_E_TYPE, "TypeError('words')"},
        {AC_E_VALUE, "ValueError('words')"},
        {AC_E_MEMORY, "None"},
        {AC_E_CLOSED, "RuntimeError('Event loop is closed')"},
        {AC_E_DEADLOCK, "RuntimeError('words')"},
        {AC_E_RECURSION, "RecursionError('words')"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        th.loop.why = "words";
        ck_assert_str_eq(th_repr_of(ac_loop_status_exception(&th.loop, rows[i].status, NULL)), rows[i].repr);
    }
    (void)ac_loop_raise(&th.loop, th_exception(TH_PLAIN, "x"));
    ck_assert_str_eq(th_repr_of(ac_loop_status_exception(&th.loop, AC_E_RAISED, NULL)), "Exception('x')");
}
END_TEST

START_TEST(test_the_exception_of_a_status_is_told_what_it_is_about)
{
    static const th_op script[] = {{TH_END}};
    ac_future *future = th_slot(0, "f");
    ac_task *task = th_start(1, "t", script, AC_EAGER_NO);
    (void)ac_loop_swap_current_task(&th.loop, task);
    ac_value about_future = ac_loop_status_exception(&th.loop, AC_E_STATE, future);
    ck_assert_ptr_eq(th_object_of(ac_lend(about_future))->future, future);
    ck_assert_ptr_null(th_object_of(ac_lend(about_future))->task);
    ck_assert_ptr_eq(th_object_of(ac_lend(about_future))->parent, task);
    (void)ac_loop_swap_current_task(&th.loop, NULL);
    ac_value about_task = ac_loop_status_exception(&th.loop, AC_E_STATE, &task->future);
    ck_assert_ptr_eq(th_object_of(ac_lend(about_task))->task, task);
    th_drop(about_future);
    th_drop(about_task);
    th_turns(&th.loop, 1);
}
END_TEST

START_TEST(test_an_exception_of_a_status_that_cannot_be_made_is_none)
{
    th_fail(TH_HOOK_ERROR, 1);
    ck_assert(ac_is_none(ac_lend(ac_loop_status_exception(&th.loop, AC_E_VALUE, NULL))));
}
END_TEST

/* ---- Values ---- */

START_TEST(test_dup_and_drop_go_through_the_host)
{
    ac_value value = th_new("x");
    ac_value same = ac_dup(&th.loop, ac_lend(value));
    ck_assert_uint_eq(th_object_of(ac_lend(value))->count, 2);
    ac_drop(&th.loop, value);
    ac_drop(&th.loop, same);
    ck_assert_int_eq(th.objects, 0);
}
END_TEST

START_TEST(test_none_is_neither_duplicated_nor_dropped)
{
    ck_assert(ac_is_none(ac_lend(ac_dup(&th.loop, ac_none_ref()))));
    ac_drop(&th.loop, ac_none());
    ck_assert_uint_eq(th.calls[TH_HOOK_DUP], 0);
    ck_assert_uint_eq(th.calls[TH_HOOK_DROP], 0);
}
END_TEST

START_TEST(test_a_host_without_dup_counts_nothing)
{
    th.table.dup = NULL;
    ac_value value = th_new("x");
    ac_value same = ac_dup(&th.loop, ac_lend(value));
    ck_assert_uint_eq(same.bits, value.bits);
    ck_assert_uint_eq(th_object_of(ac_lend(value))->count, 1);
    th_drop(value);
}
END_TEST

START_TEST(test_take_moves_a_value_out)
{
    ac_value slot = th_int(7);
    ck_assert_int_eq(th_as_int(ac_lend(ac_take(&slot))), 7);
    ck_assert(ac_is_none(ac_lend(slot)));
}
END_TEST

/* ---- Debug mode: slow callbacks ---- */

static ac_status take_time(ac_loop *loop, th_callback *callback)
{
    (void)loop;
    th.now += *(double *)callback->data;
    return AC_OK;
}

static void slow_callback(double seconds, const char *expected)
{
    static double duration;
    duration = seconds;
    first = th_callback_new("a", take_time);
    first->data = &duration;
    th_soon(first);
    th_turns(&th.loop, 1);
    th_expect(expected);
}

START_TEST(test_debug_mode_reports_slow_callbacks)
{
    ac_loop_set_debug(&th.loop, true);
    slow_callback(0.0625, "a");
    slow_callback(0.25, "a, slow callback 0.25");
    ac_loop_set_slow_callback_duration(&th.loop, 0.5);
    slow_callback(0.25, "a");
    slow_callback(0.5, "a, slow callback 0.5");
    ac_loop_set_debug(&th.loop, false);
    slow_callback(0.5, "a");
}
END_TEST

START_TEST(test_a_host_without_slow_is_told_nothing)
{
    th.table.slow = NULL;
    ac_loop_set_debug(&th.loop, true);
    slow_callback(0.5, "a");
}
END_TEST

/* ---- Visits ---- */

/* Everything a loop can own: what a visit shows, in its order. */
static void fill_with_everything(void)
{
    static const th_op script[] = {{TH_END}};
    ac_ref error;
    ac_task_set_log_destroy_pending(th_start(0, "task", script, AC_EAGER_NO), false);
    first = th_callback_new("a", NULL);
    first->owned = th_new("of a");
    first->timer.callback.handle.context = th_context("context of a");
    th_soon(first);
    second = th_callback_new("b", NULL);
    second->owned = th_new("of b");
    th_later(second, 10);
    third = th_callback_new("c", NULL);
    third->owned = th_new("of c");
    th_ok(ac_loop_call_soon_threadsafe(&th.loop, th_cb(third)));
    (void)ac_loop_raise(&th.loop, th_exception(TH_VALUE, "raised"));
    th_ok(ac_future_cancel(th_slot(1, "f"), ac_none_ref(), NULL));
    (void)ac_future_outcome(th.slots[1], &error);
}

static const char everything[] =
    "task, context of a, of a, of c, of b, ValueError('raised'), CancelledError()";

START_TEST(test_a_visit_shows_everything_once)
{
    th_visitor visitor;
    fill_with_everything();
    th_visitor_init(&visitor);
    ck_assert_int_eq(ac_loop_visit(&th.loop, &visitor.visitor), 0);
    ck_assert_str_eq(visitor.seen, everything);
    ck_assert_int_eq(visitor.count, 7);
}
END_TEST

START_TEST(test_a_visit_is_stopped_by_any_answer)
{
    th_visitor visitor;
    fill_with_everything();
    for (int stop_after = 1; stop_after <= 7; stop_after++) {
        th_visitor_init(&visitor);
        visitor.stop_after = stop_after;
        ck_assert_int_eq(ac_loop_visit(&th.loop, &visitor.visitor), 42);
        ck_assert_int_eq(visitor.count, stop_after);
    }
}
END_TEST

static ac_status visit_now(ac_loop *loop, th_callback *callback)
{
    th_visitor visitor;
    (void)callback;
    th_visitor_init(&visitor);
    ck_assert_int_eq(ac_loop_visit(loop, &visitor.visitor), 0);
    ck_assert_str_eq(visitor.seen, "of b");
    return AC_OK;
}

START_TEST(test_a_visit_within_a_turn_shows_the_rest_of_the_batch)
{
    three(visit_now);
    second->owned = th_new("of b");
    th_turns(&th.loop, 1);
    th_expect("a, b, c");
}
END_TEST

static th_callback *fourth;

/* In the midst of a turn: what is left of it, then what is new, the inbox last. */
static ac_status look(ac_loop *loop, th_callback *callback)
{
    (void)callback;
    fourth = th_callback_new("d", NULL);
    th_ok(ac_loop_call_soon_threadsafe(loop, th_cb(fourth)));
    th_callback *const wanted[] = {second, third, fourth};
    ac_handle *handle = NULL;
    for (size_t i = 0; i < 3; i++) {
        handle = ac_loop_next_ready(loop, handle);
        ck_assert_ptr_eq(handle, th_handle(wanted[i]));
    }
    ck_assert_ptr_null(ac_loop_next_ready(loop, handle));
    return AC_OK;
}

START_TEST(test_what_is_ready_can_be_looked_at)
{
    ck_assert_ptr_null(ac_loop_next_ready(&th.loop, NULL));
    three(look);
    ck_assert_ptr_eq(ac_loop_next_ready(&th.loop, NULL), th_handle(first));
    th_turns(&th.loop, 2);
    th_expect("a, b, c, d");
}
END_TEST

static ac_status drop_the_rest(ac_loop *loop, th_callback *callback)
{
    (void)callback;
    ac_loop_drop_ready(loop);
    return AC_OK;
}

START_TEST(test_what_is_ready_can_be_dropped)
{
    th.log_done = true;
    three(drop_the_rest);
    th_turns(&th.loop, 2);
    th_expect("a, ~b, ~c, ~a");
    th_check(&th.loop);
}
END_TEST

START_TEST(test_a_closed_loop_has_nothing_to_show)
{
    th_visitor visitor;
    fill_with_everything();
    th_ok(ac_loop_close(&th.loop));
    th_visitor_init(&visitor);
    ck_assert_int_eq(ac_loop_visit(&th.loop, &visitor.visitor), 0);
    ck_assert_str_eq(visitor.seen, "");
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_a_new_loop_knows_what_it_was_told,
        test_a_new_loop_without_options_has_the_defaults,
        test_options_out_of_range_are_the_defaults,
        test_debug_mode_is_switched_on_and_off,
        test_time_is_the_hosts,
        test_a_loop_with_an_unknown_profile_is_not_made,
        test_a_loop_keeps_its_task_factory,
        test_closing_twice_does_nothing,
        test_closing_gives_up_what_is_ready_in_order_without_running_it,
        test_a_running_loop_is_not_closed,
        test_a_loop_is_not_closed_between_the_parts_of_a_turn,
        test_what_is_given_up_by_close_finds_the_loop_closed,
        test_closing_drops_exceptions_that_nobody_took,
        test_a_closed_loop_does_not_turn,
        test_a_turn_with_nothing_to_do,
        test_a_loop_runs_for_the_length_of_a_turn,
        test_a_turn_inside_a_turn_is_refused,
        test_a_second_loop_does_not_turn_inside_the_first,
        test_a_turn_that_cannot_become_the_running_loop_does_nothing,
        test_a_host_without_set_running,
        test_in_guest_mode_a_stop_holds_until_the_next_turn,
        test_a_turn_in_pieces,
        test_a_turn_in_pieces_that_is_left_early_keeps_the_rest,
        test_turn_begin_twice_is_refused,
        test_the_parts_of_a_turn_that_was_not_begun_do_nothing,
        test_debug_mode_reports_slow_steps,
        test_debug_mode_reports_slow_steps_of_uncounted_tasks,
        test_an_exception_in_a_callback_is_reported_and_the_batch_goes_on,
        test_a_callback_that_fails_by_a_status_is_reported_with_its_words,
        test_a_callback_that_fails_for_want_of_memory_is_reported_without_an_exception,
        test_an_exit_exception_leaves_the_turn_and_the_rest_runs_first_next_time,
        test_the_rest_of_a_batch_comes_before_what_the_batch_queued,
        test_an_exit_exception_of_a_task_where_objects_are_not_counted,
        test_a_task_that_is_given_a_context_while_it_runs_leaves_it,
        test_an_exception_handler_is_told_instead_of_the_host,
        test_the_exception_handler_is_called_by_hand,
        test_a_host_without_report_loses_reports,
        test_a_handler_that_raises_is_told_to_the_host_and_the_loop_goes_on,
        test_an_exit_exception_of_a_handler_leaves_the_loop,
        test_a_handler_that_fails_by_a_status_is_told_to_the_host,
        test_a_handler_runs_in_the_context_of_the_handle,
        test_a_handler_runs_in_the_context_of_the_task,
        test_a_handler_whose_context_cannot_be_entered_is_told_to_the_host,
        test_a_handler_of_what_is_no_context_runs_without,
        test_without_contexts_a_handler_just_runs,
        test_what_was_raised_is_taken_once,
        test_the_second_that_is_raised_replaces_the_first,
        test_an_exception_that_could_not_be_made_is_raised_as_none,
        test_every_status_has_the_exception_of_CPython,
        test_the_exception_of_a_status_is_told_what_it_is_about,
        test_an_exception_of_a_status_that_cannot_be_made_is_none,
        test_dup_and_drop_go_through_the_host,
        test_none_is_neither_duplicated_nor_dropped,
        test_a_host_without_dup_counts_nothing,
        test_take_moves_a_value_out,
        test_debug_mode_reports_slow_callbacks,
        test_a_host_without_slow_is_told_nothing,
        test_a_visit_shows_everything_once,
        test_a_visit_is_stopped_by_any_answer,
        test_a_visit_within_a_turn_shows_the_rest_of_the_batch,
        test_what_is_ready_can_be_looked_at,
        test_what_is_ready_can_be_dropped,
        test_a_closed_loop_has_nothing_to_show,
    };
    return TH_MAIN("loop", tests);
}
