/* test_sleep.c - sleep as a coroutine: when it ends, what it leaves behind, and every way to end it early.
 *
 * Mirrors    tasks.sleep; orders from CPython 3.12.1, 3.13.0, 3.13.18, 3.14.10 and 3.15.2.
 * Rules      Numbers in the comments are those of the rules of asyncio that are easy to get wrong. */
#include "host.h"

#include <math.h>

/* A body of the test's own that sleeps once and logs how that ended. */
typedef struct sleeper {
    th_coro head;
    double delay;
    const char *result;
    ac_sleep nap;
} sleeper;

static sleeper *sleeper_of(ac_coro *co)
{
    return (sleeper *)(void *)AC_CONTAINER_OF(co, th_coro, co);
}

enum { NAP = 1 };

static ac_turn sleep_once(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    sleeper *self = sleeper_of(co);
    ac_turn turn;
    AC_BEGIN(co);
    self->head.loop = loop;
    ac_sleep_init(&self->nap, loop, self->delay, self->result != NULL ? th_new(self->result) : ac_none());
    AC_AWAIT_CORO(NAP, &self->nap.co, turn);
    AC_END(co);
    th_log("%s %s", turn == AC_RETURNED ? "slept" : "raised", th_repr(ac_lend(out->value)));
    return turn;
}

static int visit_sleeper(ac_coro *co, ac_visitor *visitor)
{
    sleeper *self = sleeper_of(co);
    return co->at == NAP ? self->nap.co.ops->visit(&self->nap.co, visitor) : 0;
}

static void clear_sleeper(ac_loop *loop, ac_coro *co)
{
    sleeper *self = sleeper_of(co);
    if (co->at == NAP)
        self->nap.co.ops->clear(loop, &self->nap.co);
    co->at = AC_AT_END;
}

/* A task in slot 0. */
static ac_task *start(double delay, const char *result)
{
    static const ac_coro_ops ops = {sleep_once, NULL, visit_sleeper, clear_sleeper};
    sleeper *self = th_coro_new("t", sizeof *self, &ops);
    self->delay = delay;
    self->result = result;
    return th_start_body(&th.loop, 0, &self->head);
}

static ac_sleep *nap_of(ac_task *task)
{
    return &sleeper_of(ac_task_get_coro(task))->nap;
}

START_TEST(test_the_future_of_a_sleep_is_embedded)
{
    ac_task *task = start(1, NULL);
    th_turns(&th.loop, 1);
    ck_assert_ptr_eq(ac_task_waiting_for(task), &nap_of(task)->future);
    ck_assert(ac_future_is_embedded(ac_task_waiting_for(task)));
    ck_assert(!ac_future_is_embedded(&task->future));
    th_run(&th.loop);
    th_expect("slept None");
}
END_TEST

/* ---- The bare yield ---- */

/* Rule 77: one bare yield, without a timer and without a future. */
START_TEST(test_a_sleep_of_zero_or_less_is_one_bare_yield)
{
    static const double delays[] = {0, -1, -INFINITY};
    for (int i = 0; i < 3; i++) {
        ac_task *task = start(delays[i], "result");
        th_turns(&th.loop, 1);
        th_expect("");
        ck_assert_uint_eq(th.loop.timer_count, 0);
        ck_assert_uint_eq(th.bytes, 0);
        ck_assert_ptr_null(ac_task_waiting_for(task));
        ck_assert_str_eq(th_shown_by(th.slots[0]), "copy, result");
        th_turns(&th.loop, 1);
        th_expect("slept result");
        ck_assert_str_eq(th_state(th.slots[0]), "result result");
    }
}
END_TEST

START_TEST(test_a_bare_yield_that_is_cancelled_drops_the_result)
{
    ac_task *task = start(0, "result");
    th_turns(&th.loop, 1);
    th_ok(ac_task_cancel(task, ac_lend(th_int(3)), NULL));
    th_turns(&th.loop, 1);
    th_expect("raised CancelledError(3)");
    ck_assert(ac_future_cancelled(th.slots[0]));
}
END_TEST

