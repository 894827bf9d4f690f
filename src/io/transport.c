/* transport.c - the life of a socket's transport.
 *
 * Mirrors    _SelectorTransport and _SelectorSocketTransport: __init__, close, abort, _fatal_error,
 *            _force_close, _call_connection_lost, pause_reading, resume_reading.
 * Idea       What asyncio keeps alive by references from the loop is counted: each callback that is queued
 *            and each watch in use holds the transport.
 * Owns       The descriptor, the protocol until 'released', what is to be sent.
 * Re-enters  The functions of the protocol, and releases; the transport is held meanwhile.
 * Left out   Warnings about what is written to a connection that is gone, ResourceWarning, sendfile.
 * Tests      tests/test_io_transports.c, tests/test_io_streams_faults.c */
#include "transport_impl.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

enum { HIGH_WATER = 64 * 1024 };

/* ---- Counting ---- */

void ac_transport_retain(ac_transport *transport)
{
    transport->holders++;
}

void ac_transport_release(ac_transport *transport)
{
    if (--transport->holders == 0)
        transport->ops->free(transport); /* HOST */
}

/* The end of every path: what is open is closed, and nobody hears of it any more. */
static void close_descriptor(socket_transport *self)
{
    aci_link_remove(&self->head.listed);
    if (self->head.descriptor >= 0)
        (void)aci_sys.close(self->head.descriptor);
    self->head.descriptor = -1;
    self->head.io = NULL;
}

static void leave_server(socket_transport *self)
{
    ac_server *server = self->server;

    self->server = NULL;
    if (server == NULL)
        return;
    aci_server_detach(server, self);
    ac_server_release(server); /* HOST */
}

static void leave_protocol(socket_transport *self)
{
    ac_protocol *protocol = self->head.protocol;

    self->head.protocol = NULL;
    if (protocol != NULL && protocol->ops->released != NULL)
        protocol->ops->released(protocol); /* HOST */
}

void aci_transport_free(ac_transport *transport)
{
    socket_transport *self = aci_socket_of(transport);
    ac_loop *loop = transport->loop;

    transport->holders++; /* what follows may hold it, and let go, again */
    close_descriptor(self);
    leave_protocol(self);                     /* HOST */
    leave_server(self);                       /* HOST */
    ac_drop(loop, ac_take(&self->context));   /* HOST */
    ac_drop(loop, ac_take(&self->exception)); /* HOST */
    if (--transport->holders != 0)
        return;
    aci_buffer_free(&self->buffer, loop);
    aci_io_realloc(loop, self, sizeof *self, 0);
}

void aci_transport_abandon(ac_transport *transport)
{
    socket_transport *self = aci_socket_of(transport);

    transport->closing = true;
    aci_transport_remove_reader(self); /* HOST */
    aci_transport_remove_writer(self); /* HOST */
    close_descriptor(self);
    leave_protocol(self); /* HOST */
    leave_server(self);   /* HOST */
}

void aci_transports_close(ac_io *io)
{
    while (io->transports.next != &io->transports) {
        ac_transport *transport = AC_CONTAINER_OF(io->transports.next, ac_transport, listed);
        ac_transport_retain(transport);
        transport->ops->abandon(transport); /* HOST */
        ac_transport_release(transport);    /* HOST */
    }
}

/* ---- Callbacks ---- */

static ac_status run_made(ac_loop *loop, ac_callback *callback)
{
    socket_transport *self = AC_CONTAINER_OF(callback, socket_transport, made);
    ac_protocol *protocol = self->head.protocol;

    (void)loop;
    if (protocol == NULL || protocol->ops->connection_made == NULL)
        return AC_OK;
    return protocol->ops->connection_made(protocol, &self->head); /* HOST */
}

void aci_transport_made_done(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    ac_transport_release(&AC_CONTAINER_OF(callback, socket_transport, made)->head); /* HOST */
}

ac_status aci_transport_run_begin(ac_loop *loop, ac_callback *callback)
{
    socket_transport *self = AC_CONTAINER_OF(callback, socket_transport, begin);

    (void)loop;
    return self->kind->begin(self);
}

void aci_transport_begin_done(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    ac_transport_release(&AC_CONTAINER_OF(callback, socket_transport, begin)->head); /* HOST */
}

static ac_status run_wake(ac_loop *loop, ac_callback *callback)
{
    socket_transport *self = AC_CONTAINER_OF(callback, socket_transport, wake);
    ac_future *waiter = self->waiter;

    (void)loop;
    self->waiter = NULL;
    return waiter == NULL || ac_future_done(waiter) ? AC_OK : ac_future_set_result(waiter, ac_none());
}

