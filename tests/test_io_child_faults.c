/* test_io_child_faults.c - the nth call to the system that a start makes fails with each errno that it can
 * have, in this process and in the child; the nth allocation fails: no descriptor, no process and no memory
 * is left (src/io). */
#include "chost_kit.h"

#include <aiocore/process.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/system.h"

/* Which call fails: of this process, or of its children, which count from 1 after their fork. */
static struct faults {
    unsigned calls, fails_at, child_calls, child_fails_at;
    int fails_with;
} * faults; /* shared with the children */
static bool in_child;
static aci_system real;
static bool threads; /* there are no pidfds */

static pthread_t loops_thread;

/* The calls of a thread that waits come at any time: they are not counted. */
static bool fails(const int *errnos)
{
    unsigned *calls = in_child ? &faults->child_calls : &faults->calls;
    unsigned at = in_child ? faults->child_fails_at : faults->fails_at;

    if (!pthread_equal(pthread_self(), loops_thread) || ++*calls != at)
        return false;
    errno = errnos[0];
    for (const int *each = errnos; *each != 0; each++)
        if (*each == faults->fails_with)
            errno = *each;
    return true;
}

#define ERRNOS(...)                                                                                          \
    (const int[])                                                                                            \
    {                                                                                                        \
        __VA_ARGS__, 0                                                                                       \
    }

static int faulty_pipe(int ends[2])
{
    return fails(ERRNOS(EMFILE, ENFILE)) ? -1 : real.pipe(ends);
}

static ssize_t faulty_read(int descriptor, void *buffer, size_t size)
{
    return fails(ERRNOS(EINTR, EIO)) ? -1 : real.read(descriptor, buffer, size);
}

static ssize_t faulty_write(int descriptor, const void *buffer, size_t size)
{
    return fails(ERRNOS(EINTR)) ? -1 : real.write(descriptor, buffer, size);
}

static int faulty_close(int descriptor)
{
    int outcome = real.close(descriptor);

    return fails(ERRNOS(EINTR, EIO)) ? -1 : outcome;
}

static int faulty_set_blocking(int descriptor, bool blocks)
{
    return fails(ERRNOS(EBADF)) ? -1 : real.set_blocking(descriptor, blocks);
}

static int faulty_open_null(void)
{
    return fails(ERRNOS(ENOENT, EMFILE, ENFILE, EACCES)) ? -1 : real.open_null();
}

static pid_t faulty_fork(void)
{
    pid_t pid = fails(ERRNOS(EAGAIN, ENOMEM)) ? -1 : real.fork();

    in_child = pid == 0;
    return pid;
}

/* One that is interrupted has not waited; a child that is somebody else's is waited for all the same. */
static pid_t faulty_waitpid(pid_t pid, int *status, int options)
{
    if (!fails(ERRNOS(EINTR, ECHILD)))
        return real.waitpid(pid, status, options);
    if (errno == ECHILD)
        (void)real.waitpid(pid, NULL, options);
    errno = errno == EINTR ? EINTR : ECHILD;
    return -1;
}

static int faulty_pidfd_open(pid_t pid)
{
    if (threads) {
        errno = ENOSYS;
        return -1;
    }
    return fails(ERRNOS(EMFILE, ENFILE, ENOMEM, ENODEV, ENOSYS, EPERM)) ? -1 : real.pidfd_open(pid);
}

static int faulty_thread(pthread_t *thread, void *(*body)(void *), void *data)
{
    return fails(ERRNOS(EAGAIN)) ? EAGAIN : real.thread(thread, body, data);
}

static int faulty_kill(pid_t pid, int number)
{
    return number != SIGKILL && fails(ERRNOS(EPERM, ESRCH)) ? -1 : real.kill(pid, number);
}

static int faulty_duplicate(int descriptor)
{
    return fails(ERRNOS(EMFILE, EBADF)) ? -1 : real.duplicate(descriptor);
}

static int faulty_dup2(int descriptor, int place)
{
    return fails(ERRNOS(EINTR, EBUSY, EBADF, EMFILE)) ? -1 : real.dup2(descriptor, place);
}

static int faulty_inherit(int descriptor)
{
    return fails(ERRNOS(EBADF)) ? -1 : real.inherit(descriptor);
}

static int faulty_close_range(unsigned first, unsigned last)
{
    return fails(ERRNOS(ENOMEM)) ? -1 : real.close_range(first, last);
}

static int faulty_chdir(const char *directory)
{
    return fails(ERRNOS(EACCES, ENOENT, ENOMEM)) ? -1 : real.chdir(directory);
}

static pid_t faulty_setsid(void)
{
    return fails(ERRNOS(EPERM)) ? -1 : real.setsid();
}

static int faulty_setpgid(pid_t pid, pid_t group)
{
    return fails(ERRNOS(EPERM, EACCES)) ? -1 : real.setpgid(pid, group);
}

static int faulty_execve(const char *path, char *const *arguments, char *const *environment)
{
    return fails(ERRNOS(EACCES, ENOENT, ENOMEM, ENOEXEC, ETXTBSY))
               ? -1
               : real.execve(path, arguments, environment);
}

#if AC_IO_EPOLL
static int faulty_epoll_ctl(int epoll, int what, int descriptor, struct epoll_event *event)
{
    return fails(ERRNOS(ENOSPC, ENOMEM)) ? -1 : real.epoll_ctl(epoll, what, descriptor, event);
}
#endif

