/* pool.c - threads, and the jobs that they do.
 *
 * Mirrors    concurrent.futures.ThreadPoolExecutor, without its futures.
 * Idea       One queue, one mutex.  A thread takes the first job, does it without the mutex, and gives it
 *            back.  Who wants to know when all threads have ended puts a job on another list, which the last
 *            of them gives back.
 * Holds      A job has its pool as long as it is the pool's, which ends with the mutex; 'ending' is called
 *            before that, 'ended' after it: who finds a job without a pool knows that ending was called.
 * Re-enters  What ends a job, never with the mutex.
 * Cost       No allocation for a job; a thread's stack for each that is started.
 * Tests      tests/test_io_pool.c, also under the thread sanitizer */
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* pthread_setname_np */
#endif
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io_impl.h"

enum { MOST_THREADS = 32, NAME_ROOM = 16 };

struct ac_pool {
    pthread_mutex_t mutex;
    pthread_cond_t filled; /* the queue has something, or the pool is stopping */
    pthread_cond_t ended;  /* a job is not JOB_RUNNING any more */
    ac_link queue;
    ac_link farewells;        /* jobs that are given back when no thread is left */
    size_t most, count, idle; /* threads */
    size_t left;              /* of those, which take no job any more */
    bool stopping;
    char name[NAME_ROOM];
    pthread_t threads[];
};

/* ---- Lists ---- */

static ac_job *queued_job(ac_link *link)
{
    return AC_CONTAINER_OF(link, ac_job, queued);
}

static ac_job *take_first(ac_link *list)
{
    ac_job *job = queued_job(list->next);

    aci_unlink(&job->queued);
    return job;
}

/* ---- Threads ---- */

/* With the mutex: from now on it is not the pool's. */
static void give_back(ac_pool *pool, ac_job *job, aci_job_state state)
{
    if (job->ops->ending != NULL)
        job->ops->ending(job);
    job->state = (int)state;
    atomic_store(&job->pool, NULL);
    (void)pthread_cond_broadcast(&pool->ended);
}

/* All of a list, without the mutex; only who has put 'ours' in place of the list knows it. */
static void end_all(ac_link *ours, bool ran)
{
    while (ours->next != ours) {
        ac_job *job = take_first(ours);
        job->ops->ended(job, ran); /* HOST */
    }
}

/* With the mutex. */
static void give_back_all(ac_pool *pool, ac_link *list, aci_job_state state, ac_link *ours)
{
    ours->prev = ours->next = ours;
    while (list->next != list) {
        ac_job *job = take_first(list);
        give_back(pool, job, state);
        aci_append(ours, &job->queued);
    }
}

static ac_job *take_job(ac_pool *pool)
{
    ac_job *job;

    pool->idle++;
    while (pool->queue.next == &pool->queue && !pool->stopping)
        (void)pthread_cond_wait(&pool->filled, &pool->mutex);
    pool->idle--;
    if (pool->queue.next == &pool->queue)
        return NULL;
    job = take_first(&pool->queue);
    job->state = JOB_RUNNING;
    return job;
}

static void *serve(void *data)
{
    ac_pool *pool = data;
    ac_link over;
    ac_job *job;

    over.prev = over.next = &over;
    (void)pthread_mutex_lock(&pool->mutex);
    while ((job = take_job(pool)) != NULL) {
        (void)pthread_mutex_unlock(&pool->mutex);
        job->ops->run(job);
        (void)pthread_mutex_lock(&pool->mutex);
        give_back(pool, job, JOB_RAN);
        (void)pthread_mutex_unlock(&pool->mutex);
        job->ops->ended(job, true);
        (void)pthread_mutex_lock(&pool->mutex);
    }
    pool->left++;
    if (pool->left == pool->count)
        give_back_all(pool, &pool->farewells, JOB_RAN, &over);
    (void)pthread_mutex_unlock(&pool->mutex);
    end_all(&over, true);
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
    failure = aci_sys.thread(&thread, serve, pool);
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
    pool->farewells.prev = pool->farewells.next = &pool->farewells;
    pool->most = most;
    (void)snprintf(pool->name, sizeof pool->name, "%s",
                   options != NULL && options->name != NULL ? options->name : "aiocore");
    return pool;
}

