/* test_io_servers.c - servers, and connections to them (src/io/server.c, server_wait.c, accept.c, listen.c,
 * stream_open.c). */
#include "io_kit.h"

#include <netdb.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "io/system.h"

static ac_server *server;
static ac_address address;

/* What the server does with each connection. */
static enum { KEEPS, ECHOES, FAILS, RAISES_AT_ONCE, DROPS } manner;
static ac_stream *kept[64];
static size_t kept_count;

typedef struct connection {
    ac_c_task head;
    ac_stream *stream;
    ac_stream_read read;
} connection;

static ac_turn serve(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    connection *self = AC_C_SELF(co, connection);
    ac_turn turn;

    AC_BEGIN(co);
    if (manner == FAILS)
        return ac_c_throw(loop, out, &ac_c_ValueError, "no");
    do {
        ac_stream_readline_init(&self->read, ac_stream_get_reader(self->stream));
        AC_AWAIT_CORO(1, &self->read.co, turn);
        if (turn == AC_RAISED)
            return AC_RAISED;
        kit_ok(ac_stream_write(self->stream, self->read.data, self->read.size));
    } while (self->read.size > 0);
    AC_END(co);
    return ac_return(out, ac_none());
}

static void hang_up(ac_loop *loop, ac_coro *co)
{
    connection *self = AC_C_SELF(co, connection);

    ac_coro_clear(loop, &self->read.co);
    if (self->stream != NULL)
        ac_stream_release(self->stream);
    self->stream = NULL;
}

static ac_status connected(ac_stream *stream, void *data, ac_future **task)
{
    static const ac_coro_ops ops = {.resume = serve, .clear = hang_up};
    connection *self;

    ck_assert_ptr_eq(data, &server);
    kit_log("connected");
    if (manner == RAISES_AT_ONCE)
        return ac_loop_raise(kit.loop, ac_c_error(kit.loop, &ac_c_ValueError, "at once"));
    if (manner == DROPS)
        return AC_OK;
    ac_stream_retain(stream);
    if (manner == KEEPS) {
        kept[kept_count++] = stream;
        return AC_OK;
    }
    self = ac_c_task_new(kit.loop, sizeof *self, &ops);
    self->stream = stream;
    *task = &self->head.task.future;
    return ac_c_create_task(kit.loop, &self->head, AC_EAGER_NO);
}

static void start_at(const ac_address *at)
{
    kept_count = 0;
    kit_ok(ac_start_server(io, at, connected, &server, NULL, &server));
    kit_ok(ac_sock_name(io, ac_server_socket(server, 0), &address));
}

static void serve_on_this_loop(void)
{
    ac_address any;

    ck_assert(ac_address_of_ip(&any, "127.0.0.1", 0));
    manner = KEEPS;
    start_at(&any);
}

static void begin(int poller)
{
    io_open(poller);
    serve_on_this_loop();
}

static void end(void)
{
    for (size_t i = 0; i < kept_count; i++)
        ac_stream_release(kept[i]);
    kept_count = 0;
    ac_server_close(server);
    ac_server_release(server);
    for (int i = 0; i < 20 && ac_loop_next_task(kit.loop, NULL) != NULL; i++)
        io_turns(1);
    io_turns(2);
    io_close();
}

/* A client, which does not take part in the loop. */
static int dial(void)
{
    int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert_int_eq(connect(client, (struct sockaddr *)(void *)address.bytes, address.size), 0);
    return client;
}

static void hear(int client, const char *words)
{
    char heard[64];
    size_t size = strlen(words);

    ck_assert_int_eq(recv(client, heard, size, MSG_WAITALL), (ssize_t)size);
    ck_assert_mem_eq(heard, words, size);
}

/* ---- Accepting ---- */

