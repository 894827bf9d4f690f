/* farewell.c - the default executor is shut down.
 *
 * Mirrors    BaseEventLoop.shutdown_default_executor, _do_shutdown.
 * Idea       asyncio starts a thread that joins those of the executor and then calls the loop; here the last
 *            of them calls it.
 * Holds      farewell != NULL <=> it waits, or was woken and has not run.  A farewell's op is NULL once that
 *            is given up.
 * Cost       One allocation, for what the loop calls back.
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
    int stop = op->future.loop != NULL ? ac_future_visit(&op->future, visitor) : 0;

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
