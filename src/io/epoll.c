/* epoll.c - the poller for Linux.
 *
 * Mirrors  selectors.EpollSelector.
 * Cost     A call to the system for each change, one for each wait, however many descriptors there are.
 * Tests    tests/test_io.c, tests/test_io_faults.c: each test with each poller */
#include "io_impl.h"

#if AC_IO_EPOLL
#include <errno.h>

typedef struct io_epoll {
    ac_poller poller; /* must come first */
    ac_loop *loop;
    int descriptor;
    struct epoll_event events[IO_EVENTS];
} io_epoll;

static uint32_t events_of(unsigned wanted)
{
    return ((wanted & AC_READABLE) != 0 ? (uint32_t)EPOLLIN : 0) |
           ((wanted & AC_WRITABLE) != 0 ? (uint32_t)EPOLLOUT : 0);
}

/* An error or a hang-up is told to both, who find out by trying. */
static unsigned ready_of(uint32_t events)
{
    return ((events & ~(uint32_t)EPOLLOUT) != 0 ? (unsigned)AC_READABLE : 0) |
           ((events & ~(uint32_t)EPOLLIN) != 0 ? (unsigned)AC_WRITABLE : 0);
}

static int change(ac_poller *poller, int descriptor, unsigned before, unsigned now)
{
    io_epoll *self = (io_epoll *)(void *)poller;
    struct epoll_event event = {.events = events_of(now), .data.fd = descriptor};
    int what = before == 0 ? EPOLL_CTL_ADD : now == 0 ? EPOLL_CTL_DEL : EPOLL_CTL_MOD;

    if (aci_sys.epoll_ctl(self->descriptor, what, descriptor, &event) == 0 || now == 0)
        return 0; /* closed already: the system has forgotten it by itself */
    return errno;
}

static int wait(ac_poller *poller, double timeout, ac_poll_event *events, size_t room, size_t *count)
{
    io_epoll *self = (io_epoll *)(void *)poller;
    int most = room < IO_EVENTS ? (int)room : IO_EVENTS;
    int found = aci_sys.epoll_wait(self->descriptor, self->events, most, aci_milliseconds(timeout));

    *count = found > 0 ? (size_t)found : 0;
    for (size_t i = 0; i < *count; i++) {
        events[i].descriptor = self->events[i].data.fd;
        events[i].ready = ready_of(self->events[i].events);
    }
    return found >= 0 || errno == EINTR ? 0 : errno;
}

static int descriptor_of(ac_poller *poller)
{
    return ((io_epoll *)(void *)poller)->descriptor;
}

static void free_it(ac_poller *poller)
{
    io_epoll *self = (io_epoll *)(void *)poller;

    (void)aci_sys.close(self->descriptor);
    aci_io_realloc(self->loop, self, sizeof *self, 0);
}

static const ac_poller_ops ops = {"epoll", change, wait, descriptor_of, free_it};

ac_poller *aci_epoll_new(ac_loop *loop, int *failure)
{
    io_epoll *self = aci_io_realloc(loop, NULL, 0, sizeof *self);

    *failure = ENOMEM;
    if (self == NULL)
        return NULL;
    self->poller.ops = &ops;
    self->loop = loop;
    self->descriptor = aci_sys.epoll_create(EPOLL_CLOEXEC);
    if (self->descriptor >= 0)
        return &self->poller;
    *failure = errno;
    aci_io_realloc(loop, self, sizeof *self, 0);
    return NULL;
}
#else
typedef int io_no_epoll; /* a file of C needs a declaration */
#endif
