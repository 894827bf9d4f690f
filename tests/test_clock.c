/* test_clock.c - virtual time: it stands still while callbacks run and jumps when there is nothing to run
 * (src/loop/clock.c). */
#include "host.h"
#include "loop/timers.h"

#include <math.h>

static ac_clock virtual;

enum { DAY = 24 * 3600 };

static void use_virtual_clock(const char *semantics)
{
    ac_clock_init(&virtual);
    th_loop_init(&(ac_loop_options){.clock = &virtual, .semantics = semantics});
}

static ac_status log_time(ac_loop *loop, th_callback *callback)
{
    (void)callback;
    th_log("%.10g", ac_loop_time(loop));
    return AC_OK;
}

static ac_status stop(ac_loop *loop, th_callback *callback)
{
    (void)log_time(loop, callback);
    ac_loop_stop(loop);
    return AC_OK;
}

static ac_status stop_after_ten(ac_loop *loop, th_callback *callback)
{
    if (callback->runs == 10)
        ac_loop_stop(loop);
    return ac_loop_call_soon(loop, th_cb(callback));
}

START_TEST(test_virtual_time_starts_at_zero)
{
    use_virtual_clock(NULL);
    ck_assert(ac_loop_time(&th.loop) == 0);
    virtual.now = 12.5;
    ck_assert(ac_loop_time(&th.loop) == 12.5);
    ck_assert_uint_eq(th.calls[TH_HOOK_NOW], 0);
}
END_TEST

START_TEST(test_running_jumps_from_timer_to_timer)
{
    use_virtual_clock(NULL);
    th_callback first, second, third;
    th_callback_init(&first, "a", log_time);
    th_callback_init(&second, "b", log_time);
    th_callback_init(&third, "c", stop);
    th_later(&third, 1000);
    th_later(&first, 0.5);
    th_later(&second, 1.5);
    th_ok(ac_loop_run_forever(&th.loop));
    th_expect("a, 0.5, b, 1.5, c, 1000");
    ck_assert_uint_eq(th.calls[TH_HOOK_POLL], 0);
    th_check(&th.loop);
}
END_TEST

START_TEST(test_time_stands_still_while_something_is_ready)
{
    use_virtual_clock(NULL);
    static th_callback busy, timer;
    th_callback_init(&busy, NULL, stop_after_ten);
    th_callback_init(&timer, "timer", NULL);
    th_soon(&busy);
    th_later(&timer, 1);
    th_ok(ac_loop_run_forever(&th.loop));
    ck_assert(virtual.now == 0);
    th_expect("");
}
END_TEST

/* As CPython clamps its wait: one jump is at most a day, and nothing runs in between. */
START_TEST(test_a_jump_is_at_most_a_day)
{
    use_virtual_clock(NULL);
    aci_clock_jump(&virtual, 2.5 * DAY);
    ck_assert(virtual.now == DAY);
    aci_clock_jump(&virtual, 2.5 * DAY);
    ck_assert(virtual.now == 2 * DAY);
    aci_clock_jump(&virtual, 2.5 * DAY);
    ck_assert(virtual.now == 2.5 * DAY);
    aci_clock_jump(&virtual, 3.5 * DAY);
    ck_assert(virtual.now == 3.5 * DAY);
}
END_TEST

START_TEST(test_a_timer_days_away_is_reached)
{
    use_virtual_clock(NULL);
    th_callback timer;
    th_callback_init(&timer, "timer", stop);
    th_later(&timer, 10.25 * DAY);
    th_ok(ac_loop_run_forever(&th.loop));
    th_expect("timer, 885600");
}
END_TEST

START_TEST(test_the_clock_never_goes_back)
{
    use_virtual_clock(NULL);
    virtual.now = 10;
    aci_clock_jump(&virtual, 5);
    ck_assert(virtual.now == 10);
}
END_TEST

START_TEST(test_a_deadline_that_was_jumped_to_twice_ticks)
{
    use_virtual_clock(NULL);
    aci_clock_jump(&virtual, 10);
    ck_assert(virtual.now == 10);
    aci_clock_jump(&virtual, 10);
    ck_assert(virtual.now == nextafter(10, INFINITY));
    aci_clock_jump(&virtual, 11);
    ck_assert(virtual.now == 11);
}
END_TEST

/* gh-145703: at 2**30 s, now + 1 ns is now, and without the flag a timer is not due at its own deadline.  The
 * clock has to tick, or the run would never end.  (Polls stop the loop if it does not.) */
START_TEST(test_a_large_virtual_clock_ticks_past_a_deadline)
{
    double now = 1073741824.0;
    use_virtual_clock("3.14");
    virtual.now = now;
    th_callback timer;
    th_callback_init(&timer, "timer", stop);
    th_later(&timer, 60);
    th_ok(ac_loop_run_forever(&th.loop));
    ck_assert_uint_eq(timer.runs, 1);
    ck_assert(virtual.now == nextafter(now + 60, INFINITY));
    th.log[0] = '\0';
}
END_TEST

START_TEST(test_with_the_ulp_flag_a_large_virtual_clock_does_not_tick)
{
    double now = 1073741824.0;
    use_virtual_clock("3.15");
    virtual.now = now;
    th_callback timer;
    th_callback_init(&timer, "timer", stop);
    th_later(&timer, 60);
    th_ok(ac_loop_run_forever(&th.loop));
    ck_assert(virtual.now == now + 60);
    th.log[0] = '\0';
}
END_TEST

