/* test_chost_loop.c - callbacks, ac_c_run, reports, poll, clocks, and the life of a loop of the C host
 * (callbacks.c, run.c, loop.c, host.c, and the reports of repr.c). */
#include "chost_kit.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const ac_c_var color = {"color"};

static void *data_of(const char *text)
{
    return (void *)(uintptr_t)text;
}

static ac_status log_text(ac_loop *loop, void *data)
{
    (void)loop;
    kit_log("%s", (const char *)data);
    return AC_OK;
}

static ac_status log_done(ac_loop *loop, ac_future *future, void *data)
{
    (void)loop;
    ck_assert(ac_future_done(future));
    kit_log("%s", (const char *)data);
    return AC_OK;
}

static ac_status log_time(ac_loop *loop, void *data)
{
    kit_log("%s at %g", (const char *)data, ac_loop_time(loop));
    return AC_OK;
}

static void soon(const char *text)
{
    kit_ok(ac_c_call_soon(kit.loop, log_text, data_of(text), NULL));
}

static void on_done(ac_future *future, const char *text)
{
    kit_ok(ac_c_add_done_callback(future, log_done, data_of(text)));
}

static void finish(ac_future *future)
{
    kit_ok(ac_future_set_result(future, ac_none()));
}

/* A task that sleeps so long. */
static worker *sleeper(const char *name, double seconds)
{
    worker *self = kit_worker(name);
    self->naps = seconds;
    return self;
}

static worker *raiser(const char *name, const ac_c_class *kind, const char *text)
{
    worker *self = kit_worker(name);
    self->raises = kind;
    self->gives = ac_c_str(kit.loop, text);
    return self;
}

/* ---- call_soon and its kin ---- */

START_TEST(test_callbacks_run_in_order_in_the_next_turn)
{
    soon("a");
    soon("b");
    kit_ok(ac_c_call_soon_threadsafe(kit.loop, log_text, data_of("c")));
    kit_expect("");
    kit_turns(1);
    kit_expect("a, b, c");
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 0);
}
END_TEST

START_TEST(test_timers_run_when_their_time_has_come)
{
    kit.clock.now = 10;
    kit_ok(ac_c_call_at(kit.loop, 12, log_time, data_of("at 12"), NULL));
    kit_ok(ac_c_call_later(kit.loop, 1, log_time, data_of("after 1"), NULL));
    kit_ok(ac_c_call_later(kit.loop, -5, log_time, data_of("overdue"), NULL));
    kit_ok(ac_c_call_at(kit.loop, 11.5, log_time, data_of("at 11.5"), NULL));
    ck_assert_str_eq(kit_run(sleeper(NULL, 4)), "AC_OK None");
    kit_expect("overdue at 10, after 1 at 11, at 11.5 at 11.5, at 12 at 12");
}
END_TEST

START_TEST(test_a_callback_that_is_cancelled_does_not_run)
{
    ac_handle *handles[3];
    kit_ok(ac_c_call_soon(kit.loop, log_text, data_of("a"), &handles[0]));
    kit_ok(ac_c_call_later(kit.loop, 1, log_text, data_of("b"), &handles[1]));
    kit_ok(ac_c_call_at(kit.loop, 1, log_text, data_of("c"), &handles[2]));
    soon("d");
    for (int i = 0; i < 3; i++) {
        ac_handle_cancel(kit.loop, handles[i]);
        ck_assert(ac_handle_cancelled(handles[i]));
    }
    kit.clock.now = 2;
    kit_turns(1);
    kit_expect("d");
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 0);
}
END_TEST

START_TEST(test_a_closed_loop_takes_no_callbacks_and_keeps_nothing)
{
    ac_handle *handle = NULL;
    kit_ok(ac_c_var_set(kit.loop, &color, ac_c_int(1)));
    kit_ok(ac_loop_close(kit.loop));
    size_t live = ac_c_loop_live(kit.loop);
    kit_fails(ac_c_call_soon(kit.loop, log_text, NULL, &handle), AC_E_CLOSED, "Event loop is closed");
    kit_fails(ac_c_call_later(kit.loop, 1, log_text, NULL, &handle), AC_E_CLOSED, "Event loop is closed");
    kit_fails(ac_c_call_at(kit.loop, 1, log_text, NULL, &handle), AC_E_CLOSED, "Event loop is closed");
    kit_status(ac_c_call_soon_threadsafe(kit.loop, log_text, NULL), AC_E_CLOSED);
    ck_assert_ptr_null(handle);
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), live);
}
END_TEST

START_TEST(test_closing_a_loop_frees_what_was_scheduled)
{
    kit_ok(ac_c_var_set(kit.loop, &color, ac_c_int(1)));
    soon("a");
    kit_ok(ac_c_call_later(kit.loop, 1, log_text, data_of("b"), NULL));
    kit_ok(ac_c_call_soon_threadsafe(kit.loop, log_text, data_of("c")));
    ck_assert_uint_eq(kit_free_loop(), 0);
    kit_expect("");
}
END_TEST

static ac_status raise_value(ac_loop *loop, void *data)
{
    return ac_loop_raise(loop, ac_c_error(loop, &ac_c_ValueError, data));
}

static ac_status fail_with_a_status(ac_loop *loop, void *data)
{
    (void)loop;
    (void)data;
    return AC_E_MEMORY;
}

