/* test_trace_record.c - the event record: each line of docs/conformance.md as it is written, what it is asked
 * of the core, and what happens when memory or writing fails.
 *
 * Idea       Records are compared whole.  Contexts are numbered by the test's own hook, so that the numbers
 *            in the record are seen to be others: those of first appearances.
 * See also   test_trace_recorder.c for the other formats, difftests/ for the same lines of CPython. */
#include <aiocore/trace.h>

#include "host.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- What a recorder writes to, and allocates from ---- */

enum { SINK = 1 << 14 };

static struct sink {
    char text[SINK];
    size_t size;
    unsigned writes, fail_write; /* the nth write fails; 0: none */
    unsigned allocations, fail_allocation;
    long blocks;
} sink;

static bool write_to_sink(void *data, const char *bytes, size_t size)
{
    (void)data;
    if (++sink.writes == sink.fail_write)
        return false;
    ck_assert_uint_lt(sink.size + size, SINK);
    memcpy(sink.text + sink.size, bytes, size);
    sink.size += size;
    sink.text[sink.size] = '\0';
    return true;
}

static void *allocate(void *data, void *memory, size_t size)
{
    (void)data;
    if (size == 0) {
        sink.blocks--;
        free(memory);
        return NULL;
    }
    if (++sink.allocations == sink.fail_allocation)
        return NULL;
    sink.blocks += memory == NULL;
    return realloc(memory, size);
}

/* ---- Names ---- */

static size_t put_name(const char *name, char *buffer, size_t size)
{
    return name != NULL ? (size_t)snprintf(buffer, size, "%s", name) : 0;
}

static size_t name_body(void *data, const ac_task *task, char *buffer, size_t size)
{
    (void)data;
    return put_name(AC_CONTAINER_OF(ac_task_get_coro(task), th_coro, co)->name, buffer, size);
}

static size_t name_task(void *data, const ac_task *task, char *buffer, size_t size)
{
    (void)data;
    ac_ref name = ac_task_name(task);
    return put_name(!ac_is_none(name) ? th_object_of(name)->name : NULL, buffer, size);
}

static size_t name_callback(void *data, ac_handle *handle, char *buffer, size_t size)
{
    (void)data;
    ac_timer *timer = AC_CONTAINER_OF(ac_handle_callback(handle), ac_timer, callback);
    return put_name(AC_CONTAINER_OF(timer, th_callback, timer)->name, buffer, size);
}

static size_t name_value(void *data, ac_ref value, char *buffer, size_t size)
{
    (void)data;
    return put_name(th_repr(value), buffer, size);
}

/* Contexts are called by their numbers. */
static uint64_t number_context(void *data, ac_ref context)
{
    (void)data;
    return !ac_is_none(context) ? strtoull(th_object_of(context)->name, NULL, 10) : 0;
}

static unsigned contexts;

static ac_status number_copy(ac_loop *loop, ac_value *out)
{
    static const char *const numbers[] = {"91", "82", "73", "64", "55", "46", "37", "28"};
    (void)loop;
    ck_assert_uint_lt(contexts, sizeof numbers / sizeof numbers[0]);
    *out = th_context(numbers[contexts++]);
    return AC_OK;
}

/* ---- Recording ---- */

static ac_trace *trace;

static const ac_trace_names all_names = {name_task,  name_body,      name_callback,
                                         name_value, number_context, NULL};

static ac_status make_recorder(const ac_trace_names *names)
{
    ac_trace_options options = {
        .format = AC_TRACE_RECORD, .names = *names, .write = write_to_sink, .realloc = allocate};
    return ac_trace_new(&options, &trace);
}

static void begin_with(const ac_trace_names *names)
{
    memset(&sink, 0, sizeof sink);
    contexts = 0;
    th.table.copy_context = number_copy;
    th_ok(make_recorder(names));
    ac_loop_set_tracer(&th.loop, ac_trace_tracer(trace));
}

static void begin(void)
{
    begin_with(&all_names);
}

/* The lines so far are these; forgets them. */
static void expect(const char *lines)
{
    ck_assert_str_eq(sink.text, lines);
    sink.size = 0;
    sink.text[0] = '\0';
}

/* The last lines are these. */
static void end(const char *lines)
{
    ac_loop_set_tracer(&th.loop, NULL);
    th_ok(ac_trace_end(trace));
    ck_assert_int_eq(sink.blocks, 0);
    expect(lines);
}

