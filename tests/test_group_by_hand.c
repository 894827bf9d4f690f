/* test_group_by_hand.c - a TaskGroup that is driven by hand: its exit at each resume point, clear and visit
 * at any time, children that go away, and host code that interferes.
 *
 * Mirrors    taskgroups.TaskGroup where nobody is supposed to look: an exit that is thrown into or closed, a
 *            parent that ended without an exit, _abort while the set of tasks changes.
 * See also   test_taskgroup.c for the group as programs use it. */
#include "host.h"

#define ORPHAN "Task %T has errored out but its parent task %P is already completed"

static const th_op ends[] = {{TH_END}};
static const th_op fails[] = {{TH_RAISE, .kind = TH_VALUE, .text = "x"}};
static const th_op parks[] = {{TH_PARK, .catches = true}, {TH_RERAISE}, {TH_END}};

static ac_group group;

static void enter_group(ac_loop *loop, th_coro *self)
{
    (void)self;
    ac_group_init(&group, loop);
    th_ok(ac_group_enter(&group));
}

/* The task "main" in slot 0 enters the group and parks. */
static void start(void)
{
    static const th_op script[] = {{TH_CALL, .call = enter_group}, {TH_PARK, .catches = true}, {TH_END}};
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ck_assert_uint_eq(th_refs(th.slots[0]), 2);
}

/* Lets main end, which releases what is left of it. */
static void end(void)
{
    ac_group_clear(&group);
    if (!ac_future_done(th.slots[0]))
        th_ok(ac_task_wake(th_task_in(0)));
    th_run(&th.loop);
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
}

static ac_task *add_coro(unsigned slot, th_coro *coro)
{
    ac_task_spec spec = {.body = &coro->co};
    ac_task *task = NULL;
    th_ok(ac_group_create_task(&group, &spec, &task));
    th_coro_drop(coro);
    if (th.slots[slot] != NULL)
        th_release(th.slots[slot]);
    th.slots[slot] = &task->future;
    return task;
}

static ac_task *add(unsigned slot, const char *name, const th_op *script)
{
    return add_coro(slot, th_script(name, script));
}

static void drop_slot(unsigned slot)
{
    ac_future *future = th.slots[slot];
    th.slots[slot] = NULL;
    if (future != NULL)
        th_release(future);
}

/* Resumes the exit; an exception that is thrown in is dropped here, as is what comes out, in words. */
static const char *drive(ac_how how, ac_value in)
{
    ac_out out = {.value = ac_none()};
    ac_turn turn = ac_coro_resume(&th.loop, &group.exit, how, ac_lend(in), &out);
    th_drop(in);
    if (turn == AC_AWAITING) {
        ck_assert_ptr_eq(out.future, &group.waiter);
        ck_assert(ac_future_is_blocking(out.future));
        return "waits";
    }
    ck_assert(turn == AC_RETURNED || turn == AC_RAISED);
    const char *value = th_repr_of(out.value);
    return turn == AC_RETURNED && out.value.bits == 0 ? "returned" : value;
}

static const char *exit_with(ac_value exception)
{
    th_ok(ac_group_exit(&group, ac_lend(exception)));
    th_drop(exception);
    return drive(AC_SEND, ac_none());
}

/* ---- The exit ---- */

START_TEST(test_the_exit_needs_an_enter_and_happens_once)
{
    ac_group_init(&group, &th.loop);
    th_expect_failure(ac_group_exit(&group, ac_none_ref()), AC_E_RUNTIME,
                      "TaskGroup %G has not been entered");
    start();
    th_ok(ac_group_exit(&group, ac_none_ref()));
    th_expect_failure(ac_group_exit(&group, ac_none_ref()), AC_E_RUNTIME, "TaskGroup %G is finished");
    ck_assert_str_eq(drive(AC_SEND, ac_none()), "returned");
    th_expect_failure(ac_group_exit(&group, ac_none_ref()), AC_E_RUNTIME,
                      "TaskGroup %G has not been entered");
    end();
}
END_TEST

START_TEST(test_the_exit_releases_the_parent_and_never_runs_again)
{
    start();
    ck_assert_str_eq(exit_with(ac_none()), "returned");
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
    ck_assert_str_eq(drive(AC_SEND, ac_none()), "None");
    end();
}
END_TEST

/* A resume with children left waits again, for a fresh future. */
START_TEST(test_the_exit_waits_as_often_as_it_is_resumed_too_early)
{
    start();
    add(1, "child", parks);
    ck_assert_str_eq(exit_with(ac_none()), "waits");
    th_turns(&th.loop, 1);
    ck_assert_str_eq(drive(AC_SEND, ac_none()), "waits");
    ck_assert_str_eq(drive(AC_THROW, th_cancelled(ac_none_ref())), "waits");
    ck_assert(ac_group_is_aborting(&group));
    th_ok(ac_task_wake(th_task_in(1)));
    ck_assert(!ac_future_done(&group.waiter));
    th_turns(&th.loop, 2);
    ck_assert(ac_future_done(&group.waiter));
    th_expect("child caught CancelledError()");
    ck_assert_str_eq(drive(AC_SEND, ac_none()), "CancelledError()");
    end();
}
END_TEST