START_TEST(test_a_callback_that_raises_is_reported_and_the_others_run)
{
    kit_ok(ac_c_call_soon(kit.loop, raise_value, data_of("x"), NULL));
    kit_ok(ac_c_call_soon(kit.loop, fail_with_a_status, NULL, NULL));
    soon("after");
    kit_turns(1);
    kit_expect("after");
    ck_assert_uint_eq(kit.report_count, 2);
    ck_assert_ptr_nonnull(strstr(kit.reports, "Exception in callback"));
    ck_assert_ptr_nonnull(strstr(kit.reports, "\nexception: ValueError('x')"));
    kit.reports[0] = '\0';
}
END_TEST

static ac_status run_a_turn(ac_loop *loop, void *data)
{
    (void)data;
    kit_fails(ac_loop_turn(loop), AC_E_RUNTIME, "This event loop is already running");
    kit_log("inside");
    return AC_OK;
}

START_TEST(test_a_turn_within_a_turn_is_refused)
{
    kit_ok(ac_c_call_soon(kit.loop, run_a_turn, NULL, NULL));
    kit_turns(1);
    kit_expect("inside");
}
END_TEST

/* ---- Callbacks of futures ---- */

START_TEST(test_done_callbacks_run_in_order)
{
    ac_future *future = kit_pending();
    on_done(future, "a");
    on_done(future, "b");
    finish(future);
    on_done(future, "c");
    kit_expect("");
    kit_turns(1);
    kit_expect("a, b, c");
    kit_release_future(future);
}
END_TEST

START_TEST(test_a_done_callback_keeps_its_future_until_it_has_run)
{
    ac_future *future = kit_pending();
    on_done(future, "a");
    finish(future);
    kit_release_future(future);
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 2);
    kit_turns(1);
    kit_expect("a");
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 0);
}
END_TEST

START_TEST(test_removing_takes_all_with_this_function_and_data)
{
    static char one[] = "one", two[] = "two";
    ac_future *future = kit_pending();
    on_done(future, one);
    on_done(future, two);
    on_done(future, one);
    ck_assert_uint_eq(ac_c_remove_done_callback(future, log_done, data_of("other")), 0);
    ck_assert_uint_eq(ac_c_remove_done_callback(future, NULL, one), 0);
    ck_assert_uint_eq(ac_c_remove_done_callback(future, log_done, one), 2);
    ck_assert_uint_eq(ac_c_remove_done_callback(future, log_done, one), 0);
    finish(future);
    ck_assert_uint_eq(ac_c_remove_done_callback(future, log_done, two), 0);
    kit_turns(1);
    kit_expect("two");
    kit_release_future(future);
}
END_TEST

START_TEST(test_removing_the_last_callback_may_free_the_future)
{
    static char one[] = "one";
    ac_future *future = kit_pending();
    on_done(future, one);
    on_done(future, one);
    kit_release_future(future);
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 3);
    ck_assert_uint_eq(ac_c_remove_done_callback(future, log_done, one), 2);
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 0);
}
END_TEST

static ac_status raw_run(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    (void)callback;
    kit_log("raw");
    return AC_OK;
}

START_TEST(test_removing_passes_over_tasks_and_callbacks_of_other_kinds)
{
    static const ac_handle_ops ops = {.run = raw_run};
    static char one[] = "one";
    ac_callback raw;
    worker *waiter = kit_worker("waiter");
    ac_future *future = kit_pending();
    ac_callback_init(&raw, &ops, ac_none());
    waiter->awaits = future;
    ac_c_retain(future);
    kit_start(waiter);
    kit_turns(1);
    kit_ok(ac_future_add_done_callback(future, &raw));
    on_done(future, one);
    ck_assert_uint_eq(ac_c_remove_done_callback(future, log_done, one), 1);
    finish(future);
    kit_turns(1);
    kit_expect("waiter, waiter got None, raw");
    kit_release_future(future);
}
END_TEST

START_TEST(test_a_future_that_was_never_made_or_is_cleared_takes_no_callbacks)
{
    worker *unstarted = kit_worker(NULL);
    ac_future *future = &unstarted->head.task.future, *cleared = kit_pending();
    ac_future_clear(cleared);
    kit_status(ac_c_add_done_callback(future, log_done, NULL), AC_E_RUNTIME);
    kit_status(ac_c_add_done_callback(cleared, log_done, NULL), AC_E_RUNTIME);
    ck_assert_uint_eq(ac_c_remove_done_callback(future, log_done, NULL), 0);
    ck_assert_uint_eq(ac_c_remove_done_callback(cleared, log_done, NULL), 0);
    kit_release(unstarted);
    kit_release_future(cleared);
}
END_TEST

START_TEST(test_a_closed_loop_takes_no_callback_of_a_done_future)
{
    ac_future *future = kit_pending();
    kit_ok(ac_c_var_set(kit.loop, &color, ac_c_int(1)));
    finish(future);
    kit_ok(ac_loop_close(kit.loop));
    size_t live = ac_c_loop_live(kit.loop);
    kit_status(ac_c_add_done_callback(future, log_done, NULL), AC_E_CLOSED);
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), live);
    kit_release_future(future);
}
END_TEST

static int count_future(ac_visitor *visitor, ac_future *future)
{
    (void)visitor;
    (void)future;
    kit_log("future");
    return 0;
}

