/* text.c - one loop iteration after the other, as sentences; what was done by whom is indented below it.
 *
 *     turn 2 at 0.0s: 1 ready
 *       step Task-2 'worker'
 *         sets timer _set_result_unless_cancelled for 0.5s
 *         -> awaiting Future#1
 *
 * Idea       The line of a step stays open until the next event: how it stopped goes on it if nothing came
 *            between.
 * Holds      depth is that of the next line: 0 outside turns, 1 in a turn, 2 in a run, one more in each eager
 *            start.
 * Tests      tests/test_trace_recorder.c, docs/examples/trace.c */
#include "trace_impl.h"

/* Colours, as the numbers of the terminal. */
typedef enum colour {
    PLAIN = 0,
    BOLD = 1,
    RED = 31,
    GREEN = 32,
    YELLOW = 33,
    BLUE = 34,
    CYAN = 36,
    GREY = 90
} colour;

static void put_colour(ac_trace *trace, colour which)
{
    if (!trace->options.colour)
        return;
    aci_t_put(trace, "\x1b[");
    aci_t_put_number(trace, (uint64_t)which);
    aci_t_put(trace, "m");
}

static void close_line(ac_trace *trace)
{
    if (!trace->open)
        return;
    aci_t_put(trace, "\n");
    trace->open = false;
    (void)aci_t_flush(trace);
}

static void begin_line(ac_trace *trace, colour which, const char *words)
{
    close_line(trace);
    trace->of_step = false;
    for (unsigned i = 0; i < trace->depth; i++)
        aci_t_put(trace, "  ");
    put_colour(trace, which);
    aci_t_put(trace, words);
    put_colour(trace, PLAIN);
    trace->open = true;
}

static void put_asked(ac_trace *trace, const char *before, t_what what, const char *after)
{
    if (!aci_t_ask(trace, what))
        return;
    aci_t_put(trace, before);
    aci_t_put_quoted(trace, trace->name.bytes, trace->name.size, false);
    aci_t_put(trace, after);
}

static void put_value(ac_trace *trace, const char *before, ac_ref value, const char *after)
{
    put_asked(trace, before, (t_what){.of = T_OF_VALUE, .value = value}, after);
}

/* Task-2 'worker' */
static void put_task_and_body(ac_trace *trace, const ac_task *task)
{
    aci_t_put_task(trace, task, false);
    put_asked(trace, " '", (t_what){.of = T_OF_BODY, .task = task}, "'");
}

/* What a handle is, without saying that it runs. */
static void put_handle(ac_trace *trace, const ac_event *event)
{
    static const char *const words[] = {"step of ",       "wakeup of ", "callback ",
                                        "done callback ", "timer ",     "callback of "};
    aci_t_put(trace, words[event->run]);
    if (event->run == AC_RUN_GROUP) {
        aci_t_put_group(trace, event->group, false);
        aci_t_put(trace, " for ");
    }
    if (event->task != NULL)
        aci_t_put_task(trace, event->task, false);
    else if (aci_t_ask(trace, (t_what){.of = T_OF_CALLBACK, .handle = event->handle}))
        aci_t_put_quoted(trace, trace->name.bytes, trace->name.size, false);
    else
        aci_t_put_handle(trace, event->handle, false);
}

static void line_about_handle(ac_trace *trace, colour which, const char *words, const ac_event *event)
{
    begin_line(trace, which, words);
    put_handle(trace, event);
}

/* ---- The loop ---- */

static void turn_begin(ac_trace *trace, const ac_event *event)
{
    trace->depth = 0;
    begin_line(trace, BOLD, "turn ");
    aci_t_put_number(trace, event->turn);
    aci_t_put(trace, " at ");
    aci_t_put_seconds(trace, event->seconds);
    aci_t_put(trace, "s: ");
    aci_t_put_number(trace, event->count);
    aci_t_put(trace, " ready");
    trace->depth = 1;
}