START_TEST(test_a_connection_is_made_two_turns_after_it_is_accepted)
{
    int client;

    begin(_i);
    ck_assert(ac_server_is_serving(server));
    client = dial();
    io_turns(1); /* accepts, and makes the task */
    ck_assert_ptr_nonnull(ac_loop_next_task(kit.loop, NULL));
    io_turns(1); /* the task makes the transport */
    kit_expect("");
    io_turns(1);
    kit_expect("connected");
    ck_assert_ptr_nonnull(ac_loop_next_task(kit.loop, NULL));
    io_turns(1); /* the task ends */
    ck_assert_ptr_null(ac_loop_next_task(kit.loop, NULL));
    ck_assert_uint_eq(ac_address_port(ac_transport_sockname(ac_stream_transport(kept[0]))),
                      ac_address_port(&address));
    ck_assert_int_eq(close(client), 0);
    end();
}
END_TEST

START_TEST(test_all_that_wait_are_accepted_in_one_turn)
{
    int clients[5];

    begin(_i);
    for (int i = 0; i < 5; i++)
        clients[i] = dial();
    io_turns(3);
    kit_expect("connected, connected, connected, connected, connected");
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(close(clients[i]), 0);
    end();
}
END_TEST

START_TEST(test_a_task_serves_a_connection)
{
    int client;

    begin(_i);
    manner = ECHOES;
    client = dial();
    io_say(client, "one\ntw");
    io_turns(6);
    hear(client, "one\n");
    io_say(client, "o\n");
    io_turns(3);
    hear(client, "two\n");
    ck_assert_int_eq(shutdown(client, SHUT_WR), 0);
    io_turns(5);
    ck_assert(!io_is_open(client));
    kit_expect("connected");
    ck_assert_int_eq(close(client), 0);
    end();
}
END_TEST

START_TEST(test_what_a_connections_task_fails_with_is_told_and_closes_it)
{
    int client;

    begin(_i);
    manner = FAILS;
    client = dial();
    io_turns(8);
    kit_expect("connected");
    kit_expect_reports("Unhandled exception in client_connected_cb\nexception: ValueError('no')");
    ck_assert(!io_is_open(client));
    ck_assert_int_eq(close(client), 0);
    end();
}
END_TEST

START_TEST(test_what_the_callback_itself_raises_is_told_and_closes_the_connection)
{
    int client;

    begin(_i);
    manner = RAISES_AT_ONCE;
    client = dial();
    io_turns(5);
    kit_expect("connected");
    kit_expect_reports("Unhandled exception in client_connected_cb\nexception: ValueError('at once')");
    ck_assert(!io_is_open(client));
    ck_assert_int_eq(close(client), 0);
    end();
}
END_TEST

START_TEST(test_a_connection_that_nobody_wants_is_closed)
{
    int client;

    begin(_i);
    manner = DROPS;
    client = dial();
    io_turns(5);
    kit_expect("connected");
    ck_assert(!io_is_open(client));
    ck_assert_int_eq(close(client), 0);
    end();
}
END_TEST

START_TEST(test_a_cancelled_task_closes_its_connection)
{
    int client;

    begin(_i);
    manner = ECHOES;
    client = dial();
    io_turns(5);
    kit_ok(ac_future_cancel(&ac_loop_next_task(kit.loop, NULL)->future, ac_none_ref(), NULL));
    io_turns(4);
    ck_assert(!io_is_open(client));
    kit_expect("connected");
    ck_assert_int_eq(close(client), 0);
    end();
}
END_TEST

static unsigned told;

static void count_report(void *data, const char *text)
{
    (void)data;
    ck_assert_str_eq(text, "socket.accept() out of system resource\n"
                           "exception: OSError(24, 'Too many open files')");
    told++;
}

/* asyncio tells it once for each connection that it might have accepted, and tries again after a second. */
START_TEST(test_without_descriptors_it_tells_and_tries_again_a_second_later)
{
    struct rlimit before, none;
    int client;
    bool gone;

    kit_loop(NULL); /* a virtual clock */
    kit_ok(ac_io_new(kit.loop, &(ac_io_options){.poller = io_pollers[_i]}, &io));
    serve_on_this_loop();
    told = 0;
    ac_c_set_report(kit.loop, count_report, NULL);
    client = dial();
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = before;
    none.rlim_cur = (rlim_t)client + 1;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
    io_turns(1);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
    gone = told == 1; /* valgrind accepts before it looks at the limit, and drops it */
    ck_assert(gone || told == 101);
    ck_assert_ptr_null(ac_io_reader(io, ac_server_socket(server, 0)));
    io_turns(3);
    kit_expect("");
    kit.clock.now += 1;
    io_turns(4);
    kit_expect(gone ? "" : "connected");
    ck_assert_int_eq(close(client), 0);
    end();
}
END_TEST

