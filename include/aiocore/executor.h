/* executor.h - futures of a loop that threads complete: run_in_executor, to_thread, the default executor.
 *
 * Library libaiocore-io.  A call is embedded in a struct of yours, which lives until 'released':
 *
 *     static void run(ac_call *call) { ... blocks, on a thread of the pool ... }
 *     static ac_status outcome(ac_call *call, ac_value *result) { ... on the loop's thread ... }
 *
 *     ac_call_init(&self->call, &ops);
 *     ac_to_thread_init(&frame->op, io, NULL, &self->call);
 *     AC_AWAIT_CORO(DONE, &frame->op.co, turn);
 *
 * Its end is told to the future as asyncio tells that of a concurrent.futures.Future: by one callback of the
 * loop, whose result wakes who awaits it in the turn after that.  Cancelling the future cancels, a turn
 * later, what no thread has begun; what one has begun goes on, and its result is dropped.  A pool that is
 * stopped with cancel cancels the future.  A loop that is closed hears of nothing.
 * Threads: as the core; 'run' alone is called on another. */
#ifndef AIOCORE_EXECUTOR_H
#define AIOCORE_EXECUTOR_H

#include <aiocore/flow.h>
#include <aiocore/io.h>
#include <aiocore/runner.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Calls ----------------------------------------------------------------------------------------- */

typedef struct ac_call ac_call;

typedef struct ac_call_ops {
    /* What is to be done.  ON A THREAD OF THE POOL: it sees its own struct, and neither loop nor host. */
    void (*run)(ac_call *call);
    /* What came of it: the result, owned by the core; AC_E_RAISED or another status: its exception.  On the
     * loop's thread, at most once, and not at all if the future was cancelled.  RUNS USER CODE, MAY FAIL. */
    ac_status (*outcome)(ac_call *call, ac_value *result);
    /* Shows what it owns.  May be NULL. */
    int (*visit)(ac_call *call, ac_visitor *visitor);
    /* Once for each start: it may be freed or used again.  On the loop's thread.  RUNS USER CODE, MAY CALL
     * BACK.  May be NULL. */
    void (*released)(ac_call *call);
} ac_call_ops;

/* Private: use the functions. */
struct ac_call {
    ac_work work;
    ac_chain chain; /* to the future */
    ac_future own;  /* the future if nobody gave one */
    const ac_call_ops *ops;
    ac_io *io;
    ac_value context;              /* of to_thread: owned until it is released */
    uint32_t holders;              /* the io's list, to_thread; on the loop's thread */
    AC_ATOMIC(uint32_t) callbacks; /* of the chain, which the loop has */
    AC_ATOMIC(bool) told;          /* the loop has heard of its end, or will by one of these */
    AC_ATOMIC(bool) refused;       /* it was closed */
    bool ran;
    uint64_t thread; /* that has started it */
};

AC_API void ac_call_init(ac_call *call, const ac_call_ops *ops);

/* Has a pool make the call, NULL: the default executor, which is made when it is first needed; the future,
 * pending and of this loop, is done when the call is.  NULL: a future of the call's own (ac_call_future), for
 * a body to await.  AC_E_STATE: the call is in use; AC_E_CLOSED; AC_E_RUNTIME "Executor shutdown has been
 * called", "cannot schedule new futures after shutdown"; AC_E_MEMORY; AC_E_RAISED RuntimeError "can't start
 * new thread".  After a failure 'released' is not called.  RUNS USER CODE.
 * asyncio: run_in_executor. */
AC_API ac_status ac_run_in_executor(ac_io *io, ac_pool *pool, ac_call *call, ac_future *future);
/* Its own future, which is embedded; valid until it is released. */
AC_API ac_future *ac_call_future(ac_call *call);
/* The copy of the context that ac_to_thread made, borrowed; none: there is none.  ON ANY THREAD while the
 * call is in use: a host whose threads may run programs enters it around what they run. */
AC_API ac_ref ac_call_context(const ac_call *call);
/* Was it begun, and did it end?  On the loop's thread. */
AC_API bool ac_call_ran(const ac_call *call);

/* asyncio.to_thread as a coroutine: copies the current context, makes the call, and awaits it; gives its
 * result.  Given up or closed, it leaves the call running. */
typedef struct ac_to_thread {
    ac_coro co;
    ac_io *io;
    ac_pool *pool; /* NULL: the default executor, asyncio's choice */
    ac_call *call; /* held from the start to the end */
    bool held;
} ac_to_thread;

AC_API void ac_to_thread_init(ac_to_thread *op, ac_io *io, ac_pool *pool, ac_call *call);

/* ---- The default executor -------------------------------------------------------------------------- */

/* From now on this pool is the default one: borrowed, until the io is freed or another is set; NULL is
 * AC_E_TYPE "executor must be ThreadPoolExecutor instance".  asyncio: set_default_executor. */
AC_API ac_status ac_io_set_default_executor(ac_io *io, ac_pool *pool);
/* The default executor, borrowed; NULL: it was not needed yet. */
AC_API ac_pool *ac_io_default_executor(const ac_io *io);

/* loop.shutdown_default_executor as a coroutine: from now on the default executor takes nothing; what is
 * queued is done, and it ends when the last thread did.  With a timeout that passes before, it ends by then
 * and 'late' is true, of which asyncio says, as a RuntimeWarning, what ac_executor_warning gives; the threads
 * go on, and ac_io_free waits for them.  Not before 3.13: there asyncio waits for ever, and warns of nothing
 * (gh-111358); here the timeout holds for all releases.  Runs in a task if there is a timeout. */
typedef struct ac_farewell ac_farewell;
typedef struct ac_executor_shutdown {
    ac_coro co;
    ac_io *io;
    ac_farewell *farewell; /* of the loop, which it may outlive */
    ac_future future;
    ac_timeout timeout;
    double seconds; /* negative: no timeout */
    bool late;
} ac_executor_shutdown;

AC_API void ac_executor_shutdown_init(ac_executor_shutdown *op, ac_io *io, double seconds);
/* "The executor did not finishing joining its threads within 5 seconds."; how long it is. */
AC_API size_t ac_executor_warning(const ac_executor_shutdown *op, char *text, size_t room);
/* The end of asyncio.run and of a Runner: ac_loop_shutdown_default_executor (runner.h). */

#ifdef __cplusplus
}
#endif
#endif
