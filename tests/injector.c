/* injector.c - the calls to the system, each of which can be made to fail. */
#include "injector_impl.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "effort.h"
#include "io/system.h"

enum {
    CALL_POLL,
    CALL_WAKEUP,
    CALL_PIPE,
    CALL_READ,
    CALL_WRITE,
    CALL_CLOSE,
    CALL_ACCEPT,
    CALL_CONNECT,
    CALL_SOCKET_ERROR,
    CALL_RECVFROM,
    CALL_SENDTO,
    CALL_SENDMSG,
    CALL_SOCKET,
    CALL_BIND,
    CALL_LISTEN,
    CALL_SET_OPTION,
    CALL_NAME,
    CALL_PEER_NAME,
    CALL_SHUTDOWN,
    CALL_REMOVE_SOCKET,
    CALL_WRITE_QUIETLY,
    CALL_SET_BLOCKING,
    CALL_FILE_TYPE,
    CALL_OPEN_NULL,
    CALL_FORK,
    CALL_WAITPID,
    CALL_WAIT_EXITED,
    CALL_KILL,
    CALL_PIDFD_OPEN,
    CALL_DUPLICATE,
    CALL_DUP2,
    CALL_INHERIT,
    CALL_CLOSE_RANGE,
    CALL_CHDIR,
    CALL_SETSID,
    CALL_SETPGID,
    CALL_EXECVE,
    CALL_SIGACTION,
    CALL_GETADDRINFO,
    CALL_GETNAMEINFO,
    CALL_THREAD,
    CALL_EPOLL_CREATE,
    CALL_EPOLL_CTL,
    CALL_EPOLL_WAIT,
};

