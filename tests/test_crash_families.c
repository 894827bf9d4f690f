/* test_crash_families.c - the crashes that _asyncio had, one test each, as the same re-entrancy against this
 * interface.
 *
 * What Python code could do there by __eq__, __getattribute__, call_soon or a finalizer, a host does here in
 * a hook: post (call_soon of a foreign loop), cancel, drop, release, done, report.  The name of a test is the
 * issue's number and what happens.  Each runs under the sanitizers; the assertions say what is to be the case
 * besides not crashing. */
#include "play.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* ---- An attack: at the first call of one hook, something is done to the play ---- */

static struct {
    hook at;
    void (*act)(play *play);
    unsigned left; /* how often */
} attack;

static play here;

static void strike(spy *spy, ac_loop *loop, hook which)
{
    (void)spy;
    if (which != attack.at || attack.left == 0)
        return;
    attack.left--;
    ac_value raised = ac_loop_take_raised(loop);
    attack.act(&here);
    if (raised.bits != 0)
        (void)ac_loop_raise(loop, raised);
}

static void begin(const scenario *scenario, play_drive drive)
{
    memset(&here, 0, sizeof here);
    play_begin(&here, scenario, NULL, drive);
    ck_assert_ptr_nonnull(here.loop);
}

static void strike_at(hook at, void (*act)(play *play))
{
    attack.at = at;
    attack.act = act;
    attack.left = 1;
    here.spy.calls = strike;
}

static void end(void)
{
    ck_assert_msg(attack.left == 0, "the hook was never called");
    ck_assert(play_still_works(&here));
    ck_assert_uint_eq(play_end(&here), 0);
    ck_assert_ptr_null(here.wrong);
    ck_assert_ptr_null(here.spy.broken);
}

/* How often callback 'number' ran. */
static unsigned ran(uint32_t number)
{
    unsigned count = 0;
    for (size_t i = 0; i < here.trace_count; i++)
        count += here.trace[i] == ((uint32_t)'c' << 16 | number << 8);
    return count;
}

/* Future 0, with callbacks of these numbers. */
static void add_callbacks(const char *numbers)
{
    play_perform(&here, "C0");
    for (; *numbers != '\0'; numbers++)
        play_add_callback(&here, here.futures[0], (unsigned)(*numbers - '0'));
}

static const scenario empty = {"empty", {NULL}, NULL};

/* ---- remove_done_callback: comparing, or letting go of, a callback changes the list ---- */

static void remove_all(play *play)
{
    play_remove_callbacks(play, play->futures[0]);
}

START_TEST(test_gh_97592_removing_a_callback_removes_the_others)
{
    begin(&empty, PLAY_CLOCK);
    add_callbacks("12345");
    strike_at(HOOK_DONE, remove_all);
    remove_all(&here);
    ck_assert_ptr_null(ac_future_next_callback(here.futures[0], NULL));
    play_perform(&here, "f0..");
    ck_assert_uint_eq(here.trace_count, 0);
    end();
}
END_TEST

static void let_go_of_future(play *play)
{
    play_perform_inside(play, "A0");
}

START_TEST(test_gh_125966_removing_the_first_callback_frees_the_future)
{
    begin(&empty, PLAY_CLOCK);
    add_callbacks("1");
    strike_at(HOOK_DONE, let_go_of_future);
    remove_all(&here);
    ck_assert_ptr_null(here.futures[0]);
    end();
}
END_TEST

static void add_one(play *play)
{
    play_add_callback(play, play->futures[0], 7);
}

START_TEST(test_gh_126405_removing_the_only_callback_adds_one)
{
    begin(&empty, PLAY_CLOCK);
    add_callbacks("1");
    strike_at(HOOK_DONE, add_one);
    ac_handle *only = ac_future_next_callback(here.futures[0], NULL);
    ck_assert_int_eq(
        ac_future_remove_done_callback(here.futures[0], AC_CONTAINER_OF(only, ac_callback, handle)), AC_OK);
    ck_assert_ptr_nonnull(ac_future_next_callback(here.futures[0], NULL));
    play_perform(&here, "f0.");
    ck_assert_uint_eq(ran(7), 1);
    ck_assert_uint_eq(ran(1), 0);
    end();
}
END_TEST

/* ---- call_soon, while a future's callbacks are scheduled ---- */

START_TEST(test_gh_125969_posting_a_callback_removes_the_rest)
{
    begin(&empty, PLAY_POST);
    add_callbacks("1234");
    strike_at(HOOK_POST, remove_all);
    play_perform(&here, "f0.");
    /* The future had let go of all of them before the first was posted. */
    ck_assert_uint_eq(ran(1) + ran(2) + ran(3) + ran(4), 4);
    end();
}
END_TEST