/* ---- The end of a server ---- */

START_TEST(test_close_keeps_connections_and_wait_closed_waits_for_them)
{
    ac_server_wait wait;
    driven self = {.co = &wait.co};
    int client;

    begin(_i);
    client = dial();
    io_turns(4);
    kit_expect("connected");
    ac_server_wait_closed_init(&wait, server);
    ck_assert_str_eq(io_step(&self), "waits");
    ac_server_close(server);
    ac_server_close(server);
    ck_assert(!ac_server_is_serving(server));
    ck_assert_int_eq(ac_server_socket(server, 0), -1);
    io_turns(2);
    ck_assert_str_eq(io_step(&self), "waits");
    kit_ok(ac_stream_write(kept[0], "x", 1));
    hear(client, "x");
    kit_ok(ac_stream_close(kept[0]));
    io_turns(1);
    ck_assert_str_eq(io_step(&self), "returned");
    ac_coro_clear(kit.loop, &wait.co);
    ac_server_wait_closed_init(&wait, server);
    self.future = NULL;
    ck_assert_str_eq(io_step(&self), "returned");
    ac_coro_clear(kit.loop, &wait.co);
    ck_assert_int_eq(close(client), 0);
    end();
}
END_TEST

START_TEST(test_clients_are_closed_or_aborted_together)
{
    int first, second;

    begin(_i);
    first = dial();
    second = dial();
    io_turns(4);
    kit_expect("connected, connected");
    kit_ok(ac_server_close_clients(server));
    ck_assert(ac_stream_is_closing(kept[0]) && ac_stream_is_closing(kept[1]));
    kit_ok(ac_server_abort_clients(server));
    io_turns(1);
    ck_assert(!io_is_open(first) && !io_is_open(second));
    kit_ok(ac_server_abort_clients(server));
    ck_assert_int_eq(close(first), 0);
    ck_assert_int_eq(close(second), 0);
    end();
}
END_TEST

START_TEST(test_a_server_that_is_closed_between_accept_and_task_closes_the_connection)
{
    int client;

    begin(_i);
    client = dial();
    io_turns(1);
    ac_server_close(server);
    io_turns(2);
    kit_expect("");
    ck_assert(!io_is_open(client));
    ck_assert_int_eq(close(client), 0);
    end();
}
END_TEST

START_TEST(test_a_loop_that_is_closed_at_any_turn_leaves_nothing)
{
    for (int turns = 0; turns < 7; turns++) {
        int client;
        begin(_i);
        manner = ECHOES;
        client = dial();
        io_say(client, "hello\n");
        io_turns(turns);
        io_close();
        ac_server_close(server);
        ac_server_release(server);
        (void)kit_free_loop(); /* tasks that nobody woke go with it */
        ck_assert_int_eq(close(client), 0);
        kit.log[0] = kit.reports[0] = '\0'; /* "Task was destroyed but it is pending!" */
        kit.report_count = 0;
        kit_loop_with(NULL);
    }
}
END_TEST

