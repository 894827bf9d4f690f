/* accept.c - accepting connections, and the task that each begins with.
 *
 * Mirrors    BaseSelectorEventLoop._accept_connection, _accept_connection2.
 * Owns       Of an ac_accepting: the descriptor until a transport has it, the server, the transport.
 * Re-enters  make_protocol, make_task, the exception handler.
 * Left out   asyncio sets one timer for each accept that finds no resources; here there is one for all.
 * Tests      tests/test_io_servers.c */
#include "transport_impl.h"

#include <errno.h>

/* ---- Accepting ---- */

static bool is_shortage(int failure)
{
    return failure == EMFILE || failure == ENFILE || failure == ENOBUFS || failure == ENOMEM;
}

/* There's nowhere to send the error. */
static ac_status tell_shortage(ac_loop *loop, int failure)
{
    ac_value exception = aci_io_os_error(loop, failure);
    ac_report report = {.message = "socket.accept() out of system resource", .exception = ac_lend(exception)};
    ac_status status = ac_loop_call_exception_handler(loop, &report); /* HOST */

    ac_drop(loop, exception); /* HOST */
    return status;
}

static ac_status begin_connection(ac_server *server, ac_loop *loop, int descriptor, const ac_address *peer)
{
    ac_accepting_part part = {.peer = peer, .descriptor = descriptor};
    ac_task *task = NULL;
    ac_status status = aci_server_make_task(server, &part, &task); /* HOST */

    if (part.descriptor >= 0)
        (void)aci_sys.close(part.descriptor);
    if (status == AC_OK && ac_loop_host(loop)->release != NULL)
        ac_loop_host(loop)->release(loop, &task->future); /* HOST */
    return status;
}

/* An errno; 0: a connection has come, and *accepted is its descriptor. */
static int accept_one(int descriptor, int *accepted, ac_address *peer)
{
    socklen_t size;

    memset(peer, 0, sizeof *peer);
    do {
        size = AC_ADDRESS_ROOM;
        *accepted = aci_sys.accept(descriptor, (struct sockaddr *)(void *)peer->bytes, &size);
    } while (*accepted < 0 && errno == EINTR);
    if (*accepted < 0)
        return errno;
    peer->size = size;
    return 0;
}

/* One more than the backlog: the system may keep that many.  What aborts before it is accepted is passed
 * by.  The server may be closed by what runs in between. */
ac_status aci_server_accept(ac_server *server, int descriptor, int backlog, bool *again)
{
    ac_loop *loop = ac_io_loop(ac_server_io(server));
    ac_status status = AC_OK;

    for (int i = 0; status == AC_OK && i < backlog + 1 && !aci_server_is_closed(server); i++) {
        ac_address peer;
        int accepted;
        int failure = accept_one(descriptor, &accepted, &peer);
        if (failure == 0) {
            status = begin_connection(server, loop, accepted, &peer); /* HOST */
        } else if (is_shortage(failure)) {
            *again = true;
            status = tell_shortage(loop, failure); /* HOST */
        } else if (aci_io_would_block(failure)) {
            return AC_OK;
        } else if (failure != ECONNABORTED) {
            return aci_io_raise(loop, failure);
        }
    }
    return status;
}

/* ---- The task ---- */

/* The frame has nothing any more; the transport may go on by itself. */
static void let_go(ac_loop *loop, ac_accepting *self)
{
    ac_server *server = self->server;
    ac_transport *transport = self->transport;
    ac_value context = ac_take(&self->context);
    int descriptor = self->descriptor;

    self->co.at = AC_AT_END;
    self->server = NULL;
    self->transport = NULL;
    self->descriptor = -1;
    if (descriptor >= 0)
        (void)aci_sys.close(descriptor);
    if (transport != NULL) {
        ac_transport_forget_waiter(transport);
        ac_transport_release(transport); /* HOST */
    }
    ac_future_clear(&self->waiter); /* HOST */
    ac_drop(loop, context);         /* HOST */
    if (server != NULL)
        ac_server_release(server); /* HOST */
}