START_TEST(test_a_task_can_be_cleared_at_a_bare_yield)
{
    start(0, "result");
    th_turns(&th.loop, 1);
    ac_future_clear(th.slots[0]);
    ck_assert_int_eq(th.objects, 0);
    ck_assert_str_eq(th_shown_by(th.slots[0]), "");
}
END_TEST

/* ---- The timer ---- */

START_TEST(test_a_sleep_ends_when_its_time_has_come)
{
    ac_task *task = start(1.5, "result");
    th_turns(&th.loop, 1);
    ck_assert_double_eq(ac_loop_timeout(&th.loop), 1.5);
    ck_assert_ptr_eq(ac_task_waiting_for(task), &nap_of(task)->future);
    th.now = 1.25;
    th_turns(&th.loop, 2);
    th_expect("");
    th.now = 1.5;
    th_turns(&th.loop, 1);
    th_expect("");
    th_turns(&th.loop, 1);
    th_expect("slept result");
    ck_assert_ptr_null(nap_of(task)->timer);
    ck_assert_uint_eq(th.loop.timer_count, 0);
    ck_assert_str_eq(th_state(th.slots[0]), "result result");
}
END_TEST

START_TEST(test_a_sleep_without_a_result_gives_none)
{
    start(1, NULL);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(th_shown_by(th.slots[0]), "copy");
    th_run(&th.loop);
    th_expect("slept None");
}
END_TEST

START_TEST(test_a_sleep_may_be_used_again_after_its_end)
{
    static const th_op script[] = {{TH_SLEEP, .number = 1},
                                   {TH_LOG, .text = "one"},
                                   {TH_SLEEP, .number = 2},
                                   {TH_LOG, .text = "two"},
                                   {TH_END}};
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_run(&th.loop);
    th_expect("one, two");
    ck_assert_double_eq(th.now, 3);
}
END_TEST

START_TEST(test_sleeps_end_in_the_order_of_their_deadlines)
{
    static const th_op late[] = {{TH_SLEEP, .number = 2}, {TH_LOG, .text = "late"}, {TH_END}};
    static const th_op early[] = {{TH_SLEEP, .number = 1}, {TH_LOG, .text = "early"}, {TH_END}};
    th_start(0, "a", late, AC_EAGER_DEFAULT);
    th_start(1, "b", early, AC_EAGER_DEFAULT);
    th_run(&th.loop);
    th_expect("early, late");
}
END_TEST

/* ---- Cancelled ---- */

/* asyncio's lazy deletion: the timer stays in the heap, marked. */
START_TEST(test_a_sleep_that_is_cancelled_leaves_its_timer_behind)
{
    ac_task *task = start(5, "result");
    th_turns(&th.loop, 1);
    ac_value message = th_new("message");
    th_ok(ac_task_cancel(task, ac_lend(message), NULL));
    th_drop(message);
    th_turns(&th.loop, 1);
    th_expect("raised CancelledError(message)");
    ck_assert_ptr_null(nap_of(task)->timer);
    ck_assert_uint_eq(th.loop.timer_count, 1);
    ck_assert_uint_eq(th.loop.timers_cancelled, 1);
    th_release(th.slots[0]);
    th.slots[0] = NULL;
    ck_assert_int_eq(th.objects, 0);
    ck_assert_double_lt(ac_loop_timeout(&th.loop), 0);
    ck_assert_uint_eq(th.loop.timer_count, 0);
}
END_TEST

/* Waits for the future in somebody else's frame, which is gone before this body stops. */
static ac_turn intrude(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    (void)loop;
    AC_BEGIN(co);
    AC_AWAIT(NAP, &nap_of(th_task_in(0))->future);
    AC_END(co);
    (void)in;
    th_log("intruder");
    th_release(th.slots[0]);
    th.slots[0] = NULL;
    return ac_return(out, ac_none());
}

