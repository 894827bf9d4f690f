/* server.c - servers: sockets that are listened on, and the connections that came of them.
 *
 * Mirrors    base_events.Server, BaseSelectorEventLoop._start_serving, _stop_serving.
 * Holds      The watch of a socket, the timer that adds it anew, and each connection hold the server.
 *            A server is closed <=> closed is set: its sockets are gone.  It is over <=> it is closed and has
 *            no connection: then who waited was woken, and nobody waits any more.
 * Owns       The sockets.
 * Re-enters  make_protocol; the exception handler.
 * Tests      tests/test_io_servers.c */
#include "server_impl.h"

#include <errno.h>

enum { RETRY_DELAY = 1 }; /* seconds: asyncio's ACCEPT_RETRY_DELAY */

/* ---- Counting ---- */

void ac_server_retain(ac_server *server)
{
    server->holders++;
}

static size_t size_of(size_t count)
{
    return sizeof(ac_server) + count * sizeof(listener);
}

static void close_sockets(ac_server *server)
{
    for (size_t i = 0; i < server->count; i++) {
        int descriptor = server->listeners[i].descriptor;
        server->listeners[i].descriptor = -1;
        if (descriptor < 0)
            continue;
        if (server->io != NULL)
            (void)ac_io_remove_reader(server->io, descriptor); /* HOST */
        (void)aci_sys.close(descriptor);
    }
}

void ac_server_release(ac_server *server)
{
    if (--server->holders != 0)
        return;
    server->holders++;
    close_sockets(server); /* HOST */
    aci_link_remove(&server->listed);
    ac_drop(server->loop, ac_take(&server->context)); /* HOST */
    if (server->ops->released != NULL)
        server->ops->released(server); /* HOST */
    aci_io_realloc(server->loop, server, size_of(server->count), 0);
}

void aci_servers_close(ac_io *io)
{
    while (io->servers.next != &io->servers) {
        ac_server *server = AC_CONTAINER_OF(io->servers.next, ac_server, listed);
        ac_server_retain(server);
        aci_link_remove(&server->listed);
        server->serving = false;
        server->closed = true;
        close_sockets(server); /* HOST */
        server->io = NULL;
        ac_server_release(server); /* HOST */
    }
}

/* ---- Connections ---- */

static void wake_up(ac_server *server)
{
    server->over = true;
    for (ac_link *link = server->waiters.next; link != &server->waiters; link = link->next) {
        ac_server_wait *wait = AC_CONTAINER_OF(link, ac_server_wait, listed);
        if (!ac_future_done(&wait->future))
            (void)ac_future_set_result(&wait->future, ac_none());
    }
}

void aci_server_attach(ac_server *server, socket_transport *transport)
{
    aci_link_append(&server->clients, &transport->client);
}

void aci_server_detach(ac_server *server, socket_transport *transport)
{
    aci_link_remove(&transport->client);
    if (server->clients.next == &server->clients && server->closed && !server->over)
        wake_up(server);
}

bool aci_server_is_closed(const ac_server *server)
{
    return server->closed;
}

ac_status aci_server_make_protocol(ac_server *server, ac_protocol **out)
{
    *out = NULL;
    return server->ops->make_protocol(server, out); /* HOST */
}

/* The next one is held, too: a close may let go of both. */
static ac_status for_each_client(ac_server *server, ac_status (*does)(ac_transport *transport))
{
    ac_status status = AC_OK;
    ac_link *link = server->clients.next, *next;

    if (link != &server->clients)
        ac_transport_retain(&AC_CONTAINER_OF(link, socket_transport, client)->head);
    for (; link != NULL && link != &server->clients; link = next) {
        socket_transport *client = AC_CONTAINER_OF(link, socket_transport, client);
        next = link->next;
        if (next != &server->clients)
            ac_transport_retain(&AC_CONTAINER_OF(next, socket_transport, client)->head);
        if (status == AC_OK)
            status = does(&client->head);    /* HOST */
        ac_transport_release(&client->head); /* HOST */
    }
    return status;
}

