/* test_callbacks.c - a future's callbacks: their order, their contexts, when they are scheduled
 * (src/future/callbacks.c). */
#include "future/future_impl.h"
#include "host.h"
#include "task/task_impl.h"

static ac_future *future; /* th.slots[0] */
static th_callback *first, *second, *third;

static void pending(void)
{
    future = th_slot(0, "f");
    first = th_callback_new("a", NULL);
    second = th_callback_new("b", NULL);
    third = th_callback_new("c", NULL);
}

static void add(th_callback *callback)
{
    th_ok(ac_future_add_done_callback(future, th_cb(callback)));
}

static void add_three(void)
{
    pending();
    add(first);
    add(second);
    add(third);
}

static void finish(void)
{
    th_ok(ac_future_set_result(future, th_int(1)));
}

/* The names of the callbacks in order, "a b c". */
static const char *walk(void)
{
    static char text[64];
    text[0] = '\0';
    for (ac_handle *handle = NULL; (handle = ac_future_next_callback(future, handle)) != NULL;) {
        ac_callback *callback = AC_CONTAINER_OF(handle, ac_callback, handle);
        th_append(text,
                  AC_CONTAINER_OF(AC_CONTAINER_OF(callback, ac_timer, callback), th_callback, timer)->name);
    }
    return text;
}

static const char *raised(void)
{
    return th_repr_of(ac_loop_take_raised(&th.loop));
}

/* ---- Adding ---- */

START_TEST(test_callbacks_are_walked_in_the_order_of_registration)
{
    pending();
    ck_assert_str_eq(walk(), "");
    add(first);
    ck_assert_str_eq(walk(), "a");
    add(second);
    add(third);
    ck_assert_str_eq(walk(), "a, b, c");
}
END_TEST

/* Rule 15. */
START_TEST(test_callbacks_run_in_the_order_of_registration_in_the_next_turn)
{
    add_three();
    finish();
    ck_assert_str_eq(walk(), "");
    ck_assert(ac_handle_scheduled(th_handle(first)));
    th_expect("");
    th_turns(&th.loop, 1);
    th_expect("a, b, c");
}
END_TEST

START_TEST(test_callbacks_go_behind_what_is_queued_already)
{
    th_callback *queued = th_callback_new("queued", NULL), *later = th_callback_new("later", NULL);
    add_three();
    th_soon(queued);
    finish();
    th_soon(later);
    th_turns(&th.loop, 1);
    th_expect("queued, a, b, c, later");
}
END_TEST

static ac_status finish_and_queue(ac_loop *loop, th_callback *callback)
{
    (void)loop;
    finish();
    th_soon(callback->data);
    return AC_OK;
}

START_TEST(test_a_future_that_is_finished_within_a_turn_schedules_all_at_once)
{
    th_callback *finisher = th_callback_new("finisher", finish_and_queue);
    add_three();
    finisher->data = th_callback_new("later", NULL);
    th_soon(finisher);
    unsigned wakes = th.wakes;
    th_turns(&th.loop, 1);
    th_expect("finisher");
    th_turns(&th.loop, 1);
    th_expect("a, b, c, later");
    ck_assert_uint_eq(th.wakes, wakes);
}
END_TEST

static ac_status finish_behind_inbox(ac_loop *loop, th_callback *callback)
{
    th_ok(ac_loop_call_soon_threadsafe(loop, th_cb(callback->data)));
    finish();
    return AC_OK;
}

START_TEST(test_a_future_that_is_finished_within_a_turn_comes_behind_the_inbox)
{
    th_callback *finisher = th_callback_new("finisher", finish_behind_inbox);
    add_three();
    finisher->data = th_callback_new("from the inbox", NULL);
    th_soon(finisher);
    th_turns(&th.loop, 2);
    th_expect("finisher, from the inbox, a, b, c");
}
END_TEST

START_TEST(test_a_callback_of_a_done_future_is_scheduled_at_once)
{
    pending();
    finish();
    add(first);
    ck_assert_str_eq(walk(), "");
    th_expect("");
    th_turns(&th.loop, 1);
    th_expect("a");
}
END_TEST