/* A poll that does not wait says nothing. */
static void poll(ac_trace *trace, double timeout)
{
    if (timeout >= 0 && timeout <= 0)
        return;
    begin_line(trace, GREY, timeout > 0 ? "waits for at most " : "waits");
    if (timeout < 0)
        return;
    aci_t_put_seconds(trace, timeout);
    aci_t_put(trace, "s");
}

static void jump(ac_trace *trace, double now)
{
    begin_line(trace, GREY, "time jumps to ");
    aci_t_put_seconds(trace, now);
    aci_t_put(trace, "s");
}

/* ---- Handles ---- */

static void timer_set(ac_trace *trace, const ac_event *event)
{
    line_about_handle(trace, PLAIN, "sets ", event);
    aci_t_put(trace, " for ");
    aci_t_put_seconds(trace, event->seconds);
    aci_t_put(trace, "s");
}

static void scheduled(ac_trace *trace, const ac_event *event)
{
    line_about_handle(trace, GREEN, "schedules ", event);
    if (event->future == NULL || event->run == AC_RUN_GROUP)
        return;
    aci_t_put(trace, " by ");
    aci_t_put_future(trace, event->future, false);
}

/* A step says the name of its body, too. */
static void run_begin(ac_trace *trace, const ac_event *event)
{
    bool is_step = event->run <= AC_RUN_WAKEUP;
    trace->depth = 1;
    trace->run_task = is_step ? event->task : NULL;
    if (is_step) {
        begin_line(trace, CYAN, event->run == AC_RUN_STEP ? "step " : "wakeup ");
        put_task_and_body(trace, event->task);
        trace->of_step = true;
    } else {
        line_about_handle(trace, CYAN, "", event);
    }
    trace->depth = 2;
}

static void run_end(ac_trace *trace, const ac_event *event)
{
    if (event->status != AC_OK)
        begin_line(trace, RED, "-> failed");
    trace->run_task = NULL;
    trace->depth = 1;
}

/* ---- Tasks and futures ---- */

static void task_created(ac_trace *trace, const ac_event *event)
{
    begin_line(trace, PLAIN, "creates ");
    put_task_and_body(trace, event->task);
    if (event->yes)
        aci_t_put(trace, ", eagerly");
}

/* A run has said already whose step it is; an eager one, and one by hand, has a line of its own. */
static void step_begin(ac_trace *trace, const ac_event *event)
{
    if (event->task != trace->run_task) {
        begin_line(trace, CYAN, event->yes ? "eager step " : "step ");
        put_task_and_body(trace, event->task);
        trace->depth++;
        trace->nested++;
        trace->of_step = true;
    }
    trace->run_task = NULL;
    if (event->how != AC_THROW)
        return;
    aci_t_put(trace, " is thrown");
    put_value(trace, " ", event->value, "");
}

static void step_end(ac_trace *trace, const ac_event *event)
{
    if (trace->open && trace->of_step)
        aci_t_put(trace, " ");
    else
        begin_line(trace, PLAIN, "");
    put_colour(trace, event->stop == AC_RAISED ? RED : BLUE);
    aci_t_put(trace, "-> ");
    aci_t_put(trace, aci_t_stop_word(event->stop));
    put_colour(trace, PLAIN);
    if (event->stop == AC_RETURNED || event->stop == AC_RAISED)
        put_value(trace, " ", event->value, "");
    if (event->future != NULL) {
        aci_t_put(trace, " ");
        aci_t_put_future(trace, event->future, false);
    }
    close_line(trace);
    if (trace->nested == 0)
        return;
    trace->nested--;
    trace->depth--;
}

static void done(ac_trace *trace, const ac_event *event)
{
    begin_line(trace, PLAIN, "");
    aci_t_put_future(trace, event->future, false);
    aci_t_put(trace, " is done: ");
    aci_t_put(trace, aci_t_state_word(event->state));
    if (event->state != AC_CANCELLED || !ac_is_none(event->value))
        put_value(trace, " ", event->value, "");
}

