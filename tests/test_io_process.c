/* test_io_process.c - processes whose pipes are streams, with each poller (src/io/process.c,
 * process_start.c). */
#include "process_kit.h"

/* All that a stream of it says. */
static const char *read_all(ac_process *process, int stream)
{
    static char text[256];
    ac_stream_read read;

    ac_stream_read_init(&read, ac_process_reader(process, stream), AC_READ_ALL);
    ck_assert_str_eq(finish(&read.co), "returned");
    ck_assert_uint_lt(read.size, sizeof text);
    if (read.size > 0)
        memcpy(text, read.data, read.size);
    text[read.size] = '\0';
    ac_coro_clear(kit.loop, &read.co);
    return text;
}

START_TEST(test_what_it_is_told_and_says)
{
    ac_process *process;
    int returncode;

    io_open(_i);
    process = shell("cat; echo problem >&2; exit 3");
    ck_assert_int_gt(ac_process_pid(process), 0);
    ck_assert(!ac_process_returncode(process, NULL));
    kit_ok(ac_process_write(process, "hello", 5));
    kit_ok(ac_transport_close(ac_process_transport(process, 0)));
    ck_assert_str_eq(read_all(process, 1), "hello");
    ck_assert_str_eq(read_all(process, 2), "problem\n");
    ck_assert_int_eq(wait_for(process), 3);
    ck_assert(ac_process_returncode(process, &returncode));
    ck_assert_int_eq(returncode, 3);
    ck_assert_int_eq(wait_for(process), 3);
    ac_process_release(process);
    close_all();
}
END_TEST

START_TEST(test_without_pipes_there_are_no_streams)
{
    ac_process *process;
    ac_stream_drain drain;

    io_open(_i);
    process = shell_with("exit 4", NULL);
    ck_assert_ptr_null(ac_process_reader(process, 1));
    ck_assert_ptr_null(ac_process_transport(process, 0));
    ck_assert_ptr_null(ac_process_transport(process, 3));
    kit_fails(ac_process_write(process, "x", 1), AC_E_TYPE, "stdin is no pipe");
    ac_process_drain_init(&drain, process);
    ck_assert_str_eq(finish(&drain.co), "returned");
    ck_assert_int_eq(wait_for(process), 4);
    ac_process_release(process);
    close_all();
}
END_TEST

/* ---- Much, both ways ---- */

enum { MUCH = 1 << 20 };

typedef struct feeder {
    ac_c_task head;
    ac_process *process;
    ac_stream_drain drain;
    const char *data;
    size_t written;
} feeder;

static ac_turn feed(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    feeder *self = AC_C_SELF(co, feeder);
    ac_turn turn;

    AC_BEGIN(co);
    while (self->written < MUCH) {
        kit_ok(ac_process_write(self->process, self->data + self->written, 65536));
        self->written += 65536;
        ac_process_drain_init(&self->drain, self->process);
        AC_AWAIT_CORO(1, &self->drain.co, turn);
        if (turn == AC_RAISED)
            return AC_RAISED;
    }
    kit_ok(ac_transport_close(ac_process_transport(self->process, 0)));
    AC_END(co);
    return ac_return(out, ac_none());
}

static void clear_feeder(ac_loop *loop, ac_coro *co)
{
    ac_coro_clear(loop, &AC_C_SELF(co, feeder)->drain.co);
}

static const ac_coro_ops feeder_ops = {.resume = feed, .clear = clear_feeder};

START_TEST(test_a_mebibyte_goes_both_ways)
{
    char *much = malloc(MUCH);
    ac_process *process;
    ac_stream_read read;
    feeder *self;

    ck_assert_ptr_nonnull(much);
    for (size_t i = 0; i < MUCH; i++)
        much[i] = (char)(i * 7 + i / 251);
    io_open(_i);
    process = shell("cat");
    self = ac_c_task_new(kit.loop, sizeof *self, &feeder_ops);
    self->process = process;
    self->data = much;
    kit_ok(ac_c_create_task(kit.loop, &self->head, AC_EAGER_NO));
    ac_stream_read_init(&read, ac_process_reader(process, 1), AC_READ_ALL);
    ck_assert_str_eq(finish(&read.co), "returned");
    ck_assert_uint_eq(read.size, MUCH);
    ck_assert_mem_eq(read.data, much, MUCH);
    ac_coro_clear(kit.loop, &read.co);
    ck_assert_int_eq(wait_for(process), 0);
    ac_c_release(kit.loop, &self->head.task.future);
    ac_process_release(process);
    free(much);
    close_all();
}
END_TEST