/* Rule 16: the context is the one that was given when the callback was added. */
START_TEST(test_a_callback_runs_in_the_context_it_was_added_with)
{
    th.log_contexts = true;
    add_three();
    first->timer.callback.handle.context = th_context("ctx");
    finish();
    th_turns(&th.loop, 1);
    th_expect("+ctx, a, -ctx, b, c");
}
END_TEST

START_TEST(test_every_state_schedules_the_callbacks)
{
    add_three();
    th_ok(ac_future_set_exception(future, th_exception(TH_VALUE, "x")));
    ac_future_set_log_traceback(future, false);
    th_turns(&th.loop, 1);
    th_expect("a, b, c");
    add_three();
    th_ok(ac_future_cancel(future, ac_none_ref(), NULL));
    th_turns(&th.loop, 1);
    th_expect("a, b, c");
}
END_TEST

START_TEST(test_a_cancelled_handle_is_no_longer_cancelled_once_it_is_added)
{
    pending();
    ac_handle_cancel(&th.loop, th_handle(first));
    add(first);
    finish();
    th_turns(&th.loop, 1);
    th_expect("a");
}
END_TEST

START_TEST(test_a_callback_that_is_cancelled_while_it_waits_is_skipped)
{
    add_three();
    ac_handle_cancel(&th.loop, th_handle(second));
    finish();
    th_turns(&th.loop, 1);
    th_expect("a, c");
    ck_assert_uint_eq(second->dones, 1);
}
END_TEST

START_TEST(test_a_callback_is_added_once)
{
    pending();
    add(first);
    th_expect_failure(ac_future_add_done_callback(future, th_cb(first)), AC_E_STATE,
                      "the handle is scheduled already");
    ck_assert_str_eq(walk(), "a");
}
END_TEST

START_TEST(test_a_walk_ends_when_the_future_is_done)
{
    add_three();
    ac_handle *handle = ac_future_next_callback(future, NULL);
    finish();
    ck_assert_ptr_null(ac_future_next_callback(future, handle));
    th_turns(&th.loop, 1);
    th_expect("a, b, c");
}
END_TEST

/* ---- Removing ---- */

START_TEST(test_removing_calls_done_and_keeps_the_order_of_the_others)
{
    add_three();
    th.log_done = true;
    th_ok(ac_future_remove_done_callback(future, th_cb(second)));
    th_expect("~b");
    ck_assert_str_eq(walk(), "a, c");
    th_ok(ac_future_remove_done_callback(future, th_cb(first)));
    ck_assert_str_eq(walk(), "c");
    add(first);
    ck_assert_str_eq(walk(), "c, a");
    th_ok(ac_future_remove_done_callback(future, th_cb(first)));
    th_ok(ac_future_remove_done_callback(future, th_cb(third)));
    ck_assert_str_eq(walk(), "");
    ck_assert(!ac_handle_scheduled(th_handle(third)));
    th_expect("~a, ~a, ~c");
    finish();
    th_turns(&th.loop, 1);
    th_expect("");
}
END_TEST

/* Rules 15 and 17: once the future is done nothing is registered any more. */
START_TEST(test_removing_what_is_not_there)
{
    static const char words[] = "the callback is not registered";
    pending();
    th_expect_failure(ac_future_remove_done_callback(future, th_cb(first)), AC_E_VALUE, words);
    add(first);
    th_expect_failure(ac_future_remove_done_callback(future, th_cb(second)), AC_E_VALUE, words);
    finish();
    th_expect_failure(ac_future_remove_done_callback(future, th_cb(first)), AC_E_VALUE, words);
    th_turns(&th.loop, 1);
    th_expect("a");
}
END_TEST

static ac_status add_from_finalizer(void)
{
    th_callback *late = th_callback_new("late", NULL);
    return ac_future_add_done_callback(future, th_cb(late));
}

static void add_late(ac_loop *loop, th_object *object)
{
    (void)loop;
    (void)object;
    th_ok(add_from_finalizer());
    th_ok(ac_future_remove_done_callback(future, th_cb(third)));
}