/* CPython lets any other exception out at once: the children are left to themselves. */
START_TEST(test_an_exit_that_is_thrown_something_else_leaves_the_children_to_themselves)
{
    start();
    add(1, "child", parks);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(exit_with(ac_none()), "waits");
    ck_assert_str_eq(drive(AC_THROW, th_exception(TH_VALUE, "thrown")), "ValueError('thrown')");
    ck_assert(!ac_group_is_aborting(&group));
    ck_assert_uint_eq(ac_group_task_count(&group), 1);
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
    add(2, "late", ends);
    th_ok(ac_task_wake(th_task_in(1)));
    th_run(&th.loop);
    ck_assert_uint_eq(ac_group_task_count(&group), 0);
    end();
}
END_TEST

START_TEST(test_an_exit_can_be_closed_before_its_start_and_while_it_waits)
{
    start();
    th_ok(ac_group_exit(&group, ac_none_ref()));
    ac_coro_close(&th.loop, &group.exit);
    ck_assert_str_eq(drive(AC_SEND, ac_none()), "None");
    end();
    start();
    add(1, "child", ends);
    ck_assert_str_eq(exit_with(ac_none()), "waits");
    ac_coro_close(&th.loop, &group.exit);
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
    ck_assert_uint_eq(ac_group_task_count(&group), 1);
    th_run(&th.loop);
    ck_assert_uint_eq(ac_group_task_count(&group), 0);
    end();
}
END_TEST

/* A body's cancellation, and one after the other while the exit waits: the first is raised. */
START_TEST(test_the_exit_keeps_the_first_cancellation)
{
    th_use("3.14");
    start();
    add(1, "child", parks);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(exit_with(th_cancelled(ac_lend(th_int(1)))), "waits");
    ck_assert_str_eq(drive(AC_THROW, th_cancelled(ac_lend(th_int(2)))), "waits");
    ck_assert_str_eq(drive(AC_THROW, th_cancelled(ac_lend(th_int(3)))), "waits");
    th_ok(ac_task_wake(th_task_in(1)));
    th_run(&th.loop);
    th_expect("child caught CancelledError()");
    ck_assert_str_eq(drive(AC_SEND, ac_none()), "CancelledError(1)");
    end();
}
END_TEST

/* ---- Orphans: a child fails and nobody waits for its group any more ---- */

START_TEST(test_an_error_after_the_parent_ended_is_reported)
{
    static const th_op script[] = {{TH_CALL, .call = enter_group}, {TH_END}};
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ck_assert(ac_future_done(th.slots[0]));
    add(1, "child", fails);
    th_run(&th.loop);
    th_expect_reports(ORPHAN ": ValueError('x')");
    ck_assert_uint_eq(ac_group_error_count(&group), 1);
    ck_assert(!ac_group_is_aborting(&group));
    end();
}
END_TEST

static void fail_after_the_exit(const char *semantics, const char *report)
{
    th_use(semantics);
    start();
    add(1, "child", fails);
    ck_assert_str_eq(exit_with(ac_none()), "waits");
    ck_assert_str_eq(drive(AC_THROW, th_exception(TH_VALUE, "thrown")), "ValueError('thrown')");
    th_run(&th.loop);
    th_expect_reports(report);
    end();
}

/* gh-124958 */
START_TEST(test_an_error_after_the_exit_was_left_is_reported)
{
    fail_after_the_exit("3.12.7", ORPHAN ": ValueError('x')");
    fail_after_the_exit("3.13.0", ORPHAN ": ValueError('x')");
    fail_after_the_exit(
        "3.13.1", "Exception in callback: AttributeError(''NoneType' object has no attribute 'append'')");
    fail_after_the_exit(
        "3.14", "Exception in callback: AttributeError(''NoneType' object has no attribute 'append'')");
}
END_TEST

static ac_status raise_exit(ac_loop *loop, void *data, const ac_report *report)
{
    (void)data;
    ck_assert_ptr_eq(report->task, th_task_in(1));
    ck_assert_ptr_eq(report->parent, th_task_in(0));
    return ac_loop_raise(loop, th_exception(TH_EXIT, "handler"));
}

START_TEST(test_an_exit_exception_of_the_handler_that_is_told_leaves_the_loop)
{
    static const th_op script[] = {{TH_CALL, .call = enter_group}, {TH_END}};
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    add(1, "child", fails);
    ac_loop_set_exception_handler(&th.loop, raise_exit, NULL);
    th_turns(&th.loop, 1);
    th_expect_status(th_turn(&th.loop), AC_E_RAISED);
    ck_assert_str_eq(th_repr_of(ac_loop_take_raised(&th.loop)), "SystemExit('handler')");
    end();
}
END_TEST

