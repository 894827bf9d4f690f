/* test_evil.c - every hook that may call back, does, with each of the evil host's actions, in each
 * scenario, in each of four settings.
 *
 * The calls of a scenario are nearly the same in all settings.  Where all is slow (effort.h) an action is
 * done at every call in one of the four: at this call in the first, at the next one in the second. */
#include "effort.h"
#include "evil.h"
#include "scenarios.h"

#include <check.h>
#include <stdlib.h>

enum { STORMS = 60 };

static const struct {
    const char *semantics;
    play_drive drive;
} settings[] = {{NULL, PLAY_CLOCK}, {NULL, PLAY_POLL}, {NULL, PLAY_POST}, {"3.12.0", PLAY_CLOCK}};
enum { SETTINGS = sizeof settings / sizeof settings[0] };

static void fail_on(const char *wrong, int scenario, play_drive drive, const char *action, unsigned n)
{
    if (wrong != NULL)
        ck_abort_msg("%s, drive %d, %s at call %u: %s", scenarios[scenario].name, (int)drive, action, n,
                     wrong);
}

static void one_action(int scenario, int setting, size_t action, bool all, unsigned calls)
{
    const char *semantics = settings[setting].semantics;
    play_drive drive = settings[setting].drive;
    unsigned step = effort(SETTINGS);

    for (unsigned n = ((unsigned)setting + (unsigned)action) % step; n < calls; n += step) {
        const char *wrong = evil_again(&scenarios[scenario], semantics, drive, &evil_actions[action], all, n);
        fail_on(wrong, scenario, drive, evil_actions[action].name, n);
    }
}

static void every_action(int scenario, int setting)
{
    unsigned calls;
    const char *wrong = evil_none(&scenarios[scenario], settings[setting].semantics, settings[setting].drive,
                                  &calls);
    fail_on(wrong, scenario, settings[setting].drive, "nothing", 0);
    ck_assert_uint_gt(calls, 5);
    for (size_t i = 0; i < evil_action_count; i++) {
        one_action(scenario, setting, i, false, calls);
        if (!evil_actions[i].once)
            one_action(scenario, setting, i, true, calls);
    }
}

START_TEST(test_the_nth_hook_calls_back)
{
    every_action(_i / SETTINGS, _i % SETTINGS);
}
END_TEST

START_TEST(test_hooks_call_back_all_the_time)
{
    for (int drive = 0; drive < PLAY_DRIVES; drive++)
        for (unsigned seed = 0; seed < STORMS / effort(3); seed++)
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
    tcase_add_loop_test(cases, test_the_nth_hook_calls_back, 0, count * SETTINGS);
    tcase_add_loop_test(cases, test_hooks_call_back_all_the_time, 0, count);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
