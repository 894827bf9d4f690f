/* socket.h - awaits on sockets: what asyncio's loop calls sock_recv, sock_recvfrom, sock_sendall,
 * sock_sendto, sock_connect and sock_accept, as coroutines in C.
 *
 * Library libaiocore-io, for POSIX.  A socket is a descriptor of yours that does not block: socket() with
 * SOCK_NONBLOCK | SOCK_CLOEXEC, or what ac_sock_take_accepted gives.  An operation lies in the frame of who
 * awaits it:
 *
 *     ac_sock_recv_init(&self->op, io, self->descriptor, self->buffer, sizeof self->buffer);
 *     AC_AWAIT_CORO(RECEIVED, &self->op.co, turn);
 *     if (turn == AC_RAISED)
 *         return AC_RAISED;
 *     self->op.done bytes are in the buffer; 0: the other end sends no more
 *
 * Each tries at once and does not suspend if that works; else it becomes the reader (recv, recvfrom, accept)
 * or writer of the descriptor until it is over, as asyncio's.  A second operation of the same direction on
 * one descriptor takes the place of the first, which then never ends: asyncio's rule, too.
 * Cancellation: what was not received stays with the system, and 'done' tells, also after a cancel, how many
 * bytes were moved before it took effect: asyncio loses these.
 * Errors: what the system refuses is raised as the host's OSError with its errno.  In debug mode of the loop
 * a socket that blocks is ValueError "the socket must be non-blocking".
 * Threads: as the core.  Memory: one allocation for an operation that has to wait. */
#ifndef AIOCORE_SOCKET_H
#define AIOCORE_SOCKET_H

#include <aiocore/future.h>
#include <aiocore/io.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Addresses ------------------------------------------------------------------------------------- */

enum { AC_ADDRESS_ROOM = 128 };

/* A sockaddr of any family, for bind, connect and the like: (const struct sockaddr *)address.bytes, size. */
typedef struct ac_address {
    union {
        uint64_t aligned;
        unsigned char bytes[AC_ADDRESS_ROOM];
    };
    uint32_t size; /* 0: none */
} ac_address;

/* A numeric IPv4 or IPv6 address and a port; false: 'host' is none, or the port is above 65535. */
AC_API bool ac_address_of_ip(ac_address *address, const char *host, unsigned port);
/* A path of the file system; false: it is empty or too long. */
AC_API bool ac_address_of_path(ac_address *address, const char *path);
/* The port of an IP address; 0 of any other. */
AC_API unsigned ac_address_port(const ac_address *address);
/* Writes it as Python's repr of it, "('127.0.0.1', 80)", "('::1', 80, 0, 0)", or a path as it is; at most
 * 'room' bytes with the final zero.  How long all of it is. */
AC_API size_t ac_address_format(const ac_address *address, char *text, size_t room);

/* ---- Operations ------------------------------------------------------------------------------------ */

typedef struct ac_sock_wait ac_sock_wait;
typedef struct ac_sock_kind ac_sock_kind;

/* One operation.  Read done and peer; the rest is private. */
typedef struct ac_sock {
    ac_coro co;
    ac_future future;
    ac_io *io;
    const ac_sock_kind *kind;
    ac_sock_wait *wait; /* the loop's: it outlives an operation that is given up */
    const void *from;
    void *into;
    size_t size;
    size_t done; /* bytes received or sent so far */
    int descriptor, accepted, failure;
    bool late;
    ac_address peer; /* of recvfrom and accept: who sent, who is there */
} ac_sock;

/* Receives at most 'size' bytes, as soon as there are some, into a buffer (borrowed until it is over).
 * asyncio: sock_recv, sock_recv_into. */
AC_API void ac_sock_recv_init(ac_sock *op, ac_io *io, int descriptor, void *buffer, size_t size);
/* One datagram; what does not fit is lost.  asyncio: sock_recvfrom, sock_recvfrom_into. */
AC_API void ac_sock_recvfrom_init(ac_sock *op, ac_io *io, int descriptor, void *buffer, size_t size);
/* Sends all of it (borrowed until it is over).  asyncio: sock_sendall. */
AC_API void ac_sock_sendall_init(ac_sock *op, ac_io *io, int descriptor, const void *data, size_t size);
/* Sends one datagram.  asyncio: sock_sendto. */
AC_API void ac_sock_sendto_init(ac_sock *op, ac_io *io, int descriptor, const void *data, size_t size,
                                const ac_address *to);
/* Connects.  A failure that comes later has asyncio's words: "Connect call failed ('127.0.0.1', 80)".  The
 * address is not looked up.  asyncio: sock_connect. */
AC_API void ac_sock_connect_init(ac_sock *op, ac_io *io, int descriptor, const ac_address *to);
/* Accepts a connection.  asyncio: sock_accept. */
AC_API void ac_sock_accept_init(ac_sock *op, ac_io *io, int descriptor);
/* The descriptor that was accepted, which does not block and is closed by exec, from now on yours; -1: none,
 * or taken already.  What nobody takes is closed: of an accept that was cancelled after it came at once, else
 * by ac_coro_clear. */
AC_API int ac_sock_take_accepted(ac_sock *op);

#ifdef __cplusplus
}
#endif
#endif