static void soon_in(th_callback *callback, const char *context)
{
    th_handle(callback)->context = th_context(context);
    th_soon(callback);
}

/* ---- A whole program ---- */

static const th_op naps[] = {{TH_SLEEP, .number = 0.5}, {TH_END}};
static const th_op quiet[] = {{TH_END}};

/* The example of docs/conformance.md. */
START_TEST(test_the_record_of_a_nap_in_a_group)
{
    static const th_op script[] = {
        {TH_ENTER_GROUP}, {TH_SPAWN, 1, .text = "nap", .script = naps}, {TH_EXIT_GROUP}, {TH_END}};
    begin();
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_ok(ac_loop_run_until_complete(&th.loop, th.slots[0]));
    end("creates Task-1 'main'\n"
        "schedules step of Task-1\n"
        "turn 1 at 0.0s: 1 ready\n"
        "  step Task-1 'main' in Context#1\n"
        "    creates Task-2 'nap' by Task-1\n"
        "    schedules step of Task-2\n"
        "    -> Task-1 awaits Future#1\n"
        "turn 2 at 0.0s: 1 ready\n"
        "  step Task-2 'nap' in Context#2\n"
        "    sets timer _set_result_unless_cancelled for 0.5s\n"
        "    -> Task-2 awaits Future#2\n"
        "turn 3 at 0.5s: 1 ready\n"
        "  timer _set_result_unless_cancelled\n"
        "    Future#2 is done: result\n"
        "    schedules wakeup of Task-2 by Future#2\n"
        "turn 4 at 0.5s: 1 ready\n"
        "  wakeup Task-2 'nap' in Context#2\n"
        "    -> Task-2 ends\n"
        "    Task-2 is done: result None\n"
        "    schedules callback of a group for Task-2\n"
        "turn 5 at 0.5s: 1 ready\n"
        "  callback of a group for Task-2\n"
        "    Future#1 is done: result\n"
        "    schedules wakeup of Task-1 by Future#1\n"
        "turn 6 at 0.5s: 1 ready\n"
        "  wakeup Task-1 'main' in Context#1\n"
        "    -> Task-1 ends\n"
        "    Task-1 is done: result None\n"
        "    schedules done callback _run_until_complete_cb by Task-1\n"
        "turn 7 at 0.5s: 1 ready\n"
        "  done callback _run_until_complete_cb\n");
}
END_TEST

/* ---- Callbacks and contexts ---- */

START_TEST(test_callbacks_of_all_kinds)
{
    th_callback soon, thread, timer, done;
    th_callback_init(&soon, "Outer.soon", NULL);
    th_callback_init(&thread, "thread", NULL);
    th_callback_init(&timer, "timer", NULL);
    th_callback_init(&done, "done", NULL);
    begin();
    th_slot(0, "f");
    soon_in(&soon, "7");
    th_handle(&thread)->context = th_context("8");
    th_ok(ac_loop_call_soon_threadsafe(&th.loop, th_cb(&thread)));
    th_handle(&timer)->context = th_context("9");
    th_later(&timer, 0.25);
    th_handle(&done)->context = th_context("8");
    ac_future_add_done_callback(th.slots[0], th_cb(&done));
    th_ok(ac_future_set_result(th.slots[0], th_int(1)));
    th_run(&th.loop);
    end("schedules callback soon\n"
        "sets timer timer for 0.25s\n"
        "Future#1 is done: result\n"
        "schedules callback thread\n"
        "schedules done callback done by Future#1\n"
        "turn 1 at 0.0s: 3 ready\n"
        "  callback soon in Context#1\n"
        "  callback thread in Context#2\n"
        "  done callback done in Context#2\n"
        "turn 2 at 0.25s: 1 ready\n"
        "  timer timer in Context#3\n");
    th_expect("Outer.soon, thread, done, timer");
}
END_TEST

/* Nobody can see what context asyncio's own run in; names count by their last part. */
START_TEST(test_callbacks_of_asyncios_own_have_no_context)
{
    static const char *const names[] = {"_own", "Outer._own", "_Outer.f", NULL};
    th_callback callbacks[4];
    begin();
    for (int i = 0; i < 4; i++) {
        th_callback_init(&callbacks[i], names[i], NULL);
        soon_in(&callbacks[i], "7");
    }
    th_turns(&th.loop, 1);
    end("schedules callback _own\n"
        "schedules callback _own\n"
        "schedules callback f\n"
        "schedules callback\n"
        "turn 1 at 0.0s: 4 ready\n"
        "  callback _own\n"
        "  callback _own\n"
        "  callback f in Context#1\n"
        "  callback in Context#1\n");
    th_expect("_own, Outer._own, _Outer.f");
}
END_TEST

