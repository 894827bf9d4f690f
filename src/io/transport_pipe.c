/* transport_pipe.c - transports over the ends of pipes.
 *
 * Mirrors    _UnixReadPipeTransport, _UnixWritePipeTransport.
 * Idea       A socket's transport that calls read and write, and ends otherwise.  A pipe whose reader is gone
 *            is readable for who writes.
 * Holds      As transports of sockets.
 * Left out   What asyncio does when a write pipe is aborted that has nothing to write and is closing:
 *            connection_lost is called twice, and fails.  A transport that is closed before it was made does
 *            not begin to watch.
 * Tests      tests/test_io_pipes.c */
#include <errno.h>

#include "transport_impl.h"

/* ---- Reading ---- */

/* Only that the other end hung up is no news. */
static ac_status fatal_read(socket_transport *self, int failure)
{
    ac_loop *loop = self->head.loop;
    ac_report report = {.message = "Fatal read error on pipe transport"};
    ac_value exception = aci_io_os_error(loop, failure);
    ac_status told = AC_OK, status;

    report.exception = ac_lend(exception);
    if (failure != EIO)
        told = ac_loop_call_exception_handler(loop, &report); /* HOST */
    status = aci_transport_force_close(self, AC_THROW, exception);
    return told == AC_OK ? status : told;
}

static ac_status run_eof(ac_loop *loop, ac_callback *callback)
{
    ac_protocol *protocol = AC_CONTAINER_OF(callback, socket_transport, made)->head.protocol;
    bool ignored = false;

    (void)loop;
    if (protocol == NULL || protocol->ops->eof_received == NULL)
        return AC_OK;
    return protocol->ops->eof_received(protocol, &ignored); /* HOST */
}

static const ac_handle_ops eof_ops = {
    .run = run_eof, .done = aci_transport_made_done, .name = "eof_received"};

/* connection_made has long been called: its callback is free. */
static ac_status end_of_file(socket_transport *self)
{
    ac_value context = ac_none();
    ac_status status = aci_transport_context(self, &context), lost;

    ac_transport_retain(&self->head);
    if (status == AC_OK) {
        ac_callback_init(&self->made, &eof_ops, context);
        status = aci_transport_queue(self, &self->made);
    }
    lost = aci_transport_force_close(self, AC_SEND, ac_none());
    ac_transport_release(&self->head); /* HOST */
    return status == AC_OK ? lost : status;
}

static ac_status read_ready(socket_transport *self)
{
    ac_protocol *protocol = self->head.protocol;
    unsigned char *scratch;
    ssize_t count;

    if (self->lost != 0 || protocol == NULL)
        return AC_OK;
    scratch = aci_transport_scratch(self->head.io);
    if (scratch == NULL)
        return fatal_read(self, ENOMEM);
    do
        count = aci_sys.read(self->head.descriptor, scratch, IO_SCRATCH);
    while (count < 0 && errno == EINTR);
    if (count < 0)
        return aci_io_would_block(errno) ? AC_OK : fatal_read(self, errno);
    if (count == 0)
        return end_of_file(self);
    if (protocol->ops->data_received == NULL)
        return AC_OK;
    return protocol->ops->data_received(protocol, scratch, (size_t)count); /* HOST */
}

static ac_status read_close(ac_transport *transport)
{
    return aci_transport_force_close(aci_socket_of(transport), AC_SEND, ac_none());
}

static ac_status refuse_write(ac_transport *transport, const ac_bytes *parts, size_t count, bool lines)
{
    (void)parts;
    (void)count;
    (void)lines;
    return ac_loop_refuse(transport->loop, AC_E_TYPE, "a transport that reads does not write");
}

static ac_status refuse_write_eof(ac_transport *transport)
{
    return refuse_write(transport, NULL, 0, false);
}

static const ac_transport_ops read_ops = {
    .write = refuse_write,
    .write_eof = refuse_write_eof,
    .close = read_close,
    .abort = read_close,
    .pause_reading = aci_transport_pause,
    .resume_reading = aci_transport_resume,
    .buffered = aci_transport_buffered,
    .abandon = aci_transport_abandon,
    .free = aci_transport_free,
    .can_write_eof = false,
};

