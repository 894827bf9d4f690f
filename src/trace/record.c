/* record.c - the event record: what any implementation of asyncio can tell of a run, to compare it.
 *
 *     turn 2 at 0.0s: 1 ready
 *       step Task-2 'nap' in Context#1
 *         sets timer _set_result_unless_cancelled for 0.5s
 *         -> Task-2 awaits Future#2
 *
 * Mirrors    difftests/recorder.py writes the same of CPython.  docs/conformance.md describes the lines.
 * Idea       Less than the text: nothing that only aiocore can know, nothing that releases of CPython do
 *            without meaning anything by it.  One event is one line.
 * Holds      Lines stand at one of three depths: a turn, what runs in it, and what that does; outside of
 *            turns nothing is indented.
 * Tests      tests/test_trace_record.c, ./dev difftest */
#include <string.h>

#include "trace_impl.h"

static void record_line(ac_trace *trace, const char *words)
{
    for (unsigned i = 0; i < trace->depth; i++)
        aci_t_put(trace, "  ");
    aci_t_put(trace, words);
}

static void record_end(ac_trace *trace)
{
    aci_t_put(trace, "\n");
    (void)aci_t_flush(trace);
}

/* The last part of a dotted name: classes and functions around it are called otherwise elsewhere. */
static void record_put_last(ac_trace *trace, const char *name, size_t size)
{
    size_t start = size;
    while (start > 0 && name[start - 1] != '.')
        start--;
    aci_t_put_quoted(trace, name + start, size - start, false);
}

static void record_put_asked(ac_trace *trace, const char *before, t_what what, const char *after)
{
    if (!aci_t_ask(trace, what))
        return;
    aci_t_put(trace, before);
    record_put_last(trace, trace->name.bytes, trace->name.size);
    aci_t_put(trace, after);
}

static void record_put_future(ac_trace *trace, const char *before, ac_future *future)
{
    aci_t_put(trace, before);
    aci_t_put_future(trace, future, false);
}

static void record_put_task(ac_trace *trace, const char *before, const ac_task *task)
{
    aci_t_put(trace, before);
    aci_t_put_task(trace, task, false);
}

/* ---- Handles ---- */

static void record_put_handle(ac_trace *trace, const ac_event *event)
{
    static const char *const words[] = {"step of",       "wakeup of", "callback",
                                        "done callback", "timer",     "callback of a group for"};
    aci_t_put(trace, words[event->run]);
    if (event->task != NULL)
        record_put_task(trace, " ", event->task);
    else
        record_put_asked(trace, " ", (t_what){.of = T_OF_CALLBACK, .handle = event->handle}, "");
}

static void record_scheduled(ac_trace *trace, const ac_event *event)
{
    record_line(trace, "schedules ");
    record_put_handle(trace, event);
    if (event->run == AC_RUN_WAKEUP || event->run == AC_RUN_DONE_CALLBACK)
        record_put_future(trace, " by ", event->future);
}

static void record_timer(ac_trace *trace, const ac_event *event)
{
    record_line(trace, "sets ");
    record_put_handle(trace, event);
    aci_t_put(trace, " for ");
    aci_t_put_seconds(trace, event->seconds);
    aci_t_put(trace, "s");
}

/* Callbacks whose names begin with an underscore are asyncio's own: nobody can see what context they run
 * in. */
static bool record_is_internal(ac_trace *trace, const ac_event *event)
{
    if (event->task != NULL)
        return event->run == AC_RUN_GROUP;
    if (!aci_t_ask(trace, (t_what){.of = T_OF_CALLBACK, .handle = event->handle}))
        return false;
    size_t start = trace->name.size;
    while (start > 0 && trace->name.bytes[start - 1] != '.')
        start--;
    return trace->name.bytes[start] == '_';
}

static void record_put_context(ac_trace *trace, const ac_event *event)
{
    const ac_trace_names *names = &trace->options.names;
    ac_ref context = ac_handle_context(event->handle);
    uint64_t serial = names->context != NULL ? names->context(names->data, context) : 0;
    if (serial == 0 || record_is_internal(trace, event))
        return;
    aci_t_put(trace, " in Context#");
    aci_t_put_number(trace, aci_t_number(trace, T_CONTEXT, (const void *)(uintptr_t)serial));
}

static void record_run(ac_trace *trace, ac_loop *loop, const ac_event *event)
{
    bool is_step = event->run == AC_RUN_STEP || event->run == AC_RUN_WAKEUP;
    const ac_task *current = ac_loop_current_task(loop);
    trace->depth = 1;
    record_line(trace, "");
    if (is_step) {
        record_put_task(trace, event->run == AC_RUN_STEP ? "step " : "wakeup ", event->task);
        record_put_asked(trace, " '", (t_what){.of = T_OF_BODY, .task = event->task}, "'");
    } else {
        record_put_handle(trace, event);
    }
    record_put_context(trace, event);
    if (current != NULL)
        record_put_task(trace, ", current ", current);
    trace->depth = 2;
}

/* ---- Tasks and futures ---- */

static void record_created(ac_trace *trace, const ac_event *event)
{
    record_line(trace, "");
    record_put_task(trace, "creates ", event->task);
    record_put_asked(trace, " '", (t_what){.of = T_OF_BODY, .task = event->task}, "'");
    if (event->parent != NULL)
        record_put_task(trace, " by ", event->parent);
    aci_t_put(trace, event->yes ? ", eagerly" : "");
}

/* Nothing is awaited if the task refuses what was yielded: itself, a future of another loop, anything
 * else. */