static void clear_future(play *play)
{
    play_perform_inside(play, "J0A0");
}

START_TEST(test_gh_125984_posting_a_callback_clears_and_frees_the_future)
{
    begin(&empty, PLAY_POST);
    play_perform(&here, "v");
    add_callbacks("12");
    strike_at(HOOK_POST, clear_future);
    play_perform(&here, "f0.");
    ck_assert_uint_eq(ran(1) + ran(2), 2);
    end();
}
END_TEST

static const scenario in_context = {"a task with a context", {"vyr"}, NULL};

static void clear_task(play *play)
{
    play_perform_inside(play, "j0R0");
}

START_TEST(test_gh_126080_posting_a_step_clears_the_task_and_its_context)
{
    begin(&in_context, PLAY_POST);
    play_perform(&here, "v");
    strike_at(HOOK_POST, clear_task);
    play_create(&here, 0, AC_EAGER_NO);
    play_perform(&here, "...");
    end();
}
END_TEST

START_TEST(test_gh_126080_posting_the_second_step_clears_the_task_and_its_context)
{
    begin(&in_context, PLAY_POST);
    play_create(&here, 0, AC_EAGER_NO);
    strike_at(HOOK_POST, clear_task);
    play_perform(&here, "...");
    end();
}
END_TEST

/* ---- cancel, of the program's own ---- */

/* A task that was asked to cancel itself hands its message to the future that it awaits. */
static const scenario forwards = {"a task forwards its cancellation", {"c0a0"}, "M0...X0.."};

static void replace_message(play *play)
{
    play_perform_inside(play, "u0c0c0");
}

START_TEST(test_gh_126138_the_cancel_method_replaces_the_message_that_it_was_given)
{
    begin(&forwards, PLAY_CLOCK);
    play_create(&here, 0, AC_EAGER_NO);
    strike_at(HOOK_CANCEL, replace_message);
    play_perform(&here, "M0...X0..");
    ck_assert(ac_future_done(&here.tasks[0]->head.task.future));
    end();
}
END_TEST

START_TEST(test_gh_126138_the_cancel_method_frees_the_future)
{
    begin(&forwards, PLAY_CLOCK);
    play_create(&here, 0, AC_EAGER_NO);
    strike_at(HOOK_CANCEL, clear_future);
    play_perform(&here, "M0...");
    end();
}
END_TEST

/* ---- What is shown to others ---- */

static int retain_and_release(ac_visitor *visitor, ac_future *kept)
{
    (void)visitor;
    ck_assert_ptr_nonnull(ac_future_get_loop(kept));
    ac_c_retain(kept);
    ac_c_release(here.loop, kept);
    return 0;
}

static int dup_and_drop(ac_visitor *visitor, ac_ref value)
{
    (void)visitor;
    ck_assert(!ac_is_none(value));
    ac_drop(here.loop, ac_dup(here.loop, value));
    return 0;
}

static const scenario busy = {"a busy loop", {"vl1l2(+3z4)", "a1", "vz9", "!a2y", "y"}, NULL};

START_TEST(test_gh_122695_a_visitor_never_sees_what_is_freed)
{
    ac_visitor visitor = {.value = dup_and_drop, .future = retain_and_release};
    begin(&busy, PLAY_CLOCK);
    attack.left = 0;
    play_create(&here, 0, AC_EAGER_NO);
    play_perform(&here, "s4d4..T3R1R2R3A1.");
    ck_assert_int_eq(ac_loop_visit(here.loop, &visitor), 0);
    play_perform(&here, "f2c0...");
    ck_assert_int_eq(ac_loop_visit(here.loop, &visitor), 0);
    end();
}
END_TEST

/* A list that is handed out is the one that the core goes on with: here there is a walk, which ends at a
 * change. */
START_TEST(test_gh_125789_callbacks_change_between_two_steps_of_a_walk)
{
    begin(&empty, PLAY_CLOCK);
    attack.left = 0;
    add_callbacks("123");
    ac_handle *first = ac_future_next_callback(here.futures[0], NULL);
    ck_assert_int_eq(
        ac_future_remove_done_callback(here.futures[0], AC_CONTAINER_OF(first, ac_callback, handle)), AC_OK);
    add_callbacks("4");
    unsigned count = 0;
    for (ac_handle *at = NULL; (at = ac_future_next_callback(here.futures[0], at)) != NULL;)
        count++;
    ck_assert_uint_eq(count, 3);
    play_perform(&here, "f0.");
    ck_assert_uint_eq(here.trace_count, 3);
    end();
}
END_TEST

