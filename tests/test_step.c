/* test_step.c - one step of a task: what it delivers, how the body may stop, and what a step by hand may not
 * do.
 *
 * Mirrors    task_step_impl, task_step_handle_result_impl, task_wakeup, enter_task of _asyncio; the orders
 *            and words were taken from CPython 3.12.1, 3.13.0, 3.13.18, 3.14.10 and 3.15.2.
 * Rules      Numbers in the comments are those of the rules of asyncio that are easy to get wrong. */
#include "host.h"

#include <stdio.h>

static const th_op ends[] = {{TH_END}};

/* ---- What a step delivers ---- */

/* Rule 39: the wake-up comes one turn after the future is done, and the future gives its value. */
START_TEST(test_an_await_goes_on_in_the_turn_after_its_future_is_done)
{
    static const th_op script[] = {
        {TH_LOG, .text = "start"}, {TH_AWAIT, 1, .text = "got"}, {TH_RETURN, .number = 8}};
    th_slot(1, "f");
    ac_task *task = th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_expect("");
    th_turns(&th.loop, 3);
    th_expect("start");
    ck_assert_ptr_eq(ac_task_waiting_for(task), th.slots[1]);
    th_ok(ac_future_set_result(th.slots[1], th_int(7)));
    th_expect("");
    th_turns(&th.loop, 1);
    th_expect("got 7");
    ck_assert_ptr_null(ac_task_waiting_for(task));
    ck_assert_str_eq(th_state(th.slots[0]), "result 8");
}
END_TEST

/* Rule 39. */
START_TEST(test_an_await_throws_the_error_of_its_future)
{
    static const th_op script[] = {{TH_AWAIT, 1, .catches = true}, {TH_END}};
    th_slot(1, "f");
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_ok(ac_future_set_exception(th.slots[1], th_exception(TH_VALUE, "x")));
    ck_assert(ac_future_get_log_traceback(th.slots[1]));
    th_turns(&th.loop, 1);
    th_expect("t caught ValueError('x')");
    ck_assert(!ac_future_get_log_traceback(th.slots[1]));
}
END_TEST

