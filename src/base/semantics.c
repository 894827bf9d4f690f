/* semantics.c - the table of what differs between releases of CPython, and profiles made from it.
 *
 * Idea       Each flag has the runs of releases that have it; a preset is computed from the table, so a
 *            release can not disagree with its flags.
 * Mirrors    CPython's change logs; the twins in difftests/ show every row on real builds.
 * Tests      tests/test_semantics.c */
#include <aiocore/semantics.h>

enum { OLDEST_MINOR = 12, NEWEST_MINOR = 15, MINORS = NEWEST_MINOR - OLDEST_MINOR + 1, RUNS = 4, ALL = 99 };

/* The newest micro release of 3.12, 3.13, 3.14 and 3.15 that is known. */
static const int newest_micro[MINORS] = {12, 18, 10, 2};

/* Micros first..last of one minor release. */
struct run {
    int minor, first, last;
};

struct row {
    ac_semantics_info info;
    struct run runs[RUNS]; /* minor 0: no more */
};

/* clang-format off */ /* which takes braces in a macro for a block */
#define FROM_3_13 {{13, 0, ALL}, {14, 0, ALL}, {15, 0, ALL}}
#define FROM_3_14 {{14, 0, ALL}, {15, 0, ALL}}
#define FROM_3_15 {{15, 0, ALL}}
/* clang-format on */

static const struct row rows[AC_S_FLAGS] = {
    [AC_S_CREATE_TASK_PASSES_NAME] =
        {{"create_task_passes_name", "gh-112622",
          "create_task gives the name to the constructor, so that no default number is "
          "used up.",
          "3.13.0+, 3.14, 3.15"},
         FROM_3_13},
    [AC_S_FACTORY_ALWAYS_SET_NAME] =
        {{"factory_always_set_name", "gh-105684, gh-130033",
          "The loop calls set_name on what a task factory returned, even with None.",
          "3.13.0-3.13.2, 3.13.4+"},
         {{13, 0, 2}, {13, 4, ALL}}},
    [AC_S_CREATE_TASK_FORWARDS_KWARGS] =
        {{"create_task_forwards_kwargs", "gh-128308, gh-133745",
          "A task factory gets all keyword arguments, and nothing is set afterwards.",
          "3.13.3, 3.14.0+, 3.15"},
         {{13, 3, 3}, {14, 0, ALL}, {15, 0, ALL}}},
    [AC_S_UNCANCEL_CLEARS_MUST_CANCEL] =
        {{"uncancel_clears_must_cancel", "gh-116720",
          "uncancel() down to 0 drops a cancellation that was not delivered yet.", "3.13.0+, 3.14, 3.15"},
         FROM_3_13},
    [AC_S_FUTURE_STOPITERATION_TO_RUNTIMEERROR] =
        {{"future_stopiteration_to_runtimeerror", "gh-112182",
          "set_exception replaces StopIteration by a RuntimeError instead "
          "of refusing it.",
          "3.12.6+, 3.13.0+, 3.14, 3.15"},
         {{12, 6, ALL}, {13, 0, ALL}, {14, 0, ALL}, {15, 0, ALL}}},
    [AC_S_ENTER_TASK_CHECKS_RUNNING_LOOP] = {{"enter_task_checks_running_loop", "gh-129898",
                                              "A task can only be stepped while its loop runs.",
                                              "3.14.0+, 3.15"},
                                             FROM_3_14},
    [AC_S_MISUSE_RAISES_RUNTIME_ERROR] = {{"misuse_raises_runtime_error", "gh-110910",
                                           "A group that is entered twice says \"has already been entered\".",
                                           "3.12.1+, 3.13, 3.14, 3.15"},
                                          {{12, 1, ALL}, {13, 0, ALL}, {14, 0, ALL}, {15, 0, ALL}}},
    [AC_S_TASKGROUP_EAGER_DONE_CALLBACK_INLINE] =
        {{"taskgroup_eager_done_callback_inline", "gh-104144, gh-128550, gh-128588",
          "A child that ended in its eager step is processed inside "
          "create_task, without a callback.",
          "3.12.0-3.12.8, 3.13.0-3.13.1"},
         {{12, 0, 8}, {13, 0, 1}}},
    [AC_S_TASKGROUP_UNCANCEL_AFTER_WAIT] =
        {{"taskgroup_uncancel_after_wait", "gh-116720",
          "A group undoes its own cancel of the parent after it has waited for the "
          "children, not before.",
          "3.13.0+, 3.14, 3.15"},
         FROM_3_13},
    [AC_S_TASKGROUP_PRESERVES_CANCEL_COUNT] =
        {{"taskgroup_preserves_cancel_count", "gh-116720",
          "A group that raises errors delivers a cancellation from outside "
          "again.",
          "3.13.0+, 3.14, 3.15"},
         FROM_3_13},
    [AC_S_CANCELLED_ERROR_SUBCLASSES] =
        {{"cancelled_error_subclasses", "gh-113848",
          "A subclass of CancelledError out of the body counts as a cancellation.", "3.13.0+, 3.14, 3.15"},
         FROM_3_13},
    [AC_S_TASKGROUP_CLOSES_REFUSED_CORO] = {{"taskgroup_closes_refused_coro", "gh-115957",
                                             "A coroutine that a group refuses is closed.",
                                             "3.13.0+, 3.14, 3.15"},
                                            FROM_3_13},
    [AC_S_TASKGROUP_FORGETS_AT_EXIT] = {{"taskgroup_forgets_at_exit", "gh-124958",
                                         "A child that fails after the exit is an AttributeError in its "
                                         "callback: the group has no list of errors any "
                                         "more.",
                                         "3.12.8+, 3.13.1+, 3.14, 3.15"},
                                        {{12, 8, ALL}, {13, 1, ALL}, {14, 0, ALL}, {15, 0, ALL}}},
    [AC_S_TASKGROUP_GENERATOR_EXIT_BARE] =
        {{"taskgroup_generator_exit_bare", "gh-135736",
          "A GeneratorExit that is the only error of a group is raised bare.", "3.15.0+"},
         FROM_3_15},
    [AC_S_TASKGROUP_CANCEL] = {{"taskgroup_cancel", "gh-108951, gh-155418, gh-155433",
                                "TaskGroup.cancel() exists.", "3.15.0+"},
                               FROM_3_15},
    [AC_S_SLEEP_REJECTS_NAN] = {{"sleep_rejects_nan", "gh-105331", "sleep(nan) is a ValueError.",
                                 "3.13.0+, 3.14, 3.15"},
                                FROM_3_13},
    [AC_S_TIMER_END_TIME_ULP] = {{"timer_end_time_ulp", "gh-145703",
                                  "The margin within which a timer is due is at least one ulp of the clock.",
                                  "3.15.0+"},
                                 FROM_3_15},
    [AC_S_FAST_GROUPS] =
        {{"fast_groups", "gh-104144 without gh-128550",
          "A child that completed eagerly without an error needs no callback; errors still take the "
          "deferred path.",
          "fast only"},
         {{0, 0, 0}}},
};

