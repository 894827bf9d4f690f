/* test_trace.c - the hook: which events come, in what order, and what they point at.
 *
 * Idea       A tracer writes each event as a few words; futures in frames of the core are called "frame".  A
 *            second thing to look at is what is remembered: no address may be used after the event of its
 *            end.
 * Rules      The events of one test are compared whole, so that what is said too often fails as well. */
#include <aiocore/trace.h>

#include "host.h"

#include <stdio.h>
#include <string.h>

/* ---- A tracer that writes words ---- */

enum { LOG = 4096 };

struct words {
    ac_tracer tracer; /* must come first */
    char log[LOG];
    unsigned count[AC_EVENTS];
};

static struct words words;

static const char *name_of(ac_future *future)
{
    if (future == NULL)
        return "-";
    if (ac_future_task(future) != NULL)
        return th_name(future);
    for (size_t i = 0; i < TH_SLOTS; i++)
        if (th.slots[i] == future)
            return th_name(future);
    return "frame";
}

static const char *name_of_task(ac_task *task)
{
    return name_of(task != NULL ? &task->future : NULL);
}

static const char *name_of_handle(const ac_event *event)
{
    if (event->task != NULL)
        return name_of_task(event->task);
    const char *word = ac_handle_word(event->handle);
    ac_callback *callback = AC_CONTAINER_OF(event->handle, ac_callback, handle);
    ac_timer *timer = AC_CONTAINER_OF(callback, ac_timer, callback);
    return word != NULL ? word : AC_CONTAINER_OF(timer, th_callback, timer)->name;
}

static size_t describe_loop(const ac_event *e, char *at, size_t room)
{
    if (e->kind == AC_EV_TURN_BEGIN)
        return (size_t)snprintf(at, room, " %u at %g: %u", (unsigned)e->turn, e->seconds, (unsigned)e->count);
    return (size_t)(e->kind == AC_EV_TURN_END ? snprintf(at, room, " %u", (unsigned)e->turn)
                                              : snprintf(at, room, " %g", e->seconds));
}

static size_t describe_handle(const ac_event *e, char *at, size_t room)
{
    const char *what = e->kind == AC_EV_RUN_END ? ac_status_name(e->status) : ac_run_name(e->run);
    const char *by = e->future != NULL ? name_of(e->future) : NULL;
    size_t size = (size_t)snprintf(at, room, " %s %s", what, name_of_handle(e));
    if (by != NULL)
        size += (size_t)snprintf(at + size, room - size, " by %s", by);
    if (e->kind == AC_EV_TIMER_SET || e->kind == AC_EV_TIMER_DUE)
        size += (size_t)snprintf(at + size, room - size, " for %g", e->seconds);
    return size;
}

static size_t describe_task(const ac_event *e, char *at, size_t room)
{
    static const char *const states[] = {"pending", "result", "exception", "cancelled"};
    const char *name = name_of(e->future), *task = name_of_task(e->task), *yes = e->yes ? " yes" : "";
    switch (e->kind) {
    case AC_EV_TASK_CREATED:
        return (size_t)snprintf(at, room, " %s by %s%s", task, name_of_task(e->parent), yes);
    case AC_EV_STEP_BEGIN:
        return (size_t)snprintf(at, room, " %s %s %s%s", task, e->how == AC_SEND ? "send" : "throw",
                                th_repr(e->value), yes);
    case AC_EV_STEP_END:
        return (size_t)snprintf(at, room, " %s %s %s %s", task, ac_turn_name(e->stop), name,
                                th_repr(e->value));
    case AC_EV_DONE:
        return (size_t)snprintf(at, room, " %s %s %s", name, states[e->state], th_repr(e->value));
    case AC_EV_FUTURE_GONE:
        return (size_t)snprintf(at, room, " %s", name);
    default:
        return (size_t)snprintf(at, room, " %s %u %s%s", task, (unsigned)e->count, name, yes);
    }
}

