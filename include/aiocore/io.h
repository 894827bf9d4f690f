/* io.h - the loop meets the world: descriptors that become ready, other threads that wake it, signals, and
 * threads that work for it.
 *
 * Library libaiocore-io, for POSIX.  It knows the core and no host: what one loop gets is an ac_io, which
 * puts itself in the place of the host's poll hook.
 *
 *     ac_io *io;
 *     status = ac_io_new(loop, NULL, &io);
 *     ac_watch_init(&self->watch, &ops, ac_none());
 *     status = ac_io_add_reader(io, descriptor, &self->watch);          ops.run whenever there is something
 *     to read ...
 *     ac_loop_close(loop);
 *     ac_io_free(io);                                                   before the memory of the loop is
 *     freed
 *
 * Order, as asyncio's: a poll queues what is ready, in the order in which the poller tells it and of one
 * descriptor the reader first; timers that are due come after that; then all of it runs.
 *
 * Errors: what the system refuses is raised (AC_E_RAISED) as the host's OSError with its errno; anything
 * else is a status, with CPython's words in ac_loop_why.
 * Threads: as the core; ac_io_wake may be called on any thread and in a signal handler.
 * Forks: the child must not use the parent's ac_io; it may free it, which leaves the parent's alone. */
#ifndef AIOCORE_IO_H
#define AIOCORE_IO_H

#include <aiocore/loop.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Pollers --------------------------------------------------------------------------------------- */

/* What a descriptor can be ready for; sets of these are unsigned.  An error or a hang-up is both. */
typedef enum ac_readiness { AC_READABLE = 1, AC_WRITABLE = 2 } ac_readiness;

typedef struct ac_poll_event {
    int descriptor;
    unsigned ready;
} ac_poll_event;

typedef struct ac_poller ac_poller;

/* A way to ask the system which descriptors are ready.  Answers are 0 or an errno. */
typedef struct ac_poller_ops {
    const char *name;
    /* What is wanted of a descriptor was 'before' and is 'now'; 0 is nothing, and never is in both.  After a
     * failure what was before still is, unless now is 0, which is done in any case. */
    int (*change)(ac_poller *poller, int descriptor, unsigned before, unsigned now);
    /* Waits until at least one is ready, at most so many seconds, for ever if it is negative; 0: does not
     * wait.  Fills in at most 'room' events.  A signal ends it: none, and 0. */
    int (*wait)(ac_poller *poller, double timeout, ac_poll_event *events, size_t room, size_t *count);
    /* A descriptor that is readable while wait would find something, for who waits elsewhere; -1: none. */
    int (*descriptor)(ac_poller *poller);
    /* Of a poller that was handed to ac_io_new, when that is freed. */
    void (*free)(ac_poller *poller);
} ac_poller_ops;

/* The head of a poller of yours. */
struct ac_poller {
    const ac_poller_ops *ops;
};

/* ---- The io of a loop ------------------------------------------------------------------------------ */

typedef struct ac_io ac_io;

/* Zero-initialise, set what matters. */
typedef struct ac_io_options {
    const char *poller; /* "epoll" or "poll"; NULL: the first that this system has */
    ac_poller *own;     /* one of yours in its place; freed with the io, not if that cannot be made */
    /* Before (begins) and after each wait for the system that takes time, on the loop's thread: a host with a
     * lock of its interpreter gives that up meanwhile.  May be NULL. */
    void (*waits)(ac_loop *loop, bool begins);
    /* What the world owes the loop beside what the io knows itself, as ac_selector.expects: threads of the
     * host.  May be NULL. */
    ac_expects (*expects)(ac_loop *loop);
} ac_io_options;

/* Makes what a loop polls, and sets it as its selector.  options may be NULL.  Memory comes from the host's
 * realloc hook.  AC_E_VALUE "unknown poller"; AC_E_TYPE: the host has no realloc hook; AC_E_CLOSED;
 * AC_E_RUNTIME: the loop has a selector already; AC_E_MEMORY; AC_E_RAISED: the system has no descriptors
 * left. */
AC_API ac_status ac_io_new(ac_loop *loop, const ac_io_options *options, ac_io **out);
/* Takes everything off it, gives signals back what they did before, and frees it.  NULL is nothing.  After
 * the loop was closed, which gives up what is queued (AC_E_RUNTIME "the loop must be closed first"), and
 * before its memory goes.  RUNS USER CODE. */
AC_API ac_status ac_io_free(ac_io *io);
/* The loop whose io this is, and the name of its poller. */
AC_API ac_loop *ac_io_loop(const ac_io *io);
AC_API const char *ac_io_poller_name(const ac_io *io);
/* The io of a loop; NULL: what it polls is none. */
AC_API ac_io *ac_io_of(const ac_loop *loop);
/* A descriptor that is readable while a poll would find something: for another loop to wait for, at most as
 * long as ac_loop_timeout says, before ac_loop_poll(loop, 0) and ac_loop_turn.  -1: this poller has none. */
