/* test_handle.c - handles: readying, cancelling, running one, the inbox, foreign loops (src/loop/handle.c).
 *
 * The inbox with real threads is test_threadsafe.c. */
#include "host.h"
#include "loop/loop_impl.h"

static th_callback *first, *second, *third;

static void three(ac_status (*body)(ac_loop *, th_callback *))
{
    first = th_callback_new("a", body);
    second = th_callback_new("b", NULL);
    third = th_callback_new("c", NULL);
}

static void all_soon(void)
{
    th_soon(first);
    th_soon(second);
    th_soon(third);
}

/* ---- The life of a handle ---- */

START_TEST(test_a_handle_is_scheduled_until_it_runs)
{
    three(NULL);
    ck_assert(!ac_handle_scheduled(th_handle(first)));
    th_soon(first);
    ck_assert(ac_handle_scheduled(th_handle(first)));
    ck_assert(!ac_handle_cancelled(th_handle(first)));
    th_turns(&th.loop, 1);
    ck_assert(!ac_handle_scheduled(th_handle(first)));
    ck_assert_uint_eq(first->runs, 1);
    ck_assert_uint_eq(first->dones, 1);
    th_expect("a");
}
END_TEST

START_TEST(test_handles_run_in_the_order_of_call_soon)
{
    th.log_done = true;
    three(NULL);
    all_soon();
    th_turns(&th.loop, 1);
    th_expect("a, ~a, b, ~b, c, ~c");
}
END_TEST

static ac_status add_third(ac_loop *loop, th_callback *callback)
{
    (void)loop;
    (void)callback;
    th_soon(third);
    return AC_OK;
}

/* Rule 1. */
START_TEST(test_what_a_callback_adds_runs_in_the_next_turn)
{
    three(add_third);
    th_soon(first);
    th_soon(second);
    th_turns(&th.loop, 1);
    th_expect("a, b");
    ck_assert(ac_handle_scheduled(th_handle(third)));
    th_turns(&th.loop, 1);
    th_expect("c");
}
END_TEST

START_TEST(test_a_callback_without_done_and_visit)
{
    static const ac_handle_ops silent = {.run = NULL};
    ac_callback callback;
    ac_callback_init(&callback, &silent, ac_none());
    th_ok(ac_loop_call_soon(&th.loop, &callback));
    th_visitor visitor;
    th_visitor_init(&visitor);
    ck_assert_int_eq(ac_loop_visit(&th.loop, &visitor.visitor), 0);
    ac_handle_cancel(&th.loop, &callback.handle);
    th_turns(&th.loop, 1);
    ck_assert(!ac_handle_scheduled(&callback.handle));
}
END_TEST

static ac_status again_until_three(ac_loop *loop, th_callback *callback)
{
    if (callback->runs == 3)
        return AC_OK;
    th_ok(ac_loop_call_soon(loop, th_cb(callback)));
    ck_assert_uint_eq(callback->dones, 0);
    return AC_OK;
}

START_TEST(test_a_handle_may_be_queued_again_while_it_runs)
{
    three(again_until_three);
    th_soon(first);
    th_turns(&th.loop, 3);
    th_expect("a, a, a");
    ck_assert_uint_eq(first->dones, 1);
    ck_assert(!ac_handle_scheduled(th_handle(first)));
}
END_TEST

static ac_status timer_again(ac_loop *loop, th_callback *callback)
{
    return callback->runs < 3 ? ac_loop_call_later(loop, 1, &callback->timer) : AC_OK;
}

START_TEST(test_a_timer_may_set_itself_again_while_it_runs)
{
    three(timer_again);
    first->timer.callback.handle.context = th_context("ctx");
    th.log_contexts = true;
    th_later(first, 1);
    th_run(&th.loop);
    th_expect("+ctx, a, -ctx, +ctx, a, -ctx, +ctx, a, -ctx");
    ck_assert(th.now == 3);
    ck_assert_uint_eq(first->dones, 1);
}
END_TEST