static size_t describe_other(const ac_event *e, char *at, size_t room)
{
    if (e->kind == AC_EV_REPORT)
        return (size_t)snprintf(at, room, " '%s' %s", e->report->message, th_repr(e->value));
    return (size_t)snprintf(at, room, " %s %s", name_of_task(e->task), th_repr(e->value));
}

static size_t describe(const ac_event *e, char *at, size_t room)
{
    if (e->kind <= AC_EV_JUMP)
        return describe_loop(e, at, room);
    if (e->kind <= AC_EV_RUN_END)
        return describe_handle(e, at, room);
    return e->kind <= AC_EV_FUTURE_GONE ? describe_task(e, at, room) : describe_other(e, at, room);
}

static void write_words(ac_tracer *tracer, ac_loop *loop, const ac_event *event)
{
    struct words *self = (struct words *)(void *)tracer;
    char *at = self->log + strlen(self->log);
    size_t room = LOG - (size_t)(at - self->log);
    ck_assert_ptr_eq(loop, &th.loop);
    ck_assert_int_lt(event->kind, AC_EVENTS);
    self->count[event->kind]++;
    size_t size = (size_t)snprintf(at, room, "%s%s", at != self->log ? "\n" : "", ac_event_name(event->kind));
    ck_assert_uint_lt(size + 128, room);
    ck_assert_uint_lt(size + describe(event, at + size, room - size), room);
}

static void trace(void)
{
    memset(&words, 0, sizeof words);
    words.tracer.event = write_words;
    ac_loop_set_tracer(&th.loop, &words.tracer);
}

static void trace_no_more(void)
{
    ac_loop_set_tracer(&th.loop, NULL);
}

/* The events so far are these; forgets them. */
static void expect(const char *events)
{
    ck_assert_str_eq(words.log, events);
    words.log[0] = '\0';
}

static bool said(const char *event)
{
    return strstr(words.log, event) != NULL;
}

static void use(const ac_loop_options *options)
{
    th_ok(ac_loop_close(&th.loop));
    th_loop_init(options);
    trace();
}

static const th_op ends[] = {{TH_END}};
static const th_op returns[] = {{TH_RETURN, .number = 7}};
static const th_op fails[] = {{TH_RAISE, .kind = TH_VALUE, .text = "x"}};
static const th_op awaits[] = {{TH_AWAIT, .slot = 1}, {TH_RETURN, .number = 1}};
static const th_op yields[] = {{TH_YIELD}, {TH_END}};

/* ---- Turns and callbacks ---- */

START_TEST(test_a_turn_says_its_number_time_and_how_many_are_ready)
{
    trace();
    th.now = 2.5;
    th_ok(th_turn(&th.loop));
    th_ok(th_turn(&th.loop));
    expect("turn_begin 1 at 2.5: 0\nturn_end 1\nturn_begin 2 at 2.5: 0\nturn_end 2");
}
END_TEST

START_TEST(test_call_soon_is_scheduled_then_runs)
{
    trace();
    th_soon(th_callback_new("a", NULL));
    th_ok(th_turn(&th.loop));
    th_expect("a");
    expect("scheduled callback a\n"
           "turn_begin 1 at 0: 1\nrun_begin callback a\nrun_end AC_OK a\nturn_end 1");
}
END_TEST

static ac_status raise(ac_loop *loop, th_callback *self)
{
    (void)self;
    return ac_loop_raise(loop, th_exception(TH_VALUE, "x"));
}

START_TEST(test_a_callback_that_fails_ends_and_is_reported)
{
    trace();
    th_soon(th_callback_new("a", raise));
    th_ok(th_turn(&th.loop));
    th_expect("a");
    th_expect_reports("Exception in callback: ValueError('x')");
    expect("scheduled callback a\n"
           "turn_begin 1 at 0: 1\nrun_begin callback a\nrun_end AC_E_RAISED a\n"
           "report 'Exception in callback' ValueError('x')\nturn_end 1");
}
END_TEST