AC_API int ac_io_descriptor(ac_io *io);
/* Ends a poll early, or the next one.  ON ANY THREAD and IN A SIGNAL HANDLER; keeps errno. */
AC_API void ac_io_wake(ac_io *io);

/* Shows what its watches own, for the host that keeps it. */
AC_API int ac_io_visit(ac_io *io, ac_visitor *visitor);

/* ---- Watching descriptors -------------------------------------------------------------------------- */

typedef struct ac_watch ac_watch;

typedef struct ac_watch_ops {
    /* What it watches is ready: runs in the watch's context, as any callback (ac_handle_ops.run).  RUNS USER
     * CODE, MAY CALL BACK, MAY FAIL. */
    ac_status (*run)(ac_io *io, ac_watch *watch);
    /* Shows what it owns, without the context.  May be NULL. */
    int (*visit)(ac_watch *watch, ac_visitor *visitor);
    /* It was taken off or another put in its place, and will not run any more: it may be freed or used again.
     * Once for each time it was added.  RUNS USER CODE, MAY CALL BACK.  May be NULL. */
    void (*removed)(ac_io *io, ac_watch *watch);
} ac_watch_ops;

/* A callback that runs as often as something is ready; embedded in a struct of yours.  asyncio: the Handle of
 * add_reader.  Private: use the functions. */
struct ac_watch {
    ac_callback callback;
    const ac_watch_ops *ops;
    ac_io *io;        /* while it is added, or queued until it has run */
    ac_value context; /* owned */
    bool added, queued, cancelled;
};

/* Prepares one; steals the context (none: it runs in whatever is current), which is given up before 'removed'
 * or by ac_watch_clear. */
AC_API void ac_watch_init(ac_watch *watch, const ac_watch_ops *ops, ac_value context);
/* Drops the context of one that was refused or never added. */
AC_API void ac_watch_clear(ac_loop *loop, ac_watch *watch);
/* True once it was taken off, until it is added again. */
AC_API bool ac_watch_cancelled(const ac_watch *watch);

/* From now on the watch runs in each turn before which the descriptor was ready.  One that was there for the
 * same is cancelled and taken off.  AC_E_STATE: the watch is in use; AC_E_CLOSED; AC_E_MEMORY;
 * AC_E_RAISED: ValueError "Invalid file descriptor: -1", or the OSError of a poller that refuses it (EBADF;
 * EPERM: a plain file), which then watches as before.  asyncio: add_reader, add_writer. */
AC_API ac_status ac_io_add_reader(ac_io *io, int descriptor, ac_watch *watch);
AC_API ac_status ac_io_add_writer(ac_io *io, int descriptor, ac_watch *watch);
/* Cancels the one that is there and takes it off; false: there is none.  Before the descriptor is closed.
 * asyncio: remove_reader, remove_writer. */
AC_API bool ac_io_remove_reader(ac_io *io, int descriptor);
AC_API bool ac_io_remove_writer(ac_io *io, int descriptor);
/* Who watches; NULL: nobody. */
AC_API ac_watch *ac_io_reader(const ac_io *io, int descriptor);
AC_API ac_watch *ac_io_writer(const ac_io *io, int descriptor);

/* ---- Signals --------------------------------------------------------------------------------------- */

/* From now on the watch runs on the loop, a turn after the signal was seen there, each time that the process
 * gets it.  One that was there is taken off; scheduled already, it still runs, as asyncio's does.
 * AC_E_STATE: the watch is in use, or another io has the signal; AC_E_CLOSED; AC_E_RAISED: ValueError
 * "invalid signal number 99", RuntimeError "sig 9 cannot be caught", or OSError.  asyncio:
 * add_signal_handler. */
AC_API ac_status ac_io_add_signal_handler(ac_io *io, int number, ac_watch *watch);
/* The signal does again what it did before; false: it has no handler here.  asyncio, which gives it the
 * default: remove_signal_handler. */
AC_API bool ac_io_remove_signal_handler(ac_io *io, int number);

/* ---- Threads --------------------------------------------------------------------------------------- */

/* Threads that do what would block a loop; any number of loops may share them. */
typedef struct ac_pool ac_pool;

/* Zero-initialise, set what matters. */
typedef struct ac_pool_options {
    size_t threads;   /* at most; 0: four more than there are processors, and no more than 32, as asyncio's */
    const char *name; /* threads are called NAME_0, NAME_1, ...; NULL: "aiocore" */
} ac_pool_options;

/* A pool without a thread yet: one is started for what none is idle to do.  options may be NULL.  NULL:
 * memory is short.  asyncio: ThreadPoolExecutor. */
AC_API ac_pool *ac_pool_new(const ac_pool_options *options);
/* Takes nothing more, does what is queued (or, with cancel, gives it back undone), and its threads end.  Does
 * not wait, may be called again.  ON ANY THREAD.  asyncio: shutdown(wait=False, cancel_futures=cancel). */