/* Bad input: a handle scheduled twice. */
START_TEST(test_a_handle_is_not_scheduled_twice)
{
    static const char words[] = "the handle is scheduled already";
    three(NULL);
    th_soon(first);
    th_expect_failure(ac_loop_call_soon(&th.loop, th_cb(first)), AC_E_STATE, words);
    th_expect_failure(ac_loop_call_at(&th.loop, 1, &first->timer), AC_E_STATE, words);
    th_expect_failure(ac_loop_call_later(&th.loop, 1, &first->timer), AC_E_STATE, words);
    th_expect_status(ac_loop_call_soon_threadsafe(&th.loop, th_cb(first)), AC_E_STATE);
    th_turns(&th.loop, 1);
    th_expect("a");

    th_later(first, 1);
    th_expect_failure(ac_loop_call_soon(&th.loop, th_cb(first)), AC_E_STATE, words);
    th_expect_failure(ac_loop_call_at(&th.loop, 1, &first->timer), AC_E_STATE, words);
    th_expect_status(ac_loop_call_soon_threadsafe(&th.loop, th_cb(first)), AC_E_STATE);
    th_run(&th.loop);
    th_expect("a");

    th_ok(ac_loop_call_soon_threadsafe(&th.loop, th_cb(first)));
    th_expect_failure(ac_loop_call_soon(&th.loop, th_cb(first)), AC_E_STATE, words);
    th_expect_status(ac_loop_call_soon_threadsafe(&th.loop, th_cb(first)), AC_E_STATE);
    th_turns(&th.loop, 1);
    th_expect("a");
}
END_TEST

static ac_status schedule_third_twice(ac_loop *loop, th_callback *callback)
{
    (void)callback;
    th_soon(third);
    th_expect_failure(ac_loop_call_soon(loop, th_cb(third)), AC_E_STATE, "the handle is scheduled already");
    th_expect_failure(ac_loop_call_soon(loop, th_cb(second)), AC_E_STATE, "the handle is scheduled already");
    return AC_OK;
}

START_TEST(test_a_handle_is_not_scheduled_twice_within_a_turn)
{
    three(schedule_third_twice);
    th_soon(first);
    th_later(second, 1);
    th_turns(&th.loop, 2);
    th_expect("a, c");
    ac_handle_cancel(&th.loop, th_handle(second));
}
END_TEST

START_TEST(test_a_handle_that_waits_for_a_future_is_scheduled)
{
    three(NULL);
    ac_future *future = th_slot(0, "f"), *other = th_slot(1, "g");
    th_ok(ac_future_add_done_callback(future, th_cb(first)));
    ck_assert(ac_handle_scheduled(th_handle(first)));
    th_expect_failure(ac_loop_call_soon(&th.loop, th_cb(first)), AC_E_STATE,
                      "the handle is scheduled already");
    th_expect_failure(ac_future_add_done_callback(other, th_cb(first)), AC_E_STATE,
                      "the handle is scheduled already");
}
END_TEST

/* ---- Cancelling ---- */

static ac_status cancel_second(ac_loop *loop, th_callback *callback)
{
    (void)callback;
    ac_handle_cancel(loop, th_handle(second));
    return AC_OK;
}

/* Rule 7. */
START_TEST(test_a_handle_that_is_cancelled_while_it_waits_in_the_batch_is_skipped)
{
    three(cancel_second);
    all_soon();
    th_turns(&th.loop, 1);
    th_expect("a, c");
    ck_assert(ac_handle_cancelled(th_handle(second)));
    ck_assert_uint_eq(second->dones, 1);
    ck_assert_uint_eq(second->runs, 0);
}
END_TEST

/* Rule 7. */
START_TEST(test_cancelling_after_it_ran_sets_the_mark)
{
    three(NULL);
    th_soon(first);
    th_turns(&th.loop, 1);
    ck_assert(!ac_handle_cancelled(th_handle(first)));
    ac_handle_cancel(&th.loop, th_handle(first));
    ck_assert(ac_handle_cancelled(th_handle(first)));
}
END_TEST

START_TEST(test_a_cancelled_handle_may_be_scheduled_anew)
{
    three(NULL);
    th_soon(first);
    ac_handle_cancel(&th.loop, th_handle(first));
    th_turns(&th.loop, 1);
    th_soon(first);
    ck_assert(!ac_handle_cancelled(th_handle(first)));
    th_turns(&th.loop, 1);
    th_expect("a");
    ck_assert_uint_eq(first->dones, 2);
}
END_TEST

START_TEST(test_a_cancelled_handle_keeps_the_loop_from_blocking)
{
    three(NULL);
    th_soon(first);
    ac_handle_cancel(&th.loop, th_handle(first));
    ck_assert(ac_loop_timeout(&th.loop) == 0);
}
END_TEST

/* ---- Contexts (rule 8) ---- */

START_TEST(test_a_callback_runs_in_its_context)
{
    th.log_contexts = th.log_done = true;
    three(NULL);
    first->timer.callback.handle.context = th_context("ctx");
    th_soon(first);
    th_soon(second);
    th_turns(&th.loop, 1);
    th_expect("+ctx, a, -ctx, ~a, b, ~b");
    ck_assert_int_eq(th.objects, 0);
}
END_TEST