START_TEST(test_a_cancelled_handle_is_dropped_in_its_turn)
{
    trace();
    th_callback *callback = th_callback_new("a", NULL);
    th_soon(callback);
    ac_handle_cancel(&th.loop, th_handle(callback));
    ac_handle_cancel(&th.loop, th_handle(callback));
    th_ok(th_turn(&th.loop));
    expect("scheduled callback a\nhandle_cancelled callback a\n"
           "turn_begin 1 at 0: 1\nhandle_dropped callback a\nturn_end 1");
}
END_TEST

START_TEST(test_what_a_closing_loop_gives_up_is_dropped)
{
    trace();
    th_soon(th_callback_new("a", NULL));
    th_later(th_callback_new("b", NULL), 1);
    th_ok(ac_loop_close(&th.loop));
    expect(
        "scheduled callback a\ntimer_set timer b for 1\nhandle_dropped callback a\nhandle_dropped timer b");
}
END_TEST

static ac_status again(ac_loop *loop, th_callback *self)
{
    return self->runs == 1 ? ac_loop_call_soon(loop, th_cb(self)) : AC_OK;
}

START_TEST(test_a_callback_that_queues_itself_is_scheduled_before_it_ends)
{
    trace();
    th_soon(th_callback_new("a", again));
    th_turns(&th.loop, 2);
    th_expect("a, a");
    expect("scheduled callback a\n"
           "turn_begin 1 at 0: 1\nrun_begin callback a\nscheduled callback a\nrun_end AC_OK a\nturn_end 1\n"
           "turn_begin 2 at 0: 1\nrun_begin callback a\nrun_end AC_OK a\nturn_end 2");
}
END_TEST

START_TEST(test_another_threads_callback_is_scheduled_when_the_loop_takes_it)
{
    trace();
    th_callback *callback = th_callback_new("a", NULL);
    th_ok(ac_loop_call_soon_threadsafe(&th.loop, th_cb(callback)));
    expect("");
    th_ok(th_turn(&th.loop));
    th_expect("a");
    expect("scheduled callback a\n"
           "turn_begin 1 at 0: 1\nrun_begin callback a\nrun_end AC_OK a\nturn_end 1");
}
END_TEST

START_TEST(test_a_posted_handle_runs_outside_turns)
{
    th.table.post = th_post;
    use(NULL);
    th_soon(th_callback_new("a", NULL));
    th_run_posted(&th.loop);
    th_expect("a");
    expect("scheduled callback a\nrun_begin callback a\nrun_end AC_OK a");
}
END_TEST

/* ---- Timers and time ---- */

START_TEST(test_a_timer_is_set_due_and_run)
{
    trace();
    th_later(th_callback_new("a", NULL), 1);
    th_later(th_callback_new("b", NULL), 2);
    th.now = 3;
    th_soon(th_callback_new("c", NULL));
    th_ok(th_turn(&th.loop));
    th_expect("c, a, b");
    expect("timer_set timer a for 1\ntimer_set timer b for 2\nscheduled callback c\n"
           "turn_begin 1 at 3: 3\ntimer_due timer a for 1\ntimer_due timer b for 2\n"
           "run_begin callback c\nrun_end AC_OK c\nrun_begin timer a\nrun_end AC_OK a\n"
           "run_begin timer b\nrun_end AC_OK b\nturn_end 1");
}
END_TEST

START_TEST(test_a_cancelled_timer_is_dropped_when_it_is_swept)
{
    trace();
    th_callback *callback = th_callback_new("a", NULL);
    th_later(callback, 1);
    ac_handle_cancel(&th.loop, th_handle(callback));
    th_ok(th_turn(&th.loop));
    expect("timer_set timer a for 1\nhandle_cancelled timer a\nhandle_dropped timer a\n"
           "turn_begin 1 at 0: 0\nturn_end 1");
}
END_TEST

static ac_status stop_loop(ac_loop *loop, th_callback *self)
{
    (void)self;
    ac_loop_stop(loop);
    return AC_OK;
}

