/* transport.h - connections as asyncio has them beneath its streams: transports, protocols, servers.
 *
 * Library libaiocore-io, for POSIX.  A transport owns a descriptor and says to a protocol, a struct of yours
 * with a table of functions, what happens to it; a server makes a protocol for each connection that it
 * accepts.  Which function is called in which turn, and in which order, is asyncio's: connection_made, the
 * first look for data and the end of what waits for the connection are three callbacks that are queued one
 * after the other; data_received, eof_received and the end of a write are called by the poll's callbacks;
 * connection_lost is a callback of its own, save where a closing transport has just written its last byte.
 *
 * Ownership: transports and servers are counted; retain and release.  A transport keeps its protocol from
 * the moment that it is made until 'released' is called, after connection_lost, or at the end of the io.
 * Errors: a function of a protocol that fails with AC_E_RAISED has raised, as a method in asyncio.  Threads:
 * as the core. */
#ifndef AIOCORE_TRANSPORT_H
#define AIOCORE_TRANSPORT_H

#include <aiocore/io.h>
#include <aiocore/socket.h>
#include <aiocore/task.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ac_transport ac_transport;
typedef struct ac_protocol ac_protocol;
typedef struct ac_server ac_server;

/* Bytes that are somebody else's. */
typedef struct ac_bytes {
    const void *data;
    size_t size;
} ac_bytes;

/* ---- Protocols ------------------------------------------------------------------------------------- */

/* What a transport calls; each RUNS USER CODE, MAY CALL BACK, MAY FAIL, and may be NULL.  asyncio: Protocol,
 * and BufferedProtocol if there is a get_buffer. */
typedef struct ac_protocol_ops {
    ac_status (*connection_made)(ac_protocol *protocol, ac_transport *transport);
    /* The bytes are there for the call. */
    ac_status (*data_received)(ac_protocol *protocol, const void *data, size_t size);
    /* Room for what comes next, at least one byte; then how much of it was used. */
    ac_status (*get_buffer)(ac_protocol *protocol, void **buffer, size_t *size);
    ac_status (*buffer_updated)(ac_protocol *protocol, size_t size);
    /* *keep_open, false at first: the transport stays open for writing. */
    ac_status (*eof_received)(ac_protocol *protocol, bool *keep_open);
    /* AC_THROW: by an exception (borrowed); AC_SEND: by a close, asyncio's None. */
    ac_status (*connection_lost)(ac_protocol *protocol, ac_how how, ac_ref exception);
    ac_status (*pause_writing)(ac_protocol *protocol);
    ac_status (*resume_writing)(ac_protocol *protocol);
    /* Shows what it owns. */
    int (*visit)(ac_protocol *protocol, ac_visitor *visitor);
    /* The transport has nothing more to say: once, after all others. */
    void (*released)(ac_protocol *protocol);
} ac_protocol_ops;

/* The head of a protocol of yours. */
struct ac_protocol {
    const ac_protocol_ops *ops;
};

/* ---- Transports ------------------------------------------------------------------------------------ */

/* What each kind of transport does in its own way; the functions below are for who uses one. */
typedef struct ac_transport_ops {
    ac_status (*write)(ac_transport *transport, const ac_bytes *parts, size_t count, bool lines);
    ac_status (*write_eof)(ac_transport *transport);
    ac_status (*close)(ac_transport *transport);
    ac_status (*abort)(ac_transport *transport);
    ac_status (*pause_reading)(ac_transport *transport);
    ac_status (*resume_reading)(ac_transport *transport);
    size_t (*buffered)(const ac_transport *transport);
    /* The io goes: closes the descriptor, leaves the io's list, and lets the protocol go.  May NOT FAIL. */
    void (*abandon)(ac_transport *transport);
    /* Nobody holds it any more. */
    void (*free)(ac_transport *transport);
    bool can_write_eof;
} ac_transport_ops;

/* The head of every transport.  Private: use the functions. */
struct ac_transport {
    const ac_transport_ops *ops;
    ac_loop *loop;
    ac_io *io;             /* NULL: it is gone, and so is the descriptor */
    ac_protocol *protocol; /* NULL: the connection is lost */
    ac_link listed;        /* of the io's transports */
    size_t high_water, low_water;
    unsigned holders;
    int descriptor; /* -1: closed */
    bool closing, reading_paused, protocol_paused;
};

/* A connection over a socket that is connected, does not block, and is the transport's from now on (after a
 * failure it is still yours).  connection_made is called in the next turn; then the future 'waiter', unless
 * it is NULL or done by then, gets a result: it outlives the transport, or is taken back by forget_waiter.
 * *out is a new reference.  AC_E_CLOSED, AC_E_MEMORY, what a context could not be copied for.  asyncio:
 * _SelectorSocketTransport. */
