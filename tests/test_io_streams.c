/* test_io_streams.c - streams over sockets: reading and writing, flow control, ends (src/io/stream.c,
 * stream_writer.c). */
#include "io_kit.h"

enum { MUCH = 4 * 1024 * 1024 };
static char much[MUCH];
static ac_stream *stream;
static int far_end;

/* A stream on one end of a pair. */
static void begin(int poller, size_t limit)
{
    int pair[2];
    ac_transport *transport;

    io_open(poller);
    io_pair(pair);
    stream = ac_stream_new(io, limit, NULL, NULL);
    ck_assert_ptr_nonnull(stream);
    kit_ok(ac_transport_new(io, pair[0], ac_stream_protocol(stream), NULL, &transport));
    ac_transport_release(transport);
    io_turns(1);
    ck_assert_ptr_eq(ac_stream_transport(stream), transport);
    far_end = pair[1];
}

static void end(void)
{
    if (stream != NULL)
        ac_stream_release(stream);
    io_turns(2);
    io_close();
    ck_assert_int_eq(close(far_end), 0);
}

static const char *read_some(ptrdiff_t size)
{
    static char text[64];
    ac_stream_read read;
    const char *ended;

    ac_stream_read_init(&read, ac_stream_get_reader(stream), size);
    ended = io_finish(&read.co);
    (void)snprintf(text, sizeof text, "%s '%.*s'", ended, (int)read.size, (const char *)read.data);
    ac_coro_clear(kit.loop, &read.co);
    return text;
}

static const char *drains(void)
{
    ac_stream_drain drain;
    const char *ended;

    ac_stream_drain_init(&drain, stream);
    ended = io_finish(&drain.co);
    ac_coro_clear(kit.loop, &drain.co);
    return ended;
}

static const char *waits_closed(void)
{
    ac_stream_wait wait;
    const char *ended;

    ac_stream_wait_closed_init(&wait, stream);
    ended = io_finish(&wait.co);
    ac_coro_clear(kit.loop, &wait.co);
    return ended;
}

START_TEST(test_both_directions)
{
    char heard[16] = "";
    ac_bytes parts[] = {{"a", 1}, {"b", 1}};

    begin(_i, 0);
    io_say(far_end, "hello");
    ck_assert_str_eq(read_some(100), "returned 'hello'");
    kit_ok(ac_stream_write(stream, "answer", 6));
    kit_ok(ac_stream_writelines(stream, parts, 2));
    ck_assert_str_eq(drains(), "returned");
    ck_assert_int_eq(read(far_end, heard, sizeof heard), 8);
    ck_assert_str_eq(heard, "answerab");
    ck_assert(ac_stream_can_write_eof(stream));
    kit_ok(ac_stream_write_eof(stream));
    ck_assert_int_eq(read(far_end, heard, sizeof heard), 0);
    io_say(far_end, "still");
    ck_assert_str_eq(read_some(100), "returned 'still'");
    kit_ok(ac_stream_close(stream));
    ck_assert(ac_stream_is_closing(stream));
    ck_assert_str_eq(waits_closed(), "returned");
    ck_assert_str_eq(waits_closed(), "returned");
    ck_assert_str_eq(read_some(100), "returned ''");
    end();
}
END_TEST

START_TEST(test_a_half_closed_peer_is_read_to_its_end_and_answered)
{
    char heard[16] = "";

    begin(_i, 0);
    io_say(far_end, "request");
    ck_assert_int_eq(shutdown(far_end, SHUT_WR), 0);
    ck_assert_str_eq(read_some(AC_READ_ALL), "returned 'request'");
    ck_assert(ac_stream_reader_at_eof(ac_stream_get_reader(stream)));
    ck_assert(!ac_stream_is_closing(stream));
    kit_ok(ac_stream_write(stream, "answer", 6));
    ck_assert_int_eq(read(far_end, heard, sizeof heard), 6);
    end();
}
END_TEST

START_TEST(test_who_lets_go_of_an_open_stream_closes_it)
{
    begin(_i, 0);
    kit_ok(ac_stream_write(stream, "bye", 3));
    ac_stream_release(stream);
    stream = NULL;
    io_turns(1);
    ck_assert_uint_eq(io_swallow(far_end), 3);
    ck_assert(!io_is_open(far_end));
    end();
}
END_TEST

