/* host.h - what a language must provide: one table of hooks, shared by all its loops.
 *
 * Only drop, error and classify are required; any other hook may be NULL.  The rights of a hook are written
 * at each one:
 *
 *   RUNS USER CODE   it may run arbitrary code of programs (callbacks, finalizers).  The core has moved
 *                    everything it needs into locals before the call, and knows nothing after it.
 *   MAY CALL BACK    it may call any function of the core, except a turn of the same loop.
 *   MAY FAIL         it answers with a status (or none, or NULL).  AC_E_RAISED comes from ac_loop_raise().
 *
 * A hook without a mark may do none of these.  tests/saboteur.c makes the nth failing hook fail, tests/evil.c
 * makes the nth re-entrant hook re-enter, for every n.  No hook may unwind through the core. */
#ifndef AIOCORE_HOST_H
#define AIOCORE_HOST_H

#include <aiocore/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The exceptions that the core makes. */
typedef enum ac_xkind {
    AC_X_CANCELLED,      /* asyncio.CancelledError; value is the message, none for no arguments */
    AC_X_STATE,          /* asyncio.InvalidStateError */
    AC_X_RUNTIME,        /* RuntimeError */
    AC_X_TYPE,           /* TypeError */
    AC_X_VALUE,          /* ValueError */
    AC_X_RECURSION,      /* RecursionError */
    AC_X_ATTRIBUTE,      /* AttributeError */
    AC_X_TIMEOUT,        /* TimeoutError; an empty text means no arguments, here and below */
    AC_X_INTERRUPT,      /* KeyboardInterrupt */
    AC_X_STOP_ASYNC,     /* StopAsyncIteration */
    AC_X_QUEUE_EMPTY,    /* asyncio.QueueEmpty */
    AC_X_QUEUE_FULL,     /* asyncio.QueueFull */
    AC_X_QUEUE_SHUTDOWN, /* asyncio.QueueShutDown */
    AC_X_BROKEN_BARRIER, /* asyncio.BrokenBarrierError */
    AC_X_ASSERTION,      /* AssertionError: misuse that asyncio only asserts against */
    AC_X_NAME,           /* NameError: a name of asyncio's own that is gone already */
    AC_X_GROUP, /* BaseExceptionGroup(text, items), that is ExceptionGroup if all are Exceptions; raised
                 * "from None": no cause, context as given */
    AC_X_CANCELLED_EMPTY, /* asyncio.CancelledError(''), of the host's empty string */
    AC_X_EXCEPTION_GROUP, /* ExceptionGroup(text, items), as any other, not "from None"; if one of them is no
                           * Exception, TypeError "Cannot nest BaseExceptions in an ExceptionGroup" */
    AC_X_OS, /* OSError(number, text), or the subclass that Python has for that errno; an empty text: without
              * arguments; number 0: OSError(text); the core makes none, nor one of those that follow: they
              * are of streams and names */
    AC_X_INCOMPLETE_READ,  /* asyncio.IncompleteReadError(bytes, count); text says what str() of it does */
    AC_X_LIMIT_OVERRUN,    /* asyncio.LimitOverrunError(text, count) */
    AC_X_CONNECTION_RESET, /* ConnectionResetError(text), without an errno */
    AC_X_GAI /* socket.gaierror(number, text), which is an OSError: a name was not found (names.h) */
} ac_xkind;

/* What the core must know of an exception: a set of these bits. */
typedef enum ac_xclass {
    AC_IS_CANCELLED = 1,       /* a CancelledError or a subclass */
    AC_IS_CANCELLED_EXACT = 2, /* a CancelledError and no subclass */
    AC_IS_EXIT = 4,            /* SystemExit, KeyboardInterrupt: leaves the loop at once */
    AC_IS_STOP = 8,            /* StopIteration or a subclass */
    AC_IS_STOP_EXACT = 16,     /* StopIteration and no subclass */
    AC_IS_GENEXIT = 32,        /* GeneratorExit */
    AC_IS_TIMEOUT = 64,        /* TimeoutError or a subclass; asked for by a staggered race alone */
    AC_IS_OS = 128,            /* OSError or a subclass; asked for by transports alone */
    AC_IS_HANGUP = 256         /* BrokenPipeError, ConnectionResetError; asked for by processes alone */
} ac_xclass;

/* How a cancel method of a program's is called, which it can tell by its signature; the message may be none
 * in each (asyncio: None). */
typedef enum ac_cancel_call {
    AC_CANCEL_ALONE,       /* cancel(): groups, timeouts, runners */
    AC_CANCEL_BY_POSITION, /* cancel(message): a task cancels what it waits for */
    AC_CANCEL_BY_NAME      /* cancel(msg=message): a gather cancels its children */
} ac_cancel_call;

