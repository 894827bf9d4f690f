/* test_io_child.c - child processes, with each poller, by pidfd and by a thread (src/io/child.c, spawn.c,
 * exec.c, child_wait.c). */
#include "chost_kit.h"

#include <aiocore/process.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "io/system.h"

static const char *const pollers[] = {"epoll", "poll"};
enum { WAYS = 4 }; /* each poller, with and without pidfds */

static ac_io *io;
static aci_system real;

static int no_pidfd(pid_t pid)
{
    (void)pid;
    errno = ENOSYS;
    return -1;
}

static void open_io(int way)
{
    real = aci_sys;
    if (way >= 2)
        aci_sys.pidfd_open = no_pidfd;
    kit_loop_with(NULL);
    kit_ok(ac_io_new(kit.loop, &(ac_io_options){.poller = pollers[way % 2]}, &io));
}

static void check_no_zombies(void)
{
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
    ck_assert_int_eq(errno, ECHILD);
}

static void close_io(void)
{
    kit_ok(ac_loop_close(kit.loop));
    kit_ok(ac_io_free(io));
    check_no_zombies();
    aci_sys = real;
}

/* sh -c script, with some of its descriptors as they are said to be. */
static ac_child_options shell(const char *const words[4], ac_stdio_kind in, ac_stdio_kind out,
                              ac_stdio_kind err)
{
    ac_child_options options = {.arguments = words, .program = "/bin/sh"};

    options.streams[0].kind = in;
    options.streams[1].kind = out;
    options.streams[2].kind = err;
    return options;
}

#define SCRIPT(text)                                                                                         \
    (const char *const[4])                                                                                   \
    {                                                                                                        \
        "sh", "-c", text, NULL                                                                               \
    }

static ac_child *start_script(const char *const words[4], ac_stdio_kind in, ac_stdio_kind out,
                              ac_stdio_kind err)
{
    ac_child_options options = shell(words, in, out, err);
    ac_child *child;

    kit_ok(ac_child_start(io, &options, &child));
    ck_assert_int_gt(ac_child_pid(child), 0);
    return child;
}

static ac_child *start(const char *const words[4])
{
    return start_script(words, AC_STDIO_INHERIT, AC_STDIO_INHERIT, AC_STDIO_INHERIT);
}

/* A task that waits for a child. */
typedef struct waiter {
    ac_c_task head;
    ac_child_wait wait;
    const char *name;
    bool stops;
} waiter;

static ac_turn wait_for_it(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    waiter *self = AC_C_SELF(co, waiter);
    ac_turn turn;

    AC_BEGIN(co);
    AC_AWAIT_CORO(1, &self->wait.co, turn);
    if (self->stops)
        ac_loop_stop(loop);
    if (turn == AC_RAISED) {
        kit_log("%s %s", self->name, kit_repr(ac_lend(out->value)));
        return AC_RAISED;
    }
    kit_log("%s %d", self->name, self->wait.returncode);
    AC_END(co);
    return ac_return(out, ac_none());
}

static void clear_waiter(ac_loop *loop, ac_coro *co)
{
    ac_coro_clear(loop, &AC_C_SELF(co, waiter)->wait.co);
}

static const ac_coro_ops waiter_ops = {.resume = wait_for_it, .clear = clear_waiter};

static waiter *wait_in_task(const char *name, ac_child *child, bool stops)
{
    waiter *self = ac_c_task_new(kit.loop, sizeof *self, &waiter_ops);

    ck_assert_ptr_nonnull(self);
    self->name = name;
    self->stops = stops;
    ac_child_wait_init(&self->wait, child);
    kit_ok(ac_c_create_task(kit.loop, &self->head, AC_EAGER_NO));
    return self;
}

static void end(waiter *self)
{
    ac_future_set_log_traceback(&self->head.task.future, false);
    ac_c_release(kit.loop, &self->head.task.future);
}

static void nap(int milliseconds)
{
    (void)nanosleep(&(struct timespec){.tv_nsec = milliseconds * 1000000L}, NULL);
}

