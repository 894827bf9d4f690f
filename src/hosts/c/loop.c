/* loop.c - the life of a loop of the C host, its clock, and the poll that waits for time and threads.
 *
 * Mirrors  BaseEventLoop with a selector that has nothing to watch but its wakeup descriptor.
 * Idea     A poll sleeps on a condition variable on the monotonic clock; wake sets a flag under the mutex
 *          and signals.
 * Holds    A wake before the poll is not lost: the flag stays set until a poll that may block has seen
 *          it.
 * Threads  wake, and nothing else but what jobs.c uses, is called on other threads.
 * Tests    tests/test_chost_loop.c; docs/examples/threads.c */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include "chost_impl.h"

#include <string.h>
#include <time.h>

/* ---- Clock and poll ------------------------------------------------------------------------------ */

double aci_c_now(ac_loop *loop)
{
    struct timespec now;

    (void)loop;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

struct timespec aci_c_deadline_after(double seconds)
{
    struct timespec at;
    time_t whole = (time_t)seconds;

    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += whole;
    at.tv_nsec += (long)((seconds - (double)whole) * 1e9);
    if (at.tv_nsec >= 1000000000L) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000L;
    }
    return at;
}

ac_status aci_c_poll(ac_loop *loop, double timeout)
{
    c_loop *self = c_loop_of(loop);
    struct timespec deadline;
    int failure = 0;

    if (timeout == 0)
        return AC_OK; /* a busy loop: the clock is not even looked at */
    deadline = aci_c_deadline_after(timeout > 0 ? timeout : 0);
    pthread_mutex_lock(&self->mutex);
    while (!self->woken && failure == 0) {
        if (timeout > 0)
            failure = pthread_cond_timedwait(&self->condition, &self->mutex, &deadline);
        else
            failure = pthread_cond_wait(&self->condition, &self->mutex);
    }
    self->woken = false;
    pthread_mutex_unlock(&self->mutex);
    return AC_OK;
}

void aci_c_wake(ac_loop *loop)
{
    c_loop *self = c_loop_of(loop);

    pthread_mutex_lock(&self->mutex);
    self->woken = true;
    pthread_cond_signal(&self->condition);
    pthread_mutex_unlock(&self->mutex);
}

/* ---- Which loop runs on this thread -------------------------------------------------------------- */

static _Thread_local ac_loop *running_here;

uint64_t aci_c_thread(ac_loop *loop)
{
    /* No two threads that live have this variable at the same address, and none has it at 0. */
    (void)loop;
    return (uint64_t)(uintptr_t)&running_here;
}

bool aci_c_any_running(void)
{
    return running_here != NULL;
}

bool aci_c_runs_here(const ac_loop *loop)
{
    return running_here == loop;
}

/* While the loop runs, what has no context of its own runs in the empty one, not in the one around the run.
 */
ac_status aci_c_set_running(ac_loop *loop, bool running)
{
    c_loop *self = c_loop_of(loop);

    if (running && running_here)
        return ac_loop_raise(loop, ac_c_error(loop, &ac_c_RuntimeError,
                                              "Cannot run the event loop while another loop is running"));
    running_here = running ? loop : NULL;
    if (running) {
        self->outside = self->context;
        self->context = NULL;
    } else {
        self->context = self->outside;
        self->outside = NULL;
    }
    return AC_OK;
}

/* ---- Life ---------------------------------------------------------------------------------------- */

bool aci_c_waiting_init(pthread_mutex_t *mutex, pthread_cond_t *condition)
{
    pthread_condattr_t monotonic;
    bool made = false;

    if (pthread_condattr_init(&monotonic) != 0)
        return false;
    if (pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0 && pthread_mutex_init(mutex, NULL) == 0) {
        made = pthread_cond_init(condition, &monotonic) == 0;
        if (!made)
            pthread_mutex_destroy(mutex);
    }
    pthread_condattr_destroy(&monotonic);
    return made;
}

void aci_c_waiting_clear(pthread_mutex_t *mutex, pthread_cond_t *condition)
{
    pthread_cond_destroy(condition);
    pthread_mutex_destroy(mutex);
}

/* Our own poll waits for a timer or a wake and finds no events; a program's may. */
static ac_loop_options with_poll(const ac_host *host, const ac_loop_options *options)
{
    ac_loop_options own = {0};

    if (options)
        own = *options;
    own.poll_only_waits = own.poll_only_waits || host->poll == aci_c_poll;
    return own;
}

static const char *init(c_loop *self, const ac_host *host, const ac_loop_options *options)
{
    ac_loop_options own = with_poll(host, options);
    ac_status status;

    memset(self, 0, sizeof *self);
    if (!aci_c_waiting_init(&self->mutex, &self->condition))
        return "no memory";
    aci_c_pool_init(&self->pool);
    self->pointers.prev = self->pointers.next = &self->pointers;
    self->jobs.prev = self->jobs.next = &self->jobs;
    status = ac_loop_init(&self->core, host, &own);
    if (status == AC_OK) {
        ac_runner_init(&self->runner, ac_loop_semantics(&self->core));
        ac_runner_open(&self->runner, &self->core, ac_none());
        return NULL;
    }
    aci_c_waiting_clear(&self->mutex, &self->condition);
    return status == AC_E_VALUE ? "unknown semantics profile"
                                : "the table of hooks is not one of this library";
}

ac_loop *ac_c_loop_new_with(const ac_host *host, const ac_loop_options *options, const char **why)
{
    c_loop *self = host->realloc(NULL, NULL, 0, sizeof *self);
    const char *failure = self ? init(self, host, options) : "no memory";

    if (why)
        *why = failure ? failure : "";
    if (!failure)
        return &self->core;
    if (self)
        host->realloc(NULL, self, sizeof *self, 0);
    return NULL;
}

void ac_c_set_report(ac_loop *loop, void (*report)(void *data, const char *text), void *data)
{
    c_loop_of(loop)->report = report;
    c_loop_of(loop)->report_data = data;
}

size_t ac_c_loop_live(ac_loop *loop)
{
    return c_loop_of(loop)->live;
}

/* The pointers of programs that are still referred to: their memory is not in the pool. */
static void free_pointers(c_loop *self)
{
    while (self->pointers.next != &self->pointers) {
        c_pointer *pointer = AC_CONTAINER_OF(self->pointers.next, c_pointer, link);
        self->pointers.next = pointer->link.next;
        if (pointer->free_it)
            pointer->free_it(pointer->pointer);
    }
}

size_t ac_c_loop_free(ac_loop *loop)
{
    c_loop *self = c_loop_of(loop);
    const ac_host *host = ac_loop_host(loop);
    size_t left;

    if (ac_loop_close(loop) != AC_OK)
        return SIZE_MAX;
    aci_c_drop(loop, ac_loop_take_raised(loop));
    aci_c_drop(loop, ac_take(&self->base));
    left = self->pool.blocks;
    aci_c_lose_jobs(self);
    free_pointers(self);
    aci_c_pool_clear(&self->pool);
    aci_c_waiting_clear(&self->mutex, &self->condition);
    host->realloc(NULL, self, sizeof *self, 0);
    return left;
}