/* cancel() after the exit was left: the children are cancelled still, and there is no parent to cancel. */
START_TEST(test_cancel_after_the_exit_was_left_cancels_the_children)
{
    start();
    add(1, "child", parks);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(exit_with(ac_none()), "waits");
    ck_assert_str_eq(drive(AC_THROW, th_exception(TH_VALUE, "thrown")), "ValueError('thrown')");
    th_ok(ac_group_cancel(&group));
    ck_assert(ac_group_is_aborting(&group));
    ck_assert_uint_eq(ac_task_cancelling(th_task_in(1)), 1);
    ck_assert_uint_eq(ac_task_cancelling(th_task_in(0)), 0);
    th_ok(ac_task_wake(th_task_in(1)));
    th_run(&th.loop);
    th_expect("child caught CancelledError()");
    end();
}
END_TEST

/* ---- Adding a task of the host's own making ---- */

START_TEST(test_a_host_may_make_the_child_itself)
{
    start();
    th_ok(ac_group_admit(&group));
    th_start(1, "child", ends, AC_EAGER_DEFAULT);
    th_ok(ac_group_add(&group, th_task_in(1)));
    ck_assert_uint_eq(ac_group_task_count(&group), 1);
    ck_assert_str_eq(exit_with(ac_none()), "waits");
    th_run(&th.loop);
    ck_assert_str_eq(drive(AC_SEND, ac_none()), "returned");
    ck_assert_uint_eq(th_refs(th.slots[1]), 1);
    end();
}
END_TEST

START_TEST(test_a_task_of_another_group_or_loop_is_refused)
{
    static const char words[] = "the task is of another group or loop";
    static const th_op script[] = {{TH_END}};
    ac_group other;
    ac_loop other_loop;
    start();
    add(1, "child", ends);
    ac_group_init(&other, &th.loop);
    th_expect_failure(ac_group_add(&other, th_task_in(1)), AC_E_RUNTIME, words);
    th_expect_failure(ac_group_add(&group, th_task_in(1)), AC_E_RUNTIME, words);
    th_ok(ac_loop_init(&other_loop, &th.table, NULL));
    ac_task *foreign = th_spawn(&other_loop, th_script("foreign", script), AC_EAGER_DEFAULT, NULL);
    th_expect_failure(ac_group_add(&group, foreign), AC_E_RUNTIME, words);
    ck_assert_uint_eq(ac_group_task_count(&group), 1);
    th_ok(ac_loop_turn(&other_loop));
    th_release(&foreign->future);
    th_ok(ac_loop_close(&other_loop));
    end();
}
END_TEST

/* Nothing is changed by a failure: the foreign loop does not take the callback of a child that has ended, so
 * the group must not wait for it. */
START_TEST(test_a_done_child_whose_callback_cannot_be_queued_is_not_added)
{
    th.table.post = th_post;
    th_use("3.13");
    static const th_op script[] = {{TH_CALL, .call = enter_group}, {TH_PARK}, {TH_END}};
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_start(1, "child", ends, AC_EAGER_DEFAULT);
    th_run_posted(&th.loop);
    ck_assert(ac_future_done(th.slots[1]));
    th_fail(TH_HOOK_POST, 1);
    th_expect_status(ac_group_add(&group, th_task_in(1)), AC_E_RAISED);
    th_drop(ac_loop_take_raised(&th.loop));
    ck_assert_uint_eq(ac_group_task_count(&group), 0);
    ck_assert_uint_eq(th_refs(th.slots[1]), 1);
    ac_group_clear(&group);
    ac_task_set_log_destroy_pending(th_task_in(0), false);
}
END_TEST

static ac_group *script_group;

static void keep_script_group(ac_loop *loop, th_coro *self)
{
    (void)loop;
    script_group = &self->group;
}

static bool armed, refuses;

static bool clear_group_in_post(ac_loop *loop, th_hook hook)
{
    (void)loop;
    if (hook != TH_HOOK_POST || !armed)
        return false;
    armed = false;
    ac_group_clear(&group);
    return refuses;
}

static bool clear_script_group_in_post(ac_loop *loop, th_hook hook)
{
    (void)loop;
    if (hook == TH_HOOK_POST && armed) {
        armed = false;
        ac_group_clear(script_group);
    }
    return false;
}