static void run(void)
{
    kit_ok(ac_loop_run_forever(kit.loop));
}

static void turns(int count)
{
    for (int i = 0; i < count; i++) {
        kit_ok(ac_loop_poll(kit.loop, 0));
        kit_ok(ac_loop_turn(kit.loop));
    }
}

/* Waits for the child, and gives it up. */
static int finish(ac_child *child)
{
    int returncode = 1000;

    end(wait_in_task("ended", child, true));
    run();
    ck_assert(ac_child_ended(child, &returncode));
    ac_child_free(child);
    kit.log[0] = '\0';
    return returncode;
}

/* All that a pipe has until its end, which blocks. */
static const char *read_all(int pipe)
{
    static char text[4096];
    struct pollfd polled = {.fd = pipe, .events = POLLIN};
    size_t size = 0;
    ssize_t count;

    ck_assert_int_ge(pipe, 0);
    do {
        ck_assert_int_eq(poll(&polled, 1, 20000), 1);
        count = read(pipe, text + size, sizeof text - 1 - size);
        ck_assert_int_ge(count, 0);
        size += (size_t)count;
    } while (count > 0);
    text[size] = '\0';
    return text;
}

/* What a script prints, to stdout. */
static const char *output_of(ac_child_options *options)
{
    const char *text;
    ac_child *child;

    options->streams[1].kind = AC_STDIO_PIPE;
    kit_ok(ac_child_start(io, options, &child));
    text = read_all(ac_child_pipe(child, 1));
    ck_assert_int_eq(finish(child), 0);
    return text;
}

/* ---- Its end ---- */

START_TEST(test_the_return_code_is_the_exit_status_or_minus_the_signal)
{
    ac_child *child;

    open_io(_i);
    child = start(SCRIPT("exit 7"));
    ck_assert(!ac_child_ended(child, NULL));
    ck_assert_int_eq(finish(child), 7);
    ck_assert_int_eq(finish(start(SCRIPT("exit 0"))), 0);
    ck_assert_int_eq(finish(start(SCRIPT("kill -9 $$"))), -9);
    ck_assert_int_eq(finish(start(SCRIPT("kill -15 $$; exec sleep 10"))), -15);
    close_io();
}
END_TEST

static ac_status log_exit(ac_child *child, void *data)
{
    int returncode = 1000;

    ck_assert(ac_child_ended(child, &returncode));
    kit_log("%s %d", (const char *)data, returncode);
    return AC_OK;
}

START_TEST(test_who_waits_is_woken_in_order_after_exited_was_called)
{
    ac_child_options options = shell(SCRIPT("read x; exit 3"), AC_STDIO_PIPE, 0, 0);
    waiter *first, *second, *third, *late;
    char name[] = "exited";
    ac_child *child;
    bool did;

    open_io(_i);
    options.exited = log_exit;
    options.data = name;
    kit_ok(ac_child_start(io, &options, &child));
    first = wait_in_task("first", child, false);
    second = wait_in_task("second", child, false);
    third = wait_in_task("third", child, true);
    turns(2);
    kit_ok(ac_future_cancel(&second->head.task.future, ac_none_ref(), &did));
    turns(2);
    kit_expect("second CancelledError()");
    ck_assert_int_eq(write(ac_child_pipe(child, 0), "x\n", 2), 2);
    run();
    kit_expect("exited 3, first 3, third 3");
    late = wait_in_task("late", child, false);
    turns(1);
    kit_expect("late 3");
    end(first);
    end(second);
    end(third);
    end(late);
    ac_child_free(child);
    close_io();
}
END_TEST

static ac_status free_it(ac_child *child, void *data)
{
    (void)data;
    ac_child_free(child);
    ac_loop_stop(kit.loop);
    return AC_OK;
}

START_TEST(test_exited_may_free_the_child)
{
    ac_child_options options = shell(SCRIPT("exit 3"), 0, 0, 0);
    ac_child *child;

    open_io(_i);
    options.exited = free_it;
    kit_ok(ac_child_start(io, &options, &child));
    run();
    close_io();
}
END_TEST