static int count_value(ac_visitor *visitor, ac_ref value)
{
    (void)visitor;
    kit_log("%s", kit_repr(value));
    return 0;
}

START_TEST(test_a_done_callback_shows_the_future_that_it_keeps)
{
    ac_visitor visitor = {.value = count_value, .future = count_future};
    ac_future *future = kit_pending();
    on_done(future, "a");
    ck_assert_int_eq(ac_future_visit(future, &visitor), 0);
    kit_expect("future");
    kit_ok(ac_future_set_result(future, ac_c_int(4)));
    ck_assert_int_eq(ac_future_visit(future, &visitor), 0);
    kit_expect("4");
    ck_assert_int_eq(ac_loop_visit(kit.loop, &visitor), 0);
    kit_expect("future");
    kit_turns(1);
    kit_expect("a");
    kit_release_future(future);
}
END_TEST

static ac_status raise_when_done(ac_loop *loop, ac_future *future, void *data)
{
    (void)future;
    return ac_loop_raise(loop, ac_c_error(loop, &ac_c_ValueError, data));
}

START_TEST(test_a_done_callback_that_raises_is_reported)
{
    ac_future *future = kit_pending();
    kit_ok(ac_c_add_done_callback(future, raise_when_done, data_of("x")));
    kit_ok(ac_future_cancel(future, ac_none_ref(), NULL));
    kit_turns(1);
    kit_expect_reports("Exception in callback\nexception: ValueError('x')");
    kit_release_future(future);
}
END_TEST

/* ---- ac_c_run ---- */

START_TEST(test_run_gives_the_result)
{
    worker *self = kit_worker("a");
    self->gives = ac_c_str(kit.loop, "result");
    ck_assert_str_eq(kit_run(self), "AC_OK 'result'");
    self = sleeper("b", 3);
    self->gives = ac_c_int(5);
    ck_assert_str_eq(kit_run(self), "AC_OK 5");
    kit_expect("a, b, b got None");
    ck_assert_double_eq(ac_loop_time(kit.loop), 3);
}
END_TEST

START_TEST(test_run_may_be_told_to_forget_the_result)
{
    worker *self = kit_worker(NULL), *failing = raiser(NULL, &ac_c_ValueError, "x");
    self->gives = ac_c_str(kit.loop, "result");
    kit_ok(ac_c_run(kit.loop, &self->head, NULL));
    kit_status(ac_c_run(kit.loop, &failing->head, NULL), AC_E_RAISED);
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 0);
}
END_TEST

START_TEST(test_run_gives_the_exception_of_a_task_that_fails)
{
    ck_assert_str_eq(kit_run(raiser(NULL, &ac_c_ValueError, "x")), "AC_E_RAISED ValueError('x')");
    ck_assert_str_eq(kit_run(raiser(NULL, &ac_c_CancelledError, "x")), "AC_E_RAISED CancelledError('x')");
}
END_TEST

static void start_leftovers(ac_loop *loop, worker *self)
{
    (void)loop;
    for (const char **name = self->data; *name != NULL; name++)
        kit_start(sleeper(*name, 100));
}

START_TEST(test_run_cancels_what_is_left_oldest_first)
{
    const char *names[] = {"b", "c", NULL};
    worker *self = sleeper("a", 1);
    self->first = start_leftovers;
    self->data = names;
    ck_assert_str_eq(kit_run(self), "AC_OK None");
    kit_expect("a, b, c, a got None, b caught CancelledError(), c caught CancelledError()");
    ck_assert_double_eq(ac_loop_time(kit.loop), 1);
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 0);
}
END_TEST

START_TEST(test_run_waits_for_what_swallows_its_cancellation)
{
    worker *stubborn = sleeper("stubborn", 100);
    stubborn->swallows = true;
    kit_start(stubborn);
    ck_assert_str_eq(kit_run(sleeper("a", 1)), "AC_OK None");
    kit_expect("stubborn, a, a got None, stubborn caught CancelledError()");
}
END_TEST

START_TEST(test_run_reports_what_is_left_and_fails)
{
    worker *failing = raiser("failing", &ac_c_ValueError, "x");
    failing->naps = 100;
    kit_start(failing);
    ck_assert_str_eq(kit_run(sleeper("a", 1)), "AC_OK None");
    kit_expect("failing, a, a got None, failing caught CancelledError()");
    kit_expect_reports("unhandled exception during asyncio.run() shutdown\nexception: ValueError('x')");
}
END_TEST

START_TEST(test_run_cancels_any_number_of_tasks)
{
    const unsigned counts[] = {15, 16, 17, 40};
    for (unsigned row = 0; row < 4; row++) {
        for (unsigned i = 0; i < counts[row]; i++) {
            worker *failing = raiser(NULL, &ac_c_ValueError, "x");
            failing->naps = 100;
            kit_start(failing);
        }
        kit.report_count = 0;
        ck_assert_str_eq(kit_run(sleeper(NULL, 1)), "AC_OK None");
        ck_assert_uint_eq(kit.report_count, counts[row]);
        ck_assert_uint_eq(ac_c_loop_live(kit.loop), 0);
        kit.reports[0] = '\0';
    }
}
END_TEST

