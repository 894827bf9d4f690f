/* submit.c - run_coroutine_threadsafe in C: another thread asks the loop for tasks, and waits for what they
 * give.
 *
 * The loop runs on this thread until it is told to stop.  The client's thread has no values, only memory of
 * its own: a request goes in by it and an answer comes out by it. */
#include <aiocore/chost.h>

#include <pthread.h>
#include <stdio.h>

/* [request] */
/* What the client and the task share; each field has one writer, and the job says when the other may read. */
struct request {
    long number;     /* the client's */
    double seconds;  /* the client's */
    char answer[40]; /* the loop's */
};

/* The task: square(number), after a while. */
struct square {
    ac_c_task head;
    ac_sleep nap;
    long number;
    double seconds;
};

enum { NAP = 1 };

static ac_turn square(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct square *self = AC_C_SELF(co, struct square);
    ac_turn turn;

    AC_BEGIN(co);
    ac_sleep_init(&self->nap, loop, self->seconds, ac_none());
    AC_AWAIT_CORO(NAP, &self->nap.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    AC_END(co);
    if (self->number < 0)
        return ac_c_throw(loop, out, &ac_c_ValueError, "not below zero");
    return ac_return(out, ac_c_int(self->number * self->number));
}

static void clear(ac_loop *loop, ac_coro *co)
{
    ac_coro_clear(loop, &AC_C_SELF(co, struct square)->nap.co);
}

static const ac_coro_ops square_ops = {.resume = square, .clear = clear};

/* On the loop's thread: the task of a job. */
static ac_status start(ac_loop *loop, void *data, ac_future **out)
{
    struct request *request = data;
    struct square *task = ac_c_task_new(loop, sizeof *task, &square_ops);
    if (task == NULL)
        return AC_E_MEMORY;
    task->number = request->number;
    task->seconds = request->seconds;
    *out = &task->head.task.future; /* our reference is the job's now */
    return ac_c_create_task(loop, &task->head, AC_EAGER_NO);
}

/* On the loop's thread: out of a value into plain memory. */
static void finish(ac_loop *loop, void *data, ac_how how, ac_ref value)
{
    struct request *request = data;
    (void)loop;
    (void)how;
    (void)ac_c_repr(value, request->answer, sizeof request->answer);
}

static const ac_c_job_ops job_ops = {.start = start, .finish = finish};
/* [request end] */

/* [client] */
struct client {
    pthread_t thread;
    ac_loop *loop;
};

static const char *const ends[] = {"pending", "returned", "raised", "cancelled"};

static void ask(ac_loop *loop, long number)
{
    struct request request = {.number = number, .seconds = 0.01};
    ac_c_job *job = ac_c_submit(loop, &job_ops, &request);
    if (job == NULL)
        return;
    ac_c_job_state end = ac_c_job_wait(job, -1);
    printf("square of %ld: %s %s\n", number, ends[end], request.answer);
    ac_c_job_release(job);
}

/* A job that is cancelled has ended, but its task has not yet: what they share must last. */
static void lose_patience(ac_loop *loop)
{
    static struct request request = {.number = 7, .seconds = 3600};
    ac_c_job *job = ac_c_submit(loop, &job_ops, &request);
    if (job == NULL)
        return;
    printf("after a moment: %s\n", ends[ac_c_job_wait(job, 0.01)]);
    printf("cancel: %s\n", ac_c_job_cancel(job) ? "yes" : "no");
    printf("then: %s\n", ends[ac_c_job_wait(job, -1)]);
    ac_c_job_release(job);
}

static ac_status stop(ac_loop *loop, void *data)
{
    (void)data;
    ac_loop_stop(loop);
    return AC_OK;
}

static void *client(void *data)
{
    struct client *self = data;
    ask(self->loop, 12);
    ask(self->loop, -1);
    lose_patience(self->loop);
    (void)ac_c_call_soon_threadsafe(self->loop, stop, NULL);
    return NULL;
}
/* [client end] */

int main(void)
{
    ac_loop *loop = ac_c_loop_new(NULL, NULL);
    struct client self = {.loop = loop};
    if (loop == NULL || pthread_create(&self.thread, NULL, client, &self) != 0)
        return 1;
    ac_status status = ac_loop_run_forever(loop);
    pthread_join(self.thread, NULL);
    printf("loop: %s, clean-up: %s\n", ac_status_name(status), ac_status_name(ac_cancel_all_tasks(loop)));
    return (int)ac_c_loop_free(loop);
}
