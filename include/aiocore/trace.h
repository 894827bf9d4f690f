/* trace.h - the events of a run: one hook in the core, and a recorder that writes them down.
 *
 * The hook.  ac_loop_set_tracer gives a loop one ac_tracer, a function pointer in a struct of yours.  From
 * then on it is told of everything that asyncio's order is made of.  Without a tracer the core only tests a
 * flag, most of the time one that it tests anyway.
 *
 * The recorder.  ac_trace (library libaiocore-trace) is such a tracer: it writes text, JSON lines, or a file
 * for Perfetto.  docs/trace.md has the table of all records.  aiocore.h does not include this header. */
#ifndef AIOCORE_TRACE_H
#define AIOCORE_TRACE_H

#include <aiocore/base.h>
#include <aiocore/coro.h>
#include <aiocore/future.h>
#include <aiocore/host.h>
#include <aiocore/loop.h>
#include <aiocore/task.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Events ---------------------------------------------------------------------------------------- */

/* What happened.  Behind each: the fields of ac_event that it fills.  'task' of a handle is the task whose
 * step it is, or the child that a group's callback is about. */
typedef enum ac_event_kind {
    /* the loop */
    AC_EV_TURN_BEGIN, /* seconds: the loop's time; count: how many are ready, also cancelled ones */
    AC_EV_TURN_END,   /* (only turn) */
    AC_EV_POLL,       /* seconds: the timeout, negative for ever; the poll hook comes next */
    AC_EV_JUMP,       /* seconds: to where a virtual clock has jumped */
    /* handles */
    AC_EV_SCHEDULED, /* handle, run, task, group; future: the one that is done, NULL for call_soon and steps */
    AC_EV_TIMER_SET,        /* handle; seconds: the deadline */
    AC_EV_TIMER_DUE,        /* handle; seconds: the deadline.  It goes to the end of the ready list */
    AC_EV_HANDLE_CANCELLED, /* handle, run */
    AC_EV_HANDLE_DROPPED,   /* handle, run: leaves the loop without having run, and may be freed */
    AC_EV_RUN_BEGIN,        /* handle, run, task, group */
    AC_EV_RUN_END,          /* handle, task, status: unless it was scheduled meanwhile it may be freed */
    /* tasks and futures */
    AC_EV_TASK_CREATED, /* task; parent: the current task; yes: it starts eagerly */
    AC_EV_STEP_BEGIN,   /* task, handle, how, value; yes: the first step of an eager start */
    AC_EV_STEP_END,     /* task, stop; value if returned or raised, future if it waits for one */
    AC_EV_DONE,         /* future, and task if it is one; state, value: result, exception or message */
    AC_EV_CANCEL,       /* task: somebody asks; yes: accepted; count of requests; future: what it waits for */
    AC_EV_MUST_CANCEL,  /* task: nothing took the request; the next step throws */
    AC_EV_UNCANCEL,     /* task; count: what remains */
    AC_EV_FUTURE_GONE,  /* future, and task if it is one: its address may mean another from now on */
    /* groups */
    AC_EV_GROUP_ENTER, /* group; task: the parent */
    AC_EV_GROUP_ADD,   /* group; task: the child */
    AC_EV_GROUP_ABORT, /* group: all children are about to be asked to cancel */
    AC_EV_GROUP_EXIT,  /* group; value: what left the body; none if nothing did */
    AC_EV_GROUP_END, /* group: it has forgotten parent and errors; its address may mean another from now on */
    /* failures */
    AC_EV_REPORT, /* report: what the exception handler is told */
    AC_EVENTS     /* how many there are */
} ac_event_kind;

/* What a handle is.  A wakeup is a step that is due to the future that the task waits for. */
typedef enum ac_run_kind {
    AC_RUN_STEP,
    AC_RUN_WAKEUP,
    AC_RUN_CALLBACK,      /* of call_soon */
    AC_RUN_DONE_CALLBACK, /* of a future */
    AC_RUN_TIMER,
    AC_RUN_GROUP /* a group's callback of a child that is done */
} ac_run_kind;

/* One event.  Everything is borrowed for the length of the call; what the kind does not fill is NULL, none or
 * 0. */
typedef struct ac_event {
    ac_event_kind kind;
    ac_run_kind run;
    ac_how how;
    ac_turn stop;
    ac_future_state state;
    ac_status status;
    bool yes;
    uint64_t turn; /* how many turns began since the tracer was set; filled in all kinds */
    double seconds;
    uint64_t count;
    ac_handle *handle;
    ac_future *future;
    ac_task *task, *parent;
    ac_group *group;
    ac_ref value;
    const ac_report *report;
} ac_event;

/* The hook, embedded by whoever traces.  As for the hooks of host.h without a mark: it may not run user code,
 * may not fail, and may not call back, save functions that only look: ac_loop_time, ac_loop_current_task,
 * ac_future_get_state, ac_task_serial, ac_task_name and their like.  It may see objects in the middle of a
 * change. */
struct ac_tracer {
    void (*event)(ac_tracer *tracer, ac_loop *loop, const ac_event *event);
};

/* Sets the tracer, borrowed until it is replaced; NULL: none.  At any time: a turn, run or step that is going
 * on then has an end and no begin, or a begin and no end. */
AC_API void ac_loop_set_tracer(ac_loop *loop, ac_tracer *tracer);
AC_API ac_tracer *ac_loop_get_tracer(const ac_loop *loop);

/* Tells the tracer of a report that the core does not know: a program called call_exception_handler. */
AC_API void ac_loop_trace_report(ac_loop *loop, const ac_report *report);

