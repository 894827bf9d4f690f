/* test_wait_for.c - wait_for and _cancel_and_wait as coroutines: results, deadlines, and every way to end
 * them early.
 *
 * Mirrors    tasks.wait_for, tasks._cancel_and_wait; orders from CPython 3.12.1 to 3.15.2.
 * Rules      Numbers in the comments are those of the rules of asyncio that are easy to get wrong. */
#include "host.h"

/* await wait_for(slot 1, or a sleep, or a script; seconds) */
typedef struct waiting {
    th_coro head;
    const double *seconds;
    double number;
    double rest;     /* of a sleep, if there is no future */
    th_coro *script; /* else */
    ac_future *future;
    bool ended;
    ac_sleep nap;
    ac_wait_for wait;
} waiting;

static waiting *waiting_of(ac_coro *co)
{
    return (waiting *)(void *)AC_CONTAINER_OF(co, th_coro, co);
}

static void begin(waiting *self, ac_loop *loop)
{
    self->head.loop = loop;
    if (self->future != NULL) {
        ac_wait_for_future(&self->wait, loop, self->future, self->seconds);
        return;
    }
    ac_sleep_init(&self->nap, loop, self->rest, th_new("slept"));
    ac_wait_for_body(&self->wait, loop, self->script != NULL ? &self->script->co : &self->nap.co,
                     self->seconds);
}

enum { WAIT = 1 };

static ac_turn run_waiting(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    waiting *self = waiting_of(co);
    ac_turn turn;
    AC_BEGIN(co);
    begin(self, loop);
    AC_AWAIT_CORO(WAIT, &self->wait.co, turn);
    AC_END(co);
    const th_object *object = th_object_of(ac_lend(out->value));
    th_log("%s %s", turn == AC_RETURNED ? "got" : "raised", th_repr(ac_lend(out->value)));
    if (object != NULL && object->cause.bits != 0)
        th_log("from %s", th_repr(ac_lend(object->cause)));
    th_drop(out->value);
    return ac_return(out, ac_none());
}

static int visit_waiting(ac_coro *co, ac_visitor *visitor)
{
    waiting *self = waiting_of(co);
    return co->at == WAIT ? self->wait.co.ops->visit(&self->wait.co, visitor) : 0;
}

static void clear_waiting(ac_loop *loop, ac_coro *co)
{
    waiting *self = waiting_of(co);
    if (co->at == WAIT) {
        self->wait.co.ops->clear(loop, &self->wait.co);
        self->wait.co.ops->clear(loop, &self->wait.co);
    }
    if (self->nap.co.ops != NULL)
        self->nap.co.ops->clear(loop, &self->nap.co);
    co->at = AC_AT_END;
}

/* A task in slot 0 that waits for 'future', or sleeps for 'rest'. */
static waiting *waiting_new(ac_future *future, double rest, const double *seconds)
{
    static const ac_coro_ops ops = {run_waiting, NULL, visit_waiting, clear_waiting};
    waiting *self = th_coro_new("t", sizeof *self, &ops);
    self->future = future;
    self->rest = rest;
    if (seconds != NULL) {
        self->number = *seconds;
        self->seconds = &self->number;
    }
    return self;
}

static ac_task *spawn(waiting *self)
{
    return th_start_body(&th.loop, 0, &self->head);
}

static ac_task *start(ac_future *future, double rest, double seconds)
{
    return spawn(waiting_new(future, rest, &seconds));
}

static const char *visit_future(unsigned slot)
{
    static th_visitor visitor;
    th_visitor_init(&visitor);
    ck_assert_int_eq(ac_future_visit(th.slots[slot], &visitor.visitor), 0);
    return visitor.seen;
}

static const char late[] = "raised TimeoutError(''), from CancelledError()";

/* ---- With time ---- */

/* Rule 69: in the calling task, which waits for the future itself. */
START_TEST(test_the_task_waits_for_the_future_itself)
{
    ac_task *task = start(th_slot(1, "f"), 0, 5);
    th_turns(&th.loop, 1);
    ck_assert_ptr_eq(ac_task_waiting_for(task), th.slots[1]);
    ck_assert_str_eq(th_shown_by(th.slots[0]), "copy, f, f");
    th_ok(ac_future_set_result(th.slots[1], th_int(7)));
    th_turns(&th.loop, 1);
    th_expect("got 7");
    ck_assert_str_eq(th_shown_by(th.slots[0]), "copy");
    ck_assert_uint_eq(th_refs(th.slots[1]), 1);
}
END_TEST