static bool record_awaits(const ac_event *event)
{
    return event->stop == AC_AWAITING && event->future != NULL;
}

static void record_stopped(ac_trace *trace, const ac_event *event)
{
    record_line(trace, "");
    record_put_task(trace, "-> ", event->task);
    if (event->stop == AC_RETURNED || event->stop == AC_RAISED)
        aci_t_put(trace, " ends");
    else if (record_awaits(event))
        record_put_future(trace, " awaits ", event->future);
    else
        aci_t_put(trace, " yields");
}

/* Of an exception only the class: what it says is the program's to print.  Of results only those of tasks:
 * what asyncio puts into futures of its own is nobody's business. */
static void record_put_outcome(ac_trace *trace, const ac_event *event)
{
    if (event->state == AC_CANCELLED || (event->state == AC_FINISHED && event->task == NULL))
        return;
    if (!aci_t_ask(trace, (t_what){.of = T_OF_VALUE, .value = event->value}))
        return;
    size_t size = trace->name.size;
    const char *end = event->state == AC_FAILED ? memchr(trace->name.bytes, '(', size) : NULL;
    aci_t_put(trace, " ");
    aci_t_put_quoted(trace, trace->name.bytes, end != NULL ? (size_t)(end - trace->name.bytes) : size, false);
}

static void record_done(ac_trace *trace, const ac_event *event)
{
    record_line(trace, "");
    record_put_future(trace, "", event->future);
    aci_t_put(trace, " is done: ");
    aci_t_put(trace, aci_t_state_word(event->state));
    record_put_outcome(trace, event);
}

static void record_cancel(ac_trace *trace, const ac_event *event)
{
    record_line(trace, event->yes ? "cancels " : "would cancel ");
    aci_t_put_task(trace, event->task, false);
    if (!event->yes) {
        aci_t_put(trace, ", which is done");
        return;
    }
    aci_t_put(trace, " (request ");
    aci_t_put_number(trace, event->count);
    aci_t_put(trace, ")");
    if (event->future != NULL)
        record_put_future(trace, ", which waits for ", event->future);
}

static void record_must_cancel(ac_trace *trace, const ac_event *event)
{
    record_line(trace, "the next step of ");
    aci_t_put_task(trace, event->task, false);
    aci_t_put(trace, " is to be cancelled");
}

static void record_uncancel(ac_trace *trace, const ac_event *event)
{
    record_line(trace, "uncancels ");
    aci_t_put_task(trace, event->task, false);
    aci_t_put(trace, ", requests left: ");
    aci_t_put_number(trace, event->count);
}

/* ---- All of them ---- */

static void record_turn(ac_trace *trace, const ac_event *event)
{
    trace->depth = 0;
    aci_t_put(trace, "turn ");
    aci_t_put_number(trace, ++trace->turns);
    aci_t_put(trace, " at ");
    aci_t_put_seconds(trace, event->seconds);
    aci_t_put(trace, "s: ");
    aci_t_put_number(trace, event->count);
    aci_t_put(trace, " ready");
    trace->depth = 2;
}

/* When an object is freed is no matter of asyncio: another memory management has other moments. */
static bool record_is_of_finalizer(const char *message)
{
    return strstr(message, "never retrieved") != NULL || strstr(message, "was destroyed but") != NULL;
}

/* The part of a report's message that names no object; it may begin with the name of a class. */
static void record_report(ac_trace *trace, const ac_event *event)
{
    const char *message = event->report->message;
    record_line(trace, "exception handler: ");
    if (strncmp(message, "%E", 2) == 0) {
        aci_t_put_class(trace, event->report->exception);
        message += 2;
    }
    size_t size = strcspn(message, "%<");
    while (size > 0 && message[size - 1] == ' ')
        size--;
    aci_t_put_quoted(trace, message, size, false);
}

static bool record_event(ac_trace *trace, ac_loop *loop, const ac_event *event)
{
    switch (event->kind) {
    case AC_EV_TURN_BEGIN:
        record_turn(trace, event);
        return true;
    case AC_EV_SCHEDULED:
        record_scheduled(trace, event);
        return true;
    case AC_EV_TIMER_SET:
        record_timer(trace, event);
        return true;
    case AC_EV_HANDLE_CANCELLED:
        if (!ac_handle_scheduled(event->handle)) /* it runs, or ran: that changes nothing */
            return false;
        record_line(trace, "cancels ");
        record_put_handle(trace, event);
        return true;
    case AC_EV_RUN_BEGIN:
        record_run(trace, loop, event);
        return true;
    case AC_EV_TASK_CREATED:
        record_created(trace, event);
        return true;
    case AC_EV_STEP_END:
        record_stopped(trace, event);
        return true;
    case AC_EV_DONE:
        record_done(trace, event);
        return true;
    case AC_EV_CANCEL:
        record_cancel(trace, event);
        return true;
    case AC_EV_MUST_CANCEL:
        record_must_cancel(trace, event);
        return true;
    case AC_EV_UNCANCEL:
        record_uncancel(trace, event);
        return true;
    case AC_EV_REPORT:
        if (record_is_of_finalizer(event->report->message))
            return false;
        record_report(trace, event);
        return true;
    default:
        return false;
    }
}

void aci_t_record_event(ac_trace *trace, ac_loop *loop, const ac_event *event)
{
    if (event->kind == AC_EV_TURN_END)
        trace->depth = 0;
    else if (record_event(trace, loop, event))
        record_end(trace);
}
