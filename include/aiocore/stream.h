/* stream.h - streams over transports: what asyncio calls StreamReader, StreamWriter, open_connection and
 * start_server.
 *
 * Library libaiocore-io, for POSIX.  An ac_stream is one connection: its reader, its writer, and the protocol
 * between them and the transport.  Awaits lie in the frame of who awaits:
 *
 *     ac_stream_readline_init(&self->read, ac_stream_get_reader(self->stream));
 *     AC_AWAIT_CORO(READ, &self->read.co, turn);
 *     if (turn == AC_RAISED)
 *         return AC_RAISED;
 *     self->read.size bytes are at self->read.data, until this body awaits again
 *     status = ac_stream_write(self->stream, answer, strlen(answer));
 *     ac_stream_drain_init(&self->drain, self->stream);
 *     AC_AWAIT_CORO(DRAINED, &self->drain.co, turn);
 *
 * The reader of a stream that nobody reads from pauses its transport when it has more than twice its limit;
 * drain waits while the transport has more than its high water mark to send.
 * Ownership: streams are counted.  Who awaits something of a stream keeps it meanwhile: clear the operation
 * first, then release the stream.
 * Errors: as a coroutine's: IncompleteReadError, LimitOverrunError, the OSError that the connection was lost
 * by.  Threads: as the core. */
#ifndef AIOCORE_STREAM_H
#define AIOCORE_STREAM_H

#include <aiocore/names.h>
#include <aiocore/transport.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { AC_STREAM_LIMIT = 64 * 1024 };

/* ---- Readers --------------------------------------------------------------------------------------- */

typedef struct ac_stream_read ac_stream_read;

/* Bytes that have come and were not read yet; of a stream, or on its own, fed by a protocol of yours.
 * Private: use the functions. */
typedef struct ac_stream_reader {
    ac_loop *loop;
    ac_transport *transport; /* borrowed; NULL: none that could be paused */
    ac_stream_read *waiter;  /* who waits for data */
    unsigned char *bytes;
    size_t start, end, room;
    size_t limit;
    ac_value exception; /* owned */
    bool failed, eof, paused;
} ac_stream_reader;

/* limit: 0 is AC_STREAM_LIMIT. */
AC_API void ac_stream_reader_init(ac_stream_reader *reader, ac_loop *loop, size_t limit);
AC_API void ac_stream_reader_clear(ac_stream_reader *reader);
/* Shows the exception, and who waits for data: a read that waits hangs on its reader. */
AC_API int ac_stream_reader_visit(ac_stream_reader *reader, ac_visitor *visitor);
/* The transport that it pauses and resumes, which outlives it. */
AC_API void ac_stream_reader_set_transport(ac_stream_reader *reader, ac_transport *transport);
/* What came; copied.  AC_E_MEMORY; what a pause fails with. */
AC_API ac_status ac_stream_reader_feed_data(ac_stream_reader *reader, const void *data, size_t size);
AC_API ac_status ac_stream_reader_feed_eof(ac_stream_reader *reader);
/* From now on reads raise it (borrowed). */
AC_API ac_status ac_stream_reader_set_exception(ac_stream_reader *reader, ac_ref exception);
/* False: there is none.  Borrowed. */
AC_API bool ac_stream_reader_exception(const ac_stream_reader *reader, ac_ref *out);
/* The end was fed, and all was read. */
AC_API bool ac_stream_reader_at_eof(const ac_stream_reader *reader);
/* How many bytes it has. */
AC_API size_t ac_stream_reader_size(const ac_stream_reader *reader);

typedef struct ac_stream_read_kind ac_stream_read_kind;

/* One read.  Read data, size and consumed when it is over; the rest is private. */
struct ac_stream_read {
    ac_coro co;
    ac_future future;
    ac_stream_reader *reader;
    const ac_stream_read_kind *kind;
    const void *data; /* what was read, or what an IncompleteReadError has; the reader's, or this
                       * operation's: until the body awaits again, and until this is cleared */
    size_t size;
    size_t consumed; /* of a LimitOverrunError */
    size_t wanted, offset;
    const ac_bytes *separators;
    size_t separator_count;
    ac_bytes one; /* the separator, if there is one */
    unsigned char *all;
    size_t all_room;
};

enum { AC_READ_ALL = -1 };

/* At most so many bytes, as soon as there are some; none: the end.  AC_READ_ALL: all until the end.
 * asyncio: read. */