/* Rule 20: each that waits for a cancelled future gets a CancelledError of its own, with the message. */
START_TEST(test_an_await_throws_a_new_cancellation_with_the_message)
{
    static const th_op script[] = {{TH_AWAIT, 1, .catches = true}, {TH_END}};
    th_slot(1, "f");
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_start(2, "u", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_ok(ac_future_cancel(th.slots[1], ac_lend(th_int(5)), NULL));
    th_turns(&th.loop, 1);
    th_expect("t caught CancelledError(5), u caught CancelledError(5)");
    ck_assert_uint_eq(ac_task_cancelling(th_task_in(0)), 0);
}
END_TEST

/* Rule 21: the very error for the first who asks, then new ones without a message. */
START_TEST(test_the_cancellation_that_left_a_task_is_handed_out_once)
{
    static const th_op cancelled[] = {{TH_YIELD}, {TH_END}};
    static const th_op awaits[] = {{TH_AWAIT, 0, .catches = true}, {TH_END}};
    th_start(0, "t", cancelled, AC_EAGER_DEFAULT);
    th_start(1, "u", awaits, AC_EAGER_DEFAULT);
    th_start(2, "v", awaits, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_ok(ac_future_cancel(th.slots[0], ac_lend(th_int(5)), NULL));
    th_turns(&th.loop, 2);
    th_expect("u caught CancelledError(5), v caught CancelledError()");
}
END_TEST

/* Rule 23. */
START_TEST(test_awaiting_a_done_future_does_not_suspend)
{
    static const th_op script[] = {{TH_AWAIT, 1, .text = "got"}, {TH_LOG, .text = "end"}, {TH_END}};
    th_slot(1, "f");
    th_ok(ac_future_set_result(th.slots[1], th_int(3)));
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_expect("got 3, end");
}
END_TEST

/* A bare yield runs in the next turn, at its place in the queue. */
START_TEST(test_a_bare_yield_goes_on_in_the_next_turn)
{
    static const th_op script[] = {{TH_LOG, .text = "one"}, {TH_YIELD}, {TH_LOG, .text = "two"}, {TH_END}};
    th_callback callback;
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_callback_init(&callback, "callback", NULL);
    th_soon(&callback);
    th_turns(&th.loop, 1);
    th_expect("one, callback");
    th_turns(&th.loop, 1);
    th_expect("two");
}
END_TEST

static ac_status finish_both(ac_loop *loop, th_callback *callback)
{
    (void)loop;
    (void)callback;
    th_ok(ac_future_set_result(th.slots[2], ac_none()));
    th_ok(ac_future_set_result(th.slots[3], ac_none()));
    return AC_OK;
}

/* Rule 15: tasks wake in the order in which they waited, future by future. */
START_TEST(test_tasks_wake_in_the_order_in_which_futures_were_finished)
{
    static const th_op first[] = {{TH_AWAIT, 3, .text = "first"}, {TH_END}};
    static const th_op second[] = {{TH_AWAIT, 2, .text = "second"}, {TH_END}};
    static const th_op third[] = {{TH_AWAIT, 2, .text = "third"}, {TH_END}};
    th_callback callback;
    th_slot(2, "f");
    th_slot(3, "g");
    th_start(0, "a", first, AC_EAGER_DEFAULT);
    th_start(1, "b", second, AC_EAGER_DEFAULT);
    th_start(4, "c", third, AC_EAGER_DEFAULT);
    th_callback_init(&callback, NULL, finish_both);
    th_soon(&callback);
    th_run(&th.loop);
    th_expect("second None, third None, first None");
}
END_TEST

/* ---- Ends ---- */

START_TEST(test_what_a_body_returns_is_the_result_of_its_task)
{
    static const th_op script[] = {{TH_RETURN_NEW, .text = "thing"}};
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(th_state(th.slots[0]), "result thing");
}
END_TEST

START_TEST(test_what_a_body_raises_is_stored_and_reported_if_nobody_asks)
{
    static const th_op script[] = {{TH_RAISE, .kind = TH_VALUE, .text = "x"}};
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(th_state(th.slots[0]), "exception ValueError('x')");
    th_release(th.slots[0]);
    th.slots[0] = NULL;
    th_expect_reports("Task exception was never retrieved: ValueError('x')");
}
END_TEST

/* Rule 35. */
START_TEST(test_a_body_that_lets_a_cancellation_out_makes_its_task_cancelled)
{
    static const th_op script[] = {{TH_RAISE, .kind = TH_CANCELLED}};
    static const th_op subclass[] = {{TH_RAISE, .kind = TH_CANCELLED_SUBCLASS, .text = "mine"}};
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_start(1, "u", subclass, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ck_assert(ac_future_cancelled(th.slots[0]));
    ck_assert(ac_future_cancelled(th.slots[1]));
    ck_assert_uint_eq(ac_task_cancelling(th_task_in(0)), 0);
}
END_TEST

static ac_status log_current(ac_loop *loop, th_callback *callback)
{
    (void)callback;
    th_log(ac_loop_current_task(loop) != NULL ? "a task" : "no task");
    return AC_OK;
}

/* Rules 38 and 43: the exception leaves the loop before any done callback of the task runs; the rest of the
 * batch is kept, and goes first. */
START_TEST(test_an_exit_exception_is_stored_and_leaves_the_loop)
{
    static const th_op script[] = {{TH_RAISE, .kind = TH_EXIT, .text = "3"}};
    th_callback done, rest;
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_callback_init(&done, "done", log_current);
    th_callback_init(&rest, "rest", NULL);
    th_ok(ac_future_add_done_callback(th.slots[0], th_cb(&done)));
    th_soon(&rest);
    th_expect_status(th_turn(&th.loop), AC_E_RAISED);
    ck_assert_str_eq(th_repr_of(ac_loop_take_raised(&th.loop)), "SystemExit('3')");
    ck_assert_str_eq(th_state(th.slots[0]), "exception SystemExit('3')");
    ck_assert_ptr_null(ac_loop_current_task(&th.loop));
    th_expect("");
    th_turns(&th.loop, 1);
    th_expect("rest, done, no task");
    ac_future_set_log_traceback(th.slots[0], false);
}
END_TEST

/* Rule 38. */
START_TEST(test_other_base_exceptions_are_only_stored)
{
    static const th_op genexit[] = {{TH_RAISE, .kind = TH_GENEXIT, .text = "g"}};
    static const th_op base[] = {{TH_RAISE, .kind = TH_BASE, .text = "b"}};
    th_start(0, "t", genexit, AC_EAGER_DEFAULT);
    th_start(1, "u", base, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(th_state(th.slots[0]), "exception GeneratorExit('g')");
    ck_assert_str_eq(th_state(th.slots[1]), "exception BaseException('b')");
    ac_future_set_log_traceback(th.slots[0], false);
    ac_future_set_log_traceback(th.slots[1], false);
}
END_TEST

/* Rule 42: the RuntimeError has the StopIteration as its cause. */
START_TEST(test_a_stop_iteration_out_of_a_body_becomes_a_runtime_error)
{
    static const th_op script[] = {{TH_RAISE, .kind = TH_STOP, .text = "s"}};
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_object *error = th_object_of(ac_lend(th.slots[0]->result));
    ck_assert_int_eq(error->kind, TH_RUNTIME);
    ck_assert_str_eq(error->text,
                     "StopIteration interacts badly with generators and cannot be raised into a Future");
    ck_assert_str_eq(th_repr(ac_lend(error->cause)), "StopIteration('s')");
    ac_future_set_log_traceback(th.slots[0], false);
}
END_TEST

/* No memory for the RuntimeError: the task fails all the same, with the exception that stands for that. */
START_TEST(test_a_stop_iteration_without_memory_ends_the_task)
{
    static const th_op script[] = {{TH_RAISE, .kind = TH_STOP, .text = "s"}};
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_fail(TH_HOOK_ERROR, 1);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(th_state(th.slots[0]), "exception None");
    ac_future_set_log_traceback(th.slots[0], false);
}
END_TEST

/* Rule 43: nor in done callbacks (above). */
START_TEST(test_there_is_no_current_task_in_callbacks)
{
    th_callback callback;
    th_callback_init(&callback, "callback", log_current);
    th_soon(&callback);
    th_run(&th.loop);
    th_expect("callback, no task");
}
END_TEST

/* ---- Bad yields (rule 40): a RuntimeError in the next turn ---- */

static th_object *caught_in(ac_task *task)
{
    return th_object_of(ac_lend(AC_CONTAINER_OF(ac_task_get_coro(task), th_coro, co)->caught));
}

/* Runs the script, which catches its first line's error and then waits for slot 1. */
static const th_object *bad_yield(const th_op *script, const char *words)
{
    char expected[160];
    ac_task *task = th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_expect("");
    th_turns(&th.loop, 1);
    snprintf(expected, sizeof expected, "t caught RuntimeError('%s')", words);
    th_expect(expected);
    ck_assert_ptr_eq(caught_in(task)->task, task);
    return caught_in(task);
}

static void end_bad_yield(void)
{
    th_ok(ac_future_set_result(th.slots[1], ac_none()));
    th_run(&th.loop);
}

START_TEST(test_a_strange_yield_is_answered_in_the_next_turn)
{
    static const th_op script[] = {{TH_STRANGE, .text = "thing", .catches = true}, {TH_AWAIT, 1}, {TH_END}};
    th_slot(1, "f");
    const th_object *error = bad_yield(script, "Task got bad yield: %V");
    ck_assert_str_eq(th_repr(ac_lend(error->value)), "thing");
    end_bad_yield();
}
END_TEST

START_TEST(test_a_yielded_generator_is_answered_in_the_next_turn)
{
    static const th_op script[] = {{TH_GENERATOR, .text = "gen", .catches = true}, {TH_AWAIT, 1}, {TH_END}};
    th_slot(1, "f");
    const th_object *error = bad_yield(
        script, "yield was used instead of yield from for generator in task %T with %V");
    ck_assert_str_eq(th_repr(ac_lend(error->value)), "gen");
    end_bad_yield();
}
END_TEST

START_TEST(test_a_future_without_its_blocking_flag_is_refused)
{
    static const th_op script[] = {{TH_YIELD_BARE_FUTURE, 1, .catches = true}, {TH_AWAIT, 1}, {TH_END}};
    ac_future *future = th_slot(1, "f");
    const th_object *error = bad_yield(script, "yield was used instead of yield from in task %T with %F");
    ck_assert_ptr_eq(error->future, future);
    end_bad_yield();
}
END_TEST

START_TEST(test_a_future_of_another_loop_is_refused)
{
    static const th_op flagged[] = {{TH_AWAIT, 2, .catches = true}, {TH_AWAIT, 1}, {TH_END}};
    static const th_op bare[] = {{TH_YIELD_BARE_FUTURE, 2, .catches = true}, {TH_AWAIT, 1}, {TH_END}};
    const th_op *scripts[] = {flagged, bare};
    ac_loop other;
    th_ok(ac_loop_init(&other, &th.table, NULL));
    th.slots[2] = th_future_new(&other, "foreign");
    for (int i = 0; i < 2; i++) {
        th_slot(1, "f");
        const th_object *error = bad_yield(scripts[i], "Task %T got Future %F attached to a different loop");
        ck_assert_ptr_eq(error->future, th.slots[2]);
        end_bad_yield();
    }
    th_release(th.slots[2]);
    th.slots[2] = NULL;
    th_ok(ac_loop_close(&other));
}
END_TEST

/* The task itself is asked about first, flag or no flag. */
START_TEST(test_a_task_that_waits_for_itself_is_refused)
{
    static const th_op flagged[] = {{TH_AWAIT, 0, .catches = true}, {TH_AWAIT, 1}, {TH_END}};
    static const th_op bare[] = {{TH_YIELD_BARE_FUTURE, 0, .catches = true}, {TH_AWAIT, 1}, {TH_END}};
    const th_op *scripts[] = {flagged, bare};
    for (int i = 0; i < 2; i++) {
        th_slot(1, "f");
        (void)bad_yield(scripts[i], "Task cannot await on itself: %T");
        end_bad_yield();
    }
}
END_TEST

START_TEST(test_a_future_that_is_not_initialised_is_refused)
{
    static const th_op script[] = {{TH_AWAIT, 2, .catches = true}, {TH_AWAIT, 1}, {TH_END}};
    th_slot(1, "f");
    th.slots[2] = th_future_new(NULL, "raw");
    (void)bad_yield(script, "Future object is not initialized.");
    end_bad_yield();
}
END_TEST

/* One that says it waits was retained, whatever it is. */
START_TEST(test_a_future_that_is_not_initialised_and_blocks_is_let_go)
{
    static const th_op script[] = {{TH_YIELD_BARE_FUTURE, 2, .catches = true}, {TH_AWAIT, 1}, {TH_END}};
    th_slot(1, "f");
    th.slots[2] = th_future_new(NULL, "raw");
    ac_future_set_blocking(th.slots[2], true);
    (void)bad_yield(script, "Future object is not initialized.");
    ck_assert_uint_eq(th_refs(th.slots[2]), 1);
    end_bad_yield();
}
END_TEST

START_TEST(test_no_memory_for_the_error_of_a_bad_yield_throws_none)
{
    static const th_op script[] = {{TH_STRANGE, .text = "thing"}, {TH_END}};
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_fail(TH_HOOK_ERROR, 1);
    th_turns(&th.loop, 2);
    ck_assert_str_eq(th_state(th.slots[0]), "exception Exception('MemoryError')");
    ac_future_set_log_traceback(th.slots[0], false);
}
END_TEST

/* What the host refuses is thrown in the next turn, as the core's own refusals; a request to cancel that
 * comes in between takes its place. */
START_TEST(test_what_the_host_refuses_is_thrown_in_the_next_turn)
{
    static const th_op script[] = {{TH_REFUSED, .kind = TH_VALUE, .text = "no", .catches = true}, {TH_END}};
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_start(1, "u", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_expect("");
    th_ok(ac_task_cancel(th_task_in(1), ac_none_ref(), NULL));
    th_turns(&th.loop, 1);
    th_expect("t caught ValueError('no'), u caught CancelledError()");
    ck_assert_str_eq(th_state(th.slots[0]), "result None");
}
END_TEST

/* The step fails, the body sleeps on: it can be stepped by hand, or cancelled and woken. */
START_TEST(test_a_task_that_is_stuck_fails_its_step_and_sleeps_on)
{
    static const th_op script[] = {{TH_STUCK, .kind = TH_VALUE, .text = "no", .catches = true},
                                   {TH_STUCK, .kind = TH_VALUE, .text = "again", .catches = true},
                                   {TH_END}};
    ac_task *task = th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 2);
    th_expect_reports("Exception in callback: ValueError('no')");
    ck_assert_str_eq(th_state(&task->future), "pending");
    ck_assert_uint_eq(th_refs(&task->future), 1);
    th_ok(ac_task_wake(task));
    th_turns(&th.loop, 1);
    th_expect_reports("Exception in callback: ValueError('again')");
    th_ok(ac_task_cancel(task, ac_none_ref(), NULL));
    th_ok(ac_task_wake(task));
    th_turns(&th.loop, 1);
    th_expect("t caught CancelledError()");
    ck_assert_str_eq(th_state(&task->future), "result None");
}
END_TEST

static void log_woken_by(ac_loop *loop, th_coro *coro)
{
    ac_future *by = ac_task_woken_by(ac_loop_current_task(loop));
    th_log("%s by %s", coro->name, by == NULL ? "nobody" : by == th.slots[1] ? "f" : "another");
}

START_TEST(test_a_running_task_knows_what_woke_it)
{
    static const th_op script[] = {{TH_CALL, .call = log_woken_by}, {TH_AWAIT, 1, .catches = true},
                                   {TH_CALL, .call = log_woken_by}, {TH_YIELD},
                                   {TH_CALL, .call = log_woken_by}, {TH_END}};
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_slot(1, "f");
    th_turns(&th.loop, 1);
    ck_assert_ptr_null(ac_task_woken_by(th_task_in(0)));
    th_ok(ac_future_set_exception(th.slots[1], th_exception(TH_VALUE, "x")));
    th_turns(&th.loop, 2);
    th_expect("t by nobody, t caught ValueError('x'), t by f, t by nobody");
}
END_TEST

/* A cancelled future gives way to the CancelledError that it makes. */
START_TEST(test_a_task_that_a_cancellation_woke_does_not_know_of_whom)
{
    static const th_op script[] = {{TH_AWAIT, 1, .catches = true}, {TH_CALL, .call = log_woken_by}, {TH_END}};
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_slot(1, "f");
    th_turns(&th.loop, 1);
    th_ok(ac_future_cancel(th.slots[1], ac_none_ref(), NULL));
    th_turns(&th.loop, 1);
    th_expect("t caught CancelledError(), t by nobody");
}
END_TEST

/* ---- Ended from outside ---- */

/* The step that is on its way fails, wherever it was: nobody resumes the body. */
static void end_and_run(ac_how how, ac_value value, const char *state)
{
    static const th_op script[] = {{TH_AWAIT, 1}, {TH_LOG, .text = "resumed"}, {TH_END}};
    ac_task *task = th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_slot(1, "f");
    th_turns(&th.loop, 1);
    th_callback callback;
    th_callback_init(&callback, "callback", NULL);
    th_ok(ac_future_add_done_callback(&task->future, th_cb(&callback)));
    th_ok(ac_task_set_outcome(task, how, value));
    ck_assert_str_eq(th_state(&task->future), state);
    ck_assert_ptr_null(ac_loop_next_task(&th.loop, NULL));
    th_turns(&th.loop, 1);
    th_expect("callback");
    th_ok(ac_future_set_result(th.slots[1], ac_none()));
    ck_assert_ptr_null(ac_loop_check(&th.loop));
    th_turns(&th.loop, 1);
    th_expect_reports("Exception in callback: InvalidStateError('__step(): already done: %T')");
    th_expect("");
    ac_future_set_log_traceback(&task->future, false);
}

START_TEST(test_a_task_is_ended_from_outside_by_a_result)
{
    end_and_run(AC_SEND, th_int(7), "result 7");
}
END_TEST

START_TEST(test_a_task_is_ended_from_outside_by_an_exception)
{
    end_and_run(AC_THROW, th_exception(TH_VALUE, "x"), "exception ValueError('x')");
}
END_TEST

START_TEST(test_a_task_is_ended_from_outside_as_cancelled)
{
    end_and_run(AC_CLOSE, th_int(3), "cancelled 3");
}
END_TEST

static void end_current(ac_loop *loop, th_coro *coro)
{
    (void)coro;
    th_expect_failure(ac_task_set_outcome(ac_loop_current_task(loop), AC_SEND, ac_none()), AC_E_RUNTIME,
                      "only a task that sleeps, in no group, is ended from outside");
}

START_TEST(test_a_task_that_runs_or_is_done_or_was_never_made_is_not_ended_from_outside)
{
    static const th_op script[] = {{TH_CALL, .call = end_current}, {TH_END}};
    ac_task none = {.body = NULL};
    ac_task *task = th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_run(&th.loop);
    th_expect_failure(ac_task_set_outcome(task, AC_SEND, ac_none()), AC_E_STATE, "invalid state");
    th_expect_status(ac_task_set_outcome(&none, AC_SEND, ac_none()), AC_E_RUNTIME);
}
END_TEST

/* It has asked for a cancellation, and sleeps on the ready list. */
START_TEST(test_a_task_that_is_ended_from_outside_gives_up_its_request_to_cancel)
{
    static const th_op script[] = {{TH_LOG, .text = "resumed"}, {TH_END}};
    ac_task *task = th_start(0, "t", script, AC_EAGER_DEFAULT);
    ac_value message = th_new("message");
    th_ok(ac_task_cancel(task, ac_lend(message), NULL));
    th_drop(message);
    th_ok(ac_task_set_outcome(task, AC_SEND, ac_none()));
    ck_assert_ptr_null(ac_loop_check(&th.loop));
    th_turns(&th.loop, 1);
    th_expect_reports("Exception in callback: InvalidStateError('__step(): already done: %T')");
    ck_assert_str_eq(th_state(&task->future), "result None");
}
END_TEST

/* A body that yields a done future with its flag set: it goes on in the next turn. */
typedef struct done_frame {
    th_coro head;
    ac_future *future;
} done_frame;

static ac_turn yield_done(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    done_frame *self = (done_frame *)(void *)co;
    (void)loop;
    if (co->at++ == 0)
        return ac_future_await(self->future, out);
    th_log("%s %s", how == AC_SEND ? "send" : "throw", th_repr(in));
    return ac_return(out, ac_none());
}

START_TEST(test_a_done_future_that_is_yielded_all_the_same_is_delivered_in_the_next_turn)
{
    static const ac_coro_ops ops = {.resume = yield_done};
    done_frame *frame = th_coro_new("t", sizeof *frame, &ops);
    frame->future = th_slot(1, "f");
    th_ok(ac_future_set_result(frame->future, th_int(4)));
    ac_task *task = th_spawn(&th.loop, &frame->head, AC_EAGER_DEFAULT, NULL);
    th_turns(&th.loop, 1);
    th_expect("");
    ck_assert(!ac_future_is_blocking(th.slots[1]));
    th_turns(&th.loop, 1);
    th_expect("send 4");
    th_release(&task->future);
}
END_TEST

/* ---- Parked tasks ---- */

typedef struct parked_frame {
    th_coro head;
    int times;
} parked_frame;

/* Parks, and logs what it is given, until it was given 'times' things. */
static ac_turn park(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    parked_frame *self = (parked_frame *)(void *)co;
    if (co->at++ == 0)
        return how == AC_SEND ? AC_PARKED : ac_raise(loop, in, out);
    th_log("%s %s", how == AC_SEND ? "send" : "throw", th_repr(in));
    if (--self->times > 0)
        return AC_PARKED;
    return how == AC_SEND ? ac_return(out, ac_none()) : ac_raise(loop, in, out);
}

/* A task in slot 0 that is parked. */
static ac_task *parked(int times)
{
    static const ac_coro_ops ops = {.resume = park};
    parked_frame *frame = th_coro_new("t", sizeof *frame, &ops);
    frame->times = times;
    th.slots[0] = &th_spawn(&th.loop, &frame->head, AC_EAGER_DEFAULT, NULL)->future;
    th_turns(&th.loop, 1);
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
    ck_assert_ptr_null(ac_task_waiting_for(th_task_in(0)));
    return th_task_in(0);
}

START_TEST(test_a_parked_task_that_is_woken_runs_in_the_next_turn)
{
    ac_task *task = parked(1);
    th_turns(&th.loop, 2);
    th_ok(ac_task_wake(task));
    ck_assert_uint_eq(th_refs(th.slots[0]), 2);
    th_expect("");
    th_turns(&th.loop, 1);
    th_expect("send None");
    ck_assert_str_eq(th_state(th.slots[0]), "result None");
}
END_TEST

START_TEST(test_only_a_parked_task_can_be_woken)
{
    static const th_op waits[] = {{TH_AWAIT, 2}, {TH_END}};
    ac_task *task = parked(1);
    th_ok(ac_task_wake(task));
    th_expect_failure(ac_task_wake(task), AC_E_STATE, "the task is not parked");
    th_slot(2, "f");
    ac_task *other = th_start(1, "u", waits, AC_EAGER_DEFAULT);
    th_expect_failure(ac_task_wake(other), AC_E_STATE, "the task is not parked");
    th_turns(&th.loop, 1);
    th_expect_failure(ac_task_wake(other), AC_E_STATE, "the task is not parked");
    th_expect_failure(ac_task_wake(task), AC_E_STATE, "the task is not parked");
    th_ok(ac_future_set_result(th.slots[2], ac_none()));
    th_run(&th.loop);
    th_expect("send None");
}
END_TEST

START_TEST(test_waking_or_stepping_a_task_that_was_never_made_is_refused)
{
    ac_task *task = th_task_new("t", NULL);
    th_expect_status(ac_task_wake(task), AC_E_RUNTIME);
    th_expect_status(ac_task_step(task, AC_SEND, ac_none_ref()), AC_E_RUNTIME);
    th_expect_status(ac_task_cancel(task, ac_none_ref(), NULL), AC_E_RUNTIME);
    ck_assert_uint_eq(ac_task_uncancel(task), 0);
    th_release(&task->future);
}
END_TEST

START_TEST(test_waking_a_parked_task_of_a_closed_loop_is_refused)
{
    ac_task *task = parked(1);
    th_ok(ac_loop_close(&th.loop));
    th_expect_failure(ac_task_wake(task), AC_E_CLOSED, "Event loop is closed");
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
    ac_task_set_log_destroy_pending(task, false);
}
END_TEST

static ac_status step_by_hand(ac_loop *loop, th_callback *callback)
{
    (void)loop;
    (void)callback;
    th_ok(ac_task_step(th_task_in(0), AC_SEND, ac_lend(th_int(6))));
    ck_assert_ptr_null(ac_loop_current_task(loop));
    ac_value error = th_exception(TH_VALUE, "thrown");
    th_ok(ac_task_step(th_task_in(0), AC_THROW, ac_lend(error)));
    th_drop(error);
    return AC_OK;
}

/* The task is released when it is parked again, and when it has ended. */
START_TEST(test_a_parked_task_is_stepped_by_hand_with_a_value_or_an_exception)
{
    th_callback callback;
    parked(2);
    th_callback_init(&callback, NULL, step_by_hand);
    th_soon(&callback);
    th_turns(&th.loop, 1);
    th_expect("send 6, throw ValueError('thrown')");
    ck_assert_str_eq(th_state(th.slots[0]), "exception ValueError('thrown')");
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
    ac_future_set_log_traceback(th.slots[0], false);
}
END_TEST

/* enter_task_checks_running_loop (gh-129898): since 3.14 the loop must run. */
START_TEST(test_a_step_by_hand_needs_the_running_loop_since_3_14)
{
    ac_task *task = parked(2);
    th_expect_failure(ac_task_step(task, AC_SEND, ac_none_ref()), AC_E_RUNTIME,
                      "loop %L is not the running loop");
    th_ok(ac_task_wake(task));
    th_turns(&th.loop, 1);
    th_ok(ac_task_wake(task));
    th_turns(&th.loop, 1);
    th_expect("send None, send None");
}
END_TEST

START_TEST(test_a_step_by_hand_works_on_a_loop_that_does_not_run_before_3_14)
{
    th_use("3.13");
    ac_task *task = parked(1);
    th_ok(ac_task_step(task, AC_SEND, ac_lend(th_int(2))));
    th_expect("send 2");
    ck_assert_ptr_null(ac_loop_current_task(&th.loop));
    ck_assert_str_eq(th_state(th.slots[0]), "result None");
}
END_TEST

START_TEST(test_a_step_by_hand_raises_an_exit_exception_and_stores_it)
{
    th_use("3.13");
    ac_task *task = parked(1);
    ac_value leaving = th_exception(TH_EXIT, "out");
    th_expect_status(ac_task_step(task, AC_THROW, ac_lend(leaving)), AC_E_RAISED);
    th_drop(leaving);
    ck_assert_str_eq(th_repr_of(ac_loop_take_raised(&th.loop)), "SystemExit('out')");
    ck_assert_str_eq(th_state(th.slots[0]), "exception SystemExit('out')");
    th_expect("throw SystemExit('out')");
    ac_future_set_log_traceback(th.slots[0], false);
}
END_TEST

/* Rule 41. */
START_TEST(test_a_task_that_is_done_or_scheduled_cannot_be_stepped)
{
    static const th_op waits[] = {{TH_AWAIT, 1}, {TH_END}};
    th_use("3.13");
    th_slot(1, "f");
    ac_task *task = th_start(0, "t", waits, AC_EAGER_DEFAULT);
    th_expect_failure(ac_task_step(task, AC_SEND, ac_none_ref()), AC_E_STATE, "__step(): already done: %T");
    th_turns(&th.loop, 1);
    th_expect_failure(ac_task_step(task, AC_SEND, ac_none_ref()), AC_E_STATE, "__step(): already done: %T");
    th_ok(ac_future_set_result(th.slots[1], ac_none()));
    th_run(&th.loop);
    ck_assert(ac_future_done(th.slots[0]));
    th_expect_failure(ac_task_step(task, AC_SEND, ac_none_ref()), AC_E_STATE, "__step(): already done: %T");
    ck_assert_ptr_null(ac_loop_current_task(&th.loop));
}
END_TEST

static void step_others(ac_loop *loop, th_coro *self)
{
    (void)self;
    static const char entered[] = "Cannot enter into task %T while another task %P is being executed.";
    th_expect_failure(ac_task_step(th_task_in(0), AC_SEND, ac_none_ref()), AC_E_RUNTIME, entered);
    th_expect_failure(ac_task_step(th_task_in(1), AC_SEND, ac_none_ref()), AC_E_RUNTIME, entered);
    th_expect_failure(ac_task_step(ac_loop_current_task(loop), AC_SEND, ac_none_ref()), AC_E_RUNTIME,
                      entered);
    ck_assert_ptr_eq(ac_loop_current_task(loop), th_task_in(2));
}

/* Rule 41: the current task is asked about before anything else. */
START_TEST(test_no_task_can_be_stepped_while_another_one_runs)
{
    static const th_op script[] = {{TH_CALL, .call = step_others}, {TH_END}};
    parked(1);
    th_start(1, "ended", ends, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_start(2, "u", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ck_assert(ac_future_done(th.slots[2]));
    ac_task_set_log_destroy_pending(th_task_in(0), false);
}
END_TEST

static void step_itself_alone(ac_loop *loop, th_coro *self)
{
    (void)self;
    ac_task *task = ac_loop_swap_current_task(loop, NULL);
    th_expect_failure(ac_task_step(task, AC_SEND, ac_none_ref()), AC_E_STATE, "__step(): already done: %T");
    ac_loop_swap_current_task(loop, task);
}

/* A host that hides the current task cannot make a body run inside itself. */
START_TEST(test_a_running_task_cannot_be_stepped_even_if_the_current_task_is_hidden)
{
    static const th_op script[] = {{TH_CALL, .call = step_itself_alone}, {TH_LOG, .text = "end"}, {TH_END}};
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_run(&th.loop);
    th_expect("end");
}
END_TEST

/* A task whose wake-up was dropped with its loop is nowhere; a host may step it still. */
START_TEST(test_a_task_that_lost_its_future_can_be_stepped_by_hand)
{
    static const th_op script[] = {{TH_AWAIT, 1, .text = "got"}, {TH_END}};
    th_use("3.13");
    th_slot(1, "f");
    ac_task *task = th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ac_future_clear(th.slots[1]);
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
    th_ok(ac_task_step(task, AC_SEND, ac_none_ref()));
    th_expect("got None");
    ck_assert(ac_future_done(th.slots[0]));
}
END_TEST

static void give_context(ac_loop *loop, th_coro *self)
{
    (void)self;
    th_ok(ac_task_set_context(ac_loop_current_task(loop), th_context("first")));
}

/* The caller has entered the context that the task had: one that it is given meanwhile is left, as in a
 * turn. */
START_TEST(test_a_task_that_is_given_a_context_in_a_step_by_hand_leaves_it)
{
    static const th_op script[] = {
        {TH_PARK}, {TH_CALL, .call = give_context}, {TH_PARK}, {TH_LOG, .text = "on"}, {TH_END}};
    th_use("3.13");
    th_coro *coro = th_script("t", script);
    ac_task_spec spec = {.body = &coro->co, .has_context = true};
    ac_task *task = NULL;
    th_ok(ac_loop_create_task(&th.loop, &spec, &task));
    th_coro_drop(coro);
    th.slots[0] = &task->future;
    th_turns(&th.loop, 1);
    th_ok(ac_task_step(task, AC_SEND, ac_none_ref()));
    ck_assert_uint_eq(th.stray_leaves, 1);
    th_ok(ac_task_step(task, AC_SEND, ac_none_ref()));
    ck_assert_uint_eq(th.stray_leaves, 1);
    th_expect("on");
}
END_TEST

/* A host may have tasks in the empty context only, and give them one for later. */
START_TEST(test_a_step_by_hand_without_contexts_leaves_none)
{
    static const th_op gives[] = {{TH_PARK}, {TH_CALL, .call = give_context}, {TH_END}};
    static const th_op has_none[] = {{TH_PARK}, {TH_END}};
    th.table.copy_context = NULL;
    th.table.enter = NULL;
    th.table.leave = NULL;
    th_use("3.13");
    th_start(0, "t", gives, AC_EAGER_DEFAULT);
    th_start(1, "u", has_none, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_ok(ac_task_step(th_task_in(0), AC_SEND, ac_none_ref()));
    th_ok(ac_task_step(th_task_in(1), AC_SEND, ac_none_ref()));
    ck_assert_uint_eq(th.calls[TH_HOOK_LEAVE], 0);
    ck_assert_str_eq(th_repr(ac_task_get_context(th_task_in(0))), "first");
}
END_TEST

/* The same for a future that was made again meanwhile: it is another one now. */
START_TEST(test_a_task_whose_future_was_made_again_can_be_stepped_by_hand)
{
    static const th_op script[] = {{TH_AWAIT, 1, .text = "got"}, {TH_END}};
    th_use("3.13");
    th_slot(1, "f");
    ac_task *task = th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ac_future_clear(th.slots[1]);
    th_ok(ac_future_init(th.slots[1], &th.loop));
    th_ok(ac_task_step(task, AC_SEND, ac_none_ref()));
    th_expect("got None");
}
END_TEST

static ac_status leave_current_behind(ac_loop *loop, th_callback *callback)
{
    (void)callback;
    ac_loop_swap_current_task(loop, th_task_in(1));
    return AC_OK;
}

/* A host that leaves a current task behind keeps all others out; the loop says so and goes on. */
START_TEST(test_a_task_cannot_start_its_step_while_another_one_is_current)
{
    static const th_op parks[] = {{TH_PARK}, {TH_END}};
    th_callback callback;
    th_start(1, "other", parks, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_callback_init(&callback, NULL, leave_current_behind);
    th_soon(&callback);
    th_start(0, "t", ends, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_expect_reports(
        "Exception in callback: RuntimeError('Cannot enter into task %T while another task %P is being "
        "executed.')");
    ck_assert_str_eq(th_state(th.slots[0]), "pending");
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
    ac_loop_swap_current_task(&th.loop, NULL);
    ac_task_set_log_destroy_pending(th_task_in(0), false);
    ac_task_set_log_destroy_pending(th_task_in(1), false);
}
END_TEST

/* ---- Failures of the loop under a step ---- */

/* The reports of tasks that nobody will ever wake come when their objects go. */
START_TEST(test_a_waiting_task_that_nobody_holds_goes_with_its_future)
{
    static const th_op waits[] = {{TH_AWAIT, 1}, {TH_END}};
    th_slot(1, "f");
    th_start(0, "t", waits, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_release(th.slots[0]);
    th.slots[0] = NULL;
    th_expect_released("");
    ac_future *future = th.slots[1];
    th.slots[1] = NULL;
    ac_future_clear(future);
    th_expect_released("t");
    th_expect_reports("Task was destroyed but it is pending!");
    th_release(future);
}
END_TEST

START_TEST(test_finishing_a_future_of_a_closed_loop_drops_the_tasks_that_wait)
{
    static const th_op waits[] = {{TH_AWAIT, 1}, {TH_END}};
    th_slot(1, "f");
    th_start(0, "t", waits, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_ok(ac_loop_close(&th.loop));
    ck_assert_uint_eq(th_refs(th.slots[0]), 2);
    th_expect_failure(ac_future_set_result(th.slots[1], ac_none()), AC_E_CLOSED, "Event loop is closed");
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
    ac_task_set_log_destroy_pending(th_task_in(0), false);
}
END_TEST

START_TEST(test_closing_the_loop_gives_up_steps_that_were_ready)
{
    th_start(0, "t", ends, AC_EAGER_DEFAULT);
    ck_assert_uint_eq(th_refs(th.slots[0]), 2);
    th_ok(ac_loop_close(&th.loop));
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
    ck_assert_str_eq(th_state(th.slots[0]), "pending");
    ac_task_set_log_destroy_pending(th_task_in(0), false);
}
END_TEST

static ac_status close_and_step(ac_loop *loop, th_callback *callback)
{
    (void)loop;
    (void)callback;
    th_fail(TH_HOOK_POST, 1);
    th_expect_status(ac_task_step(th_task_in(0), AC_SEND, ac_none_ref()), AC_E_RAISED);
    th_drop(ac_loop_take_raised(&th.loop));
    return AC_OK;
}

/* A host's own loop may refuse a step: the task is left where it is, and is not held any more. */
START_TEST(test_a_step_that_the_foreign_loop_refuses_is_given_up)
{
    static const th_op script[] = {{TH_PARK}, {TH_YIELD}, {TH_END}};
    th.table.post = th_post;
    th_use("3.13");
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_run_posted(&th.loop);
    (void)close_and_step(&th.loop, NULL);
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
    ac_task_set_log_destroy_pending(th_task_in(0), false);
}
END_TEST

static ac_status clear_reported(ac_loop *loop, void *data, const ac_report *report)
{
    (void)loop;
    (void)data;
    th_log("%s", report->message);
    ac_future_clear(th.slots[0]);
    return AC_OK;
}

/* The object is kept while the failure is told of. */
START_TEST(test_a_handler_may_take_the_task_apart_that_it_is_told_of)
{
    th_start(0, "t", ends, AC_EAGER_DEFAULT);
    ac_loop_set_exception_handler(&th.loop, clear_reported, NULL);
    th_fail(TH_HOOK_ENTER, 1);
    th_turns(&th.loop, 1);
    th_expect("Exception in callback");
    ck_assert_ptr_null(ac_future_get_loop(th.slots[0]));
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
}
END_TEST

START_TEST(test_a_posted_step_that_yields_is_posted_again)
{
    static const th_op script[] = {{TH_YIELD}, {TH_LOG, .text = "on"}, {TH_END}};
    th.table.post = th_post;
    th_use("3.13");
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_run_posted(&th.loop);
    ck_assert_uint_eq(th_refs(th.slots[0]), 2);
    th_run_posted(&th.loop);
    th_expect("on");
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
}
END_TEST

/* Rule 41: it is scheduled there. */
START_TEST(test_a_step_that_a_foreign_loop_has_cannot_be_stepped_or_woken)
{
    th.table.post = th_post;
    th_use("3.13");
    ac_task *task = th_start(0, "t", ends, AC_EAGER_DEFAULT);
    th_expect_failure(ac_task_step(task, AC_SEND, ac_none_ref()), AC_E_STATE, "__step(): already done: %T");
    th_expect_failure(ac_task_wake(task), AC_E_STATE, "the task is not parked");
    th_run_posted(&th.loop);
    ck_assert(ac_future_done(th.slots[0]));
}
END_TEST

START_TEST(test_a_context_that_cannot_be_entered_is_reported_and_its_task_given_up)
{
    th_start(0, "t", ends, AC_EAGER_DEFAULT);
    th_fail(TH_HOOK_ENTER, 1);
    th_turns(&th.loop, 1);
    th_expect_reports("Exception in callback: RuntimeError('enter failed')");
    ck_assert_str_eq(th_state(th.slots[0]), "pending");
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
    ac_task_set_log_destroy_pending(th_task_in(0), false);
}
END_TEST

/* Every step runs in the task's own context. */
START_TEST(test_each_step_runs_in_the_context_of_its_task)
{
    static const th_op script[] = {{TH_LOG, .text = "one"}, {TH_YIELD}, {TH_LOG, .text = "two"}, {TH_END}};
    th.log_contexts = true;
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_run(&th.loop);
    th_expect("+copy, one, -copy, +copy, two, -copy");
}
END_TEST

static void note_drop(ac_loop *loop, th_object *object)
{
    (void)object;
    th_log("dropped, %s", ac_loop_current_task(loop) != NULL ? "running" : "not running");
}

static void clear_running(ac_loop *loop, th_coro *self)
{
    (void)self;
    ac_future_clear(&ac_loop_current_task(loop)->future);
    ck_assert_ptr_eq(ac_task_get_coro(th_task_in(0)), &self->co);
}

/* What a step delivered stays until the body has stopped, because it was lent to it; a running task cannot be
 * cleared. */
START_TEST(test_what_was_delivered_is_kept_until_the_body_stops)
{
    static const th_op script[] = {{TH_AWAIT, 1, .catches = true},
                                   {TH_CALL, .call = clear_running},
                                   {TH_LOG, .text = "stop"},
                                   {TH_YIELD},
                                   {TH_END}};
    th_slot(1, "f");
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ac_value result = th_new("thing");
    th_object_of(ac_lend(result))->finalize = note_drop;
    th_ok(ac_future_set_result(th.slots[1], result));
    th_release(th.slots[1]);
    th.slots[1] = NULL;
    th_turns(&th.loop, 1);
    th_expect("stop, dropped, running");
    th_expect_released("f");
    th_turns(&th.loop, 1);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_an_await_goes_on_in_the_turn_after_its_future_is_done,
        test_an_await_throws_the_error_of_its_future,
        test_an_await_throws_a_new_cancellation_with_the_message,
        test_the_cancellation_that_left_a_task_is_handed_out_once,
        test_awaiting_a_done_future_does_not_suspend,
        test_a_bare_yield_goes_on_in_the_next_turn,
        test_tasks_wake_in_the_order_in_which_futures_were_finished,
        test_what_a_body_returns_is_the_result_of_its_task,
        test_what_a_body_raises_is_stored_and_reported_if_nobody_asks,
        test_a_body_that_lets_a_cancellation_out_makes_its_task_cancelled,
        test_an_exit_exception_is_stored_and_leaves_the_loop,
        test_other_base_exceptions_are_only_stored,
        test_a_stop_iteration_out_of_a_body_becomes_a_runtime_error,
        test_a_stop_iteration_without_memory_ends_the_task,
        test_there_is_no_current_task_in_callbacks,
        test_a_strange_yield_is_answered_in_the_next_turn,
        test_a_yielded_generator_is_answered_in_the_next_turn,
        test_a_future_without_its_blocking_flag_is_refused,
        test_a_future_of_another_loop_is_refused,
        test_a_task_that_waits_for_itself_is_refused,
        test_a_future_that_is_not_initialised_is_refused,
        test_a_future_that_is_not_initialised_and_blocks_is_let_go,
        test_no_memory_for_the_error_of_a_bad_yield_throws_none,
        test_what_the_host_refuses_is_thrown_in_the_next_turn,
        test_a_task_that_is_stuck_fails_its_step_and_sleeps_on,
        test_a_running_task_knows_what_woke_it,
        test_a_task_that_a_cancellation_woke_does_not_know_of_whom,
        test_a_task_is_ended_from_outside_by_a_result,
        test_a_task_is_ended_from_outside_by_an_exception,
        test_a_task_is_ended_from_outside_as_cancelled,
        test_a_task_that_runs_or_is_done_or_was_never_made_is_not_ended_from_outside,
        test_a_task_that_is_ended_from_outside_gives_up_its_request_to_cancel,
        test_a_done_future_that_is_yielded_all_the_same_is_delivered_in_the_next_turn,
        test_a_parked_task_that_is_woken_runs_in_the_next_turn,
        test_only_a_parked_task_can_be_woken,
        test_waking_or_stepping_a_task_that_was_never_made_is_refused,
        test_waking_a_parked_task_of_a_closed_loop_is_refused,
        test_a_parked_task_is_stepped_by_hand_with_a_value_or_an_exception,
        test_a_step_by_hand_needs_the_running_loop_since_3_14,
        test_a_step_by_hand_works_on_a_loop_that_does_not_run_before_3_14,
        test_a_step_by_hand_raises_an_exit_exception_and_stores_it,
        test_a_task_that_is_done_or_scheduled_cannot_be_stepped,
        test_no_task_can_be_stepped_while_another_one_runs,
        test_a_running_task_cannot_be_stepped_even_if_the_current_task_is_hidden,
        test_a_task_that_lost_its_future_can_be_stepped_by_hand,
        test_a_task_that_is_given_a_context_in_a_step_by_hand_leaves_it,
        test_a_step_by_hand_without_contexts_leaves_none,
        test_a_task_whose_future_was_made_again_can_be_stepped_by_hand,
        test_a_task_cannot_start_its_step_while_another_one_is_current,
        test_a_waiting_task_that_nobody_holds_goes_with_its_future,
        test_finishing_a_future_of_a_closed_loop_drops_the_tasks_that_wait,
        test_closing_the_loop_gives_up_steps_that_were_ready,
        test_a_step_that_the_foreign_loop_refuses_is_given_up,
        test_a_handler_may_take_the_task_apart_that_it_is_told_of,
        test_a_posted_step_that_yields_is_posted_again,
        test_a_step_that_a_foreign_loop_has_cannot_be_stepped_or_woken,
        test_a_context_that_cannot_be_entered_is_reported_and_its_task_given_up,
        test_each_step_runs_in_the_context_of_its_task,
        test_what_was_delivered_is_kept_until_the_body_stops,
    };
    return TH_MAIN("step", tests);
}
