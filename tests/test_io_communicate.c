/* test_io_communicate.c - communicate, and wait_closed of a process's stdin, with each poller
 * (src/io/process_talk.c). */
#include "process_kit.h"

static ac_communicate talk;

static void expect_bytes(ac_bytes bytes, const char *text)
{
    ck_assert_ptr_nonnull(bytes.data);
    ck_assert_uint_eq(bytes.size, strlen(text));
    ck_assert_mem_eq(bytes.data, text, bytes.size);
}

/* Its whole life: a script that is told something, and what it says. */
static int communicate(const char *script, const char *input)
{
    ac_process *process = shell(script);
    int returncode;

    ac_process_communicate_init(&talk, process, input, input != NULL ? strlen(input) : 0);
    ck_assert_str_eq(finish(&talk.co), "returned");
    ck_assert(ac_process_returncode(process, &returncode));
    ac_process_release(process);
    return returncode;
}

static void over(void)
{
    ac_coro_clear(kit.loop, &talk.co);
    close_all();
}

START_TEST(test_all_that_it_says)
{
    io_open(_i);
    ck_assert_int_eq(communicate("cat; echo problem >&2; exit 3", "hello"), 3);
    expect_bytes(talk.out, "hello");
    expect_bytes(talk.err, "problem\n");
    over();
}
END_TEST

START_TEST(test_without_input_its_stdin_is_closed)
{
    io_open(_i);
    ck_assert_int_eq(communicate("cat; echo end", NULL), 0);
    expect_bytes(talk.out, "end\n");
    expect_bytes(talk.err, "");
    ac_coro_clear(kit.loop, &talk.co);
    ck_assert_int_eq(communicate("cat; echo end", ""), 0);
    expect_bytes(talk.out, "end\n");
    over();
}
END_TEST

/* Three tasks are made even so; and the input is not used. */
START_TEST(test_without_pipes)
{
    ac_process *process;
    worker *next;

    io_open(_i);
    process = shell_with("exit 4", NULL); /* a task connects its pipes */
    ac_process_communicate_init(&talk, process, "x", 1);
    ck_assert_str_eq(finish(&talk.co), "returned");
    ck_assert_ptr_null(talk.out.data);
    ck_assert_ptr_null(talk.err.data);
    next = kit_worker(NULL);
    kit_ok(ac_c_create_task(kit.loop, &next->head, AC_EAGER_NO));
    ck_assert_str_eq(kit_name(&next->head), "Task-5");
    kit_release(next);
    io_turns(1);
    ac_process_release(process);
    over();
}
END_TEST

enum { MUCH = 1 << 20 };

START_TEST(test_a_mebibyte_goes_both_ways)
{
    char *much = malloc(MUCH);
    ac_process *process;

    ck_assert_ptr_nonnull(much);
    for (size_t i = 0; i < MUCH; i++)
        much[i] = (char)(i * 7 + i / 251);
    io_open(_i);
    process = shell("tee /dev/stderr");
    ac_process_communicate_init(&talk, process, much, MUCH);
    ck_assert_str_eq(finish(&talk.co), "returned");
    ck_assert_uint_eq(talk.out.size, MUCH);
    ck_assert_mem_eq(talk.out.data, much, MUCH);
    ck_assert_uint_eq(talk.err.size, MUCH);
    ck_assert_mem_eq(talk.err.data, much, MUCH);
    ac_process_release(process);
    free(much);
    over();
}
END_TEST

/* BrokenPipeError: what it was told is in the transport's buffer when it closes its stdin. */
START_TEST(test_one_that_does_not_listen_is_no_error)
{
    char *much = calloc(1, MUCH);
    ac_process *process;
    ac_stream_wait wait;

    ck_assert_ptr_nonnull(much);
    io_open(_i);
    process = shell("head -c 1 >/dev/null; exec <&-; echo heard enough; exit 1");
    ac_process_communicate_init(&talk, process, much, MUCH);
    ck_assert_str_eq(finish(&talk.co), "returned");
    expect_bytes(talk.out, "heard enough\n");
    ac_process_wait_closed_init(&wait, process);
    ck_assert_int_eq(strncmp(finish(&wait.co), "BrokenPipeError(", 16), 0); /* by the first write, or later */
    ac_coro_clear(kit.loop, &wait.co);
    ac_process_release(process);
    free(much);
    over();
}
END_TEST

/* Its stdin was lost before: drain raises ConnectionResetError. */
START_TEST(test_one_that_is_gone_is_no_error)
{
    ac_process *process;

    io_open(_i);
    process = shell("exec <&-; echo here; exec >&- 2>&-; exit 2");
    for (int i = 0; i < 1000 && !ac_process_returncode(process, NULL); i++) {
        kit_ok(ac_loop_poll(kit.loop, 0.1));
        kit_ok(ac_loop_turn(kit.loop));
    }
    io_turns(5);
    ac_process_communicate_init(&talk, process, "x", 1);
    ck_assert_str_eq(finish(&talk.co), "returned");
    expect_bytes(talk.out, "here\n");
    ac_process_release(process);
    over();
}
END_TEST

/* ---- Errors and cancels ---- */