START_TEST(test_an_io_that_goes_leaves_a_stream_that_says_nothing_more)
{
    begin(_i, 0);
    io_close();
    ck_assert(!io_is_open(far_end));
    kit_ok(ac_stream_write(stream, "x", 1));
    ac_stream_release(stream);
    ck_assert_int_eq(close(far_end), 0);
}
END_TEST

/* ---- An object of a host's around a stream ---- */

static struct {
    ac_stream_owner head;
    int holders, shown;
} owner;

static void owner_retain(ac_stream_owner *self)
{
    ck_assert_ptr_eq(self, &owner.head);
    owner.holders++;
}

static void owner_release(ac_stream_owner *self)
{
    ck_assert_ptr_eq(self, &owner.head);
    owner.holders--;
}

static int owner_visit(ac_stream_owner *self, ac_visitor *visitor)
{
    ck_assert_ptr_eq(self, &owner.head);
    ck_assert_ptr_nonnull(visitor);
    owner.shown++;
    return 0;
}

static int ignore_value(ac_visitor *visitor, ac_ref value)
{
    (void)visitor;
    (void)value;
    return 0;
}

START_TEST(test_a_transport_holds_and_shows_the_owner_of_its_stream)
{
    static const ac_stream_owner_ops ops = {owner_retain, owner_release, owner_visit};
    ac_visitor visitor = {.value = ignore_value};
    ac_transport *transport;
    int pair[2];

    io_open(_i);
    io_pair(pair);
    far_end = pair[1];
    owner.head.ops = &ops;
    owner.holders = owner.shown = 0;
    stream = ac_stream_new(io, 0, NULL, NULL);
    ac_stream_set_owner(stream, &owner.head);
    kit_ok(ac_transport_new(io, pair[0], ac_stream_protocol(stream), NULL, &transport));
    ac_transport_release(transport);
    ck_assert_int_eq(owner.holders, 1);
    io_turns(2);
    ck_assert_int_eq(ac_io_visit(io, &visitor), 0);
    ck_assert_int_eq(owner.shown, 1);
    kit_ok(ac_stream_close(stream));
    io_turns(2);
    ck_assert_int_eq(owner.holders, 0);
    ac_stream_set_owner(stream, NULL);
    end();
}
END_TEST

/* ---- The reader's limit ---- */

START_TEST(test_a_stream_that_nobody_reads_pauses_its_transport)
{
    begin(_i, 1000);
    ck_assert_int_eq(write(far_end, much, 2000), 2000);
    io_turns(1);
    ck_assert(ac_transport_is_reading(ac_stream_transport(stream)));
    ck_assert_int_eq(write(far_end, much, 1), 1);
    io_turns(1);
    ck_assert(!ac_transport_is_reading(ac_stream_transport(stream)));
    ck_assert_int_eq(write(far_end, much, 100), 100);
    io_turns(2);
    ck_assert_uint_eq(ac_stream_reader_size(ac_stream_get_reader(stream)), 2001);
    (void)read_some(1000);
    ck_assert(!ac_transport_is_reading(ac_stream_transport(stream)));
    (void)read_some(1);
    ck_assert(ac_transport_is_reading(ac_stream_transport(stream)));
    io_turns(1);
    ck_assert_uint_eq(ac_stream_reader_size(ac_stream_get_reader(stream)), 1100);
    end();
}
END_TEST

START_TEST(test_a_read_of_more_than_the_pause_leaves_resumes)
{
    ac_stream_read read;
    driven self = {.co = &read.co};

    begin(_i, 10);
    ck_assert_int_eq(write(far_end, much, 50), 50);
    io_turns(1);
    ck_assert(!ac_transport_is_reading(ac_stream_transport(stream)));
    ac_stream_readexactly_init(&read, ac_stream_get_reader(stream), 100);
    ck_assert_str_eq(io_step(&self), "waits");
    ck_assert(ac_transport_is_reading(ac_stream_transport(stream)));
    ck_assert_int_eq(write(far_end, much, 50), 50);
    io_turns(1);
    ck_assert_str_eq(io_step(&self), "returned");
    ck_assert_uint_eq(read.size, 100);
    ac_coro_clear(kit.loop, &read.co);
    end();
}
END_TEST

