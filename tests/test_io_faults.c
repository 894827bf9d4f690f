/* test_io_faults.c - the nth call to the system fails with each errno that it can have, the nth allocation
 * fails: nothing is lost, leaked, or tried for ever (src/io). */
#include "chost_kit.h"

#include <aiocore/names.h>
#include <aiocore/socket.h>
#include <errno.h>
#include <netdb.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/system.h"

static aci_system real;
static atomic_uint calls; /* to the system so far, also those of the pool's threads, which wake the loop */
static unsigned fails_at; /* the one that fails; 0: none */
static int fails_with;
static int opened; /* descriptors that the library has */

static bool fails(int errno_of_it)
{
    if (atomic_fetch_add(&calls, 1) + 1 != fails_at)
        return false;
    errno = errno_of_it;
    return true;
}

/* Each call fails with the errno that the run is about if it can have that one, else with its own first. */
static int one_of(const int *errnos)
{
    for (const int *each = errnos; *each != 0; each++)
        if (*each == fails_with)
            return fails_with;
    return errnos[0];
}

static int faulty_poll(struct pollfd *polled, nfds_t count, int milliseconds)
{
    static const int errnos[] = {ENOMEM, EINTR, EINVAL, 0};

    return fails(one_of(errnos)) ? -1 : real.poll(polled, count, milliseconds);
}

static int faulty_wakeup(int ends[2])
{
    static const int errnos[] = {EMFILE, ENFILE, ENOMEM, ENODEV, 0};

    if (fails(one_of(errnos)) || real.wakeup(ends) != 0)
        return -1;
    opened += ends[0] == ends[1] ? 1 : 2;
    return 0;
}

static int faulty_pipe(int ends[2])
{
    static const int errnos[] = {EMFILE, ENFILE, 0};

    if (fails(one_of(errnos)) || real.pipe(ends) != 0)
        return -1;
    opened += 2;
    return 0;
}

static ssize_t faulty_read(int descriptor, void *buffer, size_t size)
{
    static const int errnos[] = {EAGAIN, EINTR, EIO, 0};

    return fails(one_of(errnos)) ? -1 : real.read(descriptor, buffer, size);
}

static ssize_t faulty_write(int descriptor, const void *buffer, size_t size)
{
    static const int errnos[] = {EINTR, 0}; /* EAGAIN: it is full, and so read soon */

    return fails(one_of(errnos)) ? -1 : real.write(descriptor, buffer, size);
}

/* What fails to close is closed, as on Linux. */
static int faulty_close(int descriptor)
{
    static const int errnos[] = {EINTR, EIO, 0};
    int outcome = real.close(descriptor);

    ck_assert_int_eq(outcome, 0);
    opened--;
    return fails(one_of(errnos)) ? -1 : outcome;
}

static int faulty_sigaction(int number, const struct sigaction *action, struct sigaction *before)
{
    static const int errnos[] = {EINVAL, 0};

    if (before == NULL) /* giving back what was there cannot fail */
        return real.sigaction(number, action, before);
    return fails(one_of(errnos)) ? -1 : real.sigaction(number, action, before);
}

static int faulty_thread(pthread_t *thread, void *(*serve)(void *), void *data)
{
    static const int errnos[] = {EAGAIN, EPERM, 0};

    return fails(one_of(errnos)) ? errno : real.thread(thread, serve, data);
}

/* EAI_*, and all that is there. */
static const int gai_errors[] = {EAI_AGAIN, EAI_FAIL, EAI_MEMORY, EAI_NONAME, EAI_SYSTEM};
static atomic_int lists;

static bool fails_to_look_up(int *failure)
{
    if (!fails(EIO))
        return false;
    *failure = gai_errors[fails_at % 5];
    return true;
}

static int faulty_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
                              struct addrinfo **list)
{
    int failure;

    if (fails_to_look_up(&failure))
        return failure;
    failure = real.getaddrinfo(host, service, hints, list);
    atomic_fetch_add(&lists, failure == 0 ? 1 : 0);
    return failure;
}

static void faulty_freeaddrinfo(struct addrinfo *list)
{
    atomic_fetch_sub(&lists, 1);
    real.freeaddrinfo(list);
}

static int faulty_getnameinfo(const struct sockaddr *address, socklen_t size, char *host, socklen_t host_room,
                              char *service, socklen_t service_room, int flags)
{
    int failure;

    if (fails_to_look_up(&failure))
        return failure;
    return real.getnameinfo(address, size, host, host_room, service, service_room, flags);
}