START_TEST(test_serve_forever_ends_with_a_cancel_and_closes_all)
{
    ac_server_forever forever, other;
    driven self = {.co = &forever.co}, second = {.co = &other.co};
    ac_value cancelled;
    int client;

    begin(_i);
    cancelled = ac_c_exception(kit.loop, &ac_c_CancelledError, ac_none_ref());
    ac_server_forever_init(&forever, server);
    ck_assert_str_eq(io_step(&self), "waits");
    ac_server_forever_init(&other, server);
    ck_assert_str_eq(io_step(&second), "RuntimeError('server is already being awaited on serve_forever()')");
    ac_coro_clear(kit.loop, &other.co);
    client = dial();
    io_turns(4);
    kit_expect("connected");
    ck_assert_str_eq(io_resume(&self, AC_THROW, ac_lend(cancelled)), "waits");
    ck_assert(!ac_server_is_serving(server));
    io_turns(1);
    ck_assert_str_eq(io_step(&self), "CancelledError()");
    ck_assert(!io_is_open(client));
    ac_coro_clear(kit.loop, &forever.co);
    ac_server_forever_init(&forever, server);
    self.future = NULL;
    ck_assert_str_eq(io_step(&self), "RuntimeError('server is closed')");
    ac_coro_clear(kit.loop, &forever.co);
    ac_drop(kit.loop, cancelled);
    ck_assert_int_eq(close(client), 0);
    end();
}
END_TEST

START_TEST(test_close_ends_serve_forever)
{
    ac_server_forever forever;
    driven self = {.co = &forever.co};

    begin(_i);
    ac_server_forever_init(&forever, server);
    ck_assert_str_eq(io_step(&self), "waits");
    ac_server_close(server);
    ck_assert_str_eq(io_step(&self), "CancelledError()");
    ac_coro_clear(kit.loop, &forever.co);
    end();
}
END_TEST

START_TEST(test_serving_and_waiting_are_closed_thrown_into_and_cleared_at_each_point)
{
    for (int run = 0; run < 12; run++) {
        int place = run / 3, way = run % 3; /* before, serving, waiting for a client, woken */
        ac_server_forever forever;
        driven self = {.co = &forever.co};
        ac_value thrown, cancelled;
        int client;
        begin(_i);
        thrown = ac_c_error(kit.loop, &ac_c_ValueError, "thrown");
        cancelled = ac_c_exception(kit.loop, &ac_c_CancelledError, ac_none_ref());
        client = dial();
        io_turns(4);
        ac_server_forever_init(&forever, server);
        if (place > 0)
            ck_assert_str_eq(io_step(&self), "waits");
        if (place > 1)
            ck_assert_str_eq(io_resume(&self, AC_THROW, ac_lend(cancelled)), "waits");
        if (place > 2)
            io_turns(1);
        if (way == 0)
            ac_coro_close(kit.loop, &forever.co);
        if (way == 1)
            ck_assert_str_eq(io_resume(&self, AC_THROW, ac_lend(thrown)), "ValueError('thrown')");
        ac_coro_clear(kit.loop, &forever.co);
        ac_coro_clear(kit.loop, &forever.co);
        memset(&forever, 0xa5, sizeof forever);
        ac_drop(kit.loop, thrown);
        ac_drop(kit.loop, cancelled);
        kit.log[0] = '\0';
        ck_assert_int_eq(close(client), 0);
        end();
    }
}
END_TEST

/* ---- Addresses ---- */

START_TEST(test_an_address_in_use_is_refused_with_its_name)
{
    ac_server *second;
    char words[200];

    begin(_i);
    kit_status(ac_start_server(io, &address, connected, NULL, NULL, &second), AC_E_RAISED);
    ck_assert_ptr_null(second);
    (void)snprintf(words, sizeof words,
                   "OSError(98, \"error while attempting to bind on address ('127.0.0.1', %u): [errno 98] "
                   "address already in use\")",
                   ac_address_port(&address));
    ck_assert_str_eq(kit_repr_of(ac_loop_take_raised(kit.loop)), words);
    end();
}
END_TEST