START_TEST(test_what_reading_fails_with_is_raised)
{
    ac_value thrown;
    ac_process *process;

    io_open(_i);
    process = shell("cat");
    thrown = ac_c_error(kit.loop, &ac_c_ValueError, "bad");
    kit_ok(ac_stream_reader_set_exception(ac_process_reader(process, 2), ac_lend(thrown)));
    ac_drop(kit.loop, thrown);
    ac_process_communicate_init(&talk, process, "x", 1);
    ck_assert_str_eq(finish(&talk.co), "ValueError('bad')");
    ck_assert_ptr_null(talk.out.data);
    ac_coro_clear(kit.loop, &talk.co);
    ck_assert_int_eq(wait_for(process), 0); /* the other tasks have gone on: it was told all */
    io_turns(5);
    ac_process_release(process);
    close_all();
}
END_TEST

/* What is not OSError leaves the process its stdin. */
START_TEST(test_what_drain_fails_with_is_raised)
{
    ac_value thrown;
    ac_process *process;
    char *much = calloc(1, MUCH);
    driven self = {.co = &talk.co};

    ck_assert_ptr_nonnull(much);
    io_open(_i);
    process = shell("exec sleep 100");
    ac_process_communicate_init(&talk, process, much, MUCH);
    ck_assert_str_eq(io_step(&self), "waits");
    io_turns(2);
    thrown = ac_c_error(kit.loop, &ac_c_ValueError, "bad");
    kit_ok(ac_stream_reader_set_exception(ac_process_reader(process, 1), ac_lend(thrown)));
    ac_drop(kit.loop, thrown);
    ck_assert_str_eq(muddle_through(kit.loop, &self, 5, 0), "ValueError('bad')");
    ck_assert(!ac_transport_is_closing(ac_process_transport(process, 0)));
    ac_coro_clear(kit.loop, &talk.co);
    kit_ok(ac_process_kill(process));
    ck_assert_int_eq(wait_for(process), -9);
    io_turns(5);
    ac_process_release(process);
    free(much);
    close_all();
}
END_TEST

typedef struct talker {
    ac_c_task head;
    ac_process *process;
    ac_communicate talk;
    ac_child_wait wait;
} talker;

/* As a program does: what comes of a cancel is awaited after it. */
static ac_turn converse(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    talker *self = AC_C_SELF(co, talker);
    ac_turn turn;

    AC_BEGIN(co);
    ac_process_communicate_init(&self->talk, self->process, NULL, 0);
    AC_AWAIT_CORO(1, &self->talk.co, turn);
    kit_log("%s", turn == AC_RAISED ? kit_repr(ac_lend(out->value)) : "returned");
    ac_drop(loop, ac_take(&out->value));
    kit_ok(ac_process_kill(self->process));
    ac_process_wait_init(&self->wait, self->process);
    AC_AWAIT_CORO(2, &self->wait.co, turn);
    ck_assert_int_eq(turn, AC_RETURNED);
    AC_END(co);
    return ac_return(out, ac_none());
}

static void clear_talker(ac_loop *loop, ac_coro *co)
{
    talker *self = AC_C_SELF(co, talker);

    ac_coro_clear(loop, &self->talk.co);
    ac_coro_clear(loop, &self->wait.co);
}

static const ac_coro_ops talker_ops = {.resume = converse, .clear = clear_talker};

START_TEST(test_a_cancel_cancels_its_tasks)
{
    for (int turns = 1; turns < 6; turns++) {
        ac_process *process;
        talker *self;
        bool did;

        io_open(_i);
        process = shell("exec sleep 100");
        self = ac_c_task_new(kit.loop, sizeof *self, &talker_ops);
        self->process = process;
        kit_ok(ac_c_create_task(kit.loop, &self->head, AC_EAGER_NO));
        io_turns(turns);
        kit_ok(ac_future_cancel(&self->head.task.future, ac_none_ref(), &did));
        ck_assert(did);
        for (int i = 0; i < 100 && !ac_future_done(&self->head.task.future); i++) {
            kit_ok(ac_loop_poll(kit.loop, 0.1));
            kit_ok(ac_loop_turn(kit.loop));
        }
        kit_expect("CancelledError()");
        ck_assert_int_eq(ac_future_get_state(&self->head.task.future), AC_FINISHED);
        ac_c_release(kit.loop, &self->head.task.future);
        io_turns(5);
        ac_process_release(process);
        close_all();
    }
}
END_TEST

/* Its tasks run on: they have a copy of what they say. */
START_TEST(test_its_frame_may_go)
{
    for (int turns = 0; turns < 8; turns++) {
        ac_process *process;
        driven self = {.co = &talk.co};
        char input[] = "hello";

        io_open(_i);
        process = shell("read -r x; test \"$x\" = hello");
        ac_process_communicate_init(&talk, process, input, 5);
        ck_assert_str_eq(io_step(&self), "waits");
        memset(input, 'x', 5);
        io_turns(turns);
        if (turns % 2 == 0)
            (void)io_resume(&self, AC_CLOSE, ac_none_ref());
        ac_coro_clear(kit.loop, &talk.co);
        ac_coro_clear(kit.loop, &talk.co);
        memset(&talk, 0xa5, sizeof talk);
        ck_assert_int_eq(wait_for(process), 0);
        ac_process_release(process);
        io_turns(5);
        close_all();
    }
}
END_TEST

