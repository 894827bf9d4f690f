/* test_wait.c - wait for several futures: when it ends, what it leaves behind, and every way to end it early.
 *
 * Mirrors    tasks._wait; orders from CPython 3.12.1, 3.13.0, 3.13.18, 3.14.10 and 3.15.2.
 * Rules      Numbers in the comments are those of the rules of asyncio that are easy to get wrong.
 *            The waiting task is in slot 0, futures are in the slots from 1 on. */
#include "host.h"

#include <math.h>
#include <string.h>

enum { FIRST = 1, MOST = 4 };

/* A body of the test's own that waits once and logs how that ended, and which futures are done then. */
typedef struct waiter {
    th_coro head;
    unsigned count; /* of the slots FIRST, FIRST + 1, ... */
    double timeout; /* NaN: none */
    ac_return_when when;
    ac_wait wait;
} waiter;

static waiter *waiter_of(ac_coro *co)
{
    return (waiter *)(void *)AC_CONTAINER_OF(co, th_coro, co);
}

static const char *done_slots(unsigned count)
{
    static char text[MOST + 1];
    for (unsigned i = 0; i < count; i++)
        text[i] = ac_future_done(th.slots[FIRST + i]) ? '!' : '.';
    text[count] = '\0';
    return text;
}

enum { WAIT = 1 };

static ac_turn wait_once(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    waiter *self = waiter_of(co);
    ac_turn turn;
    AC_BEGIN(co);
    self->head.loop = loop;
    {
        const double *timeout = isnan(self->timeout) ? NULL : &self->timeout;
        ac_status status = ac_wait_init(&self->wait, loop, &th.slots[FIRST], self->count, timeout,
                                        self->when);
        if (status != AC_OK) {
            co->at = AC_AT_END;
            out->value = ac_loop_status_exception(loop, status, NULL);
            th_log("refused %s", th_repr(ac_lend(out->value)));
            return AC_RAISED;
        }
    }
    AC_AWAIT_CORO(WAIT, &self->wait.co, turn);
    AC_END(co);
    th_log("%s %s %s", turn == AC_RETURNED ? "waited" : "raised", th_repr(ac_lend(out->value)),
           done_slots(self->count));
    return turn;
}

static int visit_waiter(ac_coro *co, ac_visitor *visitor)
{
    waiter *self = waiter_of(co);
    return co->at == WAIT ? self->wait.co.ops->visit(&self->wait.co, visitor) : 0;
}

static void clear_waiter(ac_loop *loop, ac_coro *co)
{
    waiter *self = waiter_of(co);
    if (co->at == WAIT)
        self->wait.co.ops->clear(loop, &self->wait.co);
    co->at = AC_AT_END;
}

static void futures(unsigned count)
{
    static const char *const names[MOST] = {"a", "b", "c", "d"};
    for (unsigned i = 0; i < count; i++)
        (void)th_slot(FIRST + i, names[i]);
}

/* A task in slot 0 that will wait for what is in the next slots. */
static ac_task *start(unsigned count, double timeout, ac_return_when when)
{
    static const ac_coro_ops ops = {wait_once, NULL, visit_waiter, clear_waiter};
    waiter *self = th_coro_new("t", sizeof *self, &ops);
    self->count = count;
    self->timeout = timeout;
    self->when = when;
    return th_start_body(&th.loop, 0, &self->head);
}

/* The same with new futures, and it waits already. */
static ac_task *rest(unsigned count, double timeout, ac_return_when when)
{
    futures(count);
    ac_task *task = start(count, timeout, when);
    th_turns(&th.loop, 1);
    return task;
}

static void give(unsigned which)
{
    th_ok(ac_future_set_result(th.slots[FIRST + which], th_int(which)));
}

static void break_it(unsigned which)
{
    th_ok(ac_future_set_exception(th.slots[FIRST + which], th_exception(TH_VALUE, "x")));
}

static void cancel(ac_future *future)
{
    th_ok(ac_future_cancel(future, ac_lend(th_int(7)), NULL));
}

/* ---- When it ends ---- */

