/* perfetto.c - Chrome's trace-event JSON, which Perfetto reads: tasks are tracks, turns and steps are slices,
 * and an arrow leads from where something was scheduled to where it runs.
 *
 * Idea       Events are at least a microsecond apart, because virtual time stands still while code runs and a
 *            slice of no length is not seen; the clock catches up when it moves on.
 * Holds      Track 0 is the loop, track N the Nth task that appeared.
 * Tests      tests/test_trace_recorder.c, tests/trace_json.py */
#include "trace_impl.h"

enum { LOOP_TRACK = 0, NESTING = 16 };

static void tick(ac_trace *trace, ac_loop *loop)
{
    double now = ac_loop_time(loop) * 1e6;
    trace->timestamp = now > trace->timestamp + 1 ? now : trace->timestamp + 1;
}

/* ---- One entry ---- */

static void begin_entry(ac_trace *trace, const char *phase, uint64_t track)
{
    aci_t_put(trace, trace->began ? ",\n" : "{\"traceEvents\": [\n");
    aci_t_put(trace, "{\"ph\": \"");
    aci_t_put(trace, phase);
    aci_t_put(trace, "\", \"pid\": 1, \"tid\": ");
    aci_t_put_number(trace, track);
    aci_t_put(trace, ", \"ts\": ");
    aci_t_put_seconds(trace, trace->timestamp);
}

static void end_entry(ac_trace *trace)
{
    aci_t_put(trace, "}");
    if (aci_t_flush(trace))
        trace->began = true;
}

static void begin_named(ac_trace *trace, const char *phase, uint64_t track, const char *name)
{
    begin_entry(trace, phase, track);
    aci_t_put(trace, ", \"cat\": \"aiocore\", \"name\": \"");
    aci_t_put(trace, name);
}

static void put_entry(ac_trace *trace, const char *phase, uint64_t track, const char *name)
{
    begin_named(trace, phase, track, name);
    aci_t_put(trace, "\"");
    end_entry(trace);
}

/* A moment on the track of the running code. */
static void begin_moment(ac_trace *trace, const char *name)
{
    begin_named(trace, "i", trace->track, name);
    aci_t_put(trace, "\", \"s\": \"t\", \"args\": {");
}

static void end_moment(ac_trace *trace)
{
    aci_t_put(trace, "}");
    end_entry(trace);
}

static void put_argument(ac_trace *trace, const char *name, t_what what)
{
    if (!aci_t_ask(trace, what))
        return;
    aci_t_put(trace, ", \"");
    aci_t_put(trace, name);
    aci_t_put(trace, "\": ");
    aci_t_put_quoted(trace, trace->name.bytes, trace->name.size, true);
}

/* ---- Tracks ---- */

static void name_track(ac_trace *trace, uint64_t track, const ac_task *task)
{
    begin_named(trace, "M", track, "thread_name\", \"args\": {\"name\": ");
    if (task != NULL)
        aci_t_put_task(trace, task, true);
    else
        aci_t_put(trace, "\"loop\"");
    aci_t_put(trace, "}");
    end_entry(trace);
}

static uint64_t track_of(ac_trace *trace, const ac_task *task)
{
    uint64_t known = aci_t_known(trace, T_TRACK, task);
    if (known != 0)
        return known;
    uint64_t track = aci_t_number(trace, T_TRACK, task);
    if (track != 0)
        name_track(trace, track, task);
    return track;
}

/* ---- Arrows ---- */

static void put_flow(ac_trace *trace, const char *phase, uint64_t track, uint64_t number)
{
    begin_named(trace, phase, track, "wakes\", \"id\": ");
    aci_t_put_number(trace, number);
    aci_t_put(trace, phase[0] == 'f' ? ", \"bp\": \"e\"" : "");
    end_entry(trace);
}

static void begin_flow(ac_trace *trace, const ac_handle *handle)
{
    uint64_t number = aci_t_renumber(trace, T_FLOW, handle);
    if (number != 0)
        put_flow(trace, "s", trace->track, number);
}

static void end_flow(ac_trace *trace, const ac_handle *handle, uint64_t track)
{
    uint64_t number = aci_t_known(trace, T_FLOW, handle);
    if (number == 0)
        return;
    put_flow(trace, "f", track, number);
    aci_t_forget(trace, T_FLOW, handle);
}

/* ---- Slices ---- */

/* The run of a callback is a slice on the loop's track; that of a step has a slice on its task's. */
static void run_begins(ac_trace *trace, const ac_event *event)
{
    begin_named(trace, "B", LOOP_TRACK, ac_run_name(event->run));
    aci_t_put(trace, "\", \"args\": {\"of\": ");
    if (event->task != NULL)
        aci_t_put_task(trace, event->task, true);
    else
        aci_t_put_handle(trace, event->handle, true);
    put_argument(trace, "callback", (t_what){.of = T_OF_CALLBACK, .handle = event->handle});
    aci_t_put(trace, "}");
    end_entry(trace);
    if (event->run > AC_RUN_WAKEUP)
        end_flow(trace, event->handle, LOOP_TRACK);
}

