/* runner.h - from the world of calls to that of loops and back: run, Runner, futures of other threads.
 *
 * Runner is a loop with a beginning and an end: run() may be called again and again between them, Ctrl-C
 * cancels the main task, and what is left at the end is cancelled and waited for.  A chain ties a future of a
 * loop to one that belongs to threads (concurrent.futures.Future), which the core knows by a table only. */
#ifndef AIOCORE_RUNNER_H
#define AIOCORE_RUNNER_H

#include <aiocore/base.h>
#include <aiocore/future.h>
#include <aiocore/loop.h>
#include <aiocore/task.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Cancelling what is left ----------------------------------------------------------------------- */

/* Cancels every task that is not done, oldest first and once, runs the loop until all of them are done, and
 * tells the exception handler of those that failed: "unhandled exception during asyncio.run() shutdown".
 * Tasks that are made meanwhile are left alone.  AC_E_MEMORY; what a cancel, the run or the handler fails
 * with: nobody waits any more then.  RUNS USER CODE.  asyncio: runners._cancel_all_tasks. */
AC_API ac_status ac_cancel_all_tasks(ac_loop *loop);

/* The same piece by piece, for a VM that drives the turns itself:
 *     do {
 *         status = ac_cancel_all_begin(loop, &all, &future);
 *         if (status == AC_OK && all != NULL)                          NULL: no task is left
 *             status = ac_cancel_all_end(all, ... ac_loop_until_begin(loop, future, ...), the run,
 *                                        ac_loop_until_end ..., &more);
 *     } while (status == AC_OK && all != NULL && more);
 * The future, which is embedded in 'all', is done when the tasks are.  more: memory was too short for all of
 * them at once.  'all' is gone after the end.  Both RUN USER CODE. */
typedef struct ac_cancel_all ac_cancel_all;
AC_API ac_status ac_cancel_all_begin(ac_loop *loop, ac_cancel_all **all, ac_future **future);
AC_API ac_status ac_cancel_all_end(ac_cancel_all *all, ac_status status, bool *more);

/* ---- The default executor --------------------------------------------------------------------------- */

/* The seconds that the end of asyncio.run and of a Runner gives it.  asyncio:
 * constants.THREAD_JOIN_TIMEOUT. */
enum { AC_THREAD_JOIN_TIMEOUT = 300 };

/* After ac_cancel_all_tasks (and shutdown_asyncgens), before the close: the default executor of what the loop
 * polls (executor.h) takes nothing more, does what is queued, and the loop runs until its last thread has
 * ended; then the loop has none, as if it never had, and the next call makes one.  Where the timeout
 * (negative: none) passes before that, it stays shut down, its threads go on, and that is AC_OK, too: asyncio
 * warns.  Without a selector, or without an executor, nothing is run.  AC_E_MEMORY; what the run fails with.
 * RUNS USER CODE.  asyncio: loop.run_until_complete(loop.shutdown_default_executor(timeout)), which makes a
 * task for it. */
AC_API ac_status ac_loop_shutdown_default_executor(ac_loop *loop, double timeout);

/* ---- Runner ---------------------------------------------------------------------------------------- */

typedef enum ac_runner_state { AC_RUNNER_CREATED, AC_RUNNER_INITIALIZED, AC_RUNNER_CLOSED } ac_runner_state;

/* What somebody wants to run. */
typedef enum ac_runnable { AC_A_COROUTINE, AC_AN_AWAITABLE, AC_NOT_RUNNABLE } ac_runnable;

/* asyncio.Runner; the host embeds it.  Its memory outlives its loop.  In the order of use:
 *     ac_runner_init,
 *     ac_runner_admit, ac_runner_open with a loop of the host's making if it is only created,
 *     ac_runner_accept, ac_runner_start with the main task, a run until that is done, ac_runner_finish,
 *     ... once more ...,
 *     ac_cancel_all_tasks, what else has an end, ac_loop_shutdown_default_executor, then the loop's close,
 *     ac_runner_close.
 * Private: use the functions. */
typedef struct ac_runner {
    ac_loop *loop;
    ac_future *main;             /* retained while it runs */
    ac_value context;            /* of all its runs */
    ac_callback request;         /* interrupts of other threads, on their way */
    AC_ATOMIC(uint32_t) asked;   /* how many */
    AC_ATOMIC(uint32_t) travels; /* the request is in the loop */
    uint32_t interrupts;         /* in this run */
    ac_semantics semantics;
    ac_runner_state state;
    const char *why;
} ac_runner;