START_TEST(test_all_completed_waits_for_the_last)
{
    rest(3, NAN, AC_ALL_COMPLETED);
    give(2);
    break_it(0);
    th_turns(&th.loop, 3);
    th_expect("");
    give(1);
    th_turns(&th.loop, 1);
    th_expect("");
    th_turns(&th.loop, 1);
    th_expect("waited None !!!");
    ac_future_set_log_traceback(th.slots[FIRST], false);
}
END_TEST

START_TEST(test_first_completed_waits_for_one_however_it_ends)
{
    rest(3, NAN, AC_FIRST_COMPLETED);
    give(1);
    th_turns(&th.loop, 2);
    th_expect("waited None .!.");
    rest(3, NAN, AC_FIRST_COMPLETED);
    cancel(th.slots[FIRST]);
    th_turns(&th.loop, 2);
    th_expect("waited None !..");
}
END_TEST

/* Rule 75. */
START_TEST(test_first_exception_ignores_results_and_cancelled_futures)
{
    rest(4, NAN, AC_FIRST_EXCEPTION);
    give(0);
    cancel(th.slots[FIRST + 1]);
    th_turns(&th.loop, 3);
    th_expect("");
    break_it(2);
    th_turns(&th.loop, 2);
    th_expect("waited None !!!.");
}
END_TEST

START_TEST(test_first_exception_without_one_waits_for_all)
{
    rest(2, NAN, AC_FIRST_EXCEPTION);
    give(0);
    give(1);
    th_turns(&th.loop, 2);
    th_expect("waited None !!");
}
END_TEST

/* A callback that was on its way asks although nobody waits any more. */
START_TEST(test_first_exception_asks_also_after_the_wait)
{
    ac_task *task = rest(2, NAN, AC_FIRST_EXCEPTION);
    th_ok(ac_task_cancel(task, ac_none_ref(), NULL));
    break_it(0);
    th_turns(&th.loop, 1);
    th_expect("raised CancelledError() !.");
    ck_assert(!ac_future_get_log_traceback(th.slots[FIRST]));
}
END_TEST

/* The last one is not asked: there are no more to wait for, whatever it is. */
START_TEST(test_first_exception_retrieves_every_exception_but_the_last)
{
    rest(2, NAN, AC_FIRST_EXCEPTION);
    break_it(0);
    th_turns(&th.loop, 2);
    th_expect("waited None !.");
    ck_assert(!ac_future_get_log_traceback(th.slots[FIRST]));
    rest(1, NAN, AC_FIRST_EXCEPTION);
    break_it(0);
    th_turns(&th.loop, 2);
    th_expect("waited None !");
    ck_assert(ac_future_get_log_traceback(th.slots[FIRST]));
    ac_future_set_log_traceback(th.slots[FIRST], false);
}
END_TEST

/* Rule 75: it always suspends. */
START_TEST(test_what_is_done_already_takes_two_turns)
{
    futures(2);
    give(0);
    give(1);
    start(2, NAN, AC_ALL_COMPLETED);
    th_turns(&th.loop, 2);
    th_expect("");
    th_turns(&th.loop, 1);
    th_expect("waited None !!");
}
END_TEST

START_TEST(test_what_ends_between_the_wake_up_and_the_step_counts)
{
    rest(2, NAN, AC_FIRST_COMPLETED);
    give(0);
    th_turns(&th.loop, 1);
    give(1);
    th_turns(&th.loop, 1);
    th_expect("waited None !!");
}
END_TEST

/* ---- The timer ---- */

START_TEST(test_a_timeout_ends_it_and_cancels_nothing)
{
    rest(2, 3, AC_ALL_COMPLETED);
    ck_assert_double_eq(ac_loop_timeout(&th.loop), 3);
    give(0);
    th_turns(&th.loop, 2);
    th.now = 3;
    th_turns(&th.loop, 2);
    th_expect("waited None !.");
    ck_assert_uint_eq(th_callback_count(th.slots[FIRST + 1]), 0);
    ck_assert_str_eq(th_state(th.slots[FIRST + 1]), "pending");
}
END_TEST

START_TEST(test_a_timeout_of_zero_or_less_is_a_timer_that_is_due)
{
    static const double timeouts[] = {0, -1, -INFINITY};
    for (int i = 0; i < 3; i++) {
        rest(1, timeouts[i], AC_ALL_COMPLETED);
        ck_assert_uint_eq(th.loop.timer_count, 1);
        th_turns(&th.loop, 1);
        th_expect("");
        th_turns(&th.loop, 1);
        th_expect("waited None .");
    }
}
END_TEST