/* Only while it waits: cancelling what runs, or was cancelled, changes nothing. */
static ac_status cancel_itself(ac_loop *loop, th_callback *callback)
{
    ac_handle_cancel(loop, th_handle(callback));
    return AC_OK;
}

START_TEST(test_handles_are_cancelled_while_they_wait)
{
    th_callback soon, timer, done, runs;
    th_callback_init(&soon, "soon", NULL);
    th_callback_init(&timer, "timer", NULL);
    th_callback_init(&done, "done", NULL);
    th_callback_init(&runs, "runs", cancel_itself);
    begin();
    th_slot(0, "f");
    ac_future_add_done_callback(th.slots[0], th_cb(&done));
    th_ok(ac_future_set_result(th.slots[0], th_int(1)));
    th_soon(&soon);
    th_later(&timer, 1);
    th_soon(&runs);
    expect("Future#1 is done: result\n"
           "schedules done callback done by Future#1\n"
           "schedules callback soon\n"
           "sets timer timer for 1.0s\n"
           "schedules callback runs\n");
    for (int i = 0; i < 2; i++) {
        ac_handle_cancel(&th.loop, th_handle(&soon));
        ac_handle_cancel(&th.loop, th_handle(&timer));
        ac_handle_cancel(&th.loop, th_handle(&done));
    }
    expect("cancels callback soon\n"
           "cancels timer timer\n"
           "cancels done callback done\n");
    th_run(&th.loop);
    ac_handle_cancel(&th.loop, th_handle(&runs));
    end("turn 1 at 0.0s: 3 ready\n"
        "  callback runs\n");
    th_expect("runs");
}
END_TEST

/* ---- Tasks ---- */

START_TEST(test_an_eager_task)
{
    static const th_op waits[] = {{TH_AWAIT, 3}, {TH_RETURN, .number = 7}};
    static const th_op script[] = {{TH_CREATE, 1, .text = "done", .script = quiet, .eager = AC_EAGER_YES},
                                   {TH_CREATE, 2, .text = "waits", .script = waits, .eager = AC_EAGER_YES},
                                   {TH_SET_RESULT, 3},
                                   {TH_AWAIT, 2},
                                   {TH_END}};
    begin();
    th_slot(3, "f");
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_run(&th.loop);
    end("creates Task-1 'main'\n"
        "schedules step of Task-1\n"
        "turn 1 at 0.0s: 1 ready\n"
        "  step Task-1 'main' in Context#1\n"
        "    creates Task-2 'done' by Task-1, eagerly\n"
        "    -> Task-2 ends\n"
        "    Task-2 is done: result None\n"
        "    creates Task-3 'waits' by Task-1, eagerly\n"
        "    -> Task-3 awaits Future#1\n"
        "    Future#1 is done: result\n"
        "    schedules wakeup of Task-3 by Future#1\n"
        "    -> Task-1 awaits Task-3\n"
        "turn 2 at 0.0s: 1 ready\n"
        "  wakeup Task-3 'waits' in Context#2\n"
        "    -> Task-3 ends\n"
        "    Task-3 is done: result 7\n"
        "    schedules wakeup of Task-1 by Task-3\n"
        "turn 3 at 0.0s: 1 ready\n"
        "  wakeup Task-1 'main' in Context#1\n"
        "    -> Task-1 ends\n"
        "    Task-1 is done: result None\n");
}
END_TEST

/* What cannot be awaited is thrown back at once: the task waits for nothing. */
START_TEST(test_steps_that_yield)
{
    static const th_op script[] = {{TH_YIELD},
                                   {TH_STRANGE, .text = "thing", .catches = true},
                                   {TH_AWAIT, 0, .catches = true},
                                   {TH_RETURN_NEW, .text = "Thing"}};
    begin();
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_run(&th.loop);
    end("creates Task-1 'main'\n"
        "schedules step of Task-1\n"
        "turn 1 at 0.0s: 1 ready\n"
        "  step Task-1 'main' in Context#1\n"
        "    -> Task-1 yields\n"
        "    schedules step of Task-1\n"
        "turn 2 at 0.0s: 1 ready\n"
        "  step Task-1 'main' in Context#1\n"
        "    -> Task-1 yields\n"
        "    schedules step of Task-1\n"
        "turn 3 at 0.0s: 1 ready\n"
        "  step Task-1 'main' in Context#1\n"
        "    -> Task-1 yields\n"
        "    schedules step of Task-1\n"
        "turn 4 at 0.0s: 1 ready\n"
        "  step Task-1 'main' in Context#1\n"
        "    -> Task-1 ends\n"
        "    Task-1 is done: result Thing\n");
    th.log[0] = '\0';
}
END_TEST

