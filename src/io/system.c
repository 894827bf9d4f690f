/* system.c - the table of system calls, and those that are made of others.
 *
 * Tests  tests/test_io_faults.c */
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* pipe2, accept4 */
#endif
#include "system.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/eventfd.h>

static int accept_one(int descriptor, struct sockaddr *peer, socklen_t *size)
{
    return accept4(descriptor, peer, size, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

static int make_socket(int family, int type, int protocol)
{
    return socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
}

static int make_pipe(int ends[2])
{
    return pipe2(ends, O_NONBLOCK | O_CLOEXEC);
}

/* One descriptor and eight bytes of kernel memory in the place of two and a page. */
static int make_wakeup(int ends[2])
{
    ends[0] = ends[1] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return ends[0] < 0 ? -1 : 0;
}
#else
static bool set_flags(int descriptor)
{
    return fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 && fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0;
}

static int accept_one(int descriptor, struct sockaddr *peer, socklen_t *size)
{
    int accepted = accept(descriptor, peer, size);

    if (accepted < 0 || set_flags(accepted))
        return accepted;
    int failure = errno;
    (void)close(accepted);
    errno = failure;
    return -1;
}

static int make_socket(int family, int type, int protocol)
{
    int made = socket(family, type, protocol);

    if (made < 0 || set_flags(made))
        return made;
    int failure = errno;
    (void)close(made);
    errno = failure;
    return -1;
}

static int make_pipe(int ends[2])
{
    if (pipe(ends) != 0)
        return -1;
    if (set_flags(ends[0]) && set_flags(ends[1]))
        return 0;
    int failure = errno;
    (void)close(ends[0]);
    (void)close(ends[1]);
    errno = failure;
    return -1;
}

static int make_wakeup(int ends[2])
{
    return make_pipe(ends);
}
#endif

static int take_socket_error(int descriptor, int *error)
{
    socklen_t size = sizeof *error;

    return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, error, &size);
}

static bool is_blocking(int descriptor)
{
    int flags = fcntl(descriptor, F_GETFL);

    return flags >= 0 && (flags & O_NONBLOCK) == 0;
}

static int remove_socket(const char *path)
{
    struct stat found;

    if (stat(path, &found) != 0)
        return -1;
    return S_ISSOCK(found.st_mode) ? unlink(path) : 0;
}

static int start_thread(pthread_t *thread, void *(*serve)(void *), void *data)
{
    return pthread_create(thread, NULL, serve, data);
}

aci_system aci_sys = {
    .poll = poll,
    .wakeup = make_wakeup,
    .pipe = make_pipe,
    .read = read,
    .write = write,
    .close = close,
    .accept = accept_one,
    .connect = connect,
    .socket_error = take_socket_error,
    .blocks = is_blocking,
    .recvfrom = recvfrom,
    .sendto = sendto,
    .sendmsg = sendmsg,
    .socket = make_socket,
    .bind = bind,
    .listen = listen,
    .set_option = setsockopt,
    .name = getsockname,
    .peer_name = getpeername,
    .shutdown = shutdown,
    .remove_socket = remove_socket,
    .sigaction = sigaction,
    .getaddrinfo = getaddrinfo,
    .freeaddrinfo = freeaddrinfo,
    .getnameinfo = getnameinfo,
    .thread = start_thread,
#if AC_IO_EPOLL
    .epoll_create = epoll_create1,
    .epoll_ctl = epoll_ctl,
    .epoll_wait = epoll_wait,
#endif
};
