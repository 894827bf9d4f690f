/* semantics.h - which CPython a loop behaves like.
 *
 * A loop has one profile: a set of named flags.  Each flag is one change of CPython's behaviour, with its
 * issue, the releases that have it and a test that shows it.  A release of CPython is a preset, as
 * "3.12.0" or "3.14.10"; "3.14" is its newest known micro.  "fast" is the newest release plus what aiocore
 * does better where the two can be told apart only by the number of loop iterations.
 * The table itself is src/base/semantics.c. */
#ifndef AIOCORE_SEMANTICS_H
#define AIOCORE_SEMANTICS_H

#include <aiocore/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The flags.  A flag names the newer behaviour; only AC_S_TASKGROUP_EAGER_DONE_CALLBACK_INLINE,
 * AC_S_RUN_REPRS_RESULT and AC_S_SHIELD_REPORTS_AT_ONCE name old ones, and AC_S_FAST_GROUPS is aiocore's own.
 * ac_semantics_flag_info() says what each does. */
typedef enum ac_semantics_flag {
    AC_S_CREATE_TASK_PASSES_NAME,
    AC_S_FACTORY_ALWAYS_SET_NAME,
    AC_S_CREATE_TASK_FORWARDS_KWARGS,
    AC_S_UNCANCEL_CLEARS_MUST_CANCEL,
    AC_S_FUTURE_STOPITERATION_TO_RUNTIMEERROR,
    AC_S_ENTER_TASK_CHECKS_RUNNING_LOOP,
    AC_S_MISUSE_RAISES_RUNTIME_ERROR,
    AC_S_TASKGROUP_EAGER_DONE_CALLBACK_INLINE,
    AC_S_TASKGROUP_UNCANCEL_AFTER_WAIT,
    AC_S_TASKGROUP_PRESERVES_CANCEL_COUNT,
    AC_S_CANCELLED_ERROR_SUBCLASSES,
    AC_S_TASKGROUP_CLOSES_REFUSED_CORO,
    AC_S_TASKGROUP_FORGETS_AT_EXIT,
    AC_S_TASKGROUP_GENERATOR_EXIT_BARE,
    AC_S_TASKGROUP_CANCEL,
    AC_S_SLEEP_REJECTS_NAN,
    AC_S_TIMER_END_TIME_ULP,
    AC_S_FUTURE_INIT_ONCE,
    AC_S_FUTUREITER_KEEPS_FUTURE,
    AC_S_FUTUREITER_RESEND_STOPS,
    AC_S_GET_CORO_NONE_AFTER_EAGER,
    AC_S_TASK_EAGER_START_DEFAULT_LOOP,
    AC_S_EAGER_START_FAILURE_IS_CLEAN,
    AC_S_CREATE_TASK_EAGER_START,
    AC_S_CREATE_TASK_FUNCTIONS_TAKE_KWARGS,
    AC_S_EAGER_FACTORY_EAGER_START_KW,
    AC_S_CHAIN_FUTURE_CANCELS_IN_RUNNING_LOOP,
    AC_S_TIMEOUT_ERROR_IN_CONTEXT,
    AC_S_CONDITION_RENOTIFIES_ON_ERROR,
    AC_S_CONDITION_RERAISES_SAME_CANCEL,
    AC_S_CONDITION_FUTURE_BEFORE_RELEASE,
    AC_S_SEMAPHORE_WAKES_ALL_ALLOWED,
    AC_S_BARRIER_PARTIES_MESSAGE,
    AC_S_QUEUE_SHUTDOWN,
    AC_S_AS_COMPLETED_ASYNC_ITERATOR,
    AC_S_AS_COMPLETED_STEP_CANCEL_RESTORES,
    AC_S_AS_COMPLETED_KNOWS_TASK,
    AC_S_STAGGERED_RACE_EAGER_TASKS,
    AC_S_STAGGERED_RACE_LEAVES_NO_TASK,
    AC_S_SHIELD_INNER_ERROR_NOT_SWALLOWED,
    AC_S_SHIELD_REPORTS_AT_ONCE,
    AC_S_SHIELD_FORGETS_WAITER,
    AC_S_GATHER_USES_RUNNING_LOOP,
    AC_S_HANDLE_REPR_HIDES_ARGS,
    AC_S_THREADSAFE_HANDLE,
    AC_S_FAILED_RUN_FOREVER_KEEPS_RUNNING_LOOP,
    AC_S_GET_EVENT_LOOP_RAISES,
    AC_S_EVENT_LOOP_ALIAS,
    AC_S_CALL_GRAPH_API,
    AC_S_RUNNER_ACCEPTS_AWAITABLE,
    AC_S_RUN_REPRS_RESULT,
    AC_S_TOKEN_CONTEXT_MANAGER,
    AC_S_EXCEPTION_GROUP_REPR_SNAPSHOT,
    AC_S_ANEXT_DEFAULT_TUPLE,
    AC_S_AWAIT_TYPE_ERROR_MESSAGE,
    AC_S_WITH_PROTOCOL_MESSAGE,
    AC_S_AWAIT_NON_ITERATOR_MESSAGE,
    AC_S_GENERATOR_CLOSE_RETURNS_VALUE,
    AC_S_STREAMS_TASK_CANCELLED_CLOSES,
    AC_S_TRANSPORT_KEEPS_CONTEXT,
    AC_S_FAST_GROUPS,
    AC_S_FLAGS /* how many there are */
} ac_semantics_flag;

/* A set of flags: bit 1 << flag.  What changed between two profiles is a ^ b, what is new in b is b & ~a. */
typedef uint64_t ac_semantics;

typedef struct ac_semantics_info {
    const char *name;     /* "taskgroup_cancel" */
    const char *issue;    /* "gh-108951, gh-155418, gh-155433" */
    const char *summary;  /* what is so when the flag is on, one sentence */
    const char *on_in;    /* "3.13.0+, 3.14, 3.15" */
    const char *scenario; /* what shows it, in difftests/: "scenarios/versions/taskgroup_cancel" */
} ac_semantics_info;

/* True if the set has the flag. */
static inline bool ac_semantics_has(ac_semantics set, ac_semantics_flag flag)
{
    return (set >> (unsigned)flag & 1u) != 0;
}

/* Reads a profile: a preset ("3.12.0", "3.14", "fast"), then any number of "+flag" and "-flag", as
 * "3.14+fast_groups" or "-taskgroup_cancel" (which starts from the newest release).  On AC_E_VALUE *out is
 * unchanged and, if 'where' is not NULL, *where points into text at the name that is not known. */
AC_API ac_status ac_semantics_parse(const char *text, ac_semantics *out, const char **where);

/* Writes a set as a profile that reads back to it: the nearest preset, the newest of equals, and what differs
 * ("3.14.10+fast_groups").  Always terminated if size > 0; returns the full length, like snprintf. */
AC_API size_t ac_semantics_format(ac_semantics set, char *buffer, size_t size);

/* The newest release that is known: what a loop uses unless told otherwise. */
AC_API ac_semantics ac_semantics_newest(void);

/* What is known of a flag; NULL for a number that is none.  Static storage. */
AC_API const ac_semantics_info *ac_semantics_flag_info(ac_semantics_flag flag);

/* The presets in order, oldest first, "fast" last; NULL after the last.  Static storage. */
AC_API const char *ac_semantics_preset(size_t index);

#ifdef __cplusplus
}
#endif
#endif