static const ac_handle_ops read_begin_ops = {.run = aci_transport_run_begin,
                                             .done = aci_transport_begin_done,
                                             .name = "_UnixReadPipeTransport._add_reader"};
static const ac_handle_ops read_gone_ops = {.run = aci_transport_run_gone,
                                            .done = aci_transport_gone_done,
                                            .name = "_UnixReadPipeTransport._call_connection_lost"};

static const aci_transport_kind read_kind = {
    .ops = &read_ops,
    .begin_ops = &read_begin_ops,
    .gone_ops = &read_gone_ops,
    .begin = aci_transport_add_reader,
    .read_ready = read_ready,
};

/* ---- Writing ---- */

/* asyncio's _close. */
static ac_status close_write(socket_transport *self, ac_how how, ac_value exception)
{
    ac_status status;

    ac_transport_retain(&self->head);
    aci_transport_remove_reader(self); /* HOST */
    status = aci_transport_force_close(self, how, exception);
    ac_transport_release(&self->head); /* HOST */
    return status;
}

static ac_status fatal_write(socket_transport *self, int failure)
{
    return close_write(self, AC_THROW, aci_io_os_error(self->head.loop, failure));
}

/* The pipe was closed by its reader. */
static ac_status reader_gone(socket_transport *self)
{
    ac_error broken = {.kind = AC_X_OS, .text = "", .number = EPIPE};

    if (self->lost != 0)
        return AC_OK;
    if (aci_buffer_size(&self->buffer) == 0)
        return close_write(self, AC_SEND, ac_none());
    return close_write(self, AC_THROW, ac_loop_host(self->head.loop)->error(self->head.loop, &broken));
}

/* 0, or an errno.  What is in the buffer, as much as the system takes. */
static int write_some(socket_transport *self)
{
    ssize_t count;

    do
        count = aci_sys.write_quietly(self->head.descriptor, self->buffer.bytes + self->buffer.start,
                                      aci_buffer_size(&self->buffer));
    while (count < 0 && errno == EINTR);
    if (count < 0)
        return errno;
    self->buffer.start += (size_t)count;
    return 0;
}

static ac_status wrote_all(socket_transport *self)
{
    ac_status status, lost = AC_OK;

    aci_transport_remove_writer(self);                /* HOST */
    status = aci_transport_maybe_resume(&self->head); /* HOST: may write */
    if (self->head.closing && self->lost == 0 && aci_buffer_size(&self->buffer) == 0) {
        self->lost++;
        aci_transport_remove_reader(self);    /* HOST */
        lost = aci_transport_call_lost(self); /* HOST */
    }
    return status == AC_OK ? lost : status;
}

static ac_status write_ready(socket_transport *self)
{
    int failure;

    if (self->lost != 0 || aci_buffer_size(&self->buffer) == 0)
        return AC_OK;
    failure = write_some(self);
    if (failure != 0)
        return aci_io_would_block(failure) ? AC_OK : fatal_write(self, failure);
    return aci_buffer_size(&self->buffer) == 0 ? wrote_all(self) : AC_OK;
}

static bool keep(socket_transport *self, const ac_bytes *parts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!aci_buffer_append(&self->buffer, self->head.loop, parts[i].data, parts[i].size))
            return false;
    return true;
}

/* One part is tried where it is: what fits into the pipe is not copied. */
static int write_first(socket_transport *self, const ac_bytes *part, size_t *written)
{
    ssize_t count;

    do
        count = aci_sys.write_quietly(self->head.descriptor, part->data, part->size);
    while (count < 0 && errno == EINTR);
    *written = count < 0 ? 0 : (size_t)count;
    return count < 0 ? errno : 0;
}

static ac_status begin_write(socket_transport *self, const ac_bytes *parts, size_t count)
{
    ac_bytes rest = parts[0];
    size_t written = 0;
    int failure = 0;
    bool kept = true;
    ac_status status;

    if (count == 1) {
        failure = write_first(self, &rest, &written);
        rest.data = (const char *)rest.data + written;
        rest.size -= written;
        if (rest.size == 0)
            return AC_OK;
        kept = keep(self, &rest, 1);
    } else {
        kept = keep(self, parts, count); /* as b"".join, and one write */
        if (kept)
            failure = write_some(self);
    }
    if (failure != 0 && !aci_io_would_block(failure)) {
        self->buffer.start = self->buffer.end = 0;
        return fatal_write(self, failure);
    }
    if (!kept)
        return aci_transport_give_up(
            self, ac_loop_refuse(self->head.loop, AC_E_MEMORY, "no memory for what is written"));
    if (aci_buffer_size(&self->buffer) == 0)
        return AC_OK;
    status = aci_transport_add_writer(self); /* HOST */
    return status == AC_OK ? aci_transport_maybe_pause(&self->head) : aci_transport_give_up(self, status);
}