START_TEST(test_a_second_task_may_wait_for_the_future_of_a_sleep)
{
    static const ac_coro_ops ops = {intrude, NULL, NULL, NULL};
    ac_status status;
    ac_task *task = start(5, NULL);
    th_turns(&th.loop, 1);
    ac_task *other = th_spawn(&th.loop, th_coro_new("other", sizeof(th_coro), &ops), AC_EAGER_NO, &status);
    th_ok(status);
    th_turns(&th.loop, 1);
    th_ok(ac_task_cancel(task, ac_none_ref(), NULL));
    th_turns(&th.loop, 1);
    th_expect("raised CancelledError(), intruder");
    th_release(&other->future);
    ck_assert_int_eq(th.objects, 0);
}
END_TEST

static ac_status cancel_sleeper(ac_loop *loop, th_callback *callback)
{
    (void)loop;
    (void)callback;
    th_ok(ac_task_cancel(th_task_in(0), ac_lend(th_int(7)), NULL));
    return AC_OK;
}

/* _set_result_unless_cancelled: the timer finds the future cancelled. */
START_TEST(test_a_sleep_that_is_cancelled_in_the_turn_in_which_it_ends_is_cancelled)
{
    th_callback callback;
    start(1, "result");
    th_turns(&th.loop, 1);
    th_callback_init(&callback, NULL, cancel_sleeper);
    th_later(&callback, 0.5);
    th.now = 1;
    th_turns(&th.loop, 2);
    th_expect("raised CancelledError(7)");
}
END_TEST

/* Rule 30. */
START_TEST(test_a_sleep_that_is_cancelled_after_its_timer_fired_is_cancelled)
{
    start(1, "result");
    th_turns(&th.loop, 1);
    th.now = 1;
    th_turns(&th.loop, 1);
    th_ok(ac_task_cancel(th_task_in(0), ac_lend(th_int(2)), NULL));
    th_turns(&th.loop, 1);
    th_expect("raised CancelledError(2)");
}
END_TEST

/* ---- NaN ---- */

/* sleep_rejects_nan (gh-105331): a timer of NaN is never due before another, and so is due at once. */
START_TEST(test_a_sleep_of_nan_is_a_value_error_since_3_13)
{
    start(NAN, "result");
    th_turns(&th.loop, 1);
    th_expect("raised ValueError('Invalid delay: NaN (not a number)')");
    ck_assert_int_eq(th.objects, 2); /* the error and the context */
    ac_future_set_log_traceback(th.slots[0], false);
    th_use("3.12");
    start(NAN, "result");
    th_run(&th.loop);
    th_expect("slept result");
}
END_TEST

START_TEST(test_no_memory_for_that_error_raises_none)
{
    start(NAN, "result");
    th_fail(TH_HOOK_ERROR, 1);
    th_turns(&th.loop, 1);
    th_expect("raised None");
    ac_future_set_log_traceback(th.slots[0], false);
}
END_TEST

/* ---- Failures ---- */

/* The second allocation is the heap's. */
START_TEST(test_a_sleep_without_memory_raises_none)
{
    for (unsigned nth = 1; nth <= 2; nth++) {
        start(1, "result");
        th_fail(TH_HOOK_REALLOC, nth);
        th_turns(&th.loop, 1);
        th_expect("raised None");
        ck_assert_uint_eq(th.bytes, 0);
        ac_future_set_log_traceback(th.slots[0], false);
    }
}
END_TEST

START_TEST(test_a_sleep_needs_the_memory_of_the_host)
{
    th.table.realloc = NULL;
    th_loop_init(NULL);
    start(1, "result");
    th_turns(&th.loop, 1);
    th_expect("raised None");
    ac_future_set_log_traceback(th.slots[0], false);
}
END_TEST

START_TEST(test_a_sleep_that_starts_on_a_closed_loop_raises)
{
    ac_sleep nap;
    ac_out out;
    ac_sleep_init(&nap, &th.loop, 1, th_new("result"));
    th_ok(ac_loop_close(&th.loop));
    ck_assert_int_eq(ac_coro_resume(&th.loop, &nap.co, AC_SEND, ac_none_ref(), &out), AC_RAISED);
    ck_assert_str_eq(th_repr_of(out.value), "RuntimeError('Event loop is closed')");
    ck_assert_int_eq(th.objects, 0);
}
END_TEST