static ac_status raise_it(ac_child *child, void *data)
{
    (void)child;
    (void)data;
    return ac_loop_raise(kit.loop, ac_c_error(kit.loop, &ac_c_ValueError, "exited"));
}

START_TEST(test_what_exited_raises_is_reported_and_who_waits_is_woken)
{
    ac_child_options options = shell(SCRIPT("exit 3"), 0, 0, 0);
    waiter *waits;
    ac_child *child;

    open_io(_i);
    options.exited = raise_it;
    kit_ok(ac_child_start(io, &options, &child));
    waits = wait_in_task("ended", child, true);
    run();
    kit_expect("ended 3");
    ck_assert_uint_eq(kit.report_count, 1);
    kit.reports[0] = '\0';
    kit.report_count = 0;
    end(waits);
    ac_child_free(child);
    close_io();
}
END_TEST

START_TEST(test_a_child_that_somebody_else_waited_for_has_255)
{
    ac_child *child;

    open_io(_i);
    child = start(SCRIPT("exit 3"));
    ck_assert_int_eq(waitpid(ac_child_pid(child), NULL, 0), ac_child_pid(child));
    ck_assert_int_eq(finish(child), 255);
    close_io();
}
END_TEST

START_TEST(test_many_children_at_once)
{
    enum { COUNT = 20 };
    ac_child *children[COUNT];
    waiter *waits[COUNT];

    open_io(_i);
    for (int i = 0; i < COUNT; i++) {
        char script[32];
        (void)snprintf(script, sizeof script, "exit %d", i);
        children[i] = start(SCRIPT(script));
        waits[i] = wait_in_task("x", children[i], false);
    }
    for (int i = 0; i < COUNT; i++) {
        int returncode;
        while (!ac_child_ended(children[i], &returncode)) {
            kit_ok(ac_loop_poll(kit.loop, 10));
            kit_ok(ac_loop_turn(kit.loop));
        }
        ck_assert_int_eq(returncode, i);
    }
    turns(2);
    for (int i = 0; i < COUNT; i++) {
        end(waits[i]);
        ac_child_free(children[i]);
    }
    kit.log[0] = '\0';
    close_io();
}
END_TEST

/* ---- Signals ---- */

START_TEST(test_signals_are_sent_until_the_end_is_known)
{
    ac_child *child;

    open_io(_i);
    child = start(SCRIPT("exec sleep 100"));
    kit_ok(ac_child_terminate(child));
    end(wait_in_task("ended", child, true));
    run();
    kit_expect("ended -15");
    kit_status(ac_child_kill(child), AC_E_RAISED);
    ck_assert_str_eq(kit_repr_of(ac_loop_take_raised(kit.loop)), "ProcessLookupError(3, 'No such process')");
    ac_child_free(child);

    child = start(SCRIPT("exec sleep 100"));
    kit_status(ac_child_send_signal(child, 9999), AC_E_RAISED);
    ck_assert_str_eq(kit_repr_of(ac_loop_take_raised(kit.loop)), "OSError(22, 'Invalid argument')");
    kit_ok(ac_child_send_signal(child, 0));
    kit_ok(ac_child_kill(child));
    ck_assert_int_eq(finish(child), -9);
    close_io();
}
END_TEST

START_TEST(test_a_child_that_ignores_sigterm_is_killed)
{
    ac_child *child;
    char byte;

    open_io(_i);
    child = start_script(SCRIPT("trap '' TERM; echo x; while :; do sleep 0.05; done"), 0, AC_STDIO_PIPE, 0);
    ck_assert_int_eq(poll(&(struct pollfd){.fd = ac_child_pipe(child, 1), .events = POLLIN}, 1, 20000), 1);
    ck_assert_int_eq(read(ac_child_pipe(child, 1), &byte, 1), 1);
    kit_ok(ac_child_terminate(child));
    kit_ok(ac_loop_poll(kit.loop, 0.1));
    kit_ok(ac_loop_turn(kit.loop));
    ck_assert(!ac_child_ended(child, NULL));
    kit_ok(ac_child_kill(child));
    ck_assert_int_eq(finish(child), -9);
    close_io();
}
END_TEST

