/* test_check.c - ac_loop_check finds each broken invariant: every one is broken by hand, named, and repaired.
 *
 * Idea       A checker that nobody has seen complain proves nothing.  Each test reaches into a loop that is
 *            whole, expects the words, and puts the loop back as it was, which the checker confirms. */
#include "host.h"
#include "task/task_impl.h"

static const th_op waits[] = {{TH_AWAIT, 1}, {TH_END}};
static const th_op yields[] = {{TH_YIELD}, {TH_END}};

static void expect_broken(const char *words)
{
    const char *wrong = ac_loop_check(&th.loop);
    ck_assert_ptr_nonnull(wrong);
    ck_assert_str_eq(wrong, words);
}

static void expect_whole(void)
{
    ck_assert_ptr_null(ac_loop_check(&th.loop));
}

/* One task that waits for the future in slot 1. */
static ac_task *waiting_task(void)
{
    th_slot(1, "f");
    ac_task *task = th_start(0, "t", waits, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    return task;
}

static void let_it_end(void)
{
    th_ok(ac_future_set_result(th.slots[1], ac_none()));
    th_run(&th.loop);
}

START_TEST(test_a_whole_loop_is_found_whole)
{
    expect_whole();
    waiting_task();
    th_start(2, "u", yields, AC_EAGER_DEFAULT);
    expect_whole();
    let_it_end();
    expect_whole();
}
END_TEST

START_TEST(test_a_link_that_does_not_point_back_is_found)
{
    th_start(0, "t", yields, AC_EAGER_DEFAULT);
    ac_link *prev = th.loop.ready.prev;
    th.loop.ready.prev = &th.loop.batch;
    expect_broken("the links of a list of handles disagree");
    th.loop.ready.prev = prev;
    expect_whole();
    th_run(&th.loop);
}
END_TEST

START_TEST(test_a_link_that_leads_nowhere_is_found)
{
    th_start(0, "t", yields, AC_EAGER_DEFAULT);
    ac_link *next = th.loop.ready.next->next;
    th.loop.ready.next->next = NULL;
    expect_broken("the links of a list of handles disagree");
    th.loop.ready.next->next = next;
    expect_whole();
    th_run(&th.loop);
}
END_TEST

START_TEST(test_a_broken_batch_is_found_like_a_broken_ready_list)
{
    ac_link *next = th.loop.batch.next;
    th.loop.batch.next = NULL;
    expect_broken("the links of a list of handles disagree");
    th.loop.batch.next = next;
    expect_whole();
}
END_TEST

START_TEST(test_a_handle_that_is_ready_and_elsewhere_is_found)
{
    static const uint32_t elsewhere[] = {ACI_H_IN_HEAP, ACI_H_IN_INBOX, ACI_H_POSTED};
    th_callback callback;
    th_callback_init(&callback, "c", NULL);
    th_soon(&callback);
    for (size_t i = 0; i < sizeof elsewhere / sizeof elsewhere[0]; i++) {
        th_handle(&callback)->flags |= elsewhere[i];
        expect_broken("a handle is ready and somewhere else, too");
        th_handle(&callback)->flags &= ~elsewhere[i];
        expect_whole();
    }
    th_run(&th.loop);
    th_expect("c");
}
END_TEST

START_TEST(test_a_ready_step_of_a_task_of_another_loop_is_found)
{
    ac_task *task = th_start(0, "t", yields, AC_EAGER_DEFAULT);
    task->future.loop = NULL;
    expect_broken("a step on the ready list is of a task of another loop");
    task->future.loop = &th.loop;
    expect_whole();
    th_run(&th.loop);
}
END_TEST

START_TEST(test_a_ready_step_of_a_task_that_is_not_held_is_found)
{
    ac_task *task = th_start(0, "t", yields, AC_EAGER_DEFAULT);
    aci_unflag(&task->future, ACI_T_HELD);
    expect_broken("a task whose step is on the ready list is not held");
    task->future.flags |= ACI_T_HELD;
    expect_whole();
    th_run(&th.loop);
}
END_TEST

START_TEST(test_a_running_task_on_the_ready_list_is_found)
{
    ac_task *task = th_start(0, "t", yields, AC_EAGER_DEFAULT);
    task->future.flags |= ACI_T_RUNNING;
    expect_broken("a running task is on the ready list");
    aci_unflag(&task->future, ACI_T_RUNNING);
    expect_whole();
    th_run(&th.loop);
}
END_TEST

START_TEST(test_a_pending_task_on_the_ready_list_for_its_group_is_found)
{
    ac_task *task = th_start(0, "t", yields, AC_EAGER_DEFAULT);
    task->step.flags |= ACI_H_GROUP;
    expect_broken("a pending task is on the ready list for its group");
    task->step.flags &= ~(uint32_t)ACI_H_GROUP;
    expect_whole();
    th_run(&th.loop);
}
END_TEST

START_TEST(test_a_batch_that_is_left_outside_a_turn_is_found)
{
    th_start(0, "t", yields, AC_EAGER_DEFAULT);
    aci_list_splice_last(&th.loop.batch, &th.loop.ready);
    expect_broken("handles are left in the batch outside a turn");
    aci_list_splice_last(&th.loop.ready, &th.loop.batch);
    expect_whole();
    th_run(&th.loop);
}
END_TEST

static ac_status check_here(ac_loop *loop, th_callback *callback)
{
    (void)callback;
    ck_assert_ptr_null(ac_loop_check(loop));
    ck_assert(!aci_list_empty(&loop->batch));
    return AC_OK;
}

START_TEST(test_a_batch_inside_a_turn_is_as_it_should_be)
{
    th_callback first, second;
    th_callback_init(&first, "first", check_here);
    th_callback_init(&second, "second", NULL);
    th_soon(&first);
    th_soon(&second);
    th_run(&th.loop);
    th_expect("first, second");
}
END_TEST

START_TEST(test_a_timer_that_does_not_know_its_heap_is_found)
{
    th_callback timer;
    th_callback_init(&timer, "timer", NULL);
    th_later(&timer, 1);
    th_handle(&timer)->flags &= ~(uint32_t)ACI_H_IN_HEAP;
    expect_broken("a timer in the heap does not know it, or is on a list, too");
    th_handle(&timer)->flags |= ACI_H_IN_HEAP;
    expect_whole();
    th_run(&th.loop);
    th_expect("timer");
}
END_TEST

START_TEST(test_a_timer_in_the_heap_and_on_a_list_is_found)
{
    th_callback timer;
    ac_link elsewhere;
    aci_list_init(&elsewhere);
    th_callback_init(&timer, "timer", NULL);
    th_later(&timer, 1);
    aci_list_append(&elsewhere, &th_handle(&timer)->link);
    expect_broken("a timer in the heap does not know it, or is on a list, too");
    aci_list_remove(&th_handle(&timer)->link);
    expect_whole();
    th_run(&th.loop);
    th_expect("timer");
}
END_TEST

START_TEST(test_a_cancelled_timer_that_was_not_counted_is_found)
{
    th_callback timer;
    th_callback_init(&timer, "timer", NULL);
    th_later(&timer, 1);
    ac_handle_cancel(&th.loop, th_handle(&timer));
    expect_whole();
    th.loop.timers_cancelled = 0;
    expect_broken("more timers are cancelled than were counted");
    th.loop.timers_cancelled = 1;
    expect_whole();
    th_run(&th.loop);
    th_expect("");
}
END_TEST

START_TEST(test_a_heap_out_of_order_is_found)
{
    th_callback timers[2];
    th_callback_init(&timers[0], "early", NULL);
    th_callback_init(&timers[1], "late", NULL);
    th_later(&timers[0], 1);
    th_later(&timers[1], 2);
    th.loop.timers[1].when = 0.5;
    expect_broken("the timer heap is out of order");
    th.loop.timers[1].when = 2;
    expect_whole();
    th_run(&th.loop);
    th_expect("early, late");
}
END_TEST

START_TEST(test_a_broken_list_of_all_tasks_is_found)
{
    waiting_task();
    ac_link *prev = th.loop.all.prev;
    th.loop.all.prev = &th.loop.all;
    expect_broken("the links of all tasks disagree");
    th.loop.all.prev = prev;
    expect_whole();
    let_it_end();
}
END_TEST

START_TEST(test_a_foreign_task_or_a_plain_future_among_all_tasks_is_found)
{
    ac_task *task = waiting_task();
    task->future.loop = NULL;
    expect_broken("a task of another loop, or a plain future, is among all tasks");
    task->future.loop = &th.loop;
    aci_unflag(&task->future, ACI_F_TASK);
    expect_broken("a task of another loop, or a plain future, is among all tasks");
    task->future.flags |= ACI_F_TASK;
    expect_whole();
    let_it_end();
}
END_TEST

START_TEST(test_a_done_task_among_all_tasks_is_found)
{
    ac_task *task = waiting_task();
    task->future.flags |= AC_FAILED;
    expect_broken("a done task is among all tasks");
    task->future.flags &= ~(uint32_t)ACI_F_STATE;
    expect_whole();
    let_it_end();
}
END_TEST

START_TEST(test_a_running_task_that_waits_on_a_list_is_found)
{
    ac_task *task = waiting_task();
    task->future.flags |= ACI_T_RUNNING;
    expect_broken("a running task waits on a list");
    aci_unflag(&task->future, ACI_T_RUNNING);
    expect_whole();
    let_it_end();
}
END_TEST

START_TEST(test_a_waiting_task_that_is_not_held_is_found)
{
    ac_task *task = waiting_task();
    aci_unflag(&task->future, ACI_T_HELD);
    expect_broken("a task whose step is on a list is not held");
    task->future.flags |= ACI_T_HELD;
    expect_whole();
    let_it_end();
}
END_TEST

/* Another task's step is among the callbacks before it: the search goes on behind that. */
START_TEST(test_a_task_that_its_future_does_not_know_is_found)
{
    ac_task *task = waiting_task();
    ac_future *right = task->waiting.future, *wrong = th_slot(3, "wrong");
    th_start(2, "u", waits, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    expect_whole();
    task->waiting.future = wrong;
    expect_broken("a task is not among the callbacks of what it waits for");
    task->waiting.future = right;
    expect_whole();
    let_it_end();
}
END_TEST

/* Of the task that waits, and of what it waits for. */
START_TEST(test_callbacks_that_disagree_or_are_elsewhere_are_found)
{
    ac_task *task = waiting_task();
    th_callback callback;
    th_callback_init(&callback, "c", NULL);
    th_ok(ac_future_add_done_callback(&task->future, th_cb(&callback)));
    ac_handle *const handles[] = {task->future.callbacks, task->waiting.future->callbacks};
    for (int i = 0; i < 2; i++) {
        ac_link *prev = handles[i]->link.prev;
        handles[i]->link.prev = NULL;
        expect_broken("the links of the callbacks of a future disagree");
        handles[i]->link.prev = prev;
        handles[i]->flags |= ACI_H_IN_INBOX;
        expect_broken("a callback is on its future and somewhere else, too");
        handles[i]->flags &= ~(uint32_t)ACI_H_IN_INBOX;
        expect_whole();
    }
    let_it_end();
    th_expect("c");
}
END_TEST

/* What was cleared or done under a waiting task has no callbacks any more, and that is in order. */
START_TEST(test_a_task_whose_future_was_cleared_is_in_order)
{
    ac_task *task = waiting_task();
    ac_future_clear(th.slots[1]);
    ck_assert_ptr_eq(ac_task_waiting_for(task), th.slots[1]);
    expect_whole();
    ac_task_set_log_destroy_pending(task, false);
}
END_TEST

START_TEST(test_a_task_whose_future_is_done_is_in_order)
{
    waiting_task();
    th_ok(ac_future_set_result(th.slots[1], ac_none()));
    expect_whole();
    th_run(&th.loop);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_a_whole_loop_is_found_whole,
        test_a_link_that_does_not_point_back_is_found,
        test_a_link_that_leads_nowhere_is_found,
        test_a_broken_batch_is_found_like_a_broken_ready_list,
        test_a_handle_that_is_ready_and_elsewhere_is_found,
        test_a_ready_step_of_a_task_of_another_loop_is_found,
        test_a_ready_step_of_a_task_that_is_not_held_is_found,
        test_a_running_task_on_the_ready_list_is_found,
        test_a_pending_task_on_the_ready_list_for_its_group_is_found,
        test_a_batch_that_is_left_outside_a_turn_is_found,
        test_a_batch_inside_a_turn_is_as_it_should_be,
        test_a_timer_that_does_not_know_its_heap_is_found,
        test_a_timer_in_the_heap_and_on_a_list_is_found,
        test_a_cancelled_timer_that_was_not_counted_is_found,
        test_a_heap_out_of_order_is_found,
        test_a_broken_list_of_all_tasks_is_found,
        test_a_foreign_task_or_a_plain_future_among_all_tasks_is_found,
        test_a_done_task_among_all_tasks_is_found,
        test_a_running_task_that_waits_on_a_list_is_found,
        test_a_waiting_task_that_is_not_held_is_found,
        test_a_task_that_its_future_does_not_know_is_found,
        test_callbacks_that_disagree_or_are_elsewhere_are_found,
        test_a_task_whose_future_was_cleared_is_in_order,
        test_a_task_whose_future_is_done_is_in_order,
    };
    return TH_MAIN("check", tests);
}