AC_API void ac_stream_read_init(ac_stream_read *read, ac_stream_reader *reader, ptrdiff_t size);
/* Exactly so many, or AC_X_INCOMPLETE_READ.  asyncio: readexactly. */
AC_API void ac_stream_readexactly_init(ac_stream_read *read, ac_stream_reader *reader, size_t size);
/* Up to the end of the separator (borrowed until it is over) that comes first, the shortest of several.
 * AC_X_INCOMPLETE_READ if there is none before the end; AC_X_LIMIT_OVERRUN if there are more bytes before it
 * than the reader's limit, which then stay there; AC_X_VALUE: no separator, or an empty one.  asyncio:
 * readuntil. */
AC_API void ac_stream_readuntil_init(ac_stream_read *read, ac_stream_reader *reader, const void *separator,
                                     size_t size);
AC_API void ac_stream_readuntil_any_init(ac_stream_read *read, ac_stream_reader *reader,
                                         const ac_bytes *separators, size_t count);
/* A line with its '\n', or what is there before the end; AC_X_VALUE if it is longer than the limit, and it is
 * dropped.  asyncio: readline. */
AC_API void ac_stream_readline_init(ac_stream_read *read, ac_stream_reader *reader);

/* ---- Flow control of a writer ---------------------------------------------------------------------- */

/* What a protocol keeps for those who wait in drain.  asyncio: FlowControlMixin.  Private. */
typedef struct ac_stream_flow {
    ac_loop *loop;
    ac_link waiters;
    bool paused, lost;
} ac_stream_flow;

AC_API void ac_stream_flow_init(ac_stream_flow *flow, ac_loop *loop);
/* For a protocol's functions of these names. */
AC_API ac_status ac_stream_flow_pause_writing(ac_stream_flow *flow);
AC_API ac_status ac_stream_flow_resume_writing(ac_stream_flow *flow);
AC_API ac_status ac_stream_flow_connection_lost(ac_stream_flow *flow, ac_how how, ac_ref exception);
/* Shows who waits.  Whatever of a host holds the flow calls it once; nobody needs to: who is not shown is
 * held. */
AC_API int ac_stream_flow_visit(ac_stream_flow *flow, ac_visitor *visitor);

/* await writer.drain(). */
typedef struct ac_stream_drain {
    ac_coro co;
    ac_future future;
    ac_link listed;
    const ac_stream_reader *reader; /* NULL: there is none */
    const ac_transport *transport;
    ac_stream_flow *flow;
} ac_stream_drain;

AC_API void ac_stream_drain_parts_init(ac_stream_drain *drain, ac_transport *transport, ac_stream_flow *flow,
                                       const ac_stream_reader *reader);

/* ---- Streams --------------------------------------------------------------------------------------- */

typedef struct ac_stream ac_stream;

/* start_server's client_connected_cb.  RUNS USER CODE, MAY CALL BACK, MAY FAIL.  If it begins a task for the
 * connection it gives that, retained, in *task: what that task fails with is reported, "Unhandled exception
 * in client_connected_cb", and the stream is closed.  The stream is borrowed: retain it for the task. */
typedef ac_status ac_client_connected(ac_stream *stream, void *data, ac_future **task);

/* A stream that has no transport yet, whose protocol is for ac_transport_new, which takes a reference of its
 * own by ac_stream_protocol.  limit: 0 is AC_STREAM_LIMIT.  connected may be NULL.  NULL: memory is short. */
AC_API ac_stream *ac_stream_new(ac_io *io, size_t limit, ac_client_connected *connected, void *data);
/* Its protocol, with a new reference of the stream that 'released' gives up. */
AC_API ac_protocol *ac_stream_protocol(ac_stream *stream);
AC_API void ac_stream_retain(ac_stream *stream);
/* The last one, the transport's not counted, closes it, as asyncio closes a writer that nobody has any
 * more. */
AC_API void ac_stream_release(ac_stream *stream);
/* Shows what it owns. */
AC_API int ac_stream_visit(ac_stream *stream, ac_visitor *visitor);

typedef struct ac_stream_owner ac_stream_owner;

typedef struct ac_stream_owner_ops {
    void (*retain)(ac_stream_owner *owner);
    /* RUNS USER CODE. */
    void (*release)(ac_stream_owner *owner);
    /* Shows the object itself, which shows what the stream owns. */
    int (*visit)(ac_stream_owner *owner, ac_visitor *visitor);
} ac_stream_owner_ops;

