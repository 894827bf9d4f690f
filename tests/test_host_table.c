/* test_host_table.c - what a host must provide, what it may leave out, and that the test host does what it
 * says (include/aiocore/host.h). */
#include "host.h"

#include <string.h>

static const char refused[] = "the host table lacks a required hook or is of another ABI";

static void check_refused(void)
{
    ac_loop loop;
    th_expect_status(ac_loop_init(&loop, &th.table, NULL), AC_E_TYPE);
    ck_assert_str_eq(ac_loop_why(&loop), refused);
}

/* ---- What is required ---- */

START_TEST(test_another_abi_is_refused)
{
    th.table.abi = AC_ABI + 1;
    check_refused();
    th.table.abi = AC_ABI;
    th.table.size = sizeof(ac_host) - sizeof(void *);
    check_refused();
}
END_TEST

START_TEST(test_a_table_without_drop_error_or_classify_is_refused)
{
    ac_host whole = th.table;
    th.table.drop = NULL;
    check_refused();
    th.table = whole;
    th.table.error = NULL;
    check_refused();
    th.table = whole;
    th.table.classify = NULL;
    check_refused();
    th.table = whole;
}
END_TEST

START_TEST(test_a_table_without_now_needs_a_clock)
{
    static ac_clock clock;
    ac_clock_init(&clock);
    th.table.now = NULL;
    check_refused();
    ac_loop loop;
    th_expect_status(ac_loop_init(&loop, &th.table, &(ac_loop_options){.debug = true}), AC_E_TYPE);
    th_ok(ac_loop_init(&loop, &th.table, &(ac_loop_options){.clock = &clock}));
    th_ok(ac_loop_close(&loop));
}
END_TEST

START_TEST(test_the_context_hooks_come_together_or_not_at_all)
{
    ac_host whole = th.table;
    for (int missing = 1; missing < 7; missing++) {
        th.table.enter = (missing & 1) != 0 ? NULL : whole.enter;
        th.table.leave = (missing & 2) != 0 ? NULL : whole.leave;
        th.table.copy_context = (missing & 4) != 0 ? NULL : whole.copy_context;
        check_refused();
    }
    th.table = whole;
    th.table.enter = NULL;
    th.table.leave = NULL;
    th.table.copy_context = NULL;
    th_loop_init(NULL);
    th.table = whole;
}
END_TEST

/* Bad input: a table that was refused makes a loop that is closed by mistake. */
START_TEST(test_a_loop_that_was_not_made_can_be_closed)
{
    ac_loop loop;
    th_expect_status(ac_loop_init(&loop, &th.table, &(ac_loop_options){.semantics = "x"}), AC_E_VALUE);
    th_ok(ac_loop_close(&loop));
}
END_TEST

/* ---- The least host ---- */

static ac_status stop(ac_loop *loop, th_callback *callback)
{
    (void)callback;
    ac_loop_stop(loop);
    return AC_OK;
}

/* Only drop, error and classify, and virtual time: callbacks, futures and embedded tasks work. */
START_TEST(test_a_host_of_three_hooks_runs_callbacks_and_tasks)
{
    static const th_op script[] = {
        {TH_LOG, .text = "body"}, {TH_AWAIT, .slot = 0, .text = "got"}, {TH_RETURN, .number = 3}};
    static ac_clock clock;
    ac_host least = {.abi = AC_ABI,
                     .size = sizeof(ac_host),
                     .drop = th.table.drop,
                     .error = th.table.error,
                     .classify = th.table.classify};
    ac_clock_init(&clock);
    th.table = least;
    th_loop_init(&(ac_loop_options){.clock = &clock});
    ac_future *future = th_slot(0, "f");
    th_coro *body = th_script("t", script);
    ac_task *task = th_task_new("t", body);
    ac_task_spec spec = {.body = &body->co};
    th_ok(ac_task_init(task, &th.loop, &spec));
    th_coro_drop(body);
    th_callback *callback = th_callback_new("stop", stop);
    th_turns(&th.loop, 1);
    th_ok(ac_future_set_result(future, th_int(5)));
    th_soon(callback);
    th_ok(ac_loop_run_forever(&th.loop));
    th_expect("body, got 5, stop");
    ck_assert_str_eq(th_state(&task->future), "result 3");
    th_release(&task->future);
}
END_TEST