START_TEST(test_a_body_runs_in_the_calling_task)
{
    start(NULL, 1, 5);
    th_run(&th.loop);
    th_expect("got slept");
    spawn(waiting_new(NULL, 1, NULL));
    th_run(&th.loop);
    th_expect("got slept");
    ck_assert_double_eq(th.now, 2);
}
END_TEST

START_TEST(test_what_is_late_is_cancelled)
{
    start(th_slot(1, "f"), 0, 1);
    th_run(&th.loop);
    th_expect(late);
    ck_assert_str_eq(th_state(th.slots[1]), "cancelled None");
    start(NULL, 5, 1);
    th_run(&th.loop);
    th_expect(late);
    ck_assert_double_eq(th.now, 2);
}
END_TEST

START_TEST(test_what_is_done_already_does_not_suspend)
{
    th_slot(1, "f");
    th_ok(ac_future_set_result(th.slots[1], th_int(7)));
    start(th.slots[1], 0, 5);
    th_turns(&th.loop, 1);
    th_expect("got 7");
    th_slot(2, "g");
    th_ok(ac_future_set_exception(th.slots[2], th_exception(TH_VALUE, "v")));
    start(th.slots[2], 0, 5);
    th_turns(&th.loop, 1);
    th_expect("raised ValueError('v')");
}
END_TEST

START_TEST(test_a_future_that_is_being_awaited_at_this_moment_is_refused)
{
    th_slot(1, "f");
    ac_future_set_blocking(th.slots[1], true);
    start(th.slots[1], 0, 5);
    th_turns(&th.loop, 1);
    th_expect("raised RuntimeError('await wasn't used with future')");
}
END_TEST

START_TEST(test_a_cancellation_goes_to_what_is_waited_for)
{
    ac_task *task = start(th_slot(1, "f"), 0, 5);
    th_turns(&th.loop, 1);
    th_ok(ac_task_cancel(task, ac_lend(th_int(3)), NULL));
    th_turns(&th.loop, 1);
    th_expect("raised CancelledError(3)");
    ck_assert_str_eq(th_state(th.slots[1]), "cancelled 3");
    task = start(NULL, 9, 5);
    th_turns(&th.loop, 1);
    th_ok(ac_task_cancel(task, ac_lend(th_int(4)), NULL));
    th_turns(&th.loop, 1);
    th_expect("raised CancelledError(4)");
}
END_TEST

START_TEST(test_errors_go_through)
{
    start(th_slot(1, "f"), 0, 5);
    th_turns(&th.loop, 1);
    th_ok(ac_future_set_exception(th.slots[1], th_exception(TH_VALUE, "v")));
    th_turns(&th.loop, 1);
    th_expect("raised ValueError('v')");
}
END_TEST

/* ---- Without time ---- */

START_TEST(test_without_time_a_future_is_cancelled_and_waited_for)
{
    ac_task *task = start(th_slot(1, "f"), 0, 0);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(th_state(th.slots[1]), "cancelled None");
    ck_assert(ac_future_is_embedded(ac_task_waiting_for(task)));
    ck_assert_str_eq(th_shown_by(th.slots[0]), "copy, f, f"); /* wait_for's, and _cancel_and_wait's */
    th_turns(&th.loop, 2);
    th_expect(late);
    ck_assert_uint_eq(th_refs(th.slots[1]), 1);
}
END_TEST

START_TEST(test_without_time_what_is_done_is_given)
{
    th_slot(1, "f");
    th_ok(ac_future_set_result(th.slots[1], th_int(7)));
    start(th.slots[1], 0, -1);
    th_turns(&th.loop, 1);
    th_expect("got 7");
    th_slot(2, "g");
    th_ok(ac_future_cancel(th.slots[2], ac_none_ref(), NULL));
    start(th.slots[2], 0, 0);
    th_turns(&th.loop, 1);
    th_expect("raised CancelledError()");
}
END_TEST

