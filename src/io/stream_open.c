/* stream_open.c - streams to a server, and of one.
 *
 * Mirrors    streams.open_connection, start_server, open_unix_connection, start_unix_server; of
 *            BaseEventLoop, what create_connection and create_server do with one address that needs no
 *            look-up.
 * Tests      tests/test_io_streams.c */
#include "stream_impl.h"

#include <errno.h>

/* ---- open_connection ---- */

static void close_descriptor(ac_open_connection *open)
{
    if (open->descriptor >= 0)
        (void)aci_sys.close(open->descriptor);
    open->descriptor = -1;
}

/* The frame has nothing any more; who was to wait for the transport does not. */
static void let_go(ac_loop *loop, ac_open_connection *open)
{
    ac_stream *stream = open->stream;

    open->co.at = AC_AT_END;
    open->stream = NULL;
    ac_coro_clear(loop, &open->connect.co); /* HOST */
    close_descriptor(open);
    ac_future_clear(&open->waiter); /* HOST */
    if (stream != NULL)
        ac_stream_release(stream); /* HOST */
}

static ac_turn fail(ac_loop *loop, ac_open_connection *open, ac_status status, ac_out *out)
{
    ac_value exception = ac_loop_status_exception(loop, status, NULL);

    let_go(loop, open); /* HOST */
    out->value = exception;
    return AC_RAISED;
}

static ac_status begin(ac_loop *loop, ac_open_connection *open)
{
    struct sockaddr any;

    open->stream = ac_stream_new(open->io, open->limit, NULL, NULL);
    if (open->stream == NULL)
        return ac_loop_refuse(loop, AC_E_MEMORY, "no memory for a stream");
    memcpy(&any, open->address.bytes, sizeof any);
    open->descriptor = aci_sys.socket(any.sa_family, SOCK_STREAM, 0);
    if (open->descriptor < 0)
        return aci_io_raise(loop, errno);
    ac_sock_connect_init(&open->connect, open->io, open->descriptor, &open->address);
    return AC_OK;
}

static ac_status make_transport(ac_open_connection *open)
{
    ac_protocol *protocol = ac_stream_protocol(open->stream);
    ac_transport *transport;
    ac_status status = ac_transport_new(open->io, open->descriptor, protocol, &open->waiter, &transport);

    if (status != AC_OK) {
        protocol->ops->released(protocol);
        return status;
    }
    open->descriptor = -1;
    open->transport = transport;
    return AC_OK;
}

/* The transport is kept until its end is known. */
static void leave_transport(ac_open_connection *open, bool failed)
{
    ac_transport *transport = open->transport;

    open->transport = NULL;
    if (transport == NULL)
        return;
    ac_transport_forget_waiter(transport);
    if (failed)
        (void)ac_transport_close(transport); /* HOST */
    ac_transport_release(transport);         /* HOST */
}

static ac_turn end_with(ac_loop *loop, ac_open_connection *open, ac_turn turn, ac_out *out)
{
    ac_value value = out->value;

    leave_transport(open, true); /* HOST */
    let_go(loop, open);          /* HOST */
    out->value = value;
    return turn;
}

enum { CONNECTED = 1, MADE };

static ac_turn resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_open_connection *open = AC_CONTAINER_OF(co, ac_open_connection, co);
    ac_turn turn;
    ac_status status;

    AC_BEGIN(co);
    status = begin(loop, open);
    if (status != AC_OK)
        return fail(loop, open, status, out);
    AC_AWAIT_CORO(CONNECTED, &open->connect.co, turn);
    if (turn == AC_RAISED || how == AC_CLOSE)
        return end_with(loop, open, turn, out); /* HOST */
    status = make_transport(open);
    if (status != AC_OK)
        return fail(loop, open, status, out);
    AC_AWAIT(MADE, &open->waiter);
    if (how != AC_SEND) {
        turn = how == AC_THROW ? ac_raise(loop, in, out) : ac_return(out, ac_none());
        return end_with(loop, open, turn, out); /* HOST */
    }
    leave_transport(open, false);
    AC_END(co);
    return ac_return(out, ac_none());
}