static int faulty_accept(int descriptor, struct sockaddr *peer, socklen_t *size)
{
    static const int errnos[] = {EAGAIN, EINTR, ECONNABORTED, EMFILE, ENFILE, ENOMEM, ENOBUFS, 0};
    int accepted = fails(one_of(errnos)) ? -1 : real.accept(descriptor, peer, size);

    opened += accepted >= 0 ? 1 : 0;
    return accepted;
}

/* One that a signal interrupts goes on. */
static int faulty_connect(int descriptor, const struct sockaddr *peer, socklen_t size)
{
    static const int errnos[] = {EINTR, ECONNREFUSED, ENOBUFS, 0};

    if (!fails(one_of(errnos)))
        return real.connect(descriptor, peer, size);
    if (errno == EINTR) {
        (void)real.connect(descriptor, peer, size);
        errno = EINTR;
    }
    return -1;
}

static int faulty_socket_error(int descriptor, int *error)
{
    static const int errnos[] = {ENOBUFS, 0};

    return fails(one_of(errnos)) ? -1 : real.socket_error(descriptor, error);
}

static ssize_t faulty_recvfrom(int descriptor, void *buffer, size_t size, int flags, struct sockaddr *peer,
                               socklen_t *peer_size)
{
    static const int errnos[] = {EAGAIN, EINTR, ECONNRESET, ENOMEM, 0};

    return fails(one_of(errnos)) ? -1 : real.recvfrom(descriptor, buffer, size, flags, peer, peer_size);
}

static ssize_t faulty_sendto(int descriptor, const void *data, size_t size, int flags,
                             const struct sockaddr *peer, socklen_t peer_size)
{
    static const int errnos[] = {EAGAIN, EINTR, ECONNRESET, EPIPE, ENOMEM, ENOBUFS, 0};

    return fails(one_of(errnos)) ? -1 : real.sendto(descriptor, data, size, flags, peer, peer_size);
}

#if AC_IO_EPOLL
static int faulty_epoll_create(int flags)
{
    static const int errnos[] = {EMFILE, ENFILE, ENOMEM, 0};
    int descriptor = fails(one_of(errnos)) ? -1 : real.epoll_create(flags);

    opened += descriptor >= 0 ? 1 : 0;
    return descriptor;
}

static int faulty_epoll_ctl(int epoll, int what, int descriptor, struct epoll_event *event)
{
    static const int errnos[] = {ENOSPC, ENOMEM, EPERM, EBADF, 0};

    return fails(one_of(errnos)) ? -1 : real.epoll_ctl(epoll, what, descriptor, event);
}

static int faulty_epoll_wait(int epoll, struct epoll_event *events, int room, int milliseconds)
{
    static const int errnos[] = {EINTR, EBADF, 0};

    return fails(one_of(errnos)) ? -1 : real.epoll_wait(epoll, events, room, milliseconds);
}
#endif

static void put_stream_faults_in(void);

static void put_faults_in(void)
{
    real = aci_sys;
    aci_sys = (aci_system)
    {
        .poll = faulty_poll, .wakeup = faulty_wakeup, .pipe = faulty_pipe, .read = faulty_read,
        .write = faulty_write, .close = faulty_close, .sigaction = faulty_sigaction, .accept = faulty_accept,
        .connect = faulty_connect, .socket_error = faulty_socket_error, .blocks = real.blocks,
        .recvfrom = faulty_recvfrom, .sendto = faulty_sendto, .thread = faulty_thread,
        .getaddrinfo = faulty_getaddrinfo, .freeaddrinfo = faulty_freeaddrinfo,
        .getnameinfo = faulty_getnameinfo,
#if AC_IO_EPOLL
        .epoll_create = faulty_epoll_create, .epoll_ctl = faulty_epoll_ctl, .epoll_wait = faulty_epoll_wait,
#endif
    };
    put_stream_faults_in();
}

/* ---- The programs ---- */

typedef void program(ac_loop *loop, ac_io *io, int ends[2]);

typedef struct seen {
    ac_watch watch;
    int reads; /* a descriptor; -1: a signal's */
    unsigned runs, removed;
} seen;

static ac_status run_seen(ac_io *io, ac_watch *watch)
{
    seen *self = AC_CONTAINER_OF(watch, seen, watch);
    char byte;

    (void)io;
    self->runs++;
    if (self->reads >= 0)
        ck_assert_int_eq(read(self->reads, &byte, 1), 1);
    return AC_OK;
}

static void removed_seen(ac_io *io, ac_watch *watch)
{
    (void)io;
    AC_CONTAINER_OF(watch, seen, watch)->removed++;
}