/* errnos that make a difference in this library, or that a program is likely to meet. */
const inj_call inj_calls[INJ_CALLS] = {
    [CALL_POLL] = {"poll", {ENOMEM, EINTR, EINVAL}},
    [CALL_WAKEUP] = {"wakeup", {EMFILE, ENFILE, ENOMEM, ENODEV}},
    [CALL_PIPE] = {"pipe", {EMFILE, ENFILE}},
    [CALL_READ] = {"read", {EAGAIN, EINTR, EIO}},
    [CALL_WRITE] = {"write", {EINTR}},
    [CALL_CLOSE] = {"close", {EINTR, EIO}},
    [CALL_ACCEPT] = {"accept", {EAGAIN, EINTR, ECONNABORTED, EMFILE, ENFILE, ENOMEM, ENOBUFS, EPERM}},
    [CALL_CONNECT] = {"connect", {EINTR, ECONNREFUSED, ETIMEDOUT, ENETUNREACH, ENOBUFS}},
    [CALL_SOCKET_ERROR] = {"socket_error", {ENOBUFS}},
    [CALL_RECVFROM] = {"recvfrom", {EAGAIN, EINTR, ECONNRESET, ENOMEM}},
    [CALL_SENDTO] = {"sendto", {EAGAIN, EINTR, ECONNRESET, EPIPE, ENOMEM, ENOBUFS}},
    [CALL_SENDMSG] = {"sendmsg", {EAGAIN, EINTR, ECONNRESET, EPIPE, ENOMEM, ENOBUFS}},
    [CALL_SOCKET] = {"socket", {EMFILE, ENFILE, ENOMEM, ENOBUFS}},
    [CALL_BIND] = {"bind", {EADDRINUSE, ENOMEM, EACCES}},
    [CALL_LISTEN] = {"listen", {EADDRINUSE}},
    [CALL_SET_OPTION] = {"set_option", {EINVAL}},
    [CALL_NAME] = {"name", {ENOBUFS}},
    [CALL_PEER_NAME] = {"peer_name", {ENOBUFS}},
    [CALL_SHUTDOWN] = {"shutdown", {ENOBUFS, ENOTCONN}},
    [CALL_REMOVE_SOCKET] = {"remove_socket", {EACCES, ENOENT}},
    [CALL_WRITE_QUIETLY] = {"write_quietly", {EAGAIN, EINTR, EPIPE, EIO}},
    [CALL_SET_BLOCKING] = {"set_blocking", {EBADF}},
    [CALL_FILE_TYPE] = {"file_type", {EBADF, ENOMEM}},
    [CALL_OPEN_NULL] = {"open_null", {ENOENT, EMFILE, ENFILE, EACCES}},
    [CALL_FORK] = {"fork", {EAGAIN, ENOMEM}},
    [CALL_WAITPID] = {"waitpid", {EINTR, ECHILD}},
    [CALL_WAIT_EXITED] = {"wait_exited", {EINTR, ECHILD}},
    [CALL_KILL] = {"kill", {EPERM, ESRCH}},
    [CALL_PIDFD_OPEN] = {"pidfd_open", {EMFILE, ENFILE, ENOMEM, ENODEV, ENOSYS, EPERM}},
    [CALL_DUPLICATE] = {"duplicate", {EMFILE, EBADF}},
    [CALL_DUP2] = {"dup2", {EINTR, EBUSY, EBADF, EMFILE}},
    [CALL_INHERIT] = {"inherit", {EBADF}},
    [CALL_CLOSE_RANGE] = {"close_range", {ENOMEM}},
    [CALL_CHDIR] = {"chdir", {EACCES, ENOENT, ENOMEM}},
    [CALL_SETSID] = {"setsid", {EPERM}},
    [CALL_SETPGID] = {"setpgid", {EPERM, EACCES}},
    [CALL_EXECVE] = {"execve", {EACCES, ENOENT, ENOMEM, ENOEXEC, ETXTBSY}},
    [CALL_SIGACTION] = {"sigaction", {EINVAL}},
    [CALL_GETADDRINFO] = {"getaddrinfo", {EAI_AGAIN, EAI_FAIL, EAI_MEMORY, EAI_NONAME, EAI_SYSTEM}},
    [CALL_GETNAMEINFO] = {"getnameinfo", {EAI_AGAIN, EAI_FAIL, EAI_MEMORY, EAI_NONAME, EAI_SYSTEM}},
    [CALL_THREAD] = {"thread", {EAGAIN, EPERM}},
    [CALL_EPOLL_CREATE] = {"epoll_create", {EMFILE, ENFILE, ENOMEM}},
    [CALL_EPOLL_CTL] = {"epoll_ctl", {ENOSPC, ENOMEM, EPERM, EBADF}},
    [CALL_EPOLL_WAIT] = {"epoll_wait", {EINTR, EBADF}},
};

inj_board *inj_all;
static aci_system real;
static bool in_child; /* of a fork that the library made, which is no other program yet */
static bool no_pidfd;
static atomic_int lists;

/* Counts a call; true, with errno, if it is the one that fails. */
static bool fails(unsigned call)
{
    unsigned made = atomic_fetch_add(&inj_all->made[in_child ? 1 : 0][call], 1) + 1;

    if (inj_all->nth != made || inj_all->call != call || inj_all->in_child != in_child)
        return false;
    atomic_store(&inj_all->hit, true);
    errno = inj_all->failure;
    return true;
}

/* ---- The calls ---- */

static int faulty_poll(struct pollfd *polled, nfds_t count, int milliseconds)
{
    return fails(CALL_POLL) ? -1 : real.poll(polled, count, milliseconds);
}

static int faulty_wakeup(int ends[2])
{
    return fails(CALL_WAKEUP) ? -1 : real.wakeup(ends);
}

static int faulty_pipe(int ends[2])
{
    return fails(CALL_PIPE) ? -1 : real.pipe(ends);
}