/* A task that begins with a default name keeps it, whatever it is called later. */
START_TEST(test_tasks_are_called_by_their_names)
{
    begin();
    th_start(0, "", quiet, AC_EAGER_DEFAULT);
    ac_task_set_name(th_task_in(0), th_new("late"));
    th_coro *body = th_script("body", quiet);
    ac_value name = th_new("two\nlines");
    ac_task_spec spec = {.body = &body->co, .name = ac_lend(name)};
    ac_task *task = NULL;
    th_ok(ac_create_task(&th.loop, &spec, &task));
    th_drop(name);
    th_coro_drop(body);
    th.slots[1] = &task->future;
    th_turns(&th.loop, 1);
    end("creates Task-1\n"
        "schedules step of Task-1\n"
        "creates two\\nlines 'body'\n"
        "schedules step of two\\nlines\n"
        "turn 1 at 0.0s: 2 ready\n"
        "  step Task-1 in Context#1\n"
        "    -> Task-1 ends\n"
        "    Task-1 is done: result None\n"
        "  step two\\nlines 'body' in Context#2\n"
        "    -> two\\nlines ends\n"
        "    two\\nlines is done: result None\n");
}
END_TEST

START_TEST(test_outcomes)
{
    static const th_op fails[] = {{TH_RAISE, .kind = TH_VALUE, .text = "no (matter)"}};
    begin();
    for (unsigned slot = 0; slot < 3; slot++)
        th_slot(slot, "f");
    th_ok(ac_future_set_result(th.slots[0], th_int(7)));
    th_ok(ac_future_set_exception(th.slots[1], th_exception(TH_RUNTIME, "x")));
    th_ok(ac_future_cancel(th.slots[2], ac_lend(th_int(1)), NULL));
    expect("Future#1 is done: result\n"
           "Future#2 is done: exception RuntimeError\n"
           "Future#3 is done: cancelled\n");
    th_start(3, "fails", fails, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    end("creates Task-1 'fails'\n"
        "schedules step of Task-1\n"
        "turn 1 at 0.0s: 1 ready\n"
        "  step Task-1 'fails' in Context#1\n"
        "    -> Task-1 ends\n"
        "    Task-1 is done: exception ValueError\n");
    for (unsigned slot = 1; slot <= 3; slot += 2)
        ac_future_set_log_traceback(th.slots[slot], false);
}
END_TEST

/* ---- Cancelling ---- */

START_TEST(test_requests_to_cancel)
{
    static const th_op waits[] = {{TH_AWAIT, 4, .catches = true}, {TH_UNCANCEL}, {TH_UNCANCEL}, {TH_RERAISE}};
    static const th_op outer[] = {{TH_AWAIT, 1}, {TH_END}};
    begin();
    th_slot(4, "f");
    th_start(1, "waits", waits, AC_EAGER_DEFAULT);
    th_start(2, "outer", outer, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    sink.size = 0;
    th_ok(ac_future_cancel(th.slots[2], ac_none_ref(), NULL));
    th_ok(ac_future_cancel(th.slots[1], ac_none_ref(), NULL));
    expect("cancels Task-2 (request 1), which waits for Task-1\n"
           "cancels Task-1 (request 1), which waits for Future#1\n"
           "Future#1 is done: cancelled\n"
           "schedules wakeup of Task-1 by Future#1\n"
           "cancels Task-1 (request 2), which waits for Future#1\n"
           "the next step of Task-1 is to be cancelled\n");
    th_run(&th.loop);
    th_ok(ac_future_cancel(th.slots[1], ac_none_ref(), NULL));
    end("turn 2 at 0.0s: 1 ready\n"
        "  wakeup Task-1 'waits' in Context#1\n"
        "    uncancels Task-1, requests left: 1\n"
        "    uncancels Task-1, requests left: 0\n"
        "    -> Task-1 ends\n"
        "    Task-1 is done: cancelled\n"
        "    schedules wakeup of Task-2 by Task-1\n"
        "turn 3 at 0.0s: 1 ready\n"
        "  wakeup Task-2 'outer' in Context#2\n"
        "    -> Task-2 ends\n"
        "    Task-2 is done: cancelled\n"
        "would cancel Task-1, which is done\n");
    th_expect("waits caught CancelledError()");
}
END_TEST

START_TEST(test_a_task_that_waits_for_nothing_is_cancelled)
{
    begin();
    th_start(0, "main", quiet, AC_EAGER_DEFAULT);
    th_ok(ac_future_cancel(th.slots[0], ac_none_ref(), NULL));
    th_ok(ac_task_uncancel(th_task_in(0)) == 0 ? AC_OK : AC_E_STATE);
    th_ok(ac_task_uncancel(th_task_in(0)) == 0 ? AC_OK : AC_E_STATE);
    end("creates Task-1 'main'\n"
        "schedules step of Task-1\n"
        "cancels Task-1 (request 1)\n"
        "the next step of Task-1 is to be cancelled\n"
        "uncancels Task-1, requests left: 0\n");
    th_turns(&th.loop, 1);
}
END_TEST

/* ---- Two loops ---- */

START_TEST(test_turns_of_all_loops_are_counted_together)
{
    ac_loop other;
    ac_clock clock;
    ac_clock_init(&clock);
    clock.now = 2.5;
    th_ok(ac_loop_init(&other, &th.table, &(ac_loop_options){.clock = &clock}));
    begin();
    ac_loop_set_tracer(&other, ac_trace_tracer(trace));
    ac_future *first = th_future_new(&th.loop, "f"), *second = th_future_new(&other, "g");
    th_turns(&th.loop, 1);
    th_ok(ac_future_set_result(second, th_int(1)));
    th_turns(&other, 2);
    th_ok(ac_future_set_result(first, th_int(1)));
    th_turns(&th.loop, 1);
    ac_loop_set_tracer(&other, NULL);
    end("turn 1 at 0.0s: 0 ready\n"
        "Future#1 is done: result\n"
        "turn 2 at 2.5s: 0 ready\n"
        "turn 3 at 2.5s: 0 ready\n"
        "Future#2 is done: result\n"
        "turn 4 at 0.0s: 0 ready\n");
    th_release(first);
    th_release(second);
    th_ok(ac_loop_close(&other));
}
END_TEST

/* ---- Numbers ---- */

START_TEST(test_numbers_are_those_of_first_appearances)
{
    th_callback callbacks[4];
    static const char *const in[] = {"300", "20", "300", "1000"};
    begin();
    for (unsigned slot = 0; slot < 3; slot++)
        th_slot(slot, "f");
    for (int i = 0; i < 4; i++) {
        th_callback_init(&callbacks[i], "f", NULL);
        soon_in(&callbacks[i], in[i]);
    }
    th_ok(ac_future_set_result(th.slots[2], th_int(1)));
    th_ok(ac_future_set_result(th.slots[0], th_int(1)));
    th_slot(0, "another");
    th_ok(ac_future_set_result(th.slots[0], th_int(1)));
    sink.size = 0;
    th_turns(&th.loop, 1);
    th_ok(ac_future_set_result(th.slots[1], th_int(1)));
    end("turn 1 at 0.0s: 4 ready\n"
        "  callback f in Context#1\n"
        "  callback f in Context#2\n"
        "  callback f in Context#1\n"
        "  callback f in Context#3\n"
        "Future#4 is done: result\n");
    th.log[0] = '\0';
}
END_TEST

START_TEST(test_seconds_are_written_as_python_does)
{
    static const struct {
        double when;
        const char *line;
    } cases[] = {{5e-324, "sets timer f for 5e-324s\n"},
                 {-5e-324, "sets timer f for -5e-324s\n"},
                 {1e-320, "sets timer f for 1e-320s\n"},
                 {2.2250738585072009e-308, "sets timer f for 2.225073858507201e-308s\n"},
                 {2.2250738585072014e-308, "sets timer f for 2.2250738585072014e-308s\n"},
                 {0.0, "sets timer f for 0.0s\n"},
                 {0.30000000000000004, "sets timer f for 0.30000000000000004s\n"},
                 {3600.0, "sets timer f for 3600.0s\n"},
                 {123456789012345.0, "sets timer f for 123456789012345.0s\n"},
                 {1e15, "sets timer f for 1000000000000000.0s\n"},
                 {-2e15, "sets timer f for -2000000000000000.0s\n"},
                 {1000000000000000.1, "sets timer f for 1000000000000000.1s\n"},
                 {9007199254740992.0, "sets timer f for 9007199254740992.0s\n"},
                 {1e16, "sets timer f for 1e+16s\n"},
                 {12345678901234568.0, "sets timer f for 1.2345678901234568e+16s\n"},
                 {-12345678901234568.0, "sets timer f for -1.2345678901234568e+16s\n"},
                 {123456789012345680.0, "sets timer f for 1.2345678901234568e+17s\n"},
                 {1e22, "sets timer f for 1e+22s\n"},
                 {0.0001, "sets timer f for 0.0001s\n"},
                 {0.00001, "sets timer f for 1e-05s\n"},
                 {INFINITY, "sets timer f for infs\n"},
                 {NAN, "sets timer f for nans\n"}};
    static th_callback callbacks[sizeof cases / sizeof cases[0]];
    begin();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        th_callback_init(&callbacks[i], "f", NULL);
        th_ok(ac_loop_call_at(&th.loop, cases[i].when, &callbacks[i].timer));
        expect(cases[i].line);
    }
    end("");
}
END_TEST

/* ---- Mistakes ---- */

static void run_what_is_posted(ac_loop *loop, th_coro *self)
{
    (void)self;
    ck_assert_uint_eq(th.posted_count, 1);
    ac_handle *handle = th.posted[0];
    th.posted_count = 0;
    th_ok(ac_handle_run(loop, handle));
}

/* A foreign loop that runs something inside the step of a task. */
START_TEST(test_a_current_task_where_there_should_be_none)
{
    static const th_op script[] = {{TH_CALL, .call = run_what_is_posted}, {TH_END}};
    th_callback callback;
    th_callback_init(&callback, "f", NULL);
    th_ok(ac_loop_close(&th.loop));
    th.table.post = th_post;
    th_loop_init(NULL);
    begin();
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    ac_handle *step = th.posted[0];
    th.posted_count = 0;
    soon_in(&callback, "7");
    th_ok(ac_handle_run(&th.loop, step));
    end("creates Task-1 'main'\n"
        "schedules step of Task-1\n"
        "schedules callback f\n"
        "  step Task-1 'main' in Context#1\n"
        "  callback f in Context#2, current Task-1\n"
        "    -> Task-1 ends\n"
        "    Task-1 is done: result None\n");
    th_expect("f");
}
END_TEST

static ac_status raise_error(ac_loop *loop, th_callback *callback)
{
    (void)callback;
    return ac_loop_raise(loop, th_exception(TH_VALUE, "x"));
}

/* The message up to the first object in it; nothing of finalizers. */
START_TEST(test_reports)
{
    static const struct {
        const char *message, *line;
    } cases[] = {
        {"Task %T has errored out but its parent task %P is already completed", "exception handler: Task\n"},
        {"Exception in callback <f>", "exception handler: Exception in callback\n"},
        {"plain", "exception handler: plain\n"},
        {"two\nlines", "exception handler: two\\nlines\n"},
        {"%T", "exception handler: \n"},
        {"Task was destroyed but it is pending!", ""},
        {"%F exception was never retrieved", ""}};
    begin();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ac_report report = {.message = cases[i].message};
        ac_loop_trace_report(&th.loop, &report);
        expect(cases[i].line);
        th_expect_reports("");
        th_ok(ac_loop_call_exception_handler(&th.loop, &report));
        expect(cases[i].line);
        th_expect_reports(cases[i].message);
    }
    end("");
}
END_TEST

