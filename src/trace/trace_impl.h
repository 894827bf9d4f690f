/* trace_impl.h - what the files of the recorder share.
 *
 * Idea       An event becomes text in one buffer, which is written when it is whole.  Names of the host are
 *            asked for as they are needed; what has no name gets a number by the order of its first
 *            appearance, which a table keeps from its address until the core says that the address means
 *            something else.
 * Holds      status is AC_OK until the first failure and keeps that; a failure leaves out what it
 *            concerns. */
#ifndef AIOCORE_TRACE_IMPL_H
#define AIOCORE_TRACE_IMPL_H

#include <aiocore/trace.h>

/* ---- Text that grows (output.c) ---- */

typedef struct t_text {
    char *bytes;
    size_t size, room;
} t_text;

/* ---- Numbers of things (names.c) ---- */

/* A serial is that of a task which had a default name when it appeared: it goes by that name ever after. */
typedef enum t_kind {
    T_FREE,
    T_GONE,
    T_FUTURE,
    T_TASK,
    T_SERIAL,
    T_TRACK,
    T_HANDLE,
    T_GROUP,
    T_FLOW,
    T_CONTEXT,
    T_KINDS
} t_kind;

/* One thing that is alive.  The number of a flow is that of the arrow which ends where its handle runs. */
typedef struct t_thing {
    const void *address;
    uint64_t number;
    t_kind kind;
} t_thing;

/* Open addressing; room is a power of two, and at most two thirds of it are used, counting what is gone. */
typedef struct t_table {
    t_thing *things;
    size_t used, room;
    uint64_t numbers[T_KINDS]; /* the last one given */
} t_table;

/* ---- The recorder (trace.c) ---- */

struct ac_trace {
    ac_tracer tracer; /* must come first */
    ac_trace_options options;
    ac_status status;
    t_table table;
    t_text line, name;
    bool lost;      /* there was no memory for all of the line: it is not written */
    uint64_t turns; /* record.c: of all loops together */
    /* text.c, and the depth of record.c */
    unsigned depth, nested;  /* nested: steps with a line of their own */
    bool open;               /* the last line has no newline yet */
    bool of_step;            /* it is that of a step: how that stops can go on it */
    const ac_task *run_task; /* whose step or wakeup the last run is */
    /* perfetto.c */
    bool began;         /* something was written */
    double timestamp;   /* the last one given, in microseconds */
    uint64_t track;     /* where the running code is: a task's, or 0, the loop's */
    uint64_t below[16]; /* the tracks of the steps around an eager one */
    unsigned below_count;
};

/* As realloc; NULL is remembered as AC_E_MEMORY. */
void *aci_t_realloc(ac_trace *trace, void *memory, size_t size);

/* ---- output.c ---- */

void aci_t_put_bytes(ac_trace *trace, t_text *text, const char *bytes, size_t size);
void aci_t_put(ac_trace *trace, const char *words);
void aci_t_put_number(ac_trace *trace, uint64_t number);
/* Seconds as Python prints them: the shortest digits that read back; nan and inf by these words. */
void aci_t_put_seconds(ac_trace *trace, double seconds);
/* A name of the host on one line: control characters and what is no UTF-8 are replaced; with 'json' in quotes
 * and as JSON has it. */
void aci_t_put_quoted(ac_trace *trace, const char *bytes, size_t size, bool json);
/* Writes the line and empties it; false: it was lost, or empty, or could not be written. */
bool aci_t_flush(ac_trace *trace);
void aci_t_text_free(ac_trace *trace, t_text *text);

/* ---- names.c ---- */

/* The number of a thing, a new one if it has none; 0 if there is no memory. */
uint64_t aci_t_number(ac_trace *trace, t_kind kind, const void *address);
/* Gives a thing this number. */
void aci_t_set_number(ac_trace *trace, t_kind kind, const void *address, uint64_t number);
/* Gives a thing a new number, whatever it had. */
uint64_t aci_t_renumber(ac_trace *trace, t_kind kind, const void *address);
/* The number; 0 if it has none. */
uint64_t aci_t_known(const ac_trace *trace, t_kind kind, const void *address);
void aci_t_forget(ac_trace *trace, t_kind kind, const void *address);
void aci_t_table_free(ac_trace *trace);

/* What a name is of. */
typedef struct t_what {
    enum { T_OF_TASK, T_OF_BODY, T_OF_CALLBACK, T_OF_VALUE } of;
    const ac_task *task;
    ac_handle *handle;
    ac_ref value;
} t_what;

/* Asks the host (or the core) for a name, into trace->name; false if it has none. */
bool aci_t_ask(ac_trace *trace, t_what what);
/* Put a name on the line: Task-7 or what it is called, Future#2, Handle#3, TaskGroup#1.  aci_t_put_future
 * puts the task's name for one that is a task. */
void aci_t_put_task(ac_trace *trace, const ac_task *task, bool json);
void aci_t_put_future(ac_trace *trace, ac_future *future, bool json);
void aci_t_put_handle(ac_trace *trace, const ac_handle *handle, bool json);
void aci_t_put_group(ac_trace *trace, const ac_group *group, bool json);
/* Puts the name of an exception's class; nothing if nobody knows. */
void aci_t_put_class(ac_trace *trace, ac_ref exception);
/* The message of a report, with names in place of its placeholders. */
void aci_t_put_message(ac_trace *trace, const ac_report *report, bool json);

/* ---- The formats ---- */

void aci_t_text_event(ac_trace *trace, ac_loop *loop, const ac_event *event);
void aci_t_text_end(ac_trace *trace);
void aci_t_record_event(ac_trace *trace, ac_loop *loop, const ac_event *event);
void aci_t_json_event(ac_trace *trace, ac_loop *loop, const ac_event *event);
void aci_t_perfetto_event(ac_trace *trace, ac_loop *loop, const ac_event *event);
void aci_t_perfetto_end(ac_trace *trace);

/* The words of records, the same in text and JSON. */
const char *aci_t_stop_word(ac_turn stop);
const char *aci_t_state_word(ac_future_state state);

#endif
