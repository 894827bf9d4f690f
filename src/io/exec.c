/* exec.c - the child between fork and exec.
 *
 * Mirrors    child_exec of CPython's _posixsubprocess, in its order.
 * Idea       Only calls that are safe here (POSIX: async-signal-safe), each through the table.  All signals
 *            are blocked until those that the parent catches do what they usually do: none runs the parent's
 *            handlers in the child.
 * Holds      What the parent has prepared in aci_exec is only read.
 * Tests      tests/test_io_child.c, tests/test_io_faults.c */
#include "child_impl.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

/* 255 is what CPython's child ends with. */
static void fail(int report, int stage)
{
    aci_exec_failure failure = {.number = errno, .stage = stage};

    while (aci_sys.write(report, &failure, sizeof failure) < 0 && errno == EINTR)
        continue;
    _exit(255);
}

/* One below 3 would be in the way of the three. */
static bool move_up(int *descriptor)
{
    if (*descriptor < 0 || *descriptor > 2)
        return true;
    *descriptor = aci_sys.duplicate(*descriptor);
    return *descriptor >= 0;
}

static bool put_in_place(int descriptor, int place)
{
    int outcome;

    if (descriptor < 0)
        return true;
    do
        outcome = aci_sys.dup2(descriptor, place);
    while (outcome < 0 && (errno == EINTR || errno == EBUSY));
    return outcome >= 0;
}

static bool arrange_streams(const aci_exec *plan)
{
    int streams[3];

    for (int i = 0; i < 3; i++) {
        streams[i] = plan->streams[i];
        if (!move_up(&streams[i]))
            return false;
    }
    for (int i = 0; i < 3; i++)
        if (!put_in_place(streams[i], i))
            return false;
    /* stdout is in its place now, whether it was given or not. */
    return plan->options->streams[2].kind != AC_STDIO_STDOUT || put_in_place(1, 2);
}

/* The least of those to keep that is not below 'first'; INT_MAX: none. */
static int next_kept(const aci_exec *plan, int report, int first)
{
    int least = report >= first ? report : INT_MAX;

    for (size_t i = 0; i < plan->options->pass_count; i++) {
        int kept = plan->options->pass[i];
        if (kept >= first && kept < least)
            least = kept;
    }
    return least;
}

static bool close_others(const aci_exec *plan, int report)
{
    int first = 3, kept;

    do {
        kept = next_kept(plan, report, first);
        if (kept > first && aci_sys.close_range((unsigned)first, (unsigned)kept - 1) != 0)
            return false;
        first = kept < INT_MAX ? kept + 1 : first;
    } while (kept < INT_MAX);
    return true;
}

static bool arrange_descriptors(const aci_exec *plan, int report)
{
    for (size_t i = 0; i < plan->options->pass_count; i++)
        if (aci_sys.inherit(plan->options->pass[i]) != 0)
            return false;
    return plan->options->keep_open || close_others(plan, report);
}

static bool arrange_group(const ac_child_options *options)
{
    if (options->start_new_session && aci_sys.setsid() < 0)
        return false;
    return !options->set_group || aci_sys.setpgid(0, options->process_group) == 0;
}

/* arguments and environment are not written to: exec's types are older than const. */
static char *const *words_of(const char *const *words)
{
    union {
        const char *const *from;
        char *const *to;
    } both = {words};

    return both.to;
}

/* The failure that says most: of a file that is there. */
static void run_first(const aci_exec *plan)
{
    int failure = 0;

    for (char *const *path = plan->paths; *path != NULL; path++) {
        (void)aci_sys.execve(*path, words_of(plan->options->arguments), plan->environment);
        if (errno != ENOENT && errno != ENOTDIR && failure == 0)
            failure = errno;
    }
    if (failure != 0)
        errno = failure;
}

void aci_exec_run(const aci_exec *plan)
{
    int report = plan->report;

    aci_sys.default_signals();
    (void)pthread_sigmask(SIG_SETMASK, &plan->mask, NULL);
    if (!move_up(&report))
        fail(plan->report, EXEC_PREPARES);
    if (!arrange_streams(plan))
        fail(report, EXEC_PREPARES);
    if (plan->options->directory != NULL && aci_sys.chdir(plan->options->directory) != 0)
        fail(report, EXEC_CHDIR);
    if (!arrange_group(plan->options) || !arrange_descriptors(plan, report))
        fail(report, EXEC_PREPARES);
    run_first(plan);
    fail(report, EXEC_RUNS);
}