START_TEST(test_an_exit_of_the_main_task_is_its_exception)
{
    kit_start(sleeper("left", 100));
    worker *self = raiser("a", &ac_c_SystemExit, "bye");
    self->naps = 1;
    ck_assert_str_eq(kit_run(self), "AC_E_RAISED SystemExit('bye')");
    kit_expect("left, a, a got None, left caught CancelledError()");
}
END_TEST

static ac_status exit_now(ac_loop *loop, void *data)
{
    return ac_loop_raise(loop, ac_c_error(loop, &ac_c_KeyboardInterrupt, data));
}

START_TEST(test_an_exit_of_a_callback_ends_the_run_and_cancels_the_main_task)
{
    kit_ok(ac_c_call_later(kit.loop, 1, exit_now, data_of("^C"), NULL));
    ck_assert_str_eq(kit_run(sleeper("a", 10)), "AC_E_RAISED KeyboardInterrupt('^C')");
    kit_expect("a, a caught CancelledError()");
}
END_TEST

START_TEST(test_an_exit_of_what_is_left_hides_the_result)
{
    worker *leaving = raiser("leaving", &ac_c_SystemExit, "bye"), *self = sleeper("a", 1);
    leaving->naps = 100;
    kit_start(leaving);
    self->gives = ac_c_str(kit.loop, "result");
    ck_assert_str_eq(kit_run(self), "AC_E_RAISED SystemExit('bye')");
    kit_expect("leaving, a, a got None, leaving caught CancelledError()");
    ck_assert_uint_eq(kit_free_loop(),
                      0); /* the loop was not run again, which would have asked for the exception */
    kit_expect_reports("Task exception was never retrieved\nexception: SystemExit('bye')");
}
END_TEST

static ac_status exiting_handler(ac_loop *loop, void *data, const ac_report *report)
{
    kit_log("%s", report->message);
    return exit_now(loop, data);
}

START_TEST(test_an_exit_of_the_handler_hides_the_result)
{
    worker *failing = raiser(NULL, &ac_c_ValueError, "x"), *self = sleeper(NULL, 1);
    failing->naps = 100;
    kit_start(failing);
    self->gives = ac_c_str(kit.loop, "result");
    ac_loop_set_exception_handler(kit.loop, exiting_handler, data_of("^C"));
    ck_assert_str_eq(kit_run(self), "AC_E_RAISED KeyboardInterrupt('^C')");
    kit_expect("unhandled exception during asyncio.run() shutdown");
}
END_TEST

static ac_status stop(ac_loop *loop, void *data)
{
    (void)data;
    ac_loop_stop(loop);
    return AC_OK;
}

START_TEST(test_a_loop_that_is_stopped_does_not_finish_its_main_task)
{
    kit_ok(ac_c_call_later(kit.loop, 1, stop, NULL, NULL));
    ck_assert_str_eq(kit_run(sleeper("a", 10)), "AC_E_RUNTIME None");
    kit_expect("a, a caught CancelledError()");
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 0);
}
END_TEST

START_TEST(test_a_task_that_can_never_end_is_a_deadlock_on_a_virtual_clock)
{
    worker *self = kit_worker("a");
    self->awaits = kit_pending();
    ck_assert_str_eq(kit_run(self), "AC_E_DEADLOCK None");
    kit_expect("a, a caught CancelledError()");
}
END_TEST

START_TEST(test_a_task_is_not_run_twice)
{
    worker *self = kit_worker("a");
    ac_c_retain(&self->head.task.future);
    ck_assert_str_eq(kit_run(self), "AC_OK None");
    ck_assert_str_eq(kit_run(self), "AC_E_STATE None");
    kit_expect("a");
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 0);
}
END_TEST

START_TEST(test_a_closed_loop_runs_nothing)
{
    kit_ok(ac_loop_close(kit.loop));
    ck_assert_str_eq(kit_run(kit_worker("a")), "AC_E_CLOSED None");
    kit_expect("");
}
END_TEST

static ac_status raising_factory(ac_loop *loop, void *data, const ac_task_spec *spec, ac_task **out)
{
    (void)spec;
    (void)out;
    return ac_loop_raise(loop, ac_c_error(loop, &ac_c_ValueError, data));
}

START_TEST(test_run_gives_the_exception_of_a_factory_that_raises)
{
    ac_loop_set_task_factory(kit.loop, raising_factory, data_of("no task"));
    ck_assert_str_eq(kit_run(kit_worker("a")), "AC_E_RAISED ValueError('no task')");
    ck_assert(ac_is_none(ac_lend(ac_loop_take_raised(kit.loop))));
}
END_TEST

/* ---- ac_c_runner_run, ac_c_interrupt ---- */

static const char *runner_run(worker *self)
{
    static char text[256];
    ac_value result;
    ac_status status = ac_c_runner_run(kit.loop, &self->head, &result);
    snprintf(text, sizeof text, "%s %s", ac_status_name(status), kit_repr_of(result));
    return text;
}

START_TEST(test_runs_of_a_runner_leave_other_tasks_alone)
{
    worker *other = sleeper("other", 5);
    kit_start(other);
    ck_assert_str_eq(runner_run(sleeper("a", 3)), "AC_OK None");
    ck_assert_str_eq(runner_run(sleeper("b", 1)), "AC_OK None");
    kit_expect("other, a, a got None, b, b got None");
    kit_ok(ac_cancel_all_tasks(kit.loop));
    kit_expect("other caught CancelledError()");
}
END_TEST