START_TEST(test_two_callbacks_may_share_a_context)
{
    th.log_contexts = true;
    three(NULL);
    ac_value context = th_context("ctx");
    ac_callback_init(th_cb(first), th_cb(first)->ops, th_dup(ac_lend(context)));
    ac_callback_init(th_cb(second), th_cb(second)->ops, context);
    th_soon(first);
    th_soon(second);
    th_turns(&th.loop, 1);
    th_expect("+ctx, a, -ctx, +ctx, b, -ctx");
}
END_TEST

START_TEST(test_a_context_that_cannot_be_entered_is_reported_and_the_callback_does_not_run)
{
    three(NULL);
    first->timer.callback.handle.context = th_context("ctx");
    th_soon(first);
    th_soon(second);
    th_fail(TH_HOOK_ENTER, 1);
    th_turns(&th.loop, 1);
    th_expect("b");
    th_expect_reports("Exception in callback: RuntimeError('enter failed')");
    ck_assert_uint_eq(first->runs, 0);
    ck_assert_uint_eq(first->dones, 1);
}
END_TEST

START_TEST(test_a_context_that_is_entered_already_is_reported)
{
    three(NULL);
    ac_value context = th_context("ctx");
    first->timer.callback.handle.context = th_dup(ac_lend(context));
    th_ok(th.table.enter(&th.loop, ac_lend(context)));
    th_soon(first);
    th_turns(&th.loop, 1);
    th.table.leave(&th.loop, ac_lend(context));
    th_drop(context);
    th_expect("");
    th_expect_reports("Exception in callback: RuntimeError('cannot enter context: it is already entered')");
}
END_TEST

START_TEST(test_a_context_that_cannot_be_entered_for_want_of_memory_is_reported)
{
    three(NULL);
    first->timer.callback.handle.context = th_context("ctx");
    th_soon(first);
    th_fail(TH_HOOK_ENTER, 1);
    th.fail_status = AC_E_MEMORY;
    th_turns(&th.loop, 1);
    th_expect_reports("Exception in callback");
}
END_TEST

static ac_status fail_by_exit(ac_loop *loop, ac_ref context)
{
    (void)context;
    return ac_loop_raise(loop, th_exception(TH_EXIT, "enter"));
}

START_TEST(test_an_exit_exception_of_enter_leaves_the_turn_and_the_rest_stays)
{
    three(NULL);
    th.table.enter = fail_by_exit;
    first->timer.callback.handle.context = th_context("ctx");
    th_soon(first);
    th_soon(second);
    th_expect_status(th_turn(&th.loop), AC_E_RAISED);
    ck_assert_str_eq(th_repr_of(ac_loop_take_raised(&th.loop)), "SystemExit('enter')");
    ck_assert_uint_eq(first->dones, 1);
    th_turns(&th.loop, 1);
    th_expect("b");
}
END_TEST

START_TEST(test_a_host_without_contexts_enters_none)
{
    th.table.copy_context = NULL;
    th.table.enter = NULL;
    th.table.leave = NULL;
    th_loop_init(NULL);
    three(NULL);
    first->timer.callback.handle.context = th_context("ctx");
    th_soon(first);
    th_turns(&th.loop, 1);
    th_expect("a");
    ck_assert_int_eq(th.objects, 0);
}
END_TEST

/* ---- Closed loops, wrong threads ---- */

START_TEST(test_a_closed_loop_takes_nothing)
{
    three(NULL);
    th_ok(ac_loop_close(&th.loop));
    th_expect_failure(ac_loop_call_soon(&th.loop, th_cb(first)), AC_E_CLOSED, "Event loop is closed");
    th_expect_failure(ac_loop_call_at(&th.loop, 1, &first->timer), AC_E_CLOSED, "Event loop is closed");
    th_expect_failure(ac_loop_call_later(&th.loop, 1, &first->timer), AC_E_CLOSED, "Event loop is closed");
    th_expect_status(ac_loop_call_soon_threadsafe(&th.loop, th_cb(first)), AC_E_CLOSED);
    ck_assert(!ac_handle_scheduled(th_handle(first)));
    ck_assert_uint_eq(first->dones, 0);
}
END_TEST

START_TEST(test_the_context_of_a_callback_that_was_refused_is_dropped_by_hand)
{
    three(NULL);
    first->timer.callback.handle.context = th_context("ctx");
    th_ok(ac_loop_close(&th.loop));
    th_expect_status(ac_loop_call_soon(&th.loop, th_cb(first)), AC_E_CLOSED);
    ck_assert_int_eq(th.objects, 1);
    ac_callback_clear(&th.loop, th_cb(first));
    ac_callback_clear(&th.loop, th_cb(first));
    ck_assert_int_eq(th.objects, 0);
    ck_assert_uint_eq(first->dones, 0);
}
END_TEST

