/* effort.h - how much of what is much alike a test repeats where all is slow.
 *
 * Idea       Some tests try every place of every program in every setting.  A build without AddressSanitizer
 *            does all of it every day.  Under it, where that takes minutes, each is done for one of several:
 *            a test says for which, and sees to it that together they come by every place.  With AIOCORE_FULL
 *            set, as ./dev test --full does, nothing is left out. */
#ifndef AIOCORE_TESTS_EFFORT_H
#define AIOCORE_TESTS_EFFORT_H

#include <stdlib.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EFFORT_IS_SHARED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(EFFORT_IS_SHARED)
#define EFFORT_IS_SHARED 1
#endif
#ifndef EFFORT_IS_SHARED
#define EFFORT_IS_SHARED 0
#endif

/* One of how many is to be done: 'shares' where all is slow, else 1. */
static inline unsigned effort(unsigned shares)
{
    return EFFORT_IS_SHARED && getenv("AIOCORE_FULL") == NULL ? shares : 1;
}

#endif