static const ac_watch_ops seen_ops = {.run = run_seen, .removed = removed_seen};

/* A call that failed cleanly: what it has raised is dropped. */
static bool succeeds(ac_loop *loop, ac_status status)
{
    if (status == AC_E_RAISED)
        ac_drop(loop, ac_loop_take_raised(loop));
    else
        ck_assert(status == AC_OK || status == AC_E_MEMORY);
    return status == AC_OK;
}

/* At most so many turns until it has run: a poll that fails, or is told of nothing, is tried again. */
static void turn_until(ac_loop *loop, const unsigned *runs, unsigned wanted)
{
    for (int turns = 0; turns < 20 && *runs < wanted; turns++)
        if (succeeds(loop, ac_loop_poll(loop, 0)))
            kit_ok(ac_loop_turn(loop));
    ck_assert_uint_eq(*runs, wanted);
}

static void watch_both(ac_loop *loop, ac_io *io, int ends[2])
{
    seen reader = {.reads = ends[0]}, signal = {.reads = -1};
    bool reads, catches;

    ac_watch_init(&reader.watch, &seen_ops, ac_none());
    ac_watch_init(&signal.watch, &seen_ops, ac_none());
    reads = succeeds(loop, ac_io_add_reader(io, ends[0], &reader.watch));
    catches = succeeds(loop, ac_io_add_signal_handler(io, SIGUSR1, &signal.watch));
    ck_assert_ptr_eq(ac_io_reader(io, ends[0]), reads ? &reader.watch : NULL);
    ac_io_wake(io);
    if (reads) {
        ck_assert_int_eq(write(ends[1], "x", 1), 1);
        turn_until(loop, &reader.runs, 1);
    }
    if (catches) {
        ck_assert_int_eq(raise(SIGUSR1), 0);
        turn_until(loop, &signal.runs, 1);
    }
    ck_assert(ac_io_remove_reader(io, ends[0]) == reads);
    ck_assert(ac_io_remove_signal_handler(io, SIGUSR1) == catches);
    ck_assert_uint_eq(reader.removed, reads ? 1 : 0);
    ck_assert_uint_eq(signal.removed, catches ? 1 : 0);
}

/* ---- Sockets ---- */

/* Resumes an operation until it is over; at most so many turns. */
static bool awaits(ac_loop *loop, ac_sock *op)
{
    ac_out out;
    ac_turn turn = ac_coro_resume(loop, &op->co, AC_SEND, ac_none_ref(), &out);

    if (turn == AC_AWAITING) {
        for (int turns = 0; turns < 20 && !ac_future_done(&op->future); turns++)
            if (succeeds(loop, ac_loop_poll(loop, 0.1)))
                kit_ok(ac_loop_turn(loop));
        ck_assert(ac_future_done(&op->future));
        kit_ok(ac_loop_turn(loop)); /* the reader or writer goes */
        turn = ac_coro_resume(loop, &op->co, AC_SEND, ac_none_ref(), &out);
    }
    ck_assert(turn == AC_RETURNED || turn == AC_RAISED);
    ck_assert_ptr_null(ac_io_reader(op->io, op->descriptor));
    ck_assert_ptr_null(ac_io_writer(op->io, op->descriptor));
    if (turn == AC_RAISED) { /* what is tried again is no error */
        ck_assert_int_ne(ac_c_errno(ac_lend(out.value)), EINTR);
        ck_assert_int_ne(ac_c_errno(ac_lend(out.value)), EAGAIN);
    }
    ac_drop(loop, out.value);
    return turn == AC_RETURNED;
}

static bool talk(ac_loop *loop, ac_io *io, int client, int server)
{
    ac_sock op;
    char buffer[8];
    bool heard;

    ac_sock_sendall_init(&op, io, client, "hello", 5);
    if (!awaits(loop, &op))
        return false;
    ck_assert_uint_eq(op.done, 5);
    ac_sock_recv_init(&op, io, server, buffer, sizeof buffer);
    heard = awaits(loop, &op);
    ck_assert_uint_eq(op.done, heard ? 5 : 0);
    return heard;
}

/* A reader that waits before there is anything, whatever fails in the meantime. */
static void wait_and_talk(ac_loop *loop, ac_io *io, int client, int server)
{
    ac_sock op;
    ac_out out;
    char buffer[8];

    if (!talk(loop, io, client, server))
        return;
    ac_sock_recv_init(&op, io, server, buffer, sizeof buffer);
    if (ac_coro_resume(loop, &op.co, AC_SEND, ac_none_ref(), &out) == AC_RAISED)
        ac_drop(loop, out.value);
    (void)succeeds(loop, ac_loop_poll(loop, 0));
    ac_coro_clear(loop, &op.co); /* given up */
    ck_assert_ptr_null(ac_io_reader(io, server));
    (void)talk(loop, io, server, client);
}

