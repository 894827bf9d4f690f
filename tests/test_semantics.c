/* test_semantics.c - flags, presets and profiles (src/base/semantics.c).
 *
 * Idea       What the table says in words (on_in) is read by a parser of the test's own and compared with
 *            what each preset has: the two are written by hand next to each other and must not disagree. */
#include "host.h"

#include <stdio.h>
#include <string.h>

static ac_semantics parse(const char *text)
{
    ac_semantics set = 0;
    const char *where = NULL;
    ck_assert_msg(ac_semantics_parse(text, &set, &where) == AC_OK, "%s: unknown at \"%s\"", text, where);
    return set;
}

static ac_semantics bit(ac_semantics_flag flag)
{
    return (ac_semantics)1 << flag;
}

/* Asserts that the profile is refused and gives what is left of the text at the name that is not known. */
static const char *refused(const char *text)
{
    ac_semantics set = 42;
    const char *where = NULL;
    th_expect_status(ac_semantics_parse(text, &set, &where), AC_E_VALUE);
    ck_assert_uint_eq(set, 42);
    ck_assert(text <= where && where <= text + strlen(text));
    th_expect_status(ac_semantics_parse(text, &set, NULL), AC_E_VALUE);
    return where;
}

/* ---- Flags ---- */

static bool begins_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

START_TEST(test_every_flag_is_described)
{
    for (int flag = 0; flag < AC_S_FLAGS; flag++) {
        const ac_semantics_info *info = ac_semantics_flag_info((ac_semantics_flag)flag);
        ck_assert_ptr_nonnull(info);
        ck_assert_uint_gt(strlen(info->name), 0);
        ck_assert(begins_with(info->issue, "gh-") || begins_with(info->issue, "bpo-") ||
                  strcmp(info->issue, "none found") == 0);
        ck_assert_int_eq(info->summary[strlen(info->summary) - 1], '.');
        ck_assert_uint_gt(strlen(info->on_in), 0);
        ck_assert(begins_with(info->scenario, "scenarios/versions/") ||
                  begins_with(info->scenario, "twins/"));
        for (int other = 0; other < flag; other++)
            ck_assert_str_ne(info->name, ac_semantics_flag_info((ac_semantics_flag)other)->name);
    }
}
END_TEST

START_TEST(test_a_number_that_is_no_flag_has_no_description)
{
    ck_assert_ptr_null(ac_semantics_flag_info(AC_S_FLAGS));
    ck_assert_ptr_null(ac_semantics_flag_info((ac_semantics_flag)-1));
}
END_TEST

START_TEST(test_has_looks_at_one_bit)
{
    ac_semantics set = bit(AC_S_TASKGROUP_CANCEL);
    for (int flag = 0; flag < AC_S_FLAGS; flag++)
        ck_assert_int_eq(ac_semantics_has(set, (ac_semantics_flag)flag), flag == AC_S_TASKGROUP_CANCEL);
}
END_TEST

/* ---- Presets ---- */

/* "3.13.0-3.13.2": both ends; "3.13.4+": this and all later ones of the minor release; "3.14": all of it. */
static bool item_has(const char *item, int minor, int micro)
{
    int from_minor, from, to_minor, to;
    if (sscanf(item, "3.%d.%d-3.%d.%d", &from_minor, &from, &to_minor, &to) == 4) {
        ck_assert_int_eq(from_minor, to_minor);
        return minor == from_minor && from <= micro && micro <= to;
    }
    int read = sscanf(item, "3.%d.%d", &from_minor, &from);
    if (read == 2 && item[strcspn(item, "+,")] == '+')
        return minor == from_minor && micro >= from;
    if (read == 2)
        return minor == from_minor && micro == from;
    return read == 1 && minor == from_minor;
}

static bool words_have(const char *on_in, int minor, int micro)
{
    const char *item = on_in;
    while (item != NULL) {
        if (item_has(item, minor, micro))
            return true;
        item = strchr(item, ',');
        if (item != NULL)
            item += 2; /* ", " */
    }
    return false;
}