static const th_op never[] = {{TH_LOG, .text = "never"}, {TH_END}};

static ac_task *start_script(th_coro *script, double seconds)
{
    waiting *self = waiting_new(NULL, 0, &seconds);
    self->script = script;
    return spawn(self);
}

START_TEST(test_without_time_a_body_is_made_a_task_that_never_runs)
{
    th_coro *script = th_script("script", never);
    start_script(script, 0);
    th_run(&th.loop);
    th_expect(late);
    th_expect_released("script");
    th_coro_drop(script);
}
END_TEST

START_TEST(test_a_body_that_nobody_takes_is_closed)
{
    static const ac_status statuses[] = {AC_OK, AC_E_MEMORY, AC_E_RUNTIME};
    static const char *const texts[] = {"raised RuntimeError('make_task failed')", "raised None",
                                        "raised RuntimeError('')"};
    for (int i = 0; i < 3; i++) {
        th_coro *script = th_script("script", never);
        start_script(script, 0);
        th_turns(&th.loop, 0);
        th.loop.why = "";
        th.fail_status = statuses[i];
        th_fail(TH_HOOK_MAKE_TASK, 1);
        th_turns(&th.loop, 1);
        th_expect(texts[i]);
        th_coro_drop(script);
    }
}
END_TEST

static const th_op stubborn[] = {
    {TH_AWAIT, .slot = 2, .catches = true}, {TH_AWAIT, .slot = 3}, {TH_RETURN, .number = 7}};

/* A task in slot 1 that outlives its cancellation, and one in slot 0 that waits for it without time. */
static ac_task *wait_for_stubborn(void)
{
    th_slot(2, "first");
    th_slot(3, "second");
    th_start(1, "stubborn", stubborn, AC_EAGER_NO);
    th_turns(&th.loop, 1);
    ac_task *task = start(th.slots[1], 0, 0);
    th_turns(&th.loop, 2);
    th_expect("stubborn caught CancelledError()");
    return task;
}

START_TEST(test_a_task_that_swallows_the_cancellation_gives_its_result)
{
    wait_for_stubborn();
    ck_assert_str_eq(th_shown_by(th.slots[0]), "copy, stubborn, stubborn");
    th_ok(ac_future_set_result(th.slots[3], ac_none()));
    th_turns(&th.loop, 3);
    th_expect("got 7");
}
END_TEST

START_TEST(test_the_wait_for_a_cancelled_task_can_be_cancelled)
{
    ac_task *task = wait_for_stubborn();
    th_ok(ac_task_cancel(task, ac_lend(th_int(5)), NULL));
    th_turns(&th.loop, 1);
    th_expect("raised CancelledError(5)");
    ck_assert_ptr_null(ac_future_next_callback(th.slots[1], NULL));
    th_ok(ac_future_set_result(th.slots[3], ac_none()));
    th_turns(&th.loop, 1);
    ck_assert_str_eq(th_state(th.slots[1]), "result 7");
}
END_TEST

/* The callback is ready when the wait is given up: it outlives it. */
START_TEST(test_a_callback_that_is_ready_outlives_the_wait)
{
    ac_task *task = wait_for_stubborn();
    th_ok(ac_future_set_result(th.slots[3], ac_none()));
    th_turns(&th.loop, 1);
    ck_assert_str_eq(th_state(th.slots[1]), "result 7");
    th_ok(ac_task_cancel(task, ac_lend(th_int(6)), NULL));
    ck_assert_uint_gt(th.bytes, 0);
    th_turns(&th.loop, 2);
    th_expect("raised CancelledError(6)");
    ck_assert_uint_eq(th.bytes, 0);
}
END_TEST

START_TEST(test_the_callback_says_who_waits)
{
    ac_task *task = wait_for_stubborn();
    ac_handle *handle = ac_future_next_callback(th.slots[1], NULL);
    ac_callback *callback = ac_handle_callback(handle);
    ck_assert_str_eq(callback->ops->name, "_release_waiter");
    ck_assert_ptr_eq(callback->ops->waiter(callback), &task->future);
    ck_assert_str_eq(visit_future(1), "t, copy, second, CancelledError()");
    ac_future_clear(th.slots[0]);
    ck_assert_ptr_null(ac_future_next_callback(th.slots[1], NULL));
    th_ok(ac_future_set_result(th.slots[3], ac_none()));
    th_turns(&th.loop, 1);
}
END_TEST