/* The same foreign loop clears the group first. */
START_TEST(test_the_group_may_be_cleared_by_the_loop_that_refuses_a_callback)
{
    static const th_op script[] = {{TH_CALL, .call = enter_group}, {TH_PARK}, {TH_END}};
    th.table.post = th_post;
    th_use("3.13");
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_start(1, "child", ends, AC_EAGER_DEFAULT);
    th_run_posted(&th.loop);
    th.intercept = clear_group_in_post;
    armed = refuses = true;
    th_expect_status(ac_group_add(&group, th_task_in(1)), AC_E_RAISED);
    th_drop(ac_loop_take_raised(&th.loop));
    ck_assert(!armed);
    ck_assert_uint_eq(ac_group_task_count(&group), 0);
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
    ck_assert_uint_eq(th_refs(th.slots[1]), 1);
    ac_task_set_log_destroy_pending(th_task_in(0), false);
}
END_TEST

/* A child fails, which wakes the exit; the foreign loop that is told of it clears the group, and the parent
 * finds its exit at its end. */
START_TEST(test_the_group_may_be_cleared_by_the_loop_that_wakes_the_exit)
{
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_CALL, .call = keep_script_group},
                                   {TH_SPAWN, 1, .text = "child", .script = parks},
                                   {TH_EXIT_GROUP},
                                   {TH_LOG, .text = "never"},
                                   {TH_END}};
    th.table.post = th_post;
    th_use("3.13");
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_run_posted(&th.loop);
    th_run_posted(&th.loop);
    ac_value error = th_exception(TH_VALUE, "x");
    th_ok(ac_task_step(th_task_in(1), AC_THROW, ac_lend(error)));
    th_drop(error);
    th_expect("child caught ValueError('x')");
    th.intercept = clear_script_group_in_post;
    armed = true;
    refuses = false;
    th_run_posted(&th.loop);
    ck_assert(!armed);
    ck_assert_uint_eq(ac_group_error_count(script_group), 0);
    th.intercept = NULL;
    th_run_posted(&th.loop);
    ck_assert_str_eq(th_state(th.slots[0]), "exception Exception('MemoryError')");
    ac_future_set_log_traceback(th.slots[0], false);
}
END_TEST

START_TEST(test_the_words_of_a_refusal_name_the_group)
{
    ac_group_init(&group, &th.loop);
    ac_value error = ac_group_status_exception(&group, ac_group_admit(&group));
    ck_assert_str_eq(th_repr(ac_lend(error)), "RuntimeError('TaskGroup %G has not been entered')");
    ck_assert_ptr_eq(th_object_of(ac_lend(error))->group, &group);
    th_drop(error);
    th_use("3.14");
    error = ac_group_status_exception(&group, ac_group_cancel(&group));
    ck_assert_str_eq(th_object_of(ac_lend(error))->text, "'TaskGroup' object has no attribute 'cancel'");
    ck_assert_int_eq(th_object_of(ac_lend(error))->kind, TH_TYPE);
    th_drop(error);
    error = ac_group_status_exception(&group, AC_E_CLOSED);
    ck_assert_str_eq(th_repr(ac_lend(error)), "RuntimeError('Event loop is closed')");
    th_drop(error);
}
END_TEST

/* ---- The object around the group ---- */

static int group_refs;

static void retain_group(ac_loop *loop, ac_group *kept)
{
    (void)loop;
    ck_assert_ptr_eq(kept, &group);
    group_refs++;
}

static void release_group(ac_loop *loop, ac_group *kept)
{
    (void)loop;
    ck_assert_ptr_eq(kept, &group);
    ck_assert_int_gt(group_refs, 0);
    group_refs--;
}

/* Once for each child that is not processed yet. */
START_TEST(test_a_group_is_kept_by_its_children)
{
    th.table.retain_group = retain_group;
    th.table.release_group = release_group;
    start();
    add(1, "a", ends);
    add(2, "b", fails);
    add(3, "c", parks);
    add(4, "d", parks);
    ck_assert_int_eq(group_refs, 4);
    th_turns(&th.loop, 1);
    ck_assert_int_eq(group_refs, 4);
    th_turns(&th.loop, 1);
    ck_assert_int_eq(group_refs, 2);
    ac_task_set_log_destroy_pending(th_task_in(3), false);
    ac_future_clear(th.slots[3]);
    ck_assert_int_eq(group_refs, 1);
    ac_group_clear(&group);
    ck_assert_int_eq(group_refs, 0);
    ck_assert_ptr_null(th_task_in(4)->group);
    th_ok(ac_task_wake(th_task_in(4)));
    th_run(&th.loop);
    ck_assert_int_eq(group_refs, 0);
    end();
    th_expect("d caught CancelledError(), main caught CancelledError()");
}
END_TEST

/* ---- Children that are taken apart ---- */