START_TEST(test_every_preset_has_the_flags_that_the_words_say)
{
    int presets = 0;
    for (size_t i = 0; strcmp(ac_semantics_preset(i), "fast") != 0; i++, presets++) {
        int minor, micro;
        ck_assert_int_eq(sscanf(ac_semantics_preset(i), "3.%d.%d", &minor, &micro), 2);
        ac_semantics set = parse(ac_semantics_preset(i));
        for (int flag = 0; flag < AC_S_FLAGS; flag++) {
            const ac_semantics_info *info = ac_semantics_flag_info((ac_semantics_flag)flag);
            ck_assert_msg(ac_semantics_has(set, (ac_semantics_flag)flag) ==
                              words_have(info->on_in, minor, micro),
                          "%s in %s", info->name, ac_semantics_preset(i));
        }
    }
    ck_assert_int_eq(presets, 13 + 19 + 11 + 3);
}
END_TEST

START_TEST(test_presets_are_in_order_and_fast_is_last)
{
    int last_minor = 12, last_micro = -1;
    size_t i = 0;
    for (; strcmp(ac_semantics_preset(i), "fast") != 0; i++) {
        int minor, micro;
        ck_assert_int_eq(sscanf(ac_semantics_preset(i), "3.%d.%d", &minor, &micro), 2);
        ck_assert((minor == last_minor && micro == last_micro + 1) ||
                  (minor == last_minor + 1 && micro == 0));
        last_minor = minor;
        last_micro = micro;
    }
    ck_assert_ptr_null(ac_semantics_preset(i + 1));
    ck_assert_ptr_null(ac_semantics_preset(SIZE_MAX));
}
END_TEST