AC_API void ac_pool_stop(ac_pool *pool, bool cancel);
/* The same, waits for its threads and frees the pool.  NULL is nothing.  ON ANY THREAD but its own, while no
 * other uses it.  asyncio: shutdown(wait=True, cancel_futures=cancel). */
AC_API void ac_pool_shutdown(ac_pool *pool, bool cancel);
/* How many threads it has started. */
AC_API size_t ac_pool_threads(ac_pool *pool);

/* The number of the calling thread among those of the pool, in the order of their start; SIZE_MAX: it is none
 * of them. */
AC_API size_t ac_pool_thread_number(ac_pool *pool);

typedef struct ac_job ac_job;

typedef struct ac_job_ops {
    /* What is to be done.  ON A THREAD OF THE POOL. */
    void (*run)(ac_job *job);
    /* It is about to be given back: until this returns it is the pool's.  ON ANY THREAD, with a lock of the
     * pool, which it may not call.  May be NULL. */
    void (*ending)(ac_job *job);
    /* It is not the pool's any more: freed, or used again.  On the thread that ran it, or (ran is false) on
     * the one that stopped the pool; not after ac_job_cancel.  MAY CALL BACK. */
    void (*ended)(ac_job *job, bool ran);
} ac_job_ops;

/* Something for a pool to do that no loop hears of; embedded in a struct of yours.  Private: use the
 * functions. */
struct ac_job {
    const ac_job_ops *ops;
    AC_ATOMIC(ac_pool *) pool; /* until it is given back */
    ac_link queued;            /* of one of the pool's lists, while it waits */
    int state;                 /* guarded by the pool's mutex until it is given back */
};

typedef enum ac_submitted {
    AC_POOL_TOOK_IT,
    AC_POOL_STOPPED, /* RuntimeError "cannot schedule new futures after shutdown" */
    AC_POOL_NO_THREAD /* there is no thread, and none could be started: RuntimeError "can't start new thread" */
} ac_submitted;

AC_API void ac_job_init(ac_job *job, const ac_job_ops *ops);
/* Has it done.  ON ANY THREAD.  asyncio: ThreadPoolExecutor.submit. */
AC_API ac_submitted ac_pool_submit(ac_pool *pool, ac_job *job);
/* Gives the job back, as if it ran, when the pool was stopped and its last thread does no more: at once if
 * that is so already.  ON ANY THREAD.  asyncio: a thread that joins those of the executor. */
AC_API void ac_pool_farewell(ac_pool *pool, ac_job *job);
/* Takes back what no thread has begun; 'ended' is not called.  False: it runs, or is not the pool's.  ON ANY
 * THREAD. */
AC_API bool ac_job_cancel(ac_job *job);

typedef struct ac_work ac_work;

typedef struct ac_work_ops {
    /* What is to be done.  ON A THREAD OF THE POOL: it sees its own struct, and neither loop nor host. */
    void (*run)(ac_work *work);
    /* It is done, or was cancelled (not ran): a callback of the loop, in the work's context, as
     * ac_handle_ops.run.  RUNS USER CODE, MAY CALL BACK, MAY FAIL. */
    ac_status (*finish)(ac_io *io, ac_work *work, bool ran);
    /* Shows what it owns, without the context.  May be NULL. */
    int (*visit)(ac_work *work, ac_visitor *visitor);
    /* Once for each submit, after finish, or without one if the loop was closed before: it may be freed or
     * used again.  RUNS USER CODE, MAY CALL BACK.  May be NULL. */
    void (*released)(ac_io *io, ac_work *work);
} ac_work_ops;

/* A job whose end is a callback of a loop; embedded in a struct of yours.  Private: use the functions. */
struct ac_work {
    ac_job job;
    ac_callback callback;
    const ac_work_ops *ops;
    ac_io *io;
    ac_link listed;                           /* of the io's, from submit to release */
    void (*deliver)(ac_work *work, bool ran); /* in the place of the callback; NULL: that */
};

/* Prepares one; steals the context. */
AC_API void ac_work_init(ac_work *work, const ac_work_ops *ops, ac_value context);
/* Has it done.  AC_E_STATE: it is in use; AC_E_CLOSED; AC_E_RUNTIME "cannot schedule new futures after
 * shutdown"; AC_E_RAISED: there is no thread, and none could be started (RuntimeError "can't start new
 * thread").  Until it is released a virtual clock stands still while there is nothing to run.  asyncio: the
 * half of run_in_executor that is not the future. */
AC_API ac_status ac_io_submit(ac_io *io, ac_pool *pool, ac_work *work);
/* Is finished, as one that ran, when the pool was stopped and its last thread does no more.  AC_E_STATE;
 * AC_E_CLOSED. */
AC_API ac_status ac_io_farewell(ac_io *io, ac_pool *pool, ac_work *work);
/* Gives up what no thread has begun: finish is then told that it did not run.  False: it runs, or ran.
 * asyncio: concurrent.futures.Future.cancel. */
AC_API bool ac_work_cancel(ac_work *work);

#ifdef __cplusplus
}
#endif
#endif
