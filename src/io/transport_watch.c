/* transport_watch.c - how a transport watches its descriptor.
 *
 * Mirrors    _SelectorTransport._add_reader, _add_writer; BaseSelectorEventLoop._add_reader makes a new
 *            handle each time, and so a watch that is still queued is not used again before it is done.
 * Owns       The watches that are of the heap, until they are removed.
 * Cost       No allocation, unless reading is resumed before the watch that was paused is done.
 * Tests      tests/test_io_transports.c */
#include "transport_impl.h"

/* A fresh copy of the current context, or of newer releases the connection's. */
ac_status aci_transport_context(socket_transport *self, ac_value *out)
{
    if (!self->has_context)
        return aci_io_context(self->head.loop, out);
    *out = self->context.bits != 0 ? ac_dup(self->head.loop, ac_lend(self->context)) : ac_none();
    return AC_OK;
}

static transport_watch *watch_of(ac_watch *watch)
{
    return AC_CONTAINER_OF(watch, transport_watch, watch);
}

static bool is_own(const socket_transport *transport, const transport_watch *watch)
{
    return watch == &transport->reader || watch == &transport->writer;
}

static void watch_removed(ac_io *io, ac_watch *watch)
{
    transport_watch *self = watch_of(watch);
    socket_transport *transport = self->transport;

    self->transport = NULL;
    if (!is_own(transport, self))
        aci_io_realloc(ac_io_loop(io), self, sizeof *self, 0);
    ac_transport_release(&transport->head); /* HOST */
}

static int watch_visit(ac_watch *watch, ac_visitor *visitor)
{
    ac_protocol *protocol = watch_of(watch)->transport->head.protocol;

    return protocol != NULL && protocol->ops->visit != NULL ? protocol->ops->visit(protocol, visitor) : 0;
}

static ac_status run_reader(ac_io *io, ac_watch *watch)
{
    (void)io;
    return watch_of(watch)->transport->kind->read_ready(watch_of(watch)->transport);
}

static ac_status run_writer(ac_io *io, ac_watch *watch)
{
    (void)io;
    return watch_of(watch)->transport->kind->write_ready(watch_of(watch)->transport);
}

static const ac_watch_ops reader_ops = {run_reader, watch_visit, watch_removed};
static const ac_watch_ops writer_ops = {run_writer, NULL, watch_removed};

static ac_status add_watch(socket_transport *self, bool writes)
{
    transport_watch *watch = writes ? &self->writer : &self->reader;
    ac_loop *loop = self->head.loop;
    ac_value context;
    ac_status status = aci_transport_context(self, &context);

    if (status != AC_OK)
        return status;
    if (watch->transport != NULL)
        watch = aci_io_realloc(loop, NULL, 0, sizeof *watch);
    if (watch == NULL) {
        ac_drop(loop, context); /* HOST */
        return ac_loop_refuse(loop, AC_E_MEMORY, "no memory to watch a transport");
    }
    ac_watch_init(&watch->watch, writes ? &writer_ops : &reader_ops, context);
    watch->transport = self;
    ac_transport_retain(&self->head);
    if (writes)
        status = ac_io_add_writer(self->head.io, self->head.descriptor, &watch->watch); /* HOST */
    else
        status = ac_io_add_reader(self->head.io, self->head.descriptor, &watch->watch); /* HOST */
    if (status != AC_OK) {
        ac_watch_clear(loop, &watch->watch);         /* HOST */
        watch_removed(self->head.io, &watch->watch); /* HOST */
    }
    return status;
}

ac_status aci_transport_add_reader(socket_transport *self)
{
    return ac_transport_is_reading(&self->head) ? add_watch(self, false) : AC_OK;
}

ac_status aci_transport_add_writer(socket_transport *self)
{
    return add_watch(self, true);
}

void aci_transport_remove_reader(socket_transport *self)
{
    if (self->head.io != NULL)
        (void)ac_io_remove_reader(self->head.io, self->head.descriptor); /* HOST */
}

void aci_transport_remove_writer(socket_transport *self)
{
    if (self->head.io != NULL)
        (void)ac_io_remove_writer(self->head.io, self->head.descriptor); /* HOST */
}