ac_status ac_server_close_clients(ac_server *server)
{
    return for_each_client(server, ac_transport_close);
}

ac_status ac_server_abort_clients(ac_server *server)
{
    return for_each_client(server, ac_transport_abort);
}

/* ---- Listening ---- */

static listener *listener_of(ac_watch *watch)
{
    return AC_CONTAINER_OF(watch, listener, watch);
}

static ac_status run_listener(ac_io *io, ac_watch *watch);

static void listener_removed(ac_io *io, ac_watch *watch)
{
    (void)io;
    ac_server_release(listener_of(watch)->server); /* HOST */
}

static const ac_watch_ops listener_ops = {.run = run_listener, .removed = listener_removed};

static ac_status watch_listener(listener *self)
{
    ac_server *server = self->server;
    ac_value context;
    ac_status status = aci_io_context(server->loop, &context);

    if (status != AC_OK)
        return status;
    ac_watch_init(&self->watch, &listener_ops, context);
    ac_server_retain(server);
    status = ac_io_add_reader(server->io, self->descriptor, &self->watch);
    if (status != AC_OK) {
        ac_watch_clear(server->loop, &self->watch); /* HOST */
        ac_server_release(server);                  /* HOST */
    }
    return status;
}

static listener *listener_of_timer(ac_callback *callback)
{
    return AC_CONTAINER_OF(callback, listener, timer.callback);
}

/* Of a server that was closed in the meantime the descriptor is none, which is an error, as in asyncio. */
static ac_status run_timer(ac_loop *loop, ac_callback *callback)
{
    listener *self = listener_of_timer(callback);

    (void)loop;
    return self->server->io != NULL ? watch_listener(self) : AC_OK;
}

static void timer_done(ac_loop *loop, ac_callback *callback)
{
    listener *self = listener_of_timer(callback);

    (void)loop;
    self->timed = false;
    ac_server_release(self->server); /* HOST */
}

static const ac_handle_ops timer_ops = {
    .run = run_timer, .done = timer_done, .name = "BaseSelectorEventLoop._start_serving"};

/* No descriptors, no memory: the poll would tell of it for ever. */
static ac_status try_again_later(listener *self)
{
    ac_server *server = self->server;
    ac_value context = ac_none();
    ac_status status = AC_OK;

    (void)ac_io_remove_reader(server->io, self->descriptor); /* HOST */
    if (!self->timed)
        status = aci_io_context(server->loop, &context);
    if (self->timed || status != AC_OK)
        return status;
    ac_callback_init(&self->timer.callback, &timer_ops, context);
    status = ac_loop_call_later(server->loop, RETRY_DELAY, &self->timer);
    self->timed = status == AC_OK;
    if (status == AC_OK)
        ac_server_retain(server);
    else
        ac_callback_clear(server->loop, &self->timer.callback); /* HOST */
    return status;
}

static ac_status run_listener(ac_io *io, ac_watch *watch)
{
    listener *self = listener_of(watch);
    bool again = false;
    ac_status status = aci_server_accept(self->server, self->descriptor, self->server->backlog, &again);
    ac_status later = again && self->descriptor >= 0 ? try_again_later(self) : AC_OK;

    (void)io;
    return status == AC_OK ? later : status;
}

ac_status ac_server_start_serving(ac_server *server)
{
    ac_status status = AC_OK;

    if (server->serving || server->closed)
        return AC_OK;
    server->serving = true;
    for (size_t i = 0; status == AC_OK && i < server->count; i++) {
        if (aci_sys.listen(server->listeners[i].descriptor, server->backlog) != 0)
            return aci_io_raise(server->loop, errno);
        status = watch_listener(&server->listeners[i]);
    }
    return status;
}

/* In newer releases tasks and transports of connections run in copies of the server's context. */
static ac_status copy_server_context(ac_server *server, ac_value *out)
{
    const ac_host *host = ac_loop_host(server->loop);
    ac_status status;

    *out = ac_none();
    if (server->context.bits == 0)
        return AC_OK;
    status = host->enter(server->loop, ac_lend(server->context));
    if (status != AC_OK)
        return status;
    status = host->copy_context(server->loop, out);
    host->leave(server->loop, ac_lend(server->context));
    return status;
}