START_TEST(test_who_releases_it_cancels_the_timer)
{
    rest(1, 5, AC_ALL_COMPLETED);
    give(0);
    th_turns(&th.loop, 1);
    ck_assert_uint_eq(th.loop.timers_cancelled, 1);
    th_turns(&th.loop, 1);
    th_expect("waited None !");
    ck_assert_double_lt(ac_loop_timeout(&th.loop), 0);
    ck_assert_uint_eq(th.loop.timer_count, 0);
}
END_TEST

/* Its callback finds the waiter done. */
START_TEST(test_a_future_that_is_done_in_the_turn_of_the_timeout_counts)
{
    rest(1, 1, AC_ALL_COMPLETED);
    give(0);
    th.now = 1;
    th_turns(&th.loop, 2);
    th_expect("waited None !");
}
END_TEST

/* ---- Ended early ---- */

START_TEST(test_a_cancelled_wait_takes_its_callbacks_and_its_timer_back)
{
    ac_task *task = rest(3, 5, AC_ALL_COMPLETED);
    ck_assert_uint_eq(th_callback_count(th.slots[FIRST]), 1);
    th_ok(ac_task_cancel(task, ac_lend(th_int(3)), NULL));
    th_turns(&th.loop, 1);
    th_expect("raised CancelledError(3) ...");
    for (unsigned i = 0; i < 3; i++)
        ck_assert_uint_eq(th_callback_count(th.slots[FIRST + i]), 0);
    ck_assert_uint_eq(th.loop.timers_cancelled, 1);
    ck_assert_uint_eq(th_refs(th.slots[FIRST]), 1);
}
END_TEST

/* A callback whose future is done cannot be taken back: it outlives the wait, and does nothing. */
START_TEST(test_a_callback_that_is_on_its_way_outlives_the_wait)
{
    ac_task *task = rest(2, NAN, AC_FIRST_COMPLETED);
    th_ok(ac_task_cancel(task, ac_none_ref(), NULL));
    give(0);
    ck_assert_uint_eq(th_refs(th.slots[FIRST]), 2);
    th_turns(&th.loop, 1);
    th_expect("raised CancelledError() !.");
    ck_assert_uint_eq(th_refs(th.slots[FIRST]), 1);
    th_turns(&th.loop, 1);
    ck_assert_ptr_null(waiter_of(ac_task_get_coro(task))->wait.waiting);
}
END_TEST

START_TEST(test_a_future_that_only_a_callback_on_its_way_holds_lives_until_that_has_run)
{
    ac_task *task = rest(1, NAN, AC_ALL_COMPLETED);
    th_ok(ac_task_cancel(task, ac_none_ref(), NULL));
    give(0);
    th_release(th.slots[FIRST]);
    th.slots[FIRST] = NULL;
    ck_assert_int_eq(th.futures, 2);
    waiter_of(ac_task_get_coro(task))->count = 0;
    th_turns(&th.loop, 1);
    th_expect("raised CancelledError() ");
    ck_assert_int_eq(th.futures, 1);
}
END_TEST

START_TEST(test_a_loop_that_is_closed_gives_up_the_timer)
{
    ac_task *task = rest(1, 5, AC_ALL_COMPLETED);
    th_ok(ac_loop_close(&th.loop));
    ac_task_set_log_destroy_pending(task, false);
    ac_future_clear(th.slots[0]);
    ck_assert_uint_eq(th_callback_count(th.slots[FIRST]), 0);
    ck_assert_uint_eq(th.bytes, 0);
}
END_TEST

/* ---- Misuse, and what fails ---- */

START_TEST(test_there_has_to_be_something_to_wait_for)
{
    ac_wait wait;
    th_expect_failure(ac_wait_init(&wait, &th.loop, &th.slots[FIRST], 0, NULL, AC_ALL_COMPLETED), AC_E_VALUE,
                      "Set of Tasks/Futures is empty.");
}
END_TEST

