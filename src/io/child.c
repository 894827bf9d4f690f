/* child.c - the life of a child process.
 *
 * Mirrors    _PidfdChildWatcher, _ThreadedChildWatcher; BaseSubprocessTransport.send_signal and the end of
 *            its close.
 * Idea       A pidfd is watched like any descriptor.  Where there is none a thread blocks until the child has
 *            ended and hands that over; it leaves the status to the loop's thread, so that until then the pid
 *            is nobody else's and may be sent signals.
 * Holds      listed <=> its status was not read: the io will.  Holders: its owner, the list, the watch or
 *            callback.
 * Threads    wait_in_thread on one of its own, which reads pid and io, and is joined before either changes.
 * Re-enters  exited; the child is held meanwhile.
 * Tests      tests/test_io_child.c, tests/test_io_faults.c; also under the thread sanitizer */
#include <errno.h>
#include <string.h>

#include "child_impl.h"
#include "transport_impl.h"

struct ac_child {
    ac_watch watch;       /* of the pidfd */
    ac_callback callback; /* that the thread hands over */
    ac_loop *loop;
    ac_io *io;      /* NULL: it is gone */
    ac_link listed; /* of the io's children */
    ac_exit end;
    unsigned holders;
    pid_t pid;
    int pidfd; /* -1: none */
    int pipes[3];
    pthread_t thread;
    bool has_thread;
    bool handed_over; /* written by the thread, read after its end */
    bool freed;       /* by its owner */
    ac_status (*exited)(ac_child *child, void *data);
    void (*abandoned)(ac_child *child, void *data);
    void *data;
};

static void let_go(ac_child *child)
{
    if (--child->holders == 0)
        aci_io_realloc(child->loop, child, sizeof *child, 0);
}

/* ---- Its end ---- */

static void join_thread(ac_child *child)
{
    if (child->has_thread)
        (void)pthread_join(child->thread, NULL);
    child->has_thread = false;
}

/* It has ended, or is about to: after this the pid may be another's.  Gives up the list's hold. */
static void read_status(ac_child *child)
{
    join_thread(child);
    child->end.returncode = aci_reap(child->pid);
    child->end.known = true;
    if (child->pidfd >= 0)
        (void)aci_sys.close(child->pidfd);
    child->pidfd = -1;
    aci_link_remove(&child->listed);
    let_go(child);
}

/* What asyncio's watcher does in its callback. */
static ac_status ended(ac_child *child)
{
    ac_status status = AC_OK, woken;

    if (child->end.known)
        return AC_OK;
    child->holders++;
    read_status(child);
    if (child->exited != NULL && !child->freed)
        status = child->exited(child, child->data); /* HOST */
    woken = aci_exit_wake(&child->end);
    let_go(child);
    return status == AC_OK ? woken : status;
}

/* ---- By pidfd ---- */

static ac_child *child_of(ac_watch *watch)
{
    return AC_CONTAINER_OF(watch, ac_child, watch);
}

static ac_status run_watch(ac_io *io, ac_watch *watch)
{
    ac_child *child = child_of(watch);

    (void)ac_io_remove_reader(io, child->pidfd);
    return ended(child);
}

static void watch_removed(ac_io *io, ac_watch *watch)
{
    (void)io;
    let_go(child_of(watch));
}

static const ac_watch_ops watch_ops = {.run = run_watch, .removed = watch_removed};

static ac_status watch_pidfd(ac_child *child)
{
    ac_status status;

    ac_watch_init(&child->watch, &watch_ops, ac_none());
    status = ac_io_add_reader(child->io, child->pidfd, &child->watch);
    child->holders += status == AC_OK ? 1 : 0;
    return status;
}

/* ---- By a thread ---- */

static ac_child *child_of_callback(ac_callback *callback)
{
    return AC_CONTAINER_OF(callback, ac_child, callback);
}

static ac_status run_callback(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    return ended(child_of_callback(callback));
}

static void callback_done(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    let_go(child_of_callback(callback));
}

static const ac_handle_ops callback_ops = {
    .run = run_callback, .done = callback_done, .name = "_ThreadedChildWatcher._reap_and_notify"};

/* A loop that was closed meanwhile takes nothing: the end of the io waits for the child. */
static void *wait_in_thread(void *data)
{
    ac_child *child = data;

    while (aci_sys.wait_exited(child->pid) != 0 && errno == EINTR)
        continue;
    child->handed_over = true;
    if (ac_loop_call_soon_threadsafe(child->loop, &child->callback) != AC_OK)
        child->handed_over = false;
    return NULL;
}

/* Signals are for the threads of the program.  The thread may have handed over before this returns. */
static ac_status start_thread(ac_child *child)
{
    sigset_t all, before;
    int failure;

    ac_callback_init(&child->callback, &callback_ops, ac_none());
    child->holders++;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    failure = aci_sys.thread(&child->thread, wait_in_thread, child);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    child->has_thread = failure == 0;
    if (failure == 0)
        return AC_OK;
    child->holders--;
    return ac_loop_raise(child->loop, aci_io_error(child->loop, AC_X_RUNTIME, "can't start new thread"));
}