/* ---- What it begins with ---- */

START_TEST(test_pipes_lead_to_and_from_the_child)
{
    ac_child *child;
    int in, out, err;

    open_io(_i);
    child = start_script(SCRIPT("cat; echo problem >&2"), AC_STDIO_PIPE, AC_STDIO_PIPE, AC_STDIO_PIPE);
    in = ac_child_take_pipe(child, 0);
    out = ac_child_pipe(child, 1);
    err = ac_child_pipe(child, 2);
    ck_assert_int_eq(ac_child_take_pipe(child, 0), -1);
    ck_assert_int_eq(ac_child_pipe(child, 3), -1);
    ck_assert_int_ne(fcntl(out, F_GETFL) & O_NONBLOCK, 0);
    ck_assert_int_ne(fcntl(out, F_GETFD) & FD_CLOEXEC, 0);
    ck_assert_int_eq(write(in, "hello", 5), 5);
    ck_assert_int_eq(close(in), 0);
    ck_assert_str_eq(read_all(out), "hello");
    ck_assert_str_eq(read_all(err), "problem\n");
    ck_assert_int_eq(finish(child), 0);
    close_io();
}
END_TEST

START_TEST(test_stderr_goes_where_stdout_goes)
{
    ac_child_options options = shell(SCRIPT("echo one; echo two >&2"), AC_STDIO_NULL, AC_STDIO_PIPE,
                                     AC_STDIO_STDOUT);
    ac_child *child;

    open_io(_i);
    ck_assert_str_eq(output_of(&options), "one\ntwo\n");
    options.streams[1].kind = AC_STDIO_STDOUT;
    kit_fails(ac_child_start(io, &options, &child), AC_E_VALUE, "STDOUT can only be used for stderr");
    ck_assert_ptr_null(child);
    close_io();
}
END_TEST

START_TEST(test_nothing_and_descriptors_of_yours)
{
    ac_child_options options = shell(SCRIPT("cat; echo lost >&2; echo $?"), AC_STDIO_NULL, AC_STDIO_PIPE,
                                     AC_STDIO_NULL);
    int ends[2];
    ac_child *child;

    open_io(_i);
    ck_assert_str_eq(output_of(&options), "0\n");
    ck_assert_int_eq(pipe(ends), 0);
    options = shell(SCRIPT("echo out; echo err >&2"), 0, AC_STDIO_DESCRIPTOR, AC_STDIO_DESCRIPTOR);
    options.streams[1].descriptor = options.streams[2].descriptor = ends[1];
    kit_ok(ac_child_start(io, &options, &child));
    ck_assert_int_eq(close(ends[1]), 0);
    ck_assert_str_eq(read_all(ends[0]), "out\nerr\n");
    ck_assert_int_eq(finish(child), 0);
    ck_assert_int_eq(close(ends[0]), 0);
    options.streams[1].descriptor = 9999;
    kit_status(ac_child_start(io, &options, &child), AC_E_RAISED);
    ck_assert_str_eq(kit_repr_of(ac_loop_take_raised(kit.loop)), "OSError(9, 'Bad file descriptor')");
    check_no_zombies();
    close_io();
}
END_TEST