static ac_status make_transport(ac_loop *loop, ac_accepting *self)
{
    aci_transport_spec spec = {.descriptor = self->descriptor,
                               .waiter = &self->waiter,
                               .server = self->server,
                               .peer = &self->peer,
                               .context = ac_lend(self->context),
                               .has_context = self->has_context};
    ac_status status = aci_server_make_protocol(self->server, &spec.protocol); /* HOST */

    if (status != AC_OK)
        return status;
    if (aci_server_is_closed(self->server))
        status = ac_loop_raise(loop, aci_io_error(loop, AC_X_ASSERTION, ""));
    else
        status = aci_transport_new(ac_server_io(self->server), &spec, &self->transport);
    if (status == AC_OK)
        self->descriptor = -1;
    else if (spec.protocol->ops->released != NULL)
        spec.protocol->ops->released(spec.protocol); /* HOST */
    return status;
}

/* Nobody but the exception handler, in debug mode, hears of what goes wrong here. */
static ac_turn fail(ac_loop *loop, ac_accepting *self, ac_status status, ac_out *out)
{
    ac_report report = {.message = "Error on transport creation for incoming connection"};
    ac_value exception;

    status = aci_io_exception(loop, status, &exception);
    if (status == AC_OK && ac_loop_get_debug(loop)) {
        report.exception = ac_lend(exception);
        status = ac_loop_call_exception_handler(loop, &report); /* HOST */
    }
    ac_drop(loop, exception); /* HOST */
    let_go(loop, self);       /* HOST */
    if (status == AC_OK)
        return ac_return(out, ac_none());
    out->value = ac_loop_status_exception(loop, status, NULL);
    return AC_RAISED;
}

enum { CONNECTED = 1 };

static ac_turn accepting(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_accepting *self = AC_CONTAINER_OF(co, ac_accepting, co);
    ac_status status;

    AC_BEGIN(co);
    status = make_transport(loop, self);
    if (status != AC_OK)
        return fail(loop, self, status, out);
    AC_AWAIT(CONNECTED, &self->waiter);
    if (how != AC_SEND)
        (void)ac_transport_close(self->transport);
    if (how == AC_THROW)
        return fail(loop, self, ac_loop_raise(loop, ac_dup(loop, in)), out);
    AC_END(co);
    let_go(loop, self); /* HOST */
    return ac_return(out, ac_none());
}

static int visit(ac_coro *co, ac_visitor *visitor)
{
    ac_accepting *self = AC_CONTAINER_OF(co, ac_accepting, co);
    int stop = self->context.bits != 0 ? visitor->value(visitor, ac_lend(self->context)) : 0;

    return stop == 0 ? aci_transport_visit_waiter(self->transport, &self->waiter, visitor) : stop;
}

static void clear(ac_loop *loop, ac_coro *co)
{
    ac_accepting *self = AC_CONTAINER_OF(co, ac_accepting, co);

    let_go(loop, self); /* HOST */
    if (self->own)
        aci_io_realloc(loop, self, sizeof *self, 0);
}

static const ac_coro_ops accepting_ops = {accepting, NULL, visit, clear};

void ac_accepting_init(ac_accepting *self, ac_accepting_part *part)
{
    ac_loop *loop = ac_io_loop(ac_server_io(part->server));

    memset(self, 0, sizeof *self);
    ac_coro_init(&self->co, &accepting_ops);
    ac_future_init_embedded(&self->waiter, loop);
    self->loop = loop;
    self->server = part->server;
    ac_server_retain(part->server);
    self->descriptor = part->descriptor;
    part->descriptor = -1;
    self->peer = *part->peer;
    self->has_context = part->has_context;
    if (!ac_is_none(part->context))
        self->context = ac_dup(loop, part->context);
}