/* The head of a host's object that has a stream: counted and shown to a collector by that host. */
struct ac_stream_owner {
    const ac_stream_owner_ops *ops;
};

/* From now on who has the stream's protocol, a transport, holds and shows the owner, too.  Before a transport
 * has it; NULL, when none has it any more: before the owner goes.  Borrowed. */
AC_API void ac_stream_set_owner(ac_stream *stream, ac_stream_owner *owner);

AC_API ac_stream_reader *ac_stream_get_reader(ac_stream *stream);
/* Borrowed; NULL before the connection was made. */
AC_API ac_transport *ac_stream_transport(const ac_stream *stream);
AC_API ac_stream_flow *ac_stream_get_flow(ac_stream *stream);
/* As those of transports. */
AC_API ac_status ac_stream_write(ac_stream *stream, const void *data, size_t size);
AC_API ac_status ac_stream_writelines(ac_stream *stream, const ac_bytes *parts, size_t count);
AC_API ac_status ac_stream_write_eof(ac_stream *stream);
AC_API bool ac_stream_can_write_eof(const ac_stream *stream);
AC_API ac_status ac_stream_close(ac_stream *stream);
AC_API bool ac_stream_is_closing(const ac_stream *stream);
AC_API void ac_stream_drain_init(ac_stream_drain *drain, ac_stream *stream);

/* await writer.wait_closed(): until the connection is lost; raises what it was lost by.  All who wait share a
 * future: a cancel of one cancels the others, as in asyncio. */
typedef struct ac_stream_wait {
    ac_coro co;
    ac_stream *stream;          /* retained while it waits, or */
    struct ac_process *process; /* the process whose stdin it is */
} ac_stream_wait;

AC_API void ac_stream_wait_closed_init(ac_stream_wait *wait, ac_stream *stream);

/* ---- Opening and serving --------------------------------------------------------------------------- */

/* await open_connection(), and open_unix_connection(). */
typedef struct ac_open_connection {
    ac_coro co;
    ac_resolve names;
    ac_sock connect;
    ac_future waiter;
    ac_io *io;
    ac_stream *stream;       /* owned */
    ac_transport *transport; /* retained until it is there */
    ac_address address;
    const char *host, *service; /* NULL, NULL: the address needs no look-up */
    size_t next;                /* of the addresses that were found */
    ac_value failure;           /* owned: of the first that could not be connected to */
    struct aci_failures *failures;
    size_t limit;
    int descriptor;
} ac_open_connection;

/* To an address that needs no look-up.  limit: 0 is AC_STREAM_LIMIT. */
AC_API void ac_open_connection_init(ac_open_connection *open, ac_io *io, const ac_address *address,
                                    size_t limit);
/* To a host and a service (names or figures, borrowed until the first resume): the addresses that are found
 * are tried one after the other, until one can be connected to.  If none can, what the only one, or each in
 * the same words, was refused with is raised, else OSError "Multiple exceptions: ...".  asyncio:
 * create_connection(host, port) without happy_eyeballs_delay. */
AC_API void ac_open_connection_to_init(ac_open_connection *open, ac_io *io, const char *host,
                                       const char *service, size_t limit);
/* Has a stream of yours connected, which has no transport yet, in the place of a new one: a new reference is
 * kept, and given up or taken.  Its limit counts. */
AC_API void ac_open_connection_set_stream(ac_open_connection *open, ac_stream *stream);
/* The stream, yours from now on, once it is there; NULL if not. */
AC_API ac_stream *ac_open_connection_take(ac_open_connection *open);

/* Zero-initialise, set what matters. */
typedef struct ac_stream_server_options {
    size_t limit; /* of the readers; 0: AC_STREAM_LIMIT */
    int backlog;  /* 0: 100 */
    bool idle;    /* it does not listen yet: start_serving=False */
} ac_stream_server_options;

/* Listens on an address, and has 'connected' called for each connection.  options may be NULL.  *out is a new
 * reference.  asyncio: start_server, start_unix_server, which then skips a turn (AC_YIELD), so that it
 * accepts when it returns. */
AC_API ac_status ac_start_server(ac_io *io, const ac_address *address, ac_client_connected *connected,
                                 void *data, const ac_stream_server_options *options, ac_server **out);

#ifdef __cplusplus
}
#endif
#endif
