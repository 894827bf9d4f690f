/* farewell.c - the default executor is shut down.
 *
 * Mirrors    BaseEventLoop.shutdown_default_executor, _do_shutdown.
 * Idea       asyncio starts a thread that joins those of the executor and then calls the loop; here the last
 *            of them calls it.
 * Holds      farewell != NULL <=> it waits, or was woken and has not run.  A farewell's op is NULL once that
 *            is given up.
 *            The end of a run has no task: a timer stands for the timeout, with a struct of its own, for it
 *            stays in the loop's heap when it is over.
 * Cost       One allocation, for what the loop calls back; one more for that timer.
 * Tests      tests/test_io_executor.c */
#include <stdio.h>
#include <string.h>

#include <aiocore/executor.h>

#include "io_impl.h"

struct ac_farewell {
    ac_work work;
    ac_executor_shutdown *op;
};

static ac_farewell *farewell_of(ac_work *work)
{
    return AC_CONTAINER_OF(work, ac_farewell, work);
}

/* asyncio: _set_result_unless_cancelled. */
static ac_status finish(ac_io *io, ac_work *work, bool ran)
{
    ac_executor_shutdown *op = farewell_of(work)->op;

    (void)io;
    if (!ran || op == NULL || ac_future_done(&op->future))
        return AC_OK;
    return ac_future_set_result(&op->future, ac_none());
}

static void released(ac_io *io, ac_work *work)
{
    ac_farewell *farewell = farewell_of(work);

    if (farewell->op != NULL)
        farewell->op->farewell = NULL;
    aci_io_realloc(io->loop, farewell, sizeof *farewell, 0);
}

/* A farewell has nothing to run. */
static const ac_work_ops farewell_ops = {.finish = finish, .released = released};

static ac_status say_farewell(ac_executor_shutdown *op)
{
    ac_io *io = op->io;
    ac_farewell *farewell = aci_io_realloc(io->loop, NULL, 0, sizeof *farewell);
    ac_status status;

    if (farewell == NULL)
        return ac_loop_refuse(io->loop, AC_E_MEMORY, "no memory to wait for the executor");
    ac_work_init(&farewell->work, &farewell_ops, ac_none());
    farewell->op = op;
    ac_pool_stop(io->executor, false);
    status = ac_io_farewell(io, io->executor, &farewell->work);
    if (status == AC_OK)
        op->farewell = farewell;
    else
        aci_io_realloc(io->loop, farewell, sizeof *farewell, 0);
    return status;
}

static ac_status set_timeout(ac_loop *loop, ac_executor_shutdown *op)
{
    double when;

    if (op->seconds < 0)
        return AC_OK;
    when = ac_loop_time(loop) + op->seconds;
    ac_timeout_init(&op->timeout, loop, &when, ac_none_ref());
    return ac_timeout_enter(&op->timeout);
}

static void give_up(ac_executor_shutdown *op)
{
    op->co.at = AC_AT_END;
    if (op->farewell != NULL)
        op->farewell->op = NULL;
    op->farewell = NULL;
    if (op->future.loop != NULL)
        ac_future_clear(&op->future); /* HOST */
    if (op->timeout.loop != NULL)
        ac_timeout_clear(&op->timeout); /* HOST */
}

static ac_turn fail(ac_loop *loop, ac_executor_shutdown *op, ac_status status, ac_out *out)
{
    ac_value exception = ac_loop_status_exception(loop, status, NULL);

    give_up(op); /* HOST */
    out->value = exception;
    return AC_RAISED;
}

/* The exception that leaves the timeout's block: in, or what has taken its place. */
static ac_turn leave(ac_loop *loop, ac_executor_shutdown *op, ac_how how, ac_ref in, ac_out *out)
{
    ac_turn turn = AC_RETURNED;
    ac_status status = AC_OK;
    ac_value raised = ac_none();

    out->value = ac_none();
    if (how == AC_THROW)
        turn = ac_raise(loop, in, out);
    if (op->timeout.loop != NULL && how != AC_CLOSE) {
        status = ac_timeout_exit(&op->timeout, ac_lend(out->value)); /* HOST */
        op->late = status == AC_E_RAISED && ac_timeout_expired(&op->timeout);
    }
    if (status != AC_OK) {
        raised = ac_loop_status_exception(loop, status, NULL);
        ac_drop(loop, ac_take(&out->value)); /* HOST */
        turn = op->late ? AC_RETURNED : AC_RAISED;
        if (op->late)
            ac_drop(loop, ac_take(&raised)); /* HOST */
        out->value = raised;
    }
    raised = out->value;
    give_up(op); /* HOST */
    out->value = raised;
    return turn;
}

enum { ENDED = 1 };

