/* host.h - a host for white-box tests, built on the raw hook table and nothing else.
 *
 * Idea       Everything is counted and everything is logged: values, exceptions, contexts, coroutines, tasks
 *            and futures, bytes; what a test leaves behind fails it in th_teardown().  One global, th, holds
 *            the table (writable: a test may replace any hook), the counters, and the logs.
 * Rules      Every future and task that the host is asked to retain is a th_future or th_task.
 *            Time stands still: th.now is set by tests, and moved on by poll.
 * Hostile    th.intercept sees every hook call first and may make it fail or call back; th_fail() makes the
 *            nth call of one hook fail.  A hook that fails leaves RuntimeError('HOOK failed') and gives
 *            AC_E_RAISED. */
#ifndef TESTS_HOST_H
#define TESTS_HOST_H

#include <aiocore/aiocore.h>
#include <check.h>
#include <stdatomic.h>

/* ---- The host -------------------------------------------------------------------------------------- */

typedef enum th_hook {
    TH_HOOK_DUP,
    TH_HOOK_DROP,
    TH_HOOK_RETAIN,
    TH_HOOK_RELEASE,
    TH_HOOK_ERROR,
    TH_HOOK_CLASSIFY,
    TH_HOOK_COPY_CONTEXT,
    TH_HOOK_ENTER,
    TH_HOOK_LEAVE,
    TH_HOOK_MAKE_TASK,
    TH_HOOK_CANCEL,
    TH_HOOK_REPORT,
    TH_HOOK_NOW,
    TH_HOOK_POLL,
    TH_HOOK_WAKE, /* not intercepted: it is called on any thread */
    TH_HOOK_SET_RUNNING,
    TH_HOOK_THREAD,
    TH_HOOK_SLOW,
    TH_HOOK_POST,
    TH_HOOK_REALLOC,
    TH_HOOK_MAKE_LIST,
    TH_HOOK_SET_EXCEPTION_CONTEXT,
    TH_HOOKS
} th_hook;

enum { TH_SLOTS = 16, TH_POSTS = 64, TH_LOG_SIZE = 16384 };

struct th {
    ac_host table; /* what th.loop uses */
    ac_loop loop;

    bool (*intercept)(ac_loop *loop, th_hook hook); /* true: fail, if this hook may */
    unsigned calls[TH_HOOKS];                       /* how often each hook was called */
    unsigned fail_in[TH_HOOKS];                     /* 1: the next call fails; 0: none */
    ac_status fail_status;                          /* what failing hooks give, AC_E_RAISED unless set */

    /* What is alive. */
    long objects, coros, futures; /* futures: and tasks */
    size_t bytes;

    double now;
    double polled; /* the last timeout */
    bool (*on_poll)(ac_loop *loop,
                    double timeout); /* true: something became ready, however long it was to be */
    atomic_uint wakes;
    ac_loop *running;          /* by set_running */
    uint64_t thread;           /* what the thread hook gives; 0: the real one's number */
    struct th_object *context; /* the current one */
    unsigned stray_leaves;     /* leaves of a context that was not the current one */
    bool log_contexts;         /* "+name" and "-name" into the log */
    bool log_done;             /* "~name" when a callback is done */

    ac_future *slots[TH_SLOTS]; /* futures and tasks that scripts name; retained, released by th_teardown */
    ac_handle *posted[TH_POSTS];
    size_t posted_count;

    char log[TH_LOG_SIZE], reports[TH_LOG_SIZE], released[TH_LOG_SIZE];
};

extern struct th th;

/* The fixture: a fresh th, and th.loop on the host's clock.  Teardown closes the loop and asserts that
 * nothing is left alive and that no report was overlooked. */
void th_setup(void);
void th_callbacks_reset(void);
void th_teardown(void);
/* th.loop once more, with other options or after changes of the table. */
void th_loop_init(const ac_loop_options *options);
/* th.loop once more, as this release. */
void th_use(const char *profile);
/* Runs the tests, with the fixture; what main() returns. */
int th_main(const char *name, const TTest *const *tests, size_t count);
#define TH_MAIN(name, tests) th_main(name, tests, sizeof(tests) / sizeof(tests)[0])