/* The flags of the releases that were recorded, by hand. */
START_TEST(test_the_flags_of_the_recorded_releases)
{
    static const struct {
        ac_semantics_flag flag;
        const char *marks; /* 3.12.1, 3.13.0, 3.13.18, 3.14.10, 3.15.2 */
    } rows[] = {
        {AC_S_CREATE_TASK_PASSES_NAME, "-xxxx"},
        {AC_S_FACTORY_ALWAYS_SET_NAME, "-xx--"},
        {AC_S_CREATE_TASK_FORWARDS_KWARGS, "---xx"},
        {AC_S_UNCANCEL_CLEARS_MUST_CANCEL, "-xxxx"},
        {AC_S_FUTURE_STOPITERATION_TO_RUNTIMEERROR, "-xxxx"},
        {AC_S_ENTER_TASK_CHECKS_RUNNING_LOOP, "---xx"},
        {AC_S_MISUSE_RAISES_RUNTIME_ERROR, "xxxxx"},
        {AC_S_TASKGROUP_EAGER_DONE_CALLBACK_INLINE, "xx---"},
        {AC_S_TASKGROUP_UNCANCEL_AFTER_WAIT, "-xxxx"},
        {AC_S_TASKGROUP_PRESERVES_CANCEL_COUNT, "-xxxx"},
        {AC_S_CANCELLED_ERROR_SUBCLASSES, "-xxxx"},
        {AC_S_TASKGROUP_CLOSES_REFUSED_CORO, "-xxxx"},
        {AC_S_TASKGROUP_FORGETS_AT_EXIT, "--xxx"},
        {AC_S_TASKGROUP_GENERATOR_EXIT_BARE, "----x"},
        {AC_S_TASKGROUP_CANCEL, "----x"},
        {AC_S_SLEEP_REJECTS_NAN, "-xxxx"},
        {AC_S_TIMER_END_TIME_ULP, "----x"},
        {AC_S_FUTURE_INIT_ONCE, "----x"},
        {AC_S_FUTUREITER_KEEPS_FUTURE, "---xx"},
        {AC_S_FUTUREITER_RESEND_STOPS, "---xx"},
        {AC_S_GET_CORO_NONE_AFTER_EAGER, "-xxxx"},
        {AC_S_TASK_EAGER_START_DEFAULT_LOOP, "---xx"},
        {AC_S_EAGER_START_FAILURE_IS_CLEAN, "--x-x"},
        {AC_S_CREATE_TASK_EAGER_START, "--xxx"},
        {AC_S_CREATE_TASK_FUNCTIONS_TAKE_KWARGS, "---xx"},
        {AC_S_EAGER_FACTORY_EAGER_START_KW, "---xx"},
        {AC_S_CHAIN_FUTURE_CANCELS_IN_RUNNING_LOOP, "--xxx"},
        {AC_S_TIMEOUT_ERROR_IN_CONTEXT, "-xxxx"},
        {AC_S_CONDITION_RENOTIFIES_ON_ERROR, "-xxxx"},
        {AC_S_CONDITION_RERAISES_SAME_CANCEL, "-xxxx"},
        {AC_S_CONDITION_FUTURE_BEFORE_RELEASE, "-xxxx"},
        {AC_S_SEMAPHORE_WAKES_ALL_ALLOWED, "-xxxx"},
        {AC_S_BARRIER_PARTIES_MESSAGE, "--xxx"},
        {AC_S_QUEUE_SHUTDOWN, "-xxxx"},
        {AC_S_AS_COMPLETED_ASYNC_ITERATOR, "-xxxx"},
        {AC_S_AS_COMPLETED_STEP_CANCEL_RESTORES, "---xx"},
        {AC_S_SHIELD_INNER_ERROR_NOT_SWALLOWED, "---xx"},
        {AC_S_SHIELD_REPORTS_AT_ONCE, "-----"},
        {AC_S_SHIELD_FORGETS_WAITER, "---xx"},
        {AC_S_AS_COMPLETED_KNOWS_TASK, "---xx"},
        {AC_S_STAGGERED_RACE_EAGER_TASKS, "--xxx"},
        {AC_S_STAGGERED_RACE_LEAVES_NO_TASK, "--xxx"},
        {AC_S_GATHER_USES_RUNNING_LOOP, "---xx"},
        {AC_S_HANDLE_REPR_HIDES_ARGS, "-xxxx"},
        {AC_S_THREADSAFE_HANDLE, "---xx"},
        {AC_S_FAILED_RUN_FOREVER_KEEPS_RUNNING_LOOP, "x-xxx"},
        {AC_S_GET_EVENT_LOOP_RAISES, "---xx"},
        {AC_S_EVENT_LOOP_ALIAS, "-xxxx"},
        {AC_S_CALL_GRAPH_API, "---xx"},
        {AC_S_RUNNER_ACCEPTS_AWAITABLE, "---xx"},
        {AC_S_RUN_REPRS_RESULT, "x----"},
        {AC_S_TOKEN_CONTEXT_MANAGER, "---xx"},
        {AC_S_EXCEPTION_GROUP_REPR_SNAPSHOT, "--xxx"},
        {AC_S_ANEXT_DEFAULT_TUPLE, "--xxx"},
        {AC_S_AWAIT_TYPE_ERROR_MESSAGE, "---xx"},
        {AC_S_WITH_PROTOCOL_MESSAGE, "---xx"},
        {AC_S_AWAIT_NON_ITERATOR_MESSAGE, "----x"},
        {AC_S_GENERATOR_CLOSE_RETURNS_VALUE, "-xxxx"},
        {AC_S_STREAMS_TASK_CANCELLED_CLOSES, "-xxxx"},
        {AC_S_TRANSPORT_KEEPS_CONTEXT, "----x"},
        {AC_S_FAST_GROUPS, "-----"},
    };
    static const char *const releases[] = {"3.12.1", "3.13.0", "3.13.18", "3.14.10", "3.15.2"};
    ck_assert_uint_eq(sizeof rows / sizeof rows[0], AC_S_FLAGS);
    for (size_t i = 0; i < AC_S_FLAGS; i++)
        for (size_t k = 0; k < 5; k++)
            ck_assert_int_eq(ac_semantics_has(parse(releases[k]), rows[i].flag), rows[i].marks[k] == 'x');
}
END_TEST

/* ---- Profiles ---- */

START_TEST(test_a_minor_release_is_its_newest_micro)
{
    ck_assert_uint_eq(parse("3.12"), parse("3.12.12"));
    ck_assert_uint_eq(parse("3.13"), parse("3.13.18"));
    ck_assert_uint_eq(parse("3.14"), parse("3.14.10"));
    ck_assert_uint_eq(parse("3.15"), parse("3.15.2"));
    ck_assert_uint_eq(parse("3.15"), ac_semantics_newest());
}
END_TEST