void ac_pool_stop(ac_pool *pool, bool cancel)
{
    ac_link given_up, over;

    given_up.prev = given_up.next = &given_up;
    over.prev = over.next = &over;
    (void)pthread_mutex_lock(&pool->mutex);
    pool->stopping = true;
    if (cancel)
        give_back_all(pool, &pool->queue, JOB_CANCELLED, &given_up);
    if (pool->left == pool->count)
        give_back_all(pool, &pool->farewells, JOB_RAN, &over);
    (void)pthread_cond_broadcast(&pool->filled);
    (void)pthread_mutex_unlock(&pool->mutex);
    end_all(&given_up, false); /* HOST */
    end_all(&over, true);      /* HOST */
}

void ac_pool_shutdown(ac_pool *pool, bool cancel)
{
    if (pool == NULL)
        return;
    ac_pool_stop(pool, cancel);
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

size_t ac_pool_thread_number(ac_pool *pool)
{
    size_t number = SIZE_MAX;

    (void)pthread_mutex_lock(&pool->mutex);
    for (size_t i = 0; i < pool->count; i++)
        if (pthread_equal(pool->threads[i], pthread_self()) != 0)
            number = i;
    (void)pthread_mutex_unlock(&pool->mutex);
    return number;
}

/* ---- Jobs ---- */

void ac_job_init(ac_job *job, const ac_job_ops *ops)
{
    memset(job, 0, sizeof *job);
    job->ops = ops;
    atomic_init(&job->pool, NULL);
}

static ac_submitted enqueue(ac_pool *pool, ac_job *job)
{
    if (pool->stopping)
        return AC_POOL_STOPPED;
    if (!has_thread_for_one_more(pool))
        return AC_POOL_NO_THREAD;
    job->state = JOB_WAITING;
    atomic_store(&job->pool, pool);
    aci_append(&pool->queue, &job->queued);
    (void)pthread_cond_signal(&pool->filled);
    return AC_POOL_TOOK_IT;
}

ac_submitted ac_pool_submit(ac_pool *pool, ac_job *job)
{
    ac_submitted answer;

    (void)pthread_mutex_lock(&pool->mutex);
    answer = enqueue(pool, job);
    (void)pthread_mutex_unlock(&pool->mutex);
    return answer;
}

void ac_pool_farewell(ac_pool *pool, ac_job *job)
{
    bool over;

    (void)pthread_mutex_lock(&pool->mutex);
    job->state = JOB_WAITING;
    atomic_store(&job->pool, pool);
    over = pool->stopping && pool->left == pool->count;
    if (over)
        give_back(pool, job, JOB_RAN);
    else
        aci_append(&pool->farewells, &job->queued);
    (void)pthread_mutex_unlock(&pool->mutex);
    if (over)
        job->ops->ended(job, true); /* HOST */
}

bool ac_job_cancel(ac_job *job)
{
    ac_pool *pool = atomic_load(&job->pool);
    bool did;

    if (pool == NULL)
        return false;
    (void)pthread_mutex_lock(&pool->mutex);
    did = job->state == JOB_WAITING;
    if (did) {
        aci_unlink(&job->queued);
        job->state = JOB_CANCELLED;
        atomic_store(&job->pool, NULL);
    }
    (void)pthread_mutex_unlock(&pool->mutex);
    return did;
}

void aci_job_wait(ac_job *job)
{
    ac_pool *pool = atomic_load(&job->pool);

    if (pool == NULL)
        return;
    (void)pthread_mutex_lock(&pool->mutex);
    while (job->state == JOB_RUNNING)
        (void)pthread_cond_wait(&pool->ended, &pool->mutex);
    (void)pthread_mutex_unlock(&pool->mutex);
}

bool aci_job_is_the_pools(ac_job *job)
{
    ac_pool *pool = atomic_load(&job->pool);
    bool is;

    if (pool == NULL)
        return false;
    (void)pthread_mutex_lock(&pool->mutex);
    is = job->state == JOB_WAITING || job->state == JOB_RUNNING;
    (void)pthread_mutex_unlock(&pool->mutex);
    return is;
}