START_TEST(test_a_virtual_clock_says_where_it_jumps)
{
    ac_clock clock;
    ac_clock_init(&clock);
    use(&(ac_loop_options){.clock = &clock});
    th_later(th_callback_new("a", stop_loop), 1.5);
    th_ok(ac_loop_run_forever(&th.loop));
    th_expect("a");
    expect("timer_set timer a for 1.5\njump 1.5\nturn_begin 1 at 1.5: 1\ntimer_due timer a for 1.5\n"
           "run_begin timer a\nrun_end AC_OK a\nturn_end 1");
}
END_TEST

START_TEST(test_a_poll_says_how_long_it_may_take)
{
    trace();
    th_later(th_callback_new("a", stop_loop), 1.5);
    th_ok(ac_loop_run_forever(&th.loop));
    th_expect("a");
    ck_assert(said("timer_set timer a for 1.5\npoll 1.5\nturn_begin 1 at 1.5: 1\ntimer_due timer a for 1.5"));
}
END_TEST

/* ---- Futures ---- */

START_TEST(test_done_comes_before_what_it_schedules)
{
    trace();
    ac_future *future = th_slot(1, "f");
    th_ok(ac_future_add_done_callback(future, th_cb(th_callback_new("a", NULL))));
    th_start(0, "t", awaits, AC_EAGER_NO);
    th_ok(th_turn(&th.loop));
    words.log[0] = '\0';
    th_ok(ac_future_set_result(future, th_int(3)));
    expect("done f result 3\nscheduled done_callback a by f\nscheduled wakeup t by f");
    th_ok(th_turn(&th.loop));
    th_expect("a");
    expect("turn_begin 2 at 0: 2\nrun_begin done_callback a\nrun_end AC_OK a\n"
           "run_begin wakeup t\nstep_begin t send 3\nstep_end t AC_RETURNED - 1\ndone t result 1\n"
           "run_end AC_OK t\nturn_end 2");
    trace_no_more();
}
END_TEST

START_TEST(test_every_way_to_be_done)
{
    trace();
    ac_future *future = th_slot(1, "f"), *other = th_slot(2, "g"), *third = th_slot(3, "h");
    ac_value message = th_new("message");
    th_ok(ac_future_set_exception(future, th_exception(TH_VALUE, "x")));
    th_ok(ac_future_cancel(other, ac_none_ref(), NULL));
    th_ok(ac_future_cancel(third, ac_lend(message), NULL));
    th_drop(message);
    expect("done f exception ValueError('x')\ndone g cancelled None\ndone h cancelled message");
    ac_future_set_log_traceback(future, false);
    trace_no_more();
}
END_TEST

START_TEST(test_a_callback_of_a_done_future_is_scheduled_by_it)
{
    trace();
    ac_future *future = th_slot(1, "f");
    th_ok(ac_future_set_result(future, ac_none()));
    th_ok(ac_future_add_done_callback(future, th_cb(th_callback_new("a", NULL))));
    expect("done f result None\nscheduled done_callback a by f");
    th_ok(th_turn(&th.loop));
    th_expect("a");
    ck_assert(said("run_begin done_callback a"));
    trace_no_more();
}
END_TEST

START_TEST(test_a_removed_callback_is_dropped)
{
    trace();
    ac_future *future = th_slot(1, "f");
    th_callback *callback = th_callback_new("a", NULL);
    th_ok(ac_future_add_done_callback(future, th_cb(callback)));
    th_ok(ac_future_remove_done_callback(future, th_cb(callback)));
    expect("handle_dropped done_callback a");
    trace_no_more();
}
END_TEST

START_TEST(test_only_what_was_mentioned_is_said_to_be_gone)
{
    trace();
    ac_future *known = th_future_new(&th.loop, "k"), *unknown = th_future_new(&th.loop, "u");
    th_ok(ac_future_set_result(known, ac_none()));
    th_release(unknown);
    ck_assert_uint_eq(words.count[AC_EV_FUTURE_GONE], 0);
    th_release(known);
    expect("done frame result None\nfuture_gone frame");
}
END_TEST