/* Who waits for the connection hangs on this callback, and by that on the loop. */
static int visit_wake(ac_callback *callback, ac_visitor *visitor)
{
    ac_future *waiter = AC_CONTAINER_OF(callback, socket_transport, wake)->waiter;

    return waiter != NULL ? ac_future_visit(waiter, visitor) : 0;
}

static void wake_done(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    AC_CONTAINER_OF(callback, socket_transport, wake)->waiter = NULL;
    ac_transport_release(&AC_CONTAINER_OF(callback, socket_transport, wake)->head); /* HOST */
}

ac_status aci_transport_run_gone(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    return aci_transport_call_lost(AC_CONTAINER_OF(callback, socket_transport, gone));
}

void aci_transport_gone_done(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    ac_transport_release(&AC_CONTAINER_OF(callback, socket_transport, gone)->head); /* HOST */
}

static const ac_handle_ops made_ops = {
    .run = run_made, .done = aci_transport_made_done, .name = "connection_made"};
static const ac_handle_ops begin_ops = {.run = aci_transport_run_begin,
                                        .done = aci_transport_begin_done,
                                        .name = "_SelectorTransport._add_reader"};
static const ac_handle_ops wake_ops = {
    .run = run_wake, .visit = visit_wake, .done = wake_done, .name = "_set_result_unless_cancelled"};
static const ac_handle_ops gone_ops = {.run = aci_transport_run_gone,
                                       .done = aci_transport_gone_done,
                                       .name = "_SelectorSocketTransport._call_connection_lost"};

ac_status aci_transport_queue(socket_transport *self, ac_callback *callback)
{
    ac_status status = ac_loop_call_soon(self->head.loop, callback);

    if (status == AC_OK)
        ac_transport_retain(&self->head);
    else
        ac_callback_clear(self->head.loop, callback); /* HOST */
    return status;
}

/* connection_lost is to be called even if there is no memory for a context. */
static ac_status queue_gone(socket_transport *self)
{
    ac_value context = ac_none();

    if (aci_transport_context(self, &context) == AC_E_RAISED)
        ac_drop(self->head.loop, ac_loop_take_raised(self->head.loop)); /* HOST */
    ac_callback_init(&self->gone, self->kind->gone_ops, context);
    return aci_transport_queue(self, &self->gone);
}

/* ---- Closing ---- */

static ac_status socket_close(ac_transport *transport)
{
    socket_transport *self = aci_socket_of(transport);
    ac_status status = AC_OK;

    if (transport->closing)
        return AC_OK;
    ac_transport_retain(transport);
    transport->closing = true;
    aci_transport_remove_reader(self); /* HOST */
    if (aci_buffer_size(&self->buffer) == 0) {
        self->lost++;
        aci_transport_remove_writer(self); /* HOST */
        status = queue_gone(self);
    }
    ac_transport_release(transport); /* HOST */
    return status;
}

ac_status aci_transport_force_close(socket_transport *self, ac_how how, ac_value exception)
{
    ac_status status;

    if (self->lost != 0) {
        ac_drop(self->head.loop, exception); /* HOST */
        return AC_OK;
    }
    ac_transport_retain(&self->head);
    if (aci_buffer_size(&self->buffer) != 0) {
        self->buffer.start = self->buffer.end = 0;
        aci_transport_remove_writer(self); /* HOST */
    }
    if (!self->head.closing) {
        self->head.closing = true;
        aci_transport_remove_reader(self); /* HOST */
    }
    self->lost++;
    self->failed = how == AC_THROW;
    self->exception = exception;
    status = queue_gone(self);
    ac_transport_release(&self->head); /* HOST */
    return status;
}

static ac_status socket_abort(ac_transport *transport)
{
    return aci_transport_force_close(aci_socket_of(transport), AC_SEND, ac_none());
}

ac_status aci_transport_fatal_errno(socket_transport *self, int failure)
{
    return aci_transport_force_close(self, AC_THROW, aci_io_os_error(self->head.loop, failure));
}