START_TEST(test_what_a_callback_raises_is_a_line_of_it)
{
    th_callback callback;
    th_callback_init(&callback, "f", raise_error);
    begin();
    th_soon(&callback);
    th_turns(&th.loop, 1);
    end("schedules callback f\n"
        "turn 1 at 0.0s: 1 ready\n"
        "  callback f\n"
        "    exception handler: Exception in callback\n");
    th_expect("f");
    th_expect_reports("Exception in callback: ValueError('x')");
}
END_TEST

/* A tracer is told, a handler is not. */
START_TEST(test_a_report_that_is_only_traced)
{
    ac_report report = {.message = "plain"};
    ac_loop_trace_report(&th.loop, &report);
    th_expect_reports("");
}
END_TEST

/* ---- Tasks that cannot begin ---- */

/* Its number is used up all the same, as it is in CPython. */
START_TEST(test_an_eager_task_whose_context_cannot_be_entered_is_not_created)
{
    static const th_op script[] = {
        {TH_CREATE, 1, .text = "eager", .script = quiet, .eager = AC_EAGER_YES, .catches = true},
        {TH_CREATE, 1, .text = "lazy", .script = quiet, .eager = AC_EAGER_NO},
        {TH_END}};
    begin();
    th_fail(TH_HOOK_ENTER, 2);
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 2);
    end("creates Task-1 'main'\n"
        "schedules step of Task-1\n"
        "turn 1 at 0.0s: 1 ready\n"
        "  step Task-1 'main' in Context#1\n"
        "    creates Task-3 'lazy' by Task-1\n"
        "    schedules step of Task-3\n"
        "    -> Task-1 ends\n"
        "    Task-1 is done: result None\n"
        "turn 2 at 0.0s: 1 ready\n"
        "  step Task-3 'lazy' in Context#2\n"
        "    -> Task-3 ends\n"
        "    Task-3 is done: result None\n");
    th_expect("main caught RuntimeError('enter failed')");
}
END_TEST