START_TEST(test_the_context_of_a_callback_that_is_scheduled_stays)
{
    three(NULL);
    first->timer.callback.handle.context = th_context("ctx");
    th_soon(first);
    ac_callback_clear(&th.loop, th_cb(first));
    ck_assert_int_eq(th.objects, 1);
    th.log_contexts = true;
    th_turns(&th.loop, 1);
    th_expect("+ctx, a, -ctx");
}
END_TEST

static const char wrong_thread[] =
    "Non-thread-safe operation invoked on an event loop other than the current one";

static ac_status act_on_a_wrong_thread(ac_loop *loop, th_callback *callback)
{
    (void)callback;
    th_soon(second);
    ac_handle_cancel(loop, th_handle(second));
    th.thread = 2;
    th_expect_failure(ac_loop_call_soon(loop, th_cb(second)), AC_E_RUNTIME, wrong_thread);
    th_expect_failure(ac_loop_call_at(loop, 1, &second->timer), AC_E_RUNTIME, wrong_thread);
    th_expect_failure(ac_loop_call_later(loop, 1, &second->timer), AC_E_RUNTIME, wrong_thread);
    th_ok(ac_loop_call_soon_threadsafe(loop, th_cb(third)));
    th.thread = 1;
    return AC_OK;
}

/* Bad input: the wrong thread. */
START_TEST(test_debug_mode_finds_calls_from_the_wrong_thread)
{
    th_loop_init(&(ac_loop_options){.debug = true});
    three(act_on_a_wrong_thread);
    th.thread = 1;
    th_soon(first);
    th_turns(&th.loop, 2);
    th_expect("a, c");
}
END_TEST

static ac_status finish_on_a_wrong_thread(ac_loop *loop, th_callback *callback)
{
    bool did = false;
    (void)loop;
    (void)callback;
    th.thread = 2;
    th_expect_failure(ac_future_set_result(th.slots[0], th_int(1)), AC_E_RUNTIME, wrong_thread);
    th_expect_failure(ac_future_cancel(th.slots[0], ac_none_ref(), &did), AC_E_RUNTIME, wrong_thread);
    th.thread = 1;
    ck_assert(!did);
    ck_assert(!ac_future_done(th.slots[0]));
    return AC_OK;
}

START_TEST(test_debug_mode_finds_futures_finished_from_the_wrong_thread)
{
    th_loop_init(&(ac_loop_options){.debug = true});
    three(finish_on_a_wrong_thread);
    (void)th_slot(0, "f");
    th.thread = 1;
    th_soon(first);
    th_turns(&th.loop, 1);
    th_expect("a");
}
END_TEST

static ac_status call_soon_from_two(ac_loop *loop, th_callback *callback)
{
    (void)callback;
    th.thread = 2;
    th_ok(ac_loop_call_soon(loop, th_cb(second)));
    th.thread = 1;
    return AC_OK;
}

START_TEST(test_without_debug_mode_nobody_looks_at_threads)
{
    three(call_soon_from_two);
    th.thread = 1;
    th_soon(first);
    th_turns(&th.loop, 2);
    th_expect("a, b");
}
END_TEST

START_TEST(test_a_loop_that_does_not_run_belongs_to_no_thread)
{
    th_loop_init(&(ac_loop_options){.debug = true});
    three(NULL);
    th.thread = 1;
    th_soon(first);
    th_turns(&th.loop, 1);
    th.thread = 2;
    th_soon(first);
    th_turns(&th.loop, 1);
    th_expect("a, a");
}
END_TEST

START_TEST(test_a_host_without_threads_is_never_on_the_wrong_one)
{
    th.table.thread = NULL;
    th_loop_init(&(ac_loop_options){.debug = true});
    three(add_third);
    th_soon(first);
    th_turns(&th.loop, 2);
    th_expect("a, c");
}
END_TEST

/* ---- wake ---- */

START_TEST(test_readying_outside_a_turn_wakes_the_host)
{
    three(add_third);
    th_soon(first);
    ck_assert_uint_eq(th.wakes, 1);
    th_turns(&th.loop, 1);
    ck_assert_uint_eq(th.wakes, 1);
    th_turns(&th.loop, 1);
    ck_assert_uint_eq(th.wakes, 1);
}
END_TEST