START_TEST(test_a_removed_callback_may_change_the_callbacks_as_it_goes)
{
    add_three();
    second->owned = th_new("bomb");
    th_object_of(ac_lend(second->owned))->finalize = add_late;
    th_ok(ac_future_remove_done_callback(future, th_cb(second)));
    ck_assert_str_eq(walk(), "a, late");
    finish();
    th_turns(&th.loop, 1);
    th_expect("a, late");
}
END_TEST

/* ---- Closed loops ---- */

START_TEST(test_on_a_closed_loop_the_future_is_done_and_its_callbacks_are_dropped)
{
    add_three();
    th_ok(ac_loop_close(&th.loop));
    th.log_done = true;
    th_expect_failure(ac_future_set_result(future, th_new("x")), AC_E_CLOSED, "Event loop is closed");
    ck_assert_str_eq(th_state(future), "result x");
    th_expect("~a, ~b, ~c");
    ck_assert_str_eq(walk(), "");
}
END_TEST

START_TEST(test_on_a_closed_loop_an_exception_or_a_cancellation_drops_the_callbacks_too)
{
    add_three();
    th_ok(ac_loop_close(&th.loop));
    th_expect_status(ac_future_set_exception(future, th_exception(TH_VALUE, "x")), AC_E_CLOSED);
    ck_assert_str_eq(th_state(future), "exception ValueError('x')");
    ac_future_set_log_traceback(future, false);
    ck_assert_uint_eq(third->dones, 1);
}
END_TEST

START_TEST(test_a_done_future_of_a_closed_loop_takes_no_callback)
{
    pending();
    finish();
    th_ok(ac_loop_close(&th.loop));
    th_expect_failure(ac_future_add_done_callback(future, th_cb(first)), AC_E_CLOSED, "Event loop is closed");
    ck_assert(!ac_handle_scheduled(th_handle(first)));
}
END_TEST

START_TEST(test_a_task_that_waits_for_a_future_of_a_closed_loop_is_given_up)
{
    static const th_op script[] = {{TH_AWAIT, .slot = 0}, {TH_END}};
    pending();
    ac_task *task = th_start(1, "t", script, AC_EAGER_NO);
    th_turns(&th.loop, 1);
    ck_assert_uint_eq(th_refs(&task->future), 2);
    th_ok(ac_loop_close(&th.loop));
    th_expect_status(ac_future_set_result(future, th_int(1)), AC_E_CLOSED);
    ck_assert_uint_eq(th_refs(&task->future), 1);
    ac_task_set_log_destroy_pending(task, false);
}
END_TEST

/* ---- A foreign loop ---- */

static void foreign_loop(void)
{
    th.table.post = th_post;
    th_loop_init(NULL);
}

START_TEST(test_callbacks_are_posted_one_by_one_in_order)
{
    foreign_loop();
    add_three();
    finish();
    ck_assert_uint_eq(th.posted_count, 3);
    th_run_posted(&th.loop);
    th_expect("a, b, c");
    add(first);
    th_run_posted(&th.loop);
    th_expect("a");
}
END_TEST

/* As in CPython, where call_soon raises out of set_result: the future is done, the rest of its callbacks are
 * lost.  The value was taken. */
START_TEST(test_a_post_that_fails_drops_the_rest_of_the_callbacks)
{
    foreign_loop();
    add_three();
    th.log_done = true;
    th_fail(TH_HOOK_POST, 2);
    th_expect_status(ac_future_set_result(future, th_new("x")), AC_E_RAISED);
    ck_assert_str_eq(raised(), "RuntimeError('post failed')");
    ck_assert_str_eq(th_state(future), "result x");
    th_expect("~b, ~c");
    th_run_posted(&th.loop);
    th_expect("a, ~a");
}
END_TEST

/* Whoever finishes a future knows by AC_E_CLOSED and AC_E_RAISED that the value was taken: any other failure
 * of the foreign loop becomes one of these. */