AC_API void ac_runner_init(ac_runner *runner, ac_semantics semantics);
AC_API ac_runner_state ac_runner_get_state(const ac_runner *runner);
/* Borrowed; NULL unless it is initialised. */
AC_API ac_loop *ac_runner_get_loop(const ac_runner *runner);
AC_API ac_ref ac_runner_get_context(const ac_runner *runner);
/* The words for a status that one of the next three gave; %V stands for what was to be run. */
AC_API const char *ac_runner_why(const ac_runner *runner);

/* May asyncio.run be called?  busy: a loop runs on this thread.  AC_E_RUNTIME "asyncio.run() cannot be called
 * from a running event loop". */
AC_API ac_status ac_runner_admit_run(ac_runner *runner, bool busy);
/* May Runner.run?  Before anything is made; what: looked at before 3.14 only (gh-120284).  AC_E_VALUE "a
 * coroutine was expected, got %V"; AC_E_RUNTIME "Runner.run() cannot be called from a running event loop";
 * "Runner is closed". */
AC_API ac_status ac_runner_admit(ac_runner *runner, ac_runnable what, bool busy);
/* The same once there is a loop: AC_E_TYPE "An asyncio.Future, a coroutine or an awaitable is required".  An
 * awaitable that is accepted is to be wrapped in a coroutine. */
AC_API ac_status ac_runner_accept(ac_runner *runner, ac_runnable what);
/* AC_E_RUNTIME "Runner is closed": before a loop is made. */
AC_API ac_status ac_runner_may_open(ac_runner *runner);
/* Gives it its loop and the context of its runs (stolen; none: that of each caller). */
AC_API void ac_runner_open(ac_runner *runner, ac_loop *loop, ac_value context);
/* The end: the loop is closed. */
AC_API void ac_runner_close(ac_runner *runner);

/* A run begins; main is the task that interrupts cancel. */
AC_API void ac_runner_start(ac_runner *runner, ac_future *main);
/* The run is over.  raised: what it raised, owned; none if it returned.  A CancelledError that came of an
 * interrupt, and of nobody else, becomes KeyboardInterrupt.  RUNS USER CODE. */
AC_API void ac_runner_finish(ac_runner *runner, ac_value *raised);
/* The three together, for a host whose turns may block: starts, runs until main is done, finishes.  AC_OK and
 * the result, AC_E_RAISED and the exception (*result, owned), or what the run failed with.  RUNS USER
 * CODE. */
AC_API ac_status ac_runner_run(ac_runner *runner, ac_future *main, ac_value *result);

/* Ctrl-C, on the loop's thread: the first one of a run cancels the main task, and the loop gets a callback
 * that does nothing, so that a poll ends; without a main task that can be cancelled, and the second time,
 * AC_E_RAISED KeyboardInterrupt, to be raised where the program is.  RUNS USER CODE.  asyncio:
 * Runner._on_sigint. */
AC_API ac_status ac_runner_interrupt(ac_runner *runner);
/* The same FROM ANY THREAD, and from a signal handler if the host's wake hook may be called there; at the
 * loop's next turn.  No allocation, no lock.  The runner must be open.  An interrupt that finds no run waits
 * for the next. */
AC_API void ac_runner_interrupt_threadsafe(ac_runner *runner);

/* ---- Futures of other threads ---------------------------------------------------------------------- */

typedef struct ac_chain ac_chain;

/* A future that belongs to threads (concurrent.futures.Future), as its methods.  Those marked ANY THREAD are
 * called on the thread that completes it. */