START_TEST(test_only_a_nearer_deadline_wakes_the_host)
{
    three(NULL);
    th_later(first, 5);
    ck_assert_uint_eq(th.wakes, 1);
    th_later(second, 6);
    ck_assert_uint_eq(th.wakes, 1);
    th_later(third, 4);
    ck_assert_uint_eq(th.wakes, 2);
}
END_TEST

static ac_status set_timer_in_turn(ac_loop *loop, th_callback *callback)
{
    (void)callback;
    th_ok(ac_loop_call_later(loop, 1, &second->timer));
    return AC_OK;
}

START_TEST(test_a_timer_that_is_set_within_a_turn_does_not_wake)
{
    three(set_timer_in_turn);
    th_soon(first);
    th_turns(&th.loop, 1);
    ck_assert_uint_eq(th.wakes, 1);
}
END_TEST

START_TEST(test_a_host_without_wake)
{
    th.table.wake = NULL;
    three(NULL);
    th_soon(first);
    th_later(second, 0);
    th_ok(ac_loop_call_soon_threadsafe(&th.loop, th_cb(third)));
    th_turns(&th.loop, 1);
    th_expect("a, c, b");
}
END_TEST

/* ---- The inbox, on one thread ---- */

START_TEST(test_call_soon_threadsafe_keeps_its_place_among_calls_of_the_same_thread)
{
    th_callback *fourth = th_callback_new("d", NULL);
    three(NULL);
    th_soon(first);
    th_ok(ac_loop_call_soon_threadsafe(&th.loop, th_cb(second)));
    th_soon(third);
    th_ok(ac_loop_call_soon_threadsafe(&th.loop, th_cb(fourth)));
    th_turns(&th.loop, 1);
    th_expect("a, b, c, d");
    ck_assert_uint_eq(th.wakes, 4);
}
END_TEST

static ac_status put_in_from_a_turn(ac_loop *loop, th_callback *callback)
{
    (void)callback;
    th_ok(ac_loop_call_soon_threadsafe(loop, th_cb(second)));
    th_soon(third);
    return AC_OK;
}

START_TEST(test_call_soon_threadsafe_keeps_its_place_within_a_turn)
{
    three(put_in_from_a_turn);
    th_soon(first);
    th_turns(&th.loop, 1);
    th_expect("a");
    th_turns(&th.loop, 1);
    th_expect("b, c");
}
END_TEST

START_TEST(test_a_finished_future_keeps_its_place_behind_the_inbox)
{
    three(NULL);
    ac_future *future = th_slot(0, "f");
    th_ok(ac_future_add_done_callback(future, th_cb(third)));
    th_ok(ac_loop_call_soon_threadsafe(&th.loop, th_cb(first)));
    th_ok(ac_future_set_result(future, th_int(1)));
    th_ok(ac_loop_call_soon_threadsafe(&th.loop, th_cb(second)));
    th_turns(&th.loop, 1);
    th_expect("a, c, b");
}
END_TEST

START_TEST(test_a_timeout_looks_into_the_inbox)
{
    three(NULL);
    th_ok(ac_loop_call_soon_threadsafe(&th.loop, th_cb(first)));
    ck_assert_uint_eq(th.wakes, 1);
    ck_assert(ac_handle_scheduled(th_handle(first)));
    ck_assert(ac_loop_timeout(&th.loop) == 0);
    th_check(&th.loop);
}
END_TEST

START_TEST(test_a_handle_that_is_cancelled_in_the_inbox_is_skipped)
{
    three(NULL);
    th_ok(ac_loop_call_soon_threadsafe(&th.loop, th_cb(first)));
    ac_handle_cancel(&th.loop, th_handle(first));
    th_turns(&th.loop, 1);
    th_expect("");
    ck_assert_uint_eq(first->dones, 1);
}
END_TEST

START_TEST(test_closing_drops_what_is_in_the_inbox)
{
    th.log_done = true;
    three(NULL);
    th_ok(ac_loop_call_soon_threadsafe(&th.loop, th_cb(first)));
    th_ok(ac_loop_call_soon_threadsafe(&th.loop, th_cb(second)));
    th_ok(ac_loop_close(&th.loop));
    th_expect("~a, ~b");
    th_expect_status(ac_loop_call_soon_threadsafe(&th.loop, th_cb(first)), AC_E_CLOSED);
    ck_assert(!ac_handle_scheduled(th_handle(first)));
}
END_TEST

START_TEST(test_what_was_ready_is_dropped_before_what_was_in_the_inbox)
{
    th.log_done = true;
    three(NULL);
    th_soon(first);
    th_ok(ac_loop_call_soon_threadsafe(&th.loop, th_cb(second)));
    th_later(third, 1);
    th_ok(ac_loop_close(&th.loop));
    th_expect("~a, ~b, ~c");
}
END_TEST

