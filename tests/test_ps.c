/* test_ps.c - the tasks of a loop as a table, as JSON and as trees; and what happens when memory or writing
 * fails.
 *
 * Mirrors    "python -m asyncio ps" and "pstree" of CPython 3.14.10: their trees were compared with these. */
#include <aiocore/trace.h>

#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const th_op waits[] = {{TH_AWAIT, 9}, {TH_END}};
static const th_op sleeps[] = {{TH_SLEEP, 0, 1}, {TH_END}};
static const th_op waits_for_0[] = {{TH_AWAIT, 0}, {TH_END}};
static const th_op waits_for_1[] = {{TH_AWAIT, 1}, {TH_END}};
static const th_op waits_for_2[] = {{TH_AWAIT, 2}, {TH_END}};

/* ---- Where it is written to, and allocated from ---- */

static struct sink {
    char text[8192];
    size_t size, blocks;
    unsigned writes, fail_write, allocations, fail_allocation; /* the nth fails; 0: none */
} sink;

static bool write_to_sink(void *data, const char *bytes, size_t size)
{
    ck_assert_ptr_eq(data, &sink);
    if (++sink.writes == sink.fail_write)
        return false;
    ck_assert_uint_lt(sink.size + size, sizeof sink.text);
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

static size_t name_task(void *data, const ac_task *task, char *buffer, size_t size)
{
    (void)data;
    ac_future *future = (ac_future *)(void *)task;
    return (size_t)snprintf(buffer, size, "%s", th_name(future));
}

static size_t name_body(void *data, const ac_task *task, char *buffer, size_t size)
{
    (void)data;
    (void)task;
    return (size_t)snprintf(buffer, size, "body");
}

/* Three frames: one with file and line, one with a file, one with neither. */
static bool name_frame(void *data, const ac_task *task, size_t index, ac_trace_frame *frame)
{
    static const ac_trace_frame frames[] = {{"main", "a.py", 7}, {"sleep", "tasks.py", 0}, {"wait", NULL, 0}};
    (void)data;
    (void)task;
    if (index >= sizeof frames / sizeof *frames)
        return false;
    *frame = frames[index];
    return true;
}

static ac_ps_options options_of(ac_ps_form form)
{
    return (ac_ps_options){.form = form,
                           .names = {.task = name_task},
                           .write = write_to_sink,
                           .data = &sink,
                           .realloc = allocate,
                           .realloc_data = &sink};
}

static ac_status write_with(const ac_ps_options *options)
{
    ac_status status = ac_ps_write(&th.loop, options);
    ck_assert_uint_eq(sink.blocks, 0);
    return status;
}

static void clear_sink(void)
{
    memset(&sink, 0, sizeof sink);
}

/* Tasks by the names that the factory gave are shown by them: the host's hook is asked only for those. */
static void use_names(void)
{
    for (ac_task *task = NULL; (task = ac_loop_next_task(&th.loop, task)) != NULL;)
        ac_task_set_name(task, th_int(1));
}

static void check_written(ac_ps_options options, const char *text)
{
    clear_sink();
    use_names();
    th_ok(write_with(&options));
    ck_assert_str_eq(sink.text, text);
    clear_sink();
}

static void finish(void)
{
    if (!ac_future_done(th.slots[9]))
        th_ok(ac_future_set_result(th.slots[9], ac_none()));
    th_run(&th.loop);
}

/* ---- What is written ---- */

static void start_some(void)
{
    th_slot(9, "f");
    th_start(0, "a", waits, AC_EAGER_DEFAULT);
    th_start(1, "b", sleeps, AC_EAGER_DEFAULT);
    th_start(2, "c", waits_for_0, AC_EAGER_DEFAULT);
    th_start(3, "d", waits_for_0, AC_EAGER_DEFAULT);
    th_start(4, "e", waits_for_2, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_start(5, "n\xc3\xa9w", waits, AC_EAGER_DEFAULT);
}

START_TEST(test_the_table)
{
    start_some();
    check_written(options_of(AC_PS_TABLE), "TASK  STATE    AWAITS    STACK  AWAITED BY\n"
                                           "a     waiting  Future#1  -      c, d\n"
                                           "b     waiting  -         -      -\n"
                                           "c     waiting  a         -      e\n"
                                           "d     waiting  a         -      -\n"
                                           "e     waiting  c         -      -\n"
                                           "n\xc3\xa9w   ready    -         -      -\n");
    finish();
}
END_TEST

START_TEST(test_the_table_of_no_tasks)
{
    check_written(options_of(AC_PS_TABLE), "TASK  STATE  AWAITS  STACK  AWAITED BY\n");
    check_written(options_of(AC_PS_TREE), "");
    check_written(options_of(AC_PS_JSON), "");
}
END_TEST

START_TEST(test_json)
{
    ac_ps_options options = options_of(AC_PS_JSON);
    th_slot(9, "f");
    th_start(0, "a", waits, AC_EAGER_DEFAULT);
    th_start(1, "b", waits_for_0, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    check_written(options,
                  "{\"task\": \"a\", \"state\": \"waiting\", \"awaits\": [\"Future#1\"], \"stack\": [], "
                  "\"awaited_by\": [\"b\"]}\n"
                  "{\"task\": \"b\", \"state\": \"waiting\", \"awaits\": [\"a\"], \"stack\": [], "
                  "\"awaited_by\": []}\n");
    options.names.frame = name_frame;
    finish();
    th_slot(9, "g");
    th_start(0, "a", waits, AC_EAGER_DEFAULT);
    check_written(options,
                  "{\"task\": \"a\", \"state\": \"ready\", \"awaits\": [], \"stack\": ["
                  "{\"function\": \"wait\"}, {\"function\": \"sleep\", \"file\": \"tasks.py\"}, "
                  "{\"function\": \"main\", \"file\": \"a.py\", \"line\": 7}], \"awaited_by\": []}\n");
    finish();
}
END_TEST

START_TEST(test_a_stack_has_the_innermost_first_and_without_frames_the_body)
{
    ac_ps_options options = options_of(AC_PS_TABLE);
    th_slot(9, "f");
    th_start(0, "a", waits, AC_EAGER_DEFAULT);
    options.names.body = name_body;
    check_written(options, "TASK  STATE  AWAITS  STACK  AWAITED BY\n"
                           "a     ready  -       body   -\n");
    options.names.frame = name_frame;
    check_written(options, "TASK  STATE  AWAITS  STACK                  AWAITED BY\n"
                           "a     ready  -       wait -> sleep -> main  -\n");
    finish();
}
END_TEST

#define LAST "\xe2\x94\x94\xe2\x94\x80\xe2\x94\x80 "
#define MORE "\xe2\x94\x9c\xe2\x94\x80\xe2\x94\x80 "
#define DOWN "\xe2\x94\x82   "

START_TEST(test_trees_go_from_those_for_whom_nobody_waits)
{
    start_some();
    check_written(options_of(AC_PS_TREE), LAST "(T) b\n"                 /* */
                  LAST "(T) d\n"                                         /* */
                                               "    " LAST "(T) a\n"     /* */
                  LAST "(T) e\n"                                         /* */
                                               "    " LAST "(T) c\n"     /* */
                                               "        " LAST "(T) a\n" /* */
                  LAST "(T) n\xc3\xa9w\n");
    finish();
}
END_TEST

START_TEST(test_coroutines_stand_between_a_task_and_what_it_awaits)
{
    ac_ps_options options = options_of(AC_PS_TREE);
    th_slot(9, "f");
    th_start(0, "a", waits, AC_EAGER_DEFAULT);
    th_start(1, "b", waits_for_0, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    options.names.frame = name_frame;
    check_written(options, LAST "(T) b\n"                                           /* */
                                "    " LAST " main a.py:7\n"                        /* */
                                "        " LAST " sleep tasks.py\n"                 /* */
                                "            " LAST " wait\n"                       /* */
                                "                " LAST "(T) a\n"                   /* */
                                "                    " LAST " main a.py:7\n"        /* */
                                "                        " LAST " sleep tasks.py\n" /* */
                                "                            " LAST " wait\n");
    finish();
}
END_TEST

START_TEST(test_a_group_awaits_its_children)
{
    static const th_op spawns[] = {{TH_ENTER_GROUP},
                                   {TH_SPAWN, 1, .text = "one", .script = waits},
                                   {TH_SPAWN, 2, .text = "two", .script = sleeps},
                                   {TH_EXIT_GROUP},
                                   {TH_END}};
    th_slot(9, "f");
    th_start(0, "p", spawns, AC_EAGER_DEFAULT);
    th_start(3, "q", waits_for_0, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 2);
    check_written(options_of(AC_PS_TREE), LAST "(T) q\n"                   /* */
                                               "    " LAST "(T) p\n"       /* */
                                               "        " MORE "(T) one\n" /* */
                                               "        " LAST "(T) two\n");
    finish();
}
END_TEST

/* f waits for a, and nobody for f: it stands above. */
static ac_future *told[2];

static ac_future *tell(ac_loop *loop, const ac_future *future, size_t index)
{
    (void)loop;
    return future == told[0] && index == 0 ? told[1] : NULL;
}

START_TEST(test_a_future_is_shown_where_it_waits)
{
    th.table.waiter = tell;
    th_slot(9, "f");
    th_slot(8, "g");
    th_start(0, "a", waits, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    told[0] = th.slots[0];
    told[1] = th.slots[8];
    check_written(options_of(AC_PS_TREE), LAST "(F) Future#1\n" /* */
                                               "    " LAST "(T) a\n");
    finish();
}
END_TEST

START_TEST(test_cycles_are_written_instead_of_a_tree)
{
    ac_ps_options options = options_of(AC_PS_TREE);
    th_slot(9, "f");
    th_start(0, "a", waits_for_2, AC_EAGER_DEFAULT);
    th_start(1, "b", waits_for_0, AC_EAGER_DEFAULT);
    th_start(2, "c", waits_for_1, AC_EAGER_DEFAULT);
    th_start(3, "d", waits_for_1, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    use_names();
    clear_sink();
    th_expect_status(write_with(&options), AC_E_STATE);
    ck_assert_str_eq(sink.text, "ERROR: await-graph contains cycles - cannot print a tree!\n\n"
                                "cycle: a \xe2\x86\x92 c \xe2\x86\x92 b \xe2\x86\x92 a\n");
    check_written(options_of(AC_PS_TABLE), "TASK  STATE    AWAITS  STACK  AWAITED BY\n"
                                           "a     waiting  c       -      b\n"
                                           "b     waiting  a       -      c, d\n"
                                           "c     waiting  b       -      a\n"
                                           "d     waiting  b       -      -\n");
    for (unsigned slot = 0; slot < 4; slot++)
        ac_task_set_log_destroy_pending(th_task_in(slot), false);
    for (unsigned slot = 0; slot < 4; slot++)
        ac_future_clear(th.slots[slot]);
    finish();
}
END_TEST

/* Hundreds of levels, and as many children. */
START_TEST(test_a_deep_and_wide_tree)
{
    static char deep[1 << 22];
    enum { LEVELS = 300 };
    ac_ps_options options = {.form = AC_PS_TREE, .write = ac_trace_to_file};
    FILE *file = tmpfile();
    ck_assert_ptr_nonnull(file);
    options.data = file;
    th_slot(9, "f");
    th_start(0, "a", waits, AC_EAGER_DEFAULT);
    for (int level = 1; level < LEVELS; level++) {
        th_start(1, "x", waits_for_0, AC_EAGER_DEFAULT);
        th_turns(&th.loop, 1);
        ac_future *below = th.slots[0];
        th.slots[0] = th.slots[1];
        th.slots[1] = NULL;
        th_release(below);
    }
    th_ok(ac_ps_write(&th.loop, &options));
    rewind(file);
    size_t size = fread(deep, 1, sizeof deep - 1, file), lines = 0;
    for (size_t i = 0; i < size; i++)
        lines += deep[i] == '\n';
    ck_assert_uint_eq(lines, LEVELS);
    fclose(file);
    finish();
}
END_TEST

/* ---- Failures ---- */

START_TEST(test_no_write_function)
{
    th_expect_status(ac_ps_write(&th.loop, &(ac_ps_options){.form = AC_PS_TABLE}), AC_E_TYPE);
}
END_TEST

/* With the nth allocation failing it says so, gives everything back, and ends with the same text. */
START_TEST(test_each_allocation_may_fail)
{
    start_some();
    use_names();
    for (ac_ps_form form = AC_PS_TABLE; form <= AC_PS_JSON; form++) {
        ac_ps_options options = options_of(form);
        ac_status status = AC_E_MEMORY;
        options.names.frame = name_frame;
        for (unsigned nth = 1; status == AC_E_MEMORY; nth++) {
            ck_assert_uint_lt(nth, 200);
            clear_sink();
            sink.fail_allocation = nth;
            status = write_with(&options);
        }
        th_expect_status(status, AC_OK);
    }
    finish();
}
END_TEST

START_TEST(test_each_write_may_fail)
{
    start_some();
    for (ac_ps_form form = AC_PS_TABLE; form <= AC_PS_JSON; form++) {
        ac_ps_options options = options_of(form);
        for (unsigned nth = 1; nth <= 6; nth++) {
            clear_sink();
            sink.fail_write = nth;
            th_expect_status(write_with(&options), AC_E_RUNTIME);
            ck_assert_uint_eq(sink.writes, nth);
        }
    }
    finish();
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_the_table,
        test_the_table_of_no_tasks,
        test_json,
        test_a_stack_has_the_innermost_first_and_without_frames_the_body,
        test_trees_go_from_those_for_whom_nobody_waits,
        test_coroutines_stand_between_a_task_and_what_it_awaits,
        test_a_group_awaits_its_children,
        test_a_future_is_shown_where_it_waits,
        test_cycles_are_written_instead_of_a_tree,
        test_a_deep_and_wide_tree,
        test_no_write_function,
        test_each_allocation_may_fail,
        test_each_write_may_fail,
    };
    return TH_MAIN("ps", tests);
}
