/* work.c - work of a loop: jobs whose end is a callback of the loop.
 *
 * Mirrors    the half of run_in_executor that is not the future.
 * Idea       The thread that did it hands it to the loop by call_soon_threadsafe: no allocation.
 * Holds      A work is listed from submit to release.  A thread touches a work's io and loop only while the
 *            job is the pool's or it is counted in 'handing': who has seen neither may free both.
 * Owns       A submitted work's context, which the loop drops when its callback is over.
 * Re-enters  What finishes or releases a work, on the loop's thread.
 * Cost       No allocation.
 * Tests      tests/test_io_pool.c, also under the thread sanitizer */
#include <sched.h>
#include <string.h>

#include "io_impl.h"

static ac_work *work_of(ac_callback *callback)
{
    return AC_CONTAINER_OF(callback, ac_work, callback);
}

static ac_work *work_of_job(ac_job *job)
{
    return AC_CONTAINER_OF(job, ac_work, job);
}

/* ---- On a thread of the pool ---- */

static void work_runs(ac_job *job)
{
    ac_work *work = work_of_job(job);

    work->ops->run(work);
}

static void work_ending(ac_job *job)
{
    atomic_fetch_add(&work_of_job(job)->io->handing, 1);
}

/* A closed loop is not told: aci_works_close looks at the job alone. */
static void work_ended(ac_job *job, bool ran)
{
    ac_work *work = work_of_job(job);
    ac_io *io = work->io;

    if (work->deliver != NULL)
        work->deliver(work, ran);
    else
        (void)ac_loop_call_soon_threadsafe(io->loop, &work->callback); /* from now on it is the loop's */
    atomic_fetch_sub(&io->handing, 1);
}

static const ac_job_ops job_ops = {.run = work_runs, .ending = work_ending, .ended = work_ended};

/* ---- On the loop's thread ---- */

static ac_status work_run(ac_loop *loop, ac_callback *callback)
{
    ac_work *work = work_of(callback);

    (void)loop;
    return work->ops->finish(work->io, work, work->job.state == JOB_RAN); /* HOST */
}

void aci_work_over(ac_work *work)
{
    ac_io *io = work->io;

    aci_unlink(&work->listed);
    work->io = NULL;
    work->job.state = JOB_IDLE;
    if (work->ops->released != NULL)
        work->ops->released(io, work); /* HOST */
}

static void work_done(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    aci_work_over(work_of(callback)); /* HOST */
}

static const ac_handle_ops work_ops = {.run = work_run, .done = work_done};

void ac_work_init(ac_work *work, const ac_work_ops *ops, ac_value context)
{
    memset(work, 0, sizeof *work);
    ac_job_init(&work->job, &job_ops);
    ac_callback_init(&work->callback, &work_ops, context);
    work->ops = ops;
}

static ac_status check(ac_io *io, const ac_work *work)
{
    if (ac_loop_is_closed(io->loop))
        return ac_loop_refuse(io->loop, AC_E_CLOSED, "Event loop is closed");
    if (work->io != NULL)
        return ac_loop_refuse(io->loop, AC_E_STATE, "the work is in use");
    return AC_OK;
}

static void list(ac_io *io, ac_work *work)
{
    work->io = io;
    aci_append(&io->works, &work->listed);
}

static ac_status refuse(ac_io *io, ac_submitted answer)
{
    static const ac_error no_thread = {.kind = AC_X_RUNTIME, .text = "can't start new thread"};

    if (answer == AC_POOL_STOPPED)
        return ac_loop_refuse(io->loop, AC_E_RUNTIME, "cannot schedule new futures after shutdown");
    return ac_loop_raise(io->loop, ac_loop_host(io->loop)->error(io->loop, &no_thread)); /* HOST */
}

ac_status ac_io_submit(ac_io *io, ac_pool *pool, ac_work *work)
{
    ac_status status = check(io, work);
    ac_submitted answer;

    if (status != AC_OK)
        return status;
    list(io, work);
    answer = ac_pool_submit(pool, &work->job);
    if (answer == AC_POOL_TOOK_IT)
        return AC_OK;
    aci_unlink(&work->listed);
    work->io = NULL;
    return refuse(io, answer);
}

ac_status ac_io_farewell(ac_io *io, ac_pool *pool, ac_work *work)
{
    ac_status status = check(io, work);

    if (status != AC_OK)
        return status;
    list(io, work);
    ac_pool_farewell(pool, &work->job);
    return AC_OK;
}

bool ac_work_cancel(ac_work *work)
{
    if (!ac_job_cancel(&work->job))
        return false;
    if (work->deliver != NULL)
        work->deliver(work, false); /* HOST */
    else
        (void)ac_loop_call_soon_threadsafe(work->io->loop, &work->callback);
    return true;
}

/* ---- What the io has submitted ---- */

static ac_work *listed_work(ac_link *link)
{
    return AC_CONTAINER_OF(link, ac_work, listed);
}

static void wait_until_handed(ac_io *io)
{
    while (atomic_load(&io->handing) != 0)
        (void)sched_yield();
}

/* What was handed over in time has been dropped by the loop as it closed; the rest it has refused.  What no
 * thread has begun goes first, so that none begins it meanwhile. */
void aci_works_close(ac_io *io)
{
    for (ac_link *link = io->works.next; link != &io->works; link = link->next)
        (void)ac_job_cancel(&listed_work(link)->job);
    while (io->works.next != &io->works) {
        ac_work *work = listed_work(io->works.next);
        aci_job_wait(&work->job);
        wait_until_handed(io); /* a job without a pool may be in the middle of work_ended */
        ac_callback_clear(io->loop, &work->callback); /* HOST */
        aci_work_over(work);                          /* HOST */
    }
    wait_until_handed(io);
}

/* What is handed over is the loop's to show. */
static int visit_context(ac_work *work, ac_visitor *visitor)
{
    ac_ref context = ac_handle_context(&work->callback.handle);

    if (ac_is_none(context) || !aci_job_is_the_pools(&work->job))
        return 0;
    return visitor->value(visitor, context);
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
