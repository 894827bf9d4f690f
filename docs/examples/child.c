/* child.c - child processes: one that says something, one that ends by itself, two that are ended.
 *
 * A task starts each, and awaits its end. */
#include <aiocore/chost.h>
#include <aiocore/process.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* [child] */
struct job {
    ac_c_task head;
    ac_child_wait wait;
    ac_sleep nap;
    ac_io *io;
    ac_child *child;
    const char *script;
    double patience; /* seconds; 0: without end */
};

enum { NAPPED = 1, ENDED };

static ac_turn work(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct job *self = AC_C_SELF(co, struct job);
    ac_turn turn;

    AC_BEGIN(co);
    {
        const char *words[] = {"sh", "-c", self->script, NULL};
        ac_child_options options = {.arguments = words, .streams[1] = {AC_STDIO_PIPE, 0}};
        ac_status status = ac_child_start(self->io, &options, &self->child);
        if (status != AC_OK)
            return ac_c_fail(loop, out, status);
    }
    if (self->patience > 0) {
        ac_sleep_init(&self->nap, loop, self->patience, ac_none());
        AC_AWAIT_CORO(NAPPED, &self->nap.co, turn);
        if (turn == AC_RAISED)
            return AC_RAISED;
        ac_drop(loop, out->value);
        (void)ac_child_terminate(self->child); /* it may have ended in the meantime */
    }
    ac_child_wait_init(&self->wait, self->child);
    AC_AWAIT_CORO(ENDED, &self->wait.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    AC_END(co);
    return ac_return(out, ac_c_int(self->wait.returncode));
}

/* However it ended: a child that still runs is killed. */
static void give_up(ac_loop *loop, ac_coro *co)
{
    struct job *self = AC_C_SELF(co, struct job);

    ac_coro_clear(loop, &self->nap.co);
    ac_coro_clear(loop, &self->wait.co);
    ac_child_free(self->child);
    self->child = NULL;
}

static const ac_coro_ops job_ops = {.resume = work, .clear = give_up};
/* [child end] */

static void run_script(ac_loop *loop, ac_io *io, const char *script, double patience)
{
    struct job *job = ac_c_task_new(loop, sizeof *job, &job_ops);
    char said[64] = "", repr[128];
    ac_value result = ac_none();
    ac_status status;

    if (job == NULL)
        return;
    job->io = io;
    job->script = script;
    job->patience = patience;
    ac_c_retain(&job->head.task.future);
    status = ac_c_runner_run(loop, &job->head, &result);
    if (job->child != NULL && read(ac_child_pipe(job->child, 1), said, sizeof said - 1) > 0)
        said[strcspn(said, "\n")] = '\0';
    (void)ac_c_repr(result, repr, sizeof repr);
    printf("%-34s %s %s %s\n", script, said, status == AC_OK ? "returned" : "failed with", repr);
    ac_drop(loop, result);
    ac_c_release(loop, &job->head.task.future);
}

int main(void)
{
    ac_loop *loop = ac_c_loop_new(NULL, NULL);
    ac_io *io;

    if (loop == NULL || ac_io_new(loop, NULL, &io) != AC_OK)
        return 1;
    run_script(loop, io, "echo hello", 0);
    run_script(loop, io, "exit 3", 0);
    run_script(loop, io, "echo waiting; exec sleep 100", 0.2);
    run_script(loop, io, "echo stubborn; kill -9 $$", 0);
    (void)ac_loop_close(loop);
    (void)ac_io_free(io);
    return ac_c_loop_free(loop) == 0 ? 0 : 1;
}