/* ---- A foreign loop (the post hook) ---- */

static void foreign_loop(void)
{
    th.table.post = th_post;
    th_loop_init(NULL);
}

START_TEST(test_handles_are_posted_to_a_foreign_loop)
{
    foreign_loop();
    th.log_contexts = th.log_done = true;
    three(NULL);
    first->timer.callback.handle.context = th_context("ctx");
    th_soon(first);
    th_soon(second);
    ck_assert_uint_eq(th.posted_count, 2);
    ck_assert(ac_handle_scheduled(th_handle(first)));
    ck_assert_uint_eq(th.wakes, 0);
    th_expect_failure(ac_loop_call_soon(&th.loop, th_cb(first)), AC_E_STATE,
                      "the handle is scheduled already");
    th_run_posted(&th.loop);
    th_expect("+ctx, a, -ctx, ~a, b, ~b");
    th_check(&th.loop);
}
END_TEST

START_TEST(test_a_posted_handle_that_was_cancelled_is_skipped)
{
    foreign_loop();
    three(NULL);
    th_soon(first);
    ac_handle_cancel(&th.loop, th_handle(first));
    th_run_posted(&th.loop);
    th_expect("");
    ck_assert_uint_eq(first->dones, 1);
}
END_TEST

START_TEST(test_a_posted_handle_runs_once)
{
    foreign_loop();
    three(NULL);
    th_soon(first);
    th_run_posted(&th.loop);
    th_expect_failure(ac_handle_run(&th.loop, th_handle(first)), AC_E_STATE, "the handle is not posted");
    th_expect_failure(ac_handle_run(&th.loop, th_handle(second)), AC_E_STATE, "the handle is not posted");
    th_expect("a");
}
END_TEST

START_TEST(test_a_posted_handle_may_be_queued_again_while_it_runs)
{
    foreign_loop();
    three(again_until_three);
    th_soon(first);
    for (int i = 0; i < 3; i++)
        th_run_posted(&th.loop);
    th_expect("a, a, a");
    ck_assert_uint_eq(first->dones, 1);
    ck_assert_uint_eq(th.posted_count, 0);
}
END_TEST

START_TEST(test_a_post_that_fails_schedules_nothing)
{
    foreign_loop();
    three(NULL);
    th_fail(TH_HOOK_POST, 1);
    th_expect_status(ac_loop_call_soon(&th.loop, th_cb(first)), AC_E_RAISED);
    ck_assert_str_eq(th_repr_of(ac_loop_take_raised(&th.loop)), "RuntimeError('post failed')");
    ck_assert(!ac_handle_scheduled(th_handle(first)));
    ck_assert_uint_eq(first->dones, 0);
}
END_TEST

START_TEST(test_other_threads_reach_a_foreign_loop_through_the_inbox)
{
    foreign_loop();
    three(NULL);
    th_ok(ac_loop_call_soon_threadsafe(&th.loop, th_cb(first)));
    th_ok(ac_loop_call_soon_threadsafe(&th.loop, th_cb(second)));
    ck_assert_uint_eq(th.posted_count, 0);
    ck_assert_uint_eq(th.wakes, 2);
    th_soon(third);
    ck_assert_uint_eq(th.posted_count, 3);
    th_run_posted(&th.loop);
    th_expect("a, b, c");
}
END_TEST

START_TEST(test_what_the_inbox_cannot_post_is_dropped)
{
    foreign_loop();
    three(NULL);
    th_ok(ac_loop_call_soon_threadsafe(&th.loop, th_cb(first)));
    th_ok(ac_loop_call_soon_threadsafe(&th.loop, th_cb(second)));
    th_fail(TH_HOOK_POST, 1);
    (void)ac_loop_timeout(&th.loop);
    ck_assert_uint_eq(first->dones, 1);
    ck_assert(!ac_handle_scheduled(th_handle(first)));
    th_run_posted(&th.loop);
    th_expect("b");
}
END_TEST

static void log_running(ac_loop *loop, th_coro *coro)
{
    th_log(ac_loop_is_running(loop) ? "%s running" : "%s not running", coro->name);
}

/* The foreign loop runs while it calls: a step is in order on releases that look for the running loop
 * (gh-129898), and an eager child starts at once. */