static ac_turn resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_executor_shutdown *op = AC_CONTAINER_OF(co, ac_executor_shutdown, co);
    ac_status status;

    AC_BEGIN(co);
    op->io->executor_shutdown = true;
    if (op->io->executor == NULL) {
        co->at = AC_AT_END;
        return ac_return(out, ac_none());
    }
    ac_future_init_embedded(&op->future, loop);
    status = say_farewell(op); /* HOST */
    if (status == AC_OK)
        status = set_timeout(loop, op);
    if (status != AC_OK)
        return fail(loop, op, status, out);
    AC_AWAIT(ENDED, &op->future);
    AC_END(co);
    return leave(loop, op, how, in, out); /* HOST */
}

static int visit(ac_coro *co, ac_visitor *visitor)
{
    ac_executor_shutdown *op = AC_CONTAINER_OF(co, ac_executor_shutdown, co);
    bool hangs = op->farewell != NULL; /* on the threads, which nobody shows: so it is held */
    int stop = op->future.loop != NULL && !hangs ? ac_future_visit(&op->future, visitor) : 0;

    return stop == 0 && op->timeout.loop != NULL ? ac_timeout_visit(&op->timeout, visitor) : stop;
}

static void clear(ac_loop *loop, ac_coro *co)
{
    (void)loop;
    give_up(AC_CONTAINER_OF(co, ac_executor_shutdown, co)); /* HOST */
}

static const ac_coro_ops shutdown_ops = {resume, NULL, visit, clear};

void ac_executor_shutdown_init(ac_executor_shutdown *op, ac_io *io, double seconds)
{
    memset(op, 0, sizeof *op);
    ac_coro_init(&op->co, &shutdown_ops);
    op->io = io;
    op->seconds = seconds;
}

size_t ac_executor_warning(const ac_executor_shutdown *op, char *text, size_t room)
{
    int length = snprintf(text, room, "The executor did not finishing joining its threads within %g seconds.",
                          op->seconds);

    return length > 0 ? (size_t)length : 0;
}

/* ---- At the end of a run ---- */

typedef struct ending {
    ac_executor_shutdown op;
    struct deadline *deadline; /* NULL: it is over, or there is none */
} ending;

typedef struct deadline {
    ac_timer timer;
    ending *ending; /* NULL: it has ended */
} deadline;

static deadline *deadline_of(ac_callback *callback)
{
    return AC_CONTAINER_OF(AC_CONTAINER_OF(callback, ac_timer, callback), deadline, timer);
}

static ac_status deadline_passes(ac_loop *loop, ac_callback *callback)
{
    ending *self = deadline_of(callback)->ending;

    (void)loop;
    if (self == NULL || ac_future_done(&self->op.future))
        return AC_OK;
    self->op.late = true;
    return ac_future_set_result(&self->op.future, ac_none());
}

static void deadline_over(ac_loop *loop, ac_callback *callback)
{
    deadline *self = deadline_of(callback);

    if (self->ending != NULL)
        self->ending->deadline = NULL;
    aci_io_realloc(loop, self, sizeof *self, 0);
}

static const ac_handle_ops deadline_ops = {
    .run = deadline_passes, .done = deadline_over, .name = "Timeout._on_timeout"};

static ac_status set_deadline(ac_loop *loop, ending *self, double seconds)
{
    deadline *made;
    ac_status status;

    if (seconds < 0)
        return AC_OK;
    made = aci_io_realloc(loop, NULL, 0, sizeof *made);
    if (made == NULL)
        return ac_loop_refuse(loop, AC_E_MEMORY, "no memory to wait for the executor");
    ac_callback_init(&made->timer.callback, &deadline_ops, ac_none());
    made->ending = self;
    status = ac_loop_call_later(loop, seconds, &made->timer);
    if (status == AC_OK)
        self->deadline = made;
    else
        aci_io_realloc(loop, made, sizeof *made, 0);
    return status;
}

static void drop_deadline(ac_loop *loop, ending *self)
{
    if (self->deadline == NULL)
        return;
    self->deadline->ending = NULL;
    ac_handle_cancel(loop, &self->deadline->timer.callback.handle); /* HOST */
}

ac_status aci_executor_end(ac_io *io, double timeout)
{
    ac_loop *loop = io->loop;
    ac_value raised = ac_none();
    ending self = {.deadline = NULL};
    ac_status status;

    if (io->executor == NULL)
        return AC_OK;
    ac_executor_shutdown_init(&self.op, io, timeout);
    io->executor_shutdown = true;
    ac_future_init_embedded(&self.op.future, loop);
    status = say_farewell(&self.op); /* HOST */
    if (status == AC_OK)
        status = set_deadline(loop, &self, timeout);
    if (status == AC_OK)
        status = ac_loop_run_until_complete(loop, &self.op.future); /* HOST */
    if (status == AC_E_RAISED)
        raised = ac_loop_take_raised(loop);
    drop_deadline(loop, &self); /* HOST */
    give_up(&self.op);          /* HOST */
    if (status == AC_OK && !self.op.late)
        aci_executor_forget(io);
    return status == AC_E_RAISED ? ac_loop_raise(loop, raised) : status;
}
