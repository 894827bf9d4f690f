/* injector_impl.h - what the injector and its report share: the calls, and what came of each. */
#ifndef AIOCORE_TESTS_INJECTOR_IMPL_H
#define AIOCORE_TESTS_INJECTOR_IMPL_H

#include <stdatomic.h>

#include "injector.h"

enum { INJ_ERRNOS = 8, INJ_SIGHTS = 6, INJ_TEXT = 40, INJ_CALLS = 48, INJ_PROGRAMS = 16 };

typedef struct inj_call {
    const char *name;
    int errnos[INJ_ERRNOS + 1]; /* those that it can have: up to a 0 */
} inj_call;

extern const inj_call inj_calls[INJ_CALLS]; /* up to one without a name */

typedef struct inj_sight {
    char text[INJ_TEXT];
    unsigned times;
} inj_sight;

/* One call that failed with one errno. */
typedef struct inj_row {
    unsigned injected;
    size_t leaks;
    inj_sight sights[INJ_SIGHTS];
} inj_row;

typedef struct inj_program {
    const char *name;
    unsigned injected;
} inj_program;

typedef struct inj_board {
    atomic_uint made[2][INJ_CALLS]; /* in this run: by this process, by its children */
    atomic_bool hit;
    /* The fault of this run.  nth 0: none */
    bool in_child;
    unsigned call, nth;
    int failure;
    char saw[INJ_TEXT];
    inj_row rows[2][INJ_CALLS][INJ_ERRNOS];
    inj_program programs[INJ_PROGRAMS];
} inj_board;

extern inj_board *inj_all;

/* "EIO"; of the resolver's calls "EAI_FAIL". */
const char *inj_errno_name(const inj_call *call, int failure);

#endif
