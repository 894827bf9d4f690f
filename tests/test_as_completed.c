/* test_as_completed.c - as_completed: in which order, what a step is given, timeouts, and steps that end
 * early.
 *
 * Mirrors    tasks.as_completed, tasks._AsCompletedIterator; orders from CPython 3.12.1, 3.13.0, 3.13.18,
 *            3.14.10 and 3.15.2.
 * Idea       One object for all, as if it were a host's: 'owner' is counted, and cleared with it.  Tasks that
 *            take steps are in the slots 0 to 2, futures in the slots from 4 on. */
#include "host.h"

#include <string.h>

enum { FIRST = 4, MOST = 4 };

static ac_as_completed some;
static ac_value owner;

/* ---- A body that takes one step and logs what it gave ---- */

typedef struct taker {
    th_coro head;
    bool async, takes_all;
    ac_as_completed_step step;
} taker;

static taker *taker_of(ac_coro *co)
{
    return (taker *)(void *)AC_CONTAINER_OF(co, th_coro, co);
}

static void log_step(taker *self, ac_turn turn, ac_out *out)
{
    ac_future *found = self->async && turn == AC_RETURNED ? ac_as_completed_found(&self->step) : NULL;
    if (found != NULL)
        th_log("%s found %s", self->head.name, th_name(found));
    else
        th_log("%s %s %s", self->head.name, turn == AC_RETURNED ? "got" : "raised",
               th_repr(ac_lend(out->value)));
    if (found != NULL)
        th_release(found);
}

enum { STEP = 1 };

static ac_turn take(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    taker *self = taker_of(co);
    ac_turn turn;
    AC_BEGIN(co);
    self->head.loop = loop;
    do {
        if (self->async) {
            ac_as_completed_anext(&some, &self->step);
        } else if (!ac_as_completed_next(&some, &self->step)) {
            th_log("%s none left", self->head.name);
            break;
        }
        AC_AWAIT_CORO(STEP, &self->step.co, turn);
        log_step(self, turn, out);
        if (turn == AC_RAISED && !self->takes_all) {
            co->at = AC_AT_END;
            return AC_RAISED;
        }
        th_drop(out->value);
    } while (self->takes_all && turn == AC_RETURNED);
    AC_END(co);
    (void)in;
    return ac_return(out, ac_none());
}

static int visit_taker(ac_coro *co, ac_visitor *visitor)
{
    taker *self = taker_of(co);
    return co->at == STEP ? self->step.co.ops->visit(&self->step.co, visitor) : 0;
}

static void clear_taker(ac_loop *loop, ac_coro *co)
{
    taker *self = taker_of(co);
    if (co->at == STEP)
        self->step.co.ops->clear(loop, &self->step.co);
    co->at = AC_AT_END;
}

static ac_task *start(unsigned slot, bool async, bool takes_all)
{
    static const ac_coro_ops ops = {take, NULL, visit_taker, clear_taker};
    static const char *const names[] = {"t", "u", "v"};
    taker *self = th_coro_new(names[slot], sizeof *self, &ops);
    self->async = async;
    self->takes_all = takes_all;
    return th_start_body(&th.loop, slot, &self->head);
}

/* ---- The object ---- */

static void prepare(unsigned count)
{
    static const char *const names[MOST] = {"a", "b", "c", "d"};
    for (unsigned i = 0; i < count; i++)
        (void)th_slot(FIRST + i, names[i]);
    owner = th_new("owner");
    th_ok(ac_as_completed_init(&some, &th.loop, &th.slots[FIRST], count, ac_lend(owner)));
}

static void make(unsigned count)
{
    prepare(count);
    th_ok(ac_as_completed_start(&some, NULL));
}

static void make_timed(unsigned count, double timeout)
{
    prepare(count);
    th_ok(ac_as_completed_start(&some, &timeout));
}

static unsigned owners(void)
{
    return th_object_of(ac_lend(owner))->count;
}

/* Nobody but the test holds the object any more; it goes. */
static void finish(void)
{
    ac_as_completed_clear(&some);
    ck_assert_uint_eq(owners(), 1);
    th_drop(owner);
    owner = ac_none();
}

static void give(unsigned which)
{
    th_ok(ac_future_set_result(th.slots[FIRST + which], th_int(which)));
}

static void stop(unsigned slot)
{
    th_ok(ac_task_cancel(th_task_in(slot), ac_lend(th_int(7)), NULL));
}

static void quiet(unsigned slot)
{
    ac_future_set_log_traceback(th.slots[slot], false);
}

