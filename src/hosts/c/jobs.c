/* jobs.c - what other threads ask of a loop: a task for each job, whose end they wait for.
 *
 * Mirrors    tasks.run_coroutine_threadsafe; concurrent.futures.Future, as far as C needs it.
 * Idea       A job is the thread's future of a chain (runner.h).  Only its state crosses the border between
 *            threads; values become plain memory of the program's by ops->finish, on the loop's thread.
 * Holds      (1) All fields from 'home' on are guarded by the job's mutex, those before it never change.  The
 *            mutex of the loop, which guards the list, is taken inside of it and never the other way round.
 *            (2) inside > 0 <=> home is set and the job is on the loop's list.  When it gets 0 nothing in the
 *            loop can end the job any more: one that is pending is cancelled then, so nobody waits for ever.
 *            (3) running: the loop is about to end it; it can be cancelled no more, and finish is in no
 *            hurry.
 * Owns       The program holds one reference; the core one for each callback of the chain.  The last of all
 *            frees the data and the job, by the realloc hook without a loop.
 * Re-enters  start and finish run programs.  No mutex is held then.
 * Threads    Any, but for start and finish and what the core does with its own callbacks.
 * Cost       One allocation.
 * Tests      tests/test_chost_jobs.c, tests/test_chost_memory.c; docs/examples/submit.c */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include "chost_impl.h"

#include <string.h>
#include <time.h>

struct ac_c_job {
    ac_submission submission;
    const ac_host *host;
    const ac_c_job_ops *ops;
    void *data;
    pthread_mutex_t mutex;
    pthread_cond_t condition;
    c_loop *home; /* NULL: the loop has nothing to do with it any more */
    ac_link link;
    uint32_t holders, inside;
    ac_c_job_state state;
    bool running, listening;
};

static ac_c_job *job_of(ac_chain *chain)
{
    return AC_CONTAINER_OF(chain, ac_c_job, submission.chain);
}

/* ---- Lists and counts ------------------------------------------------------------------------------ */

static void link_in(ac_c_job *job)
{
    c_loop *home = job->home;

    pthread_mutex_lock(&home->mutex);
    job->link.prev = home->jobs.prev;
    job->link.next = &home->jobs;
    job->link.prev->next = job->link.next->prev = &job->link;
    pthread_mutex_unlock(&home->mutex);
}

/* The job's mutex is held. */
static void link_out(ac_c_job *job)
{
    c_loop *home = job->home;

    job->home = NULL;
    pthread_mutex_lock(&home->mutex);
    job->link.prev->next = job->link.next;
    job->link.next->prev = job->link.prev;
    pthread_mutex_unlock(&home->mutex);
}

/* The mutex is held. */
static void end(ac_c_job *job, ac_c_job_state state)
{
    job->state = state;
    pthread_cond_broadcast(&job->condition);
}

/* The mutex is held: the loop has let go of it. */
static void leave_loop(ac_c_job *job)
{
    link_out(job);
    if (job->state == AC_C_JOB_PENDING)
        end(job, AC_C_JOB_CANCELLED);
}

static void delete_job(ac_c_job *job)
{
    const ac_host *host = job->host;

    if (job->ops->free_data)
        job->ops->free_data(job->data);
    aci_c_waiting_clear(&job->mutex, &job->condition);
    host->realloc(NULL, job, sizeof *job, 0);
}

/* One less of the holders, or of those inside. */
static void count_down(ac_c_job *job, uint32_t *count)
{
    bool unused;

    pthread_mutex_lock(&job->mutex);
    --*count;
    if (job->inside == 0 && job->home)
        leave_loop(job);
    unused = job->inside == 0 && job->holders == 0;
    pthread_mutex_unlock(&job->mutex);
    if (unused)
        delete_job(job);
}

/* The loop goes, with its tasks: no other thread uses it any more, but some may wait for jobs. */
void aci_c_lose_jobs(c_loop *loop)
{
    while (loop->jobs.next != &loop->jobs) {
        ac_c_job *job = AC_CONTAINER_OF(loop->jobs.next, ac_c_job, link);

        pthread_mutex_lock(&job->mutex);
        job->inside = 1;
        pthread_mutex_unlock(&job->mutex);
        count_down(job, &job->inside);
    }
}

/* ---- The chain's methods --------------------------------------------------------------------------- */

static void retain(ac_chain *chain)
{
    ac_c_job *job = job_of(chain);

    pthread_mutex_lock(&job->mutex);
    job->inside++;
    pthread_mutex_unlock(&job->mutex);
}

static void release(ac_chain *chain)
{
    ac_c_job *job = job_of(chain);

    count_down(job, &job->inside);
}

static bool cancelled(ac_chain *chain)
{
    return ac_c_job_wait(job_of(chain), 0) == AC_C_JOB_CANCELLED;
}

static ac_status listen(ac_chain *chain)
{
    ac_c_job *job = job_of(chain);
    bool late;

    pthread_mutex_lock(&job->mutex);
    job->listening = true;
    late = job->state != AC_C_JOB_PENDING;
    pthread_mutex_unlock(&job->mutex);
    return late ? ac_chain_thread_done(chain) : AC_OK;
}

