/* semantics.c - the table of what differs between releases of CPython, and profiles made from it.
 *
 * Idea       Each flag has the runs of releases that have it; a preset is computed from the table, so a
 *            release can not disagree with its flags.
 * Mirrors    CPython's change logs; programs in difftests/ show every row on real builds.
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
          "3.13.0+, 3.14, 3.15", "scenarios/versions/create_task_passes_name"},
         FROM_3_13},
    [AC_S_FACTORY_ALWAYS_SET_NAME] =
        {{"factory_always_set_name", "gh-105684, gh-130033",
          "The loop calls set_name on what a task factory returned, even with None.",
          "3.13.0-3.13.2, 3.13.4+", "scenarios/versions/factory_always_set_name"},
         {{13, 0, 2}, {13, 4, ALL}}},
    [AC_S_CREATE_TASK_FORWARDS_KWARGS] =
        {{"create_task_forwards_kwargs", "gh-128308, gh-133745",
          "A task factory gets all keyword arguments, and nothing is set afterwards.",
          "3.13.3, 3.14.0+, 3.15", "scenarios/versions/create_task_forwards_kwargs"},
         {{13, 3, 3}, {14, 0, ALL}, {15, 0, ALL}}},
    [AC_S_UNCANCEL_CLEARS_MUST_CANCEL] =
        {{"uncancel_clears_must_cancel", "gh-116720",
          "uncancel() down to 0 drops a cancellation that was not delivered yet.", "3.13.0+, 3.14, 3.15",
          "scenarios/versions/uncancel_clears_must_cancel"},
         FROM_3_13},
    [AC_S_FUTURE_STOPITERATION_TO_RUNTIMEERROR] =
        {{"future_stopiteration_to_runtimeerror", "gh-112182",
          "set_exception replaces StopIteration by a RuntimeError instead "
          "of refusing it.",
          "3.12.6+, 3.13.0+, 3.14, 3.15", "scenarios/versions/future_stopiteration_to_runtimeerror"},
         {{12, 6, ALL}, {13, 0, ALL}, {14, 0, ALL}, {15, 0, ALL}}},
    [AC_S_ENTER_TASK_CHECKS_RUNNING_LOOP] = {{"enter_task_checks_running_loop", "gh-129898",
                                              "A task can only be stepped while its loop runs.",
                                              "3.14.0+, 3.15", "twins/step_by_hand"},
                                             FROM_3_14},
    [AC_S_MISUSE_RAISES_RUNTIME_ERROR] = {{"misuse_raises_runtime_error", "gh-110910",
                                           "A group that is entered twice says \"has already been entered\".",
                                           "3.12.1+, 3.13, 3.14, 3.15",
                                           "scenarios/versions/misuse_raises_runtime_error"},
                                          {{12, 1, ALL}, {13, 0, ALL}, {14, 0, ALL}, {15, 0, ALL}}},
    [AC_S_TASKGROUP_EAGER_DONE_CALLBACK_INLINE] =
        {{"taskgroup_eager_done_callback_inline", "gh-104144, gh-128550, gh-128588",
          "A child that ended in its eager step is processed inside "
          "create_task, without a callback.",
          "3.12.0-3.12.8, 3.13.0-3.13.1", "scenarios/versions/taskgroup_eager_done_callback_inline"},
         {{12, 0, 8}, {13, 0, 1}}},
    [AC_S_TASKGROUP_UNCANCEL_AFTER_WAIT] =
        {{"taskgroup_uncancel_after_wait", "gh-116720",
          "A group undoes its own cancel of the parent after it has waited for the "
          "children, not before.",
          "3.13.0+, 3.14, 3.15", "scenarios/versions/taskgroup_uncancel_after_wait"},
         FROM_3_13},
    [AC_S_TASKGROUP_PRESERVES_CANCEL_COUNT] =
        {{"taskgroup_preserves_cancel_count", "gh-116720",
          "A group that raises errors delivers a cancellation from outside "
          "again.",
          "3.13.0+, 3.14, 3.15", "scenarios/versions/taskgroup_preserves_cancel_count"},
         FROM_3_13},
    [AC_S_CANCELLED_ERROR_SUBCLASSES] =
        {{"cancelled_error_subclasses", "gh-113848",
          "A subclass of CancelledError out of the body counts as a cancellation.", "3.13.0+, 3.14, 3.15",
          "scenarios/versions/cancelled_error_subclasses"},
         FROM_3_13},
    [AC_S_TASKGROUP_CLOSES_REFUSED_CORO] = {{"taskgroup_closes_refused_coro", "gh-115957",
                                             "A coroutine that a group refuses is closed.",
                                             "3.13.0+, 3.14, 3.15",
                                             "scenarios/versions/taskgroup_closes_refused_coro"},
                                            FROM_3_13},
    [AC_S_TASKGROUP_FORGETS_AT_EXIT] = {{"taskgroup_forgets_at_exit", "gh-124958",
                                         "A child that fails after the exit is an AttributeError in its "
                                         "callback: the group has no list of errors any "
                                         "more.",
                                         "3.12.8+, 3.13.1+, 3.14, 3.15",
                                         "scenarios/versions/taskgroup_forgets_at_exit"},
                                        {{12, 8, ALL}, {13, 1, ALL}, {14, 0, ALL}, {15, 0, ALL}}},
    [AC_S_TASKGROUP_GENERATOR_EXIT_BARE] =
        {{"taskgroup_generator_exit_bare", "gh-135736",
          "A GeneratorExit that is the only error of a group is raised bare.", "3.15.0+",
          "scenarios/versions/taskgroup_generator_exit_bare"},
         FROM_3_15},
    [AC_S_TASKGROUP_CANCEL] = {{"taskgroup_cancel", "gh-108951, gh-155418, gh-155433",
                                "TaskGroup.cancel() exists.", "3.15.0+",
                                "scenarios/versions/taskgroup_cancel"},
                               FROM_3_15},
    [AC_S_SLEEP_REJECTS_NAN] = {{"sleep_rejects_nan", "gh-105331", "sleep(nan) is a ValueError.",
                                 "3.13.0+, 3.14, 3.15", "scenarios/versions/sleep_rejects_nan"},
                                FROM_3_13},
    [AC_S_TIMER_END_TIME_ULP] = {{"timer_end_time_ulp", "gh-145703",
                                  "The margin within which a timer is due is at least one ulp of the clock.",
                                  "3.15.0+", "scenarios/versions/timer_end_time_ulp"},
                                 FROM_3_15},
    [AC_S_FUTURE_INIT_ONCE] =
        {{"future_init_once", "gh-142615",
          "A second __init__ of a future or task is a RuntimeError instead of making it pending again.",
          "3.15.0+", "scenarios/versions/future_init_once"},
         FROM_3_15},
    [AC_S_FUTUREITER_KEEPS_FUTURE] =
        {{"futureiter_keeps_future", "gh-128002",
          "A future's iterator that has ended gives the result again; before, send() is a SystemError.",
          "3.14.0+, 3.15", "scenarios/versions/futureiter_keeps_future"},
         FROM_3_14},
    [AC_S_FUTUREITER_RESEND_STOPS] = {{"futureiter_resend_stops", "gh-146065",
                                       "send() on a future's iterator after close() or throw() is "
                                       "StopIteration; before, it is a SystemError, "
                                       "and crashes where futureiter_keeps_future is.",
                                       "3.14.9+, 3.15.1+", "scenarios/versions/futureiter_resend_stops"},
                                      {{14, 9, ALL}, {15, 1, ALL}}},
    [AC_S_GET_CORO_NONE_AFTER_EAGER] =
        {{"get_coro_none_after_eager", "gh-122332",
          "get_coro() of a task that ended in its eager step is None; before, it crashes the interpreter.",
          "3.12.5+, 3.13, 3.14, 3.15", "scenarios/versions/get_coro_none_after_eager"},
         {{12, 5, ALL}, {13, 0, ALL}, {14, 0, ALL}, {15, 0, ALL}}},
    [AC_S_TASK_EAGER_START_DEFAULT_LOOP] =
        {{"task_eager_start_default_loop", "gh-154695",
          "Task(coro, eager_start=True) without a loop takes the running one.", "3.14.7+, 3.15.0+",
          "scenarios/versions/task_eager_start_default_loop"},
         {{14, 7, ALL}, {15, 0, ALL}}},
    [AC_S_EAGER_START_FAILURE_IS_CLEAN] =
        {{"eager_start_failure_is_clean", "gh-157301",
          "An eager start that cannot enter its context puts the current task back.", "3.13.16+, 3.15.0+",
          "scenarios/versions/eager_start_failure_is_clean"},
         {{13, 16, ALL}, {15, 0, ALL}}},
    [AC_S_CREATE_TASK_EAGER_START] = {{"create_task_eager_start", "gh-128307",
                                       "The create_task of loops takes eager_start.", "3.13.3+, 3.14, 3.15",
                                       "scenarios/versions/create_task_eager_start"},
                                      {{13, 3, ALL}, {14, 0, ALL}, {15, 0, ALL}}},
    [AC_S_CREATE_TASK_FUNCTIONS_TAKE_KWARGS] = {{"create_task_functions_take_kwargs", "gh-128307",
                                                 "asyncio.create_task and TaskGroup.create_task give on all "
                                                 "keywords that they got; before, they know "
                                                 "name and context, and the name is given on even as None.",
                                                 "3.14.0+, 3.15",
                                                 "scenarios/versions/create_task_functions_take_kwargs"},
                                                FROM_3_14},
    [AC_S_EAGER_FACTORY_EAGER_START_KW] = {{"eager_factory_eager_start_kw", "gh-128307",
                                            "The eager task factory takes eager_start.", "3.14.0+, 3.15",
                                            "scenarios/versions/eager_factory_eager_start_kw"},
                                           FROM_3_14},
    [AC_S_CHAIN_FUTURE_CANCELS_IN_RUNNING_LOOP] =
        {{"chain_future_cancels_in_running_loop", "gh-105836",
          "Cancelling the future of run_coroutine_threadsafe on the loop's own thread cancels the task at "
          "once, not by the loop's queue.",
          "3.13.12+, 3.14.3+, 3.15.0+", "scenarios/versions/chain_future_cancels_in_running_loop"},
         {{13, 12, ALL}, {14, 3, ALL}, {15, 0, ALL}}},
    [AC_S_TIMEOUT_ERROR_IN_CONTEXT] = {{"timeout_error_in_context", "gh-96037",
                                        "An error that leaves an expired timeout has a TimeoutError in its "
                                        "context in place of the CancelledError.",
                                        "3.13.0+, 3.14, 3.15", "scenarios/versions/timeout_error_in_context"},
                                       FROM_3_13},
    [AC_S_CONDITION_RENOTIFIES_ON_ERROR] = {{"condition_renotifies_on_error", "gh-112202",
                                             "A waiter of a condition that fails passes its notification on.",
                                             "3.13.0+, 3.14, 3.15",
                                             "scenarios/versions/condition_renotifies_on_error"},
                                            FROM_3_13},
    [AC_S_CONDITION_RERAISES_SAME_CANCEL] = {{"condition_reraises_same_cancel", "gh-111693",
                                              "A waiter that is cancelled while it takes the lock back "
                                              "raises the last CancelledError itself, not a new one.",
                                              "3.13.0+, 3.14, 3.15",
                                              "scenarios/versions/condition_reraises_same_cancel"},
                                             FROM_3_13},
    [AC_S_CONDITION_FUTURE_BEFORE_RELEASE] = {{"condition_future_before_release", "gh-112202",
                                               "A condition looks at the loop before it gives up the lock.",
                                               "3.13.0+, 3.14, 3.15",
                                               "scenarios/versions/condition_future_before_release"},
                                              FROM_3_13},
    [AC_S_SEMAPHORE_WAKES_ALL_ALLOWED] =
        {{"semaphore_wakes_all_allowed", "gh-111693",
          "A waiter of a semaphore that goes on, or is cancelled, wakes as many others as there are units.",
          "3.13.0+, 3.14, 3.15", "scenarios/versions/semaphore_wakes_all_allowed"},
         FROM_3_13},
    [AC_S_BARRIER_PARTIES_MESSAGE] = {{"barrier_parties_message", "gh-129403",
                                       "A barrier says \"parties must be >= 1\" instead of \"> 0\".",
                                       "3.12.9+, 3.13.2+, 3.14, 3.15",
                                       "scenarios/versions/barrier_parties_message"},
                                      {{12, 9, ALL}, {13, 2, ALL}, {14, 0, ALL}, {15, 0, ALL}}},
    [AC_S_QUEUE_SHUTDOWN] = {{"queue_shutdown", "gh-96471", "Queue.shutdown() and QueueShutDown exist.",
                              "3.13.0+, 3.14, 3.15", "scenarios/versions/queue_shutdown"},
                             FROM_3_13},
    [AC_S_AS_COMPLETED_ASYNC_ITERATOR] =
        {{"as_completed_async_iterator", "bpo-33533",
          "as_completed() gives an object that is both kinds of iterator; the tasks are made at the call.",
          "3.13.0+, 3.14, 3.15", "scenarios/versions/as_completed_async_iterator"},
         FROM_3_13},
    [AC_S_AS_COMPLETED_STEP_CANCEL_RESTORES] =
        {{"as_completed_step_cancel_restores", "gh-158004",
          "A step of as_completed() that fails while it waits is not lost.", "3.14.9+, 3.15.1+",
          "scenarios/versions/as_completed_step_cancel_restores"},
         {{14, 9, ALL}, {15, 1, ALL}}},
    [AC_S_AS_COMPLETED_KNOWS_TASK] =
        {{"as_completed_knows_task", "gh-156523",
          "as_completed() remembers the task that calls it, for the call graph, and so needs a running loop.",
          "3.14.8+, 3.15", "scenarios/versions/as_completed_knows_task"},
         {{14, 8, ALL}, {15, 0, ALL}}},
    [AC_S_STAGGERED_RACE_EAGER_TASKS] =
        {{"staggered_race_eager_tasks", "gh-124309",
          "A task of staggered_race() waits until the race knows of it, so that it may start eagerly.",
          "3.12.8+, 3.13.1+, 3.14, 3.15", "scenarios/versions/staggered_race_eager_tasks"},
         {{12, 8, ALL}, {13, 1, ALL}, {14, 0, ALL}, {15, 0, ALL}}},
    [AC_S_STAGGERED_RACE_LEAVES_NO_TASK] = {{"staggered_race_leaves_no_task", "gh-128479",
                                             "staggered_race() ends when all its tasks have, also if it was "
                                             "cancelled, and raises a group of their "
                                             "errors.",
                                             "3.12.9+, 3.13.2+, 3.14, 3.15",
                                             "scenarios/versions/staggered_race_leaves_no_task"},
                                            {{12, 9, ALL}, {13, 2, ALL}, {14, 0, ALL}, {15, 0, ALL}}},
    [AC_S_SHIELD_INNER_ERROR_NOT_SWALLOWED] =
        {{"shield_inner_error_not_swallowed", "gh-86802, gh-156321",
          "An error of a shielded future that nobody waits for any more counts as never retrieved.",
          "3.14.0+, 3.15", "scenarios/versions/shield_inner_error_not_swallowed"},
         FROM_3_14},
    [AC_S_SHIELD_REPORTS_AT_ONCE] =
        {{"shield_reports_at_once", "gh-86802",
          "The exception handler is told of such an error as soon as it happens, \"in shielded future\".",
          "3.14.0-3.14.8, 3.15.0", "scenarios/versions/shield_reports_at_once"},
         {{14, 0, 8}, {15, 0, 0}}},
    [AC_S_SHIELD_FORGETS_WAITER] =
        {{"shield_forgets_waiter", "gh-156523",
          "A shield that is cancelled takes every callback of its own off the future, not only the one that "
          "copies the outcome.",
          "3.14.8+, 3.15", "scenarios/versions/shield_forgets_waiter"},
         {{14, 8, ALL}, {15, 0, ALL}}},
    [AC_S_GATHER_USES_RUNNING_LOOP] =
        {{"gather_uses_running_loop", "gh-91048",
          "gather() takes the running loop: a future of another one is a ValueError even when alone.",
          "3.14.0+, 3.15", "scenarios/versions/gather_uses_running_loop"},
         FROM_3_14},
    [AC_S_HANDLE_REPR_HIDES_ARGS] = {{"handle_repr_hides_args", "gh-112997",
                                      "The repr of a handle shows no arguments, unless in debug mode.",
                                      "3.13.0+, 3.14, 3.15", "scenarios/versions/handle_repr_hides_args"},
                                     FROM_3_13},
    [AC_S_THREADSAFE_HANDLE] = {{"threadsafe_handle", "gh-128340",
                                 "call_soon_threadsafe gives a class of handles of its own.", "3.14.0+, 3.15",
                                 "scenarios/versions/threadsafe_handle"},
                                FROM_3_14},
    [AC_S_FAILED_RUN_FOREVER_KEEPS_RUNNING_LOOP] =
        {{"failed_run_forever_keeps_running_loop", "gh-110771, gh-130145",
          "A loop that cannot run inside of another leaves the running loop alone.",
          "3.12, 3.13.3+, 3.14, 3.15", "scenarios/versions/failed_run_forever_keeps_running_loop"},
         {{12, 0, ALL}, {13, 3, ALL}, {14, 0, ALL}, {15, 0, ALL}}},
    [AC_S_GET_EVENT_LOOP_RAISES] = {{"get_event_loop_raises", "gh-126353",
                                     "get_event_loop() makes no loop: it is a RuntimeError.", "3.14.0+, 3.15",
                                     "scenarios/versions/get_event_loop_raises"},
                                    FROM_3_14},
    [AC_S_EVENT_LOOP_ALIAS] = {{"event_loop_alias", "gh-94597", "asyncio.EventLoop exists.",
                                "3.13.0+, 3.14, 3.15", "scenarios/versions/event_loop_alias"},
                               FROM_3_13},
    [AC_S_CALL_GRAPH_API] =
        {{"call_graph_api", "gh-91048",
          "capture_call_graph(), print_call_graph() and future_add_to_awaited_by() exist.", "3.14.0+, 3.15",
          "scenarios/versions/call_graph_api"},
         FROM_3_14},
    [AC_S_RUNNER_ACCEPTS_AWAITABLE] = {{"runner_accepts_awaitable", "gh-120284", "run() takes any awaitable.",
                                        "3.14.0+, 3.15", "scenarios/versions/runner_accepts_awaitable"},
                                       FROM_3_14},
    [AC_S_RUN_REPRS_RESULT] = {{"run_reprs_result", "gh-112559",
                                "run() calls repr() on the result of its task, twice.", "3.12.0-3.12.1",
                                "scenarios/versions/run_reprs_result"},
                               {{12, 0, 1}}},
    [AC_S_TOKEN_CONTEXT_MANAGER] = {{"token_context_manager", "gh-129889",
                                     "The token of a context variable is a context manager.", "3.14.0+, 3.15",
                                     "scenarios/versions/token_context_manager"},
                                    FROM_3_14},
    [AC_S_EXCEPTION_GROUP_REPR_SNAPSHOT] = {{"exception_group_repr_snapshot", "gh-141732",
                                             "The repr of an exception group shows what it was made of.",
                                             "3.13.12+, 3.14.4+, 3.15",
                                             "scenarios/versions/exception_group_repr_snapshot"},
                                            {{13, 12, ALL}, {14, 4, ALL}, {15, 0, ALL}}},
    [AC_S_ANEXT_DEFAULT_TUPLE] = {{"anext_default_tuple", "gh-128078",
                                   "anext() takes a tuple as its default.", "3.12.9+, 3.13.2+, 3.14, 3.15",
                                   "scenarios/versions/anext_default_tuple"},
                                  {{12, 9, ALL}, {13, 2, ALL}, {14, 0, ALL}, {15, 0, ALL}}},
    [AC_S_AWAIT_TYPE_ERROR_MESSAGE] = {{"await_type_error_message", "gh-114091",
                                        "Other words for an await of what cannot be awaited.",
                                        "3.14.0+, 3.15", "scenarios/versions/await_type_error_message"},
                                       FROM_3_14},
    [AC_S_WITH_PROTOCOL_MESSAGE] = {{"with_protocol_message", "gh-128398",
                                     "Other words for a with statement on what is no context manager.",
                                     "3.14.0+, 3.15", "scenarios/versions/with_protocol_message"},
                                    FROM_3_14},
    [AC_S_AWAIT_NON_ITERATOR_MESSAGE] = {{"await_non_iterator_message", "none found",
                                          "Other words for an __await__() that returns no iterator.",
                                          "3.15.0+", "scenarios/versions/await_non_iterator_message"},
                                         FROM_3_15},
    [AC_S_GENERATOR_CLOSE_RETURNS_VALUE] = {{"generator_close_returns_value", "gh-104770",
                                             "close() of a generator gives what it returned.",
                                             "3.13.0+, 3.14, 3.15",
                                             "scenarios/versions/generator_close_returns_value"},
                                            FROM_3_13},
    [AC_S_STREAMS_TASK_CANCELLED_CLOSES] =
        {{"streams_task_cancelled_closes", "gh-113538",
          "A cancel of the task that serves a stream closes that, instead of failing in a callback.",
          "3.12.2+, 3.13, 3.14, 3.15", "twins/streams_task_cancelled"},
         {{12, 2, ALL}, {13, 0, ALL}, {14, 0, ALL}, {15, 0, ALL}}},
    [AC_S_TRANSPORT_KEEPS_CONTEXT] =
        {{"transport_keeps_context", "gh-140947",
          "All that a transport calls runs in the context that it was made in; a server's connections in "
          "copies of the server's.",
          "3.15.0+", "twins/transport_context"},
         FROM_3_15},
    [AC_S_FAST_GROUPS] =
        {{"fast_groups", "gh-104144 without gh-128550",
          "A child that completed eagerly without an error needs no callback; errors still take the "
          "deferred path.",
          "fast only", "scenarios/versions/fast_groups"},
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
