/* test_runner.c - Runner: what it refuses and when, Ctrl-C on its own thread and from elsewhere
 * (src/flow/runner.c). */
#include "host.h"

#include <stdio.h>

static ac_runner runner;

static ac_semantics semantics_of(const char *profile)
{
    ac_semantics semantics = 0;
    th_ok(ac_semantics_parse(profile, &semantics, NULL));
    return semantics;
}

static void open_runner(void)
{
    ac_runner_init(&runner, ac_loop_semantics(&th.loop));
    ac_runner_open(&runner, &th.loop, th_context("all runs"));
}

static void close_runner(void)
{
    th_ok(ac_loop_close(&th.loop));
    ac_runner_close(&runner);
    ck_assert_int_eq(ac_runner_get_state(&runner), AC_RUNNER_CLOSED);
}

#define refused(call, status, words)                                                                         \
    do {                                                                                                     \
        th_expect_status(call, status);                                                                      \
        ck_assert_str_eq(ac_runner_why(&runner), (words));                                                   \
    } while (0)

/* ---- What may be run ---- */

START_TEST(test_before_3_14_the_kind_is_looked_at_first)
{
    ac_runner_init(&runner, semantics_of("3.13.18"));
    refused(ac_runner_admit(&runner, AC_NOT_RUNNABLE, true), AC_E_VALUE, "a coroutine was expected, got %V");
    refused(ac_runner_admit(&runner, AC_AN_AWAITABLE, false), AC_E_VALUE, "a coroutine was expected, got %V");
    refused(ac_runner_admit(&runner, AC_A_COROUTINE, true), AC_E_RUNTIME,
            "Runner.run() cannot be called from a running event loop");
    th_ok(ac_runner_admit(&runner, AC_A_COROUTINE, false));
    th_ok(ac_runner_accept(&runner, AC_A_COROUTINE));
}
END_TEST

START_TEST(test_since_3_14_the_kind_is_looked_at_last)
{
    ac_runner_init(&runner, semantics_of("3.14.0"));
    refused(ac_runner_admit(&runner, AC_NOT_RUNNABLE, true), AC_E_RUNTIME,
            "Runner.run() cannot be called from a running event loop");
    th_ok(ac_runner_admit(&runner, AC_NOT_RUNNABLE, false));
    th_ok(ac_runner_accept(&runner, AC_AN_AWAITABLE));
    refused(ac_runner_accept(&runner, AC_NOT_RUNNABLE), AC_E_TYPE,
            "An asyncio.Future, a coroutine or an awaitable is required");
}
END_TEST

START_TEST(test_run_has_words_of_its_own)
{
    ac_runner_init(&runner, semantics_of("3.15.0"));
    th_ok(ac_runner_admit_run(&runner, false));
    refused(ac_runner_admit_run(&runner, true), AC_E_RUNTIME,
            "asyncio.run() cannot be called from a running event loop");
}
END_TEST

START_TEST(test_a_runner_is_created_initialized_and_closed_for_ever)
{
    ac_runner_init(&runner, ac_loop_semantics(&th.loop));
    ck_assert_int_eq(ac_runner_get_state(&runner), AC_RUNNER_CREATED);
    ck_assert_ptr_null(ac_runner_get_loop(&runner));
    ac_runner_close(&runner);
    ck_assert_int_eq(ac_runner_get_state(&runner), AC_RUNNER_CREATED);
    th_ok(ac_runner_may_open(&runner));
    ac_runner_open(&runner, &th.loop, th_context("all runs"));
    ck_assert_ptr_eq(ac_runner_get_loop(&runner), &th.loop);
    ck_assert_str_eq(th_repr(ac_runner_get_context(&runner)), "all runs");
    close_runner();
    ck_assert_ptr_null(ac_runner_get_loop(&runner));
    refused(ac_runner_may_open(&runner), AC_E_RUNTIME, "Runner is closed");
    refused(ac_runner_admit(&runner, AC_A_COROUTINE, false), AC_E_RUNTIME, "Runner is closed");
    ac_runner_close(&runner);
}
END_TEST

/* ---- Runs ---- */