/* *told: the chain is to hear of it. */
static bool become_cancelled(ac_c_job *job, bool *told)
{
    bool did;

    *told = false;
    pthread_mutex_lock(&job->mutex);
    if (job->state == AC_C_JOB_PENDING && !job->running) {
        end(job, AC_C_JOB_CANCELLED);
        *told = job->listening && job->home;
    }
    did = job->state == AC_C_JOB_CANCELLED;
    pthread_mutex_unlock(&job->mutex);
    return did;
}

static ac_status cancel(ac_chain *chain)
{
    bool told;

    (void)become_cancelled(job_of(chain), &told);
    return told ? ac_chain_thread_done(chain) : AC_OK;
}

static ac_status set_running(ac_chain *chain, bool *go)
{
    ac_c_job *job = job_of(chain);

    pthread_mutex_lock(&job->mutex);
    *go = job->running = job->state == AC_C_JOB_PENDING;
    pthread_mutex_unlock(&job->mutex);
    return AC_OK;
}

static void finish(ac_c_job *job, ac_how how, ac_ref value)
{
    ac_loop *loop = job->submission.chain.loop;
    c_scope scope;

    if (!job->ops->finish)
        return;
    aci_c_scope_begin(loop, &scope);
    job->ops->finish(loop, job->data, how, value);
    aci_c_scope_end(loop, &scope);
}

static ac_status set(ac_chain *chain, ac_how how, ac_value value, ac_c_job_state state)
{
    ac_c_job *job = job_of(chain);

    finish(job, how, ac_lend(value));
    pthread_mutex_lock(&job->mutex);
    end(job, state);
    pthread_mutex_unlock(&job->mutex);
    aci_c_drop(chain->loop, value);
    return AC_OK;
}

static ac_status set_result(ac_chain *chain, ac_value result)
{
    return set(chain, AC_SEND, result, AC_C_JOB_RETURNED);
}

static ac_status set_exception(ac_chain *chain, ac_value exception)
{
    return set(chain, AC_THROW, exception, AC_C_JOB_RAISED);
}

static bool is_here(ac_chain *chain)
{
    return aci_c_runs_here(chain->loop);
}

static const ac_chain_ops chain_ops = {
    .listen = listen,
    .cancelled = cancelled,
    .cancel = cancel,
    .set_running = set_running,
    .set_result = set_result,
    .set_exception = set_exception,
    .is_here = is_here,
    .retain = retain,
    .release = release,
};

/* ---- What programs call ---------------------------------------------------------------------------- */

static ac_status start(ac_loop *loop, ac_submission *submission, ac_future **out)
{
    ac_c_job *job = AC_CONTAINER_OF(submission, ac_c_job, submission);
    c_scope scope;
    ac_status status;

    aci_c_scope_begin(loop, &scope);
    status = job->ops->start(loop, job->data, out);
    aci_c_scope_end(loop, &scope);
    return status;
}

static ac_c_job *job_new(ac_loop *loop, const ac_c_job_ops *ops, void *data)
{
    const ac_host *host = ac_loop_host(loop);
    ac_c_job *job = host->realloc(NULL, NULL, 0, sizeof *job);

    if (!job)
        return NULL;
    memset(job, 0, sizeof *job);
    if (!aci_c_waiting_init(&job->mutex, &job->condition)) {
        host->realloc(NULL, job, sizeof *job, 0);
        return NULL;
    }
    job->host = host;
    job->ops = ops;
    job->data = data;
    job->home = c_loop_of(loop);
    job->holders = job->inside = 1; /* inside as long as it is being submitted */
    link_in(job);
    return job;
}

ac_c_job *ac_c_submit(ac_loop *loop, const ac_c_job_ops *ops, void *data)
{
    static const ac_c_job_ops nothing = {0};
    ac_c_job *job = job_new(loop, ops, data);
    ac_status status;

    if (!job)
        return NULL;
    status = ac_loop_submit_threadsafe(loop, &job->submission, &chain_ops, start);
    if (status != AC_OK)
        job->ops = &nothing; /* the data stays the caller's */
    count_down(job, &job->inside);
    if (status == AC_OK)
        return job;
    count_down(job, &job->holders);
    return NULL;
}

/* The mutex is held. */
static void wait_while_pending(ac_c_job *job, double seconds)
{
    struct timespec deadline;
    bool bounded = seconds >= 0 && seconds < 1e9; /* some decades are for ever */
    int failure = 0;

    if (bounded)
        deadline = aci_c_deadline_after(seconds);
    while (job->state == AC_C_JOB_PENDING && failure == 0) {
        if (bounded)
            failure = pthread_cond_timedwait(&job->condition, &job->mutex, &deadline);
        else
            failure = pthread_cond_wait(&job->condition, &job->mutex);
    }
}

ac_c_job_state ac_c_job_wait(ac_c_job *job, double seconds)
{
    ac_c_job_state state;

    pthread_mutex_lock(&job->mutex);
    if (seconds != 0)
        wait_while_pending(job, seconds);
    state = job->state;
    pthread_mutex_unlock(&job->mutex);
    return state;
}

/* What sending the cancellation fails with is nobody's: the job is cancelled. */
bool ac_c_job_cancel(ac_c_job *job)
{
    bool told, did = become_cancelled(job, &told);

    if (told)
        (void)ac_chain_thread_done(&job->submission.chain);
    return did;
}

void ac_c_job_release(ac_c_job *job)
{
    count_down(job, &job->holders);
}