/* One that blocks never says that there is nothing yet. */
static ssize_t faulty_read(int descriptor, void *buffer, size_t size)
{
    if (inj_all->failure == EAGAIN && real.blocks(descriptor))
        return real.read(descriptor, buffer, size);
    return fails(CALL_READ) ? -1 : real.read(descriptor, buffer, size);
}

static ssize_t faulty_write(int descriptor, const void *buffer, size_t size)
{
    return fails(CALL_WRITE) ? -1 : real.write(descriptor, buffer, size);
}

/* What fails to close is closed, as on Linux. */
static int faulty_close(int descriptor)
{
    int outcome = real.close(descriptor);

    if (!in_child)
        ck_assert_int_eq(outcome, 0);
    return fails(CALL_CLOSE) ? -1 : outcome;
}

static int faulty_accept(int descriptor, struct sockaddr *peer, socklen_t *size)
{
    return fails(CALL_ACCEPT) ? -1 : real.accept(descriptor, peer, size);
}

/* One that a signal interrupts goes on. */
static int faulty_connect(int descriptor, const struct sockaddr *peer, socklen_t size)
{
    if (!fails(CALL_CONNECT))
        return real.connect(descriptor, peer, size);
    if (errno == EINTR) {
        (void)real.connect(descriptor, peer, size);
        errno = EINTR;
    }
    return -1;
}

static int faulty_socket_error(int descriptor, int *error)
{
    return fails(CALL_SOCKET_ERROR) ? -1 : real.socket_error(descriptor, error);
}

static ssize_t faulty_recvfrom(int descriptor, void *buffer, size_t size, int flags, struct sockaddr *peer,
                               socklen_t *peer_size)
{
    return fails(CALL_RECVFROM) ? -1 : real.recvfrom(descriptor, buffer, size, flags, peer, peer_size);
}

static ssize_t faulty_sendto(int descriptor, const void *data, size_t size, int flags,
                             const struct sockaddr *peer, socklen_t peer_size)
{
    return fails(CALL_SENDTO) ? -1 : real.sendto(descriptor, data, size, flags, peer, peer_size);
}

static ssize_t faulty_sendmsg(int descriptor, const struct msghdr *message, int flags)
{
    return fails(CALL_SENDMSG) ? -1 : real.sendmsg(descriptor, message, flags);
}

static int faulty_socket(int family, int type, int protocol)
{
    return fails(CALL_SOCKET) ? -1 : real.socket(family, type, protocol);
}

static int faulty_bind(int descriptor, const struct sockaddr *address, socklen_t size)
{
    return fails(CALL_BIND) ? -1 : real.bind(descriptor, address, size);
}

static int faulty_listen(int descriptor, int backlog)
{
    return fails(CALL_LISTEN) ? -1 : real.listen(descriptor, backlog);
}

static int faulty_set_option(int descriptor, int level, int option, const void *value, socklen_t size)
{
    return fails(CALL_SET_OPTION) ? -1 : real.set_option(descriptor, level, option, value, size);
}

static int faulty_name(int descriptor, struct sockaddr *address, socklen_t *size)
{
    return fails(CALL_NAME) ? -1 : real.name(descriptor, address, size);
}

static int faulty_peer_name(int descriptor, struct sockaddr *address, socklen_t *size)
{
    return fails(CALL_PEER_NAME) ? -1 : real.peer_name(descriptor, address, size);
}

static int faulty_shutdown(int descriptor, int how)
{
    return fails(CALL_SHUTDOWN) ? -1 : real.shutdown(descriptor, how);
}

static int faulty_remove_socket(const char *path)
{
    return fails(CALL_REMOVE_SOCKET) ? -1 : real.remove_socket(path);
}

static ssize_t faulty_write_quietly(int descriptor, const void *data, size_t size)
{
    return fails(CALL_WRITE_QUIETLY) ? -1 : real.write_quietly(descriptor, data, size);
}

static int faulty_set_blocking(int descriptor, bool blocks)
{
    return fails(CALL_SET_BLOCKING) ? -1 : real.set_blocking(descriptor, blocks);
}

