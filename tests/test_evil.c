/* test_evil.c - every hook that may call back, does, with each of the evil host's actions, in each
 * scenario. */
#include "evil.h"
#include "scenarios.h"

#include <check.h>
#include <stdlib.h>

enum { STORMS = 60 };

static void fail_on(const char *wrong, int scenario, play_drive drive, const char *action, unsigned n)
{
    if (wrong != NULL)
        ck_abort_msg("%s, drive %d, %s at call %u: %s", scenarios[scenario].name, (int)drive, action, n,
                     wrong);
}

static void every_action(int scenario, const char *semantics, play_drive drive)
{
    unsigned n;
    for (size_t i = 0; i < evil_action_count; i++) {
        for (int all = 0; all < (evil_actions[i].once ? 1 : 2); all++) {
            const char *wrong = evil_all(&scenarios[scenario], semantics, drive, &evil_actions[i], all != 0,
                                         &n);
            fail_on(wrong, scenario, drive, evil_actions[i].name, n);
            ck_assert_uint_gt(n, 5);
        }
    }
}

START_TEST(test_the_nth_hook_calls_back_on_a_virtual_clock)
{
    every_action(_i, NULL, PLAY_CLOCK);
}
END_TEST

START_TEST(test_the_nth_hook_calls_back_with_a_poll)
{
    every_action(_i, NULL, PLAY_POLL);
}
END_TEST

START_TEST(test_the_nth_hook_calls_back_on_a_foreign_loop)
{
    every_action(_i, NULL, PLAY_POST);
}
END_TEST

START_TEST(test_the_nth_hook_calls_back_as_in_3_12_0)
{
    every_action(_i, "3.12.0", PLAY_CLOCK);
}
END_TEST

START_TEST(test_hooks_call_back_all_the_time)
{
    for (int drive = 0; drive < PLAY_DRIVES; drive++)
        for (unsigned seed = 0; seed < STORMS; seed++)
            fail_on(evil_storm(&scenarios[_i], NULL, (play_drive)drive, seed), _i, (play_drive)drive, "storm",
                    seed);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("evil");
    TCase *cases = tcase_create("evil");
    int count = (int)scenario_count;
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, test_the_nth_hook_calls_back_on_a_virtual_clock, 0, count);
    tcase_add_loop_test(cases, test_the_nth_hook_calls_back_with_a_poll, 0, count);
    tcase_add_loop_test(cases, test_the_nth_hook_calls_back_on_a_foreign_loop, 0, count);
    tcase_add_loop_test(cases, test_the_nth_hook_calls_back_as_in_3_12_0, 0, count);
    tcase_add_loop_test(cases, test_hooks_call_back_all_the_time, 0, count);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
