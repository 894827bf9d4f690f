/* wakeup.c - how a poll ends early.
 *
 * Mirrors  BaseSelectorEventLoop._make_self_pipe, _write_to_self.
 * Idea     Two flags and a descriptor.  A wake sets 'woken'; it writes only if the loop is 'asleep'.  The
 *          loop sets 'asleep' and then looks at 'woken'.  Of the two, one sees the other: no wake is lost,
 *          and one that finds the loop at work makes no call to the system.
 * Holds    The loop has looked at 'woken' since it last slept.
 * Threads  aci_io_wake on any, and in signal handlers; the rest on the loop's.
 * Tests    tests/test_io.c, also under the thread sanitizer */
#include "io_impl.h"

#include <errno.h>

int aci_wakeup_open(ac_io *io)
{
    int failure;

    if (aci_sys.wakeup(io->wakeup) != 0)
        return errno;
    failure = io->poller->ops->change(io->poller, io->wakeup[0], 0, AC_READABLE);
    if (failure != 0) {
        (void)aci_sys.close(io->wakeup[0]);
        if (io->wakeup[1] != io->wakeup[0])
            (void)aci_sys.close(io->wakeup[1]);
    }
    return failure;
}

void aci_wakeup_close(ac_io *io)
{
    (void)aci_sys.close(io->wakeup[0]);
    if (io->wakeup[1] != io->wakeup[0])
        (void)aci_sys.close(io->wakeup[1]);
}

double aci_wakeup_begin(ac_io *io, double timeout)
{
    if (timeout == 0)
        return 0;
    atomic_store(&io->asleep, true);
    return atomic_exchange(&io->woken, false) ? 0 : timeout;
}

void aci_wakeup_end(ac_io *io)
{
    atomic_store(&io->asleep, io->guest);
    (void)atomic_exchange(&io->woken, false); /* what was put in before that wake is seen after this */
}

/* Eight bytes are what an eventfd takes, and do for a pipe as well.  If it is full the loop will be woken
 * anyway. */
void ac_io_wake(ac_io *io)
{
    const uint64_t one = 1;
    int kept = errno;

    atomic_store(&io->woken, true);
    if (atomic_load(&io->asleep)) {
        while (aci_sys.write(io->wakeup[1], &one, sizeof one) < 0 && errno == EINTR)
            continue;
    }
    errno = kept;
}

void aci_wakeup_drain(ac_io *io)
{
    uint64_t bytes[64];
    ssize_t got;

    do {
        got = aci_sys.read(io->wakeup[0], bytes, sizeof bytes);
    } while (got == (ssize_t)sizeof bytes || (got < 0 && errno == EINTR));
}
