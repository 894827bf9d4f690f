/* gil.c - the lock of a machine, what each thread of a program has of its own, and time that threads share.
 *
 * Mirrors    CPython's GIL and PyThreadState.
 * Idea       Whoever runs bytecode, or touches any object, has the lock.  It is given up while a loop waits,
 *            while a thread blocks (sleep, a lock, a join), and every GIL_STEPS steps if somebody waits for
 *            it; those who wait get it in their order.  What a thread has of its own is in the machine while
 *            it has the lock, and in its mp_thread while it has not.
 *            A virtual clock stands still while a thread can go on.  When none can, it jumps to whoever comes
 *            first: a thread that sleeps, or a loop that waits for a timer.  So sleeping threads and loops
 *            are in the order of their times, and nobody waits in earnest.
 * Holds      No lock is made before the first thread is started: until then nothing costs anything.  serving
 *            == ticket <=> nobody has the lock.  running counts the threads that can go on, those that are
 *            announced, and those that are woken and have not noticed yet.  A thread that waits for a change
 *            gives the lock up and begins to wait in one step, so that no change is lost.
 * Tests      tests/test_minipy_threads.c; difftests/scenarios/executor */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include "asyncio/host.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { GIL_STEPS = 100 };
static const double gil_slice = 0.05; /* how long the main thread may not hear of Ctrl-C */

/* A thread that waits for a change. */
struct gil_waiter {
    struct gil_waiter *next;
    double when;
    bool awake;
};

struct mp_gil {
    pthread_mutex_t mutex;
    pthread_cond_t turn, changed;
    uint64_t ticket, serving;
    uint32_t running;
    struct gil_waiter *waiters;
    mp_loop *idle;
};

double mp_now(mp_vm *vm)
{
    return vm->options.virtual_time ? vm->clock.now : mp_host_now(NULL);
}

/* ---- What a thread has ---- */

static void gil_save(mp_vm *vm)
{
    *vm->thread = (mp_thread){
        .name = vm->thread->name,
        .number = vm->thread->number,
        .frame = vm->frame,
        .raised = vm->raised,
        .depth = vm->depth,
        .c_depth = vm->c_depth,
        .nesting = vm->nesting,
        .repr_guard = vm->repr_guard,
        .running_loop = vm->running_loop,
        .set_loop = vm->set_loop,
        .context = vm->context,
        .dying = vm->dying,
        .free_depth = vm->free_depth,
        .native_runs = vm->asyncio->native_runs,
    };
}

static void gil_load(mp_vm *vm, mp_thread *thread)
{
    vm->thread = thread;
    vm->frame = thread->frame;
    vm->raised = thread->raised;
    vm->depth = thread->depth;
    vm->c_depth = thread->c_depth;
    vm->nesting = thread->nesting;
    vm->repr_guard = thread->repr_guard;
    vm->running_loop = thread->running_loop;
    vm->set_loop = thread->set_loop;
    vm->context = thread->context;
    vm->dying = thread->dying;
    vm->free_depth = thread->free_depth;
    vm->asyncio->native_runs = thread->native_runs;
    vm->since_switch = 0;
}

/* ---- The lock; all with the mutex ---- */

static void gil_give(mp_vm *vm)
{
    gil_save(vm);
    vm->gil->serving++;
    (void)pthread_cond_broadcast(&vm->gil->turn);
}

static void gil_take(mp_vm *vm, mp_thread *thread)
{
    struct mp_gil *gil = vm->gil;
    uint64_t mine = gil->ticket++;
    while (gil->serving != mine)
        (void)pthread_cond_wait(&gil->turn, &gil->mutex);
    gil_load(vm, thread);
}

static void gil_lock(mp_vm *vm)
{
    (void)pthread_mutex_lock(&vm->gil->mutex);
}

static void gil_unlock(mp_vm *vm)
{
    (void)pthread_mutex_unlock(&vm->gil->mutex);
}

/* ---- Who can go on; all with the mutex ---- */

static void gil_wake_all(struct mp_gil *gil)
{
    for (struct gil_waiter *waiter = gil->waiters; waiter != NULL; waiter = waiter->next) {
        gil->running += waiter->awake ? 0 : 1;
        waiter->awake = true;
    }
    (void)pthread_cond_broadcast(&gil->changed);
}

static void gil_not_idle(struct mp_gil *gil, mp_loop *loop)
{
    mp_loop **link = &gil->idle;
    while (*link != loop)
        link = &(*link)->later;
    *link = loop->later;
    loop->idle = false;
    gil->running++;
}

static void gil_wake_loop(struct mp_gil *gil, mp_loop *loop)
{
    gil_not_idle(gil, loop);
    ac_io_wake(loop->io);
}