static int local_socket(int type, ac_address *address)
{
    int made = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    socklen_t size = AC_ADDRESS_ROOM;

    ck_assert_int_ge(made, 0);
    ck_assert(ac_address_of_ip(address, "127.0.0.1", 0));
    ck_assert_int_eq(bind(made, (struct sockaddr *)(void *)address->bytes, address->size), 0);
    ck_assert_int_eq(getsockname(made, (struct sockaddr *)(void *)address->bytes, &size), 0);
    return made;
}

static void meet_and_talk(ac_loop *loop, ac_io *io, int ends[2])
{
    ac_address there, here;
    int listener = local_socket(SOCK_STREAM, &there), client = local_socket(SOCK_STREAM, &here);
    ac_sock connects, accepts;

    (void)ends;
    ck_assert_int_eq(listen(listener, 4), 0);
    ac_sock_connect_init(&connects, io, client, &there);
    ac_sock_accept_init(&accepts, io, listener);
    if (awaits(loop, &connects) && awaits(loop, &accepts))
        wait_and_talk(loop, io, client, accepts.accepted);
    ac_coro_clear(loop, &connects.co);
    ac_coro_clear(loop, &accepts.co); /* closes it */
    ck_assert_int_eq(close(listener), 0);
    ck_assert_int_eq(close(client), 0);
}

/* ---- Threads ---- */

static void run_call(ac_call *call)
{
    (void)call;
}

static ac_status outcome_of_call(ac_call *call, ac_value *result)
{
    (void)call;
    *result = ac_none();
    return AC_OK;
}

static const ac_call_ops call_ops = {.run = run_call, .outcome = outcome_of_call};

/* Turns until the body is over, whatever fails. */
static bool ends_well(ac_loop *loop, ac_coro *co, ac_future *future)
{
    ac_out out;
    ac_how how;
    ac_ref in;
    ac_turn turn = ac_coro_resume(loop, co, AC_SEND, ac_none_ref(), &out);

    if (turn == AC_AWAITING) {
        for (int turns = 0; turns < 200 && !ac_future_done(future); turns++)
            if (succeeds(loop, ac_loop_poll(loop, 0.1)))
                kit_ok(ac_loop_turn(loop));
        ck_assert(ac_future_done(future));
        how = ac_future_outcome(future, &in);
        turn = ac_coro_resume(loop, co, how, in, &out);
    }
    ck_assert(turn == AC_RETURNED || turn == AC_RAISED);
    ac_drop(loop, out.value);
    return turn == AC_RETURNED;
}

/* A thread that cannot be started for the second call does no harm: the first one takes that, too. */
static void call_threads(ac_loop *loop, ac_io *io, int ends[2])
{
    ac_call made[2];
    ac_to_thread op;
    ac_executor_shutdown down;
    ac_pool *pool = ac_pool_new(&(ac_pool_options){.threads = 2, .name = "test"});

    (void)ends;
    ck_assert_ptr_nonnull(pool);
    kit_ok(ac_io_set_default_executor(io, pool));
    for (int i = 0; i < 2; i++) {
        ac_call_init(&made[i], &call_ops);
        ac_to_thread_init(&op, io, NULL, &made[i]);
        if (ends_well(loop, &op.co, ac_call_future(&made[i])))
            ck_assert(ac_call_ran(&made[i]));
        ac_coro_clear(loop, &op.co);
    }
    ac_executor_shutdown_init(&down, io, -1);
    (void)ends_well(loop, &down.co, &down.future);
    ac_coro_clear(loop, &down.co);
    kit_ok(ac_loop_close(loop));
    kit_ok(ac_io_free(io));
    ac_pool_shutdown(pool, false);
}

/* ---- Names ---- */

static void resolve(ac_loop *loop, ac_resolve *op)
{
    ac_out out;
    ac_how how;
    ac_ref in;
    ac_turn turn = ac_coro_resume(loop, &op->co, AC_SEND, ac_none_ref(), &out);

    if (turn == AC_AWAITING) {
        ac_future *future = out.future;
        for (int turns = 0; turns < 200 && !ac_future_done(future); turns++)
            if (succeeds(loop, ac_loop_poll(loop, 0.1)))
                kit_ok(ac_loop_turn(loop));
        ck_assert(ac_future_done(future));
        how = ac_future_outcome(future, &in);
        turn = ac_coro_resume(loop, &op->co, how, in, &out);
    }
    ck_assert(turn == AC_RETURNED || turn == AC_RAISED);
    ac_drop(loop, out.value);
    ac_coro_clear(loop, &op->co);
}