/* A lazy one is there before anything is tried with its context. */
START_TEST(test_a_lazy_task_is_created_before_it_is_scheduled)
{
    begin();
    th_start(0, "main", quiet, AC_EAGER_DEFAULT);
    expect("creates Task-1 'main'\n"
           "schedules step of Task-1\n");
    th_fail(TH_HOOK_ENTER, 1);
    th_turns(&th.loop, 1);
    end("turn 1 at 0.0s: 1 ready\n"
        "    exception handler: Exception in callback\n");
    th_expect_reports("Exception in callback: RuntimeError('enter failed')");
    ac_task_set_log_destroy_pending(th_task_in(0), false);
}
END_TEST

/* ---- What the core tells of handles ---- */

struct listener {
    ac_tracer tracer; /* must come first */
    unsigned runs;
};

static void listen(ac_tracer *tracer, ac_loop *loop, const ac_event *event)
{
    struct listener *self = (struct listener *)(void *)tracer;
    ac_handle *handle = event->handle;
    (void)loop;
    if (event->kind != AC_EV_RUN_BEGIN)
        return;
    self->runs |= 1u << event->run;
    bool is_child = event->run == AC_RUN_GROUP, is_task = event->task != NULL;
    ck_assert_ptr_eq(ac_handle_child(handle), is_child ? event->task : NULL);
    ck_assert_ptr_eq(ac_handle_task(handle), is_task && !is_child ? event->task : NULL);
    ck_assert_int_eq(ac_handle_callback(handle) == NULL, is_task);
    if (is_task)
        ck_assert_uint_eq(ac_handle_context(handle).bits, ac_task_get_context(event->task).bits);
}