/* What the child's pipes lead to and fro while the first three numbers are theirs: 0 or what went wrong. */
static int talk_without_the_first_three(void)
{
    ac_child_options options = shell(SCRIPT("cat; echo two >&2; echo one"), AC_STDIO_PIPE, AC_STDIO_PIPE,
                                     AC_STDIO_PIPE);
    char one[16] = "", two[16] = "";
    ac_child *child = NULL;
    int error = 0, in;

    for (int i = 0; i < 3; i++)
        error |= close(i);
    error |= ac_child_start(io, &options, &child);
    if (error != 0)
        return 1;
    in = ac_child_take_pipe(child, 0);
    error |= write(in, "zero\n", 5) == 5 ? 0 : 2;
    error |= close(in) == 0 ? 0 : 2;
    error |= poll(&(struct pollfd){.fd = ac_child_pipe(child, 2), .events = POLLIN}, 1, 20000) == 1 ? 0 : 4;
    error |= read(ac_child_pipe(child, 2), two, 15) == 4 && strcmp(two, "two\n") == 0 ? 0 : 8;
    while (poll(&(struct pollfd){.fd = ac_child_pipe(child, 1), .events = POLLIN}, 1, 20000) == 1 &&
           read(ac_child_pipe(child, 1), one + strlen(one), 15 - strlen(one)) > 0)
        continue;
    ac_child_free(child);
    return error | (strcmp(one, "zero\none\n") == 0 ? 0 : 16);
}

/* In a process of its own: the test runner's files may have these numbers. */
START_TEST(test_low_descriptors_are_not_mixed_up)
{
    pid_t process = fork();
    int status;

    if (process == 0) {
        open_io(_i);
        status = talk_without_the_first_three();
        close_io();
        _exit(status);
    }
    ck_assert_int_gt(process, 0);
    ck_assert_int_eq(waitpid(process, &status, 0), process);
    ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(test_no_other_descriptor_is_the_childs_unless_it_is_passed)
{
    ac_child_options options = shell(
        SCRIPT("for f in 220 221 222; do test -e /dev/fd/$f && echo $f; done; :"), 0, AC_STDIO_PIPE, 0);
    const int passed[] = {222, 220};

    open_io(_i);
    for (int i = 220; i < 223; i++)
        ck_assert_int_eq(fcntl(2, F_DUPFD, 220), i);
    ck_assert_int_eq(fcntl(222, F_SETFD, FD_CLOEXEC), 0);
    ck_assert_str_eq(output_of(&options), "");
    options.pass = passed;
    options.pass_count = 2;
    ck_assert_str_eq(output_of(&options), "220\n222\n");
    options.pass_count = 0;
    options.keep_open = true;
    ck_assert_str_eq(output_of(&options), "220\n221\n");
    for (int i = 220; i < 223; i++)
        ck_assert_int_eq(close(i), 0);
    close_io();
}
END_TEST

START_TEST(test_where_it_begins_and_its_environment)
{
    static const char *const environment[] = {"COLOUR=blue", "PATH=/nowhere:/bin:/usr/bin", NULL};
    ac_child_options options = shell(SCRIPT("pwd; echo $COLOUR"), 0, AC_STDIO_PIPE, 0);

    open_io(_i);
    options.directory = "/";
    options.environment = environment;
    options.program = NULL; /* sh, by the PATH */
    ck_assert_str_eq(output_of(&options), "/\nblue\n");
    close_io();
}
END_TEST

START_TEST(test_a_session_or_group_of_its_own)
{
    ac_child_options options = shell(SCRIPT("read x"), AC_STDIO_PIPE, 0, 0);
    ac_child *child;

    open_io(_i);
    options.start_new_session = true;
    kit_ok(ac_child_start(io, &options, &child));
    ck_assert_int_eq(getsid(ac_child_pid(child)), ac_child_pid(child));
    ac_child_free(child);
    options.start_new_session = false;
    options.set_group = true;
    kit_ok(ac_child_start(io, &options, &child));
    ck_assert_int_eq(getpgid(ac_child_pid(child)), ac_child_pid(child));
    ck_assert_int_eq(getsid(ac_child_pid(child)), getsid(0));
    ac_child_free(child);
    options.process_group = 1; /* of another session */
    kit_status(ac_child_start(io, &options, &child), AC_E_RAISED);
    ck_assert_str_eq(kit_repr_of(ac_loop_take_raised(kit.loop)),
                     "PermissionError(1, 'Operation not permitted')");
    close_io();
}
END_TEST

static void caught(int number)
{
    (void)number;
}

START_TEST(test_signals_do_in_the_child_what_they_usually_do)
{
    ac_child_options options = shell(SCRIPT("grep -E 'Sig(Blk|Ign|Cgt)' /proc/self/status"), 0, AC_STDIO_PIPE,
                                     0);
    struct sigaction before, before_pipe;
    unsigned long long blocked, ignored, got;

    open_io(_i);
    if (access("/proc/self/status", R_OK) == 0) {
        ck_assert_int_eq(sigaction(SIGUSR1, &(struct sigaction){.sa_handler = caught}, &before), 0);
        ck_assert_int_eq(sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, &before_pipe), 0);
        ck_assert_int_eq(
            sscanf(output_of(&options), "SigBlk: %llx SigIgn: %llx SigCgt: %llx", &blocked, &ignored, &got),
            3);
        ck_assert_uint_eq(blocked & (1ull << (SIGUSR1 - 1)), 0);
        ck_assert_uint_eq(ignored & (1ull << (SIGPIPE - 1)), 0);
        ck_assert_uint_eq(got & (1ull << (SIGUSR1 - 1)), 0);
        ck_assert_int_eq(sigaction(SIGUSR1, &before, NULL), 0);
        ck_assert_int_eq(sigaction(SIGPIPE, &before_pipe, NULL), 0);
    } else {
        printf("not tested: this machine has no /proc\n");
    }
    close_io();
}
END_TEST

