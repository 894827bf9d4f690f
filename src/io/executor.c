/* executor.c - calls on threads whose end completes a future.
 *
 * Mirrors    run_in_executor, set_default_executor; threads.to_thread; the concurrent.futures.Future between
 *            the two.
 * Idea       The job is the thread's future: waiting, running, cancelled, run.  A chain (flow/chain.c) ties
 *            it to that of the loop, and says which callbacks there are; the work does no more than list it,
 *            so that the io waits for it.
 * Holds      A call stays on the list until the loop was told of its end and has none of the chain's
 *            callbacks any more, or the io is freed; after that it stays while a to_thread holds it.
 *            'told' is set when the callback that tells is counted already, so that no other can be the last.
 * Re-enters  Whatever completes the future or releases the call, on the loop's thread.
 * Cost       No allocation.
 * Tests      tests/test_io_executor.c, also under the thread sanitizer */
#include <errno.h>
#include <string.h>

#include <aiocore/executor.h>

#include "io_impl.h"

static ac_call *call_of(ac_chain *chain)
{
    return AC_CONTAINER_OF(chain, ac_call, chain);
}

static ac_call *call_of_work(ac_work *work)
{
    return AC_CONTAINER_OF(work, ac_call, work);
}

/* ---- Who holds a call ---- */

/* The io may be gone before a to_thread is. */
static void let_go(ac_call *call)
{
    ac_loop *loop = call->chain.loop;

    if (--call->holders != 0)
        return;
    ac_future_clear(&call->own);            /* HOST */
    ac_drop(loop, ac_take(&call->context)); /* HOST */
    call->io = NULL;
    if (call->ops->released != NULL)
        call->ops->released(call); /* HOST */
}

/* It is over, or the loop is closed: then who waits for its own future waits for ever, and may go. */
static void leave_list(ac_io *io, ac_work *work)
{
    ac_call *call = call_of_work(work);

    (void)io;
    ac_chain_cut(&call->chain); /* HOST */
    if (!ac_future_done(&call->own))
        ac_future_clear(&call->own); /* HOST */
    let_go(call);                    /* HOST */
}

static void retain(ac_chain *chain)
{
    atomic_fetch_add(&call_of(chain)->callbacks, 1);
}

/* On another thread it is not the last thing that holds the call: a closed loop has refused. */
static void release(ac_chain *chain)
{
    ac_call *call = call_of(chain);

    if (atomic_load(&call->refused)) {
        atomic_fetch_sub(&call->callbacks, 1);
        return;
    }
    if (atomic_fetch_sub(&call->callbacks, 1) == 1 && atomic_load(&call->told) && call->work.io != NULL)
        aci_work_over(&call->work); /* HOST */
}

/* ---- The thread's future, for the chain ---- */

static ac_status expect_no_end(ac_chain *chain)
{
    (void)chain; /* nothing can end before it is submitted, which comes after this */
    return AC_OK;
}

static bool cancelled(ac_chain *chain)
{
    return call_of(chain)->work.job.state == JOB_CANCELLED;
}

static ac_status cancel(ac_chain *chain)
{
    (void)ac_work_cancel(&call_of(chain)->work); /* HOST */
    return AC_OK;
}

static ac_status outcome(ac_chain *chain, ac_future_state *state, ac_value *value)
{
    ac_call *call = call_of(chain);
    ac_status status;

    *state = AC_CANCELLED;
    *value = ac_none();
    if (!call->ran)
        return AC_OK;
    status = call->ops->outcome(call, value); /* HOST */
    *state = status == AC_OK ? AC_FINISHED : AC_FAILED;
    if (status != AC_OK)
        *value = ac_loop_status_exception(chain->loop, status, NULL);
    return AC_OK;
}

/* A number that no other thread has meanwhile: where its errno is. */
static uint64_t this_thread(void)
{
    return (uint64_t)(uintptr_t)&errno;
}

/* The loop of a call is run by the thread that has started it. */
static bool is_here(ac_chain *chain)
{
    return call_of(chain)->thread == this_thread() && ac_loop_is_running(chain->loop);
}

static ac_status tell_loop(ac_loop *loop, ac_callback *callback)
{
    ac_call *call = call_of(AC_CONTAINER_OF(callback, ac_chain, across));
    ac_status status;

    atomic_store(&call->told, true);
    status = ac_loop_call_soon_threadsafe(loop, callback); /* from now on it is the loop's */
    if (status != AC_OK)
        atomic_store(&call->refused, true);
    return status;
}

static const ac_chain_ops chain_ops = {
    .listen = expect_no_end,
    .cancelled = cancelled,
    .cancel = cancel,
    .outcome = outcome,
    .is_here = is_here,
    .send = tell_loop,
    .retain = retain,
    .release = release,
};