/* Of those who sleep, who is first; of equals, who came first. */
static struct gil_waiter *gil_first_waiter(const struct mp_gil *gil)
{
    struct gil_waiter *first = NULL;
    for (struct gil_waiter *waiter = gil->waiters; waiter != NULL; waiter = waiter->next)
        if (!isinf(waiter->when) && (first == NULL || waiter->when <= first->when))
            first = waiter;
    return first;
}

static double gil_deadline(const mp_loop *loop)
{
    const ac_timer *timer = ac_loop_timer_at(&loop->core, 0);
    return timer != NULL ? timer->when : INFINITY;
}

static mp_loop *gil_first_loop(const struct mp_gil *gil)
{
    mp_loop *first = gil->idle;
    for (mp_loop *loop = first; loop != NULL; loop = loop->later)
        if (gil_deadline(loop) <= gil_deadline(first))
            first = loop;
    return first;
}

/* With the lock, too.  Nobody can go on: whoever comes first does, and that may be 'mine', which is not idle
 * but about to be and sees to itself.  A loop goes on without a deadline, to find out that it is stuck. */
static void gil_go_on(mp_vm *vm, const mp_loop *mine)
{
    struct mp_gil *gil = vm->gil;
    struct gil_waiter *waiter = gil_first_waiter(gil);
    mp_loop *loop = gil_first_loop(gil);
    double when = waiter != NULL ? waiter->when : INFINITY,
           own = mine != NULL ? gil_deadline(mine) : INFINITY;
    if (waiter != NULL && when <= own && (loop == NULL || when <= gil_deadline(loop))) {
        if (when > vm->clock.now)
            vm->clock.now = when;
        waiter->awake = true;
        gil->running++;
        (void)pthread_cond_broadcast(&gil->changed);
    } else if (loop != NULL && (mine == NULL || gil_deadline(loop) < own))
        gil_wake_loop(gil, loop);
}

static void gil_cannot_go_on(mp_vm *vm)
{
    if (--vm->gil->running == 0 && vm->options.virtual_time)
        gil_go_on(vm, NULL);
}

/* ---- Life ---- */