START_TEST(test_a_cancel_that_raises_leaves_no_callback)
{
    th_slot(1, "f");
    ac_future_set_overridden(th.slots[1], true);
    th_fail(TH_HOOK_CANCEL, 1);
    start(th.slots[1], 0, 0);
    th_turns(&th.loop, 1);
    th_expect("raised RuntimeError('cancel failed')");
    ck_assert_ptr_null(ac_future_next_callback(th.slots[1], NULL));
    ck_assert_uint_eq(th.bytes, 0);
}
END_TEST

/* ---- Ended early ---- */

START_TEST(test_a_task_can_be_cleared_at_each_wait)
{
    start(th_slot(1, "f"), 0, 5);
    th_turns(&th.loop, 1);
    ac_future_clear(th.slots[0]);
    start(NULL, 9, 5);
    th_turns(&th.loop, 1);
    ac_future_clear(th.slots[0]);
    start(th_slot(2, "g"), 0, 0);
    th_turns(&th.loop, 1);
    ac_future_clear(th.slots[0]);
    th_run(&th.loop);
    th_expect("");
    ck_assert_int_eq(th.objects, 0);
    ck_assert_uint_eq(th_refs(th.slots[1]), 1);
    ck_assert_uint_eq(th_refs(th.slots[2]), 1);
}
END_TEST

/* Drives it by hand inside of a task, which gives nothing of its own. */
static ac_turn step(ac_wait_for *wait, ac_how how, ac_ref in, ac_out *out)
{
    static ac_task *current;
    if (current == NULL || th.slots[5] == NULL) {
        static const th_op waits[] = {{TH_AWAIT, .slot = 6}, {TH_END}};
        th_slot(6, "never");
        th_start(5, "driver", waits, AC_EAGER_NO);
        th_turns(&th.loop, 1);
        current = th_task_in(5);
    }
    ac_task *before = ac_loop_swap_current_task(&th.loop, current);
    ac_turn turn = ac_coro_resume(&th.loop, &wait->co, how, in, out);
    ac_loop_swap_current_task(&th.loop, before);
    return turn;
}

static void suspend(ac_wait_for *wait)
{
    ac_out out;
    ck_assert_int_eq(step(wait, AC_SEND, ac_none_ref(), &out), AC_AWAITING);
    if (!ac_future_is_embedded(out.future))
        th_release(out.future);
}

typedef enum kind { FUTURE, BODY, NO_TIME, KINDS } kind;

static void make(ac_wait_for *wait, ac_sleep *nap, kind kind)
{
    const double seconds = kind == NO_TIME ? 0 : 5;
    if (kind == BODY) {
        ac_sleep_init(nap, &th.loop, 9, th_new("slept"));
        ac_wait_for_body(wait, &th.loop, &nap->co, &seconds);
        return;
    }
    if (th.slots[1] != NULL)
        th_release(th.slots[1]);
    th.slots[1] = NULL;
    ac_wait_for_future(wait, &th.loop, th_slot(1, "f"), &seconds);
}

START_TEST(test_it_can_be_closed_and_thrown_into_at_each_wait)
{
    ac_wait_for wait;
    ac_sleep nap;
    ac_out out;
    ac_value error = th_exception(TH_VALUE, "thrown");
    for (int kind = 0; kind < KINDS; kind++) {
        make(&wait, &nap, (enum kind)kind);
        suspend(&wait);
        ck_assert_int_eq(step(&wait, AC_CLOSE, ac_none_ref(), &out), kind == BODY ? AC_RAISED : AC_RETURNED);
        ck_assert_uint_eq(out.value.bits, 0);
        ck_assert_int_eq(step(&wait, AC_SEND, ac_none_ref(), &out), AC_RAISED);
        make(&wait, &nap, (enum kind)kind);
        suspend(&wait);
        ck_assert_int_eq(step(&wait, AC_THROW, ac_lend(error), &out), AC_RAISED);
        ck_assert_str_eq(th_repr_of(out.value), "ValueError('thrown')");
    }
    th_drop(error);
    th_run(&th.loop);
    ac_future_clear(th.slots[5]);
}
END_TEST