START_TEST(test_a_path_that_is_stale_is_taken_and_one_that_is_no_socket_refused)
{
    char folder[] = "/tmp/aiocore-XXXXXX", path[64];
    ac_address at;
    ac_open_connection open;
    ac_server *second;
    FILE *file;

    io_open(_i);
    manner = KEEPS;
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/socket", folder);
    ck_assert(ac_address_of_path(&at, path));
    for (int i = 0; i < 2; i++) {
        start_at(&at);
        ac_open_connection_init(&open, io, &at, 0);
        ck_assert_str_eq(io_finish(&open.co), "returned");
        ac_coro_clear(kit.loop, &open.co);
        io_turns(4);
        kit_expect("connected");
        ac_stream_release(kept[0]);
        kept_count = 0;
        ac_server_close(server);
        ac_server_release(server);
        io_turns(2);
    }
    ck_assert_int_eq(unlink(path), 0);
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fclose(file), 0);
    kit_status(ac_start_server(io, &at, connected, NULL, NULL, &second), AC_E_RAISED);
    ck_assert_ptr_nonnull(strstr(kit_repr_of(ac_loop_take_raised(kit.loop)), "is already in use"));
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(rmdir(folder), 0);
    io_close();
}
END_TEST

/* ---- open_connection ---- */

/* What a thread does takes its time. */
static const char *finish_slowly(ac_coro *co)
{
    driven self = {.co = co};
    const char *ended = io_step(&self);

    for (int i = 0; i < 5000 && strcmp(ended, "waits") == 0; i++) {
        kit_ok(ac_loop_poll(kit.loop, 0.01));
        kit_ok(ac_loop_turn(kit.loop));
        ended = io_step(&self);
    }
    return ended;
}

START_TEST(test_a_connection_is_opened)
{
    ac_open_connection open;
    ac_stream *stream;

    begin(_i);
    ac_open_connection_init(&open, io, &address, 100);
    ck_assert_str_eq(io_finish(&open.co), "returned");
    stream = ac_open_connection_take(&open);
    ck_assert_ptr_nonnull(stream);
    ck_assert_ptr_null(ac_open_connection_take(&open));
    ac_coro_clear(kit.loop, &open.co);
    memset(&open, 0xa5, sizeof open);
    io_turns(4);
    kit_expect("connected");
    kit_ok(ac_stream_write(kept[0], "hello", 5));
    io_turns(1);
    ck_assert_uint_eq(ac_stream_reader_size(ac_stream_get_reader(stream)), 5);
    ac_stream_release(stream);
    end();
}
END_TEST

START_TEST(test_a_stream_of_a_programs_own_is_connected)
{
    ac_stream *stream = NULL;
    ac_open_connection open;

    begin(_i);
    stream = ac_stream_new(io, 0, NULL, NULL);
    ac_open_connection_init(&open, io, &address, 0);
    ac_open_connection_set_stream(&open, stream);
    ck_assert_str_eq(io_finish(&open.co), "returned");
    ac_coro_clear(kit.loop, &open.co); /* nobody took it: it is ours */
    io_turns(4);
    kit_expect("connected");
    kit_ok(ac_stream_write(kept[0], "hello", 5));
    io_turns(1);
    ck_assert_uint_eq(ac_stream_reader_size(ac_stream_get_reader(stream)), 5);
    ac_stream_release(stream);
    end();
}
END_TEST

/* As often as the machine has addresses for the name; the first may be one that nobody listens on. */
START_TEST(test_a_connection_is_opened_to_a_name)
{
    ac_open_connection open;
    char port[8];

    begin(_i);
    (void)snprintf(port, sizeof port, "%u", ac_address_port(&address));
    ac_open_connection_to_init(&open, io, "localhost", port, 0);
    ck_assert_str_eq(finish_slowly(&open.co), "returned");
    ac_coro_clear(kit.loop, &open.co);
    io_turns(4);
    kit_expect("connected");
    ac_open_connection_to_init(&open, io, "127.0.0.1", port, 0); /* no thread is asked */
    ck_assert_str_eq(io_finish(&open.co), "returned");
    ac_coro_clear(kit.loop, &open.co);
    io_turns(4);
    kit_expect("connected");
    end();
}
END_TEST

