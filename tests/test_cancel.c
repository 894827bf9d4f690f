/* test_cancel.c - cancel and uncancel in every state of a task.
 *
 * Mirrors    _asyncio_Task_cancel_impl, uncancel, cancelling, and the cancelling part of task_step_impl;
 *            every order was taken from CPython 3.12.1, 3.13.0, 3.13.18, 3.14.10 and 3.15.2.
 * Rules      Numbers in the comments are those of the rules of asyncio that are easy to get wrong. */
#include "host.h"

static const th_op waits[] = {{TH_AWAIT, 1, .catches = true}, {TH_END}};
static const th_op parks[] = {{TH_PARK, .catches = true}, {TH_END}};

static void cancel(unsigned slot, int64_t message)
{
    bool did = false;
    ac_value value = message != 0 ? th_int(message) : ac_none();
    th_ok(ac_task_cancel(th_task_in(slot), ac_lend(value), &did));
    ck_assert(did);
}

static uint32_t requests(unsigned slot)
{
    return ac_task_cancelling(th_task_in(slot));
}

static const char *outcome(unsigned slot)
{
    ac_how how;
    ac_value value;
    th_ok(ac_future_result(th.slots[slot], &how, &value));
    return th_repr_of(value);
}

/* ---- Before the first step ---- */

/* Rules 32 and 33: no line runs; the last message wins, because only the flag was set. */
START_TEST(test_cancel_before_the_first_step_never_runs_the_body)
{
    static const th_op script[] = {{TH_LOG, .text = "never"}, {TH_END}};
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    cancel(0, 1);
    cancel(0, 2);
    ck_assert(ac_task_must_cancel(th_task_in(0)));
    ck_assert_uint_eq(requests(0), 2);
    ck_assert(!ac_future_done(th.slots[0]));
    th_turns(&th.loop, 1);
    th_expect("");
    ck_assert(ac_future_cancelled(th.slots[0]));
    ck_assert(!ac_task_must_cancel(th_task_in(0)));
    ck_assert_str_eq(outcome(0), "CancelledError(2)");
    ck_assert_str_eq(outcome(0), "CancelledError()");
    ck_assert_uint_eq(requests(0), 2);
}
END_TEST

/* ---- While it waits ---- */

/* Rules 29 and 32: the future is cancelled at once, no flag is set, and the first message wins. */
START_TEST(test_cancel_of_a_waiting_task_cancels_its_future)
{
    static const th_op script[] = {
        {TH_AWAIT, 1, .catches = true}, {TH_YIELD}, {TH_LOG, .text = "on"}, {TH_END}};
    th_slot(1, "f");
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    cancel(0, 1);
    ck_assert(ac_future_cancelled(th.slots[1]));
    ck_assert(!ac_task_must_cancel(th_task_in(0)));
    th_turns(&th.loop, 1);
    th_expect("t caught CancelledError(1)");
    th_turns(&th.loop, 1);
    th_expect("on");
    ck_assert_str_eq(th_state(th.slots[0]), "result None");
}
END_TEST

/* Rules 31 and 32: the second one only sets the flag, which the cancellation on its way clears. */
START_TEST(test_cancel_again_of_a_task_whose_future_is_cancelled_keeps_the_first_message)
{
    static const th_op script[] = {
        {TH_AWAIT, 1, .catches = true}, {TH_YIELD}, {TH_LOG, .text = "on"}, {TH_END}};
    th_slot(1, "f");
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    cancel(0, 1);
    cancel(0, 2);
    ck_assert(ac_task_must_cancel(th_task_in(0)));
    ck_assert_uint_eq(requests(0), 2);
    th_turns(&th.loop, 1);
    th_expect("t caught CancelledError(1)");
    ck_assert(!ac_task_must_cancel(th_task_in(0)));
    th_turns(&th.loop, 1);
    th_expect("on");
}
END_TEST

