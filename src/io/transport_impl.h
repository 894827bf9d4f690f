/* transport_impl.h - what the files of transports and servers share.
 *
 * Holds  A socket transport is held by whoever retains it, by each of its callbacks that is queued, and by
 *        each of its watches that is in use.  head.io != NULL <=> it is on the io's list and its descriptor
 *        is open.  lost counts what asyncio's _conn_lost does: once connection_lost is queued, or called, it
 *        is not 0. */
#ifndef AIOCORE_IO_TRANSPORT_IMPL_H
#define AIOCORE_IO_TRANSPORT_IMPL_H

#include <string.h>

#include <aiocore/transport.h>

#include "io_impl.h"

/* ---- Lists ---- */

static inline void aci_link_append(ac_link *list, ac_link *link)
{
    link->prev = list->prev;
    link->next = list;
    list->prev->next = link;
    list->prev = link;
}

/* Also of one that is on no list. */
static inline void aci_link_remove(ac_link *link)
{
    if (link->next == NULL)
        return;
    link->prev->next = link->next;
    link->next->prev = link->prev;
    link->prev = link->next = NULL;
}

/* ---- Bytes that wait: to be sent, or to be read ---- */

typedef struct aci_buffer {
    unsigned char *bytes;
    size_t start, end, room;
} aci_buffer;

static inline size_t aci_buffer_size(const aci_buffer *buffer)
{
    return buffer->end - buffer->start;
}

/* False: memory is short, and nothing was appended. */
bool aci_buffer_append(aci_buffer *buffer, ac_loop *loop, const void *data, size_t size);
void aci_buffer_free(aci_buffer *buffer, ac_loop *loop);

/* ---- Socket transports ---- */

typedef struct socket_transport socket_transport;

/* A watch of a transport.  Taken off while its run is queued it is in use until then: meanwhile another, of
 * the heap, takes its place. */
typedef struct transport_watch {
    ac_watch watch;
    socket_transport *transport; /* retained while it is in use; NULL: it is not */
} transport_watch;

/* What is not the same for sockets and for the two ends of a pipe. */
typedef struct aci_transport_kind {
    const ac_transport_ops *ops;
    const ac_handle_ops *begin_ops, *gone_ops; /* the callbacks after connection_made, and of the end */
    ac_status (*begin)(socket_transport *transport);
    ac_status (*read_ready)(socket_transport *transport);
    ac_status (*write_ready)(socket_transport *transport);
} aci_transport_kind;

/* A transport of any of these kinds. */
struct socket_transport {
    ac_transport head; /* must come first */
    const aci_transport_kind *kind;
    ac_server *server;  /* retained; NULL: none */
    ac_link client;     /* of the server's clients */
    ac_future *waiter;  /* of who waits for the connection, while wake is queued; NULL: nobody */
    ac_value context;   /* owned: of all callbacks, if it has one */
    ac_value exception; /* owned: what the connection is lost by, if it failed */
    aci_buffer buffer;  /* what is to be sent */
    unsigned lost;
    bool has_context, failed, eof;
    ac_callback made, begin, wake, gone;
    transport_watch reader, writer;
    ac_address sockname, peername;
};

static inline socket_transport *aci_socket_of(ac_transport *transport)
{
    return (socket_transport *)(void *)transport;
}

/* How one begins: what all is of ac_transport_new, and what a server gives. */
typedef struct aci_transport_spec {
    const aci_transport_kind *kind; /* NULL: a socket */
    int descriptor;
    ac_protocol *protocol;
    ac_future *waiter;
    ac_server *server;
    const ac_address *peer; /* NULL: ask the system */
    ac_ref context;
    bool has_context;
} aci_transport_spec;

ac_status aci_transport_new(ac_io *io, const aci_transport_spec *spec, ac_transport **out);

/* For the frame that waiter lies in: shows it, unless the transport does, which may be NULL. */
int aci_transport_visit_waiter(const ac_transport *transport, ac_future *waiter, ac_visitor *visitor);
/* What its next callback runs in: a fresh copy of the current context, or the connection's.  Owned. */
ac_status aci_transport_context(socket_transport *self, ac_value *out);
/* By call_soon, holding the transport until it is done. */
ac_status aci_transport_queue(socket_transport *self, ac_callback *callback);
/* What the callbacks begin_ops and gone_ops of a kind are made of, and one that is queued in the place of
 * connection_made's. */
ac_status aci_transport_run_begin(ac_loop *loop, ac_callback *callback);
void aci_transport_begin_done(ac_loop *loop, ac_callback *callback);
ac_status aci_transport_run_gone(ac_loop *loop, ac_callback *callback);
void aci_transport_gone_done(ac_loop *loop, ac_callback *callback);
void aci_transport_made_done(ac_loop *loop, ac_callback *callback);
/* The same for all kinds. */
void aci_transport_abandon(ac_transport *transport);
void aci_transport_free(ac_transport *transport);
size_t aci_transport_buffered(const ac_transport *transport);
ac_status aci_transport_pause(ac_transport *transport);
ac_status aci_transport_resume(ac_transport *transport);
/* What is written can neither be kept nor sent. */
ac_status aci_transport_give_up(socket_transport *self, ac_status status);
/* The memory of the io that transports receive into; NULL: there is none. */
unsigned char *aci_transport_scratch(ac_io *io);
/* Adds the reader, unless it is closing or paused; adds or replaces the writer. */
ac_status aci_transport_add_reader(socket_transport *self);
ac_status aci_transport_add_writer(socket_transport *self);
void aci_transport_remove_reader(socket_transport *self);
void aci_transport_remove_writer(socket_transport *self);
/* asyncio's _fatal_error, with the exception of a status of the protocol, or an OSError of ours. */
ac_status aci_transport_fatal(socket_transport *self, ac_status status, const char *message);
ac_status aci_transport_fatal_errno(socket_transport *self, int failure);
/* asyncio's _force_close; AC_THROW steals the exception. */
ac_status aci_transport_force_close(socket_transport *self, ac_how how, ac_value exception);
/* asyncio's _call_connection_lost. */
ac_status aci_transport_call_lost(socket_transport *self);

/* Calls pause_writing or resume_writing where the marks say so. */
ac_status aci_transport_maybe_pause(ac_transport *transport);
ac_status aci_transport_maybe_resume(ac_transport *transport);

/* transport_read.c, transport_write.c: what the watches run. */
ac_status aci_transport_read_ready(socket_transport *self);
ac_status aci_transport_write_ready(socket_transport *self);
ac_status aci_transport_write(ac_transport *transport, const ac_bytes *parts, size_t count, bool lines);
ac_status aci_transport_write_eof(ac_transport *transport);

/* ---- Servers ---- */

void aci_server_attach(ac_server *server, socket_transport *transport);
void aci_server_detach(ac_server *server, socket_transport *transport);
bool aci_server_is_closed(const ac_server *server);
ac_status aci_server_make_protocol(ac_server *server, ac_protocol **out);
ac_status aci_server_make_task(ac_server *server, ac_accepting_part *part, ac_task **out);

/* Accepts what waits at a socket of the server (accept.c); *again: the system has no resources left, the
 * socket is to be let alone for a while. */
ac_status aci_server_accept(ac_server *server, int descriptor, int backlog, bool *again);

#endif
