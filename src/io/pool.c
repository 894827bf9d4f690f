/* pool.c - threads that work for loops.
 *
 * Mirrors    concurrent.futures.ThreadPoolExecutor; futures._chain_future, as far as it is about threads.
 * Idea       One queue, one mutex.  A thread takes the first work, runs it without the mutex, and hands it to
 *            its loop with the mutex: call_soon_threadsafe, no allocation.
 * Holds      A thread touches a work's io and loop only with the mutex, while the work's state is RUNNING or
 *            it is counted in 'handing': who has seen neither may free both.
 * Owns       A submitted work's context, which the loop drops when its callback is over.
 * Re-enters  What finishes or releases a work, on the loop's thread, never with the mutex.
 * Cost       No allocation for a work; a thread's stack for each that is started.
 * Tests      tests/test_io_pool.c, also under the thread sanitizer */
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* pthread_setname_np */
#endif
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io_impl.h"

enum { MOST_THREADS = 32, NAME_ROOM = 16 };

enum { WORK_IDLE, WORK_WAITING, WORK_RUNNING, WORK_RAN, WORK_CANCELLED };

struct ac_pool {
    pthread_mutex_t mutex;
    pthread_cond_t filled; /* the queue has something, or the pool is stopping */
    pthread_cond_t ended;  /* a work is not RUNNING any more */
    ac_link queue;
    size_t most, count, idle; /* threads */
    bool stopping;
    char name[NAME_ROOM];
    pthread_t threads[];
};

/* ---- Lists ---- */

static void append(ac_link *head, ac_link *link)
{
    link->prev = head->prev;
    link->next = head;
    head->prev->next = link;
    head->prev = link;
}

static void unlink_it(ac_link *link)
{
    link->prev->next = link->next;
    link->next->prev = link->prev;
    link->prev = link->next = NULL;
}

static ac_work *queued_work(ac_link *link)
{
    return AC_CONTAINER_OF(link, ac_work, queued);
}

/* ---- Threads ---- */

/* With the mutex.  A closed loop is not told: aci_works_close waits for the state alone. */
static void hand_over(ac_pool *pool, ac_work *work, int state)
{
    ac_io *io = work->io;

    work->state = state;
    atomic_fetch_add(&io->handing, 1);
    atomic_store(&work->pool, NULL);
    (void)ac_loop_call_soon_threadsafe(io->loop, &work->callback); /* from now on it is the loop's */
    atomic_fetch_sub(&io->handing, 1);
    (void)pthread_cond_broadcast(&pool->ended);
}

static ac_work *take_work(ac_pool *pool)
{
    ac_work *work;

    pool->idle++;
    while (pool->queue.next == &pool->queue && !pool->stopping)
        (void)pthread_cond_wait(&pool->filled, &pool->mutex);
    pool->idle--;
    if (pool->queue.next == &pool->queue)
        return NULL;
    work = queued_work(pool->queue.next);
    unlink_it(&work->queued);
    work->state = WORK_RUNNING;
    return work;
}

static void *serve(void *data)
{
    ac_pool *pool = data;
    ac_work *work;

    (void)pthread_mutex_lock(&pool->mutex);
    while ((work = take_work(pool)) != NULL) {
        (void)pthread_mutex_unlock(&pool->mutex);
        work->ops->run(work);
        (void)pthread_mutex_lock(&pool->mutex);
        hand_over(pool, work, WORK_RAN);
    }
    (void)pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

static void name_thread(ac_pool *pool, pthread_t thread)
{
#if defined(__linux__)
    char name[NAME_ROOM + 8];

    (void)snprintf(name, sizeof name, "%.*s_%zu", NAME_ROOM - 6, pool->name, pool->count);
    name[NAME_ROOM - 1] = '\0';
    (void)pthread_setname_np(thread, name);
#else
    (void)pool;
    (void)thread;
#endif
}

/* With the mutex.  Signals are for the threads of the program. */
static bool start_thread(ac_pool *pool)
{
    sigset_t all, before;
    pthread_t thread;
    int failure;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    failure = pthread_create(&thread, NULL, serve, pool);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failure != 0)
        return false;
    name_thread(pool, thread);
    pool->threads[pool->count] = thread;
    pool->count++;
    return true;
}

static size_t waiting(const ac_pool *pool)
{
    size_t count = 0;

    for (const ac_link *link = pool->queue.next; link != &pool->queue; link = link->next)
        count++;
    return count;
}