/* An exception to make.  In text, %T stands for the repr of task, %P of parent, %F of future, %G of group, %V
 * of value, %L of the loop.  All pointers and references are borrowed; what a text does not name is NULL or
 * none. */
typedef struct ac_error {
    ac_xkind kind;
    const char *text;
    ac_ref value;
    ac_ref cause;   /* becomes __cause__ and __context__ */
    ac_ref context; /* becomes __context__ */
    ac_task *task, *parent;
    ac_future *future;
    ac_group *group;
    const ac_ref *items;
    size_t item_count;
    int number;        /* of AC_X_OS, the errno; of AC_X_GAI, EAI_* */
    const void *bytes; /* of AC_X_INCOMPLETE_READ, what was read */
    size_t byte_count;
    size_t count;     /* how many bytes were expected (SIZE_MAX: None), or are to be consumed */
    const char *file; /* of AC_X_OS, the name of the file that it is about; NULL: none */
} ac_error;

/* A report: the context argument of call_exception_handler.  Same placeholders in message as in
 * ac_error.text; %E stands for the name of the exception's class. */
typedef struct ac_report {
    const char *message;
    ac_ref exception; /* none: the report is not about an exception */
    ac_task *task, *parent;
    ac_future *future;
    ac_handle *handle;
    const struct ac_report *cause; /* "Unhandled error in exception handler": the report it failed on */
} ac_report;

#define AC_ABI 1u

struct ac_host {
    uint32_t abi;  /* AC_ABI */
    uint32_t size; /* sizeof(ac_host): new hooks go last */

    /* -- values -- */

    /* A new reference of a value.  NULL: values need no counting. */
    ac_value (*dup)(ac_loop *loop, ac_ref value);
    /* Drops a reference; never called with none.  RUNS USER CODE, MAY CALL BACK. */
    void (*drop)(ac_loop *loop, ac_value value);

    /* -- objects -- */

    /* Keeps the host's object around this future or task alive.  NULL: objects outlive the loop. */
    void (*retain)(ac_loop *loop, ac_future *future);
    /* Undoes one retain.  RUNS USER CODE, MAY CALL BACK. */
    void (*release)(ac_loop *loop, ac_future *future);

    /* Keeps the object around a group alive, once for each child that is not processed yet: the child's
     * callback will look at the group.  Both or neither; NULL: groups outlive their children (a group in a
     * frame does). */
    void (*retain_group)(ac_loop *loop, ac_group *group);
    /* Undoes one retain_group.  RUNS USER CODE, MAY CALL BACK. */
    void (*release_group)(ac_loop *loop, ac_group *group);

    /* -- exceptions -- */

    /* Makes an exception, owned by the core; none if memory is short (that is AC_E_MEMORY, or the exception
     * none, to whoever needed it).  MAY FAIL. */
    ac_value (*error)(ac_loop *loop, const ac_error *error);
    /* The ac_xclass bits of an exception.  Never called with none. */
    unsigned (*classify)(ac_loop *loop, ac_ref exception);

    /* -- contexts (contextvars); all three or none of them -- */

    /* Copies the current context, for a new task, into *out, owned by the core.  None: the empty context,
     * never entered.  MAY FAIL. */
    ac_status (*copy_context)(ac_loop *loop, ac_value *out);
    /* Makes a context the current one, around every callback and step whose context is not none.  MAY FAIL
     * ("cannot enter context: it is already entered").  A host in which a program can give anything for a
     * context gives its exception to ac_loop_raise and returns AC_E_TYPE for what is none: an exception
     * handler that should run there runs without. */
    ac_status (*enter)(ac_loop *loop, ac_ref context);
    /* Puts back what was current before the enter.  A body may have given its task a context while it ran
     * without one (ac_task_set_context): then this is called for it without an enter. */
    void (*leave)(ac_loop *loop, ac_ref context);

    /* -- tasks -- */

    /* Makes the host's task object around spec->body and calls ac_task_init on it.  On success *out is
     * retained once for the caller; a refused body is still the caller's.  asyncio: tasks.Task(coro,
     * loop=...).  RUNS USER CODE, MAY CALL BACK, MAY FAIL. */
    ac_status (*make_task)(ac_loop *loop, const ac_task_spec *spec, ac_task **out);
    /* Gives a task a name that the factory did not give (Task.set_name; none is str(None)).  NULL:
     * ac_task_set_name with a new reference, and nothing for none.  RUNS USER CODE, MAY CALL BACK, MAY
     * FAIL. */
    ac_status (*set_name)(ac_loop *loop, ac_task *task, ac_ref name);
    /* The next number for a default name (7 for Task-7), where one counter serves several loops.  NULL: the
     * loop counts by itself from 1. */
    uint64_t (*next_serial)(ac_loop *loop);
    /* Cancels a future flagged by ac_future_set_overridden: the program has replaced its cancel method, which
     * is called in that way.  *did says whether it was accepted.  RUNS USER CODE, MAY CALL
     * BACK, MAY FAIL. */
    ac_status (*cancel)(ac_loop *loop, ac_future *future, ac_ref message, ac_cancel_call call, bool *did);