START_TEST(test_fast_is_the_newest_and_fast_groups)
{
    ck_assert_uint_eq(parse("fast"), ac_semantics_newest() | bit(AC_S_FAST_GROUPS));
}
END_TEST

START_TEST(test_signs_add_and_remove_flags)
{
    ck_assert_uint_eq(parse("3.14+fast_groups"), parse("3.14") | bit(AC_S_FAST_GROUPS));
    ck_assert_uint_eq(parse("fast-fast_groups"), parse("3.15.2"));
    ck_assert_uint_eq(parse("3.12.0+taskgroup_cancel-taskgroup_eager_done_callback_inline"),
                      (parse("3.12.0") | bit(AC_S_TASKGROUP_CANCEL)) &
                          ~bit(AC_S_TASKGROUP_EAGER_DONE_CALLBACK_INLINE));
    ck_assert_uint_eq(parse("3.13-sleep_rejects_nan+sleep_rejects_nan"), parse("3.13"));
}
END_TEST

START_TEST(test_a_profile_that_begins_with_a_sign_starts_from_the_newest)
{
    ck_assert_uint_eq(parse("-taskgroup_cancel"), ac_semantics_newest() & ~bit(AC_S_TASKGROUP_CANCEL));
    ck_assert_uint_eq(parse("+fast_groups"), parse("fast"));
}
END_TEST

START_TEST(test_every_flag_can_be_added_and_removed_by_name)
{
    char text[100];
    for (int flag = 0; flag < AC_S_FLAGS; flag++) {
        const char *name = ac_semantics_flag_info((ac_semantics_flag)flag)->name;
        snprintf(text, sizeof text, "3.13.5+%s", name);
        ck_assert_uint_eq(parse(text), parse("3.13.5") | bit((ac_semantics_flag)flag));
        snprintf(text, sizeof text, "fast-%s", name);
        ck_assert_uint_eq(parse(text), parse("fast") & ~bit((ac_semantics_flag)flag));
    }
}
END_TEST

/* Bad input: an unknown profile name, with the place. */
START_TEST(test_an_unknown_preset_is_refused_at_its_beginning)
{
    static const char *const unknown[] = {
        "",        "2.7",    "3",       "3.",      "3.11",    "3.16",    "3.12.13",  "3.13.19",
        "3.14.11", "3.15.3", "3.15.99", "3.12.",   "3.1",     "3.012",   "3.12.100", "3.12.1x",
        "3.12 ",   " 3.12",  "4.12",    "fastest", "fas",     "newest",  "3.14,x",   "x3.14",
        "3x14",    "FAST",   "3.-1",    "3.14.x",  "3.14..1", "3.14.1.", "Fast",     "taskgroup_cancel",
    };
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
        ck_assert_ptr_eq(refused(unknown[i]), unknown[i]);
}
END_TEST

START_TEST(test_an_unknown_flag_is_refused_where_it_stands)
{
    ck_assert_str_eq(refused("3.14+nonsense"), "nonsense");
    ck_assert_str_eq(refused("3.14+fast_groups-nonsense+taskgroup_cancel"), "nonsense+taskgroup_cancel");
    ck_assert_str_eq(refused("fast+fast_group"), "fast_group");
    ck_assert_str_eq(refused("fast+fast_groupsx"), "fast_groupsx");
    ck_assert_str_eq(refused("-"), "");
    ck_assert_str_eq(refused("3.14+"), "");
    ck_assert_str_eq(refused("3.14+-fast_groups"), "-fast_groups");
    ck_assert_str_eq(refused("+fast_groups "), "fast_groups ");
}
END_TEST

START_TEST(test_a_number_with_leading_zeros_is_no_release)
{
    ck_assert_str_eq(refused("3.12.00"), "3.12.00");
    ck_assert_str_eq(refused("3.12.01"), "3.12.01");
}
END_TEST

/* ---- Writing a profile ---- */