/* ---- The work ---- */

static void run(ac_work *work)
{
    ac_call *call = call_of_work(work);

    call->ops->run(call);
}

/* A callback of a concurrent future's is not the loop's, which is told as of one of its own. */
static void report(ac_loop *loop, ac_status status)
{
    ac_value exception = ac_loop_status_exception(loop, status, NULL);
    ac_report about = {.message = "exception calling callback for a call", .exception = ac_lend(exception)};

    status = ac_loop_call_exception_handler(loop, &about); /* HOST */
    ac_drop(loop, exception);                              /* HOST */
    if (status == AC_E_RAISED)
        ac_drop(loop, ac_loop_take_raised(loop)); /* HOST */
}

/* Where the loop runs on this very thread the call is not gone yet: nothing but its callback tells it. */
static void deliver(ac_work *work, bool ran)
{
    ac_call *call = call_of_work(work);
    ac_loop *loop = work->io->loop;
    bool here = is_here(&call->chain);
    ac_status status;

    call->ran = ran;
    if (here)
        call->holders++;
    status = ac_chain_thread_done(&call->chain); /* HOST if it is here */
    if (!here)
        return;
    if (status != AC_OK)
        report(loop, status); /* HOST */
    atomic_store(&call->told, true);
    if (atomic_load(&call->callbacks) == 0 && work->io != NULL)
        aci_work_over(work); /* HOST */
    let_go(call);            /* HOST */
}

static int visit_call(ac_call *call, ac_visitor *visitor)
{
    int stop = call->chain.future != &call->own ? ac_chain_visit(&call->chain, visitor) : 0;

    if (stop == 0)
        stop = ac_future_visit(&call->own, visitor);
    if (stop == 0 && !ac_is_none(ac_lend(call->context)))
        stop = visitor->value(visitor, ac_lend(call->context));
    if (stop == 0 && call->ops->visit != NULL)
        stop = call->ops->visit(call, visitor);
    return stop;
}

static int visit_work(ac_work *work, ac_visitor *visitor)
{
    return visit_call(call_of_work(work), visitor);
}

static const ac_work_ops work_ops = {.run = run, .visit = visit_work, .released = leave_list};

void ac_call_init(ac_call *call, const ac_call_ops *ops)
{
    memset(call, 0, sizeof *call);
    call->ops = ops;
}

/* ---- The default executor ---- */

static ac_status default_executor(ac_io *io, ac_pool **pool)
{
    static const ac_pool_options options = {.name = "asyncio"};

    if (io->executor_shutdown)
        return ac_loop_refuse(io->loop, AC_E_RUNTIME, "Executor shutdown has been called");
    if (io->executor == NULL)
        io->executor = io->own_executor = ac_pool_new(&options);
    *pool = io->executor;
    return *pool != NULL ? AC_OK : ac_loop_refuse(io->loop, AC_E_MEMORY, "no memory for an executor");
}

ac_status ac_io_set_default_executor(ac_io *io, ac_pool *pool)
{
    if (pool == NULL)
        return ac_loop_refuse(io->loop, AC_E_TYPE, "executor must be ThreadPoolExecutor instance");
    io->executor = pool;
    return AC_OK;
}

ac_pool *ac_io_default_executor(const ac_io *io)
{
    return io->executor;
}

/* asyncio's close stops what is the default executor then; of its own the io has to wait for the threads. */
void aci_executor_close(ac_io *io)
{
    if (io->executor != NULL && io->executor != io->own_executor)
        ac_pool_stop(io->executor, false);
    ac_pool_shutdown(io->own_executor, false);
    io->executor = io->own_executor = NULL;
}

void aci_executor_forget(ac_io *io)
{
    if (io->executor == io->own_executor) {
        ac_pool_shutdown(io->own_executor, false);
        io->own_executor = NULL;
    }
    io->executor = NULL;
    io->executor_shutdown = false;
}

/* ---- run_in_executor ---- */

static void prepare(ac_io *io, ac_call *call)
{
    ac_work_init(&call->work, &work_ops, ac_none());
    call->work.deliver = deliver;
    ac_future_init_embedded(&call->own, io->loop);
    call->io = io;
    call->thread = this_thread();
    call->holders = 1;
    call->ran = false;
    atomic_init(&call->callbacks, 0);
    atomic_init(&call->told, false);
    atomic_init(&call->refused, false);
}