static const char *const presets[] = {
    "3.12.0",  "3.12.1",  "3.12.2",  "3.12.3",  "3.12.4",  "3.12.5",  "3.12.6",  "3.12.7",
    "3.12.8",  "3.12.9",  "3.12.10", "3.12.11", "3.12.12", "3.13.0",  "3.13.1",  "3.13.2",
    "3.13.3",  "3.13.4",  "3.13.5",  "3.13.6",  "3.13.7",  "3.13.8",  "3.13.9",  "3.13.10",
    "3.13.11", "3.13.12", "3.13.13", "3.13.14", "3.13.15", "3.13.16", "3.13.17", "3.13.18",
    "3.14.0",  "3.14.1",  "3.14.2",  "3.14.3",  "3.14.4",  "3.14.5",  "3.14.6",  "3.14.7",
    "3.14.8",  "3.14.9",  "3.14.10", "3.15.0",  "3.15.1",  "3.15.2",  "fast",
};

const char *ac_semantics_preset(size_t index)
{
    return index < sizeof presets / sizeof presets[0] ? presets[index] : NULL;
}

const ac_semantics_info *ac_semantics_flag_info(ac_semantics_flag flag)
{
    return (unsigned)flag < AC_S_FLAGS ? &rows[flag].info : NULL;
}

static bool row_has(const struct row *row, int minor, int micro)
{
    for (int i = 0; i < RUNS && row->runs[i].minor != 0; i++) {
        const struct run *run = &row->runs[i];
        if (run->minor == minor && run->first <= micro && micro <= run->last)
            return true;
    }
    return false;
}

static ac_semantics release(int minor, int micro)
{
    ac_semantics set = 0;
    for (unsigned flag = 0; flag < AC_S_FLAGS; flag++)
        if (row_has(&rows[flag], minor, micro))
            set |= (ac_semantics)1 << flag;
    return set;
}

ac_semantics ac_semantics_newest(void)
{
    return release(NEWEST_MINOR, newest_micro[MINORS - 1]);
}