static void cancel(ac_trace *trace, const ac_event *event)
{
    begin_line(trace, YELLOW, event->yes ? "cancels " : "would cancel ");
    aci_t_put_task(trace, event->task, false);
    if (!event->yes) {
        aci_t_put(trace, ", which is done");
        return;
    }
    aci_t_put(trace, " (request ");
    aci_t_put_number(trace, event->count);
    aci_t_put(trace, ")");
    if (event->future == NULL)
        return;
    aci_t_put(trace, ", which waits for ");
    aci_t_put_future(trace, event->future, false);
}

static void must_cancel(ac_trace *trace, const ac_event *event)
{
    begin_line(trace, YELLOW, "the next step of ");
    aci_t_put_task(trace, event->task, false);
    aci_t_put(trace, " is to be cancelled");
}

static void uncancel(ac_trace *trace, const ac_event *event)
{
    begin_line(trace, YELLOW, "uncancels ");
    aci_t_put_task(trace, event->task, false);
    aci_t_put(trace, ", requests left: ");
    aci_t_put_number(trace, event->count);
}

/* ---- Groups, failures ---- */

static void group_event(ac_trace *trace, const ac_event *event)
{
    static const char *const words[] = {"enters ", "adds ", "aborts ", "exits ", "ends "};
    begin_line(trace, event->kind == AC_EV_GROUP_ABORT ? YELLOW : PLAIN,
               words[event->kind - AC_EV_GROUP_ENTER]);
    if (event->kind == AC_EV_GROUP_ADD) {
        aci_t_put_task(trace, event->task, false);
        aci_t_put(trace, " to ");
    }
    aci_t_put_group(trace, event->group, false);
    if (event->kind == AC_EV_GROUP_EXIT && !ac_is_none(event->value))
        put_value(trace, " by ", event->value, "");
}

static void report(ac_trace *trace, const ac_event *event)
{
    begin_line(trace, RED, "exception handler: ");
    aci_t_put_message(trace, event->report, false);
    if (!ac_is_none(event->value))
        put_value(trace, ": ", event->value, "");
}

/* ---- All of them ---- */

static void handle_event(ac_trace *trace, const ac_event *event)
{
    if (event->kind == AC_EV_SCHEDULED)
        scheduled(trace, event);
    else if (event->kind == AC_EV_TIMER_SET)
        timer_set(trace, event);
    else if (event->kind == AC_EV_RUN_BEGIN)
        run_begin(trace, event);
    else if (event->kind == AC_EV_RUN_END)
        run_end(trace, event);
    else if (event->kind == AC_EV_HANDLE_CANCELLED)
        line_about_handle(trace, YELLOW, "cancels ", event);
    else if (event->kind == AC_EV_HANDLE_DROPPED)
        line_about_handle(trace, GREY, "drops ", event);
}

static void task_event(ac_trace *trace, const ac_event *event)
{
    static void (*const writers[])(ac_trace *, const ac_event *) = {task_created, step_begin,  step_end, done,
                                                                    cancel,       must_cancel, uncancel};
    if (event->kind != AC_EV_FUTURE_GONE)
        writers[event->kind - AC_EV_TASK_CREATED](trace, event);
}

/* The end of a turn, and that a timer is due, say themselves. */
static void put_event(ac_trace *trace, const ac_event *event)
{
    if (event->kind == AC_EV_TURN_BEGIN)
        turn_begin(trace, event);
    else if (event->kind == AC_EV_TURN_END)
        trace->depth = trace->nested = 0;
    else if (event->kind == AC_EV_POLL)
        poll(trace, event->seconds);
    else if (event->kind == AC_EV_JUMP)
        jump(trace, event->seconds);
    else if (event->kind <= AC_EV_RUN_END)
        handle_event(trace, event);
    else if (event->kind <= AC_EV_FUTURE_GONE)
        task_event(trace, event);
    else if (event->kind <= AC_EV_GROUP_END)
        group_event(trace, event);
    else
        report(trace, event);
}

void aci_t_text_event(ac_trace *trace, ac_loop *loop, const ac_event *event)
{
    (void)loop;
    put_event(trace, event);
    if (!trace->of_step)
        close_line(trace);
}

void aci_t_text_end(ac_trace *trace)
{
    close_line(trace);
}