static ac_status interrupt(ac_loop *loop, void *data)
{
    (void)data;
    ac_c_interrupt(loop);
    return AC_OK;
}

START_TEST(test_an_interrupt_cancels_the_main_task)
{
    kit_ok(ac_c_call_later(kit.loop, 1, interrupt, NULL, NULL));
    ck_assert_str_eq(runner_run(sleeper("a", 3)), "AC_E_RAISED KeyboardInterrupt()");
    kit_expect("a, a caught CancelledError()");
    ck_assert_str_eq(runner_run(sleeper("b", 1)), "AC_OK None");
    kit_expect("b, b got None");
}
END_TEST

START_TEST(test_an_interrupt_may_be_swallowed_and_the_second_one_may_not)
{
    worker *self = sleeper("a", 3);
    self->swallows = true;
    kit_ok(ac_c_call_later(kit.loop, 1, interrupt, NULL, NULL));
    ck_assert_str_eq(kit_run(self), "AC_OK None");
    kit_expect("a, a caught CancelledError()");
    kit_ok(ac_c_call_later(kit.loop, 1, interrupt, NULL, NULL));
    kit_ok(ac_c_call_later(kit.loop, 1, interrupt, NULL, NULL));
    ck_assert_str_eq(kit_run(sleeper("b", 3)), "AC_E_RAISED KeyboardInterrupt()");
    kit_expect("b, b caught CancelledError()");
}
END_TEST

START_TEST(test_an_interrupt_before_a_run_waits_for_it)
{
    ac_c_interrupt(kit.loop);
    ck_assert_str_eq(kit_run(sleeper("a", 3)), "AC_E_RAISED KeyboardInterrupt()");
    kit.log[0] = '\0';
}
END_TEST

static void run_runner_inside(ac_loop *loop, worker *self)
{
    worker *inner = self->data;
    ac_value result = ac_none();
    kit_status(ac_c_runner_run(loop, &inner->head, &result), AC_E_RAISED);
    kit_log("%s", kit_repr(ac_lend(result)));
    ac_drop(loop, result);
}

START_TEST(test_a_run_of_a_runner_within_a_run_is_refused)
{
    worker *self = sleeper("a", 1);
    self->first = run_runner_inside;
    self->data = kit_worker("inner");
    ck_assert_str_eq(kit_run(self), "AC_OK None");
    kit_expect("a, RuntimeError('Runner.run() cannot be called from a running event loop'), a got None");
}
END_TEST

static void run_inside(ac_loop *loop, worker *self)
{
    ac_loop *other = ac_c_loop_new(NULL, NULL);
    worker *inner = ac_c_task_new(other, sizeof *inner, &kit_worker_ops);
    ac_value result = ac_none();
    kit_status(ac_c_run(other, &inner->head, &result), AC_E_RAISED);
    kit_log("%s", kit_repr(ac_lend(result)));
    ac_drop(other, result);
    ck_assert_uint_eq(ac_c_loop_free(other), 0);
    inner = self->data;
    kit_status(ac_c_run(loop, &inner->head, NULL), AC_E_RAISED);
}

/* Nothing was cancelled by the runs that were refused. */
START_TEST(test_a_run_within_a_run_is_refused)
{
    worker *self = sleeper("a", 1);
    self->first = run_inside;
    self->data = kit_worker("inner");
    ck_assert_str_eq(kit_run(self), "AC_OK None");
    kit_expect("a, RuntimeError('asyncio.run() cannot be called from a running event loop'), a got None");
}
END_TEST

static void run_another_loop(ac_loop *loop, worker *self)
{
    ac_loop *other = ac_c_loop_new(NULL, NULL);
    (void)loop;
    (void)self;
    kit_status(ac_loop_run_forever(other), AC_E_RAISED);
    ac_value raised = ac_loop_take_raised(other);
    kit_log("%s", kit_repr(ac_lend(raised)));
    ac_drop(other, raised);
    ck_assert_uint_eq(ac_c_loop_free(other), 0);
}

START_TEST(test_one_loop_at_a_time_runs_on_a_thread)
{
    worker *self = kit_worker("a");
    self->first = run_another_loop;
    ck_assert_str_eq(kit_run(self), "AC_OK None");
    kit_expect("a, RuntimeError('Cannot run the event loop while another loop is running')");
}
END_TEST

/* ---- Reports ---- */

static void tell(const ac_report *report)
{
    kit_ok(ac_loop_call_exception_handler(kit.loop, report));
}

START_TEST(test_a_report_names_its_subjects_and_its_exception)
{
    ac_value exception = ac_c_error(kit.loop, &ac_c_ValueError, "x");
    worker *self = kit_worker(NULL);
    kit_ok(ac_c_create_task(kit.loop, &self->head, AC_EAGER_NO));
    ac_report report = {.message = "%T, %F and %V on %L, 5%",
                        .exception = ac_lend(exception),
                        .task = &self->head.task,
                        .future = &self->head.task.future};
    tell(&report);
    kit_expect_reports("<Task pending name='Task-1'>, <Task pending name='Task-1'> and ValueError('x') on "
                       "<Loop running=False closed=False>, 5%\nexception: ValueError('x')");
    ac_drop(kit.loop, exception);
    kit_turns(1);
    kit_release(self);
}
END_TEST