static size_t size_of_all(const ac_bytes *parts, size_t count)
{
    size_t size = 0;

    for (size_t i = 0; i < count; i++)
        size += parts[i].size;
    return size;
}

static ac_status pipe_write(ac_transport *transport, const ac_bytes *parts, size_t count, bool lines)
{
    socket_transport *self = aci_socket_of(transport);
    ac_status status;

    (void)lines;
    if (size_of_all(parts, count) == 0 || transport->io == NULL || self->lost != 0 || transport->closing)
        return AC_OK;
    ac_transport_retain(transport);
    if (aci_buffer_size(&self->buffer) == 0)
        status = begin_write(self, parts, count); /* HOST */
    else if (keep(self, parts, count))
        status = aci_transport_maybe_pause(transport); /* HOST */
    else
        status = aci_transport_give_up(
            self, ac_loop_refuse(transport->loop, AC_E_MEMORY, "no memory for what is written"));
    ac_transport_release(transport); /* HOST */
    return status;
}

/* What is left is written first: the reader stays until then, to notice that nobody reads it. */
static ac_status pipe_write_eof(ac_transport *transport)
{
    socket_transport *self = aci_socket_of(transport);

    if (transport->closing)
        return AC_OK;
    if (aci_buffer_size(&self->buffer) == 0)
        return close_write(self, AC_SEND, ac_none());
    transport->closing = true;
    return AC_OK;
}

static ac_status pipe_abort(ac_transport *transport)
{
    return close_write(aci_socket_of(transport), AC_SEND, ac_none());
}

static ac_status nothing_to_read(ac_transport *transport)
{
    return ac_loop_refuse(transport->loop, AC_E_TYPE, "a transport that writes does not read");
}

static const ac_transport_ops write_ops = {
    .write = pipe_write,
    .write_eof = pipe_write_eof,
    .close = pipe_write_eof,
    .abort = pipe_abort,
    .pause_reading = nothing_to_read,
    .resume_reading = nothing_to_read,
    .buffered = aci_transport_buffered,
    .abandon = aci_transport_abandon,
    .free = aci_transport_free,
    .can_write_eof = true,
};

static const ac_handle_ops write_begin_ops = {.run = aci_transport_run_begin,
                                              .done = aci_transport_begin_done,
                                              .name = "BaseSelectorEventLoop._add_reader"};
static const ac_handle_ops write_gone_ops = {.run = aci_transport_run_gone,
                                             .done = aci_transport_gone_done,
                                             .name = "_UnixWritePipeTransport._call_connection_lost"};

static const aci_transport_kind write_kind = {
    .ops = &write_ops,
    .begin_ops = &write_begin_ops,
    .gone_ops = &write_gone_ops,
    .begin = aci_transport_add_reader,
    .read_ready = reader_gone,
    .write_ready = write_ready,
};

/* Of a character device nobody hears that its reader is gone. */
static const aci_transport_kind write_device_kind = {
    .ops = &write_ops,
    .begin_ops = &write_begin_ops,
    .gone_ops = &write_gone_ops,
    .write_ready = write_ready,
};

/* ---- Making one ---- */

static ac_status new_pipe(ac_io *io, aci_transport_spec *spec, const char *words, ac_transport **out)
{
    ac_loop *loop = ac_io_loop(io);
    char type;

    *out = NULL;
    if (aci_sys.file_type(spec->descriptor, &type) != 0)
        return aci_io_raise(loop, errno);
    if (type == '-')
        return ac_loop_raise(loop, aci_io_error(loop, AC_X_VALUE, words));
    if (type == 'c' && spec->kind == &write_kind)
        spec->kind = &write_device_kind;
    if (aci_sys.set_blocking(spec->descriptor, false) != 0)
        return aci_io_raise(loop, errno);
    return aci_transport_new(io, spec, out);
}