ac_status aci_transport_fatal(socket_transport *self, ac_status status, const char *message)
{
    ac_loop *loop = self->head.loop;
    ac_report report = {.message = message};
    ac_value exception;
    ac_status told = AC_OK;

    if (aci_io_exception(loop, status, &exception) != AC_OK)
        return AC_E_RAISED;
    report.exception = ac_lend(exception);
    if (exception.bits == 0 || (ac_loop_host(loop)->classify(loop, ac_lend(exception)) & AC_IS_OS) == 0)
        told = ac_loop_call_exception_handler(loop, &report); /* HOST */
    status = aci_transport_force_close(self, AC_THROW, exception);
    return told == AC_OK ? status : told;
}

/* Whatever connection_lost raises, the connection is gone. */
ac_status aci_transport_call_lost(socket_transport *self)
{
    ac_protocol *protocol = self->head.protocol;
    ac_value exception = ac_take(&self->exception);
    ac_status status = AC_OK;

    ac_transport_retain(&self->head);
    if (protocol != NULL && protocol->ops->connection_lost != NULL)
        status = protocol->ops->connection_lost(protocol, self->failed ? AC_THROW : AC_SEND,
                                                ac_lend(exception)); /* HOST */
    close_descriptor(self);
    leave_server(self);                  /* HOST */
    leave_protocol(self);                /* HOST */
    ac_drop(self->head.loop, exception); /* HOST */
    ac_transport_release(&self->head);   /* HOST */
    return status;
}

/* ---- Reading, or not ---- */

ac_status aci_transport_pause(ac_transport *transport)
{
    if (!ac_transport_is_reading(transport))
        return AC_OK;
    transport->reading_paused = true;
    aci_transport_remove_reader(aci_socket_of(transport)); /* HOST */
    return AC_OK;
}

ac_status aci_transport_resume(ac_transport *transport)
{
    if (transport->closing || !transport->reading_paused)
        return AC_OK;
    transport->reading_paused = false;
    return aci_transport_add_reader(aci_socket_of(transport));
}

/* ---- Life ---- */

size_t aci_transport_buffered(const ac_transport *transport)
{
    return aci_buffer_size(&((const socket_transport *)(const void *)transport)->buffer);
}

static const ac_transport_ops socket_ops = {
    .write = aci_transport_write,
    .write_eof = aci_transport_write_eof,
    .close = socket_close,
    .abort = socket_abort,
    .pause_reading = aci_transport_pause,
    .resume_reading = aci_transport_resume,
    .buffered = aci_transport_buffered,
    .abandon = aci_transport_abandon,
    .free = aci_transport_free,
    .can_write_eof = true,
};

static const aci_transport_kind socket_kind = {
    .ops = &socket_ops,
    .begin_ops = &begin_ops,
    .gone_ops = &gone_ops,
    .begin = aci_transport_add_reader,
    .read_ready = aci_transport_read_ready,
    .write_ready = aci_transport_write_ready,
};

static struct sockaddr *sockaddr_of(ac_address *address)
{
    return (struct sockaddr *)(void *)address->bytes;
}

/* An end that has no address, or not any more, has none. */
static void look_at_addresses(socket_transport *self, const ac_address *peer)
{
    socklen_t size = AC_ADDRESS_ROOM;

    if (aci_sys.name(self->head.descriptor, sockaddr_of(&self->sockname), &size) == 0)
        self->sockname.size = size;
    size = AC_ADDRESS_ROOM;
    if (peer != NULL)
        self->peername = *peer;
    else if (aci_sys.peer_name(self->head.descriptor, sockaddr_of(&self->peername), &size) == 0)
        self->peername.size = size;
}