/* The loop is closed under a sleep: its timer is given up, and the sleep never ends. */
START_TEST(test_a_loop_that_is_closed_gives_up_the_timers_of_sleeps)
{
    ac_task *task = start(1, "result");
    th_turns(&th.loop, 1);
    th_ok(ac_loop_close(&th.loop));
    ck_assert_ptr_null(nap_of(task)->timer);
    ck_assert_uint_eq(th.bytes, 0);
    ac_task_set_log_destroy_pending(task, false);
    ac_future_clear(th.slots[0]);
}
END_TEST

/* ---- By hand: every way in at every point ---- */

typedef struct by_hand {
    double delay;
    ac_turn turn; /* of the first resume */
} by_hand;

static const by_hand points[] = {{0, AC_YIELDED}, {1, AC_AWAITING}};

/* A sleep at one of its points, with a result. */
static void rest_at(ac_sleep *nap, const by_hand *point)
{
    ac_out out;
    ac_sleep_init(nap, &th.loop, point->delay, th_new("result"));
    ck_assert_int_eq(ac_coro_resume(&th.loop, &nap->co, AC_SEND, ac_none_ref(), &out), point->turn);
}

static ac_turn resume(ac_sleep *nap, ac_how how, ac_value in, ac_out *out)
{
    ac_turn turn = ac_coro_resume(&th.loop, &nap->co, how, ac_lend(in), out);
    th_drop(in);
    return turn;
}

/* Nothing is left but what the loop drops by itself. */
static void expect_nothing_left(const ac_sleep *nap)
{
    ck_assert_ptr_null(nap->timer);
    ck_assert_uint_eq(nap->result.bits, 0);
    ck_assert_int_eq(th.objects, 0);
    (void)ac_loop_timeout(&th.loop);
    ck_assert_uint_eq(th.loop.timer_count, 0);
}

START_TEST(test_an_exception_that_is_thrown_into_a_sleep_comes_out_of_it)
{
    for (int i = 0; i < 2; i++) {
        ac_sleep nap;
        ac_out out;
        rest_at(&nap, &points[i]);
        ck_assert_int_eq(resume(&nap, AC_THROW, th_exception(TH_VALUE, "x"), &out), AC_RAISED);
        ck_assert_str_eq(th_repr_of(out.value), "ValueError('x')");
        expect_nothing_left(&nap);
        ck_assert_int_eq(resume(&nap, AC_SEND, ac_none(), &out), AC_RAISED);
        ck_assert_uint_eq(out.value.bits, 0);
    }
}
END_TEST

START_TEST(test_a_sleep_can_be_closed_at_each_point)
{
    for (int i = 0; i < 2; i++) {
        ac_sleep nap;
        rest_at(&nap, &points[i]);
        ac_coro_close(&th.loop, &nap.co);
        expect_nothing_left(&nap);
    }
}
END_TEST

START_TEST(test_a_sleep_can_be_cleared_at_each_point_and_twice)
{
    for (int i = 0; i < 2; i++) {
        ac_sleep nap;
        ac_out out;
        rest_at(&nap, &points[i]);
        nap.co.ops->clear(&th.loop, &nap.co);
        nap.co.ops->clear(&th.loop, &nap.co);
        expect_nothing_left(&nap);
        ck_assert_int_eq(resume(&nap, AC_SEND, ac_none(), &out), AC_RAISED);
        ck_assert_uint_eq(out.value.bits, 0);
    }
}
END_TEST

/* Before its start it owns its result already. */
START_TEST(test_a_sleep_that_never_starts_drops_its_result)
{
    ac_sleep nap;
    ac_out out;
    ac_sleep_init(&nap, &th.loop, 1, th_new("result"));
    nap.co.ops->clear(&th.loop, &nap.co);
    expect_nothing_left(&nap);
    ac_sleep_init(&nap, &th.loop, 1, th_new("result"));
    ac_coro_close(&th.loop, &nap.co);
    expect_nothing_left(&nap);
    ac_sleep_init(&nap, &th.loop, 1, th_new("result"));
    ck_assert_int_eq(resume(&nap, AC_THROW, th_exception(TH_VALUE, "x"), &out), AC_RAISED);
    ck_assert_str_eq(th_repr_of(out.value), "ValueError('x')");
    expect_nothing_left(&nap);
}
END_TEST