START_TEST(test_a_task_is_gone_once)
{
    trace();
    th_start(0, "t", ends, AC_EAGER_NO);
    th_run(&th.loop);
    words.log[0] = '\0';
    ac_future *task = th.slots[0];
    th.slots[0] = NULL;
    ac_future_clear(task);
    expect("future_gone t");
    th_release(task);
    expect("");
}
END_TEST

/* ---- Steps ---- */

START_TEST(test_a_lazy_task_is_created_scheduled_and_stepped)
{
    trace();
    th_start(0, "t", returns, AC_EAGER_NO);
    expect("task_created t by -\nscheduled step t");
    th_ok(th_turn(&th.loop));
    expect("turn_begin 1 at 0: 1\nrun_begin step t\nstep_begin t send None\nstep_end t AC_RETURNED - 7\n"
           "done t result 7\nrun_end AC_OK t\nturn_end 1");
    trace_no_more();
}
END_TEST

START_TEST(test_an_eager_task_is_stepped_where_it_is_created)
{
    static const th_op creates[] = {
        {TH_CREATE, .slot = 2, .text = "child", .script = returns, .eager = AC_EAGER_YES}, {TH_END}};
    trace();
    th_start(0, "t", creates, AC_EAGER_NO);
    words.log[0] = '\0';
    th_ok(th_turn(&th.loop));
    expect("turn_begin 1 at 0: 1\nrun_begin step t\nstep_begin t send None\n"
           "task_created child by t yes\nstep_begin child send None yes\nstep_end child AC_RETURNED - 7\n"
           "done child result 7\nstep_end t AC_RETURNED - None\ndone t result None\nrun_end AC_OK "
           "t\nturn_end 1");
    trace_no_more();
}
END_TEST

START_TEST(test_an_eager_task_without_a_running_loop_is_lazy)
{
    trace();
    th_start(0, "t", ends, AC_EAGER_YES);
    expect("task_created t by -\nscheduled step t");
    th_run(&th.loop);
    trace_no_more();
}
END_TEST

/* How each script's first step stops, up to the end of the turn. */
static void expect_stop(const th_op *script, const char *events)
{
    th_slot(1, "f");
    trace();
    th_start(0, "t", script, AC_EAGER_NO);
    words.log[0] = '\0';
    th_ok(th_turn(&th.loop));
    const char *from = strstr(words.log, "step_end");
    ck_assert_ptr_nonnull(from);
    ck_assert_str_eq(from, events);
    trace_no_more();
    for (size_t slot = 0; slot < 2; slot++) {
        ac_future *held = th.slots[slot];
        th.slots[slot] = NULL;
        ac_future_set_log_traceback(held, false);
        if (ac_future_task(held) != NULL)
            ac_task_set_log_destroy_pending(ac_future_task(held), false);
        ac_future_clear(held);
        th_release(held);
    }
}

START_TEST(test_every_way_to_stop)
{
    static const th_op parks[] = {{TH_PARK}, {TH_END}};
    static const th_op strange[] = {{TH_STRANGE, .text = "strange"}, {TH_END}};
    static const th_op sleeps[] = {{TH_SLEEP, .number = 1}, {TH_END}};
    expect_stop(awaits, "step_end t AC_AWAITING f None\nrun_end AC_OK t\nturn_end 1");
    expect_stop(yields, "step_end t AC_YIELDED - None\nscheduled step t\nrun_end AC_OK t\nturn_end 1");
    expect_stop(parks, "step_end t AC_PARKED - None\nrun_end AC_OK t\nturn_end 1");
    expect_stop(fails, "step_end t AC_RAISED - ValueError('x')\ndone t exception ValueError('x')\n"
                       "run_end AC_OK t\nturn_end 1");
    expect_stop(sleeps, "step_end t AC_AWAITING frame None\nrun_end AC_OK t\nturn_end 1");
    expect_stop(strange, "step_end t AC_STRANGE - strange\nscheduled step t\nrun_end AC_OK t\nturn_end 1");
}
END_TEST

