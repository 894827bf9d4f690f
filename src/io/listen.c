/* listen.c - sockets to listen on.
 *
 * Mirrors    What BaseEventLoop.create_server and create_unix_server do to a socket before it listens.
 * Tests      tests/test_io_servers.c */
#include "transport_impl.h"

#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/un.h>

static const struct sockaddr *sockaddr_of(const ac_address *address)
{
    return (const struct sockaddr *)(const void *)address->bytes;
}

static int family_of(const ac_address *address)
{
    struct sockaddr any;

    memcpy(&any, address->bytes, sizeof any);
    return any.sa_family;
}

/* A name that does not lie in the file system begins with a zero. */
static void remove_stale(const ac_address *address)
{
    struct sockaddr_un local;

    memcpy(&local, address->bytes, sizeof local);
    if (local.sun_path[0] != '\0')
        (void)aci_sys.remove_socket(local.sun_path);
}

static int set_options(int descriptor, int family)
{
    int on = 1;

    if (family == AF_UNIX)
        return 0;
    if (aci_sys.set_option(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0)
        return errno;
    if (family == AF_INET6 && aci_sys.set_option(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) != 0)
        return errno;
    return 0;
}

/* "error while attempting to bind on address ('127.0.0.1', 80): [errno 98] address already in use": str() of
 * the error, in lower case. */
static ac_status refuse_address(ac_loop *loop, const ac_address *address, int failure)
{
    char why[128] = "", text[AC_ADDRESS_ROOM + 256];
    size_t length;

    if (strerror_r(failure, why, sizeof why) != 0)
        (void)snprintf(why, sizeof why, "unknown error %d", failure);
    for (char *at = why; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    length = (size_t)snprintf(text, sizeof text, "error while attempting to bind on address ");
    length += ac_address_format(address, text + length, sizeof text - length);
    (void)snprintf(text + length, sizeof text - length, ": [errno %d] %s", failure, why);
    return aci_io_raise_text(loop, failure, text);
}

static ac_status refuse_path(ac_loop *loop, const ac_address *address, int failure)
{
    char path[AC_ADDRESS_ROOM], text[AC_ADDRESS_ROOM + 64];

    if (failure != EADDRINUSE)
        return aci_io_raise(loop, failure);
    (void)ac_address_format(address, path, sizeof path);
    (void)snprintf(text, sizeof text, "Address %s is already in use", path);
    return aci_io_raise_text(loop, failure, text);
}

ac_status ac_sock_bind(ac_io *io, const ac_address *address, int *out)
{
    ac_loop *loop = ac_io_loop(io);
    int family = family_of(address), failure;
    int descriptor = aci_sys.socket(family, SOCK_STREAM, 0);

    *out = -1;
    if (descriptor < 0)
        return aci_io_raise(loop, errno);
    failure = set_options(descriptor, family);
    if (failure != 0) {
        (void)aci_sys.close(descriptor);
        return aci_io_raise(loop, failure);
    }
    if (family == AF_UNIX)
        remove_stale(address);
    if (aci_sys.bind(descriptor, sockaddr_of(address), address->size) == 0) {
        *out = descriptor;
        return AC_OK;
    }
    failure = errno;
    (void)aci_sys.close(descriptor);
    return family == AF_UNIX ? refuse_path(loop, address, failure) : refuse_address(loop, address, failure);
}

ac_status ac_sock_name(ac_io *io, int descriptor, ac_address *address)
{
    socklen_t size = AC_ADDRESS_ROOM;

    memset(address, 0, sizeof *address);
    if (aci_sys.name(descriptor, (struct sockaddr *)(void *)address->bytes, &size) != 0)
        return aci_io_raise(ac_io_loop(io), errno);
    address->size = size;
    return AC_OK;
}