START_TEST(test_a_host_without_make_task_refuses_create_task)
{
    static const th_op script[] = {{TH_END}};
    ac_status status;
    th.table.make_task = NULL;
    ck_assert_ptr_null(th_spawn(&th.loop, th_script("t", script), AC_EAGER_NO, &status));
    th_expect_failure(status, AC_E_TYPE, "the host has no make_task hook");
}
END_TEST

/* ---- The test host itself ---- */

START_TEST(test_values_are_counted)
{
    ac_value value = th_new("x");
    ck_assert_int_eq(th.objects, 1);
    th_drop(th_dup(ac_lend(value)));
    ck_assert_int_eq(th.objects, 1);
    th_drop(value);
    ck_assert_int_eq(th.objects, 0);
    th_drop(th_int(7));
    th_drop(ac_none());
}
END_TEST

START_TEST(test_integers_keep_their_sign)
{
    ck_assert_int_eq(th_as_int(ac_lend(th_int(-7))), -7);
    ck_assert_int_eq(th_as_int(ac_lend(th_int(0))), 0);
    ck_assert_ptr_null(th_object_of(ac_lend(th_int(7))));
}
END_TEST

START_TEST(test_reprs)
{
    ac_value items[] = {th_exception(TH_VALUE, "x"), th_cancelled(ac_lend(th_int(3)))};
    ac_ref borrowed[] = {ac_lend(items[0]), ac_lend(items[1])};
    ac_error error = {.kind = AC_X_GROUP, .text = "g", .items = borrowed, .item_count = 1};
    ck_assert_str_eq(th_repr_of(th.table.error(&th.loop, &error)), "ExceptionGroup('g', [ValueError('x')])");
    error.item_count = 2;
    ck_assert_str_eq(th_repr_of(th.table.error(&th.loop, &error)),
                     "BaseExceptionGroup('g', [ValueError('x'), CancelledError(3)])");
    th_drop(items[0]);
    th_drop(items[1]);
    ck_assert_str_eq(th_repr_of(th_cancelled(ac_none_ref())), "CancelledError()");
    ck_assert_str_eq(th_repr_of(th_new("x")), "x");
    ck_assert_str_eq(th_repr_of(th_int(-3)), "-3");
    ck_assert_str_eq(th_repr_of(ac_none()), "None");
}
END_TEST

START_TEST(test_the_nth_call_of_a_hook_fails)
{
    ac_value context = ac_none();
    th_fail(TH_HOOK_COPY_CONTEXT, 2);
    th_ok(th.table.copy_context(&th.loop, &context));
    th_drop(context);
    th_expect_status(th.table.copy_context(&th.loop, &context), AC_E_RAISED);
    ck_assert_str_eq(th_repr_of(ac_loop_take_raised(&th.loop)), "RuntimeError('copy_context failed')");
    th_ok(th.table.copy_context(&th.loop, &context));
    th_drop(context);
    ck_assert_uint_eq(th.calls[TH_HOOK_COPY_CONTEXT], 3);
}
END_TEST

static bool fail_now(ac_loop *loop, th_hook hook)
{
    (void)loop;
    return hook == TH_HOOK_NOW || hook == TH_HOOK_REALLOC;
}