START_TEST(test_without_memory_nothing_is_retained)
{
    futures(1);
    for (unsigned nth = 1; nth <= 2; nth++) {
        if (nth == 2)
            th.table.realloc = NULL;
        else
            th_fail(TH_HOOK_REALLOC, 1);
        start(1, NAN, AC_ALL_COMPLETED);
        th_turns(&th.loop, 1);
        th_expect("refused None");
        ck_assert_uint_eq(th_refs(th.slots[FIRST]), 1);
        ac_future_set_log_traceback(th.slots[0], false);
        if (nth == 2)
            break;
        th_ok(ac_loop_close(&th.loop));
        th_loop_init(NULL);
        futures(1);
    }
}
END_TEST

/* The second allocation is the timer's, the third that of the heap: the futures have no callback yet. */
START_TEST(test_without_memory_for_the_timer_it_fails)
{
    for (unsigned nth = 2; nth <= 3; nth++) {
        futures(2);
        start(2, 1, AC_ALL_COMPLETED);
        th_fail(TH_HOOK_REALLOC, nth);
        th_turns(&th.loop, 1);
        th_expect("raised None ..");
        ck_assert_uint_eq(th_callback_count(th.slots[FIRST]), 0);
        ck_assert_uint_eq(th_refs(th.slots[FIRST]), 1);
        ac_future_set_log_traceback(th.slots[0], false);
    }
}
END_TEST

/* As in asyncio: [future, 3] gives the future its callback, and then there is no end that would take it
 * off. */
START_TEST(test_a_start_that_fails_half_way_leaves_timer_and_callbacks_behind)
{
    futures(1);
    ac_future *some[] = {th.slots[FIRST], NULL};
    for (int timed = 0; timed < 2; timed++) {
        ac_wait wait;
        double timeout = 1;
        futures(1);
        some[0] = th.slots[FIRST];
        th_ok(ac_wait_init(&wait, &th.loop, some, 2, timed ? &timeout : NULL, AC_FIRST_COMPLETED));
        th_expect_failure(ac_wait_start(&wait), AC_E_TYPE, "An asyncio.Future is required");
        wait.co.ops->clear(&th.loop, &wait.co);
        ck_assert_uint_eq(th_callback_count(th.slots[FIRST]), 1);
        ck_assert_uint_eq(th_refs(th.slots[FIRST]), 1);
        ck_assert_uint_eq(th.loop.timer_count, (size_t)timed);
        if (timed) {
            th.now += 1;
            th_turns(&th.loop, 1);
        }
        give(0);
        th_turns(&th.loop, 1);
    }
    th_run(&th.loop);
}
END_TEST

/* The timer is cut by the callback, and is the last one that needs the piece. */
START_TEST(test_what_a_failed_start_left_behind_ends_in_any_order)
{
    for (int closes = 0; closes < 2; closes++) {
        ac_wait wait;
        double timeout = 1;
        futures(1);
        ac_future *some[] = {th.slots[FIRST], NULL};
        th_ok(ac_wait_init(&wait, &th.loop, some, 2, &timeout, AC_FIRST_COMPLETED));
        th_expect_status(ac_wait_start(&wait), AC_E_TYPE);
        if (closes) {
            th_release(th.slots[FIRST]);
            th.slots[FIRST] = NULL;
            th_ok(ac_loop_close(&th.loop));
        } else {
            give(0);
            th_turns(&th.loop, 1);
            (void)ac_loop_timeout(&th.loop);
        }
        if (closes)
            ck_assert_uint_eq(th.bytes, 0);
    }
}
END_TEST

/* ---- By hand: every way in at every point ---- */

static ac_turn resume(ac_wait *wait, ac_how how, ac_value in, ac_out *out)
{
    ac_turn turn = ac_coro_resume(&th.loop, &wait->co, how, ac_lend(in), out);
    th_drop(in);
    return turn;
}

/* A wait at one of its points: before its start (0), or waiting (1). */
static void rest_at(ac_wait *wait, int point)
{
    double timeout = 5;
    ac_out out;
    futures(2);
    th_ok(ac_wait_init(wait, &th.loop, &th.slots[FIRST], 2, &timeout, AC_ALL_COMPLETED));
    ck_assert_uint_eq(th_refs(th.slots[FIRST]), 2);
    if (point == 1)
        ck_assert_int_eq(resume(wait, AC_SEND, ac_none(), &out), AC_AWAITING);
}

