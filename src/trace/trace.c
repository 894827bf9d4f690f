/* trace.c - the recorder itself: birth and end, and where events go.
 *
 * Holds      What an event says of addresses is done in one place, after the format has seen it: a handle is
 *            forgotten when it has run or was dropped, unless it was scheduled again while it ran; a future
 *            when the core says so; a group at its end.
 * Re-enters  Never.  The names of the host are asked for inside the event, and may not call back either.
 * Tests      tests/test_trace_recorder.c, docs/examples/trace.c */
#include <stdio.h>
#include <stdlib.h>

#include "trace_impl.h"

/* ---- Memory ---- */

static void *by_c_library(void *memory, size_t size)
{
    if (size > 0)
        return realloc(memory, size);
    free(memory);
    return NULL;
}

static void *reallocate(const ac_trace_options *options, void *memory, size_t size)
{
    return options->realloc != NULL ? options->realloc(options->realloc_data, memory, size)
                                    : by_c_library(memory, size);
}

void *aci_t_realloc(ac_trace *trace, void *memory, size_t size)
{
    void *now = reallocate(&trace->options, memory, size);
    if (now == NULL && size > 0 && trace->status == AC_OK)
        trace->status = AC_E_MEMORY;
    return now;
}

/* ---- Events ---- */

/* A handle that is scheduled while it runs keeps its number: AC_EV_RUN_END comes when it is on a list
 * again. */
static void forget_handle(ac_trace *trace, const ac_event *event)
{
    if (event->kind == AC_EV_HANDLE_DROPPED || !ac_handle_scheduled(event->handle))
        aci_t_forget(trace, T_HANDLE, event->handle);
}

static void forget(ac_trace *trace, const ac_event *event)
{
    switch (event->kind) {
    case AC_EV_RUN_END:
    case AC_EV_HANDLE_DROPPED:
        forget_handle(trace, event);
        break;
    case AC_EV_FUTURE_GONE:
        for (t_kind kind = T_FUTURE; kind <= T_TRACK; kind++)
            aci_t_forget(trace, kind, event->future);
        break;
    case AC_EV_GROUP_END:
        aci_t_forget(trace, T_GROUP, event->group);
        break;
    default:
        break;
    }
}

static void record(ac_tracer *tracer, ac_loop *loop, const ac_event *event)
{
    ac_trace *trace = (ac_trace *)(void *)tracer;
    if (event->kind == AC_EV_GROUP_ENTER)
        (void)aci_t_renumber(trace, T_GROUP, event->group);
    if (trace->options.format == AC_TRACE_TEXT)
        aci_t_text_event(trace, loop, event);
    else if (trace->options.format == AC_TRACE_JSON)
        aci_t_json_event(trace, loop, event);
    else if (trace->options.format == AC_TRACE_RECORD)
        aci_t_record_event(trace, loop, event);
    else
        aci_t_perfetto_event(trace, loop, event);
    forget(trace, event);
}

/* ---- Birth and end ---- */

bool ac_trace_to_file(void *data, const char *bytes, size_t size)
{
    return fwrite(bytes, 1, size, data) == size;
}

ac_status ac_trace_new(const ac_trace_options *options, ac_trace **out)
{
    static const ac_trace blank;
    *out = NULL;
    if (options->write == NULL)
        return AC_E_TYPE;
    ac_trace *trace = reallocate(options, NULL, sizeof *trace);
    if (trace == NULL)
        return AC_E_MEMORY;
    *trace = blank;
    trace->tracer.event = record;
    trace->options = *options;
    *out = trace;
    return AC_OK;
}

ac_tracer *ac_trace_tracer(ac_trace *trace)
{
    return &trace->tracer;
}

void ac_trace_flush(ac_trace *trace)
{
    if (trace->options.format == AC_TRACE_TEXT)
        aci_t_text_end(trace);
}

ac_status ac_trace_end(ac_trace *trace)
{
    if (trace->options.format == AC_TRACE_TEXT)
        aci_t_text_end(trace);
    else if (trace->options.format == AC_TRACE_PERFETTO)
        aci_t_perfetto_end(trace);
    (void)aci_t_flush(trace);
    aci_t_text_free(trace, &trace->line);
    aci_t_text_free(trace, &trace->name);
    aci_t_table_free(trace);
    ac_status status = trace->status;
    ac_trace_options options = trace->options;
    (void)reallocate(&options, trace, 0);
    return status;
}

/* ---- Words ---- */

const char *aci_t_stop_word(ac_turn stop)
{
    static const char *const words[] = {"returned", "raised",  "awaiting", "yielded",
                                        "parked",   "strange", "generator"};
    return (unsigned)stop < sizeof words / sizeof words[0] ? words[stop] : "?";
}

const char *aci_t_state_word(ac_future_state state)
{
    static const char *const words[] = {"pending", "result", "exception", "cancelled"};
    return (unsigned)state < sizeof words / sizeof words[0] ? words[state] : "?";
}
