/* test_timeout.c - a timeout around a block: what its exit raises, its states, misuse, and what is left
 * behind.
 *
 * Mirrors    timeouts.Timeout; orders from CPython 3.12.1, 3.13.0, 3.13.18, 3.14.10 and 3.15.2.
 * Rules      Numbers in the comments are those of the rules of asyncio that are easy to get wrong. */
#include "host.h"

/* What the block does with the cancellation. */
typedef enum reply { PASS_ON, SWALLOW, FAIL, FAIL_GROUP, CANCEL_ALIKE } reply;

/* async with timeout(delay): await sleep(rest) */
typedef struct limited {
    th_coro head;
    bool has_limit;
    double delay, rest;
    reply reply;
    ac_value object;
    ac_timeout limit;
    ac_sleep nap;
} limited;

static limited *limited_of(ac_coro *co)
{
    return (limited *)(void *)AC_CONTAINER_OF(co, th_coro, co);
}

/* An error whose context is the cancellation (stolen). */
static ac_value error_after(ac_value cancellation)
{
    ac_value error = th_exception(TH_VALUE, "instead");
    th_object_of(ac_lend(error))->context = cancellation;
    return error;
}

static ac_value group_of(ac_loop *loop, ac_value member)
{
    ac_ref items[] = {ac_lend(member)};
    ac_error error = {.kind = AC_X_GROUP, .text = "group", .items = items, .item_count = 1};
    ac_value group = loop->host->error(loop, &error);
    th_drop(member);
    return group;
}

/* Steals the cancellation, gives what leaves the block. */
static ac_value answer(ac_loop *loop, reply reply, ac_value cancellation)
{
    switch (reply) {
    case SWALLOW:
        th_drop(cancellation);
        return ac_none();
    case FAIL:
        return error_after(cancellation);
    case FAIL_GROUP:
        return group_of(loop, error_after(cancellation));
    case CANCEL_ALIKE:
        th_drop(cancellation);
        return th_exception(TH_CANCELLED_SUBCLASS, "alike");
    default:
        return cancellation;
    }
}

static ac_status leave(limited *self, ac_value *left)
{
    ac_status status = ac_timeout_exit(&self->limit, ac_lend(*left));
    if (status == AC_OK)
        return AC_OK;
    ac_value raised = ac_loop_status_exception(self->head.loop, status, NULL);
    th_drop(*left);
    *left = raised;
    return status;
}

enum { NAP = 1 };

static ac_turn run_limited(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    limited *self = limited_of(co);
    ac_turn turn;
    double when;
    ac_status status;
    AC_BEGIN(co);
    self->head.loop = loop;
    when = ac_loop_time(loop) + self->delay;
    ac_timeout_init(&self->limit, loop, self->has_limit ? &when : NULL, ac_lend(self->object));
    status = ac_timeout_enter(&self->limit);
    if (status != AC_OK) {
        th_log("not entered: %s", th_repr_of(ac_loop_status_exception(loop, status, NULL)));
        co->at = AC_AT_END;
        return ac_return(out, ac_none());
    }
    ac_sleep_init(&self->nap, loop, self->rest, ac_none());
    AC_AWAIT_CORO(NAP, &self->nap.co, turn);
    AC_END(co);
    ac_value left = out->value;
    if (turn == AC_RAISED)
        left = answer(loop, self->reply, left);
    status = leave(self, &left);
    th_log("%s %s %s %u", ac_timeout_state_name(ac_timeout_get_state(&self->limit)),
           status == AC_OK ? "goes on" : "raises", th_repr(ac_lend(left)),
           ac_task_cancelling(ac_loop_current_task(loop)));
    const th_object *object = th_object_of(ac_lend(left));
    if (object != NULL && object->context.bits != 0)
        th_log("after %s", th_repr(ac_lend(object->context)));
    if (object != NULL && object->item_count > 0)
        th_log("member after %s", th_repr(ac_lend(th_object_of(ac_lend(object->items[0]))->context)));
    th_drop(left);
    return ac_return(out, ac_none());
}

static int visit_limited(ac_coro *co, ac_visitor *visitor)
{
    limited *self = limited_of(co);
    int stop = self->object.bits != 0 ? visitor->value(visitor, ac_lend(self->object)) : 0;
    if (stop == 0 && co->at == NAP)
        stop = self->nap.co.ops->visit(&self->nap.co, visitor);
    return stop == 0 ? ac_timeout_visit(&self->limit, visitor) : stop;
}

