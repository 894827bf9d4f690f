/* signals.c - signals as callbacks of the loop.
 *
 * Mirrors    _UnixSelectorEventLoop.add_signal_handler, remove_signal_handler, _handle_signal;
 *            BaseSelectorEventLoop._read_from_self.
 * Idea       The system's handler writes the signal's number to a pipe that the loop watches like any other
 *            descriptor; what reads the pipe, a callback, queues the watches of the numbers in it.
 * Holds      A signal belongs to at most one io of the process: the one whose pipe is in 'pipes'.  A pipe is
 *            closed only when no handler is at work that may have seen it.
 * Threads    caught() runs on any.
 * Tests      tests/test_io.c */
#include "io_impl.h"

#include <errno.h>
#include <string.h>

static atomic_int pipes[IO_SIGNALS]; /* the write end plus 1; 0: nobody's */
static atomic_int at_work;

/* A pipe that is full tells of 65,536 signals that nobody has looked at: one more is lost. */
static void caught(int number)
{
    unsigned char byte = (unsigned char)number;
    int kept = errno, end;

    atomic_fetch_add(&at_work, 1);
    end = atomic_load(&pipes[number]) - 1;
    if (end >= 0) {
        while (aci_sys.write(end, &byte, 1) < 0 && errno == EINTR)
            continue;
    }
    atomic_fetch_sub(&at_work, 1);
    errno = kept;
}

/* ---- The pipe ---- */

/* asyncio's _read_from_self; the watches run a turn later. */
static ac_status read_pipe(ac_io *io, ac_watch *watch)
{
    unsigned char bytes[512];
    ac_status status = AC_OK;
    ssize_t got;

    (void)watch;
    do {
        got = aci_sys.read(io->signal_pipe[0], bytes, sizeof bytes);
        for (ssize_t i = 0; i < got && status == AC_OK; i++) {
            ac_watch *handler = bytes[i] < IO_SIGNALS ? io->handlers[bytes[i]] : NULL;
            if (handler != NULL)
                status = aci_watch_ready(io, handler);
        }
    } while (status == AC_OK && (got == (ssize_t)sizeof bytes || (got < 0 && errno == EINTR)));
    return status;
}

static const ac_watch_ops pipe_ops = {.run = read_pipe};

static void close_pipe(ac_io *io)
{
    for (int i = 0; i < 2; i++) {
        if (io->signal_pipe[i] >= 0)
            (void)aci_sys.close(io->signal_pipe[i]);
        io->signal_pipe[i] = -1;
    }
}

static ac_status open_pipe(ac_io *io)
{
    ac_status status;

    if (io->signal_pipe[0] >= 0)
        return AC_OK;
    if (aci_sys.pipe(io->signal_pipe) != 0) {
        io->signal_pipe[0] = io->signal_pipe[1] = -1;
        return aci_io_raise(io->loop, errno);
    }
    ac_watch_init(&io->signal_watch, &pipe_ops, ac_none());
    status = ac_io_add_reader(io, io->signal_pipe[0], &io->signal_watch);
    if (status != AC_OK)
        close_pipe(io);
    return status;
}

/* ---- Handlers ---- */

static bool is_number(int number)
{
    sigset_t set;

    return number > 0 && number < IO_SIGNALS && sigemptyset(&set) == 0 && sigaddset(&set, number) == 0;
}

static ac_status claim(ac_io *io, int number)
{
    int nobody = 0;
    struct sigaction action;

    if (!atomic_compare_exchange_strong(&pipes[number], &nobody, io->signal_pipe[1] + 1))
        return ac_loop_refuse(io->loop, AC_E_STATE, "another loop handles this signal");
    memset(&action, 0, sizeof action);
    action.sa_handler = caught;
    action.sa_flags = SA_RESTART;
    (void)sigemptyset(&action.sa_mask);
    if (aci_sys.sigaction(number, &action, &io->before[number]) == 0)
        return AC_OK;
    atomic_store(&pipes[number], 0);
    if (errno == EINVAL)
        return aci_io_refuse(io->loop, AC_X_RUNTIME, "sig ", number, " cannot be caught");
    return aci_io_raise(io->loop, errno);
}

ac_status ac_io_add_signal_handler(ac_io *io, int number, ac_watch *watch)
{
    ac_status status = aci_watch_check(io, watch);
    ac_watch *before;

    if (status == AC_OK && !is_number(number))
        return aci_io_refuse(io->loop, AC_X_VALUE, "invalid signal number ", number, "");
    if (status == AC_OK)
        status = open_pipe(io);
    if (status == AC_OK && io->handlers[number] == NULL) {
        status = claim(io, number);
        io->signals += status == AC_OK ? 1 : 0;
    }
    if (status != AC_OK)
        return status;
    before = io->handlers[number];
    io->handlers[number] = watch;
    aci_watch_added(io, watch);
    if (before != NULL)
        aci_watch_off(io, before, false); /* HOST */
    return AC_OK;
}

bool ac_io_remove_signal_handler(ac_io *io, int number)
{
    ac_watch *watch = is_number(number) ? io->handlers[number] : NULL;

    if (watch == NULL)
        return false;
    (void)aci_sys.sigaction(number, &io->before[number], NULL);
    atomic_store(&pipes[number], 0);
    io->handlers[number] = NULL;
    io->signals--;
    aci_watch_off(io, watch, false); /* HOST */
    return true;
}

void aci_signals_close(ac_io *io)
{
    for (int number = 1; number < IO_SIGNALS; number++)
        (void)ac_io_remove_signal_handler(io, number); /* HOST */
    if (io->signal_pipe[0] < 0)
        return;
    (void)ac_io_remove_reader(io, io->signal_pipe[0]);
    while (atomic_load(&at_work) != 0)
        continue;
    close_pipe(io);
}
