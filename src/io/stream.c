/* stream.c - a stream: reader and writer of one connection, and the protocol between them and the transport.
 *
 * Mirrors    streams.StreamReaderProtocol, StreamWriter.
 * Holds      The transport has the stream as its protocol, and so holds it, until the connection is lost; the
 *            stream holds the transport for its own life.  'users' are all other holders.  A host's object
 *            that has the stream is held and shown in its place: it is one of the users.
 * Owns       The reader's bytes; the future that those share who wait for the end.
 * Re-enters  connected; the exception handler.
 * Tests      tests/test_io_streams.c */
#include "stream_impl.h"

struct ac_stream {
    ac_stream_reader reader;
    ac_protocol protocol;
    ac_stream_flow flow;
    ac_future closed; /* embedded: protocol._closed */
    ac_io *io;
    ac_loop *loop;
    ac_transport *transport; /* retained; NULL: not connected yet */
    ac_client_connected *connected;
    void *data;
    ac_stream_owner *owner; /* NULL: none; held by each of 'protocols' */
    ac_callback ended;      /* of the connection's task; holds the stream while it is queued or added */
    ac_future *task;        /* retained while 'ended' is there */
    unsigned users, protocols;
};

static ac_stream *stream_of(ac_protocol *protocol)
{
    return AC_CONTAINER_OF(protocol, ac_stream, protocol);
}

/* ---- Counting ---- */

static void free_stream(ac_stream *stream)
{
    ac_transport *transport = stream->transport;

    stream->users++; /* what follows may hold it, and let go, again */
    stream->transport = NULL;
    ac_stream_reader_clear(&stream->reader); /* HOST */
    ac_future_clear(&stream->closed);        /* HOST */
    if (transport != NULL)
        ac_transport_release(transport); /* HOST */
    aci_io_realloc(stream->loop, stream, sizeof *stream, 0);
}

void ac_stream_retain(ac_stream *stream)
{
    stream->users++;
}

/* Who has lost interest in a connection that is open closes it. */
void ac_stream_release(ac_stream *stream)
{
    if (stream->users == 1 && stream->protocols > 0 && stream->transport != NULL &&
        !ac_loop_is_closed(stream->loop))
        (void)ac_transport_close(stream->transport); /* HOST */
    if (--stream->users == 0 && stream->protocols == 0)
        free_stream(stream); /* HOST */
}

static void protocol_released(ac_protocol *protocol)
{
    ac_stream *stream = stream_of(protocol);
    ac_stream_owner *owner = stream->owner;

    ac_stream_reader_set_transport(&stream->reader, stream->transport);
    if (--stream->protocols == 0 && stream->users == 0)
        free_stream(stream); /* HOST */
    else if (owner != NULL)
        owner->ops->release(owner); /* HOST */
}

/* ---- The task of a connection that was accepted ---- */

static ac_stream *stream_of_ended(ac_callback *callback)
{
    return AC_CONTAINER_OF(callback, ac_stream, ended);
}

static ac_status tell_unhandled(ac_stream *stream, ac_ref exception)
{
    ac_report report = {.message = "Unhandled exception in client_connected_cb", .exception = exception};
    ac_status status = ac_loop_call_exception_handler(stream->loop, &report); /* HOST */
    ac_status closed = ac_stream_close(stream);                               /* HOST */

    return status == AC_OK ? closed : status;
}

static ac_status run_ended(ac_loop *loop, ac_callback *callback)
{
    ac_stream *stream = stream_of_ended(callback);
    ac_value exception;
    ac_status status;

    if (ac_future_cancelled(stream->task) && ac_loop_has(loop, AC_S_STREAMS_TASK_CANCELLED_CLOSES))
        return ac_stream_close(stream);
    if (ac_future_cancelled(stream->task)) /* the CancelledError leaves the callback */
        return ac_future_exception(stream->task, &exception);
    if (ac_future_get_state(stream->task) != AC_FAILED)
        return AC_OK;
    status = ac_future_exception(stream->task, &exception);
    if (status == AC_OK)
        status = tell_unhandled(stream, ac_lend(exception)); /* HOST */
    ac_drop(loop, exception);                                /* HOST */
    return status;
}