typedef struct ac_chain_ops {
    /* Adds a done callback that calls ac_chain_thread_done once, at once if it is done already.  RUNS USER
     * CODE, MAY FAIL. */
    ac_status (*listen)(ac_chain *chain);
    /* Is it cancelled?  ANY THREAD. */
    bool (*cancelled)(ac_chain *chain);
    /* Cancels it, which it may refuse.  RUNS USER CODE, MAY FAIL. */
    ac_status (*cancel)(ac_chain *chain);
    /* set_running_or_notify_cancel: *go false if it was cancelled.  MAY FAIL. */
    ac_status (*set_running)(ac_chain *chain, bool *go);
    /* Complete it; steal on AC_OK.  The exception is asyncio's: a host with other classes for threads
     * converts.  RUN USER CODE, MAY FAIL. */
    ac_status (*set_result)(ac_chain *chain, ac_value result);
    ac_status (*set_exception)(ac_chain *chain, ac_value exception);
    /* How it ended, on the loop's thread: AC_FINISHED with the result, AC_FAILED with the exception
     * (asyncio's), both owned by the core, or AC_CANCELLED.  MAY FAIL. */
    ac_status (*outcome)(ac_chain *chain, ac_future_state *state, ac_value *value);
    /* Does the chain's loop run on the calling thread?  ANY THREAD. */
    bool (*is_here)(ac_chain *chain);
    /* A copy of the context of the calling thread, for a callback.  ANY THREAD.  MAY FAIL.  NULL: none. */
    ac_status (*context)(ac_chain *chain, ac_value *out);
    /* Gives the loop a callback.  ANY THREAD.  NULL: ac_loop_call_soon_threadsafe; a host with one thread has
     * ac_loop_call_soon. */
    ac_status (*send)(ac_loop *loop, ac_callback *callback);
    /* Counts the object around the chain: once for each of its callbacks that the loop has.  ANY THREAD;
     * release RUNS USER CODE. */
    void (*retain)(ac_chain *chain);
    void (*release)(ac_chain *chain);
    /* Shows that object.  NULL: objects are not shown. */
    int (*visit)(ac_chain *chain, ac_visitor *visitor);
} ac_chain_ops;

/* Which of the two is the source, whose end completes the other; cancelling the other cancels it. */
typedef enum ac_chain_way { AC_TO_THREAD, AC_FROM_THREAD } ac_chain_way;

/* Private.  Embedded in an object that the host keeps until nothing retains it and ac_chain_thread_done has
 * returned. */
struct ac_chain {
    const ac_chain_ops *ops;
    ac_loop *loop;
    ac_future *future;         /* of the loop; retained until 'users' is 0 */
    ac_callback done;          /* on that future */
    ac_callback across;        /* what the thread's future has to say to the loop */
    AC_ATOMIC(uint32_t) users; /* who needs that future (chain.c) */
    AC_ATOMIC(uint32_t) heard; /* the thread's future was */
    AC_ATOMIC(uint32_t) lost;  /* what was to go across found the loop closed */
    ac_chain_way way;
};

/* Chains the two.  On the loop's thread; RUNS USER CODE.  Fails as listen, context and
 * ac_future_add_done_callback do.  asyncio: futures._chain_future. */
AC_API ac_status ac_chain_begin(ac_chain *chain, const ac_chain_ops *ops, ac_future *future,
                                ac_chain_way way);
/* The thread's future is done: what its done callback calls.  FROM ANY THREAD.  RUNS USER CODE on the loop's
 * own.  AC_E_RAISED there: what a cancel of the program's raised. */
AC_API ac_status ac_chain_thread_done(ac_chain *chain);
/* Takes them apart, if the loop's future is pending: it hears of the other no more.  Needed, on the loop's
 * thread, where a future that will never be done is to be given up, and after the loop is closed. */
AC_API void ac_chain_cut(ac_chain *chain);
/* Shows the future that it keeps. */
AC_API int ac_chain_visit(ac_chain *chain, ac_visitor *visitor);

/* Something for a loop to start, submitted by another thread.  The host embeds it. */
typedef struct ac_submission ac_submission;
struct ac_submission {
    ac_callback callback;
    /* Makes the task (ensure_future), retained for the core.  On the loop's thread.  RUNS USER CODE, MAY
     * FAIL. */
    ac_status (*start)(ac_loop *loop, ac_submission *submission, ac_future **out);
    ac_chain chain;
};

/* run_coroutine_threadsafe, FROM ANY THREAD: start is called in the loop's next turn, and what it makes is
 * chained to the thread's future; what it fails with goes there, too.  AC_E_CLOSED. */
AC_API ac_status ac_loop_submit_threadsafe(ac_loop *loop, ac_submission *submission, const ac_chain_ops *ops,
                                           ac_status (*start)(ac_loop *, ac_submission *, ac_future **));

#ifdef __cplusplus
}
#endif
#endif