static ac_status make_task(ac_server *server, ac_accepting_part *part, ac_task **out)
{
    ac_accepting *accepting;
    ac_task_spec spec = {.context = part->context, .has_context = part->has_context};
    ac_status status;

    if (server->ops->make_task != NULL)
        return server->ops->make_task(server, part, out); /* HOST */
    accepting = aci_io_realloc(server->loop, NULL, 0, sizeof *accepting);
    if (accepting == NULL)
        return ac_loop_refuse(server->loop, AC_E_MEMORY, "no memory for a connection");
    ac_accepting_init(accepting, part);
    accepting->own = true;
    spec.body = &accepting->co;
    status = ac_loop_create_task(server->loop, &spec, out); /* HOST */
    if (status != AC_OK)
        ac_coro_clear(server->loop, &accepting->co); /* HOST */
    return status;
}

ac_status aci_server_make_task(ac_server *server, ac_accepting_part *part, ac_task **out)
{
    ac_value context;
    ac_status status = copy_server_context(server, &context);

    if (status != AC_OK)
        return status;
    part->server = server;
    part->context = ac_lend(context);
    part->has_context = ac_loop_has(server->loop, AC_S_TRANSPORT_KEEPS_CONTEXT);
    status = make_task(server, part, out); /* HOST */
    ac_drop(server->loop, context);        /* HOST */
    return status;
}

/* ---- Life ---- */

ac_status ac_server_new(ac_io *io, const ac_server_ops *ops, void *data, const int *descriptors, size_t count,
                        int backlog, ac_server **out)
{
    ac_loop *loop = ac_io_loop(io);
    ac_value context = ac_none();
    ac_status status = AC_OK;
    ac_server *self;

    *out = NULL;
    if (ac_loop_is_closed(loop))
        return ac_loop_refuse(loop, AC_E_CLOSED, "Event loop is closed");
    if (ac_loop_has(loop, AC_S_TRANSPORT_KEEPS_CONTEXT))
        status = aci_io_context(loop, &context);
    if (status != AC_OK)
        return status;
    self = aci_io_realloc(loop, NULL, 0, size_of(count));
    if (self == NULL) {
        ac_drop(loop, context); /* HOST */
        return ac_loop_refuse(loop, AC_E_MEMORY, "no memory for a server");
    }
    memset(self, 0, size_of(count));
    self->ops = ops;
    self->data = data;
    self->loop = loop;
    self->io = io;
    self->context = context;
    self->holders = 1;
    self->backlog = backlog;
    self->count = count;
    self->clients.prev = self->clients.next = &self->clients;
    self->waiters.prev = self->waiters.next = &self->waiters;
    aci_link_append(&io->servers, &self->listed);
    for (size_t i = 0; i < count; i++) {
        self->listeners[i].server = self;
        self->listeners[i].descriptor = descriptors[i];
    }
    *out = self;
    return AC_OK;
}

void ac_server_close(ac_server *server)
{
    ac_server_forever *forever = server->forever;

    if (server->closed)
        return;
    ac_server_retain(server);
    server->closed = true;
    close_sockets(server); /* HOST */
    server->serving = false;
    if (forever != NULL && !ac_future_done(&forever->future)) {
        server->forever = NULL;
        (void)ac_future_cancel(&forever->future, ac_none_ref(), NULL);
    }
    if (server->clients.next == &server->clients)
        wake_up(server);
    ac_server_release(server); /* HOST */
}

void *ac_server_data(const ac_server *server)
{
    return server->data;
}

ac_io *ac_server_io(const ac_server *server)
{
    return server->io;
}

bool ac_server_is_serving(const ac_server *server)
{
    return server->serving;
}

int ac_server_socket(const ac_server *server, size_t index)
{
    return index < server->count && !server->closed ? server->listeners[index].descriptor : -1;
}