static const char *visit_some(void)
{
    static th_visitor visitor;
    th_visitor_init(&visitor);
    ck_assert_int_eq(ac_as_completed_visit(&some, &visitor.visitor), 0);
    return visitor.seen;
}

/* ---- The order ---- */

START_TEST(test_steps_give_results_in_the_order_in_which_the_futures_are_done)
{
    make(3);
    start(0, false, true);
    th_turns(&th.loop, 1);
    give(2);
    th_turns(&th.loop, 2);
    th_expect("t got 2");
    give(0);
    give(1);
    th_run(&th.loop);
    th_expect("t got 0, t got 1, t none left");
    finish();
}
END_TEST

START_TEST(test_async_steps_give_the_futures_themselves)
{
    make(2);
    start(0, true, true);
    th_turns(&th.loop, 1);
    give(1);
    give(0);
    th_run(&th.loop);
    th_expect("t found b, t found a, t raised StopAsyncIteration('')");
    ck_assert_uint_eq(th_refs(th.slots[FIRST]), 1);
    finish();
}
END_TEST

START_TEST(test_what_is_done_before_comes_in_the_order_given)
{
    prepare(3);
    give(2);
    give(1);
    th_ok(ac_as_completed_start(&some, NULL));
    start(0, false, true);
    th_turns(&th.loop, 3);
    th_expect("t got 1, t got 2");
    give(0);
    th_run(&th.loop);
    th_expect("t got 0, t none left");
    finish();
}
END_TEST

START_TEST(test_a_step_raises_what_its_future_raises)
{
    make(2);
    th_ok(ac_future_set_exception(th.slots[FIRST], th_exception(TH_VALUE, "x")));
    th_ok(ac_future_cancel(th.slots[FIRST + 1], ac_lend(th_int(3)), NULL));
    start(0, false, false);
    start(1, false, false);
    th_run(&th.loop);
    th_expect("t raised ValueError('x'), u raised CancelledError(3)");
    quiet(0);
    finish();
}
END_TEST

START_TEST(test_there_may_be_nothing_to_wait_for)
{
    make_timed(0, 1);
    ck_assert_uint_eq(th.loop.timer_count, 0);
    start(0, false, false);
    start(1, true, false);
    th_run(&th.loop);
    th_expect("t none left, u raised StopAsyncIteration('')");
    quiet(1);
    finish();
}
END_TEST

/* ---- Several steps ---- */

START_TEST(test_steps_that_wait_are_served_in_their_order)
{
    make(3);
    start(1, false, false);
    start(0, false, false);
    th_turns(&th.loop, 1);
    give(2);
    give(1);
    th_run(&th.loop);
    th_expect("u got 2, t got 1");
    finish();
}
END_TEST

/* Who is woken has nothing reserved: what another takes before is gone, and it waits on, at the end. */
START_TEST(test_a_step_that_comes_by_takes_what_another_was_woken_for)
{
    make(2);
    start(0, false, false);
    th_turns(&th.loop, 1);
    start(1, false, false);
    give(1);
    th_turns(&th.loop, 1);
    th_expect("");
    ck_assert_int_eq(ac_future_done(th.slots[1]), false);
    th_turns(&th.loop, 1);
    th_expect("t got 1");
    give(0);
    th_run(&th.loop);
    th_expect("u got 0");
    finish();
    make(2);
    start(0, false, false);
    th_turns(&th.loop, 1);
    give(1);
    th_turns(&th.loop, 1);
    ac_as_completed_step step;
    ac_out out;
    ck_assert(ac_as_completed_next(&some, &step));
    ck_assert_int_eq(ac_coro_resume(&th.loop, &step.co, AC_SEND, ac_none_ref(), &out), AC_RETURNED);
    ck_assert_str_eq(th_repr_of(out.value), "1");
    th_turns(&th.loop, 1);
    th_expect("");
    give(0);
    th_run(&th.loop);
    th_expect("t got 0");
    finish();
}
END_TEST

/* ---- The timeout ---- */

START_TEST(test_a_timeout_makes_every_step_that_is_left_raise)
{
    make_timed(3, 5);
    start(0, false, false);
    start(1, false, false);
    th_turns(&th.loop, 1);
    give(1);
    th_turns(&th.loop, 2);
    th_expect("t got 1");
    th.now = 5;
    th_turns(&th.loop, 2);
    th_expect("u raised TimeoutError('')");
    ck_assert_uint_eq(th_callback_count(th.slots[FIRST]), 0);
    ck_assert_uint_eq(th_refs(th.slots[FIRST]), 1);
    start(2, false, false);
    th_run(&th.loop);
    th_expect("v raised TimeoutError('')");
    ck_assert_uint_eq(some.left, 0);
    quiet(1);
    quiet(2);
    finish();
}
END_TEST