START_TEST(test_a_post_that_fails_by_a_status_raises_it)
{
    static const struct {
        ac_status status;
        const char *seen, *raised;
    } rows[] = {
        {AC_E_MEMORY, "AC_E_RAISED", "None"},
        {AC_E_CLOSED, "AC_E_CLOSED", "None"},
        {AC_E_RUNTIME, "AC_E_RAISED", "RuntimeError('')"},
    };
    foreign_loop();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        pending();
        add(first);
        th_fail(TH_HOOK_POST, 1);
        th.fail_status = rows[i].status;
        ck_assert_str_eq(ac_status_name(ac_future_set_result(future, th_new("x"))), rows[i].seen);
        ck_assert_str_eq(raised(), rows[i].raised);
        ck_assert_str_eq(th_state(future), "result x");
        ck_assert_uint_eq(first->dones, 1);
    }
}
END_TEST

static ac_status clear_while_posting(ac_loop *loop, ac_handle *handle)
{
    ac_status status = th_post(loop, handle);
    ac_future_clear(future);
    return status;
}

/* Re-entry: the foreign loop clears the future while its callbacks are posted. */
START_TEST(test_a_future_that_is_cleared_while_its_callbacks_are_posted)
{
    th.table.post = clear_while_posting;
    th_loop_init(NULL);
    add_three();
    th.log_done = true;
    (void)ac_future_set_result(future, th_new("x"));
    ck_assert_ptr_null(ac_future_get_loop(future));
    ck_assert_int_eq(th.objects, 0);
    th_run_posted(&th.loop);
    ck_assert_uint_eq(first->dones, 1);
    ck_assert_uint_eq(second->dones, 1);
    ck_assert_uint_eq(third->dones, 1);
    th.log[0] = '\0';
}
END_TEST

/* ---- A task in a group: its group's callback has a place among the others ---- */

static void add_to_current(th_callback *callback)
{
    ac_task *task = ac_loop_current_task(&th.loop);
    th_ok(ac_future_add_done_callback(&task->future, th_cb(callback)));
}

static void add_own(ac_loop *loop, th_coro *coro)
{
    (void)loop;
    (void)coro;
    add_to_current(first);
    add_to_current(second);
}

static const th_op child_script[] = {{TH_CALL, .call = add_own}, {TH_YIELD}, {TH_END}};

static void start_group(void)
{
    static const th_op parent[] = {
        {TH_ENTER_GROUP},
        {TH_SPAWN, .slot = 1, .text = "child", .script = child_script, .eager = AC_EAGER_YES},
        {TH_EXIT_GROUP},
        {TH_END}};
    first = th_callback_new("a", NULL);
    second = th_callback_new("b", NULL);
    third = th_callback_new("c", NULL);
    th_start(0, "p", parent, AC_EAGER_NO);
    th_turns(&th.loop, 1);
    future = th.slots[1];
    add(third);
}

/* Which step a handle is, or the callback's name. */
static const char *order_after_the_end(void)
{
    static char text[64];
    text[0] = '\0';
    th_turns(&th.loop, 1);
    for (ac_link *link = th.loop.ready.next; link != &th.loop.ready; link = link->next) {
        ac_handle *handle = aci_handle_of(link);
        if ((handle->flags & ACI_H_GROUP) != 0)
            th_append(text, "group");
        else if (ac_handle_task(handle) == NULL)
            th_append(text, AC_CONTAINER_OF(handle, th_callback, timer.callback.handle)->name);
    }
    return text;
}

START_TEST(test_the_groups_callback_comes_between_those_that_were_there_and_later_ones)
{
    start_group();
    ck_assert_str_eq(order_after_the_end(), "a, b, group, c");
    th_run(&th.loop);
    th_expect("a, b, c");
}
END_TEST

START_TEST(test_removing_a_callback_before_the_groups_moves_the_group_up)
{
    start_group();
    th_ok(ac_future_remove_done_callback(future, th_cb(first)));
    ck_assert_str_eq(order_after_the_end(), "b, group, c");
    th_run(&th.loop);
    th_expect("b, c");
}
END_TEST

START_TEST(test_removing_all_callbacks_before_the_groups)
{
    start_group();
    th_ok(ac_future_remove_done_callback(future, th_cb(second)));
    th_ok(ac_future_remove_done_callback(future, th_cb(first)));
    ck_assert_str_eq(order_after_the_end(), "group, c");
    th_run(&th.loop);
    th_expect("c");
}
END_TEST