static void clear_limited(ac_loop *loop, ac_coro *co)
{
    limited *self = limited_of(co);
    if (co->at == NAP)
        self->nap.co.ops->clear(loop, &self->nap.co);
    co->at = AC_AT_END;
    ac_timeout_clear(&self->limit);
    ac_timeout_clear(&self->limit);
    th_drop(ac_take(&self->object));
}

static limited *limited_new(const double *delay, double rest)
{
    static const ac_coro_ops ops = {run_limited, NULL, visit_limited, clear_limited};
    limited *self = th_coro_new("t", sizeof *self, &ops);
    self->has_limit = delay != NULL;
    self->delay = delay != NULL ? *delay : 0;
    self->rest = rest;
    return self;
}

/* A task in slot 0. */
static ac_task *spawn(limited *self)
{
    return th_start_body(&th.loop, 0, &self->head);
}

static ac_task *start(double delay, double rest, reply reply)
{
    limited *self = limited_new(&delay, rest);
    self->reply = reply;
    return spawn(self);
}

static ac_timeout *limit_of(ac_task *task)
{
    return &limited_of(ac_task_get_coro(task))->limit;
}

/* ---- In time ---- */

START_TEST(test_a_block_that_ends_in_time_leaves_nothing)
{
    ac_task *task = start(5, 1, PASS_ON);
    double when;
    th_turns(&th.loop, 1);
    ck_assert_int_eq(ac_timeout_get_state(limit_of(task)), AC_TIMEOUT_ACTIVE);
    ck_assert(ac_timeout_when(limit_of(task), &when));
    ck_assert_double_eq(when, 5);
    th_run(&th.loop);
    th_expect("finished goes on None 0");
    ck_assert(!ac_timeout_expired(limit_of(task)));
}
END_TEST

START_TEST(test_without_a_deadline_there_is_no_timer)
{
    double when;
    ac_task *task = spawn(limited_new(NULL, 1));
    th_turns(&th.loop, 1);
    ck_assert_uint_eq(th.loop.timer_count, 1);
    ck_assert(!ac_timeout_when(limit_of(task), &when));
    th_run(&th.loop);
    th_expect("finished goes on None 0");
}
END_TEST

/* ---- Too late ---- */

/* Rule 64. */
START_TEST(test_a_cancellation_by_the_timeout_becomes_a_timeout_error)
{
    start(1, 5, PASS_ON);
    th_run(&th.loop);
    th_expect("expired raises TimeoutError('') 0, after CancelledError()");
    ck_assert_double_eq(th.now, 1);
}
END_TEST

/* Rule 65: by call_soon, before timers that are due. */
START_TEST(test_a_deadline_that_has_passed_comes_in_the_next_turn)
{
    static const double delays[] = {0, -1};
    for (int i = 0; i < 2; i++) {
        start(delays[i], 5, PASS_ON);
        th_turns(&th.loop, 1);
        ck_assert_uint_eq(th.loop.timer_count, 1); /* the sleep's */
        th_turns(&th.loop, 2);
        th_expect("expired raises TimeoutError('') 0, after CancelledError()");
    }
}
END_TEST

START_TEST(test_a_request_from_outside_wins)
{
    ac_task *task = start(1, 5, PASS_ON);
    th_turns(&th.loop, 1);
    th.now = 1;
    th_turns(&th.loop, 1);
    th_ok(ac_task_cancel(task, ac_lend(th_int(7)), NULL));
    th_turns(&th.loop, 1);
    th_expect("expired goes on CancelledError() 1");
    task = start(1, 5, PASS_ON);
    th_turns(&th.loop, 1);
    th.now = 2;
    th_ok(ac_task_cancel(task, ac_lend(th_int(7)), NULL));
    th_turns(&th.loop, 1);
    th_expect("finished goes on CancelledError(7) 1");
}
END_TEST

/* Rule 68. */
START_TEST(test_a_block_that_swallows_the_cancellation_leaves_quietly)
{
    ac_task *task = start(1, 5, SWALLOW);
    th_run(&th.loop);
    th_expect("expired goes on None 0");
    ck_assert(ac_timeout_expired(limit_of(task)));
}
END_TEST