/* ---- What cannot be started ---- */

static void cannot_start(const ac_child_options *options, const char *words, const char *file)
{
    ac_child *child;
    ac_value raised;

    kit_status(ac_child_start(io, options, &child), AC_E_RAISED);
    ck_assert_ptr_null(child);
    raised = ac_loop_take_raised(kit.loop);
    ck_assert_str_eq(kit_repr(ac_lend(raised)), words);
    ck_assert_str_eq(ac_c_as_str(ac_c_file(ac_lend(raised))), file);
    ac_drop(kit.loop, raised);
    check_no_zombies();
}

START_TEST(test_a_program_that_is_not_there_or_none)
{
    static const char *const words[] = {"there-is-no-such-program", NULL};
    static const char *const environment[] = {"PATH=/nowhere:/etc/passwd", NULL};
    ac_child_options options = {.arguments = words};
    ac_child *child;

    open_io(_i);
    cannot_start(&options, "FileNotFoundError(2, 'No such file or directory')", words[0]);
    options.environment = environment;
    options.program = "other";
    cannot_start(&options, "NotADirectoryError(20, 'Not a directory')", "other");
    options.program = "/nowhere/x";
    cannot_start(&options, "FileNotFoundError(2, 'No such file or directory')", "/nowhere/x");
    options.program = "/etc/passwd";
    cannot_start(&options, "PermissionError(13, 'Permission denied')", "/etc/passwd");
    options.program = "/";
    cannot_start(&options, "PermissionError(13, 'Permission denied')", "/");
    options.program = "/bin/sh";
    options.directory = "/nowhere";
    cannot_start(&options, "FileNotFoundError(2, 'No such file or directory')", "/nowhere");
    options.arguments = &words[1];
    kit_fails(ac_child_start(io, &options, &child), AC_E_VALUE, "a child needs at least one argument");
    close_io();
}
END_TEST

START_TEST(test_no_descriptor_is_left)
{
    ac_child_options options = shell(SCRIPT("exit 0"), AC_STDIO_PIPE, AC_STDIO_PIPE, AC_STDIO_PIPE);
    struct rlimit before, few;
    int next;
    ac_child *child;
    ac_status status = AC_E_RAISED;

    open_io(_i);
    next = dup(0);
    ck_assert_int_ge(next, 0);
    ck_assert_int_eq(close(next), 0);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
    for (int room = 0; room < 40 && status != AC_OK; room++) {
        few = before;
        few.rlim_cur = (rlim_t)(next + room);
        ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
        status = ac_child_start(io, &options, &child);
        ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
        if (status != AC_OK)
            ck_assert_str_eq(kit_repr_of(ac_loop_take_raised(kit.loop)),
                             "OSError(24, 'Too many open files')");
        if (status != AC_OK)
            ck_assert_int_eq(dup(0), next);
        if (status != AC_OK)
            ck_assert_int_eq(close(next), 0); /* nothing was left open */
    }
    kit_ok(status);
    ck_assert_int_eq(finish(child), 0);
    close_io();
}
END_TEST

