/* names.h - names of hosts and services: getaddrinfo and getnameinfo, awaited while a thread asks.
 *
 * Library libaiocore-io, for POSIX.  A look-up lies in the frame of who awaits it:
 *
 *     ac_getaddrinfo_init(&self->op, io, "localhost", "http",
 *                         (ac_lookup_hints){.type = SOCK_STREAM});
 *     AC_AWAIT_CORO(FOUND, &self->op.co, turn);
 *     if (turn == AC_RAISED)
 *         return AC_RAISED;
 *     self->op.found[0 .. self->op.count)          until ac_coro_clear(loop, &self->op.co)
 *
 * It is made by the loop's default executor (executor.h), as asyncio's is, with that one's callbacks, errors
 * and rules: cancelled, it ends at once, and what the thread finds is dropped.
 * Errors: what the resolver refuses is raised as the host's socket.gaierror with its number and words
 * (AC_X_GAI); EAI_SYSTEM as OSError with its errno.  Names are bytes: who has others encodes them (IDNA).
 * Threads: as the core.  Memory: two allocations by the host's realloc hook. */
#ifndef AIOCORE_NAMES_H
#define AIOCORE_NAMES_H

#include <aiocore/executor.h>
#include <aiocore/socket.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One address that was found, with the numbers of <sys/socket.h>. */
typedef struct ac_addrinfo {
    int family, type, proto;
    const char *canonical; /* "": none, also of all but the first */
    ac_address address;
} ac_addrinfo;

/* What is looked for; 0: any, no flags. */
typedef struct ac_lookup_hints {
    int family, type, proto, flags; /* AI_* of getaddrinfo, NI_* of getnameinfo */
} ac_lookup_hints;

typedef struct ac_lookup ac_lookup; /* private: what the thread works with; it outlives who gives up */

/* Read what was found; the rest is private. */
typedef struct ac_resolve {
    ac_coro co;
    ac_io *io;
    ac_to_thread wait;
    ac_lookup *lookup;
    const char *asked_host, *asked_service; /* borrowed until it was first resumed */
    ac_lookup_hints hints;
    ac_address asked_address;
    uint8_t kind;
    ac_addrinfo *found;         /* of getaddrinfo: in the resolver's order; owned until the clear */
    size_t count;               /* at least one */
    const char *host, *service; /* of getnameinfo; owned until the clear */
    size_t size;
} ac_resolve;

/* The addresses of a host and a service, each NULL for none: then the other is there (else the resolver
 * refuses, EAI_NONAME).  The names are borrowed until the first resume.  asyncio: getaddrinfo. */
AC_API void ac_getaddrinfo_init(ac_resolve *op, ac_io *io, const char *host, const char *service,
                                ac_lookup_hints hints);
/* The same, but an address in figures with a port in figures is its own answer, without a thread and without
 * a turn (ac_ipaddr_info).  asyncio: _ensure_resolved. */
AC_API void ac_ensure_resolved_init(ac_resolve *op, ac_io *io, const char *host, const char *service,
                                    ac_lookup_hints hints);
/* The host and the service of an address, copied.  asyncio: getnameinfo. */
AC_API void ac_getnameinfo_init(ac_resolve *op, ac_io *io, const ac_address *address, int flags);

/* Is that an IP address and a port in decimal figures (NULL, "": 0), of this family, for a stream or a
 * datagram?  Then it is the one answer, and no one need be asked.  Not for a zone ("fe80::1%lo"), not for a
 * port above 65535, which asyncio leaves to connect to refuse.  asyncio: _ipaddr_info. */
AC_API bool ac_ipaddr_info(const char *host, const char *service, ac_lookup_hints hints, ac_addrinfo *out);

#ifdef __cplusplus
}
#endif
#endif