START_TEST(test_a_report_about_a_handler_has_the_report_that_it_failed_on)
{
    worker *failing = raiser(NULL, &ac_c_ValueError, "x");
    ac_report first = {.message = "first"};
    ac_report second = {.message = "second", .cause = &first};
    tell(&second);
    kit_expect_reports("second\nwhile handling: first");
    kit_release(failing);
}
END_TEST

static ac_status failing_handler(ac_loop *loop, void *data, const ac_report *report)
{
    (void)report;
    return raise_value(loop, data);
}

START_TEST(test_a_handler_that_fails_is_reported_with_what_it_failed_on)
{
    ac_loop_set_exception_handler(kit.loop, failing_handler, data_of("handler"));
    kit_ok(ac_c_call_soon(kit.loop, raise_value, data_of("callback"), NULL));
    kit_turns(1);
    kit_expect_reports("Unhandled error in exception handler\nexception: ValueError('handler')\n"
                       "while handling: Exception in callback\nexception: ValueError('callback')");
}
END_TEST

START_TEST(test_a_long_report_is_whole)
{
    for (int length = 950; length < 1050; length++) {
        ac_value text = ac_c_strf(kit.loop, "%*d", length, 7), exception;
        exception = ac_c_exception(kit.loop, &ac_c_ValueError, ac_lend(text));
        ac_report report = {.message = "long", .exception = ac_lend(exception)};
        tell(&report);
        ck_assert_uint_eq(strlen(kit.reports), strlen("long\nexception: ValueError('')") + (size_t)length);
        ck_assert_str_eq(kit.reports + strlen(kit.reports) - 3, "7')");
        kit.reports[0] = '\0';
        ac_drop(kit.loop, text);
        ac_drop(kit.loop, exception);
    }
}
END_TEST

/* What a loop without a report function writes to standard error. */
static const char *standard_error(void)
{
    static char text[256];
    FILE *file = tmpfile();
    int saved = dup(STDERR_FILENO);
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(saved, 0);
    fflush(stderr);
    ck_assert_int_ge(dup2(fileno(file), STDERR_FILENO), 0);
    tell(&(ac_report){.message = "to standard error"});
    fflush(stderr);
    dup2(saved, STDERR_FILENO);
    close(saved);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

START_TEST(test_reports_go_to_standard_error_unless_told_otherwise)
{
    ac_c_set_report(kit.loop, NULL, NULL);
    ck_assert_str_eq(standard_error(), "to standard error\n");
}
END_TEST

START_TEST(test_debug_mode_reports_what_is_slow)
{
    kit_loop_with(&(ac_loop_options){.debug = true});
    ac_loop_set_slow_callback_duration(kit.loop, 0);
    soon("a");
    kit_start(kit_worker("b"));
    kit_turns(1);
    kit_expect("a, b");
    ck_assert_uint_eq(kit.report_count, 2);
    ck_assert_int_eq(strncmp(kit.reports, "Executing <Handle> took 0.0", 27), 0);
    ck_assert_ptr_nonnull(strstr(kit.reports, "; Executing <Task finished name='Task-1'> took 0.0"));
    kit.reports[0] = '\0';
}
END_TEST

/* ---- Clocks, polls, threads ---- */

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

START_TEST(test_a_virtual_clock_is_never_waited_for)
{
    double begin = seconds();
    ck_assert_str_eq(kit_run(sleeper(NULL, 86400.0 * 365)), "AC_OK None");
    ck_assert_double_eq(ac_loop_time(kit.loop), 86400.0 * 365);
    ck_assert_double_lt(seconds() - begin, 5);
}
END_TEST

START_TEST(test_two_loops_share_a_virtual_clock)
{
    ac_loop *other = ac_c_loop_new(&(ac_loop_options){.clock = &kit.clock}, NULL);
    ck_assert_str_eq(kit_run(sleeper(NULL, 3)), "AC_OK None");
    ck_assert_double_eq(ac_loop_time(other), 3);
    ck_assert_uint_eq(ac_c_loop_free(other), 0);
}
END_TEST

START_TEST(test_a_poll_waits_for_the_next_timer)
{
    kit_loop_with(NULL);
    double begin = seconds();
    ck_assert_double_le(ac_loop_time(kit.loop), begin + 1);
    ck_assert_str_eq(kit_run(sleeper(NULL, 0.02)), "AC_OK None");
    ck_assert_double_ge(seconds() - begin, 0.02);
    ck_assert_double_lt(seconds() - begin, 5);
}
END_TEST

static ac_status finish_future(ac_loop *loop, void *data)
{
    (void)loop;
    finish(data);
    return AC_OK;
}

static void *finish_from_thread(void *data)
{
    struct timespec moment = {0, 2000000};
    nanosleep(&moment, NULL);
    return ac_c_call_soon_threadsafe(kit.loop, finish_future, data) == AC_OK ? NULL : data;
}

/* The loop has no timer: nothing else would end its poll. */
START_TEST(test_another_thread_wakes_the_poll)
{
    kit_loop_with(NULL);
    for (int i = 0; i < 20; i++) {
        worker *self = kit_worker(NULL);
        pthread_t thread;
        void *failed;
        self->awaits = kit_pending();
        ck_assert_int_eq(pthread_create(&thread, NULL, finish_from_thread, self->awaits), 0);
        ck_assert_str_eq(kit_run(self), "AC_OK None");
        ck_assert_int_eq(pthread_join(thread, &failed), 0);
        ck_assert_ptr_null(failed);
    }
}
END_TEST

START_TEST(test_a_wake_before_the_poll_is_not_lost)
{
    const double timeouts[] = {-1, 600, 600.9999999999};
    for (int i = 0; i < 3; i++) {
        ac_c_host()->wake(kit.loop);
        kit_ok(ac_c_host()->poll(kit.loop, 0)); /* does not even look */
        kit_ok(ac_c_host()->poll(kit.loop, timeouts[i]));
    }
    double begin = seconds();
    kit_ok(ac_c_host()->poll(kit.loop, 0.01));
    ck_assert_double_ge(seconds() - begin, 0.01);
}
END_TEST

static void *schedule_from_thread(void *data)
{
    worker *self = data;
    self->data = (void *)(uintptr_t)ac_status_name(ac_c_call_soon(kit.loop, log_text, NULL, NULL));
    return NULL;
}

static void schedule_wrongly(ac_loop *loop, worker *self)
{
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, schedule_from_thread, self), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    kit_log("%s: %s", (const char *)self->data, ac_loop_why(loop));
}

