/* stream_open.c - streams to a server, and of one.
 *
 * Mirrors    streams.open_connection, start_server, open_unix_connection, start_unix_server; of
 *            BaseEventLoop, what create_connection and create_server do with one address that needs no
 *            look-up.
 * Tests      tests/test_io_streams.c */
#include "stream_impl.h"

#include <errno.h>
#include <stdio.h>

/* ---- open_connection ---- */

static void drop_failures(ac_loop *loop, ac_open_connection *open);

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
    ac_coro_clear(loop, &open->names.co);   /* HOST */
    ac_coro_clear(loop, &open->connect.co); /* HOST */
    drop_failures(loop, open);              /* HOST */
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
    if (open->stream == NULL)
        open->stream = ac_stream_new(open->io, open->limit, NULL, NULL);
    if (open->stream == NULL)
        return ac_loop_refuse(loop, AC_E_MEMORY, "no memory for a stream");
    return AC_OK;
}

/* *number: the errno, if no socket can be made. */
static ac_status begin_connecting(ac_open_connection *open, int *number)
{
    struct sockaddr any;
    int protocol = 0;

    if (open->host != NULL || open->service != NULL) {
        const ac_addrinfo *found = &open->names.found[open->next];
        open->address = found->address;
        protocol = found->proto;
    }
    memcpy(&any, open->address.bytes, sizeof any);
    open->descriptor = aci_sys.socket(any.sa_family, SOCK_STREAM, protocol);
    *number = errno;
    if (open->descriptor < 0)
        return aci_io_raise(ac_io_loop(open->io), *number);
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

/* ---- Addresses that could not be connected to ---- */

/* str() of each failure, ", " between them. */
struct aci_failures {
    aci_buffer words;
    size_t first; /* the size of the first */
    bool differ;
};

static void drop_failures(ac_loop *loop, ac_open_connection *open)
{
    struct aci_failures *failures = open->failures;

    open->failures = NULL;
    if (failures != NULL) {
        aci_buffer_free(&failures->words, loop);
        aci_io_realloc(loop, failures, sizeof *failures, 0);
    }
    ac_drop(loop, ac_take(&open->failure)); /* HOST */
}

/* As str(OSError(number, text)) for what this file and sock.c raise. */
static size_t failure_words(const ac_open_connection *open, int number, char *words, size_t room)
{
    char why[128] = "";
    size_t length = (size_t)snprintf(words, room, "[Errno %d] ", number);

    if (open->descriptor >= 0 && open->connect.late) {
        length += (size_t)snprintf(words + length, room - length, "Connect call failed ");
        return length + ac_address_format(&open->address, words + length, room - length);
    }
    if (strerror_r(number, why, sizeof why) != 0)
        why[0] = '\0';
    return length + (size_t)snprintf(words + length, room - length, "%s", why);
}

static bool append_failure(ac_loop *loop, struct aci_failures *failures, const char *words, size_t size)
{
    aci_buffer *all = &failures->words;

    if (aci_buffer_size(all) == 0)
        failures->first = size;
    else if (size != failures->first || memcmp(all->bytes, words, size) != 0)
        failures->differ = true;
    return (aci_buffer_size(all) == 0 || aci_buffer_append(all, loop, ", ", 2)) &&
           aci_buffer_append(all, loop, words, size);
}

/* Takes the exception, which is an OSError. */
static ac_status note_failure(ac_loop *loop, ac_open_connection *open, int number, ac_value exception)
{
    char words[AC_ADDRESS_ROOM + 160];
    size_t size = failure_words(open, number, words, sizeof words);

    if (open->failures == NULL) {
        open->failures = aci_io_realloc(loop, NULL, 0, sizeof *open->failures);
        if (open->failures != NULL)
            *open->failures = (struct aci_failures){.differ = false};
        open->failure = exception;
    } else {
        ac_drop(loop, exception); /* HOST */
    }
    close_descriptor(open);
    if (open->failures == NULL || !append_failure(loop, open->failures, words, size))
        return ac_loop_refuse(loop, AC_E_MEMORY, "no memory for what failed");
    return AC_OK;
}

static ac_status raise_failures(ac_loop *loop, ac_open_connection *open)
{
    aci_buffer *all = &open->failures->words;
    static const char before[] = "Multiple exceptions: ";
    aci_buffer text = {0};
    ac_error error = {.kind = AC_X_OS};
    ac_status status;

    if (!open->failures->differ)
        return ac_loop_raise(loop, ac_take(&open->failure));
    if (!aci_buffer_append(&text, loop, before, strlen(before)) ||
        !aci_buffer_append(&text, loop, all->bytes + all->start, aci_buffer_size(all)) ||
        !aci_buffer_append(&text, loop, "", 1)) {
        aci_buffer_free(&text, loop);
        return ac_loop_refuse(loop, AC_E_MEMORY, "no memory for what failed");
    }
    error.text = (const char *)text.bytes;
    status = ac_loop_raise(loop, ac_loop_host(loop)->error(loop, &error)); /* HOST */
    aci_buffer_free(&text, loop);
    return status;
}

/* ---- The machine ---- */

/* What else there is to try, after this address was refused, or the socket was. */
static bool has_more(ac_open_connection *open)
{
    return (open->host != NULL || open->service != NULL) && ++open->next < open->names.count;
}

static bool is_os_error(ac_loop *loop, ac_ref exception)
{
    return !ac_is_none(exception) && (ac_loop_host(loop)->classify(loop, exception) & AC_IS_OS) != 0;
}

enum { RESOLVED = 1, CONNECTED, MADE };

static ac_turn resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_open_connection *open = AC_CONTAINER_OF(co, ac_open_connection, co);
    ac_turn turn;
    ac_status status;
    int number;

    AC_BEGIN(co);
    status = begin(loop, open);
    if (status != AC_OK)
        return fail(loop, open, status, out);
    if (open->host != NULL || open->service != NULL) {
        ac_ensure_resolved_init(&open->names, open->io, open->host, open->service,
                                (ac_lookup_hints){.type = SOCK_STREAM});
        AC_AWAIT_CORO(RESOLVED, &open->names.co, turn);
        if (turn == AC_RAISED || how == AC_CLOSE)
            return end_with(loop, open, turn, out); /* HOST */
    }
    do {
        status = begin_connecting(open, &number);
        if (status == AC_OK) {
            AC_AWAIT_CORO(CONNECTED, &open->connect.co, turn);
            if (how == AC_CLOSE || (turn == AC_RAISED && !is_os_error(loop, ac_lend(out->value))))
                return end_with(loop, open, turn, out); /* HOST */
            if (turn == AC_RETURNED)
                break;
            number = open->connect.failure;
        } else {
            out->value = ac_loop_status_exception(loop, status, NULL);
        }
        status = note_failure(loop, open, number, out->value); /* HOST */
        if (status != AC_OK)
            return fail(loop, open, status, out);
    } while (has_more(open));
    if (open->descriptor < 0)
        return fail(loop, open, raise_failures(loop, open), out);
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
    int stop = aci_transport_visit_waiter(open->transport, &open->waiter, visitor);

    if (stop == 0 && open->failure.bits != 0)
        stop = visitor->value(visitor, ac_lend(open->failure));
    if (stop == 0 && open->names.co.ops != NULL)
        stop = open->names.co.ops->visit(&open->names.co, visitor);
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

void ac_open_connection_to_init(ac_open_connection *open, ac_io *io, const char *host, const char *service,
                                size_t limit)
{
    ac_address none = {.size = 0};

    ac_open_connection_init(open, io, &none, limit);
    open->host = host;
    open->service = service;
}

void ac_open_connection_set_stream(ac_open_connection *open, ac_stream *stream)
{
    ac_stream_retain(stream);
    open->stream = stream;
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
    status = options != NULL && options->idle ? AC_OK : ac_server_start_serving(*out);
    if (status != AC_OK) {
        ac_server_close(*out);   /* HOST */
        ac_server_release(*out); /* HOST */
        *out = NULL;
    }
    return status;
}
