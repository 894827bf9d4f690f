/* test_io_pipes.c - transports over pipes: which function of the protocol is called, and when
 * (src/io/transport_pipe.c). */
#include "io_kit.h"

#include <fcntl.h>
#include <signal.h>

#include "io/system.h"

/* A protocol that logs. */
typedef struct logger {
    ac_protocol protocol;
    ac_transport *transport; /* borrowed while it is not lost */
    bool raises, released;
} logger;

static logger *logger_of(ac_protocol *protocol)
{
    return AC_CONTAINER_OF(protocol, logger, protocol);
}

static ac_status ends(const logger *self)
{
    return self->raises ? ac_loop_raise(kit.loop, ac_c_error(kit.loop, &ac_c_ValueError, "no")) : AC_OK;
}

static ac_status made(ac_protocol *protocol, ac_transport *transport)
{
    logger_of(protocol)->transport = transport;
    kit_log("made");
    return AC_OK;
}

static ac_status data(ac_protocol *protocol, const void *bytes, size_t size)
{
    if (size > 16)
        kit_log("data of %zu", size);
    else
        kit_log("data %.*s", (int)size, (const char *)bytes);
    return ends(logger_of(protocol));
}

static ac_status eof(ac_protocol *protocol, bool *keep_open)
{
    kit_log("eof");
    *keep_open = true;
    return ends(logger_of(protocol));
}

static ac_status lost(ac_protocol *protocol, ac_how how, ac_ref exception)
{
    kit_log("lost %s", how == AC_SEND ? "" : kit_repr(exception));
    logger_of(protocol)->transport = NULL;
    return AC_OK;
}

static ac_status pauses(ac_protocol *protocol)
{
    (void)protocol;
    kit_log("pause");
    return AC_OK;
}

static ac_status resumes(ac_protocol *protocol)
{
    (void)protocol;
    kit_log("resume");
    return AC_OK;
}

static void released(ac_protocol *protocol)
{
    ck_assert(!logger_of(protocol)->released);
    logger_of(protocol)->released = true;
}

static const ac_protocol_ops logger_ops = {.connection_made = made,
                                           .data_received = data,
                                           .eof_received = eof,
                                           .connection_lost = lost,
                                           .pause_writing = pauses,
                                           .resume_writing = resumes,
                                           .released = released};

/* A transport on one end of a pipe that nobody but the loop holds. */
static void begin(logger *self, int ends[2], bool writes)
{
    ac_transport *transport;

    memset(self, 0, sizeof *self);
    self->protocol.ops = &logger_ops;
    ck_assert_int_eq(pipe(ends), 0);
    kit_ok(writes ? ac_write_pipe_transport_new(io, ends[1], &self->protocol, NULL, &transport)
                  : ac_read_pipe_transport_new(io, ends[0], &self->protocol, NULL, &transport));
    ck_assert_int_ne(fcntl(ends[writes ? 1 : 0], F_GETFL) & O_NONBLOCK, 0);
    ac_transport_release(transport);
    io_turns(1);
    kit_expect("made");
}

static void end(const logger *self, int other)
{
    ck_assert(self->released);
    if (other >= 0)
        ck_assert_int_eq(close(other), 0);
    io_close();
}

/* ---- Reading ---- */

START_TEST(test_what_is_read_and_its_end)
{
    logger self;
    int pipe[2];

    io_open(_i);
    begin(&self, pipe, false);
    io_say(pipe[1], "hello");
    io_turns(1);
    kit_expect("data hello");
    ck_assert_int_eq(close(pipe[1]), 0);
    io_turns(1);
    kit_expect(""); /* eof_received and connection_lost are queued, whatever the one wants */
    io_turns(1);
    kit_expect("eof, lost ");
    end(&self, -1);
}
END_TEST

START_TEST(test_reading_is_paused_and_resumed)
{
    logger self;
    int pipe[2];

    io_open(_i);
    begin(&self, pipe, false);
    ac_transport_retain(self.transport); /* one that does not watch is held by nobody else */
    kit_ok(ac_transport_pause_reading(self.transport));
    io_say(pipe[1], "late");
    io_turns(2);
    kit_expect("");
    kit_ok(ac_transport_resume_reading(self.transport));
    io_turns(1);
    kit_expect("data late");
    ac_transport_release(self.transport);
    ck_assert(!ac_transport_can_write_eof(self.transport));
    kit_fails(ac_transport_write(self.transport, "x", 1), AC_E_TYPE, "a transport that reads does not write");
    kit_ok(ac_transport_close(self.transport));
    kit_ok(ac_transport_close(self.transport));
    io_turns(1);
    kit_expect("lost ");
    end(&self, pipe[1]);
}
END_TEST