START_TEST(test_removing_a_callback_behind_the_groups_leaves_the_group_where_it_is)
{
    start_group();
    th_ok(ac_future_remove_done_callback(future, th_cb(third)));
    ck_assert_str_eq(order_after_the_end(), "a, b, group");
    th_run(&th.loop);
    th_expect("a, b");
}
END_TEST

/* ---- Told that the future is done ---- */

static ac_handle_ops holding_ops;

static void log_hold(ac_callback *callback)
{
    ac_timer *timer = AC_CONTAINER_OF(callback, ac_timer, callback);
    th_log("hold %s", AC_CONTAINER_OF(timer, th_callback, timer)->name);
}

static void holds(th_callback *callback)
{
    holding_ops = *th_cb(callback)->ops;
    holding_ops.hold = log_hold;
    th_cb(callback)->ops = &holding_ops;
}

START_TEST(test_a_callback_is_told_before_any_runs)
{
    pending();
    holds(second);
    holds(third);
    add(first);
    add(second);
    add(third);
    th_expect("");
    finish();
    th_expect("hold b, hold c");
    th_turns(&th.loop, 1);
    th_expect("a, b, c");
}
END_TEST

START_TEST(test_a_callback_of_a_done_future_is_told_at_once)
{
    pending();
    holds(first);
    finish();
    add(first);
    th_expect("hold a");
    th_turns(&th.loop, 1);
    th_expect("a");
}
END_TEST

START_TEST(test_a_callback_of_a_foreign_loop_is_told_before_it_is_posted)
{
    foreign_loop();
    pending();
    holds(first);
    add(first);
    finish();
    th_expect("hold a");
    th_run_posted(&th.loop);
    th_expect("a");
}
END_TEST

START_TEST(test_a_callback_that_goes_with_its_future_is_not_told)
{
    pending();
    holds(first);
    add(first);
    ac_future_clear(future);
    th_expect("");
    ck_assert_uint_eq(first->dones, 1);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_callbacks_are_walked_in_the_order_of_registration,
        test_callbacks_run_in_the_order_of_registration_in_the_next_turn,
        test_callbacks_go_behind_what_is_queued_already,
        test_a_future_that_is_finished_within_a_turn_schedules_all_at_once,
        test_a_future_that_is_finished_within_a_turn_comes_behind_the_inbox,
        test_a_callback_of_a_done_future_is_scheduled_at_once,
        test_a_callback_runs_in_the_context_it_was_added_with,
        test_every_state_schedules_the_callbacks,
        test_a_cancelled_handle_is_no_longer_cancelled_once_it_is_added,
        test_a_callback_that_is_cancelled_while_it_waits_is_skipped,
        test_a_callback_is_added_once,
        test_a_walk_ends_when_the_future_is_done,
        test_removing_calls_done_and_keeps_the_order_of_the_others,
        test_removing_what_is_not_there,
        test_a_removed_callback_may_change_the_callbacks_as_it_goes,
        test_on_a_closed_loop_the_future_is_done_and_its_callbacks_are_dropped,
        test_on_a_closed_loop_an_exception_or_a_cancellation_drops_the_callbacks_too,
        test_a_done_future_of_a_closed_loop_takes_no_callback,
        test_a_task_that_waits_for_a_future_of_a_closed_loop_is_given_up,
        test_callbacks_are_posted_one_by_one_in_order,
        test_a_post_that_fails_drops_the_rest_of_the_callbacks,
        test_a_post_that_fails_by_a_status_raises_it,
        test_a_future_that_is_cleared_while_its_callbacks_are_posted,
        test_the_groups_callback_comes_between_those_that_were_there_and_later_ones,
        test_removing_a_callback_before_the_groups_moves_the_group_up,
        test_removing_all_callbacks_before_the_groups,
        test_removing_a_callback_behind_the_groups_leaves_the_group_where_it_is,
        test_a_callback_is_told_before_any_runs,
        test_a_callback_of_a_done_future_is_told_at_once,
        test_a_callback_of_a_foreign_loop_is_told_before_it_is_posted,
        test_a_callback_that_goes_with_its_future_is_not_told,
    };
    return TH_MAIN("callbacks", tests);
}
