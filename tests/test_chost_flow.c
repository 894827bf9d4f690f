/* test_chost_flow.c - groups, gather, shield and timeouts on the C host (tasks.c, gather.c, timeout.c). */
#include "chost_kit.h"

#include <stdio.h>
#include <string.h>

static ac_future *future_of(worker *self)
{
    return &self->head.task.future;
}

/* ---- Groups ---- */

struct nursery {
    ac_c_task head;
    ac_group group;
    void (*fill)(ac_loop *loop, struct nursery *self);
};

enum { EXIT = 1 };

static ac_turn nursery_run(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct nursery *self = AC_C_SELF(co, struct nursery);
    ac_turn turn;

    AC_BEGIN(co);
    ac_group_init(&self->group, loop);
    kit_ok(ac_group_enter(&self->group));
    self->fill(loop, self);
    kit_ok(ac_group_exit(&self->group, ac_none_ref()));
    AC_AWAIT_CORO(EXIT, &self->group.exit, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    AC_END(co);
    return ac_return(out, ac_none());
}

static void nursery_clear(ac_loop *loop, ac_coro *co)
{
    (void)loop;
    ac_group_clear(&AC_C_SELF(co, struct nursery)->group);
}

static const ac_coro_ops nursery_ops = {.resume = nursery_run, .clear = nursery_clear};

static ac_c_task *nursery(void (*fill)(ac_loop *loop, struct nursery *self))
{
    struct nursery *self = ac_c_task_new(kit.loop, sizeof *self, &nursery_ops);
    ck_assert_ptr_nonnull(self);
    self->fill = fill;
    return &self->head;
}

static const char *run(ac_c_task *task)
{
    static char text[512];
    ac_value result = ac_none();
    ac_status status = ac_c_run(kit.loop, task, &result);
    snprintf(text, sizeof text, "%s %s", ac_status_name(status), kit_repr_of(result));
    return text;
}

static void add(ac_group *group, worker *child, ac_eager eager)
{
    kit_ok(ac_c_group_create_task(group, &child->head, eager));
    kit_release(child);
}

static void add_three(ac_loop *loop, struct nursery *self)
{
    worker *named = kit_worker("named"), *failing = kit_worker("failing"), *eager = kit_worker("eager");
    (void)loop;
    named->naps = 5;
    failing->raises = &ac_c_ValueError;
    failing->gives = ac_c_str(kit.loop, "x");
    kit_ok(ac_c_task_set_name(kit.loop, &named->head, "the first"));
    ac_c_retain(future_of(named));
    add(&self->group, named, AC_EAGER_NO);
    add(&self->group, failing, AC_EAGER_DEFAULT);
    add(&self->group, eager, AC_EAGER_YES);
    kit_log("%s", kit_name(&named->head));
    kit_release(named);
}

START_TEST(test_children_of_a_group_are_cancelled_with_it_and_their_errors_come_out)
{
    ck_assert_str_eq(run(nursery(add_three)),
                     "AC_E_RAISED ExceptionGroup('unhandled errors in a TaskGroup', [ValueError('x')])");
    kit_expect("eager, the first, named, failing, named caught CancelledError()");
}
END_TEST

static void refused(ac_group *group)
{
    worker *child = kit_worker("never");
    ac_status status = ac_c_group_create_task(group, &child->head, AC_EAGER_DEFAULT);
    kit_log("%s %s", ac_status_name(status), kit_repr_of(ac_group_status_exception(group, status)));
    ck_assert_ptr_null(ac_future_get_loop(future_of(child)));
    kit_release(child);
}

static void cancel_and_add(ac_loop *loop, struct nursery *self)
{
    worker *child = kit_worker("child");
    (void)loop;
    child->naps = 1;
    add(&self->group, child, AC_EAGER_NO);
    kit_status(ac_group_enter(&self->group), AC_E_RUNTIME);
    kit_log("%s", kit_repr_of(ac_group_status_exception(&self->group, AC_E_RUNTIME)));
    kit_ok(ac_group_cancel(&self->group));
    refused(&self->group);
}

START_TEST(test_a_group_that_refuses_says_why_with_its_repr)
{
    struct nursery *self = (struct nursery *)(void *)nursery(cancel_and_add);
    ac_group_init(&self->group, kit.loop);
    refused(&self->group);
    kit_expect("AC_E_RUNTIME RuntimeError('TaskGroup <TaskGroup> has not been entered')");
    kit_status(ac_group_enter(&self->group), AC_E_RUNTIME);
    ck_assert_str_eq(kit_repr_of(ac_group_status_exception(&self->group, AC_E_RUNTIME)),
                     "RuntimeError('TaskGroup <TaskGroup> cannot determine the parent task')");
    ac_c_retain(&self->head.task.future);
    ck_assert_str_eq(run(&self->head), "AC_OK None");
    kit_expect("RuntimeError('TaskGroup <TaskGroup tasks=1 entered> has already been entered'), "
               "AC_E_RUNTIME RuntimeError('TaskGroup <TaskGroup tasks=1 cancelling> is shutting down')");
    kit_release_future(&self->head.task.future);
}
END_TEST

static void fail_and_wait(ac_loop *loop, struct nursery *self)
{
    worker *failing = kit_worker(NULL), *stubborn = kit_worker("stubborn");
    (void)loop;
    failing->raises = &ac_c_ValueError;
    stubborn->naps = 1;
    stubborn->data = &self->group;
    stubborn->swallows = true;
    add(&self->group, failing, AC_EAGER_NO);
    add(&self->group, stubborn, AC_EAGER_NO);
}

static void fill_finished(ac_loop *loop, struct nursery *self)
{
    (void)loop;
    (void)self;
}

static void add_to_finished(ac_loop *loop, worker *self)
{
    (void)loop;
    refused(self->data);
}

static void fail_and_refuse(ac_loop *loop, struct nursery *self)
{
    worker *stubborn = kit_worker("stubborn");
    stubborn->naps = 1;
    stubborn->data = &self->group;
    stubborn->swallows = true;
    stubborn->last = add_to_finished;
    add(&self->group, stubborn, AC_EAGER_NO);
    fail_and_wait(loop, self);
}

START_TEST(test_the_repr_of_a_group_counts_its_errors)
{
    ck_assert_str_eq(run(nursery(fail_and_refuse)),
                     "AC_E_RAISED ExceptionGroup('unhandled errors in a TaskGroup', [ValueError()])");
    kit_expect(
        "stubborn, stubborn, stubborn caught CancelledError(), "
        "AC_E_RUNTIME RuntimeError('TaskGroup <TaskGroup tasks=2 errors=1 cancelling> is shutting down'), "
        "stubborn caught CancelledError()");
}
END_TEST

START_TEST(test_a_group_that_has_exited_is_finished)
{
    struct nursery *self = (struct nursery *)(void *)nursery(fill_finished);
    ac_c_retain(&self->head.task.future);
    ck_assert_str_eq(run(&self->head), "AC_OK None");
    refused(&self->group);
    ck_assert_int_eq(strncmp(kit.log, "AC_E_RUNTIME RuntimeError('TaskGroup <TaskGroup", 46), 0);
    kit.log[0] = '\0';
    kit_release_future(&self->head.task.future);
}
END_TEST

START_TEST(test_a_group_of_an_older_release_has_no_cancel)
{
    ac_group group;
    kit_loop("3.12.0");
    ac_group_init(&group, kit.loop);
    kit_status(ac_group_cancel(&group), AC_E_TYPE);
    ck_assert_str_eq(kit_repr_of(ac_group_status_exception(&group, AC_E_TYPE)),
                     "TypeError(\"'TaskGroup' object has no attribute 'cancel'\")");
    ck_assert_str_eq(kit_repr_of(ac_group_status_exception(&group, AC_E_MEMORY)), "None");
    ac_group_clear(&group);
}
END_TEST

/* ---- gather and shield ---- */

START_TEST(test_futures_are_gathered)
{
    ac_future *a = ac_c_future_new(kit.loop), *b = ac_c_future_new(kit.loop), *out;
    ac_future *const children[] = {a, b, a};
    ac_how how;
    ac_value value;
    kit_ok(ac_c_gather(kit.loop, children, 3, false, &out));
    ac_c_release(kit.loop, a);
    ac_c_release(kit.loop, b);
    kit_ok(ac_future_set_result(a, ac_c_int(1)));
    kit_ok(ac_future_set_result(b, ac_c_int(2)));
    kit_turns(1);
    kit_ok(ac_future_result(out, &how, &value));
    ck_assert_str_eq(kit_repr_of(value), "[1, 2, 1]");
    ac_c_release(kit.loop, out);
}
END_TEST

START_TEST(test_a_gather_of_a_future_of_another_loop_is_refused)
{
    ac_loop *other = ac_c_loop_new(NULL, NULL);
    ac_future *a = ac_c_future_new(kit.loop), *b = ac_c_future_new(other), *out;
    ac_future *const children[] = {a, b};
    kit_status(ac_c_gather(kit.loop, children, 2, false, &out), AC_E_VALUE);
    ck_assert_ptr_null(out);
    kit_status(ac_c_shield(kit.loop, b, &out), AC_E_VALUE);
    ck_assert_ptr_null(out);
    kit_ok(ac_future_set_result(a, ac_none()));
    kit_turns(1);
    ac_c_release(kit.loop, a);
    ac_c_release(other, b);
    ck_assert_uint_eq(ac_c_loop_free(other), 0);
}
END_TEST

START_TEST(test_a_future_is_shielded)
{
    ac_future *inner = ac_c_future_new(kit.loop), *outer;
    kit_ok(ac_c_shield(kit.loop, inner, &outer));
    kit_ok(ac_future_cancel(outer, ac_none_ref(), NULL));
    kit_turns(1);
    ck_assert(!ac_future_done(inner));
    ac_c_release(kit.loop, outer);
    kit_ok(ac_future_set_result(inner, ac_none()));
    kit_ok(ac_c_shield(kit.loop, inner, &outer));
    ck_assert_ptr_eq(inner, outer);
    ac_c_release(kit.loop, outer);
    ac_c_release(kit.loop, inner);
}
END_TEST

/* ---- timeouts ---- */

/* A body that has so much time for a nap, or for none. */
struct limited {
    ac_c_task head;
    ac_sleep nap;
    ac_timeout timeout;
    double limit, seconds;
    const ac_c_class *raises; /* in the block, after the nap */
};

static ac_turn be_limited(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct limited *self = AC_C_SELF(co, struct limited);
    ac_turn turn;
    ac_status status;
    AC_BEGIN(co);
    if ((status = ac_c_timeout_enter(&self->timeout, loop, self->limit)) != AC_OK)
        return ac_c_fail(loop, out, status);
    ac_sleep_init(&self->nap, loop, self->seconds, ac_c_int(7));
    AC_AWAIT_CORO(1, &self->nap.co, turn);
    if (self->raises != NULL) {
        ac_drop(loop, out->value);
        turn = ac_c_throw(loop, out, self->raises, "own");
    }
    turn = ac_c_timeout_exit(&self->timeout, turn, out);
    ck_assert_uint_eq(ac_task_cancelling(ac_loop_current_task(loop)), 0);
    AC_END(co);
    return turn;
}

static void clear_limited(ac_loop *loop, ac_coro *co)
{
    struct limited *self = AC_C_SELF(co, struct limited);
    ac_coro_clear(loop, &self->nap.co);
    ac_timeout_clear(&self->timeout);
}

static const ac_coro_ops limited_ops = {.resume = be_limited, .clear = clear_limited};

static struct limited *limited(double limit, double seconds)
{
    struct limited *task = ac_c_task_new(kit.loop, sizeof *task, &limited_ops);
    ck_assert_ptr_nonnull(task);
    task->limit = limit;
    task->seconds = seconds;
    return task;
}

static const char *run_limited(struct limited *task)
{
    ac_value result;
    (void)ac_c_run(kit.loop, &task->head, &result);
    return kit_repr_of(result);
}

START_TEST(test_a_block_that_ends_in_time_gives_what_it_gives)
{
    ck_assert_str_eq(run_limited(limited(2, 1)), "7");
    ck_assert_double_eq(ac_loop_time(kit.loop), 1);
}
END_TEST

START_TEST(test_a_block_that_takes_too_long_raises)
{
    ac_value result;
    ac_status status = ac_c_run(kit.loop, &limited(1, 2)->head, &result);
    kit_status(status, AC_E_RAISED);
    ck_assert_ptr_eq(ac_c_class_of(ac_lend(result)), &ac_c_TimeoutError);
    ck_assert_ptr_eq(ac_c_class_of(ac_c_cause(ac_lend(result))), &ac_c_CancelledError);
    ac_drop(kit.loop, result);
    ck_assert_double_eq(ac_loop_time(kit.loop), 1);
}
END_TEST

START_TEST(test_a_block_keeps_an_error_of_its_own)
{
    struct limited *task = limited(2, 1);
    task->raises = &ac_c_ValueError;
    ck_assert_str_eq(run_limited(task), "ValueError('own')");
    task = limited(1, 2);
    task->raises = &ac_c_ValueError;
    ck_assert_str_eq(run_limited(task), "ValueError('own')");
}
END_TEST

START_TEST(test_a_timeout_outside_of_tasks_is_refused)
{
    ac_timeout timeout;
    ac_out out;
    ac_status status = ac_c_timeout_enter(&timeout, kit.loop, 1);
    kit_status(status, AC_E_RUNTIME);
    ck_assert_int_eq(ac_c_fail(kit.loop, &out, status), AC_RAISED);
    ck_assert_str_eq(kit_repr_of(out.value), "RuntimeError('Timeout should be used inside a task')");
    ac_timeout_clear(&timeout);
}
END_TEST

/* A collector takes a task apart in the middle of its block: nothing may be left of the timers. */
START_TEST(test_a_frame_gives_up_its_coroutines)
{
    struct limited *waiting = limited(1, 2), *new_one = limited(1, 2);
    ac_value result = ac_none();
    kit_ok(ac_c_create_task(kit.loop, &waiting->head, AC_EAGER_NO));
    kit_turns(1);
    ac_future_clear(&waiting->head.task.future);
    ac_c_release(kit.loop, &waiting->head.task.future);
    ac_c_release(kit.loop, &new_one->head.task.future); /* zeroed, and never prepared */
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 0);
    kit_ok(ac_c_runner_run(kit.loop, &limited(9, 5)->head, &result)); /* past both deadlines */
    ac_drop(kit.loop, result);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_children_of_a_group_are_cancelled_with_it_and_their_errors_come_out,
        test_a_group_that_refuses_says_why_with_its_repr,
        test_the_repr_of_a_group_counts_its_errors,
        test_a_group_that_has_exited_is_finished,
        test_a_group_of_an_older_release_has_no_cancel,
        test_futures_are_gathered,
        test_a_gather_of_a_future_of_another_loop_is_refused,
        test_a_future_is_shielded,
        test_a_block_that_ends_in_time_gives_what_it_gives,
        test_a_block_that_takes_too_long_raises,
        test_a_block_keeps_an_error_of_its_own,
        test_a_timeout_outside_of_tasks_is_refused,
        test_a_frame_gives_up_its_coroutines,
    };
    return KIT_MAIN("chost_flow", tests);
}