/* The nth call (from now, 1 is the next) of a hook that may fail fails. */
void th_fail(th_hook hook, unsigned nth);
/* The post hook, for tests that set th.table.post: handles go to th.posted. */
ac_status th_post(ac_loop *loop, ac_handle *handle);
/* Runs what was posted so far, oldest first. */
void th_run_posted(ac_loop *loop);

/* ---- Logs ------------------------------------------------------------------------------------------ */

/* Appends an event: "one, two, three". */
void th_log(const char *format, ...) __attribute__((format(printf, 1, 2)));
void th_append(char *log, const char *text);

/* Compares a log and empties it. */
#define th_expect_in(log, text)                                                                              \
    do {                                                                                                     \
        ck_assert_str_eq((log), (text));                                                                     \
        (log)[0] = '\0';                                                                                     \
    } while (0)
#define th_expect(text) th_expect_in(th.log, text)
/* Each report is "message" or "message: repr of the exception", placeholders kept. */
#define th_expect_reports(text) th_expect_in(th.reports, text)
/* The names of the futures and tasks that were freed. */
#define th_expect_released(text) th_expect_in(th.released, text)

/* One call, its status and its words. */
#define th_expect_status(call, status)                                                                       \
    do {                                                                                                     \
        ac_status th_given = (call);                                                                         \
        if (th_given != (status))                                                                            \
            ck_assert_str_eq(ac_status_name(th_given), #status);                                             \
    } while (0)
#define th_expect_failure(call, status, words)                                                               \
    do {                                                                                                     \
        th_expect_status(call, status);                                                                      \
        ck_assert_str_eq(ac_loop_why(&th.loop), (words));                                                    \
    } while (0)
#define th_ok(call) th_expect_status(call, AC_OK)

/* ---- Turns ----------------------------------------------------------------------------------------- */

/* Asserts every invariant. */
void th_check(ac_loop *loop);
/* One turn, then th_check. */
ac_status th_turn(ac_loop *loop);
/* That many turns, all AC_OK. */
void th_turns(ac_loop *loop, int count);
/* Turns until nothing is ready and no timer is left, moving th.now (or the loop's clock) on to each timer. */
void th_run(ac_loop *loop);

/* ---- Values ---------------------------------------------------------------------------------------- */

typedef enum th_type { TH_OBJECT, TH_EXCEPTION, TH_CONTEXT, TH_LIST } th_type;

typedef enum th_kind {
    TH_CANCELLED,          /* CancelledError */
    TH_CANCELLED_SUBCLASS, /* MyCancelledError */
    TH_STATE,              /* InvalidStateError */
    TH_RUNTIME,            /* RuntimeError */
    TH_TYPE,               /* TypeError */
    TH_VALUE,              /* ValueError */
    TH_RECURSION,          /* RecursionError */
    TH_ATTRIBUTE,          /* AttributeError */
    TH_TIMEOUT,            /* TimeoutError */
    TH_INTERRUPT,          /* KeyboardInterrupt */
    TH_STOP_ASYNC,         /* StopAsyncIteration */
    TH_QUEUE_EMPTY,        /* QueueEmpty, QueueFull, QueueShutDown */
    TH_QUEUE_FULL,
    TH_QUEUE_SHUTDOWN,
    TH_BROKEN_BARRIER, /* BrokenBarrierError */
    TH_ASSERTION,      /* AssertionError */
    TH_NAME,           /* NameError */
    TH_GROUP,          /* ExceptionGroup or BaseExceptionGroup, by its items */
    TH_PLAIN,          /* Exception */
    TH_EXIT,           /* SystemExit */
    TH_STOP,           /* StopIteration */
    TH_STOP_SUBCLASS,  /* MyStopIteration */
    TH_GENEXIT,        /* GeneratorExit */
    TH_BASE            /* BaseException */
} th_kind;

/* A counted value. */
typedef struct th_object {
    th_type type;
    unsigned count;
    const char *name;                                          /* of an object or context; borrowed */
    void (*finalize)(ac_loop *loop, struct th_object *object); /* runs when the last reference has gone */
    /* exceptions */
    th_kind kind;
    const char *text; /* borrowed */
    ac_value value, cause, context;
    ac_value *items;
    size_t item_count;
    ac_task *task, *parent; /* as in ac_error, never followed */
    ac_future *future;
    ac_group *group;
    /* contexts */
    bool entered;
    struct th_object *outer; /* the one to put back */
} th_object;

ac_value th_int(int64_t number); /* no object, not counted */
bool th_is_int(ac_ref value);
int64_t th_as_int(ac_ref value);
ac_value th_new(const char *name); /* an object that is nothing but counted */
ac_value th_exception(th_kind kind, const char *text);
ac_value th_cancelled(ac_ref message); /* CancelledError(message) */
ac_value th_context(const char *name);
/* The object behind a value; NULL for none and integers. */
th_object *th_object_of(ac_ref value);
void th_drop(ac_value value);
ac_value th_dup(ac_ref value);
/* repr() in static storage, overwritten by the eighth call after it:  None  7  name  ValueError('text')
 * CancelledError(7)  ExceptionGroup('text', [...]). */
const char *th_repr(ac_ref value);
/* repr() of a value that is dropped then. */
const char *th_repr_of(ac_value value);

/* ---- Futures and tasks ----------------------------------------------------------------------------- */

/* The count of a future or task; it stands right before it. */
typedef struct th_owner {
    uint64_t magic;
    const char *name;
    struct th_coro *body; /* held by a task that the make_task hook made */
    unsigned refs, finalized;
} th_owner;

typedef struct th_future {
    th_owner owner;
    ac_future future;
} th_future;

typedef struct th_task {
    th_owner owner;
    ac_task task;
} th_task;

typedef struct th_gather {
    th_owner owner;
    ac_gather gather;
} th_gather;

/* A pending future, yours to th_release. */
ac_future *th_future_new(ac_loop *loop, const char *name);
/* Zeroed memory for a gather, yours to th_release as its outer future. */
ac_gather *th_gather_new(const char *name);
/* Zeroed memory for a task, yours to th_release: for tests that call ac_task_init themselves. */
ac_task *th_task_new(const char *name, struct th_coro *body);
void th_release(ac_future *future);
void th_retain(ac_future *future);
unsigned th_refs(ac_future *future);
const char *th_name(ac_future *future);
/* The state, as "pending", "result 7", "exception ValueError('x')", "cancelled 'text'": without
 * retrieving. */
const char *th_state(ac_future *future);

/* ---- Coroutines ------------------------------------------------------------------------------------ */

/* What a script can do.  'slot' names th.slots[slot]. */
typedef enum th_do {
    TH_END,               /* return None; a script must end by this or by another return or raise */
    TH_RETURN,            /* return number */
    TH_RETURN_NEW,        /* return a new counted object called text */
    TH_RAISE,             /* raise kind(text) */
    TH_RERAISE,           /* raise what was caught last */
    TH_LOG,               /* log text */
    TH_AWAIT,             /* await slot; with a text, log "text VALUE" afterwards */
    TH_SLEEP,             /* await sleep(number) */
    TH_YIELD,             /* a bare yield, whatever sleep(0) may be */
    TH_PARK,              /* a foreign awaitable */
    TH_STRANGE,           /* yield a thing that cannot be waited for */
    TH_GENERATOR,         /* yield a generator */
    TH_REFUSED,           /* yield what may not be waited for: the next step throws kind(text) */
    TH_STUCK,             /* park, and fail the step with kind(text) */
    TH_YIELD_BARE_FUTURE, /* yield slot without its blocking flag */
    TH_CREATE,            /* create_task(script), kept in slot; text is its name in logs */
    TH_CANCEL,            /* slot.cancel(), message number if that is not 0 */
    TH_CANCEL_SELF,       /* the same for the running task */
    TH_UNCANCEL,          /* running task: uncancel() */
    TH_SET_RESULT,        /* slot.set_result(number) */
    TH_SET_EXCEPTION,     /* slot.set_exception(kind(text)) */
    TH_STOP_LOOP,         /* loop.stop() */
    TH_CALL,              /* call(loop, coro) */
    TH_ENTER_GROUP,       /* async with TaskGroup(): */
    TH_SPAWN,             /* group.create_task(script), kept in slot */
    TH_EXIT_GROUP         /* the end of that block: an exception between the two comes here */
} th_do;

/* {TH_YIELD} is a whole line of a script. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

/* One line of a script.  An exception ends the script unless the line that raised it catches; then "NAME
 * caught REPR" is logged and the next line runs. */
typedef struct th_op {
    th_do what;
    unsigned slot;
    double number;
    const char *text;
    th_kind kind;
    bool catches;
    ac_eager eager;
    const struct th_op *script;
    void (*call)(ac_loop *loop, struct th_coro *coro);
} th_op;

/* The head of a coroutine's frame; bodies of a test's own embed it as the first member. */
typedef struct th_coro {
    ac_coro co;
    unsigned refs;
    const char *name;
    ac_loop *loop;
    /* scripts */
    const th_op *script;
    size_t next;  /* line */
    ac_coro *sub; /* &nap.co or &group.exit, while it is awaited */
    ac_sleep nap;
    ac_group group;
    bool in_group, group_used;
    ac_value caught;
} th_coro;

/* A coroutine that runs a script. */
th_coro *th_script(const char *name, const th_op *script);
/* Zeroed memory for a body of a test's own, which begins with a th_coro. */
void *th_coro_new(const char *name, size_t size, const ac_coro_ops *ops);
void th_coro_drop(th_coro *coro);

/* create_task: the coroutine is used up, also on failure (then the answer is NULL).  Yours to th_release. */
ac_task *th_spawn(ac_loop *loop, th_coro *coro, ac_eager eager, ac_status *status);
/* create_task of a script, kept in th.slots[slot]; it must succeed. */
ac_task *th_start(unsigned slot, const char *name, const th_op *script, ac_eager eager);
/* The same with a body of the test's own, lazily. */
ac_task *th_start_body(ac_loop *loop, unsigned slot, th_coro *body);
/* The task in a slot. */
ac_task *th_task_in(unsigned slot);
/* Gives up what is in so many slots, from the first on; tasks among them may be pending, or have an error. */
void th_forget_slots(unsigned count);
/* A new future in a slot. */
ac_future *th_slot(unsigned slot, const char *name);

/* ---- Callbacks ------------------------------------------------------------------------------------- */

/* A callback, timer or done callback that logs its name when it runs. */
typedef struct th_callback {
    ac_timer timer;
    const char *name;
    ac_status (*body)(ac_loop *loop, struct th_callback *callback);
    void *data;
    ac_value owned; /* shown by visit, dropped by done */
    unsigned runs, dones;
} th_callback;

void th_callback_init(th_callback *callback, const char *name,
                      ac_status (*body)(ac_loop *loop, th_callback *callback));
/* One from a pool, which lives until the next th_setup: for callbacks that may outlive the test's
 * function. */
th_callback *th_callback_new(const char *name, ac_status (*body)(ac_loop *loop, th_callback *callback));
/* call_soon and call_later of an initialised callback; they must succeed. */
void th_soon(th_callback *callback);
void th_later(th_callback *callback, double delay);
ac_callback *th_cb(th_callback *callback);
ac_handle *th_handle(th_callback *callback);
size_t th_callback_count(const ac_future *future);

/* ---- Visiting -------------------------------------------------------------------------------------- */

/* Counts what a visit shows: each value's repr and each future's name, in order, "a, b, c". */
typedef struct th_visitor {
    ac_visitor visitor; /* must come first */
    char seen[1024];
    int stop_after; /* that many; 0: never */
    int count;
} th_visitor;

void th_visitor_init(th_visitor *visitor);
/* All that a future or th.loop shows; static storage, one for each of the two. */
const char *th_shown_by(ac_future *future);
const char *th_shown_by_loop(void);

#endif