START_TEST(test_what_data_received_raises_is_reported_and_the_pipe_goes_on)
{
    logger self;
    int pipe[2];

    io_open(_i);
    begin(&self, pipe, false);
    self.raises = true;
    io_say(pipe[1], "one");
    io_turns(1);
    kit_expect("data one");
    ck_assert_uint_eq(kit.report_count, 1);
    kit.report_count = 0;
    kit.reports[0] = '\0';
    self.raises = false;
    io_say(pipe[1], "two");
    io_turns(1);
    kit_expect("data two");
    kit_ok(ac_transport_abort(self.transport));
    io_turns(1);
    kit_expect("lost ");
    end(&self, pipe[1]);
}
END_TEST

static aci_system real;
static int read_failure;

static ssize_t failing_read(int descriptor, void *buffer, size_t size)
{
    if (size < 65536)
        return real.read(descriptor, buffer, size);
    errno = read_failure;
    return -1;
}

START_TEST(test_a_read_that_fails)
{
    logger self;
    int pipe[2];

    io_open(_i);
    real = aci_sys;
    for (int i = 0; i < 3; i++) {
        begin(&self, pipe, false);
        io_say(pipe[1], "x");
        aci_sys.read = failing_read;
        read_failure = i == 0 ? EAGAIN : i == 1 ? EIO : ENXIO;
        io_turns(2);
        aci_sys = real;
        ck_assert_uint_eq(kit.report_count, i == 2 ? 1 : 0);
        if (i == 0) {
            kit_expect("");
            kit_ok(ac_transport_abort(self.transport));
            io_turns(1);
        }
        kit_expect(i == 0   ? "lost "
                   : i == 1 ? "lost OSError(5, 'Input/output error')"
                            : "lost OSError(6, 'No such device or address')");
        ck_assert_int_eq(close(pipe[1]), 0);
    }
    kit_expect_reports("Fatal read error on pipe transport\n"
                       "exception: OSError(6, 'No such device or address')");
    kit.report_count = 0;
    end(&self, -1);
}
END_TEST

/* ---- Writing ---- */

START_TEST(test_all_is_written_before_the_close)
{
    enum { SIZE = 300000 };
    char *much = calloc(1, SIZE);
    size_t got = 0;
    logger self;
    int pipe[2];

    io_open(_i);
    begin(&self, pipe, true);
    ck_assert_int_eq(fcntl(pipe[0], F_SETFL, O_NONBLOCK), 0);
    kit_ok(ac_transport_write(self.transport, much, SIZE));
    kit_expect("pause");
    kit_ok(ac_transport_write(self.transport, "tail", 4));
    kit_ok(ac_transport_close(self.transport));
    ck_assert(ac_transport_is_closing(self.transport));
    kit_ok(ac_transport_write(self.transport, "no more", 7));
    for (int i = 0; i < 100 && !self.released; i++) {
        got += io_swallow(pipe[0]);
        io_turns(1);
    }
    got += io_swallow(pipe[0]);
    kit_expect("resume, lost ");
    ck_assert_uint_eq(got, SIZE + 4);
    free(much);
    end(&self, pipe[0]);
}
END_TEST

START_TEST(test_lines_are_one_write)
{
    ac_bytes parts[] = {{"one", 3}, {"", 0}, {"two", 3}};
    char got[8] = "";
    logger self;
    int pipe[2];

    io_open(_i);
    begin(&self, pipe, true);
    kit_ok(ac_transport_writelines(self.transport, parts, 3));
    ck_assert_uint_eq(ac_transport_get_write_buffer_size(self.transport), 0);
    ck_assert_int_eq(read(pipe[0], got, 7), 6);
    ck_assert_str_eq(got, "onetwo");
    kit_ok(ac_transport_write_eof(self.transport));
    kit_ok(ac_transport_write_eof(self.transport));
    io_turns(1);
    kit_expect("lost ");
    end(&self, pipe[0]);
}
END_TEST