ac_status ac_read_pipe_transport_new(ac_io *io, int descriptor, ac_protocol *protocol, ac_future *waiter,
                                     ac_transport **out)
{
    aci_transport_spec spec = {
        .kind = &read_kind, .descriptor = descriptor, .protocol = protocol, .waiter = waiter};

    return new_pipe(io, &spec, "Pipe transport is for pipes/sockets only.", out);
}

ac_status ac_write_pipe_transport_new(ac_io *io, int descriptor, ac_protocol *protocol, ac_future *waiter,
                                      ac_transport **out)
{
    aci_transport_spec spec = {
        .kind = &write_kind, .descriptor = descriptor, .protocol = protocol, .waiter = waiter};

    return new_pipe(io, &spec, "Pipe transport is only for pipes, sockets and character devices", out);
}

/* ---- connect_read_pipe, connect_write_pipe ---- */

enum { MADE = 1 };

/* Closed, unless all is well: then it waits to be taken. */
static void give_up(ac_loop *loop, ac_connect_pipe *self)
{
    ac_transport *transport = self->transport;

    self->co.at = AC_AT_END;
    self->transport = NULL;
    if (transport == NULL)
        return;
    ac_transport_forget_waiter(transport);
    if (!ac_loop_is_closed(loop))
        (void)ac_transport_close(transport); /* HOST */
    ac_future_clear(&self->waiter);          /* HOST */
    ac_transport_release(transport);         /* HOST */
}

static ac_turn connect_pipe(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_connect_pipe *self = AC_CONTAINER_OF(co, ac_connect_pipe, co);
    ac_status status;
    ac_turn turn;

    AC_BEGIN(co);
    if (self->writes)
        status = ac_write_pipe_transport_new(self->io, self->descriptor, self->protocol, &self->waiter,
                                             &self->transport);
    else
        status = ac_read_pipe_transport_new(self->io, self->descriptor, self->protocol, &self->waiter,
                                            &self->transport);
    if (status != AC_OK) {
        co->at = AC_AT_END;
        out->value = ac_loop_status_exception(loop, status, NULL);
        return AC_RAISED;
    }
    AC_AWAIT(MADE, &self->waiter);
    if (how != AC_SEND) {
        turn = how == AC_THROW ? ac_raise(loop, in, out) : ac_return(out, ac_none());
        give_up(loop, self); /* HOST */
        return turn;
    }
    AC_END(co);
    ac_future_clear(&self->waiter); /* HOST */
    return ac_return(out, ac_none());
}

static int visit_connect(ac_coro *co, ac_visitor *visitor)
{
    ac_connect_pipe *self = AC_CONTAINER_OF(co, ac_connect_pipe, co);

    return aci_transport_visit_waiter(self->transport, &self->waiter, visitor);
}

static void clear_connect(ac_loop *loop, ac_coro *co)
{
    give_up(loop, AC_CONTAINER_OF(co, ac_connect_pipe, co)); /* HOST */
}

static const ac_coro_ops connect_ops = {connect_pipe, NULL, visit_connect, clear_connect};

static void connect_init(ac_connect_pipe *self, ac_io *io, int descriptor, ac_protocol *protocol, bool writes)
{
    memset(self, 0, sizeof *self);
    ac_coro_init(&self->co, &connect_ops);
    ac_future_init_embedded(&self->waiter, ac_io_loop(io));
    self->io = io;
    self->protocol = protocol;
    self->descriptor = descriptor;
    self->writes = writes;
}

void ac_connect_read_pipe_init(ac_connect_pipe *connect, ac_io *io, int descriptor, ac_protocol *protocol)
{
    connect_init(connect, io, descriptor, protocol, false);
}

void ac_connect_write_pipe_init(ac_connect_pipe *connect, ac_io *io, int descriptor, ac_protocol *protocol)
{
    connect_init(connect, io, descriptor, protocol, true);
}

ac_transport *ac_connect_pipe_take(ac_connect_pipe *connect)
{
    ac_transport *transport = connect->co.at == AC_AT_END ? connect->transport : NULL;

    if (transport != NULL)
        connect->transport = NULL;
    return transport;
}