START_TEST(test_a_handle_is_of_one_kind)
{
    static const th_op script[] = {
        {TH_ENTER_GROUP}, {TH_SPAWN, 1, .text = "nap", .script = naps}, {TH_EXIT_GROUP}, {TH_END}};
    struct listener listener = {.tracer.event = listen};
    th_callback soon, done;
    th_callback_init(&soon, "soon", NULL);
    th_callback_init(&done, "done", NULL);
    ac_loop_set_tracer(&th.loop, &listener.tracer);
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_soon(&soon);
    ac_future_add_done_callback(th.slots[0], th_cb(&done));
    th_run(&th.loop);
    ac_loop_set_tracer(&th.loop, NULL);
    ck_assert_uint_eq(listener.runs, (1u << (AC_RUN_GROUP + 1)) - 1);
    th_expect("soon, done");
}
END_TEST

START_TEST(test_a_handle_knows_its_context)
{
    th_callback callback;
    th_callback_init(&callback, "f", NULL);
    ck_assert(ac_is_none(ac_handle_context(th_handle(&callback))));
    ac_value context = th_context("7");
    th_handle(&callback)->context = context;
    ck_assert_uint_eq(ac_handle_context(th_handle(&callback)).bits, context.bits);
    th_soon(&callback);
    th_turns(&th.loop, 1);
    ck_assert(ac_is_none(ac_handle_context(th_handle(&callback))));
    th_expect("f");
}
END_TEST

/* ---- What fails ---- */

START_TEST(test_names_are_not_needed)
{
    th_callback callback;
    th_callback_init(&callback, "f", NULL);
    begin_with(&(ac_trace_names){.data = NULL});
    th_start(0, "main", quiet, AC_EAGER_DEFAULT);
    soon_in(&callback, "7");
    th_turns(&th.loop, 1);
    end("creates Task-1\n"
        "schedules step of Task-1\n"
        "schedules callback\n"
        "turn 1 at 0.0s: 2 ready\n"
        "  step Task-1\n"
        "    -> Task-1 ends\n"
        "    Task-1 is done: result\n"
        "  callback\n");
    th_expect("f");
}
END_TEST