static void put_faults_in(void)
{
    real = aci_sys;
    loops_thread = pthread_self();
    aci_sys.pipe = faulty_pipe;
    aci_sys.read = faulty_read;
    aci_sys.write = faulty_write;
    aci_sys.close = faulty_close;
    aci_sys.set_blocking = faulty_set_blocking;
    aci_sys.open_null = faulty_open_null;
    aci_sys.fork = faulty_fork;
    aci_sys.waitpid = faulty_waitpid;
    aci_sys.pidfd_open = faulty_pidfd_open;
    aci_sys.thread = faulty_thread;
    aci_sys.kill = faulty_kill;
    aci_sys.duplicate = faulty_duplicate;
    aci_sys.dup2 = faulty_dup2;
    aci_sys.inherit = faulty_inherit;
    aci_sys.close_range = faulty_close_range;
    aci_sys.chdir = faulty_chdir;
    aci_sys.setsid = faulty_setsid;
    aci_sys.setpgid = faulty_setpgid;
    aci_sys.execve = faulty_execve;
#if AC_IO_EPOLL
    aci_sys.epoll_ctl = faulty_epoll_ctl;
#endif
}

/* What was raised or refused is told well: never EINTR, which is tried again. */
static bool succeeds(ac_loop *loop, ac_status status)
{
    ac_value raised;

    if (status == AC_OK)
        return true;
    ck_assert(status == AC_E_RAISED || status == AC_E_MEMORY);
    raised = ac_loop_take_raised(loop);
    if (status == AC_E_RAISED && raised.bits != 0)
        ck_assert_int_ne(ac_c_errno(ac_lend(raised)), EINTR);
    ac_drop(loop, raised);
    return false;
}

static int open_descriptors(void)
{
    int count = 0;

    for (int i = 0; i < 64; i++)
        count += fcntl(i, F_GETFD) >= 0 ? 1 : 0;
    return count;
}

/* Starts a child that uses all there is, and waits for it. */
static bool start_and_wait(ac_loop *loop, ac_io *io)
{
    static const char *const words[] = {"true", NULL};
    static const int passed[] = {0};
    ac_child_options options = {.arguments = words,
                                .directory = "/",
                                .streams = {{AC_STDIO_PIPE, 0}, {AC_STDIO_NULL, 0}, {AC_STDIO_STDOUT, 0}},
                                .pass = passed,
                                .pass_count = 1,
                                .start_new_session = true};
    ac_child *child;
    int returncode = -1;

    if (!succeeds(loop, ac_child_start(io, &options, &child))) {
        ck_assert_ptr_null(child);
        return false;
    }
    (void)succeeds(loop, ac_child_send_signal(child, 0));
    for (int i = 0; i < 100 && !ac_child_ended(child, &returncode); i++)
        if (succeeds(loop, ac_loop_poll(loop, 1)))
            kit_ok(ac_loop_turn(loop));
    ck_assert(ac_child_ended(child, &returncode));
    ck_assert(returncode == 0 || returncode == 255);
    ac_child_free(child);
    return true;
}

static void run_program(ac_loop *loop, const char *poller)
{
    int opened = open_descriptors();
    ac_io *io;

    if (succeeds(loop, ac_io_new(loop, &(ac_io_options){.poller = poller}, &io)))
        (void)start_and_wait(loop, io);
    kit_ok(ac_loop_close(loop));
    kit_ok(ac_io_free(io));
    ck_assert_int_eq(open_descriptors(), opened);
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
}

static const char *const pollers[] = {"epoll", "poll"};

static void share_faults(void)
{
    if (faults == NULL) {
        int memory = open("/dev/zero", O_RDWR | O_CLOEXEC);
        ck_assert_int_ge(memory, 0);
        faults = mmap(NULL, sizeof *faults, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
        ck_assert_ptr_ne(faults, MAP_FAILED);
        ck_assert_int_eq(close(memory), 0);
    }
    memset(faults, 0, sizeof *faults);
}

/* Gives how often a call was made to fail, with this errno where it can have that: of this process, or of its
 * children. */
static unsigned fail_each(int fails_with, bool its, const char *poller)
{
    unsigned n = 0, made;

    do {
        share_faults();
        n++;
        faults->fails_with = fails_with;
        *(its ? &faults->child_fails_at : &faults->fails_at) = n;
        put_faults_in();
        kit_loop_with(NULL);
        run_program(kit.loop, poller);
        aci_sys = real;
        made = its ? faults->child_calls : faults->calls;
    } while (made >= n);
    return n;
}

START_TEST(test_the_nth_call_to_the_system_fails)
{
    static const int errnos[] = {EINTR, EMFILE, EIO, ENOMEM, ECHILD, ENOSYS, EPERM, EACCES, ENOENT, EBADF};

    threads = _i >= 2;
    for (size_t i = 0; i < sizeof errnos / sizeof *errnos; i++) {
        ck_assert_uint_gt(fail_each(errnos[i], false, pollers[_i % 2]), 15);
        ck_assert_uint_gt(fail_each(errnos[i], true, pollers[_i % 2]), 9);
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
    unsigned n = 0;

    host.realloc = stingy_realloc;
    threads = _i >= 2;
    do {
        ac_loop *loop;
        share_faults();
        refused_at = 0;
        loop = ac_c_loop_new_with(&host, NULL, NULL);
        ck_assert_ptr_nonnull(loop);
        put_faults_in();
        allocations = 0;
        refused_at = ++n;
        run_program(loop, pollers[_i % 2]);
        refused_at = 0;
        aci_sys = real;
        ck_assert_uint_eq(ac_c_loop_free(loop), 0);
    } while (allocations >= n);
    ck_assert_uint_gt(n, 3);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_the_nth_call_to_the_system_fails,
        test_the_nth_allocation_fails,
    };
    return kit_main_times("io_child_faults", tests, sizeof tests / sizeof *tests, 4);
}
