/* test_trace_recorder.c - the recorder: its sentences, its JSON, names, and what happens when memory or
 * writing fails.
 *
 * Idea       One program that makes every kind of event is recorded in all three formats; with the nth
 *            allocation failing, for every n; and with the nth write failing.
 * See also   test_trace.c for the events themselves, trace_json.py for parsing what is written. */
#include <aiocore/trace.h>

#include "chost_kit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- What a recorder writes to, and allocates from ---- */

enum { SINK = 1 << 17 };

static struct sink {
    char text[SINK];
    size_t size;
    unsigned writes, fail_write; /* the nth write fails; 0: none */
    unsigned allocations, fail_allocation;
    size_t blocks;
} sink;

static bool write_to_sink(void *data, const char *bytes, size_t size)
{
    ck_assert_ptr_eq(data, &sink);
    ck_assert_uint_gt(size, 0);
    ck_assert(sink.fail_write == 0 || sink.writes < sink.fail_write);
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
    ck_assert_ptr_eq(data, &sink);
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

static const char *body_name = "worker";

static size_t name_task(void *data, const ac_task *task, char *buffer, size_t size)
{
    ck_assert_ptr_eq(data, &sink);
    return ac_c_task_name(task, buffer, size);
}

static size_t name_body(void *data, const ac_task *task, char *buffer, size_t size)
{
    (void)task;
    ck_assert_ptr_eq(data, &sink);
    return (size_t)snprintf(buffer, size, "%s", body_name);
}

static size_t name_callback(void *data, ac_handle *handle, char *buffer, size_t size)
{
    (void)data;
    (void)handle;
    return (size_t)snprintf(buffer, size, "on_time");
}

static size_t name_value(void *data, ac_ref value, char *buffer, size_t size)
{
    (void)data;
    return ac_c_repr(value, buffer, size);
}

static const ac_trace_names all_names = {
    .task = name_task, .body = name_body, .callback = name_callback, .value = name_value, .data = &sink};

static ac_trace *trace;

static ac_trace_options options_of(ac_trace_format format)
{
    return (ac_trace_options){
        .format = format, .write = write_to_sink, .data = &sink, .realloc = allocate, .realloc_data = &sink};
}

static void begin(const ac_trace_options *options)
{
    memset(&sink, 0, sizeof sink);
    kit_status(ac_trace_new(options, &trace), AC_OK);
    ac_loop_set_tracer(kit.loop, ac_trace_tracer(trace));
}

static ac_status end(void)
{
    ac_loop_set_tracer(kit.loop, NULL);
    ac_status status = ac_trace_end(trace);
    ck_assert_uint_eq(sink.blocks, 0);
    return status;
}

#define said(words)                                                                                          \
    ck_assert_msg(strstr(sink.text, words) != NULL, "no \"%s\" in:\n%.4000s", words, sink.text)
#define said_not(words)                                                                                      \
    ck_assert_msg(strstr(sink.text, words) == NULL, "\"%s\" in:\n%.4000s", words, sink.text)

/* ---- A program that makes every kind of event ---- */

static ac_status raise_error(ac_loop *loop, void *data)
{
    (void)data;
    return ac_loop_raise(loop, ac_c_error(loop, &ac_c_ValueError, "callback"));
}

static ac_status nothing(ac_loop *loop, void *data)
{
    (void)loop;
    (void)data;
    return AC_OK;
}

struct everything {
    ac_c_task head;
    ac_group group;
    ac_handle *handle;
    ac_future *never;
};

static ac_status add_worker(ac_loop *loop, ac_group *group, double naps, const ac_c_class *raises,
                            ac_eager eager)
{
    worker *child = ac_c_task_new(loop, sizeof *child, &kit_worker_ops);
    if (child == NULL)
        return AC_E_MEMORY;
    child->naps = naps;
    child->raises = raises;
    ac_status status = ac_c_group_create_task(group, &child->head, eager);
    ac_c_release(loop, &child->head.task.future);
    return status;
}

static void start_everything(ac_loop *loop, struct everything *self)
{
    kit_ok(ac_c_call_soon(loop, raise_error, NULL, NULL));
    kit_ok(ac_c_call_soon(loop, raise_error, NULL, &self->handle));
    ac_handle_cancel(loop, self->handle);
    kit_ok(ac_c_call_later(loop, 2, raise_error, NULL, &self->handle));
    ac_handle_cancel(loop, self->handle);
    ac_group_init(&self->group, loop);
    kit_ok(ac_group_enter(&self->group));
    kit_ok(add_worker(loop, &self->group, 0, NULL, AC_EAGER_YES));
    kit_ok(add_worker(loop, &self->group, 100, NULL, AC_EAGER_NO));
    kit_ok(add_worker(loop, &self->group, 1, &ac_c_ValueError, AC_EAGER_NO));
    kit_ok(ac_group_exit(&self->group, ac_none_ref()));
}

enum { CHILDREN = 1 };

static ac_turn everything(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct everything *self = AC_C_SELF(co, struct everything);
    ac_turn turn;
    AC_BEGIN(co);
    start_everything(loop, self);
    AC_AWAIT_CORO(CHILDREN, &self->group.exit, turn);
    ac_drop(loop, out->value);
    AC_END(co);
    kit_ok(ac_task_cancel(&self->head.task, ac_none_ref(), NULL));
    (void)ac_task_uncancel(&self->head.task);
    return ac_return(out, ac_none());
}

static void clear_everything(ac_loop *loop, ac_coro *co)
{
    (void)loop;
    ac_group_clear(&AC_C_SELF(co, struct everything)->group);
}

static void run_everything(void)
{
    static const ac_coro_ops ops = {.resume = everything, .clear = clear_everything};
    struct everything *task = ac_c_task_new(kit.loop, sizeof *task, &ops);
    ck_assert_ptr_nonnull(task);
    ac_value result;
    kit_ok(ac_c_run(kit.loop, &task->head, &result));
    ac_drop(kit.loop, result);
    kit.reports[0] = '\0';
    kit.report_count = 0;
}

/* ---- Text ---- */

START_TEST(test_text_says_everything)
{
    ac_trace_options options = options_of(AC_TRACE_TEXT);
    options.names = all_names;
    begin(&options);
    run_everything();
    kit_status(end(), AC_OK);
    said("creates Task-1 'worker'\nschedules step of Task-1\nturn 1 at 0.0s: 1 ready\n  step Task-1 "
         "'worker'\n");
    said("    schedules callback on_time\n");
    said("    cancels callback on_time\n");
    said("    sets timer on_time for 2.0s\n");
    said("    cancels timer on_time\n");
    said("    enters TaskGroup#1\n");
    said("    creates Task-2 'worker', eagerly\n    eager step Task-2 'worker' -> returned None\n"
         "    Task-2 is done: result None\n    adds Task-2 to TaskGroup#1\n");
    said("    schedules callback of TaskGroup#1 for Task-2\n");
    said("    exits TaskGroup#1\n    -> awaiting Future#1\n");
    said("  callback on_time\n    -> failed\n  exception handler: Exception in callback: "
         "ValueError('callback')\n"
         "  drops callback on_time\n");
    said("  callback of TaskGroup#1 for Task-2\n");
    said("time jumps to 1.0s\nturn 3 at 1.0s: 1 ready\n  timer _set_result_unless_cancelled\n");
    said(" -> raised ValueError(");
    said("    aborts TaskGroup#1\n    cancels Task-3 (request 1), which waits for Future#");
    said("    cancels Task-1 (request 1), which waits for Future#1\n    Future#1 is done: cancelled\n"
         "    schedules wakeup of Task-1 by Future#1\n");
    said("  wakeup Task-1 'worker' is thrown CancelledError() -> awaiting Future#4\n");
    said("  wakeup Task-3 'worker' is thrown CancelledError()\n    cancels timer "
         "_set_result_unless_cancelled\n"
         "    -> raised CancelledError()\n    Task-3 is done: cancelled CancelledError()\n");
    said("    uncancels Task-1, requests left: 0\n");
    said("    ends TaskGroup#1\n");
    said("    the next step of Task-1 is to be cancelled\n");
    said("  done callback _run_until_complete_cb\n");
    said_not("\x1b");
}
END_TEST

START_TEST(test_text_without_names)
{
    ac_trace_options options = options_of(AC_TRACE_TEXT);
    begin(&options);
    run_everything();
    kit_status(end(), AC_OK);
    said("creates Task-1\n");
    said("  step Task-1\n");
    said("    schedules callback Handle#1\n    schedules callback Handle#2\n    cancels callback Handle#2\n"
         "    sets timer Handle#3 for 2.0s\n");
    said(" -> raised\n");
    said_not("worker");
}
END_TEST

static ac_status flush(ac_loop *loop, void *data)
{
    (void)loop;
    (void)data;
    ac_trace_flush(trace);
    said("  callback Handle#1\n");
    return AC_OK;
}

static void flush_in_step(ac_loop *loop, worker *self)
{
    (void)loop;
    (void)self;
    said_not("  step Task-1");
    ac_trace_flush(trace);
    said("  step Task-1\n");
}

START_TEST(test_what_is_held_back_can_be_written)
{
    ac_trace_options options = options_of(AC_TRACE_TEXT);
    begin(&options);
    worker *self = kit_worker(NULL);
    self->first = flush_in_step;
    kit_start(self);
    kit_ok(ac_c_call_soon(kit.loop, flush, NULL, NULL));
    kit_turns(1);
    kit_status(end(), AC_OK);
    said("  step Task-1\n    -> returned\n");
}
END_TEST

START_TEST(test_colour_is_put_around_the_first_words)
{
    ac_trace_options options = options_of(AC_TRACE_TEXT);
    options.colour = true;
    begin(&options);
    run_everything();
    kit_status(end(), AC_OK);
    said("\x1b[1mturn \x1b[0m1 at 0.0s");
    said("\x1b[33maborts \x1b[0mTaskGroup#1");
}
END_TEST

START_TEST(test_a_message_names_what_it_is_about)
{
    ac_trace_options options = options_of(AC_TRACE_TEXT);
    worker *task = kit_worker(NULL), *other = kit_worker(NULL);
    ac_future *future = ac_c_future_new(kit.loop);
    kit_start(task);
    kit_start(other);
    begin(&options);
    ac_task *first = ac_loop_next_task(kit.loop, NULL);
    ac_report report = {.message = "%T, %P, %F, %V, 100%",
                        .task = first,
                        .parent = ac_loop_next_task(kit.loop, first),
                        .future = future};
    kit_ok(ac_loop_call_exception_handler(kit.loop, &report));
    kit_status(end(), AC_OK);
    ck_assert_str_eq(sink.text, "exception handler: Task-1, Task-2, Future#1, %V, 100%\n");
    kit.reports[0] = '\0';
    kit.report_count = 0;
    ac_c_release(kit.loop, future);
    kit_turns(2);
}
END_TEST

/* ---- Names and numbers ---- */

static void finish_one(void)
{
    ac_future *future = ac_c_future_new(kit.loop);
    kit_ok(ac_future_set_result(future, ac_none()));
    ac_c_release(kit.loop, future);
}

START_TEST(test_an_address_that_is_used_again_gets_a_new_number)
{
    ac_trace_options options = options_of(AC_TRACE_TEXT);
    begin(&options);
    finish_one();
    finish_one();
    kit_status(end(), AC_OK);
    ck_assert_str_eq(sink.text, "Future#1 is done: result\nFuture#2 is done: result\n");
}
END_TEST

START_TEST(test_many_things_keep_their_numbers)
{
    enum { MANY = 500 };
    static ac_future *futures[MANY];
    ac_trace_options options = options_of(AC_TRACE_TEXT);
    begin(&options);
    for (int i = 0; i < MANY; i++) {
        futures[i] = ac_c_future_new(kit.loop);
        kit_ok(ac_future_set_result(futures[i], ac_none()));
        finish_one();
    }
    sink.size = 0;
    for (int i = 0; i < MANY; i++)
        kit_ok(ac_c_call_soon(kit.loop, nothing, NULL, NULL));
    said("schedules callback Handle#500\n");
    sink.size = 0;
    ac_report report = {.message = "%F", .future = futures[250]};
    kit_ok(ac_loop_call_exception_handler(kit.loop, &report));
    ac_loop_set_tracer(kit.loop, NULL);
    kit_status(ac_trace_end(trace), AC_OK);
    ck_assert_uint_eq(sink.blocks, 0);
    said("exception handler: Future#501\n");
    for (int i = 0; i < MANY; i++)
        ac_c_release(kit.loop, futures[i]);
    kit_turns(1);
    kit.reports[0] = '\0';
    kit.report_count = 0;
}
END_TEST

START_TEST(test_names_are_escaped_and_made_valid)
{
    static const struct {
        const char *name, *json;
    } cases[] = {
        {"a\"b\\c", "\"a\\\"b\\\\c\""},
        {"two\nlines\ttab\x7f", "\"two\\nlines\\u0009tab\\u007f\""},
        {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\""},
        {"\xff|\xc3|\xed\xa0\x80|\xc0\x80",
         "\"\xef\xbf\xbd|\xef\xbf\xbd|\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd|"
         "\xef\xbf\xbd\xef\xbf\xbd\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ac_trace_options options = options_of(AC_TRACE_JSON);
        options.names = all_names;
        body_name = cases[i].name;
        begin(&options);
        kit_start(kit_worker(NULL));
        kit_status(end(), AC_OK);
        said(cases[i].json);
        kit_turns(1);
    }
    body_name = "worker";
}
END_TEST

START_TEST(test_seconds_are_written_as_python_does)
{
    static const struct {
        double when;
        const char *json;
    } cases[] = {{1.0, "\"when\": 1.0}"},
                 {0.1, "\"when\": 0.1}"},
                 {0.1 + 0.2, "\"when\": 0.30000000000000004}"},
                 {1e22, "\"when\": 1e+22}"},
                 {-2.5, "\"when\": -2.5}"},
                 {INFINITY, "\"when\": \"inf\"}"},
                 {-INFINITY, "\"when\": \"-inf\"}"},
                 {NAN, "\"when\": \"nan\"}"}};
    ac_trace_options options = options_of(AC_TRACE_JSON);
    begin(&options);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        sink.size = 0;
        kit_ok(ac_c_call_at(kit.loop, cases[i].when, nothing, NULL, NULL));
        said(cases[i].json);
    }
    kit_status(end(), AC_OK);
}
END_TEST

/* ---- What fails ---- */

static bool is_whole(const char *line, size_t size)
{
    return size > 2 && line[0] == '{' && line[size - 1] == '}';
}

static void expect_whole_lines(void)
{
    for (const char *line = sink.text, *newline; *line != '\0'; line = newline + 1) {
        newline = strchr(line, '\n');
        ck_assert_ptr_nonnull(newline);
        ck_assert(is_whole(line, (size_t)(newline - line)));
    }
}

/* Records everything with the nth allocation failing; false once there are fewer. */
static bool fail_allocation(ac_trace_format format, unsigned nth)
{
    ac_trace_options options = options_of(format);
    options.names = all_names;
    memset(&sink, 0, sizeof sink);
    sink.fail_allocation = nth;
    ac_status status = ac_trace_new(&options, &trace);
    if (status != AC_OK) {
        kit_status(status, AC_E_MEMORY);
        ck_assert_ptr_null(trace);
        return true;
    }
    kit_loop(NULL);
    ac_loop_set_tracer(kit.loop, ac_trace_tracer(trace));
    run_everything();
    bool failed = sink.allocations >= nth;
    status = end();
    ck_assert_str_eq(ac_status_name(status), failed ? "AC_E_MEMORY" : "AC_OK");
    if (format == AC_TRACE_JSON)
        expect_whole_lines();
    return failed;
}

START_TEST(test_any_allocation_may_fail)
{
    for (ac_trace_format format = AC_TRACE_TEXT; format <= AC_TRACE_PERFETTO; format++) {
        unsigned nth = 1;
        while (fail_allocation(format, nth))
            nth++;
        ck_assert_uint_gt(nth, 3);
    }
}
END_TEST

START_TEST(test_after_a_failed_write_nothing_is_written)
{
    for (ac_trace_format format = AC_TRACE_TEXT; format <= AC_TRACE_PERFETTO; format++)
        for (unsigned nth = 1; nth < 30; nth++) {
            ac_trace_options options = options_of(format);
            kit_loop(NULL);
            begin(&options);
            sink.fail_write = nth;
            run_everything();
            kit_status(end(), AC_E_RUNTIME);
            ck_assert_uint_eq(sink.writes, nth);
        }
}
END_TEST

START_TEST(test_a_recorder_needs_something_to_write_to)
{
    kit_status(ac_trace_new(&(ac_trace_options){.format = AC_TRACE_JSON}, &trace), AC_E_TYPE);
    ck_assert_ptr_null(trace);
}
END_TEST

START_TEST(test_a_recorder_that_saw_nothing)
{
    ac_trace_options options = options_of(AC_TRACE_PERFETTO);
    begin(&options);
    kit_status(end(), AC_OK);
    ck_assert_str_eq(sink.text, "{\"traceEvents\": []}\n");
    options.format = AC_TRACE_TEXT;
    begin(&options);
    kit_status(end(), AC_OK);
    ck_assert_str_eq(sink.text, "");
}
END_TEST

START_TEST(test_to_a_file)
{
    FILE *file = tmpfile();
    ck_assert_ptr_nonnull(file);
    kit_status(ac_trace_new(&(ac_trace_options){.write = ac_trace_to_file, .data = file}, &trace), AC_OK);
    ac_loop_set_tracer(kit.loop, ac_trace_tracer(trace));
    finish_one();
    ac_loop_set_tracer(kit.loop, NULL);
    kit_status(ac_trace_end(trace), AC_OK);
    char text[64] = "";
    rewind(file);
    ck_assert_ptr_nonnull(fgets(text, sizeof text, file));
    ck_assert_str_eq(text, "Future#1 is done: result\n");
    fclose(file);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_text_says_everything,
        test_text_without_names,
        test_what_is_held_back_can_be_written,
        test_colour_is_put_around_the_first_words,
        test_a_message_names_what_it_is_about,
        test_an_address_that_is_used_again_gets_a_new_number,
        test_many_things_keep_their_numbers,
        test_names_are_escaped_and_made_valid,
        test_seconds_are_written_as_python_does,
        test_any_allocation_may_fail,
        test_after_a_failed_write_nothing_is_written,
        test_a_recorder_needs_something_to_write_to,
        test_a_recorder_that_saw_nothing,
        test_to_a_file,
    };
    return KIT_MAIN("trace_recorder", tests);
}