START_TEST(test_the_io_goes_first)
{
    for (int turns = 0; turns < 6; turns++) {
        ac_process *process;
        driven self = {.co = &talk.co};

        io_open(_i);
        process = shell("echo x; exec sleep 100");
        ac_process_communicate_init(&talk, process, "x", 1);
        (void)io_step(&self);
        io_turns(turns);
        ac_process_release(process);
        close_all();
        ac_coro_clear(kit.loop, &talk.co);
        if (kit.report_count > 0)
            ck_assert_int_eq(strncmp(kit.reports, "Task was destroyed but it is pending!", 37), 0);
        kit.report_count = 0;
        kit.reports[0] = '\0';
    }
}
END_TEST

/* ---- The end of its stdin ---- */

START_TEST(test_the_end_of_stdin)
{
    ac_process *process;
    ac_stream_wait first, second;
    driven one = {.co = &first.co}, two = {.co = &second.co};

    io_open(_i);
    process = shell("cat");
    ac_process_wait_closed_init(&first, process);
    ac_process_wait_closed_init(&second, process);
    ck_assert_str_eq(io_step(&one), "waits");
    ck_assert_str_eq(io_step(&two), "waits");
    kit_ok(ac_transport_close(ac_process_transport(process, 0)));
    io_turns(2);
    ck_assert_str_eq(io_step(&one), "returned");
    ck_assert_str_eq(io_step(&two), "returned");
    ac_process_wait_closed_init(&first, process);
    ck_assert_str_eq(io_finish(&first.co), "returned");
    ck_assert_int_eq(wait_for(process), 0);
    io_turns(5);
    ac_process_release(process);
    close_all();
}
END_TEST

START_TEST(test_there_may_be_no_stdin)
{
    ac_process *process;
    ac_stream_wait wait;

    io_open(_i);
    process = shell_with("exit 0", NULL);
    ac_process_wait_closed_init(&wait, process);
    ck_assert_str_eq(io_finish(&wait.co), "TypeError('stdin is no pipe')");
    ac_coro_clear(kit.loop, &wait.co);
    ck_assert_int_eq(wait_for(process), 0);
    ac_process_release(process);
    close_all();
}
END_TEST

START_TEST(test_who_waits_for_stdin_keeps_the_process)
{
    ac_process *process;
    ac_stream_wait wait;
    driven self = {.co = &wait.co};

    io_open(_i);
    process = shell("read x");
    ac_process_wait_closed_init(&wait, process);
    ck_assert_str_eq(io_step(&self), "waits");
    ac_process_release(process);
    close_all();
    ac_coro_clear(kit.loop, &wait.co);
    ac_coro_clear(kit.loop, &wait.co);
}
END_TEST

/* ---- No memory ---- */

static void use_communicate(ac_loop *loop)
{
    driven self = {.co = &create.co}, talks = {.co = &talk.co};
    ac_process *process;
    const char *end;

    ac_create_subprocess_shell_init(&create, io, "cat; echo problem >&2", &all_pipes, 0);
    (void)muddle_through(loop, &self, 1000, 0.01);
    process = ac_create_subprocess_take(&create);
    ac_coro_clear(loop, &create.co);
    if (process == NULL)
        return;
    ac_process_communicate_init(&talk, process, "hello", 5);
    end = muddle_through(loop, &talks, 100, 0.01);
    if (strcmp(end, "returned") == 0) { /* then it is the truth */
        expect_bytes(talk.out, "hello");
        expect_bytes(talk.err, "problem\n");
    }
    ac_coro_clear(loop, &talk.co);
    (void)ac_process_close(process);
    ac_drop(loop, ac_loop_take_raised(loop));
    for (int i = 0; i < 200 && !ac_process_returncode(process, NULL); i++) {
        (void)ac_loop_poll(loop, 0.1);
        ac_drop(loop, ac_loop_take_raised(loop));
        (void)ac_loop_turn(loop);
    }
    ck_assert(ac_process_returncode(process, NULL));
    ac_process_release(process);
}

START_TEST(test_the_nth_allocation_fails)
{
    each_allocation_fails(_i, use_communicate);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_all_that_it_says,
        test_without_input_its_stdin_is_closed,
        test_without_pipes,
        test_a_mebibyte_goes_both_ways,
        test_one_that_does_not_listen_is_no_error,
        test_one_that_is_gone_is_no_error,
        test_what_reading_fails_with_is_raised,
        test_what_drain_fails_with_is_raised,
        test_a_cancel_cancels_its_tasks,
        test_its_frame_may_go,
        test_the_io_goes_first,
        test_the_end_of_stdin,
        test_there_may_be_no_stdin,
        test_who_waits_for_stdin_keeps_the_process,
        test_the_nth_allocation_fails,
    };
    return kit_main_times("io_communicate", tests, sizeof tests / sizeof *tests, IO_POLLERS);
}