START_TEST(test_a_child_that_is_taken_apart_leaves_its_group_and_wakes_the_exit)
{
    start();
    add(1, "child", parks);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(exit_with(ac_none()), "waits");
    ac_task_set_log_destroy_pending(th_task_in(1), false);
    ac_future_clear(th.slots[1]);
    ck_assert_uint_eq(ac_group_task_count(&group), 0);
    ck_assert_uint_eq(th_refs(th.slots[1]), 1);
    ck_assert(ac_future_done(&group.waiter));
    ck_assert_str_eq(drive(AC_SEND, ac_none()), "returned");
    end();
}
END_TEST

START_TEST(test_a_child_that_ended_can_be_taken_apart_before_its_callback_ran)
{
    start();
    add(1, "child", fails);
    th_turns(&th.loop, 1);
    ck_assert(ac_future_done(th.slots[1]));
    ac_future_clear(th.slots[1]);
    ck_assert_uint_eq(ac_group_task_count(&group), 0);
    th_run(&th.loop);
    ck_assert_uint_eq(ac_group_error_count(&group), 0);
    end();
}
END_TEST

/* Nobody will tell the group; the child is let go, and the group keeps it until it is cleared. */
START_TEST(test_a_child_that_ends_on_a_closed_loop_stays_in_its_group)
{
    th_use("3.13");
    start();
    add(1, "child", parks);
    th_turns(&th.loop, 1);
    th_ok(ac_loop_close(&th.loop));
    th_expect_failure(ac_task_step(th_task_in(1), AC_SEND, ac_none_ref()), AC_E_CLOSED,
                      "Event loop is closed");
    ck_assert(ac_future_done(th.slots[1]));
    ck_assert_uint_eq(ac_group_task_count(&group), 1);
    ck_assert_uint_eq(th_refs(th.slots[1]), 2);
    ac_group_clear(&group);
    ck_assert_uint_eq(th_refs(th.slots[1]), 1);
    ac_task_set_log_destroy_pending(th_task_in(0), false);
}
END_TEST

/* Its error has gone with it: there is none in its place. */
START_TEST(test_a_failed_child_that_is_taken_apart_leaves_an_error_without_an_exception)
{
    start();
    add(1, "child", fails);
    th_run(&th.loop);
    ck_assert_uint_eq(ac_group_error_count(&group), 1);
    ac_future_clear(th.slots[1]);
    drop_slot(1);
    th_expect_released("");
    ck_assert_str_eq(exit_with(ac_none()), "ExceptionGroup('unhandled errors in a TaskGroup', [None])");
    th_expect_released("child");
    end();
}
END_TEST

/* ---- Clear ---- */

START_TEST(test_a_group_can_be_cleared_before_the_enter_and_twice)
{
    ac_group_init(&group, &th.loop);
    ac_group_clear(&group);
    ac_group_clear(&group);
    ck_assert_uint_eq(ac_group_task_count(&group), 0);
}
END_TEST

START_TEST(test_a_group_that_was_never_initialised_can_be_cleared)
{
    static ac_group blank;
    ac_group_clear(&blank);
}
END_TEST

/* Whatever state a child is in, it is left to itself. */
START_TEST(test_a_group_can_be_cleared_while_children_run)
{
    static const th_op logs[] = {{TH_LOG, .text = "ready"}, {TH_END}};
    start();
    add(1, "done", ends);
    add(2, "failed", fails);
    add(3, "parked", parks);
    th_turns(&th.loop, 1);
    add(4, "ready", logs);
    ac_group_clear(&group);
    ck_assert_uint_eq(ac_group_task_count(&group), 0);
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
    th_expect_failure(ac_group_admit(&group), AC_E_RUNTIME, "TaskGroup %G is finished");
    th_ok(ac_task_wake(th_task_in(3)));
    th_run(&th.loop);
    th_expect("ready");
    ck_assert_uint_eq(ac_group_error_count(&group), 0);
    for (unsigned slot = 1; slot <= 4; slot++) {
        ck_assert(ac_future_done(th.slots[slot]));
        ck_assert_uint_eq(th_refs(th.slots[slot]), 1);
    }
    ac_future_set_log_traceback(th.slots[2], false);
    end();
}
END_TEST

/* Everything that a group can own at once. */
static void fill(void)
{
    start();
    add(1, "failed", fails);
    add(2, "parked", parks);
    add(3, "other", parks);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(exit_with(th_exception(TH_EXIT, "body")), "waits");
    th_turns(&th.loop, 1);
    ck_assert_str_eq(drive(AC_THROW, th_cancelled(ac_lend(th_int(4)))), "waits");
    ck_assert(!ac_future_done(th.slots[2]));
}

static void end_parked(void)
{
    ac_group_clear(&group);
    th_ok(ac_task_wake(th_task_in(2)));
    th_ok(ac_task_wake(th_task_in(3)));
    end();
    th_expect("parked caught CancelledError(), other caught CancelledError()");
}

