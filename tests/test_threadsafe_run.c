/* test_threadsafe_run.c - a second thread submits coroutines to a running loop, waits for them, cancels them,
 * and interrupts the run.
 *
 * Idea       The thread's future is a mutex, a condition and a number: what a C program has in place of
 *            concurrent.futures.  Values stay on the loop's thread.  TSan must find nothing to say (suite
 *            inbox). */
#include "chost_kit.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* One coroutine that a thread has submitted, and its result.  Freed by the last of the loop and the
 * thread. */
struct job {
    ac_submission submission;
    ac_loop *loop;
    atomic_uint holders;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool listening, done, was_cancelled, failed; /* guarded by mutex, as what follows */
    int64_t result;
    double naps;    /* what the coroutine does: set before it is submitted */
    int64_t number; /* what it gives; negative: it fails */
};

static pthread_t loop_thread;

static struct job *job_of(ac_chain *chain)
{
    return AC_CONTAINER_OF(AC_CONTAINER_OF(chain, ac_submission, chain), struct job, submission);
}

static void hold(ac_chain *chain)
{
    atomic_fetch_add(&job_of(chain)->holders, 1);
}

static void let_go(ac_chain *chain)
{
    struct job *job = job_of(chain);
    if (atomic_fetch_sub(&job->holders, 1) != 1)
        return;
    pthread_mutex_destroy(&job->mutex);
    pthread_cond_destroy(&job->changed);
    free(job);
}

/* Completes it, once; true if it was this one. */
static bool complete(struct job *job, int64_t result, bool cancelled, bool failed)
{
    pthread_mutex_lock(&job->mutex);
    bool first = !job->done, listening = job->listening;
    if (first) {
        job->done = true;
        job->was_cancelled = cancelled;
        job->failed = failed;
        job->result = result;
        pthread_cond_broadcast(&job->changed);
    }
    pthread_mutex_unlock(&job->mutex);
    if (first && listening)
        ck_assert_int_eq(ac_chain_thread_done(&job->submission.chain), AC_OK);
    return first;
}

static ac_status listen(ac_chain *chain)
{
    struct job *job = job_of(chain);
    pthread_mutex_lock(&job->mutex);
    bool done = job->done;
    job->listening = !done;
    pthread_mutex_unlock(&job->mutex);
    return done ? ac_chain_thread_done(chain) : AC_OK;
}

static bool cancelled(ac_chain *chain)
{
    struct job *job = job_of(chain);
    pthread_mutex_lock(&job->mutex);
    bool answer = job->was_cancelled;
    pthread_mutex_unlock(&job->mutex);
    return answer;
}

static ac_status cancel(ac_chain *chain)
{
    (void)complete(job_of(chain), 0, true, false);
    return AC_OK;
}

static ac_status set_running(ac_chain *chain, bool *go)
{
    *go = !cancelled(chain);
    return AC_OK;
}

static ac_status set_result(ac_chain *chain, ac_value result)
{
    (void)complete(job_of(chain), ac_c_as_int(result), false, false);
    ac_drop(chain->loop, result);
    return AC_OK;
}

static ac_status set_exception(ac_chain *chain, ac_value exception)
{
    (void)complete(job_of(chain), 0, false, true);
    ac_drop(chain->loop, exception);
    return AC_OK;
}

static bool is_here(ac_chain *chain)
{
    (void)chain;
    return pthread_equal(pthread_self(), loop_thread) != 0;
}

static const ac_chain_ops ops = {
    .listen = listen,
    .cancelled = cancelled,
    .cancel = cancel,
    .set_running = set_running,
    .set_result = set_result,
    .set_exception = set_exception,
    .is_here = is_here,
    .retain = hold,
    .release = let_go,
};

/* On the loop's thread. */
static ac_status start(ac_loop *loop, ac_submission *submission, ac_future **out)
{
    struct job *job = AC_CONTAINER_OF(submission, struct job, submission);
    worker *self = kit_worker(NULL);
    self->naps = job->naps;
    if (job->number < 0)
        self->raises = &ac_c_ValueError;
    else
        self->gives = ac_c_int(job->number);
    ac_status status = ac_c_create_task(loop, &self->head, AC_EAGER_NO);
    if (status == AC_OK)
        *out = &self->head.task.future; /* its reference is the core's now */
    else
        kit_release(self);
    return status;
}

/* ---- On the other thread ---- */