START_TEST(test_a_name_that_is_refused_everywhere_is_an_error)
{
    ac_open_connection open;
    char port[8], one[128], words[256];
    const char *end_of_it;

    begin(_i);
    (void)snprintf(port, sizeof port, "%u", ac_address_port(&address));
    ac_server_close(server);
    ac_open_connection_to_init(&open, io, "127.0.0.1", port, 0);
    (void)snprintf(one, sizeof one, "ConnectionRefusedError(111, \"Connect call failed ('127.0.0.1', %s)\")",
                   port);
    ck_assert_str_eq(io_finish(&open.co), one);
    ac_coro_clear(kit.loop, &open.co);
    ac_open_connection_to_init(&open, io, "localhost", port, 0);
    end_of_it = finish_slowly(&open.co);
    (void)snprintf(words, sizeof words,
                   "OSError(\"Multiple exceptions: [Errno 111] Connect call failed ('::1', %s, 0, 0), [Errno "
                   "111] Connect call failed ('127.0.0.1', %s)\")",
                   port, port);
    if (strcmp(end_of_it, one) != 0 && strstr(end_of_it, "Cannot assign") == NULL)
        ck_assert_str_eq(end_of_it, words);
    ac_coro_clear(kit.loop, &open.co);
    ac_open_connection_to_init(&open, io, "no.such.name.invalid", port, 0);
    end_of_it = finish_slowly(&open.co);
    ck_assert_msg(strstr(end_of_it, "gaierror") != NULL, "%s", end_of_it);
    ac_coro_clear(kit.loop, &open.co);
    end();
}
END_TEST

/* A resolver that knows two addresses of any name. */
static int find_two(const char *host, const char *service, const struct addrinfo *hints,
                    struct addrinfo **found)
{
    int failure = getaddrinfo("127.0.0.2", service, hints, found);

    (void)host;
    return failure != 0 ? failure : getaddrinfo("127.0.0.1", service, hints, &(*found)->ai_next);
}

START_TEST(test_the_addresses_of_a_name_are_tried_one_after_the_other)
{
    ac_open_connection open;
    char port[8], words[256];
    aci_system before = aci_sys;

    begin(_i);
    aci_sys.getaddrinfo = find_two;
    (void)snprintf(port, sizeof port, "%u", ac_address_port(&address));
    ac_open_connection_to_init(&open, io, "two", port, 0);
    ck_assert_str_eq(finish_slowly(&open.co), "returned");
    ac_coro_clear(kit.loop, &open.co);
    io_turns(4);
    kit_expect("connected");
    ac_server_close(server);
    ac_open_connection_to_init(&open, io, "two", port, 0);
    (void)snprintf(words, sizeof words,
                   "OSError(\"Multiple exceptions: [Errno 111] Connect call failed ('127.0.0.2', %s), [Errno "
                   "111] Connect call failed ('127.0.0.1', %s)\")",
                   port, port);
    ck_assert_str_eq(finish_slowly(&open.co), words);
    ac_coro_clear(kit.loop, &open.co);
    end();
    aci_sys = before;
}
END_TEST

START_TEST(test_a_look_up_for_a_connection_can_be_given_up)
{
    for (int way = 0; way < 3; way++) {
        ac_open_connection open;
        driven self = {.co = &open.co};
        ac_value thrown;
        begin(_i);
        thrown = ac_c_error(kit.loop, &ac_c_ValueError, "thrown");
        ac_open_connection_to_init(&open, io, "localhost", "80", 0);
        ck_assert_str_eq(io_step(&self), "waits");
        if (way == 0)
            ac_coro_close(kit.loop, &open.co);
        if (way == 1)
            ck_assert_str_eq(io_resume(&self, AC_THROW, ac_lend(thrown)), "ValueError('thrown')");
        ac_coro_clear(kit.loop, &open.co);
        memset(&open, 0xa5, sizeof open);
        ac_drop(kit.loop, thrown);
        end();
    }
}
END_TEST

START_TEST(test_a_connection_that_is_refused_is_an_error)
{
    ac_open_connection open;
    char words[128];

    begin(_i);
    ac_server_close(server);
    ac_open_connection_init(&open, io, &address, 0);
    (void)snprintf(words, sizeof words,
                   "ConnectionRefusedError(111, \"Connect call failed ('127.0.0.1', %u)\")",
                   ac_address_port(&address));
    ck_assert_str_eq(io_finish(&open.co), words);
    ck_assert_ptr_null(ac_open_connection_take(&open));
    ac_coro_clear(kit.loop, &open.co);
    end();
}
END_TEST

