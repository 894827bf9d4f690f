/* test_registry.c - the current task and all tasks.
 *
 * Mirrors    current_task, all_tasks, _swap_current_task of _asyncio. */
#include "host.h"

static const th_op ends[] = {{TH_END}};
static const th_op waits[] = {{TH_AWAIT, 5}, {TH_END}};

/* The names of all tasks in the log, oldest first. */
static void log_all(const ac_loop *loop)
{
    for (ac_task *task = NULL; (task = ac_loop_next_task(loop, task)) != NULL;)
        th_log("%s", th_name(&task->future));
}

START_TEST(test_all_tasks_are_walked_oldest_first)
{
    th_slot(5, "f");
    ck_assert_ptr_null(ac_loop_next_task(&th.loop, NULL));
    th_start(0, "a", waits, AC_EAGER_DEFAULT);
    th_start(1, "b", ends, AC_EAGER_DEFAULT);
    th_start(2, "c", waits, AC_EAGER_DEFAULT);
    log_all(&th.loop);
    th_expect("a, b, c");
    th_turns(&th.loop, 1);
    log_all(&th.loop);
    th_expect("a, c");
    th_ok(ac_future_set_result(th.slots[5], ac_none()));
    th_run(&th.loop);
    log_all(&th.loop);
    th_expect("");
}
END_TEST

START_TEST(test_after_a_task_that_is_done_the_walk_ends)
{
    th_slot(5, "f");
    th_start(0, "a", ends, AC_EAGER_DEFAULT);
    th_start(1, "b", waits, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ck_assert_ptr_null(ac_loop_next_task(&th.loop, th_task_in(0)));
    ck_assert_ptr_eq(ac_loop_next_task(&th.loop, NULL), th_task_in(1));
    ck_assert_ptr_null(ac_loop_next_task(&th.loop, th_task_in(1)));
    th_ok(ac_future_set_result(th.slots[5], ac_none()));
    th_run(&th.loop);
}
END_TEST

/* The list is weak: it shows tasks to nobody's collector and keeps none alive. */
START_TEST(test_the_list_of_all_tasks_keeps_nothing_alive)
{
    static const th_op parks[] = {{TH_PARK}, {TH_END}};
    th_visitor visitor;
    th_start(0, "a", parks, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_visitor_init(&visitor);
    ck_assert_int_eq(ac_loop_visit(&th.loop, &visitor.visitor), 0);
    ck_assert_str_eq(visitor.seen, "");
    ac_task_set_log_destroy_pending(th_task_in(0), false);
    th_release(th.slots[0]);
    th.slots[0] = NULL;
    th_expect_released("a");
    log_all(&th.loop);
    th_expect("");
}
END_TEST

static void log_current(ac_loop *loop, th_coro *self)
{
    (void)self;
    ac_task *task = ac_loop_current_task(loop);
    th_log("%s", task != NULL ? th_name(&task->future) : "none");
}

START_TEST(test_the_current_task_is_the_one_whose_body_runs)
{
    static const th_op script[] = {
        {TH_CALL, .call = log_current}, {TH_YIELD}, {TH_CALL, .call = log_current}, {TH_END}};
    ck_assert_ptr_null(ac_loop_current_task(&th.loop));
    th_start(0, "a", script, AC_EAGER_DEFAULT);
    th_start(1, "b", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ck_assert_ptr_null(ac_loop_current_task(&th.loop));
    th_run(&th.loop);
    th_expect("a, b, a, b");
}
END_TEST

static void swap_twice(ac_loop *loop, th_coro *self)
{
    ac_task *mine = ac_loop_current_task(loop);
    ck_assert_ptr_eq(ac_loop_swap_current_task(loop, th_task_in(0)), mine);
    log_current(loop, self);
    ck_assert_ptr_eq(ac_loop_swap_current_task(loop, NULL), th_task_in(0));
    log_current(loop, self);
    ck_assert_ptr_null(ac_loop_swap_current_task(loop, mine));
    log_current(loop, self);
}

START_TEST(test_a_host_may_swap_the_current_task)
{
    static const th_op script[] = {{TH_CALL, .call = swap_twice}, {TH_END}};
    th_start(0, "a", ends, AC_EAGER_DEFAULT);
    th_start(1, "b", script, AC_EAGER_DEFAULT);
    th_run(&th.loop);
    th_expect("a, none, b");
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_all_tasks_are_walked_oldest_first,         test_after_a_task_that_is_done_the_walk_ends,
        test_the_list_of_all_tasks_keeps_nothing_alive, test_the_current_task_is_the_one_whose_body_runs,
        test_a_host_may_swap_the_current_task,
    };
    return TH_MAIN("registry", tests);
}