/* ---- Reading a profile: words between + and - ---- */

static bool at_end(char c)
{
    return c == '\0' || c == '+' || c == '-';
}

/* If the word at text is 'name', the end of it, else NULL. */
static const char *match(const char *text, const char *name)
{
    while (*name != '\0' && *text == *name) {
        text++;
        name++;
    }
    return *name == '\0' && at_end(*text) ? text : NULL;
}

/* Reads a number of at most two digits, without sign or leading zero; -1 if there is none. */
static int read_number(const char **text)
{
    int number = -1;
    for (int digits = 0; digits < 2 && number != 0 && **text >= '0' && **text <= '9'; digits++, (*text)++)
        number = (number < 0 ? 0 : number * 10) + (**text - '0');
    return number;
}

/* Reads "3.MINOR" or "3.MINOR.MICRO"; NULL if that is no known release. */
static const char *read_release(const char *text, ac_semantics *out)
{
    if (text[0] != '3' || text[1] != '.')
        return NULL;
    text += 2;
    int minor = read_number(&text);
    if (minor < OLDEST_MINOR || minor > NEWEST_MINOR)
        return NULL;
    int micro = newest_micro[minor - OLDEST_MINOR];
    if (*text == '.') {
        text++;
        micro = read_number(&text);
    }
    if (micro < 0 || micro > newest_micro[minor - OLDEST_MINOR] || !at_end(*text))
        return NULL;
    *out = release(minor, micro);
    return text;
}

/* Reads the first word: a release, "fast", or nothing before a sign (the newest). */
static const char *read_preset(const char *text, ac_semantics *out)
{
    const char *end = match(text, "fast");
    if (end != NULL) {
        *out = ac_semantics_newest() | (ac_semantics)1 << AC_S_FAST_GROUPS;
        return end;
    }
    if (*text == '+' || *text == '-') {
        *out = ac_semantics_newest();
        return text;
    }
    return read_release(text, out);
}

static const char *read_flag(const char *text, ac_semantics *bit)
{
    for (unsigned flag = 0; flag < AC_S_FLAGS; flag++) {
        const char *end = match(text, rows[flag].info.name);
        if (end != NULL) {
            *bit = (ac_semantics)1 << flag;
            return end;
        }
    }
    return NULL;
}

ac_status ac_semantics_parse(const char *text, ac_semantics *out, const char **where)
{
    ac_semantics set, bit;
    const char *word = text;
    const char *end = read_preset(text, &set);
    while (end != NULL && *end != '\0') {
        bool add = *end == '+';
        word = end + 1;
        end = read_flag(word, &bit);
        if (end != NULL)
            set = add ? set | bit : set & ~bit;
    }
    if (end == NULL) {
        if (where != NULL)
            *where = word;
        return AC_E_VALUE;
    }
    *out = set;
    return AC_OK;
}

/* ---- Writing a profile ---- */

/* Text that may not fit: 'length' goes on counting. */
struct text {
    char *buffer;
    size_t size, length;
};

static void put(struct text *text, const char *words)
{
    for (; *words != '\0'; words++, text->length++)
        if (text->length + 1 < text->size)
            text->buffer[text->length] = *words;
}

static int count_bits(ac_semantics set)
{
    int count = 0;
    for (; set != 0; set &= set - 1)
        count++;
    return count;
}

static ac_semantics preset_flags(const char *name)
{
    ac_semantics set = 0;
    (void)ac_semantics_parse(name, &set, NULL);
    return set;
}

/* The preset that differs in the fewest flags, the newest of those. */
static const char *nearest_preset(ac_semantics set)
{
    const char *nearest = presets[0];
    for (size_t i = 1; ac_semantics_preset(i) != NULL; i++)
        if (count_bits(preset_flags(presets[i]) ^ set) <= count_bits(preset_flags(nearest) ^ set))
            nearest = presets[i];
    return nearest;
}

size_t ac_semantics_format(ac_semantics set, char *buffer, size_t size)
{
    struct text text = {buffer, size, 0};
    const char *preset = nearest_preset(set);
    ac_semantics difference = preset_flags(preset) ^ set;
    put(&text, preset);
    for (unsigned flag = 0; flag < AC_S_FLAGS; flag++) {
        if (!ac_semantics_has(difference, (ac_semantics_flag)flag))
            continue;
        put(&text, ac_semantics_has(set, (ac_semantics_flag)flag) ? "+" : "-");
        put(&text, rows[flag].info.name);
    }
    if (size > 0)
        buffer[text.length < size ? text.length : size - 1] = '\0';
    return text.length;
}