START_TEST(test_a_reader_that_goes_is_noticed)
{
    enum { SIZE = 300000 };
    char *much = calloc(1, SIZE);

    for (int i = 0; i < 4; i++) {
        logger self;
        int pipe[2];
        io_open(_i);
        begin(&self, pipe, true);
        if (i == 1 || i == 2)
            kit_ok(ac_transport_write(self.transport, much, SIZE));
        if (i == 2)
            kit_ok(ac_transport_close(self.transport));
        kit.log[0] = '\0';
        ck_assert_int_eq(close(pipe[0]), 0);
        if (i == 3) { /* and no signal */
            kit_ok(ac_transport_write(self.transport, "x", 1));
            kit_ok(ac_transport_write(self.transport, "x", 1));
        }
        io_turns(3);
        kit_expect(i == 0   ? "lost "
                   : i == 3 ? "lost BrokenPipeError(32, 'Broken pipe')"
                            : "lost BrokenPipeError()");
        end(&self, -1);
    }
    free(much);
}
END_TEST

START_TEST(test_an_abort_drops_what_is_left)
{
    enum { SIZE = 300000 };
    char *much = calloc(1, SIZE);
    logger self;
    int pipe[2];

    io_open(_i);
    begin(&self, pipe, true);
    kit_ok(ac_transport_write(self.transport, much, SIZE));
    kit_ok(ac_transport_close(self.transport));
    kit_ok(ac_transport_abort(self.transport));
    kit_ok(ac_transport_abort(self.transport));
    io_turns(1);
    kit_expect("pause, lost ");
    free(much);
    end(&self, pipe[0]);
}
END_TEST

/* ---- What is refused, and what goes first ---- */

START_TEST(test_a_plain_file_is_no_pipe)
{
    logger self = {.protocol.ops = &logger_ops};
    FILE *file = tmpfile();
    ac_transport *transport;

    ck_assert_ptr_nonnull(file);
    io_open(_i);
    kit_status(ac_read_pipe_transport_new(io, fileno(file), &self.protocol, NULL, &transport), AC_E_RAISED);
    ck_assert_str_eq(kit_repr_of(ac_loop_take_raised(kit.loop)),
                     "ValueError('Pipe transport is for pipes/sockets only.')");
    kit_status(ac_write_pipe_transport_new(io, fileno(file), &self.protocol, NULL, &transport), AC_E_RAISED);
    ck_assert_str_eq(kit_repr_of(ac_loop_take_raised(kit.loop)),
                     "ValueError('Pipe transport is only for pipes, sockets and character devices')");
    kit_status(ac_read_pipe_transport_new(io, -1, &self.protocol, NULL, &transport), AC_E_RAISED);
    ck_assert_str_eq(kit_repr_of(ac_loop_take_raised(kit.loop)), "OSError(9, 'Bad file descriptor')");
    ck_assert_ptr_null(transport);
    ck_assert_int_eq(fclose(file), 0);
    io_close();
}
END_TEST

START_TEST(test_a_device_is_written_to_without_a_reader)
{
    logger self = {.protocol.ops = &logger_ops};
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    ac_transport *transport;

    io_open(_i);
    kit_ok(ac_write_pipe_transport_new(io, null, &self.protocol, NULL, &transport));
    io_turns(1);
    kit_expect("made");
    ck_assert_ptr_null(ac_io_reader(io, null));
    kit_ok(ac_transport_write(transport, "x", 1));
    kit_ok(ac_transport_close(transport));
    io_turns(1);
    kit_expect("lost ");
    ac_transport_release(transport);
    end(&self, -1);
}
END_TEST

/* ---- connect_read_pipe, connect_write_pipe ---- */

