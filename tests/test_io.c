/* test_io.c - descriptors, wake-ups and signals of a loop, with each poller (src/io). */
#include "chost_kit.h"

#include <aiocore/io.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char *const pollers[] = {"epoll", "poll"};
enum { POLLERS = sizeof pollers / sizeof *pollers };

static ac_io *io;

/* kit.loop on real time, or as it is, with this poller. */
static void open_io(int poller, bool real)
{
    if (real)
        kit_loop_with(NULL);
    kit_ok(ac_io_new(kit.loop, &(ac_io_options){.poller = pollers[poller]}, &io));
    ck_assert_ptr_eq(ac_io_of(kit.loop), io);
    ck_assert_str_eq(ac_io_poller_name(io), pollers[poller]);
}

static void close_io(void)
{
    kit_ok(ac_loop_close(kit.loop));
    kit_ok(ac_io_free(io));
    ck_assert_ptr_null(ac_io_of(kit.loop));
}

/* A watch that logs, reads a byte, and does something. */
typedef struct watcher {
    ac_watch watch;
    const char *name;
    int reads; /* a descriptor; -1: none */
    int stops; /* the loop, after so many runs; 0: never */
    int removes;
    unsigned runs, removed;
    ac_status (*then)(struct watcher *self);
} watcher;

static ac_status run_watcher(ac_io *its, ac_watch *watch)
{
    watcher *self = AC_CONTAINER_OF(watch, watcher, watch);
    char byte;

    ck_assert_ptr_eq(its, io);
    kit_log("%s", self->name);
    self->runs++;
    if (self->reads >= 0)
        ck_assert_int_eq(read(self->reads, &byte, 1), 1);
    if (self->stops != 0 && self->runs == (unsigned)self->stops)
        ac_loop_stop(kit.loop);
    return self->then != NULL ? self->then(self) : AC_OK;
}

static void removed_watcher(ac_io *its, ac_watch *watch)
{
    watcher *self = AC_CONTAINER_OF(watch, watcher, watch);

    ck_assert_ptr_eq(its, io);
    kit_log("-%s", self->name);
    self->removed++;
}

static const ac_watch_ops watcher_ops = {.run = run_watcher, .removed = removed_watcher};

static void init(watcher *self, const char *name, int reads, int stops)
{
    memset(self, 0, sizeof *self);
    ac_watch_init(&self->watch, &watcher_ops, ac_none());
    self->name = name;
    self->reads = reads;
    self->stops = stops;
}

static void pair(int ends[2])
{
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
}