/* ---- drain ---- */

static void write_much(void)
{
    kit_ok(ac_stream_write(stream, much, MUCH));
    ck_assert_uint_gt(ac_transport_get_write_buffer_size(ac_stream_transport(stream)), 0);
}

START_TEST(test_drain_waits_for_the_low_water_mark)
{
    ac_stream_drain drains[2];
    driven first = {.co = &drains[0].co}, second = {.co = &drains[1].co};

    begin(_i, 0);
    write_much();
    ac_stream_drain_init(&drains[0], stream);
    ac_stream_drain_init(&drains[1], stream);
    ck_assert_str_eq(io_step(&first), "waits");
    ck_assert_str_eq(io_step(&second), "waits");
    for (int i = 0; i < 200; i++) {
        (void)io_swallow(far_end);
        io_turns(1);
    }
    ck_assert_str_eq(io_step(&second), "returned");
    ck_assert_str_eq(io_step(&first), "returned");
    ac_coro_clear(kit.loop, &drains[0].co);
    ac_coro_clear(kit.loop, &drains[1].co);
    end();
}
END_TEST

START_TEST(test_drain_gives_way_while_the_stream_closes)
{
    ac_stream_drain drain;
    driven self = {.co = &drain.co};

    begin(_i, 0);
    kit_ok(ac_stream_close(stream));
    ac_stream_drain_init(&drain, stream);
    ck_assert_str_eq(io_step(&self), "yields");
    io_turns(1);
    ck_assert_str_eq(io_step(&self), "ConnectionResetError('Connection lost')");
    ac_coro_clear(kit.loop, &drain.co);
    end();
}
END_TEST

START_TEST(test_what_the_connection_is_lost_by_meets_who_drains_reads_and_waits)
{
    ac_stream_drain drain;
    driven self = {.co = &drain.co};

    begin(_i, 0);
    write_much();
    kit_ok(ac_transport_pause_reading(ac_stream_transport(stream)));
    ac_stream_drain_init(&drain, stream);
    ck_assert_str_eq(io_step(&self), "waits");
    ck_assert_int_eq(close(far_end), 0);
    io_turns(2);
    ck_assert_str_eq(io_step(&self), "BrokenPipeError(32, 'Broken pipe')");
    ac_coro_clear(kit.loop, &drain.co);
    ck_assert_str_eq(drains(), "BrokenPipeError(32, 'Broken pipe')");
    ck_assert_str_eq(waits_closed(), "BrokenPipeError(32, 'Broken pipe')");
    ck_assert_str_eq(read_some(1), "BrokenPipeError(32, 'Broken pipe') ''");
    far_end = dup(0);
    end();
}
END_TEST

START_TEST(test_a_lost_connection_wakes_who_drains)
{
    ac_stream_drain drain;
    driven self = {.co = &drain.co};

    begin(_i, 0);
    write_much();
    ac_stream_drain_init(&drain, stream);
    ck_assert_str_eq(io_step(&self), "waits");
    kit_ok(ac_transport_abort(ac_stream_transport(stream)));
    io_turns(1);
    ck_assert_str_eq(io_step(&self), "returned");
    ac_coro_clear(kit.loop, &drain.co);
    ck_assert_str_eq(drains(), "ConnectionResetError('Connection lost')");
    end();
}
END_TEST

/* ---- Every way out of the waits ---- */

/* 0 before it begins, 1 at its first stop, 2 when what it waits for is over. */
enum { PLACES = 3 };

static void end_it(ac_coro *co, int way)
{
    driven self = {.co = co};
    ac_value thrown = ac_c_error(kit.loop, &ac_c_ValueError, "thrown");

    if (way == 0)
        ac_coro_close(kit.loop, co);
    if (way == 1)
        ck_assert_str_eq(io_resume(&self, AC_THROW, ac_lend(thrown)), "ValueError('thrown')");
    ac_drop(kit.loop, thrown);
    ac_coro_clear(kit.loop, co);
    ac_coro_clear(kit.loop, co);
}