START_TEST(test_pipes_are_connected)
{
    logger reads = {.protocol.ops = &logger_ops}, writes = {.protocol.ops = &logger_ops};
    ac_transport *reader, *writer;
    ac_connect_pipe connect;
    int pipe_ends[2];

    io_open(_i);
    ck_assert_int_eq(pipe(pipe_ends), 0);
    ac_connect_read_pipe_init(&connect, io, pipe_ends[0], &reads.protocol);
    ck_assert_ptr_null(ac_connect_pipe_take(&connect));
    ck_assert_str_eq(io_finish(&connect.co), "returned");
    reader = ac_connect_pipe_take(&connect);
    ck_assert_ptr_eq(reader, reads.transport);
    ck_assert_ptr_null(ac_connect_pipe_take(&connect));
    ac_coro_clear(kit.loop, &connect.co);
    ac_connect_write_pipe_init(&connect, io, pipe_ends[1], &writes.protocol);
    ck_assert_str_eq(io_finish(&connect.co), "returned");
    writer = ac_connect_pipe_take(&connect);
    ac_coro_clear(kit.loop, &connect.co);
    kit_expect("made, made");
    kit_ok(ac_transport_write(writer, "hello", 5));
    ac_transport_release(writer);
    ac_transport_release(reader);
    io_turns(2);
    kit_expect("data hello");
    io_close();
    ck_assert(reads.released && writes.released);
}
END_TEST

/* Whoever gives it up, and when: the pipe is closed, and the protocol released. */
START_TEST(test_a_connect_that_is_given_up_closes_the_pipe)
{
    for (int turns = 0; turns < 4; turns++)
        for (int way = 0; way < 3; way++) {
            logger self = {.protocol.ops = &logger_ops};
            ac_connect_pipe connect;
            driven by_hand = {.co = &connect.co};
            ac_value thrown;
            int pipe_ends[2];
            io_open(_i);
            ck_assert_int_eq(pipe(pipe_ends), 0);
            ac_connect_read_pipe_init(&connect, io, pipe_ends[0], &self.protocol);
            ck_assert_str_eq(io_step(&by_hand), "waits");
            io_turns(turns);
            thrown = ac_c_error(kit.loop, &ac_c_CancelledError, "no");
            if (way == 0)
                ck_assert_str_eq(io_resume(&by_hand, AC_THROW, ac_lend(thrown)), "CancelledError('no')");
            else if (way == 1)
                ck_assert_str_eq(io_resume(&by_hand, AC_CLOSE, ac_none_ref()), "returned");
            ac_drop(kit.loop, thrown);
            ac_coro_clear(kit.loop, &connect.co);
            memset(&connect, 0xa5, sizeof connect);
            io_turns(3);
            ck_assert(self.released);
            ck_assert_int_eq(fcntl(pipe_ends[0], F_GETFD), -1);
            ck_assert_int_eq(close(pipe_ends[1]), 0);
            io_close();
            kit.log[0] = '\0';
        }
}
END_TEST

START_TEST(test_what_is_no_pipe_is_not_connected)
{
    logger self = {.protocol.ops = &logger_ops};
    ac_connect_pipe connect;

    io_open(_i);
    ac_connect_write_pipe_init(&connect, io, -1, &self.protocol);
    ck_assert_str_eq(io_finish(&connect.co), "OSError(9, 'Bad file descriptor')");
    ck_assert_ptr_null(ac_connect_pipe_take(&connect));
    ac_coro_clear(kit.loop, &connect.co);
    ck_assert(!self.released);
    io_close();
}
END_TEST

START_TEST(test_the_io_goes_first)
{
    for (int i = 0; i < 2; i++) {
        logger self;
        int pipe[2];
        io_open(_i);
        begin(&self, pipe, i == 1);
        io_close();
        ck_assert(self.released);
        ck_assert_int_eq(fcntl(pipe[i], F_GETFD), -1);
        ck_assert_int_eq(close(pipe[1 - i]), 0);
        kit_expect("");
    }
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_what_is_read_and_its_end,
        test_reading_is_paused_and_resumed,
        test_what_data_received_raises_is_reported_and_the_pipe_goes_on,
        test_a_read_that_fails,
        test_all_is_written_before_the_close,
        test_lines_are_one_write,
        test_a_reader_that_goes_is_noticed,
        test_an_abort_drops_what_is_left,
        test_a_plain_file_is_no_pipe,
        test_a_device_is_written_to_without_a_reader,
        test_pipes_are_connected,
        test_a_connect_that_is_given_up_closes_the_pipe,
        test_what_is_no_pipe_is_not_connected,
        test_the_io_goes_first,
    };
    return kit_main_times("io_pipes", tests, sizeof tests / sizeof *tests, IO_POLLERS);
}