START_TEST(test_a_step_by_hand_is_traced_as_well)
{
    static const th_op parks[] = {{TH_PARK}, {TH_END}};
    ac_future *future = th_slot(1, "f");
    (void)future;
    trace();
    th_start(0, "t", parks, AC_EAGER_NO);
    th_ok(th_turn(&th.loop));
    words.log[0] = '\0';
    th_ok(ac_task_wake(th_task_in(0)));
    expect("scheduled step t");
    th_ok(th_turn(&th.loop));
    ck_assert(said("run_begin step t\nstep_begin t send None\nstep_end t AC_RETURNED - None\ndone t"));
    trace_no_more();
}
END_TEST

START_TEST(test_a_sleeps_timer_and_future_are_the_cores)
{
    static const th_op sleeps[] = {{TH_SLEEP, .number = 1}, {TH_END}};
    trace();
    th_start(0, "t", sleeps, AC_EAGER_NO);
    words.log[0] = '\0';
    th_ok(th_turn(&th.loop));
    th.now = 1;
    th_turns(&th.loop, 2);
    expect("turn_begin 1 at 0: 1\nrun_begin step t\nstep_begin t send None\n"
           "timer_set timer _set_result_unless_cancelled for 1\nstep_end t AC_AWAITING frame None\n"
           "run_end AC_OK t\nturn_end 1\n"
           "turn_begin 2 at 1: 1\ntimer_due timer _set_result_unless_cancelled for 1\n"
           "run_begin timer _set_result_unless_cancelled\ndone frame result None\n"
           "scheduled wakeup t by frame\nrun_end AC_OK _set_result_unless_cancelled\nturn_end 2\n"
           "turn_begin 3 at 1: 1\nrun_begin wakeup t\nstep_begin t send None\nfuture_gone frame\n"
           "step_end t AC_RETURNED - None\ndone t result None\nrun_end AC_OK t\nturn_end 3");
    trace_no_more();
}
END_TEST

/* ---- Cancellation ---- */

START_TEST(test_a_cancel_says_what_it_goes_to)
{
    th_slot(1, "f");
    trace();
    th_start(0, "t", awaits, AC_EAGER_NO);
    th_ok(th_turn(&th.loop));
    words.log[0] = '\0';
    th_ok(ac_task_cancel(th_task_in(0), ac_none_ref(), NULL));
    expect("cancel t 1 f yes\ndone f cancelled None\nscheduled wakeup t by f");
    th_ok(th_turn(&th.loop));
    expect("turn_begin 2 at 0: 1\nrun_begin wakeup t\nstep_begin t throw CancelledError()\n"
           "step_end t AC_RAISED - CancelledError()\ndone t cancelled CancelledError()\nrun_end AC_OK t\n"
           "turn_end 2");
    th_ok(ac_task_cancel(th_task_in(0), ac_none_ref(), NULL));
    expect("cancel t 1 -");
    trace_no_more();
}
END_TEST

START_TEST(test_a_cancel_that_nothing_takes_is_kept_for_the_next_step)
{
    trace();
    th_start(0, "t", ends, AC_EAGER_NO);
    words.log[0] = '\0';
    th_ok(ac_task_cancel(th_task_in(0), ac_none_ref(), NULL));
    expect("cancel t 1 - yes\nmust_cancel t 0 -");
    ck_assert_uint_eq(ac_task_uncancel(th_task_in(0)), 0);
    expect("uncancel t 0 -");
    th_run(&th.loop);
    trace_no_more();
}
END_TEST

START_TEST(test_a_cancel_goes_along_the_chain)
{
    static const th_op outer[] = {{TH_AWAIT, .slot = 0}, {TH_END}};
    th_slot(1, "f");
    trace();
    th_start(0, "inner", awaits, AC_EAGER_NO);
    th_start(2, "outer", outer, AC_EAGER_NO);
    th_ok(th_turn(&th.loop));
    words.log[0] = '\0';
    th_ok(ac_task_cancel(th_task_in(2), ac_none_ref(), NULL));
    expect(
        "cancel outer 1 inner yes\ncancel inner 1 f yes\ndone f cancelled None\nscheduled wakeup inner by f");
    th_run(&th.loop);
    trace_no_more();
}
END_TEST