START_TEST(test_a_loop_runs_for_the_length_of_a_posted_handle)
{
    static const th_op child[] = {{TH_CALL, .call = log_running}, {TH_END}};
    static const th_op script[] = {
        {TH_CALL, .call = log_running},
        {TH_CREATE, .slot = 1, .text = "child", .script = child, .eager = AC_EAGER_YES},
        {TH_LOG, .text = "created"},
        {TH_RETURN, .number = 3}};
    foreign_loop();
    ac_task *task = th_start(0, "t", script, AC_EAGER_NO);
    ck_assert_int_eq(ac_handle_run(&th.loop, th.posted[0]), AC_OK);
    th_expect_reports("");
    th_expect("t running, child running, created");
    ck_assert_str_eq(th_state(&task->future), "result 3");
    ck_assert(!ac_loop_is_running(&th.loop));
}
END_TEST

/* A host whose loop runs callbacks that the core does not know of says so. */
START_TEST(test_a_foreign_loop_that_is_said_to_run_starts_eager_tasks)
{
    static const th_op script[] = {{TH_CALL, .call = log_running}, {TH_END}};
    foreign_loop();
    ck_assert(!ac_loop_set_running(&th.loop, true));
    th_start(0, "t", script, AC_EAGER_YES);
    ck_assert(ac_loop_set_running(&th.loop, false));
    th_expect("t running");
    ck_assert_uint_eq(th.posted_count, 0);
    th_start(1, "u", script, AC_EAGER_YES);
    th_run_posted(&th.loop);
    th_expect("u running");
}
END_TEST

/* A collector visits at any time: it must not find itself in the foreign loop's call_soon. */
START_TEST(test_a_visit_posts_nothing)
{
    th_visitor visitor;
    foreign_loop();
    three(NULL);
    first->owned = th_new("of a");
    th_ok(ac_loop_call_soon_threadsafe(&th.loop, th_cb(first)));
    th_visitor_init(&visitor);
    ck_assert_int_eq(ac_loop_visit(&th.loop, &visitor.visitor), 0);
    ck_assert_uint_eq(th.calls[TH_HOOK_POST], 0);
    ck_assert_str_eq(visitor.seen, "of a");
    (void)ac_loop_timeout(&th.loop);
    th_run_posted(&th.loop);
    th_expect("a");
}
END_TEST

START_TEST(test_a_visit_of_the_inbox_can_be_stopped)
{
    th_visitor visitor;
    three(NULL);
    first->owned = th_new("of a");
    second->owned = th_new("of b");
    th_ok(ac_loop_call_soon_threadsafe(&th.loop, th_cb(first)));
    th_ok(ac_loop_call_soon_threadsafe(&th.loop, th_cb(second)));
    th_visitor_init(&visitor);
    visitor.stop_after = 1;
    ck_assert_int_ne(ac_loop_visit(&th.loop, &visitor.visitor), 0);
    ck_assert_str_eq(visitor.seen, "of b"); /* the newest is on top */
    th_turn(&th.loop);
    th_expect("a, b");
}
END_TEST

static ac_status fail_with_value_error(ac_loop *loop, th_callback *callback)
{
    (void)callback;
    return ac_loop_raise(loop, th_exception(TH_VALUE, "x"));
}

START_TEST(test_an_error_of_a_posted_handle_is_reported)
{
    foreign_loop();
    three(fail_with_value_error);
    th_soon(first);
    th_run_posted(&th.loop);
    th_expect_reports("Exception in callback: ValueError('x')");
    ck_assert_uint_eq(first->dones, 1);
    th_expect("a");
}
END_TEST

static ac_status fail_with_exit(ac_loop *loop, th_callback *callback)
{
    (void)callback;
    return ac_loop_raise(loop, th_exception(TH_EXIT, "x"));
}

START_TEST(test_an_exit_exception_of_a_posted_handle_comes_out_of_handle_run)
{
    foreign_loop();
    three(fail_with_exit);
    th_soon(first);
    th_expect_status(ac_handle_run(&th.loop, th_handle(first)), AC_E_RAISED);
    ck_assert_str_eq(th_repr_of(ac_loop_take_raised(&th.loop)), "SystemExit('x')");
    ck_assert_uint_eq(first->dones, 1);
    th_expect("a");
}
END_TEST

START_TEST(test_a_posted_handle_whose_context_cannot_be_entered_is_reported)
{
    foreign_loop();
    three(NULL);
    first->timer.callback.handle.context = th_context("ctx");
    th_soon(first);
    th_fail(TH_HOOK_ENTER, 1);
    th_run_posted(&th.loop);
    th_expect_reports("Exception in callback: RuntimeError('enter failed')");
    ck_assert_uint_eq(first->dones, 1);
}
END_TEST

/* ---- Tasks ---- */