START_TEST(test_opening_is_closed_thrown_into_and_cleared_at_each_point)
{
    for (int run = 0; run < 15; run++) {
        int place = run / 3, way = run % 3; /* before, connecting, connected, being made, made */
        ac_open_connection open;
        driven self = {.co = &open.co};
        ac_value thrown;
        begin(_i);
        thrown = ac_c_error(kit.loop, &ac_c_ValueError, "thrown");
        ac_open_connection_init(&open, io, &address, 0);
        if (place > 0)
            ck_assert_str_eq(io_step(&self), "waits");
        if (place > 1)
            io_turns(2);
        if (place > 2)
            ck_assert_str_eq(io_step(&self), "waits");
        if (place > 3)
            io_turns(1);
        if (way == 0)
            ac_coro_close(kit.loop, &open.co);
        if (way == 1)
            ck_assert_str_eq(io_resume(&self, AC_THROW, ac_lend(thrown)), "ValueError('thrown')");
        ac_coro_clear(kit.loop, &open.co);
        ac_coro_clear(kit.loop, &open.co);
        memset(&open, 0xa5, sizeof open);
        ac_drop(kit.loop, thrown);
        io_turns(4);
        kit.log[0] = '\0';
        end();
    }
}
END_TEST

START_TEST(test_a_server_may_wait_to_be_started)
{
    ac_stream_server_options options = {.idle = true};
    ac_server *made;

    io_open(_i);
    ck_assert(ac_address_of_ip(&address, "127.0.0.1", 0));
    kit_ok(ac_start_server(io, &address, connected, NULL, &options, &made));
    ck_assert(!ac_server_is_serving(made));
    ck_assert_ptr_null(ac_io_reader(io, ac_server_socket(made, 0)));
    kit_ok(ac_server_start_serving(made));
    ck_assert(ac_server_is_serving(made));
    ck_assert_ptr_nonnull(ac_io_reader(io, ac_server_socket(made, 0)));
    ac_server_close(made);
    ac_server_release(made);
    io_close();
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_a_server_may_wait_to_be_started,
        test_a_connection_is_made_two_turns_after_it_is_accepted,
        test_all_that_wait_are_accepted_in_one_turn,
        test_a_task_serves_a_connection,
        test_what_a_connections_task_fails_with_is_told_and_closes_it,
        test_what_the_callback_itself_raises_is_told_and_closes_the_connection,
        test_a_connection_that_nobody_wants_is_closed,
        test_a_cancelled_task_closes_its_connection,
        test_without_descriptors_it_tells_and_tries_again_a_second_later,
        test_close_keeps_connections_and_wait_closed_waits_for_them,
        test_clients_are_closed_or_aborted_together,
        test_a_server_that_is_closed_between_accept_and_task_closes_the_connection,
        test_a_loop_that_is_closed_at_any_turn_leaves_nothing,
        test_serve_forever_ends_with_a_cancel_and_closes_all,
        test_close_ends_serve_forever,
        test_serving_and_waiting_are_closed_thrown_into_and_cleared_at_each_point,
        test_an_address_in_use_is_refused_with_its_name,
        test_a_path_that_is_stale_is_taken_and_one_that_is_no_socket_refused,
        test_a_connection_is_opened,
        test_a_stream_of_a_programs_own_is_connected,
        test_a_connection_is_opened_to_a_name,
        test_a_name_that_is_refused_everywhere_is_an_error,
        test_the_addresses_of_a_name_are_tried_one_after_the_other,
        test_a_look_up_for_a_connection_can_be_given_up,
        test_a_connection_that_is_refused_is_an_error,
        test_opening_is_closed_thrown_into_and_cleared_at_each_point,
    };
    return kit_main_times("io_servers", tests, sizeof tests / sizeof *tests, IO_POLLERS);
}