/* ---- Collectors ---- */

/* The sleeping task hangs on its timer, and by that on the loop; its frame shows the result. */
START_TEST(test_a_sleep_is_shown_by_the_loop_and_its_result_by_the_frame)
{
    start(1, "result");
    ck_assert_str_eq(th_shown_by_loop(), "t");
    th_turns(&th.loop, 1);
    ck_assert_str_eq(th_shown_by_loop(), "t");
    ck_assert_str_eq(th_shown_by(th.slots[0]), "copy, result");
    th_ok(ac_task_cancel(th_task_in(0), ac_lend(th_int(1)), NULL));
    ck_assert_str_eq(th_shown_by_loop(), "t, 1");
    th_turns(&th.loop, 1);
    ck_assert_str_eq(th_shown_by_loop(), "");
    th_expect("raised CancelledError(1)");
}
END_TEST

/* Cancelled and fired in one turn: the message that the future holds is the frame's to show. */
START_TEST(test_a_sleep_whose_timer_is_gone_shows_its_future_itself)
{
    th_callback callback;
    ac_task *task = start(1, NULL);
    th_turns(&th.loop, 1);
    th_callback_init(&callback, NULL, cancel_sleeper);
    th_later(&callback, 0.5);
    th.now = 1;
    th_turns(&th.loop, 1);
    ck_assert_ptr_null(nap_of(task)->timer);
    ck_assert_str_eq(th_shown_by(th.slots[0]), "copy, 7");
    th_turns(&th.loop, 1);
    th_expect("raised CancelledError(7)");
    ck_assert_str_eq(th_shown_by(th.slots[0]), "CancelledError(7), copy");
}
END_TEST

START_TEST(test_a_visit_of_a_sleep_can_be_stopped)
{
    th_visitor visitor;
    ac_sleep nap;
    rest_at(&nap, &points[0]);
    th_visitor_init(&visitor);
    visitor.stop_after = 1;
    ck_assert_int_eq(nap.co.ops->visit(&nap.co, &visitor.visitor), 42);
    nap.co.ops->clear(&th.loop, &nap.co);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_a_sleep_of_zero_or_less_is_one_bare_yield,
        test_a_bare_yield_that_is_cancelled_drops_the_result,
        test_a_task_can_be_cleared_at_a_bare_yield,
        test_a_sleep_ends_when_its_time_has_come,
        test_a_sleep_without_a_result_gives_none,
        test_a_sleep_may_be_used_again_after_its_end,
        test_sleeps_end_in_the_order_of_their_deadlines,
        test_a_sleep_that_is_cancelled_leaves_its_timer_behind,
        test_a_second_task_may_wait_for_the_future_of_a_sleep,
        test_a_sleep_that_is_cancelled_in_the_turn_in_which_it_ends_is_cancelled,
        test_a_sleep_that_is_cancelled_after_its_timer_fired_is_cancelled,
        test_a_sleep_of_nan_is_a_value_error_since_3_13,
        test_no_memory_for_that_error_raises_none,
        test_a_sleep_without_memory_raises_none,
        test_a_sleep_needs_the_memory_of_the_host,
        test_a_sleep_that_starts_on_a_closed_loop_raises,
        test_a_loop_that_is_closed_gives_up_the_timers_of_sleeps,
        test_an_exception_that_is_thrown_into_a_sleep_comes_out_of_it,
        test_a_sleep_can_be_closed_at_each_point,
        test_a_sleep_can_be_cleared_at_each_point_and_twice,
        test_a_sleep_that_never_starts_drops_its_result,
        test_a_sleep_is_shown_by_the_loop_and_its_result_by_the_frame,
        test_a_sleep_whose_timer_is_gone_shows_its_future_itself,
        test_a_visit_of_a_sleep_can_be_stopped,
        test_the_future_of_a_sleep_is_embedded,
    };
    return TH_MAIN("sleep", tests);
}