static ac_status refused(ac_call *call, ac_status status)
{
    ac_loop *loop = call->io->loop;
    ac_value raised = status == AC_E_RAISED ? ac_loop_take_raised(loop) : ac_none();

    ac_chain_cut(&call->chain);  /* HOST */
    ac_future_clear(&call->own); /* HOST */
    call->context = ac_none();   /* still the caller's */
    call->io = NULL;
    call->holders = 0;
    return status == AC_E_RAISED ? ac_loop_raise(loop, raised) : status;
}

static ac_status check(ac_io *io, const ac_call *call, ac_pool **pool)
{
    if (ac_loop_is_closed(io->loop))
        return ac_loop_refuse(io->loop, AC_E_CLOSED, "Event loop is closed");
    if (call->io != NULL)
        return ac_loop_refuse(io->loop, AC_E_STATE, "the call is in use");
    return *pool != NULL ? AC_OK : default_executor(io, pool);
}

/* Steals the context on AC_OK. */
static ac_status begin(ac_io *io, ac_pool *pool, ac_call *call, ac_future *future, ac_value context)
{
    ac_status status = check(io, call, &pool);

    if (status != AC_OK)
        return status;
    prepare(io, call);
    call->context = context; /* before a thread can look at it */
    status = ac_chain_begin(&call->chain, &chain_ops, future != NULL ? future : &call->own, AC_FROM_THREAD);
    if (status == AC_OK)
        status = ac_io_submit(io, pool, &call->work);
    return status == AC_OK ? AC_OK : refused(call, status);
}

ac_status ac_run_in_executor(ac_io *io, ac_pool *pool, ac_call *call, ac_future *future)
{
    return begin(io, pool, call, future, ac_none());
}

ac_future *ac_call_future(ac_call *call)
{
    return &call->own;
}

ac_ref ac_call_context(const ac_call *call)
{
    return ac_lend(call->context);
}

bool ac_call_ran(const ac_call *call)
{
    return call->ran;
}

/* ---- to_thread ---- */

static ac_status start(ac_loop *loop, ac_to_thread *op)
{
    ac_call *call = op->call;
    ac_value context = ac_none();
    ac_status status = AC_OK;

    if (ac_loop_host(loop)->copy_context != NULL)
        status = ac_loop_host(loop)->copy_context(loop, &context);
    if (status != AC_OK)
        return status;
    status = begin(op->io, op->pool, call, NULL, context);
    if (status != AC_OK) {
        ac_value raised = status == AC_E_RAISED ? ac_loop_take_raised(loop) : ac_none();
        ac_drop(loop, context); /* HOST */
        return status == AC_E_RAISED ? ac_loop_raise(loop, raised) : status;
    }
    call->holders++;
    op->held = true;
    return AC_OK;
}

static void give_up(ac_to_thread *op)
{
    bool held = op->held;

    op->held = false;
    op->co.at = AC_AT_END;
    if (held)
        let_go(op->call); /* HOST */
}

static ac_turn end(ac_loop *loop, ac_to_thread *op, ac_how how, ac_ref in, ac_out *out)
{
    ac_turn turn = AC_RETURNED;

    if (how == AC_THROW)
        turn = ac_raise(loop, in, out);
    else
        (void)ac_return(out, how == AC_SEND && !ac_is_none(in) ? ac_dup(loop, in) : ac_none());
    give_up(op); /* HOST */
    return turn;
}

enum { DONE = 1 };

static ac_turn resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_to_thread *op = AC_CONTAINER_OF(co, ac_to_thread, co);
    ac_status status;

    AC_BEGIN(co);
    status = start(loop, op); /* HOST */
    if (status != AC_OK) {
        co->at = AC_AT_END;
        out->value = ac_loop_status_exception(loop, status, NULL);
        return AC_RAISED;
    }
    AC_AWAIT(DONE, &op->call->own);
    AC_END(co);
    return end(loop, op, how, in, out); /* HOST */
}

/* While the call is listed the io shows it; each thing is shown once. */
static int visit(ac_coro *co, ac_visitor *visitor)
{
    ac_to_thread *op = AC_CONTAINER_OF(co, ac_to_thread, co);

    return op->held && op->call->work.io == NULL ? visit_call(op->call, visitor) : 0;
}

static void clear(ac_loop *loop, ac_coro *co)
{
    (void)loop;
    give_up(AC_CONTAINER_OF(co, ac_to_thread, co)); /* HOST */
}

static const ac_coro_ops to_thread_ops = {resume, NULL, visit, clear};

void ac_to_thread_init(ac_to_thread *op, ac_io *io, ac_pool *pool, ac_call *call)
{
    memset(op, 0, sizeof *op);
    ac_coro_init(&op->co, &to_thread_ops);
    op->io = io;
    op->pool = pool;
    op->call = call;
}