static void expect_nothing_left(ac_wait *wait)
{
    ac_out out;
    ck_assert_ptr_null(wait->waiting);
    ck_assert_uint_eq(th_callback_count(th.slots[FIRST]), 0);
    ck_assert_uint_eq(th_refs(th.slots[FIRST]), 1);
    ck_assert_int_eq(th.objects, 0);
    (void)ac_loop_timeout(&th.loop);
    ck_assert_uint_eq(th.loop.timer_count, 0);
    ck_assert_int_eq(resume(wait, AC_SEND, ac_none(), &out), AC_RAISED);
    ck_assert_uint_eq(out.value.bits, 0);
}

START_TEST(test_an_exception_that_is_thrown_into_it_comes_out)
{
    for (int point = 0; point < 2; point++) {
        ac_wait wait;
        ac_out out;
        rest_at(&wait, point);
        ck_assert_int_eq(resume(&wait, AC_THROW, th_exception(TH_VALUE, "x"), &out), AC_RAISED);
        ck_assert_str_eq(th_repr_of(out.value), "ValueError('x')");
        expect_nothing_left(&wait);
    }
}
END_TEST

START_TEST(test_it_can_be_closed_at_each_point)
{
    for (int point = 0; point < 2; point++) {
        ac_wait wait;
        rest_at(&wait, point);
        ac_coro_close(&th.loop, &wait.co);
        expect_nothing_left(&wait);
    }
}
END_TEST

START_TEST(test_it_can_be_cleared_at_each_point_and_twice)
{
    for (int point = 0; point < 2; point++) {
        ac_wait wait;
        rest_at(&wait, point);
        wait.co.ops->clear(&th.loop, &wait.co);
        wait.co.ops->clear(&th.loop, &wait.co);
        expect_nothing_left(&wait);
    }
}
END_TEST

/* ---- Names, collectors, who waits ---- */

START_TEST(test_its_callbacks_are_called_as_asyncio_calls_them_and_know_who_waits)
{
    ac_task *task = rest(1, NAN, AC_ALL_COMPLETED);
    ac_callback *callback = ac_handle_callback(ac_future_next_callback(th.slots[FIRST], NULL));
    ck_assert_str_eq(callback->ops->name, "_wait.<locals>._on_completion");
    ck_assert_ptr_eq(callback->ops->waiter(callback), &task->future);
    ck_assert(ac_future_is_embedded(ac_task_waiting_for(task)));
    th_ok(ac_task_cancel(task, ac_none_ref(), NULL));
    give(0);
    th_turns(&th.loop, 1);
    th_expect("raised CancelledError() !");
}
END_TEST

/* By any of the futures a collector comes to who would be woken; the task shows what it waits for.  Each
 * retain is shown once: with the timer it is the loop that shows the waiter. */
START_TEST(test_collectors_see_who_waits_by_each_future)
{
    rest(2, NAN, AC_ALL_COMPLETED);
    ck_assert_str_eq(th_shown_by(th.slots[FIRST]), "t");
    ck_assert_str_eq(th_shown_by(th.slots[FIRST + 1]), "t");
    ck_assert_str_eq(th_shown_by(th.slots[0]), "copy, a, b, t");
    ck_assert_uint_eq(th_refs(th.slots[0]), 4);
    ck_assert_str_eq(th_shown_by_loop(), "");
    give(0);
    ck_assert_str_eq(th_shown_by_loop(), "t");
    give(1);
    th_run(&th.loop);
    th_expect("waited None !!");
    rest(2, 5, AC_ALL_COMPLETED);
    ck_assert_str_eq(th_shown_by(th.slots[FIRST]), "t");
    ck_assert_str_eq(th_shown_by(th.slots[0]), "copy, a, b");
    ck_assert_str_eq(th_shown_by_loop(), "t");
    th_ok(ac_task_cancel(th_task_in(0), ac_none_ref(), NULL));
    th_turns(&th.loop, 1);
    th_expect("raised CancelledError() ..");
}
END_TEST