START_TEST(test_an_interceptor_sees_every_hook)
{
    th.intercept = fail_now;
    th.now = 3;
    ck_assert(ac_loop_time(&th.loop) == 3);
    ck_assert_ptr_null(th.table.realloc(&th.loop, NULL, 0, 16));
    th.intercept = NULL;
    void *memory = th.table.realloc(&th.loop, NULL, 0, 16);
    ck_assert_uint_eq(th.bytes, 16);
    memset(memory, 1, 16);
    memory = th.table.realloc(&th.loop, memory, 16, 32);
    ck_assert_uint_eq(th.bytes, 32);
    ck_assert_int_eq(((char *)memory)[15], 1);
    ck_assert_ptr_null(th.table.realloc(&th.loop, memory, 32, 0));
    ck_assert_uint_eq(th.bytes, 0);
}
END_TEST

START_TEST(test_released_objects_are_logged)
{
    ac_future *future = th_future_new(&th.loop, "f");
    th_retain(future);
    th_release(future);
    th_expect_released("");
    th_release(future);
    th_expect_released("f");
}
END_TEST

START_TEST(test_a_script_reads_top_to_bottom)
{
    static const th_op child[] = {
        {TH_LOG, .text = "child"}, {TH_SLEEP, .number = 1}, {TH_RAISE, .kind = TH_VALUE, .text = "x"}};
    static const th_op sibling[] = {{TH_SLEEP, .number = 5}, {TH_LOG, .text = "never"}, {TH_END}};
    static const th_op parent[] = {{TH_ENTER_GROUP},
                                   {TH_SPAWN, .slot = 1, .text = "c", .script = child},
                                   {TH_SPAWN, .slot = 2, .text = "d", .script = sibling},
                                   {TH_LOG, .text = "body"},
                                   {TH_EXIT_GROUP, .catches = true},
                                   {TH_YIELD},
                                   {TH_RETURN, .number = 7}};
    th_start(0, "p", parent, AC_EAGER_NO);
    th_run(&th.loop);
    th_expect("body, child, p caught ExceptionGroup('unhandled errors in a TaskGroup', [ValueError('x')])");
    ck_assert_str_eq(th_state(th.slots[0]), "result 7");
    ck_assert_str_eq(th_state(th.slots[2]), "cancelled CancelledError()");
    ck_assert(th.now < 5);
}
END_TEST

START_TEST(test_an_exception_between_enter_and_exit_goes_to_the_exit)
{
    static const th_op parent[] = {{TH_ENTER_GROUP},          {TH_RAISE, .kind = TH_TYPE, .text = "body"},
                                   {TH_LOG, .text = "never"}, {TH_EXIT_GROUP},
                                   {TH_LOG, .text = "never"}, {TH_END}};
    static const th_op catcher[] = {{TH_CREATE, .slot = 1, .text = "p", .script = parent},
                                    {TH_AWAIT, .slot = 1, .catches = true},
                                    {TH_RERAISE}};
    th_start(0, "q", catcher, AC_EAGER_NO);
    th_run(&th.loop);
    th_expect("q caught ExceptionGroup('unhandled errors in a TaskGroup', [TypeError('body')])");
    ck_assert_str_eq(th_state(th.slots[0]),
                     "exception ExceptionGroup('unhandled errors in a TaskGroup', [TypeError('body')])");
    th_release(th.slots[0]);
    th.slots[0] = NULL;
    th_expect_reports("Task exception was never retrieved: "
                      "ExceptionGroup('unhandled errors in a TaskGroup', [TypeError('body')])");
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_another_abi_is_refused,
        test_a_table_without_drop_error_or_classify_is_refused,
        test_a_table_without_now_needs_a_clock,
        test_the_context_hooks_come_together_or_not_at_all,
        test_a_loop_that_was_not_made_can_be_closed,
        test_a_host_of_three_hooks_runs_callbacks_and_tasks,
        test_a_host_without_make_task_refuses_create_task,
        test_values_are_counted,
        test_integers_keep_their_sign,
        test_reprs,
        test_the_nth_call_of_a_hook_fails,
        test_an_interceptor_sees_every_hook,
        test_released_objects_are_logged,
        test_a_script_reads_top_to_bottom,
        test_an_exception_between_enter_and_exit_goes_to_the_exit,
    };
    return TH_MAIN("host_table", tests);
}