START_TEST(test_a_subclass_of_cancelled_error_counts_since_3_13)
{
    start(1, 5, CANCEL_ALIKE);
    th_run(&th.loop);
    th_expect("expired raises TimeoutError('') 0, after MyCancelledError('alike')");
    th_use("3.12");
    start(1, 5, CANCEL_ALIKE);
    th_run(&th.loop);
    th_expect("expired goes on MyCancelledError('alike') 0");
}
END_TEST

/* gh-96037 */
START_TEST(test_an_error_out_of_the_cancellation_names_the_timeout_since_3_13)
{
    start(1, 5, FAIL);
    th_run(&th.loop);
    th_expect("expired goes on ValueError('instead') 0, after TimeoutError('')");
    start(1, 5, FAIL_GROUP);
    th_run(&th.loop);
    th_expect(
        "expired goes on ExceptionGroup('group', [ValueError('instead')]) 0, member after TimeoutError('')");
    ck_assert_uint_eq(th.calls[TH_HOOK_SET_EXCEPTION_CONTEXT], 2);
    th_use("3.12");
    start(1, 5, FAIL);
    th_run(&th.loop);
    th_expect("expired goes on ValueError('instead') 0, after CancelledError()");
}
END_TEST

START_TEST(test_a_host_without_chains_has_its_errors_unchanged)
{
    th.table.exception_context = NULL;
    start(1, 5, FAIL);
    th_run(&th.loop);
    th_expect("expired goes on ValueError('instead') 0, after CancelledError()");
}
END_TEST

/* ---- Rescheduling ---- */

START_TEST(test_a_deadline_can_be_moved_and_taken_away)
{
    ac_task *task = start(1, 5, PASS_ON);
    double later = 3;
    th_turns(&th.loop, 1);
    th_ok(ac_timeout_reschedule(limit_of(task), &later));
    th_run(&th.loop);
    th_expect("expired raises TimeoutError('') 0, after CancelledError()");
    ck_assert_double_eq(th.now, 3);
    task = start(1, 5, PASS_ON);
    th_turns(&th.loop, 1);
    th_ok(ac_timeout_reschedule(limit_of(task), NULL));
    th_run(&th.loop);
    th_expect("finished goes on None 0");
}
END_TEST

START_TEST(test_only_an_active_timeout_can_be_rescheduled)
{
    ac_timeout limit;
    ac_timeout_init(&limit, &th.loop, NULL, ac_none_ref());
    th_expect_failure(ac_timeout_reschedule(&limit, NULL), AC_E_RUNTIME, "Timeout has not been entered");
    ac_task *task = start(1, 5, PASS_ON);
    th_turns(&th.loop, 1);
    th.now = 1;
    th_turns(&th.loop, 1);
    th_expect_failure(ac_timeout_reschedule(limit_of(task), NULL), AC_E_RUNTIME,
                      "Cannot change state of expiring Timeout");
    th_run(&th.loop);
    th_expect_failure(ac_timeout_reschedule(limit_of(task), NULL), AC_E_RUNTIME,
                      "Cannot change state of expired Timeout");
    th_expect("expired raises TimeoutError('') 0, after CancelledError()");
    task = start(1, 0, PASS_ON);
    th_run(&th.loop);
    th_expect_failure(ac_timeout_reschedule(limit_of(task), NULL), AC_E_RUNTIME,
                      "Cannot change state of finished Timeout");
    th_expect("finished goes on None 0");
}
END_TEST

/* ---- Misuse ---- */

static const char *raised(void)
{
    return th_repr_of(ac_loop_take_raised(&th.loop));
}

START_TEST(test_a_timeout_is_entered_in_a_task_and_once)
{
    ac_timeout limit;
    ac_timeout_init(&limit, &th.loop, NULL, ac_none_ref());
    th_expect_failure(ac_timeout_enter(&limit), AC_E_RUNTIME, "Timeout should be used inside a task");
    th_expect_status(ac_timeout_exit(&limit, ac_none_ref()), AC_E_RAISED);
    ck_assert_str_eq(raised(), "AssertionError('')");
    ac_task *task = spawn(limited_new(NULL, 1));
    th_turns(&th.loop, 1);
    th_expect_failure(ac_timeout_enter(limit_of(task)), AC_E_RUNTIME, "Timeout has already been entered");
    th_run(&th.loop);
    th_expect("finished goes on None 0");
    th_expect_status(ac_timeout_exit(limit_of(task), ac_none_ref()), AC_E_RAISED);
    ck_assert_str_eq(raised(), "AssertionError('')");
    ac_timeout_clear(&limit);
}
END_TEST