static void ended_done(ac_loop *loop, ac_callback *callback)
{
    ac_stream *stream = stream_of_ended(callback);
    ac_future *task = stream->task;

    stream->task = NULL;
    if (task != NULL && ac_loop_host(loop)->release != NULL)
        ac_loop_host(loop)->release(loop, task); /* HOST */
    ac_stream_release(stream);                   /* HOST */
}

static const ac_handle_ops ended_ops = {
    .run = run_ended, .done = ended_done, .name = "StreamReaderProtocol.connection_made.<locals>.callback"};

static ac_status watch_task(ac_stream *stream, ac_future *task)
{
    ac_value context;
    ac_status status = aci_io_context(stream->loop, &context);

    if (status == AC_OK) {
        ac_callback_init(&stream->ended, &ended_ops, context);
        status = ac_future_add_done_callback(task, &stream->ended);
    }
    if (status == AC_OK) {
        stream->task = task;
        ac_stream_retain(stream);
        return AC_OK;
    }
    ac_callback_clear(stream->loop, &stream->ended); /* HOST */
    if (ac_loop_host(stream->loop)->release != NULL)
        ac_loop_host(stream->loop)->release(stream->loop, task); /* HOST */
    return status;
}

/* ---- What the transport calls ---- */

static ac_status call_connected(ac_stream *stream)
{
    ac_future *task = NULL;
    ac_value exception;
    ac_status status = stream->connected(stream, stream->data, &task); /* HOST */

    if (status == AC_OK)
        return task != NULL ? watch_task(stream, task) : AC_OK;
    if (aci_io_exception(stream->loop, status, &exception) != AC_OK)
        return AC_E_RAISED;
    status = tell_unhandled(stream, ac_lend(exception)); /* HOST */
    ac_drop(stream->loop, exception);                    /* HOST */
    return status;
}

/* The server's stream has no user yet: 'connected' may retain it, and if nobody does it is closed. */
static ac_status connection_made(ac_protocol *protocol, ac_transport *transport)
{
    ac_stream *stream = stream_of(protocol);
    ac_status status;

    ac_transport_retain(transport);
    stream->transport = transport;
    ac_stream_reader_set_transport(&stream->reader, transport);
    if (stream->connected == NULL)
        return AC_OK;
    ac_stream_retain(stream);
    status = call_connected(stream); /* HOST */
    ac_stream_release(stream);       /* HOST */
    return status;
}

static ac_status data_received(ac_protocol *protocol, const void *data, size_t size)
{
    return ac_stream_reader_feed_data(&stream_of(protocol)->reader, data, size);
}

static ac_status eof_received(ac_protocol *protocol, bool *keep_open)
{
    *keep_open = true;
    return ac_stream_reader_feed_eof(&stream_of(protocol)->reader);
}

static ac_status connection_lost(ac_protocol *protocol, ac_how how, ac_ref exception)
{
    ac_stream *stream = stream_of(protocol);
    ac_status status;

    if (how == AC_SEND)
        status = ac_stream_reader_feed_eof(&stream->reader);
    else
        status = ac_stream_reader_set_exception(&stream->reader, exception);
    if (status == AC_OK && !ac_future_done(&stream->closed)) {
        if (how == AC_SEND)
            status = ac_future_set_result(&stream->closed, ac_none());
        else
            status = ac_future_set_exception(
                &stream->closed, ac_is_none(exception) ? ac_none() : ac_dup(stream->loop, exception));
    }
    return status == AC_OK ? ac_stream_flow_connection_lost(&stream->flow, how, exception) : status;
}

static ac_status pause_writing(ac_protocol *protocol)
{
    return ac_stream_flow_pause_writing(&stream_of(protocol)->flow);
}

static ac_status resume_writing(ac_protocol *protocol)
{
    return ac_stream_flow_resume_writing(&stream_of(protocol)->flow);
}

static int visit_protocol(ac_protocol *protocol, ac_visitor *visitor)
{
    ac_stream *stream = stream_of(protocol);

    return stream->owner != NULL ? stream->owner->ops->visit(stream->owner, visitor)
                                 : ac_stream_visit(stream, visitor);
}

static const ac_protocol_ops protocol_ops = {
    .connection_made = connection_made,
    .data_received = data_received,
    .eof_received = eof_received,
    .connection_lost = connection_lost,
    .pause_writing = pause_writing,
    .resume_writing = resume_writing,
    .visit = visit_protocol,
    .released = protocol_released,
};