bool mp_gil_make(mp_vm *vm)
{
    pthread_condattr_t monotonic;
    if (vm->gil != NULL)
        return true;
    struct mp_gil *gil = calloc(1, sizeof *gil);
    if (gil == NULL) {
        mp_raise(vm, MP_X_RUNTIME_ERROR, "can't start new thread");
        return false;
    }
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_mutex_init(&gil->mutex, NULL);
    (void)pthread_cond_init(&gil->turn, NULL);
    (void)pthread_cond_init(&gil->changed, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    gil->ticket = gil->running = 1; /* this thread has it */
    vm->gil = gil;
    return true;
}

void mp_gil_free(mp_vm *vm)
{
    struct mp_gil *gil = vm->gil;
    vm->gil = NULL;
    if (gil == NULL)
        return;
    (void)pthread_cond_destroy(&gil->changed);
    (void)pthread_cond_destroy(&gil->turn);
    (void)pthread_mutex_destroy(&gil->mutex);
    free(gil);
}

/* ---- For threads ---- */

mp_thread *mp_gil_leave(mp_vm *vm)
{
    mp_thread *thread = vm->thread;
    if (vm->gil == NULL)
        return thread;
    gil_lock(vm);
    gil_cannot_go_on(vm);
    gil_give(vm);
    gil_unlock(vm);
    return thread;
}

void mp_gil_enter(mp_vm *vm, mp_thread *thread)
{
    if (vm->gil == NULL)
        return;
    gil_lock(vm);
    vm->gil->running++;
    gil_take(vm, thread);
    gil_unlock(vm);
}

mp_thread *mp_gil_pause(mp_vm *vm)
{
    mp_thread *thread = vm->thread;
    if (vm->gil == NULL)
        return thread;
    gil_lock(vm);
    gil_give(vm);
    gil_unlock(vm);
    return thread;
}

void mp_gil_resume(mp_vm *vm, mp_thread *thread)
{
    if (vm->gil != NULL)
        mp_gil_begin(vm, thread);
}

void mp_gil_announce(mp_vm *vm)
{
    gil_lock(vm);
    vm->gil->running++;
    gil_unlock(vm);
}

void mp_gil_renounce(mp_vm *vm)
{
    gil_lock(vm);
    vm->gil->running--; /* whoever says so goes on */
    gil_unlock(vm);
}

void mp_gil_begin(mp_vm *vm, mp_thread *thread)
{
    gil_lock(vm);
    gil_take(vm, thread);
    gil_unlock(vm);
}

void mp_gil_end(mp_vm *vm)
{
    (void)mp_gil_leave(vm);
}

/* Without the lock nobody's time can be looked at: whoever waits looks himself. */
void mp_gil_over(mp_vm *vm, bool *flag)
{
    struct mp_gil *gil = vm->gil;
    gil_lock(vm);
    *flag = true;
    gil->running--;
    gil_wake_all(gil);
    while (gil->running == 0 && gil->idle != NULL)
        gil_wake_loop(gil, gil->idle);
    gil_unlock(vm);
}

void mp_gil_yield(mp_vm *vm, bool force)
{
    struct mp_gil *gil = vm->gil;
    if (gil == NULL || vm->unswitched > 0 || (!force && ++vm->since_switch < GIL_STEPS))
        return;
    vm->since_switch = 0;
    gil_lock(vm);
    if (gil->ticket - gil->serving > 1) {
        mp_thread *thread = vm->thread;
        gil_give(vm);
        gil_take(vm, thread);
    }
    gil_unlock(vm);
}

/* ---- Changes ---- */

void mp_changed(mp_vm *vm)
{
    if (vm->gil == NULL)
        return;
    gil_lock(vm);
    gil_wake_all(vm->gil);
    gil_unlock(vm);
}

static struct timespec gil_timespec(double when)
{
    struct timespec time = {(time_t)when, 0};
    time.tv_nsec = (long)((when - (double)time.tv_sec) * 1e9);
    return time;
}

/* With the mutex.  In virtual time others say when it is over. */
static void gil_sleep(mp_vm *vm, struct gil_waiter *waiter, const mp_thread *thread)
{
    struct mp_gil *gil = vm->gil;
    double when = vm->options.virtual_time ? INFINITY : waiter->when;
    double slice = mp_host_now(NULL) + gil_slice;
    if (thread == &vm->main && slice < when)
        when = slice;
    bool for_ever = when > 1e9;
    struct timespec until = gil_timespec(for_ever ? 0 : when);
    int failure = 0;
    while (failure == 0 && !waiter->awake)
        failure = for_ever ? pthread_cond_wait(&gil->changed, &gil->mutex)
                           : pthread_cond_timedwait(&gil->changed, &gil->mutex, &until);
}

static void gil_wait(mp_vm *vm, double when)
{
    struct mp_gil *gil = vm->gil;
    mp_thread *thread = vm->thread;
    struct gil_waiter waiter = {gil->waiters, when, false};
    struct gil_waiter **link = &gil->waiters;
    gil->waiters = &waiter;
    gil_cannot_go_on(vm);
    gil_give(vm);
    gil_sleep(vm, &waiter, thread);
    while (*link != &waiter)
        link = &(*link)->next;
    *link = waiter.next;
    gil->running += waiter.awake ? 0 : 1;
    gil_take(vm, thread);
}

void mp_wait_changed(mp_vm *vm, double when, const bool *unless)
{
    gil_lock(vm);
    if (unless == NULL || !*unless)
        gil_wait(vm, when);
    gil_unlock(vm);
}

bool mp_gil_see(mp_vm *vm, const bool *flag)
{
    gil_lock(vm);
    bool seen = *flag;
    gil_unlock(vm);
    return seen;
}

bool mp_gil_is_stuck(mp_vm *vm)
{
    gil_lock(vm);
    bool stuck = vm->gil->running == 1 && vm->gil->idle == NULL && gil_first_waiter(vm->gil) == NULL;
    gil_unlock(vm);
    return stuck;
}

/* ---- For loops ---- */

void mp_gil_idle(mp_vm *vm, mp_loop *loop, bool begins)
{
    struct mp_gil *gil = vm->gil;
    if (gil == NULL)
        return;
    gil_lock(vm);
    if (begins) {
        loop->thread = vm->thread;
        loop->idle = true;
        loop->later = gil->idle;
        gil->idle = loop;
        gil->running--; /* mp_gil_expects has looked who goes on */
        gil_give(vm);
    } else {
        if (loop->idle)
            gil_not_idle(gil, loop);
        gil_take(vm, loop->thread);
    }
    gil_unlock(vm);
}

bool mp_gil_expects(mp_vm *vm, mp_loop *loop)
{
    struct mp_gil *gil = vm->gil;
    if (gil == NULL)
        return false;
    bool busy = ac_loop_next_ready(&loop->core, NULL) != NULL || ac_loop_is_stopping(&loop->core);
    gil_lock(vm);
    if (!busy && gil->running == 1)
        gil_go_on(vm, loop);
    bool answer = gil->running > 1;
    gil_unlock(vm);
    return answer;
}

void mp_gil_tell(mp_vm *vm, mp_loop *loop)
{
    gil_lock(vm);
    if (loop->idle)
        gil_wake_loop(vm->gil, loop);
    gil_unlock(vm);
}