static int no_thread(pthread_t *thread, void *(*body)(void *), void *data)
{
    (void)thread;
    (void)body;
    (void)data;
    return EAGAIN;
}

static int full_pidfd(pid_t pid)
{
    (void)pid;
    errno = EMFILE;
    return -1;
}

START_TEST(test_a_child_that_cannot_be_watched_is_no_child)
{
    ac_child_options options = shell(SCRIPT("exec sleep 100"), 0, 0, 0);

    open_io(_i);
    aci_sys.pidfd_open = full_pidfd;
    cannot_start(&options, "OSError(24, 'Too many open files')", "");
    aci_sys.pidfd_open = no_pidfd;
    aci_sys.thread = no_thread;
    cannot_start(&options, "RuntimeError(\"can't start new thread\")", "");
    close_io();
}
END_TEST

/* ---- What goes first ---- */

START_TEST(test_a_child_that_is_given_up_is_killed_and_waited_for)
{
    int pid;
    ac_child *child;

    open_io(_i);
    child = start_script(SCRIPT("exec sleep 100"), AC_STDIO_PIPE, AC_STDIO_PIPE, 0);
    pid = ac_child_pid(child);
    ac_child_free(child);
    for (int i = 0; i < 100 && kill(pid, 0) == 0; i++) {
        kit_ok(ac_loop_poll(kit.loop, 0.1));
        kit_ok(ac_loop_turn(kit.loop));
    }
    ck_assert_int_eq(kill(pid, 0), -1);
    check_no_zombies();
    close_io();
}
END_TEST

START_TEST(test_the_io_goes_first)
{
    ac_child *running, *over, *freed;
    int returncode;

    open_io(_i);
    running = start(SCRIPT("exec sleep 100"));
    over = start(SCRIPT("exit 5"));
    freed = start(SCRIPT("exec sleep 100"));
    for (int i = 0; i < 100 && waitid(P_PID, (id_t)ac_child_pid(over), &(siginfo_t){0},
                                      WEXITED | WNOWAIT | WNOHANG) != 0;
         i++)
        nap(10);
    nap(50); /* the thread hands over, or not */
    kit_ok(ac_loop_poll(kit.loop, 0));
    ac_child_free(freed);
    close_io();
    ck_assert(ac_child_ended(running, &returncode));
    ck_assert_int_eq(returncode, -9);
    ck_assert(ac_child_ended(over, NULL));
    kit_status(ac_child_kill(running), AC_E_RAISED);
    ac_drop(kit.loop, ac_loop_take_raised(kit.loop));
    ac_child_free(running);
    ac_child_free(over);
}
END_TEST

/* Each way out of a wait, before it has begun, while it waits, and when it was woken. */
static void leave_by(ac_how how, const char *answer, int stage)
{
    ac_child *child = start_script(SCRIPT("read x"), AC_STDIO_PIPE, 0, 0);
    ac_value thrown = ac_c_error(kit.loop, &ac_c_ValueError, "thrown");
    ac_out out = {.value = ac_none()};
    ac_child_wait wait;

    ac_child_wait_init(&wait, child);
    if (stage > 0)
        ck_assert_str_eq(ac_turn_name(ac_coro_resume(kit.loop, &wait.co, AC_SEND, ac_none_ref(), &out)),
                         "AC_AWAITING");
    if (stage > 1) {
        ck_assert_int_eq(close(ac_child_take_pipe(child, 0)), 0);
        while (!ac_future_done(&wait.future)) {
            kit_ok(ac_loop_poll(kit.loop, 10));
            kit_ok(ac_loop_turn(kit.loop));
        }
    }
    out.value = ac_none();
    ck_assert_str_eq(ac_turn_name(ac_coro_resume(kit.loop, &wait.co, how,
                                                 how == AC_THROW ? ac_lend(thrown) : ac_none_ref(), &out)),
                     answer);
    ac_drop(kit.loop, out.value);
    memset(&wait, 0xa5, sizeof wait);
    ac_drop(kit.loop, thrown);
    if (stage < 2)
        ck_assert_int_eq(close(ac_child_take_pipe(child, 0)), 0);
    ck_assert_int_eq(finish(child), 1);
}

