/* poll.c - the poller for every POSIX system.
 *
 * Mirrors  selectors.PollSelector.
 * Idea     An array for the system, in the order of registration, and for each descriptor its place in it.
 * Holds    places[d] - 1 is the place of d; 0: d is not watched.
 * Cost     A wait looks at every descriptor.
 * Tests    tests/test_io.c, tests/test_io_faults.c: each test with each poller */
#include "io_impl.h"

#include <errno.h>
#include <string.h>

typedef struct io_poll {
    ac_poller poller; /* must come first */
    ac_loop *loop;
    struct pollfd *polled;
    size_t count, room;
    size_t *places;
    size_t place_room;
} io_poll;

static short events_of(unsigned wanted)
{
    return (short)(((wanted & AC_READABLE) != 0 ? POLLIN : 0) | ((wanted & AC_WRITABLE) != 0 ? POLLOUT : 0));
}

static unsigned ready_of(short events)
{
    return ((events & ~POLLOUT) != 0 ? (unsigned)AC_READABLE : 0) |
           ((events & ~POLLIN) != 0 ? (unsigned)AC_WRITABLE : 0);
}

static size_t grown(size_t room, size_t needed)
{
    size_t now = room < 16 ? 16 : room;

    while (now < needed)
        now *= 2;
    return now;
}

static bool make_room(io_poll *self, size_t descriptor)
{
    size_t room = grown(self->room, self->count + 1), place_room = grown(self->place_room, descriptor + 1);

    if (room > self->room) {
        void *more = aci_io_realloc(self->loop, self->polled, self->room * sizeof *self->polled,
                                    room * sizeof *self->polled);
        if (more == NULL)
            return false;
        self->polled = more;
        self->room = room;
    }
    if (place_room > self->place_room) {
        size_t *more = aci_io_realloc(self->loop, self->places, self->place_room * sizeof *more,
                                      place_room * sizeof *more);
        if (more == NULL)
            return false;
        memset(more + self->place_room, 0, (place_room - self->place_room) * sizeof *more);
        self->places = more;
        self->place_room = place_room;
    }
    return true;
}

/* Those behind it move up: the order of registration is the order in which the ready are told. */
static void forget(io_poll *self, size_t place)
{
    self->places[self->polled[place].fd] = 0;
    self->count--;
    for (; place < self->count; place++) {
        self->polled[place] = self->polled[place + 1];
        self->places[self->polled[place].fd] = place + 1;
    }
}

static int change(ac_poller *poller, int descriptor, unsigned before, unsigned now)
{
    io_poll *self = (io_poll *)(void *)poller;
    size_t place;

    if (before == 0) {
        if (!make_room(self, (size_t)descriptor))
            return ENOMEM;
        self->places[descriptor] = self->count + 1;
        self->polled[self->count].fd = descriptor;
        self->count++;
    }
    place = self->places[descriptor] - 1;
    if (now == 0)
        forget(self, place);
    else
        self->polled[place].events = events_of(now);
    return 0;
}

static int wait(ac_poller *poller, double timeout, ac_poll_event *events, size_t room, size_t *count)
{
    io_poll *self = (io_poll *)(void *)poller;
    int found = aci_sys.poll(self->polled, (nfds_t)self->count, aci_milliseconds(timeout));
    int failure = found < 0 && errno != EINTR ? errno : 0;

    *count = 0;
    for (size_t i = 0; found > 0 && i < self->count && *count < room; i++) {
        if (self->polled[i].revents == 0)
            continue;
        events[*count].descriptor = self->polled[i].fd;
        events[*count].ready = ready_of(self->polled[i].revents);
        ++*count;
        found--;
    }
    return failure;
}

static void free_it(ac_poller *poller)
{
    io_poll *self = (io_poll *)(void *)poller;

    aci_io_realloc(self->loop, self->polled, self->room * sizeof *self->polled, 0);
    aci_io_realloc(self->loop, self->places, self->place_room * sizeof *self->places, 0);
    aci_io_realloc(self->loop, self, sizeof *self, 0);
}

static int no_descriptor(ac_poller *poller)
{
    (void)poller;
    return -1;
}

static const ac_poller_ops ops = {"poll", change, wait, no_descriptor, free_it};

ac_poller *aci_poll_new(ac_loop *loop, int *failure)
{
    io_poll *self = aci_io_realloc(loop, NULL, 0, sizeof *self);

    *failure = ENOMEM;
    if (self == NULL)
        return NULL;
    memset(self, 0, sizeof *self);
    self->poller.ops = &ops;
    self->loop = loop;
    return &self->poller;
}