START_TEST(test_a_drain_is_closed_thrown_into_and_cleared_at_each_point)
{
    for (int run = 0; run < 2 * PLACES * 3; run++) {
        int place = run / 2 / 3, way = run / 2 % 3;
        bool closing = run % 2 != 0;
        ac_stream_drain drain;
        driven self = {.co = &drain.co};
        begin(_i, 0);
        write_much();
        if (closing)
            kit_ok(ac_stream_close(stream));
        ac_stream_drain_init(&drain, stream);
        if (place > 0)
            ck_assert_str_eq(io_step(&self), closing ? "yields" : "waits");
        if (place > 1)
            kit_ok(ac_transport_abort(ac_stream_transport(stream)));
        if (place > 1)
            io_turns(1);
        end_it(&drain.co, way);
        memset(&drain, 0xa5, sizeof drain);
        kit_ok(ac_transport_abort(ac_stream_transport(stream)));
        io_turns(1);
        end();
    }
}
END_TEST

START_TEST(test_a_wait_for_the_end_is_closed_thrown_into_and_cleared_at_each_point)
{
    for (int run = 0; run < PLACES * 3; run++) {
        int place = run / 3, way = run % 3;
        ac_stream_wait wait;
        driven self = {.co = &wait.co};
        begin(_i, 0);
        ac_stream_wait_closed_init(&wait, stream);
        if (place > 0)
            ck_assert_str_eq(io_step(&self), "waits");
        if (place > 1)
            kit_ok(ac_stream_close(stream));
        if (place > 1)
            io_turns(1);
        end_it(&wait.co, way);
        memset(&wait, 0xa5, sizeof wait);
        kit_ok(ac_stream_close(stream));
        io_turns(1);
        end();
    }
}
END_TEST

/* In tasks. */
typedef struct waiting {
    ac_c_task head;
    ac_stream_wait wait;
} waiting;

static ac_turn wait_for_end(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    return ac_coro_resume(loop, &AC_C_SELF(co, waiting)->wait.co, how, in, out);
}

static void clear_waiting(ac_loop *loop, ac_coro *co)
{
    ac_coro_clear(loop, &AC_C_SELF(co, waiting)->wait.co);
}

static waiting *new_waiting(void)
{
    static const ac_coro_ops ops = {.resume = wait_for_end, .clear = clear_waiting};
    waiting *self = ac_c_task_new(kit.loop, sizeof *self, &ops);

    ac_stream_wait_closed_init(&self->wait, stream);
    kit_ok(ac_c_create_task(kit.loop, &self->head, AC_EAGER_NO));
    return self;
}

START_TEST(test_a_cancelled_wait_for_the_end_cancels_the_others_and_the_end_goes_on)
{
    waiting *first, *second;

    begin(_i, 0);
    first = new_waiting();
    second = new_waiting();
    io_turns(1);
    kit_ok(ac_future_cancel(&first->head.task.future, ac_none_ref(), NULL));
    io_turns(1);
    ck_assert(ac_future_cancelled(&first->head.task.future));
    ck_assert(ac_future_cancelled(&second->head.task.future));
    ac_c_release(kit.loop, &first->head.task.future);
    ac_c_release(kit.loop, &second->head.task.future);
    ck_assert_str_eq(waits_closed(), "CancelledError()");
    kit_ok(ac_stream_close(stream));
    io_turns(1);
    ck_assert(!io_is_open(far_end));
    end();
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_both_directions,
        test_a_half_closed_peer_is_read_to_its_end_and_answered,
        test_who_lets_go_of_an_open_stream_closes_it,
        test_an_io_that_goes_leaves_a_stream_that_says_nothing_more,
        test_a_transport_holds_and_shows_the_owner_of_its_stream,
        test_a_stream_that_nobody_reads_pauses_its_transport,
        test_a_read_of_more_than_the_pause_leaves_resumes,
        test_drain_waits_for_the_low_water_mark,
        test_drain_gives_way_while_the_stream_closes,
        test_what_the_connection_is_lost_by_meets_who_drains_reads_and_waits,
        test_a_lost_connection_wakes_who_drains,
        test_a_drain_is_closed_thrown_into_and_cleared_at_each_point,
        test_a_wait_for_the_end_is_closed_thrown_into_and_cleared_at_each_point,
        test_a_cancelled_wait_for_the_end_cancels_the_others_and_the_end_goes_on,
    };
    return kit_main_times("io_streams", tests, sizeof tests / sizeof *tests, IO_POLLERS);
}
