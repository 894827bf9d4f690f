/* threads.c - a task that waits for a thread.
 *
 * The loop sleeps in its poll; the only function that another thread may call wakes it.  Values belong to
 * the loop's thread: the worker fills plain memory, and a callback on the loop's thread makes the result
 * of it. */
#include <aiocore/chost.h>

#include <pthread.h>
#include <stdio.h>

/* [job] */
struct job {
    ac_loop *loop;
    ac_future *future; /* completed on the loop's thread */
    ac_future *task;   /* the job is in its frame: retained until the job was delivered */
    long input, output;
};

/* On the loop's thread: hands the result over.  A task that was cancelled meanwhile wants it no more. */
static ac_status deliver(ac_loop *loop, void *data)
{
    struct job *job = data;
    ac_status status = AC_OK;
    if (!ac_future_done(job->future))
        status = ac_future_set_result(job->future, ac_c_int(job->output));
    ac_c_release(loop, job->task);
    return status;
}

/* On the worker's thread: only plain memory, and call_soon_threadsafe at the end. */
static void *worker(void *data)
{
    struct job *job = data;
    for (long i = 1; i <= job->input; i++)
        job->output += i;
    (void)ac_c_call_soon_threadsafe(job->loop, deliver, job);
    return NULL;
}
/* [job end] */

struct crossing {
    ac_c_task head;
    pthread_t thread;
    struct job job;
    int round;
};

static bool start_job(ac_loop *loop, struct crossing *self)
{
    self->job = (struct job){loop, ac_c_future_new(loop), &self->head.task.future, 1000L * self->round, 0};
    if (self->job.future == NULL)
        return false;
    ac_c_retain(self->job.task);
    if (pthread_create(&self->thread, NULL, worker, &self->job) == 0)
        return true;
    ac_c_release(loop, self->job.task);
    return false;
}

enum { RESULT = 1 };

static ac_turn cross(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct crossing *self = AC_C_SELF(co, struct crossing);

    AC_BEGIN(co);
    for (self->round = 1; self->round <= 3; self->round++) {
        if (!start_job(loop, self))
            return ac_c_throw(loop, out, &ac_c_RuntimeError, "no thread");
        printf("round %d: the task waits, the loop sleeps\n", self->round);
        AC_AWAIT(RESULT, self->job.future);
        pthread_join(self->thread, NULL);
        if (how == AC_THROW)
            return ac_raise(loop, in, out);
        printf("round %d: the thread says %ld\n", self->round, (long)ac_c_as_int(in));
        ac_c_release(loop, self->job.future);
        self->job.future = NULL;
    }
    AC_END(co);
    return ac_return(out, ac_none());
}

static void clear(ac_loop *loop, ac_coro *co)
{
    struct crossing *self = AC_C_SELF(co, struct crossing);
    ac_future *future = self->job.future;
    self->job.future = NULL;
    if (future != NULL)
        ac_c_release(loop, future);
}

static const ac_coro_ops cross_ops = {.resume = cross, .clear = clear};

int main(void)
{
    ac_loop *loop = ac_c_loop_new(NULL, NULL); /* real time: only then is there a poll to sleep in */
    struct crossing *task = loop != NULL ? ac_c_task_new(loop, sizeof *task, &cross_ops) : NULL;
    if (task == NULL)
        return 1;
    ac_status status = ac_c_run(loop, &task->head, NULL);
    printf("%s\n", ac_status_name(status));
    return (int)ac_c_loop_free(loop);
}