START_TEST(test_a_wait_can_be_closed_and_thrown_into_at_every_point)
{
    open_io(_i);
    for (int stage = 0; stage < 3; stage++) {
        leave_by(AC_CLOSE, "AC_RETURNED", stage);
        leave_by(AC_THROW, "AC_RAISED", stage);
    }
    close_io();
}
END_TEST

START_TEST(test_a_wait_whose_frame_or_child_goes)
{
    ac_child *child;
    ac_child_wait wait;
    ac_out out;

    open_io(_i);
    for (int i = 0; i < 2; i++) {
        child = start(SCRIPT("exec sleep 100"));
        ac_child_wait_init(&wait, child);
        ck_assert_str_eq(ac_turn_name(ac_coro_resume(kit.loop, &wait.co, AC_SEND, ac_none_ref(), &out)),
                         "AC_AWAITING");
        if (i == 0)
            ac_coro_clear(kit.loop, &wait.co);
        ac_child_free(child);
        if (i == 1)
            ac_coro_clear(kit.loop, &wait.co);
        memset(&wait, 0xa5, sizeof wait);
        turns(2);
    }
    close_io();
}
END_TEST

static ac_status stop_loop(ac_loop *loop, void *data)
{
    (void)data;
    ac_loop_stop(loop);
    return AC_OK;
}

START_TEST(test_a_virtual_clock_stands_still_while_a_child_runs)
{
    ac_child *child;

    real = aci_sys;
    if (_i >= 2)
        aci_sys.pidfd_open = no_pidfd;
    kit_ok(ac_io_new(kit.loop, &(ac_io_options){.poller = pollers[_i % 2]}, &io));
    child = start(SCRIPT("sleep 0.2; exit 4"));
    end(wait_in_task("ended", child, true));
    kit_ok(ac_c_call_later(kit.loop, 1, stop_loop, NULL, NULL));
    run();
    kit_expect("ended 4");
    ck_assert_double_eq(kit.clock.now, 0);
    run();
    ck_assert_double_eq(kit.clock.now, 1);
    ac_child_free(child);
    close_io();
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_the_return_code_is_the_exit_status_or_minus_the_signal,
        test_who_waits_is_woken_in_order_after_exited_was_called,
        test_exited_may_free_the_child,
        test_what_exited_raises_is_reported_and_who_waits_is_woken,
        test_a_child_that_somebody_else_waited_for_has_255,
        test_many_children_at_once,
        test_signals_are_sent_until_the_end_is_known,
        test_a_child_that_ignores_sigterm_is_killed,
        test_pipes_lead_to_and_from_the_child,
        test_stderr_goes_where_stdout_goes,
        test_nothing_and_descriptors_of_yours,
        test_low_descriptors_are_not_mixed_up,
        test_no_other_descriptor_is_the_childs_unless_it_is_passed,
        test_where_it_begins_and_its_environment,
        test_a_session_or_group_of_its_own,
        test_signals_do_in_the_child_what_they_usually_do,
        test_a_program_that_is_not_there_or_none,
        test_no_descriptor_is_left,
        test_a_child_that_cannot_be_watched_is_no_child,
        test_a_child_that_is_given_up_is_killed_and_waited_for,
        test_the_io_goes_first,
        test_a_wait_can_be_closed_and_thrown_into_at_every_point,
        test_a_wait_whose_frame_or_child_goes,
        test_a_virtual_clock_stands_still_while_a_child_runs,
    };
    return kit_main_times("io_child", tests, sizeof tests / sizeof *tests, WAYS);
}
