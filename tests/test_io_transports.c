/* test_io_transports.c - socket transports: which function of the protocol is called, and when
 * (src/io/transport*.c). */
#include "io_kit.h"

/* A protocol that logs. */
typedef struct logger {
    ac_protocol protocol;
    ac_transport *transport; /* borrowed while it is not lost */
    bool keeps_open, raises, exits, released;
    char room[8]; /* of a buffered one */
} logger;

static logger *logger_of(ac_protocol *protocol)
{
    return AC_CONTAINER_OF(protocol, logger, protocol);
}

static ac_status ends(const logger *self)
{
    if (self->exits)
        return ac_loop_raise(kit.loop, ac_c_error(kit.loop, &ac_c_SystemExit, "out"));
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
    *keep_open = logger_of(protocol)->keeps_open;
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
    kit_log("pause");
    return ends(logger_of(protocol));
}

static ac_status resumes(ac_protocol *protocol)
{
    kit_log("resume");
    return ends(logger_of(protocol));
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

static ac_status room(ac_protocol *protocol, void **buffer, size_t *size)
{
    kit_log("room");
    *buffer = logger_of(protocol)->room;
    *size = logger_of(protocol)->keeps_open ? 0 : sizeof logger_of(protocol)->room;
    return ends(logger_of(protocol));
}

static ac_status updated(ac_protocol *protocol, size_t size)
{
    kit_log("updated %.*s", (int)size, logger_of(protocol)->room);
    return AC_OK;
}

static const ac_protocol_ops buffered_ops = {.connection_made = made,
                                             .get_buffer = room,
                                             .buffer_updated = updated,
                                             .eof_received = eof,
                                             .connection_lost = lost,
                                             .released = released};

/* A transport on one end of a pair, that nobody but the loop holds, unless 'held' wants it. */
static void begin_with(logger *self, const ac_protocol_ops *ops, int pair[2], ac_future *waiter,
                       ac_transport **held)
{
    ac_transport *transport;

    memset(self, 0, sizeof *self);
    self->protocol.ops = ops;
    io_pair(pair);
    kit_ok(ac_transport_new(io, pair[0], &self->protocol, waiter, &transport));
    if (held != NULL)
        *held = transport;
    else
        ac_transport_release(transport);
}

static void begin(logger *self, int pair[2], ac_transport **held)
{
    begin_with(self, &logger_ops, pair, NULL, held);
}

static void end(const logger *self, const int pair[2])
{
    ck_assert(self->released);
    ck_assert_int_eq(close(pair[1]), 0);
    io_close();
}

/* ---- The beginning ---- */

START_TEST(test_made_reading_and_waiter_come_in_one_turn_in_this_order)
{
    logger self;
    int pair[2];
    ac_future *waiter;

    io_open(_i);
    waiter = kit_pending();
    begin_with(&self, &logger_ops, pair, waiter, NULL);
    io_say(pair[1], "early");
    kit_expect("");
    ck_assert_ptr_null(ac_io_reader(io, pair[0]));
    io_turns(1);
    kit_expect("made");
    ck_assert(ac_future_done(waiter));
    ck_assert_ptr_nonnull(ac_io_reader(io, pair[0]));
    io_turns(1);
    kit_expect("data early");
    kit_release_future(waiter);
    kit_ok(ac_transport_close(self.transport));
    kit_expect("");
    io_turns(1);
    kit_expect("lost ");
    end(&self, pair);
}
END_TEST

START_TEST(test_one_that_is_closed_before_it_is_made_reads_nothing)
{
    logger self;
    int pair[2];
    ac_transport *transport;

    io_open(_i);
    begin(&self, pair, &transport);
    kit_ok(ac_transport_close(transport));
    ck_assert(ac_transport_is_closing(transport));
    io_turns(1);
    kit_expect("made, lost ");
    ck_assert_int_eq(ac_transport_descriptor(transport), -1);
    kit_ok(ac_transport_write(transport, "x", 1));
    kit_ok(ac_transport_close(transport));
    kit_ok(ac_transport_abort(transport));
    ac_transport_release(transport);
    end(&self, pair);
}
END_TEST

START_TEST(test_a_closed_loop_lets_go_of_transports_without_a_word)
{
    logger self;
    int pair[2];
    ac_transport *transport;

    io_open(_i);
    begin(&self, pair, &transport);
    io_turns(1);
    kit_expect("made");
    io_close();
    ck_assert(self.released);
    ck_assert(!io_is_open(pair[1]));
    kit_ok(ac_transport_write(transport, "x", 1));
    kit_ok(ac_transport_close(transport));
    ac_transport_release(transport);
    kit_expect("");
    ck_assert_int_eq(close(pair[1]), 0);
}
END_TEST

START_TEST(test_a_transport_that_nobody_holds_closes_its_socket)
{
    logger self;
    int pair[2];
    ac_transport *transport;

    io_open(_i);
    begin(&self, pair, &transport);
    io_turns(1);
    kit_ok(ac_transport_pause_reading(transport)); /* the loop does not hold it either */
    ac_transport_release(transport);
    kit_expect("made");
    ck_assert(!io_is_open(pair[1]));
    end(&self, pair);
}
END_TEST

START_TEST(test_a_closed_loop_takes_no_transport)
{
    logger self = {.protocol.ops = &logger_ops};
    int pair[2];
    ac_transport *transport;

    io_open(_i);
    io_pair(pair);
    kit_ok(ac_loop_close(kit.loop));
    kit_fails(ac_transport_new(io, pair[0], &self.protocol, NULL, &transport), AC_E_CLOSED,
              "Event loop is closed");
    ck_assert_ptr_null(transport);
    ck_assert(!self.released);
    ck_assert_int_eq(close(pair[0]), 0);
    ck_assert_int_eq(close(pair[1]), 0);
    io_close();
}
END_TEST

/* ---- Reading ---- */

START_TEST(test_an_end_closes_unless_the_protocol_keeps_it_open)
{
    logger self;
    int pair[2];

    io_open(_i);
    begin(&self, pair, NULL);
    io_turns(1);
    ck_assert_int_eq(shutdown(pair[1], SHUT_WR), 0);
    io_turns(1);
    kit_expect("made, eof");
    io_turns(1);
    kit_expect("lost ");
    end(&self, pair);
}
END_TEST

START_TEST(test_a_half_closed_peer_can_still_be_written_to)
{
    logger self;
    int pair[2];
    ac_transport *transport;
    char byte;

    io_open(_i);
    begin(&self, pair, &transport);
    self.keeps_open = true;
    io_turns(1);
    ck_assert_int_eq(shutdown(pair[1], SHUT_WR), 0);
    io_turns(3);
    kit_expect("made, eof");
    ck_assert_ptr_null(ac_io_reader(io, pair[0]));
    kit_ok(ac_transport_write(transport, "x", 1));
    ck_assert_int_eq(read(pair[1], &byte, 1), 1);
    kit_ok(ac_transport_close(transport));
    io_turns(1);
    kit_expect("lost ");
    ac_transport_release(transport);
    end(&self, pair);
}
END_TEST

START_TEST(test_what_comes_while_reading_is_paused_stays_with_the_system)
{
    logger self;
    int pair[2];

    io_open(_i);
    begin(&self, pair, NULL);
    io_turns(1);
    ck_assert(ac_transport_is_reading(self.transport));
    ac_transport_retain(self.transport);
    kit_ok(ac_transport_pause_reading(self.transport));
    kit_ok(ac_transport_pause_reading(self.transport));
    ck_assert(!ac_transport_is_reading(self.transport));
    io_say(pair[1], "later");
    io_turns(2);
    kit_expect("made");
    kit_ok(ac_transport_resume_reading(self.transport));
    kit_ok(ac_transport_resume_reading(self.transport));
    io_turns(1);
    kit_expect("data later");
    ac_transport_release(self.transport);
    kit_ok(ac_transport_abort(self.transport));
    io_turns(1);
    kit_expect("lost ");
    end(&self, pair);
}
END_TEST

/* asyncio cancels the handle that is queued already and makes a new one. */
START_TEST(test_a_pause_and_a_resume_between_the_poll_and_the_read_put_it_off)
{
    logger self;
    int pair[2];

    io_open(_i);
    begin(&self, pair, NULL);
    io_turns(1);
    io_say(pair[1], "x");
    kit_ok(ac_loop_poll(kit.loop, 0));
    ac_transport_retain(self.transport);
    kit_ok(ac_transport_pause_reading(self.transport));
    kit_ok(ac_transport_resume_reading(self.transport));
    ac_transport_release(self.transport);
    kit_ok(ac_loop_turn(kit.loop));
    kit_expect("made");
    io_turns(1);
    kit_expect("data x");
    kit_ok(ac_transport_close(self.transport));
    io_turns(1);
    kit_expect("lost ");
    end(&self, pair);
}
END_TEST

START_TEST(test_a_buffered_protocol_is_read_into)
{
    logger self;
    int pair[2];

    io_open(_i);
    begin_with(&self, &buffered_ops, pair, NULL, NULL);
    io_turns(1);
    io_say(pair[1], "0123456789");
    io_turns(2);
    kit_expect("made, room, updated 01234567, room, updated 89");
    ck_assert_int_eq(shutdown(pair[1], SHUT_WR), 0);
    io_turns(2);
    kit_expect("room, eof, lost ");
    end(&self, pair);
}
END_TEST

START_TEST(test_a_buffered_protocol_without_room_is_an_error)
{
    logger self;
    int pair[2];

    io_open(_i);
    begin_with(&self, &buffered_ops, pair, NULL, NULL);
    self.keeps_open = true;
    io_turns(1);
    io_say(pair[1], "x");
    io_turns(2);
    kit_expect("made, room, lost RuntimeError('get_buffer() returned an empty buffer')");
    kit_expect_reports("Fatal error: protocol.get_buffer() call failed.\n"
                       "exception: RuntimeError('get_buffer() returned an empty buffer')");
    end(&self, pair);
}
END_TEST

START_TEST(test_what_data_received_raises_is_told_and_ends_the_connection)
{
    logger self;
    int pair[2];

    io_open(_i);
    begin(&self, pair, NULL);
    self.raises = true;
    io_turns(1);
    io_say(pair[1], "x");
    io_turns(2);
    kit_expect("made, data x, lost ValueError('no')");
    kit_expect_reports("Fatal error: protocol.data_received() call failed.\nexception: ValueError('no')");
    end(&self, pair);
}
END_TEST

START_TEST(test_what_eof_received_raises_is_told_and_ends_the_connection)
{
    logger self;
    int pair[2];

    io_open(_i);
    begin(&self, pair, NULL);
    self.raises = true;
    io_turns(1);
    ck_assert_int_eq(shutdown(pair[1], SHUT_WR), 0);
    io_turns(2);
    kit_expect("made, eof, lost ValueError('no')");
    kit_expect_reports("Fatal error: protocol.eof_received() call failed.\nexception: ValueError('no')");
    end(&self, pair);
}
END_TEST

START_TEST(test_an_exit_exception_leaves_the_loop_and_the_connection_open)
{
    logger self;
    int pair[2];

    io_open(_i);
    begin(&self, pair, NULL);
    self.exits = true;
    io_turns(1);
    io_say(pair[1], "x");
    kit_ok(ac_loop_poll(kit.loop, 0));
    kit_status(ac_loop_turn(kit.loop), AC_E_RAISED);
    ck_assert_str_eq(kit_repr_of(ac_loop_take_raised(kit.loop)), "SystemExit('out')");
    self.exits = false;
    io_say(pair[1], "y");
    io_turns(1);
    kit_expect("made, data x, data y");
    kit_ok(ac_transport_close(self.transport));
    io_turns(1);
    kit_expect("lost ");
    end(&self, pair);
}
END_TEST

/* A pair of TCP sockets: what a local pair cannot do is reset. */
static void tcp_pair(int pair[2])
{
    ac_address address;
    socklen_t size = AC_ADDRESS_ROOM;
    struct sockaddr *at = (struct sockaddr *)(void *)address.bytes;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert(ac_address_of_ip(&address, "127.0.0.1", 0));
    ck_assert_int_eq(bind(listener, at, address.size), 0);
    ck_assert_int_eq(listen(listener, 1), 0);
    ck_assert_int_eq(getsockname(listener, at, &size), 0);
    pair[1] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(connect(pair[1], at, size), 0);
    pair[0] = accept(listener, NULL, NULL);
    ck_assert_int_ge(pair[0], 0);
    ck_assert_int_eq(close(listener), 0);
}

static void reset(int descriptor)
{
    struct linger at_once = {.l_onoff = 1};

    ck_assert_int_eq(setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
    ck_assert_int_eq(close(descriptor), 0);
}

START_TEST(test_a_reset_is_what_the_connection_is_lost_by_and_not_reported)
{
    logger self = {.protocol.ops = &logger_ops};
    int pair[2];
    ac_transport *transport;

    io_open(_i);
    tcp_pair(pair);
    kit_ok(ac_transport_new(io, pair[0], &self.protocol, NULL, &transport));
    ck_assert_uint_gt(ac_address_port(ac_transport_sockname(transport)), 0);
    ck_assert_uint_gt(ac_address_port(ac_transport_peername(transport)), 0);
    io_turns(1);
    reset(pair[1]);
    io_turns(2);
    kit_expect("made, lost ConnectionResetError(104, 'Connection reset by peer')");
    ac_transport_release(transport);
    ck_assert(self.released);
    io_close();
}
END_TEST

/* ---- Writing ---- */

enum { MUCH = 4 * 1024 * 1024 };
static char much[MUCH];

START_TEST(test_what_the_system_takes_is_sent_at_once)
{
    logger self;
    int pair[2];
    ac_bytes parts[] = {{"he", 2}, {"", 0}, {"llo", 3}};
    char heard[8] = "";

    io_open(_i);
    begin(&self, pair, NULL);
    io_turns(1);
    kit_ok(ac_transport_writelines(self.transport, parts, 3));
    kit_ok(ac_transport_writelines(self.transport, parts, 0));
    kit_ok(ac_transport_write(self.transport, "", 0));
    kit_ok(ac_transport_write(self.transport, "!", 1));
    ck_assert_int_eq(read(pair[1], heard, sizeof heard), 6);
    ck_assert_str_eq(heard, "hello!");
    ck_assert_ptr_null(ac_io_writer(io, pair[0]));
    kit_ok(ac_transport_close(self.transport));
    io_turns(1);
    kit_expect("made, lost ");
    end(&self, pair);
}
END_TEST

static size_t drain_all(int descriptor, int turns)
{
    size_t total = 0;

    for (int i = 0; i < turns; i++) {
        total += io_swallow(descriptor);
        io_turns(1);
    }
    return total + io_swallow(descriptor);
}

START_TEST(test_a_slow_reader_pauses_the_protocol_until_the_low_water_mark)
{
    logger self;
    int pair[2];
    size_t sent;

    io_open(_i);
    begin(&self, pair, NULL);
    io_turns(1);
    kit_ok(ac_transport_write(self.transport, much, MUCH));
    kit_expect("made, pause");
    sent = MUCH - ac_transport_get_write_buffer_size(self.transport);
    ck_assert_uint_gt(sent, 0);
    ck_assert_ptr_nonnull(ac_io_writer(io, pair[0]));
    kit_ok(ac_transport_write(self.transport, much, 1000));
    kit_ok(ac_transport_writelines(self.transport, &(ac_bytes){much, 1000}, 1));
    io_turns(2); /* it cannot write */
    kit_expect("");
    sent = drain_all(pair[1], 200);
    kit_expect("resume");
    ck_assert_uint_eq(sent, MUCH + 2000);
    ck_assert_ptr_null(ac_io_writer(io, pair[0]));
    kit_ok(ac_transport_close(self.transport));
    io_turns(1);
    kit_expect("lost ");
    end(&self, pair);
}
END_TEST

START_TEST(test_a_close_waits_for_what_is_left_and_is_over_with_its_last_byte)
{
    logger self;
    int pair[2];
    ac_transport *transport;

    io_open(_i);
    begin(&self, pair, &transport);
    io_turns(1);
    kit_ok(ac_transport_write(transport, much, MUCH));
    kit_ok(ac_transport_close(transport));
    io_turns(2);
    kit_expect("made, pause");
    ck_assert(ac_transport_is_closing(transport));
    ck_assert_uint_eq(drain_all(pair[1], 200), MUCH);
    kit_expect("resume, lost ");
    ac_transport_release(transport);
    end(&self, pair);
}
END_TEST

START_TEST(test_an_abort_drops_what_is_left)
{
    logger self;
    int pair[2];

    io_open(_i);
    begin(&self, pair, NULL);
    io_turns(1);
    kit_ok(ac_transport_write(self.transport, much, MUCH));
    kit_ok(ac_transport_close(self.transport));
    kit_ok(ac_transport_abort(self.transport));
    ck_assert_ptr_null(ac_io_writer(io, pair[0]));
    io_turns(1);
    kit_expect("made, pause, lost ");
    ck_assert_uint_lt(io_swallow(pair[1]), MUCH);
    end(&self, pair);
}
END_TEST

START_TEST(test_an_end_is_written_after_what_is_left)
{
    logger self;
    int pair[2];
    ac_transport *transport;

    io_open(_i);
    begin(&self, pair, &transport);
    io_turns(1);
    ck_assert(ac_transport_can_write_eof(transport));
    kit_ok(ac_transport_write(transport, much, MUCH));
    kit_ok(ac_transport_write_eof(transport));
    kit_ok(ac_transport_write_eof(transport));
    kit_fails(ac_transport_write(transport, "x", 1), AC_E_RUNTIME, "Cannot call write() after write_eof()");
    kit_fails(ac_transport_writelines(transport, &(ac_bytes){"x", 1}, 1), AC_E_RUNTIME,
              "Cannot call writelines() after write_eof()");
    ck_assert_uint_eq(drain_all(pair[1], 200), MUCH);
    ck_assert(!io_is_open(pair[1]));
    kit_expect("made, pause, resume");
    io_say(pair[1], "still");
    io_turns(1);
    kit_expect("data still");
    kit_ok(ac_transport_close(transport));
    io_turns(1);
    kit_expect("lost ");
    ac_transport_release(transport);
    end(&self, pair);
}
END_TEST

START_TEST(test_a_peer_that_is_gone_is_an_error_without_a_signal)
{
    logger self;
    int pair[2];
    ac_transport *transport;

    io_open(_i);
    begin(&self, pair, &transport);
    self.keeps_open = true;
    io_turns(1);
    kit_ok(ac_transport_pause_reading(transport));
    ck_assert_int_eq(close(pair[1]), 0);
    kit_ok(ac_transport_write(transport, "x", 1));
    kit_ok(ac_transport_write(transport, "y", 1));
    kit_expect("made");
    io_turns(1);
    kit_expect("lost BrokenPipeError(32, 'Broken pipe')");
    ac_transport_release(transport);
    ck_assert(self.released);
    io_close();
}
END_TEST

START_TEST(test_what_pause_writing_raises_is_told_and_the_connection_goes_on)
{
    logger self;
    int pair[2];

    io_open(_i);
    begin(&self, pair, NULL);
    self.raises = true;
    io_turns(1);
    kit_ok(ac_transport_set_write_buffer_limits(self.transport, 10, 5));
    kit_fails(ac_transport_set_write_buffer_limits(self.transport, 5, 10), AC_E_VALUE,
              "high must be >= low must be >= 0");
    kit_ok(ac_transport_write(self.transport, much, MUCH));
    ck_assert_uint_eq(drain_all(pair[1], 200), MUCH);
    kit_expect("made, pause, resume");
    kit_expect_reports("protocol.pause_writing() failed\nexception: ValueError('no'); "
                       "protocol.resume_writing() failed\nexception: ValueError('no')");
    kit_ok(ac_transport_abort(self.transport));
    io_turns(1);
    kit_expect("lost ");
    end(&self, pair);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_made_reading_and_waiter_come_in_one_turn_in_this_order,
        test_one_that_is_closed_before_it_is_made_reads_nothing,
        test_a_closed_loop_lets_go_of_transports_without_a_word,
        test_a_transport_that_nobody_holds_closes_its_socket,
        test_a_closed_loop_takes_no_transport,
        test_an_end_closes_unless_the_protocol_keeps_it_open,
        test_a_half_closed_peer_can_still_be_written_to,
        test_what_comes_while_reading_is_paused_stays_with_the_system,
        test_a_pause_and_a_resume_between_the_poll_and_the_read_put_it_off,
        test_a_buffered_protocol_is_read_into,
        test_a_buffered_protocol_without_room_is_an_error,
        test_what_data_received_raises_is_told_and_ends_the_connection,
        test_what_eof_received_raises_is_told_and_ends_the_connection,
        test_an_exit_exception_leaves_the_loop_and_the_connection_open,
        test_a_reset_is_what_the_connection_is_lost_by_and_not_reported,
        test_what_the_system_takes_is_sent_at_once,
        test_a_slow_reader_pauses_the_protocol_until_the_low_water_mark,
        test_a_close_waits_for_what_is_left_and_is_over_with_its_last_byte,
        test_an_abort_drops_what_is_left,
        test_an_end_is_written_after_what_is_left,
        test_a_peer_that_is_gone_is_an_error_without_a_signal,
        test_what_pause_writing_raises_is_told_and_the_connection_goes_on,
    };
    return kit_main_times("io_transports", tests, sizeof tests / sizeof *tests, IO_POLLERS);
}