static struct job *submit(ac_loop *loop, double naps, int64_t number)
{
    struct job *job = calloc(1, sizeof *job);
    if (job == NULL)
        abort();
    atomic_init(&job->holders, 1);
    pthread_mutex_init(&job->mutex, NULL);
    pthread_cond_init(&job->changed, NULL);
    job->naps = naps;
    job->number = number;
    if (ac_loop_submit_threadsafe(loop, &job->submission, &ops, start) != AC_OK)
        abort();
    return job;
}

static void wait_for(struct job *job)
{
    pthread_mutex_lock(&job->mutex);
    while (!job->done)
        pthread_cond_wait(&job->changed, &job->mutex);
    pthread_mutex_unlock(&job->mutex);
}

enum { JOBS = 200 };

static void *submit_many(void *data)
{
    ac_loop *loop = data;
    struct job *jobs[JOBS];
    intptr_t wrong = 0;
    for (int i = 0; i < JOBS; i++)
        jobs[i] = submit(loop, i % 3 == 0 ? 0.0005 : 0, i % 7 == 0 && i % 5 != 0 ? -1 : i);
    for (int i = 0; i < JOBS; i++) {
        if (i % 5 == 0)
            (void)complete(jobs[i], 0, true, false);
        wait_for(jobs[i]);
        if (i % 5 != 0)
            wrong += i % 7 == 0 ? !jobs[i]->failed : jobs[i]->result != i;
        let_go(&jobs[i]->submission.chain);
    }
    ac_c_interrupt(loop);
    return (void *)wrong;
}

static void real_loop(void)
{
    ck_assert_uint_eq(kit_free_loop(), 0);
    kit.loop = ac_c_loop_new(NULL, NULL);
    ck_assert_ptr_nonnull(kit.loop);
    loop_thread = pthread_self();
}

static void main_awaits_for_ever(worker *self)
{
    self->awaits = ac_c_future_new(kit.loop);
    ck_assert_ptr_nonnull(self->awaits);
}

START_TEST(test_another_thread_submits_cancels_and_interrupts)
{
    pthread_t thread;
    void *wrong;
    real_loop();
    worker *self = kit_worker(NULL);
    main_awaits_for_ever(self);
    ck_assert_int_eq(pthread_create(&thread, NULL, submit_many, kit.loop), 0);
    ck_assert_str_eq(kit_run(self), "AC_E_RAISED KeyboardInterrupt()");
    ck_assert_int_eq(pthread_join(thread, &wrong), 0);
    ck_assert_int_eq((intptr_t)wrong, 0);
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 0);
}
END_TEST

static void *interrupt_twice(void *data)
{
    ac_c_interrupt(data);
    ac_c_interrupt(data);
    return NULL;
}

/* Whether they come in one turn or in two, the second leaves the loop. */
START_TEST(test_a_main_task_that_swallows_one_interrupt_ends_by_the_second)
{
    pthread_t thread;
    real_loop();
    for (int i = 0; i < 50; i++) {
        worker *self = kit_worker(NULL);
        self->naps = 1000;
        ck_assert_int_eq(pthread_create(&thread, NULL, interrupt_twice, kit.loop), 0);
        ck_assert_str_eq(kit_run(self), "AC_E_RAISED KeyboardInterrupt()");
        ck_assert_int_eq(pthread_join(thread, NULL), 0);
        /* The second may have come after the run. */
        ac_loop_stop(kit.loop);
        if (ac_loop_run_forever(kit.loop) == AC_E_RAISED)
            ac_drop(kit.loop, ac_loop_take_raised(kit.loop));
    }
}
END_TEST

START_TEST(test_a_closed_loop_refuses_what_is_submitted)
{
    real_loop();
    kit_ok(ac_loop_close(kit.loop));
    struct job *job = calloc(1, sizeof *job);
    ck_assert_ptr_nonnull(job);
    atomic_init(&job->holders, 1);
    pthread_mutex_init(&job->mutex, NULL);
    pthread_cond_init(&job->changed, NULL);
    kit_status(ac_loop_submit_threadsafe(kit.loop, &job->submission, &ops, start), AC_E_CLOSED);
    let_go(&job->submission.chain);
    ac_c_interrupt(kit.loop);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_another_thread_submits_cancels_and_interrupts,
        test_a_main_task_that_swallows_one_interrupt_ends_by_the_second,
        test_a_closed_loop_refuses_what_is_submitted,
    };
    return KIT_MAIN("threadsafe_run", tests);
}