START_TEST(test_two_loops_share_a_clock)
{
    use_virtual_clock(NULL);
    ac_loop other;
    th_ok(ac_loop_init(&other, &th.table, &(ac_loop_options){.clock = &virtual}));
    th_callback first, second;
    th_callback_init(&first, "first", stop);
    th_callback_init(&second, "second", stop);
    th_later(&first, 5);
    th_ok(ac_loop_call_later(&other, 7, &second.timer));
    th_ok(ac_loop_run_forever(&th.loop));
    ck_assert(ac_loop_time(&other) == 5);
    th_ok(ac_loop_run_forever(&other));
    th_expect("first, 5, second, 7");
    th_ok(ac_loop_close(&other));
}
END_TEST

START_TEST(test_a_virtual_loop_with_nothing_to_do_is_a_deadlock)
{
    use_virtual_clock(NULL);
    th_expect_failure(ac_loop_run_forever(&th.loop), AC_E_DEADLOCK,
                      "nothing is ready, no timer is set, and nothing can ever happen");
    ck_assert(!ac_loop_is_running(&th.loop));
    ck_assert_ptr_null(th.running);
}
END_TEST

START_TEST(test_a_virtual_loop_with_a_timer_that_never_comes_is_a_deadlock)
{
    use_virtual_clock(NULL);
    static th_callback timer; /* the loop has it until it is closed */
    th_callback_init(&timer, "timer", NULL);
    th_later(&timer, HUGE_VAL);
    th_expect_status(ac_loop_run_forever(&th.loop), AC_E_DEADLOCK);
    ck_assert(virtual.now == 0);
}
END_TEST

/* A deadline at minus infinity is past, not far. */
START_TEST(test_a_timer_before_all_time_is_due)
{
    use_virtual_clock(NULL);
    th_callback timer;
    th_callback_init(&timer, "timer", NULL);
    th_later(&timer, -HUGE_VAL);
    th_expect_status(ac_loop_run_forever(&th.loop), AC_E_DEADLOCK);
    th_expect("timer");
}
END_TEST

START_TEST(test_a_virtual_loop_that_was_stopped_in_advance_makes_one_turn)
{
    use_virtual_clock(NULL);
    ac_loop_stop(&th.loop);
    th_ok(ac_loop_run_forever(&th.loop));
    ck_assert(virtual.now == 0);
}
END_TEST

START_TEST(test_a_virtual_loop_with_cancelled_timers_only_is_a_deadlock)
{
    use_virtual_clock(NULL);
    th_callback timer;
    th_callback_init(&timer, "timer", NULL);
    th_later(&timer, 1);
    ac_handle_cancel(&th.loop, th_handle(&timer));
    th_expect_status(ac_loop_run_forever(&th.loop), AC_E_DEADLOCK);
    ck_assert_uint_eq(timer.dones, 1);
}
END_TEST

START_TEST(test_a_virtual_loop_needs_neither_now_nor_poll)
{
    th.table.now = NULL;
    th.table.poll = NULL;
    use_virtual_clock(NULL);
    th_callback timer;
    th_callback_init(&timer, "timer", stop);
    th_later(&timer, 1);
    th_ok(ac_loop_run_forever(&th.loop));
    th_expect("timer, 1");
}
END_TEST

START_TEST(test_a_timer_in_the_past_fires_without_a_jump)
{
    use_virtual_clock(NULL);
    virtual.now = 100;
    th_callback timer;
    th_callback_init(&timer, "timer", stop);
    th_ok(ac_loop_call_at(&th.loop, 50, &timer.timer));
    th_ok(ac_loop_run_forever(&th.loop));
    th_expect("timer, 100");
}
END_TEST

START_TEST(test_a_nan_timer_fires_at_once_on_a_virtual_clock)
{
    use_virtual_clock(NULL);
    th_callback timer;
    th_callback_init(&timer, "timer", stop);
    th_later(&timer, NAN);
    th_ok(ac_loop_run_forever(&th.loop));
    th_expect("timer, 0");
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_virtual_time_starts_at_zero,
        test_running_jumps_from_timer_to_timer,
        test_time_stands_still_while_something_is_ready,
        test_a_jump_is_at_most_a_day,
        test_a_timer_days_away_is_reached,
        test_the_clock_never_goes_back,
        test_a_deadline_that_was_jumped_to_twice_ticks,
        test_a_large_virtual_clock_ticks_past_a_deadline,
        test_with_the_ulp_flag_a_large_virtual_clock_does_not_tick,
        test_two_loops_share_a_clock,
        test_a_virtual_loop_with_nothing_to_do_is_a_deadlock,
        test_a_virtual_loop_that_was_stopped_in_advance_makes_one_turn,
        test_a_virtual_loop_with_cancelled_timers_only_is_a_deadlock,
        test_a_virtual_loop_with_a_timer_that_never_comes_is_a_deadlock,
        test_a_timer_before_all_time_is_due,
        test_a_virtual_loop_needs_neither_now_nor_poll,
        test_a_timer_in_the_past_fires_without_a_jump,
        test_a_nan_timer_fires_at_once_on_a_virtual_clock,
    };
    return TH_MAIN("clock", tests);
}
