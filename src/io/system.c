/* system.c - the table of system calls, and those that are made of others.
 *
 * Tests  tests/test_io_faults.c */
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* pipe2, accept4 */
#endif
#include "system.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/eventfd.h>
#include <sys/syscall.h>

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

/* Blocks the signal for this thread and takes it back if the write has caused it; one that was blocked
 * before is the program's. */
static ssize_t write_quietly(int descriptor, const void *data, size_t size)
{
    sigset_t broken, before, pending;
    int failure, number;
    ssize_t count;

    (void)sigemptyset(&broken);
    (void)sigaddset(&broken, SIGPIPE);
    (void)pthread_sigmask(SIG_BLOCK, &broken, &before);
    count = write(descriptor, data, size);
    failure = errno;
    if (sigismember(&before, SIGPIPE) == 0) {
        if (count < 0 && failure == EPIPE && sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1)
            (void)sigwait(&broken, &number);
        (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    errno = failure;
    return count;
}

static int set_blocking(int descriptor, bool blocks)
{
    int flags = fcntl(descriptor, F_GETFL);

    return flags < 0 ? -1 : fcntl(descriptor, F_SETFL, blocks ? flags & ~O_NONBLOCK : flags | O_NONBLOCK);
}

static int file_type(int descriptor, char *type)
{
    struct stat found;

    if (fstat(descriptor, &found) != 0)
        return -1;
    *type = S_ISFIFO(found.st_mode)   ? 'p'
            : S_ISSOCK(found.st_mode) ? 's'
            : S_ISCHR(found.st_mode)  ? 'c'
                                      : '-';
    return 0;
}

static int open_null(void)
{
    return open("/dev/null", O_RDWR | O_CLOEXEC);
}

/* macOS tells of a child that was stopped, too, though it was not asked. */
static int wait_exited(pid_t pid)
{
    siginfo_t info;
    int outcome;

    do {
        info.si_code = 0;
        outcome = waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
        if (outcome == 0 && info.si_code == CLD_STOPPED)
            (void)waitid(P_PID, (id_t)pid, &info, WSTOPPED | WNOHANG);
    } while (outcome == 0 && info.si_code == CLD_STOPPED);
    return outcome;
}

static int open_pidfd(pid_t pid)
{
#if defined(__linux__) && defined(SYS_pidfd_open)
    return (int)syscall(SYS_pidfd_open, pid, 0);
#else
    (void)pid;
    errno = ENOSYS;
    return -1;
#endif
}

/* exec does it for what is caught; but until then a signal would run the parent's handler.  CPython ignores
 * three, which it gives back to its children (restore_signals). */
static void default_signals(void)
{
    static const int ignored_by_cpython[] = {
        SIGPIPE,
#ifdef SIGXFSZ
        SIGXFSZ,
#endif
    };
    struct sigaction action, usual;

    usual.sa_handler = SIG_DFL;
    usual.sa_flags = 0;
    (void)sigemptyset(&usual.sa_mask);
    for (int number = 1; number < 65; number++)
        if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_IGN &&
            action.sa_handler != SIG_DFL)
            (void)sigaction(number, &usual, NULL);
    for (size_t i = 0; i < sizeof ignored_by_cpython / sizeof *ignored_by_cpython; i++)
        (void)sigaction(ignored_by_cpython[i], &usual, NULL);
}

static int duplicate(int descriptor)
{
    return fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
}

static int inherit(int descriptor)
{
    return fcntl(descriptor, F_SETFD, 0);
}

/* Without the call each one is tried: the child of a process that may have very many waits for that. */
static int close_all(unsigned first, unsigned last)
{
#if defined(__linux__) && defined(SYS_close_range)
    if (syscall(SYS_close_range, first, last, 0) == 0)
        return 0;
#endif
    long limit = sysconf(_SC_OPEN_MAX);
    unsigned most = limit > 0 && limit < INT_MAX ? (unsigned)limit : 65536;

    for (unsigned descriptor = first; descriptor <= last && descriptor < most; descriptor++)
        (void)close((int)descriptor);
    return 0;
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
    .write_quietly = write_quietly,
    .set_blocking = set_blocking,
    .file_type = file_type,
    .open_null = open_null,
    .fork = fork,
    .waitpid = waitpid,
    .wait_exited = wait_exited,
    .kill = kill,
    .pidfd_open = open_pidfd,
    .default_signals = default_signals,
    .duplicate = duplicate,
    .dup2 = dup2,
    .inherit = inherit,
    .close_range = close_all,
    .chdir = chdir,
    .setsid = setsid,
    .setpgid = setpgid,
    .execve = execve,
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