/* Rule 31, with a future that was cancelled by somebody else. */
START_TEST(test_cancel_of_a_task_whose_future_was_cancelled_throws_that_error)
{
    th_slot(1, "f");
    th_start(0, "t", waits, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_ok(ac_future_cancel(th.slots[1], ac_lend(th_int(7)), NULL));
    cancel(0, 1);
    th_turns(&th.loop, 1);
    th_expect("t caught CancelledError(7)");
    ck_assert_uint_eq(requests(0), 1);
}
END_TEST

/* Rule 30. */
START_TEST(test_cancel_after_the_future_is_done_throws_instead_of_the_result)
{
    th_slot(1, "f");
    th_start(0, "t", waits, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_ok(ac_future_set_result(th.slots[1], th_new("lost")));
    cancel(0, 3);
    ck_assert(ac_task_must_cancel(th_task_in(0)));
    th_turns(&th.loop, 1);
    th_expect("t caught CancelledError(3)");
    ck_assert_uint_eq(th_refs(th.slots[1]), 1);
}
END_TEST

/* Rule 30: the error counts as retrieved all the same. */
START_TEST(test_cancel_after_the_future_failed_throws_instead_of_the_error)
{
    th_slot(1, "f");
    th_start(0, "t", waits, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_ok(ac_future_set_exception(th.slots[1], th_exception(TH_VALUE, "x")));
    cancel(0, 3);
    th_turns(&th.loop, 1);
    th_expect("t caught CancelledError(3)");
    ck_assert(!ac_future_get_log_traceback(th.slots[1]));
}
END_TEST

/* Rule 36. */
START_TEST(test_requests_that_are_swallowed_stay_counted)
{
    static const th_op script[] = {
        {TH_AWAIT, 1, .catches = true}, {TH_AWAIT, 2, .catches = true}, {TH_RETURN, .number = 9}};
    th_slot(1, "f");
    th_slot(2, "g");
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    cancel(0, 1);
    th_turns(&th.loop, 1);
    cancel(0, 2);
    th_turns(&th.loop, 1);
    th_expect("t caught CancelledError(1), t caught CancelledError(2)");
    ck_assert_str_eq(th_state(th.slots[0]), "result 9");
    ck_assert_uint_eq(requests(0), 2);
}
END_TEST

START_TEST(test_cancel_of_a_future_whose_class_overrides_cancel_asks_the_host)
{
    th_slot(1, "f");
    ac_future_set_overridden(th.slots[1], true);
    th_start(0, "t", waits, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    cancel(0, 4);
    th_expect("f.cancel(4)");
    th_turns(&th.loop, 1);
    th_expect("t caught CancelledError(4)");
}
END_TEST

START_TEST(test_a_cancel_without_a_message_gives_none_to_what_is_waited_for)
{
    th_slot(1, "f");
    ac_future_set_overridden(th.slots[1], true);
    th_start(0, "t", waits, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    cancel(0, 0);
    th_expect("f.cancel(None)");
    th_turns(&th.loop, 1);
}
END_TEST

/* The request is counted, and not remembered: what asyncio does when a cancel method raises. */
START_TEST(test_a_cancel_method_that_raises_leaves_the_task_waiting)
{
    th_slot(1, "f");
    ac_future_set_overridden(th.slots[1], true);
    th_start(0, "t", waits, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_fail(TH_HOOK_CANCEL, 1);
    th_expect_status(ac_task_cancel(th_task_in(0), ac_none_ref(), NULL), AC_E_RAISED);
    ck_assert_str_eq(th_repr_of(ac_loop_take_raised(&th.loop)), "RuntimeError('cancel failed')");
    ck_assert_uint_eq(requests(0), 1);
    ck_assert(!ac_task_must_cancel(th_task_in(0)));
    th_ok(ac_future_set_result(th.slots[1], ac_none()));
    th_run(&th.loop);
    th_expect("");
}
END_TEST

/* ---- Chains ---- */

static ac_status cancel_last(ac_loop *loop, th_callback *callback)
{
    (void)loop;
    (void)callback;
    cancel(3, 5);
    return AC_OK;
}

/* Rule 29: from the innermost outwards, one turn a level; each counts the request. */
START_TEST(test_a_chain_of_tasks_is_cancelled_from_the_inside)
{
    static const th_op first[] = {{TH_AWAIT, 0, .catches = true}, {TH_RERAISE}};
    static const th_op second[] = {{TH_AWAIT, 1, .catches = true}, {TH_RERAISE}};
    static const th_op third[] = {{TH_AWAIT, 2, .catches = true}, {TH_RERAISE}};
    th_callback callback;
    th_slot(0, "f");
    th_start(1, "a", first, AC_EAGER_DEFAULT);
    th_start(2, "b", second, AC_EAGER_DEFAULT);
    th_start(3, "c", third, AC_EAGER_DEFAULT);
    th_callback_init(&callback, NULL, cancel_last);
    th_soon(&callback);
    th_turns(&th.loop, 1);
    for (unsigned slot = 1; slot <= 3; slot++)
        ck_assert_uint_eq(requests(slot), 1);
    ck_assert(ac_future_cancelled(th.slots[0]));
    th_turns(&th.loop, 1);
    th_expect("a caught CancelledError(5)");
    th_turns(&th.loop, 1);
    th_expect("b caught CancelledError(5)");
    th_turns(&th.loop, 1);
    th_expect("c caught CancelledError(5)");
    for (unsigned slot = 1; slot <= 3; slot++)
        ck_assert(ac_future_cancelled(th.slots[slot]));
}
END_TEST

/* Rules 29 and 30: the chain ends where a task is about to wake. */
START_TEST(test_a_chain_whose_innermost_task_is_about_to_wake_sets_its_flag)
{
    static const th_op inner[] = {{TH_AWAIT, 0, .catches = true}, {TH_RERAISE}};
    static const th_op outer[] = {{TH_AWAIT, 1, .catches = true}, {TH_END}};
    th_slot(0, "f");
    th_start(1, "a", inner, AC_EAGER_DEFAULT);
    th_start(2, "b", outer, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_ok(ac_future_set_result(th.slots[0], ac_none()));
    cancel(2, 5);
    ck_assert(ac_task_must_cancel(th_task_in(1)));
    ck_assert(!ac_task_must_cancel(th_task_in(2)));
    th_run(&th.loop);
    th_expect("a caught CancelledError(5), b caught CancelledError(5)");
}
END_TEST

/* Rule 30: the task that it waits for has ended already. */
START_TEST(test_cancel_of_a_task_that_waits_for_a_done_task_sets_its_flag)
{
    static const th_op inner[] = {{TH_RETURN, .number = 3}};
    static const th_op outer[] = {{TH_AWAIT, 1, .catches = true}, {TH_END}};
    th_start(2, "b", outer, AC_EAGER_DEFAULT);
    th_start(1, "a", inner, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ck_assert(ac_future_done(th.slots[1]));
    cancel(2, 5);
    ck_assert(ac_task_must_cancel(th_task_in(2)));
    ck_assert_uint_eq(requests(1), 0);
    th_run(&th.loop);
    th_expect("b caught CancelledError(5)");
}
END_TEST

START_TEST(test_a_task_whose_class_overrides_cancel_is_asked_by_the_host)
{
    static const th_op inner[] = {{TH_AWAIT, 0, .catches = true}, {TH_RERAISE}};
    static const th_op outer[] = {{TH_AWAIT, 1, .catches = true}, {TH_END}};
    th_slot(0, "f");
    th_start(1, "a", inner, AC_EAGER_DEFAULT);
    th_start(2, "b", outer, AC_EAGER_DEFAULT);
    ac_future_set_overridden(th.slots[1], true);
    th_turns(&th.loop, 1);
    cancel(2, 5);
    th_expect("a.cancel(5)");
    th_run(&th.loop);
    th_expect("a caught CancelledError(5), b caught CancelledError(5)");
    ck_assert_uint_eq(requests(1), 1);
}
END_TEST

enum { LINKS = 10000 };

typedef struct link_frame {
    th_coro head;
    ac_future *before;
} link_frame;

static ac_turn await_before(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    link_frame *self = (link_frame *)(void *)co;
    if (how == AC_THROW)
        return ac_raise(loop, in, out);
    return ac_future_await(self->before, out);
}

/* Rule 37: CPython recurses along such a chain until a RecursionError; here it is walked. */
START_TEST(test_a_chain_of_ten_thousand_tasks_is_cancelled_without_recursion)
{
    static const ac_coro_ops ops = {.resume = await_before};
    static ac_task *tasks[LINKS];
    ac_future *before = th_slot(0, "f");
    for (int i = 0; i < LINKS; i++) {
        link_frame *frame = th_coro_new("", sizeof *frame, &ops);
        frame->before = before;
        tasks[i] = th_spawn(&th.loop, &frame->head, AC_EAGER_DEFAULT, NULL);
        before = &tasks[i]->future;
    }
    th_ok(ac_loop_turn(&th.loop));
    th_ok(ac_task_cancel(tasks[LINKS - 1], ac_none_ref(), NULL));
    for (int i = 0; i < LINKS; i++)
        ck_assert_uint_eq(ac_task_cancelling(tasks[i]), 1);
    int turns = 0;
    while (!ac_future_done(&tasks[LINKS - 1]->future)) {
        th_ok(ac_loop_turn(&th.loop));
        turns++;
    }
    ck_assert_int_eq(turns, LINKS);
    for (int i = 0; i < LINKS; i++) {
        ck_assert(ac_future_cancelled(&tasks[i]->future));
        th_release(&tasks[i]->future);
        th.released[0] = '\0';
    }
}
END_TEST

static ac_status set_both(ac_loop *loop, th_callback *callback)
{
    (void)loop;
    (void)callback;
    for (unsigned slot = 0; slot < 4; slot++)
        ac_task_set_log_destroy_pending(th_task_in(slot), false);
    return AC_OK;
}

/* Rule 37: all of them stay pending; and a task that leads into the cycle finds it, too. */
START_TEST(test_tasks_that_wait_for_each_other_cannot_be_cancelled)
{
    static const th_op first[] = {{TH_AWAIT, 2}, {TH_END}};
    static const th_op second[] = {{TH_AWAIT, 0}, {TH_END}};
    static const th_op third[] = {{TH_AWAIT, 1}, {TH_END}};
    th_start(0, "a", first, AC_EAGER_DEFAULT);
    th_start(1, "b", second, AC_EAGER_DEFAULT);
    th_start(2, "c", third, AC_EAGER_DEFAULT);
    th_start(3, "d", second, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    for (unsigned slot = 0; slot < 4; slot++) {
        bool did = true;
        th_expect_failure(ac_task_cancel(th_task_in(slot), ac_none_ref(), &did), AC_E_RECURSION,
                          "maximum recursion depth exceeded");
        ck_assert(!did);
        ck_assert_uint_eq(requests(slot), 0);
        ck_assert_str_eq(th_state(th.slots[slot]), "pending");
    }
    (void)set_both(&th.loop, NULL);
    for (unsigned slot = 0; slot < 4; slot++)
        ac_future_clear(th.slots[slot]);
}
END_TEST

/* A task that cancelled itself and closes a cycle: the error comes out of its step. */
START_TEST(test_a_cancelled_task_that_closes_a_cycle_is_reported)
{
    static const th_op first[] = {{TH_AWAIT, 1}, {TH_END}};
    static const th_op second[] = {{TH_CANCEL_SELF}, {TH_AWAIT, 0}, {TH_END}};
    th_start(0, "a", first, AC_EAGER_DEFAULT);
    th_start(1, "b", second, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_expect_reports("Exception in callback: RecursionError('maximum recursion depth exceeded')");
    for (unsigned slot = 0; slot < 2; slot++) {
        ck_assert_str_eq(th_state(th.slots[slot]), "pending");
        ac_task_set_log_destroy_pending(th_task_in(slot), false);
    }
    ac_future_clear(th.slots[0]);
    ac_future_clear(th.slots[1]);
}
END_TEST

/* ---- A task that cancels itself (rule 34) ---- */

START_TEST(test_a_task_that_cancels_itself_cancels_what_it_waits_for_next)
{
    static const th_op script[] = {{TH_CANCEL_SELF, .number = 6}, {TH_AWAIT, 1, .catches = true}, {TH_END}};
    th_slot(1, "f");
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ck_assert(ac_future_cancelled(th.slots[1]));
    ck_assert(!ac_task_must_cancel(th_task_in(0)));
    th_expect("");
    th_turns(&th.loop, 1);
    th_expect("t caught CancelledError(6)");
}
END_TEST

START_TEST(test_a_task_that_cancels_itself_asks_a_class_that_overrides_cancel)
{
    static const th_op script[] = {{TH_CANCEL_SELF}, {TH_AWAIT, 1, .catches = true}, {TH_END}};
    th_slot(1, "f");
    ac_future_set_overridden(th.slots[1], true);
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_run(&th.loop);
    th_expect("f.cancel(None), t caught CancelledError()");
}
END_TEST

START_TEST(test_a_task_that_cancels_itself_cancels_the_task_it_waits_for_next)
{
    static const th_op inner[] = {{TH_AWAIT, 1, .catches = true}, {TH_RERAISE}};
    static const th_op outer[] = {
        {TH_CANCEL_SELF, .number = 6}, {TH_AWAIT, 0, .catches = true}, {TH_RERAISE}};
    th_slot(1, "f");
    th_start(0, "inner", inner, AC_EAGER_DEFAULT);
    th_start(2, "outer", outer, AC_EAGER_DEFAULT);
    th_run(&th.loop);
    th_expect("inner caught CancelledError(6), outer caught CancelledError(6)");
    ck_assert_uint_eq(requests(0), 1);
    ck_assert_uint_eq(requests(2), 1);
}
END_TEST

/* What it waits for refuses: the flag stays for the next step. */
START_TEST(test_a_request_that_the_next_future_refuses_is_kept)
{
    static const th_op script[] = {{TH_CANCEL_SELF, .number = 6}, {TH_AWAIT, 1}, {TH_END}};
    th_slot(1, "f");
    ac_future_set_overridden(th.slots[1], true);
    th_fail(TH_HOOK_CANCEL, 1);
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_expect_reports("Exception in callback: RuntimeError('cancel failed')");
    ck_assert(ac_task_must_cancel(th_task_in(0)));
    ac_future_set_overridden(th.slots[1], false);
    th_ok(ac_future_set_result(th.slots[1], ac_none()));
    th_run(&th.loop);
    ck_assert_str_eq(outcome(0), "CancelledError(6)");
}
END_TEST

START_TEST(test_a_task_that_cancels_itself_gets_the_error_after_a_bare_yield)
{
    static const th_op script[] = {
        {TH_CANCEL_SELF, .number = 6}, {TH_LOG, .text = "on"}, {TH_YIELD, .catches = true}, {TH_END}};
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_expect("on");
    th_turns(&th.loop, 1);
    th_expect("t caught CancelledError(6)");
}
END_TEST

/* Rule 23: a done future never delivers it. */
START_TEST(test_a_task_that_cancels_itself_passes_done_futures)
{
    static const th_op script[] = {
        {TH_CANCEL_SELF, .number = 6}, {TH_AWAIT, 1, .text = "got"}, {TH_YIELD, .catches = true}, {TH_END}};
    th_slot(1, "f");
    th_ok(ac_future_set_result(th.slots[1], th_int(3)));
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_run(&th.loop);
    th_expect("got 3, t caught CancelledError(6)");
}
END_TEST

/* The value is lost, and every CancelledError has the message. */
START_TEST(test_a_task_that_cancels_itself_and_returns_is_cancelled)
{
    static const th_op script[] = {{TH_CANCEL_SELF, .number = 6}, {TH_RETURN_NEW, .text = "lost"}};
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(outcome(0), "CancelledError(6)");
    ck_assert_str_eq(outcome(0), "CancelledError(6)");
    ck_assert(!ac_task_must_cancel(th_task_in(0)));
    ck_assert_uint_eq(requests(0), 1);
}
END_TEST

START_TEST(test_a_task_that_cancels_itself_and_raises_has_failed)
{
    static const th_op script[] = {{TH_CANCEL_SELF, .number = 6}, {TH_RAISE, .kind = TH_VALUE, .text = "x"}};
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(outcome(0), "ValueError('x')");
    ck_assert_uint_eq(requests(0), 1);
}
END_TEST

/* Rule 30: also instead of the RuntimeError of a bad yield. */
START_TEST(test_cancel_after_a_bad_yield_throws_instead_of_its_error)
{
    static const th_op script[] = {{TH_STRANGE, .text = "thing", .catches = true}, {TH_END}};
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    cancel(0, 2);
    th_turns(&th.loop, 1);
    th_expect("t caught CancelledError(2)");
}
END_TEST

START_TEST(test_no_memory_for_the_cancellation_throws_none)
{
    th_slot(1, "f");
    th_start(0, "t", waits, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    cancel(0, 2);
    th_fail(TH_HOOK_ERROR, 1);
    th_turns(&th.loop, 1);
    th_expect("t caught Exception('MemoryError')");
}
END_TEST

/* ---- A frame that was closed while a task waits in it ---- */

/* The script "t" in slot 0, whose sleep somebody else has ended: it has no future any more. */
static void start_abandoned(void)
{
    static const th_op script[] = {{TH_SLEEP, .number = 100, .catches = true}, {TH_END}};
    th_coro *coro = th_script("t", script);
    th.slots[0] = &th_spawn(&th.loop, coro, AC_EAGER_DEFAULT, NULL)->future;
    th_turns(&th.loop, 1);
    ac_coro_clear(&th.loop, &coro->nap.co);
    coro->sub = NULL;
    th_turns(&th.loop, 1);
    ck_assert_str_eq(th_state(th.slots[0]), "pending");
}

START_TEST(test_cancel_wakes_a_task_whose_future_is_gone_with_its_frame)
{
    start_abandoned();
    cancel(0, 4);
    ck_assert_uint_eq(requests(0), 1);
    ck_assert(!ac_task_must_cancel(th_task_in(0)));
    th_run(&th.loop);
    th_expect("t caught CancelledError(4)");
    ck_assert_str_eq(th_state(th.slots[0]), "result None");
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
}
END_TEST

START_TEST(test_cancel_of_such_a_task_is_not_replaced_and_not_taken_back)
{
    start_abandoned();
    cancel(0, 4);
    cancel(0, 5);
    ck_assert_uint_eq(ac_task_uncancel(th_task_in(0)), 1);
    ck_assert_uint_eq(ac_task_uncancel(th_task_in(0)), 0);
    th_run(&th.loop);
    th_expect("t caught CancelledError(4)");
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
}
END_TEST

/* A closed loop takes no step: the caller hears of it, and nothing holds the task. */
START_TEST(test_cancel_of_such_a_task_on_a_closed_loop_lets_it_go)
{
    start_abandoned();
    th_ok(ac_loop_close(&th.loop));
    ac_status status = ac_task_cancel(th_task_in(0), ac_none_ref(), NULL);
    th_expect_failure(status, AC_E_CLOSED, "Event loop is closed");
    ck_assert_uint_eq(requests(0), 1);
    th_expect_released("");
    th_release(th.slots[0]);
    th.slots[0] = NULL;
    th_expect_released("t");
    th_expect_reports("Task was destroyed but it is pending!");
}
END_TEST

START_TEST(test_cancel_of_such_a_task_without_memory_throws_none)
{
    start_abandoned();
    th_fail(TH_HOOK_ERROR, 1);
    cancel(0, 4);
    th_run(&th.loop);
    th_expect("t caught Exception('MemoryError')");
}
END_TEST

/* ---- Parked tasks ---- */

static bool accepts;

static ac_status unpark(ac_loop *loop, ac_coro *co, ac_ref message, bool *did)
{
    (void)loop;
    (void)co;
    th_log("unpark %s", th_repr(message));
    *did = accepts;
    return AC_OK;
}

/* The script in slot 0, with an unpark of its own. */
static ac_task *start_parker(const th_op *script)
{
    static ac_coro_ops ops;
    th_coro *coro = th_script("t", script);
    ops = *coro->co.ops;
    ops.unpark = unpark;
    coro->co.ops = &ops;
    th.slots[0] = &th_spawn(&th.loop, coro, AC_EAGER_DEFAULT, NULL)->future;
    th_turns(&th.loop, 1);
    return th_task_in(0);
}

/* What it is parked with has the request and wakes the task, with whatever that makes of it. */
START_TEST(test_cancel_of_a_parked_task_goes_to_what_it_is_parked_with)
{
    accepts = true;
    ac_task *task = start_parker(parks);
    cancel(0, 3);
    th_expect("unpark 3");
    ck_assert(!ac_task_must_cancel(task));
    ck_assert_uint_eq(requests(0), 1);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(th_state(th.slots[0]), "pending");
    th_ok(ac_task_wake(task));
    th_turns(&th.loop, 1);
    ck_assert_str_eq(th_state(th.slots[0]), "result None");
}
END_TEST

START_TEST(test_cancel_that_a_parked_body_refuses_is_remembered)
{
    accepts = false;
    ac_task *task = start_parker(parks);
    cancel(0, 3);
    th_expect("unpark 3");
    ck_assert(ac_task_must_cancel(task));
    th_ok(ac_task_wake(task));
    cancel(0, 4);
    th_expect("");
    th_turns(&th.loop, 1);
    th_expect("t caught CancelledError(4)");
}
END_TEST

START_TEST(test_cancel_of_a_parked_body_without_unpark_is_remembered)
{
    th_start(0, "t", parks, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    cancel(0, 3);
    ck_assert(ac_task_must_cancel(th_task_in(0)));
    th_ok(ac_task_wake(th_task_in(0)));
    th_turns(&th.loop, 1);
    th_expect("t caught CancelledError(3)");
}
END_TEST

/* Rule 31, by hand: a cancellation is delivered as it is, any other exception is replaced. */
START_TEST(test_a_request_replaces_what_a_step_by_hand_throws)
{
    th_use("3.13");
    th_start(0, "t", parks, AC_EAGER_DEFAULT);
    th_start(1, "u", parks, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    cancel(0, 3);
    cancel(1, 3);
    ac_value other = th_exception(TH_VALUE, "x"), cancelled = th_cancelled(ac_lend(th_int(8)));
    th_ok(ac_task_step(th_task_in(0), AC_THROW, ac_lend(other)));
    th_ok(ac_task_step(th_task_in(1), AC_THROW, ac_lend(cancelled)));
    th_expect("t caught CancelledError(3), u caught CancelledError(8)");
    th_drop(other);
    th_drop(cancelled);
}
END_TEST

/* Rule 34, for a task that parks: what it is parked with is asked at once. */
START_TEST(test_a_task_that_cancels_itself_and_parks_asks_what_it_is_parked_with)
{
    static const th_op script[] = {{TH_CANCEL_SELF, .number = 3}, {TH_PARK, .catches = true}, {TH_END}};
    for (int i = 0; i < 2; i++) {
        accepts = i == 0;
        ac_task *task = start_parker(script);
        th_expect("unpark 3");
        ck_assert_int_eq(ac_task_must_cancel(task), !accepts);
        th_ok(ac_task_wake(task));
        th_turns(&th.loop, 1);
        th_expect(accepts ? "" : "t caught CancelledError(3)");
        th_release(th.slots[0]);
        th.slots[0] = NULL;
    }
}
END_TEST

START_TEST(test_a_task_that_cancels_itself_and_parks_without_unpark_keeps_the_request)
{
    static const th_op script[] = {{TH_CANCEL_SELF, .number = 3}, {TH_PARK, .catches = true}, {TH_END}};
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ck_assert(ac_task_must_cancel(th_task_in(0)));
    th_ok(ac_task_wake(th_task_in(0)));
    th_turns(&th.loop, 1);
    th_expect("t caught CancelledError(3)");
}
END_TEST

static ac_status end_in_unpark(ac_loop *loop, ac_coro *co, ac_ref message, bool *did)
{
    (void)loop;
    (void)co;
    (void)message;
    (void)did;
    th_ok(ac_task_step(th_task_in(0), AC_SEND, ac_none_ref()));
    return AC_OK;
}

/* Host code that ends the task, or takes it apart, while it is asked: there is nothing to remember the
 * request in. */
START_TEST(test_a_task_that_ends_while_it_is_asked_remembers_nothing)
{
    static ac_coro_ops ops;
    th_use("3.13");
    ac_task *task = start_parker(parks);
    ops = *ac_task_get_coro(task)->ops;
    ops.unpark = end_in_unpark;
    ac_task_get_coro(task)->ops = &ops;
    cancel(0, 3);
    ck_assert_str_eq(th_state(th.slots[0]), "result None");
    ck_assert(!ac_task_must_cancel(task));
}
END_TEST

static ac_status clear_in_unpark(ac_loop *loop, ac_coro *co, ac_ref message, bool *did)
{
    (void)loop;
    (void)co;
    (void)message;
    (void)did;
    ac_future *future = th.slots[0];
    th.slots[0] = NULL;
    ac_future_clear(future);
    th_release(future);
    th_expect_released("");
    return AC_OK;
}

/* It is held over the question, and freed after it. */
START_TEST(test_a_task_that_is_destroyed_while_it_is_asked_remembers_nothing)
{
    static ac_coro_ops ops;
    ac_task *task = start_parker(parks);
    ops = *ac_task_get_coro(task)->ops;
    ops.unpark = clear_in_unpark;
    ac_task_get_coro(task)->ops = &ops;
    cancel(0, 3);
    th_expect_released("t");
}
END_TEST

static ac_status fail_in_unpark(ac_loop *loop, ac_coro *co, ac_ref message, bool *did)
{
    (void)co;
    (void)message;
    (void)did;
    return ac_loop_raise(loop, th_exception(TH_VALUE, "no"));
}

/* Whoever cancels gets the failure: the request is counted, but not remembered.  A task that was asked before
 * it parked fails its step. */
START_TEST(test_a_parked_task_that_cannot_be_asked_fails_the_cancel)
{
    static const th_op script[] = {{TH_PARK, .catches = true}, {TH_CANCEL_SELF}, {TH_PARK}, {TH_END}};
    static ac_coro_ops ops;
    ac_task *task = start_parker(script);
    ops = *ac_task_get_coro(task)->ops;
    ops.unpark = fail_in_unpark;
    ac_task_get_coro(task)->ops = &ops;
    th_expect_status(ac_task_cancel(task, ac_none_ref(), NULL), AC_E_RAISED);
    th_drop(ac_loop_take_raised(&th.loop));
    ck_assert_uint_eq(requests(0), 1);
    ck_assert(!ac_task_must_cancel(task));
    th_ok(ac_task_wake(task));
    th_turns(&th.loop, 1);
    th_expect_reports("Exception in callback: ValueError('no')");
    ck_assert(ac_task_must_cancel(task));
    th_ok(ac_task_wake(task));
    th_turns(&th.loop, 1);
    ck_assert_str_eq(th_state(th.slots[0]), "cancelled CancelledError()");
}
END_TEST

/* ---- Done ---- */

static ac_status innermost;

static ac_status cancel_in_unpark(ac_loop *loop, ac_coro *co, ac_ref message, bool *did)
{
    (void)loop;
    (void)co;
    ac_status status = ac_task_cancel(th_task_in(0), message, NULL);
    if (status != AC_OK)
        innermost = status;
    *did = true;
    return AC_OK;
}

/* What a parked task waits for cancels the task that waits for it. */
START_TEST(test_a_parked_task_that_is_asked_for_ever_ends_in_a_recursion_error)
{
    static ac_coro_ops ops;
    ac_task *task = start_parker(parks);
    ops = *ac_task_get_coro(task)->ops;
    ops.unpark = cancel_in_unpark;
    ac_task_get_coro(task)->ops = &ops;
    innermost = AC_OK;
    th_ok(ac_task_cancel(task, ac_none_ref(), NULL));
    th_expect_status(innermost, AC_E_RECURSION);
    ck_assert_uint_eq(th.loop.depth, 0);
    ck_assert_uint_eq(requests(0), th.loop.max_depth + 1);
    th_ok(ac_task_wake(task));
    th_turns(&th.loop, 1);
    th.log[0] = '\0';
}
END_TEST

/* Rule 37, where the walk cannot see the cycle: each cancel is the host's, and calls the next. */
START_TEST(test_overridden_tasks_that_wait_for_each_other_end_in_a_recursion_error)
{
    static const th_op first[] = {{TH_AWAIT, 1, .catches = true}, {TH_END}};
    static const th_op second[] = {{TH_AWAIT, 0, .catches = true}, {TH_END}};
    th_start(0, "a", first, AC_EAGER_DEFAULT);
    th_start(1, "b", second, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ac_future_set_overridden(th.slots[0], true);
    ac_future_set_overridden(th.slots[1], true);
    th_expect_failure(ac_future_cancel(th.slots[0], ac_none_ref(), NULL), AC_E_RECURSION,
                      "maximum recursion depth exceeded");
    ck_assert_uint_eq(th.loop.depth, 0);
    th.log[0] = '\0';
    ck_assert(!ac_future_done(th.slots[0]));
    ac_task_set_log_destroy_pending(th_task_in(0), false);
    ac_task_set_log_destroy_pending(th_task_in(1), false);
    ac_future_clear(th.slots[0]);
    ac_future_clear(th.slots[1]);
}
END_TEST

/* CPython: the cancel of what it waits for raises, after the request was counted. */
START_TEST(test_cancel_of_a_task_whose_future_was_cleared_is_refused)
{
    th.slots[1] = th_future_new(&th.loop, "f");
    th_start(0, "t", waits, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ac_future_clear(th.slots[1]);
    bool did = true;
    th_expect_failure(ac_task_cancel(th_task_in(0), ac_none_ref(), &did), AC_E_RUNTIME,
                      "Future object is not initialized.");
    ck_assert_uint_eq(requests(0), 1);
    ck_assert(!ac_task_must_cancel(th_task_in(0)));
    ac_task_set_log_destroy_pending(th_task_in(0), false);
}
END_TEST

/* Rule 25: it clears the mark of an exception that nobody retrieved. */
START_TEST(test_cancel_of_a_done_task_does_nothing_but_clear_the_mark)
{
    static const th_op script[] = {{TH_RAISE, .kind = TH_VALUE, .text = "x"}};
    bool did = true;
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ck_assert(ac_future_get_log_traceback(th.slots[0]));
    th_ok(ac_task_cancel(th_task_in(0), ac_none_ref(), &did));
    ck_assert(!did);
    ck_assert_uint_eq(requests(0), 0);
    ck_assert(!ac_future_get_log_traceback(th.slots[0]));
    th_ok(ac_task_cancel(th_task_in(0), ac_none_ref(), NULL));
    th_ok(ac_future_cancel(th.slots[0], ac_none_ref(), &did));
    ck_assert(!did);
}
END_TEST

/* ---- Uncancel ---- */

static void count_down(ac_loop *loop, th_coro *self)
{
    (void)self;
    ac_task *task = ac_loop_current_task(loop);
    th_ok(ac_task_cancel(task, ac_lend(th_int(1)), NULL));
    th_ok(ac_task_cancel(task, ac_lend(th_int(2)), NULL));
    ck_assert_uint_eq(ac_task_uncancel(task), 1);
    ck_assert(ac_task_must_cancel(task));
    ck_assert_uint_eq(ac_task_uncancel(task), 0);
    ck_assert_int_eq(ac_task_must_cancel(task), !ac_loop_has(loop, AC_S_UNCANCEL_CLEARS_MUST_CANCEL));
    ck_assert_uint_eq(ac_task_uncancel(task), 0);
}

/* uncancel_clears_must_cancel (gh-116720): since 3.13 the last one drops a request that was not delivered. */
START_TEST(test_uncancel_down_to_zero_drops_the_request_since_3_13)
{
    static const char *const profiles[] = {"3.12", "3.13.0", "3.14", "3.15"};
    static const th_op script[] = {
        {TH_CALL, .call = count_down}, {TH_YIELD, .catches = true}, {TH_LOG, .text = "end"}, {TH_END}};
    for (int i = 0; i < 4; i++) {
        th_use(profiles[i]);
        th_start(0, "t", script, AC_EAGER_DEFAULT);
        th_run(&th.loop);
        th_expect(i == 0 ? "t caught CancelledError(2), end" : "end");
    }
}
END_TEST

START_TEST(test_uncancel_before_the_return_keeps_the_result_since_3_13)
{
    static const th_op script[] = {{TH_CANCEL_SELF}, {TH_UNCANCEL}, {TH_RETURN, .number = 5}};
    th_use("3.12");
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_run(&th.loop);
    ck_assert_str_eq(outcome(0), "CancelledError()");
    ck_assert_uint_eq(requests(0), 0);
    th_use("3.13");
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_run(&th.loop);
    ck_assert_str_eq(outcome(0), "5");
}
END_TEST

/* A future that was cancelled already stays so. */
START_TEST(test_uncancel_cannot_take_back_the_cancel_of_a_future)
{
    th_slot(1, "f");
    th_start(0, "t", waits, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    cancel(0, 3);
    ck_assert_uint_eq(ac_task_uncancel(th_task_in(0)), 0);
    th_turns(&th.loop, 1);
    th_expect("t caught CancelledError(3)");
    ck_assert_uint_eq(requests(0), 0);
}
END_TEST

/* A cleared task has no loop to ask how to count. */
START_TEST(test_uncancel_of_a_cleared_task_does_nothing)
{
    ac_task *task = th_start(0, "t", parks, AC_EAGER_DEFAULT);
    cancel(0, 1);
    ac_future_clear(th.slots[0]);
    ck_assert_uint_eq(ac_task_uncancel(task), 0);
}
END_TEST

static void note_message(ac_loop *loop, th_object *object)
{
    (void)loop;
    th_log("dropped %s", object->name);
    ck_assert(ac_task_must_cancel(th_task_in(0)));
}

/* The older message goes when the new one is in its place. */
START_TEST(test_a_second_request_replaces_the_message)
{
    th_start(0, "t", parks, AC_EAGER_DEFAULT);
    ac_value first = th_new("first"), second = th_new("second");
    th_object_of(ac_lend(first))->finalize = note_message;
    th_ok(ac_task_cancel(th_task_in(0), ac_lend(first), NULL));
    th_drop(first);
    th_ok(ac_task_cancel(th_task_in(0), ac_lend(second), NULL));
    th_drop(second);
    th_expect("dropped first");
    th_turns(&th.loop, 1);
    ck_assert_str_eq(outcome(0), "CancelledError(second)");
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_cancel_before_the_first_step_never_runs_the_body,
        test_cancel_of_a_waiting_task_cancels_its_future,
        test_cancel_again_of_a_task_whose_future_is_cancelled_keeps_the_first_message,
        test_cancel_of_a_task_whose_future_was_cancelled_throws_that_error,
        test_cancel_after_the_future_is_done_throws_instead_of_the_result,
        test_cancel_after_the_future_failed_throws_instead_of_the_error,
        test_requests_that_are_swallowed_stay_counted,
        test_cancel_of_a_future_whose_class_overrides_cancel_asks_the_host,
        test_a_cancel_without_a_message_gives_none_to_what_is_waited_for,
        test_a_cancel_method_that_raises_leaves_the_task_waiting,
        test_a_chain_of_tasks_is_cancelled_from_the_inside,
        test_a_chain_whose_innermost_task_is_about_to_wake_sets_its_flag,
        test_cancel_of_a_task_that_waits_for_a_done_task_sets_its_flag,
        test_a_task_whose_class_overrides_cancel_is_asked_by_the_host,
        test_a_chain_of_ten_thousand_tasks_is_cancelled_without_recursion,
        test_tasks_that_wait_for_each_other_cannot_be_cancelled,
        test_a_cancelled_task_that_closes_a_cycle_is_reported,
        test_a_task_that_cancels_itself_cancels_what_it_waits_for_next,
        test_a_task_that_cancels_itself_asks_a_class_that_overrides_cancel,
        test_a_task_that_cancels_itself_cancels_the_task_it_waits_for_next,
        test_a_request_that_the_next_future_refuses_is_kept,
        test_a_task_that_cancels_itself_gets_the_error_after_a_bare_yield,
        test_a_task_that_cancels_itself_passes_done_futures,
        test_a_task_that_cancels_itself_and_returns_is_cancelled,
        test_a_task_that_cancels_itself_and_raises_has_failed,
        test_cancel_after_a_bad_yield_throws_instead_of_its_error,
        test_no_memory_for_the_cancellation_throws_none,
        test_cancel_wakes_a_task_whose_future_is_gone_with_its_frame,
        test_cancel_of_such_a_task_is_not_replaced_and_not_taken_back,
        test_cancel_of_such_a_task_on_a_closed_loop_lets_it_go,
        test_cancel_of_such_a_task_without_memory_throws_none,
        test_cancel_of_a_parked_task_goes_to_what_it_is_parked_with,
        test_cancel_that_a_parked_body_refuses_is_remembered,
        test_cancel_of_a_parked_body_without_unpark_is_remembered,
        test_a_request_replaces_what_a_step_by_hand_throws,
        test_a_task_that_cancels_itself_and_parks_asks_what_it_is_parked_with,
        test_a_task_that_cancels_itself_and_parks_without_unpark_keeps_the_request,
        test_a_task_that_ends_while_it_is_asked_remembers_nothing,
        test_a_task_that_is_destroyed_while_it_is_asked_remembers_nothing,
        test_a_parked_task_that_cannot_be_asked_fails_the_cancel,
        test_overridden_tasks_that_wait_for_each_other_end_in_a_recursion_error,
        test_a_parked_task_that_is_asked_for_ever_ends_in_a_recursion_error,
        test_cancel_of_a_task_whose_future_was_cleared_is_refused,
        test_cancel_of_a_done_task_does_nothing_but_clear_the_mark,
        test_uncancel_down_to_zero_drops_the_request_since_3_13,
        test_uncancel_before_the_return_keeps_the_result_since_3_13,
        test_uncancel_cannot_take_back_the_cancel_of_a_future,
        test_uncancel_of_a_cleared_task_does_nothing,
        test_a_second_request_replaces_the_message,
    };
    return TH_MAIN("cancel", tests);
}