/* ---- Finalizers ---- */

static actor *resurrected;

static void resurrect(play *play)
{
    (void)play;
    ac_c_retain(&resurrected->head.task.future);
}

static const scenario waits_for_ever = {"a task waits for ever", {"pr"}, NULL};

START_TEST(test_gh_142556_the_report_of_a_destroyed_task_brings_it_back)
{
    begin(&waits_for_ever, PLAY_CLOCK);
    play_create(&here, 0, AC_EAGER_NO);
    play_perform(&here, ".");
    resurrected = here.tasks[0];
    strike_at(HOOK_REPORT, resurrect);
    play_perform(&here, "R0"); /* parked: only the slot held it */
    ck_assert_ptr_eq(ac_loop_next_task(here.loop, NULL), &resurrected->head.task);
    ck_assert_int_eq(ac_task_wake(&resurrected->head.task), AC_OK);
    play_perform(&here, ".");
    ck_assert(ac_future_done(&resurrected->head.task.future));
    ac_c_release(here.loop, &resurrected->head.task.future);
    end();
}
END_TEST

/* A result whose finalizer looks at everything and clears what it finds, as a garbage collector may. */
static void collect(void *unused)
{
    (void)unused;
    play_perform_inside(&here, "VJ1j2V");
}

static const scenario with_garbage = {"tasks wait", {"l2yyy", "", "a1"}, NULL};

START_TEST(test_bpo_31061_a_finalizer_collects)
{
    begin(&with_garbage, PLAY_CLOCK);
    attack.left = 0;
    play_create(&here, 0, AC_EAGER_NO);
    play_perform(&here, "d3..");
    ck_assert_int_eq(ac_future_set_result(here.futures[3], ac_c_pointer(here.loop, &here, collect)), AC_OK);
    play_perform(&here, "A3..");
    end();
}
END_TEST

/* ---- Initialised twice, or never ---- */

static void init_again(play *play)
{
    ac_task *task = &play->tasks[0]->head.task;
    ac_value context = ac_c_copy_context(play->loop);
    ac_task_spec spec = {.body = &play->tasks[0]->head.co, .context = ac_lend(context), .has_context = true};
    ck_assert_int_eq(ac_task_init(task, play->loop, &spec), AC_E_RUNTIME);
    ck_assert_int_eq(ac_future_init(&task->future, play->loop), AC_E_RUNTIME);
    ac_drop(play->loop, context);
}

START_TEST(test_gh_126083_a_task_that_is_initialised_again_keeps_its_context)
{
    begin(&in_context, PLAY_CLOCK);
    attack.left = 0;
    play_perform(&here, "v");
    play_create(&here, 0, AC_EAGER_NO);
    for (int i = 0; i < 100; i++)
        init_again(&here);
    play_perform(&here, "...");
    ck_assert_int_eq(ac_future_get_state(&here.tasks[0]->head.task.future), AC_FINISHED);
    end();
}
END_TEST

START_TEST(test_gh_142615_a_task_is_initialised_again_while_it_runs)
{
    begin(&in_context, PLAY_CLOCK);
    play_create(&here, 0, AC_EAGER_NO);
    strike_at(HOOK_RESUME, init_again);
    play_perform(&here, "...");
    ck_assert_int_eq(ac_future_get_state(&here.tasks[0]->head.task.future), AC_FINISHED);
    end();
}
END_TEST

START_TEST(test_gh_154871_a_task_that_was_never_initialised_answers)
{
    static ac_task task;
    ck_assert(ac_is_none(ac_task_get_context(&task)));
    ck_assert(ac_is_none(ac_task_name(&task)));
    ck_assert_ptr_null(ac_task_get_coro(&task));
    ck_assert_ptr_null(ac_task_waiting_for(&task));
    ck_assert_ptr_null(ac_future_get_loop(&task.future));
    ck_assert_uint_eq(ac_task_serial(&task), 0);
    ck_assert_uint_eq(ac_task_cancelling(&task), 0);
    ck_assert_int_eq(ac_task_cancel(&task, ac_none_ref(), NULL), AC_E_RUNTIME);
    ck_assert_int_eq(ac_task_wake(&task), AC_E_RUNTIME);
    ck_assert_int_eq(ac_task_step(&task, AC_SEND, ac_none_ref()), AC_E_RUNTIME);
    ac_future_finalize(&task.future);
    ac_future_clear(&task.future);
}
END_TEST

/* ---- Iterators and the current task ---- */

