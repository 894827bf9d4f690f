/* faulty_streams.h - of test_io_faults.c: programs with servers and streams. */
#ifndef AIOCORE_TESTS_FAULTY_STREAMS_H
#define AIOCORE_TESTS_FAULTY_STREAMS_H

#include <aiocore/stream.h>
#include <stdio.h>

/* The other side gives back what it gets, in lines. */
typedef struct echoing {
    ac_c_task head;
    ac_stream *stream;
    ac_stream_read read;
} echoing;

static ac_turn echo_lines(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    echoing *self = AC_C_SELF(co, echoing);
    ac_bytes line;
    ac_status status;
    ac_turn turn;

    AC_BEGIN(co);
    do {
        ac_stream_readline_init(&self->read, ac_stream_get_reader(self->stream));
        AC_AWAIT_CORO(1, &self->read.co, turn);
        if (turn == AC_RAISED)
            return AC_RAISED;
        line = (ac_bytes){self->read.data, self->read.size};
        status = ac_stream_writelines(self->stream, &line, 1);
        if (status != AC_OK)
            return ac_c_fail(loop, out, status);
    } while (self->read.size > 0);
    AC_END(co);
    return ac_return(out, ac_none());
}

static void clear_echoing(ac_loop *loop, ac_coro *co)
{
    echoing *self = AC_C_SELF(co, echoing);

    ac_coro_clear(loop, &self->read.co);
    if (self->stream != NULL)
        ac_stream_release(self->stream);
    self->stream = NULL;
}

static ac_status begin_echoing(ac_stream *stream, void *data, ac_future **task)
{
    static const ac_coro_ops ops = {.resume = echo_lines, .clear = clear_echoing};
    ac_loop *loop = data;
    echoing *self = ac_c_task_new(loop, sizeof *self, &ops);
    ac_status status;

    if (self == NULL)
        return AC_E_MEMORY;
    ac_stream_retain(stream);
    self->stream = stream;
    status = ac_c_create_task(loop, &self->head, AC_EAGER_NO);
    if (status == AC_OK)
        *task = &self->head.task.future;
    else
        ac_c_release(loop, &self->head.task.future);
    return status;
}

static bool say_and_hear(ac_loop *loop, ac_stream *stream)
{
    ac_stream_drain drain;
    ac_stream_read read;
    bool well = succeeds(loop, ac_stream_write(stream, "hello\n", 6));

    ac_stream_drain_init(&drain, stream);
    well = plods(loop, &drain.co, 40, 0.0005) && well;
    ac_coro_clear(loop, &drain.co);
    ac_stream_readexactly_init(&read, ac_stream_get_reader(stream), 6);
    well = well && plods(loop, &read.co, 40, 0.0005);
    if (well) /* nothing is lost or doubled */
        ck_assert_mem_eq(read.data, "hello\n", 6);
    ac_coro_clear(loop, &read.co);
    return well;
}

static void end_streams(ac_loop *loop, ac_server *server)
{
    ac_server_close(server);
    (void)succeeds(loop, ac_server_abort_clients(server));
    for (int turns = 0; turns < 20 && ac_loop_next_task(loop, NULL) != NULL; turns++)
        if (succeeds(loop, ac_loop_poll(loop, 0)))
            kit_ok(ac_loop_turn(loop));
    ac_server_release(server);
}

/* To a name, which a thread looks up. */
static void call_by_name(ac_loop *loop, ac_io *io, int ends[2])
{
    ac_pool *pool = ac_pool_new(&(ac_pool_options){.threads = 1, .name = "test"});
    ac_open_connection open;
    ac_address address;
    ac_server *server;
    char port[8];

    (void)ends;
    ck_assert_ptr_nonnull(pool);
    kit_ok(ac_io_set_default_executor(io, pool));
    ck_assert(ac_address_of_ip(&address, "127.0.0.1", 0));
    if (succeeds(loop, ac_start_server(io, &address, begin_echoing, loop, NULL, &server))) {
        if (succeeds(loop, ac_sock_name(io, ac_server_socket(server, 0), &address))) {
            (void)snprintf(port, sizeof port, "%u", ac_address_port(&address));
            ac_open_connection_to_init(&open, io, "localhost", port, 0);
            (void)plods(loop, &open.co, 40, 0.0005);
            ac_coro_clear(loop, &open.co);
        }
        end_streams(loop, server);
    }
    kit_ok(ac_loop_close(loop));
    kit_ok(ac_io_free(io));
    ac_pool_shutdown(pool, false);
}

static void serve(ac_loop *loop, ac_io *io, ac_address *address)
{
    ac_server *server;
    ac_open_connection open;
    ac_stream *stream;

    if (!succeeds(loop, ac_start_server(io, address, begin_echoing, loop, NULL, &server)))
        return;
    if (succeeds(loop, ac_sock_name(io, ac_server_socket(server, 0), address))) {
        ac_open_connection_init(&open, io, address, 0);
        (void)plods(loop, &open.co, 40, 0.0005);
        stream = ac_open_connection_take(&open);
        ac_coro_clear(loop, &open.co);
        if (stream != NULL && ac_stream_transport(stream) != NULL && say_and_hear(loop, stream)) {
            (void)succeeds(loop, ac_stream_write_eof(stream));
            (void)succeeds(loop, ac_stream_close(stream));
        }
        if (stream != NULL)
            ac_stream_release(stream);
    }
    end_streams(loop, server);
}

static void serve_and_talk(ac_loop *loop, ac_io *io, int ends[2])
{
    ac_address address;

    (void)ends;
    ck_assert(ac_address_of_ip(&address, "127.0.0.1", 0));
    serve(loop, io, &address);
}

/* The socket of an earlier server lies there. */
static void serve_at_path(ac_loop *loop, ac_io *io, int ends[2])
{
    int before = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ac_address address;
    char path[64];

    (void)ends;
    (void)snprintf(path, sizeof path, "/tmp/aiocore-faults-%ld", (long)getpid());
    (void)unlink(path);
    ck_assert(ac_address_of_path(&address, path));
    ck_assert_int_eq(bind(before, (struct sockaddr *)(void *)address.bytes, address.size), 0);
    ck_assert_int_eq(close(before), 0);
    serve(loop, io, &address);
    (void)unlink(path);
}

#endif