/* What a wait that is gone has left on its way holds its future itself. */
START_TEST(test_collectors_see_what_a_callback_on_its_way_holds)
{
    ac_task *task = rest(1, NAN, AC_ALL_COMPLETED);
    give(0);
    ck_assert_str_eq(th_shown_by_loop(), "t");
    ac_coro *co = ac_task_get_coro(task);
    waiter_of(co)->wait.co.ops->clear(&th.loop, &waiter_of(co)->wait.co);
    ck_assert_str_eq(th_shown_by_loop(), "t, a");
    th_turns(&th.loop, 1);
    ck_assert_str_eq(th_shown_by_loop(), "");
    ac_task_set_log_destroy_pending(task, false);
    ac_future_clear(&task->future);
}
END_TEST

START_TEST(test_a_task_that_waits_can_be_cleared)
{
    ac_task *task = rest(2, 5, AC_ALL_COMPLETED);
    ac_task_set_log_destroy_pending(task, false);
    ac_future_clear(&task->future);
    ck_assert_uint_eq(th_callback_count(th.slots[FIRST]), 0);
    ck_assert_uint_eq(th_refs(th.slots[FIRST]), 1);
    (void)ac_loop_timeout(&th.loop);
    ck_assert_uint_eq(th.loop.timer_count, 0);
}
END_TEST

/* ---- Another loop ---- */

/* asyncio does not look at the loops of the futures: a callback runs where its future lives. */
START_TEST(test_a_future_of_another_loop_calls_back_there)
{
    static ac_loop other;
    th_ok(ac_loop_init(&other, &th.table, NULL));
    if (th.slots[FIRST] != NULL)
        th_release(th.slots[FIRST]);
    th.slots[FIRST] = th_future_new(&other, "a");
    start(1, NAN, AC_ALL_COMPLETED);
    th_turns(&th.loop, 1);
    give(0);
    th_turns(&th.loop, 1);
    th_expect("");
    th_turns(&other, 1);
    th_turns(&th.loop, 1);
    th_expect("waited None !");
    th_release(th.slots[FIRST]);
    th.slots[FIRST] = th_future_new(&other, "a");
    give(0);
    th_ok(ac_loop_close(&other));
    start(1, NAN, AC_ALL_COMPLETED);
    th_turns(&th.loop, 1);
    th_expect("raised RuntimeError('Event loop is closed') !");
    ac_future_set_log_traceback(th.slots[0], false);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_all_completed_waits_for_the_last,
        test_first_completed_waits_for_one_however_it_ends,
        test_first_exception_ignores_results_and_cancelled_futures,
        test_first_exception_without_one_waits_for_all,
        test_first_exception_asks_also_after_the_wait,
        test_first_exception_retrieves_every_exception_but_the_last,
        test_what_is_done_already_takes_two_turns,
        test_what_ends_between_the_wake_up_and_the_step_counts,
        test_a_timeout_ends_it_and_cancels_nothing,
        test_a_timeout_of_zero_or_less_is_a_timer_that_is_due,
        test_who_releases_it_cancels_the_timer,
        test_a_future_that_is_done_in_the_turn_of_the_timeout_counts,
        test_a_cancelled_wait_takes_its_callbacks_and_its_timer_back,
        test_a_callback_that_is_on_its_way_outlives_the_wait,
        test_a_future_that_only_a_callback_on_its_way_holds_lives_until_that_has_run,
        test_a_loop_that_is_closed_gives_up_the_timer,
        test_there_has_to_be_something_to_wait_for,
        test_without_memory_nothing_is_retained,
        test_without_memory_for_the_timer_it_fails,
        test_a_start_that_fails_half_way_leaves_timer_and_callbacks_behind,
        test_what_a_failed_start_left_behind_ends_in_any_order,
        test_an_exception_that_is_thrown_into_it_comes_out,
        test_it_can_be_closed_at_each_point,
        test_it_can_be_cleared_at_each_point_and_twice,
        test_its_callbacks_are_called_as_asyncio_calls_them_and_know_who_waits,
        test_collectors_see_who_waits_by_each_future,
        test_collectors_see_what_a_callback_on_its_way_holds,
        test_a_task_that_waits_can_be_cleared,
        test_a_future_of_another_loop_calls_back_there,
    };
    return TH_MAIN("wait", tests);
}