static void look_up(ac_loop *loop, ac_io *io, int ends[2])
{
    ac_pool *pool = ac_pool_new(&(ac_pool_options){.threads = 1, .name = "test"});
    ac_lookup_hints hints = {.type = SOCK_STREAM, .flags = AI_NUMERICHOST | AI_CANONNAME};
    ac_address address;
    ac_resolve op;

    (void)ends;
    ck_assert_ptr_nonnull(pool);
    kit_ok(ac_io_set_default_executor(io, pool));
    ac_getaddrinfo_init(&op, io, "127.0.0.1", "80", hints);
    resolve(loop, &op);
    ac_ensure_resolved_init(&op, io, "127.0.0.1", "80", hints);
    resolve(loop, &op);
    ck_assert(ac_address_of_ip(&address, "127.0.0.1", 80));
    ac_getnameinfo_init(&op, io, &address, NI_NUMERICHOST | NI_NUMERICSERV);
    resolve(loop, &op);
    kit_ok(ac_loop_close(loop));
    kit_ok(ac_io_free(io));
    ac_pool_shutdown(pool, false);
    ck_assert_int_eq(atomic_load(&lists), 0);
}

/* ---- Streams ---- */

#include "faulty_streams.h"

static void run_program(program *body, ac_loop *loop, const char *poller)
{
    ac_io *io;
    int ends[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    if (succeeds(loop, ac_io_new(loop, &(ac_io_options){.poller = poller}, &io)))
        body(loop, io, ends);
    else
        ck_assert_ptr_null(io);
    if (!ac_loop_is_closed(loop)) {
        kit_ok(ac_loop_close(loop));
        kit_ok(ac_io_free(io));
    }
    ck_assert_int_eq(opened, 0);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static const char *const pollers[] = {"epoll", "poll"};
static program *const programs[] = {watch_both, meet_and_talk,  call_threads,
                                    look_up,    serve_and_talk, call_by_name};
enum { PROGRAMS = sizeof programs / sizeof *programs };

START_TEST(test_the_nth_call_to_the_system_fails)
{
    static const int errnos[] = {EINTR,        EAGAIN,       EBADF,  EIO,    EINVAL,     EMFILE,
                                 ENFILE,       ENOMEM,       ENOSPC, EPERM,  ECONNRESET, EPIPE,
                                 ECONNREFUSED, ECONNABORTED, ENODEV, ENOBUFS};

    for (size_t i = 0; i < sizeof errnos / sizeof *errnos; i++) {
        fails_with = errnos[i];
        fails_at = 0;
        do {
            fails_at++;
            calls = 0;
            put_faults_in();
            kit_loop_with(NULL);
            run_program(programs[_i / 2], kit.loop, pollers[_i % 2]);
            aci_sys = real;
        } while (calls >= fails_at);
        ck_assert_uint_gt(fails_at, 6);
    }
}
END_TEST

static unsigned allocations, refused_at;

static void *stingy_realloc(ac_loop *loop, void *memory, size_t old, size_t now)
{
    if (now > old && refused_at != 0 && ++allocations == refused_at)
        return NULL;
    return ac_c_host()->realloc(loop, memory, old, now);
}

START_TEST(test_the_nth_allocation_fails)
{
    ac_host host = *ac_c_host();

    host.realloc = stingy_realloc;
    put_faults_in();
    fails_at = 0;
    for (unsigned n = 1; n < 100; n++) {
        ac_loop *loop;
        refused_at = 0;
        loop = ac_c_loop_new_with(&host, NULL, NULL);
        ck_assert_ptr_nonnull(loop);
        allocations = 0;
        refused_at = n;
        run_program(programs[_i / 2], loop, pollers[_i % 2]);
        refused_at = 0;
        ck_assert_uint_eq(ac_c_loop_free(loop), 0);
        if (allocations < n) {
            ck_assert_uint_gt(n, 3);
            break;
        }
    }
    ck_assert_uint_lt(allocations, 100);
    aci_sys = real;
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_the_nth_call_to_the_system_fails,
        test_the_nth_allocation_fails,
    };
    return kit_main_times("io_faults", tests, sizeof tests / sizeof *tests, 2 * PROGRAMS);
}