/* A program with a line of most kinds. */
static void run_everything(void)
{
    static const th_op fails[] = {{TH_RAISE, .kind = TH_VALUE, .text = "x"}};
    static const th_op script[] = {{TH_CREATE, 2, .text = "eager", .script = quiet, .eager = AC_EAGER_YES},
                                   {TH_ENTER_GROUP},
                                   {TH_SPAWN, 1, .text = "nap", .script = naps},
                                   {TH_SPAWN, 3, .text = "fails", .script = fails},
                                   {TH_EXIT_GROUP, .catches = true},
                                   {TH_CANCEL_SELF},
                                   {TH_YIELD, .catches = true},
                                   {TH_UNCANCEL},
                                   {TH_END}};
    static th_callback raises;
    th_callback_init(&raises, "raises", raise_error);
    th_handle(&raises)->context = th_context("7");
    th_later(&raises, 0.1);
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_run(&th.loop);
    th.log[0] = th.reports[0] = '\0';
}

/* False once there are fewer allocations. */
static bool fail_allocation(unsigned nth, const char *all)
{
    memset(&sink, 0, sizeof sink);
    contexts = 0;
    th.now = 0;
    th_ok(ac_loop_close(&th.loop));
    th_loop_init(NULL);
    sink.fail_allocation = nth;
    ac_status status = make_recorder(&all_names);
    if (status != AC_OK) {
        th_expect_status(status, AC_E_MEMORY);
        ck_assert_ptr_null(trace);
        return true;
    }
    ac_loop_set_tracer(&th.loop, ac_trace_tracer(trace));
    run_everything();
    ac_loop_set_tracer(&th.loop, NULL);
    bool failed = sink.allocations >= nth;
    th_expect_status(ac_trace_end(trace), failed ? AC_E_MEMORY : AC_OK);
    ck_assert_int_eq(sink.blocks, 0);
    ck_assert(sink.size == 0 || sink.text[sink.size - 1] == '\n');
    ck_assert_int_eq(strcmp(sink.text, all) == 0, !failed);
    return failed;
}

/* What is lost is a line or a name; the lines that are written are whole. */
START_TEST(test_any_allocation_may_fail)
{
    static char all[SINK];
    begin();
    run_everything();
    memcpy(all, sink.text, sizeof all);
    ck_assert_uint_gt(sink.size, 1000);
    end(all);
    unsigned nth = 1;
    while (fail_allocation(nth, all))
        nth++;
    ck_assert_uint_gt(nth, 3);
}
END_TEST

START_TEST(test_after_a_failed_write_nothing_is_written)
{
    for (unsigned nth = 1; nth < 30; nth++) {
        th_ok(ac_loop_close(&th.loop));
        th_loop_init(NULL);
        th.now = 0;
        begin();
        sink.fail_write = nth;
        run_everything();
        ac_loop_set_tracer(&th.loop, NULL);
        th_expect_status(ac_trace_end(trace), AC_E_RUNTIME);
        ck_assert_uint_eq(sink.writes, nth);
        ck_assert_int_eq(sink.blocks, 0);
    }
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_the_record_of_a_nap_in_a_group,
        test_callbacks_of_all_kinds,
        test_callbacks_of_asyncios_own_have_no_context,
        test_handles_are_cancelled_while_they_wait,
        test_an_eager_task,
        test_steps_that_yield,
        test_tasks_are_called_by_their_names,
        test_outcomes,
        test_requests_to_cancel,
        test_a_task_that_waits_for_nothing_is_cancelled,
        test_turns_of_all_loops_are_counted_together,
        test_numbers_are_those_of_first_appearances,
        test_seconds_are_written_as_python_does,
        test_a_current_task_where_there_should_be_none,
        test_reports,
        test_what_a_callback_raises_is_a_line_of_it,
        test_a_report_that_is_only_traced,
        test_an_eager_task_whose_context_cannot_be_entered_is_not_created,
        test_a_lazy_task_is_created_before_it_is_scheduled,
        test_a_handle_is_of_one_kind,
        test_a_handle_knows_its_context,
        test_names_are_not_needed,
        test_any_allocation_may_fail,
        test_after_a_failed_write_nothing_is_written,
    };
    return TH_MAIN("trace_record", tests);
}