START_TEST(test_the_task_of_a_handle)
{
    static const th_op script[] = {{TH_END}};
    three(NULL);
    ck_assert_ptr_null(ac_handle_task(th_handle(first)));
    ac_task *task = th_start(0, "t", script, AC_EAGER_NO);
    ck_assert_ptr_eq(ac_handle_task(&task->step), task);
    th_turns(&th.loop, 1);
}
END_TEST

START_TEST(test_handle_call_runs_a_callback_and_nothing_else)
{
    three(NULL);
    th_ok(ac_handle_call(&th.loop, th_handle(first)));
    th_expect("a");
    ck_assert_uint_eq(first->dones, 0);
}
END_TEST

START_TEST(test_the_callback_of_a_handle)
{
    static const th_op script[] = {{TH_END}};
    three(NULL);
    ck_assert_ptr_eq(ac_handle_callback(th_handle(first)), th_cb(first));
    ac_task *task = th_start(0, "t", script, AC_EAGER_NO);
    ck_assert_ptr_null(ac_handle_callback(&task->step));
    th_turns(&th.loop, 1);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_a_handle_is_scheduled_until_it_runs,
        test_handles_run_in_the_order_of_call_soon,
        test_what_a_callback_adds_runs_in_the_next_turn,
        test_a_callback_without_done_and_visit,
        test_a_handle_may_be_queued_again_while_it_runs,
        test_a_timer_may_set_itself_again_while_it_runs,
        test_a_handle_is_not_scheduled_twice,
        test_a_handle_is_not_scheduled_twice_within_a_turn,
        test_a_handle_that_waits_for_a_future_is_scheduled,
        test_a_handle_that_is_cancelled_while_it_waits_in_the_batch_is_skipped,
        test_cancelling_after_it_ran_sets_the_mark,
        test_a_cancelled_handle_may_be_scheduled_anew,
        test_a_cancelled_handle_keeps_the_loop_from_blocking,
        test_a_callback_runs_in_its_context,
        test_two_callbacks_may_share_a_context,
        test_a_context_that_cannot_be_entered_is_reported_and_the_callback_does_not_run,
        test_a_context_that_is_entered_already_is_reported,
        test_a_context_that_cannot_be_entered_for_want_of_memory_is_reported,
        test_an_exit_exception_of_enter_leaves_the_turn_and_the_rest_stays,
        test_a_host_without_contexts_enters_none,
        test_a_closed_loop_takes_nothing,
        test_the_context_of_a_callback_that_was_refused_is_dropped_by_hand,
        test_the_context_of_a_callback_that_is_scheduled_stays,
        test_debug_mode_finds_calls_from_the_wrong_thread,
        test_debug_mode_finds_futures_finished_from_the_wrong_thread,
        test_without_debug_mode_nobody_looks_at_threads,
        test_a_loop_that_does_not_run_belongs_to_no_thread,
        test_a_host_without_threads_is_never_on_the_wrong_one,
        test_readying_outside_a_turn_wakes_the_host,
        test_only_a_nearer_deadline_wakes_the_host,
        test_a_timer_that_is_set_within_a_turn_does_not_wake,
        test_a_host_without_wake,
        test_call_soon_threadsafe_keeps_its_place_among_calls_of_the_same_thread,
        test_call_soon_threadsafe_keeps_its_place_within_a_turn,
        test_a_finished_future_keeps_its_place_behind_the_inbox,
        test_a_timeout_looks_into_the_inbox,
        test_a_handle_that_is_cancelled_in_the_inbox_is_skipped,
        test_closing_drops_what_is_in_the_inbox,
        test_what_was_ready_is_dropped_before_what_was_in_the_inbox,
        test_handles_are_posted_to_a_foreign_loop,
        test_a_posted_handle_that_was_cancelled_is_skipped,
        test_a_posted_handle_runs_once,
        test_a_posted_handle_may_be_queued_again_while_it_runs,
        test_a_post_that_fails_schedules_nothing,
        test_other_threads_reach_a_foreign_loop_through_the_inbox,
        test_what_the_inbox_cannot_post_is_dropped,
        test_a_loop_runs_for_the_length_of_a_posted_handle,
        test_a_foreign_loop_that_is_said_to_run_starts_eager_tasks,
        test_a_visit_posts_nothing,
        test_a_visit_of_the_inbox_can_be_stopped,
        test_an_error_of_a_posted_handle_is_reported,
        test_an_exit_exception_of_a_posted_handle_comes_out_of_handle_run,
        test_a_posted_handle_whose_context_cannot_be_entered_is_reported,
        test_the_task_of_a_handle,
        test_handle_call_runs_a_callback_and_nothing_else,
        test_the_callback_of_a_handle,
    };
    return TH_MAIN("handle", tests);
}