START_TEST(test_a_group_can_be_cleared_while_its_exit_waits)
{
    fill();
    long objects = th.objects;
    group.exit.ops->clear(&th.loop, &group.exit);
    ck_assert_int_lt(th.objects, objects);
    ck_assert_str_eq(drive(AC_SEND, ac_none()), "None");
    end_parked();
}
END_TEST

/* A parent that waits in the exit of a group that is cleared is never woken, and kept by nobody. */
START_TEST(test_a_parent_that_waits_in_a_cleared_group_is_given_up)
{
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_CALL, .call = keep_script_group},
                                   {TH_SPAWN, 1, .text = "child", .script = parks},
                                   {TH_EXIT_GROUP},
                                   {TH_LOG, .text = "never"},
                                   {TH_END}};
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 2);
    ck_assert_uint_eq(th_refs(th.slots[0]), 3); /* the slot's, the core's and the group's */
    ac_group_clear(script_group);
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
    ck_assert_uint_eq(th_refs(th.slots[1]), 1);
    th_ok(ac_task_wake(th_task_in(1)));
    th_run(&th.loop);
    ck_assert_str_eq(th_state(th.slots[0]), "pending");
    ac_task_set_log_destroy_pending(th_task_in(0), false);
}
END_TEST

/* A frame that is cleared clears its group: the task that waits in the exit is destroyed. */
START_TEST(test_a_parent_that_is_destroyed_in_its_exit_leaves_the_children_to_themselves)
{
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_SPAWN, 1, .text = "child", .script = parks},
                                   {TH_EXIT_GROUP},
                                   {TH_LOG, .text = "never"},
                                   {TH_END}};
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 2);
    ac_future_clear(th.slots[0]);
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
    ck_assert_ptr_null(th_task_in(1)->group);
    th_ok(ac_task_wake(th_task_in(1)));
    th_run(&th.loop);
    ck_assert(ac_future_done(th.slots[1]));
}
END_TEST

/* ---- Visit ---- */

static const char *visit(void)
{
    static th_visitor visitor;
    th_visitor_init(&visitor);
    ck_assert_int_eq(ac_group_visit(&group, &visitor.visitor), 0);
    return visitor.seen;
}

START_TEST(test_a_visit_shows_everything_that_a_group_owns_once)
{
    th_visitor visitor;
    ac_group_init(&group, &th.loop);
    ck_assert_str_eq(visit(), "");
    fill();
    ck_assert_str_eq(
        visit(), "parked, other, failed, main, SystemExit('body'), SystemExit('body'), CancelledError(4)");
    for (int stop = 1; stop <= 7; stop++) {
        th_visitor_init(&visitor);
        visitor.stop_after = stop;
        ck_assert_int_eq(group.exit.ops->visit(&group.exit, &visitor.visitor), 42);
        ck_assert_int_eq(visitor.count, stop);
    }
    end_parked();
}
END_TEST

/* The parent hangs on the waiter, and is retained by the group. */
START_TEST(test_a_visit_shows_the_parent_that_waits_in_the_exit)
{
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_CALL, .call = keep_script_group},
                                   {TH_SPAWN, 1, .text = "child", .script = parks},
                                   {TH_EXIT_GROUP},
                                   {TH_END}};
    th_visitor visitor;
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 2);
    th_visitor_init(&visitor);
    ck_assert_int_eq(ac_group_visit(script_group, &visitor.visitor), 0);
    ck_assert_str_eq(visitor.seen, "child, main, main");
    for (int stop = 1; stop <= 3; stop++) {
        th_visitor_init(&visitor);
        visitor.stop_after = stop;
        ck_assert_int_eq(ac_group_visit(script_group, &visitor.visitor), 42);
    }
    th_ok(ac_task_wake(th_task_in(1)));
    th_run(&th.loop);
}
END_TEST

static int visit_kept_group(ac_visitor *visitor, ac_group *kept)
{
    (void)visitor;
    ck_assert_ptr_eq(kept, &group);
    th_log("group");
    return 43;
}

START_TEST(test_a_visit_of_a_child_shows_its_group_to_those_who_count_groups)
{
    th_visitor visitor;
    start();
    add(1, "child", parks);
    th_visitor_init(&visitor);
    ck_assert_int_eq(ac_future_visit(th.slots[1], &visitor.visitor), 0);
    ck_assert_str_eq(visitor.seen, "copy");
    th_visitor_init(&visitor);
    visitor.visitor.group = visit_kept_group;
    ck_assert_int_eq(ac_future_visit(th.slots[1], &visitor.visitor), 43);
    th_expect("group");
    ac_group_clear(&group);
    th_visitor_init(&visitor);
    visitor.visitor.group = visit_kept_group;
    ck_assert_int_eq(ac_future_visit(th.slots[1], &visitor.visitor), 0);
    th_turns(&th.loop, 1);
    ac_task_set_log_destroy_pending(th_task_in(1), false);
    end();
}
END_TEST