/* Small writes are sent without waiting for an answer to the ones before. */
static void set_nodelay(socket_transport *self)
{
    struct sockaddr any = {.sa_family = AF_UNSPEC};
    int on = 1;

    if (self->sockname.size >= sizeof any.sa_family)
        memcpy(&any, self->sockname.bytes, sizeof any);
    if (any.sa_family == AF_INET || any.sa_family == AF_INET6)
        (void)aci_sys.set_option(self->head.descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* All that can fail for want of memory, before the first is queued. */
static ac_status prepare_callbacks(socket_transport *self)
{
    ac_callback *callbacks[] = {&self->made, &self->begin, &self->wake};
    const ac_handle_ops *ops[] = {&made_ops, self->kind->begin_ops, &wake_ops};
    ac_status status = AC_OK;

    for (size_t i = 0; status == AC_OK && i < 3; i++) {
        ac_value context = ac_none();
        status = aci_transport_context(self, &context);
        ac_callback_init(callbacks[i], ops[i], context);
    }
    return status;
}

static void drop_callbacks(socket_transport *self)
{
    ac_callback_clear(self->head.loop, &self->made);  /* HOST */
    ac_callback_clear(self->head.loop, &self->begin); /* HOST */
    ac_callback_clear(self->head.loop, &self->wake);  /* HOST */
}

/* If the first can be queued the others can. */
static ac_status begin(socket_transport *self)
{
    ac_status status = prepare_callbacks(self);

    if (status == AC_OK)
        status = aci_transport_queue(self, &self->made);
    if (status != AC_OK) {
        drop_callbacks(self); /* HOST */
        return status;
    }
    if (self->kind->begin != NULL)
        (void)aci_transport_queue(self, &self->begin);
    else
        ac_callback_clear(self->head.loop, &self->begin); /* HOST */
    if (self->waiter != NULL)
        (void)aci_transport_queue(self, &self->wake);
    else
        ac_callback_clear(self->head.loop, &self->wake); /* HOST */
    return AC_OK;
}

static void init(socket_transport *self, ac_io *io, const aci_transport_spec *spec)
{
    memset(self, 0, sizeof *self);
    self->kind = spec->kind != NULL ? spec->kind : &socket_kind;
    self->head.ops = self->kind->ops;
    self->head.loop = ac_io_loop(io);
    self->head.holders = 1;
    self->head.descriptor = spec->descriptor;
    self->head.high_water = HIGH_WATER;
    self->head.low_water = HIGH_WATER / 4;
    self->waiter = spec->waiter;
    self->has_context = spec->has_context;
    if (spec->has_context && !ac_is_none(spec->context))
        self->context = ac_dup(self->head.loop, spec->context);
    if (self->kind == &socket_kind) {
        look_at_addresses(self, spec->peer);
        set_nodelay(self);
    }
}

/* From here on the transport has what the spec names. */
static void adopt(socket_transport *self, ac_io *io, const aci_transport_spec *spec)
{
    self->head.io = io;
    self->head.protocol = spec->protocol;
    aci_link_append(&io->transports, &self->head.listed);
    if (spec->server == NULL)
        return;
    self->server = spec->server;
    ac_server_retain(spec->server);
    aci_server_attach(spec->server, self);
}

ac_status aci_transport_new(ac_io *io, const aci_transport_spec *spec, ac_transport **out)
{
    ac_loop *loop = ac_io_loop(io);
    socket_transport *self;
    ac_status status;

    *out = NULL;
    if (ac_loop_is_closed(loop))
        return ac_loop_refuse(loop, AC_E_CLOSED, "Event loop is closed");
    self = aci_io_realloc(loop, NULL, 0, sizeof *self);
    if (self == NULL)
        return ac_loop_refuse(loop, AC_E_MEMORY, "no memory for a transport");
    init(self, io, spec);
    status = begin(self);
    if (status != AC_OK) {
        self->head.descriptor = -1;
        ac_transport_release(&self->head); /* HOST */
        return status;
    }
    adopt(self, io, spec);
    *out = &self->head;
    return AC_OK;
}

ac_status ac_transport_new(ac_io *io, int descriptor, ac_protocol *protocol, ac_future *waiter,
                           ac_transport **out)
{
    aci_transport_spec spec = {.descriptor = descriptor, .protocol = protocol, .waiter = waiter};
    ac_value context = ac_none();
    ac_status status = AC_OK;

    *out = NULL;
    spec.has_context = ac_loop_has(ac_io_loop(io), AC_S_TRANSPORT_KEEPS_CONTEXT);
    if (spec.has_context)
        status = aci_io_context(ac_io_loop(io), &context);
    if (status != AC_OK)
        return status;
    spec.context = ac_lend(context);
    status = aci_transport_new(io, &spec, out);
    ac_drop(ac_io_loop(io), context); /* HOST */
    return status;
}

int aci_transport_visit_waiter(const ac_transport *transport, ac_future *waiter, ac_visitor *visitor)
{
    bool shown = transport != NULL && ((const socket_transport *)(const void *)transport)->waiter == waiter;

    return shown ? 0 : ac_future_visit(waiter, visitor);
}

void ac_transport_forget_waiter(ac_transport *transport)
{
    aci_socket_of(transport)->waiter = NULL;
}

const ac_address *ac_transport_sockname(const ac_transport *transport)
{
    return &((const socket_transport *)(const void *)transport)->sockname;
}

const ac_address *ac_transport_peername(const ac_transport *transport)
{
    return &((const socket_transport *)(const void *)transport)->peername;
}