static int faulty_file_type(int descriptor, char *type)
{
    return fails(CALL_FILE_TYPE) ? -1 : real.file_type(descriptor, type);
}

static int faulty_open_null(void)
{
    return fails(CALL_OPEN_NULL) ? -1 : real.open_null();
}

static pid_t faulty_fork(void)
{
    pid_t pid = fails(CALL_FORK) ? -1 : real.fork();

    in_child = pid == 0;
    return pid;
}

/* One that is interrupted has not waited; a child that is somebody else's is waited for all the same. */
static pid_t faulty_waitpid(pid_t pid, int *status, int options)
{
    if (!fails(CALL_WAITPID))
        return real.waitpid(pid, status, options);
    if (errno == ECHILD)
        (void)real.waitpid(pid, NULL, options);
    errno = inj_all->failure;
    return -1;
}

static int faulty_wait_exited(pid_t pid)
{
    if (!fails(CALL_WAIT_EXITED))
        return real.wait_exited(pid);
    if (errno == ECHILD)
        (void)real.wait_exited(pid);
    errno = inj_all->failure;
    return -1;
}

/* A child of one's own can be killed until it has been waited for. */
static int faulty_kill(pid_t pid, int number)
{
    return number != SIGKILL && fails(CALL_KILL) ? -1 : real.kill(pid, number);
}

static int faulty_pidfd_open(pid_t pid)
{
    if (no_pidfd) {
        errno = ENOSYS;
        return -1;
    }
    return fails(CALL_PIDFD_OPEN) ? -1 : real.pidfd_open(pid);
}

static int faulty_duplicate(int descriptor)
{
    return fails(CALL_DUPLICATE) ? -1 : real.duplicate(descriptor);
}

static int faulty_dup2(int descriptor, int place)
{
    return fails(CALL_DUP2) ? -1 : real.dup2(descriptor, place);
}

static int faulty_inherit(int descriptor)
{
    return fails(CALL_INHERIT) ? -1 : real.inherit(descriptor);
}

static int faulty_close_range(unsigned first, unsigned last)
{
    return fails(CALL_CLOSE_RANGE) ? -1 : real.close_range(first, last);
}

static int faulty_chdir(const char *directory)
{
    return fails(CALL_CHDIR) ? -1 : real.chdir(directory);
}

static pid_t faulty_setsid(void)
{
    return fails(CALL_SETSID) ? -1 : real.setsid();
}

static int faulty_setpgid(pid_t pid, pid_t group)
{
    return fails(CALL_SETPGID) ? -1 : real.setpgid(pid, group);
}

static int faulty_execve(const char *path, char *const *arguments, char *const *environment)
{
    return fails(CALL_EXECVE) ? -1 : real.execve(path, arguments, environment);
}

/* Giving back what was there cannot fail. */
static int faulty_sigaction(int number, const struct sigaction *action, struct sigaction *before)
{
    return before != NULL && fails(CALL_SIGACTION) ? -1 : real.sigaction(number, action, before);
}

/* Those of names give EAI_*. */
static int faulty_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
                              struct addrinfo **list)
{
    int failure;

    if (fails(CALL_GETADDRINFO)) {
        errno = EIO; /* of EAI_SYSTEM */
        return inj_all->failure;
    }
    failure = real.getaddrinfo(host, service, hints, list);
    atomic_fetch_add(&lists, failure == 0 ? 1 : 0);
    return failure;
}

static void counted_freeaddrinfo(struct addrinfo *list)
{
    atomic_fetch_sub(&lists, 1);
    real.freeaddrinfo(list);
}

static int faulty_getnameinfo(const struct sockaddr *address, socklen_t size, char *host, socklen_t host_room,
                              char *service, socklen_t service_room, int flags)
{
    if (fails(CALL_GETNAMEINFO)) {
        errno = EIO;
        return inj_all->failure;
    }
    return real.getnameinfo(address, size, host, host_room, service, service_room, flags);
}

