/* loop.h - the event loop: a ready list, timers, and turns.
 *
 * asyncio's BaseEventLoop without the poller.  One turn is _run_once; ac_loop_timeout says how long the poll
 * before it may block.  A host runs the loop in one of two ways:
 *
 *     ac_loop_run_until_complete(loop, future)          with a poll hook (or a virtual clock)
 *
 *     for (;;) {                                        inside somebody else's loop ("guest mode")
 *         double timeout = ac_loop_timeout(loop);       0 busy, negative for ever
 *         ... whatever else, at most so long, less if the wake hook is called ...
 *         ac_loop_turn(loop);
 *     } */
#ifndef AIOCORE_LOOP_H
#define AIOCORE_LOOP_H

#include <aiocore/base.h>
#include <aiocore/host.h>
#include <aiocore/semantics.h>

#ifdef __cplusplus
extern "C" {
#define AC_ATOMIC(type) type /* C++ never touches the field, it only has to know the size */
#else
#define AC_ATOMIC(type) _Atomic(type)
#endif

/* ---- Handles --------------------------------------------------------------------------------------- */

/* Something that the loop will run once.  A handle is in exactly one place: on the callbacks of a future, on
 * the ready list (or the batch that the current turn still has to run), in the timer heap, in the inbox, or
 * nowhere.  Private: use the functions. */
struct ac_handle {
    ac_link link;
    ac_value context; /* owned; entered around the run */
    uint32_t flags;
    uint32_t extra; /* of a task's step: how often the task was asked to cancel */
};

typedef struct ac_handle_ops {
    /* Runs the callback, in its context.  AC_E_RAISED (from ac_loop_raise) goes to the exception handler as
     * "Exception in callback", or out of the loop if the host classifies it AC_IS_EXIT.  Any other failure is
     * made into an exception first.  RUNS USER CODE, MAY CALL BACK, MAY FAIL. */
    ac_status (*run)(ac_loop *loop, ac_callback *callback);
    /* Shows what the callback owns.  May be NULL. */
    int (*visit)(ac_callback *callback, ac_visitor *visitor);
    /* The handle has left the loop for good (it ran, was dropped, or the loop was closed): release what holds
     * it.  It may be freed or used again.  Called exactly once for each time it was scheduled, and
     * once in all if it queued itself again while it ran.  RUNS USER
     * CODE, MAY CALL BACK.  May be NULL. */
    void (*done)(ac_loop *loop, ac_callback *callback);
    /* Of the library's own callbacks, what asyncio calls the function, as "gather.<locals>._done_callback",
     * for reprs and records; NULL: ask the host.  Static storage. */
    const char *name;
    /* Who waits by this done callback for the future that it is on: a gather's outer future, the task in a
     * wait.  Borrowed; NULL, also the function: nobody (graph.h). */
    ac_future *(*waiter)(ac_callback *callback);
    /* With waiter: that future.  Once it is done the callback is on its way, and who waits by it was not told
     * yet. */
    ac_future *(*awaited)(ac_callback *callback);
    /* The future of this done callback is done: it will run, or be dropped.  Called before any of the
     * future's callbacks becomes ready; with a future that is done already, by the function that adds it.
     * For a host that counts references and whose callback points weakly at its future until then, so that
     * the two are no cycle: now is the time to count one.  May be NULL. */
    void (*hold)(ac_callback *callback);
} ac_handle_ops;

/* A handle with a callback; the host embeds it in its own struct. */
struct ac_callback {
    ac_handle handle;
    const ac_handle_ops *ops;
};

/* A callback with a time.  A cancelled timer stays in the heap until it comes up (asyncio's lazy deletion):
 * its memory belongs to the loop until ops->done. */
struct ac_timer {
    ac_callback callback;
    double when;
};

/* Prepares a callback that is not scheduled and does not run.  Steals the context (none: run in whatever is
 * current); the loop drops it before ops->done. */
AC_API void ac_callback_init(ac_callback *callback, const ac_handle_ops *ops, ac_value context);
/* Drops the context of a callback that was refused, or never scheduled; the loop does it for every other. */
AC_API void ac_callback_clear(ac_loop *loop, ac_callback *callback);

/* Marks a handle: when its time comes it is skipped (and done).  Cancelling after it ran only sets the mark.
 * asyncio: Handle.cancel, which also forgets callback and arguments: that is the host's part. */
AC_API void ac_handle_cancel(ac_loop *loop, ac_handle *handle);
/* True once it was cancelled. */
AC_API bool ac_handle_cancelled(const ac_handle *handle);
/* True while it waits to be run: its memory belongs to the loop. */
AC_API bool ac_handle_scheduled(const ac_handle *handle);
/* The task whose step this is; NULL for a callback (also a group's).  Borrowed. */
AC_API ac_task *ac_handle_task(ac_handle *handle);
/* The child that a group is told about by this handle, NULL for any other.  The core runs it in no context: a
 * host whose programs can see in which it runs enters one around ac_handle_call. */
AC_API ac_task *ac_handle_child(ac_handle *handle);
/* The context that it runs in; none: whatever is current.  Of a group's callback, which runs in none, that of
 * the child. */
AC_API ac_ref ac_handle_context(const ac_handle *handle);
/* The callback that begins with this handle, the host's or one of the core's own; NULL for a task's. */
AC_API ac_callback *ac_handle_callback(ac_handle *handle);
/* Runs a handle that the post hook has put on a foreign loop, in its context: exactly once for each post.  A
 * foreign loop that closes cancels its handles first, so that they are given up without running.
 * AC_E_RAISED: what the callback or step raised, or that its context could not be entered; nobody was told of
 * it, for that is the foreign loop's part. */
AC_API ac_status ac_handle_run(ac_loop *loop, ac_handle *handle);

/* ---- Clocks ---------------------------------------------------------------------------------------- */

/* Virtual time, shared by any number of loops of one thread.  It stands still while callbacks run; polling
 * with nothing ready jumps to the earliest timer, at most 24 hours at a time (as CPython clamps its wait); if
 * that timer was polled for already and still is not due (float rounding, gh-145703), the clock ticks by one
 * ulp. */
typedef struct ac_clock {
    double now;    /* starts at 0.0 */
    double polled; /* the deadline that was last jumped to */
} ac_clock;

AC_API void ac_clock_init(ac_clock *clock);

/* ---- Selectors ------------------------------------------------------------------------------------- */

/* What the world owes the loop. */
typedef enum ac_expects {
    AC_EXPECTS_NOTHING, /* nothing can come from outside */
    AC_EXPECTS_EVENTS,  /* something may, from what this very loop does or from elsewhere: a socket */
    AC_EXPECTS_WORK     /* something is under way that ends by itself: a call on a thread, a child process */
} ac_expects;

/* What one loop waits for the world by, in the place of its host's poll and wake hooks, so that any host has
 * I/O without a word of it in its table; io.h has one.  asyncio: the selector of a SelectorEventLoop. */
typedef struct ac_selector {
    /* As the hook poll.  Of what it readies by ac_loop_call_soon nobody is woken.  Required. */
    ac_status (*poll)(struct ac_selector *selector, ac_loop *loop, double timeout);
    /* As the hook wake.  CALLED ON ANY THREAD.  May be NULL. */
    void (*wake)(struct ac_selector *selector, ac_loop *loop);
    /* Asked with a virtual clock alone, which stands still while work is under way, and jumps only after a
     * poll that does not wait has readied nothing.  NULL: AC_EXPECTS_NOTHING. */
    ac_expects (*expects)(struct ac_selector *selector);
    /* What ac_loop_shutdown_default_executor asks for.  NULL: there is no executor. */
    ac_status (*shutdown_default_executor)(struct ac_selector *selector, ac_loop *loop, double timeout);
} ac_selector;

/* ---- The loop -------------------------------------------------------------------------------------- */

/* Options of a loop: zero-initialise, set what matters. */
typedef struct ac_loop_options {
    const char *semantics;   /* a profile (semantics.h); NULL: the newest release */
    ac_clock *clock;         /* virtual time; NULL: the host's now and poll.  Borrowed, outlives the loop */
    double clock_resolution; /* seconds; 0: 1e-9, as Linux */
    uint32_t max_depth;      /* how deep eager starts may nest on the C stack; 0: 500 */
    bool debug;              /* asyncio's debug mode: wrong threads, slow callbacks */
    bool poll_only_waits;    /* the poll hook finds no events: it is not called while something is ready */
    void *user;              /* the host's own; ac_loop_user() */
} ac_loop_options;

/* A task factory (loop.set_task_factory): makes a task from spec, as the make_task hook does.  data is
 * borrowed. */
typedef ac_status ac_task_factory(ac_loop *loop, void *data, const ac_task_spec *spec, ac_task **out);

/* An exception handler (loop.set_exception_handler).  AC_E_RAISED: the default handler is told, the loop goes
 * on.  RUNS USER CODE, MAY CALL BACK, MAY FAIL. */
typedef ac_status ac_exception_handler(ac_loop *loop, void *data, const ac_report *report);

/* One slot of the timer heap. */
typedef struct ac_timer_slot {
    double when;
    ac_timer *timer;
} ac_timer_slot;

/* Private; complete so that a host can embed it.  The lists are: ready, what the next turn will run; batch,
 * what the current turn still has to run; all, every task that is not done (weak: it keeps nothing alive). */
struct ac_loop {
    const ac_host *host;
    ac_task *current; /* the task whose body runs */
    ac_link ready, batch, all;
    AC_ATOMIC(ac_handle *) inbox; /* handles from other threads, newest first */
    ac_timer_slot *timers;        /* a heapq */
    size_t timer_count, timer_room, timers_cancelled;
    ac_semantics semantics;
    ac_clock *clock;
    ac_selector *selector;
    double clock_resolution, slow_callback_duration;
    double callback_started; /* debug mode */
    uint64_t serial, thread;
    ac_value raised;       /* what ac_loop_raise left for ac_loop_take_raised */
    ac_value inline_error; /* keeps the exception that ac_future_outcome made alive */
    const char *why;
    ac_task_factory *factory;
    void *factory_data;
    ac_exception_handler *handler;
    void *handler_data;
    void *user;
    uint32_t flags, depth, max_depth;
    ac_tracer *tracer;     /* trace.h */
    uint64_t traced_turns; /* begun since it was set */
};

/* Makes a loop in the caller's memory.  options may be NULL; host is borrowed and outlives the loop.
 * AC_E_VALUE: an unknown profile.  AC_E_TYPE: a table without a required hook or of another ABI. */
AC_API ac_status ac_loop_init(ac_loop *loop, const ac_host *host, const ac_loop_options *options);

/* Closes the loop: what is ready or timed is dropped without running (ops->done is called).  A second close
 * does nothing.  AC_E_RUNTIME "Cannot close a running event loop".  asyncio: BaseEventLoop.close. */
AC_API ac_status ac_loop_close(ac_loop *loop);
AC_API bool ac_loop_is_closed(const ac_loop *loop);
AC_API bool ac_loop_is_running(const ac_loop *loop);
/* For a loop with a post hook, outside of ac_handle_run: says whether the foreign loop runs on this thread,
 * for steps by hand and eager starts ask that.  Gives what was so before, to be put back. */
AC_API bool ac_loop_set_running(ac_loop *loop, bool running);

/* What the loop knows. */
AC_API void *ac_loop_user(const ac_loop *loop);
AC_API const ac_host *ac_loop_host(const ac_loop *loop);
AC_API ac_semantics ac_loop_semantics(const ac_loop *loop);
AC_API bool ac_loop_has(const ac_loop *loop, ac_semantics_flag flag);
AC_API bool ac_loop_get_debug(const ac_loop *loop);
AC_API void ac_loop_set_debug(ac_loop *loop, bool debug);
/* Debug mode reports callbacks that take at least so many seconds; 0.1 at the start. */
AC_API void ac_loop_set_slow_callback_duration(ac_loop *loop, double seconds);
/* Seconds on the loop's clock.  asyncio: loop.time. */
AC_API double ac_loop_time(ac_loop *loop);

/* The words for the last status but AC_OK that a function gave on this loop, as CPython words them
 * (placeholders as in ac_error.text); "" if there were none.  Static storage. */
AC_API const char *ac_loop_why(const ac_loop *loop);
/* The exception that CPython would raise for a status: made by the host's error hook with ac_loop_why's
 * words, or the raised one for AC_E_RAISED.  New reference. */
AC_API ac_value ac_loop_status_exception(ac_loop *loop, ac_status status, ac_future *about);

/* A library beside the core refuses a call: leaves the words (static storage) with the loop and gives the
 * status. */
AC_API ac_status ac_loop_refuse(ac_loop *loop, ac_status status, const char *why);
/* A hook, callback or handler raised: leaves the exception with the loop and gives AC_E_RAISED, to be
 * returned at once.  Steals the exception.  If one was waiting already, that one is dropped. */
AC_API ac_status ac_loop_raise(ac_loop *loop, ac_value exception);
/* Takes the exception that came with AC_E_RAISED.  Owned by the caller; none if there is none. */
AC_API ac_value ac_loop_take_raised(ac_loop *loop);

/* ---- Scheduling ------------------------------------------------------------------------------------ */

/* All of these: AC_E_CLOSED; AC_E_STATE if the handle is scheduled already; in debug mode AC_E_RUNTIME
 * "Non-thread-safe operation invoked on an event loop other than the current one".  The handle's memory
 * belongs to the loop until ops->done. */

/* Runs the callback in the next turn, after what is queued already.  No allocation. */
AC_API ac_status ac_loop_call_soon(ac_loop *loop, ac_callback *callback);
/* As call_soon, FROM ANY THREAD; calls the wake hook.  In order with the calls of the same thread. */
AC_API ac_status ac_loop_call_soon_threadsafe(ac_loop *loop, ac_callback *callback);
/* Runs the timer's callback when the clock reaches 'when' (seconds on ac_loop_time).  Equal deadlines come
 * out as heapq's sifts leave them.  Also AC_E_MEMORY. */
AC_API ac_status ac_loop_call_at(ac_loop *loop, double when, ac_timer *timer);
/* call_at(time() + delay).  Negative is now; NaN is accepted as by CPython, and such a timer is never before
 * another. */
AC_API ac_status ac_loop_call_later(ac_loop *loop, double delay, ac_timer *timer);

/* ---- Running --------------------------------------------------------------------------------------- */

/* How long a poll may block now, in seconds: 0 if something is ready, negative for ever, at most 24 hours.
 * Drops cancelled timers, as the first part of _run_once does (thresholds 100 and one half). */
AC_API double ac_loop_timeout(ac_loop *loop);
/* One turn: due timers go to the end of the ready list, then exactly what is ready now is run.  AC_E_RAISED:
 * an exit exception left the loop, the rest of the batch stays first in line.  AC_E_RUNTIME if called inside
 * a turn. */
AC_API ac_status ac_loop_turn(ac_loop *loop);
/* The same piece by piece, for a VM that runs task bodies in its own dispatch loop instead of in resume:
 *     status = ac_loop_turn_begin(loop);
 *     while (status == AC_OK && (status = ac_loop_turn_next(loop, &handle)) == AC_OK && handle != NULL) {
 *         task = ac_handle_task(handle);                       its context is entered
 *         status = task ? ... ac_task_step_enter, the body, ac_task_step_leave ...
 *                       : ac_handle_call(loop, handle);
 *         status = ac_loop_turn_ran(loop, handle, status);     leaves the context, reports failures
 *     }
 *     ac_loop_turn_end(loop);                                  after every begin that gave AC_OK
 * turn_next skips what was cancelled or cannot enter its context (that is reported), and gives NULL at the
 * end of the turn; AC_E_RAISED of next and ran is an exit exception. */
AC_API ac_status ac_loop_turn_begin(ac_loop *loop);
AC_API ac_status ac_loop_turn_next(ac_loop *loop, ac_handle **handle);
AC_API ac_status ac_handle_call(ac_loop *loop, ac_handle *handle);
AC_API ac_status ac_loop_turn_ran(ac_loop *loop, ac_handle *handle, ac_status status);
AC_API void ac_loop_turn_end(ac_loop *loop);
/* Polls and turns until stop() (asyncio: run_forever).  AC_E_RUNTIME "This event loop is already running";
 * AC_E_RAISED as above; AC_E_DEADLOCK if a loop on a virtual clock can never go on; what poll failed with.
 * With a virtual clock no hook is polled: it jumps (a selector is, see there). */
AC_API ac_status ac_loop_run_forever(ac_loop *loop);
/* Runs until the future is done; its result is then the caller's to read (ac_future_result).  What
 * run_forever gives, and AC_E_RUNTIME "Event loop stopped before Future completed."; AC_E_VALUE "The future
 * belongs to a different loop than the one specified as the loop argument"; AC_E_MEMORY (it allocates its
 * callback).
 * asyncio: run_until_complete. */
AC_API ac_status ac_loop_run_until_complete(ac_loop *loop, ac_future *future);
/* The same piece by piece, for a VM that drives the turns itself:
 *     status = ac_loop_run_begin(loop);
 *     while (status == AC_OK) {                            after every begin that gave AC_OK its end
 *         status = ac_loop_run_poll(loop);
 *         if (status == AC_OK)
 *             status = ... a turn, whole or in its own pieces ...
 *         if (status == AC_OK && ac_loop_is_stopping(loop))
 *             break;
 *     }
 *     ac_loop_run_end(loop);
 * until_begin, before run_begin, retains the future and gives it the callback that stops the run; until_end,
 * after run_end, takes what the run gave, and gives what run_until_complete does.  Both fail, and RUN USER
 * CODE, as that does. */
AC_API ac_status ac_loop_run_begin(ac_loop *loop);
AC_API ac_status ac_loop_run_poll(ac_loop *loop);
AC_API void ac_loop_run_end(ac_loop *loop);
AC_API ac_status ac_loop_until_begin(ac_loop *loop, ac_future *future, ac_callback **callback);
AC_API ac_status ac_loop_until_end(ac_loop *loop, ac_future *future, ac_callback *callback, ac_status status);
/* The run ends after the current turn; outside a run, the next run makes one turn.  asyncio: stop. */
AC_API void ac_loop_stop(ac_loop *loop);
/* What the loop polls from now on, borrowed; NULL: the host's hooks again.  Not while another thread may put
 * something into the loop. */
AC_API void ac_loop_set_selector(ac_loop *loop, ac_selector *selector);
AC_API ac_selector *ac_loop_get_selector(const ac_loop *loop);
/* One poll of the selector or the host, for who drives the turns himself and has events to find; timeout as
 * ac_loop_timeout gives it, or less.  A turn should follow.  AC_E_TYPE: there is no poll hook; AC_E_RUNTIME
 * within another poll; what that one failed with.  RUNS USER CODE if the hook does. */
AC_API ac_status ac_loop_poll(ac_loop *loop, double timeout);
/* True from stop() to the end of the run, in guest mode to the next turn: whoever drives the turns should
 * look at it. */
AC_API bool ac_loop_is_stopping(const ac_loop *loop);

/* ---- Handlers, factories, tasks -------------------------------------------------------------------- */

/* NULL: the default (the report hook). */
AC_API void ac_loop_set_exception_handler(ac_loop *loop, ac_exception_handler *handler, void *data);
/* Tells the exception handler.  RUNS USER CODE.  AC_E_RAISED: an exit exception came out of it. */
AC_API ac_status ac_loop_call_exception_handler(ac_loop *loop, const ac_report *report);
/* NULL: the default (the make_task hook). */
AC_API void ac_loop_set_task_factory(ac_loop *loop, ac_task_factory *factory, void *data);
AC_API ac_task_factory *ac_loop_get_task_factory(const ac_loop *loop, void **data);

/* ---- Looking inside -------------------------------------------------------------------------------- */

/* What will be run, in its order, what is left of a turn that runs first: after NULL the first, NULL after
 * the last.  asyncio: _ready. */
AC_API ac_handle *ac_loop_next_ready(ac_loop *loop, ac_handle *after);
/* The timers as they lie in the heap, from 0 on; NULL after the last.  asyncio: _scheduled. */
AC_API ac_timer *ac_loop_timer_at(const ac_loop *loop, size_t place);
/* How many of them count as cancelled.  asyncio: _timer_cancelled_count. */
AC_API size_t ac_loop_timers_cancelled(const ac_loop *loop);
/* Drops what is ready, or all timers, without running them (ops->done is called).  asyncio: clear() of
 * both. */
AC_API void ac_loop_drop_ready(ac_loop *loop);
AC_API void ac_loop_drop_timers(ac_loop *loop);
/* Shows everything that the loop keeps alive.  Not the tasks as such: that list is weak. */
AC_API int ac_loop_visit(ac_loop *loop, ac_visitor *visitor);
/* Checks every invariant of every list; NULL if all hold, else what does not.  O(everything); for tests.
 * Static storage. */
AC_API const char *ac_loop_check(ac_loop *loop);

#ifdef __cplusplus
}
#endif
#endif