START_TEST(test_it_can_be_closed_and_thrown_into_before_its_start)
{
    ac_wait_for wait;
    ac_sleep nap;
    ac_out out;
    ac_value error = th_exception(TH_VALUE, "thrown");
    for (int kind = 0; kind < KINDS; kind++) {
        make(&wait, &nap, (enum kind)kind);
        ck_assert_int_eq(ac_coro_resume(&th.loop, &wait.co, AC_CLOSE, ac_none_ref(), &out), AC_RETURNED);
        make(&wait, &nap, (enum kind)kind);
        ck_assert_int_eq(ac_coro_resume(&th.loop, &wait.co, AC_THROW, ac_lend(error), &out), AC_RAISED);
        th_drop(out.value);
    }
    ck_assert_uint_eq(th_refs(th.slots[1]), 1);
    ac_cancel_and_wait cancel;
    ac_cancel_and_wait_init(&cancel, &th.loop, th.slots[1]);
    ck_assert_int_eq(ac_coro_resume(&th.loop, &cancel.co, AC_THROW, ac_lend(error), &out), AC_RAISED);
    th_drop(out.value);
    ck_assert_uint_eq(th_refs(th.slots[1]), 1);
    th_drop(error);
}
END_TEST

START_TEST(test_outside_of_a_task_it_fails)
{
    ac_wait_for wait;
    ac_out out;
    ac_wait_for_future(&wait, &th.loop, th_slot(1, "f"), NULL);
    ck_assert_int_eq(ac_coro_resume(&th.loop, &wait.co, AC_SEND, ac_none_ref(), &out), AC_RAISED);
    ck_assert_str_eq(th_repr_of(out.value), "RuntimeError('Timeout should be used inside a task')");
}
END_TEST

/* ---- Failures ---- */

START_TEST(test_the_nth_allocation_fails)
{
    for (unsigned nth = 1; nth <= 2; nth++) {
        start(NULL, 9, 5);
        th_fail(TH_HOOK_REALLOC, nth);
        th_turns(&th.loop, 1);
        th_expect("raised None");
        ck_assert_int_eq(th.objects, 1); /* the task's context */
    }
    start(th_slot(1, "f"), 0, 0);
    th_fail(TH_HOOK_REALLOC, 1);
    th_turns(&th.loop, 1);
    th_expect("raised None");
    ck_assert_str_eq(th_state(th.slots[1]), "pending");
}
END_TEST

START_TEST(test_the_nth_exception_cannot_be_made)
{
    for (unsigned nth = 1; nth <= 2; nth++) {
        start(th_slot(nth, "f"), 0, 0);
        th_turns(&th.loop, 2);
        th_fail(TH_HOOK_ERROR, nth);
        th_turns(&th.loop, 1);
        th_expect("raised None");
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_the_task_waits_for_the_future_itself,
        test_a_body_runs_in_the_calling_task,
        test_what_is_late_is_cancelled,
        test_what_is_done_already_does_not_suspend,
        test_a_future_that_is_being_awaited_at_this_moment_is_refused,
        test_a_cancellation_goes_to_what_is_waited_for,
        test_errors_go_through,
        test_without_time_a_future_is_cancelled_and_waited_for,
        test_without_time_what_is_done_is_given,
        test_without_time_a_body_is_made_a_task_that_never_runs,
        test_a_body_that_nobody_takes_is_closed,
        test_a_task_that_swallows_the_cancellation_gives_its_result,
        test_the_wait_for_a_cancelled_task_can_be_cancelled,
        test_a_callback_that_is_ready_outlives_the_wait,
        test_the_callback_says_who_waits,
        test_a_cancel_that_raises_leaves_no_callback,
        test_a_task_can_be_cleared_at_each_wait,
        test_it_can_be_closed_and_thrown_into_at_each_wait,
        test_it_can_be_closed_and_thrown_into_before_its_start,
        test_outside_of_a_task_it_fails,
        test_the_nth_allocation_fails,
        test_the_nth_exception_cannot_be_made,
    };
    return TH_MAIN("wait_for", tests);
}