static int faulty_thread(pthread_t *thread, void *(*serve)(void *), void *data)
{
    return fails(CALL_THREAD) ? errno : real.thread(thread, serve, data);
}

#if AC_IO_EPOLL
static int faulty_epoll_create(int flags)
{
    return fails(CALL_EPOLL_CREATE) ? -1 : real.epoll_create(flags);
}

static int faulty_epoll_ctl(int epoll, int what, int descriptor, struct epoll_event *event)
{
    return fails(CALL_EPOLL_CTL) ? -1 : real.epoll_ctl(epoll, what, descriptor, event);
}

static int faulty_epoll_wait(int epoll, struct epoll_event *events, int room, int milliseconds)
{
    return fails(CALL_EPOLL_WAIT) ? -1 : real.epoll_wait(epoll, events, room, milliseconds);
}

#endif

void injector_put_in(void)
{
    real = aci_sys;
    aci_sys.poll = faulty_poll;
    aci_sys.wakeup = faulty_wakeup;
    aci_sys.pipe = faulty_pipe;
    aci_sys.read = faulty_read;
    aci_sys.write = faulty_write;
    aci_sys.close = faulty_close;
    aci_sys.accept = faulty_accept;
    aci_sys.connect = faulty_connect;
    aci_sys.socket_error = faulty_socket_error;
    aci_sys.recvfrom = faulty_recvfrom;
    aci_sys.sendto = faulty_sendto;
    aci_sys.sendmsg = faulty_sendmsg;
    aci_sys.socket = faulty_socket;
    aci_sys.bind = faulty_bind;
    aci_sys.listen = faulty_listen;
    aci_sys.set_option = faulty_set_option;
    aci_sys.name = faulty_name;
    aci_sys.peer_name = faulty_peer_name;
    aci_sys.shutdown = faulty_shutdown;
    aci_sys.remove_socket = faulty_remove_socket;
    aci_sys.write_quietly = faulty_write_quietly;
    aci_sys.set_blocking = faulty_set_blocking;
    aci_sys.file_type = faulty_file_type;
    aci_sys.open_null = faulty_open_null;
    aci_sys.fork = faulty_fork;
    aci_sys.waitpid = faulty_waitpid;
    aci_sys.wait_exited = faulty_wait_exited;
    aci_sys.kill = faulty_kill;
    aci_sys.pidfd_open = faulty_pidfd_open;
    aci_sys.duplicate = faulty_duplicate;
    aci_sys.dup2 = faulty_dup2;
    aci_sys.inherit = faulty_inherit;
    aci_sys.close_range = faulty_close_range;
    aci_sys.chdir = faulty_chdir;
    aci_sys.setsid = faulty_setsid;
    aci_sys.setpgid = faulty_setpgid;
    aci_sys.execve = faulty_execve;
    aci_sys.sigaction = faulty_sigaction;
    aci_sys.getaddrinfo = faulty_getaddrinfo;
    aci_sys.freeaddrinfo = counted_freeaddrinfo;
    aci_sys.getnameinfo = faulty_getnameinfo;
    aci_sys.thread = faulty_thread;
#if AC_IO_EPOLL
    aci_sys.epoll_create = faulty_epoll_create;
    aci_sys.epoll_ctl = faulty_epoll_ctl;
    aci_sys.epoll_wait = faulty_epoll_wait;
#endif
}

void injector_take_out(void)
{
    aci_sys = real;
}

void injector_without_pidfd(bool without)
{
    no_pidfd = without;
}

size_t injector_lists(void)
{
    return (size_t)atomic_load(&lists);
}

size_t injector_descriptors(void)
{
    size_t count = 0;

    for (int i = 0; i < 64; i++)
        count += fcntl(i, F_GETFD) >= 0 ? 1 : 0;
    return count;
}