/* With the mutex, before another work is queued.  True if a thread will take it. */
static bool has_thread_for_one_more(ac_pool *pool)
{
    if (pool->idle > waiting(pool) || pool->count == pool->most)
        return true;
    return start_thread(pool) || pool->count > 0;
}

/* ---- Life ---- */

static size_t most_threads(const ac_pool_options *options)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    if (options != NULL && options->threads > 0)
        return options->threads;
    return processors > 0 && processors + 4 < MOST_THREADS ? (size_t)processors + 4 : MOST_THREADS;
}

static bool init_locks(ac_pool *pool)
{
    if (pthread_mutex_init(&pool->mutex, NULL) != 0)
        return false;
    if (pthread_cond_init(&pool->filled, NULL) == 0) {
        if (pthread_cond_init(&pool->ended, NULL) == 0)
            return true;
        (void)pthread_cond_destroy(&pool->filled);
    }
    (void)pthread_mutex_destroy(&pool->mutex);
    return false;
}

ac_pool *ac_pool_new(const ac_pool_options *options)
{
    size_t most = most_threads(options);
    bool fits = most <= (SIZE_MAX - sizeof(ac_pool)) / sizeof(pthread_t);
    ac_pool *pool = fits ? malloc(sizeof *pool + most * sizeof *pool->threads) : NULL;

    if (pool == NULL)
        return NULL;
    memset(pool, 0, sizeof *pool);
    if (!init_locks(pool)) {
        free(pool);
        return NULL;
    }
    pool->queue.prev = pool->queue.next = &pool->queue;
    pool->most = most;
    (void)snprintf(pool->name, sizeof pool->name, "%s",
                   options != NULL && options->name != NULL ? options->name : "aiocore");
    return pool;
}

void ac_pool_shutdown(ac_pool *pool, bool cancel)
{
    if (pool == NULL)
        return;
    (void)pthread_mutex_lock(&pool->mutex);
    pool->stopping = true;
    while (cancel && pool->queue.next != &pool->queue) {
        ac_work *work = queued_work(pool->queue.next);
        unlink_it(&work->queued);
        hand_over(pool, work, WORK_CANCELLED);
    }
    (void)pthread_cond_broadcast(&pool->filled);
    (void)pthread_mutex_unlock(&pool->mutex);
    for (size_t i = 0; i < pool->count; i++)
        (void)pthread_join(pool->threads[i], NULL);
    (void)pthread_cond_destroy(&pool->ended);
    (void)pthread_cond_destroy(&pool->filled);
    (void)pthread_mutex_destroy(&pool->mutex);
    free(pool);
}

size_t ac_pool_threads(ac_pool *pool)
{
    size_t count;

    (void)pthread_mutex_lock(&pool->mutex);
    count = pool->count;
    (void)pthread_mutex_unlock(&pool->mutex);
    return count;
}

/* ---- Work, on the loop's thread ---- */

static ac_work *work_of(ac_callback *callback)
{
    return AC_CONTAINER_OF(callback, ac_work, callback);
}

static ac_status work_run(ac_loop *loop, ac_callback *callback)
{
    ac_work *work = work_of(callback);

    (void)loop;
    return work->ops->finish(work->io, work, work->state == WORK_RAN); /* HOST */
}

static void work_done(ac_loop *loop, ac_callback *callback)
{
    ac_work *work = work_of(callback);
    ac_io *io = work->io;

    (void)loop;
    unlink_it(&work->listed);
    work->io = NULL;
    work->state = WORK_IDLE;
    if (work->ops->released != NULL)
        work->ops->released(io, work); /* HOST */
}

static const ac_handle_ops work_ops = {.run = work_run, .done = work_done};

void ac_work_init(ac_work *work, const ac_work_ops *ops, ac_value context)
{
    memset(work, 0, sizeof *work);
    ac_callback_init(&work->callback, &work_ops, context);
    work->ops = ops;
}

static ac_status submit(ac_io *io, ac_pool *pool, ac_work *work)
{
    static const ac_error no_thread = {.kind = AC_X_RUNTIME, .text = "can't start new thread"};

    if (pool->stopping)
        return ac_loop_refuse(io->loop, AC_E_RUNTIME, "cannot schedule new futures after shutdown");
    if (!has_thread_for_one_more(pool))
        return ac_loop_raise(io->loop, ac_loop_host(io->loop)->error(io->loop, &no_thread));
    work->io = io;
    atomic_store(&work->pool, pool);
    work->state = WORK_WAITING;
    append(&pool->queue, &work->queued);
    append(&io->works, &work->listed);
    (void)pthread_cond_signal(&pool->filled);
    return AC_OK;
}