START_TEST(test_gh_146065_an_await_is_resumed_after_its_end)
{
    ac_how how = AC_THROW;
    ac_value result = ac_none();
    begin(&empty, PLAY_CLOCK);
    attack.left = 0;
    play_perform(&here, "C0");
    ck_assert_int_eq(ac_future_await_resumed(here.futures[0], &how, &result), AC_E_RUNTIME);
    play_perform(&here, "f0");
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(ac_future_await_resumed(here.futures[0], &how, &result), AC_OK);
        ck_assert_int_eq(how, AC_SEND);
        ac_drop(here.loop, result);
    }
    ac_future_clear(here.futures[0]);
    ck_assert_int_eq(ac_future_await_resumed(here.futures[0], &how, &result), AC_E_RUNTIME);
    end();
}
END_TEST

START_TEST(test_gh_105987_swapping_the_current_task_owns_nothing)
{
    begin(&waits_for_ever, PLAY_CLOCK);
    attack.left = 0;
    play_create(&here, 0, AC_EAGER_NO);
    ac_task *task = &here.tasks[0]->head.task;
    ck_assert_ptr_null(ac_loop_swap_current_task(here.loop, task));
    ck_assert_ptr_eq(ac_loop_current_task(here.loop), task);
    ck_assert_ptr_eq(ac_loop_swap_current_task(here.loop, NULL), task);
    play_perform(&here, ".R0");
    ck_assert_ptr_null(ac_loop_next_task(here.loop, NULL));
    end();
}
END_TEST

/* An eager start that cannot enter its context puts the current task back. */
static void start_in_entered_context(play *play)
{
    ac_task *before = ac_loop_current_task(play->loop);
    ac_value context = ac_dup(play->loop, ac_task_get_context(before));
    actor *child = ac_c_task_new(play->loop, sizeof *child, here.tasks[0]->head.co.ops);
    ac_task_spec spec = {
        .body = &child->head.co, .context = ac_lend(context), .has_context = true, .eager = AC_EAGER_YES};
    ck_assert_int_eq(ac_task_init(&child->head.task, play->loop, &spec), AC_E_RAISED);
    ck_assert_ptr_eq(ac_loop_current_task(play->loop), before);
    ac_drop(play->loop, ac_loop_take_raised(play->loop));
    ac_drop(play->loop, context);
    child->play = play;
    child->clearing = true; /* it has no frame to give up */
    ac_c_release(play->loop, &child->head.task.future);
}

START_TEST(test_gh_157301_a_failed_eager_start_restores_the_current_task)
{
    begin(&in_context, PLAY_CLOCK);
    play_perform(&here, "v");
    play_create(&here, 0, AC_EAGER_NO);
    strike_at(HOOK_RESUME, start_in_entered_context);
    play_perform(&here, "...");
    ck_assert_int_eq(ac_future_get_state(&here.tasks[0]->head.task.future), AC_FINISHED);
    end();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crash_families");
    TCase *cases = tcase_create("crash_families");
    tcase_add_test(cases, test_gh_97592_removing_a_callback_removes_the_others);
    tcase_add_test(cases, test_gh_125966_removing_the_first_callback_frees_the_future);
    tcase_add_test(cases, test_gh_126405_removing_the_only_callback_adds_one);
    tcase_add_test(cases, test_gh_125969_posting_a_callback_removes_the_rest);
    tcase_add_test(cases, test_gh_125984_posting_a_callback_clears_and_frees_the_future);
    tcase_add_test(cases, test_gh_126080_posting_a_step_clears_the_task_and_its_context);
    tcase_add_test(cases, test_gh_126080_posting_the_second_step_clears_the_task_and_its_context);
    tcase_add_test(cases, test_gh_126138_the_cancel_method_replaces_the_message_that_it_was_given);
    tcase_add_test(cases, test_gh_126138_the_cancel_method_frees_the_future);
    tcase_add_test(cases, test_gh_122695_a_visitor_never_sees_what_is_freed);
    tcase_add_test(cases, test_gh_125789_callbacks_change_between_two_steps_of_a_walk);
    tcase_add_test(cases, test_gh_142556_the_report_of_a_destroyed_task_brings_it_back);
    tcase_add_test(cases, test_bpo_31061_a_finalizer_collects);
    tcase_add_test(cases, test_gh_126083_a_task_that_is_initialised_again_keeps_its_context);
    tcase_add_test(cases, test_gh_142615_a_task_is_initialised_again_while_it_runs);
    tcase_add_test(cases, test_gh_154871_a_task_that_was_never_initialised_answers);
    tcase_add_test(cases, test_gh_146065_an_await_is_resumed_after_its_end);
    tcase_add_test(cases, test_gh_105987_swapping_the_current_task_owns_nothing);
    tcase_add_test(cases, test_gh_157301_a_failed_eager_start_restores_the_current_task);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