/* ---- Host code that interferes with an abort ---- */

static ac_coro_ops evil_ops;
static bool (*evil)(const char *name);

static ac_status unpark(ac_loop *loop, ac_coro *co, ac_ref message, bool *did)
{
    th_coro *self = AC_CONTAINER_OF(co, th_coro, co);
    (void)loop;
    ck_assert(ac_is_none(message));
    th_log("%s asked", self->name);
    *did = evil != NULL && evil(self->name);
    return AC_OK;
}

static ac_task *add_evil(unsigned slot, const char *name)
{
    th_coro *coro = th_script(name, parks);
    evil_ops = *coro->co.ops;
    evil_ops.unpark = unpark;
    coro->co.ops = &evil_ops;
    return add_coro(slot, coro);
}

/* Three children in slots 1 to 3, parked, in a group that is aborted by the body's error. */
static void abort_three(bool (*interfere)(const char *name))
{
    start();
    add_evil(1, "a");
    add_evil(2, "b");
    add_evil(3, "c");
    th_turns(&th.loop, 1);
    evil = interfere;
    (void)exit_with(th_exception(TH_VALUE, "body"));
}

static void end_three(void)
{
    for (unsigned slot = 1; slot <= 3; slot++)
        if (th.slots[slot] != NULL && th_task_in(slot) != NULL && !ac_future_done(th.slots[slot]))
            th_ok(ac_task_wake(th_task_in(slot)));
    th_run(&th.loop);
    end();
    th.log[0] = '\0';
}

START_TEST(test_an_abort_asks_the_children_in_the_order_of_their_creation)
{
    abort_three(NULL);
    th_expect("a asked, b asked, c asked");
    end_three();
}
END_TEST

static void take_apart(unsigned slot)
{
    ac_task_set_log_destroy_pending(th_task_in(slot), false);
    ac_future_clear(th.slots[slot]);
    drop_slot(slot);
}

static bool take_itself_apart(const char *name)
{
    if (name[0] != 'c')
        take_apart(name[0] == 'a' ? 1 : 2);
    return false;
}

START_TEST(test_a_child_may_go_while_the_abort_asks_it)
{
    abort_three(take_itself_apart);
    th_expect("a asked, b asked, c asked");
    th_expect_released("a, b");
    ck_assert_uint_eq(ac_group_task_count(&group), 1);
    end_three();
}
END_TEST

static bool take_next_apart(const char *name)
{
    if (name[0] == 'a')
        take_apart(2);
    return false;
}

START_TEST(test_the_next_child_may_go_while_the_abort_asks_one)
{
    abort_three(take_next_apart);
    th_expect("a asked, c asked");
    th_expect_released("b");
    end_three();
}
END_TEST

static bool take_both_apart(const char *name)
{
    if (name[0] == 'b') {
        take_apart(1);
        take_apart(2);
    }
    return false;
}

/* The walk starts again, and asks nobody twice. */
START_TEST(test_the_abort_starts_again_when_its_place_has_gone)
{
    abort_three(take_both_apart);
    th_expect("a asked, b asked, c asked");
    th_expect_released("a, b");
    end_three();
}
END_TEST

static bool take_b_apart(const char *name)
{
    if (name[0] == 'b')
        take_apart(2);
    return false;
}

START_TEST(test_the_abort_asks_nobody_twice_when_it_starts_again)
{
    abort_three(take_b_apart);
    th_expect("a asked, b asked, c asked");
    ck_assert_uint_eq(ac_task_cancelling(th_task_in(1)), 1);
    end_three();
}
END_TEST

static bool clear_group(const char *name)
{
    (void)name;
    ac_group_clear(&group);
    return false;
}

START_TEST(test_the_group_may_be_cleared_while_the_abort_asks_a_child)
{
    abort_three(clear_group);
    th_expect("a asked");
    ck_assert_uint_eq(ac_group_task_count(&group), 0);
    end_three();
}
END_TEST

static void (*script_clear)(ac_loop *loop, ac_coro *co);
static int clears;

/* The first clear is the task's, the second comes with the end of its object. */
static void clear_group_at_the_end(ac_loop *loop, ac_coro *co)
{
    script_clear(loop, co);
    if (AC_CONTAINER_OF(co, th_coro, co)->name[0] == 'a' && ++clears == 2) {
        ac_group_clear(&group);
        take_apart(2);
        take_apart(3);
    }
}

static bool take_a_apart(const char *name)
{
    if (name[0] == 'a')
        take_apart(1);
    return false;
}

/* The abort's own reference is the last one; what runs when it goes may free all other children. */
START_TEST(test_all_children_may_go_when_the_abort_lets_one_go)
{
    start();
    add_evil(1, "a");
    add_evil(2, "b");
    add_evil(3, "c");
    script_clear = evil_ops.clear;
    evil_ops.clear = clear_group_at_the_end;
    clears = 0;
    th_turns(&th.loop, 1);
    evil = take_a_apart;
    (void)exit_with(th_exception(TH_VALUE, "body"));
    th_expect("a asked");
    ck_assert_int_eq(th.futures, 1);
    th.released[0] = '\0';
    end_three();
}
END_TEST