static const char *run(unsigned slot)
{
    ac_value result = ac_none();
    static char text[200];
    ac_status status = ac_runner_run(&runner, th.slots[slot], &result);
    snprintf(text, sizeof text, "%s %s", ac_status_name(status), th_repr_of(result));
    ck_assert_ptr_null(runner.main);
    return text;
}

START_TEST(test_a_run_gives_what_the_main_task_ended_with)
{
    static const th_op returns[] = {{TH_SLEEP, .number = 1}, {TH_RETURN, .number = 7}};
    static const th_op raises[] = {{TH_SLEEP, .number = 1}, {TH_RAISE, .kind = TH_VALUE, .text = "x"}};
    static const th_op exits[] = {{TH_RAISE, .kind = TH_EXIT, .text = "bye"}};
    open_runner();
    th_start(0, "a", returns, AC_EAGER_NO);
    ck_assert_str_eq(run(0), "AC_OK 7");
    th_start(1, "b", raises, AC_EAGER_NO);
    ck_assert_str_eq(run(1), "AC_E_RAISED ValueError('x')");
    th_start(2, "c", exits, AC_EAGER_NO);
    ck_assert_str_eq(run(2), "AC_E_RAISED SystemExit('bye')");
    ac_future_set_log_traceback(th.slots[2], false); /* the next run's callback would */
    close_runner();
}
END_TEST

/* ---- Ctrl-C ---- */

static void interrupt(ac_loop *loop, th_coro *coro)
{
    (void)coro;
    ac_status status = ac_runner_interrupt(&runner);
    if (status == AC_E_RAISED)
        th_log("raised %s", th_repr_of(ac_loop_take_raised(loop)));
    else
        th_ok(status);
}

static ac_status interrupt_now(ac_loop *loop, th_callback *callback)
{
    (void)loop;
    (void)callback;
    return ac_runner_interrupt(&runner);
}

static const th_op sleeps[] = {{TH_SLEEP, .number = 10}, {TH_END}};
static const th_op swallows[] = {{TH_SLEEP, .number = 10, .catches = true}, {TH_RETURN, .number = 3}};

START_TEST(test_the_first_interrupt_cancels_the_main_task)
{
    open_runner();
    th_start(0, "main", sleeps, AC_EAGER_NO);
    th_later(th_callback_new("^C", interrupt_now), 1);
    ck_assert_str_eq(run(0), "AC_E_RAISED KeyboardInterrupt('')");
    th_expect("^C");
    ck_assert_uint_eq(ac_task_cancelling(th_task_in(0)), 0);
    ck_assert_double_eq(th.now, 1);
    close_runner();
}
END_TEST

START_TEST(test_a_main_task_that_swallows_the_interrupt_returns)
{
    open_runner();
    th_start(0, "main", swallows, AC_EAGER_NO);
    th_later(th_callback_new("^C", interrupt_now), 1);
    ck_assert_str_eq(run(0), "AC_OK 3");
    th_expect("^C, main caught CancelledError()");
    close_runner();
}
END_TEST

START_TEST(test_somebody_elses_cancel_is_no_interrupt)
{
    static const th_op both[] = {
        {TH_CANCEL_SELF}, {TH_CALL, .call = interrupt}, {TH_SLEEP, .number = 1}, {TH_END}};
    open_runner();
    th_start(0, "main", both, AC_EAGER_NO);
    ck_assert_str_eq(run(0), "AC_E_RAISED CancelledError()");
    ck_assert_uint_eq(ac_task_cancelling(th_task_in(0)), 1);
    close_runner();
}
END_TEST

START_TEST(test_the_second_interrupt_is_raised_where_the_program_is)
{
    static const th_op twice[] = {
        {TH_CALL, .call = interrupt}, {TH_CALL, .call = interrupt}, {TH_SLEEP, .number = 1}, {TH_END}};
    open_runner();
    th_start(0, "main", twice, AC_EAGER_NO);
    ck_assert_str_eq(run(0), "AC_E_RAISED KeyboardInterrupt('')");
    th_expect("raised KeyboardInterrupt('')");
    close_runner();
}
END_TEST

START_TEST(test_each_run_counts_its_own_interrupts)
{
    open_runner();
    for (unsigned i = 0; i < 2; i++) {
        th_start(i, "main", sleeps, AC_EAGER_NO);
        th_later(th_callback_new("^C", interrupt_now), 1);
        ck_assert_str_eq(run(i), "AC_E_RAISED KeyboardInterrupt('')");
    }
    close_runner();
}
END_TEST