static const char *format(ac_semantics set)
{
    static char text[2000];
    size_t length = ac_semantics_format(set, text, sizeof text);
    ck_assert_uint_eq(length, strlen(text));
    return text;
}

START_TEST(test_a_set_is_written_as_the_nearest_preset_and_what_differs)
{
    ck_assert_str_eq(format(parse("3.12.0")), "3.12.0");
    ck_assert_str_eq(format(parse("fast")), "fast");
    ck_assert_str_eq(format(parse("3.14+fast_groups")), "3.14.10+fast_groups");
    ck_assert_str_eq(format(parse("3.12.0-taskgroup_eager_done_callback_inline+misuse_raises_runtime_error")),
                     "3.12.1-taskgroup_eager_done_callback_inline");
}
END_TEST

/* 3.14.4 and 3.14.6 differ in nothing that is a flag here. */
START_TEST(test_of_equal_presets_the_newest_is_written)
{
    ck_assert_str_eq(format(parse("3.14.4")), "3.14.6");
    ck_assert_str_eq(format(ac_semantics_newest()), "3.15.2");
}
END_TEST

START_TEST(test_what_is_written_reads_back)
{
    for (size_t i = 0; ac_semantics_preset(i) != NULL; i++)
        ck_assert_uint_eq(parse(format(parse(ac_semantics_preset(i)))), parse(ac_semantics_preset(i)));
    ac_semantics all = bit(AC_S_FLAGS) - 1;
    ck_assert_uint_eq(parse(format(0)), 0);
    ck_assert_uint_eq(parse(format(all)), all);
    for (ac_semantics set = 1; set < all; set = set * 3 + 1)
        ck_assert_uint_eq(parse(format(set & all)), set & all);
}
END_TEST

START_TEST(test_a_buffer_that_is_too_small_is_terminated)
{
    char text[5] = "xxxx";
    ck_assert_uint_eq(ac_semantics_format(parse("3.14"), text, sizeof text), 7);
    ck_assert_str_eq(text, "3.14");
    ck_assert_uint_eq(ac_semantics_format(parse("3.14"), text, 1), 7);
    ck_assert_str_eq(text, "");
    ck_assert_uint_eq(ac_semantics_format(parse("3.14"), NULL, 0), 7);
}
END_TEST

/* ---- Loops ---- */

START_TEST(test_a_loop_has_the_newest_semantics_unless_told_otherwise)
{
    ck_assert_uint_eq(ac_loop_semantics(&th.loop), ac_semantics_newest());
    ck_assert(ac_loop_has(&th.loop, AC_S_TASKGROUP_CANCEL));
    th_loop_init(&(ac_loop_options){.semantics = "3.12.0"});
    ck_assert_uint_eq(ac_loop_semantics(&th.loop), parse("3.12.0"));
    ck_assert(!ac_loop_has(&th.loop, AC_S_TASKGROUP_CANCEL));
    ck_assert(ac_loop_has(&th.loop, AC_S_TASKGROUP_EAGER_DONE_CALLBACK_INLINE));
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_every_flag_is_described,
        test_a_number_that_is_no_flag_has_no_description,
        test_has_looks_at_one_bit,
        test_every_preset_has_the_flags_that_the_words_say,
        test_presets_are_in_order_and_fast_is_last,
        test_the_flags_of_the_recorded_releases,
        test_a_minor_release_is_its_newest_micro,
        test_fast_is_the_newest_and_fast_groups,
        test_signs_add_and_remove_flags,
        test_a_profile_that_begins_with_a_sign_starts_from_the_newest,
        test_every_flag_can_be_added_and_removed_by_name,
        test_an_unknown_preset_is_refused_at_its_beginning,
        test_an_unknown_flag_is_refused_where_it_stands,
        test_a_number_with_leading_zeros_is_no_release,
        test_a_set_is_written_as_the_nearest_preset_and_what_differs,
        test_of_equal_presets_the_newest_is_written,
        test_what_is_written_reads_back,
        test_a_buffer_that_is_too_small_is_terminated,
        test_a_loop_has_the_newest_semantics_unless_told_otherwise,
    };
    return TH_MAIN("semantics", tests);
}