static void end_b_at_the_end(ac_loop *loop, ac_coro *co)
{
    script_clear(loop, co);
    if (AC_CONTAINER_OF(co, th_coro, co)->name[0] == 'a' && ++clears == 2)
        th_ok(ac_task_step(th_task_in(2), AC_SEND, ac_none_ref()));
}

/* A child that has ended meanwhile is not asked. */
START_TEST(test_the_next_child_may_end_when_the_abort_lets_one_go)
{
    th_use("3.13");
    start();
    add_evil(1, "a");
    add_evil(2, "b");
    add_evil(3, "c");
    script_clear = evil_ops.clear;
    evil_ops.clear = end_b_at_the_end;
    clears = 0;
    th_turns(&th.loop, 1);
    evil = take_a_apart;
    (void)exit_with(th_exception(TH_VALUE, "body"));
    th_expect("a asked, c asked");
    ck_assert(ac_future_done(th.slots[2]));
    ck_assert(!ac_future_cancelled(th.slots[2]));
    end_three();
}
END_TEST

static bool end_parent(const char *name)
{
    (void)name;
    ac_group_clear(&group);
    return false;
}

/* A child's failure aborts a group that host code clears meanwhile: there is no parent left to cancel. */
START_TEST(test_the_parent_may_be_forgotten_while_a_failure_aborts_the_group)
{
    start();
    add_evil(1, "a");
    add(2, "b", fails);
    evil = end_parent;
    th_run(&th.loop);
    th_expect("a asked");
    ck_assert_uint_eq(ac_task_cancelling(th_task_in(0)), 0);
    ac_task_set_log_destroy_pending(th_task_in(1), false);
    end();
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_the_exit_needs_an_enter_and_happens_once,
        test_the_exit_releases_the_parent_and_never_runs_again,
        test_the_exit_waits_as_often_as_it_is_resumed_too_early,
        test_an_exit_that_is_thrown_something_else_leaves_the_children_to_themselves,
        test_an_exit_can_be_closed_before_its_start_and_while_it_waits,
        test_the_exit_keeps_the_first_cancellation,
        test_an_error_after_the_parent_ended_is_reported,
        test_an_error_after_the_exit_was_left_is_reported,
        test_an_exit_exception_of_the_handler_that_is_told_leaves_the_loop,
        test_cancel_after_the_exit_was_left_cancels_the_children,
        test_a_host_may_make_the_child_itself,
        test_a_task_of_another_group_or_loop_is_refused,
        test_a_done_child_whose_callback_cannot_be_queued_is_not_added,
        test_the_group_may_be_cleared_by_the_loop_that_refuses_a_callback,
        test_the_group_may_be_cleared_by_the_loop_that_wakes_the_exit,
        test_the_words_of_a_refusal_name_the_group,
        test_a_group_is_kept_by_its_children,
        test_a_child_that_is_taken_apart_leaves_its_group_and_wakes_the_exit,
        test_a_child_that_ended_can_be_taken_apart_before_its_callback_ran,
        test_a_child_that_ends_on_a_closed_loop_stays_in_its_group,
        test_a_failed_child_that_is_taken_apart_leaves_an_error_without_an_exception,
        test_a_group_can_be_cleared_before_the_enter_and_twice,
        test_a_group_that_was_never_initialised_can_be_cleared,
        test_a_group_can_be_cleared_while_children_run,
        test_a_group_can_be_cleared_while_its_exit_waits,
        test_a_parent_that_waits_in_a_cleared_group_is_given_up,
        test_a_parent_that_is_destroyed_in_its_exit_leaves_the_children_to_themselves,
        test_a_visit_shows_everything_that_a_group_owns_once,
        test_a_visit_shows_the_parent_that_waits_in_the_exit,
        test_a_visit_of_a_child_shows_its_group_to_those_who_count_groups,
        test_an_abort_asks_the_children_in_the_order_of_their_creation,
        test_a_child_may_go_while_the_abort_asks_it,
        test_the_next_child_may_go_while_the_abort_asks_one,
        test_the_abort_starts_again_when_its_place_has_gone,
        test_the_abort_asks_nobody_twice_when_it_starts_again,
        test_the_group_may_be_cleared_while_the_abort_asks_a_child,
        test_all_children_may_go_when_the_abort_lets_one_go,
        test_the_next_child_may_end_when_the_abort_lets_one_go,
        test_the_parent_may_be_forgotten_while_a_failure_aborts_the_group,
    };
    return TH_MAIN("group_by_hand", tests);
}