ac_status ac_io_submit(ac_io *io, ac_pool *pool, ac_work *work)
{
    ac_status status;

    if (ac_loop_is_closed(io->loop))
        return ac_loop_refuse(io->loop, AC_E_CLOSED, "Event loop is closed");
    if (work->io != NULL)
        return ac_loop_refuse(io->loop, AC_E_STATE, "the work is in use");
    (void)pthread_mutex_lock(&pool->mutex);
    status = submit(io, pool, work);
    (void)pthread_mutex_unlock(&pool->mutex);
    return status;
}

/* Off the queue, with the mutex. */
static bool give_up(ac_work *work)
{
    if (work->state != WORK_WAITING)
        return false;
    unlink_it(&work->queued);
    work->state = WORK_CANCELLED;
    atomic_store(&work->pool, NULL);
    return true;
}

bool ac_work_cancel(ac_work *work)
{
    ac_pool *pool = atomic_load(&work->pool);
    bool did;

    if (pool == NULL)
        return false;
    (void)pthread_mutex_lock(&pool->mutex);
    did = give_up(work);
    (void)pthread_mutex_unlock(&pool->mutex);
    if (did)
        (void)ac_loop_call_soon_threadsafe(work->io->loop, &work->callback);
    return did;
}

/* ---- What the io has submitted ---- */

static ac_work *listed_work(ac_link *link)
{
    return AC_CONTAINER_OF(link, ac_work, listed);
}

static void give_up_if_waiting(ac_work *work)
{
    ac_pool *pool = atomic_load(&work->pool);

    if (pool == NULL)
        return;
    (void)pthread_mutex_lock(&pool->mutex);
    (void)give_up(work);
    (void)pthread_mutex_unlock(&pool->mutex);
}

static void wait_until_handed(ac_io *io)
{
    while (atomic_load(&io->handing) != 0)
        (void)sched_yield();
}

/* A work without a pool may be in the middle of hand_over, which still writes to it. */
static void wait_for(ac_io *io, ac_work *work)
{
    ac_pool *pool = atomic_load(&work->pool);

    if (pool != NULL) {
        (void)pthread_mutex_lock(&pool->mutex);
        while (work->state == WORK_RUNNING)
            (void)pthread_cond_wait(&pool->ended, &pool->mutex);
        (void)pthread_mutex_unlock(&pool->mutex);
    }
    wait_until_handed(io);
}

/* What was handed over in time has been dropped by the loop as it closed; the rest it has refused.  What no
 * thread has begun goes first, so that none begins it meanwhile. */
void aci_works_close(ac_io *io)
{
    for (ac_link *link = io->works.next; link != &io->works; link = link->next)
        give_up_if_waiting(listed_work(link));
    while (io->works.next != &io->works) {
        ac_work *work = listed_work(io->works.next);
        wait_for(io, work);
        ac_callback_clear(io->loop, &work->callback); /* HOST */
        work_done(io->loop, &work->callback);         /* HOST */
    }
    wait_until_handed(io);
}

/* What is handed over is the loop's to show. */
static int visit_context(ac_work *work, ac_visitor *visitor)
{
    ac_pool *pool = atomic_load(&work->pool);
    ac_ref context = ac_none_ref();

    if (pool == NULL)
        return 0;
    (void)pthread_mutex_lock(&pool->mutex);
    if (work->state == WORK_WAITING || work->state == WORK_RUNNING)
        context = ac_handle_context(&work->callback.handle);
    (void)pthread_mutex_unlock(&pool->mutex);
    return ac_is_none(context) ? 0 : visitor->value(visitor, context);
}

int aci_works_visit(ac_io *io, ac_visitor *visitor)
{
    int stop = 0;

    for (ac_link *link = io->works.next; stop == 0 && link != &io->works; link = link->next) {
        ac_work *work = listed_work(link);
        stop = visit_context(work, visitor);
        if (stop == 0 && work->ops->visit != NULL)
            stop = work->ops->visit(work, visitor);
    }
    return stop;
}
