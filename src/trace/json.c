/* json.c - one JSON object a line.  docs/trace.md has the keys.
 *
 * Idea       Keys are written in one order and only where they mean something, so that records can be
 *            compared as text.  What only says that an address is free again (AC_EV_FUTURE_GONE) is no
 *            record.
 * Tests      tests/test_trace_recorder.c, tests/trace_json.py */
#include "trace_impl.h"

/* ---- Keys ---- */

static void key(ac_trace *trace, const char *name)
{
    aci_t_put(trace, ", \"");
    aci_t_put(trace, name);
    aci_t_put(trace, "\": ");
}

static void key_word(ac_trace *trace, const char *name, const char *word)
{
    key(trace, name);
    aci_t_put(trace, "\"");
    aci_t_put(trace, word);
    aci_t_put(trace, "\"");
}

static void key_bool(ac_trace *trace, const char *name, bool yes)
{
    key(trace, name);
    aci_t_put(trace, yes ? "true" : "false");
}

static void key_number(ac_trace *trace, const char *name, uint64_t number)
{
    key(trace, name);
    aci_t_put_number(trace, number);
}

/* JSON has no infinity and no nan: they are words. */
static void key_seconds(ac_trace *trace, const char *name, double seconds)
{
    bool is_finite = seconds - seconds <= 0 && seconds - seconds >= 0;
    key(trace, name);
    aci_t_put(trace, is_finite ? "" : "\"");
    aci_t_put_seconds(trace, seconds);
    aci_t_put(trace, is_finite ? "" : "\"");
}

/* A task that is not there is null. */
static void key_task(ac_trace *trace, const char *name, const ac_task *task)
{
    key(trace, name);
    if (task != NULL)
        aci_t_put_task(trace, task, true);
    else
        aci_t_put(trace, "null");
}

static void key_future(ac_trace *trace, const char *name, ac_future *future)
{
    if (future == NULL)
        return;
    key(trace, name);
    aci_t_put_future(trace, future, true);
}

static void key_group(ac_trace *trace, const ac_group *group)
{
    if (group == NULL)
        return;
    key(trace, "group");
    aci_t_put_group(trace, group, true);
}

static void key_asked(ac_trace *trace, const char *name, t_what what)
{
    if (!aci_t_ask(trace, what))
        return;
    key(trace, name);
    aci_t_put_quoted(trace, trace->name.bytes, trace->name.size, true);
}

/* Steps go by their tasks, all others by a number and, if there is one, their name. */
static void keys_handle(ac_trace *trace, const ac_event *event)
{
    key_word(trace, "run", ac_run_name(event->run));
    if (event->task != NULL) {
        key_task(trace, "task", event->task);
        key_group(trace, event->group);
        return;
    }
    key(trace, "handle");
    aci_t_put_handle(trace, event->handle, true);
    key_asked(trace, "callback", (t_what){.of = T_OF_CALLBACK, .handle = event->handle});
}

static void key_value(ac_trace *trace, ac_ref value)
{
    key_asked(trace, "value", (t_what){.of = T_OF_VALUE, .value = value});
}

/* ---- Records ---- */

static void loop_keys(ac_trace *trace, const ac_event *event)
{
    if (event->kind == AC_EV_TURN_BEGIN) {
        key_seconds(trace, "time", event->seconds);
        key_number(trace, "ready", event->count);
    } else if (event->kind == AC_EV_JUMP) {
        key_seconds(trace, "time", event->seconds);
    } else if (event->kind == AC_EV_POLL && event->seconds >= 0) {
        key_seconds(trace, "timeout", event->seconds);
    }
}