START_TEST(test_one_that_closes_its_stdout_early_runs_on)
{
    ac_process *process;

    io_open(_i);
    process = shell("echo bye; exec >&- 2>&-; read x; exit 5");
    ck_assert_str_eq(read_all(process, 1), "bye\n");
    ck_assert_str_eq(read_all(process, 2), "");
    ck_assert(!ac_process_returncode(process, NULL));
    kit_ok(ac_process_write(process, "\n", 1));
    ck_assert_int_eq(wait_for(process), 5);
    ac_process_release(process);
    close_all();
}
END_TEST

START_TEST(test_one_that_closes_its_stdin_is_written_to_in_vain)
{
    ac_process *process;
    ac_stream_drain drain;

    io_open(_i);
    process = shell("exec <&-; echo closed; sleep 100");
    for (int i = 0; i < 1000 && !ac_transport_is_closing(ac_process_transport(process, 0)); i++) {
        kit_ok(ac_loop_poll(kit.loop, 0.1));
        kit_ok(ac_loop_turn(kit.loop));
    }
    io_turns(3);
    kit_ok(ac_process_write(process, "x", 1));
    ac_process_drain_init(&drain, process);
    ck_assert_str_eq(finish(&drain.co), "ConnectionResetError('Connection lost')");
    ac_coro_clear(kit.loop, &drain.co);
    kit_ok(ac_process_terminate(process));
    ck_assert_int_eq(wait_for(process), -15);
    ac_process_release(process);
    close_all();
}
END_TEST

/* ---- Signals ---- */

START_TEST(test_signals_until_its_pipes_are_closed_too)
{
    ac_process *process;

    io_open(_i);
    process = shell("trap '' TERM; echo ready; while :; do sleep 0.05; done");
    {
        ac_stream_read read;
        ac_stream_readline_init(&read, ac_process_reader(process, 1));
        ck_assert_str_eq(finish(&read.co), "returned");
        ac_coro_clear(kit.loop, &read.co);
    }
    kit_ok(ac_process_terminate(process));
    kit_ok(ac_process_kill(process));
    ck_assert_int_eq(wait_for(process), -9);
    kit_ok(ac_process_send_signal(process, SIGTERM)); /* it has ended: nothing */
    ck_assert_str_eq(read_all(process, 1), "");
    io_turns(1);
    for (int i = 0; i < 100 && ac_process_kill(process) == AC_OK; i++) {
        kit_ok(ac_loop_poll(kit.loop, 0.01));
        kit_ok(ac_loop_turn(kit.loop));
    }
    ac_drop(kit.loop, ac_loop_take_raised(kit.loop));
    kit_status(ac_process_kill(process), AC_E_RAISED);
    ck_assert_str_eq(kit_repr_of(ac_loop_take_raised(kit.loop)), "ProcessLookupError()");
    ac_process_release(process);
    close_all();
}
END_TEST

/* ---- What goes first, and what fails ---- */

START_TEST(test_a_program_that_is_not_there)
{
    static const char *const words[] = {"/nowhere/x", NULL};
    ac_child_options options = all_pipes;

    io_open(_i);
    options.arguments = words;
    ac_create_subprocess_exec_init(&create, io, &options, 0);
    ck_assert_str_eq(finish(&create.co), "FileNotFoundError(2, 'No such file or directory')");
    ck_assert_ptr_null(ac_create_subprocess_take(&create));
    ac_coro_clear(kit.loop, &create.co);
    close_all();
}
END_TEST

START_TEST(test_a_cancel_kills_the_child_and_waits_for_it)
{
    ac_value thrown;

    for (int turns = 0; turns < 8; turns++) {
        driven self = {.co = &create.co};
        const char *end;
        io_open(_i);
        ac_create_subprocess_shell_init(&create, io, "sleep 100", &all_pipes, 0);
        thrown = ac_c_error(kit.loop, &ac_c_CancelledError, "no");
        end = io_step(&self);
        io_turns(turns);
        ck_assert_str_eq(end, "waits");
        end = io_resume(&self, AC_THROW, ac_lend(thrown));
        for (int i = 0; i < 1000 && strcmp(end, "waits") == 0; i++) {
            kit_ok(ac_loop_poll(kit.loop, 0.1));
            kit_ok(ac_loop_turn(kit.loop));
            end = io_step(&self);
        }
        ck_assert_str_eq(end, "CancelledError('no')");
        check_no_zombies();
        ac_drop(kit.loop, thrown);
        ac_coro_clear(kit.loop, &create.co);
        close_early();
    }
}
END_TEST