START_TEST(test_debug_mode_finds_calls_from_the_wrong_thread)
{
    kit_loop_with(&(ac_loop_options){.debug = true, .clock = &kit.clock});
    worker *self = kit_worker("a");
    self->first = schedule_wrongly;
    ck_assert_str_eq(kit_run(self), "AC_OK None");
    kit_expect(
        "a, AC_E_RUNTIME: Non-thread-safe operation invoked on an event loop other than the current one");
    kit.reports[0] = '\0'; /* a slow machine */
}
END_TEST

/* ---- The life of a loop ---- */

START_TEST(test_a_loop_knows_its_options)
{
    int mine;
    kit_loop_with(&(ac_loop_options){.user = &mine, .semantics = "3.12.0"});
    ck_assert_ptr_eq(ac_loop_user(kit.loop), &mine);
    ck_assert_ptr_eq(ac_loop_host(kit.loop), ac_c_host());
    ck_assert(!ac_loop_has(kit.loop, AC_S_TASKGROUP_CANCEL));
}
END_TEST

START_TEST(test_an_unknown_profile_makes_no_loop)
{
    const char *why = "?";
    ck_assert_ptr_null(ac_c_loop_new(&(ac_loop_options){.semantics = "2.7"}, &why));
    ck_assert_str_eq(why, "unknown semantics profile");
    ck_assert_ptr_null(ac_c_loop_new(&(ac_loop_options){.semantics = "2.7"}, NULL));
    ac_loop *loop = ac_c_loop_new(NULL, &why);
    ck_assert_str_eq(why, "");
    ck_assert_uint_eq(ac_c_loop_free(loop), 0);
}
END_TEST

static void *no_memory(ac_loop *loop, void *memory, size_t old, size_t now)
{
    (void)loop;
    (void)memory;
    (void)old;
    (void)now;
    return NULL;
}

START_TEST(test_a_table_of_another_library_makes_no_loop)
{
    const char *why = "?";
    ac_host host = *ac_c_host();
    host.abi++;
    ck_assert_ptr_null(ac_c_loop_new_with(&host, NULL, &why));
    ck_assert_str_eq(why, "the table of hooks is not one of this library");
    host = *ac_c_host();
    host.realloc = no_memory;
    ck_assert_ptr_null(ac_c_loop_new_with(&host, NULL, &why));
    ck_assert_str_eq(why, "no memory");
}
END_TEST

static unsigned enters;

static ac_status counted_enter(ac_loop *loop, ac_ref context)
{
    enters++;
    return ac_c_host()->enter(loop, context);
}

START_TEST(test_a_program_may_change_hooks)
{
    ac_host host = *ac_c_host();
    host.enter = counted_enter;
    ac_loop *loop = ac_c_loop_new_with(&host, NULL, NULL);
    enters = 0;
    ck_assert_ptr_eq(ac_loop_host(loop), &host);
    ck_assert_int_eq(ac_c_call_soon(loop, log_text, data_of("a"), NULL), AC_OK);
    ck_assert_int_eq(ac_c_var_set(loop, &color, ac_c_int(1)), AC_OK);
    ck_assert_int_eq(ac_c_call_soon(loop, log_text, data_of("b"), NULL), AC_OK);
    ck_assert_int_eq(ac_loop_turn(loop), AC_OK);
    ck_assert_uint_eq(enters, 1);
    kit_expect("a, b");
    ck_assert_uint_eq(ac_c_loop_free(loop), 0);
}
END_TEST

static void count_report(void *data, const char *text)
{
    (void)text;
    ++*(unsigned *)data;
}