/* gh-110910 */
START_TEST(test_misuse_in_3_12_0)
{
    ac_timeout limit;
    th_use("3.12.0");
    ac_timeout_init(&limit, &th.loop, NULL, ac_none_ref());
    th_expect_status(ac_timeout_reschedule(&limit, NULL), AC_E_RAISED);
    ck_assert_str_eq(raised(), "AssertionError('')");
    th_expect_status(ac_timeout_enter(&limit), AC_E_RAISED);
    ck_assert_str_eq(raised(), "AttributeError(''NoneType' object has no attribute 'cancelling'')");
    ck_assert_int_eq(ac_timeout_get_state(&limit), AC_TIMEOUT_ACTIVE);
    th_ok(ac_timeout_exit(&limit, ac_none_ref()));
    double delay = 9;
    ac_task *task = spawn(limited_new(&delay, 1));
    th_turns(&th.loop, 1);
    ac_task *before = ac_loop_swap_current_task(&th.loop, task);
    th_ok(ac_timeout_enter(limit_of(task)));
    ac_loop_swap_current_task(&th.loop, before);
    th_run(&th.loop);
    th_expect("finished goes on None 0");
}
END_TEST

START_TEST(test_states_have_names)
{
    static const char *const names[] = {"created", "active", "expiring", "expired", "finished"};
    for (int state = 0; state < 5; state++)
        ck_assert_str_eq(ac_timeout_state_name((ac_timeout_state)state), names[state]);
    ck_assert_str_eq(ac_timeout_state_name((ac_timeout_state)5), "?");
}
END_TEST

/* ---- What holds what ---- */

/* Each retain is shown once: by the timer while there is one, else by the timeout. */
START_TEST(test_a_timer_shows_the_task_and_the_object)
{
    double delay = 1;
    limited *self = limited_new(&delay, 5);
    self->object = th_new("object");
    ac_task *task = spawn(self);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(th_shown_by(th.slots[0]), "copy, object");
    ck_assert_str_eq(th_shown_by_loop(),
                     "copy, object, t, t"); /* the timeout's, and the sleep's waiting task */
    th_ok(ac_timeout_reschedule(limit_of(task), NULL));
    ck_assert_str_eq(th_shown_by(th.slots[0]), "copy, object, t");
    ck_assert_str_eq(th_shown_by_loop(), "copy, t");
    th_run(&th.loop);
    th_expect("finished goes on None 0");
    ck_assert_str_eq(th_shown_by(th.slots[0]), "copy, object");
}
END_TEST

START_TEST(test_a_task_can_be_cleared_inside_of_the_block)
{
    start(1, 5, PASS_ON);
    th_turns(&th.loop, 1);
    ac_future_clear(th.slots[0]);
    th_run(&th.loop);
    th_expect("");
    ck_assert_int_eq(th.objects, 0);
}
END_TEST

static void clear_in_finalizer(ac_loop *loop, th_object *object)
{
    (void)loop;
    th_log("~%s", object->name);
}

START_TEST(test_a_loop_that_closes_drops_what_a_timer_holds)
{
    double delay = 1;
    limited *self = limited_new(&delay, 5);
    self->object = th_new("object");
    th_object_of(ac_lend(self->object))->finalize = clear_in_finalizer;
    spawn(self);
    th_turns(&th.loop, 1);
    th_drop(ac_take(&self->object));
    th_expect("");
    th_ok(ac_loop_close(&th.loop));
    th_expect("~object");
    ac_task_set_log_destroy_pending(th_task_in(0), false);
    ac_future_clear(th.slots[0]);
}
END_TEST

/* ---- Failures ---- */

/* The second allocation is the heap's. */
START_TEST(test_without_memory_it_is_not_entered)
{
    for (unsigned nth = 1; nth <= 2; nth++) {
        ac_task *task = start(1, 5, PASS_ON);
        th_fail(TH_HOOK_REALLOC, nth);
        th_turns(&th.loop, 1);
        th_expect("not entered: None");
        ck_assert_int_eq(ac_timeout_get_state(limit_of(task)), AC_TIMEOUT_CREATED);
    }
}
END_TEST