/* What runs around an eager step goes on after it. */
static void step_begins(ac_trace *trace, const ac_event *event)
{
    uint64_t track = track_of(trace, event->task);
    if (trace->below_count < NESTING)
        trace->below[trace->below_count] = trace->track;
    trace->below_count++;
    trace->track = track;
    begin_named(trace, "B", track, event->yes ? "eager step" : "step");
    aci_t_put(trace, event->how == AC_THROW ? "\", \"args\": {\"how\": \"throw\""
                                            : "\", \"args\": {\"how\": \"send\"");
    put_argument(trace, "body", (t_what){.of = T_OF_BODY, .task = event->task});
    aci_t_put(trace, "}");
    end_entry(trace);
    end_flow(trace, event->handle, track);
}

static void step_ends(ac_trace *trace, const ac_event *event)
{
    uint64_t track = track_of(trace, event->task);
    begin_entry(trace, "E", track);
    aci_t_put(trace, ", \"args\": {\"stop\": \"");
    aci_t_put(trace, aci_t_stop_word(event->stop));
    aci_t_put(trace, "\"");
    if (event->future != NULL) {
        aci_t_put(trace, ", \"future\": ");
        aci_t_put_future(trace, event->future, true);
    } else if (event->stop == AC_RETURNED || event->stop == AC_RAISED) {
        put_argument(trace, "value", (t_what){.of = T_OF_VALUE, .value = event->value});
    }
    aci_t_put(trace, "}");
    end_entry(trace);
    if (trace->below_count > 0)
        trace->below_count--;
    trace->track = trace->below_count < NESTING ? trace->below[trace->below_count] : LOOP_TRACK;
}

/* ---- Moments ---- */

static void put_timer(ac_trace *trace, const ac_event *event)
{
    begin_moment(trace, ac_event_name(event->kind));
    aci_t_put(trace, "\"handle\": ");
    aci_t_put_handle(trace, event->handle, true);
    put_argument(trace, "callback", (t_what){.of = T_OF_CALLBACK, .handle = event->handle});
    end_moment(trace);
    begin_flow(trace, event->handle);
}

static void put_about_future(ac_trace *trace, const ac_event *event)
{
    begin_moment(trace, ac_event_name(event->kind));
    aci_t_put(trace, "\"of\": ");
    if (event->task != NULL)
        aci_t_put_task(trace, event->task, true);
    else
        aci_t_put_future(trace, event->future, true);
    if (event->kind == AC_EV_DONE) {
        aci_t_put(trace, ", \"state\": \"");
        aci_t_put(trace, aci_t_state_word(event->state));
        aci_t_put(trace, "\"");
        put_argument(trace, "value", (t_what){.of = T_OF_VALUE, .value = event->value});
    }
    end_moment(trace);
}

static void put_about_group(ac_trace *trace, const ac_event *event)
{
    begin_moment(trace, ac_event_name(event->kind));
    aci_t_put(trace, "\"group\": ");
    aci_t_put_group(trace, event->group, true);
    end_moment(trace);
}

static void put_report(ac_trace *trace, const ac_event *event)
{
    begin_moment(trace, "exception handler");
    aci_t_put(trace, "\"message\": ");
    aci_t_put_message(trace, event->report, true);
    put_argument(trace, "value", (t_what){.of = T_OF_VALUE, .value = event->value});
    end_moment(trace);
}

/* ---- All of them ---- */

static void write_handle(ac_trace *trace, const ac_event *event)
{
    if (event->kind == AC_EV_SCHEDULED)
        begin_flow(trace, event->handle);
    else if (event->kind == AC_EV_TIMER_SET)
        put_timer(trace, event);
    else if (event->kind == AC_EV_RUN_BEGIN)
        run_begins(trace, event);
    else if (event->kind == AC_EV_RUN_END)
        put_entry(trace, "E", LOOP_TRACK, event->status == AC_OK ? "" : "failed");
    else if (event->kind == AC_EV_HANDLE_DROPPED)
        aci_t_forget(trace, T_FLOW, event->handle);
}

static void write_task(ac_trace *trace, const ac_event *event)
{
    if (event->kind == AC_EV_TASK_CREATED)
        (void)track_of(trace, event->task);
    if (event->kind == AC_EV_STEP_BEGIN)
        step_begins(trace, event);
    else if (event->kind == AC_EV_STEP_END)
        step_ends(trace, event);
    else if (event->kind != AC_EV_FUTURE_GONE)
        put_about_future(trace, event);
}

void aci_t_perfetto_event(ac_trace *trace, ac_loop *loop, const ac_event *event)
{
    if (!trace->began)
        name_track(trace, LOOP_TRACK, NULL);
    tick(trace, loop);
    if (event->kind == AC_EV_TURN_BEGIN)
        put_entry(trace, "B", LOOP_TRACK, "turn");
    else if (event->kind == AC_EV_TURN_END)
        put_entry(trace, "E", LOOP_TRACK, "turn");
    else if (event->kind == AC_EV_POLL || event->kind == AC_EV_JUMP)
        put_entry(trace, "i", LOOP_TRACK, ac_event_name(event->kind));
    else if (event->kind <= AC_EV_RUN_END)
        write_handle(trace, event);
    else if (event->kind <= AC_EV_FUTURE_GONE)
        write_task(trace, event);
    else if (event->kind <= AC_EV_GROUP_END)
        put_about_group(trace, event);
    else
        put_report(trace, event);
}

void aci_t_perfetto_end(ac_trace *trace)
{
    aci_t_put(trace, trace->began ? "\n]}\n" : "{\"traceEvents\": []}\n");
}