/* ---- Life ---- */

ac_stream *ac_stream_new(ac_io *io, size_t limit, ac_client_connected *connected, void *data)
{
    ac_loop *loop = ac_io_loop(io);
    ac_stream *stream = aci_io_realloc(loop, NULL, 0, sizeof *stream);

    if (stream == NULL)
        return NULL;
    memset(stream, 0, sizeof *stream);
    ac_stream_reader_init(&stream->reader, loop, limit);
    ac_stream_flow_init(&stream->flow, loop);
    ac_future_init_embedded(&stream->closed, loop);
    stream->protocol.ops = &protocol_ops;
    stream->io = io;
    stream->loop = loop;
    stream->connected = connected;
    stream->data = data;
    stream->users = 1;
    return stream;
}

ac_protocol *ac_stream_protocol(ac_stream *stream)
{
    stream->protocols++;
    if (stream->owner != NULL)
        stream->owner->ops->retain(stream->owner);
    return &stream->protocol;
}

void ac_stream_set_owner(ac_stream *stream, ac_stream_owner *owner)
{
    stream->owner = owner;
}

int ac_stream_visit(ac_stream *stream, ac_visitor *visitor)
{
    int stop = ac_stream_reader_visit(&stream->reader, visitor);

    if (stop == 0)
        stop = ac_stream_flow_visit(&stream->flow, visitor);
    if (stop == 0 && stream->task != NULL)
        stop = visitor->future(visitor, stream->task);
    return stop == 0 ? ac_future_visit(&stream->closed, visitor) : stop;
}

ac_stream_reader *ac_stream_get_reader(ac_stream *stream)
{
    return &stream->reader;
}

ac_transport *ac_stream_transport(const ac_stream *stream)
{
    return stream->transport;
}

ac_stream_flow *ac_stream_get_flow(ac_stream *stream)
{
    return &stream->flow;
}

ac_status ac_stream_write(ac_stream *stream, const void *data, size_t size)
{
    return ac_transport_write(stream->transport, data, size);
}

ac_status ac_stream_writelines(ac_stream *stream, const ac_bytes *parts, size_t count)
{
    return ac_transport_writelines(stream->transport, parts, count);
}

ac_status ac_stream_write_eof(ac_stream *stream)
{
    return ac_transport_write_eof(stream->transport);
}

bool ac_stream_can_write_eof(const ac_stream *stream)
{
    return ac_transport_can_write_eof(stream->transport);
}

ac_status ac_stream_close(ac_stream *stream)
{
    return ac_transport_close(stream->transport);
}

bool ac_stream_is_closing(const ac_stream *stream)
{
    return ac_transport_is_closing(stream->transport);
}

void ac_stream_drain_init(ac_stream_drain *drain, ac_stream *stream)
{
    ac_stream_drain_parts_init(drain, stream->transport, &stream->flow, &stream->reader);
}

/* ---- wait_closed ---- */

enum { CLOSED = 1 };

static ac_turn wait_closed(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_stream_wait *wait = AC_CONTAINER_OF(co, ac_stream_wait, co);
    ac_turn turn;

    AC_BEGIN(co);
    AC_AWAIT(CLOSED, &wait->stream->closed);
    AC_END(co);
    turn = how == AC_THROW ? ac_raise(loop, in, out) : ac_return(out, ac_none());
    ac_coro_clear(loop, co); /* HOST */
    return turn;
}

static void clear_wait(ac_loop *loop, ac_coro *co)
{
    ac_stream_wait *wait = AC_CONTAINER_OF(co, ac_stream_wait, co);
    ac_stream *stream = wait->stream;

    (void)loop;
    co->at = AC_AT_END;
    wait->stream = NULL;
    if (stream != NULL)
        ac_stream_release(stream); /* HOST */
}

static const ac_coro_ops wait_ops = {.resume = wait_closed, .clear = clear_wait};

void ac_stream_wait_closed_init(ac_stream_wait *wait, ac_stream *stream)
{
    ac_coro_init(&wait->co, &wait_ops);
    wait->stream = stream;
    wait->process = NULL;
    ac_stream_retain(stream);
}