/* ---- Groups ---- */

START_TEST(test_a_group_is_entered_filled_exited_and_ends)
{
    static const th_op main_script[] = {
        {TH_ENTER_GROUP}, {TH_SPAWN, .slot = 1, .text = "child", .script = ends}, {TH_EXIT_GROUP}, {TH_END}};
    trace();
    th_start(0, "t", main_script, AC_EAGER_NO);
    words.log[0] = '\0';
    th_turns(&th.loop, 4);
    expect(
        "turn_begin 1 at 0: 1\nrun_begin step t\nstep_begin t send None\ngroup_enter t None\n"
        "task_created child by t\nscheduled step child\ngroup_add child None\ngroup_exit - None\n"
        "step_end t AC_AWAITING frame None\nrun_end AC_OK t\nturn_end 1\n"
        "turn_begin 2 at 0: 1\nrun_begin step child\nstep_begin child send None\n"
        "step_end child AC_RETURNED - None\ndone child result None\nscheduled group child by child\n"
        "run_end AC_OK child\nturn_end 2\n"
        "turn_begin 3 at 0: 1\nrun_begin group child\ndone frame result None\nscheduled wakeup t by frame\n"
        "run_end AC_OK child\nturn_end 3\n"
        "turn_begin 4 at 0: 1\nrun_begin wakeup t\nstep_begin t send None\nfuture_gone frame\n"
        "group_end - None\nstep_end t AC_RETURNED - None\ndone t result None\nrun_end AC_OK t\nturn_end 4");
    trace_no_more();
}
END_TEST

START_TEST(test_a_group_that_fails_aborts)
{
    static const th_op waits[] = {{TH_SLEEP, .number = 1000}, {TH_END}};
    static const th_op main_script[] = {{TH_ENTER_GROUP},
                                        {TH_SPAWN, .slot = 1, .text = "a", .script = fails},
                                        {TH_SPAWN, .slot = 2, .text = "b", .script = waits},
                                        {TH_EXIT_GROUP, .catches = true},
                                        {TH_END}};
    trace();
    th_start(0, "t", main_script, AC_EAGER_NO);
    th_turns(&th.loop, 2);
    words.log[0] = '\0';
    th_ok(th_turn(&th.loop));
    expect("turn_begin 3 at 0: 1\nrun_begin group a\ngroup_abort - None\ncancel b 1 frame yes\n"
           "done frame cancelled None\nscheduled wakeup b by frame\ncancel t 1 frame yes\n"
           "done frame cancelled None\nscheduled wakeup t by frame\nrun_end AC_OK a\nturn_end 3");
    trace_no_more();
    th_run(&th.loop);
    th.log[0] = '\0';
}
END_TEST

START_TEST(test_a_body_that_fails_is_what_the_exit_is_told)
{
    static const th_op main_script[] = {{TH_ENTER_GROUP},
                                        {TH_RAISE, .kind = TH_VALUE, .text = "x"},
                                        {TH_EXIT_GROUP, .catches = true},
                                        {TH_END}};
    trace();
    th_start(0, "t", main_script, AC_EAGER_NO);
    words.log[0] = '\0';
    th_ok(th_turn(&th.loop));
    ck_assert(said("group_exit - ValueError('x')\ngroup_abort - None\ngroup_end - None\nstep_end t"));
    trace_no_more();
    th.log[0] = '\0';
}
END_TEST

/* ---- The tracer itself ---- */

START_TEST(test_a_loop_has_no_tracer_at_first)
{
    ck_assert_ptr_null(ac_loop_get_tracer(&th.loop));
    trace();
    ck_assert_ptr_eq(ac_loop_get_tracer(&th.loop), &words.tracer);
    trace_no_more();
    ck_assert_ptr_null(ac_loop_get_tracer(&th.loop));
}
END_TEST