START_TEST(test_a_frame_that_goes_kills_the_child)
{
    for (int turns = 0; turns < 8; turns++) {
        driven self = {.co = &create.co};
        io_open(_i);
        ac_create_subprocess_shell_init(&create, io, "sleep 100", &all_pipes, 0);
        ck_assert_str_eq(io_step(&self), "waits");
        io_turns(turns);
        if (turns % 2 == 0)
            ck_assert_str_eq(io_resume(&self, AC_CLOSE, ac_none_ref()), "returned");
        ac_coro_clear(kit.loop, &create.co);
        memset(&create, 0xa5, sizeof create);
        for (int i = 0; i < turns; i++) { /* the loop hears of its end, or does not */
            kit_ok(ac_loop_poll(kit.loop, 0.1));
            kit_ok(ac_loop_turn(kit.loop));
        }
        close_early();
    }
}
END_TEST

START_TEST(test_the_io_goes_first)
{
    for (int turns = 0; turns < 6; turns++) {
        ac_process *process;
        io_open(_i);
        process = shell("echo x; sleep 100");
        io_turns(turns);
        close_all();
        ck_assert(ac_process_returncode(process, NULL));
        kit_ok(ac_process_kill(process));
        ac_process_release(process);
    }
}
END_TEST

START_TEST(test_the_io_goes_before_the_pipes_are_connected)
{
    for (int turns = 0; turns < 6; turns++) {
        driven self = {.co = &create.co};
        io_open(_i);
        ac_create_subprocess_shell_init(&create, io, "echo x; exit 1", &all_pipes, 0);
        ck_assert_str_eq(io_step(&self), "waits");
        io_turns(turns);
        ac_coro_clear(kit.loop, &create.co);
        close_early();
    }
}
END_TEST

START_TEST(test_a_process_that_nobody_has_runs_on)
{
    ac_process *process;
    int ends[2];
    ac_child_options options = {.streams[1] = {AC_STDIO_DESCRIPTOR, 0}};
    char byte;

    io_open(_i);
    io_pair(ends);
    options.streams[1].descriptor = ends[1];
    process = shell_with("sleep 0.1; echo x", &options);
    ac_process_release(process);
    for (int i = 0; i < 1000 && read(ends[0], &byte, 1) != 1; i++) {
        kit_ok(ac_loop_poll(kit.loop, 0.05));
        kit_ok(ac_loop_turn(kit.loop));
    }
    ck_assert_int_eq(byte, 'x');
    ck_assert_int_eq(close(ends[0]), 0);
    ck_assert_int_eq(close(ends[1]), 0);
    close_all();
}
END_TEST

/* A process is created, told something, and ends, whatever fails. */
static void use_process(ac_loop *loop)
{
    driven self = {.co = &create.co};
    ac_process *process;
    const char *end;

    ac_create_subprocess_shell_init(&create, io, "cat", &all_pipes, 0);
    end = muddle_through(loop, &self, 1000, 0.01);
    ck_assert_str_ne(end, "waits");
    process = ac_create_subprocess_take(&create);
    ac_coro_clear(loop, &create.co);
    if (process == NULL)
        return;
    (void)ac_process_write(process, "hello", 5);
    ac_drop(loop, ac_loop_take_raised(loop));
    for (int i = 0; i < 20; i++) {
        (void)ac_loop_poll(loop, 0.001);
        ac_drop(loop, ac_loop_take_raised(loop));
        (void)ac_loop_turn(loop);
    }
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
    each_allocation_fails(_i, use_process);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_what_it_is_told_and_says,
        test_without_pipes_there_are_no_streams,
        test_a_mebibyte_goes_both_ways,
        test_one_that_closes_its_stdout_early_runs_on,
        test_one_that_closes_its_stdin_is_written_to_in_vain,
        test_signals_until_its_pipes_are_closed_too,
        test_a_program_that_is_not_there,
        test_a_cancel_kills_the_child_and_waits_for_it,
        test_a_frame_that_goes_kills_the_child,
        test_the_io_goes_first,
        test_the_io_goes_before_the_pipes_are_connected,
        test_a_process_that_nobody_has_runs_on,
        test_the_nth_allocation_fails,
    };
    return kit_main_times("io_process", tests, sizeof tests / sizeof *tests, IO_POLLERS);
}