static ac_status give_first(ac_loop *loop, th_callback *callback)
{
    (void)loop;
    (void)callback;
    give(0);
    return AC_OK;
}

/* The future is done before the timer, in its turn, but is not heard of before: the time is over. */
START_TEST(test_a_timeout_takes_what_is_done_and_not_heard_of)
{
    th_callback callback;
    make_timed(1, 1);
    start(0, false, false);
    th_turns(&th.loop, 1);
    th_callback_init(&callback, "done", give_first);
    th_later(&callback, 0.5);
    th.now = 1;
    th_turns(&th.loop, 2);
    th_expect("done, t raised TimeoutError('')");
    ck_assert_uint_eq(th_refs(th.slots[FIRST]), 1);
    quiet(0);
    finish();
}
END_TEST

START_TEST(test_the_last_one_that_is_done_cancels_the_timer)
{
    make_timed(2, 5);
    give(0);
    th_turns(&th.loop, 1);
    ck_assert_uint_eq(th.loop.timers_cancelled, 0);
    ck_assert_uint_eq(owners(), 3);
    give(1);
    th_turns(&th.loop, 1);
    ck_assert_uint_eq(th.loop.timers_cancelled, 1);
    ck_assert_uint_eq(owners(), 1);
    finish();
}
END_TEST

/* ---- Steps that end early ---- */

/* as_completed_step_cancel_restores (gh-158004) */
START_TEST(test_a_step_that_is_cancelled_while_it_waits_can_be_taken_again)
{
    static const char *const profiles[] = {"3.12", "3.13", "3.14.8", "3.14.9", "3.15.0", "3.15.1"};
    static const size_t left[] = {1, 1, 1, 2, 1, 2};
    for (int i = 0; i < 6; i++) {
        th_use(profiles[i]);
        make(2);
        start(0, false, false);
        th_turns(&th.loop, 1);
        stop(0);
        th_turns(&th.loop, 1);
        th_expect("t raised CancelledError(7)");
        ck_assert_uint_eq(some.left, left[i]);
        finish();
    }
}
END_TEST

START_TEST(test_a_step_that_is_cancelled_after_its_wake_up_wakes_the_next)
{
    make(2);
    start(0, false, false);
    start(1, false, false);
    th_turns(&th.loop, 1);
    give(0);
    th_turns(&th.loop, 1);
    stop(0);
    th_turns(&th.loop, 1);
    th_expect("t raised CancelledError(7)");
    th_turns(&th.loop, 1);
    th_expect("u got 0");
    finish();
}
END_TEST

/* A step that was cancelled, and has not run since, is passed over. */
START_TEST(test_who_is_cancelled_already_is_not_woken)
{
    make(2);
    start(0, false, false);
    start(1, false, false);
    th_turns(&th.loop, 1);
    give(0);
    stop(0);
    th_run(&th.loop);
    th_expect("t raised CancelledError(7), u got 0");
    finish();
}
END_TEST

/* ---- By hand ---- */

static ac_turn resume(ac_as_completed_step *step, ac_how how, ac_value in, ac_out *out)
{
    ac_turn turn = ac_coro_resume(&th.loop, &step->co, how, ac_lend(in), out);
    th_drop(in);
    return turn;
}

/* A step of either kind at one of its points: before its start (0), or waiting (1). */
static void rest_at(ac_as_completed_step *step, bool async, int point)
{
    ac_out out;
    if (async)
        ac_as_completed_anext(&some, step);
    else
        ck_assert(ac_as_completed_next(&some, step));
    if (point == 1)
        ck_assert_int_eq(resume(step, AC_SEND, ac_none(), &out), AC_AWAITING);
}

static void expect_ended(ac_as_completed_step *step)
{
    ac_out out;
    ck_assert_ptr_null(step->link.next);
    ck_assert_int_eq(th.objects, 1); /* the owner */
    ck_assert_int_eq(resume(step, AC_SEND, ac_none(), &out), AC_RAISED);
    ck_assert_uint_eq(out.value.bits, 0);
}

START_TEST(test_a_step_can_be_thrown_into_closed_and_cleared_at_each_point)
{
    for (int way = 0; way < 12; way++) {
        ac_as_completed_step step;
        ac_out out;
        make(1);
        rest_at(&step, (way & 1) != 0, (way & 2) >> 1);
        if (way / 4 == 0) {
            ck_assert_int_eq(resume(&step, AC_THROW, th_exception(TH_VALUE, "x"), &out), AC_RAISED);
            ck_assert_str_eq(th_repr_of(out.value), "ValueError('x')");
        } else if (way / 4 == 1) {
            ac_coro_close(&th.loop, &step.co);
        } else {
            step.co.ops->clear(&th.loop, &step.co);
            step.co.ops->clear(&th.loop, &step.co);
        }
        expect_ended(&step);
        give(0);
        th_turns(&th.loop, 1);
        finish();
    }
}
END_TEST