static ac_status begin_to_trace(ac_loop *loop, th_callback *self)
{
    (void)loop;
    (void)self;
    trace();
    return AC_OK;
}

static ac_status end_to_trace(ac_loop *loop, th_callback *self)
{
    (void)self;
    ac_loop_set_tracer(loop, NULL);
    return AC_OK;
}

START_TEST(test_a_tracer_may_come_and_go_in_the_middle_of_a_turn)
{
    th_start(0, "t", yields, AC_EAGER_NO);
    th_soon(th_callback_new("on", begin_to_trace));
    th_soon(th_callback_new("off", end_to_trace));
    th_turns(&th.loop, 2);
    th_expect("on, off");
    expect("run_begin callback off");
    trace();
    th_run(&th.loop);
    ck_assert_uint_eq(words.count[AC_EV_RUN_END], 0);
    trace_no_more();
}
END_TEST

START_TEST(test_debug_mode_and_a_tracer_go_together)
{
    use(&(ac_loop_options){.debug = true});
    th_soon(th_callback_new("a", NULL));
    th_ok(th_turn(&th.loop));
    th_expect("a");
    ck_assert(said("run_begin callback a\nrun_end AC_OK a"));
}
END_TEST

START_TEST(test_every_kind_has_a_word)
{
    for (int kind = 0; kind < AC_EVENTS; kind++)
        ck_assert_str_ne(ac_event_name((ac_event_kind)kind), "?");
    ck_assert_str_eq(ac_event_name(AC_EVENTS), "?");
    ck_assert_str_eq(ac_event_name((ac_event_kind)-1), "?");
    ck_assert_str_eq(ac_run_name(AC_RUN_GROUP), "group");
    ck_assert_str_eq(ac_run_name((ac_run_kind)(AC_RUN_GROUP + 1)), "?");
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_a_turn_says_its_number_time_and_how_many_are_ready,
        test_call_soon_is_scheduled_then_runs,
        test_a_callback_that_fails_ends_and_is_reported,
        test_a_cancelled_handle_is_dropped_in_its_turn,
        test_what_a_closing_loop_gives_up_is_dropped,
        test_a_callback_that_queues_itself_is_scheduled_before_it_ends,
        test_another_threads_callback_is_scheduled_when_the_loop_takes_it,
        test_a_posted_handle_runs_outside_turns,
        test_a_timer_is_set_due_and_run,
        test_a_cancelled_timer_is_dropped_when_it_is_swept,
        test_a_virtual_clock_says_where_it_jumps,
        test_a_poll_says_how_long_it_may_take,
        test_done_comes_before_what_it_schedules,
        test_every_way_to_be_done,
        test_a_callback_of_a_done_future_is_scheduled_by_it,
        test_a_removed_callback_is_dropped,
        test_only_what_was_mentioned_is_said_to_be_gone,
        test_a_task_is_gone_once,
        test_a_lazy_task_is_created_scheduled_and_stepped,
        test_an_eager_task_is_stepped_where_it_is_created,
        test_an_eager_task_without_a_running_loop_is_lazy,
        test_every_way_to_stop,
        test_a_step_by_hand_is_traced_as_well,
        test_a_sleeps_timer_and_future_are_the_cores,
        test_a_cancel_says_what_it_goes_to,
        test_a_cancel_that_nothing_takes_is_kept_for_the_next_step,
        test_a_cancel_goes_along_the_chain,
        test_a_group_is_entered_filled_exited_and_ends,
        test_a_group_that_fails_aborts,
        test_a_body_that_fails_is_what_the_exit_is_told,
        test_a_loop_has_no_tracer_at_first,
        test_a_tracer_may_come_and_go_in_the_middle_of_a_turn,
        test_debug_mode_and_a_tracer_go_together,
        test_every_kind_has_a_word,
    };
    return TH_MAIN("trace", tests);
}
