/* streams.h - what the objects of asyncio.streams share: connections, their two ends, their servers.
 *
 * Mirrors    streams.StreamReaderProtocol, StreamReader, StreamWriter;
 *            selector_events._SelectorSocketTransport; base_events.Server; trsock.TransportSocket.
 * Idea       All that happens is done by the I/O library's streams and servers: these objects own one each,
 *            and say in Python's words what it did.
 * Holds      A transport that has a connection's protocol holds the mp_connection (ac_stream_owner), which
 *            alone shows to the collector what the stream owns.  A server that serves is held by its loop. */
#ifndef MP_STREAMS_H
#define MP_STREAMS_H

#include <aiocore/stream.h>

#include "asyncio/host.h"
#include "values/bytes.h"

/* asyncio's StreamReaderProtocol. */
typedef struct mp_connection {
    mp_object head;
    mp_vm *vm;
    mp_value loop;      /* owned */
    mp_value connected; /* owned; client_connected_cb; NULL: of a client */
    mp_value writer;    /* owned while a transport has the protocol; NULL since 3.12.3, gh-114914 */
    ac_stream_owner owner;
    ac_stream *core; /* owned */
    size_t limit;
} mp_connection;

typedef struct mp_stream_reader {
    mp_object head;
    mp_value loop;       /* owned */
    mp_value connection; /* owned; whose reader this is; NULL: it is on its own */
    mp_value transport;  /* owned; NULL: none */
    ac_stream_reader own;
    size_t limit;
} mp_stream_reader;

typedef struct mp_stream_writer {
    mp_object head;
    mp_value connection; /* owned, and the next two */
    mp_value transport;
    mp_value reader;
} mp_stream_writer;

typedef struct mp_transport {
    mp_object head;
    mp_value loop;       /* owned */
    mp_value connection; /* owned */
    ac_transport *core;  /* retained */
    int descriptor;      /* as it was */
} mp_transport;

typedef struct mp_server {
    mp_object head;
    mp_value loop;      /* owned */
    mp_value connected; /* owned */
    mp_value forever;   /* owned; the coroutine that serves for ever; NULL: none did */
    mp_value paths;     /* owned; a list of (path, inode) to be removed with its sockets; NULL: none */
    ac_server *core;    /* owned */
    size_t limit;
    ac_link serving; /* of its loop's; held while it is on that list */
} mp_server;

/* A socket of a transport or server, to be looked at. */
typedef struct mp_socket_view {
    mp_object head;
    mp_value owner; /* owned; an mp_transport or mp_server */
    size_t index;   /* of a server's */
} mp_socket_view;

extern const mp_type_def mp_connection_def, mp_stream_reader_def, mp_stream_writer_def, mp_transport_def,
    mp_server_def, mp_socket_view_def;

/* ---- stream_connection.c ---- */

/* connected NULL: of a client. */
mp_connection *mp_connection_new(mp_vm *vm, mp_loop *loop, size_t limit, mp_value connected);
/* (reader, writer) of one that is connected. */
mp_value mp_connection_pair(mp_vm *vm, mp_connection *connection);

/* A coroutine of an "async def": method is its qualified name. */
mp_value mp_stream_coroutine(mp_vm *vm, const char *method, mp_value subject, mp_value argument, size_t frame,
                             mp_value begin(mp_vm *vm, mp_native_coroutine *self),
                             mp_value finish(mp_vm *vm, mp_native_coroutine *self, mp_value result));
/* None, or what a function of the library failed with, raised. */
mp_value mp_stream_done(mp_vm *vm, mp_value loop, ac_status status);

/* ---- stream_reader.c, stream_writer.c, stream_transport.c ---- */

/* A limit= argument; NULL: the default.  False: raised. */
bool mp_stream_limit(mp_vm *vm, mp_value value, size_t *limit);
mp_value mp_stream_reader_new(mp_vm *vm, mp_connection *connection, mp_value transport);
mp_value mp_stream_writer_new(mp_vm *vm, mp_connection *connection, mp_value transport, mp_value reader);
mp_value mp_transport_object_new(mp_vm *vm, mp_connection *connection);
mp_native mp_transport_write, mp_transport_writelines, mp_transport_write_eof, mp_transport_close,
    mp_transport_get_extra_info;
mp_native mp_open_connection, mp_open_unix_connection; /* stream_open.c */

/* ---- socket_views.c ---- */

mp_value mp_socket_view_new(mp_vm *vm, mp_value owner, size_t index);
/* As Python has it: ('127.0.0.1', 80), ('::1', 80, 0, 0), a path; None of none. */
mp_value mp_socket_address(mp_vm *vm, const ac_address *address);
/* The other way, of figures or a path; false: raised. */
bool mp_socket_address_of(mp_vm *vm, int family, mp_value value, ac_address *out);

/* ---- stream_server.c, stream_texts.c ---- */

/* Those that serve on a loop: shown, and given up when its io has gone (RUNS USER CODE). */
int mp_loop_visit_servers(mp_loop *loop, mp_visit *visit, void *data);
void mp_loop_drop_servers(mp_loop *loop);

bool mp_init_streams(mp_vm *vm, mp_dict *module);
extern const char mp_streams_text[];

#endif
