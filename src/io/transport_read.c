/* transport_read.c - what a transport's reader does.
 *
 * Mirrors    _SelectorSocketTransport._read_ready__data_received, _read_ready__get_buffer,
 *            _read_ready__on_eof.
 * Idea       All transports of an io receive into the same memory, for data_received has its bytes for the
 *            call only, and no two calls are under way at once.
 * Re-enters  The functions of the protocol.  The watch that runs holds the transport.
 * Tests      tests/test_io_transports.c */
#include "transport_impl.h"

#include <errno.h>

/* 0, or an errno.  PEP 475: a call that a signal has interrupted is made again. */
static int receive(socket_transport *self, void *into, size_t room, size_t *size)
{
    ssize_t count;

    do
        count = aci_sys.recvfrom(self->head.descriptor, into, room, 0, NULL, NULL);
    while (count < 0 && errno == EINTR);
    *size = count < 0 ? 0 : (size_t)count;
    return count < 0 ? errno : 0;
}

static ac_status on_eof(socket_transport *self)
{
    ac_protocol *protocol = self->head.protocol;
    bool keep_open = false;
    ac_status status = AC_OK;

    if (protocol->ops->eof_received != NULL)
        status = protocol->ops->eof_received(protocol, &keep_open); /* HOST */
    if (status != AC_OK)
        return aci_transport_fatal(self, status, "Fatal error: protocol.eof_received() call failed.");
    if (!keep_open)
        return ac_transport_close(&self->head);
    aci_transport_remove_reader(self); /* HOST */
    return AC_OK;
}

/* Nothing has come: true, and how that ends. */
static bool nothing_came(socket_transport *self, int failure, size_t size, ac_status *status)
{
    *status = AC_OK;
    if (failure != 0 && !aci_io_would_block(failure))
        *status = aci_transport_fatal_errno(self, failure);
    else if (failure == 0 && size == 0)
        *status = on_eof(self);
    return failure != 0 || size == 0;
}

static ac_status read_into_buffer(socket_transport *self)
{
    ac_protocol *protocol = self->head.protocol;
    void *into = NULL;
    size_t size = 0;
    int failure;
    ac_status status = protocol->ops->get_buffer(protocol, &into, &size); /* HOST */

    if (status == AC_OK && size == 0)
        status = ac_loop_refuse(self->head.loop, AC_E_RUNTIME, "get_buffer() returned an empty buffer");
    if (status != AC_OK)
        return aci_transport_fatal(self, status, "Fatal error: protocol.get_buffer() call failed.");
    if (self->lost != 0)
        return AC_OK;
    failure = receive(self, into, size, &size);
    if (nothing_came(self, failure, size, &status))
        return status;
    status = protocol->ops->buffer_updated(protocol, size); /* HOST */
    if (status != AC_OK)
        return aci_transport_fatal(self, status, "Fatal error: protocol.buffer_updated() call failed.");
    return AC_OK;
}

unsigned char *aci_transport_scratch(ac_io *io)
{
    if (io->scratch == NULL)
        io->scratch = aci_io_realloc(io->loop, NULL, 0, IO_SCRATCH);
    return io->scratch;
}

static ac_status read_data(socket_transport *self)
{
    ac_protocol *protocol = self->head.protocol;
    unsigned char *scratch = aci_transport_scratch(self->head.io);
    size_t size = 0;
    ac_status status;
    int failure;

    if (scratch == NULL)
        return aci_transport_fatal_errno(self, ENOMEM);
    failure = receive(self, scratch, IO_SCRATCH, &size);
    if (nothing_came(self, failure, size, &status))
        return status;
    if (protocol->ops->data_received != NULL)
        status = protocol->ops->data_received(protocol, scratch, size); /* HOST */
    if (status != AC_OK)
        return aci_transport_fatal(self, status, "Fatal error: protocol.data_received() call failed.");
    return AC_OK;
}

ac_status aci_transport_read_ready(socket_transport *self)
{
    if (self->lost != 0 || self->head.protocol == NULL)
        return AC_OK;
    if (self->head.protocol->ops->get_buffer != NULL)
        return read_into_buffer(self);
    return read_data(self);
}