static void close_pair(int ends[2])
{
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void put(int descriptor, size_t count)
{
    while (count-- > 0)
        ck_assert_int_eq(write(descriptor, "x", 1), 1);
}

static ac_status log_data(ac_loop *loop, void *data)
{
    (void)loop;
    kit_log("%s", (const char *)data);
    return AC_OK;
}

static ac_status stop_loop(ac_loop *loop, void *data)
{
    (void)data;
    ac_loop_stop(loop);
    return AC_OK;
}

static void *text_of(const char *text)
{
    return (void *)(uintptr_t)text;
}

/* ---- Descriptors ---- */

START_TEST(test_a_reader_runs_as_often_as_there_is_something_to_read)
{
    int ends[2];
    watcher reader;

    open_io(_i, true);
    pair(ends);
    init(&reader, "read", ends[0], 3);
    kit_ok(ac_io_add_reader(io, ends[0], &reader.watch));
    ck_assert_ptr_eq(ac_io_reader(io, ends[0]), &reader.watch);
    ck_assert_ptr_null(ac_io_writer(io, ends[0]));
    put(ends[1], 3);
    kit_ok(ac_loop_run_forever(kit.loop));
    kit_expect("read, read, read");
    ck_assert(ac_io_remove_reader(io, ends[0]));
    kit_expect("-read");
    ck_assert(ac_watch_cancelled(&reader.watch));
    ck_assert(!ac_io_remove_reader(io, ends[0]));
    ck_assert_ptr_null(ac_io_reader(io, ends[0]));
    kit_ok(ac_io_add_reader(io, ends[0], &reader.watch));
    ck_assert(!ac_watch_cancelled(&reader.watch));
    close_io();
    kit_expect("-read");
    close_pair(ends);
}
END_TEST

START_TEST(test_of_one_descriptor_the_reader_comes_first_and_timers_come_last)
{
    int ends[2];
    watcher reader, writer;

    open_io(_i, false);
    pair(ends);
    init(&writer, "write", -1, 1);
    init(&reader, "read", ends[0], 0);
    kit_ok(ac_io_add_writer(io, ends[0], &writer.watch));
    kit_ok(ac_io_add_reader(io, ends[0], &reader.watch));
    kit_ok(ac_c_call_later(kit.loop, 0, log_data, text_of("timer"), NULL));
    kit_ok(ac_c_call_soon(kit.loop, log_data, text_of("soon"), NULL));
    put(ends[1], 1);
    kit_ok(ac_loop_run_forever(kit.loop));
    kit_expect("soon, read, write, timer");
    close_io();
    kit_expect("-read, -write");
    close_pair(ends);
}
END_TEST

START_TEST(test_another_reader_takes_the_place_of_the_first)
{
    int ends[2];
    watcher first, second;

    open_io(_i, true);
    pair(ends);
    init(&first, "first", ends[0], 0);
    init(&second, "second", ends[0], 1);
    kit_ok(ac_io_add_reader(io, ends[0], &first.watch));
    kit_fails(ac_io_add_reader(io, ends[1], &first.watch), AC_E_STATE, "the watch is in use");
    put(ends[1], 1);
    kit_ok(ac_loop_poll(kit.loop, -1));
    kit_ok(ac_io_add_reader(io, ends[0], &second.watch));
    kit_expect(""); /* queued: it is given up when its turn comes */
    ck_assert(ac_watch_cancelled(&first.watch));
    kit_ok(ac_loop_run_forever(kit.loop));
    kit_expect("-first, second");
    close_io();
    kit_expect("-second");
    close_pair(ends);
}
END_TEST

static ac_status remove_other(watcher *self)
{
    (void)ac_io_remove_reader(io, self->removes);
    return AC_OK;
}

START_TEST(test_who_is_taken_off_by_another_of_the_same_turn_does_not_run)
{
    int one[2], other[2];
    watcher a, b;

    open_io(_i, true);
    pair(one);
    pair(other);
    init(&a, "a", one[0], 1);
    init(&b, "b", other[0], 1);
    a.then = b.then = remove_other;
    a.removes = other[0];
    b.removes = one[0];
    kit_ok(ac_io_add_reader(io, one[0], &a.watch));
    kit_ok(ac_io_add_reader(io, other[0], &b.watch));
    put(one[1], 1);
    put(other[1], 1);
    kit_ok(ac_loop_run_forever(kit.loop));
    ck_assert_uint_eq(a.runs + b.runs, 1);
    ck_assert_uint_eq(a.removed + b.removed, 1);
    kit.log[0] = '\0';
    close_io();
    ck_assert_uint_eq(a.removed + b.removed, 2);
    kit.log[0] = '\0';
    close_pair(one);
    close_pair(other);
}
END_TEST

static ac_status remove_self(watcher *self)
{
    ck_assert(ac_io_remove_reader(io, self->removes));
    kit_log("after");
    return AC_OK;
}

START_TEST(test_a_watch_that_takes_itself_off_is_given_up_after_its_run)
{
    int ends[2];
    watcher reader;

    open_io(_i, true);
    pair(ends);
    init(&reader, "read", ends[0], 1);
    reader.then = remove_self;
    reader.removes = ends[0];
    kit_ok(ac_io_add_reader(io, ends[0], &reader.watch));
    put(ends[1], 1);
    kit_ok(ac_loop_run_forever(kit.loop));
    kit_expect("read, after, -read");
    ck_assert_uint_eq(reader.removed, 1);
    close_io();
    kit_expect("");
    close_pair(ends);
}
END_TEST

START_TEST(test_a_hang_up_is_told_to_reader_and_writer)
{
    int ends[2];
    watcher reader, writer;

    open_io(_i, true);
    pair(ends);
    init(&reader, "read", -1, 0);
    init(&writer, "write", -1, 1);
    (void)close(ends[1]);
    kit_ok(ac_io_add_reader(io, ends[0], &reader.watch));
    kit_ok(ac_io_add_writer(io, ends[0], &writer.watch));
    kit_ok(ac_loop_run_forever(kit.loop));
    kit_expect("read, write");
    close_io();
    kit_expect("-read, -write");
    (void)close(ends[0]);
}
END_TEST

static ac_status raise_exit(watcher *self)
{
    (void)self;
    return ac_loop_raise(kit.loop, ac_c_error(kit.loop, &ac_c_KeyboardInterrupt, "now"));
}

START_TEST(test_what_an_exit_exception_keeps_from_running_runs_once_in_the_next_run)
{
    int one[2], other[2];
    watcher a, b;

    open_io(_i, true);
    pair(one);
    pair(other);
    init(&a, "a", one[0], 0);
    init(&b, "b", other[0], 1);
    a.then = raise_exit;
    kit_ok(ac_io_add_reader(io, one[0], &a.watch));
    kit_ok(ac_io_add_reader(io, other[0], &b.watch));
    put(one[1], 1);
    kit_ok(ac_loop_poll(kit.loop, -1));
    put(other[1], 1);
    kit_ok(ac_loop_poll(kit.loop, -1));
    kit_status(ac_loop_run_forever(kit.loop), AC_E_RAISED);
    ac_drop(kit.loop, ac_loop_take_raised(kit.loop));
    kit_expect("a");
    kit_ok(ac_loop_run_forever(kit.loop));
    kit_expect("b");
    close_io();
    kit.log[0] = '\0';
    close_pair(one);
    close_pair(other);
}
END_TEST

/* ---- What is refused ---- */

static const char *raised(ac_status status)
{
    kit_status(status, AC_E_RAISED);
    return kit_repr_of(ac_loop_take_raised(kit.loop));
}

START_TEST(test_descriptors_that_cannot_be_watched)
{
    watcher one;
    char name[] = "/tmp/aiocore-io-XXXXXX";
    int file = mkstemp(name);

    open_io(_i, false);
    init(&one, "one", -1, 0);
    ck_assert_str_eq(raised(ac_io_add_reader(io, -1, &one.watch)),
                     "ValueError('Invalid file descriptor: -1')");
    if (strcmp(pollers[_i], "epoll") == 0) {
        ck_assert_str_eq(raised(ac_io_add_writer(io, file, &one.watch)),
                         "PermissionError(1, 'Operation not permitted')");
        ck_assert_str_eq(raised(ac_io_add_reader(io, 1000, &one.watch)), "OSError(9, 'Bad file descriptor')");
    }
    ck_assert_ptr_null(ac_io_writer(io, file));
    ck_assert(!ac_io_remove_writer(io, -1));
    ck_assert(!ac_io_remove_writer(io, 123456));
    kit_fails(ac_io_free(io), AC_E_RUNTIME, "the loop must be closed first");
    kit_ok(ac_loop_close(kit.loop));
    kit_fails(ac_io_add_reader(io, 0, &one.watch), AC_E_CLOSED, "Event loop is closed");
    kit_ok(ac_io_free(io));
    kit_expect("");
    (void)close(file);
    (void)unlink(name);
}
END_TEST

START_TEST(test_loops_that_get_no_io)
{
    ac_io *another;

    kit_fails(ac_io_new(kit.loop, &(ac_io_options){.poller = "kqueue"}, &another), AC_E_VALUE,
              "unknown poller");
    ck_assert_ptr_null(another);
    open_io(_i, false);
    kit_fails(ac_io_new(kit.loop, NULL, &another), AC_E_RUNTIME, "the loop has a selector already");
    close_io();
    kit_fails(ac_io_new(kit.loop, NULL, &another), AC_E_CLOSED, "Event loop is closed");
    kit_ok(ac_io_free(NULL));
}
END_TEST

/* A poller of a program's own: it tells of one descriptor, at once. */
struct told {
    ac_poller poller;
    int descriptor;
    unsigned changes;
    bool freed;
};

static int told_change(ac_poller *poller, int descriptor, unsigned before, unsigned now)
{
    (void)descriptor;
    (void)before;
    (void)now;
    ((struct told *)(void *)poller)->changes++;
    return 0;
}

static int told_wait(ac_poller *poller, double timeout, ac_poll_event *events, size_t room, size_t *count)
{
    (void)timeout;
    ck_assert_uint_gt(room, 0);
    events[0].descriptor = ((struct told *)(void *)poller)->descriptor;
    events[0].ready = AC_READABLE;
    *count = 1;
    return 0;
}

static int told_descriptor(ac_poller *poller)
{
    (void)poller;
    return -1;
}

static void told_free(ac_poller *poller)
{
    ((struct told *)(void *)poller)->freed = true;
}

START_TEST(test_a_poller_of_a_programs_own)
{
    static const ac_poller_ops ops = {"told", told_change, told_wait, told_descriptor, told_free};
    struct told told = {{&ops}, 7, 0, false};
    watcher one;

    kit_ok(ac_io_new(kit.loop, &(ac_io_options){.own = &told.poller}, &io));
    ck_assert_str_eq(ac_io_poller_name(io), "told");
    ck_assert_int_eq(ac_io_descriptor(io), -1);
    init(&one, "one", -1, 2);
    kit_ok(ac_io_add_reader(io, 7, &one.watch));
    kit_ok(ac_loop_run_forever(kit.loop));
    kit_expect("one, one");
    close_io();
    kit_expect("-one");
    ck_assert_uint_eq(told.changes, 2); /* the wake-up's descriptor, and 7 */
    ck_assert(told.freed);
}
END_TEST

/* ---- Time ---- */

START_TEST(test_a_virtual_clock_jumps_only_when_nothing_is_ready)
{
    int ends[2];
    watcher reader;

    open_io(_i, false);
    pair(ends);
    init(&reader, "read", ends[0], 0);
    kit_ok(ac_io_add_reader(io, ends[0], &reader.watch));
    kit_ok(ac_c_call_later(kit.loop, 10, stop_loop, NULL, NULL));
    put(ends[1], 2);
    kit_ok(ac_loop_run_forever(kit.loop));
    kit_expect("read, read");
    ck_assert(ac_loop_time(kit.loop) == 10);
    close_io();
    kit.log[0] = '\0';
    close_pair(ends);
}
END_TEST

START_TEST(test_a_virtual_clock_without_anything_to_wait_for_is_a_deadlock)
{
    open_io(_i, false);
    kit_status(ac_loop_run_forever(kit.loop), AC_E_DEADLOCK);
    close_io();
}
END_TEST

static void pause_for(long milliseconds)
{
    (void)nanosleep(&(struct timespec){0, milliseconds * 1000000L}, NULL);
}

static void *write_later(void *data)
{
    pause_for(20);
    put(*(int *)data, 1);
    return NULL;
}

START_TEST(test_with_nothing_else_to_do_a_virtual_clock_waits_for_events)
{
    int ends[2];
    watcher reader;
    pthread_t thread;

    open_io(_i, false);
    pair(ends);
    init(&reader, "read", ends[0], 1);
    kit_ok(ac_io_add_reader(io, ends[0], &reader.watch));
    ck_assert_int_eq(pthread_create(&thread, NULL, write_later, &ends[1]), 0);
    kit_ok(ac_loop_run_forever(kit.loop));
    kit_expect("read");
    ck_assert(ac_loop_time(kit.loop) == 0);
    pthread_join(thread, NULL);
    close_io();
    kit.log[0] = '\0';
    close_pair(ends);
}
END_TEST

START_TEST(test_real_timers_end_a_poll)
{
    double began;

    open_io(_i, true);
    began = ac_loop_time(kit.loop);
    kit_ok(ac_c_call_later(kit.loop, 0.02, stop_loop, NULL, NULL));
    kit_ok(ac_loop_run_forever(kit.loop));
    ck_assert(ac_loop_time(kit.loop) - began >= 0.02);
    close_io();
}
END_TEST

/* ---- Waking ---- */

enum { CALLS = 2000 };

static ac_status count_call(ac_loop *loop, void *data)
{
    unsigned *count = data;

    if (++*count == CALLS)
        ac_loop_stop(loop);
    return AC_OK;
}

static void *call_often(void *data)
{
    for (int i = 0; i < CALLS; i++) {
        kit_ok(ac_c_call_soon_threadsafe(kit.loop, count_call, data));
        if (i % 100 == 0)
            pause_for(1);
    }
    return NULL;
}

START_TEST(test_no_call_of_another_thread_is_lost)
{
    unsigned count = 0;
    pthread_t thread;

    open_io(_i, true);
    ck_assert_int_eq(pthread_create(&thread, NULL, call_often, &count), 0);
    kit_ok(ac_loop_run_forever(kit.loop));
    pthread_join(thread, NULL);
    ck_assert_uint_eq(count, CALLS);
    close_io();
}
END_TEST

START_TEST(test_a_wake_before_the_poll_ends_it)
{
    open_io(_i, true);
    ac_io_wake(io);
    ac_io_wake(io);
    kit_ok(ac_loop_poll(kit.loop, -1));
    errno = EDOM;
    ac_io_wake(io);
    ck_assert_int_eq(errno, EDOM);
    kit_ok(ac_loop_poll(kit.loop, 1000));
    close_io();
}
END_TEST

/* Another loop: it waits for the descriptor, then makes a turn. */
START_TEST(test_the_descriptor_is_readable_while_there_is_something_to_do)
{
    int ends[2];
    watcher reader;
    struct pollfd outer = {.events = POLLIN};
    pthread_t thread;
    unsigned count = 0;

    open_io(_i, true);
    pair(ends);
    init(&reader, "read", ends[0], 0);
    outer.fd = ac_io_descriptor(io);
    ck_assert((outer.fd >= 0) == (strcmp(pollers[_i], "epoll") == 0));
    if (outer.fd >= 0) {
        ck_assert_int_eq(poll(&outer, 1, 0), 0);
        kit_ok(ac_io_add_reader(io, ends[0], &reader.watch));
        put(ends[1], 1);
        ck_assert_int_eq(poll(&outer, 1, 1000), 1);
        kit_ok(ac_loop_poll(kit.loop, 0));
        kit_ok(ac_loop_turn(kit.loop));
        kit_expect("read");
        ck_assert_int_eq(poll(&outer, 1, 0), 0);
        ck_assert_int_eq(pthread_create(&thread, NULL, call_often, &count), 0);
        while (count < CALLS) {
            ck_assert_int_eq(poll(&outer, 1, 10000), 1);
            kit_ok(ac_loop_poll(kit.loop, 0));
            kit_ok(ac_loop_turn(kit.loop));
        }
        pthread_join(thread, NULL);
    }
    close_io();
    kit.log[0] = '\0';
    close_pair(ends);
}
END_TEST

/* ---- Signals ---- */

START_TEST(test_a_signal_runs_its_watch_a_turn_after_it_was_seen)
{
    watcher one;

    open_io(_i, true);
    init(&one, "signal", -1, 2);
    kit_ok(ac_io_add_signal_handler(io, SIGUSR1, &one.watch));
    ck_assert_int_eq(raise(SIGUSR1), 0);
    ck_assert_int_eq(raise(SIGUSR1), 0);
    kit_ok(ac_loop_poll(kit.loop, -1));
    kit_ok(ac_loop_turn(kit.loop));
    kit_expect(""); /* read from the pipe */
    ck_assert_int_eq(raise(SIGUSR1), 0);
    kit_ok(ac_loop_run_forever(kit.loop));
    kit_expect("signal, signal"); /* the two that came together are one */
    ck_assert(ac_io_remove_signal_handler(io, SIGUSR1));
    ck_assert(!ac_io_remove_signal_handler(io, SIGUSR1));
    kit_expect("-signal");
    close_io();
}
END_TEST

static volatile sig_atomic_t old_handler_ran;

static void old_handler(int number)
{
    (void)number;
    old_handler_ran = 1;
}

START_TEST(test_a_signal_does_afterwards_what_it_did_before)
{
    struct sigaction old = {.sa_handler = old_handler}, was;
    watcher one, two;

    open_io(_i, true);
    old_handler_ran = 0;
    ck_assert_int_eq(sigaction(SIGUSR2, &old, &was), 0);
    init(&one, "one", -1, 1);
    init(&two, "two", -1, 1);
    kit_ok(ac_io_add_signal_handler(io, SIGUSR2, &one.watch));
    kit_ok(ac_io_add_signal_handler(io, SIGUSR2, &two.watch));
    kit_expect("-one");
    ck_assert_int_eq(raise(SIGUSR2), 0);
    ck_assert_int_eq(old_handler_ran, 0);
    kit_ok(ac_loop_run_forever(kit.loop));
    kit_expect("two");
    close_io();
    kit_expect("-two");
    ck_assert_int_eq(raise(SIGUSR2), 0);
    ck_assert_int_eq(old_handler_ran, 1);
    ck_assert_int_eq(sigaction(SIGUSR2, &was, NULL), 0);
}
END_TEST

START_TEST(test_signals_that_cannot_be_handled)
{
    watcher one;

    open_io(_i, false);
    init(&one, "one", -1, 0);
    ck_assert_str_eq(raised(ac_io_add_signal_handler(io, 0, &one.watch)),
                     "ValueError('invalid signal number 0')");
    ck_assert_str_eq(raised(ac_io_add_signal_handler(io, 1000, &one.watch)),
                     "ValueError('invalid signal number 1000')");
    ck_assert_str_eq(raised(ac_io_add_signal_handler(io, SIGKILL, &one.watch)),
                     "RuntimeError('sig 9 cannot be caught')");
    ck_assert(!ac_io_remove_signal_handler(io, SIGKILL));
    close_io();
    kit_expect("");
}
END_TEST

/* ---- Memory, and what a program keeps ---- */

static int count_value(ac_visitor *visitor, ac_ref value)
{
    (void)visitor;
    kit_log("%s", kit_repr(value));
    return 0;
}

START_TEST(test_a_watch_owns_its_context_until_it_is_taken_off)
{
    ac_visitor visitor = {.value = count_value};
    int ends[2];
    watcher one;

    open_io(_i, false);
    pair(ends);
    init(&one, "one", -1, 1);
    one.watch.context = ac_c_copy_context(kit.loop);
    kit_ok(ac_io_add_writer(io, ends[0], &one.watch));
    ck_assert_int_eq(ac_io_visit(io, &visitor), 0);
    kit_expect("<Context>");
    kit_ok(ac_loop_run_forever(kit.loop));
    kit_expect("one");
    ck_assert(ac_io_remove_writer(io, ends[0]));
    ck_assert_int_eq(ac_io_visit(io, &visitor), 0);
    kit_expect("-one");
    ck_assert(ac_is_none(ac_lend(one.watch.context)));
    one.watch.context = ac_c_copy_context(kit.loop);
    ac_watch_clear(kit.loop, &one.watch);
    close_io();
    close_pair(ends);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_reader_runs_as_often_as_there_is_something_to_read,
        test_of_one_descriptor_the_reader_comes_first_and_timers_come_last,
        test_another_reader_takes_the_place_of_the_first,
        test_who_is_taken_off_by_another_of_the_same_turn_does_not_run,
        test_a_watch_that_takes_itself_off_is_given_up_after_its_run,
        test_a_hang_up_is_told_to_reader_and_writer,
        test_what_an_exit_exception_keeps_from_running_runs_once_in_the_next_run,
        test_descriptors_that_cannot_be_watched,
        test_loops_that_get_no_io,
        test_a_poller_of_a_programs_own,
        test_a_virtual_clock_jumps_only_when_nothing_is_ready,
        test_a_virtual_clock_without_anything_to_wait_for_is_a_deadlock,
        test_with_nothing_else_to_do_a_virtual_clock_waits_for_events,
        test_real_timers_end_a_poll,
        test_no_call_of_another_thread_is_lost,
        test_a_wake_before_the_poll_ends_it,
        test_the_descriptor_is_readable_while_there_is_something_to_do,
        test_a_signal_runs_its_watch_a_turn_after_it_was_seen,
        test_a_signal_does_afterwards_what_it_did_before,
        test_signals_that_cannot_be_handled,
        test_a_watch_owns_its_context_until_it_is_taken_off,
    };
    return kit_main_times("io", tests, sizeof tests / sizeof *tests, POLLERS);
}