/* ---- What the program saw ---- */

void injector_saw(const char *what)
{
    size_t size = strcspn(what, "(");

    if (!atomic_load(&inj_all->hit) || inj_all->saw[0] != '\0')
        return;
    size = size < INJ_TEXT - 1 ? size : INJ_TEXT - 1;
    memcpy(inj_all->saw, what, size);
    inj_all->saw[size] = '\0';
}

bool injector_hit(const char *call)
{
    return atomic_load(&inj_all->hit) && strcmp(inj_calls[inj_all->call].name, call) == 0;
}

static void note(inj_row *row, const char *saw)
{
    inj_sight *sight = row->sights;

    row->injected++;
    while (sight < row->sights + INJ_SIGHTS - 1 && sight->times > 0 && strcmp(sight->text, saw) != 0)
        sight++;
    if (sight->times > 0 && strcmp(sight->text, saw) != 0)
        saw = "else";
    (void)strcpy(sight->text, saw);
    sight->times++;
}

/* ---- The runs ---- */

void injector_open(void)
{
    int memory = open("/dev/zero", O_RDWR | O_CLOEXEC);

    inj_all = mmap(NULL, sizeof *inj_all, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
    (void)close(memory);
    if (inj_all == MAP_FAILED)
        abort();
}

static inj_program *program_called(const char *name)
{
    inj_program *each = inj_all->programs;

    while (each->name != NULL && strcmp(each->name, name) != 0)
        each++;
    ck_assert(each < inj_all->programs + INJ_PROGRAMS - 1);
    each->name = name;
    return each;
}

static size_t run(size_t (*program)(void *data), void *data)
{
    size_t leaks;

    memset(inj_all->made, 0, sizeof inj_all->made);
    atomic_store(&inj_all->hit, false);
    inj_all->saw[0] = '\0';
    injector_put_in();
    leaks = program(data);
    injector_take_out();
    return leaks;
}

/* Each is done for one of several where all is slow. */
static bool is_left_out(unsigned call, int failure, unsigned nth)
{
    return (call + (unsigned)failure + nth) % effort(5) != 0;
}

/* One call fails with one errno, the first time it is made, the second time, until it is not made so
 * often. */
static size_t try_each(inj_program *which, inj_row *row, size_t (*program)(void *data), void *data)
{
    unsigned usual = atomic_load(&inj_all->made[inj_all->in_child ? 1 : 0][inj_all->call]);
    size_t leaks = 0;
    bool hit = true;

    for (inj_all->nth = 1; hit; inj_all->nth++) {
        hit = inj_all->nth <= usual;
        if (is_left_out(inj_all->call, inj_all->failure, inj_all->nth))
            continue;
        leaks += run(program, data);
        hit = atomic_load(&inj_all->hit);
        if (!hit)
            break;
        note(row, inj_all->saw[0] != '\0' ? inj_all->saw : "nothing");
        which->injected++;
    }
    inj_all->nth = 0;
    row->leaks += leaks;
    return leaks;
}

size_t injector_try_all(const char *name, size_t (*program)(void *data), void *data)
{
    inj_program *which = program_called(name);
    atomic_uint usual[2][INJ_CALLS];
    size_t leaks;

    inj_all->nth = 0;
    leaks = run(program, data);
    memcpy(usual, inj_all->made, sizeof usual);
    for (unsigned call = 0; inj_calls[call].name != NULL; call++)
        for (unsigned i = 0; i < 2; i++)
            for (unsigned e = 0; usual[i][call] > 0 && inj_calls[call].errnos[e] != 0; e++) {
                inj_all->in_child = i == 1;
                inj_all->call = call;
                inj_all->failure = inj_calls[call].errnos[e];
                atomic_store(&inj_all->made[i][call], usual[i][call]);
                leaks += try_each(which, &inj_all->rows[i][call][e], program, data);
            }
    return leaks;
}