/* ---- Starting ---- */

/* As asyncio's can_use_pidfd: the kernel has none, or a policy forbids it. */
static bool has_no_pidfd(int failure)
{
    return failure == ENOSYS || failure == EPERM || failure == EACCES || failure == EINVAL;
}

static ac_status await_end(ac_child *child)
{
    child->pidfd = aci_sys.pidfd_open(child->pid);
    if (child->pidfd >= 0)
        return watch_pidfd(child);
    return has_no_pidfd(errno) ? start_thread(child) : aci_io_raise(child->loop, errno);
}

static ac_status check(ac_io *io, const ac_child_options *options)
{
    ac_loop *loop = io->loop;

    if (ac_loop_is_closed(loop))
        return ac_loop_refuse(loop, AC_E_CLOSED, "Event loop is closed");
    if (options->arguments == NULL || options->arguments[0] == NULL)
        return ac_loop_refuse(loop, AC_E_VALUE, "a child needs at least one argument");
    if (options->streams[0].kind == AC_STDIO_STDOUT || options->streams[1].kind == AC_STDIO_STDOUT)
        return ac_loop_refuse(loop, AC_E_VALUE, "STDOUT can only be used for stderr");
    return AC_OK;
}

ac_status ac_child_start(ac_io *io, const ac_child_options *options, ac_child **out)
{
    ac_status status = check(io, options);
    ac_child *child;

    *out = NULL;
    if (status != AC_OK)
        return status;
    child = aci_io_realloc(io->loop, NULL, 0, sizeof *child);
    if (child == NULL)
        return ac_loop_refuse(io->loop, AC_E_MEMORY, "no memory for a child process");
    memset(child, 0, sizeof *child);
    child->loop = io->loop;
    child->io = io;
    child->pidfd = -1;
    child->holders = 1;
    child->exited = options->exited;
    child->abandoned = options->abandoned;
    child->data = options->data;
    aci_exit_init(&child->end);
    status = aci_spawn(io->loop, options, child->pipes, &child->pid);
    if (status != AC_OK) {
        let_go(child);
        return status;
    }
    child->holders++;
    aci_link_append(&io->children, &child->listed);
    status = await_end(child);
    if (status == AC_OK) {
        *out = child;
        return AC_OK;
    }
    (void)aci_sys.kill(child->pid, SIGKILL);
    read_status(child);
    ac_child_free(child);
    return status;
}

/* ---- Giving it up ---- */

void ac_child_free(ac_child *child)
{
    if (child == NULL)
        return;
    child->freed = true;
    aci_exit_forget(&child->end);
    for (int i = 0; i < 3; i++) {
        int pipe = ac_child_take_pipe(child, i);
        if (pipe >= 0)
            (void)aci_sys.close(pipe);
    }
    if (!child->end.known)
        (void)aci_sys.kill(child->pid, SIGKILL); /* the loop reads its status, or the end of the io */
    let_go(child);
}

/* Of a callback that the closed loop did not take nobody will be told that it is done. */
static void close_child(ac_child *child)
{
    bool had_thread = child->has_thread;

    child->holders++;
    (void)aci_sys.kill(child->pid, SIGKILL);
    if (child->pidfd >= 0)
        (void)ac_io_remove_reader(child->io, child->pidfd);
    child->io = NULL;
    read_status(child);
    if (child->abandoned != NULL && !child->freed)
        child->abandoned(child, child->data); /* HOST */
    if (had_thread && !child->handed_over)
        let_go(child);
    let_go(child);
}

void aci_children_close(ac_io *io)
{
    while (io->children.next != &io->children)
        close_child(AC_CONTAINER_OF(io->children.next, ac_child, listed));
}

/* ---- For its owner ---- */

int ac_child_pid(const ac_child *child)
{
    return (int)child->pid;
}

int ac_child_pipe(const ac_child *child, int stream)
{
    return stream >= 0 && stream < 3 ? child->pipes[stream] : -1;
}

int ac_child_take_pipe(ac_child *child, int stream)
{
    int pipe = ac_child_pipe(child, stream);

    if (pipe >= 0)
        child->pipes[stream] = -1;
    return pipe;
}

ac_status ac_child_send_signal(ac_child *child, int number)
{
    if (child->end.known)
        return aci_io_raise(child->loop, ESRCH);
    return aci_sys.kill(child->pid, number) == 0 ? AC_OK : aci_io_raise(child->loop, errno);
}

ac_status ac_child_terminate(ac_child *child)
{
    return ac_child_send_signal(child, SIGTERM);
}

ac_status ac_child_kill(ac_child *child)
{
    return ac_child_send_signal(child, SIGKILL);
}

bool ac_child_ended(const ac_child *child, int *returncode)
{
    if (child->end.known && returncode != NULL)
        *returncode = child->end.returncode;
    return child->end.known;
}

void ac_child_wait_init(ac_child_wait *wait, ac_child *child)
{
    aci_exit_wait_init(wait, child->loop, &child->end);
}
