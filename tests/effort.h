/* effort.h - how much of what is much alike a test repeats where all is slow.
 *
 * Idea       Some tests try every place of every program in every setting.  Run by themselves, and in the
 *            build by gcc every day, they do all of it.  Where that takes minutes, under the sanitizers and
 *            valgrind, ./dev test sets AIOCORE_BRIEF, and each is done for one of several: a test says for
 *            which, and sees to it that they come by all kinds of places.  ./dev test --full does not set
 *            it. */
#ifndef AIOCORE_TESTS_EFFORT_H
#define AIOCORE_TESTS_EFFORT_H

#include <stdlib.h>

/* One of how many is to be done: 'shares' where all is slow, else 1. */
static inline unsigned effort(unsigned shares)
{
    return getenv("AIOCORE_BRIEF") != NULL ? shares : 1;
}

#endif
