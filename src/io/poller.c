/* poller.c - which pollers there are, and what they share.
 *
 * Mirrors  selectors.DefaultSelector.
 * Tests    tests/test_io.c */
#include "io_impl.h"

#include <string.h>

typedef struct io_known {
    const char *name;
    ac_poller *(*make)(ac_loop *loop, int *failure);
} io_known;

/* The best first. */
static const io_known known[] = {
#if AC_IO_EPOLL
    {"epoll", aci_epoll_new},
#endif
    {"poll", aci_poll_new},
};

ac_poller *aci_poller_new(ac_loop *loop, const char *name, int *failure)
{
    *failure = 0;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (name == NULL || strcmp(name, known[i].name) == 0)
            return known[i].make(loop, failure);
    }
    return NULL;
}

int aci_milliseconds(double timeout)
{
    const double most = (double)IO_LONGEST * 1e3;
    double milliseconds = timeout * 1e3;
    int whole;

    if (timeout < 0)
        return -1;
    if (!(milliseconds < most)) /* NaN, too */
        return (int)most;
    whole = (int)milliseconds;
    return whole < milliseconds ? whole + 1 : whole;
}