START_TEST(test_without_memory_for_the_error_none_is_raised)
{
    start(1, 5, PASS_ON);
    th_turns(&th.loop, 1);
    th.now = 1;
    th_turns(&th.loop, 1);
    th_fail(TH_HOOK_ERROR, 2); /* the first is the CancelledError */
    th_turns(&th.loop, 1);
    th_expect("expired raises None 0");
    start(0, 5, FAIL);
    th_turns(&th.loop, 2);
    th_fail(TH_HOOK_ERROR, 2);
    th_turns(&th.loop, 1);
    th_expect("expired raises None 0");
}
END_TEST

static bool clear_at_cancel(ac_loop *loop, th_hook hook)
{
    if (hook != TH_HOOK_CANCEL)
        return false;
    th.intercept = NULL;
    ac_timeout *limit = limit_of(th_task_in(0));
    (void)loop;
    ac_timeout_clear(limit);
    return false;
}

START_TEST(test_a_cancel_may_raise_or_clear_the_timeout)
{
    ac_task *task = start(1, 5, PASS_ON);
    ac_future_set_overridden(&task->future, true);
    th_fail(TH_HOOK_CANCEL, 1);
    th_run(&th.loop);
    th_expect_reports("Exception in callback: RuntimeError('cancel failed')");
    th_expect("finished goes on None 0");
    task = start(1, 5, PASS_ON);
    ac_future_set_overridden(&task->future, true);
    th.intercept = clear_at_cancel;
    th_turns(&th.loop, 1);
    th.now += 1;
    th_turns(&th.loop, 2);
    th_expect("t.cancel(), finished goes on CancelledError() 1");
}
END_TEST

/* Another one is in the frame of the task, which is not running: nobody looks at that one. */
START_TEST(test_a_timeout_that_was_cleared_cancels_nobody_and_can_be_left)
{
    double now = 0, later = 9;
    ac_timeout expired, active;
    ac_task *task = start(1, 5, PASS_ON);
    th_turns(&th.loop, 1);
    ac_task *before = ac_loop_swap_current_task(&th.loop, task);
    ac_timeout_init(&expired, &th.loop, &now, ac_none_ref());
    ac_timeout_init(&active, &th.loop, &now, ac_none_ref());
    th_ok(ac_timeout_enter(&expired));
    th_ok(ac_timeout_enter(&active));
    ac_timeout_clear(&active);
    th_ok(ac_timeout_reschedule(&active, &later));
    (void)ac_loop_swap_current_task(&th.loop, before);
    th_turns(&th.loop, 1);
    ck_assert_int_eq(ac_timeout_get_state(&expired), AC_TIMEOUT_EXPIRING);
    ac_timeout_clear(&expired);
    th_ok(ac_timeout_exit(&expired, ac_none_ref()));
    th_ok(ac_timeout_exit(&active, ac_none_ref()));
    ck_assert_int_eq(ac_timeout_get_state(&expired), AC_TIMEOUT_EXPIRED);
    th_run(&th.loop);
    th_expect("finished goes on CancelledError() 1");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_block_that_ends_in_time_leaves_nothing,
        test_without_a_deadline_there_is_no_timer,
        test_a_cancellation_by_the_timeout_becomes_a_timeout_error,
        test_a_deadline_that_has_passed_comes_in_the_next_turn,
        test_a_request_from_outside_wins,
        test_a_block_that_swallows_the_cancellation_leaves_quietly,
        test_a_subclass_of_cancelled_error_counts_since_3_13,
        test_an_error_out_of_the_cancellation_names_the_timeout_since_3_13,
        test_a_host_without_chains_has_its_errors_unchanged,
        test_a_deadline_can_be_moved_and_taken_away,
        test_only_an_active_timeout_can_be_rescheduled,
        test_a_timeout_is_entered_in_a_task_and_once,
        test_misuse_in_3_12_0,
        test_states_have_names,
        test_a_timer_shows_the_task_and_the_object,
        test_a_task_can_be_cleared_inside_of_the_block,
        test_a_loop_that_closes_drops_what_a_timer_holds,
        test_without_memory_it_is_not_entered,
        test_without_memory_for_the_error_none_is_raised,
        test_a_cancel_may_raise_or_clear_the_timeout,
        test_a_timeout_that_was_cleared_cancels_nobody_and_can_be_left,
    };
    return TH_MAIN("timeout", tests);
}