START_TEST(test_an_interrupt_outside_of_a_run_is_raised)
{
    open_runner();
    interrupt(&th.loop, NULL);
    th_expect("raised KeyboardInterrupt('')");
    ac_future *future = th_slot(0, "done");
    th_ok(ac_future_set_result(future, th_int(1)));
    ac_runner_start(&runner, future);
    interrupt(&th.loop, NULL);
    th_expect("raised KeyboardInterrupt('')");
    ac_value none = ac_none();
    ac_runner_finish(&runner, &none);
    close_runner();
}
END_TEST

START_TEST(test_an_interrupt_without_memory_for_the_wakeup_cancels_all_the_same)
{
    open_runner();
    th_start(0, "main", sleeps, AC_EAGER_NO);
    ac_runner_start(&runner, th.slots[0]);
    th_turns(&th.loop, 1);
    th_fail(TH_HOOK_REALLOC, 1);
    th_ok(ac_runner_interrupt(&runner));
    th_turns(&th.loop, 1);
    ck_assert(ac_future_cancelled(th.slots[0]));
    ac_value none = ac_none();
    ac_runner_finish(&runner, &none);
    close_runner();
}
END_TEST

/* ---- From elsewhere ---- */

START_TEST(test_an_interrupt_from_elsewhere_comes_with_the_next_turn)
{
    open_runner();
    th_start(0, "main", sleeps, AC_EAGER_NO);
    ac_runner_interrupt_threadsafe(&runner);
    ck_assert_uint_eq(th.wakes, 2); /* the task's step was one */
    ck_assert_str_eq(run(0), "AC_E_RAISED KeyboardInterrupt('')");
    close_runner();
}
END_TEST

START_TEST(test_two_interrupts_at_once_leave_the_loop)
{
    open_runner();
    th_start(0, "main", swallows, AC_EAGER_NO);
    ac_runner_interrupt_threadsafe(&runner);
    ac_runner_interrupt_threadsafe(&runner);
    ck_assert_str_eq(run(0), "AC_E_RAISED KeyboardInterrupt('')");
    ck_assert(!ac_future_done(th.slots[0]));
    th_turns(&th.loop, 2);
    th_expect("main caught CancelledError()");
    ck_assert_str_eq(th_state(th.slots[0]), "result 3");
    close_runner();
}
END_TEST

START_TEST(test_an_interrupt_that_finds_no_run_waits_for_the_next)
{
    open_runner();
    ac_runner_interrupt_threadsafe(&runner);
    th_expect_status(ac_loop_run_forever(&th.loop), AC_E_RAISED);
    ck_assert_str_eq(th_repr_of(ac_loop_take_raised(&th.loop)), "KeyboardInterrupt('')");
    close_runner();
}
END_TEST

START_TEST(test_interrupts_of_a_closed_loop_are_dropped)
{
    open_runner();
    ac_runner_interrupt_threadsafe(&runner);
    th_ok(ac_loop_close(&th.loop));
    ac_runner_interrupt_threadsafe(&runner);
    ck_assert_uint_eq(runner.travels, 0);
    close_runner();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_before_3_14_the_kind_is_looked_at_first,
        test_since_3_14_the_kind_is_looked_at_last,
        test_run_has_words_of_its_own,
        test_a_runner_is_created_initialized_and_closed_for_ever,
        test_a_run_gives_what_the_main_task_ended_with,
        test_the_first_interrupt_cancels_the_main_task,
        test_a_main_task_that_swallows_the_interrupt_returns,
        test_somebody_elses_cancel_is_no_interrupt,
        test_the_second_interrupt_is_raised_where_the_program_is,
        test_each_run_counts_its_own_interrupts,
        test_an_interrupt_outside_of_a_run_is_raised,
        test_an_interrupt_without_memory_for_the_wakeup_cancels_all_the_same,
        test_an_interrupt_from_elsewhere_comes_with_the_next_turn,
        test_two_interrupts_at_once_leave_the_loop,
        test_an_interrupt_that_finds_no_run_waits_for_the_next,
        test_interrupts_of_a_closed_loop_are_dropped,
    };
    return TH_MAIN("runner", tests);
}