START_TEST(test_freeing_a_loop_counts_what_was_left_and_says_nothing)
{
    unsigned reports = 0;
    ac_c_set_report(kit.loop, count_report, &reports);
    worker *waiting = kit_worker(NULL), *unstarted = kit_worker(NULL);
    waiting->awaits = kit_pending();
    kit_ok(ac_c_create_task(kit.loop, &waiting->head, AC_EAGER_NO));
    kit_turns(1);
    ac_value text = ac_c_str(kit.loop, "text"), pair[2] = {text, text};
    const ac_ref items[] = {ac_lend(pair[0]), ac_lend(pair[1])};
    ac_c_list(kit.loop, items, 2);
    ac_future *future = kit_pending();
    kit_ok(ac_future_set_exception(future, ac_none()));
    (void)unstarted;
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 6);
    ck_assert_uint_eq(kit_free_loop(), 6);
    ck_assert_uint_eq(reports, 0);
}
END_TEST

static ac_status free_now(ac_loop *loop, void *data)
{
    (void)data;
    ck_assert_uint_eq(ac_c_loop_free(loop), SIZE_MAX);
    kit_log("refused");
    return AC_OK;
}

START_TEST(test_a_loop_that_runs_is_not_freed)
{
    kit_ok(ac_c_call_soon(kit.loop, free_now, NULL, NULL));
    ck_assert_str_eq(kit_run(sleeper("a", 1)), "AC_OK None");
    kit_ok(ac_c_call_soon(kit.loop, free_now, NULL, NULL));
    kit_turns(1);
    kit_expect("refused, a, a got None, refused");
}
END_TEST

START_TEST(test_an_exception_that_nobody_took_goes_with_the_loop)
{
    kit_status(ac_loop_raise(kit.loop, ac_c_error(kit.loop, &ac_c_ValueError, "x")), AC_E_RAISED);
    ck_assert_uint_eq(kit_free_loop(), 0);
}
END_TEST

START_TEST(test_a_closed_loop_is_freed_like_any_other)
{
    soon("a");
    kit_ok(ac_loop_close(kit.loop));
    ck_assert_uint_eq(kit_free_loop(), 0);
    kit_expect("");
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_callbacks_run_in_order_in_the_next_turn,
        test_timers_run_when_their_time_has_come,
        test_a_callback_that_is_cancelled_does_not_run,
        test_a_closed_loop_takes_no_callbacks_and_keeps_nothing,
        test_closing_a_loop_frees_what_was_scheduled,
        test_a_callback_that_raises_is_reported_and_the_others_run,
        test_a_turn_within_a_turn_is_refused,
        test_done_callbacks_run_in_order,
        test_a_done_callback_keeps_its_future_until_it_has_run,
        test_removing_takes_all_with_this_function_and_data,
        test_removing_the_last_callback_may_free_the_future,
        test_removing_passes_over_tasks_and_callbacks_of_other_kinds,
        test_a_future_that_was_never_made_or_is_cleared_takes_no_callbacks,
        test_a_closed_loop_takes_no_callback_of_a_done_future,
        test_a_done_callback_shows_the_future_that_it_keeps,
        test_a_done_callback_that_raises_is_reported,
        test_run_gives_the_result,
        test_run_may_be_told_to_forget_the_result,
        test_run_gives_the_exception_of_a_task_that_fails,
        test_run_cancels_what_is_left_oldest_first,
        test_run_waits_for_what_swallows_its_cancellation,
        test_run_reports_what_is_left_and_fails,
        test_run_cancels_any_number_of_tasks,
        test_an_exit_of_the_main_task_is_its_exception,
        test_an_exit_of_a_callback_ends_the_run_and_cancels_the_main_task,
        test_an_exit_of_what_is_left_hides_the_result,
        test_an_exit_of_the_handler_hides_the_result,
        test_a_loop_that_is_stopped_does_not_finish_its_main_task,
        test_a_task_that_can_never_end_is_a_deadlock_on_a_virtual_clock,
        test_a_task_is_not_run_twice,
        test_a_closed_loop_runs_nothing,
        test_run_gives_the_exception_of_a_factory_that_raises,
        test_a_run_within_a_run_is_refused,
        test_runs_of_a_runner_leave_other_tasks_alone,
        test_an_interrupt_cancels_the_main_task,
        test_an_interrupt_may_be_swallowed_and_the_second_one_may_not,
        test_an_interrupt_before_a_run_waits_for_it,
        test_a_run_of_a_runner_within_a_run_is_refused,
        test_one_loop_at_a_time_runs_on_a_thread,
        test_a_report_names_its_subjects_and_its_exception,
        test_a_report_about_a_handler_has_the_report_that_it_failed_on,
        test_a_handler_that_fails_is_reported_with_what_it_failed_on,
        test_a_long_report_is_whole,
        test_reports_go_to_standard_error_unless_told_otherwise,
        test_debug_mode_reports_what_is_slow,
        test_a_virtual_clock_is_never_waited_for,
        test_two_loops_share_a_virtual_clock,
        test_a_poll_waits_for_the_next_timer,
        test_another_thread_wakes_the_poll,
        test_a_wake_before_the_poll_is_not_lost,
        test_debug_mode_finds_calls_from_the_wrong_thread,
        test_a_loop_knows_its_options,
        test_an_unknown_profile_makes_no_loop,
        test_a_table_of_another_library_makes_no_loop,
        test_a_program_may_change_hooks,
        test_freeing_a_loop_counts_what_was_left_and_says_nothing,
        test_a_loop_that_runs_is_not_freed,
        test_an_exception_that_nobody_took_goes_with_the_loop,
        test_a_closed_loop_is_freed_like_any_other,
    };
    return KIT_MAIN("chost_loop", tests);
}