START_TEST(test_a_future_that_nobody_fetched_goes_with_its_step)
{
    ac_as_completed_step step;
    ac_out out;
    make(1);
    give(0);
    th_turns(&th.loop, 1);
    ac_as_completed_anext(&some, &step);
    ck_assert_int_eq(resume(&step, AC_SEND, ac_none(), &out), AC_RETURNED);
    ck_assert_uint_eq(th_refs(th.slots[FIRST]), 2);
    step.co.ops->clear(&th.loop, &step.co);
    ck_assert_uint_eq(th_refs(th.slots[FIRST]), 1);
    ck_assert_ptr_null(ac_as_completed_found(&step));
    finish();
}
END_TEST

/* A collector takes apart what it finds, in any order. */
START_TEST(test_a_future_that_was_cleared_since_it_was_done_is_an_error_of_its_step)
{
    ac_as_completed_step step;
    ac_out out;
    make(1);
    give(0);
    th_turns(&th.loop, 1);
    ac_future_clear(th.slots[FIRST]);
    ck_assert(ac_as_completed_next(&some, &step));
    ck_assert_int_eq(resume(&step, AC_SEND, ac_none(), &out), AC_RAISED);
    ck_assert_int_eq((int)th_object_of(ac_lend(out.value))->kind, TH_RUNTIME);
    th_drop(out.value);
    finish();
}
END_TEST

/* ---- The end of the object ---- */

START_TEST(test_it_can_be_cleared_at_any_time_and_twice)
{
    make_timed(3, 5);
    ac_task *task = start(0, false, true);
    th_turns(&th.loop, 1);
    give(1);
    th_turns(&th.loop, 2);
    th_expect("t got 1");
    give(0);
    ck_assert_uint_eq(owners(), 4);
    ac_as_completed_clear(&some);
    ac_as_completed_clear(&some);
    ck_assert_uint_eq(th_callback_count(th.slots[FIRST + 2]), 0);
    ck_assert_uint_eq(owners(), 2); /* that of the callback on its way */
    ck_assert_str_eq(visit_some(), "");
    th_turns(&th.loop, 1);
    th_expect("");
    finish();
    ac_task_set_log_destroy_pending(task, false);
    ac_future_clear(&task->future);
}
END_TEST

START_TEST(test_a_loop_that_is_closed_gives_up_the_timer)
{
    make_timed(1, 5);
    ck_assert_uint_eq(owners(), 3);
    th_ok(ac_loop_close(&th.loop));
    ck_assert_ptr_null(some.timer);
    ck_assert_uint_eq(owners(), 2);
    finish();
}
END_TEST

START_TEST(test_without_memory_it_fails)
{
    double timeout = 1;
    (void)th_slot(FIRST, "a");
    th_fail(TH_HOOK_REALLOC, 1);
    th_expect_status(ac_as_completed_init(&some, &th.loop, &th.slots[FIRST], 1, ac_none_ref()), AC_E_MEMORY);
    ck_assert_uint_eq(th_refs(th.slots[FIRST]), 1);
    for (unsigned nth = 1; nth <= 2; nth++) {
        prepare(1);
        th_fail(TH_HOOK_REALLOC, nth);
        th_expect_status(ac_as_completed_start(&some, &timeout), AC_E_MEMORY);
        ck_assert_uint_eq(th_callback_count(th.slots[FIRST]), 1);
        finish();
        ck_assert_uint_eq(th_callback_count(th.slots[FIRST]), 0);
    }
}
END_TEST

START_TEST(test_a_future_of_a_closed_loop_is_refused)
{
    static ac_loop other;
    th_ok(ac_loop_init(&other, &th.table, NULL));
    ac_future *future = th_future_new(&other, "a");
    th_ok(ac_future_set_result(future, ac_none()));
    th_ok(ac_loop_close(&other));
    owner = th_new("owner");
    th_ok(ac_as_completed_init(&some, &th.loop, &future, 1, ac_lend(owner)));
    th_expect_status(ac_as_completed_start(&some, NULL), AC_E_CLOSED);
    finish();
    th_release(future);
}
END_TEST

/* ---- Names, collectors, who waits ---- */

static const char *name_of(const ac_handle *handle)
{
    return ac_handle_callback((ac_handle *)(uintptr_t)handle)->ops->name;
}