static void handle_keys(ac_trace *trace, const ac_event *event)
{
    if (event->kind != AC_EV_RUN_END)
        keys_handle(trace, event);
    else if (event->task != NULL)
        key_task(trace, "task", event->task);
    else {
        key(trace, "handle");
        aci_t_put_handle(trace, event->handle, true);
    }
    if (event->kind == AC_EV_SCHEDULED)
        key_future(trace, "by", event->future);
    if (event->kind == AC_EV_TIMER_SET || event->kind == AC_EV_TIMER_DUE)
        key_seconds(trace, "when", event->seconds);
    if (event->kind == AC_EV_RUN_END && event->status != AC_OK)
        key_bool(trace, "failed", true);
}

static void created_keys(ac_trace *trace, const ac_event *event)
{
    key_task(trace, "task", event->task);
    key_asked(trace, "body", (t_what){.of = T_OF_BODY, .task = event->task});
    key_task(trace, "parent", event->parent);
    key_bool(trace, "eager", event->yes);
}

static void step_keys(ac_trace *trace, const ac_event *event)
{
    key_task(trace, "task", event->task);
    if (event->kind == AC_EV_STEP_BEGIN) {
        key_bool(trace, "eager", event->yes);
        key_word(trace, "how", event->how == AC_THROW ? "throw" : "send");
        key_value(trace, event->value);
        return;
    }
    key_word(trace, "stop", aci_t_stop_word(event->stop));
    key_future(trace, "future", event->future);
    if (event->stop == AC_RETURNED || event->stop == AC_RAISED)
        key_value(trace, event->value);
}

/* The message of a cancellation is none if there was none. */
static void done_keys(ac_trace *trace, const ac_event *event)
{
    key_future(trace, event->task != NULL ? "task" : "future", event->future);
    key_word(trace, "state", aci_t_state_word(event->state));
    if (event->state != AC_CANCELLED || !ac_is_none(event->value))
        key_value(trace, event->value);
}

static void cancel_keys(ac_trace *trace, const ac_event *event)
{
    key_task(trace, "task", event->task);
    if (event->kind == AC_EV_CANCEL)
        key_bool(trace, "accepted", event->yes);
    if (event->kind != AC_EV_MUST_CANCEL)
        key_number(trace, "count", event->count);
    if (event->kind == AC_EV_CANCEL)
        key_future(trace, "waits_for", event->future);
}

static void group_keys(ac_trace *trace, const ac_event *event)
{
    key_group(trace, event->group);
    if (event->task != NULL)
        key_task(trace, "task", event->task);
    if (event->kind == AC_EV_GROUP_EXIT && !ac_is_none(event->value))
        key_value(trace, event->value);
}

static void report_keys(ac_trace *trace, const ac_report *report)
{
    key(trace, "message");
    aci_t_put_message(trace, report, true);
    if (!ac_is_none(report->exception))
        key_value(trace, report->exception);
    if (report->task != NULL)
        key_task(trace, "task", report->task);
    key_future(trace, "future", report->future);
}

static void keys(ac_trace *trace, const ac_event *event)
{
    if (event->kind <= AC_EV_JUMP)
        loop_keys(trace, event);
    else if (event->kind <= AC_EV_RUN_END)
        handle_keys(trace, event);
    else if (event->kind == AC_EV_TASK_CREATED)
        created_keys(trace, event);
    else if (event->kind <= AC_EV_STEP_END)
        step_keys(trace, event);
    else if (event->kind == AC_EV_DONE)
        done_keys(trace, event);
    else if (event->kind <= AC_EV_UNCANCEL)
        cancel_keys(trace, event);
    else if (event->kind <= AC_EV_GROUP_END)
        group_keys(trace, event);
    else
        report_keys(trace, event->report);
}

void aci_t_json_event(ac_trace *trace, ac_loop *loop, const ac_event *event)
{
    (void)loop;
    if (event->kind == AC_EV_FUTURE_GONE)
        return;
    aci_t_put(trace, "{\"event\": \"");
    aci_t_put(trace, ac_event_name(event->kind));
    aci_t_put(trace, "\", \"turn\": ");
    aci_t_put_number(trace, event->turn);
    keys(trace, event);
    aci_t_put(trace, "}\n");
    (void)aci_t_flush(trace);
}
