/* test_io_faults.c - the nth call to the system fails with each errno that it can have, the nth allocation
 * fails: nothing is lost, leaked, or tried for ever (src/io). */
#include "chost_kit.h"

#include <aiocore/names.h>
#include <aiocore/process.h>
#include <aiocore/socket.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "injector.h"

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

/* What is tried again is no error. */
static void see(ac_loop *loop, ac_value exception)
{
    injector_saw(kit_repr(ac_lend(exception)));
    ck_assert_int_ne(ac_c_errno(ac_lend(exception)), EINTR);
    if (!injector_hit("fork")) /* there are too many processes */
        ck_assert_int_ne(ac_c_errno(ac_lend(exception)), EAGAIN);
    ac_drop(loop, exception);
}

/* A call that failed cleanly: what it has raised is dropped. */
static bool succeeds(ac_loop *loop, ac_status status)
{
    ck_assert(status == AC_OK || status == AC_E_RAISED || status == AC_E_MEMORY);
    if (status == AC_E_RAISED)
        see(loop, ac_loop_take_raised(loop));
    else if (status == AC_E_MEMORY)
        injector_saw("MemoryError");
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
    if (turn == AC_RAISED)
        see(loop, out.value);
    else
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
        see(loop, out.value);
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
    if (turn == AC_RAISED)
        see(loop, out.value);
    else
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
    if (turn == AC_RAISED)
        see(loop, out.value);
    else
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
}

/* ---- Streams, pipes, processes ---- */

/* At most so many seconds; not at all if there is something to do. */
static void poll_and_turn(ac_loop *loop, double seconds)
{
    double next = ac_loop_timeout(loop);

    if (succeeds(loop, ac_loop_poll(loop, next >= 0 && next < seconds ? next : seconds)))
        kit_ok(ac_loop_turn(loop));
}

/* Makes turns until the machine is over, whatever fails; at most so many, each of at most so many seconds.
 * What it waits for is the last future that it gave. */
static bool plods(ac_loop *loop, ac_coro *co, int most, double seconds)
{
    ac_out out = {.value = ac_none()};
    ac_turn turn = ac_coro_resume(loop, co, AC_SEND, ac_none_ref(), &out);

    for (int turns = 0; turns < most && (turn == AC_AWAITING || turn == AC_YIELDED); turns++) {
        ac_future *future = turn == AC_AWAITING ? out.future : NULL;
        ac_ref in = ac_none_ref();
        ac_how how = AC_SEND;
        poll_and_turn(loop, seconds);
        if (future != NULL && !ac_future_done(future))
            continue;
        if (future != NULL)
            how = ac_future_outcome(future, &in);
        turn = ac_coro_resume(loop, co, how, in, &out);
    }
    ck_assert(turn == AC_RETURNED || turn == AC_RAISED || turn == AC_AWAITING);
    if (turn == AC_AWAITING)
        injector_saw("waits for ever");
    else if (turn == AC_RAISED)
        see(loop, out.value);
    else
        ac_drop(loop, out.value);
    return turn == AC_RETURNED;
}

#include "faulty_processes.h"
#include "faulty_streams.h"

/* ---- All of them ---- */

typedef struct setting {
    const char *name;
    program *body;
    bool without_pidfd;
} setting;

static const setting settings[] = {
    {"readers, signals, wake-ups", watch_both, false},
    {"awaits on sockets", meet_and_talk, false},
    {"calls on threads", call_threads, false},
    {"names", look_up, false},
    {"a server and its client", serve_and_talk, false},
    {"a server at a path", serve_at_path, false},
    {"a connection to a name", call_by_name, false},
    {"transports over a pipe", use_pipe, false},
    {"a child", start_and_wait, false},
    {"a child, without pidfds", start_and_wait, true},
    {"a child that is no program", start_in_vain, false},
    {"a process that is communicated with", converse, false},
};
enum { SETTINGS = sizeof settings / sizeof *settings };
static const char *const pollers[] = {"epoll", "poll"};

typedef struct trial {
    const setting *setting;
    const char *poller;
} trial;

static void run_program(const trial *trial, ac_loop *loop)
{
    ac_io *io;
    int ends[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    if (succeeds(loop, ac_io_new(loop, &(ac_io_options){.poller = trial->poller}, &io)))
        trial->setting->body(loop, io, ends);
    else
        ck_assert_ptr_null(io);
    if (!ac_loop_is_closed(loop)) {
        kit_ok(ac_loop_close(loop));
        kit_ok(ac_io_free(io));
    }
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static size_t zombies(void)
{
    size_t count = 0;

    while (waitpid(-1, NULL, WNOHANG) >= 0)
        count++;
    return count;
}

/* What failed where nobody waits for it. */
static void note_report(void *data, const char *text)
{
    (void)data;
    (void)text;
    injector_saw("a report");
}

static size_t try_program(void *data)
{
    size_t opened = injector_descriptors();

    kit_loop_with(NULL);
    ac_c_set_report(kit.loop, note_report, NULL);
    run_program(data, kit.loop);
    return kit_free_loop() + injector_descriptors() - opened + injector_lists() + zombies();
}

static trial trial_of(int i)
{
    trial made = {&settings[i / 2], pollers[i % 2]};

    injector_without_pidfd(made.setting->without_pidfd);
    return made;
}

START_TEST(test_the_nth_call_to_the_system_fails)
{
    trial made = trial_of(_i);

    ck_assert_uint_eq(injector_try_all(made.setting->name, try_program, &made), 0);
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
    trial made = trial_of(_i);
    size_t opened = injector_descriptors();
    ac_loop *kept = kit.loop;
    unsigned n = 0;

    host.realloc = stingy_realloc;
    injector_put_in();
    do {
        refused_at = 0;
        kit.loop = ac_c_loop_new_with(&host, NULL, NULL);
        ck_assert_ptr_nonnull(kit.loop);
        ac_c_set_report(kit.loop, note_report, NULL);
        allocations = 0;
        refused_at = ++n;
        run_program(&made, kit.loop);
        refused_at = 0;
        ck_assert_uint_eq(ac_c_loop_free(kit.loop), 0);
        ck_assert_uint_eq(injector_descriptors(), opened);
        ck_assert_uint_eq(injector_lists() + zombies(), 0);
    } while (allocations >= n);
    ck_assert_uint_gt(n, 3);
    kit.loop = kept;
    injector_take_out();
}
END_TEST

/* --table prints what came of each fault, --json FILE writes it. */
int main(int count, char **words)
{
    const TTest *tests[] = {
        test_the_nth_call_to_the_system_fails,
        test_the_nth_allocation_fails,
    };
    bool prints = count > 1 && strcmp(words[1], "--table") == 0;
    const char *json = count > 2 && strcmp(words[1], "--json") == 0 ? words[2] : NULL;
    bool reports = prints || json != NULL;
    int status;

    injector_open();
    status = kit_main_times("io_faults", tests, reports ? 1 : 2, 2 * SETTINGS);
    if (prints)
        injector_print();
    return json == NULL || injector_write_json(json) ? status : EXIT_FAILURE;
}