START_TEST(test_its_callbacks_are_called_as_asyncio_calls_them)
{
    static const char *const profiles[] = {"3.12", "3.13"};
    static const char *const done[] = {"as_completed.<locals>._on_completion",
                                       "_AsCompletedIterator._handle_completion"};
    static const char *const timers[] = {"as_completed.<locals>._on_timeout",
                                         "_AsCompletedIterator._handle_timeout"};
    for (int i = 0; i < 2; i++) {
        th_use(profiles[i]);
        make_timed(1, 1);
        ck_assert_str_eq(name_of(ac_future_next_callback(th.slots[FIRST], NULL)), done[i]);
        ck_assert_str_eq(name_of(&th.loop.timers[0].timer->callback.handle), timers[i]);
        finish();
    }
}
END_TEST

/* By a future or the timer a collector comes to the object, and by that to who waits in its steps. */
START_TEST(test_collectors_see_the_object_by_each_future_and_by_the_timer)
{
    make_timed(2, 5);
    ck_assert_str_eq(th_shown_by(th.slots[FIRST]), "owner");
    ck_assert_str_eq(th_shown_by(th.slots[FIRST + 1]), "owner");
    ck_assert_str_eq(th_shown_by_loop(), "owner");
    ck_assert_str_eq(visit_some(), "a, b");
    start(0, false, false);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(visit_some(), "a, b, t");
    ck_assert_str_eq(th_shown_by(th.slots[0]), "copy");
    give(1);
    ck_assert_str_eq(th_shown_by_loop(), "owner, owner");
    th_turns(&th.loop, 1);
    ck_assert_str_eq(visit_some(), "a, b");
    th_run(&th.loop);
    th_expect("t got 1");
    finish();
}
END_TEST

static const char *who_waits(unsigned which)
{
    ac_callback *callback = ac_handle_callback(ac_future_next_callback(th.slots[FIRST + which], NULL));
    ac_future *waits = callback->ops->waiter(callback);
    return waits != NULL ? th_name(waits) : "nobody";
}

static ac_turn make_inside(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    make(1);
    th_log("%s", who_waits(0));
    AC_END(co);
    (void)in;
    return ac_return(out, ac_none());
}

/* as_completed_knows_task (gh-156523): of the task that has made it. */
START_TEST(test_who_has_made_it_waits_since_3_14_8)
{
    static const ac_coro_ops ops = {make_inside, NULL, NULL, NULL};
    static const char *const profiles[] = {"3.13", "3.14.7", "3.14.8", "3.15.0"};
    static const char *const logs[] = {"nobody", "nobody", "maker", "maker"};
    for (int i = 0; i < 4; i++) {
        ac_status status;
        th_use(profiles[i]);
        ac_task *task = th_spawn(&th.loop, th_coro_new("maker", sizeof(th_coro), &ops), AC_EAGER_NO, &status);
        th_ok(status);
        th_turns(&th.loop, 1);
        th_expect(logs[i]);
        ck_assert_uint_eq(th_refs(&task->future), i < 2 ? 1 : 2);
        finish();
        th_release(&task->future);
    }
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_steps_give_results_in_the_order_in_which_the_futures_are_done,
        test_async_steps_give_the_futures_themselves,
        test_what_is_done_before_comes_in_the_order_given,
        test_a_step_raises_what_its_future_raises,
        test_there_may_be_nothing_to_wait_for,
        test_steps_that_wait_are_served_in_their_order,
        test_a_step_that_comes_by_takes_what_another_was_woken_for,
        test_a_timeout_makes_every_step_that_is_left_raise,
        test_a_timeout_takes_what_is_done_and_not_heard_of,
        test_the_last_one_that_is_done_cancels_the_timer,
        test_a_step_that_is_cancelled_while_it_waits_can_be_taken_again,
        test_a_step_that_is_cancelled_after_its_wake_up_wakes_the_next,
        test_who_is_cancelled_already_is_not_woken,
        test_a_step_can_be_thrown_into_closed_and_cleared_at_each_point,
        test_a_future_that_nobody_fetched_goes_with_its_step,
        test_a_future_that_was_cleared_since_it_was_done_is_an_error_of_its_step,
        test_it_can_be_cleared_at_any_time_and_twice,
        test_a_loop_that_is_closed_gives_up_the_timer,
        test_without_memory_it_fails,
        test_a_future_of_a_closed_loop_is_refused,
        test_its_callbacks_are_called_as_asyncio_calls_them,
        test_collectors_see_the_object_by_each_future_and_by_the_timer,
        test_who_has_made_it_waits_since_3_14_8,
    };
    return TH_MAIN("as_completed", tests);
}