static int visit(ac_coro *co, ac_visitor *visitor)
{
    ac_open_connection *open = AC_CONTAINER_OF(co, ac_open_connection, co);
    int stop = ac_future_visit(&open->waiter, visitor);

    if (stop == 0 && open->connect.co.ops != NULL)
        stop = open->connect.co.ops->visit(&open->connect.co, visitor);
    return stop;
}

static void clear(ac_loop *loop, ac_coro *co)
{
    ac_open_connection *open = AC_CONTAINER_OF(co, ac_open_connection, co);

    co->at = AC_AT_END;
    leave_transport(open, true); /* HOST */
    let_go(loop, open);          /* HOST */
}

static const ac_coro_ops open_ops = {resume, NULL, visit, clear};

void ac_open_connection_init(ac_open_connection *open, ac_io *io, const ac_address *address, size_t limit)
{
    ac_address to = *address;

    memset(open, 0, sizeof *open);
    ac_coro_init(&open->co, &open_ops);
    ac_future_init_embedded(&open->waiter, ac_io_loop(io));
    open->io = io;
    open->address = to;
    open->limit = limit;
    open->descriptor = -1;
}

ac_stream *ac_open_connection_take(ac_open_connection *open)
{
    ac_stream *stream = open->stream;

    open->stream = NULL;
    return stream;
}

/* ---- start_server ---- */

/* What each of its streams is made of. */
typedef struct stream_server {
    ac_loop *loop;
    ac_client_connected *connected;
    void *data;
    size_t limit;
} stream_server;

/* The transport's reference is the only one: the connection has no user before it is made. */
static ac_status make_protocol(ac_server *server, ac_protocol **out)
{
    stream_server *self = ac_server_data(server);
    ac_stream *stream = ac_stream_new(ac_server_io(server), self->limit, self->connected, self->data);

    if (stream == NULL)
        return ac_loop_refuse(self->loop, AC_E_MEMORY, "no memory for a stream");
    *out = ac_stream_protocol(stream);
    ac_stream_release(stream);
    return AC_OK;
}

static void released(ac_server *server)
{
    stream_server *self = ac_server_data(server);

    aci_io_realloc(self->loop, self, sizeof *self, 0);
}

static const ac_server_ops server_ops = {.make_protocol = make_protocol, .released = released};

static stream_server *new_stream_server(ac_loop *loop, ac_client_connected *connected, void *data,
                                        const ac_stream_server_options *options)
{
    stream_server *self = aci_io_realloc(loop, NULL, 0, sizeof *self);

    if (self != NULL)
        *self = (stream_server){loop, connected, data, options != NULL ? options->limit : 0};
    return self;
}

ac_status ac_start_server(ac_io *io, const ac_address *address, ac_client_connected *connected, void *data,
                          const ac_stream_server_options *options, ac_server **out)
{
    ac_loop *loop = ac_io_loop(io);
    int backlog = options != NULL && options->backlog > 0 ? options->backlog : 100, descriptor;
    ac_status status = ac_sock_bind(io, address, &descriptor);
    stream_server *self;

    *out = NULL;
    if (status != AC_OK)
        return status;
    self = new_stream_server(loop, connected, data, options);
    if (self == NULL)
        status = ac_loop_refuse(loop, AC_E_MEMORY, "no memory for a server");
    else
        status = ac_server_new(io, &server_ops, self, &descriptor, 1, backlog, out);
    if (status != AC_OK) {
        (void)aci_sys.close(descriptor);
        if (self != NULL)
            aci_io_realloc(loop, self, sizeof *self, 0);
        return status;
    }
    status = ac_server_start_serving(*out);
    if (status != AC_OK) {
        ac_server_close(*out);   /* HOST */
        ac_server_release(*out); /* HOST */
        *out = NULL;
    }
    return status;
}