AC_API ac_status ac_transport_new(ac_io *io, int descriptor, ac_protocol *protocol, ac_future *waiter,
                                  ac_transport **out);
/* The same over one end of a pipe, a socket or a character device, which is made not to block and closed with
 * the transport.  Of a reading one eof_received is called in a turn of its own, before connection_lost, and
 * what it wants kept open is not; what data_received fails with is reported and changes nothing.  A writing
 * one is lost when its reader is gone; it ends by write_eof as by a close.  Also AC_E_RAISED: ValueError
 * "Pipe transport is for pipes/sockets only.", OSError.  asyncio: connect_read_pipe and connect_write_pipe
 * without their waits, _UnixReadPipeTransport, _UnixWritePipeTransport. */
AC_API ac_status ac_read_pipe_transport_new(ac_io *io, int descriptor, ac_protocol *protocol,
                                            ac_future *waiter, ac_transport **out);
AC_API ac_status ac_write_pipe_transport_new(ac_io *io, int descriptor, ac_protocol *protocol,
                                             ac_future *waiter, ac_transport **out);
AC_API void ac_transport_forget_waiter(ac_transport *transport);

/* await loop.connect_read_pipe() and connect_write_pipe(): a transport of one of these, and the wait until
 * the protocol has been told.  Take the transport when it has returned. */
typedef struct ac_connect_pipe {
    ac_coro co;
    ac_future waiter;
    ac_io *io;
    ac_protocol *protocol;   /* borrowed until it has begun */
    ac_transport *transport; /* retained; NULL: none, or taken */
    int descriptor;
    bool writes;
} ac_connect_pipe;

/* The descriptor is the transport's as soon as there is one, and until then yours: after a failure for which
 * 'released' of the protocol was not called.  A cancel closes the transport.  Raises what making the
 * transport fails with. */
AC_API void ac_connect_read_pipe_init(ac_connect_pipe *connect, ac_io *io, int descriptor,
                                      ac_protocol *protocol);
AC_API void ac_connect_write_pipe_init(ac_connect_pipe *connect, ac_io *io, int descriptor,
                                       ac_protocol *protocol);
/* The transport, yours to ac_transport_release; NULL: there is none. */
AC_API ac_transport *ac_connect_pipe_take(ac_connect_pipe *connect);

AC_API void ac_transport_retain(ac_transport *transport);
/* The last one closes the socket if it is still open, as asyncio's __del__.  RUNS USER CODE. */
AC_API void ac_transport_release(ac_transport *transport);

/* Sends at once what the system takes, and the rest, which is copied, when it takes more.  The peer may be
 * gone: then nothing happens.  AC_E_RUNTIME "Cannot call write() after write_eof()"; AC_E_MEMORY: nothing, or
 * the first part, was sent.  RUNS USER CODE (pause_writing). */
AC_API ac_status ac_transport_write(ac_transport *transport, const void *data, size_t size);
/* The same with many parts, in one call to the system.  asyncio: writelines. */
AC_API ac_status ac_transport_writelines(ac_transport *transport, const ac_bytes *parts, size_t count);
/* The other side reads an end after what was written. */
AC_API ac_status ac_transport_write_eof(ac_transport *transport);
AC_API bool ac_transport_can_write_eof(const ac_transport *transport);
/* Reads no more, writes what is left, and is lost then; abort writes nothing.  Of one that is closing they do
 * nothing, but abort drops what is left. */
AC_API ac_status ac_transport_close(ac_transport *transport);
AC_API ac_status ac_transport_abort(ac_transport *transport);
AC_API bool ac_transport_is_closing(const ac_transport *transport);

/* What comes stays with the system, until resume. */
AC_API ac_status ac_transport_pause_reading(ac_transport *transport);
AC_API ac_status ac_transport_resume_reading(ac_transport *transport);
AC_API bool ac_transport_is_reading(const ac_transport *transport);

/* pause_writing is called when more than 'high' bytes wait to be sent (64 KiB at first), resume_writing when
 * it is no more than 'low' (a quarter of that).  AC_E_VALUE: high is less than low. */
AC_API ac_status ac_transport_set_write_buffer_limits(ac_transport *transport, size_t high, size_t low);
AC_API size_t ac_transport_get_write_buffer_size(const ac_transport *transport);

AC_API ac_io *ac_transport_io(const ac_transport *transport);
/* -1 once it is closed. */
AC_API int ac_transport_descriptor(const ac_transport *transport);
/* The addresses of both ends of a socket, as they were when it was made; size 0: none.  asyncio:
 * get_extra_info('sockname'), ('peername'). */