    /* -- the loop -- */

    /* The default exception handler.  RUNS USER CODE, MAY CALL BACK.  What goes wrong in it and is to leave
     * the loop (asyncio: what call_exception_handler raises) it gives to ac_loop_raise; of what a finalizer
     * reports, nothing.  NULL: reports are lost. */
    void (*report)(ac_loop *loop, const ac_report *report);
    /* Seconds of a monotonic clock.  Required unless the loop has an ac_clock. */
    double (*now)(ac_loop *loop);
    /* Blocks until something may have become ready, at most timeout seconds, for ever if it is negative.
     * RUNS USER CODE, MAY CALL BACK, MAY FAIL (it leaves the run).  NULL: the host drives turns itself, or
     * the loop has a selector (ac_loop_set_selector), which takes the place of this hook and the next. */
    ac_status (*poll)(ac_loop *loop, double timeout);
    /* Ends a poll early: something was put in from another thread.  CALLED ON ANY THREAD.  On the loop's own
     * thread it is called when a handle becomes ready, or a nearer deadline appears, outside a turn: a loop
     * driven from somebody else's loop learns by it that its timeout has shrunk. */
    void (*wake)(ac_loop *loop);
    /* The loop begins (true) or ends to run on this thread: asyncio's _set_running_loop.  MAY FAIL at the
     * beginning ("Cannot run the event loop while another loop is running"). */
    ac_status (*set_running)(ac_loop *loop, bool running);
    /* A number for the calling thread, never 0; used by debug mode to find calls from the wrong one. */
    uint64_t (*thread)(ac_loop *loop);
    /* Debug mode: a callback took long.  RUNS USER CODE, MAY CALL BACK. */
    void (*slow)(ac_loop *loop, ac_handle *handle, double seconds);
    /* Queues a handle on a foreign loop instead of ours, which then calls ac_handle_run once.  RUNS USER
     * CODE, MAY CALL BACK, MAY FAIL. */
    ac_status (*post)(ac_loop *loop, ac_handle *handle);

    /* -- memory -- */

    /* As realloc, with the old size; now 0 frees.  MAY FAIL (NULL; never when now <= old).  Required for
     * timers, sleep and groups that fail. */
    void *(*realloc)(ac_loop *loop, void *memory, size_t old, size_t now);

    /* -- results -- */

    /* Makes a list of borrowed values, the result of a gather, owned by the core.  MAY FAIL (AC_E_MEMORY).
     * Required for gather. */
    ac_status (*make_list)(ac_loop *loop, const ac_ref *items, size_t count, ac_value *out);

    /* -- what tasks wait for each other by (sync.h) -- */

    /* The lock or queue around which 'object' is now belongs to this loop: keep the loop alive as long as it,
     * for another loop must not get its address.  NULL: loops outlive these objects. */
    void (*bound)(ac_loop *loop, ac_ref object);

    /* A raise statement raises an exception that is there already, while 'context' is being handled (none:
     * while whatever the program handles is): the host makes that its __context__.  NULL: they have none. */
    void (*raising)(ac_loop *loop, ac_ref exception, ac_ref context);

    /* -- looking inside -- */

    /* The index-th future of which the program has said that it waits for this one (asyncio:
     * future_add_to_awaited_by), borrowed; NULL: there are no more.  Asked by graph.h alone. */
    ac_future *(*waiter)(ac_loop *loop, const ac_future *future, size_t index);

    /* -- chains of exceptions, for a timeout's part in them (gh-96037); the first two both or neither -- */

    /* The __context__ of an exception, borrowed; none: it has none. */
    ac_ref (*exception_context)(ac_loop *loop, ac_ref exception);
    /* Puts another in its place (stolen), as an assignment does: no ring is looked for.  RUNS USER CODE. */
    void (*set_exception_context)(ac_loop *loop, ac_ref exception, ac_value context);
    /* The index-th member of an ExceptionGroup, borrowed, into *out; false: there is none, or the exception
     * is no ExceptionGroup (a BaseExceptionGroup is none).  NULL: there are no groups. */
    bool (*exception_member)(ac_loop *loop, ac_ref exception, size_t index, ac_ref *out);
};

/* New reference of a value by the host's dup. */
AC_API ac_value ac_dup(ac_loop *loop, ac_ref value);
/* Drops a value by the host's drop; none is nothing. */
AC_API void ac_drop(ac_loop *loop, ac_value value);

#ifdef __cplusplus
}
#endif
#endif
