/* poll.c - real time: the clock, and sleeping until a timer is due.
 *
 * Mirrors    BaseSelectorEventLoop with nothing to select on but time and signals.
 * Idea       There is one thread and nothing to read: a poll sleeps.  A signal ends it, so that Ctrl-C is
 *            seen at once; SIGINT is blocked between the look at vm->interrupted and the sleep, or it could
 *            come just between them.
 * Needs      POSIX. */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include "asyncio/host.h"

#include <signal.h>
#include <sys/select.h>
#include <time.h>

double mp_host_now(ac_loop *loop)
{
    struct timespec now;
    (void)loop;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static struct timespec poll_span(double seconds)
{
    struct timespec span = {(time_t)seconds, 0};
    span.tv_nsec = (long)((seconds - (double)span.tv_sec) * 1e9);
    return span;
}

ac_status mp_host_poll(ac_loop *loop, double timeout)
{
    mp_vm *vm = mp_vm_of(loop);
    sigset_t blocked, before;
    struct timespec span = poll_span(timeout > 0 ? timeout : 0);
    if (timeout == 0 || sigemptyset(&blocked) != 0 || sigaddset(&blocked, SIGINT) != 0)
        return AC_OK;
    sigprocmask(SIG_BLOCK, &blocked, &before);
    if (vm->interrupted == 0)
        (void)pselect(0, NULL, NULL, NULL, timeout > 0 ? &span : NULL, &before);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return AC_OK;
}