/* The word of a kind, as "turn_begin"; "?" for a number that is none.  Static storage. */
AC_API const char *ac_event_name(ac_event_kind kind);
/* The word of a run, as "done_callback".  Static storage. */
AC_API const char *ac_run_name(ac_run_kind run);
/* What asyncio calls a callback that is the core's own: "_run_until_complete_cb",
 * "_set_result_unless_cancelled" (a sleep's timer), "_on_task_done" (a group's); NULL for the step of a task
 * and for callbacks of the host.  Static storage. */
AC_API const char *ac_handle_word(const ac_handle *handle);

/* ---- The recorder ---------------------------------------------------------------------------------- */

/* Writes the events of one loop as they come.  Library libaiocore-trace.
 *
 *     ac_trace *trace;
 *     ac_trace_new(&(ac_trace_options){.write = ac_trace_to_file, .data = stdout}, &trace);
 *     ac_loop_set_tracer(loop, ac_trace_tracer(trace));
 *     ...
 *     ac_loop_set_tracer(loop, NULL);
 *     status = ac_trace_end(trace);
 *
 * Nothing that goes wrong disturbs the run: the recorder goes on as well as it can, and ac_trace_end
 * tells. */
typedef struct ac_trace ac_trace;

typedef enum ac_trace_format {
    AC_TRACE_TEXT,
    AC_TRACE_JSON,    /* one object a line */
    AC_TRACE_RECORD,  /* the event record of docs/conformance.md: what can be compared with CPython */
    AC_TRACE_PERFETTO /* Chrome's trace-event JSON: tasks are tracks, steps and turns slices, wakeups arrows */
} ac_trace_format;

/* A place in the code of the host.  Texts are borrowed until the next call. */
typedef struct ac_trace_frame {
    const char *function;
    const char *file; /* NULL: not known */
    uint32_t line;    /* 0: not known */
} ac_trace_frame;

/* How the host calls its things.  Each function writes like snprintf: at most size bytes with the final NUL,
 * UTF-8, and gives the full length.  The rights are those of the event hook: no user code, so no repr that
 * programs can replace.  Any may be NULL, and may answer 0 for "no name". */
typedef struct ac_trace_names {
    size_t (*task)(void *data, const ac_task *task, char *buffer,
                   size_t size); /* get_name(); default: Task-7 */
    size_t (*body)(void *data, const ac_task *task, char *buffer,
                   size_t size); /* the coroutine; default: none */
    size_t (*callback)(void *data, ac_handle *handle, char *buffer, size_t size); /* default: none */
    size_t (*value)(void *data, ac_ref value, char *buffer, size_t size);         /* default: none */
    /* Which context that is: a number of its own, never given again; 0: not known.  Only the record asks. */
    uint64_t (*context)(void *data, ac_ref context);
    void *data;
    /* The index-th of the coroutines that a task is in, outermost first; false: there are no more.  Only
     * ac_ps_write asks; without it the body stands alone. */
    bool (*frame)(void *data, const ac_task *task, size_t index, ac_trace_frame *frame);
} ac_trace_names;

/* Takes bytes; false: they could not be written, and nothing more will be asked of it. */
typedef bool ac_trace_write(void *data, const char *bytes, size_t size);

/* Zero-initialise, set what matters; only write is required. */
typedef struct ac_trace_options {
    ac_trace_format format;
    bool colour; /* text with the colours of a terminal */
    ac_trace_names names;
    ac_trace_write *write;
    void *data;
    void *(*realloc)(void *data, void *memory, size_t size); /* NULL: the C library's; size 0 frees */
    void *realloc_data;
} ac_trace_options;

/* A write function whose data is a FILE *. */
AC_API ac_trace_write ac_trace_to_file;

/* Makes a recorder; the options are copied.  AC_E_MEMORY; AC_E_TYPE: no write function. */
AC_API ac_status ac_trace_new(const ac_trace_options *options, ac_trace **out);
/* Its hook, for ac_loop_set_tracer. */
AC_API ac_tracer *ac_trace_tracer(ac_trace *trace);
/* Writes what is held back: in text the line of a step waits for how it stops.  For a program that is about
 * to write to the same place. */
AC_API void ac_trace_flush(ac_trace *trace);
/* Writes the end and frees it; no loop may have it any more.  AC_E_MEMORY: something was left out or has lost
 * its name; AC_E_RUNTIME: not everything could be written. */
AC_API ac_status ac_trace_end(ac_trace *trace);

/* ---- The tasks of a loop, as they are now ----------------------------------------------------------- */

/* Writes what each task of a loop is at: asyncio's "python -m asyncio ps" and "pstree", for any host.  It
 * only looks: call it between turns, in a callback, or in the event hook at AC_EV_TURN_BEGIN.
 *
 *     ac_ps_write(loop, &(ac_ps_options){.names = my_names, .write = ac_trace_to_file, .data = stdout}); */
typedef enum ac_ps_form {
    AC_PS_TABLE, /* a line for each task that is not done, oldest first: state, what it awaits, where it is, for whom */
    AC_PS_TREE, /* from those for whom nobody waits, through their coroutines, to what they await */
    AC_PS_JSON  /* the table, one object a line */
} ac_ps_form;

/* Zero-initialise, set what matters; only write is required. */
typedef struct ac_ps_options {
    ac_ps_form form;
    ac_trace_names names;
    ac_trace_write *write;
    void *data;
    void *(*realloc)(void *data, void *memory, size_t size); /* as in ac_trace_options */
    void *realloc_data;
} ac_ps_options;

/* AC_E_STATE: somebody waits for himself, by way of others; no tree has been written, but these cycles.
 * AC_E_MEMORY, and AC_E_RUNTIME (it could not be written): something may be missing.  AC_E_TYPE: no write
 * function. */
AC_API ac_status ac_ps_write(ac_loop *loop, const ac_ps_options *options);

#ifdef __cplusplus
}
#endif
#endif