AC_API const ac_address *ac_transport_sockname(const ac_transport *transport);
AC_API const ac_address *ac_transport_peername(const ac_transport *transport);

/* ---- Servers --------------------------------------------------------------------------------------- */

/* The task that asyncio makes for each connection: it calls the factory and waits until connection_made has
 * been called. */
typedef struct ac_accepting {
    ac_coro co;
    ac_future waiter;
    ac_loop *loop;
    ac_server *server;       /* retained; NULL: it is over */
    ac_transport *transport; /* retained */
    ac_value context;        /* owned */
    int descriptor;          /* owned; -1: none, or the transport's */
    bool has_context, own;   /* own: the memory is the library's */
    ac_address peer;
} ac_accepting;

/* What an ac_accepting is made of. */
typedef struct ac_accepting_part {
    ac_server *server;
    const ac_address *peer;
    int descriptor;
    ac_ref context; /* of the task, and of all callbacks of the transport */
    bool has_context;
} ac_accepting_part;

typedef struct ac_server_ops {
    /* protocol_factory(): a protocol for one connection, which the transport keeps.  RUNS USER CODE, MAY CALL
     * BACK, MAY FAIL. */
    ac_status (*make_protocol)(ac_server *server, ac_protocol **out);
    /* loop.create_task: for a host that cannot make a task of any body by ac_loop_create_task, which is used
     * if this is NULL.  Gives memory that lasts as long as the task to ac_accepting_init, whose co is the
     * task's body; one that gets no task is cleared by ac_coro_clear.  *out is retained for the caller. */
    ac_status (*make_task)(ac_server *server, ac_accepting_part *part, ac_task **out);
    /* Nobody holds the server any more. */
    void (*released)(ac_server *server);
} ac_server_ops;

/* Takes the descriptor over: it is -1 in the part then. */
AC_API void ac_accepting_init(ac_accepting *accepting, ac_accepting_part *part);

/* A socket that does not block, bound to an address; asyncio: what create_server and create_unix_server do
 * before they listen: SO_REUSEADDR, an IPv6 socket takes no IPv4, a socket that lies at a path is taken away.
 * AC_E_RAISED: OSError, "error while attempting to bind on address ('127.0.0.1', 80): ..." */
AC_API ac_status ac_sock_bind(ac_io *io, const ac_address *address, int *out);
/* The address of this end. */
AC_API ac_status ac_sock_name(ac_io *io, int descriptor, ac_address *address);

/* A server of sockets that are bound and do not block, and belong to it from now on (not after a failure).
 * It does not listen yet.  backlog is asyncio's, 100 there if nothing is said.  *out is a new reference.
 * AC_E_CLOSED, AC_E_MEMORY. */
AC_API ac_status ac_server_new(ac_io *io, const ac_server_ops *ops, void *data, const int *descriptors,
                               size_t count, int backlog, ac_server **out);
AC_API void ac_server_retain(ac_server *server);
AC_API void ac_server_release(ac_server *server);
AC_API void *ac_server_data(const ac_server *server);
AC_API ac_io *ac_server_io(const ac_server *server);
/* Listens; from the next turn on it accepts.  Nothing if it does already.  AC_E_RAISED: OSError. */
AC_API ac_status ac_server_start_serving(ac_server *server);
AC_API bool ac_server_is_serving(const ac_server *server);
/* The index-th of its sockets; -1: there are no more, or it is closed. */
AC_API int ac_server_socket(const ac_server *server, size_t index);
/* Accepts no more, and closes its sockets; connections go on. */
AC_API void ac_server_close(ac_server *server);
/* Closes, or aborts, each connection that it has accepted. */
AC_API ac_status ac_server_close_clients(ac_server *server);
AC_API ac_status ac_server_abort_clients(ac_server *server);

/* await server.wait_closed(): until it is closed and its last connection is lost. */
typedef struct ac_server_wait {
    ac_coro co;
    ac_future future;
    ac_server *server; /* retained while it waits */
    ac_link listed;
} ac_server_wait;

AC_API void ac_server_wait_closed_init(ac_server_wait *wait, ac_server *server);

/* await server.serve_forever(): until it is cancelled, or the server closed, which is a CancelledError, too;
 * then waits until the server and its connections are closed.  AC_X_RUNTIME "server is closed" and "server is
 * already being awaited on serve_forever()". */
typedef struct ac_server_forever {
    ac_coro co;
    ac_future future;
    ac_server *server; /* retained while it waits */
    ac_server_wait closed;
    ac_value cancelled; /* owned: raised in the end */
} ac_server_forever;

AC_API void ac_server_forever_init(ac_server_forever *forever, ac_server *server);

#ifdef __cplusplus
}
#endif
#endif
