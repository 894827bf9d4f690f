/* test_saboteur.c - every hook that may fail, fails, one at a time, in each scenario: no crash, every
 * invariant after every turn, nothing left alive, and the loop goes on. */
#include "saboteur.h"
#include "scenarios.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Every way to drive a loop on the newest profile; the others on a virtual clock. */
static const struct {
    const char *semantics;
    play_drive drive;
} settings[] = {
    {NULL, PLAY_CLOCK}, {NULL, PLAY_POLL}, {NULL, PLAY_POST}, {"3.12.0", PLAY_CLOCK}, {"fast", PLAY_CLOCK}};
enum { SETTINGS = sizeof settings / sizeof settings[0] };

static void fail_on(const char *wrong, const scenario *scenario, int setting, int how, unsigned n)
{
    if (wrong != NULL)
        ck_abort_msg("%s, setting %d, kind %d, hook %u: %s", scenario->name, setting, how, n, wrong);
}

START_TEST(test_untouched_scenarios_run_and_leave_nothing)
{
    static play play;
    for (int i = 0; i < SETTINGS; i++) {
        memset(&play, 0, sizeof play);
        const char *wrong = play_run(&play, &scenarios[_i], settings[i].semantics, settings[i].drive);
        fail_on(wrong, &scenarios[_i], i, 0, 0);
    }
}
END_TEST

START_TEST(test_the_nth_failing_hook_fails_cleanly)
{
    unsigned n;
    for (int i = 0; i < SETTINGS; i++) {
        for (int how = 0; how < SABOTAGES; how++) {
            const char *wrong = sabotage_all(&scenarios[_i], settings[i].semantics, settings[i].drive,
                                             (sabotage)how, &n);
            fail_on(wrong, &scenarios[_i], i, how, n);
            ck_assert_uint_gt(n, 5);
        }
    }
}
END_TEST

START_TEST(test_scenarios_call_every_hook)
{
    static play play;
    unsigned called[HOOKS] = {0};
    for (size_t s = 0; s < scenario_count; s++) {
        for (int drive = 0; drive < PLAY_DRIVES; drive++) {
            memset(&play, 0, sizeof play);
            ck_assert_ptr_null(play_run(&play, &scenarios[s], "3.13.0", (play_drive)drive));
            for (int i = 0; i < HOOKS; i++)
                called[i] += play.spy.called[i];
        }
    }
    for (int i = 0; i < HOOKS; i++)
        ck_assert_msg(called[i] > 0, "no scenario calls %s", spy_rights[i].name);
}
END_TEST

START_TEST(test_hooks_that_may_call_back_may_run_user_code)
{
    for (int i = 0; i < HOOKS; i++) {
        ck_assert_ptr_nonnull(spy_rights[i].name);
        ck_assert(!spy_rights[i].may_call_back || spy_rights[i].runs_user_code);
    }
}
END_TEST

/* The check that quiet hooks are quiet is itself checked: a hook that is called inside one is noticed. */
START_TEST(test_a_quiet_hook_that_runs_user_code_is_noticed)
{
    static play play;
    memset(&play, 0, sizeof play);
    play_begin(&play, &scenarios[0], NULL, PLAY_CLOCK);
    play.spy.quiet = 1;
    (void)spy_enter(play.loop, HOOK_RUN);
    play.spy.quiet = 0;
    ck_assert_str_eq(play.spy.broken, "run");
    ck_assert_uint_eq(play_end(&play), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("saboteur");
    TCase *cases = tcase_create("saboteur");
    int count = (int)scenario_count;
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, test_untouched_scenarios_run_and_leave_nothing, 0, count);
    tcase_add_loop_test(cases, test_the_nth_failing_hook_fails_cleanly, 0, count);
    tcase_add_test(cases, test_scenarios_call_every_hook);
    tcase_add_test(cases, test_hooks_that_may_call_back_may_run_user_code);
    tcase_add_test(cases, test_a_quiet_hook_that_runs_user_code_is_noticed);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
